"""The behaviour rules of the WWAN model, read from rules.toml on first use.

Rules are prose with a few marks: as data they need no brackets and no line breaks, and a process
that judges nothing does not read them.
"""

import tomllib
from functools import cache
from importlib.resources import files

from wwanreplay.protocol.schema import Rule


@cache
def rows() -> tuple[Rule, ...]:
    """Every rule, in the order of the file."""
    text = files("wwanreplay.protocol").joinpath("rules.toml").read_text(encoding="utf-8")
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
