"""Rows of TLVs: every type has a content written by hand, every component is in it."""

from typing import Any

import pytest
from mbim_tlvs import COMPONENTS, NAMES, ROUTES, SAMPLES, WITH_CONTENT

from wwanreplay.mbim.contents import decode_content, encode_content, has_content
from wwanreplay.mbim.tables import ENUMS, TLV_STRUCTS, TLV_TYPES, TLVS


def without_lengths(value: Any) -> Any:
    """Return a content as somebody would write it: no number that follows from the others."""
    if isinstance(value, list):
        return [without_lengths(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: without_lengths(item)
        for key, item in value.items()
        if not key.endswith(("Length", "Count")) or key in ("Ipv6PrefixLength", "ConsecutiveCount")
    }


def test_every_type_of_the_tables_has_a_sample() -> None:
    assert list(TLV_TYPES) == NAMES
    assert [TLV_TYPES[name] for name in NAMES] == list(range(1, 22))
    bytes_only = {name for name in NAMES if not has_content(TLV_TYPES[name])}
    assert bytes_only == {"UE_POLICIES", "EAP_PACKET", "PCO"} == set(NAMES) - set(WITH_CONTENT)


def test_samples_have_every_component_of_the_tables() -> None:
    assert [row["Type"] for _, row in COMPONENTS] == [
        value for _, value in ENUMS["MbimTrafficComponent"].members
    ]
    known = [value for _, value in ENUMS["MbimRouteComponent"].members]
    assert [row["Type"] for _, row in ROUTES] == [*known, 0x40]


@pytest.mark.parametrize(("name", "text", "content"), SAMPLES, ids=NAMES)
def test_content_of_bytes_written_by_hand(name: str, text: str, content: Any) -> None:
    data = bytes.fromhex(text)
    assert decode_content(TLV_TYPES[name], data) == content
    if content is not None:
        assert encode_content(TLV_TYPES[name], content) == data
        assert encode_content(TLV_TYPES[name], without_lengths(content)) == data


def test_every_structure_is_inside_a_type_or_another_structure() -> None:
    named = {row.struct for row in TLVS.values()}
    named |= {part.struct for parts in TLV_STRUCTS.values() for part in parts}
    assert set(TLV_STRUCTS) == named - {None}


def test_a_part_that_names_a_person_or_a_place_is_never_one_that_others_are_read_by() -> None:
    personal = [part for parts in TLV_STRUCTS.values() for part in parts if part.personal]
    assert len(personal) > 5
    assert not any(part.is_structural for part in personal)


def test_types_from_mbimex_4_on_are_those_behind_the_wake_packet() -> None:
    newer = {row.name for row in TLVS.values() if row.mbimex >= 0x0400}
    assert newer == {row.name for row in TLVS.values() if row.value > TLV_TYPES["WAKE_PACKET"]}
