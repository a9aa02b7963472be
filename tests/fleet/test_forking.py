"""What workers are forked from has loaded what they need, and keeps it from the collector."""

import subprocess
import sys

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
