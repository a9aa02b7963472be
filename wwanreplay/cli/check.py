"""`wwanreplay check`: what a recorded device did wrong, by the rules of the documents."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from wwanreplay.cli.options import (
    allow_empty_option,
    fleet_options,
    inputs_argument,
    shared_option,
    show_personal_option,
    stretch_of,
    stretch_options,
    waivers_option,
)
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.results import ResultsOptions, results_options
from wwanreplay.cli.signals import WholeSteps
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_YES
from wwanreplay.words import printable

if TYPE_CHECKING:
    from collections.abc import Generator

    from wwanreplay.analysis.judged import CheckOptions, TraceReport
    from wwanreplay.analysis.waivers import Waivers
    from wwanreplay.fleet import Where
    from wwanreplay.fleet.checked import Checked
    from wwanreplay.fleet.checking import CheckForm, CheckWork


@click.command("check")
@inputs_argument("paths", "TRACE|FOLDER...", required=False)
@fleet_options
@results_options
@click.option(
    "--rule",
    "rules",
    metavar="RULE",
    multiple=True,
    help="Judge by this rule alone, or those of a pattern such as 'pin.*'; may be repeated.",
)
@click.option(
    "--ignore",
    "ignored",
    metavar="RULE",
    multiple=True,
    help="Leave this rule out, or those of a pattern; may be repeated.",
)
@stretch_options
@waivers_option
@click.option("--explain", metavar="RULE", help="Print what a rule says, and judge nothing.")
@click.option("--all", "all_rules", is_flag=True, help="List every rule and what it came to.")
@click.option("--strict", is_flag=True, help="Let warnings and notes count as a no.")
@allow_empty_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON: a list, one object each trace.")
@click.option("--junit", metavar="FILE", help="Write JUnit's XML for a CI.")
@click.option("--sarif", metavar="FILE", help="Write SARIF 2.1.0 for code hosts and editors.")
@click.option("--force", is_flag=True, help="Overwrite existing files.")
@shared_option
@click.option(
    "--max-places",
    type=click.IntRange(1, 1_000_000),
    default=100,
    show_default=True,
    metavar="N",
    help="Places listed for a rule; further ones are counted.",
)
@show_personal_option
@progress_option()
@click.pass_obj
def command(
    settings: dict[str, bool] | None,
    paths: tuple[str, ...],
    processes: int,
    cluster: str | None,
    tables: ResultsOptions,
    rules: tuple[str, ...],
    ignored: tuple[str, ...],
    start: str | None,
    stop: str | None,
    waivers: str | None,
    explain: str | None,
    all_rules: bool,
    strict: bool,
    allow_empty: bool,
    as_json: bool,
    junit: str | None,
    sarif: str | None,
    force: bool,
    shared: bool,
    max_places: int,
    show_personal: bool,
) -> int:
    """Judge recorded sessions by the rules of the WWAN documents.

    For each trace: no fault, broken, nothing judged or unreadable; then each broken rule with its
    places. Imported logs are judged as far as they show something. With --start and --stop the
    whole session is judged, and the places between count. Folders are searched for .wwtrace files.
    The exit code is the worst of all traces.
    """
    from wwanreplay.analysis.judged import CheckOptions, explained

    if explain is not None:
        for line in explained(explain):
            echo(line)
        return EXIT_YES
    if not paths:
        raise click.UsageError("TRACE is needed: what is to be judged; or --explain RULE")
    stretch = stretch_of(start, stop)
    options = CheckOptions(rules, ignored, max_places, strict, allow_empty, stretch)
    if not options.rows():
        raise click.UsageError("--rule and --ignore leave no rule")
    files = _Files(junit, sarif, force, shared)
    accepted = _waivers(waivers)
    from wwanreplay.analysis.batch import find_traces
    from wwanreplay.fleet import Where
    from wwanreplay.fleet.checking import CheckForm, CheckWork

    found, where = find_traces(paths), Where(processes, cluster)
    debug = bool(settings and settings.get("debug")) and processes == 1 and cluster is None
    form = CheckForm(as_json, show_personal, all_rules)
    work = CheckWork(options, accepted, debug, form, tables.identities())
    judged = _Judged(len(found), form, files, keeps_reports=junit is not None or sarif is not None)
    _judge(found, work, where, tables, judged)
    if as_json:
        files.echo_json(judged.values)
    for warning in accepted.warnings() if accepted is not None else []:
        echo(f"wwanreplay: warning: {warning}", err=True)
    files.write(judged.reports, options)
    return judged.exit_code


def _waivers(path: str | None) -> Waivers | None:
    if path is None:
        return None
    from wwanreplay.analysis.waivers import load_waivers

    return load_waivers(path)


def _judge(
    paths: list[str], work: CheckWork, where: Where, tables: ResultsOptions, judged: _Judged
) -> None:
    """Judge the traces in order; what is wrong with one does not stop the others."""
    if tables.folder is None:
        from wwanreplay.fleet import run

        judged.take(run(paths, work, where), work)
        return
    from wwanreplay.fleet.results import run_into
    from wwanreplay.fleet.rows import unpacked_checked

    with tables.opened(paths, _settings(work), unpacked_checked) as kept:
        judged.take(run_into(kept, paths, work, where), work)


def _settings(work: CheckWork) -> dict[str, Any]:
    """The settings that decide what comes out."""
    options, form = work.options, work.form
    entries = [] if work.waivers is None else work.waivers.entries
    return {
        "verb": "check",
        "rules": list(options.rules),
        "ignored": list(options.ignored),
        "places_max": options.places_max,
        "strict": options.strict,
        "allow_empty": options.allow_empty,
        "start": list(options.stretch.start),
        "stop": list(options.stretch.stop),
        "as_json": form.as_json,
        "show_personal": form.show_personal,
        "all_rules": form.all_rules,
        "waivers": [entry.text() for entry in entries],
    }


class _Judged:
    """What came of the traces: printed as it comes, kept as far as what is written needs it."""

    def __init__(self, count: int, form: CheckForm, files: _Files, *, keeps_reports: bool) -> None:
        self.exit_code = EXIT_YES
        self.values: list[dict[str, Any]] = []
        self.reports: list[TraceReport] = []
        self._done = 0
        self._count = count
        self._form = form
        self._files = files
        self._keeps_reports = keeps_reports

    def take(self, found: Generator[Checked, None, None], work: CheckWork) -> None:
        """Print and count what comes."""
        try:
            with closing(found), WholeSteps() as steps:
                for checked in found:
                    with steps.step():  # what is counted is printed
                        self._add(checked, work)
        except KeyboardInterrupt:
            echo(f"interrupted: {self._done} of {self._count} traces are done", err=True)
            for values in self.values:
                echo(f"{values['file']}: {values['verdict']}", err=True)
            raise

    def _add(self, checked: Checked, work: CheckWork) -> None:
        self._done += 1
        self.exit_code = max(self.exit_code, checked.report.exit_code(work.options))
        for number, used in enumerate(checked.used):
            assert work.waivers is not None
            work.waivers.entries[number].used += used
        if self._keeps_reports:
            self.reports.append(checked.report)
        if checked.report.error:
            echo(f"wwanreplay: error: {printable(checked.report.error)}", err=True)
        if self._form.as_json:
            self.values.append(checked.values)
            return
        first, *others = checked.lines
        self._files.echo(f"{printable(checked.path)}: {first}")
        for line in others:
            self._files.echo(line)


class _Files:
    """The files for other programs; their targets are checked before anything is judged.

    Printed lines go to the standard error when one of them goes to the standard output.
    """

    def __init__(self, junit: str | None, sarif: str | None, force: bool, shared: bool) -> None:
        from wwanreplay.outputs import find_target, is_standard_output

        if junit is not None and junit == sarif:
            raise click.UsageError("--junit and --sarif name one file")
        self._names = {"junit": junit, "sarif": sarif}
        self._force, self._shared = force, shared
        self._to_error = False
        for name in self._names.values():
            if name is not None:
                find_target(name, force=force, is_binary=False)
                self._to_error |= is_standard_output(name)

    def echo(self, text: str) -> None:
        """Print a line."""
        echo(text, err=self._to_error)

    def echo_json(self, values: list[dict[str, Any]]) -> None:
        """Print JSON."""
        click.echo(json.dumps(values, indent=1), err=self._to_error)

    def write(self, reports: list[TraceReport], options: CheckOptions) -> None:
        """Write what was asked for."""
        from wwanreplay.analysis.judged import junit_text, sarif_text
        from wwanreplay.outputs import whole

        texts: dict[str, Any] = {
            "junit": lambda: junit_text(
                reports, strict=options.strict, allow_empty=options.allow_empty
            ),
            "sarif": lambda: sarif_text(reports),
        }
        for kind, name in self._names.items():
            if name is not None:
                how = {"force": self._force, "shared": self._shared, "is_binary": False}
                with whole(name, **how) as file:
                    file.write(texts[kind]().encode())
