"""The link of a port, its counters and its voice calls."""

import struct

import pytest
from device_host import Host, member, names, status

from wwanreplay.protocol.codec import decode_event

CONTEXT = ("WWAN_CONTEXT_STATE", 0)
LINK = ("LINK_STATE", 0)
SEPARATE = 2
SIMULTANEOUS = 3


def voice(host, state, port=0):
    return host.stimulus("voice_call", State=f"WwanVoiceCallState{state}", port=port)


def call_state(event):
    return decode_event(event).number("ContextState.VoiceCallState")


def test_a_call_suspends_data_where_voice_and_data_are_separate():
    host = Host(voice_class=SEPARATE)
    host.up(3)
    events = voice(host, "InProgress")
    assert names(events) == [LINK, CONTEXT]
    assert decode_event(events[0]).number("MediaConnectState") == 2
    report = decode_event(events[1])
    assert report.number("ContextState.ConnectionId") == 3
    assert report.number("ContextState.ActivationState") == 1
    assert call_state(events[1]) == 1
    events = voice(host, "HangUp")
    assert names(events) == [CONTEXT, LINK, ("WWAN_PACKET_SERVICE", 0)]
    assert call_state(events[0]) == 2
    assert decode_event(events[1]).number("MediaConnectState") == 1
    assert decode_event(events[2]).number("PacketService.CurrentDataClass") == 0x20
    assert host.query("OID_WWAN_CONNECT").number("ContextState.VoiceCallState") == 0


def test_a_call_beside_data_leaves_the_link_alone():
    host = Host(voice_class=SIMULTANEOUS)
    host.up(3)
    assert names(voice(host, "InProgress")) == [CONTEXT]
    assert names(voice(host, "None")) == [CONTEXT]


def test_without_a_context_a_call_has_connection_id_zero():
    host = Host(voice_class=SEPARATE)
    host.up(3)
    host.connect(3, "Deactivate")
    (event,) = voice(host, "InProgress")
    assert decode_event(event).number("ContextState.ConnectionId") == 0
    assert voice(host, "InProgress") == [], "it goes on"
    assert host.connect(3)[0] == status("WWAN_STATUS_VOICE_CALL_IN_PROGRESS")
    (event,) = voice(host, "HangUp")
    assert call_state(event) == 2
    assert voice(host, "HangUp") == [], "reported once"
    host.up(3)


def test_during_a_call_beside_data_a_context_can_be_activated():
    host = Host(voice_class=SIMULTANEOUS)
    voice(host, "InProgress")
    host.up(3)


def test_a_call_while_the_device_sleeps_is_none_of_its_own():
    host = Host(voice_class=SEPARATE)
    host.power("D3")
    assert voice(host, "InProgress") == []
    host.power("D0")
    assert host.query("OID_WWAN_CONNECT").number("ContextState.VoiceCallState") == 0
    host.up(3)


def test_a_device_without_voice_has_no_calls():
    assert voice(Host(), "InProgress") == []


@pytest.mark.parametrize(
    ("data_class", "down"),
    [("WWAN_DATA_CLASS_HSDPA", 14_400_000), ("WWAN_DATA_CLASS_EDGE", 236_800)],
)
def test_another_data_class_brings_the_new_speed(data_class, down):
    host = Host()
    host.up()
    current = member(data_class)
    events = host.stimulus("data_class", AvailableDataClass=current, CurrentDataClass=current)
    links = [event for event, name in zip(events, names(events), strict=True) if name == LINK]
    assert len(links) == 1
    assert decode_event(links[0]).number("RcvLinkSpeed") == down


def test_without_a_context_another_data_class_says_nothing_of_the_link():
    host = Host()
    current = member("WWAN_DATA_CLASS_EDGE")
    events = host.stimulus("data_class", AvailableDataClass=current, CurrentDataClass=current)
    assert LINK not in names(events)


def test_link_state_and_media_state_can_be_queried():
    host = Host(port_count=2)
    assert host.answered("OID_GEN_MEDIA_CONNECT_STATUS").payload == b"\1\0\0\0"
    down = decode_event(host.answered("OID_GEN_LINK_STATE"))
    assert down.number("MediaConnectState") == 2
    assert down.number("XmitLinkSpeed") == 0xFFFFFFFFFFFFFFFF
    (link, _) = host.up(port=1)
    assert host.answered("OID_GEN_LINK_STATE", port=1).payload == link.payload
    assert host.answered("OID_GEN_MEDIA_CONNECT_STATUS", port=1).payload == bytes(4)
    assert host.answered("OID_GEN_MEDIA_CONNECT_STATUS", port=0).payload == b"\1\0\0\0"


def test_traffic_is_counted_on_its_port():
    host = Host(port_count=2)
    assert host.stimulus("traffic", struct.pack("<8Q", *range(1, 9)), port=1) == []
    host.stimulus("traffic", struct.pack("<8Q", *[10] * 8), port=1)
    assert decode_event(host.answered("OID_GEN_STATISTICS")).number("ifHCInOctets") == 0
    counted = decode_event(host.answered("OID_GEN_STATISTICS", port=1))
    assert [
        counted.number(name)
        for name in (
            "ifHCInOctets",
            "ifHCInUcastPkts",
            "ifHCOutOctets",
            "ifHCOutUcastPkts",
            "ifInErrors",
            "ifOutErrors",
            "ifInDiscards",
            "ifOutDiscards",
        )
    ] == list(range(11, 19))


def test_recorded_link_and_counters_are_adopted():
    first = Host()
    first.stimulus("traffic", struct.pack("<8Q", *range(1, 9)))
    (link,) = first.up()
    counters = first.answered("OID_GEN_STATISTICS")
    second = Host()
    assert second.engine.adopt(link)
    assert second.engine.adopt(counters)
    assert second.engine.state()["ports"][0]["link_connected"]
    assert second.answered("OID_GEN_STATISTICS").payload == counters.payload
    assert not second.engine.adopt(second.answered("OID_GEN_PHYSICAL_MEDIUM"))
