"""Writing of information buffers: one form, each value that does not fit is named."""

from typing import Any

import pytest
from groups import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from mbim_strategies import values_of

from wwanreplay.errors import UsageError
from wwanreplay.mbim import codec
from wwanreplay.mbim.schema import Field, Format, Layout
from wwanreplay.mbim.tables import BASIC_CONNECT, TLV_TYPES, all_layouts
from wwanreplay.mbim.writer import Writer

LAYOUTS = [layout for _, _, _, layout in all_layouts()]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"Nonsense": 1}, "has no field Nonsense"),
        ({"SessionId": -1}, "SessionId: cannot hold"),
        ({"SessionId": "one"}, "SessionId: cannot hold"),
        ({"ContextType": "internet"}, "ContextType: cannot hold"),
    ],
)
def test_bad_values_are_named(values: dict[str, Any], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        codec.encode(BASIC_CONNECT, 12, "set", values)


def test_a_count_that_disagrees_is_an_error() -> None:
    with pytest.raises(UsageError, match="EventsCount says 3"):
        codec.encode(BASIC_CONNECT, 19, "set", {"EventsCount": 3, "Events": []})


def written(layout: Layout, values: dict[str, Any]) -> bytes:
    writer = Writer()
    writer.write("S", layout, values)
    return bytes(writer.out)


@given(data=st.data())
def test_what_was_read_is_written_as_it_was(data: st.DataObject) -> None:
    layout = data.draw(st.sampled_from(LAYOUTS))
    first = written(layout, data.draw(values_of(layout)))
    assert written(layout, codec.decode_layout("S", layout, first)) == first


def test_data_stand_in_the_order_of_their_fields_and_aligned() -> None:
    layout = Layout(
        20,
        (
            Field("First", Format.BYTES_REF, 0),
            Field("Second", Format.BYTES_REF_SIZE_FIRST, 8),
            Field("Last", Format.U32, 16),
        ),
    )
    data = written(layout, {"Second": b"zw", "First": b"abcde", "Last": 7})
    assert data.hex(" ", 4) == (
        "14000000 05000000 02000000 1c000000 07000000 61626364 65000000 7a770000"
    )


def test_a_field_that_is_not_given_is_zero_empty_or_absent() -> None:
    for layout in LAYOUTS:
        data = written(layout, {})
        values = codec.decode_layout("S", layout, data)
        assert len(data) >= layout.size
        for field in layout.fields:
            if field.format in (Format.STRING, Format.BYTES_REF, Format.STRUCT_REF):
                assert not values[field.name]
    with pytest.raises(UsageError, match=r"S\.A: cannot hold 'x'"):
        written(Layout(4, (Field("A", Format.U32, 0),)), {"A": "x"})


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        (Format.IPV4, "2001:db8::1", "is of the other address family"),
        (Format.IPV6_REF, "192.0.2.1", "is of the other address family"),
        (Format.IPV4_REF, "192.0.2", "S.A: "),
        (Format.STRING, 5, "cannot hold 5"),
        (Format.BYTES_REF, "text", "cannot hold 'text'"),
        (Format.BYTES_REST, 1 << 40, "cannot hold 1099511627776: a number is no bytes"),
        (Format.BYTES_COUNTED, 5, "cannot hold 5: a number is no bytes"),
        (Format.TLV, {"Type": 13, "Data": 5}, "a number is no bytes"),
        (Format.U8, 256, "cannot hold 256"),
    ],
)
def test_a_value_of_another_kind_is_named(kind: Format, value: Any, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        written(Layout(0, (Field("A", kind, 0),)), {"A": value})


JUNK = st.one_of(
    st.integers(-1, 1 << 33),
    st.just(10**5000),
    st.floats(),
    st.text(max_size=3),
    st.binary(max_size=3),
    st.lists(st.one_of(st.none(), st.integers(0, 3), st.text(max_size=2)), max_size=2),
    st.dictionaries(st.sampled_from(["Type", "Data", "Content", "A"]), st.integers(0, 3)),
)


@pytest.mark.long
@settings(max_examples=examples(200), deadline=None)
@given(data=st.data())
def test_a_value_of_any_kind_is_written_or_refused_with_its_name(data: st.DataObject) -> None:
    layout = data.draw(st.sampled_from([layout for layout in LAYOUTS if layout.fields]))
    values = {field.name: data.draw(JUNK) for field in layout.fields if data.draw(st.booleans())}
    try:
        written(layout, values)
    except UsageError as error:
        names = [*(f".{field.name}" for field in layout.fields), "TLV"]
        assert any(name in str(error) for name in names)  # noqa: PT017


def test_bytes_of_a_fixed_size_are_neither_cut_nor_filled_up() -> None:
    layout = Layout(4, (Field("A", Format.BYTES_FIXED, 0, count=4),))
    assert written(layout, {"A": b"abcd"}) == b"abcd"
    assert written(layout, {}) == bytes(4)
    with pytest.raises(UsageError, match=r"S\.A: takes 4 bytes, not 3"):
        written(layout, {"A": b"abc"})


def test_arrays_that_share_a_count_must_agree() -> None:
    layout = Layout(
        4,
        (
            Field("Count", Format.U32, 0),
            Field("A", Format.U32_ARRAY, 4, count_field="Count"),
            Field("B", Format.U32_ARRAY, None, count_field="Count"),
        ),
    )
    assert written(layout, {"A": [1], "B": [2]}).hex(" ", 4) == "01000000 01000000 02000000"
    with pytest.raises(UsageError, match=r"S\.B: 1 elements, another array has a different count"):
        written(layout, {"A": [1, 2], "B": [3]})


def test_an_alternative_that_is_not_selected_is_not_written() -> None:
    layout = Layout(
        4,
        (
            Field("Kind", Format.U32, 0),
            Field("One", Format.U32, 4, present_if=("Kind", 1)),
            Field("Two", Format.U64, 4, present_if=("Kind", 2)),
        ),
    )
    assert len(written(layout, {"Kind": 1, "One": 9})) == 8
    assert len(written(layout, {"Kind": 2})) == 12
    with pytest.raises(UsageError, match=r"S\.One: needs Kind to select it"):
        written(layout, {"Kind": 2, "One": 9})


def test_a_tlv_of_another_type_than_the_row_names_is_refused() -> None:
    layout = Layout(0, (Field("A", Format.TLV, 0, tlv_type="PCO"),))
    assert written(layout, {}) == written(layout, {"A": {"Type": TLV_TYPES["PCO"], "Data": b""}})
    with pytest.raises(UsageError, match=r"S\.A: takes a TLV of type 13, not 12"):
        written(layout, {"A": {"Type": TLV_TYPES["EAP_PACKET"], "Data": b"x"}})
