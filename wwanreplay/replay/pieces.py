"""One large trace gone over by several workers, each of which opens it for itself.

pieces = cut_in_pieces(path, 8)                    # here; [] for a trace that is not cut
found = [pass_piece(path, each) for each in pieces]     # anywhere, in any order
replay(path, ahead=PassedPieces(found))            # report and digest as without them
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from wwanreplay._core import Engine
from wwanreplay.errors import WwanReplayError
from wwanreplay.replay.passed import Passed, pass_over
from wwanreplay.stores import size_of
from wwanreplay.trace import TraceReader

#: Bytes of a piece: below, to hand it out costs more than it saves; above, some workers wait long.
PIECE_BYTES_MIN: Final = 8 << 20
PIECE_BYTES_MAX: Final = 64 << 20


class Piece(NamedTuple):
    """From the checkpoint at an offset to the one at another, or to the end of the trace."""

    offset: int
    stop_offset: int | None


def cut_in_pieces(path: str, count: int) -> list[Piece]:
    """The pieces behind the first checkpoint of a trace, some `count`, fewer of a smaller one.

    What stands before the first of them is left to whoever replays with what comes of them. []
    for a trace that is too small, is compared otherwise, cannot be read, or has no checkpoints.
    """
    known = size_of(path)
    if known is not None and known < 2 * PIECE_BYTES_MIN:
        return []
    try:
        with TraceReader(path) as reader:
            size, offsets = reader.size, reader.checkpoint_offsets()
            header = reader.header
            if size is None or size < 2 * PIECE_BYTES_MIN or reader.is_packed:
                return []
            if header.comparison == "field" or header.filtered_count or not header.profile_mapping:
                return []
    except (WwanReplayError, OSError):
        return []  # the replay reports it
    wanted = min(max(size // max(count, 1), PIECE_BYTES_MIN), PIECE_BYTES_MAX)
    cuts: list[int] = []
    for offset in offsets:
        if offset < size and (not cuts or offset >= cuts[-1] + wanted):
            cuts.append(offset)
    if len(cuts) > 1 and size - cuts[-1] < wanted // 2:
        del cuts[-1]
    return [Piece(*ends) for ends in zip(cuts, [*cuts[1:], None], strict=True)]


def pass_piece(path: str, piece: Piece) -> Passed | None:
    """What comes of a piece; None when something in it differs, is unusual or cannot be read."""
    from wwanreplay.replay.api import engine_of

    try:
        with TraceReader(path) as reader:
            chunks = reader.own_chunks(piece.offset)
            if chunks is None:
                return None
            return pass_over(chunks, engine_of(reader.header)[0], piece.stop_offset)
    except (WwanReplayError, OSError):
        return None


@dataclass(frozen=True)
class _Done:
    """A piece that a worker has gone over."""

    found: Passed

    @property
    def offset(self) -> int:
        """Where its checkpoint stands."""
        return self.found.offset

    def passed(self) -> Passed | None:
        """What came of it."""
        return self.found

    def give_up(self) -> None:
        """Nothing is under way."""


class PassedPieces:
    """What workers found, up to the first piece of which nothing came."""

    def __init__(self, found: Iterable[Passed | None]) -> None:
        self._found = list(found)

    def parts(self, start: int, engine: Engine) -> list[_Done]:  # noqa: ARG002 (theirs are done)
        """The pieces that are of use behind a place."""
        parts: list[_Done] = []
        for passed in self._found:
            if passed is None:
                break
            if passed.offset < start:
                return []
            parts.append(_Done(passed))
        return parts
