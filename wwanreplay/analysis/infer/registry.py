"""The subjects that the files in `subjects/` declare, and what they propose together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

from wwanreplay.analysis.infer import subjects
from wwanreplay.analysis.infer.evidence import (
    Mismatch,
    Proposal,
    evidence_of,
    oid,
    status_code,
)
from wwanreplay.analysis.infer.subject import ANY_ANSWER, Subject, Variable
from wwanreplay.errors import DecodeError, UsageError


def discover() -> tuple[Subject, ...]:
    """The subjects in their order."""
    names = sorted(each.name for each in iter_modules(subjects.__path__))
    found = [import_module(f"{subjects.__name__}.{name}").SUBJECT for name in names]
    return tuple(sorted(found, key=lambda subject: subject.order))


SUBJECTS: Final = discover()
VARIABLES: Final = tuple(variable for subject in SUBJECTS for variable in subject.variables)


def _by_evidence() -> dict[int, list[Variable]]:
    """The variables that each report shows, those that it mainly shows first."""
    ranked: dict[int, list[tuple[int, Variable]]] = {}
    for variable in VARIABLES:
        for rank, name in enumerate(variable.evidence):
            if name != ANY_ANSWER:
                code = oid(name) if name.startswith("OID_") else status_code(name)
                ranked.setdefault(code, []).append((rank, variable))
    return {
        code: [variable for _, variable in sorted(rows, key=lambda row: row[0])]
        for code, rows in ranked.items()
    }


_BY_EVIDENCE: Final = _by_evidence()
_PREVENTIONS: Final = {
    status_code(name): prevent
    for subject in SUBJECTS
    for name, prevent in subject.preventions.items()
}
_OF_ANY_ANSWER: Final = tuple(each for each in VARIABLES if ANY_ANSWER in each.evidence)


class Environment:
    """Proposes what of the environment would make a device report what was recorded.

    `profile` is the plain mapping of the device's profile: coverage names networks by their place.
    """

    def __init__(self, profile: Mapping[str, Any]) -> None:
        rows = profile.get("providers", ())
        self.providers = tuple(str(row.get("provider_id", "")) for row in rows)

    def propose(self, mismatch: Mismatch) -> Iterator[Proposal]:
        """The proposals for a mismatch, those of its own report first."""
        if mismatch.absent:
            prevent = _PREVENTIONS.get(mismatch.witness.code)
            if prevent is not None:
                yield from prevent()
            return
        evidence = evidence_of(mismatch, self.providers)
        for variable in (*_BY_EVIDENCE.get(mismatch.witness.code, ()), *_OF_ANY_ANSWER):
            try:
                yield from variable.propose(evidence)
            except (DecodeError, UsageError, KeyError, ValueError):
                continue  # no stimulus can carry this, so no environment did it
