"""Trying proposals: a stimulus is believed when the device, driven by it, emits what was recorded.

A stimulus may stand earlier than its witness. So states of a hypothesis before earlier records are
kept, and a proposal is tried by going back to one of them and over the records again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, takewhile
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from wwanreplay._core import Event
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS
from wwanreplay.replay.align import exact_key, is_same_moment
from wwanreplay.replay.fault import Fault
from wwanreplay.replay.hypothesis import Hypothesis, Mark, Placed
from wwanreplay.replay.proposer import Mismatch, Proposal, Propose
from wwanreplay.replay.recording import Recording

if TYPE_CHECKING:
    from wwanreplay.replay.search import RecordMatcher

#: How many records may be replayed again, in all, to try proposals.
TRIAL_RECORDS_TOTAL_MAX: Final = 3_000_000
#: How far back a cause without a witness of its own is looked for: records, and inputs.
EARLIER_MAX: Final = 64
EARLIER_INPUTS_MAX: Final = 6
#: Times at which a device that is given a stimulus may emit something before the witness.
PROBES_MAX: Final = 64
_PROBE_EFFORT: Final = 4


class Trials:
    """The proposals of a proposer, tried on hypotheses."""

    def __init__(self, recording: Recording, matcher: RecordMatcher, propose: Propose) -> None:
        self.tried_count = 0  # records gone over again in all
        self._effort = 0  # for one record
        self._recording = recording
        self._matcher = matcher
        self._propose = propose

    def begin(self, hypotheses: list[Hypothesis], position: int) -> None:
        """Begin with another record: the states before it are kept to go back to.

        What may be tried is counted for each record.
        """
        self._effort = 0
        for hypothesis in hypotheses:
            kept = hypothesis.marks[-self._matcher.history_max :]
            hypothesis.marks = (*kept, hypothesis.marked(position))

    def explained(self, hypothesis: Hypothesis, position: int) -> Iterator[Hypothesis]:
        """The hypotheses with stimuli that make the device emit a record, behind it."""
        record = self._recording[position]
        for mismatch in self._matcher.mismatches(hypothesis, record, position):
            for proposal in self._propose(mismatch):
                if (
                    self._effort > self._matcher.trial_records_max
                    or self.tried_count > TRIAL_RECORDS_TOTAL_MAX
                ):
                    return
                for place in proposal.places:
                    spots = self._spots(position, mismatch, proposal, place)
                    tried = (self._tried(position, mismatch, proposal, *spot) for spot in spots)
                    child = next((each for each in tried if each is not None), None)
                    if child is not None:
                        yield child
                        break

    # ----------------------------------------------------------------------- where to try

    def _spots(
        self, position: int, mismatch: Mismatch, proposal: Proposal, place: str
    ) -> Iterator[tuple[int, int]]:
        """Positions and times at which a place may be."""
        witness, recording = mismatch.witness, self._recording
        if place == "witness":
            yield position, witness.time_ns
        elif place == "before":
            yield from self._just_before(position, witness)
        elif place in ("request", "burst") and mismatch.request is not None:
            at = recording.request_at(witness)
            if at is None or at < recording.begin:
                return  # its device is no longer kept
            while place == "burst" and at > recording.begin and self._are_together(at - 1, at):
                at -= 1
            yield at, mismatch.request.time_ns
        elif place == "earlier":
            yield from self._earlier_inputs(position)
        elif place == "delayed":
            time_ns = self._probed(mismatch, proposal)
            if time_ns is not None:
                at = position
                while at > recording.begin and recording[at - 1].time_ns > time_ns:
                    at -= 1
                yield at, time_ns

    def _just_before(self, position: int, witness: Event) -> Iterator[tuple[int, int]]:
        at, begin = position, self._recording.begin
        while at > begin and self._recording[at - 1].time_ns == witness.time_ns:
            if self._recording[at - 1].kind not in OUTPUTS:
                return
            at -= 1
        yield at, self._recording[at - 1].time_ns if at > begin else witness.time_ns - 1

    def _earlier_inputs(self, position: int) -> Iterator[tuple[int, int]]:
        begin = max(position - EARLIER_MAX, self._recording.begin)
        earlier = ((at, self._recording[at]) for at in range(position - 1, begin - 1, -1))
        inputs = ((at, record.time_ns) for at, record in earlier if record.kind in INPUTS)
        return islice(inputs, EARLIER_INPUTS_MAX)

    def _are_together(self, first: int, second: int) -> bool:
        """Whether two neighbours are inputs of one moment."""
        left, right = self._recording[first], self._recording[second]
        return left.kind in INPUTS and left.time_ns == right.time_ns

    def _probed(self, mismatch: Mismatch, proposal: Proposal) -> int | None:
        """When the stimuli came if the device takes as long as it does to emit the witness."""
        self._effort += _PROBE_EFFORT
        witness, engine = mismatch.witness, mismatch.hypothesis.marks[-1].engine.copy()
        begun_ns = engine.now_ns
        # The stimuli lie in the recording, so the device has no longer than since its beginning.
        longest_ns = witness.time_ns - self._recording.first_ns
        for stimulus in proposal.stimuli:
            engine.submit(stimulus.replace(time_ns=begun_ns))
        for _ in range(PROBES_MAX):
            for emitted in engine.drain():
                if self._matcher.is_emitted_as(emitted, witness):
                    return witness.time_ns - (emitted.time_ns - begun_ns)
            due_ns = engine.next_due_ns
            if due_ns is None or due_ns - begun_ns > longest_ns:
                return None
            engine.advance(due_ns)
        return None

    # ------------------------------------------------------------------------- one trial

    def _tried(
        self, position: int, mismatch: Mismatch, proposal: Proposal, at: int, time_ns: int
    ) -> Hypothesis | None:
        """The hypothesis behind the record with the stimuli before the record at `at`, or None.

        It goes back there and comes over the records again, to the one at `position`.
        """
        hypothesis = mismatch.hypothesis
        place = _last_mark(hypothesis.marks, at)
        if place is None or hypothesis.marks[place].engine.now_ns > time_ns:
            return None
        passed = _faults_from(hypothesis, at)
        if len(passed) > self._matcher.faults_passed_max:
            return None
        self._effort += 1
        child = _gone_back(hypothesis, place, passed, proposal.cost)
        _give(child, mismatch, proposal, at, time_ns)
        again = [placed for placed in hypothesis.stimulus_chain if placed.position > at]
        marks = [*child.marks, child.marked(at)]
        for number in range(at, position + 1):
            self._effort += 1
            self.tried_count += 1
            if number > at:
                marks.append(child.marked(number))
            if not _submit_again(child, again, number):
                return None
            if not self._take_again(child, number, passed) and not (
                number == position
                and self._matcher.take_behind_missing(child, self._recording[number], number)
            ):
                return None
        child.marks = tuple(marks[-self._matcher.history_max :])
        return child

    def _take_again(self, child: Hypothesis, number: int, passed: list[Fault]) -> bool:
        """Go over a record and the faults found there before, which are taken off the list."""
        record = self._recording[number]
        while passed and passed[0].position < number:
            passed.pop(0)
        while not self._matcher.take(child, record, number):
            if not passed or passed[0].position != number:
                return False
            expected = child.first
            fault = passed.pop(0)
            if not _recurs(fault, record, expected):
                return False
            if fault.expected is not None:
                fault = fault._replace(expected=expected)
            child.keep(fault)
            child.pass_over(fault)
            if fault.recorded is not None:
                return True
        return True


def _gone_back(hypothesis: Hypothesis, place: int, passed: list[Fault], cost: int) -> Hypothesis:
    """The hypothesis as it was at a mark, without the faults that were found behind it."""
    mark = hypothesis.marks[place]
    return replace(
        hypothesis,
        engine=mark.engine.copy(),
        pending=mark.pending,
        seen_count=mark.seen_count,
        memory=mark.memory,
        cost=hypothesis.cost + cost - sum(fault.cost for fault in passed),
        fault_chain=hypothesis.fault_chain.without_last(len(passed)),
        is_silent=hypothesis.is_silent and not passed,
        marks=hypothesis.marks[: place + 1],
    )


def _give(child: Hypothesis, mismatch: Mismatch, proposal: Proposal, at: int, time_ns: int) -> None:
    """Give the stimuli of a proposal before the record at `at`."""
    child.advance(time_ns)
    absent = mismatch.witness if mismatch.absent else None
    for stimulus in proposal.stimuli:
        made = stimulus.replace(time_ns=time_ns)
        child.submit(made)
        placed = Placed(at, made, mismatch.position, absent)
        child.stimulus_chain = child.stimulus_chain.add(placed)


def _last_mark(marks: tuple[Mark, ...], position: int) -> int | None:
    """The last state of a position: other stimuli may stand before the same record."""
    place = bisect_right(marks, position, key=attrgetter("position")) - 1
    return place if place >= 0 and marks[place].position == position else None


def _faults_from(hypothesis: Hypothesis, position: int) -> list[Fault]:
    """The last faults of a hypothesis, from a position on."""
    newest = hypothesis.fault_chain.newest_first()
    return list(takewhile(lambda fault: fault.position >= position, newest))[::-1]


def _submit_again(child: Hypothesis, again: list[Placed], position: int) -> bool:
    """Give the stimuli before a record once more; False when their time has gone by."""
    for placed in again:
        if placed.position == position:
            if child.engine.now_ns > placed.event.time_ns:
                return False
            child.advance(placed.event.time_ns)
            child.submit(placed.event)
    return True


def _recurs(fault: Fault, record: Event, expected: Event | None) -> bool:
    """Whether the device errs in the same way again where it emits `expected`."""
    if fault.recorded is None:
        assert fault.expected is not None
        return expected is not None and exact_key(expected) == exact_key(fault.expected)
    if fault.expected is not None:
        return expected is not None and is_same_moment(expected, record)
    return expected is None or expected.time_ns >= record.time_ns
