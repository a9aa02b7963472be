"""Decode and encode over every row of the tables, exact to the byte, and never a crash."""

import random

from groups import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from protocol_samples import CASES, each_layout, is_named_by_header, layout_name, sample

from wwanreplay.errors import DecodeError
from wwanreplay.protocol.codec import decode, encode, lines
from wwanreplay.protocol.plan import plan_of


@each_layout
def test_values_survive_the_round_trip(case):
    struct, layout_id, _ = case
    for seed in range(3):
        values, buffer = sample(case, seed)
        decoded = decode(struct, buffer, layout=layout_id)
        for path, value in values.items():
            if path == "Elements":
                assert len(decoded.Elements) == len(value)
            elif path == "Tlvs":
                assert [item["Data"] for item in decoded.Tlvs] == [item["Data"] for item in value]
            elif isinstance(value, list):
                assert len(decoded[path]) == len(value)
            elif not path.endswith("ElementType"):
                assert decoded[path] == value, path
        canonical = encode(struct, decoded.to_dict(), layout=layout_id)
        assert canonical == buffer


@each_layout
def test_header_leads_to_the_layout(case):
    struct, layout_id, revision = case
    _, buffer = sample(case)
    if not is_named_by_header(case):
        assert decode(struct, buffer, layout=layout_id).layout_id == layout_id
        return
    decoded = decode(struct, buffer)
    assert (decoded.layout_id, decoded.revision) == (layout_id, revision)
    assert decoded["Header.Size"] == struct.layout(layout_id).size
    assert encode(struct, decoded.to_dict()) == buffer


@each_layout
def test_any_bytes_survive_decoding_and_encoding(case):
    struct, layout_id, _ = case
    source = random.Random(layout_name(case))
    size = struct.layout(layout_id).size
    for extra in (0, 1, 7, 400):
        octets = bytearray(source.randbytes(size + extra))
        try:
            decoded = decode(struct, octets, layout=layout_id)
        except DecodeError:
            continue
        assert encode(struct, decoded) == bytes(octets)


@each_layout
def test_slack_after_a_text_and_in_padding_is_kept(case):
    struct, layout_id, _ = case
    _, buffer = sample(case)
    octets = bytearray(buffer)
    plan = plan_of(struct.name, layout_id)
    covered = bytearray(len(octets))
    for leaf in decode(struct, buffer, layout=layout_id).leaves():
        covered[leaf.offset : leaf.offset + leaf.size] = bytes([1]) * leaf.size
        if leaf.field.kind == "wchar16" and leaf.size > 8:
            octets[leaf.offset + 2 : leaf.offset + 4] = bytes(2)
    for position in range(plan.flat.size):
        if not covered[position]:
            octets[position] = 0xA5
    decoded = decode(struct, octets, layout=layout_id)
    assert encode(struct, decoded) == bytes(octets)


def test_supported_list_fills_the_buffer():
    buffer = encode("PLAIN_OID_LIST", {"Elements": ["OID_WWAN_CONNECT", 0x00010101]})
    assert buffer == bytes.fromhex("0c01010e01010100")
    assert decode("PLAIN_OID_LIST", buffer).Elements == [0x0E01010C, 0x00010101]
    assert [text for _, text in lines(decode("PLAIN_OID_LIST", buffer))] == [
        "OID_WWAN_CONNECT",
        "OID_GEN_SUPPORTED_LIST",
    ]


# Any bytes


@settings(max_examples=examples(300), deadline=None)
@given(st.sampled_from(CASES), st.binary(max_size=600))
def test_random_bytes_decode_or_are_an_error(case, octets):
    struct, layout_id, _ = case
    for layout in (None, layout_id):
        try:
            decoded = decode(struct, octets, layout=layout)
        except DecodeError:
            continue
        assert encode(struct, decoded) == octets
        assert list(decoded.leaves()) or octets == b""
        assert decoded.to_dict() is not None


@settings(max_examples=examples(200), deadline=None)
@given(st.sampled_from(CASES), st.integers(0, 1 << 32), st.data())
def test_flipped_bytes_decode_or_are_an_error(case, seed, data):
    struct, layout_id, _ = case
    octets = bytearray(sample(case, seed)[1])
    for _ in range(3 if octets else 0):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    try:
        decoded = decode(struct, octets, layout=layout_id)
    except DecodeError:
        return
    assert encode(struct, decoded) == bytes(octets)


@settings(max_examples=examples(200), deadline=None)
@given(st.sampled_from(CASES), st.integers(0, 1 << 64))
def test_random_values_round_trip(case, seed):
    struct, layout_id, _ = case
    _, buffer = sample(case, seed)
    decoded = decode(struct, buffer, layout=layout_id)
    assert encode(struct, decoded.to_dict(), layout=layout_id) == buffer
