"""Members of MBIM messages, read from the text that a program printed of them.

libmbim prints the members of a message under the names of its tables, and values in its own forms:
numbers in decimal, enumerations and flags as short names (`on`, `gprs, edge`), lists of numbers and
texts with commas, bytes in hexadecimal, UUIDs as such. The rows say what each member is; what
cannot be read, and what is hidden (`###`), is left out.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from wwanreplay.mbim.codec import Values
from wwanreplay.mbim.schema import Field, Format, Layout
from wwanreplay.mbim.tables import ENUMS, STRUCTS, find_cid

HIDDEN: Final = "###"
#: How libmbim prints a text that is absent.
NULL_TEXT: Final = "(null)"
FIELDS_MAX: Final = 20_000
DEPTH_MAX: Final = 4
POSITION_MAX: Final = 4096

_STEP: Final = re.compile(r"([^.\[\]]{1,80})(?:\[(\d{1,6})\])?")
_NUMBER: Final = re.compile(r"-?\d{1,20}|0x[0-9a-fA-F]{1,16}")
_TEXTS: Final = frozenset({Format.STRING, Format.TLV_STRING})
#: Where libmbim prints what a TLV holds.
_TLV_MEMBERS: Final = {Format.TLV_STRING: "tlvstring", Format.TLV_U16_ARRAY: "tlvuint16array"}
_ADDRESSES: Final = frozenset({Format.IPV4, Format.IPV6, Format.IPV4_REF, Format.IPV6_REF})
_LISTS: Final = frozenset(
    {Format.U32_ARRAY, Format.TLV_U16_ARRAY, Format.IPV4_ARRAY, Format.IPV6_ARRAY}
)
_NUMBERS: Final = frozenset({Format.U8, Format.U16, Format.U32, Format.I32, Format.U64})

Tree = dict[str, Any]


def values_of(
    service: int, cid: int, operation: str, fields: Iterable[tuple[str, str]], mbimex: int
) -> Values:
    """Return the members of printed fields, as decoding the message would name them.

    `fields` are pairs of a dotted name (`Fields.Providers[0].ProviderId`) and text. Members that
    the tables do not have are left out. Never raises.
    """
    row = find_cid(service, cid)
    layouts: tuple[Layout, ...] = () if row is None else getattr(row, operation)
    if not layouts:
        return {}
    tree = _tree(fields)
    in_force = [layout for layout in layouts if layout.mbimex <= mbimex] or list(layouts[:1])
    best: Values = {}
    for layout in (in_force[-1], *reversed(layouts)):
        found = _members(layout, tree, 0)
        if len(found) > len(best):
            best = found
    return best


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _tree(fields: Iterable[tuple[str, str]]) -> Tree:
    """Nest dotted names; a list becomes a mapping from positions."""
    tree: Tree = {}
    for count, (name, value) in enumerate(fields):
        if count >= FIELDS_MAX:
            break
        if not name.startswith("Fields.") or value.strip() == HIDDEN:
            continue
        steps: list[Any] = []
        for step in name.removeprefix("Fields.").split("."):
            match = _STEP.fullmatch(step.strip())
            if match is None:
                steps = []
                break
            steps.append(_plain(match[1]))
            if match[2] is not None:
                steps.append(int(match[2]))
        if 0 < len(steps) <= 2 * DEPTH_MAX:
            _put(tree, steps, value)
    return tree


def _put(tree: Tree, steps: list[Any], value: str) -> None:
    branch: Any = tree
    for step in steps[:-1]:
        branch = branch.setdefault(step, {})
        if not isinstance(branch, dict):
            return
    branch.setdefault(steps[-1], value)


def _members(layout: Layout, tree: Mapping[Any, Any], depth: int) -> Values:
    values: Values = {}
    if depth > DEPTH_MAX:
        return values
    for field in layout.fields:
        printed = tree.get(_plain(field.name))
        if printed is None:
            continue
        value = _value(field, printed, depth)
        if value is not None:
            values[field.name] = value
    return values


def _value(field: Field, printed: Any, depth: int) -> Any:
    if field.struct is not None:
        return _structure(field, printed, depth)
    if isinstance(printed, dict) and field.format in _TLV_MEMBERS:
        printed = printed.get(_TLV_MEMBERS[field.format])
        printed = printed if isinstance(printed, str) else None
        if printed is None:
            return None
    if isinstance(printed, dict):
        if field.format is Format.STRING_ARRAY:
            return [text for _, text in sorted(printed.items(), key=str) if isinstance(text, str)]
        return None
    text = printed.strip()
    kind = field.format
    if kind in _TEXTS:
        return "" if printed == NULL_TEXT else printed
    if kind in _NUMBERS:
        return number_of(field, text)
    if kind is Format.UUID:
        return _uuid(text)
    if kind is Format.STRING_ARRAY:
        parts = [part.strip().strip("'") for part in text.split(",")]
        return [] if text == "" else [part for part in parts if part != HIDDEN]
    if kind in _ADDRESSES:
        return text or None
    if kind in _LISTS:
        parts = [part.strip() for part in text.strip("[]").split(",") if part.strip()]
        if kind in (Format.IPV4_ARRAY, Format.IPV6_ARRAY):
            return parts
        return [int(part, 0) for part in parts if re.fullmatch(r"[1-9]\d{0,9}|0", part)]
    digits = re.sub(r"[\s:]", "", text)
    if re.fullmatch(r"(?:[0-9a-fA-F]{2})*", digits):
        return bytes.fromhex(digits)
    return None


def _structure(field: Field, printed: Any, depth: int) -> Any:
    if not isinstance(printed, dict):
        return None
    assert field.struct is not None
    layout = STRUCTS[field.struct].layout
    if field.format in (Format.STRUCT, Format.STRUCT_REF):
        return _members(layout, printed, depth + 1)
    positions = sorted(key for key in printed if isinstance(key, int) and key < POSITION_MAX)
    items = [printed[position] for position in positions]
    return [_members(layout, item, depth + 1) for item in items if isinstance(item, dict)]


def _uuid(text: str) -> str | None:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None


def number_of(field: Field, text: str) -> int | None:
    """Return the number that a printed value stands for; names of flags are joined by commas."""
    names = {} if field.type is None else _names(field.type)
    # A short name may be a number itself (a cycle of 32 frames).
    if _plain(text) not in names and _NUMBER.fullmatch(text):
        number = int(text, 16) if text.startswith("0x") else int(text)
        return number if -(1 << 31) <= number < 1 << 64 else None
    total = 0
    for part in text.split(","):
        member = names.get(_plain(part))
        if member is None:
            return None
        total |= member
    return total


@cache
def _names(enumeration: str) -> dict[str, int]:
    """Short names of an enumeration's members: what all have in front is left out."""
    if enumeration == "bool":
        return {"yes": 1, "no": 0, "true": 1, "false": 0}
    row = ENUMS.get(enumeration)
    if row is None:
        return {}
    parts = {name: name.split("_") for name, _ in row.members}
    prefixed = [each for each in parts.values() if each[0] == "MBIM"]
    common = 0
    while all(len(each) > common + 1 for each in prefixed) and (
        len({each[common] for each in prefixed}) == 1
    ):
        common += 1
    found: dict[str, int] = {}
    # With less and less of the prefix left out: a short name may keep its end.
    for kept in range(common, -1, -1):
        for name, number in row.members:
            each = parts[name]
            rest = each[kept:] if each[0] == "MBIM" else each
            found.setdefault(_plain("".join(rest)), number)
    if found.get("none") == 0:
        found.setdefault("unknown", 0)  # as older versions called it
    return found
