"""What of a trace could not be read, and what was stepped over."""

from __future__ import annotations

from dataclasses import dataclass

from wwanreplay._core import RecordReader, Scanner


@dataclass(slots=True)
class Loss:
    """Bytes `start` to `end` of the file could not be read.

    `records_lost` is how many records were in them, None when that cannot be known.
    """

    start: int
    end: int
    reason: str
    records_lost: int | None = None

    def __str__(self) -> str:
        records = "records unknown" if self.records_lost is None else f"{self.records_lost} records"
        return f"bytes {self.start} to {self.end}: {self.reason} ({records} lost)"


@dataclass(slots=True)
class Skipped:
    """How many things of unknown kind were stepped over."""

    frames: int = 0
    elements: int = 0
    record_kinds: int = 0
    record_keys: int = 0

    def add(self, counted: RecordReader | Scanner) -> None:
        """Add the counts of a chunk or of all chunks."""
        self.record_kinds += counted.unknown_kinds
        self.record_keys += counted.unknown_keys
        self.elements += counted.extra_elements
