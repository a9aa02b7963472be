"""Tests of the MBIM codec: every layout, cut off everywhere, and real bytes."""

import struct
from typing import Any

import pytest
from groups import sampled
from hypothesis import given, settings
from hypothesis import strategies as st
from mbim_samples import sample_values

from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.mbim import codec
from wwanreplay.mbim.schema import Cid, Format, Layout, Service
from wwanreplay.mbim.tables import BASIC_CONNECT, EXTENSIONS, SERVICES_BY_NAME, all_layouts

LAYOUTS = [
    pytest.param(layout, id=f"{service.nick}-{cid.nick}-{operation}-{layout.mbimex:#06x}")
    for service, cid, operation, layout in all_layouts()
]


def open_ended(layout: Any) -> bool:
    """Say whether the last field takes whatever is left of the buffer."""
    return bool(layout.fields) and layout.fields[-1].format in (
        Format.BYTES_REST,
        Format.TLV_LIST,
    )


def decoded_or_none(layout: Layout, data: bytes, strict: bool = True) -> dict[str, Any] | None:
    """Decode, or return None for a DecodeError; no other error may come."""
    try:
        return codec.decode_layout("sample", layout, data, strict=strict)
    except DecodeError:
        return None


def strip(values: Any) -> Any:
    """Return decoded values without count fields, so that they compare with what was given."""
    if isinstance(values, list):
        return [strip(item) for item in values]
    if not isinstance(values, dict):
        return values
    return {
        key: strip(value)
        for key, value in values.items()
        if not key.endswith(("Count", "Size")) or not isinstance(value, int)
    }


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_round_trip_of_every_layout(layout: Layout, count: int) -> None:
    values = sample_values(layout, 7, count)
    data = codec.encode_layout("sample", layout, values)
    decoded = codec.decode_layout("sample", layout, data)
    assert codec.encode_layout("sample", layout, decoded) == data
    assert strip(decoded) == strip(values)
    assert len(data) >= layout.size


@pytest.mark.parametrize("layout", sampled(LAYOUTS, 80))
def test_cut_off_anywhere_is_an_error_or_a_shorter_rest(layout: Layout) -> None:
    data = codec.encode_layout("sample", layout, sample_values(layout, 3, 2))
    whole = codec.decode_layout("sample", layout, data)
    for size in range(len(data)):
        decoded = decoded_or_none(layout, data[:size])
        if decoded is None:
            continue
        assert size >= layout.size
        # Only padding, or the open end of the buffer, may be missing.
        assert decoded == whole or open_ended(layout)
        codec.decode_layout("sample", layout, data[:size], strict=False)


@pytest.mark.parametrize("layout", [row for row in LAYOUTS if not open_ended(row.values[0])])
def test_bytes_left_over_are_an_error(layout: Layout) -> None:
    data = codec.encode_layout("sample", layout, sample_values(layout, 3, 1))
    with pytest.raises(DecodeError, match="left over"):
        codec.decode_layout("sample", layout, data + bytes(8))
    lenient = codec.decode_layout("sample", layout, data + bytes(8), strict=False)
    assert lenient == codec.decode_layout("sample", layout, data)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(row=st.sampled_from(list(all_layouts())), data=st.binary(max_size=200), strict=st.booleans())
def test_any_bytes_decode_or_raise_decode_error(
    row: tuple[Service, Cid, str, Layout], data: bytes, strict: bool
) -> None:
    layout = row[3]
    decoded = decoded_or_none(layout, data, strict)
    assert decoded is None or set(decoded) <= {field.name for field in layout.fields}


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    row=st.sampled_from(list(all_layouts())),
    place=st.integers(0, 400),
    value=st.sampled_from([0, 1, 3, 0x7F, 0x80, 0xFF]),
)
def test_an_altered_byte_never_crashes(
    row: tuple[Service, Cid, str, Layout], place: int, value: int
) -> None:
    layout = row[3]
    data = bytearray(codec.encode_layout("sample", layout, sample_values(layout, 3, 2)))
    if not data:
        return
    data[place % len(data)] ^= value
    decoded = decoded_or_none(layout, bytes(data))
    assert decoded is None or set(decoded) <= {field.name for field in layout.fields}


def test_device_caps_of_real_bytes() -> None:
    """A DEVICE_CAPS answer as a modem sends it, with another device id."""
    data = bytes.fromhex(
        "01000000 01000000 01000000 02000000 1f000080 03000000 01000000 10000000"
        "40000000 0a000000 4c000000 1e000000 00000000 00000000 6c000000 0c000000"
        "48005300500041002b00 0000"
        "330035003900350035003000300030003000300030003000300030003100 0000"
        "4d0044004d00390032003000"
    )
    values = codec.decode(BASIC_CONNECT, 1, "response", data)
    assert values["DeviceType"] == 1
    assert values["DataClass"] == 0x8000001F
    assert values["CustomDataClass"] == "HSPA+"
    assert values["DeviceId"] == "359550000000001"
    assert values["FirmwareInfo"] == ""
    assert values["HardwareInfo"] == "MDM920"
    assert codec.encode(BASIC_CONNECT, 1, "response", values) == data


def test_connect_set_of_real_bytes() -> None:
    """What mbimcli sends for --connect=apn=internet."""
    data = bytes.fromhex(
        "00000000 01000000 3c000000 10000000 00000000 00000000 00000000 00000000"
        "00000000 00000000 00000000 7e5e2a7e4e6f7272736b656e7e5e2a7e"
        "69006e007400650072006e0065007400"
    )
    values = codec.decode(BASIC_CONNECT, 12, "set", data)
    assert values["AccessString"] == "internet"
    assert values["ContextType"] == "7e5e2a7e-4e6f-7272-736b-656e7e5e2a7e"
    assert codec.encode(BASIC_CONNECT, 12, "set", values) == data


def test_data_in_another_order_decode_equal() -> None:
    values = {"ProviderId": "00101", "ProviderName": "Test"}
    layout = SERVICES_BY_NAME["Basic Connect"].cids[5].response[0]
    data = codec.encode_layout("provider", layout, {"Provider": values})
    swapped = bytearray(data)
    swapped[32:] = data[44:52] + data[32:44]
    swapped[0:4] = (40).to_bytes(4, "little")
    swapped[12:16] = (32).to_bytes(4, "little")
    decoded = codec.decode_layout("provider", layout, bytes(swapped))
    assert decoded == codec.decode_layout("provider", layout, data)


@pytest.mark.parametrize(
    ("patch", "reason", "field"),
    [
        ((8, 0x3D), "not aligned", "AccessString"),
        ((8, 0x10), "fixed part", "AccessString"),
        ((8, 0x400), "past the end", "AccessString"),
        ((12, 0xFFFFFFFF), "past the end", "AccessString"),
        ((12, 15), "odd size", "AccessString"),
    ],
)
def test_bad_reference_is_named(patch: tuple[int, int], reason: str, field: str) -> None:
    data = bytearray(codec.encode(BASIC_CONNECT, 12, "set", {"AccessString": "internet"}))
    data[patch[0] : patch[0] + 4] = patch[1].to_bytes(4, "little")
    with pytest.raises(DecodeError, match=reason) as caught:
        codec.decode(BASIC_CONNECT, 12, "set", bytes(data))
    assert caught.value.structure == "MBIM_CID_CONNECT set"
    assert caught.value.field == field


def test_absurd_count_is_an_error_without_allocation() -> None:
    data = (0xFFFFFFFF).to_bytes(4, "little") + bytes(8)
    with pytest.raises(DecodeError, match="past the end"):
        codec.decode(BASIC_CONNECT, 8, "response", data)


@pytest.mark.parametrize("strict", [True, False])
def test_elements_that_all_share_the_same_bytes_are_an_error(strict: bool) -> None:
    # DEVICE_SERVICES, where each of 2,000 pairs refers to one service of 8,000 CIDs.
    count, cids = 2000, 8000
    service = bytes(16) + struct.pack("<III", 0, 0, cids) + bytes(4 * cids)
    pair = struct.pack("<II", 8 + 8 * count, len(service))
    data = struct.pack("<II", count, 0) + pair * count + service
    with pytest.raises(DecodeError, match="same bytes over and over"):
        codec.decode(BASIC_CONNECT, 16, "response", data, strict=strict)


def test_fields_may_share_their_bytes() -> None:
    # CONNECT: AccessString, UserName and Password are one text.
    text = "internet".encode("utf-16-le")
    data = bytearray(codec.encode(BASIC_CONNECT, 12, "set", {"AccessString": "internet"}))
    for at in (16, 24):
        data[at : at + 8] = data[8:16]
    assert bytes(data).endswith(text)
    values = codec.decode(BASIC_CONNECT, 12, "set", bytes(data))
    assert values["AccessString"] == values["UserName"] == values["Password"] == "internet"


def test_newest_layout_not_above_the_version_is_used() -> None:
    old = codec.encode(BASIC_CONNECT, 12, "query", {})
    new = codec.encode(BASIC_CONNECT, 12, "query", {}, mbimex=0x0300)
    newer = codec.encode(BASIC_CONNECT, 12, "query", {}, mbimex=0x0400)
    assert (len(old), len(new), len(newer)) == (36, 4, 4)
    with pytest.raises(UsageError, match="no layout"):
        codec.encode(EXTENSIONS, 15, "query", {}, mbimex=0x0100)


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
