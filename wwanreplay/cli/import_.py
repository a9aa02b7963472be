"""`wwanreplay import`: field logs to traces."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from wwanreplay.cli.options import (
    inputs_argument,
    key_of,
    key_options,
    max_expanded_option,
    shared_option,
)
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo
from wwanreplay.outputs import is_standard_output

if TYPE_CHECKING:
    from wwanreplay.formats.importer import After


@click.command("import")
@inputs_argument("logs", "LOG…", required=False)
@click.option("-o", "--output", "out", metavar="OUT", help="The trace to write.")
@click.option("--from", "format_name", metavar="FORMAT", help="What the logs are.  [default: look]")
@click.option("--device", metavar="NAME", help="Only this device, by its name in the logs.")
@click.option("--no-infer", is_flag=True, help="Leave out what is inferred of the environment.")
@click.option("--scrub", "scrubbed", is_flag=True, help="Write the traces scrubbed.")
@key_options
@max_expanded_option
@click.option("--zstd", is_flag=True, help="Compress the chunks.")
@click.option("--force", is_flag=True, help="Overwrite existing files.")
@shared_option
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--list-formats", is_flag=True, help="List the formats of logs.")
@progress_option()
def command(
    logs: tuple[str, ...],
    out: str | None,
    format_name: str | None,
    device: str | None,
    no_infer: bool,
    scrubbed: bool,
    key: str | None,
    key_file: str | None,
    expanded_size_max: int | None,
    zstd: bool,
    force: bool,
    shared: bool,
    as_json: bool,
    list_formats: bool,
) -> None:
    """Make a trace of each device in LOG….

    Several logs of one session are merged by time; LOG - is the standard input. The first device is
    written to OUT, further ones to OUT-2 and so on. Nothing is written when a log cannot be read or
    none holds a message.
    """
    if list_formats:
        _list(as_json)
        return
    if not logs:
        raise click.UsageError("a log is needed: a file, or - for the standard input")
    if out is None:
        raise click.UsageError("-o OUT is needed: the trace to write")
    if is_standard_output(out):
        raise click.UsageError(f"-o {out}: an import may make several traces; name a file")
    if logs.count("-") > 1:
        raise click.UsageError("the standard input can be read only once")
    secret = key_of(key, key_file)
    if secret is not None and not scrubbed:
        raise click.UsageError("a key is for --scrub")
    from wwanreplay.formats.importer import import_logs

    summary = import_logs(
        logs,
        out,
        format_name=format_name,
        device=device,
        force=force,
        shared=shared,
        compression="zstd" if zstd else "none",
        expanded_size_max=expanded_size_max,
        after=_after(not no_infer, scrubbed, secret),
    )
    if as_json:
        click.echo(json.dumps(summary.as_json(), indent=1))
        return
    for line in summary.lines():
        echo(line)
    names = " ".join(quote(session.trace) for session in summary.sessions)
    echo(f"what it shows, and what may be the cause: wwanreplay explain {names}", err=True)


def _after(infer: bool, scrubbed: bool, secret: bytes | None) -> After:
    """What is done to each trace before it appears."""
    key = secret
    if scrubbed and key is None:
        import secrets

        # One random key for all traces of the import; it is not stored.
        key = secrets.token_bytes(32)

    def after(path: Path) -> Mapping[str, Any] | None:
        done: dict[str, Any] = {}
        if infer:
            from wwanreplay.analysis.infer import infer_file

            done |= infer_file(path)
        if scrubbed:
            from wwanreplay.analysis.scrub import scrub_file

            done["scrub"] = asdict(scrub_file(path, path, key, force=True))
        return done or None

    return after


def _list(as_json: bool) -> None:
    from wwanreplay.formats.plugged import plugin_formats
    from wwanreplay.formats.registry import all_formats

    formats = all_formats()
    if as_json:
        packages = {row.name: row.package for row in plugin_formats().values()}
        rows = {
            row.name: {"title": row.title, "package": packages.get(row.name)}
            for row in formats.values()
        }
        click.echo(json.dumps(rows, indent=1))
        return
    width = max(map(len, formats))
    for row in formats.values():
        echo(f"{row.name:<{width}}  {row.title}")
