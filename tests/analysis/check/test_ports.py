"""Further ports: where their rules hold, and where they cannot be decided."""

import pytest
from rule_sessions import keeps, leaves_open, passes_over

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


@pytest.mark.parametrize(("rule_id", "text"), KEPT)
def test_a_sound_session_keeps_the_rule(rule_id: str, text: str) -> None:
    keeps(rule_id, text)


@pytest.mark.parametrize(("rule_id", "text", "is_whole"), OPEN)
def test_what_a_session_does_not_show_is_left_open(rule_id: str, text: str, is_whole: bool) -> None:
    leaves_open(rule_id, text, is_whole=is_whole)


@pytest.mark.parametrize(("rule_id", "text"), NOT_MEANT)
def test_what_the_rule_is_not_about_is_passed_over(rule_id: str, text: str) -> None:
    passes_over(rule_id, text)
