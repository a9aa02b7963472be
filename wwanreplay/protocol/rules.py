"""The rules that sessions are judged by, read on first use.

Those of the documents' sentences stand in rules.toml; those beyond them, of requests and their
ends, times, values and the wire, in rules_own.toml. What they are about, and why a host cares,
stands for each first part of an id in rules_subjects.toml, and for rules of which more is to be
said in rules_reasons.toml.

Rules are prose with a few marks: as data they need no brackets and no line breaks, and a process
that judges nothing does not read them. Each value stands in one line in which TOML and JSON agree,
and JSON is read twenty times faster: most of what a short replay took was this file.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from wwanreplay.protocol.schema import Rule, RuleSubject

_MARK: Final = re.compile(r'(\w+) = "([^"]*)"')


@cache
def rows() -> tuple[Rule, ...]:
    """Every rule, in the order of the files."""
    return (*_read("rules.toml"), *_read("rules_own.toml"))


@cache
def subjects() -> dict[str, RuleSubject]:
    """What rules are about, by the first part of their ids, in the order of the pages."""
    import tomllib

    text = Path(__file__).with_name("rules_subjects.toml").read_text(encoding="utf-8")
    return {name: RuleSubject(**row) for name, row in tomllib.loads(text).items()}


@cache
def reasons() -> dict[str, str]:
    """Why a host cares about a rule, by id, for those of which more is to be said."""
    import tomllib

    text = Path(__file__).with_name("rules_reasons.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def reason_of(rule_id: str) -> str:
    """Why a host cares about a rule, else about its subject; empty for one of another package."""
    subject = subject_of(rule_id)
    return reasons().get(rule_id) or ("" if subject is None else subject.why)


def subject_of(rule_id: str) -> RuleSubject | None:
    """What a rule is about; None for a subject of another package."""
    return subjects().get(rule_id.partition(".")[0])


def _read(name: str) -> tuple[Rule, ...]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
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
        for rule_id, row in tables(text).items()
    )


def tables(text: str) -> dict[str, dict[str, Any]]:
    """The tables of a file in which each value stands in one line."""
    found: dict[str, dict[str, Any]] = {}
    row: dict[str, Any] = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            row = found[line.strip('[]"')] = {}
            continue
        key, _, value = line.partition(" = ")
        row[key] = dict(_MARK.findall(value)) if value.startswith("{") else json.loads(value)
    return found
