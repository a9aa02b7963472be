"""Values that do not belong where they are put, and every place of a nested structure to put them.

`places` walks mappings and lists; `changed` gives a copy with one place changed. Nothing here draws
at random: a test takes all of them, or chooses.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from typing import Any

from wwanreplay.errors import UsageError

Path = tuple[Any, ...]

NUMBERS: tuple[Any, ...] = (-1, -(2**31), 2**31, 2**32, 2**63, 2**64 - 1, 99_999, True)
OTHERS: tuple[Any, ...] = (
    1.5,
    math.nan,
    math.inf,
    "",
    "x",
    "y" * 70_000,
    "\u00e9\U0001f600",
    "a\0b",
    b"",
    b"\xff" * 5,
    [],
    [None],
    [[]],
    {},
    {"x": 1},
    {7: b"\0"},
    None,
)
# What a file can hold, and what only a caller can give.
IN_FILES = (*NUMBERS, *OTHERS)
IN_CALLS = (*IN_FILES, 2**64, 10**5000, -(10**30), "\ud800", object())
IN_TABLES = tuple(value for value in IN_CALLS if value != {7: b"\0"})  # keys are text in TOML
REMOVED = object()
ADDED = object()


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """The path of everything inside, containers too."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list | tuple):
        items = enumerate(value)
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def changed(value: Any, path: Path, hostile: Any) -> Any:
    """A copy in which the place is another value, is gone (REMOVED), or has a neighbour (ADDED)."""
    made = inside = copy.copy(value)  # only what the path goes through
    for key in path[:-1]:
        inside[key] = copy.copy(inside[key])
        inside = inside[key]
    if hostile is REMOVED:
        del inside[path[-1]]
    elif hostile is ADDED:
        if isinstance(inside, list):
            inside.append({"nobody knows": 1})
        else:
            inside["nobody knows"] = [1]
    else:
        inside[path[-1]] = hostile
    return made


def listed(value: Any) -> Any:
    """Tuples as lists, so that they can be changed."""
    if isinstance(value, dict):
        return {key: listed(inner) for key, inner in value.items()}
    return [listed(inner) for inner in value] if isinstance(value, list | tuple) else value


def refusal(call: Callable[[], object]) -> str | None:
    """The text of the UsageError that a call ends with, None when there is none."""
    try:
        call()
    except UsageError as error:
        return str(error)
    return None
