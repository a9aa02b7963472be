"""A tap that finds the system's mbim-proxy in its place, and takes over: for a test, as a program.

    tap_session.py PROXY FOLDER

It belongs into a network namespace of its own. Prints what the tap and mbimcli printed.
"""

import os
import subprocess
import sys
from pathlib import Path

from private_net import wait_for_name

RUN = [sys.executable, "-m", "wwanreplay"]


def main(proxy: str, folder: Path) -> None:
    link = str(folder / "modem")
    running = []
    try:
        serve = subprocess.Popen([*RUN, "serve", "--pty", link], stdout=subprocess.PIPE, text=True)
        running.append(serve)
        assert serve.stdout is not None
        path = serve.stdout.readline().strip()
        other = subprocess.Popen([proxy, "--no-exit"], stderr=subprocess.DEVNULL)
        running.append(other)
        wait_for_name()
        out = str(folder / "tap.wwtrace")
        tap = subprocess.Popen(
            [*RUN, "record", "--tap", link, "-o", out], stderr=subprocess.PIPE, text=True
        )
        running.append(tap)
        assert tap.stderr is not None
        print(tap.stderr.readline())  # who has the name
        other.terminate()
        other.wait(20)
        while "tapped" not in (line := tap.stderr.readline()):
            print(line)
        client = ["mbimcli", "-p", "-d", os.path.realpath(path)]
        for action in ("--query-device-caps", "--connect=access-string=internet.example"):
            run = subprocess.run(
                [*client, action], capture_output=True, text=True, check=False, timeout=30
            )
            print(run.stdout, run.stderr)
        tap.terminate()
        assert tap.wait(30) == 0, tap.stderr.read()
    finally:
        for each in running:
            each.terminate()
            each.wait(20)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
