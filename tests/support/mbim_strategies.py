"""Hypothesis strategies for the values of any MBIM layout, made from its rows."""

import ipaddress
import uuid
from typing import Any

from hypothesis import strategies as st
from mbim_samples import EXACT_COUNTS
from mbim_tlvs import NAMES, sample_tlv

from wwanreplay.mbim.schema import Field, Format, Layout
from wwanreplay.mbim.tables import STRUCTS

#: Texts as a modem says them: no terminator inside, halves of surrogate pairs left out.
TEXTS = st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc"]), max_size=9)
IPV4 = st.integers(0, 0xFFFFFFFF).map(lambda number: str(ipaddress.IPv4Address(number)))
IPV6 = st.integers(0, (1 << 128) - 1).map(lambda number: str(ipaddress.IPv6Address(number)))
UUIDS = st.integers(0, (1 << 128) - 1).map(lambda number: str(uuid.UUID(int=number)))
NUMBERS = {
    Format.U8: st.integers(0, 0xFF),
    Format.U16: st.integers(0, 0xFFFF),
    Format.U32: st.integers(0, 0xFFFFFFFF),
    Format.I32: st.integers(-(1 << 31), (1 << 31) - 1),
    Format.U64: st.integers(0, (1 << 64) - 1),
}
ONE = {
    Format.UUID: UUIDS,
    Format.STRING: TEXTS,
    Format.TLV_STRING: TEXTS,
    Format.IPV4: IPV4,
    Format.IPV6: IPV6,
    Format.IPV4_REF: IPV4,
    Format.IPV6_REF: IPV6,
}
ELEMENTS = {
    Format.STRING_ARRAY: TEXTS.filter(bool),  # libmbim ends an array at an empty text
    Format.IPV4_ARRAY: IPV4,
    Format.IPV6_ARRAY: IPV6,
    Format.U32_ARRAY: NUMBERS[Format.U32],
    Format.TLV_U16_ARRAY: NUMBERS[Format.U16],
}


@st.composite
def values_of(
    draw: st.DrawFn, layout: Layout, count_max: int = 3, list_max: int = 3
) -> dict[str, Any]:
    """Draw values for every field; arrays that share a count have equal lengths."""
    values: dict[str, Any] = {}
    counts: dict[str, int] = {}
    counted = {field.count_field for field in layout.fields}
    exact = {field.count_field: EXACT_COUNTS.get(field.struct or "") for field in layout.fields}
    conditions = [field.present_if for field in layout.fields if field.present_if]
    for field in layout.fields:
        if field.name in counted:
            counts[field.name] = exact[field.name] or draw(st.integers(0, count_max))
        elif any(field.name == name for name, _ in conditions):
            values[field.name] = draw(st.sampled_from([value for _, value in conditions]))
        elif field.present_if is None or values[field.present_if[0]] == field.present_if[1]:
            size = counts.get(field.count_field or "")
            values[field.name] = draw(value_of(field, size, count_max, list_max))
    return values


def value_of(
    field: Field, size: int | None, count_max: int, list_max: int
) -> st.SearchStrategy[Any]:
    """Return the values of one field; `size` is its count where another field holds it."""
    kind = field.format
    least, most = (0, count_max) if size is None else (size, size)
    if kind in NUMBERS:
        return st.booleans().map(int) if field.type == "bool" else NUMBERS[kind]
    if kind in ONE:
        return ONE[kind]
    if kind in ELEMENTS:
        return st.lists(ELEMENTS[kind], min_size=least, max_size=most)
    if field.struct is not None:
        inner = values_of(STRUCTS[field.struct].layout, count_max, list_max)
        if kind in (Format.STRUCT, Format.STRUCT_REF):
            return inner
        if field.struct in EXACT_COUNTS:
            least = most = EXACT_COUNTS[field.struct]
        texts = any(each.format is Format.STRING for each in STRUCTS[field.struct].layout.fields)
        if kind is Format.STRUCT_LIST_REF and texts:
            most = max(least, min(most, list_max))
        return st.lists(inner, min_size=least, max_size=most)
    if kind is Format.TLV:
        return st.just(sample_tlv(field.tlv_type or "WAKE_COMMAND"))
    if kind is Format.TLV_LIST:
        return st.lists(st.sampled_from(NAMES).map(sample_tlv), max_size=count_max)
    if kind is Format.BYTES_FIXED:
        return st.binary(min_size=field.count or 0, max_size=field.count)
    if kind is Format.BYTES_REST:
        # libmbim pads them to 4 and then takes the padding for content; it takes none for an error.
        return st.integers(1, 5).flatmap(
            lambda count: st.binary(min_size=4 * count, max_size=4 * count)
        )
    if size is not None:
        return st.binary(min_size=size, max_size=size)
    return st.binary(max_size=20)
