"""Rows of events: the fields are those of the codec, what is personal is masked."""

import json

import pytest
from export_samples import (
    EPOCH_NS,
    PERSONAL,
    SHOWN,
    csv_rows,
    exported,
    json_lines,
    script_trace,
    trace_of,
    wire_event,
    wire_trace,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind
from wwanreplay.formats.export_rows import RowMaker, utc_text
from wwanreplay.formats.exporters import ExportOptions
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.presentation import time_text
from wwanreplay.trace import TraceHeader

READY = PROTOCOL.indication("NDIS_STATUS_WWAN_READY_INFO").number


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
