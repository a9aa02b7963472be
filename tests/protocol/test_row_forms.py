"""The short forms of rows make the rows that they stand for."""

import pytest

from wwanreplay.protocol.row_forms import enum, flags, layout, nested, number, offset_pairs, struct
from wwanreplay.protocol.schema import Enum, FlagSet, Member, PairsTail, Revision, RowError


def fields_of(row, layout_id):
    return [(field.name, field.kind) for field in row.layout(layout_id).fields]


def test_a_layout_that_extends_has_the_earlier_fields_first():
    row = struct("TEST")(
        layout("L1", 8)(number("u32", "A"), number("u32", "B")),
        layout("L2", 12, extends="L1")(number("u32", "C")),
        layout("L3", 16, extends="L2")(number("u32", "D")),
    )
    assert fields_of(row, "L3") == [(name, "u32") for name in "ABCD"]
    assert [row.extends for row in row.layouts] == ["", "", ""]


def test_a_field_of_the_same_name_takes_the_place_of_the_earlier_one():
    row = struct("TEST")(
        layout("L1", 8)(number("u32", "A"), number("u32", "B")),
        layout("L2", 12, extends="L1")(number("u64", "A")),
    )
    assert fields_of(row, "L2") == [("A", "u64"), ("B", "u32")]


def test_a_layout_extends_an_earlier_one_only():
    with pytest.raises(RowError, match="TEST L1: no earlier layout L2"):
        struct("TEST")(layout("L1", 4, extends="L2")(number("u32", "A")))


def test_revisions_are_numbered_by_their_place():
    row = struct("TEST", revisions=("L1", "L2 L3"))(
        *(layout(f"L{at}", 4)(number("u32", "A")) for at in (1, 2, 3))
    )
    assert row.revisions == (
        Revision(1, "TEST_REVISION_1", ("L1",)),
        Revision(2, "TEST_REVISION_2", ("L2", "L3")),
    )


@pytest.mark.parametrize(
    ("written", "releases"),
    [
        ("", ""),
        ("win7", "win7"),
        ("win7-win81", "win7 win8 win81"),
        ("1607 mn-co", "1607 mn fe co"),
    ],
)
def test_a_range_of_releases_is_written_out(written, releases):
    assert layout("L1", 0, written)().targets == releases


@pytest.mark.parametrize("written", ["win95", "win7-win95", "win95-co"])
def test_an_unknown_release_is_refused(written):
    with pytest.raises(RowError, match="unknown release"):
        layout("L1", 0, written)()


def test_enumerations_take_pairs_and_members():
    bound = Member("Max", 2, bound=True)
    assert enum("TEST")(("A", 0), bound) == Enum("TEST", (Member("A", 0), bound))
    assert flags("TEST", note="n")(("A", 1)) == FlagSet("TEST", (Member("A", 1),), "n")


def test_offset_pairs_name_their_fields():
    pair = ("Cell", "Info.CellOffset", "Info.CellSize")
    assert offset_pairs("Info", "Cell") == PairsTail("Info", (pair,))
    assert offset_pairs("Info", "Cell", inside="") == PairsTail(
        "Info", (("Cell", "CellOffset", "CellSize"),)
    )


def test_a_nested_structure_keeps_its_layout():
    assert nested("A", "B", "L2").layout == "L2"
