"""Which messages are compared as events: links are found wherever they stand, and bounded."""

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.diff import messages as module
from wwanreplay.analysis.diff.messages import Messages, transaction_of

QUERY, DONE = Kind.KIND_QUERY, Kind.KIND_COMPLETION
TO_DEVICE, TO_HOST = 1, 2


def message(code, transaction, index, cause=None):
    kind = 3 if code == TO_DEVICE else 0x80000003
    octets = b"".join(n.to_bytes(4, "little") for n in (kind, 48, transaction)) + bytes(36)
    return Event(Kind.KIND_WIRE, 0, code=code, payload=octets, index=index, cause=cause)


def judged(events):
    messages = Messages(lambda: iter(events))
    return [messages.has_event(each) for each in events if each.kind == Kind.KIND_WIRE]


def test_a_message_is_linked_to_events_before_and_far_behind():
    idle = [Event(Kind.KIND_INDICATION, 0, index=n) for n in range(3, 20_000)]
    events = [
        message(TO_DEVICE, 1, 0),
        message(TO_DEVICE, 2, 1),
        message(TO_HOST, 7, 2),
        *idle,
        Event(QUERY, 0, index=20_000, cause=0),
        Event(DONE, 0, index=20_001, cause=20_000),
        message(TO_HOST, 9, 20_002, cause=20_001),
        message(TO_HOST, 1, 20_003),
        message(TO_HOST, 1, 20_004),
    ]
    # The answer of a command that is a completed request is one once.
    assert judged(events) == [True, False, False, True, True, False]


def test_causes_beyond_the_trace_are_links_to_nothing():
    events = [
        message(TO_DEVICE, 1, 0, cause=1 << 62),
        Event(QUERY, 0, index=1, cause=1 << 62),
        Event(DONE, 0, index=2, cause=1 << 40),
    ]
    assert judged(events) == [False]


def test_of_commands_that_wait_the_first_ones_are_forgotten(monkeypatch):
    monkeypatch.setattr(module, "WAITING_MAX", 2)
    events = []
    for number in range(3):
        at = 3 * number
        events += [
            message(TO_DEVICE, number + 1, at),
            Event(QUERY, 0, index=at + 1, cause=at),
            Event(DONE, 0, index=at + 2, cause=at + 1),
        ]
    events += [message(TO_HOST, number + 1, 9 + number) for number in range(3)]
    assert judged(events) == [True, True, True, False, True, True]


def test_another_reading_begins_anew():
    events = [
        message(TO_DEVICE, 1, 0),
        Event(QUERY, 0, index=1, cause=0),
        Event(DONE, 0, index=2, cause=1),
        message(TO_HOST, 1, 3),
    ]
    messages = Messages(lambda: iter(events))
    assert messages.has_event(events[0])
    again = messages.anew()
    assert not again.has_event(events[3])
    assert messages.has_event(events[3])


def test_what_belongs_to_no_request_has_no_transaction():
    assert transaction_of(Event(Kind.KIND_INDICATION, 0)) is None
    assert transaction_of(Event(QUERY, 0, request_id=4, port=1)) == (4, 1)
    assert transaction_of(Event(DONE, 0, code=7)) == transaction_of(Event(QUERY, 0, code=7))
