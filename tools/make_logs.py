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

try:
    from wwanreplay._core import Kind
    from wwanreplay.errors import WwanReplayError
    from wwanreplay.lab import CONTROL_DEVICE, Lab, needed
    from wwanreplay.lab.programs import PACKAGES, check_here, missing
    from wwanreplay.trace import TraceReader
except ImportError as error:
    sys.exit(
        f"wwanreplay is not there ({error}): run `make build`, then .venv/bin/python with this"
    )

ROOT = Path(__file__).resolve().parent.parent
STEP_TIMEOUT_S = 90
#: The environment of the programs: only where programs are.
ENVIRONMENT = {"PATH": os.defpath + ":/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}
MALFORMED = "_ws.malformed || _ws.expert.severity >= 0x600000"


class CannotMakeError(Exception):
    """A session cannot be made here; the text says why and what to do."""


# ------------------------------------------------------------------ what is there


def lab_of(session: LogSession, folder: Path) -> Lab:
    """The private host of a session; its logs are in `logs`, its recording in the folder."""
    is_managed = session.program is Program.MODEM_MANAGER
    return Lab(
        session.profile,
        record="recording.wwtrace",
        # The trace has the name of the file: that of the session, not a temporary one.
        fault=f"{session.name}.toml" if session.faults else None,
        control_message_max=session.descriptors,
        modem_manager=is_managed,
        mbim_proxy=session.program is Program.MBIMCLI_PROXY,
        modem_manager_options=list(session.options) if is_managed else [],
        logs=folder / "logs",
    )


def check(session: LogSession) -> None:
    """Raise CannotMakeError when something that the session needs is missing."""
    programs = ["stdbuf"]
    if session.program is not Program.MODEM_MANAGER:
        programs.append("mbimcli")
    lack = missing(programs)
    if lack:
        raise CannotMakeError(lack)
    if session.is_private:
        try:
            check_here(needed(lab_of(session, Path()).config))
        except WwanReplayError as error:
            raise CannotMakeError(str(error)) from None


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
        command += ["--fault", f"{session.name}.toml"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    output = folder / "serve-errors"
    with started(command, output, first=True, cwd=folder, env=environment) as pty:
        yield pty


def step(
    program: str,
    text: str,
    arguments: Sequence[str | Path],
    lab: Lab | None = None,
    **options: object,
) -> str:
    """One run of mbimcli or mmcli, or a wait: its output. CannotMakeError if wrong."""
    refused = text.startswith("! ")
    words = text.removeprefix("! ").split()
    if words[0] == "wait":
        time.sleep(float(words[1]))
        return ""
    try:
        command = ["stdbuf", "-oL", program, *map(str, arguments), *words]
        done = (subprocess.run if lab is None else lab.run)(
            command,
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


def mbimcli(session: LogSession, device: Path | str, output: Path, lab: Lab | None = None) -> None:
    """Run the steps and write what a terminal would show."""
    options: list[str] = list(session.options)
    if session.program is Program.MBIMCLI_PROXY:
        options.insert(0, "-p")
    with output.open("w") as log:
        for text in session.steps:
            output = step("mbimcli", text, ["-d", device, *options], lab, env=ENVIRONMENT)
            if not text.startswith("wait"):
                words = ["mbimcli", "-d", str(device), *options, text.removeprefix("! ")]
                log.write(f"$ {' '.join(words)}\n{output}")


# ------------------------------------------------------------------ a session


def run_private(session: LogSession, folder: Path) -> None:
    """Let a session happen on a private host."""
    os.environ.update(ENVIRONMENT, PATH=os.environ.get("PATH", ENVIRONMENT["PATH"]))
    before = Path.cwd()
    os.chdir(folder)
    try:
        with lab_of(session, folder) as lab:
            if session.program is not Program.MODEM_MANAGER:
                mbimcli(session, CONTROL_DEVICE, folder / "log", lab)
                return
            for text in session.steps:
                step("mmcli", text, [], lab)
    except WwanReplayError as error:
        raise CannotMakeError(str(error)) from None
    finally:
        os.chdir(before)


def run_session(session: LogSession, folder: Path) -> None:
    """Let a session happen; its output and its recording come into the folder."""
    if session.faults:
        (folder / f"{session.name}.toml").write_text(session.faults)
    if not session.is_private:
        link = folder / "modem"
        with served(session, folder, link):
            mbimcli(session, link, folder / "log")
        return
    run_private(session, folder)
    for log, name in (("log", "ModemManager.log"), ("proxy-log", "mbim-proxy.log")):
        if (folder / "logs" / name).exists():
            (folder / "logs" / name).rename(folder / log)


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
    options = parser.parse_args()
    sessions = {session.name: session for session in SESSIONS}
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
