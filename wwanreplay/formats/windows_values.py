"""Values as Windows prints them: numbers, service UUIDs, buffers."""

from __future__ import annotations

import re
import uuid
from typing import Final

from wwanreplay.mbim.tables import SERVICES_BY_UUID

_GUID: Final = re.compile(r"\{?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\}?")
#: Numbers of Windows have 64 bits: 16 digits in hexadecimal, 20 in decimal.
U64_MAX: Final = (1 << 64) - 1
_HEXADECIMAL: Final = re.compile(r"((?:0[xX])?[0-9A-Fa-f]{1,16})(?![0-9A-Za-z])")
_NUMBER: Final = re.compile(r"(0[xX][0-9A-Fa-f]{1,16}|[0-9]{1,20})(?![0-9A-Za-z])")


def number_of(text: str | None, base: int = 0) -> int | None:
    """The number that a value begins with, None without one."""
    if text is None:
        return None
    match = (_HEXADECIMAL if base == 16 else _NUMBER).match(text.strip())
    if match is None:
        return None
    digits = match[1]
    number = int(digits, 16 if base == 16 or digits[:2] in ("0x", "0X") else 10)
    return number if number <= U64_MAX else None


def service_of(text: str | None) -> tuple[bytes | None, bool]:
    """A printed service UUID as on the wire, and whether a request id stood in front of it.

    A UUID that no known service has in any of the three forms is taken as printed.
    """
    match = _GUID.search(text or "")
    if match is None:
        return None, False
    printed = uuid.UUID(match[1])
    if printed.bytes in SERVICES_BY_UUID:
        return printed.bytes, False
    if printed.bytes_le in SERVICES_BY_UUID:
        return printed.bytes_le, False
    shifted = printed.bytes_le[4:]
    for service in SERVICES_BY_UUID:
        if uuid.UUID(bytes=service).bytes_le[:12] == shifted:
            return service, True
    return printed.bytes, False


def bytes_of(text: str | None) -> bytes | None:
    """The bytes of a printed buffer, None without one; a half byte at its end is left out."""
    match = re.match(r"(?:0[xX])?([0-9A-Fa-f]*)", (text or "").strip())
    if match is None or (text or "").strip() == "":
        return None
    digits = match[1]
    return bytes.fromhex(digits[: len(digits) & ~1])
