"""The card: where its rules hold, and where they do not apply."""

import pytest
from rule_sessions import keeps, passes_over

KEPT = (
    (
        "uicc.close-unknown",
        ("set UICC_CLOSE_CHANNEL Channel=2 = uStatus=uicc_invalid_logical_channel"),
    ),
    (
        "uicc.close-group",
        (
            "set UICC_OPEN_CHANNEL ChannelGroup=1 = Channel=1 Status=9000\n"
            "set UICC_CLOSE_CHANNEL Channel=0 ChannelGroup=1 = Status=9000"
        ),
    ),
    (
        "uicc.apdu-status",
        "set UICC_APDU = Status=6a82",
    ),
    (
        "uicc.applist",
        ("event READY_INFO\nquery UICC_APP_LIST = Version=1 AppCount=1 ActiveAppIndex=0xffffffff"),
    ),
    (
        "uicc.termcap-echo",
        (
            "set UICC_TERMINAL_CAPABILITY {Data=810101} = {Data=810101}\n"
            "query UICC_TERMINAL_CAPABILITY = {Data=810101}"
        ),
    ),
)
NOT_MEANT = (
    (
        "uicc.close-unknown",
        (
            "set UICC_OPEN_CHANNEL = Channel=2 Status=9000\n"
            "set UICC_CLOSE_CHANNEL Channel=2 = Status=9000"
        ),
    ),
    (
        "uicc.apdu-open-channel",
        ("set UICC_OPEN_CHANNEL = Channel=2 Status=9000\nset UICC_APDU Channel=2 = Status=9000"),
    ),
)


@pytest.mark.parametrize(("rule_id", "text"), KEPT)
def test_a_sound_session_keeps_the_rule(rule_id: str, text: str) -> None:
    keeps(rule_id, text)


@pytest.mark.parametrize(("rule_id", "text"), NOT_MEANT)
def test_what_the_rule_is_not_about_is_passed_over(rule_id: str, text: str) -> None:
    passes_over(rule_id, text)
