"""Which members of an output a record of a log holds, and how they differ from a device's.

A log shows some members and not others: MBIM carries a part of each NDIS structure, Windows text
prints a few by name. Of those the marks of the tables leave out a few, because they belong to the
place and the moment and no stimulus brings them about (`wwanreplay.protocol.comparison`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from wwanreplay._core import Event
from wwanreplay.errors import DecodeError
from wwanreplay.protocol.comparison import comparison_of, is_in_failures
from wwanreplay.protocol.decoded import DecodedLeaf
from wwanreplay.protocol.kinds import KIND_COMPLETION
from wwanreplay.replay.fields import FieldDifference
from wwanreplay.replay.names import status_name

#: Payloads whose members are remembered; a log repeats them again and again.
REMEMBERED_MAX: Final = 512
#: Bytes of those of which it is also remembered what is compared, and how they differ.
REMEMBERED_SIZE_MAX: Final = 4096


def observed(event: Event) -> dict[str, Any]:
    """The members that a record holds and that are compared, by path; empty when it holds none."""
    if not event.payload:
        named = members(event).items()
        values = {path: value for path, value in named if not path.endswith(".ElementType")}
        return _compared(event.code, values)
    content = _content_of(event)
    if len(content[-1]) > REMEMBERED_SIZE_MAX:
        return _observed_of.__wrapped__(content)
    return _observed_of(content).copy()


def _compared(code: int, values: dict[str, Any]) -> dict[str, Any]:
    """Those of the members that an output of this code is compared by."""
    if values.get("uStatus", 0):
        return {path: value for path, value in values.items() if is_in_failures(path)}
    passed_over = comparison_of(code).passed_over(values)
    return {path: value for path, value in values.items() if not path.startswith(passed_over)}


#: All that the members of an event with a payload depend on: kind, code, namespace, whether it
#: belongs to a request, payload.
_Content = tuple[int, int, int, bool, bytes]


def _content_of(event: Event) -> _Content:
    return event.kind, event.code, event.namespace, bool(event.request_id), event.payload


def _event_of(content: _Content) -> Event:
    kind, code, namespace, is_of_request, payload = content
    request_id = int(is_of_request)
    return Event(kind, 0, code=code, namespace=namespace, request_id=request_id, payload=payload)


@lru_cache(maxsize=REMEMBERED_MAX)
def _observed_of(content: _Content) -> dict[str, Any]:
    from wwanreplay.mbim.known import known_of, unindexed

    event = _event_of(content)
    known = known_of(event)
    members = {path: leaf.value for path, leaf in leaves(event).items() if unindexed(path) in known}
    return _compared(event.code, members)


def members(event: Event) -> dict[str, Any]:
    """The members of the structure that a record holds beside its buffer, by path."""
    return {
        path: value
        for path, value in (event.fields or {}).items()
        if isinstance(path, str) and not path.startswith(("text.", "mbim."))
    }


def leaves(event: Event) -> Mapping[str, DecodedLeaf]:
    """All members of an event by path; empty when they cannot be read."""
    return _leaves_of(event.kind, event.code, event.namespace, event.payload)


@lru_cache(maxsize=REMEMBERED_MAX)
def _leaves_of(kind: int, code: int, namespace: int, payload: bytes) -> Mapping[str, DecodedLeaf]:
    from wwanreplay.protocol.codec import decode_event

    try:
        decoded = decode_event(Event(kind, 0, code=code, namespace=namespace, payload=payload))
    except DecodeError:
        return {}
    if decoded is None or decoded.raw is not None:
        return {}
    return {leaf.path: leaf for leaf in decoded.leaves()}


def observed_differences(recorded: Event, expected: Event) -> list[FieldDifference]:
    """The members that a record holds and in which the device differs."""
    if recorded.kind == KIND_COMPLETION and expected.kind == KIND_COMPLETION:
        if recorded.status == expected.status:
            return []
        texts = status_name(recorded.status), status_name(expected.status)
        return [FieldDifference("status", recorded.status, expected.status, *texts)]
    payload, other = recorded.payload, expected.payload
    if not payload or not other:
        return _differences(recorded, expected)
    one, two = _content_of(recorded), _content_of(expected)
    if one == two:
        return []
    if len(payload) + len(other) > REMEMBERED_SIZE_MAX:
        return _differences(recorded, expected)
    return list(_differences_of(one, two))


@lru_cache(maxsize=REMEMBERED_MAX)
def _differences_of(recorded: _Content, expected: _Content) -> tuple[FieldDifference, ...]:
    return tuple(_differences(_event_of(recorded), _event_of(expected)))


def _differences(recorded: Event, expected: Event) -> list[FieldDifference]:
    emitted = leaves(expected)
    failure = emitted.get("uStatus")
    is_failure = failure is not None and bool(failure.value)
    differences = []
    for path, value in observed(recorded).items():
        leaf = emitted.get(path)
        if leaf is None or same_value(value, leaf.value):
            continue
        if is_failure and not is_in_failures(path):
            continue  # the device fails: its other members mean nothing
        differences.append(difference_of(recorded, expected, path, value, leaf.value))
    return differences


def same_value(left: Any, right: Any) -> bool:
    """Whether two values of one member are the same; a text ends at its first NUL."""
    if isinstance(left, str) and isinstance(right, str):
        return left.split("\0")[0] == right.split("\0")[0]
    if isinstance(left, bytes | bytearray) and isinstance(right, bytes | bytearray):
        return left.rstrip(b"\0") == right.rstrip(b"\0")
    return bool(left == right)


def difference_of(
    recorded: Event, expected: Event, path: str, value: Any, other: Any
) -> FieldDifference:
    """The difference in one member, with both values as text."""
    from wwanreplay.protocol.codec import format_value

    leaf = leaves(recorded).get(path) or leaves(expected).get(path)
    if leaf is None:
        return FieldDifference(path, value, other, str(value), str(other), "content")
    texts = format_value(leaf.field, value), format_value(leaf.field, other)
    return FieldDifference(path, value, other, *texts, leaf.personal)
