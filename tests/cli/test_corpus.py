"""`corpus`: what it prints of results, and when it ends with 1."""

import json

import pytest
from checkout import TRACES
from fleet_results import lab_folder, results_of
from verbs import run

from wwanreplay.trace.edit import rewrite

pytest.importorskip("duckdb")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    room = tmp_path_factory.mktemp("corpus")
    folder = lab_folder(room / "traces")
    results_of(folder, room / "now")
    late = (folder / "late.wwtrace").read_bytes()
    (folder / "late.wwtrace").write_bytes((folder / "demo.wwtrace").read_bytes())
    assert run("replay", folder, "--results", room / "earlier").exit_code == 0
    (folder / "late.wwtrace").write_bytes(late)
    assert run("replay", folder / "sim.wwtrace", "--results", room / "one").exit_code == 0
    return room


def test_tables_stand_with_the_sql_behind_them(results):
    done = run("corpus", results / "now")
    assert done.exit_code == 0, done.output
    assert "Which firmware breaks which rule, and how often" in done.stdout
    assert "timing.worst" in done.stdout
    assert "    FROM rules JOIN traces USING (trace)" in done.stdout
    short = run("corpus", results / "now", "--no-sql", "--table", "VERDICTS")
    assert "FROM" not in short.stdout
    assert "timing.worst" not in short.stdout
    values = json.loads(run("corpus", results / "now", "--json").stdout)
    assert [table["name"] for table in values["tables"]] == [
        *("verdicts", "rules", "divergences", "latencies", "rarest")
    ]
    assert all("FROM " in table["sql"] for table in values["tables"])


def test_a_changed_verdict_ends_with_1_and_is_listed(results):
    done = run("corpus", results / "now", "--baseline", results / "earlier", "--no-sql")
    assert done.exit_code == 1
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["late.wwtrace", "verdict", "equal", "diverged"] in lines
    assert any(line[:3] == ["late.wwtrace", "rule", "timing.worst"] for line in lines)
    assert "4 traces compared" in done.stdout
    same = run("corpus", results / "now", "--baseline", results / "now")
    assert same.exit_code == 0
    assert "no verdict changed; 4 traces compared" in same.stdout
    apart = run("corpus", results / "one", "--baseline", results / "now", "--json")
    assert apart.exit_code == 1
    (table,) = json.loads(apart.stdout)["tables"]
    assert {row["now"] for row in table["rows"]} == {"(gone)"}


def test_what_is_new_is_a_table_of_its_own(results):
    done = run("corpus", results / "now", "--since", results / "earlier", "--table", "new")
    assert done.exit_code == 0
    assert "rule timing.worst" in done.stdout


def test_a_page_is_written_whole(results, tmp_path):
    out = tmp_path / "corpus.html"
    done = run("corpus", results / "now", "-o", out)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"{out}: 5 tables, ")
    assert "timing.worst" in out.read_text()
    again = run("corpus", results / "now", "-o", out)
    assert (again.exit_code, again.output.count("\n")) == (2, 1)


def test_mistakes_are_one_line(results, tmp_path):
    for options, code, text in (
        ([tmp_path], 3, "holds no results"),
        ([results / "now", "--table", "none"], 2, "there is no table 'none'; there are verdicts"),
        ([results / "now", "--table", "new"], 2, "wants --since EARLIER"),
        ([results / "now", "--since", "a", "--baseline", "b"], 2, "give one of them"),
        ([results / "now", "--baseline", tmp_path], 3, "holds no results"),
    ):
        done = run("corpus", *options)
        assert (done.exit_code, "Traceback" in done.output) == (code, False), done.output
        assert text in done.output


def test_a_name_stays_on_its_line_in_a_table(tmp_path):
    name = "new\nline \x1b[31m\u202e.wwtrace"
    data = rewrite(TRACES / "demo.wwtrace", lambda events: [*events[:9], *events[10:]])
    (tmp_path / name).write_bytes(data)
    assert run("replay", tmp_path / name, "--results", tmp_path / "results").exit_code == 1
    done = run("corpus", tmp_path / "results", "--no-sql", "--table", "rarest")
    assert done.exit_code == 0
    assert done.stdout.replace("\n", "").isprintable()
    assert "new\\nline \\x1b[31m\\u202e.wwtrace" in done.stdout
