"""Errors of expressions name the column and what to write instead."""

import ast

import pytest

from wwanreplay.protocol.expression_errors import (
    SHOWN_SIZE_MAX,
    column_of,
    expression_error,
    syntax_hint,
)


def fault(text):
    with pytest.raises(SyntaxError) as found:
        ast.parse(text, mode="eval")
    return found.value


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("request = 3", "write == to compare"),
        ("request == 3 && oid", "write and for &&"),
        ("request == 3 || oid", "write or for ||"),
        ("request == 3 AND oid", "write and for AND"),
        ("request ==\n3 3", "write the expression in one line"),
    ],
)
def test_a_hint_says_what_to_write(text, hint):
    assert syntax_hint(text, fault(text)) == hint


def test_a_column_counts_from_the_start_of_the_text():
    error = SyntaxError("wrong", ("", 2, 4, "", 2, 5))
    assert column_of("ab\ncdefg", error) == 3 + 4


def test_an_error_is_one_line_of_limited_length():
    message = str(expression_error("a\n" * SHOWN_SIZE_MAX, 7, "wrong"))
    assert "\n" not in message
    assert message.endswith("…: column 7: wrong")
    assert str(expression_error("a b", 3, "wrong")) == "expression a b: column 3: wrong"
