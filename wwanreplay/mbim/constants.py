"""Write the MBIM numbers and offsets that the compiled engine uses, as the protocol's are written.

The engine answers some commands of Basic Connect that no OID corresponds to. Imports no compiled
code: the build calls it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from wwanreplay.mbim.rows.framing import STATUS_CODES
from wwanreplay.mbim.rows.services_usb_if import BASIC_CONNECT
from wwanreplay.protocol.constants import write_parts

#: Commands whose queries the engine answers, with their response in MBIMEx 1.0, and the member that
#: names the session.
ANSWERED = {
    "MBIM_CID_IP_CONFIGURATION": "SessionId",
    "MBIM_CID_PACKET_STATISTICS": "",
    "MBIM_CID_NETWORK_IDLE_HINT": "",
}


def numbers() -> Iterator[tuple[str, int]]:
    """(name, value): statuses, the commands, and of their responses RESPONSE_SIZE and fields."""
    yield from STATUS_CODES.items()
    yield "MBIM_SERVICE_BASIC_CONNECT", BASIC_CONNECT.number
    for command in BASIC_CONNECT.cids:
        if command.name not in ANSWERED:
            continue
        yield command.name, command.cid
        prefix = command.name.replace("_CID_", "_")
        response = command.response[0]
        yield f"{prefix}_SIZE", response.size
        for field in response.fields:
            if field.offset is not None:
                yield f"{prefix}_{field.name}", field.offset


def write_constants(folder: Path) -> None:
    """Write `mbim_constants.h` and `.pxi` into the folder; unchanged files are left alone."""
    write_parts(
        folder, "mbim_constants", "the MBIM rows by wwanreplay/mbim/constants.py", numbers()
    )
