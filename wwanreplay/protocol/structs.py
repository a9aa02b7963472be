"""Every structure by name: the WWAN ones, the general NDIS ones and the payloads of stimuli."""

from wwanreplay.protocol import general, stimuli, structs_ndis, structs_wwan
from wwanreplay.protocol.schema import RowError, Struct


def index(*tables: tuple[Struct, ...]) -> dict[str, Struct]:
    """The rows by name; RowError for a name that occurs twice."""
    found: dict[str, Struct] = {}
    for table in tables:
        for row in table:
            if row.name in found:
                raise RowError(f"protocol row {row.name}: two structures have this name")
            found[row.name] = row
    return found


STRUCTS = index(structs_ndis.ROWS, structs_wwan.ROWS, general.STRUCT_ROWS, stimuli.STRUCT_ROWS)
