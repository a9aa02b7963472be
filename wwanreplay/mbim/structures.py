"""NDIS structures from any values: nothing that a host or device sends is refused.

`build` takes a tree of NDIS paths and values, chooses the layout of a Windows release, and makes
every value fit its field; what had to be cut is reported. A tree is flat: dotted paths of the fixed
part, and the names of the variable part (`Elements`, `Data`, blocks), whose elements are trees or
plain values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL, releases
from wwanreplay.protocol.codec import encode
from wwanreplay.protocol.layouts import FlatLayout
from wwanreplay.protocol.releases import Release
from wwanreplay.protocol.schema import Field, ItemsTail, ListTail, Struct, TablesTail

Tree = dict[str, Any]

#: Windows 10, version 1809, as the emulated device's structures are by default.
WINDOWS_10: Final = "1809"
#: Windows 10, version 1903, the first that speaks MBIMEx 2.0.
WINDOWS_10_MAY_2019: Final = "1903"
#: Windows 11, version 22H2: the first with room for what MBIMEx 3.0 and 4.0 add.
WINDOWS_11: Final = "co"

#: Structures that requests carry.
INPUTS: Final = frozenset(
    name for oid in PROTOCOL.oid_by_name.values() for name in (*oid.query_input, *oid.set_input)
)

_NUMBER_SIZES: Final = {"u8": 1, "bool8": 1, "u16": 2, "u32": 4, "i32": 4, "u64": 8, "pointer": 8}


def release_of(mbimex: int) -> str:
    """Return the release whose structures a session of this MBIMEx version is shown in."""
    if mbimex < 0x0200:
        return WINDOWS_10
    return WINDOWS_10_MAY_2019 if mbimex < 0x0300 else WINDOWS_11


@cache
def form_of(name: str, release: str | None) -> tuple[str, int | None]:
    """Return (layout id, revision) of a structure in a release, or the newest of all.

    A structure that the release does not know is taken in its newest form.
    """
    struct = PROTOCOL.structure(name)
    found = None if release is None else struct.form(releases.ROWS[releases.place_of(release)])
    if found is not None:
        return found[0], found[1] or None
    if not struct.revisions:
        return struct.layouts[-1].id, None
    return struct.revisions[-1].layouts[-1], struct.revisions[-1].number


def build(
    name: str,
    tree: Tree,
    problems: list[str],
    *,
    release: str | None = None,
    revision: int | None = None,
) -> bytes:
    """Return the structure's bytes; paths that its layout lacks are left out.

    `revision` overrides the one of `release`. Raises UsageError for a value of a kind that the
    field cannot take at all.
    """
    struct = PROTOCOL.structure(name)
    layout_id, number = form_of(name, release)
    if revision is not None:
        number = revision
        layout_id = _layout_of(struct, revision)
    flat = PROTOCOL.flat(name, layout_id)
    fitted = dict(_fixed(flat, tree, problems))
    for part in variable_parts(struct):
        if part not in tree:
            continue
        value = tree[part]
        if isinstance(value, bytes):
            fitted[part] = value
        elif header_of(struct, flat) is not None or not isinstance(struct.tail, ListTail):
            field = element_of(struct, tree, release)
            fitted[part] = [_element(field, each, problems) for each in value]
    return encode(struct, fitted, layout=layout_id, revision=number if struct.revisions else None)


def _layout_of(struct: Struct, revision: int) -> str:
    return next(row for row in struct.revisions if row.number == revision).layouts[-1]


def input_form(name: str, release: Release, newest: int | None) -> tuple[str, int | None]:
    """Return (layout id, revision) of what a device of this release is sent: no newer revision
    than `newest`, if that is given.
    """
    layout_id, revision = form_of(name, release.id)
    if newest is not None and (revision is None or revision > newest):
        return _layout_of(PROTOCOL.structure(name), newest), newest
    return layout_id, revision


def without_lacking(name: str, tree: Tree, layout_id: str) -> Tree:
    """Return a tree without the paths that a layout lacks."""
    struct = PROTOCOL.structure(name)
    known = PROTOCOL.flat(name, layout_id).by_path
    parts = variable_parts(struct)
    return {path: value for path, value in tree.items() if path in known or path in parts}


def _fixed(flat: FlatLayout, tree: Tree, problems: list[str]) -> Iterator[tuple[str, Any]]:
    for path, value in tree.items():
        leaf = flat.by_path.get(path)
        if leaf is not None:
            yield path, fit(leaf.field, value, f"{flat.struct.name}.{path}", problems)


def header_of(struct: Struct, flat: FlatLayout) -> str | None:
    """Return the path of the list header that a layout has, or None."""
    if not isinstance(struct.tail, ListTail):
        return None
    paths = (struct.tail.header, *struct.tail.older)
    return next((path for path in paths if f"{path}.ElementCount" in flat.by_path), None)


def element_of(struct: Struct, tree: Mapping[str, Any], release: str | None) -> Field:
    """Return the row of a list's elements: the type that the tree names, in the release's form.

    Raises UsageError for a list whose elements no row describes.
    """
    tail = struct.tail
    if not isinstance(tail, ListTail):
        assert isinstance(tail, ItemsTail | TablesTail)
        return tail.item
    if not tail.elements:
        raise UsageError(f"{struct.name}: what its list holds is not known")
    types = dict(tail.elements)
    named = next((tree[path] for path in tree if path.endswith(".ElementType")), None)
    choices = types.get(str(named), tail.elements[-1][1])
    known = [field for field in choices if not field.of or _knows(field, release)]
    return (known or list(choices))[-1]


def _knows(field: Field, release: str | None) -> bool:
    targets = PROTOCOL.structure(field.of).layout(field.layout).targets.split()
    return release is None or not targets or release in targets


def variable_parts(struct: Struct) -> tuple[str, ...]:
    """Return the names of the variable part that a tree may give."""
    tail = struct.tail
    if isinstance(tail, ListTail | ItemsTail):
        return ("Elements",)
    if isinstance(tail, TablesTail):
        return tuple(name for name, _, _ in tail.tables)
    pairs = getattr(tail, "pairs", None)
    if pairs is not None and not isinstance(pairs, tuple):
        pairs = pairs.pairs
    if pairs:
        return tuple(name for name, _, _ in pairs)
    return () if tail is None else ("Data",)


def _element(field: Field, value: Any, problems: list[str]) -> Any:
    if not field.of:
        return fit(field, value, "element", problems)
    flat = PROTOCOL.flat(field.of, field.layout)
    return dict(_fixed(flat, value, problems))


def fit(field: Field, value: Any, name: str, problems: list[str]) -> Any:
    """Return the value as the field can hold it; what is cut off is reported."""
    if field.kind == "wchar16":
        return _fit_text(str(value), field.count, "utf-16-le", name, problems)
    if field.kind == "char8":
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        text = text.encode("latin-1", "replace").decode("latin-1")
        return _fit_text(text, field.count, "latin-1", name, problems)
    if field.kind == "guid":
        return str(value)
    if field.count:
        return _fit_array(field, value, name, problems)
    if not isinstance(value, int):
        return value
    size = _NUMBER_SIZES[field.kind]
    cut = value & ((1 << (8 * size)) - 1)
    if value not in (cut, cut - (1 << (8 * size))):
        problems.append(f"{name}: {value:#x} is cut to {8 * size} bits")
    if field.kind == "i32" and cut >= 1 << 31:
        return cut - (1 << 32)
    return cut


def _fit_text(text: str, count: int, encoding: str, name: str, problems: list[str]) -> str:
    """Return text up to its first terminator, with room for one behind it."""
    text = text.partition("\0")[0]
    octets = text.encode(encoding, "surrogatepass" if encoding == "utf-16-le" else "strict")
    room = (count - 1) * (2 if encoding == "utf-16-le" else 1)
    if len(octets) <= room:
        return text
    problems.append(f"{name}: text of {len(octets)} bytes is cut to {room}")
    return octets[:room].decode(encoding, "surrogatepass" if encoding == "utf-16-le" else "strict")


def _fit_array(field: Field, value: Any, name: str, problems: list[str]) -> Any:
    if field.kind == "u8":
        octets = value.encode("latin-1", "replace") if isinstance(value, str) else bytes(value)
        if len(octets) > field.count:
            problems.append(f"{name}: {len(octets)} bytes are cut to {field.count}")
        return octets[: field.count].ljust(field.count, b"\0")
    numbers: Sequence[int] = value if isinstance(value, list | tuple) else [value]
    if len(numbers) > field.count:
        problems.append(f"{name}: {len(numbers)} numbers are cut to {field.count}")
    mask = (1 << (8 * _NUMBER_SIZES[field.kind])) - 1
    kept = [number & mask for number in numbers[: field.count]]
    return kept + [0] * (field.count - len(kept))


def zeros(name: str, release: str | None, tree: Tree) -> bytes:
    """Return the structure with nothing but the tree (mostly `uStatus`), without elements."""
    struct = PROTOCOL.structure(name)
    given = dict(tree)
    if isinstance(struct.tail, ListTail):
        given.setdefault("Elements", [])
    try:
        return build(name, given, [], release=release)
    except UsageError:
        return build(name, tree, [], release=release)


def flattened(tree: Tree) -> dict[str, Any]:
    """Return paths and values as a decoded buffer names them (`Elements[0].ProviderId`)."""
    found: dict[str, Any] = {}
    for path, value in tree.items():
        if not isinstance(value, list) or not path.startswith(("Elements", "Ip", "Gateway", "Dns")):
            found[path] = value
            continue
        for position, element in enumerate(value):
            if isinstance(element, dict):
                for inner, inner_value in element.items():
                    found[f"{path}[{position}].{inner}"] = inner_value
            else:
                found[f"{path}[{position}]"] = element
    return found


def is_input(structure: str) -> bool:
    """Return whether a structure is the input of a request."""
    return structure in INPUTS


def has_status(structure: str) -> bool:
    """Return whether a structure has a `uStatus`."""
    struct = PROTOCOL.structure(structure)
    flat = PROTOCOL.flat(structure, struct.layouts[-1].id)
    return "uStatus" in flat.by_path


def with_list(structure: str, tree: Tree) -> Tree:
    """A list that has no elements still has its header."""
    if isinstance(PROTOCOL.structure(structure).tail, ListTail):
        tree.setdefault("Elements", [])
    return tree
