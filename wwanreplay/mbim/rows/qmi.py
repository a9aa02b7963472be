"""QMI as it travels in MBIM: services, messages, errors, and the members that are decoded.

The numbers are those of Qualcomm's MSM Interface as its public interface documents give them; what
is not here is shown by its number. Members that could name somebody or a place have no row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wwanreplay.mbim.row_forms import QmiMember

#: By number; service 0 hands out clients and has a shorter header.
SERVICES: Final = {
    0x00: "CTL",
    0x01: "WDS",
    0x02: "DMS",
    0x03: "NAS",
    0x04: "QOS",
    0x05: "WMS",
    0x06: "PDS",
    0x07: "AUTH",
    0x09: "VOICE",
    0x0A: "CAT2",
    0x0B: "UIM",
    0x0C: "PBM",
    0x10: "LOC",
    0x11: "SAR",
    0x1A: "WDA",
    0x24: "PDC",
    0x2A: "DSD",
    0x2F: "DPM",
    0xE0: "CAT",
}
CTL, DMS, NAS = 0x00, 0x02, 0x03

MESSAGES: Final = {
    (0x00, 0x0021): "Get Version Info",
    (0x00, 0x0022): "Allocate CID",
    (0x00, 0x0023): "Release CID",
    (0x00, 0x0026): "Set Data Format",
    (0x00, 0x0027): "Sync",
    (0x01, 0x0020): "Start Network",
    (0x01, 0x0021): "Stop Network",
    (0x01, 0x0022): "Packet Service Status",
    (0x01, 0x002D): "Get Current Settings",
    (0x01, 0x004D): "Set IP Family",
    (DMS, 0x0001): "Event Report",
    (DMS, 0x0020): "Get Capabilities",
    (DMS, 0x0021): "Get Manufacturer",
    (DMS, 0x0022): "Get Model",
    (DMS, 0x0023): "Get Revision",
    (DMS, 0x0024): "Get MSISDN",
    (DMS, 0x0025): "Get IDs",
    (DMS, 0x0026): "Get Power State",
    (DMS, 0x002D): "Get Operating Mode",
    (DMS, 0x002E): "Set Operating Mode",
    (DMS, 0x002F): "Get Time",
    (DMS, 0x555F): "Set FCC Authentication",
    (DMS, 0x5571): "Foxconn Set FCC Authentication",
    (NAS, 0x0002): "Event Report",
    (NAS, 0x0003): "Register Indications",
    (NAS, 0x0020): "Get Signal Strength",
    (NAS, 0x0021): "Network Scan",
    (NAS, 0x0022): "Initiate Network Register",
    (NAS, 0x0024): "Get Serving System",
    (NAS, 0x0025): "Get Home Network",
    (NAS, 0x0033): "Set System Selection Preference",
    (NAS, 0x0034): "Get System Selection Preference",
    (NAS, 0x0043): "Get Cell Location Info",
    (NAS, 0x004D): "Get System Info",
    (NAS, 0x004E): "System Info",
    (NAS, 0x004F): "Get Signal Info",
    (NAS, 0x0050): "Config Signal Info",
    (NAS, 0x0051): "Signal Info",
    (0x0B, 0x0020): "Read Transparent",
    (0x0B, 0x0026): "Verify PIN",
    (0x0B, 0x0027): "Unblock PIN",
    (0x0B, 0x0028): "Change PIN",
    (0x0B, 0x002F): "Get Card Status",
    (0x0B, 0x0032): "Card Status",
    (0x1A, 0x0020): "Set Data Format",
    (0x1A, 0x0021): "Get Data Format",
}

#: Messages that ask for a change of the modem or the network.
CHANGING: Final = frozenset(
    key
    for key, name in MESSAGES.items()
    if key[0] != CTL and {"Set", "Start", "Stop", "Initiate", "Verify", "Unblock", "Change"} & {*name.split()}
)

ERRORS: Final = {
    0: "NONE",
    1: "MALFORMED_MESSAGE",
    2: "NO_MEMORY",
    3: "INTERNAL",
    4: "ABORTED",
    5: "CLIENT_IDS_EXHAUSTED",
    6: "UNABORTABLE_TRANSACTION",
    7: "INVALID_CLIENT_ID",
    8: "NO_THRESHOLDS_PROVIDED",
    9: "INVALID_HANDLE",
    10: "INVALID_PROFILE",
    11: "INVALID_PIN_ID",
    12: "INCORRECT_PIN",
    13: "NO_NETWORK_FOUND",
    14: "CALL_FAILED",
    15: "OUT_OF_CALL",
    16: "NOT_PROVISIONED",
    17: "MISSING_ARGUMENT",
    19: "ARGUMENT_TOO_LONG",
    22: "INVALID_TRANSACTION_ID",
    23: "DEVICE_IN_USE",
    24: "NETWORK_UNSUPPORTED",
    25: "DEVICE_UNSUPPORTED",
    26: "NO_EFFECT",
    27: "NO_FREE_PROFILE",
    28: "INVALID_PDP_TYPE",
    29: "INVALID_TECHNOLOGY_PREFERENCE",
    30: "INVALID_PROFILE_TYPE",
    31: "INVALID_SERVICE_TYPE",
    32: "INVALID_REGISTER_ACTION",
    33: "INVALID_PS_ATTACH_ACTION",
    34: "AUTHENTICATION_FAILED",
    35: "PIN_BLOCKED",
    36: "PIN_ALWAYS_BLOCKED",
    37: "UIM_UNINITIALIZED",
    38: "MAXIMUM_QOS_REQUESTS_IN_USE",
    39: "INCORRECT_FLOW_FILTER",
    40: "NETWORK_QOS_UNAWARE",
    41: "INVALID_QOS_ID",
    42: "REQUESTED_NUMBER_UNSUPPORTED",
    43: "INTERFACE_NOT_FOUND",
    44: "FLOW_SUSPENDED",
    45: "INVALID_DATA_FORMAT",
    46: "GENERAL_ERROR",
    47: "UNKNOWN_ERROR",
    48: "INVALID_ARGUMENT",
    49: "INVALID_INDEX",
    50: "NO_ENTRY",
    51: "DEVICE_STORAGE_FULL",
    52: "DEVICE_NOT_READY",
    53: "NETWORK_NOT_READY",
    54: "WMS_CAUSE_CODE",
    55: "WMS_MESSAGE_NOT_SENT",
    56: "WMS_MESSAGE_DELIVERY_FAILURE",
    57: "WMS_INVALID_MESSAGE_ID",
    58: "WMS_ENCODING",
    59: "AUTHENTICATION_LOCK",
    60: "INVALID_TRANSITION",
    61: "NOT_MCAST_INTERFACE",
    62: "MAXIMUM_MCAST_REQUESTS_IN_USE",
    63: "INVALID_MCAST_HANDLE",
    64: "INVALID_IP_FAMILY_PREFERENCE",
    65: "SESSION_INACTIVE",
    66: "SESSION_INVALID",
    67: "SESSION_OWNERSHIP",
    68: "INSUFFICIENT_RESOURCES",
    69: "DISABLED",
    70: "INVALID_OPERATION",
    71: "INVALID_QMI_COMMAND",
    72: "WMS_T_PDU_TYPE",
    73: "WMS_SMSC_ADDRESS",
    74: "INFORMATION_UNAVAILABLE",
    75: "SEGMENT_TOO_LONG",
    76: "SEGMENT_ORDER",
    77: "BUNDLING_NOT_SUPPORTED",
    78: "OPERATION_PARTIAL_FAILURE",
    79: "POLICY_MISMATCH",
    80: "SIM_FILE_NOT_FOUND",
    81: "EXTENDED_INTERNAL",
    82: "ACCESS_DENIED",
    83: "HARDWARE_RESTRICTED",
    84: "ACK_NOT_SENT",
    85: "INJECT_TIMEOUT",
    90: "INCOMPATIBLE_STATE",
    91: "FDN_RESTRICT",
    92: "SUPS_FAILURE_CASE",
    93: "NO_RADIO",
    94: "NOT_SUPPORTED",
    95: "NO_SUBSCRIPTION",
    96: "CARD_CALL_CONTROL_FAILED",
    97: "NETWORK_ABORTED",
    98: "MSG_BLOCKED",
    100: "INVALID_SESSION_TYPE",
    101: "INVALID_PB_TYPE",
    102: "NO_SIM",
    103: "PB_NOT_READY",
    104: "PIN_RESTRICTION",
    105: "PIN2_RESTRICTION",
    106: "PUK_RESTRICTION",
    107: "PUK2_RESTRICTION",
    108: "PB_ACCESS_RESTRICTED",
    109: "PB_DELETE_IN_PROGRESS",
}

OPERATING_MODES: Final = {
    0: "online",
    1: "low power",
    2: "factory test",
    3: "offline",
    4: "reset",
    5: "shutting down",
    6: "persistent low power",
    7: "mode-only low power",
}
REGISTRATION: Final = {0: "not registered", 1: "registered", 2: "searching", 3: "registration denied", 4: "unknown"}
ATTACHED: Final = {0: "unknown", 1: "attached", 2: "detached"}
NETWORKS: Final = {0: "unknown", 1: "3GPP2", 2: "3GPP"}
ROAMING: Final = {0: "roaming", 1: "home"}
NO_YES: Final = {0: "no", 1: "yes"}
RADIO_INTERFACES: Final = {
    0: "none",
    1: "CDMA 1x",
    2: "CDMA 1xEV-DO",
    4: "GSM",
    5: "UMTS",
    8: "LTE",
    9: "TD-SCDMA",
    12: "5GNR",
}


#: By service, message and TLV: the numbers one after another. Of a message whose requests and
#: answers have a TLV of one number, both have the row.
_SIGNAL: Final = {
    0x12: (QmiMember("GsmRssi", "b", "dBm"),),
    0x13: (QmiMember("WcdmaRssi", "b", "dBm"), QmiMember("WcdmaEcio", "h", "dB", scale=-2)),
    0x14: (
        QmiMember("LteRssi", "b", "dBm"),
        QmiMember("LteRsrq", "b", "dB"),
        QmiMember("LteRsrp", "h", "dBm"),
        QmiMember("LteSnr", "h", "dB", scale=10),
    ),
    0x17: (QmiMember("NrRsrp", "h", "dBm"), QmiMember("NrSnr", "h", "dB", scale=10)),
    0x18: (QmiMember("NrRsrq", "h", "dB"),),
}
_MODE: Final = (QmiMember("OperatingMode", "B", names=OPERATING_MODES),)
MEMBERS: Final[Mapping[tuple[int, int], Mapping[int, tuple[QmiMember, ...]]]] = {
    (DMS, 0x002D): {0x01: _MODE, 0x11: (QmiMember("HardwareRestricted", "B", names=NO_YES),)},
    (DMS, 0x002E): {0x01: _MODE},
    (NAS, 0x0020): {
        0x01: (QmiMember("SignalStrength", "b", "dBm"), QmiMember("RadioInterface", "b", names=RADIO_INTERFACES))
    },
    (NAS, 0x0024): {
        0x01: (
            QmiMember("RegistrationState", "B", names=REGISTRATION),
            QmiMember("CsAttachState", "B", names=ATTACHED),
            QmiMember("PsAttachState", "B", names=ATTACHED),
            QmiMember("SelectedNetwork", "B", names=NETWORKS),
        ),
        0x10: (QmiMember("Roaming", "B", names=ROAMING),),
    },
    (NAS, 0x004F): _SIGNAL,
    (NAS, 0x0051): _SIGNAL,
}
