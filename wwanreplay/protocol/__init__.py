"""The tables of the WWAN model: OIDs, indications, structures, enumerations, statuses, rules.

`PROTOCOL` is the checked whole, made on first use; `codec` decodes and encodes.
Nothing here imports the compiled engine: the build reads the rows before it exists.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wwanreplay.protocol.tables import Protocol, Tables

    PROTOCOL: Protocol

__all__ = ["PROTOCOL", "standard_tables"]


def standard_tables() -> Tables:
    """The rows of this package, not yet checked against each other."""
    from wwanreplay.protocol import enums, general, indications, oids, rules, statuses, stimuli
    from wwanreplay.protocol.structs import STRUCTS
    from wwanreplay.protocol.tables import Tables

    return Tables(
        oids=(*oids.ROWS, *general.OID_ROWS),
        indications=(*indications.ROWS, *general.INDICATION_ROWS),
        structs=STRUCTS,
        enums=(*enums.ROWS, *general.ENUM_ROWS, *stimuli.ENUM_ROWS),
        wwan_statuses=statuses.WWAN_ROWS,
        ndis_statuses=statuses.NDIS_ROWS,
        rules=rules.rows,
        stimuli=stimuli.ROWS,
    )


@cache
def _protocol() -> Protocol:
    from wwanreplay.protocol.tables import Protocol

    # The tests hold the rows against each other (`check`): each start would take as long again.
    return Protocol(standard_tables())


def __getattr__(name: str) -> Any:
    if name == "PROTOCOL":
        return _protocol()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
