"""Sessions to infer from: the sample traces, and every shipped script on every shipped profile."""

from functools import cache

from checkout import TRACES

from wwanreplay._core import Engine, Event, Kind, Namespace, Profile
from wwanreplay.devices.buffers import encode_stimulus
from wwanreplay.devices.profile import shipped_profiles
from wwanreplay.devices.toml import ValuePlace
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.record import Session
from wwanreplay.replay.start import apply_start
from wwanreplay.script import shipped_scripts
from wwanreplay.trace import TraceReader

TRACE_NAMES = sorted(path.stem for path in TRACES.glob("*.wwtrace"))
PAIRS = [
    (profile, script) for profile in sorted(shipped_profiles()) for script in shipped_scripts()
]
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


def requested(engine: Engine, query: Event, delay_ns: int) -> Event | None:
    """What a device answers to a query at its time, when the answer takes that long."""
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
