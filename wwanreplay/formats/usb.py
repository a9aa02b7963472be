"""MBIM over USB: control transfers of a capture, whatever its form, to messages.

SEND_ENCAPSULATED_COMMAND and GET_ENCAPSULATED_RESPONSE of USB CDC 1.2, section 6.2;
RESPONSE_AVAILABLE comes from the interrupt endpoint.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wwanreplay.formats.base import (
    DEVICE_TO_HOST,
    HOST_TO_DEVICE,
    MESSAGE_MBIM,
    MESSAGE_NOTE,
    Counts,
    Direction,
    LogMessage,
    LogPlace,
    Stamp,
    timed,
)
from wwanreplay.formats.transfers import direction_of, plausible
from wwanreplay.mbim.header import look

SEND_ENCAPSULATED: Final = b"\x21\x00"
GET_ENCAPSULATED: Final = b"\xa1\x01"
RESPONSE_AVAILABLE: Final = b"\xa1\x01"
#: Requests that wait for their completion.
PENDING_MAX: Final = 4096
SETUP_SIZE: Final = 8


@dataclass(frozen=True, slots=True)
class Urb:
    """One report of a capture: a request submitted, or completed with a status (0 good).

    `length` is how many bytes were transferred or are to be, `data` those that were captured.
    """

    key: object
    submitted: bool
    control: bool
    inward: bool
    device: str
    setup: bytes | None
    data: bytes
    length: int
    status: int
    place: LogPlace
    stamp: Stamp | None


class ControlTransfers:
    """Finds MBIM among the transfers of one capture."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self._pending: OrderedDict[object, tuple[bytes, str]] = OrderedDict()

    def feed(self, urb: Urb) -> Iterator[LogMessage]:
        """Take one report."""
        if not urb.control:
            yield from self._interrupt(urb)
        elif urb.submitted:
            yield from self._submitted(urb)
        else:
            yield from self._completed(urb)

    def _interrupt(self, urb: Urb) -> Iterator[LogMessage]:
        if urb.submitted or not urb.inward or urb.length != SETUP_SIZE:
            return
        if urb.data[:2] == RESPONSE_AVAILABLE and len(urb.data) >= 6:
            device = device_key(urb.device, urb.data[4:6])
            yield LogMessage(
                MESSAGE_NOTE,
                urb.place,
                *timed(urb.stamp),
                device=device,
                text="RESPONSE_AVAILABLE",
            )

    def _submitted(self, urb: Urb) -> Iterator[LogMessage]:
        setup = urb.setup
        if setup is None or len(setup) < SETUP_SIZE:
            return
        kind = setup[:2]
        if kind not in (SEND_ENCAPSULATED, GET_ENCAPSULATED):
            self._pending.pop(urb.key, None)
            return
        device = device_key(urb.device, setup[4:6])
        self._pending[urb.key] = (kind, device)
        if len(self._pending) > PENDING_MAX:
            self._pending.popitem(last=False)
        if kind == SEND_ENCAPSULATED:
            yield from self._message(urb, device, HOST_TO_DEVICE)

    def _completed(self, urb: Urb) -> Iterator[LogMessage]:
        kind, device = self._pending.pop(urb.key, (b"", device_key(urb.device, None)))
        if kind == SEND_ENCAPSULATED:
            if urb.status != 0:
                text = f"sending failed with status {urb.status}"
                yield LogMessage(MESSAGE_NOTE, urb.place, device=device, text=text).at(urb.stamp)
            return
        if not urb.inward or urb.length == 0:
            return
        # A capture may begin between a request and its completion: then the data decide.
        if kind != GET_ENCAPSULATED and not _answer(urb.data, urb.length):
            return
        yield from self._message(urb, device, DEVICE_TO_HOST)

    def _message(self, urb: Urb, device: str, direction: Direction) -> Iterator[LogMessage]:
        if urb.length == 0:
            return
        if urb.data and not plausible(urb.data):
            self.counts.unmapped.add(urb.place, "an encapsulated command that is not MBIM")
            return
        incomplete = len(urb.data) < urb.length
        reason = f"{len(urb.data)} of {urb.length} bytes are in the capture" if incomplete else ""
        message = LogMessage(
            MESSAGE_MBIM,
            urb.place,
            *timed(urb.stamp, direction_of(urb.data, direction)),
            device=device,
            data=urb.data or None,
            length=urb.length,
            incomplete=incomplete,
            reason=reason,
        )
        yield message


def device_key(address: str, interface: bytes | None) -> str:
    """The name of a device: its address, and the interface where the request names one."""
    if interface is None or not int.from_bytes(interface, "little"):
        return address
    return f"{address} interface {int.from_bytes(interface, 'little')}"


def _answer(data: bytes, length: int) -> bool:
    head = look(data)
    return plausible(data) and (head.type or 0) & 0x80000000 != 0 and head.length == length
