"""The forms in which text and bytes are printed: cases, encodings, strings, dumps, lists."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass

from wwanreplay.analysis.scrub.identities import Identity
from wwanreplay.analysis.scrub.views import PLAIN

SIZE_MIN = 4
DISTINCT_MIN = 4
# Texts of one kind of character, and short ones, stand alone; inside a word they are another word.
_WORD_SIZE_MAX = 7
_DIGITS_ALONE_MAX = 8
# Digits from which a number is unmistakable in every writing.
SURE_DIGITS = 7
_BASE64_MIN = 4
#: The zeros of digits in which a number may be written: full width, Arabic, Persian, Devanagari.
_ZEROS = "\uff10\u0660\u06f0\u0966"
_TOKENS_MIN = 4
# Bytes in base85 whose characters do not occur by chance: two groups.
_GROUPS_SIZE_MIN = 8


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write an identity: the characters of a view, and those that take their place.

    `unit` is the size of a character whose neighbours must not be letters or digits; 0 when
    anything may stand beside it. `octets` are the value's and the image's bytes where `pattern` is
    base64 at that `alignment`. `digits` are both in BCD, of which `pattern` begins at digit `first`
    and `swapped` is their order of nibbles. `tokens` are the sizes of the numbers that `pattern`
    consists of, in `view` digits; `own` the places of a text's own punctuation, in `view` letters.
    A `doubtful` one may be another value as well.
    """

    identity: Identity
    encoding: str
    pattern: bytes
    image: bytes
    unit: int = 0
    view: str = PLAIN
    octets: tuple[bytes, bytes] | None = None
    alignment: int = 0
    digits: tuple[str, str] | None = None
    first: int = 0
    swapped: bool = False
    tokens: tuple[int, ...] = ()
    image_tokens: tuple[str, ...] = ()
    own: tuple[int, ...] = ()
    doubtful: bool = False

    @property
    def is_short(self) -> bool:
        """Whether it is a few digits that are parted."""
        return self.view == "digits" and len(self.pattern) < SURE_DIGITS


def cases(original: str, image: str) -> dict[str, str]:
    """A text as it is, in capitals and in small letters."""
    found = {original: image}
    if original.isascii():
        found.setdefault(original.upper(), image.upper())
        found.setdefault(original.lower(), image.lower())
    return found


def written(
    identity: Identity, text: str, image: str, *, alone: bool, name: str = "", of: str = ""
) -> Iterator[Spelling]:
    """As text in the three encodings."""
    for encoding, label, unit in (
        ("utf-8", "ASCII" if text.isascii() else "UTF-8", 1),
        ("utf-16-le", "UTF-16LE", 2),
        ("utf-16-be", "UTF-16BE", -2),
    ):
        pattern, mapped = encoded_text(text, encoding), encoded_text(image, encoding)
        yield Spelling(identity, name + label + of, pattern, mapped, unit if alone else 0)


def encoded_text(text: str, encoding: str) -> bytes:
    """A text in an encoding, surrogates as they are."""
    return text.encode(encoding, "surrogatepass")


def stands_alone(text: str) -> bool:
    """Whether a text counts as one only where no letter or digit is beside it."""
    if len(set(text)) < DISTINCT_MIN:
        return True
    if text.isdecimal():
        return len(text) <= _DIGITS_ALONE_MAX
    return len(text) <= _WORD_SIZE_MAX or text.isalpha()


def printed(identity: Identity, text: str, image: str, *, alone: bool) -> Iterator[Spelling]:
    """The bytes of a text printed, as many as there were."""
    if len(text) < SIZE_MIN:
        return
    image = image[: len(text)].ljust(len(text), "0")
    for encoding, unit in (("utf-8", 1), ("utf-16-le", 2), ("utf-16-be", -2)):
        pair = encoded_text(text, encoding), encoded_text(image, encoding)
        beside = unit if alone else 0
        yield from dumped(identity, *pair, unit=beside)
        if unit == 1 and len(pair[0]) == len(pair[1]):
            for swapped, mapped in zip(swapped_words(pair[0]), swapped_words(pair[1]), strict=True):
                yield Spelling(
                    identity,
                    "hexadecimal words",
                    swapped.hex().encode(),
                    mapped.hex().encode(),
                    view="hexadecimal",
                )
        elif unit != 1:
            yield from escaped(identity, *pair)
        if unit != -2 and len(pair[0]) == len(pair[1]):
            yield from long_words(identity, *pair)
    for encoding in ("utf-32-le", "utf-32-be"):
        yield Spelling(
            identity,
            "hexadecimal of UTF-32",
            encoded_text(text, encoding).hex().encode(),
            encoded_text(image, encoding).hex().encode(),
            view="hexadecimal",
        )
    if text.isascii():
        for zero in ("\\0", "\\000", "\\x00", "\\u0000"):
            first, last = zero.join(text), zero.join(image)
            yield Spelling(identity, "UTF-16 with escapes", first.encode(), last.encode())


def other_digits(identity: Identity, text: str, image: str) -> Iterator[Spelling]:
    """A number in digits of other scripts."""
    for zero in _ZEROS:
        table = {ord("0") + number: chr(ord(zero) + number) for number in range(10)}
        pair = text.translate(table), image.translate(table)
        yield from written(identity, *pair, alone=False, of=" in other digits")


def backwards(identity: Identity, text: str, image: str, *, alone: bool) -> Iterator[Spelling]:
    """A text from its end; a few digits are another number then."""
    if text[::-1] != text and not (text.isdecimal() and len(text) < SURE_DIGITS):
        pair = encoded_text(text[::-1], "utf-8"), encoded_text(image[::-1], "utf-8")
        yield Spelling(identity, "reversed text", *pair, 1 if alone else 0)


def _base32(identity: Identity, octets: bytes, image: bytes, of: str) -> Iterator[Spelling]:
    """Bytes in base32 at its five alignments."""
    if len(octets) != len(image) or len(octets) < SIZE_MIN:
        return
    for alignment in range(5):
        core, other = _base32_core(octets, alignment), _base32_core(image, alignment)
        yield Spelling(identity, f"base32{of}", core, other)


def _base32_core(octets: bytes, alignment: int) -> bytes:
    """The characters that the bytes alone decide, `alignment` bytes into a group."""
    encoded = base64.b32encode(bytes(alignment) + octets)
    first = -(-8 * alignment // 5)
    return encoded[first : 8 * (alignment + len(octets)) // 5]


def _base85(identity: Identity, octets: bytes, image: bytes, of: str) -> Iterator[Spelling]:
    """Bytes in both kinds of base85: by themselves, and of a text what fills whole groups."""
    if len(octets) != len(image) or len(octets) < SIZE_MIN:
        return
    pairs = [(octets, image)]
    for start in range(4) if not of else ():
        size = (len(octets) - start) & ~3
        if size >= _GROUPS_SIZE_MIN:
            pairs.append((octets[start : start + size], image[start : start + size]))
    for encode in (base64.b85encode, base64.a85encode):
        for part, other in pairs:
            yield Spelling(identity, f"base85{of}", encode(part), encode(other))


def swapped_words(data: bytes) -> Iterator[bytes]:
    """Bytes in swapped words, from either byte; what shares a word with others is left out."""
    for start in (0, 1):
        part = data[start:]
        part = part[: len(part) & ~1]
        yield b"".join(part[at : at + 2][::-1] for at in range(0, len(part), 2))


def long_words(identity: Identity, octets: bytes, image: bytes) -> Iterator[Spelling]:
    """Bytes as little-endian words of 32 bits, and as octal ones of 16, from each byte of a word;
    with the zero bytes behind them, too.
    """
    for part, other in _word_pairs(octets, image, 4):
        yield Spelling(
            identity,
            "hexadecimal words",
            _reversed_words(part).hex().encode(),
            _reversed_words(other).hex().encode(),
            view="hexadecimal",
        )
    for part, other in _word_pairs(octets, image, 2):
        tokens = _octal_words(part)
        yield Spelling(
            identity,
            "octal words",
            "".join(tokens).encode(),
            b"",
            view="digits",
            tokens=tuple(map(len, tokens)),
            image_tokens=_octal_words(other),
        )


def _word_pairs(octets: bytes, image: bytes, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Whole words of a value and of its image, where they hold enough of it to be no other's."""
    for part, other in zip(_starts(octets, size), _starts(image, size), strict=True):
        if len(part) - part.count(0) >= SIZE_MIN:
            yield part, other


def _starts(data: bytes, size: int) -> Iterator[bytes]:
    """Whole words of some bytes from each byte of one; the last also filled with zero bytes."""
    for start in range(size):
        part = data[start:]
        rest = len(part) % size
        yield part[: len(part) - rest]
        if rest:
            yield part + bytes(size - rest)


def _reversed_words(data: bytes) -> bytes:
    return b"".join(data[at : at + 4][::-1] for at in range(0, len(data), 4))


def _octal_words(data: bytes) -> tuple[str, ...]:
    return tuple(
        f"{int.from_bytes(data[at : at + 2], 'little'):06o}" for at in range(0, len(data), 2)
    )


def escaped(identity: Identity, octets: bytes, image: bytes, of: str = "") -> Iterator[Spelling]:
    """Bytes as strings of C and of Python hold them."""
    for write in (_c_string, _python_string):
        first, last = write(octets), write(image)
        if first.encode() != octets:
            doubtful = len(octets) < SIZE_MIN
            yield Spelling(
                identity, f"string{of}", first.encode(), last.encode(), doubtful=doubtful
            )


_C_NAMES = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r"}
_C_NAMES |= {0x22: '\\"', 0x5C: "\\\\"}


def _c_string(data: bytes) -> str:
    parts = []
    for at, octet in enumerate(data):
        if octet in _C_NAMES:
            parts.append(_C_NAMES[octet])
        elif 0x20 <= octet < 0x7F:
            parts.append(chr(octet))
        else:
            parts.append(f"\\{octet:03o}" if data[at + 1 : at + 2].isdigit() else f"\\{octet:o}")
    if parts and len(parts) > 1 and data[-1] == 0:
        parts.pop()  # how the last is printed depends on what follows
    return "".join(parts)


def _python_string(data: bytes) -> str:
    return repr(data)[2:-1].removesuffix("\\x00")


def dumped(
    identity: Identity,
    octets: bytes,
    image: bytes,
    *,
    unit: int = 0,
    of: str = "",
    lists: bool = True,
) -> Iterator[Spelling]:
    """Bytes as hexadecimal text, as base64 at its three alignments, as lists of numbers."""
    yield Spelling(
        identity,
        f"hexadecimal{of}",
        octets.hex().encode(),
        image.hex().encode(),
        unit,
        view="hexadecimal",
    )
    for alignment in range(3):
        core = _base64_core(octets, alignment)
        if len(core) >= _BASE64_MIN and len(octets) >= SIZE_MIN:
            yield Spelling(
                identity,
                f"base64{of}",
                core,
                b"",
                view="base64",
                octets=(octets, image),
                alignment=alignment,
            )
    yield from _base32(identity, octets, image, of)
    yield from _base85(identity, octets, image, of)
    if lists:
        yield from listed(identity, octets, image, of)


def listed(identity: Identity, octets: bytes, image: bytes, of: str) -> Iterator[Spelling]:
    """Bytes as numbers in a list: decimal, also of three digits, octal and binary."""
    doubtful = len(octets) < _TOKENS_MIN
    for form in ("d", "03d", "03o", "08b", *(("x",) if min(octets) < 16 else ())):
        tokens = [format(octet, form) for octet in octets]
        yield Spelling(
            identity,
            f"list of numbers{of}",
            "".join(tokens).encode(),
            b"",
            view="hexadecimal" if form == "x" else "digits",
            tokens=tuple(map(len, tokens)),
            image_tokens=tuple(format(octet, form) for octet in image),
            doubtful=doubtful,
        )


def _base64_core(octets: bytes, alignment: int) -> bytes:
    """The characters that the bytes alone decide, `alignment` bytes into a group."""
    encoded = base64.b64encode(bytes(alignment) + octets)
    first = -(-8 * alignment // 6)
    return encoded[first : 8 * (alignment + len(octets)) // 6]
