"""Channels to a real modem: whole transfers to and from a character device or a byte stream.

A character device (cdc-wdm, wwan ports) gives one message with each read. A pty or a stream socket
gives bytes, which MessageLength frames. `wwanreplay.devices.mbim.proxy` has the third kind.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select
import socket
import stat
import struct
import time
import tty
from contextlib import suppress
from pathlib import Path
from typing import Final, NoReturn, Protocol

from wwanreplay.errors import DeviceError
from wwanreplay.mbim.fragments import (
    CONTROL_MESSAGE_MAX,
    CONTROL_TRANSFER_MIN,
    FRAGMENT_TIMEOUT_NS,
    MESSAGE_SIZE_MAX,
    StreamFramer,
)
from wwanreplay.mbim.header import HOST_TYPES
from wwanreplay.mbim.rows.framing import MessageType

#: The longest transfer that is read, whatever the device promised, bytes.
TRANSFER_MAX: Final = 65536
DEVICE_TYPES: Final = frozenset(kind for kind in MessageType if kind not in HOST_TYPES)
#: How long a write may wait for room.
WRITE_S: Final = 10.0
#: Stalls in a row after which a device counts as gone, though nothing says so.
STALLS_MAX: Final = 16

_IOCTL_WDM_MAX_COMMAND: Final = 0x800248A0  # _IOR('H', 0xA0, __u16) of linux/usb/cdc-wdm.h
_GONE: Final = frozenset({errno.ENODEV, errno.ENXIO, errno.ESHUTDOWN, errno.ENOENT})
_STALLED: Final = frozenset({errno.EPIPE, errno.EIO, errno.EPROTO})
_FUNCTIONAL, _MBIM_FUNCTIONAL = 0x24, 0x1B
SYSFS: Final = "/sys"


class DeviceGoneError(DeviceError):
    """The device was taken away; it may come back."""


#: Bytes that a stream reads while a write waits for room.
AHEAD_SIZE_MAX: Final = 1 << 24


class Channel(Protocol):
    """Whole transfers to and from one device; everything raises DeviceError when it fails."""

    name: str
    #: The longest transfer that the device takes, bytes.
    control_message_max: int

    @property
    def descriptor(self) -> int:
        """What to wait for: readable."""

    def connect(self, timeout_s: float) -> None:
        """Say the first words that the way itself wants, none for most."""

    def read(self, time_ns: int) -> list[bytes]:
        """The transfers that are there, in order; empty when there is none."""

    def take(self, data: bytes, time_ns: int) -> list[bytes]:
        """The transfers that are whole with what somebody else has read from the descriptor."""

    def fail(self, error: OSError) -> None:
        """Take the error of a read of somebody else's; DeviceError when the device is gone."""

    @property
    def is_between_messages(self) -> bool:
        """Whether nothing has begun, waits or is wrong: the next read begins a message."""

    @property
    def has_read_ahead(self) -> bool:
        """Whether `read` has something although the descriptor may not be readable any more."""

    def overdue(self, time_ns: int) -> bytes:
        """The beginning of a message whose rest did not come in time; empty without one."""

    def write(self, transfer: bytes, taken: int = 0) -> None:
        """Send one transfer whole, of which `taken` bytes are written already.

        What comes while it waits is read ahead.
        """

    def close(self) -> None:
        """Give the device back."""


class CharacterChannel:
    """A character device: a message with each read and each write."""

    def __init__(self, descriptor: int, name: str, control_message_max: int) -> None:
        self.name = name
        self.control_message_max = control_message_max
        self.stalls = 0
        self._descriptor = descriptor
        os.set_blocking(descriptor, False)

    @property
    def descriptor(self) -> int:
        """The device."""
        return self._descriptor

    def connect(self, timeout_s: float) -> None:
        """Nothing: the device is there."""

    def read(self, time_ns: int) -> list[bytes]:
        """One message, or none. A stall is a failed transfer of a device that is still there."""
        try:
            data = os.read(self._descriptor, TRANSFER_MAX)
        except BlockingIOError:
            return []
        except OSError as error:
            self.fail(error)
            return []
        return self.take(data, time_ns)

    def take(self, data: bytes, time_ns: int) -> list[bytes]:  # noqa: ARG002 - as a stream does
        """The message that was read."""
        if data:
            self.stalls = 0
            return [data]
        self.stalls += 1  # an empty message, or a device that is at its end
        if self.stalls > STALLS_MAX:
            raise DeviceGoneError(f"{self.name}: gives only empty messages: the device is gone")
        return []

    def fail(self, error: OSError) -> None:
        """Tell a stall from a device that was taken away."""
        self.stalls += 1
        is_gone = error.errno in _GONE or self.stalls > STALLS_MAX
        if is_gone or (error.errno in _STALLED and not os.path.exists(self.name)):
            raise DeviceGoneError(f"{self.name}: {error.strerror}: the device is gone") from error
        if error.errno not in _STALLED:
            raise DeviceError(f"{self.name}: cannot be read: {error.strerror}") from error

    @property
    def is_between_messages(self) -> bool:
        """Whether it has not stalled, as far as is known: each read is a message."""
        return not self.stalls

    @property
    def has_read_ahead(self) -> bool:
        """Nothing is read ahead: a device takes a message whether its own are read or not."""
        return False

    def overdue(self, time_ns: int) -> bytes:  # noqa: ARG002 - a stream needs the time
        """Nothing: messages come whole."""
        return b""

    def write(self, transfer: bytes, taken: int = 0) -> None:
        """Send one message; it is taken at once or not at all."""
        written = taken or _written(self._descriptor, transfer, self.name)
        if written != len(transfer):
            raise DeviceError(f"{self.name}: took {written} of {len(transfer)} bytes of a message")

    def close(self) -> None:
        """Close the device."""
        descriptor, self._descriptor = self._descriptor, -1
        _give_back(descriptor)


class StreamChannel:
    """A pty or a connected stream socket: bytes, framed by MessageLength."""

    def __init__(self, descriptor: int, name: str, size_max: int = TRANSFER_MAX) -> None:
        self.name = name
        self.control_message_max = CONTROL_MESSAGE_MAX
        self._descriptor = descriptor
        self._framer = StreamFramer(DEVICE_TYPES, size_max)
        self._partial_due_ns: int | None = None
        self._ahead = b""
        os.set_blocking(descriptor, False)

    @property
    def descriptor(self) -> int:
        """The stream."""
        return self._descriptor

    def connect(self, timeout_s: float) -> None:
        """Nothing: whoever opened the stream is connected."""

    def read(self, time_ns: int) -> list[bytes]:
        """The transfers that have become whole with what is there."""
        data, self._ahead = self._ahead or self._read(), b""
        return self._framed(data, time_ns) if data else []

    def take(self, data: bytes, time_ns: int) -> list[bytes]:
        """The transfers that have become whole with what somebody else has read."""
        self._check_end(data)
        return self._framed(data, time_ns)

    def fail(self, error: OSError) -> NoReturn:
        """Any error is the end of a stream."""
        raise DeviceGoneError(f"{self.name}: {error.strerror}: the device is gone") from error

    @property
    def is_between_messages(self) -> bool:
        """Whether no message has begun, and none waits here."""
        return not self._framer.waiting and not self._ahead

    def _framed(self, data: bytes, time_ns: int) -> list[bytes]:
        transfers = self._framer.feed(data)
        is_partial = self._framer.waiting
        self._partial_due_ns = time_ns + FRAGMENT_TIMEOUT_NS if is_partial else None
        return transfers

    def overdue(self, time_ns: int) -> bytes:
        """The beginning of a message whose rest did not come in time; empty without one."""
        if self._partial_due_ns is None or time_ns < self._partial_due_ns:
            return b""
        self._partial_due_ns = None
        return self._framer.flush()

    def _read(self) -> bytes:
        """The bytes that are there, none when there are none; DeviceGoneError at the end."""
        try:
            data = os.read(self._descriptor, TRANSFER_MAX)
        except BlockingIOError:
            return b""
        except OSError as error:
            self.fail(error)
        self._check_end(data)
        return data

    def _check_end(self, data: bytes) -> None:
        if not data:
            raise DeviceGoneError(f"{self.name}: the other end was closed: the device is gone")

    @property
    def has_read_ahead(self) -> bool:
        """Whether bytes were read while a write waited."""
        return bool(self._ahead)

    def write(self, transfer: bytes, taken: int = 0) -> None:
        """Send all bytes of a transfer behind those that are taken.

        The other end may wait until its own bytes are read before it takes more: they are.
        """
        sent = taken
        while sent < len(transfer):
            try:
                sent += os.write(self._descriptor, transfer[sent:])
            except OSError:
                if len(self._ahead) < AHEAD_SIZE_MAX:
                    self._read_while_full()
                # Room, or the reason why there is none.
                sent += _written(self._descriptor, transfer[sent:], self.name)

    def _read_while_full(self) -> None:
        """Read until there is room to write, or nothing comes for some time."""
        poller = select.poll()
        poller.register(self._descriptor, select.POLLIN | select.POLLOUT)
        while len(self._ahead) < AHEAD_SIZE_MAX:
            ready = poller.poll(WRITE_S * 1000)
            if not ready or ready[0][1] != select.POLLIN:
                return
            self._ahead += self._read()

    def close(self) -> None:
        """Close the stream."""
        descriptor, self._descriptor = self._descriptor, -1
        _give_back(descriptor)


def _give_back(descriptor: int) -> None:
    """Close a descriptor; Linux closes it too when the device behind it is gone and says so."""
    if descriptor >= 0:
        with suppress(OSError):
            os.close(descriptor)


def _written(descriptor: int, data: bytes, name: str) -> int:
    """Write what is taken, when there is room; the number of bytes."""
    deadline: float | None = None
    while True:
        try:
            return os.write(descriptor, data)
        except BlockingIOError:
            deadline = deadline or time.monotonic() + WRITE_S
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise DeviceError(f"{name}: takes no message for {WRITE_S:g} s") from None
            poller = select.poll()
            poller.register(descriptor, select.POLLOUT)
            poller.poll(left_s * 1000)
        except OSError as error:
            raise refusal_of(name, error) from error


def refusal_of(name: str, error: OSError) -> DeviceError:
    """What it means that a device does not take a message."""
    if error.errno in _GONE | _STALLED:
        return DeviceGoneError(f"{name}: {error.strerror}: the device is gone")
    return DeviceError(f"{name}: cannot be written: {error.strerror}")


def open_channel(path: str, *, sysfs: str = SYSFS) -> Channel:
    """Open a character device, a pty or a listening stream socket; nothing is sent.

    DeviceError says what is in the way, DeviceGoneError that there is nothing at that path.
    """
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISSOCK(mode):
            return StreamChannel(_connected(path), path, MESSAGE_SIZE_MAX)
        if not stat.S_ISCHR(mode):
            raise DeviceError(f"{path}: is neither a character device, a pty nor a socket")
        flags = os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC | os.O_NONBLOCK
        descriptor = os.open(path, flags)
    except (OSError, ValueError) as error:
        if isinstance(error, DeviceError):
            raise
        raise _unopened(path, error) from error
    try:
        if os.isatty(descriptor):
            tty.setraw(descriptor)
            return StreamChannel(descriptor, path)
        size_max = _control_message_max(descriptor, path, sysfs)
        return CharacterChannel(descriptor, path, size_max)
    except BaseException:
        _give_back(descriptor)
        raise


def _connected(path: str) -> int:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
        peer.connect(path)
        return peer.detach()


def _unopened(path: str, error: OSError | ValueError) -> DeviceError:
    """Say why a device cannot be opened, and what helps."""
    number = error.errno if isinstance(error, OSError) else None
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    hint = ""
    if number in (errno.EACCES, errno.EPERM):
        hint = "; it belongs to root or to a group that you are not in"
    elif number == errno.EBUSY:
        hint = f"; another program has it open: try mbim-proxy:{path}"
    kind = DeviceGoneError if number in _GONE else DeviceError
    return kind(f"{path}: cannot be opened: {reason}{hint}")


def _control_message_max(descriptor: int, path: str, sysfs: str) -> int:
    """The longest message: of the driver, of the USB descriptor, or the usual one."""
    size = 0
    with suppress(OSError):
        answer = fcntl.ioctl(descriptor, _IOCTL_WDM_MAX_COMMAND, struct.pack("<H", 0))
        size = struct.unpack("<H", answer)[0]
    if size < CONTROL_TRANSFER_MIN:
        node = Path(sysfs, "class/usbmisc", os.path.basename(os.path.realpath(path)), "device")
        with suppress(OSError):
            size = described_message_max(
                Path(os.path.realpath(node), "../descriptors").read_bytes()
            )
    return size if size >= CONTROL_TRANSFER_MIN else CONTROL_MESSAGE_MAX


def described_message_max(descriptors: bytes) -> int:
    """wMaxControlMessage of the MBIM functional descriptor; 0 when there is none."""
    at = 0
    while at + 2 < len(descriptors) and descriptors[at] >= 2:
        size = descriptors[at]
        is_functional = (
            descriptors[at + 1] == _FUNCTIONAL and descriptors[at + 2] == _MBIM_FUNCTIONAL
        )
        if is_functional and size >= 7 and at + 7 <= len(descriptors):
            return int.from_bytes(descriptors[at + 5 : at + 7], "little")
        at += size
    return 0
