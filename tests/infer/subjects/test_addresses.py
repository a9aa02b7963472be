"""Addresses are those that the network gave, of the families that it granted."""

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.analysis.infer.profile import profile_of
from wwanreplay.mbim.codec import encode as encode_mbim


def test_addresses_come_from_the_ip_configuration() -> None:
    code = (1 << 32) | 15
    values = {
        "SessionId": 0,
        "IPv4ConfigurationAvailable": 15,
        "IPv4Address": [{"OnLinkPrefixLength": 29, "IPv4Address": "198.51.100.9"}],
        "IPv4Gateway": "198.51.100.10",
        "IPv4DnsServer": ["198.51.100.53", "198.51.100.54"],
        "IPv4Mtu": 1430,
    }
    event = Event(
        Kind.KIND_COMPLETION,
        3,
        request_id=4,
        code=code,
        namespace=Namespace.NAMESPACE_MBIM,
        payload=encode_mbim(1, 15, "response", values),
    )
    (address,) = profile_of([event]).mapping["addresses"]
    assert address == {
        "ipv4_address": bytes([198, 51, 100, 9]),
        "ipv4_prefix_length": 29,
        "ipv4_gateway": bytes([198, 51, 100, 10]),
        "ipv4_dns": bytes([198, 51, 100, 53]),
        "mtu": 1430,
    }
    broken = event.replace(payload=event.payload[:30])
    assert profile_of([broken]).mapping["addresses"][0]["ipv4_address"] != address["ipv4_address"]
