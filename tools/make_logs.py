"""Make the sample logs anew: the real tools talk to the served modem, their output is kept.

    python tools/make_logs.py [FOLDER] [--only NAME ...] [--list]

Writes into `logs/`, unless another folder is named, for each session of `log_sessions.py` NAME.log
(or .log.gz, .log.xz) and the recording NAME.wwtrace.xz that the modem made meanwhile, and captures
of some recordings, judged by tshark. What is there is replaced when the new one is complete.

Sessions with mbimcli alone need nothing but that. Those with mbim-proxy or ModemManager need root:
they run in namespaces of their own, where neither the system's bus nor its devices can be reached,
and everything in them ends with the session. Debian: libmbim-utils libmbim-proxy modemmanager
dbus-daemon iproute2 tshark. Missing programs are named, and the sessions that do not need them are
made.

Times in the logs are moved so that each begins at the same moment, process ids and paths are
replaced; the rest is as the programs wrote it. Latencies are those of the day.
"""

import argparse
import gzip
import lzma
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from log_sessions import CAPTURES, SESSIONS, LogSession, Program
from log_text import cleaned, telling
from private_host import (
    CONTROL_DEVICE,
    KERNEL_EVENTS,
    PACKAGES,
    TUN,
    give_control_device,
    private_host,
)

try:
    from wwanreplay._core import Kind
    from wwanreplay.formats.export_usb import (
        CONFIGURATION_DESCRIPTOR,
        CONTROL_MESSAGE_MAX,
        DEVICE_DESCRIPTOR,
    )
    from wwanreplay.trace import TraceReader
except ImportError as error:
    sys.exit(
        f"wwanreplay is not there ({error}): run `make build`, then .venv/bin/python with this"
    )

ROOT = Path(__file__).resolve().parent.parent
STEP_TIMEOUT_S = 90
MODEM_TIMEOUT_S = 30
PROXY_PATHS = ("/usr/libexec/mbim-proxy", "/usr/lib/libmbim/mbim-proxy")
UNSHARE = ("unshare", "-m", "-n", "-p", "-f", "--mount-proc", "--kill-child")
#: The environment of the programs: only where programs are.
ENVIRONMENT = {"PATH": os.defpath + ":/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}
MALFORMED = "_ws.malformed || _ws.expert.severity >= 0x600000"


class CannotMakeError(Exception):
    """A session cannot be made here; the text says why and what to do."""


# ------------------------------------------------------------------ what is there


def proxy_path() -> str | None:
    """Where libmbim's proxy is."""
    return next((path for path in PROXY_PATHS if os.access(path, os.X_OK)), None)


def needs(session: LogSession) -> list[str]:
    """The programs that a session runs."""
    programs = ["stdbuf"]
    if session.is_private:
        programs += ["unshare", "mount", "ip"]
    if session.program is not Program.MODEM_MANAGER:
        programs.append("mbimcli")
    if session.program is not Program.MBIMCLI:
        programs.append("mbim-proxy")
    if session.program is Program.MODEM_MANAGER:
        programs += ["ModemManager", "mmcli", "dbus-daemon"]
    return programs


def check(session: LogSession) -> None:
    """Raise CannotMakeError when something that the session needs is missing."""
    path = ENVIRONMENT["PATH"]
    for program in needs(session):
        there = proxy_path() if program == "mbim-proxy" else shutil.which(program, path=path)
        if there is None:
            raise CannotMakeError(f"{program} is not installed (Debian: {PACKAGES[program]})")
    if session.is_private:
        if os.geteuid():
            raise CannotMakeError("its namespaces need root")
        if not TUN.exists():
            raise CannotMakeError(f"{TUN} is missing: the kernel has no TUN devices")


# ------------------------------------------------------------------ programs


@contextmanager
def started(
    command: Sequence[str | Path], output: Path, *, first: bool = False, **options: object
) -> Iterator[str]:
    """A program that runs meanwhile, its output in a file; gives its first line if it has one."""
    with output.open("w") as log:
        process = subprocess.Popen(
            list(map(str, command)),
            stdout=subprocess.PIPE if first else log,
            stderr=log if first else subprocess.STDOUT,
            text=True,
            **options,
        )
        try:
            line = process.stdout.readline().strip() if process.stdout else ""
            if first and not line:
                text = output.read_text().strip()
                raise CannotMakeError(f"{command[0]} did not start: {text or 'it says nothing'}")
            yield line
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()


@contextmanager
def served(session: LogSession, folder: Path, link: Path | None = None) -> Iterator[str]:
    """A modem, recorded as `recording.wwtrace`; gives the path of its pty."""
    command = [
        *(sys.executable, "-m", "wwanreplay", "serve", "--pty", *([str(link)] if link else [])),
        *("--profile", session.profile, "--record", "recording.wwtrace", "--force"),
    ]
    if session.faults:
        # The trace has the name of the file: that of the session, not a temporary one.
        (folder / f"{session.name}.toml").write_text(session.faults)
        command += ["--fault", f"{session.name}.toml"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    output = folder / "serve-errors"
    with started(command, output, first=True, cwd=folder, env=environment) as pty:
        yield pty


def step(program: str, text: str, arguments: Sequence[str | Path], **options: object) -> str:
    """One run of mbimcli or mmcli, or a wait: its output. CannotMakeError if wrong."""
    refused = text.startswith("! ")
    words = text.removeprefix("! ").split()
    if words[0] == "wait":
        time.sleep(float(words[1]))
        return ""
    try:
        done = subprocess.run(
            ["stdbuf", "-oL", program, *map(str, arguments), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=STEP_TIMEOUT_S,
            check=False,
            **options,
        )
    except subprocess.TimeoutExpired:
        raise CannotMakeError(f"{program} {text}: no end after {STEP_TIMEOUT_S} s") from None
    if (done.returncode != 0) != refused:
        raise CannotMakeError(f"{program} {text}: exit {done.returncode}\n{done.stdout[-1000:]}")
    return done.stdout


def mbimcli(session: LogSession, device: Path | str, output: Path) -> None:
    """Run the steps and write what a terminal would show."""
    options: list[str] = list(session.options)
    if session.program is Program.MBIMCLI_PROXY:
        options.insert(0, "-p")
    with output.open("w") as log:
        for text in session.steps:
            output = step("mbimcli", text, ["-d", device, *options], env=ENVIRONMENT)
            if not text.startswith("wait"):
                words = ["mbimcli", "-d", str(device), *options, text.removeprefix("! ")]
                log.write(f"$ {' '.join(words)}\n{output}")


def modem_manager(session: LogSession, folder: Path) -> None:
    """Start a bus and ModemManager on it, and run the steps."""
    events = folder / "kernel-events"
    events.write_text(KERNEL_EVENTS)
    bus = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
    with started(bus, folder / "bus-errors", first=True, env=ENVIRONMENT) as address:
        environment = {
            **ENVIRONMENT,
            "DBUS_SYSTEM_BUS_ADDRESS": address,
            "DBUS_SESSION_BUS_ADDRESS": address,
        }
        command = [
            *("stdbuf", "-oL", "ModemManager", *session.options),
            *("--test-session", "--test-no-udev", "--no-auto-scan", "--test-no-qrtr"),
            f"--initial-kernel-events={events}",
        ]
        with started(command, folder / "log", env=environment):
            wait_for_modem(environment)
            for text in session.steps:
                step("mmcli", text, [], env=environment)


def wait_for_proxy() -> None:
    """Wait until mbim-proxy listens; a client that comes before starts one of its own."""
    for _ in range(MODEM_TIMEOUT_S * 20):
        if "@mbim-proxy" in Path("/proc/net/unix").read_text():
            return
        time.sleep(0.05)
    raise CannotMakeError(f"mbim-proxy does not listen after {MODEM_TIMEOUT_S} s")


def wait_for_modem(environment: dict[str, str]) -> None:
    """Wait until ModemManager has the modem and is done with it."""
    for _ in range(MODEM_TIMEOUT_S * 2):
        time.sleep(0.5)
        output = subprocess.run(
            ["mmcli", "-m", "any", "-K"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        state = [
            line.split(":")[1].strip() for line in output.splitlines() if "generic.state " in line
        ]
        if state and state[0] not in ("unknown", "initializing"):
            return
    raise CannotMakeError(f"ModemManager found no modem in {MODEM_TIMEOUT_S} s")


# ------------------------------------------------------------------ a session


def descriptors(control_message_max: int) -> bytes:
    """The USB descriptors as sysfs shows them, for control messages of so many bytes."""
    if not control_message_max:
        return b""
    before = CONTROL_MESSAGE_MAX.to_bytes(2, "little")
    at = CONFIGURATION_DESCRIPTOR.index(bytes((12, 0x24, 0x1B))) + 5
    assert CONFIGURATION_DESCRIPTOR[at : at + 2] == before
    size = control_message_max.to_bytes(2, "little")
    return (
        DEVICE_DESCRIPTOR
        + CONFIGURATION_DESCRIPTOR[:at]
        + size
        + CONFIGURATION_DESCRIPTOR[at + 2 :]
    )


def inside(session: LogSession, folder: Path) -> None:
    """Run a private session; this process is the first of its namespaces."""
    stage = folder / "stage"
    stage.mkdir()
    private_host(stage, descriptors(session.descriptors))
    with served(session, folder) as pty:
        give_control_device(pty)
        if session.program is Program.MBIMCLI:
            mbimcli(session, CONTROL_DEVICE, folder / "log")
            return
        proxy = ["stdbuf", "-oL", str(proxy_path()), "--verbose-full", "--no-exit"]
        with started(proxy, folder / "proxy-log", env=ENVIRONMENT):
            wait_for_proxy()
            if session.program is Program.MBIMCLI_PROXY:
                mbimcli(session, CONTROL_DEVICE, folder / "log")
            else:
                modem_manager(session, folder)


def run_session(session: LogSession, folder: Path) -> None:
    """Let a session happen; its output and its recording come into the folder."""
    if session.is_private:
        command = [*UNSHARE, "--propagation", "private", sys.executable, __file__]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [*command, "--inside", session.name, str(folder)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CannotMakeError(done.stderr.strip()[-2000:])
        return
    link = folder / "modem"
    with served(session, folder, link):
        mbimcli(session, link, folder / "log")


def make(session: LogSession, target: Path) -> list[str]:
    """Make the files of one session: their names."""
    check(session)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run_session(session, folder)
        replaced = [(str(folder / "modem"), str(CONTROL_DEVICE)), (str(folder), "/run")]
        files = {}
        logs = {"log": session.name}
        if session.proxy_log:
            logs["proxy-log"] = f"{session.name}-proxy"
        for log, base in logs.items():
            text = cleaned((folder / log).read_text(), replaced)
            if private := telling(text, (ROOT, folder)):
                raise CannotMakeError(f"{base}: the log still tells {', '.join(private)}")
            suffix = f".log.{session.packing}" if session.packing else ".log"
            files[base + suffix] = packed(text.encode(), session.packing)
        recording = (folder / "recording.wwtrace").read_bytes()
        files[f"{session.name}.wwtrace.xz"] = packed(recording, "xz")
    write(target, files)
    for base in logs.values():
        for packing in ("", ".gz", ".xz"):
            if f"{base}.log{packing}" not in files:
                (target / f"{base}.log{packing}").unlink(missing_ok=True)
    return list(files)


def packed(data: bytes, packing: str) -> bytes:
    """The same bytes for the same log."""
    if packing == "gz":
        return gzip.compress(data, 9, mtime=0)
    return lzma.compress(data, preset=9 | lzma.PRESET_EXTREME) if packing == "xz" else data


def write(target: Path, files: dict[str, bytes]) -> None:
    """Replace files, each when it is complete."""
    for name, data in files.items():
        fresh = target / f".{name}.new"
        fresh.write_bytes(data)
        fresh.replace(target / name)


# ------------------------------------------------------------------ captures


def capture(name: str, session: str, link: str, target: Path) -> str:
    """Export a recording and let tshark judge the capture: every message, none malformed."""
    if shutil.which("tshark") is None:
        raise CannotMakeError(f"tshark is not installed (Debian: {PACKAGES['tshark']})")
    kept = target / f"{session}.wwtrace.xz"
    if not kept.exists():
        raise CannotMakeError(f"{kept} is missing: make the session {session} first")
    with tempfile.TemporaryDirectory() as folder:
        recording = Path(folder) / f"{session}.wwtrace"
        recording.write_bytes(lzma.decompress(kept.read_bytes()))
        made = Path(folder) / f"{name}.pcapng"
        done = subprocess.run(
            [
                *(sys.executable, "-m", "wwanreplay", "export", str(recording), "-o", str(made)),
                *("--link", link, "--messages", "recorded", "--show-personal"),
            ],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CannotMakeError(done.stderr.strip())
        judge(made, recording, link)
        write(target, {f"{name}.pcapng.gz": packed(made.read_bytes(), "gz")})
    return f"{name}.pcapng.gz"


def judge(made: Path, recording: Path, link: str) -> None:
    """Stop when tshark does not see each transfer of the recording, or sees a malformed one."""
    with TraceReader(recording) as reader:
        transfers = sum(event.kind == Kind.KIND_WIRE for event in reader.events())
    dissected = len(tshark(made, link, "mbim.control.header.message_type"))
    if dissected != transfers:
        raise CannotMakeError(f"tshark dissects {dissected} of {transfers} transfers")
    if broken := tshark(made, link, MALFORMED):
        raise CannotMakeError("tshark finds malformed packets\n" + "\n".join(broken))


def tshark(made: Path, link: str, wanted: str) -> list[str]:
    """The packets that a filter selects."""
    user = 'uat:user_dlts:"User 0 (DLT=147)","mbim.control","0","","0",""'
    options = ["-o", user] if link == "user" else []
    done = subprocess.run(
        ["tshark", *options, "-r", str(made), "-Y", wanted],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


# ------------------------------------------------------------------ command line


def main() -> int:
    """Make the chosen files; 1 if something could not be made."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "logs")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="sessions and captures to make")
    parser.add_argument("--list", action="store_true", help="name all sessions and captures")
    parser.add_argument("--inside", metavar="NAME", help=argparse.SUPPRESS)
    options = parser.parse_args()
    sessions = {session.name: session for session in SESSIONS}
    if options.inside:
        try:
            inside(sessions[options.inside], options.folder)
        except CannotMakeError as error:
            sys.exit(str(error))
        return 0
    names = [*sessions, *(name for name, _, _ in CAPTURES)]
    if options.list:
        print("\n".join(names))
        return 0
    wanted = options.only or names
    if unknown := set(wanted) - set(names):
        parser.error(f"no session or capture named {', '.join(sorted(unknown))}; see --list")
    return make_all(wanted, sessions, options.folder)


def make_all(wanted: Sequence[str], sessions: dict[str, LogSession], folder: Path) -> int:
    """Make sessions, then captures; print what cannot be made."""
    folder.mkdir(exist_ok=True)
    captures = {name: rest for name, *rest in CAPTURES}
    failed = 0
    for name in wanted:
        try:
            if name in sessions:
                made = make(sessions[name], folder)
            else:
                session, link = captures[name]
                made = [capture(name, session, link, folder)]
        except CannotMakeError as error:
            print(f"{name}: not made: {error}", file=sys.stderr)
            failed = 1
            continue
        print(f"{name}: {', '.join(made)}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
