"""The registry of formats, files that are written or not, memory."""

import io
import tracemalloc

import pytest
from export_samples import exported, script_trace, trace_of, wire_event, wire_trace
from groups import sampled

from wwanreplay._core import Event, Kind
from wwanreplay.errors import TraceError, UsageError
from wwanreplay.formats import export_parquet
from wwanreplay.formats.exporters import (
    EXPORTERS,
    ExportOptions,
    export_trace,
    exporter_by_name,
    exporter_by_suffix,
)
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode


def test_every_format_has_its_module():
    for exporter in EXPORTERS.values():
        assert callable(exporter.load()) or exporter.name == "parquet"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a.pcapng", "pcapng"),
        ("/b/A.JSONL", "jsonl"),
        ("x.ndjson", "jsonl"),
        ("x.csv", "csv"),
        ("x.parquet", "parquet"),
        ("x.perfetto.json", "perfetto"),
        ("x.trace.json", "perfetto"),
        ("x.hex", "hex"),
        ("x.json", None),
        (".csv", None),
        ("csv", None),
    ],
)
def test_suffix_says_the_format(path, name):
    found = exporter_by_suffix(path)
    assert (None if found is None else found.name) == name


def test_unknown_format_is_reported_with_what_is_near():
    with pytest.raises(UsageError, match="did you mean parquet"):
        exporter_by_name("parket")
    with pytest.raises(UsageError, match="there are pcapng, jsonl"):
        exporter_by_name("xlsx")


@pytest.mark.parametrize("name", ["messages", "link", "rows"])
def test_unknown_option_is_refused(name):
    with pytest.raises(UsageError, match=f"{name}: 'all' is none of"):
        ExportOptions(**{name: "all"})


def test_file_is_written_and_left_alone(tmp_path):
    path = tmp_path / "out.csv"
    reported = export_trace(script_trace("demo"), EXPORTERS["csv"], path)
    assert path.read_bytes() == exported(script_trace("demo"), "csv")[0]
    assert reported.format == "csv"
    with pytest.raises(UsageError, match="--force"):
        export_trace(wire_trace(), EXPORTERS["csv"], path)
    export_trace(wire_trace(), EXPORTERS["csv"], path, force=True)
    assert path.read_bytes() == exported(wire_trace(), "csv")[0]


def test_unfinished_file_is_removed(tmp_path):
    broken = bytearray(script_trace("contexts"))
    broken[len(broken) // 2] ^= 0xFF
    path = tmp_path / "out.jsonl"
    with pytest.raises(TraceError):
        export_trace(bytes(broken), EXPORTERS["jsonl"], path)
    with pytest.raises(UsageError, match="--show-personal"):
        export_trace(wire_trace(), EXPORTERS["hex"], path)
    assert list(tmp_path.iterdir()) == []


def test_trace_is_not_overwritten_by_its_export(tmp_path):
    path = tmp_path / "session.wwtrace"
    path.write_bytes(script_trace("demo"))
    with pytest.raises(UsageError, match="is the trace itself"):
        export_trace(str(path), EXPORTERS["csv"], path, force=True)
    assert path.read_bytes() == script_trace("demo")


class Nowhere(io.RawIOBase):
    """Takes everything, keeps nothing."""

    def writable(self):
        return True

    def write(self, data):
        return len(data)


def long_trace(rounds):
    values = {"RadioState": {"HwRadioState": 1, "SwRadioState": 1}}
    reported = PROTOCOL.indication("NDIS_STATUS_WWAN_RADIO_STATE").number
    code = PROTOCOL.oid("OID_WWAN_RADIO_STATE").number
    payload = encode("NDIS_WWAN_RADIO_STATE", values)
    message = bytes((4, 0, 0, 128, 16)) + bytes(11)
    events = []
    for number in range(1, rounds + 1):
        at = number * 1000
        events += [
            Event(Kind.KIND_QUERY, at, code=code, request_id=number),
            Event(Kind.KIND_INDICATION, at, code=reported, request_id=number, payload=payload),
            wire_event(message, at, to_device=False),
        ]
    return trace_of(events, chunk_size=4096)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name == "jsonl" else pytest.mark.long) for name in EXPORTERS],
)
@pytest.mark.parametrize("messages", sampled(["recorded", "built"], ["built"]))
def test_memory_does_not_grow_with_the_trace(name, messages, monkeypatch):
    if name == "parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
        monkeypatch.setattr(export_parquet, "GROUP_ROWS", 64)
    options = ExportOptions(show_personal=True, messages=messages)

    def peak(trace):
        tracemalloc.start()
        try:
            export_trace(trace, EXPORTERS[name], Nowhere(), options)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    short, long = long_trace(100), long_trace(800)
    peak(short)  # what is loaded and kept for the first time
    assert peak(long) < peak(short) + 100_000
