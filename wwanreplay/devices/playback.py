"""The device side of a recording, played to a host that is somebody else: what matches, and when.

An exchange is a recorded request with its answers; a moment is what the recording has by itself,
such as an unsolicited event. `Playback` knows neither OIDs nor messages: who reads a recording says
by which keys its requests are alike, and what the device emits.

A request gets the first of the exchanges that are like it and have not been asked for; what
`Matching` allows. A moment comes at its recorded time since the host's first request, and not
before the exchange that the recording has before it, or a later one, has been asked for; then at
the recorded distance from that. Times are scaled by a pace.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, Generic, NamedTuple, TypeVar

from wwanreplay.devices.pace import Pace
from wwanreplay.errors import UsageError, shown
from wwanreplay.protocol.tables import near
from wwanreplay.words import folded

Output = TypeVar("Output")


class Match(StrEnum):
    """When a request of the host is a recorded one."""

    EXACT = "exact"  # the same command with the same buffer, but for what is ignored
    COMMAND = "command"  # the same command and operation, whatever the buffer
    BEST = "best"  # exact where one is left, else by command


class Order(StrEnum):
    """In which order the host may ask."""

    ANY = "any"
    RECORDED = "recorded"


class Policy(StrEnum):
    """What becomes of a request that matches nothing."""

    FAIL = "fail"  # the modem is gone, with exit code 1
    ERROR = "error"  # it is answered with an error status
    EMULATE = "emulate"  # the emulated device answers it


@dataclass(frozen=True)
class Matching:
    """How requests are matched; `ignore` names fields by path, or by the end of it.

    With `repeat_last` a query whose answers are used up gets the last of them again.
    """

    match: Match = Match.EXACT
    order: Order = Order.ANY
    ignore: frozenset[str] = frozenset()
    repeat_last: bool = False

    def kept(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that count."""
        return {path: value for path, value in fields.items() if not self.ignores(path)}

    def ignores(self, path: str) -> bool:
        """Whether a field is one of the ignored."""
        return any(_is_named(path, name) for name in self.ignore)

    def counted(self, fields: Mapping[str, Any]) -> Hashable:
        """The fields that count, as a key."""
        return tuple(sorted((path, repr(value)) for path, value in self.kept(fields).items()))


class Likeness(NamedTuple):
    """What a request is compared by: all of it that counts, and its command with the operation.

    `name` is the command for people, `subject` the command without its operation, `fields` are what
    of the request can be read, by path; None when nothing can. A query changes nothing.
    """

    exact: Hashable
    command: Hashable
    subject: Hashable
    name: str
    fields: Mapping[str, Any] | None = None
    is_query: bool = False


@dataclass
class Exchange(Generic[Output]):
    """A recorded request at record `index`; its answers: distance in ns, record, output.

    `lack` says why its answer cannot be given, if so.
    """

    index: int
    time_ns: int
    likeness: Likeness
    answers: list[tuple[int, int, Output]] = field(default_factory=list)
    lack: str = ""
    is_matched: bool = False


@dataclass(frozen=True)
class Moment(Generic[Output]):
    """Something that record `index` has by itself, behind so many of the exchanges."""

    time_ns: int
    output: Output
    behind: int
    index: int = 0


@dataclass(frozen=True)
class Unmatched:
    """A request of the host that matched nothing: when, which, why, and the record most like it."""

    time_ns: int
    name: str
    reason: str
    nearest: int | None

    @property
    def line(self) -> str:
        """The verdict in one line."""
        return f"{self.time_ns / 1e9:.6f} s: {self.name}: {self.reason}"


UNMATCHED_KEPT_MAX: Final = 1000


class Playback(Generic[Output]):
    """Answers of a recording, in time; see the module. Times are virtual, in ns, never go back.

    `begin_ns` is the time of the recording's first request. `announce` is given a line when the
    last answer is used up, and for each request that matches nothing (a thousand at most).
    """

    def __init__(
        self,
        exchanges: Sequence[Exchange[Output]],
        moments: Sequence[Moment[Output]],
        matching: Matching,
        pace: Pace,
        begin_ns: int = 0,
        announce: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self.exchanges = exchanges
        self.matching = matching
        self.pace = pace
        self.announce = announce
        self.requests = 0
        self.matched = 0
        self.repeated = 0
        self.unmatched_count = 0
        self.unmatched: list[Unmatched] = []
        self._moments = list(moments)
        self._begin_ns = begin_ns
        self._live_begin_ns: int | None = None
        self._next_moment = 0
        self._progress = 0  # exchanges up to the last one in the recording that was asked for
        self._matched_ns: dict[int, int] = {}
        self._last_ns = 0
        self._due: list[tuple[int, int, int, Output]] = []
        self._order = 0
        self._exact = self._queues(lambda each: each.likeness.exact)
        self._alike = self._queues(lambda each: each.likeness.command)
        self._subjects = self._queues(lambda each: each.likeness.subject)

    def _queues(self, key: Callable[[Exchange[Output]], Hashable]) -> dict[Hashable, list[int]]:
        found: dict[Hashable, list[int]] = {}
        for number, exchange in enumerate(self.exchanges):
            found.setdefault(key(exchange), []).append(number)
        return found

    # ------------------------------------------------------------------ asking

    def begin(self, time_ns: int) -> None:
        """The host has come: times count from here."""
        if self._live_begin_ns is None:
            self._live_begin_ns = time_ns
            self._free_moments(time_ns)

    def match(self, request: Likeness, time_ns: int) -> Exchange[Output] | Unmatched:
        """Take a request of the host: the exchange whose answers are on their way, or a verdict."""
        self.begin(time_ns)
        self.requests += 1
        number = self._find(request)
        if number is None and self.matching.repeat_last and request.is_query:
            number = self._last_matched(request)
            if number is not None:
                self.repeated += 1
                self.matched += 1
                return self.exchanges[number]
        if number is None or self.exchanges[number].lack:
            return self._refuse(request, number, time_ns)
        exchange = self.exchanges[number]
        exchange.is_matched = True
        self.matched += 1
        self._progress = max(self._progress, number + 1)
        self._matched_ns[number + 1] = time_ns
        self._free_moments(time_ns)
        if self.matched - self.repeated == len(self.exchanges):
            self.announce(f"{time_ns / 1e9:.6f} s: the last recorded answer is used up")
        return exchange

    def _queues_for(self, request: Likeness) -> tuple[list[int], ...]:
        """The exchanges that match, those that match best first."""
        exact, alike = self._exact.get(request.exact, []), self._alike.get(request.command, [])
        return {
            Match.EXACT: (exact,),
            Match.COMMAND: (alike,),
            Match.BEST: (exact, alike),
        }[self.matching.match]

    def _find(self, request: Likeness) -> int | None:
        first = self._progress if self.matching.order is Order.RECORDED else 0
        for queue in self._queues_for(request):
            for number in queue:
                if number >= first and not self.exchanges[number].is_matched:
                    return number
        return None

    def _last_matched(self, request: Likeness) -> int | None:
        """The last one of those that match and were asked for before."""
        for queue in self._queues_for(request):
            found = [number for number in queue if self.exchanges[number].is_matched]
            if found:
                return found[-1]
        return None

    def _refuse(self, request: Likeness, number: int | None, time_ns: int) -> Unmatched:
        reason, nearest = self._reason(request, number)
        index = None if nearest is None else self.exchanges[nearest].index
        verdict = Unmatched(time_ns, request.name, reason, index)
        self.unmatched_count += 1
        if len(self.unmatched) < UNMATCHED_KEPT_MAX:
            self.unmatched.append(verdict)
            self.announce(f"unmatched: {verdict.line}")
        return verdict

    def _reason(self, request: Likeness, number: int | None) -> tuple[str, int | None]:
        """Why a request matches nothing, and the exchange most like it."""
        if number is not None:
            return f"record {self.exchanges[number].index}: {self.exchanges[number].lack}", number
        is_exact = self.matching.match is Match.EXACT
        alike = (
            self._exact.get(request.exact, []) if is_exact else self._alike.get(request.command, [])
        )
        if alike:
            if self.matching.order is Order.RECORDED:
                passed = [each for each in alike if not self.exchanges[each].is_matched]
                if passed:
                    index = self.exchanges[passed[-1]].index
                    return f"record {index} is before what was asked for last", passed[-1]
            indexes = ", ".join(str(self.exchanges[each].index) for each in alike[-3:])
            more = "… " if len(alike) > 3 else ""
            return f"its last answer is used up ({len(alike)}: records {more}{indexes})", alike[-1]
        candidates = self._alike.get(request.command, [])
        if candidates:
            nearest = min(candidates, key=lambda each: self._distance(request, each))
            differing = self._differences(request, nearest)
            what = f"in {', '.join(differing[:8])}" if differing else "in its bytes"
            return f"differs from record {self.exchanges[nearest].index} {what}", nearest
        others = self._subjects.get(request.subject, [])
        if others:
            other = self.exchanges[others[0]]
            return f"the recording has only {other.likeness.name}, record {other.index}", others[0]
        return "the recording has no such command", None

    def _distance(self, request: Likeness, number: int) -> tuple[int, bool, int]:
        exchange = self.exchanges[number]
        return len(self._differences(request, number)), exchange.is_matched, number

    def _differences(self, request: Likeness, number: int) -> list[str]:
        """The fields in which a request differs from a recorded one."""
        here, there = request.fields, self.exchanges[number].likeness.fields
        if here is None or there is None:
            return []
        kept = self.matching.kept({**there, **here})
        missing = object()
        return [path for path in kept if here.get(path, missing) != there.get(path, missing)]

    # ------------------------------------------------------------------ time

    def emit(self, delay_ns: int, index: int, output: Output, time_ns: int) -> None:
        """Let what record `index` has come at a recorded distance from `time_ns`."""
        self._push(time_ns + self.pace.scaled_ns(max(delay_ns, 0)), index, output)

    def _push(self, due_ns: int, index: int, output: Output) -> None:
        """What is due at one time comes in the order of the recording."""
        heapq.heappush(self._due, (due_ns, index, self._order, output))
        self._order += 1

    def _free_moments(self, time_ns: int) -> None:
        """Let the moments that are behind what was asked for come in their time."""
        begin_ns = self._live_begin_ns
        assert begin_ns is not None
        while self._next_moment < len(self._moments):
            moment = self._moments[self._next_moment]
            if moment.behind > self._progress:
                return
            since_ns = max(moment.time_ns - self._begin_ns, 0)
            due_ns = begin_ns + self.pace.scaled_ns(since_ns)
            matched_ns = self._matched_ns.get(moment.behind)
            if matched_ns is not None:
                recorded_ns = self.exchanges[moment.behind - 1].time_ns
                due_ns = max(due_ns, matched_ns + self.pace.scaled_ns(moment.time_ns - recorded_ns))
            # Never before one that the recording has earlier.
            self._last_ns = max(due_ns, time_ns, self._last_ns)
            self._push(self._last_ns, moment.index, moment.output)
            self._next_moment += 1

    @property
    def next_due_ns(self) -> int | None:
        """When `take` has something, or None."""
        return self._due[0][0] if self._due else None

    def take(self, time_ns: int) -> list[tuple[int, Output]]:
        """(when it was due, what) of all that is due by now, in order."""
        found = []
        while self._due and self._due[0][0] <= time_ns:
            due_ns, _, _, output = heapq.heappop(self._due)
            found.append((due_ns, output))
        return found

    def drop(self, is_dropped: Callable[[Output], bool]) -> None:
        """Take back what was to come."""
        self._due = [each for each in self._due if not is_dropped(each[3])]
        heapq.heapify(self._due)

    # ------------------------------------------------------------------ the end

    @property
    def unrequested(self) -> list[Exchange[Output]]:
        """The recorded requests that nobody asked for."""
        return [each for each in self.exchanges if not each.is_matched]

    @property
    def unreached(self) -> int:
        """How many moments the host did not get to."""
        return len(self._moments) - self._next_moment + len(self._due)


@lru_cache(maxsize=4096)
def _is_named(path: str, name: str) -> bool:
    """Whether a field is meant by its path, or by the end of it, in any case."""
    whole, wanted = folded(path), folded(name)
    return whole == wanted or whole.endswith(f".{wanted}")


def check_ignored(matching: Matching, exchanges: Sequence[Exchange[Any]], name: str) -> None:
    """UsageError for a field to ignore that no recorded request has."""
    paths = {path for each in exchanges for path in each.likeness.fields or ()}
    ends = paths | {path.rpartition(".")[2] for path in paths}
    for each in sorted(matching.ignore):
        if not any(_is_named(path, each) for path in paths):
            raise UsageError(
                f"--ignore {shown(each)}: no request of {name} has that field{near(each, ends)}"
            )
