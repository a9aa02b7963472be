"""A long session in windows: rules look at a bounded part, with what they need of what was before.

A window is a session of its own. Its middle is judged; what follows is there for rules that wait
for something, what precedes for rules that look back. Of what was longer ago stay the requests that
are still open and, of each kind of event, the last one with each content: which state was reported
last, what was set, what the environment did. So time is linear in the session, and memory does not
grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.check.session import IS_MAPPED, WAIT_NS, Item, Session, Transaction

# Kinds that no rule looks back at.
_PASSING: Final = frozenset({Kind.KIND_NOTE, Kind.KIND_WIRE, Kind.KIND_CLOCK})


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much a window holds, in events; `ahead_ns` is how long rules may wait."""

    judged: int = 32_768
    behind: int = 4_096
    ahead_ns: int = WAIT_NS
    ahead_max: int = 32_768
    #: Contents that are kept of one kind of event, and requests that stay open.
    contents_max: int = 128
    open_max: int = 1_024


DEFAULT: Final = Sizes()

_Numbered = tuple[int, Event]


class _Kept:
    """The last events of each kind and content, each with the transaction that it belongs to."""

    def __init__(self, contents_max: int) -> None:
        self._max = contents_max
        self._first: dict[tuple[int, ...], tuple[_Numbered, ...]] = {}
        self._last: dict[tuple[int, ...], dict[bytes, tuple[_Numbered, ...]]] = {}

    def add(self, item: Item, transaction: Transaction | None) -> None:
        """Keep an event, and all of its transaction, for the windows to come."""
        event = item.event
        if event.kind in _PASSING:
            return
        group = (event.kind, event.namespace, event.code, event.port, *_manner(item))
        unit = ((item.number, event),) if transaction is None else _events_of(transaction)
        self._first.setdefault(group, unit)
        contents = self._last.setdefault(group, {})
        contents.pop(event.payload, None)
        contents[event.payload] = unit
        if len(contents) > self._max:
            del contents[next(iter(contents))]

    def units(self) -> Iterator[tuple[_Numbered, ...]]:
        """What is kept, in no order; an event may be there more than once."""
        yield from self._first.values()
        for contents in self._last.values():
            yield from contents.values()


def _manner(item: Item) -> tuple[int, ...]:
    """How an event came about: as an event or which request's end, and whether it succeeded."""
    transaction, status = item.transaction, item.event.status
    if item.event.kind != Kind.KIND_INDICATION:
        return (status,)
    kind = -1 if transaction is None else int(transaction.request.event.kind)
    return (kind, item.was_open, item.u_status)


def _events_of(transaction: Transaction) -> tuple[_Numbered, ...]:
    # The first and last ones: who completes a request without end takes no memory without end.
    items = [
        transaction.request,
        *transaction.completions[:2],
        *transaction.indications[:2],
        *transaction.indications[-2:],
    ]
    if transaction.closing is not None:
        items.append(transaction.closing)
    return tuple((item.number, item.event) for item in items)


def windows(
    events: Iterable[Event], sizes: Sizes = DEFAULT, *, is_whole: bool = True
) -> Iterator[Session]:
    """The windows of a session; their judged parts follow each other and leave nothing out.

    A gap, where the recording lost events, ends a part of the session: what follows begins anew,
    as nothing is known of what was missed.
    """
    numbered = enumerate(events)
    carried: dict[str, object] = {}
    for first in numbered:
        for window in _of_part(_until_gap(first, numbered), sizes, carried, is_whole):
            yield window
            carried = {IS_MAPPED: window.is_mapped}
        is_whole = False


def _until_gap(first: _Numbered, numbered: Iterator[_Numbered]) -> Iterator[_Numbered]:
    yield first
    if first[1].kind != Kind.KIND_GAP:
        for each in numbered:
            yield each
            if each[1].kind == Kind.KIND_GAP:
                return


def _of_part(
    numbered: Iterator[_Numbered], sizes: Sizes, carried: dict[str, object], is_whole: bool
) -> Iterator[Session]:
    kept = _Kept(sizes.contents_max)
    old: dict[int, Event] = {}  # what is kept of events long ago
    near: list[_Numbered] = []  # judged already, all of them
    coming: list[_Numbered] = []
    while True:
        last = _fill(coming, numbered, sizes)
        count = len(coming) if last else sizes.judged
        before = [*sorted(old.items()), *near]
        shown = before + coming
        session = Session(
            (event for _, event in shown),
            numbers=[number for number, _ in shown],
            judged=range(len(before), len(before) + count),
            carried=carried,
            is_whole=is_whole,
        )
        yield session
        if last:
            return
        carried = session.carried_on
        near += coming[:count]
        del coming[:count]
        leaving = max(len(near) - sizes.behind, 0)
        border = near[leaving][0] if leaving < len(near) else coming[0][0]
        for item in session.items[len(old) : len(old) + leaving]:
            kept.add(item, item.transaction or session.begun_by(item))
        del near[:leaving]
        old = {n: event for unit in kept.units() for n, event in unit if n < border}
        old |= _still_open(session, border, sizes.open_max)


def _fill(coming: list[_Numbered], numbered: Iterator[_Numbered], sizes: Sizes) -> bool:
    """Read until rules can wait long enough for the judged part; whether the session ends here."""
    while True:
        missing = sizes.judged + 1 - len(coming)
        if missing <= 0:
            until_ns = coming[sizes.judged - 1][1].time_ns + sizes.ahead_ns
            is_long = len(coming) >= sizes.judged + sizes.ahead_max
            if is_long or coming[-1][1].time_ns > until_ns:
                return False
        more = list(islice(numbered, max(missing, 256)))
        if not more:
            return True
        coming += more


def _still_open(session: Session, border: int, most: int) -> dict[int, Event]:
    """The requests before a border that had not ended there, with what answered them."""
    last = session.items[session.judged.stop - 1].at
    found: dict[int, Event] = {}
    waiting = [
        transaction
        for transaction in session.transactions
        if transaction.request.number < border and transaction.end > last
    ]
    for transaction in waiting[-most:]:
        found |= {n: event for n, event in _events_of(transaction) if n < border}
    return found
