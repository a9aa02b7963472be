"""MBIM transfers as logs hold them: their headers, and whole messages made of fragments.

Control messages and their headers: MBIM 1.0, section 9. Nothing here is strict: a transfer that
breaks a rule is passed on as it is, and the strict decoder reports later what is wrong with it.
"""

from __future__ import annotations

import re
import uuid
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from wwanreplay.formats.base import (
    DEVICE_TO_HOST,
    HOST_TO_DEVICE,
    MESSAGE_MBIM,
    MESSAGE_TRANSFER,
    Direction,
    LogMessage,
)
from wwanreplay.mbim.fragments import MESSAGE_SIZE_MAX
from wwanreplay.mbim.header import (
    FRAGMENT_HEADER_SIZE,
    FRAGMENTED_TYPES,
    HEADER_SIZE,
    HOST_TYPES,
    TYPES,
    U32_MAX,
    Head,
    fragment_header,
    header_bytes,
    kind_of,
    look,
)
from wwanreplay.mbim.messages import type_name
from wwanreplay.mbim.rows.framing import MESSAGE_SIZES

#: The service between host programs and mbim-proxy; its messages never reach the modem.
PROXY_SERVICE: Final = uuid.UUID("838cf7fb-8d0d-4d7f-871e-d71dbefbb39b").bytes
#: Fragments of unfinished messages that are kept per device and direction.
OPEN_FRAGMENTS_MAX: Final = 1024
OPEN_DEVICES_MAX: Final = 256
#: Bytes and characters of all unfinished messages together; each part counts some for itself.
OPEN_SIZE_MAX: Final = 1 << 25
PART_SIZE: Final = 1 << 10
#: Messages that wait until it is known what became of a fragment before them.
HELD_MAX: Final = 4 * OPEN_FRAGMENTS_MAX

_BRACKETED = re.compile(r"\((?:0x)?([0-9a-fA-F]{1,8})\)\s*$")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def plausible(data: bytes) -> bool:
    """Return whether bytes begin like an MBIM message; four of them must be there."""
    return is_plausible(look(data))


def is_plausible(head: Head) -> bool:
    """Return whether a header, as far as it is there, can be that of an MBIM message."""
    is_sized = head.length is None or HEADER_SIZE <= head.length <= MESSAGE_SIZE_MAX
    return head.type in TYPES and is_sized


def direction_of(data: bytes | None, otherwise: Direction = Direction.UNKNOWN) -> Direction:
    """The direction of a message, by the top bit of its type."""
    return direction_of_type(kind_of(data or b""), otherwise)


def direction_of_type(kind: int | None, otherwise: Direction = Direction.UNKNOWN) -> Direction:
    """The direction of a type of message; `otherwise` for a type that MBIM does not have."""
    if kind not in TYPES:
        return otherwise
    return HOST_TO_DEVICE if kind in HOST_TYPES else DEVICE_TO_HOST


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    match = _BRACKETED.search(text)
    if match:
        return int(match[1], 16)
    text = text.strip("' ")
    if re.fullmatch(r"[0-9]{1,10}", text):
        return number if (number := int(text)) <= U32_MAX else None
    return int(text, 16) if re.fullmatch(r"0x[0-9a-fA-F]{1,8}", text) else None


def head_of_fields(fields: Iterable[tuple[str, str]]) -> Head:
    """Read a header out of a translated block."""
    by_name = {
        name: value
        for name, value in fields
        if name.startswith(("Header.", "Fragment header.", "Contents."))
    }
    service = _UUID.search(by_name.get("Contents.service", ""))
    value = None
    for name in ("type", "status error", "max control transfer", "error"):
        value = _number(by_name.get(f"Contents.{name}")) if value is None else value
    return Head(
        _number(by_name.get("Header.type")),
        _number(by_name.get("Header.length")),
        _number(by_name.get("Header.transaction")),
        _number(by_name.get("Fragment header.total")),
        _number(by_name.get("Fragment header.current")),
        uuid.UUID(service[0]).bytes if service else None,
        _number(by_name.get("Contents.cid")),
        value,
    )


def head_of(message: LogMessage) -> Head:
    """The known members of a message's header, from its bytes and from its translated block."""
    head = look(message.data or b"")
    if not message.fields:
        return head
    other = head_of_fields(message.fields)
    filled = {
        name: getattr(other, name)
        for name in Head._fields
        if getattr(head, name) is None and getattr(other, name) is not None
    }
    return head._replace(**filled) if filled else head


def between_host_programs(message: LogMessage) -> bool:
    """Return whether a message goes to or from mbim-proxy and never reaches the modem."""
    return head_of(message).service == PROXY_SERVICE


class Framer:
    """Cuts a stream of bytes into messages by MessageLength, and drops what cannot begin one."""

    def __init__(self) -> None:
        self.dropped = 0
        self._buffer = bytearray()

    @property
    def waiting(self) -> int:
        """Bytes of an unfinished message."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes; return the messages that are complete."""
        self._buffer += data
        messages = []
        while len(self._buffer) >= 8:
            if not plausible(bytes(self._buffer[:8])):
                self._resynchronise()
                continue
            size = look(self._buffer[:8]).length or 0
            if len(self._buffer) < size:
                break
            messages.append(bytes(self._buffer[:size]))
            del self._buffer[:size]
        return messages

    def _resynchronise(self) -> None:
        """Drop bytes up to the next place that can begin a message."""
        match = _BEGINNING.search(self._buffer, 1)
        at = match.start() if match else max(len(self._buffer) - 7, 1)
        self.dropped += at
        del self._buffer[:at]

    def flush(self) -> bytes:
        """Hand out an unfinished message."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        return rest


_BEGINNING: Final = re.compile(rb"(?:[\x01-\x04]\0\0\0|[\x01-\x04\x07]\0\0\x80)..[\0-\x10]\0", re.S)


@dataclass(slots=True)
class _Slot:
    """A place among the messages that come out: what stands there is known once `is_known`."""

    message: LogMessage | None = None
    is_known: bool = False

    def settle(self, message: LogMessage | None) -> None:
        """Let a message, or nothing, stand here."""
        self.message, self.is_known = message, True


@dataclass(slots=True)
class _Open:
    """The fragments of a message that is not whole yet, and where each of them stands."""

    type: int
    transaction_id: int
    total: int
    parts: list[LogMessage]
    places: list[_Slot]
    data_size: int = 0
    size: int = 0

    def add(self, message: LogMessage, place: _Slot) -> int:
        """Take the next fragment; about how much memory it takes, in bytes."""
        self.parts.append(message)
        self.places.append(place)
        self.data_size += len(message.data or b"")
        size = size_of(message)
        self.size += size
        return size

    def join(self) -> None:
        """Let the whole message stand where its last fragment is."""
        *before, last = self.places
        for place in before:
            place.settle(None)
        last.settle(_joined(self.parts, self.type, self.transaction_id))

    def give_up(self) -> None:
        """Let each fragment stand for itself, where it is."""
        reason = f"only {len(self.parts)} of {self.total} fragments"
        for part, place in zip(self.parts, self.places, strict=True):
            place.settle(replace(part, incomplete=True, reason=part.reason or reason))


def is_fragment(head: Head) -> bool:
    """Return whether a header is that of one of several fragments, and of which."""
    return head.type in FRAGMENTED_TYPES and (head.total or 0) > 1 and head.current is not None


def join_fragments(
    messages: Iterable[LogMessage], *, transfers: bool = False
) -> Iterator[LogMessage]:
    """Put whole messages in the place of their last fragments; everything else passes.

    With `transfers` each fragment is given out as well, at its own place, as MessageKind.TRANSFER.

    Fragments that never become whole are given out incomplete, one by one, each where it stands;
    meanwhile what follows is held back, HELD_MAX messages at most. That is sure at the next first
    fragment, at a fragment that does not follow, or at the end.
    """
    return _FragmentJoiner(transfers=transfers).messages(messages)


class _FragmentJoiner:
    """Holds messages back until it is known what became of each fragment before them."""

    def __init__(self, *, transfers: bool) -> None:
        self._transfers = transfers
        self._opened: dict[tuple[str | None, Direction], _Open] = {}
        self._open_size = 0
        self._held: deque[_Slot] = deque()
        self._held_size = 0

    def messages(self, messages: Iterable[LogMessage]) -> Iterator[LogMessage]:
        """The messages of a log, joined."""
        for message in messages:
            head = head_of(message) if message.kind is MESSAGE_MBIM else Head()
            if not is_fragment(head):
                if not self._opened:
                    yield message
                    continue
                self._hold(message)
            else:
                self._fragment(message, head)
            while self._is_too_much():
                self._take(next(iter(self._opened))).give_up()
            yield from self._known()
        while self._opened:
            self._take(next(iter(self._opened))).give_up()
        yield from self._known()

    def _hold(self, message: LogMessage) -> None:
        self._held.append(_Slot(message, is_known=True))
        self._held_size += size_of(message)

    def _known(self) -> Iterator[LogMessage]:
        """What stands before the first fragment of which it is not known yet."""
        while self._held and self._held[0].is_known:
            message = self._held.popleft().message
            if message is not None:
                yield message
        if not self._held:
            self._held_size = 0

    def _is_too_much(self) -> bool:
        sizes = self._open_size + self._held_size
        return bool(self._opened) and (
            len(self._opened) > OPEN_DEVICES_MAX
            or sizes > OPEN_SIZE_MAX
            or len(self._held) > HELD_MAX
        )

    def _take(self, key: tuple[str | None, Direction]) -> _Open:
        opened = self._opened.pop(key)
        self._open_size -= opened.size
        return opened

    def _fragment(self, message: LogMessage, head: Head) -> None:
        total, current = head.total or 0, head.current or 0
        if self._transfers:
            self._hold(replace(message, kind=MESSAGE_TRANSFER))
        key = (message.device, message.direction)
        opened = self._opened.get(key)
        if opened is not None and not _follows(opened, head):
            self._take(key).give_up()
            opened = None
        if current >= total or (opened is None and current > 0):
            lone = f"fragment {current + 1} of {total} without those before it"
            self._hold(replace(message, incomplete=True, reason=message.reason or lone))
            return
        if opened is None:
            opened = _Open(head.type or 0, head.transaction_id or 0, total, [], [])
            self._opened[key] = opened
        place = _Slot()
        self._held.append(place)
        self._open_size += opened.add(message, place)
        if len(opened.parts) == total:
            self._take(key).join()
        elif len(opened.parts) >= OPEN_FRAGMENTS_MAX or opened.data_size > MESSAGE_SIZE_MAX:
            self._take(key).give_up()


def size_of(message: LogMessage) -> int:
    """About how much memory a message takes, in bytes."""
    texts = sum(len(name) + len(value) for name, value in message.fields)
    return len(message.data or b"") + texts + PART_SIZE


def _follows(unfinished: _Open, head: Head) -> bool:
    return (
        head.type == unfinished.type
        and head.transaction_id == unfinished.transaction_id
        and head.total == unfinished.total
        and head.current == len(unfinished.parts)
    )


def _joined(parts: list[LogMessage], kind: int, transaction_id: int) -> LogMessage:
    """One message of all fragments: bytes up to the first that is cut, fields of the last."""
    body = bytearray()
    reason = ""
    for part in parts:
        data = part.data or b""
        body += data[FRAGMENT_HEADER_SIZE:]
        if part.incomplete:
            reason = part.reason or "a fragment is cut off"
            break
    fixed = MESSAGE_SIZES[type_name(kind)] - FRAGMENT_HEADER_SIZE
    length = FRAGMENT_HEADER_SIZE + len(body)
    if not reason and len(body) >= fixed:
        first = fragment_header(kind, 0, transaction_id)
        stated = look(first + body).buffer_length or 0
        if stated != len(body) - fixed:
            reason = f"the fragments hold {len(body) - fixed} of {stated} bytes of information"
            length = FRAGMENT_HEADER_SIZE + fixed + min(stated, MESSAGE_SIZE_MAX)
    elif not reason:
        reason = "the first fragment is too short"
    lengths = [head_of(part).length or 0 for part in parts]
    if reason and any(part.incomplete for part in parts):
        length = sum(lengths) - FRAGMENT_HEADER_SIZE * (len(parts) - 1)
    length = min(length, U32_MAX)
    head = fragment_header(kind, length, transaction_id)
    fields = next((part.fields for part in reversed(parts) if _whole_translation(part)), ())
    return replace(
        parts[-1],
        data=head + bytes(body) if body else None,
        length=length,
        incomplete=bool(reason),
        reason=reason,
        fields=fields if reason else (),
        places=tuple(part.place for part in parts),
        fragments=tuple(part.data or b"" for part in parts),
    )


def _whole_translation(part: LogMessage) -> bool:
    return any(name.startswith("Contents.") for name, _ in part.fields)


def rebuild(head: Head, buffer: bytes) -> bytes | None:
    """Put a message together from printed header members and its information buffer.

    None when a member is missing or the lengths do not agree; nothing is guessed.
    """
    start = header_bytes(head)
    if start is None:
        return None
    whole = start + buffer if head.type in FRAGMENTED_TYPES else start
    return whole if head.length == len(whole) else None
