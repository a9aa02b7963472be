"""What edited samples are given to: every verb that reads a trace, and the doors of the engine.

A verb takes what its sample builds. As everywhere here, what may leave it are the errors of
`wwanreplay.errors`, each of one line; anything else is a find.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from unittest.mock import patch

import samples
import trace_tree
from edits import Draw, Edit

from wwanreplay import _core
from wwanreplay._core import Engine, Event, Kind, Profile, RecordReader, RecordWriter, Scanner
from wwanreplay.analysis.eventtext import event_json, event_lines
from wwanreplay.analysis.infer import infer, without_stimuli
from wwanreplay.analysis.info import info_lines, info_values
from wwanreplay.analysis.report import report_lines, result_json
from wwanreplay.analysis.scrub import scrub_bytes
from wwanreplay.analysis.show import Filter, show_json, show_text
from wwanreplay.errors import InputError, LimitError, PrivacyError, UsageError, WwanReplayError
from wwanreplay.formats.exporters import EXPORTERS, ExportOptions, export_trace
from wwanreplay.protocol.codec import Decoded, decode_event, encode, lines
from wwanreplay.replay import replay
from wwanreplay.replay.api import engine_of
from wwanreplay.trace import TraceReader, recover

KEY: Final = b"a key of the fuzzer"
#: Personal values shorter than this can come about by chance.
PERSONAL_SIZE_MIN: Final = 10
OUTPUTS: Final = (Kind.KIND_COMPLETION, Kind.KIND_INDICATION)


def check_error(error: WwanReplayError) -> None:
    """An error of ours says something, in one line that can be written."""
    text = str(error)
    assert text, "an error without a word"
    assert "\n" not in text, f"an error of several lines: {text!r}"
    text.encode()


def check_input_error(error: WwanReplayError) -> None:
    """A fault of a file is not called wrong usage, which would be the fault of who calls."""
    check_error(error)
    text = re.sub(r"-?\d+", "N", str(error))[:60]
    assert not isinstance(error, UsageError), f"wrong usage, where a file is wrong: {text}"


@contextmanager
def refusable(*, of_file: bool = False) -> Iterator[None]:
    """What may end with an error of ours; `of_file` when nothing but a file can be at fault."""
    try:
        yield
    except WwanReplayError as error:
        (check_input_error if of_file else check_error)(error)


def _write(texts: Iterable[str]) -> None:
    for text in texts:
        text.encode()


# ------------------------------------------------------------------ traces


def show(data: bytes) -> None:
    """Read strictly and leniently, twice with the same end; show it in every form."""
    for strict in (True, False):
        found = []
        for _ in range(2):
            with refusable(), TraceReader(data, strict=strict) as reader:
                summary = reader.verify()
                events = list(reader)
                known = summary.records - reader.skipped.record_kinds
                assert not strict or len(events) == known
                reader.checkpoints()
                reader.attachments()
                found.append((summary.digest, len(events)))
        assert len(set(found)) < 2, "two readings differ"
    with refusable():
        values = info_values(data)
        json.dumps(values).encode()
        _write(info_lines(values))
    everything = Filter()
    for personal in (False, True):
        with refusable():
            _write(show_text(data, everything, show_personal=personal, all_fields=True, raw=True))
        with refusable():
            _write(show_json(data, everything, show_personal=personal))


def _replayed(data: bytes, **options: Any) -> tuple[Any, ...] | None:
    with refusable(of_file=True):
        result = replay(data, **options)
        assert result.root_count <= result.divergence_count
        _write(report_lines(result))
        json.dumps(result_json(result)).encode()
        return result.digest, result.divergence_count, result.counts, result.next_index
    return None


def replaying(data: bytes) -> None:
    """Replay twice with the same end, the second time record by record; and from checkpoints."""
    by_chunk = _replayed(data)
    with patch.object(TraceReader, "plain_chunks", lambda _: None):
        assert _replayed(data) == by_chunk, "two replays differ"
    with refusable(), TraceReader(data) as reader:
        places = {found.record_index for found in reader.checkpoints()}
        places.add(reader.verify().next_index // 2)
        for place in sorted(places)[:3]:
            _replayed(data, start_record=place)


def recovering(data: bytes) -> None:
    """Recover: what comes out is sound, is recovered again as it is, and replays as a file does."""
    out = io.BytesIO()
    try:
        report = recover(data, out)
    except WwanReplayError as error:
        check_input_error(error)
        return
    with TraceReader(out.getvalue()) as reader:
        assert reader.verify().sound, "what was recovered is not sound"
        kept = sum(event.kind != Kind.KIND_GAP for event in reader)
        header = reader.header
    assert kept <= report.records_kept
    again = io.BytesIO()
    assert recover(out.getvalue(), again).complete, "what was recovered is not complete"
    try:
        engine_of(header)
    except WwanReplayError as error:
        check_error(error)  # as the target of replay has it
        return
    try:
        _replay_must_not_fail(out.getvalue())
    except LimitError as error:
        check_input_error(error)  # more work than a file may ask for stays that
    except WwanReplayError as error:
        raise AssertionError(f"what was recovered cannot be replayed: {error}") from error


def _replay_must_not_fail(data: bytes) -> None:
    _write(report_lines(replay(data)))


def inferring(data: bytes) -> None:
    """Infer: what comes out is sound and replays; without its stimuli it is sound too."""
    try:
        made = infer(data).to_bytes()
    except WwanReplayError as error:
        check_input_error(error)
        return
    for each in (made, without_stimuli(made, inferred_only=True)):
        with TraceReader(each) as reader:
            assert reader.verify().sound, "what was inferred is not sound"
        _replay_must_not_fail(each)


def _personal(events: Iterable[Event]) -> set[str | bytes]:
    """What the fields that the tables mark as personal hold."""
    found: set[str | bytes] = set()
    for event in events:
        try:
            decoded = decode_event(event)
        except WwanReplayError as error:
            check_error(error)
            continue
        if isinstance(decoded, Decoded):
            found |= {
                leaf.value
                for leaf in decoded.leaves()
                if leaf.personal
                and isinstance(leaf.value, str | bytes)
                and len(leaf.value) >= PERSONAL_SIZE_MIN
                and len(set(leaf.value)) > 1
            }
    return found


def scrubbing(data: bytes) -> None:
    """Scrub: what comes out is sound, and no personal field keeps a value of its source."""
    try:
        scrubbed, report = scrub_bytes(data, KEY)
    except PrivacyError as error:
        check_error(error)  # it was looked at, and refused
        return
    except WwanReplayError as error:
        check_error(error)
        return
    assert report.changed <= report.records
    with TraceReader(data) as before, TraceReader(scrubbed) as after:
        was_sound = before.verify().sound  # a trace that is cut off stays one
        assert after.verify().sound or not was_sound, "what was scrubbed is not sound"
        # Not the values, which would be shown: how many.
        kept = len(_personal(before) & _personal(after))
    assert not kept, f"{kept} personal values are left"


def exporting(data: bytes) -> None:
    """Export to every format; lines of JSON are JSON, and nothing is read that is not there."""
    ways = {
        "pcapng": ({"messages": "auto"}, {"messages": "built", "link": "user"}),
        "hex": ({"messages": "recorded"},),
        "csv": ({"rows": "events"}, {"rows": "fields"}),
    }
    for name, exporter in EXPORTERS.items():
        if name == "parquet" and len(data) % 16:
            continue  # slow; the same rows as the other tables
        for options in ways.get(name, ({},)):
            out = io.BytesIO()
            chosen: dict[str, Any] = {**options, "show_personal": exporter.has_bytes}
            with refusable():
                export_trace(data, exporter, out, ExportOptions(**chosen))
                if name in ("jsonl", "perfetto"):
                    text = out.getvalue().decode()
                    for row in text.splitlines() if name == "jsonl" else [text]:
                        json.loads(row)


# ------------------------------------------------------------------ the engine's doors


def _drive(engine: Engine, events: Iterable[Event]) -> None:
    """Use a device: inputs, time, and every other method."""
    for event in events:
        with refusable():
            if event.kind in OUTPUTS:
                engine.adopt(event)
            else:
                engine.submit(event.replace(time_ns=max(event.time_ns, engine.now_ns)))
    with refusable():
        engine.advance(min(engine.now_ns + 60_000_000_000, (1 << 63) - 1))
    for event in engine.drain():
        event_json(event)
    engine.state()
    copy = engine.copy(outputs=True)
    assert copy.same_state(engine)
    snapshot = engine.snapshot()
    copy.restore(snapshot)
    assert copy.snapshot() == snapshot


def _made(mapping: Any) -> Profile | None:
    with refusable():
        return Profile(mapping)
    return None


def restoring(value: Any) -> None:
    """Restore a snapshot: refused, with the device as it was, or a device that works."""
    profile = _made(value["mapping"])
    if profile is None:
        return
    engine = Engine(profile, value["seed"])
    before = engine.snapshot()
    try:
        engine.restore(value["head"] + value["state"])
    except InputError as error:
        check_error(error)
        assert engine.snapshot() == before, "a refused snapshot changed the device"
        return
    _drive(engine, value["events"])


@cache
def _session_events() -> tuple[Event, ...]:
    with TraceReader(samples.TRACES["session"]()) as reader:
        return tuple(event for event in reader if event.kind <= Kind.KIND_LIFECYCLE)


def profiling(value: Any) -> None:
    """Make a device of a profile, by its values and by its flat form, and use it."""
    for make in (lambda: Profile(value["mapping"]), lambda: Profile.from_bytes(value["flat"])):
        profile = None
        with refusable():
            profile = make()
        if profile is not None:
            assert Profile.from_bytes(profile.to_bytes()).to_bytes() == profile.to_bytes()
            _ = profile.supported_oids
            _drive(Engine(profile, 1), _session_events())


def reading_records(value: Any) -> None:
    """Read, scan, copy, replay and drive packed records."""
    packed, base, first = value["packed"], value["base_time_ns"], value["first_index"]
    signed = isinstance(base, int) and -(1 << 63) <= base < 1 << 63
    if not signed or not isinstance(first, int) or not 0 <= first < 1 << 62:
        base, first = 0, 0
    if not isinstance(packed, bytes) or not packed:
        packed = trace_tree.pack_records(value["records"])
    events: list[Event] = []
    with refusable():
        events += RecordReader(packed, first, base)
    with refusable():
        scanner = Scanner(codes=True)
        scanner.scan(packed, first, base)
        writer = RecordWriter(first)
        copied, reason = writer.adopt(packed, first, base)
        assert reason is None
        assert copied == scanner.record_count
        assert (writer.digest(), writer.kinds()) == (scanner.digest(), scanner.kinds())
        writer.take()
    writer = RecordWriter()
    for event in events:
        with refusable():
            writer.append(event)
    taken = writer.take()
    if taken is not None:
        again = list(RecordReader(*taken[:2], taken[3]))
        assert len(again) == taken[2]
        _write(line for event in again for line in event_lines(event))
    profile = _made(value["mapping"]) if value["mapping"] else None
    if profile is not None:
        _drive_records(profile, packed, first, base)


def _drive_records(profile: Profile, packed: bytes, first: int, base: int) -> None:
    with refusable():
        _core.step_chunk(Engine(profile), packed, base)
    with refusable():
        _core.record_chunk(Engine(profile), RecordWriter(), packed, 0, base, 1 << 16)
    replayer = _core.Replayer(Engine(profile))
    with refusable():
        replayer.open_chunk(packed, first, base)
        for _ in range(64):
            replayer.run()
            if replayer.recorded() is None:
                break
            replayer.pending()
            replayer.skip()


def decoding(value: Any) -> None:
    """Decode what the payloads of records hold; what is read comes back, byte for byte."""
    packed = trace_tree.pack_records(value["records"])
    with refusable():
        for event in RecordReader(packed):
            with refusable():
                decoded = decode_event(event)
                if isinstance(decoded, Decoded):
                    for personal in (False, True):
                        _write(
                            text for pair in lines(decoded, show_personal=personal) for text in pair
                        )
                    assert encode(decoded.structure, decoded) == event.payload[: len(decoded.data)]


# ------------------------------------------------------------------ all of them


@dataclass(frozen=True)
class Edited:
    """A target of edited samples."""

    verb: Callable[[Any], None]
    sample_of: Callable[[str], samples.Sample]
    names: tuple[str, ...]

    def drawn(self, recipe: bytes) -> tuple[str, list[Edit]]:
        """The sample and the edits that a recipe means."""
        draw = Draw(recipe)
        name: str = draw.pick(self.names)
        return name, self.sample_of(name).draw(draw)

    def run(self, name: str, edits: list[Edit]) -> None:
        """Give a sample with edits to the verb."""
        self.verb(self.sample_of(name).build(edits))

    def __call__(self, recipe: bytes) -> None:
        """Run what a recipe means."""
        self.run(*self.drawn(recipe))


_TRACES: Final = tuple(samples.TRACES)
_DEVICES: Final = ("session", "queries", "device-services", "two-ports", "pin", "5g", "served")
_PROFILES: Final = ("lte-home", "5g", "cdma", "two-ports", "pin-locked", "no-sim", "lte-strict")

EDITED: Final[dict[str, Edited]] = {
    "edited-show": Edited(show, samples.trace_sample, _TRACES),
    "edited-replay": Edited(replaying, samples.trace_sample, _TRACES),
    "edited-recover": Edited(recovering, samples.trace_sample, _TRACES),
    "edited-infer": Edited(inferring, samples.trace_sample, _TRACES),
    "edited-scrub": Edited(scrubbing, samples.trace_sample, _TRACES),
    "edited-export": Edited(exporting, samples.trace_sample, _TRACES),
    "engine-restore": Edited(restoring, samples.snapshot_sample, _DEVICES),
    "engine-profile": Edited(profiling, samples.profile_sample, _PROFILES),
    "engine-records": Edited(reading_records, samples.records_sample, _DEVICES),
    "engine-codec": Edited(decoding, samples.records_sample, _DEVICES),
}
