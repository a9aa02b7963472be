"""Sessions to infer from: sample traces, scripts on profiles, and single events."""

import re
from functools import cache
from itertools import product

from checkout import DOCS, TRACES

from wwanreplay._core import Engine, Event, Kind, Namespace, Profile
from wwanreplay.analysis.infer.profile import profile_of
from wwanreplay.analysis.infer.start import start_of
from wwanreplay.devices.buffers import encode_stimulus, encode_structure
from wwanreplay.devices.profile import shipped_profiles
from wwanreplay.devices.toml import ValuePlace
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.record import Session
from wwanreplay.replay.start import apply_start
from wwanreplay.script import shipped_scripts
from wwanreplay.trace import TraceReader

PAGE = DOCS / "inference.md"
TRACE_NAMES = sorted(path.stem for path in TRACES.glob("*.wwtrace"))
PAIRS = list(product(sorted(shipped_profiles()), shipped_scripts()))
SECOND = 10**9
REQUIRED = PROTOCOL.ndis_status_by_name["NDIS_STATUS_INDICATION_REQUIRED"].number


@cache
def events_of_trace(name: str) -> list[Event]:
    """The events of a sample trace."""
    with TraceReader(str(TRACES / f"{name}.wwtrace")) as reader:
        return list(reader.events())


@cache
def events_of_session(profile: str, script: str) -> list[Event]:
    """The events of a script played on a profile, as far as the profile lets it be played."""
    with Session(profile) as session:
        try:
            session.play(script)
        except UsageError:
            session.until_idle()
        trace = session.trace()
    with TraceReader(trace) as reader:
        return list(reader.events())


def started(mapping: dict, start: bytes = b"") -> Engine:
    """A device of a profile, led to a start."""
    engine = Engine(Profile(mapping), 7)
    apply_start(engine, start)
    return engine


def answers(events: list[Event]) -> list[tuple[int, Event, Event]]:
    """(position, query, what answered it): the queries that were answered with data."""
    found = []
    queries: dict[tuple[int, int], tuple[int, Event]] = {}
    for position, event in enumerate(events):
        key = (event.port, event.request_id)
        if event.kind == Kind.KIND_QUERY:
            queries[key] = (position, event)
        elif event.kind in (Kind.KIND_SET, Kind.KIND_METHOD):
            queries.pop(key, None)
        elif event.request_id and key in queries and event.payload:
            found.append((*queries.pop(key), event))
    return found


def answer_of(engine: Engine, query: Event, delay_ns: int) -> Event | None:
    """The answer of a device to a query at its time, when it takes that long."""
    engine.advance(query.time_ns)
    engine.drain()
    if query.namespace != Namespace.NAMESPACE_MBIM:
        latency = {"Operation": query.code, "DelayNs": delay_ns, "CompletionDelayNs": 0}
        payload = encode_stimulus("latency", latency, ValuePlace("latency"))
        code = PROTOCOL.stimulus("latency").number
        engine.submit(Event(Kind.KIND_STIMULUS, query.time_ns, code=code, payload=payload))
    engine.submit(query)
    engine.advance(query.time_ns + delay_ns + SECOND)
    for event in engine.drain():
        if event.request_id == query.request_id and event.payload:
            return event
    return None


def report(name: str, values: dict, time_ns: int = 0, request_id: int = 0, port: int = 0) -> Event:
    """An indication of NDIS_STATUS_WWAN_: an event, or with a RequestId an answer."""
    indication = PROTOCOL.indication(f"NDIS_STATUS_WWAN_{name}")
    payload = encode_structure(indication.structs[-1], 2, values)
    return Event(
        Kind.KIND_INDICATION,
        time_ns,
        port=port,
        request_id=request_id,
        code=indication.number or 0,
        payload=payload,
    )


def query(oid: str, request_id: int) -> Event:
    """A query of OID_WWAN_."""
    number = PROTOCOL.oid(f"OID_WWAN_{oid}").number or 0
    return Event(Kind.KIND_QUERY, 0, request_id=request_id, code=number, capacity=4096)


def set_request(oid: str, structure: str, values: dict, request_id: int) -> Event:
    """A set of OID_WWAN_."""
    number = PROTOCOL.oid(f"OID_WWAN_{oid}").number or 0
    payload = encode_structure(structure, 2, values)
    return Event(Kind.KIND_SET, 0, request_id=request_id, code=number, payload=payload)


def status(name: str) -> int:
    """The number of a WWAN_STATUS_."""
    return PROTOCOL.wwan_status_by_name[f"WWAN_STATUS_{name}"].number


def mapping_of(*events: Event) -> dict:
    """The mapping of the profile of these events."""
    return profile_of(events).mapping


def started_from(*events: Event) -> Engine:
    """A device of the profile of these events, led to where they begin."""
    mapping = mapping_of(*events)
    return started(mapping, start_of(events, mapping))


def state_before(*events: Event) -> dict:
    """The state of a device that was led to where these events begin."""
    return started_from(*events).state()


#: Members of a report of registration at home.
HOME = {
    "RegistrationState.RegisterState": 3,
    "RegistrationState.RegisterMode": 1,
    "RegistrationState.ProviderId": "26201",
    "RegistrationState.ProviderName": "Example",
}


def documented_variables() -> list[tuple[str, str, list[str], list[str]]]:
    """The rows of the page: variable, stimulus, evidence, and the fields that show it."""
    rows = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if re.match(r"\| [\w ]+ \| `\w+` \|", line):
            cells = [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]
            rows.append((cells[0], cells[1], cells[2].split(", "), cells[3].split(", ")))
    return rows
