"""The ties by command and by OID, and which commands the emulated function serves.

The rows are in `rows/ties.py`; what one side lacks, and what stands in for it, is described in
docs/mbim-mapping.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from wwanreplay.mbim.constants import ANSWERED
from wwanreplay.mbim.rows.ties import IP_ADDRESS_STATE, TIES
from wwanreplay.mbim.tables import BASIC_CONNECT, EXTENSIONS, SERVICES, SERVICES_BY_NAME
from wwanreplay.mbim.ties import Tie

__all__ = ["IP_ADDRESS_STATE", "TIES", "ties_by_command", "ties_of_oid"]

#: Largest MBIM SessionId; each session is a context of its own.
SESSION_ID_MAX: Final = 255

CONNECT: Final = (BASIC_CONNECT, 12)
PCO: Final = (EXTENSIONS, 9)
#: IP_CONFIGURATION has no OID.
IP_CONFIGURATION: Final = (BASIC_CONNECT, 15)
#: The filters of a session are kept by the function itself: no OID carries them.
IP_PACKET_FILTERS: Final = (BASIC_CONNECT, 23)
DEVICE_SERVICES: Final = (BASIC_CONNECT, 16)
SUBSCRIBE_LIST: Final = (BASIC_CONNECT, 19)
EMERGENCY_MODE: Final = (BASIC_CONNECT, 22)
#: What clients and mbim-proxy say to each other: which device, and the MBIMEx version in force.
PROXY_CONFIGURATION: Final = (SERVICES_BY_NAME["Proxy Control"].number, 1)
PROXY_VERSION: Final = (SERVICES_BY_NAME["Proxy Control"].number, 2)

#: Queries that go to the device as they are, as events in the MBIM namespace, with the member that
#: names the session, empty for none.
PASSED_THROUGH: Final[Mapping[tuple[int, int], str]] = {
    (BASIC_CONNECT, row.cid): ANSWERED[row.name]
    for row in SERVICES[BASIC_CONNECT].cids
    if row.name in ANSWERED
}

#: Commands that an OID carries, in some driver model.
COMMANDS_OF_OIDS: Final = frozenset(tie.key for tie in TIES)

_BY_OID: Final[dict[str, tuple[Tie, ...]]] = {}
for _tie in TIES:
    _BY_OID[_tie.oid_name] = (*_BY_OID.get(_tie.oid_name, ()), _tie)


def ties_of_oid(name: str) -> tuple[Tie, ...]:
    """Return the commands that an OID corresponds to."""
    return _BY_OID.get(name, ())


@cache
def ties_by_command(driver_model: int = 2) -> Mapping[tuple[int, int], Tie]:
    """Return every command that an OID carries, by (service number, CID).

    Drivers of model 1 know OID_WWAN_PIN, later ones OID_WWAN_PIN_EX.
    """
    model = min(max(driver_model, 1), 2)
    return {
        tie.key: tie
        for tie in TIES
        if tie.driver_model in (None, model) and (tie.answer is not None or tie.set is not None)
    }


def _served() -> dict[int, tuple[int, ...]]:
    keys = [*(tie.key for tie in TIES if tie.served), *PASSED_THROUGH, IP_PACKET_FILTERS]
    cids: dict[int, set[int]] = {}
    for service, cid in keys:
        cids.setdefault(service, set()).add(cid)
    return {service: tuple(sorted(found)) for service, found in cids.items()}


#: CIDs of each standard service that DEVICE_SERVICES lists, in the order of the ties.
SERVED: Final = _served()
