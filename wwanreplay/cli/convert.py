"""`wwanreplay convert`: a trace written anew."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from wwanreplay.cli.options import Choice, input_argument, output_options
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo


@click.command("convert")
@input_argument("trace", "TRACE")
@click.option(
    "--level",
    type=click.IntRange(1, 22),
    metavar="N",
    help="Of --zstd, which it implies.  [default: 3]",
)
@click.option(
    "--chunk-size",
    type=click.IntRange(1, 32 << 20),
    metavar="BYTES",
    help="Size of a chunk before it is written.  [default: chunks stay as they are]",
)
@click.option(
    "--format-version",
    type=Choice(("1",)),
    default="1",
    show_default=True,
    help="The version of the container; there is one.",
)
@output_options
@progress_option()
def command(
    trace: str,
    level: int | None,
    chunk_size: int | None,
    format_version: str,  # noqa: ARG001 - there is one
    out: str,
    zstd: bool,
    force: bool,
    shared: bool,
    as_json: bool,
) -> None:
    """Write TRACE anew: packed with --zstd or not, in other chunks, as one segment.

    Records, digest, checkpoints and attachments stay.
    """
    from wwanreplay.analysis.edit.convert import convert_trace
    from wwanreplay.outputs import is_standard_output

    report = convert_trace(
        trace,
        out,
        compression="zstd" if zstd or level is not None else "none",
        level=3 if level is None else level,
        chunk_size=chunk_size,
        force=force,
        shared=shared,
    )
    to_error = is_standard_output(out)
    if report.dropped:
        text = f"{report.dropped} records of unknown kinds left out; without --chunk-size they stay"
        echo(f"wwanreplay: note: {text}", err=True)
    if as_json:
        click.echo(json.dumps({"file": out, **asdict(report)}), err=to_error)
        return
    # A pipe has no size.
    before = f"{report.size_before} bytes became " if report.size_before else ""
    text = f"{out}: {report.records} records, digest {report.digest}; {before}{report.size} bytes"
    echo(text, err=to_error)
