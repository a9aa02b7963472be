"""The device services of MBIM 1.0 (USB-IF) and its errata."""

from wwanreplay.mbim.row_forms import EMPTY, cid, elements, layout, service, string, u32, versions
from wwanreplay.mbim.rows.guards import AUTHENTICATION, MESSAGE, PIN, PROVISIONING, SIM
from wwanreplay.mbim.schema import Field, Format

#: What is known of the field SlotId.
SLOT = "0 or 1 in requests; 0xFFFFFFFF (active slot) is accepted in a query by one client implementation only"

_SUBSCRIBER_READY_STATUS = (
    layout(28)(
        u32("ReadyState", 0, "MbimSubscriberReadyState"),
        string("SubscriberId", 4, personal="subscriber"),
        string("SimIccId", 12, personal="subscriber"),
        u32("ReadyInfo", 20, "MbimReadyInfoFlag"),
        u32("TelephoneNumbersCount", 24),
        Field("TelephoneNumbers", Format.STRING_ARRAY, 28, count_field="TelephoneNumbersCount", personal="subscriber"),
    ),
    layout(32, mbimex=0x0300)(
        u32("ReadyState", 0, "MbimSubscriberReadyState"),
        u32("Flags", 4, "MbimSubscriberReadyStatusFlag"),
        string("SubscriberId", 8, personal="subscriber"),
        string("SimIccId", 16, personal="subscriber"),
        u32("ReadyInfo", 24, "MbimReadyInfoFlag"),
        u32("TelephoneNumbersCount", 28),
        Field("TelephoneNumbers", Format.STRING_ARRAY, 32, count_field="TelephoneNumbersCount", personal="subscriber"),
    ),
    layout(36, mbimex=0x0400)(
        u32("ReadyState", 0, "MbimSubscriberReadyState"),
        u32("Flags", 4, "MbimSubscriberReadyStatusFlag"),
        string("SubscriberId", 8, personal="subscriber"),
        string("SimIccId", 16, personal="subscriber"),
        u32("ReadyInfo", 24, "MbimReadyInfoFlag"),
        u32("TelephoneNumbersCount", 28),
        u32("SlotId", 32, note="between the count and the reference list"),
        Field("TelephoneNumbers", Format.STRING_ARRAY, 36, count_field="TelephoneNumbersCount", personal="subscriber"),
    ),
)

_RADIO_STATE = layout(8, structure="MBIM_RADIO_STATE_INFO")(
    u32("HwRadioState", 0, "MbimRadioSwitchState"), u32("SwRadioState", 4, "MbimRadioSwitchState")
)

_PREFERRED_PROVIDERS = layout(4)(u32("ProvidersCount", 0), elements("Providers", 4, "MbimProvider", "ProvidersCount"))

_REGISTER_STATE = (
    layout(48)(
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
    layout(52, mbimex=0x0200, structure="MBIM_REGISTRATION_STATE_INFO_V2")(
        u32("NwError", 0, "MbimNwError"),
        u32("RegisterState", 4, "MbimRegisterState"),
        u32("RegisterMode", 8, "MbimRegisterMode"),
        u32("AvailableDataClasses", 12, "MbimDataClass"),
        u32("CurrentCellularClass", 16, "MbimCellularClass"),
        string("ProviderId", 20, size_max=12, caution="operator identity; narrows subscriber and place"),
        string("ProviderName", 28, size_max=40, caution="operator identity"),
        string("RoamingText", 36, size_max=126, caution="may name an operator"),
        u32("RegistrationFlag", 44, "MbimRegistrationFlag"),
        u32("PreferredDataClasses", 48, "MbimDataClass"),
    ),
)

_SIGNAL_STATE = versions(
    layout(20)(
        u32("Rssi", 0),
        u32("ErrorRate", 4),
        u32("SignalStrengthInterval", 8),
        u32("RssiThreshold", 12),
        u32("ErrorRateThreshold", 16),
    ),
    layout(28, mbimex=0x0200, structure="MBIM_SIGNAL_STATE_INFO_V2", extends=True)(
        Field("RsrpSnr", Format.STRUCT_LIST_REF, 20, struct="MbimRsrpSnrInfo")
    ),
)

_CONNECT = versions(
    layout(36)(
        u32("SessionId", 0),
        u32("ActivationState", 4, "MbimActivationState"),
        u32("VoiceCallState", 8, "MbimVoiceCallState"),
        u32("IpType", 12, "MbimContextIpType"),
        Field("ContextType", Format.UUID, 16),
        u32("NwError", 32),
    ),
    layout(40, mbimex=0x0300, extends=True)(
        u32("MediaPreference", 36, "MbimAccessMediaType"),
        Field(
            "AccessString",
            Format.TLV_STRING,
            40,
            personal="subscriber",
            caution="an APN can name an employer or operator",
        ),
        Field("UnnamedIes", Format.TLV_LIST, personal="content"),
    ),
    layout(
        40,
        mbimex=0x0400,
        note=("status MATCHING_PDU_SESSION_FOUND (200) carries a SESSION_ID element and a deactivated state (wwan-go)"),
    )(
        u32("SessionId", 0),
        u32("ActivationState", 4, "MbimActivationState"),
        u32("VoiceCallState", 8, "MbimVoiceCallState"),
        u32("IpType", 12, "MbimContextIpType"),
        Field("ContextType", Format.UUID, 16),
        u32("NwError", 32),
        u32("MediaPreference", 36, "MbimAccessMediaType"),
        Field(
            "AccessString",
            Format.TLV_STRING,
            40,
            personal="subscriber",
            caution="an APN can name an employer or operator",
        ),
        Field(
            "SNssai", Format.TLV, tlv_type="SINGLE_NSSAI", caution="subscribed slice", note="data length 0 means absent"
        ),
        Field("UnnamedIes", Format.TLV_LIST, personal="content"),
    ),
)

_PROVISIONED_CONTEXTS = layout(4)(
    u32("ProvisionedContextsCount", 0),
    elements("ProvisionedContexts", 4, "MbimProvisionedContextElement", "ProvisionedContextsCount"),
)

_IP_CONFIGURATION = layout(60)(
    u32("SessionId", 0),
    u32("IPv4ConfigurationAvailable", 4, "MbimIPConfigurationAvailableFlag"),
    u32("IPv6ConfigurationAvailable", 8, "MbimIPConfigurationAvailableFlag"),
    u32("IPv4AddressCount", 12),
    Field(
        "IPv4Address",
        Format.STRUCT_ARRAY,
        16,
        struct="MbimIPv4Element",
        count_field="IPv4AddressCount",
        personal="subscriber",
    ),
    u32("IPv6AddressCount", 20),
    Field(
        "IPv6Address",
        Format.STRUCT_ARRAY,
        24,
        struct="MbimIPv6Element",
        count_field="IPv6AddressCount",
        personal="subscriber",
    ),
    Field("IPv4Gateway", Format.IPV4_REF, 28, personal="subscriber"),
    Field("IPv6Gateway", Format.IPV6_REF, 32, personal="subscriber"),
    u32("IPv4DnsServerCount", 36),
    Field(
        "IPv4DnsServer",
        Format.IPV4_ARRAY,
        40,
        count_field="IPv4DnsServerCount",
        personal="subscriber",
        caution="names the operator",
    ),
    u32("IPv6DnsServerCount", 44),
    Field(
        "IPv6DnsServer",
        Format.IPV6_ARRAY,
        48,
        count_field="IPv6DnsServerCount",
        personal="subscriber",
        caution="names the operator",
    ),
    u32("IPv4Mtu", 52),
    u32("IPv6Mtu", 56),
)

_MULTICARRIER_PROVIDERS = layout(4)(
    u32("ProvidersCount", 0), elements("Providers", 4, "MbimProvider", "ProvidersCount")
)

BASIC_CONNECT = service(1, "Basic Connect", "basic-connect", "a289cc33-bcbb-8b4f-b6b0-133ec2aae6df", "USB-IF MBIM 1.0")(
    cid(1, "MBIM_CID_DEVICE_CAPS", "device-caps", "q")(
        query=EMPTY,
        response=layout(64, structure="MBIM_DEVICE_CAPS_INFO")(
            u32("DeviceType", 0, "MbimDeviceType"),
            u32("CellularClass", 4, "MbimCellularClass"),
            u32("VoiceClass", 8, "MbimVoiceClass"),
            u32("SimClass", 12, "MbimSimClass"),
            u32("DataClass", 16, "MbimDataClass"),
            u32("SmsCaps", 20, "MbimSmsCaps"),
            u32("ControlCaps", 24, "MbimCtrlCaps"),
            u32("MaxSessions", 28),
            string("CustomDataClass", 32, size_max=22, caution="free text"),
            string("DeviceId", 40, size_max=36, personal="device"),
            string("FirmwareInfo", 48, size_max=60, caution="device build"),
            string("HardwareInfo", 56, size_max=60, caution="device model"),
        ),
    ),
    cid(2, "MBIM_CID_SUBSCRIBER_READY_STATUS", "subscriber-ready-status", "qn")(
        query=(EMPTY, layout(4, mbimex=0x0400)(u32("SlotId", 0, note=SLOT))),
        response=_SUBSCRIBER_READY_STATUS,
        notification=_SUBSCRIBER_READY_STATUS,
    ),
    cid(3, "MBIM_CID_RADIO_STATE", "radio-state", "qsn", answer_s=60)(
        query=EMPTY,
        set=layout(4, structure="MBIM_SET_RADIO_STATE")(u32("RadioState", 0, "MbimRadioSwitchState")),
        response=_RADIO_STATE,
        notification=_RADIO_STATE,
    ),
    cid(4, "MBIM_CID_PIN", "pin", "qs", guard=PIN)(
        query=EMPTY,
        set=layout(24)(
            u32("PinType", 0, "MbimPinType"),
            u32("PinOperation", 4, "MbimPinOperation"),
            string("Pin", 8, personal="secret"),
            string("NewPin", 16, personal="secret"),
        ),
        response=layout(12)(
            u32("PinType", 0, "MbimPinType"), u32("PinState", 4, "MbimPinState"), u32("RemainingAttempts", 8)
        ),
    ),
    cid(5, "MBIM_CID_PIN_LIST", "pin-list", "q")(
        query=EMPTY,
        response=layout(160, structure="MBIM_PIN_LIST_INFO")(
            Field("PinDescPin1", Format.STRUCT, 0, struct="MbimPinDesc"),
            Field("PinDescPin2", Format.STRUCT, 16, struct="MbimPinDesc"),
            Field("PinDescDeviceSimPin", Format.STRUCT, 32, struct="MbimPinDesc"),
            Field("PinDescDeviceFirstSimPin", Format.STRUCT, 48, struct="MbimPinDesc"),
            Field("PinDescNetworkPin", Format.STRUCT, 64, struct="MbimPinDesc"),
            Field("PinDescNetworkSubsetPin", Format.STRUCT, 80, struct="MbimPinDesc"),
            Field("PinDescServiceProviderPin", Format.STRUCT, 96, struct="MbimPinDesc"),
            Field("PinDescCorporatePin", Format.STRUCT, 112, struct="MbimPinDesc"),
            Field("PinDescSubsidyLock", Format.STRUCT, 128, struct="MbimPinDesc"),
            Field("PinDescCustom", Format.STRUCT, 144, struct="MbimPinDesc"),
        ),
    ),
    cid(6, "MBIM_CID_HOME_PROVIDER", "home-provider", "qs", guard=PROVISIONING)(
        query=EMPTY,
        set=layout(32)(Field("Provider", Format.STRUCT, 0, struct="MbimProvider")),
        response=layout(32)(Field("Provider", Format.STRUCT, 0, struct="MbimProvider")),
    ),
    cid(7, "MBIM_CID_PREFERRED_PROVIDERS", "preferred-providers", "qsn", guard=SIM)(
        query=EMPTY,
        set=layout(4)(u32("ProvidersCount", 0), elements("Providers", 4, "MbimProvider", "ProvidersCount")),
        response=_PREFERRED_PROVIDERS,
        notification=_PREFERRED_PROVIDERS,
    ),
    cid(8, "MBIM_CID_VISIBLE_PROVIDERS", "visible-providers", "q", answer_s=180)(
        query=layout(4)(u32("Action", 0, "MbimVisibleProvidersAction")),
        response=layout(4)(u32("ProvidersCount", 0), elements("Providers", 4, "MbimProvider", "ProvidersCount")),
    ),
    cid(9, "MBIM_CID_REGISTER_STATE", "register-state", "qsn", answer_s=120)(
        query=EMPTY,
        set=layout(16, structure="MBIM_SET_REGISTRATION_STATE")(
            string("ProviderId", 0, caution="operator identity; narrows subscriber and place"),
            u32("RegisterAction", 8, "MbimRegisterAction"),
            u32("DataClass", 12, "MbimDataClass"),
        ),
        response=_REGISTER_STATE,
        notification=_REGISTER_STATE,
    ),
    cid(10, "MBIM_CID_PACKET_SERVICE", "packet-service", "qsn", answer_s=120)(
        query=EMPTY,
        set=layout(4)(u32("PacketServiceAction", 0, "MbimPacketServiceAction")),
        response=versions(
            layout(28, note="the 64-bit speeds start at offset 12, not on an 8-byte boundary")(
                u32("NwError", 0),
                u32("PacketServiceState", 4, "MbimPacketServiceState"),
                u32("HighestAvailableDataClass", 8, "MbimDataClass"),
                Field("UplinkSpeed", Format.U64, 12),
                Field("DownlinkSpeed", Format.U64, 20),
            ),
            layout(
                32,
                mbimex=0x0200,
                structure="MBIM_PACKET_SERVICE_INFO_V2",
                note="compared with the page: FrequencyRange: page offset 38, computed 28",
            )(
                u32("NwError", 0),
                u32("PacketServiceState", 4, "MbimPacketServiceState"),
                u32("CurrentDataClass", 8, "MbimDataClass"),
                Field("UplinkSpeed", Format.U64, 12),
                Field("DownlinkSpeed", Format.U64, 20),
                u32("FrequencyRange", 28, "MbimFrequencyRange"),
            ),
            layout(44, mbimex=0x0300)(
                u32("NwError", 0),
                u32("PacketServiceState", 4, "MbimPacketServiceState"),
                u32("HighestAvailableDataClass", 8, "MbimDataClassV3"),
                Field("UplinkSpeed", Format.U64, 12),
                Field("DownlinkSpeed", Format.U64, 20),
                u32("FrequencyRange", 28, "MbimFrequencyRange"),
                u32("DataSubclass", 32, "MbimDataSubclass"),
                Field("Tai", Format.STRUCT, 36, struct="MbimTai", personal="place"),
            ),
            layout(44, mbimex=0x0400, extends=True)(
                Field(
                    "UnnamedIes",
                    Format.TLV_LIST,
                    44,
                    optional=True,
                    personal="content",
                    note="may hold 3GPP_REL_VERSION",
                )
            ),
        ),
        notification=versions(
            layout(28)(
                u32("NwError", 0),
                u32("PacketServiceState", 4, "MbimPacketServiceState"),
                u32("HighestAvailableDataClass", 8, "MbimDataClass"),
                Field("UplinkSpeed", Format.U64, 12),
                Field("DownlinkSpeed", Format.U64, 20),
            ),
            layout(
                32,
                mbimex=0x0200,
                structure="MBIM_PACKET_SERVICE_INFO_V2",
                note="compared with the page: FrequencyRange: page offset 38, computed 28",
            )(
                u32("NwError", 0),
                u32("PacketServiceState", 4, "MbimPacketServiceState"),
                u32("CurrentDataClass", 8, "MbimDataClass"),
                Field("UplinkSpeed", Format.U64, 12),
                Field("DownlinkSpeed", Format.U64, 20),
                u32("FrequencyRange", 28, "MbimFrequencyRange"),
            ),
            layout(44, mbimex=0x0300)(
                u32("NwError", 0),
                u32("PacketServiceState", 4, "MbimPacketServiceState"),
                u32("HighestAvailableDataClass", 8, "MbimDataClassV3"),
                Field("UplinkSpeed", Format.U64, 12),
                Field("DownlinkSpeed", Format.U64, 20),
                u32("FrequencyRange", 28, "MbimFrequencyRange"),
                u32("DataSubclass", 32, "MbimDataSubclass"),
                Field("Tai", Format.STRUCT, 36, struct="MbimTai", personal="place"),
            ),
            layout(44, mbimex=0x0400, extends=True)(
                Field(
                    "UnnamedIes",
                    Format.TLV_LIST,
                    44,
                    optional=True,
                    personal="content",
                    note="may hold 3GPP_REL_VERSION",
                )
            ),
        ),
    ),
    cid(11, "MBIM_CID_SIGNAL_STATE", "signal-state", "qsn")(
        query=EMPTY,
        set=layout(12, structure="MBIM_SET_SIGNAL_STATE")(
            u32("SignalStrengthInterval", 0), u32("RssiThreshold", 4), u32("ErrorRateThreshold", 8)
        ),
        response=_SIGNAL_STATE,
        notification=_SIGNAL_STATE,
    ),
    cid(12, "MBIM_CID_CONNECT", "connect", "qsn", answer_s=180)(
        query=(
            layout(36, note="the whole 36-byte structure is sent; only SessionId is meaningful")(
                u32("SessionId", 0),
                u32("ActivationState", 4, "MbimActivationState"),
                u32("VoiceCallState", 8, "MbimVoiceCallState"),
                u32("IpType", 12, "MbimContextIpType"),
                Field("ContextType", Format.UUID, 16),
                u32("NwError", 32),
            ),
            layout(4, mbimex=0x0300, note="SessionId only")(u32("SessionId", 0)),
        ),
        set=(
            layout(60)(
                u32("SessionId", 0),
                u32("ActivationCommand", 4, "MbimActivationCommand"),
                string("AccessString", 8, personal="subscriber", caution="an APN can name an employer or operator"),
                string("UserName", 16, personal="subscriber"),
                string("Password", 24, personal="secret"),
                u32("Compression", 32, "MbimCompression"),
                u32("AuthProtocol", 36, "MbimAuthProtocol"),
                u32("IpType", 40, "MbimContextIpType"),
                Field("ContextType", Format.UUID, 44),
            ),
            layout(40, mbimex=0x0300)(
                u32("SessionId", 0),
                u32("ActivationCommand", 4, "MbimActivationCommand"),
                u32("Compression", 8, "MbimCompression"),
                u32("AuthProtocol", 12, "MbimAuthProtocol"),
                u32("IpType", 16, "MbimContextIpType"),
                Field("ContextType", Format.UUID, 20),
                u32("MediaPreference", 36, "MbimAccessMediaType"),
                Field(
                    "AccessString",
                    Format.TLV_STRING,
                    40,
                    personal="subscriber",
                    caution="an APN can name an employer or operator",
                ),
                Field("UserName", Format.TLV_STRING, personal="subscriber"),
                Field("Password", Format.TLV_STRING, personal="secret"),
                Field("UnnamedIes", Format.TLV_LIST, personal="content"),
            ),
            layout(
                44,
                mbimex=0x0400,
                note=(
                    "activation options 1 and 3 need exactly one TRAFFIC_PARAMETERS element among"
                    " the unnamed elements (wwan-go)"
                ),
            )(
                u32("SessionId", 0),
                u32("ActivationCommand", 4, "MbimActivationCommand"),
                u32("ActivationOption", 8, "MbimActivationOption"),
                u32("Compression", 12, "MbimCompression"),
                u32("AuthProtocol", 16, "MbimAuthProtocol"),
                u32("IpType", 20, "MbimContextIpType"),
                Field("ContextType", Format.UUID, 24),
                u32("MediaPreference", 40, "MbimAccessMediaType"),
                Field(
                    "AccessString",
                    Format.TLV_STRING,
                    44,
                    personal="subscriber",
                    caution="an APN can name an employer or operator",
                ),
                Field("UserName", Format.TLV_STRING, personal="subscriber"),
                Field("Password", Format.TLV_STRING, personal="secret"),
                Field(
                    "SNssai",
                    Format.TLV,
                    tlv_type="SINGLE_NSSAI",
                    caution="subscribed slice",
                    note="data length 0 means absent",
                ),
                Field("UnnamedIes", Format.TLV_LIST, personal="content"),
            ),
        ),
        response=_CONNECT,
        notification=_CONNECT,
    ),
    cid(13, "MBIM_CID_PROVISIONED_CONTEXTS", "provisioned-contexts", "qsn", guard=PROVISIONING)(
        query=EMPTY,
        set=layout(60)(
            u32("ContextId", 0),
            Field("ContextType", Format.UUID, 4),
            string("AccessString", 20, personal="subscriber", caution="an APN can name an employer or operator"),
            string("UserName", 28, personal="subscriber"),
            string("Password", 36, personal="secret"),
            u32("Compression", 44, "MbimCompression"),
            u32("AuthProtocol", 48, "MbimAuthProtocol"),
            string("ProviderId", 52, caution="operator identity; narrows subscriber and place"),
        ),
        response=_PROVISIONED_CONTEXTS,
        notification=_PROVISIONED_CONTEXTS,
    ),
    cid(14, "MBIM_CID_SERVICE_ACTIVATION", "service-activation", "s", guard=PROVISIONING, answer_s=180)(
        set=layout(0)(Field("Buffer", Format.BYTES_REST, 0, personal="content")),
        response=layout(4)(u32("NwError", 0, "MbimNwError"), Field("Buffer", Format.BYTES_REST, 4, personal="content")),
    ),
    cid(15, "MBIM_CID_IP_CONFIGURATION", "ip-configuration", "qn")(
        query=layout(60)(
            u32("SessionId", 0),
            u32("IPv4ConfigurationAvailable", 4, "MbimIPConfigurationAvailableFlag"),
            u32("IPv6ConfigurationAvailable", 8, "MbimIPConfigurationAvailableFlag"),
            u32("IPv4AddressCount", 12),
            Field(
                "IPv4Address",
                Format.STRUCT_ARRAY,
                16,
                struct="MbimIPv4Element",
                count_field="IPv4AddressCount",
                personal="subscriber",
            ),
            u32("IPv6AddressCount", 20),
            Field(
                "IPv6Address",
                Format.STRUCT_ARRAY,
                24,
                struct="MbimIPv6Element",
                count_field="IPv6AddressCount",
                personal="subscriber",
            ),
            Field("IPv4Gateway", Format.IPV4_REF, 28, personal="subscriber"),
            Field("IPv6Gateway", Format.IPV6_REF, 32, personal="subscriber"),
            u32("IPv4DnsServerCount", 36),
            Field(
                "IPv4DnsServer",
                Format.IPV4_ARRAY,
                40,
                count_field="IPv4DnsServerCount",
                personal="subscriber",
                caution="names the operator",
            ),
            u32("IPv6DnsServerCount", 44),
            Field(
                "IPv6DnsServer",
                Format.IPV6_ARRAY,
                48,
                count_field="IPv6DnsServerCount",
                personal="subscriber",
                caution="names the operator",
            ),
            u32("IPv4Mtu", 52),
            u32("IPv6Mtu", 56),
        ),
        response=_IP_CONFIGURATION,
        notification=_IP_CONFIGURATION,
    ),
    cid(16, "MBIM_CID_DEVICE_SERVICES", "device-services", "q")(
        query=EMPTY,
        response=layout(8)(
            u32("DeviceServicesCount", 0),
            u32("MaxDssSessions", 4),
            elements("DeviceServices", 8, "MbimDeviceServiceElement", "DeviceServicesCount"),
        ),
    ),
    cid(19, "MBIM_CID_DEVICE_SERVICE_SUBSCRIBE_LIST", "device-service-subscribe-list", "s")(
        set=layout(4)(u32("EventsCount", 0), elements("Events", 4, "MbimEventEntry", "EventsCount")),
        response=layout(4)(u32("EventsCount", 0), elements("Events", 4, "MbimEventEntry", "EventsCount")),
    ),
    cid(20, "MBIM_CID_PACKET_STATISTICS", "packet-statistics", "q")(
        query=EMPTY,
        response=layout(48)(
            u32("InDiscards", 0),
            u32("InErrors", 4),
            Field("InOctets", Format.U64, 8),
            Field("InPackets", Format.U64, 16),
            Field("OutOctets", Format.U64, 24),
            Field("OutPackets", Format.U64, 32),
            u32("OutErrors", 40),
            u32("OutDiscards", 44),
        ),
    ),
    cid(21, "MBIM_CID_NETWORK_IDLE_HINT", "network-idle-hint", "qs")(
        query=EMPTY,
        set=layout(4)(u32("State", 0, "MbimNetworkIdleHintState")),
        response=layout(4)(u32("State", 0, "MbimNetworkIdleHintState")),
    ),
    cid(22, "MBIM_CID_EMERGENCY_MODE", "emergency-mode", "qn")(
        query=EMPTY,
        set=layout(4)(u32("State", 0, "MbimEmergencyModeState")),
        response=layout(4)(u32("State", 0, "MbimEmergencyModeState")),
        notification=layout(4)(u32("State", 0, "MbimEmergencyModeState")),
    ),
    cid(23, "MBIM_CID_IP_PACKET_FILTERS", "ip-packet-filters", "qs")(
        query=(
            layout(8)(
                u32("SessionId", 0),
                u32("PacketFiltersCount", 4),
                elements("PacketFilters", 8, "MbimPacketFilter", "PacketFiltersCount"),
            ),
            layout(8, mbimex=0x0300)(
                u32("SessionId", 0),
                u32("PacketFiltersCount", 4),
                elements("PacketFilters", 8, "MbimPacketFilterV3", "PacketFiltersCount"),
            ),
        ),
        set=(
            layout(8)(
                u32("SessionId", 0),
                u32("PacketFiltersCount", 4),
                elements("PacketFilters", 8, "MbimPacketFilter", "PacketFiltersCount"),
            ),
            layout(8, mbimex=0x0300)(
                u32("SessionId", 0),
                u32("PacketFiltersCount", 4),
                elements("PacketFilters", 8, "MbimPacketFilterV3", "PacketFiltersCount"),
            ),
        ),
        response=(
            layout(8)(
                u32("SessionId", 0),
                u32("PacketFiltersCount", 4),
                elements("PacketFilters", 8, "MbimPacketFilter", "PacketFiltersCount"),
            ),
            layout(8, mbimex=0x0300)(
                u32("SessionId", 0),
                u32("PacketFiltersCount", 4),
                elements("PacketFilters", 8, "MbimPacketFilterV3", "PacketFiltersCount"),
            ),
        ),
    ),
    cid(
        24,
        "MBIM_CID_MULTICARRIER_PROVIDERS",
        "multicarrier-providers",
        "qsn",
        note="in MBIM 1.0 with errata; OpenBSD and libmbim list it",
        guard=PROVISIONING,
        answer_s=180,
    )(
        query=EMPTY,
        set=layout(4)(u32("ProvidersCount", 0), elements("Providers", 4, "MbimProvider", "ProvidersCount")),
        response=_MULTICARRIER_PROVIDERS,
        notification=_MULTICARRIER_PROVIDERS,
    ),
)

_CONFIGURATION = layout(24)(
    u32("SmsStorageState", 0, "MbimSmsStorageState"),
    u32("Format", 4, "MbimSmsFormat"),
    u32("MaxMessages", 8),
    u32("CdmaShortMessageSize", 12),
    string("ScAddress", 16, personal="peer"),
)

_READ = layout(8)(
    u32("Format", 0, "MbimSmsFormat"),
    u32("MessagesCount", 4),
    elements("PduMessages", 8, "MbimSmsPduReadRecord", "MessagesCount", present_if=("Format", 0)),
    elements("CdmaMessages", 8, "MbimSmsCdmaReadRecord", "MessagesCount", present_if=("Format", 1)),
)

SMS = service(2, "SMS", "sms", "533fbeeb-14fe-4467-9f90-33a223e56c3f", "USB-IF MBIM 1.0")(
    cid(1, "MBIM_CID_SMS_CONFIGURATION", "configuration", "qsn", guard=SIM)(
        query=EMPTY,
        set=layout(12)(u32("Format", 0, "MbimSmsFormat"), string("ScAddress", 4, personal="peer")),
        response=_CONFIGURATION,
        notification=_CONFIGURATION,
    ),
    cid(2, "MBIM_CID_SMS_READ", "read", "qn")(
        query=layout(12)(u32("Format", 0, "MbimSmsFormat"), u32("Flag", 4, "MbimSmsFlag"), u32("MessageIndex", 8)),
        response=_READ,
        notification=_READ,
    ),
    cid(3, "MBIM_CID_SMS_SEND", "send", "s", guard=MESSAGE, answer_s=60)(
        set=layout(
            4,
            note=(
                "the PDU record is an inline structure at offset 4 when Format is PDU (its "
                "offsets count from offset 4); the CDMA record is in the same place otherwise"
            ),
        )(
            u32("Format", 0, "MbimSmsFormat"),
            Field("PduMessage", Format.STRUCT, 4, struct="MbimSmsPduSendRecord", present_if=("Format", 0)),
            Field("CdmaMessage", Format.STRUCT, 4, struct="MbimSmsCdmaSendRecord", present_if=("Format", 1)),
        ),
        response=layout(4)(u32("MessageReference", 0)),
    ),
    cid(4, "MBIM_CID_SMS_DELETE", "delete", "s", guard=SIM)(
        set=layout(8)(u32("Flag", 0, "MbimSmsFlag"), u32("MessageIndex", 4)), response=EMPTY
    ),
    cid(5, "MBIM_CID_SMS_MESSAGE_STORE_STATUS", "message-store-status", "qn")(
        query=EMPTY,
        response=layout(8)(u32("Flag", 0, "MbimSmsStatusFlag"), u32("MessageIndex", 4)),
        notification=layout(8)(u32("Flag", 0, "MbimSmsStatusFlag"), u32("MessageIndex", 4)),
    ),
)

_USSD = layout(20)(
    u32("Response", 0, "MbimUssdResponse"),
    u32("SessionState", 4, "MbimUssdSessionState"),
    u32("DataCodingScheme", 8),
    Field("Payload", Format.BYTES_REF, 12, personal="content"),
)

USSD = service(3, "USSD", "ussd", "e550a0c8-5e82-479e-82f7-10abf4c3351f", "USB-IF MBIM 1.0")(
    cid(1, "MBIM_CID_USSD", "ussd", "sn", guard=MESSAGE, answer_s=120)(
        set=layout(16)(
            u32("Action", 0, "MbimUssdAction"),
            u32("DataCodingScheme", 4),
            Field("Payload", Format.BYTES_REF, 8, personal="content"),
        ),
        response=_USSD,
        notification=_USSD,
    )
)

_PHONEBOOK_CONFIGURATION = layout(20)(
    u32("State", 0, "MbimPhonebookState"),
    u32("NumberOfEntries", 4),
    u32("UsedEntries", 8),
    u32("MaxNumberLength", 12),
    u32("MaxName", 16),
)

PHONEBOOK = service(4, "Phonebook", "phonebook", "4bf38476-1e6a-41db-b1d8-bed289c25bdb", "USB-IF MBIM 1.0")(
    cid(1, "MBIM_CID_PHONEBOOK_CONFIGURATION", "configuration", "qn")(
        query=EMPTY, response=_PHONEBOOK_CONFIGURATION, notification=_PHONEBOOK_CONFIGURATION
    ),
    cid(2, "MBIM_CID_PHONEBOOK_READ", "read", "q")(
        query=layout(8)(u32("FilterFlag", 0, "MbimPhonebookFlag"), u32("FilterMessageIndex", 4)),
        response=layout(4)(u32("EntryCount", 0), elements("Entries", 4, "MbimPhonebookEntry", "EntryCount")),
    ),
    cid(3, "MBIM_CID_PHONEBOOK_DELETE", "delete", "s", guard=SIM)(
        set=layout(8)(u32("FilterFlag", 0, "MbimPhonebookFlag"), u32("FilterMessageIndex", 4)), response=EMPTY
    ),
    cid(4, "MBIM_CID_PHONEBOOK_WRITE", "write", "s", guard=SIM)(
        set=layout(24)(
            u32("SaveFlag", 0, "MbimPhonebookWriteFlag"),
            u32("SaveIndex", 4),
            string("Number", 8, personal="peer"),
            string("Name", 16, personal="peer"),
        ),
        response=EMPTY,
    ),
)

STK = service(5, "STK", "stk", "d8f20131-fcb5-4e17-8602-d6ed3816164c", "USB-IF MBIM 1.0")(
    cid(1, "MBIM_CID_STK_PAC", "pac", "qsn")(
        query=EMPTY,
        set=layout(32)(Field("PacHostControl", Format.BYTES_FIXED, 0, count=32)),
        response=layout(256)(Field("PacSupport", Format.BYTES_FIXED, 0, count=256)),
        notification=layout(4)(
            u32("PacType", 0, "MbimStkPacType"), Field("DataBuffer", Format.BYTES_REST, 4, personal="content")
        ),
    ),
    cid(2, "MBIM_CID_STK_TERMINAL_RESPONSE", "terminal-response", "s", guard=SIM)(
        set=layout(0)(Field("Response", Format.BYTES_COUNTED, 0, personal="content")),
        response=layout(12)(Field("ResultData", Format.BYTES_REF, 0, personal="content"), u32("StatusWords", 8)),
    ),
    cid(3, "MBIM_CID_STK_ENVELOPE", "envelope", "qs", guard=SIM)(
        query=EMPTY,
        set=layout(0)(Field("Data", Format.BYTES_REST, 0, personal="content")),
        response=layout(32)(Field("EnvelopeSupport", Format.BYTES_FIXED, 0, count=32)),
    ),
)

AUTH = service(6, "Auth", "auth", "1d2b5ff7-0aa1-48b2-aa52-50f15767174e", "USB-IF MBIM 1.0")(
    cid(1, "MBIM_CID_AKA_AUTH", "aka", "q", guard=AUTHENTICATION)(
        query=layout(32)(
            Field("Rand", Format.BYTES_FIXED, 0, count=16, personal="secret"),
            Field("Autn", Format.BYTES_FIXED, 16, count=16, personal="secret"),
        ),
        response=layout(66)(
            Field("Res", Format.BYTES_FIXED, 0, count=16, personal="secret"),
            u32("ResLen", 16),
            Field("IntegratingKey", Format.BYTES_FIXED, 20, count=16, personal="secret"),
            Field("CipheringKey", Format.BYTES_FIXED, 36, count=16, personal="secret"),
            Field("Auts", Format.BYTES_FIXED, 52, count=14, personal="secret"),
        ),
    ),
    cid(2, "MBIM_CID_AKAP_AUTH", "akap", "q", guard=AUTHENTICATION)(
        query=layout(40)(
            Field("Rand", Format.BYTES_FIXED, 0, count=16, personal="secret"),
            Field("Autn", Format.BYTES_FIXED, 16, count=16, personal="secret"),
            string("NetworkName", 32, caution="operator identity"),
        ),
        response=layout(66)(
            Field("Res", Format.BYTES_FIXED, 0, count=16, personal="secret"),
            u32("ResLen", 16),
            Field("IntegratingKey", Format.BYTES_FIXED, 20, count=16, personal="secret"),
            Field("CipheringKey", Format.BYTES_FIXED, 36, count=16, personal="secret"),
            Field("Auts", Format.BYTES_FIXED, 52, count=14, personal="secret"),
        ),
    ),
    cid(3, "MBIM_CID_SIM_AUTH", "sim", "q", guard=AUTHENTICATION)(
        query=layout(52)(
            Field("Rand1", Format.BYTES_FIXED, 0, count=16, personal="secret"),
            Field("Rand2", Format.BYTES_FIXED, 16, count=16, personal="secret"),
            Field("Rand3", Format.BYTES_FIXED, 32, count=16, personal="secret"),
            u32("N", 48),
        ),
        response=layout(40)(
            u32("Sres1", 0, personal="secret"),
            Field("Kc1", Format.U64, 4, personal="secret"),
            u32("Sres2", 12, personal="secret"),
            Field("Kc2", Format.U64, 16, personal="secret"),
            u32("Sres3", 24, personal="secret"),
            Field("Kc3", Format.U64, 28, personal="secret"),
            u32("N", 36),
        ),
    ),
)

DSS = service(7, "DSS", "dss", "c08a26dd-7718-4382-8482-6e0d583c4d0e", "USB-IF MBIM 1.0")(
    cid(1, "MBIM_CID_DSS_CONNECT", "connect", "s")(
        set=layout(24)(
            Field("DeviceServiceId", Format.UUID, 0),
            u32("DssSessionId", 16),
            u32("DssLinkState", 20, "MbimDssLinkState"),
        ),
        response=EMPTY,
    )
)

SERVICES = (BASIC_CONNECT, SMS, USSD, PHONEBOOK, STK, AUTH, DSS)
