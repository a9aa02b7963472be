"""A line at a time."""

from wwanreplay.formats.wrappings.base import EachLine


def test_lines_have_the_number_of_the_line_that_held_them() -> None:
    unwrapper = EachLine(lambda line: iter(line.split(b" ")))
    assert list(unwrapper.feed(7, b"a b")) == [(7, b"a"), (7, b"b")]
    assert list(unwrapper.flush()) == []
