"""The table: a row is an event or a field."""

import json

import pytest
from export_samples import (
    TRACES,
    csv_rows,
    events_of,
    json_lines,
    sample_trace,
    script_trace,
    trace_of,
)

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.formats.export_rows import COLUMNS, FIELD_COLUMNS
from wwanreplay.formats.exporters import ExportOptions
from wwanreplay.protocol.codec import decode_event


@pytest.mark.parametrize("name", TRACES)
def test_each_event_is_a_line_and_a_row(name):
    events = events_of(sample_trace(name))
    lines, rows = json_lines(sample_trace(name)), csv_rows(sample_trace(name))
    assert [line["index"] for line in lines] == [event.index for event in events]
    assert [int(row["time_ns"]) for row in rows] == [event.time_ns for event in events]
    assert [line["payload_size"] for line in lines] == [len(event.payload) for event in events]
    assert tuple(rows[0]) == (*COLUMNS, "fields")


@pytest.mark.parametrize("name", TRACES)
def test_table_and_lines_say_the_same(name):
    for line, row in zip(json_lines(sample_trace(name)), csv_rows(sample_trace(name)), strict=True):
        assert json.loads(row.pop("fields") or "{}") == line.pop("fields", {})
        assert {key: value for key, value in row.items() if value} == {
            key: str(value) for key, value in line.items()
        }


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


def test_flags_and_sources_are_shown():
    flags = RecordFlag.FLAG_INCOMPLETE | RecordFlag.FLAG_INFERRED
    event = Event(Kind.KIND_NOTE, 0, payload=b"a\nb", flags=flags, source=["log", 7, b"\x01"])
    row = csv_rows(trace_of([event]))[0]
    assert row["flags"] == "incomplete|inferred"
    assert json.loads(row["source"]) == ["log", 7, "01"]
    assert row["text"] == "a\nb"


FIELDS = ExportOptions(show_personal=True, rows="fields")


@pytest.mark.parametrize("rows", ["events", "fields"])
@pytest.mark.parametrize("text", ["two\r\nlines", 'a "quoted", part', "", "\n", ",", "\udc80"])
def test_cells_with_line_ends_commas_and_quotes_stay_one_cell(rows, text):
    fields = {text or "empty": text, "other": 5}
    event = Event(Kind.KIND_NOTE, 0, payload=text.encode("utf-8", "replace"), fields=fields)
    options = ExportOptions(show_personal=True, rows=rows)
    found = csv_rows(trace_of([event, event]), options)
    name = text.encode("utf-8", "backslashreplace").decode()
    if rows == "fields":
        assert [(row["path"], row["value"]) for row in found] == [
            (name or "empty", name),
            ("other", "5"),
        ] * 2
    else:
        assert [row["text"] for row in found] == [event.payload.decode()] * 2
