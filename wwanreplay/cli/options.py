"""Options of the verbs that write files, and what they print about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from wwanreplay.outputs import PartFile

Command = TypeVar("Command", bound=Callable[..., Any])

shared_option = click.option(
    "--shared",
    is_flag=True,
    help="Create files for others to read, as the umask allows; they are private otherwise.",
)
sync_option = click.option(
    "--sync", is_flag=True, help="Let what is written survive a power cut, at some cost in speed."
)


def print_started(part: PartFile, *, in_memory: bool = False) -> None:
    """Print where a recording is while it is in progress."""
    if part.set_aside is not None:
        click.echo(
            f"{part.name}: a recording that did not end was there; it is {part.set_aside} now",
            err=True,
        )
    if in_memory:
        click.echo(f"{part.target.name}: scrubbed at the end; a kill before loses all", err=True)
    elif part.path is not None:
        click.echo(f"{part.target.name}: until it is complete it is {part.name}", err=True)
