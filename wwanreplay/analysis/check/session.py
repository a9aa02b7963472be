"""A session as rules see it: requests with their answers, and reports in their order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar

from wwanreplay._core import Event, Kind, Lifecycle, Namespace, RecordFlag
from wwanreplay.analysis.check.fields import Fields, number, read_fields
from wwanreplay.mbim.header import look
from wwanreplay.mbim.rows.framing import MessageType
from wwanreplay.mbim.subscriptions import mutes
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
# The end of what has none: a position behind all others.
ENDLESS = 1 << 62
# The longest that any rule waits for something.
WAIT_NS = 300 * SECOND
# What a session carries on of itself.
IS_MAPPED = "is mapped"
# Messages behind which nothing that was open is answered.
_RESETS = frozenset(
    {
        MessageType.MBIM_OPEN_MSG,
        MessageType.MBIM_CLOSE_MSG,
        MessageType.MBIM_HOST_ERROR_MSG,
        MessageType.MBIM_FUNCTION_ERROR_MSG,
    }
)
_BEGINNING = "beginning"
_MUTED = "muted"
_UNREAD = "has unread"
T = TypeVar("T")

# More than one indication answers these, all but the last with this status.
_MORE_TO_COME = (number.WWAN_STATUS_SMS_MORE_DATA, number.WWAN_STATUS_MORE_DATA)


class Item:
    """One event of a session; `at` is its position, which is the order of things."""

    __slots__ = (
        "_fields",
        "_read",
        "_u_status",
        "_values",
        "at",
        "event",
        "number",
        "transaction",
        "was_open",
    )

    def __init__(self, at: int, event: Event, number: int | None = None) -> None:
        self.at = at
        self.event = event
        # Its position among all events, where the session shows only some of them.
        self.number = at if number is None else number
        # The request that a completion or transactional indication belongs to.
        self.transaction: Transaction | None = None
        # Whether that transaction was accepted and not yet closed when the indication came.
        self.was_open = False
        self._read = False
        self._fields: Fields | None = None
        self._u_status: int | None = None
        self._values: dict[str, Any] = {}

    @property
    def index(self) -> int:
        """The record number in the trace; the position when the events have none."""
        return self.number if self.event.index is None else self.event.index

    @property
    def is_event(self) -> bool:
        """Whether it is an unsolicited indication."""
        return self.event.kind == Kind.KIND_INDICATION and self.event.request_id == 0

    @property
    def is_made_up(self) -> bool:
        """Whether it was in no log and no message: no evidence for or against a device."""
        return bool(self.event.flags & RecordFlag.FLAG_INFERRED)

    @property
    def is_incomplete(self) -> bool:
        """Whether the log shows only a part of it."""
        return bool(self.event.flags & RecordFlag.FLAG_INCOMPLETE)

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
        """A field of the payload or, without one, of what was printed of it; None without it."""
        try:
            return self._values[path]
        except KeyError:
            # Of an event that never had a buffer there may be what the log printed.
            fields = self.fields or self.event.fields or {}
            value = self._values[path] = fields.get(path)
            return value

    @property
    def u_status(self) -> int:
        """The uStatus of an indication; success for structures that have none."""
        if self._u_status is None:
            self._u_status = self["uStatus"] or 0
        return self._u_status

    def __repr__(self) -> str:
        event = self.event
        return f"<{self.at} {event.kind.name} {event.code:#x} id {event.request_id}>"


_STIMULI = {row.number: row.struct for row in stimuli.ROWS}


class Transaction:
    """A request with its answers."""

    __slots__ = ("cancel", "closing", "completions", "indications", "oid", "request")

    def __init__(self, request: Item) -> None:
        self.request = request
        self.oid = request.event.code
        self.completions: list[Item] = []
        # Every indication with its RequestId; the first one (of an SMS read: the last) closes it.
        self.indications: list[Item] = []
        self.closing: Item | None = None
        self.cancel: Item | None = None

    def add_indication(self, item: Item) -> None:
        """Take an indication with its RequestId."""
        self.indications.append(item)
        if self.closing is None and item.u_status not in _MORE_TO_COME:
            self.closing = item

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
        return first.at if first is not None and not self.accepted else ENDLESS

    def open_at(self, at: int) -> bool:
        """Whether it had been sent and not ended at a position."""
        return self.request.at < at <= self.end

    def __getitem__(self, path: str) -> Any:
        """A field of the request's buffer."""
        return self.request[path]


class _Reports:
    """The reports of an indication in their order, with what look-ups search in."""

    __slots__ = ("_successes", "items", "positions", "times_ns")

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.positions = [item.at for item in items]
        self.times_ns = [item.event.time_ns for item in items]
        self._successes: tuple[list[Item], list[int]] | None = None

    @property
    def successes(self) -> tuple[list[Item], list[int]]:
        """Those with uStatus success, and their positions."""
        if self._successes is None:
            items = [item for item in self.items if item.u_status == 0]
            self._successes = items, [item.at for item in items]
        return self._successes


class _Spans:
    """From where to where requests were open: those that ended, and those that never did."""

    __slots__ = ("ended", "endless", "latest_end", "sent")

    def __init__(self, transactions: Iterable[Transaction]) -> None:
        self.ended: list[Transaction] = []
        self.endless: list[Transaction] = []
        # Position of each request that ended, and the latest end of all up to it.
        self.sent: list[int] = []
        self.latest_end: list[int] = []
        for transaction in transactions:
            end = transaction.end
            if end == ENDLESS:
                self.endless.append(transaction)
                continue
            self.ended.append(transaction)
            self.sent.append(transaction.request.at)
            self.latest_end.append(max(end, self.latest_end[-1]) if self.latest_end else end)


def _position(item: Item) -> int:
    return item.at


def _sent_at(transaction: Transaction) -> int:
    return transaction.request.at


class _ByRequestId:
    """Transactions by RequestId, which may come again; what ended is not looked through again."""

    def __init__(self) -> None:
        self._open: dict[int, list[Transaction]] = {}
        self._unanswered: dict[tuple[int, int], deque[Transaction]] = {}
        self._youngest: dict[tuple[int, int | None], Transaction] = {}

    def add(self, transaction: Transaction) -> None:
        """Take a request that was sent."""
        event = transaction.request.event
        self._open.setdefault(event.request_id, []).append(transaction)
        self._unanswered.setdefault((event.request_id, event.code), deque()).append(transaction)
        self._youngest[event.request_id, event.port] = transaction
        self._youngest[event.request_id, None] = transaction

    def sent(self, request_id: int, port: int) -> list[Transaction]:
        """The transactions of an id and port that may still be cancelled."""
        return [
            transaction
            for transaction in self._open.get(request_id, ())
            if transaction.request.event.port == port
        ]

    def unanswered(self, request_id: int, code: int) -> Transaction | None:
        """The oldest request of an id and OID that has no completion."""
        waiting = self._unanswered.get((request_id, code))
        while waiting and waiting[0].completions:
            waiting.popleft()
        return waiting.popleft() if waiting else None

    def close(self, item: Item) -> None:
        """Give an indication to the youngest open transaction of its id, else to the youngest.

        One of the same port comes before one of another.
        """
        event = item.event
        candidates = self._open.get(event.request_id)
        if candidates:
            candidates[:] = [each for each in candidates if each.end > item.at]
        for same_port in (True, False):
            for candidate in reversed(candidates or ()):
                if not candidate.accepted:
                    continue
                if not same_port or candidate.request.event.port == event.port:
                    item.transaction, item.was_open = candidate, True
                    candidate.add_indication(item)
                    return
        youngest = self._youngest.get((event.request_id, event.port))
        youngest = youngest or self._youngest.get((event.request_id, None))
        if youngest is not None:
            item.transaction = youngest
            youngest.add_indication(item)


class Session:
    """The ordered events of one device, with the look-ups that rules need.

    Positions (`Item.at`) order everything; `before` means strictly before, by position. A long
    session is seen in windows (windows.py), each of which is a session of its own: `judged` are the
    positions whose judgements count there, and what stands around them is for the look-ups.
    """

    def __init__(
        self,
        events: Iterable[Event],
        *,
        numbers: Sequence[int] | None = None,
        judged: range | None = None,
        carried: dict[str, Any] | None = None,
        is_whole: bool = True,
    ) -> None:
        self.items = [
            Item(at, event, None if numbers is None else numbers[at])
            for at, event in enumerate(events)
        ]
        self.judged = range(len(self.items)) if judged is None else judged
        # Whether the recording has everything: the device from its beginning, and what its
        # environment did. Not so for a log of somebody else, and behind a gap.
        self.is_whole = is_whole
        # What rules know of the windows before, and give to the next, by names of their own.
        self.carried: dict[str, Any] = {} if carried is None else carried
        self.carried_on: dict[str, Any] = {}
        self.transactions: list[Transaction] = []
        self.requests: dict[int, list[Transaction]] = {}
        self.indications: dict[int, list[Item]] = {}
        self.stimuli: list[Item] = []
        self.completions: list[Item] = []
        self.messages: list[Item] = []
        self.lifecycle: list[Item] = []
        # Whether the mapping of MBIM messages has made the answers of this session's requests.
        self.is_mapped: bool = self.carried.get(IS_MAPPED, False)
        # (time of the first event, RequestId of the first request) of this part of the recording.
        self._beginning: tuple[int, int | None] = self.carried.get(_BEGINNING, (0, None))
        # Where a host opens or closes the device, or an error ends what was open.
        self._resets: list[int] = []
        # Where events are of which the log shows nothing but their names.
        self._unread: list[int] = []
        self._has_unread: bool = self.carried.get(_UNREAD, False)
        self._by_index: dict[int, Transaction] = {}
        self._by_id = _ByRequestId()
        self._derived: dict[Any, Any] = {}
        if self.items and _BEGINNING not in self.carried:
            self._beginning = self.items[0].event.time_ns, None
        # Whether the host has turned events off: what is not reported is no fault then.
        self._is_muted: bool = self.carried.get(_MUTED, False)
        is_muted_on = self._is_muted
        for item in self.items:
            self._place(item)
            is_muted_on = self._is_muted if item.at < self.judged.stop else is_muted_on
        self.carried_on[_MUTED] = is_muted_on
        self.carried_on[IS_MAPPED] = self.is_mapped
        self.carried_on[_BEGINNING] = self._beginning
        self.carried_on[_UNREAD] = self.has_unread(self.judged.stop)

    def _place(self, item: Item) -> None:
        event = item.event
        if event.kind == Kind.KIND_WIRE:
            self.messages.append(item)
            head = look(event.payload)
            if head.type == MessageType.MBIM_OPEN_MSG:
                self._is_muted = False
            elif head.type == MessageType.MBIM_COMMAND_MSG:
                self._is_muted = mutes(event.payload, head, is_muted=self._is_muted)
            if head.type in _RESETS:
                self._resets.append(item.at)
            return
        if event.namespace == Namespace.NAMESPACE_MBIM:
            return
        if self._is_muted:
            self._resets.append(item.at)
        kind = event.kind
        if item.is_incomplete and not event.payload and not event.fields:
            self._unread.append(item.at)
        if kind in REQUESTS:
            transaction = Transaction(item)
            if self._beginning[1] is None and event.request_id:
                self._beginning = self._beginning[0], event.request_id
            self.transactions.append(transaction)
            self.requests.setdefault(event.code, []).append(transaction)
            self._by_index[item.index] = transaction
            self._by_id.add(transaction)
        elif kind == Kind.KIND_CANCEL:
            for transaction in self._by_id.sent(event.request_id, event.port):
                transaction.cancel = item
        elif kind == Kind.KIND_COMPLETION:
            self.is_mapped |= item.is_made_up
            self.completions.append(item)
            self._place_completion(item)
        elif kind == Kind.KIND_INDICATION:
            self.indications.setdefault(event.code, []).append(item)
            if event.request_id:
                self._by_id.close(item)
        elif kind == Kind.KIND_STIMULUS:
            self.stimuli.append(item)
        elif kind == Kind.KIND_LIFECYCLE:
            self.lifecycle.append(item)

    def _place_completion(self, item: Item) -> None:
        event = item.event
        transaction = None if event.cause is None else self._by_index.get(event.cause)
        if transaction is None:
            transaction = self._by_id.unanswered(event.request_id, event.code)
        if transaction is None:
            return
        item.transaction = transaction
        transaction.completions.append(item)

    @property
    def end_ns(self) -> int:
        """Time of the last event."""
        return self.items[-1].event.time_ns if self.items else 0

    def derived(self, name: Any, build: Callable[[Session], T]) -> T:
        """A view of this session, built on first use and kept under this name."""
        if name not in self._derived:
            self._derived[name] = build(self)
        view: T = self._derived[name]
        return view

    def has_unread(self, before: int) -> bool:
        """Whether the log shows nothing but the name of some event before a position."""
        return self._has_unread or bool(self._unread and self._unread[0] < before)

    def may_answer_unseen(self, item: Item) -> bool:
        """Whether the request of an indication may stand before the beginning of the recording.

        So it is for a RequestId that was not seen, if it is lower than that of the first request
        that was, soon after the beginning. RequestIds are given in ascending order.
        """
        begun_ns, first_id = self._beginning
        if self.is_whole or item.transaction is not None or item.event.time_ns - begun_ns > WAIT_NS:
            return False
        return first_id is None or item.event.request_id < first_id

    # Requests

    def begun_by(self, item: Item) -> Transaction | None:
        """The transaction of a request; None for any other event."""
        found = self._by_index.get(item.index)
        return found if found is not None and found.request is item else None

    def of(self, oid: int, kind: str = "") -> Iterator[Transaction]:
        """The requests of an OID; `kind` is query, set or empty for both."""
        for transaction in self.requests.get(oid, ()):
            if not kind or (transaction.is_set if kind == "set" else transaction.is_query):
                yield transaction

    def open_at(self, at: int, oid: int, kind: str = "") -> list[Transaction]:
        """The requests of an OID that were open at a position."""
        spans = self._spans(oid)
        found = []
        for place in range(bisect_left(spans.sent, at) - 1, -1, -1):
            if spans.latest_end[place] < at:
                break
            if spans.ended[place].open_at(at):
                found.append(spans.ended[place])
        if spans.endless:
            found += spans.endless[: bisect_left(spans.endless, at, key=_sent_at)]
            found.sort(key=_sent_at, reverse=True)
        if kind:
            found = [each for each in found if (each.is_set if kind == "set" else each.is_query)]
        return found[::-1]

    def any_open(self, oid: int, start: int, end: int) -> bool:
        """Whether a set of an OID was under way at some moment between two positions."""
        spans = self._spans(oid, "set")
        if spans.endless and spans.endless[0].request.at <= end:
            return True
        place = bisect_right(spans.sent, end)
        return place > 0 and spans.latest_end[place - 1] >= start

    def _spans(self, oid: int, kind: str = "") -> _Spans:
        key = ("spans", oid, kind)
        found: _Spans | None = self._derived.get(key)
        if found is None:
            found = self._derived[key] = _Spans(self.of(oid, kind))
        return found

    # Reports

    def reports(self, code: int, *, port: int | None = None) -> list[Item]:
        """Completions and events of an indication in order, failed ones included."""
        return self._reports(code, port).items

    def _reports(self, code: int, port: int | None) -> _Reports:
        """Reports with their positions and times, of all ports or one."""
        key = ("reports", code, port)
        found: _Reports | None = self._derived.get(key)
        if found is None:
            items = self.indications.get(code, [])
            if port is not None:
                items = [item for item in items if item.event.port == port]
            found = self._derived[key] = _Reports(items)
        return found

    def reports_between(
        self, code: int, since_ns: int, until_ns: int, *, port: int | None = None
    ) -> list[Item]:
        """The reports of an indication in a span of time, both ends included."""
        found = self._reports(code, port)
        times = found.times_ns
        return found.items[bisect_left(times, since_ns) : bisect_right(times, until_ns)]

    def reports_inside(
        self, code: int, after: int, before: int, *, port: int | None = None
    ) -> list[Item]:
        """The reports of an indication between two positions, both excluded."""
        found = self._reports(code, port)
        low = bisect_left(found.positions, after + 1)
        return found.items[low : bisect_left(found.positions, before, low)]

    def reports_behind(self, code: int, after: int, *, port: int | None = None) -> Iterator[Item]:
        """The reports of an indication behind a position, in order."""
        found = self._reports(code, port)
        items = found.items
        for place in range(bisect_left(found.positions, after + 1), len(items)):
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
        items, positions = self._reports(code, port).successes
        for place in range(bisect_left(positions, before) - 1, -1, -1):
            if accept is None or accept(items[place]):
                return items[place]
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
        return self._stimuli_by_code.get(getattr(number, f"STIMULUS_{name}"), [])

    @cached_property
    def _stimuli_by_code(self) -> dict[int, list[Item]]:
        found: dict[int, list[Item]] = {}
        for item in self.stimuli:
            found.setdefault(item.event.code, []).append(item)
        return found

    def stimuli_inside(self, name: str, after: int, before: int) -> list[Item]:
        """The stimuli of a name between two positions, both excluded."""
        items = self.stimuli_of(name)
        low = bisect_left(items, after + 1, key=_position)
        return items[low : bisect_left(items, before, low, key=_position)]

    def position(self, time_ns: int) -> int:
        """The position behind the last event at or before a time."""
        times = self.derived("times", lambda session: [i.event.time_ns for i in session.items])
        return bisect_right(times, time_ns)

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
        """Positions at which what was known before may be over.

        Power or presence ended there, or the host opened or closed the device, so that requests
        that were open get no answer; or a report came of which the log shows nothing, or may have
        come while the host had events turned off.
        """
        gone = (Lifecycle.LIFECYCLE_HALT, Lifecycle.LIFECYCLE_SURPRISE_REMOVAL)
        found = [item.at for item in self.lifecycle if item.event.code in gone]
        found += self._unread + self._resets
        found += [
            transaction.request.at
            for transaction in self.of(number.OID_PNP_SET_POWER, "set")
            if transaction.request.event.payload[:4] != _D0
        ]
        return sorted(set(found))

    def interrupted(self, start: int, end: int) -> bool:
        """Whether power or presence went away between two positions."""
        place = bisect_left(self.interruptions, start)
        return place < len(self.interruptions) and self.interruptions[place] <= end


_D0 = int(number.NdisDeviceStateD0).to_bytes(4, "little")
