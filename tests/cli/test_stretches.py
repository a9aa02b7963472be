"""`--start` and `--stop` mean the same in every verb that has them."""

import csv
import io
import json

import click
import pytest
from checkout import LOGS, ROOT
from click.testing import CliRunner
from field_faulty import FAULTY

from wwanreplay.cli import VERBS, root
from wwanreplay.trace import TraceReader

DEMO = ROOT / "traces" / "demo.wwtrace"
LOG = LOGS / "mbimcli-fault-contexts.log"
WITH_PLACES = {
    *("view", "show", "stats", "cut", "filter", "replay", "check", "export", "infer", "diff"),
    "explain",
}


def run(*arguments, data=None):
    return CliRunner().invoke(root, [str(each) for each in arguments], input=data)


def test_the_options_are_one_declaration():
    context = click.Context(root)
    found = {}
    for verb in VERBS:
        for each in root.get_command(context, verb).params:
            if each.opts[0] in ("--start", "--stop"):
                found.setdefault(verb, []).append((each.opts[0], each.metavar, each.help))
    assert set(found) == WITH_PLACES
    assert len({tuple(options) for options in found.values()}) == 1


@pytest.mark.parametrize("verb", sorted(WITH_PLACES))
def test_a_stop_before_the_start_is_wrong_usage_everywhere(verb, tmp_path):
    words = {
        "cut": ["-o", tmp_path / "x"],
        "filter": ["-o", tmp_path / "x"],
        "view": ["-o", tmp_path / "x"],
        "export": ["--to", "csv"],
        "diff": [DEMO],
    }
    done = run(verb, DEMO, *words.get(verb, []), "--start", "9", "--stop", "8")
    assert done.exit_code == 2
    assert done.stderr.startswith("wwanreplay: error: ")


def test_export_writes_the_records_of_a_stretch_by_their_numbers(tmp_path):
    done = run("export", DEMO, "--to", "csv", "--start", "10", "--stop", "20")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [int(row["index"]) for row in rows] == list(range(10, 20))
    lines = run("export", DEMO, "--to", "jsonl", "--start", "4s", "--stop", "5s").stdout
    times = [json.loads(line)["time_ns"] for line in lines.splitlines()]
    assert times
    assert all(4 * 10**9 <= time_ns <= 5 * 10**9 for time_ns in times)
    empty = run("export", DEMO, "--to", "jsonl", "--start", "900h")
    assert (empty.exit_code, empty.stdout) == (1, "")
    assert "no record stands between --start and --stop" in empty.stderr


def places(done):
    """(rule, record) of each broken place."""
    (report,) = json.loads(done.stdout)
    return {
        (rule["rule"], place["record"])
        for rule in report["rules"]
        for place in rule.get("places", [])
    }


def test_check_counts_the_places_of_a_stretch_and_judges_by_all_of_the_session(tmp_path):
    fault = tmp_path / "fault.toml"
    fault.write_text(
        '[[fault]]\nwhen = { code = "NDIS_STATUS_WWAN_CONTEXT_STATE", nth = 1 }\n'
        'alter = { ActivationState = "WwanActivationStateActivating" }\n'
    )
    trace = tmp_path / "t"
    assert run("record", "--fault", fault, "-o", trace).exit_code == 0
    whole = run("check", trace, "--json")
    found = places(whole)
    assert found
    middle = sorted(record for _, record in found)[0]
    before = run("check", trace, "--json", "--stop", middle)
    behind = run("check", trace, "--json", "--start", middle + 1)
    assert places(before) == set()
    assert before.exit_code == 0
    assert places(behind) == {pair for pair in found if pair[1] > middle}
    here = run("check", trace, "--json", "--start", middle, "--stop", middle + 1)
    assert places(here) == {pair for pair in found if pair[1] == middle}
    assert run("check", trace, "--start", "900h").exit_code == 1  # nothing judged


def test_infer_takes_a_part_and_counts_in_it(tmp_path):
    log = tmp_path / "log.wwtrace"
    assert run("import", LOG, "-o", log).exit_code == 0
    with TraceReader(str(log)) as reader:
        records = sum(1 for _ in reader.events())
    out = tmp_path / "part"
    done = run("infer", log, "--stop", records - 5, "-o", out)
    assert done.exit_code in (0, 1)
    assert f"records 0 to {records - 6} of {records}, counted from 0 here" in done.stderr
    assert str(log) in done.stdout
    with TraceReader(str(out)) as reader:
        assert reader.header.cut["stop_record"] == records - 5
    for words in (["--strip", "all", "-o", tmp_path / "x"], ["--stimuli", tmp_path / "x"]):
        assert run("infer", log, *words, "--stop", "5").exit_code == 2


def test_diff_compares_a_stretch_and_the_standard_input():
    data = DEMO.read_bytes()
    assert "/dev/stdin" in run("diff", "-", DEMO, data=data).stdout
    assert run("diff", DEMO, "-", data=data).exit_code == 0
    both = run("diff", "-", "-", data=data)
    assert (both.exit_code, both.stderr.count("read only once")) == (2, 1)
    assert run("diff", "-", DEMO, data=b"nothing").exit_code == 3
    whole = json.loads(run("diff", DEMO, DEMO, "--json").stdout)
    part = json.loads(run("diff", DEMO, DEMO, "--json", "--stop", "40").stdout)
    assert 0 < part["compared"] < whole["compared"]
    assert run("diff", DEMO, DEMO, "--start", "900h").exit_code == 1


def test_explain_lists_what_stands_in_a_stretch_and_judges_by_all_of_the_session(tmp_path):
    log = tmp_path / "a.log"
    log.write_text(FAULTY["an indication has a transaction"]().text)
    (whole,) = json.loads(run("explain", log, "--json").stdout)
    records = [each["places"][0]["record"] for each in whole["faults"]]
    changes = [each["place"]["record"] for each in whole["changes"]]
    assert records
    first = min(records)
    before = run("explain", log, "--stop", first)
    assert before.exit_code == 0
    assert "  no fault in this part\n  faults elsewhere in the session: " in before.stdout
    assert f"the beginning to before record {first}, judged by all of the session" in before.stdout
    later = run("explain", log, "--start", first, "--json")
    assert later.exit_code == 1
    (page,) = json.loads(later.stdout)
    assert page["faults"] == whole["faults"]
    assert page["faults_elsewhere"] == 0
    assert [each["place"]["record"] for each in page["changes"]] == [
        each for each in changes if each >= first
    ]
    assert page["changes"] != whole["changes"]
