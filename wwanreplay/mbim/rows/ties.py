"""Which OID a command corresponds to, and which members carry the same meaning.

One row for each command, with a `Message` for each direction: how its members go to an NDIS
structure and back. Paths are those of the last layout. Where both sides name a member alike, only
the name is given. `basis` says where a pair is known from otherwise: d a public page says so, i own
reading; no page says anything of `Filled` members.

What stands on one side only has no row: S-NSSAI of contexts, traffic parameters, band classes, the
manufacturer, access conditions of UICC files, the storage state of short messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wwanreplay.mbim import values as maps
from wwanreplay.mbim.blocks import (
    LATIN1,
    STATUS_WORDS,
    UTF8,
    Addresses,
    Applications,
    AreaCode,
    Cells,
    EventServices,
    OwnServices,
    Pdu,
    Tlvs,
    octets,
)
from wwanreplay.mbim.converters import (
    Array,
    Count,
    Either,
    Filled,
    Fixed,
    Group,
    Items,
    Known,
    Member,
    MultiMode,
    OneList,
    Part,
    Plain,
    Reading,
    Tail,
    Writing,
    below,
    same,
)
from wwanreplay.mbim.forms import Values
from wwanreplay.mbim.ties import Message, Tie
from wwanreplay.protocol import PROTOCOL

BASIC = "Basic Connect"
EXTENSIONS = "MS Basic Connect Extensions"
CARD = "MS UICC Low Level Access"

NW_ERROR = Member("NwError", "uNwError")
AUTH_PROTOCOL = Member("AuthProtocol", "AuthType", maps.AUTH_PROTOCOL, basis="i")
IP_TYPE = Member("IpType", "IPType", maps.IP_TYPE)
SLOT = Member("SlotId")


# ------------------------------------------------------------------ device and subscriber

_CLASSES: tuple[Part, ...] = (
    Member("DeviceType", "WwanDeviceType"),
    Member("CellularClass", "WwanCellularClass", maps.CELLULAR_CLASS),
    Member("VoiceClass", "WwanVoiceClass"),
    Member("SimClass", "WwanSimClass", maps.SIM_CLASS),
    Member("DataClass", "WwanDataClass", maps.DATA_CLASS),
    Member("SmsCaps", "WwanSmsCaps"),
    Member("ControlCaps", "WwanControlCaps", maps.CTRL_CAPS),
)
_SESSIONS = Member("MaxSessions", "MaxActivatedContexts", basis="i")
_NAMES: tuple[Part, ...] = (
    *same("CustomDataClass", "DeviceId", "FirmwareInfo"),
    Member("HardwareInfo", "Model", basis="i"),
    MultiMode(),
)
_CAPS_EX: tuple[Part, ...] = (
    *_CLASSES,
    Member("DataSubclass", "WwanDataSubClass"),
    _SESSIONS,
    Member("ExecutorIndex"),
    Member("WcdmaBandClass", "WwanWCDMABandClass"),
    Member("LteBandClass", "WwanLTEBandClass"),
    Member("NrBandClass", "WwanNRBandClass"),
    *_NAMES,
    Member("SmsClass", "WwanSimClass", maps.SIM_CLASS),  # so the older row names the SIM class
)
_PIN_ACTION = same("PinType", "PinOperation", "Pin", "NewPin")
_PIN_INFO = Message(
    "NDIS_WWAN_PIN_INFO",
    "PinInfo.",
    (*same("PinType", "PinState"), Member("RemainingAttempts", "AttemptsRemaining", basis="i")),
)
_PIN_DESCRIPTION = same("PinMode", "PinFormat", "PinLengthMin", "PinLengthMax")


def _pin_description(name: str, ndis_name: str = "") -> Part:
    return Group(f"PinDesc{name}", f"WwanPinDesc{ndis_name or name}.", _PIN_DESCRIPTION)


# ------------------------------------------------------------------ networks

_CELLULAR_CLASS = Member(
    "CellularClass", "WwanCellularClass", fill=lambda known, _values: known.memory.cellular_class
)
#: A WWAN_PROVIDER2, or a WWAN_PROVIDER, which has no signal.
_PROVIDER: tuple[Part, ...] = (
    Either(("Provider.", ""), "ProviderId", same("ProviderId", "ProviderState", "ProviderName")),
    _CELLULAR_CLASS,
    Member("Rssi", default=maps.SIGNAL_UNKNOWN),
    Member("ErrorRate", default=maps.SIGNAL_UNKNOWN),
)


def _providers(structure: str, header: str) -> Message:
    parts = (Items("Providers", _PROVIDER, "WwanStructProvider2", header),)
    return Message(structure, parts=parts)


def _available_data_classes(known: Known, values: Values) -> Any:
    """The classes of the last PACKET_SERVICE; none unless registered (home, roaming, partner)."""
    registered = values.get("RegisterState") in (3, 4, 5)
    return maps.DATA_CLASS.to_mbim(known.memory.available_data_class) if registered else 0


def _speed(position: int) -> Any:
    return lambda known, _values: known.memory.link_speeds.get(known.port, (0, 0))[position]


_SIGNAL_INTERVALS = (
    Member("SignalStrengthInterval", "RssiInterval", basis="i"),
    Member("RssiThreshold"),
    Filled("ErrorRateThreshold", lambda known, _values: known.memory.error_rate_threshold),
)
_RSRP_SNR: tuple[Part, ...] = (
    Member("Rsrp", "RSRP"),
    Member("Snr", "SNR"),
    Member("RsrpThreshold", "RSRPThreshold"),
    Member("SnrThreshold", "SNRThreshold"),
    Member("SystemType", "DataClass", maps.DATA_CLASS),
)
_REFUSED_NETWORKS = same("MCC", "MNC", "NetworkBlacklistType")


def _refused_networks(structure: str, at: str) -> Message:
    items = Items(
        "BlacklistProviders",
        _REFUSED_NETWORKS,
        "WwanStructNetworkBlacklistProvider",
        "BlacklistProviderList",
    )
    return Message(structure, at, (Member("BlacklistState"), items))


def _cells(member: str, block: str, structure: str) -> Part:
    return Cells(member, block, f"MbimCellInfo{structure}", is_list="Serving" not in block)


# ------------------------------------------------------------------ contexts


class _AnotherContext:
    """Where the device reports another context: the requested one is not active."""

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Nothing: a message is about the context that it names."""

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Report the requested context as deactivated."""
        session = source.known.session
        if session not in (None, values.get("SessionId")):
            values.update(SessionId=session, ActivationState=maps.DEACTIVATED)


def _activated_context(position: int) -> Any:
    """Fill in what the host last activated the context with: its type (0), its IP type (1)."""

    def fill(known: Known, values: Values) -> Any:
        activated = known.memory.contexts.get(values["SessionId"], (maps.CONTEXT_TYPE_INTERNET, 0))
        return activated[position]

    return fill


_CONTEXT: tuple[Part, ...] = (
    Member("ContextId"),
    Member("ContextType", "ContextType", maps.CONTEXT_TYPE),
    *same("AccessString", "UserName", "Password", "Compression"),
    AUTH_PROTOCOL,
)
_IN_CONTEXT = Either(("basicInfo.", ""), "ContextId", _CONTEXT)
#: A context of the first form is enabled, everywhere, set by the administrator.
_FIRST_FORM = (("Enable", 1), ("Roaming", 6), ("Source", 1))
_CONTEXT_V2: tuple[Part, ...] = (
    _IN_CONTEXT,
    IP_TYPE,
    Member("State", "Enable", default=1, basis="i"),
    Member("Roaming", default=6),
    Member("MediaType", default=0),
    Member("Source", "Source", maps.CONTEXT_SOURCE, default=1),
)


def _context_list(parts: tuple[Part, ...], **further: Any) -> Message:
    """Provisioned contexts; slices need the longest element."""
    items = Items(
        "ProvisionedContexts",
        parts,
        "WwanStructContextV2",
        "ContextListHeader",
        ("SNssai", "WwanStructProvisionedContextV2"),
        **further,
    )
    return Message("NDIS_WWAN_PROVISIONED_CONTEXTS", parts=(items,))


def _attached(structure: str, at: str, path: str, **further: Any) -> Message:
    """Three attach configurations: home, partner, other."""
    parts: tuple[Part, ...] = (
        below("basicInfo.", *same("AccessString", "UserName", "Password", "Compression")),
        below("basicInfo.", AUTH_PROTOCOL),
        IP_TYPE,
        Member("Roaming"),
        Member("Source", "Source", maps.CONTEXT_SOURCE),
    )
    return Message(structure, at, (Array("Configurations", path, parts, 3, **further),))


# ------------------------------------------------------------------ messages, authentication, card

_SMS_FORMAT = Member("Format", "SmsFormat", maps.SMS_FORMAT, basis="i")
_SMS_FILTER = same("Flag", "MessageIndex")
_SMS_HEAD = (Member("MessageIndex"), Member("MessageStatus", "MsgStatus"))
_CDMA: tuple[Part, ...] = (
    Member("Encoding", "EncodingId"),
    Member("Language", "LanguageId"),
    Member("Address"),
    Member("Timestamp", "ScTimeStamp"),
    Member("EncodedMessage", "EncodedMsg", length="SizeInBytes"),
    Member("EncodedMessageSizeInCharacters", "SizeInCharacters"),
)
_SMS_LIST = OneList(
    "Format",
    "SmsListHeader",
    tuple(
        (choice, PROTOCOL.number_of("WWAN_STRUCT_TYPE", element), items)
        for choice, element, items in (
            (
                0,
                "WwanStructSmsPdu",
                Items("PduMessages", (*_SMS_HEAD, Pdu()), "WwanStructSmsPdu", "SmsListHeader"),
            ),
            (
                1,
                "WwanStructSmsCdma",
                Items("CdmaMessages", (*_SMS_HEAD, *_CDMA), "WwanStructSmsCdma", "SmsListHeader"),
            ),
        )
    ),
)


def _ussd(at: str, *parts: Part) -> tuple[str, tuple[Part, ...]]:
    text = (
        Member("DataCodingScheme", "UssdString.DataCodingScheme"),
        Member("Payload", "UssdString.String", length="UssdString.StringLength", basis="i"),
    )
    return at, (*parts, *text)


def _auth(
    cid: int, method: str, union: str, query: tuple[Part, ...], answer: tuple[Part, ...]
) -> Tie:
    """One method; AuthMethod is the command."""
    number = Fixed("AuthMethod", PROTOCOL.number_of("WWAN_AUTH_METHOD", f"Wwan{method}"))
    return Tie(
        "Auth",
        cid,
        "OID_WWAN_AUTH_CHALLENGE",
        Message("NDIS_WWAN_AUTH_CHALLENGE", "AuthChallenge.", (number, below(union, *query))),
        None,
        Message("NDIS_WWAN_AUTH_RESPONSE", "AuthResponse.", (number, below(union, *answer))),
        note="the MBIM_CID name is not confirmed by a source read; number and libmbim name are",
    )


def _aka_answer(ending: str) -> tuple[Part, ...]:
    return (
        Member("Res"),
        Member("ResLen", "ResLength", basis="i"),
        Member("IntegratingKey", f"IK{ending}", basis="i"),
        Member("CipheringKey", f"CK{ending}", basis="i"),
        Member("Auts"),
    )


_SIM_ANSWER = tuple(
    part
    for number in (1, 2, 3)
    for part in (Member(f"Sres{number}", "", octets(4)), Member(f"Kc{number}", "", octets(8)))
)
_FILE_PATH = Member("FilePath", length="FilePathLength")
_APPLICATION = Member("ApplicationId", "AppId", length="AppIdLength", basis="i")
_APP_ID = Member("AppId", length="AppIdLength")
_LOCAL_PIN = Member("LocalPin", "", LATIN1, length="LocalPinLength")
_CARD_PATH = Member("FilePath", "UiccFilePath.FilePath", length="UiccFilePath.FilePathLength")
_CARD_ANSWER = Message(
    "NDIS_WWAN_UICC_RESPONSE",
    "UiccResponse.",
    (*same("Version", "StatusWord1", "StatusWord2"), Tail("Data")),
)
_STATUS_WORDS = Member("Status", "Status", STATUS_WORDS)
_CAPABILITIES = Items("TerminalCapability", (Member("TerminalCapabilityData", "Data"),))


def _slot(structure: str, at: str) -> Message:
    return Message(structure, at, (SLOT,))


# ------------------------------------------------------------------ vendors and the device itself

_SERVICES = OwnServices(
    Items(
        "DeviceServices",
        (
            Member("DeviceServiceId", "DeviceServiceGuid"),
            Member("DssPayload", "SessionCapability"),
            Member("MaxDssInstances", "uMaxSessionInstances"),
        ),
    )
)
_SAR_STATES = Items(
    "ConfigStates",
    (Member("AntennaIndex", "SarAntennaIndex"), Member("BackoffIndex", "SarBackoffIndex")),
    "WwanStructSarConfig",
    "SarConfigIndexListHeader",
)
_SAR = (Member("Mode", "SarMode"), Member("BackoffState", "SarBackoffStatus", basis="i"))
_LOGGING = same("Version", "MaxSegmentSize", "MaxFlushTime", "LevelConfig")
_REGISTER_PARAMS: tuple[Part, ...] = (
    Member("MicoMode"),
    Member("DrxCycle", "DRXParam"),
    Member("LadnInfo", "LADNInfo"),
    Member("DefaultPduActivationHint", "DefaultPDUSessionHint", basis="i"),
    Member("ReRegisterIfNedeed", "ReRegisterIfNeeded"),
)
_NSSAI_BLOCKS = (
    ("TAI", "TaiListData"),
    ("ALLOWED_NSSAI", "AllowedNssaiListData"),
    ("CFG_NSSAI", "ConfiguredNssaiListData"),
    ("REJ_NSSAI", "RejectedNssaiListData"),
    ("DFLT_CFG_NSSAI", "DefaultConfiguredNssaiListData"),
    ("LADN", "LadnListData"),
)
_NUMBER_UNSURE = "number from Wireshark or wwan-go, see the CID"


def _pin(oid: str, structure: str, driver_model: int) -> Tie:
    return Tie(
        BASIC,
        4,
        oid,
        set=Message(structure, "PinAction.", _PIN_ACTION),
        answer=_PIN_INFO,
        served="qs",
        driver_model=driver_model,
    )


TIES: tuple[Tie, ...] = (
    Tie(
        BASIC,
        1,
        "OID_WWAN_DEVICE_CAPS",
        answer=Message("NDIS_WWAN_DEVICE_CAPS", "DeviceCaps.", (*_CLASSES, _SESSIONS, *_NAMES)),
        served="q",
    ),
    Tie(
        BASIC,
        2,
        "OID_WWAN_READY_INFO",
        query=_slot("NDIS_WWAN_QUERY_READY_INFO", "QueryReadyInfo."),
        answer=Message(
            "NDIS_WWAN_READY_INFO",
            "ReadyInfo.",
            (
                Member("ReadyState"),
                Member("Flags", "StatusFlags", basis="i"),
                *same("SubscriberId", "SimIccId", "SlotId"),
                Filled("ReadyInfo", lambda known, _: int(known.memory.unique_id_protected)),
                Plain("TelephoneNumbers"),
            ),
        ),
        served="qn",
    ),
    Tie(
        BASIC,
        3,
        "OID_WWAN_RADIO_STATE",
        set=Message(
            "NDIS_WWAN_SET_RADIO_STATE", parts=(Member("RadioState", "RadioAction", basis="i"),)
        ),
        answer=Message(
            "NDIS_WWAN_RADIO_STATE", "RadioState.", same("HwRadioState", "SwRadioState")
        ),
        basis="d",
        served="qsn",
    ),
    _pin("OID_WWAN_PIN", "NDIS_WWAN_SET_PIN", 1),
    _pin("OID_WWAN_PIN_EX", "NDIS_WWAN_SET_PIN_EX", 2),
    Tie(
        BASIC,
        5,
        "OID_WWAN_PIN_LIST",
        answer=Message(
            "NDIS_WWAN_PIN_LIST",
            "PinList.",
            (
                _pin_description("Pin1"),
                _pin_description("Pin2"),
                _pin_description("DeviceSimPin"),
                _pin_description("DeviceFirstSimPin"),
                _pin_description("NetworkPin"),
                _pin_description("NetworkSubsetPin"),
                _pin_description("ServiceProviderPin", "SvcProviderPin"),
                _pin_description("CorporatePin"),
                _pin_description("SubsidyLock"),
                _pin_description("Custom"),
            ),
        ),
        basis="d",
        served="q",
    ),
    Tie(
        BASIC,
        6,
        "OID_WWAN_HOME_PROVIDER",
        set=Message(
            "NDIS_WWAN_SET_HOME_PROVIDER", parts=(Group("Provider", "HomeProvider.", _PROVIDER),)
        ),
        answer=Message(
            "NDIS_WWAN_HOME_PROVIDER2", parts=(Group("Provider", "Provider.", _PROVIDER),)
        ),
        served="qs",
    ),
    Tie(
        BASIC,
        7,
        "OID_WWAN_PREFERRED_PROVIDERS",
        set=_providers("NDIS_WWAN_SET_PREFERRED_PROVIDERS", "PreferredListHeader"),
        answer=_providers("NDIS_WWAN_PREFERRED_PROVIDERS", "PreferredListHeader"),
        served="qsn",
    ),
    Tie(
        BASIC,
        8,
        "OID_WWAN_VISIBLE_PROVIDERS",
        query=Message("NDIS_WWAN_GET_VISIBLE_PROVIDERS", "VisibleProviders.", same("Action")),
        answer=_providers("NDIS_WWAN_VISIBLE_PROVIDERS", "VisibleListHeader"),
        served="q",
    ),
    Tie(
        BASIC,
        9,
        "OID_WWAN_REGISTER_STATE",
        set=Message(
            "NDIS_WWAN_SET_REGISTER_STATE",
            "SetRegisterState.",
            (
                *same("ProviderId", "RegisterAction"),
                Member("DataClass", "WwanDataClass", maps.DATA_CLASS),
            ),
        ),
        answer=Message(
            "NDIS_WWAN_REGISTRATION_STATE",
            "RegistrationState.",
            (
                NW_ERROR,
                *same("RegisterState", "RegisterMode"),
                Member(
                    "CurrentCellularClass",
                    "",
                    maps.CELLULAR_CLASS,
                    fill=lambda known, _values: known.memory.cellular_class,
                ),
                *same("ProviderId", "ProviderName", "RoamingText"),
                Member("RegistrationFlag", "WwanRegFlags", basis="i"),
                Member("PreferredDataClasses", "", maps.DATA_CLASS),
                Filled("AvailableDataClasses", _available_data_classes),
            ),
        ),
        basis="d",
        served="qsn",
        also_queried="OID_WWAN_PACKET_SERVICE",
        body_on_failure=True,
    ),
    Tie(
        BASIC,
        10,
        "OID_WWAN_PACKET_SERVICE",
        set=Message("NDIS_WWAN_SET_PACKET_SERVICE", parts=same("PacketServiceAction")),
        answer=Message(
            "NDIS_WWAN_PACKET_SERVICE_STATE",
            "PacketService.",
            (
                NW_ERROR,
                Member("PacketServiceState"),
                # MBIMEx 2.0 renames it; in 1.0 it may mean the best class available.
                Member("HighestAvailableDataClass", "CurrentDataClass", maps.DATA_CLASS, basis="d"),
                Member("FrequencyRange"),
                Member("DataSubclass", "CurrentDataSubClass", basis="i"),
                Group(
                    "Tai",
                    "CurrentTai.",
                    (Member("PlmnMcc", "Mcc"), Member("PlmnMnc", "Mnc"), Member("Tac")),
                ),
                Member("CurrentDataClass", "", maps.DATA_CLASS),
                Filled("UplinkSpeed", _speed(0)),
                Filled("DownlinkSpeed", _speed(1)),
                Tlvs(numbers=(("3GPP_REL_VERSION", "Rel3GppVer"),)),
            ),
        ),
        basis="d",
        served="qsn",
        body_on_failure=True,
    ),
    Tie(
        BASIC,
        11,
        "OID_WWAN_SIGNAL_STATE",
        set=Message("NDIS_WWAN_SET_SIGNAL_INDICATION", "SignalIndication.", _SIGNAL_INTERVALS),
        answer=Message(
            "NDIS_WWAN_SIGNAL_STATE",
            "SignalState.",
            (*same("Rssi", "ErrorRate"), *_SIGNAL_INTERVALS, Items("RsrpSnr", _RSRP_SNR)),
        ),
        basis="d",
        served="qsn",
    ),
    Tie(
        BASIC,
        12,
        "OID_WWAN_CONNECT",
        query=Message(
            "",
            parts=(
                Filled("SessionId", lambda known, _values: known.session or 0),
                Filled("ContextType", lambda _known, _values: maps.CONTEXT_TYPE_NONE),
            ),
        ),
        set=Message(
            "NDIS_WWAN_SET_CONTEXT_STATE",
            "SetContextState.",
            (
                Member("SessionId", "ConnectionId", basis="i"),
                *same("ActivationCommand", "ActivationOption", "Compression"),
                AUTH_PROTOCOL,
                IP_TYPE,
                Member("MediaPreference", "", maps.MEDIA),
                *same("AccessString", "UserName", "Password"),
                Filled("ContextType", lambda _known, _values: maps.CONTEXT_TYPE_INTERNET),
            ),
            # The second is the first with an IP type.
            revisions=((0x0100, 2), (0x0300, 3), (0x0400, 4)),
        ),
        answer=Message(
            "NDIS_WWAN_CONTEXT_STATE",
            "ContextState.",
            (
                Member("SessionId", "ConnectionId", basis="i"),
                *same("ActivationState", "VoiceCallState"),
                _AnotherContext(),
                Member("IpType", "IPType", maps.IP_TYPE, fill=_activated_context(1)),
                Filled("ContextType", _activated_context(0)),
                NW_ERROR,
                Member("MediaPreference", "ConnectionMedia", maps.MEDIA, basis="i"),
                Member("AccessString"),
            ),
        ),
        basis="d",
        served="qsn",
        session=("SessionId",),
        body_on_failure=True,
    ),
    Tie(
        BASIC,
        13,
        "OID_WWAN_PROVISIONED_CONTEXTS",
        set=Message(
            "NDIS_WWAN_SET_PROVISIONED_CONTEXT",
            "ProvisionedContext.",
            (*_CONTEXT, Member("ProviderId")),
        ),
        answer=_context_list((_IN_CONTEXT,), lacking=_FIRST_FORM),
        served="qsn",
    ),
    Tie(
        EXTENSIONS,
        1,
        "OID_WWAN_PROVISIONED_CONTEXTS",
        set=Message(
            "NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2",
            "ProvisionedContext.",
            (Member("Operation"), *_CONTEXT_V2),
        ),
        answer=_context_list(_CONTEXT_V2),
        basis="d",
        served="qn",
    ),
    Tie(
        BASIC,
        14,
        "OID_WWAN_SERVICE_ACTIVATION",
        set=Message("NDIS_WWAN_SERVICE_ACTIVATION", parts=(Tail("Buffer"),)),
        answer=Message(
            "NDIS_WWAN_SERVICE_ACTIVATION_STATUS",
            "ServiceActivationStatus.",
            (NW_ERROR, Tail("Buffer")),
        ),
        served="s",
        body_on_failure=True,
    ),
    Tie(
        BASIC,
        16,
        "OID_WWAN_ENUMERATE_DEVICE_SERVICES",
        answer=Message(
            "NDIS_WWAN_SUPPORTED_DEVICE_SERVICES",
            "DeviceServices.",
            (Member("MaxDssSessions", "uMaxSessionCount", basis="i"), _SERVICES),
        ),
        served="q",
    ),
    Tie(
        BASIC,
        19,
        "OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS",
        set=Message("NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS", parts=(EventServices(),)),
        answer=Message("NDIS_WWAN_DEVICE_SERVICE_SUBSCRIPTION", parts=(EventServices(),)),
        served="s",
    ),
    Tie(
        BASIC,
        21,
        "OID_WWAN_NETWORK_IDLE_HINT",
        set=Message(
            "NDIS_WWAN_NETWORK_IDLE_HINT", "IdleHint.", (Member("State", "IsEnabled", basis="i"),)
        ),
    ),
    # Emergency calls, a member of READY_INFO, have a command of their own; its indication is no
    # event.
    Tie(
        BASIC,
        22,
        "OID_WWAN_READY_INFO",
        answer=Message(
            "NDIS_WWAN_READY_INFO", "ReadyInfo.", (Member("State", "EmergencyMode", basis="i"),)
        ),
        basis="i",
        has_event=False,
        served="qn",
    ),
    Tie(
        BASIC,
        24,
        "OID_WWAN_PREFERRED_MULTICARRIER_PROVIDERS",
        set=_providers("NDIS_WWAN_SET_PREFERRED_MULTICARRIER_PROVIDERS", "PreferredListHeader"),
        answer=_providers("NDIS_WWAN_PREFERRED_MULTICARRIER_PROVIDERS", "PreferredListHeader"),
    ),
    Tie(
        "SMS",
        1,
        "OID_WWAN_SMS_CONFIGURATION",
        set=Message(
            "NDIS_WWAN_SET_SMS_CONFIGURATION",
            "SetSmsConfiguration.",
            (_SMS_FORMAT, Member("ScAddress")),
        ),
        answer=Message(
            "NDIS_WWAN_SMS_CONFIGURATION",
            "SmsConfiguration.",
            (
                _SMS_FORMAT,
                Member("MaxMessages", "ulMaxMessageIndex", basis="i"),
                Member("ScAddress"),
            ),
        ),
    ),
    Tie(
        "SMS",
        2,
        "OID_WWAN_SMS_READ",
        query=Message(
            "NDIS_WWAN_SMS_READ", "SmsRead.", (_SMS_FORMAT, below("ReadFilter.", *_SMS_FILTER))
        ),
        answer=Message("NDIS_WWAN_SMS_RECEIVE", parts=(_SMS_LIST,)),
    ),
    Tie(
        "SMS",
        3,
        "OID_WWAN_SMS_SEND",
        set=Message(
            "NDIS_WWAN_SMS_SEND",
            "SmsSend.",
            (
                _SMS_FORMAT,
                Group("PduMessage", "u.Pdu.", (Pdu(),), when=("Format", 0)),
                Group("CdmaMessage", "u.Cdma.", _CDMA, when=("Format", 1)),
            ),
        ),
        answer=Message("NDIS_WWAN_SMS_SEND_STATUS", parts=same("MessageReference")),
    ),
    Tie(
        "SMS",
        4,
        "OID_WWAN_SMS_DELETE",
        set=Message("NDIS_WWAN_SMS_DELETE", "SmsFilter.", _SMS_FILTER),
        answer=Message("NDIS_WWAN_SMS_DELETE_STATUS"),
    ),
    Tie(
        "SMS",
        5,
        "OID_WWAN_SMS_STATUS",
        answer=Message(
            "NDIS_WWAN_SMS_STATUS", "SmsStatus.", (Member("Flag", "uFlag"), Member("MessageIndex"))
        ),
    ),
    Tie(
        "USSD",
        1,
        "OID_WWAN_USSD",
        set=Message(
            "NDIS_WWAN_USSD_REQUEST",
            *_ussd("UssdRequest.", Member("Action", "RequestType", basis="i")),
        ),
        answer=Message(
            "NDIS_WWAN_USSD_EVENT",
            *_ussd(
                "UssdEvent.", Member("Response", "EventType", basis="i"), Member("SessionState")
            ),
        ),
    ),
    _auth(1, "AuthAka", "u.AuthAka.", same("Rand", "Autn"), _aka_answer("")),
    _auth(
        2,
        "AuthAkaPrime",
        "u.AuthAkap.",
        (*same("Rand", "Autn"), Member("NetworkName", "", UTF8, length="NetworkNameLength")),
        _aka_answer("P"),
    ),
    _auth(
        3,
        "AuthSim",
        "u.AuthSim.",
        (*same("Rand1", "Rand2", "Rand3"), Member("N", "n")),
        (*_SIM_ANSWER, Member("N", "n")),
    ),
    Tie(
        "DSS",
        1,
        "OID_WWAN_DEVICE_SERVICE_SESSION",
        set=Message(
            "NDIS_WWAN_SET_DEVICE_SERVICE_SESSION",
            "Session.",
            (
                # The GUID's first three fields are little endian in Windows.
                Member("DeviceServiceId", "DeviceServiceGuid"),
                Member("DssSessionId", "uSessionID", basis="i"),
                Member("DssLinkState", "State", maps.DSS_LINK_STATE, basis="i"),
            ),
        ),
        answer=Message("NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO"),
        served="s",
    ),
    Tie(
        EXTENSIONS,
        2,
        "OID_WWAN_NETWORK_BLACKLIST",
        set=_refused_networks("NDIS_WWAN_SET_NETWORK_BLACKLIST", "SetNetworkBlacklist."),
        answer=_refused_networks("NDIS_WWAN_NETWORK_BLACKLIST", "NetworkBlacklistInfo."),
        basis="d",
    ),
    Tie(
        EXTENSIONS,
        3,
        "OID_WWAN_LTE_ATTACH_CONFIG",
        set=_attached(
            "NDIS_WWAN_SET_LTE_ATTACH_CONTEXT",
            "SetLteAttachContext.",
            "SetContextArray",
            shared=same("Operation"),
        ),
        answer=_attached(
            "NDIS_WWAN_LTE_ATTACH_CONTEXTS",
            "LteAttachContext.",
            "LteContextArray",
            count="ElementCount",
        ),
        basis="d",
    ),
    Tie(
        EXTENSIONS,
        4,
        "OID_WWAN_LTE_ATTACH_STATUS",
        answer=Message(
            "NDIS_WWAN_LTE_ATTACH_STATUS",
            "LteAttachStatus.",
            (
                Member("LteAttachState"),
                Member("NwError", "NetworkError", basis="i"),
                IP_TYPE,
                _IN_CONTEXT,
            ),
        ),
        basis="d",
    ),
    Tie(
        EXTENSIONS,
        5,
        "OID_WWAN_SYS_CAPS",
        answer=Message(
            "NDIS_WWAN_SYS_CAPS_INFO",
            "SysCapsInfo.",
            (
                *same("NumberOfExecutors", "NumberOfSlots", "Concurrency"),
                Member("ModemId", "ModemID"),
            ),
        ),
        basis="d",
    ),
    Tie(
        EXTENSIONS,
        6,
        "OID_WWAN_DEVICE_CAPS_EX",
        answer=Message("NDIS_WWAN_DEVICE_CAPS_EX", "DeviceCaps.", _CAPS_EX),
        basis="d",
        served="q",
    ),
    Tie(
        EXTENSIONS,
        7,
        "OID_WWAN_SYS_SLOTMAPPINGS",
        set=Message("NDIS_WWAN_SET_DEVICE_SLOT_MAPPING_INFO", parts=(Plain("SlotMap", "Slot"),)),
        answer=Message("NDIS_WWAN_DEVICE_SLOT_MAPPING_INFO", parts=(Plain("SlotMap", "Slot"),)),
        basis="d",
    ),
    Tie(
        EXTENSIONS,
        8,
        "OID_WWAN_SLOT_INFO_STATUS",
        query=Message("NDIS_WWAN_GET_SLOT_INFO", "GetSlotInfo.", same("SlotIndex")),
        answer=Message("NDIS_WWAN_SLOT_INFO", "SlotInfo.", same("SlotIndex", "State")),
        basis="d",
    ),
    Tie(
        EXTENSIONS,
        9,
        "OID_WWAN_PCO",
        query=Message(
            "",
            parts=(
                Group("PcoValue", "", (Filled("SessionId", lambda known, _: known.session or 0),)),
            ),
        ),
        answer=Message(
            "NDIS_WWAN_PCO_STATUS",
            parts=(
                Group(
                    "PcoValue",
                    "PcoValue.",
                    (
                        Filled(
                            "SessionId",
                            lambda known, _: known.port if known.session is None else known.session,
                        ),
                        Count("PcoDataSize", "Size"),
                        Member("PcoDataType", "Type"),
                        Member("PcoDataBuffer", "PcoData", length="Size"),
                    ),
                ),
            ),
        ),
        basis="d",
        served="qn",
        session=("PcoValue", "SessionId"),
    ),
    Tie(
        EXTENSIONS,
        10,
        "OID_WWAN_DEVICE_RESET",
        set=Message("NDIS_WWAN_SET_DEVICE_RESET"),
        answer=Message("NDIS_WWAN_DEVICE_RESET_STATUS"),
        basis="d",
    ),
    Tie(
        EXTENSIONS,
        11,
        "OID_WWAN_BASE_STATIONS_INFO",
        query=Message(
            "NDIS_WWAN_BASE_STATIONS_INFO_REQ",
            "BaseStationsInfoRequest.",
            (
                Member("MaxGsmCount", "MaxGSMCount"),
                Member("MaxUmtsCount", "MaxUMTSCount"),
                Member("MaxTdscdmaCount", "MaxTDSCDMACount"),
                Member("MaxLteCount", "MaxLTECount"),
                Member("MaxCdmaCount", "MaxCDMACount"),
                Member("MaxNrCount", "MaxNRCount"),
            ),
        ),
        answer=Message(
            "NDIS_WWAN_BASE_STATIONS_INFO",
            "BaseStationsInfo.",
            (
                Member("SystemType", "", maps.DATA_CLASS),
                Member("SystemSubType"),
                _cells("GsmServingCell", "GSMServingCell", "ServingGsm"),
                _cells("UmtsServingCell", "UMTSServingCell", "ServingUmts"),
                _cells("TdscdmaServingCell", "TDSCDMAServingCell", "ServingTdscdma"),
                _cells("LteServingCell", "LTEServingCell", "ServingLte"),
                _cells("GsmNeighboringCells", "GSMNmr", "NeighboringGsm"),
                _cells("UmtsNeighboringCells", "UMTSMrl", "NeighboringUmts"),
                _cells("TdscdmaNeighboringCells", "TDSCDMAMrl", "NeighboringTdscdma"),
                _cells("LteNeighboringCells", "LTEMrl", "NeighboringLte"),
                _cells("CdmaCells", "CDMAMrl", "Cdma"),
                Cells("NrServingCells", "NRServingCells", "MbimCellInfoServingNr", is_list=True),
                _cells("NrNeighborCells", "NRNeighborCells", "NeighboringNr"),
            ),
        ),
        basis="d",
    ),
    Tie(
        EXTENSIONS,
        12,
        "OID_WWAN_LOCATION_STATE",
        answer=Message(
            "NDIS_WWAN_LOCATION_STATE_INFO",
            "LocationStateInfo.",
            (Member("CellID", "CellId"), AreaCode()),
        ),
    ),
    Tie(
        EXTENSIONS,
        13,
        "OID_WWAN_MODEM_LOGGING_CONFIG",
        set=Message("NDIS_WWAN_SET_MODEM_LOGGING_CONFIG", "ModemLoggingConfig.", _LOGGING),
        answer=Message("NDIS_WWAN_MODEM_LOGGING_CONFIG", "ModemLoggingConfig.", _LOGGING),
        basis="d",
        note=_NUMBER_UNSURE,
    ),
    Tie(
        EXTENSIONS,
        14,
        "OID_WWAN_PIN_EX2",
        query=Message("NDIS_WWAN_PIN_APP", "PinApp.", (Member("Version"), _APP_ID)),
        set=Message("NDIS_WWAN_SET_PIN_EX2", "PinAction.", (*_PIN_ACTION, _APP_ID)),
        answer=_PIN_INFO,
        basis="d",
    ),
    Tie(EXTENSIONS, 15, "OID_WWAN_MBIM_VERSION"),
    Tie(
        EXTENSIONS,
        16,
        "OID_WWAN_MODEM_CONFIG_INFO",
        answer=Message(
            "NDIS_WWAN_MODEM_CONFIG_INFO",
            "ModemConfigInfo.",
            (
                Member("ConfigurationStatus", "ConfigState", basis="i"),
                # The first member has another name in the notification.
                Member("ModemConfigurationStatus", "ConfigState", basis="i"),
                Member("ConfigurationName", "ConfigName", basis="i"),
            ),
        ),
        note="MBIM_CID name not confirmed; number from libmbim",
    ),
    Tie(
        EXTENSIONS,
        17,
        "OID_WWAN_REGISTER_PARAMS",
        set=Message("NDIS_WWAN_SET_REGISTER_PARAMS", "SetRegisterParams.", _REGISTER_PARAMS),
        answer=Message("NDIS_WWAN_REGISTER_PARAMS_INFO", "RegisterParamsInfo.", _REGISTER_PARAMS),
        basis="d",
    ),
    Tie(
        EXTENSIONS,
        18,
        "OID_WWAN_NETWORK_PARAMS",
        answer=Message(
            "NDIS_WWAN_NETWORK_PARAMS_INFO",
            "NetworkParamsInfo.",
            (
                Member("MicoIndication", "CurrentMicoIndication", basis="i"),
                Member("DrxParameters", "CurrentDRXParams"),
                Tlvs(blocks=_NSSAI_BLOCKS),
            ),
        ),
        basis="d",
        note=_NUMBER_UNSURE,
    ),
    Tie(
        EXTENSIONS,
        20,
        "OID_WWAN_UE_POLICY",
        answer=Message(
            "NDIS_WWAN_UE_POLICY_INFO",
            parts=(Tlvs(blocks=(("URSP_RULES_TD_ONLY", "RawTdOnlyDataBytes"),)),),
        ),
        basis="i",
        note=_NUMBER_UNSURE,
    ),
    Tie(
        "MS Voice Extensions",
        10,
        "OID_WWAN_NITZ",
        answer=Message(
            "NDIS_WWAN_NITZ_INFO",
            "NitzInfo.",
            (
                *same("Year", "Month", "Day", "Hour", "Minute", "Second"),
                *same("TimeZoneOffsetMinutes", "DaylightSavingTimeOffsetMinutes"),
                Member("DataClass", "DataClasses", maps.DATA_CLASS),
            ),
        ),
        basis="d",
    ),
    Tie(
        "MS Host Shutdown",
        1,
        "OID_WWAN_PRESHUTDOWN",
        set=Message("NDIS_WWAN_SET_PRESHUTDOWN_STATE"),
        answer=Message("NDIS_WWAN_PRESHUTDOWN_STATE"),
        note="tied by its name; 2 (pre-shutdown) fits the name better",
    ),
    Tie(
        "MS Host Shutdown",
        2,
        "OID_WWAN_PRESHUTDOWN",
        set=Message("NDIS_WWAN_SET_PRESHUTDOWN_STATE"),
        answer=Message("NDIS_WWAN_PRESHUTDOWN_STATE"),
        basis="i",
        note=_NUMBER_UNSURE,
    ),
    Tie(
        "MS SAR",
        1,
        "OID_WWAN_SAR_CONFIG",
        set=Message("NDIS_WWAN_SET_SAR_CONFIG", "SetSarConfig.", (*_SAR, _SAR_STATES)),
        answer=Message(
            "NDIS_WWAN_SAR_CONFIG_INFO",
            "SarConfig.",
            (
                *_SAR,
                Member("WifiIntegration", "SarWifiIntegration", maps.SAR_WIFI, basis="i"),
                _SAR_STATES,
            ),
        ),
        basis="d",
    ),
    Tie(
        "MS SAR",
        2,
        "OID_WWAN_SAR_TRANSMISSION_STATUS",
        set=Message(
            "NDIS_WWAN_SET_SAR_TRANSMISSION_STATUS",
            "SetTransmissionStatus.",
            same("ChannelNotification", "HysteresisTimer"),
        ),
        answer=Message(
            "NDIS_WWAN_SAR_TRANSMISSION_STATUS_INFO",
            "TransmissionStatus.",
            same("ChannelNotification", "TransmissionStatus", "HysteresisTimer"),
        ),
        basis="d",
    ),
    Tie(
        CARD,
        1,
        "OID_WWAN_UICC_ATR",
        query=_slot("NDIS_WWAN_QUERY_ATR_INFO", "QueryAtrInfo."),
        answer=Message(
            "NDIS_WWAN_ATR_INFO", "AtrInfo.", (Member("atr", "Atr", length="AtrLength"),)
        ),
        basis="d",
    ),
    Tie(
        CARD,
        2,
        "OID_WWAN_UICC_OPEN_CHANNEL",
        set=Message(
            "NDIS_WWAN_SET_UICC_OPEN_CHANNEL",
            "SetUiccOpenChannel.",
            (_APP_ID, *same("SelectP2Arg", "ChannelGroup", "SlotId")),
        ),
        answer=Message(
            "NDIS_WWAN_UICC_OPEN_CHANNEL_INFO",
            "UiccOpenChannelInfo.",
            (_STATUS_WORDS, Member("Channel"), Tail("Response")),
        ),
        basis="d",
    ),
    Tie(
        CARD,
        3,
        "OID_WWAN_UICC_CLOSE_CHANNEL",
        set=Message(
            "NDIS_WWAN_SET_UICC_CLOSE_CHANNEL",
            "SetUiccCloseChannel.",
            same("Channel", "ChannelGroup", "SlotId"),
        ),
        answer=Message(
            "NDIS_WWAN_UICC_CLOSE_CHANNEL_INFO", "UiccCloseChannelInfo.", (_STATUS_WORDS,)
        ),
        basis="d",
    ),
    Tie(
        CARD,
        4,
        "OID_WWAN_UICC_APDU",
        set=Message(
            "NDIS_WWAN_SET_UICC_APDU",
            "SetUiccApdu.",
            (
                *same("Channel", "SecureMessaging", "SlotId"),
                Member("ClassByteType", "Type"),
                Tail("Command"),
            ),
        ),
        answer=Message(
            "NDIS_WWAN_UICC_APDU_INFO", "UiccApduInfo.", (_STATUS_WORDS, Tail("Response"))
        ),
        basis="d",
    ),
    Tie(
        CARD,
        5,
        "OID_WWAN_UICC_TERMINAL_CAPABILITY",
        query=_slot("NDIS_WWAN_QUERY_UICC_TERMINAL_CAPABILITY", "QueryUiccTerminalCapability."),
        set=Message(
            "NDIS_WWAN_SET_UICC_TERMINAL_CAPABILITY",
            "SetUiccTerminalCapability.",
            (SLOT, _CAPABILITIES),
        ),
        answer=Message("NDIS_WWAN_UICC_TERMINAL_CAPABILITY_INFO", parts=(_CAPABILITIES,)),
        basis="d",
    ),
    Tie(
        CARD,
        6,
        "OID_WWAN_UICC_RESET",
        query=_slot("NDIS_WWAN_QUERY_UICC_RESET", "QueryUiccReset."),
        set=Message(
            "NDIS_WWAN_SET_UICC_RESET", "SetUiccReset.", same("PassThroughAction", "SlotId")
        ),
        answer=Message("NDIS_WWAN_UICC_RESET_INFO", "UiccResetInfo.", same("PassThroughStatus")),
        basis="d",
    ),
    Tie(
        CARD,
        7,
        "OID_WWAN_UICC_APP_LIST",
        answer=Message(
            "NDIS_WWAN_UICC_APP_LIST",
            "UiccAppList.",
            (
                Member("Version"),
                Count("ApplicationCount", "AppCount"),
                Member("ActiveApplicationIndex", "ActiveAppIndex"),
                Count("ApplicationListSizeBytes", "AppListSize"),
                Applications(),
            ),
        ),
        basis="d",
    ),
    Tie(
        CARD,
        8,
        "OID_WWAN_UICC_FILE_STATUS",
        query=Message(
            "NDIS_WWAN_UICC_FILE_PATH",
            "UiccFilePath.",
            (Member("Version"), _APPLICATION, _FILE_PATH),
        ),
        answer=Message(
            "NDIS_WWAN_UICC_FILE_STATUS",
            "UiccFileStatus.",
            (
                *same("Version", "StatusWord1", "StatusWord2"),
                *same("FileAccessibility", "FileType", "FileStructure"),
                Member("FileItemCount", "ItemCount"),
                Member("FileItemSize", "ItemSize"),
            ),
        ),
        basis="d",
    ),
    Tie(
        CARD,
        9,
        "OID_WWAN_UICC_ACCESS_BINARY",
        query=Message(
            "NDIS_WWAN_UICC_ACCESS_BINARY",
            "UiccAccessBinary.",
            (
                Member("Version"),
                Member("ApplicationId", "AppId", basis="i"),
                _CARD_PATH,
                Member("ReadOffset", "FileOffset"),
                Member("ReadSize", "NumberOfBytes"),
                _LOCAL_PIN,
                Tail("Data"),
            ),
        ),
        answer=_CARD_ANSWER,
        basis="d",
    ),
    Tie(
        CARD,
        10,
        "OID_WWAN_UICC_ACCESS_RECORD",
        query=Message(
            "NDIS_WWAN_UICC_ACCESS_RECORD",
            "UiccAccessRecord.",
            (
                Member("Version"),
                Member("ApplicationId", "AppId", basis="i"),
                _CARD_PATH,
                Member("RecordNumber"),
                _LOCAL_PIN,
                Member("Data", "RecordData", length="RecordDataSize"),
            ),
        ),
        answer=_CARD_ANSWER,
        basis="d",
    ),
)

#: IP_CONFIGURATION has no OID; its notification is the address event of NDIS.
IP_ADDRESS_STATE = Message(
    "NDIS_WWAN_IP_ADDRESS_STATE",
    "WwanIpAddressState.",
    (
        Filled("SessionId", lambda known, _values: known.port),
        Member("IPv4ConfigurationAvailable", "IPv4Flags.Value"),
        Member("IPv6ConfigurationAvailable", "IPv6Flags.Value"),
        Member("IPv4Mtu", "IPv4MTU"),
        Member("IPv6Mtu", "IPv6MTU"),
        Addresses(),
    ),
)
