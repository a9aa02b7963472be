"""The rules: read once from their file, each with an id, a subject and where it comes from."""

import tomllib
from importlib.resources import files

import pytest

from wwanreplay.protocol.rules import reason_of, reasons, rows, tables
from wwanreplay.protocol.schema import Rule

FILE = {
    rule_id: table
    for name in ("rules.toml", "rules_own.toml")
    for rule_id, table in tomllib.loads(
        files("wwanreplay.protocol").joinpath(name).read_text("utf-8")
    ).items()
}


def test_every_table_of_the_files_is_a_rule_in_its_order():
    assert [row.id for row in rows()] == list(FILE)
    assert rows() is rows()


@pytest.mark.parametrize("name", ["rules.toml", "rules_own.toml"])
def test_line_by_line_a_file_reads_as_toml_does(name: str):
    text = files("wwanreplay.protocol").joinpath(name).read_text("utf-8")
    assert tables(text) == tomllib.loads(text)


@pytest.mark.parametrize("member", ["subject", "text", "sources"])
def test_no_rule_leaves_out_what_it_is_about_and_where_it_comes_from(member: str):
    assert [row.id for row in rows() if not getattr(row, member)] == []


def test_a_rule_says_what_its_table_says():
    for row in rows():
        table = FILE[row.id]
        assert isinstance(row, Rule)
        assert (row.text, row.violation) == (table["rule"], table["violation"])
        assert {name: getattr(row, name) for name in table["judged"]} == table["judged"]
        marks = {"actor", "level", "basis", "checkable"}
        assert set(table["judged"]) - {"undecidable"} == marks


def test_a_reason_is_that_of_a_rule_in_the_file_and_every_subject_has_one():
    known = {row.id for row in rows()}
    assert set(reasons()) <= known
    assert [row.id for row in rows() if not reason_of(row.id)] == []
    own = next(iter(reasons()))
    assert reason_of(own) == reasons()[own]
    assert reason_of("package.of-somebody-else") == ""


def test_a_rule_that_no_trace_decides_says_why_and_no_other_does():
    for row in rows():
        assert bool(row.undecidable) == (row.checkable not in ("trace", "partial"))
        assert not row.undecidable.endswith(".")


def test_a_rule_that_a_session_decides_says_what_breaks_it():
    decided = [row for row in rows() if row.checkable in ("trace", "partial")]
    assert len(decided) > 250
    silent = [row.id for row in decided if row.level == "must" and not row.violation]
    assert silent == []


def test_what_is_only_permitted_is_never_a_must():
    assert [row.id for row in rows() if row.basis == "permission" and row.level != "may"] == []
