"""Numbers as words, and what stays masked."""

import pytest
from explained_sessions import ATTACHED, CONNECTED, session_bytes

from wwanreplay.analysis.explanation import words
from wwanreplay.analysis.explanation.reading import read_story
from wwanreplay.analysis.explanation.steps import StepKind
from wwanreplay.mbim.rows.framing import STATUS_CODES
from wwanreplay.mbim.rows.meanings import MEANINGS


def test_statuses_have_names_and_meanings():
    assert words.status_text(2) == "FAILURE (2)"
    assert words.status_text(0xC00000BB) == "NDIS_STATUS_NOT_SUPPORTED"
    assert words.status_meaning(20) == "the radio is off"
    assert words.status_meaning(77) == ""
    assert set(MEANINGS) <= set(STATUS_CODES)


def test_errors_have_names_and_meanings():
    assert words.error_text(8) == "MAX_TRANSFER (8)"
    assert words.error_text(99) == "error 99"
    assert "opened" in words.error_meaning(5)


@pytest.mark.parametrize(("number", "name"), [(2, "PIN1"), (6, "network PIN"), (99, "PIN type 99")])
def test_kinds_of_pin_have_names(number, name):
    assert words.pin_name(number) == name


def failed(technology):
    text = ATTACHED.replace(
        "HighestAvailableDataClass=32", f"HighestAvailableDataClass={technology}"
    )
    text += "> set CONNECT ActivationCommand=1\n< CONNECT status=2 ActivationState=3 NwError=27\n"
    story = read_story(session_bytes(text))
    return story, next(story.failed(name="CONNECT"))


@pytest.mark.parametrize(("data_class", "text"), [(32, "unknown APN"), (64, "unknown DNN")])
def test_a_network_cause_is_worded_for_the_technology_in_use(data_class, text):
    story, step = failed(data_class)
    assert words.network_text(story, step).endswith(text)
    assert words.failure_text(story, step).endswith("context 0 is not active")


def test_a_member_that_the_tables_call_personal_is_masked_and_another_is_not():
    story = read_story(session_bytes(CONNECTED))
    request = next(story.of(StepKind.COMMAND, name="CONNECT"))
    assert words.masked(request, "AccessString") == "*** (16 characters)"
    assert words.masked(request, "IpType") == "1"
    assert words.masked(request, "Absent") == ""


def test_titles_name_operation_command_and_transaction():
    story = read_story(session_bytes(CONNECTED))
    titles = [words.title(step) for step in story.steps]
    assert titles[0] == "OPEN (transaction 1) with MaxControlTransfer 4096"
    assert titles[-1] == titles[-2] == "set CONNECT (transaction 6)"
