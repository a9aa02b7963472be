"""Work for workers that dies of some traces, and workers that are killed while they work."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from leap_samples import session, with_payload_changed, write

from wwanreplay.fleet import ReplayWork
from wwanreplay.fleet.work import PieceWork


@dataclass(frozen=True)
class DeadlyWork(ReplayWork):
    """Replays, but dies of traces with this in their name: always, or as often as there are files.

    `lives` is a folder; each death takes a file away from it.
    """

    deadly: str = "none"
    lives: str = ""

    def __call__(self, path):
        if self.deadly in Path(path).name:
            die(self.lives)
        return super().__call__(path)


@dataclass(frozen=True)
class DeadlyPiecesWork(ReplayWork):
    """Replays, but dies of pieces of a large trace, as often as there are files in `lives`."""

    lives: str = ""

    def pieces(self, path, count):
        return [DeadlyPiece(each.piece, self.lives) for each in super().pieces(path, count)]


@dataclass(frozen=True)
class DeadlyPiece(PieceWork):
    """A piece of which a process dies."""

    lives: str = ""

    def __call__(self, path):
        die(self.lives)
        return super().__call__(path)


def die(lives):
    """Be killed; each death takes a file away from a folder, where one is named."""
    if not lives:
        os.kill(os.getpid(), signal.SIGKILL)
    for file in Path(lives).iterdir():
        try:
            file.unlink()
        except FileNotFoundError:
            continue  # another one died of it
        os.kill(os.getpid(), signal.SIGKILL)


def large_traces(folder):
    """Traces that are cut in pieces where pieces may be small: equal, diverging, damaged."""
    folder.mkdir()
    events = session()[1]
    write(folder / "equal.wwtrace", events)
    write(folder / "packed.wwtrace", events, compression="zstd")
    for number, place in enumerate((0.05, 0.5, 0.9)):
        write(folder / f"diverged-{number}.wwtrace", with_payload_changed(events, place))
    data = bytearray((folder / "equal.wwtrace").read_bytes())
    data[len(data) // 2] ^= 0xFF
    (folder / "damaged.wwtrace").write_bytes(data)
    return folder


def comparable(reports):
    """What must be the same wherever the work was done."""
    return [
        (each.path, each.verdict, each.exit_code, each.error, each.lines, each.totals, each.digest)
        for each in reports
    ]
