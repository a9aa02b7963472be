"""Tests of the MBIM tables: complete, consistent, and a bad row is named."""

import dataclasses

import pytest

from wwanreplay.mbim import tables
from wwanreplay.mbim.rows import enums, framing, structs
from wwanreplay.mbim.schema import Cid, Enum, Field, Format, Layout, Service, Struct
from wwanreplay.mbim.tables import (
    BASIC_CONNECT,
    SERVICES,
    all_layouts,
    check_tables,
    command_code,
    find_layout,
    split_code,
)

ROWS = (tuple(SERVICES.values()), structs.STRUCTS, enums.ENUMS)


def test_tables_hold_every_layout() -> None:
    assert sum(1 for _ in all_layouts()) == 312
    with_layouts = [cid for service in SERVICES.values() for cid in service.cids if cid.operations]
    assert len(with_layouts) == 102
    assert (len(structs.STRUCTS), len(enums.ENUMS)) == (39, 114)
    assert (len(tables.TLV_TYPES), len(framing.CONTEXT_TYPES)) == (21, 14)
    assert (len(framing.ERROR_CODES), len(framing.STATUS_CODES)) == (8, 63)


def test_service_numbers_do_not_change() -> None:
    names = [SERVICES[number].name for number in range(1, 14)]
    assert names == [
        "Basic Connect",
        "SMS",
        "USSD",
        "Phonebook",
        "STK",
        "Auth",
        "DSS",
        "MS Firmware ID",
        "MS Host Shutdown",
        "MS SAR",
        "MS Basic Connect Extensions",
        "MS UICC Low Level Access",
        "MS Voice Extensions",
    ]
    assert sorted(SERVICES) == list(range(1, 35))
    assert BASIC_CONNECT == 1


def test_codes_join_service_and_cid() -> None:
    assert command_code(1, 15) == 0x1_0000_000F
    assert split_code(command_code(11, 9)) == (11, 9)
    assert tables.command_name(1, 12) == "MBIM_CID_CONNECT"
    assert tables.command_name(99, 3) == "service 99 CID 3"


def test_subscriber_fields_are_marked() -> None:
    layout = find_layout(BASIC_CONNECT, 2, "response")
    assert layout is not None
    marks = {field.name: field.personal for field in layout.fields}
    assert marks["SubscriberId"] == marks["SimIccId"] == marks["TelephoneNumbers"] == "subscriber"
    assert marks["ReadyState"] is None


def _service(*cids: Cid) -> Service:
    return Service(77, "Bad", "bad", "00000000-0000-4000-8000-000000000000", "test", cids)


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        (Layout(4, (Field("A", Format.U32, 4),)), r"BAD query .*\.A: offset 4, computed 0"),
        (Layout(8, (Field("A", Format.U32, 0),)), r"BAD query .*fixed size 8, computed 4"),
        (Layout(4, (Field("A", Format.U32, 0, type="Nope"),)), r"\.A: no enumeration Nope"),
        (Layout(4, (Field("A", Format.STRUCT, 0, struct="Nope"),)), r"\.A: no structure Nope"),
        (
            Layout(0, (Field("A", Format.STRING_ARRAY, 0, count_field="Count"),)),
            r"\.A: Count does not stand before it",
        ),
        (
            Layout(8, (Field("A", Format.U32, 0), Field("A", Format.U32, 4))),
            r"\.A: the name occurs twice",
        ),
    ],
)
def test_a_bad_layout_is_named(layout: Layout, message: str) -> None:
    bad = _service(Cid(1, "BAD", "bad", "q", query=(layout,)))
    with pytest.raises(ValueError, match=message):
        check_tables((bad,), structs.STRUCTS, enums.ENUMS)


def test_bad_rows_of_other_kinds_are_named() -> None:
    services, struct_rows, enum_rows = ROWS
    with pytest.raises(ValueError, match="Basic Connect: its number or UUID occurs twice"):
        check_tables((services[0], services[0]), struct_rows, enum_rows)
    twice = dataclasses.replace(services[0], cids=services[0].cids[:1] * 2)
    with pytest.raises(ValueError, match="Basic Connect CID 1 occurs twice"):
        check_tables((twice,), struct_rows, enum_rows)
    with pytest.raises(ValueError, match="enumeration E: X does not fit"):
        check_tables((), (), (Enum("E", (("X", 1 << 32),)),))
    with pytest.raises(ValueError, match="structure S occurs twice"):
        check_tables((), (Struct("S", Layout(0)), Struct("S", Layout(0))), ())
