"""What the tests of outputs begin with: a file that is there, and the contents of a folder."""

from pathlib import Path

GOOD = b"what was there before"


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
