"""Events of the class driver, and what it needs of messages: one shape for each kind."""

from __future__ import annotations

import uuid
from typing import Any

from wwanreplay._core import Event
from wwanreplay.mbim import ties
from wwanreplay.mbim.blocks import is_composed
from wwanreplay.mbim.header import FRAGMENTED_TYPES, TYPES, Head, look
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.outstanding import Transaction
from wwanreplay.mbim.structures import Tree, flattened
from wwanreplay.mbim.tables import SERVICES_BY_UUID, command_code, command_name
from wwanreplay.protocol.kinds import (
    FLAG_INFERRED,
    INDICATION_REQUIRED,
    KIND_COMPLETION,
    KIND_INDICATION,
    KIND_QUERY,
    KIND_SET,
    NAMESPACE_MBIM,
)


def request_event(
    transaction: Transaction,
    time_ns: int,
    code: int,
    payload: bytes,
    *,
    flags: int,
    fields: dict[str, Any] | None,
) -> Event:
    """Return the query or set of a transaction."""
    return Event(
        KIND_SET if transaction.is_set else KIND_QUERY,
        time_ns,
        port=transaction.port,
        request_id=transaction.request_id,
        code=code,
        payload=payload,
        handle=transaction.request_id,
        capacity=len(payload),
        flags=flags,
        fields=fields,
    )


def provisional(request: Event) -> Event:
    """The completion that no message carries."""
    return Event(
        KIND_COMPLETION,
        request.time_ns,
        port=request.port,
        request_id=request.request_id,
        code=request.code,
        status=INDICATION_REQUIRED,
        flags=FLAG_INFERRED,
    )


def completion(
    transaction: Transaction, time_ns: int, code: int, status: int, *, flags: int
) -> Event:
    """Return the completion that ends a request."""
    return Event(
        KIND_COMPLETION,
        time_ns,
        port=transaction.port,
        request_id=transaction.request_id,
        code=code,
        status=status,
        flags=flags,
    )


def indication(time_ns: int, code: int, *, transaction: Transaction | None = None) -> Event:
    """Return an indication without a payload: unsolicited, or the answer of a transaction."""
    if transaction is None:
        return Event(KIND_INDICATION, time_ns, code=code)
    return Event(
        KIND_INDICATION,
        time_ns,
        port=transaction.port,
        code=code,
        request_id=transaction.request_id,
        handle=transaction.request_id,
    )


def raw_indication(
    key: tuple[int, int],
    time_ns: int,
    message: Message,
    flags: int,
    transaction: Transaction | None = None,
) -> Event:
    """An indication in the MBIM namespace: the information buffer as it is."""
    event = indication(time_ns, command_code(*key), transaction=transaction)
    return event.replace(namespace=NAMESPACE_MBIM, payload=message.buffer, flags=flags)


def service_tree(prefix: str, identifier: str, service: str, message: Message) -> Tree:
    """Return the tree of a structure of device services; `identifier` names its command."""
    return {
        f"{prefix}.DeviceServiceGuid": service,
        f"{prefix}.{identifier}": message.cid,
        f"{prefix}.uDataSize": len(message.buffer),
        "Data": message.buffer,
    }


def fields_of_tree(tie: ties.Message, tree: Tree) -> dict[str, Any]:
    """Return the fields of an event whose message a log printed in part."""
    return {
        path: value
        for path, value in flattened(tree).items()
        if not path.endswith(".ElementType") and not is_composed(tie.parts, path)
    }


def printed(fields: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the printed members of a message without a structure: MBIM names, text as it is."""
    return {
        name.removeprefix("Fields."): value
        for name, value in fields
        if name.startswith("Fields.") and value.strip() != "###"
    }


def uuid_text(service: bytes) -> str:
    """Return a UUID as people write it, also when it is cut off."""
    return str(uuid.UUID(bytes=service.ljust(16, b"\0")[:16]))


def name_of(message: Message) -> str:
    """Return the name of a message's command, for people."""
    known = SERVICES_BY_UUID.get(message.service)
    if known is None:
        return f"{uuid_text(message.service)} CID {message.cid}"
    return command_name(known.number, message.cid)


def bare(head: Head) -> Message:
    """A message of which only the header is known; what is not known of it is 0."""
    return Message(
        head.type or 0,
        head.transaction_id or 0,
        head.value or 0,
        head.service or b"",
        head.cid or 0,
    )


def salvaged(data: bytes) -> Message | None:
    """Return what a message with wrong lengths, or a first fragment, holds all the same.

    The bytes that are there count, not what the lengths say: one that is too small loses nothing.
    """
    head = look(data)
    kind = head.type
    if kind not in TYPES or head.transaction_id is None:
        return None
    if kind not in FRAGMENTED_TYPES:
        return Message(kind, head.transaction_id, head.value or 0)
    if head.buffer_length is None or head.service is None or head.cid is None:
        return None
    at = head.buffer_at
    return Message(
        kind,
        head.transaction_id,
        head.value or 0,
        head.service,
        head.cid,
        data[at:],
    )
