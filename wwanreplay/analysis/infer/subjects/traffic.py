"""The counters of what has flowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wwanreplay._core import Event
from wwanreplay.analysis.infer.evidence import Evidence, Proposal, decoded_of, proposal
from wwanreplay.analysis.infer.readings import Reading
from wwanreplay.analysis.infer.start_records import StartRecords
from wwanreplay.analysis.infer.subject import StartPart, Subject, Variable, observes

STATISTICS: Final = "OID_GEN_STATISTICS"
_COUNTERS: Final = "counters"  # with a port a variable of the start
# Member of the stimulus → the counters that grow by it.
_SUMS: Final = {
    "InOctets": ("ifHCInOctets", "ifHCInUcastOctets"),
    "InPackets": ("ifHCInUcastPkts",),
    "OutOctets": ("ifHCOutOctets", "ifHCOutUcastOctets"),
    "OutPackets": ("ifHCOutUcastPkts",),
    "InErrors": ("ifInErrors",),
    "OutErrors": ("ifOutErrors",),
    "InDiscards": ("ifInDiscards",),
    "OutDiscards": ("ifOutDiscards",),
}


class TrafficStartPart(StartPart):
    """The counters when the trace begins."""

    @observes(STATISTICS)
    def _observe(self, reading: Reading) -> None:
        if reading.is_completed and reading.values:
            self.first.note((_COUNTERS, reading.event.port), reading)

    def records(self, make: StartRecords) -> Iterator[Event]:
        """Complete a query of each port's counters, as it was recorded."""
        for (_, port), first in self.first.each(_COUNTERS):
            if int(port) < self.port_count:
                yield make.completion(first.event.code, first.event.payload, int(port))


def _traffic(evidence: Evidence) -> Iterator[Proposal]:
    """The counters have grown by what has flowed."""
    expected = evidence.expected
    if expected is None or evidence.decoded is None or expected.code != evidence.witness.code:
        return
    before = decoded_of(expected)
    if before is None:
        return
    values = {}
    for name, paths in _SUMS.items():
        known = [path for path in paths if path in evidence.values]
        grown = [evidence.get(path) - before.get(path, 0) for path in known]
        if any(amount < 0 for amount in grown):
            return
        values[name] = max(grown, default=0)
    if any(values.values()):
        yield proposal("traffic", ("request", "before"), evidence.port, **values)


SUBJECT: Final = Subject(
    "traffic",
    140,
    start=TrafficStartPart,
    variables=(Variable("traffic", "traffic", (STATISTICS,), _traffic),),
)
