"""`diff`: verdicts and exit codes, files of every sort, and refusals."""

import json
import lzma

import pytest
from checkout import LOGS, TRACES
from diff_samples import sample
from recording_mutations import written
from verbs import printed, run

DEMO = TRACES / "demo.wwtrace"


@pytest.fixture
def broken(tmp_path):
    """The demo without its last event."""
    header, events = sample("demo")
    at = max(n for n, event in enumerate(events) if event.kind == 5)
    path = tmp_path / "broken.wwtrace"
    path.write_bytes(written(header, [*events[:at], *events[at + 1 :]]))
    return path


def test_the_exit_code_says_whether_anything_differs(broken):
    code, output = printed("diff", DEMO, DEMO)
    assert (code, output.splitlines()[0].split(",")[0]) == (0, "equal")
    code, output = printed("diff", DEMO, broken)
    assert code == 1
    assert output.startswith("diverged: 1 difference (1 missing)")
    assert json.loads(run("diff", broken, DEMO, "--json").stdout)["counts"]["extra"] == 1


def test_nothing_compared_is_a_no_unless_it_is_allowed(tmp_path):
    empty = tmp_path / "empty.wwtrace"
    empty.write_bytes(written(sample("demo")[0], []))
    assert run("diff", empty, empty).exit_code == 1
    assert run("diff", empty, empty, "--allow-empty").exit_code == 0


def test_a_note_counts_only_where_that_is_strict(tmp_path):
    header, events = sample("demo")
    at = next(n for n, e in enumerate(events) if e.code == 0x4004100A and not e.request_id)
    path = tmp_path / "a.wwtrace"
    path.write_bytes(written(header, [*events[:at], *events[at + 1 :]]))
    done = run("diff", DEMO, path)
    assert (done.exit_code, done.stdout.split(",")[0]) == (0, "no fault")
    assert run("diff", DEMO, path, "--strict").exit_code == 1
    policy = tmp_path / "policy.toml"
    policy.write_text('[[event]]\ncode = "NDIS_STATUS_WWAN_SIGNAL_STATE"\ncompare = "owed"\n')
    assert run("diff", DEMO, path, "--policy", policy).exit_code == 1


def test_packed_traces_bundles_and_logs_are_compared(tmp_path):
    packed = tmp_path / "demo.wwtrace.xz"
    packed.write_bytes(lzma.compress(DEMO.read_bytes()))
    assert run("diff", DEMO, packed).exit_code == 0
    log, bundle = LOGS / "mbimcli-fault-late.log", tmp_path / "bug.wwbundle"
    imported = tmp_path / "bug.wwtrace"
    assert run("import", log, "-o", imported).exit_code == 0
    assert run("bundle", log, "-o", bundle).exit_code == 0
    assert printed("diff", imported, imported)[0] == 0
    code, output = printed("diff", imported, bundle)
    assert code in (0, 1)  # a bundle is scrubbed: other identities
    assert "outputs compared" in output


def test_a_log_differs_from_the_recording_of_its_modem_in_what_it_cannot_have(tmp_path):
    """What stands before the log begins, and what the bridge asks for beyond the command."""
    out = tmp_path / "log.wwtrace"
    assert run("import", "--no-infer", LOGS / "mbimcli-pin.log.gz", "-o", out).exit_code == 0
    done = run("diff", LOGS / "mbimcli-pin.wwtrace.xz", out, "--json")
    values = json.loads(done.stdout)
    assert values["compared"] > 10
    assert values["counts"]["changed"] == values["counts"]["extra"] == 0
    assert values["counts"]["reordered"] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        ([DEMO], 2, "Missing argument"),
        ([DEMO, "none.wwtrace"], 3, "none.wwtrace: cannot be read: No such file"),
        ([DEMO, LOGS / "README.md"], 3, "README.md"),
        ([DEMO, DEMO, "--policy", "none.toml"], 2, "none.toml"),
        ([DEMO, DEMO, "--max-differences", "0"], 2, "--max-differences"),
    ],
)
def test_a_refusal_is_one_line(arguments, code, text):
    done = run("diff", *arguments)
    assert done.exit_code == code
    assert text in done.stderr
    assert sum("error: " in line for line in done.stderr.splitlines()) == 1
