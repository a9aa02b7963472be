"""Fuzz with edited samples, without a fuzzer: `python fuzz/plain.py [TARGET…] [--seconds N]`.

Recipes are drawn from a seed, so a run is repeated by its seed. It needs nothing but Python, and so
runs where atheris cannot: with the compiled engine under the sanitizers (`make fuzz-sanitized`).
Each target runs in a process of its own, which is watched: an input may take so many seconds and so
much memory. What breaks is cut down to the edits that matter and printed as a case for
fuzz/regressions.toml.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "fuzz"), str(ROOT)]

RECIPE_SIZE_MAX: Final = 48
#: One input: seconds, and bytes of memory of the process; more under the sanitizers.
LIMIT_S: Final = 5.0
MEMORY_MAX: Final = 1 << 30
SANITIZED_FACTOR: Final = 4
START_S: Final = 120.0
LOOK_S: Final = 0.1
#: Different finds of one target after which it is given up.
FINDS_MAX: Final = 40
_TAIL: Final = 25


def recipe_of(seed: int, target: str, number: int) -> bytes:
    """The recipe of a number: the same one each time."""
    draw = Random(f"{seed} {target} {number}")
    return draw.randbytes(draw.randrange(6, RECIPE_SIZE_MAX))


# ------------------------------------------------------------------ the process that is watched


def _worker(target: str, seed: int, first: int, end: int, everything: bool) -> None:
    """Run recipes from a number to an end, reporting each before it is run."""
    from edited_targets import EDITED
    from regressions import avoided, signature

    faulthandler.register(signal.SIGUSR1, all_threads=False)
    edited = EDITED[target]
    for number in range(first, end):
        _report(number=number)
        name, edits = edited.drawn(recipe_of(seed, target, number))
        try:
            edited.run(name, edits if everything else avoided(edits))
        except Exception as error:
            _report(number=number, broke=signature(error), text=_text_of(error))
    _report(ended=True)


def _one(path: str) -> None:
    """Run one case, which a file has."""
    import tomllib

    from regressions import case_of, signature

    faulthandler.register(signal.SIGUSR1, all_threads=False)
    case = case_of(tomllib.loads(Path(path).read_text())["case"][0])
    _report(number=0)
    try:
        case.run()
    except Exception as error:
        _report(number=0, broke=signature(error), text=_text_of(error))
    _report(ended=True)


def _text_of(error: BaseException) -> str:
    import traceback

    return "".join(traceback.format_exception(error)[-_TAIL:])


def _report(**values: Any) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


# ------------------------------------------------------------------ the watch


@dataclass
class Find:
    """Something that broke."""

    target: str
    way: str
    number: int
    text: str


@dataclass
class Watch:
    """Watches one process: what it reports, and whether it goes on."""

    limit_s: float
    memory_max: int
    command: list[str]
    number: int = -1
    finds: list[tuple[str, int, str]] = field(default_factory=list)

    def run(self, until: float) -> None:
        """Until a time, or until the process ends or is ended for what it does."""
        with tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen(
                [sys.executable, str(Path(__file__).resolve()), *self.command],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
            assert process.stdout is not None
            os.set_blocking(process.stdout.fileno(), False)
            try:
                way = self._watched(process, until)
            finally:
                process.kill()
                process.wait()
            for reported in _lines(process):
                self._take(reported)
            process.stdout.close()
            if way:
                errors.seek(0)
                self._broke(way, errors.read())

    def _watched(self, process: subprocess.Popen[str], until: float) -> str:
        """The way in which the process broke, empty when it did not."""
        assert process.stdout is not None
        since = time.monotonic() + START_S
        while time.monotonic() < until:
            for reported in _lines(process):
                since = time.monotonic()
                if self._take(reported):
                    return ""
            if process.poll() is not None:
                for reported in _lines(process):
                    if self._take(reported):
                        return ""
                return f"crash {process.returncode}"
            if time.monotonic() - since > self.limit_s:
                process.send_signal(signal.SIGUSR1)
                time.sleep(0.5)
                return "timeout"
            if _memory(process.pid) > self.memory_max:
                process.send_signal(signal.SIGUSR1)
                time.sleep(0.5)
                return "memory"
            time.sleep(LOOK_S)
        return ""

    def _take(self, reported: dict[str, Any]) -> bool:
        self.number = reported.get("number", self.number)
        if "broke" in reported:
            self.finds.append((reported["broke"], reported["number"], reported["text"]))
        return "ended" in reported

    def _broke(self, way: str, errors: str) -> None:
        """Name the place where the process was: by a sanitizer's report, or by the Python stack."""
        report = re.search(r"runtime error: [^\n]*|AddressSanitizer: [\w-]+", errors)
        places = re.findall(r'File "([^"]*)", line \d+ in (\S+)', errors)
        ours = [(path, name) for path, name in places if "wwanreplay" in path.split(os.sep)]
        if report is not None:
            inside = re.findall(r"in (?:__pyx_\w*?_5_core_)?(\w+) .*_core", errors)
            where = inside[0] if inside else ""
            way = f"crash: {re.sub(r'0x[0-9a-f]+', '0x…', report[0])} in {where}"
        elif ours:
            way = f"{way} in {Path(ours[0][0]).name} {ours[0][1]}"
        self.finds.append((way, self.number, errors[-3000:]))


def _lines(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    """What was reported meanwhile."""
    assert process.stdout is not None
    while True:
        try:
            line = process.stdout.readline()
        except (OSError, TypeError):  # nothing to read now
            return
        if not line:
            return
        with contextlib.suppress(ValueError):
            reported = json.loads(line)
            if isinstance(reported, dict):
                yield reported


def _memory(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


# ------------------------------------------------------------------ a target


@dataclass(frozen=True)
class Limits:
    """How much one input may take."""

    seconds: float
    memory: int


def way_of(case: Any, limits: Limits) -> str:
    """How a case breaks in a process of its own, empty when it does not."""
    from regressions import case_text

    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(case_text(case))
        file.flush()
        watch = Watch(limits.seconds, limits.memory, ["--one", file.name])
        watch.run(time.monotonic() + START_S + limits.seconds)
    return watch.finds[0][0] if watch.finds else ""


def same_way(way: str, other: str) -> bool:
    """Whether two ways are one: where a process was when it was ended, is chance."""
    for kind in ("timeout", "memory"):
        if way.startswith(kind):
            return other.startswith(("timeout", "memory"))
    return way == other


def reduced(case: Any, limits: Limits) -> Any:
    """The case with the edits that matter."""
    for edit in reversed(case.edits):
        shorter = replace(case, edits=tuple(each for each in case.edits if each is not edit))
        if same_way(case.breaks, way_of(shorter, limits)):
            case = shorter
    return case


@dataclass
class Campaign:
    """How one target went."""

    target: str
    executions: int = 0
    known: int = 0
    cases: list[Any] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def campaign(
    target: str, seed: int, seconds: float, runs: int, limits: Limits, *, everything: bool = False
) -> Campaign:
    """Fuzz one target for so long or so often; with `everything` what is known is found again."""
    from edited_targets import EDITED
    from regressions import Case, avoided, known_ways

    outcome = Campaign(target)
    ways = set() if everything else set(known_ways())
    first = 0
    until = time.monotonic() + seconds
    while first < runs and time.monotonic() < until and len(outcome.cases) < FINDS_MAX:
        numbers = [str(seed), str(first), str(runs)]
        command = ["--worker", target, *numbers, *(["all"] if everything else [])]
        watch = Watch(limits.seconds, limits.memory, command)
        watch.run(until)
        outcome.executions += max(watch.number - first + 1, 0)
        first = watch.number + 1
        for way, number, text in watch.finds:
            if any(same_way(each, way) for each in ways):
                outcome.known += 1
                continue
            name, edits = EDITED[target].drawn(recipe_of(seed, target, number))
            given = edits if everything else avoided(edits)
            case = Case(f"seed {seed}, {number}", target, name, tuple(given), way)
            if way.startswith(("timeout", "memory")):
                alone = way_of(case, replace(limits, seconds=2 * limits.seconds))
                if not alone:
                    continue  # slow only beside others
            ways.add(way)
            outcome.cases.append(reduced(case, limits))
            outcome.texts.append(text)
    return outcome


def main() -> int:
    """Fuzz the targets named, or all; the exit code is 1 when anything broke."""
    from edited_targets import EDITED
    from regressions import case_text

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--seconds", type=float, default=60, help="for all of them together")
    parser.add_argument("--runs", type=int, default=sys.maxsize, help="inputs of each at most")
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--sanitized", action="store_true", help="inputs may take longer")
    parser.add_argument("--all", action="store_true", help="report what is known as well")
    parser.add_argument("--broken", type=Path, default=ROOT / "build" / "fuzz" / "broken")
    parser.add_argument("--recipe", type=Path, help="print what the bytes of a file mean")
    chosen = parser.parse_args()
    targets = chosen.targets or list(EDITED)
    unknown = [name for name in targets if name not in EDITED]
    if unknown:
        parser.error(f"no target {unknown[0]!r}; there are {', '.join(EDITED)}")
    factor = SANITIZED_FACTOR if chosen.sanitized else 1
    limits = Limits(LIMIT_S * factor, MEMORY_MAX * factor)
    if chosen.recipe is not None:
        _print_recipe(targets[0], chosen.recipe, limits)
        return 0
    seed = chosen.seed or Random().randrange(1, 1 << 30)
    print(f"seed {seed}", flush=True)
    share = chosen.seconds * min(chosen.jobs, len(targets)) / len(targets)
    chosen.broken.mkdir(parents=True, exist_ok=True)
    broken = 0

    def run_one(name: str) -> Campaign:
        return campaign(name, seed, share, chosen.runs, limits, everything=chosen.all)

    with ThreadPoolExecutor(chosen.jobs) as pool:
        for outcome in pool.map(run_one, targets):
            broken += bool(outcome.cases)
            print(
                f"{outcome.target:20} {outcome.executions:9,} executions"
                + (f", {outcome.known} known ways" if outcome.known else "")
                + (f", BROKEN in {len(outcome.cases)} ways" if outcome.cases else ""),
                flush=True,
            )
            for number, (case, text) in enumerate(zip(outcome.cases, outcome.texts, strict=True)):
                path = chosen.broken / f"{outcome.target}-{seed}-{number}.toml"
                path.write_text(
                    case_text(case) + "".join(f"# {row}\n" for row in text.splitlines())
                )
                print(f"{case_text(case)}{text}", flush=True)
    print(f"{len(targets) - broken} targets sound, {broken} broken; cases are in {chosen.broken}")
    return int(broken > 0)


def _print_recipe(target: str, path: Path, limits: Limits) -> None:
    """The case of a recipe, cut down when it breaks."""
    from edited_targets import EDITED
    from regressions import Case, case_text

    name, edits = EDITED[target].drawn(path.read_bytes())
    case = Case(path.name, target, name, tuple(edits))
    way = way_of(case, limits)
    case = replace(case, breaks=way)
    print(case_text(reduced(case, limits) if way else case))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        _worker(sys.argv[2], *(int(each) for each in sys.argv[3:6]), "all" in sys.argv[6:])
    elif sys.argv[1:2] == ["--one"]:
        _one(sys.argv[2])
    else:
        sys.exit(main())
