"""The commands that the function serves: one row each, from MBIM values to NDIS and back.

A row names the OID, the NDIS structure of its query and set, and the structure that answers. Most
members are listed as (MBIM member, NDIS path, value map); what needs more than a path is a
function. The pairs follow `rows/mapping.py`; what one side lacks, and what stands in for it, is
described in docs/mbim-mapping.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from wwanreplay.mbim import values as maps
from wwanreplay.mbim.codec import Values
from wwanreplay.mbim.memory import Memory
from wwanreplay.mbim.tables import BASIC_CONNECT, DSS, EXTENSIONS
from wwanreplay.mbim.values import ValueMap, text_to_ndis
from wwanreplay.protocol.codec import Decoded

#: Largest MBIM SessionId; each session is a context of its own.
SESSION_ID_MAX = 255
MULTI_MODE = 0x80


@dataclass(frozen=True, slots=True)
class Asked:
    """A command that waits for its answer: decoded values, port of the session, memory."""

    values: Values
    memory: Memory
    port: int
    is_set: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What the device said: the decoded structure, its port, memory, and whom it answers."""

    decoded: Decoded
    memory: Memory
    port: int
    asked: Asked | None = None


Member = tuple[str, str, ValueMap | None]
BuildRequest = Callable[[Asked], dict[str, Any]]
BuildAnswer = Callable[[Said], Values]


@dataclass(frozen=True, slots=True)
class Input:
    """The NDIS structure that a query or set carries."""

    structure: str
    build: BuildRequest
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """One served command; `structures` are the forms its indication may have, by revision.

    `query` and `set` say what the OID request carries (None with `can_query`, `can_set`: nothing
    at all). `also_queried` is a further OID whose answer the command needs. `session` names the
    MBIM member with the session, which selects the port. `body_on_failure`: the answer carries its
    structure also when the status is not success.
    """

    service: int
    cid: int
    oid: str
    indication: str
    structures: tuple[str, ...]
    answer: BuildAnswer
    query: Input | None = None
    set: Input | None = None
    can_query: bool = False
    can_set: bool = False
    notify: bool = False
    also_queried: str | None = None
    session: Callable[[Values], int] | None = None
    body_on_failure: bool = False


def read(decoded: Decoded, path: str, default: Any = 0) -> Any:
    """Return the value at a path, or the default when this revision lacks it."""
    return decoded.get(path, default)


def members(*rows: Member) -> BuildAnswer:
    """Return a builder that takes members from paths."""

    def build(said: Said) -> Values:
        return {
            mbim: read(said.decoded, path)
            if kind is None
            else kind.to_mbim(read(said.decoded, path))
            for mbim, path, kind in rows
        }

    return build


def fill(*rows: Member) -> BuildRequest:
    """Return a builder that puts members at paths."""

    def build(asked: Asked) -> dict[str, Any]:
        tree: dict[str, Any] = {}
        for mbim, path, kind in rows:
            value = asked.values[mbim]
            if isinstance(value, str) and kind is None:
                value = text_to_ndis(value)
            *parents, last = path.split(".")
            branch = tree
            for name in parents:
                branch = branch.setdefault(name, {})
            branch[last] = value if kind is None else kind.to_wwan(value)
        return tree

    return build


# ------------------------------------------------------------------ capabilities and subscriber


def _cellular_classes(said: Said) -> int:
    """Join the plain class and the list of a multi-mode device to MBIM's mask."""
    mask = int(read(said.decoded, "DeviceCaps.WwanCellularClass"))
    if read(said.decoded, "DeviceCaps.WwanControlCaps") & MULTI_MODE:
        for element in read(said.decoded, "Elements", ()):
            mask |= element
    return mask


_CAPS: tuple[Member, ...] = (
    ("DeviceType", "DeviceCaps.WwanDeviceType", None),
    ("VoiceClass", "DeviceCaps.WwanVoiceClass", None),
    ("DataClass", "DeviceCaps.WwanDataClass", maps.DATA_CLASS),
    ("SmsCaps", "DeviceCaps.WwanSmsCaps", None),
    ("ControlCaps", "DeviceCaps.WwanControlCaps", maps.CTRL_CAPS),
    ("MaxSessions", "DeviceCaps.MaxActivatedContexts", None),
    ("CustomDataClass", "DeviceCaps.CustomDataClass", None),
    ("DeviceId", "DeviceCaps.DeviceId", None),
    ("FirmwareInfo", "DeviceCaps.FirmwareInfo", None),
    ("HardwareInfo", "DeviceCaps.Model", None),
)


def _device_caps(said: Said) -> Values:
    sim_class = maps.SIM_CLASS.to_mbim(read(said.decoded, "DeviceCaps.WwanSimClass"))
    return {
        **members(*_CAPS)(said),
        "CellularClass": _cellular_classes(said),
        "SimClass": sim_class,
    }


def _device_caps_v2(said: Said) -> Values:
    built = _device_caps(said)
    # The row of this message names the SIM class so.
    built["SmsClass"] = built.pop("SimClass")
    return {**built, "ExecutorIndex": read(said.decoded, "DeviceCaps.ExecutorIndex")}


def _ready_info(said: Said) -> Values:
    return {
        "ReadyState": read(said.decoded, "ReadyInfo.ReadyState"),
        "SubscriberId": read(said.decoded, "ReadyInfo.SubscriberId"),
        "SimIccId": read(said.decoded, "ReadyInfo.SimIccId"),
        "ReadyInfo": int(said.memory.unique_id_protected),
        "TelephoneNumbers": list(read(said.decoded, "Elements", ())),
    }


def _pin_list(said: Said) -> Values:
    def description(name: str) -> Values:
        return {
            part: read(said.decoded, f"PinList.{name}.{part}")
            for part in ("PinMode", "PinFormat", "PinLengthMin", "PinLengthMax")
        }

    return {mbim: description(f"Wwan{name}") for mbim, name in _PIN_NAMES.items()}


_PIN_NAMES = {
    "PinDescPin1": "PinDescPin1",
    "PinDescPin2": "PinDescPin2",
    "PinDescDeviceSimPin": "PinDescDeviceSimPin",
    "PinDescDeviceFirstSimPin": "PinDescDeviceFirstSimPin",
    "PinDescNetworkPin": "PinDescNetworkPin",
    "PinDescNetworkSubsetPin": "PinDescNetworkSubsetPin",
    "PinDescServiceProviderPin": "PinDescSvcProviderPin",
    "PinDescCorporatePin": "PinDescCorporatePin",
    "PinDescSubsidyLock": "PinDescSubsidyLock",
    "PinDescCustom": "PinDescCustom",
}


# ------------------------------------------------------------------------------ providers


def _provider(said: Said, source: Any, prefix: str) -> Values:
    """Return an MbimProvider from a WWAN_PROVIDER or WWAN_PROVIDER2 at `prefix`."""
    second = f"{prefix}Provider.ProviderId" in source
    inner = f"{prefix}Provider." if second else prefix
    return {
        "ProviderId": source[f"{inner}ProviderId"],
        "ProviderState": source[f"{inner}ProviderState"],
        "ProviderName": source[f"{inner}ProviderName"],
        "CellularClass": source[f"{prefix}WwanCellularClass"]
        if second
        else said.memory.cellular_class,
        "Rssi": source[f"{prefix}Rssi"] if second else maps.SIGNAL_UNKNOWN,
        "ErrorRate": source[f"{prefix}ErrorRate"] if second else maps.SIGNAL_UNKNOWN,
    }


def _home_provider(said: Said) -> Values:
    return {"Provider": _provider(said, said.decoded, "Provider.")}


def _providers(said: Said) -> Values:
    elements = read(said.decoded, "Elements", ())
    return {"Providers": [_provider(said, element, "") for element in elements]}


def _ndis_provider(provider: Values) -> dict[str, Any]:
    return {
        "ProviderId": text_to_ndis(provider["ProviderId"]),
        "ProviderState": provider["ProviderState"],
        "ProviderName": text_to_ndis(provider["ProviderName"]),
    }


def _ndis_provider2(provider: Values) -> dict[str, Any]:
    return {
        "Provider": _ndis_provider(provider),
        "WwanCellularClass": provider["CellularClass"],
        "Rssi": provider["Rssi"],
        "ErrorRate": provider["ErrorRate"],
    }


def _set_home_provider(asked: Asked) -> dict[str, Any]:
    return {"HomeProvider": _ndis_provider2(asked.values["Provider"])}


def _set_preferred_providers(asked: Asked) -> dict[str, Any]:
    return {"Elements": [_ndis_provider2(provider) for provider in asked.values["Providers"]]}


# ------------------------------------------------------------------ registration and data


def _register_state(said: Said) -> Values:
    state = "RegistrationState."
    registered = read(said.decoded, f"{state}RegisterState") in (3, 4, 5)
    return {
        **members(
            ("NwError", f"{state}uNwError", None),
            ("RegisterState", f"{state}RegisterState", None),
            ("RegisterMode", f"{state}RegisterMode", None),
            ("ProviderId", f"{state}ProviderId", None),
            ("ProviderName", f"{state}ProviderName", None),
            ("RoamingText", f"{state}RoamingText", None),
            ("RegistrationFlag", f"{state}WwanRegFlags", None),
        )(said),
        "AvailableDataClasses": maps.DATA_CLASS.to_mbim(said.memory.available_data_class)
        if registered
        else 0,
        "CurrentCellularClass": read(
            said.decoded, f"{state}CurrentCellularClass", said.memory.cellular_class
        ),
    }


def _packet_service(said: Said) -> Values:
    up, down = said.memory.link_speeds.get(said.port, (0, 0))
    return {
        **members(
            ("NwError", "PacketService.uNwError", None),
            ("PacketServiceState", "PacketService.PacketServiceState", None),
            ("HighestAvailableDataClass", "PacketService.CurrentDataClass", maps.DATA_CLASS),
        )(said),
        "UplinkSpeed": up,
        "DownlinkSpeed": down,
    }


def _signal_state(said: Said) -> Values:
    return {
        **members(
            ("Rssi", "SignalState.Rssi", None),
            ("ErrorRate", "SignalState.ErrorRate", None),
            ("SignalStrengthInterval", "SignalState.RssiInterval", None),
            ("RssiThreshold", "SignalState.RssiThreshold", None),
        )(said),
        "ErrorRateThreshold": said.memory.error_rate_threshold,
    }


# ------------------------------------------------------------------------------ contexts


def _context_state(said: Said) -> Values:
    session = read(said.decoded, "ContextState.ConnectionId")
    state = read(said.decoded, "ContextState.ActivationState")
    asked = None if said.asked is None else said.asked.values["SessionId"]
    if asked is not None and asked != session:
        # The device spoke of another context: the one asked for is not there.
        session, state = asked, maps.DEACTIVATED
    context_type, ip_type = said.memory.contexts.get(session, (maps.CONTEXT_TYPE_INTERNET, 0))
    reported = read(said.decoded, "ContextState.IPType", None)
    return {
        "SessionId": session,
        "ActivationState": state,
        "VoiceCallState": read(said.decoded, "ContextState.VoiceCallState"),
        "IpType": ip_type if reported is None else maps.IP_TYPE.to_mbim(reported),
        "ContextType": context_type,
        "NwError": read(said.decoded, "ContextState.uNwError"),
    }


_CONTEXT: tuple[Member, ...] = (
    ("ContextId", "ContextId", None),
    ("ContextType", "ContextType", maps.CONTEXT_TYPE),
    ("AccessString", "AccessString", None),
    ("UserName", "UserName", None),
    ("Password", "Password", None),
    ("Compression", "Compression", None),
    ("AuthProtocol", "AuthType", maps.AUTH_PROTOCOL),
)


def _context(source: Any) -> Values:
    inner = "basicInfo." if "basicInfo.ContextId" in source else ""
    return {
        mbim: source[inner + path] if kind is None else kind.to_mbim(source[inner + path])
        for mbim, path, kind in _CONTEXT
    }


def _provisioned_contexts(said: Said) -> Values:
    return {"ProvisionedContexts": [_context(each) for each in read(said.decoded, "Elements", ())]}


def _provisioned_contexts_v2(said: Said) -> Values:
    """The extended list; an element of the first form is enabled, everywhere, set by the admin."""

    def extended(source: Any) -> Values:
        if "basicInfo.ContextId" not in source:
            further: Values = {"State": 1, "Roaming": 6, "MediaType": 0, "Source": 0}
        else:
            further = {
                "IpType": maps.IP_TYPE.to_mbim(source["IPType"]),
                "State": source["Enable"],
                "Roaming": source["Roaming"],
                "MediaType": source["MediaType"],
                "Source": maps.CONTEXT_SOURCE.to_mbim(source["Source"]),
            }
        return {**_context(source), **further}

    return {"ProvisionedContexts": [extended(each) for each in read(said.decoded, "Elements", ())]}


def _pco(said: Said) -> Values:
    size = min(read(said.decoded, "PcoValue.Size"), 256)
    return {
        "PcoValue": {
            "SessionId": said.port
            if said.asked is None
            else said.asked.values["PcoValue"]["SessionId"],
            "PcoDataType": read(said.decoded, "PcoValue.Type"),
            "PcoDataBuffer": bytes(read(said.decoded, "PcoValue.PcoData", b""))[:size],
        }
    }


# ------------------------------------------------------------------------------ services


def _service_activation(said: Said) -> Values:
    return {
        "NwError": read(said.decoded, "ServiceActivationStatus.uNwError"),
        "Buffer": read(said.decoded, "Data", b""),
    }


def _session(name: str) -> Callable[[Values], int]:
    return lambda asked: int(asked[name])


def _nothing(_: Said) -> Values:
    return {}


def _emergency_mode(said: Said) -> Values:
    return {"State": read(said.decoded, "ReadyInfo.EmergencyMode")}


def ip_configuration(said: Said) -> Values:
    """Return what an IP_ADDRESS_STATE says as an IP_CONFIGURATION of the port's session."""
    state = "WwanIpAddressState."
    built: Values = {
        "SessionId": said.port,
        "IPv4ConfigurationAvailable": read(said.decoded, f"{state}IPv4Flags.Value"),
        "IPv6ConfigurationAvailable": read(said.decoded, f"{state}IPv6Flags.Value"),
        "IPv4Mtu": read(said.decoded, f"{state}IPv4MTU"),
        "IPv6Mtu": read(said.decoded, f"{state}IPv6MTU"),
        "IPv4Address": [],
        "IPv6Address": [],
        "IPv4DnsServer": [],
        "IPv6DnsServer": [],
    }
    for entry in read(said.decoded, "IpEntries", None) or ():
        family, address, prefix_length = _address(entry)
        element = {"OnLinkPrefixLength": prefix_length, f"{family}Address": address}
        built[f"{family}Address"].append(element)
    for entry in read(said.decoded, "GatewayEntries", None) or ():
        family, address, _ = _address(entry)
        built.setdefault(f"{family}Gateway", address)
    for entry in read(said.decoded, "DnsEntries", None) or ():
        family, address, _ = _address(entry)
        built[f"{family}DnsServer"].append(address)
    return built


def _address(entry: Any) -> tuple[str, str, int]:
    """Return (IPv4 or IPv6, address, prefix length) of a WWAN_IPADDRESS_ENTRY."""
    if entry["IsIpv6"]:
        octets = bytes(entry["Ipv6.IPV6Address"])
        return "IPv6", str(ip_address(octets)), entry["Ipv6.OnLinkPrefixLength"]
    octets = bytes(entry["Ipv4.IPV4Address"])
    return "IPv4", str(ip_address(octets)), entry["Ipv4.OnLinkPrefixLength"]


SET_CONTEXT_STATE = fill(
    ("SessionId", "SetContextState.ConnectionId", None),
    ("ActivationCommand", "SetContextState.ActivationCommand", None),
    ("AccessString", "SetContextState.AccessString", None),
    ("UserName", "SetContextState.UserName", None),
    ("Password", "SetContextState.Password", None),
    ("Compression", "SetContextState.Compression", None),
    ("AuthProtocol", "SetContextState.AuthType", maps.AUTH_PROTOCOL),
    ("IpType", "SetContextState.IPType", maps.IP_TYPE),
)


def _pin_command(oid: str, structure: str) -> Command:
    return Command(
        BASIC_CONNECT,
        4,
        oid,
        "NDIS_STATUS_WWAN_PIN_INFO",
        ("NDIS_WWAN_PIN_INFO",),
        members(
            ("PinType", "PinInfo.PinType", None),
            ("PinState", "PinInfo.PinState", None),
            ("RemainingAttempts", "PinInfo.AttemptsRemaining", None),
        ),
        set=Input(
            structure,
            fill(
                ("PinType", "PinAction.PinType", None),
                ("PinOperation", "PinAction.PinOperation", None),
                ("Pin", "PinAction.Pin", None),
                ("NewPin", "PinAction.NewPin", None),
            ),
        ),
        can_query=True,
        can_set=True,
    )


COMMANDS: Sequence[Command] = (
    Command(
        BASIC_CONNECT,
        1,
        "OID_WWAN_DEVICE_CAPS",
        "NDIS_STATUS_WWAN_DEVICE_CAPS",
        ("NDIS_WWAN_DEVICE_CAPS",),
        _device_caps,
        can_query=True,
    ),
    Command(
        BASIC_CONNECT,
        2,
        "OID_WWAN_READY_INFO",
        "NDIS_STATUS_WWAN_READY_INFO",
        ("NDIS_WWAN_READY_INFO",),
        _ready_info,
        can_query=True,
        notify=True,
    ),
    Command(
        BASIC_CONNECT,
        3,
        "OID_WWAN_RADIO_STATE",
        "NDIS_STATUS_WWAN_RADIO_STATE",
        ("NDIS_WWAN_RADIO_STATE",),
        members(
            ("HwRadioState", "RadioState.HwRadioState", None),
            ("SwRadioState", "RadioState.SwRadioState", None),
        ),
        set=Input("NDIS_WWAN_SET_RADIO_STATE", fill(("RadioState", "RadioAction", None))),
        can_query=True,
        can_set=True,
        notify=True,
    ),
    _pin_command("OID_WWAN_PIN_EX", "NDIS_WWAN_SET_PIN_EX"),
    Command(
        BASIC_CONNECT,
        5,
        "OID_WWAN_PIN_LIST",
        "NDIS_STATUS_WWAN_PIN_LIST",
        ("NDIS_WWAN_PIN_LIST",),
        _pin_list,
        can_query=True,
    ),
    Command(
        BASIC_CONNECT,
        6,
        "OID_WWAN_HOME_PROVIDER",
        "NDIS_STATUS_WWAN_HOME_PROVIDER",
        ("NDIS_WWAN_HOME_PROVIDER", "NDIS_WWAN_HOME_PROVIDER2"),
        _home_provider,
        set=Input("NDIS_WWAN_SET_HOME_PROVIDER", _set_home_provider),
        can_query=True,
        can_set=True,
    ),
    Command(
        BASIC_CONNECT,
        7,
        "OID_WWAN_PREFERRED_PROVIDERS",
        "NDIS_STATUS_WWAN_PREFERRED_PROVIDERS",
        ("NDIS_WWAN_PREFERRED_PROVIDERS",),
        _providers,
        set=Input("NDIS_WWAN_SET_PREFERRED_PROVIDERS", _set_preferred_providers),
        can_query=True,
        can_set=True,
        notify=True,
    ),
    Command(
        BASIC_CONNECT,
        8,
        "OID_WWAN_VISIBLE_PROVIDERS",
        "NDIS_STATUS_WWAN_VISIBLE_PROVIDERS",
        ("NDIS_WWAN_VISIBLE_PROVIDERS",),
        _providers,
        query=Input(
            "NDIS_WWAN_GET_VISIBLE_PROVIDERS", fill(("Action", "VisibleProviders.Action", None))
        ),
        can_query=True,
    ),
    Command(
        BASIC_CONNECT,
        9,
        "OID_WWAN_REGISTER_STATE",
        "NDIS_STATUS_WWAN_REGISTER_STATE",
        ("NDIS_WWAN_REGISTRATION_STATE",),
        _register_state,
        set=Input(
            "NDIS_WWAN_SET_REGISTER_STATE",
            fill(
                ("ProviderId", "SetRegisterState.ProviderId", None),
                ("RegisterAction", "SetRegisterState.RegisterAction", None),
                ("DataClass", "SetRegisterState.WwanDataClass", maps.DATA_CLASS),
            ),
        ),
        can_query=True,
        can_set=True,
        notify=True,
        also_queried="OID_WWAN_PACKET_SERVICE",
        body_on_failure=True,
    ),
    Command(
        BASIC_CONNECT,
        10,
        "OID_WWAN_PACKET_SERVICE",
        "NDIS_STATUS_WWAN_PACKET_SERVICE",
        ("NDIS_WWAN_PACKET_SERVICE_STATE",),
        _packet_service,
        set=Input(
            "NDIS_WWAN_SET_PACKET_SERVICE",
            fill(("PacketServiceAction", "PacketServiceAction", None)),
        ),
        can_query=True,
        can_set=True,
        notify=True,
        body_on_failure=True,
    ),
    Command(
        BASIC_CONNECT,
        11,
        "OID_WWAN_SIGNAL_STATE",
        "NDIS_STATUS_WWAN_SIGNAL_STATE",
        ("NDIS_WWAN_SIGNAL_STATE",),
        _signal_state,
        set=Input(
            "NDIS_WWAN_SET_SIGNAL_INDICATION",
            fill(
                ("SignalStrengthInterval", "SignalIndication.RssiInterval", None),
                ("RssiThreshold", "SignalIndication.RssiThreshold", None),
            ),
        ),
        can_query=True,
        can_set=True,
        notify=True,
    ),
    Command(
        BASIC_CONNECT,
        12,
        "OID_WWAN_CONNECT",
        "NDIS_STATUS_WWAN_CONTEXT_STATE",
        ("NDIS_WWAN_CONTEXT_STATE",),
        _context_state,
        set=Input("NDIS_WWAN_SET_CONTEXT_STATE", SET_CONTEXT_STATE, 2),
        can_query=True,
        can_set=True,
        notify=True,
        session=_session("SessionId"),
        body_on_failure=True,
    ),
    Command(
        BASIC_CONNECT,
        13,
        "OID_WWAN_PROVISIONED_CONTEXTS",
        "NDIS_STATUS_WWAN_PROVISIONED_CONTEXTS",
        ("NDIS_WWAN_PROVISIONED_CONTEXTS",),
        _provisioned_contexts,
        set=Input(
            "NDIS_WWAN_SET_PROVISIONED_CONTEXT",
            fill(
                *((mbim, f"ProvisionedContext.{path}", kind) for mbim, path, kind in _CONTEXT),
                ("ProviderId", "ProvisionedContext.ProviderId", None),
            ),
        ),
        can_query=True,
        can_set=True,
        notify=True,
    ),
    Command(
        BASIC_CONNECT,
        14,
        "OID_WWAN_SERVICE_ACTIVATION",
        "NDIS_STATUS_WWAN_SERVICE_ACTIVATION",
        ("NDIS_WWAN_SERVICE_ACTIVATION_STATUS",),
        _service_activation,
        set=Input("NDIS_WWAN_SERVICE_ACTIVATION", fill(("Buffer", "Data", None))),
        can_set=True,
        body_on_failure=True,
    ),
    Command(
        BASIC_CONNECT,
        22,
        "OID_WWAN_READY_INFO",
        "NDIS_STATUS_WWAN_READY_INFO",
        ("NDIS_WWAN_READY_INFO",),
        _emergency_mode,
        can_query=True,
        notify=True,
    ),
    Command(
        EXTENSIONS,
        1,
        "OID_WWAN_PROVISIONED_CONTEXTS",
        "NDIS_STATUS_WWAN_PROVISIONED_CONTEXTS",
        ("NDIS_WWAN_PROVISIONED_CONTEXTS",),
        _provisioned_contexts_v2,
        can_query=True,
        notify=True,
    ),
    Command(
        EXTENSIONS,
        6,
        "OID_WWAN_DEVICE_CAPS_EX",
        "NDIS_STATUS_WWAN_DEVICE_CAPS_EX",
        ("NDIS_WWAN_DEVICE_CAPS_EX",),
        _device_caps_v2,
        can_query=True,
    ),
    Command(
        EXTENSIONS,
        9,
        "OID_WWAN_PCO",
        "NDIS_STATUS_WWAN_PCO_STATUS",
        ("NDIS_WWAN_PCO_STATUS",),
        _pco,
        can_query=True,
        notify=True,
        session=lambda asked: int(asked["PcoValue"]["SessionId"]),
    ),
    Command(
        DSS,
        1,
        "OID_WWAN_DEVICE_SERVICE_SESSION",
        "NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION",
        ("NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO",),
        _nothing,
        set=Input(
            "NDIS_WWAN_SET_DEVICE_SERVICE_SESSION",
            fill(
                ("DeviceServiceId", "Session.DeviceServiceGuid", None),
                ("DssSessionId", "Session.uSessionID", None),
                ("DssLinkState", "Session.State", maps.DSS_LINK_STATE),
            ),
        ),
        can_set=True,
    ),
)

#: Commands that go to the device as they are, as events in the MBIM namespace.
PASSED_THROUGH = {(BASIC_CONNECT, 15): _session("SessionId"), (BASIC_CONNECT, 20): None}

#: Commands that the bridge answers with one OID of its own kind.
DEVICE_SERVICES = (BASIC_CONNECT, 16)
SUBSCRIBE_LIST = (BASIC_CONNECT, 19)

COMMANDS_BY_CODE = {(row.service, row.cid): row for row in COMMANDS}

#: What differs for drivers of model 1 (Windows 7): they know no OID_WWAN_PIN_EX.
COMMANDS_OF_MODEL_1 = {(BASIC_CONNECT, 4): _pin_command("OID_WWAN_PIN", "NDIS_WWAN_SET_PIN")}

#: CIDs of each standard service that DEVICE_SERVICES lists.
SERVED = {
    number: tuple(
        sorted(
            cid
            for service, cid in (
                *COMMANDS_BY_CODE,
                *PASSED_THROUGH,
                DEVICE_SERVICES,
                SUBSCRIBE_LIST,
            )
            if service == number
        )
    )
    for number in (BASIC_CONNECT, EXTENSIONS, DSS)
}
