"""Sample values for any MBIM layout, made from its rows: shared by the MBIM tests."""

from typing import Any

from mbim_tlvs import sample_tlv, sample_tlvs

from wwanreplay.mbim.schema import Field, Format, Layout
from wwanreplay.mbim.tables import STRUCTS

#: Structures of which a list has always so many: longer and shorter ones go into no array.
EXACT_COUNTS = {"MbimLteAttachConfiguration": 3}


def sample_values(layout: Layout, salt: int = 0, count: int = 2) -> dict[str, Any]:
    """Return values that give every field of `layout` something to carry."""
    values: dict[str, Any] = {}
    counted = {field.count_field for field in layout.fields}
    selectors = {
        field.present_if[0]: field.present_if[1] for field in layout.fields if field.present_if
    }
    for index, field in enumerate(layout.fields):
        if field.name in counted:
            continue
        if field.present_if is not None and selectors[field.present_if[0]] != field.present_if[1]:
            continue
        if field.name in selectors:
            values[field.name] = selectors[field.name]
            continue
        values[field.name] = sample(field, salt + index, count)
    return values


def sample(field: Field, salt: int, count: int) -> Any:
    """Return one value for one field."""
    data = bytes((salt + at) % 256 for at in range(count * 3 + 1))
    text = f"Ä{salt:03d}"[: count + 2]
    match field.format:
        case Format.U8 | Format.U16 | Format.U32:
            return salt % 5 + 1
        case Format.I32:
            return -salt - 1
        case Format.U64:
            return (1 << 40) + salt
        case Format.UUID:
            return f"00000000-0000-4000-8000-{salt:012x}"
        case Format.STRING | Format.TLV_STRING:
            return text
        case Format.STRING_ARRAY:
            return [f"{text}{index}" for index in range(count)]
        case Format.BYTES_FIXED:
            assert field.count is not None
            return bytes((salt + at) % 256 for at in range(field.count))
        case Format.IPV4 | Format.IPV4_REF:
            return f"192.0.2.{salt % 250}"
        case Format.IPV6 | Format.IPV6_REF:
            return f"2001:db8::{salt + 1:x}"
        case Format.IPV4_ARRAY:
            return [f"192.0.2.{index}" for index in range(count)]
        case Format.IPV6_ARRAY:
            return [f"2001:db8::{index + 1:x}" for index in range(count)]
        case Format.U32_ARRAY | Format.TLV_U16_ARRAY:
            return list(range(salt, salt + count))
        case Format.STRUCT | Format.STRUCT_REF:
            assert field.struct is not None
            return sample_values(STRUCTS[field.struct].layout, salt + 1, count)
        case Format.STRUCT_ARRAY | Format.STRUCT_REF_ARRAY | Format.STRUCT_LIST_REF:
            assert field.struct is not None
            layout = STRUCTS[field.struct].layout
            entries = EXACT_COUNTS.get(field.struct, count)
            return [sample_values(layout, salt + index, count) for index in range(entries)]
        case Format.TLV:
            return sample_tlv(field.tlv_type or "WAKE_PACKET")
        case Format.TLV_LIST:
            return sample_tlvs()
    return data
