"""Scripts and ioctl trees of umockdev."""

import field_samples as samples
import pytest
from field_samples import mbim, read, reading
from printed_logs import escaped
from printed_logs import script_line as line

from wwanreplay.formats.base import Clock, Direction
from wwanreplay.formats.readers.umockdev import unescape
from wwanreplay.mbim.fragments import split


def test_every_byte_comes_back():
    data = bytes(range(256))
    assert unescape(escaped(data)) == data


def test_reads_and_writes_are_messages_in_time():
    log = b"d 0 /dev/cdc-wdm0\n" + line(b"w", 0, samples.OPEN) + line(b"r", 12, samples.OPEN_DONE)
    log += line(b"w", 3, samples.RADIO_QUERY) + line(b"r", 5, samples.LONG_DONE)
    messages = read(log)
    assert mbim(messages) == [
        samples.OPEN,
        samples.OPEN_DONE,
        samples.RADIO_QUERY,
        samples.LONG_DONE,
    ]
    assert [message.time_ns for message in messages] == [0, 12_000_000, 15_000_000, 20_000_000]
    assert messages[0].clock is Clock.RELATIVE
    assert messages[0].device == "/dev/cdc-wdm0"
    assert [message.direction for message in messages[:2]] == [
        Direction.HOST_TO_DEVICE,
        Direction.DEVICE_TO_HOST,
    ]


def test_writes_that_were_merged_are_cut_and_reads_that_were_cut_are_joined():
    log = line(b"w", 0, samples.OPEN + samples.RADIO_QUERY)
    log += line(b"r", 1, samples.LONG_DONE[:30]) + line(b"r", 0, samples.LONG_DONE[30:])
    messages = read(log)
    assert mbim(messages) == [samples.OPEN, samples.RADIO_QUERY, samples.LONG_DONE]
    assert messages[2].place.number == 2


def test_fragments_are_joined():
    log = b"".join(line(b"r", 1, piece) for piece in split(samples.LONG_DONE, 100))
    assert mbim(read(log)) == [samples.LONG_DONE]


def test_a_script_that_ends_early_is_incomplete():
    messages, counts = reading(line(b"w", 0, samples.OPEN) + line(b"r", 1, samples.LONG_DONE[:60]))
    assert messages[1].data == samples.LONG_DONE[:60]
    assert counts.incomplete.count == 1


def test_urbs_of_usbfs_hold_the_setup_packet():
    send = bytes.fromhex("2100000000001000") + samples.OPEN
    get = bytes.fromhex("a101000000000010") + samples.OPEN_DONE
    log = "@DEV /dev/bus/usb/001/004\n"
    log += f"USBDEVFS_REAPURB 2 0 0 0 {len(send)} 16 0 {send.hex().upper()}\n"
    log += f" USBDEVFS_REAPURB 2 128 0 0 {len(get)} 16 0 {get.hex().upper()}\n"
    messages = read(log)
    assert mbim(messages) == [samples.OPEN, samples.OPEN_DONE]
    assert {message.device for message in messages} == {"/dev/bus/usb/001/004"}


@pytest.mark.parametrize("size", range(4, 16))
def test_a_script_that_ends_inside_a_message_has_it_in_part_or_counted(size: int) -> None:
    log = line(b"w", 0, samples.OPEN) + line(b"r", 1, samples.OPEN_DONE[:size])
    messages, counts = reading(log)
    assert mbim(messages)[0] == samples.OPEN
    assert counts.incomplete.count + counts.unreadable.count == 1
