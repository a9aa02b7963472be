"""The pytest plugin in a project of its own: marks, selection, processes, reports."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from replay_samples import sample_trace

from wwanreplay._core import Event, Kind
from wwanreplay.replay import replay
from wwanreplay.trace.edit import rewrite

ROOT = Path(__file__).resolve().parent.parent
CONFTEST = """
import pytest

MARKS = {
    "skipped": pytest.mark.skip(reason="not today"),
    "skipped-if": pytest.mark.skipif("1 + 1 == 2", reason="as it should be"),
    "known": pytest.mark.xfail(reason="known to diverge", strict=True),
    "known-torn": pytest.mark.xfail(reason="known to be torn", strict=True),
}


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.stem in MARKS:
            item.add_marker(MARKS[item.path.stem])
"""


def diverging():
    return rewrite(sample_trace(), lambda events: [*events[:2], *events[3:]])


def with_gap():
    gap = Event(Kind.KIND_GAP, 0, code=3, payload=b"a chunk was damaged")
    return rewrite(
        sample_trace(), lambda events: [*events, gap.replace(time_ns=events[-1].time_ns)]
    )


def without_outputs():
    return rewrite(sample_trace(), lambda events: [])


@pytest.fixture
def project(tmp_path):
    """A folder with a conftest that marks traces, and two tests in Python beside them."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    (tmp_path / "test_own.py").write_text("def test_own():\n    assert True\n")
    traces = {
        "good": sample_trace(),
        "bad": diverging(),
        "skipped": diverging(),
        "skipped-if": diverging(),
        "known": diverging(),
        "known-torn": sample_trace()[:-900],
        "torn": sample_trace()[:-900],
        "gap": with_gap(),
        "empty": without_outputs(),
    }
    for name, data in traces.items():
        (tmp_path / f"{name}.wwtrace").write_bytes(data)
    return tmp_path


def run(project, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *plugin(), *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert "INTERNALERROR" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done


def plugin():
    from importlib.metadata import entry_points

    installed = [found.value for found in entry_points(group="pytest11")]
    return [] if "wwanreplay.pytest_plugin" in installed else ["-p", "wwanreplay.pytest_plugin"]


def outcomes(done):
    last = done.stdout.strip().splitlines()[-1]
    return {name: int(number) for number, name in re.findall(r"(\d+) ([a-z]+)", last)}


EXPECTED = {"passed": 3, "failed": 2, "skipped": 2, "xfailed": 2, "error": 1}


@pytest.mark.parametrize("processes", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_every_mark_and_every_sort_of_trace_has_its_outcome(project, processes):
    done = run(project, *processes)
    assert outcomes(done) == EXPECTED
    assert done.returncode == 1
    assert done.stdout.count("nothing compared: the trace has no output of the device") >= 1
    assert "3 records are lost at record" in done.stdout.partition("warnings of traces")[2]


def test_an_unreadable_trace_is_one_line(project):
    done = run(project, "torn.wwtrace")
    assert outcomes(done) == {"error": 1}
    body = done.stdout.partition("= ERRORS =")[2].partition("short test summary")[0]
    (line,) = [line for line in body.splitlines() if not re.fullmatch(r"[=_ ].*[=_ ]|=*|", line)]
    assert "torn.wwtrace: the file is cut off inside a frame" in line


def test_marks_may_be_selected_by_name(project):
    assert outcomes(run(project, "-k", "good or skipped")) == {
        "passed": 1,
        "skipped": 2,
        "deselected": 7,
    }


def test_junit_has_each_outcome_and_verdict(project):
    run(project, "-n", "2", "--junitxml", "junit.xml")
    suite = ElementTree.parse(project / "junit.xml").getroot().find("testsuite")
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "10", "failures": "2", "errors": "1", "skipped": "4"}
    verdicts = {
        case.get("classname"): found.get("value")
        for case in suite.iter("testcase")
        for found in case.iter("property")
        if found.get("name") == "wwtrace_verdict"
    }
    assert set(verdicts.values()) == {"equal", "diverged", "nothing compared"}


def test_an_unknown_profile_is_one_usage_error_for_the_run(project):
    for processes in ((), ("-n", "2")):
        done = run(project, *processes, "--wwtrace-profile", "nope")
        assert done.returncode == pytest.ExitCode.USAGE_ERROR
        assert (done.stdout + done.stderr).count("there is no profile 'nope'") == 1


@pytest.mark.parametrize("processes", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_an_update_names_what_it_rewrote(project, processes):
    (project / "worse.wwtrace").write_bytes(diverging())
    done = run(
        project, *processes, "--wwtrace-update", "bad.wwtrace", "worse.wwtrace", "good.wwtrace"
    )
    assert outcomes(done) == {"passed": 3}
    section = done.stdout.partition("updated traces")[2]
    assert re.findall(r"(\w+)\.wwtrace: diverged: 1 root cause", section) == ["bad", "worse"]
    assert all(replay(project / f"{name}.wwtrace").equal for name in ("bad", "worse", "good"))


def test_nothing_compared_passes_when_that_is_allowed(project):
    assert outcomes(run(project, "empty.wwtrace")) == {"failed": 1}
    assert outcomes(run(project, "empty.wwtrace", "--wwtrace-update")) == {"failed": 1}
    assert outcomes(run(project, "empty.wwtrace", "--wwtrace-allow-empty")) == {"passed": 1}


def test_warnings_fail_a_trace_when_that_is_asked_for(project):
    assert outcomes(run(project, "gap.wwtrace", "good.wwtrace")) == {"passed": 2}
    strict = run(project, "gap.wwtrace", "good.wwtrace", "--wwtrace-strict")
    assert outcomes(strict) == {"passed": 1, "failed": 1}
