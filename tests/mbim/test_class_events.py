"""Events of the class driver, and what damaged messages hold all the same."""

import uuid
from dataclasses import replace

import pytest
from class_driver_host import (
    BASIC,
    OPEN,
    OWN,
    RADIO_ON,
    command,
    done,
    from_device,
    from_host,
    only,
    values,
    wire,
)
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind, Namespace, RecordFlag
from wwanreplay.errors import DecodeError
from wwanreplay.mbim.class_driver import ClassDriver
from wwanreplay.mbim.class_events import (
    completion,
    indication,
    name_of,
    printed,
    provisional,
    raw_indication,
    request_event,
    salvaged,
    service_tree,
    uuid_text,
)
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.messages import (
    MBIM_COMMAND_DONE,
    MBIM_COMMAND_MSG,
    MBIM_INDICATE_STATUS_MSG,
    Message,
    parse_message,
)
from wwanreplay.mbim.outstanding import Transaction
from wwanreplay.mbim.structures import build
from wwanreplay.protocol.codec import decode
from wwanreplay.protocol.kinds import INDICATION_REQUIRED

CODE = 0x0E010103


def test_a_message_longer_than_it_says_is_read_all_the_same() -> None:
    driver = ClassDriver()
    from_host(driver, command(2, BASIC, 3))
    event = only(from_device(driver, done(2, BASIC, 3, RADIO_ON) + b"\0\0"))
    assert event.flags == RecordFlag.FLAG_INCOMPLETE
    assert values(event)["RadioState.SwRadioState"] == 1
    assert "is not as long as the transfer" in driver.problems[0]


def test_a_fragment_gives_what_its_header_says() -> None:
    driver = ClassDriver()
    from_host(driver, command(2, BASIC, 5))
    first, *_, last = split(done(2, BASIC, 5, bytes(160)), 100)
    event = only(from_device(driver, first))
    assert (event.request_id, event.flags) == (2, RecordFlag.FLAG_INCOMPLETE)
    assert from_device(driver, last) == []
    assert "is fragment 2 of 3, not a whole message" in driver.problems[0]


def test_an_open_of_a_wrong_length_opens() -> None:
    driver = ClassDriver()
    from_host(driver, OPEN + b"\0\0\0\0")
    assert driver.generation == 1
    assert len(driver.problems) == 1


def transaction(*, is_set: bool = False) -> Transaction:
    return Transaction(7, 7 | 1 << 32, wire(BASIC), 3, is_set, 1, port=2)


def request(*, is_set: bool = False) -> Event:
    return request_event(transaction(is_set=is_set), 5, CODE, b"1234", flags=0, fields=None)


@pytest.mark.parametrize(("is_set", "kind"), [(False, Kind.KIND_QUERY), (True, Kind.KIND_SET)])
def test_a_request_is_handed_over_with_its_id_and_room_for_its_buffer(
    is_set: bool, kind: Kind
) -> None:
    event = request(is_set=is_set)
    assert (event.kind, event.port, event.time_ns) == (kind, 2, 5)
    assert event.request_id == event.handle == transaction().request_id
    assert event.capacity == len(event.payload) == 4


def test_all_events_of_a_transaction_name_its_request() -> None:
    events = (
        provisional(request()),
        completion(transaction(), 9, CODE, 5, flags=0),
        indication(9, 0x40041002, transaction=transaction()),
    )
    for event in events:
        assert (event.request_id, event.port) == (request().request_id, request().port)


def test_a_completion_that_no_message_carries_is_marked_and_takes_no_time() -> None:
    event = provisional(request())
    assert event.flags == RecordFlag.FLAG_INFERRED
    assert (event.status, event.time_ns, event.code) == (INDICATION_REQUIRED, 5, CODE)


def test_an_indication_without_a_transaction_belongs_to_no_request() -> None:
    event = indication(9, 0x40041002)
    assert (event.request_id, event.handle, event.port) == (0, None, 0)


def test_a_message_without_an_indication_keeps_its_buffer_in_the_namespace_of_mbim() -> None:
    message = Message(MBIM_INDICATE_STATUS_MSG, 0, 0, wire(BASIC), 3, b"buffer")
    event = raw_indication((1, 3), 9, message, RecordFlag.FLAG_INCOMPLETE)
    assert event.namespace == Namespace.NAMESPACE_MBIM
    assert (event.code, event.payload) == (1 << 32 | 3, b"buffer")
    assert event.flags == RecordFlag.FLAG_INCOMPLETE


@pytest.mark.parametrize(
    ("structure", "prefix", "identifier"),
    [
        ("NDIS_WWAN_DEVICE_SERVICE_COMMAND", "Command", "CommandID"),
        ("NDIS_WWAN_DEVICE_SERVICE_RESPONSE", "Response", "ResponseID"),
        ("NDIS_WWAN_DEVICE_SERVICE_EVENT", "Event", "EventID"),
    ],
)
def test_a_message_of_the_devices_own_service_fits_the_structure_of_ndis(
    structure: str, prefix: str, identifier: str
) -> None:
    message = Message(MBIM_COMMAND_MSG, 1, 1, OWN.bytes, 9, b"hello")
    problems: list[str] = []
    tree = service_tree(prefix, identifier, str(OWN), message)
    decoded = decode(structure, build(structure, tree, problems))
    assert problems == []
    assert {path: decoded[path] for path in tree} == tree


def test_only_what_a_log_printed_of_the_members_is_kept() -> None:
    fields = [
        ("Header.type", "command (0x3)"),
        ("Fields.State", "on"),
        ("Fields.SubscriberId", "###"),
        ("Fields.List[0].Id", " 5"),
    ]
    assert printed(fields) == {"State": "on", "List[0].Id": " 5"}


def test_a_command_has_a_name_for_people_whether_its_service_is_known_or_not() -> None:
    known = Message(MBIM_COMMAND_MSG, 1, 0, wire(BASIC), 12)
    assert name_of(known) == "MBIM_CID_CONNECT"
    assert name_of(replace(known, cid=999)) == "Basic Connect CID 999"
    assert name_of(replace(known, service=OWN.bytes)) == f"{OWN} CID 12"
    assert name_of(replace(known, service=OWN.bytes[:4])) == f"{uuid_text(OWN.bytes[:4])} CID 12"
    assert uuid.UUID(uuid_text(OWN.bytes[:4])).bytes == OWN.bytes[:4] + bytes(12)


def test_a_whole_message_is_salvaged_as_it_is() -> None:
    for data in (OPEN, command(2, BASIC, 3, 1, b"abcd"), done(2, BASIC, 3, RADIO_ON)):
        found = salvaged(data)
        assert found is not None
        assert found == parse_message(data)


@pytest.mark.parametrize("place", [4, 44], ids=["MessageLength", "InformationBufferLength"])
@given(stated=st.integers(0, 60))
def test_a_length_that_is_wrong_is_refused_with_its_place_and_loses_nothing(
    place: int, stated: int
) -> None:
    """Strictly the length is refused where it stands; what is there is salvaged, all of it."""
    whole = parse_message(done(2, BASIC, 3, RADIO_ON))
    data = whole.to_bytes()
    right = int.from_bytes(data[place : place + 4], "little")
    damaged = data[:place] + stated.to_bytes(4, "little") + data[place + 4 :]
    assert salvaged(damaged) == whole
    if stated == right:
        assert parse_message(damaged) == whole
        return
    with pytest.raises(DecodeError) as caught:
        parse_message(damaged)
    assert caught.value.offset == place


def test_a_cut_message_is_salvaged_once_its_header_is_there() -> None:
    data = done(2, BASIC, 3, RADIO_ON)
    for size in range(len(data)):
        found = salvaged(data[:size])
        assert (found is None) == (size < 48), size
        if found is not None:
            assert (found.type, found.transaction_id, found.cid) == (MBIM_COMMAND_DONE, 2, 3)
            assert found.buffer == RADIO_ON[: size - 48]
    assert salvaged(b"\x63\0\0\0" + data[4:]) is None
