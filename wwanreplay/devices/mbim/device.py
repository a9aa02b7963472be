"""A real modem as a device: OID requests out as commands, its messages back as OID events.

The commands come from the ties by `wwanreplay.mbim.host`, the events are those that the Windows
class driver makes of the messages. Time is real: it passes by itself, and to advance is to wait.
What it says are not only outputs: each transfer is a wire record before the events made of it, and
what the device does by itself (its removal, its return) are lifecycle events.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from wwanreplay import __version__
from wwanreplay._core import (
    Event,
    Kind,
    Lifecycle,
    RecordFlag,
    WireDirection,
    table_hash,
)
from wwanreplay.devices.base import DeviceNote
from wwanreplay.devices.mbim.channel import Channel, DeviceGoneError
from wwanreplay.devices.mbim.clock import SessionClock
from wwanreplay.devices.mbim.plan import NO_COMMAND, OPERATOR, reason_left_out
from wwanreplay.devices.mbim.session import (
    OPEN_S,
    OPEN_TRY_S,
    OWN_IDS_FROM,
    Arrival,
    HostSession,
    What,
)
from wwanreplay.errors import DecodeError, DeviceError, UsageError
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.class_driver import ClassDriver
from wwanreplay.mbim.commands import DEVICE_SERVICES
from wwanreplay.mbim.guards import guard_of
from wwanreplay.mbim.host import command_of
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.outstanding import OUTSTANDING_MAX
from wwanreplay.mbim.tables import MBIMEX_1_0, SERVICES
from wwanreplay.mbim.versions import VERSION, VERSION_MEMBER, version_text
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event
from wwanreplay.protocol.kinds import INPUTS, REQUESTS
from wwanreplay.protocol.releases import DEFAULT
from wwanreplay.trace.notes import NoteCode

#: The newest MBIMEx version that is offered unless another is named.
MBIMEX_ASKED: Final = 0x0300
#: How long a device that was taken away may stay away.
RETURN_S: Final = 60.0
LOOK_S: Final = 0.25
_SECOND_NS: Final = 1_000_000_000
_CONNECT: Final = PROTOCOL.oid("OID_WWAN_CONNECT").number
_NOT_SUPPORTED: Final = PROTOCOL.status("NDIS_STATUS_NOT_SUPPORTED").number
_REMOVED: Final = PROTOCOL.status("NDIS_STATUS_ADAPTER_REMOVED").number


@dataclass(frozen=True, slots=True)
class Settings:
    """How a real device is treated.

    `allow_send` are the words of the guards that may be sent, `mbimex` the newest version
    offered (BCD), `open_s` how long it has to open, `try_s` when OPEN is sent again meanwhile,
    `return_s` how long it may be away once it was taken away, `look_s` how often one looks.
    """

    allow_send: Collection[str] = ()
    mbimex: int = MBIMEX_ASKED
    open_s: float = OPEN_S
    try_s: float = OPEN_TRY_S
    look_s: float = LOOK_S
    return_s: float = RETURN_S


class _Sending(Enum):
    """Whose transfers go out just now."""

    OWN = auto()  # the session's: recorded, and given to the class driver
    REQUEST = auto()  # a request's: the class driver knows it
    ANNOUNCED = auto()  # a request's that are recorded as well


@dataclass(slots=True)
class _Request:
    """A request of the caller that is on its way."""

    index: int | None
    request_id: int
    handle: int | None
    port: int
    code: int


class MbimDevice:
    """One real modem, by a function that opens the channel to it.

    `names` are what the header says about the device. Nothing is sent before `start`.
    """

    def __init__(
        self,
        opened: Callable[[], Channel],
        names: dict[str, Any],
        settings: Settings | None = None,
    ) -> None:
        self.settings = Settings() if settings is None else settings
        self.names = names
        self.clock = SessionClock()
        self.problems = 0
        self.timeouts = 0
        #: Called with what is wrong with an arrival, just before that is noted.
        self.on_problem: Callable[[What, str], None] = lambda _what, _text: None
        self._opened = opened
        self._channel: Channel | None = opened()
        self._session: HostSession | None = None
        # A request says its port itself, and so has its answer; an event is of port 0.
        self._driver = ClassDriver(port_count=1)
        self._arrived: list[Event] = []
        self._requests: dict[int, _Request] = {}  # by the class driver's request id
        self._announced: tuple[Event, Message, int] | None = None
        self._contexts: dict[int, int] = {}  # by port: that of the last order, for queries
        self._own_id = OWN_IDS_FROM
        self._away_since_ns: int | None = None
        self._last_ns = 0
        self._limit_ns: int | None = None  # no later than this is what was read just now
        self._sending = _Sending.OWN
        self._closed = False

    # ------------------------------------------------------------------ what it is

    @property
    def now_ns(self) -> int:
        """Present time of the session."""
        return max(self._last_ns, self.clock.now_ns())

    @property
    def next_due_ns(self) -> int | None:
        """When the next command is given up, or None: nobody knows what a device will say."""
        return None if self._session is None else self._session.next_due_ns

    @property
    def structures(self) -> int:
        """The generation of the structures that are made of its messages."""
        return DEFAULT.number

    @property
    def is_real(self) -> bool:
        """True: its time passes by itself."""
        return True

    @property
    def is_away(self) -> bool:
        """Whether it was taken away and has not come back."""
        return self._away_since_ns is not None

    @property
    def mbimex(self) -> int:
        """The MBIMEx version in force, BCD."""
        return self._driver.mbimex

    def notes(self) -> list[DeviceNote]:
        """None: what is to be noted are records of their own."""
        return []

    def snapshot(self) -> bytes | None:
        """None: nobody can set a modem back."""
        return None

    def state(self) -> dict[str, Any]:
        """What is known of the session."""
        session = self._session
        return {
            "time_ns": self.now_ns,
            "is_open": session is not None and session.is_open,
            "is_away": self.is_away,
            "mbimex": version_text(self.mbimex),
            "outstanding": 0 if session is None else len(session.pending),
            "problems": self.problems,
            "timeouts": self.timeouts,
        }

    def describe(self) -> dict[str, Any]:
        """Which device it is, and what time 0 was."""
        return describe_real(self.names, self.clock.describe())

    # ------------------------------------------------------------------ time

    def start(self) -> None:
        """Open the function, list its services and agree on a version; DeviceError if it fails."""
        if self._session is None and not self._closed and not self.is_away:
            self._add(self.clock.anchor(self._stamp(self.clock.now_ns())))
            self._begin()

    def advance(self, time_ns: int) -> None:
        """Wait until a time; what arrives meanwhile is reported."""
        self.start()
        self._limit_ns = time_ns
        try:
            while True:
                self._pump(time_ns)
                if self.clock.now_ns() >= time_ns:
                    return
        finally:
            self._limit_ns = None

    def wait(self, time_ns: int) -> None:
        """Wait until something arrives, or a time."""
        self.start()
        while not self._arrived and self.clock.now_ns() < time_ns:
            self._pump(time_ns)

    def _pump(self, until_ns: int) -> None:
        """Take what arrives, once; or look whether the device is back."""
        jump = self.clock.jump(self._stamp(self.clock.now_ns()))
        if jump is not None:
            self._add(jump)
        if self._session is None:
            self._look(until_ns)
            return
        try:
            for arrival in self._session.receive(until_ns):
                self._take(arrival)
        except DeviceGoneError as error:
            self._lose(error)

    def _stamp(self, time_ns: int) -> int:
        """A time for a record: never before the last one, nor after the one that is to be reached.

        What is read while a time is caught up with had arrived by then.
        """
        if self._limit_ns is not None:
            time_ns = min(time_ns, self._limit_ns)
        self._last_ns = max(self._last_ns, time_ns)
        return self._last_ns

    # ------------------------------------------------------------------ opening, loss, return

    def _begin(self) -> None:
        """Open the function on the channel."""
        assert self._channel is not None
        session = HostSession(self._channel, self.clock.now_ns, self._sent, own_id=self._own_id)
        self._session = session
        try:
            session.open(self._take, open_s=self.settings.open_s, try_s=self.settings.try_s)
            self._negotiate(session)
        except DeviceGoneError as error:
            self._lose(error)

    def _negotiate(self, session: HostSession) -> None:
        """Agree on the newest version that both sides know, where the device has versions."""
        if self.settings.mbimex <= MBIMEX_1_0:
            return
        answer = session.ask(_own_command(session, DEVICE_SERVICES, b""), self._take)
        if answer is None or answer.value or not _lists_version(answer.buffer):
            return
        wanted = {"MbimVersion": MBIMEX_1_0, VERSION_MEMBER: self.settings.mbimex}
        buffer = codec.encode(*VERSION, "query", wanted, mbimex=self.settings.mbimex)
        session.ask(_own_command(session, VERSION, buffer), self._take)

    def _lose(self, error: DeviceError) -> None:
        """The device was taken away: that is an event, and ends what was outstanding."""
        time_ns = self._stamp(self.clock.now_ns())
        session, self._session = self._session, None
        waiting = 0
        if session is not None:
            self._own_id = session.own_id
            waiting = len(session.pending)
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        self._requests.clear()
        self._away_since_ns = time_ns
        left = f"; {waiting} requests are not answered" if waiting else ""
        self._note(f"{error}{left}")
        removal = Lifecycle.LIFECYCLE_SURPRISE_REMOVAL
        self._add(Event(Kind.KIND_LIFECYCLE, time_ns, code=removal))

    def _look(self, until_ns: int) -> None:
        """See whether the device is back; DeviceError when it stays away."""
        assert self._away_since_ns is not None
        away_s = (self.clock.now_ns() - self._away_since_ns) / _SECOND_NS
        try:
            self._channel = self._opened()
        except DeviceError as error:
            if away_s > self.settings.return_s:
                text = f"{error}; it has been away for {away_s:.0f} s"
                raise DeviceError(text) from error
            left_s = max(until_ns - self.clock.now_ns(), 0) / _SECOND_NS
            time.sleep(min(self.settings.look_s, left_s))
            return
        self._away_since_ns = None
        time_ns = self._stamp(self.clock.now_ns())
        self._add(Event(Kind.KIND_LIFECYCLE, time_ns, code=Lifecycle.LIFECYCLE_ARRIVAL))
        self._begin()

    # ------------------------------------------------------------------ requests

    def refusal(self, event: Event) -> str:
        """Why an input is not given to the modem; empty when it is."""
        return reason_left_out(event)

    def before(self, event: Event) -> list[Event]:
        """The transfers that a request becomes, which stand before it in a recording."""
        self.start()
        self._announced = None
        message = self._message_of(event)
        session = self._session
        if message is None or session is None:
            return []
        self._announced = (event, message, len(session.transfers_of(message)))
        code = WireDirection.WIRE_HOST_TO_DEVICE
        return [
            Event(Kind.KIND_WIRE, event.time_ns, code=code, payload=transfer)
            for transfer in session.transfers_of(message)
        ]

    def _message_of(self, event: Event) -> Message | None:
        """The command of a request, None when there is none; UsageError for one that is guarded."""
        session = self._session
        if event.kind not in REQUESTS or session is None:
            return None
        transaction_id = event.request_id & 0xFFFFFFFF
        if not 0 < transaction_id < OWN_IDS_FROM or transaction_id in session.pending:
            transaction_id = session.take_own_id()
        context = self._contexts.get(event.port, event.port)
        message = command_of(event, transaction_id, context, mbimex=self.mbimex, served_only=False)
        if message is not None:
            check_allowed(message, self.settings.allow_send, self.mbimex)
        return message

    def submit(self, event: Event) -> None:
        """Send a request, or cancel one; what only an environment can do is noted, not done."""
        if event.kind not in INPUTS:
            raise UsageError(f"a device takes no {event.kind.name}; only inputs")
        self.advance(event.time_ns)
        self._last_ns = max(self._last_ns, event.time_ns)
        if event.kind == Kind.KIND_CANCEL:
            self._cancel(event)
        elif event.kind in REQUESTS:
            self._request(event)
        else:
            self._note(f"{event.kind.name.removeprefix('KIND_').lower()}: {OPERATOR}")

    def _request(self, event: Event) -> None:
        announced, self._announced = self._announced, None
        if announced is not None and announced[0].replace(index=None) == event.replace(
            index=None, cause=None
        ):
            message: Message | None = announced[1]
        else:
            message = self._message_of(event)
            announced = None
        session = self._session
        if session is None:
            self._refuse(event, _REMOVED, "the device is away")
            return
        if message is None:
            self._refuse(event, _NOT_SUPPORTED, NO_COMMAND)
            return
        if not session.is_open:
            self._reopen(session)
        context = ordered_context(event)
        if context is not None:
            self._contexts[event.port] = context
        made = self._driver.message(message.to_bytes(), event.time_ns, from_host=True)
        request = next((each for each in made if each.kind in REQUESTS), None)
        if request is not None:
            self._requests[request.request_id] = _Request(
                event.index, event.request_id, event.handle, event.port, event.code
            )
            if len(self._requests) > OUTSTANDING_MAX:
                del self._requests[next(iter(self._requests))]
        self._note_problems()
        self._sending = _Sending.REQUEST if announced is None else _Sending.ANNOUNCED
        try:
            session.send(message)
        except DeviceGoneError as error:
            self._lose(error)
            return
        finally:
            self._sending = _Sending.OWN
        for output in made:
            if output.kind == Kind.KIND_COMPLETION:
                self._add(self._own(output).replace(cause=event.index, code=event.code))

    def _reopen(self, session: HostSession) -> None:
        """Open a function again that has reported that it is not open."""
        try:
            session.open(self._take, open_s=self.settings.open_s, try_s=self.settings.try_s)
        except DeviceGoneError as error:
            self._lose(error)

    def _refuse(self, event: Event, status: int, reason: str) -> None:
        """Complete a request that is not sent; the completion is ours, and marked so."""
        self._add(
            Event(
                Kind.KIND_COMPLETION,
                max(event.time_ns, self._last_ns),
                port=event.port,
                request_id=event.request_id,
                code=event.code,
                status=status,
                namespace=event.namespace,
                handle=event.handle,
                cause=event.index,
                flags=RecordFlag.FLAG_INFERRED,
            )
        )
        self._note(f"not sent: {reason}: RequestId {event.request_id}")

    def _cancel(self, event: Event) -> None:
        session = self._session
        wanted = [
            transaction_id
            for transaction_id in (() if session is None else session.pending)
            if (found := self._asked_by(transaction_id)) is not None
            and (found.request_id, found.port) == (event.request_id, event.port)
        ]
        if session is None or not wanted:
            self._note(f"cancel: nobody waits for RequestId {event.request_id}")
            return
        try:
            for transaction_id in wanted:
                session.cancel(transaction_id)
        except DeviceGoneError as error:
            self._lose(error)

    def _asked_by(self, transaction_id: int) -> _Request | None:
        """The newest request that went out under a transaction id."""
        found = [each for key, each in self._requests.items() if key & 0xFFFFFFFF == transaction_id]
        return found[-1] if found else None

    # ------------------------------------------------------------------ messages

    def _sent(self, transfer: bytes, time_ns: int) -> None:
        """Record a transfer that goes out, and let the class driver see messages of our own."""
        if self._sending is _Sending.ANNOUNCED:
            return
        code = WireDirection.WIRE_HOST_TO_DEVICE
        stamp = self._stamp(time_ns)
        self._add(Event(Kind.KIND_WIRE, stamp, code=code, payload=transfer))
        if self._sending is _Sending.REQUEST:
            return
        for event in self._driver.message(transfer, stamp, from_host=True):
            self._add(event)
        self._note_problems()

    def _take(self, arrival: Arrival) -> None:
        """Record what arrived, and the events that it means."""
        stamp = self._stamp(arrival.time_ns)
        if arrival.transfer:
            code = WireDirection.WIRE_DEVICE_TO_HOST
            self._add(Event(Kind.KIND_WIRE, stamp, code=code, payload=arrival.transfer))
        if arrival.data is not None:
            for event in self._driver.message(arrival.data, stamp, from_host=False):
                self._add(self._own(event))
        if arrival.what is What.TIMEOUT:
            self.timeouts += 1
        if arrival.problem:
            self.on_problem(arrival.what, arrival.problem)
            self._note(arrival.problem)
        self._note_problems(known=arrival.problem)

    def _own(self, event: Event) -> Event:
        """An event of the class driver with the numbers of the caller's request."""
        request = self._requests.get(event.request_id) if event.request_id else None
        if request is None:
            return event
        made = event.replace(request_id=request.request_id, port=request.port)
        if event.kind == Kind.KIND_COMPLETION:
            return made.replace(cause=request.index, code=request.code, handle=request.handle)
        return made if event.handle is None else made.replace(handle=request.handle)

    def _note_problems(self, known: str = "") -> None:
        if not known:
            for problem in self._driver.problems:
                self.on_problem(What.OTHER, problem)
                self._note(problem)

    def _note(self, text: str) -> None:
        self.problems += 1
        self._add(Event(Kind.KIND_NOTE, self._last_ns, code=NoteCode.TEXT, payload=text.encode()))

    def _add(self, event: Event) -> None:
        self._arrived.append(event)

    def drain(self) -> list[Event]:
        """Take what arrived, in order: transfers, the events made of them, notes."""
        arrived, self._arrived = self._arrived, []
        return arrived

    # ------------------------------------------------------------------ the end

    def close(self) -> None:
        """Close the function and give the device back; a device that is gone says nothing."""
        if self._closed:
            return
        self._closed = True
        session, self._session = self._session, None
        try:
            if session is not None and session.is_open:
                if not session.close(self._take):
                    self.on_problem(What.OTHER, "CLOSE is not answered")
                    self._note("CLOSE is not answered")
                self._add(self.clock.anchor(self._stamp(self.clock.now_ns())))
        except DeviceError as error:
            self._note(str(error))
        finally:
            if self._channel is not None:
                self._channel.close()
                self._channel = None


def describe_real(names: dict[str, Any], clock: dict[str, int | str]) -> dict[str, Any]:
    """What the header of a recording of a real device says: fields of TraceHeader."""
    return {
        "producer": f"wwanreplay {__version__}",
        "table_hash": table_hash(),
        "interface": "mbim",
        "device": names,
        "comparison": "field",
        "clock": clock,
    }


def check_allowed(message: Message, allowed: Collection[str], mbimex: int = MBIMEX_1_0) -> None:
    """UsageError for a command that changes more than the session and was not named."""
    from wwanreplay.mbim.class_events import name_of
    from wwanreplay.mbim.rows.guards import MEANINGS

    guard = guard_of(message, mbimex)
    if guard is not None and guard not in allowed:
        raise UsageError(
            f"{name_of(message)} is not sent to a real device: it {MEANINGS[guard]};"
            f" --allow-send {guard} sends it"
        )


def ordered_context(event: Event) -> int | None:
    """The context that a request orders to be connected or not, None for other requests."""
    if event.code != _CONNECT or event.kind != Kind.KIND_SET:
        return None
    try:
        decoded = decode_event(event)
    except DecodeError:
        return None
    found = None if decoded is None else decoded.get("SetContextState.ConnectionId")
    return found if isinstance(found, int) else None


def _own_command(session: HostSession, key: tuple[int, int], buffer: bytes) -> Message:
    return Message(
        messages.MBIM_COMMAND_MSG,
        session.take_own_id(),
        messages.COMMAND_QUERY,
        uuid.UUID(SERVICES[key[0]].uuid).bytes,
        key[1],
        buffer,
    )


def _lists_version(buffer: bytes) -> bool:
    """Whether an answer of DEVICE_SERVICES lists the command that agrees on a version."""
    try:
        values = codec.decode(*DEVICE_SERVICES, "response", buffer, strict=False)
    except DecodeError:
        return False
    service = SERVICES[VERSION[0]].uuid
    return any(
        entry["DeviceServiceId"] == service and VERSION[1] in entry["Cids"]
        for entry in values["DeviceServices"]
    )
