"""Tags and names of characters go; what only looks like a tag stays."""

import pytest

from wwanreplay.formats.wrappings.html import WRAPPING


def lines(line: bytes) -> list[bytes]:
    return [text for _, text in WRAPPING.unwrapper().feed(1, line)]


@pytest.mark.parametrize(
    ("line", "inside"),
    [
        (b"<p>sending (4): 01 00<br>", [b"sending (4): 01 00"]),
        (b"a<br/>b<BR />c", [b"a", b"b", b"c"]),
        (b"a<br><br>b", [b"a", b"", b"b"]),
        (b"<br>", [b""]),
        (b"", [b""]),
        (b'<span class="x">&lt;&lt;&#60;&#x3c;</span> RAW&nbsp;:', [b"<<<< RAW :"]),
        (b"<<<<<< RAW:", [b"<<<<<< RAW:"]),
        (b"a < b > c <unknown> d", [b"a < b > c <unknown> d"]),
        (b"caf\xe9 &amp; more", [b"caf\xe9 & more"]),
    ],
)
def test_a_line_gives_the_lines_that_it_shows(line: bytes, inside: list[bytes]) -> None:
    assert lines(line) == inside


def test_a_log_is_no_page() -> None:
    assert not WRAPPING.detect(b"<<<<<< RAW:\n<debug> [1.0] <info>  x\nhttp://a/?b&amp;c\n")
    assert WRAPPING.detect(b"&lt;&lt;&lt; RAW")
