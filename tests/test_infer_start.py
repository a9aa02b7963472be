"""Where a trace begins: sessions cut anywhere go on on a device led to their start."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from infer_samples import (
    PAIRS,
    SECOND,
    TRACE_NAMES,
    answers,
    events_of_session,
    events_of_trace,
    requested,
    started,
)

from wwanreplay._core import Engine, Event, Kind, Profile, RecordWriter
from wwanreplay.analysis.infer.profile import profile_of
from wwanreplay.analysis.infer.start import start_of, state_of
from wwanreplay.devices.buffers import encode_structure
from wwanreplay.devices.profile import load_profile
from wwanreplay.errors import InputError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode
from wwanreplay.record import Session
from wwanreplay.replay.start import apply_start

CUTS_OF_SESSION = 2
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
            event.kind == Kind.KIND_COMPLETION and event.status != 0x40230001
        ):
            waiting.discard(key)
    return bool(waiting)


def check_cuts(events: list[Event], cuts: int | None = None) -> int:
    """Cut before queries, and ask a device led to the start; how many were asked."""
    quiet = [
        (position, query, answer)
        for position, query, answer in answers(events)
        if undisturbed(events, position, answer) and not open_sets(events, position)
    ]
    if cuts is not None:
        quiet = quiet[:: max(1, len(quiet) // cuts)]
    for position, query, answer in quiet:
        rest = events[position:]
        profile = profile_of(rest)
        engine = started(profile.mapping, start_of(rest, profile.mapping))
        said = requested(engine, query, answer.time_ns - query.time_ns)
        assert said is not None, position
        assert said.payload == answer.payload, (position, PROTOCOL.oid_by_number.get(query.code))
    return len(quiet)


@pytest.mark.parametrize("name", TRACE_NAMES)
def test_a_trace_cut_before_a_query_goes_on_with_the_same_answer(name: str) -> None:
    assert check_cuts(events_of_trace(name), 10)


@pytest.mark.parametrize(("profile", "script"), PAIRS)
def test_a_session_cut_before_a_query_goes_on_with_the_same_answer(
    profile: str, script: str
) -> None:
    assert check_cuts(events_of_session(profile, script), CUTS_OF_SESSION) >= 0


def cut_points(events: list[Event]) -> Iterator[int]:
    """Where to cut: before inputs."""
    for position, event in enumerate(events):
        if event.kind <= Kind.KIND_CANCEL or event.kind in INPUTS:
            yield position


@pytest.mark.parametrize("name", TRACE_NAMES)
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


def report(name: str, values: dict, time_ns: int = 0, request_id: int = 0, port: int = 0) -> Event:
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
    number = PROTOCOL.oid(f"OID_WWAN_{oid}").number or 0
    return Event(Kind.KIND_QUERY, 0, request_id=request_id, code=number, capacity=4096)


def order(oid: str, structure: str, values: dict, request_id: int) -> Event:
    number = PROTOCOL.oid(f"OID_WWAN_{oid}").number or 0
    payload = encode_structure(structure, 2, values)
    return Event(Kind.KIND_SET, 0, request_id=request_id, code=number, payload=payload)


def state_after(*events: Event) -> dict:
    mapping = profile_of(events).mapping
    return started(mapping, start_of(events, mapping)).state()


HOME = {
    "RegistrationState.RegisterState": 3,
    "RegistrationState.RegisterMode": 1,
    "RegistrationState.ProviderId": "26201",
    "RegistrationState.ProviderName": "Example",
}


def test_without_any_witness_the_device_is_registered_and_attached() -> None:
    state = state_after()
    assert state["ready_state"] == 1
    assert state["register_state"] == 3
    assert state["packet_service_state"] == 2
    assert state["current_data_class"] == 0x20


def test_an_answer_tells_how_the_registration_is() -> None:
    state = state_after(query("REGISTER_STATE", 1), report("REGISTER_STATE", HOME, 5, 1))
    assert (state["register_state"], state["provider"]) == (3, "26201")


def test_an_event_of_home_tells_that_the_device_was_looking_for_it() -> None:
    home = report("REGISTER_STATE", HOME, 5 * SECOND)
    mapping = profile_of([home]).mapping
    engine = started(mapping, start_of([home], mapping))
    assert engine.state()["registering"]
    engine.advance(5 * SECOND)
    told = decode("NDIS_WWAN_REGISTRATION_STATE", engine.drain()[0].payload)
    assert told["RegistrationState.RegisterState"] == 3
    assert engine.now_ns == 5 * SECOND


def test_an_event_of_searching_tells_that_no_network_was_in_reach() -> None:
    searching = report("REGISTER_STATE", HOME | {"RegistrationState.RegisterState": 2}, 5)
    home = report("REGISTER_STATE", HOME, 2 * SECOND)
    mapping = profile_of([searching, home]).mapping
    engine = started(mapping, start_of([searching, home], mapping))
    assert engine.next_due_ns is None
    assert engine.state()["register_state"] == 1
    coverage = (1).to_bytes(4, "little") + b"\xff\xff\xff\xff"
    engine.submit(
        Event(
            Kind.KIND_STIMULUS,
            5,
            code=PROTOCOL.stimulus("coverage").number,
            payload=coverage,
        )
    )
    engine.advance(2 * SECOND)
    states = [event.payload[12] for event in engine.drain() if event.code == searching.code]
    assert states == [2, 3]


def test_an_event_of_a_lost_network_tells_that_there_was_one() -> None:
    lost = report("REGISTER_STATE", HOME | {"RegistrationState.RegisterState": 1}, 5)
    state = state_after(lost)
    assert (state["register_state"], state["ready_state"]) == (3, 1)


def test_what_ends_an_activation_tells_that_the_context_was_not_active() -> None:
    activate = {"SetContextState.ConnectionId": 4, "SetContextState.ActivationCommand": 1}
    active = {"ContextState.ConnectionId": 4, "ContextState.ActivationState": 1}
    state = state_after(
        order("CONNECT", "NDIS_WWAN_SET_CONTEXT_STATE", activate, 3),
        report("CONTEXT_STATE", active, 5, 3),
    )
    assert state["packet_service_state"] == 2
    assert state["ports"][0]["contexts"] == []


@pytest.mark.parametrize("unasked", [True, False])
def test_a_context_that_ends_was_active(unasked: bool) -> None:
    deactivate = {"SetContextState.ConnectionId": 4, "SetContextState.ActivationCommand": 0}
    gone = {"ContextState.ConnectionId": 4, "ContextState.ActivationState": 3}
    events = [report("CONTEXT_STATE", gone, 5, 0 if unasked else 3)]
    if not unasked:
        events.insert(0, order("CONNECT", "NDIS_WWAN_SET_CONTEXT_STATE", deactivate, 3))
    state = state_after(*events)
    (context,) = state["ports"][0]["contexts"]
    assert (context["connection_id"], context["activation_state"]) == (4, 1)
    assert state["ports"][0]["link_connected"]
    assert state["register_state"] == 3


def test_a_wrong_pin_tells_that_one_was_waited_for() -> None:
    pin = {"PinAction.PinType": 2, "PinAction.PinOperation": 0, "PinAction.Pin": "1111"}
    failure = PROTOCOL.wwan_status_by_name["WWAN_STATUS_FAILURE"].number
    wrong = {"uStatus": failure, "PinInfo.PinType": 2, "PinInfo.AttemptsRemaining": 1}
    events = [
        order("PIN", "NDIS_WWAN_SET_PIN", pin, 3),
        report("PIN_INFO", wrong, 5, 3),
        report("READY_INFO", {"ReadyInfo.ReadyState": 1}, 9),
    ]
    state = state_after(*events)
    assert (state["ready_state"], state["pin_required"]) == (6, 2)
    mapping = profile_of(events).mapping
    assert mapping["pin1"] != "1111"
    assert state_of(events, mapping).pin_attempts == 2


def test_wrong_pins_without_a_word_of_what_is_left_are_counted() -> None:
    pin = {"PinAction.PinType": 2, "PinAction.PinOperation": 0, "PinAction.Pin": "0000"}
    failure = PROTOCOL.wwan_status_by_name["WWAN_STATUS_FAILURE"].number
    events = []
    for number in (3, 4, 5):
        events.append(order("PIN", "NDIS_WWAN_SET_PIN", pin, number))
        events.append(report("PIN_INFO", {"uStatus": failure}, 5, number))
    blocked = {"PinInfo.PinType": 11, "PinInfo.AttemptsRemaining": 7}
    events += [
        report("READY_INFO", {"ReadyInfo.ReadyState": 6}, 9),
        query("PIN", 6),
        report("PIN_INFO", blocked, 9, 6),
    ]
    profile = profile_of(events)
    assert profile.mapping["pin1"] != "0000"
    assert (profile.mapping["pin1_attempts"], profile.mapping["puk1_attempts"]) == (3, 10)
    engine = started(profile.mapping, start_of(events, profile.mapping))
    assert (engine.state()["ready_state"], engine.state()["pin_required"]) == (6, 2)
    assert state_of(events, profile.mapping).pin_attempts == 3


def test_a_cold_start_waits_for_the_card() -> None:
    off = [query("READY_INFO", 1), report("READY_INFO", {"ReadyInfo.ReadyState": 0}, 5, 1)]
    ready = report("READY_INFO", {"ReadyInfo.ReadyState": 1}, 3 * SECOND)
    mapping = profile_of([*off, ready]).mapping
    engine = started(mapping, start_of([*off, ready], mapping))
    assert (engine.state()["ready_state"], engine.next_due_ns) == (0, None)
    inserted = (1).to_bytes(4, "little")
    code = PROTOCOL.stimulus("sim").number
    engine.submit(Event(Kind.KIND_STIMULUS, 3 * SECOND, code=code, payload=inserted))
    engine.advance(3 * SECOND)
    assert engine.drain()[0].payload == ready_payload(mapping)


def ready_payload(mapping: dict) -> bytes:
    engine = Engine(Profile(mapping), 0)
    engine.advance(0)
    return next(event.payload for event in engine.drain())


def test_the_radio_that_an_order_turned_off_was_on() -> None:
    off = {"RadioState.HwRadioState": 1, "RadioState.SwRadioState": 0}
    state = state_after(
        order("RADIO_STATE", "NDIS_WWAN_SET_RADIO_STATE", {"RadioAction": 0}, 3),
        report("RADIO_STATE", off, 5, 3),
    )
    assert (state["hardware_radio"], state["software_radio"]) == (1, 1)


def test_a_radio_that_is_off_leaves_no_registration() -> None:
    off = {"RadioState.HwRadioState": 0, "RadioState.SwRadioState": 1}
    state = state_after(
        query("RADIO_STATE", 3),
        report("RADIO_STATE", off, 5, 3),
        report("RADIO_STATE", off | {"RadioState.HwRadioState": 1}, 9),
        report("REGISTER_STATE", HOME, 12),
    )
    assert (state["hardware_radio"], state["register_state"]) == (0, 1)


def test_the_start_of_a_trace_says_nothing_and_survives_a_seed() -> None:
    events = events_of_trace("two-ports")[40:]
    mapping = profile_of(events).mapping
    start = start_of(events, mapping, seed=5)
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
                status=draw(st.sampled_from([0, 0x40230001, 0xC00000BB])),
                payload=header + payload[4:] if draw(st.booleans()) else payload,
                fields=fields,
                index=draw(st.none() | st.integers(0, 2**62)),
            )
        )
    return events


@settings(max_examples=150, deadline=None)
@given(hostile_events())
def test_no_event_is_too_strange(events: list[Event]) -> None:
    profile = profile_of(events)
    engine = started(profile.mapping, start_of(events, profile.mapping))
    engine.advance(SECOND)
    assert all(isinstance(line, str) for line in profile.assumed)
