"""The command looks for no garbage while it is imported, nor as it ends."""

import subprocess
import sys
from importlib.metadata import entry_points

LOOKS = """
import gc, sys
from wwanreplay.command import main
looks = []
gc.callbacks.append(lambda phase, info: looks.append(info["generation"]))
sys.argv = ["wwanreplay", "--version"]
try:
    main()
finally:
    print(len(looks), gc.get_freeze_count() > 1_000)
"""


def test_the_script_is_this_command():
    (script,) = entry_points(group="console_scripts", name="wwanreplay")
    assert script.value == "wwanreplay.command:main"


def test_no_garbage_is_looked_for_while_the_command_is_imported_and_as_it_ends():
    done = subprocess.run([sys.executable, "-c", LOOKS], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 True"


def test_the_exit_code_is_that_of_the_verb():
    command = [sys.executable, "-c", "from wwanreplay.command import main; main()", "no-such-verb"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2
