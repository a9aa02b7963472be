"""A client of a socket like that of mbim-proxy, for tests."""

from __future__ import annotations

import socket
import time
import uuid

from wwanreplay.devices.mbim.channel import DEVICE_TYPES
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.commands import PROXY_CONFIGURATION
from wwanreplay.mbim.fragments import StreamFramer
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES

BASIC = uuid.UUID(SERVICES[BASIC_CONNECT].uuid).bytes
PROXY = uuid.UUID(SERVICES[PROXY_CONFIGURATION[0]].uuid).bytes
WAIT_S = 20.0


def configuration(transaction_id: int, path: str = "/dev/null") -> bytes:
    buffer = codec.encode(*PROXY_CONFIGURATION, "set", {"DevicePath": path, "Timeout": 30})
    kind = messages.MBIM_COMMAND_MSG
    return Message(kind, transaction_id, 1, PROXY, PROXY_CONFIGURATION[1], buffer).to_bytes()


def query(transaction_id: int, cid: int, buffer: bytes = b"") -> bytes:
    kind = messages.MBIM_COMMAND_MSG
    return Message(kind, transaction_id, 0, BASIC, cid, buffer).to_bytes()


class ProxyClient:
    """One connection; `received` is every message that was read, `data` every byte."""

    def __init__(self, address: str, path: str = "/dev/null", *, configured: bool = True) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(WAIT_S)
        self.socket.connect(f"\0{address[1:]}" if address.startswith("@") else address)
        self.received: list[bytes] = []
        self.data = b""
        self._framer = StreamFramer(DEVICE_TYPES, 1 << 20)
        self._last_id = 0
        if configured:
            self.send(configuration(self.take_id(), path))
            assert look(self.answer()).value == 0

    def take_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def ask(self, cid: int, buffer: bytes = b"") -> bytes:
        """Send a query and wait for its answer."""
        self.send(query(self.take_id(), cid, buffer))
        return self.answer()

    def answer(self, transaction_id: int | None = None) -> bytes:
        """Read until the answer of the last command, or of another, has come."""
        wanted = self._last_id if transaction_id is None else transaction_id
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            for message in self.received:
                if look(message).transaction_id == wanted:
                    return message
            if not self.read():
                raise EOFError
        raise TimeoutError

    def read(self, size: int = 65536) -> bytes:
        """Read once."""
        data = self.socket.recv(size)
        self.data += data
        self.received += self._framer.feed(data)
        return data

    def close(self) -> None:
        self.socket.close()

    def __del__(self) -> None:
        self.socket.close()
