"""The tables as a person reads them, as JSON, and as the page docs/protocol.md."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from wwanreplay.protocol import PROTOCOL, timing
from wwanreplay.protocol.documented_statuses import DOCUMENTED
from wwanreplay.protocol.engine_table import mode as mode_of
from wwanreplay.protocol.releases import TARGETS
from wwanreplay.protocol.schema import (
    SET_ORDERS,
    BytesTail,
    Enum,
    Field,
    FlagSet,
    Indication,
    ItemsTail,
    ListTail,
    Oid,
    PairsTail,
    Rule,
    Status,
    Struct,
    TablesTail,
    TlvTail,
)
from wwanreplay.protocol.tables import Row
from wwanreplay.protocol.unresolved import ROWS as UNRESOLVED
from wwanreplay.tabular import Part, Table

KINDS = ("oid", "indication", "structure", "enum", "status", "rule", "stimulus")
TITLES = {
    "oid": "OIDs",
    "indication": "Status indications",
    "structure": "Structures",
    "enum": "Enumerations and flag sets",
    "status": "Status codes",
    "rule": "Rules",
    "stimulus": "Stimuli",
}
COLUMNS = {
    "oid": ("number", "name", "query", "set", "ended by"),
    "indication": ("number", "name", "unsolicited", "structure"),
    "structure": ("name", "revisions", "bytes of the layouts"),
    "enum": ("name", "type", "members"),
    "status": ("number", "name", "meaning"),
    "rule": ("id", "level", "actor", "checkable", "rule"),
    "stimulus": ("number", "name", "payload", "meaning"),
}


def rows(kind: str) -> Sequence[Row]:
    """The rows of one kind in the order of their tables; structures and enumerations by name."""
    tables = PROTOCOL.tables
    if kind == "rule":
        return list(PROTOCOL.rule_by_id.values())
    found: dict[str, Sequence[Row]] = {
        "oid": tables.oids,
        "indication": tables.indications,
        "structure": [tables.structs[name] for name in sorted(tables.structs)],
        "enum": [PROTOCOL.enum_by_name[name] for name in sorted(PROTOCOL.enum_by_name)],
        "status": (*tables.wwan_statuses, *tables.ndis_statuses),
        "stimulus": tables.stimuli,
    }
    return found[kind]


def kind_of(row: Row) -> str:
    """The kind a row belongs to."""
    if isinstance(row, Oid):
        return "oid"
    if isinstance(row, Indication):
        return "indication"
    if isinstance(row, Struct):
        return "structure"
    if isinstance(row, Enum):
        return "enum"
    if isinstance(row, Status):
        return "status"
    return "rule" if isinstance(row, Rule) else "stimulus"


def cells(row: Row) -> tuple[str, ...]:
    """The row in the columns of its kind."""
    if isinstance(row, Oid):
        ends = dict.fromkeys(completion.indication for completion in row.completions)
        return _hex(row.number), row.name, row.query, row.set, ", ".join(ends)
    if isinstance(row, Indication):
        return _hex(row.number), row.name, row.unsolicited, ", ".join(row.structs)
    if isinstance(row, Struct):
        numbers = ", ".join(str(revision.number) for revision in row.revisions)
        return row.name, numbers, ", ".join(str(layout.size) for layout in row.layouts)
    if isinstance(row, Enum):
        kind = "flags" if isinstance(row, FlagSet) else "numbers"
        return row.name, kind, str(len(row.members))
    if isinstance(row, Status):
        return _hex(row.number), row.name, row.meaning
    if isinstance(row, Rule):
        return row.id, row.level, row.actor, row.checkable, row.text
    return str(row.number), row.name, row.struct, row.meaning


def _hex(number: int | None) -> str:
    return "unknown" if number is None else f"{number:#010x}"


# Text


def table(kind: str) -> Table:
    """The rows of a kind."""
    return Table([COLUMNS[kind], *(cells(row) for row in rows(kind))])


class MbimCommand(Protocol):
    """A command of MBIM that an OID corresponds to, and how that is known."""

    @property
    def service_name(self) -> str:
        """The command's service."""

    @property
    def cid(self) -> int:
        """Its number there."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def basis_name(self) -> str:
        """What the tie rests on: a document, the names, an own reading."""


def description(row: Row, commands: Sequence[MbimCommand] = ()) -> Iterator[Part]:
    """A whole row as lines and tables; `commands` are those of an OID."""
    if isinstance(row, Oid):
        yield from _oid_lines(row, commands)
    elif isinstance(row, Indication):
        yield from _indication_lines(row)
    elif isinstance(row, Struct):
        yield from _struct_lines(row)
    elif isinstance(row, Enum):
        yield from _enum_lines(row)
    elif isinstance(row, Status):
        yield f"{row.name}  status {_hex(row.number)}"
        yield f"  {row.meaning}"
        if row.mbim is not None:
            yield f"  MBIM: {row.mbim[0]} ({row.mbim[1]}), by matching names"
    elif isinstance(row, Rule):
        yield from _rule_lines(row)
    else:
        yield f"{row.name}  stimulus {row.number}"
        yield f"  {row.meaning}"
        yield f"  payload: {row.struct}"


def _wrapped(label: str, text: str) -> list[str]:
    if not text:
        return []
    return textwrap.wrap(f"{label}: {text}", 96, initial_indent="  ", subsequent_indent="    ")


def _oid_lines(row: Oid, commands: Sequence[MbimCommand]) -> Iterator[str]:
    yield f"{row.name}  OID {_hex(row.number)}"
    for operation, mode, inputs, outputs in (
        ("query", row.query, row.query_input, row.query_output),
        ("set", row.set, row.set_input, ()),
        ("method", row.method, (), ()),
    ):
        if mode:
            yield f"  {operation}: {mode}"
            for name in inputs:
                yield f"    input: {name}"
            for name in outputs:
                yield f"    output: {name}"
    for completion in row.completions:
        operations = " and ".join(completion.operations) or "operations unknown"
        carried = ", ".join(completion.structs)
        yield f"  ended by {completion.indication} ({operations}) with {carried}"
    if row.unsolicited is not None:
        yield f"  unsolicited: {'yes' if row.unsolicited else 'no'}"
    for tie in commands:
        yield f"  MBIM: {tie.service_name}, {tie.name} (CID {tie.cid}), tied by {tie.basis_name}"
    for limit in timing.limits_of(row.name) if row.name.startswith("OID_WWAN_") else ():
        yield f"  time: {limit.name}: best {limit.best_s} s, worst {limit.worst_s} s"
    for what, need in row.needs:
        yield f"  needs ({what}): {need}"
    yield from _wrapped("technologies", ", ".join(row.technologies))
    yield from _wrapped("introduced", row.introduced)
    if row.modelled is not None and mode_of(row, row.modelled, "set") == "async":
        order = SET_ORDERS[row.modelled.set_order]
        yield from _wrapped("emulated", f"a set ends after {order}")
    yield from _wrapped("document", row.document)
    yield from _wrapped("documented as", row.document_name)
    if row.optional:
        yield "  optional"
    if row.unverified:
        yield "  not verified"
    yield from _wrapped("note", row.note)


def _indication_lines(row: Indication) -> Iterator[str]:
    yield f"{row.name}  indication {_hex(row.number)}"
    yield f"  structure: {', '.join(row.structs) or 'none known'}"
    for name, operations in row.solicited_by:
        yield f"  ends {name} ({' and '.join(operations) or 'operations unknown'})"
    yield f"  unsolicited: {row.unsolicited or 'no source says'}"
    for occasion, codes in DOCUMENTED.get(row.name, {}).items():
        names = ", ".join(code.removeprefix("WWAN_STATUS_") for code in codes)
        yield from _wrapped("uStatus" if occasion == "any" else f"uStatus, {occasion}", names)
    yield from _wrapped("document", row.document)
    if row.unverified:
        yield "  not verified"
    yield from _wrapped("note", row.note)


def _enum_lines(row: Enum) -> Iterator[Part]:
    yield f"{row.name}  {'flags' if isinstance(row, FlagSet) else 'numbers'}"
    lines = []
    for member in row.members:
        remarks = []
        if member.earlier:
            remarks.append(f"earlier {', '.join(map(str, member.earlier))}")
        if member.obsolete:
            remarks.append("obsolete")
        if member.bound:
            remarks.append("a count, no value")
        number = f"{member.number:#x}" if isinstance(row, FlagSet) else str(member.number)
        lines.append((number, member.name, "; ".join(remarks)))
    yield Table(lines, has_head=False, indent="  ")
    yield from _wrapped("note", row.note)


def _rule_lines(row: Rule) -> Iterator[str]:
    yield f"{row.id}  rule"
    yield f"  {row.level}, {row.basis}; binds the {row.actor}; checkable: {row.checkable}"
    yield from _wrapped("no trace can decide it", row.undecidable)
    yield from _wrapped("subject", ", ".join(row.subject))
    yield from _wrapped("rule", row.text)
    yield from _wrapped("when", row.precondition)
    yield from _wrapped("broken by", row.violation)
    yield from _wrapped("from", ", ".join(row.sources))


def _struct_lines(row: Struct) -> Iterator[Part]:
    yield f"{row.name}  structure of {row.header}"
    yield from _wrapped("note", row.note)
    yield from _wrapped("used by", ", ".join(users(row)))
    for revision in row.revisions:
        sizes = ", ".join(f"{name} ({row.layout(name).size} bytes)" for name in revision.layouts)
        doubt = ", not verified" if revision.unverified else ""
        yield f"  revision {revision.number} ({revision.constant}): {sizes}{doubt}"
    for line in tail_lines(row):
        yield f"  {line}"
    for layout in row.layouts:
        flat = PROTOCOL.flat(row.name, layout.id)
        yield f"  layout {layout.id}: {layout.size} bytes, aligned to {flat.alignment}"
        yield from _wrapped("  releases", releases(layout.targets.split()))
        lines = [("offset", "bytes", "type", "name", "values", "origin", "personal")]
        for leaf in flat.leaves:
            case = f" if {leaf.case[-1][0]} is {leaf.case[-1][1]}" if leaf.case else ""
            field = leaf.field
            marks = (field.values, field.origin, field.personal)
            place = (str(leaf.offset), str(leaf.size), _type(field), leaf.path + case)
            lines.append((*place, *marks))
        yield Table(lines, indent="    ")


def releases(targets: list[str]) -> str:
    """Runs of releases as `first to last`."""
    order = list(TARGETS)
    runs: list[list[str]] = []
    for target in targets:
        if runs and order.index(target) == order.index(runs[-1][-1]) + 1:
            runs[-1].append(target)
        else:
            runs.append([target])
    names = [[TARGETS[run[0]], TARGETS[run[-1]]][: len(run)] for run in runs]
    return "; ".join(" to ".join(pair) for pair in names)


def _type(field: Field) -> str:
    if field.bits is not None:
        return f"bits {field.bits[0]}-{sum(field.bits) - 1}"
    return f"{field.kind}[{field.count}]" if field.count else field.kind


def users(row: Struct) -> list[str]:
    """Names of the OIDs, indications, stimuli and structures that carry a structure."""
    found = [
        oid.name
        for oid in PROTOCOL.tables.oids
        if row.name in (*oid.query_input, *oid.set_input, *oid.query_output)
    ]
    found += [item.name for item in PROTOCOL.tables.indications if row.name in item.structs]
    found += [item.name for item in PROTOCOL.tables.stimuli if row.name == item.struct]
    for struct in PROTOCOL.structs.values():
        fields = [field for layout in struct.layouts for field in layout.fields]
        inner = [member for field in fields for _, member in field.cases]
        if any(field.of == row.name for field in (*fields, *inner, *tail_items(struct))):
            found.append(struct.name)
    return found


def tail_items(row: Struct) -> list[Field]:
    """What the elements of the variable part are."""
    if isinstance(row.tail, ListTail):
        return [field for _, choices in row.tail.elements for field in choices]
    if isinstance(row.tail, ItemsTail | TablesTail):
        return [row.tail.item]
    return []


def _item(field: Field) -> str:
    size = PROTOCOL.flattener.extent(field)[0] * max(field.count, 1)
    return f"{field.of or _type(field)} ({size} bytes)"


def tail_lines(row: Struct) -> list[str]:
    """The variable part in words."""
    tail = row.tail
    doubt = " (not verified)" if getattr(tail, "unverified", False) else ""
    if isinstance(tail, ListTail):
        lines = [f"Elements: a list counted by {tail.header}{doubt}"]
        for name, choices in tail.elements:
            lines.append(f"  {name}: {' or '.join(_item(field) for field in choices)}")
        return lines
    if isinstance(tail, BytesTail):
        length = tail.length or "the end of the buffer"
        return [f"Data: bytes up to {length}{doubt}, from {tail.at or 'the end of the fixed part'}"]
    if isinstance(tail, ItemsTail):
        count = tail.count or "the end of the buffer"
        return [f"Elements: {_item(tail.item)}, up to {count}"]
    if isinstance(tail, PairsTail):
        return [
            f"{name}: bytes at {offset}, {size} of them, counted from {tail.base}{doubt}"
            for name, offset, size in tail.pairs
        ]
    if isinstance(tail, TlvTail):
        return [f"Tlvs: WWAN_TLV_IE elements, from revision {tail.since} on"]
    if isinstance(tail, TablesTail):
        return [
            f"{name}: {_item(tail.item)} each, {count} of them, at the offset {pointer}"
            for name, pointer, count in tail.tables
        ]
    return []


# JSON


def summary_json(row: Row) -> dict[str, Any]:
    """The row's columns by their names."""
    kind = kind_of(row)
    found: dict[str, Any] = {"kind": kind}
    for column, cell in zip(COLUMNS[kind], cells(row), strict=True):
        found[column.replace(" ", "_")] = cell
    number = getattr(row, "number", None)
    if "number" in found:
        found["number"] = number
    return found


def row_json(row: Row, commands: Sequence[MbimCommand] = ()) -> dict[str, Any]:
    """A whole row for JSON; `commands` are those of an OID."""
    if isinstance(row, Struct):
        return _struct_json(row)
    found = {"kind": kind_of(row), **_plain_fields(row)}
    if isinstance(row, Oid):
        found["mbim"] = [
            {"service": tie.service_name, "cid": tie.cid, "name": tie.name, "basis": tie.basis_name}
            for tie in commands
        ]
    return found


def _plain_fields(row: Any) -> dict[str, Any]:
    return {name: _plain_value(getattr(row, name)) for name in row.__dataclass_fields__}


def _plain_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain_value(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return _plain_fields(value)
    return value


def _struct_json(row: Struct) -> dict[str, Any]:
    layouts = []
    for layout in row.layouts:
        flat = PROTOCOL.flat(row.name, layout.id)
        fields = [
            {
                "path": leaf.path,
                "offset": leaf.offset,
                "size": leaf.size,
                "type": _type(leaf.field),
                "values": leaf.field.values,
                "origin": leaf.field.origin,
                "personal": leaf.field.personal,
                "case": _plain_value(leaf.case),
            }
            for leaf in flat.leaves
        ]
        layouts.append(
            {
                "id": layout.id,
                "size": layout.size,
                "alignment": flat.alignment,
                "targets": layout.targets.split(),
                "fields": fields,
            }
        )
    return {
        "kind": "structure",
        "name": row.name,
        "header": row.header,
        "note": row.note,
        "used_by": users(row),
        "revisions": [_plain_fields(revision) for revision in row.revisions],
        "layouts": layouts,
        "variable_part": tail_lines(row),
    }


# The page

DISAGREEMENTS = (
    "NDIS_WWAN_SET_PIN_EX has 80 or 84 bytes under one revision: a trailing BOOLEAN came with the "
    "1809 generation of kits, without a version gate.",
    "The registration state with PreferredDataClasses is revision 3 in the documents and 4 in the "
    "headers; the rows follow the headers.",
    "NDIS_WWAN_DEVICE_CAPS_EX revisions 2 and 3 have one size; the same eight bytes mean "
    "miscellaneous capabilities in one and data subclasses in the other.",
    "Early kits have previews of some structures (file access on the UICC, modem configuration, "
    "system capabilities, idle hint); each is a layout of its own.",
    "Where two layouts of a revision have the same size, the newest is taken unless another is "
    "asked for by its id.",
    "READY_INFO, VENDOR_SPECIFIC, DEVICE_SERVICE_EVENT, DEVICE_SERVICE_SESSION_READ and "
    "IP_ADDRESS_STATE carry no uStatus.",
    "Context sources, the SAR integration of Wi-Fi and the 5G data classes are numbered otherwise "
    "in MBIM: translate, do not copy.",
    "Some WWAN_STATUS codes of failures have informational severity: compare with 0, not by sign.",
    "NDIS_WWAN_IP_ADDRESS_STATE holds pointers. Memory outside a buffer cannot be recorded, so a "
    "pointer below 0x10000 is read as the offset of its table in the buffer.",
    "The base of offsets in base-station reports and of traffic parameters, and several element "
    "types, rest on a reading; such rows are marked as not verified.",
)


def markdown() -> str:
    """The page docs/protocol.md: an index of all rows."""
    return "\n".join(_markdown_lines()) + "\n"


def _markdown_lines() -> Iterator[str]:
    yield "# The protocol tables"
    yield ""
    yield "<!-- The output of `wwanreplay protocol list --markdown`: change the rows instead. -->"
    yield ""
    yield "`wwanreplay protocol show NAME` prints a row in full: for a structure every layout with"
    yield "offsets, sizes and marks. Names and numbers are those of the headers wwan.h, ndiswwan.h,"
    yield "ndis.h and ntddndis.h; rules and operations those of the public driver documents."
    yield ""
    yield from _markdown_table(
        ("kind", "rows"), [(TITLES[kind], str(len(rows(kind)))) for kind in KINDS]
    )
    layouts = sum(len(row.layouts) for row in PROTOCOL.structs.values())
    yield ""
    yield f"The structures have {layouts} layouts."
    yield ""
    yield "## Not resolved"
    yield ""
    yield from _markdown_table(("name", "why"), [(row.name, row.reason) for row in UNRESOLVED])
    yield ""
    yield "## Worth knowing"
    yield ""
    for text in DISAGREEMENTS:
        yield from textwrap.wrap(text, 98, initial_indent="- ", subsequent_indent="  ")
    for kind in KINDS:
        yield ""
        yield f"## {TITLES[kind]}"
        yield ""
        yield from _markdown_table(COLUMNS[kind], [cells(row) for row in rows(kind)])


def _markdown_table(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'|'.join(' --- ' for _ in columns)}|"
    for line in lines:
        escaped = (cell.replace("|", "\\|").replace("<", "&lt;") for cell in line)
        yield f"| {' | '.join(escaped)} |"
