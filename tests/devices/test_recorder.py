"""The recorder: what a trace holds of a session, in which order, and how far one wait may reach."""

import io

import pytest

from wwanreplay._core import Event, Kind, core_limits
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.faults import FaultyDevice, parse_faults
from wwanreplay.devices.profile import load_profile
from wwanreplay.devices.recorder import Recorder
from wwanreplay.errors import LimitError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter
from wwanreplay.trace.notes import NoteCode

SECOND = 10**9
RADIO = PROTOCOL.oid("OID_WWAN_RADIO_STATE").number


def recorder(faults="", **options):
    device = EmulatedDevice(load_profile("lte-home"), 3)
    if faults:
        device = FaultyDevice(device, parse_faults(faults, "faults.toml"))
    out = io.BytesIO()
    return Recorder(device, TraceWriter(out, TraceHeader()), **options), out


def query(time_ns, request_id=1):
    return Event(Kind.KIND_QUERY, time_ns, code=RADIO, request_id=request_id, capacity=4096)


def ended(made, out):
    made.close()
    made.writer.close()
    with TraceReader(out.getvalue()) as reader:
        return list(reader.events()), len(list(reader.checkpoints()))


def test_what_is_due_before_an_input_stands_before_it_and_what_follows_behind():
    made, out = recorder()
    index = made.submit(query(10 * SECOND))
    made.advance(12 * SECOND)
    events, _ = ended(made, out)
    assert events[index].kind == Kind.KIND_QUERY
    assert index > 0
    assert all(event.time_ns <= 10 * SECOND for event in events[:index])
    assert events[index + 1].kind == Kind.KIND_COMPLETION
    assert events[index + 1].cause == index
    assert [event.index for event in events] == list(range(len(events)))


def test_outputs_are_taken_once_with_their_places_in_the_trace():
    made, out = recorder()
    made.submit(query(10 * SECOND))
    made.advance(12 * SECOND)
    first = made.drain()
    assert made.drain() == []
    events, _ = ended(made, out)
    assert first == [events[event.index] for event in first]
    assert {event.kind for event in first} == {Kind.KIND_COMPLETION, Kind.KIND_INDICATION}


def test_the_end_is_the_time_at_which_the_recording_ended_and_is_written_once():
    made, out = recorder()
    made.advance(5 * SECOND)
    made.close()
    made.close()
    events, _ = ended(made, out)
    assert [event.kind for event in events].count(Kind.KIND_CLOCK) == 1
    assert (events[-1].kind, events[-1].time_ns) == (Kind.KIND_CLOCK, 5 * SECOND)


def test_a_note_about_an_output_stands_behind_it_and_one_about_a_lost_one_at_its_time():
    when = '[[fault]]\nwhen = {{ code = "NDIS_STATUS_WWAN_RADIO_STATE" }}\n{}\n'
    for what in ("alter = { HwRadioState = 0 }", "drop = true"):
        made, out = recorder(when.format(what))
        made.submit(query(20 * SECOND))
        made.advance(25 * SECOND)
        events, _ = ended(made, out)
        (note,) = [event for event in events if event.kind == Kind.KIND_NOTE and event.time_ns]
        before = events[note.index - 1]
        assert note.code == NoteCode.FAULT
        if what.startswith("drop"):
            assert note.cause is None  # only completions name their request
            assert before.kind == Kind.KIND_COMPLETION
        else:
            assert note.cause == before.index
            assert before.kind == Kind.KIND_INDICATION


def test_the_state_is_written_after_so_many_records():
    for records, wanted in ((0, 0), (1, 4), (1000, 0)):
        made, out = recorder(checkpoint_records=records)
        for number in range(1, 5):
            made.submit(query(number * 10 * SECOND, number))
        _, checkpoints = ended(made, out)
        assert (checkpoints >= wanted) if wanted else checkpoints == 0, records


def test_a_wait_in_which_the_device_acts_has_a_limit():
    made, out = recorder()
    limit_s = core_limits()["ADVANCE_S_MAX"]
    with pytest.raises(LimitError, match="ADVANCE_S_MAX"):
        made.advance((limit_s + 1) * SECOND)
    assert made.now_ns == 0
    made.advance(limit_s * SECOND)
    assert made.now_ns == limit_s * SECOND
    ended(made, out)
