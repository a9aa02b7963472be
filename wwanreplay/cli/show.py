"""`wwanreplay show`: a session as a person reads it."""

from __future__ import annotations

import click

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
@click.argument("file", metavar="FILE")
@click.option("--oid", "oids", multiple=True, metavar="NAME", help="Only this OID's transactions.")
@click.option("--indication", "indications", multiple=True, metavar="NAME", help="Only these.")
@click.option("--from", "start", metavar="TIME", help="From this time on, such as 3.5s.")
@click.option("--to", "stop", metavar="TIME", help="Up to this time.")
@click.option("--request", "requests", multiple=True, type=int, metavar="ID", help="Only these.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only these kinds.")
@click.option("--port", "ports", multiple=True, type=click.IntRange(0), help="Only these ports.")
@click.option("--all-fields", is_flag=True, help="Print fields that are zero or empty as well.")
@click.option("--raw", is_flag=True, help="Print the bytes of each buffer too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines, one event each.")
@click.option("--show-personal", is_flag=True, help="Do not mask what identifies a person.")
def command(
    file: str,
    oids: tuple[str, ...],
    indications: tuple[str, ...],
    start: str | None,
    stop: str | None,
    requests: tuple[int, ...],
    kinds: tuple[str, ...],
    ports: tuple[int, ...],
    all_fields: bool,
    raw: bool,
    as_json: bool,
    show_personal: bool,
) -> None:
    """Print a trace as a person reads it: time, direction, names, the fields that matter.

    Filters of one sort are alternatives; of several sorts, all must hold.
    """
    from wwanreplay.analysis.show import Filter, show_json, show_text

    chosen = Filter.of(
        oids=oids,
        indications=indications,
        start=start,
        stop=stop,
        requests=requests,
        kinds=kinds,
        ports=ports,
    )
    if as_json:
        lines = show_json(file, chosen, show_personal=show_personal, on_cut=_warn)
    else:
        lines = show_text(file, chosen, show_personal=show_personal, all_fields=all_fields, raw=raw)
    for line in lines:
        click.echo(line)


def _warn(text: str) -> None:
    click.echo(f"wwanreplay: warning: {text}", err=True)
