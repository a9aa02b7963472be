"""Debug output of libmbim in every dress it comes in."""

import io
import json
import subprocess
from collections.abc import Iterator

import field_samples as samples
import pytest
import sample_logs
from field_samples import mbim, new_libmbim, old_libmbim, read, reading
from hypothesis import given, settings
from hypothesis import strategies as st
from mbim_host import TIMEOUT_S, Served, needs_mbimcli, served

from wwanreplay._core import Kind
from wwanreplay.formats.base import HIDDEN, Clock, Counts, Direction, LogMessage, MessageKind, Unit
from wwanreplay.formats.readers.libmbim import ATTENTION, LibmbimReader
from wwanreplay.formats.sources import LogSource
from wwanreplay.formats.transfers import between_host_programs, head_of
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.messages import Message

SESSION = (samples.OPEN, samples.OPEN_DONE, samples.RADIO_QUERY, samples.RADIO_DONE, samples.SIGNAL)


def test_the_older_generation_gives_every_byte():
    log = "".join(old_libmbim(data) for data in SESSION)
    messages, counts = reading(log)
    assert mbim(messages) == list(SESSION)
    assert counts.complete == 5
    first = messages[0]
    assert first.direction is Direction.HOST_TO_DEVICE
    assert messages[1].direction is Direction.DEVICE_TO_HOST
    assert first.device == "/dev/cdc-wdm4"
    assert (first.clock, first.step_ns) == (Clock.LOCAL, 1_000_000_000)
    assert first.time_ns == 1_658_813_047_000_000_000  # 2022-07-26 05:24:07
    assert [message.place.number for message in messages] == [1, 6, 11, 16, 21]
    assert first.place.unit is Unit.LINE


def test_a_raw_block_that_is_cut_takes_its_fields_from_the_translated_block():
    messages, counts = reading(new_libmbim(samples.RADIO_DONE, samples.RADIO_TRANSLATED))
    (message,) = messages
    assert message.incomplete
    assert message.reason == "12 of 56 bytes are in the log"
    assert message.data == samples.RADIO_DONE[:12]
    assert message.length == 56
    assert ("Fields.SwRadioState", "off") in message.fields
    head = head_of(message)
    assert (head.service, head.cid, head.value) == (samples.BASIC_CONNECT, 3, 0)
    assert (head.total, head.current, head.transaction_id) == (1, 0, 2)
    assert counts.incomplete.count == 1
    assert counts.incomplete.first == [(message.place, message.reason)]


def test_twelve_bytes_are_all_of_a_close():
    (message,) = read(new_libmbim(samples.CLOSE))
    assert message.complete
    assert message.data == samples.CLOSE


def test_nested_members_keep_their_path_and_hidden_values_stay_hidden():
    translated = """\
Contents:
  service = 'basic-connect' (a289cc33-bcbb-8b4f-b6b0-133ec2aae6df)
Fields:
  SubscriberId = '###'
  Services = '{
    [0] = {
      Id = 'a289cc33'
      Cids = '1,2,3'
    },
    [1] = {
      Id = '533fbeeb'
    }
  }'
  Last = '7'"""
    (message,) = read(new_libmbim(samples.LONG_DONE, translated))
    fields = dict(message.fields)
    assert fields["Fields.SubscriberId"] == HIDDEN
    assert fields["Fields.Services[0].Cids"] == "1,2,3"
    assert fields["Fields.Services[1].Id"] == "533fbeeb"
    assert fields["Fields.Last"] == "7"


def test_a_translated_block_finds_its_message_behind_other_words():
    log = new_libmbim(samples.RADIO_DONE, samples.RADIO_TRANSLATED)
    words = (
        "[15 Apr 2024, 04:45:24] [Debug] [/dev/cdc-wdm0] no transaction matched "
        "in received message\n"
    )
    log = log.replace("\n\n", f"\n\n{words}", 1).replace(
        "received message (tr", "received unexpected message (tr"
    )
    messages = read(log)
    assert [message.kind for message in messages] == [MessageKind.MBIM, MessageKind.NOTE]
    assert ("Fields.HwRadioState", "on") in messages[0].fields
    assert messages[1].text == "no transaction matched in received message"


@pytest.mark.parametrize("stated", [12, 40, 52])
def test_a_message_that_states_too_little_keeps_all_that_is_printed(stated):
    whole = samples.RADIO_DONE
    assert stated < len(whole)
    damaged = whole[:4] + stated.to_bytes(4, "little") + whole[8:]
    assert mbim(read(old_libmbim(damaged))) == [damaged]


def test_a_translated_block_alone_is_an_incomplete_message():
    log = new_libmbim(samples.RADIO_DONE, samples.RADIO_TRANSLATED)
    (message,) = read(log[log.index("[15 Apr", 5) :])
    assert message.data is None
    assert message.incomplete
    assert head_of(message).cid == 3


def test_the_translated_block_of_a_complete_message_is_not_a_second_one():
    translated = new_libmbim(samples.RADIO_DONE, samples.RADIO_TRANSLATED).partition("\n\n")[2]
    (message,) = read(old_libmbim(samples.RADIO_DONE, device="cdc-wdm0") + translated)
    assert message.data == samples.RADIO_DONE
    assert message.fields == ()


@pytest.mark.parametrize(
    ("joint", "prefix"),
    [
        (" ", "Sat Apr  3 16:13:16 2021 daemon.debug [6358]: "),
        ("#012", "Apr  3 16:13:16 router ModemManager[566]: "),
        ("\\n", "2024-06-26T16:34:32.692546+02:00 host ModemManager[566]: "),
    ],
)
def test_syslog_joins_a_message_into_one_line(joint: str, prefix: str):
    log = ""
    for data in SESSION:
        lines = old_libmbim(data).strip().split("\n")
        lines[0] = lines[0].partition("[Debug] ")[2]
        log += prefix + joint.join(lines) + "\n"
    messages = read(log)
    assert mbim(messages) == list(SESSION)
    assert [message.place.number for message in messages] == [1, 2, 3, 4, 5]
    assert {message.device for message in messages} == {"/dev/cdc-wdm4"}


def test_a_line_that_openwrt_cuts_inside_a_byte_is_incomplete():
    data = Message(0x80000003, 3, 0, samples.BASIC_CONNECT, 16, bytes(500)).to_bytes()
    line = "Wed Jun 26 16:34:32 2024 daemon.debug [2234]: <dbg> [1719412472.692546] "
    line += "[/dev/cdc-wdm0] received message... >>>>>> RAW: "
    line += f">>>>>>   length = {len(data)} >>>>>>   data   = {data.hex(':')}"
    cut = line[:1041]
    assert cut[-2] == ":" or cut[-3] == ":"
    (message,) = read(cut + "\n")
    assert message.incomplete
    assert message.data is not None
    assert data.startswith(message.data)
    assert len(message.data) > 250
    assert (message.clock, message.time_ns) == (Clock.UTC, 1_719_412_472_692_546_000)


def test_a_translated_block_joined_into_one_line_is_read():
    lines = new_libmbim(samples.RADIO_DONE, samples.RADIO_TRANSLATED).strip().split("\n\n")
    log = "".join("host mm[1]: " + "#012".join(part.split("\n")) + "\n" for part in lines)
    (message,) = read(log)
    assert ("Fields.HwRadioState", "on") in message.fields


def test_entries_of_a_journal_in_json():
    entries = []
    for number, data in enumerate(SESSION):
        text = old_libmbim(data).strip().partition("[Debug] ")[2]
        entry = {"__REALTIME_TIMESTAMP": f"171941247269254{number}", "_PID": "1", "MESSAGE": text}
        if number == 1:
            entry["MESSAGE"] = list(text.encode())  # journald's form for what it calls binary
        entries.append(json.dumps(entry))
    messages, counts = reading("\n".join(entries) + "\n")
    assert mbim(messages) == list(SESSION)
    assert messages[4].time_ns == 1_719_412_472_692_544_000
    assert messages[4].clock is Clock.UTC
    assert messages[4].place.number == 5
    assert counts.unreadable.count == 0


def test_a_damaged_journal_entry_is_counted_and_passed():
    entry = json.dumps({"MESSAGE": old_libmbim(samples.OPEN)})
    messages, counts = reading(entry[:-9] + "\n" + entry + "\n")
    assert mbim(messages) == [samples.OPEN]
    assert counts.unreadable.count == 1
    assert counts.unreadable.first[0][0].number == 1


def test_hex_that_a_mail_program_wrapped_and_quoted():
    data = samples.LONG_DONE
    text = colons = samples.colons(data)
    wrapped = "\n> ".join(text[at : at + 71] for at in range(0, len(colons), 71))
    log = f"> [/dev/cdc-wdm0] Received message...\n> >>>>>> RAW:\n> >>>>>>   length = {len(data)}\n"
    log += f"> >>>>>>   data   =\n> {wrapped}\n> \n> and so on\n"
    assert mbim(read(log)) == [data]


def test_every_line_may_have_a_prefix():
    log = "".join(
        f"[13:44:42.82{number}] [init -> mbimcli] {line}\n"
        for number, line in enumerate(old_libmbim(samples.OPEN).strip().split("\n"))
    )
    (message,) = read(log)
    assert message.data == samples.OPEN


def test_a_block_without_its_headline_takes_the_time_of_its_prefix():
    """Excerpts begin in the middle, and each line has its time."""
    headline, *lines = old_libmbim(samples.OPEN).strip().split("\n")
    headline = headline[headline.index("[Debug]") :]
    log = "".join(
        f"[13:44:4{second}.820] [init -> mbimcli] {line}\n"
        for second, part in enumerate((lines, [headline, *lines]))
        for line in part
    )
    first, second = read(log)
    assert second.time_ns - first.time_ns == 1_000_000_000


def test_partial_fragments_are_put_together():
    pieces = split(samples.LONG_DONE, 64)
    log = "".join(
        old_libmbim(piece).replace("message...", "message... (partial fragment)")
        for piece in pieces
    )
    (message,) = read(log)
    assert message.complete
    assert message.data == samples.LONG_DONE
    assert message.fragments == tuple(pieces)
    assert [place.number for place in message.places] == [1, 6, 11, 16, 21, 26][: len(pieces)]


def test_partial_fragments_that_are_cut_take_the_fields_of_the_whole():
    pieces = split(samples.LONG_DONE, 128)
    log = ""
    for index, piece in enumerate(pieces):
        translated = f"Fragment header:\n  total   = {len(pieces)}\n  current = {index}"
        block = new_libmbim(piece, translated, extra=" (partial fragment)")
        log += block.replace("message (translated)", "message fragment (translated)")
    whole = new_libmbim(samples.LONG_DONE, samples.RADIO_TRANSLATED.replace("0003", "0010"))
    log += whole.partition("\n\n")[2]
    (message,) = read(log)
    assert message.incomplete
    assert message.length == len(samples.LONG_DONE)
    assert head_of(message).cid == 16
    assert len(message.places) == len(pieces)


def test_a_lone_last_fragment_is_incomplete():
    log = old_libmbim(split(samples.LONG_DONE, 128)[-1])
    (message,) = read(log)
    assert message.incomplete
    assert "without those before it" in message.reason


def test_the_type_says_who_spoke_when_the_arrows_do_not():
    log = old_libmbim(samples.RADIO_DONE).replace(">>>>>>", "<<<<<<").replace("Received", "Sent")
    assert read(log)[0].direction is Direction.DEVICE_TO_HOST


def test_qmi_in_the_same_log_is_counted_and_left_out():
    qmi = bytes.fromhex("010f00000000000122002200040001010002")
    messages, counts = reading(old_libmbim(qmi) + old_libmbim(samples.OPEN))
    assert mbim(messages) == [samples.OPEN]
    assert counts.unmapped.count == 1
    assert counts.unmapped.first[0][1] == "a QMI message"


def test_messages_for_the_proxy_are_known():
    data = Message(3, 1, 1, samples.PROXY, 1, bytes(12)).to_bytes()
    log = old_libmbim(data) + old_libmbim(samples.RADIO_QUERY)
    assert [between_host_programs(message) for message in read(log)] == [True, False]


def test_devices_in_one_log_are_distinguished():
    log = old_libmbim(samples.OPEN, device="cdc-wdm0") + old_libmbim(
        samples.OPEN, device="wwan1mbim0"
    )
    assert [message.device for message in read(log)] == ["/dev/cdc-wdm0", "/dev/wwan1mbim0"]


def test_timeouts_and_openings_are_notes():
    log = "[15 Apr 2024, 04:45:24] [Debug] [/dev/cdc-wdm0] opening device...\n"
    log += old_libmbim(samples.OPEN, device="cdc-wdm0")
    log += "[15 Apr 2024, 04:45:29] [Debug] [/dev/cdc-wdm0] number of consecutive timeouts: 1\n"
    texts = [message.text for message in read(log) if message.kind is MessageKind.NOTE]
    assert texts == ["opening device...", "number of consecutive timeouts: 1"]


def test_what_stands_as_data_and_is_none_is_unreadable():
    log = old_libmbim(samples.OPEN).replace("01:00:00:00:10", "01:00:00:00:xx")
    messages, counts = reading(log)
    assert messages[0].incomplete
    assert messages[0].data == samples.OPEN[:4]
    assert counts.unreadable.count == 1


def test_suppressed_messages_are_dropped_ones():
    log = old_libmbim(samples.OPEN) + "journald[1]: Suppressed 1234 messages from mm.service\n"
    assert reading(log)[1].dropped.count == 1234


# ------------------------------------------------------------------ the real program


@pytest.fixture
def modem() -> Iterator[Served]:
    with served("lte-home") as started:
        yield started


def _run(modem: Served, *arguments: str) -> tuple[str, list[bytes]]:
    before = len(modem.recording.events)
    run = subprocess.run(
        ["mbimcli", "-d", modem.path, *arguments],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    wire = [
        event.payload for event in modem.recording.events[before:] if event.kind == Kind.KIND_WIRE
    ]
    return run.stdout + run.stderr, wire


@needs_mbimcli
def test_verbose_full_of_the_real_mbimcli_gives_the_bytes_that_were_served(modem: Served):
    text, wire = _run(modem, "--verbose-full", "--query-device-services")
    messages, counts = reading(text)
    assert mbim(messages) == wire
    assert counts.complete == len(wire) == 6
    assert counts.unreadable.count == 0


@needs_mbimcli
def test_verbose_of_the_real_mbimcli_gives_heads_and_fields(modem: Served):
    text, wire = _run(modem, "--verbose", "--query-radio-state")
    messages = [message for message in read(text) if message.kind is MessageKind.MBIM]
    assert len(messages) == len(wire) == 6
    for message, data in zip(messages, wire, strict=True):
        assert message.data == data[:12]
        assert message.length == len(data)
        assert message.incomplete == (len(data) > 12)
    answer = messages[3]
    assert head_of(answer).cid == 3
    assert dict(answer.fields)["Fields.SwRadioState"] == "on"


def test_messages_that_were_read_together_are_printed_twice_and_come_once():
    # libmbim prints its whole input buffer, takes the first message out of it, prints the rest.
    done, signal = samples.RADIO_DONE, samples.SIGNAL
    messages, counts = reading(old_libmbim(done + signal) + old_libmbim(signal))
    assert mbim(messages) == [done, signal]
    assert (counts.complete, counts.unreadable.count) == (2, 0)
    short = new_libmbim(done, samples.RADIO_TRANSLATED)
    short = short.replace(f"length = {len(done)}\n", f"length = {len(done + signal)}\n")
    messages, counts = reading(short + new_libmbim(signal))
    assert [message.length for message in messages] == [len(done), len(signal)]
    assert messages[0].reason == f"12 of {len(done)} bytes are in the log"
    assert dict(messages[0].fields)["Fields.SwRadioState"] == "off"


class LineByLine(LibmbimReader):
    """A reader that takes no lines together."""

    def _take_lines(self, block):
        self._lines.attention = ATTENTION


def read_by(kind: type[LibmbimReader], log: bytes) -> tuple[list[LogMessage], Counts]:
    reader = kind(LogSource("sample.log", io.BytesIO(log)))
    return list(reader), reader.counts


#: Lines that change what the lines around them mean.
ODD_LINES = (
    "",
    "<<<<<< RAW:",
    ">>>>>> Header:",
    ">>>>>> Contents:",
    "<<<<<<   length = 5",
    ">>>>>>   data   = 01:00:00:80",
    ">>>>>>> more",
    ">>>>>>   name = 'a <<<<<< b'",
    ">>>>>>   name = 'a#012b'",
    "<<<<<<   name = 'a\\\\nb'",
    "<<<<<<   transaction = 2\\r",
    "[02 Mar 2026, 09:00:00] [Debug] [/dev/cdc-wdm1] received message...",
    "[02 Mar 2026, 09:00:00] [Debug] [/dev/cdc-wdm0] sent message (translated)...",
    "[02 Mar 2026, 09:00:00] [Debug] [/dev/cdc-wdm0] no transaction matched in received message",
    "01:00:00:80:10:00",
)


@settings(deadline=None)
@given(
    st.sampled_from(["mbimcli-connect", "mbimcli-connect-short", "mbimcli-fragments"]),
    st.integers(0, 100),
    st.lists(st.tuples(st.integers(0, 99), st.sampled_from([*ODD_LINES, None])), max_size=6),
)
def test_lines_taken_together_mean_what_they_mean_one_by_one(name, begin, changes):
    lines = sample_logs.text_of(name).splitlines()[begin : begin + 100]
    for place, line in changes:
        if line is None:
            del lines[place : place + 1]
        else:
            lines.insert(place, line)
    log = "\n".join(lines).encode()
    assert read_by(LibmbimReader, log) == read_by(LineByLine, log)


def test_the_sample_logs_are_taken_together():
    taken = []

    class Watched(LibmbimReader):
        def _take_lines(self, block):
            before = self._lines._position
            super()._take_lines(block)
            taken.append(self._lines._position > before)

    log = sample_logs.text_of("mbimcli-connect").encode()
    assert read_by(Watched, log) == read_by(LineByLine, log)
    assert sum(taken) > 0.9 * len(taken) > 100


def test_a_headline_without_its_message_is_counted() -> None:
    log = "".join(old_libmbim(samples.OPEN).splitlines(keepends=True)[:1])
    messages, counts = reading(old_libmbim(samples.OPEN_DONE) + log)
    assert mbim(messages) == [samples.OPEN_DONE]
    assert [(place.number, why) for place, why in counts.unreadable.first] == [
        (6, "a headline without its message")
    ]
