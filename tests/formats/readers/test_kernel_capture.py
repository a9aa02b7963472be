"""What usbmon of a real kernel captured: Debian's 6.1 with cdc_mbim, mbimcli and ping in front.

`tests/real/test_linux.py` made it: `usbip attach`, capabilities, services in fragments, a
connection of both versions of IP, pings, a device service stream, disconnection.
"""

import gzip
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from checkout import KERNEL_CAPTURE

from wwanreplay._core import Kind, WireDirection
from wwanreplay.formats.importer import import_logs
from wwanreplay.mbim.header import look
from wwanreplay.mbim.usb import ntb
from wwanreplay.mbim.usb.descriptors import BULK_IN, BULK_OUT, Descriptors
from wwanreplay.mbim.usb.ntb import Datagram, Format, Stream
from wwanreplay.trace import TraceReader

_BULK = 3


def packets() -> Iterator[bytes]:
    """The packets of the capture, with usbmon's header of 64 bytes."""
    data = gzip.decompress(KERNEL_CAPTURE.read_bytes())
    at = 24
    while at < len(data):
        (size,) = struct.unpack_from("<I", data, at + 8)
        yield data[at + 16 : at + 16 + size]
        at += 16 + size


def blocks(endpoint: int, kind: str) -> list[bytes]:
    """The data of one pipe."""
    return [
        packet[64:]
        for packet in packets()
        if (chr(packet[8]), packet[9], packet[10]) == (kind, _BULK, endpoint) and packet[64:]
    ]


def imported(folder: Path) -> list[tuple[int, bytes]]:
    trace = folder / "imported.wwtrace"
    summary = import_logs([KERNEL_CAPTURE], trace)
    (session,) = summary.sessions
    assert (session.tally.unreadable.count, session.tally.problems.count) == (0, 0)
    with TraceReader(trace) as reader:
        return [(event.code, event.payload) for event in reader if event.kind == Kind.KIND_WIRE]


def test_every_message_is_imported(tmp_path: Path) -> None:
    wire = imported(tmp_path)
    sent = [data for code, data in wire if code == WireDirection.WIRE_HOST_TO_DEVICE]
    commands = [look(data).cid for data in sent if look(data).type == 3]
    assert commands == [1, 16, 12, 15, 1, 15, 12]
    assert sum((look(data).total or 1) > 1 for _, data in wire) == 2


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_sees_the_same_messages(tmp_path: Path) -> None:
    capture = tmp_path / "capture.pcap"
    capture.write_bytes(gzip.decompress(KERNEL_CAPTURE.read_bytes()))
    run = subprocess.run(
        [
            *("tshark", "-r", str(capture), "-Y", "mbim.control", "-T", "fields"),
            *("-e", "mbim.control.header.message_type"),
            *("-e", "mbim.control.header.transaction_id"),
            *("-e", "mbim.control.header.message_length"),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    theirs = [
        tuple(int(each.split(",")[0], 0) for each in line.split("\t"))
        for line in run.stdout.splitlines()
    ]
    heads = [look(data) for _, data in imported(tmp_path)]
    assert theirs == [(head.type, head.transaction_id, head.length) for head in heads]
    assert len(theirs) == 28


def test_the_blocks_of_the_kernel_hold_what_tshark_sees() -> None:
    sent = [each for data in blocks(BULK_OUT, "S") for each in ntb.parse(data, Format.NTB16)]
    kinds = [(each.stream, each.session, each.data[:1]) for each in sent]
    assert (Stream.DEVICE_SERVICE, 4, b"d") in kinds
    assert (Stream.IP, 0, b"\x45") in kinds
    assert (Stream.IP, 0, b"\x60") in kinds
    received = [each for data in blocks(BULK_IN, "C") for each in ntb.parse(data, Format.NTB16)]
    assert Datagram(Stream.DEVICE_SERVICE, 4, b"data of a stream") in received
    assert len(received) == 4


def test_a_block_of_the_kernel_is_built_again_with_the_same_datagrams() -> None:
    for data in blocks(BULK_OUT, "S"):
        found = ntb.parse(data, Format.NTB16)
        for ntb_format in Format:
            assert ntb.parse(ntb.build(found, ntb_format), ntb_format) == found


def test_the_descriptors_are_those_that_were_served() -> None:
    whole = Descriptors(256).configuration
    assert any(packet[64:] == whole for packet in packets())
