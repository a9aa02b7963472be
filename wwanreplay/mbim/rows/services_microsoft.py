"""The device services of Microsoft: the MBIM extensions (MBIMEx) and older additions."""

from wwanreplay.mbim.row_forms import EMPTY, cid, elements, layout, service, string, u32, versions
from wwanreplay.mbim.rows.guards import PIN, PROVISIONING, RESET, SIM
from wwanreplay.mbim.rows.services_usb_if import SLOT
from wwanreplay.mbim.schema import Field, Format

MS_FIRMWARE_ID = service(8, "MS Firmware ID", "ms-firmware-id", "e9f7dea2-feaf-4009-93ce-90a3694103b6", "Microsoft")(
    cid(1, "CID_MBIM_MSFWID_FIRMWAREID", "get", "q")(
        query=EMPTY, response=layout(16)(Field("FirmwareId", Format.UUID, 0))
    )
)

MS_HOST_SHUTDOWN = service(
    9, "MS Host Shutdown", "ms-host-shutdown", "883b7c26-985f-43fa-9804-27d7fb80959c", "Microsoft"
)(
    cid(1, "CID_MBIM_MSHOSTSHUTDOWN", "notify", "s", guard=RESET)(set=EMPTY),
    cid(
        2,
        "CID_MBIM_MSHOSTPRESHUTDOWN",
        "mshostpreshutdown",
        "s",
        note="number from the Microsoft page and Wireshark; not in libmbim",
        guard=RESET,
    )(set=layout(0, structure="CID_MBIM_SET_MSHOSTPRESHUTDOWN")(), response=EMPTY),
)

_TRANSMISSION_STATUS = layout(12, structure="MBIM_MS_TRANSMISSION_STATUS_INFO")(
    u32("ChannelNotification", 0, "MbimTransmissionNotificationStatus"),
    u32("TransmissionStatus", 4, "MbimTransmissionState"),
    u32("HysteresisTimer", 8),
)

MS_SAR = service(10, "MS SAR", "ms-sar", "68223d04-9f6c-4e0f-822d-28441fb72340", "Microsoft")(
    cid(1, "MBIM_CID_MS_SAR_CONFIG", "config", "qsn", guard=PROVISIONING)(
        query=EMPTY,
        set=layout(12, structure="MBIM_MS_SET_SAR_CONFIG")(
            u32("Mode", 0, "MbimSarControlMode"),
            u32("BackoffState", 4, "MbimSarBackoffState"),
            u32("ConfigStatesCount", 8),
            elements("ConfigStates", 12, "MbimSarConfigState", "ConfigStatesCount"),
        ),
        response=layout(16, structure="MBIM_MS_SAR_CONFIG")(
            u32("Mode", 0, "MbimSarControlMode"),
            u32("BackoffState", 4, "MbimSarBackoffState"),
            u32("WifiIntegration", 8, "MbimSarWifiHardwareState"),
            u32("ConfigStatesCount", 12),
            elements("ConfigStates", 16, "MbimSarConfigState", "ConfigStatesCount"),
        ),
    ),
    cid(2, "MBIM_CID_MS_TRANSMISSION_STATUS", "transmission-status", "qsn")(
        query=EMPTY,
        set=layout(8, structure="MBIM_MS_SET_TRANSMISSION_STATUS")(
            u32("ChannelNotification", 0, "MbimTransmissionNotificationStatus"), u32("HysteresisTimer", 4)
        ),
        response=_TRANSMISSION_STATUS,
        notification=_TRANSMISSION_STATUS,
    ),
)

_MS_BASIC_CONNECT_EXTENSIONS_PROVISIONED_CONTEXTS = (
    layout(4, structure="MBIM_MS_PROVISIONED_CONTEXT_INFO_V2")(
        u32("ProvisionedContextsCount", 0),
        elements("ProvisionedContexts", 4, "MbimProvisionedContextElementV2", "ProvisionedContextsCount"),
    ),
    layout(4, mbimex=0x0400, structure="MBIM_MS_PROVISIONED_CONTEXT_INFO_V2")(
        u32("ProvisionedContextsCount", 0),
        elements("ProvisionedContexts", 4, "MbimProvisionedContextElementV4", "ProvisionedContextsCount"),
    ),
)

_NETWORK_DENYLIST = layout(
    8,
    structure="MBIM_MS_NETWORK_BLACKLIST_INFO",
    note=("Wireshark reads ElementCount at offset 0 (dissector slip); the page puts it at offset 4"),
)(
    u32("BlacklistState", 0, "MbimNetworkBlacklistState"),
    u32("ElementCount", 4),
    elements("BlacklistProviders", 8, "MbimNetworkBlacklistProvider", "ElementCount"),
)

_LTE_ATTACH_CONFIGURATION = layout(4, structure="MBIM_MS_LTE_ATTACH_CONFIG_INFO")(
    u32("ConfigurationCount", 0), elements("Configurations", 4, "MbimLteAttachConfiguration", "ConfigurationCount")
)

_LTE_ATTACH_INFO = (
    layout(40, structure="MBIM_MS_LTE_ATTACH_STATUS")(
        u32("LteAttachState", 0, "MbimLteAttachState"),
        u32("IpType", 4, "MbimContextIpType"),
        string(
            "AccessString", 8, size_max=200, personal="subscriber", caution="an APN can name an employer or operator"
        ),
        string("UserName", 16, size_max=510, personal="subscriber"),
        string("Password", 24, size_max=510, personal="secret"),
        u32("Compression", 32, "MbimCompression"),
        u32("AuthProtocol", 36, "MbimAuthProtocol"),
    ),
    layout(
        44,
        mbimex=0x0300,
        structure="MBIM_MS_LTE_ATTACH_STATUS",
        note=(
            "NwError is in libmbim only (Wireshark keeps the older layout); the NDIS structure also has a network error"
        ),
    )(
        u32("LteAttachState", 0, "MbimLteAttachState"),
        u32("NwError", 4, "MbimNwError"),
        u32("IpType", 8, "MbimContextIpType"),
        string("AccessString", 12, personal="subscriber", caution="an APN can name an employer or operator"),
        string("UserName", 20, personal="subscriber"),
        string("Password", 28, personal="secret"),
        u32("Compression", 36, "MbimCompression"),
        u32("AuthProtocol", 40, "MbimAuthProtocol"),
    ),
)

_SLOT_INFO_STATUS = layout(8, structure="MBIM_MS_SLOT_INFO")(u32("SlotIndex", 0), u32("State", 4, "MbimUiccSlotState"))

_LOCATION_INFO_STATUS = layout(12, structure="MBIM_LOCATION_INFO")(
    u32("LocationAreaCode", 0, personal="place"),
    u32("TrackingAreaCode", 4, personal="place"),
    u32("CellID", 8, personal="place"),
)

_MODEM_LOGGING_CONFIG = layout(16, structure="MBIM_MODEM_LOGGING_CONFIG")(
    u32("Version", 0, note="1"),
    u32("MaxSegmentSize", 4, note="kilobytes"),
    u32("MaxFlushTime", 8, note="milliseconds"),
    u32("LevelConfig", 12, "MbimLoggingLevelConfig"),
)

MS_BASIC_CONNECT_EXTENSIONS = service(
    11,
    "MS Basic Connect Extensions",
    "ms-basic-connect-extensions",
    "3d01dcc5-fef5-4d05-0d3a-bef7058e9aaf",
    "Microsoft",
)(
    cid(
        1,
        "MBIM_CID_MS_PROVISIONED_CONTEXT_V2",
        "provisioned-contexts",
        "qsn",
        note="layout differs from PROVISIONED_CONTEXTS (Basic Connect, 13)",
        guard=PROVISIONING,
    )(
        query=EMPTY,
        set=(
            layout(72, structure="MBIM_SET_MS_PROVISIONED_CONTEXT_V2")(
                u32("Operation", 0, "MbimContextOperation"),
                Field("ContextType", Format.UUID, 4),
                u32("IpType", 20, "MbimContextIpType"),
                u32("State", 24, "MbimContextState"),
                u32("Roaming", 28, "MbimContextRoamingControl"),
                u32("MediaType", 32, "MbimContextMediaType"),
                u32("Source", 36, "MbimContextSource"),
                string(
                    "AccessString",
                    40,
                    size_max=200,
                    personal="subscriber",
                    caution="an APN can name an employer or operator",
                ),
                string("UserName", 48, size_max=510, personal="subscriber"),
                string("Password", 56, size_max=510, personal="secret"),
                u32("Compression", 64, "MbimCompression"),
                u32("AuthProtocol", 68, "MbimAuthProtocol"),
            ),
            layout(72, mbimex=0x0400, structure="MBIM_SET_MS_PROVISIONED_CONTEXT_V2")(
                u32("Operation", 0, "MbimContextOperation"),
                Field("ContextType", Format.UUID, 4),
                u32("IpType", 20, "MbimContextIpType"),
                u32("State", 24, "MbimContextState"),
                u32("Roaming", 28, "MbimContextRoamingControl"),
                u32("MediaType", 32, "MbimContextMediaType"),
                u32("Source", 36, "MbimContextSource"),
                string("AccessString", 40, personal="subscriber", caution="an APN can name an employer or operator"),
                string("UserName", 48, personal="subscriber"),
                string("Password", 56, personal="secret"),
                u32("Compression", 64, "MbimCompression"),
                u32("AuthProtocol", 68, "MbimAuthProtocol"),
                Field(
                    "SNssai",
                    Format.TLV,
                    72,
                    tlv_type="SINGLE_NSSAI",
                    caution="subscribed slice",
                    note="data length 0 means absent; string data come after it",
                ),
            ),
        ),
        response=_MS_BASIC_CONNECT_EXTENSIONS_PROVISIONED_CONTEXTS,
        notification=_MS_BASIC_CONNECT_EXTENSIONS_PROVISIONED_CONTEXTS,
    ),
    cid(2, "MBIM_CID_MS_NETWORK_BLACKLIST", "network-denylist", "qsn", guard=PROVISIONING)(
        query=EMPTY,
        set=layout(
            8,
            structure="MBIM_MS_NETWORK_BLACKLIST_INFO",
            note=("Wireshark reads ElementCount at offset 0 (dissector slip); the page puts it at offset 4"),
        )(
            u32("BlacklistState", 0, "MbimNetworkBlacklistState"),
            u32("ElementCount", 4),
            elements("BlacklistProviders", 8, "MbimNetworkBlacklistProvider", "ElementCount"),
        ),
        response=_NETWORK_DENYLIST,
        notification=_NETWORK_DENYLIST,
    ),
    cid(3, "MBIM_CID_MS_LTE_ATTACH_CONFIG", "lte-attach-configuration", "qsn", guard=PROVISIONING)(
        query=EMPTY,
        set=layout(8, structure="MBIM_SET_MS_LTE_ATTACH_CONFIG")(
            u32("Operation", 0, "MbimLteAttachContextOperation"),
            u32("ConfigurationCount", 4),
            elements("Configurations", 8, "MbimLteAttachConfiguration", "ConfigurationCount"),
        ),
        response=_LTE_ATTACH_CONFIGURATION,
        notification=_LTE_ATTACH_CONFIGURATION,
    ),
    cid(
        4,
        "MBIM_CID_MS_LTE_ATTACH_STATUS",
        "lte-attach-info",
        "qn",
        note=("the Microsoft page says query and notification only; libmbim's capability table also allows set"),
    )(query=EMPTY, response=_LTE_ATTACH_INFO, notification=_LTE_ATTACH_INFO),
    cid(5, "MBIM_CID_MS_SYS_CAPS", "sys-caps", "q")(
        query=EMPTY,
        response=layout(20, structure="MBIM_MS_SYS_CAPS_INFO")(
            u32("NumberOfExecutors", 0),
            u32("NumberOfSlots", 4),
            u32("Concurrency", 8),
            Field("ModemId", Format.U64, 12, personal="device"),
        ),
    ),
    cid(
        6,
        "MBIM_CID_MS_DEVICE_CAPS_V2",
        "device-caps",
        "q",
        note=("takes the place of DEVICE_CAPS of Basic Connect on devices with several executors"),
    )(
        query=EMPTY,
        response=(
            layout(68, structure="MBIM_MS_DEVICE_CAPS_INFO_V2")(
                u32("DeviceType", 0, "MbimDeviceType"),
                u32("CellularClass", 4, "MbimCellularClass"),
                u32("VoiceClass", 8, "MbimVoiceClass"),
                u32("SmsClass", 12, "MbimSimClass"),
                u32("DataClass", 16, "MbimDataClass"),
                u32("SmsCaps", 20, "MbimSmsCaps"),
                u32("ControlCaps", 24, "MbimCtrlCaps"),
                u32("MaxSessions", 28),
                string("CustomDataClass", 32, size_max=22, caution="free text"),
                string("DeviceId", 40, size_max=36, personal="device", note="page says at most 26"),
                string("FirmwareInfo", 48, size_max=60, caution="device build"),
                string("HardwareInfo", 56, size_max=60, caution="device model"),
                u32("ExecutorIndex", 64),
            ),
            layout(48, mbimex=0x0300, structure="MBIM_MS_DEVICE_CAPS_INFO_V2")(
                u32("DeviceType", 0, "MbimDeviceType"),
                u32("CellularClass", 4, "MbimCellularClass"),
                u32("VoiceClass", 8, "MbimVoiceClass"),
                u32("SimClass", 12, "MbimSimClass"),
                u32("DataClass", 16, "MbimDataClassV3"),
                u32("SmsCaps", 20, "MbimSmsCaps"),
                u32("ControlCaps", 24, "MbimCtrlCaps"),
                Field("DataSubclass", Format.U64, 28, type="MbimDataSubclass"),
                u32("MaxSessions", 36),
                u32("ExecutorIndex", 40),
                u32("WcdmaBandClass", 44),
                Field("LteBandClass", Format.TLV_U16_ARRAY, 48),
                Field("NrBandClass", Format.TLV_U16_ARRAY),
                Field("CustomDataClass", Format.TLV_STRING, caution="free text"),
                Field("DeviceId", Format.TLV_STRING, personal="device"),
                Field("FirmwareInfo", Format.TLV_STRING, caution="device build"),
                Field("HardwareInfo", Format.TLV_STRING, caution="device model"),
            ),
        ),
    ),
    cid(7, "MBIM_CID_MS_DEVICE_SLOT_MAPPINGS", "device-slot-mappings", "qs", guard=PROVISIONING)(
        query=EMPTY,
        set=layout(4, structure="MBIM_MS_DEVICE_SLOT_MAPPING_INFO")(
            u32("MapCount", 0), elements("SlotMap", 4, "MbimSlot", "MapCount")
        ),
        response=layout(4, structure="MBIM_MS_DEVICE_SLOT_MAPPING_INFO")(
            u32("MapCount", 0), elements("SlotMap", 4, "MbimSlot", "MapCount")
        ),
    ),
    cid(8, "MBIM_CID_MS_SLOT_INFO_STATUS", "slot-info-status", "qn")(
        query=layout(4, structure="MBIM_MS_SLOT_INFO_REQ")(u32("SlotIndex", 0)),
        response=_SLOT_INFO_STATUS,
        notification=_SLOT_INFO_STATUS,
    ),
    cid(9, "MBIM_CID_PCO", "pco", "qn")(
        query=layout(12, structure="MBIM_PCO_VALUE")(Field("PcoValue", Format.STRUCT, 0, struct="MbimPcoValue")),
        response=layout(12, structure="MBIM_PCO_VALUE")(Field("PcoValue", Format.STRUCT, 0, struct="MbimPcoValue")),
        notification=layout(12, structure="MBIM_PCO_VALUE")(Field("PcoValue", Format.STRUCT, 0, struct="MbimPcoValue")),
    ),
    cid(10, "MBIM_CID_MS_DEVICE_RESET", "device-reset", "s", guard=RESET)(set=EMPTY, response=EMPTY),
    cid(11, "MBIM_CID_BASE_STATIONS_INFO", "base-stations-info", "q")(
        query=versions(
            layout(20, structure="MBIM_BASE_STATIONS_INFO_REQ")(
                u32("MaxGsmCount", 0),
                u32("MaxUmtsCount", 4),
                u32("MaxTdscdmaCount", 8),
                u32("MaxLteCount", 12),
                u32("MaxCdmaCount", 16),
            ),
            layout(24, mbimex=0x0300, extends=True)(u32("MaxNrCount", 20)),
        ),
        response=(
            layout(76, structure="MBIM_BASE_STATIONS_INFO")(
                u32("SystemType", 0, "MbimDataClass"),
                Field("GsmServingCell", Format.STRUCT_REF, 4, struct="MbimCellInfoServingGsm"),
                Field("UmtsServingCell", Format.STRUCT_REF, 12, struct="MbimCellInfoServingUmts"),
                Field("TdscdmaServingCell", Format.STRUCT_REF, 20, struct="MbimCellInfoServingTdscdma"),
                Field("LteServingCell", Format.STRUCT_REF, 28, struct="MbimCellInfoServingLte"),
                Field("GsmNeighboringCells", Format.STRUCT_LIST_REF, 36, struct="MbimCellInfoNeighboringGsm"),
                Field("UmtsNeighboringCells", Format.STRUCT_LIST_REF, 44, struct="MbimCellInfoNeighboringUmts"),
                Field("TdscdmaNeighboringCells", Format.STRUCT_LIST_REF, 52, struct="MbimCellInfoNeighboringTdscdma"),
                Field("LteNeighboringCells", Format.STRUCT_LIST_REF, 60, struct="MbimCellInfoNeighboringLte"),
                Field("CdmaCells", Format.STRUCT_LIST_REF, 68, struct="MbimCellInfoCdma"),
            ),
            layout(96, mbimex=0x0300)(
                u32("SystemType", 0, "MbimDataClassV3"),
                u32("SystemSubType", 4, "MbimDataSubclass"),
                Field("GsmServingCell", Format.STRUCT_REF, 8, struct="MbimCellInfoServingGsm"),
                Field("UmtsServingCell", Format.STRUCT_REF, 16, struct="MbimCellInfoServingUmts"),
                Field("TdscdmaServingCell", Format.STRUCT_REF, 24, struct="MbimCellInfoServingTdscdma"),
                Field("LteServingCell", Format.STRUCT_REF, 32, struct="MbimCellInfoServingLte"),
                Field("GsmNeighboringCells", Format.STRUCT_LIST_REF, 40, struct="MbimCellInfoNeighboringGsm"),
                Field("UmtsNeighboringCells", Format.STRUCT_LIST_REF, 48, struct="MbimCellInfoNeighboringUmts"),
                Field("TdscdmaNeighboringCells", Format.STRUCT_LIST_REF, 56, struct="MbimCellInfoNeighboringTdscdma"),
                Field("LteNeighboringCells", Format.STRUCT_LIST_REF, 64, struct="MbimCellInfoNeighboringLte"),
                Field("CdmaCells", Format.STRUCT_LIST_REF, 72, struct="MbimCellInfoCdma"),
                Field("NrServingCells", Format.STRUCT_LIST_REF, 80, struct="MbimCellInfoServingNr"),
                Field("NrNeighborCells", Format.STRUCT_LIST_REF, 88, struct="MbimCellInfoNeighboringNr"),
            ),
        ),
    ),
    cid(12, "MBIM_CID_LOCATION_INFO_STATUS", "location-info-status", "qn")(
        query=EMPTY, response=_LOCATION_INFO_STATUS, notification=_LOCATION_INFO_STATUS
    ),
    cid(
        13,
        "MBIM_CID_MODEM_LOGGING_CONFIG",
        "modem-logging-config",
        "qsn",
        note="the Microsoft page leaves the number open; 13 is Wireshark's",
    )(
        query=EMPTY,
        set=layout(16, structure="MBIM_MODEM_LOGGING_CONFIG")(
            u32("Version", 0, note="1"),
            u32("MaxSegmentSize", 4, note="kilobytes"),
            u32("MaxFlushTime", 8, note="milliseconds"),
            u32("LevelConfig", 12, "MbimLoggingLevelConfig"),
        ),
        response=_MODEM_LOGGING_CONFIG,
        notification=_MODEM_LOGGING_CONFIG,
    ),
    cid(14, "MBIM_CID_MS_PIN_EX", "ms-pin-ex", "qs", note="Wireshark calls it MS_PIN_INFO_EX2", guard=PIN)(
        query=layout(12, structure="MBIM_PIN_APP")(
            u32("Version", 0, note="1"), Field("AppId", Format.BYTES_REF, 4, size_max=16)
        ),
        set=layout(
            32,
            structure="MBIM_SET_PIN_EX",
            note="offset 0 is PinType in the page; no Version field, unlike MBIM_PIN_APP",
        )(
            u32("PinType", 0, "MbimPinType"),
            u32("PinOperation", 4, "MbimPinOperation"),
            string("Pin", 8, size_max=32, personal="secret"),
            string("NewPin", 16, size_max=32, personal="secret"),
            Field("AppId", Format.BYTES_REF, 24, size_max=16),
        ),
        response=layout(12, structure="MBIM_PIN_INFO_EX")(
            u32("PinType", 0, "MbimPinType"), u32("PinState", 4, "MbimPinState"), u32("RemainingAttempts", 8)
        ),
    ),
    cid(15, "MBIM_CID_VERSION", "version", "q")(
        query=layout(4, mbimex=0x0200, structure="MBIM_VERSION_INFO")(
            Field("MbimVersion", Format.U16, 0), Field("MbimExtendedVersion", Format.U16, 2)
        ),
        response=layout(4, mbimex=0x0200, structure="MBIM_VERSION_INFO")(
            Field("MbimVersion", Format.U16, 0), Field("MbimExtendedVersion", Format.U16, 2)
        ),
    ),
    cid(
        16,
        "MBIM_CID_MS_MODEM_CONFIG",
        "modem-configuration",
        "qn",
        note=(
            "query answer and indication share one layout; the indication is sent when "
            "the modem changes its configuration"
        ),
    )(
        query=layout(0, mbimex=0x0300)(),
        response=layout(4, mbimex=0x0300)(
            u32("ConfigurationStatus", 0, "MbimModemConfigurationStatus"),
            Field("ConfigurationName", Format.TLV_STRING, 4),
            Field("UnnamedIes", Format.TLV_LIST, personal="place"),
        ),
        notification=layout(4, mbimex=0x0300)(
            u32("ModemConfigurationStatus", 0, "MbimModemConfigurationStatus"),
            Field("ConfigurationName", Format.TLV_STRING, 4),
            Field("UnnamedIes", Format.TLV_LIST, personal="place"),
        ),
    ),
    cid(17, "MBIM_CID_MS_REGISTRATION_PARAMS", "registration-parameters", "qs", guard=PROVISIONING)(
        query=layout(0, mbimex=0x0300)(),
        set=layout(20, mbimex=0x0300)(
            u32("MicoMode", 0, "MbimMicoMode"),
            u32("DrxCycle", 4, "MbimDrxCycle"),
            u32("LadnInfo", 8, "MbimLadnInfo"),
            u32("DefaultPduActivationHint", 12, "MbimDefaultPduActivationHint"),
            u32("ReRegisterIfNedeed", 16, "bool"),
            Field("UnnamedIes", Format.TLV_LIST, 20, personal="place"),
        ),
        response=layout(20, mbimex=0x0300)(
            u32("MicoMode", 0, "MbimMicoMode"),
            u32("DrxCycle", 4, "MbimDrxCycle"),
            u32("LadnInfo", 8, "MbimLadnInfo"),
            u32("DefaultPduActivationHint", 12, "MbimDefaultPduActivationHint"),
            u32("ReRegisterIfNedeed", 16, "bool"),
            Field("UnnamedIes", Format.TLV_LIST, 20, personal="place"),
        ),
    ),
    cid(
        18,
        "MBIM_CID_MS_NETWORK_PARAMS",
        "ms-network-params",
        "qn",
        note="number from Wireshark and wwan-go; not in libmbim",
    )(
        query=(
            layout(4, mbimex=0x0300, unverified=True, note="one implementation only")(
                Field("ConfigurationsNeeded", Format.U16, 0),
                Field("UEPoliciesNeeded", Format.U16, 2),
                Field("UnnamedIes", Format.TLV_LIST, 4, optional=True, personal="place"),
            ),
            layout(0, mbimex=0x0400, unverified=True, note="one implementation only")(
                Field("UnnamedIes", Format.TLV_LIST, 0, optional=True, personal="place")
            ),
        ),
        response=layout(8, mbimex=0x0300)(
            u32("MicoIndication", 0, "MbimMicoIndication"),
            u32("DrxParameters", 4, "MbimDrxCycle"),
            Field(
                "UnnamedIes",
                Format.TLV_LIST,
                8,
                optional=True,
                personal="place",
                note=("TAI, ALLOWED_NSSAI, CFG_NSSAI, DFLT_CFG_NSSAI, REJ_NSSAI, LADN; UE_POLICIES in 3.0 only"),
            ),
        ),
        notification=layout(
            8, mbimex=0x0300, unverified=True, note="that the indication has the response layout is inferred"
        )(
            u32("MicoIndication", 0, "MbimMicoIndication"),
            u32("DrxParameters", 4, "MbimDrxCycle"),
            Field(
                "UnnamedIes",
                Format.TLV_LIST,
                8,
                optional=True,
                personal="place",
                note=("TAI, ALLOWED_NSSAI, CFG_NSSAI, DFLT_CFG_NSSAI, REJ_NSSAI, LADN; UE_POLICIES in 3.0 only"),
            ),
        ),
    ),
    cid(19, "MBIM_CID_MS_WAKE_REASON", "wake-reason", "q")(
        query=layout(0, mbimex=0x0300)(),
        response=layout(8, mbimex=0x0300)(
            u32("WakeType", 0, "MbimWakeType"), u32("SessionId", 4), Field("WakeTlv", Format.TLV, 8, personal="content")
        ),
    ),
    cid(
        20,
        "MBIM_CID_MS_UE_POLICY",
        "ms-ue-policy",
        "qn",
        note="number from Wireshark and wwan-go; MBIMEx 4.0; not in libmbim",
    )(
        query=layout(0, mbimex=0x0400, unverified=True)(
            Field("UnnamedIes", Format.TLV_LIST, 0, optional=True, personal="place")
        ),
        response=layout(0, mbimex=0x0400, unverified=True)(
            Field("UnnamedIes", Format.TLV_LIST, 0, personal="place", note="holds URSP_RULES_TD_ONLY")
        ),
        notification=layout(
            0, mbimex=0x0400, unverified=True, note="that the indication exists and has this layout is inferred"
        )(Field("UnnamedIes", Format.TLV_LIST, 0, personal="place", note="holds URSP_RULES_TD_ONLY")),
    ),
)

MS_UICC_LOW_LEVEL_ACCESS = service(
    12, "MS UICC Low Level Access", "ms-uicc-low-level-access", "c2f6588e-f037-4bc9-8665-f4d44bd09367", "Microsoft"
)(
    cid(1, "MBIM_CID_MS_UICC_ATR", "atr", "q")(
        query=(EMPTY, layout(4, mbimex=0x0400)(u32("SlotId", 0, note=SLOT))),
        response=layout(8, structure="MBIM_MS_ATR_INFO")(
            Field("atr", Format.BYTES_REF_SIZE_FIRST, 0, size_max=33, personal="device")
        ),
    ),
    cid(2, "MBIM_CID_MS_UICC_OPEN_CHANNEL", "open-channel", "s", guard=SIM)(
        set=(
            layout(16, structure="MBIM_MS_SET_UICC_OPEN_CHANNEL")(
                Field("AppId", Format.BYTES_REF_SIZE_FIRST, 0, size_max=32),
                u32("SelectP2Arg", 8),
                u32("ChannelGroup", 12),
            ),
            layout(20, mbimex=0x0400)(
                Field("AppId", Format.BYTES_REF_SIZE_FIRST, 0),
                u32("SelectP2Arg", 8),
                u32("ChannelGroup", 12),
                u32("SlotId", 16, note=SLOT),
            ),
        ),
        response=layout(16, structure="MBIM_MS_UICC_OPEN_CHANNEL_INFO")(
            u32("Status", 0),
            u32("Channel", 4),
            Field("Response", Format.BYTES_REF_SIZE_FIRST, 8, size_max=256, personal="content"),
        ),
    ),
    cid(3, "MBIM_CID_MS_UICC_CLOSE_CHANNEL", "close-channel", "s", guard=SIM)(
        set=versions(
            layout(8, structure="MBIM_MS_SET_UICC_CLOSE_CHANNEL")(u32("Channel", 0), u32("ChannelGroup", 4)),
            layout(12, mbimex=0x0400, extends=True)(u32("SlotId", 8, note=SLOT)),
        ),
        response=layout(4, structure="MBIM_MS_UICC_CLOSE_CHANNEL_INFO")(u32("Status", 0)),
    ),
    cid(4, "MBIM_CID_MS_UICC_APDU", "apdu", "s", guard=SIM)(
        set=(
            layout(20, structure="MBIM_MS_SET_UICC_APDU")(
                u32("Channel", 0),
                u32("SecureMessaging", 4, "MbimUiccSecureMessaging"),
                u32("ClassByteType", 8, "MbimUiccClassByteType"),
                Field("Command", Format.BYTES_REF_SIZE_FIRST, 12, size_max=261, personal="content"),
            ),
            layout(24, mbimex=0x0400)(
                u32("Channel", 0),
                u32("SecureMessaging", 4, "MbimUiccSecureMessaging"),
                u32("ClassByteType", 8, "MbimUiccClassByteType"),
                Field("Command", Format.BYTES_REF_SIZE_FIRST, 12, personal="content"),
                u32("SlotId", 20, note=SLOT),
            ),
        ),
        response=layout(12, structure="MBIM_MS_UICC_APDU_INFO")(
            u32("Status", 0), Field("Response", Format.BYTES_REF_SIZE_FIRST, 4, personal="content")
        ),
    ),
    cid(5, "MBIM_CID_MS_UICC_TERMINAL_CAPABILITY", "terminal-capability", "qs", guard=SIM)(
        query=(EMPTY, layout(4, mbimex=0x0400)(u32("SlotId", 0, note=SLOT))),
        set=(
            layout(
                4,
                structure="MBIM_MS_SET_UICC_TERMINAL_CAPABILITY",
                note=("the answer to a set has no body per page; the response layout below is that of the query"),
            )(
                u32("TerminalCapabilityCount", 0),
                elements("TerminalCapability", 4, "MbimTerminalCapabilityInfo", "TerminalCapabilityCount"),
            ),
            layout(
                8,
                mbimex=0x0400,
                note=(
                    "SlotId is the first field here, the last one in the other commands; offsets "
                    "in the list count from the start of the buffer, SlotId included"
                ),
            )(
                u32("SlotId", 0, note=SLOT),
                u32("TerminalCapabilityCount", 4),
                elements("TerminalCapability", 8, "MbimTerminalCapabilityInfo", "TerminalCapabilityCount"),
            ),
        ),
        response=layout(4, structure="MBIM_MS_TERMINAL_CAPABILITY_INFO")(
            u32("TerminalCapabilityCount", 0),
            elements("TerminalCapability", 4, "MbimTerminalCapabilityInfo", "TerminalCapabilityCount"),
        ),
    ),
    cid(6, "MBIM_CID_MS_UICC_RESET", "reset", "qs", guard=SIM)(
        query=(EMPTY, layout(4, mbimex=0x0400)(u32("SlotId", 0, note=SLOT))),
        set=versions(
            layout(4, structure="MBIM_SET_MS_UICC_RESET")(u32("PassThroughAction", 0, "MbimUiccPassThroughAction")),
            layout(8, mbimex=0x0400, extends=True)(u32("SlotId", 4, note=SLOT)),
        ),
        response=layout(4, structure="MBIM_MS_UICC_RESET_INFO")(
            u32("PassThroughStatus", 0, "MbimUiccPassThroughStatus")
        ),
    ),
    cid(7, "MBIM_CID_MS_UICC_APP_LIST", "application-list", "q")(
        query=EMPTY,
        response=layout(16, structure="MBIM_UICC_APP_LIST")(
            u32("Version", 0),
            u32("ApplicationCount", 4),
            u32("ActiveApplicationIndex", 8),
            u32("ApplicationListSizeBytes", 12),
            elements("Applications", 16, "MbimUiccApplication", "ApplicationCount"),
        ),
    ),
    cid(8, "MBIM_CID_MS_UICC_FILE_STATUS", "file-status", "q")(
        query=layout(20, structure="MBIM_UICC_FILE_PATH")(
            u32("Version", 0),
            Field("ApplicationId", Format.BYTES_REF, 4, size_max=16),
            Field("FilePath", Format.BYTES_REF, 12, size_max=8),
        ),
        response=layout(48, structure="MBIM_UICC_FILE_STATUS")(
            u32("Version", 0),
            u32("StatusWord1", 4),
            u32("StatusWord2", 8),
            u32("FileAccessibility", 12, "MbimUiccFileAccessibility"),
            u32("FileType", 16, "MbimUiccFileType"),
            u32("FileStructure", 20, "MbimUiccFileStructure"),
            u32("FileItemCount", 24),
            u32("FileItemSize", 28),
            u32("AccessConditionRead", 32, "MbimPinType"),
            u32("AccessConditionUpdate", 36, "MbimPinType"),
            u32("AccessConditionActivate", 40, "MbimPinType"),
            u32("AccessConditionDeactivate", 44, "MbimPinType"),
        ),
    ),
    cid(
        9,
        "MBIM_CID_MS_UICC_ACCESS_BINARY",
        "read-binary",
        "qs",
        note="the page allows set as well but defines the structure for reading only",
        guard=SIM,
    )(
        query=layout(
            44,
            structure="MBIM_UICC_ACCESS_BINARY",
            note="LocalPin: UTF-16LE in libmbim, UTF-8 in the page and in Wireshark",
        )(
            u32("Version", 0),
            Field("ApplicationId", Format.BYTES_REF, 4, size_max=16),
            Field("FilePath", Format.BYTES_REF, 12),
            u32("ReadOffset", 20),
            u32("ReadSize", 24),
            string("LocalPin", 28, size_max=16, personal="secret"),
            Field("Data", Format.BYTES_REF, 36, size_max=32768, personal="subscriber"),
        ),
        response=layout(20, structure="MBIM_UICC_RESPONSE")(
            u32("Version", 0),
            u32("StatusWord1", 4),
            u32("StatusWord2", 8),
            Field("Data", Format.BYTES_REF, 12, size_max=32768, personal="subscriber"),
        ),
    ),
    cid(
        10,
        "MBIM_CID_MS_UICC_ACCESS_RECORD",
        "read-record",
        "qs",
        note="the page allows set as well but defines the structure for reading only",
        guard=SIM,
    )(
        query=layout(
            40,
            structure="MBIM_UICC_ACCESS_RECORD",
            note="LocalPin: UTF-16LE in libmbim, UTF-8 in the page and in Wireshark",
        )(
            u32("Version", 0),
            Field("ApplicationId", Format.BYTES_REF, 4, size_max=16),
            Field("FilePath", Format.BYTES_REF, 12),
            u32("RecordNumber", 20),
            string("LocalPin", 24, size_max=16, personal="secret"),
            Field("Data", Format.BYTES_REF, 32, size_max=256, personal="subscriber"),
        ),
        response=layout(20, structure="MBIM_UICC_RESPONSE")(
            u32("Version", 0),
            u32("StatusWord1", 4),
            u32("StatusWord2", 8),
            Field("Data", Format.BYTES_REF, 12, size_max=32768, personal="subscriber"),
        ),
    ),
)

_NITZ = layout(36, structure="MBIM_NITZ_INFO")(
    u32("Year", 0),
    u32("Month", 4),
    u32("Day", 8),
    u32("Hour", 12),
    u32("Minute", 16),
    u32("Second", 20),
    u32("TimeZoneOffsetMinutes", 24, caution="narrows the place"),
    u32("DaylightSavingTimeOffsetMinutes", 28, caution="narrows the place"),
    u32("DataClass", 32, "MbimDataClass"),
)

MS_VOICE_EXTENSIONS = service(
    13, "MS Voice Extensions", "ms-voice-extensions", "8d8b9eba-37be-449b-8f1e-61cb034a702e", "Microsoft"
)(cid(10, "MBIM_CID_NITZ", "nitz", "qn")(query=EMPTY, response=_NITZ, notification=_NITZ))

MULTICARRIER = service(14, "Multicarrier", "multicarrier", "8b569648-628d-4653-9b9f-1025404424e1", "Microsoft")(
    cid(1, "MBIM_CID_MULTICARRIER_CAPABILITIES", "multicarrier-capabilities", "q")(
        query=EMPTY,
        response=layout(4, structure="MBIM_MULTICARRIER_CAPABILITIES")(u32("Capabilities", 0, "MbimMulticarrierFlags")),
    ),
    cid(2, "MBIM_CID_LOCATION_INFO", "location-info", "qs")(
        query=EMPTY,
        set=layout(4, structure="MBIM_LOCATION_INFO")(u32("Country", 0, personal="place", note="Windows GEOID")),
        response=layout(4, structure="MBIM_LOCATION_INFO")(u32("Country", 0, personal="place", note="Windows GEOID")),
    ),
    cid(3, "MBIM_CID_MULTICARRIER_CURRENT_CID_LIST", "multicarrier-current-cid-list", "q")(
        query=layout(16)(Field("DeviceServiceId", Format.UUID, 0)),
        response=layout(4, structure="MBIM_MULTICARRIERMODE_CURRENT_CID_LIST")(
            u32("CidCount", 0), Field("CidList", Format.U32_ARRAY, 4, count_field="CidCount")
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
