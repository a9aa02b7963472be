"""Make the sample traces anew: every shipped script, and sessions with the real mbimcli.

    python tools/make_traces.py [FOLDER]

The scripts' traces come out the same, byte for byte, as long as the device model is the same.
Those of mbimcli carry the latencies of the day. Needs mbimcli (Debian: libmbim-utils).
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from wwanreplay.record import record
from wwanreplay.script import shipped_scripts

# The commands of mbimcli, one run each; `!` marks one that the modem is right to refuse.
SESSIONS = {
    "mbimcli-queries": (
        "lte-home",
        [
            ["--query-device-caps"],
            ["--query-subscriber-ready-status"],
            ["--query-radio-state"],
            ["--query-device-services"],
            ["--query-pin-state"],
            ["--query-pin-list"],
            ["--query-home-provider"],
            ["--query-preferred-providers"],
            ["--query-visible-providers"],
            ["--query-registration-state"],
            ["--query-signal-state"],
            ["--query-packet-service-state"],
            ["--query-connection-state"],
            ["!--query-ip-configuration"],
            ["--query-packet-statistics"],
            ["--query-provisioned-contexts"],
        ],
    ),
    "mbimcli-connect": (
        "lte-home",
        [
            ["--query-registration-state"],
            ["--attach-packet-service"],
            # CLOSE ends the contexts, so the session stays open over several runs.
            ["--connect=session-id=0,apn=internet.example,ip-type=ipv4v6", "--no-close"],
            ["--query-connection-state=0", "--no-open=20", "--no-close"],
            ["--query-ip-configuration=0", "--no-open=30", "--no-close"],
            ["--query-packet-statistics", "--no-open=40", "--no-close"],
            ["--disconnect=0", "--no-open=50"],
            ["--detach-packet-service"],
            ["--set-radio-state=off"],
            ["--query-registration-state"],
            ["--set-radio-state=on"],
        ],
    ),
    "mbimcli-pin": (
        "pin-locked",
        [
            ["--query-subscriber-ready-status"],
            ["--query-pin-state"],
            ["!--enter-pin=0000"],
            ["--enter-pin=1234"],
            ["--query-subscriber-ready-status"],
            ["--query-registration-state"],
        ],
    ),
}


def mbimcli(modem: Path, arguments: list[str]) -> None:
    """One run of mbimcli; SystemExit when it does not end as it should."""
    refused = arguments[0].startswith("!")
    arguments = [argument.lstrip("!") for argument in arguments]
    run = subprocess.run(
        ["mbimcli", "-d", modem, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if (run.returncode != 0) != refused:
        sys.exit(f"mbimcli {' '.join(arguments)}: exit {run.returncode}\n{run.stdout}{run.stderr}")


def served(name: str, profile: str, runs: list[list[str]], folder: Path) -> None:
    """Serve a modem, let mbimcli at it, keep the recording."""
    with tempfile.TemporaryDirectory() as here:
        modem = Path(here) / "modem"
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "wwanreplay", "serve", "--pty", modem),
                *("--profile", profile, "--record", folder / f"{name}.wwtrace", "--force"),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert server.stdout is not None
            server.stdout.readline()
            for arguments in runs:
                mbimcli(modem, arguments)
        finally:
            os.kill(server.pid, signal.SIGTERM)
            server.wait(30)


def main() -> None:
    """Write all of them below the folder, `traces/` unless another is named."""
    default = Path(__file__).resolve().parent.parent / "traces"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    folder.mkdir(exist_ok=True)
    for name, script in shipped_scripts().items():
        record(f"emulated:{script.profile}", script, folder / f"{name}.wwtrace", force=True)
        print(f"{name}.wwtrace")
    if shutil.which("mbimcli") is None:
        sys.exit(
            "mbimcli is not installed (Debian: libmbim-utils): its sessions are left as they are"
        )
    for name, (profile, runs) in SESSIONS.items():
        served(name, profile, runs, folder)
        print(f"{name}.wwtrace")


if __name__ == "__main__":
    main()
