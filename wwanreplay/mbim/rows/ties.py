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
from wwanreplay.mbim.tables import MBIMEX_2_0
from wwanreplay.mbim.ties import Message, Tie, message, tie
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
_PIN_INFO = message("NDIS_WWAN_PIN_INFO", "PinInfo.")(
    *same("PinType", "PinState"), Member("RemainingAttempts", "AttemptsRemaining", basis="i")
)
_PIN_DESCRIPTION = same("PinMode", "PinFormat", "PinLengthMin", "PinLengthMax")


def _pin_description(name: str, ndis_name: str = "") -> Part:
    return Group(f"PinDesc{name}", f"WwanPinDesc{ndis_name or name}.", _PIN_DESCRIPTION)


# ------------------------------------------------------------------ networks

_CELLULAR_CLASS = Member("CellularClass", "WwanCellularClass", fill=lambda known, _values: known.memory.cellular_class)
#: A WWAN_PROVIDER2, or a WWAN_PROVIDER, which has no signal.
_PROVIDER: tuple[Part, ...] = (
    Either(("Provider.", ""), "ProviderId", same("ProviderId", "ProviderState", "ProviderName")),
    _CELLULAR_CLASS,
    Member("Rssi", default=maps.SIGNAL_UNKNOWN),
    Member("ErrorRate", default=maps.SIGNAL_UNKNOWN),
)


def _providers(structure: str, header: str) -> Message:
    parts = (Items("Providers", _PROVIDER, "WwanStructProvider2", header),)
    return message(structure)(*parts)


def _available_data_classes(known: Known, values: Values) -> Any:
    """The classes of the last PACKET_SERVICE; none unless registered (home, roaming, partner)."""
    registered = values.get("RegisterState") in (3, 4, 5)
    return maps.DATA_CLASS.in_version(known.memory.available_data_class, known.mbimex) if registered else 0


def _speed(position: int) -> Any:
    return lambda known, _values: known.memory.link_speeds.get(known.port, (0, 0))[position]


_SIGNAL_INTERVALS = (
    Member("SignalStrengthInterval", "RssiInterval", maps.SIGNAL_LIMIT, basis="i"),
    Member("RssiThreshold", "", maps.SIGNAL_LIMIT),
    Filled("ErrorRateThreshold", lambda known, _values: known.memory.error_rate_threshold),
)
_RSRP_SNR: tuple[Part, ...] = (
    Member("Rsrp", "RSRP"),
    Member("Snr", "SNR"),
    Member("RsrpThreshold", "RSRPThreshold"),
    Member("SnrThreshold", "SNRThreshold"),
    Member("SystemType", "DataClass", maps.DATA_CLASS),
)


class _RsrpForRssi:
    """From MBIMEx 2.0 on, a report with RSRP or SNR has an unknown RSSI."""

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Nothing: NDIS has all of them."""

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Leave the RSSI out where the list says more."""
        is_measured = any(
            each["Rsrp"] < maps.RSRP_UNKNOWN or each["Snr"] < maps.SNR_UNKNOWN for each in values["RsrpSnr"]
        )
        if is_measured and source.known.mbimex >= MBIMEX_2_0:
            values["Rssi"] = maps.SIGNAL_UNKNOWN


_REFUSED_NETWORKS = same("MCC", "MNC", "NetworkBlacklistType")


def _refused_networks(structure: str, at: str) -> Message:
    items = Items(
        "BlacklistProviders", _REFUSED_NETWORKS, "WwanStructNetworkBlacklistProvider", "BlacklistProviderList"
    )
    return message(structure, at)(Member("BlacklistState"), items)


def _cells(member: str, block: str, structure: str) -> Part:
    return Cells(member, block, f"MbimCellInfo{structure}", is_list="Serving" not in block)


# ------------------------------------------------------------------ contexts


class _AnotherContext:
    """Where the device reports another context: the requested one is not active."""

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Nothing: a message is about the context that it names."""

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Report the requested context as deactivated, with nothing of the other one."""
        session = source.known.session
        if session not in (None, values.get("SessionId")):
            values.update(SessionId=session, ActivationState=maps.DEACTIVATED)
            values.update(dict.fromkeys(("VoiceCallState", "IpType", "NwError", "MediaPreference"), 0))
            values.update(AccessString="", ContextType=_activated_context(0)(source.known, values))


def _activated_context(position: int) -> Any:
    """Fill in what the host activates or last activated the context with: its type (0), its IP type (1)."""

    def fill(known: Known, values: Values) -> Any:
        unknown = (maps.CONTEXT_TYPE_INTERNET, 0)
        context = known.asked or known.memory.contexts.get(values.get("SessionId", 0), unknown)
        return context[position]

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
    return message("NDIS_WWAN_PROVISIONED_CONTEXTS")(items)


_LTE_ATTACH = PROTOCOL.number_of("WWAN_CONTEXT_TYPE", "WwanContextTypeLteAttach")


def _attached(structure: str, at: str, path: str, **further: Any) -> Message:
    """Three attach configurations: home, partner, other."""
    parts: tuple[Part, ...] = (
        below("basicInfo.", *same("AccessString", "UserName", "Password", "Compression")),
        below("basicInfo.", AUTH_PROTOCOL, Fixed("ContextType", _LTE_ATTACH)),
        IP_TYPE,
        Fixed("Enable", 1),
        Member("Roaming"),
        Member("Source", "Source", maps.CONTEXT_SOURCE),
    )
    return message(structure, at)(Array("Configurations", path, parts, 3, **further))


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
            (0, "WwanStructSmsPdu", Items("PduMessages", (*_SMS_HEAD, Pdu()), "WwanStructSmsPdu", "SmsListHeader")),
            (1, "WwanStructSmsCdma", Items("CdmaMessages", (*_SMS_HEAD, *_CDMA), "WwanStructSmsCdma", "SmsListHeader")),
        )
    ),
)


def _ussd(at: str, *parts: Part) -> tuple[str, tuple[Part, ...]]:
    text = (
        Member("DataCodingScheme", "UssdString.DataCodingScheme"),
        Member("Payload", "UssdString.String", length="UssdString.StringLength", basis="i"),
    )
    return at, (*parts, *text)


def _auth(cid: int, method: str, union: str, query: tuple[Part, ...], answer: tuple[Part, ...]) -> Tie:
    """One method; AuthMethod is the command."""
    number = Fixed("AuthMethod", PROTOCOL.number_of("WWAN_AUTH_METHOD", f"Wwan{method}"))
    return tie(
        "Auth",
        cid,
        "OID_WWAN_AUTH_CHALLENGE",
        note="the MBIM_CID name is not confirmed by a source read; number and libmbim name are",
    )(
        query=message("NDIS_WWAN_AUTH_CHALLENGE", "AuthChallenge.")(number, below(union, *query)),
        answer=message("NDIS_WWAN_AUTH_RESPONSE", "AuthResponse.")(number, below(union, *answer)),
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
_CARD_ANSWER = message("NDIS_WWAN_UICC_RESPONSE", "UiccResponse.")(
    *same("Version", "StatusWord1", "StatusWord2"), Tail("Data")
)
_STATUS_WORDS = Member("Status", "Status", STATUS_WORDS)
_CAPABILITIES = Items("TerminalCapability", (Member("TerminalCapabilityData", "Data"),))


def _slot(structure: str, at: str) -> Message:
    return message(structure, at)(SLOT)


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
    return tie(BASIC, 4, oid, served="qs", body_on_failure=True, driver_model=driver_model)(
        set=message(structure, "PinAction.")(*_PIN_ACTION), answer=_PIN_INFO
    )


TIES: tuple[Tie, ...] = (
    tie(BASIC, 1, "OID_WWAN_DEVICE_CAPS", served="q")(
        answer=message("NDIS_WWAN_DEVICE_CAPS", "DeviceCaps.")(*_CLASSES, _SESSIONS, *_NAMES)
    ),
    tie(BASIC, 2, "OID_WWAN_READY_INFO", served="qn")(
        query=_slot("NDIS_WWAN_QUERY_READY_INFO", "QueryReadyInfo."),
        answer=message("NDIS_WWAN_READY_INFO", "ReadyInfo.")(
            Member("ReadyState"),
            Member("Flags", "StatusFlags", basis="i"),
            *same("SubscriberId", "SimIccId", "SlotId"),
            Filled("ReadyInfo", lambda known, _: int(known.memory.unique_id_protected)),
            Plain("TelephoneNumbers"),
        ),
    ),
    tie(BASIC, 3, "OID_WWAN_RADIO_STATE", basis="d", served="qsn")(
        set=message("NDIS_WWAN_SET_RADIO_STATE")(Member("RadioState", "RadioAction", basis="i")),
        answer=message("NDIS_WWAN_RADIO_STATE", "RadioState.")(*same("HwRadioState", "SwRadioState")),
    ),
    _pin("OID_WWAN_PIN", "NDIS_WWAN_SET_PIN", 1),
    _pin("OID_WWAN_PIN_EX", "NDIS_WWAN_SET_PIN_EX", 2),
    tie(BASIC, 5, "OID_WWAN_PIN_LIST", basis="d", served="q")(
        answer=message("NDIS_WWAN_PIN_LIST", "PinList.")(
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
        )
    ),
    tie(BASIC, 6, "OID_WWAN_HOME_PROVIDER", served="qs")(
        set=message("NDIS_WWAN_SET_HOME_PROVIDER")(Group("Provider", "HomeProvider.", _PROVIDER)),
        answer=message("NDIS_WWAN_HOME_PROVIDER2")(Group("Provider", "Provider.", _PROVIDER)),
    ),
    tie(BASIC, 7, "OID_WWAN_PREFERRED_PROVIDERS", served="qsn")(
        set=_providers("NDIS_WWAN_SET_PREFERRED_PROVIDERS", "PreferredListHeader"),
        answer=_providers("NDIS_WWAN_PREFERRED_PROVIDERS", "PreferredListHeader"),
    ),
    tie(BASIC, 8, "OID_WWAN_VISIBLE_PROVIDERS", served="q")(
        query=message("NDIS_WWAN_GET_VISIBLE_PROVIDERS", "VisibleProviders.")(*same("Action")),
        answer=_providers("NDIS_WWAN_VISIBLE_PROVIDERS", "VisibleListHeader"),
    ),
    tie(
        BASIC,
        9,
        "OID_WWAN_REGISTER_STATE",
        basis="d",
        served="qsn",
        also_queried="OID_WWAN_PACKET_SERVICE",
        body_on_failure=True,
    )(
        set=message("NDIS_WWAN_SET_REGISTER_STATE", "SetRegisterState.")(
            *same("ProviderId", "RegisterAction"), Member("DataClass", "WwanDataClass", maps.DATA_CLASS)
        ),
        answer=message("NDIS_WWAN_REGISTRATION_STATE", "RegistrationState.")(
            NW_ERROR,
            *same("RegisterState", "RegisterMode"),
            Member(
                "CurrentCellularClass", "", maps.CELLULAR_CLASS, fill=lambda known, _values: known.memory.cellular_class
            ),
            *same("ProviderId", "ProviderName", "RoamingText"),
            Member("RegistrationFlag", "WwanRegFlags", basis="i"),
            Member("PreferredDataClasses", "", maps.DATA_CLASS),
            Filled("AvailableDataClasses", _available_data_classes),
        ),
    ),
    tie(BASIC, 10, "OID_WWAN_PACKET_SERVICE", basis="d", served="qsn", body_on_failure=True)(
        set=message("NDIS_WWAN_SET_PACKET_SERVICE")(*same("PacketServiceAction")),
        answer=message("NDIS_WWAN_PACKET_SERVICE_STATE", "PacketService.")(
            NW_ERROR,
            Member("PacketServiceState"),
            # MBIMEx 2.0 renames it; in 1.0 it may mean the best class available.
            Member("HighestAvailableDataClass", "CurrentDataClass", maps.DATA_CLASS_IN_USE, basis="d"),
            Member("FrequencyRange"),
            Member("DataSubclass", "CurrentDataSubClass", basis="i"),
            Group("Tai", "CurrentTai.", (Member("PlmnMcc", "Mcc"), Member("PlmnMnc", "Mnc"), Member("Tac"))),
            Member("CurrentDataClass", "", maps.DATA_CLASS),
            Filled("UplinkSpeed", _speed(0)),
            Filled("DownlinkSpeed", _speed(1)),
            Tlvs(numbers=(("3GPP_REL_VERSION", "Rel3GppVer"),)),
        ),
    ),
    tie(BASIC, 11, "OID_WWAN_SIGNAL_STATE", basis="d", served="qsn")(
        set=message("NDIS_WWAN_SET_SIGNAL_INDICATION", "SignalIndication.")(*_SIGNAL_INTERVALS),
        answer=message("NDIS_WWAN_SIGNAL_STATE", "SignalState.")(
            *same("Rssi", "ErrorRate"), *_SIGNAL_INTERVALS, Items("RsrpSnr", _RSRP_SNR), _RsrpForRssi()
        ),
    ),
    tie(
        BASIC,
        12,
        "OID_WWAN_CONNECT",
        basis="d",
        served="qsn",
        session=("SessionId",),
        echoed=("SessionId",),
        body_on_failure=True,
    )(
        query=message("")(
            Filled("SessionId", lambda known, _values: known.session or 0),
            Filled("ContextType", lambda _known, _values: maps.CONTEXT_TYPE_NONE),
        ),
        set=message(
            # Revision 2 is revision 1 with an IP type.
            "NDIS_WWAN_SET_CONTEXT_STATE",
            "SetContextState.",
            revisions=((0x0100, 2), (0x0300, 3), (0x0400, 4)),
        )(
            Member("SessionId", "ConnectionId", basis="i"),
            *same("ActivationCommand", "ActivationOption", "Compression"),
            AUTH_PROTOCOL,
            IP_TYPE,
            Member("MediaPreference", "", maps.MEDIA),
            *same("AccessString", "UserName", "Password"),
            Filled("ContextType", lambda _known, _values: maps.CONTEXT_TYPE_INTERNET),
        ),
        answer=message("NDIS_WWAN_CONTEXT_STATE", "ContextState.")(
            Member("SessionId", "ConnectionId", basis="i"),
            *same("ActivationState", "VoiceCallState"),
            Member("IpType", "IPType", maps.IP_TYPE, fill=_activated_context(1)),
            Filled("ContextType", _activated_context(0)),
            NW_ERROR,
            Member("MediaPreference", "ConnectionMedia", maps.MEDIA, basis="i"),
            Member("AccessString"),
            _AnotherContext(),
        ),
    ),
    tie(BASIC, 13, "OID_WWAN_PROVISIONED_CONTEXTS", served="qsn")(
        set=message("NDIS_WWAN_SET_PROVISIONED_CONTEXT", "ProvisionedContext.")(*_CONTEXT, Member("ProviderId")),
        answer=_context_list((_IN_CONTEXT,), lacking=_FIRST_FORM),
    ),
    tie(EXTENSIONS, 1, "OID_WWAN_PROVISIONED_CONTEXTS", basis="d", served="qn")(
        set=message("NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2", "ProvisionedContext.")(Member("Operation"), *_CONTEXT_V2),
        answer=_context_list(_CONTEXT_V2),
    ),
    tie(BASIC, 14, "OID_WWAN_SERVICE_ACTIVATION", served="s", body_on_failure=True)(
        set=message("NDIS_WWAN_SERVICE_ACTIVATION")(Tail("Buffer")),
        answer=message("NDIS_WWAN_SERVICE_ACTIVATION_STATUS", "ServiceActivationStatus.")(NW_ERROR, Tail("Buffer")),
    ),
    tie(BASIC, 16, "OID_WWAN_ENUMERATE_DEVICE_SERVICES", served="q")(
        answer=message("NDIS_WWAN_SUPPORTED_DEVICE_SERVICES", "DeviceServices.")(
            Member("MaxDssSessions", "uMaxSessionCount", basis="i"), _SERVICES
        )
    ),
    tie(BASIC, 19, "OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS", served="s")(
        set=message("NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS")(EventServices()),
        answer=message("NDIS_WWAN_DEVICE_SERVICE_SUBSCRIPTION")(EventServices()),
    ),
    tie(BASIC, 21, "OID_WWAN_NETWORK_IDLE_HINT", served="s")(
        set=message("NDIS_WWAN_NETWORK_IDLE_HINT", "IdleHint.")(Member("State", "IsEnabled", basis="i"))
    ),
    # Emergency calls, a member of READY_INFO, have a command of their own; its indication is no event.
    tie(BASIC, 22, "OID_WWAN_READY_INFO", basis="i", has_event=False, served="qn")(
        answer=message("NDIS_WWAN_READY_INFO", "ReadyInfo.")(Member("State", "EmergencyMode", basis="i"))
    ),
    tie(BASIC, 24, "OID_WWAN_PREFERRED_MULTICARRIER_PROVIDERS")(
        set=_providers("NDIS_WWAN_SET_PREFERRED_MULTICARRIER_PROVIDERS", "PreferredListHeader"),
        answer=_providers("NDIS_WWAN_PREFERRED_MULTICARRIER_PROVIDERS", "PreferredListHeader"),
    ),
    tie("SMS", 1, "OID_WWAN_SMS_CONFIGURATION")(
        set=message("NDIS_WWAN_SET_SMS_CONFIGURATION", "SetSmsConfiguration.")(_SMS_FORMAT, Member("ScAddress")),
        answer=message("NDIS_WWAN_SMS_CONFIGURATION", "SmsConfiguration.")(
            _SMS_FORMAT, Member("MaxMessages", "ulMaxMessageIndex", basis="i"), Member("ScAddress")
        ),
    ),
    tie("SMS", 2, "OID_WWAN_SMS_READ")(
        query=message("NDIS_WWAN_SMS_READ", "SmsRead.")(_SMS_FORMAT, below("ReadFilter.", *_SMS_FILTER)),
        answer=message("NDIS_WWAN_SMS_RECEIVE")(_SMS_LIST),
    ),
    tie("SMS", 3, "OID_WWAN_SMS_SEND")(
        set=message("NDIS_WWAN_SMS_SEND", "SmsSend.")(
            _SMS_FORMAT,
            Group("PduMessage", "u.Pdu.", (Pdu(),), when=("Format", 0)),
            Group("CdmaMessage", "u.Cdma.", _CDMA, when=("Format", 1)),
        ),
        answer=message("NDIS_WWAN_SMS_SEND_STATUS")(*same("MessageReference")),
    ),
    tie("SMS", 4, "OID_WWAN_SMS_DELETE")(
        set=message("NDIS_WWAN_SMS_DELETE", "SmsFilter.")(*_SMS_FILTER), answer=Message("NDIS_WWAN_SMS_DELETE_STATUS")
    ),
    tie("SMS", 5, "OID_WWAN_SMS_STATUS")(
        answer=message("NDIS_WWAN_SMS_STATUS", "SmsStatus.")(Member("Flag", "uFlag"), Member("MessageIndex"))
    ),
    tie("USSD", 1, "OID_WWAN_USSD")(
        set=Message("NDIS_WWAN_USSD_REQUEST", *_ussd("UssdRequest.", Member("Action", "RequestType", basis="i"))),
        answer=Message(
            "NDIS_WWAN_USSD_EVENT",
            *_ussd("UssdEvent.", Member("Response", "EventType", basis="i"), Member("SessionState")),
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
    tie("DSS", 1, "OID_WWAN_DEVICE_SERVICE_SESSION", served="s", echoed=("DeviceServiceId", "DssSessionId"))(
        set=message("NDIS_WWAN_SET_DEVICE_SERVICE_SESSION", "Session.")(
            # The GUID's first three fields are little endian in Windows.
            Member("DeviceServiceId", "DeviceServiceGuid"),
            Member("DssSessionId", "uSessionID", basis="i"),
            Member("DssLinkState", "State", maps.DSS_LINK_STATE, basis="i"),
        ),
        answer=Message("NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO"),
    ),
    tie(EXTENSIONS, 2, "OID_WWAN_NETWORK_BLACKLIST", basis="d")(
        set=_refused_networks("NDIS_WWAN_SET_NETWORK_BLACKLIST", "SetNetworkBlacklist."),
        answer=_refused_networks("NDIS_WWAN_NETWORK_BLACKLIST", "NetworkBlacklistInfo."),
    ),
    tie(EXTENSIONS, 3, "OID_WWAN_LTE_ATTACH_CONFIG", basis="d", served="qsn")(
        set=_attached(
            "NDIS_WWAN_SET_LTE_ATTACH_CONTEXT",
            "SetLteAttachContext.",
            "SetContextArray",
            shared=(Member("Operation", "Operation", maps.ATTACH_OPERATION),),
        ),
        answer=_attached("NDIS_WWAN_LTE_ATTACH_CONTEXTS", "LteAttachContext.", "LteContextArray", count="ElementCount"),
    ),
    tie(EXTENSIONS, 4, "OID_WWAN_LTE_ATTACH_STATUS", basis="d")(
        answer=message("NDIS_WWAN_LTE_ATTACH_STATUS", "LteAttachStatus.")(
            Member("LteAttachState"), Member("NwError", "NetworkError", basis="i"), IP_TYPE, _IN_CONTEXT
        )
    ),
    tie(EXTENSIONS, 5, "OID_WWAN_SYS_CAPS", basis="d")(
        answer=message("NDIS_WWAN_SYS_CAPS_INFO", "SysCapsInfo.")(
            *same("NumberOfExecutors", "NumberOfSlots", "Concurrency"), Member("ModemId", "ModemID")
        )
    ),
    tie(EXTENSIONS, 6, "OID_WWAN_DEVICE_CAPS_EX", basis="d", served="q")(
        answer=message("NDIS_WWAN_DEVICE_CAPS_EX", "DeviceCaps.")(*_CAPS_EX)
    ),
    tie(EXTENSIONS, 7, "OID_WWAN_SYS_SLOTMAPPINGS", basis="d")(
        set=message("NDIS_WWAN_SET_DEVICE_SLOT_MAPPING_INFO")(Plain("SlotMap", "Slot")),
        answer=message("NDIS_WWAN_DEVICE_SLOT_MAPPING_INFO")(Plain("SlotMap", "Slot")),
    ),
    tie(EXTENSIONS, 8, "OID_WWAN_SLOT_INFO_STATUS", basis="d")(
        query=message("NDIS_WWAN_GET_SLOT_INFO", "GetSlotInfo.")(*same("SlotIndex")),
        answer=message("NDIS_WWAN_SLOT_INFO", "SlotInfo.")(*same("SlotIndex", "State")),
    ),
    tie(EXTENSIONS, 9, "OID_WWAN_PCO", basis="d", served="qn", session=("PcoValue", "SessionId"))(
        query=message("")(Group("PcoValue", "", (Filled("SessionId", lambda known, _: known.session or 0),))),
        answer=message("NDIS_WWAN_PCO_STATUS")(
            Group(
                "PcoValue",
                "PcoValue.",
                (
                    Filled("SessionId", lambda known, _: known.port if known.session is None else known.session),
                    Count("PcoDataSize", "Size"),
                    Member("PcoDataType", "Type"),
                    Member("PcoDataBuffer", "PcoData", length="Size"),
                ),
            )
        ),
    ),
    tie(EXTENSIONS, 10, "OID_WWAN_DEVICE_RESET", basis="d")(
        set=Message("NDIS_WWAN_SET_DEVICE_RESET"), answer=Message("NDIS_WWAN_DEVICE_RESET_STATUS")
    ),
    tie(EXTENSIONS, 11, "OID_WWAN_BASE_STATIONS_INFO", basis="d")(
        query=message("NDIS_WWAN_BASE_STATIONS_INFO_REQ", "BaseStationsInfoRequest.")(
            Member("MaxGsmCount", "MaxGSMCount"),
            Member("MaxUmtsCount", "MaxUMTSCount"),
            Member("MaxTdscdmaCount", "MaxTDSCDMACount"),
            Member("MaxLteCount", "MaxLTECount"),
            Member("MaxCdmaCount", "MaxCDMACount"),
            Member("MaxNrCount", "MaxNRCount"),
        ),
        answer=message("NDIS_WWAN_BASE_STATIONS_INFO", "BaseStationsInfo.")(
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
    tie(EXTENSIONS, 12, "OID_WWAN_LOCATION_STATE")(
        answer=message("NDIS_WWAN_LOCATION_STATE_INFO", "LocationStateInfo.")(Member("CellID", "CellId"), AreaCode())
    ),
    tie(EXTENSIONS, 13, "OID_WWAN_MODEM_LOGGING_CONFIG", basis="d", note=_NUMBER_UNSURE)(
        set=message("NDIS_WWAN_SET_MODEM_LOGGING_CONFIG", "ModemLoggingConfig.")(*_LOGGING),
        answer=message("NDIS_WWAN_MODEM_LOGGING_CONFIG", "ModemLoggingConfig.")(*_LOGGING),
    ),
    tie(EXTENSIONS, 14, "OID_WWAN_PIN_EX2", basis="d")(
        query=message("NDIS_WWAN_PIN_APP", "PinApp.")(Member("Version"), _APP_ID),
        set=message("NDIS_WWAN_SET_PIN_EX2", "PinAction.")(*_PIN_ACTION, _APP_ID),
        answer=_PIN_INFO,
    ),
    tie(EXTENSIONS, 15, "OID_WWAN_MBIM_VERSION")(),
    tie(EXTENSIONS, 16, "OID_WWAN_MODEM_CONFIG_INFO", note="MBIM_CID name not confirmed; number from libmbim")(
        answer=message("NDIS_WWAN_MODEM_CONFIG_INFO", "ModemConfigInfo.")(
            Member("ConfigurationStatus", "ConfigState", basis="i"),
            # The first member has another name in the notification.
            Member("ModemConfigurationStatus", "ConfigState", basis="i"),
            Member("ConfigurationName", "ConfigName", basis="i"),
        )
    ),
    tie(EXTENSIONS, 17, "OID_WWAN_REGISTER_PARAMS", basis="d")(
        set=message("NDIS_WWAN_SET_REGISTER_PARAMS", "SetRegisterParams.")(*_REGISTER_PARAMS),
        answer=message("NDIS_WWAN_REGISTER_PARAMS_INFO", "RegisterParamsInfo.")(*_REGISTER_PARAMS),
    ),
    tie(EXTENSIONS, 18, "OID_WWAN_NETWORK_PARAMS", basis="d", note=_NUMBER_UNSURE)(
        answer=message("NDIS_WWAN_NETWORK_PARAMS_INFO", "NetworkParamsInfo.")(
            Member("MicoIndication", "CurrentMicoIndication", basis="i"),
            Member("DrxParameters", "CurrentDRXParams"),
            Tlvs(blocks=_NSSAI_BLOCKS),
        )
    ),
    tie(EXTENSIONS, 20, "OID_WWAN_UE_POLICY", basis="i", note=_NUMBER_UNSURE)(
        answer=message("NDIS_WWAN_UE_POLICY_INFO")(Tlvs(blocks=(("URSP_RULES_TD_ONLY", "RawTdOnlyDataBytes"),)))
    ),
    tie("MS Voice Extensions", 10, "OID_WWAN_NITZ", basis="d")(
        answer=message("NDIS_WWAN_NITZ_INFO", "NitzInfo.")(
            *same("Year", "Month", "Day", "Hour", "Minute", "Second"),
            *same("TimeZoneOffsetMinutes", "DaylightSavingTimeOffsetMinutes"),
            Member("DataClass", "DataClasses", maps.DATA_CLASS),
        )
    ),
    tie("MS Host Shutdown", 1, "OID_WWAN_PRESHUTDOWN", note="tied by its name; 2 (pre-shutdown) fits the name better")(
        set=Message("NDIS_WWAN_SET_PRESHUTDOWN_STATE"), answer=Message("NDIS_WWAN_PRESHUTDOWN_STATE")
    ),
    tie("MS Host Shutdown", 2, "OID_WWAN_PRESHUTDOWN", basis="i", note=_NUMBER_UNSURE)(
        set=Message("NDIS_WWAN_SET_PRESHUTDOWN_STATE"), answer=Message("NDIS_WWAN_PRESHUTDOWN_STATE")
    ),
    tie("MS SAR", 1, "OID_WWAN_SAR_CONFIG", basis="d")(
        set=message("NDIS_WWAN_SET_SAR_CONFIG", "SetSarConfig.")(*_SAR, _SAR_STATES),
        answer=message("NDIS_WWAN_SAR_CONFIG_INFO", "SarConfig.")(
            *_SAR, Member("WifiIntegration", "SarWifiIntegration", maps.SAR_WIFI, basis="i"), _SAR_STATES
        ),
    ),
    tie("MS SAR", 2, "OID_WWAN_SAR_TRANSMISSION_STATUS", basis="d")(
        set=message("NDIS_WWAN_SET_SAR_TRANSMISSION_STATUS", "SetTransmissionStatus.")(
            *same("ChannelNotification", "HysteresisTimer")
        ),
        answer=message("NDIS_WWAN_SAR_TRANSMISSION_STATUS_INFO", "TransmissionStatus.")(
            *same("ChannelNotification", "TransmissionStatus", "HysteresisTimer")
        ),
    ),
    tie(CARD, 1, "OID_WWAN_UICC_ATR", basis="d")(
        query=_slot("NDIS_WWAN_QUERY_ATR_INFO", "QueryAtrInfo."),
        answer=message("NDIS_WWAN_ATR_INFO", "AtrInfo.")(Member("atr", "Atr", length="AtrLength")),
    ),
    tie(CARD, 2, "OID_WWAN_UICC_OPEN_CHANNEL", basis="d")(
        set=message("NDIS_WWAN_SET_UICC_OPEN_CHANNEL", "SetUiccOpenChannel.")(
            _APP_ID, *same("SelectP2Arg", "ChannelGroup", "SlotId")
        ),
        answer=message("NDIS_WWAN_UICC_OPEN_CHANNEL_INFO", "UiccOpenChannelInfo.")(
            _STATUS_WORDS, Member("Channel"), Tail("Response")
        ),
    ),
    tie(CARD, 3, "OID_WWAN_UICC_CLOSE_CHANNEL", basis="d")(
        set=message("NDIS_WWAN_SET_UICC_CLOSE_CHANNEL", "SetUiccCloseChannel.")(
            *same("Channel", "ChannelGroup", "SlotId")
        ),
        answer=message("NDIS_WWAN_UICC_CLOSE_CHANNEL_INFO", "UiccCloseChannelInfo.")(_STATUS_WORDS),
    ),
    tie(CARD, 4, "OID_WWAN_UICC_APDU", basis="d")(
        set=message("NDIS_WWAN_SET_UICC_APDU", "SetUiccApdu.")(
            *same("Channel", "SecureMessaging", "SlotId"), Member("ClassByteType", "Type"), Tail("Command")
        ),
        answer=message("NDIS_WWAN_UICC_APDU_INFO", "UiccApduInfo.")(_STATUS_WORDS, Tail("Response")),
    ),
    tie(CARD, 5, "OID_WWAN_UICC_TERMINAL_CAPABILITY", basis="d")(
        query=_slot("NDIS_WWAN_QUERY_UICC_TERMINAL_CAPABILITY", "QueryUiccTerminalCapability."),
        set=message("NDIS_WWAN_SET_UICC_TERMINAL_CAPABILITY", "SetUiccTerminalCapability.")(SLOT, _CAPABILITIES),
        answer=message("NDIS_WWAN_UICC_TERMINAL_CAPABILITY_INFO")(_CAPABILITIES),
    ),
    tie(CARD, 6, "OID_WWAN_UICC_RESET", basis="d")(
        query=_slot("NDIS_WWAN_QUERY_UICC_RESET", "QueryUiccReset."),
        set=message("NDIS_WWAN_SET_UICC_RESET", "SetUiccReset.")(*same("PassThroughAction", "SlotId")),
        answer=message("NDIS_WWAN_UICC_RESET_INFO", "UiccResetInfo.")(*same("PassThroughStatus")),
    ),
    tie(CARD, 7, "OID_WWAN_UICC_APP_LIST", basis="d")(
        answer=message("NDIS_WWAN_UICC_APP_LIST", "UiccAppList.")(
            Member("Version"),
            Count("ApplicationCount", "AppCount"),
            Member("ActiveApplicationIndex", "ActiveAppIndex"),
            Count("ApplicationListSizeBytes", "AppListSize"),
            Applications(),
        )
    ),
    tie(CARD, 8, "OID_WWAN_UICC_FILE_STATUS", basis="d")(
        query=message("NDIS_WWAN_UICC_FILE_PATH", "UiccFilePath.")(Member("Version"), _APPLICATION, _FILE_PATH),
        answer=message("NDIS_WWAN_UICC_FILE_STATUS", "UiccFileStatus.")(
            *same("Version", "StatusWord1", "StatusWord2"),
            *same("FileAccessibility", "FileType", "FileStructure"),
            Member("FileItemCount", "ItemCount"),
            Member("FileItemSize", "ItemSize"),
        ),
    ),
    tie(CARD, 9, "OID_WWAN_UICC_ACCESS_BINARY", basis="d")(
        query=message("NDIS_WWAN_UICC_ACCESS_BINARY", "UiccAccessBinary.")(
            Member("Version"),
            Member("ApplicationId", "AppId", basis="i"),
            _CARD_PATH,
            Member("ReadOffset", "FileOffset"),
            Member("ReadSize", "NumberOfBytes"),
            _LOCAL_PIN,
            Tail("Data"),
        ),
        answer=_CARD_ANSWER,
    ),
    tie(CARD, 10, "OID_WWAN_UICC_ACCESS_RECORD", basis="d")(
        query=message("NDIS_WWAN_UICC_ACCESS_RECORD", "UiccAccessRecord.")(
            Member("Version"),
            Member("ApplicationId", "AppId", basis="i"),
            _CARD_PATH,
            Member("RecordNumber"),
            _LOCAL_PIN,
            Member("Data", "RecordData", length="RecordDataSize"),
        ),
        answer=_CARD_ANSWER,
    ),
)

#: IP_CONFIGURATION has no OID; its notification is the address event of NDIS.
IP_ADDRESS_STATE = message("NDIS_WWAN_IP_ADDRESS_STATE", "WwanIpAddressState.")(
    Filled("SessionId", lambda known, _values: known.port),
    Member("IPv4ConfigurationAvailable", "IPv4Flags.Value"),
    Member("IPv6ConfigurationAvailable", "IPv6Flags.Value"),
    Member("IPv4Mtu", "IPv4MTU"),
    Member("IPv6Mtu", "IPv6MTU"),
    Addresses(),
)
