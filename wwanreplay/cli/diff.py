"""`wwanreplay diff`: two sessions compared by transaction."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from wwanreplay.cli.options import (
    allow_empty_option,
    input_argument,
    show_personal_option,
    stretch_of,
    stretch_options,
)
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import InputError

if TYPE_CHECKING:
    from wwanreplay.trace.source import TraceInput


@click.command("diff")
@input_argument("a", "TRACE")
@input_argument("b", "TRACE")
@stretch_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--policy",
    "policy_file",
    metavar="FILE.toml",
    help="How members, events and times are compared (docs/real-devices.md).",
)
@click.option("--strict", is_flag=True, help="Let notes, identities and warnings count as a no.")
@allow_empty_option
@click.option(
    "--max-differences",
    type=click.IntRange(1, 1_000_000),
    default=100,
    show_default=True,
    metavar="N",
    help="Differences listed, and notes; further ones are counted.",
)
@show_personal_option
@progress_option()
def command(
    a: str,
    b: str,
    start: str | None,
    stop: str | None,
    as_json: bool,
    policy_file: str | None,
    strict: bool,
    allow_empty: bool,
    max_differences: int,
    show_personal: bool,
) -> int:
    """Compare two sessions by transaction: what is missing, extra, changed or reordered.

    The first trace is A, the second B: a good and a bad session, two firmwares, two hosts. Imported
    logs, packed traces and bundles are compared too; one of them may be -, the standard input.
    --start and --stop are records or times of each. The exit code is 0 when nothing differs but in
    notes, 1 for a difference or when nothing could be compared.
    """
    from wwanreplay.analysis.diff import diff_traces, result_json, result_lines
    from wwanreplay.replay.policy import load_policy

    if a == b == "-":
        raise click.UsageError("the standard input can be read only once")
    stretch = stretch_of(start, stop)
    policy = None if policy_file is None else load_policy(policy_file)
    with _named_input():
        result = diff_traces(
            _source(a),
            _source(b),
            policy,
            findings_max=max_differences,
            names=(_name(a), _name(b)),
            stretch=stretch,
        )
    if as_json:
        click.echo(json.dumps(result_json(result, show_personal=show_personal), indent=1))
    else:
        for line in result_lines(result, show_personal=show_personal):
            echo(line)
    remarks = result.remark_count if strict else 0
    return result.verdict.exit_code(allow_empty=allow_empty, remarks=remarks)


def _source(trace: str) -> TraceInput:
    return sys.stdin.buffer if trace == "-" else trace


def _name(trace: str) -> str:
    from wwanreplay.stores import STANDARD_INPUT, STANDARD_INPUT_FILE

    return STANDARD_INPUT_FILE if trace == STANDARD_INPUT else trace


@contextmanager
def _named_input() -> Iterator[None]:
    """Errors about a trace without a name, which is the standard input, name it."""
    from wwanreplay.trace.source import UNNAMED

    try:
        yield
    except InputError as error:
        if getattr(error, "path", None) not in (None, UNNAMED):
            raise
        text = str(error).removeprefix(f"{UNNAMED}: ")
        raise InputError(f"{_name('-')}: {text}") from None
