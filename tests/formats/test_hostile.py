"""Logs made to break a reader: what each once did, and what it costs now.

Hangs are shown by sizes at which a step that goes back over its input would not end.
"""

import bz2
import gzip
import io
import json
import struct
import tracemalloc
import zipfile

import capture_samples as captures
import field_samples as samples
import pytest
from field_samples import mbim, old_libmbim, read, reading
from printed_logs import umbim_printed as printed

from wwanreplay.errors import InputError
from wwanreplay.formats import merge, transfers, windows
from wwanreplay.formats.base import Clock, Direction, LogMessage, LogPlace, MessageKind, Stamp, Unit
from wwanreplay.formats.readers import capture, libmbim
from wwanreplay.formats.registry import FORMATS
from wwanreplay.formats.transfers import join_fragments
from wwanreplay.mbim.fragments import split
from wwanreplay.packing import streams

LONG = 5000  # digits: more than Python turns into a number
DIM = "[0]0004.{thread:04X}::01/09/2020-10:57:17.118 [WwanDimCommon]{text}\n"


def peak_of(log: bytes, name: str) -> int:
    """The most memory that reading a log takes, beside the log itself."""
    tracemalloc.start()
    try:
        read(log, name)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# ------------------------------------------------------------------ values that are none


@pytest.mark.parametrize("value", [99_999_999_999, 1 << 80, True, None, 1.5, {}, [256], [-1], "x"])
def test_a_journal_whose_message_is_no_text_is_unreadable(value: object):
    entry = json.dumps({"MESSAGE": value, "note": "<<<<<<"})
    messages, counts = reading(entry + "\n" + old_libmbim(samples.OPEN), "libmbim")
    assert mbim(messages) == [samples.OPEN]
    assert counts.unreadable.count == (value != "x")


def test_half_a_surrogate_pair_in_a_journal_does_not_reach_a_name():
    entry = '{"MESSAGE": "[/dev/cdc\\ud800] opening device...", "note": "<<<<<<"}\n'
    (note,) = read(entry, "libmbim")
    assert note.device == "/dev/cdc?"


@pytest.mark.parametrize("text", ["\x0b", "1" * LONG, "1" * 21, "²", "\u0661"])
def test_an_instance_that_is_no_number_names_no_device(text: str):
    log = (
        f"[0]0004.0100::01/09/2020-10:57:17.118 [mbbcx]OID: 0x1 OID name: OID_X Instance: {text}\n"
    )
    (event,) = read(log, "windows-wpp")
    assert event.device is None


def test_numbers_of_an_urb_that_are_too_long_are_unreadable():
    log = f" USBDEVFS_REAPURB 2 0 0 0 {'1' * LONG} 1 0 a101000000000000\n"
    messages, counts = reading(log, "umockdev")
    assert messages == []
    assert counts.unreadable.count == 1


@pytest.mark.parametrize("size", [0, 4, 11])
def test_what_is_shorter_than_a_header_is_no_whole_message(size: int):
    (message,) = read(printed(samples.OPEN[:size], "sending"), "umbim")
    assert message.incomplete
    assert message.reason == f"{size} bytes are no message, which has 12 at least"


# ------------------------------------------------------------------ searches that go back


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("filler", [b"\n", b" ", b"\t\n", b"0", b"<", b"00 ", b"[1", b"1"])
def test_a_beginning_of_one_thing_only_is_sniffed(name: str, filler: bytes):
    assert FORMATS[name].sniff(filler * (65536 // len(filler))) == 0


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0"])
def test_a_member_with_endless_blanks_is_passed(blank: str):
    log = DIM.format(thread=1, text="A" + blank * 100_000 + "x")
    messages, counts = reading(log, "windows-wpp")
    assert messages == []
    assert counts.unmapped.count == 1


# ------------------------------------------------------------------ memory


def test_data_lines_without_end_are_not_all_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(libmbim, "MESSAGE_SIZE_MAX", 1000)
    row = b"<<<<<<   data   = " + b"01:" * 10_000 + b"\n"
    log = b"<<<<<< RAW:\n<<<<<<   length = 1000\n" + row * 200
    assert peak_of(log, "libmbim") < 3_000_000 < len(log)


def test_the_rest_of_a_huge_translated_block_is_dropped(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(libmbim, "FIELDS_SIZE_MAX", 10_000)
    row = b"<<<<<<   a = " + b"x" * 5000 + b"\n"
    log = b"<<<<<< Header:\n<<<<<<   length = 16\n<<<<<<   type = (0x1)\n" + row * 40
    messages, counts = reading(log, "libmbim")
    assert counts.dropped.count == 1
    assert sum(len(value) for _, value in messages[0].fields) <= 10_000


def test_members_that_wait_for_their_event_are_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(windows, "WAITING_SIZE_MAX", 1000)
    log = ""
    for thread in range(20):
        log += DIM.format(thread=thread, text="SET OID_WWAN_PIN (0xe010104) RequestId 0x1")
        log += DIM.format(thread=thread, text=f"Pin : {'x' * 200}")
    events = read(log, "windows-wpp")
    assert [event.place.number for event in events] == list(range(1, 41, 2))
    assert [len(event.event.fields) for event in events if event.event] == [1] * 20
    first = iter(windows_given_out_early(log))
    assert next(first) < 20


def windows_given_out_early(log: str) -> list[int]:
    """How many lines had been read when each event came out."""
    counts = samples.Counts()
    text = windows.EventText(counts)
    seen = []
    for number, line in enumerate(log.splitlines(), 1):
        thread, _, body = line.partition("::")
        place = LogPlace("log", Unit.LINE, number)
        body = body.partition("]")[2]
        seen += [number for _ in text.feed(place, None, "WwanDimCommon", body, thread=thread)]
        seen += [number for _ in text.overdue()]
    return seen


def test_unfinished_fragments_of_many_devices_are_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(transfers, "OPEN_SIZE_MAX", 10_000)
    first, *_ = split(samples.LONG_DONE, 100)
    given = []

    def pieces():
        for number in range(100):
            given.append(number)
            place = LogPlace("log", Unit.LINE, number)
            yield LogMessage(
                MessageKind.MBIM, place, Direction.DEVICE_TO_HOST, device=f"{number}", data=first
            )

    messages = join_fragments(pieces())
    assert next(messages).place.number == 0
    assert len(given) < 12
    assert [message.place.number for message in messages] == list(range(1, 100))


def test_merging_looks_at_so_many_bytes_of_each_log(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(merge, "LOOKED_AT_SIZE_MAX", 5000)
    taken = []

    def messages():
        for number in range(100):
            taken.append(number)
            yield LogMessage(
                MessageKind.MBIM, LogPlace("log", Unit.LINE, number), data=samples.LONG_DONE
            )

    merged = merge.merge([messages()])
    assert len(taken) == 0
    assert next(merged).place.number == 0
    assert len(taken) < 10
    assert len(list(merged)) == 99


# ------------------------------------------------------------------ packing


def archive(kind: int, name: str = "a.log", data: bytes = b"") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind) as made:
        made.writestr(name, data or old_libmbim(samples.OPEN))
    return stream.getvalue()


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packings_of_zip_that_unpack_without_a_limit_are_refused(kind: int):
    with pytest.raises(InputError, match=r"a\.log: cannot be unpacked: \w+ in zip; unpack it"):
        read(archive(kind))
    bomb = bz2.compress(bytes(1 << 20))
    assert len(bomb) < 100  # 64 KiB of it would be a gigabyte in one piece


def test_a_member_of_a_zip_archive_may_have_no_name():
    packed = bytearray(archive(zipfile.ZIP_STORED, "a"))
    at = packed.index(b"PK\x01\x02")
    struct.pack_into("<H", packed, at + 28, 0)
    del packed[at + 46]
    end = packed.index(b"PK\x05\x06")
    struct.pack_into("<I", packed, end + 12, end - at)
    with pytest.raises(InputError, match="cannot be unpacked"):
        read(bytes(packed))


def test_a_line_of_tiny_members_is_put_together():
    log = old_libmbim(samples.LONG_DONE).encode()
    packed = b"".join(gzip.compress(log[at : at + 1]) for at in range(len(log)))
    assert mbim(read(packed)) == [samples.LONG_DONE]


# ------------------------------------------------------------------ numbers that disagree


def test_more_bytes_captured_than_sent_are_all_kept():
    capture = bytearray(captures.pcap(captures.USER0, samples.OPEN))
    struct.pack_into("<I", capture, 24 + 12, 3)
    (message,) = read(bytes(capture))
    assert message.data == samples.OPEN
    assert message.complete
    assert message.length == len(samples.OPEN)


def test_data_of_a_transfer_end_where_the_transfer_ends():
    packets = [
        captures.usbmon("S", captures.CONTROL, 0x80, b"", captures.GET_SETUP, length=4096),
        captures.usbmon("C", captures.CONTROL, 0x80, samples.OPEN_DONE + b"rest", length=16),
    ]
    (message,) = read(captures.pcap(captures.USB_MMAPPED, *packets))
    assert message.data == samples.OPEN_DONE


def test_a_time_that_64_bits_cannot_hold_is_none():
    log = b"".join(b"w 999999999 ^A^@^@^@^P^@^@^@^A^@^@^@^@^P^@^@\n" for _ in range(9300))
    messages = read(log, "umockdev")
    assert messages[0].time_ns == 999_999_999_000_000
    assert messages[9222].time_ns is not None
    assert messages[9223].time_ns is None
    assert messages[9223].clock is Clock.NONE


def test_merged_clocks_do_not_lead_beyond_64_bits():
    far = 1 << 62

    def log(name: str, clock: Clock, times: list[int]) -> list[LogMessage]:
        made = []
        for number, time_ns in enumerate(times):
            data = bytearray(samples.OPEN)
            data[8] = number + 1
            place = LogPlace(name, Unit.LINE, number)
            message = LogMessage(MessageKind.MBIM, place, data=bytes(data), length=len(data))
            made.append(message.at(Stamp(time_ns, clock, 1)))
        return made

    one = log("one", Clock.UTC, [far])
    two = log("two", Clock.RELATIVE, [-far, far])
    merged = list(merge.merge([one, two]))
    assert [message.time_ns for message in merged] == [far, far, None]


# ------------------------------------------------------------------ directories


def test_a_section_of_too_many_interfaces_ends_the_capture():
    one = captures.section() + captures.interface(captures.USER0) * 1024
    whole = captures.packet(samples.OPEN, 1023)
    assert mbim(read(one + whole)) == [samples.OPEN]
    again = captures.section() + captures.interface(captures.USER0) + captures.packet(samples.CLOSE)
    assert mbim(read(one + whole + again)) == [samples.OPEN, samples.CLOSE]
    messages, counts = reading(one + captures.interface(captures.USER0) + whole)
    assert messages == []
    assert "more interfaces than a capture has" in counts.unreadable.first[0][1]


def test_options_of_interfaces_and_packets_are_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(capture, "DESCRIPTION_SIZE_MAX", 4096)
    start = captures.section() + captures.interface(captures.USER0)
    options = captures.option(1, b"") * 2000
    interface = captures.block(1, struct.pack("<HHI", captures.USER0, 0, 0) + options)
    head = struct.pack("<IIIII", 0, 0, 0, len(samples.OPEN), len(samples.OPEN)) + samples.OPEN
    for block in (interface, captures.block(6, head + options), captures.block(5, bytes(5000))):
        messages, counts = reading(start + block + captures.packet(samples.CLOSE))
        assert messages == []
        assert "damaged from here on" in counts.unreadable.first[0][1]


def test_a_zip_archive_with_a_huge_directory_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(streams, "DIRECTORY_SIZE_MAX", 40)
    for packed in (archive(zipfile.ZIP_DEFLATED), gzip.compress(archive(zipfile.ZIP_DEFLATED))):
        with pytest.raises(InputError, match="its directory is larger than 40 bytes"):
            read(packed)


def test_an_option_that_is_cut_off_ends_the_capture():
    address = captures.option(4, b"\x7f\0\0\1\xff\xff")  # an IPv4 address and half a mask
    interface = captures.block(1, struct.pack("<HHI", captures.USER0, 0, 0) + address)
    start = captures.section() + captures.interface(captures.USER0)
    log = start + captures.packet(samples.OPEN) + interface + captures.packet(samples.CLOSE)
    messages, counts = reading(log)
    assert mbim(messages) == [samples.OPEN]
    assert "damaged from here on" in counts.unreadable.first[0][1]
