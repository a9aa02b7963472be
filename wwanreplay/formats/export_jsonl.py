"""JSON Lines: one object for each event, its decoded leaf fields by path; UTF-8."""

from __future__ import annotations

import json
from typing import BinaryIO

from wwanreplay.formats.export_rows import RowMaker, encoded
from wwanreplay.formats.exporters import Exported, ExportOptions
from wwanreplay.trace import TraceReader


def export(reader: TraceReader, out: BinaryIO, options: ExportOptions) -> Exported:
    """Write one line an event; columns without a value are left out."""
    exported = Exported()
    maker = RowMaker(reader.header, show_personal=options.show_personal)
    for event in reader.events():
        row = maker.row(event)
        values = {name: value for name, value in row.columns.items() if value is not None}
        if row.leaves:
            values["fields"] = row.fields
        out.write(encoded(json.dumps(values, ensure_ascii=False)) + b"\n")
        exported.records += 1
    exported.written = exported.records
    return exported
