"""CSV by RFC 4180, UTF-8, with a heading: a row is an event, or one decoded field of it.

In a row of an event the column `fields` is a JSON object from paths to values.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any, BinaryIO, Final

from wwanreplay.formats.export_rows import (
    COLUMNS,
    FIELD_COLUMNS,
    Contents,
    Row,
    RowMaker,
    encoded,
)
from wwanreplay.formats.exporters import Exported, ExportOptions
from wwanreplay.trace import TraceReader

_SHARED: Final = FIELD_COLUMNS[: FIELD_COLUMNS.index("path")]
_LINE_END: Final = "\r\n"


def export(reader: TraceReader, out: BinaryIO, options: ExportOptions) -> Exported:
    """Write the table; `written` counts its rows without the heading."""
    exported = Exported()
    maker = RowMaker(reader.header, show_personal=options.show_personal)
    of_fields = options.rows == "fields"
    writer = _CellWriter()
    heading = FIELD_COLUMNS if of_fields else (*COLUMNS, "fields")
    out.write(encoded(writer.text(heading) + _LINE_END))
    for event in reader.events():
        row = maker.row(event)
        # What equal payloads hold is written as cells once.
        cells = row.contents.cells
        if cells is None:
            made = _field_cells(row.contents) if of_fields else [_json_cell(row.contents)]
            cells = row.contents.cells = [writer.text(each) + _LINE_END for each in made]
        if cells:
            shared = writer.text(_event_cells(row, _SHARED if of_fields else COLUMNS)) + ","
            out.write(encoded(shared + shared.join(cells)))
        exported.written += len(cells)
        exported.records += 1
    return exported


class _CellWriter:
    """Writes cells as they stand in a line."""

    def __init__(self) -> None:
        self._text = io.StringIO()
        # More than one cell is written as a line: one that is empty would be quoted alone.
        self._table = csv.writer(self._text, lineterminator=_LINE_END)

    def text(self, cells: Iterable[Any]) -> str:
        """The cells, with commas between them."""
        self._text.seek(0)
        self._text.truncate()
        self._table.writerow((None, *cells))
        return self._text.getvalue()[1 : -len(_LINE_END)]


def _event_cells(row: Row, names: Iterable[str]) -> list[Any]:
    columns = row.columns
    return [_cell(columns[name]) for name in names]


def _json_cell(contents: Contents) -> list[Any]:
    """The fields as one cell."""
    return [contents.json if contents.leaves else None]


def _field_cells(contents: Contents) -> list[list[Any]]:
    """The cells of each field."""
    return [[leaf.path, leaf.text, leaf.number] for leaf in contents.leaves]


def _cell(value: Any) -> Any:
    return value if isinstance(value, str | int | None) else json.dumps(value)
