"""The names of what an environment can do: stimuli, and the shorthands for some of their values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from wwanreplay.devices.toml import ValuePlace
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.schema import Field
from wwanreplay.protocol.shorthands import SHORTHANDS
from wwanreplay.protocol.tables import near
from wwanreplay.words import meant


def stimulus_names() -> tuple[str, ...]:
    """Every name that stands for a stimulus."""
    return (*PROTOCOL.stimulus_by_name, *SHORTHANDS)


def find_stimulus(
    name: str, values: Mapping[str, Any], place: ValuePlace
) -> tuple[str, dict[str, Any]]:
    """(stimulus, its fields) of a name with fields; those given come before a shorthand's own.

    UsageError with the names that are most like a wrong one.
    """
    shorthand = SHORTHANDS.get(meant(name, SHORTHANDS) or "")
    if shorthand is not None:
        return shorthand.stimulus, {**dict(shorthand.values), **values}
    try:
        return PROTOCOL.stimulus(name).name, dict(values)
    except UsageError:
        text = f"no stimulus is called {name}{near(name, stimulus_names())}"
        raise place.error(text) from None


def field_paths(stimulus: str) -> list[str]:
    """The paths of a stimulus's fields, with that of what varies behind them."""
    struct = PROTOCOL.structure(PROTOCOL.stimulus(stimulus).struct)
    leaves = PROTOCOL.flat(struct.name, struct.layouts[-1].id).leaves
    return [*(leaf.path for leaf in leaves), *(["Data"] if struct.tail is not None else [])]


def fields_text(stimulus: str) -> str:
    """The fields of a stimulus with what each may be, for errors and help."""
    struct = PROTOCOL.structure(PROTOCOL.stimulus(stimulus).struct)
    flat = PROTOCOL.flat(struct.name, struct.layouts[-1].id)
    texts = [
        f"{leaf.path} ({allowed_text(leaf.field)})"
        for leaf in flat.leaves
        if not re.search(r"\[[1-9]", leaf.path)  # the elements of an array are alike
    ]
    if struct.tail is not None:
        texts.append("Data (bytes in hexadecimal)")
    return ", ".join(texts)


_MEMBERS_MAX = 12  # an enumeration of more is named, not listed


def allowed_text(field: Field) -> str:
    """What a field may be, in a few words."""
    row = PROTOCOL.enum_by_name.get(field.values) if field.values else None
    if row is not None:
        names = [member.name for member in row.members]
        return " | ".join(names) if len(names) <= _MEMBERS_MAX else row.name
    if field.values:
        return field.values
    within = "" if field.within is None else field.within.text.removeprefix("from ")
    if field.name.endswith("Ns"):
        return 'a duration such as "15ms"' + (f", or {within} ns" if within else "")
    if within:
        return within
    if field.kind in ("wchar16", "char8"):
        return "text"
    if field.kind == "guid":
        return "a GUID"
    if field.count:
        is_address = field.kind == "u8" and field.count in (4, 16)
        return "an address, or hexadecimal" if is_address else "bytes in hexadecimal"
    return "a number"
