"""Expressions over the decoded fields of events, such as `ActivationState == Activated`.

    keep = parse_expression("ActivationState == Activated and request != 0")
    keep(event)

The grammar is a closed part of Python's, read by Python's parser and never run by Python: names,
numbers, quoted texts, comparisons, `in`, `and`, `or`, `not`. docs/trace-verbs.md describes it.
"""

from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final, NamedTuple

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.durations import duration_ns, is_duration
from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.events import decode_event
from wwanreplay.protocol.expression_errors import column_of, expression_error, syntax_hint
from wwanreplay.protocol.schema import (
    Field,
    FlagSet,
    ItemsTail,
    ListTail,
    PairsTail,
    Struct,
    TablesTail,
    TlvTail,
)
from wwanreplay.protocol.tables import CODE_TABLES, full_name, near

TEXT_SIZE_MAX: Final = 2000
DEPTH_MAX: Final = 50

#: Whether an event is meant.
Keeps = Callable[[Event], bool]


class Value(NamedTuple):
    """One value of an event, with the table that names it (empty without one)."""

    value: Any
    values: str


#: The values of one name in an event: none where it has no such field.
Read = Callable[["_Seen"], Iterator[Value]]


class _Reference(NamedTuple):
    """A name that stands for values of events; `tables` are those that may name them."""

    text: str
    column: int
    read: Read
    tables: frozenset[str]
    is_number: bool = False  # all of its values are, and no table names them


class _Constant(NamedTuple):
    """A number or a text, or (`is_word`) the name of a value without quotes."""

    value: Any
    column: int
    is_word: bool


class _Seen:
    """An event that an expression looks at; decoded when a field is first wanted."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self._leaves: list[tuple[str, Value]] | None = None

    def leaves(self) -> list[tuple[str, Value]]:
        """(path in small letters, value) of each field."""
        if self._leaves is None:
            self._leaves = list(_leaves(self.event))
        return self._leaves


def parse_expression(text: str) -> Keeps:
    """The predicate of an expression; UsageError with the column of what is wrong."""
    if len(text) > TEXT_SIZE_MAX:
        raise UsageError(f"the expression has {len(text)} characters; {TEXT_SIZE_MAX} are allowed")
    if not text.strip():
        raise UsageError("the expression is empty")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        raise expression_error(
            text, column_of(text.strip(), error), syntax_hint(text, error)
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise UsageError("the expression is nested too deeply, or holds what is no text") from None
    test = _Compiler(text.strip()).test(tree.body, 0)
    return lambda event: test(_Seen(event))


# Compiling

_Test = Callable[[_Seen], bool]
_ORDERS: Final[dict[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_MIRRORED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}


class _Compiler:
    """Makes a test of the tree of one expression."""

    def __init__(self, text: str) -> None:
        self._text = text

    def _error(self, node: ast.AST, reason: str) -> UsageError:
        # The parser counts bytes.
        before = self._text.encode("utf-8", "surrogatepass")[: getattr(node, "col_offset", 0)]
        return expression_error(self._text, len(before.decode("utf-8", "replace")) + 1, reason)

    def test(self, node: ast.expr, depth: int) -> _Test:
        """The test that a node is."""
        if depth > DEPTH_MAX:
            raise self._error(node, f"more than {DEPTH_MAX} levels inside one another")
        if isinstance(node, ast.BoolOp):
            parts = [self.test(part, depth + 1) for part in node.values]
            if isinstance(node.op, ast.And):
                return lambda seen: all(part(seen) for part in parts)
            return lambda seen: any(part(seen) for part in parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self.test(node.operand, depth + 1)
            return lambda seen: not inner(seen)
        if isinstance(node, ast.Compare):
            return self._comparison(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, bool):
            fixed = node.value
            return lambda _: fixed
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            found = self._operand(node)
            if isinstance(found, _Reference):
                read = found.read
                return lambda seen: any(each.value for each in read(seen))
            raise self._error(node, self._unknown(found))
        raise self._error(node, "write a comparison here, such as ActivationState == Activated")

    def _unknown(self, word: _Constant) -> str:
        return f"there is no field {word.value}{near(str(word.value), _known_names())}"

    def _comparison(self, node: ast.Compare) -> _Test:
        sides = [node.left, *node.comparators]
        pairs = [
            self._pair(left, op, right, node)
            for left, op, right in zip(sides, node.ops, sides[1:], strict=False)
        ]
        return pairs[0] if len(pairs) == 1 else lambda seen: all(pair(seen) for pair in pairs)

    def _pair(self, left: ast.expr, op: ast.cmpop, right: ast.expr, whole: ast.Compare) -> _Test:
        if isinstance(op, ast.Is | ast.IsNot):
            raise self._error(whole, "write == or != to compare")
        one = self._operand(left)
        if isinstance(op, ast.In | ast.NotIn):
            test = self._membership(left, one, right)
            return test if isinstance(op, ast.In) else _negated(test)
        other = self._operand(right)
        if isinstance(one, _Reference) and isinstance(other, _Reference):
            # A word may be a value of the other side and a field as well: it is the value then.
            other = self._word_of(right, one) or other
            if isinstance(other, _Reference):
                one = self._word_of(left, other) or one
        if isinstance(one, _Constant) and isinstance(other, _Reference):
            one, other, left, right = other, one, right, left
            op = _MIRRORED.get(type(op), type(op))()
        if isinstance(one, _Constant):
            raise self._error(left, self._unknown(one) if one.is_word else "compare a field")
        if isinstance(other, _Reference):
            return _of_references(one, type(op), other)
        other = self._checked(right, one, other)
        if isinstance(op, ast.Eq | ast.NotEq):
            equal = self._equal(one, other)
            return equal if isinstance(op, ast.Eq) else _present(one, _negated(equal))
        order, wanted, read = _ORDERS[type(op)], self._ordered(right, one, other), one.read
        return lambda seen: any(
            isinstance(each.value, type(wanted)) and order(each.value, wanted)
            for each in read(seen)
        )

    def _ordered(self, node: ast.expr, reference: _Reference, constant: _Constant) -> Any:
        if constant.is_word:
            text = f"{constant.value} has no order; compare {reference.text} with == or !="
            raise self._error(node, text)
        return constant.value

    def _time(self, node: ast.expr, text: str) -> int:
        try:
            return duration_ns(text)
        except ValueError as error:
            reason = str(error) if is_duration(text) else "is no time; write '3.5s' or '20ms'"
            raise self._error(node, f"{text!r} {reason}") from None

    def _equal(self, reference: _Reference, constant: _Constant) -> _Test:
        read, value, is_word = reference.read, constant.value, constant.is_word
        return lambda seen: any(_is_equal(each, value, is_word=is_word) for each in read(seen))

    def _membership(self, left: ast.expr, one: _Reference | _Constant, right: ast.expr) -> _Test:
        if isinstance(right, ast.Tuple | ast.List | ast.Set):
            if isinstance(one, _Constant):
                raise self._error(left, self._unknown(one) if one.is_word else "compare a field")
            tests = []
            for element in right.elts:
                constant = self._word_of(element, one) or self._operand(element)
                if isinstance(constant, _Reference):
                    raise self._error(element, "a list holds values, not fields")
                tests.append(self._equal(one, self._checked(element, one, constant)))
            return lambda seen: any(test(seen) for test in tests)
        whole = self._operand(right)
        if isinstance(whole, _Reference):
            one = self._word_of(left, whole) or one
        if isinstance(one, _Reference) or isinstance(whole, _Constant):
            raise self._error(right, "in takes a list, as in (A, B), or a field behind a value")
        self._check_word(left, whole, one)
        read, wanted, is_word = whole.read, one.value, one.is_word
        return lambda seen: any(_contains(each, wanted, is_word) for each in read(seen))

    def _word_of(self, node: ast.expr, reference: _Reference) -> _Constant | None:
        """The name as a value of a field, when it is one."""
        if not isinstance(node, ast.Name):
            return None
        if not any(_numbers_meant(table, node.id) for table in reference.tables):
            return None
        return _Constant(node.id, node.col_offset + 1, is_word=True)

    def _checked(self, node: ast.expr, reference: _Reference, constant: _Constant) -> _Constant:
        """The constant that a field is compared with; refused where it would never be met."""
        if reference.text.lower() == "time":
            if not isinstance(constant.value, str):
                raise self._error(node, "a time has a unit; write '3.5s' or '20ms'")
            number = self._time(node, constant.value)
            return constant._replace(value=number, is_word=False)
        if reference.is_number and isinstance(constant.value, str):
            text = f"{reference.text} is a number, and {constant.value!r} is none"
            raise self._error(node, text)
        self._check_word(node, reference, constant)
        return constant

    def _check_word(self, node: ast.expr, reference: _Reference, constant: _Constant) -> None:
        """Refuse a word that none of the tables of a field has: it would never be met."""
        if not constant.is_word or not reference.tables:
            return
        if not any(_numbers_meant(table, constant.value) for table in reference.tables):
            known = {name for table in reference.tables for name in _short_names(table)}
            hint = near(constant.value, known)
            raise self._error(node, f"{constant.value} is no value of {reference.text}{hint}")

    # Operands

    def _operand(self, node: ast.expr) -> _Reference | _Constant:
        column = getattr(node, "col_offset", 0) + 1
        if isinstance(node, ast.Constant) and isinstance(node.value, int | str):
            return _Constant(node.value, column, is_word=False)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = node.operand
            if isinstance(inner, ast.Constant) and type(inner.value) is int:
                return _Constant(-inner.value, column, is_word=False)
        path = self._path(node)
        if path is None:
            raise self._error(node, "write a field, a number, a name or a quoted text")
        if path.lower() in _ATTRIBUTES:
            attribute = _ATTRIBUTES[path.lower()]
            tables = frozenset(attribute.tables)
            return _Reference(path, column, attribute.read, tables, is_number=not tables)
        last = path.lower().rpartition(".")[2].partition("[")[0]
        known = _tables_of_fields().get(last)
        if known is not None:
            is_number = last in _number_fields()
            return _Reference(path, column, _field_reader(path), known, is_number)
        if isinstance(node, ast.Name):
            return _Constant(path, column, is_word=True)
        raise self._error(node, f"there is no field {path}{near(last, _known_names())}")

    def _path(self, node: ast.expr) -> str | None:
        """A name with dots and numbers in brackets."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute | ast.Subscript):
            if isinstance(node, ast.Attribute):
                parts.append(f".{node.attr}")
            else:
                index = node.slice
                if not isinstance(index, ast.Constant) or type(index.value) is not int:
                    return None
                parts.append(f"[{index.value}]")
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        return node.id + "".join(reversed(parts))


def _negated(test: _Test) -> _Test:
    return lambda seen: not test(seen)


def _present(reference: _Reference, test: _Test) -> _Test:
    """The test, of events that have the field."""
    read = reference.read
    return lambda seen: next(read(seen), None) is not None and test(seen)


def _of_references(one: _Reference, op: type[ast.cmpop], other: _Reference) -> _Test:
    """The comparison of two fields of one event."""
    compare: Callable[[Any, Any], bool] = _ORDERS.get(op, operator.eq)
    reads = one.read, other.read

    def test(seen: _Seen) -> bool:
        rights = list(reads[1](seen))
        pairs = [(left.value, right.value) for left in reads[0](seen) for right in rights]
        held = any(type(left) is type(right) and compare(left, right) for left, right in pairs)
        return bool(pairs) and (not held if op is ast.NotEq else held)

    return test


def _is_equal(each: Value, wanted: Any, *, is_word: bool) -> bool:
    value = each.value
    if isinstance(wanted, int):
        return isinstance(value, int) and bool(value == wanted)
    if isinstance(value, int) and not isinstance(value, bool):
        return value in _numbers_meant(each.values, wanted)
    if isinstance(value, bytes):
        return bool(value.hex() == wanted.lower())
    if not isinstance(value, str):
        return False
    if is_word or each.values:
        return value.lower() == str(wanted).lower() or _ends_as(value, wanted)
    return bool(value == wanted)


def _contains(each: Value, wanted: Any, is_word: bool) -> bool:
    """Whether flags hold a flag, or a text another."""
    value = each.value
    if isinstance(value, int):
        if isinstance(wanted, int):
            return wanted != 0 and bool(value & wanted == wanted)
        meant = _numbers_meant(each.values, wanted)
        return any(number and value & number == number for number in meant)
    if isinstance(value, bytes) and isinstance(wanted, str):
        return bool(wanted) and wanted.lower() in value.hex()
    if isinstance(value, str) and isinstance(wanted, str):
        return wanted.lower() in value.lower() if is_word else wanted in value
    return False


# Names

_STATUS_TABLE: Final = "NDIS_STATUS"
_INDICATION_TABLE: Final = "indication"
_STIMULUS_TABLE: Final = "stimulus"
_KIND_TABLE: Final = "kind"


class _Attribute(NamedTuple):
    """What every event has, or those of some kinds."""

    read: Read
    tables: tuple[str, ...] = ()


def _attribute(get: Callable[[Event], Any], table: str = "") -> _Attribute:
    def read(seen: _Seen) -> Iterator[Value]:
        value = get(seen.event)
        if value is not None:
            yield Value(value, table)

    return _Attribute(read, (table,) if table else ())


def _code_in(namespace: Namespace) -> Callable[[Event], int | None]:
    return lambda event: event.code if event.namespace == namespace else None


_ATTRIBUTES: Final[dict[str, _Attribute]] = {
    "kind": _attribute(lambda event: int(event.kind), _KIND_TABLE),
    "record": _attribute(lambda event: event.index),
    "time": _attribute(lambda event: event.time_ns),
    "port": _attribute(lambda event: event.port),
    "request": _attribute(lambda event: event.request_id),
    "code": _attribute(lambda event: event.code),
    "client": _attribute(lambda event: event.client),
    "cause": _attribute(lambda event: event.cause),
    "size": _attribute(lambda event: len(event.payload)),
    "oid": _attribute(_code_in(Namespace.NAMESPACE_OID), "OID"),
    "indication": _attribute(_code_in(Namespace.NAMESPACE_NDIS_STATUS), _INDICATION_TABLE),
    "stimulus": _attribute(_code_in(Namespace.NAMESPACE_STIMULUS), _STIMULUS_TABLE),
    "status": _attribute(
        lambda event: event.status if event.kind == Kind.KIND_COMPLETION else None, _STATUS_TABLE
    ),
}


def _field_reader(path: str) -> Read:
    """Reads the fields whose path is this one, or ends with it; indexes may be left out."""
    wanted = path.lower()
    ending = f".{wanted}"
    has_index = "[" in wanted

    def read(seen: _Seen) -> Iterator[Value]:
        for name, value in seen.leaves():
            plain = name if has_index else _without_indexes(name)
            if plain == wanted or plain.endswith(ending):
                yield value

    return read


def _without_indexes(path: str) -> str:
    if "[" not in path:
        return path
    first, *others = path.split("[")
    return first + "".join(part.partition("]")[2] for part in others)


def _leaves(event: Event) -> Iterator[tuple[str, Value]]:
    for name, value in (event.fields or {}).items():
        path = str(name).lower()
        last = _without_indexes(path).rpartition(".")[2]
        tables = _tables_of_fields().get(last, frozenset())
        yield path, Value(value, min(tables, default=""))
    try:
        decoded = decode_event(event)
    except DecodeError:
        return
    if decoded is not None:
        for leaf in decoded.leaves():
            yield leaf.path.lower(), Value(leaf.value, leaf.field.values)


@cache
def _tables_of_fields() -> dict[str, frozenset[str]]:
    """The last part of each path in small letters → the tables that name its values."""
    found: dict[str, set[str]] = {name: set() for name in ("data", "raw", "rest")}
    for name, struct in PROTOCOL.structs.items():
        for layout in struct.layouts:
            for leaf in PROTOCOL.flat(name, layout.id).leaves:
                last = _without_indexes(leaf.path.lower()).rpartition(".")[2]
                found.setdefault(last, set()).update({leaf.field.values} - {""})
        for part, tables in _tail_names(struct):
            found.setdefault(part.lower(), set()).update(tables - {""})
    return {name: frozenset(tables) for name, tables in found.items()}


def _is_plain_number(field: Field) -> bool:
    """Whether it is one number, without names; arrays may be read as bytes or texts."""
    is_number = field.kind in ("u8", "u16", "u32", "u64", "i32", "i64")
    return is_number and not field.count and not field.values


@cache
def _number_fields() -> frozenset[str]:
    """Last parts of paths whose values are numbers without names, wherever they stand."""
    numbers: set[str] = set()
    others = {"data", "raw", "rest"}
    for name, struct in PROTOCOL.structs.items():
        others.update(part.lower() for part, _ in _tail_names(struct))
        for layout in struct.layouts:
            for leaf in PROTOCOL.flat(name, layout.id).leaves:
                last = _without_indexes(leaf.path.lower()).rpartition(".")[2]
                is_plain = _is_plain_number(leaf.field)
                (numbers if is_plain else others).add(last)
    return frozenset(numbers - others)


def _tail_names(struct: Struct) -> Iterator[tuple[str, set[str]]]:
    """(name, tables of its values) of each variable part of a structure."""
    tail = struct.tail
    if isinstance(tail, TlvTail):
        yield "Tlvs", set()
        tail = tail.pairs
    if isinstance(tail, ListTail):
        yield "Elements", {item.values for _, choices in tail.elements for item in choices}
    elif isinstance(tail, ItemsTail):
        yield "Elements", {tail.item.values}
    elif isinstance(tail, TablesTail):
        yield from ((name, {tail.item.values}) for name, _, _ in tail.tables)
    elif isinstance(tail, PairsTail):
        yield from ((name, set()) for name, _, _ in tail.pairs)


@cache
def _known_names() -> tuple[str, ...]:
    names = {
        _without_indexes(leaf.path).rpartition(".")[2]
        for name, struct in PROTOCOL.structs.items()
        for layout in struct.layouts
        for leaf in PROTOCOL.flat(name, layout.id).leaves
    }
    return (*sorted(names), *_ATTRIBUTES)


@cache
def _names_of(table: str) -> dict[str, int]:
    """name → number of a table of values."""
    if table == _KIND_TABLE:
        return {kind.name.removeprefix("KIND_").lower(): int(kind) for kind in Kind}
    rows: dict[str, Any]
    if table == "OID":
        rows = PROTOCOL.oid_by_name
    elif table == _INDICATION_TABLE:
        rows = PROTOCOL.indication_by_name
    elif table == _STIMULUS_TABLE:
        rows = PROTOCOL.stimulus_by_name
    elif table == _STATUS_TABLE:
        rows = PROTOCOL.ndis_status_by_name
    elif table == "WWAN_STATUS":
        rows = PROTOCOL.wwan_status_by_name
    else:
        return {member.name: member.number for member in PROTOCOL.enum(table).members}
    return {name: row.number for name, row in rows.items() if row.number is not None}


def _short_names(table: str) -> list[str]:
    """The names of a table without what all of them begin with."""
    names = list(_names_of(table))
    common = 0
    while len({name[: common + 1] for name in names}) == 1 and common < len(names[0]):
        common += 1
    while common and not all(
        name[common - 1] == "_" or name[common:][:1].isupper() for name in names
    ):
        common -= 1
    return [name[common:] or name for name in names]


@cache
def _numbers_meant(table: str, word: str) -> frozenset[int]:
    """The numbers that a word stands for: a name in any case, its short form, or its last words."""
    if not table:
        return frozenset()
    names = _names_of(table)
    if table in (*CODE_TABLES, _INDICATION_TABLE, _STIMULUS_TABLE, _STATUS_TABLE, _KIND_TABLE):
        meant = full_name(word, names)
        return frozenset() if meant is None else frozenset({names[meant]})
    parts = word.split("|")
    if len(parts) > 1 and isinstance(PROTOCOL.enum_by_name.get(table), FlagSet):
        numbers = [_numbers_meant(table, part.strip()) for part in parts]
        if all(len(each) == 1 for each in numbers):
            total = 0
            for each in numbers:
                total |= next(iter(each))
            return frozenset({total})
    exact = [number for name, number in names.items() if name.lower() == word.lower()]
    return frozenset(exact or (number for name, number in names.items() if _ends_as(name, word)))


def _ends_as(name: str, word: str) -> bool:
    """Whether a name ends with a word, at the beginning of a word of its own."""
    at = len(name) - len(word)
    if at <= 0 or name[at:].lower() != word.lower():
        return False
    return name[at].isupper() or name[at].isdigit() or name[at - 1] == "_"
