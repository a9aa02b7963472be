"""A host and a device that speak past a class driver: their messages, and what it makes of them."""

import uuid

from wwanreplay._core import Event
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.class_driver import ClassDriver
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import SERVICES
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event

BASIC, SMS, PHONEBOOK, UICC = 1, 2, 4, 12
OWN = uuid.UUID("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0")


OPEN = Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes()


def wire(service: int) -> bytes:
    return uuid.UUID(SERVICES[service].uuid).bytes


def command(
    number: int, service: int, cid: int, is_set: int = 0, buffer: bytes = b"", own: bytes = b""
) -> bytes:
    kind = messages.MBIM_COMMAND_MSG
    return Message(kind, number, is_set, own or wire(service), cid, buffer).to_bytes()


def done(
    number: int, service: int, cid: int, buffer: bytes = b"", status: int = 0, own: bytes = b""
) -> bytes:
    kind = messages.MBIM_COMMAND_DONE
    return Message(kind, number, status, own or wire(service), cid, buffer).to_bytes()


def indicate(service: int, cid: int, buffer: bytes, own: bytes = b"") -> bytes:
    kind = messages.MBIM_INDICATE_STATUS_MSG
    return Message(kind, 0, 0, own or wire(service), cid, buffer).to_bytes()


RADIO_ON = codec.encode(BASIC, 3, "response", {"HwRadioState": 1, "SwRadioState": 1})


def oid(name: str) -> int:
    number = PROTOCOL.oid(name).number
    assert number is not None
    return number


def status_code(name: str) -> int:
    return PROTOCOL.indication(name).number


def from_host(driver: ClassDriver, data: bytes, time_ns: int = 0) -> list[Event]:
    return driver.message(data, time_ns, from_host=True)


def from_device(driver: ClassDriver, data: bytes, time_ns: int = 0) -> list[Event]:
    return driver.message(data, time_ns, from_host=False)


def only(events: list[Event]) -> Event:
    (event,) = events
    return event


def values(event: Event) -> dict[str, object]:
    decoded = decode_event(event)
    assert decoded is not None
    assert decoded.raw is None
    return {leaf.path: leaf.value for leaf in decoded.leaves()}


CONNECTED_3 = codec.encode(
    BASIC,
    12,
    "notification",
    {
        "SessionId": 0,
        "ActivationState": 1,
        "IpType": 1,
        "ContextType": "7e5e2a7e-4e6f-7272-736b-656e7e5e2a7e",
        "MediaPreference": 2,
        "AccessString": "internet",
    },
    mbimex=0x0300,
)
