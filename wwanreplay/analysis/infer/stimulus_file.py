"""Stimuli as a small TOML file: saved, edited by hand, and put into a trace again.

step = [
  { at = "3.5s", stimulus = "signal", values = { Rssi = 9 } },
]

The entries are steps of a script. The time says where a stimulus stands: before the first event
of that time or later. Where an inferred one stands elsewhere among events of one time, `before`
names the record, counted without inferred stimuli.
"""

from __future__ import annotations

import json
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.devices.buffers import DEFAULT_STRUCTURES, STIMULUS_DEFAULTS
from wwanreplay.devices.toml import (
    DURATION_NS_MAX,
    ValuePlace,
    as_list,
    as_number,
    as_table,
    check_keys,
    parse,
)
from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import DecodedLeaf, decode_event
from wwanreplay.replay.recording import FOLLOWED
from wwanreplay.script import STEP_COUNT_MAX, read_step, step_payload
from wwanreplay.trace import TraceHeader
from wwanreplay.trace.edit import rewrite
from wwanreplay.trace.source import TraceInput


@dataclass(frozen=True, slots=True)
class Entry:
    """A stimulus and the record before which it stands, counted without inferred stimuli.

    None leaves it to the time.
    """

    event: Event
    before: int | None = None


def is_inferred(event: Event) -> bool:
    """Whether a record is a stimulus that was inferred."""
    return event.kind == Kind.KIND_STIMULUS and bool(event.flags & RecordFlag.FLAG_INFERRED)


def entries_of(events: Iterable[Event]) -> list[Entry]:
    """The inferred stimuli among the events of a trace."""
    entries = []
    count = 0
    for event in events:
        if is_inferred(event):
            entries.append(Entry(event, count))
        else:
            count += 1
    return entries


class Places:
    """Where stimuli stand in a trace, whose events are given without inferred stimuli."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.count = len(events)
        self._events = events
        self._numbers = [number for number, event in enumerate(events) if event.kind in FOLLOWED]
        self._latest_ns: list[int] = []
        latest_ns = 0
        for number in self._numbers:
            latest_ns = max(latest_ns, events[number].time_ns)
            self._latest_ns.append(latest_ns)

    def of_time(self, time_ns: int) -> int:
        """The first event of a time or later; behind the last one when all are earlier."""
        place = bisect_left(self._latest_ns, time_ns)
        return self._numbers[place] if place < len(self._numbers) else self.count

    def check(self, before: int, time_ns: int) -> str:
        """Why a stimulus of that time cannot stand before a record; empty when it can."""
        if before > self.count:
            return f"there is no record {before}: the trace has {self.count} records"
        place = bisect_left(self._numbers, before)
        if place and self._latest_ns[place - 1] > time_ns:
            return f"a record before record {before} is of a later time, {self._text(place - 1)}"
        if place < len(self._numbers) and self._events[self._numbers[place]].time_ns < time_ns:
            return f"record {before} is of an earlier time, {self._text(place)}"
        return ""

    def _text(self, place: int) -> str:
        return duration_text(self._events[self._numbers[place]].time_ns)


# ------------------------------------------------------------------------------------ to text


def stimuli_text(entries: Iterable[Entry], events: Sequence[Event], title: str = "") -> str:
    """The file; `events` are those of the trace, without inferred stimuli."""
    places = Places(events)
    lines = [f"# {line}\n" for line in title.splitlines()]
    lines.append("step = [\n")
    lines += [f"  {_entry_text(entry, places)},\n" for entry in entries]
    lines.append("]\n")
    return "".join(lines)


def _entry_text(entry: Entry, places: Places) -> str:
    event = entry.event
    start = f'at = "{duration_text(event.time_ns)}", stimulus = "{_name(event)}"'
    end = f", port = {event.port}" if event.port else ""
    if entry.before is not None and entry.before != places.of_time(event.time_ns):
        end += f", before = {entry.before}"
    values = ", ".join(f"{key} = {text}" for key, text in _values(event))
    text = f"{{ {start}, values = {{ {values} }}{end} }}"
    if _payload_of(text) == event.payload:
        return text
    return f'{{ {start}, payload_hex = "{event.payload.hex()}"{end} }}'


def _name(event: Event) -> str:
    return PROTOCOL.stimulus_by_number[event.code].name


def _payload_of(text: str) -> bytes | None:
    """The payload that an entry stands for; None when it cannot be read."""
    try:
        text.encode()
        table = tomllib.loads(f"step = {text}")["step"]
        table.pop("before", None)
        return step_payload(read_step(table, ValuePlace("stimuli")), DEFAULT_STRUCTURES)
    except (UsageError, UnicodeError, tomllib.TOMLDecodeError):
        return None


def _values(event: Event) -> Iterator[tuple[str, str]]:
    """(key, TOML value) of the fields that are not zero or that have another default."""
    try:
        decoded = decode_event(event)
    except DecodeError:
        return
    if decoded is None or decoded.raw is not None:
        return
    defaults = STIMULUS_DEFAULTS.get(_name(event), {})
    for leaf in decoded.leaves():
        name = leaf.path.rpartition(".")[2]
        empty = not (any(leaf.value) if isinstance(leaf.value, bytes) else leaf.value)
        if name == "DataSize" or (empty and not leaf.field.values and name not in defaults):
            continue
        yield name, _value_text(leaf, name)


def _value_text(leaf: DecodedLeaf, name: str) -> str:
    value: Any = leaf.value
    if isinstance(value, bytes):
        if leaf.field.kind == "u8" and leaf.field.count in (4, 16):
            return f'"{ip_address(value)}"'
        padded = value.rstrip(b"\0") if leaf.field.count == len(value) and name != "Data" else value
        return f'"{padded.hex()}"'
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if leaf.field.values:
        text = PROTOCOL.text_of(leaf.field.values, value)
        try:
            if PROTOCOL.number_of(leaf.field.values, text) == value:
                return f'"{text}"'
        except UsageError:
            pass
        return str(value)
    if name.endswith("Ns") and 0 <= value <= DURATION_NS_MAX:
        return f'"{duration_text(value)}"'
    return str(value)


def duration_text(time_ns: int) -> str:
    """A time in seconds, exactly, as scripts take it."""
    seconds, rest = divmod(time_ns, 10**9)
    return f"{seconds}.{rest:09d}".rstrip("0").rstrip(".") + "s"


# ---------------------------------------------------------------------------------- from text


def parse_stimuli(text: str, file: str) -> list[Entry]:
    """The stimuli of a file's text; UsageError with file, step and field for anything wrong."""
    place = ValuePlace(file)
    tables = parse(text, file)
    check_keys(tables, ("step",), place)
    rows = as_list(tables.get("step", []), place.inside("step"), STEP_COUNT_MAX)
    return [
        _entry(as_table(row, inside), inside)
        for number, row in enumerate(rows, 1)
        for inside in (place.inside(f"step {number}"),)
    ]


def _entry(table: dict[str, Any], place: ValuePlace) -> Entry:
    table = dict(table)
    before = table.pop("before", None)
    if before is not None:
        before = as_number(before, place.inside("before"), 2**63 - 1)
    step = read_step(table, place)
    if step.action != "stimulus":
        raise place.error(f"is a {step.action}; only stimuli can be put into a trace")
    if step.at_ns is None or step.until_idle:
        raise place.error('needs at = "TIME", the time since the start of the trace')
    event = Event(
        Kind.KIND_STIMULUS,
        step.at_ns,
        port=step.options.get("port", 0),
        code=PROTOCOL.stimulus(step.subject).number,
        payload=step_payload(step, DEFAULT_STRUCTURES),
        flags=RecordFlag.FLAG_INFERRED,
    )
    return Entry(event, before)


def with_stimuli(
    source: TraceInput,
    entries: Sequence[Entry],
    file: str = "stimuli",
    header: TraceHeader | None = None,
) -> bytes:
    """The trace with these stimuli instead of its inferred ones; recorded ones stay.

    A `header` takes the place of the trace's. UsageError when a stimulus cannot stand where it
    says.
    """

    def edit(events: list[Event]) -> list[Event]:
        kept = [event for event in events if not is_inferred(event)]
        places = Places(kept)
        at: dict[int, list[Event]] = {}
        for number, entry in enumerate(entries, 1):
            time_ns = entry.event.time_ns
            before = places.of_time(time_ns) if entry.before is None else entry.before
            wrong = "" if entry.before is None else places.check(before, time_ns)
            if wrong:
                hint = "leave `before` out and the time decides"
                raise ValuePlace(file, f"step {number}").error(f"{wrong}; {hint}")
            at.setdefault(before, []).append(entry.event)
        edited: list[Event] = []
        for place in range(len(kept) + 1):
            edited += sorted(at.get(place, []), key=lambda event: event.time_ns)
            edited += kept[place : place + 1]
        return edited

    return rewrite(source, edit, header=header)
