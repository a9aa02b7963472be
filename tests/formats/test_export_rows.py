"""Rows, JSON Lines and CSV: every event is there, its fields are those of the codec, masked."""

import csv
import io
import json

import pytest
from export_samples import (
    EPOCH_NS,
    PERSONAL,
    SHOWN,
    events_of,
    exported,
    json_lines,
    script_trace,
    trace_of,
    wire_event,
    wire_trace,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind, Namespace, RecordFlag
from wwanreplay.formats.export_rows import COLUMNS, FIELD_COLUMNS, RowMaker, utc_text
from wwanreplay.formats.exporters import ExportOptions
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import EXTENSIONS, SERVICES_BY_UUID
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event
from wwanreplay.protocol.presentation import time_text
from wwanreplay.trace import TraceHeader

FIELDS = ExportOptions(show_personal=True, rows="fields")
READY = PROTOCOL.indication("NDIS_STATUS_WWAN_READY_INFO").number
TRACES = ("wire", "demo", "contexts", "failures")


def trace(name):
    return wire_trace() if name == "wire" else script_trace(name)


def csv_rows(data, options=None):
    text = exported(data, "csv", options)[0].decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("name", TRACES)
def test_each_event_is_a_line_and_a_row(name):
    events = events_of(trace(name))
    lines, rows = json_lines(trace(name)), csv_rows(trace(name))
    assert [line["index"] for line in lines] == [event.index for event in events]
    assert [int(row["time_ns"]) for row in rows] == [event.time_ns for event in events]
    assert [line["payload_size"] for line in lines] == [len(event.payload) for event in events]
    assert tuple(rows[0]) == (*COLUMNS, "fields")


@pytest.mark.parametrize("name", TRACES)
def test_table_and_lines_say_the_same(name):
    for line, row in zip(json_lines(trace(name)), csv_rows(trace(name)), strict=True):
        assert json.loads(row.pop("fields") or "{}") == line.pop("fields", {})
        assert {key: value for key, value in row.items() if value} == {
            key: str(value) for key, value in line.items()
        }


def test_events_come_back_from_lines():
    events = [
        event for event in events_of(script_trace("contexts")) if event.kind != Kind.KIND_CLOCK
    ]
    lines = json_lines(script_trace("contexts"), SHOWN)
    for event, line in zip(events, lines, strict=False):
        payload = line.get("text", "").encode() or bytes.fromhex(line.get("payload", ""))
        made = Event(
            Kind[f"KIND_{line['kind'].upper()}"],
            line["time_ns"],
            port=line["port"],
            request_id=line["request_id"],
            code=line["code"],
            status=line.get("status", 0),
            payload=payload,
            namespace=Namespace[f"NAMESPACE_{line['namespace'].upper()}"],
            **{key: line.get(key) for key in ("handle", "capacity", "bytes", "client", "cause")},
        )
        assert made == event


def test_fields_are_the_leaves_of_the_codec():
    events = events_of(script_trace("demo"))
    rows = iter(csv_rows(script_trace("demo"), FIELDS))
    compared = 0
    for event in events:
        if event.kind == Kind.KIND_NOTE:
            continue
        decoded = decode_event(event)
        for leaf in () if decoded is None else decoded.leaves():
            row = next(rows)
            assert (row["index"], row["path"]) == (str(event.index), leaf.path)
            if isinstance(leaf.value, int):
                assert row["number"] == str(leaf.value)
            elif isinstance(leaf.value, str):
                assert row["value"] == leaf.value
            compared += 1
    assert next(rows, None) is None
    assert compared > 500
    assert len(FIELD_COLUMNS) == 11


@pytest.mark.parametrize("name", ["jsonl", "csv", "perfetto"])
@pytest.mark.parametrize("rows", ["events", "fields"])
def test_nothing_personal_is_written_unless_requested(name, rows):
    masked = exported(wire_trace(), name, ExportOptions(rows=rows))[0].decode()
    shown = exported(wire_trace(), name, ExportOptions(show_personal=True, rows=rows))[0].decode()
    for value in (*PERSONAL, "someone", "secret"):
        assert value in shown
        assert value not in masked
        assert value.encode().hex() not in masked
        assert value.encode("utf-16-le").hex() not in masked


def test_what_no_table_describes_is_masked_whole():
    secret = "12345678"
    events = [
        Event(Kind.KIND_SET, 0, code=0xFF123456, payload=secret.encode()),
        Event(Kind.KIND_INDICATION, 1, code=READY, fields={"SubscriberId": secret, "n": 3}),
        wire_event(secret.encode(), 2),
        Event(Kind.KIND_QUERY, 3, code=99 << 32, namespace=4, payload=secret.encode()),
    ]
    data = trace_of(events)
    text = exported(data, "jsonl")[0].decode()
    assert secret not in text
    assert secret.encode().hex() not in text
    lines = json_lines(data)
    assert "payload" not in lines[0]
    assert lines[1]["fields"] == {"SubscriberId": "*** (8 characters)", "n": "***"}
    assert json_lines(data, SHOWN)[1]["fields"] == {"SubscriberId": secret, "n": 3}


def test_malformed_payload_is_reported():
    data = trace_of([Event(Kind.KIND_INDICATION, 0, code=READY, payload=b"\x80\x01\x60\x00abc")])
    line = json_lines(data)[0]
    assert line["problem"].startswith("NDIS_WWAN_READY_INFO")
    assert "fields" not in line


def test_message_is_read_by_the_version_that_was_agreed():
    service = next(key for key, row in SERVICES_BY_UUID.items() if row.number == EXTENSIONS)
    version = {"MbimVersion": 0x0100, "MbimExtendedVersion": 0x0200}
    agreed = codec.encode(EXTENSIONS, 15, "response", version, mbimex=0x0200)
    basic = next(key for key, row in SERVICES_BY_UUID.items() if row.number == 1)
    state = codec.encode(1, 10, "response", {"FrequencyRange": 1}, mbimex=0x0200)
    done = messages.MBIM_COMMAND_DONE
    answer = wire_event(Message(done, 3, 0, basic, 10, state).to_bytes(), to_device=False)
    agreement = wire_event(Message(done, 2, 0, service, 15, agreed).to_bytes(), to_device=False)
    again = wire_event(Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes())
    lines = json_lines(trace_of([answer, agreement, answer, again, answer]))
    ranges = [line.get("fields", {}).get("FrequencyRange") for line in lines]
    assert [each is not None for each in ranges] == [False, False, True, False, False]


def test_names_of_events_in_the_mbim_namespace():
    line = next(each for each in json_lines(wire_trace()) if each["namespace"] == "mbim")
    assert line["name"] == "MBIM_CID_IP_CONFIGURATION"
    assert line["fields"]["SessionId"] == "0"


def test_wall_time_where_the_trace_knows_it():
    line = json_lines(wire_trace())[0]
    assert line["time_utc"].startswith("2024-02-29T12:00:")
    assert "time_utc" not in json_lines(script_trace("demo"))[0]
    assert utc_text(EPOCH_NS + 5) == "2024-02-29T12:00:00.000000005Z"
    assert utc_text(-1) == "1969-12-31T23:59:59.999999999Z"
    assert utc_text(1 << 63) == "2262-04-11T23:47:16.854775808Z"
    assert utc_text(1 << 90) is None
    header = TraceHeader(clock={"epoch_ns": "soon"})
    assert RowMaker(header).epoch_ns is None


def test_seconds_are_exact():
    assert time_text(-1_000_000_001) == "-1.000000001"
    assert time_text(3) == "0.000000003"


def test_flags_and_sources_are_shown():
    flags = RecordFlag.FLAG_INCOMPLETE | RecordFlag.FLAG_INFERRED
    event = Event(Kind.KIND_NOTE, 0, payload=b"a\nb", flags=flags, source=["log", 7, b"\x01"])
    row = csv_rows(trace_of([event]))[0]
    assert row["flags"] == "incomplete|inferred"
    assert json.loads(row["source"]) == ["log", 7, "01"]
    assert row["text"] == "a\nb"


@settings(max_examples=60, deadline=None)
@given(
    payload=st.binary(max_size=80),
    kind=st.sampled_from([1, 2, 5, 6, 7, 8, 9, 11, 12]),
    code=st.sampled_from([READY, 0x0E01010C, 1, 2, 1 << 32 | 15, 0]),
    namespace=st.integers(0, 5),
)
def test_any_payload_is_a_line_and_a_row(payload, kind, code, namespace):
    event = Event(Kind(kind), -5, code=code, payload=payload, namespace=namespace)
    data = trace_of([event])
    for options in (None, SHOWN):
        assert len(json_lines(data, options)) == len(csv_rows(data, options)) == 1
    json.loads(exported(data, "perfetto")[0])
