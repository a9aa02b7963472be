"""What a comparison has found: places where two sessions differ, counted, and the first of them."""

from __future__ import annotations

from bisect import insort
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from wwanreplay._core import Event
from wwanreplay.analysis.diff.values import Difference, Identities, Identity, hashable
from wwanreplay.replay.names import code_name

#: Sets of differing identities that are held until the end shows whether all are one other SIM's.
GROUPS_MAX: Final = 4_096
#: Findings that are held for such sets.
HELD_MAX: Final = 4_096


class Change(StrEnum):
    """How two sessions differ in one place; a is the first of them."""

    MISSING = "missing"  # only a has it
    EXTRA = "extra"  # only b has it
    CHANGED = "changed"
    REORDERED = "reordered"

    @property
    def mirrored(self) -> Change:
        """The same with the sides exchanged."""
        return {Change.MISSING: Change.EXTRA, Change.EXTRA: Change.MISSING}.get(self, self)


@dataclass(slots=True)
class Finding:
    """One place where two sessions differ.

    `what` is `request`, `output` (of the transaction whose requests are `requests`), `event` or
    `message`, or another kind of record; `a` and `b` are its events, None where a side has none.
    `answers` are the outputs that go with a whole transaction that one side has. `is_note`: it does
    not count as a difference.
    """

    change: Change
    what: str
    a: Event | None
    b: Event | None
    requests: tuple[Event | None, Event | None] = (None, None)
    fields: list[Difference] = field(default_factory=list)
    answers: int = 0
    is_note: bool = False
    order: tuple[float, ...] = ()

    @property
    def event(self) -> Event:
        """The event of a, or else of b."""
        found = self.a if self.a is not None else self.b
        assert found is not None
        return found

    def mirrored(self) -> Finding:
        """The same with the sides exchanged."""
        return Finding(
            self.change.mirrored,
            self.what,
            self.b,
            self.a,
            self.requests[::-1],
            [each.mirrored() for each in self.fields],
            self.answers,
            self.is_note,
        )


#: (order, number, finding): the number tells findings of one place apart.
_Listed = tuple[tuple[float, ...], int, Finding]


@dataclass(slots=True)
class _Group:
    """Findings that differ in the same identities: all of them are another SIM's, or none is."""

    first: Finding
    count: int = 0
    listed: list[_Listed] = field(default_factory=list)


class Findings:
    """The findings of a comparison: all are counted, and the first in order are kept.

    Whether an identity is that of another SIM or modem is known at the end. Until then findings are
    held by the identities in which they differ, of each set as many as may be listed.
    """

    def __init__(self, identities: Identities, listed_max: int) -> None:
        self.counts: dict[Change, int] = {}
        self.note_count = 0
        self.identities: list[Identity] = []
        self._known = identities
        self._listed_max = listed_max
        self._number = 0
        self._held = 0
        self._kept: tuple[list[_Listed], list[_Listed]] = ([], [])  # what counts, and notes
        self._groups: dict[Hashable, _Group] = {}

    def add(self, found: Finding) -> None:
        """Take a finding."""
        self._number += 1
        item = (found.order, self._number, found)
        open_fields = [each for each in found.fields if self._known.may_be_other(each)]
        key = _group_key(found, open_fields)
        group = self._groups.get(key) if open_fields else None
        if group is None and open_fields and len(self._groups) < GROUPS_MAX:
            group = self._groups[key] = _Group(found)
        if group is None:
            self._settle(found, 1, [item], ())
            return
        group.count += 1
        if self._held < HELD_MAX:
            self._held += 1
            insort(group.listed, item, key=_place_of)
        if len(group.listed) > self._listed_max:
            self._held -= 1
            del group.listed[-1]

    def close(self) -> None:
        """Settle what was held."""
        named: dict[Hashable, Identity] = {}
        for group in self._groups.values():
            first = group.first
            others = [each for each in first.fields if self._known.may_be_other(each)]
            for each in others:
                place = first.event.index, None if first.b is None else first.b.index
                identity = Identity(each, 0, place, code_name(first.event))
                key = identity.name, hashable(each.a), hashable(each.b)
                named.setdefault(key, identity).count += group.count
            self._settle(first, group.count, group.listed, others)
        self._groups.clear()
        self.identities = list(named.values())

    @property
    def listed(self) -> list[Finding]:
        """The first findings in order: those that count, then notes."""
        return [found for kept in self._kept for _, _, found in kept]

    def _settle(
        self, first: Finding, count: int, items: Iterable[_Listed], others: Iterable[Difference]
    ) -> None:
        """Count findings that differ alike, and keep the first, without what is another SIM's."""
        gone = list(others)
        remaining = [each for each in first.fields if each not in gone]
        if gone and not remaining:
            return
        is_note = first.is_note or (bool(remaining) and all(each.is_note for each in remaining))
        if is_note:
            self.note_count += count
        else:
            self.counts[first.change] = self.counts.get(first.change, 0) + count
        kept = self._kept[is_note]
        for item in items:
            found = item[2]
            found.is_note = is_note
            if gone:
                found.fields = [each for each in found.fields if each not in gone]
            insort(kept, item, key=_place_of)
        del kept[self._listed_max :]


def _place_of(item: _Listed) -> tuple[tuple[float, ...], int]:
    return item[:2]


def _group_key(found: Finding, open_fields: list[Difference]) -> Hashable:
    """What findings have in common of which all, or none, are another SIM's."""
    rest = [each for each in found.fields if each not in open_fields]
    notes = bool(rest), all(each.is_note for each in rest)
    values = ((each.path, hashable(each.a), hashable(each.b), each.is_note) for each in open_fields)
    return found.change, found.is_note, notes, tuple(values)
