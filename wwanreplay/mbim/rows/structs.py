"""Structures that MBIM messages share."""

from wwanreplay.mbim.schema import Field, Format, Layout, Struct

STRUCTS = (
    Struct(
        "MbimAtdsProjectionTable",
        Layout(
            76,
            (
                Field("Type", Format.U32, 0),
                Field("Bar5Min", Format.U32, 4),
                Field("A5", Format.U32, 8),
                Field("B5", Format.U32, 12),
                Field("Bar4Min", Format.U32, 16),
                Field("A4", Format.U32, 20),
                Field("B4", Format.U32, 24),
                Field("Bar3Min", Format.U32, 28),
                Field("A3", Format.U32, 32),
                Field("B3", Format.U32, 36),
                Field("Bar2Min", Format.U32, 40),
                Field("A2", Format.U32, 44),
                Field("B2", Format.U32, 48),
                Field("Bar1Min", Format.U32, 52),
                Field("A1", Format.U32, 56),
                Field("B1", Format.U32, 60),
                Field("Bar0Min", Format.U32, 64),
                Field("A0", Format.U32, 68),
                Field("B0", Format.U32, 72),
            ),
            note="coefficients are signed thousandths in the dissector",
        ),
    ),
    Struct(
        "MbimAtdsProvider",
        Layout(
            32,
            (
                Field(
                    "ProviderId",
                    Format.STRING,
                    0,
                    caution="operator identity; narrows subscriber and place",
                ),
                Field("ProviderState", Format.U32, 8, type="MbimProviderState"),
                Field("ProviderName", Format.STRING, 12, caution="operator identity"),
                Field("PlmnMode", Format.U32, 20, type="MbimAtdsProviderPlmnMode"),
                Field("Rssi", Format.U32, 24),
                Field("ErrorRate", Format.U32, 28),
            ),
        ),
    ),
    Struct(
        "MbimCellInfoCdma",
        Layout(
            36,
            (
                Field("ServingCellFlag", Format.U32, 0),
                Field("Nid", Format.U32, 4, personal="place"),
                Field("Sid", Format.U32, 8, personal="place"),
                Field("BaseStationId", Format.U32, 12, personal="place"),
                Field("BaseLatitude", Format.U32, 16, personal="place"),
                Field("BaseLongitude", Format.U32, 20, personal="place"),
                Field("RefPn", Format.U32, 24, personal="place"),
                Field("GpsSeconds", Format.U32, 28),
                Field("PilotStrength", Format.U32, 32),
            ),
            structure="MBIM_CDMA_MRL_INFO",
        ),
    ),
    Struct(
        "MbimCellInfoNeighboringGsm",
        Layout(
            28,
            (
                Field(
                    "ProviderId",
                    Format.STRING,
                    0,
                    size_max=12,
                    caution="operator identity; narrows subscriber and place",
                ),
                Field("LocationAreaCode", Format.U32, 8, personal="place"),
                Field("CellId", Format.U32, 12, personal="place"),
                Field("Arfcn", Format.U32, 16, caution="radio environment"),
                Field("BaseStationId", Format.U32, 20, personal="place"),
                Field("RxLevel", Format.U32, 24),
            ),
            structure="MBIM_GSM_NMR_INFO",
        ),
    ),
    Struct(
        "MbimCellInfoNeighboringLte",
        Layout(
            32,
            (
                Field(
                    "ProviderId",
                    Format.STRING,
                    0,
                    size_max=12,
                    caution="operator identity; narrows subscriber and place",
                ),
                Field("CellId", Format.U32, 8, personal="place"),
                Field("Earfcn", Format.U32, 12, caution="radio environment"),
                Field("PhysicalCellId", Format.U32, 16, personal="place"),
                Field("Tac", Format.U32, 20, personal="place"),
                Field("Rsrp", Format.I32, 24),
                Field("Rsrq", Format.I32, 28),
            ),
            structure="MBIM_LTE_MRL_INFO",
        ),
    ),
    Struct(
        "MbimCellInfoNeighboringNr",
        Layout(
            40,
            (
                Field("SystemSubType", Format.U32, 0, type="MbimDataSubclass"),
                Field(
                    "ProviderId",
                    Format.STRING,
                    4,
                    caution="operator identity; narrows subscriber and place",
                ),
                Field("CellId", Format.STRING, 12, personal="place"),
                Field("PhysicalCellID", Format.U32, 20, personal="place"),
                Field("Tac", Format.U32, 24, personal="place"),
                Field("Rsrp", Format.U32, 28),
                Field("Rsrq", Format.U32, 32),
                Field("Sinr", Format.U32, 36),
            ),
            mbimex=0x0300,
        ),
    ),
    Struct(
        "MbimCellInfoNeighboringTdscdma",
        Layout(
            36,
            (
                Field(
                    "ProviderId",
                    Format.STRING,
                    0,
                    size_max=12,
                    caution="operator identity; narrows subscriber and place",
                ),
                Field("LocationAreaCode", Format.U32, 8, personal="place"),
                Field("CellId", Format.U32, 12, personal="place"),
                Field("Uarfcn", Format.U32, 16, caution="radio environment"),
                Field("CellParameterID", Format.U32, 20, caution="radio environment"),
                Field("TimingAdvance", Format.U32, 24, personal="place"),
                Field("Rscp", Format.I32, 28),
                Field("PathLoss", Format.U32, 32),
            ),
            structure="MBIM_TDSCDMA_MRL_INFO",
        ),
    ),
    Struct(
        "MbimCellInfoNeighboringUmts",
        Layout(
            36,
            (
                Field(
                    "ProviderId",
                    Format.STRING,
                    0,
                    size_max=12,
                    caution="operator identity; narrows subscriber and place",
                ),
                Field("LocationAreaCode", Format.U32, 8, personal="place"),
                Field("CellId", Format.U32, 12, personal="place"),
                Field("Uarfcn", Format.U32, 16, caution="radio environment"),
                Field("PrimaryScramblingCode", Format.U32, 20, caution="radio environment"),
                Field("Rscp", Format.I32, 24),
                Field("Ecno", Format.I32, 28),
                Field("PathLoss", Format.U32, 32),
            ),
            structure="MBIM_UMTS_MRL_INFO",
        ),
    ),
    Struct(
        "MbimCellInfoServingGsm",
        Layout(
            32,
            (
                Field(
                    "ProviderId",
                    Format.STRING,
                    0,
                    size_max=12,
                    caution="operator identity; narrows subscriber and place",
                ),
                Field("LocationAreaCode", Format.U32, 8, personal="place"),
                Field("CellId", Format.U32, 12, personal="place"),
                Field("TimingAdvance", Format.U32, 16, personal="place"),
                Field("Arfcn", Format.U32, 20, caution="radio environment"),
                Field("BaseStationId", Format.U32, 24, personal="place"),
                Field("RxLevel", Format.U32, 28),
            ),
            structure="MBIM_GSM_SERVING_CELL_INFO",
        ),
    ),
    Struct(
        "MbimCellInfoServingLte",
        Layout(
            36,
            (
                Field(
                    "ProviderId",
                    Format.STRING,
                    0,
                    size_max=12,
                    caution="operator identity; narrows subscriber and place",
                ),
                Field("CellId", Format.U32, 8, personal="place"),
                Field("Earfcn", Format.U32, 12, caution="radio environment"),
                Field("PhysicalCellId", Format.U32, 16, personal="place"),
                Field("Tac", Format.U32, 20, personal="place"),
                Field("Rsrp", Format.I32, 24),
                Field("Rsrq", Format.I32, 28),
                Field("TimingAdvance", Format.U32, 32, personal="place"),
            ),
            structure="MBIM_LTE_SERVING_CELL_INFO",
        ),
    ),
    Struct(
        "MbimCellInfoServingNr",
        Layout(
            48,
            (
                Field(
                    "ProviderId",
                    Format.STRING,
                    0,
                    caution="operator identity; narrows subscriber and place",
                ),
                Field("Nci", Format.U64, 8, personal="place"),
                Field("PhysicalCellID", Format.U32, 16, personal="place"),
                Field("Nrarfcn", Format.U32, 20, caution="radio environment"),
                Field("Tac", Format.U32, 24, personal="place"),
                Field("Rsrp", Format.U32, 28),
                Field("Rsrq", Format.U32, 32),
                Field("Sinr", Format.U32, 36),
                Field("TimingAdvance", Format.U64, 40, personal="place"),
            ),
            mbimex=0x0300,
        ),
    ),
    Struct(
        "MbimCellInfoServingTdscdma",
        Layout(
            36,
            (
                Field(
                    "ProviderId",
                    Format.STRING,
                    0,
                    size_max=12,
                    caution="operator identity; narrows subscriber and place",
                ),
                Field("LocationAreaCode", Format.U32, 8, personal="place"),
                Field("CellId", Format.U32, 12, personal="place"),
                Field("Uarfcn", Format.U32, 16, caution="radio environment"),
                Field("CellParameterID", Format.U32, 20, caution="radio environment"),
                Field("TimingAdvance", Format.U32, 24, personal="place"),
                Field("Rscp", Format.I32, 28),
                Field("PathLoss", Format.U32, 32),
            ),
            structure="MBIM_TDSCDMA_SERVING_CELL_INFO",
        ),
    ),
    Struct(
        "MbimCellInfoServingUmts",
        Layout(
            48,
            (
                Field(
                    "ProviderId",
                    Format.STRING,
                    0,
                    size_max=12,
                    caution="operator identity; narrows subscriber and place",
                ),
                Field("LocationAreaCode", Format.U32, 8, personal="place"),
                Field("CellId", Format.U32, 12, personal="place"),
                Field("FrequencyInfoUL", Format.U32, 16),
                Field("FrequencyInfoDL", Format.U32, 20),
                Field("FrequencyInfoNT", Format.U32, 24),
                Field("Uarfcn", Format.U32, 28, caution="radio environment"),
                Field("PrimaryScramblingCode", Format.U32, 32, caution="radio environment"),
                Field("Rscp", Format.I32, 36),
                Field("Ecno", Format.I32, 40),
                Field("PathLoss", Format.U32, 44),
            ),
            structure="MBIM_UMTS_SERVING_CELL_INFO",
        ),
    ),
    Struct(
        "MbimDeviceServiceElement",
        Layout(
            28,
            (
                Field("DeviceServiceId", Format.UUID, 0),
                Field("DssPayload", Format.U32, 16),
                Field("MaxDssInstances", Format.U32, 20),
                Field("CidsCount", Format.U32, 24),
                Field("Cids", Format.U32_ARRAY, 28, count_field="CidsCount"),
            ),
        ),
    ),
    Struct(
        "MbimEventEntry",
        Layout(
            20,
            (
                Field("DeviceServiceId", Format.UUID, 0),
                Field("CidsCount", Format.U32, 16),
                Field("Cids", Format.U32_ARRAY, 20, count_field="CidsCount"),
            ),
        ),
    ),
    Struct(
        "MbimIPv4Element",
        Layout(
            8,
            (
                Field("OnLinkPrefixLength", Format.U32, 0),
                Field("IPv4Address", Format.IPV4, 4, personal="subscriber"),
            ),
        ),
    ),
    Struct(
        "MbimIPv6Element",
        Layout(
            20,
            (
                Field("OnLinkPrefixLength", Format.U32, 0),
                Field("IPv6Address", Format.IPV6, 4, personal="subscriber"),
            ),
        ),
    ),
    Struct(
        "MbimIntelRfimFrequencyValue",
        Layout(
            36,
            (
                Field("ServingCellInfo", Format.U32, 0, type="MbimIntelServingCellInfo"),
                Field("CenterFrequency", Format.U64, 4),
                Field("Bandwidth", Format.U32, 12),
                Field("RSRP", Format.U32, 16),
                Field("RSRQ", Format.U32, 20),
                Field("SINR", Format.U32, 24),
                Field("RSSI", Format.U32, 28),
                Field("ConnectionStatus", Format.U32, 32, type="bool"),
            ),
        ),
    ),
    Struct(
        "MbimLteAttachConfiguration",
        Layout(
            44,
            (
                Field("IpType", Format.U32, 0, type="MbimContextIpType"),
                Field("Roaming", Format.U32, 4, type="MbimLteAttachContextRoamingControl"),
                Field("Source", Format.U32, 8, type="MbimContextSource"),
                Field(
                    "AccessString",
                    Format.STRING,
                    12,
                    size_max=200,
                    personal="subscriber",
                    caution="an APN can name an employer or operator",
                ),
                Field("UserName", Format.STRING, 20, size_max=510, personal="subscriber"),
                Field("Password", Format.STRING, 28, size_max=510, personal="secret"),
                Field("Compression", Format.U32, 36, type="MbimCompression"),
                Field("AuthProtocol", Format.U32, 40, type="MbimAuthProtocol"),
            ),
        ),
    ),
    Struct(
        "MbimNetworkBlacklistProvider",
        Layout(
            12,
            (
                Field("MCC", Format.U32, 0, caution="operator identity"),
                Field("MNC", Format.U32, 4, caution="operator identity"),
                Field("NetworkBlacklistType", Format.U32, 8, type="MbimNetworkBlacklistType"),
            ),
            structure="MBIM_MS_NETWORK_BLACKLIST_PROVIDER",
        ),
    ),
    Struct(
        "MbimPacketFilter",
        Layout(
            12,
            (
                Field("FilterSize", Format.U32, 0),
                Field(
                    "PacketFilter",
                    Format.BYTES_REF_OFFSET_ONLY,
                    4,
                    count_field="FilterSize",
                    personal="peer",
                ),
                Field(
                    "PacketMask",
                    Format.BYTES_REF_OFFSET_ONLY,
                    8,
                    count_field="FilterSize",
                    personal="peer",
                ),
            ),
        ),
    ),
    Struct(
        "MbimPacketFilterV3",
        Layout(
            16,
            (
                Field("FilterSize", Format.U32, 0),
                Field(
                    "PacketFilter",
                    Format.BYTES_REF_OFFSET_ONLY,
                    4,
                    count_field="FilterSize",
                    personal="peer",
                ),
                Field(
                    "PacketMask",
                    Format.BYTES_REF_OFFSET_ONLY,
                    8,
                    count_field="FilterSize",
                    personal="peer",
                ),
                Field("FilterId", Format.U32, 12),
            ),
            mbimex=0x0300,
        ),
    ),
    Struct(
        "MbimPcoValue",
        Layout(
            12,
            (
                Field("SessionId", Format.U32, 0),
                Field("PcoDataSize", Format.U32, 4),
                Field("PcoDataType", Format.U32, 8, type="MbimPcoType"),
                Field(
                    "PcoDataBuffer",
                    Format.BYTES_INLINE,
                    12,
                    count_field="PcoDataSize",
                    personal="content",
                ),
            ),
            structure="MBIM-PCO-TYPE",
        ),
    ),
    Struct(
        "MbimPhonebookEntry",
        Layout(
            20,
            (
                Field("EntryIndex", Format.U32, 0),
                Field("Number", Format.STRING, 4, personal="peer"),
                Field("Name", Format.STRING, 12, personal="peer"),
            ),
        ),
    ),
    Struct(
        "MbimPinDesc",
        Layout(
            16,
            (
                Field("PinMode", Format.U32, 0, type="MbimPinMode"),
                Field("PinFormat", Format.U32, 4, type="MbimPinFormat"),
                Field("PinLengthMin", Format.U32, 8),
                Field("PinLengthMax", Format.U32, 12),
            ),
            structure="MBIM_PIN_DESC",
        ),
    ),
    Struct(
        "MbimProvider",
        Layout(
            32,
            (
                Field(
                    "ProviderId",
                    Format.STRING,
                    0,
                    caution="operator identity; narrows subscriber and place",
                ),
                Field("ProviderState", Format.U32, 8, type="MbimProviderState"),
                Field("ProviderName", Format.STRING, 12, caution="operator identity"),
                Field("CellularClass", Format.U32, 20, type="MbimCellularClass"),
                Field("Rssi", Format.U32, 24),
                Field("ErrorRate", Format.U32, 28),
            ),
        ),
    ),
    Struct(
        "MbimProvisionedContextElement",
        Layout(
            52,
            (
                Field("ContextId", Format.U32, 0),
                Field("ContextType", Format.UUID, 4),
                Field(
                    "AccessString",
                    Format.STRING,
                    20,
                    personal="subscriber",
                    caution="an APN can name an employer or operator",
                ),
                Field("UserName", Format.STRING, 28, personal="subscriber"),
                Field("Password", Format.STRING, 36, personal="secret"),
                Field("Compression", Format.U32, 44, type="MbimCompression"),
                Field("AuthProtocol", Format.U32, 48, type="MbimAuthProtocol"),
            ),
        ),
    ),
    Struct(
        "MbimProvisionedContextElementV2",
        Layout(
            72,
            (
                Field("ContextId", Format.U32, 0),
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
        ),
    ),
    Struct(
        "MbimProvisionedContextElementV4",
        Layout(
            72,
            (
                Field("ContextId", Format.U32, 0),
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
                    note=(
                        "data length 0 means no slice given; the strings "
                        "referenced by offset come after this TLV"
                    ),
                ),
            ),
            mbimex=0x0400,
        ),
    ),
    Struct(
        "MbimRsrpSnrInfo",
        Layout(
            20,
            (
                Field("Rsrp", Format.U32, 0),
                Field("Snr", Format.U32, 4),
                Field("RsrpThreshold", Format.U32, 8),
                Field("SnrThreshold", Format.U32, 12),
                Field("SystemType", Format.U32, 16, type="MbimDataClass"),
            ),
            mbimex=0x0200,
        ),
    ),
    Struct(
        "MbimSarConfigState",
        Layout(
            8,
            (
                Field("AntennaIndex", Format.U32, 0),
                Field("BackoffIndex", Format.U32, 4),
            ),
        ),
    ),
    Struct("MbimSlot", Layout(4, (Field("Slot", Format.U32, 0),))),
    Struct(
        "MbimSmsCdmaReadRecord",
        Layout(
            44,
            (
                Field("MessageIndex", Format.U32, 0),
                Field("MessageStatus", Format.U32, 4, type="MbimSmsStatus"),
                Field("Address", Format.STRING, 8, personal="peer"),
                Field("Timestamp", Format.STRING, 16, personal="content"),
                Field("Encoding", Format.U32, 24, type="MbimSmsCdmaEncoding"),
                Field("Language", Format.U32, 28, type="MbimSmsCdmaLang"),
                Field("EncodedMessage", Format.BYTES_REF, 32, personal="content"),
                Field("EncodedMessageSizeInCharacters", Format.U32, 40),
            ),
        ),
    ),
    Struct(
        "MbimSmsCdmaSendRecord",
        Layout(
            28,
            (
                Field("Encoding", Format.U32, 0, type="MbimSmsCdmaEncoding"),
                Field("Language", Format.U32, 4, type="MbimSmsCdmaLang"),
                Field("Address", Format.STRING, 8, personal="peer"),
                Field("EncodedMessage", Format.BYTES_REF, 16, personal="content"),
                Field("EncodedMessageSizeInCharacters", Format.U32, 24),
            ),
        ),
    ),
    Struct(
        "MbimSmsPduReadRecord",
        Layout(
            16,
            (
                Field("MessageIndex", Format.U32, 0),
                Field("MessageStatus", Format.U32, 4, type="MbimSmsStatus"),
                Field("PduData", Format.BYTES_REF, 8, personal="content"),
            ),
        ),
    ),
    Struct(
        "MbimSmsPduSendRecord",
        Layout(8, (Field("PduData", Format.BYTES_REF, 0, personal="content"),)),
    ),
    Struct(
        "MbimTai",
        Layout(
            8,
            (
                Field("PlmnMcc", Format.U16, 0, personal="place"),
                Field("PlmnMnc", Format.U16, 2, personal="place"),
                Field("Tac", Format.U32, 4, personal="place"),
            ),
            mbimex=0x0300,
        ),
    ),
    Struct(
        "MbimTerminalCapabilityInfo",
        Layout(0, (Field("TerminalCapabilityData", Format.BYTES_REST, 0),)),
    ),
    Struct(
        "MbimUiccApplication",
        Layout(
            32,
            (
                Field("ApplicationType", Format.U32, 0, type="MbimUiccApplicationType"),
                Field("ApplicationId", Format.BYTES_REF, 4, size_max=16),
                Field("ApplicationName", Format.STRING, 12, encoding="utf-8", size_max=256),
                Field("PinKeyReferenceCount", Format.U32, 20),
                Field("PinKeyReferences", Format.BYTES_REF, 24, size_max=8),
            ),
            structure="MBIM_UICC_APP_INFO",
        ),
    ),
)
