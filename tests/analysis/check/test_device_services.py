"""Device services: where their rules hold, and where they cannot be decided."""

import pytest
from rule_sessions import keeps, leaves_open, passes_over

KEPT = (
    (
        "devsvc.response-echo",
        (
            "query DEVICE_SERVICE_COMMAND "
            "DeviceServiceGuid=00000000-0000-0000-0000-000000000001 CommandID=1 = "
            "DeviceServiceGuid=00000000-0000-0000-0000-000000000001 ResponseID=1"
        ),
    ),
    (
        "devsvc.only-subscribed",
        (
            "set SUBSCRIBE_DEVICE_SERVICE_EVENTS Elements=00000000-0000-0000-0000-000000000001 =\n"
            "event DEVICE_SERVICE_EVENT DeviceServiceGuid=00000000-0000-0000-0000-000000000001"
        ),
    ),
    (
        "svcact.ready-after",
        (
            "event READY_INFO ReadyState=notactivated\n"
            "set SERVICE_ACTIVATION =\n"
            "event READY_INFO\n"
            "wait 20"
        ),
    ),
    (
        "vendor.not-supported",
        ("query OID_GEN_SUPPORTED_LIST : raw=0101010e\nset VENDOR_SPECIFIC ! NOT_SUPPORTED"),
    ),
)
OPEN = (
    (
        "devsvc.only-subscribed",
        ("event DEVICE_SERVICE_EVENT DeviceServiceGuid=00000000-0000-0000-0000-000000000001"),
        False,
    ),
    (
        "devsvc.data-size",
        (
            "event DEVICE_SERVICE_EVENT "
            "DeviceServiceGuid=00000000-0000-0000-0000-000000000001 Data=abc"
        ),
        True,
    ),
    (
        "devsvc.command-unsupported",
        (
            "query DEVICE_SERVICE_COMMAND "
            "DeviceServiceGuid=00000000-0000-0000-0000-000000000001 CommandID=1 ~"
        ),
        True,
    ),
)
NOT_MEANT = (
    (
        "svcact.not-supported",
        ("query OID_GEN_SUPPORTED_LIST : raw=0e01010e\nset SERVICE_ACTIVATION ! FAILURE"),
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
