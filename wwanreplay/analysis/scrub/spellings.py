"""The ways in which a value may be written."""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Iterator
from itertools import pairwise

from wwanreplay.analysis.scrub.digits import digit_spellings, digits_in, number_spellings
from wwanreplay.analysis.scrub.identities import Identities, Identity
from wwanreplay.analysis.scrub.writings import (
    DISTINCT_MIN,
    SIZE_MIN,
    Spelling,
    backwards,
    cases,
    dumped,
    escaped,
    other_digits,
    printed,
    stands_alone,
    swapped_words,
    written,
)

# Shorter bytes would be found everywhere by chance.
_OCTETS_MIN = 6
_ADDRESS_DISTINCT_MIN = 3
_LETTERS_MIN = 5

_FULL_WIDTH = {each: each + 0xFEE0 for each in range(0x21, 0x7F)}
# A longer text is no value that is printed as hexadecimal or base64; it would take a hundred times
# its size.
_DUMPED_SIZE_MAX = 4096


def spellings_of(identity: Identity) -> list[Spelling]:
    """Every spelling that is too long to occur by chance, and those that may; empty for a value
    that is too short.
    """
    makers = {
        "text": _text,
        "number": number_spellings,
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
    alone = stands_alone(original)
    for text, mapped in cases(original, image).items():
        yield from written(identity, text, mapped, alone=alone)
        if len(text) <= _DUMPED_SIZE_MAX:
            yield from printed(identity, text, mapped, alone=alone)
            yield from backwards(identity, text, mapped, alone=alone)
    if original.isascii() and original.lstrip("+").isdecimal():
        yield from other_digits(identity, original, image)
    elif original.isascii() and len(original) <= _DUMPED_SIZE_MAX:
        pair = original.translate(_FULL_WIDTH), image.translate(_FULL_WIDTH)
        yield from written(identity, *pair, alone=False, of=" in full width")
    if len(original) <= _DUMPED_SIZE_MAX:
        yield from _letters(identity, original, image)
        for digits, mapped in digits_in(identity):
            yield from digit_spellings(identity, digits, mapped)


def _letters(identity: Identity, original: str, image: str) -> Iterator[Spelling]:
    """A text whose punctuation does not count."""
    places = [at for at, each in enumerate(original) if each.isascii() and each.isalnum()]
    if len(places) < _LETTERS_MIN or not original.isascii():
        return
    same_form = len(original) == len(image)
    if not same_form and identity.sort != "address":
        return
    pattern = "".join(original[at].lower() for at in places)
    if pattern.isdecimal() and pattern == original.lstrip("+"):
        return
    own = tuple(
        count for count, (before, behind) in enumerate(pairwise(places), 1) if behind - before > 1
    )
    # An address whose image is longer or shorter takes the place as a whole.
    mapped = "".join(image[at].lower() for at in places) if same_form else image
    yield Spelling(
        identity, "letters apart", pattern.encode(), mapped.encode(), view="letters", own=own
    )


# Numbers of digits


# Numbers, bytes, addresses


def _octets(identity: Identity) -> Iterator[Spelling]:
    octets, image = _both(identity)
    if len(octets) < _OCTETS_MIN or len(set(octets)) < DISTINCT_MIN:
        return
    yield Spelling(identity, "bytes", octets, image)
    if len(octets) <= _DUMPED_SIZE_MAX:
        yield from _bytes_printed(identity, octets, image)


def _bytes_printed(identity: Identity, octets: bytes, image: bytes) -> Iterator[Spelling]:
    yield from dumped(identity, octets, image)
    yield from escaped(identity, octets, image)
    for first, last in zip(swapped_words(octets), swapped_words(image), strict=True):
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
        yield from written(identity, text, mapped, alone=True)
        yield from printed(identity, text, mapped, alone=True)
        yield from backwards(identity, text, mapped, alone=True)
    if len(octets) == 4:
        yield from _reversed_address(identity, octets, image)
    yield from _letters_of(identity, *texts[0])
    if len(set(octets) - {0}) >= _ADDRESS_DISTINCT_MIN:
        yield Spelling(identity, "bytes", octets, image)
        yield from _bytes_printed(identity, octets, image)
        if len(octets) == 4:
            number, other = int.from_bytes(octets), int.from_bytes(image)
            yield from written(identity, str(number), str(other), alone=True, name="decimal ")
            yield from dumped(identity, octets[::-1], image[::-1], of=" of a number")


def _reversed_address(identity: Identity, octets: bytes, image: bytes) -> Iterator[Spelling]:
    """As names of reverse resolution hold it."""
    text, other = (".".join(map(str, each[::-1])) for each in (octets, image))
    yield Spelling(identity, "reversed address", text.encode(), other.encode(), 1)


def _letters_of(identity: Identity, text: str, image: str) -> Iterator[Spelling]:
    """A text with something between its characters, for values that are no text."""
    yield from _letters(identity, text, image)
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
            yield from printed(identity, first, last, alone=True)
        yield from _letters_of(identity, text, other)
        yield from _letters_of(identity, text.upper(), other.upper())


def _guid(identity: Identity) -> Iterator[Spelling]:
    octets, image = (uuid.UUID(bytes=value) for value in _both(identity))
    for text, mapped in ((str(octets), str(image)), (str(octets).upper(), str(image).upper())):
        yield from written(identity, text, mapped, alone=False)
        yield from printed(identity, text, mapped, alone=False)
        yield from backwards(identity, text, mapped, alone=False)
        yield from _letters_of(identity, text, mapped)
    for raw, other in ((octets.bytes, image.bytes), (octets.bytes_le, image.bytes_le)):
        if len(set(raw)) >= DISTINCT_MIN:
            yield Spelling(identity, "bytes", raw, other)
            yield from _bytes_printed(identity, raw, other)
