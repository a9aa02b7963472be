"""The pages that the site makes of rows: each row has one, and links lead to pages."""

import posixpath
import re
from functools import cache

import pytest
from checkout import ROOT
from chromium import find_chromium
from make_site import MODULES, contents, python_page, screenshots, write_sources
from site_pages import KINDS, linked, pages, places, row_name, rules_by_subject

from wwanreplay.protocol import PROTOCOL, listing

LINK = re.compile(r"\]\(([^)#\s]+)(#[\w-]+)?\)")


made_pages, made_places = cache(pages), cache(places)


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_of_a_kind_has_a_page_that_bears_its_name(kind):
    rows = listing.rows(kind)
    assert len(rows) > 20
    for row in rows:
        text = made_pages()[f"reference/{kind}/{row_name(row)}.md"]
        assert f"\n# {row_name(row)}\n" in text


def test_no_two_rows_have_one_page():
    assert len(made_places()) == sum(len(listing.rows(kind)) for kind in KINDS) == len(made_pages())


def test_every_link_between_pages_leads_to_a_page():
    wrong = []
    for place, text in made_pages().items():
        for target, _ in LINK.findall(text):
            full = posixpath.normpath(posixpath.join(posixpath.dirname(place), target))
            if full not in made_pages() and not (ROOT / full).exists():
                wrong.append((place, target))
    assert wrong == []


def links_of(place: str) -> set[str]:
    return {posixpath.basename(target)[:-3] for target, _ in LINK.findall(made_pages()[place])}


def test_pages_lead_to_what_belongs_to_their_row():
    oid = links_of("reference/oid/OID_WWAN_CONNECT.md")
    about = set(rules_by_subject()["OID_WWAN_CONNECT"])
    assert oid >= {"NDIS_STATUS_WWAN_CONTEXT_STATE", "NDIS_WWAN_SET_CONTEXT_STATE", *about}
    assert "OID_WWAN_CONNECT" in links_of("reference/indication/NDIS_STATUS_WWAN_CONTEXT_STATE.md")
    assert "OID_WWAN_CONNECT" in links_of(f"reference/rule/{min(about)}.md")
    structure = "reference/structure/NDIS_WWAN_CONTEXT_STATE.md"
    assert {"WWAN_ACTIVATION_STATE", "NDIS_STATUS_WWAN_CONTEXT_STATE"} <= links_of(structure)
    assert "NDIS_WWAN_SET_PIN" in links_of("reference/structure/WWAN_PIN_ACTION.md") | links_of(
        "reference/enum/WWAN_PIN_TYPE.md"
    )


def test_a_layout_has_every_member_with_its_place():
    row = PROTOCOL.structure("NDIS_WWAN_CONTEXT_STATE")
    text = made_pages()["reference/structure/NDIS_WWAN_CONTEXT_STATE.md"]
    for layout in row.layouts:
        part = text.partition(f"## Layout {layout.id}: {layout.size} bytes")[2].partition("\n## ")[
            0
        ]
        leaves = PROTOCOL.flat(row.name, layout.id).leaves
        assert leaves
        for leaf in leaves:
            assert f"| {leaf.offset} | {leaf.size} |" in part
            assert f"`{leaf.path}`" in part


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("of OID_A here", "of [OID_A](../r/OID_A.md) here"),
        ("`OID_A`, `x.y-z`", "[`OID_A`](../r/OID_A.md), [`x.y-z`](../r/x.y-z.md)"),
        ("OID_A_B OID_AB xOID_A", "OID_A_B OID_AB xOID_A"),
        ("# OID_A\nOID_A", "# OID_A\n[OID_A](../r/OID_A.md)"),
        ("[OID_A](x.md) `set OID_A`", "[OID_A](x.md) `set OID_A`"),
        ("```\nOID_A\n```\nOID_A", "```\nOID_A\n```\n[OID_A](../r/OID_A.md)"),
        ("a signal, `signal`", "a signal, `signal`"),
        ("| OID_A |", "| [OID_A](../r/OID_A.md) |"),
    ],
)
def test_names_in_a_text_become_links_and_nothing_else_changes(text, expected):
    named = {"OID_A": "r/OID_A.md", "x.y-z": "r/x.y-z.md", "signal": "r/signal.md"}
    assert linked(text, "docs/page.md", named) == expected


def test_a_plain_word_is_a_name_in_the_code_of_pages_of_rows():
    named = {"signal": "reference/stimulus/signal.md"}
    text = linked("a signal, `signal`", "reference/structure/A.md", named)
    assert text == "a signal, [`signal`](../stimulus/signal.md)"


def test_every_page_is_reached_from_the_page_of_the_tables():
    page = linked((ROOT / "docs/protocol.md").read_text(), "docs/protocol.md", made_places())
    pending, reached = [("docs/protocol.md", page)], set()
    while pending:
        place, text = pending.pop()
        for target, _ in LINK.findall(text):
            full = posixpath.normpath(posixpath.join(posixpath.dirname(place), target))
            if full in made_pages() and full not in reached:
                reached.add(full)
                pending.append((full, made_pages()[full]))
    assert set(made_pages()) - reached == set()


def test_a_page_does_not_link_to_itself():
    assert linked("OID_A", "r/OID_A.md", {"OID_A": "r/OID_A.md"}) == "OID_A"


@pytest.mark.long
def test_the_site_has_every_document_where_it_stands_here(tmp_path):
    count = write_sources(tmp_path)
    written = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.md")}
    assert len(written) == count
    documents = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    assert documents | {"README.md", "reference/python.md", *made_places().values()} <= written
    assert "[OID_WWAN_CONNECT](../reference/oid/" in (tmp_path / "docs/protocol.md").read_text()


def test_the_contents_name_every_document_once():
    names = [f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")]
    listed = re.findall(r"^(docs/\S+\.md)$", contents(names), re.M)
    assert sorted(listed) == sorted(names)
    assert listed[:4] == [
        *(f"docs/guide-{of}.md" for of in ("driver", "host", "lab")),
        "docs/install.md",
    ]


def test_the_python_reference_has_what_the_package_offers():
    import wwanreplay

    text = python_page()
    offered = [name for name in wwanreplay.__all__ if not name.startswith("_")]
    assert [name for name in offered if not re.search(rf"\b{name}\b", text)] == []
    assert all(f".. automodule:: {module}" in text for module in MODULES)


@pytest.mark.long
@pytest.mark.skipif(find_chromium() is None, reason="chromium is not installed: no pictures")
def test_the_page_of_view_has_its_pictures(tmp_path):
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", screenshots(tmp_path / "view.md"))
    assert shown == ["view-light.png", "view-dark.png"]
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in shown)


def test_without_a_browser_there_are_none_and_that_is_reported(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("make_site.find_chromium", lambda: None)
    assert screenshots(tmp_path / "view.md") == ""
    assert "no screenshots of view" in capsys.readouterr().err
