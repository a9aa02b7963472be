"""Rules of device service sessions, each on a sound device and on one that deviates."""

from uuid import UUID

import pytest
from rule_faults import Fault, alter, change, insert
from rule_scenarios import (
    MUTE_SERVICE,
    SERVICE,
    WRITE_ONLY_SERVICE,
    Host,
    pack,
    profile,
    shows,
)
from rule_sessions import keeps

from wwanreplay.analysis.check.fields import number

STATE = "NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION"
WRITTEN = "NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION_WRITE_COMPLETE"
READ = "NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION_READ"
SET = "OID_WWAN_DEVICE_SERVICE_SESSION"
WRITE = "OID_WWAN_DEVICE_SERVICE_SESSION_WRITE"
PROVISIONAL = {"status": number.NDIS_STATUS_INDICATION_REQUIRED}
SUCCESS = {"status": number.NDIS_STATUS_SUCCESS}

UNKNOWN_SERVICE = bytes(16)
OTHER_GUID = str(UUID(bytes_le=WRITE_ONLY_SERVICE))


def sent(session_id: int, data: bytes = b"data", size: int | None = None) -> bytes:
    """The buffer of data that arrives in a session."""
    return pack(
        "NDIS_WWAN_DEVICE_SERVICE_SESSION_READ",
        tail=data,
        ReadData__uSessionID=session_id,
        ReadData__uDataSize=len(data) if size is None else size,
    )


def data_in(session_id: int, after: str, nth: int = 1) -> Fault:
    """Data in a session, right after another output."""
    record = {"payload": sent(session_id), "request_id": 0, "handle": None}
    return insert(after, nth, code=READ, after_s=0.000001, record=record)


def sessions(host: Host) -> None:
    """Sessions of two services, with data in both directions, and what is refused."""
    host.wait(3)
    host.query("OID_WWAN_ENUMERATE_DEVICE_SERVICES")
    host.session_write(1)
    host.session(1)
    host.session_write(1)
    host.stimulus("device_service_data", SessionId=1, DataSize=6, tail=b"answer")
    host.session(2, guid=WRITE_ONLY_SERVICE)
    host.session_write(2)
    host.stimulus("device_service_data", SessionId=1, DataSize=6, tail=b"second")
    host.session(1, is_open=False)
    host.session(2, guid=WRITE_ONLY_SERVICE, is_open=False)
    host.session_write(2)
    host.session(3, guid=UNKNOWN_SERVICE)
    host.session(4, guid=MUTE_SERVICE)


def many_sessions(host: Host) -> None:
    """One session more than a service may have, and more than the device may have."""
    host.wait(3)
    host.query("OID_WWAN_ENUMERATE_DEVICE_SERVICES")
    host.session(1, guid=WRITE_ONLY_SERVICE)
    host.session(2, guid=WRITE_ONLY_SERVICE)
    host.session(3)
    host.session(4)
    host.session(5)


def a_query(host: Host) -> None:
    host.wait(3)
    host.query(SET)
    host.query(WRITE)


@pytest.mark.rule("dss.no-query")
def test_session_is_not_queried() -> None:
    shows("dss.no-query", a_query, change(SET, record=PROVISIONAL), change(SET, record=SUCCESS))


@pytest.mark.rule("dss.async")
def test_session_set_is_closed_by_the_session_info() -> None:
    shows(
        "dss.async",
        sessions,
        change(SET, 1, record=SUCCESS),
        change(STATE, 2, record={"code": number.NDIS_STATUS_WWAN_DEVICE_SERVICE_RESPONSE}),
        change(STATE, 3, record={"payload": bytes(28)}),
        times=4,
    )


@pytest.mark.rule("dss.not-supported")
def test_unsupported_service_is_refused() -> None:
    shows(
        "dss.not-supported",
        sessions,
        change(SET, 5, record=PROVISIONAL),
        change(SET, 5, record={"status": number.NDIS_STATUS_FAILURE}),
        change(SET, 6, record={"status": number.NDIS_STATUS_INVALID_DATA}),
        times=2,
    )


@pytest.mark.rule("dss.result-struct")
def test_completion_names_service_and_session() -> None:
    shows(
        "dss.result-struct",
        sessions,
        alter(
            STATE, 1, fields={"Session.DeviceServiceGuid": str(UUID(bytes_le=WRITE_ONLY_SERVICE))}
        ),
        alter(STATE, 2, fields={"Session.uSessionID": 1}),
        times=4,
    )


@pytest.mark.rule("dss.state-result")
def test_session_has_the_requested_state() -> None:
    shows(
        "dss.state-result",
        sessions,
        alter(STATE, 1, fields={"Session.State": number.WwanDeviceServiceSessionClosed}),
        alter(STATE, 3, fields={"Session.State": number.WwanDeviceServiceSessionOpen}),
        times=4,
    )


@pytest.mark.rule("dss.not-unsolicited")
def test_session_state_is_no_event() -> None:
    shows(
        "dss.not-unsolicited",
        sessions,
        change(STATE, 1, record={"request_id": 0}),
        insert(STATE, 4, record={"request_id": 0}),
        times=4,
    )


@pytest.mark.rule("dss.max-sessions")
def test_no_more_sessions_are_open_than_stated() -> None:
    opened = {"uStatus": 0, "Session.State": number.WwanDeviceServiceSessionOpen}
    shows(
        "dss.max-sessions",
        many_sessions,
        alter(STATE, 2, fields=opened),
        alter(STATE, 5, fields=opened),
        mapping=profile(session_count_max=3),
        times=3,
    )


@pytest.mark.rule("dss-write.no-query")
def test_write_is_not_queried() -> None:
    shows(
        "dss-write.no-query",
        a_query,
        change(WRITE, record=PROVISIONAL),
        change(WRITE, record=SUCCESS),
    )


@pytest.mark.rule("dss-write.async")
def test_write_is_closed_by_its_completion() -> None:
    shows(
        "dss-write.async",
        sessions,
        change(WRITE, 2, record=SUCCESS),
        change(WRITTEN, 1, record={"code": number.NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION}),
        change(WRITTEN, 2, record={"payload": b"\x80\x01\x08\x00"}),
        times=2,
    )


@pytest.mark.rule("dss-write.not-open")
def test_write_to_a_closed_session_is_refused() -> None:
    shows(
        "dss-write.not-open",
        sessions,
        change(WRITE, 1, record=PROVISIONAL),
        change(WRITE, 4, record={"status": number.NDIS_STATUS_FAILURE}),
        times=2,
    )


@pytest.mark.rule("dss-write.complete-not-unsolicited")
def test_end_of_a_write_is_no_event() -> None:
    shows(
        "dss-write.complete-not-unsolicited",
        sessions,
        change(WRITTEN, 1, record={"request_id": 0}),
        insert(WRITTEN, 2, record={"request_id": 0}),
        times=2,
    )


@pytest.mark.rule("dss-read.only-event")
def test_arriving_data_is_an_event() -> None:
    shows(
        "dss-read.only-event",
        sessions,
        change(READ, 1, record={"request_id": 0x1003}),
        change(READ, 2, record={"request_id": 0x9999}),
        times=2,
    )


@pytest.mark.rule("dss-read.open-session")
def test_data_arrives_in_open_sessions_only() -> None:
    shows(
        "dss-read.open-session",
        sessions,
        alter(READ, 1, fields={"ReadData.uSessionID": 2}),
        data_in(1, STATE, 3),
        data_in(1, "NDIS_STATUS_WWAN_SUPPORTED_DEVICE_SERVICES"),
        times=2,
    )


@pytest.mark.rule("dss-read.capability")
def test_data_flows_where_the_service_allows() -> None:
    shows(
        "dss-read.capability",
        sessions,
        alter(READ, 2, fields={"ReadData.uSessionID": 2}),
        data_in(2, WRITTEN, 2),
        times=4,
    )

    def read_only(host: Host) -> None:
        host.wait(3)
        host.query("OID_WWAN_ENUMERATE_DEVICE_SERVICES")
        host.session(1)
        host.session_write(1)

    shows(
        "dss-read.capability",
        read_only,
        change(WRITE, record=PROVISIONAL),
        mapping=profile(
            services=[
                {"guid": SERVICE, "session_capability": 2, "session_instances_max": 1},
            ]
        ),
    )


@pytest.mark.rule("dss-read.size")
def test_data_is_as_long_as_it_says_and_may_be() -> None:
    shows(
        "dss-read.size",
        sessions,
        alter(READ, 1, fields={"ReadData.uDataSize": 7}),
        change(READ, 2, record={"payload": sent(1, bytes(1025))}),
        times=2,
    )


def test_the_device_may_close_session_zero() -> None:
    service = "DeviceServiceGuid=00000000-0000-0000-0000-000000000002"
    opened = "set DEVICE_SERVICE_SESSION {} State=open uSessionID={} = {} State=open uSessionID={}"
    keeps(
        "dss.max-sessions",
        "\n".join(
            (
                "query ENUMERATE_DEVICE_SERVICES = uMaxSessionCount=1 "
                f"{{{service} uMaxSessionInstances=1}}",
                opened.format(service, 0, service, 0),
                "stimulus device_service_session_closed SessionId=0",
                opened.format(service, 1, service, 1),
            )
        ),
    )
