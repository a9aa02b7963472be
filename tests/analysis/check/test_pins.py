"""PINs: where their rules hold, and where they cannot be decided."""

from rule_sessions import open_sessions, other_sessions, sound_sessions

KEPT = (
    (
        "pin.retrial",
        (
            "set PIN_EX PinType=pin1 Pin=0000 = uStatus=failure PinType=pin1 PinState=enter "
            "AttemptsRemaining=2"
        ),
    ),
    (
        "pin.attempts-decrease",
        (
            "set PIN_EX PinType=pin1 Pin=0000 = uStatus=failure PinType=pin1 PinState=enter "
            "AttemptsRemaining=2\n"
            "set PIN_EX PinType=pin1 Pin=0001 = uStatus=failure PinType=pin1 PinState=enter "
            "AttemptsRemaining=1"
        ),
    ),
    (
        "pin.must-be-entered",
        (
            "query PIN_EX = PinType=pin1 PinState=enter AttemptsRemaining=3\n"
            "set PIN_EX PinType=pin1 PinOperation=change Pin=1234 NewPin=4321 = "
            "uStatus=pin_required PinType=pin1 PinState=enter AttemptsRemaining=3"
        ),
    ),
    (
        # What is to be entered is enabled already: enabling it needs no PIN.
        "pin.must-be-entered",
        (
            "query PIN_EX = PinType=pin1 PinState=enter AttemptsRemaining=3\n"
            "set PIN_EX PinType=pin1 PinOperation=enable Pin=1234 ="
        ),
    ),
    (
        "pin.enter-success",
        "set PIN_EX PinType=pin1 Pin=1234 =",
    ),
)

OPEN = (
    (
        "pin.which-oid",
        "query PIN_EX =",
        True,
    ),
    (
        "pin.change-while-disabled",
        (
            "query PIN_LIST = WwanPinDescPin1.PinMode=disabled\n"
            "set PIN_EX PinType=pin1 PinOperation=change Pin=1234 NewPin=4321 ="
        ),
        True,
    ),
    (
        "pin-ex2.empty-pin-is-query",
        ("set PIN_EX2 PinType=pin1 = PinType=pin1 PinState=enter AttemptsRemaining=2"),
        True,
    ),
)

NOT_MEANT = (
    (
        # The answer that failed names PUK1: PIN1 need not be entered any more.
        "pin.must-be-entered",
        (
            "query PIN_EX = PinType=pin1 PinState=enter AttemptsRemaining=1\n"
            "set PIN_EX PinType=pin1 Pin=0000 = uStatus=failure PinType=puk1 PinState=enter "
            "AttemptsRemaining=10\n"
            "set PIN_EX PinType=pin1 PinOperation=enable Pin=1234 = uStatus=pin_required "
            "PinType=puk1 PinState=enter AttemptsRemaining=10"
        ),
    ),
    (
        # Another SIM is locked like the one before, whose PIN was blocked: no ready state changes.
        "pin.query-current",
        (
            "query PIN_EX = PinType=puk1 PinState=enter AttemptsRemaining=10\n"
            "query PIN_EX ~\n"
            "stimulus sim State=locked\n"
            "ends PIN_EX PinType=pin1 PinState=enter AttemptsRemaining=3"
        ),
    ),
    (
        # The PIN was entered, and the ready state follows later.
        "pin.query-current",
        (
            "event READY_INFO ReadyState=devicelocked SubscriberId=\n"
            "set PIN_EX PinType=pin1 Pin=1234 = PinType=none PinState=none\n"
            "query PIN_EX = PinType=none PinState=none\n"
            "event READY_INFO"
        ),
    ),
    (
        # The lock is that of the network.
        "pin.query-current",
        (
            "event READY_INFO ReadyState=devicelocked SubscriberId=\n"
            "query PIN_EX = PinType=networkpin PinState=enter AttemptsRemaining=5"
        ),
    ),
    (
        # Another SIM, or the same locked, has the mode that its own PIN1 has.
        "pin.enable-disable-success",
        (
            "query PIN_LIST = WwanPinDescPin1.PinMode=disabled\n"
            "set PIN_EX PinType=pin1 PinOperation=enable Pin=0000 = uStatus=failure "
            "PinType=pin1 PinState=enter AttemptsRemaining=2\n"
            "stimulus sim State=locked\n"
            "query PIN_LIST = WwanPinDescPin1.PinMode=enabled"
        ),
    ),
    (
        # A PUK is not tried with a new PIN that no SIM takes.
        "pin.attempts-decrease",
        (
            "set PIN_EX PinType=puk1 Pin=00000000 NewPin=1234 = uStatus=failure PinType=puk1 "
            "PinState=enter AttemptsRemaining=9\n"
            "set PIN_EX PinType=puk1 Pin=00000000 NewPin=1 = uStatus=failure PinType=puk1 "
            "PinState=enter AttemptsRemaining=9"
        ),
    ),
    (
        # The SIM failed while the operation was under way.
        "pin.not-supported",
        (
            "query PIN_LIST =\n"
            "set PIN_EX PinType=pin1 Pin=1234 ~\n"
            "stimulus sim State=failure\n"
            "event READY_INFO ReadyState=failure\n"
            "ends PIN_EX uStatus=failure"
        ),
    ),
    (
        # An operation that was under way has changed the mode.
        "pin.change-while-disabled",
        (
            "query PIN_LIST = WwanPinDescPin1.PinMode=disabled\n"
            "set PIN_EX id=1 PinType=pin1 PinOperation=enable Pin=1234 ~\n"
            "set PIN_EX id=2 PinType=pin1 PinOperation=change ~\n"
            "ends PIN_EX id=1\n"
            "ends PIN_EX id=2 uStatus=failure PinType=pin1 PinState=enter AttemptsRemaining=3"
        ),
    ),
    (
        # Of other PINs than PIN1 a device need support the entering only.
        "pin.change-while-disabled",
        (
            "query PIN_LIST = WwanPinDescPin2.PinMode=disabled\n"
            "set PIN_EX PinType=pin2 PinOperation=change = uStatus=no_device_support"
        ),
    ),
    (
        # That enabling succeeded does not say that the PIN is entered.
        "pin.enter-not-expected",
        (
            "query PIN_LIST = WwanPinDescPin1.PinMode=enabled\n"
            "query PIN_EX = PinType=pin1 PinState=enter AttemptsRemaining=3\n"
            "set PIN_EX PinType=pin1 PinOperation=enable Pin=1234 =\n"
            "set PIN_EX PinType=pin1 Pin=0000 = uStatus=failure PinType=pin1 PinState=enter "
            "AttemptsRemaining=2"
        ),
    ),
    (
        "pin.must-be-entered",
        (
            "query PIN_EX = PinType=pin1 PinState=enter AttemptsRemaining=3\n"
            "set PIN_EX id=1 PinType=pin1 Pin=1234 ~\n"
            "set PIN_EX id=2 PinType=pin1 PinOperation=change Pin=1234 NewPin=4321 ~\n"
            "ends PIN_EX id=1\n"
            "ends PIN_EX id=2"
        ),
    ),
    (
        "pin.already-in-state",
        (
            "query PIN_LIST = WwanPinDescPin1.PinMode=enabled\n"
            "stimulus sim State=removed\n"
            "stimulus sim State=inserted\n"
            "set PIN_EX PinType=pin1 PinOperation=enable Pin=1234 = uStatus=failure"
        ),
    ),
    (
        "pin.not-supported",
        (
            "query PIN_LIST =\n"
            "event READY_INFO ReadyState=simnotinserted\n"
            "set PIN_EX PinType=pin1 Pin=1234 = uStatus=sim_not_inserted"
        ),
    ),
)


test_a_sound_session_keeps_the_rule = sound_sessions(KEPT)
test_what_a_session_does_not_show_is_left_open = open_sessions(OPEN)
test_what_the_rule_is_not_about_is_passed_over = other_sessions(NOT_MEANT)
