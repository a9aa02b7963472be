"""Unresolved names: those without a known number, structure or element size."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A name and what is not known about it."""

    name: str
    reason: str


_NO_STRUCTURE = "the headers give its number, no source a structure"
_INTERNAL = "internal to the user-mode I/O of NDIS; not delivered to the WWAN service"
_PAGES_ONLY = "a name that pages use and no header defines"

ROWS: tuple[Unresolved, ...] = (
    Unresolved("OID_WWAN_DEVICE_SERVICES", "documented, but no header gives a number"),
    Unresolved("NDIS_WWAN_DEVICE_SERVICES", "documented, but no header declares it"),
    Unresolved("NDIS_STATUS_WWAN_DEVICE_SERVICES", _PAGES_ONLY),
    Unresolved("NDIS_STATUS_WWAN_AUTHENTICATION_RESPONSE", _PAGES_ONLY),
    Unresolved("NDIS_STATUS_WWAN_UICC_UICC_APP_LIST", _PAGES_ONLY),
    Unresolved("NDIS_STATUS_WWAN_UICC_UICC_FILE_STATUS", _PAGES_ONLY),
    Unresolved("NDIS_STATUS_WWAN_SUCCESS", _PAGES_ONLY),
    Unresolved("NDIS_STATUS_WWAN_FAILURE", _PAGES_ONLY),
    Unresolved("NDIS_STATUS_WWAN_DNS_ADDRESS", _NO_STRUCTURE),
    Unresolved("NDIS_STATUS_WWAN_RESERVED_1", _NO_STRUCTURE),
    Unresolved("NDIS_STATUS_WWAN_RESERVED_2", _NO_STRUCTURE),
    Unresolved("NDIS_STATUS_WWAN_RESERVED_3", _NO_STRUCTURE),
    Unresolved("NDIS_STATUS_WWAN_UICC_RESPONSE", _NO_STRUCTURE),
    Unresolved("NDIS_STATUS_WWAN_IO_PAUSE", _INTERNAL),
    Unresolved("NDIS_STATUS_WWAN_IO_RESUME", _INTERNAL),
    Unresolved(
        "WWAN_NETWORK_ISOLATION_APPLICATION_SID_LEN", "the value needs a macro of another header"
    ),
    Unresolved("WwanStructUiccApplication", "no source gives the size of this list element"),
    Unresolved(
        "NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2",
        "does not compile before Windows 11: its gate is older than that of its content",
    ),
    Unresolved(
        "NDIS_WWAN_NETWORK_PARAMS_INFO",
        "does not compile before Windows 11: its gate is older than that of its content",
    ),
)
