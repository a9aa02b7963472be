"""Tables as plain lines, which programs read."""

from hypothesis import given
from hypothesis import strategies as st
from tables import plain_lines

from wwanreplay.tabular import Table, Tone, Toned


def test_each_column_is_as_wide_as_its_widest_cell():
    assert list(Table([("a", "bb", ""), ("ccc", "d", "e")], indent="  ").lines()) == [
        "  a    bb",
        "  ccc  d   e",
    ]


def test_numbers_stand_to_the_right_and_a_row_may_be_short():
    table = Table([("name", "count", "more"), ("x", "12"), ("y",)], numbers={1})
    assert list(table.lines()) == ["name  count  more", "x        12", "y"]


def test_widths_are_the_least_ones():
    table = Table([("a", "b"), ("ccc", "d")], has_head=False, widths=(2, 9), gap="|")
    assert list(table.lines()) == ["a  |b", "ccc|d"]


def test_a_table_without_rows_has_no_lines():
    assert list(Table([]).lines()) == []


def test_a_tone_does_not_change_a_line():
    table = Table([("a",), (Toned("b", Tone.BAD),)])
    assert list(plain_lines(["x", table])) == ["x", "a", "b"]


cells = st.text(st.characters(codec="ascii", min_codepoint=33), max_size=9)


@given(st.lists(st.lists(cells, max_size=4), min_size=1, max_size=6), st.sets(st.integers(0, 3)))
def test_no_cell_is_lost(rows, numbers):
    lines = list(Table(rows, numbers=numbers).lines())
    assert [line.split() for line in lines] == [[cell for cell in row if cell] for row in rows]
