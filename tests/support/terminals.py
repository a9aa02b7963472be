"""The program on a terminal: a pty of a given width, with what it shows."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass

ENVIRONMENT = {
    **{
        name: value
        for name, value in os.environ.items()
        if name not in ("CI", "NO_COLOR", "COLUMNS", "LINES")
    },
    "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    "TERM": "xterm-256color",
}
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
#: Progress is shown at once, as nothing here takes long.
AT_ONCE = "import wwanreplay.cli.progress as p; p.DELAY_S = p.INTERVAL_S = 0;"
MAIN = "import sys; sys.argv[0] = 'wwanreplay'; from wwanreplay.cli import main; main()"


@dataclass
class Shown:
    """What came out: `screen` on the terminal, with its codes, and `output` beside it."""

    code: int
    screen: str
    output: bytes

    @property
    def lines(self) -> list[str]:
        """The lines on the terminal, without codes, and without what was written over."""
        lines = ESCAPES.sub("", self.screen).split("\n")
        return [line.rstrip("\r").rpartition("\r")[2] for line in lines]


def run(arguments, folder, *, columns=80, at_once=False, stdout=True, **environment) -> Shown:
    """Run a verb whose standard error is a terminal, the standard output too unless it is not."""
    main, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with (
        (folder / "stdout").open("wb") as beside,
        subprocess.Popen(
            [sys.executable, "-c", (AT_ONCE if at_once else "") + MAIN, *map(str, arguments)],
            cwd=folder,
            env={**ENVIRONMENT, **environment},
            stdin=subprocess.DEVNULL,
            stdout=end if stdout else beside,
            stderr=end,
        ) as process,
    ):
        try:
            os.close(end)
            screen = b""
            while True:
                try:
                    data = os.read(main, 1 << 16)
                except OSError:  # the other end is closed
                    break
                if not data:
                    break
                screen += data
            code = process.wait(60)
        finally:
            process.kill()
    os.close(main)
    output = b"" if stdout else (folder / "stdout").read_bytes()
    return Shown(code, screen.decode(), output)
