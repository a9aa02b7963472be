"""Formats by name and by content, several logs together, and logs that mean harm."""

import gzip
import io
import random
import tracemalloc
from pathlib import Path

import capture_samples as captures
import field_samples as samples
import pytest
from field_samples import mbim, old_libmbim, read, reading
from format_logs import LOGS
from groups import examples, sampled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from printed_logs import (
    routeros_rows,
    umbim_printed,
    usbmon_received,
    usbmon_sent,
)

from wwanreplay.errors import InputError, UsageError, WwanReplayError
from wwanreplay.formats import registry
from wwanreplay.formats.base import Clock, MessageKind
from wwanreplay.formats.reading import LogReading


def noise(size: int, seed: int = 3) -> bytes:
    chance = random.Random(seed)
    words = [bytes(chance.choices(range(97, 123), k=chance.randint(2, 11))) for _ in range(500)]
    out = bytearray()
    while len(out) < size:
        out += b"Apr  3 16:13:16 host kernel[12]: " + b" ".join(chance.choices(words, k=9)) + b"\n"
    return bytes(out)


def test_every_format_has_a_log_here():
    assert set(LOGS) == set(registry.names())


@pytest.mark.parametrize("name", LOGS)
def test_a_format_is_found_by_its_content(name: str):
    log, messages, events = LOGS[name]
    stream = io.BytesIO(log)
    made = LogReading([stream])
    found = list(made)
    assert made.logs[0].format == name
    assert (made.counts.messages, made.counts.events) == (messages, events)
    assert made.counts.unreadable.count == 0
    assert found == list(LogReading([io.BytesIO(log)], name))


@pytest.mark.parametrize(
    "name", sampled([name for name in LOGS if registry.FORMATS[name].marks], 3)
)
def test_a_format_is_found_behind_other_things(name: str):
    log, messages, events = LOGS[name]
    before = noise(300_000) + noise(1_900_000, 5)
    found, counts = reading(before + log)
    assert (counts.messages, counts.events) == (messages, events)
    assert counts.records == before.count(b"\n") + log.count(b"\n") + (log[-1:] != b"\n")
    alone = read(log)
    assert [message.place.number - before.count(b"\n") for message in found] == [
        message.place.number for message in alone
    ]


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(
        UsageError, match=r"no log format 'nonsense'; there are pcapng, pcap, libmbim"
    ):
        LogReading(["x"], "nonsense")


def test_an_empty_log_is_called_that():
    with pytest.raises(InputError, match=r"test.log: is empty$"):
        read(b"")


@pytest.mark.parametrize("log", [b"just a letter\n", bytes(5000), noise(3_000_000)])
def test_what_is_no_log_is_refused_in_one_line(log: bytes):
    with pytest.raises(InputError, match=r"test.log: is no log of a known format; name one of"):
        read(log)


def test_an_etl_trace_is_known_and_says_what_to_do():
    etl = bytearray(8192)
    etl[0:4] = etl[48:52] = (8192).to_bytes(4, "little")
    etl[74:76] = b"\x02\xc0"
    with pytest.raises(InputError, match=r"test.log: is a Windows .etl trace; convert it first"):
        read(bytes(etl))


# ------------------------------------------------------------------ several logs


def write(folder: Path, **logs: str | bytes) -> list[Path]:
    paths = []
    for name, log in logs.items():
        paths.append(folder / f"{name}.log")
        paths[-1].write_bytes(log.encode() if isinstance(log, str) else log)
    return paths


def test_logs_on_one_clock_are_merged_by_time(tmp_path: Path):
    one = old_libmbim(samples.OPEN, "26 Jul 2022, 05:24:07") + old_libmbim(
        samples.CLOSE, "26 Jul 2022, 05:24:11"
    )
    two = routeros_rows(samples.SIGNAL, "2022-07-26 05:24:09 lte,packet,raw lte1 ")
    made = LogReading(write(tmp_path, one=one, two=two))
    assert mbim(list(made)) == [samples.OPEN, samples.SIGNAL, samples.CLOSE]
    assert [log.format for log in made.logs] == ["libmbim", "routeros"]
    assert made.counts.complete == 3


def test_clocks_are_set_by_messages_that_are_in_both_logs(tmp_path: Path):
    one = old_libmbim(samples.OPEN, "26 Jul 2022, 05:24:07") + old_libmbim(
        samples.OPEN_DONE, "26 Jul 2022, 05:24:08"
    )
    two = usbmon_sent(samples.OPEN, 570_000_000) + usbmon_received(samples.OPEN_DONE, 571_000_000)
    two += usbmon_sent(samples.CLOSE, 573_000_000)
    messages = list(LogReading(write(tmp_path, one=one, two=two)))
    assert {message.clock for message in messages} == {Clock.LOCAL}
    close = messages[-1]
    assert close.data == samples.CLOSE
    opened = next(message for message in messages if message.data == samples.OPEN)
    assert abs(close.time_ns - opened.time_ns - 3_000_000_000) <= 10_000  # type: ignore[operator]


def test_logs_that_cannot_be_merged_say_why(tmp_path: Path):
    libmbim, usbmon = old_libmbim(samples.OPEN), usbmon_sent(samples.CLOSE, 1)
    paths = write(tmp_path, one=libmbim, two=usbmon, three=umbim_printed(samples.OPEN))
    with pytest.raises(UsageError, match="differ and no message is in both"):
        list(LogReading(paths[:2]))
    with pytest.raises(UsageError, match="has no times"):
        list(LogReading([paths[0], paths[2]]))


# ------------------------------------------------------------------ hostile logs

TEXT = [name for name, row in registry.FORMATS.items() if row.marks]
# Those of Windows take long over such lines.
QUICK = [name for name in TEXT if not name.startswith("windows")]


def consume(log: bytes, name: str | None) -> None:
    """Read a log to its end; only errors of ours may come out of it."""
    failure = ""
    try:
        reading(log, name)
    except WwanReplayError as error:
        failure = str(error)
    assert "\n" not in failure


@pytest.mark.parametrize("name", sampled(LOGS, 4))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_bytes_crash_a_reader(name: str, data: st.DataObject):
    log = bytearray(LOGS[name][0])
    for _ in range(data.draw(st.integers(0, 6))):
        start = data.draw(st.integers(0, len(log)))
        end = data.draw(st.integers(start, min(start + 40, len(log))))
        log[start:end] = data.draw(st.binary(max_size=12))
    consume(bytes(log), name)
    consume(bytes(log), None)


WORDS = st.sampled_from(
    [
        *("<<<<<<", ">>>>>> ", "RAW:", "length = 16", "data = 01:00", "Header:", "#012", "\\n"),
        *("sent message...", "received message (translated)...", "Fields:", "x = '{", "}", "..."),
        *("sending (16):", "reading (999999999):", "01 00 00 00", "lte,packet,raw lte1 mbim:"),
        *("03000000", "wdm <<< send #1", "status data:", " S Co:2:005:0 ", " C Ci:2:005:0 0 16 ="),
        *("s 21 00 0000 0000 0010 16", "TraceLog\t", "25:16.1", '"', "MessageType: 0x3"),
        *("MessageLength: 164", "ServiceId: {", "a289cc33-bcbb-8b4f-b6b0-133ec2aae6df"),
        *("Payload: 0x", "CID: 12", "[5]6C6C.0824::01/09/2020-10:57:17.118 [WwanDimCommon]"),
        *("StatusCode : NDIS_X (0x1)", "e 04-01 12:39:12.815 P0004 T0376 ", "Status: "),
        *("OID: 0xE01010C OID name: OID_X", "r 1 ^C^@^@", "USBDEVFS_REAPURB 2 0 0 0 24 16 0 "),
        *('{"MESSAGE": "', "\n", "\n", "\n", " ", "\x00", "\u00fc", "[/dev/cdc-wdm0]"),
        *("Apr  3 16:13:16", "0" * 70, "9" * 30),
    ]
)


@pytest.mark.parametrize("name", sampled(TEXT, 3))
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=st.lists(WORDS, max_size=60))
def test_no_words_crash_a_reader(name: str, words: list[str]):
    consume("".join(words).encode(), name)


@pytest.mark.parametrize("name", ["pcap", "pcapng"])
@settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=400), link=st.sampled_from([147, 189, 220, 249, 290]))
def test_no_packets_crash_a_reader(name: str, data: bytes, link: int):
    wrap = captures.pcap if name == "pcap" else captures.pcapng
    consume(wrap(link, data, data[::-1]), name)
    consume(wrap(link)[:-4] + data, name)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    data=st.binary(max_size=300),
    magic=st.sampled_from([b"\x1f\x8b\x08", b"\xfd7zXZ\0", b"PK\3\4", b"\x28\xb5\x2f\xfd", b""]),
)
def test_no_bytes_crash_what_unpacks(data: bytes, magic: bytes):
    consume(magic + data, None)


@pytest.mark.parametrize("name", [None, *TEXT])
def test_noise_is_read_in_flat_memory(name: str | None):
    class Endless:
        """16 MiB of noise, then a message."""

        name = "noise"
        block = noise(1 << 18)
        left = 64

        def read(self, size: int = -1) -> bytes:
            self.left -= 1
            if self.left > 0:
                return self.block
            return old_libmbim(samples.OPEN).encode() if self.left == 0 else b""

    stream = Endless()
    tracemalloc.start()
    messages = list(LogReading([stream], name))  # type: ignore[list-item]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 << 20
    if name in (None, "libmbim"):
        assert mbim(messages) == [samples.OPEN]


# What makes a pattern go back and forth, if it can: long runs of what it nearly takes.
RUNS = [
    " ",
    "0",
    "a",
    "lte,",
    "sent message ",
    "TraceLog ",
    "[/dev/",
    "01 00 00 00 ",
    "<",
    "<<<<<<",
]
RUNS += ["Type ", "{", "(1)", "w x={", "SET ", "=", "00:", "^C^@^@", "#012", "x = '{ ", "umbim "]
RUNS += ['\\"', "1,", "1,1x", "'\\x03", "0003 ", "\\x00\\x00\\x00", "0x3, "]


@pytest.mark.parametrize("name", sampled(TEXT, 2))
def test_long_runs_do_not_stop_a_reader(name: str):
    start = LOGS[name][0].splitlines()[0].decode("latin-1")
    for run in RUNS:
        line = start[: len(start) // 2] + run * (60_000 // len(run))
        consume((line + "\n" + start + run * (60_000 // len(run)) + "\n").encode("latin-1"), name)


def test_three_thousand_devices_do_not_pile_up():
    log = "".join(old_libmbim(samples.OPEN, device=f"cdc-wdm{n}") for n in range(3000))
    messages, counts = reading(log)
    assert counts.complete == 3000
    assert len({message.device for message in messages}) == 3000


def test_the_summary_counts_every_kind_of_message(tmp_path: Path):
    paths = write(tmp_path, one=gzip.compress(LOGS["libmbim"][0]))
    made = LogReading(paths)
    messages = list(made)
    counts = made.counts
    assert counts.messages == 3 == sum(message.kind is MessageKind.MBIM for message in messages)
    assert (counts.complete, counts.incomplete.count) == (2, 1)
    assert str(counts.incomplete.first[0][0]) == f"{tmp_path}/one.log:line 6"
