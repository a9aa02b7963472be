"""Contexts: which were active before, and which access strings the network lets in."""

import pytest
from infer_samples import events_of_trace, mapping_of, query, report, set_request, state_before

from wwanreplay.analysis.infer.profile import profile_of


def test_unknown_access_strings_close_the_network() -> None:
    mapping = profile_of(events_of_trace("contexts")).mapping
    assert mapping["accepted_access_strings"] == ["internet.example", "corporate.example"]
    assert mapping["unknown_access_cause"] == 27
    assert "accepted_access_strings" not in profile_of(events_of_trace("demo")).mapping


def test_what_ends_an_activation_tells_that_the_context_was_not_active() -> None:
    activate = {"SetContextState.ConnectionId": 4, "SetContextState.ActivationCommand": 1}
    active = {"ContextState.ConnectionId": 4, "ContextState.ActivationState": 1}
    state = state_before(
        set_request("CONNECT", "NDIS_WWAN_SET_CONTEXT_STATE", activate, 3),
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
        events.insert(0, set_request("CONNECT", "NDIS_WWAN_SET_CONTEXT_STATE", deactivate, 3))
    state = state_before(*events)
    (context,) = state["ports"][0]["contexts"]
    assert (context["connection_id"], context["activation_state"]) == (4, 1)
    assert state["ports"][0]["link_connected"]
    assert state["register_state"] == 3


def test_a_queried_context_that_has_ended_is_the_last_one_of_its_port() -> None:
    gone = {"ContextState.ConnectionId": 9, "ContextState.ActivationState": 3}
    state = state_before(query("CONNECT", 1), report("CONTEXT_STATE", gone, 5, 1))
    assert state["ports"][0]["contexts"] == []
    assert state["packet_service_state"] == 2


def test_contexts_that_are_active_at_once_need_their_room() -> None:
    events = []
    for number in (1, 2, 3):
        active = {"ContextState.ConnectionId": number, "ContextState.ActivationState": 1}
        events.append(report("CONTEXT_STATE", active, number))
    assert mapping_of(*events)["contexts_active_max"] == 3
