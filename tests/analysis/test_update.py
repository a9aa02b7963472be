"""A trace whose outputs are rewritten: what stays, what is made anew, and what is refused."""

import io

import pytest
from replay_samples import changed_octet, sample_events, sample_trace
from wire_samples import served_trace

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.update import update_trace
from wwanreplay.errors import InputError
from wwanreplay.protocol.kinds import OUTPUTS
from wwanreplay.replay import replay
from wwanreplay.trace import TraceReader, TraceWriter
from wwanreplay.trace.edit import rewrite
from wwanreplay.trace.notes import NoteCode


def events_of(path):
    with TraceReader(path) as reader:
        return list(reader.events())


def altered():
    """The sample with an octet of each tenth output changed."""
    return rewrite(
        sample_trace(),
        lambda events: [
            changed_octet(event, len(event.payload) - 1)
            if event.kind in OUTPUTS and event.payload and number % 10 == 0
            else event
            for number, event in enumerate(events)
        ],
    )


def test_the_outputs_are_those_of_the_device_again(tmp_path):
    path = tmp_path / "a.wwtrace"
    path.write_bytes(altered())
    assert not replay(path).equal
    words = update_trace(path)
    events, _ = sample_events()
    outputs = sum(event.kind in OUTPUTS for event in events)
    assert words == f"{outputs} outputs in the place of {outputs}"
    assert replay(path).equal
    assert events_of(path) == events


def test_an_update_of_what_is_right_changes_no_event(tmp_path):
    path = tmp_path / "a.wwtrace"
    path.write_bytes(sample_trace())
    update_trace(path)
    assert events_of(path) == sample_events()[0]


def test_the_attachments_and_the_notes_of_people_stay_and_those_of_faults_go(tmp_path):
    path = tmp_path / "a.wwtrace"
    events, _ = sample_events()
    fault = Event(Kind.KIND_NOTE, events[-1].time_ns, code=NoteCode.FAULT, payload=b"a fault")
    with TraceReader(sample_trace()) as reader, TraceWriter(path, reader.header) as writer:
        writer.attach("plan.toml", b"x = 1", "text/plain")
        writer.write_all([*events, fault])
    update_trace(path)
    with TraceReader(path) as reader:
        assert [(each.name, bytes(each.data)) for each in reader.attachments()] == [
            ("plan.toml", b"x = 1")
        ]
    notes = [event.payload for event in events_of(path) if event.kind == Kind.KIND_NOTE]
    assert b"the radio goes off" in notes
    assert b"a fault" not in notes


def test_another_profile_takes_the_place_of_the_first(tmp_path):
    path = tmp_path / "a.wwtrace"
    path.write_bytes(sample_trace())
    update_trace(path, profile="5g")
    with TraceReader(path) as reader:
        assert reader.header.profile_name == "5g"
        assert reader.header.profile_text
    assert replay(path).equal
    inputs = [event.payload for event in sample_events()[0] if event.kind == Kind.KIND_SET]
    assert [event.payload for event in events_of(path) if event.kind == Kind.KIND_SET] == inputs


def cut_off(data):
    return data[:-40]


def from_a_log(data):
    def field(header):
        header.comparison = "field"

    return _with(data, field, lambda events: events)


def with_a_gap(data):
    gap = Event(Kind.KIND_GAP, 0, payload=b"lost")
    return _with(data, lambda header: None, lambda events: [gap, *events])


def _with(data, change, edit):
    out = io.BytesIO()
    with TraceReader(data) as reader:
        change(reader.header)
        with TraceWriter(out, reader.header) as writer:
            writer.write_all(edit(list(reader.events())))
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (cut_off, "the trace is cut off"),
        (from_a_log, "those of a real device"),
        (with_a_gap, "records are lost"),
    ],
)
def test_a_trace_whose_inputs_are_not_all_known_is_refused_and_stays(tmp_path, make, words):
    path = tmp_path / "a.wwtrace"
    path.write_bytes(make(sample_trace()))
    before = path.read_bytes()
    with pytest.raises(InputError, match=words):
        update_trace(path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.wwtrace"]


def test_messages_belong_to_their_own_profile(tmp_path):
    path = tmp_path / "a.wwtrace"
    path.write_bytes(served_trace())
    with pytest.raises(InputError, match="its MBIM messages belong to its own profile"):
        update_trace(path, profile="5g")
    assert path.read_bytes() == served_trace()
