"""Many traces are inferred in several processes as in one: same report, same order, same code."""

import pytest
from checkout import TRACES
from groups import sampled
from verbs import run

from wwanreplay.errors import EXIT_INTERNAL, TraceError
from wwanreplay.fleet.inferring import InferWork
from wwanreplay.trace.stretch import WHOLE, Stretch

NAMES = ("mbimcli-queries", "sim", "demo")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("many")
    for number, name in enumerate(NAMES):
        (made / f"{number}-{name}.wwtrace").write_bytes((TRACES / f"{name}.wwtrace").read_bytes())
    (made / "1-bad.wwtrace").write_bytes(b"no trace")
    return made


@pytest.mark.parametrize("options", sampled(["--start 0 --stop 12", "", "--json"], 1))
def test_processes_print_what_one_does(folder, options):
    one, two = (run("infer", folder, *options.split(), *more) for more in ((), ("-j", "2")))
    assert one.exit_code == 3
    assert "1-bad.wwtrace" in one.stderr
    assert (one.exit_code, one.stdout, one.stderr) == (two.exit_code, two.stdout, two.stderr)


def test_the_notes_of_a_part_and_the_report_come_together():
    path = str(TRACES / "demo.wwtrace")
    found = InferWork(Stretch(start_record=0, stop_record=12))(path)
    assert found.notes[-1] == f"{path}: records 0 to 11 of 96, counted from 0 here"
    assert found.lines[0].startswith(f"{path}: ")
    assert not found.error


def test_what_cannot_be_inferred_is_named(tmp_path):
    work = InferWork(WHOLE)
    missing = str(tmp_path / "none.wwtrace")
    found = work(missing)
    assert (found.exit_code, found.lines) == (3, [])
    assert found.values == {"file": missing, "error": found.error}
    assert "No such file" in found.error
    died = work.died("a")
    assert (died.exit_code, died.path) == (EXIT_INTERNAL, "a")
    assert died.error == "a: the process that had it was killed, or ran out of memory"


def test_debug_raises():
    with pytest.raises(TraceError, match="cannot be read"):
        InferWork(WHOLE, debug=True)("none.wwtrace")
