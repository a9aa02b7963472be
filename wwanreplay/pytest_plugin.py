"""The pytest plugin: every `.wwtrace` file that pytest meets is a test, replayed and compared.

A divergence fails the test with the report; a file that cannot be read is an error of one line.
Nothing of wwanreplay is imported until there is a trace to collect.

    pytest traces/                          replay all traces below a folder
    pytest --wwtrace-profile lte-home …     against another profile
    pytest --wwtrace-update …               rewrite what was recorded from the emulated device
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from _pytest._code.code import ExceptionInfo, TerminalRepr

SUFFIX = ".wwtrace"


class ReplayFailure(Exception):  # noqa: N818 - a failure of a test, not an error
    """A replay that is not equal; its text is the report."""


class UnreadableTrace(Exception):  # noqa: N818 - the name that a person reads in the summary
    """A trace that cannot be replayed; its text is one line."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this plugin."""
    group = parser.getgroup("wwtrace", "WWAN traces")
    group.addoption(
        "--wwtrace-update",
        action="store_true",
        help="rewrite the recorded outputs of diverging .wwtrace files from the emulated device",
    )
    group.addoption(
        "--wwtrace-profile",
        metavar="PROFILE",
        help="replay .wwtrace files against this profile instead of their own",
    )
    group.addoption(
        "--wwtrace-show-personal",
        action="store_true",
        help="do not mask what identifies a person in reports of .wwtrace files",
    )
    group.addoption(
        "--wwtrace-max-divergences",
        type=int,
        default=20,
        metavar="N",
        help="divergences listed for a .wwtrace file (default: 20)",
    )


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> pytest.Collector | None:
    """Collect a trace as a file with one test."""
    if file_path.suffix == SUFFIX:
        return TraceFile.from_parent(parent, path=file_path)
    return None


class TraceFile(pytest.File):
    """A `.wwtrace` file."""

    def collect(self) -> Iterator[TraceItem]:
        """One test: the replay of the trace."""
        yield TraceItem.from_parent(self, name="replay")


class TraceItem(pytest.Item):
    """The replay of one trace."""

    result: Any

    def setup(self) -> None:
        """Replay; what cannot be read is an error here, so that only divergences are failures."""
        from wwanreplay.errors import WwanReplayError
        from wwanreplay.replay import replay

        option = self.config.getoption
        try:
            self.result = replay(
                self.path,
                profile=option("--wwtrace-profile"),
                divergences_max=max(1, option("--wwtrace-max-divergences")),
            )
        except WwanReplayError as error:
            raise self._unreadable(error) from None

    def runtest(self) -> None:
        """Raise ReplayFailure with the report when the replay is not equal."""
        from wwanreplay.analysis.report import report_lines

        result = self.result
        self.user_properties.append(("wwtrace_digest", result.digest))
        self.user_properties.append(("wwtrace_records", result.counts["records"]))
        for warning in result.warnings:
            self.add_report_section("call", "wwtrace warnings", warning)
        if result.equal:
            return
        option = self.config.getoption
        if option("--wwtrace-update"):
            self._update(result)
            return
        lines = report_lines(result, show_personal=option("--wwtrace-show-personal"))
        raise ReplayFailure("\n".join(lines))

    def _unreadable(self, error: Exception) -> UnreadableTrace:
        text = str(error)
        return UnreadableTrace(text if str(self.path) in text else f"{self.path}: {text}")

    def _update(self, result: Any) -> None:
        from wwanreplay.analysis.report import headline
        from wwanreplay.analysis.update import update_trace
        from wwanreplay.errors import WwanReplayError

        try:
            changed = update_trace(self.path, profile=self.config.getoption("--wwtrace-profile"))
        except WwanReplayError as error:
            raise self._unreadable(error) from None
        said = f"{self.path}: {headline(result)}; rewritten from the emulated device: {changed}"
        self.config.stash.setdefault(_UPDATED, []).append(said)

    def repr_failure(
        self, excinfo: ExceptionInfo[BaseException], style: Any = None
    ) -> str | TerminalRepr:
        """Give the report, or the one line, without a traceback."""
        if isinstance(excinfo.value, ReplayFailure | UnreadableTrace):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the test is and what it is called."""
        return self.path, None, f"replay of {self.path.name}"


_UPDATED = pytest.StashKey[list[str]]()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say which traces were rewritten."""
    updated = terminalreporter.config.stash.get(_UPDATED, [])
    if updated:
        terminalreporter.section("updated traces")
        for line in updated:
            terminalreporter.line(line)
