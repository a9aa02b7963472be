"""A company's own package plugs in by its entry points; a broken one breaks nothing else."""

import json
import shutil
import subprocess
import sys

import pytest
from checkout import LOGS, ROOT
from click.testing import CliRunner
from log_samples import connect, ready
from plugged_packages import EXAMPLE, broken_in, declared, forget

from wwanreplay import plugins as module
from wwanreplay.cli import root
from wwanreplay.devices.opening import open_device
from wwanreplay.errors import PluginError, UsageError
from wwanreplay.formats import registry

DEMO = ROOT / "traces" / "demo.wwtrace"
LOG = LOGS / "mbimcli-fault-contexts.log"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder into which the example was installed, by pip and without a network."""
    folder = tmp_path_factory.mktemp("plugin")
    shutil.copytree(EXAMPLE, folder / "source")
    options = ["--no-index", "--no-build-isolation", "--no-deps", "--disable-pip-version-check"]
    target = folder / "packages"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", *options, "--target", target, "./source"],
        cwd=folder,
        check=True,
        timeout=300,
    )
    return target


@pytest.fixture
def broken(tmp_path):
    """A folder with a package of which nothing works."""
    return broken_in(tmp_path / "broken")


@pytest.fixture
def on_path(monkeypatch):
    """Puts a folder of packages on the path, until the test ends."""

    def put(folder):
        monkeypatch.syspath_prepend(folder)
        forget()

    yield put
    monkeypatch.undo()
    forget()


def run(*arguments):
    module.left_out.clear()
    return CliRunner().invoke(root, [str(each) for each in arguments])


def log_of(*messages):
    lines = [
        f"acme 10:00:0{at}.250 seq={at} {'rx' if data[3] & 0x80 else 'tx'} {data.hex()}\n"
        for at, data in enumerate(messages)
    ]
    return "".join(lines)


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "acme.log"
    path.write_text(log_of(ready("262011234567890", "8949", "+49170"), connect("a", "b", "c")))
    return path


def test_nothing_of_a_plugin_is_imported_before_it_is_used(installed, on_path):
    on_path(installed)
    assert [list(module.plugins(group)) for group in module.GROUPS] == [
        ["acmelog"],
        ["acme"],
        ["acme-pty"],
        ["acme"],
    ]
    assert module.plugins(module.FORMATS)["acmelog"].package == "acme-modems"
    assert registry.format_of("LIBMBIM").name == "libmbim"
    open_device("emulated:lte-home").close()
    assert not [name for name in sys.modules if name.startswith("acme_")]


def test_a_format_is_found_by_its_name_and_by_itself(installed, on_path, log, tmp_path):
    on_path(installed)
    listed = json.loads(run("import", "--list-formats", "--json").stdout)
    assert listed["acmelog"] == {"title": "logs of Acme's modems", "package": "acme-modems"}
    assert listed["libmbim"]["package"] is None
    for number, words in enumerate((["--from", "acmelog"], [])):
        done = run("import", log, "-o", tmp_path / f"t{number}", "--no-infer", *words)
        assert (done.exit_code, done.stderr.count("warning")) == (0, 0)
        assert "acme.log: acmelog" in done.stdout
        assert "2 messages: 2 complete" in done.stdout


def test_a_log_of_a_plugin_is_scrubbed_as_it_declares(installed, on_path, log, tmp_path):
    on_path(installed)
    done = run("scrub", log, "-o", tmp_path / "clean.log", "--key", "k")
    assert done.exit_code == 0, done.output
    clean = (tmp_path / "clean.log").read_text()
    assert "seq=1" in clean
    assert "262011234567890".encode("utf-16-le").hex() in log.read_text()
    assert "262011234567890".encode("utf-16-le").hex() not in clean
    # A trace that names the format keeps its name when it is scrubbed.
    assert run("import", log, "-o", tmp_path / "t", "--no-infer").exit_code == 0
    assert run("scrub", tmp_path / "t", "-o", tmp_path / "u", "--key", "k").exit_code == 0
    assert "acmelog" in run("info", tmp_path / "u").stdout


def test_a_device_is_named_by_its_kind(installed, on_path, tmp_path):
    on_path(installed)
    done = run("record", "acme:lte-home", "-o", tmp_path / "t")
    assert done.exit_code == 0, done.output
    assert "acme 1.0" in run("info", tmp_path / "t").stdout
    assert run("replay", tmp_path / "t").exit_code == 0
    listed = run("devices").stdout
    assert "acme:NAME" in listed
    assert "acme-modems" in listed
    assert run("devices", "--json").exit_code == 0
    with pytest.raises(UsageError, match=r"nobody:x: no device; use .*, acme:NAME"):
        open_device("nobody:x")
    with pytest.raises(UsageError):  # errors of ours pass
        open_device("acme:no-such-profile")


def test_a_trace_is_replayed_against_a_device_of_a_plugin(installed, on_path, tmp_path):
    on_path(installed)
    kept = tmp_path / "t"
    done = run("replay", DEMO, "--device", "acme:lte-home", "-o", kept)
    assert done.exit_code == 0, done.output
    assert ": no fault" in done.stdout
    assert "acme 1.0" in run("info", kept).stdout
    pin = ROOT / "traces" / "pin.wwtrace"
    assert run("replay", pin, "--device", "acme:pin-locked").exit_code == 0  # PINs, too
    assert "another SIM" in run("replay", DEMO, "--device", "acme:two-ports").stdout
    assert run("replay", DEMO, "--device", "acme:no-sim").exit_code == 1
    done = run("replay", DEMO, "--device", "nobody:x")
    assert done.exit_code == 2
    assert "mbim-proxy:PATH, acme:NAME" in done.stderr


def test_a_rule_is_judged_with_ours(installed, on_path, tmp_path):
    on_path(installed)
    assert "acme.signal-above" in run("check", DEMO, "--all").stdout
    assert "laboratory manual, 4.2" in run("check", "--explain", "acme.signal-above").stdout
    judged = run("check", DEMO, "--rule", "acme.*")  # the demo has a signal of 9
    assert judged.exit_code == 1
    assert "a signal of 9 was reported" in judged.stdout
    waivers = tmp_path / "w.toml"
    waivers.write_text(
        '[[accept]]\nrule = "acme.signal-above"\nreason = "weak on purpose"\nexpires = 2999-01-01\n'
    )
    assert run("check", DEMO, "--waivers", waivers).exit_code == 0
    assert run("check", DEMO, "--rule", "acme.no-such").exit_code == 2


NAMED = {
    "format": (["import", LOG, "-o", "{out}", "--from", "gone"], "cannot be loaded"),
    "reader": (["import", LOG, "-o", "{out}", "--from", "raises"], "RuntimeError: not today"),
    "device": (["record", "gone:x", "-o", "{out}"], "cannot be loaded"),
    "opening": (["record", "raises:x", "-o", "{out}"], "RuntimeError: not today"),
    "no device": (["record", "half:x", "-o", "{out}"], "lacks now_ns, next_due_ns"),
    "rule": (["check", DEMO, "--rule", "raises.always"], "--ignore raises.always leaves it out"),
}


@pytest.mark.parametrize("case", NAMED)
def test_a_broken_plugin_that_is_used_is_one_line_with_its_package(case, broken, on_path, tmp_path):
    on_path(broken)
    words, reason = NAMED[case]
    done = run(*(str(word).format(out=tmp_path / "out") for word in words))
    assert done.exit_code == 3
    (line,) = [line for line in done.stderr.splitlines() if ": error: " in line]
    assert "of the package acme_broken: " in line
    assert done.stderr.count(line.partition(": error: ")[2]) == 1
    assert reason in line
    assert "Traceback" not in done.output
    assert not (tmp_path / "out").exists()


def test_what_tries_all_plugins_goes_on_without_the_broken_ones(broken, on_path, tmp_path):
    on_path(broken)
    done = run("import", LOG, "-o", tmp_path / "t", "--no-infer")
    assert done.exit_code == 0
    warnings = [line for line in done.stderr.splitlines() if "warning" in line]
    assert [("gone" in line, "raises" in line) for line in warnings] == [
        (True, False),
        (False, True),
    ]
    assert all("acme_broken" in line and "it was left out" in line for line in warnings)
    forget()
    judged = run("check", DEMO, "--ignore", "raises.*")
    assert judged.exit_code == 0
    assert "the plugin 'gone' (wwanreplay.rules)" in judged.stderr


@pytest.mark.parametrize("words", [["info", DEMO], ["replay", DEMO], ["record", "-o", "{out}"]])
def test_who_needs_no_plugin_never_meets_a_broken_one(words, broken, on_path, tmp_path):
    on_path(broken)
    done = run(*(str(word).format(out=tmp_path / "out") for word in words))
    assert done.exit_code == 0
    assert "acme" not in done.stderr


def test_names_are_one_packages_and_can_be_typed(on_path, tmp_path):
    declared(tmp_path, "a", "[wwanreplay.devices]\none = m\nTwo Words = m\n")
    declared(tmp_path, "b", "[wwanreplay.devices]\none = m\n")
    on_path(tmp_path)
    assert {name: plugin.package for name, plugin in module.plugins(module.DEVICES).items()} == {
        "one": "a"
    }
    two, one = module.left_out
    assert "small letters" in two
    assert "the package a has that name already" in one


def test_errors_of_made_things_name_the_package(on_path, tmp_path):
    declared(tmp_path, "a", "[wwanreplay.devices]\nx = acme_x:open\n")
    on_path(tmp_path)
    plugin = module.plugins(module.DEVICES)["x"]

    class Form:
        def go(self): ...

    class Made:
        there = 5

        def go(self):
            raise KeyError("k")

        @property
        def bad(self):
            raise ValueError("v")

    made = module.made_by(plugin, Made, Form)
    assert made.there == 5
    assert not hasattr(made, "nothing")
    with pytest.raises(PluginError, match=r"package a: form x failed in go: KeyError: 'k'"):
        made.go()
    with pytest.raises(PluginError, match="failed in bad: ValueError: v"):
        _ = made.bad
    with pytest.raises(PluginError, match="is no function"):
        module.made_by(plugin, 5, Form)
