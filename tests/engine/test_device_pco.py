"""Protocol configuration options and addresses, on the port they belong to."""

import pytest
from device_host import IPV4, IPV6, Host, member, names, status
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Kind
from wwanreplay.protocol.codec import decode_event, encode

PCO = "WWAN_PCO_STATUS"
OPERATOR = bytes.fromhex("80ff0004130184050d")


def value_of(report):
    return bytes(report.get("PcoValue.PcoData"))[: report.number("PcoValue.Size")]


def send_pco(host, octets, connection_id=1, port=0, **changes):
    values = {"ConnectionId": connection_id, "Size": len(octets), "Type": 0, **changes}
    return host.stimulus("pco", PcoData=octets.ljust(256, b"\0"), port=port, **values)


def asked(host, port=0):
    """What a query of a port is answered with: uStatus and value."""
    answer = host.query("OID_WWAN_PCO", port=port)
    return answer.number("uStatus"), value_of(answer)


def test_without_a_value_a_query_is_answered_with_an_empty_one():
    host = Host()
    host.up()
    answer = host.query("OID_WWAN_PCO")
    assert answer.number("uStatus") == 0
    assert answer.number("PcoValue.Size") == 0
    assert len(bytes(answer)) == 272


def test_a_set_is_not_supported():
    assert Host().refused(Kind.KIND_SET, "OID_WWAN_PCO") == status("NDIS_STATUS_NOT_SUPPORTED")


def test_the_value_comes_with_the_activation_and_goes_with_the_connection():
    host = Host(port_count=2, pco=[{}, {"octets": OPERATOR, "pco_type": 1}])
    events = host.up(port=1)
    assert names(events)[-1] == (PCO, 1)
    report = decode_event(events[-1])
    assert value_of(report) == OPERATOR
    assert report.number("PcoValue.Type") == member("WwanPcoTypePartial")
    assert bytes(host.query("OID_WWAN_PCO", port=1)) == bytes(report)
    assert asked(host, port=0) == (status("WWAN_STATUS_CONTEXT_NOT_ACTIVATED"), b"")
    host.connect(port=1, command="Deactivate")
    assert asked(host, port=1) == (status("WWAN_STATUS_CONTEXT_NOT_ACTIVATED"), b"")


def end_by_order(host):
    host.connect(command="Deactivate")


def end_by_network(host):
    host.stimulus("network_deactivate", ConnectionId=1, NwError=36)


def end_by_detach(host):
    payload = encode(
        "NDIS_WWAN_SET_PACKET_SERVICE",
        {"PacketServiceAction": "WwanPacketServiceActionDetach"},
        revision=1,
    )
    host.set("OID_WWAN_PACKET_SERVICE", payload)
    payload = encode(
        "NDIS_WWAN_SET_PACKET_SERVICE",
        {"PacketServiceAction": "WwanPacketServiceActionAttach"},
        revision=1,
    )
    host.set("OID_WWAN_PACKET_SERVICE", payload)


def end_by_sleep(host):
    host.power("D3")
    host.power("D0")


def end_by_removal(host):
    host.lifecycle("SURPRISE_REMOVAL")
    host.lifecycle("ARRIVAL")


ENDS = (end_by_order, end_by_network, end_by_detach, end_by_sleep, end_by_removal)


@pytest.mark.parametrize("end", ENDS)
def test_a_connection_has_no_value_but_its_own(end):
    """However the first one ended: the next is empty until the network sends one."""
    host = Host(pco=[{"octets": OPERATOR}])
    host.up(1)
    assert asked(host) == (0, OPERATOR)
    end(host)
    assert asked(host) == (status("WWAN_STATUS_CONTEXT_NOT_ACTIVATED"), b"")
    send_pco(host, b"", connection_id=0)
    assert PCO not in [name for name, _ in names(host.up(2))]
    assert asked(host) == (0, b"")
    assert names(send_pco(host, OPERATOR, connection_id=2)) == [(PCO, 0)]
    assert asked(host) == (0, OPERATOR)


def test_a_query_tells_what_is_missing_for_a_connection():
    """The statuses of the structure's page, the first that holds in the order of an activation."""
    host = Host()
    assert asked(host)[0] == status("WWAN_STATUS_CONTEXT_NOT_ACTIVATED")
    detach = {"PacketServiceAction": "WwanPacketServiceActionDetach"}
    host.set("OID_WWAN_PACKET_SERVICE", encode("NDIS_WWAN_SET_PACKET_SERVICE", detach, revision=1))
    assert asked(host)[0] == status("WWAN_STATUS_PACKET_SVC_DETACHED")
    host.stimulus("coverage", ProviderIndex=0xFFFFFFFF, Available=0)
    assert asked(host)[0] == status("WWAN_STATUS_NOT_REGISTERED")
    host.stimulus("sim", State=0)
    assert asked(host)[0] == status("WWAN_STATUS_NOT_INITIALIZED")
    off = {"RadioAction": "WwanRadioOff"}
    host.set("OID_WWAN_RADIO_STATE", encode("NDIS_WWAN_SET_RADIO_STATE", off, revision=1))
    assert asked(host)[0] == status("WWAN_STATUS_RADIO_POWER_OFF")


@given(
    st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=6)), max_size=6),
    st.sampled_from([b"", b"\x80"]),
    st.booleans(),
)
def test_a_partial_value_is_reported_when_it_has_an_element_of_the_operator(
    containers, protocol, with_element
):
    octets = protocol + b"".join(
        number.to_bytes(2, "big") + bytes([len(data)]) + data for number, data in containers
    )
    if with_element:
        octets = bytes([0x27, len(octets)]) + octets
    if not protocol and octets[:1] == b"\x27" and not with_element:
        return  # a container 27xxH right at the start looks like the element
    if not protocol and containers and containers[0][0] >> 8 in range(0x80, 0x88):
        return  # nor does a container 80xxH differ from the octet that is left out
    host = Host()
    host.up()
    partial = send_pco(host, octets, Type=member("WwanPcoTypePartial"))
    wanted = bool(octets) and any(number >= 0xFF00 for number, _ in containers)
    assert names(partial) == ([(PCO, 0)] if wanted else [])
    assert asked(host) == (0, octets if wanted else b"")
    complete = send_pco(host, octets, Type=member("WwanPcoTypeComplete"))
    assert names(complete) == ([(PCO, 0)] if octets else []), "a complete one is always reported"


def test_a_partial_value_without_an_element_of_the_operator_leaves_the_one_before():
    host = Host()
    host.up()
    send_pco(host, OPERATOR, Type=member("WwanPcoTypePartial"))
    for octets in (bytes.fromhex("80000d04c0000235"), b"\x80", b"\x80\xff"):
        assert send_pco(host, octets, Type=member("WwanPcoTypePartial")) == []
        assert asked(host) == (0, OPERATOR)
    host.connect(command="Deactivate")
    assert PCO not in [name for name, _ in names(host.up())]


def test_a_new_value_on_an_active_connection_is_an_event_on_its_port():
    host = Host(port_count=2)
    assert PCO not in [name for name, _ in names(host.up(port=1))]
    events = send_pco(host, b"new", port=1)
    assert names(events) == [(PCO, 1)]
    assert value_of(decode_event(events[0])) == b"new"
    assert send_pco(host, b"new", port=1) == [], "not a new value"
    assert send_pco(host, b"other", connection_id=7, port=1) == [], "not active"
    assert value_of(host.query("OID_WWAN_PCO", port=1)) == b"new"


def test_a_value_for_no_connection_waits_for_the_activation():
    host = Host()
    assert send_pco(host, b"waiting") == []
    assert asked(host)[1] == b""
    assert names(host.up()) == [("LINK_STATE", 0), (PCO, 0)]


def test_an_empty_value_is_never_reported():
    host = Host(pco=[{"octets": b"first"}])
    host.up()
    assert send_pco(host, b"") == []
    host.connect(command="Deactivate")
    assert PCO not in [name for name, _ in names(host.up())]


def test_values_that_no_network_sends_change_nothing():
    host = Host()
    host.up()
    assert send_pco(host, b"x" * 256, Size=257) == []
    assert send_pco(host, b"x", Type=2) == []
    assert names(send_pco(host, b"x" * 256)) == [(PCO, 0)]


def test_without_the_capability_there_is_no_pco():
    host = Host(optional_service_caps=0, pco=[{"octets": b"value"}])
    assert names(host.up()) == [("LINK_STATE", 0)]
    assert host.refused(Kind.KIND_QUERY, "OID_WWAN_PCO") == status("NDIS_STATUS_NOT_SUPPORTED")


def test_addresses_are_reported_with_their_tables():
    host = Host(port_count=2)
    (_, event) = host.up(port=1)
    report = decode_event(event)
    assert report.number("WwanIpAddressState.IPv4Flags.Value") == 15
    assert report.number("WwanIpAddressState.IPv6Flags.Value") == 15
    assert report.number("WwanIpAddressState.IPv4MTU") == 1500
    payload = event.payload
    assert len(payload) == 72 + 6 * 24
    assert int.from_bytes(payload[24:32], "little") == 72
    assert payload[72:84] == b"\2\0\0\0\x18\0\0\0" + IPV4["ipv4_address"]
    assert payload[96:120] == b"\3\0\0\0\x40\0\0\0" + IPV6["ipv6_address"]
    assert payload[120 + 8 : 120 + 12] == IPV4["ipv4_gateway"]
    assert payload[168 + 8 : 168 + 12] == IPV4["ipv4_dns"]
    assert payload[192 + 8 : 192 + 24] == IPV6["ipv6_dns"]


def test_only_addresses_of_the_granted_type_are_reported():
    host = Host(port_count=2)
    (_, event) = host.up(port=1, IPType="WwanIPTypeIPv4")
    report = decode_event(event)
    assert report.number("WwanIpAddressState.IPv6Flags.Value") == 0
    assert report.number("WwanIpAddressState.IpCount") == 1


def test_new_addresses_are_reported_on_an_additional_context_only():
    host = Host(port_count=2)
    host.up(1, port=0)
    host.up(1, port=1)
    change = {"ConnectionId": 1, "IPv4Address": b"\xc6\x33\x64\x07", "IPv4PrefixLength": 32}
    assert host.stimulus("ip_address", port=0, **change) == []
    events = host.stimulus("ip_address", port=1, **change)
    assert names(events) == [("WWAN_IP_ADDRESS_STATE", 1)]
    assert events[0].payload[80:84] == b"\xc6\x33\x64\x07"
    assert host.stimulus("ip_address", port=1, **change) == [], "the same addresses"
    assert host.stimulus("ip_address", port=1, **{**change, "ConnectionId": 2}) == []


def test_recorded_values_are_adopted():
    first = Host(port_count=2, pco=[{}, {"octets": b"seen"}])
    _, addresses, pco = first.up(port=1)
    second = Host(port_count=2, addresses=[])
    assert second.engine.adopt(pco)
    assert second.engine.adopt(addresses)
    assert asked(second, port=1)[1] == b"", "no connection is known that could have it"
    assert [event.payload for event in second.up(port=1)][1] == addresses.payload
    assert asked(second, port=1) == (0, b"seen")
    for event in (pco, addresses):
        for size in range(len(event.payload)):
            second.engine.adopt(event.replace(payload=event.payload[:size]))
