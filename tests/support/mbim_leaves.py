"""Every value of an information buffer with its place, as a dissector would list them."""

from dataclasses import dataclass
from typing import Any

from wwanreplay.mbim.contents import leaves_of
from wwanreplay.mbim.forms import IN_PLACE, PAIR, SCALARS, TLV_HEADER_SIZE, U32
from wwanreplay.mbim.reader import Reader, Scope
from wwanreplay.mbim.schema import FIXED_SIZES, Format, Layout

ADDRESS_STEPS = {
    Format.IPV4_REF: 4,
    Format.IPV4_ARRAY: 4,
    Format.IPV6_REF: 16,
    Format.IPV6_ARRAY: 16,
}
STRUCTURED = (
    Format.STRUCT,
    Format.STRUCT_REF,
    Format.STRUCT_ARRAY,
    Format.STRUCT_REF_ARRAY,
    Format.STRUCT_LIST_REF,
)


@dataclass(frozen=True)
class Leaf:
    """A value: where it stands in the buffer, its path and what it is."""

    offset: int
    size: int
    path: str
    value: Any


class LeafReader(Reader):
    """Reads a structure and lists its values, offsets and sizes."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data, strict=True)
        self.leaves: list[Leaf] = []

    def add(self, scope: Scope, offset: int, size: int, value: Any, ending: str = "") -> None:
        if size:
            path = f"{scope.name}.{scope.field.name}{ending}"
            self.leaves.append(Leaf(offset, size, path, value))

    def field(self, scope: Scope, position: int) -> tuple[Any, int, int]:
        value, following, reach = super().field(scope, position)
        kind = scope.field.format
        if kind in SCALARS:
            self.add(scope, position, FIXED_SIZES[kind], value)
        elif kind is Format.BYTES_COUNTED:
            self.add(scope, position, 4, len(value), ".size")
            self.add(scope, position + 4, len(value), value)
        elif kind is Format.U32_ARRAY:
            for index, number in enumerate(value):
                self.add(scope, position + 4 * index, 4, number, f"[{index}]")
        elif kind in IN_PLACE and kind is not Format.STRUCT:
            self.add(scope, position, following - position, value)
        elif kind in FIXED_SIZES and FIXED_SIZES[kind] == 8:
            self.pair(scope, position, "")
            start = U32.unpack_from(self.data, position)[0]
            if kind is Format.STRUCT_LIST_REF and start:
                count = U32.unpack_from(self.data, scope.base + start)[0]
                self.add(scope, scope.base + start, 4, count, ".count")
        elif (kind in FIXED_SIZES and kind not in STRUCTURED) or kind is Format.STRUCT_ARRAY:
            self.add(scope, position, 4, U32.unpack_from(self.data, position)[0], ".offset")
        elif kind in (Format.STRING_ARRAY, Format.STRUCT_REF_ARRAY):
            for index in range(len(value)):
                self.pair(scope, position + 8 * index, f"[{index}]")
        return value, following, reach

    def pair(self, scope: Scope, position: int, ending: str) -> None:
        first, second = PAIR.unpack_from(self.data, position)
        names = (".offset", ".size")
        if scope.field.format is Format.BYTES_REF_SIZE_FIRST:
            names = (".size", ".offset")
        self.add(scope, position, 4, first, ending + names[0])
        self.add(scope, position + 4, 4, second, ending + names[1])

    def reference(self, scope: Scope, start: int, size: int) -> bytes:
        raw = super().reference(scope, start, size)
        field = scope.field
        offset = scope.base + start
        if field.format in ADDRESS_STEPS:
            step = ADDRESS_STEPS[field.format]
            for at in range(0, size, step):
                self.add(scope, offset + at, step, raw[at : at + step], f"[{at // step}]")
        elif field.format in (Format.STRING, Format.STRING_ARRAY):
            self.add(scope, offset, size, self.text(scope, raw, offset))
        elif field.format not in STRUCTURED:
            self.add(scope, offset, size, raw)
        return raw

    def tlv(self, scope: Scope, position: int) -> tuple[Any, int]:
        item, following = super().tlv(scope, position)
        size = len(item["Data"])
        self.add(scope, position, 2, item["Type"], ".type")
        self.add(scope, position + 2, 1, 0, ".reserved")
        self.add(scope, position + 3, 1, following - position - 8 - size, ".padding_length")
        self.add(scope, position + 4, 4, size, ".data_length")
        start = position + TLV_HEADER_SIZE
        if size:
            for leaf in leaves_of(item["Type"], item["Data"]):
                raw = item["Data"][leaf.offset : leaf.offset + leaf.size]
                ending = f".{item['Type']}.{leaf.path}"
                self.add(scope, start + leaf.offset, leaf.size, raw, ending)
        return item, following


def leaves(layout: Layout, data: bytes) -> list[Leaf]:
    """Return every value of a buffer, in the order of their places."""
    reader = LeafReader(data)
    reader.read("", layout, 0, len(data))
    return sorted(set(reader.leaves), key=lambda leaf: (leaf.offset, leaf.size, leaf.path))
