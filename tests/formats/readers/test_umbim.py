"""Output of umbim -v, as printed and as mailed."""

import field_samples as samples
from field_samples import mbim, read, reading
from printed_logs import umbim_printed as printed

from wwanreplay.formats.base import Clock, Direction


def test_messages_have_an_order_and_no_time():
    log = "root@x:~# umbim -v -d /dev/cdc-wdm1 caps\n"
    log += "".join(map(printed, (samples.OPEN, samples.OPEN_DONE, samples.RADIO_DONE)))
    messages = read(log)
    assert mbim(messages) == [samples.OPEN, samples.OPEN_DONE, samples.RADIO_DONE]
    assert {message.clock for message in messages} == {Clock.NONE}
    assert [message.place.number for message in messages] == [2, 5, 8]
    assert messages[0].device == "/dev/cdc-wdm1"
    assert messages[2].direction is Direction.DEVICE_TO_HOST


def test_the_stray_bytes_of_its_close_are_kept():
    close = bytes.fromhex("02000000100000000300000001000000")
    (message,) = read(printed(close))
    assert message.data == close
    assert message.complete


def test_wrapped_and_quoted_hex_is_put_together():
    data = samples.LONG_DONE
    text = data.hex(" ")
    wrapped = "\n> ".join(text[at : at + 72].strip() for at in range(0, len(text), 72))
    log = f"> reading ({len(data)}): {wrapped}\n>   header_type: 80000003\n" + printed(
        samples.CLOSE
    )
    assert mbim(read(log)) == [data, samples.CLOSE]


def test_a_log_that_ends_inside_a_byte_is_incomplete():
    log = printed(samples.OPEN) + f"reading (16): {samples.OPEN_DONE.hex(' ')[:-1]}"
    messages, counts = reading(log)
    assert messages[1].data == samples.OPEN_DONE[:15]
    assert messages[1].reason == "15 of 16 bytes are in the log"
    assert (counts.complete, counts.incomplete.count, counts.unreadable.count) == (1, 1, 0)


def test_blanks_of_any_kind_part_the_bytes():
    (message,) = read(printed(samples.OPEN).replace(" 10 00", "\u00a010\u200900"))
    assert message.data == samples.OPEN


def test_other_hex_is_no_message():
    messages, counts = reading("reading (4): ff ff ff ff\n" + printed(samples.OPEN))
    assert mbim(messages) == [samples.OPEN]
    assert counts.unreadable.count == 1
