"""Which members of an output a record of a log holds, and how they differ from a device's.

A log shows some members and not others: MBIM carries a part of each NDIS structure, Windows text
prints a few by name. Of those the marks of the tables leave out a few, because they belong to the
place and the moment and no stimulus brings them about (`wwanreplay.protocol.comparison`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from wwanreplay._core import Event, Kind
from wwanreplay.errors import DecodeError
from wwanreplay.protocol.comparison import comparison_of, is_in_failures
from wwanreplay.protocol.decoded import DecodedLeaf
from wwanreplay.replay.fields import FieldDifference
from wwanreplay.replay.names import status_name

#: Payloads whose members are remembered; a log repeats them again and again.
REMEMBERED_MAX: Final = 512


def observed(event: Event) -> dict[str, Any]:
    """The members that a record holds and that are compared, by path; empty when it holds none."""
    values = _observed_by_payload(event) if event.payload else _observed_by_fields(event)
    if values.get("uStatus", 0):
        return {path: value for path, value in values.items() if is_in_failures(path)}
    passed_over = comparison_of(event.code).passed_over(values)
    return {path: value for path, value in values.items() if not path.startswith(passed_over)}


def _observed_by_payload(event: Event) -> dict[str, Any]:
    from wwanreplay.mbim.known import known_of, unindexed

    known = known_of(event)
    return {path: leaf.value for path, leaf in leaves(event).items() if unindexed(path) in known}


def _observed_by_fields(event: Event) -> dict[str, Any]:
    fields = members(event).items()
    return {path: value for path, value in fields if not path.endswith(".ElementType")}


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
    if recorded.kind == Kind.KIND_COMPLETION and expected.kind == Kind.KIND_COMPLETION:
        if recorded.status == expected.status:
            return []
        texts = status_name(recorded.status), status_name(expected.status)
        return [FieldDifference("status", recorded.status, expected.status, *texts)]
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
