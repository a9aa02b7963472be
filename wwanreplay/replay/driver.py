"""Drive an engine with a recording and compare: the fast loop, and what happens when it stops."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from wwanreplay._core import Engine, Event, Kind, RecordReader, Replayer, ReplayStop
from wwanreplay.errors import InputError, LimitError, TraceError
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS
from wwanreplay.replay.align import Difference, DivergenceKind
from wwanreplay.replay.divergence import Divergence, Ledger, nearest_event
from wwanreplay.replay.hypotheses import (
    TRIALS_MAX,
    TRIALS_MAX_COUNTING,
    ChunkLike,
    Hypothesis,
    Trial,
    Window,
    open_chunk,
)
from wwanreplay.replay.wire import WireCheck
from wwanreplay.trace import Checkpoint
from wwanreplay.verdict import Verdict

# Records after which a new anchor is dropped: what a divergence costs, and the memory that is held.
ANCHOR_BYTES = 4 << 20
# A stretch of outputs without any input is looked at in windows of so many.
WINDOW_MAX = 512
EVENTS_BEFORE = 5
DIVERGENCES_MAX = 100

AGREEING = (ReplayStop.STOP_CHUNK_END, ReplayStop.STOP_LIMIT, ReplayStop.STOP_GAP)
DRIVING = INPUTS | {Kind.KIND_CLOCK, Kind.KIND_GAP}


@dataclass(slots=True)
class Options:
    """What part of a recording is compared, and how much is told about it.

    Divergences before `start_record` or `start_time_ns` are counted but not reported; the replay
    ends before `stop_record`, and behind `stop_time_ns`.
    """

    start_record: int | None = None
    start_time_ns: int | None = None
    stop_record: int | None = None
    stop_time_ns: int | None = None
    divergences_max: int = DIVERGENCES_MAX
    events_before: int = EVENTS_BEFORE
    fail_fast: bool = False

    @property
    def is_part(self) -> bool:
        """Whether only a part of the recording is compared."""
        ends = self.start_record, self.start_time_ns, self.stop_record, self.stop_time_ns
        return any(end is not None for end in ends)

    def is_before_start(self, index: int, time_ns: int) -> bool:
        """Whether a record stands before the part that is compared."""
        return (self.start_record is not None and index < self.start_record) or (
            self.start_time_ns is not None and time_ns < self.start_time_ns
        )

    def is_behind_stop(self, index: int, time_ns: int) -> bool:
        """Whether a record stands behind the part that is replayed."""
        return (self.stop_record is not None and index >= self.stop_record) or (
            self.stop_time_ns is not None and time_ns > self.stop_time_ns
        )


@dataclass(slots=True)
class Gap:
    """Records that are known to be lost: `count` is 0 when nobody knows how many.

    `unjudged_count` outputs behind it, the first at record `first_unjudged`, differ from the
    device's as it would be had nothing been lost.
    """

    index: int
    count: int
    reason: str
    unjudged_count: int = 0
    first_unjudged: int | None = None


@dataclass(slots=True)
class ReplayResult:
    """How a replay ended.

    `divergences` has the first ones, root causes first; `divergence_count` and `root_count` count
    all. `counts` is by what the records are; `outputs` are those of the device in the part that was
    to be compared, `compared` how many of them were, `messages` the MBIM messages that were.
    `digest` is of what the replayed device said, hex; `recorded_digest` is the footer's, None
    without one or when only a part was replayed. `warnings` are what a reader should know before
    the divergences, `notes` what took no part in the comparison. Of a field trace `start_state` is
    the device's at the beginning.
    """

    path: str | None = None
    divergences: list[Divergence] = field(default_factory=list)
    divergence_count: int = 0
    root_count: int = 0
    before_start_count: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    digest: str = ""
    recorded_digest: str | None = None
    first_index: int = 0
    next_index: int = 0
    elapsed_s: float = 0.0
    gaps: list[Gap] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    profile_name: str = ""
    start_state: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    is_field: bool = False
    is_part: bool = False

    @property
    def verdict(self) -> Verdict:
        """What the replay came to: nothing compared is neither equal nor without fault."""
        if self.divergence_count:
            return Verdict.DIVERGED
        if not self.counts.get("compared") and not self.counts.get("messages"):
            return Verdict.NOTHING_COMPARED
        return Verdict.NO_FAULT if self.is_field else Verdict.EQUAL

    @property
    def equal(self) -> bool:
        """Whether every compared field of every output was the recorded one, in order.

        Never so of a field trace, whose best verdict is no fault, nor of a comparison of nothing.
        """
        return self.verdict is Verdict.EQUAL

    @property
    def agrees(self) -> bool:
        """Whether something was compared and no divergence found: equal, or no fault."""
        return self.verdict.is_yes

    @property
    def unjudged_count(self) -> int:
        """Outputs that differ behind a gap; lost records may be why, so they are no divergences."""
        return sum(gap.unjudged_count for gap in self.gaps)

    @property
    def rate(self) -> float:
        """Records per second."""
        return self.counts.get("records", 0) / self.elapsed_s if self.elapsed_s > 0 else 0.0


class _EventsBefore:
    """The records just before a place, from the chunks that are at hand."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._events: deque[Event] = deque(maxlen=max(count, 1))
        self._chunks: deque[ChunkLike] = deque()
        self._reader: Iterator[Event] | None = None
        self._ahead: Event | None = None

    def add(self, chunk: ChunkLike) -> None:
        """Have a further chunk at hand; the last two stay."""
        self._chunks.append(chunk)
        if len(self._chunks) > 2:
            self._chunks.popleft()
            self._events.clear()
            self._reader = self._ahead = None

    def get(self, index: int) -> tuple[Event, ...]:
        """The records before `index`, which never goes back."""
        while True:
            event = self._next()
            if event is None:
                break
            if event.index is not None and event.index >= index:
                self._ahead = event
                break
            self._events.append(event)
        before = [event for event in self._events if event.index is None or event.index < index]
        return tuple(before[-self.count :]) if self.count else ()

    def _next(self) -> Event | None:
        if self._ahead is not None:
            event, self._ahead = self._ahead, None
            return event
        while True:
            if self._reader is not None:
                found = next(self._reader, None)
                if found is not None:
                    return found
                self._reader = None
            if not self._chunks:
                return None
            chunk = self._chunks.popleft()
            self._reader = iter(RecordReader(chunk.records, chunk.first_index, chunk.base_time_ns))


class Drive:
    """One replay: `run` takes the chunks in order and gives the result.

    Records that are lost at a gap may have been inputs. What the device would say at a gap and the
    recording lacks is therefore no divergence, nor is what differs behind it, until a checkpoint
    tells the device's state again.
    """

    def __init__(
        self,
        engine: Engine,
        options: Options,
        *,
        path: str | None = None,
        digest_state: bytes | None = None,
        on_chunk: Callable[[ChunkLike], None] | None = None,
        wire: WireCheck | None = None,
    ) -> None:
        self.options = options
        self.path = path
        self.result = ReplayResult(path=path, is_part=options.is_part)
        self.ledger = Ledger(options.divergences_max)
        self._on_chunk = on_chunk
        self._wire = wire
        self._before = _EventsBefore(options.events_before)
        self._since_anchor: list[ChunkLike] = []
        self._bytes_since_anchor = 0
        self._pieces: Iterator[ChunkLike | Checkpoint] = iter(())
        self._ahead: ChunkLike | Checkpoint | None = None
        self._is_complete: Callable[[], bool] = _always
        self._behind_gap = False
        self._current: ChunkLike | None = None
        self._outputs_seen = 0
        self._outputs_before = 0  # of the start
        self._is_at_start = options.start_record is None and options.start_time_ns is None
        self._started = False
        self._ended = False
        replayer = Replayer(engine, digest_state=digest_state, path=path)
        self._hypotheses = [Hypothesis(replayer, engine)]

    def run(
        self,
        pieces: Iterable[ChunkLike | Checkpoint],
        *,
        is_complete: Callable[[], bool] | None = None,
    ) -> ReplayResult:
        """Replay chunks, with the checkpoints between them that may be used.

        `is_complete`, asked behind the last chunk, tells whether the recording has all that the
        device said until its last record; when it is cut off, nothing is missing behind the cut.
        """
        self._pieces = iter(pieces)
        if is_complete is not None:
            self._is_complete = is_complete
        started_s = time.perf_counter()
        while not self._ended and self._open_next():
            self._run_chunk()
        is_whole = not self._ended and self._is_complete()
        if is_whole and not self._behind_gap:
            self._check_end()
        if self._wire is not None:
            self._wire.finish(is_whole=is_whole)
        return self._finished(time.perf_counter() - started_s)

    def _finished(self, elapsed_s: float) -> ReplayResult:
        result, ledger = self.result, self.ledger
        if self._wire is not None:
            self._report_wire(self._wire)
        lead = self._hypotheses[0].replayer
        result.divergences = ledger.in_order()
        result.divergence_count = ledger.count
        result.root_count = ledger.root_count
        result.counts = lead.counts
        outputs = self._outputs_taken() - self._outputs_before if self._is_at_start else 0
        result.counts["outputs"] = outputs
        result.counts["compared"] = outputs - result.unjudged_count
        result.counts["messages"] = 0 if self._wire is None else self._wire.messages
        result.digest = lead.digest().hex()
        result.next_index = lead.next_index
        result.elapsed_s = elapsed_s
        return result

    # Chunks.

    def _open_next(self) -> bool:
        """Stand before the next chunk with every hypothesis; False when there is none."""
        if len(self._hypotheses) > 1:
            self._merge()
        if self._bytes_since_anchor >= ANCHOR_BYTES:
            self._drop_anchors()
        chunk = self._take_chunk()
        if chunk is None:
            return False
        for hypothesis in self._hypotheses:
            hypothesis.open(chunk)
        return True

    def _take_piece(self) -> ChunkLike | Checkpoint | None:
        piece, self._ahead = self._ahead, None
        return next(self._pieces, None) if piece is None else piece

    def _take_chunk(self, *, in_window: bool = False) -> ChunkLike | None:
        """The next chunk, the present one being used up.

        None at the end, and in a window also before a checkpoint at which the replay goes on.
        """
        if self._current is not None:
            self._check_count(self._hypotheses[0].replayer, self._current)
        chunk = self._take_piece()
        while isinstance(chunk, Checkpoint):
            if self._behind_gap and in_window:
                self._ahead, chunk = chunk, None
                break
            if self._behind_gap:
                self._resume(chunk)
            chunk = self._take_piece()
        if chunk is None:
            self._current = None
            return None
        if not self._started:
            self._started = True
            self.result.first_index = chunk.first_index
        self._current = chunk
        self._since_anchor.append(chunk)
        self._bytes_since_anchor += len(chunk.records)
        self._before.add(chunk)
        if self._on_chunk is not None:
            self._on_chunk(chunk)
        if self._wire is not None:
            self._wire.check(chunk)
        return chunk

    def _check_count(self, lead: Replayer, chunk: ChunkLike) -> None:
        if lead.next_index != chunk.next_index:
            raise TraceError(
                f"a chunk has {lead.next_index - chunk.first_index} records and says"
                f" {chunk.record_count}",
                path=self.path,
                offset=chunk.offset,
            )

    def _drop_anchors(self) -> None:
        for hypothesis in self._hypotheses:
            hypothesis.drop_anchor()
        self._since_anchor = []
        self._bytes_since_anchor = 0

    def _merge(self) -> None:
        """Drop hypotheses that have come to the same state."""
        kept: list[Hypothesis] = []
        for hypothesis in self._hypotheses:
            said = hypothesis.replayer.pending()
            if not any(
                said == other.replayer.pending() and hypothesis.engine.same_state(other.engine)
                for other in kept
            ):
                kept.append(hypothesis)
        self._hypotheses = kept

    def _run_chunk(self) -> None:
        """Run to the end of the chunk, with a window at each place where all differ."""
        while not self._ended:
            limits = self._limits()
            for hypothesis in self._hypotheses:
                hypothesis.run(*limits)
            farthest = max(found.replayer.next_index for found in self._hypotheses)
            # Those that stopped before differ from a record with which these agree.
            self._hypotheses = [
                found for found in self._hypotheses if found.replayer.next_index == farthest
            ]
            agreeing = [found for found in self._hypotheses if found.stop in AGREEING]
            if not agreeing:
                self._window(farthest)
                continue
            self._hypotheses = agreeing
            stop = agreeing[0].stop
            if stop is ReplayStop.STOP_GAP:
                self._pass_gap()
                continue
            if stop is ReplayStop.STOP_LIMIT and self._begin():
                continue
            self._ended = stop is ReplayStop.STOP_LIMIT
            return

    def _limits(self) -> tuple[int | None, int | None]:
        """The record before which, and the time behind which the fast loop comes back."""
        options = self.options
        index, time_ns = options.stop_record, options.stop_time_ns
        if self._is_at_start:
            return index, time_ns
        if options.start_record is not None:
            index = options.start_record if index is None else min(index, options.start_record)
        if options.start_time_ns is not None:
            before_ns = options.start_time_ns - 1
            time_ns = before_ns if time_ns is None else min(time_ns, before_ns)
        return index, time_ns

    def _begin(self) -> bool:
        """Begin to count what is compared at the start; False at the stop."""
        if self._is_at_start:
            return False
        lead = self._hypotheses[0]
        event = lead.replayer.recorded()
        time_ns = lead.engine.now_ns if event is None else event.time_ns
        if self.options.is_behind_stop(lead.replayer.next_index, time_ns):
            return False
        self._is_at_start, self._outputs_before = True, self._outputs_taken()
        return True

    def _outputs_taken(self) -> int:
        counts = self._hypotheses[0].replayer.counts
        return counts["completions"] + counts["indications"]

    def _pass_gap(self) -> None:
        gap = self._hypotheses[0].replayer.recorded()
        if gap is None:
            return
        reason = gap.payload.decode("utf-8", "replace")
        self.result.gaps.append(Gap(gap.index or 0, gap.code, reason))
        lead = self._hypotheses[0]
        lead.engine.drain()
        lead.replayer.skip()
        lead.drop_anchor()
        self._go_on_with(lead)
        self._behind_gap = True

    def _go_on_with(self, hypothesis: Hypothesis) -> None:
        """Go on from the present record with one hypothesis."""
        self._hypotheses = [hypothesis]
        self._since_anchor = []
        self._bytes_since_anchor = 0

    def _resume(self, checkpoint: Checkpoint) -> None:
        """Know the device's state again, behind a gap."""
        lead = self._hypotheses[0]
        engine = lead.engine.copy()
        try:
            engine.restore(checkpoint.snapshot)
        except InputError as error:
            self.result.warnings.append(
                f"the checkpoint before record {checkpoint.record_index}: {error}"
            )
            return
        engine.drain()
        self._go_on_with(Hypothesis(lead.replayer.fork(engine), engine))
        self.ledger.heard()
        self._behind_gap = False

    # Windows.

    def _window(self, index: int) -> None:
        """Explain the outputs from record `index` to the next input, and go on behind them."""
        for hypothesis in self._hypotheses:
            hypothesis.rerun(index, self._since_anchor)
        self._note_heard()
        window = self._gather()
        counting = self.ledger.full or self._behind_gap
        try:
            trials = window.explain(
                self._hypotheses, TRIALS_MAX_COUNTING if counting else TRIALS_MAX
            )
            best = trials[0]
            for difference in best.differences:
                if self._behind_gap:
                    self._leave_unjudged(difference)
                else:
                    self._report(difference, window, best)
        except LimitError as error:
            file = "" if self.path is None else f"{self.path}: "
            raise error.at(f"{file}before record {window.end_index}") from None
        self._go_on(trials)
        if self.options.fail_fast and self.ledger.count:
            self._ended = True

    def _note_heard(self) -> None:
        """Tell the ledger when outputs agreed since the last window."""
        if self._outputs_taken() > self._outputs_seen:
            self.ledger.heard()

    def _gather(self) -> Window:
        """Take the recorded outputs up to the next input, over chunks if need be.

        The window ends at the time of that input, whatever times the outputs before it claim.
        """
        lead, engine = self._hypotheses[0].replayer, self._hypotheses[0].engine
        recorded: list[Event] = []
        end_time_ns: int | None = None
        is_open_ended = False
        while len(recorded) < WINDOW_MAX:
            event = lead.recorded()
            if event is None:
                chunk = self._take_chunk(in_window=True)
                if chunk is None:
                    is_open_ended = not self._is_complete()
                    break
                open_chunk(lead, chunk)
                continue
            place = event.index or 0, event.time_ns
            if self.options.is_behind_stop(*place):
                if self.options.stop_time_ns is not None:
                    end_time_ns = min(event.time_ns, self.options.stop_time_ns)
                self._ended = True
                break
            if not self._is_at_start and not self.options.is_before_start(*place):
                self._is_at_start, self._outputs_before = True, self._outputs_taken()
            if event.kind in DRIVING:
                if event.kind == Kind.KIND_GAP:
                    is_open_ended = True
                else:
                    end_time_ns = event.time_ns
                break
            if event.kind in OUTPUTS:
                recorded.append(event)
            lead.skip()
        if end_time_ns is None:
            end_time_ns = max((event.time_ns for event in recorded), default=engine.now_ns)
        return self._new_window(recorded, max(end_time_ns, engine.now_ns), is_open_ended)

    def _new_window(
        self, recorded: list[Event], end_time_ns: int, is_open_ended: bool = False
    ) -> Window:
        end_index = self._hypotheses[0].replayer.next_index
        return Window(recorded, end_index, end_time_ns, self.ledger.is_other_end, is_open_ended)

    def _go_on(self, trials: list[Trial]) -> None:
        """Continue behind the window with the best explanations as hypotheses."""
        lead = self._hypotheses[0].replayer
        going_on = []
        for trial in trials:
            state = trial.parent.replayer.digest_state()
            replayer = lead.fork(trial.engine, digest_state=state)
            for event in trial.expected:
                replayer.count_output(event)
            going_on.append(Hypothesis(replayer, trial.engine))
        self._hypotheses = going_on
        self._since_anchor = []
        self._bytes_since_anchor = 0
        self._outputs_seen = self._outputs_taken()

    def _check_end(self) -> None:
        """What the device said at the last record and the recording lacks."""
        if all(not found.replayer.pending() for found in self._hypotheses):
            return
        silent = [found for found in self._hypotheses if not found.replayer.pending()]
        if silent:
            self._hypotheses = silent
            return
        lead = self._hypotheses[0]
        window = self._new_window([], lead.engine.now_ns)
        self._note_heard()
        trials = window.explain(self._hypotheses, 1)
        for difference in trials[0].differences:
            self._report(difference, window, trials[0])
        self._go_on(trials)

    # Reports.

    def _report_wire(self, wire: WireCheck) -> None:
        roots = [found.index for found in self.ledger.listed if found.root]
        left = wire.count
        for divergence in wire.judged(roots):
            left -= 1
            self.ledger.add_wire(divergence)
        self.ledger.count += left
        self.result.before_start_count += wire.before_start_count

    def _leave_unjudged(self, difference: Difference) -> None:
        """Count a recorded output that differs behind a gap, in the part that is compared."""
        before = self.options.is_before_start(difference.index, difference.event.time_ns)
        if difference.recorded is None or before:
            return
        gap = self.result.gaps[-1]
        gap.unjudged_count += 1
        if gap.first_unjudged is None:
            gap.first_unjudged = difference.index

    def _report(self, difference: Difference, window: Window, trial: Trial) -> None:
        if self.options.is_before_start(difference.index, difference.event.time_ns):
            self.result.before_start_count += 1
            return

        def details(divergence: Divergence) -> None:
            divergence.state = self._state_at(divergence, window, trial)
            divergence.before = self._before.get(divergence.index)
            if divergence.kind is DivergenceKind.MISSING:
                _stand_before_later(divergence)
            if divergence.kind in (DivergenceKind.MISSING, DivergenceKind.EXTRA):
                divergence.nearest = self._nearest(difference, divergence, window, trial)

        self.ledger.add(difference, details)

    def _state_at(self, divergence: Divergence, window: Window, trial: Trial) -> dict[str, object]:
        engine = trial.parent.engine.copy()
        time_ns = min(divergence.time_ns, window.end_time_ns)
        engine.advance(max(engine.now_ns, time_ns))
        return engine.state()

    def _nearest(
        self, difference: Difference, divergence: Divergence, window: Window, trial: Trial
    ) -> Event | None:
        if difference.kind is DivergenceKind.EXTRA:
            candidates = [*divergence.before, *trial.expected]
        else:
            candidates = [*divergence.before, *window.recorded]
        return nearest_event(difference.event, candidates)


def _always() -> bool:
    return True


def _stand_before_later(divergence: Divergence) -> None:
    """Let a missing output stand before notes and messages of a later time."""
    before = list(divergence.before)
    while before and before[-1].kind not in DRIVING | OUTPUTS:
        if before[-1].time_ns <= divergence.time_ns or before[-1].index is None:
            break
        divergence.index = before.pop().index or 0
    divergence.before = tuple(before)
