"""Replay many traces, each to a report of plain values; `wwanreplay.fleet` shares the work."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from wwanreplay.errors import (
    EXIT_INTERNAL,
    EXIT_UNREADABLE,
    EXIT_YES,
    InputError,
    NoProfileError,
    UsageError,
    WwanReplayError,
    internal_text,
)
from wwanreplay.packing.names import TRACE_SUFFIX, is_trace_name
from wwanreplay.stores import Location, listed
from wwanreplay.verdict import Verdict

if TYPE_CHECKING:
    from wwanreplay.analysis.expected import Acceptance
    from wwanreplay.analysis.waivers import Waivers
    from wwanreplay.replay import ReplayResult
    from wwanreplay.replay.ahead import Ahead
    from wwanreplay.replay.result import Options
    from wwanreplay.trace import TraceReader
    from wwanreplay.trace.again import Read


#: Called with the result behind a report, from which accepted divergences are taken out.
OnResult = Callable[["ReplayResult"], None]


class ReplayOptions(NamedTuple):
    """The options of `replay`, as plain values that can be sent to a process."""

    profile: str | None = None
    seed: int | None = None
    start_record: int | None = None
    start_time_ns: int | None = None
    stop_record: int | None = None
    stop_time_ns: int | None = None
    divergences_max: int = 100
    show_personal: bool = False
    fail_fast: bool = False
    as_json: bool = False
    allow_empty: bool = False
    strict: bool = False
    waivers: Waivers | None = None
    acceptance: Acceptance | None = None
    debug: bool = False
    cores: int = 1
    ahead: Ahead | None = None

    @property
    def is_whole(self) -> bool:
        """Whether each trace is compared wholly with its own device."""
        places = self.start_record, self.start_time_ns, self.stop_record, self.stop_time_ns
        others = self.profile, self.seed
        return not self.fail_fast and all(each is None for each in (*places, *others))

    def check(self) -> None:
        """UsageError for options with which no file could be replayed."""
        if self.is_whole and self.divergences_max > 0:
            return  # nothing to refuse, and nothing to load for it
        from wwanreplay.replay.result import Options

        Options(
            self.start_record,
            self.start_time_ns,
            self.stop_record,
            self.stop_time_ns,
            self.divergences_max,
        ).check()
        if self.profile is not None:
            from wwanreplay.devices.profile import load_profile

            load_profile(self.profile).compile()


@dataclass
class FileReport:
    """The result of one file.

    `lines` is the report as text, `values` as plain values for JSON; `rows` those of the tables
    of results (`wwanreplay.fleet`), where they are wanted.
    """

    path: str
    verdict: Verdict = Verdict.UNREADABLE
    exit_code: int = EXIT_YES
    error: str = ""
    lines: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    totals: dict[str, Any] = field(default_factory=dict)
    elapsed_s: float = 0.0
    digest: str = ""
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def failure(self) -> str:
        """Why it could not be read, else empty."""
        return self.error


def find_traces(paths: Iterable[str]) -> list[str]:
    """Files as they are, folders as the traces below them, in order, each once.

    A link that leads nowhere is found too: whoever opens it says so. Raises UsageError for a folder
    without any trace.
    """
    found: dict[str, None] = {}
    for path in paths:
        if isinstance(path, Location):
            here = listed(path, is_trace_name)
            if not here:
                raise UsageError(f"{path}: the folder has no {TRACE_SUFFIX} file")
            found.update(dict.fromkeys(here))
            continue
        if not os.path.isdir(path):
            found[path] = None
            continue
        from pathlib import Path

        files = (file for file in Path(path).rglob("*") if is_trace_name(file))
        inside = sorted(str(file) for file in files if file.is_file() or not file.exists())
        if not inside:
            raise UsageError(f"{path}: the folder has no {TRACE_SUFFIX} file")
        found.update(dict.fromkeys(inside))
    return list(found)


def replay_file(
    path: str, options: ReplayOptions, *, on_result: OnResult | None = None
) -> FileReport:
    """Replay one file; whatever goes wrong is in the report, so that the others are replayed.

    What no file could be replayed with is refused before, by `ReplayOptions.check`. `on_result`
    is given what the report was made of.
    """
    try:
        return _replayed(path, options, on_result)
    except NoProfileError as error:
        return unreadable_report(
            path, error.exit_code, str(error), options, Verdict.NOTHING_COMPARED
        )
    except WwanReplayError as error:
        text = str(error)
        prefixed = text.startswith(path) or not isinstance(error, InputError)
        return unreadable_report(
            path, error.exit_code, text if prefixed else f"{path}: {text}", options
        )
    except OSError as error:
        return unreadable_report(
            path, EXIT_UNREADABLE, f"{path}: {error.strerror or error}", options
        )
    except Exception as error:  # our own fault must not stop the other files
        return unreadable_report(path, EXIT_INTERNAL, f"{path}: {internal_text(error)}", options)


def unreadable_report(
    path: str,
    exit_code: int,
    text: str,
    options: ReplayOptions,
    verdict: Verdict = Verdict.UNREADABLE,
) -> FileReport:
    """The report of a trace that was not replayed; with `debug` the error is printed whole."""
    if options.debug:
        import traceback

        traceback.print_exc()
    values = {"file": path, "verdict": str(verdict), "error": text}
    return FileReport(path, verdict, exit_code, text, values=values)


def _replayed(path: str, options: ReplayOptions, on_result: OnResult | None) -> FileReport:
    from wwanreplay.replay import replay
    from wwanreplay.trace import TraceReader

    with TraceReader(path) as reader:
        # What is expected is listed beside what is not, so that none is lost.
        expected = None if options.acceptance is not None else _expected_of(path, reader)
        more = 0 if expected is None else expected.count
        result = replay(
            reader,
            profile=options.profile,
            seed=options.seed,
            start_record=options.start_record,
            start_time_ns=options.start_time_ns,
            stop_record=options.stop_record,
            stop_time_ns=options.stop_time_ns,
            divergences_max=options.divergences_max + more,
            fail_fast=options.fail_fast,
            judge_further=_judge_further,
            cores=options.cores,
            ahead=options.ahead,
        )
    line = ""
    if options.acceptance is not None:
        from wwanreplay.analysis.expected import expected_of, write_expected

        line = write_expected(path, result, options.acceptance)
        expected = expected_of(path)
    report = report_of(path, result, options, expected)
    if on_result is not None:
        on_result(result)
    if line and not options.as_json:
        report.lines.append(f"  written: {line}")
    return report


def _expected_of(path: str, reader: TraceReader) -> Waivers | None:
    """The expected divergences of a trace; most have none, and need nothing that reads them."""
    from wwanreplay.analysis.expected_place import find_expected

    place = find_expected(path, reader)
    if place is None:
        return None
    from wwanreplay.analysis.expected import expected_at

    return expected_at(place)


def _judge_further(read: Read, options: Options, result: ReplayResult) -> None:
    """Judge a field trace by the rules, which an exact one does not need."""
    from wwanreplay.analysis.verdict import judge_further

    judge_further(read, options, result)


def report_of(
    path: str, result: ReplayResult, options: ReplayOptions, expected: Waivers | None = None
) -> FileReport:
    """The report of a replay, of a trace of which some divergences may be expected."""
    from wwanreplay.analysis.headline import headline, is_headline_all, totals_json

    report = FileReport(path)
    if expected is not None:
        from wwanreplay.analysis.expected import apply_expected

        apply_expected(result, expected, path, is_whole=options.is_whole)
    if options.waivers is not None:
        from wwanreplay.analysis.accepting import accept

        accept(result, options.waivers, path)
    remarks = result.remarks_in_all if options.strict else 0
    report.verdict = result.verdict
    report.exit_code = report.verdict.exit_code(allow_empty=options.allow_empty, remarks=remarks)
    report.totals = totals_json([result])
    report.elapsed_s = result.elapsed_s
    report.digest = result.digest
    if not options.as_json and is_headline_all(result):
        report.lines = [headline(result)]
        return report
    from wwanreplay.analysis.report import report_lines, result_json

    if options.as_json:
        report.values = result_json(result, show_personal=options.show_personal)
    else:
        report.lines = list(report_lines(result, show_personal=options.show_personal))
        if remarks and result.agrees:
            report.lines[0] += "; notes and warnings count (--strict)"
    return report


class Totals:
    """Counts over files in their order, as many as there are: of verdicts and records.

    `results_digest` is over names, verdicts, exit codes, digests and errors of several files.
    """

    def __init__(self) -> None:
        self.count = 0
        self.exit_code = EXIT_YES
        self.elapsed_s = 0.0
        self._verdicts: Counter[Verdict] = Counter()
        self._sums: dict[str, Any] = {}
        self._digest = ""
        self._seen = b""  # what the hash is of, and is not in it yet
        self._hash: Any = None

    def add(self, report: FileReport) -> None:
        """Count a file."""
        self.count += 1
        self.exit_code = max(self.exit_code, report.exit_code)
        self.elapsed_s += report.elapsed_s
        self._verdicts[report.verdict] += 1
        for name, number in report.totals.items():
            self._sums[name] = self._sums.get(name, 0) + number
        self._digest = report.digest
        values = report.path, str(report.verdict), report.exit_code, report.digest, report.error
        self._seen += repr(values).encode("utf-8", "surrogateescape")
        if self.count > 1:
            self._take_seen()

    def _take_seen(self) -> None:
        """Take into the hash what was seen: of one file alone there is none, and none to load."""
        if self._hash is None:
            import hashlib

            self._hash = hashlib.blake2b(digest_size=16)
        self._hash.update(self._seen)
        self._seen = b""

    def values(self) -> dict[str, Any]:
        """The counts by their names: of each verdict that a replay gives, and of records."""
        of_rules = (Verdict.NOTHING_JUDGED, Verdict.BROKEN)
        verdicts = [verdict for verdict in Verdict if verdict not in of_rules]
        totals: dict[str, Any] = {
            "files": self.count,
            "verdicts": {str(verdict): self._verdicts[verdict] for verdict in verdicts},
            **self._sums,
        }
        if self.count == 1 and self._digest:
            totals["digest"] = self._digest
        elif self.count > 1:
            totals["results_digest"] = self._hash.hexdigest()
        return totals
