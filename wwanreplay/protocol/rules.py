"""The rules that sessions are judged by, read on first use.

Those of the documents' sentences stand in rules.toml; those beyond them, of requests and their
ends, times, values and the wire, in rules_own.toml.

Rules are prose with a few marks: as data they need no brackets and no line breaks, and a process
that judges nothing does not read them.
"""

import tomllib
from functools import cache
from importlib.resources import files

from wwanreplay.protocol.schema import Rule


@cache
def rows() -> tuple[Rule, ...]:
    """Every rule, in the order of the files."""
    return (*_read("rules.toml"), *_read("rules_own.toml"))


def _read(name: str) -> tuple[Rule, ...]:
    text = files("wwanreplay.protocol").joinpath(name).read_text(encoding="utf-8")
    return tuple(
        Rule(
            rule_id,
            tuple(row["subject"]),
            **row["judged"],
            text=row["rule"],
            precondition=row["precondition"],
            violation=row["violation"],
            sources=tuple(row["sources"]),
        )
        for rule_id, row in tomllib.loads(text).items()
    )
