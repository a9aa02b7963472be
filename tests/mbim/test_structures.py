"""NDIS structures from any values: the layout of a release, and values made to fit their fields."""

from typing import Any

import pytest
from groups import together
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.errors import UsageError
from wwanreplay.mbim.structures import (
    INPUTS,
    WINDOWS_10,
    WINDOWS_10_MAY_2019,
    WINDOWS_11,
    build,
    fit,
    flattened,
    form_of,
    has_status,
    is_input,
    release_of,
    variable_parts,
    with_list,
    without_lacking,
    zeros,
)
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode
from wwanreplay.protocol.schema import Field, ListTail

PACKET_SERVICE = "NDIS_WWAN_PACKET_SERVICE_STATE"
PROVIDERS = "NDIS_WWAN_VISIBLE_PROVIDERS"
REGISTRATION = "NDIS_WWAN_REGISTRATION_STATE"
NAMED = [name for name, row in PROTOCOL.structs.items() if row.revisions]


def fitted(field: Field, value: Any) -> tuple[Any, list[str]]:
    problems: list[str] = []
    return fit(field, value, "S.Member", problems), problems


@pytest.mark.parametrize(
    ("mbimex", "release"),
    [
        (0x0100, WINDOWS_10),
        (0x0200, WINDOWS_10_MAY_2019),
        (0x0300, WINDOWS_11),
        (0x0400, WINDOWS_11),
    ],
)
def test_a_session_is_shown_in_the_structures_of_its_release(mbimex: int, release: str) -> None:
    assert release_of(mbimex) == release
    layout, revision = form_of(PACKET_SERVICE, release)
    decoded = decode(PACKET_SERVICE, build(PACKET_SERVICE, {}, [], release=release))
    assert (decoded.layout_id, decoded["Header.Revision"]) == (layout, revision)


def test_a_later_release_has_no_older_form() -> None:
    releases = (WINDOWS_10, WINDOWS_10_MAY_2019, WINDOWS_11, None)
    grew = 0
    for name in NAMED:
        revisions = [form_of(name, release)[1] or 0 for release in releases]
        assert revisions[:3] == sorted(revisions[:3]), name
        grew += revisions[0] < revisions[2]
    assert grew > 3


def test_paths_that_the_layout_lacks_are_left_out() -> None:
    tree = {"uStatus": 0, "PacketService.FrequencyRange": 3, "PacketService.PacketServiceState": 2}
    older = decode(PACKET_SERVICE, build(PACKET_SERVICE, tree, [], revision=1))
    newest = decode(PACKET_SERVICE, build(PACKET_SERVICE, tree, []))
    assert "PacketService.FrequencyRange" not in older
    assert newest["PacketService.FrequencyRange"] == 3
    assert older["PacketService.PacketServiceState"] == 2
    assert set(without_lacking(PACKET_SERVICE, tree, "L1")) == set(tree) & {
        leaf.path for leaf in older.leaves()
    }
    assert without_lacking(PACKET_SERVICE, tree, "L4") == tree


@pytest.mark.parametrize("kind", ["u8", "bool8", "u16", "u32", "u64"])
@given(value=st.integers(-(1 << 70), 1 << 70))
def test_a_number_is_cut_to_its_field_and_that_is_reported(kind: str, value: int) -> None:
    bits = {"u8": 8, "bool8": 8, "u16": 16, "u32": 32, "u64": 64}[kind]
    kept, problems = fitted(Field("N", kind), value)
    assert kept == value % (1 << bits)
    # A negative number that has this form in these bits is the same number.
    is_same = -(1 << bits) <= value < 1 << bits
    assert problems == ([] if is_same else [f"S.Member: {value:#x} is cut to {bits} bits"])


@given(value=st.integers(-(1 << 31), (1 << 32) - 1))
def test_a_signed_number_keeps_its_sign(value: int) -> None:
    kept, problems = fitted(Field("N", "i32"), value)
    assert problems == []
    assert -(1 << 31) <= kept < 1 << 31
    assert (kept - value) % (1 << 32) == 0


@pytest.mark.parametrize(("kind", "size"), [("wchar16", 2), ("char8", 1)])
@given(text=st.text(max_size=12))
def test_text_keeps_room_for_its_terminator(kind: str, size: int, text: str) -> None:
    kept, problems = fitted(Field("T", kind, count=6), text)
    whole = text.partition("\0")[0]
    units = len(whole.encode("utf-16-le")) // 2 if kind == "wchar16" else len(whole)
    assert "\0" not in kept
    if units <= 5:
        assert kept == (whole if size == 2 else whole.encode("latin-1", "replace").decode("latin1"))
        assert problems == []
    else:
        assert problems == [f"S.Member: text of {units * size} bytes is cut to {5 * size}"]


@given(octets=st.binary(max_size=12), numbers=st.lists(st.integers(0, 0xFFFFFFFF), max_size=6))
def test_an_array_is_filled_up_or_cut(octets: bytes, numbers: list[int]) -> None:
    kept, problems = fitted(Field("B", "u8", count=8), octets)
    assert kept == octets[:8].ljust(8, b"\0")
    assert len(problems) == (len(octets) > 8)
    kept, problems = fitted(Field("N", "u32", count=4), numbers)
    assert kept == (numbers + [0] * 4)[:4]
    assert len(problems) == (len(numbers) > 4)


def test_a_value_of_another_kind_is_a_usage_error_that_names_the_member() -> None:
    with pytest.raises(UsageError, match="PacketServiceState"):
        build(PACKET_SERVICE, {"PacketService.PacketServiceState": "attached"}, [])


def test_elements_of_a_list_are_those_of_the_release() -> None:
    tree = {"Elements": [{"ProviderId": "00101", "Rssi": 3}, {"ProviderId": "00102"}]}
    for release in (WINDOWS_10, WINDOWS_11, None):
        decoded = decode(PROVIDERS, build(PROVIDERS, tree, [], release=release))
        found = [leaf.value for leaf in decoded.leaves() if leaf.path.endswith("ProviderId")]
        assert len(found) == 2, release


@together(sorted(INPUTS | set(NAMED)))
def test_a_structure_of_nothing_is_whole_and_has_no_elements(name: str) -> None:
    decoded = decode(name, zeros(name, None, {"uStatus": 5} if has_status(name) else {}))
    assert decoded.raw is None
    assert not any(leaf.path.startswith("Elements[") for leaf in decoded.leaves())
    assert decoded.get("uStatus", 5) == 5


def test_elements_that_no_row_describes_are_a_usage_error() -> None:
    name = "NDIS_WWAN_SET_DEVICE_BINDINGS_INFO"
    with pytest.raises(UsageError, match=f"{name}: what its list holds is not known"):
        build(name, {"Elements": [{}]}, [])


def test_a_flattened_tree_has_the_paths_of_the_decoded_structure() -> None:
    tree = {"Elements": [{"Provider.ProviderId": "00101"}, {"Provider.ProviderId": "00102"}]}
    flat = flattened(tree | {"VisibleList.ElementType": 0})
    assert flat == {
        "Elements[0].Provider.ProviderId": "00101",
        "Elements[1].Provider.ProviderId": "00102",
        "VisibleList.ElementType": 0,
    }
    assert flattened({"Elements": ["a", "b"]}) == {"Elements[0]": "a", "Elements[1]": "b"}
    assert flattened({"DnsEntries": [{"IsIpv6": 1}]}) == {"DnsEntries[0].IsIpv6": 1}


def test_only_a_list_gets_an_empty_list() -> None:
    assert isinstance(PROTOCOL.structure(PROVIDERS).tail, ListTail)
    assert with_list(PROVIDERS, {}) == {"Elements": []}
    assert with_list(PROVIDERS, {"Elements": [{}]}) == {"Elements": [{}]}
    assert with_list(REGISTRATION, {}) == {}
    assert variable_parts(PROTOCOL.structure(PROVIDERS)) == ("Elements",)
    assert variable_parts(PROTOCOL.structure(REGISTRATION)) == ()


def test_inputs_are_what_requests_carry() -> None:
    assert is_input("NDIS_WWAN_SET_REGISTER_STATE")
    assert not is_input(REGISTRATION)
