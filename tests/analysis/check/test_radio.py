"""The radio: where its rules hold, and where they cannot be decided."""

from rule_sessions import open_sessions, other_sessions, sound_sessions

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


test_a_sound_session_keeps_the_rule = sound_sessions(KEPT)
test_what_a_session_does_not_show_is_left_open = open_sessions(OPEN)
test_what_the_rule_is_not_about_is_passed_over = other_sessions(NOT_MEANT)
