"""Several formats in one file: what any of them says is read, or named with its lines."""

import io
from itertools import permutations

import field_samples as samples
import pytest
from field_samples import mbim, old_libmbim, reading
from format_logs import LOGS
from printed_logs import umbim_printed
from wrapped_logs import xxd

from wwanreplay.formats import registry
from wwanreplay.formats.base import Clock, Counts
from wwanreplay.formats.declaration import Format
from wwanreplay.formats.reading import LogReading
from wwanreplay.formats.stretches import Others

TEXTS = [name for name in LOGS if registry.FORMATS[name].marks]
CAPTURES = [name for name in LOGS if name not in TEXTS]
PAIRS = [*permutations(TEXTS, 2)]


def content(data: bytes) -> tuple[int, int]:
    """(messages, events) that are read of a log."""
    _, counts = reading(data)
    return counts.messages, counts.events


def without_end(data: bytes) -> bytes:
    return data.rstrip(b"\n") + b"\n"


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=lambda name: name)
@pytest.mark.parametrize("between", [b"", b"\n", b"\nand then the other tool says:\n\n"])
def test_a_log_of_two_formats_has_the_messages_of_both(
    first: str, second: str, between: bytes
) -> None:
    one, other = without_end(LOGS[first][0]), LOGS[second][0]
    assert content(one + between + other) == tuple(
        a + b for a, b in zip(content(one), content(other), strict=True)
    )


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=lambda name: name)
def test_one_format_goes_on_behind_another(first: str, second: str) -> None:
    one, other = without_end(LOGS[first][0]), without_end(LOGS[second][0])
    expected = [2 * a + b for a, b in zip(content(one), content(other), strict=True)]
    assert list(content(one + other + one)) == expected


@pytest.mark.parametrize("capture", CAPTURES)
@pytest.mark.parametrize("text", TEXTS)
def test_a_capture_behind_a_text_is_named_with_its_line(text: str, capture: str) -> None:
    one = without_end(LOGS[text][0])
    _, counts = reading(one + LOGS[capture][0])
    assert (counts.messages, counts.events) == content(one)
    place, why = counts.unreadable.first[-1]
    assert place.number in range(one.count(b"\n") + 1, one.count(b"\n") + 4)
    assert registry.FORMATS[capture].title in why


@pytest.mark.parametrize("capture", CAPTURES)
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_behind_a_capture_is_counted(text: str, capture: str) -> None:
    _, counts = reading(LOGS[capture][0] + LOGS[text][0])
    assert counts.messages == LOGS[capture][1]
    assert counts.unreadable.count + counts.dropped.count >= 1


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=lambda name: name)
def test_a_log_that_is_said_to_be_one_format_has_the_lines_of_others_named(
    first: str, second: str
) -> None:
    one, other = without_end(LOGS[first][0]), LOGS[second][0]
    log = LogReading([io.BytesIO(one + other)], first)
    messages = list(log)
    named = [why for _, why in log.counts.unmapped.first if f"--from {second}" in why]
    assert len(messages) >= 1
    # Rows of bytes that the format itself may hold are no sign of another.
    assert named or registry.FORMATS[first].is_bare


def test_messages_stand_at_their_lines_and_in_the_order_of_the_file() -> None:
    log = old_libmbim(samples.OPEN) + umbim_printed(samples.OPEN_DONE) + xxd()
    log += old_libmbim(samples.CLOSE)
    messages, counts = reading(log)
    assert mbim(messages) == [samples.OPEN, samples.OPEN_DONE, *samples.SESSION, samples.CLOSE]
    lines = log.splitlines()
    places = [message.place.number for message in messages]
    assert places == sorted(places)
    assert "sending (" in lines[places[1] - 1] or "reading (" in lines[places[1] - 1]
    assert lines[places[2] - 1].startswith("00000000: ")
    assert "ent message" in lines[places[-1] - 1]
    assert counts.records == len(lines)


def test_times_of_another_clock_are_left_out_and_that_is_said() -> None:
    log = LOGS["usbmon"][0] + old_libmbim(samples.RADIO_QUERY).encode()
    messages, counts = reading(log)
    assert {message.clock for message in messages} == {Clock.RELATIVE, Clock.NONE}
    assert ["another clock" in why for _, why in counts.dropped.first] == [True]


def test_a_message_that_two_programs_report_at_one_time_comes_once() -> None:
    stamp = "Nov 26 10:00:00 host "
    dump = f"{stamp}kernel: cdc_mbim: 00000000: {samples.OPEN.hex(' ')}\n"
    printed = "".join(
        f"{stamp}ModemManager[8]: {line}\n" if line else "\n"
        for line in old_libmbim(samples.OPEN, time="").splitlines()
    )
    messages, counts = reading(printed + dump)
    assert mbim(messages) == [samples.OPEN]
    assert [why for _, why in counts.unmapped.first] == ["a second report of a message"]


def test_formats_that_take_turns_keep_their_clocks_and_devices() -> None:
    log = ""
    for _ in range(200):
        log += old_libmbim(samples.RADIO_QUERY) + umbim_printed(samples.RADIO_DONE)
    messages, counts = reading(log)
    assert mbim(messages) == [samples.RADIO_QUERY, samples.RADIO_DONE] * 200
    assert counts.records == log.count("\n")


@pytest.mark.parametrize("form", [registry.FORMATS[name] for name in TEXTS], ids=lambda x: x.name)
def test_a_log_by_itself_holds_no_other(form: Format) -> None:
    log = LogReading([io.BytesIO(LOGS[form.name][0])])
    list(log)
    assert [each.formats for each in log.logs] == [[form.name]]
    assert log.counts.unreadable == Counts().unreadable


def test_a_line_that_was_passed_may_be_asked_about_again() -> None:
    block = xxd().encode()
    others = Others(registry.FORMATS["libmbim"])
    end = block.find(b"\n")
    assert others.begins(block, 0, end, 1, bare=False) == -1
    assert others.begins(block, 0, end, 1) == 0
    assert others.found is registry.FORMATS["hexdump"]
