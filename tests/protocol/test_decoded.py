"""Buffers read as structures: places of errors, unknown layouts, unions, tables, elements."""

import random

import pytest
from groups import together
from protocol_samples import (
    CASES,
    each_layout,
    is_named_by_header,
    older_element_sizes,
    random_items,
    sample,
)

from wwanreplay.errors import DecodeError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode, encode, format_value, lines, replaced
from wwanreplay.protocol.decoded import list_header, put, select_layout
from wwanreplay.protocol.plan import plan_of
from wwanreplay.protocol.schema import ListTail


@each_layout
def test_every_shorter_buffer_is_an_error_with_its_place(case):
    struct, layout_id, revision = case
    _, buffer = sample(case)
    whole = decode(struct, buffer, layout=layout_id)
    parts_end = max(
        [plan_of(struct.name, layout_id).flat.size]
        + [part.end for name, part in whole.parts.items() if name != "rest"]
    )
    counted = struct.tail is not None and (
        getattr(struct.tail, "count", "x") and getattr(struct.tail, "length", "x")
    )
    fixed = plan_of(struct.name, layout_id).flat.size
    older = older_element_sizes(struct)
    for length in range(parts_end):
        if length >= fixed and not counted:
            continue  # what fills the buffer has no end of its own
        if length >= fixed and (length - fixed) in {
            len(whole.get("Elements", ())) * n for n in older
        }:
            continue  # exactly the elements of an older release
        if length >= fixed and "Tlvs" in whole.parts and is_tlv_end(whole, length):
            continue  # whole elements, and less than a header after them
        with pytest.raises(DecodeError) as caught:
            decode(struct, buffer[:length], layout=layout_id)
        error = caught.value
        assert error.structure
        assert error.had is not None
        assert error.needed is not None
        assert error.needed > error.had
        assert error.offset is not None
        if revision and length >= 4 and is_named_by_header(case):
            with pytest.raises(DecodeError):
                decode(struct, buffer[:length])


def is_tlv_end(whole, length):
    starts = [header.start for header, _ in whole.parts["Tlvs"].elements]
    ends = [whole.plan.flat.size, *(part.end for _, part in whole.parts["Tlvs"].elements)]
    inside = [start for start in starts if start < length]
    last = inside[-1] if inside else ends[0]
    pair = whole.parts.get("TrafficParametersData")
    return pair is None and (length - last < 8 or any(length == start for start in starts))


@each_layout
def test_unknown_revision_or_size_stays_raw(case):
    struct, layout_id, _ = case
    if not struct.has_header:
        assert decode(struct, sample(case)[1], layout=layout_id).raw is None
        return
    for place, value in ((1, 0xEE), (2, 0xFD)):
        octets = bytearray(sample(case)[1])
        octets[place] = value
        decoded = decode(struct, octets)
        assert decoded.raw == bytes(octets)
        assert decoded.layout_id is None
        assert encode(struct, decoded) == bytes(octets)
        assert encode(struct, decoded.to_dict()) == bytes(octets)
        assert [leaf.path for leaf in decoded] == ["raw"]


@together(
    [
        (row, count)
        for row in PROTOCOL.structs.values()
        if isinstance(row.tail, ListTail)
        for count in (4, 1000, 0x7FFFFFFF, 0xFFFFFFFF)
    ],
    lambda case: f"{case[0].name}, {case[1]}",
)
def test_more_elements_than_bytes_is_an_error_that_names_the_count(struct, count):
    layout_id = struct.layouts[-1].id
    if not struct.tail.elements:
        assert decode(struct, encode(struct), layout=layout_id).get("Elements") is None
        return
    item = struct.tail.elements[-1][1][-1]
    elements = random_items(item, random.Random(1))[:1]
    path = f"{list_header(plan_of(struct.name, layout_id), struct.tail)}.ElementCount"
    buffer = encode(struct, {"Elements": elements, path: count}, layout=layout_id)
    with pytest.raises(DecodeError, match="more elements than bytes") as caught:
        decode(struct, buffer, layout=layout_id)
    assert caught.value.field == path
    assert caught.value.needed > caught.value.had


def test_every_leaf_has_its_offset_and_size():
    for case in CASES:
        struct, layout_id, _ = case
        _, buffer = sample(case)
        for leaf in decode(struct, buffer, layout=layout_id):
            assert leaf.offset + leaf.size <= len(buffer)
            if isinstance(leaf.value, bytes):
                assert buffer[leaf.offset : leaf.offset + leaf.size] == leaf.value
            assert format_value(leaf.field, leaf.value) is not None


def test_register_state_is_read_from_raw_bytes():
    fixed = bytes.fromhex("8001cc00000000000b0000000300000001000000")
    name = "26201".encode("utf-16-le").ljust(14, b"\0")
    decoded = decode("NDIS_WWAN_REGISTRATION_STATE", (fixed + name).ljust(204, b"\0"))
    assert decoded.RegistrationState.uNwError == 11
    assert decoded.RegistrationState.RegisterState == 3
    assert decoded.RegistrationState.ProviderId == "26201"
    shown = dict(lines(decoded))
    assert shown["RegistrationState.RegisterState"] == "WwanRegisterStateHome"
    assert shown["uStatus"] == "WWAN_STATUS_SUCCESS"


def test_elements_of_unknown_type_stay_bytes():
    buffer = bytearray(encode("NDIS_WWAN_VISIBLE_PROVIDERS", {"Elements": [{"Rssi": 1}]}))
    buffer[8] = 29
    decoded = decode("NDIS_WWAN_VISIBLE_PROVIDERS", buffer)
    assert "Elements" not in decoded
    assert len(decoded.rest) == 80
    assert encode("NDIS_WWAN_VISIBLE_PROVIDERS", decoded) == bytes(buffer)


def test_pointer_below_64_kib_is_an_offset_in_the_buffer():
    entry = {"IsIpv6": 0, "Ipv4": {"OnLinkPrefixLength": 24, "IPV4Address": bytes([192, 0, 2, 1])}}
    buffer = encode("NDIS_WWAN_IP_ADDRESS_STATE", {"IpEntries": [entry]})
    assert len(buffer) == 72 + 24
    decoded = decode("NDIS_WWAN_IP_ADDRESS_STATE", buffer)
    assert decoded["WwanIpAddressState.IpTable"] == 72
    assert decoded["IpEntries[0].Ipv4.IPV4Address"] == bytes([192, 0, 2, 1])
    assert "GatewayEntries" not in decoded
    octets = bytearray(buffer)
    octets[24:32] = (0x1FFFFFFFF).to_bytes(8, "little")
    real = decode("NDIS_WWAN_IP_ADDRESS_STATE", octets)
    assert real["WwanIpAddressState.IpTable"] == 0x1FFFFFFFF
    assert "IpEntries" not in real
    octets[24:32] = (0xFF00).to_bytes(8, "little")
    with pytest.raises(DecodeError, match="refers outside the buffer"):
        decode("NDIS_WWAN_IP_ADDRESS_STATE", octets)


def test_union_shows_the_selected_case_only():
    values = {"AuthChallenge": {"AuthMethod": "WwanAuthAka", "u.AuthAka.Rand": bytes(range(16))}}
    decoded = decode("NDIS_WWAN_AUTH_CHALLENGE", encode("NDIS_WWAN_AUTH_CHALLENGE", values))
    assert decoded["AuthChallenge.u.AuthAka.Rand"] == bytes(range(16))
    assert "AuthChallenge.u.AuthSim.Rand1" not in decoded
    unknown = replaced(decoded, {"AuthChallenge.AuthMethod": 99})
    tree = unknown.to_dict()["AuthChallenge"]
    assert tree["u"][:16] == bytes(range(16))
    assert encode("NDIS_WWAN_AUTH_CHALLENGE", unknown.to_dict()) == bytes(unknown)


PROVIDERS = "NDIS_WWAN_VISIBLE_PROVIDERS"
TWO = {
    "uStatus": "WWAN_STATUS_BUSY",
    "Elements": [{"Provider.ProviderId": "00101", "Rssi": 3}, {"Rssi": 4}],
}


def providers():
    return decode(PROVIDERS, encode(PROVIDERS, TWO))


def test_a_value_is_reached_by_path_by_attribute_and_by_view():
    decoded = providers()
    first = decoded.Elements[0]
    assert decoded["Elements[0].Provider.ProviderId"] == "00101"
    assert first.Provider.ProviderId == first["Provider.ProviderId"] == "00101"
    assert decoded.uStatus == decoded["uStatus"] == decoded.number("uStatus")
    assert "Provider" in first
    assert decoded.VisibleListHeader.to_dict() == {
        "ElementType": PROTOCOL.number_of("WWAN_STRUCT_TYPE", "WwanStructProvider2"),
        "ElementCount": 2,
    }


@pytest.mark.parametrize(
    "path",
    ["Nothing", "Elements[2].Rssi", "Elements[x]", "Elements[0].Nothing", "uStatus.More", ""],
)
def test_a_path_that_the_buffer_lacks_is_the_default_and_not_in_it(path):
    decoded = providers()
    assert decoded.get(path, 7) == 7
    assert path not in decoded
    with pytest.raises((KeyError, IndexError)):
        _ = decoded[path]


def test_an_attribute_that_the_buffer_lacks_names_the_structure():
    with pytest.raises(AttributeError, match=f"{PROVIDERS} has no Nothing"):
        _ = providers().Nothing
    with pytest.raises(AttributeError, match=f"{PROVIDERS}.VisibleListHeader has no Nothing"):
        _ = providers().VisibleListHeader.Nothing


def test_buffers_are_equal_when_structure_and_bytes_are():
    one, other = providers(), decode(PROVIDERS, encode(PROVIDERS, TWO | {"uStatus": 0}))
    assert one == providers()
    assert hash(one) == hash(providers())
    assert one != other
    assert one != bytes(one)
    assert one.Elements[0] != one.Elements[1]


def test_bytes_that_no_row_explains_are_the_rest_and_come_back():
    buffer = encode("NDIS_WWAN_RADIO_STATE") + b"more"
    decoded = decode("NDIS_WWAN_RADIO_STATE", buffer)
    assert decoded.rest == b"more"
    assert [leaf.path for leaf in decoded][-1] == "rest"
    assert encode("NDIS_WWAN_RADIO_STATE", decoded.to_dict()) == buffer


def test_leaves_of_the_variable_part_are_where_their_bytes_are():
    decoded = providers()
    buffer = bytes(decoded)
    rssi = [leaf for leaf in decoded if leaf.path.endswith("].Rssi")]
    assert [leaf.value for leaf in rssi] == [3, 4]
    assert [int.from_bytes(buffer[leaf.offset : leaf.offset + 4], "little") for leaf in rssi] == [
        3,
        4,
    ]


@pytest.mark.parametrize("size", range(4))
def test_a_buffer_that_ends_in_its_header_is_named(size):
    with pytest.raises(DecodeError, match="the buffer ends in the header") as caught:
        select_layout(PROTOCOL.structure(PROVIDERS), bytes(size))
    assert (caught.value.field, caught.value.needed, caught.value.had) == ("Header", 4, size)


def test_a_structure_without_a_header_is_known_by_its_size():
    struct = next(
        row for row in PROTOCOL.structs.values() if not row.has_header and len(row.layouts) > 1
    )
    for layout in struct.layouts:
        found = select_layout(struct, bytes(layout.size))
        assert found is not None
        assert struct.layout(found[0]).size == layout.size
    assert select_layout(struct, bytes(5000)) == (struct.layouts[-1].id, 0)


def test_values_are_put_at_dotted_paths_with_lists():
    tree = {}
    for path in ("A", "B.C", "B.D[0]", "B.D[1]", "E[1].F"):
        put(tree, path, path)
    assert tree == {
        "A": "A",
        "B": {"C": "B.C", "D": ["B.D[0]", "B.D[1]"]},
        "E": [{}, {"F": "E[1].F"}],
    }
