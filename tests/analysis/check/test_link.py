"""Rules of what follows a context: its notification and the link, each on both devices."""

import pytest
from rule_contexts import CONTEXT, LINK, coverage_lost, network_ends_it, on_and_off
from rule_faults import alter, change, drop, insert
from rule_scenarios import Host, shows
from rule_sessions import keeps, tally

from wwanreplay.analysis.check.fields import number


@pytest.mark.rule("connect.notify-network-deactivation")
def test_deactivation_by_the_network_is_reported() -> None:
    shows(
        "connect.notify-network-deactivation",
        network_ends_it,
        drop(CONTEXT, unsolicited=True, seen_at=CONTEXT),
        drop(CONTEXT, unsolicited=True, seen_at=LINK),
        times=3,
    )


@pytest.mark.rule("connect.notify-with-other-changes")
def test_detach_does_not_stand_for_the_context() -> None:
    def detached(host: Host) -> None:
        host.wait(3)
        host.connect(1, wait_s=5)
        host.stimulus("network_detach", NwError=10, wait_s=5)
        host.query("OID_WWAN_CONNECT")

    def deregistered(host: Host) -> None:
        host.wait(3)
        host.connect(1, wait_s=5)
        host.stimulus("network_deregister", NwError=11, Denied=0, Retry=0, wait_s=5)
        host.query("OID_WWAN_CONNECT")

    for scenario in (detached, deregistered, coverage_lost):
        shows(
            "connect.notify-with-other-changes",
            scenario,
            drop(CONTEXT, unsolicited=True, seen_at=CONTEXT),
        )


@pytest.mark.rule("connect.link-state")
def test_connection_changes_show_as_the_link_state() -> None:
    shows(
        "connect.link-state",
        on_and_off,
        insert(LINK, 1, code="NDIS_STATUS_MEDIA_CONNECT"),
        insert(LINK, 2, code="NDIS_STATUS_MEDIA_DISCONNECT"),
        change(LINK, 1, record={"code": 0x40010013}),
        drop(LINK, 1, seen_at=CONTEXT),
        drop(LINK, 2, seen_at=CONTEXT),
        times=2,
    )


def test_a_link_may_come_up_before_the_set_ends() -> None:
    keeps(
        "connect.link-state",
        "set CONNECT ~ / event LINK_STATE MediaConnectState=connected / ends CONNECT / wait 20",
    )


def test_a_link_of_before_the_set_is_not_that_of_its_context() -> None:
    found = tally(
        "connect.link-state",
        "event LINK_STATE MediaConnectState=connected / wait 5 / set CONNECT = / wait 20",
    )
    assert found.broken_count == 1


@pytest.mark.rule("connect.link-speed-known")
def test_connected_link_has_a_speed() -> None:
    def scenario(host: Host) -> None:
        host.wait(3)
        host.connect(1, wait_s=5)
        host.query("OID_GEN_LINK_STATE")

    unknown = 0xFFFFFFFFFFFFFFFF
    shows(
        "connect.link-speed-known",
        scenario,
        alter(LINK, fields={"XmitLinkSpeed": unknown}),
        alter(LINK, fields={"RcvLinkSpeed": unknown}),
        alter("OID_GEN_LINK_STATE", fields={"RcvLinkSpeed": unknown}),
        times=2,
    )


@pytest.mark.rule("connect.link-on-dataclass")
def test_new_data_class_brings_a_link_state() -> None:
    def scenario(host: Host) -> None:
        host.wait(3)
        host.connect(1, wait_s=5)
        host.stimulus(
            "data_class",
            AvailableDataClass=number.WWAN_DATA_CLASS_UMTS,
            CurrentDataClass=number.WWAN_DATA_CLASS_UMTS,
            wait_s=15,
        )

    shows(
        "connect.link-on-dataclass",
        scenario,
        drop(LINK, 2, seen_at="NDIS_STATUS_WWAN_PACKET_SERVICE"),
    )


_CONNECTED = (
    "event PACKET_SERVICE / set CONNECT ="
    " / event LINK_STATE MediaConnectState=connected XmitLinkSpeed=50000 RcvLinkSpeed=50000"
)
_SAME = "event LINK_STATE MediaConnectState=connected XmitLinkSpeed=50000 RcvLinkSpeed=50000"
_SLOWER = "event LINK_STATE MediaConnectState=connected XmitLinkSpeed=100 RcvLinkSpeed=100"
_CLASS = "event PACKET_SERVICE CurrentDataClass=umts"


def test_the_new_speed_may_come_before_its_data_class() -> None:
    keeps("connect.link-on-dataclass", f"{_CONNECTED} / {_SLOWER} / {_CLASS} / wait 20")


@pytest.mark.parametrize("before", ["wait 1", _SAME, f"{_SLOWER} / wait 15"])
def test_what_is_no_new_speed_of_then_is_not_taken_for_it(before: str) -> None:
    found = tally("connect.link-on-dataclass", f"{_CONNECTED} / {before} / {_CLASS} / wait 20")
    assert found.broken_count == 1
