"""The rules of the WWAN model, judged on what a flight recorder keeps.

The events are those that the class driver makes of the messages. Judged are the kept ones together,
now and then and never while messages are taken; each rule is reported once for the time that is
kept, however often it is broken. An answer whose request is not kept any more is passed over.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable
from typing import Final

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.check import check
from wwanreplay.protocol.kinds import REQUESTS

#: How often what is new is judged.
JUDGE_NS: Final = 10_000_000_000
#: Events that are judged together; of more the oldest are not.
JUDGED_MAX: Final = 8192
_ANSWERS: Final = (Kind.KIND_COMPLETION, Kind.KIND_INDICATION)


class Judge:
    """Takes events, and says which rules they break."""

    def __init__(self, keep_ns: int) -> None:
        self.keep_ns = keep_ns
        self._events: deque[Event] = deque()
        self._cut: OrderedDict[int, None] = OrderedDict()
        self._reported_ns: dict[str, int] = {}
        self._due_ns: int | None = None

    def add(self, events: Iterable[Event]) -> None:
        """Take the events of a message."""
        for event in events:
            if self._is_cut(event):
                continue
            self._events.append(event.replace(index=None, cause=None))
            if self._due_ns is None:
                self._due_ns = event.time_ns + JUDGE_NS
            if len(self._events) > JUDGED_MAX:
                self._drop()

    def _drop(self) -> None:
        """Forget the oldest event; answers to a request count no more from then on."""
        event = self._events.popleft()
        if event.kind in REQUESTS and event.request_id:
            self._cut[event.request_id] = None
            if len(self._cut) > JUDGED_MAX:
                self._cut.popitem(last=False)

    @property
    def kept(self) -> list[Event]:
        """What is judged together."""
        return [each for each in self._events if not self._is_cut(each)]

    def _is_cut(self, event: Event) -> bool:
        return event.request_id in self._cut and event.kind in _ANSWERS

    def judge(self, time_ns: int) -> list[str]:
        """The rules that are found broken, a line each; nothing while it is not time."""
        if self._due_ns is None or time_ns < self._due_ns:
            return []
        self._due_ns = None  # until there is more
        while self._events and self._events[0].time_ns < time_ns - self.keep_ns:
            self._drop()
        found: list[str] = []
        for violation in check(self.kept, is_mapped=True):
            reported_ns = self._reported_ns.get(violation.rule)
            if reported_ns is None or time_ns - reported_ns > self.keep_ns:
                self._reported_ns[violation.rule] = time_ns
                found.append(f"{violation.rule}: {violation.text}")
        return found
