"""A profile in the making: values with the events that show them, checked one by one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from wwanreplay import _core
from wwanreplay.analysis.infer.profile_text import enumeration_of
from wwanreplay.analysis.infer.readings import Reading
from wwanreplay.devices.profile import read_mapping
from wwanreplay.devices.profile_rows import ARRAYS, NESTED_TABLES, PLAIN_TABLES
from wwanreplay.devices.toml import ValuePlace
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL

TEXT_SIZE_MAX: Final = 256  # no text of a profile is longer
#: Values of which it is remembered whether a profile takes them.
ACCEPTED_MAX: Final = 1024


class Witness(NamedTuple):
    """Which event shows a value: the key ("device.model"), the event's index, and what it is."""

    key: str
    record: int
    what: str


class Draft:
    """Tables as a profile's TOML has them. The first event that shows a key decides it."""

    def __init__(self) -> None:
        self.tables: dict[str, Any] = {}
        self.witnesses: list[Witness] = []
        self.assumed: list[str] = []
        self._observed: set[str] = set()

    def is_observed(self, key: str) -> bool:
        """Whether an event shows this key."""
        return key in self._observed

    def value(self, table: str, key: str) -> Any:
        """What a key stands at, None when it has no value yet."""
        return self.tables.get(table, {}).get(key)

    def note(self, key: str, reading: Reading, what: str = "") -> None:
        """Note which event shows a key; the first one counts."""
        if key not in self._observed:
            self._observed.add(key)
            self.witnesses.append(Witness(key, reading.index, what or reading.name))

    def observe(self, table: str, key: str, value: Any, reading: Reading, what: str = "") -> bool:
        """Set a key that no earlier event shows; False when it stays as it is.

        A value that no profile can hold is left out and noted.
        """
        name = f"{table}.{key}"
        if value is None or name in self._observed:
            return False
        fitting = self.fitting(table, {key: value}, f"event {reading.index}")
        if key not in fitting:
            return False
        self.tables.setdefault(table, {})[key] = fitting[key]
        self.note(name, reading, what)
        return True

    def assume(self, table: str, key: str, value: Any, why: str = "") -> None:
        """Set a key that no event shows."""
        if not self.is_observed(f"{table}.{key}"):
            self.tables.setdefault(table, {})[key] = value
            if why:
                self.assumed.append(f"{table}.{key}: {why}")

    def assume_neutral(self, table: str, values: Mapping[str, Any]) -> None:
        """Give keys without a value their neutral one; members of enumerations are names."""
        for key, value in values.items():
            if self.value(table, key) is None:
                enumeration = enumeration_of(table, key)
                number = PROTOCOL.number_of(enumeration, value) if enumeration else value
                self.assume(table, key, number, str(value))

    def fitting(self, table: str, values: Mapping[str, Any], where: str) -> dict[str, Any]:
        """The values that a profile can hold, texts cut to what fits; the others are noted."""
        kept: dict[str, Any] = {}
        for key, value in values.items():
            if isinstance(value, str):
                value = fit_text(table, key, value)
            if value is not None and _accepts(table, key, value):
                kept[key] = value
            else:
                self.assumed.append(f"{table}.{key}: a profile cannot hold what {where} says")
        return kept

    def limited(self, table: str, rows: list[Any], limit: int) -> list[Any]:
        """The first rows that the device has room for; that there are more is noted."""
        if len(rows) > limit:
            self.assumed.append(
                f"{table}: {len(rows)} are reported, the device has room for {limit}"
            )
        return rows[:limit]


def plain_text(text: str) -> str:
    """Text up to its first NUL, of whole characters only."""
    text = text.partition("\0")[0]
    return text.encode("utf-16-le", "replace").decode("utf-16-le", "replace")


def fit_text(table: str, key: str, text: str) -> str | None:
    """The longest beginning of a text that a profile takes, None when it takes no text."""
    text = plain_text(text[:TEXT_SIZE_MAX])
    if _accepts(table, key, text):
        return text
    # What begins an accepted text is accepted, too.
    size = bisect_left(range(len(text)), True, key=lambda at: not _accepts(table, key, text[:at]))
    return text[: size - 1] if size else None


def _accepts(table: str, key: str, value: Any) -> bool:
    """Whether a profile takes this one value."""
    is_short = isinstance(value, int) or (
        isinstance(value, str | bytes) and len(value) <= TEXT_SIZE_MAX
    )
    return (_is_accepted if is_short else _is_accepted.__wrapped__)(table, key, value)


@lru_cache(maxsize=ACCEPTED_MAX, typed=True)
def _is_accepted(table: str, key: str, value: Any) -> bool:
    entry: Any = {key: value}
    if table in ARRAYS:
        entry = [entry]
    elif table not in PLAIN_TABLES and table not in NESTED_TABLES:
        return False
    try:
        _core.Profile(read_mapping({table: entry}, ValuePlace("inferred")))
    except UsageError:
        return False
    return True
