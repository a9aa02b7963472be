"""Accepted findings: one file names what is known and accepted, why, and until when.

    [[accept]]
    rule = "register.notify-change"   # or a pattern, "register.*"
    code = "NDIS_STATUS_WWAN_REGISTER_STATE"
    reason = "firmware 2.1 tells it late; reported to the vendor"
    expires = 2027-06-30

`check` accepts broken rules by it, `replay` divergences. Every entry has a reason and the last day
on which it counts; behind that day it is as if it were not there, but for a word about it.

An entry with a `count` is exact, as `replay --accept` writes them: it accepts so many findings of
one trace that have what it names and nothing that it does not name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, cast

from wwanreplay.devices.toml import ValuePlace, parse, read_text

#: What identifies a finding. Each is a name or a pattern with `*` and `?`.
KEYS: Final[tuple[str, ...]] = ("layer", "rule", "kind", "code", "field", "transaction", "trace")
#: What shows a finding: the rules, the comparison with the model, the messages.
LAYERS: Final = ("rule", "model", "wire")
_ALL: Final = "; with a count it names all that a finding has, such as its layer and transaction"
_MARKS: Final = ("reason", "expires", "count")
COUNT_MAX: Final = 1_000_000
#: What an exact entry compares: the name of the file may change, the rest identifies.
_IDENTITY: Final = tuple(key for key in KEYS if key != "trace")


@dataclass(frozen=True)
class Finding:
    """What can be accepted: a broken rule at an event, or a divergence.

    `transaction` is the OID of the request that the event belongs to, by name, and of a fault of a
    message its transaction as the log numbers it; `number` is how the log numbers the request,
    where requests were messages: an entry may name either. `fields` are the members that are
    wrong, where that is known, and of an MBIM message what is wrong with it; `trace` the name of
    the file. No time, number of a record or value is part of it.
    """

    layer: str
    rule: str = ""
    kind: str = ""
    code: str = ""
    fields: tuple[str, ...] = ()
    transaction: str = ""
    number: str = ""
    trace: str = ""

    def values(self, key: str) -> tuple[str, ...]:
        """What it has of a key of an entry."""
        if key == "field":
            return self.fields
        return (str(getattr(self, key)),)

    def has(self, key: str) -> bool:
        """Whether it has anything of a key."""
        return any(self.values(key))


@dataclass
class Waiver:
    """An entry of the file: `wanted` has a pattern for each key that it names, for field several.

    `count` is how many findings of a trace an exact entry accepts, None of any other; `taken` how
    many of the present trace it did, `used` of all.
    """

    wanted: Mapping[str, str | tuple[str, ...]]
    reason: str
    expires: date
    where: str
    count: int | None = None
    used: int = 0
    taken: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether it accepts so many, and what has all that it names and nothing else."""
        return self.count is not None

    @property
    def left(self) -> int:
        """How many findings of the present trace an exact entry still waits for."""
        return 0 if self.count is None else self.count - self.taken

    def accepts(self, finding: Finding) -> bool:
        """Whether the finding is what the entry names."""
        for key in _IDENTITY if self.is_exact else ():
            if key in ("transaction", "code") and finding.kind == "wire":
                continue  # earlier versions named none: such an entry is of any
            if finding.has(key) and key not in self.wanted:
                return False
        for key, pattern in self.wanted.items():
            patterns = (pattern,) if isinstance(pattern, str) else pattern
            if key == "transaction" and finding.number and matches(finding.number, patterns[0]):
                continue
            found = finding.values(key)
            if not found or not all(
                any(matches(name, each) for each in patterns) for name in found
            ):
                return False
            if self.is_exact and not all(
                any(matches(name, each) for name in found) for each in patterns
            ):
                return False
        return True

    def text(self) -> str:
        """What it names, in one line."""
        values = ((key, self.wanted.get(key)) for key in KEYS)
        return ", ".join(
            f"{key} {value if isinstance(value, str) else ' and '.join(value)}"
            for key, value in values
            if value
        )


def matches(name: str, pattern: str) -> bool:
    """Whether a name is what a pattern with `*` and `?` says; brackets stand for themselves."""
    return fnmatchcase(name, pattern.replace("[", "[[]"))


class Waivers:
    """The entries of a file that count on a day, which is today unless given."""

    def __init__(self, entries: list[Waiver], today: date | None = None) -> None:
        day = date.today() if today is None else today
        self.entries = [entry for entry in entries if day <= entry.expires]
        self.expired = [entry for entry in entries if day > entry.expires]

    def begin(self) -> None:
        """Begin with another trace: the counts of exact entries are for each."""
        for entry in self.entries:
            entry.taken = 0

    def accepting(self, finding: Finding) -> Waiver | None:
        """The first entry that accepts a finding, counted as used; None without one."""
        for entry in self.entries:
            if (not entry.is_exact or entry.left) and entry.accepts(finding):
                entry.used += 1
                entry.taken += 1
                return entry
        return None

    @property
    def count(self) -> int:
        """How many findings the exact entries wait for in a trace."""
        return sum(entry.count or 0 for entry in self.entries)

    def gone(self) -> list[str]:
        """A line for each exact entry that found fewer in the present trace than it names."""
        return [
            f"gone: {entry.text()} ({entry.where})"
            if not entry.taken
            else f"gone: {entry.left} of {entry.count} of {entry.text()} ({entry.where})"
            for entry in self.entries
            if entry.left
        ]

    def warnings(self) -> list[str]:
        """A line for each entry that is over, and for each that accepted nothing."""
        over = [expiry_text(entry) for entry in self.expired]
        return over + [
            f"{entry.where} accepted nothing{_ALL if entry.is_exact else ''}"
            for entry in self.entries
            if not entry.used
        ]


def expiry_text(entry: Waiver) -> str:
    """That an entry is over."""
    return f"{entry.where} expired on {entry.expires}"


def load_waivers(path: str, today: date | None = None) -> Waivers:
    """The waivers of a file; UsageError with file and entry for one that cannot be."""
    return parse_waivers(read_text(Path(path)), path, today)


def parse_waivers(text: str, file: str, today: date | None = None) -> Waivers:
    """The waivers of a TOML text."""
    tables = parse(text, file)
    place = ValuePlace(file)
    for name in tables:
        if name != "accept":
            raise place.inside(name).error("is unknown; entries are [[accept]]")
    entries = tables.get("accept", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise place.inside("accept").error("must be an array of tables: [[accept]]")
    return Waivers([_entry(entry, n, place) for n, entry in enumerate(entries, 1)], today)


def _entry(values: dict[str, Any], number: int, file: ValuePlace) -> Waiver:
    place = file.inside(f"accept {number}")
    for key in values:
        if key not in (*KEYS, *_MARKS):
            known = ", ".join((*KEYS, *_MARKS))
            raise place.inside(key).error(f"is unknown; there are {known}")
    reason, expires, count = (values.get(key) for key in _MARKS)
    if not isinstance(reason, str) or not reason.strip():
        raise place.error("needs a reason: a text")
    if not isinstance(expires, date) or isinstance(expires, datetime):
        raise place.error("needs expires: the last day on which it counts, such as 2027-06-30")
    if count is not None and not (type(count) is int and 1 <= count <= COUNT_MAX):
        raise place.inside("count").error(f"must be a whole number from 1 to {COUNT_MAX}")
    wanted = {key: _patterns(key, values[key], place) for key in KEYS if key in values}
    if not set(wanted) & {"rule", "kind", "code", "field"}:
        raise place.error("names no rule, kind, code or field: it would accept everything")
    _check_names(wanted, place)
    return Waiver(wanted, reason.strip(), expires, f"{file.file}: accept {number}", count)


def _patterns(key: str, value: object, place: ValuePlace) -> str | tuple[str, ...]:
    """The pattern of a key, for field one or several."""
    if isinstance(value, str) and value:
        return value
    is_list = key == "field" and isinstance(value, list) and value
    if is_list and all(isinstance(each, str) and each for each in cast("list[object]", value)):
        return tuple(cast("list[str]", value))
    several = ", or an array of them" if key == "field" else ""
    raise place.inside(key).error(f"must be a name or a pattern{several}")


def _check_names(wanted: Mapping[str, str | tuple[str, ...]], place: ValuePlace) -> None:
    from wwanreplay.analysis.check.registry import known_rows
    from wwanreplay.protocol import PROTOCOL
    from wwanreplay.replay import DivergenceKind

    known = {
        "layer": LAYERS,
        "rule": tuple(PROTOCOL.rule_by_id),
        "kind": tuple(str(kind) for kind in DivergenceKind),
    }
    for key, names in known.items():
        pattern = wanted.get(key)
        if isinstance(pattern, str) and not any(matches(name, pattern) for name in names):
            if key == "rule" and any(matches(name, pattern) for name in known_rows()):
                continue  # of another package
            hint = f"; there are {', '.join(names)}" if len(names) < 10 else ""
            raise place.inside(key).error(f"matches no {key}: {pattern!r}{hint}")
