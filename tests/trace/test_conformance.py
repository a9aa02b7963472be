"""The conformance files: current, and read alike by our reader and by one made from the page."""

import ast
import io
import json
import re

import minimal_reader
import pytest
from checkout import DOCS, ROOT
from conformance_cases import CASES
from make_conformance import FOLDER, files

from wwanreplay._core import Kind
from wwanreplay.errors import TraceError
from wwanreplay.trace import TraceReader, recover

NAMES = sorted(path.stem for path in FOLDER.glob("*.wwtrace"))


def expected_of(name: str) -> dict[str, object]:
    return json.loads((FOLDER / f"{name}.json").read_bytes())


def test_the_folder_is_what_the_tool_makes():
    """Its expectations are what our reader reports, and what each case states by hand."""
    made = files()
    present = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    assert sorted(present) == sorted(made)
    assert [name for name in made if made[name] != present[name]] == []
    assert len(CASES) > 100
    assert sum(map(len, made.values())) < 200_000


@pytest.mark.parametrize("name", NAMES)
def test_a_reader_made_from_the_page_alone_agrees(name):
    expected = expected_of(name)
    del expected["shows"], expected["section"]
    assert minimal_reader.read((FOLDER / f"{name}.wwtrace").read_bytes()) == expected


def test_that_reader_is_independent():
    tree = ast.parse((ROOT / "tests/support/minimal_reader.py").read_text())
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    ours = {"__future__", "dataclasses", "msgpack", "struct", "typing", "zstandard"}
    assert imported == ours


@pytest.mark.parametrize("name", NAMES)
def test_recover_keeps_what_the_file_shows(name):
    """What recover keeps is sound, and has every record of the expectation."""
    data, expected = (FOLDER / f"{name}.wwtrace").read_bytes(), expected_of(name)
    out = io.BytesIO()
    if expected["verdict"] == "refused":
        with pytest.raises(TraceError):
            recover(data, out)
        return
    report = recover(data, out)
    again = TraceReader(out.getvalue())
    kept = [(event.index, event.payload.hex()) for event in again]
    assert again.verify().sound
    records = [(record["index"], record["payload"]) for record in expected["records"]]
    assert [each for each in kept if each in records] == records
    assert report.records_kept == len(records) + expected["skipped"]["records"]
    is_cut = expected["verdict"] == "cut off"  # a footer that is wrong costs no record
    assert report.complete == (not expected["lost"] and not is_cut)


def test_every_kind_key_and_frame_of_the_page_has_a_file():
    kinds, keys = set(), set()
    for name in NAMES:
        for record in expected_of(name).get("records", ()):
            kinds.add(record["kind"])
            keys |= record.keys()
    assert kinds == {int(kind) for kind in Kind if kind}
    page = (DOCS / "trace-format.md").read_text()
    rows = re.findall(r"^\| ([0-8]) \| (\w+) \|", page.partition("Keys of the map")[2], re.M)
    assert len(rows) == 9
    assert {word for _, word in rows} <= keys


def test_every_member_of_an_expectation_is_on_the_page():
    page = (DOCS / "conformance.md").read_text()
    members = set().union(*(expected_of(name) for name in NAMES))
    skipped = set().union(*(expected_of(name).get("skipped", ()) for name in NAMES))
    assert [member for member in members | skipped if f"`{member}`" not in page] == []
    verdicts = {str(expected_of(name)["verdict"]) for name in NAMES}
    assert verdicts == {"whole", "cut off", "damaged", "refused"}
    assert [verdict for verdict in verdicts if f"`{verdict}`" not in page] == []
