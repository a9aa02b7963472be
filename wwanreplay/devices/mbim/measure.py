"""Measure a modem, or what stands between: many exchanges, some at once, each with its time.

Only queries are sent, round and round. Every answer is held against its question: none may be lost,
doubled, or belong to another command.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from wwanreplay.devices.mbim.session import SECOND_NS, Arrival, HostSession, Pending, What
from wwanreplay.errors import UsageError
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.guards import guard_of
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.schema import Cid, Service
from wwanreplay.mbim.statuses import SUCCESS
from wwanreplay.mbim.tables import SERVICES
from wwanreplay.protocol.tables import near
from wwanreplay.words import meant

#: What is queried unless commands are named: what every modem knows and answers from memory.
USUAL: Final = (
    "device-caps",
    "subscriber-ready-status",
    "radio-state",
    "home-provider",
    "register-state",
    "packet-service",
    "signal-state",
    "connect",
)
#: Exchanges that may be under way at once; a function answers BUSY beyond some number.
CONCURRENCY_MAX: Final = 64
PERCENTILES: Final = (50, 90, 99)


@dataclass(slots=True)
class Measured:
    """Latencies of one command in ns, and how many of its answers were errors."""

    latencies_ns: list[int] = field(default_factory=list)
    errors: int = 0

    def as_row(self) -> dict[str, float | int]:
        """Counts, and latencies in milliseconds."""
        ordered = sorted(self.latencies_ns)
        row: dict[str, float | int] = {"exchanges": len(ordered), "errors": self.errors}
        for percent in PERCENTILES:
            row[f"p{percent}_ms"] = percentile_ns(ordered, percent) / 1e6
        row["max_ms"] = ordered[-1] / 1e6 if ordered else 0.0
        return row


@dataclass(slots=True)
class Measurement:
    """All exchanges: `lost` were not answered, `stray` answers belong to no question."""

    elapsed_ns: int = 0
    lost: int = 0
    refused: int = 0
    stray: int = 0
    events: int = 0
    commands: dict[str, Measured] = field(default_factory=dict)

    @property
    def exchanges(self) -> int:
        """Questions that were answered."""
        return sum(len(each.latencies_ns) for each in self.commands.values())

    @property
    def is_clean(self) -> bool:
        """Whether every question had its one answer."""
        return not (self.lost or self.refused or self.stray) and self.exchanges > 0

    def as_json(self) -> dict[str, Any]:
        """Plain values; times in seconds and milliseconds."""
        elapsed_s = self.elapsed_ns / SECOND_NS
        return {
            "exchanges": self.exchanges,
            "elapsed_s": elapsed_s,
            "exchanges_per_second": self.exchanges / elapsed_s if elapsed_s else 0.0,
            "lost": self.lost,
            "refused": self.refused,
            "stray": self.stray,
            "events": self.events,
            "commands": {name: each.as_row() for name, each in self.commands.items()},
        }


def percentile_ns(ordered: Sequence[int], percent: int) -> int:
    """The value that so many percent are not above; 0 of nothing."""
    if not ordered:
        return 0
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def queries_of(names: Sequence[str]) -> list[Message]:
    """The queries of named commands; UsageError for one that is none or must not be sent."""
    return [_query(name) for name in names or USUAL]


def _query(name: str) -> Message:
    found = next((pair for pair in _rows() if meant(name, names_of_command(pair[1]))), None)
    if found is None:
        nicks = [row.nick for _, row in _rows()]
        hint = near(name, nicks) or "; names are those of MBIM's tables"
        raise UsageError(f"{name}: there is no such command{hint}")
    service, row = found
    if not row.query:
        raise UsageError(f"{name}: has no query; only queries are sent")
    message = Message(
        messages.MBIM_COMMAND_MSG,
        1,
        messages.COMMAND_QUERY,
        uuid.UUID(service.uuid).bytes,
        row.cid,
        codec.encode(service.number, row.cid, "query", {}),
    )
    if guard_of(message) is not None:
        raise UsageError(f"{name}: is not sent to be measured: it changes more than the session")
    return message


def names_of_command(row: Cid) -> tuple[str, ...]:
    """The names that a command goes by: the table's, its own, and that without its prefix."""
    return row.nick, row.name, row.name.removeprefix("MBIM_CID_")


def queried_commands() -> list[str]:
    """The names of the commands that may be sent to be measured."""
    return [name for name in dict.fromkeys(row.nick for _, row in _rows()) if _is_sent(name)]


def _is_sent(name: str) -> bool:
    try:
        return bool(_query(name))
    except UsageError:
        return False


def _rows() -> Iterator[tuple[Service, Cid]]:
    for service in SERVICES.values():
        for row in service.cids:
            yield service, row


class Exchanges:
    """Sends queries round and round on an open session, `concurrency` at once.

    `on_arrival` is given everything that comes.
    """

    def __init__(
        self,
        session: HostSession,
        queries: Sequence[Message],
        concurrency: int = 1,
        on_arrival: Callable[[Arrival], None] = lambda _arrival: None,
    ) -> None:
        if not 1 <= concurrency <= CONCURRENCY_MAX:
            raise UsageError(f"concurrency must be from 1 to {CONCURRENCY_MAX}")
        self.session = session
        self.queries = queries
        self.concurrency = concurrency
        self.measurement = Measurement()
        self._on_arrival = on_arrival
        self._next_id = 0

    def run(self, count: int) -> Measurement:
        """Make so many exchanges; those under way at the end are waited for."""
        started_ns = self.session.clock()
        sent = 0
        pending = self.session.pending
        while sent < count or pending:
            while sent < count and len(pending) < self.concurrency:
                self._send(self.queries[sent % len(self.queries)])
                sent += 1
            due_ns = self.session.next_due_ns
            for arrival in self.session.receive(self.session.clock() if due_ns is None else due_ns):
                self._take(arrival)
        self.measurement.elapsed_ns += self.session.clock() - started_ns
        return self.measurement

    def _send(self, query: Message) -> Pending:
        self._next_id = self._next_id % 0x7FFFFFFF + 1
        kind, buffer = query.type, query.buffer
        return self.session.send(
            Message(kind, self._next_id, query.value, query.service, query.cid, buffer)
        )

    def _take(self, arrival: Arrival) -> None:
        self._on_arrival(arrival)
        measurement = self.measurement
        if arrival.what is What.ANSWER and arrival.pending is not None and arrival.message:
            pending = arrival.pending
            measured = measurement.commands.setdefault(pending.name, Measured())
            measured.latencies_ns.append(arrival.time_ns - pending.sent_ns)
            measured.errors += arrival.message.value != SUCCESS
        elif arrival.what is What.TIMEOUT:
            measurement.lost += 1
        elif arrival.what is What.REFUSAL:
            measurement.refused += 1
        elif arrival.what in (What.UNASKED, What.LATE):
            measurement.stray += 1
        elif arrival.what is What.EVENT:
            measurement.events += 1
