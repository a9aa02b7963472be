"""Where a trace begins: sessions cut anywhere go on on a device led to their start."""

from collections.abc import Iterator

import pytest
from groups import every, sampled
from hypothesis import given, settings
from hypothesis import strategies as st
from infer_samples import (
    PAIRS,
    SECOND,
    TRACE_NAMES,
    answer_of,
    answers,
    events_of_session,
    events_of_trace,
    started,
)

from wwanreplay._core import Engine, Event, Kind, Profile, RecordWriter
from wwanreplay.analysis.infer.profile import profile_of
from wwanreplay.analysis.infer.start import start_of
from wwanreplay.analysis.infer.states import DEREGISTERED, SEARCHING
from wwanreplay.devices.profile import load_profile
from wwanreplay.errors import InputError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event
from wwanreplay.protocol.kinds import INDICATION_REQUIRED
from wwanreplay.record import Session
from wwanreplay.replay.start import apply_start

CUTS_OF_SESSION = 2
REGISTER_STATE = PROTOCOL.indication("NDIS_STATUS_WWAN_REGISTER_STATE").number
INPUTS = (Kind.KIND_SET, Kind.KIND_CANCEL, Kind.KIND_STIMULUS, Kind.KIND_LIFECYCLE)


def undisturbed(events: list[Event], query: int, answer: Event) -> bool:
    """Whether nothing but answers to queries stands between a query and its answer."""
    for event in events[query + 1 :]:
        if event is answer:
            return True
        changed = event.kind == Kind.KIND_INDICATION and not event.request_id
        if event.kind in INPUTS or changed:
            return False
    return False


def open_sets(events: list[Event], position: int) -> bool:
    """Whether a set is under way at a position."""
    waiting = set()
    for event in events[:position]:
        key = (event.port, event.request_id)
        if event.kind == Kind.KIND_SET:
            waiting.add(key)
        elif event.kind == Kind.KIND_INDICATION or (
            event.kind == Kind.KIND_COMPLETION and event.status != INDICATION_REQUIRED
        ):
            waiting.discard(key)
    return bool(waiting)


def ends_unseen(events: list[Event], position: int) -> bool:
    """Whether a search for a network is under way, and what ends it is no network."""
    reports = []
    for at, event in enumerate(events):
        if event.kind == Kind.KIND_INDICATION and event.code == REGISTER_STATE:
            decoded = decode_event(event)
            assert decoded is not None
            reports.append((at, decoded.number("RegistrationState.RegisterState")))
    before = [state for at, state in reports if at < position]
    after = [state for at, state in reports if at > position]
    return before[-1:] == [SEARCHING] and after[:1] == [DEREGISTERED]


def check_cuts(events: list[Event], cuts: int | None = None) -> int:
    """Cut before queries, and query a device led to the start; how many queries."""
    quiet = [
        (position, query, answer)
        for position, query, answer in answers(events)
        if undisturbed(events, position, answer)
        and not open_sets(events, position)
        and not ends_unseen(events, position)
    ]
    if cuts is not None:
        quiet = quiet[:: max(1, len(quiet) // cuts)]
    for position, query, answer in quiet:
        rest = events[position:]
        profile = profile_of(rest)
        engine = started(profile.mapping, start_of(rest, profile.mapping))
        emitted = answer_of(engine, query, answer.time_ns - query.time_ns)
        assert emitted is not None, position
        assert emitted.payload == answer.payload, (position, PROTOCOL.oid_by_number.get(query.code))
    return len(quiet)


@pytest.mark.parametrize("name", sampled(TRACE_NAMES, 2))
def test_a_trace_cut_before_a_query_goes_on_with_the_same_answer(name: str) -> None:
    assert check_cuts(events_of_trace(name), 10)


#: Sessions with a query whose answer rests on what the rest of them does not show: which networks
#: came into view later, and that a failure without a reason is for want of a SIM.
NOT_SHOWN = (("cdma", "roaming"), ("no-sim", "lte-attach"), ("pin-locked", "lte-attach"))


@pytest.mark.parametrize(("profile", "script"), sampled(PAIRS, 8))
def test_a_session_cut_before_a_query_goes_on_with_the_same_answer(
    profile: str, script: str
) -> None:
    if (profile, script) in NOT_SHOWN:
        with pytest.raises(AssertionError):
            check_cuts(events_of_session(profile, script), CUTS_OF_SESSION)
        return
    assert check_cuts(events_of_session(profile, script), CUTS_OF_SESSION) >= 0


def cut_points(events: list[Event]) -> Iterator[int]:
    """Where to cut: before inputs."""
    for position, event in enumerate(events):
        if event.kind <= Kind.KIND_CANCEL or event.kind in INPUTS:
            yield position


@pytest.mark.parametrize("name", sampled(TRACE_NAMES, 5))
def test_the_device_is_quiet_unless_a_registration_is_under_way(name: str) -> None:
    events = events_of_trace(name)
    points = list(cut_points(events))
    for position in points[:: max(1, len(points) // 6)]:
        rest = events[position:]
        mapping = profile_of(rest).mapping
        engine = started(mapping, start_of(rest, mapping))
        due_ns = engine.next_due_ns
        assert engine.drain() == []
        if due_ns is not None:
            assert engine.state()["registering"]
            registered = {
                event.time_ns
                for event in rest
                if event.code == PROTOCOL.indication("NDIS_STATUS_WWAN_REGISTER_STATE").number
            }
            assert due_ns in registered or due_ns > events[-1].time_ns


def test_a_device_that_is_led_to_a_start_emits_nothing_whatever_its_seed() -> None:
    events = events_of_trace("two-ports")[40:]
    mapping = profile_of(events).mapping
    start = start_of(events, mapping)
    assert start == start_of(events, mapping)
    first, second = Engine(Profile(mapping), 1), Engine(Profile(mapping), 2)
    for engine in (first, second):
        apply_start(engine, start)
        assert engine.drain() == []
        assert engine.now_ns == 0
    assert first.state() == second.state()


def test_a_start_may_hold_inputs_and_outputs_only() -> None:
    writer = RecordWriter()
    writer.append(Event(Kind.KIND_NOTE, 0, payload=b"hello"))
    records = writer.take()[0]
    engine = Engine(Profile(load_profile("lte-home").mapping), 0)
    with pytest.raises(InputError, match="the trace's start holds a KIND_NOTE"):
        apply_start(engine, records)


def test_times_of_a_start_never_go_back() -> None:
    with Session("lte-home") as session:
        session.run("5s")
        events = [event for event in session.events if event.kind == Kind.KIND_INDICATION]
    writer = RecordWriter()
    for event in (*events, *events[:1]):
        writer.append(event)
    engine = Engine(Profile(load_profile("lte-home").mapping), 0)
    apply_start(engine, writer.take()[0])
    # Times count from the first record.
    assert engine.now_ns == events[-1].time_ns - events[0].time_ns
    assert engine.drain() == []


NAMES = [name for name, row in PROTOCOL.indication_by_name.items() if row.number and row.structs]


@st.composite
def hostile_events(draw: st.DrawFn) -> list[Event]:
    """Indications with any bytes or fields, requests with any structure, in any order."""
    events = []
    numbers = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7, 99, 0xFFFFFFFF])
    for _ in range(draw(st.integers(0, 12))):
        name = draw(st.sampled_from(NAMES))
        row = PROTOCOL.indication_by_name[name]
        layout = PROTOCOL.structure(row.structs[-1]).layouts[-1]
        paths = [leaf.path for leaf in PROTOCOL.flat(row.structs[-1], layout.id).leaves]
        values = st.one_of(
            numbers,
            st.text(max_size=12),
            st.integers(-(2**63), 2**64 - 1),
            st.binary(max_size=9),
            st.none(),
        )
        fields = draw(st.none() | st.dictionaries(st.sampled_from(paths or ["x"]), values))
        if fields is not None and draw(st.booleans()):
            fields["Elements[0].Provider.ProviderId"] = draw(values)
            fields["Elements"] = draw(values)
        size = draw(st.integers(0, layout.size + 8))
        words = draw(st.lists(numbers, min_size=4, max_size=16))
        payload = b"".join(word.to_bytes(4, "little") for word in words).ljust(size, b"\xd8")
        header = bytes([0x80, draw(st.integers(0, 4))]) + layout.size.to_bytes(2, "little")
        kind = draw(st.sampled_from([Kind.KIND_INDICATION, Kind.KIND_COMPLETION, Kind.KIND_SET]))
        solicits = [oid for oid, _ in row.solicited_by] or ["OID_WWAN_CONNECT"]
        code = row.number if kind == Kind.KIND_INDICATION else PROTOCOL.oid(solicits[0]).number
        events.append(
            Event(
                kind,
                draw(st.integers(0, 2**62)),
                port=draw(st.sampled_from([0, 1, 3, 4, 0xFFFFFFFF])),
                request_id=draw(st.sampled_from([0, 1, 2**64 - 1])),
                code=code or 0,
                status=draw(st.sampled_from([0, INDICATION_REQUIRED, 0xC00000BB])),
                payload=header + payload[4:] if draw(st.booleans()) else payload,
                fields=fields,
                index=draw(st.none() | st.integers(0, 2**62)),
            )
        )
    return events


@pytest.mark.long
@settings(max_examples=300 // every(5))
@given(hostile_events())
def test_no_event_is_too_strange(events: list[Event]) -> None:
    profile = profile_of(events)
    engine = started(profile.mapping, start_of(events, profile.mapping))
    engine.advance(SECOND)
    assert all(isinstance(line, str) for line in profile.assumed)
