"""`wwanreplay export`: a trace in another format."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from wwanreplay.cli.options import (
    Choice,
    input_argument,
    shared_option,
    stretch_of,
    stretch_options,
)
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_NO, EXIT_YES

if TYPE_CHECKING:
    from wwanreplay.formats.exporters import Exporter


@click.command("export")
@input_argument("trace", "TRACE", required=False)
@click.option(
    "--to", "name", metavar="FORMAT", help="The format, where the suffix of FILE does not name it."
)
@click.option("-o", "--output", metavar="FILE", help="The file to write; - is standard output.")
@click.option(
    "--show-personal",
    is_flag=True,
    help="Do not mask what identifies a person; needed for formats that carry bytes as they are.",
)
@click.option(
    "--messages",
    type=Choice(("auto", "recorded", "built")),
    default="auto",
    help="MBIM messages: those recorded, or built from the events.  [default: recorded if any]",
)
@click.option(
    "--link",
    type=Choice(("usbmon", "user")),
    default="usbmon",
    help="Of a capture: a USB bus, or bare messages as link type USER0.  [default: usbmon]",
)
@click.option(
    "--rows",
    type=Choice(("events", "fields")),
    default="events",
    help="Of a table: a row for each event or for each decoded field.  [default: events]",
)
@stretch_options
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@shared_option
@click.option("--json", "as_json", is_flag=True, help="Print the summary, or the list, as JSON.")
@click.option("--list", "list_formats", is_flag=True, help="List the formats.")
@progress_option(prints_meanwhile=True)
def command(
    trace: str | None,
    name: str | None,
    output: str | None,
    show_personal: bool,
    messages: str,
    link: str,
    rows: str,
    start: str | None,
    stop: str | None,
    force: bool,
    shared: bool,
    as_json: bool,
    list_formats: bool,
) -> int:
    """Write TRACE in another format: for Wireshark, Perfetto, DuckDB, a spreadsheet, a script.

    What identifies a person is masked. A capture and plain hexadecimal carry the messages as they
    are, so that they are only written with --show-personal, or from a trace that was scrubbed.
    """
    from wwanreplay.formats.exporters import ExportOptions, export_trace
    from wwanreplay.outputs import STANDARD_OUTPUT, is_standard_output

    if list_formats:
        _list(as_json)
        return EXIT_YES
    if trace is None:
        raise click.UsageError("TRACE is needed: the trace to export")
    exporter = _exporter(name, output)
    chosen = {"messages": messages, "link": link, "rows": rows}
    _check_options(exporter, chosen)
    stretch = stretch_of(start, stop)
    options = ExportOptions(show_personal=show_personal, stretch=stretch, **chosen)
    target = STANDARD_OUTPUT if output is None else output
    to_error = is_standard_output(target)
    if to_error and (exporter.needs_file or (exporter.is_binary and sys.stdout.isatty())):
        raise click.UsageError(f"-o FILE is needed: {exporter.name} is not for a terminal")
    exported = export_trace(trace, exporter, target, options, force=force, shared=shared)
    for note in exported.notes:
        echo(f"wwanreplay: note: {note}", err=True)
    if as_json:
        click.echo(json.dumps({"file": output, **asdict(exported)}), err=to_error)
    elif not to_error:
        echo(
            f"{output}: {exporter.name}, {exported.written} "
            f"{_unit(exporter.name, rows)} from {exported.records} records"
        )
    if not exported.records and (start is not None or stop is not None):
        return EXIT_NO
    return EXIT_YES


def _exporter(name: str | None, output: str | None) -> Exporter:
    from wwanreplay.formats.exporters import EXPORTERS, exporter_by_name, exporter_by_suffix

    if name is not None:
        return exporter_by_name(name)
    found = None if output is None else exporter_by_suffix(output)
    formats = ", ".join(EXPORTERS)
    if output is None:
        raise click.UsageError(f"--to FORMAT is needed: one of {formats}")
    if found is None:
        raise click.UsageError(
            f"-o {output}: its suffix is that of no format; give --to FORMAT, one of {formats}"
        )
    return found


def _check_options(exporter: Exporter, chosen: dict[str, str]) -> None:
    """Refuse an option that the format has no use for."""
    context = click.get_current_context()
    for name in chosen:
        given = context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT
        if given and name not in exporter.options:
            raise click.UsageError(f"--{name} says nothing about {exporter.name}")


def _unit(name: str, rows: str) -> str:
    if name in ("pcapng", "hex"):
        return "messages"
    if name in ("csv", "parquet"):
        return "rows" if rows == "events" else "field rows"
    return "trace events" if name == "perfetto" else "lines"


def _list(as_json: bool) -> None:
    from wwanreplay.formats.exporters import EXPORTERS
    from wwanreplay.tabular import Table

    if as_json:
        rows = {
            row.name: {"suffixes": list(row.suffixes), "description": row.description}
            for row in EXPORTERS.values()
        }
        click.echo(json.dumps(rows, indent=2))
        return
    cells = [(row.name, ", ".join(row.suffixes), row.description) for row in EXPORTERS.values()]
    echo(Table(cells, has_head=False, widths=(10, 30), gap=""))
