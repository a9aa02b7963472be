"""Statuses by the lists of the documents: what is listed, general, a vendor's, and what is not."""

import pytest
from rule_events import numbered, report
from rule_scenarios import pack
from rule_sessions import keeps, passes_over

from wwanreplay.analysis.check import judge
from wwanreplay.protocol import PROTOCOL

RULE = "value.status-documented"


@pytest.mark.rule("value.status-documented")
@pytest.mark.parametrize(
    "session",
    [
        "query HOME_PROVIDER = uStatus=READ_FAILURE",
        "query HOME_PROVIDER =",
        "set RADIO_STATE RadioAction=on = uStatus=BUSY",
        "set RADIO_STATE RadioAction=on = uStatus=NO_DEVICE_SUPPORT",
        "set CONNECT = uStatus=INVALID_ACCESS_STRING",
    ],
)
def test_a_listed_or_general_status_keeps_the_rule(session):
    keeps(RULE, session)


def test_a_report_whose_page_lists_none_is_passed_over():
    passes_over(RULE, "query SIGNAL_STATE = uStatus=RADIO_POWER_OFF")


def radio(status):
    payload = pack("NDIS_WWAN_RADIO_STATE", uStatus=status)
    return judge(numbered(report(0, 0, payload=payload)), [RULE])[RULE]


def test_a_status_of_another_command_is_named():
    (place,) = radio(PROTOCOL.status("WWAN_STATUS_RADIO_POWER_OFF").number).places
    assert place.text == "uStatus is WWAN_STATUS_RADIO_POWER_OFF, which its page lacks"


def test_a_status_of_a_vendor_is_no_matter_of_the_documents():
    assert radio(0xC0DE).judged == 0
