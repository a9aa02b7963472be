"""Readiness: where its rules hold, and where they cannot be decided."""

from rule_sessions import open_sessions, other_sessions, sound_sessions

KEPT = (
    (
        "ready.notify-change",
        "event READY_INFO\nevent READY_INFO ReadyState=failure",
    ),
    (
        "ready.notify-change",
        (
            "event READY_INFO\n"
            "query READY_INFO = ReadyState=failure\n"
            "event READY_INFO ReadyState=failure\n"
            "wait 20"
        ),
    ),
    (
        "ready.remain-locked",
        (
            "event READY_INFO ReadyState=devicelocked\n"
            "set PIN_EX PinType=pin1 Pin=1234 =\n"
            "event READY_INFO"
        ),
    ),
    (
        "ready.initialized-after-unlock",
        (
            "event READY_INFO ReadyState=devicelocked\n"
            "set PIN_EX PinType=pin1 Pin=1234 ~\n"
            "event READY_INFO\n"
            "ends PIN_EX\n"
            "wait 20"
        ),
    ),
    (
        "ready.bad-sim",
        ("event READY_INFO ReadyState=badsim\nstimulus sim State=inserted\nevent READY_INFO"),
    ),
    (
        "ready.bad-sim",
        ("event READY_INFO ReadyState=badsim\nevent READY_INFO SimIccId=8949000000000000099"),
    ),
    (
        "ready.init-stops-on-error",
        ("event READY_INFO ReadyState=devicelocked\nevent READY_INFO\nevent PACKET_SERVICE"),
    ),
    (
        "ready.tn-element",
        "event READY_INFO Elements=491700000001",
    ),
    (
        "ready.hot-insert",
        (
            "event READY_INFO ReadyState=simnotinserted\n"
            "stimulus sim State=inserted\n"
            "event READY_INFO\n"
            "wait 20"
        ),
    ),
)
OPEN = (
    (
        "ready.remain-locked",
        ("event READY_INFO ReadyState=devicelocked\nwait 5\nevent READY_INFO"),
        False,
    ),
    (
        "ready.initial-off",
        "query READY_INFO =",
        False,
    ),
    (
        "ready.iccid",
        "event READY_INFO SimIccId=",
        True,
    ),
)
NOT_MEANT = (
    (
        # A query shows what a set that is under way does.
        "ready.emergency-continue-register",
        (
            "event READY_INFO EmergencyMode=on\n"
            "event REGISTER_STATE\n"
            "set REGISTER_STATE id=1 RegisterAction=manual ProviderId=26299 ~\n"
            "query REGISTER_STATE = RegisterState=searching ProviderId=26299 ProviderName=\n"
            "ends REGISTER_STATE id=1 uStatus=invalid_parameters RegisterState=deregistered\n"
            "wait 20"
        ),
    ),
    (
        "ready.never-fails",
        "lifecycle halt\nquery READY_INFO ! ADAPTER_NOT_READY",
    ),
    (
        "ready.hot-insert",
        ("event READY_INFO ReadyState=simnotinserted\nstimulus sim State=inserted\nwait 2"),
    ),
    (
        # A query ends while power goes; the SIM comes in when it is gone.
        "ready.hot-insert",
        (
            "query READY_INFO ~\n"
            "set OID_PNP_SET_POWER raw=04000000 ! SUCCESS\n"
            "ends READY_INFO ReadyState=simnotinserted\n"
            "stimulus sim State=inserted\n"
            "wait 20"
        ),
    ),
    (
        "ready.cdma-msgsize-gsm",
        "event READY_INFO CdmaShortMsgSize=160",
    ),
)


test_a_sound_session_keeps_the_rule = sound_sessions(KEPT)
test_what_a_session_does_not_show_is_left_open = open_sessions(OPEN)
test_what_the_rule_is_not_about_is_passed_over = other_sessions(NOT_MEANT)
