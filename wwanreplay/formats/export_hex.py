"""MBIM messages in hexadecimal: `seconds > bytes` from the host, `seconds < bytes` from the device.

One transfer a line, a message or a fragment; lines that begin with `#` are comments. Of what was
recorded without times the seconds are left out.
"""

from __future__ import annotations

from typing import BinaryIO

from wwanreplay._core import WireDirection
from wwanreplay.formats.export_transfers import survey_of, transfers
from wwanreplay.formats.exporters import Exported, ExportOptions
from wwanreplay.protocol.presentation import time_text
from wwanreplay.trace import TraceReader

HEADING = "# MBIM transfers: seconds, > from the host or < from the device, bytes\n"


def export(reader: TraceReader, out: BinaryIO, options: ExportOptions) -> Exported:
    """Write the transfers of a trace; `written` counts them."""
    exported = Exported()
    for transfer in transfers(reader, options, exported, survey_of(reader), "hex"):
        if not exported.written:
            out.write(HEADING.encode())
        arrow = ">" if transfer.code == WireDirection.WIRE_HOST_TO_DEVICE else "<"
        time = f"{time_text(transfer.time_ns)} " if reader.header.has_times else ""
        line = f"{time}{arrow} {transfer.payload.hex(' ')}\n"
        out.write(line.encode())
        exported.written += 1
    if exported.written:
        exported.notes.append("the lines carry the bytes as they are, nothing is masked in them")
    return exported
