"""The tables as lines, as JSON and as the page."""

import json
import re
from itertools import groupby

import pytest
from tables import plain_lines

from wwanreplay.cli.protocol import KINDS
from wwanreplay.protocol import PROTOCOL, listing
from wwanreplay.protocol.unresolved import ROWS as UNRESOLVED


@pytest.mark.long
def test_every_row_can_be_shown_and_printed_as_json():
    for kind in KINDS:
        for row in listing.rows(kind):
            assert list(listing.description(row))
            assert listing.kind_of(row) == kind
            assert json.dumps(listing.row_json(row))


@pytest.mark.parametrize("kind", listing.KINDS)
def test_a_row_has_a_cell_for_each_column_of_its_kind(kind: str):
    for row in listing.rows(kind):
        assert len(listing.cells(row)) == len(listing.COLUMNS[kind])
        summary = listing.summary_json(row)
        assert list(summary) == [
            "kind",
            *(name.replace(" ", "_") for name in listing.COLUMNS[kind]),
        ]
        assert summary["kind"] == kind


def test_a_table_has_a_heading_and_a_line_for_each_row():
    lines = list(listing.table("stimulus").lines())
    assert lines[0].split() == list(listing.COLUMNS["stimulus"])
    assert len(lines) == 1 + len(PROTOCOL.tables.stimuli)
    starts = {
        line.index(row.name) for line, row in zip(lines[1:], PROTOCOL.tables.stimuli, strict=True)
    }
    assert starts == {lines[0].index("name")}


def test_no_cell_breaks_a_table_of_the_page():
    tables = 0
    for is_table, lines in groupby(listing.markdown().splitlines(), lambda each: each[:1] == "|"):
        if is_table:
            bars = {len(re.findall(r"(?<!\\)\|", line)) for line in lines}
            assert len(bars) == 1
            tables += 1
    assert tables == len(listing.KINDS) + 2


def test_the_page_has_every_row_and_every_name_without_one():
    page = listing.markdown()
    for kind in listing.KINDS:
        assert f"\n## {listing.TITLES[kind]}\n" in page
        for row in listing.rows(kind):
            assert getattr(row, "name", getattr(row, "id", "")) in page
    assert all(f"| {row.name} |" in page for row in UNRESOLVED)
    assert page.endswith("|\n")


def test_a_structure_is_used_by_what_carries_it():
    assert listing.users(PROTOCOL.structure("NDIS_WWAN_RADIO_STATE")) == [
        "NDIS_STATUS_WWAN_RADIO_STATE"
    ]
    assert "NDIS_WWAN_VISIBLE_PROVIDERS" in listing.users(PROTOCOL.structure("WWAN_PROVIDER2"))
    assert listing.users(PROTOCOL.structure("WWANREPLAY_STIMULUS_SIM")) == ["sim"]


def test_layouts_of_releases_in_a_row_are_printed_as_a_run():
    text = "\n".join(
        plain_lines(listing.description(PROTOCOL.structure("NDIS_WWAN_CONTEXT_STATE")))
    )
    assert "releases: " in text
    assert "releases: Windows 8 to Windows 10, version 1507\n" in text
    made = listing.row_json(PROTOCOL.structure("NDIS_WWAN_CONTEXT_STATE"))
    assert made["layouts"][0]["targets"][0] == "win7"
    paths = [field["path"] for field in made["layouts"][-1]["fields"]]
    assert all(path in text for path in paths)
