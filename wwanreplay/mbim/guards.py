"""Which commands a real device gets only by name, by the marks on their rows."""

from __future__ import annotations

from wwanreplay.errors import DecodeError
from wwanreplay.mbim import codec
from wwanreplay.mbim.messages import COMMAND_SET, MBIM_COMMAND_MSG, Message
from wwanreplay.mbim.rows.guards import UNKNOWN_COMMAND, VENDOR
from wwanreplay.mbim.schema import Guard
from wwanreplay.mbim.tables import MBIMEX_1_0, SERVICES_BY_UUID, find_cid, find_layout


def guard_of(message: Message, mbimex: int = MBIMEX_1_0) -> str | None:
    """The word that allows a message to be sent, None for one that needs none.

    A buffer that cannot be read needs every word that its row has: the first one is returned.
    """
    if message.type != MBIM_COMMAND_MSG:
        return None
    is_set = message.value == COMMAND_SET
    service = SERVICES_BY_UUID.get(message.service)
    if service is None:
        return VENDOR.name
    row = find_cid(service.number, message.cid)
    guard = service.guard if row is None or row.guard is None else row.guard
    if guard is None and row is None:
        guard = UNKNOWN_COMMAND
    if guard is None or ("s" if is_set else "q") not in guard.operations:
        return None
    return _chosen(guard, service.number, message, mbimex)


def _chosen(guard: Guard, service: int, message: Message, mbimex: int) -> str:
    """The word of a guard, by the value that decides it."""
    if not guard.member:
        return guard.name
    operation = "set" if message.value == COMMAND_SET else "query"
    if find_layout(service, message.cid, operation, mbimex) is None:
        return guard.name
    try:
        values = codec.decode(service, message.cid, operation, message.buffer, mbimex=mbimex)
    except DecodeError:
        return guard.name
    return guard.other if values.get(guard.member) in guard.values else guard.name
