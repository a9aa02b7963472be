"""The MBIM side of a recording: its messages to the host rebuilt from what the device said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wwanreplay._core import Event, Kind, RecordReader, Scanner
from wwanreplay.replay.align import DivergenceKind
from wwanreplay.replay.divergence import Divergence

if TYPE_CHECKING:
    from wwanreplay.mbim.function import WireDifference
    from wwanreplay.replay.hypotheses import ChunkLike
    from wwanreplay.trace import TraceReader


class WireCheck:
    """Gives every record of a trace to a fresh bridge and tells where its messages differ.

    The bridge is fed the recorded outputs, so that a divergence of the device is not told a second
    time for its bytes.
    """

    def __init__(self, profile: Mapping[str, Any]) -> None:
        from wwanreplay.mbim.bridge import bridge_of
        from wwanreplay.mbim.function import Rebuild

        self._rebuild = Rebuild(bridge_of(profile))
        self._next_index = 0
        self.messages = 0

    def check(self, chunk: ChunkLike) -> list[Divergence]:
        """Take the records of a chunk."""
        found = []
        for event in RecordReader(chunk.records, chunk.first_index, chunk.base_time_ns):
            self.messages += event.kind == Kind.KIND_WIRE
            found += [self._divergence(one) for one in self._rebuild.feed(event)]
        self._next_index = chunk.next_index
        return found

    def finish(self) -> list[Divergence]:
        """What was rebuilt and is not in the recording."""
        return [self._divergence(one) for one in self._rebuild.finish()]

    def _divergence(self, found: WireDifference) -> Divergence:
        recorded = found.recorded if isinstance(found.recorded, Event) else None
        rebuilt = found.rebuilt if isinstance(found.rebuilt, Event) else None
        index = self._next_index if found.index is None else found.index
        divergence = Divergence(
            DivergenceKind.WIRE, True, index, found.time_ns, recorded, rebuilt, note=found.what
        )
        if isinstance(found.recorded, bytes):
            divergence.wire_recorded = found.recorded
        if isinstance(found.rebuilt, bytes):
            divergence.wire_rebuilt = found.rebuilt
        return divergence


def has_wire(reader: TraceReader) -> bool:
    """Whether a trace has wire records; without a footer, whether its first chunk has."""
    if reader.footer is not None and not reader.cut_off:
        return bool(reader.footer.kinds.get(Kind.KIND_WIRE))
    if reader.size is None:
        return False
    first = next(reader.chunks(), None)
    if first is None:
        return False
    scanner = Scanner()
    scanner.scan(first.records, first.first_index, first.base_time_ns)
    return bool(scanner.kinds().get(Kind.KIND_WIRE))
