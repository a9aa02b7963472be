"""A trace becomes steps: of its messages, or of its events where there are none."""

import pytest
from explained_sessions import CONNECTED, NO_TIMES, OPENED, READY, session_bytes
from replay_samples import new_session

from wwanreplay.analysis.explanation import reading as module
from wwanreplay.analysis.explanation.reading import read_story
from wwanreplay.analysis.explanation.steps import StepKind
from wwanreplay.errors import TraceError


def kinds(story):
    return [str(step.kind) for step in story.steps]


def test_answers_lead_to_their_requests_and_bear_their_operation():
    story = read_story(session_bytes(CONNECTED))
    answer = next(story.of(StepKind.ANSWER, name="CONNECT"))
    assert (answer.operation, answer.value, answer.values["ActivationState"]) == ("set", 0, 1)
    assert answer.request.answer is answer
    assert answer.request.values["AccessString"] == "internet.example"
    assert story.messages == len(story.steps)


def test_of_a_long_session_it_is_stated_that_only_its_beginning_is_read(monkeypatch):
    whole = read_story(session_bytes(CONNECTED))
    assert whole.cut == ""
    monkeypatch.setattr(module, "STEPS_MAX", 5)
    story = read_story(session_bytes(CONNECTED))
    assert kinds(story) == kinds(whole)[:5]
    assert story.cut == "what follows its first 5 is not read"


def test_a_place_is_the_line_of_the_log():
    story = read_story(session_bytes(OPENED))
    assert [step.place.text for step in story.steps] == ["line 1", "line 2"]
    assert (story.has_wire, story.has_times) == (True, True)
    assert not read_story(session_bytes(OPENED, NO_TIMES)).has_times


def test_function_error_leads_to_the_message_that_it_is_about():
    story = read_story(session_bytes("> open 4096\n< error 8\n"))
    assert kinds(story) == ["open", "function error"]
    assert (story.steps[1].request, story.steps[1].value) == (story.steps[0], 8)


def test_a_trace_of_events_gives_the_same_steps_as_one_of_messages():
    with new_session("lte-home") as session:
        session.run("10s")
        session.query("OID_WWAN_RADIO_STATE")
        session.query("OID_WWAN_READY_INFO")
        session.until_idle()
        story = read_story(session.trace())
    assert not story.has_wire
    radio = story.last("RADIO_STATE", "HwRadioState")
    assert (radio.kind, radio.operation, radio.value) == (StepKind.ANSWER, "query", 0)
    assert (radio.values["HwRadioState"], radio.values["SwRadioState"]) == (1, 1)
    assert story.last("SUBSCRIBER_READY_STATUS", "ReadyState").values["ReadyState"] == 1
    assert radio.place.text.startswith("record ")


def test_a_request_that_ndis_refuses_has_its_ndis_status():
    with new_session("lte-home") as session:
        session.set("OID_WWAN_DEVICE_CAPS")
        session.until_idle()
        story = read_story(session.trace())
    failed = list(story.failed(name="DEVICE_CAPS"))
    assert [step.value for step in failed] == [0xC00000BB]


def test_reports_are_looked_up_by_member_and_place():
    story = read_story(session_bytes(READY + "! RADIO_STATE HwRadioState=1 SwRadioState=0\n"))
    found = list(story.reports("RADIO_STATE", "SwRadioState"))
    assert [step.values["SwRadioState"] for step in found] == [1, 0]
    assert story.before(found[1], "RADIO_STATE", "SwRadioState") is found[0]
    assert story.before(found[0], "RADIO_STATE", "SwRadioState") is None
    assert story.last("RADIO_STATE", "SwRadioState") is found[1]


def test_what_is_no_trace_is_refused():
    with pytest.raises(TraceError):
        read_story(b"no trace")
