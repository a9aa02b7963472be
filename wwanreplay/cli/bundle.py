"""`wwanreplay bundle`: what one sends with a bug, in one file."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from wwanreplay.cli.options import input_argument, key_of, scrubbing_options
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo


@click.command("bundle")
@input_argument("source", "LOG|TRACE")
@click.option(
    "-o", "--output", "out", required=True, metavar="OUT.wwbundle", help="The file to write."
)
@scrubbing_options
@click.option("--device", metavar="NAME", help="Of a log of several devices, this one.")
@progress_option()
def command(
    source: str,
    out: str,
    key: str | None,
    key_file: str | None,
    format_name: str | None,
    device: str | None,
    expanded_size_max: int | None,
    force: bool,
    allow_doubtful: bool,
    shared: bool,
    as_json: bool,
) -> None:
    """Put a bug into one file to send: trace, scrubbed log, report and versions.

    Every verb that reads traces reads it. All in it is scrubbed as by `scrub`, and OUT is written
    when that is proven; the exit code is 1 when something personal is left, and when a place may
    hold a short value, unless --allow-doubtful lets it pass. The same key gives the same bytes.
    """
    from wwanreplay.analysis.bundle import bundle
    from wwanreplay.outputs import is_standard_output

    summary = bundle(
        source,
        out,
        key_of(key, key_file),
        format_name=format_name,
        device=device,
        expanded_size_max=expanded_size_max,
        force=force,
        shared=shared,
        allow_doubtful=allow_doubtful,
    )
    to_error = is_standard_output(out)
    if as_json:
        click.echo(json.dumps(asdict(summary), indent=1), err=to_error)
        return
    for line in summary.lines():
        echo(line, err=to_error)
