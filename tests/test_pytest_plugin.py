"""The pytest plugin: traces are tests."""

import lzma
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest
from checkout import ROOT
from judged_samples import broken_trace
from replay_samples import sample_trace

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.bundle import bundle
from wwanreplay.analysis.check.registry import rules
from wwanreplay.analysis.expected import Acceptance, write_expected
from wwanreplay.replay import replay
from wwanreplay.trace import TraceReader
from wwanreplay.trace.edit import rewrite

pytest_plugins = ["pytester"]
rules()  # each predicate: pytester would have some imported twice
PERSONAL = "001010123456789"


def without_second_ready_info(events):
    ready = [n for n, event in enumerate(events) if event.code == 0x40041001]
    return [event for n, event in enumerate(events) if n != ready[1]]


@pytest.fixture
def traces(pytester, monkeypatch):
    """A folder with a good trace; the plugin as installed or, in a checkout, by name."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (pytester.path / "good.wwtrace").write_bytes(sample_trace())
    return pytester


def run(pytester, *arguments):
    by_name = [] if _installed() else ["-p", "wwanreplay.pytest_plugin"]
    return pytester.runpytest_inprocess(*by_name, *arguments)


def _installed():
    from importlib.metadata import entry_points

    return any(
        found.value == "wwanreplay.pytest_plugin" for found in entry_points(group="pytest11")
    )


def write_bad(pytester):
    path = pytester.path / "bad.wwtrace"
    path.write_bytes(rewrite(sample_trace(), without_second_ready_info))
    return path


def test_an_equal_trace_passes(traces):
    run(traces, "-v").stdout.fnmatch_lines(["*good.wwtrace::replay PASSED*", "*1 passed*"])


def test_a_divergence_fails_with_the_report_masked(traces):
    write_bad(traces)
    done = run(traces)
    done.assert_outcomes(passed=1, failed=1)
    done.stdout.fnmatch_lines(
        [
            "*diverged: 1 root cause*",
            "*1. root cause: missing at record*",
            "*NDIS_STATUS_WWAN_READY_INFO*",
        ]
    )
    text = done.stdout.str()
    assert PERSONAL not in text
    assert "Traceback" not in text
    assert PERSONAL in run(traces, "--wwtrace-show-personal").stdout.str()


def test_a_file_that_cannot_be_read_is_one_line(traces):
    (traces.path / "torn.wwtrace").write_bytes(sample_trace()[:100])
    done = run(traces)
    done.assert_outcomes(passed=1, errors=1)
    assert "Traceback" not in done.stdout.str()
    done.stdout.fnmatch_lines(["*torn.wwtrace: the trace is cut off or damaged inside its header*"])


def test_another_profile_can_be_given(traces):
    run(traces, "--wwtrace-profile", "cdma").assert_outcomes(failed=1)
    run(traces, "--wwtrace-profile", "lte-home").assert_outcomes(passed=1)
    done = run(traces, "--wwtrace-profile", "no-such-profile")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert "no-such-profile" in done.stderr.str()


def test_nothing_compared_fails_unless_that_is_allowed(traces):
    (traces.path / "good.wwtrace").write_bytes(rewrite(sample_trace(), lambda events: []))
    for options in ((), ("--wwtrace-update",)):
        done = run(traces, *options)
        done.assert_outcomes(failed=1)
        done.stdout.fnmatch_lines(["nothing compared: the trace has no output of the device"])
    run(traces, "--wwtrace-allow-empty").assert_outcomes(passed=1)


def test_warnings_fail_a_trace_when_that_is_requested(traces):
    gap = Event(Kind.KIND_GAP, 10**12, code=3, payload=b"lost")
    path = traces.path / "gap.wwtrace"
    path.write_bytes(rewrite(sample_trace(), lambda events: [*events, gap]))
    run(traces).assert_outcomes(passed=2)
    run(traces, "--wwtrace-strict").assert_outcomes(passed=1, failed=1)


def test_traces_are_judged_by_rules_when_that_is_requested(traces):
    good = traces.path / "good.wwtrace"
    run(traces, "-v", "--wwtrace-check").stdout.fnmatch_lines(
        ["*good.wwtrace::replay PASSED*", "*good.wwtrace::check PASSED*", "*2 passed*"]
    )
    broken_trace(traces.path)
    good.unlink()
    done = run(traces, "--wwtrace-check", "--wwtrace-allow-empty", "-k", "check")
    done.assert_outcomes(failed=1, deselected=1)
    done.stdout.fnmatch_lines(["*broken: *", "*fault: connect.link-state*", "*at record*"])
    assert "Traceback" not in done.stdout.str()


def test_a_trace_that_cannot_be_read_is_an_error_of_both_tests(traces):
    (traces.path / "torn.wwtrace").write_bytes(sample_trace()[:100])
    run(traces, "--wwtrace-check").assert_outcomes(passed=2, errors=2)


def test_what_is_accepted_passes_and_a_wrong_file_is_a_usage_error(traces):
    write_bad(traces)
    accepted = traces.path / "accepted.toml"
    accepted.write_text(
        '[[accept]]\ncode = "*"\nreason = "known"\nexpires = 2999-12-31\n', encoding="utf-8"
    )
    run(traces, "--wwtrace-waivers", str(accepted)).assert_outcomes(passed=2)
    accepted.write_text('[[accept]]\ncode = "*"\n', encoding="utf-8")
    done = run(traces, "--wwtrace-waivers", str(accepted))
    assert done.ret == pytest.ExitCode.USAGE_ERROR


def test_packed_traces_and_bundles_are_tests_too(traces):
    (traces.path / "good.wwtrace.xz").write_bytes(lzma.compress(sample_trace()))
    bundle(traces.path / "good.wwtrace", traces.path / "good.wwbundle", b"key")
    run(traces).assert_outcomes(passed=3)
    (traces.path / "good.wwtrace.xz").write_bytes(lzma.compress(sample_trace())[:-20])
    run(traces).assert_outcomes(passed=2, errors=1)


def test_expected_divergences_pass_new_ones_fail_and_gone_ones_are_listed(traces):
    bad = write_bad(traces)
    write_expected(bad, replay(bad), Acceptance())
    run(traces, "--wwtrace-max-divergences=1").assert_outcomes(passed=2)
    bad.write_bytes(rewrite(bad, lambda events: events[:2] + events[3:]))
    run(traces).assert_outcomes(passed=1, failed=1)
    bad.write_bytes(sample_trace())
    done = run(traces)
    done.assert_outcomes(passed=2)
    done.stdout.fnmatch_lines(["*warnings of traces*", "*bad.wwtrace: gone: layer model*"])
    run(traces, "--wwtrace-strict").assert_outcomes(passed=1, failed=1)


def test_no_divergence_listed_is_a_usage_error(traces):
    done = run(traces, "--wwtrace-max-divergences", "0")
    assert done.ret == pytest.ExitCode.USAGE_ERROR


def test_junit_carries_the_report_and_the_digest(traces):
    write_bad(traces)
    run(traces, "--junitxml", "junit.xml")
    root = ElementTree.parse(traces.path / "junit.xml").getroot()
    suite = root if root.tag == "testsuite" else root[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    text = (traces.path / "junit.xml").read_text()
    assert "root cause: missing" in text
    assert PERSONAL not in text
    assert replay(sample_trace()).digest in text


def test_update_rewrites_the_outputs_and_says_so(traces):
    path = write_bad(traces)
    done = run(traces, "--wwtrace-update")
    done.assert_outcomes(passed=2)
    done.stdout.fnmatch_lines(["*updated traces*", "*bad.wwtrace: diverged: 1 root cause;*"])
    result = replay(path)
    assert result.equal
    assert result.digest == result.recorded_digest == replay(sample_trace()).digest
    run(traces).assert_outcomes(passed=2)
    with TraceReader(path) as reader, TraceReader(sample_trace()) as good:
        assert list(reader.events()) == list(good.events())


def test_update_leaves_equal_traces_alone(traces):
    path = traces.path / "good.wwtrace"
    before = path.read_bytes()
    done = run(traces, "--wwtrace-update")
    assert path.read_bytes() == before
    assert "updated traces" not in done.stdout.str()


def test_update_refuses_a_trace_whose_inputs_are_not_known(traces):
    path = write_bad(traces)

    def with_gap(events):
        return [*events, Event(Kind.KIND_GAP, events[-1].time_ns, code=1, payload=b"lost")]

    path.write_bytes(rewrite(path.read_bytes(), with_gap))
    before = path.read_bytes()
    done = run(traces, "--wwtrace-update")
    done.assert_outcomes(passed=1, failed=1)
    done.stdout.fnmatch_lines(["*records are lost in the trace*"])
    assert path.read_bytes() == before
    assert sorted(found.name for found in traces.path.glob(".*wwtrace*")) == []


def test_update_against_another_profile_changes_the_profile(traces):
    run(traces, "--wwtrace-update", "--wwtrace-profile", "cdma").assert_outcomes(passed=1)
    run(traces).assert_outcomes(passed=1)
    with TraceReader(traces.path / "good.wwtrace") as reader:
        assert reader.header.profile_name == "cdma"


def test_without_a_trace_nothing_of_the_engine_is_imported():
    code = (
        "import sys\n"
        "import wwanreplay.pytest_plugin\n"
        "print(sorted(name for name in sys.modules if name.startswith('wwanreplay')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "['wwanreplay', 'wwanreplay.pytest_plugin']"


def test_other_files_are_not_touched(traces):
    (traces.path / "good.wwtrace").unlink()
    traces.makepyfile("def test_it(): pass")
    (traces.path / "notes.txt").write_text("no trace")
    run(traces).assert_outcomes(passed=1)


SESSION_TEST = """
import pytest

pytestmark = pytest.mark.wwan(profile="lte-roaming", seed=5)

@pytest.mark.wwan(seed=7)
def test_passes(wwan_session, tmp_path):
    wwan_session.run("5s")
    assert wwan_session.now_ns == 5 * 10**9
    header = wwan_session.writer.header
    assert (header.profile_name, header.seed) == ("lte-roaming", 7)

def test_fails(wwan_session):
    wwan_session.query("OID_WWAN_READY_INFO")
    assert wwan_session.until_idle() == []
"""


def test_a_session_is_made_as_the_nearest_markers_say_and_kept_where_the_test_fails(traces):
    traces.makepyfile(SESSION_TEST)
    result = run(traces, "--strict-markers", "-m", "not wwtrace")
    result.assert_outcomes(passed=1, failed=1, deselected=1)
    text = result.stdout.str()
    path = text.partition("its trace is ")[2].partition(";")[0]
    assert replay(path).equal
    assert text.count("its trace is") == 1
    run(traces, "-m", "wwtrace").assert_outcomes(passed=1, deselected=2)


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        ("'lte-home'", "the marker wwan takes profile=, seed=, faults= and not 'lte-home'"),
        ("sed=1", "the marker wwan takes profile=, seed=, faults= and not sed"),
        ("profile='lte-hom'", "wwan_session: * lte-hom*"),
        ("faults='no-such.toml'", "wwan_session: *no-such.toml*"),
    ],
)
def test_a_wrong_marker_is_one_line(traces, marker, words):
    traces.makepyfile(
        f"import pytest\n@pytest.mark.wwan({marker})\ndef test_it(wwan_session): pass"
    )
    result = run(traces, "test_a_wrong_marker_is_one_line.py")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{words}"])
    result.stdout.no_fnmatch_line("*Traceback*")
