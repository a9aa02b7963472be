"""A scripted modem at the other end of a channel: it answers as a test tells it to."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from wwanreplay.devices.mbim.channel import CharacterChannel, StreamChannel
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.fragments import Joiner, StreamFramer, split
from wwanreplay.mbim.header import HOST_TYPES
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import BASIC_CONNECT, EXTENSIONS, SERVICES

Answer = Callable[[Message], list[bytes]]


def uuid_of(service: int) -> bytes:
    return uuid.UUID(SERVICES[service].uuid).bytes


def done(message: Message, status: int = 0, buffer: bytes = b"") -> bytes:
    """The answer of a command."""
    kind = messages.MBIM_COMMAND_DONE
    return Message(
        kind, message.transaction_id, status, message.service, message.cid, buffer
    ).to_bytes()


def radio_state(hardware: int = 1, software: int = 1) -> bytes:
    values = {"HwRadioState": hardware, "SwRadioState": software}
    return codec.encode(BASIC_CONNECT, 3, "response", values)


def indication(cid: int, buffer: bytes, service: int = BASIC_CONNECT) -> bytes:
    kind = messages.MBIM_INDICATE_STATUS_MSG
    return Message(kind, 0, 0, uuid_of(service), cid, buffer).to_bytes()


def listed_services(*, version: bool = False) -> bytes:
    """The answer of DEVICE_SERVICES, with or without the command that agrees on a version."""
    entry = {"DssPayload": 0, "MaxDssInstances": 0}
    entries = [{"DeviceServiceId": SERVICES[BASIC_CONNECT].uuid, "Cids": [1, 2, 3], **entry}]
    if version:
        entries.append({"DeviceServiceId": SERVICES[EXTENSIONS].uuid, "Cids": [15], **entry})
    values: dict[str, Any] = {"MaxDssSessions": 0, "DeviceServices": entries}
    return codec.encode(BASIC_CONNECT, 16, "response", values)


def usual(message: Message) -> list[bytes]:
    """What a modem without surprises answers: it opens, lists its services, has its radio on."""
    if message.type == messages.MBIM_OPEN_MSG:
        return [Message(messages.MBIM_OPEN_DONE, message.transaction_id).to_bytes()]
    if message.type == messages.MBIM_CLOSE_MSG:
        return [Message(messages.MBIM_CLOSE_DONE, message.transaction_id).to_bytes()]
    if message.type != messages.MBIM_COMMAND_MSG:
        return []
    if (message.service, message.cid) == (uuid_of(BASIC_CONNECT), 16):
        return [done(message, 0, listed_services())]
    if (message.service, message.cid) == (uuid_of(BASIC_CONNECT), 3):
        return [done(message, 0, radio_state())]
    return [done(message, messages.STATUS["MBIM_STATUS_NO_DEVICE_SUPPORT"])]


@dataclass
class Modem:
    """The device's end: `heard` are the whole messages of the host, `transfers` what came in."""

    peer: socket.socket
    is_stream: bool
    answer: Answer
    control_message_max: int = 4096
    heard: list[Message] = field(default_factory=list)
    transfers: list[bytes] = field(default_factory=list)

    def run(self) -> None:
        framer, joiner = StreamFramer(HOST_TYPES, 65536), Joiner()
        with contextlib.suppress(OSError):
            while data := self.peer.recv(65536):
                for transfer in framer.feed(data) if self.is_stream else [data]:
                    self.transfers.append(transfer)
                    whole = joiner.feed(messages.parse_header(transfer), transfer, 0).message
                    if whole is None:
                        continue
                    message = messages.parse_message(whole)
                    self.heard.append(message)
                    for answer in self.answer(message):
                        self.say(answer)

    def say(self, message: bytes) -> None:
        """Send a whole message, in fragments where it is longer than a transfer."""
        parts = [message]
        if messages.look(message).length == len(message):
            parts = split(message, self.control_message_max)
        for part in parts:
            self.peer.sendall(part)

    def commands(self) -> list[tuple[int, int]]:
        """(cid, transaction) of the commands heard."""
        return [
            (message.cid, message.transaction_id)
            for message in self.heard
            if message.type == messages.MBIM_COMMAND_MSG
        ]


@pytest.fixture
def modem_of() -> Iterator[Callable[..., tuple[Any, Modem]]]:
    """Make a scripted modem: its channel for the host, and the modem."""
    running: list[tuple[Modem, threading.Thread]] = []

    def make(
        answer: Answer = usual, *, stream: bool = False, control_message_max: int = 4096
    ) -> tuple[CharacterChannel | StreamChannel, Modem]:
        kind = socket.SOCK_STREAM if stream else socket.SOCK_SEQPACKET
        ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
        descriptor = ours.detach()
        channel: CharacterChannel | StreamChannel
        if stream:
            channel = StreamChannel(descriptor, "/dev/test-modem")
            channel.control_message_max = control_message_max
        else:
            channel = CharacterChannel(descriptor, os.devnull, control_message_max)
        modem = Modem(theirs, stream, answer, control_message_max)
        thread = threading.Thread(target=modem.run)
        thread.start()
        running.append((modem, thread))
        return channel, modem

    yield make
    for modem, thread in running:
        with contextlib.suppress(OSError):
            modem.peer.shutdown(socket.SHUT_RDWR)
        thread.join()
        modem.peer.close()
