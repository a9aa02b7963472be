"""A long session in windows: rules look at a bounded part, with what they need of what was before.

A window is a session of its own. Its middle is judged; what follows is there for rules that wait
for something, what precedes for rules that look back. Of what was longer ago stay the requests that
are still open and, of each kind of event, the last one with each content: which state was reported
last, what was set, what the environment did. So time is linear in the session, and memory does not
grow.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from wwanreplay._core import Event
from wwanreplay._sessions import Kept, gap_in, still_open
from wwanreplay.analysis.check.session import IS_MAPPED, WAIT_NS, Session


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much a window holds, in events; `ahead_ns` is how long rules may wait."""

    judged: int = 32_768
    behind: int = 4_096
    ahead_ns: int = WAIT_NS
    ahead_max: int = 32_768
    #: How many contents of one kind of event are kept, and how many open requests.
    contents_max: int = 128
    open_max: int = 1_024


DEFAULT: Final = Sizes()
# A window leaves little garbage: what somebody has an event of, and what rules tie up.
_COLLECTED_EACH: Final = 8


class _Part:
    """The events of a session up to a gap, which is their last, read as far as they are wanted."""

    def __init__(self, events: Iterator[Event], read: list[Event], first: int) -> None:
        self._events = events
        # What was read before of the session, and is of this part or of those behind it.
        self._read = read
        #: The number of its first event.
        self.first = first
        self.count = 0
        self._is_over = False

    def take(self, count: int) -> list[Event]:
        """The next events, about as many; none at the end of the part."""
        if self._is_over:
            return []
        found = self._read
        found += islice(self._events, max(count - len(found), 0))
        gap = gap_in(found, 0)
        self._read = [] if gap < 0 else found[gap + 1 :]
        self._is_over = gap >= 0
        found = found if gap < 0 else found[: gap + 1]
        self.count += len(found)
        return found

    def next(self) -> _Part | None:
        """The part behind the gap; None at the end of the session."""
        read = self._read or list(islice(self._events, 1))
        return _Part(self._events, read, self.first + self.count) if read else None


def windows(
    events: Iterable[Event],
    sizes: Sizes = DEFAULT,
    *,
    is_whole: bool = True,
    is_passing: bool = False,
    is_mapped: bool = False,
) -> Iterator[Session]:
    """The windows of a session; their judged parts follow each other and leave nothing out.

    A gap, where the recording lost events, ends a part of the session: what follows begins anew,
    as nothing is known of what was missed. With `is_passing` each window is emptied, and what was
    of it alone collected, when the next one is wanted. `is_mapped`: the events were made of MBIM
    messages.
    """
    carried: dict[str, Any] = {IS_MAPPED: is_mapped}
    part = _Part(iter(events), [], 0).next()
    while part is not None:
        for window in _of_part(part, sizes, carried, is_whole, is_passing):
            yield window
            carried = {IS_MAPPED: window.is_mapped}
        is_whole = False
        part = part.next()


def _of_part(
    part: _Part, sizes: Sizes, carried: dict[str, Any], is_whole: bool, is_passing: bool
) -> Iterator[Session]:
    kept = Kept(sizes.contents_max)
    old: dict[int, Event] = {}  # what is kept of events long ago
    # Those behind, all of them, of which so many are judged already; their numbers follow on.
    near: list[Event] = []
    done = passed = 0
    border = part.first
    while True:
        last = _fill(near, done, part, sizes)
        count = len(near) - done if last else sizes.judged
        numbers = [*sorted(old), *range(border, border + len(near))]
        session = Session(
            [*(old[number] for number in sorted(old)), *near],
            numbers=numbers,
            judged=range(len(old) + done, len(old) + done + count),
            carried=carried,
            is_whole=is_whole,
        )
        yield session
        if last:
            if is_passing:
                session.forget()
            return
        carried = session.carried_on
        done += count
        leaving = max(done - sizes.behind, 0)
        kept.add(session.items[len(old) : len(old) + leaving])
        del near[:leaving]
        done -= leaving
        border += leaving
        old = kept.before(border) | still_open(session, border, sizes.open_max)
        if is_passing:
            session.forget()
            passed += 1
            if passed % _COLLECTED_EACH == 0:
                gc.collect(1)


def _fill(near: list[Event], done: int, part: _Part, sizes: Sizes) -> bool:
    """Read until rules can wait long enough for the judged part; whether the session ends here."""
    while True:
        coming = len(near) - done
        missing = sizes.judged + 1 - coming
        if missing <= 0:
            until_ns = near[done + sizes.judged - 1].time_ns + sizes.ahead_ns
            is_long = coming >= sizes.judged + sizes.ahead_max
            if is_long or near[-1].time_ns > until_ns:
                return False
        more = part.take(max(missing, 256))
        if not more:
            return True
        near += more
