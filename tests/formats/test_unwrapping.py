"""Whatever is wrapped around a log: every message comes out, with its bytes, device, time, line."""

import io

import pytest
from field_samples import SESSION, mbim, reading
from wrapped_logs import LOGS, UNJOINABLE, WRAPPINGS

from wwanreplay.formats import unwrapping
from wwanreplay.formats.base import Clock
from wwanreplay.formats.sources import LogSource
from wwanreplay.formats.unwrapping import unwrapped
from wwanreplay.formats.wrappings.base import LINE_SIZE_MAX

CASES = [
    (log, wrapping)
    for log in LOGS
    for wrapping in WRAPPINGS
    if not (wrapping == "joined" and log in UNJOINABLE)
]


@pytest.mark.parametrize(("log", "wrapping"), CASES)
def test_the_messages_inside_are_those_of_the_log_by_itself(log: str, wrapping: str) -> None:
    plain, _ = reading(LOGS[log])
    data, lines = WRAPPINGS[wrapping](LOGS[log])
    messages, counts = reading(data)
    assert mbim(messages) == list(SESSION)
    assert (counts.complete, counts.unreadable.count, counts.dropped.count) == (len(SESSION), 0, 0)
    for alone, inside in zip(plain, messages, strict=True):
        assert (inside.direction, inside.device) == (alone.direction, alone.device)
        assert (inside.time_ns, inside.clock) == (alone.time_ns, alone.clock)
        if lines:
            assert inside.place.number == lines[alone.place.number - 1]


#: What each log by itself tells of time and device; of the others the wrapped ones are held to it.
SHOWN = {
    "libmbim": (Clock.LOCAL, "/dev/cdc-wdm4"),
    "umbim": (Clock.NONE, None),
    "xxd": (Clock.NONE, None),
    "hex": (Clock.NONE, None),
    "kernel": (Clock.RELATIVE, None),
    "umb": (Clock.NONE, None),
    "strace": (Clock.DAY, "/dev/cdc-wdm0"),
    "strace -xx": (Clock.DAY, "/dev/cdc-wdm0"),
}


@pytest.mark.parametrize("log", LOGS)
def test_each_log_has_the_times_and_the_device_that_it_shows(log: str) -> None:
    messages, _ = reading(LOGS[log])
    assert mbim(messages) == list(SESSION)
    assert {(message.clock, message.device) for message in messages} == {SHOWN[log]}
    times = [message.time_ns for message in messages]
    assert times == sorted(times) if times[0] is not None else set(times) == {None}


@pytest.mark.parametrize("log", LOGS)
def test_a_log_without_a_wrapping_is_left_as_it_is(log: str) -> None:
    source = LogSource("x", io.BytesIO(LOGS[log].encode()))
    assert list(unwrapped(source)) == [source]


def test_wrappings_end_at_some_depth() -> None:
    data = LOGS["umbim"]
    for _ in range(unwrapping.DEPTH_MAX + 2):
        data = WRAPPINGS["tracker"](data)[0].decode()
    sources = list(unwrapped(LogSource("x", io.BytesIO(data.encode()))))
    assert len(sources) == 1


@pytest.mark.long
def test_a_line_that_is_too_long_is_cut_and_that_is_counted() -> None:
    long = "x" * (LINE_SIZE_MAX + 10)
    data = f"<pre>{LOGS['umbim']}\n{long}\n{LOGS['umbim']}</pre>"
    messages, counts = reading(data)
    assert mbim(messages) == [*SESSION, *SESSION]
    assert counts.dropped.count == 1
    assert "the rest of a line over" in counts.dropped.first[0][1]


def test_what_is_binary_is_no_text_with_a_wrapping() -> None:
    source = LogSource("x", io.BytesIO(b"<pre>" + bytes(1000) + b"&lt;&lt;"))
    assert list(unwrapped(source)) == [source]
