"""Exchanges of our host side with a modem, each way to it: for a test, as a program.

    host_exchange.py pty        PATH COUNT CONCURRENCY
    host_exchange.py @NAME      PATH COUNT CONCURRENCY    a proxy that listens there
    host_exchange.py PROGRAM    PATH COUNT CONCURRENCY    a proxy that is started, and ended

The last belongs into a network namespace of its own, since the proxy's name is one for each. Prints
JSON: what was measured, digests of what was sent and read, and the transactions of the answers in
the order in which they came.
"""

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wwanreplay.devices.mbim.channel import Channel, open_channel
from wwanreplay.devices.mbim.measure import Exchanges, queries_of
from wwanreplay.devices.mbim.proxy import PROXY_SOCKET, ProxyChannel
from wwanreplay.devices.mbim.session import Arrival, HostSession, What


@contextmanager
def opened(way: str, path: str) -> Iterator[Channel]:
    if way == "pty":
        yield open_channel(path)
    elif way.startswith("@"):
        yield ProxyChannel(path, way[1:])
    else:
        with subprocess.Popen([way, "--no-exit"], stderr=subprocess.DEVNULL) as process:
            try:
                deadline = time.monotonic() + 20
                while f"@{PROXY_SOCKET}" not in Path("/proc/net/unix").read_text():
                    assert time.monotonic() < deadline
                    time.sleep(0.01)
                yield ProxyChannel(path)
            finally:
                process.terminate()


def exchanged(channel: Channel, count: int, concurrency: int) -> dict[str, object]:
    answered: list[int] = []
    sent, read = hashlib.blake2b(), hashlib.blake2b()

    def take(arrival: Arrival) -> None:
        read.update(arrival.transfer or b"")
        if arrival.what is What.ANSWER and arrival.message:
            answered.append(arrival.message.transaction_id)

    session = HostSession(channel, time.monotonic_ns, lambda data, _time_ns: sent.update(data))
    session.open(take)
    answered.clear()  # of what the opening asks
    measured = Exchanges(session, queries_of(()), concurrency, take).run(count)
    asked = list(answered)
    session.close(take)
    channel.close()
    errors = sum(each.errors for each in measured.commands.values())
    digests = {"sent": sent.hexdigest(), "read": read.hexdigest()}
    return {**measured.as_json(), "errors": errors, "answered": asked, **digests}


if __name__ == "__main__":
    way, path, count, concurrency = sys.argv[1:]
    with opened(way, path) as channel:
        print(json.dumps(exchanged(channel, int(count), int(concurrency))))
