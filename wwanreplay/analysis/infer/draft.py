"""A profile in the making: values with the events that tell them, checked one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from wwanreplay import _core
from wwanreplay.analysis.infer.readings import Reading
from wwanreplay.devices.profile import ARRAYS, NESTED_TABLES, PLAIN_TABLES, read_mapping
from wwanreplay.devices.toml import ValuePlace
from wwanreplay.errors import UsageError

TEXT_SIZE_MAX = 256  # no text of a profile is longer


class Witness(NamedTuple):
    """Which event told a value: the key ("device.model"), the event's index, and what it is."""

    key: str
    record: int
    what: str


class Draft:
    """Tables as a profile's TOML has them. The first witness of a key decides it."""

    def __init__(self) -> None:
        self.tables: dict[str, Any] = {}
        self.witnesses: list[Witness] = []
        self.assumed: list[str] = []
        self._told: set[str] = set()

    def told(self, key: str) -> bool:
        """Whether an event told this key."""
        return key in self._told

    def value(self, table: str, key: str) -> Any:
        """What a key stands at, None when it has no value yet."""
        return self.tables.get(table, {}).get(key)

    def witness(self, key: str, reading: Reading, what: str = "") -> None:
        """Note which event told a key; the first one counts."""
        if key not in self._told:
            self._told.add(key)
            self.witnesses.append(Witness(key, reading.index, what or reading.name))

    def tell(self, table: str, key: str, value: Any, reading: Reading, what: str = "") -> bool:
        """Set a key that no event told before; False when it stays as it is.

        A value that no profile can hold is left out and noted.
        """
        name = f"{table}.{key}"
        if value is None or name in self._told:
            return False
        fitting = self.fitting(table, {key: value}, f"event {reading.index}")
        if key not in fitting:
            return False
        self.tables.setdefault(table, {})[key] = fitting[key]
        self.witness(name, reading, what)
        return True

    def assume(self, table: str, key: str, value: Any, why: str = "") -> None:
        """Set a key that no event told."""
        if not self.told(f"{table}.{key}"):
            self.tables.setdefault(table, {})[key] = value
            if why:
                self.assumed.append(f"{table}.{key}: {why}")

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


def plain_text(text: str) -> str:
    """Text up to its first NUL, of whole characters only."""
    text = text.partition("\0")[0]
    return text.encode("utf-16-le", "replace").decode("utf-16-le", "replace")


def fit_text(table: str, key: str, text: str) -> str | None:
    """The longest beginning of a text that a profile takes, None when it takes no text."""
    text = plain_text(text[:TEXT_SIZE_MAX])
    for size in range(len(text), -1, -1):
        if _accepts(table, key, text[:size]):
            return text[:size]
    return None


def _accepts(table: str, key: str, value: Any) -> bool:
    """Whether a profile takes this one value."""
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
