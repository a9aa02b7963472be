"""Records of one session: their order, times, causes, places, and its bounded notes."""

from pathlib import Path

import field_samples as samples
import pytest
from import_samples import (
    DEVICE,
    HOST,
    INCOMPLETE,
    INDICATION_REQUIRED,
    INEXACT,
    RADIO_STATE,
    radio,
    run,
    wires,
)

from wwanreplay._core import Kind, RecordFlag
from wwanreplay.formats import import_session
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.messages import MBIM_COMMAND_DONE, MBIM_COMMAND_MSG, Message
from wwanreplay.trace import TraceReader


def test_events_follow_the_wire_record_they_are_made_of(tmp_path: Path):
    log = samples.old_libmbim(samples.OPEN) + samples.old_libmbim(radio(2))
    log += samples.old_libmbim(radio(2, MBIM_COMMAND_DONE))
    events, summary = run(tmp_path, log)
    assert [event.kind for event in events] == [
        Kind.KIND_WIRE,
        Kind.KIND_WIRE,
        Kind.KIND_QUERY,
        Kind.KIND_COMPLETION,
        Kind.KIND_WIRE,
        Kind.KIND_INDICATION,
        Kind.KIND_CLOCK,
    ]
    assert wires(events) == [samples.OPEN, radio(2), radio(2, MBIM_COMMAND_DONE)]
    assert [event.code for event in events if event.kind == Kind.KIND_WIRE] == [HOST, HOST, DEVICE]
    query, completion, indication = events[2], events[3], events[5]
    assert (query.code, query.request_id, query.cause) == (RADIO_STATE, 2, 1)
    assert (completion.cause, completion.status) == (2, INDICATION_REQUIRED)
    assert completion.flags & RecordFlag.FLAG_INFERRED
    assert (indication.cause, indication.request_id) == (4, 2)
    assert summary.total.numbers() == {
        "messages": 3,
        "complete": 3,
        "incomplete": 0,
        "events": 3,
        "requests": 1,
        "completions": 1,
        "indications": 1,
        "notes": 0,
        "duplicates": 0,
        "unmapped": 0,
        "unreadable": 0,
        "dropped": 0,
        "problems": 0,
    }


def test_every_record_knows_its_place(tmp_path: Path):
    events, _ = run(tmp_path, samples.old_libmbim(samples.OPEN) + samples.old_libmbim(radio(2)))
    assert [event.source for event in events[:-1]] == [
        {"log": "0.log", "unit": "line", "number": 1},
        {"log": "0.log", "unit": "line", "number": 6},
        {"log": "0.log", "unit": "line", "number": 6},
        {"log": "0.log", "unit": "line", "number": 6},
    ]


def test_times_are_those_of_the_log_and_always_grow(tmp_path: Path):
    stamps = ("05:24:07", "05:24:07", "05:24:09", "05:24:08", "05:24:10")
    log = "".join(samples.old_libmbim(samples.OPEN, f"26  Jul 2022, {stamp}") for stamp in stamps)
    events, summary = run(tmp_path, log)
    assert [(event.time_ns, event.flags) for event in events[:-1]] == [
        (0, 0),
        (1_000, INEXACT),
        (2_000_000_000, 0),
        (2_000_001_000, INEXACT),
        (3_000_000_000, 0),
    ]
    assert summary.sessions[0].duration_ns == 3_000_000_000
    with TraceReader(tmp_path / "out.wwtrace") as reader:
        clock = reader.header.clock
    assert clock["kind"] == "local"
    assert clock["epoch_ns"] == 1_658_813_047_000_000_000
    assert clock["step_ns"] == 1_000_000_000


def test_a_log_without_times_gets_steps_that_say_so(tmp_path: Path):
    log = f"sending (16): {samples.OPEN.hex(' ')}\nreading (16): {samples.OPEN_DONE.hex(' ')}\n"
    events, _ = run(tmp_path, log)
    assert [(event.time_ns, event.flags) for event in events[:-1]] == [
        (0, INEXACT),
        (1_000_000, INEXACT),
    ]
    with TraceReader(tmp_path / "out.wwtrace") as reader:
        assert reader.header.clock == {"kind": "none"}


def test_times_that_no_trace_can_hold_are_no_times(tmp_path: Path):
    log = samples.old_libmbim(samples.OPEN) + samples.old_libmbim(
        samples.OPEN_DONE, "26  Jul 9999, 05:24:07"
    )
    events, _ = run(tmp_path, log)
    assert (events[1].time_ns, events[1].flags) == (1_000, INEXACT)


def test_a_cut_message_keeps_its_bytes_and_its_fields(tmp_path: Path):
    log = samples.new_libmbim(samples.RADIO_DONE, samples.RADIO_TRANSLATED)
    events, summary = run(tmp_path, log)
    wire, indication = events[:2]
    assert wire.payload == samples.RADIO_DONE[:12]
    assert wire.flags & INCOMPLETE
    assert indication.flags & INCOMPLETE
    assert indication.payload == b""
    assert indication.fields is not None
    assert indication.fields["Fields.HwRadioState"] == "on"
    assert summary.total.incomplete.count == 1
    assert summary.total.places()["incomplete"] == [
        {
            "log": "0.log",
            "unit": "line",
            "number": 1,
            "reason": "12 of 56 bytes are in the log",
        }
    ]


def test_each_fragment_is_a_wire_record_where_it_stands(tmp_path: Path):
    whole = Message(MBIM_COMMAND_DONE, 3, 0, samples.BASIC_CONNECT, 3, bytes(range(200))).to_bytes()
    parts = split(whole, 64)
    assert len(parts) > 2
    # A message of the host between two fragments of the device
    log = samples.old_libmbim(parts[0], "26  Jul 2022, 05:24:01")
    log += samples.old_libmbim(samples.OPEN, "26  Jul 2022, 05:24:02")
    log += "".join(samples.old_libmbim(part, "26  Jul 2022, 05:24:03") for part in parts[1:])
    events, summary = run(tmp_path, log)
    assert wires(events) == [parts[0], samples.OPEN, *parts[1:]]
    indication = events[-2]
    assert indication.kind == Kind.KIND_INDICATION
    assert indication.cause == len(parts)
    assert events[len(parts)].payload == parts[-1]
    assert events[0].time_ns == 0
    assert events[1].time_ns == 1_000_000_000
    assert summary.total.messages == 2


def test_a_lone_fragment_is_kept_and_counted(tmp_path: Path):
    whole = Message(MBIM_COMMAND_DONE, 3, 0, samples.BASIC_CONNECT, 3, bytes(range(200))).to_bytes()
    last = split(whole, 64)[-1]
    events, summary = run(tmp_path, samples.old_libmbim(last))
    assert wires(events) == [last]
    assert summary.total.incomplete.count == 1
    assert summary.total.events == 0


def test_messages_to_the_proxy_reach_no_modem(tmp_path: Path):
    proxy = Message(MBIM_COMMAND_MSG, 1, 1, samples.PROXY, 1, b"\0" * 12).to_bytes()
    events, summary = run(tmp_path, samples.old_libmbim(proxy) + samples.old_libmbim(radio(2)))
    assert wires(events) == [radio(2)]
    assert summary.total.messages == 1
    assert summary.total.unmapped.count == 1
    assert "mbim-proxy" in summary.total.unmapped.first[0][1]


def test_notes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(import_session, "SAME_NOTES_MAX", 2)
    monkeypatch.setattr(import_session, "NOTES_MAX", 3)
    note = "[26  Jul 2022, 05:24:07] [Debug] [/dev/cdc-wdm4] number of consecutive timeouts: {}\n"
    log = "".join(note.format(number) for number in (1, 1, 1, 2, 3)) + samples.old_libmbim(
        samples.OPEN
    )
    events, summary = run(tmp_path, log)
    notes = [event.payload for event in events if event.kind == Kind.KIND_NOTE]
    assert notes == [
        b"number of consecutive timeouts: 1",
        b"number of consecutive timeouts: 1",
        b"number of consecutive timeouts: 2",
    ]
    assert (summary.total.notes, summary.total.dropped.count) == (3, 2)


@pytest.mark.parametrize(("later", "count"), [("10:00:30", 0), ("09:59:59", 0), ("08:00:00", 1)])
def test_a_clock_that_is_set_back_is_counted_once_with_its_place(tmp_path, later, count):
    first = samples.old_libmbim(samples.OPEN, time="26 Nov 2026, 10:00:00")
    again = samples.old_libmbim(radio(2), time=f"26 Nov 2026, {later}")
    _, summary = run(tmp_path, first + again + again)
    assert summary.total.set_back.count == count
    if count:
        place, reason = summary.total.set_back.first[0]
        assert (place.number, reason[:13]) == (6, "by 7200.000 s")
        assert f"  set back 0.log:line {place.number}: by 7200.000 s" in "\n".join(summary.lines())
