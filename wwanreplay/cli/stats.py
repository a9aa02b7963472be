"""`wwanreplay stats`: how often, how long, and with which errors."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from wwanreplay.cli.options import (
    fleet_options,
    inputs_argument,
    place,
    stretch_options,
    where_option,
)
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.streams import takes_ascii_alone
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_NO, EXIT_YES
from wwanreplay.words import printable

if TYPE_CHECKING:
    from wwanreplay.analysis.show import Filter
    from wwanreplay.fleet.counted import Counted


@click.command("stats")
@inputs_argument("traces", "TRACE|FOLDER...")
@fleet_options
@stretch_options
@where_option
@click.option("--histogram", is_flag=True, help="Show how the latencies are spread.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: a list, one object each trace.")
@progress_option()
def command(
    traces: tuple[str, ...],
    processes: int,
    cluster: str | None,
    start: str | None,
    stop: str | None,
    where: str | None,
    histogram: bool,
    as_json: bool,
) -> int:
    """Count what TRACEs hold: requests by OID, their latencies and errors, and indications.

    A transaction counts, whole, when one of its events is meant by --where, --start and --stop. The
    exit code is 1 when nothing matches them, and 3 when a trace cannot be read.
    """
    from wwanreplay.analysis.batch import find_traces
    from wwanreplay.analysis.show import Filter
    from wwanreplay.fleet import Where, run
    from wwanreplay.fleet.counted import StatsWork

    chosen = Filter.of(start=place(start, "--start"), stop=place(stop, "--stop"), where=where)
    exit_code = EXIT_YES
    found: list[dict[str, Any]] = []
    with closing(run(find_traces(traces), StatsWork(chosen), Where(processes, cluster))) as counts:
        for position, counted in enumerate(counts):
            if counted.stats is None:
                exit_code = max(exit_code, counted.exit_code)
                echo(f"wwanreplay: error: {printable(counted.error)}", err=True)
                found.append({"file": counted.path, "error": counted.error})
                continue
            code, values = _one(counted, chosen, position, histogram, as_json)
            exit_code = max(exit_code, code)
            found.append(values)
    if as_json:
        click.echo(json.dumps(found, indent=1))
    return exit_code


def _one(
    counted: Counted, chosen: Filter, position: int, histogram: bool, as_json: bool
) -> tuple[int, dict[str, Any]]:
    """Print the statistics of one trace; its exit code and the values."""
    from wwanreplay.analysis.stats import stats_values
    from wwanreplay.analysis.statstext import stats_lines

    stats, exit_code = counted.stats, EXIT_YES
    assert stats is not None
    if counted.cut_text:
        echo(f"wwanreplay: warning: {printable(counted.path)}: {counted.cut_text}", err=True)
    is_shown = bool(stats.chosen or chosen.keeps_all)
    if not is_shown:
        exit_code = EXIT_NO
        echo(
            f"{printable(counted.path)}: nothing matched: none of {stats.records} records", err=True
        )
    if is_shown and not as_json:
        if position:
            echo()
        echo(f"{printable(counted.path)}: {stats.chosen} of {stats.records} records")
        for line in stats_lines(stats, histogram=histogram, blocks=_has_blocks()):
            echo(line)
    return exit_code, {"file": counted.path, **stats_values(stats, histogram=histogram)}


def _has_blocks() -> bool:
    """Whether bars are drawn of blocks: on a terminal that has them."""
    if not sys.stdout.isatty() or takes_ascii_alone(sys.stdout):
        return False
    return (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") == "utf8"
