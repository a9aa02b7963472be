"""Alignment: the pairs that count most, the same whichever side is called left, in bounded time."""

from dataclasses import dataclass
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.analysis.diff import alignment
from wwanreplay.analysis.diff.alignment import align, moved, rising


@dataclass(frozen=True)
class Thing:
    """An item of three letters: what it is about, its content, its answers."""

    text: str
    is_event: bool = False

    @property
    def full(self):
        return self.text.encode()

    @property
    def same(self):
        return self.text[:2].encode()

    @property
    def like(self):
        return self.text[:1].encode()


def things(text):
    return [Thing(word, word.startswith("e")) for word in text.split()]


WORDS = st.lists(
    st.builds("".join, st.tuples(*map(st.sampled_from, ("abe", "xy", "12")))), max_size=9
)


def score(left, right, pairs):
    total = 0
    for one, two in pairs:
        values = (3, 1, 1) if left[one].is_event else (6, 5, 2)
        kinds = (left[one].full == right[two].full, left[one].same == right[two].same)
        total += values[kinds.index(True)] if True in kinds else values[2]
    return total


def best_score(left, right):
    """By looking at every way."""
    if not left or not right:
        return 0
    best = max(best_score(left[1:], right), best_score(left, right[1:]))
    if left[0].like == right[0].like:
        best = max(best, score(left, right, [(0, 0)]) + best_score(left[1:], right[1:]))
    return best


@pytest.mark.parametrize(
    ("left", "right", "pairs"),
    [
        ("ax1 bx1 ax2", "ax1 bx1 ax2", [(0, 0), (1, 1), (2, 2)]),
        ("ax1 bx1 ax2", "ax1 ax2", [(0, 0), (2, 1)]),
        ("ax1 ax2 ax1", "ax2 ax1", [(1, 0), (2, 1)]),  # not the first answer with another one
        ("ax1 by1", "ay2 by1", [(0, 0), (1, 1)]),
        ("ax1", "bx1", []),
        ("ex1 ax1", "ax1 ex1", [(1, 0)]),  # the event has moved, not the request
        ("", "ax1", []),
    ],
)
def test_what_belongs_together_is_paired(left, right, pairs):
    assert align(things(left), things(right)).pairs == pairs


@given(WORDS.filter(lambda words: len(words) < 7), WORDS.filter(lambda words: len(words) < 7))
def test_no_other_alignment_counts_more(left, right):
    one, two = things(" ".join(left)), things(" ".join(right))
    found = align(one, two)
    assert score(one, two, found.pairs) == best_score(one, two)
    assert not found.is_windowed


@pytest.mark.parametrize("limits", [(400_000, 600), (9, 4)])
@given(left=WORDS, right=WORDS)
def test_pairs_rise_are_alike_and_mirror(limits, left, right):
    """Also window by window."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "CELLS_MAX", limits[0])
        patch.setattr(alignment, "WINDOW", limits[1])
        one, two = things(" ".join(left)), things(" ".join(right))
        pairs = align(one, two).pairs
        assert [(b, a) for a, b in align(two, one).pairs] == pairs
    for (a, b), (c, d) in pairwise(pairs):
        assert a < c
        assert b < d
    assert all(one[a].like == two[b].like for a, b in pairs)


def test_a_long_sequence_is_cut_at_runs_that_stand_once():
    left = things(" ".join(f"a{at:05}" for at in range(3000)))
    right = [*left[:700], *left[900:2000], Thing("b"), *left[2000:]]
    found = align([Thing("c"), *left, Thing("d")], [Thing("e"), *right, Thing("f")])
    assert len(found.pairs) == 2800
    assert not found.is_windowed


def test_what_is_rare_in_unlike_places_of_long_sequences_is_no_landmark():
    chance = Random(4)
    left = things(" ".join(f"a{chance.randrange(40):02}" for _ in range(4000)))
    right = list(left)
    left[500], right[3500] = Thing("brare"), Thing("brare")
    del right[20], left[3900]
    assert len(align(left, right).pairs) >= 3995


def test_a_long_sequence_of_repetitions_goes_by_windows_and_says_so():
    left = things("ax1 ax2 bx1 " * 700)
    right = [*left[:1000], *left[1002:]]
    found = align([Thing("c1"), *left, Thing("c3")], [Thing("d1"), *right, Thing("d3")])
    assert found.is_windowed
    assert len(found.pairs) >= len(right) - 3


@given(st.permutations(range(7)))
def test_the_longest_rising_part_is_found(numbers):
    places = rising(numbers)
    assert [numbers[at] for at in places] == sorted(numbers[at] for at in places)
    assert places == sorted(places)
    longest = 0
    for chosen in range(1 << 7):
        part = [numbers[at] for at in range(7) if chosen >> at & 1]
        longest = max(longest, len(part) * (part == sorted(part)))
    assert len(places) == longest


def test_of_rising_parts_the_heaviest_is_found():
    assert rising([1, 2, 0]) == [0, 1]
    assert rising([1, 2, 0], [1, 1, 3]) == [2]
    assert rising([]) == []


def test_what_is_left_over_is_paired_near_its_place():
    left, right = [(0, b"a"), (5, b"a"), (9, b"b")], [(4, b"a"), (90, b"b")]
    assert moved(left, right, 10) == [(0, 4)]
    assert moved(left, right, 3) == [(5, 4)]
    assert moved(right, left, 3) == [(4, 5)]
