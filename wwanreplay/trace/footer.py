"""Take a footer apart: every value of the right type and in its range.

Its values are not trusted beyond that: offsets are checked before they are used.
"""

from __future__ import annotations

from typing import Any, Final

from wwanreplay.trace.frames import (
    DIGEST_STATE_SIZE,
    FOOTER_VALUES_MAX,
    ChunkEntry,
    Elements,
    Footer,
    Frame,
)

#: A larger footer is not kept with its frame.
KNOWN_SIZE_MAX: Final = 1 << 16

# What a value of a footer is: a type, or the range of an integer.
_Kind = type | range
_COUNT: Final = range(1 << 63)
_TIME: Final = range(-(1 << 63), 1 << 63)
_FOOTER_VALUES: Final[dict[str, _Kind]] = {
    "records": _COUNT,
    "next_index": _COUNT,
    "kinds": list,
    "digest": bytes,
    "digest_state": bytes,
    "time_min_ns": _TIME,
    "time_max_ns": _TIME,
    "segment": _COUNT,
    "cut_segments": _COUNT,
    "previous_footer": _COUNT,
    "codes": list,
    "chunks": list,
    "checkpoints": list,
    "attachments": list,
}
_MAY_BE_NIL: Final = frozenset({"time_min_ns", "time_max_ns", "previous_footer"})
# An empty one stands for a digest that is not known.
_DIGEST_SIZES: Final = {"digest": (0, 16), "digest_state": (0, DIGEST_STATE_SIZE)}
_ENTRIES: Final[dict[str, tuple[_Kind, ...]]] = {
    "kinds": (_COUNT, _COUNT),
    "codes": (range(1 << 32), range(1 << 64)),
    "chunks": (_COUNT, _COUNT, _COUNT, _TIME, _TIME, bytes),
    "checkpoints": (_COUNT, _COUNT, _TIME),
    "attachments": (_COUNT, str),
}


def _footer_value(elements: Elements, name: str, value: Any, kind: _Kind) -> None:
    """Raise TraceError unless a value is of its type and in its range."""
    if isinstance(kind, range):
        if type(value) is int and kind.start <= value < kind.stop:
            return
    elif isinstance(value, kind):
        return
    if isinstance(kind, range) and type(value) is int:
        raise elements.error(f"its {name} is {value}, not between {kind.start} and {kind.stop - 1}")
    raise elements.error(f"its {name} is a {type(value).__name__}")


def _are_of(values: tuple[Any, ...], kind: _Kind) -> bool:
    """Whether all values are of a type, or whole numbers in a range."""
    types = set(map(type, values))
    if isinstance(kind, range):
        low, stop = kind.start, kind.stop  # quicker than to ask whether it is in the range
        return types <= {int} and (not values or (min(values) >= low and max(values) < stop))
    return types <= {kind}


def _entries(elements: Elements, key: str, rows: Any) -> list[tuple[Any, ...]]:
    kinds = _ENTRIES[key]
    count = len(kinds)
    if not rows:
        return []
    if set(map(type, rows)) == {list} and min(map(len, rows)) >= count:
        columns = list(zip(*rows, strict=False))[:count]  # what this version does not know aside
        if all(map(_are_of, columns, kinds)):
            return list(zip(*columns, strict=True))
    for number, row in enumerate(rows):
        if not isinstance(row, list) or len(row) < count:
            break
        for place, kind in enumerate(kinds):
            _footer_value(elements, f"{key}[{number}][{place}]", row[place], kind)
    raise elements.error(f"an entry of {key} is not what it should be")


class KnownFooters:
    """The footer that was taken apart last: that of the index is met again in order."""

    def __init__(self) -> None:
        self._last: tuple[Frame, Footer] | None = None

    def unpack(self, frame: Frame) -> Footer:
        """The footer of a frame, as `unpack_footer`; the same again for an equal frame."""
        if self._last is not None and self._last[0] == frame:
            return self._last[1]
        footer = unpack_footer(frame)
        if frame.prefix.size <= KNOWN_SIZE_MAX:
            self._last = frame, footer
        return footer


def unpack_footer(frame: Frame) -> Footer:
    """A footer, every value of the right type and in its range."""
    elements = Elements(frame)
    values = elements.map(FOOTER_VALUES_MAX)
    known: dict[str, Any] = {}
    for key, kind in _FOOTER_VALUES.items():
        if key not in values:
            continue
        value = values.pop(key)
        if value is not None or key not in _MAY_BE_NIL:
            _footer_value(elements, key, value, kind)
        if key in _DIGEST_SIZES and len(value) not in _DIGEST_SIZES[key]:
            raise elements.error(f"its {key} has {len(value)} bytes")
        known[key] = _entries(elements, key, value) if key in _ENTRIES else value
    if "kinds" in known:
        known["kinds"] = dict(known["kinds"])
    if "chunks" in known:
        known["chunks"] = list(map(ChunkEntry._make, known["chunks"]))
    return Footer(**known, extra=values, offset=frame.offset)
