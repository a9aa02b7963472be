"""The device services of Microsoft: the MBIM extensions (MBIMEx) and older additions."""

from wwanreplay.mbim.schema import Cid, Field, Format, Layout, Service

EMPTY = Layout(0)

MS_FIRMWARE_ID = Service(
    8,
    "MS Firmware ID",
    "ms-firmware-id",
    "e9f7dea2-feaf-4009-93ce-90a3694103b6",
    "Microsoft",
    (
        Cid(
            1,
            "CID_MBIM_MSFWID_FIRMWAREID",
            "get",
            "q",
            query=(EMPTY,),
            response=(Layout(16, (Field("FirmwareId", Format.UUID, 0),)),),
        ),
    ),
)

MS_HOST_SHUTDOWN = Service(
    9,
    "MS Host Shutdown",
    "ms-host-shutdown",
    "883b7c26-985f-43fa-9804-27d7fb80959c",
    "Microsoft",
    (
        Cid(1, "CID_MBIM_MSHOSTSHUTDOWN", "notify", "s", set=(EMPTY,)),
        Cid(
            2,
            "CID_MBIM_MSHOSTPRESHUTDOWN",
            "mshostpreshutdown",
            "s",
            set=(Layout(0, structure="CID_MBIM_SET_MSHOSTPRESHUTDOWN"),),
            response=(EMPTY,),
            note=("number from the Microsoft page and Wireshark; not in libmbim"),
        ),
    ),
)

_TRANSMISSION_STATUS = (
    Layout(
        12,
        (
            Field("ChannelNotification", Format.U32, 0, type="MbimTransmissionNotificationStatus"),
            Field("TransmissionStatus", Format.U32, 4, type="MbimTransmissionState"),
            Field("HysteresisTimer", Format.U32, 8),
        ),
        structure="MBIM_MS_TRANSMISSION_STATUS_INFO",
    ),
)

MS_SAR = Service(
    10,
    "MS SAR",
    "ms-sar",
    "68223d04-9f6c-4e0f-822d-28441fb72340",
    "Microsoft",
    (
        Cid(
            1,
            "MBIM_CID_MS_SAR_CONFIG",
            "config",
            "qsn",
            query=(EMPTY,),
            set=(
                Layout(
                    12,
                    (
                        Field("Mode", Format.U32, 0, type="MbimSarControlMode"),
                        Field("BackoffState", Format.U32, 4, type="MbimSarBackoffState"),
                        Field("ConfigStatesCount", Format.U32, 8),
                        Field(
                            "ConfigStates",
                            Format.STRUCT_REF_ARRAY,
                            12,
                            struct="MbimSarConfigState",
                            count_field="ConfigStatesCount",
                        ),
                    ),
                    structure="MBIM_MS_SET_SAR_CONFIG",
                ),
            ),
            response=(
                Layout(
                    16,
                    (
                        Field("Mode", Format.U32, 0, type="MbimSarControlMode"),
                        Field("BackoffState", Format.U32, 4, type="MbimSarBackoffState"),
                        Field("WifiIntegration", Format.U32, 8, type="MbimSarWifiHardwareState"),
                        Field("ConfigStatesCount", Format.U32, 12),
                        Field(
                            "ConfigStates",
                            Format.STRUCT_REF_ARRAY,
                            16,
                            struct="MbimSarConfigState",
                            count_field="ConfigStatesCount",
                        ),
                    ),
                    structure="MBIM_MS_SAR_CONFIG",
                ),
            ),
        ),
        Cid(
            2,
            "MBIM_CID_MS_TRANSMISSION_STATUS",
            "transmission-status",
            "qsn",
            query=(EMPTY,),
            set=(
                Layout(
                    8,
                    (
                        Field(
                            "ChannelNotification",
                            Format.U32,
                            0,
                            type="MbimTransmissionNotificationStatus",
                        ),
                        Field("HysteresisTimer", Format.U32, 4),
                    ),
                    structure="MBIM_MS_SET_TRANSMISSION_STATUS",
                ),
            ),
            response=_TRANSMISSION_STATUS,
            notification=_TRANSMISSION_STATUS,
        ),
    ),
)

_MS_BASIC_CONNECT_EXTENSIONS_PROVISIONED_CONTEXTS = (
    Layout(
        4,
        (
            Field("ProvisionedContextsCount", Format.U32, 0),
            Field(
                "ProvisionedContexts",
                Format.STRUCT_REF_ARRAY,
                4,
                struct="MbimProvisionedContextElementV2",
                count_field="ProvisionedContextsCount",
            ),
        ),
        structure="MBIM_MS_PROVISIONED_CONTEXT_INFO_V2",
    ),
    Layout(
        4,
        (
            Field("ProvisionedContextsCount", Format.U32, 0),
            Field(
                "ProvisionedContexts",
                Format.STRUCT_REF_ARRAY,
                4,
                struct="MbimProvisionedContextElementV4",
                count_field="ProvisionedContextsCount",
            ),
        ),
        mbimex=0x0400,
        structure="MBIM_MS_PROVISIONED_CONTEXT_INFO_V2",
    ),
)

_NETWORK_DENYLIST = (
    Layout(
        8,
        (
            Field("BlacklistState", Format.U32, 0, type="MbimNetworkBlacklistState"),
            Field("ElementCount", Format.U32, 4),
            Field(
                "BlacklistProviders",
                Format.STRUCT_REF_ARRAY,
                8,
                struct="MbimNetworkBlacklistProvider",
                count_field="ElementCount",
            ),
        ),
        structure="MBIM_MS_NETWORK_BLACKLIST_INFO",
        note=(
            "Wireshark reads ElementCount at offset 0 (dissector "
            "slip); the page puts it at offset 4"
        ),
    ),
)

_LTE_ATTACH_CONFIGURATION = (
    Layout(
        4,
        (
            Field("ConfigurationCount", Format.U32, 0),
            Field(
                "Configurations",
                Format.STRUCT_REF_ARRAY,
                4,
                struct="MbimLteAttachConfiguration",
                count_field="ConfigurationCount",
            ),
        ),
        structure="MBIM_MS_LTE_ATTACH_CONFIG_INFO",
    ),
)

_LTE_ATTACH_INFO = (
    Layout(
        40,
        (
            Field("LteAttachState", Format.U32, 0, type="MbimLteAttachState"),
            Field("IpType", Format.U32, 4, type="MbimContextIpType"),
            Field(
                "AccessString",
                Format.STRING,
                8,
                size_max=200,
                personal="subscriber",
                caution="an APN can name an employer or operator",
            ),
            Field("UserName", Format.STRING, 16, size_max=510, personal="subscriber"),
            Field("Password", Format.STRING, 24, size_max=510, personal="secret"),
            Field("Compression", Format.U32, 32, type="MbimCompression"),
            Field("AuthProtocol", Format.U32, 36, type="MbimAuthProtocol"),
        ),
        structure="MBIM_MS_LTE_ATTACH_STATUS",
    ),
    Layout(
        44,
        (
            Field("LteAttachState", Format.U32, 0, type="MbimLteAttachState"),
            Field("NwError", Format.U32, 4, type="MbimNwError"),
            Field("IpType", Format.U32, 8, type="MbimContextIpType"),
            Field(
                "AccessString",
                Format.STRING,
                12,
                personal="subscriber",
                caution="an APN can name an employer or operator",
            ),
            Field("UserName", Format.STRING, 20, personal="subscriber"),
            Field("Password", Format.STRING, 28, personal="secret"),
            Field("Compression", Format.U32, 36, type="MbimCompression"),
            Field("AuthProtocol", Format.U32, 40, type="MbimAuthProtocol"),
        ),
        mbimex=0x0300,
        structure="MBIM_MS_LTE_ATTACH_STATUS",
        note=(
            "NwError is in libmbim only (Wireshark keeps the older "
            "layout); the NDIS structure also has a network error"
        ),
    ),
)

_SLOT_INFO_STATUS = (
    Layout(
        8,
        (
            Field("SlotIndex", Format.U32, 0),
            Field("State", Format.U32, 4, type="MbimUiccSlotState"),
        ),
        structure="MBIM_MS_SLOT_INFO",
    ),
)

_LOCATION_INFO_STATUS = (
    Layout(
        12,
        (
            Field("LocationAreaCode", Format.U32, 0, personal="place"),
            Field("TrackingAreaCode", Format.U32, 4, personal="place"),
            Field("CellID", Format.U32, 8, personal="place"),
        ),
        structure="MBIM_LOCATION_INFO",
    ),
)

_MODEM_LOGGING_CONFIG = (
    Layout(
        16,
        (
            Field("Version", Format.U32, 0, note="1"),
            Field("MaxSegmentSize", Format.U32, 4, note="kilobytes"),
            Field("MaxFlushTime", Format.U32, 8, note="milliseconds"),
            Field("LevelConfig", Format.U32, 12, type="MbimLoggingLevelConfig"),
        ),
        structure="MBIM_MODEM_LOGGING_CONFIG",
    ),
)

MS_BASIC_CONNECT_EXTENSIONS = Service(
    11,
    "MS Basic Connect Extensions",
    "ms-basic-connect-extensions",
    "3d01dcc5-fef5-4d05-0d3a-bef7058e9aaf",
    "Microsoft",
    (
        Cid(
            1,
            "MBIM_CID_MS_PROVISIONED_CONTEXT_V2",
            "provisioned-contexts",
            "qsn",
            query=(EMPTY,),
            set=(
                Layout(
                    72,
                    (
                        Field("Operation", Format.U32, 0, type="MbimContextOperation"),
                        Field("ContextType", Format.UUID, 4),
                        Field("IpType", Format.U32, 20, type="MbimContextIpType"),
                        Field("State", Format.U32, 24, type="MbimContextState"),
                        Field("Roaming", Format.U32, 28, type="MbimContextRoamingControl"),
                        Field("MediaType", Format.U32, 32, type="MbimContextMediaType"),
                        Field("Source", Format.U32, 36, type="MbimContextSource"),
                        Field(
                            "AccessString",
                            Format.STRING,
                            40,
                            size_max=200,
                            personal="subscriber",
                            caution="an APN can name an employer or operator",
                        ),
                        Field("UserName", Format.STRING, 48, size_max=510, personal="subscriber"),
                        Field("Password", Format.STRING, 56, size_max=510, personal="secret"),
                        Field("Compression", Format.U32, 64, type="MbimCompression"),
                        Field("AuthProtocol", Format.U32, 68, type="MbimAuthProtocol"),
                    ),
                    structure="MBIM_SET_MS_PROVISIONED_CONTEXT_V2",
                ),
                Layout(
                    72,
                    (
                        Field("Operation", Format.U32, 0, type="MbimContextOperation"),
                        Field("ContextType", Format.UUID, 4),
                        Field("IpType", Format.U32, 20, type="MbimContextIpType"),
                        Field("State", Format.U32, 24, type="MbimContextState"),
                        Field("Roaming", Format.U32, 28, type="MbimContextRoamingControl"),
                        Field("MediaType", Format.U32, 32, type="MbimContextMediaType"),
                        Field("Source", Format.U32, 36, type="MbimContextSource"),
                        Field(
                            "AccessString",
                            Format.STRING,
                            40,
                            personal="subscriber",
                            caution="an APN can name an employer or operator",
                        ),
                        Field("UserName", Format.STRING, 48, personal="subscriber"),
                        Field("Password", Format.STRING, 56, personal="secret"),
                        Field("Compression", Format.U32, 64, type="MbimCompression"),
                        Field("AuthProtocol", Format.U32, 68, type="MbimAuthProtocol"),
                        Field(
                            "SNssai",
                            Format.TLV,
                            72,
                            tlv_type="SINGLE_NSSAI",
                            caution="subscribed slice",
                            note="data length 0 means absent; string data come after it",
                        ),
                    ),
                    mbimex=0x0400,
                    structure="MBIM_SET_MS_PROVISIONED_CONTEXT_V2",
                ),
            ),
            response=_MS_BASIC_CONNECT_EXTENSIONS_PROVISIONED_CONTEXTS,
            notification=_MS_BASIC_CONNECT_EXTENSIONS_PROVISIONED_CONTEXTS,
            note=("layout differs from PROVISIONED_CONTEXTS (Basic Connect, 13)"),
        ),
        Cid(
            2,
            "MBIM_CID_MS_NETWORK_BLACKLIST",
            "network-denylist",
            "qsn",
            query=(EMPTY,),
            set=(
                Layout(
                    8,
                    (
                        Field("BlacklistState", Format.U32, 0, type="MbimNetworkBlacklistState"),
                        Field("ElementCount", Format.U32, 4),
                        Field(
                            "BlacklistProviders",
                            Format.STRUCT_REF_ARRAY,
                            8,
                            struct="MbimNetworkBlacklistProvider",
                            count_field="ElementCount",
                        ),
                    ),
                    structure="MBIM_MS_NETWORK_BLACKLIST_INFO",
                    note=(
                        "Wireshark reads ElementCount at offset 0 (dissector "
                        "slip); the page puts it at offset 4"
                    ),
                ),
            ),
            response=_NETWORK_DENYLIST,
            notification=_NETWORK_DENYLIST,
        ),
        Cid(
            3,
            "MBIM_CID_MS_LTE_ATTACH_CONFIG",
            "lte-attach-configuration",
            "qsn",
            query=(EMPTY,),
            set=(
                Layout(
                    8,
                    (
                        Field("Operation", Format.U32, 0, type="MbimLteAttachContextOperation"),
                        Field("ConfigurationCount", Format.U32, 4),
                        Field(
                            "Configurations",
                            Format.STRUCT_REF_ARRAY,
                            8,
                            struct="MbimLteAttachConfiguration",
                            count_field="ConfigurationCount",
                        ),
                    ),
                    structure="MBIM_SET_MS_LTE_ATTACH_CONFIG",
                ),
            ),
            response=_LTE_ATTACH_CONFIGURATION,
            notification=_LTE_ATTACH_CONFIGURATION,
        ),
        Cid(
            4,
            "MBIM_CID_MS_LTE_ATTACH_STATUS",
            "lte-attach-info",
            "qn",
            query=(EMPTY,),
            response=_LTE_ATTACH_INFO,
            notification=_LTE_ATTACH_INFO,
            note=(
                "the Microsoft page says query and notification only; "
                "libmbim's capability table also allows set"
            ),
        ),
        Cid(
            5,
            "MBIM_CID_MS_SYS_CAPS",
            "sys-caps",
            "q",
            query=(EMPTY,),
            response=(
                Layout(
                    20,
                    (
                        Field("NumberOfExecutors", Format.U32, 0),
                        Field("NumberOfSlots", Format.U32, 4),
                        Field("Concurrency", Format.U32, 8),
                        Field("ModemId", Format.U64, 12, personal="device"),
                    ),
                    structure="MBIM_MS_SYS_CAPS_INFO",
                ),
            ),
        ),
        Cid(
            6,
            "MBIM_CID_MS_DEVICE_CAPS_V2",
            "device-caps",
            "q",
            query=(EMPTY,),
            response=(
                Layout(
                    68,
                    (
                        Field("DeviceType", Format.U32, 0, type="MbimDeviceType"),
                        Field("CellularClass", Format.U32, 4, type="MbimCellularClass"),
                        Field("VoiceClass", Format.U32, 8, type="MbimVoiceClass"),
                        Field("SmsClass", Format.U32, 12, type="MbimSimClass"),
                        Field("DataClass", Format.U32, 16, type="MbimDataClass"),
                        Field("SmsCaps", Format.U32, 20, type="MbimSmsCaps"),
                        Field("ControlCaps", Format.U32, 24, type="MbimCtrlCaps"),
                        Field("MaxSessions", Format.U32, 28),
                        Field(
                            "CustomDataClass", Format.STRING, 32, size_max=22, caution="free text"
                        ),
                        Field(
                            "DeviceId",
                            Format.STRING,
                            40,
                            size_max=36,
                            personal="device",
                            note="page says at most 26",
                        ),
                        Field(
                            "FirmwareInfo", Format.STRING, 48, size_max=60, caution="device build"
                        ),
                        Field(
                            "HardwareInfo", Format.STRING, 56, size_max=60, caution="device model"
                        ),
                        Field("ExecutorIndex", Format.U32, 64),
                    ),
                    structure="MBIM_MS_DEVICE_CAPS_INFO_V2",
                ),
                Layout(
                    48,
                    (
                        Field("DeviceType", Format.U32, 0, type="MbimDeviceType"),
                        Field("CellularClass", Format.U32, 4, type="MbimCellularClass"),
                        Field("VoiceClass", Format.U32, 8, type="MbimVoiceClass"),
                        Field("SimClass", Format.U32, 12, type="MbimSimClass"),
                        Field("DataClass", Format.U32, 16, type="MbimDataClassV3"),
                        Field("SmsCaps", Format.U32, 20, type="MbimSmsCaps"),
                        Field("ControlCaps", Format.U32, 24, type="MbimCtrlCaps"),
                        Field("DataSubclass", Format.U64, 28, type="MbimDataSubclass"),
                        Field("MaxSessions", Format.U32, 36),
                        Field("ExecutorIndex", Format.U32, 40),
                        Field("WcdmaBandClass", Format.U32, 44),
                        Field("LteBandClass", Format.TLV_U16_ARRAY, 48),
                        Field("NrBandClass", Format.TLV_U16_ARRAY),
                        Field("CustomDataClass", Format.TLV_STRING, caution="free text"),
                        Field("DeviceId", Format.TLV_STRING, personal="device"),
                        Field("FirmwareInfo", Format.TLV_STRING, caution="device build"),
                        Field("HardwareInfo", Format.TLV_STRING, caution="device model"),
                    ),
                    mbimex=0x0300,
                    structure="MBIM_MS_DEVICE_CAPS_INFO_V2",
                ),
            ),
            note=(
                "takes the place of DEVICE_CAPS of Basic Connect on devices with several executors"
            ),
        ),
        Cid(
            7,
            "MBIM_CID_MS_DEVICE_SLOT_MAPPINGS",
            "device-slot-mappings",
            "qs",
            query=(EMPTY,),
            set=(
                Layout(
                    4,
                    (
                        Field("MapCount", Format.U32, 0),
                        Field(
                            "SlotMap",
                            Format.STRUCT_REF_ARRAY,
                            4,
                            struct="MbimSlot",
                            count_field="MapCount",
                        ),
                    ),
                    structure="MBIM_MS_DEVICE_SLOT_MAPPING_INFO",
                ),
            ),
            response=(
                Layout(
                    4,
                    (
                        Field("MapCount", Format.U32, 0),
                        Field(
                            "SlotMap",
                            Format.STRUCT_REF_ARRAY,
                            4,
                            struct="MbimSlot",
                            count_field="MapCount",
                        ),
                    ),
                    structure="MBIM_MS_DEVICE_SLOT_MAPPING_INFO",
                ),
            ),
        ),
        Cid(
            8,
            "MBIM_CID_MS_SLOT_INFO_STATUS",
            "slot-info-status",
            "qn",
            query=(
                Layout(4, (Field("SlotIndex", Format.U32, 0),), structure="MBIM_MS_SLOT_INFO_REQ"),
            ),
            response=_SLOT_INFO_STATUS,
            notification=_SLOT_INFO_STATUS,
        ),
        Cid(
            9,
            "MBIM_CID_PCO",
            "pco",
            "qn",
            query=(
                Layout(
                    12,
                    (Field("PcoValue", Format.STRUCT, 0, struct="MbimPcoValue"),),
                    structure="MBIM_PCO_VALUE",
                ),
            ),
            response=(
                Layout(
                    12,
                    (Field("PcoValue", Format.STRUCT, 0, struct="MbimPcoValue"),),
                    structure="MBIM_PCO_VALUE",
                ),
            ),
            notification=(
                Layout(
                    12,
                    (Field("PcoValue", Format.STRUCT, 0, struct="MbimPcoValue"),),
                    structure="MBIM_PCO_VALUE",
                ),
            ),
        ),
        Cid(10, "MBIM_CID_MS_DEVICE_RESET", "device-reset", "s", set=(EMPTY,), response=(EMPTY,)),
        Cid(
            11,
            "MBIM_CID_BASE_STATIONS_INFO",
            "base-stations-info",
            "q",
            query=(
                Layout(
                    20,
                    (
                        Field("MaxGsmCount", Format.U32, 0),
                        Field("MaxUmtsCount", Format.U32, 4),
                        Field("MaxTdscdmaCount", Format.U32, 8),
                        Field("MaxLteCount", Format.U32, 12),
                        Field("MaxCdmaCount", Format.U32, 16),
                    ),
                    structure="MBIM_BASE_STATIONS_INFO_REQ",
                ),
                Layout(
                    24,
                    (
                        Field("MaxGsmCount", Format.U32, 0),
                        Field("MaxUmtsCount", Format.U32, 4),
                        Field("MaxTdscdmaCount", Format.U32, 8),
                        Field("MaxLteCount", Format.U32, 12),
                        Field("MaxCdmaCount", Format.U32, 16),
                        Field("MaxNrCount", Format.U32, 20),
                    ),
                    mbimex=0x0300,
                ),
            ),
            response=(
                Layout(
                    76,
                    (
                        Field("SystemType", Format.U32, 0, type="MbimDataClass"),
                        Field(
                            "GsmServingCell", Format.STRUCT_REF, 4, struct="MbimCellInfoServingGsm"
                        ),
                        Field(
                            "UmtsServingCell",
                            Format.STRUCT_REF,
                            12,
                            struct="MbimCellInfoServingUmts",
                        ),
                        Field(
                            "TdscdmaServingCell",
                            Format.STRUCT_REF,
                            20,
                            struct="MbimCellInfoServingTdscdma",
                        ),
                        Field(
                            "LteServingCell", Format.STRUCT_REF, 28, struct="MbimCellInfoServingLte"
                        ),
                        Field(
                            "GsmNeighboringCells",
                            Format.STRUCT_LIST_REF,
                            36,
                            struct="MbimCellInfoNeighboringGsm",
                        ),
                        Field(
                            "UmtsNeighboringCells",
                            Format.STRUCT_LIST_REF,
                            44,
                            struct="MbimCellInfoNeighboringUmts",
                        ),
                        Field(
                            "TdscdmaNeighboringCells",
                            Format.STRUCT_LIST_REF,
                            52,
                            struct="MbimCellInfoNeighboringTdscdma",
                        ),
                        Field(
                            "LteNeighboringCells",
                            Format.STRUCT_LIST_REF,
                            60,
                            struct="MbimCellInfoNeighboringLte",
                        ),
                        Field("CdmaCells", Format.STRUCT_LIST_REF, 68, struct="MbimCellInfoCdma"),
                    ),
                    structure="MBIM_BASE_STATIONS_INFO",
                ),
                Layout(
                    96,
                    (
                        Field("SystemType", Format.U32, 0, type="MbimDataClassV3"),
                        Field("SystemSubType", Format.U32, 4, type="MbimDataSubclass"),
                        Field(
                            "GsmServingCell", Format.STRUCT_REF, 8, struct="MbimCellInfoServingGsm"
                        ),
                        Field(
                            "UmtsServingCell",
                            Format.STRUCT_REF,
                            16,
                            struct="MbimCellInfoServingUmts",
                        ),
                        Field(
                            "TdscdmaServingCell",
                            Format.STRUCT_REF,
                            24,
                            struct="MbimCellInfoServingTdscdma",
                        ),
                        Field(
                            "LteServingCell", Format.STRUCT_REF, 32, struct="MbimCellInfoServingLte"
                        ),
                        Field(
                            "GsmNeighboringCells",
                            Format.STRUCT_LIST_REF,
                            40,
                            struct="MbimCellInfoNeighboringGsm",
                        ),
                        Field(
                            "UmtsNeighboringCells",
                            Format.STRUCT_LIST_REF,
                            48,
                            struct="MbimCellInfoNeighboringUmts",
                        ),
                        Field(
                            "TdscdmaNeighboringCells",
                            Format.STRUCT_LIST_REF,
                            56,
                            struct="MbimCellInfoNeighboringTdscdma",
                        ),
                        Field(
                            "LteNeighboringCells",
                            Format.STRUCT_LIST_REF,
                            64,
                            struct="MbimCellInfoNeighboringLte",
                        ),
                        Field("CdmaCells", Format.STRUCT_LIST_REF, 72, struct="MbimCellInfoCdma"),
                        Field(
                            "NrServingCells",
                            Format.STRUCT_LIST_REF,
                            80,
                            struct="MbimCellInfoServingNr",
                        ),
                        Field(
                            "NrNeighborCells",
                            Format.STRUCT_LIST_REF,
                            88,
                            struct="MbimCellInfoNeighboringNr",
                        ),
                    ),
                    mbimex=0x0300,
                ),
            ),
        ),
        Cid(
            12,
            "MBIM_CID_LOCATION_INFO_STATUS",
            "location-info-status",
            "qn",
            query=(EMPTY,),
            response=_LOCATION_INFO_STATUS,
            notification=_LOCATION_INFO_STATUS,
        ),
        Cid(
            13,
            "MBIM_CID_MODEM_LOGGING_CONFIG",
            "modem-logging-config",
            "qsn",
            query=(EMPTY,),
            set=(
                Layout(
                    16,
                    (
                        Field("Version", Format.U32, 0, note="1"),
                        Field("MaxSegmentSize", Format.U32, 4, note="kilobytes"),
                        Field("MaxFlushTime", Format.U32, 8, note="milliseconds"),
                        Field("LevelConfig", Format.U32, 12, type="MbimLoggingLevelConfig"),
                    ),
                    structure="MBIM_MODEM_LOGGING_CONFIG",
                ),
            ),
            response=_MODEM_LOGGING_CONFIG,
            notification=_MODEM_LOGGING_CONFIG,
            note=("the Microsoft page leaves the number open; 13 is Wireshark's"),
        ),
        Cid(
            14,
            "MBIM_CID_MS_PIN_EX",
            "ms-pin-ex",
            "qs",
            query=(
                Layout(
                    12,
                    (
                        Field("Version", Format.U32, 0, note="1"),
                        Field("AppId", Format.BYTES_REF, 4, size_max=16),
                    ),
                    structure="MBIM_PIN_APP",
                ),
            ),
            set=(
                Layout(
                    32,
                    (
                        Field("PinType", Format.U32, 0, type="MbimPinType"),
                        Field("PinOperation", Format.U32, 4, type="MbimPinOperation"),
                        Field("Pin", Format.STRING, 8, size_max=32, personal="secret"),
                        Field("NewPin", Format.STRING, 16, size_max=32, personal="secret"),
                        Field("AppId", Format.BYTES_REF, 24, size_max=16),
                    ),
                    structure="MBIM_SET_PIN_EX",
                    note=("offset 0 is PinType in the page; no Version field, unlike MBIM_PIN_APP"),
                ),
            ),
            response=(
                Layout(
                    12,
                    (
                        Field("PinType", Format.U32, 0, type="MbimPinType"),
                        Field("PinState", Format.U32, 4, type="MbimPinState"),
                        Field("RemainingAttempts", Format.U32, 8),
                    ),
                    structure="MBIM_PIN_INFO_EX",
                ),
            ),
            note="Wireshark calls it MS_PIN_INFO_EX2",
        ),
        Cid(
            15,
            "MBIM_CID_VERSION",
            "version",
            "q",
            query=(
                Layout(
                    4,
                    (
                        Field("MbimVersion", Format.U16, 0),
                        Field("MbimExtendedVersion", Format.U16, 2),
                    ),
                    mbimex=0x0200,
                    structure="MBIM_VERSION_INFO",
                ),
            ),
            response=(
                Layout(
                    4,
                    (
                        Field("MbimVersion", Format.U16, 0),
                        Field("MbimExtendedVersion", Format.U16, 2),
                    ),
                    mbimex=0x0200,
                    structure="MBIM_VERSION_INFO",
                ),
            ),
        ),
        Cid(
            16,
            "MBIM_CID_MS_MODEM_CONFIG",
            "modem-configuration",
            "qn",
            query=(Layout(0, mbimex=0x0300),),
            response=(
                Layout(
                    4,
                    (
                        Field(
                            "ConfigurationStatus",
                            Format.U32,
                            0,
                            type="MbimModemConfigurationStatus",
                        ),
                        Field("ConfigurationName", Format.TLV_STRING, 4),
                        Field("UnnamedIes", Format.TLV_LIST, personal="place"),
                    ),
                    mbimex=0x0300,
                ),
            ),
            notification=(
                Layout(
                    4,
                    (
                        Field(
                            "ModemConfigurationStatus",
                            Format.U32,
                            0,
                            type="MbimModemConfigurationStatus",
                        ),
                        Field("ConfigurationName", Format.TLV_STRING, 4),
                        Field("UnnamedIes", Format.TLV_LIST, personal="place"),
                    ),
                    mbimex=0x0300,
                ),
            ),
            note=(
                "query answer and indication share one layout; the "
                "indication is sent when the modem changes its "
                "configuration"
            ),
        ),
        Cid(
            17,
            "MBIM_CID_MS_REGISTRATION_PARAMS",
            "registration-parameters",
            "qs",
            query=(Layout(0, mbimex=0x0300),),
            set=(
                Layout(
                    20,
                    (
                        Field("MicoMode", Format.U32, 0, type="MbimMicoMode"),
                        Field("DrxCycle", Format.U32, 4, type="MbimDrxCycle"),
                        Field("LadnInfo", Format.U32, 8, type="MbimLadnInfo"),
                        Field(
                            "DefaultPduActivationHint",
                            Format.U32,
                            12,
                            type="MbimDefaultPduActivationHint",
                        ),
                        Field("ReRegisterIfNedeed", Format.U32, 16, type="bool"),
                        Field("UnnamedIes", Format.TLV_LIST, 20, personal="place"),
                    ),
                    mbimex=0x0300,
                ),
            ),
            response=(
                Layout(
                    20,
                    (
                        Field("MicoMode", Format.U32, 0, type="MbimMicoMode"),
                        Field("DrxCycle", Format.U32, 4, type="MbimDrxCycle"),
                        Field("LadnInfo", Format.U32, 8, type="MbimLadnInfo"),
                        Field(
                            "DefaultPduActivationHint",
                            Format.U32,
                            12,
                            type="MbimDefaultPduActivationHint",
                        ),
                        Field("ReRegisterIfNedeed", Format.U32, 16, type="bool"),
                        Field("UnnamedIes", Format.TLV_LIST, 20, personal="place"),
                    ),
                    mbimex=0x0300,
                ),
            ),
        ),
        Cid(
            18,
            "MBIM_CID_MS_NETWORK_PARAMS",
            "ms-network-params",
            "qn",
            query=(
                Layout(
                    4,
                    (
                        Field("ConfigurationsNeeded", Format.U16, 0),
                        Field("UEPoliciesNeeded", Format.U16, 2),
                        Field("UnnamedIes", Format.TLV_LIST, 4, optional=True, personal="place"),
                    ),
                    mbimex=0x0300,
                    unverified=True,
                    note="one implementation only",
                ),
                Layout(
                    0,
                    (Field("UnnamedIes", Format.TLV_LIST, 0, optional=True, personal="place"),),
                    mbimex=0x0400,
                    unverified=True,
                    note="one implementation only",
                ),
            ),
            response=(
                Layout(
                    8,
                    (
                        Field("MicoIndication", Format.U32, 0, type="MbimMicoIndication"),
                        Field("DrxParameters", Format.U32, 4, type="MbimDrxCycle"),
                        Field(
                            "UnnamedIes",
                            Format.TLV_LIST,
                            8,
                            optional=True,
                            personal="place",
                            note=(
                                "TAI, ALLOWED_NSSAI, CFG_NSSAI, DFLT_CFG_NSSAI, "
                                "REJ_NSSAI, LADN; UE_POLICIES in 3.0 only"
                            ),
                        ),
                    ),
                    mbimex=0x0300,
                ),
            ),
            notification=(
                Layout(
                    8,
                    (
                        Field("MicoIndication", Format.U32, 0, type="MbimMicoIndication"),
                        Field("DrxParameters", Format.U32, 4, type="MbimDrxCycle"),
                        Field(
                            "UnnamedIes",
                            Format.TLV_LIST,
                            8,
                            optional=True,
                            personal="place",
                            note=(
                                "TAI, ALLOWED_NSSAI, CFG_NSSAI, DFLT_CFG_NSSAI, "
                                "REJ_NSSAI, LADN; UE_POLICIES in 3.0 only"
                            ),
                        ),
                    ),
                    mbimex=0x0300,
                    unverified=True,
                    note="that the indication has the response layout is inferred",
                ),
            ),
            note="number from Wireshark and wwan-go; not in libmbim",
        ),
        Cid(
            19,
            "MBIM_CID_MS_WAKE_REASON",
            "wake-reason",
            "q",
            query=(Layout(0, mbimex=0x0300),),
            response=(
                Layout(
                    8,
                    (
                        Field("WakeType", Format.U32, 0, type="MbimWakeType"),
                        Field("SessionId", Format.U32, 4),
                        Field("WakeTlv", Format.TLV, 8, personal="content"),
                    ),
                    mbimex=0x0300,
                ),
            ),
        ),
        Cid(
            20,
            "MBIM_CID_MS_UE_POLICY",
            "ms-ue-policy",
            "qn",
            query=(
                Layout(
                    0,
                    (Field("UnnamedIes", Format.TLV_LIST, 0, optional=True, personal="place"),),
                    mbimex=0x0400,
                    unverified=True,
                ),
            ),
            response=(
                Layout(
                    0,
                    (
                        Field(
                            "UnnamedIes",
                            Format.TLV_LIST,
                            0,
                            personal="place",
                            note="holds URSP_RULES_TD_ONLY",
                        ),
                    ),
                    mbimex=0x0400,
                    unverified=True,
                ),
            ),
            notification=(
                Layout(
                    0,
                    (
                        Field(
                            "UnnamedIes",
                            Format.TLV_LIST,
                            0,
                            personal="place",
                            note="holds URSP_RULES_TD_ONLY",
                        ),
                    ),
                    mbimex=0x0400,
                    unverified=True,
                    note=("that the indication exists and has this layout is inferred"),
                ),
            ),
            note=("number from Wireshark and wwan-go; MBIMEx 4.0; not in libmbim"),
        ),
    ),
)

MS_UICC_LOW_LEVEL_ACCESS = Service(
    12,
    "MS UICC Low Level Access",
    "ms-uicc-low-level-access",
    "c2f6588e-f037-4bc9-8665-f4d44bd09367",
    "Microsoft",
    (
        Cid(
            1,
            "MBIM_CID_MS_UICC_ATR",
            "atr",
            "q",
            query=(
                EMPTY,
                Layout(
                    4,
                    (
                        Field(
                            "SlotId",
                            Format.U32,
                            0,
                            note=(
                                "0 or 1 in requests; 0xFFFFFFFF (active slot) is accepted"
                                " in a query by one client implementation only"
                            ),
                        ),
                    ),
                    mbimex=0x0400,
                ),
            ),
            response=(
                Layout(
                    8,
                    (Field("atr", Format.BYTES_REF_SIZE_FIRST, 0, size_max=33, personal="device"),),
                    structure="MBIM_MS_ATR_INFO",
                ),
            ),
        ),
        Cid(
            2,
            "MBIM_CID_MS_UICC_OPEN_CHANNEL",
            "open-channel",
            "s",
            set=(
                Layout(
                    16,
                    (
                        Field("AppId", Format.BYTES_REF_SIZE_FIRST, 0, size_max=32),
                        Field("SelectP2Arg", Format.U32, 8),
                        Field("ChannelGroup", Format.U32, 12),
                    ),
                    structure="MBIM_MS_SET_UICC_OPEN_CHANNEL",
                ),
                Layout(
                    20,
                    (
                        Field("AppId", Format.BYTES_REF_SIZE_FIRST, 0),
                        Field("SelectP2Arg", Format.U32, 8),
                        Field("ChannelGroup", Format.U32, 12),
                        Field(
                            "SlotId",
                            Format.U32,
                            16,
                            note=(
                                "0 or 1 in requests; 0xFFFFFFFF (active slot) is accepted"
                                " in a query by one client implementation only"
                            ),
                        ),
                    ),
                    mbimex=0x0400,
                ),
            ),
            response=(
                Layout(
                    16,
                    (
                        Field("Status", Format.U32, 0),
                        Field("Channel", Format.U32, 4),
                        Field(
                            "Response",
                            Format.BYTES_REF_SIZE_FIRST,
                            8,
                            size_max=256,
                            personal="content",
                        ),
                    ),
                    structure="MBIM_MS_UICC_OPEN_CHANNEL_INFO",
                ),
            ),
        ),
        Cid(
            3,
            "MBIM_CID_MS_UICC_CLOSE_CHANNEL",
            "close-channel",
            "s",
            set=(
                Layout(
                    8,
                    (
                        Field("Channel", Format.U32, 0),
                        Field("ChannelGroup", Format.U32, 4),
                    ),
                    structure="MBIM_MS_SET_UICC_CLOSE_CHANNEL",
                ),
                Layout(
                    12,
                    (
                        Field("Channel", Format.U32, 0),
                        Field("ChannelGroup", Format.U32, 4),
                        Field(
                            "SlotId",
                            Format.U32,
                            8,
                            note=(
                                "0 or 1 in requests; 0xFFFFFFFF (active slot) is accepted"
                                " in a query by one client implementation only"
                            ),
                        ),
                    ),
                    mbimex=0x0400,
                ),
            ),
            response=(
                Layout(
                    4,
                    (Field("Status", Format.U32, 0),),
                    structure="MBIM_MS_UICC_CLOSE_CHANNEL_INFO",
                ),
            ),
        ),
        Cid(
            4,
            "MBIM_CID_MS_UICC_APDU",
            "apdu",
            "s",
            set=(
                Layout(
                    20,
                    (
                        Field("Channel", Format.U32, 0),
                        Field("SecureMessaging", Format.U32, 4, type="MbimUiccSecureMessaging"),
                        Field("ClassByteType", Format.U32, 8, type="MbimUiccClassByteType"),
                        Field(
                            "Command",
                            Format.BYTES_REF_SIZE_FIRST,
                            12,
                            size_max=261,
                            personal="content",
                        ),
                    ),
                    structure="MBIM_MS_SET_UICC_APDU",
                ),
                Layout(
                    24,
                    (
                        Field("Channel", Format.U32, 0),
                        Field("SecureMessaging", Format.U32, 4, type="MbimUiccSecureMessaging"),
                        Field("ClassByteType", Format.U32, 8, type="MbimUiccClassByteType"),
                        Field("Command", Format.BYTES_REF_SIZE_FIRST, 12, personal="content"),
                        Field(
                            "SlotId",
                            Format.U32,
                            20,
                            note=(
                                "0 or 1 in requests; 0xFFFFFFFF (active slot) is accepted"
                                " in a query by one client implementation only"
                            ),
                        ),
                    ),
                    mbimex=0x0400,
                ),
            ),
            response=(
                Layout(
                    12,
                    (
                        Field("Status", Format.U32, 0),
                        Field("Response", Format.BYTES_REF_SIZE_FIRST, 4, personal="content"),
                    ),
                    structure="MBIM_MS_UICC_APDU_INFO",
                ),
            ),
        ),
        Cid(
            5,
            "MBIM_CID_MS_UICC_TERMINAL_CAPABILITY",
            "terminal-capability",
            "qs",
            query=(
                EMPTY,
                Layout(
                    4,
                    (
                        Field(
                            "SlotId",
                            Format.U32,
                            0,
                            note=(
                                "0 or 1 in requests; 0xFFFFFFFF (active slot) is accepted"
                                " in a query by one client implementation only"
                            ),
                        ),
                    ),
                    mbimex=0x0400,
                ),
            ),
            set=(
                Layout(
                    4,
                    (
                        Field("TerminalCapabilityCount", Format.U32, 0),
                        Field(
                            "TerminalCapability",
                            Format.STRUCT_REF_ARRAY,
                            4,
                            struct="MbimTerminalCapabilityInfo",
                            count_field="TerminalCapabilityCount",
                        ),
                    ),
                    structure="MBIM_MS_SET_UICC_TERMINAL_CAPABILITY",
                    note=(
                        "the answer to a set has no body per page; the response "
                        "layout below is that of the query"
                    ),
                ),
                Layout(
                    8,
                    (
                        Field(
                            "SlotId",
                            Format.U32,
                            0,
                            note=(
                                "0 or 1 in requests; 0xFFFFFFFF (active slot) is accepted"
                                " in a query by one client implementation only"
                            ),
                        ),
                        Field("TerminalCapabilityCount", Format.U32, 4),
                        Field(
                            "TerminalCapability",
                            Format.STRUCT_REF_ARRAY,
                            8,
                            struct="MbimTerminalCapabilityInfo",
                            count_field="TerminalCapabilityCount",
                        ),
                    ),
                    mbimex=0x0400,
                    note=(
                        "SlotId is the first field here, the last one in the "
                        "other commands; offsets in the list count from the start"
                        " of the buffer, SlotId included"
                    ),
                ),
            ),
            response=(
                Layout(
                    4,
                    (
                        Field("TerminalCapabilityCount", Format.U32, 0),
                        Field(
                            "TerminalCapability",
                            Format.STRUCT_REF_ARRAY,
                            4,
                            struct="MbimTerminalCapabilityInfo",
                            count_field="TerminalCapabilityCount",
                        ),
                    ),
                    structure="MBIM_MS_TERMINAL_CAPABILITY_INFO",
                ),
            ),
        ),
        Cid(
            6,
            "MBIM_CID_MS_UICC_RESET",
            "reset",
            "qs",
            query=(
                EMPTY,
                Layout(
                    4,
                    (
                        Field(
                            "SlotId",
                            Format.U32,
                            0,
                            note=(
                                "0 or 1 in requests; 0xFFFFFFFF (active slot) is accepted"
                                " in a query by one client implementation only"
                            ),
                        ),
                    ),
                    mbimex=0x0400,
                ),
            ),
            set=(
                Layout(
                    4,
                    (Field("PassThroughAction", Format.U32, 0, type="MbimUiccPassThroughAction"),),
                    structure="MBIM_SET_MS_UICC_RESET",
                ),
                Layout(
                    8,
                    (
                        Field("PassThroughAction", Format.U32, 0, type="MbimUiccPassThroughAction"),
                        Field(
                            "SlotId",
                            Format.U32,
                            4,
                            note=(
                                "0 or 1 in requests; 0xFFFFFFFF (active slot) is accepted"
                                " in a query by one client implementation only"
                            ),
                        ),
                    ),
                    mbimex=0x0400,
                ),
            ),
            response=(
                Layout(
                    4,
                    (Field("PassThroughStatus", Format.U32, 0, type="MbimUiccPassThroughStatus"),),
                    structure="MBIM_MS_UICC_RESET_INFO",
                ),
            ),
        ),
        Cid(
            7,
            "MBIM_CID_MS_UICC_APP_LIST",
            "application-list",
            "q",
            query=(EMPTY,),
            response=(
                Layout(
                    16,
                    (
                        Field("Version", Format.U32, 0),
                        Field("ApplicationCount", Format.U32, 4),
                        Field("ActiveApplicationIndex", Format.U32, 8),
                        Field("ApplicationListSizeBytes", Format.U32, 12),
                        Field(
                            "Applications",
                            Format.STRUCT_REF_ARRAY,
                            16,
                            struct="MbimUiccApplication",
                            count_field="ApplicationCount",
                        ),
                    ),
                    structure="MBIM_UICC_APP_LIST",
                ),
            ),
        ),
        Cid(
            8,
            "MBIM_CID_MS_UICC_FILE_STATUS",
            "file-status",
            "q",
            query=(
                Layout(
                    20,
                    (
                        Field("Version", Format.U32, 0),
                        Field("ApplicationId", Format.BYTES_REF, 4, size_max=16),
                        Field("FilePath", Format.BYTES_REF, 12, size_max=8),
                    ),
                    structure="MBIM_UICC_FILE_PATH",
                ),
            ),
            response=(
                Layout(
                    48,
                    (
                        Field("Version", Format.U32, 0),
                        Field("StatusWord1", Format.U32, 4),
                        Field("StatusWord2", Format.U32, 8),
                        Field(
                            "FileAccessibility", Format.U32, 12, type="MbimUiccFileAccessibility"
                        ),
                        Field("FileType", Format.U32, 16, type="MbimUiccFileType"),
                        Field("FileStructure", Format.U32, 20, type="MbimUiccFileStructure"),
                        Field("FileItemCount", Format.U32, 24),
                        Field("FileItemSize", Format.U32, 28),
                        Field("AccessConditionRead", Format.U32, 32, type="MbimPinType"),
                        Field("AccessConditionUpdate", Format.U32, 36, type="MbimPinType"),
                        Field("AccessConditionActivate", Format.U32, 40, type="MbimPinType"),
                        Field("AccessConditionDeactivate", Format.U32, 44, type="MbimPinType"),
                    ),
                    structure="MBIM_UICC_FILE_STATUS",
                ),
            ),
        ),
        Cid(
            9,
            "MBIM_CID_MS_UICC_ACCESS_BINARY",
            "read-binary",
            "qs",
            query=(
                Layout(
                    44,
                    (
                        Field("Version", Format.U32, 0),
                        Field("ApplicationId", Format.BYTES_REF, 4, size_max=16),
                        Field("FilePath", Format.BYTES_REF, 12),
                        Field("ReadOffset", Format.U32, 20),
                        Field("ReadSize", Format.U32, 24),
                        Field("LocalPin", Format.STRING, 28, size_max=16, personal="secret"),
                        Field("Data", Format.BYTES_REF, 36, size_max=32768, personal="subscriber"),
                    ),
                    structure="MBIM_UICC_ACCESS_BINARY",
                    note=("LocalPin: UTF-16LE in libmbim, UTF-8 in the page and in Wireshark"),
                ),
            ),
            response=(
                Layout(
                    20,
                    (
                        Field("Version", Format.U32, 0),
                        Field("StatusWord1", Format.U32, 4),
                        Field("StatusWord2", Format.U32, 8),
                        Field("Data", Format.BYTES_REF, 12, size_max=32768, personal="subscriber"),
                    ),
                    structure="MBIM_UICC_RESPONSE",
                ),
            ),
            note=("the page allows set as well but defines the structure for reading only"),
        ),
        Cid(
            10,
            "MBIM_CID_MS_UICC_ACCESS_RECORD",
            "read-record",
            "qs",
            query=(
                Layout(
                    40,
                    (
                        Field("Version", Format.U32, 0),
                        Field("ApplicationId", Format.BYTES_REF, 4, size_max=16),
                        Field("FilePath", Format.BYTES_REF, 12),
                        Field("RecordNumber", Format.U32, 20),
                        Field("LocalPin", Format.STRING, 24, size_max=16, personal="secret"),
                        Field("Data", Format.BYTES_REF, 32, size_max=256, personal="subscriber"),
                    ),
                    structure="MBIM_UICC_ACCESS_RECORD",
                    note=("LocalPin: UTF-16LE in libmbim, UTF-8 in the page and in Wireshark"),
                ),
            ),
            response=(
                Layout(
                    20,
                    (
                        Field("Version", Format.U32, 0),
                        Field("StatusWord1", Format.U32, 4),
                        Field("StatusWord2", Format.U32, 8),
                        Field("Data", Format.BYTES_REF, 12, size_max=32768, personal="subscriber"),
                    ),
                    structure="MBIM_UICC_RESPONSE",
                ),
            ),
            note=("the page allows set as well but defines the structure for reading only"),
        ),
    ),
)

_NITZ = (
    Layout(
        36,
        (
            Field("Year", Format.U32, 0),
            Field("Month", Format.U32, 4),
            Field("Day", Format.U32, 8),
            Field("Hour", Format.U32, 12),
            Field("Minute", Format.U32, 16),
            Field("Second", Format.U32, 20),
            Field("TimeZoneOffsetMinutes", Format.U32, 24, caution="narrows the place"),
            Field("DaylightSavingTimeOffsetMinutes", Format.U32, 28, caution="narrows the place"),
            Field("DataClass", Format.U32, 32, type="MbimDataClass"),
        ),
        structure="MBIM_NITZ_INFO",
    ),
)

MS_VOICE_EXTENSIONS = Service(
    13,
    "MS Voice Extensions",
    "ms-voice-extensions",
    "8d8b9eba-37be-449b-8f1e-61cb034a702e",
    "Microsoft",
    (Cid(10, "MBIM_CID_NITZ", "nitz", "qn", query=(EMPTY,), response=_NITZ, notification=_NITZ),),
)

MULTICARRIER = Service(
    14,
    "Multicarrier",
    "multicarrier",
    "8b569648-628d-4653-9b9f-1025404424e1",
    "Microsoft",
    (
        Cid(
            1,
            "MBIM_CID_MULTICARRIER_CAPABILITIES",
            "multicarrier-capabilities",
            "q",
            query=(EMPTY,),
            response=(
                Layout(
                    4,
                    (Field("Capabilities", Format.U32, 0, type="MbimMulticarrierFlags"),),
                    structure="MBIM_MULTICARRIER_CAPABILITIES",
                ),
            ),
        ),
        Cid(
            2,
            "MBIM_CID_LOCATION_INFO",
            "location-info",
            "qs",
            query=(EMPTY,),
            set=(
                Layout(
                    4,
                    (Field("Country", Format.U32, 0, personal="place", note="Windows GEOID"),),
                    structure="MBIM_LOCATION_INFO",
                ),
            ),
            response=(
                Layout(
                    4,
                    (Field("Country", Format.U32, 0, personal="place", note="Windows GEOID"),),
                    structure="MBIM_LOCATION_INFO",
                ),
            ),
        ),
        Cid(
            3,
            "MBIM_CID_MULTICARRIER_CURRENT_CID_LIST",
            "multicarrier-current-cid-list",
            "q",
            query=(Layout(16, (Field("DeviceServiceId", Format.UUID, 0),)),),
            response=(
                Layout(
                    4,
                    (
                        Field("CidCount", Format.U32, 0),
                        Field("CidList", Format.U32_ARRAY, 4, count_field="CidCount"),
                    ),
                    structure="MBIM_MULTICARRIERMODE_CURRENT_CID_LIST",
                ),
            ),
        ),
    ),
)

SERVICES = (
    MS_FIRMWARE_ID,
    MS_HOST_SHUTDOWN,
    MS_SAR,
    MS_BASIC_CONNECT_EXTENSIONS,
    MS_UICC_LOW_LEVEL_ACCESS,
    MS_VOICE_EXTENSIONS,
    MULTICARRIER,
)
