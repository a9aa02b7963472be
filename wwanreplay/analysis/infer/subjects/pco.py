"""Protocol configuration options that the network sends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from wwanreplay import _core
from wwanreplay._core import Event
from wwanreplay.analysis.infer.draft import Draft
from wwanreplay.analysis.infer.evidence import AT_OR_BEFORE, Evidence, Proposal, proposal
from wwanreplay.analysis.infer.readings import Reading
from wwanreplay.analysis.infer.start_records import StartRecords
from wwanreplay.analysis.infer.subject import (
    Parts,
    ProfilePart,
    StartPart,
    Subject,
    Variable,
    observes,
    successes,
)
from wwanreplay.analysis.infer.subjects.addresses import connections

PCO_STATUS: Final = "NDIS_STATUS_WWAN_PCO_STATUS"
_PCO: Final = "pco"  # with a port a variable of the start
_SIZE_MAX: Final = 256


class PcoProfilePart(ProfilePart):
    """The options of each port, as its first report has them."""

    def __init__(self, draft: Draft, parts: Parts[ProfilePart]) -> None:
        super().__init__(draft, parts)
        self._found: dict[int, dict[str, Any]] = {}

    @observes(PCO_STATUS)
    def _observe(self, reading: Reading) -> None:
        port = reading.event.port
        octets = _octets_of(reading)
        if not reading.succeeded or port in self._found or octets is None:
            return
        values = {"type": reading.number("PcoValue.Type") or 0, "octets": octets.hex(" ")}
        self._found[port] = self.draft.fitting("pco", values, f"event {reading.index}")
        self.draft.note(f"pco {port + 1}", reading)

    def complete(self) -> None:
        """Set the options of the ports up to the last one that has any."""
        if self._found:
            last = min(max(self._found), _core.PORT_COUNT_MAX - 1)
            rows = [self._found.get(port, {}) for port in range(last + 1)]
            self.draft.tables["pco"] = rows


class PcoStartPart(StartPart):
    """The options that the device has when the trace begins."""

    @observes(PCO_STATUS, of=successes)
    def _observe(self, reading: Reading) -> None:
        self.first.note((_PCO, reading.event.port), reading)

    def records(self, make: StartRecords) -> Iterator[Event]:
        """Report the options that the first answer of a port has."""
        for (_, port), first in self.first.each(_PCO):
            octets = _octets_of(first)
            if first.answers_query and octets is not None and int(port) < self.port_count:
                values = {
                    "PcoValue.Size": len(octets),
                    "PcoValue.Type": first.number("PcoValue.Type") or 0,
                    "PcoValue.PcoData": octets.ljust(_SIZE_MAX, b"\0"),
                }
                yield make.report(PCO_STATUS, values, int(port))


def _octets_of(reading: Reading) -> bytes | None:
    """The options of a report, None without any."""
    octets = reading.get("PcoValue.PcoData")
    size = reading.number("PcoValue.Size")
    return octets[:size] if isinstance(octets, bytes) and size else None


def _options(evidence: Evidence) -> Iterator[Proposal]:
    """The network sent options, or will with an activation."""
    for connection in connections(evidence):
        yield proposal(
            "pco",
            (*AT_OR_BEFORE, "request"),
            evidence.port,
            ConnectionId=connection,
            Size=evidence.get("PcoValue.Size"),
            Type=evidence.get("PcoValue.Type"),
            PcoData=bytes(evidence.get("PcoValue.PcoData", b""))[:_SIZE_MAX],
        )


SUBJECT: Final = Subject(
    "pco",
    130,
    profile=PcoProfilePart,
    start=PcoStartPart,
    variables=(Variable("PCO", "pco", (PCO_STATUS,), _options),),
    tables=("pco",),
)
