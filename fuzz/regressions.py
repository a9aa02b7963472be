"""What broke something once: fuzz/regressions.toml, and what of it is known to break still.

Each case is a sample, edits of it, and the target they broke. A case with `known` still breaks, in
the way that `breaks` says, for the reason given; the fuzzer does not report that way again. A test
fails when such a case is sound, so that the list stays true.
"""

from __future__ import annotations

import tomllib
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from edited_targets import EDITED
from edits import Edit, edits_from_toml, edits_to_toml

FILE: Final = Path(__file__).resolve().parent / "regressions.toml"
ROOT: Final = FILE.parent.parent
#: How a case breaks that does not come to an end by itself, or takes the process with it.
TIMEOUT: Final = "timeout"
MEMORY: Final = "memory"
CRASH: Final = "crash"
#: While endless work is known, no time is set that is later than this.
LATE_NS: Final = 1 << 40


@dataclass(frozen=True)
class Case:
    """One input that broke a target."""

    name: str
    target: str
    sample: str
    edits: tuple[Edit, ...]
    breaks: str = ""
    known: str = ""
    avoids: str = ""

    def run(self) -> None:
        """Give it to its target."""
        EDITED[self.target].run(self.sample, list(self.edits))

    @property
    def ends(self) -> bool:
        """Whether it comes back with an exception, if it breaks."""
        return not self.breaks.startswith((TIMEOUT, MEMORY, CRASH))


@cache
def cases() -> tuple[Case, ...]:
    """All cases, in the order of the file."""
    return tuple(case_of(row) for row in tomllib.loads(FILE.read_text()).get("case", ()))


def case_of(row: dict[str, Any]) -> Case:
    """The case of a table."""
    return Case(
        row.get("name", ""),
        row["target"],
        row["sample"],
        tuple(edits_from_toml(row["edits"])),
        row.get("breaks", ""),
        row.get("known", ""),
        row.get("avoids", ""),
    )


def case_text(case: Case) -> str:
    """The table of a case."""
    rows = [f'name = "{case.name}"', f'target = "{case.target}"', f'sample = "{case.sample}"']
    if case.breaks:
        rows.append(f"breaks = {edits_text(case.breaks)}")
    return "\n".join(["[[case]]", *rows, f"edits = {edits_to_toml(case.edits)}", ""])


def edits_text(text: str) -> str:
    """A text as TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def known_ways() -> frozenset[str]:
    """The ways of breaking that are known."""
    return frozenset(case.breaks for case in cases() if case.known)


def signature(error: BaseException) -> str:
    """How something broke: the error, and the innermost function of ours it came from."""
    name = type(error).__name__
    if isinstance(error, AssertionError) and error.args:
        return f"{name}: {error.args[0]}"[:100].splitlines()[0]
    place = ""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        path = Path(code.co_filename)
        if path.parent == FILE.parent:
            place = place or f"{path.name} {code.co_name}"
        elif "wwanreplay" in path.parts or "_core" in path.parts:
            place = f"{path.name} {code.co_name}"
    return f"{name} in {place}"


def avoided(edits: Sequence[Edit]) -> list[Edit]:
    """The edits without those that are known to make endless work."""
    if not any(case.avoids == "late times" for case in cases() if case.known):
        return list(edits)
    return [
        edit
        for edit in edits
        if not _is_late(edit.operand) or not ("records" in edit.path or "time" in edit.path)
    ]


def _is_late(operand: Any) -> bool:
    if isinstance(operand, list):
        return any(map(_is_late, operand))
    return isinstance(operand, int) and abs(operand) > LATE_NS


def guarded(target: str, recipe: bytes) -> None:
    """Run a recipe; what breaks in a known way is let pass."""
    edited = EDITED[target]
    name, edits = edited.drawn(recipe)
    try:
        edited.run(name, avoided(edits))
    except Exception as error:
        if signature(error) not in known_ways():
            raise
