"""Bytes as programs print them, made plain hexadecimal."""

import pytest
from field_samples import SESSION, mbim, read
from hypothesis import given
from hypothesis import strategies as st
from printed_logs import PRINTED

from wwanreplay.formats.dump_spellings import SPELLINGS, spelled
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
