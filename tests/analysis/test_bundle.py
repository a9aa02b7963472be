"""A bundle holds what a bug needs, scrubbed, in bytes that do not vary, and opens as a trace."""

import hashlib
import json
import zipfile

import pytest
from checkout import LOGS, TRACES
from verbs import run

from wwanreplay.analysis.bundle import bundle
from wwanreplay.analysis.expected import ATTACHMENT, Acceptance, write_expected
from wwanreplay.errors import InputError, PrivacyError, UsageError
from wwanreplay.packing.archive import MANIFEST, TRACE
from wwanreplay.replay import replay
from wwanreplay.trace import TraceReader
from wwanreplay.trace.edit import rewrite
from wwanreplay.verdict import Verdict

LOG = LOGS / "mbimcli-fault-contexts.log"
DEMO = TRACES / "demo.wwtrace"
IMSI = b"001010123456789"


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def of_log(tmp_path_factory):
    out = tmp_path_factory.mktemp("bundle") / "bug.wwbundle"
    bundle(LOG, out, b"key")
    return out


def test_it_holds_trace_report_log_and_a_manifest_that_is_right(of_log):
    found = members(of_log)
    assert list(found) == [MANIFEST, TRACE, "explain.txt", "report.txt", "log/log.log"]
    manifest = json.loads(found[MANIFEST])
    assert manifest["versions"]["model"] > 0
    for each in manifest["members"]:
        data = found[each["name"]]
        assert (each["size"], each["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert b"note (against the model)" in found["report.txt"]


def test_its_page_of_explain_has_the_lines_of_the_log(of_log):
    page = members(of_log)["explain.txt"].decode()
    own = run("explain", LOG).stdout
    assert page.startswith("log.log\n")
    assert "What stands out" in page
    assert [line for line in page.splitlines() if line.startswith("  line ")] == [
        line for line in own.splitlines() if line.startswith("  line ")
    ]


def test_it_opens_with_the_verbs_of_a_trace(of_log):
    assert run("replay", of_log).exit_code == 0
    assert run("replay", of_log, "--strict").exit_code == 1
    assert "WWAN_STATUS_BUSY" in run("replay", of_log).stdout
    for verb in ("show", "info", "check"):
        done = run(verb, of_log)
        assert done.exit_code == 0, done.output


def test_the_same_source_and_key_give_the_same_bytes_wherever_it_is_made(of_log, tmp_path):
    again = tmp_path / "elsewhere.wwbundle"
    bundle(LOG, again, b"key")
    assert again.read_bytes() == of_log.read_bytes()
    bundle(LOG, again, b"other key", force=True)
    assert again.read_bytes() != of_log.read_bytes()


def test_nothing_personal_is_in_a_bundle_of_a_trace(tmp_path):
    assert IMSI.decode("ascii").encode("utf-16-le") in DEMO.read_bytes()
    out = tmp_path / "demo.wwbundle"
    summary = bundle(DEMO, out, b"key")
    assert summary.values_replaced > 0
    for data in members(out).values():
        assert IMSI not in data
        assert IMSI.decode("ascii").encode("utf-16-le") not in data
    assert replay(out).verdict is Verdict.EQUAL


def test_neither_a_name_nor_a_place_of_this_machine_is_in_it(tmp_path):
    folder = tmp_path / "home-of-jane"
    folder.mkdir()
    log = folder / "jane-doe.log.gz"
    log.write_bytes((LOGS / "mbimcli-no-sim.log.gz").read_bytes())
    bundle(log, folder / "x.wwbundle", b"key")
    found = members(folder / "x.wwbundle")
    assert "log/log.log.gz" in found
    for data in found.values():
        assert b"jane" not in data
        assert b"/tmp" not in data


def test_expected_divergences_beside_a_trace_travel_inside(tmp_path):
    path, out = tmp_path / "bug.wwtrace", tmp_path / "bug.wwbundle"
    path.write_bytes(rewrite(DEMO, lambda events: [*events[:9], *events[10:]]))
    assert replay(path).verdict is Verdict.DIVERGED
    write_expected(path, replay(path), Acceptance())
    bundle(path, out, b"key")
    with TraceReader(out) as reader:
        assert ATTACHMENT in [each.name for each in reader.attachments()]
    assert run("replay", out).exit_code == 0


def test_what_scrub_refuses_is_refused_and_not_written(tmp_path):
    log, out = tmp_path / "a.log", tmp_path / "a.wwbundle"
    log.write_bytes(LOG.read_bytes() + b'AT+CPIN="4711"\nthe number 7411 of it\n')
    with pytest.raises(PrivacyError):
        bundle(log, out, b"key")
    assert not out.exists()
    assert run("bundle", log, "-o", out).exit_code == 1
    assert not out.exists()
    done = run("bundle", log, "-o", out, "--allow-doubtful")
    assert done.exit_code == 0
    assert "may hold a value" in done.stdout
    assert out.exists()


def test_a_page_of_another_can_be_given(tmp_path):
    out = tmp_path / "x.wwbundle"
    bundle(DEMO, out, b"key", page=lambda trace: f"about {trace}\n")
    assert members(out)["report.txt"] == b"about trace.wwtrace\n"


def test_what_cannot_be_bundled_is_one_line(tmp_path):
    nothing = tmp_path / "a.txt"
    nothing.write_text("nothing of the kind\n")
    with pytest.raises(InputError):
        bundle(nothing, tmp_path / "x.wwbundle")
    with pytest.raises(UsageError, match="exists"):
        bundle(DEMO, nothing)
    assert run("bundle", tmp_path / "none", "-o", tmp_path / "x.wwbundle").exit_code == 3
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_a_bundle_of_a_store_has_the_bytes_of_one_of_the_disk(tmp_path):
    pytest.importorskip("fsspec")
    trace = tmp_path / "bug.wwtrace"
    trace.write_bytes(rewrite(DEMO, lambda events: [*events[:9], *events[10:]]))
    write_expected(trace, replay(trace), Acceptance())
    for number, source in enumerate((LOG, trace)):
        made = []
        for each in (str(source), f"file://{source}"):
            out = tmp_path / f"{number}-{len(made)}.wwbundle"
            done = run("bundle", each, "-o", out, "--key", "key")
            assert done.exit_code == 0, done.output
            made.append(out.read_bytes())
        assert made[0] == made[1]
