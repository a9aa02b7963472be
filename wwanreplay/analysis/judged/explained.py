"""A rule for who met it in a report: what it says, when it applies, what breaking it looks like."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from wwanreplay.analysis.check.registry import evidence, is_judged, row_of
from wwanreplay.analysis.judged.outcomes import severity_of
from wwanreplay.protocol.rules import reason_of

_WIDTH = 100
_BASES = {
    "modal": "its document demands it",
    "statement": "its document states it as how things are",
    "inferred": "it follows from members and types in its documents",
    "permission": "its document allows it",
}


def explained(rule_id: str) -> Iterator[str]:
    """The lines about a rule; UsageError for one that is not there, with what is near."""
    row = row_of(rule_id)
    yield f"{row.id}: a {row.level} for the {row.actor}; broken, it is a {severity_of(row)}"
    yield from _part("says", row.text)
    yield from _part("why a host cares", reason_of(row.id))
    yield from _part("about", ", ".join(row.subject))
    yield from _part("applies to", row.precondition)
    yield from _part("broken by", row.violation)
    yield from _part("why it binds", _BASES[row.basis])
    yield from _part("from", ", ".join(row.sources))
    yield from _part("in a trace", decided(row.id))


def decided(rule_id: str) -> str:
    """Whether a trace decides a rule, in words."""
    row = row_of(rule_id)
    if row.undecidable:
        return f"not decidable: {row.undecidable}"
    words = "decided" if row.checkable == "trace" else "decided where the session shows enough"
    if is_judged(row.id) and evidence(row.id).ndis_only:
        words += "; not in events that were mapped from MBIM messages"
    return words


def _part(name: str, text: str) -> Iterator[str]:
    if text:
        yield from wrap(f"{name}: {text}", _WIDTH, initial_indent="  ", subsequent_indent=" " * 6)
