"""The ways in which a value may be written, and finding and replacing all of them in bytes."""

from __future__ import annotations

import base64
import ipaddress
import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wwanreplay._core import Needles
from wwanreplay.analysis.scrub.identities import Identities, Identity, octets_text

SIZE_MIN = 4
# Shorter bytes would be found everywhere by chance.
_OCTETS_MIN = 6
_DISTINCT_MIN = 4
_ADDRESS_DISTINCT_MIN = 3
_NUMBER_DIGITS_MIN = 7
# Texts of one kind of character, and short ones, stand alone; inside a word they are another word.
_WORD_SIZE_MAX = 7
_DIGITS_ALONE_MAX = 8
_PACKED_SIZE_MIN = 5
# Hexadecimal with separators is how short blocks are printed.
_SEPARATED_SIZE_MAX = 64

# A longer text is no value that is printed as hexadecimal or base64; it would take a hundred times
# its size.
_DUMPED_SIZE_MAX = 4096

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BASE64_PLACES = {character: place for place, character in enumerate(_BASE64)}


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write an identity: the bytes, and those that take their place.

    `unit` is the size of a character whose neighbours must not be letters or digits; 0 when
    anything may stand beside it. `octets` are the value's and the image's bytes where `pattern` is
    base64 at that `alignment`. `digits` are both in BCD, of which `pattern` begins at digit `first`
    and `swapped` is their order of nibbles.
    """

    identity: Identity
    encoding: str
    pattern: bytes
    image: bytes
    unit: int = 0
    octets: tuple[bytes, bytes] | None = None
    alignment: int = 0
    digits: tuple[str, str] | None = None
    first: int = 0
    swapped: bool = False


def spellings_of(identity: Identity) -> list[Spelling]:
    """Every spelling that is too long to occur by chance; empty for a value that is too short."""
    makers = {
        "text": _text,
        "number": _number,
        "octets": _octets,
        "address": _address,
        "hardware": _hardware,
        "guid": _guid,
    }
    found: dict[bytes, Spelling] = {}
    for spelling in makers[identity.sort](identity):
        if len(spelling.pattern) >= SIZE_MIN and spelling.pattern != spelling.image:
            found.setdefault(spelling.pattern, spelling)
    return list(found.values())


# Text


def _text(identity: Identity) -> Iterator[Spelling]:
    original, image = str(identity.original), str(identity.image)
    alone = _stands_alone(original)
    for text, mapped in _cases(original, image).items():
        yield from _written(identity, text, mapped, alone=alone)
        if len(text) > _DUMPED_SIZE_MAX:
            continue
        for encoding in ("utf-8", "utf-16-le"):
            pair = (_encoded(text, encoding), _encoded(mapped, encoding))
            if len(pair[0]) >= _OCTETS_MIN and len(set(text)) >= _DISTINCT_MIN:
                yield from _dumped(identity, *pair)
    digits, mapped = original.rstrip("Ff").lstrip("+"), image.rstrip("Ff").lstrip("+")
    if digits.isascii() and digits.isdecimal() and len(digits) == len(mapped):
        yield from _packed(identity, digits, mapped)


def _cases(original: str, image: str) -> dict[str, str]:
    """A text as it is, in capitals and in small letters."""
    cases = {original: image}
    if original.isascii():
        cases.setdefault(original.upper(), image.upper())
        cases.setdefault(original.lower(), image.lower())
    return cases


def _written(
    identity: Identity, text: str, image: str, *, alone: bool, name: str = "", of: str = ""
) -> Iterator[Spelling]:
    """As text in the three encodings."""
    for encoding, label, unit in (
        ("utf-8", "ASCII" if text.isascii() else "UTF-8", 1),
        ("utf-16-le", "UTF-16LE", 2),
        ("utf-16-be", "UTF-16BE", -2),
    ):
        pattern, mapped = _encoded(text, encoding), _encoded(image, encoding)
        yield Spelling(identity, name + label + of, pattern, mapped, unit if alone else 0)


def _encoded(text: str, encoding: str) -> bytes:
    return text.encode(encoding, "surrogatepass")


def _stands_alone(text: str) -> bool:
    if len(set(text)) < _DISTINCT_MIN:
        return True
    if text.isdecimal():
        return len(text) <= _DIGITS_ALONE_MAX
    return len(text) <= _WORD_SIZE_MAX or text.isalpha()


def _dumped(
    identity: Identity, octets: bytes, image: bytes, *, separators: str = "", of: str = ""
) -> Iterator[Spelling]:
    """Bytes as hexadecimal text and as base64 at its three alignments."""
    for separator in ("", *separators):
        lower, mapped = octets_text(octets, separator), octets_text(image, separator)
        for text, other in ((lower, mapped), (lower.upper(), mapped.upper())):
            yield from _written(identity, text, other, alone=False, name="hexadecimal ", of=of)
    for alignment in range(3):
        core = _base64_core(octets, alignment)
        if len(core) >= 6:
            yield Spelling(
                identity,
                f"base64{of}",
                core,
                b"",
                octets=(octets, image),
                alignment=alignment,
            )


def _base64_core(octets: bytes, alignment: int) -> bytes:
    """The characters that the bytes alone decide, `alignment` bytes into a group."""
    encoded = base64.b64encode(bytes(alignment) + octets)
    first = -(-8 * alignment // 6)
    return encoded[first : 8 * (alignment + len(octets)) // 6]


def _packed(identity: Identity, digits: str, image: str) -> Iterator[Spelling]:
    """Two digits to a byte, in either order, from the first digit or the second."""
    for swapped in (False, True):
        name = "nibble-swapped BCD" if swapped else "BCD"
        for first in (0, 1):
            for filler in ("", "F"):
                core, mapped = digits[first:], image[first:]
                if len(core) % 2:
                    core, mapped = (
                        (core + filler, mapped + filler)
                        if filler
                        else (
                            core[:-1],
                            mapped[:-1],
                        )
                    )
                elif filler:
                    continue
                pattern, other = _nibbles(core, swapped), _nibbles(mapped, swapped)
                if len(pattern) < _PACKED_SIZE_MIN or len(set(pattern)) < _DISTINCT_MIN:
                    continue
                yield Spelling(
                    identity,
                    name,
                    pattern,
                    other,
                    digits=(digits, image),
                    first=first,
                    swapped=swapped,
                )
                if first == 0:
                    yield from _dumped(identity, pattern, other, of=f" of {name}")


def _nibbles(digits: str, swapped: bool) -> bytes:
    packed = bytes.fromhex(digits)
    return bytes((octet >> 4 | octet << 4) & 0xFF for octet in packed) if swapped else packed


# Numbers, bytes, addresses


def _number(identity: Identity) -> Iterator[Spelling]:
    number, image = int(identity.original), int(identity.image)
    size = 4 if number < 1 << 32 else 8
    raw, mapped = number.to_bytes(size, "little"), image.to_bytes(size, "little")
    if len(set(raw) - {0}) >= _DISTINCT_MIN:
        yield Spelling(identity, "number", raw, mapped)
        yield Spelling(identity, "big-endian number", raw[::-1], mapped[::-1])
    if len(str(number)) >= _NUMBER_DIGITS_MIN:
        yield from _written(identity, str(number), str(image), alone=True, name="decimal ")
    for form in ("x", "X"):
        text = f"{number:{form}}"
        if len(text) >= _NUMBER_DIGITS_MIN:
            other = f"{image:{form}}"
            yield from _written(identity, text, other, alone=True, name="hexadecimal ")


def _octets(identity: Identity) -> Iterator[Spelling]:
    octets, image = _both(identity)
    if len(octets) < _OCTETS_MIN or len(set(octets)) < _DISTINCT_MIN:
        return
    yield Spelling(identity, "bytes", octets, image)
    separators = ": -" if len(octets) <= _SEPARATED_SIZE_MAX else ""
    yield from _dumped(identity, octets, image, separators=separators)


def _both(identity: Identity) -> tuple[bytes, bytes]:
    assert isinstance(identity.original, bytes)
    assert isinstance(identity.image, bytes)
    return identity.original, identity.image


def _address(identity: Identity) -> Iterator[Spelling]:
    octets, image = _both(identity)
    texts = [(str(ipaddress.ip_address(octets)), str(ipaddress.ip_address(image)))]
    if len(octets) == 16:
        exploded = ipaddress.IPv6Address(octets).exploded, ipaddress.IPv6Address(image).exploded
        texts += [exploded, (exploded[0].upper(), exploded[1].upper())]
        texts.append((texts[0][0].upper(), texts[0][1].upper()))
    for text, mapped in texts:
        yield from _written(identity, text, mapped, alone=True)
    if len(set(octets) - {0}) >= _ADDRESS_DISTINCT_MIN:
        yield Spelling(identity, "bytes", octets, image)
        yield from _dumped(identity, octets, image, separators=": -")


def _hardware(identity: Identity) -> Iterator[Spelling]:
    octets, image = _both(identity)
    if len(set(octets)) >= _ADDRESS_DISTINCT_MIN:
        yield Spelling(identity, "bytes", octets, image)
    yield from _dumped(identity, octets, image, separators=": -")


def _guid(identity: Identity) -> Iterator[Spelling]:
    octets, image = (uuid.UUID(bytes=value) for value in _both(identity))
    for text, mapped in ((str(octets), str(image)), (str(octets).upper(), str(image).upper())):
        yield from _written(identity, text, mapped, alone=False)
    for raw, other in ((octets.bytes, image.bytes), (octets.bytes_le, image.bytes_le)):
        if len(set(raw)) >= _DISTINCT_MIN:
            yield Spelling(identity, "bytes", raw, other)
            yield from _dumped(identity, raw, other, separators=": -")


def _spelled(identity: Identity, identities: Identities) -> list[Spelling]:
    """The spellings of an identity, made once: writing and proving want the same."""
    found: list[Spelling] | None = identities.spelled.get(identity)
    if found is None:
        found = identities.spelled[identity] = spellings_of(identity)
    return found


# Finding and replacing


class Hit(NamedTuple):
    """A place where a spelling stands."""

    offset: int
    spelling: Spelling


class Speller:
    """Finds, and replaces, every spelling of every identity."""

    def __init__(self, identities: Identities, *, without: Iterable[Identity] = ()) -> None:
        left_out = set(without)
        self._mapper = identities.mapper
        by_pattern: dict[bytes, Spelling] = {}
        self._short: dict[str, str] = {}
        self.unsearched = 0
        for identity in identities:
            if identity in left_out:
                continue
            spelled = [] if identities.is_weak(identity) else _spelled(identity, identities)
            self.unsearched += not spelled
            for spelling in spelled:
                by_pattern.setdefault(spelling.pattern, spelling)
            if isinstance(identity.original, str) and len(identity.original) < SIZE_MIN:
                for text, image in _cases(identity.original, str(identity.image)).items():
                    self._short.setdefault(text, image)
        self._spellings = list(by_pattern.values())
        self._needles = Needles(list(by_pattern))
        words = "|".join(re.escape(word) for word in sorted(self._short, key=len, reverse=True))
        self._words = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.ASCII) if words else None

    def hits(self, data: bytes, untouched: Sequence[tuple[int, int]] = ()) -> list[Hit]:
        """Every place, the longest spelling of each, one after another.

        `untouched` are spans (start, end), which do not overlap, in which nothing is looked
        for, nor across them.
        """
        found = self._needles.find_all(data)
        if not found:
            return []
        found.sort(key=lambda hit: (hit[0], -len(self._spellings[hit[1]].pattern)))
        # The longest of each place, as that is the first.
        longest: dict[int, bytes] = {}
        for offset, number in found:
            longest.setdefault(offset, self._spellings[number].pattern)
        kept: list[Hit] = []
        end = 0
        stretches = sorted(untouched)
        passed = 0
        for offset, number in found:
            spelling = self._spellings[number]
            behind = offset + len(spelling.pattern)
            while passed < len(stretches) and stretches[passed][1] <= offset:
                passed += 1
            if (
                offset >= end
                and (passed == len(stretches) or behind <= stretches[passed][0])
                and _may_stand(data, offset, spelling)
                and not _is_off_by_one(offset, spelling, longest)
            ):
                kept.append(Hit(offset, spelling))
                end = behind
        return kept

    def replaced(self, data: bytes, untouched: Sequence[tuple[int, int]] = ()) -> bytes:
        """Bytes of the same length with every spelling outside `untouched` replaced."""
        hits = self.hits(data, untouched)
        if not hits:
            return data
        out = bytearray(data)
        for offset, spelling in hits:
            if not _put(out, data, offset, spelling):
                out[offset : offset + len(spelling.pattern)] = self._of_same_size(spelling)
        return bytes(out)

    def replaced_text(self, text: str) -> str:
        """A text with every spelling replaced, short words too; its length may change."""
        data = text.encode("utf-8", "surrogateescape")
        hits = self.hits(data)
        if hits:
            out = bytearray(data)
            others = [hit for hit in hits if not _put(out, data, hit.offset, hit.spelling)]
            for offset, spelling in reversed(others):
                out[offset : offset + len(spelling.pattern)] = spelling.image
            text = out.decode("utf-8", "surrogateescape")
        if self._words is None:
            return text
        return self._words.sub(lambda word: self._short[word.group()], text)

    def _of_same_size(self, spelling: Spelling) -> bytes:
        """The image of a printed number or address where the length must stay."""
        for encoding in ("utf-16-le", "utf-16-be", "utf-8"):
            if encoding.replace("-", "").upper() in spelling.encoding.replace("-", ""):
                break
        text = spelling.pattern.decode(encoding)
        return self._mapper.text(text).encode(encoding)


def _may_stand(data: bytes, offset: int, spelling: Spelling) -> bool:
    """Whether its neighbours show that it is the value and not a part of a longer word."""
    if not spelling.unit:
        return True
    size = abs(spelling.unit)
    end = offset + len(spelling.pattern)
    before, behind = data[max(offset - size, 0) : offset], data[end : end + size]
    return not (_is_alphanumeric(before, spelling.unit) or _is_alphanumeric(behind, spelling.unit))


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


def _put(out: bytearray, data: bytes, offset: int, spelling: Spelling) -> bool:
    """Replace one spelling by its image; False when that is not of the same length."""
    if spelling.octets is not None:
        _put_base64(out, offset, spelling)
    elif len(spelling.image) != len(spelling.pattern):
        return False
    else:
        out[offset : offset + len(spelling.pattern)] = spelling.image
        _put_nibbles(out, data, offset, spelling)
    return True


def _put_base64(out: bytearray, offset: int, spelling: Spelling) -> None:
    """Set the bits of the image in the characters that carry the value."""
    assert spelling.octets is not None
    image = spelling.octets[1]
    first_bit = 8 * spelling.alignment
    last_bit = first_bit + 8 * len(image)
    start = offset - -(-first_bit // 6)
    bits = int.from_bytes(image)
    for place in range(first_bit // 6, -(-last_bit // 6)):
        at = start + place
        if not 0 <= at < len(out) or out[at] not in _BASE64_PLACES:
            continue
        number = _BASE64_PLACES[out[at]]
        for bit in range(6):
            position = 6 * place + bit
            if first_bit <= position < last_bit:
                value = bits >> (last_bit - 1 - position) & 1
                number = number & ~(1 << (5 - bit)) | value << (5 - bit)
        out[at] = _BASE64[number]


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
