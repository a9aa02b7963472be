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
    "--ms-query-version=1.0,3.0",
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
            connect = [*client, "--connect=access-string=internet.example"]
            print(subprocess.run(connect, check=True, capture_output=True, text=True).stdout)
        finally:
            server.terminate()
        assert server.wait(30) == 0
    assert Path(trace).exists()


if __name__ == "__main__":
    main(sys.argv[1])
