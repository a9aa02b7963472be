"""Lines are joined and decoded, and keep the number of their beginning."""

from wwanreplay.formats.wrappings.quoted_printable import WRAPPING


def lines(*around: bytes) -> list[tuple[int, bytes]]:
    unwrapper = WRAPPING.unwrapper()
    found = [each for number, line in enumerate(around, 1) for each in unwrapper.feed(number, line)]
    return [*found, *unwrapper.flush()]


def test_lines_are_joined_and_decoded() -> None:
    assert lines(b"data =3D 01:=", b"02:=", b"03", b"next  ") == [
        (1, b"data = 01:02:03"),
        (4, b"next"),
    ]


def test_an_end_in_the_middle_loses_nothing() -> None:
    assert lines(b"data =3D 01=") == [(1, b"data = 01")]


def test_an_equals_sign_that_is_not_coded_shows_other_text() -> None:
    assert WRAPPING.detect(b"length =3D 16\n")
    assert WRAPPING.detect(b"03 00 =\n00 00 =\n01\n03 00=\n00=\n")
    assert not WRAPPING.detect(b"length = 16\ndata =3D 4\n")
    assert not WRAPPING.detect(b"length = 16\n")
