"""Parquet: rows and values come back; without pyarrow one clear line."""

import io
import sys
from itertools import chain

import pytest
from export_samples import (
    EPOCH_NS,
    PERSONAL,
    SHOWN,
    events_of,
    exported,
    json_lines,
    script_trace,
    wire_trace,
)

from wwanreplay.errors import UsageError
from wwanreplay.formats import export_parquet
from wwanreplay.formats.exporters import ExportOptions

FIELDS = ExportOptions(rows="fields")


def table_of(trace, options=None):
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    return parquet.ParquetFile(io.BytesIO(exported(trace, "parquet", options)[0]))


@pytest.mark.parametrize("name", ["demo", "contexts"])
def test_rows_are_the_events(name):
    table = table_of(script_trace(name), SHOWN).read()
    events = events_of(script_trace(name))
    assert table["index"].to_pylist() == [event.index for event in events]
    assert table["code"].to_pylist() == [event.code for event in events]
    assert table["handle"].to_pylist() == [event.handle for event in events]
    texts = table["text"].to_pylist()
    payloads = table["payload"].to_pylist()
    for event, text, payload in zip(events, texts, payloads, strict=True):
        assert (text or "").encode() + (payload or b"") == event.payload


def test_fields_are_those_of_the_lines():
    table = table_of(wire_trace()).read()
    lines = json_lines(wire_trace())
    found = [dict(fields) for fields in table["fields"].to_pylist()]
    assert [set(fields) for fields in found] == [set(line.get("fields", {})) for line in lines]
    assert sum(map(len, found)) > 400


def test_rows_of_fields_have_numbers():
    table = table_of(wire_trace(), FIELDS).read()
    lines = json_lines(wire_trace())
    paths = list(chain.from_iterable(line.get("fields", {}) for line in lines))
    assert table["path"].to_pylist() == paths
    rows = table.select(["path", "value", "number"]).to_pylist()
    ready = next(row for row in rows if row["path"] == "ReadyInfo.ReadyState")
    assert ready == {
        "path": "ReadyInfo.ReadyState",
        "value": "WwanReadyStateInitialized",
        "number": 1,
    }


def test_wall_time_is_a_timestamp():
    table = table_of(wire_trace()).read()
    first = events_of(wire_trace())[0]
    assert table["time_utc"].cast("int64")[0].as_py() == EPOCH_NS + first.time_ns


def test_nothing_personal_is_written_unless_requested():
    for options in (None, FIELDS):
        assert not [value for value in PERSONAL if value in text_of(options)]
    assert not [value for value in PERSONAL if value not in text_of(SHOWN)]


def text_of(options):
    # Python has no time of day with nanoseconds.
    table = table_of(wire_trace(), options).read().drop_columns(["time_utc"])
    return str(table.to_pylist())


def test_rows_are_written_in_groups(monkeypatch):
    whole = table_of(wire_trace()).read()
    monkeypatch.setattr(export_parquet, "GROUP_ROWS", 10)
    in_groups = table_of(wire_trace())
    assert in_groups.num_row_groups == -(-whole.num_rows // 10)
    assert in_groups.read().equals(whole)
    monkeypatch.setattr(export_parquet, "GROUP_TEXT", 1)
    assert table_of(wire_trace()).num_row_groups == whole.num_rows


def test_without_pyarrow_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"pip install 'wwanreplay\[parquet\]'"):
        exported(wire_trace(), "parquet")
