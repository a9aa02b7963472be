"""Plans of faults: TOML that says which outputs of a device are changed, and how.

docs/faults.md shows every kind by example.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wwanreplay._core import PAYLOAD_SIZE_MAX, Event, Kind
from wwanreplay.devices.buffers import DEFAULT_STRUCTURES, encode_structure
from wwanreplay.devices.toml import (
    ValuePlace,
    as_duration,
    as_list,
    as_number,
    as_octets,
    as_oid,
    as_table,
    as_text,
    as_truth,
    check_keys,
    parse,
    read_text,
)
from wwanreplay.devices.values import (
    DURATION,
    OCTETS,
    OID,
    TABLE,
    TEXT,
    TRUTH,
    WIDE,
    Schema,
    Value,
    list_schema,
    ref,
    table_schema,
    whole_number,
)
from wwanreplay.errors import UsageError, shown
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.tables import full_name, near

TOP = ("description", "fault")
WHEN = (
    "kind",
    "code",
    "operation",
    "request_id",
    "transactional",
    "port",
    "status",
    "event",
    "nth",
    "from",
    "until",
)
ACTIONS = (
    "drop",
    "duplicate",
    "delay",
    "reorder",
    "alter",
    "alter_bytes",
    "alter_event",
    "status",
    "silence",
    "removal",
    "insert",
)
EVENT_FIELDS = ("port", "request_id", "handle", "status", "bytes", "payload_hex")
INSERT_KEYS = ("kind", "code", "after", "structure", "values", *EVENT_FIELDS)
FAULT_COUNT_MAX = 10_000
DUPLICATE_COUNT_MAX = 1_000
OFFSET_MAX = PAYLOAD_SIZE_MAX  # no buffer is larger
KINDS = {"completion": Kind.KIND_COMPLETION, "indication": Kind.KIND_INDICATION}


@dataclass(frozen=True)
class Selector:
    """Which outputs a fault is for; what is None selects all.

    `event` is the number that the output's record would have without faults, as `show` prints it.
    `nth` counts the outputs that everything else selects, from 1.
    """

    kind: int | None = None
    code: int | None = None
    operation: int | None = None
    request_id: int | None = None
    transactional: bool | None = None
    port: int | None = None
    status: int | None = None
    event: int | None = None
    nth: int | None = None
    from_ns: int | None = None
    until_ns: int | None = None

    def matches(self, event: Event, operation: int | None, number: int | None) -> bool:
        """Whether an output is selected, `nth` aside."""
        wanted = (
            (self.kind, event.kind),
            (self.code, event.code),
            (self.operation, operation),
            (self.request_id, event.request_id),
            (self.port, event.port),
            (self.status, event.status if event.kind == Kind.KIND_COMPLETION else None),
            (self.event, number),
            (self.transactional, event.request_id != 0),
        )
        return (
            all(want is None or want == have for want, have in wanted)
            and (self.from_ns is None or event.time_ns >= self.from_ns)
            and (self.until_ns is None or event.time_ns < self.until_ns)
        )


@dataclass(frozen=True)
class Fault:
    """One fault: the outputs it is for, the one thing that it does, and where it stands."""

    when: Selector
    action: str
    value: Any
    place: ValuePlace


@dataclass(frozen=True)
class FaultPlan:
    """The faults of a file, in order."""

    name: str
    faults: tuple[Fault, ...]
    description: str = ""


def load_faults(path: str) -> FaultPlan:
    """The plan in a file; UsageError with file, fault and key for anything wrong."""
    return parse_faults(read_text(Path(path)), path)


def parse_faults(text: str, file: str) -> FaultPlan:
    """The plan of a TOML text."""
    place = ValuePlace(file)
    tables = parse(text, file)
    check_keys(tables, TOP, place)
    entries = as_list(tables.get("fault", []), place.inside("fault"), FAULT_COUNT_MAX)
    if not entries:
        raise place.error("has no [[fault]]")
    faults = tuple(
        _fault(as_table(entry, place.inside(f"fault {number}")), place.inside(f"fault {number}"))
        for number, entry in enumerate(entries, 1)
    )
    description = as_text(tables.get("description", ""), place.inside("description"))
    return FaultPlan(Path(file).name.removesuffix(".toml"), faults, description)


def _fault(table: dict[str, Any], place: ValuePlace) -> Fault:
    check_keys(table, ("when", *ACTIONS), place)
    actions = [action for action in ACTIONS if action in table]
    if len(actions) != 1:
        found = " and ".join(actions) if actions else "none"
        raise place.error(f"needs one of {', '.join(ACTIONS)}; has {found}")
    action = actions[0]
    inside = place.inside(action)
    when = _selector(as_table(table.get("when", {}), place.inside("when")), place.inside("when"))
    return Fault(when, action, _ACTIONS[action].read(table[action], inside), place)


def _selector(table: dict[str, Any], place: ValuePlace) -> Selector:
    check_keys(table, WHEN, place)
    return Selector(
        *(
            value.read(table[key], place.inside(key)) if key in table else None
            for key, value in _WHEN.items()
        )
    )


def _kind(value: Any, place: ValuePlace) -> int:
    text = as_text(value, place)
    if text not in KINDS:
        raise place.error(f"{shown(text)} is none of {', '.join(KINDS)}")
    return int(KINDS[text])


def _meant(text: str, place: ValuePlace, *tables: Mapping[str, Any]) -> str:
    """The whole name for one in any case or short form; what none of the tables has stays."""
    if any(text in names for names in tables):
        return text
    found = [name for names in tables if (name := full_name(text, names)) is not None]
    if len(found) > 1:
        raise place.error(f"{shown(text)} may be {' or '.join(found)}; write which")
    return found[0] if found else text


def _code(value: Any, place: ValuePlace) -> int:
    """An indication or an OID by name or number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return as_number(value, place, 2**64 - 1)
    text = as_text(value, place)
    text = _meant(text, place, PROTOCOL.indication_by_name, PROTOCOL.oid_by_name)
    if text in PROTOCOL.indication_by_name:
        return PROTOCOL.indication_by_name[text].number
    if text in PROTOCOL.oid_by_name:
        return as_oid(text, place)
    known = (*PROTOCOL.indication_by_name, *PROTOCOL.oid_by_name)
    raise place.error(f"no indication or OID is called {text}{near(text, known)}")


def _ndis_status(value: Any, place: ValuePlace) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return as_number(value, place)
    text = as_text(value, place)
    known = PROTOCOL.ndis_status_by_name
    text = _meant(text, place, known)
    if text not in known:
        raise place.error(f"no NDIS_STATUS is called {text}{near(text, known)}")
    return known[text].number


def _any_status(value: Any, place: ValuePlace) -> tuple[int | None, int | None]:
    """(NDIS_STATUS, WWAN_STATUS): a name says which it is, a number may be either."""
    if isinstance(value, int) and not isinstance(value, bool):
        number = as_number(value, place)
        return number, number
    text = as_text(value, place)
    text = _meant(text, place, PROTOCOL.ndis_status_by_name, PROTOCOL.wwan_status_by_name)
    if text in PROTOCOL.ndis_status_by_name:
        return PROTOCOL.ndis_status_by_name[text].number, None
    if text in PROTOCOL.wwan_status_by_name:
        return None, PROTOCOL.wwan_status_by_name[text].number
    known = (*PROTOCOL.ndis_status_by_name, *PROTOCOL.wwan_status_by_name)
    raise place.error(f"no NDIS_STATUS or WWAN_STATUS is called {text}{near(text, known)}")


def _schemas(values: Mapping[str, Value]) -> dict[str, Schema]:
    return {key: value.schema for key, value in values.items()}


def _true(value: Any, place: ValuePlace) -> bool:
    if not as_truth(value, place):
        raise place.error("can only be true; leave the fault out instead")
    return True


def _bytes_changes(value: Any, place: ValuePlace) -> dict[int, bytes]:
    """Offset → bytes; an offset may be negative: from the end."""
    changes = {}
    for key, octets in as_table(value, place).items():
        try:
            offset = int(key, 0)
        except ValueError:
            raise place.error(f"{shown(key)} is not an offset") from None
        if not -OFFSET_MAX <= offset < OFFSET_MAX:
            raise place.error(f"{shown(key)} is not from {-OFFSET_MAX} to {OFFSET_MAX - 1}")
        changes[offset] = as_octets(octets, place.inside(key))
    return changes


def _event_changes(value: Any, place: ValuePlace) -> dict[str, Any]:
    table = as_table(value, place)
    check_keys(table, EVENT_FIELDS, place)
    return _event_fields(table, place)


def _event_fields(table: dict[str, Any], place: ValuePlace) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for key in EVENT_FIELDS:
        if key not in table:
            continue
        into = "payload" if key == "payload_hex" else key
        changes[into] = _EVENT[key].read(table[key], place.inside(key))
    return changes


@dataclass(frozen=True)
class Insertion:
    """The values of an insert fault; fields not given are those of the selected output."""

    after_ns: int
    kind: int | None
    code: int | None
    changes: dict[str, Any] = field(default_factory=dict)
    structure: str | None = None
    values: dict[str, Any] = field(default_factory=dict)

    def payload(self, structures: int) -> bytes | None:
        """The buffer of its structure in the form of a generation; None without one."""
        if self.structure is None:
            return None
        return encode_structure(self.structure, structures, self.values)


def _insertion(value: Any, place: ValuePlace) -> Insertion:
    table = as_table(value, place)
    check_keys(table, INSERT_KEYS, place)
    code = _code(table["code"], place.inside("code")) if "code" in table else None
    changes = _event_fields(table, place)
    structure = None
    if "values" in table or "structure" in table:
        if "payload" in changes:
            raise place.error("has both values and payload_hex")
        structure = _insert_structure(table, code, place)
    insertion = Insertion(
        as_duration(table.get("after", 0), place.inside("after")),
        _kind(table["kind"], place.inside("kind")) if "kind" in table else None,
        code,
        changes,
        structure,
        as_table(table.get("values", {}), place.inside("values")),
    )
    try:
        insertion.payload(DEFAULT_STRUCTURES)
    except UsageError as error:
        raise place.error(str(error)) from None
    return insertion


def _insert_structure(table: dict[str, Any], code: int | None, place: ValuePlace) -> str:
    if "structure" in table:
        return as_text(table["structure"], place.inside("structure"))
    row = PROTOCOL.indication_by_number.get(code or 0)
    if row is None or not row.structs:
        raise place.error("values need a structure, or the code of an indication that has one")
    return row.structs[0]


_KIND = Value(_kind, {"enum": list(KINDS)})
_CODE = Value(_code, ref("code"))
_NDIS_STATUS = Value(_ndis_status, ref("ndis-status"))
_NUMBER = whole_number()

#: The values of a selector, in the order of its members.
_WHEN: dict[str, Value] = {
    "kind": _KIND,
    "code": _CODE,
    "operation": OID,
    "request_id": WIDE,
    "transactional": TRUTH,
    "port": _NUMBER,
    "status": _NDIS_STATUS,
    "event": WIDE,
    "nth": whole_number(2**64 - 1, 1),
    "from": DURATION,
    "until": DURATION,
}
_EVENT: dict[str, Value] = {
    "port": _NUMBER,
    "request_id": WIDE,
    "handle": WIDE,
    "status": _NDIS_STATUS,
    "bytes": _NUMBER,
    "payload_hex": OCTETS,
}
_INSERT: dict[str, Value] = {
    "kind": _KIND,
    "code": _CODE,
    "after": DURATION,
    "structure": TEXT,
    "values": TABLE,
    **_EVENT,
}
_TRUE = Value(_true, {"const": True})
_COUNT = whole_number(DUPLICATE_COUNT_MAX, 1)
_ACTIONS: dict[str, Value] = {
    "drop": _TRUE,
    "duplicate": Value(
        lambda value, place: 1 if value is True else _COUNT.read(value, place),
        {"anyOf": [_TRUE.schema, _COUNT.schema]},
    ),
    "delay": DURATION,
    "reorder": _TRUE,
    "alter": TABLE,
    "alter_bytes": Value(_bytes_changes, {"type": "object", "additionalProperties": OCTETS.schema}),
    "alter_event": Value(_event_changes, table_schema(_schemas(_EVENT))),
    "status": Value(_any_status, ref("status")),
    "silence": _TRUE,
    "removal": _TRUE,
    "insert": Value(_insertion, table_schema(_schemas(_INSERT))),
}


def fault_schema() -> Schema:
    """JSON Schema of a fault file."""
    when = table_schema(_schemas(_WHEN))
    faults = [
        table_schema({"when": when, action: value.schema}, [action])
        for action, value in _ACTIONS.items()
    ]
    entries = {**list_schema({"anyOf": faults}, FAULT_COUNT_MAX), "minItems": 1}
    return table_schema({"description": TEXT.schema, "fault": entries}, ["fault"])
