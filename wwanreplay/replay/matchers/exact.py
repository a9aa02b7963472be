"""Exact, record by record: every compared field of every output, in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wwanreplay._core import Event, Kind
from wwanreplay.protocol.kinds import OUTPUTS
from wwanreplay.replay.align import content_key, exact_key, is_same_moment
from wwanreplay.replay.fault import DivergenceKind, Fault
from wwanreplay.replay.hypothesis import Hypothesis
from wwanreplay.replay.proposer import Mismatch
from wwanreplay.replay.recording import Recording
from wwanreplay.replay.search import ADOPTION_COST, RecordMatcher, Way

#: Outputs of a stimulus that a recording may lack before the one that witnesses it.
WITNESSES_LOST_MAX: Final = 3
#: States kept to go back to.
HISTORY_MAX: Final = 512


class ExactMatcher(RecordMatcher):
    """Agrees where the device emits the recorded output next, equal in every compared field."""

    faults_passed_max = 3
    trial_records_max = 12_000
    history_max = HISTORY_MAX

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    def take(self, hypothesis: Hypothesis, step: Event, position: int) -> bool:  # noqa: ARG002
        """Go over a record; False when the device emits something else."""
        hypothesis.advance(step.time_ns)
        first = hypothesis.first
        if step.kind in OUTPUTS:
            if first is None or exact_key(first) != exact_key(step):
                return False
            hypothesis.take()
            hypothesis.is_silent = False
            return True
        if first is not None:
            return False
        if step.kind != Kind.KIND_CLOCK:
            hypothesis.submit(step)
        return True

    def deviations(
        self, hypothesis: Hypothesis, step: Event, position: int, *, wide: bool
    ) -> Iterator[Way]:
        """A changed output, or a missing one, or an extra one; followed by the device or not."""
        expected = hypothesis.first
        is_output = step.kind in OUTPUTS
        is_changed = expected is not None and is_output and is_same_moment(expected, step)
        for follows in (False, True) if wide else (False,):
            if expected is None or is_changed or (follows and not expected.request_id):
                continue
            fault = Fault(DivergenceKind.MISSING, position, None, expected, is_followed=follows)
            yield _behind(hypothesis, fault), False
        if not is_changed and (
            not is_output or (expected is not None and expected.time_ns < step.time_ns)
        ):
            return
        kind = DivergenceKind.CHANGED if is_changed else DivergenceKind.EXTRA
        for follows in (False, True) if wide else (False,):
            other = expected if is_changed else None
            fault = Fault(kind, position, step, other, is_followed=follows)
            yield _behind(hypothesis, fault, follows * ADOPTION_COST), True

    def mismatches(
        self, hypothesis: Hypothesis, record: Event, position: int
    ) -> Iterator[Mismatch]:
        """The record, the late answer in whose place it stands, and an event that is absent."""
        recording, expected = self._recording, hypothesis.first

        def at(place: int) -> Mismatch:
            witness = recording[place]
            request = recording.request_of(witness)
            return Mismatch(witness, place, expected, request, hypothesis, recording)

        if record.kind in OUTPUTS:
            yield at(position)
        if expected is None:
            return
        for place in recording.outputs_behind(expected, position, 1):
            yield at(place)
        if not expected.request_id and expected.time_ns <= record.time_ns:
            yield Mismatch(expected, position, expected, None, hypothesis, recording, absent=True)

    def is_emitted_as(self, emitted: Event, witness: Event) -> bool:
        """Whether an output of the device is a witness, at whatever time."""
        return content_key(emitted) == content_key(witness)

    def take_behind_missing(self, hypothesis: Hypothesis, record: Event, position: int) -> bool:
        """Take a record that the device emits behind a few others, which are then missing."""
        if record.kind not in OUTPUTS:
            return False
        wanted = exact_key(record)
        pending = hypothesis.pending
        for place in range(min(len(pending), WITNESSES_LOST_MAX + 1)):
            if exact_key(pending[place]) != wanted:
                continue
            for lost in range(place):
                fault = Fault(DivergenceKind.MISSING, position, None, pending[lost])
                hypothesis.count(fault)
            hypothesis.pending = pending[place + 1 :]
            hypothesis.is_silent = False
            return True
        return False


def _behind(hypothesis: Hypothesis, fault: Fault, further: int = 0) -> Hypothesis:
    """The hypothesis that has passed over a fault."""
    child = hypothesis.child()
    child.count(fault, further)
    child.pass_over(fault)
    return child
