"""In which fields two outputs differ: values and text, decoded where they can be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from wwanreplay._core import Event
from wwanreplay.errors import DecodeError
from wwanreplay.replay.align import COMPARED_FIELDS
from wwanreplay.replay.names import code_name, kind_name, status_name


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
    left_ns, right_ns = recorded.time_ns, expected.time_ns
    if left_ns != right_ns:
        texts = f"{left_ns} ns ({left_ns - right_ns:+d} ns)", f"{right_ns} ns"
        found.append(FieldDifference("time", left_ns, right_ns, *texts))
    for name in COMPARED_FIELDS:
        left, right = getattr(recorded, name), getattr(expected, name)
        if (left or 0) != (right or 0):
            texts = _header_text(name, recorded), _header_text(name, expected)
            found.append(FieldDifference(name, left, right, *texts))
    if recorded.payload != expected.payload:
        found += payload_differences(recorded, expected)
    return found


def _header_text(name: str, event: Event) -> str:
    if name == "status":
        return status_name(event.status)
    named = {"kind": kind_name, "code": code_name}.get(name)
    return str(getattr(event, name)) if named is None else named(event)


def payload_differences(recorded: Event, expected: Event) -> list[FieldDifference]:
    """The fields of two payloads that differ; ranges of bytes where they cannot be decoded."""
    from wwanreplay.protocol.codec import decode_event, format_value

    found = []
    try:
        left, right = decode_event(recorded), decode_event(expected)
    except DecodeError:
        left = right = None
    if left is not None and right is not None and left.name == right.name:
        leaves = [{leaf.path: leaf for leaf in side.leaves()} for side in (left, right)]
        for path, some in {**leaves[0], **leaves[1]}.items():
            both = [side.get(path) for side in leaves]
            one, other = (None if leaf is None else leaf.value for leaf in both)
            if None in both or one != other:
                left_text, right_text = (
                    None if leaf is None else format_value(leaf.field, leaf.value) for leaf in both
                )
                found.append(
                    FieldDifference(path, one, other, left_text, right_text, some.personal)
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
    for at in range(max(len(left), len(right)) + 1):
        if left[at : at + 1] != right[at : at + 1]:
            start = at if start is None else start
        elif start is not None:
            yield start, at
            start = None
