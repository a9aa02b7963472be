"""The recorded MBIM device: its own bytes in the host's transactions, and a verdict on the rest."""

from itertools import pairwise

import pytest
from host import Recording
from hypothesis import given, settings
from hypothesis import strategies as st
from played_host import SECOND, TO_HOST, command, connecting, opening

from wwanreplay._core import Event, Kind, Lifecycle, RecordFlag
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.pace import Pace
from wwanreplay.devices.playback import Match, Matching, Playback, Policy
from wwanreplay.devices.profile import load_profile
from wwanreplay.errors import UsageError
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.fragments import Joiner, split
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.messages import Message, parse_header, parse_message
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.mbim.statuses import NO_DEVICE_SUPPORT, SUCCESS
from wwanreplay.mbim.tables import BASIC_CONNECT
from wwanreplay.protocol import PROTOCOL
from wwanreplay.serve.handover import Handover
from wwanreplay.serve.recorded import PlayedFunction, read_recorded

#: What the recorded host sent: (cid, buffer, set).
COMMANDS = (
    (1, b"", False),
    (2, b"", False),
    (9, b"", False),
    (12, connecting("internet.example"), True),
    (11, b"", False),
)


@pytest.fixture(scope="module")
def recording() -> list[Event]:
    profile = load_profile("lte-home")
    sink = Recording()
    function = Function(EmulatedDevice(profile, 3), bridge_of(profile.mapping), sink)
    now_ns = 10 * SECOND
    function.advance(now_ns)
    function.host_transfer(opening(), now_ns)
    for number, (cid, buffer, is_set) in enumerate(COMMANDS, 2):
        now_ns += SECOND
        function.host_transfer(command(number, cid, buffer, is_set=is_set), now_ns)
    function.advance(now_ns + 3 * SECOND)
    signal = PROTOCOL.stimulus("signal")
    function.submit(
        Event(
            Kind.KIND_STIMULUS, now_ns + 3 * SECOND, code=signal.number, payload=b"\5\0\0\0\0\0\0\0"
        )
    )
    function.close(now_ns + 5 * SECOND)
    return sink.events


class Live:
    """A live host: sends, lets time go by, keeps what it was sent as whole messages."""

    def __init__(self, events, policy=Policy.FAIL, matching=None, pace=None) -> None:
        self.lines: list[str] = []
        self.sink = Recording()
        found = read_recorded(events, matching or Matching(), "the recording")
        self.playback = Playback(
            found.exchanges,
            found.moments,
            matching or Matching(),
            pace or Pace(),
            found.begin_ns,
            self.lines.append,
        )
        handover = None
        if policy is Policy.EMULATE:
            profile = load_profile("lte-home")
            device = EmulatedDevice(profile, 0)
            device.advance(10 * SECOND)
            device.drain()
            handover = Handover(device, bridge_of(profile.mapping))
        self.function = PlayedFunction(found, self.playback, policy, self.sink, handover)
        self.failed = False
        self.function.on_fail = self._fail
        self.moved: list[int] = []
        self.function.on_lifecycle = lambda event: self.moved.append(event.code)
        self.now_ns = 100 * SECOND
        self.joiner = Joiner()
        self.messages: list[Message] = []

    def _fail(self) -> None:
        self.failed = True

    def send(self, data: bytes) -> None:
        self._take(self.function.host_transfer(data, self.now_ns))

    def wait(self, duration_ns: int) -> None:
        self.now_ns += duration_ns
        while (due_ns := self.function.next_due_ns) is not None and due_ns <= self.now_ns:
            self._take(self.function.advance(due_ns))
        self._take(self.function.advance(self.now_ns))

    def _take(self, transfers: list[bytes]) -> None:
        for data in transfers:
            whole = self.joiner.feed(parse_header(data), data, self.now_ns).message
            if whole is not None:
                self.messages.append(parse_message(whole))

    def answer(self, transaction_id: int) -> Message:
        (found,) = [each for each in self.messages if each.transaction_id == transaction_id]
        return found


def recorded_messages(events) -> list[Message]:
    sent = [e.payload for e in events if e.kind == Kind.KIND_WIRE and e.code == TO_HOST]
    return [parse_message(data) for data in sent]


def test_the_same_host_gets_the_same_bytes_at_the_same_distances(recording) -> None:
    live = Live(recording)
    live.send(opening(1001))
    for number, (cid, buffer, is_set) in enumerate(COMMANDS, 1002):
        live.wait(SECOND)
        live.send(command(number, cid, buffer, is_set=is_set))
    live.wait(5 * SECOND)
    expected = [
        Message(
            each.type,
            each.transaction_id and each.transaction_id + 1000,
            each.value,
            each.service,
            each.cid,
            each.buffer,
        )
        for each in recorded_messages(recording)
    ]
    assert live.messages == expected
    first_ns = next(e.time_ns for e in recording if e.kind == Kind.KIND_WIRE)
    assert [e.time_ns - 100 * SECOND for e in live.sink.events if e.kind == Kind.KIND_WIRE] == [
        e.time_ns - first_ns for e in recording if e.kind == Kind.KIND_WIRE
    ]
    assert (live.playback.matched, live.playback.unmatched, live.playback.unreached) == (5, [], 0)
    assert "used up" in live.lines[0]


@settings(max_examples=30)
@given(
    st.permutations(range(len(COMMANDS))),
    st.lists(st.integers(0, 3 * SECOND), min_size=6, max_size=6),
    st.sampled_from([64, 100, 4096]),
    st.sampled_from([Pace(), Pace(None)]),
)
def test_in_any_order_and_pace_each_answer_is_the_recorded_one(
    recording, order, waits, size, pace
) -> None:
    live = Live(recording, pace=pace)
    live.send(opening(7, size))
    for number, wait_ns in zip(order, waits, strict=False):
        live.wait(wait_ns)
        cid, buffer, is_set = COMMANDS[number]
        for part in split(command(100 + number, cid, buffer, is_set=is_set), size):
            live.send(part)
    live.wait(60 * SECOND)
    recorded = {each.transaction_id: each for each in recorded_messages(recording)}
    for number in range(len(COMMANDS)):
        here, there = live.answer(100 + number), recorded[2 + number]
        assert (here.value, here.buffer) == (there.value, there.buffer)
    assert live.playback.unrequested == []
    times = [event.time_ns for event in live.sink.events]
    assert all(a <= b for a, b in pairwise(times))


def test_an_unmatched_request_ends_the_session_where_that_is_the_policy(recording) -> None:
    live = Live(recording)
    live.send(opening())
    live.send(command(2, 4))
    assert live.failed
    assert [each.type for each in live.messages] == [messages.MBIM_OPEN_DONE]
    (verdict,) = live.playback.unmatched
    assert "the recording has no such command" in verdict.line


def test_an_unmatched_request_is_answered_with_an_error(recording) -> None:
    live = Live(recording, Policy.ERROR)
    live.send(opening())
    live.send(command(2, 4))
    done = live.answer(2)
    assert (done.value, done.cid, done.buffer) == (NO_DEVICE_SUPPORT, 4, b"")
    assert not live.failed
    notes = [e.payload for e in live.sink.events if e.kind == Kind.KIND_NOTE]
    assert notes[0].startswith(b"unmatched: MBIM_CID_PIN query")


def test_an_unmatched_request_is_answered_by_the_emulated_device(recording) -> None:
    live = Live(recording, Policy.EMULATE)
    live.send(opening())
    live.send(command(2, 4))
    live.wait(20 * SECOND)
    done = live.answer(2)
    assert done.value == SUCCESS
    assert codec.decode(BASIC_CONNECT, 4, "response", done.buffer)["PinState"] == 0
    # Its own events are not sent, only those of the recording.
    kinds = [each.type for each in live.messages]
    assert kinds == [messages.MBIM_OPEN_DONE, messages.MBIM_COMMAND_DONE]
    assert live.playback.unmatched_count == 1


@pytest.mark.parametrize(
    ("matching", "is_matched"),
    [
        (Matching(), False),
        (Matching(Match.COMMAND), True),
        (Matching(Match.BEST), True),
        (Matching(ignore=frozenset({"AccessString"})), True),
        (Matching(ignore=frozenset({"UserName"})), False),
    ],
)
def test_what_of_a_request_counts_can_be_chosen(recording, matching, is_matched) -> None:
    live = Live(recording, Policy.ERROR, matching)
    live.send(opening())
    live.send(command(2, 12, connecting("other.example"), is_set=True))
    live.wait(5 * SECOND)
    assert (live.answer(2).value == SUCCESS) == is_matched
    if not is_matched:
        (verdict,) = live.playback.unmatched
        assert "differs from record" in verdict.reason
        assert "AccessString" in verdict.reason


def test_a_field_that_no_request_has_is_refused(recording) -> None:
    with pytest.raises(UsageError, match=r"--ignore 'AccesString'.*near: AccessString"):
        read_recorded(recording, Matching(ignore=frozenset({"AccesString"})), "t")


def test_an_incomplete_answer_is_not_given(recording) -> None:
    cut = [
        event.replace(flags=RecordFlag.FLAG_INCOMPLETE, payload=event.payload[:60])
        if event.kind == Kind.KIND_WIRE and event.code == TO_HOST and len(event.payload) > 100
        else event
        for event in recording
    ]
    live = Live(cut, Policy.ERROR)
    live.send(opening())
    live.send(command(2, 1))
    assert live.answer(2).value == NO_DEVICE_SUPPORT
    assert "does not have all bytes" in live.playback.unmatched[0].reason


def test_a_recorded_removal_closes_the_function_and_moves_the_device(recording) -> None:
    last_ns = recording[-1].time_ns
    moved = [
        *recording[:-1],
        Event(Kind.KIND_LIFECYCLE, last_ns, code=Lifecycle.LIFECYCLE_SURPRISE_REMOVAL),
        Event(Kind.KIND_LIFECYCLE, last_ns + SECOND, code=Lifecycle.LIFECYCLE_ARRIVAL),
    ]
    live = Live(moved)
    live.send(opening())
    for number, (cid, buffer, is_set) in enumerate(COMMANDS, 2):
        live.send(command(number, cid, buffer, is_set=is_set))
    live.wait(60 * SECOND)
    assert live.moved == [Lifecycle.LIFECYCLE_SURPRISE_REMOVAL, Lifecycle.LIFECYCLE_ARRIVAL]
    live.send(command(50, 1))
    assert live.answer(50).type == messages.MBIM_FUNCTION_ERROR_MSG


@given(st.binary(max_size=60))
def test_any_bytes_are_answered_or_ignored(recording, data: bytes) -> None:
    live = Live(recording, Policy.ERROR)
    live.send(data)
    live.send(opening(9))
    live.send(data)
    live.wait(10 * SECOND)
    assert any(each.type == messages.MBIM_OPEN_DONE for each in live.messages)
