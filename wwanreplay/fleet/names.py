"""Names of files of a run: below the folder that all of them are in, and below another."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable

from wwanreplay.stores import Location


def place_in(folder: str, *names: str) -> str:
    """A place below a folder of the disk or a store."""
    if isinstance(folder, Location):
        return Location(posixpath.join(folder.url.rstrip("/"), *names))
    return os.path.join(folder, *names)


def common_depth(paths: Iterable[str]) -> int:
    """How many parts of their names all files have in common, which is the folder they are in."""
    folders = [_parts(path)[:-1] for path in paths]
    depth = 0
    while all(len(names) > depth for names in folders) and (
        len({names[depth] for names in folders}) == 1
    ):
        depth += 1
    return depth


def name_below(path: str, depth: int) -> str:
    """The name of a file below so many parts of it."""
    return "/".join(_parts(path)[depth:])


def _parts(path: str) -> list[str]:
    return (path.place if isinstance(path, Location) else path).split("/")


def keys_of(paths: Iterable[str]) -> dict[str, str]:
    """The names of files below the folder that all of them are in."""
    names = list(paths)
    depth = common_depth(names)
    return {path: name_below(path, depth) for path in names}
