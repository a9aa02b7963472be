"""Replay: a trace, or events in memory, against the emulated device."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from wwanreplay._core import Engine, Event, Profile, model_version, table_hash
from wwanreplay.errors import InputError, NoProfileError, WwanReplayError, in_file
from wwanreplay.replay.chunks import CHUNK_SIZE, pack
from wwanreplay.replay.exact import ExactReplay
from wwanreplay.replay.result import DIVERGENCES_MAX, EVENTS_BEFORE, Options, ReplayResult
from wwanreplay.replay.wire import WireCheck, has_wire
from wwanreplay.trace import Checkpoint, Chunk, TraceHeader, TraceReader

if TYPE_CHECKING:
    from wwanreplay.replay.ahead import Ahead
    from wwanreplay.replay.left_out import LeftOut
    from wwanreplay.trace.again import Read

TraceLike = str | os.PathLike[str] | bytes | TraceReader
ProfileLike = str | Mapping[str, Any] | Profile
OnProgress = Callable[[int], None]
#: Judges a field trace further, and adds to the result what it finds.
JudgeFurther = Callable[["Read", Options, ReplayResult], None]

#: Why the recording of a recorded device is compared with no emulated one.
OF_RECORDED = (
    "the device was a recorded one, which takes up answers of another session and has no state:"
    " replay the trace that was served"
)
#: Why what is left of some filtered traces is not compared.
OF_FILTERED = (
    "records were filtered out of a log, of a trace without a profile, or of a long one: what is"
    " left does not show what the device was given. Replay the trace that was filtered"
)


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
    judge_further: JudgeFurther | None = None,
    cores: int = 1,
    ahead: Ahead | None = None,
) -> ReplayResult:
    """Replay a trace against the emulated device and compare every output.

    `profile` (a name, a path, a mapping or a Profile) and `seed` override those of the trace. What
    stands before `start_record` or `start_time_ns` is replayed, from a checkpoint where there is
    one, but its divergences are only counted; the replay ends before `stop_record` and behind
    `stop_time_ns`. A large trace with checkpoints is replayed by as many threads as `cores`, with
    the same result; `ahead` has what workers elsewhere found of parts of it
    (`wwanreplay.replay.pieces`). `on_progress` is given the size in bytes of the records that are
    taken next, or were, a chunk or several at once.
    Of a field trace this is the messages and the model; `judge_further` adds what the rules say
    (`wwanreplay.analysis.verdict` has both).

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
    options.check()
    with nullcontext(trace) if isinstance(trace, TraceReader) else TraceReader(trace) as reader:
        if reader.header.is_of_recorded_device and profile is None:
            return ReplayResult(path=reader.path, reason=OF_RECORDED, is_field=True)
        if reader.header.filtered_count and reader.header.filtered_records is None:
            return ReplayResult(path=reader.path, reason=OF_FILTERED, is_field=True)
        with in_file(reader.path):
            engine, name = engine_of(reader.header, profile, seed)
        if reader.header.comparison == "field":
            result = _replay_field(reader, engine, options, judge_further)
            if on_progress is not None and reader.size is not None:
                on_progress(reader.size)
        else:
            if ahead is None and cores > 1:
                from wwanreplay.replay.cores import Divided

                ahead = Divided(reader, cores)
            other = "they belong to the trace's own profile, and another one is given"
            result = _replay_exact(
                reader,
                engine,
                options,
                is_own=profile is None and seed is None,
                unchecked="" if profile is None else other,
                on_progress=on_progress,
                use_checkpoints=use_checkpoints,
                ahead=ahead,
            )
    result.warnings[:0] = mismatches(reader.header)
    result.profile_name = name
    return result


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
        origin = (
            "read from a log"
            if (header.source or {}).get("files")
            else "recorded from a real modem"
        )
        raise NoProfileError(
            f"the trace was {origin} and carries no profile to compare with;"
            " wwanreplay infer TRACE -o OUT finds one, wwanreplay explain TRACE judges it without"
        )
    else:
        raise NoProfileError("the trace carries no profile of an emulated device; give one")
    if seed is None:
        seed = header.seed or 0
    engine = Engine(made, seed)
    if header.start and profile is None:
        from wwanreplay.replay.start import apply_start

        try:
            apply_start(engine, header.start, pending=header.pending)
        except WwanReplayError as error:
            raise InputError(f"the header's start cannot be used: {error}") from None
    return engine, name


def _replay_field(
    reader: TraceReader, engine: Engine, options: Options, judge_further: JudgeFurther | None
) -> ReplayResult:
    from wwanreplay.replay.field_replay import replay_field
    from wwanreplay.trace.again import again

    with again(reader) as read:
        result = replay_field(
            read, engine, options, path=reader.path, cut_text=lambda: reader.cut_text
        )
        if judge_further is not None:
            judge_further(read, options, result)
        has_times = reader.header.has_times
        for found in result.divergences:
            found.has_messages, found.has_times = bool(result.counts["wire"]), has_times
        return result


def _replay_exact(
    reader: TraceReader,
    engine: Engine,
    options: Options,
    *,
    is_own: bool,
    unchecked: str,
    on_progress: OnProgress | None,
    use_checkpoints: bool,
    ahead: Ahead | None,
) -> ReplayResult:
    """Replay a trace exactly, from where it begins, with its MBIM side.

    `is_own`: the trace's own profile and seed are used; `unchecked` is why its messages are not
    compared, if they are not.
    """
    warnings: list[str] = []
    checkpoint = None
    left_out = _left_out(reader)
    if left_out is not None:
        options, use_checkpoints = left_out.options(options), False
        unchecked = unchecked or "records of the trace were filtered out"
    if use_checkpoints and is_own:
        checkpoint = _restored(reader, engine, options, warnings)
    first_record = 0 if checkpoint is None else checkpoint.record_index
    if reader.header.begins_inside and not unchecked:
        unchecked = "the trace is a cut that begins inside its session"
    if first_record and not unchecked:
        unchecked = f"the replay begins at the checkpoint before record {first_record}"
    has_messages, wire = has_wire(reader), None
    if has_messages and not unchecked:
        wire = WireCheck(reader.header.profile_mapping, options)
    exact = ExactReplay(
        engine,
        options,
        path=reader.path,
        digest_state=None if checkpoint is None else checkpoint.digest_state,
        on_progress=on_progress,
        wire=wire,
        left_out=left_out,
        plain_chunks=reader.plain_chunks,
        ahead=ahead if use_checkpoints and is_own else None,
        is_new=checkpoint is None and not reader.header.start,
    )
    pieces: Iterable[Chunk | Checkpoint] = (
        piece
        for piece in reader.pieces(first_record)
        if is_own or not isinstance(piece, Checkpoint)
    )
    if left_out is not None:
        pieces = pack(left_out.events(reader.events()))
    ends_inside = reader.header.ends_inside
    result = exact.run(pieces, is_complete=lambda: reader.has_end and not ends_inside)
    result.warnings[:0] = warnings
    _add_remarks(result, wire, unchecked if has_messages else "")
    if left_out is None:
        _compare_footer(result, reader, options)
    else:
        left_out.show(result)
        count = reader.header.filtered_count
        result.notes.append(f"{count} records were filtered out, not compared")
    result.warn_of_losses(reader.cut_text)
    return result


def _add_remarks(result: ReplayResult, wire: WireCheck | None, unchecked: str) -> None:
    """Add what was taken otherwise than recorded, and which messages were not compared."""
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


def _left_out(reader: TraceReader) -> LeftOut | None:
    """What was filtered out of a trace; InputError when it cannot be read."""
    records = reader.header.filtered_records
    if not reader.header.filtered_count or records is None:
        return None
    from wwanreplay.replay.left_out import LeftOut

    try:
        return LeftOut(records)
    except WwanReplayError as error:
        raise InputError(f"the header's filtered records cannot be used: {error}") from None


def mismatches(header: TraceHeader) -> list[str]:
    """Where the trace was made by another model or other tables than these."""
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
    if not options.has_start or reader.size is None:
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


def _compare_footer(result: ReplayResult, reader: TraceReader, options: Options) -> None:
    """Compare the digest with the footer's, where all of the file was replayed to its end."""
    is_part = options.has_stop or options.fail_fast or result.gaps or reader.cut_text
    if is_part or reader.footer is None:
        return
    result.recorded_digest = reader.footer.digest.hex()
    if result.equal and not options.is_part and result.recorded_digest != result.digest:
        result.warnings.append(
            "every output is equal, but the footer's digest is another: the footer is wrong"
        )


__all__ = ["engine_of", "mismatches", "pack", "replay", "replay_events"]
