"""A live replay through a real mbim-proxy that this process starts and ends: a program for tests.

    replay_through_proxy.py PROXY PTY TRACE

Prints the JSON of `replay`, and ends with its exit code. It belongs into a network namespace of its
own, since the proxy's name is one for each.
"""

import subprocess
import sys
import time
from pathlib import Path

from click.testing import CliRunner

from wwanreplay.cli import root


def main(proxy: str, path: str, trace: str) -> int:
    with subprocess.Popen([proxy, "--no-exit"], stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 20
            while "@mbim-proxy" not in Path("/proc/net/unix").read_text():
                assert time.monotonic() < deadline
                time.sleep(0.01)
            device = f"mbim-proxy:{path}"
            options = ["replay", trace, "--device", device, "--speed", "full", "--json"]
            done = CliRunner().invoke(root, options)
            print(done.output)
            return done.exit_code
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
