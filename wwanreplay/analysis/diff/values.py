"""In which fields two paired events differ, and which of these count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.diff.session import message_content
from wwanreplay.analysis.eventtext import fields as field_texts
from wwanreplay.mbim.known import known_of, unindexed
from wwanreplay.protocol.comparison import Live
from wwanreplay.protocol.decoded import DecodedLeaf
from wwanreplay.protocol.presentation import format_value, mask_value
from wwanreplay.replay.fields import byte_ranges
from wwanreplay.replay.names import status_name
from wwanreplay.replay.observed import leaves, members, same_value
from wwanreplay.replay.policy import Policy

#: Values of identities that are remembered of a session.
VALUES_MAX: Final = 8_192
_SEVERAL: Final = 2
#: Marks of members that name a subscriber or a modem.
_IDENTITIES: Final = ("subscriber", "device")


class Difference(NamedTuple):
    """One field that differs: both values, as text and masked; None where a side lacks it.

    `identity` is its mark when it names a subscriber or a modem. `is_note`: by the policy it
    belongs to the place and the moment, and does not count.
    """

    path: str
    a: Any
    b: Any
    a_text: str | None
    b_text: str | None
    a_masked: str | None
    b_masked: str | None
    identity: str = ""
    is_note: bool = False

    def mirrored(self) -> Difference:
        """The same with the sides exchanged."""
        return self._replace(
            a=self.b,
            b=self.a,
            a_text=self.b_text,
            b_text=self.a_text,
            a_masked=self.b_masked,
            b_masked=self.a_masked,
        )


class Comparer:
    """Compares paired events by a policy.

    `is_field`: which of both traces is a log, which shows some members only.
    """

    def __init__(self, policy: Policy, is_field: tuple[bool, bool]) -> None:
        self._policy = policy
        self._is_field = is_field
        self._is_mixed = is_field[0] != is_field[1]

    def differences(self, a: Event, b: Event) -> list[Difference]:
        """The fields in which two events of one kind and code differ."""
        found = []
        if a.kind == Kind.KIND_COMPLETION and a.status != b.status:
            texts = status_name(a.status), status_name(b.status)
            found.append(plain("status", a.status, b.status, *texts))
        for name in () if self._is_mixed else ("bytes", "capacity"):
            one, two = getattr(a, name) or 0, getattr(b, name) or 0
            if one != two:
                found.append(plain(name, one, two, str(one), str(two)))
        return found + self._of_content(a, b)

    def _of_content(self, a: Event, b: Event) -> list[Difference]:
        if message_content(a) == message_content(b) and (a.fields or {}) == (b.fields or {}):
            return []
        sides = leaves(a), leaves(b)
        if a.kind != Kind.KIND_WIRE and all(map(_has_members, sides, (a, b))):
            found = self._of_members(a, b, sides)
            if found or self._is_mixed or not (sides[0] and sides[1]):
                return found
        elif self._is_mixed:
            return list(_of_texts(a, b, in_both=True))
        else:
            found = list(_of_texts(a, b, in_both=False)) if not (sides[0] or sides[1]) else []
        # Padding, and what follows the NUL of a text, is no field: then the bytes are shown.
        return found or list(_of_bytes(message_content(a), message_content(b)))

    def _of_members(
        self, a: Event, b: Event, sides: tuple[Mapping[str, DecodedLeaf], ...]
    ) -> list[Difference]:
        values = [
            {path: leaf.value for path, leaf in side.items()} if side else members(event)
            for side, event in zip(sides, (a, b), strict=True)
        ]
        paths = _in_one_order(*values)
        # A log shows some members only: those that it has are compared.
        for number, event in enumerate((a, b)):
            if self._is_mixed and self._is_field[number] and sides[number]:
                known = known_of(event)
                paths = {path: None for path in paths if unindexed(path) in known}
            if not sides[number]:
                paths = {path: None for path in paths if path in values[number]}
        self._policy.learn(a)
        self._policy.learn(b)
        found = []
        for path in paths:
            one, two = (side.get(path) for side in values)
            if one == two or (one is not None and two is not None and same_value(one, two)):
                continue
            leaf = sides[0].get(path) or sides[1].get(path)
            found.append(self._difference(a, path, one, two, leaf))
        return found

    def _difference(
        self, event: Event, path: str, one: Any, two: Any, leaf: DecodedLeaf | None
    ) -> Difference:
        if leaf is None:
            return _masked(path, one, two, _text_of(one), _text_of(two))
        texts = [None if value is None else format_value(leaf.field, value) for value in (one, two)]
        identity = leaf.personal if leaf.personal in _IDENTITIES else ""
        is_note = False
        if event.kind == Kind.KIND_INDICATION:
            key = event.code, unindexed(path)
            named = self._policy.members.get(key)
            mark = self._policy.mark(*key)
            is_note = named in (Live.FREE, Live.STEADY)
            if named is None and not leaf.personal:
                # A network's cause is free too, but of reports that a device owes it matters.
                is_free = leaf.field.live == Live.FREE and not self._policy.is_owed(event.code)
                is_note = is_free or leaf.field.comparison == "never"
            identity = (leaf.personal or "device") if mark is Live.IDENTITY else ""
        if not leaf.personal:
            return plain(path, one, two, *texts)._replace(identity=identity, is_note=is_note)
        return _masked(path, one, two, *texts)._replace(identity=identity, is_note=is_note)


def _has_members(side: Mapping[str, DecodedLeaf], event: Event) -> bool:
    """Whether an event can be read as members: its buffer, or what a log shows without one."""
    return bool(side) or (not event.payload and bool(members(event)))


def _in_one_order(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, None]:
    """The names of both, in an order that does not depend on which is the first."""
    listed = sorted([list(one), list(other)], key=lambda names: (-len(names), names))
    return dict.fromkeys([*listed[0], *listed[1]])


def _text_of(value: Any) -> str | None:
    return None if value is None else str(value)


def plain(path: str, a: Any, b: Any, a_text: str | None, b_text: str | None) -> Difference:
    """A difference in what is nobody's."""
    return Difference(path, a, b, a_text, b_text, a_text, b_text)


def _masked(path: str, a: Any, b: Any, a_text: str | None, b_text: str | None) -> Difference:
    a_masked, b_masked = (None if value is None else mask_value(value) for value in (a, b))
    return Difference(path, a, b, a_text, b_text, a_masked, b_masked)


def _of_texts(a: Event, b: Event, *, in_both: bool) -> Iterator[Difference]:
    """What no table of OIDs describes, as it is printed: messages, members that a log prints.

    `in_both`: only what both sides have.
    """
    shown = [dict(field_texts(event, show_personal=True, all_fields=True)) for event in (a, b)]
    masked = [dict(field_texts(event, all_fields=True)) for event in (a, b)]
    for path in _in_one_order(*shown):
        one, two = shown[0].get(path), shown[1].get(path)
        if in_both and None in (one, two):
            continue
        if one != two:
            yield Difference(path, one, two, one, two, masked[0].get(path), masked[1].get(path))


def _of_bytes(a: bytes, b: bytes) -> Iterator[Difference]:
    if len(a) != len(b):
        yield plain("payload size", len(a), len(b), f"{len(a)} bytes", f"{len(b)} bytes")
    for start, end in byte_ranges(a, b):
        one, two = a[start:end], b[start:end]
        path = f"payload[{start}]" if end - start == 1 else f"payload[{start}:{end}]"
        yield _masked(path, one, two, one.hex(), two.hex())


@dataclass(slots=True)
class Identity:
    """What names a subscriber or a modem and differs throughout: another SIM or modem.

    `place` is where it first does, as (record of a, record of b), and `message` the name of what
    has it there; `count` how often.
    """

    difference: Difference
    count: int
    place: tuple[int | None, int | None]
    message: str = ""

    @property
    def name(self) -> str:
        """The member, without the structure around it."""
        return unindexed(self.difference.path).rpartition(".")[2]

    def mirrored(self) -> Identity:
        """The same with the sides exchanged."""
        return Identity(self.difference.mirrored(), self.count, self.place[::-1], self.message)


class Identities:
    """Which identities go with which throughout; what goes with two is no other SIM or modem.

    So many values are remembered as a session has modems and SIMs, and many more: a value that
    comes behind them is no identity that a session has throughout.
    """

    def __init__(self) -> None:
        self._partners: tuple[dict[Any, set[Any]], ...] = ({}, {})

    def observe(self, a: Event, b: Event) -> None:
        """Take what two paired events hold, equal or not."""
        sides = leaves(a), leaves(b)
        for path, leaf in sides[0].items():
            other = sides[1].get(path)
            if other is not None and leaf.personal in _IDENTITIES:
                self._add(0, _key(path, leaf.value), hashable(other.value))
                self._add(1, _key(path, other.value), hashable(leaf.value))

    def _add(self, side: int, key: tuple[str, Any], partner: Any) -> None:
        known = self._partners[side]
        partners = known.get(key)
        if partners is None:
            if len(known) >= VALUES_MAX:
                return
            partners = known[key] = set()
        if len(partners) < _SEVERAL:
            partners.add(partner)

    def may_be_other(self, found: Difference) -> bool:
        """Whether a difference is that of another SIM or modem, unless it gets another partner."""
        if not found.identity or not _is_given(found.a) or not _is_given(found.b):
            return False
        return self._goes_with_one(0, found.path, found.a) and self._goes_with_one(
            1, found.path, found.b
        )

    def _goes_with_one(self, side: int, path: str, value: Any) -> bool:
        known = self._partners[side]
        partners = known.get(_key(path, value))
        if partners is None:
            return len(known) < VALUES_MAX
        return len(partners) < _SEVERAL


def _key(path: str, value: Any) -> tuple[str, Any]:
    return unindexed(path).rpartition(".")[2], hashable(value)


def hashable(value: Any) -> Any:
    """A value as it can be a key."""
    return tuple(value) if isinstance(value, list) else value


def _is_given(value: Any) -> bool:
    return any(value) if isinstance(value, bytes | tuple | list) else bool(value)
