"""The name server of the small network (RFC 1035): every name is the gateway.

An address is answered for A and AAAA where the context has a gateway of that version; for anything
else there are no data. There is one question in a message, as everywhere.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from enum import IntEnum
from typing import Final

from wwanreplay.errors import DecodeError
from wwanreplay.serve.data.packets import Address

PORT: Final = 53
TTL_S: Final = 60
_HEAD: Final = struct.Struct(">HHHHHH")
_RESPONSE, _OPCODES, _AUTHORITATIVE, _RECURSION_DESIRED, _RECURSION = (
    0x8000,
    0x7800,
    0x0400,
    0x0100,
    0x0080,
)
_INTERNET, _ANY_CLASS = 1, 255
_NAME_MAX = 255
_POINTER_TO_QUESTION = 0xC000 | _HEAD.size


class RecordType(IntEnum):
    """Types of records that are answered."""

    A = 1
    AAAA = 28


class Code(IntEnum):
    """How a question ends."""

    NO_ERROR = 0
    FORMAT_ERROR = 1
    NOT_IMPLEMENTED = 4


def answer(query: bytes, addresses: Sequence[Address]) -> bytes | None:
    """The answer to a query, None for what is none; `addresses` are those of every name."""
    if len(query) < _HEAD.size:
        return None
    number, flags, questions, _, _, _ = _HEAD.unpack_from(query)
    if flags & _RESPONSE:
        return None
    if flags & _OPCODES:
        return _message(number, flags, Code.NOT_IMPLEMENTED)
    try:
        end = _question_end(query) if questions == 1 else 0
    except DecodeError:
        end = 0
    if not end:
        return _message(number, flags, Code.FORMAT_ERROR)
    kind, family = struct.unpack_from(">HH", query, end - 4)
    found = [
        each for each in addresses if kind == _kind(each) and family in (_INTERNET, _ANY_CLASS)
    ]
    return _message(number, flags, Code.NO_ERROR, query[_HEAD.size : end], found)


def _kind(address: Address) -> RecordType:
    return RecordType.A if address.version == 4 else RecordType.AAAA


def _question_end(query: bytes) -> int:
    """Where the question ends; DecodeError for one that is wrong."""
    at = _HEAD.size
    while True:
        if at >= len(query):
            raise DecodeError("runs past the end", structure="DNS", field="name", offset=at)
        size = query[at]
        if size > 63:  # a question has no pointers
            raise DecodeError(f"has a label of {size}", structure="DNS", field="name", offset=at)
        at += 1 + size
        if at - _HEAD.size > _NAME_MAX:
            raise DecodeError("is too long", structure="DNS", field="name", offset=at)
        if size == 0:
            break
    if at + 4 > len(query):
        raise DecodeError("is cut off", structure="DNS", field="question", offset=at)
    return at + 4


def _message(
    number: int, flags: int, code: Code, question: bytes = b"", found: Sequence[Address] = ()
) -> bytes:
    head = _HEAD.pack(
        number,
        _RESPONSE | (flags & (_OPCODES | _RECURSION_DESIRED)) | _AUTHORITATIVE | _RECURSION | code,
        1 if question else 0,
        len(found),
        0,
        0,
    )
    records = b"".join(
        struct.pack(">HHHIH", _POINTER_TO_QUESTION, _kind(each), _INTERNET, TTL_S, len(each.packed))
        + each.packed
        for each in found
    )
    return head + question + records
