"""One transaction of a recording beside that of a present device: which output is which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.replay.fields import FieldDifference
from wwanreplay.replay.live_records import Exchange, is_provisional, is_shown
from wwanreplay.replay.names import code_name, status_name
from wwanreplay.replay.observed import leaves, observed, observed_differences

#: A recorded output and a given one, and whether they stand in another order.
Pair = tuple[Event | None, Event | None, bool]


def comparable(exchange: Exchange) -> tuple[list[Event], list[Event]]:
    """The outputs of both sides: provisional completions only where both sides show them."""
    sides = exchange.recorded, exchange.given
    if all(any(is_provisional(event) and is_shown(event) for event in side) for side in sides):
        return [*sides[0]], [*sides[1]]
    recorded, given = ([event for event in side if not is_provisional(event)] for side in sides)
    return recorded, given


def paired(recorded: Sequence[Event], given: Sequence[Event]) -> Iterator[Pair]:
    """The outputs of one transaction side by side, in strict order.

    An output that stands where another one should, and whose own place is another, was moved. Of
    two sides of different length the outputs that agree are kept together.
    """
    left, right = list(recorded), list(given)
    while left and right:
        one, other = left[0], right[0]
        if _agree(one, other):
            yield left.pop(0), right.pop(0), False
            continue
        ours = next((each for each in left[1:] if _agree(each, other)), None)
        theirs = next((each for each in right[1:] if _agree(one, each)), None)
        if theirs is not None and len(right) > len(left):
            yield None, right.pop(0), False
        elif ours is not None and len(left) > len(right):
            yield left.pop(0), None, False
        elif ours is not None and theirs is not None:
            left.remove(ours)
            yield ours, right.pop(0), True
        else:
            yield left.pop(0), right.pop(0), False
    yield from ((one, None, False) for one in left)
    yield from ((None, other, False) for other in right)


def _agree(one: Event, other: Event) -> bool:
    return is_provisional(one) == is_provisional(other) and not any(differences_of(one, other))


def differences_of(recorded: Event, given: Event) -> Iterator[FieldDifference]:
    """In which members an answer differs from the recorded one; the given value comes first.

    Of an indication those that both sides hold. A completion is compared by its outcome, since a
    driver may refuse at once what a modem fails in.
    """
    if recorded.kind == given.kind == Kind.KIND_INDICATION:
        if (recorded.namespace, recorded.code) == (given.namespace, given.code):
            held = observed(recorded)
            if held and given.payload and not leaves(given):
                texts = f"{len(given.payload)} bytes that no table describes", "as recorded"
                yield FieldDifference("payload", given.payload, recorded.payload, *texts, "content")
                return
            differences = observed_differences(given, recorded)
            yield from (each for each in differences if each.path in held)
        else:
            texts = code_name(given), code_name(recorded)
            yield FieldDifference("code", given.code, recorded.code, *texts)
        return
    is_mbim = recorded.namespace == given.namespace == Namespace.NAMESPACE_MBIM
    if recorded.kind == given.kind and is_mbim:
        is_same = recorded.status == given.status
    else:
        is_same = is_failure(recorded) == is_failure(given)
    if not is_same:
        texts = _outcome(given), _outcome(recorded)
        yield FieldDifference("status", status_of(given), status_of(recorded), *texts)


def status_of(event: Event) -> int:
    """The status of a completion, or the uStatus of an indication; 0 without one."""
    if event.kind == Kind.KIND_COMPLETION:
        return event.status
    status = observed(event).get("uStatus", 0)
    return status if isinstance(status, int) else 0


def is_failure(event: Event) -> bool:
    """Whether an answer says that the request failed."""
    return bool(status_of(event)) and not is_provisional(event)


def _outcome(event: Event) -> str:
    if event.kind == Kind.KIND_COMPLETION:
        return status_name(event.status)
    return "a failure" if is_failure(event) else "success"
