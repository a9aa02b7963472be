"""The beginning of a trace that starts in mid-session."""

import pytest
from replay_samples import sample_events

from wwanreplay._core import Event, Kind, RecordWriter
from wwanreplay.errors import InputError
from wwanreplay.replay.start import apply_start

EVENTS, NEW_ENGINE = sample_events()
DRIVING = [event for event in EVENTS if event.kind not in (Kind.KIND_NOTE, Kind.KIND_CLOCK)]


def packed(events):
    writer = RecordWriter()
    for event in events:
        writer.append(event)
    taken = writer.take()
    return taken[0]


def test_inputs_lead_the_device_and_nothing_is_left_to_take():
    engine, other = NEW_ENGINE(), NEW_ENGINE()
    inputs = [
        each for each in DRIVING if each.kind not in (Kind.KIND_COMPLETION, Kind.KIND_INDICATION)
    ]
    apply_start(engine, packed(inputs[:8]))
    for event in inputs[:8]:
        other.submit(event.replace(time_ns=event.time_ns - inputs[0].time_ns))
    other.drain()
    assert engine.drain() == []
    assert engine.state() == other.state()


def test_a_clock_record_lets_time_come_and_pending_outputs_stay():
    engine, whole = NEW_ENGINE(), NEW_ENGINE()
    first = next(event for event in DRIVING if event.request_id)
    for event in DRIVING:
        if event.kind not in (Kind.KIND_COMPLETION, Kind.KIND_INDICATION):
            whole.drain()
            whole.submit(event)
        if event is first:
            break
    whole.advance(first.time_ns + 10**9)
    emitted = whole.drain()
    assert len(emitted) > 1
    lead = [
        each
        for each in DRIVING[: DRIVING.index(first) + 1]
        if each.kind not in (Kind.KIND_COMPLETION, Kind.KIND_INDICATION)
    ]
    begin = Event(Kind.KIND_CLOCK, 0)
    end = Event(Kind.KIND_CLOCK, first.time_ns + 10**9)
    apply_start(engine, packed([begin, *lead, end]), pending=1)
    assert engine.now_ns == end.time_ns
    assert engine.drain() == emitted[-1:]


def test_a_record_that_drives_no_device_is_an_error():
    with pytest.raises(InputError, match="KIND_NOTE, which drives no device"):
        apply_start(NEW_ENGINE(), packed([Event(Kind.KIND_NOTE, 0, payload=b"x")]))
