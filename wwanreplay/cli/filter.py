"""`wwanreplay filter`: some events of a session as a trace of their own."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from wwanreplay.cli.options import (
    input_argument,
    output_options,
    place,
    stretch_options,
    where_option,
)
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo


@click.command("filter")
@input_argument("trace", "TRACE")
@stretch_options
@where_option
@click.option("--oid", "oids", multiple=True, metavar="NAME", help="Only this OID's transactions.")
@click.option(
    "--indication", "indications", multiple=True, metavar="NAME", help="Only this indication."
)
@output_options
@progress_option()
def command(
    trace: str,
    start: str | None,
    stop: str | None,
    where: str | None,
    oids: tuple[str, ...],
    indications: tuple[str, ...],
    out: str,
    zstd: bool,
    force: bool,
    shared: bool,
    as_json: bool,
) -> None:
    """Write some events of TRACE as a trace that replays; what is left out is not compared.

    A transaction of which an event is meant is kept whole, with its messages; outputs around a
    divergence are kept as well. The header has the inputs that were left out: nothing personal is
    removed. Where it has no room for them, what is left does not replay.
    """
    from wwanreplay.analysis.edit.filter import filter_trace
    from wwanreplay.analysis.show import Filter
    from wwanreplay.outputs import is_standard_output

    if where is None and start is None and stop is None and not oids and not indications:
        raise click.UsageError(
            "say which events are meant: --where, --start, --stop, --oid or --indication"
        )
    report = filter_trace(
        trace,
        out,
        Filter.of(
            start=place(start, "--start"),
            stop=place(stop, "--stop"),
            where=where,
            oids=oids,
            indications=indications,
        ),
        compression="zstd" if zstd else "none",
        force=force,
        shared=shared,
    )
    to_error = is_standard_output(out)
    if report.left_out and not report.is_comparable:
        text = "what is left of a log, or of a trace without a profile, is not compared by replay"
        if report.is_too_large:
            text = (
                "what is left is not compared by replay: the header has no room for all that drove"
                " the device (`wwanreplay cut` makes a shorter trace)"
            )
        echo(f"wwanreplay: note: {text}", err=True)
    if as_json:
        click.echo(json.dumps({"file": out, **asdict(report)}), err=to_error)
        return
    diverging = f", {report.diverging} of them around divergences" if report.diverging else ""
    echo(
        f"{out}: {report.kept} records{diverging}; {report.left_out} were filtered out",
        err=to_error,
    )
