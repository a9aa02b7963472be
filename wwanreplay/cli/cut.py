"""`wwanreplay cut`: a part of a session as a trace of its own."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from wwanreplay.cli.options import (
    input_argument,
    output_options,
    place,
    stretch_of,
    stretch_options,
)
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo


@click.command("cut")
@input_argument("trace", "TRACE")
@stretch_options
@click.option(
    "--transaction",
    "transactions",
    multiple=True,
    type=click.IntRange(1, 2**64 - 1),
    metavar="ID",
    help="From the first record of this RequestId to its last; may be repeated.",
)
@output_options
@progress_option()
def command(
    trace: str,
    start: str | None,
    stop: str | None,
    transactions: tuple[int, ...],
    out: str,
    zstd: bool,
    force: bool,
    shared: bool,
    as_json: bool,
) -> None:
    """Write a part of TRACE as a trace that replays by itself.

    Its header has what leads the device to where the part begins, and which part of the session it
    is. The part of a field trace begins where nothing is under way: at the place or before it.
    """
    from wwanreplay.analysis.edit.cut import cut_trace
    from wwanreplay.outputs import counted, is_standard_output

    if transactions and (start is not None or stop is not None):
        raise click.UsageError(
            "--transaction says where the part begins and ends; leave out places"
        )
    stretch_of(start, stop)  # refuses a stop before the start
    report = cut_trace(
        trace,
        out,
        start=place(start, "--start"),
        stop=place(stop, "--stop"),
        transactions=transactions,
        compression="zstd" if zstd else "none",
        force=force,
        shared=shared,
    )
    to_error = is_standard_output(out)
    for note in report.notes:
        echo(f"wwanreplay: note: {note}", err=True)
    if as_json:
        click.echo(json.dumps({"file": out, **asdict(report)}), err=to_error)
        return
    part = report.part
    echo(
        f"{out}: records {part.first} to {part.stop - 1} of {part.records};"
        f" {counted(report.lead)} lead{'s' if report.lead == 1 else ''} to them",
        err=to_error,
    )
