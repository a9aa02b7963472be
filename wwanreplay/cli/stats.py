"""`wwanreplay stats`: how often, how long, and with which errors."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from wwanreplay.cli.options import inputs_argument, place, stretch_options, where_option
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_NO, EXIT_YES


@click.command("stats")
@inputs_argument("traces", "TRACE|FOLDER...")
@stretch_options
@where_option
@click.option("--histogram", is_flag=True, help="Show how the latencies are spread.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: a list, one object each trace.")
@progress_option()
def command(
    traces: tuple[str, ...],
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
    from wwanreplay.analysis.stats import stats_values, trace_stats
    from wwanreplay.analysis.statstext import stats_lines
    from wwanreplay.errors import EXIT_UNREADABLE, WwanReplayError

    chosen = Filter.of(start=place(start, "--start"), stop=place(stop, "--stop"), where=where)
    exit_code = EXIT_YES
    found: list[dict[str, Any]] = []
    for position, trace in enumerate(find_traces(traces)):
        try:
            stats, cut_text = trace_stats(trace, chosen)
        except (WwanReplayError, OSError) as error:
            exit_code = EXIT_UNREADABLE
            echo(f"wwanreplay: error: {error}", err=True)
            found.append({"file": trace, "error": str(error)})
            continue
        if cut_text:
            echo(f"wwanreplay: warning: {trace}: {cut_text}", err=True)
        if not stats.chosen and not chosen.keeps_all:
            exit_code = max(exit_code, EXIT_NO)
            text = f"nothing matched: none of {stats.records} records"
            echo(f"{trace}: {text}", err=True)
        found.append({"file": trace, **stats_values(stats, histogram=histogram)})
        if not as_json and (stats.chosen or chosen.keeps_all):
            if position:
                echo()
            echo(f"{trace}: {stats.chosen} of {stats.records} records")
            for line in stats_lines(stats, histogram=histogram, blocks=_has_blocks()):
                echo(line)
    if as_json:
        click.echo(json.dumps(found, indent=1))
    return exit_code


def _has_blocks() -> bool:
    """Whether bars are drawn of blocks: on a terminal that has them."""
    encoding = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "")
    return sys.stdout.isatty() and encoding == "utf8"
