"""The NDIS_WWAN structures: what InformationBuffer and StatusBuffer hold, each with its header.

Source: ndiswwan.h of five kit generations, from Windows 7 to Windows 11.
"""

from wwanreplay.protocol.row_forms import (
    guid,
    layout,
    nested,
    number,
    octets,
    offset_pairs,
    struct,
    text,
)
from wwanreplay.protocol.schema import (
    BytesTail,
    ItemsTail,
    ListTail,
    PairsTail,
    Revision,
    Struct,
    TablesTail,
    TlvTail,
)

HEADER = nested("Header", "NDIS_OBJECT_HEADER")
HEADER_MODEL = nested("Header", "NDIS_OBJECT_HEADER", origin="model")
HEADER_ECHO = nested("Header", "NDIS_OBJECT_HEADER", origin="echo")

ROWS: tuple[Struct, ...] = (
    struct("NDIS_WWAN_ATR_INFO", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 48, "1607-co")(
            HEADER, number("u32", "uStatus", "WWAN_STATUS"), nested("AtrInfo", "WWAN_ATR_INFO")
        )
    ),
    struct("NDIS_WWAN_AUTH_CHALLENGE", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 300, "win8-co")(HEADER, nested("AuthChallenge", "WWAN_AUTH_CHALLENGE"))
    ),
    struct("NDIS_WWAN_AUTH_RESPONSE", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 80, "win8-co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("AuthResponse", "WWAN_AUTH_RESPONSE"),
        )
    ),
    struct(
        "NDIS_WWAN_BASE_STATIONS_INFO",
        "ndiswwan.h",
        revisions=("L1", "L2"),
        tail=offset_pairs(
            "BaseStationsInfo",
            "GSMServingCell",
            "UMTSServingCell",
            "TDSCDMAServingCell",
            "LTEServingCell",
            "GSMNmr",
            "UMTSMrl",
            "TDSCDMAMrl",
            "LTEMrl",
            "CDMAMrl",
            "NRServingCells",
            "NRNeighborCells",
            at="BaseStationsInfo.BaseStationsData",
            personal="place",
            unverified=True,
        ),
        note=(
            "The size macro of revision 1 is 4 less than the structure it names. From "
            "where the offsets count is not certain; from BaseStationsInfo is assumed."
        ),
    )(
        layout("L1", 88, "1709-2004")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("BaseStationsInfo", "WWAN_BASE_STATIONS_INFO"),
        ),
        layout("L2", 108, "mn-co", extends="L1")(
            nested("BaseStationsInfo", "WWAN_BASE_STATIONS_INFO", "L2")
        ),
    ),
    struct("NDIS_WWAN_BASE_STATIONS_INFO_REQ", "ndiswwan.h", revisions=("L1", "L2"))(
        layout("L1", 24, "1709-2004")(
            HEADER, nested("BaseStationsInfoRequest", "WWAN_BASE_STATIONS_INFO_REQ")
        ),
        layout("L2", 28, "mn-co", extends="L1")(
            nested("BaseStationsInfoRequest", "WWAN_BASE_STATIONS_INFO_REQ", "L2")
        ),
    ),
    struct(
        "NDIS_WWAN_CONTEXT_STATE",
        "ndiswwan.h",
        revisions=("L1", "L2", "L3", "L4 L5"),
        tail=PairsTail(
            "ContextState",
            (
                (
                    "TrafficParametersData",
                    "ContextState.TrafficParameters.Offset",
                    "ContextState.TrafficParameters.Size",
                ),
            ),
            unverified=True,
        ),
        note=(
            "Revision 4 has two sizes; the larger one of Windows 11 adds slice, matching "
            "connection and traffic parameters. From where their offset counts is not "
            "certain."
        ),
    )(
        layout("L1", 24, "win7")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("ContextState", "WWAN_CONTEXT_STATE"),
        ),
        layout("L2", 28, "win8-1507", extends="L1")(
            nested("ContextState", "WWAN_CONTEXT_STATE", "L2")
        ),
        layout("L3", 32, "1607-1903", extends="L1")(
            nested("ContextState", "WWAN_CONTEXT_STATE", "L3")
        ),
        layout("L4", 236, "2004-fe", extends="L1")(
            nested("ContextState", "WWAN_CONTEXT_STATE", "L4")
        ),
        layout("L5", 264, "co", extends="L1")(nested("ContextState", "WWAN_CONTEXT_STATE", "L5")),
    ),
    struct(
        "NDIS_WWAN_DEVICE_BINDINGS_INFO",
        "ndiswwan.h",
        revisions=("L1",),
        tail=ListTail("DeviceBindingsInfo.ApplicationListHeader", (), unverified=True),
    )(
        layout("L1", 16, "1507-co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("DeviceBindingsInfo", "WWAN_DEVICE_BINDINGS_INFO"),
        )
    ),
    struct(
        "NDIS_WWAN_DEVICE_CAPS",
        "ndiswwan.h",
        revisions=("L1", "L2"),
        tail=ListTail(
            "DeviceCaps.CellularClassListHeader",
            (
                (
                    "WwanStructCellularClass",
                    (number("u32", "Element", "WWAN_CELLULAR_CLASS", origin="model"),),
                ),
            ),
        ),
    )(
        layout("L1", 340, "win7")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("DeviceCaps", "WWAN_DEVICE_CAPS"),
        ),
        layout("L2", 352, "win8-co", extends="L1")(nested("DeviceCaps", "WWAN_DEVICE_CAPS", "L2")),
    ),
    struct(
        "NDIS_WWAN_DEVICE_CAPS_EX",
        "ndiswwan.h",
        revisions=("L1", "L2", "L3"),
        tail=ListTail(
            "DeviceCaps.CellularClassListHeader",
            (
                (
                    "WwanStructCellularClass",
                    (number("u32", "Element", "WWAN_CELLULAR_CLASS", origin="model"),),
                ),
            ),
        ),
        note=(
            "Revisions 2 and 3 lay out alike; the eight bytes before the list header mean"
            " miscellaneous capabilities in one and data subclasses in the other. Which "
            "of them shipped is disputed."
        ),
    )(
        layout("L1", 360, "1703-1903")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("DeviceCaps", "WWAN_DEVICE_CAPS_EX"),
        ),
        layout("L2", 456, "2004", extends="L1")(nested("DeviceCaps", "WWAN_DEVICE_CAPS_EX", "L2")),
        layout("L3", 456, "mn-co", extends="L1")(nested("DeviceCaps", "WWAN_DEVICE_CAPS_EX", "L3")),
    ),
    struct(
        "NDIS_WWAN_DEVICE_CAPS_EX2",
        "ndiswwan.h",
        tail=ListTail(
            "DeviceCaps.CellularClassListHeader",
            (("WwanStructCellularClass", (number("u32", "Element", "WWAN_CELLULAR_CLASS"),)),),
            unverified=True,
        ),
    )(
        layout("L1", 356, "1507-1607 1709 1809")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("DeviceCaps", "WWAN_DEVICE_CAPS_EX2"),
        )
    ),
    struct("NDIS_WWAN_DEVICE_RESET_STATUS", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 8, "1709-co")(HEADER, number("u32", "uStatus", "WWAN_STATUS"))
    ),
    struct(
        "NDIS_WWAN_DEVICE_SERVICE_COMMAND",
        "ndiswwan.h",
        revisions=("L1",),
        tail=BytesTail("Command.uDataSize"),
    )(layout("L1", 28, "win8-co")(HEADER, nested("Command", "WWAN_DEVICE_SERVICE_COMMAND"))),
    struct(
        "NDIS_WWAN_DEVICE_SERVICE_EVENT",
        "ndiswwan.h",
        revisions=("L1",),
        tail=BytesTail("Event.uDataSize"),
        note="Has no uStatus.",
    )(layout("L1", 28, "win8-co")(HEADER_MODEL, nested("Event", "WWAN_DEVICE_SERVICE_EVENT"))),
    struct(
        "NDIS_WWAN_DEVICE_SERVICE_RESPONSE",
        "ndiswwan.h",
        revisions=("L1",),
        tail=BytesTail("Response.uDataSize", comparison="never"),
    )(
        layout("L1", 32, "win8-co")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("Response", "WWAN_DEVICE_SERVICE_RESPONSE"),
        )
    ),
    struct(
        "NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO",
        "ndiswwan.h",
        revisions=("L1",),
        note=("The page of the OID names the request structure in its place, which lacks uStatus."),
    )(
        layout("L1", 32, "win8-co")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("Session", "WWAN_DEVICE_SERVICE_SESSION"),
        )
    ),
    struct(
        "NDIS_WWAN_DEVICE_SERVICE_SESSION_READ",
        "ndiswwan.h",
        revisions=("L1",),
        tail=BytesTail("ReadData.uDataSize"),
        note="Has no uStatus.",
    )(
        layout("L1", 12, "win8-co")(
            HEADER_MODEL, nested("ReadData", "WWAN_DEVICE_SERVICE_SESSION_READ")
        )
    ),
    struct(
        "NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE",
        "ndiswwan.h",
        revisions=("L1",),
        tail=BytesTail("WriteData.uDataSize"),
    )(
        layout("L1", 12, "win8-co")(
            HEADER, nested("WriteData", "WWAN_DEVICE_SERVICE_SESSION_WRITE")
        )
    ),
    struct("NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE_COMPLETE", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 8, "win8-co")(
            HEADER_MODEL, number("u32", "uStatus", "WWAN_STATUS", origin="model")
        )
    ),
    struct(
        "NDIS_WWAN_DEVICE_SERVICE_SUBSCRIPTION",
        "ndiswwan.h",
        revisions=("L1",),
        tail=ListTail(
            "DeviceServiceListHeader",
            (("WwanStructDeviceServiceGuid", (guid("Element", origin="echo"),)),),
        ),
    )(
        layout("L1", 16, "win8-co")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("DeviceServiceListHeader", "WWAN_LIST_HEADER", origin="model"),
        )
    ),
    struct(
        "NDIS_WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS",
        "ndiswwan.h",
        revisions=("L1",),
        tail=ListTail(
            "SupportedCommands.ListHeader",
            (("WwanStructDeviceServiceCommandId", (number("u32", "Element", origin="model"),)),),
        ),
    )(
        layout("L1", 32, "win8-co")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("SupportedCommands", "WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS"),
        )
    ),
    struct(
        "NDIS_WWAN_DEVICE_SLOT_MAPPING_INFO",
        "ndiswwan.h",
        revisions=("L1",),
        tail=ListTail(
            "DeviceSlotMappingInfo.SlotMapListHeader",
            (("WwanStructDeviceSlotMap", (number("u32", "Element"),)),),
            unverified=True,
        ),
    )(
        layout("L1", 16, "1507-co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("DeviceSlotMappingInfo", "WWAN_DEVICE_SLOT_MAPPING_INFO"),
        )
    ),
    struct("NDIS_WWAN_DRIVER_CAPS", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 16, "win7-co")(HEADER_MODEL, nested("DriverCaps", "WWAN_DRIVER_CAPS"))
    ),
    struct("NDIS_WWAN_ENUMERATE_DEVICE_SERVICE_COMMANDS", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 20, "win8-co")(HEADER, guid("DeviceServiceGuid"))
    ),
    struct("NDIS_WWAN_GET_SLOT_INFO", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 8, "1507-co")(HEADER, nested("GetSlotInfo", "WWAN_GET_SLOT_INFO"))
    ),
    struct("NDIS_WWAN_GET_VISIBLE_PROVIDERS", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 8, "win8-co")(HEADER, nested("VisibleProviders", "WWAN_GET_VISIBLE_PROVIDERS"))
    ),
    struct("NDIS_WWAN_HOME_PROVIDER", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 76, "win7-co")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("Provider", "WWAN_PROVIDER"),
        )
    ),
    struct(
        "NDIS_WWAN_HOME_PROVIDER2",
        "ndiswwan.h",
        revisions=(Revision(2, "NDIS_WWAN_HOME_PROVIDER_REVISION_2", ("L1",)),),
    )(
        layout("L1", 88, "win8-co")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("Provider", "WWAN_PROVIDER2"),
        )
    ),
    struct("NDIS_WWAN_IMS_VOICE_STATE", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 12, "1507-co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("ImsVoiceState", "WWAN_IMS_VOICE_STATE"),
        )
    ),
    struct(
        "NDIS_WWAN_IP_ADDRESS_STATE",
        "ndiswwan.h",
        revisions=("L1",),
        tail=TablesTail(
            nested("Element", "WWAN_IPADDRESS_ENTRY", personal="subscriber"),
            (
                ("IpEntries", "WwanIpAddressState.IpTable", "WwanIpAddressState.IpCount"),
                (
                    "GatewayEntries",
                    "WwanIpAddressState.GatewayTable",
                    "WwanIpAddressState.GatewayCount",
                ),
                ("DnsEntries", "WwanIpAddressState.DnsTable", "WwanIpAddressState.DnsCount"),
            ),
        ),
        note="Has no uStatus. Holds 64-bit pointers to tables.",
    )(
        layout("L1", 72, "win8-co")(
            HEADER_MODEL, nested("WwanIpAddressState", "WWAN_IP_ADDRESS_STATE")
        )
    ),
    struct("NDIS_WWAN_LOCATION_STATE_INFO", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 24, "1507-co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("LocationStateInfo", "WWAN_LOCATION_STATE_INFO"),
        )
    ),
    struct("NDIS_WWAN_LOCATION_TRIGGER_MODE", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 8, "1507-co")(HEADER, nested("SetLocationState", "WWAN_SET_LOCATION_STATE"))
    ),
    struct(
        "NDIS_WWAN_LTE_ATTACH_CONTEXTS",
        "ndiswwan.h",
        revisions=(Revision(1, "NDIS_WWAN_LTE_ATTACH_CONTEXT_REVISION_1", ("L1",)),),
    )(
        layout("L1", 3816, "1703-co")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("LteAttachContext", "WWAN_LTE_ATTACH_CONFIG"),
        )
    ),
    struct("NDIS_WWAN_LTE_ATTACH_STATUS", "ndiswwan.h", revisions=("L1", "L2"))(
        layout("L1", 1260, "1703-mn")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("LteAttachStatus", "WWAN_LTE_ATTACH_STATUS"),
        ),
        layout("L2", 1264, "fe-co", extends="L1")(
            nested("LteAttachStatus", "WWAN_LTE_ATTACH_STATUS", "L2")
        ),
    ),
    struct("NDIS_WWAN_MAC_INFO", "ndiswwan.h", note="Has no NDIS object header.")(
        layout("L1", 16, "win8-co")(
            number("u32", "uReserved"),
            number("u32", "uNdisPortNumber"),
            octets("MacAddr", 6, personal="device"),
        )
    ),
    struct("NDIS_WWAN_MAC_PARAMETERS", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 4, "win8-co")(HEADER)
    ),
    struct("NDIS_WWAN_MBIM_VERSION", "ndiswwan.h", revisions=("L1", "L2"))(
        layout("L1", 6, "1507-1809")(HEADER, nested("MbimVersion", "WWAN_MBIM_VERSION")),
        layout("L2", 8, "1903-co", extends="L1")(nested("MbimVersion", "WWAN_MBIM_VERSION", "L2")),
    ),
    struct(
        "NDIS_WWAN_MODEM_CONFIG_INFO",
        "ndiswwan.h",
        revisions=("L1 L2", "L3"),
        tail=ListTail(
            "ModemConfigInfo.NSSAIListHeader",
            (("WwanStructSNSSAI", (nested("Element", "WWAN_SINGLE_NSSAI"),)),),
        ),
        note="The first kit had a shorter preview form under revision 1.",
    )(
        layout("L1", 32, "1709")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("ModemConfigInfo", "WWAN_MODEM_CONFIG_INFO"),
        ),
        layout("L2", 96, "1709-2004", extends="L1")(
            nested("ModemConfigInfo", "WWAN_MODEM_CONFIG_INFO", "L2")
        ),
        layout("L3", 236, "mn-co", extends="L1")(
            nested("ModemConfigInfo", "WWAN_MODEM_CONFIG_INFO", "L3")
        ),
    ),
    struct("NDIS_WWAN_MODEM_LOGGING_CONFIG", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 24, "1903-co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("ModemLoggingConfig", "WWAN_MODEM_LOGGING_CONFIG"),
        )
    ),
    struct("NDIS_WWAN_MPDP_INFO", "ndiswwan.h", note="Has no NDIS object header.")(
        layout("L1", 28, "1803-co")(
            number("u32", "Operation", "WWAN_MPDP_OPERATION"),
            guid("ChildInterfaceGUID", personal="device"),
            octets("MacAddr", 6, personal="device"),
        )
    ),
    struct(
        "NDIS_WWAN_MPDP_LIST",
        "ndiswwan.h",
        revisions=(Revision(1, "NDIS_WWAN_MPDP_SET_QUERY_REVISION_1", ("L1",)),),
        tail=ListTail(
            "ChildInterfaceList",
            (("WwanStructMPDPChildInterface", (guid("Element", personal="device"),)),),
        ),
    )(
        layout("L1", 16, "1803-co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("ChildInterfaceList", "WWAN_LIST_HEADER"),
        )
    ),
    struct(
        "NDIS_WWAN_MPDP_STATE",
        "ndiswwan.h",
        revisions=(Revision(1, "NDIS_WWAN_MPDP_SET_QUERY_REVISION_1", ("L1",)),),
    )(
        layout("L1", 36, "1803-co")(
            HEADER, number("u32", "uStatus", "WWAN_STATUS"), nested("Info", "NDIS_WWAN_MPDP_INFO")
        )
    ),
    struct(
        "NDIS_WWAN_NETWORK_BLACKLIST",
        "ndiswwan.h",
        revisions=("L1",),
        tail=ListTail(
            "NetworkBlacklistInfo.BlacklistProviderList",
            (
                (
                    "WwanStructNetworkBlacklistProvider",
                    (nested("Element", "WWAN_NETWORK_BLACKLIST_PROVIDER"),),
                ),
            ),
        ),
    )(
        layout("L1", 20, "1703-co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("NetworkBlacklistInfo", "WWAN_NETWORK_BLACKLIST_INFO"),
        )
    ),
    struct(
        "NDIS_WWAN_NETWORK_IDLE_HINT",
        "ndiswwan.h",
        revisions=("L1 L2",),
        note="The first kits had a one-byte flag under revision 1.",
    )(
        layout("L1", 6, "1507-1607")(HEADER, nested("IdleHint", "WWAN_NETWORK_IDLE_HINT")),
        layout("L2", 8, "1507-co", extends="L1")(
            nested("IdleHint", "WWAN_NETWORK_IDLE_HINT", "L2")
        ),
    ),
    struct(
        "NDIS_WWAN_NETWORK_PARAMS_INFO",
        "ndiswwan.h",
        revisions=(Revision(1, "NDIS_WWAN_GENERAL_REVISION_1", ("L1",), unverified=True),),
        tail=PairsTail(
            "NetworkParamsInfo",
            (
                (
                    "TaiListData",
                    "NetworkParamsInfo.TaiList.Offset",
                    "NetworkParamsInfo.TaiList.Size",
                ),
                (
                    "AllowedNssaiListData",
                    "NetworkParamsInfo.AllowedNssaiList.Offset",
                    "NetworkParamsInfo.AllowedNssaiList.Size",
                ),
                (
                    "ConfiguredNssaiListData",
                    "NetworkParamsInfo.ConfiguredNssaiList.Offset",
                    "NetworkParamsInfo.ConfiguredNssaiList.Size",
                ),
                (
                    "RejectedNssaiListData",
                    "NetworkParamsInfo.RejectedNssaiList.Offset",
                    "NetworkParamsInfo.RejectedNssaiList.Size",
                ),
                (
                    "DefaultConfiguredNssaiListData",
                    "NetworkParamsInfo.DefaultConfiguredNssaiList.Offset",
                    "NetworkParamsInfo.DefaultConfiguredNssaiList.Size",
                ),
                (
                    "LadnListData",
                    "NetworkParamsInfo.LadnList.Offset",
                    "NetworkParamsInfo.LadnList.Size",
                ),
            ),
            at="NetworkParamsInfo.DataBuffer",
            personal="place",
        ),
    )(
        layout("L1", 68, "co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("NetworkParamsInfo", "WWAN_NETWORK_PARAMS_INFO"),
        )
    ),
    struct("NDIS_WWAN_NITZ_INFO", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 44, "1507-1607 1709 1809-co")(
            HEADER, number("u32", "uStatus", "WWAN_STATUS"), nested("NitzInfo", "WWAN_NITZ_INFO")
        )
    ),
    struct(
        "NDIS_WWAN_PACKET_SERVICE_STATE",
        "ndiswwan.h",
        revisions=("L1", "L2", "L3 L4"),
        note="Revision 3 has two sizes; Windows 11 adds Rel3GppVer.",
    )(
        layout("L1", 24, "win7-1809")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("PacketService", "WWAN_PACKET_SERVICE"),
        ),
        layout("L2", 28, "1903", extends="L1")(
            nested("PacketService", "WWAN_PACKET_SERVICE", "L2")
        ),
        layout("L3", 40, "2004-fe", extends="L1")(
            nested("PacketService", "WWAN_PACKET_SERVICE", "L3")
        ),
        layout("L4", 44, "co", extends="L1")(nested("PacketService", "WWAN_PACKET_SERVICE", "L4")),
    ),
    struct("NDIS_WWAN_PCO_STATUS", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 272, "1709-co")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("PcoValue", "WWAN_PCO_VALUE"),
        )
    ),
    struct("NDIS_WWAN_PIN_APP", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 44, "1903-co")(HEADER, nested("PinApp", "WWAN_PIN_APP"))
    ),
    struct("NDIS_WWAN_PIN_INFO", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 20, "win7-co")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("PinInfo", "WWAN_PIN_INFO"),
        )
    ),
    struct("NDIS_WWAN_PIN_LIST", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 168, "win7-co")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("PinList", "WWAN_PIN_LIST"),
        )
    ),
    struct(
        "NDIS_WWAN_PREFERRED_MULTICARRIER_PROVIDERS",
        "ndiswwan.h",
        revisions=("L1",),
        tail=ListTail(
            "PreferredListHeader",
            (("WwanStructProvider2", (nested("Element", "WWAN_PROVIDER2"),)),),
        ),
    )(
        layout("L1", 16, "win8-co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("PreferredListHeader", "WWAN_LIST_HEADER"),
        )
    ),
    struct(
        "NDIS_WWAN_PREFERRED_PROVIDERS",
        "ndiswwan.h",
        revisions=("L1",),
        tail=ListTail(
            "PreferredListHeader",
            (
                ("WwanStructProvider", (nested("Element", "WWAN_PROVIDER"),)),
                ("WwanStructProvider2", (nested("Element", "WWAN_PROVIDER2"),)),
            ),
        ),
    )(
        layout("L1", 16, "win7-co")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("PreferredListHeader", "WWAN_LIST_HEADER", origin="model"),
        )
    ),
    struct("NDIS_WWAN_PRESHUTDOWN_STATE", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 8, "1507-co")(HEADER, number("u32", "uStatus", "WWAN_STATUS"))
    ),
    struct(
        "NDIS_WWAN_PROVISIONED_CONTEXTS",
        "ndiswwan.h",
        revisions=(
            "L1",
            Revision(2, "NDIS_WWAN_PROVISIONED_CONTEXTS_REVISION_2", ("L1",), since="1703"),
        ),
        tail=ListTail(
            "ContextListHeader",
            (
                ("WwanStructContext", (nested("Element", "WWAN_CONTEXT"),)),
                ("WwanStructContextV2", (nested("Element", "WWAN_CONTEXT_V2"),)),
                (
                    "WwanStructProvisionedContextV2",
                    (nested("Element", "WWAN_PROVISIONED_CONTEXT_V2"),),
                ),
            ),
        ),
        note=("Both revisions have the same fixed part; the element type tells the lists apart."),
    )(
        layout("L1", 16, "win7-co")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("ContextListHeader", "WWAN_LIST_HEADER", origin="model"),
        )
    ),
    struct(
        "NDIS_WWAN_PS_MEDIA_CONFIG_STATE",
        "ndiswwan.h",
        revisions=(Revision(1, "NDIS_WWAN_PS_MEDIA_CONFIG_STATE_1", ("L1",)),),
        tail=ItemsTail(
            nested("Element", "WWAN_PS_MEDIA_CONFIG_ITEM"),
            count="nNumItems",
            at="PSMediaConfigItems",
        ),
    )(
        layout("L1", 24, "1607-co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            number("u32", "nNumItems"),
            nested("PSMediaConfigItems", "WWAN_PS_MEDIA_CONFIG_ITEM", count=1),
        )
    ),
    struct(
        "NDIS_WWAN_QUERY_ATR_INFO",
        "ndiswwan.h",
        revisions=(Revision(1, "NDIS_WWAN_GENERAL_REVISION_1", ("L1",), unverified=True),),
    )(layout("L1", 8, "co")(HEADER, nested("QueryAtrInfo", "WWAN_QUERY_ATR_INFO"))),
    struct("NDIS_WWAN_QUERY_PS_MEDIA_CONFIG", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 8, "1607-co")(HEADER, number("u32", "ServicesBitMap"))
    ),
    struct(
        "NDIS_WWAN_QUERY_READY_INFO",
        "ndiswwan.h",
        revisions=(Revision(1, "NDIS_WWAN_GENERAL_REVISION_1", ("L1",), unverified=True),),
    )(layout("L1", 8, "co")(HEADER, nested("QueryReadyInfo", "WWAN_QUERY_READY_INFO"))),
    struct(
        "NDIS_WWAN_QUERY_UICC_RESET",
        "ndiswwan.h",
        revisions=(Revision(1, "NDIS_WWAN_GENERAL_REVISION_1", ("L1",), unverified=True),),
    )(layout("L1", 8, "co")(HEADER, nested("QueryUiccReset", "WWAN_QUERY_UICC_RESET"))),
    struct("NDIS_WWAN_QUERY_UICC_TERMINAL_CAPABILITY", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 8, "co")(
            HEADER, nested("QueryUiccTerminalCapability", "WWAN_QUERY_UICC_TERMINAL_CAPABILITY")
        )
    ),
    struct("NDIS_WWAN_RADIO_STATE", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 16, "win7-co")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("RadioState", "WWAN_RADIO_STATE"),
        )
    ),
    struct(
        "NDIS_WWAN_READY_INFO",
        "ndiswwan.h",
        revisions=("L1", "L2 L3"),
        tail=ListTail(
            "ReadyInfo.TNListHeader",
            (
                (
                    "WwanStructTN",
                    (
                        text("Element", 16, personal="subscriber", origin="environment"),
                        text("Element", 23, personal="subscriber", origin="environment"),
                    ),
                ),
            ),
        ),
        note=(
            "Has no uStatus. Revision 2 has two sizes, without and with SlotId. Telephone"
            " numbers take 16 characters before Windows 8.1, 23 since."
        ),
    )(
        layout("L1", 96, "win7-1903")(HEADER_MODEL, nested("ReadyInfo", "WWAN_READY_INFO")),
        layout("L2", 100, "2004-fe", extends="L1")(nested("ReadyInfo", "WWAN_READY_INFO", "L2")),
        layout("L3", 104, "co", extends="L1")(nested("ReadyInfo", "WWAN_READY_INFO", "L3")),
    ),
    struct(
        "NDIS_WWAN_REGISTER_PARAMS_INFO",
        "ndiswwan.h",
        revisions=("L1 L2",),
        tail=ListTail(
            "RegisterParamsInfo.PreConfiguredNSSAIListHeader",
            (("WwanStructSNSSAI", (nested("Element", "WWAN_SINGLE_NSSAI"),)),),
        ),
    )(
        layout("L1", 36, "2004-fe")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("RegisterParamsInfo", "WWAN_REGISTRATION_PARAMS_INFO"),
        ),
        layout("L2", 52, "co", extends="L1")(
            nested("RegisterParamsInfo", "WWAN_REGISTRATION_PARAMS_INFO", "L2")
        ),
    ),
    struct(
        "NDIS_WWAN_REGISTRATION_STATE",
        "ndiswwan.h",
        revisions=(
            Revision(1, "NDIS_WWAN_REGISTRATION_STATE_REVISION_1", ("L1",)),
            Revision(2, "NDIS_WWAN_REGISTRATION_STATE_REVISION_2", ("L2",)),
            Revision(4, "NDIS_WWAN_REGISTRATION_STATE_REVISION_4", ("L3",)),
        ),
        note=(
            "The form with PreferredDataClasses is revision 4 in the headers, revision 3 "
            "in the documents."
        ),
    )(
        layout("L1", 204, "win7")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("RegistrationState", "WWAN_REGISTRATION_STATE"),
        ),
        layout("L2", 212, "win8-1809", extends="L1")(
            nested("RegistrationState", "WWAN_REGISTRATION_STATE", "L2")
        ),
        layout("L3", 216, "1903-co", extends="L1")(
            nested("RegistrationState", "WWAN_REGISTRATION_STATE", "L3")
        ),
    ),
    struct(
        "NDIS_WWAN_REGISTRATION_STATE_INFOS_EX",
        "ndiswwan.h",
        revisions=(
            Revision(3, "NDIS_WWAN_REGISTRATION_STATE_REVISION_3", ("L1",), unverified=True),
        ),
        tail=ListTail(
            "RegistrationStateInfos.RegistrationStateListHeader",
            (("WwanStructRegistrationState", (nested("Element", "WWAN_REGISTRATION_STATE_EX"),)),),
            unverified=True,
        ),
    )(
        layout("L1", 16, "1507-co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("RegistrationStateInfos", "WWAN_REGISTRATION_STATE_INFOS"),
        )
    ),
    struct(
        "NDIS_WWAN_SAR_CONFIG_INFO",
        "ndiswwan.h",
        revisions=("L1",),
        tail=ListTail(
            "SarConfig.SarConfigIndexListHeader",
            (("WwanStructSarConfig", (nested("Element", "WWAN_SAR_CONFIG_INDICES"),)),),
        ),
    )(
        layout("L1", 28, "1703-co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("SarConfig", "WWAN_SAR_CONFIG_INFO"),
        )
    ),
    struct("NDIS_WWAN_SAR_TRANSMISSION_STATUS_INFO", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 20, "1703-co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("TransmissionStatus", "WWAN_SAR_TRANSMISSION_STATUS_INFO"),
        )
    ),
    struct(
        "NDIS_WWAN_SERVICE_ACTIVATION",
        "ndiswwan.h",
        revisions=("L1",),
        tail=BytesTail("ServiceActivation.uVendorSpecificBufferSize"),
    )(layout("L1", 8, "win7-co")(HEADER, nested("ServiceActivation", "WWAN_SERVICE_ACTIVATION"))),
    struct(
        "NDIS_WWAN_SERVICE_ACTIVATION_STATUS",
        "ndiswwan.h",
        revisions=("L1",),
        tail=BytesTail("ServiceActivationStatus.uVendorSpecificBufferSize", comparison="never"),
    )(
        layout("L1", 16, "win7-co")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("ServiceActivationStatus", "WWAN_SERVICE_ACTIVATION_STATUS"),
        )
    ),
    struct(
        "NDIS_WWAN_SET_CONTEXT_STATE",
        "ndiswwan.h",
        revisions=(
            "L1",
            "L2",
            "L3",
            Revision(4, "NDIS_WWAN_SET_CONTEXT_STATE_REVISION_4", ("L3", "L4"), since="2004"),
        ),
        tail=TlvTail(
            4,
            pairs=PairsTail(
                "SetContextState",
                (
                    (
                        "TrafficParametersData",
                        "SetContextState.TrafficParameters.Offset",
                        "SetContextState.TrafficParameters.Size",
                    ),
                ),
                unverified=True,
            ),
        ),
        note="Revision 4 is followed by type-length-value elements and has two sizes.",
    )(
        layout("L1", 1248, "win7")(HEADER, nested("SetContextState", "WWAN_SET_CONTEXT_STATE")),
        layout("L2", 1252, "win8-1507", extends="L1")(
            nested("SetContextState", "WWAN_SET_CONTEXT_STATE", "L2")
        ),
        layout("L3", 1260, "1607-fe", extends="L1")(
            nested("SetContextState", "WWAN_SET_CONTEXT_STATE", "L3")
        ),
        layout("L4", 1288, "co", extends="L1")(
            nested("SetContextState", "WWAN_SET_CONTEXT_STATE", "L4")
        ),
    ),
    struct(
        "NDIS_WWAN_SET_DEVICE_BINDINGS_INFO",
        "ndiswwan.h",
        revisions=("L1",),
        tail=ListTail("SetDeviceBindingsInfo.ApplicationListHeader", (), unverified=True),
    )(
        layout("L1", 12, "1507-co")(
            HEADER, nested("SetDeviceBindingsInfo", "WWAN_DEVICE_BINDINGS_INFO")
        )
    ),
    struct("NDIS_WWAN_SET_DEVICE_RESET", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 4, "1709-co")(HEADER)
    ),
    struct("NDIS_WWAN_SET_DEVICE_SERVICE_SESSION", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 28, "win8-co")(HEADER, nested("Session", "WWAN_DEVICE_SERVICE_SESSION"))
    ),
    struct(
        "NDIS_WWAN_SET_DEVICE_SLOT_MAPPING_INFO",
        "ndiswwan.h",
        revisions=("L1",),
        tail=ListTail(
            "SetDeviceSlotMappingInfo.SlotMapListHeader",
            (("WwanStructDeviceSlotMap", (number("u32", "Element"),)),),
            unverified=True,
        ),
    )(
        layout("L1", 12, "1507-co")(
            HEADER, nested("SetDeviceSlotMappingInfo", "WWAN_DEVICE_SLOT_MAPPING_INFO")
        )
    ),
    struct("NDIS_WWAN_SET_HOME_PROVIDER", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 84, "win8-co")(
            HEADER_ECHO, nested("HomeProvider", "WWAN_PROVIDER2", origin="echo")
        )
    ),
    struct("NDIS_WWAN_SET_IMS_VOICE_STATE", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 8, "1507-co")(HEADER, nested("SetImsVoiceState", "WWAN_SET_IMS_VOICE_STATE"))
    ),
    struct("NDIS_WWAN_SET_LTE_ATTACH_CONTEXT", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 3868, "1703-co")(HEADER, nested("SetLteAttachContext", "WWAN_SET_LTE_ATTACH"))
    ),
    struct("NDIS_WWAN_SET_MODEM_LOGGING_CONFIG", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 20, "1903-co")(
            HEADER, nested("ModemLoggingConfig", "WWAN_MODEM_LOGGING_CONFIG")
        )
    ),
    struct(
        "NDIS_WWAN_SET_MPDP_STATE",
        "ndiswwan.h",
        revisions=(Revision(1, "NDIS_WWAN_MPDP_SET_QUERY_REVISION_1", ("L1",)),),
    )(layout("L1", 32, "1803-co")(HEADER, nested("Info", "NDIS_WWAN_MPDP_INFO"))),
    struct(
        "NDIS_WWAN_SET_NETWORK_BLACKLIST",
        "ndiswwan.h",
        revisions=(Revision(1, "NDIS_WWAN_SET_NETWORK_BLACKLIST_REVISON_1", ("L1",)),),
        tail=ListTail(
            "SetNetworkBlacklist.BlacklistProviderList",
            (
                (
                    "WwanStructNetworkBlacklistProvider",
                    (nested("Element", "WWAN_NETWORK_BLACKLIST_PROVIDER"),),
                ),
            ),
        ),
    )(
        layout("L1", 16, "1703-co")(
            HEADER, nested("SetNetworkBlacklist", "WWAN_NETWORK_BLACKLIST_INFO")
        )
    ),
    struct("NDIS_WWAN_SET_PACKET_SERVICE", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 8, "win7-co")(
            HEADER, number("u32", "PacketServiceAction", "WWAN_PACKET_SERVICE_ACTION")
        )
    ),
    struct(
        "NDIS_WWAN_SET_PIN",
        "ndiswwan.h",
        revisions=("L1",),
        note=(
            "Of OID_WWAN_PIN; only L1 goes with its revision. The name compiled for later"
            " releases has the forms of NDIS_WWAN_SET_PIN_EX."
        ),
    )(
        layout("L1", 64, "win7")(HEADER, nested("PinAction", "WWAN_PIN_ACTION")),
        layout("L2", 80, "1507-1607 1709", extends="L1")(
            nested("PinAction", "WWAN_PIN_ACTION", "L2")
        ),
        layout("L3", 84, "win8-co", extends="L1")(nested("PinAction", "WWAN_PIN_ACTION", "L3")),
    ),
    struct(
        "NDIS_WWAN_SET_PIN_EX",
        "ndiswwan.h",
        revisions=(Revision(2, "NDIS_WWAN_SET_PIN_REVISION_2", ("L2", "L3")),),
        note=(
            "Revision 2 has two sizes: kits from the 1809 generation on append "
            "RequestPinOperationPrompt without a version gate."
        ),
    )(
        layout("L1", 64, "win7")(HEADER, nested("PinAction", "WWAN_PIN_ACTION")),
        layout("L2", 80, "1507-1607 1709", extends="L1")(
            nested("PinAction", "WWAN_PIN_ACTION", "L2")
        ),
        layout("L3", 84, "win8-co", extends="L1")(nested("PinAction", "WWAN_PIN_ACTION", "L3")),
    ),
    struct(
        "NDIS_WWAN_SET_PIN_EX2",
        "ndiswwan.h",
        revisions=(Revision(3, "NDIS_WWAN_SET_PIN_REVISION_3", ("L2",)),),
    )(
        layout("L1", 100, "1507")(HEADER, nested("PinAction", "WWAN_PIN_ACTION_EX2")),
        layout("L2", 116, "1607 1709 1809-co", extends="L1")(
            nested("PinAction", "WWAN_PIN_ACTION_EX2", "L2")
        ),
    ),
    struct(
        "NDIS_WWAN_SET_PREFERRED_MULTICARRIER_PROVIDERS",
        "ndiswwan.h",
        revisions=("L1",),
        tail=ListTail(
            "PreferredListHeader",
            (("WwanStructProvider2", (nested("Element", "WWAN_PROVIDER2"),)),),
        ),
    )(layout("L1", 12, "win8-co")(HEADER, nested("PreferredListHeader", "WWAN_LIST_HEADER"))),
    struct(
        "NDIS_WWAN_SET_PREFERRED_PROVIDERS",
        "ndiswwan.h",
        revisions=("L1",),
        tail=ListTail(
            "PreferredListHeader",
            (
                ("WwanStructProvider", (nested("Element", "WWAN_PROVIDER"),)),
                ("WwanStructProvider2", (nested("Element", "WWAN_PROVIDER2"),)),
            ),
        ),
    )(layout("L1", 12, "win7-co")(HEADER, nested("PreferredListHeader", "WWAN_LIST_HEADER"))),
    struct("NDIS_WWAN_SET_PRESHUTDOWN_STATE", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 4, "1507-co")(HEADER)
    ),
    struct("NDIS_WWAN_SET_PROVISIONED_CONTEXT", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 1264, "win7-co")(HEADER, nested("ProvisionedContext", "WWAN_SET_CONTEXT"))
    ),
    struct(
        "NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2",
        "ndiswwan.h",
        revisions=(Revision(2, "NDIS_WWAN_SET_PROVISIONED_CONTEXT_REVISION_2", ("L1", "L2")),),
        note="Windows 11 appends the slice under the same revision.",
    )(
        layout("L1", 1292, "1709 1809")(
            HEADER, nested("ProvisionedContext", "WWAN_SET_CONTEXT_V2")
        ),
        layout("L2", 1308, "co", extends="L1")(
            nested("ProvisionedContext", "WWAN_SET_PROVISIONED_CONTEXT_V2")
        ),
    ),
    struct("NDIS_WWAN_SET_PS_MEDIA_CONFIG", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 16, "1607-co")(
            HEADER, nested("SetPSMediaConfigItem", "WWAN_PS_MEDIA_CONFIG_ITEM")
        )
    ),
    struct("NDIS_WWAN_SET_RADIO_STATE", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 8, "win7-co")(HEADER, number("u32", "RadioAction", "WWAN_RADIO"))
    ),
    struct(
        "NDIS_WWAN_SET_REGISTER_PARAMS",
        "ndiswwan.h",
        revisions=("L1 L2",),
        tail=ListTail(
            "SetRegisterParams.PreConfiguredNSSAIListHeader",
            (("WwanStructSNSSAI", (nested("Element", "WWAN_SINGLE_NSSAI"),)),),
        ),
    )(
        layout("L1", 32, "2004-fe")(
            HEADER, nested("SetRegisterParams", "WWAN_REGISTRATION_PARAMS_INFO")
        ),
        layout("L2", 48, "co", extends="L1")(
            nested("SetRegisterParams", "WWAN_REGISTRATION_PARAMS_INFO", "L2")
        ),
    ),
    struct("NDIS_WWAN_SET_REGISTER_STATE", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 28, "win7-co")(HEADER, nested("SetRegisterState", "WWAN_SET_REGISTER_STATE"))
    ),
    struct(
        "NDIS_WWAN_SET_REGISTER_STATE_EX",
        "ndiswwan.h",
        revisions=(
            Revision(2, "NDIS_WWAN_SET_REGISTER_STATE_REVISION_2", ("L1",), unverified=True),
        ),
        tail=ListTail(
            "SetRegisterState.AcquisitionOrderListHeader",
            (("WwanStructRegisterAcquisitionOrder", (number("u32", "Element"),)),),
        ),
    )(
        layout("L1", 48, "1507-co")(
            HEADER, nested("SetRegisterState", "WWAN_SET_REGISTER_STATE_EX")
        )
    ),
    struct(
        "NDIS_WWAN_SET_SAR_CONFIG",
        "ndiswwan.h",
        revisions=(Revision(1, "NDIS_WWAN_SET_SAR_CONFIG_REVISON_1", ("L1",)),),
        tail=ListTail(
            "SetSarConfig.SarConfigIndexListHeader",
            (("WwanStructSarConfig", (nested("Element", "WWAN_SAR_CONFIG_INDICES"),)),),
        ),
    )(layout("L1", 20, "1703-co")(HEADER, nested("SetSarConfig", "WWAN_SET_SAR_CONFIG"))),
    struct("NDIS_WWAN_SET_SAR_TRANSMISSION_STATUS", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 12, "1703-co")(
            HEADER, nested("SetTransmissionStatus", "WWAN_SET_SAR_TRANSMISSION_STATUS")
        )
    ),
    struct("NDIS_WWAN_SET_SIGNAL_INDICATION", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 12, "win7-co")(
            HEADER, nested("SignalIndication", "WWAN_SET_SIGNAL_INDICATION")
        )
    ),
    struct(
        "NDIS_WWAN_SET_SIGNAL_INDICATION_EX",
        "ndiswwan.h",
        revisions=(
            Revision(2, "NDIS_WWAN_SET_SIGNAL_INDICATION_REVISION_2", ("L1",), unverified=True),
        ),
    )(
        layout("L1", 20, "1507-co")(
            HEADER, nested("SignalIndication", "WWAN_SET_SIGNAL_INDICATION_EX")
        )
    ),
    struct("NDIS_WWAN_SET_SMS_CONFIGURATION", "ndiswwan.h", revisions=("L1", "L2"))(
        layout("L1", 24, "win7-mn")(
            HEADER, nested("SetSmsConfiguration", "WWAN_SET_SMS_CONFIGURATION")
        ),
        layout("L2", 32, "fe-co", extends="L1")(
            nested("SetSmsConfiguration", "WWAN_SET_SMS_CONFIGURATION", "L2")
        ),
    ),
    struct(
        "NDIS_WWAN_SET_UICC_APDU",
        "ndiswwan.h",
        revisions=("L1 L2",),
        tail=BytesTail("SetUiccApdu.CommandLength", at="SetUiccApdu.Command"),
    )(
        layout("L1", 24, "1607-fe")(HEADER, nested("SetUiccApdu", "WWAN_SET_UICC_APDU")),
        layout("L2", 28, "co", extends="L1")(nested("SetUiccApdu", "WWAN_SET_UICC_APDU", "L2")),
    ),
    struct("NDIS_WWAN_SET_UICC_CLOSE_CHANNEL", "ndiswwan.h", revisions=("L1 L2 L3",))(
        layout("L1", 16, "1607 1709 1809")(
            HEADER, nested("SetUiccCloseChannel", "WWAN_SET_UICC_CLOSE_CHANNEL")
        ),
        layout("L2", 12, "1607-fe", extends="L1")(
            nested("SetUiccCloseChannel", "WWAN_SET_UICC_CLOSE_CHANNEL", "L2")
        ),
        layout("L3", 16, "co", extends="L1")(
            nested("SetUiccCloseChannel", "WWAN_SET_UICC_CLOSE_CHANNEL", "L3")
        ),
    ),
    struct("NDIS_WWAN_SET_UICC_OPEN_CHANNEL", "ndiswwan.h", revisions=("L1 L2",))(
        layout("L1", 48, "1607-fe")(
            HEADER, nested("SetUiccOpenChannel", "WWAN_SET_UICC_OPEN_CHANNEL")
        ),
        layout("L2", 52, "co", extends="L1")(
            nested("SetUiccOpenChannel", "WWAN_SET_UICC_OPEN_CHANNEL", "L2")
        ),
    ),
    struct("NDIS_WWAN_SET_UICC_RESET", "ndiswwan.h", revisions=("L1 L2",))(
        layout("L1", 8, "1709-fe")(HEADER, nested("SetUiccReset", "WWAN_SET_UICC_RESET")),
        layout("L2", 12, "co", extends="L1")(nested("SetUiccReset", "WWAN_SET_UICC_RESET", "L2")),
    ),
    struct(
        "NDIS_WWAN_SET_UICC_TERMINAL_CAPABILITY",
        "ndiswwan.h",
        revisions=("L1 L2 L3",),
        tail=ListTail(
            "SetUiccTerminalCapability.CapabilityListHeader",
            (
                (
                    "WwanStructUiccTerminalCapability",
                    (nested("Element", "WWAN_UICC_TERMINAL_CAPABILITY_TLV"),),
                ),
            ),
            older=("CapabilityListHeader",),
            unverified=True,
        ),
    )(
        layout("L1", 12, "1607 1709 1809")(
            HEADER, nested("CapabilityListHeader", "WWAN_LIST_HEADER")
        ),
        layout("L2", 12, "1607-fe")(
            HEADER, nested("SetUiccTerminalCapability", "WWAN_SET_UICC_TERMINAL_CAPABILITY")
        ),
        layout("L3", 16, "co", extends="L2")(
            nested("SetUiccTerminalCapability", "WWAN_SET_UICC_TERMINAL_CAPABILITY", "L2")
        ),
    ),
    struct(
        "NDIS_WWAN_SIGNAL_STATE",
        "ndiswwan.h",
        revisions=(
            Revision(1, "NDIS_WWAN_SIGNAL_STATE_REVISION_1", ("L1",)),
            Revision(3, "NDIS_WWAN_SIGNAL_STATE_REVISION_3", ("L2",)),
        ),
        tail=ListTail(
            "SignalState.SignalStateListHeader",
            (("WwanStructSignalState", (nested("Element", "WWAN_SIGNAL_STATE_EXT"),)),),
            unverified=True,
            comparison="never",
        ),
    )(
        layout("L1", 24, "win7-1809")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("SignalState", "WWAN_SIGNAL_STATE"),
        ),
        layout("L2", 32, "1903-co", extends="L1")(nested("SignalState", "WWAN_SIGNAL_STATE", "L2")),
    ),
    struct(
        "NDIS_WWAN_SIGNAL_STATE_INFOS_EX",
        "ndiswwan.h",
        revisions=(Revision(2, "NDIS_WWAN_SIGNAL_STATE_REVISION_2", ("L1",), unverified=True),),
        tail=ListTail(
            "SignalStateInfos.SignalStateListHeader",
            (("WwanStructSignalState", (nested("Element", "WWAN_SIGNAL_STATE_EX"),)),),
            unverified=True,
        ),
    )(
        layout("L1", 16, "1507-co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("SignalStateInfos", "WWAN_SIGNAL_STATE_INFOS"),
        )
    ),
    struct("NDIS_WWAN_SLOT_INFO", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 16, "1507-co")(
            HEADER, number("u32", "uStatus", "WWAN_STATUS"), nested("SlotInfo", "WWAN_SLOT_INFO")
        )
    ),
    struct("NDIS_WWAN_SMS_CONFIGURATION", "ndiswwan.h", revisions=("L1", "L2"))(
        layout("L1", 32, "win7-mn")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("SmsConfiguration", "WWAN_SMS_CONFIGURATION"),
        ),
        layout("L2", 40, "fe-co", extends="L1")(
            nested("SmsConfiguration", "WWAN_SMS_CONFIGURATION", "L2")
        ),
    ),
    struct("NDIS_WWAN_SMS_DELETE", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 12, "win7-co")(HEADER, nested("SmsFilter", "WWAN_SMS_FILTER"))
    ),
    struct("NDIS_WWAN_SMS_DELETE_STATUS", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 8, "win7-co")(HEADER, number("u32", "uStatus", "WWAN_STATUS"))
    ),
    struct("NDIS_WWAN_SMS_READ", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 16, "win7-co")(HEADER, nested("SmsRead", "WWAN_SMS_READ"))
    ),
    struct(
        "NDIS_WWAN_SMS_RECEIVE",
        "ndiswwan.h",
        revisions=("L1",),
        tail=ListTail(
            "SmsListHeader",
            (
                ("WwanStructSmsPdu", (nested("Element", "WWAN_SMS_PDU_RECORD"),)),
                ("WwanStructSmsCdma", (nested("Element", "WWAN_SMS_CDMA_RECORD"),)),
            ),
        ),
    )(
        layout("L1", 16, "win7-co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("SmsListHeader", "WWAN_LIST_HEADER"),
        )
    ),
    struct("NDIS_WWAN_SMS_SEND", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 376, "win7-co")(HEADER, nested("SmsSend", "WWAN_SMS_SEND"))
    ),
    struct("NDIS_WWAN_SMS_SEND_STATUS", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 12, "win7-co")(
            HEADER, number("u32", "uStatus", "WWAN_STATUS"), number("u32", "MessageReference")
        )
    ),
    struct("NDIS_WWAN_SMS_STATUS", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 16, "win7-co")(
            HEADER, number("u32", "uStatus", "WWAN_STATUS"), nested("SmsStatus", "WWAN_SMS_STATUS")
        )
    ),
    struct(
        "NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS",
        "ndiswwan.h",
        revisions=("L1",),
        tail=ListTail(
            "DeviceServiceListHeader", (("WwanStructDeviceServiceGuid", (guid("Element"),)),)
        ),
    )(layout("L1", 12, "win8-co")(HEADER, nested("DeviceServiceListHeader", "WWAN_LIST_HEADER"))),
    struct(
        "NDIS_WWAN_SUPPORTED_DEVICE_SERVICES",
        "ndiswwan.h",
        revisions=("L1",),
        tail=ListTail(
            "DeviceServices.ListHeader",
            (("WwanStructDeviceServiceEntry", (nested("Element", "WWAN_DEVICE_SERVICE_ENTRY"),)),),
        ),
    )(
        layout("L1", 28, "win8-co")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("DeviceServices", "WWAN_SUPPORTED_DEVICE_SERVICES"),
        )
    ),
    struct("NDIS_WWAN_SYS_CAPS_INFO", "ndiswwan.h", revisions=("L1 L2",))(
        layout("L1", 20, "1507-1607")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("SysCapsInfo", "WWAN_SYS_CAPS_INFO"),
        ),
        layout("L2", 32, "1507-co", extends="L1")(
            nested("SysCapsInfo", "WWAN_SYS_CAPS_INFO", "L2")
        ),
    ),
    struct(
        "NDIS_WWAN_UE_POLICY_INFO",
        "ndiswwan.h",
        revisions=(Revision(1, "NDIS_WWAN_GENERAL_REVISION_1", ("L1",), unverified=True),),
        tail=PairsTail(
            "UePolicyInfo",
            (
                (
                    "RawTdOnlyDataBytes",
                    "UePolicyInfo.RawTdOnlyData.Offset",
                    "UePolicyInfo.RawTdOnlyData.Size",
                ),
            ),
            personal="subscriber",
        ),
    )(
        layout("L1", 16, "co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("UePolicyInfo", "WWAN_UE_POLICY_INFO"),
        )
    ),
    struct(
        "NDIS_WWAN_UICC_ACCESS_BINARY",
        "ndiswwan.h",
        revisions=("L1 L2 L3",),
        tail=BytesTail(
            "UiccAccessBinary.BinaryDataSize",
            at="UiccAccessBinary.BinaryData",
            older=(("UiccAccessBinary.CommandDataLength", "UiccAccessBinary.CommandData"),),
        ),
    )(
        layout("L1", 72, "1507")(HEADER, nested("UiccAccessBinary", "WWAN_UICC_ACCESS_BINARY")),
        layout("L2", 88, "1607 1709 1809", extends="L1")(
            nested("UiccAccessBinary", "WWAN_UICC_ACCESS_BINARY", "L2")
        ),
        layout("L3", 120, "1903-co", extends="L1")(
            nested("UiccAccessBinary", "WWAN_UICC_ACCESS_BINARY", "L3")
        ),
    ),
    struct("NDIS_WWAN_UICC_ACCESS_RECORD", "ndiswwan.h", revisions=("L1 L2 L3",))(
        layout("L1", 324, "1507")(HEADER, nested("UiccAccessRecord", "WWAN_UICC_ACCESS_RECORD")),
        layout("L2", 340, "1607 1709 1809", extends="L1")(
            nested("UiccAccessRecord", "WWAN_UICC_ACCESS_RECORD", "L2")
        ),
        layout("L3", 368, "1903-co", extends="L1")(
            nested("UiccAccessRecord", "WWAN_UICC_ACCESS_RECORD", "L3")
        ),
    ),
    struct(
        "NDIS_WWAN_UICC_APDU_INFO",
        "ndiswwan.h",
        revisions=("L1 L2",),
        tail=BytesTail("UiccApduInfo.ResponseLength", at="UiccApduInfo.Response"),
    )(
        layout("L1", 20, "1607")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("UiccApduInfo", "WWAN_UICC_APDU_INFO"),
        ),
        layout("L2", 20, "1607-co", extends="L1")(
            nested("UiccApduInfo", "WWAN_UICC_APDU_INFO", "L2")
        ),
    ),
    struct(
        "NDIS_WWAN_UICC_APP_LIST",
        "ndiswwan.h",
        revisions=("L1",),
        tail=BytesTail("UiccAppList.AppListSize", at="UiccAppList.Response", unverified=True),
    )(
        layout("L1", 28, "1903-co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("UiccAppList", "WWAN_UICC_APP_LIST"),
        )
    ),
    struct("NDIS_WWAN_UICC_CLOSE_CHANNEL_INFO", "ndiswwan.h", revisions=("L1 L2",))(
        layout("L1", 12, "1607")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("UiccCloseChannelInfo", "WWAN_UICC_CLOSE_CHANNEL_INFO"),
        ),
        layout("L2", 12, "1607-co", extends="L1")(
            nested("UiccCloseChannelInfo", "WWAN_UICC_CLOSE_CHANNEL_INFO", "L2")
        ),
    ),
    struct("NDIS_WWAN_UICC_FILE_PATH", "ndiswwan.h", revisions=("L1 L2 L3",))(
        layout("L1", 38, "1507")(HEADER, nested("UiccFilePath", "WWAN_UICC_FILE_PATH")),
        layout("L2", 54, "1607 1709 1809", extends="L1")(
            nested("UiccFilePath", "WWAN_UICC_FILE_PATH", "L2")
        ),
        layout("L3", 52, "1903-co", extends="L1")(
            nested("UiccFilePath", "WWAN_UICC_FILE_PATH", "L3")
        ),
    ),
    struct("NDIS_WWAN_UICC_FILE_STATUS", "ndiswwan.h", revisions=("L1 L2",))(
        layout("L1", 52, "1507-1607 1709 1809")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("UiccFileStatus", "WWAN_UICC_FILE_STATUS"),
        ),
        layout("L2", 56, "1903-co", extends="L1")(
            nested("UiccFileStatus", "WWAN_UICC_FILE_STATUS", "L2")
        ),
    ),
    struct(
        "NDIS_WWAN_UICC_OPEN_CHANNEL_INFO",
        "ndiswwan.h",
        revisions=("L1 L2",),
        tail=BytesTail("UiccOpenChannelInfo.ResponseLength", at="UiccOpenChannelInfo.Response"),
    )(
        layout("L1", 24, "1607")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("UiccOpenChannelInfo", "WWAN_UICC_OPEN_CHANNEL_INFO"),
        ),
        layout("L2", 24, "1607-co", extends="L1")(
            nested("UiccOpenChannelInfo", "WWAN_UICC_OPEN_CHANNEL_INFO", "L2")
        ),
    ),
    struct("NDIS_WWAN_UICC_RESET_INFO", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 12, "1709-co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("UiccResetInfo", "WWAN_UICC_RESET_INFO"),
        )
    ),
    struct(
        "NDIS_WWAN_UICC_RESPONSE",
        "ndiswwan.h",
        revisions=("L1 L2",),
        tail=BytesTail(
            "UiccResponse.ResponseDataSize",
            at="UiccResponse.ResponseData",
            older=(("UiccResponse.ResponseDataLength", "UiccResponse.ResponseData"),),
        ),
    )(
        layout("L1", 20, "1507-1607 1709 1809")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("UiccResponse", "WWAN_UICC_RESPONSE"),
        ),
        layout("L2", 24, "1903-co", extends="L1")(
            nested("UiccResponse", "WWAN_UICC_RESPONSE", "L2")
        ),
    ),
    struct(
        "NDIS_WWAN_UICC_TERMINAL_CAPABILITY_INFO",
        "ndiswwan.h",
        revisions=("L1 L2",),
        tail=ListTail(
            "UiccCapabilityInfo.CapabilityListHeader",
            (
                (
                    "WwanStructUiccTerminalCapability",
                    (nested("Element", "WWAN_UICC_TERMINAL_CAPABILITY_TLV"),),
                ),
            ),
            older=("CapabilityListHeader",),
            unverified=True,
        ),
    )(
        layout("L1", 16, "1607 1709 1809")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("CapabilityListHeader", "WWAN_LIST_HEADER"),
        ),
        layout("L2", 16, "1607-co")(
            HEADER,
            number("u32", "uStatus", "WWAN_STATUS"),
            nested("UiccCapabilityInfo", "WWAN_UICC_TERMINAL_CAPABILITY_INFO"),
        ),
    ),
    struct("NDIS_WWAN_USSD_EVENT", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 180, "win8-co")(
            HEADER, number("u32", "uStatus", "WWAN_STATUS"), nested("UssdEvent", "WWAN_USSD_EVENT")
        )
    ),
    struct("NDIS_WWAN_USSD_REQUEST", "ndiswwan.h", revisions=("L1",))(
        layout("L1", 172, "win8-co")(HEADER, nested("UssdRequest", "WWAN_USSD_REQUEST"))
    ),
    struct(
        "NDIS_WWAN_VENDOR_SPECIFIC",
        "ndiswwan.h",
        revisions=("L1",),
        tail=BytesTail("VendorSpecificData.uVendorSpecificBufferSize"),
        note="Has no uStatus.",
    )(layout("L1", 8, "win7-co")(HEADER, nested("VendorSpecificData", "WWAN_VENDOR_SPECIFIC"))),
    struct(
        "NDIS_WWAN_VISIBLE_PROVIDERS",
        "ndiswwan.h",
        revisions=("L1",),
        tail=ListTail(
            "VisibleListHeader",
            (
                ("WwanStructProvider", (nested("Element", "WWAN_PROVIDER"),)),
                ("WwanStructProvider2", (nested("Element", "WWAN_PROVIDER2"),)),
            ),
        ),
    )(
        layout("L1", 16, "win7-co")(
            HEADER_MODEL,
            number("u32", "uStatus", "WWAN_STATUS", origin="model"),
            nested("VisibleListHeader", "WWAN_LIST_HEADER", origin="model"),
        )
    ),
)
