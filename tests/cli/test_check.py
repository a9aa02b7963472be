"""`wwanreplay check`: verdicts, exit codes, outputs, and each mistake as one line."""

import json
import shutil
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from judged_samples import broken_trace, good_trace, waiver

from wwanreplay.cli import root
from wwanreplay.protocol import PROTOCOL


@pytest.fixture
def good(tmp_path):
    return good_trace(tmp_path)


@pytest.fixture
def broken(tmp_path):
    return broken_trace(tmp_path)


def run(*arguments):
    return CliRunner().invoke(root, ["check", *map(str, arguments)])


def test_the_worst_trace_gives_the_exit_code(good, broken, tmp_path):
    assert run(good).exit_code == 0
    result = run(good, broken)
    assert result.exit_code == 1
    assert f"{good}: no fault" in result.stdout
    assert f"{broken}: broken" in result.stdout
    (tmp_path / "no.wwtrace").write_bytes(b"no trace")
    result = run(good, tmp_path / "no.wwtrace", broken)
    assert result.exit_code == 3
    assert f"{tmp_path / 'no.wwtrace'}: unreadable" in result.stdout
    assert f"{broken}: broken" in result.stdout
    assert len(result.stderr.splitlines()) == 1


def test_a_folder_is_searched(good, tmp_path):
    folder = tmp_path / "kept"
    (folder / "deep/er").mkdir(parents=True)
    for place in ("a.wwtrace", "deep/b.wwtrace", "deep/er/c.wwtrace", "deep/notes.txt"):
        shutil.copy(good, folder / place)
    result = run(folder)
    assert result.exit_code == 0, result.output
    lines = [line for line in result.stdout.splitlines() if line.startswith(str(folder))]
    assert len(lines) == 3


def test_nothing_judged_is_a_no_unless_allowed(good):
    chosen = ("--rule", "register.no-sim-access")
    assert run(good, *chosen).exit_code == 1
    assert "nothing judged" in run(good, *chosen).stdout
    assert run(good, *chosen, "--allow-empty").exit_code == 0


def test_rules_are_chosen_left_out_and_accepted(broken, tmp_path):
    values = json.loads(run(broken, "--json").stdout)
    names = [each["rule"] for each in values[0]["rules"] if each["outcome"] == "broken"]
    ignored = [word for name in names for word in ("--ignore", name)]
    assert run(broken, *ignored).exit_code == 0
    assert run(broken, "--rule", "async.provisional-first").exit_code == 0
    accepted = tmp_path / "accepted.toml"
    accepted.write_text("".join(waiver(name) for name in names) + waiver("pin.*"))
    result = run(broken, "--waivers", accepted)
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        f"wwanreplay: warning: {accepted}: accept {len(names) + 1} accepted nothing"
    ]
    accepted.write_text("".join(waiver(name, "2020-01-01") for name in names))
    result = run(broken, "--waivers", accepted)
    assert result.exit_code == 1
    assert "expired on 2020-01-01" in result.stderr


def test_files_for_programs_are_written_beside_the_report(broken, tmp_path):
    junit, sarif = tmp_path / "j.xml", tmp_path / "s.sarif"
    result = run(broken, "--junit", junit, "--sarif", sarif)
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{broken}: broken")
    assert ElementTree.parse(junit).getroot().tag == "testsuites"
    assert json.loads(sarif.read_text())["version"] == "2.1.0"
    before = junit.read_bytes()
    assert run(broken, "--junit", junit).exit_code != 0
    assert junit.read_bytes() == before
    assert run(broken, "--junit", junit, "--force").exit_code == 1


def test_a_file_on_the_standard_output_is_alone_there(broken):
    result = run(broken, "--sarif", "-")
    assert json.loads(result.stdout)["runs"]
    assert f"{broken}: broken" in result.stderr


def test_all_lists_every_rule(good):
    text = run(good, "--all").stdout
    assert all(f"  {name}: " in text for name in PROTOCOL.rule_by_id)


def test_a_rule_is_explained_without_a_trace():
    result = run("--explain", "register.notify-change")
    assert result.exit_code == 0
    assert result.stdout.startswith("register.notify-change: a must for the miniport")
    assert "why a host cares: The signal bars" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "TRACE is needed"),
        (("--explain", "connect.rain"), "connect.rain"),
        (("x", "--rule", "connect.rain"), "connect.rain"),
        (("x", "--rule", "connect.*", "--ignore", "*"), "leave no rule"),
        (("x", "--junit", "a", "--sarif", "a"), "name one file"),
        (("x", "--waivers", "/no/such.toml"), "/no/such.toml"),
        (("x", "--max-places", "0"), "max-places"),
    ],
)
def test_a_mistake_is_wrong_usage(arguments, words):
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert words in result.stderr
    assert "Traceback" not in result.output
