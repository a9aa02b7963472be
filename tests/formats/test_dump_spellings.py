"""Bytes as programs print them, made plain hexadecimal."""

import pytest
from field_samples import SESSION, mbim, read
from hypothesis import given
from hypothesis import strategies as st
from printed_logs import PRINTED

from wwanreplay.formats.dump_spellings import SPELLINGS, spelled
from wwanreplay.formats.readers.strace import sniff as sniff_strace
from wwanreplay.formats.transfers import plausible


@pytest.mark.parametrize("name", PRINTED)
def test_a_first_line_becomes_plain_hexadecimal(name: str):
    made, spelling = spelled(f"data: {PRINTED[name](SESSION[0])}")
    assert spelling in SPELLINGS
    assert bytes.fromhex(made.strip(" {}")) == SESSION[0]


def test_a_line_of_plain_hexadecimal_stays():
    for text in (SESSION[0].hex(" "), SESSION[0].hex(), f"0000: {SESSION[0].hex(' ')}", ""):
        assert spelled(text) == (text, None)


@given(st.text(max_size=60))
def test_no_text_raises(text: str):
    made, _ = spelled(text)
    for spelling in SPELLINGS:
        again = spelling(made, False)
        assert again is None or isinstance(again, str)


@pytest.mark.parametrize("name", PRINTED)
def test_a_message_as_a_program_prints_it(name: str):
    log = "".join(f"data: {PRINTED[name](each)}\n" for each in SESSION)
    assert mbim(read(log)) == [*SESSION]


@pytest.mark.parametrize("name", PRINTED)
@given(st.binary(min_size=12, max_size=80))
def test_what_is_printed_and_is_no_message_is_none(name: str, data: bytes):
    if not plausible(data):
        assert mbim(read(f"data: {PRINTED[name](data)}\n", "hexdump")) == []


def bare_words(data: bytes) -> str:
    return " ".join(data[at : at + 4][::-1].hex() for at in range(0, len(data), 4))


def kernel_rows(data: bytes, end: str = "") -> str:
    rows = range(0, len(data), 16)
    return "".join(
        f"[   12.000001] {at:08x}: {bare_words(data[at : at + 16])}{end}\n" for at in rows
    )


def test_words_of_32_bits_without_a_mark_are_numbers():
    log = "".join(f"MSG: {bare_words(each)}\n" for each in SESSION)
    assert mbim(read(log)) == [*SESSION]


@pytest.mark.parametrize("end", ["", "  ................"])
def test_a_kernel_dump_in_groups_of_four_bytes_holds_numbers(end: str):
    log = "sent\n".join(kernel_rows(each, end) for each in SESSION)
    assert mbim(read(log)) == [*SESSION]


def test_words_that_begin_no_message_are_none():
    log = "MSG: 00000001 00000008 00000001 00001000\n"
    assert mbim(read(log, "hexdump")) == []


def test_a_literal_of_three_octal_digits_is_found_by_itself():
    log = "".join('"' + "".join(f"\\{each:03o}" for each in data) + '"\n\n' for data in SESSION)
    assert mbim(read(log)) == [*SESSION]


def test_strace_with_three_octal_digits_is_strace():
    text = "".join(f"\\{each:03o}" for each in SESSION[0])
    size = len(SESSION[0])
    log = f'10:00:00.000000 write(8, "{text}", {size}) = {size}\n'
    assert mbim(read(log, "strace")) == [SESSION[0]]
    assert sniff_strace(log.encode()) > 0
