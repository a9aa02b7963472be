"""The documents name what is there."""

import re

import pytest
from checkout import ROOT

PAGES = [ROOT / "README.md", ROOT / "traces" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page):
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())
    missing = [
        target for target in targets if "://" not in target and not (page.parent / target).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_part_that_is_named_exists(page):
    named = re.findall(
        r"`((?:wwanreplay|_core|_relay|tests|tools|benchmarks)/[\w./-]+)`", page.read_text()
    )
    # A word in capitals stands for a name.
    patterns = [re.sub(r"\b[A-Z]{4,}\b|(?<=_)[A-Z]{4,}\b", "*", name) for name in named]
    assert [pattern for pattern in patterns if not list(ROOT.glob(pattern))] == []


def test_every_document_is_reachable_from_the_readme():
    linked = set(re.findall(r"\(docs/([\w-]+\.md)\)", (ROOT / "README.md").read_text()))
    assert {page.name for page in (ROOT / "docs").glob("*.md")} == linked
