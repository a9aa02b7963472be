"""Work for workers that dies of some traces, and workers that are killed while they work."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from wwanreplay.fleet import ReplayWork


@dataclass(frozen=True)
class DeadlyWork(ReplayWork):
    """Replays, but dies of traces with this in their name: always, or as often as there are files.

    `lives` is a folder; each death takes a file away from it.
    """

    deadly: str = "none"
    lives: str = ""

    def __call__(self, path):
        if self.deadly in Path(path).name and self._takes_a_life():
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(path)

    def _takes_a_life(self):
        if not self.lives:
            return True
        for file in Path(self.lives).iterdir():
            file.unlink()
            return True
        return False


def comparable(reports):
    """What must be the same wherever the work was done."""
    return [
        (each.path, each.verdict, each.exit_code, each.error, each.lines, each.totals, each.digest)
        for each in reports
    ]
