"""The signal: where its rules hold, and where they cannot be decided."""

from rule_sessions import open_sessions, other_sessions, sound_sessions

KEPT = (
    (
        "signal.default-threshold",
        "event SIGNAL_STATE\nwait 6\nevent SIGNAL_STATE Rssi=10",
    ),
    (
        "signal.set-returns-current",
        (
            "set SIGNAL_STATE RssiInterval=10 RssiThreshold=0xffffffff = RssiInterval=10 "
            "RssiThreshold=5"
        ),
    ),
    (
        "signal.rssi-range",
        ("event SIGNAL_STATE Rssi=31 ErrorRate=7\nevent SIGNAL_STATE Rssi=99 ErrorRate=99"),
    ),
    (
        "signal.query-unknown",
        ("event RADIO_STATE SwRadioState=off\nquery SIGNAL_STATE = Rssi=99"),
    ),
    (
        "signal.event-rate",
        (
            "event REGISTER_STATE\n"
            "set SIGNAL_STATE RssiInterval=150 RssiThreshold=1 = RssiInterval=150 RssiThreshold=1\n"
            "wait 150\n"
            "event SIGNAL_STATE Rssi=3\n"
            "wait 200"
        ),
    ),
)
OPEN = (
    (
        "signal.default-threshold",
        "event SIGNAL_STATE\nwait 2\nevent SIGNAL_STATE Rssi=10",
        False,
    ),
    (
        "signal.event-rate",
        (
            "event REGISTER_STATE\n"
            "set SIGNAL_STATE RssiInterval=60 RssiThreshold=1 = RssiInterval=60 RssiThreshold=1\n"
            "wait 301"
        ),
        True,
    ),
    (
        "signal.no-events-unregistered",
        ("event REGISTER_STATE RegisterState=deregistered ProviderId=\nevent SIGNAL_STATE"),
        True,
    ),
)
NOT_MEANT = (
    (
        "signal.no-events-radio-off",
        ("event RADIO_STATE SwRadioState=off\nevent SIGNAL_STATE Rssi=99"),
    ),
    (
        "signal.support-indications",
        ("query SIGNAL_STATE = Rssi=20\nwait 301\nquery SIGNAL_STATE = Rssi=18"),
    ),
)


test_a_sound_session_keeps_the_rule = sound_sessions(KEPT)
test_what_a_session_does_not_show_is_left_open = open_sessions(OPEN)
test_what_the_rule_is_not_about_is_passed_over = other_sessions(NOT_MEANT)
