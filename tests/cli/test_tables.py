"""Tables on a terminal: they fit, and nothing of them is lost."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from wwanreplay.cli.tables import fold, shown
from wwanreplay.cli.terminal import WIDTH_MIN
from wwanreplay.tabular import Table, Tone, Toned


def printed(table, width, color_system=None):
    console = Console(
        width=max(width, WIDTH_MIN),
        height=25,
        force_terminal=True,
        color_system=color_system,
        highlight=False,
    )
    with console.capture() as captured:
        for part in shown(table, width):
            console.print(part)
    return [line.rstrip() for line in captured.get().splitlines()]


ROWS = [
    ("name", "mode", "count", "about"),
    ("OID_WWAN_CONNECT", "set", "4", "a context is activated or deactivated"),
    ("OID_WWAN_PIN", "query", "12", ""),
]


def test_a_table_that_fits_is_the_plain_one():
    table = Table(ROWS, numbers={2}, indent=" ")
    assert printed(table, 100) == list(table.lines())


def test_columns_of_words_fold():
    assert printed(Table(ROWS, numbers={2}), 56) == [
        "name              mode   count  about",
        "OID_WWAN_CONNECT  set        4  a context is activated",
        "                                or deactivated",
        "OID_WWAN_PIN      query     12",
    ]


def test_the_first_column_stands_above_where_folding_is_not_enough():
    assert printed(Table(ROWS, numbers={2}), 26) == [
        "name",
        "  mode  count about",
        "OID_WWAN_CONNECT",
        "  set       4 a context is",
        "              activated or",
        "              deactivated",
        "OID_WWAN_PIN",
        "  query    12",
    ]


def test_what_names_the_rows_stands_above_where_the_first_column_is_narrow():
    rows = [("at", "path", "kind"), *((str(at), "Context.Activation" * 2, "u32") for at in (0, 4))]
    assert printed(Table(rows), 30) == [
        *("path", "  at  kind"),
        *("Context.ActivationContext.", "Activation", "  0   u32") * 1,
        *("Context.ActivationContext.", "Activation", "  4   u32"),
    ]


def test_a_row_is_a_list_where_no_columns_fit():
    rows = [("name", "median", "maximum"), ("CONNECT", "123456.789", "123456.789")]
    assert printed(Table(rows, numbers={1, 2}), 20) == [
        *("name: CONNECT", "  median: 123456.789", "  maximum:", "  123456.789"),
    ]


def test_a_column_without_a_word_takes_its_gaps_alone():
    rows = [("", "", "a"), ("", "", "123456")]
    assert printed(Table(rows), 10) == ["    a", "    123456"]


def test_a_tone_is_a_colour():
    rows = [("a",), (Toned("bad", Tone.BAD),)]
    assert "\x1b[1;31mbad" in "".join(printed(Table(rows), 20, "standard"))


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("a context is", 9, ["a context", "is"]),
        ("NDIS_STATUS_WWAN_PIN", 12, ["NDIS_STATUS_", "WWAN_PIN"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("  NDIS_STATUS", 9, ["  NDIS_", "  STATUS"]),
        ("", 5, [""]),
    ],
)
def test_a_text_folds_between_words_then_within_names(text, width, lines):
    assert fold(text, width) == lines


texts = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z", "M")), max_size=30)
words = st.lists(texts, max_size=5).map(" ".join)


@given(words, st.integers(0, 9), st.integers(2, 60))
def test_any_text_folds_and_keeps_all(text, margin, width):
    lines = fold(" " * margin + text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(
    st.integers(1, 6).flatmap(
        lambda n: st.lists(st.lists(words, min_size=n, max_size=n), min_size=2, max_size=5)
    ),
    st.sets(st.integers(0, 5)),
    st.integers(1, 120),
    st.booleans(),
)
def test_any_table_fits_and_loses_nothing(rows, numbers, width, has_head):
    lines = printed(Table(rows, numbers=numbers, has_head=has_head), width)
    assert all(cell_len(line) <= max(width, WIDTH_MIN) for line in lines)
    body = Counter("".join("".join(map("".join, rows[has_head:])).split()))
    assert not body - Counter("".join(lines))
