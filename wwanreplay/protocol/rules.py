"""The rules that sessions are judged by, read on first use.

Those of the documents' sentences stand in rules.toml; those beyond them, of requests and their
ends, times, values and the wire, in rules_own.toml. What they are about, and why a host cares,
stands for each first part of an id in rules_subjects.toml.

Rules are prose with a few marks: as data they need no brackets and no line breaks, and a process
that judges nothing does not read them.
"""

import tomllib
from functools import cache
from importlib.resources import files

from wwanreplay.protocol.schema import Rule, RuleSubject


@cache
def rows() -> tuple[Rule, ...]:
    """Every rule, in the order of the files."""
    return (*_read("rules.toml"), *_read("rules_own.toml"))


@cache
def subjects() -> dict[str, RuleSubject]:
    """What rules are about, by the first part of their ids, in the order of the pages."""
    text = files("wwanreplay.protocol").joinpath("rules_subjects.toml").read_text(encoding="utf-8")
    return {name: RuleSubject(**row) for name, row in tomllib.loads(text).items()}


def subject_of(rule_id: str) -> RuleSubject | None:
    """What a rule is about; None for a subject of another package."""
    return subjects().get(rule_id.partition(".")[0])


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
