"""Which causes are named, and in which order."""

from explained_sessions import ATTACHED, OPENED, session_bytes

from wwanreplay.analysis.explanation.causes import Confidence, Subject
from wwanreplay.analysis.explanation.joining import CONFIDENCE_WORDS, likely_causes
from wwanreplay.analysis.explanation.reading import read_story

REFUSED = """
> set CONNECT ActivationCommand=1
< CONNECT status=2 ActivationState=3 NwError=33
"""
OPTIONAL = "> query MS_LTE_ATTACH_STATUS\n< MS_LTE_ATTACH_STATUS status=9\n"


def names(text):
    return [each.cause.id for each in likely_causes(read_story(session_bytes(text)))]


def test_transport_goes_before_content_and_what_is_harmless_last():
    text = OPTIONAL + ATTACHED + REFUSED + "> query PIN\n< error 5\n"
    assert names(text) == ["closed-by-modem", "not-subscribed", "optional"]


def test_within_a_subject_the_first_evidence_goes_first():
    second = REFUSED.replace("33", "27")
    assert names(ATTACHED + REFUSED + second) == ["not-subscribed", "apn"]
    assert names(ATTACHED + second + REFUSED) == ["apn", "not-subscribed"]


def test_a_row_that_another_one_says_better_is_passed_over():
    locked = "> set RADIO_STATE RadioState=1\n< RADIO_STATE status=28 HwRadioState=1\n"
    absent = "! SUBSCRIBER_READY_STATUS ReadyState=2\n"
    assert names(OPENED + absent) == ["sim-absent"]
    assert names(OPENED + absent + locked) == ["sim-hidden", "radio-locked"]


def test_every_confidence_and_subject_has_its_words():
    assert set(CONFIDENCE_WORDS) == set(Confidence)
    assert CONFIDENCE_WORDS[Confidence.DOCUMENTED].startswith("may")
    assert CONFIDENCE_WORDS[Confidence.SEVERAL] == "most often"
    assert next(iter(Subject)) is Subject.TRANSPORT
