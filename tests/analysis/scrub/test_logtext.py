"""A log that is text: its words, the hexadecimal of its messages, and what stands beside."""

import pytest
from field_samples import read
from groups import sampled
from log_samples import (
    ICCID,
    IMSI,
    LOGS,
    MESSAGES,
    TEXTS,
    USER,
    connect,
    pin,
    ready,
    wire_events,
    wires,
)
from printed_logs import PRINTED
from scrub_samples import KEY, events_of, trace_of

from wwanreplay.analysis.scrub import scrub_bytes, scrub_log
from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.keyed import make_key
from wwanreplay.analysis.scrub.logtext import LogText, kept_text, read_messages
from wwanreplay.errors import PrivacyError
from wwanreplay.formats.registry import FORMATS


def test_a_pin_that_looks_like_a_length_leaves_the_length() -> None:
    message = connect("a" * 60, "b" * 60, "c" * 60)
    code = f"{len(message):04d}"
    log = LOGS["libmbim"](message, pin(code)) + f"pin: {code}, length = {len(message)}\n".encode()
    scrubbed = scrub_log(log, KEY)
    assert f"length = {len(message)}".encode() in scrubbed
    assert f"pin: {code}".encode() not in scrubbed


def test_bytes_of_no_message_become_others() -> None:
    data = b"\x01\x2c\x00\x80\x02\x01" + IMSI.encode() + bytes(20)
    log = LOGS["libmbim"](MESSAGES[2]) + LOGS["libmbim"](data.ljust(45, b"\x55"))
    scrubbed = scrub_log(log, KEY)
    assert IMSI.encode().hex(":").upper().encode() not in scrubbed
    assert len(scrubbed) == len(log)
    assert [each.data for each in read(scrubbed)] == wires(scrubbed)


def test_half_a_byte_at_a_cut_says_nothing() -> None:
    text = LOGS["libmbim"](MESSAGES[1]).strip()
    log = text[:-1] + b"\n"
    scrubbed = scrub_log(log, KEY)
    assert scrubbed[-2:-1] == b"0"
    assert read(scrubbed)[0].incomplete


def test_the_column_of_characters_follows_its_bytes() -> None:
    scrubbed = scrub_log(LOGS["hexdump pairs"](*MESSAGES), KEY).decode()
    for line in scrubbed.splitlines()[1:]:
        pairs, _, column = line[10:].partition("  |")
        data = bytes.fromhex(pairs)
        assert column == "".join(chr(each) if 32 <= each < 127 else "." for each in data) + "|"


@pytest.mark.parametrize("name", ["hexdump", "hexdump pairs"])
@pytest.mark.parametrize("length", sampled(range(7, 16), 3))
def test_a_message_may_begin_anywhere_in_a_row(name: str, length: int) -> None:
    """The column of characters begins with what could be the next digits."""
    log = LOGS[name](ready(IMSI, ICCID, "+" + "1" * length), connect("aaaa", USER, "0000000000"))
    scrubbed = scrub_log(log, KEY)
    trace, _ = scrub_bytes(trace_of(wire_events(log)), KEY)
    assert wires(scrubbed) == [event.payload for event in events_of(trace)]


def test_a_journal_of_numbers_is_refused() -> None:
    numbers = ",".join(str(byte) for byte in f"IMSI: {IMSI}".encode())
    log = LOGS["journal"](MESSAGES[0]) + f'{{"MESSAGE":[{numbers}]}}\n'.encode()
    with pytest.raises(PrivacyError, match=r"line 2 .*journalctl -a"):
        scrub_log(log, KEY)


@pytest.mark.parametrize("name", TEXTS)
def test_the_format_of_a_log_in_memory_is_found_or_named(name: str) -> None:
    log = LOGS[name](*MESSAGES)
    messages, form = read_messages(log, "a.log", None)
    assert form is not None
    assert messages
    again, named = read_messages(log, "a.log", form.name)
    assert named is form
    assert [each.data for each in again] == [each.data for each in messages]


def test_a_text_of_no_format_has_no_messages() -> None:
    assert read_messages(b"just some words\n" * 20, "a.log", None) == ([], None)
    assert read_messages(b"", "a.log", None) == ([], None)


def test_what_the_readers_need_is_kept_of_every_format() -> None:
    kept = kept_text()
    assert kept is kept_text()
    for row in FORMATS.values():
        for pattern in row.kept_text:
            assert f"({pattern})" in f"({kept.pattern})" or pattern in kept.pattern


@pytest.mark.parametrize("name", sampled(TEXTS, 8))
def test_each_message_is_where_its_bytes_stand(name: str) -> None:
    log = LOGS[name](*MESSAGES)
    messages, form = read_messages(log, "a.log", None)
    text = LogText(log.decode("latin-1"), "a.log", Identities(make_key(KEY)))
    text.learn(messages, form)
    held = [each.data for each in text.transfers.all]
    assert [data for data in held if data] == held
    assert len(held) >= sum(each.data is not None for each in messages)


@pytest.mark.parametrize("name", PRINTED)
def test_bytes_in_another_spelling_are_never_kept(name: str) -> None:
    """What is read of a log and not found in its text again is refused, the rest is replaced."""
    log = "".join(f"data: {PRINTED[name](each)}\n" for each in MESSAGES).encode()
    assert [message.data for message in read(log.decode())] == list(MESSAGES)
    if name != "C array in capitals":
        with pytest.raises(PrivacyError, match="cannot be found in the text"):
            scrub_log(log, KEY)
        return
    scrubbed = scrub_log(log, KEY)
    data = b"".join(message.data or b"" for message in read(scrubbed.decode()))
    assert len(data) == sum(map(len, MESSAGES))
    assert IMSI.encode("utf-16-le") not in data
