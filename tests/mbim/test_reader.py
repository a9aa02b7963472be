"""Reading of information buffers: each damaged offset, size and count, each cut, is named."""

import struct
from dataclasses import dataclass
from typing import Any

import pytest
from groups import sampled
from mbim_samples import sample_values

from wwanreplay.errors import DecodeError
from wwanreplay.mbim import codec
from wwanreplay.mbim.reader import Reader, Scope
from wwanreplay.mbim.schema import FIXED_SIZES, Field, Format, Layout
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES_BY_NAME, all_layouts

NAME = "sample"
LAYOUTS = sampled(
    [
        pytest.param(layout, id=f"{service.nick}-{cid.nick}-{operation}-{layout.mbimex:#06x}")
        for service, cid, operation, layout in all_layouts()
        if layout.fields
    ],
    30,
)
ARRAYS = (Format.STRING_ARRAY, Format.STRUCT_REF_ARRAY)
OFFSETS_ONLY = tuple(kind for kind in FIXED_SIZES if kind.endswith(("_array", "offset_only")))
ADDRESSES = (Format.IPV4_REF, Format.IPV6_REF)
STRUCTURES = (Format.STRUCT_REF, Format.STRUCT_LIST_REF, Format.STRUCT_REF_ARRAY)


@dataclass(frozen=True)
class Spot:
    """A number that says where other data are: its place, what it is, whose, its base."""

    position: int
    role: str
    structure: str
    field: str
    base: int
    value: int


class Surveyor(Reader):
    """Reads a buffer and remembers every offset, size and count in it."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data, strict=True)
        self.spots: list[Spot] = []

    def number(self, position: int) -> int:
        return int(struct.unpack_from("<I", self.data, position)[0])

    def spot(self, scope: Scope, position: int, role: str) -> None:
        field = scope.field.name
        value = self.number(position)
        self.spots.append(Spot(position, role, scope.name, field, scope.base, value))

    def field(self, scope: Scope, position: int) -> tuple[Any, int, int]:
        field: Field = scope.field
        kind = field.format
        if kind in OFFSETS_ONLY or kind in ADDRESSES:
            if self.number(position):
                self.spot(scope, position, "offset")
        elif kind in ARRAYS:
            for index in range(scope.count()):
                self.pair(scope, position + 8 * index, 0)
        elif kind is Format.BYTES_COUNTED:
            self.spot(scope, position, "size")
        elif FIXED_SIZES.get(kind) == 8 and kind is not Format.U64:
            self.pair(scope, position, 4 if kind is Format.BYTES_REF_SIZE_FIRST else 0)
        if kind is Format.STRUCT_LIST_REF and self.number(position):
            self.spot(scope, scope.base + self.number(position), "count")
        return super().field(scope, position)

    def pair(self, scope: Scope, position: int, offset_at: int) -> None:
        if self.number(position + offset_at):
            self.spot(scope, position + offset_at, "offset")
            self.spot(scope, position + 4 - offset_at, "size")

    def read(self, name: str, layout: Layout, base: int, end: int) -> tuple[Any, int]:
        for field in layout.fields:
            if field.count_field is not None:
                (count,) = (row for row in layout.fields if row.name == field.count_field)
                known = {spot.position for spot in self.spots}  # arrays may share a count
                if (
                    count.offset is not None
                    and field.present_if is None
                    and base + count.offset not in known
                ):
                    scope = Scope(name, field, {}, base, end, [])
                    self.spot(scope, base + count.offset, "count")
        return super().read(name, layout, base, end)


def survey(layout: Layout) -> tuple[bytes, list[Spot]]:
    """Return sample bytes of a layout and the places in them."""
    data = codec.encode_layout(NAME, layout, sample_values(layout, 3, 2))
    surveyor = Surveyor(data)
    surveyor.read(NAME, layout, 0, len(data))
    return data, surveyor.spots


def altered(data: bytes, position: int, value: int) -> bytes:
    out = bytearray(data)
    struct.pack_into("<I", out, position, value & 0xFFFFFFFF)
    return bytes(out)


def error_of(layout: Layout, data: bytes) -> DecodeError:
    with pytest.raises(DecodeError) as caught:
        codec.decode_layout(NAME, layout, data)
    return caught.value


# What is written over a number of each role, and what the error must say.
DAMAGE = {
    "offset": [
        (lambda spot, end: spot.value + 1, "not aligned"),
        (lambda spot, end: spot.value | 2 if spot.value % 4 == 0 else 2, "not aligned"),
        (lambda spot, end: 0xFFFFFFFC, "past the end"),
        (lambda spot, end: (end - spot.base + 3) // 4 * 4 + 4, "past the end"),
    ],
    "size": [
        (lambda spot, end: 0xFFFFFFFF, "past the end"),
        (lambda spot, end: end + 4, "past the end"),
    ],
    "count": [
        (lambda spot, end: 0xFFFFFFFF, "past the end|claims"),
        (lambda spot, end: end + 1, "past the end|claims"),
    ],
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_damaged_offset_size_and_count_is_named(layout: Layout) -> None:
    data, spots = survey(layout)
    for spot in spots:
        for make, reason in DAMAGE[spot.role]:
            damaged = altered(data, spot.position, make(spot, len(data)))
            error = error_of(layout, damaged)
            assert any(each in error.reason for each in reason.split("|")), error
            assert error.structure.startswith(NAME)
            assert spot.field in f"{error.structure}.{error.field}", spot
            assert error.offset is not None
            # Not strict: whatever it finds, it stays in the buffer.
            try:
                codec.decode_layout(NAME, layout, damaged, strict=False)
            except DecodeError as lenient:
                assert lenient.structure.startswith(NAME)  # noqa: PT017


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("stated", ["too large", "too small"])
def test_the_size_of_a_structure_is_a_hint_unless_strict(
    layout: Layout, stated: str, request: pytest.FixtureRequest
) -> None:
    """Strictly it is refused where it stands; otherwise all that is there is read."""
    data, spots = survey(layout)
    formats = {field.name: field.format for field in layout.fields}
    whole = codec.decode_layout(NAME, layout, data)
    for spot in spots:
        if spot.role != "size" or spot.structure != NAME or formats[spot.field] not in STRUCTURES:
            continue
        if "terminal-capability" in request.node.name:
            continue  # each of its objects has a length of its own, which bounds it
        size = len(data) + 4 if stated == "too large" else max(spot.value - 4, 0)
        damaged = altered(data, spot.position, size)
        error = error_of(layout, damaged)
        assert spot.field in f"{error.structure}.{error.field}"
        assert error.offset is not None
        assert codec.decode_layout(NAME, layout, damaged, strict=False) == whole


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_reference_into_the_fixed_part_is_named(layout: Layout) -> None:
    data, spots = survey(layout)
    for spot in spots:
        if spot.role != "offset" or spot.position - spot.base < 4:
            continue
        # 4 lies before the reference itself, so it is in the fixed part of its structure.
        error = error_of(layout, altered(data, spot.position, 4))
        assert error.structure.startswith(NAME)
        assert error.field or "left over" in error.reason


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_word_can_be_anything_and_never_crashes(layout: Layout) -> None:
    data = codec.encode_layout(NAME, layout, sample_values(layout, 3, 1))
    for position in range(0, min(len(data) - 3, 200), 4):
        for value in (0, 3, len(data), 0x80000000, 0xFFFFFFFF):
            damaged = altered(data, position, value)
            for strict in (True, False):
                try:
                    values = codec.decode_layout(NAME, layout, damaged, strict=strict)
                except DecodeError as error:
                    assert error.structure.startswith(NAME)  # noqa: PT017
                    assert error.offset is not None  # noqa: PT017
                else:
                    assert set(values) <= {field.name for field in layout.fields}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_truncation_is_named_or_reads_less(layout: Layout) -> None:
    data = codec.encode_layout(NAME, layout, sample_values(layout, 3, 2))
    for size in range(min(len(data), layout.size)):
        error = error_of(layout, data[:size])
        assert error.field is not None
        assert error.offset is not None
        assert error.needed is not None
        assert error.had is not None
        assert error.needed > error.had
        with pytest.raises(DecodeError, match="past the end"):
            codec.decode_layout(NAME, layout, data[:size], strict=False)


def test_the_survey_finds_every_kind_of_number() -> None:
    found: dict[str, set[str]] = {}
    total = 0
    for row in LAYOUTS:
        (layout,) = row.values
        assert isinstance(layout, Layout)
        _, spots = survey(layout)
        total += len(spots)
        for spot in spots:
            found.setdefault(spot.role, set()).add(spot.field)
    assert set(found) == set(DAMAGE)
    assert {"Providers", "AccessString", "IPv4Address", "TelephoneNumbers"} <= found["offset"]
    assert total > 500


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


def test_a_text_of_an_odd_size_is_read_leniently_without_its_half() -> None:
    data = codec.encode(BASIC_CONNECT, 12, "set", {"AccessString": "internet"})
    whole = codec.decode(BASIC_CONNECT, 12, "set", data)
    cut = data[:12] + (15).to_bytes(4, "little") + data[16:]
    values = codec.decode(BASIC_CONNECT, 12, "set", cut, strict=False)
    assert values == {**whole, "AccessString": "interne"}
