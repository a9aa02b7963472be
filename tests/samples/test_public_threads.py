"""Twins of reports in public threads: how many messages come out right, and how many verdicts."""

from pathlib import Path

import pytest
from checkout import ROOT
from public_threads import TWINS, Outcome, counts_text, outcome, table

DOCUMENT = ROOT / "docs" / "field-logs.md"


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    folder: Path = tmp_path_factory.mktemp("threads")
    return {twin.name: outcome(twin, folder) for twin in TWINS}


def test_the_counts_are_those_of_the_document(outcomes: dict[str, Outcome]) -> None:
    print(*table(outcomes), sep="\n")
    assert counts_text(outcomes) in " ".join(DOCUMENT.read_text().split())


def test_no_twin_is_there_twice_and_each_kind_is_there() -> None:
    assert len({twin.name for twin in TWINS}) == len(TWINS) >= 34
    assert len({twin.kind for twin in TWINS}) >= 12
    assert len({twin.way for twin in TWINS}) >= 18


def test_an_answer_that_is_not_the_maintainers_counts_as_wrong() -> None:
    twin = next(each for each in TWINS if each.exit_code == 1)
    right = Outcome(twin.messages, 1, f"x {twin.words} y")
    assert right.is_judged(twin)
    assert right.is_read(twin)
    assert not Outcome(twin.messages, 0, right.text).is_judged(twin)
    assert not Outcome(twin.messages, 1, "nothing stands out").is_judged(twin)
    assert not Outcome(twin.messages - 1, 1, right.text).is_read(twin)
    assert not Outcome(twin.messages + 1, 1, right.text).is_read(twin)
