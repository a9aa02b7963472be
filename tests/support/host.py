"""The host of the tests: one for devices that take OIDs, one for MBIM functions before them.

Both keep the clock, number what they send, and remember what was sent and reported as a recorder
would. What a test says in a word or two more (decoded answers, scenarios, scripts) is built on
them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

from wwanreplay._core import Event, Kind, Lifecycle, WireDirection
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import SERVICES
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode

SECOND: Final = 1_000_000_000
CONTROL_TRANSFER: Final = 4096


class Device(Protocol):
    """What an engine and every device of the package have."""

    @property
    def now_ns(self) -> int: ...
    def submit(self, event: Event, /) -> None: ...
    def advance(self, time_ns: int, /) -> None: ...
    def drain(self) -> list[Event]: ...


class Recording:
    """A sink in memory, which numbers the records as a trace does."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def write(self, event: Event, /) -> int:
        self.events.append(event.replace(index=len(self.events)))
        return len(self.events) - 1

    def wire(self, direction: WireDirection) -> list[bytes]:
        """The recorded transfers of one direction."""
        return [
            event.payload
            for event in self.events
            if event.kind == Kind.KIND_WIRE and event.code == direction
        ]


class Host:
    """Gives one device requests, stimuli and time; each call returns what the device reported."""

    HANDLE: int = 0x77  # of each request
    CAPACITY: int = 4096  # of its buffer

    def __init__(self, device: Device, *, request_id: int = 0) -> None:
        self.device = device
        self.recording = Recording()
        self.request_id = request_id

    @property
    def now_ns(self) -> int:
        """The device's time."""
        return self.device.now_ns

    @property
    def events(self) -> list[Event]:
        """Inputs and outputs in order, numbered as in a trace."""
        return self.recording.events

    def take(self) -> list[Event]:
        """What the device has reported since it was last looked at."""
        outputs = self.device.drain()
        for event in outputs:
            self.recording.write(event)
        return outputs

    def advance(self, duration_ns: int) -> list[Event]:
        """Let time pass."""
        self.device.advance(self.now_ns + duration_ns)
        return self.take()

    def submit(self, kind: Kind, code: int, **values: Any) -> None:
        """One input at the present time; what is reported stays to be taken."""
        event = Event(kind, self.now_ns, code=code, **{"index": len(self.events), **values})
        self.recording.write(event)
        self.device.submit(event)

    def submit_request(self, kind: Kind, code: int, payload: bytes = b"", **values: Any) -> int:
        """Submit a request with the next RequestId, and return that."""
        self.request_id += 1
        options = {"handle": self.HANDLE, "capacity": self.CAPACITY, **values}
        self.submit(kind, code, request_id=self.request_id, payload=payload, **options)
        return self.request_id

    def give(self, kind: Kind, code: int, **values: Any) -> list[Event]:
        """One input, and what is reported at once."""
        self.submit(kind, code, **values)
        return self.take()

    def request(self, kind: Kind, code: int, payload: bytes = b"", **values: Any) -> list[Event]:
        """A request with the next RequestId, and what is reported at once."""
        self.submit_request(kind, code, payload, **values)
        return self.take()

    def change(
        self,
        name: str,
        fields: Mapping[str, Any] | None = None,
        *,
        payload: bytes = b"",
        port: int = 0,
    ) -> list[Event]:
        """A stimulus by name, of named members or of the payload itself."""
        row = PROTOCOL.stimulus(name)
        data = encode(row.struct, fields) if fields else payload
        return self.give(Kind.KIND_STIMULUS, row.number, payload=data, port=port)

    def live(self, event: Lifecycle | int) -> list[Event]:
        """A step in the life of the miniport."""
        return self.give(Kind.KIND_LIFECYCLE, int(event))


class MbimHost:
    """Sends messages to an MBIM function; what it answers is in the function's recording."""

    def __init__(
        self,
        function: Function,
        *,
        now_ns: int = 0,
        size_max: int = CONTROL_TRANSFER,
        transfer_ns: int = 0,
    ) -> None:
        self.function = function
        self.now_ns = now_ns
        self.size_max = size_max
        self.transfer_ns = transfer_ns  # how long one transfer takes
        self.transaction_id = 0

    def advance(self, duration_ns: int) -> None:
        """Let time pass."""
        self.now_ns += duration_ns
        self.function.advance(self.now_ns)

    def transfers(self, parts: Iterable[bytes]) -> None:
        """Transfers as they are, whatever they hold."""
        for part in parts:
            self.function.host_transfer(part, self.now_ns)
            self.now_ns += self.transfer_ns

    def send(
        self, kind: int, value: int = 0, service: bytes = b"", cid: int = 0, buffer: bytes = b""
    ) -> None:
        """A message with the next transaction, in as many transfers as it takes."""
        self.transaction_id += 1
        message = Message(kind, self.transaction_id, value, service, cid, buffer)
        self.transfers(split(message.to_bytes(), self.size_max))

    def open(self, size_max: int = CONTROL_TRANSFER) -> None:
        """OPEN; the size is that of the function's transfers."""
        self.send(messages.MBIM_OPEN_MSG, size_max)

    def close(self) -> None:
        """CLOSE."""
        self.send(messages.MBIM_CLOSE_MSG)

    def command(
        self,
        service: int,
        cid: int,
        operation: str = "query",
        values: Mapping[str, Any] | None = None,
    ) -> None:
        """A query or set of one of the services of the tables."""
        buffer = codec.encode(service, cid, operation, dict(values or {}))
        kind = messages.COMMAND_SET if operation == "set" else messages.COMMAND_QUERY
        wire = uuid.UUID(SERVICES[service].uuid).bytes
        self.send(messages.MBIM_COMMAND_MSG, kind, wire, cid, buffer)
