"""Bounded work: what one input, one wait or one trace may set off, and that all of it ends."""

import contextlib
import io
import os
import resource
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from replay_samples import SECOND, activate, new_session
from running import running_verb

from wwanreplay import record as recording
from wwanreplay._core import (
    Engine,
    Event,
    Kind,
    Profile,
    Replayer,
    core_limits,
    record_chunk,
    step_chunk,
)
from wwanreplay._core import RecordWriter as Writer
from wwanreplay.devices import recorder
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import load_profile
from wwanreplay.errors import LimitError, UsageError
from wwanreplay.replay import replay
from wwanreplay.replay.matchers.window import OUTPUTS_TRIED_MAX
from wwanreplay.trace import TraceReader, TraceWriter

LIMITS = core_limits()
ADVANCE_NS_MAX = LIMITS["ADVANCE_S_MAX"] * SECOND
HOUR = 3600 * SECOND
DAY = 24 * HOUR
EACH_SECOND = {
    "SignalIndication.RssiInterval": 1,
    "SignalIndication.RssiThreshold": 0xFFFFFFFF,
}


class Nowhere(io.RawIOBase):
    """A file that keeps nothing."""

    def writable(self):
        return True

    def write(self, data):
        return len(data)


def reporting(**options):
    """A session whose device reports its signal each second."""
    session = new_session(**options)
    session.run("8s")
    session.set("OID_WWAN_SIGNAL_STATE", EACH_SECOND)
    session.run("2s")
    return session


def reporting_engine():
    session = reporting()
    engine = session.device.engine.copy()
    session.close()
    return engine


def events_of(trace):
    with TraceReader(trace) as reader:
        return list(reader.events())


def packed_of(events):
    writer = Writer()
    for event in events:
        writer.append(event)
    records, _, _, base_time_ns, *_ = writer.take()
    return records, base_time_ns


def with_last_time(trace, time_ns, path):
    """The trace with its end at another time."""
    with TraceReader(trace) as reader, TraceWriter(path, reader.header) as writer:
        for event in reader.events():
            if event.kind != Kind.KIND_CLOCK:
                writer.write(event)
        return writer.write(Event(Kind.KIND_CLOCK, time_ns, code=0))


def run_verb(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "wwanreplay", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        **options,
    )


# ------------------------------------------------------------------------------ time and outputs


@pytest.mark.parametrize("verb", ["replay", "infer"])
def test_a_jump_in_time_is_refused_with_file_record_and_limit(tmp_path, verb):
    path = tmp_path / "bomb.wwtrace"
    index = with_last_time(reporting().trace(), 2**62, path)
    arguments = [verb, path]
    if verb == "infer":
        arguments += ["-o", tmp_path / "out.wwtrace"]
    run = run_verb(*arguments)
    assert run.returncode == 3
    assert f"{path}: record {index} (clock): " in run.stdout + run.stderr
    assert "ADVANCE_S_MAX" in run.stdout + run.stderr


def test_a_jump_in_which_nothing_is_due_is_as_long_as_it_likes():
    session = new_session()
    session.run("60s")
    session.device.engine.advance(2**62)
    assert session.now_ns == 2**62


@pytest.mark.parametrize(
    ("target_ns", "name"),
    [(3 * DAY, "OUTPUT_COUNT_MAX"), (2 * ADVANCE_NS_MAX, "ADVANCE_S_MAX")],
)
def test_a_device_stops_at_a_limit_and_can_go_on_from_there(target_ns, name):
    engine = reporting_engine()
    start_ns = engine.now_ns
    with pytest.raises(LimitError, match=name) as caught:
        engine.advance(target_ns)
    assert caught.value.limit == LIMITS[name]
    assert caught.value.value > caught.value.limit
    reported = engine.drain()
    assert len(reported) <= LIMITS["OUTPUT_COUNT_MAX"]
    assert all(event.time_ns <= engine.now_ns for event in reported)
    engine.advance(start_ns + DAY if not reported else engine.now_ns + HOUR)
    assert len(engine.drain()) >= 3600


def test_an_input_on_the_other_side_of_a_limit_is_not_taken():
    engine = reporting_engine()
    with pytest.raises(LimitError, match="OUTPUT_COUNT_MAX"):
        engine.submit(Event(Kind.KIND_LIFECYCLE, 3 * DAY, code=4))
    assert engine.now_ns < 3 * DAY
    assert engine.state()["miniport"] == "running"


def test_inputs_whose_outputs_nobody_takes_are_bounded_too():
    engine = Engine(Profile(load_profile("lte-home").mapping))
    query = Event(Kind.KIND_QUERY, 0, code=0x00010101, request_id=1, capacity=4096)
    for _ in range(LIMITS["OUTPUT_COUNT_MAX"]):
        engine.submit(query)
    with pytest.raises(LimitError, match="OUTPUT_COUNT_MAX"):
        engine.submit(query)
    assert len(engine.drain()) == LIMITS["OUTPUT_COUNT_MAX"]
    engine.submit(query)


@pytest.mark.long
def test_what_one_pass_does_a_device_does_in_pieces_too():
    whole, pieces = reporting_engine(), reporting_engine()
    end_ns = whole.now_ns + 30 * HOUR
    whole.advance(end_ns)
    reported = []
    while pieces.now_ns < end_ns:
        pieces.advance(min(pieces.now_ns + HOUR, end_ns))
        reported += pieces.drain()
    assert reported == whole.drain()
    assert whole.same_state(pieces)


@pytest.mark.long
def test_a_long_wait_is_recorded_with_few_outputs_in_memory():
    session = reporting(target=Nowhere(), keep_events=False)
    device, counts = session.device, []

    class Counting:
        def __getattr__(self, name):
            return getattr(device, name)

        def drain(self):
            reported = device.drain()
            counts.append(len(reported))
            return reported

    session.recorder.device = Counting()
    session.run("48h")
    assert sum(counts) >= 48 * 3600 - 1
    assert max(counts) <= recorder.PIECE_NS // SECOND + 1
    assert session.events == []
    session.close()


def test_a_session_says_how_many_outputs_it_holds(monkeypatch):
    monkeypatch.setattr(recording, "EVENTS_KEPT_MAX", 1000)
    session = reporting()
    with pytest.raises(LimitError, match="keep_events"):
        session.run("1h")
    assert len(session.events) <= 1000


def test_a_long_recorded_wait_replays_equal():
    session = reporting()
    session.run("10h")
    result = replay(session.trace())
    assert result.equal
    assert result.counts["indications"] >= 36000


def test_a_script_that_waits_for_years_is_refused(tmp_path):
    script = tmp_path / "years.toml"
    script.write_text(
        'profile = "lte-home"\nstep = [\n { at = "8s", set = "OID_WWAN_SIGNAL_STATE", values = '
        '{ "SignalIndication.RssiInterval" = 1, "SignalIndication.RssiThreshold" = 4294967295 } },'
        '\n { wait = "20000h" },\n]\n'
    )
    run = run_verb("record", "--script", script, "-o", tmp_path / "out.wwtrace")
    assert run.returncode == 3
    assert "ADVANCE_S_MAX" in run.stderr
    assert run.stderr.count("error:") == 1


@pytest.mark.long
def test_a_day_of_missing_outputs_is_reported_not_refused():
    session = reporting()
    trace = io.BytesIO()
    with_last_time(session.trace(), DAY, trace)
    result = replay(trace.getvalue())
    assert result.divergence_count > 86000 > OUTPUTS_TRIED_MAX
    assert result.root_count >= 1


def test_loops_over_packed_records_stop_at_the_limits():
    session = reporting()
    events = [event for event in events_of(session.trace()) if event.kind != Kind.KIND_CLOCK]
    events.append(Event(Kind.KIND_LIFECYCLE, 2**62, code=4))
    packed, base_ns = packed_of(events)
    profile = load_profile("lte-home")
    with pytest.raises(LimitError, match=r"record .*ADVANCE_S_MAX"):
        step_chunk(EmulatedDevice(profile, 7).engine, packed, base_ns)
    with pytest.raises(LimitError, match=r"record .*ADVANCE_S_MAX"):
        record_chunk(EmulatedDevice(profile, 7).engine, Writer(), packed, 0, base_ns, 1 << 20)


# ------------------------------------------------------------------------------------- interrupts


@contextlib.contextmanager
def interrupted_when(condition):
    """Signals all the time until one finds the condition, which is a KeyboardInterrupt."""

    def handler(_number, _frame):
        if condition():
            signal.setitimer(signal.ITIMER_REAL, 0)
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_an_interrupted_device_goes_on_as_if_nothing_had_been():
    engine, other = reporting_engine(), reporting_engine()
    start_ns = engine.now_ns
    end_ns = start_ns + 36 * HOUR
    with (
        interrupted_when(lambda: start_ns < engine.now_ns < end_ns),
        pytest.raises(KeyboardInterrupt),
    ):
        engine.advance(end_ns)
    assert start_ns < engine.now_ns < end_ns
    assert (engine.now_ns - start_ns) // SECOND <= LIMITS["STEPS_PER_CHECK"] + 1
    engine.advance(end_ns)
    other.advance(end_ns)
    assert engine.drain() == other.drain()
    assert engine.same_state(other)


def test_an_interrupted_replay_stands_before_a_record_and_goes_on():
    session = new_session()
    session.run("60s")
    base = [event for event in events_of(session.trace()) if event.kind != Kind.KIND_CLOCK]
    now_ns = base[-1].time_ns
    count = 32 * LIMITS["STEPS_PER_CHECK"]
    ends = [Event(Kind.KIND_NOTE, now_ns, code=0, payload=b"x")] * count
    packed, base_ns = packed_of([*base, *ends])
    replayer = Replayer(EmulatedDevice(load_profile("lte-home"), 7).engine)
    replayer.open_chunk(packed, 0, base_ns)
    with (
        interrupted_when(lambda: 0 < replayer.next_index < len(base) + count),
        pytest.raises(KeyboardInterrupt),
    ):
        replayer.run()
    assert replayer.next_index % LIMITS["STEPS_PER_CHECK"] == 0
    replayer.run()
    assert replayer.next_index == len(base) + count


def test_ctrl_c_during_a_long_recording_ends_with_130(tmp_path):
    script = tmp_path / "year.toml"
    script.write_text(
        'profile = "lte-home"\nstep = [\n { at = "8s", set = "OID_WWAN_SIGNAL_STATE", values = '
        '{ "SignalIndication.RssiInterval" = 1, "SignalIndication.RssiThreshold" = 4294967295 } },'
        '\n { wait = "9000h" },\n]\n'
    )
    command = ["record", "--script", str(script)]
    out = tmp_path / "out"
    out.mkdir()
    with running_verb(*command, "-o", str(out / "year.wwtrace"), stdout=None) as process:
        for _ in range(6000):  # until it is under way
            if sum(path.stat().st_size for path in out.iterdir()) > 1_000_000:
                break
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "error: interrupted; " in errors


# ---------------------------------------------------------------------------------------- memory


def test_saved_devices_share_what_has_not_changed():
    session = new_session()
    engine = session.device.engine
    saved = [engine.save()]
    for _ in range(100):
        session.query("OID_WWAN_SIGNAL_STATE")
        session.run("1s")
        saved.append(engine.save())
    whole = saved[0].own_size(None)
    assert whole > 50_000
    own = [after.own_size(before) for before, after in pairwise(saved)]
    assert max(own) < whole / 8
    copy = saved[-1].copy()
    assert copy.same_state(engine)
    assert copy.save().own_size(saved[-1]) == 0
    assert saved[-1].now_ns == engine.now_ns


def test_a_saved_device_has_its_request_buffers():
    session = new_session()
    session.run("8s")
    engine = session.device.engine
    activate(session)
    saved = engine.save()
    assert saved.own_size(None) > new_session().device.engine.save().own_size(None)
    assert saved.copy().snapshot() == engine.snapshot()
    other = saved.copy()
    other.advance(20 * SECOND)
    engine.advance(20 * SECOND)
    assert other.drain() == engine.drain()


def test_a_saved_device_is_made_by_save_only():
    from wwanreplay._core import SavedEngine

    with pytest.raises(UsageError, match="save"):
        SavedEngine().copy()


ADDRESS_SPACE_MAX = 400 << 20


def with_wrong_request_id():
    """Many requests, one answered under another's number: the search keeps many ways open."""
    session = new_session()
    session.play("failures")
    trace = session.trace()
    target = io.BytesIO()
    with TraceReader(trace) as reader, TraceWriter(target, reader.header) as writer:
        for event in reader.events():
            if event.kind == Kind.KIND_COMPLETION and event.request_id == 150:
                event = event.replace(request_id=406)
            writer.write(event)
    return target.getvalue()


@pytest.mark.long
def test_inference_holds_little_for_each_way_it_keeps_open(tmp_path):
    path = tmp_path / "wrong.wwtrace"
    path.write_bytes(with_wrong_request_id())

    def limited():
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_MAX, ADDRESS_SPACE_MAX))

    run = run_verb(
        "infer",
        path,
        "-o",
        tmp_path / "out.wwtrace",
        preexec_fn=limited,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    assert run.returncode in (0, 1), run.stderr
    assert Path(tmp_path / "out.wwtrace").exists()
