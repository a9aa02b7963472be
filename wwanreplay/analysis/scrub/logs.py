"""Scrub a log: the same log, with personal values replaced in its messages and in its words.

report = scrub_log_file("bug.log.gz", "shareable.log.gz", b"a secret")

The whole log is held in memory. Nothing is given out before it is proven: none of the originals is
in it, in any encoding, and its readers find the same messages in it, as a trace of them would hold
them after a scrub with the same key.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from wwanreplay.analysis.scrub.identities import Identities, Identity
from wwanreplay.analysis.scrub.logcapture import MAGICS, LogCapture
from wwanreplay.analysis.scrub.logtext import BYTES, KEPT, LogText, read_messages
from wwanreplay.analysis.scrub.packing import (
    CLOSED,
    LOG_SIZE_MAX,
    ZIP,
    Packing,
    packing_of,
)
from wwanreplay.analysis.scrub.parts import (
    Archive,
    LogReport,
    Mail,
    Packed,
    Part,
    Wrapped,
    bytes_of,
    signature,
    unread,
    unreadable_message,
)
from wwanreplay.analysis.scrub.proof import Proof
from wwanreplay.analysis.scrub.speller import Speller
from wwanreplay.analysis.scrub.transfers import Transfers
from wwanreplay.analysis.scrub.wrapped import CODINGS, Coding
from wwanreplay.errors import InputError, LimitError
from wwanreplay.formats.base import LogMessage, MessageKind
from wwanreplay.formats.declaration import Format
from wwanreplay.formats.registry import known_but_unread
from wwanreplay.formats.sources import HEAD_SIZE, encoding_of
from wwanreplay.formats.unwrapping import DEPTH_MAX, WRAPPINGS
from wwanreplay.formats.wrappings import mail
from wwanreplay.packing.expansion import Expansion
from wwanreplay.trace.frames import OPENING

# A file with one control character in so many bytes, or with a zero byte, is not text.
_BINARY_SHARE: Final = 20
_CONTROLS: Final = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_MARKS: Final = {
    "utf-8-sig": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}


class _Plain:
    """A log that is not packed."""

    def __init__(self, data: bytes, name: str, identities: Identities, form: str | None) -> None:
        self._name = name
        self._identities = identities
        self._data = data
        self._given_form = form
        self._mark, self._encoding = b"", "utf-8"
        self._messages: list[LogMessage] = []
        self._form: Format | None = None
        self._capture: LogCapture | None = None
        self._text: LogText | None = None
        self._out = b""
        self._kept: list[tuple[int, int]] = []
        self._printed: list[tuple[int, int]] = []

    @property
    def _transfers(self) -> Transfers:
        owner = self._capture or self._text
        assert owner is not None
        return owner.transfers

    def learn(self) -> None:
        """Read the log and register what it holds."""
        data, name = self._data, self._name
        self._messages, self._form = read_messages(data, name, self._given_form)
        if data.startswith(MAGICS):
            self._capture = LogCapture(data, name, self._identities)
            self._capture.learn(self._messages)
            return
        unread = known_but_unread(data[:HEAD_SIZE])
        if unread:
            raise InputError(f"{name}: {unread}")
        text = self._decoded(data)
        self._text = LogText(text, name, self._identities)
        self._text.learn(self._messages, self._form)

    def _decoded(self, data: bytes) -> str:
        encoding = encoding_of(data[:HEAD_SIZE])
        if encoding is None and self._form is None and _is_binary(data[:HEAD_SIZE]):
            raise InputError(
                f"{self._name}: neither a trace nor a log of a known format; nothing was written"
            )
        if encoding is None:
            self._encoding = "utf-8" if self._form is None else self._form.encoding
            return data.decode(self._encoding, "surrogateescape")
        if encoding == "utf-16":
            big = data.startswith(codecs.BOM_UTF16_BE)
            encoding = "utf-16-be" if big else "utf-16-le"
        mark = _MARKS[encoding]
        self._mark = mark if data.startswith(mark) else b""
        self._encoding = "utf-8" if encoding == "utf-8-sig" else encoding
        try:
            return data[len(self._mark) :].decode(self._encoding, self._errors)
        except UnicodeDecodeError as error:
            raise InputError(
                f"{self._name}: no whole {self._encoding} (at byte {error.start}); convert it to"
                " UTF-8 first"
            ) from None

    @property
    def _errors(self) -> str:
        return "surrogateescape" if self._encoding == "utf-8" else "strict"

    def written(self, speller: Speller) -> bytes:
        """The scrubbed log."""
        if self._capture is not None:
            self._out = self._capture.written(speller)
            return self._out
        assert self._text is not None
        out = bytearray(self._mark)
        errors = "replace" if self._encoding == "latin-1" else self._errors
        for piece in self._text.pieces(speller, same_size=self._text.is_escaped):
            encoded = piece.text.encode(self._encoding, errors)
            span = len(out), len(out) + len(encoded)
            if piece.kind == KEPT:
                self._kept.append(span)
            elif piece.kind == BYTES:
                self._printed.append(span)
            out += encoded
        self._out = bytes(out)
        return self._out

    def prove(self, proof: Proof) -> None:
        """None of the originals is in what was written, and it is read as it should be."""
        if self._capture is not None:
            proof.check_binary(self._out, self._name)
        else:
            proof.check_bytes(self._out, self._name, self._kept, self._printed)
        for image, places in self._transfers.images():
            proof.check_message(image, places, self._name)
        form = None if self._form is None else self._form.name
        self._compare(read_messages(self._out, self._name, form)[0])

    def _compare(self, again: list[LogMessage]) -> None:
        """The messages read again are those of before, with the images for bytes."""
        expected = self._expected()
        found = [each for each in again if each.kind is MessageKind.MBIM]
        for before, after, image in zip(
            [each for each in self._messages if each.kind is MessageKind.MBIM],
            found,
            expected,
            strict=False,
        ):
            if signature(before) != signature(after) or image != bytes_of(after):
                raise unreadable_message(before)
        kinds = Counter(each.kind for each in self._messages)
        if kinds != Counter(each.kind for each in again):
            raise unread(self._name)

    def _expected(self) -> list[list[bytes]]:
        transfers = iter([each for each in self._transfers.all if not each.is_event])
        return [
            [next(transfers).image for data in bytes_of(message) if data]
            for message in self._messages
            if message.kind is MessageKind.MBIM
        ]

    def report(self, report: LogReport) -> None:
        """Add what was done."""
        report.formats.append("text" if self._form is None else self._form.name)
        transfers = self._transfers.all
        report.messages += sum(each.kind is MessageKind.MBIM for each in self._messages)
        report.changed += sum(each.image != each.data for each in transfers if not each.is_event)

    def images(self) -> Iterator[tuple[bytes, bytes]]:
        """As of any part."""
        return ((each.data, each.image) for each in self._transfers.all if not each.is_event)


def _is_binary(head: bytes) -> bool:
    """Whether a file of no known format is no text either."""
    return b"\0" in head or len(_CONTROLS.findall(head)) * _BINARY_SHARE > len(head)


def part_of(
    data: bytes,
    name: str,
    identities: Identities,
    form: str | None = None,
    layer: int = 0,
    expansion: Expansion | None = None,
) -> Part:
    """A log with what is packed around it, of a format where that is known.

    Raises InputError for what cannot be opened, LimitError for what is too large.
    """
    if expansion is None:
        expansion = Expansion(usual_size_max=LOG_SIZE_MAX)
    if layer == 0:
        expansion.take(len(data))
    if len(data) > expansion.size_max:
        raise LimitError(f"{name}: bytes of the log", len(data), expansion.size_max)
    packing = packing_of(data)

    def inner_of(content: bytes, label: str) -> Part:
        return part_of(content, label, identities, form, layer + 1, expansion)

    if packing is not None or data.startswith(ZIP):
        expansion.enter(name, layer)
    if packing is not None:
        return Packed(packing, inner_of(packing.unpack(data, name, expansion), name))
    if data.startswith(ZIP):
        return Archive(data, name, identities, inner_of, expansion)
    if layer and data.startswith(OPENING):
        raise InputError(f"{name}: a packed trace; unpack it first")
    for magic, what in CLOSED.items():
        if data.startswith(magic):
            raise InputError(f"{name}: {what}, which is not opened here; unpack it first")
    if layer < DEPTH_MAX:
        wide = _wide(data)
        if wide is not None:
            return Packed(wide[0], inner_of(wide[1], name))
        head = data[:HEAD_SIZE]
        if mail.detect(head):
            return Mail(data, name, identities, inner_of, form)
        coding = _coding_of(head)
        if coding is not None:
            return Wrapped(data, name, identities, coding, inner_of, form)
    return _Plain(data, name, identities, form)


def _coding_of(head: bytes) -> Coding | None:
    """The wrapping of a text; a capture and the like have none."""
    if b"\0" in head:
        return None
    name = next((each.name for each in WRAPPINGS if each.detect(head)), "")
    return CODINGS.get(name)


def _wide(data: bytes) -> tuple[Packing, bytes] | None:
    """A wrapped text in UTF-16: its encoding as a packing, and it in UTF-8."""
    encoding = encoding_of(data[:HEAD_SIZE])
    if encoding is None or not encoding.startswith("utf-16"):
        return None
    if encoding == "utf-16":
        encoding = "utf-16-be" if data.startswith(codecs.BOM_UTF16_BE) else "utf-16-le"
    mark = _MARKS[encoding] if data.startswith(_MARKS[encoding]) else b""
    try:
        text = data[len(mark) :].decode(encoding).encode()
    except UnicodeError:
        return None
    if not mail.detect(text[:HEAD_SIZE]) and _coding_of(text[:HEAD_SIZE]) is None:
        return None

    def pack(inside: bytes) -> bytes:
        return mark + inside.decode("utf-8", "surrogateescape").encode(encoding, "replace")

    return Packing(encoding, mark, lambda *_: text, pack), text


def scrub_log_bytes(
    data: bytes,
    key: bytes,
    name: str = "the log",
    form: str | None = None,
    expanded_size_max: int | None = None,
    *,
    allow_doubtful: bool = False,
) -> tuple[bytes, LogReport]:
    """The scrubbed log and what was done, under a stretched key; `form` names its format.

    InputError for what is no log, LimitError for one of more than `expanded_size_max` bytes (or
    LOG_SIZE_MAX), PrivacyError when something personal is left, or may be and `allow_doubtful` is
    not given, or a message cannot be rewritten.
    """
    identities = Identities(key)
    part = part_of(data, name, identities, form, 0, Expansion(expanded_size_max, LOG_SIZE_MAX))
    part.learn()
    out = part.written(Speller(identities))
    proof = Proof(identities)
    part.prove(proof)
    proof.settle(allow_doubtful=allow_doubtful)
    report = LogReport(doubtful=proof.doubtful)
    part.report(report)
    report.values = values_of(identities)
    report.ambiguous, report.unsearched = proof.ambiguous, proof.unsearched
    return out, report


def values_of(identities: Iterable[Identity]) -> dict[str, int]:
    """How many values there are of each label."""
    return dict(sorted(Counter(identity.label for identity in identities).items()))
