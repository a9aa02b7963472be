"""A session's steps: what is one, which outputs are given to it, which messages are compared."""

from dataclasses import replace

import pytest
from diff_samples import sample
from recording_mutations import written
from trace_samples import Unseekable

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.analysis.diff import session as module
from wwanreplay.analysis.diff.session import Session, fill, read_events
from wwanreplay.errors import LimitError, TraceError, UsageError
from wwanreplay.mbim.header import look
from wwanreplay.protocol.kinds import OUTPUTS

OID, STATUS = 1, 2


def filled(events, **options):
    session = Session("a", is_field=False)
    numbered = [event.replace(index=number) for number, event in enumerate(events)]
    fill(session, numbered, **{"is_mixed": False, "has_stimuli": True} | options)
    return session


def event(kind, request_id=0, code=7, **more):
    namespace = STATUS if kind == Kind.KIND_INDICATION else OID
    return Event(kind, 0, request_id=request_id, code=code, **{"namespace": namespace} | more)


QUERY, DONE, INDICATION = Kind.KIND_QUERY, Kind.KIND_COMPLETION, Kind.KIND_INDICATION


def test_outputs_stand_at_their_request_and_others_are_steps():
    session = filled(
        [
            event(QUERY, 1),
            event(QUERY, 2),
            event(DONE, 2),
            event(INDICATION),
            event(DONE, 1),
            event(INDICATION, 1),
            event(DONE, 9),
        ]
    )
    assert [len(step.outputs) for step in session.steps] == [2, 1, 0, 0]
    assert [step.is_event for step in session.steps] == [False, False, True, True]
    assert (session.output_count, session.transaction_count) == (5, 2)


def test_a_number_that_is_used_again_is_another_request():
    session = filled([event(QUERY, 1), event(DONE, 1), event(QUERY, 1), event(DONE, 1)])
    assert [len(step.outputs) for step in session.steps] == [1, 1]
    one, other = session.steps
    assert one.full == other.full


def test_numbers_and_handles_are_no_part_of_a_key():
    one = filled([event(QUERY, 1, handle=5), event(DONE, 1, status=0)]).steps[0]
    same = filled([event(QUERY, 4, handle=9), event(DONE, 4, status=0)]).steps[0]
    failed = filled([event(QUERY, 1), event(DONE, 1, status=5)]).steps[0]
    assert (one.full, one.same) == (same.full, same.same)
    assert one.same == failed.same
    assert one.full != failed.full
    assert filled([event(QUERY, 1, port=1)]).steps[0].like != one.like


def test_a_cancel_is_that_of_its_request_and_is_not_answered():
    cancel = event(Kind.KIND_CANCEL, 1, 0)
    session = filled([event(QUERY, 1), cancel, event(DONE, 1)])
    other = filled([event(QUERY, 1, 8), cancel, event(DONE, 1, 8)])
    assert [len(step.outputs) for step in session.steps] == [1, 0]
    assert session.steps[1].like != other.steps[1].like


def test_an_output_that_answers_nothing_is_unlike_an_event():
    assert filled([event(INDICATION, 3)]).steps[0].like != filled([event(INDICATION)]).steps[0].like


def test_stimuli_are_compared_where_they_were_recorded():
    stimulus = Event(Kind.KIND_STIMULUS, 0, code=1, namespace=3)
    inferred = stimulus.replace(flags=RecordFlag.FLAG_INFERRED)
    assert len(filled([stimulus, inferred]).steps) == 1
    assert filled([stimulus], has_stimuli=False).steps == []


def message(kind, transaction, rest=b"", **more):
    payload = b"".join(
        number.to_bytes(4, "little") for number in (kind, 12 + len(rest), transaction)
    )
    code = 2 if kind & 0x80000000 else 1
    return Event(Kind.KIND_WIRE, 0, code=code, payload=payload + rest, **more)


OPEN, OPENED = message(1, 3, b"\x00\x10\0\0"), message(0x80000001, 3, bytes(4))


def test_a_message_without_event_is_compared_whatever_its_transaction():
    session = filled([OPEN, OPENED])
    other = filled([message(1, 8, b"\x00\x10\0\0"), message(0x80000001, 8, bytes(4))])
    assert [len(step.outputs) for step in session.steps] == [1]
    assert session.steps[0].full == other.steps[0].full


def test_a_message_answers_the_one_that_it_is_the_answer_of():
    session = filled([OPEN, message(0x80000002, 3, bytes(4))])
    assert [len(step.outputs) for step in session.steps] == [0, 0]
    failed = filled([OPEN, message(0x80000004, 3, bytes(4))])
    assert [len(step.outputs) for step in failed.steps] == [1]


def test_a_message_of_which_events_were_made_is_compared_as_these():
    command = message(3, 5, bytes(36))
    answer = message(0x80000003, 5, bytes(36))
    events = [command, event(QUERY, 1, cause=0), event(DONE, 1, cause=1), answer]
    assert [len(step.outputs) for step in filled(events).steps] == [1]
    # A second answer without an event of its own is not passed over.
    assert len(filled([*events, answer]).steps) == 2


def test_every_record_of_a_recording_is_a_step_an_output_or_a_message_of_one():
    header, events = sample("mbimcli-connect")
    session, read = read_events(written(header, events))
    fill(session, read, is_mixed=False, has_stimuli=True)
    kept = {step.event.index for step in session.steps}
    kept |= {output.event.index for step in session.steps for output in step.outputs}
    assert {each.index for each in read if each.kind in OUTPUTS} <= kept
    types = {look(each.event.payload).type for each in session.steps if each.event.kind == 9}
    assert types >= {1, 2}
    assert session.record_count == len(events)


def test_a_pipe_is_read_and_what_is_cut_or_lost_is_a_warning():
    header, events = sample("demo")
    gap = Event(Kind.KIND_GAP, 0, code=4, payload=b"overrun")
    data = written(header, [gap, *events])
    session, read = read_events(Unseekable(data), "one")
    assert len(read) > 80
    assert session.warnings == ["one: 4 records are lost at record 0: overrun"]
    session, _ = read_events(data[:-40], "one")
    assert len(session.warnings) == 2


def test_a_trace_that_is_too_long_or_none_is_refused(monkeypatch):
    header, events = sample("demo")
    monkeypatch.setattr(module, "RECORDS_MAX", 20)
    with pytest.raises(LimitError, match=r"^one: records to compare .*the limit of 20$"):
        read_events(written(header, events), "one")
    with pytest.raises(TraceError):
        read_events(b"no trace", "one")


def test_a_filtered_trace_is_refused():
    header, events = sample("demo")
    octets = written(replace(header, filtered={"count": 41}), events)
    with pytest.raises(UsageError, match="41 records were filtered out: what is left cannot be"):
        read_events(octets)


@pytest.mark.parametrize(
    ("first", "stop", "is_part"), [(0, 40, True), (5, 90, True), (0, 90, False)]
)
def test_of_a_part_of_a_session_it_is_stated(first, stop, is_part):
    cut = {"first_record": first, "stop_record": stop, "records": 90}
    header, events = sample("demo")
    session, _ = read_events(written(replace(header, cut=cut), events), "a")
    assert session.warnings == (
        ["a: it is a part of a session: what the other has outside it differs"] if is_part else []
    )
