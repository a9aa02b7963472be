"""mbimcli with several clients at once on `serve --mbim-proxy`: for a test, as a program.

    proxy_session.py TRACE

It belongs into a network namespace of its own. Prints what the clients printed.
"""

import subprocess
import sys
from pathlib import Path

from private_net import wait_for_name

ACTIONS = (
    "--query-device-caps",
    "--query-device-services",
    "--query-registration-state",
    "--query-radio-state",
    "--set-radio-state=on",
)


def main(trace: str) -> None:
    serve = [sys.executable, "-m", "wwanreplay", "serve", "--mbim-proxy", "--record", trace]
    client = ["mbimcli", "-p", "-d", "/dev/null"]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == "@mbim-proxy\n"
            wait_for_name()
            clients = [
                subprocess.Popen([*client, action], stdout=subprocess.PIPE, text=True)
                for action in ACTIONS
            ]
            for each in clients:
                print(each.communicate(timeout=30)[0])
                assert each.returncode == 0, each.args
            # The version comes last: libmbim takes note of a version of others a moment later
            # than it goes on, and may still encode its first command by the old one.
            for action in (
                "--connect=access-string=internet.example",
                "--ms-query-version=1.0,3.0",
            ):
                run = subprocess.run([*client, action], capture_output=True, text=True)
                assert run.returncode == 0, f"{action}: {run.stderr}"
                print(run.stdout)
        finally:
            server.terminate()
        assert server.wait(30) == 0
    assert Path(trace).exists()


if __name__ == "__main__":
    main(sys.argv[1])
