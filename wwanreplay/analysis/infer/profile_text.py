"""A profile's tables as TOML that a person can read and `load_profile` takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wwanreplay.devices.profile_rows import TABLES
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def profile_text(tables: Mapping[str, Any], comments: Mapping[str, str]) -> str:
    """The TOML of a profile's tables.

    `comments` are put behind keys by their dotted name ("device.model"), one line each; the one
    with the empty name stands at the top.
    """
    lines = [f"# {line}" for line in comments.get("", "").splitlines()]
    for key, value in tables.items():
        if not isinstance(value, dict | list):
            lines.append(_line("", key, value, comments))
    for table, value in tables.items():
        for part in _parts(value):
            if lines:
                lines.append("")
            lines.extend(_table_lines(table, part, isinstance(value, list), comments))
    return "\n".join(lines) + "\n"


def _parts(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, dict):
        return [value]
    return list(value) if isinstance(value, list) else []


def _table_lines(
    table: str, values: Mapping[str, Any], of_array: bool, comments: Mapping[str, str]
) -> Iterator[str]:
    yield f"[[{table}]]" if of_array else f"[{table}]"
    for key, value in values.items():
        if not isinstance(value, dict):
            yield _line(table, key, value, comments)
    for key, value in values.items():
        if isinstance(value, dict):
            yield ""
            yield f"[{table}.{key}]"
            for name, below in value.items():
                yield f"{name} = {_value(f'{table}.{key}', name, below)}"


def _line(table: str, key: str, value: Any, comments: Mapping[str, str]) -> str:
    name = f"{table}.{key}" if table else key
    comment = f"  # {comments[name]}" if name in comments else ""
    return f"{key} = {_value(table, key, value)}{comment}"


def _value(table: str, key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _number(table, key, value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        inside = ", ".join(f"{name} = {_value(table, name, part)}" for name, part in value.items())
        return "{ " + inside + " }"
    return "[" + ", ".join(_value(table, key, part) for part in value) + "]"


def enumeration_of(table: str, key: str) -> str:
    """The enumeration that names the numbers of a key, empty where none does."""
    row = TABLES.get(table, {}).get(key)
    return "" if row is None else row.values


def _number(table: str, key: str, value: int) -> str:
    enumeration = enumeration_of(table, key)
    if not enumeration:
        return str(value)
    name = PROTOCOL.text_of(enumeration, value)
    try:
        exact = PROTOCOL.number_of(enumeration, name) == value
    except UsageError:
        exact = False
    if not exact:
        return str(value)
    names = [quoted(part) for part in name.split("|")]
    return names[0] if len(names) == 1 else "[" + ", ".join(names) + "]"


def quoted(text: str) -> str:
    """A TOML basic string."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if ord(character) < 0x20 or ord(character) == 0x7F:
        return f"\\u{ord(character):04X}"
    return character
