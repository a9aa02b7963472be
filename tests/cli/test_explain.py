"""`explain`: the page of a log or trace, its JSON, its exit codes."""

import json

import pytest
from explained_causes import CASES
from explained_sessions import CONNECTED, session_bytes, session_log
from verbs import run


@pytest.fixture
def trace(tmp_path):
    def trace(text, name="a.wwtrace"):
        path = tmp_path / name
        path.write_bytes(session_bytes(text))
        return str(path)

    return trace


def test_a_session_without_fault_is_explained_with_exit_code_0(trace):
    done = run("explain", trace(CONNECTED))
    assert done.exit_code == 0
    assert "What happened\n" in done.stdout
    assert "context 0       active, IPv4" in done.stdout


def test_a_trace_of_the_standard_input_is_named_so():
    done = run("explain", "-", input=session_bytes(CONNECTED))
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == "/dev/stdin"


def test_a_fault_makes_the_exit_code_1(trace):
    done = run("explain", trace(CASES["open-size"].shows))
    assert done.exit_code == 1
    assert "fault on the wire" in done.stdout


def test_json_is_a_list_with_a_page_for_each(trace):
    one, two = trace(CONNECTED), trace(CASES["open-size"].shows, "b.wwtrace")
    done = run("explain", "--json", one, two)
    pages = json.loads(done.stdout)
    assert [page["exit_code"] for page in pages] == [0, 1]
    assert done.exit_code == 1


def test_the_standard_input_is_read_once(trace, tmp_path):
    with open(trace(CONNECTED), "rb") as file:
        done = run("explain", "-", input=file.read())
    assert done.exit_code == 0
    assert run("explain", "-", "-").exit_code == 2
    assert run("explain").exit_code == 2


def test_what_is_no_log_is_one_line_and_exit_code_3(tmp_path):
    log = tmp_path / "qmi.log"
    log.write_text(">>>>>> QMUX:\n>>>>>>   length = 12\n")
    done = run("explain", str(log))
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.count("\n") == 1
    assert "QMI" in done.stderr
    assert "mbimcli --verbose-full" in done.stderr


def test_import_points_to_it(tmp_path):
    log, out = tmp_path / "bug.log", tmp_path / "my bug.wwtrace"
    log.write_text(session_log(CONNECTED))
    done = run("import", log, "-o", out)
    assert done.exit_code == 0
    assert f"wwanreplay explain '{out}'" in done.stderr
    done = run("explain", out)
    assert done.exit_code == 0
    assert "\n  no fault\n" in done.stdout


@pytest.mark.parametrize("part", [["--start", "9999"], ["--start", "9999s"], ["--stop", "0"]])
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_part_in_which_nothing_stands_is_no_answer(part, form, tmp_path):
    trace = tmp_path / "a.wwtrace"
    trace.write_bytes(session_bytes(CONNECTED))
    done = run("explain", *form, *part, trace)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "nothing matched: no message stands in" in done.stderr


def test_of_several_traces_those_are_named_in_which_nothing_stands(tmp_path):
    traces = [tmp_path / "a.wwtrace", tmp_path / "b.wwtrace"]
    for trace in traces:
        trace.write_bytes(session_bytes(CONNECTED))
    short = tmp_path / "c.wwtrace"
    assert run("cut", traces[0], "--stop", "3", "-o", short).exit_code == 0
    done = run("explain", "--start", "5", traces[0], short, traces[1], "-j", "2")
    missing = f"{short}: nothing matched: no message stands in record 5 to the end"
    assert (done.exit_code, done.stderr) == (1, f"wwanreplay: warning: {missing}\n")
    assert done.stdout.count("Likely causes") == 2
    done = run("explain", "--start", "9999", *traces)
    assert (done.exit_code, done.stdout) == (1, "")
    assert all(f"{trace}: nothing matched" in done.stderr for trace in traces)


def test_an_error_names_its_log_once(tmp_path):
    log = tmp_path / "quiet.log"
    log.write_text(">>>>>> RAW:\n>>>>>>   length = 0\n>>>>>>   data = \n")
    done = run("explain", log)
    assert (done.exit_code, done.stderr.count("quiet.log")) == (3, 1)
