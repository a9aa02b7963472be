"""The second pass: nothing personal is left in the written file, in no encoding."""

from __future__ import annotations

import hashlib
import uuid
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.scrub.attachments import unpacked
from wwanreplay.analysis.scrub.events import REMEMBERED_SIZE, event_places, payload_key
from wwanreplay.analysis.scrub.identities import INTEGER_MIN, Identities
from wwanreplay.analysis.scrub.layers import contents
from wwanreplay.analysis.scrub.messages import MessageReader
from wwanreplay.analysis.scrub.places import PersonalSpan
from wwanreplay.analysis.scrub.speller import Hit, Speller
from wwanreplay.analysis.scrub.texts import is_plain_key
from wwanreplay.analysis.scrub.views import is_time_of_day
from wwanreplay.errors import PrivacyError
from wwanreplay.protocol.kinds import TEXTS
from wwanreplay.protocol.remembered import Remembered
from wwanreplay.trace import Attachment, Chunk, TraceReader

_WINDOW_SIZE = 1 << 20
_OVERLAP = 1 << 16
# Places that a message names.
_PLACES_MAX = 10


class SurvivorError(PrivacyError):
    """A value is still there, or the images of others spell it by chance."""


class Proof:
    """Looks for the originals of a session in what was written for it.

    The image of one value can equal another original. Such values do not count as left; `ambiguous`
    counts them.
    """

    def __init__(self, identities: Identities) -> None:
        images = identities.images()
        self._originals = identities
        ambiguous = [each for each in identities if (each.sort, each.original) in images]
        self._ambiguous = set(ambiguous)
        self._speller = Speller(identities, without=ambiguous)
        self._accepted: set[bytes] = set()
        self._clean: Remembered[bool] = Remembered(
            REMEMBERED_SIZE
        )  # payloads in which nothing was found
        #: Places that may hold a value and may hold another.
        self.doubtful: list[str] = []
        self.ambiguous = len(ambiguous)
        self.unsearched = self._speller.unsearched

    def check(self, written: bytes | Path) -> None:
        """Search a whole trace; PrivacyError with kind and place of the first survivor."""
        with TraceReader(written) as reader:
            header_size = reader.size or 0
            messages = MessageReader()
            for item in reader.objects():
                if isinstance(item, Chunk):
                    header_size = min(header_size, item.offset)
                    self._chunk(reader, item, messages)
                elif isinstance(item, Attachment):
                    self._attachment(item)
            header = reader.header.to_map()
            # A seed is a number of its own, unless it is a long one.
            short_seed = header.get("seed") is not None and header["seed"] < INTEGER_MIN
            dropped = {"start", "seed"} if short_seed else {"start"}
            self._nested({key: header[key] for key in header if key not in dropped}, "the header")
        if isinstance(written, bytes):
            self._layers(written[:header_size], "the header")
            self._bytes(written, "the file", header_size)
            return
        with written.open("rb") as file:
            self._layers(file.read(header_size), "the header")
            file.seek(0)
            start = 0
            while window := file.read(_WINDOW_SIZE + _OVERLAP):
                self._bytes(window, "the file", header_size - start, start)
                if len(window) <= _WINDOW_SIZE:
                    break
                start += _WINDOW_SIZE
                file.seek(start)

    def check_bytes(
        self,
        data: bytes,
        where: str,
        kept: Sequence[tuple[int, int]] = (),
        passed: Sequence[tuple[int, int]] = (),
    ) -> None:
        """Search some bytes. Within `kept` spans, which are times, lengths and the like and stay
        whatever they look like, words and short numbers are doubtful; `passed` are printed bytes,
        in which nothing is doubtful.
        """
        starts = [start for start, _ in kept]
        printed = [start for start, _ in passed]
        for hit in self._speller.hits(data):
            if hit.spelling.is_short and _is_inside(hit, printed, passed, touched=True):
                continue  # the message that is printed there was searched
            if not _is_inside(hit, starts, kept):
                raise _survivor(hit, where)
            if hit.spelling.identity.sort == "text":
                self._doubt(hit, data, where)
        self._layers(data, where, doubts=self._speller.may_doubt)
        if not self._speller.may_doubt:
            return
        for hit in self._speller.doubtful_hits(data, passed):
            inside = _is_inside(hit, starts, kept, touched=True)
            if not inside or (hit.spelling.tokens and not is_time_of_day(data, hit.offsets)):
                self._doubt(hit, data, where)

    def _doubt(self, hit: Hit, data: bytes, where: str) -> None:
        line = data.count(b"\n", 0, hit.offset) + 1
        spelling = hit.spelling
        self.doubtful.append(
            f"{spelling.identity.label} as {spelling.encoding} in {where}, line {line}"
        )

    def check_binary(self, data: bytes, where: str) -> None:
        """Search bytes that are no text."""
        self._bytes(data, where)
        self._layers(data, where)

    def _layers(self, data: bytes, where: str, *, doubts: bool = False) -> None:
        """Search what is encoded in an encoding; `doubts`: for what may be a value, too."""
        where = f"what is encoded in {where}"
        for octets in contents(data):
            for hit in self._speller.hits(octets):
                raise _survivor(hit, where)
            for hit in self._speller.doubtful_hits(octets) if doubts else ():
                self._doubt(hit, octets, where)

    def check_around(self, data: bytes, where: str) -> None:
        """Search a text whose words were searched decoded: for what only its printed form holds."""
        for hit in self._speller.hits(data):
            if not hit.spelling.unit and not hit.spelling.is_short:
                raise _survivor(hit, where)

    def settle(self, *, allow_doubtful: bool) -> None:
        """PrivacyError when a place may hold a value, unless that is allowed."""
        if not self.doubtful or allow_doubtful:
            return
        places = "; ".join(self.doubtful[:_PLACES_MAX])
        more = len(self.doubtful) - _PLACES_MAX
        places += f"; and {more} more" if more > 0 else ""
        raise PrivacyError(
            f"scrub: what may be a replaced value, or may be another: {places}; look at them,"
            " change them, or let them pass (--allow-doubtful); nothing was written"
        )

    def accept(self, attachment: bytes) -> None:
        """Note that the content of an attachment was proven by itself."""
        self._accepted.add(hashlib.sha256(attachment).digest())

    def check_message(self, data: bytes, places: list[PersonalSpan], where: str) -> None:
        """Search an MBIM message and decode its personal fields."""
        self._bytes(data, where)
        self._places(data, places, where)

    def _chunk(self, reader: TraceReader, chunk: Chunk, messages: MessageReader) -> None:
        hits = self._speller.hits(bytes(chunk.records))
        for event in reader.chunk_events(chunk):
            self._event(event, messages)
            if hits:
                self._bytes(event.payload, f"record {event.index}")
        where = f"records {chunk.first_index} to {chunk.next_index - 1}"
        if hits:
            raise _survivor(hits[0], where)
        self._layers(bytes(chunk.records), where)

    def _event(self, event: Event, messages: MessageReader) -> None:
        """The fields of one record, where short values are found too, and joined messages."""
        where = f"record {event.index}"
        if event.fields:
            self._nested(event.fields, where)
        source = event.source
        if isinstance(source, dict):
            source = {key: value for key, value in source.items() if key != "number"}
        if source is not None:
            self._nested(source, where)
        if event.kind in TEXTS and self._speller.may_doubt:
            for hit in self._speller.doubtful_hits(event.payload):
                self._doubt(hit, event.payload, where)
        if event.kind != Kind.KIND_WIRE:
            key = payload_key(event)
            if self._clean.get(key) is None:
                self._places(event.payload, event_places(event), where)
                self._clean.keep(key, True, len(event.payload))
            return
        for piece in messages.take(event, event.index or 0):
            if len(piece.records) > 1:
                self.check_binary(piece.data, f"the message that ends with {where}")
            self._places(piece.data, messages.places(piece.data), where)

    def _places(self, data: bytes, places: list[PersonalSpan], where: str) -> None:
        for place in places:
            value = data[place.offset : place.end]
            for sort, read in _values(place, value):
                found = self._originals.known(sort, read)
                if found is not None and found not in self._ambiguous:
                    raise PrivacyError(
                        f"scrub: {found.label} survives in the field {place.name} at {where};"
                        " nothing was written"
                    )

    def _nested(self, value: Any, where: str) -> None:
        """Values and keys, but for the names of fields; numbers too."""
        if isinstance(value, dict):
            for key, item in value.items():
                if not (isinstance(key, str) and is_plain_key(key)):
                    self._nested(key, where)
                self._nested(item, where)
        elif isinstance(value, list | tuple):
            for item in value:
                self._nested(item, where)
        elif isinstance(value, str):
            self._bytes(value.encode("utf-8", "surrogatepass"), where)
        elif isinstance(value, bytes):
            self._bytes(value, where)
        elif isinstance(value, int) and not isinstance(value, bool):
            self._integer(value, where)

    def _integer(self, number: int, where: str) -> None:
        found = self._originals.known_integer(number)
        if found is None or found in self._ambiguous:
            return
        if abs(number) >= INTEGER_MIN:
            raise PrivacyError(
                f"scrub: {found.label} survives as a number in {where}; nothing was written"
            )
        if found.sort == "text" and number:
            self.doubtful.append(f"{found.label} as a number in {where}")

    def _attachment(self, attachment: Attachment) -> None:
        for text in (attachment.name, attachment.media_type):
            self._bytes(text.encode("utf-8", "surrogatepass"), "the name of an attachment")
        if hashlib.sha256(attachment.data).digest() in self._accepted:
            return
        opened = unpacked(attachment.data)
        if opened is not None:
            self.check_binary(opened[0], f"the attachment {attachment.name}")

    def _bytes(self, data: bytes, where: str, keys_size: int = 0, start: int = 0) -> None:
        """Search bytes, the first of which is `start`; before `keys_size` words do not count."""
        for hit in self._speller.hits(data):
            if hit.offset >= keys_size or not hit.spelling.unit:
                raise _survivor(hit._replace(offset=start + hit.offset), where)


def _is_inside(
    hit: Hit, starts: Sequence[int], spans: Sequence[tuple[int, int]], *, touched: bool = False
) -> bool:
    """Whether a short value or a word lies within a span, or, when `touched`, in part of one."""
    at = bisect_right(starts, hit.offset) - 1
    if touched:
        following = at + 1 < len(spans) and spans[at + 1][0] < hit.end
        return following or (at >= 0 and hit.offset < spans[at][1])
    return at >= 0 and hit.end <= spans[at][1] and bool(hit.spelling.unit)


def _survivor(hit: Hit, where: str) -> SurvivorError:
    spelling = hit.spelling
    return SurvivorError(
        f"scrub: {spelling.identity.label} survives as {spelling.encoding} in {where},"
        f" byte {hit.offset}; nothing was written"
    )


def _values(place: PersonalSpan, value: bytes) -> Iterator[tuple[str, str | int | bytes]]:
    """The values that a place may hold, as they would be registered."""
    if not any(value):
        return
    if place.form == "number":
        yield "number", int.from_bytes(value, "little")
    elif place.form in ("utf-16", "utf-8", "characters"):
        encoding = "utf-16-le" if place.form == "utf-16" else "utf-8"
        yield "text", value.decode(encoding, "replace").partition("\0")[0]
    elif place.form == "address":
        yield "address", value
    elif place.form == "hardware":
        yield "hardware", value
    elif place.form == "guid":
        yield "guid", value
    elif place.form == "guid-memory" and len(value) == 16:
        yield "guid", uuid.UUID(bytes_le=value).bytes
    else:
        yield "octets", value.rstrip(b"\0")
