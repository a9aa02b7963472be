"""A run of the compiled loop: where it stops, and how it comes back in front of a difference."""

from replay_samples import sample_events

from wwanreplay._core import Kind, Replayer, ReplayStop
from wwanreplay.replay.chunks import pack
from wwanreplay.replay.compiled_run import CompiledRun, open_chunk

EVENTS, NEW_ENGINE = sample_events()
OUTPUTS = [place for place, event in enumerate(EVENTS) if event.kind == Kind.KIND_INDICATION]
CHANGED = OUTPUTS[len(OUTPUTS) // 2]


def run_over(events, chunk_size=1 << 20):
    """(run, chunks) at the first place where the recording differs, or behind its end."""
    engine = NEW_ENGINE()
    run = CompiledRun(Replayer(engine), engine)
    chunks = []
    for chunk in pack(events, chunk_size):
        chunks.append(chunk)
        open_chunk(run.replayer, chunk)
        run.run(None, None)
        if run.stop is not ReplayStop.STOP_CHUNK_END:
            break
    return run, chunks


def with_fault():
    events = list(EVENTS)
    events[CHANGED] = events[CHANGED].replace(status=1)
    return events


def test_a_recording_of_the_device_runs_to_its_end():
    run, chunks = run_over(EVENTS, 4096)
    assert len(chunks) > 1
    assert run.replayer.next_index == len(EVENTS)


def test_it_stops_at_the_record_that_differs():
    run, _ = run_over(with_fault())
    assert run.replayer.next_index == CHANGED


def test_a_rerun_stands_in_front_of_a_record_over_several_chunks():
    run, chunks = run_over(with_fault(), 512)
    assert len(chunks) > 1
    run.rerun(CHANGED, chunks)
    fresh, fresh_chunks = run_over(with_fault())
    fresh.rerun(CHANGED, fresh_chunks)
    assert run.replayer.next_index == CHANGED
    assert run.engine.same_state(fresh.engine)


def test_limits_are_kept():
    engine = NEW_ENGINE()
    run = CompiledRun(Replayer(engine), engine)
    open_chunk(run.replayer, next(pack(EVENTS)))
    run.run(10, None)
    assert (run.stop, run.replayer.next_index) == (ReplayStop.STOP_LIMIT, 10)
