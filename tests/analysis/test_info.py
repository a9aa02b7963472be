"""What a trace holds, as plain values and as lines."""

import io
import os

import pytest
from replay_samples import sample_events, sample_trace
from stimulus_samples import alone

from wwanreplay._core import Event, Kind, RecordFlag, RecordWriter, Scanner
from wwanreplay.analysis.info import info_lines, info_values
from wwanreplay.errors import TraceError
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter


def written(events, header=None, **options):
    out = io.BytesIO()
    with TraceWriter(out, header or TraceHeader(), **options) as writer:
        for event in events:
            writer.write(event)
    return out.getvalue()


def test_every_record_is_counted_once_by_kind_and_those_with_a_code_by_name():
    values = info_values(sample_trace())
    events, _ = sample_events()
    assert values["records"] == sum(values["kinds"].values()) == len(events)
    for kind in ("query", "set", "indication", "stimulus"):
        counted = sum(row["count"] for row in values["codes"] if row["kind"] == kind)
        assert counted == values["kinds"].get(kind, 0)


def test_values_are_those_of_the_whole_trace_whatever_its_chunks():
    events, _ = sample_events()
    with TraceReader(sample_trace()) as reader:
        header = reader.header
    one = info_values(written(events, header))
    many = info_values(written(events, header, chunk_size=500, compression="zstd"))
    same = {"records", "kinds", "codes", "time_min_ns", "time_max_ns", "digest", "payload_bytes"}
    assert {key: one[key] for key in same} == {key: many[key] for key in same}
    assert many["chunks"] > one["chunks"] == 1
    assert (one["compressions"], many["compressions"]) == (["none"], ["zstd"])


def test_a_trace_without_records_has_no_times():
    values = info_values(written([]))
    assert (values["records"], values["kinds"], values["codes"]) == (0, {}, [])
    assert values["time_min_ns"] is values["time_max_ns"] is None
    assert all("\n" not in line for line in info_lines(values))


def test_inferred_stimuli_are_counted_apart():
    with TraceReader(alone("signal")) as reader:
        header, events = reader.header, list(reader)
    assert info_values(written(events, header))["inferred"] == {}
    marked = [
        event.replace(flags=RecordFlag.FLAG_INFERRED) if event.kind == Kind.KIND_STIMULUS else event
        for event in events
    ]
    assert info_values(written(marked, header))["inferred"] == {"stimulus": 1}


def test_a_cut_and_a_damaged_trace_say_what_is_wrong_in_a_line():
    data = sample_trace()
    cut = info_values(data[:-40])
    assert cut["cut_off"]
    assert any(cut["cut_text"] in line for line in info_lines(cut))
    with TraceReader(data) as reader:
        (entry,) = reader.footer.chunks
    damaged = bytearray(data)
    damaged[entry.offset + 40] ^= 1
    values = info_values(bytes(damaged))
    assert len(values["losses"]) == 1
    assert any(values["losses"][0] in line for line in info_lines(values))


@pytest.mark.parametrize("zeros", [0, 1, 511, 512, 5_000])
def test_the_size_of_a_cut_trace_counts_the_zero_bytes_that_end_it(zeros):
    data = sample_trace()
    for cut in range(len(data) - 400, len(data), 57):
        left = data[:cut] + bytes(zeros)
        assert info_values(left)["size"] == len(left)


def test_what_is_no_trace_raises():
    with pytest.raises(TraceError, match="not a wwanreplay trace"):
        info_values(b"no trace" * 10)


def test_a_code_that_no_table_has_is_counted_by_its_number():
    odd = [Event(Kind.KIND_QUERY, at, code=0xFF123456, request_id=at + 1) for at in range(3)]
    (row,) = info_values(written(odd))["codes"]
    assert (row["kind"], row["count"]) == ("query", 3)
    assert "ff123456" in str(row["name"]).lower()


def test_codes_are_counted_alike_where_there_are_too_many_to_keep(monkeypatch):
    data = sample_trace()
    expected = info_values(data)
    filled = TraceReader._filled

    def without_counts(self, summary, scanner):
        filled(self, summary, scanner).code_counts = None
        return summary

    monkeypatch.setattr(TraceReader, "_filled", without_counts)
    assert info_values(data) == expected
    scanner, writer = Scanner(codes=True), RecordWriter()
    for code in range(65537):
        writer.append(Event(Kind.KIND_QUERY, 0, code=code))
    scanner.scan(writer.take()[0])
    assert scanner.codes() is scanner.code_counts() is None
    assert Scanner().code_counts() is None


def test_a_pipe_is_read_once():
    read, write = os.pipe()
    with open(read, "rb") as source, open(write, "wb") as sink:
        sink.write(sample_trace())
        sink.close()
        values = info_values(source)
    assert values["codes"] == info_values(sample_trace())["codes"]
