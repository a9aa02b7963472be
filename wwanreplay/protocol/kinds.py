"""Sets of record kinds, and the statuses that change what a completion means."""

from __future__ import annotations

from typing import Final

from wwanreplay._core import Kind, completion_statuses

#: Requests of OIDs and, in the MBIM namespace, of commands.
REQUESTS: Final = frozenset({Kind.KIND_QUERY, Kind.KIND_SET, Kind.KIND_METHOD})
#: What a host gives to a device.
HOST_INPUTS: Final = REQUESTS | {Kind.KIND_CANCEL}
#: What a device is given, by the host and by its environment.
INPUTS: Final = HOST_INPUTS | {Kind.KIND_STIMULUS, Kind.KIND_LIFECYCLE}
#: What a device gives.
OUTPUTS: Final = frozenset({Kind.KIND_COMPLETION, Kind.KIND_INDICATION})
#: Records whose payload is text.
TEXTS: Final = frozenset({Kind.KIND_NOTE, Kind.KIND_GAP})

# The engine has them of the tables, which are not read for these four.
_STATUSES = completion_statuses()
#: A provisional completion: an indication will end the transaction.
INDICATION_REQUIRED: Final = _STATUSES["NDIS_STATUS_INDICATION_REQUIRED"]
ADAPTER_REMOVED: Final = _STATUSES["NDIS_STATUS_ADAPTER_REMOVED"]
ADAPTER_NOT_READY: Final = _STATUSES["NDIS_STATUS_ADAPTER_NOT_READY"]
#: Completions of a device that was removed, is not ready, or sleeps.
GONE: Final = frozenset(
    {ADAPTER_REMOVED, ADAPTER_NOT_READY, _STATUSES["NDIS_STATUS_LOW_POWER_STATE"]}
)
