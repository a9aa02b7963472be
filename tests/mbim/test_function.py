"""Tests of the function with a scripted device: what is recorded, and that a change is found."""

import pytest

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.mbim import messages
from wwanreplay.mbim.bridge import Bridge
from wwanreplay.mbim.fragments import FRAGMENT_TIMEOUT_NS, split
from wwanreplay.mbim.function import Function, Rebuild, WireDifference
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.trace.notes import NoteCode

BASIC = bytes.fromhex(SERVICES[BASIC_CONNECT].uuid.replace("-", ""))
OPEN = Message(messages.MBIM_OPEN_MSG, 1, 64).to_bytes()
RADIO = Message(messages.MBIM_COMMAND_MSG, 2, 0, BASIC, 3).to_bytes()
ACTIVATION = Message(messages.MBIM_COMMAND_MSG, 3, 1, BASIC, 14, bytes(300)).to_bytes()
CLOSE = Message(messages.MBIM_CLOSE_MSG, 9).to_bytes()
INDICATION_REQUIRED = PROTOCOL.status("NDIS_STATUS_INDICATION_REQUIRED").number


class Radio:
    """A device that accepts everything and answers each request 5 ns later with its radio state."""

    def __init__(self) -> None:
        self.due: list[Event] = []
        self.reported: list[Event] = []

    @property
    def next_due_ns(self) -> int | None:
        return self.due[0].time_ns if self.due else None

    def submit(self, event: Event, /) -> None:
        completion = Event(
            Kind.KIND_COMPLETION,
            event.time_ns,
            code=event.code,
            request_id=event.request_id,
            status=INDICATION_REQUIRED,
            cause=event.index,
        )
        self.reported.append(completion)
        radio = {"RadioState": {"HwRadioState": 1, "SwRadioState": 1}}
        self.due.append(
            Event(
                Kind.KIND_INDICATION,
                event.time_ns + 5,
                code=PROTOCOL.indication("NDIS_STATUS_WWAN_RADIO_STATE").number,
                request_id=event.request_id,
                payload=encode("NDIS_WWAN_RADIO_STATE", radio),
            )
        )

    def advance(self, time_ns: int, /) -> None:
        while self.due and self.due[0].time_ns <= time_ns:
            self.reported.append(self.due.pop(0))

    def drain(self) -> list[Event]:
        reported, self.reported = self.reported, []
        return reported

    def close(self) -> None:
        self.reported.clear()


class Memory:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def write(self, event: Event, /) -> int:
        self.events.append(event.replace(index=len(self.events)))
        return len(self.events) - 1


def session() -> list[Event]:
    sink = Memory()
    function = Function(Radio(), Bridge(), sink)
    function.host_transfer(OPEN, 10)
    function.host_transfer(RADIO, 20)
    function.host_transfer(split(ACTIVATION, 64)[0], 100)
    function.advance(200 + FRAGMENT_TIMEOUT_NS)
    function.host_transfer(CLOSE, 300 + FRAGMENT_TIMEOUT_NS)
    return sink.events


def differences(events: list[Event]) -> list[WireDifference]:
    rebuild = Rebuild(Bridge())
    found = [each for event in events for each in rebuild.feed(event)]
    return found + rebuild.finish()


def test_a_session_is_recorded_with_causes_and_due_times() -> None:
    events = session()
    reported = [(event.kind.name, event.time_ns, event.cause) for event in events]
    due = 100 + FRAGMENT_TIMEOUT_NS
    assert reported == [
        ("KIND_WIRE", 10, None),
        ("KIND_WIRE", 10, 0),
        ("KIND_WIRE", 20, None),
        ("KIND_QUERY", 20, 2),
        ("KIND_COMPLETION", 20, 3),
        ("KIND_INDICATION", 25, None),
        ("KIND_WIRE", 25, 5),
        ("KIND_WIRE", 100, None),
        ("KIND_WIRE", due, None),
        ("KIND_WIRE", 300 + FRAGMENT_TIMEOUT_NS, None),
        ("KIND_WIRE", 300 + FRAGMENT_TIMEOUT_NS, 9),
    ]
    directions = [event.code for event in events if event.kind == Kind.KIND_WIRE]
    assert directions == [1, 2, 1, 2, 1, 2, 1, 2]


def test_a_session_rebuilds_equal() -> None:
    assert differences(session()) == []


@pytest.mark.parametrize("place", range(11))
def test_a_dropped_event_is_found(place: int) -> None:
    events = session()
    kind = events[place].kind
    changed = events[:place] + events[place + 1 :]
    if kind == Kind.KIND_COMPLETION or events[place].payload == split(ACTIVATION, 64)[0]:
        # The provisional completion says nothing to a host; without the fragment its error is new.
        assert bool(differences(changed)) == (kind == Kind.KIND_WIRE)
    else:
        assert differences(changed)


def test_every_altered_byte_to_the_host_is_found_at_its_record() -> None:
    events = session()
    for index, event in enumerate(events):
        if event.kind != Kind.KIND_WIRE or event.code != WireDirection.WIRE_DEVICE_TO_HOST:
            continue
        for at in range(len(event.payload)):
            altered = bytearray(event.payload)
            altered[at] ^= 1
            changed = [*events[:index], event.replace(payload=bytes(altered)), *events[index + 1 :]]
            found = differences(changed)
            assert [each.index for each in found] == [index]
            assert found[0].what == "message differs"
            assert found[0].rebuilt == event.payload


def test_another_request_or_time_is_found() -> None:
    events = session()
    request = events[3].replace(port=1)
    assert [each.what for each in differences([*events[:3], request, *events[4:]])] == [
        "request differs"
    ]
    late = events[6].replace(time_ns=26)
    assert [each.index for each in differences([*events[:6], late, *events[7:]])] == [6]


class FullOutlet:
    """Refuses the messages whose numbers are in `refused`."""

    def __init__(self, refused: set[int]) -> None:
        self.refused = refused
        self.offered = 0
        self.sent: list[bytes] = []

    def refusal(self, size: int) -> str | None:
        assert size
        self.offered += 1
        return "no room" if self.offered - 1 in self.refused else None

    def send(self, transfer: bytes, index: int) -> None:
        assert index >= 0
        self.sent.append(transfer)


class Answers(Bridge):
    """Answers each message of the host with two messages in fragments."""

    def host_message(self, data: bytes, time_ns: int) -> tuple[list[Event], list[bytes]]:
        requests, replies = super().host_message(data, time_ns)
        return requests, [*replies, *split(ACTIVATION, 64), *split(ACTIVATION, 100)]


def refused_session(refused: set[int]) -> tuple[list[Event], FullOutlet]:
    sink, outlet = Memory(), FullOutlet(refused)
    function = Function(Radio(), Answers(), sink)
    function.outlet = outlet
    returned = [
        *function.host_transfer(OPEN, 10),
        *function.host_transfer(RADIO, 20),
        *function.close(40),
    ]
    assert returned == outlet.sent
    assert function.undelivered == len(refused)
    return sink.events, outlet


@pytest.mark.parametrize("refused", [{0}, {1}, {2, 3}, {1, 4}, {5}, set(range(6))])
def test_what_is_refused_is_noted_message_by_message_and_rebuilds_equal(refused: set[int]) -> None:
    events, outlet = refused_session(refused)
    assert outlet.offered == 6
    to_host = WireDirection.WIRE_DEVICE_TO_HOST
    wires = [event for event in events if event.kind == Kind.KIND_WIRE and event.code == to_host]
    assert [event.payload for event in wires] == outlet.sent
    notes = [event for event in events if event.kind == Kind.KIND_NOTE]
    assert [note.code for note in notes] == [NoteCode.UNDELIVERED] * len(refused)
    rebuild = Rebuild(Answers())
    assert [each for event in events for each in rebuild.feed(event)] + rebuild.finish() == []
    for note in notes:
        for changed in (
            [event for event in events if event is not note],
            [each for event in events for each in ([event] * (1 + (event is note)))],
            [
                event.replace(time_ns=event.time_ns + 1) if event is note else event
                for event in events
            ],
        ):
            rebuild = Rebuild(Answers())
            assert [each for event in changed for each in rebuild.feed(event)] + rebuild.finish()


def test_other_notes_stand_for_no_message() -> None:
    events = session()
    for code in (NoteCode.TEXT, NoteCode.FAULT, NoteCode.UNREAD):
        note = Event(Kind.KIND_NOTE, 20, code=code, payload=b"message not delivered", cause=1)
        assert differences([*events[:3], note, *events[3:]]) == []


def test_an_input_that_no_host_sent_is_recorded_at_its_time() -> None:
    sink = Memory()
    function = Function(Radio(), Bridge(), sink)
    function.host_transfer(OPEN, 10)
    function.submit(Event(Kind.KIND_STIMULUS, 30, code=1))
    function.note(50, "seen", NoteCode.TEXT)
    reported = [(event.kind.name, event.time_ns) for event in sink.events[2:]]
    assert reported == [
        ("KIND_STIMULUS", 30),
        ("KIND_COMPLETION", 30),
        ("KIND_INDICATION", 35),
        ("KIND_WIRE", 35),
        ("KIND_NOTE", 50),
    ]
