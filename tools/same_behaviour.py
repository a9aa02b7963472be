"""Print digests of all results for the traces and sample logs, to compare two commits.

    python tools/same_behaviour.py >before.json            # in a checkout of one commit
    python tools/same_behaviour.py --against before.json   # in a checkout of another

For each trace: its replay, its scrubbed copy, the text of `show` and a capture whose messages are
built from its events. For each sample log: the traces that its import gives, with the digest of
each, their replay and what is inferred. And the page of the tables, and their hash. Verbs are
called and nothing below them but the hash, so that the two commits need not have the same modules.
With --against the exit code is 1 when anything differs, and the names of what differs are printed.
"""

import argparse
import hashlib
import json
import lzma
import re
import shutil
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from click.testing import CliRunner

from wwanreplay.cli import root
from wwanreplay.protocol.constants import table_hash

ROOT = Path(__file__).resolve().parent.parent
KEY = "same behaviour"


def digest(data: bytes) -> str:
    """Return a short digest."""
    return hashlib.sha256(data).hexdigest()[:16]


def run(folder: Path, *arguments: str) -> str:
    """Return exit code and output of a verb, without the path of the folder and measured times."""
    result = CliRunner().invoke(root, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    text = f"exit {result.exit_code}\n{result.output}".replace(str(folder), "")
    return re.sub(r'("(?:records_per_second|elapsed_s)": )[^,\n]+', r"\1", text)


def of_trace(path: Path) -> dict[str, str]:
    """Return digests of the results for a trace."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        trace = folder / "session.wwtrace"
        if path.suffix == ".xz":
            trace.write_bytes(lzma.decompress(path.read_bytes()))
        else:
            shutil.copy(path, trace)
        replayed = run(folder, "replay", "--json", str(trace))
        found = {
            "replay": digest(replayed.encode()),
            "verdict": replayed.splitlines()[0],
            "info": digest(run(folder, "info", "--json", str(trace)).encode()),
            "show": digest(run(folder, "show", "--show-personal", str(trace)).encode()),
        }
        scrubbed, capture = folder / "scrubbed.wwtrace", folder / "built.pcapng"
        run(folder, "scrub", str(trace), "-o", str(scrubbed), "--key", KEY)
        run(folder, "export", str(trace), "-o", str(capture), "--messages", "built",
            "--show-personal")  # fmt: skip
        for kind, file in (("scrub", scrubbed), ("built", capture)):
            found[kind] = digest(file.read_bytes()) if file.exists() else "none"
        return found


def of_log(path: Path) -> dict[str, str]:
    """Return digests of the import of a log and of the results for its traces."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found: dict[str, str] = {}
        for kind, option in (("inferred", ()), ("plain", ("--no-infer",))):
            out = folder / f"{kind}.wwtrace"
            summary = run(folder, "import", str(path), "-o", str(out), "--json", *option)
            found[f"{kind} import"] = digest(summary.replace(str(ROOT), "").encode())
            for trace in sorted(folder.glob(f"{kind}*.wwtrace")):
                info = json.loads(run(folder, "info", "--json", str(trace)).partition("\n")[2])
                found[f"{trace.name} digest"] = str(info[0].get("digest", info[0]))[:64]
                replayed = run(folder, "replay", "--json", str(trace))
                found[f"{trace.name} replay"] = digest(replayed.encode())
                found[f"{trace.name} verdict"] = replayed.splitlines()[0]
                found[f"{trace.name} bytes"] = digest(trace.read_bytes())
                shown = run(folder, "show", "--show-personal", str(trace))
                found[f"{trace.name} show"] = digest(shown.encode())
        for trace in sorted(folder.glob("plain*.wwtrace")):
            inferred = run(folder, "infer", "--json", "--show-personal", str(trace))
            found[f"{trace.name} infer"] = digest(inferred.encode())
        scrubbed = folder / "scrubbed"
        run(folder, "scrub", str(path), "-o", str(scrubbed), "--key", KEY)
        found["scrub"] = digest(scrubbed.read_bytes()) if scrubbed.exists() else "none"
        return found


def everything(jobs: int) -> dict[str, object]:
    """Return all digests by the name of what they are of."""
    traces = sorted((*ROOT.glob("traces/*.wwtrace"), *ROOT.glob("logs/*.wwtrace.xz")))
    logs = sorted((*ROOT.glob("logs/*.log*"), *ROOT.glob("logs/*.pcapng*")))
    found: dict[str, object] = {
        "table hash": table_hash(),
        "docs/protocol.md": digest(run(ROOT, "protocol", "list", "--markdown").encode()),
    }
    with ProcessPoolExecutor(jobs) as pool:
        found |= dict(zip([path.name for path in traces], pool.map(of_trace, traces), strict=True))
        found |= dict(zip([path.name for path in logs], pool.map(of_log, logs), strict=True))
    return found


def differences(before: object, after: object, place: str = "") -> list[str]:
    """Return the places at which two reports differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        names = sorted({*before, *after})
        return [
            each
            for name in names
            for each in differences(before.get(name), after.get(name), f"{place}/{name}")
        ]
    return [] if before == after else [f"{place[1:]}: {before} became {after}"]


def command() -> int:
    """Print the digests, or what differs from those of another commit."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--against", type=Path, metavar="FILE", help="a report of another commit")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    found = everything(options.jobs)
    if options.against is None:
        json.dump(found, sys.stdout, indent=1)
        print()
        return 0
    different = differences(json.loads(options.against.read_text()), found)
    print("\n".join(different) or f"the same: {len(found)} traces, logs and tables")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(command())
