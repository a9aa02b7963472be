"""Status codes from the NDIS side to the status of a COMMAND_DONE.

`uStatus` of an indication goes by matching names (`rows/framing.py`); what has no namesake is
listed here. NDIS statuses of requests that fail at once have no public mapping at all: each goes
to the MBIM status of the same meaning.
"""

from wwanreplay.mbim.messages import STATUS
from wwanreplay.mbim.rows.framing import WWAN_STATUS_TO_MBIM
from wwanreplay.protocol import PROTOCOL

SUCCESS = STATUS["MBIM_STATUS_SUCCESS"]
FAILURE = STATUS["MBIM_STATUS_FAILURE"]
BUSY = STATUS["MBIM_STATUS_BUSY"]
NO_DEVICE_SUPPORT = STATUS["MBIM_STATUS_NO_DEVICE_SUPPORT"]
NOT_INITIALIZED = STATUS["MBIM_STATUS_NOT_INITIALIZED"]
CONTEXT_NOT_ACTIVATED = STATUS["MBIM_STATUS_CONTEXT_NOT_ACTIVATED"]
DSS_INSTANCE_LIMIT = STATUS["MBIM_STATUS_DSS_INSTANCE_LIMIT"]
INVALID_PARAMETERS = STATUS["MBIM_STATUS_INVALID_PARAMETERS"]

#: WWAN_STATUS codes without a namesake that is verified: own reading.
WWAN_STATUS_WITHOUT_NAMESAKE = {
    "WWAN_STATUS_DENIED_POLICY": "MBIM_STATUS_OPERATION_NOT_ALLOWED",
    "WWAN_STATUS_MORE_DATA": "MBIM_STATUS_SUCCESS",
    "WWAN_STATUS_INTER_RESOURCE_CONFLICT": "MBIM_STATUS_BUSY",
    "WWAN_STATUS_SMS_MORE_DATA": "MBIM_STATUS_SMS_MORE_DATA",
    "WWAN_STATUS_NOT_SUPPORTED": "MBIM_STATUS_NO_DEVICE_SUPPORT",
    "WWAN_STATUS_SESSION_ALREADY_EXISTS": "MBIM_STATUS_SESSION_ALREADY_EXISTS",
    "WWAN_STATUS_DISSOCIATION_NEEDED_FOR_APPLICATION": (
        "MBIM_STATUS_DISSOCIATION_NEEDED_FOR_APPLICATION"
    ),
    "WWAN_STATUS_ERROR_INVALID_SLOT": "MBIM_STATUS_ERROR_INVALID_SLOT",
    "WWAN_STATUS_NO_DEFAULT_URSP_RULE": "MBIM_STATUS_DEFAULT_URSP_RULE",
    "WWAN_STATUS_NO_MATCHING_URSP_RULE": "MBIM_STATUS_NO_MATCHING_URSP_RULE",
    "WWAN_STATUS_SHAREABILITY_CONDITION_ERROR": "MBIM_STATUS_SHAREABILITY_CONDITION_ERROR",
    "WWAN_STATUS_PIN_FAILURE": "MBIM_STATUS_PIN_FAILURE",
    "WWAN_STATUS_NO_LTE_ATTACH_CONFIG": "MBIM_STATUS_NO_LTE_ATTACH_CONFIG",
}

#: NDIS_STATUS of a request that failed at once, to the status of its COMMAND_DONE.
NDIS_STATUS_TO_MBIM = {
    "NDIS_STATUS_SUCCESS": "MBIM_STATUS_SUCCESS",
    "NDIS_STATUS_NOT_SUPPORTED": "MBIM_STATUS_NO_DEVICE_SUPPORT",
    "NDIS_STATUS_INVALID_OID": "MBIM_STATUS_NO_DEVICE_SUPPORT",
    "NDIS_STATUS_INVALID_PORT": "MBIM_STATUS_INVALID_PARAMETERS",
    "NDIS_STATUS_INVALID_LENGTH": "MBIM_STATUS_INVALID_PARAMETERS",
    "NDIS_STATUS_INVALID_DATA": "MBIM_STATUS_INVALID_PARAMETERS",
    "NDIS_STATUS_INVALID_PARAMETER": "MBIM_STATUS_INVALID_PARAMETERS",
    "NDIS_STATUS_BUFFER_TOO_SHORT": "MBIM_STATUS_INVALID_PARAMETERS",
    "NDIS_STATUS_UNSUPPORTED_REVISION": "MBIM_STATUS_INVALID_PARAMETERS",
    "NDIS_STATUS_RESOURCES": "MBIM_STATUS_BUSY",
    "NDIS_STATUS_ADAPTER_REMOVED": "MBIM_STATUS_NOT_INITIALIZED",
    "NDIS_STATUS_ADAPTER_NOT_READY": "MBIM_STATUS_NOT_INITIALIZED",
    "NDIS_STATUS_LOW_POWER_STATE": "MBIM_STATUS_NOT_INITIALIZED",
    "NDIS_STATUS_PAUSED": "MBIM_STATUS_NOT_INITIALIZED",
    "NDIS_STATUS_INVALID_STATE": "MBIM_STATUS_OPERATION_NOT_ALLOWED",
    "NDIS_STATUS_NOT_ACCEPTED": "MBIM_STATUS_OPERATION_NOT_ALLOWED",
}


def status_of_wwan(code: int) -> int:
    """Return the MBIM status of a `uStatus`; FAILURE for an unknown one."""
    row = PROTOCOL.wwan_status_by_number.get(code)
    if row is None:
        return FAILURE
    name = WWAN_STATUS_TO_MBIM.get(row.name) or WWAN_STATUS_WITHOUT_NAMESAKE.get(row.name)
    return FAILURE if name is None else STATUS[name]


def status_of_ndis(code: int) -> int:
    """Return the MBIM status of a request that completed at once with this NDIS_STATUS."""
    row = PROTOCOL.ndis_status_by_number.get(code)
    return STATUS[NDIS_STATUS_TO_MBIM.get(row.name if row else "", "MBIM_STATUS_FAILURE")]


def _to_wwan() -> dict[int, int]:
    """Return the other direction; of several names the one without a service's prefix wins."""
    found: dict[int, int] = {}
    tables = (WWAN_STATUS_TO_MBIM, WWAN_STATUS_WITHOUT_NAMESAKE)
    named = [(wwan, mbim) for table in tables for wwan, mbim in table.items()]
    for wwan, mbim in named:
        row = PROTOCOL.wwan_status_by_name.get(wwan)
        if row is not None and (mbim != "MBIM_STATUS_SUCCESS" or wwan == "WWAN_STATUS_SUCCESS"):
            found.setdefault(STATUS[mbim], row.number)
    return found


_MBIM_TO_WWAN = {DSS_INSTANCE_LIMIT: PROTOCOL.status("WWAN_STATUS_FAILURE").number, **_to_wwan()}
WWAN_FAILURE = PROTOCOL.status("WWAN_STATUS_FAILURE").number


def wwan_of_status(status: int) -> int | None:
    """Return the `uStatus` that a COMMAND_DONE's status stands for, or None when it has none."""
    return _MBIM_TO_WWAN.get(status)
