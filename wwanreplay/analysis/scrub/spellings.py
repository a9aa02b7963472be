"""The ways in which a value may be written."""

from __future__ import annotations

import base64
import ipaddress
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from wwanreplay.analysis.scrub.identities import Identities, Identity
from wwanreplay.analysis.scrub.views import PLAIN

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
# Digits from which a number is told from others in every writing.
_SURE_DIGITS = 7
_BASE64_MIN = 4
_TOKENS_MIN = 4
_LETTERS_MIN = 5
_DISTINCT_DIGITS_MIN = 3

#: The zeros of digits in which a number may be written: full width, Arabic, Persian, Devanagari.
_ZEROS = "\uff10\u0660\u06f0\u0966"
# A longer text is no value that is printed as hexadecimal or base64; it would take a hundred times
# its size.
_DUMPED_SIZE_MAX = 4096

# Types of identity that share a byte with the first digit (3GPP TS 24.008, 10.5.1.4), for an odd
# number of digits and an even one.
_ODD_LEADS, _EVEN_LEADS = "9ab8", "123"


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
        return self.view == "digits" and len(self.pattern) < _SURE_DIGITS


def spellings_of(identity: Identity) -> list[Spelling]:
    """Every spelling that is too long to occur by chance, and those that may; empty for a value
    that is too short.
    """
    makers = {
        "text": _text,
        "number": _number,
        "octets": _octets,
        "address": _address,
        "hardware": _hardware,
        "guid": _guid,
    }
    found: dict[tuple[str, bytes, tuple[int, ...]], Spelling] = {}
    for spelling in makers[identity.sort](identity):
        if len(spelling.pattern) >= SIZE_MIN and spelling.pattern != spelling.image:
            found.setdefault((spelling.view, spelling.pattern, spelling.tokens), spelling)
    return list(found.values())


def spelled(identity: Identity, identities: Identities) -> list[Spelling]:
    """The spellings of an identity, made once: writing and proving want the same."""
    found: list[Spelling] | None = identities.spelled.get(identity)
    if found is None:
        found = identities.spelled[identity] = spellings_of(identity)
    return found


# Text


def _text(identity: Identity) -> Iterator[Spelling]:
    original, image = str(identity.original), str(identity.image)
    alone = _stands_alone(original)
    for text, mapped in cases(original, image).items():
        yield from _written(identity, text, mapped, alone=alone)
        if len(text) <= _DUMPED_SIZE_MAX:
            yield from _printed(identity, text, mapped, alone=alone)
    if original.isascii() and original.lstrip("+").isdecimal():
        for zero in _ZEROS:
            table = {ord("0") + number: chr(ord(zero) + number) for number in range(10)}
            pair = original.translate(table), image.translate(table)
            yield from _written(identity, *pair, alone=False, of=" in other digits")
    if len(original) <= _DUMPED_SIZE_MAX:
        yield from _letters(identity, original, image)
        for digits, mapped in _numbers_in(identity):
            yield from _digits(identity, digits, mapped)


def cases(original: str, image: str) -> dict[str, str]:
    """A text as it is, in capitals and in small letters."""
    found = {original: image}
    if original.isascii():
        found.setdefault(original.upper(), image.upper())
        found.setdefault(original.lower(), image.lower())
    return found


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


def _printed(identity: Identity, text: str, image: str, *, alone: bool) -> Iterator[Spelling]:
    """The bytes of a text printed, as many as there were."""
    if len(text) < SIZE_MIN:
        return
    image = image[: len(text)].ljust(len(text), "0")
    for encoding, unit in (("utf-8", 1), ("utf-16-le", 2), ("utf-16-be", -2)):
        pair = _encoded(text, encoding), _encoded(image, encoding)
        beside = unit if alone else 0
        yield from _dumped(identity, *pair, unit=beside)
        if unit == 1 and len(pair[0]) == len(pair[1]):
            for swapped, mapped in zip(_words(pair[0]), _words(pair[1]), strict=True):
                yield Spelling(
                    identity,
                    "hexadecimal words",
                    swapped.hex().encode(),
                    mapped.hex().encode(),
                    view="hexadecimal",
                )
        elif unit != 1:
            yield from _escaped(identity, *pair)
    if text.isascii():
        for zero in ("\\0", "\\000", "\\x00", "\\u0000"):
            first, last = zero.join(text), zero.join(image)
            yield Spelling(identity, "UTF-16 with escapes", first.encode(), last.encode())


def _words(data: bytes) -> Iterator[bytes]:
    """Bytes in swapped words, from either byte; what shares a word with others is left out."""
    for start in (0, 1):
        part = data[start:]
        part = part[: len(part) & ~1]
        yield b"".join(part[at : at + 2][::-1] for at in range(0, len(part), 2))


def _escaped(identity: Identity, octets: bytes, image: bytes, of: str = "") -> Iterator[Spelling]:
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


def _dumped(
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
    if lists:
        yield from _listed(identity, octets, image, of)


def _listed(identity: Identity, octets: bytes, image: bytes, of: str) -> Iterator[Spelling]:
    """Bytes as numbers in a list: decimal, also of three digits, and octal."""
    doubtful = len(octets) < _TOKENS_MIN
    for form in ("d", "03d", "03o", *(("x",) if min(octets) < 16 else ())):
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


def _letters(identity: Identity, original: str, image: str) -> Iterator[Spelling]:
    """A text whose punctuation does not count."""
    places = [at for at, each in enumerate(original) if each.isascii() and each.isalnum()]
    if len(places) < _LETTERS_MIN or not original.isascii() or len(original) != len(image):
        return
    pattern = "".join(original[at].lower() for at in places)
    if pattern.isdecimal() and pattern == original.lstrip("+"):
        return
    own = tuple(
        count for count, (before, behind) in enumerate(pairwise(places), 1) if behind - before > 1
    )
    mapped = "".join(image[at].lower() for at in places)
    yield Spelling(
        identity, "letters apart", pattern.encode(), mapped.encode(), view="letters", own=own
    )


# Numbers of digits


def _numbers_in(identity: Identity) -> Iterator[tuple[str, str]]:
    """The digits of a text, whole and without what may be left out; and their images."""
    original, image = str(identity.original), str(identity.image)
    digits, mapped = original.rstrip("Ff").lstrip("+"), image.rstrip("Ff").lstrip("+")
    if not (digits.isascii() and digits.isdecimal() and len(digits) == len(mapped)):
        return
    yield digits, mapped
    for start, end in _parts(identity.label.lower(), original, digits, mapped):
        if digits[start:end] != mapped[start:end]:
            yield digits[start:end], mapped[start:end]


def _parts(label: str, original: str, digits: str, image: str) -> Iterator[tuple[int, int]]:
    """Spans of a number that identify by themselves."""
    size = len(digits)
    is_telephone = original.startswith("+") or any(
        word in label for word in ("number", "msisdn", "address", "telephone")
    )
    if is_telephone:
        bare = len(digits) - len(digits.lstrip("0"))
        for start in {bare, *(range(1, 4) if not bare else ())} - {0}:
            if size - start >= _SURE_DIGITS:
                yield start, size
    elif size in (14, 15) and digits[:5] == image[:5]:
        yield 5, size  # the MSIN, of networks with codes of two and of three digits
        yield 6, size
    elif size == 15:
        yield 0, 14  # an IMEI without its check digit
    elif size in (18, 19, 20) and digits.startswith("89"):
        yield 0, size - 1
        yield 2, size


def _digits(identity: Identity, digits: str, image: str) -> Iterator[Spelling]:
    short = len(digits) < _SURE_DIGITS
    if digits != identity.original:
        yield from _written(identity, digits, image, alone=_stands_alone(digits))
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            octets, mapped = _encoded(digits, encoding), _encoded(image, encoding)
            yield from _dumped(identity, octets, mapped, lists=False)
    yield from _filled(identity, digits, image)
    if len(set(digits)) < _DISTINCT_DIGITS_MIN:
        return  # zeros in groups and packed zeros are everywhere
    yield Spelling(identity, "digits in groups", digits.encode(), image.encode(), view="digits")
    # A part is looked for in fewer writings: each value has several.
    is_part = digits != str(identity.original).rstrip("Ff").lstrip("+")
    for spelling in _packed(identity, digits, image):
        if not is_part or spelling.view == PLAIN:
            yield spelling
    for nibbles, other in _nibble_texts(digits, image):
        yield Spelling(
            identity,
            "printed BCD",
            nibbles.encode(),
            other.encode(),
            view="hexadecimal",
            doubtful=short,
        )
    if short:
        swapped, other = _in_pairs(digits), _in_pairs(image)
        yield from _grouped(identity, digits, image)
        if not len(digits) % 2 and swapped != digits:
            pair = swapped.encode(), other.encode()
            name = "nibble-swapped BCD"
            yield Spelling(identity, name, *pair, 1, doubtful=True)
            yield Spelling(identity, name, *pair, view="digits", doubtful=True)
    if not digits.startswith("0") and not is_part:
        yield from _integer(identity, int(digits), int(image), short=short)


def _filled(identity: Identity, digits: str, image: str) -> Iterator[Spelling]:
    """Digits that are filled up to whole bytes."""
    for filler in "Ff":
        for count in (1, 2):
            fill = filler * count
            yield Spelling(
                identity, "filled up", f"{digits}{fill}".encode(), f"{image}{fill}".encode(), 1
            )


def _grouped(identity: Identity, digits: str, image: str) -> Iterator[Spelling]:
    """A short number in groups: it may be a time, a decimal, or two numbers."""
    size = len(digits)
    splits = [(count, size - count) for count in range(1, size)]
    for sizes in (*splits, (1,) * size, *(((2, 2, 2),) if size == 6 else ())):
        ends = list(accumulate(sizes))
        tokens = tuple(image[end - count : end] for end, count in zip(ends, sizes, strict=True))
        yield Spelling(
            identity,
            "digits in groups",
            digits.encode(),
            b"",
            view="digits",
            tokens=tuple(sizes),
            image_tokens=tokens,
            doubtful=True,
        )


def _in_pairs(digits: str) -> str:
    """Pairs of digits swapped; an odd one is left out."""
    return "".join(digits[at + 1] + digits[at] for at in range(0, len(digits) - 1, 2))


def _nibble_texts(digits: str, image: str) -> Iterator[tuple[str, str]]:
    """Hexadecimal text of BCD in either order, with what fills it up, the fullest first."""
    leads = _ODD_LEADS if len(digits) % 2 else _EVEN_LEADS
    filler = "f" * (len(digits) % 2)
    yield digits + filler, image + filler
    yield _in_pairs(digits + filler), _in_pairs(image + filler)
    for lead in leads:
        rest = "f" * ((len(digits) - 1) % 2)
        yield tuple(  # type: ignore[misc]
            each[0] + lead + _in_pairs(each[1:] + rest) for each in (digits, image)
        )
    for start in (0, 1):
        core, mapped = digits[start:], image[start:]
        core, mapped = core[: len(core) & ~1], mapped[: len(core) & ~1]
        if len(core) >= 2 * _PACKED_SIZE_MIN:
            yield core, mapped
            yield _in_pairs(core), _in_pairs(mapped)


def _packed(identity: Identity, digits: str, image: str) -> Iterator[Spelling]:
    """Two digits to a byte, in either order, from the first digit or the second."""
    for swapped in (False, True):
        name = "nibble-swapped BCD" if swapped else "BCD"
        for first in (0, 1):
            for filler in ("", "F"):
                core, mapped = digits[first:], image[first:]
                if len(core) % 2:
                    core, mapped = (
                        (core + filler, mapped + filler) if filler else (core[:-1], mapped[:-1])
                    )
                elif filler:
                    continue
                pattern, other = _nibbles(core, swapped), _nibbles(mapped, swapped)
                yield from _packed_bytes(
                    identity, pattern, other, f" of {name}", (digits, image), first, swapped
                )
        for lead in _ODD_LEADS if len(digits) % 2 else _EVEN_LEADS:
            if swapped:
                rest = "F" * ((len(digits) - 1) % 2)
                pair = [
                    bytes.fromhex(each[0] + lead) + _nibbles(each[1:] + rest, swapped)
                    for each in (digits, image)
                ]
                yield from _more(identity, pair[0], pair[1], " of BCD with a shared byte")


def _packed_bytes(
    identity: Identity,
    pattern: bytes,
    image: bytes,
    of: str,
    digits: tuple[str, str],
    first: int,
    swapped: bool,
) -> Iterator[Spelling]:
    if len(pattern) >= _PACKED_SIZE_MIN and len(set(pattern)) >= _DISTINCT_MIN:
        yield Spelling(
            identity,
            of.removeprefix(" of "),
            pattern,
            image,
            digits=digits,
            first=first,
            swapped=swapped,
        )
    yield from _more(identity, pattern, image, of)


def _more(identity: Identity, pattern: bytes, image: bytes, of: str) -> Iterator[Spelling]:
    """Packed digits printed; those of short numbers may be something else."""
    if len(pattern) >= SIZE_MIN:
        yield from _dumped(identity, pattern, image, of=of)
    elif len(pattern) > 1:
        yield from _short_bytes(identity, pattern, image, of)
    yield from _escaped(identity, pattern, image, of)


def _short_bytes(identity: Identity, octets: bytes, image: bytes, of: str) -> Iterator[Spelling]:
    """Two or three bytes printed: they may be others that look the same."""
    yield from _listed(identity, octets, image, of)
    whole = base64.b64encode(octets)
    yield Spelling(identity, f"base64{of}", whole, base64.b64encode(image), 1, doubtful=True)
    words = next(_words(octets)).hex()
    for text in (octets.hex(), words):
        yield Spelling(
            identity,
            f"hexadecimal{of}",
            text.encode(),
            image.hex().encode(),
            view="hexadecimal",
            doubtful=True,
        )


def _nibbles(digits: str, swapped: bool) -> bytes:
    packed = bytes.fromhex(digits)
    return bytes((octet >> 4 | octet << 4) & 0xFF for octet in packed) if swapped else packed


# Numbers, bytes, addresses


def _integer(identity: Identity, number: int, image: int, *, short: bool) -> Iterator[Spelling]:
    """Digits that a program holds as a number."""
    if short:
        size = 2 if number < 1 << 16 else 3
        if image >> 8 * size:
            image %= 1 << 8 * size
        octets, mapped = number.to_bytes(size), image.to_bytes(size)
        for order in (1, -1):
            yield from _more(identity, octets[::order], mapped[::order], " of a number")
        for wide in (f"{number:08x}", number.to_bytes(4, "little").hex()):
            yield Spelling(
                identity,
                "hexadecimal of a number",
                wide.encode(),
                f"{image:08x}".encode(),
                view="hexadecimal",
                doubtful=True,
            )
        return
    significant = -(-number.bit_length() // 8)
    size = max(significant, -(-image.bit_length() // 8))
    whole = next((each for each in (4, 8, 16) if each >= size), size)
    for width in dict.fromkeys((whole, size)):
        for order in (1, -1):
            octets, mapped = number.to_bytes(width)[::order], image.to_bytes(width)[::order]
            of = " of a number" if order == 1 else " of a little-endian number"
            if len(set(octets) - {0}) >= _DISTINCT_MIN and significant >= SIZE_MIN:
                yield Spelling(identity, of.removeprefix(" of a "), octets, mapped)
            if significant >= 3:
                yield from _more(identity, octets, mapped, of)
    yield from _hexadecimal(identity, number, image)


def _hexadecimal(identity: Identity, number: int, image: int) -> Iterator[Spelling]:
    for form in ("x", "X"):
        text = f"{number:{form}}"
        if len(text) >= _NUMBER_DIGITS_MIN - 1:
            other = f"{image:0{len(text)}{form}}"[-len(text) :]
            yield from _written(identity, text, other, alone=True, name="hexadecimal ")
            for width in (8, 10, 16):
                if len(text) < width:
                    yield Spelling(
                        identity,
                        "hexadecimal number",
                        text.rjust(width, "0").encode(),
                        other.rjust(width, "0").encode(),
                        1,
                    )
            prefixed = f"0x{text}", f"0x{other}"
            yield Spelling(
                identity, "hexadecimal number", prefixed[0].encode(), prefixed[1].encode(), 1
            )


def _number(identity: Identity) -> Iterator[Spelling]:
    number, image = int(identity.original), int(identity.image)
    size = 4 if number < 1 << 32 else 8
    raw, mapped = number.to_bytes(size, "little"), image.to_bytes(size, "little")
    if len(set(raw) - {0}) >= _DISTINCT_MIN:
        yield Spelling(identity, "number", raw, mapped)
        yield Spelling(identity, "big-endian number", raw[::-1], mapped[::-1])
    if number >> 24 and len(set(raw) - {0}) > 1:
        for order in (1, -1):
            yield from _dumped(identity, raw[::order], mapped[::order], of=" of a number")
            yield from _escaped(identity, raw[::order], mapped[::order], " of a number")
            words = zip(_words(raw[::order]), _words(mapped[::order]), strict=True)
            for first, last in words:
                yield Spelling(
                    identity,
                    "hexadecimal words",
                    first.hex().encode(),
                    last.hex().encode(),
                    view="hexadecimal",
                )
    if len(str(number)) >= _NUMBER_DIGITS_MIN:
        text, other = str(number), str(image)
        yield from _written(identity, text, other, alone=True, name="decimal ")
        yield from _printed(identity, text, other, alone=True)
        # As many digits where the length must stay.
        other = other.zfill(len(text))[-len(text) :]
        yield Spelling(identity, "digits in groups", text.encode(), other.encode(), view="digits")
        yield from _filled(identity, text, other)
        yield from _packed(identity, text, other)
    yield from _hexadecimal(identity, number, image)


def _octets(identity: Identity) -> Iterator[Spelling]:
    octets, image = _both(identity)
    if len(octets) < _OCTETS_MIN or len(set(octets)) < _DISTINCT_MIN:
        return
    yield Spelling(identity, "bytes", octets, image)
    if len(octets) <= _DUMPED_SIZE_MAX:
        yield from _bytes_printed(identity, octets, image)


def _bytes_printed(identity: Identity, octets: bytes, image: bytes) -> Iterator[Spelling]:
    yield from _dumped(identity, octets, image)
    yield from _escaped(identity, octets, image)
    for first, last in zip(_words(octets), _words(image), strict=True):
        yield Spelling(
            identity,
            "hexadecimal words",
            first.hex().encode(),
            last.hex().encode(),
            view="hexadecimal",
        )


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
        yield from _printed(identity, text, mapped, alone=True)
    if len(octets) == 4:
        yield from _reversed_address(identity, octets, image)
    yield from _letters_of(identity, *texts[0])
    if len(set(octets) - {0}) >= _ADDRESS_DISTINCT_MIN:
        yield Spelling(identity, "bytes", octets, image)
        yield from _bytes_printed(identity, octets, image)
        if len(octets) == 4:
            number, other = int.from_bytes(octets), int.from_bytes(image)
            yield from _written(identity, str(number), str(other), alone=True, name="decimal ")
            yield from _dumped(identity, octets[::-1], image[::-1], of=" of a number")


def _reversed_address(identity: Identity, octets: bytes, image: bytes) -> Iterator[Spelling]:
    """As names of reverse resolution hold it."""
    text, other = (".".join(map(str, each[::-1])) for each in (octets, image))
    yield Spelling(identity, "reversed address", text.encode(), other.encode(), 1)


def _letters_of(identity: Identity, text: str, image: str) -> Iterator[Spelling]:
    """A text with something between its characters, for values that are no text."""
    for joint in ("^@", ".", " ", "\\0"):
        first, last = joint.join(text), joint.join(image)
        yield Spelling(identity, "letters apart", first.encode(), last.encode())


def _hardware(identity: Identity) -> Iterator[Spelling]:
    octets, image = _both(identity)
    if len(set(octets)) >= _ADDRESS_DISTINCT_MIN:
        yield Spelling(identity, "bytes", octets, image)
    yield from _bytes_printed(identity, octets, image)
    for separator in ":-":
        text, other = octets.hex(separator), image.hex(separator)
        for first, last in cases(text, other).items():
            yield from _printed(identity, first, last, alone=True)
        yield from _letters_of(identity, text, other)
        yield from _letters_of(identity, text.upper(), other.upper())


def _guid(identity: Identity) -> Iterator[Spelling]:
    octets, image = (uuid.UUID(bytes=value) for value in _both(identity))
    for text, mapped in ((str(octets), str(image)), (str(octets).upper(), str(image).upper())):
        yield from _written(identity, text, mapped, alone=False)
        yield from _printed(identity, text, mapped, alone=False)
        yield from _letters_of(identity, text, mapped)
    for raw, other in ((octets.bytes, image.bytes), (octets.bytes_le, image.bytes_le)):
        if len(set(raw)) >= _DISTINCT_MIN:
            yield Spelling(identity, "bytes", raw, other)
            yield from _bytes_printed(identity, raw, other)
