"""Windows text: ETW with tabs, WPP in three time styles, merged TraceView."""

import uuid

import field_samples as samples
import pytest
from field_samples import mbim, read, reading
from windows_logs import (
    CLASS,
    COMMAND,
    DONE,
    HEADER,
    OPN,
    PAYLOAD,
    PAYLOAD_LINES,
    REQUEST,
    SENT,
    SERVICE,
    SHIFTED,
    SWAPPED,
    TIMES,
    etw,
    etw_line,
    wpp,
    wpp_line,
)

from wwanreplay.formats.base import Clock, Direction, LogMessage, MessageKind, NdisEvent
from wwanreplay.formats.transfers import head_of
from wwanreplay.formats.windows import keys_of, service_of


def events(messages: list[LogMessage]) -> list[NdisEvent]:
    return [message.event for message in messages if message.event is not None]


# ------------------------------------------------------------------ what values mean


@pytest.mark.parametrize(
    ("printed", "shifted"), [(SERVICE, False), (SWAPPED, False), (SHIFTED, True)]
)
def test_a_service_is_known_in_every_way_it_is_printed(printed: str, shifted: bool):
    assert service_of(printed) == (samples.BASIC_CONNECT, shifted)


def test_an_unknown_service_stays_as_printed():
    unknown = uuid.UUID("12345678-9abc-def0-1234-56789abcdef0")
    assert service_of(f"{{{unknown}}}") == (unknown.bytes, False)
    assert service_of("none") == (None, False)


def test_names_are_found_where_blanks_were_lost():
    text = (
        "CommandId: \t12InBufferSize: \t116Payload: \t0x00FF RequestId: \t0x8FRequestHandle: "
        "\t0x0Type: \t1BytesUsed: \t7"
    )
    assert keys_of(text) == {
        "CommandId": "12",
        "BufferSize": "116",
        "Payload": "0x00FF",
        "RequestId": "0x8F",
        "RequestHandle": "0x0",
        "Type": "1",
        "BytesUsed": "7",
    }


# ------------------------------------------------------------------ ETW with tabs


def test_a_request_becomes_events_and_a_whole_message():
    log = etw(REQUEST + "InformationLength: \t1260") + etw(PAYLOAD) + etw(HEADER)
    log += etw(PAYLOAD + " NdisStatus: \tSTATUS_SUCCESS")
    log += etw(
        REQUEST + "BytesUsed: \t1260 BytesNeeded: \t0 Status: \tThe request will be completed "
        "later by NDIS status indication."
    )
    messages, counts = reading(log)
    assert mbim(messages) == [COMMAND]
    (message,) = (each for each in messages if each.kind is MessageKind.MBIM)
    assert message.rebuilt
    assert message.complete
    assert [place.number for place in message.places] == [2, 3]
    assert message.device == "instance 1"
    assert (message.clock, message.time_ns) == (Clock.HOUR, 1_516_100_000_000)
    names = [event.name for event in events(messages)]
    assert names == ["request", "command", "completion", "completion"]
    request, *_, completion = events(messages)
    assert (request.object_name, request.code, request.operation) == (
        "OID_WWAN_CONNECT",
        0xE01010C,
        "set",
    )
    assert (request.request_id, request.request_handle, request.length) == (0x8F, 0, 1260)
    assert completion.length == 1260
    assert completion.status_text.startswith("The request will be completed later")
    assert completion.status is None
    assert events(messages)[1].object_name == "BASIC_CONNECT"
    assert counts.unreadable.count == 0


def test_a_header_without_its_buffer_is_incomplete():
    (message,) = read(etw(HEADER))
    assert message.incomplete
    assert message.data is None
    assert message.reason == "the information buffer is not in the log"
    head = head_of(message)
    assert (head.type, head.transaction_id, head.cid, head.value) == (3, 55, 12, 1)
    assert head.service == samples.BASIC_CONNECT


def test_a_buffer_of_another_command_is_not_taken():
    other = PAYLOAD.replace("CommandId: \t12", "CommandId: \t11")
    assert mbim(read(etw(other) + etw(HEADER))) == [None]


def test_an_answer_without_buffer_is_whole():
    text = (
        "Instance: \t1 MessageType: \t0x80000003 MessageLength: \t48 MessageTransactionId: "
        f"\t55 TotalFragments: \t1 CurrentFragment: \t0 ServiceId: \t{SWAPPED} "
        "CID: \t12 Status: \t5 InfoLength: \t0"
    )
    (message,) = read(etw(text))
    assert message.data == DONE
    assert message.direction is Direction.DEVICE_TO_HOST


def test_two_records_may_share_a_line_and_blanks_may_stand_for_tabs():
    log = etw(PAYLOAD).strip() + " " + etw(HEADER).replace("\t", "    ")
    log = log.replace("Windows-wmbclass", "Win dows-wmbclass", 1)
    messages = read(log)
    assert mbim(messages) == [COMMAND]
    assert {message.place.number for message in messages} == {1}


def test_the_hour_goes_on():
    first, second = read(etw(HEADER, "59:59.9") + etw(HEADER, "00:00.1"))
    assert second.time_ns - first.time_ns == 200_000_000  # type: ignore[operator]


def test_events_of_the_service_that_say_nothing_are_counted():
    log = etw("FunctionCall: \tx Message: \ty", provider="Microsoft-Windows-WWAN-SVC-EVENTS")
    messages, counts = reading(log + etw(PAYLOAD))
    assert counts.unmapped.count == 1
    assert len(messages) == 1


# ------------------------------------------------------------------ WPP


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
    call, notified = events(messages)
    assert (call.object_name, call.operation, call.request_id) == ("PinAction", "set", 0x6C)
    assert call.status == 0x340001
    assert call.fields[0] == ("Type", "2(WwanPinTypePin1)")
    assert messages[0].device == guid
    assert (notified.name, notified.object_name) == (
        "notification",
        "WwanMsmEventTypePinActionComplete",
    )


# ------------------------------------------------------------------ TraceView


def test_one_message_printed_three_times_is_one_message():
    log = (
        etw_line(PAYLOAD_LINES)
        + etw_line(OPN, CLASS + " for OPN")
        + wpp_line("usbbus        Sending")
    )
    log += etw_line(SENT)
    messages, counts = reading(log)
    assert mbim(messages) == [COMMAND]
    assert messages[0].place.number == 1
    assert messages[1].place.number == 9
    assert messages[1].clock is Clock.YEAR
    assert counts.unreadable.count == 0
    assert counts.records == 11


def test_a_message_is_put_together_over_several_lines():
    messages = read(etw_line(PAYLOAD_LINES) + etw_line(SENT))
    assert mbim(messages) == [COMMAND]
    assert messages[-1].device == "instance 1"


def test_requests_of_the_driver_and_of_its_queue():
    log = etw_line(
        "[1] Miniport Request called Request=0xFFFF, OID=0xE010149, OID name=OID_WWAN_MPDP "
        "RequestId=0x10F, RequestHandle=0x0, Type=1, InformationLength=32"
    )
    log += wpp_line(
        "mbbcx         [ReqMgr][ReqId=0x04ad] Request created for OID_WWAN_MPDP "
        "[RequestContext=0xFF OidRequest=0xFFFF] SET=0x00000001(TRUE)"
    )
    first, second = events(read(log))
    assert (first.code, first.length) == (0xE010149, 32)
    assert second.object_name == "OID_WWAN_MPDP"
    assert dict(first.fields)["Request"] == dict(second.fields)["Request"] == "0xFFFF"
    assert ("DriverRequestId", "0x04ad") in second.fields
