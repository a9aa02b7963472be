"""Long sessions go by pieces: all of both, in order, and what belongs together in one piece."""

import random
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.analysis.diff import windows as module
from wwanreplay.analysis.diff.landmarks import Landmarks
from wwanreplay.analysis.diff.windows import Pieces


@dataclass
class Thing:
    """A step as far as pieces look at it."""

    full: bytes
    place: int
    last_place: int
    outputs: list = field(default_factory=list)
    is_event: bool = False

    @property
    def same(self):
        """Its content."""
        return self.full

    like = same


def things(keys, answered_after=None):
    """Steps of such keys; some answered so many places later."""
    return [Thing(key, at, at + (answered_after or {}).get(at, 0)) for at, key in enumerate(keys)]


def keys_of(seed, count, values=None):
    rng = random.Random(seed)
    return [bytes([rng.randrange(values)]) if values else rng.randbytes(8) for _ in range(count)]


def pieces_of(a, b, window=60):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "WINDOW_RECORDS", window)
        patch.setattr(module, "EQUAL_RUNS", (window // 8, window // 16, 2))
        return list(Pieces(iter(a), iter(b), lambda: Landmarks(a, b)))


def assert_whole(pieces, a, b):
    """Each step is in one piece, in order, and pairs are alike and rise."""
    at = [0, 0]
    for piece in pieces:
        assert piece.bases == tuple(at)
        assert piece.a == a[at[0] : at[0] + len(piece.a)]
        assert piece.b == b[at[1] : at[1] + len(piece.b)]
        assert piece.a or piece.b
        before = (-1, -1)
        for one, two in piece.pairs:
            assert before[0] < one < len(piece.a)
            assert before[1] < two < len(piece.b)
            assert piece.a[one].full == piece.b[two].full
            before = one, two
        at = [at[0] + len(piece.a), at[1] + len(piece.b)]
        following = [
            side[n].place if n < len(side) else None for side, n in zip((a, b), at, strict=True)
        ]
        assert piece.ends[0] in (following[0], None)
        assert piece.ends[1] in (following[1], None)
    assert at == [len(a), len(b)]


@given(
    seed=st.integers(0, 1_000),
    values=st.sampled_from([2, 20, None]),
    edits=st.lists(st.tuples(st.integers(0, 399), st.sampled_from(["drop", "new", "block"]))),
)
def test_pieces_are_all_of_both_sessions(seed, values, edits):
    keys = keys_of(seed, 400, values)
    other = list(keys)
    for number, (at, how) in enumerate(edits[:6]):
        if how == "drop":
            del other[at : at + 1]
        else:
            other[at:at] = keys_of(f"{seed} {number}", 1 if how == "new" else 150, values)
    assert_whole(pieces_of(things(keys), things(other)), things(keys), things(other))
    assert_whole(pieces_of(things(other), things(keys)), things(other), things(keys))


def test_sessions_that_fit_a_window_are_one_piece():
    a, b = things(keys_of(1, 50)), things(keys_of(1, 45))
    (piece,) = pieces_of(a, b)
    assert len(piece.pairs) == 45
    assert pieces_of([], []) == []


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("size", [70, 500, 3_000])
@pytest.mark.parametrize("begin", [0, 5, 300])
def test_a_block_longer_than_a_window_is_one_block(is_first, size, begin):
    keys = keys_of(1, 600)
    longer = keys[:begin] + keys_of(2, size) + keys[begin:]
    sides = (longer, keys) if is_first else (keys, longer)
    a, b = map(things, sides)
    pieces = pieces_of(a, b)
    assert_whole(pieces, a, b)
    pairs = [
        (piece.bases[0] + one, piece.bases[1] + two) for piece in pieces for one, two in piece.pairs
    ]
    expected = [(n, n if n < begin else n + size) for n in range(600)]
    assert pairs == ([pair[::-1] for pair in expected] if is_first else expected)
    assert not any(piece.is_windowed for piece in pieces)


def test_what_has_nothing_in_common_goes_side_by_side_and_it_is_stated():
    a, b = things(keys_of(1, 500)), things(keys_of(2, 700))
    pieces = pieces_of(a, b)
    assert_whole(pieces, a, b)
    assert any(piece.is_windowed for piece in pieces)


def test_a_piece_ends_where_nothing_of_it_comes_behind_it():
    """Unless an answer comes later than a window reaches."""
    keys = keys_of(1, 400)
    for late, is_quiet in ((8, True), (300, False)):
        answered = dict.fromkeys(range(0, 400, 9) if is_quiet else [3], late)
        a, b = things(keys, answered), things(keys, answered)
        quiet = []
        for piece in pieces_of(a, b)[:-1]:
            last = max(step.last_place for step in piece.a)
            quiet.append(piece.ends[0] is not None and last < piece.ends[0])
        assert len(quiet) > 3
        assert all(quiet) == is_quiet
