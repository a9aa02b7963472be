"""Windows WPP text in three time styles."""

import pytest
from field_samples import read
from windows_logs import (
    TIMES,
    events,
    wpp,
)

from wwanreplay.formats.base import Clock


@pytest.mark.parametrize("time", TIMES)
def test_requests_of_the_service_in_three_time_styles(time: str):
    log = wpp(
        "[WwanDimCommon]QUERY OID_WWAN_DEVICE_CAPS_EX (e01012e), RequestId 11, Status 340001", time
    )
    (message,) = read(log)
    (event,) = events([message])
    assert (event.name, event.object_name, event.code) == (
        "request",
        "OID_WWAN_DEVICE_CAPS_EX",
        0xE01012E,
    )
    assert (event.operation, event.request_id, event.status) == ("query", 0x11, 0x340001)
    assert message.time_ns // 1_000_000 == 1_578_567_437_118  # type: ignore[operator]
    assert message.clock is Clock.LOCAL


def test_members_follow_their_event_by_thread():
    log = wpp(
        "[WwanDimCommon]    StatusCode    : NDIS_STATUS_WWAN_SYS_CAPS_INFO (0x4004102c)",
        thread="6C6C.0A",
    )
    log += wpp(
        "[WwanDimCommon]SET OID_WWAN_SYS_SLOTMAPPINGS (e01012f), RequestId a6, "
        "Len 10, Status 340001",
        thread="6C6C.0B",
    )
    log += wpp("[WwanDimCommon]    NumberOfExecutors 0x1", thread="6C6C.0A")
    log += wpp("[WwanDimCommon]    SlotMapListHeader.ElementCount    : 0x1", thread="6C6C.0B")
    log += wpp("[WwanDimCommon]    NumberOfSlots 0x2", thread="6C6C.0A")
    log += wpp(
        "[WwanDimCommon]    ReadyState     : WwanReadyStateInitialized (0x1)", thread="6C6C.0A"
    )
    log += wpp(
        "[WwanDimCommon]    SlotState     :  WwanUiccSlotStateActive (0x5)",
        "01/09/2020-10:57:18.000",
        "6C6C.0B",
    )
    found = {event.object_name or event.name: event for event in events(read(log))}
    caps = found["NDIS_STATUS_WWAN_SYS_CAPS_INFO"]
    assert (caps.name, caps.code) == ("indication", 0x4004102C)
    assert caps.fields == (("NumberOfExecutors", "0x1"), ("NumberOfSlots", "0x2"))
    mappings = found["OID_WWAN_SYS_SLOTMAPPINGS"]
    assert (mappings.operation, mappings.length) == ("set", 0x10)
    assert mappings.fields == (("SlotMapListHeader.ElementCount", "0x1"),)
    alone = [event.fields for event in events(read(log)) if event.name == "fields"]
    assert alone == [
        (("ReadyState", "WwanReadyStateInitialized (0x1)"),),
        (("SlotState", "WwanUiccSlotStateActive (0x5)"),),
    ]


def test_a_call_of_the_service_has_names_and_a_status():
    guid = "{7971731f-33f9-4f1a-9718-087c12e64c5d}"
    log = wpp(
        "[Microsoft-Windows-WWAN-SVC-EVENTS][Request=0x6C] Sent SET PinAction, "
        f"Type=2(WwanPinTypePin1), Operation=0(WwanPinOperationEnter), miniport={guid}, "
        "ErrorCode=3407873(WIN=Completed later.)",
        TIMES[2],
    )
    log += wpp(
        "[Microsoft-Windows-WWAN-SVC-EVENTS]WWAN Service event: [Info] x: Event "
        "Source=WwanNotificationSourceMsm, Code=WwanMsmEventTypePinActionComplete",
        TIMES[2],
    )
    messages = read(log)
    call, event = events(messages)
    assert (call.object_name, call.operation, call.request_id) == ("PinAction", "set", 0x6C)
    assert call.status == 0x340001
    assert call.fields[0] == ("Type", "2(WwanPinTypePin1)")
    assert messages[0].device == guid
    assert (event.name, event.object_name) == ("notification", "WwanMsmEventTypePinActionComplete")
