"""Colours are taken away however they are printed, and nothing else."""

import pytest

from wwanreplay.formats.wrappings.ansi import WRAPPING


def plain(line: bytes) -> bytes:
    ((_, text),) = WRAPPING.unwrapper().feed(1, line)
    return text


@pytest.mark.parametrize("escape", [b"\x1b", b"^[", b"#033", b"\\x1b", b"\\e", b"\\033"])
def test_colours_are_found_in_each_spelling(escape: bytes) -> None:
    line = escape + b"[1;31mdata = 03:00" + escape + b"[0m" + escape + b"[K"
    assert WRAPPING.detect(line)
    assert plain(line) == b"data = 03:00"


def test_a_title_of_a_window_is_no_text() -> None:
    assert plain(b"\x1b]0;user@host\x07data") == b"data"


def test_text_without_an_escape_is_no_coloured_text() -> None:
    assert not WRAPPING.detect(b"[/dev/cdc-wdm0] sent message... [0m and ^ [1m")
