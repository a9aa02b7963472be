"""Where personal values lie in a buffer, and replacing them there.

The marks of the rows define what is personal. Bytes that no row describes are personal too, as they
may hold anything: unknown payloads, padding that is not zero, what follows the end of a text.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from wwanreplay.analysis.scrub.identities import KEPT_NAMES, Identities, plain_name
from wwanreplay.errors import DecodeError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode
from wwanreplay.protocol.decoded import Decoded, DecodedLeaf, ListPart, TlvPart, select_layout
from wwanreplay.protocol.plan import Plan, plan_of
from wwanreplay.protocol.schema import SCALARS, Struct, marked

# Names of places that no row describes.
UNDESCRIBED = frozenset({"undescribed bytes", "padding"})
_HEADER_SIZE = 4  # NDIS_OBJECT_HEADER
_NUMBERS = frozenset({"u8", "bool8", "u16", "u32", "i32", "u64", "i64", "pointer"})


class PersonalSpan(NamedTuple):
    """A personal value in a buffer.

    `form` is utf-16, utf-8, characters (one byte each), number (little endian), octets, address,
    hardware, guid (as printed) or guid-memory (as a Windows GUID lies in memory).
    """

    offset: int
    size: int
    form: str
    name: str
    mark: str

    @property
    def end(self) -> int:
        """Offset behind it."""
        return self.offset + self.size


def replace_places(data: bytes, places: Iterable[PersonalSpan], identities: Identities) -> bytes:
    """The buffer with every place replaced; all values are registered."""
    out = bytearray(data)
    for place in places:
        value = data[place.offset : place.end]
        if any(value):
            out[place.offset : place.end] = image_of(place, value, identities)
    return bytes(out)


def image_of(place: PersonalSpan, value: bytes, identities: Identities) -> bytes:
    """The image of the bytes of one place; as many."""
    form, name = place.form, place.name
    if form in ("utf-16", "utf-8", "characters"):
        return _text_image(place, value, identities)
    if form == "number":
        number = identities.number(name, int.from_bytes(value, "little"))
        return number.to_bytes(len(value), "little")
    if form == "address" and len(value) in (4, 16):
        return identities.address(name, value)
    if form == "hardware" and len(value) == 6:
        return identities.hardware_address(name, value)
    if form == "guid" and len(value) == 16:
        return identities.guid(name, value)
    if form == "guid-memory" and len(value) == 16:
        printed = uuid.UUID(bytes_le=value).bytes
        return uuid.UUID(bytes=identities.guid(name, printed)).bytes_le
    return identities.octets(name, value, weak=name in UNDESCRIBED)


def _text_image(place: PersonalSpan, value: bytes, identities: Identities) -> bytes:
    """The text up to its terminator; what a buffer held behind it becomes other bytes."""
    if place.form == "utf-16":
        end = next((at for at in range(0, len(value) - 1, 2) if not any(value[at : at + 2])), None)
        size = len(value) // 2 * 2 if end is None else end
        encoding = "utf-16-le"
    else:
        size = (value + b"\0").index(0)
        encoding = "utf-8"
    text, rest = value[:size], value[size:]
    try:
        decoded = text.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        return identities.octets(place.name, value)
    if place.form == "characters" and not decoded.isascii():
        return identities.octets(place.name, value)
    image = identities.text(place.name, decoded, place.mark).encode(encoding, "surrogatepass")
    # What lies behind the terminator may be of any earlier text.
    terminator = rest[:2] if place.form == "utf-16" else rest[:1]
    residue = rest[len(terminator) :]
    return (
        image
        + terminator
        + (identities.octets("residue", residue, weak=True) if any(residue) else residue)
    )


def unknown(data: bytes, start: int = 0) -> PersonalSpan:
    """Bytes that nothing describes, from `start` to the end."""
    return PersonalSpan(start, len(data) - start, "octets", "undescribed bytes", "content")


def structure_places(structure: Struct, data: bytes) -> list[PersonalSpan]:
    """The personal places of a buffer of a structure; DecodeError when it is malformed."""
    decoded = decode(structure, data)
    plan = decoded.plan
    if plan is None:
        # A revision that no row knows; its header is readable.
        return [unknown(data, _HEADER_SIZE if structure.has_header else 0)]
    places = _fixed_places(decoded, plan)
    for name, part in decoded.parts.items():
        if isinstance(part, ListPart) and part.item.of:
            places += _element_places(part, name)
        elif not isinstance(part, ListPart | TlvPart) and not part.personal:
            continue
        else:
            for leaf in part.leaves(name):
                places += leaf_places(leaf)
    return places


def _element_places(part: ListPart, name: str) -> list[PersonalSpan]:
    of, layout = part.item.of, part.item.layout
    known = has_personal_leaves(of, layout)
    gaps = gaps_of(of, layout)
    if not known and not gaps and not part.item.personal:
        return []
    places: list[PersonalSpan] = []
    # The mark of the whole element is for one whose parts have none of their own.
    inherited = "" if known else part.item.personal
    fixed = _fixed_spans(of, layout, inherited)
    if fixed is None:
        for leaf in part.leaves(name):
            places += leaf_places(_marked(leaf, inherited))
    else:
        for position in range(part.count):
            path = f"{name}[{position}]."
            places += _moved(fixed, part.start + position * part.item_size, path)
    for position in range(part.count):
        start = part.start + position * part.item_size
        places += _gap_places(part.data, start, gaps)
    return places


def _marked(leaf: DecodedLeaf, personal: str) -> DecodedLeaf:
    return leaf._replace(field=marked(leaf.field, personal, ""))


def _fixed_places(decoded: Decoded, plan: Plan) -> list[PersonalSpan]:
    places: list[PersonalSpan] = []
    name, layout = decoded.name, plan.flat.layout.id
    if has_personal_leaves(name, layout):
        fixed = _fixed_spans(name, layout, "")
        if fixed is None:
            for leaf in decoded.fixed_leaves():
                places += leaf_places(leaf)
        else:
            places += _moved(fixed, decoded.start, "")
    return places + _gap_places(decoded.data, decoded.start, gaps_of(name, layout))


@cache
def _fixed_spans(name: str, layout: str, inherited: str) -> tuple[PersonalSpan, ...] | None:
    """The personal places of every buffer of a layout; None where a union decides."""
    plan = plan_of(name, layout)
    if plan.cases or plan.unions:
        return None
    places: list[PersonalSpan] = []
    for index, leaf in enumerate(plan.flat.leaves):
        if index not in plan.hidden:
            whole = DecodedLeaf(leaf.path, leaf.offset, leaf.size, None, leaf.field)
            places += leaf_places(_marked(whole, inherited))
    return tuple(places)


def _moved(places: tuple[PersonalSpan, ...], start: int, path: str) -> list[PersonalSpan]:
    """The places of a structure that begins at `start` and has a path of its own."""
    if not start and not path:
        return list(places)
    return [
        PersonalSpan(start + each.offset, each.size, each.form, path + each.name, each.mark)
        for each in places
    ]


def _gap_places(data: bytes, start: int, gaps: tuple[tuple[int, int], ...]) -> list[PersonalSpan]:
    return [
        PersonalSpan(start + low, high - low, "octets", "padding", "content")
        for low, high in gaps
        if any(data[start + low : start + high])
    ]


@cache
def has_personal_leaves(name: str, layout: str) -> bool:
    """Whether the fixed part of a layout may hold something personal."""
    plan = plan_of(name, layout)
    return bool(plan.unions) or any(leaf.field.personal for leaf in plan.flat.leaves)


@cache
def gaps_of(name: str, layout: str) -> tuple[tuple[int, int], ...]:
    """The spans of a layout that belong to no field."""
    plan = plan_of(name, layout)
    known = bytearray(plan.flat.size)
    for leaf in plan.flat.leaves:
        known[leaf.offset : leaf.offset + leaf.size] = b"\1" * leaf.size
    for union in plan.unions:
        known[union.offset : union.offset + union.size] = b"\1" * union.size
    gaps = []
    start = None
    for at, covered in enumerate([*known, 1]):
        if not covered and start is None:
            start = at
        elif covered and start is not None:
            gaps.append((start, at))
            start = None
    return tuple(gaps)


def leaf_places(leaf: DecodedLeaf) -> Iterator[PersonalSpan]:
    """The places of a leaf: none without a mark, one for each element of an array of numbers."""
    field, mark = leaf.field, leaf.field.personal
    if not mark or field.values or plain_name(leaf.path) in KEPT_NAMES:
        return  # members of an enumeration name nobody
    kind, name = field.kind, leaf.path
    if kind in ("wchar16", "char8"):
        form = "utf-16" if kind == "wchar16" else "characters"
        yield PersonalSpan(leaf.offset, leaf.size, form, name, mark)
    elif kind == "guid":
        for at in range(leaf.offset, leaf.offset + leaf.size, 16):
            yield PersonalSpan(at, 16, "guid-memory", name, mark)
    elif kind == "u8" and (field.count or leaf.size > 1):
        yield PersonalSpan(leaf.offset, leaf.size, octets_form(name, leaf.size), name, mark)
    elif kind in _NUMBERS:
        size = SCALARS[kind][0]
        for at in range(leaf.offset, leaf.offset + leaf.size, size):
            yield PersonalSpan(at, size, "number", name, mark)


def octets_form(name: str, size: int) -> str:
    """What an array of bytes is, by its name and size."""
    plain = plain_name(name)
    if (size == 4 and plain.startswith("ipv4")) or (size == 16 and plain.startswith("ipv6")):
        return "address"
    if size == 6 and plain.startswith("mac"):
        return "hardware"
    return "characters" if plain.endswith("pin") else "octets"


def broken_structure_places(structure: Struct, data: bytes) -> list[PersonalSpan]:
    """The places of a malformed buffer: the fields that are whole, and the rest as bytes."""
    try:
        selected = select_layout(structure, data)
    except DecodeError:
        return []  # not even the header is whole
    if selected is None:
        return [unknown(data, _HEADER_SIZE)]
    flat = PROTOCOL.flat(structure.name, selected[0])
    places: list[PersonalSpan] = []
    end = 0
    for leaf in flat.leaves:
        if leaf.offset + leaf.size <= len(data):
            whole = DecodedLeaf(leaf.path, leaf.offset, leaf.size, None, leaf.field)
            places += leaf_places(whole)
            end = max(end, leaf.offset + leaf.size)
    return [*places, unknown(data, end)] if end < len(data) else places
