"""Messages, and logs of them in the style of each program, for the tests of the readers."""

import io
import struct
import uuid

from wwanreplay.formats.base import Counts, LogMessage, MessageKind
from wwanreplay.formats.reading import LogReading
from wwanreplay.mbim.messages import (
    MBIM_CLOSE_MSG,
    MBIM_COMMAND_DONE,
    MBIM_COMMAND_MSG,
    MBIM_INDICATE_STATUS_MSG,
    MBIM_OPEN_DONE,
    MBIM_OPEN_MSG,
    Message,
)

BASIC_CONNECT = uuid.UUID("a289cc33-bcbb-8b4f-b6b0-133ec2aae6df").bytes
PROXY = uuid.UUID("838cf7fb-8d0d-4d7f-871e-d71dbefbb39b").bytes

OPEN = Message(MBIM_OPEN_MSG, 1, 4096).to_bytes()
OPEN_DONE = Message(MBIM_OPEN_DONE, 1, 0).to_bytes()
CLOSE = Message(MBIM_CLOSE_MSG, 9).to_bytes()
RADIO_QUERY = Message(MBIM_COMMAND_MSG, 2, 0, BASIC_CONNECT, 3).to_bytes()
RADIO_DONE = Message(MBIM_COMMAND_DONE, 2, 0, BASIC_CONNECT, 3, struct.pack("<II", 1, 0)).to_bytes()
SIGNAL = Message(
    MBIM_INDICATE_STATUS_MSG, 0, 0, BASIC_CONNECT, 11, struct.pack("<5I", 17, 99, 30, 5, 0)
).to_bytes()
LONG_DONE = Message(MBIM_COMMAND_DONE, 3, 0, BASIC_CONNECT, 16, bytes(range(200))).to_bytes()
#: Opened, queried and answered, and an event.
SESSION = (OPEN, OPEN_DONE, RADIO_QUERY, LONG_DONE, SIGNAL)
# An information buffer of 5 bytes: not a multiple of four
ODD_DONE = Message(MBIM_COMMAND_DONE, 4, 0, BASIC_CONNECT, 16, b"\x01\x02\x03\x04\x05").to_bytes()


def read(log: bytes | str, name: str | None = None, label: str = "test.log") -> list[LogMessage]:
    """The messages of one log."""
    return reading(log, name, label)[0]


def reading(
    log: bytes | str, name: str | None = None, label: str = "test.log"
) -> tuple[list[LogMessage], Counts]:
    """The messages of one log and the counts, which must agree with each other."""
    stream = io.BytesIO(log.encode() if isinstance(log, str) else log)
    stream.name = label  # type: ignore[misc]
    made = LogReading([stream], name)
    messages = list(made)
    counts = made.counts
    mbim = [message for message in messages if message.kind is MessageKind.MBIM]
    assert counts.messages == len(mbim) == counts.complete + counts.incomplete.count
    assert counts.events == sum(message.kind is MessageKind.EVENT for message in messages)
    assert counts.notes == sum(message.kind is MessageKind.NOTE for message in messages)
    return messages, counts


def mbim(messages: list[LogMessage]) -> list[bytes | None]:
    """The bytes of the MBIM messages."""
    return [message.data for message in messages if message.kind is MessageKind.MBIM]


def colons(data: bytes) -> str:
    return data.hex(":").upper()


def old_libmbim(data: bytes, time: str = "26  Jul 2022, 05:24:07", device: str = "cdc-wdm4") -> str:
    """One message as libmbim to about 1.26 prints it."""
    sent = data[3] & 0x80 == 0
    arrow, word = ("<<<<<<", "Sent") if sent else (">>>>>>", "Received")
    return (
        f"[{time}] [Debug] [/dev/{device}] {word} message...\n"
        f"{arrow} RAW:\n{arrow}   length = {len(data)}\n{arrow}   data   = {colons(data)}\n\n"
    )


def new_libmbim(
    data: bytes, translated: str = "", time: str = "15 Apr 2024, 04:45:24", extra: str = ""
) -> str:
    """One message as newer libmbim prints it without --verbose-full: twelve bytes, then fields."""
    sent = data[3] & 0x80 == 0
    arrow, word = ("<<<<<<", "sent") if sent else (">>>>>>", "received")
    head = f"[{time}] [Debug] [/dev/cdc-wdm0] "
    text = (
        f"{head}{word} message...{extra}\n"
        f"{arrow} RAW:\n{arrow}   length = {len(data)}\n"
        f"{arrow}   data   = {data[:12].hex(':')}...\n\n"
    )
    if translated:
        kind, length, transaction = struct.unpack("<III", data[:12])
        text += (
            f"{head}{word} message (translated)...\n"
            f"{arrow} Header:\n{arrow}   length      = {length}\n"
            f"{arrow}   type        = some-name (0x{kind:08x})\n"
            f"{arrow}   transaction = {transaction}\n"
        )
        text += "".join(f"{arrow} {line}\n" for line in translated.splitlines()) + "\n"
    return text


RADIO_TRANSLATED = """\
Fragment header:
  total   = 1
  current = 0
Contents:
  status error = 'None' (0x00000000)
  service      = 'basic-connect' (a289cc33-bcbb-8b4f-b6b0-133ec2aae6df)
  cid          = 'radio-state' (0x00000003)
Fields:
  HwRadioState = 'on'
  SwRadioState = 'off'"""
