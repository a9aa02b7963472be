"""Output of strace: every way in which it prints bytes, and what it leaves out."""

import field_samples as samples
import log_samples
import pytest
from field_samples import mbim, read, reading
from hypothesis import given
from hypothesis import strategies as st
from printed_logs import strace_line, strace_string

from wwanreplay.analysis.scrub import scrub_log
from wwanreplay.errors import PrivacyError
from wwanreplay.formats.base import Clock, Direction
from wwanreplay.formats.readers.strace import sniff, unescape

ALL = [samples.OPEN, samples.OPEN_DONE, samples.RADIO_DONE, samples.LONG_DONE, samples.CLOSE]
OPENED = 'openat(AT_FDCWD, "/dev/cdc-wdm0", O_RDWR|O_NOCTTY|O_NONBLOCK) = 5\n'
NOISE = (
    'read(3, "\\177ELF\\2\\1\\1\\3\\0\\0\\0\\0\\0\\0\\0\\0\\3\\0>\\0\\1\\0\\0\\0"..., 832) = 832\n'
    'write(1, "[/dev/cdc-wdm0] Successfully", 28) = 28\n'
    "read(5, 0x5581, 4096) = -1 EAGAIN (Resource temporarily unavailable)\n"
)


@given(st.binary(max_size=40), st.sampled_from(["octal", "x", "xx"]))
def test_a_string_is_what_was_printed(data, form):
    assert unescape(strace_string(data, form)[1:-1]) == data


@pytest.mark.parametrize("form", ["octal", "x", "xx"])
@pytest.mark.parametrize(
    ("prefix", "clock"),
    [
        ("", Clock.NONE),
        ("10:00:00 ", Clock.DAY),
        ("10:00:00.250000 ", Clock.DAY),
        ("1700000000.250000 ", Clock.UTC),
        ("[pid  712] 10:00:00.250000 ", Clock.DAY),
        ("712   1700000000.250000 ", Clock.UTC),
    ],
)
def test_every_form_of_line_is_read(form, prefix, clock):
    log = OPENED + NOISE + "".join(strace_line(each, prefix, form=form) for each in ALL) + NOISE
    messages, counts = reading(log)
    assert mbim(messages) == ALL
    assert {message.clock for message in messages} == {clock}
    assert {message.device for message in messages} == {"/dev/cdc-wdm0"}
    assert [message.place.number for message in messages] == [5, 6, 7, 8, 9]
    assert (counts.unreadable.count, counts.unmapped.count, counts.dropped.count) == (0, 0, 0)


def test_the_file_of_a_descriptor_may_be_printed():
    for descriptor in ("5</dev/cdc-wdm1>", "5</dev/cdc-wdm1<char 180:176>>"):
        (message,) = read(strace_line(samples.OPEN, descriptor=descriptor))
        assert message.device == "/dev/cdc-wdm1"
    (message,) = read(strace_line(samples.OPEN, descriptor="5<UNIX-STREAM:[1->2]>"))
    assert message.device is None


def test_a_string_that_is_cut_is_incomplete_and_loses_what_stands_behind():
    messages, counts = reading(
        strace_line(samples.LONG_DONE, limit=32) + strace_line(samples.CLOSE)
    )
    assert [message.data for message in messages] == [samples.LONG_DONE[:32], samples.CLOSE]
    assert messages[0].incomplete
    assert messages[0].length == len(samples.LONG_DONE)
    assert "strace -s prints more" in messages[0].reason
    assert counts.dropped.count == 0
    two = samples.RADIO_DONE + samples.OPEN_DONE
    messages, counts = reading(strace_line(two, limit=20))
    assert [message.data for message in messages] == [samples.RADIO_DONE[:20]]
    assert counts.dropped.first[0][1] == "16 bytes that strace left out (-s)"


def test_several_messages_of_one_call_and_one_of_several_calls_are_parted():
    log = strace_line(samples.RADIO_DONE + samples.OPEN_DONE)
    assert mbim(read(log)) == [samples.RADIO_DONE, samples.OPEN_DONE]
    head, tail = samples.LONG_DONE[:50], samples.LONG_DONE[50:]
    log = strace_line(head) + f"read(5, {strace_string(tail)}, 4096) = {len(tail)}\n"
    (message,) = read(log)
    assert message.data == samples.LONG_DONE


def test_calls_of_threads_that_are_interrupted_are_put_together():
    text = strace_string(samples.OPEN_DONE)
    log = (
        "[pid 7] read(5, <unfinished ...>\n"
        f"[pid 8] write(5, {strace_string(samples.OPEN)}, 16 <unfinished ...>\n"
        "[pid 8] <... write resumed>) = 16\n"
        f"[pid 7] <... read resumed>{text}, 4096) = 16\n"
    )
    assert mbim(read(log)) == [samples.OPEN, samples.OPEN_DONE]


def test_other_calls_carry_messages_too():
    octets = strace_string(samples.OPEN)
    answer = strace_string(samples.OPEN_DONE)
    log = (
        f"sendto(6, {octets}, 16, MSG_NOSIGNAL, NULL, 0) = 16\n"
        f"recvfrom(6, {answer}, 4096, 0, NULL, NULL) = 16\n"
        f"writev(6, [{{iov_base={octets}, iov_len=16}}], 1) = 16\n"
        f"recvmsg(6, {{msg_name=NULL, msg_iov=[{{iov_base={answer}, iov_len=4096}}]}}, 0) = 16\n"
    )
    messages = read(log)
    assert mbim(messages) == [samples.OPEN, samples.OPEN_DONE] * 2
    assert messages[3].direction is Direction.DEVICE_TO_HOST


def test_a_read_is_done_when_it_returned():
    line = strace_line(samples.OPEN_DONE, "10:00:00.000000 ").rstrip() + " <1.500000>\n"
    (message,) = read(line)
    assert message.time_ns % 10**11 == (10 * 3600 * 10**9 + 1_500_000_000) % 10**11


def test_only_what_was_taken_counts():
    text = strace_string(samples.OPEN + samples.CLOSE[:4])
    assert mbim(read(f"write(5, {text}, 20) = 16\n")) == [samples.OPEN]


def test_a_log_is_scrubbed_in_its_own_form():
    values = log_samples.ready("001010123456789", "89014103211118510720", "+15551234567")
    for form in ("octal", "x", "xx"):
        log = OPENED + NOISE + strace_line(samples.OPEN, form=form) + strace_line(values, form=form)
        scrubbed = scrub_log(log.encode(), b"key")
        found = mbim(read(scrubbed.decode()))
        assert len(found) == 2
        assert len(found[1]) == len(values)
        for value in ("001010123456789", "89014103211118510720"):
            assert value.encode("utf-16-le") not in found[1]
        assert b"O_NONBLOCK" in scrubbed


def test_strace_without_mbim_is_no_log_of_it():
    eventfd = 'write(3<anon_inode:[eventfd]>, "\\1\\0\\0\\0\\0\\0\\0\\0", 8) = 8\n'
    assert sniff((NOISE + eventfd).encode()) == 0
    long = f"read(3, {strace_string(bytes(range(256)) * 300)}, 99999) = 76800\n" * 2
    assert mbim(read(long + eventfd + strace_line(samples.OPEN, descriptor="5</dev/pts/1>")))


def rows(data):
    """What strace -e write= prints below a call."""
    return "".join(
        f" | {at:05x}  {data[at : at + 8].hex(' ')}  {data[at + 8 : at + 16].hex(' ')}  x |\n"
        for at in range(0, len(data), 16)
    )


def test_a_dump_below_a_call_has_what_its_string_lacks():
    log = "".join(strace_line(data, limit=8) + rows(data) for data in ALL)
    messages, counts = reading(log)
    assert mbim(messages) == ALL
    assert not any(message.incomplete for message in messages)
    assert (counts.unreadable.count, counts.dropped.count) == (0, 0)


def test_a_dump_of_something_else_is_no_message():
    other = 'read(3, "\\177ELF"..., 832) = 832\n' + rows(bytes(range(1, 200)))
    log = other + "".join(strace_line(data) + rows(data) for data in ALL)
    assert mbim(read(log)) == ALL


def test_a_dump_that_does_not_go_on_its_string_is_left_alone():
    data = ALL[0]
    log = strace_line(data, limit=12) + rows(bytes(len(data))) + strace_line(ALL[1])
    first, second = read(log)
    assert first.incomplete
    assert first.data == data[:12]
    assert second.data == ALL[1]


@pytest.mark.parametrize("digits", [6, 9])
@pytest.mark.parametrize("pid", ["", "[pid    12] ", "12   "])
def test_times_since_the_call_before_are_added_up(digits, pid):
    lines = []
    for data in ALL:
        lines.append(f"{pid}     0.25{'0' * (digits - 2)} poll([{{fd=5}}], 1, 10) = 1\n")
        lines.append(strace_line(data, f"{pid}     0.5{'0' * (digits - 1)} "))
    messages = read("".join(lines))
    assert {message.clock for message in messages} == {Clock.RELATIVE}
    times = [message.time_ns - messages[0].time_ns for message in messages]
    assert times == [750_000_000 * number for number in range(len(ALL))]


def test_seconds_since_1970_are_not_added_up():
    messages = read(strace_line(ALL[0], "1796035371.677376 "))
    assert messages[0].clock is Clock.UTC


def test_scrub_refuses_a_log_whose_bytes_stand_in_dumps():
    data = log_samples.ready("001010123456789", "8988211000000000007", "+49155500001")
    log = strace_line(samples.OPEN) + strace_line(data, limit=8) + rows(data)
    with pytest.raises(PrivacyError):
        scrub_log(log.encode(), b"key")


@pytest.mark.parametrize(
    ("end", "count"),
    [
        (", 48) = 48", 0),
        (", 48) = -1 EIO (Input/output error)", 0),
        (", 48", 1),
        ("", 1),
        (" <unfinished ...>", 1),
    ],
)
def test_a_call_without_its_end_is_counted(end: str, count: int) -> None:
    string = strace_string(samples.RADIO_QUERY)
    whole = strace_line(samples.OPEN) + strace_line(samples.OPEN_DONE)
    cut = string[:-1] if not end else string
    messages, counts = reading(f"{whole}7 10:00:00.25 write(5, {cut}{end}\n")
    assert mbim(messages)[:2] == [samples.OPEN, samples.OPEN_DONE]
    assert counts.unreadable.count == count


@pytest.mark.parametrize("prefix", ["", "7 10:00:00.250000 ", "[pid    7] "])
def test_calls_that_are_joined_to_one_line_are_read_one_by_one(prefix: str) -> None:
    lines = [OPENED, *(strace_line(data, prefix) for data in ALL)]
    whole, _ = reading("".join(lines))
    messages, counts = reading(" ".join(line.strip() for line in lines))
    assert mbim(messages) == mbim(whole) == ALL
    assert {message.device for message in messages} == {"/dev/cdc-wdm0"}
    assert counts.unreadable.count == 0
