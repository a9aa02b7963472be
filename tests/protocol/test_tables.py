"""Rows joined: found by name and number, shown by name, and checked against each other."""

import dataclasses

import pytest
from protocol_samples import struct_of

from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL, standard_tables
from wwanreplay.protocol.row_forms import nested, number, octets, text, union
from wwanreplay.protocol.schema import (
    BytesTail,
    Completion,
    ItemsTail,
    ListTail,
    RowError,
    Rule,
    Stimulus,
)
from wwanreplay.protocol.tables import Protocol, full_name


def altered_tables(**changes):
    return dataclasses.replace(standard_tables(), **changes)


def check_with(**changes):
    Protocol(altered_tables(**changes)).check()


def test_rows_are_found_by_name_and_number():
    assert PROTOCOL.oid(0x0E01010C) is PROTOCOL.oid("OID_WWAN_CONNECT")
    assert PROTOCOL.oid("0x0E01010C") is PROTOCOL.oid("OID_WWAN_CONNECT")
    assert PROTOCOL.indication(0x4004100B).name == "NDIS_STATUS_WWAN_CONTEXT_STATE"
    assert PROTOCOL.status(0xC0040015).name == "WWAN_STATUS_RADIO_POWER_OFF"
    assert PROTOCOL.status("NDIS_STATUS_PAUSED").number == 0xC023002A
    assert PROTOCOL.enum("WWAN_RADIO").members[0].name == "WwanRadioOff"
    assert PROTOCOL.stimulus("sim").number == 1
    assert PROTOCOL.rule("register.no-transient-on-set").level == "must"
    assert [row.name for row in PROTOCOL.find("WwanRegisterStateHome")] == ["WWAN_REGISTER_STATE"]
    assert PROTOCOL.find("0x40010017")[0].name == "NDIS_STATUS_LINK_STATE"


def test_a_short_name_that_is_nearly_one_is_recognised():
    with pytest.raises(UsageError, match="near: OID_WWAN_CONNECT"):
        PROTOCOL.oid("conect")
    with pytest.raises(UsageError, match="near: NDIS_STATUS_WWAN_CONTEXT_STATE"):
        PROTOCOL.indication("Context-Stat")


@pytest.mark.parametrize("look_up", ["oid", "indication", "structure", "enum", "find"])
def test_unknown_name_is_a_usage_error_with_near_names(look_up):
    near = {
        "oid": "OID_WWAN_CONNECT",
        "indication": "NDIS_STATUS_WWAN_PCO_STATUS",
        "structure": "NDIS_WWAN_PCO_STATUS",
        "enum": "WWAN_REGISTER_STATE",
        "find": "NDIS_WWAN_PCO_STATUS",
    }[look_up]
    with pytest.raises(UsageError, match=near):
        getattr(PROTOCOL, look_up)(near.lower()[:-1])


@pytest.mark.parametrize("name", ["connect", "Connect", "oid_wwan_connect", "oid-wwan-connect"])
def test_a_name_is_taken_in_any_case_and_short_form(name):
    assert PROTOCOL.oid(name) is PROTOCOL.oid("OID_WWAN_CONNECT")
    assert PROTOCOL.find(name)[0] is PROTOCOL.oid("OID_WWAN_CONNECT")


def test_a_whole_name_comes_before_a_short_form():
    known = ["OID_WWAN_A", "OID_A", "a"]
    assert full_name("A", known) == "a"
    assert full_name("a", known[:2]) == "OID_WWAN_A"
    assert full_name("b", known) is None
    assert full_name("a" * 10_000, known) is None


def test_numbers_are_shown_by_name():
    assert PROTOCOL.text_of("WWAN_RADIO", 1) == "WwanRadioOn"
    assert PROTOCOL.text_of("WWAN_RADIO", 77) == "77"
    both = PROTOCOL.number_of("WWAN_DATA_CLASS", "WWAN_DATA_CLASS_LTE|WWAN_DATA_CLASS_UMTS")
    assert both == 0x24
    assert PROTOCOL.text_of("WWAN_DATA_CLASS", 0x24) == "WWAN_DATA_CLASS_UMTS|WWAN_DATA_CLASS_LTE"
    assert PROTOCOL.text_of("WWAN_DATA_CLASS", 0x08000020) == "WWAN_DATA_CLASS_LTE|0x8000000"
    assert PROTOCOL.text_of("WWAN_DATA_CLASS", 0) == "WWAN_DATA_CLASS_NONE"
    assert PROTOCOL.text_of("WWAN_STATUS", 0) == "WWAN_STATUS_SUCCESS"
    assert PROTOCOL.text_of("WWAN_STATUS", 0xC0049999) == "0xc0049999"
    assert PROTOCOL.text_of("OID", 0x0E01010C) == "OID_WWAN_CONNECT"
    assert PROTOCOL.text_of("WWAN_UICC_FILE_TYPE", 2) == "WwanUiccFileTypeInternalEf"


def test_two_rows_of_one_name_or_number_are_refused():
    tables = standard_tables()
    oid = PROTOCOL.oid("OID_WWAN_PCO")
    with pytest.raises(RowError, match="OID_WWAN_PCO"):
        check_with(oids=(*tables.oids, oid))
    with pytest.raises(RowError, match="OID_WWAN_NEW: has the number of OID_WWAN_PCO"):
        check_with(oids=(*tables.oids, dataclasses.replace(oid, name="OID_WWAN_NEW")))


@pytest.mark.parametrize(
    ("struct", "reason"),
    [
        (struct_of(nested("Inner", "WWAN_NOWHERE")), "WWAN_NOWHERE: no such structure"),
        (struct_of(nested("Inner", "WWAN_PROVIDER", "L9"), size=68), "no layout L9"),
        (struct_of(number("u32", "Value", "WWAN_NOTHING")), "no enumeration WWAN_NOTHING"),
        (
            struct_of(
                octets("Data", 4), number("u32", "Size"), size=8, tail=BytesTail("Size", at="Data")
            ),
            "Size does not precede Data",
        ),
        (struct_of(number("u32", "Size"), tail=BytesTail("Length")), "no field Length"),
        (
            struct_of(
                number("u32", "Count"), tail=ItemsTail(nested("Item", "WWAN_NOWHERE"), "Count")
            ),
            "WWAN_NOWHERE",
        ),
        (
            struct_of(
                nested("List", "WWAN_LIST_HEADER"),
                size=8,
                tail=ListTail("List", (("WwanStructNothing", (text("Element", 4),)),)),
            ),
            "no element type WwanStructNothing",
        ),
        (
            struct_of(union("u", "Selector", (1, number("u32", "One")), (2, number("u32", "Two")))),
            "no selector Selector",
        ),
        (
            struct_of(
                number("u32", "Kind", "WWAN_RADIO"),
                union("u", "Kind", ("WwanRadioBroken", number("u32", "One"))),
                size=8,
            ),
            "WwanRadioBroken",
        ),
    ],
)
def test_structure_that_refers_to_nothing_is_refused_by_name(struct, reason):
    with pytest.raises(RowError, match=reason) as caught:
        check_with(structs={**standard_tables().structs, "NDIS_TEST": struct})
    assert "NDIS_TEST" in str(caught.value) or "WWAN_" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"query_input": ("NDIS_NOWHERE",)}, "no structure NDIS_NOWHERE"),
        ({"completions": (Completion(("query",), "NDIS_STATUS_NONE", ()),)}, "NDIS_STATUS_NONE"),
        (
            {"completions": (Completion(("set",), "NDIS_STATUS_WWAN_PCO_STATUS", ()),)},
            "not asynchronous",
        ),
        ({"completions": ()}, "OID_WWAN_PCO does not name it as its end"),
    ],
)
def test_oid_that_refers_to_nothing_is_refused_by_name(change, reason):
    oids = [
        dataclasses.replace(row, **change) if row.name == "OID_WWAN_PCO" else row
        for row in standard_tables().oids
    ]
    with pytest.raises(RowError, match=reason):
        check_with(oids=oids)


def test_rule_about_nothing_is_refused_by_name():
    rule = dataclasses.replace(PROTOCOL.rule("pco.no-noise"), subject=("OID_WWAN_NOTHING",))
    assert isinstance(rule, Rule)
    with pytest.raises(RowError, match=r"pco\.no-noise: unknown subject OID_WWAN_NOTHING"):
        _ = Protocol(altered_tables(rules=lambda: (rule,))).rule_by_id


def test_stimulus_without_payload_row_is_refused_by_name():
    with pytest.raises(RowError, match="gone"):
        check_with(stimuli=(Stimulus("gone", 99, "WWANREPLAY_STIMULUS_GONE", ""),))
