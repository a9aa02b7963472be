"""What every verb that writes does with files that are there, links, pipes, modes and signals."""

import os
import signal
import stat
import sys
import time
from pathlib import Path

import pytest
from checkout import LOGS
from click.testing import CliRunner
from groups import sampled
from mbim_host import TIMEOUT_S
from running import running_verb

from wwanreplay.cli import root
from wwanreplay.record import Session
from wwanreplay.replay import replay
from wwanreplay.trace import TraceReader

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
GOOD = b"what was there before"

#: Arguments that write to what follows, from the inputs `t` (a trace) and `log`.
WRITING = {
    "record": "record --script pin -o",
    "record --scrub": "record --script pin --scrub -o",
    "import": "import --no-infer {folder}/log -o",
    "infer": "infer {folder}/t -o",
    "infer --strip": "infer {folder}/t --strip all -o",
    "infer --save": "infer {folder}/t --save",
    "scrub": "scrub {folder}/t -o",
    "scrub a log": "scrub {folder}/log -o",
    "recover": "recover {folder}/t -o",
    "check --junit": "check {folder}/t --junit",
    "check --sarif": "check {folder}/t --sarif",
    "export": "export {folder}/t --to csv -o",
    "view": "view {folder}/t --no-replay -o",
    "export bytes": "export {folder}/t --to pcapng --show-personal -o",
}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    (folder / "log").write_bytes((LOGS / "mbimcli-fault-contexts.log").read_bytes())
    assert run(folder, "record --script pin -o {folder}/t").exit_code == 0
    return folder


def run(folder: Path, arguments: str, *more: object):
    words = [word.format(folder=folder) for word in arguments.split()]
    return CliRunner().invoke(root, [*words, *map(str, more)])


@pytest.mark.parametrize("name", sampled(WRITING, 4))
def test_files_links_and_devices(inputs: Path, tmp_path: Path, name: str) -> None:
    arguments = WRITING[name]
    new, good, link = tmp_path / "new", tmp_path / "good", tmp_path / "link"
    assert run(inputs, arguments, new).exit_code == 0
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    good.write_bytes(GOOD)
    good.chmod(0o640)
    link.symlink_to("good")
    result = run(inputs, arguments, link)
    assert result.exit_code == 2
    assert f"{link}: exists already; --force overwrites it" in result.output
    assert good.read_bytes() == GOOD
    assert run(inputs, arguments, link, "--force", "--shared").exit_code == 0
    assert link.is_symlink()
    assert good.read_bytes() != GOOD
    assert stat.S_IMODE(good.stat().st_mode) == 0o640
    mask = os.umask(0o022)
    try:
        assert run(inputs, arguments, tmp_path / "shared", "--shared").exit_code == 0
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "shared").stat().st_mode) == 0o644
    assert run(inputs, arguments, "/dev/null").exit_code == 0
    full = run(inputs, arguments, "/dev/full", "--force")
    assert full.exit_code == 3
    assert "/dev/full: cannot be written: No space left on device" in full.output
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)
    folder = run(inputs, arguments, tmp_path, "--force")
    assert folder.exit_code == 3
    assert f"{tmp_path}: cannot be written: Is a directory" in folder.output
    assert sorted(os.listdir(tmp_path)) == ["good", "link", "new", "shared"]


@pytest.mark.parametrize("arguments", WRITING.values(), ids=WRITING)
def test_a_dash_is_the_standard_output_or_refused(inputs: Path, arguments: str) -> None:
    result = run(inputs, arguments, "-")
    if "import" in arguments:
        assert result.exit_code == 2
        assert "an import may make several traces; name a file" in result.stderr
        return
    assert result.exit_code == 0
    texts = ("scrub {folder}/log", "export {folder}/t --to csv", "check")
    binary = not arguments.startswith(texts)
    if binary and not any(word in arguments for word in ("--save", "export", "view")):
        with TraceReader(result.stdout_bytes) as reader:
            assert reader.footer is not None
    assert result.stdout_bytes
    assert result.stderr or "export" in arguments


@pytest.mark.parametrize("wrong", ["--fault {folder}/none.toml", "--script {folder}/late.toml"])
def test_a_mistake_leaves_the_trace_that_is_there(inputs: Path, tmp_path: Path, wrong: str) -> None:
    out = tmp_path / "out"
    out.write_bytes(GOOD)
    (inputs / "late.toml").write_text(
        '[[step]]\nat = "5s"\nquery = "OID_WWAN_READY_INFO"\n[[step]]\nat = "6s"\ncancel = "x"\n'
    )
    result = run(inputs, f"record {wrong} --force -o", out)
    assert result.exit_code == 2
    assert out.read_bytes() == GOOD


def test_a_session_that_fails_in_the_middle_keeps_what_it_has(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_bytes(GOOD)

    def fail() -> None:
        with Session(target=out) as session:
            session.run("5s")
            session.query("OID_WWAN_READY_INFO")
            session.query("OID_NO_SUCH")

    with pytest.raises(Exception, match="no OID is called") as caught:
        fail()
    assert f"kept in {out}.part" in caught.value.__notes__[0]
    assert out.read_bytes() == GOOD
    with TraceReader(f"{out}.part") as reader:
        assert reader.cut_off
        assert list(reader)


ENDS = [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated"),
        (signal.SIGHUP, 129, "hung up"), (signal.SIGKILL, -9, "")]  # fmt: skip


@pytest.mark.parametrize(("ending", "code", "word"), sampled(ENDS, 1))
def test_a_recording_that_is_ended_keeps_what_it_has(
    tmp_path: Path, ending: signal.Signals, code: int, word: str
) -> None:
    """`record` is stopped in the middle; the trace that was there stays."""
    out, part = tmp_path / "out", tmp_path / "out.part"
    out.write_bytes(GOOD)
    script = tmp_path / "long.toml"
    steps = '[[step]]\nrepeat = 60000\nsteps = [{ query = "OID_WWAN_READY_INFO" }]\n'
    script.write_text('pace = "1s"\n' + steps)
    arguments = ["record", "--script", script, "--chunk-size", "1000", "--force", "-o", out]
    with running_verb(*map(str, arguments)) as process:
        deadline = time.monotonic() + TIMEOUT_S
        while not part.exists() or part.stat().st_size < 20_000:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(ending)
        _, error = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == code
    assert out.read_bytes() == GOOD
    assert sorted(os.listdir(tmp_path)) == ["long.toml", "out", "out.part"]
    with TraceReader(part) as reader:
        count = len(list(reader))
        assert reader.cut_off
    assert count > 10
    if word:
        last = error.splitlines()[-1]
        assert last == f"wwanreplay: error: {word}; {count} records kept in {part}"


def test_a_recording_that_grows_can_be_read(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with Session(target=out, chunk_size=1) as session:
        session.run("5s")
        session.query("OID_WWAN_READY_INFO")
        session.run("5s")
        assert not out.exists()
        with TraceReader(f"{out}.part") as reader:
            assert len(list(reader)) >= len(session.events)
    assert replay(str(out)).equal
    assert os.listdir(tmp_path) == ["out"]
