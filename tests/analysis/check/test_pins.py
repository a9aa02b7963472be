"""PINs: where their rules hold, and where they cannot be decided."""

import pytest
from rule_sessions import keeps, leaves_open, passes_over

KEPT = (
    (
        "pin.blocked-puk",
        (
            "set PIN_EX PinType=pin1 Pin=0000 = uStatus=failure PinType=puk1 PinState=enter "
            "AttemptsRemaining=10"
        ),
    ),
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
    (
        "pin-list.current-mode",
        (
            "set PIN_EX PinType=pin1 PinOperation=disable Pin=1234 =\n"
            "query PIN_LIST = WwanPinDescPin1.PinMode=disabled"
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
    (
        "pin-list.length",
        (
            "query PIN_LIST = WwanPinDescPin1.PinMode=enabled "
            "WwanPinDescPin1.PinLengthMax=0xffffffff"
        ),
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


@pytest.mark.parametrize(("rule_id", "text"), KEPT)
def test_a_sound_session_keeps_the_rule(rule_id: str, text: str) -> None:
    keeps(rule_id, text)


@pytest.mark.parametrize(("rule_id", "text", "is_whole"), OPEN)
def test_what_a_session_does_not_show_is_left_open(rule_id: str, text: str, is_whole: bool) -> None:
    leaves_open(rule_id, text, is_whole=is_whole)


@pytest.mark.parametrize(("rule_id", "text"), NOT_MEANT)
def test_what_the_rule_is_not_about_is_passed_over(rule_id: str, text: str) -> None:
    passes_over(rule_id, text)
