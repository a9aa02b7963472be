"""Bytes printed as hexadecimal: found by their values, and others written in their place."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.analysis.scrub.hextext import (
    digits_in,
    find_in_line,
    is_capital,
    runs,
    written,
)
from wwanreplay.formats.declaration import HexStyle

STYLE = HexStyle(begins=re.compile(r"data = "))
MESSAGE = bytes(range(1, 25))
SEPARATORS = st.sampled_from([" ", ":", "", "  "])


def free(_start, _end):
    return False


def printed(data, separator, capitals=False):
    text = separator.join(f"{octet:02x}" for octet in data)
    return text.upper() if capitals else text


@given(st.binary(min_size=1, max_size=30), SEPARATORS, st.booleans())
def test_digits_are_those_of_the_bytes_whatever_parts_them(data, separator, capitals):
    text = printed(data, separator, capitals)
    assert digits_in(text) == data.hex()
    assert digits_in(f"0x{text}") == data.hex()
    if is_capital(text) is not None:
        assert is_capital(text) is capitals


@given(st.binary(min_size=1, max_size=30), st.binary(min_size=30, max_size=30), SEPARATORS)
def test_other_bytes_are_written_in_the_same_places(data, image, separator):
    text = f"0x{printed(data, separator)}"
    for capitals in (False, True):
        found = written(text, image[: len(data)].hex(), capitals=capitals)
        assert len(found) == len(text)
        assert digits_in(found) == image[: len(data)].hex()
        assert re.sub(r"[0-9A-Fa-f]", "", found) == re.sub(r"[0-9A-Fa-f]", "", text)
    assert written(text, data.hex(), capitals=False) == text


def test_too_few_digits_leave_the_rest_as_it_is():
    assert written("0a 0b 0c", "ffff", capitals=False) == "ff ff 0c"


@pytest.mark.parametrize(
    ("text", "capital"), [("0A", True), ("0a", False), ("12 34", None), ("", None)]
)
def test_only_letters_say_whether_they_are_capitals(text, capital):
    assert is_capital(text) is capital


@pytest.mark.parametrize("separator", [" ", ":", "", "  "])
@pytest.mark.parametrize("capitals", [False, True])
def test_a_message_begins_behind_the_words_in_front_of_it(separator, capitals):
    bytes_text = printed(MESSAGE, separator, capitals)
    line = f"12:00:01 deadbeef data = {bytes_text} end"
    (found,) = find_in_line(STYLE, line, MESSAGE.hex(), 0, free)
    assert line[found.start : found.end] == bytes_text
    assert found.digits == 2 * len(MESSAGE)


def test_a_line_without_the_words_or_with_other_bytes_holds_none():
    text = printed(MESSAGE, " ")
    assert find_in_line(STYLE, text, MESSAGE.hex(), 0, free) == []
    assert find_in_line(STYLE, f"data = {text}", bytes(24).hex(), 0, free) == []
    assert find_in_line(STYLE, f"data = {text}", MESSAGE.hex(), 0, lambda *_: True) == []
    assert find_in_line(STYLE, f"data = {text}", MESSAGE.hex(), 0, free, begin=20) == []


def test_a_line_that_ends_early_holds_the_beginning_and_another_goes_on():
    style = HexStyle(begins=re.compile(r"data = "), continues=re.compile(r"\s+more: "))
    (first,) = find_in_line(style, f"data = {printed(MESSAGE[:10], ' ')}", MESSAGE.hex(), 0, free)
    assert first.digits == 20
    line = f"   more: {printed(MESSAGE[10:], ' ')}"
    best, *_ = find_in_line(style, line, MESSAGE.hex(), first.digits, free)
    assert line[best.start : best.end] == printed(MESSAGE[10:], " ")
    assert first.digits + best.digits == 2 * len(MESSAGE)


@pytest.mark.parametrize(
    ("text", "sure", "unsure"),
    [
        ("no bytes here", [], []),
        ("data = 0102", ["0102"], []),
        ("x 01:02:03:04:05:06:07:08 y", [], ["01:02:03:04:05:06:07:08"]),
        ("x 01:02:03:04 y", [], []),
        ("12:34:56 0102030405060708090a0b0c", [], ["0102030405060708090a0b0c"]),
        ("g" * 30, [], []),
    ],
)
def test_bytes_that_no_message_claims_are_sure_where_a_format_declares_them(text, sure, unsure):
    found = runs(text, STYLE)
    assert [text[run.start : run.end] for run in found if run.sure] == sure
    assert [text[run.start : run.end] for run in found if not run.sure] == unsure


@given(st.text(alphabet="0123456789abcdefxX:, \n-data=", max_size=200))
def test_runs_are_in_order_and_apart(text):
    found = runs(text, STYLE)
    assert all(run.start < run.end <= len(text) for run in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
