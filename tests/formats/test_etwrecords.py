"""Events of Windows in binary form: MBIM of the class driver, text of the others."""

import uuid

import capture_samples as captures
import field_samples as samples
from field_samples import mbim, read

from wwanreplay.formats.base import Clock, Counts, LogMessage, LogPlace, Stamp, Unit
from wwanreplay.formats.etwrecords import RECORD_HEADER_SIZE, EtwRecords

PLACE = LogPlace("x.pcapng", Unit.PACKET, 1)
OTHER = uuid.UUID(int=7)


def fed(record: bytes, stamp: Stamp | None = None) -> tuple[list[LogMessage], Counts]:
    counts = Counts()
    return list(EtwRecords(counts).feed(PLACE, stamp, record)), counts


def test_events_of_windows_hold_whole_messages():
    records = [captures.etw(captures.OPN, data) for data in samples.SESSION]
    text = "[1] Miniport Request called Request=0xFFFF, OID=0xE010149, OID name=OID_WWAN_MPDP "
    text += "RequestId=0x10F, RequestHandle=0x0, Type=1, InformationLength=32"
    name = "Windows Mobile Broadband Class Driver Event Provider"
    records.append(captures.etw(uuid.uuid5(uuid.NAMESPACE_DNS, "x"), b"", text, name))
    messages = read(captures.pcapng(captures.ETW, *records))
    assert mbim(messages) == list(samples.SESSION)
    assert messages[0].time_ns == captures.TIME_NS
    event = messages[-1].event
    assert event is not None
    assert (event.object_name, event.code, event.request_id) == ("OID_WWAN_MPDP", 0xE010149, 0x10F)


def test_a_record_shorter_than_its_header_is_unreadable():
    messages, counts = fed(captures.etw(captures.OPN, samples.OPEN)[: RECORD_HEADER_SIZE - 1])
    assert messages == []
    assert counts.unreadable.first == [(PLACE, "shorter than the header of an event")]


def test_an_event_that_holds_less_than_its_message_is_incomplete():
    record = captures.etw(captures.OPN, samples.LONG_DONE)
    whole = len(record)
    (message,), _ = fed(record[: whole - 40])
    assert message.incomplete
    assert message.data == samples.LONG_DONE[:-40]
    assert message.length == len(samples.LONG_DONE)
    assert (
        message.reason
        == f"{len(samples.LONG_DONE) - 40} of {message.length} bytes are in the event"
    )


def test_bytes_of_the_class_driver_that_are_no_message_are_unreadable():
    messages, counts = fed(captures.etw(captures.OPN, b"no message at all"))
    assert messages == []
    assert counts.unreadable.count == 1


def test_the_time_of_the_record_goes_before_that_of_the_packet():
    packet = Stamp(5, Clock.UTC, 1)
    record = captures.etw(captures.OPN, samples.OPEN)
    (message,), _ = fed(record, packet)
    assert (message.time_ns, message.step_ns) == (captures.TIME_NS, 100)
    (message,), _ = fed(record[:16] + bytes(8) + record[24:], packet)
    assert (message.time_ns, message.step_ns) == (5, 1)


def test_text_behind_user_data_of_any_size_is_found():
    text = "[1] Miniport Request called OID=0xE010149, OID name=OID_WWAN_MPDP RequestId=0x10F"
    for size in range(5):
        (message,), _ = fed(captures.etw(OTHER, bytes(size), text, "wmbclass"))
        assert message.event.request_id == 0x10F


def test_events_without_text_yield_nothing():
    messages, counts = fed(captures.etw(OTHER, b"1234"))
    assert messages == []
    assert counts == Counts()
