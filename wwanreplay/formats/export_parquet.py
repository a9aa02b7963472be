"""Parquet: events, or their decoded fields, as columns. Needs pyarrow, an optional extra."""

from __future__ import annotations

import json
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
            for values in field_rows(row, maker) if of_fields else [event_row(row, maker)]:
                exported.written += 1
                if group.add(values):
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
        self._values = itemgetter(*names)
        self._rows: list[tuple[Any, ...]] = []
        self._text = 0

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(self._rows)

    def add(self, values: dict[str, Any]) -> bool:
        """Add a row; return whether the group is full."""
        row = self._values(values)
        self._rows.append(row)
        self._text += sum([len(value) for value in row if isinstance(value, str | bytes)])
        pairs = values.get("fields")
        if pairs:
            self._text += sum([len(key) + len(text) for key, text in pairs])
        return len(self._rows) >= GROUP_ROWS or self._text >= GROUP_TEXT

    def take(self) -> dict[str, list[Any]]:
        """The columns; the group is empty afterwards."""
        taken = zip(*self._rows, strict=True)
        columns = dict(zip(self._names, map(list, taken), strict=True))
        self._rows = []
        self._text = 0
        return columns


def event_row(row: Row, maker: RowMaker) -> dict[str, Any]:
    """The values of an event's row."""
    values = _shared(row, maker)
    payload = row.columns["payload"]
    values["payload"] = None if payload is None else bytes.fromhex(payload)
    contents = row.contents
    if contents.cells is None:
        contents.cells = [(_text(leaf.path), _text(leaf.text)) for leaf in contents.leaves]
    values["fields"] = list(contents.cells)
    return values


def field_rows(row: Row, maker: RowMaker) -> list[dict[str, Any]]:
    """The values of a row for each field."""
    shared = _shared(row, maker)
    return [
        {
            **shared,
            "path": _text(leaf.path),
            "value": _text(leaf.text),
            "number": _signed(leaf.number),
        }
        for leaf in row.leaves
    ]


def _shared(row: Row, maker: RowMaker) -> dict[str, Any]:
    values = {
        name: _text(value) if isinstance(value, str) else value
        for name, value in row.columns.items()
    }
    if values["source"] is not None and not isinstance(values["source"], str):
        values["source"] = _text(json.dumps(values["source"], ensure_ascii=False))
    wall_ns = None if maker.epoch_ns is None else maker.epoch_ns + row.columns["time_ns"]
    values["time_utc"] = wall_ns if wall_ns is not None and abs(wall_ns) <= _INT64_MAX else None
    return values


def _signed(number: int | None) -> int | None:
    """A number as the column can hold it; the few above are in the value's text."""
    return None if number is None or abs(number) > _INT64_MAX else number


def _text(text: str) -> str:
    """Text that UTF-8 can hold."""
    return text if text.isascii() else encoded(text).decode()
