"""Parts of a report as plain lines, for several test files."""

from collections.abc import Iterable

from wwanreplay.tabular import Part, Table


def plain_lines(parts: Iterable[Part]) -> list[str]:
    """Lines and tables as they are in a pipe."""
    lines: list[str] = []
    for part in parts:
        lines += part.lines() if isinstance(part, Table) else [part]
    return lines
