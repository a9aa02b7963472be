"""A host of its own for programs that look for modems, with an emulated or recorded modem in it.

    with Lab("lte-home", record="session.wwtrace") as lab:
        lab.run(["mmcli", "-m", "any", "--enable"])
        lab.stimulate("coverage-lost")

Its programs run in mount, network and process namespaces with a private bus, ModemManager, and one
USB modem in /dev and /sys. Neither the system's bus nor its devices can be reached from them, and
everything in it ends with the lab, also when the process that made it is killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from wwanreplay._core import Event
from wwanreplay.devices.playback import Match, Matching, Order, Policy
from wwanreplay.errors import UsageError
from wwanreplay.lab.config import WAIT_S, LabConfig
from wwanreplay.lab.errors import EXIT_NOT_EXECUTABLE, EXIT_NOT_FOUND, LabError
from wwanreplay.lab.machine import CONTROL, CONTROL_DEVICE, NETWORK_DEVICE
from wwanreplay.lab.programs import (
    BASE_PROGRAMS,
    HOST_PROGRAMS,
    NETWORK_PROGRAMS,
    PROXY_PROGRAMS,
    SEARCHED,
    check_here,
    find_program,
)
from wwanreplay.serve.control import Controlled

__all__ = [
    "CONTROL_DEVICE",
    "NETWORK_DEVICE",
    "WAIT_S",
    "Lab",
    "LabConfig",
    "LabError",
    "Match",
    "Matching",
    "Order",
    "Policy",
]

_END_S = 15.0
_PATHS = ("profile", "trace", "fault", "record", "stimuli", "tap", "logs")
_PACKAGE = Path(__file__).resolve().parent.parent.parent


class Lab:
    """A lab; see the module. It is there between `__enter__` and `__exit__`.

    Parameters are those of `LabConfig`. LabError in one line when it cannot
    be made here, UsageError and others for the modem that is asked for. `ended` is what came of the
    modem, as `wwanreplay serve --json` prints it, once the lab is closed. `errors` is where what
    the modem says meanwhile goes: a file, None for the standard error.
    """

    def __init__(self, profile: str | None = None, *, errors: Any = None, **options: Any) -> None:
        given = {"profile": profile, **options}
        paths = {name: os.fspath(given[name]) for name in _PATHS if given.get(name) is not None}
        self.config = LabConfig(**{**given, **paths})
        self.environment: dict[str, str] = {}
        self.ended: dict[str, Any] = {}
        self._errors = errors
        self._process: subprocess.Popen[str] | None = None
        self._first = 0  # the lab's first process, as it is seen from outside

    # ------------------------------------------------------------------ life

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Make the lab, and wait until its modem is ready."""
        check_here(needed(self.config))
        # Killed with us, and everything in the process namespace with it.
        command = [
            *(_path("setpriv"), "--pdeathsig", "KILL", "--"),
            *(_path("unshare"), "-m", "-n", "-p", "-f", "--mount-proc", "--kill-child"),
            *("--propagation", "private", "--"),
            *(sys.executable, "-m", "wwanreplay.lab.inside"),
        ]
        self._process = subprocess.Popen(  # noqa: S603 - programs that were looked for
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=_with_package(os.environ),
            start_new_session=True,  # Ctrl-C is for the command
        )
        try:
            assert self._process.stdin is not None
            with suppress(BrokenPipeError):
                self._process.stdin.write(self.config.to_line() + "\n")
                self._process.stdin.flush()
            answer = self._answer()
            self._first = _child_of(self._process.pid)
        except BaseException:
            self._kill()
            raise
        self.environment = {**os.environ, **answer["ready"]}
        # `wwanreplay stimulate` is found, however we were started.
        path = self.environment.get("PATH", SEARCHED)
        self.environment["PATH"] = os.pathsep.join([path, os.path.dirname(sys.executable)])

    def _answer(self) -> dict[str, Any]:
        """The next line of the first process; the error that it tells."""
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            code = self._process.wait()
            raise LabError(f"the namespaces of the lab cannot be made (exit code {code})")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            error = (UsageError if answer["exit_code"] == UsageError.exit_code else LabError)(
                answer["error"]
            )
            error.exit_code = answer["exit_code"]
            raise error
        return answer

    def close(self) -> None:
        """End everything in it; the recording is complete then."""
        process = self._process
        if process is None:
            return
        assert process.stdin is not None
        try:
            with suppress(BrokenPipeError):
                process.stdin.close()
            self.ended = self._answer()["ended"]
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            raise LabError("the lab did not end, and was killed") from None
        finally:
            self._kill()

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    # ------------------------------------------------------------------ commands

    def entering(self, command: Sequence[str | os.PathLike[str]]) -> list[str]:
        """The command line that runs a command in the lab, from outside; it wants `environment`."""
        if self._process is None:
            raise LabError("the lab is closed")
        return [
            *(_path("nsenter"), f"--target={self._first}", "--mount", "--net", "--pid"),
            *(f"--wdns={os.getcwd()}", "--", *[os.fspath(word) for word in command]),
        ]

    def popen(
        self, command: Sequence[str | os.PathLike[str]], **options: Any
    ) -> subprocess.Popen[Any]:
        """Start a command in the lab; options as of subprocess.Popen."""
        options.setdefault("env", self.environment)
        return subprocess.Popen(self.entering(command), **options)  # noqa: S603

    def run(
        self, command: Sequence[str | os.PathLike[str]], **options: Any
    ) -> subprocess.CompletedProcess[Any]:
        """Run a command in the lab; options as of subprocess.run, which see for what it raises."""
        options.setdefault("env", self.environment)
        options.setdefault("check", True)
        return subprocess.run(self.entering(command), **options)  # noqa: S603

    def output(self, *command: str) -> str:
        """What a command in the lab prints; CalledProcessError when it fails."""
        return str(self.run(command, stdout=subprocess.PIPE, text=True).stdout)

    def stimulate(
        self, name: str, fields: Mapping[str, Any] | None = None, *, wait_s: float = 0
    ) -> list[Event]:
        """Give the modem a stimulus; what it says at once and within `wait_s` seconds.

        UsageError for a name or field that it does not know.
        """
        if self._process is None:
            raise LabError("the lab is closed")
        with Controlled(f"/proc/{self._first}/root{CONTROL}") as modem:
            texts = {field: str(value) for field, value in (fields or {}).items()}
            return modem.give(name, texts, wait_ns=round(wait_s * 1e9))[1]


def needed(config: LabConfig) -> tuple[str, ...]:
    """The programs that a lab runs."""
    if config.network_manager:
        return BASE_PROGRAMS + HOST_PROGRAMS + NETWORK_PROGRAMS
    if config.modem_manager:
        return BASE_PROGRAMS + HOST_PROGRAMS
    return BASE_PROGRAMS + (PROXY_PROGRAMS if config.mbim_proxy else ())


def run_code(lab: Lab, command: Sequence[str]) -> int:
    """Run a command in a lab with our own streams; its exit code, 128 + N when signal N ended it.

    LabError with 127 or 126 as exit code when there is no such command, or it cannot be run.
    """
    program = find_program(command[0]) if "/" not in command[0] else command[0]
    if program is None or not os.path.exists(program):
        error = LabError(f"{command[0]}: there is no such command")
        error.exit_code = EXIT_NOT_FOUND
        raise error
    if os.path.isdir(program) or not os.access(program, os.X_OK):
        error = LabError(f"{command[0]}: is no program that can be run")
        error.exit_code = EXIT_NOT_EXECUTABLE
        raise error
    process = lab.popen([program, *command[1:]])
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt as error:
            if type(error) is not KeyboardInterrupt:
                raise  # SIGTERM or SIGHUP, of which the command knows nothing
            # Ctrl-C: the command has it too, and decides.
        return 128 - code if code < 0 else code


def _with_package(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment in which this very package is found."""
    path = [str(_PACKAGE), *filter(None, [environment.get("PYTHONPATH")])]
    return {**environment, "PYTHONPATH": os.pathsep.join(path)}


def _child_of(pid: int) -> int:
    """The one child of a process."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[1]) == pid:
                    return int(entry.name)
    raise LabError("the lab ended at once")


def _path(name: str) -> str:
    found = find_program(name)
    assert found is not None  # check_here has looked
    return found
