"""Sizes on the command line: numbers of bytes with an optional unit."""

from __future__ import annotations

import re
from typing import Final

import click

UNITS: Final = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_SIZE = re.compile(r"([0-9]{1,18})([KMGT]?)(?:i?B)?", re.I | re.A)


def as_size(text: str) -> int:
    """A number of bytes above 0, such as 4000000, 500M or 8GiB: units are powers of 1024."""
    match = _SIZE.fullmatch(text.strip())
    size = int(match[1]) * UNITS[match[2].upper()] if match else 0
    if not 0 < size < 1 << 62:
        raise click.BadParameter(f"{text!r} is no size; write bytes, or 500M, 8G")
    return size


max_expanded_option = click.option(
    "--max-expanded",
    "expanded_size_max",
    callback=lambda _ctx, _param, value: None if value is None else as_size(value),
    metavar="SIZE",
    help="How much a packed log may become: 500M, 8G.  [default: docs/limits.md]",
)
