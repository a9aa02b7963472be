"""A modem on a listening stream socket that answers as a test tells it to."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable

from wwanreplay.mbim import messages
from wwanreplay.mbim.fragments import Joiner, StreamFramer, split
from wwanreplay.mbim.header import HOST_TYPES
from wwanreplay.mbim.messages import Message, parse_header, parse_message

Answer = Callable[[Message], list[bytes]]


def done(message: Message, status: int = 0, buffer: bytes | None = None) -> bytes:
    """The answer of a command; without a buffer it has the command's own."""
    return Message(
        messages.MBIM_COMMAND_DONE,
        message.transaction_id,
        status,
        message.service,
        message.cid,
        message.buffer if buffer is None else buffer,
    ).to_bytes()


def echo(message: Message) -> list[bytes]:
    return [done(message)]


def silent(_message: Message) -> list[bytes]:
    return []


class ScriptedModem:
    """One modem at a path, for one host at a time; OPEN and CLOSE are answered by itself.

    `commands` are the commands that came, `sent` the transfers that went out.
    """

    def __init__(self, path: str, answer: Answer = echo) -> None:
        self.path = path
        self.answer = answer
        self.commands: list[Message] = []
        self.sent: list[bytes] = []
        self._peer: socket.socket | None = None
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(path)
        self._listener.listen(1)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                self._peer, _ = self._listener.accept()
            except OSError:
                return
            with self._peer as peer:
                self._serve(peer)

    def _serve(self, peer: socket.socket) -> None:
        framer, joiner = StreamFramer(HOST_TYPES, 1 << 20), Joiner()
        while True:
            try:
                data = peer.recv(65536)
            except OSError:
                return
            if not data:
                return
            for transfer in framer.feed(data):
                whole = joiner.feed(parse_header(transfer), transfer, 0).message
                if whole is not None:
                    self._take(parse_message(whole))

    def _take(self, message: Message) -> None:
        if message.type == messages.MBIM_OPEN_MSG:
            self.say(Message(messages.MBIM_OPEN_DONE, message.transaction_id).to_bytes())
        elif message.type == messages.MBIM_CLOSE_MSG:
            self.say(Message(messages.MBIM_CLOSE_DONE, message.transaction_id).to_bytes())
        elif message.type == messages.MBIM_COMMAND_MSG:
            self.commands.append(message)
            for answer in self.answer(message):
                self.say(answer)

    def say(self, message: bytes) -> None:
        peer = self._peer
        if peer is None:
            return
        for part in split(message, 4096):
            try:
                peer.sendall(part)
            except OSError:
                return
            self.sent.append(part)

    def unplug(self) -> None:
        """End the connection of the host."""
        if self._peer is not None:
            try:
                self._peer.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    def close(self) -> None:
        os.unlink(self.path)
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.unplug()
        self._thread.join()
