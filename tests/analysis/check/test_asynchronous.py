"""Rules of asynchronous requests, each on a sound device and on one that deviates."""

import pytest
from rule_faults import Fault, alter, change, delay, drop, duplicate, insert
from rule_scenarios import LTE, SERVICE, Host, pack, profile, run, shows
from rule_sessions import Builder

from wwanreplay.analysis.check import check, coverage
from wwanreplay.analysis.check.fields import number

READY = "NDIS_STATUS_WWAN_READY_INFO"
REGISTER = "NDIS_STATUS_WWAN_REGISTER_STATE"
CONTEXT = "NDIS_STATUS_WWAN_CONTEXT_STATE"
RADIO = "NDIS_STATUS_WWAN_RADIO_STATE"


def queries(host: Host) -> None:
    """Two queries, and long enough to know that nothing more comes."""
    host.wait(3)
    host.query("OID_WWAN_READY_INFO")
    host.query("OID_WWAN_REGISTER_STATE")
    host.wait(120)


def whole_day(host: Host) -> None:
    """Every kind of thing: caps, registration, a context, services, refusals, the radio."""
    host.wait(3)
    for oid in ("DRIVER_CAPS", "DEVICE_CAPS", "DEVICE_CAPS_EX", "READY_INFO", "PIN_EX", "PIN_LIST"):
        host.query(f"OID_WWAN_{oid}")
    for oid in ("HOME_PROVIDER", "SIGNAL_STATE", "PACKET_SERVICE", "ENUMERATE_DEVICE_SERVICES"):
        host.query(f"OID_WWAN_{oid}")
    host.query(
        "OID_WWAN_VISIBLE_PROVIDERS",
        pack("NDIS_WWAN_GET_VISIBLE_PROVIDERS", VisibleProviders__Action=0),
        wait_s=30,
    )
    host.register(wait_s=5)
    host.connect(1, wait_s=5)
    host.query("OID_WWAN_CONNECT")
    host.query("OID_WWAN_PCO")
    host.session(1)
    host.stimulus("device_service_data", SessionId=1, DataSize=4, tail=b"data")
    host.session_write(1)
    host.session(1, is_open=False)
    host.connect(1, activate=False, wait_s=5)
    host.radio(on=False, wait_s=5)
    host.query("OID_WWAN_RADIO_STATE")
    host.radio(on=True, wait_s=5)
    host.query("OID_WWAN_REGISTER_STATE")
    host.query("OID_WWAN_PACKET_SERVICE")
    host.query("OID_WWAN_CONNECT")
    host.wait(120)


def refusals(host: Host) -> None:
    """Requests that are wrong in themselves."""
    host.wait(3)
    host.query("OID_WWAN_DEVICE_SERVICE_SESSION")
    host.query("OID_WWAN_SERVICE_ACTIVATION")
    host.set("OID_WWAN_DEVICE_CAPS", b"")
    host.set("OID_WWAN_PCO", b"")
    host.set("OID_WWAN_REGISTER_STATE", b"\x80\x01")
    host.query(0x0E01019F)
    host.query("OID_WWAN_REGISTER_STATE")


def changes(host: Host) -> None:
    """The network and the switch change things, without a request."""
    host.wait(3)
    host.query("OID_WWAN_REGISTER_STATE")
    host.query("OID_WWAN_RADIO_STATE")
    host.query("OID_WWAN_PACKET_SERVICE")
    host.connect(1, wait_s=5)
    host.stimulus("network_deactivate", ConnectionId=1, NwError=26)
    host.query("OID_WWAN_CONNECT")
    host.stimulus("network_deregister", NwError=0, Denied=0, Retry=0, wait_s=5)
    host.query("OID_WWAN_REGISTER_STATE")
    host.query("OID_WWAN_PACKET_SERVICE")
    host.stimulus("hardware_radio", State=0, wait_s=5)
    host.query("OID_WWAN_RADIO_STATE")
    host.wait(20)


def failures(host: Host) -> None:
    """Accepted requests that fail."""
    host.wait(3)
    host.connect(7, activate=False, wait_s=5)
    host.radio(on=False, wait_s=5)
    host.connect(1, wait_s=5)


@pytest.mark.rule("async.provisional-first")
def test_asynchronous_request_is_answered_provisionally_first() -> None:
    success = {"status": number.NDIS_STATUS_SUCCESS}
    shows(
        "async.provisional-first",
        whole_day,
        change("OID_WWAN_REGISTER_STATE", record=success),
        change("OID_WWAN_CONNECT", 2, record=success),
        change("OID_WWAN_REGISTER_STATE", record={"payload": bytes(216)}),
        duplicate("OID_WWAN_READY_INFO"),
        times=20,
    )


@pytest.mark.rule("async.indication-follows")
def test_provisional_answer_is_followed_by_its_indication() -> None:
    shows(
        "async.indication-follows",
        queries,
        drop(READY, unsolicited=False, seen_at="OID_WWAN_READY_INFO"),
        drop(REGISTER, unsolicited=False, seen_at="OID_WWAN_REGISTER_STATE"),
        delay(READY, 60, unsolicited=False),
        times=2,
    )


@pytest.mark.rule("async.one-closing-indication")
def test_a_transaction_has_one_closing_indication() -> None:
    shows(
        "async.one-closing-indication",
        whole_day,
        duplicate(REGISTER, unsolicited=False),
        duplicate(CONTEXT, unsolicited=False),
        duplicate("NDIS_STATUS_WWAN_PIN_INFO"),
        times=20,
    )


@pytest.mark.rule("async.indication-matches-oid")
def test_closing_indication_belongs_to_the_request() -> None:
    shows(
        "async.indication-matches-oid",
        whole_day,
        change(REGISTER, unsolicited=False, record={"code": number.NDIS_STATUS_WWAN_PIN_INFO}),
        change(
            "NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION",
            record={"code": number.NDIS_STATUS_WWAN_CONTEXT_STATE},
        ),
        times=20,
    )


@pytest.mark.rule("async.request-id-nonzero")
def test_completion_has_the_request_id_of_its_request() -> None:
    shows(
        "async.request-id-nonzero",
        whole_day,
        change(CONTEXT, unsolicited=False, record={"request_id": 0}),
        change("NDIS_STATUS_WWAN_PIN_LIST", record={"request_id": 0}),
        change("NDIS_STATUS_WWAN_PIN_LIST", record={"request_id": 0x77777}),
        times=20,
    )


@pytest.mark.rule("async.event-request-id-zero")
def test_event_has_request_id_zero() -> None:
    shows(
        "async.event-request-id-zero",
        changes,
        change(CONTEXT, unsolicited=True, record={"request_id": 0x4711}),
        change(REGISTER, 2, unsolicited=True, record={"request_id": 0x1001}),
        times=6,
    )


def test_ports_may_use_one_request_id_at_the_same_time() -> None:
    ids = ["async.event-request-id-zero", "async.one-closing-indication"]
    both = ["query READY_INFO id=0x200 ~", "query READY_INFO id=0x200 port=1 ~"]
    ends = ["ends READY_INFO port=0", "ends READY_INFO port=1"]
    for order in (ends, ends[::-1]):
        assert check(Builder().build([*both, *order]), ids) == []
    # In a part of a session the request of the other port may stand before it.
    early = Builder().build([both[0], "ends READY_INFO port=1", "ends READY_INFO"])
    assert len(check(early, ids)) == 3
    assert check(early, ids, is_whole=False) == []


@pytest.mark.rule("async.destination-handle")
def test_destination_handle_is_the_request_handle() -> None:
    shows(
        "async.destination-handle",
        whole_day,
        change(REGISTER, unsolicited=False, record={"handle": 0xBAD}),
        change(CONTEXT, 2, unsolicited=False, record={"handle": None}),
        times=20,
    )


@pytest.mark.rule("async.driver-caps-sync")
def test_only_driver_caps_are_answered_in_the_query_buffer() -> None:
    provisional = {"status": number.NDIS_STATUS_INDICATION_REQUIRED, "payload": b""}
    shows(
        "async.driver-caps-sync",
        whole_day,
        change("OID_WWAN_DRIVER_CAPS", record=provisional),
        change("OID_WWAN_DRIVER_CAPS", record={"payload": b""}),
        change("OID_WWAN_PIN_EX", record={"status": number.NDIS_STATUS_SUCCESS}),
    )


def _answer_to(oid: str) -> Fault:
    """An indication for a request that was refused."""
    payload = pack("NDIS_WWAN_REGISTRATION_STATE", uStatus=number.WWAN_STATUS_FAILURE)
    return insert(oid, code=REGISTER, after_s=0.001, record={"payload": payload})


@pytest.mark.rule("async.fail-early")
def test_refused_request_gets_no_indication() -> None:
    shows(
        "async.fail-early",
        refusals,
        _answer_to("OID_WWAN_REGISTER_STATE"),
        _answer_to("OID_WWAN_DEVICE_CAPS"),
        times=6,
    )


@pytest.mark.rule("async.wwan-error-in-ustatus")
def test_wwan_error_is_in_u_status() -> None:
    off = {"status": number.WWAN_STATUS_RADIO_POWER_OFF}
    shows(
        "async.wwan-error-in-ustatus",
        failures,
        change("OID_WWAN_CONNECT", 2, record=off),
        times=2,
    )


@pytest.mark.rule("async.ustatus-only-in-async")
def test_no_request_returns_a_wwan_status() -> None:
    shows(
        "async.ustatus-only-in-async",
        refusals,
        change("OID_WWAN_DEVICE_CAPS", record={"status": number.WWAN_STATUS_NO_DEVICE_SUPPORT}),
        change("OID_WWAN_REGISTER_STATE", 2, record={"status": number.WWAN_STATUS_BUSY}),
        times=7,
    )


@pytest.mark.rule("async.success-ustatus")
def test_u_status_is_success_only_after_success() -> None:
    shows(
        "async.success-ustatus",
        whole_day,
        alter(CONTEXT, unsolicited=False, fields={"uStatus": 0xC0010001}),
        alter("NDIS_STATUS_WWAN_PIN_INFO", fields={"uStatus": 1}),
        alter(
            CONTEXT,
            unsolicited=False,
            fields={"ContextState.ActivationState": number.WwanActivationStateDeactivated},
        ),
        times=20,
    )
    shows("async.success-ustatus", failures, alter(CONTEXT, 2, fields={"uStatus": 0}), times=3)


AS_EVENT = {"request_id": 0, "handle": None}


@pytest.mark.rule("async.solicited-vs-event")
def test_change_by_a_set_is_in_its_completion() -> None:
    old = {"ContextState.ActivationState": number.WwanActivationStateDeactivated}
    active = pack(
        "NDIS_WWAN_CONTEXT_STATE",
        "L3",
        ContextState__ConnectionId=1,
        ContextState__ActivationState=number.WwanActivationStateActivated,
    )
    early = insert("OID_WWAN_CONNECT", 2, code=CONTEXT, record={"payload": active, **AS_EVENT})

    def scenario(host: Host) -> None:
        host.wait(3)
        host.query("OID_WWAN_CONNECT")
        host.connect(1, wait_s=5)
        host.connect(1, activate=False, wait_s=5)
        host.radio(on=False, wait_s=5)
        host.radio(on=True, wait_s=5)

    shows(
        "async.solicited-vs-event",
        scenario,
        early,
        alter(CONTEXT, 2, unsolicited=False, fields=old),
        alter(RADIO, unsolicited=False, fields={"RadioState.SwRadioState": 1}),
        times=4,
    )


def test_a_state_of_the_device_is_known_from_any_port() -> None:
    lines = [
        "event RADIO_STATE",
        "set RADIO_STATE RadioAction=off port=1 = SwRadioState=off",
        "set RADIO_STATE RadioAction=off ~",
        "event RADIO_STATE HwRadioState=off SwRadioState=off",
        "ends RADIO_STATE HwRadioState=off SwRadioState=off",
    ]
    assert check(Builder().build(lines), ["async.solicited-vs-event"]) == []
    del lines[1]
    (early,) = check(Builder().build(lines), ["async.solicited-vs-event"])
    assert early.index == 3


@pytest.mark.rule("async.state-always-reported")
def test_every_change_of_state_is_reported() -> None:
    lost = {"RegistrationState.RegisterState": number.WwanRegisterStateDeregistered}
    off = {"RadioState.HwRadioState": 0}
    shows(
        "async.state-always-reported",
        changes,
        drop(CONTEXT, unsolicited=True, seen_at=CONTEXT),
        drop(REGISTER, unsolicited=True, values=lost, seen_at=REGISTER),
        drop(RADIO, unsolicited=True, values=off, seen_at=RADIO),
        times=6,
    )


@pytest.mark.rule("async.mandatory-oids")
def test_mandatory_oids_are_supported() -> None:
    missing = {"status": number.NDIS_STATUS_NOT_SUPPORTED}
    shows(
        "async.mandatory-oids",
        whole_day,
        change("OID_WWAN_SIGNAL_STATE", record=missing),
        change("OID_WWAN_RADIO_STATE", record=missing),
        times=12,
    )

    def older_driver(host: Host) -> None:
        host.wait(3)
        host.query("OID_WWAN_DRIVER_CAPS")
        host.query("OID_WWAN_PIN")

    shows(
        "async.mandatory-oids",
        older_driver,
        change("OID_WWAN_PIN", record=missing),
        mapping=profile(driver_major_version=1, structures=1),
        times=2,
    )


@pytest.mark.rule("async.not-supported-not-listed")
def test_what_is_accepted_is_in_the_list_of_oids() -> None:
    def listed(host: Host) -> None:
        host.query("OID_GEN_SUPPORTED_LIST")
        whole_day(host)

    def asked(host: Host) -> None:
        host.query("OID_GEN_SUPPORTED_LIST")
        host.query("OID_WWAN_RADIO_STATE")

    rule_id = "async.not-supported-not-listed"
    assert coverage(run(listed, LTE), [rule_id])[rule_id] > 10
    assert check(run(listed, LTE), [rule_id]) == []
    without = {"payload": int(number.OID_WWAN_READY_INFO).to_bytes(4, "little")}
    shows(
        rule_id,
        asked,
        change("OID_GEN_SUPPORTED_LIST", record=without, seen_at="OID_WWAN_RADIO_STATE"),
    )


@pytest.mark.rule("async.header-values")
def test_headers_are_those_of_the_revision() -> None:
    shows(
        "async.header-values",
        whole_day,
        alter(REGISTER, fields={"Header.Type": 0x81}),
        alter(CONTEXT, fields={"Header.Revision": 9}),
        alter("NDIS_STATUS_WWAN_DEVICE_CAPS", fields={"Header.Size": 348}),
        change("OID_WWAN_DRIVER_CAPS", record={"payload": b"\x80"}),
        times=30,
    )


@pytest.mark.rule("async.list-fits-buffer")
def test_buffer_holds_the_list() -> None:
    services = "NDIS_STATUS_WWAN_SUPPORTED_DEVICE_SERVICES"
    count = {"DeviceServices.ListHeader.ElementCount": 9}
    visible = {"VisibleListHeader.ElementCount": 100}
    shows(
        "async.list-fits-buffer",
        whole_day,
        alter(services, fields=count),
        alter("NDIS_STATUS_WWAN_VISIBLE_PROVIDERS", fields=visible),
        times=3,
    )


@pytest.mark.rule("async.query-unsupported")
def test_oid_without_query_is_not_queried() -> None:
    provisional = {"status": number.NDIS_STATUS_INDICATION_REQUIRED}
    shows(
        "async.query-unsupported",
        refusals,
        change("OID_WWAN_SERVICE_ACTIVATION", record=provisional),
        change("OID_WWAN_DEVICE_SERVICE_SESSION", record={"status": number.NDIS_STATUS_SUCCESS}),
        times=2,
    )


@pytest.mark.rule("async.set-unsupported")
def test_oid_without_set_is_not_set() -> None:
    provisional = {"status": number.NDIS_STATUS_INDICATION_REQUIRED}
    shows(
        "async.set-unsupported",
        refusals,
        change("OID_WWAN_DEVICE_CAPS", record=provisional),
        change("OID_WWAN_PCO", record={"status": number.NDIS_STATUS_SUCCESS}),
        times=2,
    )


@pytest.mark.rule("async.no-unsolicited")
def test_answers_are_never_events() -> None:
    shows(
        "async.no-unsolicited",
        whole_day,
        change("NDIS_STATUS_WWAN_DEVICE_CAPS", record={"request_id": 0}),
        insert("NDIS_STATUS_WWAN_PIN_INFO", record=AS_EVENT),
        change("NDIS_STATUS_WWAN_HOME_PROVIDER", record={"request_id": 0x9999}),
        times=8,
    )


@pytest.mark.rule("async.only-unsolicited")
def test_events_never_close_a_transaction() -> None:
    def scenario(host: Host) -> None:
        host.wait(3)
        host.set("OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS", subscription())
        host.stimulus(
            "device_service_event", DeviceServiceGuid=SERVICE, EventID=3, DataSize=2, tail=b"ok"
        )
        host.session(1)
        host.stimulus("device_service_data", SessionId=1, DataSize=4, tail=b"data")

    shows(
        "async.only-unsolicited",
        scenario,
        change("NDIS_STATUS_WWAN_DEVICE_SERVICE_EVENT", record={"request_id": 0x1001}),
        change("NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION_READ", record={"request_id": 0x1002}),
        times=2,
    )


def subscription() -> bytes:
    """A subscription to the events of one service."""
    return pack(
        "NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS",
        tail=SERVICE,
        DeviceServiceListHeader__ElementType=number.WwanStructDeviceServiceGuid,
        DeviceServiceListHeader__ElementCount=1,
    )


@pytest.mark.rule("async.event-ustatus-success")
def test_events_have_u_status_success() -> None:
    failure = {"uStatus": number.WWAN_STATUS_FAILURE}
    shows(
        "async.event-ustatus-success",
        changes,
        alter(REGISTER, 3, unsolicited=True, fields=failure),
        alter("NDIS_STATUS_WWAN_PACKET_SERVICE", unsolicited=True, fields=failure),
        alter(RADIO, unsolicited=True, fields=failure),
        times=5,
    )
