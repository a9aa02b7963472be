"""A device behind its MBIM function, event by event, with every event and message recorded.

`Function` joins a device, a `Bridge` and a sink. It does no I/O: a transport gives it what the host
sent and the time, and writes what it returns. In a recording each message of the host (a wire
record) stands before the requests made of it, which name it as their cause; each message to the
host follows the output, or the host's message, that caused it, at the time of that output. A
message that cannot be sent, whole, is no wire record: a note stands in its place.

`Rebuild` runs a recording through a fresh bridge and finds where the MBIM side differs.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from wwanreplay._core import Event, Kind, Lifecycle, WireDirection
from wwanreplay.mbim.bridge import Bridge
from wwanreplay.mbim.fragments import fragment_count, whole_messages
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import HOST_INPUTS, OUTPUTS
from wwanreplay.trace.notes import NoteCode

#: Code of the clock record that ends a recording, as every recorder writes it.
CLOCK_REACHED = 0
_SET_POWER = PROTOCOL.oid("OID_PNP_SET_POWER").number


class Device(Protocol):
    """What answers requests: an emulated device, with or without wrappers."""

    @property
    def next_due_ns(self) -> int | None:
        """When the device next does something by itself, or None."""

    def submit(self, event: Event, /) -> None:
        """Take a request at its time."""

    def advance(self, time_ns: int, /) -> None:
        """Let virtual time reach `time_ns`."""

    def drain(self) -> list[Event]:
        """Return the outputs since the last call."""

    def close(self) -> None:
        """End the session; delayed outputs come with the next `drain()`."""


class Sink(Protocol):
    """Where events are recorded."""

    def write(self, event: Event, /) -> int:
        """Record an event; return its index."""


class Counter:
    """A sink that only counts."""

    def __init__(self) -> None:
        self.count = 0

    def write(self, _: Event, /) -> int:
        """Return the index that the event would have."""
        self.count += 1
        return self.count - 1


class Outlet(Protocol):
    """The way to the host, which may be closed or full."""

    def refusal(self, size: int) -> str | None:
        """Why a message of `size` bytes cannot be sent now, or None."""

    def send(self, transfer: bytes, index: int) -> None:
        """Send a transfer, which is record `index`."""


class Outgoing:
    """The messages of a function to its host, sent and recorded; see `Function`."""

    def __init__(self, sink: Sink | None) -> None:
        self.sink = Counter() if sink is None else sink
        self.outlet: Outlet | None = None
        self.listeners: list[Callable[[Event], None]] = []
        self.transfers = 0
        self.messages = 0
        self.undelivered = 0

    def to_host(self, answers: Iterable[bytes], time_ns: int, cause: int | None) -> list[bytes]:
        """Record and send what can be sent, whole messages only; return it."""
        sent: list[bytes] = []
        transfers = list(answers)
        # Mostly it is one message in one piece.
        for message in (transfers,) if len(transfers) == 1 else whole_messages(transfers):
            size = len(message[0]) if len(message) == 1 else sum(map(len, message))
            reason = None if self.outlet is None else self.outlet.refusal(size)
            if reason is not None:
                self.undelivered += 1
                text = f"message of {size} bytes to the host not delivered: {reason}"
                self.write_note(time_ns, text, NoteCode.UNDELIVERED, cause)
                continue
            for data in message:
                code = WireDirection.WIRE_DEVICE_TO_HOST
                wire = Event(Kind.KIND_WIRE, time_ns, code=code, payload=data, cause=cause)
                index = self.sink.write(wire)
                if self.outlet is not None:
                    self.outlet.send(data, index)
            sent += message
        self.messages += len(sent)
        return sent

    def write_note(self, time_ns: int, text: str, code: NoteCode, cause: int | None) -> None:
        """Record a note here."""
        payload = text.encode()
        self.sink.write(Event(Kind.KIND_NOTE, time_ns, code=code, payload=payload, cause=cause))


class Function(Outgoing):
    """One MBIM function in front of one device; times are virtual, in ns, and never go back.

    Messages to the host are returned, and given to the `outlet` when there is one: what that
    refuses is neither recorded as sent nor returned. `take_outputs` writes the outputs of the
    device and gives each with its index; without it the outputs alone are written. `transfers`
    counts those of the host, `messages` transfers to it, `undelivered` messages that were refused.
    `listeners` are given each output of the device. What `take_removals` gives is that the device
    was pulled out without being told to; `on_removal` is told of it, once what came before is sent.
    """

    def __init__(
        self,
        device: Device,
        bridge: Bridge,
        sink: Sink | None = None,
        *,
        take_outputs: Callable[[], Iterable[Event]] | None = None,
        take_removals: Callable[[], Iterable[Event]] | None = None,
    ) -> None:
        super().__init__(sink)
        self.on_removal: Callable[[Event], None] = lambda _event: None
        self._take_removals = take_removals
        self.device = device
        self.bridge = bridge
        self._take_outputs = self._written_outputs if take_outputs is None else take_outputs

    @property
    def next_due_ns(self) -> int | None:
        """When `advance` has something to do, or None."""
        of_device, of_bridge = self.device.next_due_ns, self.bridge.next_due_ns
        if of_device is None or of_bridge is None:
            return of_bridge if of_device is None else of_device
        return min(of_device, of_bridge)

    def advance(self, time_ns: int) -> list[bytes]:
        """Let time reach `time_ns`; return the messages to the host, in order."""
        due_ns = self.next_due_ns
        if due_ns is None or due_ns > time_ns:
            self.device.advance(time_ns)
            return self._outputs()
        replies: list[bytes] = []
        while (due_ns := self.next_due_ns) is not None and due_ns <= time_ns:
            if self.bridge.next_due_ns == due_ns:
                replies += self.to_host(self.bridge.advance(due_ns), due_ns, None)
            else:
                self.device.advance(due_ns)
                replies += self._outputs()
        self.device.advance(time_ns)
        return replies + self._outputs()

    def host_transfer(self, data: bytes, time_ns: int, client: int | None = None) -> list[bytes]:
        """Take one transfer of the host; return the messages to the host, in order.

        `client` is the number of the host program, where several share the function.
        """
        due_ns = self.next_due_ns
        # Without anything due the device reaches the time with the request.
        replies = [] if due_ns is None or due_ns > time_ns else self.advance(time_ns)
        self.transfers += 1
        code = WireDirection.WIRE_HOST_TO_DEVICE
        wire = Event(Kind.KIND_WIRE, time_ns, code=code, payload=data, client=client)
        index = self.sink.write(wire)
        requests, answers = self.bridge.host_message(data, time_ns)
        if answers:
            replies += self.to_host(answers, time_ns, index)
        for request in requests:
            linked = request.replace(cause=index)
            self.device.submit(linked.replace(index=self.sink.write(linked)))
            replies += self._outputs()
        return replies

    def submit(self, event: Event) -> list[bytes]:
        """Take an input that no host sent, such as a stimulus; return the messages to the host.

        A device that is pulled out answers nobody any more: its function begins anew.
        """
        replies = self.advance(event.time_ns)
        if is_removal(event):
            self.bridge.reset()
        elif is_arrival(event):
            self.bridge.arrive()
        self.device.submit(event.replace(index=self.sink.write(event)))
        return replies + self._outputs()

    def note(self, time_ns: int, text: str, code: NoteCode, cause: int | None = None) -> None:
        """Record a note behind all that is due until `time_ns`."""
        self.advance(time_ns)
        self.write_note(time_ns, text, code, cause)

    def close(self, time_ns: int) -> list[bytes]:
        """End the session at `time_ns`; the last record has the time of the end."""
        replies = self.advance(time_ns)
        self.device.close()
        replies += self._outputs()
        self.sink.write(Event(Kind.KIND_CLOCK, time_ns, code=CLOCK_REACHED))
        return replies

    def _outputs(self) -> list[bytes]:
        """Record the outputs of the device and the messages that they become."""
        replies: list[bytes] = []
        for event in self._take_outputs():
            if self.listeners:
                for listener in tuple(self.listeners):
                    listener(event)
            answers = self.bridge.device_output(event)
            if answers:
                replies += self.to_host(answers, event.time_ns, event.index)
        for removal in () if self._take_removals is None else self._take_removals():
            self.bridge.reset()
            self.on_removal(removal)
        return replies

    def _written_outputs(self) -> Iterator[Event]:
        for event in self.device.drain():
            yield event.replace(index=self.sink.write(event))


def is_removal(event: Event) -> bool:
    """Whether the device is pulled out."""
    removal = Lifecycle.LIFECYCLE_SURPRISE_REMOVAL
    return event.kind == Kind.KIND_LIFECYCLE and event.code == removal


def is_arrival(event: Event) -> bool:
    """Whether the device is plugged in again."""
    return event.kind == Kind.KIND_LIFECYCLE and event.code == Lifecycle.LIFECYCLE_ARRIVAL


def _is_power_of_nobody(event: Event) -> bool:
    """Whether the power was set, not by a message: MBIM has none for that."""
    return event.kind == Kind.KIND_SET and event.code == _SET_POWER and event.cause is None


@dataclass(frozen=True, slots=True)
class WireDifference:
    """A place where the rebuilt MBIM side is not the recorded one.

    `index` is the recorded event's, None at the end of the recording; `recorded` or `rebuilt` is
    None where that side has nothing.
    """

    index: int | None
    time_ns: int
    what: str
    recorded: bytes | Event | None
    rebuilt: bytes | Event | None


class Rebuild:
    """Runs recorded host messages and device outputs through a fresh bridge.

    Give it every event of the recording in order; it returns the differences that event shows:
    requests and device-to-host bytes, compared exactly. A note of a message that was not delivered
    stands for one whole message, of which the time is compared.
    """

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self._messages: deque[tuple[int, bytes]] = deque()
        self._requests: deque[Event] = deque()

    def feed(self, event: Event) -> list[WireDifference]:
        """Take the next recorded event.

        Messages follow at once what they answer, so that what is left over when the next cause
        comes is missing in the recording.
        """
        self._late(event.time_ns)
        if event.kind == Kind.KIND_WIRE:
            if event.code == WireDirection.WIRE_DEVICE_TO_HOST:
                return self._message(event)
            if event.code != WireDirection.WIRE_HOST_TO_DEVICE:
                what = f"message of unknown direction {event.code}"
                return [WireDifference(event.index, event.time_ns, what, event.payload, None)]
            found = self._unrecorded(event.index)
            requests, answers = self.bridge.host_message(event.payload, event.time_ns)
            self._requests.extend(requests)
            self._messages.extend((event.time_ns, data) for data in answers)
        elif event.kind in OUTPUTS:
            found = self._unrecorded_messages(event.index, len(self._messages))
            answers = self.bridge.device_output(event)
            self._messages.extend((event.time_ns, data) for data in answers)
        elif event.kind in HOST_INPUTS and not _is_power_of_nobody(event):
            found = self._request(event)
        elif is_removal(event):
            found = self._unrecorded_messages(event.index, len(self._messages))
            self.bridge.reset()
        elif is_arrival(event):
            self.bridge.arrive()
            found = []
        elif event.kind == Kind.KIND_NOTE and event.code == NoteCode.UNDELIVERED:
            found = self._undelivered(event)
        else:
            found = []
        return found

    def finish(self) -> list[WireDifference]:
        """Return the messages of the bridge that the recording lacks."""
        return self._unrecorded(None)

    def _unrecorded(self, index: int | None) -> list[WireDifference]:
        """Return the messages of the bridge that do not stand before the record `index`."""
        messages = self._unrecorded_messages(index, len(self._messages))
        return messages + self._unrecorded_requests(index, len(self._requests))

    def _unrecorded_messages(self, index: int | None, count: int) -> list[WireDifference]:
        lost = [self._messages.popleft() for _ in range(count)]
        return [
            WireDifference(index, time_ns, "message not recorded", None, data)
            for time_ns, data in lost
        ]

    def _unrecorded_requests(self, index: int | None, count: int) -> list[WireDifference]:
        lost = [self._requests.popleft() for _ in range(count)]
        return [
            WireDifference(index, request.time_ns, "request not recorded", None, request)
            for request in lost
        ]

    def _late(self, time_ns: int) -> None:
        """Let an unfinished message time out."""
        due_ns = self.bridge.next_due_ns
        if due_ns is not None and due_ns <= time_ns:
            self._messages.extend((due_ns, data) for data in self.bridge.advance(due_ns))

    def _message(self, event: Event) -> list[WireDifference]:
        rebuilt_ones = [data for _, data in self._messages]
        lost: list[WireDifference] = []
        if event.payload in rebuilt_ones:
            lost = self._unrecorded_messages(event.index, rebuilt_ones.index(event.payload))
        time_ns, rebuilt = self._messages.popleft() if self._messages else (0, None)
        if rebuilt is None:
            what = "message not rebuilt"
        elif rebuilt != event.payload:
            what = "message differs"
        elif time_ns != event.time_ns:
            what = f"message at {time_ns} ns"
        else:
            return lost
        return [*lost, WireDifference(event.index, event.time_ns, what, event.payload, rebuilt)]

    def _undelivered(self, event: Event) -> list[WireDifference]:
        """Take the message for which a note stands from those that were rebuilt."""
        if not self._messages:
            what = "undelivered message not rebuilt"
            return [WireDifference(event.index, event.time_ns, what, event, None)]
        time_ns, rebuilt = self._messages.popleft()
        for _ in range(min(fragment_count(rebuilt) - 1, len(self._messages))):
            self._messages.popleft()
        if time_ns == event.time_ns:
            return []
        what = f"undelivered message at {time_ns} ns"
        return [WireDifference(event.index, event.time_ns, what, event, rebuilt)]

    def _request(self, event: Event) -> list[WireDifference]:
        recorded = event.replace(cause=None, flags=0)  # flags are of the record, not of the request
        rebuilt_ones = [request.replace(cause=None) for request in self._requests]
        lost: list[WireDifference] = []
        if recorded in rebuilt_ones:
            lost = self._unrecorded_requests(event.index, rebuilt_ones.index(recorded))
        rebuilt = self._requests.popleft() if self._requests else None
        if rebuilt is None:
            what = "request not rebuilt"
        elif rebuilt.replace(cause=None) == recorded:
            return lost
        else:
            what = "request differs"
        return [*lost, WireDifference(event.index, event.time_ns, what, event, rebuilt)]
