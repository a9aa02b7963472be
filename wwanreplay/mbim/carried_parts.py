"""What a path per member does not say: lists, blocks and unions of the class driver's structures.

Each function adds to a tree what one MBIM message holds beyond the plain pairs of the ties. A
member that is absent (a log that prints only some) leaves its paths absent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any, Final

from wwanreplay.errors import UsageError
from wwanreplay.mbim import codec
from wwanreplay.mbim import values as maps
from wwanreplay.mbim.codec import Values
from wwanreplay.mbim.structures import Tree
from wwanreplay.mbim.tables import SERVICES_BY_NAME, STRUCTS, TLV_TYPES, find_cid
from wwanreplay.mbim.values import ValueMap
from wwanreplay.protocol import PROTOCOL

Add = Callable[[Values, Tree], None]
MULTI_MODE: Final = 0x80  # of WWAN_CTRL_CAPS
UNKNOWN_AREA: Final = (0, 0xFFFFFFFF)
#: Services with this number or a higher one are the device's own; Windows drives those below.
VENDORS_FROM: Final = SERVICES_BY_NAME["Proxy Control"].number

_NUMBERS: Final = {row.uuid: row.number for row in SERVICES_BY_NAME.values()}


def move(values: Mapping[str, Any], tree: Tree, *rows: tuple[str, str, ValueMap | None]) -> None:
    """Put members at paths; what is absent stays so."""
    for member, path, kind in rows:
        value = values.get(member)
        if value is not None:
            tree[path] = value if kind is None else kind.to_wwan(value)


def _moved(values: Mapping[str, Any], *rows: tuple[str, str, ValueMap | None]) -> Tree:
    tree: Tree = {}
    move(values, tree, *rows)
    return tree


def device_caps(values: Values, tree: Tree) -> None:
    """A mask of several cellular classes becomes the flag of a multi-mode device and a list."""
    if "SmsClass" in values:
        # The row of the older DEVICE_CAPS_V2 names the SIM class so.
        move(values, tree, ("SmsClass", "DeviceCaps.WwanSimClass", maps.SIM_CLASS))
    if "CellularClass" not in values:
        return
    mask = values["CellularClass"]
    classes = [number for number in (1, 2) if mask & number] if mask == 3 else []
    tree["Elements"] = classes
    if classes and "DeviceCaps.WwanControlCaps" in tree:
        tree["DeviceCaps.WwanControlCaps"] |= MULTI_MODE


def telephone_numbers(values: Values, tree: Tree) -> None:
    """Telephone numbers are the list of READY_INFO."""
    if "TelephoneNumbers" in values:
        tree["Elements"] = values["TelephoneNumbers"]


def _provider(values: Mapping[str, Any], prefix: str) -> Tree:
    return _moved(
        values,
        ("ProviderId", f"{prefix}Provider.ProviderId", None),
        ("ProviderState", f"{prefix}Provider.ProviderState", None),
        ("ProviderName", f"{prefix}Provider.ProviderName", None),
        ("CellularClass", f"{prefix}WwanCellularClass", None),
        ("Rssi", f"{prefix}Rssi", None),
        ("ErrorRate", f"{prefix}ErrorRate", None),
    )


def provider(prefix: str) -> Add:
    """One provider, as a WWAN_PROVIDER2 at a prefix."""

    def add(values: Values, tree: Tree) -> None:
        tree.update(_provider(values.get("Provider") or {}, prefix))

    return add


def provider_list(header: str) -> Add:
    """A list of WWAN_PROVIDER2."""

    def add(values: Values, tree: Tree) -> None:
        if "Providers" in values:
            tree[f"{header}.ElementType"] = "WwanStructProvider2"
            tree["Elements"] = [_provider(each, "") for each in values["Providers"]]

    return add


def packet_service(values: Values, tree: Tree) -> None:
    """MBIMEx 2.0 renames a member; 4.0 appends the release as a TLV."""
    move(values, tree, ("CurrentDataClass", "PacketService.CurrentDataClass", maps.DATA_CLASS))
    for tlv in values.get("UnnamedIes") or ():
        if tlv["Type"] == TLV_TYPES["3GPP_REL_VERSION"] and len(tlv["Data"]) == 4:
            tree["PacketService.Rel3GppVer"] = int.from_bytes(tlv["Data"], "little")


def signal_elements(values: Values, tree: Tree) -> None:
    """The list of MBIMEx 2.0; a session before that has none."""
    if values.get("RsrpSnr"):
        tree["Elements"] = [
            _moved(
                each,
                ("Rsrp", "RSRP", None),
                ("Snr", "SNR", None),
                ("RsrpThreshold", "RSRPThreshold", None),
                ("SnrThreshold", "SNRThreshold", None),
                ("SystemType", "DataClass", maps.DATA_CLASS),
            )
            for each in values["RsrpSnr"]
        ]


_CONTEXT: Final = (
    ("ContextId", "basicInfo.ContextId", None),
    ("ContextType", "basicInfo.ContextType", maps.CONTEXT_TYPE),
    ("AccessString", "basicInfo.AccessString", None),
    ("UserName", "basicInfo.UserName", None),
    ("Password", "basicInfo.Password", None),
    ("Compression", "basicInfo.Compression", None),
    ("AuthProtocol", "basicInfo.AuthType", maps.AUTH_PROTOCOL),
    ("IpType", "IPType", maps.IP_TYPE),
    ("State", "Enable", None),
    ("Roaming", "Roaming", None),
    ("MediaType", "MediaType", None),
    ("Source", "Source", maps.CONTEXT_SOURCE),
)


def context_list(values: Values, tree: Tree) -> None:
    """Provisioned contexts, of either command; slices need the longest element."""
    if "ProvisionedContexts" not in values:
        return
    contexts = values["ProvisionedContexts"]
    newest = any("SNssai" in each for each in contexts)
    kind = "WwanStructProvisionedContextV2" if newest else "WwanStructContextV2"
    tree["ContextListHeader.ElementType"] = kind
    tree["Elements"] = [_moved(each, *_CONTEXT) for each in contexts]


def context_defaults(tree: Tree) -> None:
    """A context of the first form is enabled, everywhere, set by the administrator."""
    for element in tree.get("Elements", ()):
        for path, value in (("Enable", 1), ("Roaming", 6), ("Source", 1)):
            element.setdefault(path, value)


def attach_contexts(prefix: str, *, is_set: bool) -> Add:
    """Three attach configurations: home, partner, other."""

    def add(values: Values, tree: Tree) -> None:
        if "Configurations" not in values:
            return
        if not is_set:
            tree["LteAttachContext.ElementCount"] = min(len(values["Configurations"]), 3)
        for position, each in enumerate(values["Configurations"][:3]):
            for path, value in _moved(each, *_CONTEXT).items():
                tree[f"{prefix}[{position}].{path}"] = value
            if is_set:
                move(values, tree, ("Operation", f"{prefix}[{position}].Operation", None))

    return add


def data(member: str) -> Add:
    """Bytes behind the structure."""

    def add(values: Values, tree: Tree) -> None:
        if member in values:
            tree["Data"] = values[member]

    return add


def _pdu(octets: bytes, prefix: str) -> Tree:
    """Text of hexadecimal digits; the size counts the bytes behind the service centre's address."""
    address = octets[0] + 1 if octets else 0
    return {
        f"{prefix}Size": max(len(octets) - address, 0),
        f"{prefix}PduData": octets.hex().upper(),
    }


def _cdma(values: Mapping[str, Any], prefix: str) -> Tree:
    tree = _moved(
        values,
        ("Encoding", f"{prefix}EncodingId", None),
        ("Language", f"{prefix}LanguageId", None),
        ("Address", f"{prefix}Address", None),
        ("Timestamp", f"{prefix}ScTimeStamp", None),
        ("EncodedMessage", f"{prefix}EncodedMsg", None),
        ("EncodedMessageSizeInCharacters", f"{prefix}SizeInCharacters", None),
    )
    if "EncodedMessage" in values:
        tree[f"{prefix}SizeInBytes"] = len(values["EncodedMessage"])
    return tree


def sms_list(values: Values, tree: Tree) -> None:
    """Messages as PDU or CDMA records."""
    heads = (("MessageIndex", "MessageIndex", None), ("MessageStatus", "MsgStatus", None))
    if values.get("PduMessages") is not None:
        tree["SmsListHeader.ElementType"] = "WwanStructSmsPdu"
        tree["Elements"] = [
            _moved(each, *heads) | (_pdu(each["PduData"], "") if "PduData" in each else {})
            for each in values["PduMessages"]
        ]
    elif values.get("CdmaMessages") is not None:
        tree["SmsListHeader.ElementType"] = "WwanStructSmsCdma"
        tree["Elements"] = [
            _moved(each, *heads) | _cdma(each, "") for each in values["CdmaMessages"]
        ]


def sms_send(values: Values, tree: Tree) -> None:
    """The message to send, in one of two forms."""
    pdu = values.get("PduMessage")
    if pdu and "PduData" in pdu:
        tree.update(_pdu(pdu["PduData"], "SmsSend.u.Pdu."))
    if values.get("CdmaMessage"):
        tree.update(_cdma(values["CdmaMessage"], "SmsSend.u.Cdma."))


def auth(prefix: str, method: str) -> Add:
    """The method is the command; numbers of the SIM method keep their bytes as on the wire."""

    def add(values: Values, tree: Tree) -> None:
        tree[f"{prefix}.AuthMethod"] = PROTOCOL.number_of("WWAN_AUTH_METHOD", method)
        for path, value in list(tree.items()):
            name = path.rpartition(".")[2]
            if isinstance(value, int) and name.startswith(("Sres", "Kc")):
                tree[path] = value.to_bytes(8 if name.startswith("Kc") else 4, "little")
        if "NetworkName" in values:
            octets = str(values["NetworkName"]).encode("utf-8", "surrogatepass")
            tree[f"{prefix}.u.AuthAkap.NetworkName"] = octets
            tree[f"{prefix}.u.AuthAkap.NetworkNameLength"] = len(octets)

    return add


def is_own(service: str) -> bool:
    """Say whether a service (UUID) is the device's own, for Windows to pass through."""
    return _NUMBERS.get(service, VENDORS_FROM + 1) > VENDORS_FROM


def device_services(values: Values, tree: Tree) -> None:
    """The device's own services; those that Windows drives itself are not told to it."""
    if "DeviceServices" in values:
        tree["Elements"] = [
            _moved(
                each,
                ("DeviceServiceId", "DeviceServiceGuid", None),
                ("DssPayload", "SessionCapability", None),
                ("MaxDssInstances", "uMaxSessionInstances", None),
            )
            for each in values["DeviceServices"]
            if is_own(each.get("DeviceServiceId", ""))
        ]


def event_services(values: Values, tree: Tree) -> None:
    """The device's own services that events are wanted of; per CID only MBIM knows."""
    if "Events" in values:
        asked = [each.get("DeviceServiceId", "") for each in values["Events"]]
        tree["Elements"] = list(dict.fromkeys(each for each in asked if each and is_own(each)))


def ussd(prefix: str) -> Add:
    """The string and its length."""

    def add(values: Values, tree: Tree) -> None:
        if "Payload" in values:
            tree[f"{prefix}.StringLength"] = len(values["Payload"])

    return add


def slot_map(values: Values, tree: Tree) -> None:
    """Slots of the executors."""
    if "SlotMap" in values:
        tree["Elements"] = [each["Slot"] for each in values["SlotMap"]]


def terminal_capabilities(values: Values, tree: Tree) -> None:
    """Capabilities as they are."""
    if "TerminalCapability" in values:
        tree["Elements"] = [
            {"Data": each["TerminalCapabilityData"]} for each in values["TerminalCapability"]
        ]


def pco(values: Values, tree: Tree) -> None:
    """One protocol configuration option."""
    value = values.get("PcoValue") or {}
    move(
        value,
        tree,
        ("PcoDataSize", "PcoValue.Size", None),
        ("PcoDataType", "PcoValue.Type", None),
        ("PcoDataBuffer", "PcoValue.PcoData", None),
    )


def location(values: Values, tree: Tree) -> None:
    """One area code: the tracking area where the device is in one."""
    codes = [values.get(name) for name in ("TrackingAreaCode", "LocationAreaCode")]
    known = [code for code in codes if code is not None and code not in UNKNOWN_AREA]
    if any(code is not None for code in codes):
        tree["LocationStateInfo.AreaCode"] = known[0] if known else 0


def modem_config(values: Values, tree: Tree) -> None:
    """The notification names its first member otherwise."""
    move(values, tree, ("ModemConfigurationStatus", "ModemConfigInfo.ConfigState", None))


#: Members of BASE_STATIONS_INFO and the blocks they go to.
CELLS: Final = {
    "GsmServingCell": "GSMServingCell",
    "UmtsServingCell": "UMTSServingCell",
    "TdscdmaServingCell": "TDSCDMAServingCell",
    "LteServingCell": "LTEServingCell",
    "GsmNeighboringCells": "GSMNmr",
    "UmtsNeighboringCells": "UMTSMrl",
    "TdscdmaNeighboringCells": "TDSCDMAMrl",
    "LteNeighboringCells": "LTEMrl",
    "CdmaCells": "CDMAMrl",
    "NrServingCells": "NRServingCells",
    "NrNeighborCells": "NRNeighborCells",
}


#: Parts that are put together of whole structures, which a log that hides members does not give.
COMPOSED: Final = {
    "NDIS_WWAN_BASE_STATIONS_INFO": frozenset(CELLS.values()),
    "NDIS_WWAN_UICC_APP_LIST": frozenset({"Data"}),
}


def base_stations(values: Values, tree: Tree) -> None:
    """Cells keep the form of the wire: a structure, or a count and that many."""
    for member, block in CELLS.items():
        value = values.get(member)
        if value is None:
            continue
        name = _CELL_STRUCTURES[member]
        layout = STRUCTS[name].layout
        try:
            if isinstance(value, list):
                octets = len(value).to_bytes(4, "little")
                octets += b"".join(codec.encode_layout(name, layout, each) for each in value)
            else:
                octets = codec.encode_layout(name, layout, value)
        except UsageError:
            continue  # a cell of which a log printed some members only
        tree[block] = octets


def _cell_structures() -> dict[str, str]:
    row = find_cid(SERVICES_BY_NAME["MS Basic Connect Extensions"].number, 11)
    assert row is not None
    fields = [field for layout in row.response for field in layout.fields]
    return {field.name: field.struct for field in fields if field.struct is not None}


_CELL_STRUCTURES: Final = _cell_structures()


def applications(values: Values, tree: Tree) -> None:
    """UICC applications, as structures behind the fixed part."""
    if "Applications" not in values:
        return
    tree.pop("UiccAppList.AppListSize", None)
    octets = b""
    for each in values["Applications"]:
        identifier = bytes(each.get("ApplicationId", b""))[:32]
        name = str(each.get("ApplicationName", "")).encode("utf-8", "surrogatepass")[:256]
        pins = bytes(each.get("PinKeyReferences", b""))[:8]
        numbers = (each.get("ApplicationType", 0), len(identifier))
        octets += b"".join(number.to_bytes(4, "little") for number in numbers)
        octets += identifier.ljust(32, b"\0") + len(name).to_bytes(4, "little")
        octets += name.ljust(256, b"\0") + len(pins).to_bytes(4, "little") + pins.ljust(8, b"\0")
    tree["Data"] = octets


def tlv_blocks(blocks: Mapping[str, str]) -> Add:
    """TLVs whose content stands as a block behind the structure."""
    names = {TLV_TYPES[kind]: block for kind, block in blocks.items()}

    def add(values: Values, tree: Tree) -> None:
        for tlv in values.get("UnnamedIes") or ():
            if tlv["Type"] in names and tlv["Data"]:
                tree.setdefault(names[tlv["Type"]], tlv["Data"])

    return add


def status_words(path: str) -> Add:
    """Two status words of the card, in the low bytes of a number."""

    def add(values: Values, tree: Tree) -> None:
        if "Status" in values:
            tree[path] = (values["Status"] & 0xFFFF).to_bytes(2, "little")

    return add


def emergency_mode(values: Values, tree: Tree) -> None:
    """EMERGENCY_MODE is a member of READY_INFO."""
    move(values, tree, ("State", "ReadyInfo.EmergencyMode", None))


def _address(text: str, prefix_length: int | None = None) -> Tree:
    """An entry of a table; MBIM has no prefix length of gateways and name servers."""
    address = ip_address(text)
    version = f"Ipv{address.version}"
    tree: Tree = {
        "IsIpv6": int(address.version == 6),
        f"{version}.IPV{address.version}Address": address.packed,
    }
    if prefix_length is not None:
        tree[f"{version}.OnLinkPrefixLength"] = prefix_length
    return tree


def ip_address_state(values: Values, tree: Tree) -> None:
    """IP_CONFIGURATION as the event that NDIS has for addresses; the reverse of the bridge."""
    state = "WwanIpAddressState."
    move(
        values,
        tree,
        ("IPv4ConfigurationAvailable", f"{state}IPv4Flags.Value", None),
        ("IPv6ConfigurationAvailable", f"{state}IPv6Flags.Value", None),
        ("IPv4Mtu", f"{state}IPv4MTU", None),
        ("IPv6Mtu", f"{state}IPv6MTU", None),
    )
    found: dict[str, list[Tree]] = {"IpEntries": [], "GatewayEntries": [], "DnsEntries": []}
    for family in ("IPv4", "IPv6"):
        for each in values.get(f"{family}Address") or ():
            entry = _address(each[f"{family}Address"], each["OnLinkPrefixLength"])
            found["IpEntries"].append(entry)
        gateway = values.get(f"{family}Gateway")
        if gateway:
            found["GatewayEntries"].append(_address(gateway))
        found["DnsEntries"] += [_address(each) for each in values.get(f"{family}DnsServer") or ()]
    tree.update({name: entries for name, entries in found.items() if entries})
