"""How time and memory of each verb grow with the trace: `python benchmarks/growth.py [RECORDS...]`.

Sessions of `wwanreplay bench` of so many records (10,000 and 100,000 unless others are named) are
given to each verb, each time in a process of its own. Prints processor time, the time that a record
takes beyond that of the start, the highest resident memory, and how many times as long a record
takes as in the session before. `--verbs show,scrub` are those alone; `--seconds 60` is how long a
verb may take, by the session before: what would take longer is left out, and named.
"""

from __future__ import annotations

import argparse
import gzip
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple

from wwanreplay import bench
from wwanreplay._core import Kind
from wwanreplay.formats.exporters import EXPORTERS
from wwanreplay.protocol.kinds import OUTPUTS
from wwanreplay.trace import TraceReader, TraceWriter

sys.path.append(str(Path(__file__).resolve().parent.parent / "tools"))
import log_text

ROOT: Final = Path(__file__).resolve().parent.parent
LOG: Final = ROOT / "logs" / "mbimcli-connect.log.gz"
LOG_PERIOD_S: Final = 120
#: About how many records the sample log gives.
LOG_RECORDS: Final = 180

RECORDS: Final = (10_000, 100_000)
SECONDS_MAX: Final = 120.0
#: Where a session is cut: not far in it, since what leads there is a part of what is written.
EARLY: Final = 5_000
#: Of the session that another is compared with, every so manieth record may be left out.
EDITED_EVERY: Final = 1_000
#: Sessions of fewer records show what starting takes, not what a record takes.
STEADY_MIN: Final = 1_000
#: What a row may be at most: a record of a longer session costs about as much.
GROWTH_MAX: Final = 1.3
#: Memory of a verb, megabytes; of what is kept of a session beyond, docs/speed.md has the reason.
MEMORY_MAX_MB: Final = 60


def _exports() -> dict[str, Sequence[str]]:
    return {
        f"export {name}": ("export", "{trace}", "--to", name, "--show-personal", "-o", out)
        for name in EXPORTERS
        for out in ("{out}" if name == "parquet" else "-",)
    }


#: The arguments of each verb: {trace} and {again} are two files of the session, {edited} is it
#: with a record in a thousand left out, {field} is it without stimuli, as a log would show it,
#: {first} and {second} are the part before record {early} and the part from there on. {log} is text
#: of libmbim, of which about so many records are made.
VERBS: Final[dict[str, Sequence[str]]] = {
    "replay": ("replay", "{trace}"),
    "info": ("info", "{trace}"),
    "check": ("check", "{trace}"),
    "show": ("show", "{trace}"),
    "show --json": ("show", "--json", "{trace}"),
    **_exports(),
    "scrub": ("scrub", "{trace}", "--key", "a key", "-o", "{out}"),
    "stats": ("stats", "{trace}"),
    "cut": ("cut", "{trace}", "--start", "{early}", "-o", "{out}"),
    "filter": ("filter", "{trace}", "--where", "oid == OID_WWAN_CONNECT", "-o", "{out}"),
    "convert": ("convert", "{trace}", "--zstd", "-o", "{out}"),
    "recover": ("recover", "{trace}", "-o", "{out}"),
    "diff": ("diff", "{trace}", "{again}"),
    "diff edited": ("diff", "{trace}", "{edited}"),
    "merge": ("merge", "{first}", "{second}", "-o", "{out}"),
    "replay field": ("replay", "{field}"),
    "explain": ("explain", "{field}"),
    "infer": ("infer", "{field}"),
    "import": ("import", "{log}", "-o", "{out}"),
    "import --no-infer": ("import", "--no-infer", "{log}", "-o", "{out}"),
    "view": ("view", "{trace}", "-o", "{out}"),
}


class Run(NamedTuple):
    """What a process took: seconds of a processor, megabytes, and its exit code."""

    seconds: float
    memory_mb: float
    code: int


def run(arguments: Sequence[str]) -> Run:
    """Run a verb in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "wwanreplay", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode)


class Files:
    """The files of one session."""

    def __init__(self, folder: Path, records: int) -> None:
        self.records = records
        self.trace = folder / f"{records}.wwtrace"
        bench.generate(str(self.trace), records)
        self.names = {
            "trace": str(self.trace),
            "again": str(folder / f"{records}-again.wwtrace"),
            "field": str(folder / f"{records}-field.wwtrace"),
            "first": str(folder / f"{records}-first.wwtrace"),
            "second": str(folder / f"{records}-second.wwtrace"),
            "edited": str(folder / f"{records}-edited.wwtrace"),
            "log": str(folder / f"{records}.log"),
            "early": str(EARLY),
            "out": str(folder / "out"),
        }
        os.link(self.trace, self.names["again"])

    def arguments(self, verb: str) -> list[str]:
        """Those of a verb; what it reads is made."""
        wanted = VERBS[verb]
        early = self.names["early"]
        if "{first}" in wanted:
            self._made("cut", "--stop", early, "-o", self.names["first"])
            self._made("cut", "--start", early, "-o", self.names["second"])
        if "{field}" in wanted and not Path(self.names["field"]).exists():
            self._write_field()
        if "{edited}" in wanted and not Path(self.names["edited"]).exists():
            self._write_edited()
        if "{log}" in wanted and not Path(self.names["log"]).exists():
            self._write_log()
        Path(self.names["out"]).unlink(missing_ok=True)
        return [each.format_map(self.names) for each in wanted]

    def _write_field(self) -> None:
        """The session as a log of it would be: without stimuli, and without numbers of records."""
        with (
            TraceReader(self.names["trace"]) as reader,
            TraceWriter(self.names["field"], reader.header) as writer,
        ):
            for event in reader.events():
                if event.kind != Kind.KIND_STIMULUS:
                    writer.write(event.replace(cause=None, index=None))

    def _write_edited(self) -> None:
        """The session with some of the outputs left out."""
        with (
            TraceReader(self.names["trace"]) as reader,
            TraceWriter(self.names["edited"], reader.header) as writer,
        ):
            for number, event in enumerate(reader.events()):
                if number % EDITED_EVERY or event.kind not in OUTPUTS:
                    writer.write(event.replace(cause=None, index=None))

    def _write_log(self) -> None:
        """The session of a sample log again and again, with its times moved on."""
        text = gzip.decompress(LOG.read_bytes()).decode()
        with Path(self.names["log"]).open("w") as file:
            for at in range(max(self.records // LOG_RECORDS, 1)):
                file.write(log_text.moved(text, timedelta(seconds=LOG_PERIOD_S * at)))

    def _made(self, verb: str, *options: str) -> None:
        if not Path(options[-1]).exists():
            found = run([verb, self.names["trace"], *options])
            assert found.code == 0, (verb, options, found)

    def close(self) -> None:
        """Remove them."""
        for name in self.names.keys() - {"early"}:
            Path(self.names[name]).unlink(missing_ok=True)


def main() -> None:
    """Print a line for each verb and size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("records", nargs="*", type=int, default=list(RECORDS))
    parser.add_argument("--verbs", default=",".join(VERBS))
    parser.add_argument("--seconds", type=float, default=SECONDS_MAX)
    options = parser.parse_args()
    verbs = options.verbs.split(",")
    before: dict[str, tuple[int, float]] = {}
    start_s = min(run(["--version"]).seconds for _ in range(3))
    with tempfile.TemporaryDirectory() as folder:
        for records in sorted(options.records):
            files = Files(Path(folder), records)
            for verb in verbs:
                line = f"{verb:16} {records:10,}"
                if records < EARLY and any("first" in word for word in VERBS[verb]):
                    continue
                expected_s = before[verb][1] * records if verb in before else 0.0
                if expected_s > options.seconds:
                    print(f"{line}  left out: about {expected_s:.0f} s", flush=True)
                    continue
                found = run(files.arguments(verb))
                each_s = max(found.seconds - start_s, 0.0) / max(records, 1)
                growth = each_s / before[verb][1] if verb in before else 1.0
                remarks = []
                if found.code > 1:
                    remarks.append(f"exit code {found.code}")
                if growth > GROWTH_MAX:
                    remarks.append("superlinear")
                if found.memory_mb > MEMORY_MAX_MB:
                    remarks.append(f"above {MEMORY_MAX_MB} MB")
                if records >= STEADY_MIN:
                    before[verb] = records, each_s
                print(
                    f"{line} {found.seconds:8.2f} s {each_s * 1e6:8.2f} us/record "
                    f"x{growth:5.2f} {found.memory_mb:7.1f} MB  {', '.join(remarks)}",
                    flush=True,
                )
            files.close()


if __name__ == "__main__":
    main()
