"""Ethernet in front of the data path: VLANs choose the session, ARP finds the hosts."""

import struct
from ipaddress import IPv4Address

import pytest
from data_path import CONFIGURATION, ELSEWHERE, GATEWAY, OURS, echo_request
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.serve.data.configuration import Configuration
from wwanreplay.serve.data.ethernet import LINK_ADDRESS, respond
from wwanreplay.serve.data.network import DataPath

HOST, EVERYBODY = b"\x02\x00\x00\x00\x00\xfe", b"\xff" * 6


class Contexts:
    """Sessions 0 and 3 are active, stream 4 is open."""

    def configuration(self, session: int) -> Configuration | None:
        return CONFIGURATION if session in (0, 3) else None

    def has_stream(self, session: int) -> bool:
        return session == 4


def frame(kind: int, data: bytes, *, vlan: int = 0, to: bytes = LINK_ADDRESS) -> bytes:
    tag = struct.pack(">HH", 0x8100, vlan) if vlan else b""
    return to + HOST + tag + struct.pack(">H", kind) + data


def question(target: IPv4Address) -> bytes:
    ours = OURS[4].packed
    return struct.pack(">HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, HOST, ours, bytes(6), target.packed)


def ask(data: bytes) -> list[bytes]:
    return respond(data, DataPath(Contexts()))


@pytest.mark.parametrize("vlan", [0, 3])
@pytest.mark.parametrize(("version", "kind"), [(4, 0x0800), (6, 0x86DD)])
def test_packets_of_active_sessions_are_answered(vlan: int, version: int, kind: int) -> None:
    (answer,) = ask(frame(kind, echo_request(OURS[version], GATEWAY[version]), vlan=vlan))
    assert answer[:12] == HOST + LINK_ADDRESS
    assert answer[12:].startswith(
        struct.pack(">HHH", 0x8100, vlan, kind) if vlan else struct.pack(">H", kind)
    )


@pytest.mark.parametrize("vlan", [1, 255, 512, 4095])
def test_other_vlans_are_silent(vlan: int) -> None:
    assert ask(frame(0x0800, echo_request(OURS[4], GATEWAY[4]), vlan=vlan)) == []
    assert ask(frame(0x0806, question(IPv4Address(GATEWAY[4])), vlan=vlan)) == []


def test_a_stream_is_a_vlan_from_256_on() -> None:
    sent = frame(0x88B5, b"data", vlan=256 + 4)
    assert ask(sent) == [HOST + LINK_ADDRESS + sent[12:]]
    assert ask(frame(0x88B5, b"data", vlan=256 + 5)) == []


def test_arp_finds_the_hosts_of_the_context_alone() -> None:
    (answer,) = ask(frame(0x0806, question(IPv4Address(GATEWAY[4])), to=EVERYBODY))
    assert answer[:14] == HOST + LINK_ADDRESS + b"\x08\x06"
    assert answer[14:22] == bytes.fromhex("0001080006040002")
    assert answer[22:32] == LINK_ADDRESS + GATEWAY[4].packed
    assert answer[32:42] == HOST + OURS[4].packed
    assert ask(frame(0x0806, question(IPv4Address(ELSEWHERE[4])), to=EVERYBODY)) == []
    whole = question(IPv4Address(GATEWAY[4]))
    for size in range(len(whole)):
        assert ask(frame(0x0806, whole[:size], to=EVERYBODY)) == []


def test_frames_for_others_are_lost() -> None:
    packet = echo_request(OURS[4], GATEWAY[4])
    assert ask(frame(0x0800, packet, to=b"\x02\x00\x00\x00\x00\x77")) == []


@given(st.binary(max_size=100), st.booleans())
def test_any_frame_is_answered_by_one_at_most(data: bytes, is_for_us: bool) -> None:
    assert len(ask((LINK_ADDRESS + HOST if is_for_us else b"") + data)) <= 1
