"""Every row of causes fires on a session that shows it, and not on one that nearly does."""

import pytest
from explained_causes import CASES, refused, reported
from explained_sessions import ATTACHED, CONNECTED, session_bytes

from wwanreplay.analysis.explanation.causes import BY_ID, CAUSES
from wwanreplay.analysis.explanation.joining import likely_causes
from wwanreplay.analysis.explanation.marks import NAMES
from wwanreplay.analysis.explanation.network_predicates import ALL_PREDICATES
from wwanreplay.analysis.explanation.observations import observations
from wwanreplay.analysis.explanation.reading import read_story
from wwanreplay.protocol.network_causes import MOBILITY, SESSION


def found(text, marks=frozenset()):
    return {each.cause.id: each for each in likely_causes(read_story(session_bytes(text), marks))}


def test_every_row_has_both_sessions_and_no_session_is_of_another_row():
    assert list(CASES) == [row.id for row in CAUSES]
    assert len(BY_ID) == len(CAUSES) >= 45


@pytest.mark.parametrize("name", BY_ID)
def test_a_row_fires_on_the_session_that_shows_it_with_its_places(name):
    case = CASES[name]
    causes = found(case.shows, case.marks)
    assert name in causes
    assert all(each.text and each.step.place.unit == "line" for each in causes[name].evidence)


@pytest.mark.parametrize("name", BY_ID)
def test_a_row_is_silent_on_the_session_that_nearly_shows_it(name):
    case = CASES[name]
    assert name not in found(case.nearly, case.nearly_marks)


@pytest.mark.parametrize("text", [ATTACHED, CONNECTED])
def test_a_session_in_which_all_went_well_has_no_cause(text):
    assert found(text) == {}


def test_rows_name_predicates_and_rows_and_marks_that_there_are():
    for row in CAUSES:
        assert row.when.predicate in ALL_PREDICATES
        assert set(row.unless) <= set(BY_ID)
        mark = dict(row.when.parameters).get("mark")
        assert mark is None or mark in NAMES
    assert {row.when.predicate for row in CAUSES} == set(ALL_PREDICATES)


def test_every_row_says_how_to_confirm_what_helped_and_where_it_is_known_from():
    for row in CAUSES:
        texts = (row.cause, row.confirm, row.helped, row.source)
        assert all(text and not text.endswith(".") for text in texts), row.id


#: What a host cannot do anything about, or that ends nothing: named in words and no more.
WORDS_ALONE = {
    "denied": {18, 28, 31, 38, 43, 62, 65, 71, 90, 91, 92, *range(95, 102), 111},
    "connect_refused": {36, 39},
}


@pytest.mark.parametrize(
    ("predicate", "rows", "shown"),
    [
        ("denied", MOBILITY, lambda number: reported(6, number)),
        (
            "connect_refused",
            SESSION,
            lambda number: ATTACHED + refused(f"status=2 ActivationState=3 NwError={number}"),
        ),
    ],
    ids=["registration", "context"],
)
def test_every_cause_of_the_network_is_put_in_words_and_has_a_likely_cause(predicate, rows, shown):
    without = set()
    for row in rows:
        text = shown(row.number)
        story = read_story(session_bytes(text))
        words = f"network cause {row.number}, "
        assert any(words in each.text for each in observations(story)), row.number
        if not found(text):
            without.add(row.number)
    assert without == WORDS_ALONE[predicate]
