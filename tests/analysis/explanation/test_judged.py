"""Faults, then differences: which layer speaks, in which words, where."""

import pytest
from checkout import ROOT
from explained_sessions import ATTACHED, CONNECTED, OPENED, READY, session_bytes, session_log

from wwanreplay.analysis.explanation import explain_files
from wwanreplay.analysis.explanation.judged import judged
from wwanreplay.analysis.explanation.reading import read_story

UNANSWERED = "> query PIN\n"
GOES_ON = "@ 200\n> query RADIO_STATE\n< RADIO_STATE HwRadioState=1 SwRadioState=1\n"


@pytest.fixture
def judge(tmp_path):
    def judge(text):
        path = tmp_path / "bug.log"
        path.write_text(session_log(text))
        (found,) = explain_files([str(path)])
        return found.judged

    return judge


def test_a_session_in_which_all_went_well_has_no_fault(judge):
    found = judge(CONNECTED)
    assert (found.faults, found.warnings, found.unjudged) == ([], [], [])


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        (
            "> open 4096\n< opened status=2\n",
            "OPEN_DONE of transaction 1 has MBIM_STATUS_FAILURE",
            6,
        ),
        ("> open 4096\n< error 8\n", "OPEN of transaction 1 (line 1) is answered by", 6),
        (OPENED + UNANSWERED + "< error 6\n" + GOES_ON, "FUNCTION_ERROR UNKNOWN", 16),
    ],
)
def test_what_the_wire_shows_is_a_fault_at_its_line(judge, text, words, line):
    (fault,) = judge(text).faults
    assert fault.layer == "on the wire"
    assert words in fault.text
    assert "record" not in fault.text
    assert [place.text for place in fault.places] == [f"line {line}"]


def test_a_refused_command_is_no_fault(judge):
    text = "> set CONNECT ActivationCommand=1\n< CONNECT status=2 ActivationState=3 NwError=27\n"
    assert judge(ATTACHED + text).faults == []


def test_a_difference_from_the_model_has_the_names_of_the_log_and_its_fields(judge):
    found = judge(ATTACHED.replace("CurrentCellularClass=1", ""))
    assert found.faults == []
    (note,) = found.notes
    assert (note.layer, note.transaction) == ("against the model", 4)
    assert note.text == "the answer to query REGISTER_STATE is another one than the model's"
    assert [place.text for place in note.places] == ["line 36"]
    assert note.fields == [
        "RegistrationState.CurrentCellularClass: WwanCellularClassUnknown in the log,"
        " WwanCellularClassGsm by the model"
    ]


def test_a_request_that_is_never_answered_is_a_fault_at_its_line(judge):
    faults = judge(OPENED + UNANSWERED + GOES_ON).faults
    assert [fault.layer for fault in faults] == ["on the wire"]


def test_a_broken_trace_of_our_own_is_at_fault_in_the_exact_comparison():
    path = str(ROOT / "logs" / "mbimcli-fault-late.wwtrace.xz")
    (found,) = explain_files([path])
    assert {fault.layer for fault in found.judged.faults} == {"in the exact comparison"}
    assert found.exit_code == 1


def test_a_trace_without_a_profile_is_judged_all_the_same(tmp_path):
    path = tmp_path / "a.wwtrace"
    path.write_bytes(session_bytes("> open 4096\n< error 8\n"))
    found = judged(str(path), read_story(str(path)))
    assert [fault.places[0].text for fault in found.faults] == ["line 2"]


def test_a_status_has_its_name_in_the_log_and_not_the_one_it_was_mapped_to(judge):
    found = judge(OPENED + "> set RADIO_STATE RadioState=1\n< RADIO_STATE status=28\n")
    (warning,) = found.warnings
    assert "the status is OPERATION_NOT_ALLOWED (28)" in warning.text
    assert "SMS" not in warning.text


def test_a_text_without_letters_is_called_empty(judge):
    event = "< error 5\n> open 4096\n< opened\n> query SUBSCRIBER_READY_STATUS\n"
    text = READY + "> query RADIO_STATE\n" + event + "< SUBSCRIBER_READY_STATUS ReadyState=0\n"
    fields = [line for note in judge(text).notes for line in note.fields]
    assert "ReadyInfo.SimIccId: empty in the log, *** (19 characters) by the model" in fields


@pytest.mark.parametrize(("rssi", "count"), [(99, 0), (0, 0), (18, 1)])
def test_a_search_without_a_signal_is_no_fault_of_the_modem(judge, rssi, count):
    asked = f"> query SIGNAL_STATE\n< SIGNAL_STATE Rssi={rssi} ErrorRate=99\n"
    searching = "> query REGISTER_STATE\n< REGISTER_STATE RegisterState=2 CurrentCellularClass=1\n"
    text = READY + searching + asked + "@ 400\n" + searching + asked
    faults = [each for each in judge(text).faults if each.rule == "register.searching-is-transient"]
    assert len(faults) == count
