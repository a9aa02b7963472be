"""The column beside a row shows what the row shows; an echo is replaced as its transfer is."""

from wwanreplay.analysis.scrub.beside import Echoes, Row
from wwanreplay.analysis.scrub.transfers import Transfer


def row(before: bytes, after: bytes) -> Row:
    made = Row()
    made.add(before.hex(), after.hex())
    return made


def test_a_column_shows_the_images_of_its_bytes() -> None:
    assert row(b"ab1234\0", b"ab9876\0").column("ab1234.") == "ab9876."
    assert row(b"ab1234", b"ab9876").column("|ab1234|") == ".ab9876."


def test_a_column_that_shows_something_else_becomes_dots() -> None:
    assert row(b"ab1234", b"ab9876").column("xy 12") == ".. .."


def test_a_row_ends_with_its_line() -> None:
    made = row(b"1234", b"9876")
    assert made.is_column("1234")
    made.words(" \n")
    assert made.column("1234") == "...."


def test_bytes_of_a_transfer_near_by_have_its_image_and_go_on_where_they_ended() -> None:
    transfer = Transfer(5, b"abcdef1234")
    transfer.image = b"abcdef9876"
    echoes = Echoes([transfer])
    assert echoes.image(b"cdef", 7) == b"cdef"
    assert echoes.image(b"12", 8) == b"98"
    assert echoes.image(b"zzzz", 8) is None


def test_too_few_bytes_are_no_echo_of_anything() -> None:
    transfer = Transfer(5, b"abcdef1234")
    transfer.image = b"abcdef9876"
    assert Echoes([transfer]).image(b"12", 5) is None
