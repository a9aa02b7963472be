"""Many traces are explained in processes as in one; logs are of one session, behind them."""

import pytest
from checkout import LOGS, TRACES
from groups import sampled
from verbs import run

from wwanreplay.errors import EXIT_INTERNAL
from wwanreplay.fleet.explaining import ExplainWork
from wwanreplay.trace.stretch import WHOLE

LOG = str(LOGS / "mbimcli-fault-late.log")
PACKED = str(LOGS / "mbimcli-pin.wwtrace.xz")
FILES = (
    LOG,
    str(TRACES / "demo.wwtrace"),
    PACKED,
    str(TRACES / "mbimcli-pin.wwtrace"),
)


@pytest.mark.parametrize("options", sampled(["", "--json"], 1))
def test_processes_print_what_one_does(options):
    one, two = (run("explain", *FILES, *options.split(), *more) for more in ((), ("-j", "2")))
    assert one.exit_code == 1
    assert one.stderr == ""
    assert (one.exit_code, one.stdout) == (two.exit_code, two.stdout)
    places = [one.stdout.index(name) for name in (*FILES[1:], "mbimcli-fault-late.log")]
    assert places == sorted(places)


@pytest.mark.parametrize("more", sampled(["", "-j 2"], 1))
def test_pages_before_a_file_that_cannot_be_read_are_printed(more, tmp_path):
    missing = str(tmp_path / "none.wwtrace")
    done = run("explain", FILES[1], missing, FILES[3], *more.split())
    assert done.exit_code == 3
    assert done.stdout.startswith(FILES[1])
    assert FILES[3] not in done.stdout
    assert done.stderr == (
        f"wwanreplay: error: {missing}: cannot be read: No such file or directory\n"
    )


def test_a_log_is_left_to_those_that_explain_all_together():
    work = ExplainWork(WHOLE)
    assert work(LOG).is_log
    assert not work(PACKED).is_log
    together = work.together([LOG])
    assert (together.is_log, len(together.lines)) == (False, 1)


def test_whose_worker_died_is_named():
    died = ExplainWork(WHOLE).died("a")
    assert (died.exit_code, died.is_log) == (EXIT_INTERNAL, False)
    assert died.error == "a: the process that had it was killed, or ran out of memory"
