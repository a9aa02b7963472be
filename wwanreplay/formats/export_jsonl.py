"""JSON Lines: one object for each event, its decoded leaf fields by path; UTF-8."""

from __future__ import annotations

from typing import BinaryIO

from wwanreplay.formats.export_rows import RowMaker, encoded, json_text
from wwanreplay.formats.exporters import Exported, ExportOptions
from wwanreplay.trace import TraceReader


def export(reader: TraceReader, out: BinaryIO, options: ExportOptions) -> Exported:
    """Write one line an event; columns without a value are left out."""
    exported = Exported()
    maker = RowMaker(reader.header, show_personal=options.show_personal)
    for event in reader.events():
        row = maker.row(event)
        values = {name: value for name, value in row.columns.items() if value is not None}
        text = json_text(values)
        if row.leaves:
            text = f'{text[:-1]}, "fields": {row.contents.json}}}'
        out.write(encoded(text) + b"\n")
        exported.records += 1
    exported.written = exported.records
    return exported
