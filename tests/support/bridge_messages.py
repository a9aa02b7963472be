"""What hosts send to a bridge and devices answer, for tests of it without a device."""

import uuid
from typing import Any

from wwanreplay._core import Event, Kind
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.bridge import Bridge
from wwanreplay.mbim.commands import DEVICE_SERVICES, SUBSCRIBE_LIST, TIES
from wwanreplay.mbim.messages import ERRORS, Message, parse_message
from wwanreplay.mbim.rows import framing
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES, find_layout
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol import codec as ndis

BASIC = uuid.UUID(SERVICES[BASIC_CONNECT].uuid).bytes
VENDOR = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
INDICATION_REQUIRED = PROTOCOL.status("NDIS_STATUS_INDICATION_REQUIRED").number
INTERNET = framing.CONTEXT_TYPES["MBIM_CONTEXT_TYPE_INTERNET"][0]


def wire(service: int) -> bytes:
    return uuid.UUID(SERVICES[service].uuid).bytes


def opened(**options: Any) -> Bridge:
    bridge = Bridge(**options)
    message = Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes()
    assert bridge.host_message(message, 0) == (
        [],
        [Message(messages.MBIM_OPEN_DONE, 1, 0).to_bytes()],
    )
    return bridge


def command(
    cid: int,
    values: dict[str, Any] | None = None,
    *,
    is_set: bool = False,
    tid: int = 2,
    service: int = BASIC_CONNECT,
) -> bytes:
    operation = "set" if is_set else "query"
    buffer = codec.encode(service, cid, operation, values or {})
    return Message(
        messages.MBIM_COMMAND_MSG, tid, int(is_set), wire(service), cid, buffer
    ).to_bytes()


def ask(bridge: Bridge, *args: Any, **options: Any) -> list[Event]:
    requests, replies = bridge.host_message(command(*args, **options), 1000)
    assert replies == []
    return requests


def indication(
    request: Event | None, name: str, structure: str, values: dict[str, Any], **options: Any
) -> Event:
    return Event(
        Kind.KIND_INDICATION,
        2000,
        code=PROTOCOL.indication(name).number,
        request_id=0 if request is None else request.request_id,
        port=options.pop("port", 0 if request is None else request.port),
        payload=ndis.encode(structure, values, **options),
    )


def completion(request: Event, status: int, **changes: Any) -> Event:
    return Event(
        Kind.KIND_COMPLETION,
        1500,
        code=request.code,
        request_id=request.request_id,
        status=status,
        namespace=request.namespace,
        **changes,
    )


def answer(replies: list[bytes], operation: str = "response") -> tuple[Message, dict[str, Any]]:
    """Return the one message in `replies` and its decoded buffer."""
    assert len(replies) == 1
    message = parse_message(replies[0])
    number = next(row.number for row in SERVICES.values() if wire(row.number) == message.service)
    if not message.buffer and find_layout(number, message.cid, operation).size:  # type: ignore[union-attr]
        return message, {}
    return message, codec.decode(number, message.cid, operation, message.buffer)


def error_of(replies: list[bytes]) -> tuple[int, str]:
    assert len(replies) == 1
    message = parse_message(replies[0])
    assert message.type == messages.MBIM_FUNCTION_ERROR_MSG
    names = {value: name for name, value in ERRORS.items()}
    return message.transaction_id, names[message.value]


COMMANDS = [
    tie
    for tie in TIES
    if tie.served
    and tie.indication is not None
    and tie.key not in (DEVICE_SERVICES, SUBSCRIBE_LIST)
    and tie.driver_model != 1
]


def context_state(request: Event | None, values: dict[str, Any], **options: Any) -> Event:
    return indication(
        request,
        "NDIS_STATUS_WWAN_CONTEXT_STATE",
        "NDIS_WWAN_CONTEXT_STATE",
        values,
        revision=options.pop("revision", 2),
        **options,
    )


def subscription(request: Event) -> Event:
    return indication(
        request,
        "NDIS_STATUS_WWAN_DEVICE_SERVICE_SUBSCRIPTION",
        "NDIS_WWAN_DEVICE_SERVICE_SUBSCRIPTION",
        {"Elements": [VENDOR]},
    )
