"""A session's steps: what is one, which outputs are given to it, which messages are compared."""

import pytest
from diff_samples import sample

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.analysis.diff import session as module
from wwanreplay.analysis.diff.messages import Messages
from wwanreplay.analysis.diff.session import steps_of
from wwanreplay.mbim.header import look
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS

OID, STATUS = 1, 2


def filled(events, *, is_mixed=False, has_stimuli=True):
    numbered = [event.replace(index=number) for number, event in enumerate(events)]
    messages = Messages(lambda: iter(numbered))
    return list(steps_of(numbered, messages, is_mixed=is_mixed, has_stimuli=has_stimuli))


def event(kind, request_id=0, code=7, **more):
    namespace = STATUS if kind == Kind.KIND_INDICATION else OID
    return Event(kind, 0, request_id=request_id, code=code, **{"namespace": namespace} | more)


QUERY, DONE, INDICATION = Kind.KIND_QUERY, Kind.KIND_COMPLETION, Kind.KIND_INDICATION


def test_outputs_stand_at_their_request_and_others_are_steps():
    steps = filled(
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
    assert [len(step.outputs) for step in steps] == [2, 1, 0, 0]
    assert [step.is_event for step in steps] == [False, False, True, True]


def test_a_number_that_is_used_again_is_another_request():
    steps = filled([event(QUERY, 1), event(DONE, 1), event(QUERY, 1), event(DONE, 1)])
    assert [len(step.outputs) for step in steps] == [1, 1]
    one, other = steps
    assert one.full == other.full


def test_numbers_and_handles_are_no_part_of_a_key():
    one = filled([event(QUERY, 1, handle=5), event(DONE, 1, status=0)])[0]
    same = filled([event(QUERY, 4, handle=9), event(DONE, 4, status=0)])[0]
    failed = filled([event(QUERY, 1), event(DONE, 1, status=5)])[0]
    assert (one.full, one.same) == (same.full, same.same)
    assert one.same == failed.same
    assert one.full != failed.full
    assert filled([event(QUERY, 1, port=1)])[0].like != one.like


def test_a_cancel_is_that_of_its_request_and_is_not_answered():
    cancel = event(Kind.KIND_CANCEL, 1, 0)
    steps = filled([event(QUERY, 1), cancel, event(DONE, 1)])
    other = filled([event(QUERY, 1, 8), cancel, event(DONE, 1, 8)])
    assert [len(step.outputs) for step in steps] == [1, 0]
    assert steps[1].like != other[1].like


def test_an_output_that_answers_nothing_is_unlike_an_event():
    assert filled([event(INDICATION, 3)])[0].like != filled([event(INDICATION)])[0].like


def test_stimuli_are_compared_where_they_were_recorded():
    stimulus = Event(Kind.KIND_STIMULUS, 0, code=1, namespace=3)
    inferred = stimulus.replace(flags=RecordFlag.FLAG_INFERRED)
    assert len(filled([stimulus, inferred])) == 1
    assert filled([stimulus], has_stimuli=False) == []


def message(kind, transaction, rest=b"", **more):
    payload = b"".join(
        number.to_bytes(4, "little") for number in (kind, 12 + len(rest), transaction)
    )
    code = 2 if kind & 0x80000000 else 1
    return Event(Kind.KIND_WIRE, 0, code=code, payload=payload + rest, **more)


OPEN, OPENED = message(1, 3, b"\x00\x10\0\0"), message(0x80000001, 3, bytes(4))


def test_a_message_without_event_is_compared_whatever_its_transaction():
    steps = filled([OPEN, OPENED])
    other = filled([message(1, 8, b"\x00\x10\0\0"), message(0x80000001, 8, bytes(4))])
    assert [len(step.outputs) for step in steps] == [1]
    assert steps[0].full == other[0].full


def test_a_message_answers_the_one_that_it_is_the_answer_of():
    steps = filled([OPEN, message(0x80000002, 3, bytes(4))])
    assert [len(step.outputs) for step in steps] == [0, 0]
    failed = filled([OPEN, message(0x80000004, 3, bytes(4))])
    assert [len(step.outputs) for step in failed] == [1]


def test_a_message_of_which_events_were_made_is_compared_as_these():
    command = message(3, 5, bytes(36))
    answer = message(0x80000003, 5, bytes(36))
    events = [command, event(QUERY, 1, cause=0), event(DONE, 1, cause=1), answer]
    assert [len(step.outputs) for step in filled(events)] == [1]
    # A second answer without an event of its own is not passed over.
    assert len(filled([*events, answer])) == 2


def test_every_record_of_a_recording_is_a_step_an_output_or_a_message_of_one():
    events = sample("mbimcli-connect")[1]
    read = [each for each in events if each.kind in INPUTS | OUTPUTS | {Kind.KIND_WIRE}]
    messages = Messages(lambda: iter(read))
    steps = list(steps_of(read, messages, is_mixed=False, has_stimuli=True))
    kept = {step.event.index for step in steps}
    kept |= {output.event.index for step in steps for output in step.outputs}
    assert {each.index for each in read if each.kind in OUTPUTS} <= kept
    types = {look(each.event.payload).type for each in steps if each.event.kind == 9}
    assert types >= {1, 2}


@pytest.mark.parametrize(("grace", "horizon"), [(3, 50), (50, 3), (1, 1), (2, 4)])
def test_steps_stay_in_order_and_late_answers_answer_nothing(monkeypatch, grace, horizon):
    monkeypatch.setattr(module, "GRACE", grace)
    monkeypatch.setattr(module, "HORIZON", horizon)
    idle = [event(INDICATION, code=n) for n in range(5)]
    events = [event(QUERY, 1), event(DONE, 1), *idle, event(INDICATION, 1), event(QUERY, 1)]
    steps = filled([*events, event(DONE, 1)])
    assert [step.place for step in steps] == sorted(step.place for step in steps)
    assert sum(1 + len(step.outputs) for step in steps) == len(events) + 1
    assert [len(step.outputs) for step in steps if step.event.kind == QUERY] == [1, 1]
    late = next(step for step in steps if step.event.request_id == 1 and step.is_event)
    assert late.like != filled([event(INDICATION)])[0].like


def test_few_steps_are_held_however_many_there_are():
    """A request is given when its answers are complete, one that is never answered in the end."""
    given = [0]

    def events():
        for number in range(1, 30_000, 2):
            given[0] = number
            yield event(QUERY, number).replace(index=number - 1)
            if number != 5:
                yield event(DONE, number).replace(index=number)

    most = 0
    messages = Messages(lambda: iter(()))
    taken = 0
    for step in steps_of(events(), messages, is_mixed=False, has_stimuli=True):
        taken += 1 + len(step.outputs)
        if taken > module.HORIZON:
            most = max(most, given[0] - taken)
    assert taken == 29_999
    assert most <= module.GRACE + 3
