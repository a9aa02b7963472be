"""Exact replay: the compiled loop, and the search where it stops at a difference."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Final

from wwanreplay._core import Engine, Event, Kind, Replayer, ReplayStop
from wwanreplay.errors import InputError, LimitError, TraceError
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS
from wwanreplay.replay.ahead import Ahead
from wwanreplay.replay.chunks import ChunksBefore
from wwanreplay.replay.compiled_run import CompiledRun, open_chunk
from wwanreplay.replay.divergence import Divergence, Ledger, nearest_event
from wwanreplay.replay.fault import Fault
from wwanreplay.replay.leap import Leap
from wwanreplay.replay.result import Options, ReplayResult, gap_of
from wwanreplay.replay.wire import WireCheck
from wwanreplay.trace import Checkpoint, Chunk
from wwanreplay.trace.plain import PlainChunks

# The search is needed where something differs, and imported there.
if TYPE_CHECKING:
    from wwanreplay.replay.hypothesis import Hypothesis
    from wwanreplay.replay.left_out import LeftOut
    from wwanreplay.replay.matchers.window import Passed, Window

#: Bytes of records after which a new anchor is dropped: they are gone over again at a divergence,
#: and held meanwhile.
ANCHOR_BYTES: Final = 4 << 20
#: A stretch of outputs without any input is looked at in windows of so many.
WINDOW_MAX: Final = 512

AGREEING: Final = (ReplayStop.STOP_CHUNK_END, ReplayStop.STOP_LIMIT, ReplayStop.STOP_GAP)
DRIVING: Final = INPUTS | {Kind.KIND_CLOCK, Kind.KIND_GAP}


class ExactReplay:
    """One replay: `run` takes the chunks in order and returns the result.

    `is_new`: the engine is as it was made. `plain_chunks` has what follows on the chunks given,
    `ahead` goes over parts of it elsewhere.

    Records that are lost at a gap may have been inputs. What the device would emit at a gap and the
    recording lacks is therefore no divergence, nor is what differs behind it, until a checkpoint
    holds the device's state again.
    """

    def __init__(
        self,
        engine: Engine,
        options: Options,
        *,
        path: str | None = None,
        digest_state: bytes | None = None,
        on_progress: Callable[[int], None] | None = None,
        wire: WireCheck | None = None,
        left_out: LeftOut | None = None,
        plain_chunks: Callable[[], PlainChunks | None] | None = None,
        is_new: bool = False,
        ahead: Ahead | None = None,
    ) -> None:
        self.options = options
        self.path = path
        self.result = ReplayResult(path=path, is_part=options.is_part)
        self.ledger = Ledger(options.divergences_max)
        self._on_progress = on_progress
        self._wire = wire
        self._left_out = left_out
        self._before = ChunksBefore(options.events_before)
        self._since_anchor: list[Chunk] = []
        self._bytes_since_anchor = 0
        self._pieces: Iterator[Chunk | Checkpoint] = iter(())
        self._is_complete: Callable[[], bool] = lambda: True
        self._behind_gap = False
        self._current: Chunk | None = None
        self._has_begun = False
        self._outputs_seen = 0
        self._agreed_in_window = False
        self._outputs_before = 0  # of the start
        self._is_at_start = options.start_record is None and options.start_time_ns is None
        self._ended = False
        leaps = plain_chunks is not None and wire is None and left_out is None
        self._plain_chunks = plain_chunks if leaps and not options.is_part else None
        self._leap: Leap | None = None  # behind the first chunk
        self._ahead = ahead

        def made() -> tuple[Replayer, Engine]:
            other = Engine(engine.profile, engine.seed)
            return Replayer(other, digest_state=digest_state, path=path), other

        replayer = Replayer(engine, digest_state=digest_state, path=path)
        self._runs = [CompiledRun(replayer, engine, made if is_new else None)]

    def run(
        self,
        pieces: Iterable[Chunk | Checkpoint],
        *,
        is_complete: Callable[[], bool] | None = None,
    ) -> ReplayResult:
        """Replay chunks, with the checkpoints between them that may be used.

        `is_complete`, called behind the last chunk, returns whether the recording has all that
        the device emitted until its last record; when it is cut off, nothing is missing behind.
        """
        self._pieces = iter(pieces)
        if is_complete is not None:
            self._is_complete = is_complete
        started_s = time.perf_counter()
        try:
            while not self._ended and self._open_next():
                self._run_chunk()
        finally:
            if self._leap is not None:
                self._leap.end()
        is_whole = not self._ended and self._is_complete()
        if is_whole and not self._behind_gap:
            self._check_end()
        if self._wire is not None:
            self._wire.finish(is_whole=is_whole)
        return self._finished(time.perf_counter() - started_s)

    def _finished(self, elapsed_s: float) -> ReplayResult:
        result, lead = self.result, self._runs[0].replayer
        outputs = self._outputs_taken() - self._outputs_before if self._is_at_start else 0
        result.counts = lead.counts | {
            "outputs": outputs,
            "compared": outputs - result.unjudged_count,
            "messages": 0,
        }
        if self._wire is not None:
            self._report_wire(self._wire)
        result.take(self.ledger)
        result.digest = lead.digest().hex()
        result.next_index = lead.next_index
        result.elapsed_s = elapsed_s
        return result

    # Chunks.

    def _open_next(self) -> bool:
        """Stand before the next chunk with every run; False when there is none."""
        if len(self._runs) > 1:
            self._merge()
        self._try_leap()
        if self._bytes_since_anchor >= ANCHOR_BYTES:
            for run in self._runs:
                run.drop_anchor()
            self._go_on_with(self._runs)
        chunk = self._take_chunk()
        if chunk is None:
            return False
        for run in self._runs:
            open_chunk(run.replayer, chunk)
        return True

    def _try_leap(self) -> None:
        """Pass the chunks behind the present one that agree, if that is worth a try."""
        if self._plain_chunks is None or self._current is None:
            return
        if self._leap is None:
            chunks = self._plain_chunks()
            if chunks is None:
                self._plain_chunks = None
                return
            self._leap = Leap(chunks, self._on_progress, self._ahead)
        if len(self._runs) > 1 or self._behind_gap or not self._leap.is_due():
            return
        lead = self._runs[0]
        self._check_count(lead.replayer, self._current)
        index = lead.replayer.next_index
        if self._leap.run(lead):
            self._go_on_with([lead])
        if lead.replayer.next_index > index:
            self._before = ChunksBefore(self.options.events_before)
            self._current = self._leap.chunk_before()
            if self._current is not None:
                self._before.add(self._current)

    def _take_chunk(self, *, in_window: bool = False) -> Chunk | None:
        """The next chunk, the present one being used up.

        None at the end, and in a window also before a checkpoint at which the replay goes on.
        """
        if self._current is not None:
            self._check_count(self._runs[0].replayer, self._current)
        while isinstance(chunk := next(self._pieces, None), Checkpoint):
            if self._behind_gap and in_window:
                self._pieces = chain([chunk], self._pieces)
                return None
            if self._behind_gap:
                self._resume(chunk)
        if chunk is None:
            return None
        if not self._has_begun:
            self._has_begun, self.result.first_index = True, chunk.first_index
        self._current = chunk
        self._since_anchor.append(chunk)
        self._bytes_since_anchor += len(chunk.records)
        self._before.add(chunk)
        if self._on_progress is not None:
            self._on_progress(len(chunk.records))
        if self._wire is not None:
            self._wire.check(chunk)
        return chunk

    def _check_count(self, lead: Replayer, chunk: Chunk) -> None:
        if lead.next_index != chunk.next_index:
            raise TraceError(
                f"a chunk has {lead.next_index - chunk.first_index} records and says"
                f" {chunk.record_count}",
                path=self.path,
                offset=chunk.records_offset,
            )

    def _merge(self) -> None:
        """Drop runs that have come to the same state."""
        kept: list[CompiledRun] = []
        for run in self._runs:
            pending = run.replayer.pending()
            if not any(
                pending == other.replayer.pending() and run.engine.same_state(other.engine)
                for other in kept
            ):
                kept.append(run)
        self._runs = kept

    def _run_chunk(self) -> None:
        """Run to the end of the chunk, with a window at each place where all differ."""
        while not self._ended:
            limits = self._limits()
            for run in self._runs:
                run.run(*limits)
            farthest = max(run.replayer.next_index for run in self._runs)
            # Those that stopped before differ from a record with which these agree.
            self._runs = [run for run in self._runs if run.replayer.next_index == farthest]
            agreeing = [run for run in self._runs if run.stop in AGREEING]
            if not agreeing:
                self._explain_from(farthest)
                continue
            self._runs = agreeing
            stop = agreeing[0].stop
            if stop is ReplayStop.STOP_GAP:
                self._pass_gap()
                continue
            if stop is ReplayStop.STOP_LIMIT and self._begin():
                continue
            self._ended = stop is ReplayStop.STOP_LIMIT
            return

    def _limits(self) -> tuple[int | None, int | None]:
        """The record before which, and the time behind which the compiled loop comes back."""
        options = self.options
        start_ns = options.start_time_ns
        if self._is_at_start:
            return options.stop_record, options.stop_time_ns
        return (
            _first(options.start_record, options.stop_record),
            _first(None if start_ns is None else start_ns - 1, options.stop_time_ns),
        )

    def _begin(self) -> bool:
        """Begin to count what is compared at the start; False at the stop."""
        if self._is_at_start:
            return False
        lead = self._runs[0]
        event = lead.replayer.recorded()
        time_ns = lead.engine.now_ns if event is None else event.time_ns
        if self.options.is_behind_stop(lead.replayer.next_index, time_ns):
            return False
        self._count_from_here()
        return True

    def _count_from_here(self) -> None:
        self._is_at_start, self._outputs_before = True, self._outputs_taken()

    def _outputs_taken(self) -> int:
        counts = self._runs[0].replayer.counts
        return counts["completions"] + counts["indications"]

    def _pass_gap(self) -> None:
        lead = self._runs[0]
        gap = lead.replayer.recorded()
        if gap is None:
            return
        self.result.gaps.append(gap_of(gap))
        lead.engine.drain()
        lead.replayer.skip()
        lead.drop_anchor()
        self._go_on_with([lead])
        self._behind_gap = True

    def _go_on_with(self, runs: list[CompiledRun]) -> None:
        """Go on from the present record with new runs."""
        self._runs = runs
        self._since_anchor = []
        self._bytes_since_anchor = 0

    def _resume(self, checkpoint: Checkpoint) -> None:
        """Know the device's state again, behind a gap."""
        lead = self._runs[0]
        engine = lead.engine.copy()
        try:
            engine.restore(checkpoint.snapshot)
        except InputError as error:
            self.result.warnings.append(
                f"the checkpoint before record {checkpoint.record_index}: {error}"
            )
            return
        engine.drain()
        self._go_on_with([CompiledRun(lead.replayer.fork(engine), engine)])
        self.ledger.judge.agreed()
        self._behind_gap = False

    # Windows.

    def _explain_from(self, index: int) -> None:
        """Explain the outputs from record `index` to the next input, and go on behind them."""
        from wwanreplay.replay.matchers.window import TRIALS_MAX, TRIALS_MAX_COUNTING

        if self._leap is not None:
            self._leap.differs()
        for run in self._runs:
            run.rerun(index, self._since_anchor)
        self._note_agreement()
        is_counting = self.ledger.is_full or self._behind_gap
        self._explain(self._gather(), TRIALS_MAX_COUNTING if is_counting else TRIALS_MAX)
        if self.options.fail_fast and self.ledger.count:
            self._ended = True

    def _explain(self, window: Window, trials_max: int) -> None:
        try:
            ways = self._searched(window, trials_max)
            # Only what was filtered out brings about a window that agrees.
            self._agreed_in_window = bool(window.recorded) and not ways[0].fault_chain
            for fault in ways[0].fault_chain:
                if self._behind_gap:
                    self._leave_unjudged(fault)
                else:
                    self._report(fault, window, ways[0])
        except LimitError as error:
            file = "" if self.path is None else f"{self.path}: "
            raise error.at(f"{file}before record {window.end_index}") from None
        self._go_on(ways)

    def _searched(self, window: Window, trials_max: int) -> list[Hypothesis]:
        """The best ways of the runs through a window, best first."""
        from wwanreplay.replay.hypothesis import Hypothesis
        from wwanreplay.replay.matchers.window import WindowMatcher
        from wwanreplay.replay.search import Beam

        matcher = WindowMatcher(self.ledger.judge.other_end, trials_max)
        hypotheses = [
            Hypothesis(run.engine, tuple(run.engine.drain()), memory=place)
            for place, run in enumerate(self._runs)
        ]
        beam = Beam(hypotheses, matcher)
        beam.take(window, window.end_index)
        return beam.hypotheses

    def _note_agreement(self) -> None:
        """Let the judge know when outputs agreed since the last window."""
        if self._outputs_taken() > self._outputs_seen or self._agreed_in_window:
            self.ledger.judge.agreed()

    def _gather(self) -> Window:
        """Take the recorded outputs up to the next input, over chunks if need be.

        The window ends at the time of that input, whatever times the outputs before it claim.
        """
        from wwanreplay.replay.matchers.window import Window

        lead, engine = self._runs[0].replayer, self._runs[0].engine
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
                self._count_from_here()
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
        end_time_ns = max(end_time_ns, engine.now_ns)
        recorded = self._filled(recorded, end_time_ns)
        return Window(recorded, lead.next_index, end_time_ns, is_open_ended)

    def _filled(self, recorded: list[Event], end_time_ns: int) -> list[Event]:
        """The recorded outputs with the device's own for those that were filtered out."""
        if self._left_out is None:
            return recorded
        engines = (run.engine for run in self._runs)
        next_index = self._runs[0].replayer.next_index
        return self._left_out.fill(recorded, next_index, end_time_ns, engines)

    def _go_on(self, ways: list[Hypothesis]) -> None:
        """Continue behind the window with the best ways through it."""
        lead = self._runs[0].replayer
        runs = []
        for way in ways:
            passed: Passed = way.memory
            state = self._runs[passed.parent].replayer.digest_state()
            replayer = lead.fork(way.engine, digest_state=state)
            for event in passed.expected:
                replayer.count_output(event)
            runs.append(CompiledRun(replayer, way.engine))
        self._go_on_with(runs)
        self._outputs_seen = self._outputs_taken()

    def _check_end(self) -> None:
        """What the device emitted at the last record and the recording lacks."""
        complete = [run for run in self._runs if not run.replayer.pending()]
        if complete:
            self._runs = complete
            return
        from wwanreplay.replay.matchers.window import Window

        lead = self._runs[0]
        recorded = self._filled([], lead.engine.now_ns)
        window = Window(recorded, lead.replayer.next_index, lead.engine.now_ns)
        self._note_agreement()
        self._explain(window, 1)

    # Reports.

    def _report_wire(self, wire: WireCheck) -> None:
        roots = [found.index for found in self.ledger.listed if found.root]
        left = wire.count
        for divergence in wire.judged(roots):
            left -= 1
            self.ledger.take_judged(divergence)
        self.ledger.count += left
        self.result.before_start_count += wire.before_start_count
        self.result.counts["messages"] = wire.messages

    def _leave_unjudged(self, fault: Fault) -> None:
        """Count a recorded output that differs behind a gap, in the part that is compared."""
        before = self.options.is_before_start(fault.position, fault.event.time_ns)
        if fault.recorded is None or before:
            return
        gap = self.result.gaps[-1]
        gap.unjudged_count += 1
        if gap.first_unjudged is None:
            gap.first_unjudged = fault.position

    def _report(self, fault: Fault, window: Window, way: Hypothesis) -> None:
        if self.options.is_before_start(fault.position, fault.event.time_ns):
            self.result.before_start_count += 1
            return

        def details(divergence: Divergence) -> None:
            passed: Passed = way.memory
            engine = self._runs[passed.parent].engine.copy()
            engine.advance(max(engine.now_ns, min(divergence.time_ns, window.end_time_ns)))
            divergence.state = engine.state()
            divergence.before = self._before.get(divergence.index)
            if fault.recorded is None:
                _stand_before_later(divergence)
            if fault.recorded is None or fault.expected is None:
                others = passed.expected if fault.expected is None else window.recorded
                divergence.nearest = nearest_event(fault.event, [*divergence.before, *others])

        self.ledger.take(fault, details)


def _first(*ends: int | None) -> int | None:
    return min((end for end in ends if end is not None), default=None)


def _stand_before_later(divergence: Divergence) -> None:
    """Let a missing output stand before notes and messages of a later time."""
    before = list(divergence.before)
    while before and before[-1].kind not in DRIVING | OUTPUTS:
        if before[-1].time_ns <= divergence.time_ns or before[-1].index is None:
            break
        divergence.index = before.pop().index or 0
    divergence.before = tuple(before)
