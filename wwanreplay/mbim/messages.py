"""The control messages of MBIM 1.0 (section 9): parse and build whole messages.

A message that was cut into fragments is joined first (`wwanreplay.mbim.fragments`); a joined
message has TotalFragments 1 and CurrentFragment 0. Integers are little endian, the device service
stands as 16 bytes in printed order.
"""

from dataclasses import dataclass
from typing import NamedTuple

from wwanreplay.errors import DecodeError
from wwanreplay.mbim.header import (
    COMMAND_SIZE,
    FRAGMENT_HEADER_SIZE,
    FRAGMENTED_TYPES,
    HEADER_SIZE,
    HOST_TYPES,
    SHORT_SIZE,
    TYPES,
    Head,
    command_header,
    command_words,
    header_bytes,
    look,
)
from wwanreplay.mbim.rows import framing
from wwanreplay.mbim.rows.framing import MESSAGE_SIZES, MessageType

MBIM_OPEN_MSG = MessageType.MBIM_OPEN_MSG
MBIM_CLOSE_MSG = MessageType.MBIM_CLOSE_MSG
MBIM_COMMAND_MSG = MessageType.MBIM_COMMAND_MSG
MBIM_HOST_ERROR_MSG = MessageType.MBIM_HOST_ERROR_MSG
MBIM_OPEN_DONE = MessageType.MBIM_OPEN_DONE
MBIM_CLOSE_DONE = MessageType.MBIM_CLOSE_DONE
MBIM_COMMAND_DONE = MessageType.MBIM_COMMAND_DONE
MBIM_FUNCTION_ERROR_MSG = MessageType.MBIM_FUNCTION_ERROR_MSG
MBIM_INDICATE_STATUS_MSG = MessageType.MBIM_INDICATE_STATUS_MSG

_NAMES: dict[int, str] = {kind: kind.name for kind in MessageType}

COMMAND_QUERY = framing.COMMAND_TYPES["query"]
COMMAND_SET = framing.COMMAND_TYPES["set"]

#: Type, TotalFragments and CurrentFragment of a COMMAND in one piece.
_PLAIN = (int(MBIM_COMMAND_MSG), 1, 0)

ERRORS = {name: row[0] for name, row in framing.ERROR_CODES.items()}
STATUS = framing.STATUS_CODES
#: The status of COMMAND_DONE among the printed members of an answer.
STATUS_FIELD = "Status"


@dataclass(frozen=True, slots=True)
class Message:
    """One whole control message.

    `value` is the one number of the short messages: MaxControlTransfer of OPEN, the status of
    OPEN_DONE and CLOSE_DONE, the error code of HOST_ERROR and FUNCTION_ERROR. For COMMAND it is
    the command type (query 0, set 1), for COMMAND_DONE the status. `service` is the UUID.
    """

    type: int
    transaction_id: int
    value: int = 0
    service: bytes = b""
    cid: int = 0
    buffer: bytes = b""

    def to_bytes(self) -> bytes:
        """Return the message in one piece, whatever its length.

        Raises ValueError for a number that does not fit 32 bits.
        """
        service, size = self.service.ljust(16, b"\0"), len(self.buffer)
        usual = command_header(self.type, self.transaction_id, service, self.cid, self.value, size)
        if usual is not None:
            return usual + self.buffer
        length = MESSAGE_SIZES.get(type_name(self.type), SHORT_SIZE) + size
        octets = header_bytes(
            Head(self.type, length, self.transaction_id, 1, 0, service, self.cid, self.value, size)
        )
        if octets is None:
            raise ValueError(f"{self}: a number does not fit 32 bits")
        return octets + self.buffer


class Header(NamedTuple):
    """The header of one message or fragment; `total` is 1 for types that are never cut."""

    type: int
    length: int
    transaction_id: int
    total: int = 1
    current: int = 0


def type_name(kind: int) -> str:
    """Return the name of a message type, also of an unknown one."""
    return _NAMES.get(kind) or f"message type {kind:#010x}"


def parse_header(data: bytes) -> Header:
    """Read the header of a message or fragment and check it against the bytes received.

    Raises DecodeError when the bytes are fewer or more than MessageLength, or too few for it.
    """
    return checked_header(look(data), data)


def checked_header(head: Head, data: bytes) -> Header:
    """The same, of a header that was looked at."""
    if len(data) < HEADER_SIZE:
        raise DecodeError(
            "cut off",
            structure="MBIM_MESSAGE_HEADER",
            offset=0,
            needed=HEADER_SIZE,
            had=len(data),
        )
    kind, length, transaction_id = head.type or 0, head.length or 0, head.transaction_id or 0
    name = type_name(kind)
    if length != len(data):
        raise DecodeError(
            "is not as long as the transfer",
            structure=name,
            field="MessageLength",
            offset=4,
            needed=length,
            had=len(data),
        )
    if kind not in FRAGMENTED_TYPES:
        return Header(kind, length, transaction_id)
    if length < FRAGMENT_HEADER_SIZE:
        raise DecodeError(
            "no room for the fragment header",
            structure=name,
            field="MessageLength",
            offset=4,
            needed=FRAGMENT_HEADER_SIZE,
            had=length,
        )
    return Header(kind, length, transaction_id, head.total or 0, head.current or 0)


def plain_command(data: bytes) -> Message | None:
    """A whole COMMAND in one piece, as nearly all that a host sends is; None for all else.

    It is what `parse_message` makes of it.
    """
    words = command_words(data)
    if words is None:
        return None
    kind, length, transaction_id, total, current, service, cid, value, size = words
    if (kind, total, current) != _PLAIN or length != len(data) or size != length - COMMAND_SIZE:
        return None
    return Message(kind, transaction_id, value, service, cid, data[COMMAND_SIZE:])


def parse_message(
    data: bytes,
    *,
    from_host: bool | None = None,
    head: Head | None = None,
    header: Header | None = None,
) -> Message:
    """Read one whole message. Raises DecodeError for a wrong type, length or fragment.

    With `from_host` given, a type that this side never sends and a command that is neither query
    nor set are errors too. `head` is its header, where that was looked at before, and `header` the
    same where it was checked.
    """
    head = look(data) if head is None else head
    header = checked_header(head, data) if header is None else header
    kind = header.type
    if kind not in TYPES:
        raise DecodeError("is not known", structure=type_name(kind), field="MessageType", offset=0)
    name = type_name(kind)
    if from_host is not None and from_host != (kind in HOST_TYPES):
        sender = "host" if from_host else "function"
        raise DecodeError(
            f"is never sent by the {sender}", structure=name, field="MessageType", offset=0
        )
    size = MESSAGE_SIZES[name]
    if header.length < size:
        raise DecodeError("cut off", structure=name, offset=0, needed=size, had=header.length)
    if kind not in FRAGMENTED_TYPES:
        if header.length > size:
            raise DecodeError(
                "has bytes left over", structure=name, offset=size, needed=size, had=header.length
            )
        return Message(kind, header.transaction_id, head.value or 0)
    if (header.total, header.current) != (1, 0):
        raise DecodeError(
            f"is fragment {header.current} of {header.total}, not a whole message",
            structure=name,
            field="TotalFragments",
            offset=HEADER_SIZE,
        )
    value, length = head.value or 0, head.buffer_length or 0
    if from_host and value not in (COMMAND_QUERY, COMMAND_SET):
        raise DecodeError(
            f"is {value}, neither query nor set",
            structure=name,
            field="CommandType",
            offset=FRAGMENT_HEADER_SIZE + 20,
        )
    if length != header.length - size:
        raise DecodeError(
            "does not fit the message",
            structure=name,
            field="InformationBufferLength",
            offset=size - 4,
            needed=length,
            had=header.length - size,
        )
    return Message(
        kind, header.transaction_id, value, head.service or b"", head.cid or 0, data[size:]
    )


def function_error(transaction_id: int, error: str) -> bytes:
    """Return a FUNCTION_ERROR message; `error` is the code's name (MBIM_ERROR_NOT_OPENED ...)."""
    return Message(MBIM_FUNCTION_ERROR_MSG, transaction_id, ERRORS[error]).to_bytes()
