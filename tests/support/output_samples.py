"""What the tests of outputs begin with: a file that is there, and the contents of a folder."""

import os
import sys
from pathlib import Path

#: For a Python that is started with the same modules.
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
GOOD = b"what was there before"


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
