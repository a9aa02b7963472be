"""Statuses, OIDs and members as Windows text prints them, as numbers and NDIS paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.formats.windows_fields import (
    TEXT_PREFIX,
    TEXT_SIZE_MAX,
    fields_of,
    oid_of,
    status_of,
    value_of,
)
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.schema import Field

READY = PROTOCOL.structure("NDIS_WWAN_READY_INFO")
PACKET_SERVICE = PROTOCOL.structure("NDIS_WWAN_PACKET_SERVICE_STATE")
NUMBER = Field("Number", "u32")


@pytest.mark.parametrize(
    ("number", "text", "name"),
    [
        (0xC00000BB, "", "NDIS_STATUS_NOT_SUPPORTED"),
        (0x803400BB, "", "NDIS_STATUS_NOT_SUPPORTED"),  # the same, in Win32 form
        (0x00340001, "", "NDIS_STATUS_INDICATION_REQUIRED"),
        (-1073741637, "", "NDIS_STATUS_NOT_SUPPORTED"),  # printed as a signed number
        (None, "The operation completed successfully.", "NDIS_STATUS_SUCCESS"),
        (None, "STATUS_UNSUCCESSFUL", "NDIS_STATUS_FAILURE"),
        (None, "NDIS_STATUS_INVALID_DATA", "NDIS_STATUS_INVALID_DATA"),
        (None, "0xC00000BB", "NDIS_STATUS_NOT_SUPPORTED"),
        (None, "Some words of its own (0xC00000BB)", "NDIS_STATUS_NOT_SUPPORTED"),
    ],
)
def test_a_status_is_known_in_every_way_it_is_printed(number: int | None, text: str, name: str):
    assert status_of(number, text) == PROTOCOL.ndis_status_by_name[name].number


@pytest.mark.parametrize("text", ["", "Something of its own.", "(later)", "maybe 5 or 6"])
def test_a_text_that_states_no_status_is_none(text: str):
    assert status_of(None, text) is None


def test_every_ndis_status_is_found_by_its_name_and_by_its_number():
    assert len(PROTOCOL.ndis_status_by_name) > 30
    for name, row in PROTOCOL.ndis_status_by_name.items():
        assert status_of(None, name) == row.number
        assert status_of(None, f"{row.number:#x}") == row.number


def test_an_oid_is_known_by_its_number_its_name_or_the_call_it_becomes():
    connect = PROTOCOL.oid("OID_WWAN_CONNECT").number
    assert oid_of(connect, "anything") == connect
    assert oid_of(None, "OID_WWAN_CONNECT") == connect
    assert oid_of(None, "Connect") == connect
    assert oid_of(None, "RadioState") == PROTOCOL.oid("OID_WWAN_RADIO_STATE").number
    assert oid_of(None, "PinAction") == PROTOCOL.oid("OID_WWAN_PIN_EX").number
    assert oid_of(None, "OID_WWAN_NO_SUCH") is None
    assert oid_of(None, "NoSuchCall") is None
    assert oid_of(None, "") is None


def test_a_member_gets_the_path_of_the_one_structure_member_of_its_name():
    assert fields_of([READY], [("ReadyState", "WwanReadyStateInitialized (0x1)")]) == {
        "ReadyInfo.ReadyState": 1
    }


def test_a_printed_name_without_a_member_is_kept_as_text():
    long = "b" * (TEXT_SIZE_MAX + 1)
    assert fields_of([READY], [("Colour", "blue"), ("Length", long)]) == {
        f"{TEXT_PREFIX}Colour": "blue",
        f"{TEXT_PREFIX}Length": long[:TEXT_SIZE_MAX],
    }


def test_a_value_that_the_member_cannot_have_is_kept_as_text():
    assert fields_of([READY], [("ReadyState", "no such state")]) == {
        f"{TEXT_PREFIX}ReadyState": "no such state"
    }


def test_a_member_that_is_printed_twice_has_its_first_value():
    found = fields_of([READY], [("ReadyState", "0x1"), ("ReadyState", "0x2")])
    assert found == {"ReadyInfo.ReadyState": 1, f"{TEXT_PREFIX}ReadyState": "0x2"}


def test_of_several_structures_the_one_with_most_of_the_names_is_taken():
    printed = [("PacketServiceState", "0x2"), ("NwError", "0x0")]
    both = fields_of([READY, PACKET_SERVICE], printed)
    assert both == fields_of([PACKET_SERVICE], printed)
    assert both["PacketService.PacketServiceState"] == 2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("0x1F", 31),
        ("010", 10),  # printed with leading zeros, never octal
        ("-3", -3),
        ("2(WwanPinTypePin1)", 2),
        ("WwanPinTypePin1 (0x2)", 2),
        ("TRUE", 1),
        ("false", 0),
        ("blue", None),
        ("", None),
    ],
)
def test_a_number_is_read_in_every_way_it_is_printed(text: str, value: int | None):
    assert value_of(NUMBER, text) == value


@given(number=st.integers(0, (1 << 64) - 1), word=st.from_regex(r"[A-Za-z]{0,8}", fullmatch=True))
def test_a_number_comes_back_from_decimal_hexadecimal_and_brackets(number: int, word: str):
    for text in (str(number), f"{number:#x}", f"{number:#X}", f"{word} ({number:#x})"):
        assert value_of(NUMBER, text) == number


def test_text_loses_its_quotes_and_an_array_of_numbers_is_no_value():
    assert value_of(Field("Name", "wchar16", count=8), " 'corp' ") == "corp"
    assert value_of(Field("Numbers", "u32", count=4), "7") is None


@given(printed=st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=4))
def test_no_printed_text_is_lost_or_raises(printed: list[tuple[str, str]]):
    found = fields_of([READY, PACKET_SERVICE], printed)
    for name, _ in printed:
        last = name.replace(" ", "").rpartition(".")[2]
        assert f"{TEXT_PREFIX}{name}" in found or any(path.endswith(last) for path in found)
