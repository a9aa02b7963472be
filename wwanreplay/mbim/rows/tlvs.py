"""TLV types of MBIMEx 3.0 and 4.0 and what they hold.

Types and most contents are known from libmbim, Wireshark and wwan-go; what only one of them has, or
what they disagree on, is unverified. Components of traffic descriptors and route selection
descriptors are those of 3GPP TS 24.526, section 5.2; a component of another type takes what is left
of its list, since its size is not known.
"""

from wwanreplay.mbim.schema import ContentForm, Enum, Part, PartForm, Tlv

TLVS = (
    Tlv("UE_POLICIES", 1, ContentForm.OCTETS),
    Tlv("SINGLE_NSSAI", 2, ContentForm.ONE, struct="SNssai"),
    Tlv("ALLOWED_NSSAI", 3, ContentForm.MANY, struct="SNssai"),
    Tlv("CFG_NSSAI", 4, ContentForm.MANY, struct="SNssai"),
    Tlv("DFLT_CFG_NSSAI", 5, ContentForm.MANY, struct="SNssai"),
    Tlv("PRECFG_DFLT_CFG_NSSAI", 6, ContentForm.MANY, struct="PrecfgNssai", many_max=2),
    Tlv(
        "REJ_NSSAI",
        7,
        ContentForm.MANY,
        struct="RejectedSNssai",
        unverified=True,
        note="that Length leaves the cause out is one implementation's reading",
    ),
    Tlv("LADN", 8, ContentForm.MANY, struct="Ladn", unverified=True),
    Tlv("TAI", 9, ContentForm.ONE, struct="TaiList"),
    Tlv("WCHAR_STR", 10, ContentForm.TEXT),
    Tlv("UINT16_TBL", 11, ContentForm.NUMBERS),
    Tlv("EAP_PACKET", 12, ContentForm.OCTETS),
    Tlv("PCO", 13, ContentForm.OCTETS, note="3GPP TS 24.008, section 10.5.6.3"),
    Tlv("ROUTE_SELECTION_DESCRIPTORS", 14, ContentForm.MANY, struct="RouteSelectionDescriptor", unverified=True),
    Tlv("TRAFFIC_PARAMETERS", 15, ContentForm.ONE, struct="TrafficParameters"),
    Tlv("WAKE_COMMAND", 16, ContentForm.ONE, struct="WakeCommand"),
    Tlv("WAKE_PACKET", 17, ContentForm.ONE, struct="WakePacket"),
    Tlv("OSID", 18, ContentForm.OCTETS, mbimex=0x0400, size=16),
    Tlv("3GPP_REL_VERSION", 19, ContentForm.NUMBER, mbimex=0x0400, enum="Mbim3gppReleaseVersion"),
    Tlv("URSP_RULES_TD_ONLY", 20, ContentForm.MANY, mbimex=0x0400, struct="UrspRule"),
    Tlv("SESSION_ID", 21, ContentForm.NUMBER, mbimex=0x0400),
)

_U8, _U16, _U32 = PartForm.U8, PartForm.U16, PartForm.U32
_TRAFFIC = "MbimTrafficComponent"
_ROUTE = "MbimRouteComponent"

#: Types of components, named as in TS 24.526; names of ours, as no MBIM text names them.
ENUMS = (
    Enum(
        _TRAFFIC,
        (
            ("MatchAll", 0x01),
            ("OsIdOsAppId", 0x08),
            ("Ipv4RemoteAddress", 0x10),
            ("Ipv6RemoteAddress", 0x21),
            ("ProtocolIdentifier", 0x30),
            ("SingleRemotePort", 0x50),
            ("RemotePortRange", 0x51),
            ("SecurityParameterIndex", 0x60),
            ("TypeOfService", 0x70),
            ("FlowLabel", 0x80),
            ("DestinationMacAddress", 0x81),
            ("CTagVid", 0x83),
            ("STagVid", 0x84),
            ("CTagPcpDei", 0x85),
            ("STagPcpDei", 0x86),
            ("EtherType", 0x87),
            ("Dnn", 0x88),
            ("ConnectionCapabilities", 0x90),
            ("DestinationFqdn", 0x91),
            ("OsAppId", 0xA0),
        ),
    ),
    Enum(
        _ROUTE,
        (
            ("SscMode", 0x01),
            ("SNssai", 0x02),
            ("Dnn", 0x04),
            ("PduSessionType", 0x08),
            ("PreferredAccessType", 0x10),
            ("MultiAccessPreference", 0x11),
            ("NonSeamlessOffload", 0x20),
        ),
    ),
)
_TRAFFIC_TYPES = tuple(value for _, value in ENUMS[0].members)
_ROUTE_TYPES = tuple(value for _, value in ENUMS[1].members)


def _traffic(name: str, form: PartForm, kind: int, size: int | None = None) -> Part:
    return Part(name, form, size=size, when=("Type", (kind,)))


def _prefixed(name: str, *kinds: int, personal: str | None = None) -> tuple[Part, Part]:
    """Return a length and the octets it counts."""
    length = f"{name}Length"
    when = ("Type", kinds)
    return (
        Part(length, _U8, measures=(name,), when=when),
        Part(name, PartForm.OCTETS, size_field=length, when=when, personal=personal),
    )


#: Structures inside TLVs: name and parts.
STRUCTS: dict[str, tuple[Part, ...]] = {
    "SNssai": (
        Part("Length", _U8, measures=("SST", "SD", "MappedSST", "MappedSD"), allowed=(1, 2, 4, 5, 8)),
        Part("SST", _U8),
        Part("SD", PartForm.OCTETS, size=3, when=("Length", (4, 5, 8))),
        Part("MappedSST", _U8, when=("Length", (2, 5, 8))),
        Part("MappedSD", PartForm.OCTETS, size=3, when=("Length", (8,))),
    ),
    "RejectedSNssai": (
        Part("Length", _U8, measures=("SST", "SD"), allowed=(1, 4)),
        Part("Cause", _U8, type="MbimRejectedNssaiCause"),
        Part("SST", _U8),
        Part("SD", PartForm.OCTETS, size=3, when=("Length", (4,))),
    ),
    "PrecfgNssai": (
        Part("AccessType", _U32, type="MbimNssaiAccessType"),
        Part("Nssai", PartForm.TLV, tlv_type="DFLT_CFG_NSSAI"),
    ),
    # The lists end where a name begins: it is at least 3 bytes long, a type of list at most 2.
    "Ladn": (
        Part("Dnn", PartForm.NAME, personal="place"),
        Part("TaiLists", PartForm.STRUCTS_WHILE, struct="TaiList", first_max=2),
    ),
    "TaiList": (
        Part("TypeOfList", _U8, type="MbimTaiListType", allowed=(0, 1, 2)),
        Part("Mcc", _U16, when=("TypeOfList", (0, 1))),
        Part("Mnc", _U16, when=("TypeOfList", (0, 1))),
        Part("TacCount", _U8, counts="Tacs", when=("TypeOfList", (0,))),
        Part("Tacs", PartForm.U32_ARRAY, count_field="TacCount", when=("TypeOfList", (0,)), personal="place"),
        Part("ConsecutiveCount", _U8, when=("TypeOfList", (1,))),
        Part("FirstTac", _U32, when=("TypeOfList", (1,)), personal="place"),
        Part("TaiCount", _U8, counts="Tais", when=("TypeOfList", (2,))),
        Part("Tais", PartForm.STRUCT_ARRAY, struct="Tai", count_field="TaiCount", when=("TypeOfList", (2,))),
    ),
    "Tai": (Part("Mcc", _U16), Part("Mnc", _U16), Part("Tac", _U32, personal="place")),
    "WakeCommand": (
        Part("ServiceId", PartForm.UUID),
        Part("Cid", _U32),
        Part("Payload", PartForm.PAYLOAD, personal="content"),
    ),
    "WakePacket": (
        Part("FilterId", _U32),
        Part("OriginalPacketSize", _U32),
        Part("SavedPacket", PartForm.PAYLOAD, personal="content"),
    ),
    "RouteSelectionDescriptor": (
        Part("Source", _U32, type="MbimRouteSelectionSource"),
        Part("Purpose", _U32),
        Part("Length", PartForm.U16_BIG, measures=("Precedence", "ContentsLength", "Contents")),
        Part("Precedence", _U8),
        Part("ContentsLength", PartForm.U16_BIG, measures=("Contents",)),
        Part("Contents", PartForm.STRUCTS_SIZED, struct="RouteComponent", size_field="ContentsLength"),
    ),
    "RouteComponent": (
        Part("Type", _U8, type=_ROUTE),
        _traffic("SscMode", _U8, 0x01),
        Part("SNssai", PartForm.STRUCT, struct="SNssai", when=("Type", (0x02,))),
        *_prefixed("Dnn", 0x04, personal="subscriber"),
        _traffic("PduSessionType", _U8, 0x08),
        _traffic("PreferredAccessType", _U8, 0x10),
        Part("Rest", PartForm.REST, unless=("Type", _ROUTE_TYPES), personal="content"),
    ),
    "TrafficParameters": (
        Part("Length", PartForm.U16_BIG, measures=("Components",)),
        Part("Components", PartForm.STRUCTS_SIZED, struct="TrafficComponent", size_field="Length"),
    ),
    "UrspRule": (
        Part("Precedence", _U8),
        Part("Length", PartForm.U16_BIG, measures=("TrafficDescriptor",)),
        Part("TrafficDescriptor", PartForm.STRUCTS_SIZED, struct="TrafficComponent", size_field="Length"),
    ),
    "TrafficComponent": (
        Part("Type", _U8, type=_TRAFFIC),
        _traffic("OsId", PartForm.OCTETS, 0x08, 16),
        *_prefixed("OsAppId", 0x08, 0xA0, personal="content"),
        Part("Ipv4Address", PartForm.IPV4, when=("Type", (0x10,)), personal="peer"),
        _traffic("Ipv4Mask", PartForm.IPV4, 0x10),
        Part("Ipv6Address", PartForm.IPV6, when=("Type", (0x21,)), personal="peer"),
        _traffic("Ipv6PrefixLength", _U8, 0x21),
        _traffic("Protocol", _U8, 0x30),
        _traffic("Port", PartForm.U16_BIG, 0x50),
        _traffic("PortLow", PartForm.U16_BIG, 0x51),
        _traffic("PortHigh", PartForm.U16_BIG, 0x51),
        _traffic("SecurityParameterIndex", PartForm.U32_BIG, 0x60),
        _traffic("TypeOfService", _U8, 0x70),
        _traffic("TypeOfServiceMask", _U8, 0x70),
        _traffic("FlowLabel", PartForm.OCTETS, 0x80, 3),
        Part("MacAddress", PartForm.OCTETS, size=6, when=("Type", (0x81,)), personal="peer"),
        Part("Vid", PartForm.U16_BIG, when=("Type", (0x83, 0x84))),
        Part("PcpDei", _U8, when=("Type", (0x85, 0x86))),
        _traffic("EtherType", PartForm.U16_BIG, 0x87),
        *_prefixed("Dnn", 0x88, personal="subscriber"),
        Part("CapabilityCount", _U8, counts="Capabilities", when=("Type", (0x90,))),
        Part("Capabilities", PartForm.U8_ARRAY, count_field="CapabilityCount", when=("Type", (0x90,))),
        *_prefixed("Fqdn", 0x91, personal="peer"),
        Part("Rest", PartForm.REST, unless=("Type", _TRAFFIC_TYPES), personal="content"),
    ),
}
