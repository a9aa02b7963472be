"""Lines of Windows text as records: one for each thing that happened, whoever printed it."""

from pathlib import Path

from import_samples import (
    CONNECT,
    DONE,
    INCOMPLETE,
    INDICATION_REQUIRED,
    RADIO_STATE,
    REQUEST,
    etw,
    run,
    wpp,
)

from wwanreplay._core import Kind
from wwanreplay.trace import TraceReader


def test_a_request_without_its_message_has_numbers_only(tmp_path: Path):
    log = etw(REQUEST + "InformationLength: \t1260")
    log += etw(REQUEST + "BytesUsed: \t0 BytesNeeded: \t0 Status: \t0xC00000BB")
    events, _ = run(tmp_path, log)
    request, completion, _ = events
    assert (request.kind, request.code, request.request_id) == (Kind.KIND_SET, CONNECT, 0x8F)
    assert request.payload == b""
    assert request.flags & INCOMPLETE
    assert (completion.status, completion.cause) == (0xC00000BB, 0)
    with TraceReader(tmp_path / "out.wwtrace") as reader:
        assert reader.header.interface == "windows-text"


def test_a_status_that_nobody_knows_completes_nothing(tmp_path: Path):
    log = etw(REQUEST) + etw(REQUEST + "BytesUsed: \t0 Status: \tSomething of its own.")
    events, summary = run(tmp_path, log)
    assert Kind.KIND_COMPLETION not in {event.kind for event in events}
    assert "Something of its own" in summary.total.unmapped.first[0][1]


def test_the_service_and_the_driver_tell_of_one_request(tmp_path: Path):
    log = (
        "e 04-01 12:39:12.798 P4912 T8420 Windows Mobile Broadband Class Driver Event Provider "
        "[1] Miniport Request called Request=0xFFFFE3862EFF4A80, OID=0xE010149, OID "
        "name=OID_WWAN_MPDP RequestId=0x10F, RequestHandle=0x0, Type=1, InformationLength=32 "
        "0                    Info Windows Mobile Broadband Class Driver Event Provider\n"
        "w 04-01 12:39:12.798 P4912 T8420 mbbcx         [ReqMgr][ReqId=0x04ad] Request created "
        "for OID_WWAN_MPDP [RequestContext=0xFFFFE386247597F0 OidRequest=0xFFFFE3862EFF4A80] "
        "SET=0x00000001(TRUE) MbbReqMgrCreateRequest requestmanager_cpp702 "
        "TRACE_LEVEL_INFORMATION\n"
    )
    events, summary = run(tmp_path, log)
    assert [event.kind for event in events] == [Kind.KIND_SET, Kind.KIND_CLOCK]
    assert (events[0].code, events[0].request_id, events[0].capacity) == (0xE010149, 0x10F, 32)
    assert summary.total.duplicates == 1


def test_names_become_paths_and_numbers(tmp_path: Path):
    log = wpp("[WwanDimCommon]QUERY OID_WWAN_READY_INFO (e010102), RequestId 11, Status 340001")
    log += wpp("[WwanDimCommon]    StatusCode    : NDIS_STATUS_WWAN_READY_INFO (0x40041001)", "120")
    log += wpp("[WwanDimCommon]    ReadyState  : WwanReadyStateInitialized (0x1)", "120")
    log += wpp("[WwanDimCommon]    Colour  : blue", "120")
    events, summary = run(tmp_path, log)
    query, completion, indication, _ = events
    assert (query.kind, query.code, query.request_id) == (Kind.KIND_QUERY, 0xE010102, 0x11)
    assert (completion.status, completion.cause) == (INDICATION_REQUIRED, 0)
    assert indication.code == 0x40041001
    assert indication.fields == {
        "ReadyInfo.ReadyState": 1,
        "text.Colour": "blue",
        "text.RequestId": "not printed; the one open request that it ends",
    }
    assert indication.request_id == 0x11
    assert indication.flags & INCOMPLETE
    assert summary.total.numbers()["events"] == 3


def test_an_indication_that_may_end_several_requests_ends_none(tmp_path: Path):
    log = "".join(
        wpp(
            f"[WwanDimCommon]QUERY OID_WWAN_READY_INFO (e010102), RequestId {number}, Status 340001"
        )
        for number in (11, 12)
    )
    log += wpp("[WwanDimCommon]    StatusCode    : NDIS_STATUS_WWAN_READY_INFO (0x40041001)", "120")
    events, _ = run(tmp_path, log)
    (indication,) = (event for event in events if event.kind == Kind.KIND_INDICATION)
    assert indication.request_id == 0


def test_a_call_of_the_service_is_a_request(tmp_path: Path):
    guid = "{7971731f-33f9-4f1a-9718-087c12e64c5d}"
    log = wpp(
        "[Microsoft-Windows-WWAN-SVC-EVENTS][Request=0x6C] Sent SET PinAction, "
        f"Type=2(WwanPinTypePin1), Operation=0(WwanPinOperationEnter), miniport={guid}, "
        "ErrorCode=3407873(WIN=Completed later.)"
    )
    log += wpp(
        "[Microsoft-Windows-WWAN-SVC-EVENTS]WWAN Service event: [Info] x: Event "
        "Source=WwanNotificationSourceMsm, Code=WwanMsmEventTypePinActionComplete"
    )
    events, summary = run(tmp_path, log)
    request, completion, note, _ = events
    assert (request.kind, request.code, request.request_id) == (Kind.KIND_SET, 0xE010121, 0x6C)
    assert request.fields == {"PinAction.PinType": 2, "PinAction.PinOperation": 0}
    assert completion.status == INDICATION_REQUIRED
    assert b"WwanMsmEventTypePinActionComplete" in note.payload
    assert summary.sessions[0].device == guid


def test_instance_and_interface_are_names_of_one_device(tmp_path: Path):
    guid = "{7971731f-33f9-4f1a-9718-087c12e64c5d}"
    log = etw(
        f"[Request=0x6C] Sent SET RadioState, miniport={guid}, ErrorCode=0(WIN=Success)"
    ).replace("wmbclass", "WWAN-SVC-EVENTS")
    log += etw(DONE)
    events, summary = run(tmp_path, log)
    assert summary.sessions[0].names == [guid, "instance 1"]
    assert len(summary.sessions) == 1
    assert events[0].code == RADIO_STATE


def test_a_request_that_the_driver_refuses_at_once_is_completed(tmp_path: Path):
    log = etw(REQUEST) + etw(
        "Instance: \t1 Request: \t0xFFFF Status: \tThe request is not supported."
    )
    log += etw(REQUEST + "BytesUsed: \t0 Status: \tThe request is not supported.")
    events, summary = run(tmp_path, log)
    assert [event.kind for event in events] == [
        Kind.KIND_SET,
        Kind.KIND_COMPLETION,
        Kind.KIND_CLOCK,
    ]
    assert events[1].status == 0xC00000BB
    assert summary.total.duplicates == 1
