"""Protocol configuration options and addresses, on the port they belong to."""

from device_host import IPV4, IPV6, Host, member, names, status

from wwanreplay._core import Kind
from wwanreplay.protocol.codec import decode_event

PCO = "WWAN_PCO_STATUS"


def value_of(report):
    return bytes(report.get("PcoValue.PcoData"))[: report.number("PcoValue.Size")]


def send_pco(host, octets, connection_id=1, port=0, **changes):
    values = {"ConnectionId": connection_id, "Size": len(octets), "Type": 0, **changes}
    return host.stimulus("pco", PcoData=octets.ljust(256, b"\0"), port=port, **values)


def test_without_a_value_a_query_is_answered_with_an_empty_one():
    answer = Host(pco=[{"octets": b"later"}]).query("OID_WWAN_PCO")
    assert answer.number("uStatus") == 0
    assert answer.number("PcoValue.Size") == 0
    assert len(bytes(answer)) == 272


def test_a_set_is_not_supported():
    assert Host().refused(Kind.KIND_SET, "OID_WWAN_PCO") == status("NDIS_STATUS_NOT_SUPPORTED")


def test_the_value_comes_with_the_activation_and_stays_for_queries():
    host = Host(port_count=2, pco=[{}, {"octets": b"\x80\x21\x10", "pco_type": 1}])
    events = host.up(port=1)
    assert names(events)[-1] == (PCO, 1)
    report = decode_event(events[-1])
    assert value_of(report) == b"\x80\x21\x10"
    assert report.number("PcoValue.Type") == member("WwanPcoTypePartial")
    assert bytes(host.query("OID_WWAN_PCO", port=1)) == bytes(report)
    assert host.query("OID_WWAN_PCO", port=0).number("PcoValue.Size") == 0
    host.connect(port=1, command="Deactivate")
    assert value_of(host.query("OID_WWAN_PCO", port=1)) == b"\x80\x21\x10"


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
    assert host.query("OID_WWAN_PCO").number("PcoValue.Size") == 0
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
    assert value_of(second.query("OID_WWAN_PCO", port=1)) == b"seen"
    assert [event.payload for event in second.up(port=1)][1] == addresses.payload
    for event in (pco, addresses):
        for size in range(len(event.payload)):
            second.engine.adopt(event.replace(payload=event.payload[:size]))
