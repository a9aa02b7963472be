"""The rows of `path_rates.py`, `path_front.py` and `path_outs.py` by pytest-benchmark.

A row measures by itself, in processor time and beside its peer: what it found and what it should be
are in `extra_info`, and the time of pytest-benchmark is that of the whole measurement. The sizes
are those of the scripts; `-k import` takes the rows with that word.
"""

import math
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
import path_rates

ROWS = list(path_rates.rows())
IDS = [name.replace("÷", "by") for name, _, _ in ROWS]


@pytest.mark.parametrize(("name", "measure", "goal"), ROWS, ids=IDS)
def test_path(benchmark, name, measure, goal):
    benchmark.group = "paths"
    found = benchmark.pedantic(measure, rounds=1, iterations=1)
    benchmark.extra_info.update(row=name, found=found, goal=goal)
    assert math.isfinite(found)
