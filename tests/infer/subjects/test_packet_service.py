"""Packet service: whether the device attaches by itself, and what it was attached to."""

from infer_samples import HOME, events_of_trace, mapping_of, query, report, state_before

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer.profile import profile_of


def test_the_device_attaches_by_itself_where_it_did() -> None:
    assert profile_of(events_of_trace("demo")).mapping["auto_attach"] == 1
    assert mapping_of(report("REGISTER_STATE", HOME, 9))["auto_attach"] == 0


ATTACHED = {"PacketService.PacketServiceState": 2, "PacketService.AvailableDataClass": 0x20}


def test_an_event_of_an_attachment_shows_that_there_was_none() -> None:
    state = state_before(report("PACKET_SERVICE", ATTACHED, 5))
    assert (state["register_state"], state["packet_service_state"]) == (3, 4)


def test_an_attachment_behind_an_active_context_was_there_before() -> None:
    active = {"ContextState.ConnectionId": 4, "ContextState.ActivationState": 1}
    events = [query("CONNECT", 1), report("CONTEXT_STATE", active, 2, 1)]
    assert state_before(*events, report("PACKET_SERVICE", ATTACHED, 5))["packet_service_state"] == 2


def test_an_answer_without_a_network_shows_no_registration() -> None:
    detached = {"PacketService.PacketServiceState": 4, "PacketService.AvailableDataClass": 0}
    state = state_before(query("PACKET_SERVICE", 1), report("PACKET_SERVICE", detached, 5, 1))
    assert (state["register_state"], state["packet_service_state"]) == (1, 4)


def test_the_cell_is_that_of_the_first_report(tmp_path) -> None:
    fields = {"PacketService.PacketServiceState": 2, "PacketService.CurrentTai.Tac": 77}
    code = report("PACKET_SERVICE", {}).code
    event = Event(Kind.KIND_INDICATION, 5, request_id=1, code=code, fields=fields)
    assert mapping_of(event)["tracking_area_code"] == 77
