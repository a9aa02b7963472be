"""Finding and replacing every spelling of every value in bytes and in text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from wwanreplay._core import Needles
from wwanreplay.analysis.scrub import views
from wwanreplay.analysis.scrub.identities import Identities, Identity
from wwanreplay.analysis.scrub.layers import DEPTH_MAX, is_packed, rewritten
from wwanreplay.analysis.scrub.spellings import spelled
from wwanreplay.analysis.scrub.views import PLAIN, Stream, streams_of
from wwanreplay.analysis.scrub.writings import SIZE_MIN, Spelling, cases

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BASE64_PLACES = {character: place for place, character in enumerate(_BASE64)}
_URL_BASE64 = bytes.maketrans(b"+/", b"-_")
# Punctuation that is printed as an escape; its last character is no part of a word.
_ESCAPE_BEFORE = re.compile(
    rb"(?:[%=][0-9A-Fa-f]{2}|\\x[0-9A-Fa-f]{2}|\\[nrtabfv0]|\\[0-7]{3}|\\u[0-9A-Fa-f]{4}|#0[0-7]{2})\Z"
)
_ESCAPE_SIZE = 6
_HEX_LETTERS = re.compile(rb"[A-Fa-f]")


class Hit(NamedTuple):
    """A place where a spelling stands, to before `end`; `offsets` of its characters in a view, of
    which the first is number `first` there.
    """

    offset: int
    end: int
    spelling: Spelling
    offsets: tuple[int, ...] = ()
    first: int = 0
    stream: Stream | None = None


class Speller:
    """Finds, and replaces, every spelling of every identity."""

    def __init__(self, identities: Identities, *, without: Iterable[Identity] = ()) -> None:
        left_out = set(without)
        self._mapper = identities.mapper
        self._spellings: dict[str, dict[tuple[bytes, tuple[int, ...]], Spelling]] = {}
        self._short: dict[str, str] = {}
        self.unsearched = 0
        for identity in identities:
            if identity not in left_out:
                self._add(identity, identities)
        #: Whether some spelling is a doubtful one.
        self.may_doubt = any(
            each.doubtful for found in self._spellings.values() for each in found.values()
        )
        self._lists = {view: list(found.values()) for view, found in self._spellings.items()}
        self._needles = {
            view: Needles([pattern for pattern, _ in found])
            for view, found in self._spellings.items()
        }
        words = "|".join(re.escape(word) for word in sorted(self._short, key=len, reverse=True))
        self._words = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.ASCII) if words else None

    def _add(self, identity: Identity, identities: Identities) -> None:
        found = [] if identities.is_weak(identity) else spelled(identity, identities)
        self.unsearched += all(each.doubtful for each in found)
        for spelling in found:
            by_pattern = self._spellings.setdefault(spelling.view, {})
            key = spelling.pattern, spelling.tokens
            if by_pattern.setdefault(key, spelling).doubtful and not spelling.doubtful:
                by_pattern[key] = spelling
        if isinstance(identity.original, str) and len(identity.original) < SIZE_MIN:
            for text, image in cases(identity.original, str(identity.image)).items():
                self._short.setdefault(text, image)

    # Finding

    def hits(self, data: bytes, untouched: Sequence[tuple[int, int]] = ()) -> list[Hit]:
        """Every place, the longest spelling of each, one after another.

        `untouched` are spans (start, end), which do not overlap, in which nothing is looked
        for, nor across them.
        """
        sure = [hit for hit in self._found(data) if not hit.spelling.doubtful]
        return _apart(sure, untouched) if sure else sure

    def doubtful_hits(self, data: bytes, passed: Sequence[tuple[int, int]] = ()) -> list[Hit]:
        """Places that may be a value and may be another: `passed` are those not looked at."""
        found = self._found(data)
        sure = _apart([hit for hit in found if not hit.spelling.doubtful], ())
        doubtful = [hit for hit in found if hit.spelling.doubtful]
        if not doubtful:
            return doubtful
        spans = sorted([*passed, *((hit.offset, hit.end) for hit in sure)])
        return _apart(doubtful, _joined(spans))

    def _found(self, data: bytes) -> list[Hit]:
        found = self._plain(data)
        for stream in streams_of(data, self._needles):
            if len(stream.text) >= SIZE_MIN:
                spellings = self._lists[stream.name]
                for at, number in self._needles[stream.name].find_all(stream.text):
                    hit = _seen(stream, at, spellings[number])
                    if hit is not None:
                        found.append(hit)
        return found

    def _plain(self, data: bytes) -> list[Hit]:
        needles = self._needles.get(PLAIN)
        places = [] if needles is None else needles.find_all(data)
        spellings = self._lists.get(PLAIN, [])
        # The longest of each place.
        longest: dict[int, bytes] = {}
        for offset, number in places:
            pattern = spellings[number].pattern
            if len(pattern) > len(longest.get(offset, b"")):
                longest[offset] = pattern
        return [
            Hit(offset, offset + len(spellings[number].pattern), spellings[number])
            for offset, number in places
            if _may_stand(data, offset, spellings[number])
            and not _is_off_by_one(offset, spellings[number], longest)
        ]

    # Replacing

    def replaced(self, data: bytes, untouched: Sequence[tuple[int, int]] = ()) -> bytes:
        """Bytes of the same length with every spelling outside `untouched` replaced. What is
        encoded in an encoding stays, and the proof refuses it.
        """
        hits = self.hits(data, untouched)
        if not hits:
            return data
        out = bytearray(data)
        for hit in hits:
            if not _put(out, data, hit):
                out[hit.offset : hit.end] = self._of_same_size(data, hit)
        return bytes(out)

    def replaced_layers(
        self,
        data: bytes,
        inner: Callable[[str], str],
        depth: int = DEPTH_MAX,
        *,
        inside: bool = False,
        tokens: bool = True,
    ) -> bytes:
        """Bytes with the text that is encoded in them, in `depth` layers, as `inner` makes it."""

        def change(octets: bytes) -> bytes:
            if not is_packed(octets):
                text = octets.decode("utf-8", "surrogateescape")
                octets = inner(text).encode("utf-8", "surrogateescape")
            return self.replaced_layers(octets, inner, depth - 1, inside=True)

        return rewritten(data, change, inside=inside, tokens=tokens) if depth else data

    def replaced_text(self, text: str) -> str:
        """A text with every spelling replaced that is not encoded in another way."""
        data = text.encode("utf-8", "surrogateescape")
        hits = self.hits(data)
        if hits:
            out = bytearray(data)
            others = [hit for hit in hits if not _put(out, data, hit)]
            for hit in reversed(others):
                out[hit.offset : hit.end] = _of_any_size(data, hit)
            text = out.decode("utf-8", "surrogateescape")
        if self._words is None:
            return text
        return self._words.sub(lambda word: self._short[word.group()], text)

    def _of_same_size(self, data: bytes, hit: Hit) -> bytes:
        """The image of a printed number or address where the length must stay."""
        for encoding in ("utf-16-le", "utf-16-be", "utf-8"):
            if encoding.replace("-", "").upper() in hit.spelling.encoding.replace("-", ""):
                break
        text = data[hit.offset : hit.end].decode(encoding, "surrogateescape")
        return self._mapper.text(text).encode(encoding, "surrogateescape")


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order without overlaps."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _apart(found: list[Hit], untouched: Sequence[tuple[int, int]]) -> list[Hit]:
    """The first and longest of hits that overlap, outside some spans."""
    found.sort(key=lambda hit: (hit.offset, -hit.end))
    kept: list[Hit] = []
    end = 0
    stretches = sorted(untouched)
    passed = 0
    for hit in found:
        while passed < len(stretches) and stretches[passed][1] <= hit.offset:
            passed += 1
        if hit.offset >= end and (passed == len(stretches) or hit.end <= stretches[passed][0]):
            kept.append(hit)
            end = hit.end
    return kept


# What may stand beside a value


def _may_stand(data: bytes, offset: int, spelling: Spelling) -> bool:
    """Whether its neighbours show that it is the value and not a part of a longer word."""
    if not spelling.unit:
        return True
    size = abs(spelling.unit)
    end = offset + len(spelling.pattern)
    before, behind = data[max(offset - size, 0) : offset], data[end : end + size]
    if _is_alphanumeric(behind, spelling.unit):
        return False
    if not _is_alphanumeric(before, spelling.unit):
        return True
    return size == 1 and bool(_ESCAPE_BEFORE.search(data[max(offset - _ESCAPE_SIZE, 0) : offset]))


def _is_off_by_one(offset: int, spelling: Spelling, longest: dict[int, bytes]) -> bool:
    """Whether it is UTF-16 of the other byte order, or its beginning, begun one byte early.

    `longest` has the longest pattern that was found at each offset.
    """
    if "UTF-16BE" not in spelling.encoding:
        return False
    swapped = bytearray(spelling.pattern)
    swapped[::2], swapped[1::2] = spelling.pattern[1::2], spelling.pattern[::2]
    return longest.get(offset + 1, b"").startswith(swapped)


def _is_alphanumeric(unit: bytes, size: int) -> bool:
    if len(unit) < abs(size):
        return False
    if size == 1:
        octet = unit[0]
    elif size == 2:
        if unit[1]:
            return False
        octet = unit[0]
    else:
        if unit[0]:
            return False
        octet = unit[1]
    return octet < 0x80 and (chr(octet).isalnum() or octet == 0x5F)


# Views


def _seen(stream: Stream, at: int, spelling: Spelling) -> Hit | None:
    """The place of a spelling that was found in a view, None when what parts it is another."""
    offsets = stream.offsets(at, at + len(spelling.pattern))
    if not _fits(stream, at, offsets, spelling):
        return None
    return Hit(offsets[0], offsets[-1] + 1, spelling, tuple(offsets), at, stream)


def _fits(stream: Stream, at: int, offsets: list[int], spelling: Spelling) -> bool:
    data = stream.source
    if spelling.tokens:
        is_apart = set(spelling.tokens) == {1} and len(offsets) == len(spelling.tokens)
        if is_apart and spelling.doubtful and views.is_of_a_list(data, offsets):
            return False
        return views.are_tokens(data, offsets, spelling.tokens)
    if spelling.view == "hexadecimal":
        if spelling.unit:
            return _is_word_in_bytes(stream, at, offsets, spelling)
        return views.are_bytes(data, offsets)
    if spelling.view == "letters":
        return views.are_letters(data, offsets, spelling.own)
    if spelling.view == "base64":
        return views.are_base64(data, offsets, False) and _is_decoded(stream, at, spelling)
    return views.are_digits(data, offsets)


def _is_word_in_bytes(stream: Stream, at: int, offsets: list[int], spelling: Spelling) -> bool:
    """Whether printed bytes are a text that stands alone, by the bytes printed beside it."""
    if not views.are_byte_pairs(stream.source, offsets):
        return False
    size = 2 * abs(spelling.unit)
    end = at + len(spelling.pattern)
    around = stream.offsets(max(at - size, 0), min(end + size, len(stream.text)))
    lead = min(size, at)
    joint = views.joint_of(stream.source, offsets)
    if lead == size and views.is_joined(stream.source, around[: lead + 1], joint):
        before = bytes.fromhex(stream.text[at - size : at].decode())
        if _is_alphanumeric(before, spelling.unit):
            return False
    tail = around[lead + len(offsets) - 1 :]
    if len(tail) == size + 1 and views.is_joined(stream.source, tail, joint):
        behind = bytes.fromhex(stream.text[end : end + size].decode())
        if _is_alphanumeric(behind, spelling.unit):
            return False
    return len(offsets) >= views.SURE_NIBBLES or views.is_even(stream.source, offsets)


def _is_decoded(stream: Stream, at: int, spelling: Spelling) -> bool:
    """Whether base64 holds all bits of the value, those of shared characters too."""
    assert spelling.octets is not None
    octets = spelling.octets[0]
    shared = 8 * spelling.alignment
    first = at - -(-shared // 6) + shared // 6
    if first < 0:
        return False
    last = first + -(-(shared % 6 + 8 * len(octets)) // 6)
    bits, count = 0, 0
    for character in stream.text[first:last]:
        bits = bits << 6 | _BASE64_PLACES[character]
        count += 6
    wanted = 8 * len(octets)
    left = count - shared % 6 - wanted
    if left < 0:
        return True  # cut off
    return (bits >> left) & ((1 << wanted) - 1) == int.from_bytes(octets)


# Putting images


def _put(out: bytearray, data: bytes, hit: Hit) -> bool:
    """Replace one spelling by its image; False when that is not of the same length."""
    spelling = hit.spelling
    if spelling.octets is not None:
        _put_base64(out, hit)
        return True
    if spelling.tokens:
        image = "".join(spelling.image_tokens).encode()
        if tuple(map(len, spelling.image_tokens)) != spelling.tokens:
            return False
    else:
        image = spelling.image
    if len(image) != len(spelling.pattern):
        return False
    if hit.stream is None:
        out[hit.offset : hit.end] = image
        _put_nibbles(out, data, hit.offset, spelling)
        return True
    capitals = spelling.view == "hexadecimal" and _is_in_capitals(data, hit)
    for offset, octet in zip(hit.offsets, image, strict=True):
        is_capital = capitals or 0x41 <= data[offset] <= 0x5A
        out[offset] = octet - 0x20 if is_capital and 0x61 <= octet <= 0x7A else octet
    return True


def _is_in_capitals(data: bytes, hit: Hit) -> bool:
    """Whether the letters among hexadecimal digits, or else those beside them, are capitals."""
    digits = bytes(data[offset] for offset in hit.offsets)
    letters = _HEX_LETTERS.findall(digits)
    if not letters:
        letters = _HEX_LETTERS.findall(data[max(hit.offset - 64, 0) : hit.end + 64])
    return bool(letters) and all(each.isupper() for each in letters)


def _of_any_size(data: bytes, hit: Hit) -> bytes:
    """The image of a hit where the length may change."""
    spelling = hit.spelling
    if not spelling.tokens:
        return spelling.image
    if len(spelling.tokens) != len(spelling.image_tokens):
        first = spelling.tokens[0]
        joint = data[hit.offsets[first - 1] + 1 : hit.offsets[first]]
        return joint.join(token.encode() for token in spelling.image_tokens)
    out = bytearray()
    at = hit.offset
    place = 0
    for size, token in zip(spelling.tokens, spelling.image_tokens, strict=True):
        out += data[at : hit.offsets[place]] + token.encode()
        at = hit.offsets[place + size - 1] + 1
        place += size
    return bytes(out)


def _put_base64(out: bytearray, hit: Hit) -> None:
    """Set the bits of the image in the characters that carry the value."""
    spelling, stream = hit.spelling, hit.stream
    assert spelling.octets is not None
    assert stream is not None
    image = spelling.octets[1]
    first_bit = 8 * spelling.alignment
    last_bit = first_bit + 8 * len(image)
    start = hit.first - -(-first_bit // 6)
    low = max(start + first_bit // 6, 0)
    high = min(start + -(-last_bit // 6), len(stream.text))
    offsets = stream.offsets(low, high)
    is_of_urls = any(out[offset] in b"-_" for offset in offsets)
    bits = int.from_bytes(image)
    for place, offset in zip(range(low - start, high - start), offsets, strict=True):
        number = _BASE64_PLACES[stream.text[start + place]]
        already = bytes(out[offset : offset + 1]).translate(bytes.maketrans(b"-_", b"+/"))
        number = _BASE64_PLACES.get(already[0], number)
        for bit in range(6):
            position = 6 * place + bit
            if first_bit <= position < last_bit:
                value = bits >> (last_bit - 1 - position) & 1
                number = number & ~(1 << (5 - bit)) | value << (5 - bit)
        character = _BASE64[number : number + 1]
        out[offset] = (character.translate(_URL_BASE64) if is_of_urls else character)[0]


def _put_nibbles(out: bytearray, data: bytes, offset: int, spelling: Spelling) -> None:
    """Replace the digit that shares a byte with something else before or behind packed digits."""
    if spelling.digits is None:
        return
    digits, image = spelling.digits
    end = offset + len(spelling.pattern)
    covered = spelling.first + 2 * len(spelling.pattern)
    low_first = spelling.swapped
    for at, digit, low in (
        (offset - 1, spelling.first - 1, not low_first),
        (end, covered, low_first),
    ):
        if not 0 <= digit < len(digits) or not 0 <= at < len(data):
            continue
        shift = 0 if low else 4
        if data[at] >> shift & 0xF == int(digits[digit]):
            out[at] = out[at] & (0xF0 if low else 0x0F) | int(image[digit]) << shift
