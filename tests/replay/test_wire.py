"""Replay of sessions over MBIM: the messages are rebuilt and compared byte for byte."""

import pytest
from alterations import drops, duplicates, octets, unreported
from replay_samples import changed_octet
from wire_samples import events_and_header, replayed, served_trace

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.analysis.report import report_lines
from wwanreplay.analysis.update import update_trace
from wwanreplay.replay import DivergenceKind, replay
from wwanreplay.trace import TraceReader, TraceWriter
from wwanreplay.trace.notes import NoteCode


def to_host(events):
    return [
        n
        for n, event in enumerate(events)
        if event.kind == Kind.KIND_WIRE and event.code == WireDirection.WIRE_DEVICE_TO_HOST
    ]


def test_a_served_session_replays_equal_with_its_messages():
    result = replay(served_trace())
    assert result.equal
    assert result.counts["wire"] >= 16
    assert result.digest == result.recorded_digest


@pytest.mark.long
def test_every_altered_message_byte_is_reported_at_that_message():
    events, _ = events_and_header()
    for place in to_host(events):
        for octet in range(0, len(events[place].payload), 3):
            edited = list(events)
            edited[place] = changed_octet(events[place], octet)
            (found,) = replayed(edited).divergences
            reported = (found.kind, found.root, found.index, found.note)
            assert reported == (DivergenceKind.WIRE, True, place, "message differs")


@pytest.mark.parametrize("action", ["drop", "repeat"])
def test_a_dropped_or_repeated_message_is_reported_there(action):
    events, _ = events_and_header()
    for place in to_host(events):
        edited = list(events)
        if action == "drop":
            del edited[place]
        else:
            edited.insert(place, events[place])
        result = replayed(edited)
        assert result.root_count == result.divergence_count == 1
        (found,) = result.divergences
        assert found.kind is DivergenceKind.WIRE
        following = next(n for n in range(place, len(edited)) if edited[n].kind != Kind.KIND_NOTE)
        assert place <= found.index <= max(following, place + 1)


@pytest.mark.parametrize("sort", [drops, duplicates, octets], ids=lambda sort: sort.__name__)
def test_a_fault_of_the_device_is_the_root_and_its_messages_follow_from_it(sort):
    events, _ = events_and_header()
    count = 0
    for alteration in list(sort(events))[:: 7 if sort is octets else 1]:
        result = replayed(alteration.events)
        assert (
            unreported(
                type(alteration)(alteration.name, alteration.events, alteration.places, False),
                result,
            )
            is None
        )
        assert {str(found.kind) for found in result.divergences if found.root} != {"wire"}
        count += 1
    assert count > 10


def test_a_lost_message_of_the_host_is_one_root():
    events, _ = events_and_header()
    place = next(
        n
        for n, event in enumerate(events)
        if event.kind == Kind.KIND_WIRE and n > 12 and event.code == 1
    )
    result = replayed([*events[:place], *events[place + 1 :]])
    assert result.root_count == 1
    assert result.divergences[0].index == place


def test_messages_are_masked_in_reports():
    events, _ = events_and_header()
    place = to_host(events)[2]
    events[place] = changed_octet(events[place], 20)
    result = replayed(events)
    hidden, shown = ("\n".join(report_lines(result, show_personal=on)) for on in (False, True))
    assert events[place].payload[:16].hex() not in hidden
    assert events[place].payload[:16].hex() in shown


def test_another_profile_is_replayed_without_the_messages():
    result = replay(served_trace(), profile="lte-home", seed=5)
    assert result.equal


def test_an_update_makes_the_messages_anew(tmp_path):
    events, header = events_and_header()
    path = tmp_path / "a.wwtrace"
    outputs = [n for n, event in enumerate(events) if event.kind == Kind.KIND_INDICATION]
    events[outputs[1]] = changed_octet(events[outputs[1]], 8)
    events[to_host(events)[-1]] = changed_octet(events[to_host(events)[-1]], 4)
    with TraceWriter(path, header) as writer:
        writer.write_all(events)
    assert not replay(path).equal
    update_trace(path)
    assert replay(path).equal
    with TraceReader(path) as reader:
        assert list(reader.events()) == events_and_header()[0]


def test_an_undelivered_message_is_equal_and_counted_in_a_note(tmp_path):
    events, header = events_and_header()
    places = to_host(events)[1::3]
    for place in places:
        wire = events[place]
        events[place] = Event(
            Kind.KIND_NOTE,
            wire.time_ns,
            code=NoteCode.UNDELIVERED,
            payload=b"not delivered",
            cause=wire.cause,
        )
    result = replayed(events)
    assert result.equal
    assert result.counts["messages"] == len(to_host(events))
    what = f"{len(places)} MBIM messages did not reach a host"
    assert result.notes == [f"{what}: their times are compared, not their bytes"]
    path = str(tmp_path / "t.wwtrace")
    with TraceWriter(path, header) as writer:
        writer.write_all(events)
    update_trace(path)
    with TraceReader(path) as reader:
        assert list(reader.events()) == events_and_header()[0]
