"""The lines of the strings; keys are none, and a journal has its own reader."""

from wwanreplay.formats.wrappings.json_text import WRAPPING


def test_every_value_is_text_and_no_key_is() -> None:
    line = b'{"a\\nb": "c\\r\\nd \\u003c \\"", "e": ["f", 1, {"g": "h\\\\i"}]}'
    found = [text for _, text in WRAPPING.unwrapper().feed(1, line)]
    assert found == [b"c", b'd < "', b"f", b"h\\i"]


def test_what_no_reader_of_json_takes_is_kept_as_it_stands() -> None:
    assert [text for _, text in WRAPPING.unwrapper().feed(1, b'"\\q x"')] == [b"\\q x"]


def test_a_text_is_found_by_its_line_ends() -> None:
    assert WRAPPING.detect(b'[\n  {"body": "a\\nb\\nc\\nd"}]')
    assert not WRAPPING.detect(b'{"body": "a b c"}')
    assert not WRAPPING.detect(b'{"MESSAGE": "a\\nb\\nc\\nd"}')
    assert not WRAPPING.detect(b"[26 Nov 2026, 10:00:00] [Debug] a\\nb\\nc\\nd")
