"""Device services of vendors and of the proxy that clients share.

Of the services at the end only the identifier and the CID numbers are known.
"""

from wwanreplay.mbim.schema import Cid, Field, Format, Layout, Service

EMPTY = Layout(0)

PROXY_CONTROL = Service(
    15,
    "Proxy Control",
    "proxy-control",
    "838cf7fb-8d0d-4d7f-871e-d71dbefbb39b",
    "libmbim proxy (never reaches a device)",
    (
        Cid(
            1,
            "MBIM_CID_PROXY_CONTROL_CONFIGURATION",
            "configuration",
            "s",
            set=(
                Layout(
                    12,
                    (
                        Field("DevicePath", Format.STRING, 0, caution="path on the host"),
                        Field("Timeout", Format.U32, 8),
                    ),
                ),
            ),
            response=(EMPTY,),
        ),
        Cid(
            2,
            "MBIM_CID_PROXY_CONTROL_VERSION",
            "version",
            "n",
            notification=(
                Layout(
                    4,
                    (
                        Field("MbimVersion", Format.U16, 0),
                        Field("MbimExtendedVersion", Format.U16, 2),
                    ),
                ),
            ),
        ),
    ),
)

QMI = Service(
    16,
    "QMI",
    "qmi",
    "d1a30bc2-f97a-6e43-bf65-c7e24fb0f0d3",
    "Qualcomm",
    (
        Cid(
            1,
            "MBIM_CID_QMI_MSG",
            "msg",
            "sn",
            set=(Layout(0, (Field("QmiMsg", Format.BYTES_REST, 0, personal="content"),)),),
            response=(Layout(0, (Field("QMUX", Format.BYTES_REST, 0, personal="content"),)),),
            notification=(Layout(0, (Field("QMUX", Format.BYTES_REST, 0, personal="content"),)),),
        ),
    ),
)

ATDS = Service(
    17,
    "ATDS",
    "atds",
    "5967bdcc-7fd2-49a2-9f5c-b2e70e527db3",
    "AT&T",
    (
        Cid(
            1,
            "MBIM_CID_ATDS_SIGNAL",
            "signal",
            "q",
            query=(EMPTY,),
            response=(
                Layout(
                    28,
                    (
                        Field("Rssi", Format.U32, 0),
                        Field("ErrorRate", Format.U32, 4),
                        Field("Rscp", Format.U32, 8),
                        Field("Ecno", Format.U32, 12),
                        Field("Rsrq", Format.U32, 16),
                        Field("Rsrp", Format.U32, 20),
                        Field("Rssnr", Format.U32, 24),
                    ),
                ),
            ),
        ),
        Cid(
            2,
            "MBIM_CID_ATDS_LOCATION",
            "location",
            "q",
            query=(EMPTY,),
            response=(
                Layout(
                    12,
                    (
                        Field("Lac", Format.U32, 0, personal="place"),
                        Field("Tac", Format.U32, 4, personal="place"),
                        Field("CellId", Format.U32, 8, personal="place"),
                    ),
                ),
            ),
        ),
        Cid(
            3,
            "MBIM_CID_ATDS_OPERATORS",
            "operators",
            "qs",
            query=(EMPTY,),
            response=(
                Layout(
                    4,
                    (
                        Field("ProvidersCount", Format.U32, 0),
                        Field(
                            "Providers",
                            Format.STRUCT_REF_ARRAY,
                            4,
                            struct="MbimAtdsProvider",
                            count_field="ProvidersCount",
                        ),
                    ),
                ),
            ),
        ),
        Cid(
            4,
            "MBIM_CID_ATDS_RAT",
            "rat",
            "qs",
            query=(EMPTY,),
            set=(Layout(4, (Field("Mode", Format.U32, 0, type="MbimAtdsRatMode"),)),),
            response=(Layout(4, (Field("Mode", Format.U32, 0, type="MbimAtdsRatMode"),)),),
        ),
        Cid(
            9,
            "MBIM_CID_ATDS_REGISTER_STATE",
            "register-state",
            "q",
            query=(EMPTY,),
            response=(
                Layout(
                    48,
                    (
                        Field("NwError", Format.U32, 0, type="MbimNwError"),
                        Field("RegisterState", Format.U32, 4, type="MbimRegisterState"),
                        Field("RegisterMode", Format.U32, 8, type="MbimRegisterMode"),
                        Field("AvailableDataClasses", Format.U32, 12, type="MbimDataClass"),
                        Field("CurrentCellularClass", Format.U32, 16, type="MbimCellularClass"),
                        Field(
                            "ProviderId",
                            Format.STRING,
                            20,
                            caution="operator identity; narrows subscriber and place",
                        ),
                        Field("ProviderName", Format.STRING, 28, caution="operator identity"),
                        Field("RoamingText", Format.STRING, 36, caution="may name an operator"),
                        Field("RegistrationFlag", Format.U32, 44, type="MbimRegistrationFlag"),
                    ),
                ),
            ),
        ),
        Cid(
            10,
            "MBIM_CID_ATDS_10",
            "atds-10",
            "s",
            set=(
                Layout(
                    4,
                    (
                        Field("ElementCount", Format.U32, 0),
                        Field(
                            "ProjectionTables",
                            Format.STRUCT_REF_ARRAY,
                            4,
                            struct="MbimAtdsProjectionTable",
                            count_field="ElementCount",
                        ),
                    ),
                    unverified=True,
                ),
            ),
            note="number from Wireshark; not in libmbim",
        ),
    ),
)

QDU = Service(
    18,
    "QDU",
    "qdu",
    "6427015f-579d-48f5-8c54-f43ed1e76f83",
    "Qualcomm or Quectel",
    (
        Cid(
            1,
            "MBIM_CID_QDU_UPDATE_SESSION",
            "update-session",
            "qsn",
            query=(EMPTY,),
            set=(
                Layout(
                    8,
                    (
                        Field("SessionAction", Format.U32, 0, type="MbimQduSessionAction"),
                        Field("SessionType", Format.U32, 4, type="MbimQduSessionType"),
                    ),
                ),
            ),
            response=(
                Layout(
                    24,
                    (
                        Field("CurrentSessionType", Format.U32, 0, type="MbimQduSessionType"),
                        Field("CurrentSessionStatus", Format.U32, 4, type="MbimQduSessionStatus"),
                        Field("LastSessionType", Format.U32, 8, type="MbimQduSessionType"),
                        Field("LastSessionResult", Format.U32, 12, type="MbimQduSessionResult"),
                        Field("LastSessionErrorOffset", Format.U32, 16),
                        Field("LastSessionErrorSize", Format.U32, 20),
                    ),
                ),
            ),
        ),
        Cid(
            2,
            "MBIM_CID_QDU_FILE_OPEN",
            "file-open",
            "s",
            query=(EMPTY,),
            set=(
                Layout(
                    8,
                    (
                        Field("FileType", Format.U32, 0, type="MbimQduFileType"),
                        Field("FileSize", Format.U32, 4),
                    ),
                ),
            ),
            response=(
                Layout(
                    8,
                    (
                        Field("MaxTransferSize", Format.U32, 0),
                        Field("MaxWindowSize", Format.U32, 4),
                    ),
                ),
            ),
        ),
        Cid(
            3,
            "MBIM_CID_QDU_FILE_WRITE",
            "file-write",
            "s",
            set=(Layout(0, (Field("DataBuffer", Format.BYTES_REST, 0),)),),
            response=(EMPTY,),
        ),
        Cid(
            4,
            "MBIM_CID_QDU_QUECTEL_REBOOT",
            "quectel-reboot",
            "s",
            set=(
                Layout(2, (Field("RebootType", Format.U16, 0, type="MbimQduQuectelRebootType"),)),
            ),
            response=(EMPTY,),
        ),
        Cid(
            7,
            "MBIM_CID_QDU_QUECTEL_READ_VERSION",
            "quectel-read-version",
            "s",
            set=(
                Layout(2, (Field("VersionType", Format.U16, 0, type="MbimQduQuectelVersionType"),)),
            ),
            response=(
                Layout(
                    12,
                    (
                        Field("VersionId", Format.U32, 0),
                        Field("Version", Format.STRING, 4, size_max=120),
                    ),
                ),
            ),
        ),
        Cid(
            8,
            "MBIM_CID_QDU_COMMAND",
            "command",
            "s",
            set=(
                Layout(
                    4,
                    (
                        Field("CommandType", Format.U32, 0, type="MbimQuectelCommandType"),
                        Field("CommandString", Format.BYTES_REST, 4, personal="content"),
                    ),
                ),
            ),
            response=(
                Layout(
                    4,
                    (
                        Field(
                            "CommandResponseStatus",
                            Format.U32,
                            0,
                            type="MbimQuectelCommandResponseStatus",
                        ),
                        Field("CommandResponseString", Format.BYTES_REST, 4, personal="content"),
                    ),
                ),
            ),
        ),
    ),
)

QUECTEL = Service(
    19,
    "Quectel",
    "quectel",
    "11223344-5566-7788-99aa-bbccddeeff11",
    "Quectel",
    (
        Cid(
            1,
            "MBIM_CID_QUECTEL_RADIO_STATE",
            "radio-state",
            "q",
            query=(EMPTY,),
            set=(
                Layout(
                    4, (Field("RadioState", Format.U32, 0, type="MbimQuectelRadioSwitchState"),)
                ),
            ),
            response=(
                Layout(
                    4, (Field("RadioState", Format.U32, 0, type="MbimQuectelRadioSwitchState"),)
                ),
            ),
            note=("libmbim's capability table lists query only, its layout file has a set message"),
        ),
    ),
)

INTEL_FIRMWARE_UPDATE = Service(
    20,
    "Intel Firmware Update",
    "intel-firmware-update",
    "0ed374cb-f835-4474-bc11-3b3fd76f5641",
    "Intel",
    (
        Cid(
            1,
            "MBIM_CID_INTEL_FIRMWARE_UPDATE_MODEM_REBOOT",
            "modem-reboot",
            "s",
            set=(
                EMPTY,
                Layout(
                    8,
                    (
                        Field("BootMode", Format.U32, 0, type="MbimIntelBootMode"),
                        Field("Timeout", Format.U32, 4),
                    ),
                    mbimex=0x0200,
                ),
            ),
        ),
    ),
)

_RFIM = (
    Layout(
        4,
        (
            Field("RfimFrequencyValuesCount", Format.U32, 0),
            Field(
                "RfimFrequencyValues",
                Format.STRUCT_REF_ARRAY,
                4,
                struct="MbimIntelRfimFrequencyValue",
                count_field="RfimFrequencyValuesCount",
            ),
        ),
    ),
)

INTEL_THERMAL_RF = Service(
    21,
    "Intel Thermal RF",
    "intel-thermal-rf",
    "fdc22af2-f441-4d46-af8d-259fcdde4635",
    "Intel",
    (
        Cid(
            9,
            "MBIM_CID_INTEL_THERMAL_RF_RFIM",
            "rfim",
            "qsn",
            query=(EMPTY,),
            set=(Layout(4, (Field("ActivationState", Format.U32, 0, type="bool"),)),),
            response=_RFIM,
            notification=_RFIM,
            note="Wireshark calls the service with this UUID Intel DPTF",
        ),
        Cid(0x02000100, "MBIM_CID_INTEL_DPTF_THERMAL_STATE", "thermal-state", ""),
    ),
)

INTEL_MUTUAL_AUTHENTICATION = Service(
    22,
    "Intel Mutual Authentication",
    "intel-mutual-authentication",
    "f85d46ef-ab26-4081-9868-4d183c0a3aec",
    "Intel",
    (
        Cid(
            1,
            "MBIM_CID_INTEL_MUTUAL_AUTHENTICATION_FCC_LOCK",
            "fcc-lock",
            "qs",
            query=(EMPTY,),
            set=(
                Layout(
                    8,
                    (
                        Field("ResponsePresent", Format.U32, 0, type="bool"),
                        Field("Response", Format.U32, 4, personal="secret"),
                    ),
                ),
            ),
            response=(
                Layout(
                    8,
                    (
                        Field("ChallengePresent", Format.U32, 0, type="bool"),
                        Field("Challenge", Format.U32, 4, personal="secret"),
                    ),
                ),
            ),
        ),
    ),
)

INTEL_TOOLS = Service(
    23,
    "Intel Tools",
    "intel-tools",
    "4ada4962-b988-46c3-87a7-97f20f994abb",
    "Intel",
    (
        Cid(
            8,
            "MBIM_CID_INTEL_TOOLS_TRACE_CONFIG",
            "trace-config",
            "qs",
            query=(Layout(4, (Field("TraceCmd", Format.U32, 0, type="MbimTraceCommand"),)),),
            set=(
                Layout(
                    8,
                    (
                        Field("TraceCmd", Format.U32, 0, type="MbimTraceCommand"),
                        Field("TraceValue", Format.U32, 4),
                    ),
                ),
            ),
            response=(
                Layout(
                    8,
                    (
                        Field("TraceCmd", Format.U32, 0, type="MbimTraceCommand"),
                        Field("Result", Format.U32, 4),
                    ),
                ),
            ),
        ),
    ),
)

INTEL_AT_TUNNEL = Service(
    24,
    "Intel AT Tunnel",
    "intel-at-tunnel",
    "da138c64-6515-4893-92b2-a1e1ca7c81ca",
    "Intel",
    (
        Cid(
            1,
            "MBIM_CID_INTEL_AT_TUNNEL_AT_COMMAND",
            "at-command",
            "s",
            set=(Layout(0, (Field("CommandReq", Format.BYTES_REST, 0, personal="content"),)),),
            response=(
                Layout(0, (Field("CommandResp", Format.BYTES_REST, 0, personal="content"),)),
            ),
        ),
    ),
)

_CARRIER_LOCK = (
    Layout(
        12,
        (
            Field("CarrierLockStatus", Format.U32, 0, type="MbimCarrierLockStatus"),
            Field("CarrierLockModemState", Format.U32, 4, type="MbimCarrierLockModemState"),
            Field("CarrierLockCause", Format.U32, 8, type="MbimCarrierLockCause"),
        ),
    ),
)

GOOGLE = Service(
    25,
    "Google",
    "google",
    "3e1e92cf-c53d-4f14-85d0-a86ad9e12245",
    "Google",
    (
        Cid(
            1,
            "MBIM_CID_GOOGLE_CARRIER_LOCK",
            "carrier-lock",
            "qsn",
            query=(EMPTY,),
            set=(Layout(0, (Field("Data", Format.BYTES_COUNTED, 0, personal="device"),)),),
            response=_CARRIER_LOCK,
            notification=_CARRIER_LOCK,
        ),
    ),
)

FIBOCOM = Service(
    26,
    "Fibocom",
    "fibocom",
    "ffffffff-abca-4b11-a4e2-f2fc87f94488",
    "Fibocom",
    (
        Cid(
            1,
            "MBIM_CID_FIBOCOM_AT_COMMAND",
            "at-command",
            "s",
            set=(Layout(0, (Field("CommandReq", Format.BYTES_REST, 0, personal="content"),)),),
            response=(
                Layout(0, (Field("CommandResp", Format.BYTES_REST, 0, personal="content"),)),
            ),
        ),
    ),
)

COMPAL = Service(
    27,
    "Compal",
    "compal",
    "a2a32a97-cab1-4f57-9ae1-451c74dda957",
    "Compal",
    (
        Cid(
            1,
            "MBIM_CID_COMPAL_AT_COMMAND",
            "at-command",
            "q",
            query=(Layout(0, (Field("CommandReq", Format.BYTES_REST, 0, personal="content"),)),),
            response=(
                Layout(0, (Field("CommandResp", Format.BYTES_REST, 0, personal="content"),)),
            ),
        ),
    ),
)

MULTIFLOW = Service(
    28,
    "Multiflow",
    "multiflow",
    "8d8f32d9-f7c2-4419-b28b-dedcde205ed8",
    "known by identifier only",
    (
        Cid(1, "CAPS", "caps", ""),
        Cid(2, "UPLINK", "uplink", ""),
        Cid(3, "DOWNLINK", "downlink", ""),
        Cid(4, "TFT", "tft", ""),
    ),
)

INTEL_SAR = Service(
    29,
    "Intel SAR",
    "intel-sar",
    "10e40d69-375a-42ce-a297-906164f2754c",
    "known by identifier only",
    (Cid(1, "Intel SAR CID 1", "cid-1", ""),),
)

INTEL_ACT = Service(
    30,
    "Intel ACT",
    "intel-act",
    "ed19555d-a6ac-4327-8eb1-fc022e5e2388",
    "known by identifier only",
    (Cid(33554448, "Intel ACT CID 33554448", "cid-33554448", ""),),
)

INTEL_TRCSVC = Service(
    31,
    "Intel TRCSVC",
    "intel-trcsvc",
    "59a7f323-fe5a-4301-b185-b8ea9e6167b7",
    "known by identifier only",
    (
        Cid(1, "Intel TRCSVC CID 1", "cid-1", ""),
        Cid(2, "Intel TRCSVC CID 2", "cid-2", ""),
    ),
)

INTEL_NRTC = Service(
    32,
    "Intel NRTC",
    "intel-nrtc",
    "2b6d8c5a-0ca9-418f-8aac-1a9dc8e32866",
    "known by identifier only",
    (
        Cid(1, "Intel NRTC CID 1", "cid-1", ""),
        Cid(2, "Intel NRTC CID 2", "cid-2", ""),
    ),
)

INTEL_USB_PROFILE = Service(
    33,
    "Intel USB profile",
    "intel-usb-profile",
    "fa142322-166b-4fd9-89f0-99be90ae8e3d",
    "known by identifier only",
    (Cid(1, "Intel USB profile CID 1", "cid-1", ""),),
)

INTEL_CIQ = Service(
    34,
    "Intel CIQ",
    "intel-ciq",
    "6a2a8150-abca-4b11-a4e2-f2fc879f5481",
    "known by identifier only",
    (Cid(1, "Intel CIQ CID 1", "cid-1", ""),),
)

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
