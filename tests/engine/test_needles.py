"""Many byte strings found in one pass: the same places as a plain search finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Needles
from wwanreplay.errors import UsageError

# Few letters, so that occurrences overlap.
OCTETS = st.lists(st.sampled_from(b"ab\0"), min_size=4, max_size=9).map(bytes)


def plain_search(patterns: list[bytes], data: bytes) -> list[tuple[int, int]]:
    return [
        (at, number)
        for at in range(len(data))
        for number, pattern in enumerate(patterns)
        if data.startswith(pattern, at)
    ]


@given(st.lists(OCTETS, max_size=8, unique=True), st.lists(OCTETS, max_size=8).map(b"".join))
def test_every_occurrence_is_found(patterns: list[bytes], data: bytes) -> None:
    assert sorted(Needles(patterns).find_all(data)) == plain_search(patterns, data)


def test_the_ends_of_the_buffer_are_searched() -> None:
    needles = Needles([b"head", b"tail!"])
    assert needles.find_all(b"head..tail!") == [(0, 0), (6, 1)]
    assert needles.find_all(b"hea") == []
    assert needles.find_all(b"head..tail") == [(0, 0)]
    assert needles.find_all(b"") == []
    assert (len(needles), needles[1]) == (2, b"tail!")


def test_a_pattern_of_three_bytes_is_refused() -> None:
    with pytest.raises(UsageError, match="3 bytes is too short"):
        Needles([b"long enough", b"abc"])
