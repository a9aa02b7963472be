"""Scrub a trace: personal values are found in one reading, and replaced in a second."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any, BinaryIO

from wwanreplay._core import Event, Kind, RecordFlag, RecordReader, RecordWriter
from wwanreplay.analysis.scrub.attachments import learn_bytes, replace_bytes
from wwanreplay.analysis.scrub.events import REMEMBERED_SIZE, event_places, payload_key
from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.logs import part_of
from wwanreplay.analysis.scrub.messages import MessageReader, Piece
from wwanreplay.analysis.scrub.parts import Part
from wwanreplay.analysis.scrub.places import PersonalSpan, image_of
from wwanreplay.analysis.scrub.profile import scrub_header
from wwanreplay.analysis.scrub.proof import Proof
from wwanreplay.analysis.scrub.speller import Speller
from wwanreplay.analysis.scrub.texts import learn_text, map_values, replace_text
from wwanreplay.errors import InputError, LimitError, PrivacyError
from wwanreplay.formats.base import Unit
from wwanreplay.protocol.kinds import TEXTS
from wwanreplay.protocol.remembered import Remembered
from wwanreplay.trace import Attachment, TraceHeader, TraceReader, TraceWriter
from wwanreplay.trace.source import TraceInput

_PLACE_KEYS = ("unit", "number")
_UNITS = frozenset(Unit)
_CONTROLS = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(slots=True)
class ScrubReport:
    """What was done: records in all and changed, values by what they are, and what was left out.

    `unsearched` values are too short to differ from chance, and `ambiguous` ones equal the image of
    another value: both are looked for in their fields only. `doubtful` are places that may hold a
    value and may hold another.
    """

    records: int = 0
    changed: int = 0
    values: dict[str, int] = field(default_factory=dict)
    unsearched: int = 0
    ambiguous: int = 0
    checkpoints_dropped: int = 0
    attachments_dropped: list[str] = field(default_factory=list)
    unknown_records_dropped: int = 0
    digest: str = ""
    doubtful: list[str] = field(default_factory=list)


class SessionScrubber:
    """Scrubs one trace under one key."""

    def __init__(self, source: TraceInput, key: bytes) -> None:
        self.source = source
        self.identities = Identities(key)
        self.report = ScrubReport()
        self._joined: list[tuple[Piece, list[PersonalSpan]]] = []
        self._patches: dict[int, bytes] = {}
        # Payloads whose personal values the identities have already.
        self._registered: Remembered[bool] = Remembered(REMEMBERED_SIZE)
        self._log_names: dict[str, str] = {}
        self._logs: list[Part | None] = []
        self._left_out: set[str] = set()
        self._written: list[tuple[Part, bytes]] = []
        self._cache: Remembered[bytes] = Remembered(REMEMBERED_SIZE)  # payloads, with their images

    def run(self, target: BinaryIO) -> None:
        """Write the scrubbed trace; a cut-off one stays cut off."""
        with TraceReader(self.source) as reader:
            header = reader.header
            header.refuse_filtered(reader.path, "scrub the trace first, and filter what comes out")
            self._learn(reader, header)
            speller = Speller(self.identities)
            self._prepare(speller)
            compression = next(iter({chunk.compression for chunk in reader.chunks()}), "none")
            scrubbed = replace(
                scrub_header(header, self.identities, speller),
                start=self._start(header.start, speller),
            )
            writer = TraceWriter(target, scrubbed, compression=compression)
            self._attach(reader, writer, speller)
            self._rewrite(reader, writer, speller)
            self.report.digest = writer.digest().hex()
            writer.flush()
            self.report.records = writer.footer().records
            self.report.checkpoints_dropped = len(reader.checkpoints())
            if not reader.cut_off:
                writer.close()
        labels = Counter(identity.label for identity in self.identities)
        self.report.values = dict(sorted(labels.items()))

    # The first reading

    def _learn(self, reader: TraceReader, header: TraceHeader) -> None:
        scrub_header(header, self.identities, None)
        messages = MessageReader()
        for event in reader.events():
            if event.kind == Kind.KIND_WIRE:
                self._learn_pieces(messages, messages.take(event, event.index or 0), event.index)
            else:
                self._learn_payload(event)
            if event.fields:
                map_values(event.fields, "", self.identities, None)
            if event.source is not None:
                self._source(event.source, None)
        self._learn_pieces(messages, messages.finish(), None)
        for event in RecordReader(header.start):
            self._learn_payload(event)
        for attachment in reader.attachments():
            self._logs.append(self._learn_attachment(attachment))
            learn_text(attachment.name, self.identities)

    def _learn_payload(self, event: Event) -> None:
        """Register what the payload of any but a wire record holds."""
        if event.kind in TEXTS:
            learn_text(event.payload.decode("utf-8", "replace"), self.identities)
        elif event.payload:
            key = payload_key(event)
            if self._registered.get(key) is None:
                for place in event_places(event):
                    self._image(event.payload, place)
                self._registered.keep(key, True, len(event.payload))

    def _learn_attachment(self, attachment: Attachment) -> Part | None:
        """An attachment as a log; None for one that is none, or that must be left out."""
        try:
            part = part_of(attachment.data, attachment.name, self.identities)
            part.learn()
        except InputError:
            learn_bytes(attachment.data, self.identities)
            return None
        except (LimitError, PrivacyError):
            self._left_out.add(attachment.name)
            return None
        return part

    def prove_attachments(self, proof: Proof) -> None:
        """Prove those that were scrubbed as logs; PrivacyError as from the proof of the trace."""
        for part, data in self._written:
            part.prove(proof)
            proof.accept(data)

    def _learn_pieces(
        self, messages: MessageReader, pieces: Iterable[Piece], index: int | None
    ) -> None:
        for piece in pieces:
            places = messages.places(piece.data)
            for place in places:
                self._image(piece.data, place)
            if [record for record, _, _ in piece.records] != [index]:
                self._joined.append((piece, places))

    def _image(self, data: bytes, place: PersonalSpan) -> bytes:
        value = data[place.offset : place.end]
        return image_of(place, value, self.identities) if any(value) else value

    # The second reading

    def _prepare(self, speller: Speller) -> None:
        """Make the pieces of messages that were fragmented."""
        for piece, places in self._joined:
            whole = self._replaced(piece.data, places, speller)
            for record, at, size in piece.records:
                self._patches[record] = whole[at : at + size]
        self._joined.clear()

    def _replaced(self, data: bytes, places: list[PersonalSpan], speller: Speller) -> bytes:
        """The buffer swept, with every place replaced: the places are written last."""
        untouched = [(place.offset, place.end) for place in places]
        out = bytearray(speller.replaced(data, untouched))
        for place in places:
            out[place.offset : place.end] = self._image(data, place)
        return bytes(out)

    def _attach(self, reader: TraceReader, writer: TraceWriter, speller: Speller) -> None:
        for attachment, part in zip(reader.attachments(), self._logs, strict=True):
            name = replace_text(attachment.name, self.identities, speller)
            data: bytes | None = None
            if part is not None:
                data = part.written(speller)
                self._written.append((part, data))
            elif attachment.name not in self._left_out:
                data = replace_bytes(attachment.data, self.identities, speller)
            if data is None:
                self.report.attachments_dropped.append(name)
            else:
                media_type = replace_text(attachment.media_type, self.identities, speller)
                writer.attach(name, data, media_type)

    def _rewrite(self, reader: TraceReader, writer: TraceWriter, speller: Speller) -> None:
        messages = MessageReader()
        shifts = _Shifts()
        for event, next_index in _with_next(reader.events()):
            index = event.index or 0
            shifts.note(index, writer.next_index)
            changes = self._changes(event, messages, speller)
            self.report.changed += bool(changes)
            cause = event.cause
            if cause is not None and (moved := shifts.moved(cause)) != cause:
                changes["cause"] = moved
            scrubbed = event.replace(**changes) if changes else event
            known_end = next_index
            if known_end is None and reader.footer is not None and not reader.cut_off:
                known_end = reader.footer.next_index
            lost = 0 if known_end is None else known_end - index - 1
            if event.kind == Kind.KIND_GAP and lost and event.code == lost + 1:
                writer.gap(scrubbed, lost)
            else:
                self.report.unknown_records_dropped += max(lost, 0)
                writer.write(scrubbed)

    def _changes(
        self, event: Event, messages: MessageReader, speller: Speller
    ) -> dict[str, object]:
        """The attributes that are written otherwise, the flag that says so with them."""
        changes: dict[str, object] = {}
        payload = self._payload(event, messages, speller)
        if payload != event.payload:
            changes["payload"] = payload
        if event.fields:
            fields = map_values(event.fields, "", self.identities, speller)
            if fields != event.fields:
                changes["fields"] = fields
        if event.source is not None:
            source = self._source(event.source, speller)
            if source != event.source:
                changes["source"] = source
        if changes:
            changes["flags"] = (event.flags or 0) | RecordFlag.FLAG_PERSONAL_REMOVED
        return changes

    def _source(self, source: Any, speller: Speller | None) -> Any:
        """Where an event was read: the place stays; a log's name becomes a number."""
        if not isinstance(source, dict) or not isinstance(source.get("log"), str):
            return map_values(source, "source", self.identities, speller)
        name = self._log_names.setdefault(source["log"], f"log {len(self._log_names) + 1}")
        kept = {key: source[key] for key in _PLACE_KEYS if key in source}
        if kept.get("unit") not in _UNITS or not isinstance(kept.get("number"), int):
            kept.clear()
        rest = {key: value for key, value in source.items() if key not in {*kept, "log"}}
        return {"log": name} | kept | map_values(rest, "source", self.identities, speller)

    def _start(self, start: bytes, speller: Speller) -> bytes:
        """The records that lead to where the session begins; transfers have no place there."""
        writer = RecordWriter()
        for event in RecordReader(start):
            if event.kind == Kind.KIND_WIRE:
                continue
            changes = self._changes(event, MessageReader(), speller)
            writer.append(event.replace(**changes) if changes else event)
        taken = writer.take()
        return b"" if taken is None else taken[0]

    def _payload(self, event: Event, messages: MessageReader, speller: Speller) -> bytes:
        data = event.payload
        if not data:
            return data
        if event.kind in TEXTS:
            text = text_of(data)
            if text is None:
                return self.identities.mapper.octets(data)  # it may be anything
            return replace_text(text, self.identities, speller).encode()
        if event.kind == Kind.KIND_WIRE:
            return self._wire(event, messages, speller)
        key = payload_key(event)
        known = self._cache.get(key)
        if known is None:
            known = self._replaced(data, event_places(event), speller)
            self._cache.keep(key, data if known == data else known, 2 * len(data))
        return known

    def _wire(self, event: Event, messages: MessageReader, speller: Speller) -> bytes:
        index = event.index or 0
        out = event.payload
        for piece in messages.take(event, index):
            places = messages.places(piece.data)
            if [record for record, _, _ in piece.records] == [index]:
                out = self._replaced(piece.data, places, speller)
        # Fragments behind the first begin with headers that are no part of the whole.
        patch = self._patches.get(index)
        return out if patch is None else out[: len(out) - len(patch)] + patch


def text_of(data: bytes) -> str | None:
    """The text of a note, None for bytes that are none."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return None if _CONTROLS.search(text) else text


def _with_next(events: Iterable[Event]) -> Iterator[tuple[Event, int | None]]:
    """Each event with the index of the next."""
    before: Event | None = None
    for event in events:
        if before is not None:
            yield before, event.index
        before = event
    if before is not None:
        yield before, None


class _Shifts:
    """How far the numbers of records moved because records of unknown kinds were left out."""

    def __init__(self) -> None:
        self._steps: list[tuple[int, int]] = []

    def note(self, old: int, new: int) -> None:
        """Record that a record has another number now."""
        if (self._steps[-1][1] if self._steps else 0) != new - old:
            self._steps.append((old, new - old))

    def moved(self, index: int) -> int:
        """The number that a record has now."""
        at = bisect_right(self._steps, index, key=itemgetter(0))
        return index + (self._steps[at - 1][1] if at else 0)
