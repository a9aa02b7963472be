"""Lists of events (DEVICE_SERVICE_SUBSCRIBE_LIST) of clients that share one function.

A list maps services (UUIDs as on the wire) to CIDs; no CIDs stand for all of the service. A client
that has sent none gets the standard events, and the function is asked for those in any case: both
are what mbim-proxy 1.28 is seen to do.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Final

from wwanreplay.errors import DecodeError
from wwanreplay.mbim import codec
from wwanreplay.mbim.commands import SUBSCRIBE_LIST
from wwanreplay.mbim.header import Head
from wwanreplay.mbim.messages import COMMAND_SET
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES, SERVICES_BY_NAME, SERVICES_BY_UUID

EventList = Mapping[bytes, tuple[int, ...]]


def _service(number: int) -> bytes:
    return uuid.UUID(SERVICES[number].uuid).bytes


#: What a function reports that was given no list, as mbim-proxy 1.28 counts it.
STANDARD: Final[EventList] = {
    _service(BASIC_CONNECT): (2, 3, 7, 9, 10, 11, 12, 13, 15, 22, 24),
    _service(SERVICES_BY_NAME["SMS"].number): (1, 2, 5),
    _service(SERVICES_BY_NAME["USSD"].number): (1,),
    _service(SERVICES_BY_NAME["Phonebook"].number): (1,),
    _service(SERVICES_BY_NAME["STK"].number): (1,),
}

#: Of the basic service: SIM, registration, packet service and connection; hosts that go on listen
#: to these at least.
STATE_EVENTS: Final = (2, 9, 10, 12)


def read_list(buffer: bytes) -> EventList:
    """The list in an information buffer; DecodeError when it is none."""
    try:
        values = codec.decode(*SUBSCRIBE_LIST, "set", buffer)
    except UnicodeDecodeError as error:
        raise DecodeError(str(error), structure="subscribe list") from None
    found: dict[bytes, tuple[int, ...]] = {}
    for entry in values["Events"]:
        service = uuid.UUID(entry["DeviceServiceId"]).bytes
        found[service] = _union(found.get(service), tuple(entry["Cids"]))
    return found


def list_bytes(events: EventList) -> bytes:
    """The information buffer of a list."""
    entries = [
        {
            "DeviceServiceId": str(uuid.UUID(bytes=service)),
            "CidsCount": len(cids),
            "Cids": list(cids),
        }
        for service, cids in events.items()
    ]
    values = {"EventsCount": len(entries), "Events": entries}
    return codec.encode(*SUBSCRIBE_LIST, "set", values)


def merged(lists: Iterable[EventList]) -> EventList:
    """What a function is asked for: the standard events and those of all lists."""
    union: dict[bytes, tuple[int, ...]] = dict(STANDARD)
    for events in lists:
        for service, cids in events.items():
            union[service] = _union(union.get(service), cids)
    return union


def _union(one: tuple[int, ...] | None, other: tuple[int, ...]) -> tuple[int, ...]:
    """The CIDs of both, in order; one without any has all."""
    if one is None:
        return tuple(dict.fromkeys(other))
    if not one or not other:
        return ()
    return tuple(dict.fromkeys((*one, *other)))


def has_event(events: EventList, service: bytes, cid: int) -> bool:
    """Whether a list has an event."""
    cids = events.get(service)
    return cids is not None and (not cids or cid in cids)


def mutes(message: bytes, head: Head, *, is_muted: bool) -> bool:
    """Whether a function does not report its states (STATE_EVENTS) after a command of the host.

    `is_muted` is how it was before; a list that cannot be read may leave out any.
    """
    service = SERVICES_BY_UUID.get(head.service or b"")
    if (
        service is None
        or (service.number, head.cid) != SUBSCRIBE_LIST
        or head.value != COMMAND_SET
        or head.is_later_fragment
    ):
        return is_muted
    try:
        wanted = read_list(message[head.buffer_at :])
    except DecodeError:
        return True
    own = _service(BASIC_CONNECT)
    return not all(has_event(wanted, own, cid) for cid in STATE_EVENTS)


def list_text(events: EventList) -> str:
    """A list in words."""
    words = []
    for service, cids in events.items():
        row = SERVICES_BY_UUID.get(service)
        name = str(uuid.UUID(bytes=service)) if row is None else row.name
        words.append(f"{name} {' '.join(map(str, cids)) if cids else 'all'}")
    return ", ".join(words) or "none"
