"""Words of records as plain names, sets of kinds, and statuses that say what a completion means."""

from __future__ import annotations

from typing import Final

from wwanreplay._core import Kind, Namespace, RecordFlag, WireDirection, completion_statuses

# Python 3.11 looks a member of an enumeration up by its name each time, which shows where all
# records go by; a plain name does not.
KIND_QUERY: Final = Kind.KIND_QUERY
KIND_SET: Final = Kind.KIND_SET
KIND_COMPLETION: Final = Kind.KIND_COMPLETION
KIND_INDICATION: Final = Kind.KIND_INDICATION
KIND_STIMULUS: Final = Kind.KIND_STIMULUS
KIND_WIRE: Final = Kind.KIND_WIRE
KIND_NOTE: Final = Kind.KIND_NOTE
KIND_CLOCK: Final = Kind.KIND_CLOCK
KIND_GAP: Final = Kind.KIND_GAP
NAMESPACE_MBIM: Final = Namespace.NAMESPACE_MBIM
FLAG_INCOMPLETE: Final = RecordFlag.FLAG_INCOMPLETE
FLAG_INFERRED: Final = RecordFlag.FLAG_INFERRED
FLAG_TIME_INEXACT: Final = RecordFlag.FLAG_TIME_INEXACT
WIRE_HOST_TO_DEVICE: Final = WireDirection.WIRE_HOST_TO_DEVICE
WIRE_DEVICE_TO_HOST: Final = WireDirection.WIRE_DEVICE_TO_HOST

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
