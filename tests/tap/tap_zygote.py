"""Starts taps quickly, for a test that kills many: one process that has imported all, and forks.

Each line of the standard input is a JSON list, the arguments of `wwanreplay`; the answer is the
process id of the child, whose standard error goes to the file of the same name as the output.
"""

import json
import os
import signal
import sys

from wwanreplay.analysis import infer  # noqa: F401 - what a tap needs, and more
from wwanreplay.cli import root
from wwanreplay.cli import tap as _tap  # noqa: F401
from wwanreplay.tap import keeper, loop, recorder  # noqa: F401


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps
    for line in sys.stdin:
        arguments = json.loads(line)
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            error = os.open(f"{arguments[-1]}.err", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            for stream in (1, 2):
                os.dup2(error, stream)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            root.main(arguments)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
