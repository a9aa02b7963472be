"""Our host side against our served modem: nothing lost, doubled or reordered on the way.

Over a pty, over our proxy, and with the system's mbim-proxy in between (in a network namespace of
its own). What counts is what the modem did, by its own recording: each command reached it once and
in the order in which it was sent, each of its answers reached the host once, and in its order.

mbim-proxy promises less: it hands an answer to its client when GLib completes the task of that
command, and a task that was begun in the same turn of the main loop is completed in a later one. So
an answer may be overtaken by those of commands that were under way with it; never by others.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from array import array
from pathlib import Path
from typing import Any

import pytest
from host import Recording
from mbim_host import served

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.devices.mbim.measure import queries_of
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
PRIVATE = ("unshare", "-r", "-n")
CIDS = {query.cid for query in queries_of(())}

#: Exchanges of the long runs: over a pty, and through a proxy, which takes longer.
LONG = int(os.environ.get("WWANREPLAY_EXCHANGES", "30000"))
LONG_OF_PROXY = int(os.environ.get("WWANREPLAY_EXCHANGES", "20000"))
COUNTS = [
    pytest.param(100, 1, id="one-at-once"),
    pytest.param(500, 16, id="sixteen-at-once"),
    pytest.param(500, 1, id="many-one-at-once", marks=pytest.mark.long),
]
#: A recording of more exchanges is looked at as it is made, and not held.
HELD_MAX = 1000


def long_run(count: int) -> Any:
    """So many exchanges, sixty-four at once."""
    return pytest.param(count, 64, id="long", marks=pytest.mark.long)


class Order:
    """What a recording says of the order, and of every byte; a short one is held as well."""

    def __init__(self, count: int) -> None:
        self.asked, self.answered = array("Q"), array("Q")  # device transactions of the queries
        self.heard, self.sent = hashlib.blake2b(), hashlib.blake2b()
        self._held = Recording() if count <= HELD_MAX else None
        self._joiner = Joiner()
        self._next = 0

    @property
    def events(self) -> list[Event]:
        return [] if self._held is None else self._held.events

    def write(self, event: Event) -> int:
        self._next += 1
        if event.kind == Kind.KIND_WIRE:
            if event.code == WireDirection.WIRE_HOST_TO_DEVICE:
                self._ask(event.payload)
            else:
                self._answer(event.payload)
        return self._next - 1 if self._held is None else self._held.write(event)

    def _ask(self, data: bytes) -> None:
        self.heard.update(data)
        head = look(data)
        if head.type == messages.MBIM_COMMAND_MSG and head.cid in CIDS:
            self.asked.append(head.transaction_id or 0)

    def _answer(self, data: bytes) -> None:
        self.sent.update(data)
        whole = self._joiner.feed(parse_header(data), data, 0).message
        if whole is not None:
            head = look(whole)
            if head.type == messages.MBIM_COMMAND_DONE and head.cid in CIDS:
                self.answered.append(head.transaction_id or 0)


def run_host(order: Order, way: str, path: str, count: int, concurrency: int) -> dict[str, Any]:
    """Make the exchanges in another process, and check what holds over every way."""
    script = Path(__file__).with_name("host_exchange.py")
    private = PRIVATE if way.startswith("/") else ()
    words = [*private, sys.executable, str(script), way, path, str(count), str(concurrency)]
    run = subprocess.run(
        words, capture_output=True, text=True, check=False, timeout=60 + count * 0.1
    )
    if run.returncode and "unshare" in run.stderr and "Operation not permitted" in run.stderr:
        pytest.skip("network namespaces are not allowed here")
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    assert (found["exchanges"], found["lost"], found["refused"], found["stray"]) == (count, 0, 0, 0)
    assert found["errors"] == 0
    assert len(order.asked) == len(set(order.asked)) == count, "each command arrived once"
    assert sorted(order.answered) == sorted(order.asked), "each was answered once"
    assert sorted(found["answered"]) == list(range(1, count + 1)), "each answer was read once"
    print(f"{count} exchanges, {found['exchanges_per_second']:.0f} in a second")
    return found


def places(order: Order) -> list[int]:
    """Of each answer, in the modem's order, which of the commands it is to, from 1 on."""
    number = {transaction_id: place for place, transaction_id in enumerate(order.asked, 1)}
    return [number[transaction_id] for transaction_id in order.answered]


@pytest.mark.parametrize(("count", "concurrency"), [*COUNTS, long_run(LONG)])
def test_over_a_pty_every_byte_arrives_once_and_in_order(count, concurrency):
    order = Order(count)
    with served("lte-home", recording=order) as modem:
        found = run_host(order, "pty", modem.path, count, concurrency)
    assert found["answered"] == places(order)
    assert found["sent"] == order.heard.hexdigest()
    assert found["read"] == order.sent.hexdigest()


@pytest.mark.parametrize(("count", "concurrency"), [*COUNTS, long_run(LONG_OF_PROXY)])
def test_over_our_proxy_every_exchange_is_made_once_and_in_order(count, concurrency):
    order, name = Order(count), f"@wwanreplay-test-{os.getpid()}"
    with served("lte-home", recording=order, transport_name=name):
        found = run_host(order, name, "/dev/null", count, concurrency)
    assert found["answered"] == places(order)


@pytest.mark.skipif(PROXY is None, reason="mbim-proxy is not installed (Debian: libmbim-proxy)")
@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is not installed")
@pytest.mark.parametrize(("count", "concurrency"), [*COUNTS, long_run(LONG_OF_PROXY)])
def test_through_mbim_proxy_answers_are_overtaken_only_by_those_under_way_with_them(
    count, concurrency
):
    order = Order(count)
    with served("lte-home", recording=order) as modem:
        found = run_host(order, str(PROXY), modem.path, count, concurrency)
    # The proxy gives its own transaction ids: what counts is which question an answer is to.
    wanted = places(order)
    place_of = {answer: place for place, answer in enumerate(wanted)}
    moved = [abs(place_of[answer] - place) for place, answer in enumerate(found["answered"])]
    print(f"{sum(each > 0 for each in moved)} answers in another place, {max(moved)} at most")
    assert max(moved) < concurrency
