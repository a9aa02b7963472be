"""The radio: where its rules hold, and where they cannot be decided."""

import pytest
from rule_sessions import keeps, leaves_open, passes_over

KEPT = (
    (
        "radio.both-states",
        (
            "event RADIO_STATE\n"
            "query RADIO_STATE = HwRadioState=off\n"
            "event RADIO_STATE HwRadioState=off\n"
            "wait 20"
        ),
    ),
    (
        "radio.sw-persists",
        (
            "set RADIO_STATE RadioAction=off = SwRadioState=off\n"
            "lifecycle halt\n"
            "lifecycle initialize\n"
            "query RADIO_STATE = SwRadioState=off"
        ),
    ),
    (
        "radio.off-implies",
        (
            "event RADIO_STATE\n"
            "event REGISTER_STATE\n"
            "event RADIO_STATE HwRadioState=off\n"
            "event REGISTER_STATE RegisterState=deregistered ProviderId=\n"
            "wait 20"
        ),
    ),
    (
        "radio.set-cached-hw-off",
        (
            "event RADIO_STATE HwRadioState=off SwRadioState=off\n"
            "set RADIO_STATE RadioAction=on = HwRadioState=off\n"
            "event RADIO_STATE"
        ),
    ),
)
OPEN = (
    (
        "radio.no-switch-hw-on",
        "event RADIO_STATE HwRadioState=off",
        True,
    ),
    (
        "radio.hw-not-settable",
        ("event RADIO_STATE HwRadioState=off\nset RADIO_STATE RadioAction=on ="),
        False,
    ),
)
NOT_MEANT = (
    (
        "radio.off-implies",
        ("event RADIO_STATE\nevent REGISTER_STATE\nevent RADIO_STATE HwRadioState=off\nwait 2"),
    ),
    (
        "radio.sw-persists",
        (
            "event RADIO_STATE\n"
            "lifecycle halt\n"
            "lifecycle initialize\n"
            "set RADIO_STATE RadioAction=off = SwRadioState=off"
        ),
    ),
)


@pytest.mark.parametrize(("rule_id", "text"), KEPT)
def test_a_sound_session_keeps_the_rule(rule_id: str, text: str) -> None:
    keeps(rule_id, text)


@pytest.mark.parametrize(("rule_id", "text", "is_whole"), OPEN)
def test_what_a_session_does_not_show_is_left_open(rule_id: str, text: str, is_whole: bool) -> None:
    leaves_open(rule_id, text, is_whole=is_whole)


@pytest.mark.parametrize(("rule_id", "text"), NOT_MEANT)
def test_what_the_rule_is_not_about_is_passed_over(rule_id: str, text: str) -> None:
    passes_over(rule_id, text)
