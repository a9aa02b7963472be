"""MBIM messages as people read them: names for numbers, personal values masked by default."""

import re
import uuid
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from wwanreplay.errors import DecodeError
from wwanreplay.mbim import codec, contents, messages
from wwanreplay.mbim.header import FRAGMENT_HEADER_SIZE, FRAGMENTED_TYPES, Head
from wwanreplay.mbim.messages import STATUS_FIELD, Message
from wwanreplay.mbim.qmi import qmi_lines, qmi_text
from wwanreplay.mbim.rows import framing
from wwanreplay.mbim.rows.framing import MessageType
from wwanreplay.mbim.rows.services_vendors import QMI
from wwanreplay.mbim.schema import OPERATIONS, ContentForm, Field, Layout, PartForm, Service
from wwanreplay.mbim.tables import (
    ENUMS,
    MBIMEX_1_0,
    SERVICES_BY_UUID,
    STRUCTS,
    TLV_STRUCTS,
    TLVS,
    command_name,
    find_cid,
    find_layout,
    split_code,
)
from wwanreplay.protocol.presentation import OCTETS_SHOWN_MAX, mask_value
from wwanreplay.words import printable

Lines = list[tuple[str, str]]

_STATUS_NAMES = {value: name for name, value in framing.STATUS_CODES.items()}
_ERROR_NAMES = {row[0]: name for name, row in framing.ERROR_CODES.items()}
#: Service and CID of the command whose buffer is a QMI message.
QMI_MESSAGE = (QMI.number, 1)
_OPERATIONS = {
    messages.MBIM_COMMAND_DONE: "response",
    messages.MBIM_INDICATE_STATUS_MSG: "notification",
}


def status_name(value: int) -> str:
    """Return the name of a status of COMMAND_DONE, or its number."""
    return _STATUS_NAMES.get(value, f"{value:#x}")


def describe(
    data: bytes, *, mbimex: int = MBIMEX_1_0, show_personal: bool = False
) -> tuple[str, Lines]:
    """Return a title and the fields of one transfer: a message, a fragment, or neither.

    Never raises: what cannot be read is shown as bytes, and those are masked like personal values.
    """
    title, message = _transfer(data)
    if isinstance(message, Message):
        return title, _fields(message, mbimex, show_personal)
    return title, [_octets(data[message:], show_personal)]


def title_of_transfer(data: bytes) -> str:
    """The title alone, as that of `describe`."""
    return _transfer(data)[0]


def _transfer(data: bytes) -> tuple[str, Message | int]:
    """The title of a transfer; and its message, or where what is no whole one begins."""
    try:
        header = messages.parse_header(data)
        if header.total != 1:
            title = messages.type_name(header.type)
            part = f"fragment {header.current + 1} of {header.total}"
            return f"{title} {header.transaction_id} {part}", FRAGMENT_HEADER_SIZE
        message = messages.parse_message(data)
    except DecodeError as error:
        return f"no MBIM message: {error}", 0
    return _title(message), message


def describe_buffer(
    code: int, operation: str, buffer: bytes, *, show_personal: bool = False
) -> Lines:
    """Return the fields of an information buffer, by its code in the MBIM namespace."""
    service, cid = split_code(code)
    return _buffer(service, cid, operation, buffer, MBIMEX_1_0, show_personal)


def is_personal(code: int, path: str) -> bool:
    """Whether a printed member of a command, by its code in the MBIM namespace, may name somebody.

    What the tables do not have may hold anything.
    """
    return path != STATUS_FIELD and re.sub(r"\[\d+\]", "", path) not in _public_members(code)


@lru_cache(maxsize=256)
def _public_members(code: int) -> frozenset[str]:
    """The paths of a command's members that name nobody, in all operations and versions."""
    row = find_cid(*split_code(code))
    if row is None:
        return frozenset()
    found: dict[str, bool] = {}
    for operation in OPERATIONS:
        for layout in getattr(row, operation):
            for path, is_public in _members_of(layout, ""):
                found[path] = found.get(path, True) and is_public
    return frozenset(path for path, is_public in found.items() if is_public)


def _members_of(layout: Layout, prefix: str) -> Iterator[tuple[str, bool]]:
    for field in layout.fields:
        path = f"{prefix}{field.name}"
        yield path, not field.personal
        if field.struct is not None:
            for inner, is_public in _members_of(STRUCTS[field.struct].layout, f"{path}."):
                yield inner, is_public and not field.personal


def _title(message: Message) -> str:
    is_command = message.type in FRAGMENTED_TYPES
    title = title_of(
        Head(
            message.type,
            transaction_id=message.transaction_id,
            service=message.service if is_command else None,
            cid=message.cid if is_command else None,
            value=message.value,
        )
    )
    known = SERVICES_BY_UUID.get(message.service) if is_command else None
    qmi = qmi_text(message.buffer) if _is_qmi(known, message.cid) else ""
    return f"{title} ({qmi})" if qmi else title


def title_of(head: Head) -> str:
    """A message by as much of its header as is known; its type is one of MBIM."""
    kind, value = head.type or 0, head.value
    parts = [messages.type_name(kind)]
    parts += [] if head.transaction_id is None else [str(head.transaction_id)]
    if value is not None:
        numbers = (text if not text.isdecimal() else f"{n} {text}" for n, text in _number(head))
        parts += numbers
        if kind == messages.MBIM_COMMAND_MSG:
            parts.append({0: "query", 1: "set"}.get(value, f"type {value}"))
    if head.service is not None and head.cid is not None:
        known = SERVICES_BY_UUID.get(head.service)
        if known is None:
            parts.append(f"{uuid.UUID(bytes=head.service)} CID {head.cid}")
        else:
            parts.append(command_name(known.number, head.cid))
    if kind == messages.MBIM_COMMAND_DONE and value is not None:
        parts.append(status_name(value))
    return " ".join(parts)


def _is_qmi(service: Service | None, cid: int) -> bool:
    """Whether a command carries a QMI message as its buffer."""
    return service is not None and (service.number, cid) == QMI_MESSAGE


def _number(message: Message | Head) -> Lines:
    """The one number that a short message has."""
    value = message.value or 0
    if message.type == messages.MBIM_OPEN_MSG:
        return [("MaxControlTransfer", str(value))]
    if message.type in (messages.MBIM_OPEN_DONE, messages.MBIM_CLOSE_DONE):
        return [("Status", status_name(value))]
    if message.type in (messages.MBIM_HOST_ERROR_MSG, messages.MBIM_FUNCTION_ERROR_MSG):
        return [("ErrorStatusCode", _ERROR_NAMES.get(value, str(value)))]
    return []


def _fields(message: Message, mbimex: int, show_personal: bool) -> Lines:
    if message.type not in FRAGMENTED_TYPES:
        return _number(message)
    if not message.buffer:
        return []
    known = SERVICES_BY_UUID.get(message.service)
    if known is None:
        return [_octets(message.buffer, show_personal)]
    command = "set" if message.value == messages.COMMAND_SET else "query"
    operation = _OPERATIONS.get(MessageType(message.type), command)
    return _buffer(known.number, message.cid, operation, message.buffer, mbimex, show_personal)


def _buffer(
    service: int, cid: int, operation: str, buffer: bytes, mbimex: int, show_personal: bool
) -> Lines:
    layout = find_layout(service, cid, operation, mbimex)
    inside = qmi_lines(buffer) if (service, cid) == QMI_MESSAGE else []
    if layout is None:
        return [*inside, _octets(buffer, show_personal)]
    values, wrong = codec.decode_part(command_name(service, cid), layout, buffer)
    lines = [*inside, *_lines("", layout, values, None, show_personal)]
    return (
        lines if wrong is None else [*lines, ("error", str(wrong)), _octets(buffer, show_personal)]
    )


def _octets(data: bytes, show_personal: bool) -> tuple[str, str]:
    return "bytes", _octets_text(data) if show_personal else mask_value(data)


def _octets_text(data: bytes) -> str:
    left = len(data) - OCTETS_SHOWN_MAX
    shown = data[:OCTETS_SHOWN_MAX].hex()
    return shown if left <= 0 else f"{shown}… ({left} more bytes)"


def _lines(
    prefix: str, layout: Layout, values: dict[str, Any], personal: str | None, show_personal: bool
) -> Iterator[tuple[str, str]]:
    for field in layout.fields:
        if field.name in values:
            mark = field.personal or personal
            path = prefix + field.name
            yield from _value_lines(path, field, values[field.name], mark, show_personal)


def _value_lines(
    path: str, field: Field, value: Any, personal: str | None, show_personal: bool
) -> Iterator[tuple[str, str]]:
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        for index, item in enumerate(value):
            yield from _value_lines(f"{path}[{index}]", field, item, personal, show_personal)
    elif isinstance(value, dict) and field.struct is not None:
        inner = STRUCTS[field.struct].layout
        yield from _lines(f"{path}.", inner, value, personal, show_personal)
    elif isinstance(value, dict):
        yield from _tlv_lines(path, value, personal, show_personal)
    elif value is not None:
        masked = personal is not None and not show_personal
        yield path, mask_value(value) if masked else _text(field, value)


def _tlv_lines(
    path: str, item: dict[str, Any], personal: str | None, show_personal: bool
) -> Iterator[tuple[str, str]]:
    """Yield the type of a TLV by name and its values; unknown data stay bytes."""
    kind = item["Type"]
    yield f"{path}.Type", contents.type_name(kind)
    if "Content" not in item:
        masked = personal is not None and not show_personal
        data = item["Data"]
        yield f"{path}.Data", mask_value(data) if masked else _octets_text(data)
        return
    row = TLVS[kind]
    if row.struct is None:
        yield f"{path}.Data", _shown(item["Content"], row.enum, personal, show_personal)
    elif row.form is ContentForm.ONE:
        yield from _part_lines(path, row.struct, item["Content"], personal, show_personal)
    else:
        for index, values in enumerate(item["Content"]):
            place = f"{path}[{index}]"
            yield from _part_lines(place, row.struct, values, personal, show_personal)


def _part_lines(
    prefix: str,
    struct_name: str,
    values: dict[str, Any],
    personal: str | None,
    show_personal: bool,
) -> Iterator[tuple[str, str]]:
    for part in TLV_STRUCTS[struct_name]:
        if part.name not in values:
            continue
        path, value = f"{prefix}.{part.name}", values[part.name]
        # Lengths and kinds are structural: they do not name anybody.
        mark = None if part.is_structural else part.personal or personal
        if part.struct is not None:
            items = value if isinstance(value, list) else [value]
            for index, item in enumerate(items):
                place = f"{path}[{index}]" if isinstance(value, list) else path
                yield from _part_lines(place, part.struct, item, mark, show_personal)
        elif part.form is PartForm.TLV:
            yield from _tlv_lines(path, value, mark, show_personal)
        else:
            yield path, _shown(value, part.type, mark, show_personal)


def _shown(value: Any, enum: str | None, personal: str | None, show_personal: bool) -> str:
    if personal is not None and not show_personal:
        return mask_value(value)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return _value_text(enum, value)


def _text(field: Field, value: Any) -> str:
    return _value_text(field.type, value)


def _value_text(enum: str | None, value: Any) -> str:
    if isinstance(value, bytes):
        return _octets_text(value)
    if isinstance(value, str):
        return printable(value)
    if enum is None:
        return str(value)
    row = ENUMS[enum]
    names = {number: name for name, number in row.members}
    if value in names or not row.flags:
        return names.get(value, str(value))
    found = [name for name, number in row.members if number and value & number == number]
    left = value & ~sum(number for _, number in row.members if value & number == number)
    return "|".join([*found, *([f"{left:#x}"] if left else [])])
