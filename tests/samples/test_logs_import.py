"""The sample logs imported: the wire records are what the modems recorded."""

from collections import defaultdict
from itertools import pairwise

import pytest
import sample_logs as samples
from groups import sampled
from sample_logs import BEHIND_PROXY, CAPTURES, DIRECT, LOGS, PROXY_LOGS

from wwanreplay._core import Kind, RecordFlag
from wwanreplay.formats.importer import import_logs
from wwanreplay.trace import TraceReader

REQUESTS = (Kind.KIND_QUERY, Kind.KIND_SET)
#: What importing adds to equal times, at most, in the densest of the samples.
TIME_SHIFT_MAX_NS = 100_000


def session_of(name: str) -> str:
    """The session whose recording a log or capture is to be compared with."""
    return PROXY_LOGS.get(name, name.removesuffix("-usb").removesuffix("-user"))


@pytest.fixture
def imported(tmp_path):
    def make(path):
        summary = import_logs([path], tmp_path / "bug.wwtrace")
        with TraceReader(tmp_path / "bug.wwtrace") as reader:
            return list(reader.events()), summary

    return make


def wire_of(events):
    """The wire records in each direction."""
    found = defaultdict(list)
    for event in events:
        if event.kind == Kind.KIND_WIRE:
            found[samples.DIRECTIONS[event.code]].append(event)
    return found


@pytest.mark.parametrize("name", sampled([*DIRECT, *PROXY_LOGS, *CAPTURES], 6))
def test_the_wire_records_are_those_of_the_recording(name: str, imported):
    events, summary = imported({**LOGS, **CAPTURES}[name])
    recorded = samples.recorded_transfers(session_of(name))
    wire = wire_of(events)
    assert {way: len(sent) for way, sent in wire.items()} == {
        way: len(sent) for way, sent in recorded.items()
    }
    for way, sent in wire.items():
        for event, data in zip(sent, recorded[way], strict=True):
            whole = event.payload == data
            assert whole or data.startswith(event.payload)
            assert bool(event.flags & RecordFlag.FLAG_INCOMPLETE) != whole
    total = summary.total
    assert len(summary.sessions) == 1
    assert total.messages == total.complete + total.incomplete.count
    assert total.unreadable.count == total.dropped.count == 0
    assert all(reason.endswith("has no OID") for _, reason in total.unmapped.first)
    if name in CAPTURES or "..." not in samples.text_of(name).split("data   =", 1)[1][:80]:
        assert total.incomplete.count == 0


@pytest.mark.parametrize("name", BEHIND_PROXY)
def test_what_goes_to_the_proxy_is_counted_and_left_out(name: str, imported):
    events, summary = imported(LOGS[name])
    messages, _ = samples.messages_of(name)
    assert summary.total.messages == len(messages)
    assert summary.total.unmapped.count >= 2
    assert "mbim-proxy" in summary.total.unmapped.first[0][1]
    assert sum(map(len, wire_of(events).values())) == len(messages)


@pytest.mark.parametrize("name", sampled([*LOGS, *CAPTURES], 6))
def test_each_event_points_at_what_it_was_made_of(name: str, imported):
    events, _ = imported({**LOGS, **CAPTURES}[name])
    times = [event.time_ns for event in events if event.kind == Kind.KIND_WIRE]
    assert all(first < second for first, second in pairwise(times))
    for event in events:
        if event.kind in REQUESTS:
            assert events[event.cause].kind == Kind.KIND_WIRE
        elif event.kind == Kind.KIND_COMPLETION:
            assert events[event.cause].kind in REQUESTS
            assert events[event.cause].request_id == event.request_id
        elif event.kind == Kind.KIND_INDICATION:
            assert events[event.cause].kind == Kind.KIND_WIRE


@pytest.mark.parametrize("name", CAPTURES)
def test_times_of_a_capture_are_the_recorded_ones(name: str, imported):
    events, _ = imported(CAPTURES[name])
    times = [event.time_ns for event in events if event.kind == Kind.KIND_WIRE]
    recorded = [event.time_ns for event in samples.wire_of(session_of(name))]
    shifts = [
        (ours - times[0]) - (theirs - recorded[0])
        for ours, theirs in zip(times, recorded, strict=True)
    ]
    # What stands at one time, notes of the bus included, is put 1 us apart.
    assert min(shifts) == 0
    assert max(shifts) < TIME_SHIFT_MAX_NS
    assert sum(shift == 0 for shift in shifts) > len(shifts) // 4


@pytest.mark.parametrize("dress", ["rsyslog", "journal_json", "windows_ends", "older"])
@pytest.mark.parametrize("name", ["mbimcli-connect", "modem-manager-5g-fragments-proxy"])
def test_another_dress_imports_to_the_same_wire_records(name: str, dress: str, tmp_path, imported):
    path = tmp_path / f"{dress}.log"
    path.write_bytes(getattr(samples, dress)(samples.text_of(name)).encode())
    events, summary = imported(path)
    found = {way: [event.payload for event in sent] for way, sent in wire_of(events).items()}
    assert found == samples.recorded_transfers(session_of(name))
    assert summary.total.incomplete.count == 0
