"""Parquet: events, or their decoded fields, as columns. Needs pyarrow, an optional extra."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib import import_module
from operator import itemgetter
from typing import Any, BinaryIO, Final

from wwanreplay.errors import UsageError
from wwanreplay.formats.export_rows import COLUMNS, FIELD_COLUMNS, Row, RowMaker, encoded
from wwanreplay.formats.exporters import Exported, ExportOptions
from wwanreplay.trace import TraceReader

#: A row group is written when it has so many rows, or so many characters of text.
GROUP_ROWS: Final = 8192
GROUP_TEXT: Final = 16 << 20

#: The values of a row.
_Values = tuple[Any, ...]

_IN_ORDER: Final = itemgetter(*COLUMNS)
#: The columns of fields that are of their event, all but the last three.
_OF_EVENT: Final = itemgetter(*FIELD_COLUMNS[:-3])

_INT64_MAX = (1 << 63) - 1
_UNSIGNED_64 = frozenset({"code", "request_id", "handle"})
_UNSIGNED_32 = frozenset({"port", "status", "capacity", "bytes", "client", "payload_size"})
_SIGNED_64 = frozenset({"index", "time_ns", "cause", "number"})


def export(reader: TraceReader, out: BinaryIO, options: ExportOptions) -> Exported:
    """Write the table in row groups; `written` counts its rows.

    UsageError when pyarrow is not installed.
    """
    arrow, parquet = _pyarrow()
    exported = Exported()
    maker = RowMaker(reader.header, show_personal=options.show_personal)
    of_fields = options.rows == "fields"
    names = FIELD_COLUMNS if of_fields else (*COLUMNS, "fields")
    schema = arrow.schema([(name, _type(arrow, name)) for name in names])
    group = _Group(names)
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        for event in reader.events():
            exported.records += 1
            row = maker.row(event)
            for values, size in field_rows(row, maker) if of_fields else [event_row(row, maker)]:
                exported.written += 1
                if group.add(values, size):
                    writer.write_table(arrow.table(group.take(), schema=schema))
        if group.rows:
            writer.write_table(arrow.table(group.take(), schema=schema))
    return exported


def _pyarrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise UsageError(
            "Parquet needs pyarrow, which is not installed: pip install 'wwanreplay[parquet]'"
        ) from None


def _type(arrow: Any, name: str) -> Any:
    if name in _UNSIGNED_64:
        return arrow.uint64()
    if name in _UNSIGNED_32:
        return arrow.uint32()
    if name in _SIGNED_64:
        return arrow.int64()
    if name == "time_utc":
        return arrow.timestamp("ns", tz="UTC")
    if name == "payload":
        return arrow.binary()
    if name == "fields":
        return arrow.map_(arrow.string(), arrow.string())
    return arrow.string()


class _Group:
    """The rows of the next row group."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._rows: list[tuple[Any, ...]] = []
        self._text = 0

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(self._rows)

    def add(self, row: _Values, size: int) -> bool:
        """Add a row with so much text; return whether the group is full."""
        self._rows.append(row)
        self._text += size
        return len(self._rows) >= GROUP_ROWS or self._text >= GROUP_TEXT

    def take(self) -> dict[str, list[Any]]:
        """The columns; the group is empty afterwards."""
        taken = zip(*self._rows, strict=True)
        columns = dict(zip(self._names, map(list, taken), strict=True))
        self._rows = []
        self._text = 0
        return columns


def event_row(row: Row, maker: RowMaker) -> tuple[_Values, int]:
    """The values of an event's row, in the order of the columns, and the size of their text."""
    values = {
        name: _text(value) if isinstance(value, str) else value
        for name, value in row.columns.items()
    }
    if values["source"] is not None and not isinstance(values["source"], str):
        values["source"] = _text(json.dumps(values["source"], ensure_ascii=False))
    values["time_utc"] = _time_utc(row, maker)
    payload = row.columns["payload"]
    values["payload"] = None if payload is None else bytes.fromhex(payload)
    contents = row.contents
    if contents.cells is None:
        contents.cells = [(_text(leaf.path), _text(leaf.text)) for leaf in contents.leaves]
    pairs = list(contents.cells)
    size = _size(values.values()) + sum([len(path) + len(text) for path, text in pairs])
    return (*_IN_ORDER(values), pairs), size


def field_rows(row: Row, maker: RowMaker) -> Iterator[tuple[_Values, int]]:
    """The same of a row for each field."""
    contents = row.contents
    if contents.cells is None:
        cells = [
            (_text(leaf.path), _text(leaf.text), _signed(leaf.number)) for leaf in contents.leaves
        ]
        contents.cells = [(cell, _size(cell)) for cell in cells]
    columns = {**row.columns, "time_utc": _time_utc(row, maker)}
    shared = tuple(
        [_text(value) if isinstance(value, str) else value for value in _OF_EVENT(columns)]
    )
    shared_size = _size(shared)
    for cell, size in contents.cells:
        yield shared + cell, shared_size + size


def _size(values: Iterable[Any]) -> int:
    """Characters and bytes of what is text or bytes."""
    return sum([len(value) for value in values if isinstance(value, str | bytes)])


def _time_utc(row: Row, maker: RowMaker) -> int | None:
    """The time on the wall, if it is known and the column can hold it."""
    wall_ns = None if maker.epoch_ns is None else maker.epoch_ns + row.columns["time_ns"]
    return wall_ns if wall_ns is not None and abs(wall_ns) <= _INT64_MAX else None


def _signed(number: int | None) -> int | None:
    """A number as the column can hold it; the few above are in the value's text."""
    return None if number is None or abs(number) > _INT64_MAX else number


def _text(text: str) -> str:
    """Text that UTF-8 can hold."""
    return text if text.isascii() else encoded(text).decode()
