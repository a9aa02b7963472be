"""pcap and pcapng with every link type that carries MBIM."""

import gzip
import io
import shutil
import subprocess
from pathlib import Path

import capture_samples as captures
import field_samples as samples
import pytest
import sample_logs
from field_samples import mbim, read, reading
from hypothesis import given, settings
from hypothesis import strategies as st

from wwanreplay.formats.base import Clock, Direction, MessageKind, Unit
from wwanreplay.formats.readers.capture import PcapngReader
from wwanreplay.formats.sources import LogSource
from wwanreplay.mbim.fragments import split


@pytest.mark.parametrize("wrap", [captures.pcap, captures.pcapng])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("link", "size"), [(captures.USB_LINUX, 48), (captures.USB_MMAPPED, 64)])
def test_usbmon_in_every_container_and_byte_order(wrap, order: str, link: int, size: int):
    packets = captures.usbmon_session(*samples.SESSION, size=size, order=order)
    messages, counts = reading(wrap(link, *packets, order=order))
    assert mbim(messages) == list(samples.SESSION)
    assert counts.complete == 5
    assert counts.notes == 3
    first = messages[0]
    assert first.device == "usb:2:5"
    assert first.clock is Clock.UTC
    assert first.time_ns == captures.TIME_NS
    assert first.place.unit is Unit.PACKET
    assert first.place.number == 1
    assert first.direction is Direction.HOST_TO_DEVICE


@pytest.mark.parametrize("wrap", [captures.pcap, captures.pcapng])
@pytest.mark.parametrize("old", [False, True])
def test_usbpcap_with_data_in_the_setup_packet_or_behind_it(wrap, old: bool):
    messages = read(wrap(captures.USBPCAP, *captures.usbpcap_session(*samples.SESSION, old=old)))
    assert mbim(messages) == list(samples.SESSION)
    assert {message.device for message in messages} == {"usb:2:5"}
    assert sum(message.kind is MessageKind.NOTE for message in messages) == 3


def test_bare_mbim():
    messages, counts = reading(captures.pcapng(captures.USER0, *samples.SESSION, b"other"))
    assert mbim(messages) == list(samples.SESSION)
    assert counts.unmapped.count == 1


def test_fragments_on_the_bus_are_joined():
    pieces = split(samples.LONG_DONE, 64)
    (message,) = read(captures.pcap(captures.USER0, *pieces))
    assert message.data == samples.LONG_DONE
    assert message.fragments == tuple(pieces)
    assert [place.number for place in message.places] == list(range(1, len(pieces) + 1))


def test_interfaces_of_one_file_may_have_different_link_types():
    log = captures.section()
    log += captures.interface(captures.ETHERNET) + captures.interface(captures.USER0, name="wwan0")
    log += captures.interface(captures.USB_MMAPPED, resolution=9)
    log += captures.packet(bytes(60), 0) + captures.packet(samples.OPEN, 1)
    for packet in captures.usbmon_session(samples.OPEN):
        log += captures.packet(packet, 2, ticks=captures.TIME_NS)
    log += captures.section(">") + captures.interface(captures.USER0, ">")
    log += captures.packet(samples.CLOSE, 0, order=">")
    messages, counts = reading(log)
    assert [message.device for message in messages] == ["wwan0", "usb:2:5", "0"]
    assert [message.time_ns for message in messages] == [captures.TIME_NS] * 3
    assert messages[1].step_ns == 1
    assert counts.records == 5
    assert counts.unmapped.count == 1


def test_lost_packets_are_counted():
    statistics = captures.block(
        5, bytes(12) + captures.option(5, (12).to_bytes(8, "little")) + bytes(4)
    )
    log = captures.pcapng(captures.USER0, samples.OPEN) + statistics
    assert reading(log)[1].dropped.count == 12


@pytest.mark.parametrize("wrap", [captures.pcap, captures.pcapng])
def test_a_capture_that_ends_early_gives_what_it_has(wrap):
    log = wrap(captures.USER0, *samples.SESSION)
    for size in range(len(log) - 1, 60, -7):
        messages, counts = reading(log[:size])
        found = mbim(messages)
        assert found == list(samples.SESSION[: len(found)])
        assert len(found) == len(samples.SESSION) or counts.unreadable.count <= 1


@pytest.mark.parametrize("wrap", [captures.pcap, captures.pcapng])
def test_absurd_sizes_are_damage_and_take_no_memory(wrap):
    log = bytearray(wrap(captures.USER0, samples.OPEN, samples.CLOSE))
    at = log.index(samples.CLOSE) - (8 if wrap is captures.pcap else 24)
    log[at : at + 4] = b"\xf0\xff\xff\x7f"
    messages, counts = reading(bytes(log))
    assert mbim(messages) == [samples.OPEN]
    assert counts.unreadable.count == 1
    assert counts.unreadable.first[0][0].unit is Unit.BYTE


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize(
    "packets",
    [
        (captures.USB_LINUX, captures.usbmon_session(*samples.SESSION, size=48)),
        (captures.USB_MMAPPED, captures.usbmon_session(*samples.SESSION)),
        (captures.USBPCAP, captures.usbpcap_session(*samples.SESSION)),
    ],
    ids=["189", "220", "249"],
)
def test_tshark_sees_the_same_requests_in_our_captures(packets, tmp_path: Path):
    path = tmp_path / "x.pcapng"
    path.write_bytes(captures.pcapng(packets[0], *packets[1]))
    run = subprocess.run(
        [
            "tshark",
            "-r",
            str(path),
            "-T",
            "fields",
            "-e",
            "usb.transfer_type",
            "-e",
            "usb.setup.wLength",
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    lengths = [
        int(line.split("\t")[1]) for line in run.stdout.splitlines() if line.split("\t")[1:] > [""]
    ]
    assert lengths == [len(data) if not data[3] & 0x80 else 4096 for data in samples.SESSION]


class ByTheLibrary(PcapngReader):
    """A reader that leaves every block to the library."""

    def _plain_packet(self, *block):
        return None


def read_by(kind, log):
    reader = kind(LogSource("sample.pcapng", io.BytesIO(log)))
    return list(reader), reader.counts


CAPTURE = gzip.decompress(sample_logs.CAPTURES["mbimcli-connect-usb"].read_bytes())[:6000]
PLACES = st.integers(0, len(CAPTURE) - 1)


@settings(deadline=None)
@given(
    st.lists(st.tuples(PLACES, st.sampled_from([0, 1, 2, 3, 4, 8, 0x7F, 0xC3, 0xFF])), max_size=4),
    st.one_of(st.none(), PLACES),
)
def test_plain_packets_mean_what_the_library_reads(changes, end):
    log = bytearray(CAPTURE)
    for place, value in changes:
        log[place] = value
    log = bytes(log[:end])
    assert read_by(PcapngReader, log) == read_by(ByTheLibrary, log)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    "options",
    [
        [],
        [(1, b"a comment"), (2, 2)],
        [(1, "\xfcber".encode()), (2, 1)],
        [(1, b"\xff")],
        [(2, 3)],
        [(2, 0x1_0001)],
        [(1, b"a"), (1, b"b")],
        [(4, bytes(8)), (2, 1)],
        [(1, b"no end"), None],
        [(2, b"\1\0")],
    ],
    ids=str,
)
def test_options_of_packets_change_nothing(order, options):
    session = captures.usbmon_session(*samples.SESSION, size=64, order=order)
    log = captures.section(order) + captures.interface(captures.USB_MMAPPED, order)
    text = b""
    for each in options:
        if each is not None:
            code, value = each
            data = (
                value.to_bytes(4, "little" if order == "<" else "big")
                if code == 2 and isinstance(value, int)
                else value
            )
            text += captures.option(code, data, order)
    text += captures.option(0, b"", order) if options and None not in options else b""
    for each in session:
        plain = captures.packet(each, order=order)
        body = plain[8:-4] + text
        log += captures.block(6, body, order)
    found, counts = read_by(PcapngReader, log)
    assert (found, counts) == read_by(ByTheLibrary, log)
    if not any(isinstance(each, tuple) and each[1] in (b"\xff", 3, b"\1\0") for each in options):
        assert mbim(found) == list(samples.SESSION)
