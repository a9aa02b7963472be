"""Rules of contexts, each on a sound device and on one that deviates."""

import pytest
from rule_contexts import (
    ACTIVE,
    CAUSE,
    CONNECTION,
    CONTEXT,
    FAILURE,
    INACTIVE,
    LINK,
    STATE,
    SUCCESS,
    coverage_lost,
    network_ends_it,
    on_and_off,
)
from rule_faults import Fault, alter, change, drop, insert
from rule_scenarios import Host, pack, profile, shows
from rule_sessions import leaves_open, passes_over, tally

from wwanreplay.analysis.check.fields import number

WINDOWS_11 = profile(structures=3)


def activation(after: str, nth: int = 1, connection_id: int = 1) -> Fault:
    """A context becomes active, as an event a moment after another output."""
    payload = pack(
        "NDIS_WWAN_CONTEXT_STATE",
        "L3",
        ContextState__ConnectionId=connection_id,
        ContextState__ActivationState=number.WwanActivationStateActivated,
    )
    record = {"payload": payload, "request_id": 0, "handle": None}
    return insert(after, nth, code=CONTEXT, after_s=0.000001, record=record)


def radio_off(host: Host) -> None:
    """Requests while the radio is off."""
    host.wait(3)
    host.radio(on=False, wait_s=5)
    host.query("OID_WWAN_CONNECT")
    host.connect(1, wait_s=5)


def no_sim(host: Host) -> None:
    host.wait(3)
    host.query("OID_WWAN_CONNECT")
    host.radio(on=False, wait_s=5)
    host.query("OID_WWAN_CONNECT")
    host.connect(1, wait_s=5)


def blank(host: Host) -> None:
    host.wait(3)
    host.connect(1, access_string="internet", wait_s=5)
    host.connect(1, activate=False, wait_s=5)
    host.connect(1, access_string="", wait_s=5)


def blank_twice(host: Host) -> None:
    """The network's own string is seen before the host names one."""
    host.wait(3)
    host.connect(1, access_string="", wait_s=5)
    host.connect(1, activate=False, wait_s=5)
    host.connect(1, access_string="internet", wait_s=5)
    host.connect(1, activate=False, wait_s=5)
    host.connect(1, access_string="", wait_s=5)


def two_contexts(host: Host) -> None:
    host.wait(3)
    host.query("OID_WWAN_DEVICE_CAPS")
    host.connect(1, wait_s=5)
    host.connect(2, wait_s=5)
    host.query("OID_WWAN_CONNECT")


def refused_by_network(host: Host) -> None:
    """The network refuses activations: with a cause of its own, and for the access string."""
    host.wait(3)
    host.stimulus(
        "outcome",
        Operation=number.OID_WWAN_CONNECT,
        uStatus=number.WWAN_STATUS_FAILURE,
        NwError=33,
        Count=1,
    )
    host.connect(1, wait_s=5)
    host.connect(1, access_string="nowhere", wait_s=5)
    host.connect(1, wait_s=5)


@pytest.mark.rule("connect.async")
def test_set_and_query_are_closed_by_the_context_state() -> None:
    shows(
        "connect.async",
        on_and_off,
        change("OID_WWAN_CONNECT", 2, record={"status": number.NDIS_STATUS_SUCCESS}),
        change("OID_WWAN_CONNECT", 1, record={"status": number.NDIS_STATUS_SUCCESS}),
        change(CONTEXT, 2, record={"code": number.NDIS_STATUS_WWAN_PACKET_SERVICE}),
        change(CONTEXT, 3, record={"payload": b"\x80\x03\x20\x00" + bytes(8)}),
        change(CONTEXT, 1, record={"payload": b"\x80\x09\x20\x00" + bytes(28)}),
        times=5,
    )


@pytest.mark.rule("connect.event-on-change")
def test_every_change_of_activation_is_reported() -> None:
    shows(
        "connect.event-on-change",
        network_ends_it,
        drop(CONTEXT, unsolicited=True, seen_at=CONTEXT),
    )
    shows(
        "connect.event-on-change",
        coverage_lost,
        drop(CONTEXT, unsolicited=True, seen_at=CONTEXT),
        times=2,
    )
    shows("connect.event-on-change", on_and_off, alter(CONTEXT, 3, fields=INACTIVE), times=2)


@pytest.mark.rule("connect.set-needs-network")
def test_query_needs_neither_sim_nor_network_and_activation_the_network() -> None:
    no_card = profile(sim_state=0)
    sim_error = {"uStatus": number.WWAN_STATUS_SIM_NOT_INSERTED}
    off = {"uStatus": number.WWAN_STATUS_RADIO_POWER_OFF}
    shows(
        "connect.set-needs-network",
        no_sim,
        alter(CONTEXT, 1, fields=sim_error),
        alter(CONTEXT, 2, fields=off),
        mapping=no_card,
        times=2,
    )
    shows(
        "connect.set-needs-network",
        coverage_and_connect,
        alter(CONTEXT, 1, fields=SUCCESS),
    )


def coverage_and_connect(host: Host) -> None:
    host.wait(3)
    host.stimulus("coverage", Available=0, ProviderIndex=0xFFFFFFFF, wait_s=10)
    host.connect(1, wait_s=5)


@pytest.mark.rule("connect.no-autonomous-activation")
def test_no_context_becomes_active_by_itself() -> None:
    activating = {STATE: number.WwanActivationStateActivating}
    shows(
        "connect.no-autonomous-activation",
        coverage_lost,
        alter(CONTEXT, 4, fields=ACTIVE),
        activation("NDIS_STATUS_WWAN_PACKET_SERVICE", 4),
        [
            activation("NDIS_STATUS_WWAN_PACKET_SERVICE", 4),
            alter(CONTEXT, 5, fields=activating),
        ],
        times=3,
    )


@pytest.mark.rule("connect.no-network-initiated-activation")
def test_no_event_turns_a_context_active() -> None:
    shows(
        "connect.no-network-initiated-activation",
        network_ends_it,
        activation(LINK, 2),
        activation(CONTEXT, 2, 9),
    )


@pytest.mark.rule("connect.no-default-access-string")
def test_no_default_is_put_in_for_a_blank_access_string() -> None:
    refused = {"uStatus": number.WWAN_STATUS_INVALID_ACCESS_STRING}
    shows(
        "connect.no-default-access-string",
        blank_twice,
        alter(CONTEXT, 5, fields=refused),
        change("OID_WWAN_CONNECT", 5, record={"status": number.NDIS_STATUS_INVALID_DATA}),
        alter(CONTEXT, 5, fields={"ContextState.AccessString": "internet"}),
        mapping=profile(structures=3, default_access_string="given.example"),
    )


def test_the_network_may_assign_the_string_that_the_host_named() -> None:
    session = """
        set CONNECT AccessString=internet = AccessString=internet
        set CONNECT ActivationCommand=deactivate = ActivationState=deactivated
        set CONNECT AccessString= = AccessString=internet
    """
    leaves_open("connect.no-default-access-string", session)


def test_a_device_whose_sim_failed_gives_no_cause_of_the_network() -> None:
    session = """
        stimulus outcome Operation=0x0E01010C uStatus=failure NwError=11 Count=1
        event READY_INFO ReadyState=failure
        set CONNECT = uStatus=failure ConnectionId=1
    """
    passes_over("connect.nwerror-on-failed-set", session)


@pytest.mark.rule("connect.blank-access-string-proceeds")
def test_activation_with_a_blank_access_string_is_tried() -> None:
    refused = {"uStatus": number.WWAN_STATUS_INVALID_ACCESS_STRING}
    shows(
        "connect.blank-access-string-proceeds",
        blank,
        alter(CONTEXT, 3, fields={**refused, **INACTIVE}),
    )


@pytest.mark.rule("connect.deactivate-allowed-on-loss")
def test_context_lost_by_the_driver_is_reported() -> None:
    shows(
        "connect.deactivate-allowed-on-loss",
        coverage_lost,
        drop(CONTEXT, unsolicited=True, seen_at=CONTEXT),
    )
    shows("connect.deactivate-allowed-on-loss", on_and_off, alter(CONTEXT, 3, fields=INACTIVE))


@pytest.mark.rule("connect.service-not-activated")
def test_activation_without_service_says_so() -> None:
    def scenario(host: Host) -> None:
        host.wait(3)
        host.query("OID_WWAN_READY_INFO")
        host.connect(1, wait_s=5)

    shows(
        "connect.service-not-activated",
        scenario,
        alter(CONTEXT, fields=FAILURE),
        alter(CONTEXT, fields={"uStatus": number.WWAN_STATUS_NOT_REGISTERED}),
        mapping=profile(service_activated=0),
    )


@pytest.mark.rule("connect.second-context")
def test_activation_beside_an_active_context_fails() -> None:
    shows(
        "connect.second-context",
        two_contexts,
        alter(CONTEXT, 2, fields=FAILURE),
        alter(CONTEXT, 2, fields={**SUCCESS, **ACTIVE}),
    )


@pytest.mark.rule("connect.deactivate-inactive")
def test_deactivation_of_an_inactive_context_fails() -> None:
    def scenario(host: Host) -> None:
        host.wait(3)
        host.query("OID_WWAN_CONNECT")
        host.connect(1, activate=False, wait_s=5)
        host.connect(1, wait_s=5)
        host.connect(2, activate=False, wait_s=5)

    shows(
        "connect.deactivate-inactive",
        scenario,
        alter(CONTEXT, 2, fields=SUCCESS),
        alter(CONTEXT, 4, fields=FAILURE),
        times=2,
    )


@pytest.mark.rule("connect.deactivate-ignores-credentials")
def test_deactivation_ignores_its_strings() -> None:
    def scenario(host: Host) -> None:
        host.wait(3)
        host.connect(1, wait_s=5)
        host.connect(
            1, activate=False, access_string="nowhere", user_name="u", password="p", wait_s=5
        )

    shows(
        "connect.deactivate-ignores-credentials",
        scenario,
        alter(CONTEXT, 2, fields={"uStatus": number.WWAN_STATUS_INVALID_ACCESS_STRING}),
        alter(CONTEXT, 2, fields={"uStatus": number.WWAN_STATUS_INVALID_USER_NAME_PWD}),
        change("OID_WWAN_CONNECT", 2, record={"status": number.NDIS_STATUS_INVALID_DATA}),
    )


@pytest.mark.rule("connect.query-reports-state")
def test_query_reports_the_present_state() -> None:
    shows(
        "connect.query-reports-state",
        on_and_off,
        alter(CONTEXT, 3, fields=INACTIVE),
        alter(CONTEXT, 5, fields=ACTIVE),
        alter(CONTEXT, 3, fields={CONNECTION: 8}),
        times=2,
    )


@pytest.mark.rule("connect.query-radio-off")
def test_query_with_the_radio_off_reports_deactivated() -> None:
    shows(
        "connect.query-radio-off",
        radio_off,
        alter(CONTEXT, 1, fields={"uStatus": number.WWAN_STATUS_RADIO_POWER_OFF}),
        alter(CONTEXT, 1, fields=ACTIVE),
    )


@pytest.mark.rule("connect.set-radio-off")
def test_activation_with_the_radio_off_fails() -> None:
    shows(
        "connect.set-radio-off",
        radio_off,
        alter(CONTEXT, 2, fields=SUCCESS),
        alter(CONTEXT, 2, fields=FAILURE),
    )


@pytest.mark.rule("connect.set-only-errors")
def test_query_has_no_code_of_failed_activations() -> None:
    shows(
        "connect.set-only-errors",
        on_and_off,
        alter(CONTEXT, 1, fields={"uStatus": number.WWAN_STATUS_NOT_REGISTERED}),
        alter(CONTEXT, 3, fields={"uStatus": number.WWAN_STATUS_PACKET_SVC_DETACHED}),
        alter(CONTEXT, 5, fields={"uStatus": number.WWAN_STATUS_CONTEXT_NOT_ACTIVATED}),
        times=3,
    )


@pytest.mark.rule("connect.connection-id-echo")
def test_connection_id_comes_back() -> None:
    shows(
        "connect.connection-id-echo",
        network_ends_it,
        alter(CONTEXT, 1, fields={CONNECTION: 77}),
        alter(CONTEXT, 2, fields={CONNECTION: 77}),
        times=2,
    )


@pytest.mark.rule("connect.nwerror-zero-default")
def test_success_has_no_network_error() -> None:
    shows(
        "connect.nwerror-zero-default",
        on_and_off,
        alter(CONTEXT, 2, fields={CAUSE: 33}),
        alter(CONTEXT, 4, fields={CAUSE: 1}),
        times=2,
    )


@pytest.mark.rule("connect.nwerror-on-failed-set")
def test_set_failed_by_the_network_reports_its_cause() -> None:
    busy = {"uStatus": number.WWAN_STATUS_BUSY}
    shows(
        "connect.nwerror-on-failed-set",
        refused_by_network,
        alter(CONTEXT, 1, fields={CAUSE: 0}),
        alter(CONTEXT, 1, fields={CAUSE: 34}),
        alter(CONTEXT, 1, fields=SUCCESS),
        alter(CONTEXT, 2, fields=busy),
        alter(CONTEXT, 3, fields={CAUSE: 27}),
        mapping=profile(accepted_access_strings=["internet"]),
        times=2,
    )


@pytest.mark.rule("connect.nwerror-on-network-deactivation")
def test_deactivation_event_has_success_and_the_cause() -> None:
    shows(
        "connect.nwerror-on-network-deactivation",
        network_ends_it,
        alter(CONTEXT, unsolicited=True, fields=FAILURE),
        alter(CONTEXT, unsolicited=True, fields={CAUSE: 0}),
    )


@pytest.mark.rule("connect.max-contexts-one")
def test_a_single_port_has_one_context() -> None:
    shows(
        "connect.max-contexts-one",
        two_contexts,
        alter("NDIS_STATUS_WWAN_DEVICE_CAPS", fields={"DeviceCaps.MaxActivatedContexts": 4}),
        alter("NDIS_STATUS_WWAN_DEVICE_CAPS", fields={"DeviceCaps.MaxActivatedContexts": 0}),
    )


@pytest.mark.rule("connect.single-activation")
def test_no_second_context_becomes_active() -> None:
    shows(
        "connect.single-activation",
        two_contexts,
        alter(CONTEXT, 2, fields={**SUCCESS, **ACTIVE, CONNECTION: 2}),
        activation(CONTEXT, 1, 3),
        times=2,
    )

    def two_ports(host: Host) -> None:
        host.wait(3)
        host.connect(1, wait_s=5)
        host.connect(2, port=1, wait_s=5)

    shows(
        "connect.single-activation",
        two_ports,
        change(CONTEXT, 2, record={"port": 0}),
        mapping=profile(port_count=2),
        times=2,
    )


def test_an_activation_that_failed_has_reported_that_the_context_is_inactive() -> None:
    session = """
        set CONNECT id=1 ~
        query CONNECT = ActivationState=activating
        ends CONNECT id=1 uStatus=radio_power_off ActivationState=deactivated
        query CONNECT = ActivationState=deactivated
    """
    passes_over("connect.event-on-change", session)


def test_a_query_behind_an_activation_that_did_not_end_shows_a_change() -> None:
    session = """
        set CONNECT ~
        query CONNECT = ActivationState=activating
        query CONNECT = ActivationState=deactivated
    """
    assert tally("connect.event-on-change", session).broken_count
