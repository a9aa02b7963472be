"""OID_WWAN_CONNECT, event by event."""

import pytest
from device_host import HOME, IPV4, IPV6, MS, SECOND, Host, member, names, status
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event, encode
from wwanreplay.protocol.releases import STRUCTURES

CONTEXT = "WWAN_CONTEXT_STATE"
LINK = "LINK_STATE"
ACTIVATED = member("WwanActivationStateActivated")
DEACTIVATED = member("WwanActivationStateDeactivated")


def state_of(answer):
    return answer.number("ContextState.ActivationState")


def radio(host, state):
    payload = encode("NDIS_WWAN_SET_RADIO_STATE", {"RadioAction": f"WwanRadio{state}"}, revision=1)
    return host.set("OID_WWAN_RADIO_STATE", payload)


def packet_service(host, action):
    payload = encode(
        "NDIS_WWAN_SET_PACKET_SERVICE",
        {"PacketServiceAction": f"WwanPacketServiceAction{action}"},
        revision=1,
    )
    return host.set("OID_WWAN_PACKET_SERVICE", payload)


def test_activation_answers_then_reports_the_link_at_its_full_speed():
    code, answer, events = Host().connect(5)
    assert code == 0
    assert state_of(answer) == ACTIVATED
    assert answer.number("ContextState.ConnectionId") == 5
    assert answer.number("ContextState.uNwError") == 0
    assert names(events) == [(LINK, 0)]
    link = decode_event(events[0])
    assert link.number("MediaConnectState") == 1
    assert link.number("RcvLinkSpeed") == 150_000_000
    assert link.number("XmitLinkSpeed") == 50_000_000


def test_activation_on_another_port_reports_link_addresses_and_pco_there():
    host = Host(port_count=2, pco=[{}, {"octets": b"\x80\x21"}])
    events = host.up(port=1)
    assert names(events) == [
        (LINK, 1),
        ("WWAN_IP_ADDRESS_STATE", 1),
        ("WWAN_PCO_STATUS", 1),
    ]
    assert host.engine.state()["ports"][0]["contexts"] == []


@pytest.mark.parametrize(("structures", "revision", "size"), [(1, 2, 28), (2, 3, 32), (3, 4, 264)])
def test_the_answer_has_the_structure_of_the_generation(structures, revision, size):
    host = Host(structures=structures)
    _, answer, _ = host.connect(AccessString="Office.Example")
    assert answer.number("Header.Revision") == revision
    assert answer.number("Header.Size") == size
    assert answer.number("ContextState.IPType") == member("WwanIPTypeIpv4v6")
    if size == 264:
        assert answer.ContextState.AccessString == "Office.Example"


@pytest.mark.parametrize("revision", [1, 2, 3, 4])
def test_every_revision_of_the_order_is_taken(revision):
    host = Host(structures=STRUCTURES["windows-11"])
    host.up(revision=revision)
    code, answer, events = host.connect(command="Deactivate", revision=revision)
    assert (code, state_of(answer)) == (0, DEACTIVATED)
    assert names(events) == [(LINK, 0)]
    assert decode_event(events[0]).number("MediaConnectState") == 2


def test_a_second_context_is_one_too_many():
    host = Host()
    host.up(1)
    code, answer, events = host.connect(2)
    assert code == status("WWAN_STATUS_MAX_ACTIVATED_CONTEXTS")
    assert answer.number("ContextState.ConnectionId") == 2
    assert events == []
    assert [c["connection_id"] for c in host.engine.state()["ports"][0]["contexts"]] == [1]


def test_each_port_has_room_for_its_own_context():
    host = Host(port_count=2)
    host.up(1, port=0)
    host.up(2, port=1)
    assert host.connect(3, port=1)[0] == status("WWAN_STATUS_MAX_ACTIVATED_CONTEXTS")


def test_a_profile_may_allow_more_contexts():
    host = Host(contexts_active_max=2)
    host.up(1)
    assert host.up(2) == [], "the link is up already"
    assert host.connect(3)[0] == status("WWAN_STATUS_MAX_ACTIVATED_CONTEXTS")
    assert host.connect(1, "Deactivate")[2] == [], "the other context keeps the link"
    assert names(host.connect(2, "Deactivate")[2]) == [(LINK, 0)]


def test_an_active_context_is_not_activated_again():
    host = Host()
    host.up(1)
    code, answer, events = host.connect(1)
    assert code == status("WWAN_STATUS_FAILURE")
    assert state_of(answer) == ACTIVATED
    assert events == []


def test_deactivating_what_is_not_active_is_an_error():
    host = Host()
    code, answer, events = host.connect(9, "Deactivate")
    assert code == status("WWAN_STATUS_CONTEXT_NOT_ACTIVATED")
    assert answer.number("ContextState.ConnectionId") == 9
    assert events == []


def test_deactivation_ignores_the_strings():
    host = Host(accepted_access_strings=["internet"], credentials_required=1, user_name="u")
    host.up(AccessString="internet", UserName="u")
    code, _, _ = host.connect(command="Deactivate", AccessString="nonsense", UserName="nobody")
    assert code == 0


def test_a_blank_access_string_is_tried_and_the_network_gives_its_own():
    host = Host(structures=3, accepted_access_strings=["other"])
    code, answer, _ = host.connect(AccessString="")
    assert code == 0
    assert answer.ContextState.AccessString == "internet.example"


def test_an_access_string_the_network_does_not_know_fails_with_its_cause():
    host = Host(accepted_access_strings=["office"], unknown_access_cause=33)
    code, answer, events = host.connect(AccessString="elsewhere")
    assert code == status("WWAN_STATUS_INVALID_ACCESS_STRING")
    assert answer.number("ContextState.uNwError") == 33
    assert events == []
    assert host.connect(AccessString="OFFICE")[0] == 0


@pytest.mark.parametrize("values", [{}, {"UserName": "u"}, {"UserName": "u", "Password": "x"}])
def test_wrong_credentials_fail_with_the_cause_of_the_network(values):
    host = Host(credentials_required=1, user_name="u", password="p")
    code, answer, _ = host.connect(**values)
    assert code == status("WWAN_STATUS_INVALID_USER_NAME_PWD")
    assert answer.number("ContextState.uNwError") == 29
    assert host.connect(UserName="u", Password="p")[0] == 0


def test_with_the_radio_off_sets_fail_and_queries_say_deactivated():
    host = Host()
    host.up(4)
    _, events = radio(host, "Off")
    assert (CONTEXT, 0) in names(events)
    assert (LINK, 0) in names(events)
    assert host.connect(4)[0] == status("WWAN_STATUS_RADIO_POWER_OFF")
    answer = host.query("OID_WWAN_CONNECT")
    assert answer.number("uStatus") == 0
    assert state_of(answer) == DEACTIVATED
    assert answer.number("ContextState.ConnectionId") == 4


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"sim_state": 0}, "WWAN_STATUS_SIM_NOT_INSERTED"),
        ({"sim_state": 4}, "WWAN_STATUS_BAD_SIM"),
        ({"pin1_enabled": 1, "pin1": "1234"}, "WWAN_STATUS_PIN_REQUIRED"),
        ({"service_activated": 0}, "WWAN_STATUS_SERVICE_NOT_ACTIVATED"),
        ({"software_radio": 0}, "WWAN_STATUS_RADIO_POWER_OFF"),
        ({"software_radio": 0, "sim_state": 0}, "WWAN_STATUS_RADIO_POWER_OFF"),
        ({"providers": [{**HOME, "visible": 0}]}, "WWAN_STATUS_NOT_REGISTERED"),
        ({"auto_attach": 0}, "WWAN_STATUS_PACKET_SVC_DETACHED"),
    ],
)
def test_a_device_that_is_not_ready_refuses_the_set_and_answers_the_query(changes, expected):
    host = Host(**changes)
    code, answer, events = host.connect(3)
    assert code == status(expected)
    assert answer.number("ContextState.uNwError") == 0
    assert events == []
    answer = host.query("OID_WWAN_CONNECT")
    assert answer.number("uStatus") == 0
    assert state_of(answer) == DEACTIVATED


def test_before_the_sim_is_read_the_device_is_not_initialized():
    assert Host(settle_ns=0).connect()[0] == status("WWAN_STATUS_NOT_INITIALIZED")


def test_a_query_reports_the_active_context():
    host = Host()
    assert state_of(host.query("OID_WWAN_CONNECT")) == DEACTIVATED
    host.up(6)
    answer = host.query("OID_WWAN_CONNECT")
    assert (state_of(answer), answer.number("ContextState.ConnectionId")) == (ACTIVATED, 6)
    host.connect(6, "Deactivate")
    answer = host.query("OID_WWAN_CONNECT")
    assert (state_of(answer), answer.number("ContextState.ConnectionId")) == (DEACTIVATED, 6)


def test_the_network_deactivates_with_its_cause():
    host = Host(port_count=2)
    host.up(1, port=1)
    assert host.stimulus("network_deactivate", ConnectionId=1, NwError=36) == [], "another port"
    assert host.stimulus("network_deactivate", ConnectionId=2, NwError=36, port=1) == []
    events = host.stimulus("network_deactivate", ConnectionId=1, NwError=36, port=1)
    assert names(events) == [(CONTEXT, 1), (LINK, 1)]
    report = decode_event(events[0])
    assert report.number("uStatus") == 0
    assert report.number("ContextState.uNwError") == 36
    assert report.number("ContextState.ConnectionId") == 1
    assert state_of(report) == DEACTIVATED


def test_a_detach_takes_the_contexts_of_every_port_with_it():
    host = Host(port_count=2)
    host.up(1, port=0)
    host.up(2, port=1)
    events = names(host.stimulus("network_detach", NwError=10))
    assert [event for event in events if event[0] in (CONTEXT, LINK)] == [
        (CONTEXT, 0),
        (LINK, 0),
        (CONTEXT, 1),
        (LINK, 1),
    ]
    assert ("WWAN_PACKET_SERVICE", 0) in events


def test_a_detach_on_order_deactivates_with_events():
    host = Host()
    host.up(1)
    _, events = packet_service(host, "Detach")
    assert names(events) == [(CONTEXT, 0), (LINK, 0)]


def test_contexts_do_not_come_back_by_themselves():
    host = Host()
    host.up(1)
    events = host.stimulus("coverage", Available=0, ProviderIndex=0xFFFFFFFF)
    assert (CONTEXT, 0) in names(events)
    events = host.stimulus("coverage", Available=1, ProviderIndex=0xFFFFFFFF)
    assert ("WWAN_REGISTER_STATE", 0) in names(events)
    assert CONTEXT not in [name for name, _ in names(events)]
    assert state_of(host.query("OID_WWAN_CONNECT")) == DEACTIVATED


@pytest.mark.parametrize(
    ("given", "wanted", "granted", "cause"),
    [
        (IPV4, "WwanIPTypeDefault", "WwanIPTypeIPv4", 0),
        (IPV4, "WwanIPTypeIpv4v6", "WwanIPTypeIPv4", 0),
        (IPV4, "WwanIPTypeIPv6", "", 50),
        (IPV6, "WwanIPTypeIPv4", "", 51),
        (IPV6, "WwanIPTypeXlat", "WwanIPTypeXlat", 0),
        ({**IPV4, **IPV6}, "WwanIPTypeDefault", "WwanIPTypeIpv4v6", 0),
        ({}, "WwanIPTypeDefault", "WwanIPTypeIPv4", 0),
        (IPV4, "WwanSessionTypeEthernet", "", 28),
    ],
)
def test_the_network_grants_the_ip_type_it_has(given, wanted, granted, cause):
    code, answer, _ = Host(addresses=[given]).connect(IPType=wanted)
    assert answer.number("ContextState.uNwError") == cause
    if cause:
        assert code == status("WWAN_STATUS_FAILURE")
    else:
        assert answer.number("ContextState.IPType") == member(granted)


def test_a_disabled_stored_context_is_not_activated():
    stored = {"access_string": "office", "disabled": 1}
    host = Host(provisioned=[stored])
    assert host.connect(AccessString="office")[0] == status("WWAN_STATUS_FAILURE")
    assert host.connect(AccessString="internet")[0] == 0
    assert Host(provisioned=[stored, {"access_string": "office"}]).up(AccessString="office")


def test_an_ordered_outcome_fails_the_set_and_changes_nothing():
    host = Host()
    host.stimulus(
        "outcome",
        Operation=PROTOCOL.oid("OID_WWAN_CONNECT").number,
        uStatus=status("WWAN_STATUS_FAILURE"),
        NwError=26,
        Count=1,
    )
    code, answer, events = host.connect()
    assert code == status("WWAN_STATUS_FAILURE")
    assert answer.number("ContextState.uNwError") == 26
    assert (state_of(answer), events) == (DEACTIVATED, [])
    host.up()


def slow(host):
    """Let contexts take ten seconds."""
    host.stimulus(
        "latency",
        Operation=PROTOCOL.oid("OID_WWAN_CONNECT").number,
        Count=1,
        DelayNs=10 * SECOND,
        CompletionDelayNs=-1,
    )


def test_cancel_ends_an_activation_that_is_under_way():
    host = Host()
    slow(host)
    host.send(Kind.KIND_SET, "OID_WWAN_CONNECT", host.order(1))
    activation = host.request_id
    host.run(SECOND)
    host.send(Kind.KIND_SET, "OID_WWAN_CONNECT", host.order(1, "Cancel"))
    _, ended, cancelled = host.run(SECOND)
    assert (ended.request_id, cancelled.request_id) == (activation, host.request_id)
    assert decode_event(ended).number("uStatus") == status("WWAN_STATUS_FAILURE")
    assert decode_event(cancelled).number("uStatus") == 0
    assert host.run() == []
    assert state_of(host.query("OID_WWAN_CONNECT")) == DEACTIVATED


def test_cancel_does_not_end_what_was_ordered_after_it():
    host = Host()
    slow(host)
    host.send(Kind.KIND_SET, "OID_WWAN_CONNECT", host.order(1, "Cancel"))
    cancel = host.request_id
    host.send(Kind.KIND_SET, "OID_WWAN_CONNECT", host.order(1))
    ends = [
        (event.request_id, decode_event(event).number("uStatus"))
        for event in host.run()
        if event.kind == Kind.KIND_INDICATION and event.request_id
    ]
    nothing = status("WWAN_STATUS_CONTEXT_NOT_ACTIVATED")
    assert ends == [(cancel, nothing), (host.request_id, 0)]


def test_a_cancelled_activation_without_radio_ends_with_the_radio():
    host = Host()
    radio(host, "Off")
    slow(host)
    host.send(Kind.KIND_SET, "OID_WWAN_CONNECT", host.order(1))
    host.run(SECOND)
    host.send(Kind.KIND_SET, "OID_WWAN_CONNECT", host.order(1, "Cancel"))
    _, ended, cancelled = host.run(SECOND)
    assert decode_event(ended).number("uStatus") == status("WWAN_STATUS_RADIO_POWER_OFF")
    assert decode_event(cancelled).number("uStatus") == 0


def test_cancel_with_nothing_under_way_is_an_error():
    host = Host()
    assert host.connect(1, "Cancel")[0] == status("WWAN_STATUS_CONTEXT_NOT_ACTIVATED")
    host.up(1)
    code, answer, _ = host.connect(1, "Cancel")
    assert code == status("WWAN_STATUS_FAILURE")
    assert state_of(answer) == ACTIVATED


def reported_state(host, *, port=0):
    """The context that a query tells at once: state and ConnectionId."""
    request_id = host.submit_request(
        Kind.KIND_QUERY, PROTOCOL.oid("OID_WWAN_CONNECT").number, port=port
    )
    answers = [event for event in host.run(MS * 50) if event.request_id == request_id]
    answer = decode_event(answers[-1])
    return state_of(answer), answer.number("ContextState.ConnectionId")


@pytest.mark.parametrize("port", [0, 1])
def test_a_query_during_the_operation_tells_the_context_that_is_being_changed(port):
    host = Host(port_count=2)
    slow(host)
    host.send(Kind.KIND_SET, "OID_WWAN_CONNECT", host.order(7), port=port)
    assert reported_state(host, port=port) == (member("WwanActivationStateActivating"), 7)
    assert reported_state(host, port=1 - port) == (DEACTIVATED, 0), (
        "the other port has nothing of it"
    )
    host.run()
    assert reported_state(host, port=port) == (ACTIVATED, 7)
    slow(host)
    host.send(Kind.KIND_SET, "OID_WWAN_CONNECT", host.order(7, "Deactivate"), port=port)
    assert reported_state(host, port=port) == (member("WwanActivationStateDeactivating"), 7)
    host.run()
    assert reported_state(host, port=port) == (DEACTIVATED, 7)


def test_of_several_operations_a_query_tells_the_one_that_ends_first():
    host = Host()
    slow(host)
    host.send(Kind.KIND_SET, "OID_WWAN_CONNECT", host.order(7))
    host.send(Kind.KIND_SET, "OID_WWAN_CONNECT", host.order(7, "Deactivate"))
    assert reported_state(host) == (member("WwanActivationStateActivating"), 7)
    host.run()
    assert reported_state(host) == (DEACTIVATED, 7)


def test_what_cannot_come_about_is_not_under_way():
    """Cancelled, without radio, one too many, or not active at all."""
    host = Host()
    slow(host)
    host.send(Kind.KIND_SET, "OID_WWAN_CONNECT", host.order(9, "Deactivate"))
    assert reported_state(host) == (DEACTIVATED, 0)
    host.run()
    radio(host, "Off")
    slow(host)
    host.send(Kind.KIND_SET, "OID_WWAN_CONNECT", host.order(1))
    assert reported_state(host) == (DEACTIVATED, 0), "connect.query-radio-off"
    host.run()
    radio(host, "On")
    host.up(1)
    slow(host)
    host.send(Kind.KIND_SET, "OID_WWAN_CONNECT", host.order(2))
    assert reported_state(host) == (ACTIVATED, 1)
    host.run()
    assert reported_state(host) == (ACTIVATED, 1)


IP_VERSIONS = {"Default": 3, "IPv4": 1, "IPv6": 2, "Ipv4v6": 3, "Xlat": 2}


@given(
    st.sampled_from(sorted(IP_VERSIONS)),
    st.lists(st.sampled_from(sorted(IP_VERSIONS)), max_size=2),
    st.sampled_from([{**IPV4, **IPV6}, IPV4, IPV6]),
)
def test_a_grant_is_within_the_order_the_network_and_the_stored_contexts(wanted, stored, network):
    """What none of them leaves is refused, with the version that the network does give."""
    host = Host(
        addresses=[network],
        provisioned=[
            {
                "context_id": place,
                "access_string": "Stored.Example",
                "ip_type": member(f"WwanIPType{kind}"),
            }
            for place, kind in enumerate(stored)
        ],
    )
    gives = (1 if "ipv4_address" in network else 0) | (2 if "ipv6_address" in network else 0)
    allowed = 3 if not stored else 0
    for kind in stored:
        allowed |= IP_VERSIONS[kind]
    possible = IP_VERSIONS[wanted] & gives & allowed
    values = {"AccessString": "stored.example", "IPType": f"WwanIPType{wanted}"}
    code, answer, _ = host.connect(**values)
    if possible:
        assert code == 0
        granted = answer.number("ContextState.IPType")
        assert granted in [member(f"WwanIPType{kind}") for kind in IP_VERSIONS]
        versions = next(
            bits for kind, bits in IP_VERSIONS.items() if member(f"WwanIPType{kind}") == granted
        )
        assert versions == possible
    else:
        assert code == status("WWAN_STATUS_FAILURE")
        assert answer.number("ContextState.uNwError") in (50, 51)


def test_an_activation_that_loses_the_network_meanwhile_fails():
    host = Host()
    slow(host)
    host.send(Kind.KIND_SET, "OID_WWAN_CONNECT", host.order(1))
    host.run(SECOND)
    events = host.stimulus("coverage", Available=0, ProviderIndex=0xFFFFFFFF)
    (answer,) = [event for event in events if event.request_id]
    assert decode_event(answer).number("uStatus") == status("WWAN_STATUS_NOT_REGISTERED")


@pytest.mark.parametrize(
    ("offset", "value"), [(8, 3), (8, 0xFFFFFFFF), (1240, 2), (1244, 5), (1248, 7)]
)
def test_numbers_that_are_no_members_are_refused_at_once(offset, value):
    host = Host()
    payload = bytearray(host.order())
    payload[offset : offset + 4] = value.to_bytes(4, "little")
    refusal = host.refused(Kind.KIND_SET, "OID_WWAN_CONNECT", bytes(payload))
    assert refusal == status("NDIS_STATUS_INVALID_DATA")


def test_more_activations_than_buffers_are_refused_with_resources():
    host = Host()
    outputs = [host.send(Kind.KIND_SET, "OID_WWAN_CONNECT", host.order(n)) for n in range(20)]
    refused = [event.status for events in outputs for event in events]
    assert refused == [status("NDIS_STATUS_RESOURCES")] * 4
    closed = [event for event in host.run() if event.kind == Kind.KIND_INDICATION]
    assert len([event for event in closed if event.request_id]) == 16


def test_a_string_without_its_end_is_cut():
    host = Host(structures=3)
    payload = bytearray(host.order())
    payload[12:214] = "x".encode("utf-16-le") * 101
    answer, _ = host.set("OID_WWAN_CONNECT", bytes(payload))
    assert answer.ContextState.AccessString == "x" * 100


def test_a_recorded_report_is_adopted():
    first = Host(structures=3, voice_class=3)
    first.stimulus("voice_call", State="WwanVoiceCallStateInProgress")
    _, answer, events = first.connect(8)
    second = Host(structures=3, voice_class=3)
    indication = PROTOCOL.indication("NDIS_STATUS_WWAN_CONTEXT_STATE").number
    report = Event(Kind.KIND_INDICATION, 0, code=indication, request_id=5, payload=bytes(answer))
    assert second.engine.adopt(report)
    assert second.engine.adopt(events[0])
    port = second.engine.state()["ports"][0]
    assert [c["connection_id"] for c in port["contexts"]] == [8]
    assert port["link_connected"]
    assert port["voice_call_state"] == 1
    assert second.engine.drain() == []
    for size in range(len(report.payload)):
        second.engine.adopt(report.replace(payload=report.payload[:size]))
