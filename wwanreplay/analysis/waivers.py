"""Accepted findings: one file names what is known and accepted, why, and until when.

    [[accept]]
    rule = "register.notify-change"   # or a pattern, "register.*"
    code = "NDIS_STATUS_WWAN_REGISTER_STATE"
    reason = "firmware 2.1 tells it late; reported to the vendor"
    expires = 2027-06-30

`check` accepts broken rules by it, `replay` divergences. Every entry has a reason and the last day
on which it counts; behind that day it is as if it were not there, but for a word about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from wwanreplay.devices.toml import ValuePlace, parse, read_text

#: What identifies a finding. Each is a name or a pattern with `*` and `?`.
KEYS: Final = ("layer", "rule", "kind", "code", "field", "transaction", "trace")
#: What shows a finding: the rules, the comparison with the model, the messages.
LAYERS: Final = ("rule", "model", "wire")
_MARKS: Final = ("reason", "expires")


@dataclass(frozen=True)
class Finding:
    """What can be accepted: a broken rule at an event, or a divergence.

    `transaction` is the OID of the request that the event belongs to, by name; `fields` the members
    that are wrong, where that is known; `trace` the name of the file.
    """

    layer: str
    rule: str = ""
    kind: str = ""
    code: str = ""
    fields: tuple[str, ...] = ()
    transaction: str = ""
    trace: str = ""


@dataclass
class Waiver:
    """An entry of the file: `wanted` has a pattern for each key that it names."""

    wanted: Mapping[str, str]
    reason: str
    expires: date
    where: str
    used: int = 0

    def accepts(self, finding: Finding) -> bool:
        """Whether the finding is what the entry names."""
        for key, pattern in self.wanted.items():
            if key == "field":
                if not finding.fields or not all(
                    fnmatchcase(path, pattern) for path in finding.fields
                ):
                    return False
            elif not fnmatchcase(getattr(finding, key), pattern):
                return False
        return True


class Waivers:
    """The entries of a file that count on a day, which is today unless given."""

    def __init__(self, entries: list[Waiver], today: date | None = None) -> None:
        day = date.today() if today is None else today
        self.entries = [entry for entry in entries if day <= entry.expires]
        self.expired = [entry for entry in entries if day > entry.expires]

    def accepting(self, finding: Finding) -> Waiver | None:
        """The first entry that accepts a finding, counted as used; None without one."""
        for entry in self.entries:
            if entry.accepts(finding):
                entry.used += 1
                return entry
        return None

    def warnings(self) -> list[str]:
        """A line for each entry that is over, and for each that accepted nothing."""
        over = [f"{entry.where} expired on {entry.expires}" for entry in self.expired]
        return over + [
            f"{entry.where} accepted nothing" for entry in self.entries if not entry.used
        ]


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
    reason, expires = values.get("reason"), values.get("expires")
    if not isinstance(reason, str) or not reason.strip():
        raise place.error("needs a reason: a text")
    if not isinstance(expires, date) or isinstance(expires, datetime):
        raise place.error("needs expires: the last day on which it counts, such as 2027-06-30")
    wanted: dict[str, Any] = {key: values[key] for key in KEYS if key in values}
    for key, pattern in wanted.items():
        if not isinstance(pattern, str) or not pattern:
            raise place.inside(key).error("must be a name or a pattern")
    if not set(wanted) & {"rule", "kind", "code", "field"}:
        raise place.error("names no rule, kind, code or field: it would accept everything")
    _check_names(wanted, place)
    return Waiver(wanted, reason.strip(), expires, f"{file.file}: accept {number}")


def _check_names(wanted: Mapping[str, str], place: ValuePlace) -> None:
    from wwanreplay.protocol import PROTOCOL
    from wwanreplay.replay import DivergenceKind

    known = {
        "layer": LAYERS,
        "rule": tuple(PROTOCOL.rule_by_id),
        "kind": tuple(str(kind) for kind in DivergenceKind),
    }
    for key, names in known.items():
        pattern = wanted.get(key)
        if pattern is not None and not any(fnmatchcase(name, pattern) for name in names):
            hint = f"; there are {', '.join(names)}" if len(names) < 10 else ""
            raise place.inside(key).error(f"matches no {key}: {pattern!r}{hint}")
