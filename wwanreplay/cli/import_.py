"""`wwanreplay import`: field logs to traces."""

from __future__ import annotations

import json
from contextlib import closing
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from wwanreplay.cli.options import (
    fleet_options,
    inputs_argument,
    key_of,
    key_options,
    max_expanded_option,
    shared_option,
)
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_YES
from wwanreplay.outputs import is_standard_output
from wwanreplay.progress import begin
from wwanreplay.words import printable

if TYPE_CHECKING:
    from wwanreplay.fleet import Where
    from wwanreplay.fleet.importing import Imported, ImportWork


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
@click.option("--each", is_flag=True, help="Each LOG is a session of its own; OUT is a folder.")
@click.option("--only-new", is_flag=True, help="With --each: pass over logs whose trace is there.")
@fleet_options
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
    each: bool,
    only_new: bool,
    processes: int,
    cluster: str | None,
    list_formats: bool,
) -> int:
    """Make a trace of each device in LOG….

    Several logs of one session are merged by time; LOG - is the standard input. The first device is
    written to OUT, further ones to OUT-2 and so on. Nothing is written when a log cannot be read or
    none holds a message.

    With --each every log is a session of its own, a million of them too: OUT is a folder, of a disk
    or a store, in which each trace has the name of its log. A log that cannot be read is named, and
    the others go on.
    """
    if list_formats:
        _list(as_json)
        return EXIT_YES
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
    options: dict[str, Any] = {
        "format_name": format_name,
        "device": device,
        "force": force,
        "shared": shared,
        "compression": "zstd" if zstd else "none",
        "expanded_size_max": expanded_size_max,
    }
    scrub_key = _scrub_key(scrubbed, secret)
    if each:
        from wwanreplay.fleet import Where
        from wwanreplay.fleet.importing import ImportWork
        from wwanreplay.fleet.names import common_depth

        if "-" in logs:
            raise click.UsageError("--each takes files, not the standard input")
        if only_new and force:
            raise click.UsageError("--only-new and --force: give one of them")
        work = ImportWork(
            out, common_depth(logs), not no_infer, scrub_key, only_new=only_new, **options
        )
        work.check(logs)
        return _import_each(logs, work, Where(processes, cluster), as_json)
    for name, value in {"--only-new": only_new, "-j": processes > 1, "--cluster": cluster}.items():
        if value:
            raise click.UsageError(f"{name} is for --each")
    from wwanreplay.analysis.finishing import finishing
    from wwanreplay.formats.importer import import_logs

    summary = import_logs(
        logs,
        out,
        after=finishing(infer=not no_infer, key=scrub_key),
        **options,
    )
    if as_json:
        click.echo(json.dumps(summary.as_json(), indent=1))
        return EXIT_YES
    for line in summary.lines():
        echo(line)
    names = " ".join(quote(session.trace) for session in summary.sessions)
    echo(f"what it shows, and what may be the cause: wwanreplay explain {names}", err=True)
    return EXIT_YES


def _scrub_key(scrubbed: bool, secret: bytes | None) -> bytes | None:
    """The key of all traces of the import, a random one where none is given; it is not stored."""
    if not scrubbed or secret is not None:
        return secret
    import secrets

    return secrets.token_bytes(32)


def _import_each(logs: tuple[str, ...], work: ImportWork, where: Where, as_json: bool) -> int:
    """Make traces of logs that are a session each; the exit code is the worst of all."""
    from wwanreplay.fleet import run

    found: list[Imported] = []
    shown = begin("logs", len(logs), "logs")
    try:
        with closing(run(list(logs), work, where)) as imported:
            for each in imported:
                found.append(each)
                shown.reach(len(found))
                if each.error:
                    echo(f"wwanreplay: error: {printable(each.error)}", err=True)
                elif not as_json:
                    echo(f"{printable(each.path)}: {each.lines[0]}")
                    for line in each.lines[1:]:
                        echo(f"  {line}".rstrip())
    except KeyboardInterrupt:
        echo(f"interrupted: {len(found)} of {len(logs)} logs are done", err=True)
        raise
    finally:
        shown.end()
    if as_json:
        values = [{"log": each.path, **each.values} for each in found]
        click.echo(json.dumps(values, indent=1))
    else:
        skipped = sum(each.is_skipped for each in found)
        failed = sum(bool(each.error) for each in found)
        echo()
        echo(f"{len(found) - skipped - failed} logs imported, {skipped} passed over, {failed} not")
    return max(each.exit_code for each in found)


def _list(as_json: bool) -> None:
    from wwanreplay.formats.plugged import plugin_formats
    from wwanreplay.formats.registry import all_formats
    from wwanreplay.tabular import Table

    formats = all_formats()
    if as_json:
        packages = {row.name: row.package for row in plugin_formats().values()}
        rows = {
            row.name: {"title": row.title, "package": packages.get(row.name)}
            for row in formats.values()
        }
        click.echo(json.dumps(rows, indent=1))
        return
    echo(Table([(row.name, row.title) for row in formats.values()], has_head=False))
