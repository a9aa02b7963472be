"""Parts of ties: what each puts at NDIS paths and takes from them, and what stands in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.errors import UsageError
from wwanreplay.mbim.converters import (
    MULTI_MODE,
    Array,
    Count,
    Either,
    Filled,
    Fixed,
    Group,
    Items,
    Known,
    Member,
    MultiMode,
    OneList,
    Part,
    Plain,
    Reading,
    Tail,
    below,
    same,
    tree_of,
    values_of,
)
from wwanreplay.mbim.values import SMS_FORMAT

NUMBERS = st.integers(0, 0xFFFFFFFF)


def there(*parts: Part, **values: Any) -> dict[str, Any]:
    """The tree of a message with these members."""
    return tree_of(parts, values)


def back(source: dict[str, Any], *parts: Part, known: Known | None = None) -> dict[str, Any]:
    """The members of a structure with these paths."""
    return values_of(parts, Reading(source, known or Known()))


# ------------------------------------------------------------------ members


def test_a_member_that_is_absent_leaves_its_path_absent() -> None:
    parts = (*same("A"), Member("B", "S.B"), Member("C"))
    assert there(*parts, A=1, B=2) == {"A": 1, "S.B": 2}
    assert back({"A": 1, "S.B": 2}, *parts) == {"A": 1, "B": 2}


@given(number=NUMBERS, text=st.text(st.characters(exclude_characters="\0"), max_size=5))
def test_a_member_comes_back_from_its_path(number: int, text: str) -> None:
    parts = (Member("Number", "S.N"), Member("Text", "S.T"))
    tree = there(*parts, Number=number, Text=text)
    assert back(tree, *parts) == {"Number": number, "Text": text}


def test_a_default_or_a_fill_stands_in_for_a_path_that_a_revision_lacks() -> None:
    parts = (
        Member("Format", kind=SMS_FORMAT, default=4),  # a value of NDIS, to be converted
        Member("Port", fill=lambda known, _values: known.port),
        Member("Twice", fill=lambda _known, values: 2 * values["Port"]),
        Member("Absent"),
    )
    assert back({}, *parts, known=Known(port=3)) == {"Format": 1, "Port": 3, "Twice": 6}
    assert back({"Format": 0, "Port": 7, "Twice": 1}, *parts) == {
        "Format": 0,
        "Port": 7,
        "Twice": 1,
    }


def test_what_stands_in_is_not_written() -> None:
    parts = (Member("A", default=5), Filled("B", lambda _known, _values: 7))
    assert there(*parts, B=7) == {}
    assert back({}, *parts) == {"A": 5, "B": 7}


@given(data=st.binary(max_size=8), room=st.integers(0, 8))
def test_an_array_with_a_length_loses_its_filling(data: bytes, room: int) -> None:
    part = Member("Data", "S.Data", length="S.Length")
    tree = there(part, Data=data)
    assert tree == {"S.Data": data, "S.Length": len(data)}
    assert back(tree | {"S.Data": data + bytes(room)}, part) == {"Data": data}


def test_a_count_follows_in_mbim_and_is_a_path_in_ndis() -> None:
    part = Count("ElementCount", "S.Count")
    assert there(part, ElementCount=3) == {"S.Count": 3}
    assert there(part) == back({"S.Count": 3}, part) == {}


def test_a_fixed_value_is_written_whatever_the_message_holds() -> None:
    part = Fixed("S.Kind", 2)
    assert there(part) == there(part, Kind=9) == {"S.Kind": 2}
    assert back({"S.Kind": 2}, part) == {}


# ------------------------------------------------------------------ structures and unions


def test_a_structure_stands_below_its_prefix() -> None:
    part = Group("Pin1", "PinList.Pin1.", same("Mode", "Format"))
    assert there(part, Pin1={"Mode": 1}) == {"PinList.Pin1.Mode": 1}
    assert there(part) == {}
    assert back({"PinList.Pin1.Mode": 1, "Mode": 9}, part) == {"Pin1": {"Mode": 1}}


def test_only_the_alternative_that_is_selected_comes_back() -> None:
    parts = (
        Member("Kind"),
        Group("Sim", "Sim.", same("Id"), when=("Kind", 1)),
        Group("Aka", "Aka.", same("Rand"), when=("Kind", 2)),
    )
    source = {"Kind": 2, "Sim.Id": 5, "Aka.Rand": 6}
    assert back(source, *parts) == {"Kind": 2, "Aka": {"Rand": 6}}
    assert back(source | {"Kind": 3}, *parts) == {"Kind": 3}


def test_members_are_found_in_the_older_form_and_written_in_the_newer() -> None:
    part = Either(("Provider.", ""), "Id", same("Id", "Name"))
    assert there(part, Id="00101", Name="A") == {"Provider.Id": "00101", "Provider.Name": "A"}
    assert back({"Id": "00101", "Name": "A"}, part) == {"Id": "00101", "Name": "A"}
    assert back({"Provider.Id": "00101", "Id": "9"}, part) == {"Id": "00101"}
    assert there(below("S.", *same("A")), A=1) == {"S.A": 1}


# ------------------------------------------------------------------ lists


@given(rows=st.lists(st.fixed_dictionaries({"A": NUMBERS, "B": NUMBERS}), max_size=4))
def test_a_list_comes_back_from_its_elements(rows: list[dict[str, int]]) -> None:
    part = Items("Rows", (Member("A", "S.A"), Member("B")), "StructB", "S.Header")
    tree = there(part, Rows=rows)
    assert tree["S.Header.ElementType"] == "StructB"
    assert tree["Elements"] == [{"S.A": row["A"], "B": row["B"]} for row in rows]
    assert back(tree, part) == {"Rows": rows}


def test_a_list_that_is_absent_has_no_header_and_an_empty_one_has() -> None:
    part = Items("Rows", same("A"), "StructA", "S.Header")
    assert there(part) == {}
    assert there(part, Rows=[]) == {"S.Header.ElementType": "StructA", "Elements": []}


def test_one_element_with_the_member_makes_the_list_one_of_the_longer_type() -> None:
    part = Items("Rows", same("A", "B"), "StructA", "H", longer=("B", "StructAB"))
    assert there(part, Rows=[{"A": 1}, {"A": 2}])["H.ElementType"] == "StructA"
    assert there(part, Rows=[{"A": 1}, {"A": 2, "B": 3}])["H.ElementType"] == "StructAB"


@pytest.mark.parametrize("inner", ["", "Id"])
@given(rows=st.lists(NUMBERS, max_size=4))
def test_a_list_of_plain_values_may_have_structures_around_them(
    inner: str, rows: list[int]
) -> None:
    part = Plain("Rows", inner)
    given_rows = [{inner: row} for row in rows] if inner else rows
    tree = there(part, Rows=given_rows)
    assert tree == {"Elements": rows}
    assert back(tree, part) == {"Rows": given_rows}


def test_the_element_type_says_which_list_of_a_union_it_is() -> None:
    lists = (
        (0, 10, Items("Pdus", same("Data"), "StructPdu", "H")),
        (1, 11, Items("Texts", same("Text"), "StructText", "H")),
    )
    part = OneList("Format", "H", lists)
    tree = there(part, Format=1, Texts=[{"Text": "a"}])
    assert tree == {"H.ElementType": "StructText", "Elements": [{"Text": "a"}]}
    # As a tree names it, and as a decoded structure numbers it.
    expected = {"Format": 1, "Texts": [{"Text": "a"}]}
    assert back(tree, part) == back(tree | {"H.ElementType": 11}, part) == expected
    assert back(tree | {"H.ElementType": 12}, part) == {}


@given(rows=st.lists(NUMBERS, max_size=3), shared=NUMBERS)
def test_an_array_comes_back_with_its_count_and_what_its_elements_share(
    rows: list[int], shared: int
) -> None:
    part = Array("Rows", "S.Rows", same("A"), 3, count="S.Count", shared=same("B"))
    given_rows = [{"A": row} for row in rows]
    tree = there(part, Rows=given_rows, B=shared)
    assert tree["S.Count"] == len(rows)
    assert [tree[f"S.Rows[{at}].B"] for at in range(len(rows))] == [shared] * len(rows)
    assert back(tree, part) == {"Rows": given_rows} | ({"B": shared} if rows else {})


def test_a_list_that_does_not_fit_its_array_is_named() -> None:
    three = [{"A": 1}] * 3
    with pytest.raises(UsageError, match="Rows: 3 entries, must be at most 2"):
        there(Array("Rows", "R", same("A"), 2, count="C"), Rows=three)
    with pytest.raises(UsageError, match="Rows: 3 entries, must be 4"):
        there(Array("Rows", "R", same("A"), 4), Rows=three)
    assert there(Array("Rows", "R", same("A"), 4)) == {}


def test_a_count_beyond_the_array_reads_no_further() -> None:
    source = {"C": 9, "R[0].A": 1, "R[1].A": 2, "R[2].A": 3}
    part = Array("Rows", "R", same("A"), 2, count="C")
    assert back(source, part) == {"Rows": [{"A": 1}, {"A": 2}]}


@given(data=st.binary(max_size=8))
def test_bytes_behind_a_structure_come_back(data: bytes) -> None:
    assert there(Tail("Buffer"), Buffer=data) == {"Data": data}
    assert back({"Data": data}, Tail("Buffer")) == {"Buffer": data}
    assert back({}, Tail("Buffer")) == {"Buffer": b""}


# ------------------------------------------------------------------ cellular classes


@pytest.mark.parametrize("mask", [1, 2, 3])
def test_the_mask_of_cellular_classes_comes_back_from_class_flag_and_list(mask: int) -> None:
    parts = (
        Member("CellularClass", "Class"),
        Member("ControlCaps", "Caps"),
        MultiMode(flags="Caps"),
    )
    tree = there(*parts, CellularClass=mask, ControlCaps=1)
    assert tree["Elements"] == ([1, 2] if mask == 3 else [])
    assert bool(tree["Caps"] & MULTI_MODE) == (mask == 3)
    tree["Class"] = 1 if mask == 3 else mask  # NDIS has room for one
    assert back(tree, *parts)["CellularClass"] == mask
