"""Standard streams that lack characters, are closed or full: every verb ends as documented."""

import codecs
import errno
import gzip
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT
from field_samples import OPEN, OPEN_DONE
from groups import sampled
from printed_logs import umbim_printed
from running import running

from wwanreplay.cli import VERBS
from wwanreplay.cli.streams import SPELLING_ERRORS, SPELLINGS

PROGRAM = [sys.executable, "-m", "wwanreplay"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
DEMO = str(ROOT / "traces" / "demo.wwtrace")
LOG = str(ROOT / "logs" / "mbimcli-fault-contexts.log")
FULL = Path("/dev/full")

# Of each verb one command that prints, and whose output says this.
COMMANDS = {
    "demo": (["demo"], "root cause"),
    "record": (["record", "-o", "new.wwtrace"], "96 records"),
    "import": (["import", LOG, "-o", "new.wwtrace"], "new.wwtrace"),
    "replay": (["replay", "faulty.wwtrace"], "diverged"),
    "check": (["check", DEMO], "no fault"),
    "diff": (["diff", DEMO, DEMO], "equal"),
    "show": (["show", DEMO], "OID_WWAN_CONNECT"),
    "view": (["view", DEMO, "-o", "new.html"], "new.html: 96 of 96 records, equal"),
    "info": (["info", DEMO], "digest"),
    "corpus": (["corpus", "results"], "Verdicts by firmware"),
    "infer": (["infer", "faulty.wwtrace"], "faulty.wwtrace"),
    "scrub": (["scrub", DEMO, "-o", "new.wwtrace"], "new.wwtrace"),
    "recover": (["recover", DEMO, "-o", "new.wwtrace"], "new.wwtrace"),
    "export": (["export", DEMO, "--to", "csv"], "OID_WWAN_CONNECT"),
    "protocol": (["protocol", "show", "OID_WWAN_CONNECT"], "NDIS_WWAN_SET_CONTEXT_STATE"),
    "schema": (["schema", "fault"], "additionalProperties"),
    "devices": (["devices"], "emulated:lte-home"),
    "serve": (["serve", "--pty"], "/dev/pts/"),
    "explain": (["explain", DEMO], "demo.wwtrace"),
    "stats": (["stats", DEMO], "OID_WWAN_CONNECT"),
    "bundle": (["bundle", DEMO, "-o", "new.wwbundle"], "new.wwbundle"),
    "cut": (["cut", DEMO, "--start", "10", "-o", "new.wwtrace"], "new.wwtrace"),
    "filter": (["filter", DEMO, "--oid", "connect", "-o", "new.wwtrace"], "new.wwtrace"),
    "merge": (["merge", "first.wwtrace", "second.wwtrace", "-o", "new.wwtrace"], "new.wwtrace"),
    "convert": (["convert", DEMO, "-o", "new.wwtrace"], "new.wwtrace"),
    "stimulate": (["stimulate", "--list"], "coverage-lost"),
    "lab": (["lab", "--help"], "COMMAND"),  # a lab itself needs root: tests/lab
    "bench": (["bench", "--records", "1000", "--rounds", "1", "--session", "small"], "replay"),
}
# These have no --json, or print a table of their own.
WITHOUT_JSON = {"demo", "export", "lab", "schema"}
# Of verbs of one form; the others are in `make test-long`.
FEW = {"replay"}
every_verb = pytest.mark.parametrize("verb", sampled(VERBS, FEW))


def test_each_verb_has_its_command_here():
    assert set(COMMANDS) == set(VERBS)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """A trace whose report has arrows and whose notes have an em dash and an umlaut."""
    folder = tmp_path_factory.mktemp("streams")
    plan = folder / "fault.toml"
    plan.write_text(
        'description = "Zürich — 漢"\n'
        '[[fault]]\nwhen = { code = "NDIS_STATUS_WWAN_CONTEXT_STATE", nth = 1 }\n'
        'alter = { ActivationState = "WwanActivationStateActivating" }\n',
        encoding="utf-8",
    )
    path = folder / "faulty.wwtrace"
    done = run(["record", "--fault", str(plan), "-o", str(path)], folder)
    assert done.returncode == 0, done.stderr
    return path.read_bytes()


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """The two halves of a session, by name."""
    folder = tmp_path_factory.mktemp("parts")
    for name, place in (("first", "--stop"), ("second", "--start")):
        done = run(["cut", DEMO, place, "40", "-o", f"{name}.wwtrace"], folder)
        assert done.returncode == 0, done.stderr
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Results of a trace."""
    folder = tmp_path_factory.mktemp("corpus")
    done = run(["replay", DEMO, "--results", "results"], folder)
    assert done.returncode == 0, done.stderr
    return folder / "results"


@pytest.fixture
def place(tmp_path, faulty, parts, results):
    (tmp_path / "results").symlink_to(results)
    for name, data in {"faulty.wwtrace": faulty, **parts}.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def run(arguments, folder, environment=None, before=None, **streams):
    """Run the program; what it prints as bytes. `before` runs in the child, before the program."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE} | streams
    process = subprocess.Popen(
        [*PROGRAM, *arguments],
        cwd=folder,
        env={**ENVIRONMENT, **(environment or {})},
        preexec_fn=before,
        **{"stderr": subprocess.PIPE} | streams,
    )
    first = b""
    with process:
        try:
            if arguments[:1] == ["serve"] and process.stdout is not None:
                first = process.stdout.readline()
                process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=120)
        finally:
            process.kill()
    done = subprocess.CompletedProcess(arguments, process.returncode, output, errors)
    done.stdout = first + (output or b"")
    return done


def lines(done):
    return (done.stderr or b"").decode("ascii", "replace").splitlines()


@every_verb
def test_every_verb_prints_in_an_encoding_that_lacks_characters(verb, place):
    encoding = "cp1252"
    arguments, text_expected = COMMANDS[verb]
    done = run(arguments, place, {"PYTHONIOENCODING": encoding})
    assert done.returncode == (verb in ("replay", "infer")), done.stderr
    if verb == "export":  # tables and captures are bytes of their own format, whatever the terminal
        assert text_expected in done.stdout.decode("utf-8")
        return
    text = done.stdout.decode(encoding)
    assert text_expected in text
    assert b"internal error" not in done.stderr


@pytest.mark.parametrize(
    ("settings", "codec"),
    sampled(
        [
            ({"PYTHONIOENCODING": "latin-1"}, "latin-1"),
            ({"PYTHONIOENCODING": "cp437"}, "cp437"),
            ({"PYTHONIOENCODING": "utf-8"}, "utf-8"),
            ({"PYTHONIOENCODING": "", "LC_ALL": "C"}, "utf-8"),
            ({"PYTHONIOENCODING": "", "LC_ALL": "POSIX"}, "utf-8"),
            ({"PYTHONIOENCODING": "", "LC_ALL": "C", "PYTHONUTF8": "0"}, "ascii"),
        ],
        1,
    ),
    ids=lambda value: value if isinstance(value, str) else " ".join(value.values()).strip(),
)
def test_what_an_encoding_lacks_is_spelled_and_the_rest_stays(settings, codec, place):
    notes = run(["show", "faulty.wwtrace", "--kind", "note"], place, settings)
    report = run(["replay", "faulty.wwtrace"], place, settings)
    assert (notes.returncode, report.returncode) == (0, 1)
    arrow = "←"
    assert arrow.encode(codec, SPELLING_ERRORS).decode(codec) in report.stdout.decode(codec)
    if codec in ("latin-1", "ascii"):
        assert "<- indication NDIS_STATUS_WWAN_CONTEXT_STATE" in report.stdout.decode(codec)


def test_spellings_are_ascii_and_everything_else_is_escaped():
    assert "".join(SPELLINGS.values()).isascii()
    assert "Zürich → 漢".encode("latin-1", SPELLING_ERRORS) == b"Z\xfcrich -> \\u6f22"
    assert "a\udcffb\ud800".encode("utf-8", SPELLING_ERRORS) == b"a\\udcffb\\ud800"
    with pytest.raises(UnicodeDecodeError):
        codecs.decode(b"\xff", "ascii", SPELLING_ERRORS)


def test_a_file_name_that_is_no_text_is_named_in_the_error(tmp_path):
    done = run(["info", os.fsdecode(b"caf\xe9.wwtrace")], tmp_path, {"PYTHONIOENCODING": "utf-8"})
    assert done.returncode == 3
    (line,) = lines(done)
    assert line.startswith(r"wwanreplay: error: caf\udce9.wwtrace: ")


@pytest.mark.parametrize("verb", sampled([verb for verb in VERBS if verb not in WITHOUT_JSON], FEW))
def test_json_is_ascii_in_every_encoding(verb, place):
    arguments, _ = COMMANDS[verb]
    done = run([*arguments, "--json"], place, {"PYTHONIOENCODING": "ascii"})
    assert done.returncode == (verb in ("replay", "infer")), done.stderr
    found = done.stdout.decode("ascii")
    values = [json.loads(line) for line in found.splitlines()] if _by_lines(verb) else [found]
    assert values
    assert _by_lines(verb) or json.loads(found)


def _by_lines(verb):
    return verb in ("show", "serve")


@every_verb
@pytest.mark.parametrize("state", ["full", "closed"])
def test_every_verb_says_in_one_line_that_its_output_cannot_be_written(verb, state, place):
    arguments, _ = COMMANDS[verb]
    if state == "full" and not FULL.exists():
        pytest.skip("this system has no /dev/full")
    if state == "full":
        with FULL.open("wb") as out:
            done = run(arguments, place, stdout=out)
        reason = os.strerror(errno.ENOSPC)
    else:
        done = run(arguments, place, stdout=None, before=lambda: os.close(1))
        reason = os.strerror(errno.EBADF)
    assert done.returncode == 3, done.stderr
    own = [line for line in lines(done) if line.startswith("wwanreplay: error: ")]
    assert own in (
        [f"wwanreplay: error: standard output: {reason}"],
        [f"wwanreplay: error: standard output: cannot be written: {reason}"],
    )
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    if "new.wwtrace" in arguments:  # what was made is there, though its summary is lost
        assert run(["info", "new.wwtrace"], place).returncode == 0


@every_verb
def test_every_verb_works_without_a_standard_error_and_a_standard_input(verb, place):
    arguments, text_expected = COMMANDS[verb]

    def close():
        os.close(0)
        os.close(2)

    done = run(arguments, place, {"PYTHONIOENCODING": "utf-8"}, close, stdin=None, stderr=None)
    assert done.returncode == (verb in ("replay", "infer"))
    assert text_expected in done.stdout.decode()
    if "new.wwtrace" in arguments:  # no output was taken for a standard stream
        assert run(["info", "new.wwtrace"], place).returncode == 0


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["show", "--help"]])
def test_help_that_cannot_be_written_is_an_error_of_the_output(arguments, tmp_path):
    closed = run(arguments, tmp_path, stdout=None, before=lambda: os.close(1))
    assert closed.returncode == 3
    assert len(lines(closed)) == 1
    reading, writing = os.pipe()
    os.close(reading)
    gone = run(arguments, tmp_path, stdout=writing)
    os.close(writing)
    assert (gone.returncode, lines(gone)) == (141, [])


@pytest.mark.parametrize(
    ("arguments", "code"), [([], 2), (["info", "none"], 3), (["shwo"], 2), (["show", "--x"], 2)]
)
def test_an_error_that_cannot_be_printed_leaves_its_exit_code(arguments, code, tmp_path):
    closed = run(arguments, tmp_path, before=lambda: os.close(2), stderr=None)
    assert closed.returncode == code
    if not FULL.exists():
        pytest.skip("this system has no /dev/full")
    with FULL.open("wb") as full:
        assert run(arguments, tmp_path, stderr=full).returncode == code


def test_a_closed_standard_input_is_named(tmp_path):
    done = run(["import", "-", "-o", "x.wwtrace"], tmp_path, None, lambda: os.close(0), stdin=None)
    assert done.returncode == 3
    assert lines(done) == ["wwanreplay: error: /dev/stdin: cannot be read: Bad file descriptor"]
    assert not (tmp_path / "x.wwtrace").exists()


@pytest.mark.parametrize("verb", ["cut", "filter", "scrub"])
def test_a_verb_that_reads_several_times_refuses_a_pipe(verb, tmp_path):
    criterion = {"cut": ["--stop", "5"], "filter": ["--oid", "connect"], "scrub": []}[verb]
    command = [sys.executable, "-m", "wwanreplay.cli", verb, "-", "-o", "out", *criterion]
    data = (ROOT / "traces" / "demo.wwtrace").read_bytes()
    done = subprocess.run(command, input=data, capture_output=True, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert b"it is read several times; name a file" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("verb", ["show", "stats", "info", "check"])
def test_a_hyphen_is_the_standard_input(verb):
    data = (ROOT / "traces" / "demo.wwtrace").read_bytes()
    command = [sys.executable, "-m", "wwanreplay.cli", verb]
    by_hyphen, by_file = (
        subprocess.run([*command, name], input=data, capture_output=True, check=False)
        for name in ("-", "/dev/stdin")
    )
    assert by_hyphen.stdout
    assert b"cannot be read" not in by_hyphen.stderr
    assert (by_hyphen.returncode, by_hyphen.stdout) == (by_file.returncode, by_file.stdout)


@pytest.mark.parametrize(
    "verb",
    [
        ["explain"],
        ["import", "-o", "out"],
        ["bundle", "-o", "out"],
        ["diff", "demo"],
        ["infer", "-o", "out"],
        ["show"],
        ["info"],
        ["stats"],
        ["view", "-o", "out"],
    ],
    ids=lambda verb: verb[0],
)
@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
@pytest.mark.parametrize("kind", ["noise", "cut trace", "packed and cut"])
def test_each_verb_calls_the_standard_input_by_one_name(verb, name, kind, tmp_path):
    demo = (ROOT / "traces" / "demo.wwtrace").read_bytes()
    (tmp_path / "demo").write_bytes(demo)
    data = {"noise": b"noise\n" * 9, "cut trace": demo[:40]}.get(kind, gzip.compress(demo)[:200])
    command = [sys.executable, "-m", "wwanreplay", *verb, name]
    done = subprocess.run(command, input=data, capture_output=True, check=False, cwd=tmp_path)
    (line,) = done.stderr.decode().splitlines()
    assert done.returncode == 3
    assert line.startswith("wwanreplay: error: /dev/stdin: ")
    assert "tmp" not in line


@pytest.mark.parametrize("verb", ["explain", "import"])
def test_a_pipe_is_read_from_its_beginning(verb, tmp_path):
    log = umbim_printed(OPEN) + umbim_printed(OPEN_DONE)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    more = ["-o", str(tmp_path / "out")] if verb == "import" else ["--json"]
    command = [sys.executable, "-m", "wwanreplay", verb, str(pipe), *more]
    with running(command) as process:
        pipe.write_text(log)
        printed, _ = process.communicate()
    assert process.returncode == 0
    assert "umbim" in printed
