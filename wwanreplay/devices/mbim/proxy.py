"""The way through the system's mbim-proxy, which shares one modem among its clients.

The protocol is libmbim's: a stream socket in the abstract namespace; the first message is a command
of the proxy's own service that names the device; what follows are ordinary MBIM messages.
"""

from __future__ import annotations

import errno
import select
import socket
import time
import uuid
from typing import Final

from wwanreplay.devices.mbim.channel import DeviceGoneError, StreamChannel
from wwanreplay.errors import DeviceError
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.commands import PROXY_CONFIGURATION
from wwanreplay.mbim.fragments import MESSAGE_SIZE_MAX
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import SERVICES

PROXY_SOCKET: Final = "mbim-proxy"
#: Transaction of the first message; the session's own ids follow.
_CONFIGURATION_ID: Final = 1


class ProxyChannel(StreamChannel):
    """A connection to a running mbim-proxy, for the device at `path`."""

    def __init__(self, path: str, socket_name: str = PROXY_SOCKET) -> None:
        self.path = path
        super().__init__(_connected(path, socket_name), f"{path} by mbim-proxy", MESSAGE_SIZE_MAX)

    def connect(self, timeout_s: float) -> None:
        """Tell the proxy which device is meant; DeviceError when it cannot open it."""
        self.write(_configuration(self.path, timeout_s).to_bytes())
        deadline = time.monotonic() + timeout_s
        while True:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise DeviceError(f"{self.name}: the proxy does not answer within {timeout_s:g} s")
            select.select([self.descriptor], [], [], left_s)
            for transfer in self.read(time.monotonic_ns()):
                head = look(transfer)
                if head.transaction_id != _CONFIGURATION_ID:
                    continue
                if head.type != messages.MBIM_COMMAND_DONE or head.value:
                    raise DeviceGoneError(f"{self.name}: the proxy cannot open the device")
                return


def _configuration(path: str, timeout_s: float) -> Message:
    service, cid = PROXY_CONFIGURATION
    values = {"DevicePath": path, "Timeout": max(1, round(timeout_s))}
    return Message(
        messages.MBIM_COMMAND_MSG,
        _CONFIGURATION_ID,
        messages.COMMAND_SET,
        uuid.UUID(SERVICES[service].uuid).bytes,
        cid,
        codec.encode(service, cid, "set", values),
    )


def _connected(path: str, socket_name: str) -> int:
    """A connection to the proxy, by its name in the abstract namespace."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
            peer.connect(f"\0{socket_name}")
            return peer.detach()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        if isinstance(error, OSError) and error.errno == errno.ECONNREFUSED:
            raise DeviceGoneError(
                f"{path}: no mbim-proxy runs; start one, such as /usr/libexec/mbim-proxy, or use"
                f" mbim:{path}"
            ) from error
        raise DeviceError(f"{path}: mbim-proxy cannot be reached: {reason}") from error
