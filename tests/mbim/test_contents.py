"""Tests of what TLVs hold: every type both ways, every cut, every damage named."""

from typing import Any

import pytest
from groups import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from mbim_tlvs import NAMES, WITH_CONTENT, sample_tlv, sample_tlvs

from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.mbim import codec
from wwanreplay.mbim.contents import decode_content, encode_content, leaves_of, tlv_bytes, type_name
from wwanreplay.mbim.schema import Part, PartForm
from wwanreplay.mbim.tables import ENUMS, EXTENSIONS, TLV_STRUCTS, TLV_TYPES, check_parts


def network_params(*items: dict[str, Any]) -> bytes:
    return codec.encode(EXTENSIONS, 18, "response", {"UnnamedIes": list(items)}, mbimex=0x0300)


def decoded(data: bytes, strict: bool = True) -> list[dict[str, Any]]:
    values = codec.decode(EXTENSIONS, 18, "response", data, mbimex=0x0300, strict=strict)
    items: list[dict[str, Any]] = values["UnnamedIes"]
    return items


def attempt(kind: int, data: bytes) -> tuple[Any, DecodeError | None]:
    """Decode a content; return it, or the error."""
    try:
        return decode_content(kind, data), None
    except DecodeError as error:
        return None, error


def test_tlvs_of_a_message_decode_and_encode_again() -> None:
    items = sample_tlvs()
    data = network_params(*items)
    assert decoded(data) == decoded(data, strict=False) == items
    assert network_params(*decoded(data)) == data
    without_data = [
        {key: value for key, value in item.items() if key != "Data" or "Content" not in item}
        for item in items
    ]
    assert network_params(*without_data) == data


def test_a_tlv_without_data_has_no_content() -> None:
    for name in NAMES:
        empty = {"Type": TLV_TYPES[name], "Data": b""}
        assert decoded(network_params(empty)) == [empty]


def test_an_unknown_type_stays_bytes() -> None:
    item = {"Type": 0x7777, "Data": b"\1\2\3"}
    assert decoded(network_params(item)) == [item]
    assert type_name(0x7777) == "TLV type 30583"
    with pytest.raises(UsageError, match="TLV type 30583: its data are bytes"):
        encode_content(0x7777, b"\1")


@pytest.mark.parametrize("name", WITH_CONTENT)
def test_every_cut_of_a_content_is_an_error_or_shorter(name: str) -> None:
    kind, data = TLV_TYPES[name], sample_tlv(name)["Data"]
    for size in range(1, len(data)):
        content, error = attempt(kind, data[:size])
        if error is None:
            # A list may end earlier; what is read of the rest is read as before.
            assert encode_content(kind, content) == data[:size]
            continue
        assert error.structure.startswith(f"MBIM_TLV_TYPE_{name}")
        assert error.field
        assert error.offset is not None
        assert 0 <= error.offset <= size


@settings(max_examples=examples(400), deadline=None, derandomize=True)
@given(name=st.sampled_from(WITH_CONTENT), data=st.binary(min_size=1, max_size=60))
def test_what_any_bytes_decode_to_encodes_to_the_same_bytes(name: str, data: bytes) -> None:
    item = {"Type": TLV_TYPES[name], "Data": data}
    wire = network_params(item)
    (lenient,) = decoded(wire, strict=False)
    assert network_params(lenient) == wire
    content, error = attempt(TLV_TYPES[name], data)
    if error is None:
        assert decoded(wire) == [lenient]
        assert lenient["Content"] == content
        return
    assert "Content" not in lenient
    with pytest.raises(DecodeError, match=r"MBIM_CID_MS_NETWORK_PARAMS response\.UnnamedIes"):
        decoded(wire)


@settings(max_examples=examples(400), deadline=None, derandomize=True)
@given(
    name=st.sampled_from(WITH_CONTENT),
    place=st.integers(0, 200),
    value=st.integers(1, 255),
)
def test_an_altered_byte_is_an_error_or_another_content(name: str, place: int, value: int) -> None:
    kind, data = TLV_TYPES[name], bytearray(sample_tlv(name)["Data"])
    data[place % len(data)] ^= value
    try:
        content = decode_content(kind, bytes(data))
    except DecodeError:
        return
    assert content != sample_tlv(name)["Content"] or name in ("WAKE_COMMAND", "WAKE_PACKET")


BAD = [
    ("SINGLE_NSSAI", "03 01 abcd", "Length", "reserved value 3"),
    ("SINGLE_NSSAI", "01 01 00", "SNssai", "left over"),
    ("SINGLE_NSSAI", "04 01 ab", "SD", "past the end"),
    ("ALLOWED_NSSAI", "01 01 09 00", "[1].Length", "reserved value 9"),
    ("PRECFG_DFLT_CFG_NSSAI", "01000000 0400 00 02 02000000 0101 0000", "[0].Nssai", "instead"),
    ("PRECFG_DFLT_CFG_NSSAI", "01000000 0500 01 02 02000000 0101 0000", "Reserved", "reserved"),
    ("PRECFG_DFLT_CFG_NSSAI", "01000000 0500 00 01 02000000 0101 0000", "PaddingL", "padding"),
    ("PRECFG_DFLT_CFG_NSSAI", "01000000 0500 00 02 02000000 0101 0001", "Padding", "not zero"),
    ("PRECFG_DFLT_CFG_NSSAI", "01000000 0500 00 00 08000000 01010101", "DataLength", "past the"),
    ("PRECFG_DFLT_CFG_NSSAI", "01000000 0500 00 00 00000000" * 3, "PRECFG", "more than 2"),
    ("PRECFG_DFLT_CFG_NSSAI", "01000000 0500 00 02 02000000 0301 0000", "[0].Length", "reserved"),
    ("REJ_NSSAI", "02 00 01", "[0].Length", "reserved value 2"),
    ("LADN", "04 03696d73", "[0].TaiLists", "no structure"),
    ("LADN", "09 03696d73", "[0].Dnn", "past the end"),
    ("LADN", "0a00 00 03 05000000 6c0061006e 000000 01 0100 0100 03 07000000", "Dnn", "odd size"),
    ("TAI", "03 0100 0180", "TypeOfList", "reserved value 3"),
    ("TAI", "00 0100 0180 02 01000000", "Tacs", "past the end"),
    ("TAI", "02 02 0100 0100 05000000", "Tais[1].Mcc", "past the end"),
    ("TAI", "01 0100 0100 03 07000000 00", "TaiList", "left over"),
    ("WCHAR_STR", "610062", "data", "odd size"),
    ("UINT16_TBL", "010002", "data", "odd size"),
    ("OSID", "00", "data", "another size"),
    ("SESSION_ID", "0000000000", "data", "another size"),
    ("ROUTE_SELECTION_DESCRIPTORS", "00000000 00000000 0004 ff 0000", "[0].Length", "measures"),
    ("ROUTE_SELECTION_DESCRIPTORS", "00000000 00000000 0005 ff 0003 0103", "Contents", "past"),
    ("TRAFFIC_PARAMETERS", "0002 01", "Components", "past the end"),
    ("TRAFFIC_PARAMETERS", "0001 01 01", "TrafficParameters", "left over"),
    ("TRAFFIC_PARAMETERS", "0002 50 01", "Components[0].Port", "past the end"),
    ("TRAFFIC_PARAMETERS", "0004 88 09 0369", "Components[0].Dnn", "past the end"),
    ("WAKE_COMMAND", "00" * 20 + "18000000 00000000", "Payload", "fixed part"),
    ("WAKE_PACKET", "00" * 8 + "10000000 05000000 01020304", "SavedPacket", "past the end"),
    ("WAKE_PACKET", "00" * 8 + "10000000 03000000 01020304", "WakePacket", "left over"),
]


@pytest.mark.parametrize(
    ("name", "member"), [("WAKE_COMMAND", "Payload"), ("WAKE_PACKET", "SavedPacket")]
)
def test_data_that_are_absent_are_no_data_that_are_empty(name: str, member: str) -> None:
    """Offset and size of zero say that there are none; both ways."""
    content = {**sample_tlv(name)["Content"]}
    kind = TLV_TYPES[name]
    for value, pair in ((None, bytes(8)), (b"", None)):
        data = encode_content(kind, {**content, member: value})
        assert decode_content(kind, data)[member] == value
        assert pair is None or data.endswith(pair)


@pytest.mark.parametrize(("name", "text", "field", "reason"), BAD)
def test_damage_is_named(name: str, text: str, field: str, reason: str) -> None:
    data = bytes.fromhex(text)
    with pytest.raises(DecodeError, match=reason) as caught:
        decode_content(TLV_TYPES[name], data)
    assert field in f"{caught.value.structure}.{caught.value.field}"
    assert caught.value.structure.startswith(f"MBIM_TLV_TYPE_{name}")
    # In a message the place counts from the start of the information buffer.
    with pytest.raises(DecodeError, match=reason) as inside:
        decoded(network_params({"Type": TLV_TYPES[name], "Data": data}))
    assert caught.value.offset is not None
    assert inside.value.offset == 16 + caught.value.offset


@pytest.mark.parametrize(
    ("place", "value", "field", "reason"),
    [
        (10, 1, "UnnamedIes.Reserved", "reserved byte"),
        (11, 3, "UnnamedIes.PaddingLength", "3 bytes of padding behind 6"),
        (12, 9, "UnnamedIes.PaddingLength", "2 bytes of padding behind 9"),
        (12, 10, "UnnamedIes.DataLength", "past the end"),
        (22, 1, "UnnamedIes.Padding", "not zero"),
    ],
)
def test_a_damaged_tlv_header_is_named(place: int, value: int, field: str, reason: str) -> None:
    data = bytearray(network_params(sample_tlv("WCHAR_STR")))
    data[place] = value
    with pytest.raises(DecodeError, match=reason) as caught:
        decoded(bytes(data))
    assert caught.value.field == field
    assert caught.value.offset == place or place == 12


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("SINGLE_NSSAI", {"Length": 4, "SST": 1}, r"Length: says 4, it measures 1"),
        ("SINGLE_NSSAI", {"SST": 1, "MappedSD": b"123"}, r"SD: takes 3 bytes, not 0"),
        ("SINGLE_NSSAI", {"SST": 1, "Colour": 3}, r"Colour: is no part of it"),
        ("SINGLE_NSSAI", {"SST": 256}, r"SST: cannot hold 256"),
        ("SINGLE_NSSAI", {"SST": 1, "SD": b"12"}, r"SD: takes 3 bytes, not 2"),
        ("ALLOWED_NSSAI", [{"SST": 1}, {"SST": "x"}], r"\[1\]\.SST: cannot hold 'x'"),
        ("TAI", {"TypeOfList": 4}, r"TypeOfList: cannot be 4"),
        ("TAI", {"TypeOfList": 1, "Tacs": [1]}, r"Tacs: has no place"),
        ("TAI", {"TypeOfList": 0, "TacCount": 2, "Tacs": [1]}, r"TacCount: says 2, there are 1"),
        ("LADN", [{"Dnn": b"ab", "TaiLists": []}], r"LADN"),
        ("WCHAR_STR", 5, r"data: cannot hold 5"),
        ("SESSION_ID", -1, r"data: cannot hold -1"),
        ("OSID", b"1", r"another size"),
        ("TRAFFIC_PARAMETERS", {"Components": [{"Type": 0x10, "Ipv4Address": "x"}]}, r"Ipv4Addr"),
        ("TRAFFIC_PARAMETERS", {"Components": [{"Type": 0x30, "Port": 1}]}, r"Port: has no place"),
        ("PRECFG_DFLT_CFG_NSSAI", [{"AccessType": 1}] * 3, r"Nssai: cannot hold None"),
    ],
)
def test_a_content_that_does_not_fit_is_named(name: str, content: Any, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        encode_content(TLV_TYPES[name], content)


def test_content_and_data_must_agree() -> None:
    item = sample_tlv("TAI")
    assert tlv_bytes(item) == tlv_bytes({"Type": item["Type"], "Content": item["Content"]})
    with pytest.raises(UsageError, match="MBIM_TLV_TYPE_TAI: Content and Data do not agree"):
        tlv_bytes(item | {"Data": bytes(9)})


def test_leaves_are_the_values_and_their_places() -> None:
    data = sample_tlv("TAI")["Data"]
    leaves = {leaf.path: data[leaf.offset : leaf.offset + leaf.size] for leaf in leaves_of(9, data)}
    assert leaves["Mcc"] == b"\1\0"
    assert leaves["Tacs[1]"] == bytes.fromhex("00000200")
    structural = {leaf.path for leaf in leaves_of(9, data) if leaf.part and leaf.part.is_structural}
    assert structural == {"TypeOfList", "TacCount"}
    assert [(leaf.offset, leaf.size) for leaf in leaves_of(9, data[:-1])] == [(0, len(data) - 1)]
    assert [(leaf.offset, leaf.size) for leaf in leaves_of(13, b"abc")] == [(0, 3)]


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((Part("A", PartForm.U8), Part("A", PartForm.U8)), r"Bad\.A: the name occurs twice"),
        ((Part("A", PartForm.U8, when=("B", (1,))),), r"Bad\.A: B does not stand before it"),
        ((Part("A", PartForm.U8, measures=("B",)),), r"Bad\.A: B does not stand behind it"),
        ((Part("A", PartForm.STRUCT, struct="B"),), r"Bad\.A: no structure B"),
        ((Part("A", PartForm.U8, type="B"),), r"Bad\.A: no enumeration B"),
        ((Part("A", PartForm.TLV, tlv_type="B"),), r"Bad\.A: no TLV type B"),
        ((Part("A", PartForm.OCTETS),), r"Bad\.A: octets need a size"),
    ],
)
def test_a_bad_row_is_named(parts: tuple[Part, ...], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check_parts("Bad", parts, TLV_STRUCTS, set(ENUMS))
