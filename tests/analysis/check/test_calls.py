"""Calls: where the rules of the packet connection hold."""

import pytest
from rule_sessions import keeps, passes_over

KEPT = (
    (
        "voice.data-suspend",
        (
            "query DEVICE_CAPS = WwanVoiceClass=separatevoicedata\n"
            "set CONNECT =\n"
            "event LINK_STATE\n"
            "event LINK_STATE MediaConnectState=disconnected\n"
            "event CONTEXT_STATE VoiceCallState=inprogress\n"
            "wait 20\n"
            "event CONTEXT_STATE VoiceCallState=hangup\n"
            "event LINK_STATE\n"
            "wait 20"
        ),
    ),
    (
        "voice.simultaneous",
        (
            "query DEVICE_CAPS = WwanVoiceClass=simultaneousvoicedata\n"
            "set CONNECT =\n"
            "event LINK_STATE\n"
            "event CONTEXT_STATE VoiceCallState=inprogress\n"
            "wait 20"
        ),
    ),
)
NOT_MEANT = (
    (
        "voice.simultaneous",
        (
            "query DEVICE_CAPS =\n"
            "set CONNECT =\n"
            "event LINK_STATE\n"
            "event CONTEXT_STATE VoiceCallState=inprogress\n"
            "event LINK_STATE MediaConnectState=disconnected"
        ),
    ),
)


@pytest.mark.parametrize(("rule_id", "text"), KEPT)
def test_a_sound_session_keeps_the_rule(rule_id: str, text: str) -> None:
    keeps(rule_id, text)


@pytest.mark.parametrize(("rule_id", "text"), NOT_MEANT)
def test_what_the_rule_is_not_about_is_passed_over(rule_id: str, text: str) -> None:
    passes_over(rule_id, text)
