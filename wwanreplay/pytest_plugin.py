"""The pytest plugin: every `.wwtrace` file that pytest meets is a test, replayed and compared.

A divergence fails the test with the report, and so does a comparison of nothing; a file that cannot
be read is an error of one line. Nothing of wwanreplay is imported until there is a trace to collect
or an option of the plugin to check.

    pytest traces/                          replay all traces below a folder
    pytest --wwtrace-profile lte-home …     against another profile
    pytest --wwtrace-update …               rewrite what was recorded from the emulated device

The fixture `wwan_lab` makes private hosts with a modem (`wwanreplay.lab.Lab`) for a test:

    def test_my_host_connects(wwan_lab):
        lab = wwan_lab("lte-home", record="session.wwtrace")
        lab.run(["my-host", "--connect"])
        lab.stimulate("coverage-lost")

The fixture `wwan_session` is a recorded session with an emulated modem; the marker `wwan` says with
which, and the trace of a test that fails is kept:

    @pytest.mark.wwan(profile="lte-home", seed=7)
    def test_it_registers(wwan_session):
        wwan_session.run("5s")
        assert wwan_session.state()["register_state"] == 3  # home

Every test of a `.wwtrace` file bears the marker `wwtrace`: `-m wwtrace`, `-m "not wwtrace"`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from _pytest._code.code import ExceptionInfo, TerminalRepr

    from wwanreplay.lab import Lab
    from wwanreplay.record import Session

# Properties of a report: they come from the processes of pytest-xdist as well.
UPDATED = "wwtrace_updated"
WARNING = "wwtrace_warning"
SECTIONS = {UPDATED: "updated traces", WARNING: "warnings of traces"}
MARKERS = (
    "wwtrace: the test of a .wwtrace file",
    "wwan(profile, seed, faults): the emulated modem of the fixture wwan_session",
)
MARKER_OPTIONS = ("profile", "seed", "faults")
#: The session of a test, and where its trace goes should the test fail.
_SESSION = pytest.StashKey[tuple[Any, Path]]()


class ReplayFailure(Exception):  # noqa: N818 - a failure of a test, not an error
    """A replay whose verdict is no, or a trace that cannot be updated; its text is the report."""


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
        "--wwtrace-allow-empty",
        action="store_true",
        help="let a .wwtrace file pass in which nothing can be compared",
    )
    group.addoption(
        "--wwtrace-strict",
        action="store_true",
        help="fail a .wwtrace file for notes and warnings too",
    )
    group.addoption(
        "--wwtrace-check",
        action="store_true",
        help="judge each .wwtrace file by the rules of the documents too, as `wwanreplay check`",
    )
    group.addoption(
        "--wwtrace-waivers",
        metavar="FILE",
        help="what is accepted in .wwtrace files, why and until when (docs/check.md)",
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


def pytest_configure(config: pytest.Config) -> None:
    """Refuse options that no trace could be replayed with, once; collect for the summary."""
    for line in MARKERS:
        config.addinivalue_line("markers", line)
    if config.getoption("--wwtrace-max-divergences") < 1:
        raise pytest.UsageError("--wwtrace-max-divergences: at least one must be listed")
    profile = config.getoption("--wwtrace-profile")
    if profile is not None:
        from wwanreplay.devices.profile import load_profile
        from wwanreplay.errors import WwanReplayError

        try:
            load_profile(profile).compile()
        except (WwanReplayError, OSError) as error:
            raise pytest.UsageError(f"--wwtrace-profile: {error}") from None
    waivers = config.getoption("--wwtrace-waivers")
    if waivers is not None:
        from wwanreplay.errors import WwanReplayError

        try:
            _waivers_of(config)
        except (WwanReplayError, OSError) as error:
            raise pytest.UsageError(f"--wwtrace-waivers: {error}") from None
    config.pluginmanager.register(_Summary(), "wwtrace-summary")


@pytest.fixture
def wwan_lab() -> Iterator[Callable[..., Lab]]:
    """Make labs, as `wwanreplay.lab.Lab`; they end with the test, which fails where none can be."""
    from contextlib import ExitStack

    from wwanreplay.errors import WwanReplayError
    from wwanreplay.lab import Lab

    with ExitStack() as stack:

        def make(profile: str | None = None, **options: Any) -> Lab:
            reason = ""
            try:
                return stack.enter_context(Lab(profile, **options))
            except WwanReplayError as error:
                reason = str(error)
            pytest.fail(f"wwan_lab: {reason}", pytrace=False)

        yield make


@pytest.fixture
def wwan_session(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Session]:
    """A session with an emulated modem, recorded in memory; see the marker `wwan`.

    Its times are virtual: nothing waits. Where the test fails its trace is written to `tmp_path`,
    and the report says where.
    """
    from wwanreplay.errors import WwanReplayError
    from wwanreplay.record import Session

    options = _marked_options(request.node)
    reason = ""
    try:
        session = Session(options.pop("profile", "lte-home"), **options)
    except (WwanReplayError, OSError) as error:
        reason = " ".join(str(error).split())
    if reason:  # not within the handler: both errors would be printed
        pytest.fail(f"wwan_session: {reason}", pytrace=False)
    request.node.stash[_SESSION] = session, tmp_path / "session.wwtrace"
    with session:
        yield session


def _marked_options(node: pytest.Item) -> dict[str, Any]:
    """What the markers `wwan` say, the nearest of them first."""
    options: dict[str, Any] = {}
    for mark in node.iter_markers("wwan"):
        unknown = set(mark.kwargs) - set(MARKER_OPTIONS)
        if mark.args or unknown:
            given = min(map(str, unknown)) if unknown else repr(mark.args[0])
            names = ", ".join(f"{name}=" for name in MARKER_OPTIONS)
            pytest.fail(f"the marker wwan takes {names} and not {given}", pytrace=False)
        options = {**mark.kwargs, **options}
    return options


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
    call: pytest.CallInfo[None],  # noqa: ARG001 - pytest's signature
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep the trace of a session whose test failed, and say where it is."""
    report = yield
    kept = item.stash.get(_SESSION, None)
    if kept is not None and report.when == "call" and report.failed:
        session, path = kept
        report.sections.append(("wwan_session", _saved(session, path)))
    return report


def _saved(session: Session, path: Path) -> str:
    from wwanreplay.errors import WwanReplayError

    try:
        session.save(path, force=True)
    except (WwanReplayError, OSError) as error:
        return f"its trace could not be written: {' '.join(str(error).split())}"
    return f"its trace is {path}; `wwanreplay show` prints it"


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> pytest.Collector | None:
    """Collect a trace as a file with one test."""
    if ".ww" not in file_path.name:
        return None
    from wwanreplay.packing.names import is_trace_name

    if is_trace_name(file_path):
        return TraceFile.from_parent(parent, path=file_path)
    return None


class TraceFile(pytest.File):
    """A `.wwtrace` file."""

    def collect(self) -> Iterator[pytest.Item]:
        """The replay of the trace, and with --wwtrace-check what the rules say of it."""
        items: list[pytest.Item] = [TraceItem.from_parent(self, name="replay")]
        if self.config.getoption("--wwtrace-check"):
            items.append(CheckItem.from_parent(self, name="check"))
        for item in items:
            item.add_marker("wwtrace")
            yield item


class _FileItem(pytest.Item):
    """A test of one trace, whose failures are reports of ours."""

    def one_line(self, error: Exception) -> str:
        """An error in one line that names the file."""
        text = " ".join(str(error).split())
        return text if str(self.path) in text else f"{self.path}: {text}"

    def repr_failure(
        self, excinfo: ExceptionInfo[BaseException], style: Any = None
    ) -> str | TerminalRepr:
        """Give the report without a traceback."""
        if isinstance(excinfo.value, ReplayFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class TraceItem(_FileItem):
    """The replay of one trace."""

    result: Any
    expected: Any

    def setup(self) -> None:
        """Replay; what cannot be read is an error here, so that only a verdict is a failure."""
        from wwanreplay.analysis.expected import expected_of
        from wwanreplay.analysis.verdict import judge_further
        from wwanreplay.errors import WwanReplayError
        from wwanreplay.replay import replay

        option = self.config.getoption
        unreadable = ""
        try:
            self.expected = expected_of(self.path)
            more = 0 if self.expected is None else self.expected.count
            self.result = replay(
                self.path,
                profile=option("--wwtrace-profile"),
                divergences_max=option("--wwtrace-max-divergences") + more,
                judge_further=judge_further,
            )
        except (WwanReplayError, OSError) as error:
            unreadable = self.one_line(error)
        if unreadable:  # not within the handler: both errors would be printed
            pytest.fail(unreadable, pytrace=False)

    def runtest(self) -> None:
        """Raise ReplayFailure with the report when the verdict is no."""
        from wwanreplay.analysis.report import report_lines
        from wwanreplay.verdict import Verdict

        result, option = self.result, self.config.getoption
        if self.expected is not None:
            from wwanreplay.analysis.expected import apply_expected

            is_whole = option("--wwtrace-profile") is None
            apply_expected(result, self.expected, str(self.path), is_whole=is_whole)
        waivers = _waivers_of(self.config)
        if waivers is not None:
            from wwanreplay.analysis.accepting import accept

            accept(result, waivers, str(self.path))
        self.user_properties += [
            ("wwtrace_verdict", str(result.verdict)),
            ("wwtrace_digest", result.digest),
            ("wwtrace_records", result.counts["records"]),
        ]
        for warning in result.warnings:
            self.user_properties.append((WARNING, f"{self.path}: {warning}"))
        if result.verdict is Verdict.DIVERGED and option("--wwtrace-update"):
            self._update(result)
            return
        remarks = result.remarks_in_all if option("--wwtrace-strict") else 0
        allow_empty = option("--wwtrace-allow-empty")
        if result.verdict.exit_code(allow_empty=allow_empty, remarks=remarks):
            lines = report_lines(result, show_personal=option("--wwtrace-show-personal"))
            raise ReplayFailure("\n".join(lines))

    def _update(self, result: Any) -> None:
        from wwanreplay.analysis.report import headline
        from wwanreplay.analysis.update import update_trace
        from wwanreplay.errors import WwanReplayError

        try:
            changed = update_trace(self.path, profile=self.config.getoption("--wwtrace-profile"))
        except (WwanReplayError, OSError) as error:
            raise ReplayFailure(self.one_line(error)) from None
        text = f"{self.path}: {headline(result)}; rewritten from the emulated device: {changed}"
        self.user_properties.append((UPDATED, text))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the test is and what it is called; pytest's marks need a line."""
        return self.path, 0, f"replay of {self.path.name}"


class CheckItem(_FileItem):
    """One trace judged by the rules of the documents."""

    report: Any

    def setup(self) -> None:
        """Judge; what cannot be read is an error here, so that only a verdict is a failure."""
        from wwanreplay.analysis.judged import CheckOptions, check_file
        from wwanreplay.errors import WwanReplayError

        unreadable = ""
        try:
            waivers = _waivers_of(self.config)
            self.report = check_file(str(self.path), CheckOptions(), waivers)
        except (WwanReplayError, OSError) as error:
            unreadable = self.one_line(error)
        if unreadable:  # not within the handler: both errors would be printed
            pytest.fail(unreadable, pytrace=False)

    def runtest(self) -> None:
        """Raise ReplayFailure with the report when the verdict is no."""
        from wwanreplay.analysis.judged import CheckOptions, report_lines

        option = self.config.getoption
        self.user_properties.append(("wwtrace_check", str(self.report.verdict)))
        options = CheckOptions(
            strict=option("--wwtrace-strict"), allow_empty=option("--wwtrace-allow-empty")
        )
        if self.report.exit_code(options):
            lines = report_lines(self.report, show_personal=option("--wwtrace-show-personal"))
            raise ReplayFailure("\n".join(lines))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the test is and what it is called; pytest's marks need a line."""
        return self.path, 0, f"check of {self.path.name}"


def _waivers_of(config: pytest.Config) -> Any:
    """The waivers that the run was given, read once; None without."""
    path = config.getoption("--wwtrace-waivers")
    if path is None:
        return None
    from wwanreplay.analysis.waivers import load_waivers

    if not hasattr(config, "_wwtrace_waivers"):
        config._wwtrace_waivers = load_waivers(path)  # type: ignore[attr-defined]
    return config._wwtrace_waivers  # type: ignore[attr-defined]


class _Summary:
    """What is listed at the end of a run, gathered from the reports of the tests."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {name: [] for name in SECTIONS}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the properties that a test left in its report."""
        if report.when == "call":
            for name, text in report.user_properties:
                if name in self._lines:
                    self._lines[name].append(str(text))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """List the warnings, and which traces were rewritten."""
        for name, title in SECTIONS.items():
            lines = sorted(self._lines[name])
            if lines:
                terminalreporter.section(title)
                for line in lines:
                    terminalreporter.line(line)
