"""Whatever is started for the work is out of reach of Ctrl-C before it has loaded anything."""

import signal
import subprocess
import sys

import pytest
from verbs import ENVIRONMENT

from wwanreplay.fleet.interrupts import kept_from_children

#: Prints whether the process that workers are forked from is out of its reach, and this one.
SERVER = """
from multiprocessing import forkserver
from wwanreplay.fleet.forking import begin_forking
begin_forking()
def out_of_reach(pid):
    lines = open(f"/proc/{pid}/status").read().splitlines()
    masks = [int(line.split()[1], 16) for line in lines if line.startswith(("SigBlk", "SigIgn"))]
    return bool((masks[0] | masks[1]) & 2)
print(out_of_reach(forkserver._forkserver._forkserver_pid), out_of_reach("self"))
"""


def test_what_forks_the_processes_does_not_see_it_while_it_loads():
    done = subprocess.run(
        [sys.executable, "-c", SERVER], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("True False\n", "")


def test_it_waits_and_is_not_lost():
    seen = []

    def interrupted():
        with kept_from_children():
            signal.raise_signal(signal.SIGINT)
            seen.append("went on")

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert seen == ["went on"]
