"""General NDIS facts that a WWAN session also holds: OIDs, enumerations, structures.

Sources: ntddndis.h and ndis.h; layouts of x86-64 Windows. General OIDs are answered synchronously,
without a transactional indication. The PLAIN structures are payloads that have no C structure of
their own: one number, or an array of them.
"""

from wwanreplay.protocol.row_forms import nested, number
from wwanreplay.protocol.schema import (
    BytesTail,
    Enum,
    Indication,
    ItemsTail,
    Layout,
    Member,
    Modelled,
    Oid,
    Revision,
    Struct,
)

ENUM_ROWS: tuple[Enum, ...] = (
    Enum(
        "NDIS_MEDIA_CONNECT_STATE",
        (
            Member("MediaConnectStateUnknown", 0),
            Member("MediaConnectStateConnected", 1),
            Member("MediaConnectStateDisconnected", 2),
        ),
    ),
    Enum(
        "NDIS_MEDIA_DUPLEX_STATE",
        (
            Member("MediaDuplexStateUnknown", 0),
            Member("MediaDuplexStateHalf", 1),
            Member("MediaDuplexStateFull", 2),
        ),
    ),
    Enum(
        "NDIS_SUPPORTED_PAUSE_FUNCTIONS",
        (
            Member("NdisPauseFunctionsUnsupported", 0),
            Member("NdisPauseFunctionsSendOnly", 1),
            Member("NdisPauseFunctionsReceiveOnly", 2),
            Member("NdisPauseFunctionsSendAndReceive", 3),
            Member("NdisPauseFunctionsUnknown", 4),
        ),
    ),
    Enum(
        "NDIS_DEVICE_POWER_STATE",
        (
            Member("NdisDeviceStateUnspecified", 0),
            Member("NdisDeviceStateD0", 1),
            Member("NdisDeviceStateD1", 2),
            Member("NdisDeviceStateD2", 3),
            Member("NdisDeviceStateD3", 4),
        ),
    ),
    Enum(
        "NDIS_MEDIA_STATE",
        (Member("NdisMediaStateConnected", 0), Member("NdisMediaStateDisconnected", 1)),
    ),
    Enum("NDIS_MEDIUM", (Member("NdisMediumWirelessWan", 9),)),
    Enum("NDIS_PHYSICAL_MEDIUM", (Member("NdisPhysicalMediumWirelessWan", 8),)),
)

NUMBERS: dict[str, int] = {
    "NDIS_LINK_STATE_REVISION_1": 1,
    "NDIS_STATISTICS_INFO_REVISION_1": 1,
    "NDIS_OBJECT_TYPE_DEFAULT": 0x80,
}


def _link(name: str) -> Struct:
    return Struct(
        name,
        (
            Layout(
                "L1",
                40,
                (
                    nested("Header", "NDIS_OBJECT_HEADER", origin="model"),
                    number("u32", "MediaConnectState", "NDIS_MEDIA_CONNECT_STATE", origin="model"),
                    number("u32", "MediaDuplexState", "NDIS_MEDIA_DUPLEX_STATE", origin="model"),
                    number("u64", "XmitLinkSpeed", origin="environment"),
                    number("u64", "RcvLinkSpeed", origin="environment"),
                    number(
                        "u32", "PauseFunctions", "NDIS_SUPPORTED_PAUSE_FUNCTIONS", origin="model"
                    ),
                    number("u32", "AutoNegotiationFlags", origin="model"),
                ),
            ),
        ),
        revisions=(Revision(1, "NDIS_LINK_STATE_REVISION_1", ("L1",)),),
        header="ntddndis.h",
    )


_COUNTERS = (
    "ifInDiscards",
    "ifInErrors",
    "ifHCInOctets",
    "ifHCInUcastPkts",
    "ifHCInMulticastPkts",
    "ifHCInBroadcastPkts",
    "ifHCOutOctets",
    "ifHCOutUcastPkts",
    "ifHCOutMulticastPkts",
    "ifHCOutBroadcastPkts",
    "ifOutErrors",
    "ifOutDiscards",
    "ifHCInUcastOctets",
    "ifHCInMulticastOctets",
    "ifHCInBroadcastOctets",
    "ifHCOutUcastOctets",
    "ifHCOutMulticastOctets",
    "ifHCOutBroadcastOctets",
)


def _plain(name: str, field: str, values: str = "") -> Struct:
    return Struct(
        name, (Layout("L1", 4, (number("u32", field, values, origin="model"),)),), header="plain"
    )


STRUCT_ROWS: tuple[Struct, ...] = (
    Struct(
        "NDIS_OBJECT_HEADER",
        (Layout("L1", 4, (number("u8", "Type"), number("u8", "Revision"), number("u16", "Size"))),),
        header="ntddndis.h",
    ),
    _link("NDIS_LINK_STATE"),
    Struct(
        "NDIS_STATISTICS_INFO",
        (
            Layout(
                "L1",
                152,
                (
                    nested("Header", "NDIS_OBJECT_HEADER", origin="model"),
                    number("u32", "SupportedStatistics", origin="model"),
                    *(number("u64", name, origin="environment") for name in _COUNTERS),
                ),
            ),
        ),
        revisions=(Revision(1, "NDIS_STATISTICS_INFO_REVISION_1", ("L1",)),),
        header="ntddndis.h",
    ),
    Struct(
        "PLAIN_OID_LIST",
        (Layout("L1", 0, ()),),
        tail=ItemsTail(number("u32", "Element", "OID", origin="model")),
        header="plain",
    ),
    Struct(
        "PLAIN_BYTES",
        (Layout("L1", 0, ()),),
        tail=BytesTail("", personal=""),
        header="plain",
        note="A text or an opaque value of the general OIDs.",
    ),
    _plain("PLAIN_ULONG", "Value"),
    _plain("PLAIN_POWER_STATE", "PowerState", "NDIS_DEVICE_POWER_STATE"),
    _plain("PLAIN_MEDIA_STATE", "MediaState", "NDIS_MEDIA_STATE"),
    _plain("PLAIN_MEDIUM", "Medium", "NDIS_MEDIUM"),
    _plain("PLAIN_PHYSICAL_MEDIUM", "PhysicalMedium", "NDIS_PHYSICAL_MEDIUM"),
)


def _queried(
    name: str, number_: int, output: str = "", *, modelled: Modelled | None = None, note: str = ""
) -> Oid:
    return Oid(
        name,
        number_,
        query="sync",
        query_output=(output,) if output else (),
        unsolicited=False,
        modelled=modelled,
        note=note,
    )


def _both(name: str, number_: int, payload: str = "") -> Oid:
    payloads = (payload,) if payload else ()
    return Oid(
        name,
        number_,
        query="sync",
        set="sync",
        set_input=payloads,
        query_output=payloads,
        unsolicited=False,
    )


OID_ROWS: tuple[Oid, ...] = (
    _queried(
        "OID_GEN_SUPPORTED_LIST",
        0x00010101,
        "PLAIN_OID_LIST",
        modelled=Modelled("supported_list", place=0),
    ),
    _queried("OID_GEN_HARDWARE_STATUS", 0x00010102, "PLAIN_ULONG"),
    _queried("OID_GEN_MEDIA_SUPPORTED", 0x00010103, "PLAIN_MEDIUM"),
    _queried("OID_GEN_MEDIA_IN_USE", 0x00010104, "PLAIN_MEDIUM"),
    _queried("OID_GEN_MAXIMUM_FRAME_SIZE", 0x00010106, "PLAIN_ULONG"),
    _queried("OID_GEN_LINK_SPEED", 0x00010107, "PLAIN_ULONG"),
    _queried("OID_GEN_VENDOR_ID", 0x0001010C, "PLAIN_ULONG"),
    _queried("OID_GEN_VENDOR_DESCRIPTION", 0x0001010D, "PLAIN_BYTES"),
    _both("OID_GEN_CURRENT_PACKET_FILTER", 0x0001010E, "PLAIN_ULONG"),
    _both("OID_GEN_CURRENT_LOOKAHEAD", 0x0001010F, "PLAIN_ULONG"),
    _queried("OID_GEN_DRIVER_VERSION", 0x00010110),
    _queried("OID_GEN_MAXIMUM_TOTAL_SIZE", 0x00010111, "PLAIN_ULONG"),
    _queried("OID_GEN_MAC_OPTIONS", 0x00010113, "PLAIN_ULONG"),
    _queried(
        "OID_GEN_MEDIA_CONNECT_STATUS",
        0x00010114,
        "PLAIN_MEDIA_STATE",
        modelled=Modelled("media_connect_status", place=1),
    ),
    _queried("OID_GEN_MAXIMUM_SEND_PACKETS", 0x00010115, "PLAIN_ULONG"),
    _queried("OID_GEN_VENDOR_DRIVER_VERSION", 0x00010116, "PLAIN_ULONG"),
    _queried(
        "OID_GEN_PHYSICAL_MEDIUM",
        0x00010202,
        "PLAIN_PHYSICAL_MEDIUM",
        modelled=Modelled("physical_medium", place=4),
    ),
    _queried(
        "OID_GEN_LINK_STATE",
        0x00010207,
        "NDIS_LINK_STATE",
        modelled=Modelled("link_state", place=2),
    ),
    Oid("OID_GEN_LINK_PARAMETERS", 0x00010208, set="sync", unsolicited=False),
    _both("OID_GEN_INTERRUPT_MODERATION", 0x00010209),
    _queried("OID_GEN_PHYSICAL_MEDIUM_EX", 0x00010213, "PLAIN_PHYSICAL_MEDIUM"),
    _queried("OID_GEN_MEDIA_CONNECT_STATUS_EX", 0x0001028A),
    _queried("OID_GEN_LINK_SPEED_EX", 0x0001028B),
    _queried("OID_GEN_XMIT_OK", 0x00020101),
    _queried("OID_GEN_RCV_OK", 0x00020102),
    _queried("OID_GEN_XMIT_ERROR", 0x00020103),
    _queried("OID_GEN_RCV_ERROR", 0x00020104),
    _queried("OID_GEN_RCV_NO_BUFFER", 0x00020105),
    _queried(
        "OID_GEN_STATISTICS",
        0x00020106,
        "NDIS_STATISTICS_INFO",
        modelled=Modelled("statistics", place=3),
    ),
    _queried("OID_PNP_CAPABILITIES", 0xFD010100),
    Oid(
        "OID_PNP_SET_POWER",
        0xFD010101,
        set="sync",
        set_input=("PLAIN_POWER_STATE",),
        unsolicited=False,
        modelled=Modelled("set_power", place=5),
    ),
    Oid(
        "OID_PNP_QUERY_POWER",
        0xFD010102,
        query="sync",
        query_input=("PLAIN_POWER_STATE",),
        unsolicited=False,
        modelled=Modelled("query_power", place=6),
    ),
    _queried("OID_PM_CURRENT_CAPABILITIES", 0xFD010107),
    _queried("OID_PM_HARDWARE_CAPABILITIES", 0xFD010108),
    _both("OID_PM_PARAMETERS", 0xFD010109),
)

INDICATION_ROWS: tuple[Indication, ...] = (
    Indication(
        "NDIS_STATUS_LINK_STATE",
        0x40010017,
        structs=("NDIS_LINK_STATE",),
        unsolicited="only",
        comparison="hidden",
    ),
    Indication("NDIS_STATUS_MEDIA_CONNECT", 0x4001000B, unsolicited="only"),
    Indication("NDIS_STATUS_MEDIA_DISCONNECT", 0x4001000C, unsolicited="only"),
    Indication("NDIS_STATUS_PORT_STATE", 0x40010022, unsolicited="only"),
    Indication("NDIS_STATUS_OPER_STATUS", 0x40010023, unsolicited="only"),
    Indication("NDIS_STATUS_RESET_START", 0x40010004, unsolicited="only"),
    Indication("NDIS_STATUS_RESET_END", 0x40010005, unsolicited="only"),
)
