"""What workers are forked from has loaded what they need, and keeps it from the collector."""

import subprocess
import sys

import pytest
from checkout import TRACES
from verbs import ENVIRONMENT

#: Prints whether a forked process has loaded what is always preloaded and what was named besides,
#: and whether objects are kept from its garbage collector.
FORKED = """
from concurrent.futures import ProcessPoolExecutor
from wwanreplay.fleet.forking import begin_forking
def look():
    import gc, sys
    return "wwanreplay.replay" in sys.modules, "colorsys" in sys.modules, gc.get_freeze_count() > 0
if __name__ == "__main__":
    with ProcessPoolExecutor(1, mp_context=begin_forking(["colorsys"])) as executor:
        print(*executor.submit(look).result())
"""


def test_workers_have_loaded_what_they_need_before_they_are_forked(tmp_path):
    (tmp_path / "forked.py").write_text(FORKED)
    done = subprocess.run(
        [sys.executable, tmp_path / "forked.py"],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "True True True\n"


#: How workers of a process with one thread come to be, and of the same one with two.
WAYS = """
import sys, threading
from wwanreplay.fleet.forking import forking
print(forking(lambda: __import__("colorsys")).get_start_method(), "colorsys" in sys.modules)
ended = threading.Event()
thread = threading.Thread(target=ended.wait)
thread.start()
print(forking(list).get_start_method())
ended.set()
thread.join()
"""


def test_a_process_with_threads_forks_no_workers_itself():
    command = [sys.executable, "-W", "error", "-c", WAYS]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["fork", "True", "forkserver"]


#: Prints what is loaded for one sound trace and was not prepared.
LOADED = """
import sys
from wwanreplay.analysis.batch import ReplayOptions
from wwanreplay.fleet.running import do_batch
{imports}
work = {work}
work.prepare()
before = set(sys.modules)
list(do_batch(work, [{path!r}]).reports)
print([name for name in sorted(set(sys.modules) - before) if name.startswith("wwanreplay")])
"""
WORKS = {
    "replay": ("from wwanreplay.fleet.work import ReplayWork", "ReplayWork(ReplayOptions())"),
    "check": (
        "from wwanreplay.fleet.checking import CheckWork\n"
        "from wwanreplay.analysis.judged import CheckOptions",
        "CheckWork(CheckOptions())",
    ),
    "stats": (
        "from wwanreplay.fleet.counted import StatsWork\n"
        "from wwanreplay.analysis.show import Filter",
        "StatsWork(Filter())",
    ),
}


@pytest.mark.parametrize("name", WORKS)
def test_what_a_sound_trace_needs_is_loaded_before(name):
    imports, work = WORKS[name]
    script = LOADED.format(imports=imports, work=work, path=str(TRACES / "demo.wwtrace"))
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
