"""Run the fuzz targets under atheris: `python fuzz/run.py [TARGET…] [--seconds N] [--jobs N]`.

Each target runs in a process of its own, with the limits below. What is found on the way is put
below build/fuzz/found/TARGET/ and taken up by the next run, an input that breaks something below
build/fuzz/broken/. `--keep` adds what reaches new code to fuzz/corpus/, `--input FILE` runs one
input. The inputs of the targets of edited samples are recipes (fuzz/samples.py), which are not
kept: what broke something is a case of fuzz/regressions.toml.
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
CORPUS: Final = ROOT / "fuzz" / "corpus"
WORK: Final = ROOT / "build" / "fuzz"
BROKEN: Final = WORK / "broken"

#: One input: seconds, bytes of memory of the process, bytes.
TIMEOUT_S: Final = 5
#: A recipe is a whole session, whose every way is watched.
EDITED_FACTOR: Final = 4
MEMORY_MAX_MB: Final = 1024
INPUT_SIZE_MAX: Final = 8192
RECIPE_SIZE_MAX: Final = 96
#: Bytes and files that the kept inputs of one target may take.
CORPUS_SIZE_MAX: Final = 12 << 10
CORPUS_COUNT_MAX: Final = 40
#: What a process may take beyond its time, to start and to end.
GRACE_S: Final = 120

#: Modules whose ways are watched, and tables of rows, which have none worth watching.
WATCHED: Final = ("wwanreplay", "pcapng")
UNWATCHED: Final = (
    "wwanreplay.mbim.rows",
    "wwanreplay.protocol",
    "wwanreplay.devices",
    "wwanreplay._core",
    "wwanreplay._sessions",
)
# Imported only when needed, so they would come too late to be watched.
LATE: Final = ("pcapng", "pcapng.blocks", "pcapng.exceptions", "pcapng.scanner")


@dataclass(frozen=True)
class Outcome:
    """How one target went."""

    target: str
    code: int
    executions: int
    covered: int
    text: str


def child(target: str, arguments: list[str]) -> None:
    """Fuzz one target in this process until libFuzzer ends it."""
    import atheris  # type: ignore[import-not-found]

    sys.path.insert(0, str(ROOT / "fuzz"))
    with atheris.instrument_imports(include=WATCHED, exclude=UNWATCHED):
        targets = importlib.import_module("fuzz_targets")
        regressions = importlib.import_module("regressions")
        for name in LATE:
            importlib.import_module(name)
    # To merge, libFuzzer runs its own command line again through a shell.
    script = f"{shlex.quote(sys.executable)} {shlex.quote(sys.argv[0])} --child {target} --"
    run = targets.TARGETS.get(target) or partial(regressions.guarded, target)
    atheris.Setup([script, *arguments], run)
    atheris.Fuzz()


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), *sys.path[1:2]))}


def _is_edited(target: str) -> bool:
    """Whether the inputs of a target are recipes."""
    return target.startswith(("edited-", "engine-"))


def _libfuzzer(target: str, *arguments: str, limit_s: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(Path(__file__).resolve()), "--child", target, "--"]
    common = [
        f"-timeout={TIMEOUT_S * (EDITED_FACTOR if _is_edited(target) else 1)}",
        f"-rss_limit_mb={MEMORY_MAX_MB}",
        f"-max_len={RECIPE_SIZE_MAX if _is_edited(target) else INPUT_SIZE_MAX}",
        f"-artifact_prefix={BROKEN}/{target}-",
    ]
    return subprocess.run(
        [*command, *common, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=limit_s,
        check=False,
        env=_environment(),
    )


def _write_seeds(targets: list[str]) -> dict[str, Path]:
    """Write the seeds and the dictionary of each target; return the folders of the seeds."""
    sys.path.insert(0, str(ROOT / "fuzz"))
    seeds = importlib.import_module("fuzz_seeds")
    folders: dict[str, Path] = {}
    for target in targets:
        folder = WORK / "seeds" / target
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        made = seeds.recipes(target) if _is_edited(target) else seeds.MAKERS[target]()
        for name, data in made.items():
            (folder / name).write_bytes(data)
        found = [] if _is_edited(target) else seeds.words(target)
        words = "".join(f'"{_quoted(word)}"\n' for word in found)
        (WORK / f"{target}.dict").write_text(words)
        folders[target] = folder
    return folders


def _quoted(word: bytes) -> str:
    return "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}" for byte in word
    )


def fuzz(target: str, seeds: Path, seconds: int, runs: int, seed: int) -> Outcome:
    """Fuzz one target for so long or so often (-1: no end to that).

    A slow input counts only if it is slow alone as well.
    """
    ends = time.monotonic() + seconds
    executions = 0
    while True:
        left = runs if runs < 0 else max(runs - executions, 1)
        outcome = _fuzz(target, seeds, max(int(ends - time.monotonic()), 1), left, seed)
        executions += outcome.executions
        slow = re.search(r"Test unit written to (\S+-timeout-\w+)", outcome.text)
        if outcome.code == 0 or slow is None or _run_input(target, Path(slow[1])).returncode:
            return replace(outcome, executions=executions)
        Path(slow[1]).unlink()
        if time.monotonic() > ends:
            return replace(outcome, executions=executions, code=0)


def _run_input(target: str, path: Path) -> subprocess.CompletedProcess[str]:
    return _libfuzzer(target, str(path), limit_s=GRACE_S)


def _fuzz(target: str, seeds: Path, seconds: int, runs: int, seed: int) -> Outcome:
    found = WORK / "found" / target
    found.mkdir(parents=True, exist_ok=True)
    corpus = [str(found), str(seeds)]
    if not _is_edited(target):
        kept = CORPUS / target
        kept.mkdir(parents=True, exist_ok=True)
        corpus = [f"-dict={WORK / f'{target}.dict'}", str(found), str(kept), str(seeds)]
    try:
        run = _libfuzzer(
            target,
            f"-max_total_time={seconds}",
            f"-runs={runs}",
            f"-seed={seed}",
            "-print_final_stats=1",
            *corpus,
            limit_s=seconds + GRACE_S,
        )
        code, text = run.returncode, run.stdout
    except subprocess.TimeoutExpired as error:
        output = error.stdout or b""
        code, text = 1, output.decode(errors="replace") + "\nthe process did not end"
    executions = re.search(r"stat::number_of_executed_units:\s*(\d+)", text)
    last = re.findall(r"#(\d+)\s.*?cov: (\d+)", text)
    count = int(executions[1]) if executions else int(last[-1][0]) if last else 0
    return Outcome(target, code, count, int(last[-1][1]) if last else 0, text)


def keep(target: str, seeds: Path) -> int:
    """Add to the corpus what reaches code that seeds and corpus do not; return how many files.

    The smallest come first, as many as the corpus of a target may have.
    """
    kept, found = CORPUS / target, WORK / "found" / target
    with tempfile.TemporaryDirectory() as folder:
        merged = Path(folder)
        known = {path.name for path in (*seeds.iterdir(), *kept.iterdir())}
        for path in (*seeds.iterdir(), *kept.iterdir()):
            shutil.copy(path, merged / path.name)
        _libfuzzer(target, "-merge=1", str(merged), str(found), limit_s=600)
        new = [path for path in merged.iterdir() if path.name not in known]
        size = sum(path.stat().st_size for path in kept.iterdir())
        count = 0
        for path in sorted(new, key=lambda path: path.stat().st_size):
            size += path.stat().st_size
            if size <= CORPUS_SIZE_MAX and len(list(kept.iterdir())) < CORPUS_COUNT_MAX:
                shutil.copy(path, kept / path.name[:16])
                count += 1
    return count


def _case_of(outcome: Outcome) -> str:
    """The case of the recipe that broke a target of edited samples."""
    written = re.search(r"Test unit written to (\S+)", outcome.text)
    if written is None or not _is_edited(outcome.target):
        return ""
    command = [sys.executable, str(ROOT / "fuzz" / "plain.py"), outcome.target]
    run = subprocess.run(
        [*command, "--recipe", written[1]],
        stdout=subprocess.PIPE,
        text=True,
        timeout=10 * GRACE_S,
        check=False,
        env=_environment(),
    )
    return run.stdout


def main() -> int:
    """Fuzz the targets named, or all; the exit code is 1 when anything broke."""
    sys.path.insert(0, str(ROOT / "fuzz"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=60, help="for each target (default 60)")
    parser.add_argument(
        "--rest-seconds", type=int, help="for targets that are neither reader nor decoder"
    )
    parser.add_argument("--runs", type=int, default=-1, help="inputs of each target at most")
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", action="store_true", help="add what was found to the corpus")
    parser.add_argument("--input", type=Path, help="run one input only")
    chosen = parser.parse_args()
    module = importlib.import_module("fuzz_targets")
    names = [*module.TARGETS, *importlib.import_module("edited_targets").EDITED]
    unknown = [name for name in chosen.targets if name not in names]
    if unknown:
        parser.error(f"no target {unknown[0]!r}; there are {', '.join(names)}")
    targets = chosen.targets or names
    BROKEN.mkdir(parents=True, exist_ok=True)
    if chosen.input is not None:
        run = _run_input(targets[0], chosen.input)
        print(run.stdout)
        return int(run.returncode != 0)
    seeds = _write_seeds(targets)
    broken = 0

    def run_one(name: str) -> Outcome:
        rest = chosen.rest_seconds is not None and name not in module.READERS_AND_DECODERS
        seconds = chosen.rest_seconds if rest else chosen.seconds
        return fuzz(name, seeds[name], seconds, chosen.runs, chosen.seed)

    with ThreadPoolExecutor(chosen.jobs) as pool:
        for outcome in pool.map(run_one, targets):
            print(
                f"{outcome.target:20} {outcome.executions:9,} executions, "
                f"{outcome.covered:6,} ways"
                + ("" if outcome.code == 0 else f", BROKEN (exit {outcome.code})"),
                flush=True,
            )
            if outcome.code != 0:
                broken += 1
                print("\n".join(outcome.text.splitlines()[-40:]), flush=True)
                print(_case_of(outcome), end="", flush=True)
    if chosen.keep:
        for target in filter(lambda name: not _is_edited(name), targets):
            print(f"{target:20} {keep(target, seeds[target]):5} inputs kept", flush=True)
    print(
        f"{len(targets) - broken} targets sound, {broken} broken; inputs that break are in {BROKEN}"
    )
    return int(broken > 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], sys.argv[4:])
    sys.exit(main())
