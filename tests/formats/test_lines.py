"""Lines of interest, found by search, with the right numbers."""

import io
import re

import pytest

from wwanreplay.formats.base import Counts
from wwanreplay.formats.lines import BLOCK_SIZE, LINE_SIZE_MAX, Lines
from wwanreplay.formats.sources import LogSource


def lines_of(
    data: bytes, *triggers: bytes, attention: int = 0
) -> tuple[list[tuple[int, bytes]], Counts]:
    counts = Counts()
    lines = Lines(LogSource("x", io.BytesIO(data)), triggers, counts)
    found = []
    for number, line in lines:
        found.append((number, line))
        if any(trigger in line for trigger in triggers):
            lines.attention = attention
    return found, counts


def test_only_lines_with_a_trigger_are_given_with_their_numbers():
    found, counts = lines_of(b"a\nb hit\r\nc\n\nhit\nlast", b"hit")
    assert found == [(2, b"b hit"), (5, b"hit")]
    assert counts.records == 6


def test_attention_gives_the_lines_that_follow():
    found, _ = lines_of(b"1\nhit\n3\n4\n5\nhit\n7", b"hit", attention=2)
    assert [number for number, _ in found] == [2, 3, 4, 6, 7]


@pytest.mark.parametrize("shift", range(-3, 4))
def test_lines_across_blocks_are_whole(shift: int):
    filler = b"x" * 99 + b"\n"
    before = filler * ((BLOCK_SIZE + shift) // 100) + b"y" * ((BLOCK_SIZE + shift) % 100)
    found, counts = lines_of(before + b"\nhit 1\nz\nhit 2\n", b"hit")
    number = (BLOCK_SIZE + shift) // 100 + 1
    number += 1 if (BLOCK_SIZE + shift) % 100 else 0
    number = before.count(b"\n") + 2
    assert found == [(number, b"hit 1"), (number + 2, b"hit 2")]
    assert counts.records == number + 2


def test_a_line_without_end_is_cut_and_counted_once():
    found, counts = lines_of(
        b"hit" + b"x" * (LINE_SIZE_MAX + 3 * BLOCK_SIZE) + b"\nhit 2\n", b"hit"
    )
    assert [number for number, _ in found] == [1, 2]
    assert len(found[0][1]) == LINE_SIZE_MAX
    assert counts.dropped.count == 1
    assert counts.records == 2


def test_an_empty_log_has_no_lines():
    found, counts = lines_of(b"", b"hit")
    assert found == []
    assert counts.records == 0


def test_lines_ahead_are_taken_together_and_counted():
    lines = Lines(LogSource("x", io.BytesIO(b"hit 1\n+a\n+b\nc\nhit 2\n+d\n")), [b"hit"], Counts())
    found = []
    for number, line in lines:
        match = lines.ahead(re.compile(rb"(?:\+[^\n]*\n)*"))
        assert match is not None
        found.append((number, line, match[0]))
        if match[0]:
            lines.take(match)
    assert found == [(1, b"hit 1", b"+a\n+b\n"), (5, b"hit 2", b"+d\n")]
    assert lines.counts.records == 6


def test_what_is_ahead_and_not_taken_comes_line_by_line():
    lines = Lines(LogSource("x", io.BytesIO(b"hit\n+a\n")), [b"hit", b"+"], Counts())
    seen = [(number, lines.ahead(re.compile(rb"\+a\n")) is not None) for number, _ in lines]
    assert seen == [(1, True), (2, False)]
