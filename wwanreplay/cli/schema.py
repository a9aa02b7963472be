"""`wwanreplay schema`: what an editor needs to check profiles, scripts and fault files."""

from __future__ import annotations

import json

import click

from wwanreplay.cli.options import Choice, shared_option


@click.command("schema")
@click.argument("kind", metavar="KIND", type=Choice(("profile", "script", "fault")))
@click.option("-o", "--output", metavar="FILE", help="Write it to a file.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@shared_option
def command(kind: str, output: str | None, force: bool, shared: bool) -> None:
    """Print the JSON Schema of a profile, a script or a fault file, which are TOML.

    Editors complete and check by it while one writes. What it refuses is refused by every verb;
    values of fields, and what values mean together, the verbs alone judge.
    """
    from wwanreplay.outputs import STANDARD_OUTPUT, whole
    from wwanreplay.schemas import schema_of

    text = json.dumps(schema_of(kind), indent=1) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    with whole(output or STANDARD_OUTPUT, force=force, shared=shared, is_binary=False) as file:
        file.write(text.encode())
