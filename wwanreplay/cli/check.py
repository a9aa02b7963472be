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
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_YES

if TYPE_CHECKING:
    from wwanreplay.analysis.judged import CheckOptions, TraceReport
    from wwanreplay.analysis.waivers import Waivers
    from wwanreplay.fleet import Where


@click.command("check")
@inputs_argument("paths", "TRACE|FOLDER...", required=False)
@fleet_options
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
    debug = bool(settings and settings.get("debug"))
    from wwanreplay.fleet import Where

    reports = _judge(paths, options, accepted, debug, Where(processes, cluster))
    if as_json:
        from wwanreplay.analysis.judged import report_json

        values = [report_json(report, show_personal=show_personal) for report in reports]
        files.echo_json(values)
    for report in reports:
        if report.error:
            echo(f"wwanreplay: error: {report.error}", err=True)
        if not as_json:
            _print(report, files, show_personal, all_rules)
    for warning in accepted.warnings() if accepted is not None else []:
        echo(f"wwanreplay: warning: {warning}", err=True)
    files.write(reports, strict)
    return max(report.exit_code(options) for report in reports)


def _waivers(path: str | None) -> Waivers | None:
    if path is None:
        return None
    from wwanreplay.analysis.waivers import load_waivers

    return load_waivers(path)


def _judge(
    paths: tuple[str, ...],
    options: CheckOptions,
    waivers: Waivers | None,
    debug: bool,
    where: Where,
) -> list[TraceReport]:
    """The reports in the order of the traces; what is wrong with one does not stop the others."""
    from wwanreplay.analysis.batch import find_traces
    from wwanreplay.fleet import CheckWork, run

    reports: list[TraceReport] = []
    found = find_traces(paths)
    work = CheckWork(options, waivers, debug and where.processes == 1 and where.cluster is None)
    try:
        with closing(run(found, work, where)) as checked:
            for each in checked:
                reports.append(each.report)
                for number, used in enumerate(each.used):
                    assert waivers is not None
                    waivers.entries[number].used += used
    except KeyboardInterrupt:
        echo(f"interrupted: {len(reports)} of {len(found)} traces are done", err=True)
        for report in reports:
            echo(f"{report.path}: {report.verdict}", err=True)
        raise
    return reports


def _print(report: TraceReport, files: _Files, show_personal: bool, all_rules: bool) -> None:
    from wwanreplay.analysis.judged import report_lines

    lines = report_lines(report, show_personal=show_personal, all_rules=all_rules)
    files.echo(f"{report.path}: {next(lines)}")
    for line in lines:
        files.echo(line)


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

    def write(self, reports: list[TraceReport], strict: bool) -> None:
        """Write what was asked for."""
        from wwanreplay.analysis.judged import junit_text, sarif_text
        from wwanreplay.outputs import whole

        texts: dict[str, Any] = {
            "junit": lambda: junit_text(reports, strict=strict),
            "sarif": lambda: sarif_text(reports),
        }
        for kind, name in self._names.items():
            if name is not None:
                options = {"force": self._force, "shared": self._shared, "is_binary": False}
                with whole(name, **options) as file:
                    file.write(texts[kind]().encode())
