"""The programs of a lab: a private bus, mbim-proxy and ModemManager."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from wwanreplay.lab.errors import LabError
from wwanreplay.lab.machine import PORTS, RUNTIME, TUN, run

#: Debian's packages of the programs.
PACKAGES: Final = {
    "mbimcli": "libmbim-utils",
    "mbim-proxy": "libmbim-proxy",
    "ModemManager": "modemmanager",
    "mmcli": "modemmanager",
    "dbus-daemon": "dbus-daemon",
    "stdbuf": "coreutils",
    "tshark": "tshark",
    "NetworkManager": "network-manager",
    "nmcli": "network-manager",
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "setpriv": "util-linux",
    "mount": "mount",
    "umount": "mount",
    "ip": "iproute2",
}
#: What every lab runs, and one with ModemManager.
BASE_PROGRAMS: Final = ("unshare", "nsenter", "setpriv", "mount", "umount", "ip")
PROXY_PROGRAMS: Final = ("stdbuf", "mbim-proxy")
HOST_PROGRAMS: Final = (*PROXY_PROGRAMS, "dbus-daemon", "ModemManager", "mmcli")
NETWORK_PROGRAMS: Final = ("NetworkManager", "nmcli")
#: Asked by ModemManager whether it may take a kernel event; root may.
_POLKIT_PATHS: Final = (
    "/usr/lib/polkit-1/polkitd",
    "/usr/libexec/polkit-1/polkitd",
    "/usr/libexec/polkitd",
)
#: Any user may connect, as at a system's bus: polkitd is none who may stay root.
_BUS: Final = """<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
_PROXY_PATHS: Final = ("/usr/libexec/mbim-proxy", "/usr/lib/libmbim/mbim-proxy")
#: Where programs are; an unprivileged user's path may lack the second half.
SEARCHED: Final = os.defpath + ":/usr/sbin:/sbin"
_STEP_S: Final = 0.05
_STATE_STEP_S: Final = 0.2
_STOP_S: Final = 5.0
_PROXY_S: Final = 10.0
_BUS_S: Final = 20.0
_LOG_TAIL: Final = 600


def find_program(name: str) -> str | None:
    """The path of a program, None when it is not installed."""
    if name == "mbim-proxy":
        return next((path for path in _PROXY_PATHS if os.access(path, os.X_OK)), None)
    return shutil.which(name) or shutil.which(name, path=SEARCHED)


def missing(programs: Sequence[str]) -> str:
    """One line about the programs that are not there; empty when all are."""
    lacking = [name for name in programs if find_program(name) is None]
    if not lacking:
        return ""
    packages = dict.fromkeys(PACKAGES[name] for name in lacking)
    verb = "is" if len(lacking) == 1 else "are"
    return f"{', '.join(lacking)} {verb} not installed (Debian: {' '.join(packages)})"


def check_here(programs: Sequence[str]) -> None:
    """LabError when a lab with these programs cannot be made here."""
    lack = missing(programs)
    if lack:
        raise LabError(lack)
    if os.geteuid():
        raise LabError("a lab needs root: it makes mount, network and process namespaces")
    if not TUN.exists():
        raise LabError(f"{TUN} is missing: the kernel has no TUN devices")


@contextmanager
def started(
    command: Sequence[str], log: Path, environment: Mapping[str, str], *, first_line: bool = False
) -> Iterator[str]:
    """A program that runs meanwhile, its output in a file; gives its first line if it has one."""
    name = Path(command[0]).name
    with log.open("ab") as output:
        try:
            process = subprocess.Popen(  # noqa: S603 - programs that were looked for
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if first_line else output,
                stderr=output if first_line else subprocess.STDOUT,
                env=dict(environment),
                text=True,
            )
        except OSError as error:
            raise LabError(f"{name}: {error.strerror}") from error
    try:
        line = process.stdout.readline().strip() if process.stdout else ""
        if first_line and not line:
            raise LabError(f"{name} did not start: {tail(log) or 'it says nothing'}")
        yield line
    finally:
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def tail(log: Path) -> str:
    """The end of a log, on one line."""
    return " ".join(log.read_text(errors="replace")[-_LOG_TAIL:].split())


@contextmanager
def proxy_running(
    logs: Path, environment: Mapping[str, str], tap: Sequence[str] = ()
) -> Iterator[None]:
    """libmbim's mbim-proxy meanwhile, or the tap of a command line; its log is mbim-proxy.log."""
    log = logs / "mbim-proxy.log"
    proxy = [_path("stdbuf"), "-oL", _path("mbim-proxy"), "--verbose-full", "--no-exit"]
    command = list(tap) or proxy
    with started(command, log, environment):
        wait_for_proxy(log)
        yield


def wait_for_proxy(log: Path) -> None:
    """Wait until mbim-proxy listens: a client that comes before starts one of its own."""
    deadline = time.monotonic() + _PROXY_S
    while "@mbim-proxy" not in Path("/proc/net/unix").read_text():
        if time.monotonic() > deadline:
            raise LabError(f"mbim-proxy does not listen: {tail(log)}")
        time.sleep(_STEP_S)


class ModemManager:
    """ModemManager on a bus of its own, with the ports of the lab's modem.

    `tap` is the command line of a tap in the place of mbim-proxy. `logs` is the folder of the logs:
    bus.log, mbim-proxy.log, ModemManager.log.
    """

    def __init__(
        self,
        logs: Path,
        environment: Mapping[str, str],
        options: Sequence[str] = ("--debug",),
        tap: Sequence[str] = (),
    ) -> None:
        self.tap = tap
        self.logs = logs
        self.environment = dict(environment)
        self.options = options
        self._reports: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Bus, mbim-proxy and ModemManager meanwhile; `environment` has the bus."""
        config = RUNTIME / "bus.conf"
        config.write_text(_BUS.format(folder=RUNTIME))
        bus = [_path("dbus-daemon"), f"--config-file={config}", "--nofork", "--print-address=1"]
        own = [_path("stdbuf"), "-oL", _path("ModemManager"), *self.options, *self._test_options()]
        with started(bus, self.logs / "bus.log", self.environment, first_line=True) as address:
            self.environment["DBUS_SYSTEM_BUS_ADDRESS"] = address
            self.environment["DBUS_SESSION_BUS_ADDRESS"] = address
            with (
                _polkit_running(self.logs, self.environment),
                proxy_running(self.logs, self.environment, self.tap),
                started(own, self.log, self.environment),
                self._reporting(),
            ):
                self._wait_for_itself()
                yield

    def _wait_for_itself(self) -> None:
        """Wait until it can be asked."""
        deadline = time.monotonic() + _BUS_S
        while self._mmcli("-L").returncode:
            if time.monotonic() > deadline:
                raise LabError(f"ModemManager does not start: {tail(self.log)}")
            time.sleep(_STEP_S)

    def _mmcli(self, *words: str) -> subprocess.CompletedProcess[str]:
        return _run_query([_path("mmcli"), *words], self.environment)

    @property
    def log(self) -> Path:
        """Its own log."""
        return self.logs / "ModemManager.log"

    def _test_options(self) -> list[str]:
        events = self.logs / "kernel-events"
        events.write_text("".join(f"{_kernel_event('add', *port)}\n" for port in PORTS))
        return [
            *("--test-session", "--test-no-udev", "--no-auto-scan", "--test-no-qrtr"),
            f"--initial-kernel-events={events}",
        ]

    def wait_for_modem(self, wait_s: float) -> None:
        """Wait until it has the modem and is done with it; LabError when it does not."""
        deadline = time.monotonic() + wait_s
        while self.modem_state() in ("", "unknown", "initializing"):
            if time.monotonic() > deadline:
                raise LabError(
                    f"ModemManager found no modem in {wait_s:g} s (--no-wait runs the command all "
                    "the same, --logs FOLDER keeps what it says)"
                )
            time.sleep(_STATE_STEP_S)

    def modem_state(self) -> str:
        """The state of the modem in its words; empty without one."""
        for line in self._mmcli("-m", "any", "-K").stdout.splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "modem.generic.state":
                return value.strip()
        return ""

    def report(self, action: str) -> None:
        """Tell it that the ports came (add) or went (remove), in that order, without waiting."""
        self._reports.put(action)

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        """Pass on what is reported meanwhile, one after the other."""

        def pass_on() -> None:
            for action in iter(self._reports.get, None):
                for port in PORTS:
                    self._mmcli(f"--report-kernel-event={_kernel_event(action, *port)}")

        threading.Thread(target=pass_on, daemon=True).start()
        try:
            yield
        finally:
            self._reports.put(None)


@contextmanager
def _polkit_running(logs: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """polkitd meanwhile, where it is installed: without it ModemManager takes no kernel event,
    unless it was built without polkit.
    """
    polkitd = next((path for path in _POLKIT_PATHS if os.access(path, os.X_OK)), None)
    if polkitd is None:
        yield
        return
    with started([polkitd, "--no-debug"], logs / "polkitd.log", environment):
        yield


def _run_query(
    command: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """One run of a program that queries another one."""
    return subprocess.run(  # noqa: S603 - programs that were looked for
        command, env=dict(environment), capture_output=True, text=True, check=False
    )


#: Where NetworkManager has its state and configuration; a lab has its own there.
_NETWORK_MANAGER_FOLDERS: Final = ("/run", "/var/lib/NetworkManager", "/etc/NetworkManager")
#: The connection of the modem, which comes up by itself.
CONNECTION: Final = "modem"
_NETWORK_MANAGER_CONF: Final = """\
[main]
plugins=keyfile
auth-polkit=false
dns=none
rc-manager=unmanaged
no-auto-default=*
"""
_CONNECTION_FILE: Final = f"""\
[connection]
id={CONNECTION}
uuid=6f1f1a1e-1f39-4b6e-9c1e-0123456789ab
type=gsm
[gsm]
apn=internet.example
[ipv4]
method=auto
[ipv6]
method=auto
"""


@contextmanager
def network_manager_running(logs: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """NetworkManager meanwhile, with a connection for the modem; its log is NetworkManager.log.

    It needs neither udev nor systemd. Its folders are the lab's own, and so is all of /run.
    """
    for folder in _NETWORK_MANAGER_FOLDERS:
        run("mount", "-t", "tmpfs", "-o", "mode=755", "none", folder)
    etc = Path("/etc/NetworkManager")
    (etc / "NetworkManager.conf").write_text(_NETWORK_MANAGER_CONF)
    (etc / "system-connections").mkdir(mode=0o700)
    file = etc / "system-connections" / f"{CONNECTION}.nmconnection"
    file.touch(mode=0o600)
    file.write_text(_CONNECTION_FILE)
    log = logs / "NetworkManager.log"
    command = [_path("NetworkManager"), "--no-daemon", "--log-level=DEBUG"]
    with started(command, log, environment):
        deadline = time.monotonic() + _BUS_S
        question = [_path("nmcli"), "-t", "general"]
        while _run_query(question, environment).returncode:
            if time.monotonic() > deadline:
                raise LabError(f"NetworkManager does not start: {tail(log)}")
            time.sleep(_STEP_S)
        yield


def _kernel_event(action: str, subsystem: str, name: str) -> str:
    return f"action={action},subsystem={subsystem},name={name}"


def _path(name: str) -> str:
    found = find_program(name)
    if found is None:
        raise LabError(missing([name]))
    return found
