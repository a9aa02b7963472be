"""A socket like that of libmbim's mbim-proxy: many clients at once, such as `mbimcli -p`.

The function has one host, which is the multiplexer; transfers between the two are what is recorded,
each of a client with its number. What becomes of a message behind that is noted where it does not
reach its client.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from wwanreplay.mbim.proxy import Multiplexer
from wwanreplay.mbim.proxy_effects import HangUp, Remark, ToClient, ToDevice, Undelivered
from wwanreplay.serve.clients import (
    NO_RECORD,
    PROXY_ADDRESS,
    Clients,
    Departed,
    Happening,
    Joined,
    Received,
    Refused,
)
from wwanreplay.serve.transports.base import Arrival, Comment, Departure, FromClient
from wwanreplay.trace.notes import NoteCode


class MbimProxyTransport:
    """The clients of one served function, at an address such as `@mbim-proxy` or a path.

    NameTakenError when another program listens there, UsageError when something else is there.
    """

    def __init__(self, address: str = PROXY_ADDRESS) -> None:
        self.clients = Clients(address)
        self.proxy = Multiplexer()
        self._time_ns = 0
        self._arrivals: list[Arrival] = []
        self._message: list[tuple[int, int]] = []  # (record, size) of transfers not yet whole
        self._wake_read, self._wake_write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._closed = False

    @property
    def address(self) -> str:
        """Where clients connect."""
        return self.clients.address

    @property
    def descriptors(self) -> Sequence[int]:
        """What the clients do, and what the function's answers led to."""
        return (self.clients.descriptor, self._wake_read)

    @property
    def next_due_ns(self) -> int | None:
        """When something is given up, or None."""
        due = (self.proxy.next_due_ns, self.clients.next_due_ns)
        return min((time_ns for time_ns in due if time_ns is not None), default=None)

    # ------------------------------------------------------------------ from clients

    def receive(self, time_ns: int) -> Sequence[Arrival] | None:
        """Take what the clients sent; None when there is nothing."""
        self._time_ns = time_ns
        with suppress(BlockingIOError):
            os.read(self._wake_read, 4096)
        happenings = self.clients.poll(0, time_ns)
        for happening in happenings:
            self._take(happening, time_ns)
        arrivals, self._arrivals = self._arrivals, []
        return arrivals or (() if happenings else None)

    def overdue(self, time_ns: int) -> bytes:
        """Give up what is overdue; what follows from that comes with `receive`."""
        self._time_ns = time_ns
        for happening in self.clients.overdue(time_ns):
            self._take(happening, time_ns)
        self.proxy.advance(time_ns)
        self._carry_out(None)
        self._wake()
        return b""

    def _take(self, happening: Happening, time_ns: int) -> None:
        if isinstance(happening, Received):
            self.proxy.client_transfer(happening.client, happening.data, time_ns)
        elif isinstance(happening, Joined):
            self.proxy.join(happening.client)
            self._arrivals.append(Comment(joined_text(happening)))
        elif isinstance(happening, Refused):
            self._arrivals.append(Comment(happening.reason))
        else:
            self._leave(happening)
        self._carry_out(None)

    def _leave(self, left: Departed) -> None:
        self.proxy.leave(left.client)
        self._carry_out(None)
        self._arrivals += [departure_of(left), Comment(f"client {left.client} has gone")]

    # ------------------------------------------------------------------ to clients

    def refusal(self, size: int) -> str | None:  # noqa: ARG002 - a client has no room, not this
        """None: the multiplexer takes every message."""
        return None

    def send(self, transfer: bytes, index: int) -> None:
        """Take a transfer of the function, which is record `index`, to whom it is for."""
        self._message.append((index, len(transfer)))
        message = self.proxy.device_transfer(transfer, self._time_ns)
        self._carry_out(index)
        if message is not None:
            self._message.clear()
        self._wake()

    def _carry_out(self, index: int | None) -> None:
        """Do what the multiplexer wants; `index` is the record of the function's transfer."""
        for effect in self.proxy.take():
            if isinstance(effect, ToDevice):
                self._arrivals += [FromClient(each, effect.client) for each in effect.transfers]
            elif isinstance(effect, ToClient):
                self._send(effect, index)
            elif isinstance(effect, Undelivered):
                self._arrivals += self._lost(effect.reason)
            elif isinstance(effect, HangUp):
                left = self.clients.hang_up(effect.client)
                if left is not None:
                    self._arrivals.append(Comment(f"client {left.client}: let go: {effect.reason}"))
                    self._leave(left)
            else:
                self._arrivals.append(Comment(remark_text(effect)))

    def _send(self, effect: ToClient, index: int | None) -> None:
        record = index if effect.is_relayed and index is not None else NO_RECORD
        reason = self.clients.refusal(effect.client, len(effect.message))
        if reason is None:
            self.clients.send(effect.client, effect.message, record)
        elif effect.is_relayed:
            self._arrivals += self._lost(f"client {effect.client}: {reason}")

    def _lost(self, reason: str) -> list[Comment]:
        """That nobody gets the message of the function that was just taken."""
        return [
            Comment(
                f"not read by the client: {size} of {size} bytes: {reason}", NoteCode.UNREAD, index
            )
            for index, size in self._message
        ]

    def _wake(self) -> None:
        """Let the loop call `receive` when there is something for it."""
        if self._arrivals:
            with suppress(BlockingIOError):
                os.write(self._wake_write, b"\0")

    def flush(self) -> None:
        """Nothing: what a client has room for is written at once, the rest as it reads."""

    def is_read(self) -> bool:
        """Whether the clients have read all that was sent."""
        for happening in self.clients.poll(0, self._time_ns):  # what waits is written as well
            if isinstance(happening, Departed):
                self._leave(happening)
        return self.clients.is_read()

    def hang_up(self) -> Departure | None:
        """End the connection of a client; None when there is none any more."""
        comments: list[Comment] = []
        while self._arrivals:
            arrival = self._arrivals.pop(0)
            if isinstance(arrival, Comment):
                comments.append(arrival)
            elif isinstance(arrival, Departure):
                return replace(arrival, comments=comments)
        for client in self.clients.numbers:
            left = self.clients.hang_up(client)
            if left is not None:
                self.proxy.leave(client)
                self.proxy.take()
                return departure_of(left, comments)
        return Departure(comments=comments) if comments else None

    def close(self) -> None:
        """Give the address back."""
        if self._closed:
            return
        self._closed = True
        self.clients.close()
        os.close(self._wake_read)
        os.close(self._wake_write)


def departure_of(left: Departed, comments: Sequence[Comment] = ()) -> Departure:
    """What the loop is given of a client that has gone."""
    return Departure(left.half, left.unread, left.client, left.is_exact, comments)


def joined_text(joined: Joined) -> str:
    """A new client in words."""
    program = f"{joined.program}, " if joined.program else ""
    return f"client {joined.client}: {program}process {joined.pid} of user {joined.uid}"


def remark_text(remark: Remark) -> str:
    """A remark of the multiplexer with whose it is."""
    return remark.text if remark.client is None else f"client {remark.client}: {remark.text}"
