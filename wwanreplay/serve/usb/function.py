"""A USB MBIM function without I/O: control requests, notifications, and blocks of datagrams.

A transport of USB gives it what a host controller would: setup packets, and requests to read or
write an endpoint. It answers at once; a read that has nothing to give is asked again later. What
the host sent by SEND_ENCAPSULATED_COMMAND waits in `take_arrivals` for the loop of `serve`, whose
messages come back by `send`, a fragment with each GET_ENCAPSULATED_RESPONSE.

One RESPONSE_AVAILABLE goes out for each fragment, so many ahead of the host at most.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Final, Protocol

from wwanreplay.errors import DecodeError
from wwanreplay.mbim.usb import ntb
from wwanreplay.mbim.usb.descriptors import (
    BULK_PACKET_SIZE,
    COMMUNICATION_INTERFACE,
    CONFIGURATION,
    DATA_INTERFACE,
    MTU,
    Descriptors,
)
from wwanreplay.mbim.usb.ntb import Datagram, Format, Parameters
from wwanreplay.mbim.usb.requests import (
    CLASS_IN,
    CLASS_OUT,
    INTERFACE,
    TO_HOST,
    Request,
    Setup,
    Standard,
    response_available,
)
from wwanreplay.serve.transports.base import UNSENT_SIZE_MAX, Comment, Departure, Unread

#: Notifications whose messages the host has not fetched yet.
NOTIFIED_MAX: Final = 64
#: Datagrams that wait for a host that does not read; more are lost, as on a full modem.
DATAGRAMS_MAX: Final = 1024
#: Times that a fault of the data path becomes a remark; more are counted only.
REMARKS_MAX: Final = 100
#: What a data size of the class is at least: the smallest of IPv6 is the least that is of use.
DATAGRAM_SIZE_MIN: Final = 1280


class Network(Protocol):
    """What stands behind the data path."""

    def receive(self, datagram: Datagram) -> list[Datagram]:
        """Take a datagram of the host; return those that it leads to."""


class NoNetwork:
    """Nothing answers."""

    def receive(self, datagram: Datagram) -> list[Datagram]:  # noqa: ARG002 - of the protocol
        """Lose the datagram."""
        return []


@dataclass(frozen=True, slots=True)
class Answer:
    """The data of a control request; `record` is the record of the message that they are."""

    data: bytes = b""
    record: int | None = None


class UsbFunction:
    """One function; `dropped` counts blocks and datagrams of the data path that were lost."""

    def __init__(
        self,
        descriptors: Descriptors | None = None,
        network: Network | None = None,
        parameters: Parameters = Parameters(),  # noqa: B008 - a tuple
    ) -> None:
        self.descriptors = descriptors or Descriptors()
        self.network = NoNetwork() if network is None else network
        self.parameters = parameters
        self.dropped = 0
        self.configuration = 0
        self.alternate = 0
        self._arrivals: list[bytes | Departure | Comment] = []
        self._responses: deque[tuple[bytes, int]] = deque()
        self._responses_size = 0
        self._notified = 0
        self._remarks = 0
        self._handlers: dict[int, Callable[[Setup, bytes], Answer | None]] = {
            Request.SEND_ENCAPSULATED_COMMAND: self._send_encapsulated,
            Request.GET_ENCAPSULATED_RESPONSE: self._get_encapsulated,
            Request.RESET_FUNCTION: self._reset_function,
            Request.GET_NTB_PARAMETERS: self._get(lambda: self.parameters.to_bytes()),
            Request.GET_NTB_FORMAT: self._get(lambda: self.format.to_bytes(2, "little")),
            Request.SET_NTB_FORMAT: self._set_format,
            Request.GET_NTB_INPUT_SIZE: self._get(self._input_size),
            Request.SET_NTB_INPUT_SIZE: self._set_input_size,
            Request.GET_MAX_DATAGRAM_SIZE: self._get(
                lambda: self.datagram_size_max.to_bytes(2, "little")
            ),
            Request.SET_MAX_DATAGRAM_SIZE: self._set_datagram_size,
            Request.GET_CRC_MODE: self._get(lambda: bytes(2)),
            Request.SET_CRC_MODE: self._set_crc_mode,
        }
        self._reset_data()

    # ------------------------------------------------------------------ the MBIM side

    def take_arrivals(self) -> list[bytes | Departure | Comment]:
        """Commands of the host, departures and remarks since the last call, in order."""
        arrivals, self._arrivals = self._arrivals, []
        return arrivals

    def refusal(self, size: int) -> str | None:
        """Why a message of `size` bytes cannot be sent now, or None."""
        if not self.configuration:
            return "the host has not configured the device"
        if self._responses and self._responses_size + size > UNSENT_SIZE_MAX:
            return f"{self._responses_size} bytes wait for a host that does not fetch them"
        return None

    def send(self, transfer: bytes, record: int) -> None:
        """Queue a fragment, which is that record."""
        self._responses.append((transfer, record))
        self._responses_size += len(transfer)

    @property
    def is_fetched(self) -> bool:
        """Whether the host has fetched every response."""
        return not self._responses

    def unfetched(self) -> list[Unread]:
        """Forget the responses that were not fetched; which they were."""
        unread = [Unread(record, len(data), len(data)) for data, record in self._responses]
        self._responses.clear()
        self._responses_size = self._notified = 0
        return unread

    def reset(self) -> None:
        """A reset of the bus: the device is as when it was plugged in."""
        self._forget_responses()
        self.configuration = 0
        self._close_data()

    def _forget_responses(self) -> None:
        unread = self.unfetched()
        if unread:
            self._arrivals.append(Departure(unread=unread))

    def _remark(self, text: str) -> None:
        self._remarks += 1
        if self._remarks <= REMARKS_MAX:
            self._arrivals.append(Comment(text))

    # ------------------------------------------------------------------ control endpoint

    def control(self, setup: Setup, data: bytes = b"") -> Answer | None:
        """Answer a control request; None is a stall. `data` are those of a request to the device.

        An answer is never longer than the host takes.
        """
        if not setup.is_to_host and len(data) != setup.length:
            return None
        if setup.request_type in (CLASS_IN, CLASS_OUT):
            answer = self._class(setup, data)
        else:
            answer = self._standard(setup)
        if answer is None or len(answer.data) <= setup.length or not setup.is_to_host:
            return answer
        return Answer(answer.data[: setup.length], answer.record)

    def _class(self, setup: Setup, data: bytes) -> Answer | None:
        handler = self._handlers.get(setup.request)
        if handler is None or setup.index != COMMUNICATION_INTERFACE or not self.configuration:
            return None
        if Request(setup.request).is_to_host != setup.is_to_host:
            return None
        return handler(setup, data)

    def _standard(self, setup: Setup) -> Answer | None:
        value, index = setup.value, setup.index
        match setup.request_type & ~INTERFACE & ~2, setup.request:
            case (_, Standard.GET_DESCRIPTOR) if setup.request_type == TO_HOST:
                found = self.descriptors.find(value >> 8, value & 0xFF)
                return None if found is None else Answer(found)
            case (0x80, Standard.GET_STATUS):
                return Answer(bytes(2))
            case (0x80, Standard.GET_CONFIGURATION):
                return Answer(bytes((self.configuration,)))
            case (0x80, Standard.GET_INTERFACE) if self._has_interface(index):
                return Answer(bytes((self.alternate if index == DATA_INTERFACE else 0,)))
            case (0, Standard.SET_CONFIGURATION) if value in (0, CONFIGURATION):
                self._set_configuration(value)
                return Answer()
            case (0, Standard.SET_INTERFACE) if self._has_interface(index):
                return self._set_interface(index, value)
            case (0, Standard.SET_ADDRESS | Standard.CLEAR_FEATURE | Standard.SET_FEATURE):
                return Answer()
        return None

    def _has_interface(self, index: int) -> bool:
        return bool(self.configuration) and index in (COMMUNICATION_INTERFACE, DATA_INTERFACE)

    def _set_configuration(self, value: int) -> None:
        self._forget_responses()
        self.configuration = value
        self._close_data()

    def _set_interface(self, index: int, value: int) -> Answer | None:
        if index == COMMUNICATION_INTERFACE:
            return Answer() if value == 0 else None
        if value not in (0, 1):
            return None
        if value == 0:
            self._close_data()
        self.alternate = value
        return Answer()

    # ------------------------------------------------------------------ requests of the class

    @staticmethod
    def _get(read: Callable[[], bytes]) -> Callable[[Setup, bytes], Answer]:
        return lambda _setup, _data: Answer(read())

    def _send_encapsulated(self, setup: Setup, data: bytes) -> Answer | None:
        longest = self.descriptors.control_message_max
        if not data or setup.length > longest:
            self._remark(
                f"SEND_ENCAPSULATED_COMMAND of {setup.length} bytes stalled: wMaxControlMessage "
                f"is {longest}"
            )
            return None
        self._arrivals.append(data)
        return Answer()

    def _get_encapsulated(self, setup: Setup, _data: bytes) -> Answer:
        if not self._responses:
            return Answer()
        transfer, record = self._responses.popleft()
        self._responses_size -= len(transfer)
        self._notified = max(0, self._notified - 1)
        if len(transfer) > setup.length:
            self._arrivals.append(
                Departure(unread=[Unread(record, len(transfer), len(transfer) - setup.length)])
            )
        return Answer(transfer, record)

    def _reset_function(self, _setup: Setup, _data: bytes) -> Answer:
        self._forget_responses()
        self._reset_data()
        return Answer()

    def _set_format(self, setup: Setup, _data: bytes) -> Answer | None:
        # Only while the data interface is closed (NCM 1.0, 6.2.5).
        if self.alternate or setup.value not in tuple(Format):
            return None
        self.format = Format(setup.value)
        return Answer()

    def _input_size(self) -> bytes:
        """The size of 8 bytes; a host that takes 4 gets the first ones."""
        return self.input_size.to_bytes(4, "little") + self.input_datagrams.to_bytes(4, "little")

    def _set_input_size(self, _setup: Setup, data: bytes) -> Answer | None:
        size = int.from_bytes(data[:4], "little")
        if len(data) not in (4, 8) or not (ntb.IN_SIZE_MIN <= size <= self.parameters.in_size_max):
            return None
        self.input_size = size
        self.input_datagrams = int.from_bytes(data[4:6], "little")
        return Answer()

    def _set_datagram_size(self, _setup: Setup, data: bytes) -> Answer | None:
        size = int.from_bytes(data, "little")
        if len(data) != 2 or not DATAGRAM_SIZE_MIN <= size <= MTU:
            return None
        self.datagram_size_max = size
        return Answer()

    def _set_crc_mode(self, setup: Setup, _data: bytes) -> Answer | None:
        return Answer() if setup.value == 0 else None  # blocks of MBIM have no checksums

    # ------------------------------------------------------------------ interrupt endpoint

    def interrupt_in(self) -> bytes | None:
        """The next notification, or None."""
        if self._notified >= min(len(self._responses), NOTIFIED_MAX):
            return None
        self._notified += 1
        return response_available(COMMUNICATION_INTERFACE)

    # ------------------------------------------------------------------ data path

    def _close_data(self) -> None:
        """The data interface is closed: what is on its way is lost, and settings end."""
        self.alternate = 0
        self._reset_data()

    def _reset_data(self) -> None:
        self.format = Format.NTB16
        self.input_size = self.parameters.in_size_max
        self.input_datagrams = 0  # any number
        self.datagram_size_max = MTU
        self._sequence = 0
        self._incoming = bytearray()
        self._outgoing: deque[Datagram] = deque()
        self._block = b""
        self._ends_empty = False

    def bulk_out(self, data: bytes) -> bool:
        """Take what the host wrote; False is a stall: the interface is closed.

        A block ends with a packet that is not full, at its own length or at the longest one.
        """
        if not self.alternate:
            return False
        self._incoming += data
        longest = self.parameters.out_size_max
        length = ntb.block_length(self._incoming, self.format)
        if (
            len(data) % BULK_PACKET_SIZE == 0
            and data
            and len(self._incoming) < longest
            and length != len(self._incoming)
        ):
            return True
        block = bytes(self._incoming)
        self._incoming.clear()
        if block:
            self._take_block(block)
        return True

    def _take_block(self, block: bytes) -> None:
        try:
            datagrams = ntb.parse(block, self.format, self.parameters.out_size_max)
        except DecodeError as error:
            self.dropped += 1
            self._remark(f"block of {len(block)} bytes dropped: {error}")
            return
        for datagram in datagrams:
            if len(datagram.data) > self.datagram_size_max:
                self.dropped += 1
                continue
            for answer in self.network.receive(datagram):
                self.queue(answer)

    def queue(self, datagram: Datagram) -> None:
        """Queue a datagram for the host."""
        if (
            not self.alternate
            or len(self._outgoing) >= DATAGRAMS_MAX
            or len(datagram.data) > self.datagram_size_max
        ):
            self.dropped += 1
            return
        self._outgoing.append(datagram)

    def bulk_in(self, length: int) -> bytes | None:
        """What a read of `length` bytes gets, None as long as there is nothing.

        Of a block that is longer the rest comes with the next read.
        """
        if not self._block and not self._ends_empty:
            if not self._outgoing or length <= 0:
                return None
            self._block = self._next_block()
            # A shorter block than the host awaits ends with a packet that is not full.
            self._ends_empty = (
                len(self._block) % BULK_PACKET_SIZE == 0 and len(self._block) < self.input_size
            )
        data, self._block = self._block[:length], self._block[length:]
        if not self._block and len(data) < length:
            self._ends_empty = False
        return data

    def _next_block(self) -> bytes:
        size = ntb.header_size(self.format)
        most = self.input_datagrams or len(self._outgoing)
        count = 0
        for datagram in islice(self._outgoing, most):
            size += ntb.room(datagram.data, self.format)
            if count and size > self.input_size:
                break
            count += 1
        datagrams = [self._outgoing.popleft() for _ in range(count)]
        block = ntb.build(datagrams, self.format, self._sequence)
        self._sequence = (self._sequence + 1) & 0xFFFF
        return block
