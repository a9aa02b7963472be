"""Counts, rates, latencies and errors of a session: a row for each operation of an OID.

Memory does not grow with the trace: latencies are counted in buckets, of open requests and of
different rows there is a limit, and what is beyond a limit is counted and reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from wwanreplay._core import Event, Kind, Namespace, RecordFlag
from wwanreplay.analysis.histogram import RELATIVE_ERROR, Histogram
from wwanreplay.analysis.show import Filter, Selection
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import INDICATION_REQUIRED, REQUESTS
from wwanreplay.replay.names import code_name, kind_name, status_name
from wwanreplay.replay.observed import leaves, members
from wwanreplay.trace import TraceReader
from wwanreplay.trace.source import TraceInput

#: Requests whose end is awaited; beyond, the oldest is counted as it stands.
OPEN_MAX: Final = 65536
#: Rows of operations and of indications, and statuses of a row; beyond, all others are one.
ROWS_MAX: Final = 2048
STATUSES_MAX: Final = 64
#: What stands for the rows, or statuses, beyond the limit.
OTHERS: Final = "others"

_MORE_TO_COME: Final = frozenset(
    PROTOCOL.number_of("WWAN_STATUS", name)
    for name in ("WWAN_STATUS_SMS_MORE_DATA", "WWAN_STATUS_MORE_DATA")
)


@dataclass(slots=True)
class Operation:
    """A query, set or method of one OID: how often, how it ended, how long it took.

    `completion` is from a request to its first completion, `closing` to the indication that ends
    it. `unanswered` have neither, `unclosed` are provisional completions that no indication ends.
    `statuses` are those of completions and closing indications that are neither success nor
    provisional.
    """

    name: str
    operation: str
    requests: int = 0
    completed: int = 0
    closed: int = 0
    unanswered: int = 0
    unclosed: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    completion: Histogram = field(default_factory=Histogram)
    closing: Histogram = field(default_factory=Histogram)


@dataclass(slots=True)
class Report:
    """One indication: how often, and how many of them end a request; the others are events."""

    name: str
    count: int = 0
    closing: int = 0


@dataclass(slots=True)
class Stats:
    """What a session was made of, as far as it was chosen.

    `records` were read, `chosen` of them counted; `first_ns` and `last_ns` are the times between
    which these lie. `unpaired` answers belong to no request, `untimed` latencies are not known
    because a time is inexact or runs backwards, `forgotten` requests were open for too many others.
    `has_times`: what was recorded has times at all.
    """

    operations: dict[tuple[str, str], Operation] = field(default_factory=dict)
    indications: dict[str, Report] = field(default_factory=dict)
    records: int = 0
    chosen: int = 0
    first_ns: int | None = None
    last_ns: int | None = None
    unpaired: int = 0
    untimed: int = 0
    forgotten: int = 0
    has_times: bool = True

    @property
    def span_ns(self) -> int:
        """The time that the chosen records cover; 0 where nobody knows it."""
        if not self.has_times:
            return 0
        return (self.last_ns or 0) - (self.first_ns or 0)

    def rate(self, count: int) -> float | None:
        """So many a second; None where all is at one time."""
        return count * 1e9 / self.span_ns if self.span_ns else None


@dataclass(slots=True)
class _Open:
    """A request whose end is awaited, with what came of it so far."""

    name: str
    operation: str
    time_ns: int
    is_inexact: bool
    is_chosen: bool
    completed_ns: int | None = None
    closed_ns: int | None = None
    untimed: int = 0
    is_completed: bool = False
    is_provisional: bool = False
    is_closed: bool = False
    statuses: list[str] = field(default_factory=list)


class _Counting:
    """Takes events in order. A transaction counts, whole, when one of its events is chosen."""

    def __init__(self, chosen: Filter) -> None:
        self.stats = Stats()
        self._selection = Selection(chosen)
        self._open: dict[tuple[int, ...], _Open] = {}

    def take(self, event: Event) -> None:
        """Take an event."""
        stats = self.stats
        stats.records += 1
        is_chosen = self._selection.keeps(event)
        if is_chosen:
            stats.chosen += 1
            time_ns = event.time_ns
            stats.first_ns = time_ns if stats.first_ns is None else min(stats.first_ns, time_ns)
            stats.last_ns = time_ns if stats.last_ns is None else max(stats.last_ns, time_ns)
        if event.kind in REQUESTS:
            self._begin(event, is_chosen)
        elif event.kind == Kind.KIND_COMPLETION:
            self._complete(event, is_chosen)
        elif event.kind == Kind.KIND_INDICATION:
            self._indicate(event, is_chosen)

    def finish(self) -> Stats:
        """Count what is still open; the whole."""
        for each in self._open.values():
            self._count(each)
        self._open.clear()
        return self.stats

    def _begin(self, event: Event, is_chosen: bool) -> None:
        key = _key(event)
        before = self._open.pop(key, None)
        if before is not None:
            self._count(before)
        is_inexact = bool(event.flags & RecordFlag.FLAG_TIME_INEXACT)
        self._open[key] = _Open(
            code_name(event), kind_name(event), event.time_ns, is_inexact, is_chosen
        )
        if len(self._open) > OPEN_MAX:
            oldest = self._open.pop(next(iter(self._open)))
            self.stats.forgotten += oldest.is_chosen
            self._count(oldest)

    def _complete(self, event: Event, is_chosen: bool) -> None:
        key = _key(event)
        found = self._open.get(key)
        if found is None or found.is_completed:
            self.stats.unpaired += is_chosen
            return
        found.is_chosen |= is_chosen
        found.is_completed = True
        found.is_provisional = event.status == INDICATION_REQUIRED
        found.completed_ns = self._latency(found, event)
        if event.status not in (0, INDICATION_REQUIRED):
            found.statuses.append(status_name(event.status))
        if not found.is_provisional or found.is_closed:
            self._count(self._open.pop(key))

    def _indicate(self, event: Event, is_chosen: bool) -> None:
        key = _key(event)
        if is_chosen:
            report = self._report(code_name(event))
            report.count += 1
            report.closing += event.request_id != 0
        found = self._open.get(key) if event.request_id else None
        if found is None:
            self.stats.unpaired += is_chosen and event.request_id != 0
            return
        found.is_chosen |= is_chosen
        status = _u_status(event)
        if status in _MORE_TO_COME:
            return
        found.is_closed = True
        found.closed_ns = self._latency(found, event)
        if status:
            found.statuses.append(PROTOCOL.text_of("WWAN_STATUS", status))
        if found.is_completed:
            self._count(self._open.pop(key))

    def _latency(self, found: _Open, event: Event) -> int | None:
        latency_ns = event.time_ns - found.time_ns
        is_inexact = found.is_inexact or bool(event.flags & RecordFlag.FLAG_TIME_INEXACT)
        if is_inexact or latency_ns < 0:
            found.untimed += 1
            return None
        return latency_ns

    def _count(self, found: _Open) -> None:
        """Count a transaction that is over, or will not be."""
        if not found.is_chosen:
            return
        row = self._operation(found.name, found.operation)
        row.requests += 1
        row.completed += found.is_completed
        row.closed += found.is_closed
        row.unanswered += not found.is_completed and not found.is_closed
        row.unclosed += found.is_provisional and not found.is_closed
        self.stats.untimed += found.untimed
        if found.completed_ns is not None:
            row.completion.add(found.completed_ns)
        if found.closed_ns is not None:
            row.closing.add(found.closed_ns)
        for name in found.statuses:
            known = name if name in row.statuses or len(row.statuses) < STATUSES_MAX else OTHERS
            row.statuses[known] = row.statuses.get(known, 0) + 1

    def _operation(self, name: str, operation: str) -> Operation:
        rows = self.stats.operations
        if (name, operation) not in rows and len(rows) >= ROWS_MAX:
            name, operation = OTHERS, ""
        return rows.setdefault((name, operation), Operation(name, operation))

    def _report(self, name: str) -> Report:
        rows = self.stats.indications
        if name not in rows and len(rows) >= ROWS_MAX:
            name = OTHERS
        return rows.setdefault(name, Report(name))


def _key(event: Event) -> tuple[int, ...]:
    """What a request and its answers have in common; without an id a code has to do."""
    if event.request_id:
        return event.request_id, event.port
    namespace = event.namespace or Namespace.NAMESPACE_OID
    return 0, event.port, int(namespace), event.code


def _u_status(event: Event) -> int:
    """The uStatus of an indication, 0 where it has none."""
    if event.payload:
        leaf = leaves(event).get("uStatus")
        value = 0 if leaf is None else leaf.value
    else:
        value = members(event).get("uStatus", 0)
    return value if isinstance(value, int) else 0


def stats_of(events: Iterable[Event], chosen: Filter | None = None) -> Stats:
    """The statistics of events in their order."""
    counting = _Counting(Filter() if chosen is None else chosen)
    for event in events:
        counting.take(event)
    return counting.finish()


def trace_stats(source: TraceInput, chosen: Filter | None = None) -> tuple[Stats, str]:
    """The statistics of a trace, and what is missing of one that is cut off."""
    with TraceReader(source) as reader:
        stats = stats_of(reader.events(), chosen)
        stats.has_times = reader.header.has_times
        return stats, reader.cut_text


def stats_values(stats: Stats, *, histogram: bool = False) -> dict[str, Any]:
    """Everything as plain values: times in ns, rates a second."""
    return {
        "records": stats.records,
        "chosen": stats.chosen,
        "first_ns": stats.first_ns if stats.has_times else None,
        "last_ns": stats.last_ns if stats.has_times else None,
        "percentile_error": RELATIVE_ERROR,
        "operations": [
            {
                "name": row.name,
                "operation": row.operation,
                "requests": row.requests,
                "requests_per_s": stats.rate(row.requests),
                "completed": row.completed,
                "closed": row.closed,
                "unanswered": row.unanswered,
                "unclosed": row.unclosed,
                "statuses": row.statuses,
                "request_to_completion": _latency_values(row.completion, histogram),
                "request_to_closing_indication": _latency_values(row.closing, histogram),
            }
            for row in sorted_operations(stats)
        ],
        "indications": [
            {
                "name": row.name,
                "count": row.count,
                "per_s": stats.rate(row.count),
                "closing": row.closing,
                "events": row.count - row.closing,
            }
            for row in sorted_indications(stats)
        ],
        "unpaired_answers": stats.unpaired,
        "unknown_latencies": stats.untimed,
        "forgotten_requests": stats.forgotten,
    }


def sorted_operations(stats: Stats) -> list[Operation]:
    """The rows by name."""
    return [row for _, row in sorted(stats.operations.items())]


def sorted_indications(stats: Stats) -> list[Report]:
    """The rows by name."""
    return [row for _, row in sorted(stats.indications.items())]


def _latency_values(found: Histogram, histogram: bool) -> dict[str, Any]:
    values: dict[str, Any] = {
        "count": found.count,
        "min_ns": found.percentile(0),
        "median_ns": found.percentile(50),
        "p95_ns": found.percentile(95),
        "max_ns": found.percentile(100),
    }
    if histogram:
        values["histogram"] = [
            {"low_ns": span.low_ns, "high_ns": span.high_ns, "count": span.total}
            for span in found.rows()
        ]
    return values
