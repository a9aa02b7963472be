"""Divergences that somebody accepted: taken out of the result of a replay, and named."""

from __future__ import annotations

from pathlib import PurePath

from wwanreplay.analysis.explain import rule_of, transaction_of
from wwanreplay.analysis.waivers import Finding, Waivers
from wwanreplay.protocol.presentation import time_text
from wwanreplay.replay import Divergence, ReplayResult
from wwanreplay.replay.names import code_name


def accept(result: ReplayResult, waivers: Waivers, path: str) -> None:
    """Take the listed divergences that are accepted, and what follows from them, out of a result.

    Divergences beyond those that are listed are unknown, and so never accepted.
    """
    roots: set[int] = set()
    left: list[Divergence] = []
    for divergence in result.divergences:
        if divergence.root_index in roots:
            _leave_out(result, divergence, f"it follows from record {divergence.root_index}")
            continue
        waiver = waivers.accepting(finding_of(divergence, path))
        if waiver is None:
            left.append(divergence)
            continue
        if divergence.root:
            roots.add(divergence.index)
        why = f"{waiver.reason} (until {waiver.expires}; {waiver.where})"
        _leave_out(result, divergence, why)
    result.divergences = left


def _leave_out(result: ReplayResult, divergence: Divergence, why: str) -> None:
    where = f"record {divergence.index}, {time_text(divergence.time_ns)} s"
    result.accepted.append(f"{divergence.kind} at {where}: {why}")
    result.divergence_count -= 1
    result.root_count -= divergence.root
    result.remark_count -= not divergence.is_fault


def finding_of(divergence: Divergence, path: str) -> Finding:
    """A divergence as what a waiver names."""
    event = divergence.event
    return Finding(
        str(divergence.layer),
        rule=rule_of(divergence) or "",
        kind=str(divergence.kind),
        code="" if event is None else code_name(event),
        fields=tuple(field.path for field in divergence.fields()),
        transaction=(transaction_of(divergence) or "").partition(" ")[0],
        trace=PurePath(path).name,
    )
