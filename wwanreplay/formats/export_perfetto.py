"""Chrome's trace event format (JSON), for ui.perfetto.dev and chrome://tracing.

One process a port, with a lane for each state of the device, lanes of transactions (as many as
overlap), instants for indications and what the environment does; one process for the session's
notes and MBIM messages. Times are in microseconds with three decimals, so that ns stay exact.

Format: the "Trace Event Format" document of the Chromium project; X complete, i instant, C counter,
M metadata events are used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any, BinaryIO, Final

from wwanreplay import __version__
from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.errors import DecodeError
from wwanreplay.formats.export_rows import Row, RowMaker, encoded, json_text
from wwanreplay.formats.exporters import Exported, ExportOptions
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import Decoded, decode_event, format_value
from wwanreplay.protocol.kinds import INDICATION_REQUIRED, REQUESTS
from wwanreplay.protocol.remembered import Remembered
from wwanreplay.trace import TraceReader

# Numbers of Perfetto's processes.
SESSION: Final = 1  # everything that belongs to no port
PORTS: Final = 3  # port 0; port n is PORTS + n
# Lanes of a port: instants first, then states, then transactions.
INDICATIONS, ENVIRONMENT, STATES, TRANSACTIONS = 1, 2, 10, 1000
NOTES, FROM_HOST, FROM_DEVICE = 1, 2, 3  # lanes of the session
#: Transactions that wait at once; the oldest is given up beyond.
OPEN_MAX: Final = 4096
#: Ports that have a process of their own; what a hostile trace has beyond goes to one process.
PORTS_MAX: Final = 256
OTHER_PORTS: Final = -1
#: Lanes for states at most: contexts come from the wire and could be any number.
STATES_MAX: Final = 256

_UNSHOWN = frozenset({"kind", "direction", "time_utc", "time_ns", "payload"})

#: Indication, path of the state, name of its lane.
STATE_ROWS: Final = (
    ("NDIS_STATUS_WWAN_READY_INFO", "ReadyInfo.ReadyState", "SIM"),
    ("NDIS_STATUS_WWAN_RADIO_STATE", "RadioState.HwRadioState", "radio (hardware)"),
    ("NDIS_STATUS_WWAN_RADIO_STATE", "RadioState.SwRadioState", "radio (software)"),
    ("NDIS_STATUS_WWAN_PIN_INFO", "PinInfo.PinState", "PIN"),
    ("NDIS_STATUS_WWAN_REGISTER_STATE", "RegistrationState.RegisterState", "registration"),
    ("NDIS_STATUS_WWAN_PACKET_SERVICE", "PacketService.PacketServiceState", "packet service"),
    ("NDIS_STATUS_WWAN_CONTEXT_STATE", "ContextState.ActivationState", "context"),
    ("NDIS_STATUS_LINK_STATE", "MediaConnectState", "link"),
)
COUNTER_ROWS: Final = (("NDIS_STATUS_WWAN_SIGNAL_STATE", "SignalState.Rssi", "Rssi"),)


def _by_indication(rows: tuple[tuple[str, str, str], ...]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    for indication, path, lane in rows:
        number = PROTOCOL.indication(indication).number
        if number is not None:
            found.setdefault(number, []).append((path, lane))
    return found


_STATES = _by_indication(STATE_ROWS)
_COUNTERS = _by_indication(COUNTER_ROWS)


def export(reader: TraceReader, out: BinaryIO, options: ExportOptions) -> Exported:
    """Write the trace events; `written` counts them, metadata included."""
    exported = Exported()
    maker = RowMaker(reader.header, show_personal=options.show_personal)
    lanes = _Lanes()
    separator = b'{"displayTimeUnit":"ms","traceEvents":[\n'

    def put(trace_events: Iterator[dict[str, Any]]) -> None:
        nonlocal separator
        for trace_event in trace_events:
            out.write(separator + _line(trace_event))
            separator = b",\n"
            exported.written += 1

    put(lanes.begin())
    for event in reader.events():
        put(lanes.take(event, maker.row(event)))
        exported.records += 1
    put(lanes.end())
    header = reader.header
    about = {
        "producer": f"wwanreplay {__version__}",
        "profile": header.profile_name,
        "interface": header.interface,
        "epoch_ns": maker.epoch_ns,
    }
    known = {name: value for name, value in about.items() if value not in ("", None)}
    out.write(b'\n],"metadata":' + encoded(json_text(known)) + b"}\n")
    return exported


class _Json(str):
    """A value that is JSON already."""

    __slots__ = ()


def _text(value: Any) -> str:
    if isinstance(value, _Json):
        return value
    if type(value) is int:
        return str(value)
    if isinstance(value, dict):
        pairs = (f"{json_text(name)}: {_text(inner)}" for name, inner in value.items())
        return "{" + ", ".join(pairs) + "}"
    return json_text(value)


def _line(trace_event: dict[str, Any]) -> bytes:
    """One trace event; times in ns become microseconds."""
    parts = []
    for name, value in trace_event.items():
        if name in ("ts", "dur"):
            sign = "-" if value < 0 else ""
            text = f"{sign}{abs(value) // 1000}.{abs(value) % 1000:03d}"
        else:
            text = _text(value)
        parts.append(f'"{name}":{text}')
    return encoded("{" + ",".join(parts) + "}")


@dataclass(slots=True)
class _State:
    """What a lane of states shows: since when, which value."""

    lane: int
    since_ns: int
    value: str


@dataclass(slots=True)
class _Open:
    """A transaction that waits for its answer."""

    lane: int
    begin_ns: int
    name: str
    arguments: dict[str, Any]


@dataclass(slots=True)
class _Port:
    """What is under way at one port."""

    states: dict[str, _State] = field(default_factory=dict)
    free: list[int] = field(default_factory=list)
    lanes: int = 0


#: Name of a state or counter, and its value: a text or a number.
_Shown = list[tuple[str, str | int]]


class _Lanes:
    """Turns events into trace events; keeps only open transactions and present states."""

    def __init__(self) -> None:
        self._ports: dict[int, _Port] = {}
        self._open: dict[tuple[int, int], _Open] = {}
        self._last_ns = 0
        self._known: Remembered[_Shown] = Remembered()

    def begin(self) -> Iterator[dict[str, Any]]:
        """Names of the session's lanes."""
        yield _metadata("process_name", SESSION, 0, "session")
        for lane, name in (
            (NOTES, "notes"),
            (FROM_HOST, "MBIM from the host"),
            (FROM_DEVICE, "MBIM from the device"),
        ):
            yield from _named(SESSION, lane, name)

    def take(self, event: Event, row: Row) -> Iterator[dict[str, Any]]:
        """The trace events of the next event."""
        self._last_ns = max(self._last_ns, event.time_ns)
        if event.kind in (Kind.KIND_NOTE, Kind.KIND_GAP, Kind.KIND_CLOCK):
            if event.kind != Kind.KIND_CLOCK or event.code:
                name = row.columns["text"] or row.columns["kind"]
                yield _instant(SESSION, NOTES, event, name, row)
            return
        if event.kind == Kind.KIND_WIRE:
            lane = FROM_HOST if event.code == WireDirection.WIRE_HOST_TO_DEVICE else FROM_DEVICE
            yield _instant(SESSION, lane, event, row.columns["name"], row)
            return
        number = self._number(event.port)
        yield from self._port(number)
        if event.kind in REQUESTS:
            yield from self._begin_transaction(number, event, row)
        elif event.kind == Kind.KIND_COMPLETION:
            yield from self._completion(number, event, row)
        elif event.kind == Kind.KIND_INDICATION:
            yield from self._indication(number, event, row)
        elif event.kind == Kind.KIND_CANCEL:
            name = f"cancel {row.columns['name']}"
            yield _instant(PORTS + number, INDICATIONS, event, name, row)
        else:
            name = f"{row.columns['kind']} {row.columns['name']}"
            yield _instant(PORTS + number, ENVIRONMENT, event, name, row)

    def end(self) -> Iterator[dict[str, Any]]:
        """The trace events of everything still open when the session ends."""
        for key in list(self._open):
            yield self._give_up(key)
        for number, port in self._ports.items():
            for name, state in port.states.items():
                yield _state_span(number, name, state, self._last_ns)

    def _number(self, port: int) -> int:
        known = port in self._ports or len(self._ports) < PORTS_MAX
        return port if known else OTHER_PORTS

    def _port(self, number: int) -> Iterator[dict[str, Any]]:
        if number in self._ports:
            return
        self._ports[number] = _Port()
        process = PORTS + number
        name = "other ports" if number == OTHER_PORTS else f"port {number}"
        yield _metadata("process_name", process, 0, name)
        yield from _named(process, INDICATIONS, "indications")
        yield from _named(process, ENVIRONMENT, "environment")

    # ------------------------------------------------------------------ transactions

    def _begin_transaction(self, number: int, event: Event, row: Row) -> Iterator[dict[str, Any]]:
        key = (event.request_id, number)
        if key in self._open:
            yield self._give_up(key)
        elif len(self._open) >= OPEN_MAX:
            yield self._give_up(next(iter(self._open)))
        port = self._ports[number]
        if port.free:
            lane = heappop(port.free)
        else:
            lane = TRANSACTIONS + port.lanes
            port.lanes += 1
            yield from _named(PORTS + number, lane, f"transactions {port.lanes}")
        name = f"{row.columns['kind']} {row.columns['name']}"
        self._open[key] = _Open(lane, event.time_ns, name, {"request": _arguments(row)})

    def _completion(self, number: int, event: Event, row: Row) -> Iterator[dict[str, Any]]:
        key = (event.request_id, number)
        waiting = self._open.get(key)
        if waiting is None:
            name = f"completion {row.columns['name']}: answers no request"
            yield _instant(PORTS + number, INDICATIONS, event, name, row)
        elif event.status == INDICATION_REQUIRED:
            waiting.arguments["accepted_after_ns"] = event.time_ns - waiting.begin_ns
        else:
            yield self._finish(key, event.time_ns, "completion", row)

    def _finish(
        self, key: tuple[int, int], end_ns: int, what: str, row: Row | None
    ) -> dict[str, Any]:
        waiting = self._open.pop(key)
        port = self._ports[key[1]]
        heappush(port.free, waiting.lane)
        if row is not None:
            waiting.arguments[what] = _arguments(row)
        else:
            waiting.arguments["unanswered"] = True
        return {
            "ph": "X",
            "pid": PORTS + key[1],
            "tid": waiting.lane,
            "ts": waiting.begin_ns,
            "dur": max(end_ns - waiting.begin_ns, 0),
            "name": waiting.name,
            "cat": "transaction",
            "args": waiting.arguments,
        }

    def _give_up(self, key: tuple[int, int]) -> dict[str, Any]:
        return self._finish(key, self._last_ns, "", None)

    # -------------------------------------------------------------- indications, states

    def _indication(self, number: int, event: Event, row: Row) -> Iterator[dict[str, Any]]:
        key = (event.request_id, number)
        if event.request_id and key in self._open:
            yield self._finish(key, event.time_ns, "indication", row)
        else:
            yield _instant(PORTS + number, INDICATIONS, event, row.columns["name"], row)
        for name, value in self._shown(event):
            if isinstance(value, int):
                yield _counter(number, event, name, value)
            else:
                yield from self._state(number, event, name, value)

    def _shown(self, event: Event) -> _Shown:
        """What an indication says of states and counters."""
        if event.code not in _STATES and event.code not in _COUNTERS:
            return []
        key = event.namespace, event.code, event.payload
        known = self._known.get(key)
        if known is not None:
            return known
        return self._known.keep(key, _shown_of(event), len(event.payload))

    def _state(self, number: int, event: Event, name: str, value: str) -> Iterator[dict[str, Any]]:
        port = self._ports[number]
        before = port.states.get(name)
        if before is None:
            if len(port.states) >= STATES_MAX:
                return
            lane = STATES + len(port.states)
            yield from _named(PORTS + number, lane, name)
        elif before.value == value:
            return
        else:
            yield _state_span(number, name, before, event.time_ns)
            lane = before.lane
        port.states[name] = _State(lane, event.time_ns, value)


def _shown_of(event: Event) -> _Shown:
    try:
        decoded = decode_event(event)
    except DecodeError:
        return []
    if decoded is None or decoded.raw is not None or decoded.get("uStatus"):
        return []
    found: _Shown = [
        (name, decoded[path]) for path, name in _COUNTERS.get(event.code, ()) if path in decoded
    ]
    for path, name in _STATES.get(event.code, ()):
        value = _leaf_text(decoded, path)
        if value is not None:
            found.append((_lane_name(decoded, name), value))
    return found


def _lane_name(decoded: Decoded, name: str) -> str:
    if name != "context":
        return name
    return f"context {decoded['ContextState.ConnectionId']}"


def _leaf_text(decoded: Decoded, path: str) -> str | None:
    """The value at a path by its name, None when this layout lacks it."""
    for leaf in decoded.fixed_leaves():
        if leaf.path == path:
            return format_value(leaf.field, leaf.value)
    return None


def _metadata(kind: str, process: int, lane: int, name: str) -> dict[str, Any]:
    return {"ph": "M", "pid": process, "tid": lane, "name": kind, "args": {"name": name}}


def _named(process: int, lane: int, name: str) -> Iterator[dict[str, Any]]:
    """A lane's name and its place among the lanes."""
    yield _metadata("thread_name", process, lane, name)
    order = {"ph": "M", "pid": process, "tid": lane, "name": "thread_sort_index"}
    yield {**order, "args": {"sort_index": lane}}


def _instant(process: int, lane: int, event: Event, name: str, row: Row) -> dict[str, Any]:
    return {
        "ph": "i",
        "s": "t",
        "pid": process,
        "tid": lane,
        "ts": event.time_ns,
        "name": name,
        "cat": row.columns["kind"],
        "args": _arguments(row),
    }


def _counter(number: int, event: Event, name: str, value: int) -> dict[str, Any]:
    return {
        "ph": "C",
        "pid": PORTS + number,
        "tid": 0,
        "ts": event.time_ns,
        "name": name,
        "args": {name: value},
    }


def _state_span(port: int, name: str, state: _State, end_ns: int) -> dict[str, Any]:
    return {
        "ph": "X",
        "pid": PORTS + port,
        "tid": state.lane,
        "ts": state.since_ns,
        "dur": max(end_ns - state.since_ns, 0),
        "name": state.value,
        "cat": "state",
        "args": {"of": name},
    }


def _arguments(row: Row) -> _Json:
    """What is shown of an event when it is clicked on."""
    values = {
        name: value
        for name, value in row.columns.items()
        if value is not None and name not in _UNSHOWN
    }
    if not row.leaves:
        return _Json(json_text(values))
    if row.fields.keys() & values.keys():  # a field of the log may be called as a column is
        return _Json(json_text({**values, **row.fields}))
    return _Json(f"{json_text(values)[:-1]}, {row.contents.json[1:]}")
