"""Rows of the MBIM tables check themselves."""

import pytest

from wwanreplay.mbim.rows import tlvs
from wwanreplay.mbim.schema import (
    COUNTED_FORMATS,
    FIXED_SIZES,
    OPERATIONS,
    STRUCT_FORMATS,
    Cid,
    ContentForm,
    Enum,
    Field,
    Format,
    Layout,
    Part,
    PartForm,
    Tlv,
)
from wwanreplay.mbim.tables import all_layouts


def test_rows_that_contradict_themselves_are_refused() -> None:
    with pytest.raises(ValueError, match="part A: personal='somebody'"):
        Part("A", PartForm.U8, personal="somebody")
    with pytest.raises(ValueError, match="TLV A: many and struct=None"):
        tlvs.Tlv("A", 1, tlvs.ContentForm.MANY)


def test_a_field_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match=r"field A: .*struct"):
        Field("A", Format.STRUCT, 0)
    with pytest.raises(ValueError, match=r"field A: .*count field"):
        Field("A", Format.STRING_ARRAY, 0)
    with pytest.raises(ValueError, match="field A: personal='somebody'"):
        Field("A", Format.U32, 0, personal="somebody")


def row_of(kind: Format) -> Field:
    """A row of a format with exactly what it needs."""
    return Field(
        "A",
        kind,
        struct="S" if kind in STRUCT_FORMATS else None,
        count_field="Count" if kind in COUNTED_FORMATS else None,
        count=4 if kind is Format.BYTES_FIXED else None,
    )


@pytest.mark.parametrize("kind", Format)
def test_a_format_takes_a_structure_a_count_field_or_a_count_exactly_when_it_needs_one(
    kind: Format,
) -> None:
    row = row_of(kind)
    assert row.format is kind
    for member, other in (("struct", "S"), ("count_field", "Count"), ("count", 4)):
        about = {name: getattr(row, name) for name in ("struct", "count_field", "count")}
        about[member] = other if about[member] is None else None
        with pytest.raises(ValueError, match="field A: "):
            Field("A", kind, **about)


def test_what_may_be_counted_or_holds_structures_is_used_by_a_command() -> None:
    used = {field.format for _, _, _, layout in all_layouts() for field in layout.fields}
    assert used >= {Format.STRING, Format.STRUCT_ARRAY, Format.TLV_LIST}
    assert set(FIXED_SIZES.values()) == {1, 2, 4, 8, 16}


def test_a_member_of_an_enumeration_occurs_once() -> None:
    with pytest.raises(ValueError, match="enumeration E: a member name occurs twice"):
        Enum("E", (("A", 0), ("A", 1)))
    assert len(Enum("E", (("A", 0), ("B", 0))).members) == 2


@pytest.mark.parametrize("form", ContentForm)
def test_only_a_tlv_of_structures_names_one(form: ContentForm) -> None:
    of_structures = form in (ContentForm.ONE, ContentForm.MANY)
    assert Tlv("A", 1, form, struct="S" if of_structures else None).form is form
    with pytest.raises(ValueError, match=f"TLV A: {form} and struct="):
        Tlv("A", 1, form, struct=None if of_structures else "S")


def test_a_part_that_others_are_read_by_is_structural() -> None:
    assert Part("Size", PartForm.U8, measures=("Data",)).is_structural
    assert Part("Count", PartForm.U8, counts="Rows").is_structural
    assert Part("Type", PartForm.U8, type="E").is_structural
    assert Part("Kind", PartForm.U8, allowed=(1, 2)).is_structural
    assert not Part("Data", PartForm.OCTETS, size_field="Size", personal="content").is_structural


def test_a_command_gives_its_layouts_by_direction_and_oldest_first() -> None:
    old, new = Layout(0), Layout(4, mbimex=0x0300)
    row = Cid(1, "C", "c", "qs", query=(old, new), response=(new,), set=(old,))
    assert list(row.layouts()) == [
        ("query", old),
        ("query", new),
        ("set", old),
        ("response", new),
    ]
    assert OPERATIONS == ("query", "set", "response", "notification")
