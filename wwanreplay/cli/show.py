"""`wwanreplay show`: a session as a person reads it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from wwanreplay.cli.options import (
    Choice,
    input_argument,
    place,
    renamed,
    show_personal_option,
    stretch_options,
    where_option,
)
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_NO, EXIT_YES

KINDS = (
    "query",
    "set",
    "method",
    "cancel",
    "completion",
    "indication",
    "stimulus",
    "lifecycle",
    "wire",
    "clock",
    "gap",
    "note",
)


@click.command("show")
@input_argument("file", "FILE")
@click.option("--oid", "oids", multiple=True, metavar="NAME", help="Only this OID's transactions.")
@click.option(
    "--indication", "indications", multiple=True, metavar="NAME", help="Only this indication."
)
@stretch_options
@click.option("--from", "earlier_start", hidden=True)  # the former spellings
@click.option("--to", "earlier_stop", hidden=True)
@click.option(
    "--request", "requests", multiple=True, type=int, metavar="ID", help="Only this RequestId."
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=Choice(KINDS),
    metavar="KIND",
    help=f"Only records of this kind: {', '.join(KINDS)}.",
)
@click.option(
    "--port", "ports", multiple=True, type=click.IntRange(0), metavar="N", help="Only this port."
)
@where_option
@click.option("--all-fields", is_flag=True, help="Print fields that are zero or empty as well.")
@click.option("--raw", is_flag=True, help="Print the bytes of each buffer too.")
@click.option(
    "--follow", is_flag=True, help="Go on while the recording of FILE grows, until it ends."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines, one event each.")
@show_personal_option
@progress_option(prints_meanwhile=True)
def command(
    file: str,
    oids: tuple[str, ...],
    indications: tuple[str, ...],
    start: str | None,
    stop: str | None,
    earlier_start: str | None,
    earlier_stop: str | None,
    requests: tuple[int, ...],
    kinds: tuple[str, ...],
    ports: tuple[int, ...],
    where: str | None,
    all_fields: bool,
    raw: bool,
    follow: bool,
    as_json: bool,
    show_personal: bool,
) -> int:
    """Print a trace as a person reads it: time, direction, names, the fields that matter.

    Filters of one sort are alternatives; of several sorts, all must hold. The exit code is 1 when
    nothing matches them. With --follow FILE.part is read as it is written, where there is one;
    of numbered files (FILE.0001 and so on) the last one and those that follow it.
    """
    from wwanreplay.analysis.show import Filter, Tally, show_json, show_text

    chosen = Filter.of(
        oids=oids,
        indications=indications,
        start=place(renamed("--start", start, "--from", earlier_start), "--start"),
        stop=place(renamed("--stop", stop, "--to", earlier_stop), "--stop"),
        requests=requests,
        kinds=kinds,
        ports=ports,
        where=where,
    )
    tally = Tally()
    sources: Iterable[Any] = (file,)
    if follow:
        from wwanreplay.trace.growing import growing_files

        sources = growing_files(file)
    for source in sources:
        if as_json:
            lines = show_json(
                source, chosen, show_personal=show_personal, tally=tally, on_cut=_warn
            )
        else:
            lines = show_text(
                source,
                chosen,
                show_personal=show_personal,
                all_fields=all_fields,
                raw=raw,
                tally=tally,
            )
        for block in lines:
            click.echo(block) if as_json else echo(block)
    if tally.shown:
        return EXIT_YES
    if chosen.keeps_all:
        echo("the trace has no records", err=True)
        return EXIT_YES
    echo(f"nothing matched: none of {tally.records} records", err=True)
    return EXIT_NO


def _warn(text: str) -> None:
    echo(f"wwanreplay: warning: {text}", err=True)
