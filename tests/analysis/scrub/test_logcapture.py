"""Captures: only the data of packets change, and only what is understood is left."""

import struct
from itertools import pairwise

import capture_samples as captures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_samples import (
    CAPTURES,
    IDENTITIES,
    IMSI,
    LOGS,
    MESSAGES,
    wires,
)
from scrub_samples import KEY

from wwanreplay.analysis.scrub import scrub_log
from wwanreplay.analysis.scrub.logcapture import Packet, Unread, parts_of
from wwanreplay.errors import PrivacyError


def descriptor(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return bytes((len(raw) + 2, 3)) + raw


def exchange(index: int, data: bytes, key: int) -> list[bytes]:
    """What a host asks of descriptors: kind and index, and the answer."""
    setup = struct.pack("<BBHHH", 0x80, 6, index, 0x409, 255)
    return [
        captures.usbmon("S", captures.CONTROL, 0x80, b"", setup, key=key, length=255),
        captures.usbmon("C", captures.CONTROL, 0x80, data, key=key),
    ]


def test_of_a_capture_only_what_is_understood_is_left() -> None:
    device = bytes.fromhex("1201000200000040341278560001010203") + b"\1"
    serial, product = "ABCDE0123456789", "MBIM Modem"
    bulk = captures.usbmon("C", captures.BULK, 0x81, b"GET / HTTP/1.1 Cookie: secret-of-anne")
    packets = [
        *exchange(0x100, device, 1),
        *exchange(0x302, descriptor(product), 2),
        *exchange(0x303, descriptor(serial), 3),
        *captures.usbmon_session(*MESSAGES),
        bulk,
    ]
    log = captures.pcap(220, *packets)
    scrubbed = scrub_log(log, KEY)
    assert len(scrubbed) == len(log)
    assert device in scrubbed
    assert descriptor(product) in scrubbed
    assert serial.encode("utf-16-le") not in scrubbed
    assert descriptor(IDENTITIES.text("SerialNumber", serial)) in scrubbed
    assert b"Cookie" not in scrubbed
    assert scrubbed.endswith(bulk[:64] + bytes(len(bulk) - 64))


def test_comments_names_and_unknown_blocks_of_a_capture() -> None:
    log = (
        captures.block(
            0x0A0D0D0A,
            struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)
            + captures.option(1, f"IMSI: {IMSI}".encode())
            + captures.option(0, b""),
        )
        + captures.interface(147, name="usbmon1")
        + captures.block(4, b"\1\0\x0e\0" + b"\x0a\1\2\3" + b"anneslaptop\0\0\0")
        + captures.packet(MESSAGES[0])
    )
    scrubbed = scrub_log(log, KEY)
    assert len(scrubbed) == len(log)
    assert f"IMSI: {IDENTITIES.text('SubscriberId', IMSI)}".encode() in scrubbed
    assert b"anneslaptop" not in scrubbed
    assert b"usbmon1" in scrubbed
    assert len(wires(scrubbed)) == 1


def test_a_capture_that_ends_early_stays_so() -> None:
    log = LOGS["pcapng 220"](*MESSAGES)
    scrubbed = scrub_log(log[:-50], KEY)
    assert len(scrubbed) == len(log) - 50
    assert wires(scrubbed) == wires(scrub_log(log, KEY))[: len(wires(log[:-50]))]


@pytest.mark.parametrize(
    ("form", "changes"),
    [
        ("pcapng 290", [(54, 0, 7)]),  # the text of an event moved by a byte
        ("pcap 220", [(533, 3, 20)]),  # a message runs into the header of the next packet
    ],
)
def test_a_capture_whose_damage_moved_values_is_refused(
    form: str, changes: list[tuple[int, int, int]]
) -> None:
    log = bytearray(LOGS[form](*MESSAGES))
    for at, size, zeros in changes:
        log[at : at + size] = bytes(zeros)
    with pytest.raises(PrivacyError, match="damaged at byte"):
        scrub_log(bytes(log), KEY)


def spans(data: bytes) -> list[tuple[int, int]]:
    found = []
    for part in parts_of(data):
        assert 0 <= part.start <= part.end <= len(data)
        found.append((part.start, part.end))
    return found


@pytest.mark.parametrize("form", CAPTURES)
def test_the_parts_of_a_capture_are_in_order_and_apart(form: str) -> None:
    log = LOGS[form](*MESSAGES)
    found = spans(log)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    packets = [part for part in parts_of(log) if isinstance(part, Packet)]
    assert [packet.number for packet in packets] == list(range(1, len(packets) + 1))
    assert not [part for part in parts_of(log) if isinstance(part, Unread)]


@pytest.mark.parametrize("form", CAPTURES)
def test_of_a_cut_capture_the_whole_packets_are_read_and_the_rest_is_unread(form: str) -> None:
    log = LOGS[form](*MESSAGES)
    packets = [part for part in parts_of(log) if isinstance(part, Packet)]
    for size in range(24, len(log), 41):
        cut = list(parts_of(log[:size]))
        kept = [part for part in cut if isinstance(part, Packet)]
        assert kept == packets[: len(kept)]
        assert len(kept) >= sum(packet.end + 8 <= size for packet in packets) - 1
        spans(log[:size])


@given(
    st.sampled_from([b"\xa1\xb2\xc3\xd4", b"\xd4\xc3\xb2\xa1", b"\x0a\x0d\x0d\x0a"]),
    st.binary(max_size=200),
)
def test_any_bytes_have_parts_within_them(magic: bytes, data: bytes) -> None:
    spans(magic + data)
