"""Lists of events of clients that share a function: read as written, and merged without a loss."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.errors import DecodeError
from wwanreplay.mbim import codec
from wwanreplay.mbim.commands import SUBSCRIBE_LIST
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import COMMAND_SET, MBIM_COMMAND_MSG, Message
from wwanreplay.mbim.subscriptions import (
    STANDARD,
    has_event,
    list_bytes,
    list_text,
    merged,
    mutes,
    read_list,
)
from wwanreplay.mbim.tables import SERVICES, find_cid

BASIC = uuid.UUID(SERVICES[1].uuid).bytes
OWN = uuid.UUID("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0").bytes
CIDS = st.lists(st.integers(0, 30), max_size=4, unique=True).map(tuple)
LISTS = st.dictionaries(st.sampled_from([BASIC, OWN, bytes(16)]), CIDS, max_size=3)


@given(events=LISTS)
def test_a_list_comes_back_from_its_bytes(events):
    assert read_list(list_bytes(events)) == events


def test_entries_of_one_service_are_one_with_the_cids_of_both():
    service = str(uuid.UUID(bytes=OWN))
    for first, second, both in (([1, 2], [2, 3], (1, 2, 3)), ([1], [], ()), ([], [], ())):
        entries = [
            {"DeviceServiceId": service, "CidsCount": len(cids), "Cids": cids}
            for cids in (first, second)
        ]
        values = {"EventsCount": 2, "Events": entries}
        assert read_list(codec.encode(*SUBSCRIBE_LIST, "set", values)) == {OWN: both}


@given(buffer=st.binary(max_size=60))
def test_any_bytes_are_a_list_or_refused(buffer):
    try:
        events = read_list(buffer)
    except DecodeError:
        return
    assert all(len(service) == 16 for service in events)


@given(lists=st.lists(LISTS, max_size=3), cid=st.integers(0, 30))
def test_a_function_is_subscribed_to_what_any_client_wants_and_no_more(lists, cid):
    union = merged(lists)
    for service in (BASIC, OWN, bytes(16)):
        wanted = any(has_event(events, service, cid) for events in (STANDARD, *lists))
        assert has_event(union, service, cid) is wanted


def test_a_service_without_cids_is_wanted_with_all_of_them():
    assert merged([{OWN: (1,)}, {OWN: ()}])[OWN] == ()
    assert has_event({OWN: ()}, OWN, 99)
    assert not has_event({OWN: (1,)}, OWN, 99)
    assert not has_event({}, OWN, 1)


def test_without_a_client_the_standard_events_are_wanted():
    assert merged([]) == STANDARD
    services = {uuid.UUID(row.uuid).bytes: row.number for row in SERVICES.values()}
    for service, cids in STANDARD.items():
        for cid in cids:
            row = find_cid(services[service], cid)
            assert row is not None
            assert "n" in row.operations, row.name


@pytest.mark.parametrize(
    ("events", "text"),
    [
        ({}, "none"),
        ({BASIC: (2, 3)}, "Basic Connect 2 3"),
        ({OWN: (), BASIC: (11,)}, f"{uuid.UUID(bytes=OWN)} all, Basic Connect 11"),
    ],
)
def test_a_list_is_printed_with_the_names_of_its_services(events, text):
    assert list_text(events) == text


@pytest.mark.parametrize(
    ("cids", "is_muted"),
    [((), False), ((2, 9, 10, 12), False), ((2,), True), ((2, 9, 10), True)],
)
def test_a_host_that_does_not_listen_to_the_states_mutes_the_function(cids, is_muted):
    service = BASIC
    buffer = list_bytes({service: cids})
    data = Message(MBIM_COMMAND_MSG, 4, COMMAND_SET, service, SUBSCRIBE_LIST[1], buffer).to_bytes()
    assert mutes(data, look(data), is_muted=not is_muted) is is_muted
    other = Message(MBIM_COMMAND_MSG, 5, COMMAND_SET, service, 3).to_bytes()
    assert mutes(other, look(other), is_muted=is_muted) is is_muted
    broken = Message(MBIM_COMMAND_MSG, 4, COMMAND_SET, service, SUBSCRIBE_LIST[1], b"\1").to_bytes()
    assert mutes(broken, look(broken), is_muted=False)
