"""When the requests of a field trace are answered, as its records show it.

A log does not have the completions that a driver makes at once, nor the latency of an operation. So
the emulated device is given, for each request, the latency that the recording shows.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from wwanreplay._core import Event, Kind
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.protocol.comparison import NETWORK_SEARCHES
from wwanreplay.protocol.kinds import REQUESTS
from wwanreplay.replay.field_records import FieldRecords
from wwanreplay.replay.recording import Recording, Transaction, transaction_of

SECOND_NS: Final = 1_000_000_000
#: How long before the model an event may be recorded while an operation is under way.
EARLY_NS: Final = 15 * SECOND_NS
#: A request that is not answered for so long is not answered.
UNANSWERED_NS: Final = 60 * SECOND_NS
#: A modem answers a query for what it knows by itself within this time.
LOCAL_ANSWER_NS: Final = 10 * SECOND_NS
#: A query is not answered either when so many later ones are, one after the other.
OVERTAKEN_MAX: Final = 4
#: Records in which these are looked for.
OVERTAKEN_AHEAD_MAX: Final = 4096
#: A latency that no log is long enough for.
NEVER_NS: Final = 10**17
#: Records among which the next set of the same OID is looked for, and outputs of a transaction.
LOOKED_AHEAD_MAX: Final = 256
#: Operations that may be under way at one time.
UNDER_WAY_MAX: Final = 64


def is_local(request: Event) -> bool:
    """Whether a request is a query for what the modem knows by itself."""
    return request.kind == Kind.KIND_QUERY and request.code not in NETWORK_SEARCHES


class AnswerTimes:
    """The answer of each request of a recording.

    `chosen` are the records that it was made of. Afterwards
    `latencies` has, by the position of a request, the stimulus that lets its answer come when the
    recording has it; `answer_ns` the time of the answer by transaction; `unanswered` the requests
    whose answer is missing; `forgotten` those whose answer nobody waits for.
    """

    def __init__(self, recording: Recording, chosen: FieldRecords) -> None:
        self.latencies: dict[int, Event] = {}
        self.answer_ns: dict[Transaction, int] = {}
        self.unanswered: set[Transaction] = set()
        self.forgotten: set[Transaction] = set()
        self._recording = recording
        self._records = recording.records
        self._forgotten_ns = chosen.forgotten_ns
        self._resets = chosen.resets
        self._end_ns = max((event.time_ns for event in self._records), default=0)
        self._answers = {
            position: answered
            for position, record in enumerate(self._records)
            if record.kind in REQUESTS and (answered := self._found_answer(position)) is not None
        }
        self._answered_queries = [
            at for at in self._answers if self._records[at].kind == Kind.KIND_QUERY
        ]
        for position, record in enumerate(self._records):
            if record.kind in REQUESTS:
                delay_ns = self._delay_ns(position, record)
                self.latencies[position] = latency(record.code, record.time_ns, delay_ns)
        self.under_way = self._operations_under_way()

    def _delay_ns(self, position: int, record: Event) -> int:
        answered = self._answers.get(position)
        if answered is not None:
            self.answer_ns[transaction_of(record)] = self._records[answered].time_ns
            return self._shown_delay_ns(position, answered)
        if transaction_of(record) in self._resets or self._is_unanswered(position):
            return 0
        return self._unknown_delay_ns(position)

    def _shown_delay_ns(self, position: int, answered: int) -> int:
        """How long a request takes; the emulated device does operations one after the other."""
        record = self._records[position]
        end_ns = self._records[answered].time_ns
        forgotten_ns = self._forgotten_ns.get(transaction_of(record))
        if forgotten_ns is not None:
            end_ns = min(end_ns, forgotten_ns)
        if record.kind == Kind.KIND_SET:
            for at in range(position + 1, min(answered, position + LOOKED_AHEAD_MAX)):
                if self._records[at].kind == Kind.KIND_SET:
                    other = self._answers.get(at)
                    if other is not None and other < answered:
                        end_ns = min(end_ns, self._records[at].time_ns - 1)
                        break
        return max(end_ns - record.time_ns, 0)

    def _unknown_delay_ns(self, position: int) -> int:
        """How long a request takes whose answer the log is too short for."""
        record = self._records[position]
        if transaction_of(record) in self._forgotten_ns:
            self.forgotten.add(transaction_of(record))
            return 0
        for later in self._records[position + 1 : position + LOOKED_AHEAD_MAX]:
            if later.kind == Kind.KIND_SET and later.code == record.code:
                self.forgotten.add(transaction_of(record))
                return max(later.time_ns - record.time_ns - 1, 0)  # one after the other
        return NEVER_NS

    def _is_unanswered(self, position: int) -> bool:
        """Whether the answer to a request is missing; remembers it."""
        record = self._records[position]
        key = transaction_of(record)
        limit_ns = LOCAL_ANSWER_NS if is_local(record) else UNANSWERED_NS
        end_ns = min(self._forgotten_ns.get(key, self._end_ns), self._end_ns)
        is_missing = end_ns - record.time_ns >= limit_ns
        if not is_missing and is_local(record):
            is_missing = self._is_overtaken(position, end_ns)
        if is_missing:
            self.unanswered.add(key)
        return is_missing

    def _is_overtaken(self, position: int, end_ns: int) -> bool:
        """Whether enough later queries are sent and answered, one after the other."""
        overtaken, free_at = 0, position
        begin = bisect_right(self._answered_queries, position)
        for at in self._answered_queries[begin : begin + OVERTAKEN_AHEAD_MAX]:
            is_near = at < position + OVERTAKEN_AHEAD_MAX and self._records[at].time_ns <= end_ns
            if not is_near or overtaken == OVERTAKEN_MAX:
                break
            if at > free_at:
                overtaken, free_at = overtaken + 1, self._answers[at]
        return overtaken == OVERTAKEN_MAX

    def _found_answer(self, position: int) -> int | None:
        """Where a request is answered, before its RequestId is used again."""
        record = self._records[position]
        for at in self._recording.outputs_behind(record, position, LOOKED_AHEAD_MAX):
            if self._records[at].kind == Kind.KIND_INDICATION:
                return at
        return None

    def _operations_under_way(self) -> list[int | None]:
        """For each record, when the last operation that is under way ends, or None."""
        ends: list[tuple[int, int]] = []
        for position, record in enumerate(self._records):
            if record.kind == Kind.KIND_SET and transaction_of(record) not in self._resets:
                answered = self._answers.get(position)
                end_ns = record.time_ns + EARLY_NS
                if answered is not None:
                    end_ns = self._records[answered].time_ns
                ends.append((record.time_ns, end_ns))
        found: list[int | None] = []
        begun = 0
        for record in self._records:
            while begun < len(ends) and ends[begun][0] <= record.time_ns:
                begun += 1
            last = ends[max(begun - UNDER_WAY_MAX, 0) : begun]
            found.append(max((end for _, end in last if end >= record.time_ns), default=None))
        return found


def latency(operation: int, time_ns: int, delay_ns: int) -> Event:
    """The stimulus that lets the next operation of an OID take so long."""
    row = PROTOCOL.stimulus("latency")
    values = {
        "Operation": operation,
        "Count": 1,
        "DelayNs": max(delay_ns, 0),
        "CompletionDelayNs": 0,
    }
    payload = encode(row.struct, values)
    return Event(Kind.KIND_STIMULUS, time_ns, code=row.number, payload=payload)
