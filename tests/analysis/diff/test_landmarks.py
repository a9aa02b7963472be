"""Landmarks of long sessions: the same runs on both sides, in order, few however long they are."""

import random
from dataclasses import dataclass
from itertools import pairwise

import pytest

from wwanreplay.analysis.diff import landmarks as module
from wwanreplay.analysis.diff.landmarks import RUN, Landmarks


@dataclass
class Thing:
    """A step as far as landmarks look at it."""

    full: bytes


def things(seed, count):
    rng = random.Random(seed)
    return [Thing(rng.randbytes(16)) for _ in range(count)]


def all_of(landmarks):
    found, at = [], (0, 0)
    while (mark := landmarks.after(*at)) is not None:
        found.append(mark)
        at = mark[0] + 1, mark[1] + 1
    return found


@pytest.mark.parametrize("runs_max", [16_384, 50])
def test_landmarks_stand_where_both_have_the_same(monkeypatch, runs_max):
    monkeypatch.setattr(module, "RUNS_MAX", runs_max)
    start, block, end = things(1, 500), things(2, 4_000), things(3, 500)
    left, right = start + end, start + block + end
    marks = all_of(Landmarks(left, right))
    assert marks
    assert len(marks) <= runs_max
    for one, two in marks:
        assert left[one : one + RUN] == right[two : two + RUN]
        assert two - one == (0 if one < 500 else 4_000)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(marks))
    # One is found behind the block.
    behind = Landmarks(left, right).after(500, 500)
    assert behind is not None
    assert behind[1] - behind[0] == 4_000


def test_what_comes_twice_is_none():
    part = things(1, 2 * RUN)
    # Only where the first ends and the second begins are there runs that come once.
    marks = all_of(Landmarks(part * 2, part * 2))
    assert marks == [(at, at) for at in range(RUN + 1, 2 * RUN)]
    assert Landmarks([], part).after(0, 0) is None
