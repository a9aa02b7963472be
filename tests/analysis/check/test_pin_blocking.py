"""PINs without attempts: where their rules hold, and where they cannot be decided."""

from rule_sessions import sound_sessions

KEPT = (
    (
        "pin.blocked-puk",
        (
            "set PIN_EX PinType=pin1 Pin=0000 = uStatus=failure PinType=puk1 PinState=enter "
            "AttemptsRemaining=10"
        ),
    ),
    (
        "pin.block-locks-device",
        (
            "event READY_INFO\n"
            "set PIN_EX PinType=pin1 PinOperation=disable Pin=0000 = uStatus=failure "
            "PinType=puk1 PinState=enter AttemptsRemaining=10\n"
            "event READY_INFO ReadyState=devicelocked\n"
            "wait 20"
        ),
    ),
)


test_a_sound_session_keeps_the_rule = sound_sessions(KEPT)
