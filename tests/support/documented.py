"""What the documents tell a reader to type, and how a test does the same.

A console block holds commands (`$ command`) and, where it matters, what they print. A line `…`
stands for any lines that are left out, `…` within a line for any text. Own code, as a fenced block
is one regular expression: what matters here (a rule for each command, servers that go on while the
next command runs, files that must be there first) none of sybil, clitest, byexample and
pytest-markdown-docs has.
"""

import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from checkout import ROOT
from click.testing import CliRunner

from wwanreplay.cli import root

PAGES = {
    str(path.relative_to(ROOT)): path
    for path in [
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        *sorted((ROOT / "docs").glob("*.md")),
        ROOT / "logs" / "README.md",
        ROOT / "traces" / "README.md",
    ]
}
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS = ("wwanreplay", "python", "python3", "make", "pytest", "pip", "mbimcli", "tshark")
INLINE = re.compile(r"`((?:wwanreplay|python3?|make) [^`]+)`")
# What the pages write for a name of the reader's choice.
NAMES = {
    "TRACE": "session.wwtrace",
    "FORMAT": "csv",
    "OUT": "out.csv",
    "NAME": "OID_WWAN_CONNECT",
    "STRUCTURE": "NDIS_WWAN_CONTEXT_STATE",
}
SECONDS = 120


@dataclass(frozen=True, slots=True)
class Command:
    """A command, the lines behind it, and where it stands."""

    line: str
    shown: str
    place: str
    in_sentence: bool = False


def blocks(page: Path, language: str) -> list[tuple[int, str]]:
    """(line number, text) of each block of this language."""
    text = page.read_text(encoding="utf-8")
    return [
        (text.count("\n", 0, found.start()) + 2, found[2])
        for found in BLOCK.finditer(text)
        if found[1] == language
    ]


def commands(page: Path) -> list[Command]:
    """The commands of the console blocks, in order."""
    found = []
    for number, body in blocks(page, "console"):
        assert body.startswith("$ "), f"{page.name}:{number}: a console block begins with a command"
        for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
            line, _, shown = part.partition("\n")
            found.append(Command(without_comment(line), shown, f"{page.name}:{number}"))
    return found


def inline_commands(page: Path) -> list[Command]:
    """The commands within sentences that have arguments; names of the reader's choice filled in."""
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    found = dict.fromkeys(INLINE.findall(text))
    place = f"{page.name}, in a sentence"
    filled = (" ".join(NAMES.get(word, word) for word in line.split()) for line in found)
    return [Command(line, "", place, in_sentence=True) for line in filled]


def without_comment(line: str) -> str:
    """A command without the remark behind it."""
    return re.sub(r"\s+# .*", "", line)


def matches(shown: str, printed: str) -> bool:
    """Whether output is what a page shows, `…` standing for anything."""
    pattern = re.escape(shown.rstrip("\n")).replace("…", ".*")
    return re.fullmatch(pattern, printed.rstrip("\n"), re.DOTALL) is not None


@dataclass(frozen=True, slots=True)
class Rule:
    """How the commands that `pattern` matches wholly are run, and what must come out.

    `marker` is a regular expression that the output must hold. `instead` is the command that is run
    in its place, for `reason`. In both `<1>` stands for the first group of `pattern`.
    `needs` is a program without which it cannot be run. `goes_on`: it serves until the next
    command that is not for a host.
    """

    pattern: str
    marker: str
    code: int = 0
    needs: str = ""
    instead: str = ""
    reason: str = ""
    goes_on: bool = False

    def match(self, line: str) -> re.Match[str] | None:
        """The groups of a command that this rule is for."""
        return re.fullmatch(self.pattern, line)


class Terminal:
    """A folder in which the commands of a page are run one after another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server: tuple[Command, subprocess.Popen[str], int] | None = None
        programs = folder / ".programs"
        programs.mkdir()
        for name, module in (("wwanreplay", "wwanreplay"), ("pytest", "pytest")):
            quiet = " -p no:cacheprovider" if module == "pytest" else ""
            _script(programs / name, f'exec "{sys.executable}" -m {module}{quiet} "$@"')
        for name in ("python", "python3"):
            _script(programs / name, f'exec "{sys.executable}" "$@"')
        self.settings = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8",
            "ROOT": str(ROOT),
        }
        for name in ("PYTEST_ADDOPTS", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
            self.settings.pop(name, None)

    def run(self, command: Command, rule: Rule) -> None:
        """Run a command as its rule says; AssertionError when something else comes out."""
        found = rule.match(command.line)
        assert found is not None
        line = _filled(rule.instead, found, str) if rule.instead else command.line
        line = line.replace("/tmp/modem", str(self.folder / "modem"))
        if rule.goes_on:
            self._serve(command, line, rule)
            return
        at_modem = any(each in command.line for each in ("mbim:/tmp/modem", "/tmp/modem.control"))
        if rule.needs != "mbimcli" and not at_modem:
            self.end_server()
        writes = re.fullmatch(r"cat > \S+", line)
        code, printed = self._printed(line, command.shown if writes else "")
        here = f"{command.place}: {line}\n{printed[-2000:]}"
        assert code == rule.code, f"exit code {code}: {here}"
        assert "Traceback" not in printed, here
        if command.shown and not writes:
            assert matches(command.shown, printed), f"the page shows another output: {here}"
        marker = _filled(rule.marker, found, re.escape)
        assert re.search(marker, printed, re.MULTILINE), f"without {marker!r}: {here}"

    def _printed(self, line: str, typed: str) -> tuple[int, str]:
        """(exit code, output) of a command; ours alone runs in this process, which is faster."""
        words = shlex.split(line)
        if words[0] == "wwanreplay" and not set(line) & set("|<>$"):
            with contextlib.chdir(self.folder):
                result = CliRunner().invoke(root, words[1:])
            return result.exit_code, result.output
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=self.folder,
            env=self.settings,
            input=typed,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def _serve(self, command: Command, line: str, rule: Rule) -> None:
        self.end_server()
        process = subprocess.Popen(
            ["sh", "-c", f"exec {line}"],
            cwd=self.folder,
            env=self.settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._server = command, process, rule.code
        assert process.stdout is not None
        first = process.stdout.readline()
        assert re.search(rule.marker, first), f"{command.place}: {line}\n{first}"

    def end_server(self) -> None:
        """End what still serves, as Ctrl-C does."""
        if self._server is None:
            return
        command, process, code = self._server
        self._server = None
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=SECONDS)
        assert process.returncode == code, f"{command.place}: {command.line}\n{errors}"
        assert "transfers from hosts" in errors


def _filled(text: str, found: re.Match[str], form: Callable[[str], str]) -> str:
    for number, group in enumerate(found.groups(), 1):
        text = text.replace(f"<{number}>", form(group or ""))
    return text


def _script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
