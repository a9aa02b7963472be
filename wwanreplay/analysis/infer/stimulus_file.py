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
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, BinaryIO

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.analysis.infer.places import merged
from wwanreplay.devices.buffers import DEFAULT_STRUCTURES, STIMULUS_DEFAULTS
from wwanreplay.devices.toml import (
    ValuePlace,
    as_list,
    as_number,
    as_table,
    check_keys,
    parse,
)
from wwanreplay.durations import DURATION_NS_MAX
from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import DecodedLeaf, decode_event
from wwanreplay.replay.recording import FOLLOWED
from wwanreplay.script import STEP_COUNT_MAX, read_step, step_payload
from wwanreplay.trace import TraceHeader, TraceReader
from wwanreplay.trace.edit import rewrite_to
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


def without_inferred(events: Iterable[Event]) -> Iterator[Event]:
    """The events without inferred stimuli."""
    return (event for event in events if not is_inferred(event))


@dataclass(slots=True)
class _Around:
    """The followed events around a place: the latest time before it, and that of its neighbours."""

    latest_ns: int | None
    before_ns: int
    behind_ns: int | None = None


class Places:
    """Where the stimuli of entries stand in a trace.

    Its events are given without inferred stimuli, and gone through once.
    """

    def __init__(self, events: Iterable[Event], entries: Iterable[Entry]) -> None:
        self.count = 0
        self._of_time: dict[int, int] = {}
        self._around: dict[int, _Around] = {}
        entries = tuple(entries)
        times_ns = deque(sorted({entry.event.time_ns for entry in entries}))
        wanted = deque(sorted({each.before for each in entries if each.before is not None}))
        unfollowed: list[_Around] = []
        latest_ns: int | None = None
        before_ns = 0
        for number, event in enumerate(events):
            self.count = number + 1
            if wanted and wanted[0] == number:
                around = self._around[wanted.popleft()] = _Around(latest_ns, before_ns)
                unfollowed.append(around)
            if event.kind not in FOLLOWED:
                continue
            before_ns = event.time_ns
            latest_ns = before_ns if latest_ns is None else max(latest_ns, before_ns)
            for around in unfollowed:
                around.behind_ns = before_ns
            unfollowed.clear()
            while times_ns and times_ns[0] <= latest_ns:
                self._of_time[times_ns.popleft()] = number
        for before in wanted:
            self._around[before] = _Around(latest_ns, before_ns)

    def of_time(self, time_ns: int) -> int:
        """The first event of an entry's time or later; behind the last one when all are earlier."""
        return self._of_time.get(time_ns, self.count)

    def check(self, before: int, time_ns: int) -> str:
        """Why an entry of that time cannot stand before a record; empty when it can."""
        if before > self.count:
            return f"there is no record {before}: the trace has {self.count} records"
        around = self._around[before]
        if around.latest_ns is not None and around.latest_ns > time_ns:
            text = duration_text(around.before_ns)
            return f"a record before record {before} is of a later time, {text}"
        if around.behind_ns is not None and around.behind_ns < time_ns:
            return f"record {before} is of an earlier time, {duration_text(around.behind_ns)}"
        return ""


# ------------------------------------------------------------------------------------ to text


def stimuli_text(entries: Sequence[Entry], events: Iterable[Event], title: str = "") -> str:
    """The file; `events` are those of the trace, without inferred stimuli."""
    places = Places(events, entries)
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


def write_with_stimuli(
    source: TraceInput,
    entries: Sequence[Entry],
    out: BinaryIO,
    file: str = "stimuli",
    header: TraceHeader | None = None,
) -> None:
    """Write the trace with these stimuli instead of its inferred ones; recorded ones stay.

    A `header` takes the place of the trace's. UsageError when a stimulus cannot stand where it
    says, and for a pipe: the trace is read several times.
    """
    with TraceReader(source) as reader:
        places = Places(without_inferred(reader.events()), entries)
    placed = []
    for number, entry in enumerate(entries, 1):
        time_ns = entry.event.time_ns
        before = places.of_time(time_ns) if entry.before is None else entry.before
        wrong = "" if entry.before is None else places.check(before, time_ns)
        if wrong:
            hint = "leave `before` out and the time decides"
            raise ValuePlace(file, f"step {number}").error(f"{wrong}; {hint}")
        placed.append((before, entry.event))
    placed.sort(key=lambda each: (each[0], each[1].time_ns))
    rewrite_to(source, lambda events: merged(without_inferred(events), placed), out, header=header)
