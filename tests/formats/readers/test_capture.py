"""pcap and pcapng with every link type that carries MBIM."""

import shutil
import subprocess
from pathlib import Path

import capture_samples as captures
import field_samples as samples
import pytest
from field_samples import mbim, read, reading

from wwanreplay.formats.base import Clock, Direction, MessageKind, Unit
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
