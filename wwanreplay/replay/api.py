"""Replay: a trace, or events in memory, against the emulated device."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from wwanreplay._core import Engine, Event, Kind, Profile, model_version
from wwanreplay.errors import InputError, UsageError, WwanReplayError, in_file, shown
from wwanreplay.protocol.kinds import OUTPUTS
from wwanreplay.replay.chunks import CHUNK_SIZE, ChunkLike, pack
from wwanreplay.replay.exact import ExactReplay
from wwanreplay.replay.result import DIVERGENCES_MAX, EVENTS_BEFORE, Options, ReplayResult
from wwanreplay.replay.start import apply_start
from wwanreplay.replay.wire import WireCheck, has_wire
from wwanreplay.trace import Checkpoint, Chunk, TraceHeader, TraceReader
from wwanreplay.trace.again import again

TraceLike = str | os.PathLike[str] | bytes | TraceReader
ProfileLike = str | Mapping[str, Any] | Profile
EVENTS_BEFORE_MAX = 10_000
OnProgress = Callable[[int], None]


def replay(
    trace: TraceLike,
    *,
    profile: ProfileLike | None = None,
    seed: int | None = None,
    start_record: int | None = None,
    start_time_ns: int | None = None,
    stop_record: int | None = None,
    stop_time_ns: int | None = None,
    use_checkpoints: bool = True,
    divergences_max: int = DIVERGENCES_MAX,
    events_before: int = EVENTS_BEFORE,
    fail_fast: bool = False,
    on_progress: OnProgress | None = None,
) -> ReplayResult:
    """Replay a trace against the emulated device and compare every output.

    `profile` (a name, a path, a mapping or a Profile) and `seed` override those of the trace. What
    stands before `start_record` or `start_time_ns` is replayed, from a checkpoint where there is
    one, but its divergences are only counted; the replay ends before `stop_record` and behind
    `stop_time_ns`. `on_progress` is given the size in bytes of each chunk before it is taken.

    Raises TraceError for a file that cannot be read, InputError when it carries no profile and
    none is given, UsageError for wrong arguments.
    """
    options = Options(
        start_record,
        start_time_ns,
        stop_record,
        stop_time_ns,
        divergences_max,
        events_before,
        fail_fast,
    )
    check_options(options)
    if isinstance(trace, TraceReader):
        return _replay_reader(trace, profile, seed, options, use_checkpoints, on_progress)
    with TraceReader(trace) as reader:
        return _replay_reader(reader, profile, seed, options, use_checkpoints, on_progress)


def replay_events(
    events: Iterable[Event],
    engine: Engine,
    *,
    chunk_size: int = CHUNK_SIZE,
    divergences_max: int = DIVERGENCES_MAX,
    events_before: int = EVENTS_BEFORE,
) -> ReplayResult:
    """Replay a list of events in memory against an engine, which is used up."""
    options = Options(divergences_max=divergences_max, events_before=events_before)
    return ExactReplay(engine, options).run(pack(events, chunk_size))


def check_options(options: Options) -> None:
    """Refuse a part that cannot be: UsageError."""
    for name in ("start_record", "stop_record", "start_time_ns", "stop_time_ns"):
        value = getattr(options, name)
        if value is not None and not (isinstance(value, int) and 0 <= value < 2**63):
            raise UsageError(f"{name} is {shown(value)}, but must be from 0 to {2**63 - 1}")
    if not 0 <= options.events_before <= EVENTS_BEFORE_MAX:
        raise UsageError(
            f"events_before is {shown(options.events_before)}, but must be from 0 to"
            f" {EVENTS_BEFORE_MAX}"
        )
    start, stop = options.start_record, options.stop_record
    if start is not None and stop is not None and stop < start:
        raise UsageError(f"the replay would stop at record {stop}, before it starts at {start}")
    start, stop = options.start_time_ns, options.stop_time_ns
    if start is not None and stop is not None and stop < start:
        raise UsageError(f"the replay would stop at {stop} ns, before it starts at {start} ns")
    if options.divergences_max < 1:
        raise UsageError("at least one divergence must be listed")


def engine_of(
    header: TraceHeader, profile: ProfileLike | None = None, seed: int | None = None
) -> tuple[Engine, str]:
    """The emulated device at its beginning, and the name of its profile."""
    name = header.profile_name
    if isinstance(profile, Profile):
        made, name = profile, "given"
    elif isinstance(profile, str):
        from wwanreplay.devices.profile import load_profile

        loaded = load_profile(profile)
        made, name = loaded.compile(), loaded.name
    elif profile is not None:
        made, name = Profile(dict(profile)), "given"
    elif header.profile_mapping:
        made = header.engine_profile()
    elif header.comparison == "field":
        raise InputError(
            "the trace was read from a log and carries no profile; wwanreplay infer TRACE -o OUT"
            " finds one, or give one"
        )
    else:
        raise InputError("the trace carries no profile of an emulated device; give one")
    if seed is None:
        seed = header.seed or 0
    engine = Engine(made, seed)
    if header.start and profile is None:
        try:
            apply_start(engine, header.start)
        except WwanReplayError as error:
            raise InputError(f"the header's start cannot be used: {error}") from None
    return engine, name


def _replay_reader(
    reader: TraceReader,
    profile: ProfileLike | None,
    seed: int | None,
    options: Options,
    use_checkpoints: bool,
    on_progress: OnProgress | None,
) -> ReplayResult:
    with in_file(reader.path):
        engine, name = engine_of(reader.header, profile, seed)
    if reader.header.comparison == "field":
        result = _replay_field(reader, engine, options, on_progress)
    else:
        is_own = profile is None and seed is None
        use_checkpoints = use_checkpoints and is_own
        replayed = _Exact(reader, engine, options, is_own=is_own, has_profile=profile is not None)
        result = replayed.run(use_checkpoints=use_checkpoints, on_progress=on_progress)
    result.warnings[:0] = mismatches(reader.header)
    result.profile_name = name
    return result


def _replay_field(
    reader: TraceReader, engine: Engine, options: Options, on_progress: OnProgress | None
) -> ReplayResult:
    from wwanreplay.replay.field_replay import replay_field

    with again(reader) as read:
        behind_gap = _left_behind_gap(read())
        cut_text = reader.cut_text
        result = replay_field(lambda: _up_to_gap(read()), engine, options, path=reader.path)
    result.warnings += behind_gap
    _warn_of_losses(result, cut_text)
    if on_progress is not None and reader.size is not None:
        on_progress(reader.size)
    return result


class _Exact:
    """The exact replay of a trace: from where it begins, with its MBIM side."""

    def __init__(
        self,
        reader: TraceReader,
        engine: Engine,
        options: Options,
        *,
        is_own: bool,
        has_profile: bool,
    ) -> None:
        self._reader = reader
        self._engine = engine
        self._options = options
        self._is_own = is_own  # the trace's own profile and seed are used
        self._has_profile = has_profile
        self._warnings: list[str] = []

    def run(self, *, use_checkpoints: bool, on_progress: OnProgress | None) -> ReplayResult:
        """Replay the trace."""
        reader, options = self._reader, self._options
        checkpoint = None
        if use_checkpoints:
            checkpoint = _restored(reader, self._engine, options, self._warnings)
        first_record = 0 if checkpoint is None else checkpoint.record_index
        wire, unchecked = self._wire_check(first_record)

        def on_chunk(chunk: ChunkLike) -> None:
            if on_progress is not None:
                on_progress(len(chunk.records))

        replay_ = ExactReplay(
            self._engine,
            options,
            path=reader.path,
            digest_state=None if checkpoint is None else checkpoint.digest_state,
            on_chunk=on_chunk,
            wire=wire,
        )
        pieces: Iterator[ChunkLike | Checkpoint] = map(_piece, reader.pieces(first_record))
        if not self._is_own:
            pieces = (piece for piece in pieces if not isinstance(piece, Checkpoint))
        result = replay_.run(pieces, is_complete=lambda: reader.has_end)
        result.warnings[:0] = self._warnings
        _note_inputs_and_messages(result, wire, unchecked)
        _conclude(result, reader, options)
        return result

    def _wire_check(self, first_record: int) -> tuple[WireCheck | None, str]:
        """What compares the MBIM messages, if the trace has any; or why they are not compared."""
        if not has_wire(self._reader):
            return None, ""
        if self._has_profile:
            return None, "they belong to the trace's own profile, and another one is given"
        if first_record:
            return None, f"the replay begins at the checkpoint before record {first_record}"
        return WireCheck(self._reader.header.profile_mapping, self._options), ""


def _note_inputs_and_messages(result: ReplayResult, wire: WireCheck | None, unchecked: str) -> None:
    """Add what a reader should know of the times of inputs and of the MBIM messages."""
    backwards = result.counts["backwards"]
    if backwards:
        result.warnings.append(
            f"time runs backwards at {backwards} inputs; they are taken at the time reached"
        )
    if unchecked:
        result.notes.append(f"the MBIM messages are not compared: {unchecked}")
    if wire is not None and wire.undelivered_count:
        what = f"{wire.undelivered_count} MBIM messages did not reach a host"
        result.notes.append(f"{what}: their times are compared, not their bytes")
    if wire is not None and wire.unjudged_count:
        result.warnings.append(f"{wire.unjudged_count} MBIM messages behind a gap are not compared")


def _piece(chunk: Chunk | Checkpoint) -> ChunkLike | Checkpoint:
    if isinstance(chunk, Checkpoint):
        return chunk
    return ChunkLike(
        chunk.records,
        chunk.first_index,
        chunk.base_time_ns,
        chunk.record_count,
        chunk.records_offset,
    )


def _up_to_gap(events: Iterable[Event]) -> Iterator[Event]:
    """What of a log can be judged, up to the first lost record."""
    for event in events:
        yield event
        if event.kind == Kind.KIND_GAP:
            return


def _left_behind_gap(events: Iterable[Event]) -> list[str]:
    """A warning about the outputs behind the first lost record, if there are any."""
    gap: Event | None = None
    left = 0
    for event in events:
        if gap is None and event.kind == Kind.KIND_GAP:
            gap = event
        left += gap is not None and event.kind in OUTPUTS
    if gap is None or not left:
        return []
    words = f"records are lost at record {gap.index}; the {left} outputs behind it are"
    return [f"{words} not compared"]


def mismatches(header: TraceHeader) -> list[str]:
    """Where the trace was made by another model or other tables than these."""
    from wwanreplay.protocol.constants import table_hash

    found = []
    if header.model_version not in (None, model_version()):
        found.append(
            f"the trace was recorded with device model {header.model_version}; this is model"
            f" {model_version()}, which may behave otherwise"
        )
    if header.table_hash and header.table_hash != table_hash():
        found.append(
            f"the trace was recorded with protocol tables {header.table_hash}; these are"
            f" {table_hash()}"
        )
    return found


def _restored(
    reader: TraceReader, engine: Engine, options: Options, warnings: list[str]
) -> Checkpoint | None:
    """Restore the last checkpoint before the start; None to begin at the beginning."""
    if options.start_record is None and options.start_time_ns is None:
        return None
    if reader.size is None:
        return None
    fitting = [
        found
        for found in reader.checkpoints()
        if (options.start_record is None or found.record_index <= options.start_record)
        and (options.start_time_ns is None or found.time_ns <= options.start_time_ns)
    ]
    for found in reversed(fitting):
        try:
            engine.restore(found.snapshot)
        except InputError as error:
            warnings.append(f"the checkpoint before record {found.record_index}: {error}")
        else:
            return found
    return None


def _conclude(result: ReplayResult, reader: TraceReader, options: Options) -> None:
    """Compare with the footer, and warn of what of the file was not whole."""
    whole = options.stop_record is None and options.stop_time_ns is None
    ended = whole and not reader.cut_text and not result.gaps
    if ended and reader.footer is not None and not options.fail_fast:
        result.recorded_digest = reader.footer.digest.hex()
        begun = options.start_record is None and options.start_time_ns is None
        if result.equal and begun and result.recorded_digest != result.digest:
            result.warnings.append(
                "every output is equal, but the footer's digest is another: the footer is wrong"
            )
    _warn_of_losses(result, reader.cut_text)


def _warn_of_losses(result: ReplayResult, cut_text: str) -> None:
    if cut_text:
        result.warnings.append(cut_text)
    for gap in result.gaps:
        lost = f"{gap.count} records" if gap.count else "an unknown number of records"
        result.warnings.append(f"{lost} are lost at record {gap.index}: {gap.reason}")
        if gap.unjudged_count:
            result.warnings.append(
                f"behind the gap at record {gap.index} {gap.unjudged_count} outputs differ, the"
                f" first at record {gap.first_unjudged}; lost records may be why: not judged"
            )


__all__ = ["check_options", "engine_of", "mismatches", "pack", "replay", "replay_events"]
