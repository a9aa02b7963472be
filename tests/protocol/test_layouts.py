"""Offsets of fields by natural alignment, and pinned sizes that disagree."""

import pytest
from groups import together
from protocol_samples import every_layout, layout_name, struct_of

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.layouts import Flattener
from wwanreplay.protocol.row_forms import bit, nested, number, octets, union
from wwanreplay.protocol.schema import Field, RowError


@together(every_layout(), layout_name)
def test_leaves_lie_inside_aligned_and_in_order(case):
    struct, layout_id, _ = case
    flat = PROTOCOL.flat(struct.name, layout_id)
    assert flat.size == struct.layout(layout_id).size
    assert flat.size % flat.alignment == 0
    end = 0
    for leaf in flat.leaves:
        width = leaf.size // max(leaf.field.count, 1)
        assert leaf.offset % min(width, 8 if leaf.field.kind != "guid" else 4) == 0
        assert leaf.offset + leaf.size <= flat.size
        if leaf.field.bits is None and not leaf.case:
            assert leaf.offset >= end
            end = leaf.offset + leaf.size


def test_wrong_pinned_size_names_the_row():
    bad = struct_of(number("u32", "First"), number("u8", "Second"), size=5)
    with pytest.raises(RowError, match="NDIS_TEST L1: fields come to 8 bytes, the row pins 5"):
        Flattener({"NDIS_TEST": bad}).flat("NDIS_TEST", "L1")


def test_structure_within_itself_is_refused():
    bad = struct_of(nested("Inner", "NDIS_TEST"))
    with pytest.raises(RowError, match="NDIS_TEST: contains itself"):
        Flattener({"NDIS_TEST": bad}).flat("NDIS_TEST", "L1")


def flat_of(*fields, size, **others):
    structs = {"NDIS_TEST": struct_of(*fields, size=size), **others}
    return Flattener(structs).flat("NDIS_TEST", "L1")


def test_fields_are_aligned_to_their_size_and_a_guid_to_4():
    flat = flat_of(
        number("u8", "One"),
        number("u16", "Two"),
        Field("Identifier", "guid"),
        number("u64", "Eight"),
        number("u8", "Last"),
        size=40,
    )
    assert {leaf.path: leaf.offset for leaf in flat.leaves} == {
        "One": 0,
        "Two": 2,
        "Identifier": 4,
        "Eight": 24,
        "Last": 32,
    }
    assert (flat.size, flat.alignment) == (40, 8)


def test_neighbours_with_bits_share_a_number_until_the_bits_begin_again():
    flat = flat_of(bit("A", 0), bit("B", 1, 3), bit("C", 0), number("u32", "D"), size=12)
    assert [leaf.offset for leaf in flat.leaves] == [0, 0, 4, 8]


def test_an_array_of_structures_has_a_group_and_leaves_for_each():
    inner = struct_of(number("u32", "Value"), number("u8", "Flag"), size=8, name="INNER")
    rows = Field("Rows", "struct", count=2, of="INNER", layout="L1", personal="place")
    flat = flat_of(number("u8", "Count"), rows, size=20, INNER=inner)
    assert dict(flat.groups) == {"Rows[0]": (4, 8), "Rows[1]": (12, 8)}
    assert flat.offset_of("Rows[1].Flag") == 16
    assert flat.offset_of("Rows[1]") == 12
    assert {leaf.field.personal for leaf in flat.leaves if leaf.path != "Count"} == {"place"}
    with pytest.raises(RowError, match=r"NDIS_TEST L1: no field Rows\[2\]"):
        flat.offset_of("Rows[2]")


def test_the_cases_of_a_union_share_its_place_and_the_largest_decides_its_size():
    flat = flat_of(
        number("u32", "Kind"),
        union("u", "Kind", (1, octets("Small", 3)), (2, number("u64", "Large"))),
        size=16,
    )
    places = {leaf.path: (leaf.offset, leaf.size, leaf.case) for leaf in flat.leaves}
    assert places["u.Small"] == (8, 3, (("Kind", 1),))
    assert places["u.Large"] == (8, 8, (("Kind", 2),))
    assert dict(flat.groups) == {"u": (8, 8)}


def test_a_selector_inside_a_structure_is_named_from_outside():
    inner = struct_of(
        number("u32", "Kind"), union("u", "Kind", (1, number("u32", "One"))), size=8, name="INNER"
    )
    flat = flat_of(nested("Inner", "INNER"), size=8, INNER=inner)
    assert flat.by_path["Inner.u.One"].case == (("Inner.Kind", 1),)


def test_a_layout_is_laid_out_once():
    flattener = Flattener({"NDIS_TEST": struct_of(number("u32", "A"))})
    assert flattener.flat("NDIS_TEST", "L1") is flattener.flat("NDIS_TEST", "L1")
    with pytest.raises(RowError, match="NDIS_NOWHERE: no such structure"):
        flattener.flat("NDIS_NOWHERE", "L1")
