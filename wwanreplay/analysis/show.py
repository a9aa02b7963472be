"""A session printed for a person or, as JSON Lines, for a program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wwanreplay._core import Event, Kind, Namespace, RecordFlag
from wwanreplay.analysis.eventtext import EventPrinter, JsonPrinter
from wwanreplay.errors import UsageError, WwanReplayError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import OUTPUTS, REQUESTS, TEXTS
from wwanreplay.replay.names import kind_name
from wwanreplay.trace import TraceReader
from wwanreplay.trace.source import TraceInput
from wwanreplay.trace.stretch import PlaceOf, Stretch

if TYPE_CHECKING:
    from wwanreplay.protocol.expressions import Keeps

# Requests whose answers are still awaited; the oldest is forgotten beyond.
OPEN_MAX = 4096
#: Lines that are given at a time, about.
BLOCK_LINES = 1024


@dataclass(slots=True)
class Tally:
    """How many records were looked at, and how many of them were shown."""

    records: int = 0
    shown: int = 0


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events are printed: each set field must hold; an empty one always does.

    `oids` keeps the requests of those OIDs, their completions, and the indications that close them.
    """

    oids: frozenset[int] = frozenset()
    indications: frozenset[int] = frozenset()
    start_record: int | None = None
    start_ns: int | None = None
    stop_record: int | None = None
    stop_ns: int | None = None
    requests: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()
    ports: frozenset[int] = frozenset()
    where: Keeps | None = None

    @classmethod
    def of(
        cls,
        *,
        oids: Sequence[str] = (),
        indications: Sequence[str] = (),
        start: PlaceOf = (None, None),
        stop: PlaceOf = (None, None),
        requests: Sequence[int] = (),
        kinds: Sequence[str] = (),
        ports: Sequence[int] = (),
        where: str | None = None,
    ) -> Filter:
        """A filter of texts, names or numbers; UsageError when unknown.

        `where` is an expression over the fields (`wwanreplay.protocol.expressions`).
        `start` and `stop` are (record, time in ns), one of them given.
        """
        Stretch.of(start, stop)
        keeps = None
        if where is not None:
            from wwanreplay.protocol.expressions import parse_expression

            keeps = parse_expression(where)
        return cls(
            frozenset(_number(name, "oid") for name in oids),
            frozenset(_number(name, "indication") for name in indications),
            *start,
            *stop,
            frozenset(requests),
            frozenset(kinds),
            frozenset(ports),
            keeps,
        )

    @property
    def stretch(self) -> Stretch:
        """From where to where."""
        return Stretch(self.start_record, self.start_ns, self.stop_record, self.stop_ns)

    @property
    def keeps_all(self) -> bool:
        """Whether nothing is left out."""
        return self == Filter()


def _number(name: str, sort: str) -> int:
    """The number of an OID or indication by its name, in any case and short form, or a number."""
    try:
        return int(name, 0)
    except ValueError:
        pass
    row = PROTOCOL.oid(name) if sort == "oid" else PROTOCOL.indication(name)
    if row.number is None:
        raise UsageError(f"{name} is known by name only, so that no record can have it")
    return row.number


class Selection:
    """Applies a filter to events in order; it remembers which transactions were chosen by OID."""

    def __init__(self, chosen: Filter) -> None:
        self.chosen = chosen
        self._stretch = chosen.stretch
        self._keeps_all = chosen.keeps_all
        self._open: dict[tuple[int, int], None] = {}

    def keeps(self, event: Event) -> bool:
        """Whether an event is printed."""
        if self._keeps_all:
            return True
        chosen = self.chosen
        by_oid = self._by_oid(event)
        if chosen.oids and chosen.indications:
            # Two filters on the subject of an event: it is printed when either one holds.
            about = by_oid or self._by_indication(event)
        elif chosen.oids:
            about = by_oid
        elif chosen.indications:
            about = self._by_indication(event)
        else:
            about = True
        return (
            about
            and self._stretch.has(event)
            and (not chosen.requests or event.request_id in chosen.requests)
            and (not chosen.kinds or kind_name(event) in chosen.kinds)
            and (not chosen.ports or (event.kind not in TEXTS and event.port in chosen.ports))
            and (chosen.where is None or chosen.where(event))
        )

    def _by_indication(self, event: Event) -> bool:
        return event.kind == Kind.KIND_INDICATION and event.code in self.chosen.indications

    def _by_oid(self, event: Event) -> bool:
        if not self.chosen.oids:
            return False
        key = (event.request_id, event.port)
        if event.namespace == Namespace.NAMESPACE_OID:
            found = event.code in self.chosen.oids
            if found and event.kind in REQUESTS:
                self._open[key] = None
                if len(self._open) > OPEN_MAX:
                    del self._open[next(iter(self._open))]
            return found
        if event.kind in OUTPUTS and event.request_id and key in self._open:
            del self._open[key]
            return True
        return False


def select(events: Iterable[Event], chosen: Filter) -> Iterator[Event]:
    """The events that a filter keeps."""
    selection = Selection(chosen)
    for event in events:
        if selection.keeps(event):
            yield event


def show_text(
    source: TraceInput,
    chosen: Filter,
    *,
    show_personal: bool = False,
    all_fields: bool = False,
    raw: bool = False,
    tally: Tally | None = None,
) -> Iterator[str]:
    """The lines of a session, some at a time: a request's answer says how long it took.

    `tally` is counted up. A block has no more than one chunk of the trace, so that what has come
    of a growing one is there before more of it is waited for.
    """
    counts = Tally() if tally is None else tally
    with TraceReader(source) as reader:
        pairing = _Pairing()
        printer = EventPrinter(
            show_personal=show_personal,
            all_fields=all_fields,
            raw=raw,
            has_times=reader.header.has_times,
        )

        def lines_of(event: Event) -> list[str]:
            pairing.take(event)
            counts.records += 1
            if not pairing.keeps(event, chosen):
                return []
            counts.shown += 1
            return [printer.head(event) + pairing.text(event), *printer.body(event)]

        yield from _blocks(reader, lines_of)
        if reader.cut_text:
            yield reader.cut_text


def _blocks(reader: TraceReader, lines_of: Callable[[Event], list[str]]) -> Iterator[str]:
    """The lines of all events, joined; those before an error too."""
    for events in reader.events_by_chunk():
        lines: list[str] = []
        try:
            for event in events:
                lines += lines_of(event)
                if len(lines) >= BLOCK_LINES:
                    yield "\n".join(lines)
                    lines = []
        except WwanReplayError:
            if lines:
                yield "\n".join(lines)
            raise
        if lines:
            yield "\n".join(lines)


class _Pairing:
    """Pairs answers with their requests, and applies the filter, event by event."""

    def __init__(self) -> None:
        # Of each request its index, and its time where that is known.
        self._requests: dict[tuple[int, int], tuple[int | None, int | None]] = {}
        self._selection: Selection | None = None

    def keeps(self, event: Event, chosen: Filter) -> bool:
        """Whether the filter keeps an event."""
        if self._selection is None:
            self._selection = Selection(chosen)
        return self._selection.keeps(event)

    def take(self, event: Event) -> None:
        """Remember a request."""
        if event.kind in REQUESTS and event.request_id:
            time_ns = None if event.flags & RecordFlag.FLAG_TIME_INEXACT else event.time_ns
            self._requests[event.request_id, event.port] = (event.index, time_ns)
            if len(self._requests) > OPEN_MAX:
                del self._requests[next(iter(self._requests))]

    def text(self, event: Event) -> str:
        """The request that an answer belongs to, and how long it took."""
        if event.kind not in OUTPUTS or not event.request_id:
            return ""
        request = self._requests.get((event.request_id, event.port))
        if request is None:
            return "  (answers no request here)"
        index, time_ns = request
        if time_ns is None or event.flags & RecordFlag.FLAG_TIME_INEXACT:
            return f"  (answers {index})"
        delay_ns = event.time_ns - time_ns
        return f"  (answers {index}, {delay_ns / 1e6:+.3f} ms)"


def show_json(
    source: TraceInput,
    chosen: Filter,
    *,
    show_personal: bool = False,
    tally: Tally | None = None,
    on_cut: Callable[[str], None] | None = None,
) -> Iterator[str]:
    """One JSON object for each event, a line each, some lines at a time as in `show_text`.

    `tally` is counted up; `on_cut` is given what is missing of a trace cut off.
    """
    counts = Tally() if tally is None else tally
    selection = Selection(chosen)
    printer = JsonPrinter(show_personal=show_personal)
    with TraceReader(source) as reader:

        def lines_of(event: Event) -> list[str]:
            counts.records += 1
            if not selection.keeps(event):
                return []
            counts.shown += 1
            return [printer.line(event)]

        yield from _blocks(reader, lines_of)
        if reader.cut_text and on_cut is not None:
            on_cut(reader.cut_text)
