"""The transports of a served modem, for properties that hold over each of them.

A new transport is one more row: how it is opened, and how a client connects to it.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from wwanreplay.serve.transports.base import Transport
from wwanreplay.serve.transports.mbim_proxy import MbimProxyTransport
from wwanreplay.serve.transports.pty import PtyTransport


class Row(NamedTuple):
    """`open` makes the transport (at a link, if it has one), `connect` a client's descriptor.

    `mbimcli` are the words with which mbimcli finds it.
    """

    open: Callable[[Path | None], Transport]
    connect: Callable[[Any], int]
    mbimcli: Callable[[Any], list[str]]


def _no_descriptor(_transport: Any) -> int:
    raise AssertionError("clients of mbim-proxy configure it first: proxy_client.py has one")


TRANSPORTS = {
    "pty": Row(
        PtyTransport,
        lambda at: os.open(at.address, os.O_RDWR | os.O_NOCTTY),
        lambda at: ["-d", str(at.link or at.path)],
    ),
    # Its name is one of the network namespace. What it delivers is in test_mbim_proxy.py.
    "mbim-proxy": Row(
        lambda _link: MbimProxyTransport("@mbim-proxy"),
        _no_descriptor,
        lambda _at: ["-p", "-d", "/dev/null"],
    ),
}
#: Those whose clients are a descriptor that is read and written.
PLAIN = ("pty",)
