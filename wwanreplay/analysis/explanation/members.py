"""The members of an MBIM message that an event of the OID level carries, and no others.

The ties of commands and OIDs fill in what a structure lacks; here nothing is filled in: a member is
known when the event has its path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.analysis.decodedonly import field_of
from wwanreplay.errors import DecodeError
from wwanreplay.mbim.codec import Values
from wwanreplay.mbim.commands import TIES
from wwanreplay.mbim.converters import Known, Member, Reading
from wwanreplay.mbim.tables import MBIMEX_1_0
from wwanreplay.mbim.ties import Message
from wwanreplay.mbim.translated import values_of
from wwanreplay.mbim.versions import understand
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event
from wwanreplay.protocol.decoded import Decoded

#: Payloads whose members are remembered: sessions repeat themselves.
REMEMBERED_MAX: Final = 1_024
_NUMBERS = frozenset({"u8", "u16", "u32", "u64", "i32", "bool8"})
_TIES = {tie.key: tie for tie in reversed(TIES)}


def members_of(key: tuple[int, int] | None, operation: str, event: Event) -> Mapping[str, Any]:
    """The members of a message by its command and operation; `uStatus` beside them where it is.

    `operation` is query, set, response or notification. Events of one payload share them. Never
    raises.
    """
    if key is None:
        return {}
    if event.payload:
        content = int(event.kind), event.namespace, event.code, event.payload
        return _of_payload(key, operation, *content)
    return _of_event(key, operation, event)


@lru_cache(maxsize=REMEMBERED_MAX)
def _of_payload(
    key: tuple[int, int], operation: str, kind: int, namespace: int, code: int, payload: bytes
) -> Mapping[str, Any]:
    event = Event(Kind(kind), 0, namespace=namespace, code=code, payload=payload)
    return MappingProxyType(_of_event(key, operation, event))


def _of_event(key: tuple[int, int], operation: str, event: Event) -> Values:
    if event.namespace == Namespace.NAMESPACE_MBIM:
        return _of_mbim(key, operation, event)
    tie = _TIES.get(key)
    if tie is None:
        return {}
    messages = {"query": tie.query, "set": tie.set}
    message = messages.get(operation, tie.answer)
    source = _source(event)
    if message is None or source is None:
        return {}
    values = dict(_members(message, source))
    status = source.get("uStatus")
    return {**values, "uStatus": status} if isinstance(status, int) else values


def _of_mbim(key: tuple[int, int], operation: str, event: Event) -> Values:
    if event.payload:
        found = understand(*key, operation, event.payload, MBIMEX_1_0)
        return {} if isinstance(found, str) else found.values
    fields = [(f"Fields.{name}", str(value)) for name, value in (event.fields or {}).items()]
    return values_of(*key, operation, fields, MBIMEX_1_0)


def _source(event: Event) -> Decoded | Mapping[str, Any] | None:
    if event.payload:
        try:
            return decode_event(event)
        except DecodeError:
            return None
    values = {str(path): _number(value) for path, value in (event.fields or {}).items()}
    return {path: value for path, value in values.items() if _fits(event, path, value)}


def _number(value: Any) -> Any:
    """A member of an enumeration by name, as Windows prints it, as its number."""
    if not isinstance(value, str):
        return value
    found = _enumerated().get(value)
    return value if found is None else found


def _fits(event: Event, path: str, value: Any) -> bool:
    """Whether a value is of the kind that its field has: a name that nobody knows is no number."""
    field = field_of(event, path)
    is_number = field is not None and (bool(field.values) or field.kind in _NUMBERS)
    return not is_number or isinstance(value, int)


def _enumerated() -> Mapping[str, int]:
    if not _ENUMERATED:
        for row in PROTOCOL.enum_by_name.values():
            for member in getattr(row, "members", ()):
                _ENUMERATED.setdefault(member.name, member.number)
    return _ENUMERATED


_ENUMERATED: dict[str, int] = {}


def _members(message: Message, source: Any) -> Iterator[tuple[str, Any]]:
    known = Known()
    reading = Reading(source, known, message.at)
    for part in message.parts:
        if not isinstance(part, Member) or (part.path or part.member) not in reading:
            continue
        values: Values = {}
        try:
            part.to_mbim(reading, values)
        except (KeyError, TypeError, ValueError):
            continue  # a value that the conversion does not know
        yield from values.items()
