"""What DuckDB makes of results, counted by hand here."""

import os
import re
import shutil
import subprocess
import sys
from functools import cache

import pytest
from checkout import DOCS
from fleet_results import lab_folder, results_of
from store_servers import s3
from verbs import ENVIRONMENT, run

from wwanreplay.errors import InputError, UsageError
from wwanreplay.fleet.corpus import CHANGES, QUESTIONS, Corpus
from wwanreplay.fleet.results import read_table

pytest.importorskip("duckdb")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    room = tmp_path_factory.mktemp("corpus")
    folder = lab_folder(room / "traces")
    results_of(folder, room / "all")
    (folder / "late.wwtrace").unlink()
    assert run("replay", folder, "--results", room / "earlier").exit_code == 0
    return room


@pytest.fixture(scope="module")
def folder_of_lab(tmp_path_factory):
    return lab_folder(tmp_path_factory.mktemp("lab") / "traces")


@pytest.fixture(scope="module")
def corpus(results):
    made = Corpus(str(results / "all"), str(results / "earlier"))
    yield made
    made.close()


def answers(corpus, name):
    question = next(each for each in QUESTIONS if each.name == name)
    return corpus.ask(question).values()["rows"]


def test_verdicts_and_rules_are_counted_by_firmware(corpus, results):
    verdicts = answers(corpus, "verdicts")
    counts = {(row["firmware"], row["verdict"]): row["traces"] for row in verdicts}
    assert counts["EM10.01.00", "equal"] == 2
    traces = {row["trace"]: row for row in read_table(str(results / "all"), "traces").to_pylist()}
    rules = read_table(str(results / "all"), "rules").to_pylist()
    counted = {}
    for row in rules:
        firmware = traces[row["trace"]]["firmware"] or "(not known)"
        broken, judged = counted.get((firmware, row["rule"]), (0, 0))
        is_broken, is_judged = row["outcome"] == "broken", row["outcome"] in ("broken", "kept")
        counted[firmware, row["rule"]] = (broken + is_broken, judged + is_judged)
    shown = {
        (row["firmware"], row["rule"]): (row["broken_in"], row["judged_in"])
        for row in answers(corpus, "rules")
    }
    assert shown == {key: counts for key, counts in counted.items() if counts[0]}
    assert shown


def test_latencies_are_those_of_the_buckets(corpus, results):
    rows = read_table(str(results / "all"), "latencies").to_pylist()
    for shown in answers(corpus, "latencies"):
        spans = sorted(
            (row["low_ns"], row["high_ns"], row["count"])
            for row in rows
            if (row["oid"], row["operation"], row["until"])
            == (shown["oid"], shown["operation"], shown["until"])
            and firmware_of(results, row["trace"]) == shown["firmware"]
        )
        total = sum(count for _, _, count in spans)
        flat = [high for _, high, count in spans for _ in range(count)]
        assert shown["count"] == total
        assert shown["median_ms"] == round(flat[(total - 1) // 2] / 1e6, 3)
        assert shown["max_ms"] == round(flat[-1] / 1e6, 3)
        names = ("to_1ms", "to_10ms", "to_100ms", "to_1s", "to_10s", "longer")
        assert sum(shown[name] for name in names) == total


@cache
def firmwares(results):
    rows = read_table(str(results / "all"), "traces").to_pylist()
    return {row["trace"]: row["firmware"] or "(not known)" for row in rows}


def firmware_of(results, trace):
    return firmwares(results)[trace]


def test_faults_name_the_traces_that_show_them(corpus, results):
    late = str(results / "traces" / "late.wwtrace")
    rarest = answers(corpus, "rarest")
    assert {row["fault"] for row in rarest} >= {"rule timing.worst"}
    assert all(row["shown_by"] == [late] for row in rarest)
    assert {row["fault"] for row in answers(corpus, "new")} == {row["fault"] for row in rarest}
    assert {row["weight"] for row in answers(corpus, "divergences")} >= {"fault"}


def test_a_verdict_that_changed_is_listed_and_a_new_trace_is_not(corpus, results):
    assert corpus.ask(CHANGES).rows == []
    assert corpus.count_in_both() == 3
    back = Corpus(str(results / "earlier"), str(results / "all"))
    assert back.ask(CHANGES).rows == [("late.wwtrace", "verdict", "diverged", "(gone)")]
    back.close()


def test_the_statements_that_are_shown_make_the_same_tables_in_a_session_of_ones_own(corpus):
    import duckdb

    with duckdb.connect() as own:
        for statement in corpus.preamble:
            own.execute(statement)
        for question in (*QUESTIONS, CHANGES):
            assert own.execute(question.sql).fetchall() == corpus.ask(question).rows


def test_results_in_a_store_give_the_same(corpus, results):
    pytest.importorskip("fsspec")
    from wwanreplay.stores import named

    stored = Corpus(named(f"file://{results}/all"), named(f"file://{results}/earlier"))
    for question in (*QUESTIONS, CHANGES):
        assert stored.ask(question).rows == corpus.ask(question).rows
    stored.close()


def test_what_are_no_results_is_one_line(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="holds no results"):
        Corpus(str(tmp_path))
    (tmp_path / "dataset.json").write_text('{"schema": 1}')
    with pytest.raises(InputError, match="has no table traces"):
        Corpus(str(tmp_path))
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(UsageError, match=r"wwanreplay\[fleet\]"):
        Corpus(str(tmp_path))


@pytest.mark.long
def test_the_job_of_the_document_passes_until_a_verdict_changes(folder_of_lab, tmp_path):
    """Its own lines, in a shell, with a corpus and a baseline in a bucket."""
    pytest.importorskip("s3fs")
    import botocore.session

    text = (DOCS / "fleet.md").read_text(encoding="utf-8")
    job = re.search(r"^firmware-regressions:\n(.*?)^```", text, re.DOTALL | re.MULTILINE)[1]
    lines = [line.removeprefix("    - ") for line in job.splitlines() if line.startswith("    - ")]
    assert lines.pop(0).startswith("pip install 'wwanreplay[fleet,s3]'")
    assert len(lines) == 3
    script = "set -e\n" + "\n".join(lines)
    with s3() as address:
        keys = {
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "hunter2",
            "AWS_SECRET_ACCESS_KEY": "hunter3",
            "AWS_DEFAULT_REGION": "us-east-1",
            "PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}",
        }
        client = botocore.session.get_session().create_client(
            "s3",
            endpoint_url=address,
            aws_access_key_id="hunter2",
            aws_secret_access_key="hunter3",
            region_name="us-east-1",
        )
        client.create_bucket(Bucket="lab")

        def put(name, data):
            client.put_object(Bucket="lab", Key=f"corpus/{name}", Body=data)

        def run_job(number, script=script):
            place = tmp_path / str(number)
            place.mkdir()
            done = subprocess.run(
                ["bash", "-c", script],
                cwd=place,
                env={**ENVIRONMENT, **keys},
                capture_output=True,
                text=True,
                check=False,
            )
            assert "hunter" not in done.stdout + done.stderr
            return done

        for path in folder_of_lab.iterdir():
            put(path.name, path.read_bytes())
        first = run_job(
            0, f"set -e\n{lines[0].replace('results now', 'results s3://lab/baseline')}"
        )
        assert first.returncode == 0, first.stderr
        same = run_job(1)
        assert same.returncode == 0, same.stdout + same.stderr
        assert "no verdict changed; 4 traces compared" in same.stdout
        assert (tmp_path / "1" / "corpus.html").stat().st_size > 1000
        put("sim.wwtrace", (folder_of_lab / "late.wwtrace").read_bytes())
        changed = run_job(2)
        assert changed.returncode == 1, changed.stdout + changed.stderr
        assert re.search(r"sim\.wwtrace +verdict +equal +diverged", changed.stdout)


def test_results_of_two_verbs_are_not_compared(results, folder_of_lab, tmp_path):
    run("check", folder_of_lab, "--results", tmp_path / "checked")
    done = run("corpus", results / "all", "--baseline", tmp_path / "checked")
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert "the results are of check, those of now of replay" in done.output


def test_an_earlier_run_that_did_not_complete_is_said(results, tmp_path):
    """What it lacks is not compared."""
    part = tmp_path / "part"
    shutil.copytree(results / "earlier", part)
    text = (part / "dataset.json").read_text()
    (part / "dataset.json").write_text(text.replace('"complete": true', '"complete": false'))
    done = run("corpus", results / "all", "--baseline", part)
    assert done.exit_code == 0
    assert f"warning: {part}: the run did not complete; replay --resume goes on" in done.stderr
    assert f"{results / 'all'}: the run" not in done.stderr
    gone = run("corpus", results / "earlier", "--baseline", results / "all")
    assert (gone.exit_code, "\n1 change; 3 traces compared" in gone.stdout) == (1, True)
