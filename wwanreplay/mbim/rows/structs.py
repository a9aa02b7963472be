"""Structures that MBIM messages share."""

from wwanreplay.mbim.row_forms import string, struct, u32
from wwanreplay.mbim.schema import Field, Format

STRUCTS = (
    struct(
        "MbimAtdsProjectionTable", 76, note="coefficients are signed thousandths in the dissector"
    )(
        u32("Type", 0),
        u32("Bar5Min", 4),
        u32("A5", 8),
        u32("B5", 12),
        u32("Bar4Min", 16),
        u32("A4", 20),
        u32("B4", 24),
        u32("Bar3Min", 28),
        u32("A3", 32),
        u32("B3", 36),
        u32("Bar2Min", 40),
        u32("A2", 44),
        u32("B2", 48),
        u32("Bar1Min", 52),
        u32("A1", 56),
        u32("B1", 60),
        u32("Bar0Min", 64),
        u32("A0", 68),
        u32("B0", 72),
    ),
    struct("MbimAtdsProvider", 32)(
        string("ProviderId", 0, caution="operator identity; narrows subscriber and place"),
        u32("ProviderState", 8, "MbimProviderState"),
        string("ProviderName", 12, caution="operator identity"),
        u32("PlmnMode", 20, "MbimAtdsProviderPlmnMode"),
        u32("Rssi", 24),
        u32("ErrorRate", 28),
    ),
    struct("MbimCellInfoCdma", 36, structure="MBIM_CDMA_MRL_INFO")(
        u32("ServingCellFlag", 0),
        u32("Nid", 4, personal="place"),
        u32("Sid", 8, personal="place"),
        u32("BaseStationId", 12, personal="place"),
        u32("BaseLatitude", 16, personal="place"),
        u32("BaseLongitude", 20, personal="place"),
        u32("RefPn", 24, personal="place"),
        u32("GpsSeconds", 28),
        u32("PilotStrength", 32),
    ),
    struct("MbimCellInfoNeighboringGsm", 28, structure="MBIM_GSM_NMR_INFO")(
        string(
            "ProviderId", 0, size_max=12, caution="operator identity; narrows subscriber and place"
        ),
        u32("LocationAreaCode", 8, personal="place"),
        u32("CellId", 12, personal="place"),
        u32("Arfcn", 16, caution="radio environment"),
        u32("BaseStationId", 20, personal="place"),
        u32("RxLevel", 24),
    ),
    struct("MbimCellInfoNeighboringLte", 32, structure="MBIM_LTE_MRL_INFO")(
        string(
            "ProviderId", 0, size_max=12, caution="operator identity; narrows subscriber and place"
        ),
        u32("CellId", 8, personal="place"),
        u32("Earfcn", 12, caution="radio environment"),
        u32("PhysicalCellId", 16, personal="place"),
        u32("Tac", 20, personal="place"),
        Field("Rsrp", Format.I32, 24),
        Field("Rsrq", Format.I32, 28),
    ),
    struct("MbimCellInfoNeighboringNr", 40, mbimex=0x0300)(
        u32("SystemSubType", 0, "MbimDataSubclass"),
        string("ProviderId", 4, caution="operator identity; narrows subscriber and place"),
        string("CellId", 12, personal="place"),
        u32("PhysicalCellID", 20, personal="place"),
        u32("Tac", 24, personal="place"),
        u32("Rsrp", 28),
        u32("Rsrq", 32),
        u32("Sinr", 36),
    ),
    struct("MbimCellInfoNeighboringTdscdma", 36, structure="MBIM_TDSCDMA_MRL_INFO")(
        string(
            "ProviderId", 0, size_max=12, caution="operator identity; narrows subscriber and place"
        ),
        u32("LocationAreaCode", 8, personal="place"),
        u32("CellId", 12, personal="place"),
        u32("Uarfcn", 16, caution="radio environment"),
        u32("CellParameterID", 20, caution="radio environment"),
        u32("TimingAdvance", 24, personal="place"),
        Field("Rscp", Format.I32, 28),
        u32("PathLoss", 32),
    ),
    struct("MbimCellInfoNeighboringUmts", 36, structure="MBIM_UMTS_MRL_INFO")(
        string(
            "ProviderId", 0, size_max=12, caution="operator identity; narrows subscriber and place"
        ),
        u32("LocationAreaCode", 8, personal="place"),
        u32("CellId", 12, personal="place"),
        u32("Uarfcn", 16, caution="radio environment"),
        u32("PrimaryScramblingCode", 20, caution="radio environment"),
        Field("Rscp", Format.I32, 24),
        Field("Ecno", Format.I32, 28),
        u32("PathLoss", 32),
    ),
    struct("MbimCellInfoServingGsm", 32, structure="MBIM_GSM_SERVING_CELL_INFO")(
        string(
            "ProviderId", 0, size_max=12, caution="operator identity; narrows subscriber and place"
        ),
        u32("LocationAreaCode", 8, personal="place"),
        u32("CellId", 12, personal="place"),
        u32("TimingAdvance", 16, personal="place"),
        u32("Arfcn", 20, caution="radio environment"),
        u32("BaseStationId", 24, personal="place"),
        u32("RxLevel", 28),
    ),
    struct("MbimCellInfoServingLte", 36, structure="MBIM_LTE_SERVING_CELL_INFO")(
        string(
            "ProviderId", 0, size_max=12, caution="operator identity; narrows subscriber and place"
        ),
        u32("CellId", 8, personal="place"),
        u32("Earfcn", 12, caution="radio environment"),
        u32("PhysicalCellId", 16, personal="place"),
        u32("Tac", 20, personal="place"),
        Field("Rsrp", Format.I32, 24),
        Field("Rsrq", Format.I32, 28),
        u32("TimingAdvance", 32, personal="place"),
    ),
    struct("MbimCellInfoServingNr", 48, mbimex=0x0300)(
        string("ProviderId", 0, caution="operator identity; narrows subscriber and place"),
        Field("Nci", Format.U64, 8, personal="place"),
        u32("PhysicalCellID", 16, personal="place"),
        u32("Nrarfcn", 20, caution="radio environment"),
        u32("Tac", 24, personal="place"),
        u32("Rsrp", 28),
        u32("Rsrq", 32),
        u32("Sinr", 36),
        Field("TimingAdvance", Format.U64, 40, personal="place"),
    ),
    struct("MbimCellInfoServingTdscdma", 36, structure="MBIM_TDSCDMA_SERVING_CELL_INFO")(
        string(
            "ProviderId", 0, size_max=12, caution="operator identity; narrows subscriber and place"
        ),
        u32("LocationAreaCode", 8, personal="place"),
        u32("CellId", 12, personal="place"),
        u32("Uarfcn", 16, caution="radio environment"),
        u32("CellParameterID", 20, caution="radio environment"),
        u32("TimingAdvance", 24, personal="place"),
        Field("Rscp", Format.I32, 28),
        u32("PathLoss", 32),
    ),
    struct("MbimCellInfoServingUmts", 48, structure="MBIM_UMTS_SERVING_CELL_INFO")(
        string(
            "ProviderId", 0, size_max=12, caution="operator identity; narrows subscriber and place"
        ),
        u32("LocationAreaCode", 8, personal="place"),
        u32("CellId", 12, personal="place"),
        u32("FrequencyInfoUL", 16),
        u32("FrequencyInfoDL", 20),
        u32("FrequencyInfoNT", 24),
        u32("Uarfcn", 28, caution="radio environment"),
        u32("PrimaryScramblingCode", 32, caution="radio environment"),
        Field("Rscp", Format.I32, 36),
        Field("Ecno", Format.I32, 40),
        u32("PathLoss", 44),
    ),
    struct("MbimDeviceServiceElement", 28)(
        Field("DeviceServiceId", Format.UUID, 0),
        u32("DssPayload", 16),
        u32("MaxDssInstances", 20),
        u32("CidsCount", 24),
        Field("Cids", Format.U32_ARRAY, 28, count_field="CidsCount"),
    ),
    struct("MbimEventEntry", 20)(
        Field("DeviceServiceId", Format.UUID, 0),
        u32("CidsCount", 16),
        Field("Cids", Format.U32_ARRAY, 20, count_field="CidsCount"),
    ),
    struct("MbimIPv4Element", 8)(
        u32("OnLinkPrefixLength", 0),
        Field("IPv4Address", Format.IPV4, 4, personal="subscriber"),
    ),
    struct("MbimIPv6Element", 20)(
        u32("OnLinkPrefixLength", 0),
        Field("IPv6Address", Format.IPV6, 4, personal="subscriber"),
    ),
    struct("MbimIntelRfimFrequencyValue", 36)(
        u32("ServingCellInfo", 0, "MbimIntelServingCellInfo"),
        Field("CenterFrequency", Format.U64, 4),
        u32("Bandwidth", 12),
        u32("RSRP", 16),
        u32("RSRQ", 20),
        u32("SINR", 24),
        u32("RSSI", 28),
        u32("ConnectionStatus", 32, "bool"),
    ),
    struct("MbimLteAttachConfiguration", 44)(
        u32("IpType", 0, "MbimContextIpType"),
        u32("Roaming", 4, "MbimLteAttachContextRoamingControl"),
        u32("Source", 8, "MbimContextSource"),
        string(
            "AccessString",
            12,
            size_max=200,
            personal="subscriber",
            caution="an APN can name an employer or operator",
        ),
        string("UserName", 20, size_max=510, personal="subscriber"),
        string("Password", 28, size_max=510, personal="secret"),
        u32("Compression", 36, "MbimCompression"),
        u32("AuthProtocol", 40, "MbimAuthProtocol"),
    ),
    struct("MbimNetworkBlacklistProvider", 12, structure="MBIM_MS_NETWORK_BLACKLIST_PROVIDER")(
        u32("MCC", 0, caution="operator identity"),
        u32("MNC", 4, caution="operator identity"),
        u32("NetworkBlacklistType", 8, "MbimNetworkBlacklistType"),
    ),
    struct("MbimPacketFilter", 12)(
        u32("FilterSize", 0),
        Field(
            "PacketFilter",
            Format.BYTES_REF_OFFSET_ONLY,
            4,
            count_field="FilterSize",
            personal="peer",
        ),
        Field(
            "PacketMask", Format.BYTES_REF_OFFSET_ONLY, 8, count_field="FilterSize", personal="peer"
        ),
    ),
    struct("MbimPacketFilterV3", 16, mbimex=0x0300)(
        u32("FilterSize", 0),
        Field(
            "PacketFilter",
            Format.BYTES_REF_OFFSET_ONLY,
            4,
            count_field="FilterSize",
            personal="peer",
        ),
        Field(
            "PacketMask", Format.BYTES_REF_OFFSET_ONLY, 8, count_field="FilterSize", personal="peer"
        ),
        u32("FilterId", 12),
    ),
    struct("MbimPcoValue", 12, structure="MBIM-PCO-TYPE")(
        u32("SessionId", 0),
        u32("PcoDataSize", 4),
        u32("PcoDataType", 8, "MbimPcoType"),
        Field(
            "PcoDataBuffer", Format.BYTES_INLINE, 12, count_field="PcoDataSize", personal="content"
        ),
    ),
    struct("MbimPhonebookEntry", 20)(
        u32("EntryIndex", 0),
        string("Number", 4, personal="peer"),
        string("Name", 12, personal="peer"),
    ),
    struct("MbimPinDesc", 16, structure="MBIM_PIN_DESC")(
        u32("PinMode", 0, "MbimPinMode"),
        u32("PinFormat", 4, "MbimPinFormat"),
        u32("PinLengthMin", 8),
        u32("PinLengthMax", 12),
    ),
    struct("MbimProvider", 32)(
        string("ProviderId", 0, caution="operator identity; narrows subscriber and place"),
        u32("ProviderState", 8, "MbimProviderState"),
        string("ProviderName", 12, caution="operator identity"),
        u32("CellularClass", 20, "MbimCellularClass"),
        u32("Rssi", 24),
        u32("ErrorRate", 28),
    ),
    struct("MbimProvisionedContextElement", 52)(
        u32("ContextId", 0),
        Field("ContextType", Format.UUID, 4),
        string(
            "AccessString",
            20,
            personal="subscriber",
            caution="an APN can name an employer or operator",
        ),
        string("UserName", 28, personal="subscriber"),
        string("Password", 36, personal="secret"),
        u32("Compression", 44, "MbimCompression"),
        u32("AuthProtocol", 48, "MbimAuthProtocol"),
    ),
    struct("MbimProvisionedContextElementV2", 72)(
        u32("ContextId", 0),
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
    struct("MbimProvisionedContextElementV4", 72, mbimex=0x0400)(
        u32("ContextId", 0),
        Field("ContextType", Format.UUID, 4),
        u32("IpType", 20, "MbimContextIpType"),
        u32("State", 24, "MbimContextState"),
        u32("Roaming", 28, "MbimContextRoamingControl"),
        u32("MediaType", 32, "MbimContextMediaType"),
        u32("Source", 36, "MbimContextSource"),
        string(
            "AccessString",
            40,
            personal="subscriber",
            caution="an APN can name an employer or operator",
        ),
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
            note=(
                "data length 0 means no slice given; the strings referenced by offset come "
                "after this TLV"
            ),
        ),
    ),
    struct("MbimRsrpSnrInfo", 20, mbimex=0x0200)(
        u32("Rsrp", 0),
        u32("Snr", 4),
        u32("RsrpThreshold", 8),
        u32("SnrThreshold", 12),
        u32("SystemType", 16, "MbimDataClass"),
    ),
    struct("MbimSarConfigState", 8)(
        u32("AntennaIndex", 0),
        u32("BackoffIndex", 4),
    ),
    struct("MbimSlot", 4)(u32("Slot", 0)),
    struct("MbimSmsCdmaReadRecord", 44)(
        u32("MessageIndex", 0),
        u32("MessageStatus", 4, "MbimSmsStatus"),
        string("Address", 8, personal="peer"),
        string("Timestamp", 16, personal="content"),
        u32("Encoding", 24, "MbimSmsCdmaEncoding"),
        u32("Language", 28, "MbimSmsCdmaLang"),
        Field("EncodedMessage", Format.BYTES_REF, 32, personal="content"),
        u32("EncodedMessageSizeInCharacters", 40),
    ),
    struct("MbimSmsCdmaSendRecord", 28)(
        u32("Encoding", 0, "MbimSmsCdmaEncoding"),
        u32("Language", 4, "MbimSmsCdmaLang"),
        string("Address", 8, personal="peer"),
        Field("EncodedMessage", Format.BYTES_REF, 16, personal="content"),
        u32("EncodedMessageSizeInCharacters", 24),
    ),
    struct("MbimSmsPduReadRecord", 16)(
        u32("MessageIndex", 0),
        u32("MessageStatus", 4, "MbimSmsStatus"),
        Field("PduData", Format.BYTES_REF, 8, personal="content"),
    ),
    struct("MbimSmsPduSendRecord", 8)(Field("PduData", Format.BYTES_REF, 0, personal="content")),
    struct("MbimTai", 8, mbimex=0x0300)(
        Field("PlmnMcc", Format.U16, 0, personal="place"),
        Field("PlmnMnc", Format.U16, 2, personal="place"),
        u32("Tac", 4, personal="place"),
    ),
    struct("MbimTerminalCapabilityInfo", 0)(Field("TerminalCapabilityData", Format.BYTES_REST, 0)),
    struct("MbimUiccApplication", 32, structure="MBIM_UICC_APP_INFO")(
        u32("ApplicationType", 0, "MbimUiccApplicationType"),
        Field("ApplicationId", Format.BYTES_REF, 4, size_max=16),
        string("ApplicationName", 12, encoding="utf-8", size_max=256),
        u32("PinKeyReferenceCount", 20),
        Field("PinKeyReferences", Format.BYTES_REF, 24, size_max=8),
    ),
)
