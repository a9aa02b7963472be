"""The codes of notes are those of the specification."""

import re

import pytest
from checkout import DOCS

from wwanreplay._core import Kind
from wwanreplay.trace.notes import NoteCode

(ROW,) = re.findall(
    rf"^\| {Kind.KIND_NOTE.value} \| note \|.*",
    (DOCS / "trace-format.md").read_text(),
    re.MULTILINE,
)


def test_the_specification_lists_every_code_once_in_order() -> None:
    listed = re.findall(r"(?:`code`|;) (\d+) ", ROW)
    assert [int(number) for number in listed] == sorted(NoteCode)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (NoteCode.TEXT, "text"),
        (NoteCode.FAULT, "a fault that was applied"),
        (NoteCode.UNDELIVERED, "was not sent"),
        (NoteCode.UNREAD, "was not read"),
    ],
)
def test_each_code_is_specified_with_its_meaning(code: NoteCode, words: str) -> None:
    text = re.split(r"(?:`code`|;) \d+ ", ROW)[1 + code]
    assert words in text
