"""Reports of `check` for tests: a session that keeps its rules, and one whose device does not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rule_contexts import CONTEXT, on_and_off
from rule_faults import Fault, drop, duplicate
from rule_scenarios import run

from wwanreplay._core import Event
from wwanreplay.trace import TraceWriter

#: The device leaves out the link state and the end of a deactivation.
FAULTS = (drop("NDIS_STATUS_LINK_STATE", 1), drop(CONTEXT, 4), duplicate(CONTEXT, 1))


def session(faults: Sequence[Fault] = ()) -> list[Event]:
    """A context comes and goes."""
    return run(on_and_off, faults=list(faults))


def write(path: Path, events: list[Event]) -> Path:
    """A trace of these events."""
    with TraceWriter(path) as writer:
        for event in events:
            writer.write(event)
    return path


def broken_trace(folder: Path) -> Path:
    """A trace that breaks rules."""
    return write(folder / "broken.wwtrace", session(FAULTS))


def good_trace(folder: Path) -> Path:
    """A trace that breaks none."""
    return write(folder / "good.wwtrace", session())


def waiver(rule: str, expires: str = "2999-12-31", more: str = "") -> str:
    """The text of a file with one entry."""
    return f'[[accept]]\nrule = "{rule}"\n{more}reason = "known"\nexpires = {expires}\n'
