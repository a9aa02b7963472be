"""The records of a log with which a device agrees, gone over by the engine's own loop.

What the field matcher makes of a record that is as the device has it, `FieldLoop` makes of many in
one call. It comes back before any other, which the search then explains.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from wwanreplay._core import Digest, Engine, Event, FieldLoop
from wwanreplay.errors import LimitError
from wwanreplay.protocol.comparison import NETWORK_SEARCHES, is_event_owed
from wwanreplay.protocol.kinds import INDICATION_REQUIRED
from wwanreplay.protocol.timing import LOCAL_ANSWER_NS
from wwanreplay.replay.contexts import SESSION
from wwanreplay.replay.fields import FieldDifference
from wwanreplay.replay.hypothesis import Hypothesis
from wwanreplay.replay.matchers.field import LATE_NS, OLDER_MAX, FieldMatcher, Older
from wwanreplay.replay.observed import observed_differences
from wwanreplay.replay.recording import Recording
from wwanreplay.replay.search import place_of


def _differences(recorded: Event, expected: Event) -> Sequence[FieldDifference]:
    # Needed where reports are not the same byte by byte.
    from wwanreplay.replay.masks import shows_the_same

    if shows_the_same(recorded, expected):
        return ()
    return observed_differences(recorded, expected)


class Agreeing:
    """Has a hypothesis pass what agrees with it, and the driven device with it.

    `driven` and `digest` are of the device that is driven as the trace has it; `is_counted` tells
    which outputs are counted as compared.
    """

    def __init__(
        self,
        recording: Recording,
        matcher: FieldMatcher,
        driven: Engine,
        digest: Digest,
        is_counted: Callable[[Event], bool],
    ) -> None:
        self._matcher = matcher
        self._loop = FieldLoop(
            recording,
            matcher.times,
            matcher.resets,
            differences=_differences,
            is_owed=is_event_owed,
            is_counted=is_counted,
            searches=NETWORK_SEARCHES,
            session=SESSION,
            late_ns=LATE_NS,
            local_answer_ns=LOCAL_ANSWER_NS,
            older_max=OLDER_MAX,
            provisional_status=INDICATION_REQUIRED,
            driven=driven,
            digest=digest,
        )

    @property
    def compared_count(self) -> int:
        """The outputs that were compared."""
        return self._loop.compared_count

    def pass_over(self, hypothesis: Hypothesis, position: int) -> int:
        """Go over the records that agree, from a position on; the position of the first other."""
        memory = hypothesis.memory
        if memory.early:
            return position
        loop = self._loop
        loop.begin(
            hypothesis.engine,
            list(hypothesis.pending),
            hypothesis.seen_count,
            memory.deadline_ns,
            memory.older,
            hypothesis.is_silent,
        )
        try:
            reached = loop.run(position)
        except LimitError as error:
            raise error.at(place_of(loop.record)) from None
        pending, hypothesis.seen_count, deadline_ns, older, hypothesis.is_silent = loop.end()
        hypothesis.pending = tuple(pending)
        hypothesis.memory = replace(
            memory, deadline_ns=deadline_ns, older=tuple(Older(*each) for each in older)
        )
        self._matcher.pass_steps(reached - position)
        return reached
