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
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from wwanreplay._core import Event
from wwanreplay.durations import duration_ns, is_duration
from wwanreplay.errors import UsageError
from wwanreplay.protocol.expression_errors import (
    column_of,
    expression_error,
    operand_hint,
    syntax_hint,
)
from wwanreplay.protocol.expression_fields import (
    ATTRIBUTES,
    DecodedEvent,
    Named,
    Read,
    Sort,
    Value,
    field_reader,
    fields_named,
    known_names,
    numbers_meant,
    short_names,
)
from wwanreplay.protocol.expression_wants import (
    is_equal,
    is_in,
    is_set,
    order_of,
    refusal,
    refusal_of_order,
    refusal_of_part,
    wanted_of,
)
from wwanreplay.protocol.tables import near

TEXT_SIZE_MAX: Final = 2000
DEPTH_MAX: Final = 50

#: Whether an event is meant.
Keeps = Callable[[Event], bool]


class _Reference(NamedTuple):
    """A name that stands for values of events, and what is known of them."""

    text: str
    column: int
    read: Read
    about: Named


class _Constant(NamedTuple):
    """A number or a text, or (`is_word`) the name of a value without quotes."""

    value: Any
    column: int
    is_word: bool


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
    return lambda event: test(DecodedEvent(event))


# Compiling

_Test = Callable[[DecodedEvent], bool]
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
                return lambda seen: any(is_set(each) for each in read(seen))
            raise self._error(node, self._unknown(found))
        raise self._error(node, "write a comparison here, such as ActivationState == Activated")

    def _unknown(self, word: _Constant) -> str:
        return f"there is no field {word.value}{near(str(word.value), known_names())}"

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
            test, read = self._membership(left, one, right)
            return test if isinstance(op, ast.In) else _present(read, _negated(test))
        other = self._operand(right)
        if isinstance(one, _Reference) and isinstance(other, _Reference):
            # A word may be a value of the other side and a field as well: it is the value then.
            other = self._word_of(right, one) or other
            if isinstance(other, _Reference):
                one = self._word_of(left, other) or one
        if isinstance(one, _Constant) and isinstance(other, _Reference):
            self._check_field(left, one, other)
            one, other, left, right = other, one, right, left
            op = _MIRRORED.get(type(op), type(op))()
        if isinstance(one, _Constant):
            raise self._error(left, self._unknown(one) if one.is_word else "compare a field")
        if isinstance(other, _Reference):
            return _of_references(one, type(op), other)
        other = self._checked(right, one, other)
        if isinstance(op, ast.Eq | ast.NotEq):
            equal = self._equal(one, other)
            return equal if isinstance(op, ast.Eq) else _present(one.read, _negated(equal))
        order, read = _ORDERS[type(op)], one.read
        wanted = wanted_of(self._ordered(right, one, other))

        def holds(each: Value) -> bool:
            limit = order_of(each, wanted)
            return limit is not None and order(each.value, limit)

        return lambda seen: any(holds(each) for each in read(seen))

    def _ordered(self, node: ast.expr, reference: _Reference, constant: _Constant) -> Any:
        if constant.is_word:
            text = f"{constant.value} has no order; compare {reference.text} with == or !="
            raise self._error(node, text)
        wanted = wanted_of(constant.value)
        if reason := refusal_of_order(reference.text, reference.about, wanted):
            raise self._error(node, reason)
        return constant.value

    def _time(self, node: ast.expr, text: str) -> int:
        try:
            return duration_ns(text)
        except ValueError as error:
            reason = str(error) if is_duration(text) else "is no time; write '3.5s' or '20ms'"
            raise self._error(node, f"{text!r} {reason}") from None

    def _equal(self, reference: _Reference, constant: _Constant) -> _Test:
        read, wanted = reference.read, wanted_of(constant.value, is_word=constant.is_word)
        return lambda seen: any(is_equal(each, wanted) for each in read(seen))

    def _membership(
        self, left: ast.expr, one: _Reference | _Constant, right: ast.expr
    ) -> tuple[_Test, Read]:
        """Whether a field is one of a list, or holds a value; and what reads the field."""
        if isinstance(right, ast.Tuple | ast.List | ast.Set):
            if isinstance(one, _Constant):
                raise self._error(left, self._unknown(one) if one.is_word else "compare a field")
            tests = []
            for element in right.elts:
                constant = self._word_of(element, one) or self._operand(element)
                if isinstance(constant, _Reference):
                    raise self._error(element, "a list holds values, not fields")
                tests.append(self._equal(one, self._checked(element, one, constant)))
            return lambda seen: any(test(seen) for test in tests), one.read
        whole = self._operand(right)
        if isinstance(whole, _Reference):
            one = self._word_of(left, whole) or one
        if isinstance(one, _Reference) or isinstance(whole, _Constant):
            raise self._error(right, "in takes a list, as in (A, B), or a field behind a value")
        self._check_word(left, whole, one)
        read, wanted = whole.read, wanted_of(one.value, is_word=one.is_word)
        if reason := refusal_of_part(whole.text, whole.about, wanted, repr(one.value)):
            raise self._error(left, reason)
        return lambda seen: any(is_in(each, wanted) for each in read(seen)), read

    def _word_of(self, node: ast.expr, reference: _Reference) -> _Constant | None:
        """The name as a value of a field, when it is one."""
        if not isinstance(node, ast.Name):
            return None
        if not any(numbers_meant(table, node.id) for table in reference.about.tables):
            return None
        return _Constant(node.id, node.col_offset + 1, is_word=True)

    def _checked(self, node: ast.expr, reference: _Reference, constant: _Constant) -> _Constant:
        """The constant that a field is compared with; refused where it would never be met."""
        if reference.text.lower() == "time":
            if not isinstance(constant.value, str):
                raise self._error(node, "a time has a unit; write '3.5s' or '20ms'")
            number = self._time(node, constant.value)
            return constant._replace(value=number, is_word=False)
        self._check_word(node, reference, constant)
        wanted = wanted_of(constant.value, is_word=constant.is_word)
        reason = refusal(reference.text, reference.about, wanted, repr(constant.value))
        if reason:
            raise self._error(node, reason)
        return constant

    def _check_field(self, node: ast.expr, word: _Constant, other: _Reference) -> None:
        """Refuse a misspelt field before a value that is the name of a field as well."""
        wanted = wanted_of(word.value, is_word=word.is_word)
        if word.is_word and refusal(other.text, other.about, wanted, ""):
            raise self._error(node, self._unknown(word))

    def _check_word(self, node: ast.expr, reference: _Reference, constant: _Constant) -> None:
        """Refuse a name that none of the tables of a field has: it would never be met."""
        about, word = reference.about, constant.value
        if not isinstance(word, str) or not about.tables:
            return
        if not constant.is_word and about.sorts != {Sort.NAMED}:
            return
        if not any(numbers_meant(table, word) for table in about.tables):
            known = {name for table in about.tables for name in short_names(table)}
            raise self._error(node, f"{word} is no value of {reference.text}{near(word, known)}")

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
            raise self._error(node, operand_hint(node))
        is_field = path in known_names() and path not in ATTRIBUTES  # as it is spelled: Size
        if path.lower() in ATTRIBUTES and not is_field:
            attribute = ATTRIBUTES[path.lower()]
            return _Reference(path, column, attribute.read, attribute.about)
        last = path.lower().rpartition(".")[2].partition("[")[0]
        about = fields_named(last)
        if about is not None:
            return _Reference(path, column, field_reader(path), about)
        if isinstance(node, ast.Name):
            return _Constant(path, column, is_word=True)
        raise self._error(node, f"there is no field {path}{near(last, known_names())}")

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


def _present(read: Read, test: _Test) -> _Test:
    """The test, of events that have the field."""
    return lambda seen: next(read(seen), None) is not None and test(seen)


def _of_references(one: _Reference, op: type[ast.cmpop], other: _Reference) -> _Test:
    """The comparison of two fields of one event."""
    compare: Callable[[Any, Any], bool] = _ORDERS.get(op, operator.eq)
    reads = one.read, other.read

    def test(seen: DecodedEvent) -> bool:
        rights = list(reads[1](seen))
        pairs = [(left.value, right.value) for left in reads[0](seen) for right in rights]
        held = any(type(left) is type(right) and compare(left, right) for left, right in pairs)
        return bool(pairs) and (not held if op is ast.NotEq else held)

    return test
