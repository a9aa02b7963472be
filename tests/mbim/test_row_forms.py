"""The short forms of MBIM rows make the rows that they stand for."""

from wwanreplay.mbim.row_forms import cid, elements, layout, string, struct, u32, versions
from wwanreplay.mbim.schema import Cid, Field, Format, Layout, Struct


def test_a_version_that_extends_begins_with_the_fields_of_the_one_before():
    first, second, third = versions(
        layout(4)(u32("A", 0)),
        layout(8, mbimex=0x0200, extends=True)(u32("B", 4)),
        layout(4, mbimex=0x0300)(u32("C", 0)),
    )
    assert first == Layout(4, (u32("A", 0),))
    assert second == Layout(8, (u32("A", 0), u32("B", 4)), 0x0200)
    assert third == Layout(4, (u32("C", 0),), 0x0300)


def test_a_direction_of_one_layout_needs_no_brackets():
    only = layout(4)(u32("A", 0))
    row = Cid(1, "NAME", "nick", "qs", set=(only,), response=(only, only))
    assert cid(1, "NAME", "nick", "qs")(set=only, response=(only, only)) == row


def test_a_structure_holds_one_layout():
    assert struct("S", 4, mbimex=0x0300)(u32("A", 0)) == Struct(
        "S", Layout(4, (u32("A", 0),), 0x0300)
    )


def test_fields_keep_their_marks():
    assert u32("A", 0, "E", personal="place") == Field(
        "A", Format.U32, 0, type="E", personal="place"
    )
    assert string("A", 4, size_max=12) == Field("A", Format.STRING, 4, size_max=12)
    assert elements("A", 4, "S", "N") == Field(
        "A", Format.STRUCT_REF_ARRAY, 4, struct="S", count_field="N"
    )
