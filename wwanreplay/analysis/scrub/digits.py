"""The ways in which a number of digits may be written: grouped, packed, as an integer."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import accumulate

from wwanreplay.analysis.scrub.identities import Identity
from wwanreplay.analysis.scrub.views import PLAIN
from wwanreplay.analysis.scrub.writings import (
    DISTINCT_MIN,
    SIZE_MIN,
    SURE_DIGITS,
    Spelling,
    backwards,
    dumped,
    encoded_text,
    escaped,
    listed,
    long_words,
    other_digits,
    printed,
    stands_alone,
    swapped_words,
    written,
)

_NUMBER_DIGITS_MIN = 7
_PACKED_SIZE_MIN = 5
_NATIONAL_MIN = 9
_DISTINCT_DIGITS_MIN = 3
# Types of identity that share a byte with the first digit (3GPP TS 24.008, 10.5.1.4), for an odd
# number of digits and an even one.
_ODD_LEADS, _EVEN_LEADS = "9ab8", "123"


def digits_in(identity: Identity) -> Iterator[tuple[str, str]]:
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
            if size - start >= SURE_DIGITS:
                yield start, size
    elif size in (14, 15) and digits[:5] == image[:5]:
        yield 5, size  # the MSIN, of networks with codes of two and of three digits
        yield 6, size
    elif size == 15:
        yield 0, 14  # an IMEI without its check digit
    elif size in (18, 19, 20) and digits.startswith("89"):
        yield 0, size - 1
        yield 2, size


def digit_spellings(identity: Identity, digits: str, image: str) -> Iterator[Spelling]:
    """The spellings of digits: in other encodings, in groups, packed, as an integer."""
    short = len(digits) < SURE_DIGITS
    if digits != identity.original:
        yield from written(identity, digits, image, alone=stands_alone(digits))
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            octets, mapped = encoded_text(digits, encoding), encoded_text(image, encoding)
            # National forms are printed as numbers are; there are three of each.
            is_national = encoding != "utf-16-be" and len(digits) >= _NATIONAL_MIN
            yield from dumped(identity, octets, mapped, lists=is_national)
            if is_national:
                yield from long_words(identity, octets, mapped)
        if len(digits) >= _NATIONAL_MIN:
            yield from backwards(identity, digits, image, alone=False)
            yield from other_digits(identity, digits, image)
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
    if len(pattern) >= _PACKED_SIZE_MIN and len(set(pattern)) >= DISTINCT_MIN:
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
        yield from dumped(identity, pattern, image, of=of)
    elif len(pattern) > 1:
        yield from _short_bytes(identity, pattern, image, of)
    yield from escaped(identity, pattern, image, of)


def _short_bytes(identity: Identity, octets: bytes, image: bytes, of: str) -> Iterator[Spelling]:
    """Two or three bytes printed: they may be others that look the same."""
    yield from listed(identity, octets, image, of)
    whole = base64.b64encode(octets)
    yield Spelling(identity, f"base64{of}", whole, base64.b64encode(image), 1, doubtful=True)
    words = next(swapped_words(octets)).hex()
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
            if len(set(octets) - {0}) >= DISTINCT_MIN and significant >= SIZE_MIN:
                yield Spelling(identity, of.removeprefix(" of a "), octets, mapped)
            if significant >= 3:
                yield from _more(identity, octets, mapped, of)
    yield from _hexadecimal(identity, number, image)


def _hexadecimal(identity: Identity, number: int, image: int) -> Iterator[Spelling]:
    for form in ("x", "X"):
        text = f"{number:{form}}"
        if len(text) >= _NUMBER_DIGITS_MIN - 1:
            other = f"{image:0{len(text)}{form}}"[-len(text) :]
            yield from written(identity, text, other, alone=True, name="hexadecimal ")
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


def number_spellings(identity: Identity) -> Iterator[Spelling]:
    """The spellings of a value that is an integer."""
    number, image = int(identity.original), int(identity.image)
    size = 4 if number < 1 << 32 else 8
    raw, mapped = number.to_bytes(size, "little"), image.to_bytes(size, "little")
    if len(set(raw) - {0}) >= DISTINCT_MIN:
        yield Spelling(identity, "number", raw, mapped)
        yield Spelling(identity, "big-endian number", raw[::-1], mapped[::-1])
    if number >> 24 and len(set(raw) - {0}) > 1:
        for order in (1, -1):
            yield from dumped(identity, raw[::order], mapped[::order], of=" of a number")
            yield from escaped(identity, raw[::order], mapped[::order], " of a number")
            words = zip(swapped_words(raw[::order]), swapped_words(mapped[::order]), strict=True)
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
        yield from backwards(identity, text, other, alone=True)
        yield from written(identity, text, other, alone=True, name="decimal ")
        yield from printed(identity, text, other, alone=True)
        # As many digits where the length must stay.
        other = other.zfill(len(text))[-len(text) :]
        yield Spelling(identity, "digits in groups", text.encode(), other.encode(), view="digits")
        yield from _filled(identity, text, other)
        yield from _packed(identity, text, other)
    yield from _hexadecimal(identity, number, image)
