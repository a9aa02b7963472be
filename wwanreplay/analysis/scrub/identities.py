"""The personal values of a session, and their images: the values that replace them.

A value is registered when it is found, in any structure or text; its image depends only on the key
and on its kind.
"""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from wwanreplay.analysis.scrub.keyed import Mapper
from wwanreplay.errors import LimitError

#: Different values in one file. Each is written in 300 ways at most, which takes some 150 kB.
IDENTITIES_MAX = 1 << 14

# MCCs whose networks have codes of three digits (ITU-T E.212, list of mobile network codes).
_THREE_DIGIT_NETWORKS = frozenset(
    {302, *range(310, 317), 334, 338, 342, 344, 346, 348, 350, 352, 354, 356, 358, 360, 365, 366}
    | {376, 405, 708, 722, 732, 750}
)
#: A smaller number says too little.
INTEGER_MIN = 10**6
_ICCID_KEPT = 6  # the industry, the country and the issuer
_IMEI_BODY = 14

# Countries and networks are not personal, and the meaning of a session depends on them.
KEPT_NAMES = frozenset({"mcc", "mnc", "plmnmcc", "plmnmnc", "country"})


@dataclass(frozen=True, slots=True)
class Identity:
    """One value: `label` is the first name it had, `sort` its form.

    Of sort text both values are str, of number int, of the others bytes: octets, address,
    hardware (MAC addresses) and guid (in printed order).
    """

    label: str
    sort: str
    original: str | int | bytes
    image: str | int | bytes


@lru_cache(4096)
def plain_name(name: str) -> str:
    """The last part of a path, without index and punctuation, in lower case."""
    last = name.rpartition(".")[2].partition("[")[0]
    return "".join(character for character in last.lower() if character.isalnum())


class Identities:
    """The values found so far under one key."""

    def __init__(self, key: bytes) -> None:
        self.mapper = Mapper(key)
        #: What a Speller made of each, for the next one.
        self.spelled: dict[Identity, Any] = {}
        self._known: dict[tuple[str, str | int | bytes], Identity] = {}
        self._weak: set[tuple[str, str | int | bytes]] = set()

    def __len__(self) -> int:
        return len(self._known)

    def __iter__(self) -> Iterator[Identity]:
        return iter(self._known.values())

    def known(self, sort: str, value: str | int | bytes) -> Identity | None:
        """The identity of a value, None when it was not met."""
        return self._known.get((sort, value))

    def is_weak(self, identity: Identity) -> bool:
        """Whether it was found only where its meaning is unknown: it may not be personal."""
        return (identity.sort, identity.original) in self._weak

    def images(self) -> set[tuple[str, str | int | bytes]]:
        """(sort, value) of every image."""
        return {(identity.sort, identity.image) for identity in self._known.values()}

    def text(self, name: str, text: str, mark: str = "") -> str:
        """The image of a text; `name` is that of its field, `mark` its row's."""
        if not text:
            return text
        image = self._text_image(plain_name(name), text, mark)
        self._register(name, "text", text, image)
        digits = text.lstrip("+")
        if digits != text and digits.isdecimal():
            self._register(name, "text", digits, image.lstrip("+"))
        return image

    def number(self, name: str, number: int) -> int:
        """The image of a number that identifies."""
        if plain_name(name) in KEPT_NAMES:
            return number
        image = self._number_image(plain_name(name), number)
        self._register(name, "number", number, image)
        return image

    def integer(self, number: int) -> int:
        """A number whose meaning is unknown: the image of one that is known, or itself.

        A short one is no value yet.
        """
        found = self.known_integer(number)
        if found is None or abs(number) < INTEGER_MIN:
            return number
        image = int(found.image)
        # As large as a number in a trace may be.
        return image if image < 1 << 63 else image % 10**18

    def known_integer(self, number: int) -> Identity | None:
        """The value that a number is, in digits or as one of a field."""
        return (
            self.known("number", number)
            or self.known("text", str(number))
            or self.known("text", f"+{number}")
        )

    def octets(self, name: str, octets: bytes, *, weak: bool = False) -> bytes:
        """The image of bytes; trailing zero bytes stay. `weak`: their meaning is unknown."""
        core = octets.rstrip(b"\0")
        if not core:
            return octets
        image = self.mapper.octets(core)
        self._register(name, "octets", core, image, weak=weak)
        return image + octets[len(core) :]

    def address(self, name: str, address: bytes) -> bytes:
        """The image of an IPv4 or IPv6 address."""
        image = self.mapper.address(address)
        self._register(name, "address", address, image)
        return image

    def hardware_address(self, name: str, address: bytes) -> bytes:
        """The image of a MAC address."""
        image = self.mapper.hardware_address(address)
        self._register(name, "hardware", address, image)
        return image

    def guid(self, name: str, guid: bytes) -> bytes:
        """The image of a GUID in printed order."""
        image = self.mapper.guid(guid)
        self._register(name, "guid", guid, image)
        return image

    def any_text(self, name: str, text: str, mark: str = "") -> str:
        """The image of a text that may be an address or a GUID in its printed form."""
        try:
            return str(ipaddress.ip_address(self.address(name, ipaddress.ip_address(text).packed)))
        except ValueError:
            pass
        plain = plain_name(name)
        if "guid" in plain or "uuid" in plain:
            try:
                image = str(uuid.UUID(bytes=self.guid(name, uuid.UUID(text).bytes)))
            except ValueError:
                return self.text(name, text, mark)
            image = image.upper() if text.upper() == text else image
            return f"{{{image}}}" if text.startswith("{") else image
        octets = hardware_octets(text)
        if octets is not None:
            image = octets_text(self.hardware_address(name, octets), text[2])
            return image.upper() if text.upper() == text else image
        return self.text(name, text, mark)

    def _register(
        self,
        label: str,
        sort: str,
        original: str | int | bytes,
        image: str | int | bytes,
        *,
        weak: bool = False,
    ) -> None:
        if original != image:
            key = (sort, original)
            if weak and key not in self._known:
                self._weak.add(key)
            elif not weak:
                self._weak.discard(key)
            if len(self._known) >= IDENTITIES_MAX and key not in self._known:
                raise LimitError("personal values in one file", IDENTITIES_MAX + 1, IDENTITIES_MAX)
            name = label.rpartition(".")[2].partition("[")[0]
            self._known.setdefault(key, Identity(name, sort, original, image))

    def _text_image(self, name: str, text: str, mark: str) -> str:
        if "iccid" in name:
            return self._iccid(text)
        if "subscriberid" in name or "imsi" in name:
            return self._imsi(text)
        if any(word in name for word in ("deviceid", "imei", "modemid", "meid", "esn")):
            return self._device(text)
        if name in ("pdudata", "pdu"):
            return self._dump(text)
        return self.mapper.text(text, mark == "secret")

    def _dump(self, text: str) -> str:
        """The image of bytes printed as text: the printed image of those bytes."""
        try:
            image = self.octets("PduData", bytes.fromhex(text)).hex()
        except ValueError:
            return self.mapper.text(text)
        if len(image) != len(text):
            return self.mapper.text(text)
        return image if text.lower() == text else image.upper()

    def _imsi(self, text: str) -> str:
        if not (_is_decimal(text) and 14 <= len(text) <= 15):
            return self.mapper.text(text)
        kept = 6 if int(text[:3]) in _THREE_DIGIT_NETWORKS else 5
        return text[:kept] + self.mapper.digits(text[kept:], "imsi")

    def _iccid(self, text: str) -> str:
        digits = text.rstrip("Ff")
        if not (_is_decimal(digits) and 18 <= len(digits) <= 20 and digits.startswith("89")):
            return self.mapper.text(text)
        return self.mapper.checked(digits, "iccid", _ICCID_KEPT) + text[len(digits) :]

    def _device(self, text: str) -> str:
        if _is_decimal(text) and len(text) == _IMEI_BODY + 1:
            return self.mapper.checked(text, "imei")
        if _is_decimal(text) and len(text) in (_IMEI_BODY, _IMEI_BODY + 2):
            # An IMEISV shares all but the version of the software with the IMEI.
            return self.mapper.digits(text[:_IMEI_BODY], "imei") + text[_IMEI_BODY:]
        if _is_hexadecimal(text):
            return self.mapper.hexadecimal(text)
        return self.mapper.text(text)

    def _number_image(self, name: str, number: int) -> int:
        text = str(number)
        if name in ("modemid", "deviceid", "imei") and _IMEI_BODY <= len(text) <= _IMEI_BODY + 2:
            image = int(self._device(text))
            if len(str(image)) == len(text):
                return image
        return self.mapper.number(number)


def hardware_octets(text: str) -> bytes | None:
    """The bytes of a MAC address in its printed form, None for another text."""
    if len(text) != 17 or text[2] not in ":-":
        return None
    try:
        return bytes.fromhex(text.replace(text[2], " "))
    except ValueError:
        return None


def octets_text(octets: bytes, separator: str) -> str:
    """Bytes in hexadecimal, apart."""
    return octets.hex(separator) if separator else octets.hex()


def _is_decimal(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _is_hexadecimal(text: str) -> bool:
    """Whether it is hexadecimal with a letter, in one case."""
    if not text.isascii() or text.isdecimal() or text not in (text.lower(), text.upper()):
        return False
    return all(character in "0123456789abcdefABCDEF" for character in text)
