"""docs/rules/ is what the rows say, with the sessions that break the rules."""

import re
import sys

import pytest
from checkout import DOCS, TOOLS

from wwanreplay.protocol.rules import rows

FOLDER = DOCS / "rules"


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    sys.path.insert(0, str(TOOLS))
    import make_rule_pages

    sys.path.remove(str(TOOLS))
    return make_rule_pages.pages()


def test_pages_are_what_the_rows_and_sessions_say(pages: dict[str, str]) -> None:
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert found == pages, "docs/rules is old: write it with `python tools/make_rule_pages.py`"


def test_each_rule_is_on_one_page(pages: dict[str, str]) -> None:
    headings = [each for text in pages.values() for each in re.findall(r"^### (\S+)$", text, re.M)]
    assert sorted(headings) == sorted(row.id for row in rows())


def test_check_names_the_pages() -> None:
    assert "(rules/README.md)" in (DOCS / "check.md").read_text(encoding="utf-8")
