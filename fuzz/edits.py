"""Edits: named changes of a value made of maps, lists, numbers, texts and bytes.

An edit is a path, an operation and its operand: `("4/records/17/1", "set", 2**62)`. Edits are drawn
from the bytes of a fuzzer and written as TOML in fuzz/regressions.toml, so that an input that broke
something stays readable and keeps its meaning when the drawing changes.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

PATH_SEPARATOR: Final = "/"
INTEGER_MIN: Final = -(1 << 63)
INTEGER_MAX: Final = (1 << 64) - 1

#: Numbers at which readers go wrong.
NUMBERS: Final = (
    *(0, 1, 2, 3, 5, 7, 15, 16, 31, 32, 33, 63, 64, 100, 127, 128, 255, 256, 4095, 4096, 0xFFFF),
    *(0x10000, 99999, 10**9, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 40, 1 << 53),
    *(10**18, 1 << 62, (1 << 63) - 1, 1 << 63, (1 << 64) - 1),
    *(-1, -2, -33, -128, -129, -(1 << 31), -(1 << 32), -(10**18), -(1 << 63)),
)
TEXTS: Final = ("", "x", "\0", "é", "field", "exact", "0" * 15, "4294967296", "-1", "x" * 300)
#: Numbers for places in bytes, little-endian.
WORDS: Final = tuple(
    (number & ((1 << 8 * size) - 1)).to_bytes(size, "little")
    for size in (4, 8, 1, 2)
    for number in NUMBERS
)
REPEATS: Final = (2, 3, 17, 33, 65, 257)
NESTING: Final = 40


class _Gone:
    """What a deleted value becomes."""


GONE: Final = _Gone()


def nested(depth: int) -> list[Any]:
    """A list in a list, so deep."""
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value


def others() -> tuple[Any, ...]:
    """A value of each type."""
    return (None, True, 0, -1, "x", b"", b"\xff" * 5, [], {}, [[]], 1.5, {0: 0}, nested(NESTING))


@dataclass(frozen=True)
class Edit:
    """One change. The operations are those of `OPERATIONS`."""

    path: str
    operation: str
    operand: Any = None

    @property
    def steps(self) -> list[str]:
        """The keys and positions of the path."""
        return self.path.split(PATH_SEPARATOR)


def _set(_: Any, operand: Any) -> Any:
    return operand


def _delete(_: Any, __: Any) -> Any:
    return GONE


def _add(value: Any, operand: int) -> Any:
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    return max(INTEGER_MIN, min(INTEGER_MAX, value + operand))


def _splice(value: Any, operand: Sequence[Any]) -> Any:
    """Replace so many bytes from a place by others; the place counts from the end when negative."""
    start, removed, inserted = operand
    if not isinstance(value, bytes):
        return value
    if start < 0:
        start = max(len(value) + start, 0)
    return value[:start] + inserted + value[start + removed :]


def _repeat(value: Any, operand: int) -> Any:
    return value * operand if isinstance(value, bytes | str | list) else value


def _put(value: Any, operand: Sequence[Any]) -> Any:
    """Put an entry into a map, or before a place of a list."""
    key, entry = operand
    if isinstance(value, dict):
        return {**value, key: entry}
    if isinstance(value, list) and isinstance(key, int):
        return [*value[:key], entry, *value[key:]]
    return value


def _move(value: Any, operand: Sequence[int]) -> Any:
    """Take an entry of a list out and put it in at another place."""
    source, target = operand
    if not isinstance(value, list) or not 0 <= source < len(value):
        return value
    left = [*value[:source], *value[source + 1 :]]
    return [*left[:target], value[source], *left[target:]]


def _copy(value: Any, operand: Sequence[int]) -> Any:
    """Put an entry of a list in so many times more."""
    place, times = operand
    if not isinstance(value, list) or not 0 <= place < len(value):
        return value
    return [*value[:place], *[value[place]] * times, *value[place:]]


OPERATIONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "set": _set,
    "delete": _delete,
    "add": _add,
    "splice": _splice,
    "repeat": _repeat,
    "put": _put,
    "move": _move,
    "copy": _copy,
}


def applied(value: Any, steps: Sequence[str], operation: str, operand: Any) -> Any:
    """A value with one change; the same value when the path leads nowhere. Nothing is shared."""
    if not steps:
        return OPERATIONS[operation](value, operand)
    key: Any = steps[0]
    if isinstance(value, dict):
        key = next((each for each in value if str(each) == key), GONE)
        if key is GONE:
            return value
        changed = applied(value[key], steps[1:], operation, operand)
        if changed is GONE:
            return {each: entry for each, entry in value.items() if each != key}
        return {**value, key: changed}
    if isinstance(value, list):
        with contextlib.suppress(ValueError):
            place = int(key)
            if 0 <= place < len(value):
                changed = applied(value[place], steps[1:], operation, operand)
                entries = [] if changed is GONE else [changed]
                return [*value[:place], *entries, *value[place + 1 :]]
    return value


# ------------------------------------------------------------------ drawing


class Draw:
    """Choices made of bytes: the same bytes, the same choices; zeros when they are used up."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        """Bytes not used yet."""
        return len(self._data) - self._at

    def below(self, limit: int) -> int:
        """A number from 0, below a limit."""
        size = max((max(limit, 1) - 1).bit_length() + 7, 8) // 8
        number = int.from_bytes(self._data[self._at : self._at + size], "little")
        self._at = min(self._at + size, len(self._data))
        return number % max(limit, 1)

    def pick(self, choices: Sequence[Any]) -> Any:
        """One of several."""
        return choices[self.below(len(choices))]

    def take(self, size: int) -> bytes:
        """Bytes as they are, at most so many."""
        taken = self._data[self._at : self._at + size]
        self._at += len(taken)
        return taken


def _draw_number(draw: Draw, path: str, value: int) -> Edit:
    way = draw.below(4)
    if way == 0:
        return Edit(path, "add", draw.below(33) - 16)
    if way == 1:
        return Edit(path, "set", max(INTEGER_MIN, min(INTEGER_MAX, value * 2)))
    return Edit(path, "set", draw.pick(NUMBERS))


def _draw_bytes(draw: Draw, path: str, value: bytes) -> Edit:
    way = draw.below(8)
    size = len(value)
    if way < 4:  # a number in its place
        word = draw.pick(WORDS)
        place = draw.below(size + 1) // len(word) * len(word)
        return Edit(path, "splice", [place, len(word), word])
    if way == 4:
        place = draw.below(size + 1)
        return Edit(path, "splice", [place, 1, draw.take(1)])
    if way == 5:
        return Edit(path, "splice", [draw.below(size + 1), 0, draw.take(draw.below(9))])
    if way == 6:
        return Edit(path, "splice", [draw.below(size + 1), draw.pick((1, 4, 16, size)), b""])
    return Edit(path, "repeat", draw.pick((0, 2, 16)))


def _draw_entries(draw: Draw, path: str, value: list[Any] | dict[Any, Any]) -> Edit:
    """A change of a container as such."""
    way = draw.below(5)
    if isinstance(value, dict):
        keys = list(value)
        if way < 2 or not keys:
            key = draw.pick([*range(10), -1, "x", "", *keys])
            return Edit(path, "put", [key, draw.pick(others())])
        if way == 2:
            return Edit(path, "put", [draw.pick(keys), draw.pick(others())])
        if way == 3:
            return Edit(path, "put", [draw.pick(keys), value[draw.pick(keys)]])
        return Edit(f"{path}/{draw.pick(keys)}" if path else str(draw.pick(keys)), "delete")
    size = len(value)
    if way == 0 or not size:
        return Edit(path, "put", [draw.below(size + 1), draw.pick(others())])
    if way == 1:
        return Edit(path, "move", [draw.below(size), draw.below(size)])
    if way == 2:
        return Edit(path, "repeat", draw.pick(REPEATS if size < 8 else (2,)))
    if way == 3:
        return Edit(path, "copy", [draw.below(size), draw.pick((1, 1, 1, 16, 200))])
    return Edit(f"{path}/{draw.below(size)}", "delete")


def draw_edit(draw: Draw, value: Any, path: str) -> Edit:
    """A change somewhere in a value, which stands at a path."""
    steps: list[str] = [path]
    while isinstance(value, dict | list) and value and draw.below(8) < 7:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = draw.pick(keys)
        steps.append(str(key))
        value = value[key]
    at = PATH_SEPARATOR.join(steps)
    if draw.below(8) == 7:
        return Edit(at, "set", draw.pick(others())) if draw.below(2) else Edit(at, "delete")
    if isinstance(value, bool) or value is None or isinstance(value, float):
        return Edit(at, "set", draw.pick((*NUMBERS, *others())))
    if isinstance(value, int):
        return _draw_number(draw, at, value)
    if isinstance(value, bytes):
        return _draw_bytes(draw, at, value)
    if isinstance(value, str):
        texts = (*TEXTS, value + value, value[:-1], value.swapcase(), value.replace("0", "9"))
        return Edit(at, "set", draw.pick(texts))
    return _draw_entries(draw, at, value)


# ------------------------------------------------------------------ as TOML


def to_toml(value: Any) -> str:
    """A value as TOML, with tables of one key for what TOML has not."""
    if value is None:
        return "{ nil = true }"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, bytes):
        if len(value) > 64 and len(set(value)) == 1:
            return f'{{ hex = "{value[:1].hex()}", times = {len(value)} }}'
        return f'{{ hex = "{value.hex()}" }}'
    if isinstance(value, dict):
        return f"{{ map = {to_toml([[key, entry] for key, entry in value.items()])} }}"
    if value == nested(NESTING):
        return f"{{ nested = {NESTING} }}"
    return f"[{', '.join(map(to_toml, value))}]"


def from_toml(value: Any) -> Any:
    """The value that `to_toml` wrote."""
    if isinstance(value, list):
        return [from_toml(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    if "nil" in value:
        return None
    if "hex" in value:
        return bytes.fromhex(value["hex"]) * value.get("times", 1)
    if "map" in value:
        return {from_toml(key): from_toml(entry) for key, entry in value["map"]}
    return nested(value["nested"])


def edits_to_toml(edits: Sequence[Edit]) -> str:
    """Edits as an array, one a line."""
    rows = "".join(f"  {to_toml([edit.path, edit.operation, edit.operand])},\n" for edit in edits)
    return f"[\n{rows}]" if edits else "[]"


def edits_from_toml(rows: Sequence[Any]) -> list[Edit]:
    """The edits of an array."""
    return [Edit(path, operation, from_toml(operand)) for path, operation, operand in rows]
