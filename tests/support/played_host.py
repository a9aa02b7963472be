"""Messages of a host to a recorded device, and a recording with answers to them."""

import lzma
import os
from pathlib import Path

from checkout import ROOT

from wwanreplay._core import WireDirection
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES

BASIC = bytes.fromhex(SERVICES[BASIC_CONNECT].uuid.replace("-", ""))
SECOND = 10**9
TO_HOST = WireDirection.WIRE_DEVICE_TO_HOST


def opening(transaction_id: int = 1, size: int = 4096) -> bytes:
    return Message(messages.MBIM_OPEN_MSG, transaction_id, size).to_bytes()


def command(transaction_id: int, cid: int, buffer: bytes = b"", *, is_set: bool = False) -> bytes:
    kind = messages.COMMAND_SET if is_set else messages.COMMAND_QUERY
    return Message(messages.MBIM_COMMAND_MSG, transaction_id, kind, BASIC, cid, buffer).to_bytes()


def connecting(name: str) -> bytes:
    values = {
        "ActivationCommand": 1,
        "AccessString": name,
        "IpType": 1,
        "ContextType": "7e5e2a7e-4e6f-7272-736b-656e7e5e2a7e",
    }
    return codec.encode(BASIC_CONNECT, 12, "set", values)


def talk(pty: str, *transfers: bytes) -> list[bytes]:
    """Send messages one after another, each when the one before is answered."""
    client = os.open(pty, os.O_RDWR | os.O_NOCTTY)
    answers = []
    try:
        for transfer in transfers:
            os.write(client, transfer)
            answers.append(os.read(client, 65536))
    finally:
        os.close(client)
    return answers


def queries_trace(folder: Path) -> Path:
    """The recording of a host that sent queries, as a file in a folder."""
    path = folder / "queries.wwtrace"
    path.write_bytes(lzma.decompress((ROOT / "logs" / "mbimcli-queries.wwtrace.xz").read_bytes()))
    return path
