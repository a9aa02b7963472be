"""Tests of the MBIM codec: every layout, cut off everywhere, and real bytes."""

from typing import Any

import pytest
from groups import examples, sampled
from hypothesis import given, settings
from hypothesis import strategies as st
from mbim_samples import sample_values

from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.mbim import codec
from wwanreplay.mbim.forms import SCALARS
from wwanreplay.mbim.schema import FIXED_SIZES, Cid, Format, Layout, Service
from wwanreplay.mbim.tables import BASIC_CONNECT, EXTENSIONS, all_layouts

LAYOUTS = sampled(
    [
        pytest.param(layout, id=f"{service.nick}-{cid.nick}-{operation}-{layout.mbimex:#06x}")
        for service, cid, operation, layout in all_layouts()
    ],
    30,
)


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


@pytest.mark.parametrize("layout", LAYOUTS)
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


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_there_of_a_cut_buffer_is_read(layout: Layout) -> None:
    data = codec.encode_layout("sample", layout, sample_values(layout, 3, 2))
    whole = codec.decode_layout("sample", layout, data)
    for size in range(len(data) + 1):
        values, wrong = codec.decode_part("sample", layout, data[:size])
        lenient = decoded_or_none(layout, data[:size], strict=False)
        assert (wrong is None) == (lenient is not None)
        if lenient is not None:
            assert values == lenient
        elif not open_ended(layout):
            assert values.items() <= whole.items()
            position = 0
            for field in layout.fields:
                if field.format not in SCALARS:
                    break
                position += FIXED_SIZES[field.format]
                assert (field.name in values) == (position <= size)


def test_a_buffer_that_ends_inside_its_padding_is_refused() -> None:
    values = {"RegisterState": 3, "ProviderId": "00101", "ProviderName": "Testnet"}
    data = codec.encode(1, 9, "response", values)
    assert len(data) == 76  # the name ends at 74
    whole = codec.decode(1, 9, "response", data)
    assert codec.decode(1, 9, "response", data[:74]) == whole
    with pytest.raises(DecodeError, match="ends inside the padding at offset 74: needs 76 bytes"):
        codec.decode(1, 9, "response", data[:75])
    assert codec.decode(1, 9, "response", data[:75], strict=False) == whole


@pytest.mark.parametrize("layout", [row for row in LAYOUTS if not open_ended(row.values[0])])
def test_bytes_left_over_are_an_error(layout: Layout) -> None:
    data = codec.encode_layout("sample", layout, sample_values(layout, 3, 1))
    with pytest.raises(DecodeError, match="left over"):
        codec.decode_layout("sample", layout, data + bytes(8))
    lenient = codec.decode_layout("sample", layout, data + bytes(8), strict=False)
    assert lenient == codec.decode_layout("sample", layout, data)


@settings(max_examples=examples(300), deadline=None, derandomize=True)
@given(row=st.sampled_from(list(all_layouts())), data=st.binary(max_size=200), strict=st.booleans())
def test_any_bytes_decode_or_raise_decode_error(
    row: tuple[Service, Cid, str, Layout], data: bytes, strict: bool
) -> None:
    layout = row[3]
    decoded = decoded_or_none(layout, data, strict)
    assert decoded is None or set(decoded) <= {field.name for field in layout.fields}


@settings(max_examples=examples(300), deadline=None, derandomize=True)
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


def test_newest_layout_not_above_the_version_is_used() -> None:
    old = codec.encode(BASIC_CONNECT, 12, "query", {})
    new = codec.encode(BASIC_CONNECT, 12, "query", {}, mbimex=0x0300)
    newer = codec.encode(BASIC_CONNECT, 12, "query", {}, mbimex=0x0400)
    assert (len(old), len(new), len(newer)) == (36, 4, 4)
    with pytest.raises(UsageError, match="no layout"):
        codec.encode(EXTENSIONS, 15, "query", {}, mbimex=0x0100)
