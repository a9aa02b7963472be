"""A session as rules see it: requests with their answers, and reports in their order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, TypeVar

from wwanreplay._core import Event, Kind, Lifecycle, Namespace
from wwanreplay.analysis.check.fields import Fields, number, read_fields
from wwanreplay.protocol import general, indications, oids, stimuli
from wwanreplay.protocol.kinds import REQUESTS
from wwanreplay.protocol.schema import Indication, Oid

OIDS: dict[int, Oid] = {
    row.number: row for row in (*oids.ROWS, *general.OID_ROWS) if row.number is not None
}
INDICATIONS: dict[int, Indication] = {
    row.number: row for row in (*indications.ROWS, *general.INDICATION_ROWS)
}
WWAN_OIDS = frozenset(row.number for row in oids.ROWS if row.number is not None)
WWAN_INDICATIONS = frozenset(row.number for row in indications.ROWS)
SECOND = 1_000_000_000
T = TypeVar("T")

# More than one indication answers these, all but the last with this status.
_MORE_TO_COME = (number.WWAN_STATUS_SMS_MORE_DATA, number.WWAN_STATUS_MORE_DATA)


class Item:
    """One event of a session; `at` is its position, which is the order of things."""

    __slots__ = ("_fields", "_read", "at", "event", "transaction", "was_open")

    def __init__(self, at: int, event: Event) -> None:
        self.at = at
        self.event = event
        # The request that a completion or transactional indication belongs to.
        self.transaction: Transaction | None = None
        # Whether that transaction was accepted and not yet closed when the indication came.
        self.was_open = False
        self._read = False
        self._fields: Fields | None = None

    @property
    def index(self) -> int:
        """The record number in the trace; the position when the events have none."""
        return self.at if self.event.index is None else self.event.index

    @property
    def is_event(self) -> bool:
        """Whether it is an unsolicited indication."""
        return self.event.kind == Kind.KIND_INDICATION and self.event.request_id == 0

    @property
    def fields(self) -> Fields | None:
        """The payload of a request or indication, read when first looked at."""
        if not self._read:
            self._fields = read_fields(self._structs(), self.event.payload)
            self._read = True
        return self._fields

    def _structs(self) -> Iterable[str]:
        event = self.event
        if event.kind == Kind.KIND_INDICATION:
            row = INDICATIONS.get(event.code)
            return row.structs if row else ()
        oid = OIDS.get(event.code)
        if event.kind == Kind.KIND_STIMULUS:
            return (_STIMULI.get(event.code, ""),)
        if oid is None or event.namespace == Namespace.NAMESPACE_MBIM:
            return ()
        if event.kind == Kind.KIND_COMPLETION:
            return oid.query_output
        return oid.query_input if event.kind == Kind.KIND_QUERY else oid.set_input

    def __getitem__(self, path: str) -> Any:
        """A field of the payload, None when it is not there."""
        fields = self.fields
        return None if fields is None else fields[path]

    @property
    def u_status(self) -> int:
        """The uStatus of an indication; success for structures that have none."""
        value = self["uStatus"]
        return 0 if value is None else int(value)

    def __repr__(self) -> str:
        event = self.event
        return f"<{self.at} {event.kind.name} {event.code:#x} id {event.request_id}>"


_STIMULI = {row.number: row.struct for row in stimuli.ROWS}


class Transaction:
    """A request with its answers."""

    __slots__ = ("cancel", "completions", "indications", "oid", "request")

    def __init__(self, request: Item) -> None:
        self.request = request
        self.oid = request.event.code
        self.completions: list[Item] = []
        # Every indication with its RequestId; the first one (of an SMS read: the last) closes it.
        self.indications: list[Item] = []
        self.cancel: Item | None = None

    @property
    def is_set(self) -> bool:
        """Whether it is a set."""
        return self.request.event.kind == Kind.KIND_SET

    @property
    def is_query(self) -> bool:
        """Whether it is a query."""
        return self.request.event.kind == Kind.KIND_QUERY

    @property
    def row(self) -> Oid | None:
        """The OID's row, None for an unknown one."""
        return OIDS.get(self.oid)

    @property
    def mode(self) -> str:
        """How the tables say this operation is answered: empty, sync, async or unknown."""
        row = self.row
        if row is None:
            return "unknown"
        if self.is_set:
            return row.set
        return row.query if self.is_query else row.method

    @property
    def first_answer(self) -> Item | None:
        """Its first completion."""
        return self.completions[0] if self.completions else None

    @property
    def status(self) -> int | None:
        """NDIS_STATUS of the first completion, None when there is none."""
        return self.completions[0].event.status if self.completions else None

    @property
    def accepted(self) -> bool:
        """Whether it was answered provisionally."""
        return bool(self.status == number.NDIS_STATUS_INDICATION_REQUIRED)

    @property
    def refused(self) -> bool:
        """Whether it was answered with an NDIS error."""
        status = self.status
        return status is not None and status >= 0x80000000

    @property
    def closing(self) -> Item | None:
        """The indication that closed it."""
        for item in self.indications:
            if item.u_status not in _MORE_TO_COME:
                return item
        return None

    @property
    def succeeded(self) -> bool:
        """Whether it was closed with WWAN_STATUS_SUCCESS."""
        closing = self.closing
        return closing is not None and closing.u_status == 0

    @property
    def end(self) -> int:
        """Position of its end: closing indication or refusal; beyond the session when open."""
        closing = self.closing
        if closing is not None:
            return closing.at
        first = self.first_answer
        return first.at if first is not None and not self.accepted else 1 << 62

    def open_at(self, at: int) -> bool:
        """Whether it had been sent and not ended at a position."""
        return self.request.at < at <= self.end

    def __getitem__(self, path: str) -> Any:
        """A field of the request's buffer."""
        return self.request[path]


class Session:
    """The ordered events of one device, with the look-ups that rules need.

    Positions (`Item.at`) order everything; `before` means strictly before, by position.
    """

    def __init__(self, events: Iterable[Event]) -> None:
        self.items = [Item(at, event) for at, event in enumerate(events)]
        self.transactions: list[Transaction] = []
        self.requests: dict[int, list[Transaction]] = {}
        self.indications: dict[int, list[Item]] = {}
        self.stimuli: list[Item] = []
        self.lifecycle: list[Item] = []
        self._by_index: dict[int, Transaction] = {}
        self._by_id: dict[int, list[Transaction]] = {}
        self._derived: dict[str, Any] = {}
        for item in self.items:
            self._place(item)

    def _place(self, item: Item) -> None:
        event = item.event
        if event.namespace == Namespace.NAMESPACE_MBIM:
            return
        if event.kind in REQUESTS:
            transaction = Transaction(item)
            self.transactions.append(transaction)
            self.requests.setdefault(event.code, []).append(transaction)
            self._by_index[item.index] = transaction
            self._by_id.setdefault(event.request_id, []).append(transaction)
        elif event.kind == Kind.KIND_CANCEL:
            for transaction in self._by_id.get(event.request_id, ()):
                if transaction.request.event.port == event.port:
                    transaction.cancel = item
        elif event.kind == Kind.KIND_COMPLETION:
            self._place_completion(item)
        elif event.kind == Kind.KIND_INDICATION:
            self.indications.setdefault(event.code, []).append(item)
            if event.request_id:
                self._place_closing(item)
        elif event.kind == Kind.KIND_STIMULUS:
            self.stimuli.append(item)
        elif event.kind == Kind.KIND_LIFECYCLE:
            self.lifecycle.append(item)

    def _place_completion(self, item: Item) -> None:
        event = item.event
        transaction = None if event.cause is None else self._by_index.get(event.cause)
        if transaction is None:
            transaction = next(
                (
                    candidate
                    for candidate in self._by_id.get(event.request_id, ())
                    if not candidate.completions and candidate.oid == event.code
                ),
                None,
            )
        if transaction is None:
            return
        item.transaction = transaction
        transaction.completions.append(item)

    def _place_closing(self, item: Item) -> None:
        """RequestIds may come again: the youngest transaction that is open, else the youngest."""
        candidates = self._by_id.get(item.event.request_id, ())
        same_port = [
            candidate for candidate in candidates if candidate.request.event.port == item.event.port
        ]
        for choices in (same_port, candidates):
            for candidate in reversed(choices):
                if candidate.accepted and candidate.closing is None:
                    item.transaction, item.was_open = candidate, True
                    candidate.indications.append(item)
                    return
        if candidates:
            item.transaction = (same_port or candidates)[-1]
            item.transaction.indications.append(item)

    @property
    def end_ns(self) -> int:
        """Time of the last event."""
        return self.items[-1].event.time_ns if self.items else 0

    def derived(self, name: str, build: Callable[[Session], T]) -> T:
        """A view of this session, built on first use and kept under this name."""
        if name not in self._derived:
            self._derived[name] = build(self)
        view: T = self._derived[name]
        return view

    # Requests

    def of(self, oid: int, kind: str = "") -> Iterator[Transaction]:
        """The requests of an OID; `kind` is query, set or empty for both."""
        for transaction in self.requests.get(oid, ()):
            if not kind or (transaction.is_set if kind == "set" else transaction.is_query):
                yield transaction

    def open_at(self, at: int, oid: int, kind: str = "") -> list[Transaction]:
        """The requests of an OID that were open at a position."""
        found = []
        sent, latest_end = self._spans(oid)
        for place in range(bisect_left(sent, at) - 1, -1, -1):
            if latest_end[place] < at:
                break
            transaction = self.requests[oid][place]
            wanted = not kind or (transaction.is_set if kind == "set" else transaction.is_query)
            if wanted and transaction.open_at(at):
                found.append(transaction)
        return found[::-1]

    def _spans(self, oid: int) -> tuple[list[int], list[int]]:
        """Positions of an OID's requests, and the latest end of the requests up to each of them."""

        def build(session: Session) -> tuple[list[int], list[int]]:
            ends: list[int] = []
            transactions = session.requests.get(oid, [])
            for transaction in transactions:
                ends.append(max(transaction.end, ends[-1]) if ends else transaction.end)
            return [transaction.request.at for transaction in transactions], ends

        return self.derived(f"spans {oid:#x}", build)

    # Reports

    def reports(self, code: int, *, port: int | None = None) -> list[Item]:
        """Completions and events of an indication in order, failed ones included."""
        return self._reports(code, port)[0]

    def _reports(self, code: int, port: int | None) -> tuple[list[Item], list[int], list[int]]:
        """Reports with their positions and times, of all ports or one."""

        def build(session: Session) -> tuple[list[Item], list[int], list[int]]:
            items = session.indications.get(code, [])
            if port is not None:
                items = [item for item in items if item.event.port == port]
            return items, [item.at for item in items], [item.event.time_ns for item in items]

        return self.derived(f"reports {code:#x} {port}", build)

    def reports_between(
        self, code: int, since_ns: int, until_ns: int, *, port: int | None = None
    ) -> list[Item]:
        """The reports of an indication in a span of time, both ends included."""
        items, _, times = self._reports(code, port)
        return items[bisect_left(times, since_ns) : bisect_right(times, until_ns)]

    def reports_behind(self, code: int, after: int, *, port: int | None = None) -> Iterator[Item]:
        """The reports of an indication behind a position, in order."""
        items, positions, _ = self._reports(code, port)
        for place in range(bisect_left(positions, after + 1), len(items)):
            yield items[place]

    def last_report(
        self,
        code: int,
        before: int,
        *,
        port: int | None = None,
        accept: Callable[[Item], bool] | None = None,
    ) -> Item | None:
        """The last report of an indication before a position, with uStatus success.

        `accept` narrows it further.
        """
        items, positions, _ = self._reports(code, port)
        for place in range(bisect_left(positions, before) - 1, -1, -1):
            item = items[place]
            if item.u_status == 0 and (accept is None or accept(item)):
                return item
        return None

    def next_report(
        self,
        code: int,
        after: int,
        accept: Callable[[Item], bool] | None = None,
        *,
        port: int | None = None,
    ) -> Item | None:
        """The first report of an indication behind a position that satisfies `accept`.

        Failed reports are included.
        """
        for item in self.reports_behind(code, after, port=port):
            if accept is None or accept(item):
                return item
        return None

    def stimuli_of(self, name: str) -> list[Item]:
        """The stimuli of a name, such as `NETWORK_DETACH`."""
        code = getattr(number, f"STIMULUS_{name}")
        return [item for item in self.stimuli if item.event.code == code]

    # Reported states

    def value_before(self, at: int, code: int, path: str, port: int | None = None) -> Any:
        """A field of the last successful report before a position, None without one."""
        report = self.last_report(code, at, port=port)
        return None if report is None else report[path]

    def radio_off(self, at: int) -> bool | None:
        """Effective radio off by the last radio state report; None when none has come."""
        report = self.last_report(number.NDIS_STATUS_WWAN_RADIO_STATE, at)
        if report is None:
            return None
        states = (report["RadioState.HwRadioState"], report["RadioState.SwRadioState"])
        return number.WwanRadioOff in states

    def ready_state(self, at: int) -> int | None:
        """ReadyState by the last report; None when none has come."""
        value = self.value_before(at, number.NDIS_STATUS_WWAN_READY_INFO, "ReadyInfo.ReadyState")
        return None if value is None else int(value)

    @cached_property
    def interruptions(self) -> list[int]:
        """Positions at which power or presence ended: requests open then get no answer."""
        gone = (Lifecycle.LIFECYCLE_HALT, Lifecycle.LIFECYCLE_SURPRISE_REMOVAL)
        found = [item.at for item in self.lifecycle if item.event.code in gone]
        found += [
            transaction.request.at
            for transaction in self.of(number.OID_PNP_SET_POWER, "set")
            if transaction.request.event.payload[:4] != _D0
        ]
        return sorted(found)

    def interrupted(self, start: int, end: int) -> bool:
        """Whether power or presence went away between two positions."""
        place = bisect_left(self.interruptions, start)
        return place < len(self.interruptions) and self.interruptions[place] <= end


_D0 = int(number.NdisDeviceStateD0).to_bytes(4, "little")
