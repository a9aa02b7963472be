"""When the requests of a field trace are answered, as its records show it.

A log does not have the completions that a driver makes at once, nor the latency of an operation. So
the emulated device is given, for each request, the latency that the recording shows.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from typing import Final

from wwanreplay._core import Event, Recent
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.protocol.comparison import NETWORK_SEARCHES
from wwanreplay.protocol.kinds import KIND_INDICATION, KIND_QUERY, KIND_SET, KIND_STIMULUS, REQUESTS
from wwanreplay.protocol.timing import EARLY_NS, LOCAL_ANSWER_NS, UNANSWERED_NS, limits_of
from wwanreplay.replay.field_records import FieldRecords
from wwanreplay.replay.recording import (
    AHEAD_MAX,
    BEHIND_MAX,
    TRANSACTIONS_MAX,
    Recording,
    Transaction,
    transaction_of,
)

#: A query is not answered either when so many later ones are, one after the other.
OVERTAKEN_MAX: Final = 4
#: Records in which those later queries are looked for.
OVERTAKEN_AHEAD_MAX: Final = 4096
#: Records in which the answer to a request is looked for: of those ahead, for each that overtakes.
ANSWERED_AHEAD_MAX: Final = AHEAD_MAX - OVERTAKEN_AHEAD_MAX
#: A latency longer than any log: the answer never comes.
NEVER_NS: Final = 10**17
#: Later than any record.
FOR_EVER_NS: Final = 2**63
#: Records among which the next set of the same OID is looked for, and outputs of a transaction.
LOOKED_AHEAD_MAX: Final = 256
#: Operations that may be under way at one time.
UNDER_WAY_MAX: Final = 64
#: Operations whose stimuli are remembered.
REMEMBERED_MAX: Final = 256
_DELAY_SIZE: Final = 8


def is_local(request: Event) -> bool:
    """Whether a request is a query for what the modem knows by itself."""
    return request.kind == KIND_QUERY and request.code not in NETWORK_SEARCHES


class AnswerTimes:
    """The answer of each request of a recording, as far as the search has come; see `reach`.

    `chosen` are the records that the recording reads.
    `latencies` has, by the position of a request, the stimulus that lets its answer come when the
    recording has it; `under_way` by position when the last operation that is under way ends, or
    None; `answer_ns` the time of the answer by transaction; `unanswered` the requests whose answer
    is missing; `forgotten` those whose answer nobody waits for. Of positions and transactions those
    are known that the search may still go back to.
    """

    def __init__(self, recording: Recording, chosen: FieldRecords) -> None:
        self.latencies: Recent[int, Event] = Recent(2 * BEHIND_MAX)
        self.under_way: Recent[int, int | None] = Recent(2 * BEHIND_MAX)
        self.answer_ns: Recent[Transaction, int] = Recent(TRANSACTIONS_MAX)
        self.unanswered: Recent[Transaction, None] = Recent(TRANSACTIONS_MAX)
        self.forgotten: Recent[Transaction, None] = Recent(TRANSACTIONS_MAX)
        self._recording = recording
        self._forgotten_ns = chosen.forgotten_ns
        self._resets = chosen.resets
        self._answers: Recent[int, int | None] = Recent(2 * OVERTAKEN_AHEAD_MAX)
        self._next = 0
        self._begun_end_ns: deque[int] = deque(maxlen=UNDER_WAY_MAX)
        self._last_end_ns = -1  # of those
        self._sets: deque[tuple[int, int]] = deque()  # that are read and have not begun
        self._sets_at = 0

    def reach(self, position: int) -> None:
        """Look at the records up to a position, which the recording has reached."""
        for at in range(self._next, position + 1):
            record = self._recording[at]
            time_ns = record.time_ns
            if record.kind in REQUESTS:
                self.latencies[at] = latency(record.code, time_ns, self._delay_ns(at, record))
            self.under_way[at] = self._end_of_operations(at, time_ns)
            self._next = at + 1

    def _delay_ns(self, position: int, record: Event) -> int:
        answered = self._answer_of(position)
        if answered is not None:
            self.answer_ns[transaction_of(record)] = self._recording[answered].time_ns
            return self._shown_delay_ns(position, answered)
        if transaction_of(record) in self._resets or self._is_unanswered(position):
            return 0
        return self._unknown_delay_ns(position)

    def _shown_delay_ns(self, position: int, answered: int) -> int:
        """How long a request takes; the emulated device does operations one after the other."""
        record = self._recording[position]
        end_ns = self._recording[answered].time_ns
        end_ns = min(end_ns, self._forgotten_ns.get(transaction_of(record), end_ns))
        if record.kind == KIND_SET:
            for at in range(position + 1, min(answered, position + LOOKED_AHEAD_MAX)):
                if self._recording[at].kind == KIND_SET:
                    other = self._answer_of(at)
                    if other is not None and other < answered:
                        end_ns = min(end_ns, self._recording[at].time_ns - 1)
                        break
        return max(end_ns - record.time_ns, 0)

    def _unknown_delay_ns(self, position: int) -> int:
        """How long a request takes whose answer the log is too short for."""
        record = self._recording[position]
        if transaction_of(record) in self._forgotten_ns:
            self.forgotten[transaction_of(record)] = None
            return 0
        for later in self._recording[position + 1 : position + LOOKED_AHEAD_MAX]:
            if later.kind == KIND_SET and later.code == record.code:
                self.forgotten[transaction_of(record)] = None
                return max(later.time_ns - record.time_ns - 1, 0)  # one after the other
        return NEVER_NS

    def _is_unanswered(self, position: int) -> bool:
        """Whether the answer to a request is missing; remembers it."""
        record = self._recording[position]
        key = transaction_of(record)
        limit_ns = LOCAL_ANSWER_NS if is_local(record) else _waited_ns(record.code)
        log_end_ns = self._end_ns()
        end_ns = min(self._forgotten_ns.get(key, log_end_ns), log_end_ns)
        is_missing = end_ns - record.time_ns >= limit_ns or (
            is_local(record) and self._is_overtaken(position, end_ns)
        )
        if is_missing:
            self.unanswered[key] = None
        return is_missing

    def _end_ns(self) -> int:
        """Until when the log goes on: for ever, where more records follow than are looked at."""
        return self._recording.latest_ns if self._recording.is_read else FOR_EVER_NS

    def _is_overtaken(self, position: int, end_ns: int) -> bool:
        """Whether enough later queries are sent and answered, one after the other."""
        overtaken, free_at = 0, position
        for at, record in enumerate(
            self._recording[position + 1 : position + OVERTAKEN_AHEAD_MAX], position + 1
        ):
            is_free = record.kind == KIND_QUERY and at > free_at
            answered = self._answer_of(at) if is_free else None
            if answered is None:
                continue
            if record.time_ns > end_ns:
                break
            overtaken, free_at = overtaken + 1, answered
            if overtaken == OVERTAKEN_MAX:
                return True
        return False

    def _answer_of(self, position: int) -> int | None:
        """Where a request is answered, None when that is in none of the records ahead."""
        if position not in self._answers:
            self._answers[position] = self._found_answer(position)
        return self._answers[position]

    def _found_answer(self, position: int) -> int | None:
        recording, end = self._recording, position + ANSWERED_AHEAD_MAX
        behind = recording.outputs_behind(recording[position], position, LOOKED_AHEAD_MAX)
        answers = (at for at in behind if recording[at].kind == KIND_INDICATION)
        return next((at for at in answers if at < end), None)

    def _end_of_operations(self, position: int, time_ns: int) -> int | None:
        """When the last operation ends that is under way at a record."""
        self._take_sets(position, time_ns)
        while self._sets and self._sets[0][0] <= time_ns:
            self._begun_end_ns.append(self._sets.popleft()[1])
            self._last_end_ns = max(self._begun_end_ns)
        has_any = self._begun_end_ns and self._last_end_ns >= time_ns
        return self._last_end_ns if has_any else None

    def _take_sets(self, position: int, time_ns: int) -> None:
        """Read on to the first set that has not begun at a time, from a position on."""
        if self._sets and self._sets[-1][0] > time_ns:
            return
        recording = self._recording
        begin = max(self._sets_at, recording.begin)
        end = min(position + LOOKED_AHEAD_MAX, recording.end)
        self._sets_at = max(begin, end)
        for at, record in enumerate(recording[begin:end], begin):
            if record.kind == KIND_SET and transaction_of(record) not in self._resets:
                answered = self._answer_of(at)
                end_ns = record.time_ns + EARLY_NS
                if answered is not None:
                    end_ns = self._recording[answered].time_ns
                self._sets.append((record.time_ns, end_ns))
                if record.time_ns > time_ns:
                    self._sets_at = at + 1
                    return


def _waited_ns(code: int) -> int:
    """How long the answer to an order, or to a search, may take before it is missing."""
    row = PROTOCOL.oid_by_number.get(code)
    worst_ns = max(limit.worst_ns for limit in limits_of("" if row is None else row.name))
    return max(UNANSWERED_NS, worst_ns)


def latency(operation: int, time_ns: int, delay_ns: int) -> Event:
    """The stimulus that lets the next operation of an OID take so long."""
    event, begin, end = _latency_of(operation)
    try:
        delay = max(delay_ns, 0).to_bytes(_DELAY_SIZE, "little", signed=True)
    except OverflowError:
        raise UsageError(f"a latency of {delay_ns} ns does not fit 64 bits") from None
    return event.replace(time_ns=time_ns, payload=begin + delay + end)


@lru_cache(maxsize=REMEMBERED_MAX)
def _latency_of(operation: int) -> tuple[Event, bytes, bytes]:
    """The stimulus with any delay, and its payload before and behind the delay."""
    row = PROTOCOL.stimulus("latency")
    values = {"Operation": operation, "Count": 1, "DelayNs": 0, "CompletionDelayNs": 0}
    layout = PROTOCOL.structure(row.struct).layouts[-1].id
    delay = PROTOCOL.flat(row.struct, layout).by_path["DelayNs"]
    assert delay.size == _DELAY_SIZE
    payload = encode(row.struct, values)
    event = Event(KIND_STIMULUS, 0, code=row.number)
    return event, payload[: delay.offset], payload[delay.offset + _DELAY_SIZE :]
