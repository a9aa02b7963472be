"""The hosts of a context's network: what they answer, what they refuse, and what is lost."""

import json
import shutil
import subprocess
from ipaddress import ip_address
from pathlib import Path

import pytest
from data_path import (
    BROADCAST,
    CONFIGURATION,
    DNS,
    ELSEWHERE,
    GATEWAY,
    NOBODY,
    ON_LINK,
    OURS,
    dhcp_message,
    dns_query,
    echo_request,
    one,
    solicitation,
    udp,
    write_capture,
)
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.serve.data.configuration import Configuration
from wwanreplay.serve.data.packets import ICMP, ICMPV6, TCP, Packet, parse
from wwanreplay.serve.data.responder import respond

VERSIONS = [4, 6]


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
