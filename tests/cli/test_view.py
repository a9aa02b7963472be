"""`view`: pages of traces, logs and packed ones, exit codes, and refusals."""

import json
import lzma

import pytest
from checkout import LOGS, TRACES
from verbs import printed, run
from view_page import page_data

DEMO = TRACES / "demo.wwtrace"


def test_a_page_is_written_and_its_summary_printed(tmp_path):
    out = tmp_path / "demo.html"
    assert printed("view", DEMO, "-o", out) == (0, f"{out}: 96 of 96 records, equal\n")
    code, output = printed("view", DEMO, "-o", out)
    assert code == 2
    assert f"{out}: exists already; --force overwrites it" in output
    code, output = printed("view", DEMO, "-o", out, "--force", "--json", "--check")
    summary = json.loads(output)
    assert (code, summary["file"], summary["rows"]) == (0, str(out), 96)
    assert page_data(out.read_text()).head["checked"].startswith("rules: 0 broken, ")


def test_findings_do_not_change_the_exit_code(tmp_path):
    out = tmp_path / "late.html"
    code, output = printed("view", LOGS / "mbimcli-fault-late.log", "-o", out)
    assert code == 0
    assert ", diverged, 2 faults, " in output
    assert page_data(out.read_text()).head["verdict"] in output


def test_packed_traces_logs_and_the_standard_input_are_taken(tmp_path):
    packed = tmp_path / "demo.wwtrace.xz"
    packed.write_bytes(lzma.compress(DEMO.read_bytes()))
    code, output = printed("view", packed, "-o", tmp_path / "a.html", "--no-replay")
    assert (code, output) == (0, f"{tmp_path}/a.html: 96 of 96 records\n")
    log = LOGS / "mbimcli-connect-short.log.gz"
    assert printed("view", log, "-o", tmp_path / "b.html")[0] == 0
    result = run("view", "-", "-o", tmp_path / "c.html", input=DEMO.read_bytes())
    assert result.exit_code == 0


def test_a_part_is_chosen_by_place_and_expression(tmp_path):
    out = tmp_path / "part.html"
    where = ["--where", "ActivationState == Activated"]
    code, output = printed("view", DEMO, "-o", out, "--start", "20", "--stop", "60s", *where)
    assert code == 0
    titles = page_data(out.read_text()).texts("title")
    assert titles
    assert all("CONTEXT_STATE" in title for title in titles)
    out.unlink()
    code, output = printed("view", DEMO, "-o", out, "--start", "5000")
    assert (code, output) == (1, "nothing matched: none of 96 records\n")
    assert not out.exists()


def test_the_page_may_go_to_the_standard_output():
    result = run("view", DEMO, "-o", "-", "--no-replay")
    assert result.exit_code == 0
    assert page_data(result.stdout).head["name"] == "demo.wwtrace"
    assert result.stderr == "-: 96 of 96 records\n"


def test_a_prefix_stands_before_the_links_to_lines(tmp_path):
    out, prefix = tmp_path / "log.html", "https://git.example/logs/"
    log = LOGS / "mbimcli-fault-contexts.log"
    assert printed("view", log, "-o", out, "--log-link", prefix, "--no-replay")[0] == 0
    assert page_data(out.read_text()).head["log_link"] == prefix


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        ([DEMO], 2, "Missing option '-o'"),
        (["-o", "x.html"], 2, "Missing argument"),
        (["-", "-", "-o", "x.html"], 2, "the standard input can be read only once"),
        ([DEMO, DEMO, "-o", "x.html"], 2, "a page has one session, and there are 2"),
        (["none.wwtrace", "-o", "x.html"], 3, "none.wwtrace: cannot be read: No such file"),
        ([DEMO, "-o", "no/x.html"], 3, "no/x.html: cannot be written: No such file or directory"),
        ([DEMO, "-o", "x.html", "--where", "=="], 2, "expression ==: column 1"),
        ([DEMO, "-o", "x.html", "--start", "9", "--stop", "3"], 2, "stands before the start"),
    ],
)
def test_what_cannot_be_done_is_one_line(arguments, code, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("view", *arguments)
    assert result.exit_code == code
    assert text in result.output
    assert len([line for line in result.stderr.splitlines() if "error" in line]) == 1
    assert list(tmp_path.iterdir()) == []
