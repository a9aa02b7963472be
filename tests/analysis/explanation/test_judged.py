"""Faults, then differences: which layer speaks."""

import pytest
from explained_sessions import ATTACHED, CONNECTED, OPENED, session_bytes

from wwanreplay.analysis.explanation.judged import Layer, judged
from wwanreplay.analysis.explanation.reading import read_story


@pytest.fixture
def judge(tmp_path):
    def judge(text):
        path = tmp_path / "a.wwtrace"
        path.write_bytes(session_bytes(text))
        return judged(str(path), read_story(str(path)))

    return judge


def test_a_session_in_which_all_went_well_has_no_fault(judge):
    found = judge(CONNECTED)
    assert (found.faults, found.warnings) == ([], [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("> open 4096\n< opened status=2\n", "OPEN failed with FAILURE (2)"),
        ("> open 4096\n< error 8\n", "the error MAX_TRANSFER (8) to OPEN"),
        (OPENED + "> query PIN\n> query RADIO_STATE\n< RADIO_STATE HwRadioState=1\n", "query PIN"),
    ],
)
def test_what_the_wire_shows_is_a_fault_at_its_line(judge, text, words):
    faults = judge(text).faults
    assert [fault.layer for fault in faults] == [Layer.WIRE]
    assert words in faults[0].text
    assert faults[0].places[0].unit == "line"


def test_a_refused_command_is_no_fault(judge):
    text = "> set CONNECT ActivationCommand=1\n< CONNECT status=2 ActivationState=3 NwError=27\n"
    assert judge(ATTACHED + text).faults == []


def test_identical_faults_are_counted_once(judge):
    query = "> query PIN\n"
    faults = judge(OPENED + query * 4 + "> query RADIO_STATE\n< RADIO_STATE\n").faults
    assert [(fault.count, len(fault.places)) for fault in faults] == [(4, 4)]
