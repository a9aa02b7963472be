"""Neighbour discovery: the router advertises itself, and only who answers is a neighbour."""

from dataclasses import replace
from ipaddress import IPv6Address, IPv6Interface

import pytest
from data_path import (
    CONFIGURATION,
    DNS,
    GATEWAY,
    ON_LINK,
    OURS,
    one,
    solicitation,
)

from wwanreplay.errors import DecodeError
from wwanreplay.serve.data import neighbours
from wwanreplay.serve.data.packets import Packet, parse
from wwanreplay.serve.data.responder import respond


def test_a_router_advertises_prefix_servers_and_mtu() -> None:
    answer = one(solicitation(133, ON_LINK, "ff02::2", bytes(4)).to_bytes())
    assert (answer.destination, answer.hop_limit) == (ON_LINK, 255)
    assert answer.source.is_link_local
    options = answer.payload[16:]
    assert options[:4] == bytes((3, 4, 64, 0x40))
    assert options[16:32] == IPv6Address("2001:db8:0:17::").packed
    assert int.from_bytes(options[36:40], "big") == 1428
    assert options.endswith(DNS[6].packed)


def test_neighbours_are_those_that_answer() -> None:
    for target, answered in ((GATEWAY[6], True), (DNS[6], True), (OURS[6], False)):
        asked = solicitation(135, ON_LINK, "ff02::1:ff00:fe", bytes(4) + target.packed).to_bytes()
        answers = [parse(each) for each in respond(asked, CONFIGURATION)]
        assert bool(answers) is answered
        for answer in answers:
            assert (answer.source, answer.destination) == (target, ON_LINK)
            assert answer.payload[4] == 0xE0
            assert answer.payload[8:24] == target.packed
    far = solicitation(135, ON_LINK, "ff02::1", bytes(4) + GATEWAY[6].packed)
    routed = Packet(far.source, far.destination, far.protocol, far.payload, 254)
    assert respond(routed.to_bytes(), CONFIGURATION) == []


def test_a_link_address_is_given_where_there_is_one() -> None:
    asked = solicitation(135, ON_LINK, "ff02::1", bytes(4) + GATEWAY[6].packed).to_bytes()
    (answer,) = respond(asked, CONFIGURATION, b"\x02\0\0\0\0\x01")
    assert answer.endswith(b"\x02\x01\x02\0\0\0\0\x01")


def test_the_router_on_the_link_is_the_gateway_only_if_that_is_on_the_link() -> None:
    assert neighbours.router_of(CONFIGURATION) == IPv6Address("fe80::1")
    local = replace(CONFIGURATION, ipv6_gateway=IPv6Address("fe80::9"))
    assert neighbours.router_of(local) == IPv6Address("fe80::9")
    assert neighbours.hosts_of(local) == {IPv6Address("fe80::9"), DNS[6]}
    assert neighbours.hosts_of(replace(CONFIGURATION, ipv6=None)) == set()


def test_without_a_gateway_it_is_no_default_router() -> None:
    asked = solicitation(133, ON_LINK, "ff02::2", bytes(4))
    for gateway, lifetime in ((GATEWAY[6], 1800), (None, 0)):
        answer = neighbours.answer(asked, replace(CONFIGURATION, ipv6_gateway=gateway))
        assert answer is not None
        assert int.from_bytes(answer.payload[6:8], "big") == lifetime


@pytest.mark.parametrize(("size", "is_autonomous"), [(64, True), (96, False)])
def test_only_a_prefix_of_64_bits_is_for_addresses_of_ones_own(size, is_autonomous) -> None:
    asked = solicitation(133, ON_LINK, "ff02::2", bytes(4))
    inside = IPv6Interface(f"{OURS[6]}/{size}")
    answer = neighbours.answer(asked, replace(CONFIGURATION, ipv6=inside))
    assert answer is not None
    assert bool(answer.payload[16 + 3] & 0x40) is is_autonomous


def test_who_has_no_address_yet_is_answered_by_all_nodes() -> None:
    asked = solicitation(135, IPv6Address(0), "ff02::1", bytes(4) + GATEWAY[6].packed)
    answer = neighbours.answer(asked, CONFIGURATION)
    assert answer is not None
    assert answer.destination == neighbours.ALL_NODES
    assert not answer.payload[4] & 0x40  # unsolicited
    cut = solicitation(135, ON_LINK, "ff02::1", bytes(4))
    with pytest.raises(DecodeError, match="neighbour solicitation: is cut off"):
        neighbours.answer(cut, CONFIGURATION)
