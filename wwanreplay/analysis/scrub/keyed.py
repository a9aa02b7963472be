"""Keyed one-to-one mappings that keep the form of a value: numbers, text, bytes, addresses.

One key gives one mapping. Each mapping is a permutation of all values of one form without a fixed
point, so that two values never become one, and none stays what it was.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from functools import lru_cache

KEY_SIZE = 32
# PBKDF2 makes guessing a key that a person chose costly; the salt only names the purpose.
_STRETCH_ROUNDS = 100_000
_SALT = b"wwanreplay scrub 1"
_ROUNDS = 8
_CACHE_SIZE = 65536

_HEX_LOWER = "0123456789abcdef"
_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
# Characters outside ASCII stay as long as they were in UTF-8 and in UTF-16.
_RANGES = ((0xA1, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))


def make_key(text: bytes | None) -> bytes:
    """The key of a given secret, or a random one that is not kept."""
    if text is None:
        return secrets.token_bytes(KEY_SIZE)
    return hashlib.pbkdf2_hmac("sha256", text, _SALT, _STRETCH_ROUNDS, KEY_SIZE)


class Permutations:
    """Permutations of range(size), one for each pair of size and purpose, without fixed points.

    A Feistel network of eight rounds whose halves are added to SHAKE-256 of key, purpose, round
    and the other half; numbers outside the range are walked on. The permutation used is that
    network conjugated with a shift by a keyed number that is not 0: nothing maps to itself.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def map(self, number: int, size: int, purpose: str) -> int:
        """What a number becomes; ValueError when it is not in range(size), or size is below 2."""
        if not 0 <= number < size or size < 2:
            raise ValueError(f"{number} has no place in a range of {size}")
        tweak = hashlib.sha256(self._key + f"{purpose}:{size:x}".encode()).digest()
        shift = 1 + int.from_bytes(self._stream(tweak, b"shift", size.bit_length() // 8 + 9)) % (
            size - 1
        )
        shifted = (self._walk(number, size, tweak, self._forth) + shift) % size
        return self._walk(shifted, size, tweak, self._back)

    def bits(self, data: bytes, purpose: str) -> int:
        """A keyed number of 256 bits for some bytes."""
        return int.from_bytes(hashlib.sha256(self._key + purpose.encode() + b"\0" + data).digest())

    def _walk(
        self, number: int, size: int, tweak: bytes, step: Callable[[int, int, bytes], int]
    ) -> int:
        half_bits = max(1, ((size - 1).bit_length() + 1) // 2)
        number = step(number, half_bits, tweak)
        while number >= size:
            number = step(number, half_bits, tweak)
        return number

    def _forth(self, number: int, half_bits: int, tweak: bytes) -> int:
        mask = (1 << half_bits) - 1
        left, right = number >> half_bits, number & mask
        for turn in range(_ROUNDS):
            left, right = right, left ^ self._round(right, half_bits, tweak, turn)
        return left << half_bits | right

    def _back(self, number: int, half_bits: int, tweak: bytes) -> int:
        mask = (1 << half_bits) - 1
        left, right = number >> half_bits, number & mask
        for turn in reversed(range(_ROUNDS)):
            left, right = right ^ self._round(left, half_bits, tweak, turn), left
        return left << half_bits | right

    def _round(self, half: int, half_bits: int, tweak: bytes, turn: int) -> int:
        size = (half_bits + 7) // 8
        drawn = self._stream(tweak, bytes([turn]) + half.to_bytes(size), size)
        return int.from_bytes(drawn) & ((1 << half_bits) - 1)

    def _stream(self, tweak: bytes, data: bytes, size: int) -> bytes:
        return hashlib.shake_256(tweak + data).digest(size)


def luhn_digit(body: str) -> int:
    """The check digit that ISO/IEC 7812-1 appends to some digits."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        number = int(digit) * (2 if place % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return -total % 10


#: Characters of a text that are mapped as one; longer ones in pieces, each in its own way.
TEXT_PIECE_SIZE = 1024


class Mapper:
    """Maps values to their images under one key; the methods keep length and form."""

    def __init__(self, key: bytes) -> None:
        self._permutations = Permutations(key)
        cached = lru_cache(maxsize=_CACHE_SIZE)
        self.text = cached(self._text)
        self.number = cached(self._number)
        self.octets = cached(self._octets)
        self.address = cached(self._address)

    # Numbers of digits

    def digits(self, digits: str, purpose: str = "text") -> str:
        """Decimal digits, as many as there were."""
        mapped = self._permutations.map(int(digits), 10 ** len(digits), f"{purpose} {len(digits)}")
        return f"{mapped:0{len(digits)}d}"

    def checked(self, digits: str, purpose: str, kept: int = 0) -> str:
        """Digits behind `kept` that stay, the last a check digit that is as right as it was."""
        off = (int(digits[-1]) - luhn_digit(digits[:-1])) % 10
        body = digits[:kept] + self.digits(digits[kept:-1], purpose)
        return f"{body}{(luhn_digit(body) + off) % 10}"

    # Text

    def _text(self, text: str, secret: bool = False) -> str:
        """Digits become digits, letters letters of the same case, others of the same range.

        ASCII punctuation, spaces and control characters stay; in a secret the punctuation is
        mapped too. Letters are mapped without regard to case: texts that differ in case only still
        do.
        """
        if len(text) <= TEXT_PIECE_SIZE:
            return self._text_piece(text, secret, "text")
        # Numbers as long as the text would take the square of its length.
        return "".join(
            self._text_piece(text[at : at + TEXT_PIECE_SIZE], secret, f"text at {at}")
            for at in range(0, len(text), TEXT_PIECE_SIZE)
        )

    def _text_piece(self, text: str, secret: bool, purpose: str) -> str:
        number, size, radices = 0, 1, []
        for character in text:
            found = _class_of(character, secret)
            if found is None:
                continue
            name, place, radix = found
            number = number * radix + place
            size *= radix
            radices.append((name, radix))
        if not radices:
            return text
        pattern = "".join(name for name, _ in radices)
        mapped = self._permutations.map(number, size, f"{purpose} {pattern}")
        places = []
        for _, radix in reversed(radices):
            mapped, place = divmod(mapped, radix)
            places.append(place)
        return "".join(
            character
            if _class_of(character, secret) is None
            else _character(character, places.pop(), secret)
            for character in text
        )

    def hexadecimal(self, text: str) -> str:
        """Hexadecimal digits with at least one letter in one case, as many and in that case.

        What such text becomes has a letter, too: text of decimal digits alone is another form.
        """
        upper = text.upper() == text
        size = 16 ** len(text)
        number = int(text, 16)
        purpose = f"hex {len(text)} {upper}"
        while True:
            number = self._permutations.map(number, size, purpose)
            mapped = f"{number:0{len(text)}x}"
            if not mapped.isdigit():
                return mapped.upper() if upper else mapped

    # Numbers and bytes

    def _number(self, number: int) -> int:
        """A number of as many bytes; 0 and the marks of "unknown" (all ones) stay."""
        if not number:
            return number
        size = (number.bit_length() + 7) // 8
        low, high = 1 << 8 * (size - 1), (1 << 8 * size) - 1
        middle = 1 << (8 * size - 1)
        if number in (high, middle - 1):
            return number
        # Below and above the sign bit are ranges of their own, each without its highest number.
        low, high = (low, middle - 1) if number < middle else (middle, high)
        low = 1 if size == 1 and number < middle else low
        return low + self._permutations.map(number - low, high - low, f"number {size} {low}")

    def _octets(self, octets: bytes) -> bytes:
        """Bytes, as many; trailing zero bytes stay, and no others come to stand there.

        So a block in a larger, zero-filled field becomes the same as the block alone.
        """
        core = octets.rstrip(b"\0")
        if not core:
            return octets
        number = int.from_bytes(core[:-1]) * 255 + core[-1] - 1
        size = 255 << 8 * (len(core) - 1)
        mapped = self._permutations.map(number, size, f"octets {len(core)}")
        head, last = divmod(mapped, 255)
        return head.to_bytes(len(core) - 1) + bytes([last + 1]) + octets[len(core) :]

    # Addresses

    def _address(self, address: bytes) -> bytes:
        """An IPv4 or IPv6 address (4 or 16 bytes in network order): what has a common prefix keeps
        one of the same length.

        The class stays: private, link-local and shared addresses keep its prefix, and what names
        nobody (unspecified, loopback, multicast, broadcast) stays as it is.
        """
        width = 8 * len(address)
        number = int.from_bytes(address)
        kept = _kept_prefix(number, width)
        if kept == width:
            return address
        while True:
            number = self._turned(number, kept, width)
            if kept or not _kept_prefix(number, width):
                return number.to_bytes(len(address))

    def _turned(self, number: int, kept: int, width: int) -> int:
        """The address with bits flipped by the bits before each; the last always is."""
        mapped = number
        for place in range(kept, width - 1):
            before = number >> (width - place)
            purpose = f"address {width} {kept} {place}"
            bit = self._permutations.bits(before.to_bytes(width // 8), purpose) & 1
            mapped ^= bit << (width - 1 - place)
        return mapped ^ 1

    def hardware_address(self, address: bytes) -> bytes:
        """A MAC address of 6 bytes; the bits for group and locally administered stay."""
        if not any(address) or address == b"\xff" * 6:
            return address
        number = int.from_bytes(address)
        flags = number >> 40 & 3
        core = (number >> 42) << 40 | (number & ((1 << 40) - 1))
        mapped = self._permutations.map(core, 1 << 46, f"mac {flags}")
        return ((mapped >> 40) << 42 | flags << 40 | (mapped & ((1 << 40) - 1))).to_bytes(6)

    def guid(self, guid: bytes) -> bytes:
        """A GUID, 16 bytes in the order in which it is printed; the zero GUID stays."""
        number = int.from_bytes(guid)
        if not number:
            return guid
        return (1 + self._permutations.map(number - 1, (1 << 128) - 1, "guid")).to_bytes(16)


def _class_of(character: str, secret: bool) -> tuple[str, int, int] | None:
    """(name of its class, place in it, size of it), None for what stays."""
    code = ord(character)
    if code < 0x80:
        if character.isdigit():
            return "d", code - 0x30, 10
        if character.isalpha():
            return "l", (code | 0x20) - 0x61, 26
        if secret and character in _PUNCTUATION:
            return "p", _PUNCTUATION.index(character), len(_PUNCTUATION)
        return None
    for name, (low, high) in zip("uvwx", _RANGES, strict=True):
        if low <= code <= high:
            return name, code - low, high - low + 1
    return None


def _character(character: str, place: int, secret: bool) -> str:
    """The character of the same class at a place."""
    found = _class_of(character, secret)
    assert found is not None
    name = found[0]
    if name == "d":
        return chr(0x30 + place)
    if name == "l":
        return chr((0x41 if character.isupper() else 0x61) + place)
    if name == "p":
        return _PUNCTUATION[place]
    return chr(_RANGES["uvwx".index(name)][0] + place)


# (value of the prefix, its bits): private, shared and link-local.
_CLASSES_4 = ((10, 8), (0xAC1, 12), (0xC0A8, 16), (0xA9FE, 16), (0x191, 10))
_CLASSES_6 = ((0x3FA, 10), (0x7E, 7))


def _kept_prefix(number: int, width: int) -> int:
    """How many leading bits of an address are its class; all of them when it names nobody."""
    if width == 32:
        if number in (0, 0xFFFFFFFF) or number >> 24 == 127 or number >> 28 == 0xE:
            return width
        classes: tuple[tuple[int, int], ...] = _CLASSES_4
    else:
        if number in (0, 1) or number >> 120 == 0xFF:
            return width
        classes = _CLASSES_6
    for prefix, bits in classes:
        if number >> (width - bits) == prefix:
            return bits
    return 0
