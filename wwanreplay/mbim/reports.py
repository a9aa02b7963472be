"""Reports of a device: those that a function reads, and the notifications that it sends of them.

The rows of the ties say which (docs/mbim-mapping.md).
"""

import uuid
from functools import lru_cache
from typing import Final

from wwanreplay._core import Event
from wwanreplay.mbim import codec, messages, ties
from wwanreplay.mbim.commands import EMERGENCY_MODE, IP_ADDRESS_STATE, IP_CONFIGURATION, TIES
from wwanreplay.mbim.converters import Known
from wwanreplay.mbim.memory import Memory
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import SERVICES
from wwanreplay.mbim.ties import Tie
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol import codec as ndis

SERVICE_EVENT: Final = PROTOCOL.indication("NDIS_STATUS_WWAN_DEVICE_SERVICE_EVENT").number
SERVICE_RESPONSE: Final = PROTOCOL.indication("NDIS_STATUS_WWAN_DEVICE_SERVICE_RESPONSE").number
SUBSCRIPTION: Final = PROTOCOL.indication("NDIS_STATUS_WWAN_DEVICE_SERVICE_SUBSCRIPTION").number
IP_ADDRESSES: Final = PROTOCOL.indication("NDIS_STATUS_WWAN_IP_ADDRESS_STATE").number

_SERVED = tuple(tie for tie in TIES if tie.served)
#: Indications that answer a request or become a message to the host.
READ: Final = frozenset(
    {
        *(
            PROTOCOL.indication(name).number
            for tie in _SERVED
            for name in (tie.indication, tie.set_indication)
            if name is not None
        ),
        SERVICE_EVENT,
        SERVICE_RESPONSE,
        IP_ADDRESSES,
        PROTOCOL.indication("NDIS_STATUS_LINK_STATE").number,
    }
)


def _notified() -> dict[int, tuple[Tie, ...]]:
    found: dict[int, tuple[Tie, ...]] = {}
    for tie in _SERVED:
        if tie.serves("n") and tie.indication:
            number = PROTOCOL.indication(tie.indication).number
            found[number] = (*found.get(number, ()), tie)
    return found


#: The ties of the notifications that an indication becomes.
NOTIFIED: Final = _notified()


def report_of(event: Event) -> tuple[str, ndis.Decoded] | None:
    """The name of an indication and its structure, None when no revision of one fits."""
    row = PROTOCOL.indication_by_number[event.code]
    for structure in row.structs:
        decoded = ndis.decode(structure, event.payload)
        if decoded.raw is None:
            return row.name, decoded
    return None


def notifications_of(
    event: Event, decoded: ndis.Decoded, memory: Memory, mbimex: int
) -> list[Message]:
    """The notifications that an unsolicited report becomes and the host wants, in order."""
    found: list[Message] = []
    known = Known(memory, event.port, mbimex=mbimex)
    if event.code == SERVICE_EVENT:
        service = uuid.UUID(decoded["Event.DeviceServiceGuid"]).bytes
        cid = decoded["Event.EventID"]
        found.append(_indicate(service, cid, bytes(decoded["Data"])))
    elif event.code == IP_ADDRESSES:
        found.append(_notification(IP_CONFIGURATION, IP_ADDRESS_STATE, decoded, known))
    found += [
        _notification(tie.key, tie.answer, decoded, known)
        for tie in NOTIFIED.get(event.code, ())
        if tie.key != EMERGENCY_MODE or memory.emergency_changed
    ]
    return [each for each in found if _is_wanted(memory, each.service, each.cid)]


def values_of(
    key: tuple[int, int],
    operation: str,
    shape: ties.Message | None,
    decoded: ndis.Decoded,
    known: Known,
) -> codec.Values:
    """The members of a message to the host, from the structure of a report."""
    assert shape is not None
    return shape.values(decoded, known, ties.members_of(*key, operation, known.mbimex))


def _notification(
    key: tuple[int, int], shape: ties.Message | None, decoded: ndis.Decoded, known: Known
) -> Message:
    values = values_of(key, "notification", shape, decoded, known)
    buffer = codec.encode(*key, "notification", values, mbimex=known.mbimex)
    return _indicate(uuid.UUID(SERVICES[key[0]].uuid).bytes, key[1], buffer)


def _indicate(service: bytes, cid: int, buffer: bytes) -> Message:
    return Message(messages.MBIM_INDICATE_STATUS_MSG, 0, 0, service, cid, buffer)


def _is_wanted(memory: Memory, service: bytes, cid: int) -> bool:
    """Whether the host subscribed to a notification; without any list it wants all."""
    if memory.subscribed is None:
        return True
    cids = memory.subscribed.get(uuid_text(service))
    return cids is not None and (not cids or cid in cids)


@lru_cache(maxsize=256)
def uuid_text(service: bytes) -> str:
    """The UUID of a service as text, as the rows have it."""
    return str(uuid.UUID(bytes=service))
