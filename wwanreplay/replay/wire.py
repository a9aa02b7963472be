"""The MBIM side of a recording: its messages to the host rebuilt from what the device emitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wwanreplay._core import Event, RecordReader, Scanner
from wwanreplay.protocol.kinds import KIND_GAP, KIND_NOTE, KIND_WIRE, WIRE_DEVICE_TO_HOST
from wwanreplay.replay.consequence import message_roots
from wwanreplay.replay.divergence import Divergence
from wwanreplay.replay.fault import DivergenceKind
from wwanreplay.replay.result import Options
from wwanreplay.trace import Chunk, TraceReader
from wwanreplay.trace.notes import NoteCode

if TYPE_CHECKING:
    from wwanreplay.mbim.function import WireDifference


PASSED_OVER = frozenset({KIND_WIRE, KIND_NOTE})


class WireCheck:
    """Gives every record of a trace to a fresh bridge and finds where its messages differ.

    The bridge is fed the recorded outputs, so that a device that diverges does not diverge a
    second time by its bytes. Where recorded outputs and messages disagree all the same, the
    messages follow from the outputs. Behind a gap nothing is compared, since records that are lost
    may have changed the function: `unjudged_count` counts the messages there. What stands outside
    of `part` is not reported; at most so many divergences as it lists are kept, all are counted.
    `messages` counts those compared, `undelivered_count` those of which only the time was.
    """

    def __init__(self, profile: Mapping[str, Any], part: Options) -> None:
        from wwanreplay.mbim.function import Rebuild
        from wwanreplay.mbim.profile_bridge import bridge_of

        self._rebuild = Rebuild(bridge_of(profile))
        self._part = part
        self._next_index = 0
        self._open: list[Divergence] = []  # whose next cause has not come yet
        self._kept: list[tuple[Divergence, int]] = []  # with the index of the next cause
        self.count = 0
        self.before_start_count = 0
        self.messages = 0
        self.undelivered_count = 0
        self.unjudged_count = 0
        self._is_lost = False  # records are, before what comes

    def check(self, chunk: Chunk) -> None:
        """Take the records of a chunk."""
        for event in RecordReader(chunk.records, chunk.first_index, chunk.base_time_ns):
            index = event.index or 0
            self._next_index = index + 1
            self._is_lost |= event.kind == KIND_GAP
            if self._open and event.kind not in PASSED_OVER:
                self._close(index)
            if self._is_lost:
                self.unjudged_count += event.kind == KIND_WIRE
                continue
            if not self._part.is_outside(index, event.time_ns):
                is_note = event.kind == KIND_NOTE
                self.messages += event.kind == KIND_WIRE and event.code == WIRE_DEVICE_TO_HOST
                self.undelivered_count += is_note and event.code == NoteCode.UNDELIVERED
            for found in self._rebuild.feed(event):
                self._take(found)

    def finish(self, *, is_whole: bool = True) -> None:
        """Take what was rebuilt and is not in the recording, unless it is cut off."""
        if is_whole and not self._is_lost:
            for found in self._rebuild.finish():
                self._take(found)
        self._close(self._next_index)

    def judged(self, root_indexes: Sequence[int]) -> list[Divergence]:
        """The divergences, those marked as consequences that follow from a root."""
        found = [divergence for divergence, _ in self._kept]
        messages = ((at.index, at.note.startswith("request"), cause) for at, cause in self._kept)
        for divergence, root in zip(found, message_roots(messages, root_indexes), strict=True):
            divergence.root, divergence.root_index = root is None, root
        return found

    def _close(self, index: int) -> None:
        self._kept += [(divergence, index) for divergence in self._open]
        self._open = []

    def _take(self, found: WireDifference) -> None:
        index = self._next_index if found.index is None else found.index
        if self._part.is_behind_stop(index, found.time_ns):
            return
        if self._part.is_before_start(index, found.time_ns):
            self.before_start_count += 1
            return
        self.count += 1
        if len(self._kept) + len(self._open) < self._part.divergences_max:
            self._open.append(self._divergence(found, index))

    def _divergence(self, found: WireDifference, index: int) -> Divergence:
        sides = found.recorded, found.rebuilt
        recorded, rebuilt = (side if isinstance(side, Event) else None for side in sides)
        divergence = Divergence(
            DivergenceKind.WIRE, True, index, found.time_ns, recorded, rebuilt, note=found.what
        )
        divergence.wire_recorded, divergence.wire_rebuilt = (
            side if isinstance(side, bytes) else None for side in sides
        )
        return divergence


def has_wire(reader: TraceReader) -> bool:
    """Whether a trace has wire records; without a footer its chunks are looked through.

    A pipe can be read only once; there the header has how the device was reached.
    """
    if reader.footer is not None and not reader.cut_off:
        return bool(reader.footer.kinds.get(KIND_WIRE))
    if reader.size is None:
        return reader.header.interface.startswith("mbim")
    scanner = Scanner()
    for chunk in reader.chunks():
        scanner.scan(chunk.records, chunk.first_index, chunk.base_time_ns)
        if scanner.kinds().get(KIND_WIRE):
            return True
    return False
