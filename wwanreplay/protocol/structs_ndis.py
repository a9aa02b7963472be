"""The NDIS_WWAN structures: what InformationBuffer and StatusBuffer hold, each with its header.

Source: ndiswwan.h of five kit generations, from Windows 7 to Windows 11.
"""

from wwanreplay.protocol.schema import (
    BytesTail,
    ItemsTail,
    Layout,
    ListTail,
    PairsTail,
    Revision,
    Struct,
    TablesTail,
    TlvTail,
    guid,
    nested,
    number,
    octets,
    text,
)

HEADER = nested("Header", "NDIS_OBJECT_HEADER")
HEADER_MODEL = nested("Header", "NDIS_OBJECT_HEADER", origin="model")
HEADER_ECHO = nested("Header", "NDIS_OBJECT_HEADER", origin="echo")

ROWS: tuple[Struct, ...] = (
    Struct(
        "NDIS_WWAN_ATR_INFO",
        (
            Layout(
                "L1",
                48,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("AtrInfo", "WWAN_ATR_INFO"),
                ),
                "1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_ATR_INFO_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_AUTH_CHALLENGE",
        (
            Layout(
                "L1",
                300,
                (
                    HEADER,
                    nested("AuthChallenge", "WWAN_AUTH_CHALLENGE"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_AUTH_CHALLENGE_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_AUTH_RESPONSE",
        (
            Layout(
                "L1",
                80,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("AuthResponse", "WWAN_AUTH_RESPONSE"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_AUTH_RESPONSE_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_BASE_STATIONS_INFO",
        (
            Layout(
                "L1",
                88,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("BaseStationsInfo", "WWAN_BASE_STATIONS_INFO"),
                ),
                "1709 1803 1809 1903 2004",
            ),
            Layout(
                "L2",
                108,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("BaseStationsInfo", "WWAN_BASE_STATIONS_INFO", "L2"),
                ),
                "mn fe co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_BASE_STATIONS_INFO_REVISION_1", ("L1",)),
            Revision(2, "NDIS_WWAN_BASE_STATIONS_INFO_REVISION_2", ("L2",)),
        ),
        tail=PairsTail(
            "BaseStationsInfo",
            (
                (
                    "GSMServingCell",
                    "BaseStationsInfo.GSMServingCellOffset",
                    "BaseStationsInfo.GSMServingCellSize",
                ),
                (
                    "UMTSServingCell",
                    "BaseStationsInfo.UMTSServingCellOffset",
                    "BaseStationsInfo.UMTSServingCellSize",
                ),
                (
                    "TDSCDMAServingCell",
                    "BaseStationsInfo.TDSCDMAServingCellOffset",
                    "BaseStationsInfo.TDSCDMAServingCellSize",
                ),
                (
                    "LTEServingCell",
                    "BaseStationsInfo.LTEServingCellOffset",
                    "BaseStationsInfo.LTEServingCellSize",
                ),
                ("GSMNmr", "BaseStationsInfo.GSMNmrOffset", "BaseStationsInfo.GSMNmrSize"),
                ("UMTSMrl", "BaseStationsInfo.UMTSMrlOffset", "BaseStationsInfo.UMTSMrlSize"),
                (
                    "TDSCDMAMrl",
                    "BaseStationsInfo.TDSCDMAMrlOffset",
                    "BaseStationsInfo.TDSCDMAMrlSize",
                ),
                ("LTEMrl", "BaseStationsInfo.LTEMrlOffset", "BaseStationsInfo.LTEMrlSize"),
                ("CDMAMrl", "BaseStationsInfo.CDMAMrlOffset", "BaseStationsInfo.CDMAMrlSize"),
                (
                    "NRServingCells",
                    "BaseStationsInfo.NRServingCellsOffset",
                    "BaseStationsInfo.NRServingCellsSize",
                ),
                (
                    "NRNeighborCells",
                    "BaseStationsInfo.NRNeighborCellsOffset",
                    "BaseStationsInfo.NRNeighborCellsSize",
                ),
            ),
            at="BaseStationsInfo.BaseStationsData",
            personal="place",
            unverified=True,
        ),
        header="ndiswwan.h",
        note=(
            "The size macro of revision 1 is 4 less than the structure it names. From "
            "where the offsets count is not certain; from BaseStationsInfo is assumed."
        ),
    ),
    Struct(
        "NDIS_WWAN_BASE_STATIONS_INFO_REQ",
        (
            Layout(
                "L1",
                24,
                (
                    HEADER,
                    nested("BaseStationsInfoRequest", "WWAN_BASE_STATIONS_INFO_REQ"),
                ),
                "1709 1803 1809 1903 2004",
            ),
            Layout(
                "L2",
                28,
                (
                    HEADER,
                    nested("BaseStationsInfoRequest", "WWAN_BASE_STATIONS_INFO_REQ", "L2"),
                ),
                "mn fe co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_BASE_STATIONS_INFO_REQ_REVISION_1", ("L1",)),
            Revision(2, "NDIS_WWAN_BASE_STATIONS_INFO_REQ_REVISION_2", ("L2",)),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_CONTEXT_STATE",
        (
            Layout(
                "L1",
                24,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("ContextState", "WWAN_CONTEXT_STATE"),
                ),
                "win7",
            ),
            Layout(
                "L2",
                28,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("ContextState", "WWAN_CONTEXT_STATE", "L2"),
                ),
                "win8 win81 1507",
            ),
            Layout(
                "L3",
                32,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("ContextState", "WWAN_CONTEXT_STATE", "L3"),
                ),
                "1607 1703 1709 1803 1809 1903",
            ),
            Layout(
                "L4",
                236,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("ContextState", "WWAN_CONTEXT_STATE", "L4"),
                ),
                "2004 mn fe",
            ),
            Layout(
                "L5",
                264,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("ContextState", "WWAN_CONTEXT_STATE", "L5"),
                ),
                "co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_CONTEXT_STATE_REVISION_1", ("L1",)),
            Revision(2, "NDIS_WWAN_CONTEXT_STATE_REVISION_2", ("L2",)),
            Revision(3, "NDIS_WWAN_CONTEXT_STATE_REVISION_3", ("L3",)),
            Revision(4, "NDIS_WWAN_CONTEXT_STATE_REVISION_4", ("L4", "L5")),
        ),
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
        header="ndiswwan.h",
        note=(
            "Revision 4 has two sizes; the larger one of Windows 11 adds slice, matching "
            "connection and traffic parameters. From where their offset counts is not "
            "certain."
        ),
    ),
    Struct(
        "NDIS_WWAN_DEVICE_BINDINGS_INFO",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("DeviceBindingsInfo", "WWAN_DEVICE_BINDINGS_INFO"),
                ),
                "1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_DEVICE_BINDINGS_INFO_REVISION_1", ("L1",)),),
        tail=ListTail("DeviceBindingsInfo.ApplicationListHeader", (), unverified=True),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_DEVICE_CAPS",
        (
            Layout(
                "L1",
                340,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("DeviceCaps", "WWAN_DEVICE_CAPS"),
                ),
                "win7",
            ),
            Layout(
                "L2",
                352,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("DeviceCaps", "WWAN_DEVICE_CAPS", "L2"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_DEVICE_CAPS_REVISION_1", ("L1",)),
            Revision(2, "NDIS_WWAN_DEVICE_CAPS_REVISION_2", ("L2",)),
        ),
        tail=ListTail(
            "DeviceCaps.CellularClassListHeader",
            (
                (
                    "WwanStructCellularClass",
                    (number("u32", "Element", "WWAN_CELLULAR_CLASS", origin="model"),),
                ),
            ),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_DEVICE_CAPS_EX",
        (
            Layout(
                "L1",
                360,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("DeviceCaps", "WWAN_DEVICE_CAPS_EX"),
                ),
                "1703 1709 1803 1809 1903",
            ),
            Layout(
                "L2",
                456,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("DeviceCaps", "WWAN_DEVICE_CAPS_EX", "L2"),
                ),
                "2004",
            ),
            Layout(
                "L3",
                456,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("DeviceCaps", "WWAN_DEVICE_CAPS_EX", "L3"),
                ),
                "mn fe co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_DEVICE_CAPS_EX_REVISION_1", ("L1",)),
            Revision(2, "NDIS_WWAN_DEVICE_CAPS_EX_REVISION_2", ("L2",)),
            Revision(3, "NDIS_WWAN_DEVICE_CAPS_EX_REVISION_3", ("L3",)),
        ),
        tail=ListTail(
            "DeviceCaps.CellularClassListHeader",
            (
                (
                    "WwanStructCellularClass",
                    (number("u32", "Element", "WWAN_CELLULAR_CLASS", origin="model"),),
                ),
            ),
        ),
        header="ndiswwan.h",
        note=(
            "Revisions 2 and 3 lay out alike; the eight bytes before the list header mean"
            " miscellaneous capabilities in one and data subclasses in the other. Which "
            "of them shipped is disputed."
        ),
    ),
    Struct(
        "NDIS_WWAN_DEVICE_CAPS_EX2",
        (
            Layout(
                "L1",
                356,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("DeviceCaps", "WWAN_DEVICE_CAPS_EX2"),
                ),
                "1507 1607 1709 1809",
            ),
        ),
        tail=ListTail(
            "DeviceCaps.CellularClassListHeader",
            (("WwanStructCellularClass", (number("u32", "Element", "WWAN_CELLULAR_CLASS"),)),),
            unverified=True,
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_DEVICE_RESET_STATUS",
        (
            Layout(
                "L1",
                8,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                ),
                "1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_DEVICE_RESET_STATUS_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_DEVICE_SERVICE_COMMAND",
        (
            Layout(
                "L1",
                28,
                (
                    HEADER,
                    nested("Command", "WWAN_DEVICE_SERVICE_COMMAND"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_DEVICE_SERVICE_COMMAND_REVISION_1", ("L1",)),),
        tail=BytesTail("Command.uDataSize"),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_DEVICE_SERVICE_EVENT",
        (
            Layout(
                "L1",
                28,
                (
                    HEADER_MODEL,
                    nested("Event", "WWAN_DEVICE_SERVICE_EVENT"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_DEVICE_SERVICE_EVENT_REVISION_1", ("L1",)),),
        tail=BytesTail("Event.uDataSize"),
        header="ndiswwan.h",
        note="Has no uStatus.",
    ),
    Struct(
        "NDIS_WWAN_DEVICE_SERVICE_RESPONSE",
        (
            Layout(
                "L1",
                32,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("Response", "WWAN_DEVICE_SERVICE_RESPONSE"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_DEVICE_SERVICE_RESPONSE_REVISION_1", ("L1",)),),
        tail=BytesTail("Response.uDataSize"),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO",
        (
            Layout(
                "L1",
                32,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("Session", "WWAN_DEVICE_SERVICE_SESSION"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
        note=("The page of the OID names the request structure in its place, which lacks uStatus."),
    ),
    Struct(
        "NDIS_WWAN_DEVICE_SERVICE_SESSION_READ",
        (
            Layout(
                "L1",
                12,
                (
                    HEADER_MODEL,
                    nested("ReadData", "WWAN_DEVICE_SERVICE_SESSION_READ"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_DEVICE_SERVICE_SESSION_READ_REVISION_1", ("L1",)),),
        tail=BytesTail("ReadData.uDataSize"),
        header="ndiswwan.h",
        note="Has no uStatus.",
    ),
    Struct(
        "NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE",
        (
            Layout(
                "L1",
                12,
                (
                    HEADER,
                    nested("WriteData", "WWAN_DEVICE_SERVICE_SESSION_WRITE"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE_REVISION_1", ("L1",)),),
        tail=BytesTail("WriteData.uDataSize"),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE_COMPLETE",
        (
            Layout(
                "L1",
                8,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE_COMPLETE_REVISION_1", ("L1",)),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_DEVICE_SERVICE_SUBSCRIPTION",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("DeviceServiceListHeader", "WWAN_LIST_HEADER", origin="model"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_DEVICE_SERVICE_SUBSCRIPTION_REVISION_1", ("L1",)),),
        tail=ListTail(
            "DeviceServiceListHeader",
            (("WwanStructDeviceServiceGuid", (guid("Element", origin="echo"),)),),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS",
        (
            Layout(
                "L1",
                32,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("SupportedCommands", "WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS_REVISION_1", ("L1",)),),
        tail=ListTail(
            "SupportedCommands.ListHeader",
            (("WwanStructDeviceServiceCommandId", (number("u32", "Element", origin="model"),)),),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_DEVICE_SLOT_MAPPING_INFO",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("DeviceSlotMappingInfo", "WWAN_DEVICE_SLOT_MAPPING_INFO"),
                ),
                "1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_DEVICE_SLOT_MAPPING_INFO_REVISION_1", ("L1",)),),
        tail=ListTail(
            "DeviceSlotMappingInfo.SlotMapListHeader",
            (("WwanStructDeviceSlotMap", (number("u32", "Element"),)),),
            unverified=True,
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_DRIVER_CAPS",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER_MODEL,
                    nested("DriverCaps", "WWAN_DRIVER_CAPS"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_DRIVER_CAPS_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_ENUMERATE_DEVICE_SERVICE_COMMANDS",
        (
            Layout(
                "L1",
                20,
                (
                    HEADER,
                    guid("DeviceServiceGuid"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_ENUMERATE_DEVICE_SERVICE_COMMANDS_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_GET_SLOT_INFO",
        (
            Layout(
                "L1",
                8,
                (
                    HEADER,
                    nested("GetSlotInfo", "WWAN_GET_SLOT_INFO"),
                ),
                "1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_GET_SLOT_INFO_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_GET_VISIBLE_PROVIDERS",
        (
            Layout(
                "L1",
                8,
                (
                    HEADER,
                    nested("VisibleProviders", "WWAN_GET_VISIBLE_PROVIDERS"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_GET_VISIBLE_PROVIDERS_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_HOME_PROVIDER",
        (
            Layout(
                "L1",
                76,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("Provider", "WWAN_PROVIDER"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_HOME_PROVIDER_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_HOME_PROVIDER2",
        (
            Layout(
                "L1",
                88,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("Provider", "WWAN_PROVIDER2"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(2, "NDIS_WWAN_HOME_PROVIDER_REVISION_2", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_IMS_VOICE_STATE",
        (
            Layout(
                "L1",
                12,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("ImsVoiceState", "WWAN_IMS_VOICE_STATE"),
                ),
                "1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_IMS_VOICE_STATE_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_IP_ADDRESS_STATE",
        (
            Layout(
                "L1",
                72,
                (
                    HEADER_MODEL,
                    nested("WwanIpAddressState", "WWAN_IP_ADDRESS_STATE"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_IP_ADDRESS_STATE_REVISION_1", ("L1",)),),
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
        header="ndiswwan.h",
        note="Has no uStatus. Holds 64-bit pointers to tables.",
    ),
    Struct(
        "NDIS_WWAN_LOCATION_STATE_INFO",
        (
            Layout(
                "L1",
                24,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("LocationStateInfo", "WWAN_LOCATION_STATE_INFO"),
                ),
                "1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_LOCATION_STATE_INFO_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_LOCATION_TRIGGER_MODE",
        (
            Layout(
                "L1",
                8,
                (
                    HEADER,
                    nested("SetLocationState", "WWAN_SET_LOCATION_STATE"),
                ),
                "1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_LOCATION_TRIGGER_MODE_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_LTE_ATTACH_CONTEXTS",
        (
            Layout(
                "L1",
                3816,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("LteAttachContext", "WWAN_LTE_ATTACH_CONFIG"),
                ),
                "1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_LTE_ATTACH_CONTEXT_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_LTE_ATTACH_STATUS",
        (
            Layout(
                "L1",
                1260,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("LteAttachStatus", "WWAN_LTE_ATTACH_STATUS"),
                ),
                "1703 1709 1803 1809 1903 2004 mn",
            ),
            Layout(
                "L2",
                1264,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("LteAttachStatus", "WWAN_LTE_ATTACH_STATUS", "L2"),
                ),
                "fe co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_LTE_ATTACH_STATUS_REVISION_1", ("L1",)),
            Revision(2, "NDIS_WWAN_LTE_ATTACH_STATUS_REVISION_2", ("L2",)),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_MAC_INFO",
        (
            Layout(
                "L1",
                16,
                (
                    number("u32", "uReserved"),
                    number("u32", "uNdisPortNumber"),
                    octets("MacAddr", 6, personal="device"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        header="ndiswwan.h",
        note="Has no NDIS object header.",
    ),
    Struct(
        "NDIS_WWAN_MAC_PARAMETERS",
        (
            Layout(
                "L1", 4, (HEADER,), "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co"
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_MAC_PARAMETERS_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_MBIM_VERSION",
        (
            Layout(
                "L1",
                6,
                (
                    HEADER,
                    nested("MbimVersion", "WWAN_MBIM_VERSION"),
                ),
                "1507 1607 1703 1709 1803 1809",
            ),
            Layout(
                "L2",
                8,
                (
                    HEADER,
                    nested("MbimVersion", "WWAN_MBIM_VERSION", "L2"),
                ),
                "1903 2004 mn fe co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_MBIM_VERSION_REVISION_1", ("L1",)),
            Revision(2, "NDIS_WWAN_MBIM_VERSION_REVISION_2", ("L2",)),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_MODEM_CONFIG_INFO",
        (
            Layout(
                "L1",
                32,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("ModemConfigInfo", "WWAN_MODEM_CONFIG_INFO"),
                ),
                "1709",
            ),
            Layout(
                "L2",
                96,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("ModemConfigInfo", "WWAN_MODEM_CONFIG_INFO", "L2"),
                ),
                "1709 1803 1809 1903 2004",
            ),
            Layout(
                "L3",
                236,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("ModemConfigInfo", "WWAN_MODEM_CONFIG_INFO", "L3"),
                ),
                "mn fe co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_MODEM_CONFIG_INFO_REVISION_1", ("L1", "L2")),
            Revision(2, "NDIS_WWAN_MODEM_CONFIG_INFO_REVISION_2", ("L3",)),
        ),
        tail=ListTail(
            "ModemConfigInfo.NSSAIListHeader",
            (("WwanStructSNSSAI", (nested("Element", "WWAN_SINGLE_NSSAI"),)),),
        ),
        header="ndiswwan.h",
        note="The first kit had a shorter preview form under revision 1.",
    ),
    Struct(
        "NDIS_WWAN_MODEM_LOGGING_CONFIG",
        (
            Layout(
                "L1",
                24,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("ModemLoggingConfig", "WWAN_MODEM_LOGGING_CONFIG"),
                ),
                "1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_MODEM_LOGGING_CONFIG_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_MPDP_INFO",
        (
            Layout(
                "L1",
                28,
                (
                    number("u32", "Operation", "WWAN_MPDP_OPERATION"),
                    guid("ChildInterfaceGUID", personal="device"),
                    octets("MacAddr", 6, personal="device"),
                ),
                "1803 1809 1903 2004 mn fe co",
            ),
        ),
        header="ndiswwan.h",
        note="Has no NDIS object header.",
    ),
    Struct(
        "NDIS_WWAN_MPDP_LIST",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("ChildInterfaceList", "WWAN_LIST_HEADER"),
                ),
                "1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_MPDP_SET_QUERY_REVISION_1", ("L1",)),),
        tail=ListTail(
            "ChildInterfaceList",
            (("WwanStructMPDPChildInterface", (guid("Element", personal="device"),)),),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_MPDP_STATE",
        (
            Layout(
                "L1",
                36,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("Info", "NDIS_WWAN_MPDP_INFO"),
                ),
                "1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_MPDP_SET_QUERY_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_NETWORK_BLACKLIST",
        (
            Layout(
                "L1",
                20,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("NetworkBlacklistInfo", "WWAN_NETWORK_BLACKLIST_INFO"),
                ),
                "1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_NETWORK_BLACKLIST_REVISION_1", ("L1",)),),
        tail=ListTail(
            "NetworkBlacklistInfo.BlacklistProviderList",
            (
                (
                    "WwanStructNetworkBlacklistProvider",
                    (nested("Element", "WWAN_NETWORK_BLACKLIST_PROVIDER"),),
                ),
            ),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_NETWORK_IDLE_HINT",
        (
            Layout(
                "L1",
                6,
                (
                    HEADER,
                    nested("IdleHint", "WWAN_NETWORK_IDLE_HINT"),
                ),
                "1507 1607",
            ),
            Layout(
                "L2",
                8,
                (
                    HEADER,
                    nested("IdleHint", "WWAN_NETWORK_IDLE_HINT", "L2"),
                ),
                "1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_NETWORK_IDLE_HINT_REVISION_1", ("L1", "L2")),),
        header="ndiswwan.h",
        note="The first kits had a one-byte flag under revision 1.",
    ),
    Struct(
        "NDIS_WWAN_NETWORK_PARAMS_INFO",
        (
            Layout(
                "L1",
                68,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("NetworkParamsInfo", "WWAN_NETWORK_PARAMS_INFO"),
                ),
                "co",
            ),
        ),
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
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_NITZ_INFO",
        (
            Layout(
                "L1",
                44,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("NitzInfo", "WWAN_NITZ_INFO"),
                ),
                "1507 1607 1709 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_NITZ_INFO_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_PACKET_SERVICE_STATE",
        (
            Layout(
                "L1",
                24,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("PacketService", "WWAN_PACKET_SERVICE"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809",
            ),
            Layout(
                "L2",
                28,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("PacketService", "WWAN_PACKET_SERVICE", "L2"),
                ),
                "1903",
            ),
            Layout(
                "L3",
                40,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("PacketService", "WWAN_PACKET_SERVICE", "L3"),
                ),
                "2004 mn fe",
            ),
            Layout(
                "L4",
                44,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("PacketService", "WWAN_PACKET_SERVICE", "L4"),
                ),
                "co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_PACKET_SERVICE_STATE_REVISION_1", ("L1",)),
            Revision(2, "NDIS_WWAN_PACKET_SERVICE_STATE_REVISION_2", ("L2",)),
            Revision(3, "NDIS_WWAN_PACKET_SERVICE_STATE_REVISION_3", ("L3", "L4")),
        ),
        header="ndiswwan.h",
        note="Revision 3 has two sizes; Windows 11 adds Rel3GppVer.",
    ),
    Struct(
        "NDIS_WWAN_PCO_STATUS",
        (
            Layout(
                "L1",
                272,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("PcoValue", "WWAN_PCO_VALUE"),
                ),
                "1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_PCO_STATUS_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_PIN_APP",
        (
            Layout(
                "L1",
                44,
                (
                    HEADER,
                    nested("PinApp", "WWAN_PIN_APP"),
                ),
                "1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_PIN_APP_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_PIN_INFO",
        (
            Layout(
                "L1",
                20,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("PinInfo", "WWAN_PIN_INFO"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_PIN_INFO_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_PIN_LIST",
        (
            Layout(
                "L1",
                168,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("PinList", "WWAN_PIN_LIST"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_PIN_LIST_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_PREFERRED_MULTICARRIER_PROVIDERS",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("PreferredListHeader", "WWAN_LIST_HEADER"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_PREFERRED_MULTICARRIER_PROVIDERS_REVISION_1", ("L1",)),),
        tail=ListTail(
            "PreferredListHeader",
            (("WwanStructProvider2", (nested("Element", "WWAN_PROVIDER2"),)),),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_PREFERRED_PROVIDERS",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("PreferredListHeader", "WWAN_LIST_HEADER", origin="model"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_PREFERRED_PROVIDERS_REVISION_1", ("L1",)),),
        tail=ListTail(
            "PreferredListHeader",
            (
                ("WwanStructProvider", (nested("Element", "WWAN_PROVIDER"),)),
                ("WwanStructProvider2", (nested("Element", "WWAN_PROVIDER2"),)),
            ),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_PRESHUTDOWN_STATE",
        (
            Layout(
                "L1",
                8,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                ),
                "1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_PRESHUTDOWN_STATE_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_PROVISIONED_CONTEXTS",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("ContextListHeader", "WWAN_LIST_HEADER", origin="model"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_PROVISIONED_CONTEXTS_REVISION_1", ("L1",)),
            Revision(2, "NDIS_WWAN_PROVISIONED_CONTEXTS_REVISION_2", ("L1",)),
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
        header="ndiswwan.h",
        note=("Both revisions have the same fixed part; the element type tells the lists apart."),
    ),
    Struct(
        "NDIS_WWAN_PS_MEDIA_CONFIG_STATE",
        (
            Layout(
                "L1",
                24,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    number("u32", "nNumItems"),
                    nested("PSMediaConfigItems", "WWAN_PS_MEDIA_CONFIG_ITEM", count=1),
                ),
                "1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_PS_MEDIA_CONFIG_STATE_1", ("L1",)),),
        tail=ItemsTail(
            nested("Element", "WWAN_PS_MEDIA_CONFIG_ITEM"), "nNumItems", "PSMediaConfigItems"
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_QUERY_ATR_INFO",
        (
            Layout(
                "L1",
                8,
                (
                    HEADER,
                    nested("QueryAtrInfo", "WWAN_QUERY_ATR_INFO"),
                ),
                "co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_GENERAL_REVISION_1", ("L1",), unverified=True),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_QUERY_PS_MEDIA_CONFIG",
        (
            Layout(
                "L1",
                8,
                (
                    HEADER,
                    number("u32", "ServicesBitMap"),
                ),
                "1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_QUERY_PS_MEDIA_CONFIG_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_QUERY_READY_INFO",
        (
            Layout(
                "L1",
                8,
                (
                    HEADER,
                    nested("QueryReadyInfo", "WWAN_QUERY_READY_INFO"),
                ),
                "co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_GENERAL_REVISION_1", ("L1",), unverified=True),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_QUERY_UICC_RESET",
        (
            Layout(
                "L1",
                8,
                (
                    HEADER,
                    nested("QueryUiccReset", "WWAN_QUERY_UICC_RESET"),
                ),
                "co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_GENERAL_REVISION_1", ("L1",), unverified=True),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_QUERY_UICC_TERMINAL_CAPABILITY",
        (
            Layout(
                "L1",
                8,
                (
                    HEADER,
                    nested("QueryUiccTerminalCapability", "WWAN_QUERY_UICC_TERMINAL_CAPABILITY"),
                ),
                "co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_QUERY_UICC_TERMINAL_CAPABILITY_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_RADIO_STATE",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("RadioState", "WWAN_RADIO_STATE"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_RADIO_STATE_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_READY_INFO",
        (
            Layout(
                "L1",
                96,
                (
                    HEADER_MODEL,
                    nested("ReadyInfo", "WWAN_READY_INFO"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903",
            ),
            Layout(
                "L2",
                100,
                (
                    HEADER_MODEL,
                    nested("ReadyInfo", "WWAN_READY_INFO", "L2"),
                ),
                "2004 mn fe",
            ),
            Layout(
                "L3",
                104,
                (
                    HEADER_MODEL,
                    nested("ReadyInfo", "WWAN_READY_INFO", "L3"),
                ),
                "co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_READY_INFO_REVISION_1", ("L1",)),
            Revision(2, "NDIS_WWAN_READY_INFO_REVISION_2", ("L2", "L3")),
        ),
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
        header="ndiswwan.h",
        note=(
            "Has no uStatus. Revision 2 has two sizes, without and with SlotId. Telephone"
            " numbers take 16 characters before Windows 8.1, 23 since."
        ),
    ),
    Struct(
        "NDIS_WWAN_REGISTER_PARAMS_INFO",
        (
            Layout(
                "L1",
                36,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("RegisterParamsInfo", "WWAN_REGISTRATION_PARAMS_INFO"),
                ),
                "2004 mn fe",
            ),
            Layout(
                "L2",
                52,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("RegisterParamsInfo", "WWAN_REGISTRATION_PARAMS_INFO", "L2"),
                ),
                "co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_REGISTER_PARAMS_INFO_REVISION_1", ("L1", "L2")),),
        tail=ListTail(
            "RegisterParamsInfo.PreConfiguredNSSAIListHeader",
            (("WwanStructSNSSAI", (nested("Element", "WWAN_SINGLE_NSSAI"),)),),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_REGISTRATION_STATE",
        (
            Layout(
                "L1",
                204,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("RegistrationState", "WWAN_REGISTRATION_STATE"),
                ),
                "win7",
            ),
            Layout(
                "L2",
                212,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("RegistrationState", "WWAN_REGISTRATION_STATE", "L2"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809",
            ),
            Layout(
                "L3",
                216,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("RegistrationState", "WWAN_REGISTRATION_STATE", "L3"),
                ),
                "1903 2004 mn fe co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_REGISTRATION_STATE_REVISION_1", ("L1",)),
            Revision(2, "NDIS_WWAN_REGISTRATION_STATE_REVISION_2", ("L2",)),
            Revision(4, "NDIS_WWAN_REGISTRATION_STATE_REVISION_4", ("L3",)),
        ),
        header="ndiswwan.h",
        note=(
            "The form with PreferredDataClasses is revision 4 in the headers, revision 3 "
            "in the documents."
        ),
    ),
    Struct(
        "NDIS_WWAN_REGISTRATION_STATE_INFOS_EX",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("RegistrationStateInfos", "WWAN_REGISTRATION_STATE_INFOS"),
                ),
                "1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(
            Revision(3, "NDIS_WWAN_REGISTRATION_STATE_REVISION_3", ("L1",), unverified=True),
        ),
        tail=ListTail(
            "RegistrationStateInfos.RegistrationStateListHeader",
            (("WwanStructRegistrationState", (nested("Element", "WWAN_REGISTRATION_STATE_EX"),)),),
            unverified=True,
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SAR_CONFIG_INFO",
        (
            Layout(
                "L1",
                28,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("SarConfig", "WWAN_SAR_CONFIG_INFO"),
                ),
                "1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SAR_CONFIG_INFO_REVISION_1", ("L1",)),),
        tail=ListTail(
            "SarConfig.SarConfigIndexListHeader",
            (("WwanStructSarConfig", (nested("Element", "WWAN_SAR_CONFIG_INDICES"),)),),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SAR_TRANSMISSION_STATUS_INFO",
        (
            Layout(
                "L1",
                20,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("TransmissionStatus", "WWAN_SAR_TRANSMISSION_STATUS_INFO"),
                ),
                "1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SAR_TRANSMISSION_STATUS_INFO_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SERVICE_ACTIVATION",
        (
            Layout(
                "L1",
                8,
                (
                    HEADER,
                    nested("ServiceActivation", "WWAN_SERVICE_ACTIVATION"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SERVICE_ACTIVATION_REVISION_1", ("L1",)),),
        tail=BytesTail("ServiceActivation.uVendorSpecificBufferSize"),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SERVICE_ACTIVATION_STATUS",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("ServiceActivationStatus", "WWAN_SERVICE_ACTIVATION_STATUS"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SERVICE_ACTIVATION_STATUS_REVISION_1", ("L1",)),),
        tail=BytesTail("ServiceActivationStatus.uVendorSpecificBufferSize"),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_CONTEXT_STATE",
        (
            Layout(
                "L1",
                1248,
                (
                    HEADER,
                    nested("SetContextState", "WWAN_SET_CONTEXT_STATE"),
                ),
                "win7",
            ),
            Layout(
                "L2",
                1252,
                (
                    HEADER,
                    nested("SetContextState", "WWAN_SET_CONTEXT_STATE", "L2"),
                ),
                "win8 win81 1507",
            ),
            Layout(
                "L3",
                1260,
                (
                    HEADER,
                    nested("SetContextState", "WWAN_SET_CONTEXT_STATE", "L3"),
                ),
                "1607 1703 1709 1803 1809 1903 2004 mn fe",
            ),
            Layout(
                "L4",
                1288,
                (
                    HEADER,
                    nested("SetContextState", "WWAN_SET_CONTEXT_STATE", "L4"),
                ),
                "co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_SET_CONTEXT_STATE_REVISION_1", ("L1",)),
            Revision(2, "NDIS_WWAN_SET_CONTEXT_STATE_REVISION_2", ("L2",)),
            Revision(3, "NDIS_WWAN_SET_CONTEXT_STATE_REVISION_3", ("L3",)),
            Revision(4, "NDIS_WWAN_SET_CONTEXT_STATE_REVISION_4", ("L3", "L4")),
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
        header="ndiswwan.h",
        note="Revision 4 is followed by type-length-value elements and has two sizes.",
    ),
    Struct(
        "NDIS_WWAN_SET_DEVICE_BINDINGS_INFO",
        (
            Layout(
                "L1",
                12,
                (
                    HEADER,
                    nested("SetDeviceBindingsInfo", "WWAN_DEVICE_BINDINGS_INFO"),
                ),
                "1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_DEVICE_BINDINGS_INFO_REVISION_1", ("L1",)),),
        tail=ListTail("SetDeviceBindingsInfo.ApplicationListHeader", (), unverified=True),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_DEVICE_RESET",
        (Layout("L1", 4, (HEADER,), "1709 1803 1809 1903 2004 mn fe co"),),
        revisions=(Revision(1, "NDIS_WWAN_SET_DEVICE_RESET_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_DEVICE_SERVICE_SESSION",
        (
            Layout(
                "L1",
                28,
                (
                    HEADER,
                    nested("Session", "WWAN_DEVICE_SERVICE_SESSION"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_DEVICE_SERVICE_SESSION_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_DEVICE_SLOT_MAPPING_INFO",
        (
            Layout(
                "L1",
                12,
                (
                    HEADER,
                    nested("SetDeviceSlotMappingInfo", "WWAN_DEVICE_SLOT_MAPPING_INFO"),
                ),
                "1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_DEVICE_SLOT_MAPPING_INFO_REVISION_1", ("L1",)),),
        tail=ListTail(
            "SetDeviceSlotMappingInfo.SlotMapListHeader",
            (("WwanStructDeviceSlotMap", (number("u32", "Element"),)),),
            unverified=True,
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_HOME_PROVIDER",
        (
            Layout(
                "L1",
                84,
                (
                    HEADER_ECHO,
                    nested("HomeProvider", "WWAN_PROVIDER2", origin="echo"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_HOME_PROVIDER_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_IMS_VOICE_STATE",
        (
            Layout(
                "L1",
                8,
                (
                    HEADER,
                    nested("SetImsVoiceState", "WWAN_SET_IMS_VOICE_STATE"),
                ),
                "1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_IMS_VOICE_STATE_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_LTE_ATTACH_CONTEXT",
        (
            Layout(
                "L1",
                3868,
                (
                    HEADER,
                    nested("SetLteAttachContext", "WWAN_SET_LTE_ATTACH"),
                ),
                "1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_LTE_ATTACH_CONTEXT_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_MODEM_LOGGING_CONFIG",
        (
            Layout(
                "L1",
                20,
                (
                    HEADER,
                    nested("ModemLoggingConfig", "WWAN_MODEM_LOGGING_CONFIG"),
                ),
                "1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_MODEM_LOGGING_CONFIG_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_MPDP_STATE",
        (
            Layout(
                "L1",
                32,
                (
                    HEADER,
                    nested("Info", "NDIS_WWAN_MPDP_INFO"),
                ),
                "1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_MPDP_SET_QUERY_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_NETWORK_BLACKLIST",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER,
                    nested("SetNetworkBlacklist", "WWAN_NETWORK_BLACKLIST_INFO"),
                ),
                "1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
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
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_PACKET_SERVICE",
        (
            Layout(
                "L1",
                8,
                (
                    HEADER,
                    number("u32", "PacketServiceAction", "WWAN_PACKET_SERVICE_ACTION"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_PACKET_SERVICE_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_PIN",
        (
            Layout(
                "L1",
                64,
                (
                    HEADER,
                    nested("PinAction", "WWAN_PIN_ACTION"),
                ),
                "win7",
            ),
            Layout(
                "L2",
                80,
                (
                    HEADER,
                    nested("PinAction", "WWAN_PIN_ACTION", "L2"),
                ),
                "1507 1607 1709",
            ),
            Layout(
                "L3",
                84,
                (
                    HEADER,
                    nested("PinAction", "WWAN_PIN_ACTION", "L3"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_PIN_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
        note=(
            "Of OID_WWAN_PIN; only L1 goes with its revision. The name compiled for later"
            " releases has the forms of NDIS_WWAN_SET_PIN_EX."
        ),
    ),
    Struct(
        "NDIS_WWAN_SET_PIN_EX",
        (
            Layout(
                "L1",
                64,
                (
                    HEADER,
                    nested("PinAction", "WWAN_PIN_ACTION"),
                ),
                "win7",
            ),
            Layout(
                "L2",
                80,
                (
                    HEADER,
                    nested("PinAction", "WWAN_PIN_ACTION", "L2"),
                ),
                "1507 1607 1709",
            ),
            Layout(
                "L3",
                84,
                (
                    HEADER,
                    nested("PinAction", "WWAN_PIN_ACTION", "L3"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(2, "NDIS_WWAN_SET_PIN_REVISION_2", ("L2", "L3")),),
        header="ndiswwan.h",
        note=(
            "Revision 2 has two sizes: kits from the 1809 generation on append "
            "RequestPinOperationPrompt without a version gate."
        ),
    ),
    Struct(
        "NDIS_WWAN_SET_PIN_EX2",
        (
            Layout(
                "L1",
                100,
                (
                    HEADER,
                    nested("PinAction", "WWAN_PIN_ACTION_EX2"),
                ),
                "1507",
            ),
            Layout(
                "L2",
                116,
                (
                    HEADER,
                    nested("PinAction", "WWAN_PIN_ACTION_EX2", "L2"),
                ),
                "1607 1709 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(3, "NDIS_WWAN_SET_PIN_REVISION_3", ("L2",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_PREFERRED_MULTICARRIER_PROVIDERS",
        (
            Layout(
                "L1",
                12,
                (
                    HEADER,
                    nested("PreferredListHeader", "WWAN_LIST_HEADER"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_SET_PREFERRED_MULTICARRIER_PROVIDERS_REVISION_1", ("L1",)),
        ),
        tail=ListTail(
            "PreferredListHeader",
            (("WwanStructProvider2", (nested("Element", "WWAN_PROVIDER2"),)),),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_PREFERRED_PROVIDERS",
        (
            Layout(
                "L1",
                12,
                (
                    HEADER,
                    nested("PreferredListHeader", "WWAN_LIST_HEADER"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_PREFERRED_PROVIDERS_REVISION_1", ("L1",)),),
        tail=ListTail(
            "PreferredListHeader",
            (
                ("WwanStructProvider", (nested("Element", "WWAN_PROVIDER"),)),
                ("WwanStructProvider2", (nested("Element", "WWAN_PROVIDER2"),)),
            ),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_PRESHUTDOWN_STATE",
        (Layout("L1", 4, (HEADER,), "1507 1607 1703 1709 1803 1809 1903 2004 mn fe co"),),
        revisions=(Revision(1, "NDIS_WWAN_SET_PRESHUTDOWN_STATE_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_PROVISIONED_CONTEXT",
        (
            Layout(
                "L1",
                1264,
                (
                    HEADER,
                    nested("ProvisionedContext", "WWAN_SET_CONTEXT"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_PROVISIONED_CONTEXT_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2",
        (
            Layout(
                "L1",
                1292,
                (
                    HEADER,
                    nested("ProvisionedContext", "WWAN_SET_CONTEXT_V2"),
                ),
                "1709 1809",
            ),
            Layout(
                "L2",
                1308,
                (
                    HEADER,
                    nested("ProvisionedContext", "WWAN_SET_PROVISIONED_CONTEXT_V2"),
                ),
                "co",
            ),
        ),
        revisions=(Revision(2, "NDIS_WWAN_SET_PROVISIONED_CONTEXT_REVISION_2", ("L1", "L2")),),
        header="ndiswwan.h",
        note="Windows 11 appends the slice under the same revision.",
    ),
    Struct(
        "NDIS_WWAN_SET_PS_MEDIA_CONFIG",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER,
                    nested("SetPSMediaConfigItem", "WWAN_PS_MEDIA_CONFIG_ITEM"),
                ),
                "1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_PS_MEDIA_CONFIG_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_RADIO_STATE",
        (
            Layout(
                "L1",
                8,
                (
                    HEADER,
                    number("u32", "RadioAction", "WWAN_RADIO"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_RADIO_STATE_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_REGISTER_PARAMS",
        (
            Layout(
                "L1",
                32,
                (
                    HEADER,
                    nested("SetRegisterParams", "WWAN_REGISTRATION_PARAMS_INFO"),
                ),
                "2004 mn fe",
            ),
            Layout(
                "L2",
                48,
                (
                    HEADER,
                    nested("SetRegisterParams", "WWAN_REGISTRATION_PARAMS_INFO", "L2"),
                ),
                "co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_REGISTER_PARAMS_REVISION_1", ("L1", "L2")),),
        tail=ListTail(
            "SetRegisterParams.PreConfiguredNSSAIListHeader",
            (("WwanStructSNSSAI", (nested("Element", "WWAN_SINGLE_NSSAI"),)),),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_REGISTER_STATE",
        (
            Layout(
                "L1",
                28,
                (
                    HEADER,
                    nested("SetRegisterState", "WWAN_SET_REGISTER_STATE"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_REGISTER_STATE_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_REGISTER_STATE_EX",
        (
            Layout(
                "L1",
                48,
                (
                    HEADER,
                    nested("SetRegisterState", "WWAN_SET_REGISTER_STATE_EX"),
                ),
                "1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(
            Revision(2, "NDIS_WWAN_SET_REGISTER_STATE_REVISION_2", ("L1",), unverified=True),
        ),
        tail=ListTail(
            "SetRegisterState.AcquisitionOrderListHeader",
            (("WwanStructRegisterAcquisitionOrder", (number("u32", "Element"),)),),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_SAR_CONFIG",
        (
            Layout(
                "L1",
                20,
                (
                    HEADER,
                    nested("SetSarConfig", "WWAN_SET_SAR_CONFIG"),
                ),
                "1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_SAR_CONFIG_REVISON_1", ("L1",)),),
        tail=ListTail(
            "SetSarConfig.SarConfigIndexListHeader",
            (("WwanStructSarConfig", (nested("Element", "WWAN_SAR_CONFIG_INDICES"),)),),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_SAR_TRANSMISSION_STATUS",
        (
            Layout(
                "L1",
                12,
                (
                    HEADER,
                    nested("SetTransmissionStatus", "WWAN_SET_SAR_TRANSMISSION_STATUS"),
                ),
                "1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_SAR_TRANSMISSION_STATUS_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_SIGNAL_INDICATION",
        (
            Layout(
                "L1",
                12,
                (
                    HEADER,
                    nested("SignalIndication", "WWAN_SET_SIGNAL_INDICATION"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_SIGNAL_INDICATION_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_SIGNAL_INDICATION_EX",
        (
            Layout(
                "L1",
                20,
                (
                    HEADER,
                    nested("SignalIndication", "WWAN_SET_SIGNAL_INDICATION_EX"),
                ),
                "1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(
            Revision(2, "NDIS_WWAN_SET_SIGNAL_INDICATION_REVISION_2", ("L1",), unverified=True),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_SMS_CONFIGURATION",
        (
            Layout(
                "L1",
                24,
                (
                    HEADER,
                    nested("SetSmsConfiguration", "WWAN_SET_SMS_CONFIGURATION"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn",
            ),
            Layout(
                "L2",
                32,
                (
                    HEADER,
                    nested("SetSmsConfiguration", "WWAN_SET_SMS_CONFIGURATION", "L2"),
                ),
                "fe co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_SET_SMS_CONFIGURATION_REVISION_1", ("L1",)),
            Revision(2, "NDIS_WWAN_SET_SMS_CONFIGURATION_REVISION_2", ("L2",)),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_UICC_APDU",
        (
            Layout(
                "L1",
                24,
                (
                    HEADER,
                    nested("SetUiccApdu", "WWAN_SET_UICC_APDU"),
                ),
                "1607 1703 1709 1803 1809 1903 2004 mn fe",
            ),
            Layout(
                "L2",
                28,
                (
                    HEADER,
                    nested("SetUiccApdu", "WWAN_SET_UICC_APDU", "L2"),
                ),
                "co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_UICC_APDU_REVISION_1", ("L1", "L2")),),
        tail=BytesTail("SetUiccApdu.CommandLength", at="SetUiccApdu.Command"),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_UICC_CLOSE_CHANNEL",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER,
                    nested("SetUiccCloseChannel", "WWAN_SET_UICC_CLOSE_CHANNEL"),
                ),
                "1607 1709 1809",
            ),
            Layout(
                "L2",
                12,
                (
                    HEADER,
                    nested("SetUiccCloseChannel", "WWAN_SET_UICC_CLOSE_CHANNEL", "L2"),
                ),
                "1607 1703 1709 1803 1809 1903 2004 mn fe",
            ),
            Layout(
                "L3",
                16,
                (
                    HEADER,
                    nested("SetUiccCloseChannel", "WWAN_SET_UICC_CLOSE_CHANNEL", "L3"),
                ),
                "co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_UICC_CLOSE_CHANNEL_REVISION_1", ("L1", "L2", "L3")),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_UICC_OPEN_CHANNEL",
        (
            Layout(
                "L1",
                48,
                (
                    HEADER,
                    nested("SetUiccOpenChannel", "WWAN_SET_UICC_OPEN_CHANNEL"),
                ),
                "1607 1703 1709 1803 1809 1903 2004 mn fe",
            ),
            Layout(
                "L2",
                52,
                (
                    HEADER,
                    nested("SetUiccOpenChannel", "WWAN_SET_UICC_OPEN_CHANNEL", "L2"),
                ),
                "co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_UICC_OPEN_CHANNEL_REVISION_1", ("L1", "L2")),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_UICC_RESET",
        (
            Layout(
                "L1",
                8,
                (
                    HEADER,
                    nested("SetUiccReset", "WWAN_SET_UICC_RESET"),
                ),
                "1709 1803 1809 1903 2004 mn fe",
            ),
            Layout(
                "L2",
                12,
                (
                    HEADER,
                    nested("SetUiccReset", "WWAN_SET_UICC_RESET", "L2"),
                ),
                "co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SET_UICC_RESET_REVISION_1", ("L1", "L2")),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SET_UICC_TERMINAL_CAPABILITY",
        (
            Layout(
                "L1",
                12,
                (
                    HEADER,
                    nested("CapabilityListHeader", "WWAN_LIST_HEADER"),
                ),
                "1607 1709 1809",
            ),
            Layout(
                "L2",
                12,
                (
                    HEADER,
                    nested("SetUiccTerminalCapability", "WWAN_SET_UICC_TERMINAL_CAPABILITY"),
                ),
                "1607 1703 1709 1803 1809 1903 2004 mn fe",
            ),
            Layout(
                "L3",
                16,
                (
                    HEADER,
                    nested("SetUiccTerminalCapability", "WWAN_SET_UICC_TERMINAL_CAPABILITY", "L2"),
                ),
                "co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_SET_UICC_TERMINAL_CAPABILITY_REVISION_1", ("L1", "L2", "L3")),
        ),
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
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SIGNAL_STATE",
        (
            Layout(
                "L1",
                24,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("SignalState", "WWAN_SIGNAL_STATE"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809",
            ),
            Layout(
                "L2",
                32,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("SignalState", "WWAN_SIGNAL_STATE", "L2"),
                ),
                "1903 2004 mn fe co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_SIGNAL_STATE_REVISION_1", ("L1",)),
            Revision(3, "NDIS_WWAN_SIGNAL_STATE_REVISION_3", ("L2",)),
        ),
        tail=ListTail(
            "SignalState.SignalStateListHeader",
            (("WwanStructSignalState", (nested("Element", "WWAN_SIGNAL_STATE_EXT"),)),),
            unverified=True,
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SIGNAL_STATE_INFOS_EX",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("SignalStateInfos", "WWAN_SIGNAL_STATE_INFOS"),
                ),
                "1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(2, "NDIS_WWAN_SIGNAL_STATE_REVISION_2", ("L1",), unverified=True),),
        tail=ListTail(
            "SignalStateInfos.SignalStateListHeader",
            (("WwanStructSignalState", (nested("Element", "WWAN_SIGNAL_STATE_EX"),)),),
            unverified=True,
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SLOT_INFO",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("SlotInfo", "WWAN_SLOT_INFO"),
                ),
                "1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SLOT_INFO_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SMS_CONFIGURATION",
        (
            Layout(
                "L1",
                32,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("SmsConfiguration", "WWAN_SMS_CONFIGURATION"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn",
            ),
            Layout(
                "L2",
                40,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("SmsConfiguration", "WWAN_SMS_CONFIGURATION", "L2"),
                ),
                "fe co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_SMS_CONFIGURATION_REVISION_1", ("L1",)),
            Revision(2, "NDIS_WWAN_SMS_CONFIGURATION_REVISION_2", ("L2",)),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SMS_DELETE",
        (
            Layout(
                "L1",
                12,
                (
                    HEADER,
                    nested("SmsFilter", "WWAN_SMS_FILTER"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SMS_DELETE_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SMS_DELETE_STATUS",
        (
            Layout(
                "L1",
                8,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SMS_DELETE_STATUS_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SMS_READ",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER,
                    nested("SmsRead", "WWAN_SMS_READ"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SMS_READ_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SMS_RECEIVE",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("SmsListHeader", "WWAN_LIST_HEADER"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SMS_RECEIVE_REVISION_1", ("L1",)),),
        tail=ListTail(
            "SmsListHeader",
            (
                ("WwanStructSmsPdu", (nested("Element", "WWAN_SMS_PDU_RECORD"),)),
                ("WwanStructSmsCdma", (nested("Element", "WWAN_SMS_CDMA_RECORD"),)),
            ),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SMS_SEND",
        (
            Layout(
                "L1",
                376,
                (
                    HEADER,
                    nested("SmsSend", "WWAN_SMS_SEND"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SMS_SEND_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SMS_SEND_STATUS",
        (
            Layout(
                "L1",
                12,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    number("u32", "MessageReference"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SMS_SEND_STATUS_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SMS_STATUS",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("SmsStatus", "WWAN_SMS_STATUS"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SMS_STATUS_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS",
        (
            Layout(
                "L1",
                12,
                (
                    HEADER,
                    nested("DeviceServiceListHeader", "WWAN_LIST_HEADER"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS_REVISION_1", ("L1",)),),
        tail=ListTail(
            "DeviceServiceListHeader", (("WwanStructDeviceServiceGuid", (guid("Element"),)),)
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SUPPORTED_DEVICE_SERVICES",
        (
            Layout(
                "L1",
                28,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("DeviceServices", "WWAN_SUPPORTED_DEVICE_SERVICES"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SUPPORTED_DEVICE_SERVICES_REVISION_1", ("L1",)),),
        tail=ListTail(
            "DeviceServices.ListHeader",
            (("WwanStructDeviceServiceEntry", (nested("Element", "WWAN_DEVICE_SERVICE_ENTRY"),)),),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_SYS_CAPS_INFO",
        (
            Layout(
                "L1",
                20,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("SysCapsInfo", "WWAN_SYS_CAPS_INFO"),
                ),
                "1507 1607",
            ),
            Layout(
                "L2",
                32,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("SysCapsInfo", "WWAN_SYS_CAPS_INFO", "L2"),
                ),
                "1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_SYS_CAPS_INFO_REVISION_1", ("L1", "L2")),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_UE_POLICY_INFO",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("UePolicyInfo", "WWAN_UE_POLICY_INFO"),
                ),
                "co",
            ),
        ),
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
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_UICC_ACCESS_BINARY",
        (
            Layout(
                "L1",
                72,
                (
                    HEADER,
                    nested("UiccAccessBinary", "WWAN_UICC_ACCESS_BINARY"),
                ),
                "1507",
            ),
            Layout(
                "L2",
                88,
                (
                    HEADER,
                    nested("UiccAccessBinary", "WWAN_UICC_ACCESS_BINARY", "L2"),
                ),
                "1607 1709 1809",
            ),
            Layout(
                "L3",
                120,
                (
                    HEADER,
                    nested("UiccAccessBinary", "WWAN_UICC_ACCESS_BINARY", "L3"),
                ),
                "1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_UICC_ACCESS_BINARY_REVISION_1", ("L1", "L2", "L3")),),
        tail=BytesTail(
            "UiccAccessBinary.BinaryDataSize",
            at="UiccAccessBinary.BinaryData",
            older=(("UiccAccessBinary.CommandDataLength", "UiccAccessBinary.CommandData"),),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_UICC_ACCESS_RECORD",
        (
            Layout(
                "L1",
                324,
                (
                    HEADER,
                    nested("UiccAccessRecord", "WWAN_UICC_ACCESS_RECORD"),
                ),
                "1507",
            ),
            Layout(
                "L2",
                340,
                (
                    HEADER,
                    nested("UiccAccessRecord", "WWAN_UICC_ACCESS_RECORD", "L2"),
                ),
                "1607 1709 1809",
            ),
            Layout(
                "L3",
                368,
                (
                    HEADER,
                    nested("UiccAccessRecord", "WWAN_UICC_ACCESS_RECORD", "L3"),
                ),
                "1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_UICC_ACCESS_RECORD_REVISION_1", ("L1", "L2", "L3")),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_UICC_APDU_INFO",
        (
            Layout(
                "L1",
                20,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("UiccApduInfo", "WWAN_UICC_APDU_INFO"),
                ),
                "1607",
            ),
            Layout(
                "L2",
                20,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("UiccApduInfo", "WWAN_UICC_APDU_INFO", "L2"),
                ),
                "1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_UICC_APDU_INFO_REVISION_1", ("L1", "L2")),),
        tail=BytesTail("UiccApduInfo.ResponseLength", at="UiccApduInfo.Response"),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_UICC_APP_LIST",
        (
            Layout(
                "L1",
                28,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("UiccAppList", "WWAN_UICC_APP_LIST"),
                ),
                "1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_UICC_APP_LIST_REVISION_1", ("L1",)),),
        tail=BytesTail("UiccAppList.AppListSize", at="UiccAppList.Response", unverified=True),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_UICC_CLOSE_CHANNEL_INFO",
        (
            Layout(
                "L1",
                12,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("UiccCloseChannelInfo", "WWAN_UICC_CLOSE_CHANNEL_INFO"),
                ),
                "1607",
            ),
            Layout(
                "L2",
                12,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("UiccCloseChannelInfo", "WWAN_UICC_CLOSE_CHANNEL_INFO", "L2"),
                ),
                "1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_UICC_CLOSE_CHANNEL_INFO_REVISION_1", ("L1", "L2")),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_UICC_FILE_PATH",
        (
            Layout(
                "L1",
                38,
                (
                    HEADER,
                    nested("UiccFilePath", "WWAN_UICC_FILE_PATH"),
                ),
                "1507",
            ),
            Layout(
                "L2",
                54,
                (
                    HEADER,
                    nested("UiccFilePath", "WWAN_UICC_FILE_PATH", "L2"),
                ),
                "1607 1709 1809",
            ),
            Layout(
                "L3",
                52,
                (
                    HEADER,
                    nested("UiccFilePath", "WWAN_UICC_FILE_PATH", "L3"),
                ),
                "1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_UICC_FILE_PATH_REVISION_1", ("L1", "L2", "L3")),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_UICC_FILE_STATUS",
        (
            Layout(
                "L1",
                52,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("UiccFileStatus", "WWAN_UICC_FILE_STATUS"),
                ),
                "1507 1607 1709 1809",
            ),
            Layout(
                "L2",
                56,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("UiccFileStatus", "WWAN_UICC_FILE_STATUS", "L2"),
                ),
                "1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_UICC_FILE_STATUS_REVISION_1", ("L1", "L2")),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_UICC_OPEN_CHANNEL_INFO",
        (
            Layout(
                "L1",
                24,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("UiccOpenChannelInfo", "WWAN_UICC_OPEN_CHANNEL_INFO"),
                ),
                "1607",
            ),
            Layout(
                "L2",
                24,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("UiccOpenChannelInfo", "WWAN_UICC_OPEN_CHANNEL_INFO", "L2"),
                ),
                "1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_UICC_OPEN_CHANNEL_INFO_REVISION_1", ("L1", "L2")),),
        tail=BytesTail("UiccOpenChannelInfo.ResponseLength", at="UiccOpenChannelInfo.Response"),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_UICC_RESET_INFO",
        (
            Layout(
                "L1",
                12,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("UiccResetInfo", "WWAN_UICC_RESET_INFO"),
                ),
                "1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_UICC_RESET_INFO_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_UICC_RESPONSE",
        (
            Layout(
                "L1",
                20,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("UiccResponse", "WWAN_UICC_RESPONSE"),
                ),
                "1507 1607 1709 1809",
            ),
            Layout(
                "L2",
                24,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("UiccResponse", "WWAN_UICC_RESPONSE", "L2"),
                ),
                "1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_UICC_RESPONSE_REVISION_1", ("L1", "L2")),),
        tail=BytesTail(
            "UiccResponse.ResponseDataSize",
            at="UiccResponse.ResponseData",
            older=(("UiccResponse.ResponseDataLength", "UiccResponse.ResponseData"),),
        ),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_UICC_TERMINAL_CAPABILITY_INFO",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("CapabilityListHeader", "WWAN_LIST_HEADER"),
                ),
                "1607 1709 1809",
            ),
            Layout(
                "L2",
                16,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("UiccCapabilityInfo", "WWAN_UICC_TERMINAL_CAPABILITY_INFO"),
                ),
                "1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(
            Revision(1, "NDIS_WWAN_UICC_TERMINAL_CAPABILITY_INFO_REVISION_1", ("L1", "L2")),
        ),
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
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_USSD_EVENT",
        (
            Layout(
                "L1",
                180,
                (
                    HEADER,
                    number("u32", "uStatus", "WWAN_STATUS"),
                    nested("UssdEvent", "WWAN_USSD_EVENT"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_USSD_EVENT_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_USSD_REQUEST",
        (
            Layout(
                "L1",
                172,
                (
                    HEADER,
                    nested("UssdRequest", "WWAN_USSD_REQUEST"),
                ),
                "win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_USSD_REQUEST_REVISION_1", ("L1",)),),
        header="ndiswwan.h",
    ),
    Struct(
        "NDIS_WWAN_VENDOR_SPECIFIC",
        (
            Layout(
                "L1",
                8,
                (
                    HEADER,
                    nested("VendorSpecificData", "WWAN_VENDOR_SPECIFIC"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_VENDOR_SPECIFIC_REVISION_1", ("L1",)),),
        tail=BytesTail("VendorSpecificData.uVendorSpecificBufferSize"),
        header="ndiswwan.h",
        note="Has no uStatus.",
    ),
    Struct(
        "NDIS_WWAN_VISIBLE_PROVIDERS",
        (
            Layout(
                "L1",
                16,
                (
                    HEADER_MODEL,
                    number("u32", "uStatus", "WWAN_STATUS", origin="model"),
                    nested("VisibleListHeader", "WWAN_LIST_HEADER", origin="model"),
                ),
                "win7 win8 win81 1507 1607 1703 1709 1803 1809 1903 2004 mn fe co",
            ),
        ),
        revisions=(Revision(1, "NDIS_WWAN_VISIBLE_PROVIDERS_REVISION_1", ("L1",)),),
        tail=ListTail(
            "VisibleListHeader",
            (
                ("WwanStructProvider", (nested("Element", "WWAN_PROVIDER"),)),
                ("WwanStructProvider2", (nested("Element", "WWAN_PROVIDER2"),)),
            ),
        ),
        header="ndiswwan.h",
    ),
)
