"""Our host side against our served modem: nothing lost, doubled or reordered on the way.

Over a pty, and with the system's mbim-proxy in between (in a network namespace of its own).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from mbim_host import served

from wwanreplay._core import WireDirection
from wwanreplay.devices.mbim.channel import open_channel
from wwanreplay.devices.mbim.measure import Exchanges, queries_of
from wwanreplay.devices.mbim.session import HostSession
from wwanreplay.mbim import messages
from wwanreplay.mbim.fragments import Joiner
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import parse_header

PROXY = next(
    (
        path
        for path in ("/usr/libexec/mbim-proxy", "/usr/lib/libmbim/mbim-proxy")
        if os.path.exists(path)
    ),
    None,
)
PRIVATE = ("unshare", "-r", "-n", sys.executable)
CIDS = {query.cid for query in queries_of(())}

#: Exchanges of the long runs: over a pty, and through mbim-proxy, which takes longer.
LONG = int(os.environ.get("WWANREPLAY_EXCHANGES", "100000"))
LONG_OF_PROXY = int(os.environ.get("WWANREPLAY_EXCHANGES", "20000"))
COUNTS = [
    pytest.param(100, 1, id="one-at-once"),
    pytest.param(500, 16, id="sixteen-at-once"),
    pytest.param(500, 1, id="many-one-at-once", marks=pytest.mark.long),
]


def long_run(count: int) -> Any:
    """So many exchanges, sixteen at once."""
    return pytest.param(count, 16, id="long", marks=pytest.mark.long)


def commands_of(recording) -> list[int]:
    """Device transactions of the queries, in the order in which the function had them."""
    return [
        look(data).transaction_id
        for data in recording.wire(WireDirection.WIRE_HOST_TO_DEVICE)
        if look(data).type == messages.MBIM_COMMAND_MSG and look(data).cid in CIDS
    ]


def answers_of(recording) -> list[int]:
    """Device transactions of the answers to them, in the order in which they came."""
    joiner, found = Joiner(), []
    for data in recording.wire(WireDirection.WIRE_DEVICE_TO_HOST):
        whole = joiner.feed(parse_header(data), data, 0).message
        if whole is not None and look(whole).type == messages.MBIM_COMMAND_DONE:
            found += [look(whole).transaction_id] * (look(whole).cid in CIDS)
    return found


@pytest.mark.parametrize(("count", "concurrency"), [*COUNTS, long_run(LONG)])
def test_over_a_pty_every_byte_arrives_once_and_in_order(count, concurrency):
    sent, arrived = [], []
    with served("lte-home") as modem:
        channel = open_channel(modem.path)
        session = HostSession(channel, time.monotonic_ns, lambda data, _time_ns: sent.append(data))

        def take(arrival):
            arrived.extend([arrival.transfer] if arrival.transfer else [])

        session.open(take)
        measured = Exchanges(session, queries_of(()), concurrency, take).run(count)
        assert session.close(take)
        channel.close()
        assert measured.is_clean
        assert measured.exchanges == count
        assert sum(each.errors for each in measured.commands.values()) == 0
        assert modem.recording.wire(WireDirection.WIRE_HOST_TO_DEVICE) == sent
        assert modem.recording.wire(WireDirection.WIRE_DEVICE_TO_HOST) == arrived


@pytest.mark.skipif(PROXY is None, reason="mbim-proxy is not installed (Debian: libmbim-proxy)")
@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is not installed")
@pytest.mark.parametrize(("count", "concurrency"), [*COUNTS, long_run(LONG_OF_PROXY)])
def test_through_mbim_proxy_every_exchange_is_made_once_and_in_order(count, concurrency):
    script = Path(__file__).with_name("proxy_exchange.py")
    with served("lte-home") as modem:
        run = subprocess.run(
            [*PRIVATE, str(script), str(PROXY), modem.path, str(count), str(concurrency)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60 + count * 0.1,
        )
        if run.returncode and "unshare" in run.stderr and "Operation not permitted" in run.stderr:
            pytest.skip("network namespaces are not allowed here")
        assert run.returncode == 0, run.stderr
        found = json.loads(run.stdout)
        asked, answered = commands_of(modem.recording), answers_of(modem.recording)
    assert (found["exchanges"], found["lost"], found["refused"], found["stray"]) == (count, 0, 0, 0)
    assert len(asked) == len(set(asked)) == count
    # The proxy gives its own transaction ids: what counts is which question an answer is to.
    places = {transaction_id: place for place, transaction_id in enumerate(asked, 1)}
    wanted = [places[transaction_id] for transaction_id in answered]
    pairs = enumerate(zip(found["answered"], wanted, strict=True))
    assert [(place, *pair) for place, pair in pairs if pair[0] != pair[1]] == []
