"""The DHCP server: it gives what the context was given, and what is broken is lost."""

from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from data_path import (
    BROADCAST,
    CONFIGURATION,
    DNS,
    ELSEWHERE,
    GATEWAY,
    NOBODY,
    OURS,
    dhcp_message,
    one,
    udp,
)
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.errors import DecodeError
from wwanreplay.serve.data import dhcp
from wwanreplay.serve.data.packets import parse_udp
from wwanreplay.serve.data.responder import respond


def options_of(data: bytes) -> dict[int, bytes]:
    at, found = 240, {}
    while data[at] != 255:
        found[data[at]] = data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]
    return found


@pytest.mark.parametrize(
    ("kind", "options", "reply"),
    [
        (1, b"", 2),
        (3, b"\x32\x04" + OURS[4].packed, 5),
        (3, b"\x32\x04" + ELSEWHERE[4].packed, 6),
        (3, b"\x36\x04" + GATEWAY[4].packed + b"\x32\x04" + OURS[4].packed, 5),
    ],
)
def test_dhcp_gives_what_the_context_was_given(kind: int, options: bytes, reply: int) -> None:
    answer = one(udp(NOBODY, BROADCAST, 67, dhcp_message(kind, options), 68))
    assert (answer.source, answer.destination) == (GATEWAY[4], BROADCAST)
    datagram = parse_udp(answer)
    assert datagram[:2] == (67, 68)
    found = options_of(datagram.data)
    assert found[53] == bytes((reply,))
    assert found[54] == GATEWAY[4].packed
    if reply != 6:
        assert datagram.data[16:20] == OURS[4].packed
        assert found[1] == IPv4Address("255.255.255.252").packed
        assert (found[3], found[6]) == (GATEWAY[4].packed, DNS[4].packed)
        assert found[26] == (1428).to_bytes(2, "big")
    else:
        assert datagram.data[16:20] == bytes(4)


def test_a_client_with_an_address_is_answered_there() -> None:
    renewed = one(udp(OURS[4], GATEWAY[4], 67, dhcp_message(3, client=str(OURS[4])), 68))
    informed = one(udp(OURS[4], GATEWAY[4], 67, dhcp_message(8, client=str(OURS[4])), 68))
    assert renewed.destination == informed.destination == OURS[4]
    assert options_of(parse_udp(renewed).data)[51]
    assert 51 not in options_of(parse_udp(informed).data)


def test_dhcp_that_is_for_another_server_or_broken_is_lost() -> None:
    other = dhcp_message(3, b"\x36\x04" + ELSEWHERE[4].packed)
    assert respond(udp(NOBODY, BROADCAST, 67, other, 68), CONFIGURATION) == []
    whole = dhcp_message(1, b"\x37\x03\x01\x03\x06")
    for size in range(241):
        assert respond(udp(NOBODY, BROADCAST, 67, whole[:size], 68), CONFIGURATION) == []
    assert (
        respond(udp(NOBODY, BROADCAST, 67, dhcp_message(1, b"\x37\xf0"), 68), CONFIGURATION) == []
    )


def test_without_a_gateway_the_name_server_is_the_server() -> None:
    assert dhcp.server_of(CONFIGURATION) == GATEWAY[4]
    routeless = replace(CONFIGURATION, ipv4_gateway=None)
    assert dhcp.server_of(routeless) == DNS[4]
    answer = dhcp.answer(dhcp_message(dhcp.MessageType.DISCOVER), routeless)
    assert answer is not None
    assert dhcp.Option.ROUTER not in options_of(parse_udp(answer).data)
    alone = replace(routeless, ipv4_dns=())
    assert dhcp.server_of(alone) is None
    assert dhcp.answer(dhcp_message(dhcp.MessageType.DISCOVER), alone) is None


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_an_address_is_granted_only_if_it_is_the_contexts(wanted: int, client: int) -> None:
    options = bytes((dhcp.Option.REQUESTED, 4)) + wanted.to_bytes(4, "big")
    message = dhcp_message(dhcp.MessageType.REQUEST, options, client=str(IPv4Address(client)))
    answer = dhcp.answer(message, CONFIGURATION)
    assert answer is not None
    is_own = IPv4Address(wanted) == OURS[4]
    kind = options_of(parse_udp(answer).data)[dhcp.Option.KIND][0]
    assert kind == (dhcp.MessageType.ACK if is_own else dhcp.MessageType.NAK)


def test_what_is_no_request_is_an_error_of_one_line() -> None:
    reply = b"\x02" + dhcp_message(dhcp.MessageType.DISCOVER)[1:]
    with pytest.raises(DecodeError, match=r"^DHCP\.op: is no request at offset 0$"):
        dhcp.answer(reply, CONFIGURATION)
