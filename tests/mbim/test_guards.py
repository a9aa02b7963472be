"""What a real device gets only by name: every row that writes is marked, by one table of words."""

import uuid

import pytest
from groups import together

from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.guards import guard_of
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.rows.guards import MEANINGS
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES, SERVICES_BY_NAME

ROWS = [(service, row) for service in SERVICES.values() for row in service.cids]
# Sets that last no longer than the session, or that a user's own switch does as well.
UNGUARDED_SETS = {
    "MBIM_CID_RADIO_STATE",
    "MBIM_CID_REGISTER_STATE",
    "MBIM_CID_PACKET_SERVICE",
    "MBIM_CID_SIGNAL_STATE",
    "MBIM_CID_CONNECT",
    "MBIM_CID_DEVICE_SERVICE_SUBSCRIBE_LIST",
    "MBIM_CID_NETWORK_IDLE_HINT",
    "MBIM_CID_IP_PACKET_FILTERS",
    "MBIM_CID_STK_PAC",
    "MBIM_CID_DSS_CONNECT",
    "MBIM_CID_MS_TRANSMISSION_STATUS",
    "MBIM_CID_MODEM_LOGGING_CONFIG",
    "MBIM_CID_LOCATION_INFO",
    "MBIM_CID_PROXY_CONTROL_CONFIGURATION",
}


def command(service, cid, kind=messages.COMMAND_SET, buffer=b""):
    return Message(messages.MBIM_COMMAND_MSG, 1, kind, uuid.UUID(service).bytes, cid, buffer)


def test_every_set_is_guarded_or_listed_as_harmless():
    free = {
        row.name
        for service, row in ROWS
        if "s" in row.operations and guard_of(command(service.uuid, row.cid)) is None
    }
    assert free == UNGUARDED_SETS


@together(ROWS, lambda row: f"{row[0].nick}-{row[1].nick}")
def test_every_guard_has_a_word_with_a_meaning(row):
    service, cid = row
    for kind in (messages.COMMAND_QUERY, messages.COMMAND_SET):
        assert guard_of(command(service.uuid, cid.cid, kind)) in {None, *MEANINGS}


def test_queries_of_standard_services_are_free_but_those_that_the_sim_counts():
    guarded = {
        row.name
        for service, row in ROWS
        if service.number <= 14
        and "q" in row.operations
        and guard_of(command(service.uuid, row.cid, messages.COMMAND_QUERY))
    }
    assert guarded == {"MBIM_CID_AKA_AUTH", "MBIM_CID_AKAP_AUTH", "MBIM_CID_SIM_AUTH"}


@pytest.mark.parametrize("kind", [messages.COMMAND_QUERY, messages.COMMAND_SET])
def test_what_nobody_knows_is_a_vendors(kind):
    assert guard_of(command(str(uuid.UUID(int=5)), 1, kind)) == "vendor"


def test_a_set_without_a_row_is_a_vendors():
    assert guard_of(command(SERVICES[BASIC_CONNECT].uuid, 999)) == "vendor"
    assert guard_of(command(SERVICES[BASIC_CONNECT].uuid, 999, messages.COMMAND_QUERY)) is None


@pytest.mark.parametrize(
    ("pin_type", "word"),
    [(2, "pin"), (3, "pin"), (11, "pin"), (6, "network-lock"), (10, "network-lock")],
)
def test_the_kind_of_pin_says_which_word_it_needs(pin_type, word):
    buffer = codec.encode(BASIC_CONNECT, 4, "set", {"PinType": pin_type, "Pin": "1234"})
    assert guard_of(command(SERVICES[BASIC_CONNECT].uuid, 4, buffer=buffer)) == word


def test_a_pin_that_cannot_be_read_is_guarded_all_the_same():
    assert guard_of(command(SERVICES[BASIC_CONNECT].uuid, 4, buffer=b"\1")) == "pin"


def test_firmware_tunnels_are_guarded_whole():
    service = SERVICES_BY_NAME["QDU"]
    for row in service.cids:
        for kind in (messages.COMMAND_QUERY, messages.COMMAND_SET):
            assert guard_of(command(service.uuid, row.cid, kind)) == "firmware"


def test_other_messages_need_no_word():
    assert guard_of(Message(messages.MBIM_OPEN_MSG, 1, 4096)) is None
