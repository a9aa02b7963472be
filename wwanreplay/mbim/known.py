"""Which paths of an NDIS structure an MBIM message carries; the class driver fills in the rest.

The paths are found by making the tree of a message with every member, so that they cannot
disagree with the conversion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

from wwanreplay._core import Event, Kind
from wwanreplay.errors import DecodeError
from wwanreplay.mbim.codec import Values
from wwanreplay.mbim.commands import (
    EMERGENCY_MODE,
    IP_ADDRESS_STATE,
    IP_CONFIGURATION,
    ties_by_command,
)
from wwanreplay.mbim.converters import Array
from wwanreplay.mbim.schema import Field, Format, Layout
from wwanreplay.mbim.structures import (
    Tree,
    flattened,
    form_of,
    has_status,
    header_of,
    is_input,
    release_of,
    variable_parts,
)
from wwanreplay.mbim.tables import (
    BASIC_CONNECT,
    MBIMEX_1_0,
    SERVICES_BY_NAME,
    STRUCTS,
    find_cid,
)
from wwanreplay.mbim.ties import Message
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import Decoded, decode_event
from wwanreplay.protocol.schema import BytesTail, ListTail, PairsTail, Struct, TablesTail

_AUTH: Final = SERVICES_BY_NAME["Auth"].number
_DEVICE_SERVICE_PATHS: Final = {
    "NDIS_WWAN_DEVICE_SERVICE_COMMAND": (
        "Command.DeviceServiceGuid",
        "Command.CommandID",
        "Command.uDataSize",
        "Data",
    ),
    "NDIS_WWAN_DEVICE_SERVICE_RESPONSE": (
        "uStatus",
        "Response.DeviceServiceGuid",
        "Response.ResponseID",
        "Response.uDataSize",
        "Data",
    ),
    "NDIS_WWAN_DEVICE_SERVICE_EVENT": (
        "Event.DeviceServiceGuid",
        "Event.EventID",
        "Event.uDataSize",
        "Data",
    ),
}


def _sample(field: Field, depth: int = 0) -> Any:
    """A value that a member may have."""
    kind = field.format
    if kind in (Format.STRING, Format.TLV_STRING):
        return "1"
    if kind is Format.STRING_ARRAY:
        return ["1"]
    if kind in (Format.STRUCT, Format.STRUCT_REF):
        assert field.struct is not None
        return _sample_values(STRUCTS[field.struct].layout, depth + 1)
    if field.struct is not None:
        return [_sample_values(STRUCTS[field.struct].layout, depth + 1)]
    if kind is Format.UUID:
        return "00000000-0000-0000-0000-000000000001"
    if kind in (Format.IPV4, Format.IPV4_REF):
        return "192.0.2.1"
    if kind in (Format.IPV6, Format.IPV6_REF):
        return "2001:db8::1"
    if kind is Format.IPV4_ARRAY:
        return ["192.0.2.1"]
    if kind is Format.IPV6_ARRAY:
        return ["2001:db8::1"]
    if kind in (Format.TLV_U16_ARRAY, Format.U32_ARRAY):
        return [1]
    if kind is Format.TLV_LIST:
        return [{"Type": number, "Data": bytes(4)} for number in range(1, 24)]
    if kind is Format.TLV:
        return {"Type": 2, "Data": b"\x01"}
    return 3 if kind.startswith(("u", "i")) else b"\x01"


def _sample_values(layout: Layout, depth: int = 0) -> Values:
    return {field.name: _sample(field, depth) for field in layout.fields}


def _variants(layout: Layout) -> Iterator[Values]:
    """A message with every member; one per alternative where only one of several can be."""
    alternatives = [field.name for field in layout.fields if field.present_if is not None]
    values = _sample_values(layout)
    if not alternatives:
        yield values
    for kept in alternatives:
        yield {
            name: each for name, each in values.items() if name not in set(alternatives) - {kept}
        }


def unindexed(path: str) -> str:
    """Return a path without the indexes of elements, as `known_paths` has it."""
    return re.sub(r"\[\d+\]", "[]", path)


def _carried_paths(shape: Message, layouts: Sequence[Layout]) -> Iterator[str]:
    struct = PROTOCOL.structure(shape.structure)
    if has_status(shape.structure):
        yield "uStatus"
    for layout in layouts:
        for values in _variants(layout):
            for part in shape.parts:
                if isinstance(part, Array):
                    values[part.member] *= part.count_max
            tree = shape.tree(values)
            for path in flattened(tree):
                if not path.endswith(".ElementType"):
                    yield unindexed(path)
            yield from _variable_counts(struct, tree)


def _variable_counts(struct: Struct, tree: Tree) -> Iterator[str]:
    """The counts and sizes that follow from the variable part."""
    tail = struct.tail
    given = [name for name in variable_parts(struct) if name in tree]
    if isinstance(tail, ListTail) and given:
        for layout in struct.layouts:
            header = header_of(struct, PROTOCOL.flat(struct.name, layout.id))
            if header is not None:
                yield f"{header}.ElementCount"
    elif isinstance(tail, BytesTail) and given:
        yield from (length for length, _ in ((tail.length, ""), *tail.older) if length)
    elif isinstance(tail, PairsTail):
        yield from (size for name, _, size in tail.pairs if name in given)
    elif isinstance(tail, TablesTail):
        yield from (count for name, _, count in tail.tables if name in given)


def _layouts(layouts: Sequence[Layout], mbimex: int | None) -> Sequence[Layout]:
    """All versions of a message, or the one in force."""
    if mbimex is None:
        return layouts
    return [layout for layout in layouts if layout.mbimex <= mbimex][-1:] or layouts[:1]


def _uses(code: int, mbimex: int | None) -> Iterator[tuple[int, Message, list[Layout]]]:
    """Every shape that a code's structures are made by: service, shape, layouts."""
    for model in (1, 2):
        for key, row in ties_by_command(model).items():
            cid = find_cid(*key)
            if cid is None or key == EMERGENCY_MODE:
                continue
            names = [name for name in (row.indication, row.event) if name]
            if row.answer and code in [PROTOCOL.indication(name).number for name in names]:
                layouts = [*_layouts(cid.response, mbimex), *_layouts(cid.notification, mbimex)]
                yield row.service, row.answer, layouts
            if code == row.code and row.query is not None:
                yield row.service, row.query, list(_layouts(cid.query, mbimex))
            if code == row.code and row.set is not None:
                yield row.service, row.set, list(_layouts(cid.set, mbimex))
    if code == PROTOCOL.indication("NDIS_STATUS_WWAN_IP_ADDRESS_STATE").number:
        addresses = find_cid(*IP_CONFIGURATION)
        assert addresses is not None
        yield BASIC_CONNECT, IP_ADDRESS_STATE, list(addresses.notification)


@cache
def known_paths(code: int, structure: str, mbimex: int | None = None) -> frozenset[str]:
    """Return the paths of a structure that MBIM messages carry.

    `code` is the OID of a request or the status code of an indication; `mbimex` the version in
    force, None for all of them together. Indexes of elements are left out
    (`Elements[].ProviderId`, see `unindexed`). Where several commands make one structure, what all
    of them carry (all methods of authentication together). Empty for what no message carries.
    """
    if structure in _DEVICE_SERVICE_PATHS:
        return frozenset(_DEVICE_SERVICE_PATHS[structure])
    found: frozenset[str] | None = None
    for service, shape, layouts in _uses(code, mbimex):
        if shape.structure != structure:
            continue
        carried = frozenset(_carried_paths(shape, layouts))
        if found is None:
            found = carried
        else:
            found = found | carried if service == _AUTH else found & carried
    return found or frozenset()


def known_of(event: Event) -> frozenset[str]:
    """Return the NDIS paths that the MBIM message behind an event carried, without indexes.

    For an event without payload those of its `fields`; for a failure without a body only
    `uStatus`; else `known_paths` of its structure. Empty when nothing is known.
    """
    if not event.payload:
        return frozenset(unindexed(path) for path in event.fields or ())
    try:
        decoded = decode_event(event)
    except DecodeError:
        return frozenset()
    if decoded is None or decoded.raw is not None:
        return frozenset()
    if decoded.get("uStatus", 0) and not any(
        leaf.value not in (0, "", b"\0" * leaf.size)
        for leaf in decoded.leaves()
        if not leaf.path.startswith("Header.")
        and leaf.path != "uStatus"
        and not leaf.path.endswith(".ElementType")
        and leaf.field.kind != "guid"
    ):
        return frozenset({"uStatus"})
    known = known_paths(event.code, decoded.name, _version_of(decoded))
    unsolicited = event.kind == Kind.KIND_INDICATION and event.request_id == 0
    return known - {"uStatus"} if unsolicited else known


def _version_of(decoded: Decoded) -> int | None:
    """Return the lowest version whose sessions are shown in this layout; None for requests."""
    if is_input(decoded.name):
        return None
    versions = (MBIMEX_1_0, 0x0200)
    shown = [form_of(decoded.name, release_of(mbimex))[0] for mbimex in versions]
    fitting = [
        mbimex for mbimex, form in zip(versions, shown, strict=True) if form == decoded.layout_id
    ]
    return fitting[0] if fitting else 0x0300
