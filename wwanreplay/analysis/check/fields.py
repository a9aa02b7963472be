"""Named values of a recorded buffer, read leniently: a rule judges wrong buffers too."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from types import SimpleNamespace
from typing import Any

from wwanreplay.protocol.constants import numbers
from wwanreplay.protocol.layouts import FlatLayout, Flattener, Leaf
from wwanreplay.protocol.schema import SCALARS, BytesTail, ListTail, Struct
from wwanreplay.protocol.structs import STRUCTS

# Every named number of the protocol: `number.OID_WWAN_CONNECT`.
number: Any = SimpleNamespace(**dict(numbers()))

_FLATTENER = Flattener(STRUCTS)
_ELEMENT_TYPES = {
    name: value for name, value in vars(number).items() if name.startswith("WwanStruct")
}


@cache
def flat_layout(struct: str, layout: str) -> FlatLayout:
    """Offsets of one layout."""
    return _FLATTENER.flat(struct, layout)


@cache
def layouts_of(struct: str, revision: int, size: int) -> tuple[FlatLayout, ...]:
    """The layouts that a header with this revision and size can mean."""
    row = STRUCTS[struct]
    return tuple(
        flat_layout(struct, layout)
        for known in row.revisions
        if known.number == revision
        for layout in known.layouts
        if row.layout(layout).size == size
    )


def read_leaf(leaf: Leaf, data: bytes, start: int) -> Any:
    """The value of a leaf, None when the buffer ends before it; text up to its NUL."""
    octets = data[start + leaf.offset : start + leaf.offset + leaf.size]
    if len(octets) < leaf.size:
        return None
    kind = leaf.field.kind
    if kind == "wchar16":
        return octets.decode("utf-16-le", "replace").partition("\0")[0]
    if kind == "char8":
        return octets.partition(b"\0")[0].decode("latin-1")
    if kind == "guid" or leaf.field.count:
        return octets
    return int.from_bytes(octets, "little", signed=kind in ("i32", "i64"))


class Fields:
    """A buffer seen as one structure.

    `fields["ContextState.ConnectionId"]` is a value, or None when this layout has no such field or
    the buffer ends before it. The layout follows from the header; of an unknown one the newest
    layout that fits the buffer is taken, so that what is there can still be judged.
    """

    __slots__ = ("_flat", "_start", "data", "known", "struct")

    def __init__(self, struct: Struct, data: bytes, start: int = 0, layout: str = "") -> None:
        self.struct = struct
        self.data = data
        self._start = start
        self.known = True
        if layout:
            self._flat = flat_layout(struct.name, layout)
        elif struct.has_header:
            revision, size = (data[1], int.from_bytes(data[2:4], "little")) if data[3:] else (0, 0)
            choices = layouts_of(struct.name, revision, size)
            self.known = bool(choices)
            self._flat = choices[-1] if choices else _best_guess(struct, len(data))
        else:
            self._flat = _best_guess(struct, len(data) - start)

    def get(self, path: str) -> Any:
        """A value by its path, None when it is not there."""
        return self[path]

    def __getitem__(self, path: str) -> Any:
        leaf = self._flat.by_path.get(path)
        return None if leaf is None else read_leaf(leaf, self.data, self._start)

    @property
    def layout(self) -> tuple[str, str]:
        """(structure, layout) as which the buffer is read."""
        return self.struct.name, self._flat.layout.id

    @property
    def size(self) -> int:
        """Bytes of the fixed part."""
        return self._flat.size

    def octets(self) -> bytes:
        """The bytes from where it starts; what follows it in the buffer is there too."""
        return self.data[self._start :]

    def element_size(self) -> int | None:
        """Bytes of one list element (the smallest form known), None without a list."""
        tail = self.struct.tail
        if not isinstance(tail, ListTail) or self[f"{tail.header}.ElementCount"] is None:
            return None
        kind = self[f"{tail.header}.ElementType"]
        for name, choices in tail.elements:
            if _ELEMENT_TYPES.get(name) == kind:
                return min(_FLATTENER.extent(field)[0] * max(field.count, 1) for field in choices)
        return None

    def element_count(self) -> int:
        """ElementCount of the list; 0 without one."""
        tail = self.struct.tail
        if not isinstance(tail, ListTail):
            return 0
        return int(self[f"{tail.header}.ElementCount"] or 0)

    def elements(self) -> list[Any]:
        """The list elements that the buffer holds: Fields of structures, else numbers."""
        tail = self.struct.tail
        size = self.element_size()
        if not isinstance(tail, ListTail) or not size:
            return []
        kind = self[f"{tail.header}.ElementType"]
        field = next(
            choices[-1] for name, choices in tail.elements if _ELEMENT_TYPES.get(name) == kind
        )
        found: list[Any] = []
        for at in range(self.size, len(self.data) - size + 1, size):
            if len(found) == self.element_count():
                break
            if field.of:
                found.append(Fields(STRUCTS[field.of], self.data, at, field.layout))
            elif field.kind in SCALARS and not field.count:
                found.append(int.from_bytes(self.data[at : at + size], "little"))
        return found

    def tail(self) -> bytes:
        """The bytes behind the fixed part."""
        return self.data[self._start + self.size :]

    def tail_length(self) -> int | None:
        """The stated length of the bytes behind the structure; None without a string of bytes."""
        tail = self.struct.tail
        if not isinstance(tail, BytesTail) or not tail.length:
            return None
        value = self[tail.length]
        return None if value is None else int(value)


def _best_guess(struct: Struct, size: int) -> FlatLayout:
    fitting = [layout for layout in struct.layouts if layout.size <= size]
    chosen = max(fitting, key=lambda layout: layout.size) if fitting else struct.layouts[0]
    return flat_layout(struct.name, chosen.id)


def read_fields(structs: Iterable[str], data: bytes) -> Fields | None:
    """The buffer as that of the structures which its header names, else as the first one.

    None when no structure is known or nothing is there.
    """
    names = [name for name in structs if name in STRUCTS]
    if not names or not data:
        return None
    candidates = (Fields(STRUCTS[name], data) for name in names)
    first = Fields(STRUCTS[names[0]], data)
    return next((fields for fields in candidates if fields.known), first)
