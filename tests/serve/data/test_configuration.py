"""What a context was given is what the device would answer, and asking leaves no trace."""

from ipaddress import IPv4Address, IPv4Interface, IPv6Interface

from data_modem import Modem

from wwanreplay.mbim.tables import SERVICES_BY_NAME


def test_a_context_has_the_addresses_of_its_profile() -> None:
    modem = Modem()
    assert modem.contexts.configuration(0) is None
    modem.connect(0)
    found = modem.contexts.configuration(0)
    assert found is not None
    assert found.ipv4 == IPv4Interface("192.0.2.17/30")
    assert found.ipv4_dns == (IPv4Address("192.0.2.53"),)
    assert found.ipv6 == IPv6Interface("2001:db8:0:17::1/64")
    assert (found.ipv4_mtu, found.ipv6_mtu) == (1428, 1428)
    assert modem.contexts.configuration(1) is None


def test_sessions_have_addresses_of_their_own_and_no_others() -> None:
    modem = Modem("two-ports")
    modem.connect(1)
    assert modem.contexts.configuration(0) is None
    modem.connect(0)
    found = [modem.contexts.configuration(session) for session in (0, 1)]
    assert [each.ipv4 for each in found if each] == [
        IPv4Interface("192.0.2.33/30"),
        IPv4Interface("198.51.100.5/30"),
    ]


def test_asking_changes_nothing_in_the_device() -> None:
    modem = Modem()
    modem.connect(0)
    before = modem.device.snapshot()
    for session in range(3):
        modem.contexts.configuration(session)
    assert modem.device.snapshot() == before
    assert modem.device.drain() == []
    assert "DSS" in SERVICES_BY_NAME
