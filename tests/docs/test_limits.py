"""docs/limits.md has the limits that the code has."""

import importlib
import re

import pytest
from checkout import DOCS

from wwanreplay._core import core_limits

PAGE = DOCS / "limits.md"
ROWS = re.findall(r"^\| `([A-Z_]+)` \| (\d+) \| `([\w/.]+)` \|", PAGE.read_text(), re.M)


def test_every_row_of_the_table_is_read():
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    assert len(rows) == len(ROWS) >= 16


@pytest.mark.parametrize(("name", "value", "place"), ROWS)
def test_a_limit_is_what_the_page_says(name: str, value: str, place: str):
    if place.startswith("_core/"):
        limits = core_limits()
    else:
        module = place.removesuffix(".py").replace("/", ".")
        limits = vars(importlib.import_module(module))
    assert limits[name] == int(value)
