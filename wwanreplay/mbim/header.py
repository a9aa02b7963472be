"""One look at the header of an MBIM message or fragment, whatever its bytes are.

Control messages and their headers: MBIM 1.0, section 9. Integers are little endian, the device
service stands as 16 bytes in printed order. `look` is never strict: what the bytes do not hold is
None. `wwanreplay.mbim.messages` says what is wrong with a message.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import Final, NamedTuple

from wwanreplay.mbim.rows import framing
from wwanreplay.mbim.rows.framing import MessageType

# Python 3.11 looks a member of an enumeration up by its name each time: these are often needed.
_MBIM_CLOSE_MSG: Final = MessageType.MBIM_CLOSE_MSG
_MBIM_INDICATE_STATUS_MSG: Final = MessageType.MBIM_INDICATE_STATUS_MSG

HEADER_SIZE: Final = 12
FRAGMENT_HEADER_SIZE: Final = 20  # message header and fragment header
SHORT_SIZE: Final = 16  # of messages with one number behind the header
COMMAND_SIZE: Final = framing.MESSAGE_SIZES["MBIM_COMMAND_MSG"]
_CID_END: Final = 40
U32_MAX: Final = 0xFFFFFFFF

TYPES: Final = frozenset(int(kind) for kind in MessageType)
#: Types that may be cut into fragments; they name a service and a command.
FRAGMENTED_TYPES: Final = frozenset(
    {
        MessageType.MBIM_COMMAND_MSG,
        MessageType.MBIM_COMMAND_DONE,
        MessageType.MBIM_INDICATE_STATUS_MSG,
    }
)
HOST_TYPES: Final = frozenset(
    {
        MessageType.MBIM_OPEN_MSG,
        MessageType.MBIM_CLOSE_MSG,
        MessageType.MBIM_COMMAND_MSG,
        MessageType.MBIM_HOST_ERROR_MSG,
    }
)

_WORDS: Final = tuple(struct.Struct(f"<{count}I") for count in range(COMMAND_SIZE // 4 + 1))


_WHOLE: Final = _WORDS[-1]


class Head(NamedTuple):
    """What is known of a message's header; None is not known.

    `type` may be a number that MBIM does not have. `length` is what MessageLength claims. `service`
    is the UUID as on the wire; fragments behind the first have none. `value` is the command type of
    COMMAND, the status of the _DONE messages, the error code of the error messages and
    MaxControlTransfer of OPEN.
    """

    type: int | None = None
    length: int | None = None
    transaction_id: int | None = None
    total: int | None = None
    current: int | None = None
    service: bytes | None = None
    cid: int | None = None
    value: int | None = None
    buffer_length: int | None = None

    @property
    def is_later_fragment(self) -> bool:
        """Whether this is a fragment that continues a message."""
        return bool(self.current)

    @property
    def buffer_at(self) -> int:
        """Where the information buffer, or a later fragment's piece of it, begins, bytes.

        For messages without one: where they end; for unknown types: behind the header.
        """
        if self.type not in TYPES:
            return HEADER_SIZE
        if self.is_later_fragment:
            return FRAGMENT_HEADER_SIZE
        return framing.MESSAGE_SIZES[MessageType(self.type or 0).name]


def stated_length(data: bytes | bytearray | memoryview) -> int:
    """The MessageLength of a header that is there whole; for who needs nothing else of it."""
    return int.from_bytes(data[4:8], "little")


def look(data: bytes | bytearray) -> Head:
    """Read as much of a header as the bytes hold; never raises."""
    return _looked(data) if type(data) is bytes else _read(data)


def _read(data: bytes | bytearray) -> Head:
    words: tuple[int | None, ...]
    if len(data) >= COMMAND_SIZE:
        words = _WHOLE.unpack_from(data)
    else:
        count = len(data) // 4
        words = _WORDS[count].unpack_from(data) + (None,) * (COMMAND_SIZE // 4 - count)
    kind, length, transaction_id = words[:3]
    if kind not in FRAGMENTED_TYPES:
        value = None if kind == _MBIM_CLOSE_MSG else words[3]
        return Head(kind, length, transaction_id, value=value)
    total, current = words[3:5]
    if current != 0 or len(data) < _CID_END:
        return Head(kind, length, transaction_id, total, current)
    service, cid = bytes(data[FRAGMENT_HEADER_SIZE : _CID_END - 4]), words[9]
    if kind == _MBIM_INDICATE_STATUS_MSG:
        return Head(
            kind, length, transaction_id, total, current, service, cid, buffer_length=words[10]
        )
    return Head(kind, length, transaction_id, total, current, service, cid, words[10], words[11])


_TRANSACTION: Final = slice(8, 12)


def with_transaction(data: bytes, transaction_id: int) -> bytes:
    """A message, of which the header is there whole, under another transaction id."""
    before, behind = beside_transaction(data)
    return b"".join((before, transaction_id.to_bytes(4, "little"), behind))


def beside_transaction(data: bytes) -> tuple[bytes, bytes]:
    """What stands before and behind the transaction id: equal in messages that come again."""
    return data[: _TRANSACTION.start], data[_TRANSACTION.stop :]


def usual_command(data: bytes) -> tuple[int, int, bytes] | None:
    """Type, transaction and command (service and CID, as bytes) of a whole COMMAND or COMMAND_DONE.

    None for all else: other messages, fragments, and those of another length than they say.
    """
    if data[:4] not in _USUAL_TYPES or len(data) < COMMAND_SIZE:
        return None
    kind, length, transaction_id, total, current = _WORDS[5].unpack_from(data)
    if total != 1 or current or length != len(data):
        return None
    return kind, transaction_id, data[FRAGMENT_HEADER_SIZE:_CID_END]


def kind_of(data: bytes | bytearray) -> int | None:
    """The message type alone, None where the bytes do not hold it."""
    return int.from_bytes(data[:4], "little") if len(data) >= 4 else None


#: A message is looked at several times in a row, before the next one comes.
_looked = lru_cache(maxsize=4)(_read)


_USUAL_TYPES: Final = frozenset(
    number.to_bytes(4, "little")
    for number in (MessageType.MBIM_COMMAND_MSG, MessageType.MBIM_COMMAND_DONE)
)


def fragment_header(
    kind: int, length: int, transaction_id: int, total: int = 1, current: int = 0
) -> bytes:
    """Return the header of a message that may be cut, up to its service or piece."""
    return _WORDS[5].pack(kind, length, transaction_id, total, current)


_COMMANDS: Final = frozenset({MessageType.MBIM_COMMAND_MSG, MessageType.MBIM_COMMAND_DONE})
_COMMAND: Final = struct.Struct("<5I16s3I")
_UUID_SIZE: Final = 16


def command_header(
    kind: int, transaction_id: int, service: bytes, cid: int, value: int, size: int
) -> bytes | None:
    """The bytes up to the buffer of a whole COMMAND or COMMAND_DONE, with `size` bytes behind it.

    None for another type, and where a number does not fit.
    """
    if kind not in _COMMANDS or len(service) != _UUID_SIZE:
        return None
    try:
        return _COMMAND.pack(
            kind, COMMAND_SIZE + size, transaction_id, 1, 0, service, cid, value, size
        )
    except struct.error:
        return None


def command_words(
    data: bytes,
) -> tuple[int, int, int, int, int, bytes, int, int, int] | None:
    """The nine members of the header of a COMMAND or COMMAND_DONE; None of fewer bytes.

    Whether it is one, and whether its lengths are right, is not looked at.
    """
    return _COMMAND.unpack_from(data) if len(data) >= COMMAND_SIZE else None


def header_bytes(head: Head) -> bytes | None:
    """Return the bytes up to the information buffer, None when a member is missing or too large.

    The reverse of `look`; nothing is guessed, and the lengths are taken as they are.
    """
    words: list[int | None] = [head.type, head.length, head.transaction_id]
    service: bytes | None = b""
    further: list[int | None] = []
    if head.type not in FRAGMENTED_TYPES:
        words += [] if head.length == HEADER_SIZE else [head.value]
    else:
        words += [head.total, head.current]
        if not head.is_later_fragment:
            is_indication = head.type == _MBIM_INDICATE_STATUS_MSG
            service = head.service
            further = [head.cid, *([] if is_indication else [head.value]), head.buffer_length]
    numbers = [number for number in (*words, *further) if number is not None]
    if len(numbers) < len(words) + len(further) or service is None:
        return None
    if any(not 0 <= number <= U32_MAX for number in numbers):
        return None
    return (
        _WORDS[len(words)].pack(*numbers[: len(words)])
        + service
        + _WORDS[len(further)].pack(*numbers[len(words) :])
    )
