"""What inference found in a trace, for a person and for a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.divergencetext import wrapped
from wwanreplay.analysis.eventtext import event_json, event_lines, title
from wwanreplay.analysis.explain import MODEL
from wwanreplay.analysis.infer import Inferred, InferredStimulus, Unexplained
from wwanreplay.analysis.infer.stimulus_file import Entry, is_inferred
from wwanreplay.analysis.report import headline
from wwanreplay.protocol.presentation import time_text
from wwanreplay.replay import DivergenceKind, ReplayResult, Weight

#: Unexplained outputs that are printed.
UNEXPLAINED_MAX = 20
ROOM = " " * 29
#: A payload up to this size is printed whole: its zeros say something.
SMALL_PAYLOAD_SIZE = 16


class InferReport:
    """One trace, and what was inferred of it; its events are gone through once.

    `result` is the replay of what was made: its verdict is that of the report.
    """

    def __init__(
        self,
        path: str,
        events: Iterable[Event],
        found: Inferred,
        result: ReplayResult,
        *,
        show_personal: bool = False,
    ) -> None:
        self.path = path
        self.found = found
        self.result = result
        # The records of the result are numbered otherwise: its stimuli stand among them.
        self._weights = {_key(each.kind, each.event): each.weight for each in result.divergences}
        # Of a log requests have the transactions of its messages, and maybe no times.
        self._of_messages = result.is_field and bool(result.counts.get("wire"))
        self._has_times = not result.is_field or found.header.has_times
        self.recorded_count = 0
        self._show_personal = show_personal
        self._earlier: list[tuple[int, Event]] = []  # inferred ones that it has, by place
        self._shown: dict[int, Event] = {}
        self._end = self._end_number = 0
        self._take(events)

    def _take(self, events: Iterable[Event]) -> None:
        """Count the stimuli, and keep the events that are named."""
        named = {each.before for each in self.found.stimuli}
        named |= {each.witness for each in self.found.stimuli if each.witness is not None}
        last: Event | None = None
        for place, event in enumerate(events):
            last, self._end = event, place + 1
            if place in named:
                self._shown[place] = event
            if is_inferred(event):
                self._earlier.append((place, event))
            else:
                self.recorded_count += event.kind == Kind.KIND_STIMULUS
        if last is not None:
            self._end_number = (self._end - 1 if last.index is None else last.index) + 1

    @property
    def earlier(self) -> list[Event]:
        """The inferred stimuli that the trace has already."""
        return [event for _, event in self._earlier]

    def entries(self) -> list[Entry]:
        """The inferred stimuli, those of the trace and those found, as a file has them."""
        # Of one place those that were found stand before the one of the trace.
        numbered = [(each.before, 0, each.event) for each in self.found.stimuli]
        numbered += [(place, 1, event) for place, event in self._earlier]
        numbered.sort(key=lambda each: each[:2])
        entries = []
        earlier_count = 0
        for place, is_earlier, event in numbered:
            entries.append(Entry(event, place - earlier_count))
            earlier_count += is_earlier
        return entries

    # ------------------------------------------------------------------------- for a person

    def lines(self) -> Iterator[str]:
        """The report."""
        count = len(self.found.stimuli)
        left = len(self.found.unexplained)
        what = f"{_counted(count, 'stimulus', 'stimuli')} inferred"
        yield f"{self.path}: {what}; {headline(self.result)}"
        if self.recorded_count:
            have = _counted(self.recorded_count, "recorded stimulus", "recorded stimuli")
            yield f"  {have} in it already; only what they lack is inferred"
        if self.earlier:
            have = _counted(len(self.earlier), "inferred stimulus", "inferred stimuli")
            yield f"  {have} in it already; `--strip inferred -o OUT` removes them"
        for event in self.earlier:
            yield from self._event_lines(event)
        for stimulus in self.found.stimuli:
            yield from self._stimulus_lines(stimulus)
        for unexplained in self.found.unexplained[:UNEXPLAINED_MAX]:
            yield from self._fault_lines(unexplained)
        if left > UNEXPLAINED_MAX:
            yield f"{ROOM}… and {left - UNEXPLAINED_MAX} more unexplained"
        further = self._further_count()
        if further:
            more = _counted(further, "finding")
            yield f"  {more} of messages and rules: `wwanreplay explain {self.path}` says where"

    def _further_count(self) -> int:
        """How much messages and rules of a field trace show, beside what nothing explains."""
        shown = {_key(each.fault.kind, each.fault.event) for each in self.found.unexplained}
        return sum(
            each.is_field and each.root and _key(each.kind, each.event) not in shown
            for each in self.result.divergences
        )

    def _stimulus_lines(self, stimulus: InferredStimulus) -> Iterator[str]:
        event = stimulus.event.replace(index=None)
        first, *rest = self._event_lines(event)
        yield f"{self._number(stimulus.before):>7}{first[7:]}"
        yield from rest
        if stimulus.witness is None:
            return
        number = self._number(stimulus.witness)
        if stimulus.absent is not None:
            why = f"before record {number} there is no {self._title(stimulus.absent)}"
        else:
            why = f"of record {number}: {self._title(self._shown[stimulus.witness])}"
        yield from wrapped(f"because {why}", ROOM, ROOM)

    def _title(self, event: Event) -> str:
        return title(event, of_messages=self._of_messages)

    def _event_lines(self, event: Event) -> list[str]:
        small = len(event.payload) <= SMALL_PAYLOAD_SIZE
        return event_lines(
            event,
            show_personal=self._show_personal,
            all_fields=small,
            of_messages=self._of_messages,
            has_times=self._has_times,
        )

    def _fault_lines(self, unexplained: Unexplained) -> Iterator[str]:
        fault, number = unexplained.fault, self._record_number(unexplained)
        recorded, expected = fault.recorded, fault.expected
        shown = recorded if recorded is not None else expected
        assert shown is not None
        time = time_text(shown.time_ns) if self._has_times else ""
        where = f"{number:>7}  {time:>16}  ← {self._title(shown)}"
        phrases = {
            DivergenceKind.EXTRA: "does not say it",
            DivergenceKind.MISSING: "says it before this record",
        }
        phrase = phrases.get(fault.kind, "says something else")
        yield where
        yield from wrapped(f"{self._weight_text(unexplained)}: {self._modem} {phrase}", ROOM, ROOM)

    @property
    def _modem(self) -> str:
        return MODEL if self.result.is_field else "the device"

    def _weight_text(self, unexplained: Unexplained) -> str:
        """What an unexplained output counts for: of an exact trace it is a divergence."""
        weight = self._weight(unexplained)
        return "unexplained" if weight is None else f"unexplained, a {weight}"

    def _weight(self, unexplained: Unexplained) -> Weight | None:
        if not self.result.is_field:
            return None
        return self._weights.get(_key(unexplained.fault.kind, unexplained.fault.event))

    def _number(self, place: int) -> int:
        """A record's number as `show` prints it."""
        if place >= self._end:
            return self._end_number
        index = self._shown[place].index
        return place if index is None else index

    def _record_number(self, unexplained: Unexplained) -> int:
        """The number of the record that an unexplained output shows at."""
        recorded, record = unexplained.fault.recorded, unexplained.record
        if recorded is not None and recorded.index is not None:
            return recorded.index
        return self._end_number if record is None else record

    # ------------------------------------------------------------------------ for a program

    def values(self) -> dict[str, Any]:
        """The report as plain values."""
        return {
            "file": self.path,
            "verdict": str(self.result.verdict),
            "headline": headline(self.result),
            "compared": self.found.compared,
            "recorded_stimuli": self.recorded_count,
            "inferred_stimuli": [self._json(event) for event in self.earlier],
            "stimuli": [self._stimulus_values(stimulus) for stimulus in self.found.stimuli],
            "unexplained": [self._fault_values(each) for each in self.found.unexplained],
        }

    def _json(self, event: Event) -> dict[str, Any]:
        return event_json(event, show_personal=self._show_personal)

    def _stimulus_values(self, stimulus: InferredStimulus) -> dict[str, Any]:
        values = self._json(stimulus.event.replace(index=None))
        values["before"] = self._number(stimulus.before)
        if stimulus.absent is not None:
            values["absent"] = self._json(stimulus.absent)
        if stimulus.witness is not None:
            values["witness"] = self._number(stimulus.witness)
            if stimulus.absent is None:
                values["witness_name"] = title(self._shown[stimulus.witness])
        return values

    def _fault_values(self, unexplained: Unexplained) -> dict[str, Any]:
        fault = unexplained.fault
        values: dict[str, Any] = {
            "kind": str(fault.kind.value),
            "record": self._record_number(unexplained),
        }
        weight = self._weight(unexplained)
        if weight is not None:
            values["weight"] = str(weight)
        if fault.recorded is not None:
            values["recorded"] = self._json(fault.recorded)
        if fault.expected is not None:
            values["expected"] = self._json(fault.expected)
        return values


def _key(kind: DivergenceKind, event: Event | None) -> tuple[object, ...]:
    """What a fault of the search and its divergence in the replay have in common."""
    if event is None:
        return (kind,)
    return kind, event.kind, event.code, event.port, event.request_id, event.time_ns


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
