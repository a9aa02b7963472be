"""The MBIM command of an OID request: what a host sends for it.

The bridge makes OID requests of a host's commands; this is the way back, for sessions that were
recorded without messages, by the same ties. Members that only the command has get fixed values: a
context is one for the internet, a list of providers has no signal strength.
"""

from __future__ import annotations

import uuid

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.commands import ties_of_oid
from wwanreplay.mbim.converters import Known, Source
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.schema import ANSWER_S
from wwanreplay.mbim.tables import (
    MBIMEX_1_0,
    SERVICES,
    SERVICES_BY_UUID,
    find_cid,
    find_layout,
    split_code,
)
from wwanreplay.mbim.ties import Tie, members_of
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import Decoded, decode_event


def answer_s_of(message: Message) -> int:
    """Return how long a host waits for the answer of a command, in seconds."""
    service = SERVICES_BY_UUID.get(message.service)
    row = None if service is None else find_cid(service.number, message.cid)
    return ANSWER_S if row is None else row.answer_s


def command_of(
    event: Event,
    transaction_id: int,
    session: int = 0,
    *,
    mbimex: int = MBIMEX_1_0,
    served_only: bool = True,
) -> Message | None:
    """Return the COMMAND that a host sends for a query or set, or None when MBIM has none.

    `session` is the SessionId of a query that needs one, `mbimex` the version in force. A payload
    that cannot be read, or whose values no command carries, has no command. With `served_only` off
    also those have one that the emulated function does not serve.
    """
    if event.kind not in (Kind.KIND_QUERY, Kind.KIND_SET):
        return None
    is_set = event.kind == Kind.KIND_SET
    kind = messages.COMMAND_SET if is_set else messages.COMMAND_QUERY
    if event.namespace == Namespace.NAMESPACE_MBIM:
        number, cid = split_code(event.code)
        service = SERVICES.get(number)
        if service is None:
            return None
        wire = uuid.UUID(service.uuid).bytes
        return Message(messages.MBIM_COMMAND_MSG, transaction_id, kind, wire, cid, event.payload)
    row = PROTOCOL.oid_by_number.get(event.code)
    if row is None:
        return None
    try:
        decoded = decode_event(event)
        if decoded is not None and decoded.raw is not None:
            return None
        if row.name == "OID_WWAN_DEVICE_SERVICE_COMMAND":
            return None if decoded is None else _service_command(decoded, transaction_id, kind)
        for tie in ties_of_oid(row.name):
            if served_only and not tie.serves("s" if is_set else "q"):
                continue
            message = _command(tie, decoded, is_set, transaction_id, session, mbimex)
            if message is not None:
                return message
    except (DecodeError, UsageError, KeyError):
        pass
    return None


def _command(
    tie: Tie,
    decoded: Decoded | None,
    is_set: bool,
    transaction_id: int,
    session: int,
    mbimex: int,
) -> Message | None:
    """Return the command of a tie, None when it has none for such a request."""
    operation = "set" if is_set else "query"
    layout = find_layout(*tie.key, operation, mbimex)
    shape = tie.set if is_set else tie.query
    if layout is None:
        return None
    if is_set and (shape is None or decoded is None or decoded.name != shape.structure):
        return None
    values: codec.Values = {}
    if shape is not None and (decoded is not None or not shape.structure):
        members = members_of(*tie.key, operation, mbimex)
        source: Source = {} if decoded is None else decoded
        values = shape.values(source, Known(session=session, mbimex=mbimex), members)
    return Message(
        messages.MBIM_COMMAND_MSG,
        transaction_id,
        messages.COMMAND_SET if is_set else messages.COMMAND_QUERY,
        uuid.UUID(SERVICES[tie.service].uuid).bytes,
        tie.cid,
        codec.encode_layout(f"{tie.name} {operation}", layout, values),
    )


def _service_command(decoded: Decoded, transaction_id: int, kind: int) -> Message:
    """Return a command of the device's own services, whose data go as they are."""
    size = decoded["Command.uDataSize"]
    return Message(
        messages.MBIM_COMMAND_MSG,
        transaction_id,
        kind,
        uuid.UUID(decoded["Command.DeviceServiceGuid"]).bytes,
        decoded["Command.CommandID"],
        bytes(decoded.get("Data", b""))[:size],
    )
