"""One modem behind a tap: its channel, the multiplexer before it, and what is recorded of both."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Any, Final

from wwanreplay._core import Event, Kind, Lifecycle
from wwanreplay._relay import ANSWER, CONFIRMED, REFUSED, Way
from wwanreplay.devices.mbim.channel import Channel, DeviceGoneError, StreamChannel, refusal_of
from wwanreplay.errors import DeviceError
from wwanreplay.mbim.proxy import Multiplexer
from wwanreplay.mbim.proxy_effects import HangUp, Remark, ToClient, ToDevice, Undelivered
from wwanreplay.serve.clients import NO_RECORD, Clients, Departed, Joined
from wwanreplay.serve.loop import departure_comments
from wwanreplay.serve.transports.mbim_proxy import departure_of, joined_text, remark_text
from wwanreplay.tap.items import Happened, Note, Transfer
from wwanreplay.tap.recorder import Recorder
from wwanreplay.trace.notes import NoteCode

#: How often a modem that was taken away is looked for.
LOOK_NS: Final = 250_000_000


class Line:
    """One modem and its clients, recorded where there is a recorder.

    Nothing is decided by the recorder: what it has not written yet is forwarded all the same.
    """

    def __init__(
        self,
        path: str,
        opened: Callable[[], Channel],
        clients: Clients,
        recorder: Recorder | None,
        channel: Channel | None = None,
    ) -> None:
        self.path = path
        self.clients = clients
        self.recorder = recorder
        self._opened = opened
        self.channel: Channel | None = opened() if channel is None else channel
        self.proxy = Multiplexer(self.channel.control_message_max)
        self._parts: list[tuple[int, int]] = []  # (serial, size) of transfers not yet whole
        self._look_ns = 0
        self._losses = 0
        self._way: Way | None = None
        self.was_changed = True  # the channel, since whoever waits for it looked last

    @property
    def is_away(self) -> bool:
        """Whether the modem was taken away and has not come back."""
        return self.channel is None

    @property
    def next_due_ns(self) -> int | None:
        """When `advance` has something to do, or None."""
        due_ns = self.proxy.next_due_ns
        if self.channel is not None:
            return due_ns
        return self._look_ns if due_ns is None else min(due_ns, self._look_ns)

    # ------------------------------------------------------------------ the quick way

    def way(self) -> Way | None:
        """The quick way to the modem, None while something is not as usual."""
        channel = self.channel
        if channel is None or not self.proxy.is_relaying or not channel.is_between_messages:
            return None
        if self._way is None:
            self._way = Way(
                channel.descriptor,
                self.proxy.transactions,
                channel.control_message_max,
                is_stream=isinstance(channel, StreamChannel),
                owner=self,
            )
        return self._way

    def relayed(
        self, kind: int, time_ns: int, client: int, transfer: bytes | None, rest: Any
    ) -> None:
        """Record what went the quick way; do what was left to do (`Relay.take`)."""
        if rest is not None:
            self._way = None  # that one waits with `rest`; the next run makes another
        if transfer is None:
            if kind == CONFIRMED:
                self.clients.has_read(client)
            else:
                self.clients.fail(client, errno.ECONNRESET)
        elif kind == ANSWER:
            serial = self._transfer(time_ns, transfer, client, transfer, from_host=False)
            message, taken = (transfer, len(transfer)) if rest is None else rest
            self.clients.has_sent(client, message, serial, taken)
        else:
            self._finish_command(kind, time_ns, client, transfer, rest)

    def _finish_command(
        self, kind: int, time_ns: int, client: int, transfer: bytes, rest: int | None
    ) -> None:
        try:
            if kind == REFUSED:
                raise refusal_of(self.path, OSError(rest, os.strerror(rest or 0)))
            if rest is not None:
                assert self.channel is not None  # nothing has been done about it since
                self.channel.write(transfer, rest)
        except DeviceError as error:
            self._failed(error, time_ns)
            self._carry_out(time_ns, NO_RECORD)
            return
        self._transfer(time_ns, transfer, client, transfer, from_host=True)

    # ------------------------------------------------------------------ records

    def note(
        self,
        time_ns: int,
        text: str,
        code: NoteCode = NoteCode.TEXT,
        serial: int | None = None,
        *,
        is_fault: bool = False,
    ) -> None:
        """Record a note."""
        if self.recorder is not None:
            self.recorder.add(Note(time_ns, text, code, serial, is_fault))

    def _transfer(
        self, time_ns: int, data: bytes, client: int | None, whole: bytes | None, from_host: bool
    ) -> int:
        if self.recorder is None:
            return NO_RECORD
        serial = self.recorder.take_serial()
        self.recorder.add(Transfer(time_ns, serial, data, from_host, client, whole))
        return serial

    def _lifecycle(self, time_ns: int, code: Lifecycle) -> None:
        if self.recorder is not None:
            event = Event(Kind.KIND_LIFECYCLE, time_ns, code=code)
            self.recorder.add(Happened(time_ns, event))

    # ------------------------------------------------------------------ clients

    def join(self, joined: Joined, time_ns: int) -> None:
        """A client has connected."""
        self.proxy.join(joined.client)
        self.note(time_ns, joined_text(joined))

    def client_transfer(self, client: int, data: bytes, time_ns: int) -> None:
        """Take a transfer of a client."""
        self.proxy.client_transfer(client, data, time_ns)
        self._carry_out(time_ns, NO_RECORD)

    def leave(self, left: Departed, time_ns: int) -> None:
        """A client has gone."""
        self.proxy.leave(left.client)
        self._carry_out(time_ns, NO_RECORD)
        for comment in departure_comments(departure_of(left)):
            self.note(time_ns, comment.text, comment.code, comment.cause)
        self.note(time_ns, f"client {left.client} has gone")

    # ------------------------------------------------------------------ the modem

    def read(self, time_ns: int, data: bytes | None = None, problem: int = 0) -> None:
        """Take what the modem has sent: `data` or the errno of whoever has read, else read."""
        channel = self.channel
        if channel is None:
            return
        transfers: list[bytes] = []
        try:
            if problem:
                channel.fail(OSError(problem, os.strerror(problem)))
            elif data is not None:
                transfers = channel.take(data, time_ns)
            else:
                transfers = channel.read(time_ns)
        except DeviceError as error:
            self._lose(error, time_ns)
            self._carry_out(time_ns, NO_RECORD)  # its clients go now, before it can be back
            return
        for transfer in transfers:
            self._take(transfer, time_ns)

    def _take(self, transfer: bytes, time_ns: int) -> None:
        client = self.proxy.client_of(transfer)
        whole = self.proxy.device_transfer(transfer, time_ns)
        serial = self._transfer(time_ns, transfer, client, whole, from_host=False)
        self._parts.append((serial, len(transfer)))
        self._carry_out(time_ns, serial)
        if whole is not None:
            self._parts.clear()
        del self._parts[:-4096]

    def advance(self, time_ns: int) -> None:
        """Do what is due; look whether the modem is back."""
        if self.channel is None:
            if time_ns >= self._look_ns:
                self.look(time_ns)
        else:
            rest = self.channel.overdue(time_ns)
            if rest:
                self._take(rest, time_ns)
        self.proxy.advance(time_ns)
        self._carry_out(time_ns, NO_RECORD)

    def look(self, time_ns: int) -> None:
        """See whether a modem that was taken away is back."""
        self._look_ns = time_ns + LOOK_NS
        try:
            self.channel = self._opened()
        except DeviceError:
            return
        self.was_changed = True
        self.proxy.control_message_max = self.channel.control_message_max
        self._lifecycle(time_ns, Lifecycle.LIFECYCLE_ARRIVAL)
        self.note(time_ns, f"{self.path} is back")

    def _lose(self, error: DeviceError, time_ns: int) -> None:
        """The modem was taken away, or has failed: its clients are let go."""
        if self.channel is not None:
            self.channel.close()
            self.channel = None
        self._way = None
        self.was_changed = True
        self._losses += 1
        self._parts.clear()
        self._look_ns = time_ns + LOOK_NS
        self.note(time_ns, str(error), is_fault=True)
        self._lifecycle(time_ns, Lifecycle.LIFECYCLE_SURPRISE_REMOVAL)
        self.proxy.device_gone("the device is gone")

    # ------------------------------------------------------------------ effects

    def _carry_out(self, time_ns: int, serial: int) -> None:
        """Do what the multiplexer wants; `serial` is that of the modem's transfer, if it is one."""
        while effects := self.proxy.take():
            losses = self._losses
            for effect in effects:
                if isinstance(effect, ToClient):
                    self._to_client(effect, time_ns, serial)
                elif isinstance(effect, ToDevice):
                    if losses == self._losses:  # else it was for the modem that is gone
                        self._to_device(effect, time_ns)
                elif isinstance(effect, Undelivered):
                    self._lost(effect.reason, time_ns)
                elif isinstance(effect, HangUp):
                    self._hang_up(effect, time_ns)
                elif isinstance(effect, Remark):
                    self.note(time_ns, remark_text(effect), is_fault=effect.is_fault)

    def _to_device(self, effect: ToDevice, time_ns: int) -> None:
        last = len(effect.transfers) - 1
        for place, transfer in enumerate(effect.transfers):
            if self.channel is None:
                self.look(time_ns)
            if self.channel is None:
                self.note(time_ns, "not sent: the device is gone", is_fault=True)
                self.proxy.device_gone("the device is gone")
                return
            try:
                self.channel.write(transfer)
            except DeviceError as error:
                self._failed(error, time_ns)
                return
            # Recorded behind the write, so that a recording holds only what the modem was given.
            whole = effect.message if place == last else None
            self._transfer(time_ns, transfer, effect.client, whole, from_host=True)

    def _failed(self, error: DeviceError, time_ns: int) -> None:
        """The modem has not taken a transfer."""
        if not isinstance(error, DeviceGoneError):
            self.note(time_ns, f"not sent: {error}", is_fault=True)
        self._lose(error, time_ns)

    def _to_client(self, effect: ToClient, time_ns: int, serial: int) -> None:
        reason = self.clients.refusal(effect.client, len(effect.message))
        if reason is None:
            index = serial if effect.is_relayed else NO_RECORD
            self.clients.send(effect.client, effect.message, index)
        elif effect.is_relayed:
            self._lost(f"client {effect.client}: {reason}", time_ns)

    def _lost(self, reason: str, time_ns: int) -> None:
        """Nobody gets the message that the modem has just sent."""
        for serial, size in self._parts:
            text = f"not read by the client: {size} of {size} bytes: {reason}"
            self.note(time_ns, text, NoteCode.UNREAD, serial)

    def _hang_up(self, effect: HangUp, time_ns: int) -> None:
        left = self.clients.hang_up(effect.client)
        if left is not None:
            self.note(time_ns, f"client {effect.client}: let go: {effect.reason}")
            self.leave(left, time_ns)

    def close(self, time_ns: int) -> None:
        """Let the clients go and give the modem back, open as it is for whoever comes next."""
        for client in self.proxy.clients:
            left = self.clients.hang_up(client)
            if left is not None:
                self.leave(left, time_ns)
        waiting = len(self.proxy.outstanding)
        if waiting:
            self.note(time_ns, f"{waiting} commands were not answered when the tap ended")
        if self.channel is not None:
            self.channel.close()
            self.channel = None
