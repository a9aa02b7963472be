"""What JSON Schema says of the fields of structures: their names, and what each may be.

Names that a buffer does not take are refused, as by the encoder. Values are described and offered,
and judged by the encoder alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from wwanreplay.devices.stimuli import allowed_text, stimulus_names
from wwanreplay.devices.values import Schema, ref
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.encoder import variable_names
from wwanreplay.protocol.schema import Field, Oid
from wwanreplay.protocol.shorthands import SHORTHANDS

_SEGMENT: Final = re.compile(r"[^.\[\]]+")
#: A buffer as it is, which any structure may be given as.
_RAW: Final = "raw"
_INPUTS: Final = ("query", "set")
# A step with this key names another structure than its OID's.
_OTHER: Final = "structure"


def requests_schema(action: str) -> list[Schema]:
    """For each OID whose input is known, what the values of this request may name."""
    return [
        _values_of(action, row.name, _input_of(row, action), unless=_OTHER)
        for row in PROTOCOL.oid_by_name.values()
        if row.number is not None
    ]


def stimuli_schema() -> list[Schema]:
    """The same for stimuli, by each of their names."""
    return [_values_of("stimulus", name, _stimulus_input(name)) for name in stimulus_names()]


def field_definitions() -> Schema:
    """What the references in these schemas name."""
    inputs = {_input_of(row, each) for row in PROTOCOL.oid_by_name.values() for each in _INPUTS}
    inputs |= {_stimulus_input(name) for name in stimulus_names()}
    return {_name_of(structures): fields_schema(structures) for structures in sorted(inputs)}


def _stimulus_input(name: str) -> tuple[str, ...]:
    shorthand = SHORTHANDS.get(name)
    return (PROTOCOL.stimulus(name if shorthand is None else shorthand.stimulus).struct,)


def _input_of(row: Oid, action: str) -> tuple[str, ...]:
    """The structures that a request may have, of which its release chooses; none without input."""
    return row.query_input if action == "query" else row.set_input


def _name_of(structures: tuple[str, ...]) -> str:
    return f"fields of {' or '.join(structures) or 'nothing'}"


def _values_of(
    action: str, subject: str, structures: tuple[str, ...], *, unless: str = ""
) -> Schema:
    """Where the subject of an action is this one, its values name fields of these structures."""
    condition: Schema = {"properties": {action: {"const": subject}}, "required": [action]}
    if unless:
        condition["not"] = {"required": [unless]}
    return {"if": condition, "then": {"properties": {"values": ref(_name_of(structures))}}}


@cache
def fields_schema(structures: tuple[str, ...]) -> Schema:
    """The fields of the newest, by the end of their path where no other ends so; names of all."""
    if not structures:
        return {"description": "takes no fields", "maxProperties": 0}
    rows = [PROTOCOL.structure(name) for name in structures]
    layouts = [PROTOCOL.flat(row.name, layout.id) for row in rows for layout in row.layouts]
    variable = {name: None for row in rows for name in variable_names(row)}
    fields = {leaf.path: leaf.field for leaf in layouts[-1].leaves}
    known = {leaf.path for flat in layouts for leaf in flat.leaves}
    segments = {part for path in known for part in _SEGMENT.findall(path)} | {*variable, _RAW}
    properties = {name: _field_schema(field) for name, field in _short(fields)}
    properties |= {name: {"description": "the variable part"} for name in variable}
    names = "|".join(sorted(map(re.escape, segments)))
    return {"properties": properties, "propertyNames": {"pattern": rf"^({names})(\.|\[|$)"}}


def _short(fields: dict[str, Field]) -> Iterable[tuple[str, Field]]:
    """(name to write, field): the last part of a path where it is the only one of that name."""
    ends = [path.rpartition(".")[2] for path in fields]
    for (path, field), end in zip(fields.items(), ends, strict=True):
        if "[" not in path and not path.startswith("Header."):
            yield (end if ends.count(end) == 1 else path), field


def _field_schema(field: Field) -> Schema:
    described: Schema = {"description": allowed_text(field)}
    row = PROTOCOL.enum_by_name.get(field.values)
    if row is not None:
        # Offered, and not asked for: numbers, several names, and other spellings are read too.
        described["anyOf"] = [{"enum": [member.name for member in row.members]}, {}]
    return described
