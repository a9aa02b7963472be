"""Which records of a field trace take part, and how many of the others there are."""

from wwanreplay._core import Engine, Event, Kind, Namespace, WireDirection
from wwanreplay.devices.profile import load_profile
from wwanreplay.mbim import messages
from wwanreplay.mbim.messages import Message
from wwanreplay.protocol import PROTOCOL
from wwanreplay.replay.field_records import choose

ENGINE = Engine(load_profile("lte-home").compile(), 0)
RADIO = PROTOCOL.oid("OID_WWAN_RADIO_STATE").number
RADIO_STATE = PROTOCOL.indication("NDIS_STATUS_WWAN_RADIO_STATE").number
PIN_INFO = PROTOCOL.indication("NDIS_STATUS_WWAN_PIN_INFO").number
LINK_STATE = PROTOCOL.indication("NDIS_STATUS_LINK_STATE").number


def query(number=5, **fields):
    return Event(Kind.KIND_QUERY, 1, **{"code": RADIO, "request_id": number, **fields})


def indication(code=RADIO_STATE, number=0):
    return Event(Kind.KIND_INDICATION, 2, code=code, request_id=number)


def wire(message, *, from_host):
    directions = WireDirection.WIRE_HOST_TO_DEVICE, WireDirection.WIRE_DEVICE_TO_HOST
    return Event(Kind.KIND_WIRE, 3, code=directions[not from_host], payload=message.to_bytes())


def counted(*events):
    found = choose(events, ENGINE)
    return len(list(found.records)), found.unmodelled, found.undriven, found.unrequested


def forgotten_ns(*events):
    found = choose(events, ENGINE)
    list(found.records)
    return found.forgotten_ns


def test_a_request_and_its_answer_take_part():
    assert counted(query(), indication(number=5)) == (2, 0, 0, 0)


def test_what_the_device_does_not_have_is_counted_with_its_answer():
    other = query(code=0x0E0101FF)
    assert counted(other, indication(number=5)) == (0, 2, 0, 0)
    mbim = query(namespace=Namespace.NAMESPACE_MBIM)
    assert counted(mbim) == (0, 1, 0, 0)


def test_an_answer_to_no_request_is_counted():
    assert counted(indication(number=5)) == (0, 0, 0, 1)


def test_events_take_part_by_the_mark_of_their_row():
    assert counted(indication()) == (1, 0, 0, 0)
    assert counted(indication(PIN_INFO)) == (0, 1, 0, 0)
    assert counted(indication(LINK_STATE)) == (0, 1, 0, 0)


def test_a_set_without_its_buffer_is_not_driven():
    bare = query(fields={"RadioState.Unknown": 1}).replace(kind=Kind.KIND_SET)
    assert counted(bare, indication(number=5)) == (0, 1, 1, 0)


def test_an_open_forgets_what_was_requested_before():
    opened = wire(Message(messages.MBIM_OPEN_MSG, 1, 4096), from_host=True)
    assert forgotten_ns(query(), opened) == {(5, 0): 3}
    assert forgotten_ns(query(), indication(number=5), opened) == {}
