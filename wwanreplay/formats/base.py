"""What every reader of field logs yields and counts.

A reader turns one log into messages (`LogMessage`) in the order of the log: MBIM transfers, NDIS-
level events of Windows text, and a few notes of the host program. It never stops at a line it
does not know; what it could not use is counted, with the first places. Bytes that a log does not
hold are never made up: the message is marked incomplete.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from wwanreplay.formats.sources import LogSource

#: Places kept of each kind of trouble.
PLACES_MAX: Final = 5
#: Times of a trace have 64 bits; only damage is farther away.
TIME_NS_MAX: Final = (1 << 63) - 1
#: What newer libmbim prints in place of a personal value.
HIDDEN: Final = "###"


class Direction(StrEnum):
    """The direction of a message."""

    HOST_TO_DEVICE = "host-to-device"
    DEVICE_TO_HOST = "device-to-host"
    UNKNOWN = "unknown"


class Clock(StrEnum):
    """What `time_ns` counts from: how much of the date and time a log prints."""

    NONE = "none"  # no time at all; only the order is known
    UTC = "utc"  # since 1970, universal time
    LOCAL = "local"  # since 1970 as if the wall clock of an unnamed zone were universal time
    YEAR = "year"  # since the first of January of an unnamed year, wall clock
    DAY = "day"  # since midnight of the first day, wall clock
    HOUR = "hour"  # since the full hour before the first line, wall clock
    RELATIVE = "relative"  # since an unknown moment, such as the start of the machine


class Unit(StrEnum):
    """What a place counts."""

    LINE = "line"
    PACKET = "packet"
    BYTE = "byte"


class MessageKind(StrEnum):
    """What a `LogMessage` is."""

    MBIM = "mbim"  # a control message, or what a log holds of one
    TRANSFER = "transfer"  # one fragment of a message, where transfers are wanted
    EVENT = "event"  # an event of the NDIS level, from Windows text
    NOTE = "note"  # what the host program or the bus did: opened, timed out, ...


# Plain names where all messages of a log go by; see `protocol/kinds.py`.
DEVICE_TO_HOST: Final = Direction.DEVICE_TO_HOST
HOST_TO_DEVICE: Final = Direction.HOST_TO_DEVICE
DIRECTION_UNKNOWN: Final = Direction.UNKNOWN
MESSAGE_MBIM: Final = MessageKind.MBIM
MESSAGE_TRANSFER: Final = MessageKind.TRANSFER
MESSAGE_EVENT: Final = MessageKind.EVENT
MESSAGE_NOTE: Final = MessageKind.NOTE


@dataclass(frozen=True, slots=True, order=True)
class LogPlace:
    """Where in which log: lines and packets count from 1, bytes from 0."""

    source: str
    unit: Unit
    number: int

    def __str__(self) -> str:
        return f"{self.source}:{self.unit} {self.number}"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as the log prints it: nanoseconds on a clock, in steps of `step_ns`."""

    time_ns: int
    clock: Clock
    step_ns: int


@dataclass(frozen=True, slots=True)
class NdisEvent:
    """An event that Windows text names.

    `name` is `request` (an OID request goes to the driver), `request-exit` (the driver returned),
    `completion`, `indication`, `command` (the class driver sends a command), `notification` (the
    WWAN service notifies its clients) or `fields` (members of a structure whose event is not in the
    log). Numbers are None where the line has none; `fields` are the line's own names and values.
    """

    name: str
    provider: str
    object_name: str = ""
    code: int | None = None
    operation: str = ""
    request_id: int | None = None
    request_handle: int | None = None
    status: int | None = None
    status_text: str = ""
    length: int | None = None
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LogMessage:
    """One message, event or note of a log.

    `data` is the MBIM message as far as the log holds it; a message of several fragments is whole
    (TotalFragments 1), with the transfers as logged in `fragments` and their places in `places`.
    `length` is the MessageLength that the log states, `incomplete` says that `data` is shorter or
    absent, and `reason` why. `fields` are (path, value) pairs of a translated block, such as
    ("Header.transaction", "3") or ("Fields.HwRadioState", "on"), only where bytes are missing; the
    value `###` was hidden by the program. `device` separates devices: a path, an interface, a bus
    address, or None where the log names none. `rebuilt` marks bytes put together from printed
    members (all of them printed, none guessed).
    """

    kind: MessageKind
    place: LogPlace
    direction: Direction = Direction.UNKNOWN
    time_ns: int | None = None
    clock: Clock = Clock.NONE
    step_ns: int = 0
    device: str | None = None
    data: bytes | None = None
    length: int | None = None
    incomplete: bool = False
    reason: str = ""
    rebuilt: bool = False
    fields: tuple[tuple[str, str], ...] = ()
    event: NdisEvent | None = None
    text: str = ""
    places: tuple[LogPlace, ...] = ()
    fragments: tuple[bytes, ...] = ()

    def at(self, stamp: Stamp | None) -> LogMessage:
        """The same with a time, if there is one; what 64 bits cannot hold is none."""
        if stamp is None or abs(stamp.time_ns) > TIME_NS_MAX:
            return self
        return replace(self, time_ns=stamp.time_ns, clock=stamp.clock, step_ns=stamp.step_ns)

    @property
    def complete(self) -> bool:
        """Whether this is an MBIM message with all its bytes."""
        return self.kind is MessageKind.MBIM and not self.incomplete


def timed(
    stamp: Stamp | None, direction: Direction = Direction.UNKNOWN
) -> tuple[Direction, int | None, Clock, int]:
    """The members of a message from its direction to the step of its clock; see `LogMessage.at`."""
    if stamp is None or abs(stamp.time_ns) > TIME_NS_MAX:
        return direction, None, Clock.NONE, 0
    return direction, stamp.time_ns, stamp.clock, stamp.step_ns


@dataclass(slots=True)
class Trouble:
    """How often something went wrong, and the first places with a reason each."""

    count: int = 0
    first: list[tuple[LogPlace, str]] = field(default_factory=list)

    def add(self, place: LogPlace, reason: str, count: int = 1) -> None:
        """Count one case more."""
        self.count += count
        if len(self.first) < PLACES_MAX:
            self.first.append((place, reason))

    def join(self, other: Trouble) -> None:
        """Add the cases of another, whose places come behind."""
        self.count += other.count
        self.first = [*self.first, *other.first][:PLACES_MAX]


@dataclass(slots=True)
class Counts:
    """What a reader met; filled while it is read.

    `records` are lines or packets. `messages` are the MBIM messages given out, each `complete` or
    incomplete, `events` and `notes` the rest. `unreadable` looked like part of a message and was
    not; `dropped` is lost in the log itself or over a limit; `unmapped` is readable and of a kind
    this reader handles, but holds nothing that becomes a message.
    """

    records: int = 0
    messages: int = 0
    complete: int = 0
    events: int = 0
    notes: int = 0
    incomplete: Trouble = field(default_factory=Trouble)
    unreadable: Trouble = field(default_factory=Trouble)
    dropped: Trouble = field(default_factory=Trouble)
    unmapped: Trouble = field(default_factory=Trouble)

    def note(self, message: LogMessage) -> LogMessage:
        """Count a message on its way out."""
        if message.kind is MessageKind.TRANSFER:
            return message
        if message.kind is MessageKind.EVENT:
            self.events += 1
        elif message.kind is MessageKind.NOTE:
            self.notes += 1
        else:
            self.messages += 1
            if message.incomplete:
                self.incomplete.add(message.place, message.reason)
            else:
                self.complete += 1
        return message

    def add(self, other: Counts) -> None:
        """Add the counts of another log; the first places stay those of the first logs."""
        add_members(self, other)


Counted = TypeVar("Counted", bound="DataclassInstance")


def add_members(counts: Counted, others: Counted) -> None:
    """Add all members of one to those of another: numbers, and troubles."""
    for member in fields(counts):
        own, theirs = getattr(counts, member.name), getattr(others, member.name)
        if isinstance(own, Trouble):
            own.join(theirs)
        else:
            setattr(counts, member.name, own + theirs)


class Reader(Protocol):
    """Reads one format. A reader is made for one log and read once."""

    counts: Counts

    def __init__(self, source: LogSource) -> None: ...

    def __iter__(self) -> Iterator[LogMessage]: ...
