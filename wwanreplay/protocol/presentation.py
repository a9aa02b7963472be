"""Values as people read them: names instead of numbers, personal values masked by default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.decoded import Decoded, DecodedLeaf
from wwanreplay.protocol.schema import Field
from wwanreplay.protocol.trees import put
from wwanreplay.words import printable

MASK = "***"
# Bytes shown of a longer block before it is cut.
OCTETS_SHOWN_MAX = 64


def format_value(field: Field, value: Any) -> str:
    """A value as text: member names, flags as A|B, statuses by name, bytes as hexadecimal."""
    if isinstance(value, int) and field.values:  # most often
        return PROTOCOL.text_of(field.values, value)
    if isinstance(value, str):
        return value if field.kind == "guid" else printable(value)
    if isinstance(value, bytes):
        shown = value[:OCTETS_SHOWN_MAX].hex()
        left = len(value) - OCTETS_SHOWN_MAX
        return shown if left <= 0 else f"{shown}… ({left} more bytes)"
    if isinstance(value, tuple):
        return "[" + ", ".join(format_value(field, item) for item in value) + "]"
    if field.kind == "pointer":
        return f"{value:#x}"
    return str(value)


def mask_value(value: Any) -> str:
    """The mask of a personal value: only its length, and nothing for an empty one."""
    if isinstance(value, str):
        return f"{MASK} ({_count(len(value), 'character')})" if value else ""
    if isinstance(value, bytes):
        return f"{MASK} ({_count(len(value), 'byte')})" if any(value) else ""
    return MASK


def leaf_text(leaf: DecodedLeaf, *, show_personal: bool = False) -> str:
    """A leaf's value as text, masked when it is personal."""
    if leaf.personal and not show_personal:
        return mask_value(leaf.value)
    return format_value(leaf.field, leaf.value)


def lines(decoded: Decoded, *, show_personal: bool = False) -> Iterator[tuple[str, str]]:
    """(path, text) of every leaf."""
    for leaf in decoded.leaves():
        yield leaf.path, leaf_text(leaf, show_personal=show_personal)


def printed(decoded: Decoded) -> str:
    """The structure's name and its values, a line each, masked."""
    head = f"{decoded.name} {decoded.layout_id or 'raw'}, {len(bytes(decoded))} bytes"
    return "\n".join([head, *(f"    {path} = {text}" for path, text in lines(decoded))])


Decoded.printed = printed


def mask(decoded: Decoded) -> dict[str, Any]:
    """The tree of `Decoded.to_dict` with every personal value masked."""
    return _tree(decoded, lambda leaf: mask_value(leaf.value) if leaf.personal else leaf.value)


def plain(decoded: Decoded, *, show_personal: bool = False) -> dict[str, Any]:
    """A tree for JSON: numbers stay numbers unless they have a name; bytes are hexadecimal."""

    def value(leaf: DecodedLeaf) -> Any:
        if leaf.personal and not show_personal:
            return mask_value(leaf.value)
        if isinstance(leaf.value, bytes):
            return leaf.value.hex()
        if leaf.field.values:
            return format_value(leaf.field, leaf.value)
        return list(leaf.value) if isinstance(leaf.value, tuple) else leaf.value

    return _tree(decoded, value)


def _tree(decoded: Decoded, value: Any) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for leaf in decoded.leaves():
        put(tree, leaf.path, value(leaf))
    return tree


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def time_text(time_ns: int) -> str:
    """Seconds with nine decimals, exactly."""
    sign = "-" if time_ns < 0 else ""
    seconds, rest = divmod(abs(time_ns), 10**9)
    return f"{sign}{seconds}.{rest:09d}"


def json_value(value: Any) -> Any:
    """A value of any map of a trace, as JSON can represent it: bytes as hexadecimal."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(json_value(key)): json_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_value(item) for item in value]
    if isinstance(value, float) and value - value != 0:  # JSON knows no infinity
        return str(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)
