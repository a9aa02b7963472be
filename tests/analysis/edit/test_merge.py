"""Parts of a session become the session again."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replay_samples import sample_trace

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.edit.cut import cut_trace
from wwanreplay.analysis.edit.merge import merge_traces
from wwanreplay.errors import UsageError
from wwanreplay.replay import replay
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

SAMPLE = sample_trace()
COUNT = sum(1 for _ in TraceReader(SAMPLE).events())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("merge")
    (folder / "source.wwtrace").write_bytes(SAMPLE)
    return folder


def parts(folder, *ends):
    paths = []
    for number, (first, stop) in enumerate(ends):
        path = folder / f"part{number}.wwtrace"
        cut_trace(
            folder / "source.wwtrace", path, start=(first, None), stop=(stop, None), force=True
        )
        paths.append(path)
    return paths


@given(st.integers(1, COUNT - 1), st.integers(0, 5), st.booleans())
def test_two_cuts_are_the_whole_again(folder, at, overlap, is_reversed):
    paths = parts(folder, (0, at), (max(1, at - overlap), COUNT))
    out = folder / "out.wwtrace"
    report = merge_traces(paths[:: -1 if is_reversed else 1], out, force=True)
    assert report.is_whole
    assert out.read_bytes() == SAMPLE


def test_what_no_part_has_is_a_gap_and_numbers_stay(folder):
    out = folder / "out.wwtrace"
    report = merge_traces(parts(folder, (0, 20), (30, COUNT)), out, force=True)
    assert (report.lost, report.is_whole) == (10, False)
    events = list(TraceReader(out.read_bytes()).events())
    assert [event.index for event in events] == [*range(21), *range(30, COUNT)]
    assert events[20].kind == Kind.KIND_GAP
    result = replay(str(out))
    assert result.divergence_count == 0
    assert any("10 records are lost at record 20" in text for text in result.warnings)


def test_parts_of_the_middle_are_a_part_again_that_replays(folder):
    out = folder / "out.wwtrace"
    assert not merge_traces(parts(folder, (15, 33), (33, 50)), out, force=True).is_whole
    assert TraceReader(out.read_bytes()).header.cut["stop_record"] == 50
    assert replay(str(out)).equal


def tap_file(path, epoch_ns, times):
    header = TraceHeader(comparison="field", clock={"epoch_ns": epoch_ns})
    with TraceWriter(path, header) as writer:
        for place, time_ns in enumerate(times):
            cause = place - 1 if place else None
            writer.write(Event(Kind.KIND_WIRE, time_ns, code=1, payload=b"x", cause=cause))


def test_files_of_a_tap_stand_in_the_order_of_their_clock(tmp_path):
    one, two, out = tmp_path / "1.wwtrace", tmp_path / "2.wwtrace", tmp_path / "out.wwtrace"
    tap_file(two, 5000, [0, 7])
    tap_file(one, 1000, [0, 10])
    merge_traces([two, one], out)
    events = list(TraceReader(out.read_bytes()).events())
    assert [event.time_ns for event in events] == [0, 10, 4000, 4007]
    assert [event.cause for event in events] == [None, 0, None, 2]


def test_what_is_no_part_of_one_session_is_refused(folder, tmp_path):
    out = tmp_path / "out.wwtrace"
    other = tmp_path / "other.wwtrace"
    other.write_bytes(sample_trace(seed=99))
    (part,) = parts(folder, (0, 20))
    with pytest.raises(UsageError, match="the seed is another"):
        merge_traces([part, other], out)
    with pytest.raises(UsageError, match="is a whole session, and the others are parts"):
        merge_traces([part, folder / "source.wwtrace"], out)
    with pytest.raises(UsageError, match="is a session of its own"):
        merge_traces([folder / "source.wwtrace"] * 2, out)
    with pytest.raises(UsageError, match="two traces or more"):
        merge_traces([part], out)
    with pytest.raises(UsageError, match="is one of the traces"):
        merge_traces([part, other], part, force=True)
    one, two = tmp_path / "1.wwtrace", tmp_path / "2.wwtrace"
    tap_file(one, 1000, [0, 5000])
    tap_file(two, 2000, [0])
    with pytest.raises(UsageError, match="do not overlap"):
        merge_traces([one, two], out)
    assert not out.exists()


def test_causes_over_the_cut_come_back_and_hostile_ones_do_no_harm(folder, tmp_path):
    paths = parts(folder, (0, 19), (19, COUNT))
    with TraceReader(paths[1]) as reader:
        header, events = reader.header, list(reader.events())
    header.cut["causes"] = [[0, 10**6], ["x"], 3, [1, -5]]
    out = io.BytesIO()
    with TraceWriter(out, header) as writer:
        writer.write_all(events)
    paths[1].write_bytes(out.getvalue())
    merge_traces(paths, tmp_path / "out.wwtrace")
    assert sum(1 for _ in TraceReader((tmp_path / "out.wwtrace").read_bytes()).events()) == COUNT
