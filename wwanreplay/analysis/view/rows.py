"""The events of a session as columns, a row each, and their details in packed blocks.

Columns are what every row is drawn and searched by; details are read when a row is looked at.
"""

from __future__ import annotations

import json
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from wwanreplay._core import Event, Kind, RecordFlag, WireDirection
from wwanreplay.analysis.eventtext import title
from wwanreplay.analysis.show import OPEN_MAX, Filter, Selection
from wwanreplay.analysis.view.masking import MASK, Masking, shortened, visible
from wwanreplay.errors import LimitError
from wwanreplay.formats.export_rows import Leaf, Row, RowMaker
from wwanreplay.mbim.header import look
from wwanreplay.protocol.kinds import HOST_INPUTS, INDICATION_REQUIRED, OUTPUTS, REQUESTS, TEXTS
from wwanreplay.trace import TraceReader

#: Events of one page.
ROWS_MAX: Final = 500_000
#: Events of one block of details.
BLOCK_ROWS: Final = 512
#: Characters of a title or of a value that are shown; what is longer ends in "…".
TITLE_SIZE_MAX: Final = 300
VALUE_SIZE_MAX: Final = 4000
#: Payloads that are remembered decoded, and bytes of one.
KNOWN_MAX: Final = 20_000
KNOWN_SIZE_MAX: Final = 2048
#: Fields of a row's summary, and characters of each value.
SUMMARY_FIELDS: Final = 4
SUMMARY_VALUE_SIZE_MAX: Final = 40
NO_ROW: Final = -1
NO_LOG: Final = 0xFFFF
_U32: Final = 0xFFFFFFFF

#: What a row is drawn as and filtered by; view.js has the same order.
SORTS: Final = ("request", "answer", "indication", "environment", "message", "note")
#: Which way an event goes.
TO_DEVICE, FROM_DEVICE, NEITHER = 1, 2, 0
#: What an answer says.
SUCCEEDED, FAILED, PROVISIONAL, NO_STATUS = 1, 2, 3, 0

#: Name and form of each column, by the letters of `array`.
COLUMNS: Final = (
    ("time", "q"),
    ("record", "I"),
    ("title", "I"),
    ("summary", "I"),
    ("answers", "i"),
    ("cause", "i"),
    ("line", "I"),
    ("log", "H"),
    ("unit", "B"),
    ("sort", "B"),
    ("way", "B"),
    ("status", "B"),
    ("flags", "B"),
)
#: Columns that are facts of an event, and what the page calls them; the rest is in its title.
_FACTS: Final = (
    ("kind", "kind"),
    ("name", "name"),
    ("structure", "structure"),
    ("code", "code"),
    ("request_id", "request"),
    ("port", "port"),
    ("status_name", "status"),
    ("handle", "handle"),
    ("capacity", "capacity"),
    ("bytes", "bytes"),
    ("client", "client"),
    ("flags", "flags"),
    ("payload_size", "payload, bytes"),
    ("time_utc", "wall time"),
    ("problem", "malformed"),
    ("text", "text"),
    ("payload", "payload"),
)
#: Columns of rows that are about a code of the protocol; in rows of other kinds they are 0.
_OF_CODES: Final = frozenset({"code", "request_id", "port"})
_WITHOUT_CODES: Final = frozenset({"wire", "clock", "gap", "note"})
_FREE: Final = frozenset({"text", "problem"})
_EMPTY: Final = frozenset({"", "0", "0x0", "[]", "none", "false"})


class _Decoded(NamedTuple):
    """What the payload of an event gives: its fields as JSON, and what its row has of them."""

    columns: dict[str, Any]
    fields: str
    summary: str
    is_failure: bool


class Names:
    """Texts by number, each once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of a text."""
        return self._numbers.setdefault(text, len(self._numbers))

    @property
    def texts(self) -> list[str]:
        """All texts, in the order of their numbers."""
        return list(self._numbers)


@dataclass(slots=True)
class Rows:
    """All rows. A block of `blocks` has a line of JSON for each of its rows: facts and fields."""

    columns: dict[str, array[int]] = field(
        default_factory=lambda: {name: array(form) for name, form in COLUMNS}
    )
    texts: Names = field(default_factory=Names)
    logs: Names = field(default_factory=Names)
    units: Names = field(default_factory=Names)
    blocks: list[str] = field(default_factory=list)
    #: Events that were looked at.
    records: int = 0
    cut_text: str = ""

    def __len__(self) -> int:
        return len(self.columns["record"])

    def row_of(self, record: int) -> int:
        """The row of a record, or that of the first one behind it; the last row at the end."""
        return min(bisect_left(self.columns["record"], record), max(len(self) - 1, 0))

    def reaches(self, record: int) -> bool:
        """Whether a record stands in the part that is shown, of which events may be left out."""
        if len(self) == self.records:
            return True  # something may be missing behind the last record
        shown = self.columns["record"]
        return bool(shown) and shown[0] <= record <= shown[-1]

    def packed(self) -> tuple[list[dict[str, Any]], bytes]:
        """Where each column stands, and all of them, little-endian, each at a multiple of 8."""
        places, data = [], bytearray()
        for name, form in COLUMNS:
            column = self.columns[name]
            if sys.byteorder == "big":
                column = array(form, column)
                column.byteswap()
            data += bytes(-len(data) % 8)
            places.append({"name": name, "form": form, "offset": len(data), "count": len(column)})
            data += column.tobytes()
        return places, bytes(data)


def refuse_too_many(reader: TraceReader, chosen: Filter) -> None:
    """LimitError for a trace whose footer counts more events than a page holds."""
    footer = reader.footer
    if chosen.keeps_all and footer is not None and footer.records > ROWS_MAX:
        raise _too_many(footer.records)


def read_rows(reader: TraceReader, chosen: Filter, masking: Masking) -> Rows:
    """The rows of the events that a filter keeps. LimitError for more than a page holds."""
    taking = _Taking(reader, masking)
    selection = Selection(chosen)
    for event in reader.events():
        taking.rows.records += 1
        if selection.keeps(event):
            taking.pair(event, len(taking.rows))
            taking.take(event)
        else:
            taking.pair(event, NO_ROW)
            taking.pass_over(event)
    taking.end_block()
    taking.rows.cut_text = reader.cut_text
    return taking.rows


def _too_many(count: int) -> LimitError:
    return LimitError(
        "events of one page (--start, --stop and --where choose a part)", count, ROWS_MAX
    )


class _Taking:
    def __init__(self, reader: TraceReader, masking: Masking) -> None:
        self.rows = Rows()
        self._masking = masking
        self._maker = RowMaker(reader.header, show_personal=masking.show_personal)
        self._requests: dict[tuple[int, int], int] = {}
        self._commands: dict[int, int] = {}
        self._answers = NO_ROW
        self._row_by_record: dict[int, int] = {}
        self._lines: list[str] = []
        self._known: dict[tuple[int, int, int, bytes], _Decoded] = {}

    def pair(self, event: Event, row: int) -> None:
        """Find the row of the request that an event answers, and remember a request's own."""
        self._answers = NO_ROW
        if event.kind == Kind.KIND_WIRE:
            self._pair_message(event, row)
        elif event.kind in OUTPUTS and event.request_id:
            self._answers = self._requests.get((event.request_id, event.port), NO_ROW)
        elif event.kind == Kind.KIND_COMPLETION and event.cause is not None:
            self._answers = self._row_by_record.get(event.cause, NO_ROW)
        elif event.kind in REQUESTS and event.request_id:
            _remember(self._requests, (event.request_id, event.port), row)

    def _pair_message(self, event: Event, row: int) -> None:
        head = look(event.payload)
        if not head.transaction_id:
            return
        if event.code == WireDirection.WIRE_HOST_TO_DEVICE:
            if not head.current:
                _remember(self._commands, head.transaction_id, row)
        else:
            self._answers = self._commands.get(head.transaction_id, NO_ROW)

    def pass_over(self, event: Event) -> None:
        """Let an event be that is not shown: the version of MBIM may change with it."""
        if event.kind == Kind.KIND_WIRE:
            self._maker.row(event)

    def take(self, event: Event) -> None:
        """Add the row of an event."""
        count = len(self.rows)
        if count >= ROWS_MAX:
            raise _too_many(count + 1)
        decoded = self._decoded(event)
        columns = self._maker.columns(event) | decoded.columns
        index = count if event.index is None else event.index
        self._row_by_record[index] = count
        put = {name: column.append for name, column in self.rows.columns.items()}
        put["time"](event.time_ns)
        put["record"](min(index, _U32))
        put["title"](self.rows.texts.number(self._title(event, columns)))
        put["summary"](self.rows.texts.number(decoded.summary))
        put["answers"](self._answers)
        put["cause"](NO_ROW if event.cause is None else self._row(event.cause))
        put["sort"](SORTS.index(_sort(event)))
        put["way"](_way(event))
        put["status"](FAILED if decoded.is_failure else _status(event))
        put["flags"](int(event.flags) & (RecordFlag.FLAG_INCOMPLETE | RecordFlag.FLAG_INFERRED))
        self._put_source(event.source)
        self._lines.append(f"[{self._facts(columns)},{decoded.fields}]")
        if len(self._lines) >= BLOCK_ROWS:
            self.end_block()

    def _decoded(self, event: Event) -> _Decoded:
        """What a payload gives; equal ones, as those of a report that repeats, are decoded once."""
        if event.kind == Kind.KIND_WIRE or event.fields:
            return _decoded_of(event, self._maker.row(event))
        key = (int(event.kind), int(event.namespace), event.code, event.payload)
        found = self._known.get(key)
        if found is None:
            found = _decoded_of(event, self._maker.row(event))
            if len(self._known) < KNOWN_MAX and len(event.payload) <= KNOWN_SIZE_MAX:
                self._known[key] = found
        return found

    def end_block(self) -> None:
        """Let the details so far be a block."""
        if self._lines:
            self.rows.blocks.append("\n".join(self._lines))
            self._lines = []

    def _row(self, record: int) -> int:
        return self._row_by_record.get(record, NO_ROW)

    def _title(self, event: Event, columns: dict[str, Any]) -> str:
        if event.kind == Kind.KIND_WIRE:
            text = f"{columns['name']}, {len(event.payload)} bytes"
            return shortened(visible(text), TITLE_SIZE_MAX)
        text = title(event)
        if event.kind in TEXTS:
            return self._masking.text(text, TITLE_SIZE_MAX)
        return shortened(visible(text), TITLE_SIZE_MAX)

    def _put_source(self, source: Any) -> None:
        columns, known = self.rows.columns, source if isinstance(source, dict) else {}
        number, log = known.get("number"), known.get("log")
        has_place = isinstance(number, int) and isinstance(log, str)
        log_number = self.rows.logs.number(visible(str(log))) if has_place else NO_LOG
        unit = self.rows.units.number(visible(str(known.get("unit", ""))))
        columns["log"].append(min(log_number, NO_LOG))
        columns["line"].append(min(max(number, 0), _U32) if isinstance(number, int) else 0)
        columns["unit"].append(min(unit, 0xFF))

    def _facts(self, columns: dict[str, Any]) -> str:
        facts = []
        for name, shown in _FACTS:
            value = columns[name]
            if value is None or (name in _OF_CODES and columns["kind"] in _WITHOUT_CODES):
                continue
            if name == "code":
                value = f"{value:#010x}" if value >= 0 else str(value)
            if name in _FREE:
                text = self._masking.text(value, VALUE_SIZE_MAX)
            else:
                text = shortened(visible(str(value)), VALUE_SIZE_MAX)
            facts.append([shown, text])
        return _json(facts)


def _decoded_of(event: Event, made: Row) -> _Decoded:
    fields = [
        [visible(leaf.path), shortened(visible(leaf.text), VALUE_SIZE_MAX), _is_dull(leaf)]
        for leaf in made.leaves
    ]
    is_failure = event.kind == Kind.KIND_INDICATION and any(
        leaf.path == "uStatus" and leaf.number for leaf in made.leaves[:8]
    )
    shown = {name: made.columns[name] for name in ("name", "structure", "problem")}
    return _Decoded(shown, _json(fields), _summary(event, made), is_failure)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _remember(known: dict[Any, int], key: Any, row: int) -> None:
    known.pop(key, None)
    known[key] = row
    if len(known) > OPEN_MAX:
        del known[next(iter(known))]


def _sort(event: Event) -> str:
    if event.kind in HOST_INPUTS:
        return "request"
    if event.kind == Kind.KIND_COMPLETION:
        return "answer"
    if event.kind == Kind.KIND_INDICATION:
        return "indication"
    if event.kind in (Kind.KIND_STIMULUS, Kind.KIND_LIFECYCLE):
        return "environment"
    return "message" if event.kind == Kind.KIND_WIRE else "note"


def _way(event: Event) -> int:
    if event.kind == Kind.KIND_WIRE:
        from_host = event.code == WireDirection.WIRE_HOST_TO_DEVICE
        return TO_DEVICE if from_host else FROM_DEVICE
    if event.kind in HOST_INPUTS:
        return TO_DEVICE
    return FROM_DEVICE if event.kind in OUTPUTS else NEITHER


def _summary(event: Event, made: Row) -> str:
    """The first fields that say something, by the last parts of their paths."""
    if event.kind == Kind.KIND_WIRE:
        return ""
    found = []
    for leaf in made.leaves:
        text = leaf.text
        is_plain = leaf.path.endswith("uStatus") and not leaf.number
        if (
            is_plain
            or _is_dull(leaf)
            or text.startswith(MASK)
            or len(text) > SUMMARY_VALUE_SIZE_MAX
        ):
            continue
        found.append(f"{leaf.path.rpartition('.')[2]}={text}")
        if len(found) == SUMMARY_FIELDS:
            break
    return visible(", ".join(found))


def _status(event: Event) -> int:
    if event.kind != Kind.KIND_COMPLETION:
        return NO_STATUS
    if event.status == INDICATION_REQUIRED:
        return PROVISIONAL
    return FAILED if event.status else SUCCEEDED


def _is_dull(leaf: Leaf) -> int:
    """Whether a field says little: it is a header's, or zero or empty."""
    parts = leaf.path.split(".")
    is_header = any(part == "Header" or part.endswith("ListHeader") for part in parts)
    return int(is_header or leaf.text.lower().strip("{}-0") == "" or leaf.text in _EMPTY)


def lines_of(block: str) -> Iterator[list[Any]]:
    """The details of the rows of a block."""
    return (json.loads(line) for line in block.split("\n"))
