"""A part of a session replays by itself, wherever it begins and ends."""

import io

import pytest
from checkout import ROOT
from groups import sampled
from hypothesis import given
from hypothesis import strategies as st
from replay_samples import sample_trace
from verbs import run

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.edit.cut import START_SIZE_MAX, cut_trace, quiet_place
from wwanreplay.errors import LimitError, UsageError
from wwanreplay.replay import replay
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter
from wwanreplay.trace.edit import rewrite
from wwanreplay.verdict import Verdict

SAMPLE = sample_trace()
EVENTS = list(TraceReader(SAMPLE).events())
COUNT = len(EVENTS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cut")


def cut(folder, data, start, stop, **options):
    source = folder / "source.wwtrace"
    source.write_bytes(data)
    report = cut_trace(
        source, folder / "cut.wwtrace", start=start, stop=stop, force=True, **options
    )
    return report, folder / "cut.wwtrace"


@given(
    st.tuples(st.integers(0, COUNT), st.integers(0, COUNT)).filter(lambda ends: ends[0] < ends[1])
)
def test_every_cut_of_an_exact_trace_replays_equal(folder, ends):
    first, stop = ends
    report, path = cut(folder, SAMPLE, (first, None), (stop, None))
    assert (report.part.first, report.part.stop) == ends
    result = replay(str(path))
    assert result.divergence_count == 0
    outputs = sum(event.kind in (5, 6) for event in EVENTS[first:stop])
    assert result.counts["compared"] == outputs
    assert result.verdict is (Verdict.EQUAL if outputs else Verdict.NOTHING_COMPARED)
    assert result.recorded_digest == result.digest
    kept = [
        (event.time_ns, event.kind, event.payload)
        for event in TraceReader(path.read_bytes()).events()
    ]
    assert kept == [(e.time_ns, e.kind, e.payload) for e in EVENTS[first:stop]]


@given(st.data())
def test_a_cut_of_a_cut_replays_equal(folder, data):
    first = data.draw(st.integers(0, COUNT - 2))
    _, path = cut(folder, SAMPLE, (first, None), (None, None))
    second = data.draw(st.integers(0, COUNT - first - 1))
    _, path = cut(folder, path.read_bytes(), (second, None), (None, None))
    assert replay(str(path)).divergence_count == 0
    header = TraceReader(path.read_bytes()).header
    assert header.cut.get("first_record", 0) == first + second


@pytest.mark.parametrize("first", range(0, COUNT, 7))
def test_a_fault_is_found_in_the_part_that_holds_it_and_in_no_other(folder, first):
    dropped = next(e.index for e in EVENTS if e.kind == 6 and not e.request_id and e.index > 20)
    data = rewrite(SAMPLE, lambda events: [e for e in events if e.index != dropped])
    assert replay(data).divergence_count == 1
    _, path = cut(folder, data, (first, None), (None, None))
    assert replay(str(path)).divergence_count == (first <= dropped)


def test_places_are_records_times_and_transactions(folder):
    report, _ = cut(folder, SAMPLE, (None, 3 * 10**9), (None, 4 * 10**9))
    within = [e.index for e in EVENTS if 3 * 10**9 <= e.time_ns <= 4 * 10**9]
    assert (report.part.first, report.part.stop) == (within[0], within[-1] + 1)
    ids = [e.index for e in EVENTS if e.request_id == 4]
    report, path = cut(folder, SAMPLE, (None, None), (None, None), transactions=[4])
    assert (report.part.first, report.part.stop) == (ids[0], ids[-1] + 1)
    assert replay(str(path)).verdict is Verdict.EQUAL


def test_the_whole_is_no_part(folder):
    _, path = cut(folder, SAMPLE, (None, None), (None, None))
    header = TraceReader(path.read_bytes()).header
    assert header.cut == {}
    assert header.start == b""
    assert TraceReader(path.read_bytes()).verify().digest == TraceReader(SAMPLE).verify().digest


@pytest.mark.parametrize("start", [(COUNT, None), (None, 10**15)])
def test_a_part_without_records_is_refused(folder, start):
    with pytest.raises(UsageError, match=f"the trace has {COUNT} records"):
        cut(folder, SAMPLE, start, (None, None))


def test_the_trace_itself_and_a_pipe_are_refused(tmp_path):
    path = tmp_path / "a.wwtrace"
    path.write_bytes(SAMPLE)
    with pytest.raises(UsageError, match="is the trace itself"):
        cut_trace(path, path, force=True)
    assert path.read_bytes() == SAMPLE


def test_behind_lost_records_nothing_is_judged_and_that_is_reported(folder):
    def lose(events):
        gap = Event(Kind.KIND_GAP, events[9].time_ns, code=0, payload=b"lost")
        return [*events[:10], gap, *events[14:]]

    report, path = cut(folder, rewrite(SAMPLE, lose), (30, None), (None, None))
    assert report.notes
    result = replay(str(path))
    assert result.divergence_count == 0
    assert any("records are lost before the part: lost" in text for text in result.warnings)


def test_more_than_a_header_holds_is_refused_with_what_to_do(folder):
    payload = bytes(START_SIZE_MAX // 4)
    out = io.BytesIO()
    with TraceReader(SAMPLE) as reader, TraceWriter(out, reader.header) as writer:
        for at in range(6):
            writer.write(Event(Kind.KIND_SET, at, request_id=at + 1, code=1, payload=payload))
    with pytest.raises(LimitError, match="begin it nearer to the beginning"):
        cut(folder, out.getvalue(), (5, None), (None, None))


def test_without_a_profile_nothing_leads_to_the_part(folder):
    out = io.BytesIO()
    with TraceWriter(out, TraceHeader()) as writer:
        writer.write_all(EVENTS)
    report, path = cut(folder, out.getvalue(), (30, None), (None, None))
    assert report.lead == 0
    assert "carries no profile" in report.notes[0]
    assert TraceReader(path.read_bytes()).header.start == b""


def test_nothing_is_under_way_before_a_quiet_place():
    place = quiet_place(EVENTS, 20)
    assert 0 <= place <= 20
    for event in EVENTS[place:]:
        assert event.cause is None or event.cause >= place or event.cause >= 20
    assert quiet_place(EVENTS, 0) == 0


@pytest.mark.parametrize("log", sampled(["mbimcli-connect.log.gz", "mbimcli-pin.log.gz"], 1))
def test_parts_of_a_field_trace_without_fault_have_none(tmp_path, log):
    source, out = tmp_path / "log.wwtrace", tmp_path / "cut.wwtrace"
    assert run("import", ROOT / "logs" / log, "-o", source).exit_code == 0
    with TraceReader(source) as reader:
        count = sum(1 for _ in reader.events())
    assert replay(str(source)).agrees
    for first in range(1, count, count // 12):
        report = cut_trace(source, out, start=(first, None), force=True)
        assert report.part.first <= first
        assert replay(str(out)).divergence_count == 0, first
