"""The control messages of MBIM 1.0 (section 9): parse and build whole messages.

A message that was cut into fragments is joined first (`wwanreplay.mbim.fragments`); a joined
message has TotalFragments 1 and CurrentFragment 0. Integers are little endian, the device service
stands as 16 bytes in printed order.
"""

import struct
from dataclasses import dataclass

from wwanreplay.errors import DecodeError
from wwanreplay.mbim.rows import framing
from wwanreplay.mbim.rows.framing import MessageType

HEADER_SIZE = 12
FRAGMENT_HEADER_SIZE = 20  # message header and fragment header
COMMAND_SIZE = framing.MESSAGE_SIZES["MBIM_COMMAND_MSG"]

MBIM_OPEN_MSG = MessageType.MBIM_OPEN_MSG
MBIM_CLOSE_MSG = MessageType.MBIM_CLOSE_MSG
MBIM_COMMAND_MSG = MessageType.MBIM_COMMAND_MSG
MBIM_HOST_ERROR_MSG = MessageType.MBIM_HOST_ERROR_MSG
MBIM_OPEN_DONE = MessageType.MBIM_OPEN_DONE
MBIM_CLOSE_DONE = MessageType.MBIM_CLOSE_DONE
MBIM_COMMAND_DONE = MessageType.MBIM_COMMAND_DONE
MBIM_FUNCTION_ERROR_MSG = MessageType.MBIM_FUNCTION_ERROR_MSG
MBIM_INDICATE_STATUS_MSG = MessageType.MBIM_INDICATE_STATUS_MSG

FRAGMENTED_TYPES = frozenset({MBIM_COMMAND_MSG, MBIM_COMMAND_DONE, MBIM_INDICATE_STATUS_MSG})
HOST_TYPES = frozenset({MBIM_OPEN_MSG, MBIM_CLOSE_MSG, MBIM_COMMAND_MSG, MBIM_HOST_ERROR_MSG})

COMMAND_QUERY = framing.COMMAND_TYPES["query"]
COMMAND_SET = framing.COMMAND_TYPES["set"]

ERRORS = {name: row[0] for name, row in framing.ERROR_CODES.items()}
STATUS = framing.STATUS_CODES

_TYPES = frozenset(MessageType)
_HEADER = struct.Struct("<III")
_U32 = struct.Struct("<I")
_FRAGMENT = struct.Struct("<II")
_COMMAND = struct.Struct("<16sIII")
_INDICATION = struct.Struct("<16sII")


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
        """Return the message in one piece, whatever its length."""
        if self.type == MBIM_CLOSE_MSG:
            body = b""
        elif self.type == MBIM_INDICATE_STATUS_MSG:
            head = _INDICATION.pack(self.service, self.cid, len(self.buffer))
            body = _FRAGMENT.pack(1, 0) + head + self.buffer
        elif self.type in (MBIM_COMMAND_MSG, MBIM_COMMAND_DONE):
            head = _COMMAND.pack(self.service, self.cid, self.value, len(self.buffer))
            body = _FRAGMENT.pack(1, 0) + head + self.buffer
        else:
            body = _U32.pack(self.value)
        header = _HEADER.pack(self.type, HEADER_SIZE + len(body), self.transaction_id)
        return header + body


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one message or fragment; `total` is 1 for types that are never cut."""

    type: int
    length: int
    transaction_id: int
    total: int = 1
    current: int = 0


def type_name(kind: int) -> str:
    """Return the name of a message type, also of an unknown one."""
    return MessageType(kind).name if kind in _TYPES else f"message type {kind:#010x}"


def parse_header(data: bytes) -> Header:
    """Read the header of a message or fragment and check it against the bytes received.

    Raises DecodeError when the bytes are fewer or more than MessageLength, or too few for it.
    """
    if len(data) < HEADER_SIZE:
        raise DecodeError(
            "cut off",
            structure="MBIM_MESSAGE_HEADER",
            offset=0,
            needed=HEADER_SIZE,
            had=len(data),
        )
    kind, length, transaction_id = _HEADER.unpack_from(data)
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
    total, current = _FRAGMENT.unpack_from(data, HEADER_SIZE)
    return Header(kind, length, transaction_id, total, current)


def parse_message(data: bytes, *, from_host: bool | None = None) -> Message:
    """Read one whole message. Raises DecodeError for a wrong type, length or fragment.

    With `from_host` given, a type that this side never sends and a command that is neither query
    nor set are errors too.
    """
    header = parse_header(data)
    kind = header.type
    if kind not in _TYPES:
        raise DecodeError("is not known", structure=type_name(kind), field="MessageType", offset=0)
    name = type_name(kind)
    if from_host is not None and from_host != (kind in HOST_TYPES):
        sender = "host" if from_host else "function"
        raise DecodeError(
            f"is never sent by the {sender}", structure=name, field="MessageType", offset=0
        )
    size = framing.MESSAGE_SIZES[name]
    if header.length < size:
        raise DecodeError("cut off", structure=name, offset=0, needed=size, had=header.length)
    if kind not in FRAGMENTED_TYPES:
        if header.length > size:
            raise DecodeError(
                "has bytes left over", structure=name, offset=size, needed=size, had=header.length
            )
        value = _U32.unpack_from(data, HEADER_SIZE)[0] if size > HEADER_SIZE else 0
        return Message(kind, header.transaction_id, value)
    if (header.total, header.current) != (1, 0):
        raise DecodeError(
            f"is fragment {header.current} of {header.total}, not a whole message",
            structure=name,
            field="TotalFragments",
            offset=HEADER_SIZE,
        )
    if kind == MBIM_INDICATE_STATUS_MSG:
        service, cid, length = _INDICATION.unpack_from(data, FRAGMENT_HEADER_SIZE)
        value = 0
    else:
        service, cid, value, length = _COMMAND.unpack_from(data, FRAGMENT_HEADER_SIZE)
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
    return Message(kind, header.transaction_id, value, service, cid, data[size:])


def function_error(transaction_id: int, error: str) -> bytes:
    """Return a FUNCTION_ERROR message; `error` is the code's name (MBIM_ERROR_NOT_OPENED ...)."""
    return Message(MBIM_FUNCTION_ERROR_MSG, transaction_id, ERRORS[error]).to_bytes()
