"""`wwanreplay merge`: parts of one session as one trace."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from wwanreplay.cli.options import inputs_argument, output_options
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo


@click.command("merge")
@inputs_argument("traces", "TRACE...")
@output_options
@progress_option()
def command(
    traces: tuple[str, ...], out: str, zstd: bool, force: bool, shared: bool, as_json: bool
) -> None:
    """Write the parts of one session as one trace, in whatever order they are named.

    Parts are what `cut` made of one trace, or the files that a tap wrote one after the other. What
    is in none of them is a gap, behind which a replay judges nothing.
    """
    from wwanreplay.analysis.edit.merge import merge_traces
    from wwanreplay.outputs import is_standard_output

    report = merge_traces(
        traces, out, compression="zstd" if zstd else "none", force=force, shared=shared
    )
    to_error = is_standard_output(out)
    if as_json:
        click.echo(json.dumps({"file": out, **asdict(report)}), err=to_error)
        return
    rest = "; they are the whole session" if report.is_whole else ""
    lost = f"; {report.lost} records are in none of them" if report.lost else ""
    echo(f"{out}: {report.records} records of {report.parts} parts{lost}{rest}", err=to_error)
