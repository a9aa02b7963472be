"""Replaying: equal is equal however it is read, and every fault is reported once, at its event."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from replay_samples import (
    PROFILES,
    changed_octet,
    drive,
    new_session,
    sample_events,
    sample_trace,
)

from wwanreplay._core import (
    Engine,
    Event,
    Kind,
    Profile,
    RecordWriter,
    Replayer,
    ReplayStop,
    record_chunk,
)
from wwanreplay.errors import InputError, UsageError
from wwanreplay.replay import replay, replay_events
from wwanreplay.replay.chunks import pack
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter
from wwanreplay.trace.edit import rewrite


def written(events, header, path, **options):
    with TraceWriter(path, header, **options) as writer:
        writer.write_all(events)


def header_of(trace):
    with TraceReader(trace) as reader:
        return reader.header


# Equal.


@pytest.mark.parametrize("profile", PROFILES)
def test_a_recording_of_the_emulated_device_replays_equal(profile):
    result = replay(sample_trace(profile))
    assert result.equal
    assert result.divergences == []
    assert result.digest == result.recorded_digest
    assert result.warnings == []
    assert result.counts["records"] == result.next_index > 40


@pytest.mark.parametrize("chunk_size", [1, 200, 5000, 256 << 10])
@pytest.mark.parametrize("compression", ["none", "zstd"])
def test_the_digest_does_not_depend_on_how_the_records_are_stored(
    chunk_size, compression, tmp_path
):
    events, _ = sample_events()
    path = tmp_path / "a.wwtrace"
    options = {"chunk_size": chunk_size, "compression": compression}
    written(events, header_of(sample_trace()), path, **options)
    result = replay(path)
    assert result.equal
    assert result.digest == replay(sample_trace()).digest


def test_a_second_replay_in_the_same_process_gives_the_same_digest():
    assert replay(sample_trace()).digest == replay(sample_trace()).digest


def test_threads_at_once_give_the_same_digest():
    digests = []

    def run():
        digests.append(replay(sample_trace()).digest)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(digests) == {replay(sample_trace()).digest}
    assert len(digests) == 8


def run_python(code, *arguments, seed="0"):
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.long
def test_processes_with_other_hash_seeds_give_the_same_report(tmp_path):
    events, _ = sample_events()
    events[19] = changed_octet(events[19], 16)
    path = tmp_path / "a.wwtrace"
    written(events, header_of(sample_trace()), path)
    code = (
        "import sys, json\n"
        "from wwanreplay.replay import replay\n"
        "from wwanreplay.analysis.report import result_json\n"
        "print(json.dumps(result_json(replay(sys.argv[1]))))"
    )
    reports = {run_python(code, path, seed=seed) for seed in ("0", "1", "4242")}
    assert len(reports) == 1
    assert json.loads(reports.pop())["root_count"] == 1


def test_a_replay_from_a_checkpoint_arrives_at_the_digest_of_the_whole():
    with new_session(checkpoint_records=10) as session:
        drive(session)
        trace = session.trace()
    whole = replay(trace)
    with TraceReader(trace) as reader:
        checkpoints = [found.record_index for found in reader.checkpoints()]
    assert len(checkpoints) >= 4
    for start in checkpoints:
        result = replay(trace, start_record=start)
        assert result.divergence_count == 0
        assert result.first_index == start
        assert result.digest == whole.digest
    assert replay(trace, start_record=25, use_checkpoints=False).first_index == 0


def test_snapshot_and_restore_at_every_event_give_the_same_digest():
    events, new_engine = sample_events()
    digest = replay_events(events, new_engine()).digest
    (chunk,) = pack(events)
    stopped = 0
    for stop in range(len(events)):
        engine = new_engine()
        first = Replayer(engine)
        first.open_chunk(chunk.records, 0, chunk.base_time_ns)
        assert first.run(stop_index=stop) is ReplayStop.STOP_LIMIT
        if first.pending():
            continue  # a snapshot is taken between events, not within the answer to one
        other = new_engine()
        other.restore(engine.snapshot())
        second = first.fork(other)
        assert second.run() is ReplayStop.STOP_CHUNK_END
        assert second.digest().hex() == digest
        stopped += 1
    assert stopped > 40


def test_an_engine_copied_with_its_outputs_goes_on_as_the_first():
    events, new_engine = sample_events()
    digest = replay_events(events, new_engine()).digest
    (chunk,) = pack(events)
    within = 0
    for stop in range(len(events)):
        engine = new_engine()
        first = Replayer(engine)
        first.open_chunk(chunk.records, 0, chunk.base_time_ns)
        first.run(stop_index=stop)
        within += bool(first.pending())
        second = first.fork(engine.copy(outputs=True))
        assert second.pending() == first.pending()
        second.run()
        assert second.digest().hex() == digest
    assert within > 0


# What is wrong is found.


# Parts of a recording.


@pytest.mark.parametrize("stop", range(0, 54, 3))
def test_a_replay_may_stop_at_any_record(stop):
    result = replay(sample_trace(), stop_record=stop)
    assert result.verdict == ("equal" if stop > 2 else "nothing compared")
    assert result.next_index == stop


@pytest.mark.parametrize(
    "options",
    [
        {"start_record": 9, "stop_record": 8},
        {"start_time_ns": 9, "stop_time_ns": 8},
        {"divergences_max": 0},
    ],
)
def test_impossible_parts_are_a_wrong_use(options):
    with pytest.raises(UsageError):
        replay(sample_trace(), **options)


# Other devices, other files.


def test_another_profile_or_seed_diverges():
    assert replay(sample_trace(), profile="cdma").root_count > 0
    assert replay(sample_trace(), seed=8).root_count > 0
    assert replay(sample_trace(), profile="lte-home", seed=7).equal


def test_another_model_or_other_tables_are_reported_before_any_divergence():
    header = header_of(sample_trace())
    header.model_version = 99
    header.table_hash = "0" * 16
    with TraceReader(sample_trace()) as reader:
        events = list(reader.events())
    trace = io_trace(header, events)
    result = replay(trace)
    assert result.equal
    assert ["model 99" in result.warnings[0], "tables 0000" in result.warnings[1]] == [True, True]


def io_trace(header, events):
    import io

    out = io.BytesIO()
    with TraceWriter(out, header) as writer:
        writer.write_all(events)
    return out.getvalue()


def test_a_trace_without_profile_needs_one():
    events, _ = sample_events()
    trace = io_trace(TraceHeader(), events)
    with pytest.raises(InputError, match="carries no profile"):
        replay(trace)
    assert replay(trace, profile="lte-home", seed=7).equal


def test_a_profile_that_cannot_be_used_is_the_fault_of_the_file():
    events, _ = sample_events()
    header = TraceHeader(profile_mapping={"no such key": 1})
    with pytest.raises(InputError, match="no such key"):
        replay(io_trace(header, events))


def test_a_trace_that_was_cut_off_replays_as_far_as_it_goes(tmp_path):
    events, _ = sample_events()
    path = tmp_path / "cut.wwtrace"
    written(events, header_of(sample_trace()), path, chunk_size=1000)
    with TraceReader(path) as reader:
        offsets = [entry.offset for entry in reader.footer.chunks]
    path.write_bytes(path.read_bytes()[: offsets[3]])
    result = replay(path)
    assert result.equal
    assert "cut off" in result.warnings[0]
    path.write_bytes(path.read_bytes()[:-3])
    result = replay(path)
    assert result.equal
    assert "cut off inside a chunk" in result.warnings[0]


def test_a_gap_is_reported_and_what_differs_behind_it_is_not_judged():
    events, new_engine = sample_events()
    lost = next(n for n, event in enumerate(events) if event.kind == Kind.KIND_STIMULUS)
    gap = Event(Kind.KIND_GAP, events[lost].time_ns, code=1, payload=b"a lost chunk")
    edited = [*events[:lost], gap, *events[lost + 1 :]]
    result = replay_events(edited, new_engine())
    assert [(found.index, found.count, found.reason) for found in result.gaps] == [
        (lost, 1, "a lost chunk")
    ]
    assert result.divergence_count == 0
    assert result.unjudged_count == result.gaps[0].unjudged_count > 0
    assert result.counts["compared"] == result.counts["outputs"] - result.unjudged_count
    assert result.gaps[0].first_unjudged > lost


def test_a_wrong_digest_in_the_footer_is_reported():
    trace = rewrite(sample_trace(), lambda events: events[:-2] + events[-1:], keep_digest=True)
    assert replay(trace).recorded_digest == replay(sample_trace()).digest


def test_progress_counts_the_bytes_of_all_chunks():
    seen = []
    replay(sample_trace(), on_progress=seen.append)
    with TraceReader(sample_trace()) as reader:
        assert sum(seen) == sum(len(chunk.records) for chunk in reader.chunks())


def record_long(path, size):
    """A trace of `size` bytes: one query of the caps a second."""
    header = header_of(sample_trace())
    engine = Engine(Profile(header.profile_mapping), 7)
    inputs = RecordWriter()
    for number in range(1000):
        time_ns = number * 10**9
        inputs.append(
            Event(Kind.KIND_QUERY, time_ns, code=0x0E010101, request_id=1 + number, capacity=4096)
        )
    (packed, *_) = inputs.take()
    with TraceWriter(path, header) as writer:
        base_time_ns = 0
        while Path(f"{path}.part").stat().st_size < size:
            position, time_ns, stop = 0, base_time_ns, ReplayStop.STOP_FULL
            while stop is ReplayStop.STOP_FULL:
                stop, position, time_ns = record_chunk(
                    engine, writer.records, packed, position, time_ns, 256 << 10
                )
                writer.flush()
            base_time_ns += 1000 * 10**9


def test_memory_stays_flat_over_a_long_trace(tmp_path):
    """A trace of 40 MB takes hardly more memory than one of 6 MB."""
    record_long(tmp_path / "short.wwtrace", 6 << 20)
    record_long(tmp_path / "long.wwtrace", 40 << 20)
    code = (
        "import sys, resource\n"
        "from wwanreplay.replay import replay\n"
        "def peak():\n"
        "    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "assert replay(sys.argv[1]).equal\n"
        "before = peak()\n"
        "result = replay(sys.argv[2])\n"
        "print(peak() - before, result.equal, result.counts['records'])"
    )
    paths = (tmp_path / "short.wwtrace", tmp_path / "long.wwtrace")
    grown_kib, equal, records = run_python(code, *paths).split()
    assert equal == "True"
    assert int(records) > 100_000
    assert int(grown_kib) < 6 << 10


def test_a_profile_may_be_given_as_a_mapping_or_compiled():
    header = header_of(sample_trace())
    assert replay(sample_trace(), profile=header.profile_mapping).equal
    assert replay(sample_trace(), profile=Profile(header.profile_mapping)).equal
    engine = Engine(Profile(header.profile_mapping), 7)
    assert replay_events(sample_events()[0], engine).equal
