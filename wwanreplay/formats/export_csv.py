"""CSV by RFC 4180, UTF-8, with a heading: a row is an event, or one decoded field of it.

In a row of an event the column `fields` is a JSON object from paths to values.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from wwanreplay.formats.export_rows import COLUMNS, FIELD_COLUMNS, Row, RowMaker, encoded
from wwanreplay.formats.exporters import Exported, ExportOptions
from wwanreplay.trace import TraceReader


def export(reader: TraceReader, out: BinaryIO, options: ExportOptions) -> Exported:
    """Write the table; `written` counts its rows without the heading."""
    exported = Exported()
    maker = RowMaker(reader.header, show_personal=options.show_personal)
    text = io.StringIO()
    table = csv.writer(text)
    of_fields = options.rows == "fields"
    table.writerow(FIELD_COLUMNS if of_fields else (*COLUMNS, "fields"))
    for event in reader.events():
        row = maker.row(event)
        for cells in field_cells(row) if of_fields else event_cells(row):
            table.writerow(cells)
            exported.written += 1
        exported.records += 1
        out.write(encoded(text.getvalue()))
        text.seek(0)
        text.truncate()
    out.write(encoded(text.getvalue()))
    return exported


def event_cells(row: Row) -> Iterator[list[Any]]:
    """The one row of an event."""
    cells = [_cell(row.columns[name]) for name in COLUMNS]
    yield [*cells, json.dumps(row.fields, ensure_ascii=False) if row.leaves else None]


def field_cells(row: Row) -> Iterator[list[Any]]:
    """A row for each field."""
    names = FIELD_COLUMNS[: FIELD_COLUMNS.index("path")]
    shared = [_cell(row.columns[name]) for name in names]
    for leaf in row.leaves:
        yield [*shared, leaf.path, leaf.text, leaf.number]


def _cell(value: Any) -> Any:
    return value if isinstance(value, str | int | None) else json.dumps(value)
