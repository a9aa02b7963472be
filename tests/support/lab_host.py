"""What a user of a lab does with mmcli, and what is waited for."""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from verbs import ENVIRONMENT

from wwanreplay.errors import WwanReplayError
from wwanreplay.lab import Lab
from wwanreplay.lab.programs import (
    BASE_PROGRAMS,
    HOST_PROGRAMS,
    NETWORK_PROGRAMS,
    check_here,
    missing,
)

WAIT_S = 25.0
TIMEOUT_S = 60


def why_not(*, modem_manager: bool = True) -> str:
    """Why no lab can be made here; empty when one can."""
    try:
        check_here(BASE_PROGRAMS + (HOST_PROGRAMS if modem_manager else ()))
    except WwanReplayError as error:
        return str(error)
    return ""


needs_machine = pytest.mark.skipif(
    bool(why_not(modem_manager=False)), reason=f"no lab here: {why_not(modem_manager=False)}"
)
needs_modem_manager = pytest.mark.skipif(bool(why_not()), reason=f"no lab here: {why_not()}")
needs_network_manager = pytest.mark.skipif(
    bool(why_not() or missing(NETWORK_PROGRAMS)),
    reason=f"no lab here: {why_not() or missing(NETWORK_PROGRAMS)}",
)


def run_lab(*words: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "wwanreplay", "lab", *words],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        env=ENVIRONMENT,
        cwd=cwd,
        check=False,
    )


def bare_lab(*words: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """A lab without ModemManager, which is quick."""
    return run_lab("--no-modem-manager", *words, cwd=cwd)


@dataclass
class Operator:
    """Uses one lab; `states` are those of the modem that were waited for."""

    lab: Lab
    states: list[str] = field(default_factory=list)

    def mmcli(self, *words: str) -> str:
        return self.lab.output("mmcli", *words)

    def modem(self) -> dict[str, str]:
        """What mmcli says of the modem; nothing when there is none."""
        done = self.lab.run(
            ["mmcli", "-m", "any", "-K"], capture_output=True, text=True, check=False
        )
        pairs = (line.partition(":") for line in done.stdout.splitlines())
        return {name.strip(): value.strip() for name, _, value in pairs}

    def wait(self, what: str, is_so: Callable[[dict[str, str]], bool]) -> dict[str, str]:
        """Wait for something that mmcli says."""
        deadline = time.monotonic() + WAIT_S
        while not is_so(found := self.modem()):
            assert time.monotonic() < deadline, f"{what} did not come: {found}"
            time.sleep(0.1)
        self.states.append(what)
        return found

    def wait_for(self, is_so: Callable[[], bool]) -> None:
        """Wait for something else."""
        deadline = time.monotonic() + WAIT_S
        while not is_so():
            assert time.monotonic() < deadline, "did not come"
            time.sleep(0.1)

    def wait_state(self, *states: str) -> dict[str, str]:
        """Wait for one of some states; the first of them is its name."""
        return self.wait(states[0], lambda found: found.get("modem.generic.state") in states)

    def enable(self) -> None:
        self.mmcli("-m", "any", "--enable")
        self.wait_state("registered")

    def connect(self, ip_type: str) -> dict[str, str]:
        """Connect; what mmcli says of the bearer."""
        self.mmcli("-m", "any", f"--simple-connect=apn=internet.example,ip-type={ip_type}")
        found = self.wait_state("connected")
        bearers = [found[name] for name in found if "bearers.value" in name]
        text = self.mmcli("-b", bearers[-1].rpartition("/")[2], "-K")
        pairs = (line.partition(":") for line in text.splitlines())
        return {name.strip(): value.strip() for name, _, value in pairs}

    def disconnect(self) -> None:
        self.mmcli("-m", "any", "--simple-disconnect")
        self.wait_state("registered")

    def configure(self, bearer: dict[str, str]) -> None:
        """Give the interface its addresses, as a connection manager does."""
        interface = bearer["bearer.status.interface"]
        for version, flag in (("ipv4", "-4"), ("ipv6", "-6")):
            found = {
                name: bearer[f"bearer.{version}-config.{name}"] for name in ("address", "prefix")
            }
            address = f"{found['address']}/{found['prefix']}"
            self.lab.output("ip", flag, "addr", "add", address, "dev", interface)
        self.lab.output("ip", "link", "set", interface, "up")

    def ping(self, bearer: dict[str, str]) -> None:
        """Ping both gateways."""
        for version in ("ipv4", "ipv6"):
            gateway = bearer[f"bearer.{version}-config.gateway"]
            answer = self.lab.output("ping", "-n", "-c", "1", "-W", "5", gateway)
            assert re.search(r"1 (packets )?received", answer), answer


def ping_is_there() -> bool:
    """Whether a ping program is installed."""
    return subprocess.run(["which", "ping"], capture_output=True, check=False).returncode == 0
