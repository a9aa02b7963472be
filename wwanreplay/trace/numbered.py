"""Recordings that follow each other: numbered files."""

from __future__ import annotations

import errno
import glob
import os
import re
from collections.abc import Callable
from typing import Final, TypeVar

from wwanreplay.errors import OutputError, UsageError
from wwanreplay.outputs.target import PART_SUFFIX
from wwanreplay.stores import Location

Opened = TypeVar("Opened")
#: So many names are tried where others begin files at the same time.
TRIES_MAX: Final = 100
_NUMBER: Final = re.compile(r"\.(\d{4,})$")


#: What is said of a URL.
OF_DISK: Final = "recordings in progress are on a disk; name a file, not a URL"


class FileNames:
    """The names of numbered files: session.wwtrace becomes session.0001.wwtrace and so on.

    Numbers go on behind those that are there, recordings that did not end included.
    """

    def __init__(self, path: str) -> None:
        if isinstance(path, Location):
            raise UsageError(f"{path}: {OF_DISK}")
        self.stem, self.suffix = os.path.splitext(path)
        self._number = max(self._present(), default=0)

    def _present(self) -> list[int]:
        found = []
        for name in glob.glob(f"{glob.escape(self.stem)}.*"):
            base = name.removesuffix(PART_SUFFIX)
            if base.endswith(self.suffix):
                match = _NUMBER.search(base.removesuffix(self.suffix))
                found += [int(match[1])] if match else []
        return found

    @property
    def last(self) -> str | None:
        """The name with the highest number, None when there is none."""
        return self._name(self._number) if self._number else None

    def _name(self, number: int) -> str:
        return f"{self.stem}.{number:04}{self.suffix}"

    def next(self) -> str:
        """The next name."""
        self._number += 1
        return self._name(self._number)

    def begin(self, open_file: Callable[[str], Opened]) -> tuple[str, Opened]:
        """Open a file behind all that are there; its name and the file.

        What somebody else begins at the same time is passed over: a recorder whose tap was
        killed may still be writing what it was given, in files of these names.
        """
        tried = 0
        while True:
            self._number = max(self._number, *self._present(), 0)
            path = self.next()
            try:
                return path, open_file(path)
            except (OutputError, UsageError) as error:
                is_begun = isinstance(error, OutputError) and error.errno == errno.EBUSY
                is_there = isinstance(error, UsageError) and any(
                    map(os.path.exists, (path, path + PART_SUFFIX))
                )
                tried += 1
                if tried == TRIES_MAX or not (is_begun or is_there):
                    raise
