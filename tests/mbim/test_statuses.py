"""Statuses of WWAN, NDIS and MBIM: each way, and what nobody knows is a failure."""

import pytest
from groups import together

from wwanreplay.mbim.messages import STATUS
from wwanreplay.mbim.statuses import (
    FAILURE,
    NDIS_STATUS_TO_MBIM,
    WWAN_FAILURE,
    WWAN_STATUS_TO_MBIM,
    WWAN_STATUS_WITHOUT_NAMESAKE,
    status_of_ndis,
    status_of_wwan,
    wwan_of_status,
)
from wwanreplay.protocol import PROTOCOL

WWAN_SUCCESS = PROTOCOL.wwan_status_by_name["WWAN_STATUS_SUCCESS"].number


def test_success_and_failure_are_themselves_both_ways():
    for wwan, name in ((WWAN_SUCCESS, "SUCCESS"), (WWAN_FAILURE, "FAILURE")):
        assert status_of_wwan(wwan) == STATUS[f"MBIM_STATUS_{name}"]
        assert wwan_of_status(STATUS[f"MBIM_STATUS_{name}"]) == wwan


@pytest.mark.parametrize("table", [WWAN_STATUS_TO_MBIM, WWAN_STATUS_WITHOUT_NAMESAKE])
def test_every_row_names_statuses_that_there_are(table: dict[str, str]):
    assert [name for name in table if name not in PROTOCOL.wwan_status_by_name] == []
    assert [name for name in table.values() if name not in STATUS] == []


def test_every_ndis_status_of_the_table_exists_and_is_answered():
    for name, mbim in NDIS_STATUS_TO_MBIM.items():
        assert status_of_ndis(PROTOCOL.ndis_status_by_name[name].number) == STATUS[mbim]


@together(PROTOCOL.tables.wwan_statuses, lambda row: row.name)
def test_what_a_status_becomes_leads_back_to_one_of_the_same_meaning(row):
    status = status_of_wwan(row.number)
    back = wwan_of_status(status)
    assert back is not None
    assert status_of_wwan(back) == status
    if row.name != "WWAN_STATUS_SUCCESS" and status != STATUS["MBIM_STATUS_SUCCESS"]:
        assert back != WWAN_SUCCESS


@pytest.mark.parametrize("code", [0xDEADBEEF, 0x7FFFFFFF])
def test_a_status_that_nobody_knows_is_a_failure(code: int):
    assert status_of_wwan(code) == status_of_ndis(code) == FAILURE
    assert wwan_of_status(code) is None
