"""In which fields two outputs differ: values and text, decoded where they can be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from wwanreplay._core import Event
from wwanreplay.errors import DecodeError
from wwanreplay.replay.names import code_name, kind_name, status_name

HEADER_FIELDS: Final = (
    "kind",
    "namespace",
    "code",
    "port",
    "request_id",
    "status",
    "handle",
    "bytes",
)


class FieldDifference(NamedTuple):
    """One field that differs, as values and as text; None where a side lacks the field.

    `personal` is the field's mark in the tables, empty when it identifies nobody.
    """

    path: str
    recorded: Any
    expected: Any
    recorded_text: str | None
    expected_text: str | None
    personal: str = ""


def field_differences(recorded: Event, expected: Event) -> list[FieldDifference]:
    """The fields in which two outputs differ: those of the record, then those of the payload."""
    found = []
    if recorded.time_ns != expected.time_ns:
        late_ns = recorded.time_ns - expected.time_ns
        found.append(
            FieldDifference(
                "time",
                recorded.time_ns,
                expected.time_ns,
                f"{recorded.time_ns} ns ({late_ns:+d} ns)",
                f"{expected.time_ns} ns",
            )
        )
    for name in HEADER_FIELDS:
        left, right = getattr(recorded, name), getattr(expected, name)
        if (left or 0) != (right or 0):
            texts = _header_text(name, recorded), _header_text(name, expected)
            found.append(FieldDifference(name, left, right, *texts))
    if recorded.payload != expected.payload:
        found += payload_differences(recorded, expected)
    return found


def _header_text(name: str, event: Event) -> str:
    value = getattr(event, name)
    if name == "kind":
        return kind_name(event)
    if name == "status":
        return status_name(value)
    if name == "code":
        return code_name(event)
    return str(value)


def payload_differences(recorded: Event, expected: Event) -> list[FieldDifference]:
    """The fields of two payloads that differ; ranges of bytes where they cannot be decoded."""
    from wwanreplay.protocol.codec import decode_event, format_value

    try:
        sides = decode_event(recorded), decode_event(expected)
    except DecodeError:
        sides = None, None
    left, right = sides
    if left is None or right is None or left.name != right.name:
        return _byte_differences(recorded.payload, expected.payload)
    leaves = [{leaf.path: leaf for leaf in side.leaves()} for side in (left, right)]
    found = []
    for path in dict.fromkeys([*leaves[0], *leaves[1]]):
        one, other = leaves[0].get(path), leaves[1].get(path)
        if one is not None and other is not None and one.value == other.value:
            continue
        some = one or other
        if some is None:
            continue
        found.append(
            FieldDifference(
                path,
                None if one is None else one.value,
                None if other is None else other.value,
                None if one is None else format_value(one.field, one.value),
                None if other is None else format_value(other.field, other.value),
                some.personal,
            )
        )
    # Padding, and what follows the NUL of a text, is no field: then the bytes are shown.
    return found or _byte_differences(recorded.payload, expected.payload)


def _byte_differences(recorded: bytes, expected: bytes) -> list[FieldDifference]:
    found = []
    if len(recorded) != len(expected):
        texts = f"{len(recorded)} bytes", f"{len(expected)} bytes"
        found.append(FieldDifference("payload size", len(recorded), len(expected), *texts))
    for start, end in byte_ranges(recorded, expected):
        left, right = recorded[start:end], expected[start:end]
        path = f"payload[{start}]" if end - start == 1 else f"payload[{start}:{end}]"
        found.append(FieldDifference(path, left, right, left.hex(), right.hex(), "content"))
    return found


def byte_ranges(left: bytes, right: bytes) -> Iterator[tuple[int, int]]:
    """(start, end) of each stretch in which two buffers differ, a longer tail included."""
    start = None
    shared = min(len(left), len(right))
    for at in range(shared):
        if left[at] != right[at]:
            start = at if start is None else start
        elif start is not None:
            yield start, at
            start = None
    if len(left) != len(right):
        yield (shared if start is None else start), max(len(left), len(right))
    elif start is not None:
        yield start, shared
