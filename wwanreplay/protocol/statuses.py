"""Status codes: WWAN_STATUS of uStatus fields, NDIS_STATUS of completions, causes of networks.

Some WWAN_STATUS codes that report a failure have informational severity: compare with 0, never by
sign. The tie to MBIM_STATUS codes is by matching names.
"""

from wwanreplay.protocol.schema import Status

WWAN_ROWS: tuple[Status, ...] = (
    Status("WWAN_STATUS_SUCCESS", 0x00000000, "done", mbim=("MBIM_STATUS_SUCCESS", 0)),
    Status("WWAN_STATUS_BUSY", 0xC0040002, "device busy", mbim=("MBIM_STATUS_BUSY", 1)),
    Status("WWAN_STATUS_FAILURE", 0xC0040003, "generic failure", mbim=("MBIM_STATUS_FAILURE", 2)),
    Status(
        "WWAN_STATUS_SIM_NOT_INSERTED",
        0xC0040004,
        "no SIM, or not fully inserted",
        mbim=("MBIM_STATUS_SIM_NOT_INSERTED", 3),
        of_state=True,
    ),
    Status(
        "WWAN_STATUS_BAD_SIM",
        0xC0040005,
        "SIM unusable",
        mbim=("MBIM_STATUS_BAD_SIM", 4),
        of_state=True,
    ),
    Status(
        "WWAN_STATUS_PIN_REQUIRED",
        0xC0040006,
        "a PIN must be entered first",
        mbim=("MBIM_STATUS_PIN_REQUIRED", 5),
        of_state=True,
    ),
    Status(
        "WWAN_STATUS_PIN_DISABLED",
        0x40040007,
        "the PIN is disabled",
        mbim=("MBIM_STATUS_PIN_DISABLED", 6),
        of_state=True,
    ),
    Status(
        "WWAN_STATUS_NOT_REGISTERED",
        0x40040008,
        "not registered with a network",
        mbim=("MBIM_STATUS_NOT_REGISTERED", 7),
        of_state=True,
    ),
    Status(
        "WWAN_STATUS_PROVIDERS_NOT_FOUND",
        0x40040009,
        "no network found",
        mbim=("MBIM_STATUS_PROVIDERS_NOT_FOUND", 8),
        of_state=True,
    ),
    Status(
        "WWAN_STATUS_NO_DEVICE_SUPPORT",
        0xC004000A,
        "device cannot do this",
        mbim=("MBIM_STATUS_NO_DEVICE_SUPPORT", 9),
    ),
    Status(
        "WWAN_STATUS_PROVIDER_NOT_VISIBLE",
        0x4004000B,
        "provider not visible now",
        mbim=("MBIM_STATUS_PROVIDER_NOT_VISIBLE", 10),
        of_state=True,
    ),
    Status(
        "WWAN_STATUS_DATA_CLASS_NOT_AVAILABLE",
        0x4004000C,
        "requested data class not available",
        mbim=("MBIM_STATUS_DATA_CLASS_NOT_AVAILABLE", 11),
        of_state=True,
    ),
    Status(
        "WWAN_STATUS_PACKET_SVC_DETACHED",
        0xC004000D,
        "packet service detached",
        mbim=("MBIM_STATUS_PACKET_SERVICE_DETACHED", 12),
        of_state=True,
    ),
    Status(
        "WWAN_STATUS_MAX_ACTIVATED_CONTEXTS",
        0xC004000E,
        "limit of activated contexts reached",
        mbim=("MBIM_STATUS_MAX_ACTIVATED_CONTEXTS", 13),
        of_state=True,
    ),
    Status(
        "WWAN_STATUS_NOT_INITIALIZED",
        0xC004000F,
        "device still initializing; retry once ready",
        mbim=("MBIM_STATUS_NOT_INITIALIZED", 14),
        of_state=True,
    ),
    Status(
        "WWAN_STATUS_VOICE_CALL_IN_PROGRESS",
        0x40040010,
        "a voice call is in progress",
        mbim=("MBIM_STATUS_VOICE_CALL_IN_PROGRESS", 15),
        of_state=True,
    ),
    Status(
        "WWAN_STATUS_CONTEXT_NOT_ACTIVATED",
        0xC0040011,
        "context not activated",
        mbim=("MBIM_STATUS_CONTEXT_NOT_ACTIVATED", 16),
        of_state=True,
    ),
    Status(
        "WWAN_STATUS_SERVICE_NOT_ACTIVATED",
        0xC0040012,
        "service or subscription not activated",
        mbim=("MBIM_STATUS_SERVICE_NOT_ACTIVATED", 17),
        of_state=True,
    ),
    Status(
        "WWAN_STATUS_INVALID_ACCESS_STRING",
        0xC0040013,
        "bad access string (APN)",
        mbim=("MBIM_STATUS_INVALID_ACCESS_STRING", 18),
    ),
    Status(
        "WWAN_STATUS_INVALID_USER_NAME_PWD",
        0xC0040014,
        "bad user name or password",
        mbim=("MBIM_STATUS_INVALID_USER_NAME_PWD", 19),
    ),
    Status(
        "WWAN_STATUS_RADIO_POWER_OFF",
        0xC0040015,
        "radio is off",
        mbim=("MBIM_STATUS_RADIO_POWER_OFF", 20),
        of_state=True,
    ),
    Status(
        "WWAN_STATUS_INVALID_PARAMETERS",
        0xC0040016,
        "bad parameters",
        mbim=("MBIM_STATUS_INVALID_PARAMETERS", 21),
    ),
    Status(
        "WWAN_STATUS_READ_FAILURE", 0xC0040017, "read failed", mbim=("MBIM_STATUS_READ_FAILURE", 22)
    ),
    Status(
        "WWAN_STATUS_WRITE_FAILURE",
        0xC0040018,
        "write failed",
        mbim=("MBIM_STATUS_WRITE_FAILURE", 23),
    ),
    Status("WWAN_STATUS_DENIED_POLICY", 0xC0040019, "denied by policy", documented=False),
    Status(
        "WWAN_STATUS_INVALID_DEVICE_SERVICE_OPERATION",
        0xC004001A,
        "operation not valid for the device service",
        mbim=("MBIM_STATUS_INVALID_DEVICE_SERVICE_OPERATION", 34),
        documented=False,
    ),
    Status("WWAN_STATUS_MORE_DATA", 0xC004001B, "more data follows", documented=False),
    Status(
        "WWAN_STATUS_INTER_RESOURCE_CONFLICT", 0xC004001C, "resource conflict", documented=False
    ),
    Status(
        "WWAN_STATUS_SMS_OPERATION_NOT_ALLOWED",
        0xC0040100,
        "SMS operation not allowed",
        mbim=("MBIM_STATUS_OPERATION_NOT_ALLOWED", 28),
    ),
    Status(
        "WWAN_STATUS_SMS_MEMORY_FAILURE",
        0xC0040101,
        "SMS memory failure",
        mbim=("MBIM_STATUS_MEMORY_FAILURE", 29),
    ),
    Status(
        "WWAN_STATUS_SMS_INVALID_MEMORY_INDEX",
        0xC0040102,
        "bad message index",
        mbim=("MBIM_STATUS_INVALID_MEMORY_INDEX", 30),
    ),
    Status(
        "WWAN_STATUS_SMS_UNKNOWN_SMSC_ADDRESS",
        0xC0040103,
        "service centre number unknown or invalid",
        mbim=("MBIM_STATUS_SMS_UNKNOWN_SMSC_ADDRESS", 100),
    ),
    Status(
        "WWAN_STATUS_SMS_NETWORK_TIMEOUT",
        0xC0040104,
        "network time-out on SMS",
        mbim=("MBIM_STATUS_SMS_NETWORK_TIMEOUT", 101),
    ),
    Status(
        "WWAN_STATUS_SMS_MEMORY_FULL",
        0xC0040105,
        "message store full",
        mbim=("MBIM_STATUS_MEMORY_FULL", 31),
    ),
    Status("WWAN_STATUS_SMS_UNKNOWN_ERROR", 0xC0040106, "generic SMS error"),
    Status(
        "WWAN_STATUS_SMS_FILTER_NOT_SUPPORTED",
        0xC0040107,
        "read/delete filter not supported",
        mbim=("MBIM_STATUS_FILTER_NOT_SUPPORTED", 32),
    ),
    Status("WWAN_STATUS_SMS_MORE_DATA", 0x40040108, "partial result, more indications follow"),
    Status(
        "WWAN_STATUS_SMS_LANG_NOT_SUPPORTED",
        0xC0040109,
        "SMS language not supported (CDMA)",
        mbim=("MBIM_STATUS_SMS_LANG_NOT_SUPPORTED", 102),
    ),
    Status(
        "WWAN_STATUS_SMS_ENCODING_NOT_SUPPORTED",
        0xC004010A,
        "SMS encoding not supported (CDMA)",
        mbim=("MBIM_STATUS_SMS_ENCODING_NOT_SUPPORTED", 103),
    ),
    Status(
        "WWAN_STATUS_SMS_FORMAT_NOT_SUPPORTED",
        0xC004010B,
        "SMS format not supported",
        mbim=("MBIM_STATUS_SMS_FORMAT_NOT_SUPPORTED", 104),
    ),
    Status(
        "WWAN_STATUS_AUTH_INCORRECT_AUTN",
        0xC0040200,
        "AUTN of the challenge wrong (AKA, AKA prime)",
        mbim=("MBIM_STATUS_AUTH_INCORRECT_AUTN", 35),
        documented=False,
    ),
    Status(
        "WWAN_STATUS_AUTH_SYNC_FAILURE",
        0xC0040201,
        "sequence out of sync; AUTS returned (AKA, AKA prime)",
        mbim=("MBIM_STATUS_AUTH_SYNC_FAILURE", 36),
        documented=False,
    ),
    Status(
        "WWAN_STATUS_AUTH_AMF_NOT_SET",
        0xC0040202,
        "AMF separation bit not set (AKA prime)",
        mbim=("MBIM_STATUS_AUTH_AMF_NOT_SET", 37),
        documented=False,
    ),
    Status(
        "WWAN_STATUS_PREFERREDMEDIA_NOT_AVAILABLE",
        0xC004001D,
        "preferred media not available",
        documented=False,
    ),
    Status(
        "WWAN_STATUS_MEDIA_PREF_CONFLICT", 0xC004001E, "media preference conflict", documented=False
    ),
    Status(
        "WWAN_STATUS_MEDIA_PREF_SOME_SERVICES_UNSUPPORTED",
        0xC004001F,
        "some services unsupported for the media preference",
        documented=False,
    ),
    Status(
        "WWAN_STATUS_UICC_NO_LOGICAL_CHANNELS",
        0xC0040300,
        "no logical channel free on the UICC",
        mbim=("MBIM_STATUS_MS_NO_LOGICAL_CHANNELS", 2269315073),
        documented=False,
    ),
    Status(
        "WWAN_STATUS_UICC_SELECT_FAILED",
        0xC0040301,
        "SELECT failed on the UICC",
        mbim=("MBIM_STATUS_MS_SELECT_FAILED", 2269315074),
        documented=False,
    ),
    Status(
        "WWAN_STATUS_UICC_INVALID_LOGICAL_CHANNEL",
        0xC0040302,
        "logical channel was not opened",
        mbim=("MBIM_STATUS_MS_INVALID_LOGICAL_CHANNEL", 2269315075),
        documented=False,
    ),
    Status("WWAN_STATUS_NOT_SUPPORTED", 0xC0040020, "not supported", documented=False),
    Status("WWAN_STATUS_OPERATION_TIMEOUT", 0xC0040021, "operation timed out", documented=False),
    Status(
        "WWAN_STATUS_SESSION_ALREADY_EXISTS",
        0xC0040022,
        "a matching session exists already (see FoundMatchingConnectionId)",
        documented=False,
    ),
    Status(
        "WWAN_STATUS_DISSOCIATION_NEEDED_FOR_APPLICATION",
        0xC0040023,
        "an application must be taken off a connection",
        documented=False,
    ),
    Status("WWAN_STATUS_ERROR_INVALID_SLOT", 0xC0040024, "bad slot", documented=False),
    Status(
        "WWAN_STATUS_NO_DEFAULT_URSP_RULE", 0xC0040025, "no default URSP rule", documented=False
    ),
    Status(
        "WWAN_STATUS_NO_MATCHING_URSP_RULE", 0xC0040026, "no matching URSP rule", documented=False
    ),
    Status(
        "WWAN_STATUS_SHAREABILITY_CONDITION_ERROR",
        0xC0040400,
        "file not shareable and in use by another application",
        documented=False,
    ),
    Status("WWAN_STATUS_PIN_FAILURE", 0xC0040401, "PIN failure", documented=False),
    Status(
        "WWAN_STATUS_NO_LTE_ATTACH_CONFIG",
        0xC0040402,
        "no LTE attach configuration",
        documented=False,
    ),
)

NDIS_ROWS: tuple[Status, ...] = (
    Status(
        "NDIS_STATUS_SUCCESS",
        0x00000000,
        ("request done; also what completes OID_WWAN_DELETE_MAC and the synchronous query"),
    ),
    Status(
        "NDIS_STATUS_PENDING",
        0x00000103,
        (
            "NDIS will get the completion later; real drivers return it from the request "
            "handler and complete with NDIS_STATUS_INDICATION_REQUIRED; documented first "
            "answer for OID_WWAN_DELETE_MAC"
        ),
    ),
    Status(
        "NDIS_STATUS_INDICATION_REQUIRED",
        0x40230001,
        "provisional answer to every asynchronous WWAN OID",
    ),
    Status("NDIS_STATUS_NOT_SUPPORTED", 0xC00000BB, "OID or operation not supported"),
    Status("NDIS_STATUS_INVALID_LENGTH", 0xC0010014, "buffer length wrong"),
    Status("NDIS_STATUS_INVALID_DATA", 0xC0010015, "buffer content wrong"),
    Status("NDIS_STATUS_BUFFER_TOO_SHORT", 0xC0010016, "query buffer too short"),
    Status("NDIS_STATUS_BUFFER_OVERFLOW", 0x80000005, "output truncated"),
    Status("NDIS_STATUS_FAILURE", 0xC0000001, "generic failure"),
    Status("NDIS_STATUS_RESOURCES", 0xC000009A, "out of resources"),
    Status("NDIS_STATUS_NOT_ACCEPTED", 0x00010003, "request not accepted"),
    Status("NDIS_STATUS_INVALID_OID", 0xC0010017, "unknown OID"),
    Status("NDIS_STATUS_ADAPTER_NOT_READY", 0xC0010011, "adapter not ready"),
    Status(
        "NDIS_STATUS_ADAPTER_NOT_OPEN",
        0xC0010012,
        "device service session not open (OID_WWAN_DEVICE_SERVICE_SESSION_WRITE)",
    ),
    Status(
        "NDIS_STATUS_INVALID_PORT", 0xC023002D, "bad or default NDIS port (OID_WWAN_DELETE_MAC)"
    ),
    Status("NDIS_STATUS_INVALID_PARAMETER", 0xC000000D, "bad parameter"),
    Status("NDIS_STATUS_REQUEST_ABORTED", 0xC001000C, "request aborted"),
    Status("NDIS_STATUS_RESET_IN_PROGRESS", 0xC001000D, "reset in progress"),
    Status(
        "NDIS_STATUS_LINK_STATE",
        0x40010017,
        "indication: the link state changed (not a completion status)",
    ),
    Status("NDIS_STATUS_DEVICE_FAILED", 0xC0010008, "device failed"),
    Status("NDIS_STATUS_UNSUPPORTED_REVISION", 0xC023002C, "structure revision not supported"),
    Status("NDIS_STATUS_INVALID_STATE", 0xC0000184, "device in wrong state"),
    Status("NDIS_STATUS_PAUSED", 0xC023002A, "adapter paused"),
    Status("NDIS_STATUS_LOW_POWER_STATE", 0xC023002F, "adapter in low power"),
    Status("NDIS_STATUS_MEDIA_CONNECT", 0x4001000B, "indication: the medium is connected"),
    Status("NDIS_STATUS_MEDIA_DISCONNECT", 0x4001000C, "indication: the medium is disconnected"),
    Status("NDIS_STATUS_PORT_STATE", 0x40010022, "indication: the state of a port changed"),
    Status("NDIS_STATUS_OPER_STATUS", 0x40010023, "indication: the operational status changed"),
    Status("NDIS_STATUS_RESET_START", 0x40010004, "indication: a reset begins"),
    Status("NDIS_STATUS_RESET_END", 0x40010005, "indication: a reset has ended"),
    Status("NDIS_STATUS_CLOSING", 0xC0010002, "the adapter is closing"),
    Status("NDIS_STATUS_ADAPTER_REMOVED", 0xC0010018, "the adapter was removed"),
)
