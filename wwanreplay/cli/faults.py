"""The option and the messages about faults that changed nothing."""

from __future__ import annotations

from collections.abc import Sequence

import click

from wwanreplay.errors import EXIT_DIVERGED, EXIT_EQUAL

allow_unused_fault = click.option(
    "--allow-unused-fault",
    "allow_unused",
    is_flag=True,
    help="Let a fault pass that changed nothing.",
)


def report_unused(unused: Sequence[str], *, allowed: bool) -> int:
    """Name each fault that changed nothing; the exit code."""
    if allowed:
        return EXIT_EQUAL
    for line in unused:
        click.echo(f"wwanreplay: error: {line} (--allow-unused-fault lets it pass)", err=True)
    return EXIT_DIVERGED if unused else EXIT_EQUAL
