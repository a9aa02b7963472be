"""The tests that docs/testing.md shows are run as tests."""

import re

import pytest
from checkout import DOCS, ROOT

from wwanreplay import strategies
from wwanreplay.analysis.check.registry import rules
from wwanreplay.pytest_plugin import MARKERS

pytest_plugins = ["pytester"]
rules()  # each predicate: pytester would have some imported twice
PAGE = (DOCS / "testing.md").read_text("utf-8")
TESTS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.M | re.S)


@pytest.mark.parametrize("number", range(len(TESTS)))
def test_the_tests_of_the_page_pass(number, pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    count = TESTS[number].count("\ndef test_")
    assert count
    pytester.makepyfile(TESTS[number])
    pytester.runpytest_inprocess("--strict-markers", "-p", "no:cacheprovider").assert_outcomes(
        passed=count
    )


def test_the_page_names_every_marker_and_strategy():
    assert [line for line in MARKERS if f"`{line.partition(':')[0]}`" not in PAGE] == []
    public = {"requests", "stimuli", "waits", "steps", "sessions", "recorded"}
    assert {name for name in public if f"`{name}(" not in PAGE and f".{name}(" not in PAGE} == set()
    assert public <= set(vars(strategies))
