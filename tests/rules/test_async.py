"""Rules of asynchronous requests, each on a sound device and on one that deviates."""

import pytest

from wwanreplay.analysis.check.fields import number

from .faults import change, drop
from .scenarios import Host, shows


def queries(host: Host) -> None:
    host.wait(3)
    host.query("OID_WWAN_READY_INFO")
    host.query("OID_WWAN_REGISTER_STATE")
    host.wait(120)


@pytest.mark.rule("async.provisional-first")
def test_asynchronous_request_is_answered_provisionally_first() -> None:
    shows(
        "async.provisional-first",
        queries,
        change("OID_WWAN_REGISTER_STATE", record={"status": number.NDIS_STATUS_SUCCESS}),
        change("OID_WWAN_REGISTER_STATE", record={"payload": bytes(216)}),
        times=2,
    )


@pytest.mark.rule("async.indication-follows")
def test_provisional_answer_is_followed_by_its_indication() -> None:
    shows(
        "async.indication-follows",
        queries,
        drop("NDIS_STATUS_WWAN_READY_INFO", unsolicited=False, seen_at="OID_WWAN_READY_INFO"),
        times=2,
    )
