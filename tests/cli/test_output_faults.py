"""Every call to the system fails in turn: nothing is lost, nothing is half there, one line says so.

After each fault the output is as it was or new as a whole, no other file is left but a recording
under its own name, which has all that had reached the disk, and the exit code is the documented
one.
"""

import errno
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from checkout import LOGS
from click.testing import CliRunner, Result
from groups import every
from io_faults import Faults, injected

from wwanreplay.cli import root
from wwanreplay.trace import TraceReader

GOOD = b"what was there before"

SCRIPT = """\
pace = "1s"
[[step]]
at = "4s"
query = "OID_WWAN_READY_INFO"
[[step]]
query = "OID_WWAN_RADIO_STATE"
"""


@dataclass(frozen=True)
class Verb:
    """Arguments with {folder}; `source` makes the input `in` of the folder.

    A verb that reads around damage takes a place that cannot be read as one, and says so.
    """

    arguments: str
    source: Callable[[Path], None] | None = None
    good_exit: int = 0
    reads_around_damage: bool = False
    reads: bool = True


def make_script(folder: Path) -> None:
    (folder / "in").mkdir()
    (folder / "in" / "s.toml").write_text(SCRIPT)


def make_trace(folder: Path) -> None:
    make_script(folder)
    done = run(folder, "record --script {folder}/in/s.toml --chunk-size 500 -o {folder}/in/t")
    assert done.exit_code == 0, done.output


def make_cut_trace(folder: Path) -> None:
    make_trace(folder)
    path = folder / "in" / "t"
    path.write_bytes(path.read_bytes()[:-200])


def make_log(folder: Path) -> None:
    (folder / "in").mkdir()
    log = (LOGS / "mbimcli-fault-contexts.log").read_bytes()
    (folder / "in" / "log").write_bytes(log)


VERBS = {
    "record": Verb("record --script {folder}/in/s.toml --chunk-size 500 -o", make_script),
    "record --sync": Verb("record --sync --script {folder}/in/s.toml -o", make_script),
    "record --scrub": Verb("record --scrub --key k --script {folder}/in/s.toml -o", make_script),
    "recover": Verb("recover {folder}/in/t -o", make_cut_trace, 1, True),
    "scrub": Verb("scrub --key k {folder}/in/t -o", make_trace),
    "scrub a log": Verb("scrub --key k {folder}/in/log -o", make_log),
    "import": Verb("import --no-infer {folder}/in/log -o", make_log),
    "import --scrub": Verb("import --scrub --key k {folder}/in/log -o", make_log, reads=False),
    "export": Verb("export --to csv {folder}/in/t -o", make_trace),
    "export bytes": Verb("export --to hex --show-personal {folder}/in/t -o", make_trace),
    "infer": Verb("infer {folder}/in/t -o", make_trace),
}
# The others make hundreds of calls, or the same ones.
QUICK = {("record", GOOD), ("export", None)}


def watching(part: Path, reached: list[int]) -> Callable[[str], None]:
    """Count the records that are in a recording at the time of a fault."""
    return lambda _: reached.append(records_in(part))


def run(folder: Path, arguments: str) -> Result:
    return CliRunner().invoke(root, [part.format(folder=folder) for part in arguments.split()])


def records_in(path: Path) -> int:
    try:
        with TraceReader(path.read_bytes(), strict=False) as reader:
            return len(list(reader))
    except Exception:  # half a header, at the time of the fault
        return 0


def faults_of(name: str) -> list[Callable[[], BaseException]]:
    """What a call fails with: what the system would answer, and an interrupt where it matters."""
    number = errno.ENOSPC if "write" in name or name in ("open", "mkdir", "link") else errno.EIO
    answer = partial(OSError, number, os.strerror(number))
    return [answer] if name == "read" else [KeyboardInterrupt, answer]


@pytest.mark.parametrize(
    ("verb", "before"),
    [
        pytest.param(
            verb,
            before,
            id=f"{name}-{'replaced' if before else 'new'}",
            marks=() if (name, before) in QUICK else pytest.mark.long,
        )
        for number, (name, verb) in enumerate(VERBS.items())
        for before in (None, GOOD)
        if (name, before) in QUICK or not (number + bool(before)) % every(2)
    ],
)
def test_each_call_fails_in_turn(
    tmp_path: Path, verb: Verb, before: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wwanreplay.analysis.scrub.keyed._STRETCH_ROUNDS", 1)  # for speed
    assert verb.source is not None
    verb.source(tmp_path)
    out, part = tmp_path / "out", tmp_path / "out.part"
    arguments = f"{verb.arguments} {{folder}}/out{' --force' if before else ''}"

    def reset() -> None:
        for path in (out, part):
            path.unlink(missing_ok=True)
        if before is not None:
            out.write_bytes(before)

    reset()
    run(tmp_path, arguments)  # so that everything is imported
    reset()
    counted = Faults()
    with injected(counted):
        result = run(tmp_path, arguments)
    assert result.exit_code == verb.good_exit, result.output
    whole = out.read_bytes()
    assert len(counted.calls) > 8
    for number, name in enumerate(counted.calls):
        if name == "read" and (before is None or not verb.reads):
            continue  # tried without a file at the output, which changes nothing of what is read
        for error in faults_of(name):
            reset()
            reached: list[int] = []
            faults = Faults(number, error, watching(part, reached))
            with injected(faults):
                result = run(tmp_path, arguments)
            assert reached, f"{name} {number} was not made again"
            where = f"{name}, number {number}: {result.output}"
            check(tmp_path, result, verb, error is KeyboardInterrupt, where)
            now = out.read_bytes() if out.exists() else None
            if verb.reads_around_damage and name == "read" and result.exit_code == verb.good_exit:
                assert now == whole or "Input/output error" in result.stdout, where
                continue
            assert now in (before, whole), where
            assert now == whole or result.exit_code != verb.good_exit, where
            if part.exists():
                assert f"kept in {part}" in result.stderr, where
                if "bytes kept" not in result.stderr:
                    assert records_in(part) >= max(1, reached[0]), where
            else:
                assert now == whole or reached[0] == 0, where


def check(folder: Path, result: Result, verb: Verb, interrupted: bool, where: str) -> None:
    """The exit code, the one line, and what is left in the folder."""
    assert set(os.listdir(folder)) <= {"in", "out", "out.part"}, where
    errors = [line for line in result.stderr.splitlines() if "error: " in line]
    if result.exit_code == verb.good_exit:
        assert errors == [], where
        return
    assert len(errors) == 1, where
    # A script that cannot be read is wrong usage, as one that is not there.
    usage = 2 if f"{folder}/in/s.toml: " in errors[0] else 3
    assert result.exit_code == (130 if interrupted else usage), where
    assert "Traceback" not in result.output, where
    assert "internal" not in result.output, where
    if not interrupted:
        assert re.search(r"error: \S+: ", errors[0]), where
