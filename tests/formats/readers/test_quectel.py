"""Output of quectel-CM: headers without bytes, with what they say and no more."""

import field_samples as samples
import pytest
from field_samples import SESSION, read, reading
from printed_logs import quectel_block

from wwanreplay.formats.base import Clock, Direction
from wwanreplay.formats.readers.quectel import sniff
from wwanreplay.formats.transfers import head_of
from wwanreplay.mbim.header import look


@pytest.mark.parametrize("prefix", ["[04-15_10:00:00:141] ", " ", "host quectel[7]: "])
def test_all_of_a_header_is_known_and_nothing_else(prefix):
    log = b"".join(quectel_block(data, prefix) for data in SESSION)
    messages, counts = reading(log)
    assert len(messages) == len(SESSION)
    assert (counts.complete, counts.unreadable.count) == (0, 0)
    for message, data in zip(messages, SESSION, strict=True):
        expected, found = look(data), head_of(message)
        assert (found.type, found.transaction_id, found.length, found.service, found.cid) == (
            expected.type,
            expected.transaction_id,
            expected.length,
            expected.service,
            expected.cid,
        )
        assert found.value == expected.value or expected.value is None
        from_device = Direction.DEVICE_TO_HOST if data[3] else Direction.HOST_TO_DEVICE
        assert message.direction is from_device
        assert message.data is None
        assert "no bytes" in message.reason


def test_its_times_are_those_of_an_unnamed_year():
    (message,) = read(quectel_block(samples.OPEN))
    assert message.clock is Clock.YEAR
    assert message.time_ns % (86_400 * 10**9) == 36_000_141_000_000


def test_a_cid_in_brackets_is_decimal():
    block = quectel_block(samples.RADIO_DONE).replace(b"(3)", b"(12)")
    (message,) = read(block)
    assert head_of(message).cid == 12


def test_a_header_that_says_too_little_is_counted():
    log = quectel_block(samples.OPEN) + b"[04-15_10:00:01:000] > Header:\nother\n"
    messages, counts = reading(log)
    assert len(messages) == 1
    assert counts.unreadable.first[0][1] == "a header without type or transaction"


def test_other_words_are_no_log_of_it():
    assert sniff(b"a > Header:\nb\n") == 0
