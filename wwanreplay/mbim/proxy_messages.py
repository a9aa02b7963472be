"""Messages that a multiplexer of clients reads and makes itself."""

from __future__ import annotations

import uuid
from typing import Final

from wwanreplay.errors import DecodeError
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.commands import PROXY_CONFIGURATION, SUBSCRIBE_LIST
from wwanreplay.mbim.header import Head, look
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.proxy_transactions import CONFIGURATION, command_name
from wwanreplay.mbim.subscriptions import EventList, list_bytes
from wwanreplay.mbim.tables import SERVICES

_SUBSCRIBE_SERVICE: Final = uuid.UUID(SERVICES[SUBSCRIBE_LIST[0]].uuid).bytes


def configuration_of(data: bytes) -> tuple[str, int] | None:
    """The path and the seconds of a client's configuration; None for another message."""
    head = look(data)
    is_set = head.type == messages.MBIM_COMMAND_MSG and head.value == messages.COMMAND_SET
    if not is_set or command_name(data) != CONFIGURATION:
        return None
    try:
        message = messages.parse_message(data)
        values = codec.decode(*PROXY_CONFIGURATION, "set", message.buffer)
    except (DecodeError, UnicodeDecodeError):
        return None
    path = values["DevicePath"]
    return (path, values["Timeout"]) if path else None


def is_whole(head: Head, transfer: bytes, kind: int) -> bool:
    """Whether a transfer is a whole message of a kind; such needs no joining."""
    return (
        head.type == kind
        and head.length == len(transfer)
        and head.total == 1
        and head.current == 0
        and head.buffer_length is not None
    )


def done(head: Head, status: int, buffer: bytes = b"") -> Message:
    """The answer to a command."""
    return Message(
        messages.MBIM_COMMAND_DONE,
        head.transaction_id or 0,
        status,
        head.service or b"",
        head.cid or 0,
        buffer,
    )


def list_command(events: EventList, transaction_id: int) -> bytes:
    """The command that sets the list of events."""
    return Message(
        messages.MBIM_COMMAND_MSG,
        transaction_id,
        messages.COMMAND_SET,
        _SUBSCRIBE_SERVICE,
        SUBSCRIBE_LIST[1],
        list_bytes(events),
    ).to_bytes()
