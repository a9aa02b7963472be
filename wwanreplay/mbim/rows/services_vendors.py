"""Device services of vendors and of the proxy that clients share.

Of the services at the end only the identifier and the CID numbers are known.
"""

from wwanreplay.mbim.row_forms import EMPTY, cid, elements, layout, service, string, u32
from wwanreplay.mbim.rows.guards import FIRMWARE, NETWORK_LOCK, VENDOR
from wwanreplay.mbim.schema import Field, Format

PROXY_CONTROL = service(
    15,
    "Proxy Control",
    "proxy-control",
    "838cf7fb-8d0d-4d7f-871e-d71dbefbb39b",
    "libmbim proxy (never reaches a device)",
)(
    cid(1, "MBIM_CID_PROXY_CONTROL_CONFIGURATION", "configuration", "s")(
        set=layout(12)(string("DevicePath", 0, caution="path on the host"), u32("Timeout", 8)), response=EMPTY
    ),
    cid(2, "MBIM_CID_PROXY_CONTROL_VERSION", "version", "n")(
        notification=layout(4)(Field("MbimVersion", Format.U16, 0), Field("MbimExtendedVersion", Format.U16, 2))
    ),
)

QMI = service(16, "QMI", "qmi", "d1a30bc2-f97a-6e43-bf65-c7e24fb0f0d3", "Qualcomm", guard=VENDOR)(
    cid(1, "MBIM_CID_QMI_MSG", "msg", "sn")(
        set=layout(0)(Field("QmiMsg", Format.BYTES_REST, 0, personal="content")),
        response=layout(0)(Field("QMUX", Format.BYTES_REST, 0, personal="content")),
        notification=layout(0)(Field("QMUX", Format.BYTES_REST, 0, personal="content")),
    )
)

ATDS = service(17, "ATDS", "atds", "5967bdcc-7fd2-49a2-9f5c-b2e70e527db3", "AT&T", guard=VENDOR)(
    cid(1, "MBIM_CID_ATDS_SIGNAL", "signal", "q")(
        query=EMPTY,
        response=layout(28)(
            u32("Rssi", 0),
            u32("ErrorRate", 4),
            u32("Rscp", 8),
            u32("Ecno", 12),
            u32("Rsrq", 16),
            u32("Rsrp", 20),
            u32("Rssnr", 24),
        ),
    ),
    cid(2, "MBIM_CID_ATDS_LOCATION", "location", "q")(
        query=EMPTY,
        response=layout(12)(
            u32("Lac", 0, personal="place"), u32("Tac", 4, personal="place"), u32("CellId", 8, personal="place")
        ),
    ),
    cid(3, "MBIM_CID_ATDS_OPERATORS", "operators", "qs")(
        query=EMPTY,
        response=layout(4)(u32("ProvidersCount", 0), elements("Providers", 4, "MbimAtdsProvider", "ProvidersCount")),
    ),
    cid(4, "MBIM_CID_ATDS_RAT", "rat", "qs")(
        query=EMPTY,
        set=layout(4)(u32("Mode", 0, "MbimAtdsRatMode")),
        response=layout(4)(u32("Mode", 0, "MbimAtdsRatMode")),
    ),
    cid(9, "MBIM_CID_ATDS_REGISTER_STATE", "register-state", "q")(
        query=EMPTY,
        response=layout(48)(
            u32("NwError", 0, "MbimNwError"),
            u32("RegisterState", 4, "MbimRegisterState"),
            u32("RegisterMode", 8, "MbimRegisterMode"),
            u32("AvailableDataClasses", 12, "MbimDataClass"),
            u32("CurrentCellularClass", 16, "MbimCellularClass"),
            string("ProviderId", 20, caution="operator identity; narrows subscriber and place"),
            string("ProviderName", 28, caution="operator identity"),
            string("RoamingText", 36, caution="may name an operator"),
            u32("RegistrationFlag", 44, "MbimRegistrationFlag"),
        ),
    ),
    cid(10, "MBIM_CID_ATDS_10", "atds-10", "s", note="number from Wireshark; not in libmbim")(
        set=layout(4, unverified=True)(
            u32("ElementCount", 0), elements("ProjectionTables", 4, "MbimAtdsProjectionTable", "ElementCount")
        )
    ),
)

QDU = service(18, "QDU", "qdu", "6427015f-579d-48f5-8c54-f43ed1e76f83", "Qualcomm or Quectel", guard=FIRMWARE)(
    cid(1, "MBIM_CID_QDU_UPDATE_SESSION", "update-session", "qsn")(
        query=EMPTY,
        set=layout(8)(u32("SessionAction", 0, "MbimQduSessionAction"), u32("SessionType", 4, "MbimQduSessionType")),
        response=layout(24)(
            u32("CurrentSessionType", 0, "MbimQduSessionType"),
            u32("CurrentSessionStatus", 4, "MbimQduSessionStatus"),
            u32("LastSessionType", 8, "MbimQduSessionType"),
            u32("LastSessionResult", 12, "MbimQduSessionResult"),
            u32("LastSessionErrorOffset", 16),
            u32("LastSessionErrorSize", 20),
        ),
    ),
    cid(2, "MBIM_CID_QDU_FILE_OPEN", "file-open", "s")(
        query=EMPTY,
        set=layout(8)(u32("FileType", 0, "MbimQduFileType"), u32("FileSize", 4)),
        response=layout(8)(u32("MaxTransferSize", 0), u32("MaxWindowSize", 4)),
    ),
    cid(3, "MBIM_CID_QDU_FILE_WRITE", "file-write", "s")(
        set=layout(0)(Field("DataBuffer", Format.BYTES_REST, 0)), response=EMPTY
    ),
    cid(4, "MBIM_CID_QDU_QUECTEL_REBOOT", "quectel-reboot", "s")(
        set=layout(2)(Field("RebootType", Format.U16, 0, type="MbimQduQuectelRebootType")), response=EMPTY
    ),
    cid(7, "MBIM_CID_QDU_QUECTEL_READ_VERSION", "quectel-read-version", "s")(
        set=layout(2)(Field("VersionType", Format.U16, 0, type="MbimQduQuectelVersionType")),
        response=layout(12)(u32("VersionId", 0), string("Version", 4, size_max=120)),
    ),
    cid(8, "MBIM_CID_QDU_COMMAND", "command", "s")(
        set=layout(4)(
            u32("CommandType", 0, "MbimQuectelCommandType"),
            Field("CommandString", Format.BYTES_REST, 4, personal="content"),
        ),
        response=layout(4)(
            u32("CommandResponseStatus", 0, "MbimQuectelCommandResponseStatus"),
            Field("CommandResponseString", Format.BYTES_REST, 4, personal="content"),
        ),
    ),
)

QUECTEL = service(19, "Quectel", "quectel", "11223344-5566-7788-99aa-bbccddeeff11", "Quectel", guard=VENDOR)(
    cid(
        1,
        "MBIM_CID_QUECTEL_RADIO_STATE",
        "radio-state",
        "q",
        note=("libmbim's capability table lists query only, its layout file has a set message"),
    )(
        query=EMPTY,
        set=layout(4)(u32("RadioState", 0, "MbimQuectelRadioSwitchState")),
        response=layout(4)(u32("RadioState", 0, "MbimQuectelRadioSwitchState")),
    )
)

INTEL_FIRMWARE_UPDATE = service(
    20,
    "Intel Firmware Update",
    "intel-firmware-update",
    "0ed374cb-f835-4474-bc11-3b3fd76f5641",
    "Intel",
    guard=FIRMWARE,
)(
    cid(1, "MBIM_CID_INTEL_FIRMWARE_UPDATE_MODEM_REBOOT", "modem-reboot", "s")(
        set=(EMPTY, layout(8, mbimex=0x0200)(u32("BootMode", 0, "MbimIntelBootMode"), u32("Timeout", 4)))
    )
)

_RFIM = layout(4)(
    u32("RfimFrequencyValuesCount", 0),
    elements("RfimFrequencyValues", 4, "MbimIntelRfimFrequencyValue", "RfimFrequencyValuesCount"),
)

INTEL_THERMAL_RF = service(
    21, "Intel Thermal RF", "intel-thermal-rf", "fdc22af2-f441-4d46-af8d-259fcdde4635", "Intel", guard=VENDOR
)(
    cid(
        9, "MBIM_CID_INTEL_THERMAL_RF_RFIM", "rfim", "qsn", note="Wireshark calls the service with this UUID Intel DPTF"
    )(query=EMPTY, set=layout(4)(u32("ActivationState", 0, "bool")), response=_RFIM, notification=_RFIM),
    cid(33554688, "MBIM_CID_INTEL_DPTF_THERMAL_STATE", "thermal-state", "")(),
)

INTEL_MUTUAL_AUTHENTICATION = service(
    22,
    "Intel Mutual Authentication",
    "intel-mutual-authentication",
    "f85d46ef-ab26-4081-9868-4d183c0a3aec",
    "Intel",
    guard=NETWORK_LOCK,
)(
    cid(1, "MBIM_CID_INTEL_MUTUAL_AUTHENTICATION_FCC_LOCK", "fcc-lock", "qs")(
        query=EMPTY,
        set=layout(8)(u32("ResponsePresent", 0, "bool"), u32("Response", 4, personal="secret")),
        response=layout(8)(u32("ChallengePresent", 0, "bool"), u32("Challenge", 4, personal="secret")),
    )
)

INTEL_TOOLS = service(23, "Intel Tools", "intel-tools", "4ada4962-b988-46c3-87a7-97f20f994abb", "Intel", guard=VENDOR)(
    cid(8, "MBIM_CID_INTEL_TOOLS_TRACE_CONFIG", "trace-config", "qs")(
        query=layout(4)(u32("TraceCmd", 0, "MbimTraceCommand")),
        set=layout(8)(u32("TraceCmd", 0, "MbimTraceCommand"), u32("TraceValue", 4)),
        response=layout(8)(u32("TraceCmd", 0, "MbimTraceCommand"), u32("Result", 4)),
    )
)

INTEL_AT_TUNNEL = service(
    24, "Intel AT Tunnel", "intel-at-tunnel", "da138c64-6515-4893-92b2-a1e1ca7c81ca", "Intel", guard=VENDOR
)(
    cid(1, "MBIM_CID_INTEL_AT_TUNNEL_AT_COMMAND", "at-command", "s")(
        set=layout(0)(Field("CommandReq", Format.BYTES_REST, 0, personal="content")),
        response=layout(0)(Field("CommandResp", Format.BYTES_REST, 0, personal="content")),
    )
)

_CARRIER_LOCK = layout(12)(
    u32("CarrierLockStatus", 0, "MbimCarrierLockStatus"),
    u32("CarrierLockModemState", 4, "MbimCarrierLockModemState"),
    u32("CarrierLockCause", 8, "MbimCarrierLockCause"),
)

GOOGLE = service(25, "Google", "google", "3e1e92cf-c53d-4f14-85d0-a86ad9e12245", "Google", guard=NETWORK_LOCK)(
    cid(1, "MBIM_CID_GOOGLE_CARRIER_LOCK", "carrier-lock", "qsn")(
        query=EMPTY,
        set=layout(0)(Field("Data", Format.BYTES_COUNTED, 0, personal="device")),
        response=_CARRIER_LOCK,
        notification=_CARRIER_LOCK,
    )
)

FIBOCOM = service(26, "Fibocom", "fibocom", "ffffffff-abca-4b11-a4e2-f2fc87f94488", "Fibocom", guard=VENDOR)(
    cid(1, "MBIM_CID_FIBOCOM_AT_COMMAND", "at-command", "s")(
        set=layout(0)(Field("CommandReq", Format.BYTES_REST, 0, personal="content")),
        response=layout(0)(Field("CommandResp", Format.BYTES_REST, 0, personal="content")),
    )
)

COMPAL = service(27, "Compal", "compal", "a2a32a97-cab1-4f57-9ae1-451c74dda957", "Compal", guard=VENDOR)(
    cid(1, "MBIM_CID_COMPAL_AT_COMMAND", "at-command", "q")(
        query=layout(0)(Field("CommandReq", Format.BYTES_REST, 0, personal="content")),
        response=layout(0)(Field("CommandResp", Format.BYTES_REST, 0, personal="content")),
    )
)

MULTIFLOW = service(
    28, "Multiflow", "multiflow", "8d8f32d9-f7c2-4419-b28b-dedcde205ed8", "known by identifier only", guard=VENDOR
)(
    cid(1, "CAPS", "caps", "")(),
    cid(2, "UPLINK", "uplink", "")(),
    cid(3, "DOWNLINK", "downlink", "")(),
    cid(4, "TFT", "tft", "")(),
)

INTEL_SAR = service(
    29, "Intel SAR", "intel-sar", "10e40d69-375a-42ce-a297-906164f2754c", "known by identifier only", guard=VENDOR
)(cid(1, "Intel SAR CID 1", "cid-1", "")())

INTEL_ACT = service(
    30, "Intel ACT", "intel-act", "ed19555d-a6ac-4327-8eb1-fc022e5e2388", "known by identifier only", guard=VENDOR
)(cid(33554448, "Intel ACT CID 33554448", "cid-33554448", "")())

INTEL_TRCSVC = service(
    31, "Intel TRCSVC", "intel-trcsvc", "59a7f323-fe5a-4301-b185-b8ea9e6167b7", "known by identifier only", guard=VENDOR
)(cid(1, "Intel TRCSVC CID 1", "cid-1", "")(), cid(2, "Intel TRCSVC CID 2", "cid-2", "")())

INTEL_NRTC = service(
    32, "Intel NRTC", "intel-nrtc", "2b6d8c5a-0ca9-418f-8aac-1a9dc8e32866", "known by identifier only", guard=VENDOR
)(cid(1, "Intel NRTC CID 1", "cid-1", "")(), cid(2, "Intel NRTC CID 2", "cid-2", "")())

INTEL_USB_PROFILE = service(
    33,
    "Intel USB profile",
    "intel-usb-profile",
    "fa142322-166b-4fd9-89f0-99be90ae8e3d",
    "known by identifier only",
    guard=VENDOR,
)(cid(1, "Intel USB profile CID 1", "cid-1", "")())

INTEL_CIQ = service(
    34, "Intel CIQ", "intel-ciq", "6a2a8150-abca-4b11-a4e2-f2fc879f5481", "known by identifier only", guard=VENDOR
)(cid(1, "Intel CIQ CID 1", "cid-1", "")())

SERVICES = (
    PROXY_CONTROL,
    QMI,
    ATDS,
    QDU,
    QUECTEL,
    INTEL_FIRMWARE_UPDATE,
    INTEL_THERMAL_RF,
    INTEL_MUTUAL_AUTHENTICATION,
    INTEL_TOOLS,
    INTEL_AT_TUNNEL,
    GOOGLE,
    FIBOCOM,
    COMPAL,
    MULTIFLOW,
    INTEL_SAR,
    INTEL_ACT,
    INTEL_TRCSVC,
    INTEL_NRTC,
    INTEL_USB_PROFILE,
    INTEL_CIQ,
)
