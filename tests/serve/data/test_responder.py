"""The hosts of a context's network: what they answer, what they refuse, and what is lost."""

import json
import shutil
import subprocess
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import pytest
from data_path import (
    CONFIGURATION,
    DNS,
    ELSEWHERE,
    GATEWAY,
    OURS,
    dhcp_message,
    dns_query,
    echo_request,
    solicitation,
    udp,
    write_capture,
)
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.serve.data.configuration import Configuration
from wwanreplay.serve.data.packets import ICMP, ICMPV6, TCP, Packet, parse, parse_udp
from wwanreplay.serve.data.responder import respond

VERSIONS = [4, 6]
NOBODY, BROADCAST = IPv4Address(0), IPv4Address("255.255.255.255")
ON_LINK = IPv6Address("fe80::1234")


def one(data: bytes, configuration: Configuration = CONFIGURATION) -> Packet:
    """The one packet that comes back."""
    (answer,) = respond(data, configuration)
    return parse(answer)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("size", [0, 1, 56, 1370])
def test_the_gateway_and_the_name_server_answer_echo_requests(version: int, size: int) -> None:
    for host in (GATEWAY[version], DNS[version]):
        request = echo_request(OURS[version], host, bytes(size))
        answer = one(request)
        assert (answer.source, answer.destination) == (host, OURS[version])
        assert answer.payload[0] == (0 if version == 4 else 129)
        assert answer.payload[4:] == parse(request).payload[4:]


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_is_reachable_behind_them_and_that_is_reported(version: int) -> None:
    request = echo_request(OURS[version], ELSEWHERE[version])
    answer = one(request)
    assert answer.source == GATEWAY[version]
    assert tuple(answer.payload[:2]) == ((3, 0) if version == 4 else (1, 0))
    assert request.startswith(answer.payload[8:])


@pytest.mark.parametrize("version", VERSIONS)
def test_other_services_are_refused(version: int) -> None:
    for request in (
        udp(OURS[version], GATEWAY[version], 9, b"discard"),
        udp(OURS[version], GATEWAY[version], 53, b"the gateway is no name server"),
        Packet(OURS[version], DNS[version], TCP, bytes(20)).to_bytes(),
    ):
        answer = one(request)
        assert answer.source == parse(request).destination
        assert tuple(answer.payload[:2]) == ((3, 3) if version == 4 else (1, 4))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_packet_longer_than_the_mtu_is_reported(version: int) -> None:
    answer = one(echo_request(OURS[version], GATEWAY[version], bytes(1430)))
    assert tuple(answer.payload[:2]) == ((3, 4) if version == 4 else (2, 0))
    assert int.from_bytes(answer.payload[4:8], "big") == 1428


@pytest.mark.parametrize("version", VERSIONS)
def test_packets_of_other_senders_are_lost(version: int) -> None:
    assert respond(echo_request(ELSEWHERE[version], GATEWAY[version]), CONFIGURATION) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_context_without_that_version_answers_nothing_of_it(version: int) -> None:
    assert respond(echo_request(OURS[version], GATEWAY[version]), Configuration()) == []
    discover = udp(NOBODY, BROADCAST, 67, dhcp_message(1), 68)
    assert respond(discover, Configuration()) == []
    router = solicitation(133, ON_LINK, "ff02::2", bytes(4)).to_bytes()
    assert respond(router, Configuration()) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_no_error_answers_an_error_or_multicast(version: int) -> None:
    kind = (3, 0) if version == 4 else (1, 0)
    protocol = ICMP if version == 4 else ICMPV6
    error = Packet(OURS[version], ELSEWHERE[version], protocol, bytes((*kind, 0, 0)) + bytes(40))
    assert respond(error.to_bytes(), CONFIGURATION) == []
    group = ip_address("224.0.0.251" if version == 4 else "ff02::fb")
    assert respond(udp(OURS[version], group, 5353, b"mdns"), CONFIGURATION) == []


# ------------------------------------------------------------------ names


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("kind", "answered"), [(1, 4), (28, 6), (16, None), (12, None)])
def test_every_name_is_the_gateway(version: int, kind: int, answered: int | None) -> None:
    query = dns_query("www.example.org", kind)
    answer = one(udp(OURS[version], DNS[version], 53, query))
    data = parse_udp(answer).data
    assert data[:2] == query[:2]
    assert data[2] & 0x80
    assert data[3] & 0x0F == 0
    assert data[4:8] == bytes((0, 1, 0, answered is not None))
    assert data[12 : len(query)] == query[12:]
    if answered is not None:
        assert data.endswith(GATEWAY[answered].packed)


@pytest.mark.parametrize("size", range(60))
def test_a_query_that_is_cut_is_a_format_error_or_nothing(size: int) -> None:
    whole = dns_query("a-name-of-some-length.with.labels.example.org", 1)
    answers = respond(udp(OURS[4], DNS[4], 53, whole[:size]), CONFIGURATION)
    if size < 12:
        assert answers == []
    else:
        assert parse_udp(parse(answers[0])).data[3] & 0x0F == 1


def test_an_unusual_query_is_refused_and_an_answer_is_none() -> None:
    query = dns_query("example.org", 1)
    update = query[:2] + b"\x28\x00" + query[4:]
    assert parse_udp(one(udp(OURS[4], DNS[4], 53, update))).data[3] & 0x0F == 4
    answer = query[:2] + b"\x81\x80" + query[4:]
    assert respond(udp(OURS[4], DNS[4], 53, answer), CONFIGURATION) == []


# ------------------------------------------------------------------ DHCP


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


# ------------------------------------------------------------------ neighbours


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


# ------------------------------------------------------------------ properties


@given(st.binary(max_size=120), st.sampled_from([b"", b"\x45", b"\x60"]))
def test_whatever_comes_in_at_most_one_packet_goes_out(data: bytes, first: bytes) -> None:
    assert len(respond(first + data, CONFIGURATION)) <= 1


@given(st.integers(0, 400), st.sampled_from(VERSIONS))
def test_a_damaged_packet_is_answered_to_its_sender_or_lost(bit: int, version: int) -> None:
    whole = bytearray(udp(OURS[version], DNS[version], 53, dns_query("example.org", 1)))
    whole[bit // 8 % len(whole)] ^= 1 << bit % 8
    for answer in respond(bytes(whole), CONFIGURATION):
        assert parse(answer).destination == parse(bytes(whole)).source


ANSWERED = [
    echo_request(OURS[4], GATEWAY[4]),
    echo_request(OURS[6], GATEWAY[6]),
    echo_request(OURS[4], ELSEWHERE[4]),
    echo_request(OURS[6], ELSEWHERE[6]),
    udp(OURS[4], DNS[4], 53, dns_query("example.org", 1)),
    udp(OURS[6], DNS[6], 53, dns_query("example.org", 28)),
    udp(NOBODY, BROADCAST, 67, dhcp_message(1), 68),
    solicitation(133, ON_LINK, "ff02::2", bytes(4)).to_bytes(),
    solicitation(135, ON_LINK, "ff02::1", bytes(4) + GATEWAY[6].packed).to_bytes(),
]


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_finds_nothing_wrong_with_the_answers(tmp_path: Path) -> None:
    answers = [answer for each in ANSWERED for answer in respond(each, CONFIGURATION)]
    assert len(answers) == len(ANSWERED)
    capture = tmp_path / "answers.pcap"
    write_capture(capture, answers)
    checks = ("ip", "udp", "tcp")
    run = subprocess.run(
        [
            *("tshark", "-r", str(capture), "-T", "json"),
            *(part for each in checks for part in ("-o", f"{each}.check_checksum:TRUE")),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    layers = [packet["_source"]["layers"] for packet in json.loads(run.stdout)]
    names = [list(each)[-1] for each in layers]
    assert names == [
        "icmp",
        "icmpv6",
        "icmp",
        "icmpv6",
        "dns",
        "dns",
        "dhcp",
        "icmpv6",
        "icmpv6",
    ]
    assert "_ws.malformed" not in run.stdout
    assert "_ws.expert" not in run.stdout
    statuses = [
        line.split('"')[-2] for line in run.stdout.splitlines() if "checksum.status" in line
    ]
    # Those of the packets that errors quote are not looked at (2).
    assert statuses.count("1") > len(answers)
    assert set(statuses) == {"1", "2"}
