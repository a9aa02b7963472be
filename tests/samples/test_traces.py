"""The sample traces: what every one of them must survive. `traces/` itself runs by the plugin."""

import io
from functools import partial

import pytest
from alterations import assert_all_reported, drops, duplicates, octets, swaps
from checkout import TRACES
from groups import every, sampled
from replay_samples import events_of

from wwanreplay._core import Digest, Engine, Kind
from wwanreplay.record import record
from wwanreplay.replay import replay
from wwanreplay.script import shipped_scripts
from wwanreplay.trace import TraceReader
from wwanreplay.trace.edit import rewrite

SAMPLES = sorted(TRACES.glob("*.wwtrace"))
OUTPUTS = (Kind.KIND_COMPLETION, Kind.KIND_INDICATION)
INPUTS = (
    Kind.KIND_QUERY,
    Kind.KIND_SET,
    Kind.KIND_METHOD,
    Kind.KIND_CANCEL,
    Kind.KIND_STIMULUS,
    Kind.KIND_LIFECYCLE,
)

every_trace = pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
# Each of its octets, one after the other; of others every so manieth, of all in the whole matrix.
SHORT = {"mbimcli-pin"}
short_and_long = pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=() if path.stem in SHORT else pytest.mark.long, id=path.stem)
        for path in SAMPLES
    ],
)


def digest_of(outputs):
    digest = Digest()
    for event in outputs:
        digest.update(event)
    return digest.hexdigest()


def test_every_shipped_script_has_its_trace_and_each_is_described():
    names = {path.stem for path in SAMPLES}
    assert set(shipped_scripts()) <= names
    assert {"mbimcli-connect", "mbimcli-pin", "mbimcli-queries"} <= names
    described = (TRACES / "README.md").read_text()
    assert [name for name in sorted(names) if f"`{name}`" not in described] == []


@pytest.mark.parametrize("name", sampled(sorted(shipped_scripts()), 8))
def test_a_script_still_records_its_trace_byte_for_byte(name):
    script = shipped_scripts()[name]
    made = io.BytesIO()
    record(f"emulated:{script.profile}", script, made)
    kept = (TRACES / f"{name}.wwtrace").read_bytes()
    assert made.getvalue() == kept, "if this is meant: python tools/make_traces.py"


@short_and_long
def test_each_drop_duplicate_and_swap_of_an_output_is_reported_at_its_event(path):
    events, new_engine = events_of(path.read_bytes())
    assert assert_all_reported(events, new_engine, drops, duplicates, swaps) > 40


@short_and_long
def test_each_altered_payload_byte_is_reported_at_its_event(path):
    events, new_engine = events_of(path.read_bytes())
    step = 1 if path.stem in SHORT else every(16)
    size = sum(len(event.payload) for event in events if event.kind in OUTPUTS)
    tried = assert_all_reported(events, new_engine, partial(octets, step=step))
    assert tried == size if step == 1 else tried > 0.8 * size / step


@every_trace
def test_a_device_restored_at_any_event_runs_on_to_the_same_digest(path):
    events, new_engine = events_of(path.read_bytes())
    engine = new_engine()
    inputs = [event for event in events if event.kind in INPUTS or event.kind == Kind.KIND_CLOCK]
    outputs = []
    for at, event in enumerate(inputs):
        other = Engine(engine.profile, 99)
        other.restore(engine.snapshot())
        rest = run_on(other, inputs[at:])
        assert digest_of(outputs + rest) == digest_of(e for e in events if e.kind in OUTPUTS)
        outputs += take(engine, event)


def take(engine, event):
    if event.kind == Kind.KIND_CLOCK:
        engine.advance(event.time_ns)
    else:
        engine.submit(event)
    return engine.drain()


def run_on(engine, inputs):
    return [output for event in inputs for output in take(engine, event)]


@every_trace
def test_adopting_what_the_device_just_reported_changes_nothing(path):
    events, new_engine = events_of(path.read_bytes())
    engine = new_engine()
    for event in events:
        if event.kind not in INPUTS:
            continue
        while engine.next_due_ns is not None and engine.next_due_ns <= event.time_ns:
            engine.advance(engine.next_due_ns)
            for output in engine.drain()[-1:]:
                other = engine.copy()
                other.adopt(output)
                assert other.same_state(engine), output
        engine.submit(event)
        engine.drain()


@every_trace
@pytest.mark.parametrize("compression", ["none", "zstd"])
@pytest.mark.parametrize("chunk_size", [700, 1 << 20])
def test_chunks_and_compression_do_not_change_the_digest(path, compression, chunk_size):
    data = path.read_bytes()
    other = rewrite(data, lambda events: events, compression=compression, chunk_size=chunk_size)
    with TraceReader(data) as reader, TraceReader(other) as again:
        assert reader.footer is not None
        assert again.footer is not None
        assert again.footer.digest == reader.footer.digest
    result = replay(other)
    assert result.equal
    assert result.digest == reader.footer.digest.hex()
