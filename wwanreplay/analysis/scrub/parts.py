"""What a log stands in: packings, archives, mails, wrappings; each has other parts inside."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.keyed import TEXT_PIECE_SIZE
from wwanreplay.analysis.scrub.logtext import read_messages
from wwanreplay.analysis.scrub.mails import Decoded, people_in, pieces_of, words_in
from wwanreplay.analysis.scrub.packing import Packing, members_of, zipped
from wwanreplay.analysis.scrub.proof import Proof
from wwanreplay.analysis.scrub.speller import Speller
from wwanreplay.analysis.scrub.texts import log_spans_of, replace_log_text, replace_text
from wwanreplay.analysis.scrub.wrapped import Coding, Unwrapped
from wwanreplay.errors import InputError, PrivacyError
from wwanreplay.formats.base import LogMessage, MessageKind
from wwanreplay.packing.expansion import Expansion


@dataclass(slots=True)
class LogReport:
    """What was done to a log.

    `formats` are those of its parts (one, or one for each member of an archive; "text" where no
    message was found), `messages` the MBIM messages in it, `changed` those that became others;
    `values`, `unsearched`, `ambiguous` and `doubtful` are as in ScrubReport.
    """

    formats: list[str] = field(default_factory=list)
    messages: int = 0
    changed: int = 0
    values: dict[str, int] = field(default_factory=dict)
    unsearched: int = 0
    ambiguous: int = 0
    doubtful: list[str] = field(default_factory=list)


class Part(Protocol):
    """A log, or what is packed: learned, written, and proven."""

    def learn(self) -> None:
        """Register its values."""

    def written(self, speller: Speller) -> bytes:
        """The scrubbed bytes."""

    def prove(self, proof: Proof) -> None:
        """Search the scrubbed bytes; PrivacyError when an original is left."""

    def report(self, report: LogReport) -> None:
        """Add what was done."""

    def images(self) -> Iterator[tuple[bytes, bytes]]:
        """The bytes of each message that was read, and those that took their place."""


#: What is shorter in a wrapping is an escape, which says nothing.
_MARKUP_MIN: Final = 8


class Wrapped:
    """A log in a wrapping of its characters."""

    def __init__(
        self,
        data: bytes,
        name: str,
        identities: Identities,
        coding: Coding,
        inner_of: Callable[[bytes, str], Part],
        form: str | None,
    ) -> None:
        self._data = data
        self._name = name
        self._form = form
        self._identities = identities
        self._coding = coding
        self._unwrapped = Unwrapped(data, coding)
        self._inner = inner_of(self._unwrapped.octets, name)
        self._out = b""

    def learn(self) -> None:
        """As of any part; tags hold text, too."""
        for markup in self._unwrapped.markup():
            if len(markup) >= _MARKUP_MIN:
                log_spans_of(markup.decode("utf-8", "surrogateescape"), self._identities)
        self._inner.learn()

    def written(self, speller: Speller) -> bytes:
        """As of any part."""

        def markup(data: bytes) -> bytes:
            if len(data) < _MARKUP_MIN:
                return data
            return _replaced(data, self._identities, speller)

        out = self._unwrapped.wrapped(self._inner.written(speller), markup)
        if out is None:
            raise _unwritable(self._name)
        self._out = out
        return out

    def prove(self, proof: Proof) -> None:
        """As of any part."""
        self._inner.prove(proof)
        proof.check_binary(b"\n".join(Unwrapped(self._out, self._coding).markup()), self._name)
        proof.check_around(self._out, self._name)
        compare(self, self._data, self._out, self._name, self._form)

    def report(self, report: LogReport) -> None:
        """As of any part."""
        self._inner.report(report)

    def images(self) -> Iterator[tuple[bytes, bytes]]:
        """As of any part."""
        return self._inner.images()


class Mail:
    """A saved mail or a mailbox: its headers are text, its bodies and attachments are logs."""

    def __init__(
        self,
        data: bytes,
        name: str,
        identities: Identities,
        inner_of: Callable[[bytes, str], Part],
        form: str | None,
    ) -> None:
        self._data = data
        self._name = name
        self._form = form
        self._identities = identities
        self._out = b""
        # Headers as they stand there; bodies decoded, each with what is read of it.
        self._pieces: list[tuple[bytes, Decoded | None, Part | None]] = []
        self._headers: list[bytes] = []
        self._boundaries: set[bytes] = set()
        for piece in pieces_of(data):
            if piece.is_boundary:
                self._boundaries.add(piece.data)
            if piece.is_header or piece.is_boundary or not piece.data.strip():
                self._pieces.append((piece.data, None, None))
                continue
            label = f"{name}/{piece.name}" if piece.name else name
            try:
                decoded = Decoded(piece)
            except InputError as error:
                raise InputError(f"{label}: {error}") from None
            try:
                part = inner_of(decoded.data, label)
            except InputError:
                part = _Opaque(decoded.data, identities)
            self._pieces.append((piece.data, decoded, part))

    def learn(self) -> None:
        """As of any part."""
        for number, (data, decoded, part) in enumerate(self._pieces):
            if data in self._boundaries:
                continue
            if part is None:
                for _, _, person in people_in(data):
                    if " " in person:  # a single word may be one of any log
                        self._identities.text("name", person)
                for _, _, words in words_in(data):
                    log_spans_of(words, self._identities)
                log_spans_of(data.decode("utf-8", "surrogateescape"), self._identities)
                continue
            try:
                part.learn()
            except InputError:
                assert decoded is not None
                self._pieces[number] = data, decoded, _Opaque(decoded.data, self._identities)

    def written(self, speller: Speller) -> bytes:
        """As of any part."""
        out = []
        for data, decoded, part in self._pieces:
            if decoded is None or part is None:
                is_kept = data in self._boundaries
                headers = data if is_kept else self._headers_of(data, speller)
                self._headers.append(headers)
                out.append(headers)
                continue
            coded = decoded.coded(part.written(speller))
            if coded is None:
                raise _unwritable(self._name)
            out.append(coded)
        self._out = b"".join(out)
        return self._out

    def _headers_of(self, data: bytes, speller: Speller) -> bytes:
        parts = []
        at = 0
        changes = [(*each, True) for each in people_in(data)]
        changes += [(*each, False) for each in words_in(data)]
        for start, end, text, is_person in sorted(changes):
            if start < at:
                continue
            image = replace_text(text, self._identities, speller)
            if is_person:
                image = self._identities.mapper.text(text)
            parts.append(_replaced(data[at:start], self._identities, speller))
            parts.append(data[start:end] if image == text else _as_words(image, data[start:end]))
            at = end
        return b"".join([*parts, _replaced(data[at:], self._identities, speller)])

    def prove(self, proof: Proof) -> None:
        """As of any part."""
        for _, _, part in self._pieces:
            if part is not None:
                part.prove(proof)
        for headers in self._headers:
            proof.check_binary(headers, self._name)
            for _, _, words in words_in(headers):
                proof.check_binary(words.encode("utf-8", "surrogateescape"), self._name)
        proof.check_around(self._out, self._name)
        compare(self, self._data, self._out, self._name, self._form)

    def report(self, report: LogReport) -> None:
        """As of any part."""
        for _, _, part in self._pieces:
            if part is not None:
                part.report(report)

    def images(self) -> Iterator[tuple[bytes, bytes]]:
        """As of any part."""
        for _, _, part in self._pieces:
            if part is not None:
                yield from part.images()


class _Opaque:
    """An attachment that is not opened here: all of it becomes other bytes."""

    def __init__(self, data: bytes, identities: Identities) -> None:
        self._data = data
        self._identities = identities

    def learn(self) -> None:
        """As of any part; nothing is known of it."""

    def written(self, speller: Speller) -> bytes:  # noqa: ARG002 - there is nothing to be found
        """As of any part."""
        octets_of = self._identities.mapper.octets
        pieces = range(0, len(self._data), TEXT_PIECE_SIZE)
        return b"".join(octets_of(self._data[at : at + TEXT_PIECE_SIZE]) for at in pieces)

    def prove(self, proof: Proof) -> None:
        """As of any part."""

    def report(self, report: LogReport) -> None:
        """As of any part."""
        report.formats.append("other bytes")

    def images(self) -> Iterator[tuple[bytes, bytes]]:
        """As of any part."""
        return iter(())


def _as_words(text: str, before: bytes) -> bytes:
    """A text in a header, in the way of what was there."""
    octets = text.encode("utf-8", "surrogateescape")
    return b"=?utf-8?B?" + base64.b64encode(octets) + b"?=" if before.startswith(b"=?") else octets


def _replaced(data: bytes, identities: Identities, speller: Speller) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    return replace_log_text(text, identities, speller).encode("utf-8", "surrogateescape")


def compare(part: Part, before: bytes, after: bytes, name: str, form: str | None) -> None:
    """PrivacyError unless a file that holds a log is read as it was, with the images for bytes."""
    images = dict(part.images())
    firsts, seconds = (read_messages(data, name, form)[0] for data in (before, after))
    if Counter(each.kind for each in firsts) != Counter(each.kind for each in seconds):
        raise unread(name)
    for first, second in zip(firsts, seconds, strict=True):
        if first.kind is MessageKind.MBIM:
            wanted = [images.get(data) for data in bytes_of(first)]
            if signature(first) != signature(second) or wanted != bytes_of(second):
                raise unreadable_message(first)


def unread(name: str) -> PrivacyError:
    """The error of a log that is read as another."""
    return PrivacyError(
        f"scrub: {name}: cannot be rewritten so that all of it is read again; nothing was written"
    )


def unreadable_message(message: LogMessage) -> PrivacyError:
    """The error of a message that is read as another."""
    return PrivacyError(
        f"scrub: {message.place}: the message cannot be rewritten so that it is read again; nothing"
        " was written"
    )


def _unwritable(name: str) -> PrivacyError:
    return PrivacyError(f"scrub: {name}: cannot be wrapped again as it was; nothing was written")


class Packed:
    """A packed log."""

    def __init__(self, packing: Packing, inner: Part) -> None:
        self._packing = packing
        self._inner = inner

    def learn(self) -> None:
        """As of any part."""
        self._inner.learn()

    def written(self, speller: Speller) -> bytes:
        """As of any part."""
        return self._packing.pack(self._inner.written(speller))

    def prove(self, proof: Proof) -> None:
        """As of any part."""
        self._inner.prove(proof)

    def report(self, report: LogReport) -> None:
        """As of any part."""
        self._inner.report(report)

    def images(self) -> Iterator[tuple[bytes, bytes]]:
        """As of any part."""
        return self._inner.images()


class Archive:
    """A zip archive of logs; it is written anew, with the names and dates of its members only."""

    def __init__(
        self,
        data: bytes,
        name: str,
        identities: Identities,
        inner_of: Callable[[bytes, str], Part],
        expansion: Expansion,
    ) -> None:
        self._name = name
        self._identities = identities
        self._members: list[tuple[str, tuple[int, int, int, int, int, int], Part | None]] = []
        self._names: list[str] = []
        for info, content in members_of(data, name, expansion):
            label = f"{name}/{info.filename}"
            part = None if info.is_dir() else inner_of(content, label)
            self._members.append((info.filename, info.date_time, part))

    def learn(self) -> None:
        """As of any part."""
        for name, _, part in self._members:
            log_spans_of(name, self._identities)
            if part is not None:
                part.learn()

    def written(self, speller: Speller) -> bytes:
        """As of any part."""
        members = []
        for name, date, part in self._members:
            scrubbed = replace_text(name, self._identities, speller)
            self._names.append(scrubbed)
            members.append((scrubbed, date, b"" if part is None else part.written(speller)))
        return zipped(members)

    def prove(self, proof: Proof) -> None:
        """As of any part."""
        for name in self._names:
            proof.check_bytes(name.encode("utf-8", "surrogatepass"), f"{self._name}: a name in it")
        for _, _, part in self._members:
            if part is not None:
                part.prove(proof)

    def report(self, report: LogReport) -> None:
        """As of any part."""
        for _, _, part in self._members:
            if part is not None:
                part.report(report)

    def images(self) -> Iterator[tuple[bytes, bytes]]:
        """As of any part."""
        for _, _, part in self._members:
            if part is not None:
                yield from part.images()


def signature(message: LogMessage) -> tuple[object, ...]:
    """The members of a message that scrub leaves as they are."""
    return (
        message.place.unit,
        message.place.number,
        message.direction,
        message.length,
        message.incomplete,
        message.time_ns,
        [(place.unit, place.number) for place in message.places],
        [name for name, _ in message.fields],
    )


def bytes_of(message: LogMessage) -> list[bytes]:
    """What was transferred of a message: it, or its fragments."""
    return [data for data in message.fragments or (message.data or b"",) if data]
