"""The transports of a served modem, for properties that hold over each of them.

A new transport is one more row: how it is opened, and how a client connects to it.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from wwanreplay.serve.transports.base import Transport
from wwanreplay.serve.transports.pty import PtyTransport


class Row(NamedTuple):
    """`open` makes the transport (at a link, if it has one), `connect` a client's descriptor."""

    open: Callable[[Path | None], Transport]
    connect: Callable[[Any], int]


TRANSPORTS = {
    "pty": Row(PtyTransport, lambda at: os.open(at.address, os.O_RDWR | os.O_NOCTTY)),
}
