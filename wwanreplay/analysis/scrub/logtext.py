"""Scrub a log that is text: the hexadecimal of its messages, and its words."""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from typing import Final, NamedTuple

from wwanreplay.analysis.scrub.beside import Echoes, Row
from wwanreplay.analysis.scrub.claims import Claim, Stream, Taken, around
from wwanreplay.analysis.scrub.encoded import Block, blocks
from wwanreplay.analysis.scrub.hextext import (
    BEGIN_LINES_MAX,
    GAP_LINES_MAX,
    Found,
    digits_in,
    find_in_line,
    is_capital,
    runs,
    written,
)
from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.keyed import TEXT_PIECE_SIZE
from wwanreplay.analysis.scrub.layers import Layer, is_packed, tokens_of
from wwanreplay.analysis.scrub.messages import MessageReader
from wwanreplay.analysis.scrub.places import image_of
from wwanreplay.analysis.scrub.speller import Speller
from wwanreplay.analysis.scrub.texts import (
    Span,
    is_known_member,
    learn_layers,
    learn_text,
    log_spans_of,
    replace_layers,
    replace_log_text,
)
from wwanreplay.analysis.scrub.transfers import Transfer, Transfers
from wwanreplay.errors import InputError, PrivacyError
from wwanreplay.formats import registry, times
from wwanreplay.formats.base import LogMessage
from wwanreplay.formats.declaration import EscapedBytes, Format, HexStyle
from wwanreplay.formats.reading import LogReading
from wwanreplay.mbim.header import FRAGMENTED_TYPES, look

_NOTIFICATION: Final = 0xA1
_NOTIFICATION_SIZE_MAX: Final = 16
_BEFORE_SIZE: Final = 200
# Characters that are searched at once.
_SWEPT_SIZE: Final = 1 << 20
_HALF = re.compile(r"[ \t:]{0,2}[0-9A-Fa-f](?![0-9A-Za-z])")
_COLUMN_TEXT = re.compile(r"(?:[ \t]{0,8}\||[ \t]{2,}(?!\|))(?P<text>[^\n\r]{1,32}?)\|?[ \t\r]*$")

# journald's JSON has text that is not printable as a list of its bytes.
_NUMBERS = re.compile(
    r"\"[A-Z_]{2,40}\"\s{0,4}:\s{0,4}\[\s{0,4}\d{1,3}\s{0,4},\s{0,4}\d{1,3}\s{0,4}[,\]]"
)


class _Item(NamedTuple):
    """A piece of the text and what it is.

    `content` is a claim; encoded bytes; a layer of encoded text; spans, of words; or one of
    _KEPT_TEXT, _RUN (printed bytes of no message), _COLUMN (the characters beside a row of a dump)
    and _ESCAPED_BYTES (as _RUN, escaped).
    """

    start: int
    end: int
    content: Claim | Block | Layer | list[Span] | int


_KEPT_TEXT, _RUN, _COLUMN, _ESCAPED_BYTES = range(4)


class Piece(NamedTuple):
    """A piece of the text written: WORDS, BYTES that are printed, or what is KEPT whatever it
    holds.
    """

    text: str
    kind: int


WORDS, BYTES, KEPT = range(3)


def read_messages(
    data: bytes, name: str, format_name: str | None
) -> tuple[list[LogMessage], Format | None]:
    """The messages of a log in memory, and its format; None for one of no known format."""
    stream = io.BytesIO(data)
    stream.name = name
    reading = LogReading([stream], format_name)
    try:
        messages = list(reading)
    except InputError:
        return [], None
    form = next((log.format for log in reading.logs if log.format), "")
    return messages, registry.format_of(form) if form else None


def kept_text() -> re.Pattern[str]:
    """Text that the readers need: times, lengths and numbers. A short PIN may look the same.

    Each log keeps what any format declares, as people paste one log into another.
    """
    rows = registry.all_formats().values()
    return _any_of((*times.KEPT_TEXT, *(text for row in rows for text in row.kept_text)))


@cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(dict.fromkeys(patterns)), re.M)


class LogText:
    """One log as text; `learn` first, then, when all logs are learned, `pieces`."""

    def __init__(self, text: str, name: str, identities: Identities) -> None:
        self.text = text
        self.name = name
        self.transfers = Transfers(identities)
        self._identities = identities
        self._items: list[_Item] = []
        self._lines: list[int] = []
        # Per line, from 0: where the next message of it may begin.
        self._begin: dict[int, int] = {}
        self._format: Format | None = None
        self._kept = kept_text()
        self._style: HexStyle | None = None
        self._escaped: EscapedBytes | None = None

    def learn(self, messages: list[LogMessage], form: Format | None) -> None:
        """Register the values in messages and words, and find where the messages stand."""
        self._format = form
        if form is not None:
            self._style = form.hex_style
            if form.escaped is not None and form.escaped.applies(self.text):
                self._escaped = form.escaped
        numbers = _NUMBERS.search(self.text)
        self.transfers.learn(messages)
        self._lines = [0, *accumulate(len(line) + 1 for line in self.text.split("\n")[:-1])]
        if numbers is not None:
            raise PrivacyError(
                f"scrub: {self.name}: line {self._line_of(numbers.start())} holds its text as"
                " numbers; export the journal with `journalctl -a -o short-iso`; nothing was"
                " written"
            )
        escaped = self._escaped
        claims = self._located() if escaped is None else self._streamed(escaped)
        claims.sort(key=lambda claim: claim.start)
        decided = [_Item(claim.start, claim.end, claim) for claim in claims]
        decided += self._beside(claims) if escaped is None else self._unclaimed(escaped, claims)
        self._items = sorted(decided, key=lambda item: item.start)
        for start, end in list(self._gaps()):
            self._learn_gap(start, end)
        self._items.sort(key=lambda item: item.start)

    @property
    def is_escaped(self) -> bool:
        """Whether the bytes themselves stand in the text, so that it is one byte a character."""
        return self._escaped is not None

    @property
    def _has_columns(self) -> bool:
        """Whether the characters of a row of bytes may stand behind it."""
        return self._style is not None and self._style.rows is not None

    def _gaps(self) -> Iterator[tuple[int, int]]:
        end = 0
        for item in self._items:
            if item.start > end:
                yield end, item.start
            end = item.end
        if end < len(self.text):
            yield end, len(self.text)

    def _beside(self, claims: list[Claim]) -> Iterator[_Item]:
        """Text right behind the bytes of messages: half a byte, a column of characters."""
        for index, claim in enumerate(claims):
            following = claims[index + 1] if index + 1 < len(claims) else None
            end = self._line_end(claim.end)
            half = _HALF.match(self.text, claim.end, end)
            if half is not None:
                yield _Item(*half.span(), _RUN)
            elif self._has_columns and (following is None or following.start >= end):
                yield from self._column(claim.end, end)

    def _column(self, start: int, end: int) -> Iterator[_Item]:
        """The column of characters that ends a row of a dump."""
        column = _COLUMN_TEXT.match(self.text, start, end)
        if column is not None:
            yield _Item(*column.span("text"), _COLUMN)

    def _line_end(self, offset: int) -> int:
        line = self._line_of(offset)
        return self._lines[line] - 1 if line < len(self._lines) else len(self.text)

    # Where messages stand

    def _located(self) -> list[Claim]:
        style = self._style
        if style is None:
            return []
        taken = Taken()
        found: list[Claim] = []
        repeats = [each for each in self.transfers.all if each.repeats]
        for transfer in [each for each in self.transfers.all if not each.repeats] + repeats:
            if transfer.printed:
                found += self._locate(style, transfer, taken)
        return found

    def _locate(self, style: HexStyle, transfer: Transfer, taken: Taken) -> list[Claim]:
        for number in (transfer.number, *transfer.other_numbers):
            claims = self._claims(style, transfer, number, taken)
            if claims is not None:
                for claim in claims:
                    taken.add(claim.start, claim.end)
                if not transfer.repeats:
                    last = claims[-1]
                    self._begin[self._line_of(last.start) - 1] = last.end
                return claims
        if transfer.repeats:
            # Printed before: those bytes are decided already.
            free = Taken()
            for number in (transfer.number, *transfer.other_numbers):
                if self._claims(style, transfer, number, free) is not None:
                    return []
        raise self._not_found(transfer)

    def _not_found(self, transfer: Transfer) -> PrivacyError:
        return PrivacyError(
            f"scrub: {self.name}: the bytes of the message of line {transfer.number} cannot be"
            " found in the text; nothing was written"
        )

    def _claims(
        self, style: HexStyle, transfer: Transfer, number: int, taken: Taken
    ) -> list[Claim] | None:
        """All pieces of a message that begins at or behind a line; None when they are not there."""
        digits = transfer.printed.hex()
        begin = number - 1
        for line in range(begin, min(begin + BEGIN_LINES_MAX, len(self._lines))):
            behind = 0 if transfer.repeats else self._begin.get(line, 0)
            for found in self._in_line(style, line, digits, 0, taken, behind):
                whole = self._rest(style, transfer, line, digits, found, taken)
                if whole is not None:
                    return whole
        return None

    def _rest(
        self,
        style: HexStyle,
        transfer: Transfer,
        line: int,
        digits: str,
        begun: Found,
        taken: Taken,
    ) -> list[Claim] | None:
        start, end, count = begun
        claims = [Claim(start, end, transfer, 0)]
        missed = 0
        while count < len(digits) and missed <= GAP_LINES_MAX and line + 1 < len(self._lines):
            line += 1
            found = self._in_line(style, line, digits, count, taken)
            if not found:
                missed += 1
                continue
            missed = 0
            claims.append(Claim(found[0].start, found[0].end, transfer, count))
            count += found[0].digits
        return claims if count == len(digits) else None

    def _in_line(
        self,
        style: HexStyle,
        line: int,
        digits: str,
        first: int,
        taken: Taken,
        behind: int = 0,
    ) -> list[Found]:
        start = self._lines[line]
        end = self._lines[line + 1] - 1 if line + 1 < len(self._lines) else len(self.text)

        def is_taken(low: int, high: int) -> bool:
            return taken.overlaps(start + low, start + high)

        begin = max(behind - start, 0)
        found = find_in_line(style, self.text[start:end], digits, first, is_taken, begin)
        return [Found(start + low, start + high, count) for low, high, count in found]

    # Escaped bytes: they themselves stand in the text

    def _streamed(self, escaped: EscapedBytes) -> list[Claim]:
        """The data of each direction are one stream, in which the transfers follow each other."""
        streams = {True: Stream(escaped), False: Stream(escaped)}
        for operation in escaped.operation.finditer(self.text):
            from_device = operation[1] == escaped.from_device
            streams[from_device].add(self.text, operation.start(2), operation.end(2))
        claims: list[Claim] = []
        for transfer in self.transfers.all:
            stream = streams[transfer.data[3:4] >= b"\x80"]
            at = stream.data.find(transfer.data, stream.searched)
            if at < 0:
                raise self._not_found(transfer)
            stream.searched = at + len(transfer.data)
            claims += stream.claims(transfer, at)
        return claims

    def _unclaimed(self, escaped: EscapedBytes, claims: list[Claim]) -> Iterator[_Item]:
        """Data of operations that no transfer claims and that are no text."""
        taken = Taken()
        for claim in claims:
            taken.add(claim.start, claim.end)
        for operation in escaped.operation.finditer(self.text):
            begin = -1
            for byte in escaped.byte.finditer(self.text, operation.start(2), operation.end(2)):
                if taken.overlaps(byte.start(), byte.end()):
                    yield from self._binary(escaped, begin, byte.start())
                    begin = -1
                elif begin < 0:
                    begin = byte.start()
            yield from self._binary(escaped, begin, operation.end(2))

    def _binary(self, escaped: EscapedBytes, start: int, end: int) -> Iterator[_Item]:
        if 0 <= start < end and any(
            octet == 0 or octet >= 0x80 for octet in escaped.unescape(self.text[start:end])
        ):
            yield _Item(start, end, _ESCAPED_BYTES)

    # Words

    def _learn_gap(self, start: int, end: int) -> None:
        """A span between messages, apart from what is encoded there."""
        if self._escaped is not None:
            self._learn_words(start, end)
            return
        at = start
        for layer in tokens_of(self.text[start:end]):
            first, last = start + layer.start, start + layer.end
            if first < at:
                continue
            self._learn_blocks(at, first)
            learn_layers(self.text[first:last].encode(), self._identities)
            self._items.append(_Item(first, last, layer))
            at = last
        self._learn_blocks(at, end)

    def _learn_blocks(self, start: int, end: int) -> None:
        """The words of a span, apart from bytes that no message claims."""
        at = start
        if start < end:
            for block in blocks(self.text[start:end]):
                block = block._replace(start=start + block.start, end=start + block.end)
                self._learn_words(at, block.start)
                self._learn_block(block)
                at = block.end
        self._learn_words(at, end)

    def _learn_block(self, block: Block) -> None:
        if block.text is not None:
            learn_text(block.text, self._identities)
            log_spans_of(block.text, self._identities)
        elif is_packed(block.octets):
            learn_layers(block.octets, self._identities, inside=True)
        else:
            self._learn_message(block.octets)
        self._items.append(_Item(block.start, block.end, block))

    def _learn_words(self, start: int, end: int) -> None:
        """The words of a span, apart from printed bytes that no message claims."""
        at = start
        for run in runs(self.text[start:end], self._style):
            first, last = start + run.start, start + run.end
            before = self.text[max(first - _BEFORE_SIZE, start) : first]
            if first < at or (not run.sure and is_known_member(before)):
                continue
            self._say(at, first)
            digits = digits_in(self.text[first:last])
            self._learn_message(bytes.fromhex(digits[: len(digits) & ~1]))
            self._items.append(_Item(first, last, _RUN))
            at = last
            grouped = " " in self.text[first:last]
            for column in self._column(last, min(end, self._line_end(last))) if grouped else ():
                self._say(at, column.start)
                self._items.append(column)
                at = column.end
        self._say(at, end)

    def _learn_message(self, data: bytes) -> None:
        """Register the values of a message in bytes that its reader did not take for one."""
        head = look(data)
        if head.type not in FRAGMENTED_TYPES or not head.length or head.length > len(data):
            return
        data = data[: head.length]
        for place in MessageReader().places(data):
            value = data[place.offset : place.end]
            if any(value):
                image_of(place, value, self._identities)

    def _say(self, start: int, end: int) -> None:
        """Register words, apart from what the readers need; a labelled value may hold such."""
        if end <= start:
            return
        data = self.text[start:end].encode("utf-8", "surrogateescape")
        learn_layers(data, self._identities, tokens=False)
        spans = [
            Span(start + span.start, start + span.end, span.image)
            for span in log_spans_of(self.text[start:end], self._identities)
        ]
        at, behind = start, 0
        for found in self._kept.finditer(self.text, start, end):
            low, high = found.span()
            inside, ahead = around(spans, behind, low, high)
            if inside:
                continue
            self._items.append(_Item(at, low, spans[behind:ahead]))
            self._items.append(_Item(low, high, _KEPT_TEXT))
            at, behind = high, ahead
            while behind < len(spans) and spans[behind].start < high:
                behind += 1
        self._items.append(_Item(at, end, spans[behind:]))

    # Writing

    def pieces(
        self, speller: Speller, *, same_size: bool = False, nearby: Sequence[Transfer] = ()
    ) -> Iterator[Piece]:
        """The log as it is written; `same_size` where its length may not change.

        `nearby` are transfers that stand elsewhere and may be printed here once more.
        """
        self.transfers.replace(speller)
        echoes = Echoes([*self.transfers.all, *nearby])
        capitals = self._capitals()
        row = Row()
        swept = self._swept(speller, same_size)
        for item in self._items:
            text = self.text[item.start : item.end]
            content = item.content
            if isinstance(content, list):
                yield from self._words(item, swept, same_size)
                row.words(text)
            elif isinstance(content, Block):
                yield Piece(self._block_image(content, text, speller), BYTES)
            elif isinstance(content, Layer):
                image = replace_layers(text.encode(), self._identities, speller)
                yield Piece(image.decode("utf-8", "surrogateescape"), BYTES)
            elif isinstance(content, Claim):
                yield Piece(self._claimed(content, text, capitals, row), BYTES)
            elif content == _RUN:
                yield Piece(self._bytes(item.start, text, echoes, row, speller), BYTES)
            elif content == _ESCAPED_BYTES:
                yield Piece(self._escaped_image(text), BYTES)
            elif content == _COLUMN:
                if row.is_column(text):
                    yield Piece(row.column(text), BYTES)
                else:
                    yield Piece(self._sweep(text, speller, same_size), WORDS)
            else:
                yield Piece(text, KEPT)

    def _capitals(self) -> dict[int, bool]:
        """Whether each transfer is printed in capitals."""
        found: dict[int, bool] = {}
        for item in self._items:
            if isinstance(item.content, Claim) and id(item.content.transfer) not in found:
                capital = is_capital(self.text[item.start : item.end])
                if capital is not None:
                    found[id(item.content.transfer)] = capital
        return found

    def _claimed(self, claim: Claim, text: str, capitals: dict[int, bool], row: Row) -> str:
        transfer, first = claim.transfer, claim.first_digit
        if self._escaped is not None:
            size = len(self._escaped.byte.findall(text))
            return self._escaped.escape(transfer.image[first : first + size])
        size = len(digits_in(text))
        digits = transfer.printed_image.hex()[first : first + size]
        row.add(transfer.printed.hex()[first : first + size], digits)
        return written(text, digits, capitals=capitals.get(id(transfer), False))

    def _block_image(self, block: Block, printed: str, speller: Speller) -> str:
        text = block.text
        if text is None and is_packed(block.octets):
            image = replace_layers(block.octets, self._identities, speller, inside=True)
            return printed if image == block.octets else block.written(printed, image)
        if text is None:
            # In pieces: numbers as long as the whole would take the square of its length.
            octets, octets_of = block.octets, self._identities.mapper.octets
            pieces = range(0, len(octets), TEXT_PIECE_SIZE)
            image = b"".join(octets_of(octets[at : at + TEXT_PIECE_SIZE]) for at in pieces)
            return block.written(printed, image)
        replaced = replace_log_text(text, self._identities, speller)
        return printed if replaced == text else block.written(printed, replaced.encode())

    def _escaped_image(self, text: str) -> str:
        assert self._escaped is not None
        octets = self._escaped.unescape(text)
        return self._escaped.escape(self._identities.mapper.octets(octets))

    def _words(self, item: _Item, swept: Iterator[str], same_size: bool) -> Iterator[Piece]:
        assert isinstance(item.content, list)
        for span in item.content:
            yield Piece(next(swept), WORDS)
            original, image = self.text[span.start : span.end], span.image
            if same_size and len(image) != len(original):
                image = self._identities.mapper.text(original)
            yield Piece(image, WORDS)
        yield Piece(next(swept), WORDS)

    def _unspanned(self) -> Iterator[str]:
        """The words around labelled values, in order."""
        for item in self._items:
            if isinstance(item.content, list):
                at = item.start
                for span in item.content:
                    yield self.text[at : span.start]
                    at = span.end
                yield self.text[at : item.end]

    def _swept(self, speller: Speller, same_size: bool) -> Iterator[str]:
        """Those words with every spelling replaced: many at once, as a search has a price."""
        barrier = _barrier(self.text)
        some: list[str] = []
        size = 0
        for words in self._unspanned():
            some.append(words)
            size += len(words)
            if size >= _SWEPT_SIZE:
                yield from self._sweep(barrier.join(some), speller, same_size).split(barrier)
                some, size = [], 0
        if some:
            yield from self._sweep(barrier.join(some), speller, same_size).split(barrier)

    def _sweep(self, text: str, speller: Speller, same_size: bool) -> str:
        if same_size:
            data = text.encode("utf-8", "surrogateescape")
            return speller.replaced(data).decode("utf-8", "surrogateescape")
        data = speller.replaced_text(text).encode("utf-8", "surrogateescape")
        swept = replace_layers(data, self._identities, speller, tokens=False)
        return swept.decode("utf-8", "surrogateescape")

    def _bytes(self, start: int, text: str, echoes: Echoes, row: Row, speller: Speller) -> str:
        """Printed bytes that no message claims: those of a message printed again, or others."""
        digits = digits_in(text)
        octets = bytes.fromhex(digits[: len(digits) & ~1])
        image = echoes.image(octets, self._line_of(start))
        if image is None:
            before = self.text[max(start - _BEFORE_SIZE, 0) : start]
            image = self._unknown(octets, before, speller)
        row.add(octets.hex(), image.hex())
        # No reader uses half a byte at the end.
        return written(text, image.hex() + "0", capitals=bool(is_capital(text)))

    def _line_of(self, offset: int) -> int:
        return bisect_right(self._lines, offset)

    def _unknown(self, octets: bytes, before: str, speller: Speller) -> bytes:
        """The image of bytes of unknown meaning; those that cannot be personal stay."""
        if octets[:1] == bytes((_NOTIFICATION,)) and len(octets) <= _NOTIFICATION_SIZE_MAX:
            return octets
        kept = int(octets[:1] == b"\1")
        if self._format is not None and self._format.kept_bytes is not None:
            kept = max(kept, self._format.kept_bytes(octets, before))
        out = bytearray(octets[:kept])
        swept = speller.replaced(octets)
        for hit in speller.hits(octets):
            end = hit.end
            if hit.offset >= len(out):
                out += self._identities.mapper.octets(octets[len(out) : hit.offset])
                out += swept[hit.offset : end]
        return bytes(out) + self._identities.mapper.octets(octets[len(out) :])


def _barrier(text: str) -> str:
    """What is in no text, and parts values: its letters stand in none of their writings."""
    number = 0
    while (barrier := f" \ue000zqz{chr(0xE001 + number)} ") in text:
        number += 1
    return barrier
