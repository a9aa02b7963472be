"""Registration: a change shows how it was before, and how long the device takes."""

from infer_samples import (
    HOME,
    SECOND,
    mapping_of,
    query,
    report,
    set_request,
    started_from,
    state_before,
)

from wwanreplay._core import Event, Kind, RecordReader
from wwanreplay.analysis.infer.start import start_of
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode, decode_event


def test_without_evidence_the_device_is_registered_and_attached() -> None:
    state = state_before()
    assert state["ready_state"] == 1
    assert state["register_state"] == 3
    assert state["packet_service_state"] == 2
    assert state["current_data_class"] == 0x20


def test_an_answer_has_the_registration() -> None:
    state = state_before(query("REGISTER_STATE", 1), report("REGISTER_STATE", HOME, 5, 1))
    assert (state["register_state"], state["provider"]) == (3, "26201")


def test_an_event_of_home_shows_a_device_that_was_looking_for_it() -> None:
    home = report("REGISTER_STATE", HOME, 5 * SECOND)
    engine = started_from(home)
    assert engine.state()["registering"]
    engine.advance(5 * SECOND)
    emitted = decode("NDIS_WWAN_REGISTRATION_STATE", engine.drain()[0].payload)
    assert emitted["RegistrationState.RegisterState"] == 3
    assert engine.now_ns == 5 * SECOND


def test_an_event_of_searching_shows_that_no_network_was_in_reach() -> None:
    searching = report("REGISTER_STATE", HOME | {"RegistrationState.RegisterState": 2}, 5)
    home = report("REGISTER_STATE", HOME, 2 * SECOND)
    engine = started_from(searching, home)
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


def test_an_event_of_a_lost_network_shows_that_there_was_one() -> None:
    lost = report("REGISTER_STATE", HOME | {"RegistrationState.RegisterState": 1}, 5)
    state = state_before(lost)
    assert (state["register_state"], state["ready_state"]) == (3, 1)


def test_times_of_its_own_attempts_are_those_of_the_trace() -> None:
    searching = report("REGISTER_STATE", HOME | {"RegistrationState.RegisterState": 2}, 2 * SECOND)
    mapping = mapping_of(searching, report("REGISTER_STATE", HOME, 5 * SECOND))
    assert mapping["registration_latency_ns"] == [3 * SECOND, 0]


def test_an_attempt_that_does_not_end_takes_longer_than_the_trace() -> None:
    searching = HOME | {"RegistrationState.RegisterState": 2}
    answer = report("REGISTER_STATE", searching, 2 * SECOND, 1)
    mapping = mapping_of(query("REGISTER_STATE", 1), answer)
    assert mapping["registration_latency_ns"] == [3 * SECOND, 0]


def test_a_set_that_ends_registered_shows_a_device_that_looked_for_the_network() -> None:
    events = [
        set_request("REGISTER_STATE", "NDIS_WWAN_SET_REGISTER_STATE", {}, 2),
        report("REGISTER_STATE", HOME, 5, 2),
        report("PACKET_SERVICE", {"PacketService.PacketServiceState": 2}, 9),
    ]
    assert state_before(*events)["register_state"] == 1
    assert state_before(*events[:2])["register_state"] == 3


def test_emergency_mode_follows_from_a_denial_and_is_not_there_before_it() -> None:
    denied = HOME | {"RegistrationState.RegisterState": 6, "RegistrationState.uNwError": 11}
    events = (query("REGISTER_STATE", 1), report("REGISTER_STATE", denied, 5, 1))
    records = list(RecordReader(start_of(events, mapping_of(*events))))
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_READY_INFO").number
    ready = [decode_event(event) for event in records if event.code == code]
    assert [each["ReadyInfo.EmergencyMode"] for each in ready] == [0, 1]
    assert state_before(*events)["register_state"] == 6
