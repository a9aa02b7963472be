"""Traces with faults and without, and results of them."""

from checkout import LOGS, TRACES
from verbs import run

NAMES = ("demo", "queries", "sim")


def lab_folder(folder):
    """A folder of traces: equal ones, and one of a log with faults."""
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.wwtrace").write_bytes((TRACES / f"{name}.wwtrace").read_bytes())
    log = LOGS / "mbimcli-fault-late.log"
    assert run("import", log, "-o", folder / "late.wwtrace").exit_code == 0
    return folder


def results_of(folder, out, *options):
    """What `replay --results` printed."""
    done = run("replay", folder, "--results", out, *options)
    assert done.exit_code == 1, done.output
    return done
