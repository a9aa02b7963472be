"""The pytest plugin in a project of its own: marks, selection, processes, reports."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest
from checkout import ROOT
from replay_samples import sample_trace

from wwanreplay._core import Event, Kind
from wwanreplay.replay import replay
from wwanreplay.trace.edit import rewrite

CONFTEST = """
import pytest

MARKS = {
    "skipped": pytest.mark.skip(reason="not today"),
    "skipped-if": pytest.mark.skipif("1 + 1 == 2", reason="as it should be"),
    "known": pytest.mark.xfail(reason="known to diverge", strict=True),
    "known-damaged": pytest.mark.xfail(reason="known to be damaged", strict=True),
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


def damaged():
    """A trace with a wrong byte in a chunk, which nothing but `recover` reads."""
    data = bytearray(sample_trace())
    data[-2000] ^= 0xFF
    return bytes(data)


def without_outputs():
    return rewrite(sample_trace(), lambda events: [])


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A folder with a conftest that marks traces, and a test in Python beside them."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    (folder / "test_own.py").write_text("def test_own():\n    assert True\n")
    traces = {
        "good": sample_trace(),
        "bad": diverging(),
        "skipped": diverging(),
        "skipped-if": diverging(),
        "known": diverging(),
        "known-damaged": damaged(),
        "damaged": damaged(),
        "gap": with_gap(),
        "empty": without_outputs(),
    }
    for name, data in traces.items():
        (folder / f"{name}.wwtrace").write_bytes(data)
    return folder


def run(project, *arguments):
    """Pytest in the project, with pytest-xdist and this plugin and no others: they are slow."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST"):
        environment.pop(name, None)
    plugins = ["-p", "xdist.plugin", "-p", "wwanreplay.pytest_plugin", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert "INTERNALERROR" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done


def outcomes(done):
    last = done.stdout.strip().splitlines()[-1]
    return {name: int(number) for number, name in re.findall(r"(\d+) ([a-z]+)", last)}


@pytest.fixture(
    scope="module",
    params=[(), pytest.param(("-n", "2"), marks=pytest.mark.long)],
    ids=["alone", "xdist"],
)
def done(project, request):
    return run(project, *request.param, "--junitxml", "junit.xml")


def test_every_mark_and_every_sort_of_trace_has_its_outcome(done):
    assert outcomes(done) == {"passed": 3, "failed": 2, "skipped": 2, "xfailed": 2, "error": 1}
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "nothing compared: the trace has no output of the device" in done.stdout


def test_warnings_are_listed_at_the_end(done):
    section = done.stdout.partition("warnings of traces")[2]
    assert "gap.wwtrace: 3 records are lost at record" in section


def test_an_unreadable_trace_is_one_line(done):
    body = done.stdout.partition("= ERRORS =")[2].partition("= FAILURES =")[0]
    rule = r"[=_ ].*[=_ ]|=*|\[gw.*"  # headings, and the worker that xdist names
    (line,) = [line for line in body.splitlines() if not re.fullmatch(rule, line)]
    assert "damaged.wwtrace: the frame's CRC is wrong" in line


def test_junit_has_each_outcome_and_verdict(done, project):
    suite = ElementTree.parse(project / "junit.xml").getroot().find("testsuite")
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "10", "failures": "2", "errors": "1", "skipped": "4"}
    verdicts = {
        found.get("value")
        for found in suite.iter("property")
        if found.get("name") == "wwtrace_verdict"
    }
    assert verdicts == {"equal", "diverged", "nothing compared"}


@pytest.mark.long
def test_traces_may_be_selected_by_name(project):
    expected = {"passed": 1, "skipped": 2, "deselected": 7}
    assert outcomes(run(project, "-k", "good or skipped")) == expected


def test_an_unknown_profile_is_one_usage_error_for_the_run(project):
    done = run(project, "-n", "2", "--wwtrace-profile", "nope")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert (done.stdout + done.stderr).count("there is no profile 'nope'") == 1


@pytest.mark.long
def test_an_update_in_two_processes_names_what_it_rewrote(project, tmp_path):
    names = ("bad", "good", "worse")
    for name in names:
        trace = sample_trace() if name == "good" else diverging()
        (tmp_path / f"{name}.wwtrace").write_bytes(trace)
    done = run(tmp_path, "-n", "2", "--wwtrace-update")
    assert outcomes(done) == {"passed": 3}
    section = done.stdout.partition("updated traces")[2]
    assert re.findall(r"(\w+)\.wwtrace: diverged: 1 root cause", section) == ["bad", "worse"]
    assert all(replay(tmp_path / f"{name}.wwtrace").equal for name in names)
