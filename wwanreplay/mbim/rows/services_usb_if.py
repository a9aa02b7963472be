"""The device services of MBIM 1.0 (USB-IF) and its errata."""

from wwanreplay.mbim.schema import Cid, Field, Format, Layout, Service

EMPTY = Layout(0)

_SUBSCRIBER_READY_STATUS = (
    Layout(
        28,
        (
            Field("ReadyState", Format.U32, 0, type="MbimSubscriberReadyState"),
            Field("SubscriberId", Format.STRING, 4, personal="subscriber"),
            Field("SimIccId", Format.STRING, 12, personal="subscriber"),
            Field("ReadyInfo", Format.U32, 20, type="MbimReadyInfoFlag"),
            Field("TelephoneNumbersCount", Format.U32, 24),
            Field(
                "TelephoneNumbers",
                Format.STRING_ARRAY,
                28,
                count_field="TelephoneNumbersCount",
                personal="subscriber",
            ),
        ),
    ),
    Layout(
        32,
        (
            Field("ReadyState", Format.U32, 0, type="MbimSubscriberReadyState"),
            Field("Flags", Format.U32, 4, type="MbimSubscriberReadyStatusFlag"),
            Field("SubscriberId", Format.STRING, 8, personal="subscriber"),
            Field("SimIccId", Format.STRING, 16, personal="subscriber"),
            Field("ReadyInfo", Format.U32, 24, type="MbimReadyInfoFlag"),
            Field("TelephoneNumbersCount", Format.U32, 28),
            Field(
                "TelephoneNumbers",
                Format.STRING_ARRAY,
                32,
                count_field="TelephoneNumbersCount",
                personal="subscriber",
            ),
        ),
        mbimex=0x0300,
    ),
    Layout(
        36,
        (
            Field("ReadyState", Format.U32, 0, type="MbimSubscriberReadyState"),
            Field("Flags", Format.U32, 4, type="MbimSubscriberReadyStatusFlag"),
            Field("SubscriberId", Format.STRING, 8, personal="subscriber"),
            Field("SimIccId", Format.STRING, 16, personal="subscriber"),
            Field("ReadyInfo", Format.U32, 24, type="MbimReadyInfoFlag"),
            Field("TelephoneNumbersCount", Format.U32, 28),
            Field("SlotId", Format.U32, 32, note="between the count and the reference list"),
            Field(
                "TelephoneNumbers",
                Format.STRING_ARRAY,
                36,
                count_field="TelephoneNumbersCount",
                personal="subscriber",
            ),
        ),
        mbimex=0x0400,
    ),
)

_RADIO_STATE = (
    Layout(
        8,
        (
            Field("HwRadioState", Format.U32, 0, type="MbimRadioSwitchState"),
            Field("SwRadioState", Format.U32, 4, type="MbimRadioSwitchState"),
        ),
        structure="MBIM_RADIO_STATE_INFO",
    ),
)

_PREFERRED_PROVIDERS = (
    Layout(
        4,
        (
            Field("ProvidersCount", Format.U32, 0),
            Field(
                "Providers",
                Format.STRUCT_REF_ARRAY,
                4,
                struct="MbimProvider",
                count_field="ProvidersCount",
            ),
        ),
    ),
)

_REGISTER_STATE = (
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
    Layout(
        52,
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
                size_max=12,
                caution="operator identity; narrows subscriber and place",
            ),
            Field("ProviderName", Format.STRING, 28, size_max=40, caution="operator identity"),
            Field("RoamingText", Format.STRING, 36, size_max=126, caution="may name an operator"),
            Field("RegistrationFlag", Format.U32, 44, type="MbimRegistrationFlag"),
            Field("PreferredDataClasses", Format.U32, 48, type="MbimDataClass"),
        ),
        mbimex=0x0200,
        structure="MBIM_REGISTRATION_STATE_INFO_V2",
    ),
)

_SIGNAL_STATE = (
    Layout(
        20,
        (
            Field("Rssi", Format.U32, 0),
            Field("ErrorRate", Format.U32, 4),
            Field("SignalStrengthInterval", Format.U32, 8),
            Field("RssiThreshold", Format.U32, 12),
            Field("ErrorRateThreshold", Format.U32, 16),
        ),
    ),
    Layout(
        28,
        (
            Field("Rssi", Format.U32, 0),
            Field("ErrorRate", Format.U32, 4),
            Field("SignalStrengthInterval", Format.U32, 8),
            Field("RssiThreshold", Format.U32, 12),
            Field("ErrorRateThreshold", Format.U32, 16),
            Field("RsrpSnr", Format.STRUCT_LIST_REF, 20, struct="MbimRsrpSnrInfo"),
        ),
        mbimex=0x0200,
        structure="MBIM_SIGNAL_STATE_INFO_V2",
    ),
)

_CONNECT = (
    Layout(
        36,
        (
            Field("SessionId", Format.U32, 0),
            Field("ActivationState", Format.U32, 4, type="MbimActivationState"),
            Field("VoiceCallState", Format.U32, 8, type="MbimVoiceCallState"),
            Field("IpType", Format.U32, 12, type="MbimContextIpType"),
            Field("ContextType", Format.UUID, 16),
            Field("NwError", Format.U32, 32),
        ),
    ),
    Layout(
        40,
        (
            Field("SessionId", Format.U32, 0),
            Field("ActivationState", Format.U32, 4, type="MbimActivationState"),
            Field("VoiceCallState", Format.U32, 8, type="MbimVoiceCallState"),
            Field("IpType", Format.U32, 12, type="MbimContextIpType"),
            Field("ContextType", Format.UUID, 16),
            Field("NwError", Format.U32, 32),
            Field("MediaPreference", Format.U32, 36, type="MbimAccessMediaType"),
            Field(
                "AccessString",
                Format.TLV_STRING,
                40,
                personal="subscriber",
                caution="an APN can name an employer or operator",
            ),
            Field("UnnamedIes", Format.TLV_LIST, personal="content"),
        ),
        mbimex=0x0300,
    ),
    Layout(
        40,
        (
            Field("SessionId", Format.U32, 0),
            Field("ActivationState", Format.U32, 4, type="MbimActivationState"),
            Field("VoiceCallState", Format.U32, 8, type="MbimVoiceCallState"),
            Field("IpType", Format.U32, 12, type="MbimContextIpType"),
            Field("ContextType", Format.UUID, 16),
            Field("NwError", Format.U32, 32),
            Field("MediaPreference", Format.U32, 36, type="MbimAccessMediaType"),
            Field(
                "AccessString",
                Format.TLV_STRING,
                40,
                personal="subscriber",
                caution="an APN can name an employer or operator",
            ),
            Field(
                "SNssai",
                Format.TLV,
                tlv_type="SINGLE_NSSAI",
                caution="subscribed slice",
                note="data length 0 means absent",
            ),
            Field("UnnamedIes", Format.TLV_LIST, personal="content"),
        ),
        mbimex=0x0400,
        note=(
            "status MATCHING_PDU_SESSION_FOUND (200) carries a "
            "SESSION_ID element and a deactivated state (wwan-go)"
        ),
    ),
)

_PROVISIONED_CONTEXTS = (
    Layout(
        4,
        (
            Field("ProvisionedContextsCount", Format.U32, 0),
            Field(
                "ProvisionedContexts",
                Format.STRUCT_REF_ARRAY,
                4,
                struct="MbimProvisionedContextElement",
                count_field="ProvisionedContextsCount",
            ),
        ),
    ),
)

_IP_CONFIGURATION = (
    Layout(
        60,
        (
            Field("SessionId", Format.U32, 0),
            Field(
                "IPv4ConfigurationAvailable", Format.U32, 4, type="MbimIPConfigurationAvailableFlag"
            ),
            Field(
                "IPv6ConfigurationAvailable", Format.U32, 8, type="MbimIPConfigurationAvailableFlag"
            ),
            Field("IPv4AddressCount", Format.U32, 12),
            Field(
                "IPv4Address",
                Format.STRUCT_ARRAY,
                16,
                struct="MbimIPv4Element",
                count_field="IPv4AddressCount",
                personal="subscriber",
            ),
            Field("IPv6AddressCount", Format.U32, 20),
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
            Field("IPv4DnsServerCount", Format.U32, 36),
            Field(
                "IPv4DnsServer",
                Format.IPV4_ARRAY,
                40,
                count_field="IPv4DnsServerCount",
                personal="subscriber",
                caution="names the operator",
            ),
            Field("IPv6DnsServerCount", Format.U32, 44),
            Field(
                "IPv6DnsServer",
                Format.IPV6_ARRAY,
                48,
                count_field="IPv6DnsServerCount",
                personal="subscriber",
                caution="names the operator",
            ),
            Field("IPv4Mtu", Format.U32, 52),
            Field("IPv6Mtu", Format.U32, 56),
        ),
    ),
)

_MULTICARRIER_PROVIDERS = (
    Layout(
        4,
        (
            Field("ProvidersCount", Format.U32, 0),
            Field(
                "Providers",
                Format.STRUCT_REF_ARRAY,
                4,
                struct="MbimProvider",
                count_field="ProvidersCount",
            ),
        ),
    ),
)

BASIC_CONNECT = Service(
    1,
    "Basic Connect",
    "basic-connect",
    "a289cc33-bcbb-8b4f-b6b0-133ec2aae6df",
    "USB-IF MBIM 1.0",
    (
        Cid(
            1,
            "MBIM_CID_DEVICE_CAPS",
            "device-caps",
            "q",
            query=(EMPTY,),
            response=(
                Layout(
                    64,
                    (
                        Field("DeviceType", Format.U32, 0, type="MbimDeviceType"),
                        Field("CellularClass", Format.U32, 4, type="MbimCellularClass"),
                        Field("VoiceClass", Format.U32, 8, type="MbimVoiceClass"),
                        Field("SimClass", Format.U32, 12, type="MbimSimClass"),
                        Field("DataClass", Format.U32, 16, type="MbimDataClass"),
                        Field("SmsCaps", Format.U32, 20, type="MbimSmsCaps"),
                        Field("ControlCaps", Format.U32, 24, type="MbimCtrlCaps"),
                        Field("MaxSessions", Format.U32, 28),
                        Field(
                            "CustomDataClass", Format.STRING, 32, size_max=22, caution="free text"
                        ),
                        Field("DeviceId", Format.STRING, 40, size_max=36, personal="device"),
                        Field(
                            "FirmwareInfo", Format.STRING, 48, size_max=60, caution="device build"
                        ),
                        Field(
                            "HardwareInfo", Format.STRING, 56, size_max=60, caution="device model"
                        ),
                    ),
                    structure="MBIM_DEVICE_CAPS_INFO",
                ),
            ),
        ),
        Cid(
            2,
            "MBIM_CID_SUBSCRIBER_READY_STATUS",
            "subscriber-ready-status",
            "qn",
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
            response=_SUBSCRIBER_READY_STATUS,
            notification=_SUBSCRIBER_READY_STATUS,
        ),
        Cid(
            3,
            "MBIM_CID_RADIO_STATE",
            "radio-state",
            "qsn",
            query=(EMPTY,),
            set=(
                Layout(
                    4,
                    (Field("RadioState", Format.U32, 0, type="MbimRadioSwitchState"),),
                    structure="MBIM_SET_RADIO_STATE",
                ),
            ),
            response=_RADIO_STATE,
            notification=_RADIO_STATE,
        ),
        Cid(
            4,
            "MBIM_CID_PIN",
            "pin",
            "qs",
            query=(EMPTY,),
            set=(
                Layout(
                    24,
                    (
                        Field("PinType", Format.U32, 0, type="MbimPinType"),
                        Field("PinOperation", Format.U32, 4, type="MbimPinOperation"),
                        Field("Pin", Format.STRING, 8, personal="secret"),
                        Field("NewPin", Format.STRING, 16, personal="secret"),
                    ),
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
                ),
            ),
        ),
        Cid(
            5,
            "MBIM_CID_PIN_LIST",
            "pin-list",
            "q",
            query=(EMPTY,),
            response=(
                Layout(
                    160,
                    (
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
                    structure="MBIM_PIN_LIST_INFO",
                ),
            ),
        ),
        Cid(
            6,
            "MBIM_CID_HOME_PROVIDER",
            "home-provider",
            "qs",
            query=(EMPTY,),
            set=(Layout(32, (Field("Provider", Format.STRUCT, 0, struct="MbimProvider"),)),),
            response=(Layout(32, (Field("Provider", Format.STRUCT, 0, struct="MbimProvider"),)),),
        ),
        Cid(
            7,
            "MBIM_CID_PREFERRED_PROVIDERS",
            "preferred-providers",
            "qsn",
            query=(EMPTY,),
            set=(
                Layout(
                    4,
                    (
                        Field("ProvidersCount", Format.U32, 0),
                        Field(
                            "Providers",
                            Format.STRUCT_REF_ARRAY,
                            4,
                            struct="MbimProvider",
                            count_field="ProvidersCount",
                        ),
                    ),
                ),
            ),
            response=_PREFERRED_PROVIDERS,
            notification=_PREFERRED_PROVIDERS,
        ),
        Cid(
            8,
            "MBIM_CID_VISIBLE_PROVIDERS",
            "visible-providers",
            "q",
            query=(
                Layout(4, (Field("Action", Format.U32, 0, type="MbimVisibleProvidersAction"),)),
            ),
            response=(
                Layout(
                    4,
                    (
                        Field("ProvidersCount", Format.U32, 0),
                        Field(
                            "Providers",
                            Format.STRUCT_REF_ARRAY,
                            4,
                            struct="MbimProvider",
                            count_field="ProvidersCount",
                        ),
                    ),
                ),
            ),
        ),
        Cid(
            9,
            "MBIM_CID_REGISTER_STATE",
            "register-state",
            "qsn",
            query=(EMPTY,),
            set=(
                Layout(
                    16,
                    (
                        Field(
                            "ProviderId",
                            Format.STRING,
                            0,
                            caution="operator identity; narrows subscriber and place",
                        ),
                        Field("RegisterAction", Format.U32, 8, type="MbimRegisterAction"),
                        Field("DataClass", Format.U32, 12, type="MbimDataClass"),
                    ),
                    structure="MBIM_SET_REGISTRATION_STATE",
                ),
            ),
            response=_REGISTER_STATE,
            notification=_REGISTER_STATE,
        ),
        Cid(
            10,
            "MBIM_CID_PACKET_SERVICE",
            "packet-service",
            "qsn",
            query=(EMPTY,),
            set=(
                Layout(
                    4,
                    (Field("PacketServiceAction", Format.U32, 0, type="MbimPacketServiceAction"),),
                ),
            ),
            response=(
                Layout(
                    28,
                    (
                        Field("NwError", Format.U32, 0),
                        Field("PacketServiceState", Format.U32, 4, type="MbimPacketServiceState"),
                        Field("HighestAvailableDataClass", Format.U32, 8, type="MbimDataClass"),
                        Field("UplinkSpeed", Format.U64, 12),
                        Field("DownlinkSpeed", Format.U64, 20),
                    ),
                    note=("the 64-bit speeds start at offset 12, not on an 8-byte boundary"),
                ),
                Layout(
                    32,
                    (
                        Field("NwError", Format.U32, 0),
                        Field("PacketServiceState", Format.U32, 4, type="MbimPacketServiceState"),
                        Field("CurrentDataClass", Format.U32, 8, type="MbimDataClass"),
                        Field("UplinkSpeed", Format.U64, 12),
                        Field("DownlinkSpeed", Format.U64, 20),
                        Field("FrequencyRange", Format.U32, 28, type="MbimFrequencyRange"),
                    ),
                    mbimex=0x0200,
                    structure="MBIM_PACKET_SERVICE_INFO_V2",
                    note=("compared with the page: FrequencyRange: page offset 38, computed 28"),
                ),
                Layout(
                    44,
                    (
                        Field("NwError", Format.U32, 0),
                        Field("PacketServiceState", Format.U32, 4, type="MbimPacketServiceState"),
                        Field("HighestAvailableDataClass", Format.U32, 8, type="MbimDataClassV3"),
                        Field("UplinkSpeed", Format.U64, 12),
                        Field("DownlinkSpeed", Format.U64, 20),
                        Field("FrequencyRange", Format.U32, 28, type="MbimFrequencyRange"),
                        Field("DataSubclass", Format.U32, 32, type="MbimDataSubclass"),
                        Field("Tai", Format.STRUCT, 36, struct="MbimTai", personal="place"),
                    ),
                    mbimex=0x0300,
                ),
                Layout(
                    44,
                    (
                        Field("NwError", Format.U32, 0),
                        Field("PacketServiceState", Format.U32, 4, type="MbimPacketServiceState"),
                        Field("HighestAvailableDataClass", Format.U32, 8, type="MbimDataClassV3"),
                        Field("UplinkSpeed", Format.U64, 12),
                        Field("DownlinkSpeed", Format.U64, 20),
                        Field("FrequencyRange", Format.U32, 28, type="MbimFrequencyRange"),
                        Field("DataSubclass", Format.U32, 32, type="MbimDataSubclass"),
                        Field("Tai", Format.STRUCT, 36, struct="MbimTai", personal="place"),
                        Field(
                            "UnnamedIes",
                            Format.TLV_LIST,
                            44,
                            optional=True,
                            personal="content",
                            note="may hold 3GPP_REL_VERSION",
                        ),
                    ),
                    mbimex=0x0400,
                ),
            ),
            notification=(
                Layout(
                    28,
                    (
                        Field("NwError", Format.U32, 0),
                        Field("PacketServiceState", Format.U32, 4, type="MbimPacketServiceState"),
                        Field("HighestAvailableDataClass", Format.U32, 8, type="MbimDataClass"),
                        Field("UplinkSpeed", Format.U64, 12),
                        Field("DownlinkSpeed", Format.U64, 20),
                    ),
                ),
                Layout(
                    32,
                    (
                        Field("NwError", Format.U32, 0),
                        Field("PacketServiceState", Format.U32, 4, type="MbimPacketServiceState"),
                        Field("CurrentDataClass", Format.U32, 8, type="MbimDataClass"),
                        Field("UplinkSpeed", Format.U64, 12),
                        Field("DownlinkSpeed", Format.U64, 20),
                        Field("FrequencyRange", Format.U32, 28, type="MbimFrequencyRange"),
                    ),
                    mbimex=0x0200,
                    structure="MBIM_PACKET_SERVICE_INFO_V2",
                    note=("compared with the page: FrequencyRange: page offset 38, computed 28"),
                ),
                Layout(
                    44,
                    (
                        Field("NwError", Format.U32, 0),
                        Field("PacketServiceState", Format.U32, 4, type="MbimPacketServiceState"),
                        Field("HighestAvailableDataClass", Format.U32, 8, type="MbimDataClassV3"),
                        Field("UplinkSpeed", Format.U64, 12),
                        Field("DownlinkSpeed", Format.U64, 20),
                        Field("FrequencyRange", Format.U32, 28, type="MbimFrequencyRange"),
                        Field("DataSubclass", Format.U32, 32, type="MbimDataSubclass"),
                        Field("Tai", Format.STRUCT, 36, struct="MbimTai", personal="place"),
                    ),
                    mbimex=0x0300,
                ),
                Layout(
                    44,
                    (
                        Field("NwError", Format.U32, 0),
                        Field("PacketServiceState", Format.U32, 4, type="MbimPacketServiceState"),
                        Field("HighestAvailableDataClass", Format.U32, 8, type="MbimDataClassV3"),
                        Field("UplinkSpeed", Format.U64, 12),
                        Field("DownlinkSpeed", Format.U64, 20),
                        Field("FrequencyRange", Format.U32, 28, type="MbimFrequencyRange"),
                        Field("DataSubclass", Format.U32, 32, type="MbimDataSubclass"),
                        Field("Tai", Format.STRUCT, 36, struct="MbimTai", personal="place"),
                        Field(
                            "UnnamedIes",
                            Format.TLV_LIST,
                            44,
                            optional=True,
                            personal="content",
                            note="may hold 3GPP_REL_VERSION",
                        ),
                    ),
                    mbimex=0x0400,
                ),
            ),
        ),
        Cid(
            11,
            "MBIM_CID_SIGNAL_STATE",
            "signal-state",
            "qsn",
            query=(EMPTY,),
            set=(
                Layout(
                    12,
                    (
                        Field("SignalStrengthInterval", Format.U32, 0),
                        Field("RssiThreshold", Format.U32, 4),
                        Field("ErrorRateThreshold", Format.U32, 8),
                    ),
                    structure="MBIM_SET_SIGNAL_STATE",
                ),
            ),
            response=_SIGNAL_STATE,
            notification=_SIGNAL_STATE,
        ),
        Cid(
            12,
            "MBIM_CID_CONNECT",
            "connect",
            "qsn",
            query=(
                Layout(
                    36,
                    (
                        Field("SessionId", Format.U32, 0),
                        Field("ActivationState", Format.U32, 4, type="MbimActivationState"),
                        Field("VoiceCallState", Format.U32, 8, type="MbimVoiceCallState"),
                        Field("IpType", Format.U32, 12, type="MbimContextIpType"),
                        Field("ContextType", Format.UUID, 16),
                        Field("NwError", Format.U32, 32),
                    ),
                    note=("the whole 36-byte structure is sent; only SessionId is meaningful"),
                ),
                Layout(
                    4, (Field("SessionId", Format.U32, 0),), mbimex=0x0300, note="SessionId only"
                ),
            ),
            set=(
                Layout(
                    60,
                    (
                        Field("SessionId", Format.U32, 0),
                        Field("ActivationCommand", Format.U32, 4, type="MbimActivationCommand"),
                        Field(
                            "AccessString",
                            Format.STRING,
                            8,
                            personal="subscriber",
                            caution="an APN can name an employer or operator",
                        ),
                        Field("UserName", Format.STRING, 16, personal="subscriber"),
                        Field("Password", Format.STRING, 24, personal="secret"),
                        Field("Compression", Format.U32, 32, type="MbimCompression"),
                        Field("AuthProtocol", Format.U32, 36, type="MbimAuthProtocol"),
                        Field("IpType", Format.U32, 40, type="MbimContextIpType"),
                        Field("ContextType", Format.UUID, 44),
                    ),
                ),
                Layout(
                    40,
                    (
                        Field("SessionId", Format.U32, 0),
                        Field("ActivationCommand", Format.U32, 4, type="MbimActivationCommand"),
                        Field("Compression", Format.U32, 8, type="MbimCompression"),
                        Field("AuthProtocol", Format.U32, 12, type="MbimAuthProtocol"),
                        Field("IpType", Format.U32, 16, type="MbimContextIpType"),
                        Field("ContextType", Format.UUID, 20),
                        Field("MediaPreference", Format.U32, 36, type="MbimAccessMediaType"),
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
                    mbimex=0x0300,
                ),
                Layout(
                    44,
                    (
                        Field("SessionId", Format.U32, 0),
                        Field("ActivationCommand", Format.U32, 4, type="MbimActivationCommand"),
                        Field("ActivationOption", Format.U32, 8, type="MbimActivationOption"),
                        Field("Compression", Format.U32, 12, type="MbimCompression"),
                        Field("AuthProtocol", Format.U32, 16, type="MbimAuthProtocol"),
                        Field("IpType", Format.U32, 20, type="MbimContextIpType"),
                        Field("ContextType", Format.UUID, 24),
                        Field("MediaPreference", Format.U32, 40, type="MbimAccessMediaType"),
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
                    mbimex=0x0400,
                    note=(
                        "activation options 1 and 3 need exactly one "
                        "TRAFFIC_PARAMETERS element among the unnamed elements "
                        "(wwan-go)"
                    ),
                ),
            ),
            response=_CONNECT,
            notification=_CONNECT,
        ),
        Cid(
            13,
            "MBIM_CID_PROVISIONED_CONTEXTS",
            "provisioned-contexts",
            "qsn",
            query=(EMPTY,),
            set=(
                Layout(
                    60,
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
                        Field(
                            "ProviderId",
                            Format.STRING,
                            52,
                            caution="operator identity; narrows subscriber and place",
                        ),
                    ),
                ),
            ),
            response=_PROVISIONED_CONTEXTS,
            notification=_PROVISIONED_CONTEXTS,
        ),
        Cid(
            14,
            "MBIM_CID_SERVICE_ACTIVATION",
            "service-activation",
            "s",
            set=(Layout(0, (Field("Buffer", Format.BYTES_REST, 0, personal="content"),)),),
            response=(
                Layout(
                    4,
                    (
                        Field("NwError", Format.U32, 0, type="MbimNwError"),
                        Field("Buffer", Format.BYTES_REST, 4, personal="content"),
                    ),
                ),
            ),
        ),
        Cid(
            15,
            "MBIM_CID_IP_CONFIGURATION",
            "ip-configuration",
            "qn",
            query=(
                Layout(
                    60,
                    (
                        Field("SessionId", Format.U32, 0),
                        Field(
                            "IPv4ConfigurationAvailable",
                            Format.U32,
                            4,
                            type="MbimIPConfigurationAvailableFlag",
                        ),
                        Field(
                            "IPv6ConfigurationAvailable",
                            Format.U32,
                            8,
                            type="MbimIPConfigurationAvailableFlag",
                        ),
                        Field("IPv4AddressCount", Format.U32, 12),
                        Field(
                            "IPv4Address",
                            Format.STRUCT_ARRAY,
                            16,
                            struct="MbimIPv4Element",
                            count_field="IPv4AddressCount",
                            personal="subscriber",
                        ),
                        Field("IPv6AddressCount", Format.U32, 20),
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
                        Field("IPv4DnsServerCount", Format.U32, 36),
                        Field(
                            "IPv4DnsServer",
                            Format.IPV4_ARRAY,
                            40,
                            count_field="IPv4DnsServerCount",
                            personal="subscriber",
                            caution="names the operator",
                        ),
                        Field("IPv6DnsServerCount", Format.U32, 44),
                        Field(
                            "IPv6DnsServer",
                            Format.IPV6_ARRAY,
                            48,
                            count_field="IPv6DnsServerCount",
                            personal="subscriber",
                            caution="names the operator",
                        ),
                        Field("IPv4Mtu", Format.U32, 52),
                        Field("IPv6Mtu", Format.U32, 56),
                    ),
                ),
            ),
            response=_IP_CONFIGURATION,
            notification=_IP_CONFIGURATION,
        ),
        Cid(
            16,
            "MBIM_CID_DEVICE_SERVICES",
            "device-services",
            "q",
            query=(EMPTY,),
            response=(
                Layout(
                    8,
                    (
                        Field("DeviceServicesCount", Format.U32, 0),
                        Field("MaxDssSessions", Format.U32, 4),
                        Field(
                            "DeviceServices",
                            Format.STRUCT_REF_ARRAY,
                            8,
                            struct="MbimDeviceServiceElement",
                            count_field="DeviceServicesCount",
                        ),
                    ),
                ),
            ),
        ),
        Cid(
            19,
            "MBIM_CID_DEVICE_SERVICE_SUBSCRIBE_LIST",
            "device-service-subscribe-list",
            "s",
            set=(
                Layout(
                    4,
                    (
                        Field("EventsCount", Format.U32, 0),
                        Field(
                            "Events",
                            Format.STRUCT_REF_ARRAY,
                            4,
                            struct="MbimEventEntry",
                            count_field="EventsCount",
                        ),
                    ),
                ),
            ),
            response=(
                Layout(
                    4,
                    (
                        Field("EventsCount", Format.U32, 0),
                        Field(
                            "Events",
                            Format.STRUCT_REF_ARRAY,
                            4,
                            struct="MbimEventEntry",
                            count_field="EventsCount",
                        ),
                    ),
                ),
            ),
        ),
        Cid(
            20,
            "MBIM_CID_PACKET_STATISTICS",
            "packet-statistics",
            "q",
            query=(EMPTY,),
            response=(
                Layout(
                    48,
                    (
                        Field("InDiscards", Format.U32, 0),
                        Field("InErrors", Format.U32, 4),
                        Field("InOctets", Format.U64, 8),
                        Field("InPackets", Format.U64, 16),
                        Field("OutOctets", Format.U64, 24),
                        Field("OutPackets", Format.U64, 32),
                        Field("OutErrors", Format.U32, 40),
                        Field("OutDiscards", Format.U32, 44),
                    ),
                ),
            ),
        ),
        Cid(
            21,
            "MBIM_CID_NETWORK_IDLE_HINT",
            "network-idle-hint",
            "qs",
            query=(EMPTY,),
            set=(Layout(4, (Field("State", Format.U32, 0, type="MbimNetworkIdleHintState"),)),),
            response=(
                Layout(4, (Field("State", Format.U32, 0, type="MbimNetworkIdleHintState"),)),
            ),
        ),
        Cid(
            22,
            "MBIM_CID_EMERGENCY_MODE",
            "emergency-mode",
            "qn",
            query=(EMPTY,),
            set=(Layout(4, (Field("State", Format.U32, 0, type="MbimEmergencyModeState"),)),),
            response=(Layout(4, (Field("State", Format.U32, 0, type="MbimEmergencyModeState"),)),),
            notification=(
                Layout(4, (Field("State", Format.U32, 0, type="MbimEmergencyModeState"),)),
            ),
        ),
        Cid(
            23,
            "MBIM_CID_IP_PACKET_FILTERS",
            "ip-packet-filters",
            "qs",
            query=(
                Layout(
                    8,
                    (
                        Field("SessionId", Format.U32, 0),
                        Field("PacketFiltersCount", Format.U32, 4),
                        Field(
                            "PacketFilters",
                            Format.STRUCT_REF_ARRAY,
                            8,
                            struct="MbimPacketFilter",
                            count_field="PacketFiltersCount",
                        ),
                    ),
                ),
                Layout(
                    8,
                    (
                        Field("SessionId", Format.U32, 0),
                        Field("PacketFiltersCount", Format.U32, 4),
                        Field(
                            "PacketFilters",
                            Format.STRUCT_REF_ARRAY,
                            8,
                            struct="MbimPacketFilterV3",
                            count_field="PacketFiltersCount",
                        ),
                    ),
                    mbimex=0x0300,
                ),
            ),
            set=(
                Layout(
                    8,
                    (
                        Field("SessionId", Format.U32, 0),
                        Field("PacketFiltersCount", Format.U32, 4),
                        Field(
                            "PacketFilters",
                            Format.STRUCT_REF_ARRAY,
                            8,
                            struct="MbimPacketFilter",
                            count_field="PacketFiltersCount",
                        ),
                    ),
                ),
                Layout(
                    8,
                    (
                        Field("SessionId", Format.U32, 0),
                        Field("PacketFiltersCount", Format.U32, 4),
                        Field(
                            "PacketFilters",
                            Format.STRUCT_REF_ARRAY,
                            8,
                            struct="MbimPacketFilterV3",
                            count_field="PacketFiltersCount",
                        ),
                    ),
                    mbimex=0x0300,
                ),
            ),
            response=(
                Layout(
                    8,
                    (
                        Field("SessionId", Format.U32, 0),
                        Field("PacketFiltersCount", Format.U32, 4),
                        Field(
                            "PacketFilters",
                            Format.STRUCT_REF_ARRAY,
                            8,
                            struct="MbimPacketFilter",
                            count_field="PacketFiltersCount",
                        ),
                    ),
                ),
                Layout(
                    8,
                    (
                        Field("SessionId", Format.U32, 0),
                        Field("PacketFiltersCount", Format.U32, 4),
                        Field(
                            "PacketFilters",
                            Format.STRUCT_REF_ARRAY,
                            8,
                            struct="MbimPacketFilterV3",
                            count_field="PacketFiltersCount",
                        ),
                    ),
                    mbimex=0x0300,
                ),
            ),
        ),
        Cid(
            24,
            "MBIM_CID_MULTICARRIER_PROVIDERS",
            "multicarrier-providers",
            "qsn",
            query=(EMPTY,),
            set=(
                Layout(
                    4,
                    (
                        Field("ProvidersCount", Format.U32, 0),
                        Field(
                            "Providers",
                            Format.STRUCT_REF_ARRAY,
                            4,
                            struct="MbimProvider",
                            count_field="ProvidersCount",
                        ),
                    ),
                ),
            ),
            response=_MULTICARRIER_PROVIDERS,
            notification=_MULTICARRIER_PROVIDERS,
            note="in MBIM 1.0 with errata; OpenBSD and libmbim list it",
        ),
    ),
)

_CONFIGURATION = (
    Layout(
        24,
        (
            Field("SmsStorageState", Format.U32, 0, type="MbimSmsStorageState"),
            Field("Format", Format.U32, 4, type="MbimSmsFormat"),
            Field("MaxMessages", Format.U32, 8),
            Field("CdmaShortMessageSize", Format.U32, 12),
            Field("ScAddress", Format.STRING, 16, personal="peer"),
        ),
    ),
)

_READ = (
    Layout(
        8,
        (
            Field("Format", Format.U32, 0, type="MbimSmsFormat"),
            Field("MessagesCount", Format.U32, 4),
            Field(
                "PduMessages",
                Format.STRUCT_REF_ARRAY,
                8,
                struct="MbimSmsPduReadRecord",
                count_field="MessagesCount",
                present_if=("Format", 0),
            ),
            Field(
                "CdmaMessages",
                Format.STRUCT_REF_ARRAY,
                8,
                struct="MbimSmsCdmaReadRecord",
                count_field="MessagesCount",
                present_if=("Format", 1),
            ),
        ),
    ),
)

SMS = Service(
    2,
    "SMS",
    "sms",
    "533fbeeb-14fe-4467-9f90-33a223e56c3f",
    "USB-IF MBIM 1.0",
    (
        Cid(
            1,
            "MBIM_CID_SMS_CONFIGURATION",
            "configuration",
            "qsn",
            query=(EMPTY,),
            set=(
                Layout(
                    12,
                    (
                        Field("Format", Format.U32, 0, type="MbimSmsFormat"),
                        Field("ScAddress", Format.STRING, 4, personal="peer"),
                    ),
                ),
            ),
            response=_CONFIGURATION,
            notification=_CONFIGURATION,
        ),
        Cid(
            2,
            "MBIM_CID_SMS_READ",
            "read",
            "qn",
            query=(
                Layout(
                    12,
                    (
                        Field("Format", Format.U32, 0, type="MbimSmsFormat"),
                        Field("Flag", Format.U32, 4, type="MbimSmsFlag"),
                        Field("MessageIndex", Format.U32, 8),
                    ),
                ),
            ),
            response=_READ,
            notification=_READ,
        ),
        Cid(
            3,
            "MBIM_CID_SMS_SEND",
            "send",
            "s",
            set=(
                Layout(
                    4,
                    (
                        Field("Format", Format.U32, 0, type="MbimSmsFormat"),
                        Field(
                            "PduMessage",
                            Format.STRUCT,
                            4,
                            struct="MbimSmsPduSendRecord",
                            present_if=("Format", 0),
                        ),
                        Field(
                            "CdmaMessage",
                            Format.STRUCT,
                            4,
                            struct="MbimSmsCdmaSendRecord",
                            present_if=("Format", 1),
                        ),
                    ),
                    note=(
                        "the PDU record is an inline structure at offset 4 when "
                        "Format is PDU (its offsets count from offset 4); the "
                        "CDMA record is in the same place otherwise"
                    ),
                ),
            ),
            response=(Layout(4, (Field("MessageReference", Format.U32, 0),)),),
        ),
        Cid(
            4,
            "MBIM_CID_SMS_DELETE",
            "delete",
            "s",
            set=(
                Layout(
                    8,
                    (
                        Field("Flag", Format.U32, 0, type="MbimSmsFlag"),
                        Field("MessageIndex", Format.U32, 4),
                    ),
                ),
            ),
            response=(EMPTY,),
        ),
        Cid(
            5,
            "MBIM_CID_SMS_MESSAGE_STORE_STATUS",
            "message-store-status",
            "qn",
            query=(EMPTY,),
            response=(
                Layout(
                    8,
                    (
                        Field("Flag", Format.U32, 0, type="MbimSmsStatusFlag"),
                        Field("MessageIndex", Format.U32, 4),
                    ),
                ),
            ),
            notification=(
                Layout(
                    8,
                    (
                        Field("Flag", Format.U32, 0, type="MbimSmsStatusFlag"),
                        Field("MessageIndex", Format.U32, 4),
                    ),
                ),
            ),
        ),
    ),
)

_USSD = (
    Layout(
        20,
        (
            Field("Response", Format.U32, 0, type="MbimUssdResponse"),
            Field("SessionState", Format.U32, 4, type="MbimUssdSessionState"),
            Field("DataCodingScheme", Format.U32, 8),
            Field("Payload", Format.BYTES_REF, 12, personal="content"),
        ),
    ),
)

USSD = Service(
    3,
    "USSD",
    "ussd",
    "e550a0c8-5e82-479e-82f7-10abf4c3351f",
    "USB-IF MBIM 1.0",
    (
        Cid(
            1,
            "MBIM_CID_USSD",
            "ussd",
            "sn",
            set=(
                Layout(
                    16,
                    (
                        Field("Action", Format.U32, 0, type="MbimUssdAction"),
                        Field("DataCodingScheme", Format.U32, 4),
                        Field("Payload", Format.BYTES_REF, 8, personal="content"),
                    ),
                ),
            ),
            response=_USSD,
            notification=_USSD,
        ),
    ),
)

_PHONEBOOK_CONFIGURATION = (
    Layout(
        20,
        (
            Field("State", Format.U32, 0, type="MbimPhonebookState"),
            Field("NumberOfEntries", Format.U32, 4),
            Field("UsedEntries", Format.U32, 8),
            Field("MaxNumberLength", Format.U32, 12),
            Field("MaxName", Format.U32, 16),
        ),
    ),
)

PHONEBOOK = Service(
    4,
    "Phonebook",
    "phonebook",
    "4bf38476-1e6a-41db-b1d8-bed289c25bdb",
    "USB-IF MBIM 1.0",
    (
        Cid(
            1,
            "MBIM_CID_PHONEBOOK_CONFIGURATION",
            "configuration",
            "qn",
            query=(EMPTY,),
            response=_PHONEBOOK_CONFIGURATION,
            notification=_PHONEBOOK_CONFIGURATION,
        ),
        Cid(
            2,
            "MBIM_CID_PHONEBOOK_READ",
            "read",
            "q",
            query=(
                Layout(
                    8,
                    (
                        Field("FilterFlag", Format.U32, 0, type="MbimPhonebookFlag"),
                        Field("FilterMessageIndex", Format.U32, 4),
                    ),
                ),
            ),
            response=(
                Layout(
                    4,
                    (
                        Field("EntryCount", Format.U32, 0),
                        Field(
                            "Entries",
                            Format.STRUCT_REF_ARRAY,
                            4,
                            struct="MbimPhonebookEntry",
                            count_field="EntryCount",
                        ),
                    ),
                ),
            ),
        ),
        Cid(
            3,
            "MBIM_CID_PHONEBOOK_DELETE",
            "delete",
            "s",
            set=(
                Layout(
                    8,
                    (
                        Field("FilterFlag", Format.U32, 0, type="MbimPhonebookFlag"),
                        Field("FilterMessageIndex", Format.U32, 4),
                    ),
                ),
            ),
            response=(EMPTY,),
        ),
        Cid(
            4,
            "MBIM_CID_PHONEBOOK_WRITE",
            "write",
            "s",
            set=(
                Layout(
                    24,
                    (
                        Field("SaveFlag", Format.U32, 0, type="MbimPhonebookWriteFlag"),
                        Field("SaveIndex", Format.U32, 4),
                        Field("Number", Format.STRING, 8, personal="peer"),
                        Field("Name", Format.STRING, 16, personal="peer"),
                    ),
                ),
            ),
            response=(EMPTY,),
        ),
    ),
)

STK = Service(
    5,
    "STK",
    "stk",
    "d8f20131-fcb5-4e17-8602-d6ed3816164c",
    "USB-IF MBIM 1.0",
    (
        Cid(
            1,
            "MBIM_CID_STK_PAC",
            "pac",
            "qsn",
            query=(EMPTY,),
            set=(Layout(32, (Field("PacHostControl", Format.BYTES_FIXED, 0, count=32),)),),
            response=(Layout(256, (Field("PacSupport", Format.BYTES_FIXED, 0, count=256),)),),
            notification=(
                Layout(
                    4,
                    (
                        Field("PacType", Format.U32, 0, type="MbimStkPacType"),
                        Field("DataBuffer", Format.BYTES_REST, 4, personal="content"),
                    ),
                ),
            ),
        ),
        Cid(
            2,
            "MBIM_CID_STK_TERMINAL_RESPONSE",
            "terminal-response",
            "s",
            set=(Layout(0, (Field("Response", Format.BYTES_COUNTED, 0, personal="content"),)),),
            response=(
                Layout(
                    12,
                    (
                        Field("ResultData", Format.BYTES_REF, 0, personal="content"),
                        Field("StatusWords", Format.U32, 8),
                    ),
                ),
            ),
        ),
        Cid(
            3,
            "MBIM_CID_STK_ENVELOPE",
            "envelope",
            "qs",
            query=(EMPTY,),
            set=(Layout(0, (Field("Data", Format.BYTES_REST, 0, personal="content"),)),),
            response=(Layout(32, (Field("EnvelopeSupport", Format.BYTES_FIXED, 0, count=32),)),),
        ),
    ),
)

AUTH = Service(
    6,
    "Auth",
    "auth",
    "1d2b5ff7-0aa1-48b2-aa52-50f15767174e",
    "USB-IF MBIM 1.0",
    (
        Cid(
            1,
            "MBIM_CID_AKA_AUTH",
            "aka",
            "q",
            query=(
                Layout(
                    32,
                    (
                        Field("Rand", Format.BYTES_FIXED, 0, count=16, personal="secret"),
                        Field("Autn", Format.BYTES_FIXED, 16, count=16, personal="secret"),
                    ),
                ),
            ),
            response=(
                Layout(
                    66,
                    (
                        Field("Res", Format.BYTES_FIXED, 0, count=16, personal="secret"),
                        Field("ResLen", Format.U32, 16),
                        Field(
                            "IntegratingKey", Format.BYTES_FIXED, 20, count=16, personal="secret"
                        ),
                        Field("CipheringKey", Format.BYTES_FIXED, 36, count=16, personal="secret"),
                        Field("Auts", Format.BYTES_FIXED, 52, count=14, personal="secret"),
                    ),
                ),
            ),
        ),
        Cid(
            2,
            "MBIM_CID_AKAP_AUTH",
            "akap",
            "q",
            query=(
                Layout(
                    40,
                    (
                        Field("Rand", Format.BYTES_FIXED, 0, count=16, personal="secret"),
                        Field("Autn", Format.BYTES_FIXED, 16, count=16, personal="secret"),
                        Field("NetworkName", Format.STRING, 32, caution="operator identity"),
                    ),
                ),
            ),
            response=(
                Layout(
                    66,
                    (
                        Field("Res", Format.BYTES_FIXED, 0, count=16, personal="secret"),
                        Field("ResLen", Format.U32, 16),
                        Field(
                            "IntegratingKey", Format.BYTES_FIXED, 20, count=16, personal="secret"
                        ),
                        Field("CipheringKey", Format.BYTES_FIXED, 36, count=16, personal="secret"),
                        Field("Auts", Format.BYTES_FIXED, 52, count=14, personal="secret"),
                    ),
                ),
            ),
        ),
        Cid(
            3,
            "MBIM_CID_SIM_AUTH",
            "sim",
            "q",
            query=(
                Layout(
                    52,
                    (
                        Field("Rand1", Format.BYTES_FIXED, 0, count=16, personal="secret"),
                        Field("Rand2", Format.BYTES_FIXED, 16, count=16, personal="secret"),
                        Field("Rand3", Format.BYTES_FIXED, 32, count=16, personal="secret"),
                        Field("N", Format.U32, 48),
                    ),
                ),
            ),
            response=(
                Layout(
                    40,
                    (
                        Field("Sres1", Format.U32, 0, personal="secret"),
                        Field("Kc1", Format.U64, 4, personal="secret"),
                        Field("Sres2", Format.U32, 12, personal="secret"),
                        Field("Kc2", Format.U64, 16, personal="secret"),
                        Field("Sres3", Format.U32, 24, personal="secret"),
                        Field("Kc3", Format.U64, 28, personal="secret"),
                        Field("N", Format.U32, 36),
                    ),
                ),
            ),
        ),
    ),
)

DSS = Service(
    7,
    "DSS",
    "dss",
    "c08a26dd-7718-4382-8482-6e0d583c4d0e",
    "USB-IF MBIM 1.0",
    (
        Cid(
            1,
            "MBIM_CID_DSS_CONNECT",
            "connect",
            "s",
            set=(
                Layout(
                    24,
                    (
                        Field("DeviceServiceId", Format.UUID, 0),
                        Field("DssSessionId", Format.U32, 16),
                        Field("DssLinkState", Format.U32, 20, type="MbimDssLinkState"),
                    ),
                ),
            ),
            response=(EMPTY,),
        ),
    ),
)

SERVICES = (
    BASIC_CONNECT,
    SMS,
    USSD,
    PHONEBOOK,
    STK,
    AUTH,
    DSS,
)
