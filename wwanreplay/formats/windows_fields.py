"""What Windows text prints, as numbers and NDIS paths: statuses, OIDs, members of structures.

A member is printed by its own name, without the structures it is in. Its path is found when the
structures of the OID or indication have exactly one member of that name; anything else keeps the
printed name behind `text.`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.schema import Field, Struct

#: Prefix of printed names that no structure has.
TEXT_PREFIX: Final = "text."
#: A printed text that is kept.
TEXT_SIZE_MAX: Final = 512

# The system's messages for codes, as the text of events prints them.
_MESSAGES: Final = {
    "the request will be completed later by ndis status indication": (
        "NDIS_STATUS_INDICATION_REQUIRED"
    ),
    "the operation that was requested is pending completion": "NDIS_STATUS_PENDING",
    "the operation completed successfully": "NDIS_STATUS_SUCCESS",
    "success": "NDIS_STATUS_SUCCESS",
    "status_success": "NDIS_STATUS_SUCCESS",
    "status_pending": "NDIS_STATUS_PENDING",
    "status_unsuccessful": "NDIS_STATUS_FAILURE",
    "status_invalid_parameter": "NDIS_STATUS_INVALID_PARAMETER",
    "status_not_supported": "NDIS_STATUS_NOT_SUPPORTED",
    "status_insufficient_resources": "NDIS_STATUS_RESOURCES",
    "status_invalid_device_state": "NDIS_STATUS_INVALID_STATE",
    "the request is not supported": "NDIS_STATUS_NOT_SUPPORTED",
    "an invalid parameter was passed to a service or function": "NDIS_STATUS_INVALID_PARAMETER",
}
# NDIS codes in Win32 form: the same low half behind facility 0x34.
_WIN32_NDIS: Final = 0x0034
_NDIS_HIGH_HALVES: Final = (0xC001, 0xC023, 0x4001, 0x0001, 0x4023, 0x0023)
_WIN32_EXACT: Final = {
    0x00340001: "NDIS_STATUS_INDICATION_REQUIRED",
    0x803400BB: "NDIS_STATUS_NOT_SUPPORTED",
    0x00000032: "NDIS_STATUS_NOT_SUPPORTED",
    0x00000057: "NDIS_STATUS_INVALID_PARAMETER",
    0x000003E5: "NDIS_STATUS_PENDING",
    0x0000001F: "NDIS_STATUS_FAILURE",
}
#: Calls of the service that are named otherwise than the OID they become.
_CALLS: Final = {
    "PinAction": "OID_WWAN_PIN_EX",
    "PinInfo": "OID_WWAN_PIN_EX",
}
_NUMBER: Final = re.compile(r"^\s*(-?\d{1,20}|0[xX][0-9A-Fa-f]{1,16})\s*(?:$|[\s(,;])")
_BRACKETED: Final = re.compile(r"\(\s*(0[xX][0-9A-Fa-f]{1,16}|\d{1,20})\s*\)\s*$")
_INTEGERS: Final = re.compile(r"[ui](?:8|16|32|64)\Z|bool")


def status_of(number: int | None, text: str) -> int | None:
    """The NDIS_STATUS that a number (in either form) or a printed text stands for."""
    if number is not None:
        return _status_of_number(number)
    words = text.split("(")[0].strip().rstrip(".").lower()
    name = _MESSAGES.get(words, words.upper())
    row = PROTOCOL.ndis_status_by_name.get(name)
    if row is not None:
        return row.number
    match = _BRACKETED.search(text) or _NUMBER.match(text)
    return _status_of_number(int(match[1], 0)) if match else None


def _status_of_number(number: int) -> int | None:
    number &= 0xFFFFFFFF
    if number in _WIN32_EXACT:
        return PROTOCOL.ndis_status_by_name[_WIN32_EXACT[number]].number
    if number >> 16 & 0x7FFF == _WIN32_NDIS:
        for high in _NDIS_HIGH_HALVES:
            code = high << 16 | number & 0xFFFF
            if code in PROTOCOL.ndis_status_by_number:
                return code
    return number


def oid_of(code: int | None, name: str) -> int | None:
    """The number of an OID that a line names, or that a call of the service becomes."""
    if code is not None:
        return code & 0xFFFFFFFF
    row = PROTOCOL.oid_by_name.get(name) or PROTOCOL.oid_by_name.get(_CALLS.get(name, ""))
    if row is None and name and not name.startswith("OID_"):
        row = PROTOCOL.oid_by_name.get("OID_WWAN_" + _snake(name))
    return None if row is None else row.number


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


@dataclass(frozen=True, slots=True)
class _Member:
    path: str
    field: Field


@lru_cache(maxsize=512)
def _members(struct: str) -> tuple[_Member, ...]:
    """The members of a structure in its newest layout, its header left out."""
    row = PROTOCOL.structure(struct)
    if not row.layouts:
        return ()
    flat = PROTOCOL.flat(struct, row.layouts[-1].id)
    return tuple(
        _Member(leaf.path, leaf.field)
        for leaf in flat.leaves
        if not leaf.path.startswith("Header.")
    )


def _find(members: Sequence[_Member], name: str) -> _Member | None:
    """The one member with that name, or whose name ends with it as a word of its own."""
    wanted = name.replace(" ", "")
    if not re.fullmatch(r"[A-Za-z_][\w.\[\]]{0,120}", wanted):
        return None
    found = [
        member for member in members if member.path == wanted or member.path.endswith(f".{wanted}")
    ]
    if not found and wanted[0].isupper():
        found = [
            member
            for member in members
            if (last := member.path.rpartition(".")[2]).endswith(wanted)
            and last[: -len(wanted)][-1:].islower()
        ]
    return found[0] if len(found) == 1 else None


def fields_of(
    structs: Iterable[Struct], printed: Iterable[tuple[str, str]]
) -> dict[str, int | str]:
    """Printed members under their paths, with numbers; unknown ones behind `text.`.

    Of several structures the one that has most of the names is taken.
    """
    pairs = list(printed)
    best: list[_Member | None] = [None] * len(pairs)
    for struct in structs:
        members = _members(struct.name)
        found = [_find(members, name) for name, _ in pairs]
        if sum(map(bool, found)) > sum(map(bool, best)):
            best = found
    fields: dict[str, int | str] = {}
    for member, (name, text) in zip(best, pairs, strict=True):
        value = None if member is None else value_of(member.field, text)
        if member is None or value is None or member.path in fields:
            fields.setdefault(f"{TEXT_PREFIX}{name}", text[:TEXT_SIZE_MAX])
        else:
            fields[member.path] = value
    return fields


def value_of(field: Field, text: str) -> int | str | None:
    """A printed value as the field has it: a number or a text; None when it is no such value."""
    if field.kind.startswith(("wchar", "char")):
        return text.strip().strip("'\"")[:TEXT_SIZE_MAX]
    if field.count or not _INTEGERS.match(field.kind):
        return None
    match = _BRACKETED.search(text) or _NUMBER.match(text)
    if match is not None:
        return int(match[1], 0) if match[1][:1] != "0" else _leading_zero(match[1])
    word = text.strip().strip("'\"")
    if word.upper() in ("TRUE", "FALSE"):
        return int(word.upper() == "TRUE")
    enum = PROTOCOL.enum_by_name.get(field.values)
    members = enum.members if enum is not None else ()
    return next((member.number for member in members if member.name == word), None)


def _leading_zero(text: str) -> int:
    return int(text, 16) if text[:2] in ("0x", "0X") else int(text, 10)
