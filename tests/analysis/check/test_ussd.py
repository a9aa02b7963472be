"""USSD and authentication: where their rules hold, and where they cannot be decided."""

from rule_sessions import open_sessions, other_sessions, sound_sessions

KEPT = (
    (
        "ussd.session-state",
        (
            "event USSD EventType=terminated\n"
            "event USSD EventType=actionrequired SessionState=new StringLength=3"
        ),
    ),
    (
        "ussd.cancel-both",
        (
            "set USSD RequestType=initiate StringLength=3 ~\n"
            "set USSD RequestType=cancel = EventType=terminated\n"
            "ends USSD id=0x101 EventType=terminated\n"
            "wait 20"
        ),
    ),
    (
        "ussd.initiate-existing",
        (
            "event USSD EventType=actionrequired SessionState=new StringLength=3\n"
            "set USSD RequestType=initiate StringLength=3 = uStatus=failure "
            "EventType=otherlocalclient"
        ),
    ),
    (
        "auth.error-codes",
        ("query AUTH_CHALLENGE AuthMethod=aka = uStatus=auth_sync_failure AuthMethod=aka"),
    ),
)
OPEN = (
    (
        "ussd.caps",
        "set USSD RequestType=cancel = EventType=terminated",
        True,
    ),
    (
        "ussd.session-state",
        ("event USSD EventType=actionrequired SessionState=new StringLength=3"),
        True,
    ),
    (
        "auth.not-supported",
        "query AUTH_CHALLENGE AuthMethod=aka ~",
        True,
    ),
)
NOT_MEANT = (
    (
        "ussd.unsupported",
        (
            "query DEVICE_CAPS = WwanControlCaps=ussd\n"
            "set USSD RequestType=initiate StringLength=3 = uStatus=failure"
        ),
    ),
    (
        "ussd.timeout",
        ("event USSD EventType=actionrequired SessionState=new StringLength=3\nwait 100"),
    ),
)


test_a_sound_session_keeps_the_rule = sound_sessions(KEPT)
test_what_a_session_does_not_show_is_left_open = open_sessions(OPEN)
test_what_the_rule_is_not_about_is_passed_over = other_sessions(NOT_MEANT)
