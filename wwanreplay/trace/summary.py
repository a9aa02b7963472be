"""The records found in a trace, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from wwanreplay._core import Scanner
from wwanreplay.trace.frames import Footer
from wwanreplay.trace.header import TraceHeader
from wwanreplay.trace.losses import Loss, Skipped


@dataclass(slots=True)
class TraceSummary:
    """The contents of a whole trace, and everything that is wrong with it."""

    header: TraceHeader
    records: int = 0
    next_index: int = 0
    kinds: dict[int, int] = field(default_factory=dict)
    codes: list[tuple[int, int]] | None = None
    code_counts: list[tuple[int, int, int, int]] | None = None  # kind, namespace, code, records
    inferred_kinds: dict[int, int] = field(default_factory=dict)
    digest: bytes = b""
    digest_state: bytes = b""
    time_range_ns: tuple[int, int] | None = None
    payload_bytes: int = 0
    chunks: int = 0
    segments: int = 0
    checkpoints: int = 0
    attachments: list[str] = field(default_factory=list)
    compressions: list[str] = field(default_factory=list)
    cut_off: bool = False
    cut_text: str = ""  # what is missing of one that is cut off
    size: int = 0
    losses: list[Loss] = field(default_factory=list)
    skipped: Skipped = field(default_factory=Skipped)
    disagreements: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is lost, cut off, or in disagreement with the footer."""
        return not (self.losses or self.cut_off or self.disagreements)


def disagreements(footer: Footer, scanner: Scanner) -> list[str]:
    """Where the numbers of a footer differ from those of the records before it."""
    times = scanner.time_range_ns or (None, None)
    compared: list[tuple[str, Any, Any]] = [
        ("records", footer.records, scanner.record_count),
        ("kinds", footer.kinds, scanner.kinds()),
        ("digest", footer.digest.hex(), scanner.digest().hex()),
        ("times", (footer.time_min_ns, footer.time_max_ns), times),
    ]
    return [
        f"the footer says {name} {stated}, the records say {found}"
        for name, stated, found in compared
        if stated != found
    ]
