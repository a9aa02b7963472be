"""Every rule that can be decided on a session has a predicate and a test.

Rules of the subjects below have a test of their own beside the sessions that break each rule.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from wwanreplay.analysis.check import rules
from wwanreplay.protocol.rules import rows

PREFIXES = ("async", "connect", "register", "pco", "dss", "dss-write", "dss-read")
# Rules beyond the documents' sentences (rules_own.toml), whoever they bind.
OWN = ("request", "buffer", "value", "timing", "wire")


def wanted() -> set[str]:
    """The rules of the circle that a session decides, wholly or partly."""
    return {
        row.id
        for row in rows()
        if row.checkable in ("trace", "partial")
        and (
            row.id.split(".")[0] in OWN
            or (row.id.split(".")[0] in PREFIXES and row.actor == "miniport")
        )
    }


def marks(path: Path) -> Iterator[str]:
    """The ids of a file's `pytest.mark.rule` decorators."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for decorator in getattr(node, "decorator_list", ()):
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == (
                "pytest.mark.rule"
            ):
                yield from (ast.literal_eval(argument) for argument in decorator.args)


def marked() -> list[str]:
    return [mark for path in Path(__file__).parent.glob("test_*.py") for mark in marks(path)]


def test_the_list_has_128_rules_of_documents_and_21_others() -> None:
    own = [rule_id for rule_id in wanted() if rule_id.split(".")[0] in OWN]
    assert (len(own), len(wanted())) == (21, 128 + 21)


def test_every_rule_has_a_marked_test() -> None:
    assert set(marked()) == wanted()


def test_no_rule_is_marked_twice() -> None:
    assert sorted(marked()) == sorted(set(marked()))


def test_every_rule_that_can_be_decided_has_a_predicate_and_no_other() -> None:
    decidable = {row.id for row in rows() if row.checkable in ("trace", "partial")}
    assert set(rules()) == decidable
