"""Windows ETW text with tabs."""

import field_samples as samples
from field_samples import mbim, read, reading
from windows_logs import (
    COMMAND,
    DONE,
    HEADER,
    PAYLOAD,
    REQUEST,
    SWAPPED,
    etw,
    events,
)

from wwanreplay.formats.base import Clock, Direction, MessageKind
from wwanreplay.formats.transfers import head_of


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
