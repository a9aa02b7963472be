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
from wwanreplay.replay.fields import FieldDifference

#: Payloads whose members are remembered; a log repeats them again and again.
REMEMBERED_MAX: Final = 512
_MISSING: Final = object()


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
    values = everything(event)
    return {path: value for path, value in values.items() if unindexed(path) in known}


def _observed_by_fields(event: Event) -> dict[str, Any]:
    return {
        path: value
        for path, value in (event.fields or {}).items()
        if isinstance(path, str)
        and not path.startswith(("text.", "mbim."))
        and not path.endswith(".ElementType")
    }


def everything(event: Event) -> Mapping[str, Any]:
    """All members of an event by path; empty when they cannot be read."""
    return _everything(event.kind, event.code, event.namespace, event.payload)


@lru_cache(maxsize=REMEMBERED_MAX)
def _everything(kind: int, code: int, namespace: int, payload: bytes) -> Mapping[str, Any]:
    from wwanreplay.protocol.codec import decode_event

    try:
        decoded = decode_event(Event(kind, 0, code=code, namespace=namespace, payload=payload))
    except DecodeError:
        return {}
    if decoded is None or decoded.raw is not None:
        return {}
    return {leaf.path: leaf.value for leaf in decoded.leaves()}


def observed_differences(recorded: Event, expected: Event) -> list[FieldDifference]:
    """The members that a record holds and in which the device differs."""
    if recorded.kind == Kind.KIND_COMPLETION and expected.kind == Kind.KIND_COMPLETION:
        return _status_difference(recorded, expected)
    emitted = everything(expected)
    differences = []
    values = observed(recorded)
    for path, value in values.items():
        other = emitted.get(path, _MISSING)
        if other is _MISSING or same_value(value, other):
            continue
        if emitted.get("uStatus", 0) and not is_in_failures(path):
            continue  # the device fails: its other members mean nothing
        differences.append(difference_of(recorded, expected, path, value, other))
    return differences


def same_value(left: Any, right: Any) -> bool:
    """Whether two values of one member are the same; a text ends at its first NUL."""
    if isinstance(left, str) and isinstance(right, str):
        return left.split("\0")[0] == right.split("\0")[0]
    if isinstance(left, bytes | bytearray) and isinstance(right, bytes | bytearray):
        shared = min(len(left), len(right))
        return (
            left[:shared] == right[:shared] and not any(left[shared:]) and not any(right[shared:])
        )
    return bool(left == right)


def _status_difference(recorded: Event, expected: Event) -> list[FieldDifference]:
    from wwanreplay.replay.names import status_name

    if recorded.status == expected.status:
        return []
    texts = status_name(recorded.status), status_name(expected.status)
    return [FieldDifference("status", recorded.status, expected.status, *texts)]


def difference_of(
    recorded: Event, expected: Event, path: str, value: Any, other: Any
) -> FieldDifference:
    """The difference in one member, with both values as text."""
    from wwanreplay.protocol.codec import decode_event, format_value

    for event in (recorded, expected):
        try:
            decoded = decode_event(event) if event.payload else None
        except DecodeError:
            decoded = None
        for leaf in () if decoded is None or decoded.raw is not None else decoded.leaves():
            if leaf.path == path:
                texts = format_value(leaf.field, value), format_value(leaf.field, other)
                return FieldDifference(path, value, other, *texts, leaf.personal)
    return FieldDifference(path, value, other, str(value), str(other), "content")
