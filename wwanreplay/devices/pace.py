"""How fast a recording is gone through where time is real: `--speed recorded|full|step|N`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from wwanreplay.errors import UsageError, shown
from wwanreplay.words import meant

FORMS: Final = "recorded, full, step, or a number of times as fast"
RECORDED: Final = "recorded"
FULL: Final = "full"
STEP: Final = "step"
_NUMBER: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Pace:
    """A pace: `times` as fast as recorded, or None for as fast as it goes.

    With `is_step` each step waits until somebody lets it go on.
    """

    times: Fraction | None = Fraction(1)
    is_step: bool = False

    def scaled_ns(self, duration_ns: int) -> int:
        """How long a duration of the recording takes; 0 when nothing is waited for."""
        return 0 if self.times is None else int(duration_ns / self.times)


def parse_pace(text: str) -> Pace:
    """The pace that a word or a number names; UsageError for another text."""
    word = meant(text, (RECORDED, FULL, STEP))
    if word == RECORDED:
        return Pace()
    if word == FULL:
        return Pace(None)
    if word == STEP:
        return Pace(None, is_step=True)
    times = Fraction(text) if _NUMBER.fullmatch(text) else Fraction(0)
    if not times:
        raise UsageError(f"--speed {shown(text)}: no pace; use {FORMS}")
    return Pace(times)
