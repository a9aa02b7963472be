"""`wwanreplay protocol`: look into the tables."""

from __future__ import annotations

import json

import click

from wwanreplay.cli.options import Choice
from wwanreplay.cli.terminal import echo

KINDS = ("oid", "indication", "structure", "enum", "status", "rule", "stimulus")


class _Subcommands(click.Group):
    """A group whose commands have completion too."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        command = super().get_command(ctx, cmd_name)
        if command is not None and ctx.resilient_parsing:
            from wwanreplay.cli.completing import completed

            return completed(command)
        return command


@click.group("protocol", cls=_Subcommands)
def protocol_group() -> None:
    """Print the tables of the WWAN model: OIDs, structures, statuses, rules."""


@protocol_group.command("list")
@click.option(
    "--kind",
    type=Choice(KINDS),
    metavar="KIND",
    help=f"Only rows of this kind: {', '.join(KINDS)}.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--markdown", is_flag=True, help="Print the page docs/protocol.md.")
def list_rows(kind: str | None, as_json: bool, markdown: bool) -> None:
    """List all rows, or those of one kind."""
    from wwanreplay.protocol import listing

    if markdown and (kind or as_json):
        raise click.UsageError("--markdown prints the whole page; leave out --kind and --json")
    kinds = (kind,) if kind else KINDS
    if markdown:
        click.echo(listing.markdown(), nl=False)
    elif as_json:
        found = [listing.summary_json(row) for name in kinds for row in listing.rows(name)]
        click.echo(json.dumps(found, indent=1))
    else:
        for position, name in enumerate(kinds):
            if not kind:
                echo(f"{chr(10) if position else ''}{listing.TITLES[name]}")
            echo(listing.table(name))


@protocol_group.command("show")
@click.argument("name", metavar="NAME|NUMBER")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: a list of the rows found.")
def show_row(name: str, as_json: bool) -> None:
    """Print everything the tables say of an OID, indication, structure, value set, status or rule.

    A name may be written in any case and without its prefix: connect is OID_WWAN_CONNECT. A number
    is looked up among OIDs, indications and statuses; the name of an enumeration's member
    shows the enumeration.
    """
    from wwanreplay.mbim.commands import ties_of_oid
    from wwanreplay.protocol import PROTOCOL, listing

    found = [(row, ties_of_oid(getattr(row, "name", ""))) for row in PROTOCOL.find(name)]
    if as_json:
        click.echo(json.dumps([listing.row_json(*each) for each in found], indent=1))
        return
    for position, (row, commands) in enumerate(found):
        if position:
            echo()
        for part in listing.description(row, commands):
            echo(part)


command = protocol_group
