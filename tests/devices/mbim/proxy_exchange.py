"""Exchanges through a real mbim-proxy that this process starts and ends: for a test, as a program.

    proxy_exchange.py PROXY PTY COUNT CONCURRENCY

Prints JSON: what was measured, and the transactions in the order of their answers. It belongs into
a network namespace of its own, since the proxy's name is one for each.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

from wwanreplay.devices.mbim.measure import Exchanges, queries_of
from wwanreplay.devices.mbim.proxy import ProxyChannel
from wwanreplay.devices.mbim.session import HostSession, What


def main(proxy: str, path: str, count: int, concurrency: int) -> None:
    with subprocess.Popen([proxy, "--no-exit"], stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 20
            while "@mbim-proxy" not in Path("/proc/net/unix").read_text():
                assert time.monotonic() < deadline
                time.sleep(0.01)
            print(json.dumps(exchanged(path, count, concurrency)))
        finally:
            process.terminate()


def exchanged(path: str, count: int, concurrency: int) -> dict[str, object]:
    answered: list[int] = []
    channel = ProxyChannel(path)
    session = HostSession(channel, time.monotonic_ns, lambda *_: None)
    exchanges = Exchanges(
        session,
        queries_of(()),
        concurrency,
        lambda arrival: (
            answered.append(arrival.message.transaction_id)
            if arrival.what is What.ANSWER and arrival.message
            else None
        ),
    )
    session.open(lambda _arrival: None)
    measured = exchanges.run(count)
    session.close(lambda _arrival: None)
    channel.close()
    return {**measured.as_json(), "answered": answered}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
