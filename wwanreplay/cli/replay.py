"""`wwanreplay replay`: traces against the emulated device, or one against a real one."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from wwanreplay.cli.options import (
    allow_empty_option,
    fleet_options,
    inputs_argument,
    place,
    show_personal_option,
    stretch_options,
    waivers_option,
)
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.replay_device import LiveDevice, live_device_options, replay_device
from wwanreplay.cli.results import ResultsOptions, results_options
from wwanreplay.cli.signals import WholeSteps
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_YES
from wwanreplay.progress import UNSEEN, begin
from wwanreplay.words import printable

if TYPE_CHECKING:
    from datetime import datetime

    from wwanreplay.analysis.batch import FileReport, ReplayOptions, Totals
    from wwanreplay.analysis.expected import Acceptance
    from wwanreplay.analysis.waivers import Waivers
    from wwanreplay.fleet import ReplayWork, Where
    from wwanreplay.fleet.results import Results


@click.command("replay")
@inputs_argument("paths", "FILE|FOLDER...")
@partial(fleet_options, jobs="Work in N processes; one large trace is replayed in N threads.")
@results_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@stretch_options
@click.option("--profile", metavar="NAME|FILE", help="Replay against this profile.")
@click.option("--seed", type=click.IntRange(0, 2**64 - 1), metavar="N", help="And this seed.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first divergence.")
@click.option(
    "--max-divergences",
    type=click.IntRange(1, 1_000_000),
    default=100,
    show_default=True,
    metavar="N",
    help="Divergences listed for a file; further ones are counted.",
)
@allow_empty_option
@click.option("--strict", is_flag=True, help="Let notes and warnings count as a no.")
@waivers_option
@click.option(
    "--accept",
    "is_accepted",
    is_flag=True,
    help="Write what diverges as expected, beside each trace: it passes from now on.",
)
@click.option("--reason", metavar="TEXT", help="With --accept: why; in the file for each.")
@click.option(
    "--expires",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="With --accept: the last day on which it counts.  [default: in a year]",
)
@click.option("--into-trace", is_flag=True, help="With --accept: write into the trace itself.")
@show_personal_option
@live_device_options
@progress_option()
@click.pass_obj
def command(
    settings: dict[str, bool] | None,
    paths: tuple[str, ...],
    processes: int,
    cluster: str | None,
    tables: ResultsOptions,
    as_json: bool,
    start: str | None,
    stop: str | None,
    profile: str | None,
    seed: int | None,
    fail_fast: bool,
    max_divergences: int,
    allow_empty: bool,
    strict: bool,
    waivers: str | None,
    is_accepted: bool,
    reason: str | None,
    expires: datetime | None,
    into_trace: bool,
    show_personal: bool,
    live: LiveDevice,
) -> int:
    """Replay traces against the emulated device and compare every output.

    For each file a verdict: equal (no fault for an imported log), diverged, nothing compared or
    unreadable; then the divergences, root causes first. Folders are searched for .wwtrace files.
    The exit code is the worst of all files.

    With --device the requests of one trace are sent to a real device, and what it gives is
    compared: no fault, or diverged.
    """
    if live.device is None and live.given:
        raise click.UsageError(f"{live.given} is for a real device: give --device")
    if live.device is not None:
        _check_device(paths, processes, cluster, profile, seed, fail_fast, tables)
    from wwanreplay.analysis.batch import ReplayOptions, find_traces

    start_record, start_time_ns = place(start, "--start")
    stop_record, stop_time_ns = place(stop, "--stop")
    options = ReplayOptions(
        profile=profile,
        seed=seed,
        start_record=start_record,
        start_time_ns=start_time_ns,
        stop_record=stop_record,
        stop_time_ns=stop_time_ns,
        divergences_max=max_divergences,
        show_personal=show_personal,
        fail_fast=fail_fast,
        as_json=as_json,
        allow_empty=allow_empty,
        strict=strict,
        waivers=_waivers(waivers),
        acceptance=_acceptance(is_accepted, reason, expires, into_trace),
        debug=bool(settings and settings.get("debug")),
    )
    options.check()
    if is_accepted and (live.device is not None or not options.is_whole):
        raise click.UsageError(
            "--accept is of a whole trace and its own device: not with --device, --profile, --seed,"
            " --start, --stop or --fail-fast"
        )
    if live.device is not None:
        return replay_device(paths[0], live, options)
    from wwanreplay.fleet import ReplayWork, Where

    found, where = find_traces(paths), Where(processes, cluster)
    if len(found) == 1 and cluster is None:
        options = options._replace(cores=processes)
    if tables.folder is None:
        return _run(found, ReplayWork(options), where)
    if is_accepted or fail_fast:
        raise click.UsageError("--results and --resume are not for --accept and --fail-fast")
    from wwanreplay.fleet.rows import unpacked_report

    work = ReplayWork(options, tables.identities())
    with tables.opened(found, _settings(options), unpacked_report) as kept:
        return _run(found, work, where, kept)


def _acceptance(
    is_accepted: bool, reason: str | None, expires: datetime | None, into_trace: bool
) -> Acceptance | None:
    """How to accept, None without --accept."""
    given = {"--reason": reason is not None, "--expires": expires is not None}
    given["--into-trace"] = into_trace
    for name, value in given.items():
        if value and not is_accepted:
            raise click.UsageError(f"{name} is for --accept")
    if not is_accepted:
        return None
    from wwanreplay.analysis.expected import REASON, Acceptance

    if reason is not None and not reason.strip():
        raise click.UsageError("--reason: is empty")
    day = None if expires is None else expires.date()
    return Acceptance(reason or REASON, day, into_trace)


def _waivers(path: str | None) -> Waivers | None:
    if path is None:
        return None
    from wwanreplay.analysis.waivers import load_waivers

    waivers = load_waivers(path)
    for entry in waivers.expired:
        text = f"{entry.where} expired on {entry.expires}"
        echo(f"wwanreplay: warning: {text}", err=True)
    return waivers


def _check_device(
    paths: tuple[str, ...],
    processes: int,
    cluster: str | None,
    profile: str | None,
    seed: int | None,
    fail_fast: bool,
    tables: ResultsOptions,
) -> None:
    """Refuse what means nothing where a device is given."""
    if len(paths) > 1:
        raise click.UsageError("--device takes one trace")
    given = {"-j": processes > 1, "--cluster": cluster, "--profile": profile}
    given |= {"--seed": seed is not None, "--fail-fast": fail_fast}
    given |= {"--results": tables.folder, "--resume": tables.is_resumed}
    for name, value in given.items():
        if value:
            raise click.UsageError(f"{name} is for the emulated device, not for --device")


def _settings(options: ReplayOptions) -> dict[str, Any]:
    """The settings that decide what comes out."""
    settings = {
        name: getattr(options, name)
        for name in (
            *("profile", "seed", "start_record", "start_time_ns", "stop_record", "stop_time_ns"),
            *("divergences_max", "show_personal", "as_json", "allow_empty", "strict"),
        )
    }
    entries = [] if options.waivers is None else options.waivers.entries
    return {"verb": "replay", **settings, "waivers": [entry.text() for entry in entries]}


def _run(
    paths: list[str],
    work: ReplayWork,
    where: Where,
    kept: Results[FileReport] | None = None,
) -> int:
    import time

    from wwanreplay.analysis.batch import Totals

    totals, files = Totals(), list[dict[str, Any]]()
    started_s = time.perf_counter()

    def finish(*, is_whole: bool) -> None:
        # In one process the time of replaying alone counts, in several that until all are done.
        is_one = where.processes == 1 and where.cluster is None
        wall_s = time.perf_counter() - started_s
        elapsed_s = totals.elapsed_s if is_one else wall_s
        _finish(totals.values(), files, elapsed_s, as_json=work.options.as_json, is_whole=is_whole)

    try:
        _replay(paths, work, where, totals, files, kept)
    except KeyboardInterrupt:
        echo(f"interrupted: {totals.count} of {len(paths)} files are done", err=True)
        finish(is_whole=False)
        raise
    finish(is_whole=True)
    return totals.exit_code


def _replay(
    paths: list[str],
    work: ReplayWork,
    where: Where,
    totals: Totals,
    files: list[dict[str, Any]],
    kept: Results[FileReport] | None,
) -> None:
    """Replay what no earlier run has done, and print all in order; `files` are those for JSON."""
    from wwanreplay.fleet import run

    options = work.options
    shown = begin("files", len(paths), "files") if len(paths) > 1 else UNSEEN
    if kept is None:
        found = run(paths, work, where)
    else:
        from wwanreplay.fleet.results import run_into

        found = run_into(kept, paths, work, where)
    with closing(found), WholeSteps() as steps:
        for report in found:
            with steps.step():  # what is counted is printed
                totals.add(report)
                if options.as_json:
                    files.append(report.values)
                else:
                    _print(report)
            shown.reach(totals.count)
            if options.fail_fast and report.exit_code != EXIT_YES:
                break
    shown.end()


def _finish(
    totals: dict[str, Any],
    files: list[dict[str, Any]],
    elapsed_s: float,
    *,
    as_json: bool,
    is_whole: bool,
) -> None:
    """Print the totals, or all as JSON."""
    rate = round(totals.get("records", 0) / elapsed_s) if elapsed_s > 0 else 0
    if as_json:
        import json

        # What is measured stands apart: the rest is the same each time.
        measured = {"records_per_second": rate, "elapsed_s": round(elapsed_s, 6)}
        values: dict[str, Any] = {"files": files, "totals": totals, "measured": measured}
        if not is_whole:
            values["interrupted"] = True
        click.echo(json.dumps(values, indent=1))
        return
    from wwanreplay.analysis.headline import totals_lines

    echo()
    for line in totals_lines(totals, rate):
        echo(line)


def _print(report: Any) -> None:
    if report.error:
        echo(f"wwanreplay: error: {printable(report.error)}", err=True)
        echo(f"{printable(report.path)}: {report.verdict}")
        return
    echo(f"{printable(report.path)}: {report.lines[0]}")
    for line in report.lines[1:]:
        echo(line)
