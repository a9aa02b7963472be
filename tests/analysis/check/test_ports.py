"""Further ports: where their rules hold, and where they cannot be decided."""

from rule_sessions import open_sessions, other_sessions, sound_sessions

KEPT = (
    (
        "mac.delete-pending",
        ("set DELETE_MAC uNdisPortNumber=1 ! PENDING\ndone DELETE_MAC SUCCESS"),
    ),
    (
        "mac.delete-default",
        "set DELETE_MAC uNdisPortNumber=0 ! INVALID_PORT",
    ),
    (
        "multi.set-serialized",
        (
            "set RADIO_STATE port=0 RadioAction=off ~\n"
            "set RADIO_STATE port=1 RadioAction=on ~\n"
            "ends RADIO_STATE id=0x101 port=0 SwRadioState=off\n"
            "ends RADIO_STATE"
        ),
    ),
    (
        "multi.same-state",
        "query RADIO_STATE port=0 =\nquery RADIO_STATE port=1 =",
    ),
    (
        "mpdp.delete",
        (
            "set MPDP Operation=deletechildinterface "
            "ChildInterfaceGUID=00000000-0000-0000-0000-000000000001 = "
            "Operation=deletechildinterface\n"
            "query MPDP ="
        ),
    ),
)
OPEN = (
    (
        "ipaddr.after-activation",
        "set CONNECT port=1 = port=1\nwait 20",
        True,
    ),
)
NOT_MEANT = (
    (
        "ipaddr.after-activation",
        "set CONNECT =\nwait 20",
    ),
    (
        "multi.same-state",
        (
            "query RADIO_STATE port=0 =\n"
            "event RADIO_STATE SwRadioState=off\n"
            "query RADIO_STATE port=1 = SwRadioState=off"
        ),
    ),
)


test_a_sound_session_keeps_the_rule = sound_sessions(KEPT)
test_what_a_session_does_not_show_is_left_open = open_sessions(OPEN)
test_what_the_rule_is_not_about_is_passed_over = other_sessions(NOT_MEANT)
