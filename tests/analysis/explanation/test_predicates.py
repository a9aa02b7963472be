"""Borders of predicates that no row's pair of sessions stands on (those are in test_causes)."""

import pytest
from checkout import TRACES
from explained_causes import ADDRESS, LOADED, RADIO_ON, refused, reported
from explained_sessions import CONNECTED, NO_TIMES, OPENED, READY, session_bytes

from wwanreplay.analysis.explanation import predicates
from wwanreplay.analysis.explanation.joining import likely_causes
from wwanreplay.analysis.explanation.reading import read_story

ROAMING = reported(4, 0).removeprefix(READY)
CLOSE = "> close\n"


def evidence(name, text, clock=None, **parameters):
    story = read_story(session_bytes(text, clock))
    return [each.text for each in predicates.PREDICATES[name](story, **parameters)]


def test_an_error_that_answers_nothing_shows_that_a_session_was_open():
    found = evidence("error_of_modem", "< error 5\n", code=5, to="command")
    assert found == ["the modem sent NOT_OPENED (5) unasked"]
    asked = "> query PIN\n< error 5\n"
    assert evidence("error_of_modem", asked, code=5, to="command") == []


@pytest.mark.parametrize(("count", "found"), [(9, 0), (10, 1)])
def test_a_host_gives_up_after_ten(count, found):
    text = OPENED + f"# number of consecutive timeouts: {count}\n"
    assert len(evidence("given_up", text, in_a_row=10)) == found


def test_a_slow_answer_is_no_sleep():
    text = READY + "> query PIN\n@ 3600\n< PIN PinType=2\n"
    assert evidence("silence_then_trouble", text, minutes=2) == []


def test_a_gap_is_not_seen_without_times():
    text = READY + "@ 3600\n> query PIN\n< error 5\n"
    assert evidence("silence_then_trouble", text, minutes=2)
    assert evidence("silence_then_trouble", text, NO_TIMES, minutes=2) == []


def test_radio_set_on_that_succeeds_and_stays_off_is_refused_too():
    def answer(hardware, software):
        return (
            OPENED
            + "> set RADIO_STATE RadioState=1\n"
            + f"< RADIO_STATE HwRadioState={hardware} SwRadioState={software}\n"
        )

    assert evidence("radio_refused", answer(1, 0))
    assert evidence("radio_refused", answer(1, 1)) == []
    assert evidence("radio_refused", answer(0, 0)) == []  # a switch, not a lock


@pytest.mark.parametrize(
    ("text", "marks", "row"),
    [
        # The modem leaves, but not just behind its load: a query or a long time is between.
        (READY + "> query RADIO_STATE\n# hangup of the port\n", (), "supply"),
        (READY + LOADED.replace("# ", "@ 60\n# "), (), "supply"),
        (READY + LOADED.replace("hangup of the port", "disconnecting"), (), "supply"),
        # Roaming and connected, asked for alone, or the last that the log has.
        (READY + RADIO_ON + ROAMING + refused("ActivationState=1") + CLOSE, (), "roaming-refused"),
        (READY + ROAMING + CLOSE, (), "roaming-refused"),
        (READY + RADIO_ON + ROAMING, (), "roaming-refused"),
        # A small MTU alone, and the usual one.
        (CONNECTED + ADDRESS.replace("1500", "1358"), (), "mtu"),
        (CONNECTED + ADDRESS, ("interface mtu 1500",), "mtu"),
    ],
)
def test_what_is_usual_is_no_evidence(text, marks, row):
    story = read_story(session_bytes(text), frozenset(marks))
    assert row not in {each.cause.id for each in likely_causes(story)}


def test_a_scripted_removal_is_no_evidence_of_a_weak_supply():
    story = read_story(str(TRACES / "power.wwtrace"))
    assert any(step.text == "surprise_removal" for step in story.steps)
    assert "supply" not in {each.cause.id for each in likely_causes(story)}


OTHERS = "< other RADIO_STATE tid={} HwRadioState=1 SwRadioState=1\n"


def test_answers_in_place_of_all_own_ones_are_of_another_client():
    asked = "> query RADIO_STATE\n"
    text = OPENED + "".join(asked + OTHERS.format(tid) + "@ 10\n" for tid in (81, 82, 83))
    assert evidence("answers_of_others", text, at_least=2)
    assert evidence("answers_of_others", OPENED + asked + OTHERS.format(81), at_least=2) == []


def test_what_comes_behind_a_second_command_or_late_is_not_right_after_open():
    asked = "> query RADIO_STATE\n"
    stale = OPENED + OTHERS.format(81)
    assert len(evidence("answers_of_before", stale)) == 1
    assert len(evidence("answers_of_before", stale + asked * 2 + OTHERS.format(82))) == 1
    assert evidence("answers_of_before", OPENED + "@ 10\n" + OTHERS.format(81)) == []


def test_an_answer_to_a_command_in_front_of_a_new_open_is_of_the_session_before():
    text = OPENED + "> query RADIO_STATE\n> open 4096\n< RADIO_STATE HwRadioState=1\n"
    assert len(evidence("answers_of_before", text)) == 1
