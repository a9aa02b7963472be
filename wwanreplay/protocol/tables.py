"""All tables joined: look-ups by name and number, and the checks of rows against each other."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from wwanreplay.errors import UsageError, shown
from wwanreplay.protocol.layouts import FlatLayout, Flattener
from wwanreplay.protocol.schema import (
    BytesTail,
    Enum,
    Field,
    FlagSet,
    Indication,
    ItemsTail,
    ListTail,
    Oid,
    PairsTail,
    RowError,
    Rule,
    Status,
    Stimulus,
    Struct,
    TablesTail,
    TlvTail,
)
from wwanreplay.words import folded

Row = Oid | Indication | Struct | Enum | Status | Rule | Stimulus
T = TypeVar("T", Oid, Indication, Struct, Enum, Status, Rule, Stimulus)
N = TypeVar("N", Oid, Indication, Status, Stimulus)

# What `Field.values` may name besides an enumeration: the codes of another table.
CODE_TABLES = ("WWAN_STATUS", "OID")
# What the names of tables begin with; a short name leaves it out. The longer stand first.
PREFIXES = (
    "OID_WWAN_",
    "OID_",
    "NDIS_STATUS_WWAN_",
    "NDIS_STATUS_",
    "NDIS_WWAN_",
    "WWAN_STATUS_",
    "WWAN_",
)
NEAR_SIZE_MAX = 200  # characters of a wrong name that is compared with known ones, which is slow


@dataclass(frozen=True)
class Tables:
    """The rows of every kind; the standard set is `wwanreplay.protocol.PROTOCOL`.

    The rules are read on first use.
    """

    oids: Sequence[Oid]
    indications: Sequence[Indication]
    structs: Mapping[str, Struct]
    enums: Sequence[Enum]
    wwan_statuses: Sequence[Status]
    ndis_statuses: Sequence[Status]
    rules: Callable[[], Sequence[Rule]]
    stimuli: Sequence[Stimulus]


class Protocol:
    """Look-ups over checked tables. Unknown names raise UsageError with the nearest ones.

    The dictionaries are for code that meets unknown numbers: `oid_by_number.get(0x123)` is None.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.flattener = Flattener(tables.structs)
        self.structs = tables.structs
        self.oid_by_name = _by_name("OID", tables.oids)
        self.oid_by_number = _by_number("OID", tables.oids)
        self.indication_by_name = _by_name("indication", tables.indications)
        self.indication_by_number = _by_number("indication", tables.indications)
        self.enum_by_name = _by_name("enumeration", tables.enums)
        self.wwan_status_by_name = _by_name("status", tables.wwan_statuses)
        self.wwan_status_by_number = _by_number("status", tables.wwan_statuses)
        self.ndis_status_by_name = _by_name("status", tables.ndis_statuses)
        self.ndis_status_by_number = _by_number("status", tables.ndis_statuses)
        self.stimulus_by_name = _by_name("stimulus", tables.stimuli)
        self.stimulus_by_number = _by_number("stimulus", tables.stimuli)
        self._members = {row.name: {m.name: m.number for m in row.members} for row in tables.enums}
        self._texts = {row.name: _texts(row) for row in tables.enums}
        self._flags: dict[str, list[int]] = {}  # the single bits that have a name, in order

    @cached_property
    def rule_by_id(self) -> dict[str, Rule]:
        """The rules; RowError names the first that is about something unknown."""
        known = {*self.oid_by_name, *self.indication_by_name, *self.structs}
        rules = _by_name("rule", self.tables.rules())
        for rule in rules.values():
            for subject in rule.subject:
                if re.fullmatch(r"(OID|NDIS)_[A-Z0-9_]+", subject) and subject not in known:
                    raise RowError(f"protocol row {rule.id}: unknown subject {subject}")
        return rules

    # Look-ups

    def oid(self, key: str | int) -> Oid:
        """The OID of that name or number."""
        return _look_up("OID", key, self.oid_by_name, self.oid_by_number)

    def indication(self, key: str | int) -> Indication:
        """The status indication of that name or number."""
        return _look_up("indication", key, self.indication_by_name, self.indication_by_number)

    def structure(self, name: str) -> Struct:
        """The structure of that name."""
        return _look_up("structure", name, self.structs, {})

    def enum(self, name: str) -> Enum:
        """The enumeration or flag set of that name."""
        return _look_up("enumeration", name, self.enum_by_name, {})

    def status(self, key: str | int) -> Status:
        """The WWAN_STATUS or NDIS_STATUS code; a number is looked up as WWAN_STATUS first."""
        names = {**self.ndis_status_by_name, **self.wwan_status_by_name}
        codes = {**self.ndis_status_by_number, **self.wwan_status_by_number}
        return _look_up("status", key, names, codes)

    def stimulus(self, key: str | int) -> Stimulus:
        """The stimulus of that name or code."""
        return _look_up("stimulus", key, self.stimulus_by_name, self.stimulus_by_number)

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id."""
        return _look_up("rule", rule_id, self.rule_by_id, {})

    def find(self, key: str | int) -> list[Row]:
        """Every row of that name or number, of whatever kind; UsageError when there is none.

        A name of an enumeration's member finds the enumeration.
        """
        found: list[Row] = []
        number = key if isinstance(key, int) else _as_number(key)
        if number is not None:
            found += [rows[number] for rows in self._numbered() if number in rows]
        else:
            found += [rows[str(key)] for rows in self._named() if key in rows]
            found += [row for row in self.tables.enums if key in self._members[row.name]]
            if not found:
                names = [(rows, full_name(str(key), rows)) for rows in self._named()]
                found += [rows[name] for rows, name in names if name is not None]
        if not found:
            names_known = [name for names in self._named() for name in names]
            raise UsageError(f"no row of the protocol is called {key}{near(str(key), names_known)}")
        return found

    def _named(self) -> tuple[Mapping[str, Row], ...]:
        return (
            self.oid_by_name,
            self.indication_by_name,
            self.structs,
            self.enum_by_name,
            self.wwan_status_by_name,
            self.ndis_status_by_name,
            self.stimulus_by_name,
            self.rule_by_id,
        )

    def _numbered(self) -> tuple[Mapping[int, Row], ...]:
        return (
            self.oid_by_number,
            self.indication_by_number,
            self.wwan_status_by_number,
            self.ndis_status_by_number,
        )

    def flat(self, name: str, layout_id: str) -> FlatLayout:
        """A layout of a structure with all offsets."""
        return self.flattener.flat(name, layout_id)

    # Values

    def number_of(self, values: str, text: str) -> int:
        """The number that a member's name (or several, joined by `|`) stands for."""
        if values == "WWAN_STATUS":
            return self.status(text).number
        if values == "OID":
            number = self.oid(text).number
            if number is None:
                raise UsageError(f"{text} has no number")
            return number
        members = self._members.get(values, {})
        total = 0
        for part in text.split("|"):
            name = part.strip()
            if name not in members:
                raise UsageError(f"{shown(name)} is not a member of {values}{near(name, members)}")
            total |= members[name]
        return total

    def text_of(self, values: str, number: int) -> str:
        """A member's name, flags joined by `|`; numbers without a name as hexadecimal."""
        if values == "WWAN_STATUS":
            status = self.wwan_status_by_number.get(number)
            return status.name if status else f"{number:#010x}"
        if values == "OID":
            oid = self.oid_by_number.get(number)
            return oid.name if oid else f"{number:#010x}"
        texts = self._texts.get(values, {})
        if number in texts:
            return texts[number]
        if not isinstance(self.enum_by_name.get(values), FlagSet):
            return str(number) if number < 1 << 16 else f"{number:#x}"
        single = self._flags.get(values)
        if single is None:
            single = sorted(bit for bit in texts if bit and bit & (bit - 1) == 0)
            self._flags[values] = single
        return _flags_text(texts, single, number)

    # Checks

    def check(self) -> None:
        """Check every row against the others; RowError names the first that does not fit. Rules are
        checked when they are read.
        """
        self._check_structs()
        self._check_oids()
        self._check_indications()
        for stimulus in self.tables.stimuli:
            self._require_struct(stimulus.struct, stimulus.name)

    def _require_struct(self, name: str, row: str) -> None:
        if name not in self.structs:
            raise RowError(f"protocol row {row}: no structure {name}")

    def _check_oids(self) -> None:
        for oid in self.tables.oids:
            for name in (*oid.query_input, *oid.set_input, *oid.query_output):
                self._require_struct(name, oid.name)
            for completion in oid.completions:
                if completion.indication not in self.indication_by_name:
                    raise RowError(
                        f"protocol row {oid.name}: no indication {completion.indication}"
                    )
                for name in completion.structs:
                    self._require_struct(name, oid.name)
                for operation in completion.operations:
                    if getattr(oid, operation) != "async":
                        raise RowError(
                            f"protocol row {oid.name}: {completion.indication} ends the "
                            f"{operation}, which is not asynchronous"
                        )

    def _check_indications(self) -> None:
        for indication in self.tables.indications:
            for name in indication.structs:
                self._require_struct(name, indication.name)
            for oid_name, operations in indication.solicited_by:
                oid = self.oid_by_name.get(oid_name)
                if oid is None:
                    raise RowError(f"protocol row {indication.name}: no OID {oid_name}")
                ends = [c for c in oid.completions if c.indication == indication.name]
                if not ends or any(
                    operation not in end.operations for end in ends for operation in operations
                ):
                    raise RowError(
                        f"protocol row {indication.name}: {oid_name} does not name it as its end"
                    )

    def _check_structs(self) -> None:
        for struct in self.structs.values():
            flats = [self.flat(struct.name, layout.id) for layout in struct.layouts]
            for flat in flats:
                self._check_fields(flat)
            if struct.tail is not None:
                self._check_tail(struct, flats)

    def _check_fields(self, flat: FlatLayout) -> None:
        row = f"{flat.struct.name} {flat.layout.id}"
        for leaf in flat.leaves:
            self._check_values(leaf.field, f"{row} {leaf.path}")
            for selector, value in leaf.case:
                if selector not in flat.by_path:
                    raise RowError(f"protocol row {row} {leaf.path}: no selector {selector}")
                if isinstance(value, str):
                    try:
                        self.number_of(flat.by_path[selector].field.values, value)
                    except UsageError as error:
                        raise RowError(f"protocol row {row} {leaf.path}: {error}") from None

    def _check_values(self, field: Field, row: str) -> None:
        if field.values and field.values not in {*self.enum_by_name, *CODE_TABLES}:
            raise RowError(f"protocol row {row}: no enumeration {field.values}")

    def _check_tail(self, struct: Struct, flats: list[FlatLayout]) -> None:
        for needed in _tail_paths(struct):
            holders = [flat for flat in flats if needed[0] in flat.by_path]
            if not holders:
                raise RowError(f"protocol row {struct.name}: no field {needed[0]} for its tail")
            for flat in holders:
                for path in needed[1:]:
                    if path not in flat.by_path and path not in flat.groups:
                        if f"{path}[0]" not in flat.groups:
                            raise RowError(f"protocol row {struct.name}: no field {path}")
                        path = f"{path}[0]"
                    if flat.offset_of(path) <= flat.offset_of(needed[0]):
                        raise RowError(
                            f"protocol row {struct.name}: {needed[0]} does not precede {path}"
                        )
        for field in _tail_fields(struct):
            self._check_values(field, f"{struct.name} element")
            if field.of:
                self.flat(field.of, field.layout)
        if isinstance(struct.tail, ListTail):
            for name, _ in struct.tail.elements:
                if name not in self._members["WWAN_STRUCT_TYPE"]:
                    raise RowError(f"protocol row {struct.name}: no element type {name}")


def _tail_paths(struct: Struct) -> Iterator[tuple[str, ...]]:
    """(count or length, fields that must come after it) of the variable part."""
    tail = struct.tail
    if isinstance(tail, TlvTail):
        tail = tail.pairs
    if isinstance(tail, ListTail):
        yield from ((f"{path}.ElementCount",) for path in (tail.header, *tail.older))
    elif isinstance(tail, BytesTail) and tail.length:
        for length, at in ((tail.length, tail.at), *tail.older):
            yield (length, at) if at else (length,)
    elif isinstance(tail, ItemsTail) and tail.count:
        yield (tail.count, tail.at) if tail.at else (tail.count,)
    elif isinstance(tail, PairsTail):
        for _, offset, size in tail.pairs:
            yield (offset, size)
    elif isinstance(tail, TablesTail):
        for _, pointer, count in tail.tables:
            yield (pointer, count)


def _tail_fields(struct: Struct) -> list[Field]:
    tail = struct.tail
    if isinstance(tail, ListTail):
        return [field for _, choices in tail.elements for field in choices]
    if isinstance(tail, ItemsTail | TablesTail):
        return [tail.item]
    return []


def full_name(name: str, known: Iterable[str]) -> str | None:
    """The known name that is meant by one in any case, with `-` for `_`, or without its prefix.

    None when there is none. The name as it stands comes before those with a prefix.
    """
    if len(name) > NEAR_SIZE_MAX:
        return None
    names = {folded(each): each for each in known}
    wanted = folded(name)
    found = (names.get(folded(prefix) + wanted) for prefix in ("", *PREFIXES))
    return next((each for each in found if each is not None), None)


def short_name(name: str) -> str:
    """A name without its prefix, in small letters: what `full_name` takes for it."""
    prefix = next((each for each in PREFIXES if name.startswith(each)), "")
    return name.removeprefix(prefix).lower()


def near(name: str, known: Iterable[str]) -> str:
    """`; near: A, B` for the known names most like a wrong one, or nothing."""
    if len(name) > NEAR_SIZE_MAX:
        return ""
    candidates: dict[str, str] = {}
    for each in known:  # a name without its prefix is as good as the whole
        candidates.setdefault(folded(each), each)
        candidates.setdefault(folded(short_name(each)), each)
    matches = difflib.get_close_matches(folded(name), candidates, n=6, cutoff=0.6)
    found = list(dict.fromkeys(candidates[match] for match in matches))[:3]
    return f"; near: {', '.join(found)}" if found else ""


def _texts(row: Enum) -> dict[int, str]:
    """number → name; current members win over obsolete ones and over counts of members."""
    texts: dict[int, str] = {}
    for member in sorted(row.members, key=lambda member: (member.obsolete, member.bound)):
        texts.setdefault(member.number, member.name)
    return texts


def _flags_text(texts: Mapping[int, str], single: Sequence[int], number: int) -> str:
    parts = [texts[bit] for bit in single if number & bit]
    left = number & ~sum(single)
    if left or not parts:
        parts.append(f"{left:#x}")
    return "|".join(parts)


def _as_number(key: str) -> int | None:
    try:
        return int(key, 0)
    except ValueError:
        return None


def _key(row: Any) -> str:
    return str(row.id if isinstance(row, Rule) else row.name)


def _by_name(kind: str, rows: Sequence[T]) -> dict[str, T]:
    found: dict[str, T] = {}
    for row in rows:
        if _key(row) in found:
            raise RowError(f"protocol row {_key(row)}: two rows of kind {kind} have this name")
        found[_key(row)] = row
    return found


def _by_number(kind: str, rows: Sequence[N]) -> dict[int, N]:
    found: dict[int, N] = {}
    for row in rows:
        if row.number is None:
            continue
        if row.number in found:
            raise RowError(
                f"protocol row {row.name}: has the number of {found[row.number].name} ({kind})"
            )
        found[row.number] = row
    return found


def _look_up(kind: str, key: str | int, names: Mapping[str, T], numbers: Mapping[int, T]) -> T:
    number = key if isinstance(key, int) else _as_number(key)
    row = names.get(str(key)) if number is None else numbers.get(number)
    if row is None and number is None:
        meant = full_name(str(key), names)
        row = None if meant is None else names[meant]
    if row is None:
        raise UsageError(f"no {kind} is called {key}{near(str(key), names)}")
    return row
