"""Parts of ties for blocks, TLVs, services and addresses: both ways, whatever they hold."""

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mbim_strategies import IPV4, IPV6, TEXTS
from mbim_strategies import values_of as values_of_layout

from wwanreplay.mbim.blocks import (
    HEXADECIMAL,
    LATIN1,
    STATUS_WORDS,
    UTF8,
    VENDORS_FROM,
    Addresses,
    Applications,
    AreaCode,
    Cells,
    EventServices,
    OwnServices,
    Pdu,
    Tlvs,
    is_composed,
    is_own,
    octets,
)
from wwanreplay.mbim.converters import Items, Known, Part, Reading, same, tree_of, values_of
from wwanreplay.mbim.tables import SERVICES, STRUCTS, TLV_TYPES

NUMBERS = st.integers(0, 0xFFFFFFFF)
UNKNOWN = 0xFFFFFFFF
OWN = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
STANDARD = SERVICES[1].uuid


def there(part: Part, **values: Any) -> dict[str, Any]:
    return tree_of((part,), values)


def back(source: dict[str, Any], part: Part) -> dict[str, Any]:
    return values_of((part,), Reading(source, Known()))


# ------------------------------------------------------------------ values of members


@given(number=NUMBERS, text=st.text(max_size=8), data=st.binary(max_size=8))
def test_values_that_ndis_keeps_as_bytes_come_back(number: int, text: str, data: bytes) -> None:
    four = octets(4)
    assert len(four.to_wwan(number)) == 4
    assert four.to_mbim(four.to_wwan(number)) == number
    assert UTF8.to_mbim(UTF8.to_wwan(text)) == text
    assert HEXADECIMAL.to_mbim(HEXADECIMAL.to_wwan(data)) == data
    assert LATIN1.to_mbim(data).encode("latin-1") == data
    assert STATUS_WORDS.to_mbim(STATUS_WORDS.to_wwan(number)) == number & 0xFFFF


@given(address=st.binary(max_size=12), body=st.binary(max_size=20))
def test_the_size_of_a_pdu_leaves_the_service_centre_out(address: bytes, body: bytes) -> None:
    data = bytes([len(address)]) + address + body
    tree = there(Pdu(), PduData=data)
    assert tree == {"Size": len(body), "PduData": data.hex().upper()}
    assert back(tree, Pdu()) == {"PduData": data}


def test_a_pdu_shorter_than_its_address_has_no_size_below_zero() -> None:
    assert there(Pdu(), PduData=b"\x09\x91")["Size"] == 0
    assert there(Pdu(), PduData=b"") == {"Size": 0, "PduData": ""}
    assert there(Pdu()) == {}


# ------------------------------------------------------------------ device services


def test_a_service_is_the_devices_own_when_windows_does_not_drive_it() -> None:
    assert is_own(OWN)
    for number, service in SERVICES.items():
        assert is_own(service.uuid) == (number > VENDORS_FROM), service.name


def test_ndis_is_given_the_devices_own_services_only() -> None:
    part = OwnServices(Items("DeviceServices", same("DeviceServiceId", "MaxDssInstances")))
    rows = [{"DeviceServiceId": each, "MaxDssInstances": 2} for each in (STANDARD, OWN)]
    tree = there(part, DeviceServices=rows)
    assert tree == {"Elements": rows[1:]}
    assert back(tree, part) == {"DeviceServices": rows[1:]}
    assert there(part) == {}


def test_events_are_wanted_of_each_own_service_once() -> None:
    rows = [{"DeviceServiceId": each, "Cids": [1]} for each in (OWN, STANDARD, "", OWN)]
    tree = there(EventServices(), Events=rows)
    assert tree == {"Elements": [OWN]}
    # NDIS does not choose by CID: all of them.
    assert back(tree, EventServices()) == {"Events": [{"DeviceServiceId": OWN, "Cids": []}]}


# ------------------------------------------------------------------ networks


@pytest.mark.parametrize(
    ("tracking", "location", "code"),
    [(5, UNKNOWN, 5), (UNKNOWN, 6, 6), (5, 6, 5), (0, 6, 6), (UNKNOWN, UNKNOWN, 0), (None, 6, 6)],
)
def test_the_area_code_is_the_one_that_is_known(
    tracking: int | None, location: int | None, code: int
) -> None:
    values = {"TrackingAreaCode": tracking, "LocationAreaCode": location}
    assert there(AreaCode(), **values) == {"AreaCode": code}
    assert there(AreaCode()) == {}


@given(code=st.integers(1, 0xFFFFFF), data_class=st.sampled_from([0x01, 0x04, 0x20, 0x40]))
def test_the_data_class_says_which_area_code_it_is(code: int, data_class: int) -> None:
    found = back({"AreaCode": code, "DataClass": data_class}, AreaCode())
    known, unknown = ("Tracking", "Location") if data_class >= 0x20 else ("Location", "Tracking")
    assert found == {f"{known}AreaCode": code, f"{unknown}AreaCode": UNKNOWN}
    assert there(AreaCode(), **found) == {"AreaCode": code}


TLVS = Tlvs(numbers=(("3GPP_REL_VERSION", "S.Release"),), blocks=(("PCO", "Pco"),))


@given(release=NUMBERS, pco=st.binary(min_size=1, max_size=8))
def test_tlvs_come_back_from_the_number_and_the_block(release: int, pco: bytes) -> None:
    rows = [
        {"Type": TLV_TYPES["3GPP_REL_VERSION"], "Data": release.to_bytes(4, "little")},
        {"Type": TLV_TYPES["PCO"], "Data": pco},
    ]
    tree = there(TLVS, UnnamedIes=rows)
    assert tree == {"S.Release": release, "Pco": pco}
    assert back(tree, TLVS) == {"UnnamedIes": rows}


def test_of_tlvs_the_first_counts_and_those_of_no_use_are_passed_over() -> None:
    pco, release = TLV_TYPES["PCO"], TLV_TYPES["3GPP_REL_VERSION"]
    rows = [
        {"Type": pco, "Data": b""},
        {"Type": release, "Data": b"\x01\x02"},
        {"Type": 0x7777, "Data": b"\x01\x02\x03\x04"},
        {"Type": pco, "Data": b"first"},
        {"Type": pco, "Data": b"second"},
    ]
    assert there(TLVS, UnnamedIes=rows) == {"Pco": b"first"}
    assert back({}, TLVS) == {"UnnamedIes": []}


CELL = STRUCTS["MbimCellInfoServingLte"].layout
ONE_CELL = Cells("Cell", "Block", "MbimCellInfoServingLte")
CELLS = Cells("Cells", "Block", "MbimCellInfoServingLte", is_list=True)


@given(rows=st.lists(values_of_layout(CELL), max_size=3))
def test_cells_come_back_from_their_block(rows: list[dict[str, Any]]) -> None:
    tree = there(CELLS, Cells=rows)
    assert tree["Block"][:4] == len(rows).to_bytes(4, "little")
    assert back(tree, CELLS) == {"Cells": rows}
    for row in rows:
        assert back(there(ONE_CELL, Cell=row), ONE_CELL) == {"Cell": row}


def test_a_cell_of_which_only_some_members_can_be_written_has_no_block() -> None:
    assert there(ONE_CELL, Cell={"NoSuchMember": 1}) == {}
    assert there(ONE_CELL) == {}
    assert back({}, ONE_CELL) == {"Cell": None}
    assert back({}, CELLS) == {"Cells": []}


# ------------------------------------------------------------------ the card

APPLICATION = st.fixed_dictionaries(
    {
        "ApplicationType": NUMBERS,
        "ApplicationId": st.binary(max_size=32),
        "ApplicationName": TEXTS,
        "PinKeyReferences": st.binary(max_size=8),
    }
)


@given(rows=st.lists(APPLICATION, max_size=3), rest=st.binary(max_size=7))
def test_applications_come_back_and_a_torn_one_is_left_out(
    rows: list[dict[str, Any]], rest: bytes
) -> None:
    tree = there(Applications(), Applications=rows)
    assert back(tree, Applications()) == {"Applications": rows}
    assert back({"Data": tree["Data"] + rest}, Applications()) == {"Applications": rows}


def test_what_an_application_has_no_room_for_is_cut() -> None:
    row = {"ApplicationId": bytes(40), "PinKeyReferences": bytes(9)}
    ((found),) = back(there(Applications(), Applications=[row]), Applications())["Applications"]
    assert len(found["ApplicationId"]) == 32
    assert len(found["PinKeyReferences"]) == 8


def test_a_block_put_together_of_structures_is_known_as_such() -> None:
    parts = (*same("A"), CELLS, Applications())
    assert is_composed(parts, "Block")
    assert is_composed(parts, "Data")
    assert not is_composed(parts, "A")
    assert not is_composed(parts[:1], "Data")


# ------------------------------------------------------------------ addresses


@given(data=st.data())
def test_addresses_of_both_families_come_back(data: st.DataObject) -> None:
    values: dict[str, Any] = {}
    for family, addresses in (("IPv4", IPV4), ("IPv6", IPV6)):
        pairs = data.draw(st.lists(st.tuples(addresses, st.integers(0, 32)), max_size=3))
        values[f"{family}Address"] = [
            {"OnLinkPrefixLength": length, f"{family}Address": address} for address, length in pairs
        ]
        values[f"{family}DnsServer"] = data.draw(st.lists(addresses, max_size=3))
        if data.draw(st.booleans()):
            values[f"{family}Gateway"] = data.draw(addresses)
    assert back(there(Addresses(), **values), Addresses()) == values


def test_an_entry_has_the_bytes_of_its_family() -> None:
    tree = there(Addresses(), IPv4Gateway="192.0.2.1", IPv6DnsServer=["2001:db8::53"])
    assert tree == {
        "GatewayEntries": [{"IsIpv6": 0, "Ipv4.IPV4Address": bytes([192, 0, 2, 1])}],
        "DnsEntries": [
            {"IsIpv6": 1, "Ipv6.IPV6Address": ipaddress.ip_address("2001:db8::53").packed}
        ],
    }


def test_mbim_has_the_first_gateway_of_a_family() -> None:
    one = there(Addresses(), IPv4Gateway="192.0.2.1")["GatewayEntries"]
    two = there(Addresses(), IPv4Gateway="192.0.2.2")["GatewayEntries"]
    assert back({"GatewayEntries": one + two}, Addresses())["IPv4Gateway"] == "192.0.2.1"
