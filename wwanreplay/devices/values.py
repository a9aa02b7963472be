"""The values of TOML files: how each is read, and what JSON Schema says of it, in one place.

A schema is never stricter than the reader. It may be laxer: what several values mean together, and
what the fields of structures may be, the reader alone judges. `{"$ref": "#/$defs/NAME"}` is an
enumeration or one of NAMES; `definitions` has what such a name stands for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from wwanreplay.devices.stimuli import stimulus_names
from wwanreplay.devices.toml import (
    ValuePlace,
    as_duration,
    as_number,
    as_octets,
    as_oid,
    as_table,
    as_text,
    as_truth,
)
from wwanreplay.durations import DURATION_PATTERN
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.ranges import U32, members
from wwanreplay.protocol.schema import Range
from wwanreplay.protocol.tables import PREFIXES

Schema = dict[str, Any]
Reader = Callable[[Any, ValuePlace], Any]

ADDRESS_PATTERNS: Final = {
    4: r"^\d{1,3}(\.\d{1,3}){3}$",
    6: r"^[0-9A-Fa-f:.%\w]*:[0-9A-Fa-f:.%\w]*$",
}


@dataclass(frozen=True, slots=True)
class Value:
    """One value: its reader, and what a schema says of it."""

    read: Reader
    schema: Schema


def ref(name: str) -> Schema:
    """What stands under a name among the definitions."""
    return {"$ref": f"#/$defs/{name}"}


def text_schema(limit: int | None = None) -> Schema:
    """A text of at most so many characters."""
    return {"type": "string"} | ({} if limit is None else {"maxLength": limit})


def range_schema(within: Range) -> Schema:
    """A whole number of a range."""
    spans = [
        {"type": "integer", "minimum": lowest, "maximum": highest}
        for lowest, highest in within.spans
    ]
    return spans[0] if len(spans) == 1 else {"anyOf": spans}


def list_schema(entry: Schema, most: int | None = None) -> Schema:
    """An array of values that are alike."""
    return {"type": "array", "items": entry} | ({} if most is None else {"maxItems": most})


def table_schema(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    """A table with these keys and no others."""
    schema: Schema = {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
    }
    return schema | ({"required": list(required)} if required else {})


def whole_number(limit: int = 0xFFFFFFFF, lowest: int = 0) -> Value:
    """A whole number from `lowest` to `limit`."""
    return Value(
        lambda value, place: as_number(value, place, limit, lowest),
        range_schema(Range(lowest, limit)),
    )


TEXT: Final = Value(as_text, {"type": "string"})
TRUTH: Final = Value(as_truth, {"type": "boolean"})
DURATION: Final = Value(as_duration, ref("duration"))
OCTETS: Final = Value(as_octets, {"type": "string", "pattern": r"^\s*([0-9A-Fa-f]{2}\s*)*$"})
TABLE: Final = Value(as_table, {"type": "object"})
OID: Final = Value(as_oid, ref("oid"))
WIDE: Final = whole_number(2**64 - 1)


def spelled(names: Iterable[str]) -> str:
    """A pattern of names in any case, with `-` for `_`, and without the prefix."""
    return "|".join(dict.fromkeys(_any_case(name) for name in names))


def _any_case(name: str) -> str:
    """OID_WWAN_PIN may be WWAN_PIN or PIN: each prefix that a name has may be left out."""
    found, start = "", 0
    for prefix in sorted((each for each in PREFIXES if name.startswith(each)), key=len):
        found = f"({found}{''.join(map(_letter, name[start : len(prefix)]))})?"
        start = len(prefix)
    return found + "".join(map(_letter, name[start:]))


def _letter(letter: str) -> str:
    if letter in "_-":
        return "[_-]"
    upper, lower = letter.upper(), letter.lower()
    return re.escape(letter) if upper == lower else f"[{upper}{lower}]"


def named_schema(names: Iterable[str], most: int | None = 0xFFFFFFFF) -> Schema:
    """A name in any of the forms that are taken, or the number."""
    listed = list(names)
    ways: list[Schema] = [{"enum": listed}, {"type": "string", "pattern": f"^({spelled(listed)})$"}]
    if most is not None:
        ways.append(range_schema(Range(0, most)))
    return {"anyOf": ways}


def _numbered(schema: Schema) -> Schema:
    """The same, which may be a number in a text as well."""
    return {"anyOf": [*schema["anyOf"], {"type": "string", "pattern": r"^(0[xX])?[0-9A-Fa-f_]+$"}]}


#: What is no enumeration, by the name of its definition.
NAMES: Final[dict[str, Callable[[], Schema]]] = {
    "duration": lambda: {
        "description": 'a time such as "15ms", "1.5s" or "2min"',
        "anyOf": [{"type": "string", "pattern": f"^{DURATION_PATTERN}$"}, {"const": 0}],
    },
    "oid": lambda: _numbered(
        named_schema(row.name for row in PROTOCOL.oid_by_name.values() if row.number is not None)
    ),
    "code": lambda: named_schema((*PROTOCOL.indication_by_name, *PROTOCOL.oid_by_name), 2**64 - 1),
    "ndis-status": lambda: named_schema(PROTOCOL.ndis_status_by_name),
    "status": lambda: named_schema((*PROTOCOL.ndis_status_by_name, *PROTOCOL.wwan_status_by_name)),
    "stimulus": lambda: named_schema(stimulus_names(), None),
}


def _members_schema(name: str) -> Schema:
    """Members of an enumeration: one, some joined by `|` or in an array, or the number."""
    row = PROTOCOL.enum(name)
    names = [member.name for member in row.members]
    several = f"^\\s*({'|'.join(names)})\\s*(\\|\\s*({'|'.join(names)})\\s*)*$"
    return {
        "anyOf": [
            {"enum": names},
            {"type": "string", "pattern": several},
            {"type": "array", "items": {"type": "string", "pattern": several}},
            range_schema(members(row) if PROTOCOL.enum_by_name.get(name) else U32),
        ]
    }


def definitions(schema: Any, own: Iterable[str] = ()) -> Schema:
    """What the references in a schema name, by name; it defines its `own` by itself."""
    found: Schema = {}
    for name in sorted({*_references(schema)}.difference(own)):
        made = NAMES.get(name)
        found[name] = _members_schema(name) if made is None else made()
    return found


def _references(schema: Any) -> Iterable[str]:
    if isinstance(schema, dict):
        target = schema.get("$ref", "")
        if target.startswith("#/$defs/"):
            yield target.removeprefix("#/$defs/")
        for each in schema.values():
            yield from _references(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _references(each)
