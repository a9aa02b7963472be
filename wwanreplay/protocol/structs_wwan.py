"""The WWAN structures: the parts that NDIS_WWAN structures and lists are made of.

Source: wwan.h of five kit generations, from Windows 7 to Windows 11.
"""

from wwanreplay.protocol.ranges import ERROR_RATE, RSSI, RSSI_THRESHOLD
from wwanreplay.protocol.row_forms import (
    bit,
    chars,
    guid,
    layout,
    nested,
    number,
    octets,
    struct,
    text,
    union,
)
from wwanreplay.protocol.schema import Struct

ROWS: tuple[Struct, ...] = (
    struct("WWAN_ATR_INFO", "wwan.h")(
        layout("L1", 40, "1607-co")(number("u32", "AtrLength"), octets("Atr", 36))
    ),
    struct("WWAN_AUTH_AKAP_CHALLENGE", "wwan.h")(
        layout("L1", 292, "win7-co")(
            octets("Rand", 16, personal="secret"),
            octets("Autn", 16, personal="secret"),
            octets("NetworkName", 256),
            number("u32", "NetworkNameLength"),
        )
    ),
    struct("WWAN_AUTH_AKAP_RESPONSE", "wwan.h")(
        layout("L1", 68, "win7-co")(
            octets("Res", 16, personal="secret"),
            number("u32", "ResLength"),
            octets("IKP", 16, personal="secret"),
            octets("CKP", 16, personal="secret"),
            octets("Auts", 14, personal="secret"),
        )
    ),
    struct("WWAN_AUTH_AKA_CHALLENGE", "wwan.h")(
        layout("L1", 32, "win7-co")(
            octets("Rand", 16, personal="secret"), octets("Autn", 16, personal="secret")
        )
    ),
    struct("WWAN_AUTH_AKA_RESPONSE", "wwan.h")(
        layout("L1", 68, "win7-co")(
            octets("Res", 16, personal="secret"),
            number("u32", "ResLength"),
            octets("IK", 16, personal="secret"),
            octets("CK", 16, personal="secret"),
            octets("Auts", 14, personal="secret"),
        )
    ),
    struct("WWAN_AUTH_CHALLENGE", "wwan.h")(
        layout("L1", 296, "win7-co")(
            number("u32", "AuthMethod", "WWAN_AUTH_METHOD"),
            union(
                "u",
                "AuthMethod",
                ("WwanAuthSim", nested("AuthSim", "WWAN_AUTH_SIM_CHALLENGE")),
                ("WwanAuthAka", nested("AuthAka", "WWAN_AUTH_AKA_CHALLENGE")),
                ("WwanAuthAkaPrime", nested("AuthAkap", "WWAN_AUTH_AKAP_CHALLENGE")),
            ),
        )
    ),
    struct("WWAN_AUTH_RESPONSE", "wwan.h")(
        layout("L1", 72, "win7-co")(
            number("u32", "AuthMethod", "WWAN_AUTH_METHOD"),
            union(
                "u",
                "AuthMethod",
                ("WwanAuthSim", nested("AuthSim", "WWAN_AUTH_SIM_RESPONSE")),
                ("WwanAuthAka", nested("AuthAka", "WWAN_AUTH_AKA_RESPONSE")),
                ("WwanAuthAkaPrime", nested("AuthAkap", "WWAN_AUTH_AKAP_RESPONSE")),
            ),
        )
    ),
    struct("WWAN_AUTH_SIM_CHALLENGE", "wwan.h")(
        layout("L1", 52, "win7-co")(
            octets("Rand1", 16, personal="secret"),
            octets("Rand2", 16, personal="secret"),
            octets("Rand3", 16, personal="secret"),
            number("u32", "n"),
        )
    ),
    struct("WWAN_AUTH_SIM_RESPONSE", "wwan.h")(
        layout("L1", 40, "win7-co")(
            octets("Sres1", 4, personal="secret"),
            octets("Kc1", 8, personal="secret"),
            octets("Sres2", 4, personal="secret"),
            octets("Kc2", 8, personal="secret"),
            octets("Sres3", 4, personal="secret"),
            octets("Kc3", 8, personal="secret"),
            number("u32", "n"),
        )
    ),
    struct("WWAN_BASE_STATIONS_INFO", "wwan.h")(
        layout("L1", 80, "1709-2004")(
            number("u32", "SystemType", "WWAN_DATA_CLASS"),
            number("u32", "GSMServingCellOffset"),
            number("u32", "GSMServingCellSize"),
            number("u32", "UMTSServingCellOffset"),
            number("u32", "UMTSServingCellSize"),
            number("u32", "TDSCDMAServingCellOffset"),
            number("u32", "TDSCDMAServingCellSize"),
            number("u32", "LTEServingCellOffset"),
            number("u32", "LTEServingCellSize"),
            number("u32", "GSMNmrOffset"),
            number("u32", "GSMNmrSize"),
            number("u32", "UMTSMrlOffset"),
            number("u32", "UMTSMrlSize"),
            number("u32", "TDSCDMAMrlOffset"),
            number("u32", "TDSCDMAMrlSize"),
            number("u32", "LTEMrlOffset"),
            number("u32", "LTEMrlSize"),
            number("u32", "CDMAMrlOffset"),
            number("u32", "CDMAMrlSize"),
            octets("BaseStationsData", 1, personal="place"),
        ),
        layout("L2", 100, "mn-co")(
            number("u32", "SystemType", "WWAN_DATA_CLASS"),
            number("u32", "SystemSubType", "WWAN_DATA_SUBCLASS"),
            number("u32", "GSMServingCellOffset"),
            number("u32", "GSMServingCellSize"),
            number("u32", "UMTSServingCellOffset"),
            number("u32", "UMTSServingCellSize"),
            number("u32", "TDSCDMAServingCellOffset"),
            number("u32", "TDSCDMAServingCellSize"),
            number("u32", "LTEServingCellOffset"),
            number("u32", "LTEServingCellSize"),
            number("u32", "GSMNmrOffset"),
            number("u32", "GSMNmrSize"),
            number("u32", "UMTSMrlOffset"),
            number("u32", "UMTSMrlSize"),
            number("u32", "TDSCDMAMrlOffset"),
            number("u32", "TDSCDMAMrlSize"),
            number("u32", "LTEMrlOffset"),
            number("u32", "LTEMrlSize"),
            number("u32", "CDMAMrlOffset"),
            number("u32", "CDMAMrlSize"),
            number("u32", "NRServingCellsOffset"),
            number("u32", "NRServingCellsSize"),
            number("u32", "NRNeighborCellsOffset"),
            number("u32", "NRNeighborCellsSize"),
            octets("BaseStationsData", 1, personal="place"),
        ),
    ),
    struct("WWAN_BASE_STATIONS_INFO_REQ", "wwan.h")(
        layout("L1", 20, "1709-2004")(
            number("u32", "MaxGSMCount"),
            number("u32", "MaxUMTSCount"),
            number("u32", "MaxTDSCDMACount"),
            number("u32", "MaxLTECount"),
            number("u32", "MaxCDMACount"),
        ),
        layout("L2", 24, "mn-co", extends="L1")(number("u32", "MaxNRCount")),
    ),
    struct("WWAN_CDMA_MRL", "wwan.h")(
        layout("L1", 8, "1709-co")(
            number("u32", "ElementCount"), octets("CDMAMrl", 1, personal="place")
        )
    ),
    struct("WWAN_CDMA_MRL_INFO", "wwan.h")(
        layout("L1", 36, "1709-co")(
            number("u32", "ServingCellFlag"),
            number("u32", "NID", personal="place"),
            number("u32", "SID", personal="place"),
            number("u32", "BaseStationId", personal="place"),
            number("u32", "BaseLatitude", personal="place"),
            number("u32", "BaseLongitude", personal="place"),
            number("u32", "RefPn", personal="place"),
            number("u32", "GPSSeconds"),
            number("u32", "PilotStrength"),
        )
    ),
    struct("WWAN_CONTEXT", "wwan.h")(
        layout("L1", 1244, "win7-co")(
            number("u32", "ContextId", origin="model"),
            number("u32", "ContextType", "WWAN_CONTEXT_TYPE", origin="model"),
            text("AccessString", 101, personal="subscriber", origin="model"),
            text("UserName", 256, personal="subscriber", origin="model"),
            text("Password", 256, personal="secret", origin="model"),
            number("u32", "Compression", "WWAN_COMPRESSION", origin="model"),
            number("u32", "AuthType", "WWAN_AUTH_PROTOCOL", origin="model"),
        )
    ),
    struct("WWAN_CONTEXT_STATE", "wwan.h")(
        layout("L1", 16, "win7")(
            number("u32", "uNwError", origin="environment", comparison="always", live="free"),
            number("u32", "ConnectionId", origin="echo"),
            number(
                "u32",
                "ActivationState",
                "WWAN_ACTIVATION_STATE",
                origin="model",
                fixed_by="async.success-ustatus",
            ),
            number("u32", "VoiceCallState", "WWAN_VOICE_CALL_STATE", origin="environment"),
        ),
        layout("L2", 20, "win8-1507", extends="L1")(
            number("u32", "IPType", "WWAN_IP_TYPE", origin="environment", comparison="active")
        ),
        layout("L3", 24, "1607-1903", extends="L2")(
            number(
                "u32", "ConnectionMedia", "WWAN_CONNECTION_MEDIA", origin="echo", comparison="never"
            )
        ),
        layout("L4", 228, "2004-fe", extends="L3")(
            text("AccessString", 101, personal="subscriber", origin="echo", comparison="never")
        ),
        layout("L5", 256, "co", extends="L4")(
            nested("Snssai", "WWAN_SINGLE_NSSAI", origin="environment", comparison="never"),
            number("u32", "FoundMatchingConnectionId", origin="model"),
            nested(
                "TrafficParameters",
                "WWAN_OFFSET_SIZE_ELEMENT",
                origin="environment",
                comparison="never",
            ),
        ),
    ),
    struct("WWAN_CONTEXT_V2", "wwan.h")(
        layout("L1", 1268, "1703-co")(
            nested("basicInfo", "WWAN_CONTEXT"),
            number("u32", "IPType", "WWAN_IP_TYPE", origin="model"),
            number("u32", "Enable", "WWAN_CONTEXT_ENABLE", origin="model"),
            number("u32", "Roaming", "WWAN_CONTEXT_ROAMING_CONTROL", origin="model"),
            number("u32", "MediaType", "WWAN_CONTEXT_MEDIA_TYPE", origin="model"),
            number("u32", "Source", "WWAN_CONFIGURATION_SOURCE", origin="model"),
            number("i32", "Reserved", origin="model"),
        )
    ),
    struct("WWAN_DEVICE_BINDINGS_INFO", "wwan.h")(
        layout("L1", 8, "1507-co")(nested("ApplicationListHeader", "WWAN_LIST_HEADER"))
    ),
    struct("WWAN_DEVICE_CAPS", "wwan.h")(
        layout("L1", 332, "win7")(
            number("u32", "WwanDeviceType", "WWAN_DEVICE_TYPE", origin="model"),
            number("u32", "WwanCellularClass", "WWAN_CELLULAR_CLASS", origin="model"),
            number("u32", "WwanVoiceClass", "WWAN_VOICE_CLASS", origin="model"),
            number("u32", "WwanSimClass", "WWAN_SIM_CLASS", origin="model"),
            number("u32", "WwanDataClass", "WWAN_DATA_CLASS", origin="model"),
            text("CustomDataClass", 12, origin="model"),
            number("u32", "WwanGsmBandClass", "WWAN_BAND_CLASS", origin="model"),
            number("u32", "WwanCdmaBandClass", "WWAN_BAND_CLASS", origin="model"),
            text("CustomBandClass", 20, origin="model"),
            number("u32", "WwanSmsCaps", "WWAN_SMS_CAPS", origin="model"),
            number("u32", "WwanControlCaps", "WWAN_CTRL_CAPS", origin="model"),
            text("DeviceId", 18, personal="device", origin="model"),
            text("Manufacturer", 32, origin="model", live="identity"),
            text("Model", 32, origin="model", live="identity"),
            text("FirmwareInfo", 32, origin="model", live="identity"),
            number("u32", "MaxActivatedContexts", origin="model"),
        ),
        layout("L2", 344, "win8-co", extends="L1")(
            number("u32", "WwanAuthAlgoCaps", "WWAN_AUTH_ALGO_CAPS", origin="model"),
            nested("CellularClassListHeader", "WWAN_LIST_HEADER", origin="model"),
        ),
    ),
    struct("WWAN_DEVICE_CAPS_EX", "wwan.h")(
        layout("L1", 352, "1703-1903")(
            number("u32", "WwanDeviceType", "WWAN_DEVICE_TYPE", origin="model"),
            number("u32", "WwanCellularClass", "WWAN_CELLULAR_CLASS", origin="model"),
            number("u32", "WwanVoiceClass", "WWAN_VOICE_CLASS", origin="model"),
            number("u32", "WwanSimClass", "WWAN_SIM_CLASS", origin="model"),
            number("u32", "WwanDataClass", "WWAN_DATA_CLASS", origin="model"),
            text("CustomDataClass", 12, origin="model"),
            number("u32", "WwanGsmBandClass", "WWAN_BAND_CLASS", origin="model"),
            number("u32", "WwanCdmaBandClass", "WWAN_BAND_CLASS", origin="model"),
            text("CustomBandClass", 20, origin="model"),
            number("u32", "WwanSmsCaps", "WWAN_SMS_CAPS", origin="model"),
            number("u32", "WwanControlCaps", "WWAN_CTRL_CAPS", origin="model"),
            text("DeviceId", 18, personal="device", origin="model"),
            text("Manufacturer", 32, origin="model", live="identity"),
            text("Model", 32, origin="model", live="identity"),
            text("FirmwareInfo", 32, origin="model", live="identity"),
            number("u32", "MaxActivatedContexts", origin="model"),
            number("u32", "WwanAuthAlgoCaps", "WWAN_AUTH_ALGO_CAPS", origin="model"),
            number("u32", "ExecutorIndex", origin="model"),
            number("u32", "WwanOptionalServiceCaps", "WWAN_OPTIONAL_SERVICE_CAPS", origin="model"),
            nested("CellularClassListHeader", "WWAN_LIST_HEADER", origin="model"),
        ),
        layout("L2", 448, "2004")(
            number("u32", "WwanDeviceType", "WWAN_DEVICE_TYPE", origin="model"),
            number("u32", "WwanCellularClass", "WWAN_CELLULAR_CLASS", origin="model"),
            number("u32", "WwanVoiceClass", "WWAN_VOICE_CLASS", origin="model"),
            number("u32", "WwanSimClass", "WWAN_SIM_CLASS", origin="model"),
            number("u32", "WwanDataClass", "WWAN_DATA_CLASS", origin="model"),
            text("CustomDataClass", 12, origin="model"),
            number("u32", "WwanGsmBandClass", "WWAN_BAND_CLASS", origin="model"),
            number("u32", "WwanCdmaBandClass", "WWAN_BAND_CLASS", origin="model"),
            text("CustomBandClass", 20, origin="model"),
            number("u32", "WwanSmsCaps", "WWAN_SMS_CAPS", origin="model"),
            number("u32", "WwanControlCaps", "WWAN_CTRL_CAPS", origin="model"),
            text("DeviceId", 18, personal="device", origin="model"),
            text("Manufacturer", 32, origin="model", live="identity"),
            text("Model", 32, origin="model", live="identity"),
            text("FirmwareInfo", 32, origin="model", live="identity"),
            number("u32", "MaxActivatedContexts", origin="model"),
            number("u32", "WwanAuthAlgoCaps", "WWAN_AUTH_ALGO_CAPS", origin="model"),
            number("u32", "ExecutorIndex", origin="model"),
            number("u32", "WwanOptionalServiceCaps", "WWAN_OPTIONAL_SERVICE_CAPS", origin="model"),
            number("u32", "WwanSimClassBitMasks", "WWAN_SIM_CLASS_MASK", origin="model"),
            number("u32", "WwanWCDMABandClass", origin="model"),
            number("u16", "WwanLTEBandClass", count=20, origin="model"),
            number("u16", "WwanNRBandClass", count=20, origin="model"),
            number("u64", "WwanMiscCaps", "WWAN_DEVICE_MISC_CAPS", origin="model"),
            nested("CellularClassListHeader", "WWAN_LIST_HEADER", origin="model"),
        ),
        layout("L3", 448, "mn-co")(
            number("u32", "WwanDeviceType", "WWAN_DEVICE_TYPE", origin="model"),
            number("u32", "WwanCellularClass", "WWAN_CELLULAR_CLASS", origin="model"),
            number("u32", "WwanVoiceClass", "WWAN_VOICE_CLASS", origin="model"),
            number("u32", "WwanSimClass", "WWAN_SIM_CLASS", origin="model"),
            number("u32", "WwanDataClass", "WWAN_DATA_CLASS", origin="model"),
            text("CustomDataClass", 12, origin="model"),
            number("u32", "WwanGsmBandClass", "WWAN_BAND_CLASS", origin="model"),
            number("u32", "WwanCdmaBandClass", "WWAN_BAND_CLASS", origin="model"),
            text("CustomBandClass", 20, origin="model"),
            number("u32", "WwanSmsCaps", "WWAN_SMS_CAPS", origin="model"),
            number("u32", "WwanControlCaps", "WWAN_CTRL_CAPS", origin="model"),
            text("DeviceId", 18, personal="device", origin="model"),
            text("Manufacturer", 32, origin="model", live="identity"),
            text("Model", 32, origin="model", live="identity"),
            text("FirmwareInfo", 32, origin="model", live="identity"),
            number("u32", "MaxActivatedContexts", origin="model"),
            number("u32", "WwanAuthAlgoCaps", "WWAN_AUTH_ALGO_CAPS", origin="model"),
            number("u32", "ExecutorIndex", origin="model"),
            number("u32", "WwanOptionalServiceCaps", "WWAN_OPTIONAL_SERVICE_CAPS", origin="model"),
            number("u32", "WwanSimClassBitMasks", "WWAN_SIM_CLASS_MASK", origin="model"),
            number("u32", "WwanWCDMABandClass", origin="model"),
            number("u16", "WwanLTEBandClass", count=20, origin="model"),
            number("u16", "WwanNRBandClass", count=20, origin="model"),
            number("u64", "WwanDataSubClass", "WWAN_DATA_SUBCLASS", origin="model"),
            nested("CellularClassListHeader", "WWAN_LIST_HEADER", origin="model"),
        ),
    ),
    struct("WWAN_DEVICE_CAPS_EX2", "wwan.h")(
        layout("L1", 348, "1507-1607 1709 1809")(
            number("u32", "WwanDeviceType", "WWAN_DEVICE_TYPE"),
            number("u32", "WwanCellularClass", "WWAN_CELLULAR_CLASS"),
            number("u32", "WwanVoiceClass", "WWAN_VOICE_CLASS"),
            number("u32", "WwanSimClass", "WWAN_SIM_CLASS"),
            number("u32", "WwanDataClass", "WWAN_DATA_CLASS"),
            text("CustomDataClass", 12),
            number("u32", "WwanGsmBandClass", "WWAN_BAND_CLASS"),
            number("u32", "WwanCdmaBandClass", "WWAN_BAND_CLASS"),
            text("CustomBandClass", 20),
            number("u32", "WwanSmsCaps", "WWAN_SMS_CAPS"),
            number("u32", "WwanControlCaps", "WWAN_CTRL_CAPS"),
            text("DeviceId", 18, personal="device"),
            text("Manufacturer", 32),
            text("Model", 32),
            text("FirmwareInfo", 32),
            number("u32", "MaxActivatedContexts"),
            number("u32", "DeviceIndex"),
            number("u32", "WwanAuthAlgoCaps", "WWAN_AUTH_ALGO_CAPS"),
            nested("CellularClassListHeader", "WWAN_LIST_HEADER"),
        )
    ),
    struct("WWAN_DEVICE_CAPS_EX_REV1", "wwan.h")(
        layout("L1", 352, "2004-co")(
            number("u32", "WwanDeviceType", "WWAN_DEVICE_TYPE"),
            number("u32", "WwanCellularClass", "WWAN_CELLULAR_CLASS"),
            number("u32", "WwanVoiceClass", "WWAN_VOICE_CLASS"),
            number("u32", "WwanSimClass", "WWAN_SIM_CLASS"),
            number("u32", "WwanDataClass", "WWAN_DATA_CLASS"),
            text("CustomDataClass", 12),
            number("u32", "WwanGsmBandClass", "WWAN_BAND_CLASS"),
            number("u32", "WwanCdmaBandClass", "WWAN_BAND_CLASS"),
            text("CustomBandClass", 20),
            number("u32", "WwanSmsCaps", "WWAN_SMS_CAPS"),
            number("u32", "WwanControlCaps", "WWAN_CTRL_CAPS"),
            text("DeviceId", 18, personal="device"),
            text("Manufacturer", 32),
            text("Model", 32),
            text("FirmwareInfo", 32),
            number("u32", "MaxActivatedContexts"),
            number("u32", "WwanAuthAlgoCaps", "WWAN_AUTH_ALGO_CAPS"),
            number("u32", "ExecutorIndex"),
            number("u32", "WwanOptionalServiceCaps", "WWAN_OPTIONAL_SERVICE_CAPS"),
            nested("CellularClassListHeader", "WWAN_LIST_HEADER"),
        )
    ),
    struct("WWAN_DEVICE_SERVICE_COMMAND", "wwan.h")(
        layout("L1", 24, "win8-co")(
            guid("DeviceServiceGuid"), number("u32", "CommandID"), number("u32", "uDataSize")
        )
    ),
    struct("WWAN_DEVICE_SERVICE_ENTRY", "wwan.h")(
        layout("L1", 24, "win8-co")(
            guid("DeviceServiceGuid", origin="model"),
            number(
                "u32", "SessionCapability", "WWAN_DEVICE_SERVICE_SESSION_CAPABILITY", origin="model"
            ),
            number("u32", "uMaxSessionInstances", origin="model"),
        )
    ),
    struct("WWAN_DEVICE_SERVICE_EVENT", "wwan.h")(
        layout("L1", 24, "win8-co")(
            guid("DeviceServiceGuid", origin="environment"),
            number("u32", "EventID", origin="environment"),
            number("u32", "uDataSize", origin="environment"),
        )
    ),
    struct("WWAN_DEVICE_SERVICE_RESPONSE", "wwan.h")(
        layout("L1", 24, "win8-co")(
            guid("DeviceServiceGuid", origin="echo"),
            number("u32", "ResponseID", origin="echo"),
            number("u32", "uDataSize", origin="environment", comparison="never"),
        )
    ),
    struct("WWAN_DEVICE_SERVICE_SESSION", "wwan.h")(
        layout("L1", 24, "win8-co")(
            guid("DeviceServiceGuid", origin="echo"),
            number("u32", "State", "WWAN_DEVICE_SERVICE_SESSION_STATE", origin="model"),
            number("u32", "uSessionID", origin="model"),
        )
    ),
    struct("WWAN_DEVICE_SERVICE_SESSION_READ", "wwan.h")(
        layout("L1", 8, "win8-co")(
            number("u32", "uSessionID", origin="environment"),
            number("u32", "uDataSize", origin="environment"),
        )
    ),
    struct("WWAN_DEVICE_SERVICE_SESSION_WRITE", "wwan.h")(
        layout("L1", 8, "win8-co")(number("u32", "uSessionID"), number("u32", "uDataSize"))
    ),
    struct("WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS", "wwan.h")(
        layout("L1", 24, "win8-co")(
            guid("DeviceServiceGuid", origin="echo"),
            nested("ListHeader", "WWAN_LIST_HEADER", origin="model"),
        )
    ),
    struct("WWAN_DEVICE_SLOT_MAPPING_INFO", "wwan.h")(
        layout("L1", 8, "1507-co")(nested("SlotMapListHeader", "WWAN_LIST_HEADER"))
    ),
    struct("WWAN_DRIVER_CAPS", "wwan.h")(
        layout("L1", 12, "win7-co")(
            number("u32", "ulMajorVersion", origin="model"),
            number("u32", "ulMinorVersion", origin="model"),
            number("u32", "ulDriverCaps", "WWAN_DRIVER_CAPS_FLAGS", origin="model"),
        )
    ),
    struct("WWAN_GET_SLOT_INFO", "wwan.h")(layout("L1", 4, "1507-co")(number("u32", "SlotIndex"))),
    struct("WWAN_GET_VISIBLE_PROVIDERS", "wwan.h")(
        layout("L1", 4, "win8-co")(number("u32", "Action", "WWAN_GET_VISIBLE_PROVIDERS_ACTION"))
    ),
    struct("WWAN_GSM_NMR", "wwan.h")(
        layout("L1", 8, "1709-co")(
            number("u32", "ElementCount"), octets("GSMNmr", 1, personal="place")
        )
    ),
    struct("WWAN_GSM_NMR_INFO", "wwan.h")(
        layout("L1", 32, "1709-co")(
            number("u32", "ProviderIdOffset"),
            number("u32", "ProviderIdSize"),
            number("u32", "LocationAreaCode", personal="place"),
            number("u32", "CellId", personal="place"),
            number("u32", "ARFCN", personal="place"),
            number("u32", "BaseStationId", personal="place"),
            number("u32", "RxLevel"),
            octets("Data", 1, personal="place"),
        )
    ),
    struct("WWAN_GSM_SERVING_CELL_INFO", "wwan.h")(
        layout("L1", 36, "1709-co")(
            number("u32", "ProviderIdOffset"),
            number("u32", "ProviderIdSize"),
            number("u32", "LocationAreaCode", personal="place"),
            number("u32", "CellId", personal="place"),
            number("u32", "TimingAdvance", personal="place"),
            number("u32", "ARFCN", personal="place"),
            number("u32", "BaseStationId", personal="place"),
            number("u32", "RxLevel"),
            octets("Data", 1, personal="place"),
        )
    ),
    struct("WWAN_IMS_VOICE_STATE", "wwan.h")(
        layout("L1", 4, "1507-co")(number("u32", "ImsVoiceStatus", "WWAN_IMS_VOICE_STATUS"))
    ),
    struct("WWAN_IPADDRESS_ENTRY", "wwan.h")(
        layout("L1", 24, "win7-co")(
            bit("IsIpv6", 0, origin="environment"),
            bit("IsReported", 1, origin="environment"),
            union(
                "",
                "IsIpv6",
                (0, nested("Ipv4", "WWAN_IPV4_ADDRESS", origin="environment")),
                (1, nested("Ipv6", "WWAN_IPV6_ADDRESS", origin="environment")),
            ),
        )
    ),
    struct("WWAN_IPV4_ADDRESS", "wwan.h")(
        layout("L1", 8, "win7-co")(
            number("u32", "OnLinkPrefixLength", origin="environment"),
            octets("IPV4Address", 4, personal="subscriber", origin="environment"),
        )
    ),
    struct("WWAN_IPV6_ADDRESS", "wwan.h")(
        layout("L1", 20, "win7-co")(
            number("u32", "OnLinkPrefixLength", origin="environment"),
            octets("IPV6Address", 16, personal="subscriber", origin="environment"),
        )
    ),
    struct("WWAN_IP_ADDRESS_STATE", "wwan.h")(
        layout("L1", 64, "win7-co")(
            nested("IPv4Flags", "WWAN_IP_CONFIGURATION_FLAGS", origin="environment"),
            nested("IPv6Flags", "WWAN_IP_CONFIGURATION_FLAGS", origin="environment"),
            number("u32", "IPv4MTU", origin="environment"),
            number("u32", "IPv6MTU", origin="environment"),
            number("pointer", "IpTable", origin="environment"),
            number("u32", "IpCount", origin="environment"),
            number("pointer", "GatewayTable", origin="environment"),
            number("u32", "GatewayCount", origin="environment"),
            number("pointer", "DnsTable", origin="environment"),
            number("u32", "DnsCount", origin="environment"),
        )
    ),
    struct(
        "WWAN_IP_CONFIGURATION_FLAGS",
        "wwan.h",
        note="A union of the number and its bits; the bits are the flag set of Value.",
    )(
        layout("L1", 4, "win7-co")(
            number("u32", "Value", "WWAN_IP_CONFIGURATION_FLAG", origin="environment")
        )
    ),
    struct("WWAN_LADN", "wwan.h")(
        layout("L1", 212, "co")(
            text("AccessString", 101, personal="subscriber"), nested("TaiList", "WWAN_TAI_LIST")
        )
    ),
    struct("WWAN_LADN_LIST", "wwan.h")(
        layout("L1", 216, "co")(
            number("u32", "ElementCount"), nested("Ladns", "WWAN_LADN", count=1)
        )
    ),
    struct("WWAN_LIST_HEADER", "wwan.h")(
        layout("L1", 8, "win7-co")(
            number("u32", "ElementType", "WWAN_STRUCT_TYPE"), number("u32", "ElementCount")
        )
    ),
    struct("WWAN_LOCATION_STATE_INFO", "wwan.h")(
        layout("L1", 16, "1507-co")(
            number("u32", "Trigger", "WWAN_LOCATION_TRIGGER_MODE"),
            number("u32", "DataClass", "WWAN_DATA_CLASS"),
            number("u32", "AreaCode", personal="place"),
            number("u32", "CellId", personal="place"),
        )
    ),
    struct("WWAN_LTE_ATTACH_CONFIG", "wwan.h")(
        layout("L1", 3808, "1703-co")(
            number("u32", "ElementCount", origin="model"),
            nested("LteContextArray", "WWAN_CONTEXT_V2", count=3),
        )
    ),
    struct("WWAN_LTE_ATTACH_STATUS", "wwan.h")(
        layout("L1", 1252, "1703-mn")(
            number("u32", "LteAttachState", "WWAN_CONTEXT_LTE_ATTACH_STATE"),
            number("u32", "IPType", "WWAN_IP_TYPE"),
            nested("basicInfo", "WWAN_CONTEXT"),
        ),
        layout("L2", 1256, "fe-co", extends="L1")(number("u32", "NetworkError")),
    ),
    struct("WWAN_LTE_MRL", "wwan.h")(
        layout("L1", 8, "1709-co")(
            number("u32", "ElementCount"), octets("LTEMrl", 1, personal="place")
        )
    ),
    struct("WWAN_LTE_MRL_INFO", "wwan.h")(
        layout("L1", 36, "1709-co")(
            number("u32", "ProviderIdOffset"),
            number("u32", "ProviderIdSize"),
            number("u32", "CellId", personal="place"),
            number("u32", "EARFCN", personal="place"),
            number("u32", "PhysicalCellId", personal="place"),
            number("u32", "TAC", personal="place"),
            number("u32", "RSRP"),
            number("u32", "RSRQ"),
            octets("Data", 1, personal="place"),
        )
    ),
    struct("WWAN_LTE_SERVING_CELL_INFO", "wwan.h")(
        layout("L1", 40, "1709-co")(
            number("u32", "ProviderIdOffset"),
            number("u32", "ProviderIdSize"),
            number("u32", "CellId", personal="place"),
            number("u32", "EARFCN", personal="place"),
            number("u32", "PhysicalCellId", personal="place"),
            number("u32", "TAC", personal="place"),
            number("u32", "RSRP"),
            number("u32", "RSRQ"),
            number("u32", "TimingAdvance", personal="place"),
            octets("Data", 1, personal="place"),
        )
    ),
    struct("WWAN_MBIM_VERSION", "wwan.h")(
        layout("L1", 2, "1507-1809")(number("u16", "MbimVersion")),
        layout("L2", 4, "1903-co", extends="L1")(number("u16", "MbimExtendedVersion")),
    ),
    struct("WWAN_MODEM_CONFIG_ID", "wwan.h")(
        layout("L1", 36, "1709-co")(number("u32", "ConfigIdLen"), octets("ConfigId", 32))
    ),
    struct("WWAN_MODEM_CONFIG_INFO", "wwan.h")(
        layout("L1", 24, "1709")(
            nested("ConfigStatus", "WWAN_MODEM_CONFIG_STATUS"),
            number("u32", "ConfigMode", "WWAN_MODEM_CONFIG_MODE"),
        ),
        layout("L2", 88, "1709-2004")(
            number("u32", "ConfigMode", "WWAN_MODEM_CONFIG_MODE"),
            number("u32", "ConfigState", "WWAN_MODEM_CONFIG_STATE"),
            number("u32", "ConfigReason", "WWAN_MODEM_CONFIG_REASON"),
            nested("PreviousConfigID", "WWAN_MODEM_CONFIG_ID"),
            nested("CurrentConfigID", "WWAN_MODEM_CONFIG_ID"),
            number("u32", "IsCurrentConfigDefault"),
        ),
        layout("L3", 228, "mn-co", extends="L2")(
            text("ConfigName", 65), nested("NSSAIListHeader", "WWAN_LIST_HEADER")
        ),
    ),
    struct("WWAN_MODEM_CONFIG_STATUS", "wwan.h")(
        layout("L1", 20, "1709")(
            number("u32", "ConfigState", "WWAN_MODEM_CONFIG_STATE"),
            number("u32", "ConfigReason", "WWAN_MODEM_CONFIG_REASON"),
            number("u32", "PreviousConfigID"),
            number("u32", "CurrentConfigID"),
            number("u32", "DefaultOrNot"),
        )
    ),
    struct("WWAN_MODEM_LOGGING_CONFIG", "wwan.h")(
        layout("L1", 16, "1903-co")(
            number("u32", "Version"),
            number("u32", "MaxSegmentSize"),
            number("u32", "MaxFlushTime"),
            number("u32", "LevelConfig", "WWAN_MODEM_LOGGING_LEVEL_CONFIG"),
        )
    ),
    struct("WWAN_NETWORK_BLACKLIST_INFO", "wwan.h")(
        layout("L1", 12, "1703-co")(
            number("u32", "BlacklistState", "WWAN_NETWORK_BLACKLIST_STATE"),
            nested("BlacklistProviderList", "WWAN_LIST_HEADER"),
        )
    ),
    struct("WWAN_NETWORK_BLACKLIST_PROVIDER", "wwan.h")(
        layout("L1", 12, "1703-co")(
            number("u32", "MCC"),
            number("u32", "MNC"),
            number("u32", "NetworkBlacklistType", "WWAN_NETWORK_BLACKLIST_TYPE"),
        )
    ),
    struct("WWAN_NETWORK_IDLE_HINT", "wwan.h")(
        layout("L1", 1, "1507-1607")(number("bool8", "IsEnabled")),
        layout("L2", 4, "1507-co")(number("u32", "IsEnabled")),
    ),
    struct("WWAN_NETWORK_ISOLATION", "wwan.h")(
        layout("L1", 236, "1709-co")(
            text("RuleGroupId", 102),
            number("u32", "IsolationSettingState", "WWAN_NETWORK_ISOLATION_STATE"),
            number("u32", "DataSizeInBytes"),
            number("u32", "Ipv4AllowedRangeCount"),
            number("u32", "Ipv6AllowedRangeCount"),
            number("u32", "AllowedServicesCount"),
            number("u32", "AllowedProcessesCount"),
            number("u32", "AllowedApplicationsCount"),
            octets("Data", 1, personal="content"),
        )
    ),
    struct("WWAN_NETWORK_PARAMS_INFO", "wwan.h")(
        layout("L1", 60, "co")(
            number("u32", "CurrentMicoIndication", "WWAN_MICO_IND"),
            number("u32", "CurrentDRXParams", "WWAN_DRX_PARAMS"),
            nested("TaiList", "WWAN_OFFSET_SIZE_ELEMENT"),
            nested("AllowedNssaiList", "WWAN_OFFSET_SIZE_ELEMENT"),
            nested("ConfiguredNssaiList", "WWAN_OFFSET_SIZE_ELEMENT"),
            nested("RejectedNssaiList", "WWAN_OFFSET_SIZE_ELEMENT"),
            nested("DefaultConfiguredNssaiList", "WWAN_OFFSET_SIZE_ELEMENT"),
            nested("LadnList", "WWAN_OFFSET_SIZE_ELEMENT"),
            octets("DataBuffer", 1, personal="place"),
        )
    ),
    struct("WWAN_NITZ_INFO", "wwan.h")(
        layout("L1", 36, "1507-co")(
            number("u32", "Year"),
            number("u32", "Month"),
            number("u32", "Day"),
            number("u32", "Hour"),
            number("u32", "Minute"),
            number("u32", "Second"),
            number("u32", "TimeZoneOffsetMinutes"),
            number("u32", "DaylightSavingTimeOffsetMinutes"),
            number("u32", "DataClasses", "WWAN_DATA_CLASS"),
        )
    ),
    struct("WWAN_NR_NEIGHBOR_CELLS", "wwan.h")(
        layout("L1", 8, "1709-co")(
            number("u32", "ElementCount"), octets("NRNeighborCells", 1, personal="place")
        )
    ),
    struct("WWAN_NR_NEIGHBOR_CELLS_INFO", "wwan.h")(
        layout("L1", 44, "1709-co")(
            number("u32", "SystemSubType", "WWAN_DATA_SUBCLASS"),
            number("u32", "ProviderIdOffset"),
            number("u32", "ProviderIdSize"),
            number("u32", "CellIDOffset"),
            number("u32", "CellIDSize"),
            number("u32", "PhysicalCellID", personal="place"),
            number("u32", "TAC", personal="place"),
            number("u32", "RSRP"),
            number("u32", "RSRQ"),
            number("u32", "SINR"),
            octets("Data", 1, personal="place"),
        )
    ),
    struct("WWAN_NR_SERVING_CELLS", "wwan.h")(
        layout("L1", 8, "1709-co")(
            number("u32", "ElementCount"), octets("NRServingCells", 1, personal="place")
        )
    ),
    struct("WWAN_NR_SERVING_CELLS_INFO", "wwan.h")(
        layout("L1", 56, "1709-co")(
            number("u32", "ProviderIdOffset"),
            number("u32", "ProviderIdSize"),
            number("u64", "NCI", personal="place"),
            number("u32", "PhysicalCellID", personal="place"),
            number("u32", "NRARFCN", personal="place"),
            number("u32", "TAC", personal="place"),
            number("u32", "RSRP"),
            number("u32", "RSRQ"),
            number("u32", "SINR"),
            number("u64", "TimingAdvance", personal="place"),
            octets("Data", 1, personal="place"),
        )
    ),
    struct("WWAN_OFFSET_SIZE_ELEMENT", "wwan.h")(
        layout("L1", 8, "win7-co")(number("u32", "Offset"), number("u32", "Size"))
    ),
    struct("WWAN_PACKET_SERVICE", "wwan.h")(
        layout("L1", 16, "win7-1809")(
            number("u32", "uNwError", origin="environment", comparison="always", live="free"),
            number(
                "u32",
                "PacketServiceState",
                "WWAN_PACKET_SERVICE_STATE",
                origin="model",
                live="steady",
            ),
            number("u32", "AvailableDataClass", "WWAN_DATA_CLASS", origin="environment"),
            number("u32", "CurrentDataClass", "WWAN_DATA_CLASS", origin="environment"),
        ),
        layout("L2", 20, "1903", extends="L1")(
            number(
                "u32",
                "FrequencyRange",
                "WWAN_5G_FREQUENCY_RANGE",
                origin="environment",
                comparison="never",
            )
        ),
        layout("L3", 32, "2004-fe", extends="L2")(
            number(
                "u32",
                "CurrentDataSubClass",
                "WWAN_DATA_SUBCLASS",
                origin="environment",
                comparison="never",
            ),
            nested("CurrentTai", "WWAN_SINGLE_TAI", origin="environment", comparison="never"),
        ),
        layout("L4", 36, "co", extends="L3")(
            number("u32", "Rel3GppVer", origin="environment", comparison="never")
        ),
    ),
    struct("WWAN_PCO_VALUE", "wwan.h")(
        layout("L1", 264, "1709-co")(
            number("u32", "Size", origin="environment"),
            number("u32", "Type", "WWAN_PCO_TYPE", origin="environment"),
            octets("PcoData", 256, personal="content", origin="environment"),
        )
    ),
    struct(
        "WWAN_PIN_ACTION",
        "wwan.h",
        note=("The prompt flag is in kits from the 1809 generation on, without a version gate."),
    )(
        layout("L1", 60, "win7")(
            number("u32", "PinType", "WWAN_PIN_TYPE"),
            number("u32", "PinOperation", "WWAN_PIN_OPERATION"),
            text("Pin", 12, personal="secret"),
            text("NewPin", 12, personal="secret"),
            number("bool8", "RequestPinOperationPrompt"),
        ),
        layout("L2", 76, "1507-1607 1709")(
            number("u32", "PinType", "WWAN_PIN_TYPE"),
            number("u32", "PinOperation", "WWAN_PIN_OPERATION"),
            text("Pin", 17, personal="secret"),
            text("NewPin", 17, personal="secret"),
        ),
        layout("L3", 80, "win8-co", extends="L2")(number("bool8", "RequestPinOperationPrompt")),
    ),
    struct("WWAN_PIN_ACTION_EX2", "wwan.h")(
        layout("L1", 96, "1507")(
            number("u32", "PinType", "WWAN_PIN_TYPE"),
            number("u32", "PinOperation", "WWAN_PIN_OPERATION"),
            text("Pin", 17, personal="secret"),
            text("NewPin", 17, personal="secret"),
            number("u8", "AppIdLength"),
            octets("AppId", 16),
        ),
        layout("L2", 112, "1607 1709 1809-co", extends="L1")(octets("AppId", 32)),
    ),
    struct("WWAN_PIN_APP", "wwan.h")(
        layout("L1", 40, "1903-co")(
            number("u32", "Version"), number("u8", "AppIdLength"), octets("AppId", 32)
        )
    ),
    struct("WWAN_PIN_DESC", "wwan.h")(
        layout("L1", 16, "win7-co")(
            number("u32", "PinMode", "WWAN_PIN_MODE", origin="model"),
            number("u32", "PinFormat", "WWAN_PIN_FORMAT", origin="model"),
            number("u32", "PinLengthMin", origin="model"),
            number("u32", "PinLengthMax", origin="model"),
        )
    ),
    struct("WWAN_PIN_INFO", "wwan.h")(
        layout("L1", 12, "win7-co")(
            number("u32", "PinType", "WWAN_PIN_TYPE", origin="model", live="steady"),
            number("u32", "PinState", "WWAN_PIN_STATE", origin="model", live="steady"),
            number("u32", "AttemptsRemaining", origin="model", live="steady"),
        )
    ),
    struct("WWAN_PIN_LIST", "wwan.h")(
        layout("L1", 160, "win7-co")(
            nested("WwanPinDescPin1", "WWAN_PIN_DESC"),
            nested("WwanPinDescPin2", "WWAN_PIN_DESC"),
            nested("WwanPinDescDeviceSimPin", "WWAN_PIN_DESC"),
            nested("WwanPinDescDeviceFirstSimPin", "WWAN_PIN_DESC"),
            nested("WwanPinDescNetworkPin", "WWAN_PIN_DESC"),
            nested("WwanPinDescNetworkSubsetPin", "WWAN_PIN_DESC"),
            nested("WwanPinDescSvcProviderPin", "WWAN_PIN_DESC"),
            nested("WwanPinDescCorporatePin", "WWAN_PIN_DESC"),
            nested("WwanPinDescSubsidyLock", "WWAN_PIN_DESC"),
            nested("WwanPinDescCustom", "WWAN_PIN_DESC"),
        )
    ),
    struct("WWAN_PLMN", "wwan.h")(
        layout("L1", 4, "co")(
            number("u16", "Mcc", personal="place"), number("u16", "Mnc", personal="place")
        )
    ),
    struct("WWAN_PROVIDER", "wwan.h")(
        layout("L1", 68, "win7-co")(
            text("ProviderId", 7, origin="environment"),
            number("u32", "ProviderState", "WWAN_PROVIDER_STATE", origin="environment"),
            text("ProviderName", 21, origin="environment"),
            number("u32", "WwanDataClass", "WWAN_DATA_CLASS", origin="environment"),
        )
    ),
    struct("WWAN_PROVIDER2", "wwan.h")(
        layout("L1", 80, "win8-co")(
            nested("Provider", "WWAN_PROVIDER", origin="environment"),
            number("u32", "WwanCellularClass", "WWAN_CELLULAR_CLASS", origin="environment"),
            number("u32", "Rssi", origin="environment", within=RSSI, live="free"),
            number("u32", "ErrorRate", origin="environment", within=ERROR_RATE, live="free"),
        )
    ),
    struct("WWAN_PROVISIONED_CONTEXT_V2", "wwan.h")(
        layout("L1", 1284, "co")(
            nested("basicInfo", "WWAN_CONTEXT"),
            number("u32", "IPType", "WWAN_IP_TYPE", origin="model"),
            number("u32", "Enable", "WWAN_CONTEXT_ENABLE", origin="model"),
            number("u32", "Roaming", "WWAN_CONTEXT_ROAMING_CONTROL", origin="model"),
            number("u32", "MediaType", "WWAN_CONTEXT_MEDIA_TYPE", origin="model"),
            number("u32", "Source", "WWAN_CONFIGURATION_SOURCE", origin="model"),
            number("i32", "Reserved", origin="model"),
            nested("Snssai", "WWAN_SINGLE_NSSAI"),
        )
    ),
    struct("WWAN_PS_MEDIA_CONFIG_ITEM", "wwan.h")(
        layout("L1", 12, "1607-co")(
            number("u32", "ServicesBitMap"),
            number("u32", "MediaPreference", "WWAN_PSMEDIA_PREFERENCE"),
            number("u32", "MediaPreferenceSource", "WWAN_CONFIGURATION_SOURCE"),
        )
    ),
    struct("WWAN_QUERY_ATR_INFO", "wwan.h")(layout("L1", 4, "co")(number("u32", "SlotId"))),
    struct("WWAN_QUERY_READY_INFO", "wwan.h")(layout("L1", 4, "co")(number("u32", "SlotId"))),
    struct("WWAN_QUERY_UICC_RESET", "wwan.h")(layout("L1", 4, "co")(number("u32", "SlotId"))),
    struct("WWAN_QUERY_UICC_TERMINAL_CAPABILITY", "wwan.h")(
        layout("L1", 4, "co")(number("u32", "SlotId"))
    ),
    struct("WWAN_RADIO_STATE", "wwan.h")(
        layout("L1", 8, "win7-co")(
            number("u32", "HwRadioState", "WWAN_RADIO", origin="environment"),
            number("u32", "SwRadioState", "WWAN_RADIO", origin="model", fixed_by="radio.set-off"),
        )
    ),
    struct("WWAN_READY_INFO", "wwan.h")(
        layout("L1", 92, "win7-1903")(
            number("u32", "ReadyState", "WWAN_READY_STATE", origin="environment"),
            number("u32", "EmergencyMode", "WWAN_EMERGENCY_MODE", origin="environment"),
            text("SubscriberId", 16, personal="subscriber", origin="environment"),
            text("SimIccId", 21, personal="subscriber", origin="environment"),
            number("u8", "CdmaShortMsgSize", origin="model", comparison="never"),
            nested("TNListHeader", "WWAN_LIST_HEADER", origin="model"),
        ),
        layout("L2", 96, "2004-fe")(
            number("u32", "ReadyState", "WWAN_READY_STATE", origin="environment"),
            number("u32", "EmergencyMode", "WWAN_EMERGENCY_MODE", origin="environment"),
            text("SubscriberId", 16, personal="subscriber", origin="environment"),
            text("SimIccId", 21, personal="subscriber", origin="environment"),
            number("u8", "CdmaShortMsgSize", origin="model", comparison="never"),
            number(
                "u32",
                "StatusFlags",
                "WWAN_READY_STATUS_MASK",
                origin="environment",
                comparison="never",
            ),
            nested("TNListHeader", "WWAN_LIST_HEADER", origin="model"),
        ),
        layout("L3", 100, "co")(
            number("u32", "ReadyState", "WWAN_READY_STATE", origin="environment"),
            number("u32", "EmergencyMode", "WWAN_EMERGENCY_MODE", origin="environment"),
            text("SubscriberId", 16, personal="subscriber", origin="environment"),
            text("SimIccId", 21, personal="subscriber", origin="environment"),
            number("u8", "CdmaShortMsgSize", origin="model", comparison="never"),
            number(
                "u32",
                "StatusFlags",
                "WWAN_READY_STATUS_MASK",
                origin="environment",
                comparison="never",
            ),
            number("u32", "SlotId", origin="model", comparison="never"),
            nested("TNListHeader", "WWAN_LIST_HEADER", origin="model"),
        ),
    ),
    struct("WWAN_READY_INFO_REV1", "wwan.h")(
        layout("L1", 92, "2004-co")(
            number("u32", "ReadyState", "WWAN_READY_STATE"),
            number("u32", "EmergencyMode", "WWAN_EMERGENCY_MODE"),
            text("SubscriberId", 16, personal="subscriber"),
            text("SimIccId", 21, personal="subscriber"),
            number("u8", "CdmaShortMsgSize"),
            nested("TNListHeader", "WWAN_LIST_HEADER"),
        )
    ),
    struct("WWAN_READY_INFO_REV2_PRE2170", "wwan.h")(
        layout("L1", 96, "2004-co")(
            number("u32", "ReadyState", "WWAN_READY_STATE"),
            number("u32", "EmergencyMode", "WWAN_EMERGENCY_MODE"),
            text("SubscriberId", 16, personal="subscriber"),
            text("SimIccId", 21, personal="subscriber"),
            number("u8", "CdmaShortMsgSize"),
            number("u32", "StatusFlags"),
            nested("TNListHeader", "WWAN_LIST_HEADER"),
        )
    ),
    struct("WWAN_REGISTRATION_PARAMS_INFO", "wwan.h")(
        layout("L1", 28, "2004-fe")(
            number("u32", "MicoMode", "WWAN_MICO_MODE"),
            number("u32", "DRXParam", "WWAN_DRX_PARAMS"),
            number("u32", "LADNInfo", "WWAN_LADN_IND_REQUEST"),
            number("u32", "DefaultPDUSessionHint", "WWAN_DEFAULT_PDU_SESSION_HINT"),
            number("u32", "ReRegisterIfNeeded"),
            nested("PreConfiguredNSSAIListHeader", "WWAN_LIST_HEADER"),
        ),
        layout("L2", 44, "co")(
            number("u32", "MicoMode", "WWAN_MICO_MODE"),
            number("u32", "DRXParam", "WWAN_DRX_PARAMS"),
            number("u32", "LADNInfo", "WWAN_LADN_IND_REQUEST"),
            number("u32", "DefaultPDUSessionHint", "WWAN_DEFAULT_PDU_SESSION_HINT"),
            number("u32", "ReRegisterIfNeeded"),
            guid("OSId", personal="device"),
            nested("PreConfiguredNSSAIListHeader", "WWAN_LIST_HEADER"),
        ),
    ),
    struct("WWAN_REGISTRATION_STATE", "wwan.h")(
        layout("L1", 196, "win7")(
            number("u32", "uNwError", origin="environment", comparison="always", live="free"),
            number("u32", "RegisterState", "WWAN_REGISTER_STATE", origin="model", live="steady"),
            number("u32", "RegisterMode", "WWAN_REGISTER_MODE", origin="model"),
            text("ProviderId", 7, origin="environment"),
            text("ProviderName", 21, origin="environment"),
            text("RoamingText", 64, origin="environment"),
        ),
        layout("L2", 204, "win8-1809", extends="L1")(
            number("u32", "WwanRegFlags", "WWAN_REG_FLAGS", origin="model", live="steady"),
            number("u32", "CurrentCellularClass", "WWAN_CELLULAR_CLASS", origin="environment"),
        ),
        layout("L3", 208, "1903-co", extends="L2")(
            number(
                "u32", "PreferredDataClasses", "WWAN_DATA_CLASS", origin="model", comparison="never"
            )
        ),
    ),
    struct("WWAN_REGISTRATION_STATE_EX", "wwan.h")(
        layout("L1", 216, "1507-co")(
            number("u32", "uNwError"),
            number("u32", "RegisterState", "WWAN_REGISTER_STATE"),
            number("u32", "RegisterMode", "WWAN_REGISTER_MODE"),
            text("ProviderId", 7),
            text("ProviderName", 21),
            text("RoamingText", 64),
            number("u32", "WwanRegFlags", "WWAN_REG_FLAGS"),
            number("u32", "CurrentCellularClass", "WWAN_CELLULAR_CLASS"),
            number("u32", "AvailableDataClasses", "WWAN_DATA_CLASS"),
            number("u32", "VoiceSupport", "WWAN_REGISTRATION_VOICE_SUPPORT"),
            number("u32", "CurrentRATClass", "WWAN_DATA_CLASS"),
        )
    ),
    struct("WWAN_REGISTRATION_STATE_INFOS", "wwan.h")(
        layout("L1", 8, "1507-co")(nested("RegistrationStateListHeader", "WWAN_LIST_HEADER"))
    ),
    struct("WWAN_REJECTED_SNSSAI", "wwan.h")(
        layout("L1", 8, "2004-co")(
            number("u16", "CauseCode"),
            number("u16", "SliceServiceType"),
            number("u32", "SliceDifferentiator"),
        )
    ),
    struct("WWAN_REJECTED_SNSSAI_LIST", "wwan.h")(
        layout("L1", 12, "co")(
            number("u32", "ElementCount"), nested("Snssais", "WWAN_REJECTED_SNSSAI", count=1)
        )
    ),
    struct("WWAN_SAR_CONFIG_INDICES", "wwan.h")(
        layout("L1", 8, "1703-co")(
            number("u32", "SarAntennaIndex"), number("u32", "SarBackoffIndex")
        )
    ),
    struct("WWAN_SAR_CONFIG_INFO", "wwan.h")(
        layout("L1", 20, "1703-co")(
            number("u32", "SarMode", "WWAN_SAR_CONTROL_MODE"),
            number("u32", "SarBackoffStatus", "WWAN_SAR_BACKOFF_STATE"),
            number("u32", "SarWifiIntegration", "WWAN_SAR_WIFI_HARDWARE_INTEGRATION"),
            nested("SarConfigIndexListHeader", "WWAN_LIST_HEADER"),
        )
    ),
    struct("WWAN_SAR_TRANSMISSION_STATUS_INFO", "wwan.h")(
        layout("L1", 12, "1703-co")(
            number("u32", "ChannelNotification", "WWAN_SAR_TRANSMISSION_STATUS_NOTIFICATION_STATE"),
            number("u32", "TransmissionStatus", "WWAN_SAR_TRANSMISSION_STATUS"),
            number("u32", "HysteresisTimer"),
        )
    ),
    struct("WWAN_SERVICE_ACTIVATION", "wwan.h")(
        layout("L1", 4, "win7-co")(number("u32", "uVendorSpecificBufferSize"))
    ),
    struct("WWAN_SERVICE_ACTIVATION_STATUS", "wwan.h")(
        layout("L1", 8, "win7-co")(
            number("u32", "uNwError", origin="environment", comparison="always", live="free"),
            number("u32", "uVendorSpecificBufferSize", origin="environment", comparison="never"),
        )
    ),
    struct("WWAN_SET_CONTEXT", "wwan.h")(
        layout("L1", 1260, "win7-co")(
            number("u32", "ContextId"),
            number("u32", "ContextType", "WWAN_CONTEXT_TYPE"),
            text("AccessString", 101, personal="subscriber"),
            text("UserName", 256, personal="subscriber"),
            text("Password", 256, personal="secret"),
            number("u32", "Compression", "WWAN_COMPRESSION"),
            number("u32", "AuthType", "WWAN_AUTH_PROTOCOL"),
            text("ProviderId", 7),
        )
    ),
    struct("WWAN_SET_CONTEXT_STATE", "wwan.h")(
        layout("L1", 1244, "win7")(
            number("u32", "ConnectionId"),
            number("u32", "ActivationCommand", "WWAN_ACTIVATION_COMMAND"),
            text("AccessString", 101, personal="subscriber"),
            text("UserName", 256, personal="subscriber"),
            text("Password", 256, personal="secret"),
            number("u32", "Compression", "WWAN_COMPRESSION"),
            number("u32", "AuthType", "WWAN_AUTH_PROTOCOL"),
        ),
        layout("L2", 1248, "win8-1507", extends="L1")(number("u32", "IPType", "WWAN_IP_TYPE")),
        layout("L3", 1256, "1607-fe", extends="L2")(
            number("u32", "MediaPreference", "WWAN_PSMEDIA_PREFERENCE"),
            number("u32", "ConnectionMediaSource", "WWAN_CONFIGURATION_SOURCE"),
        ),
        layout("L4", 1284, "co", extends="L3")(
            number("u32", "ActivationOption", "WWAN_ACTIVATION_OPTION"),
            nested("Snssai", "WWAN_SINGLE_NSSAI"),
            nested("TrafficParameters", "WWAN_OFFSET_SIZE_ELEMENT"),
        ),
    ),
    struct("WWAN_SET_CONTEXT_V2", "wwan.h")(
        layout("L1", 1288, "1703-co")(
            nested("basicInfo", "WWAN_SET_CONTEXT"),
            number("u32", "Operation", "WWAN_CONTEXT_OPERATIONS"),
            number("u32", "IPType", "WWAN_IP_TYPE"),
            number("u32", "Enable", "WWAN_CONTEXT_ENABLE"),
            number("u32", "Roaming", "WWAN_CONTEXT_ROAMING_CONTROL"),
            number("u32", "MediaType", "WWAN_CONTEXT_MEDIA_TYPE"),
            number("u32", "Source", "WWAN_CONFIGURATION_SOURCE"),
            number("i32", "Reserved"),
        )
    ),
    struct("WWAN_SET_IMS_VOICE_STATE", "wwan.h")(
        layout("L1", 4, "1507-co")(number("u32", "ImsVoiceStatus", "WWAN_IMS_VOICE_STATUS"))
    ),
    struct("WWAN_SET_LOCATION_STATE", "wwan.h")(
        layout("L1", 4, "1507-co")(number("u32", "Trigger", "WWAN_LOCATION_TRIGGER_MODE"))
    ),
    struct("WWAN_SET_LTE_ATTACH", "wwan.h")(
        layout("L1", 3864, "1703-co")(nested("SetContextArray", "WWAN_SET_CONTEXT_V2", count=3))
    ),
    struct("WWAN_SET_PROVISIONED_CONTEXT_V2", "wwan.h")(
        layout("L1", 1304, "co")(
            nested("basicInfo", "WWAN_SET_CONTEXT"),
            number("u32", "Operation", "WWAN_CONTEXT_OPERATIONS"),
            number("u32", "IPType", "WWAN_IP_TYPE"),
            number("u32", "Enable", "WWAN_CONTEXT_ENABLE"),
            number("u32", "Roaming", "WWAN_CONTEXT_ROAMING_CONTROL"),
            number("u32", "MediaType", "WWAN_CONTEXT_MEDIA_TYPE"),
            number("u32", "Source", "WWAN_CONFIGURATION_SOURCE"),
            number("i32", "Reserved"),
            nested("Snssai", "WWAN_SINGLE_NSSAI"),
        )
    ),
    struct("WWAN_SET_REGISTER_STATE", "wwan.h")(
        layout("L1", 24, "win7-co")(
            text("ProviderId", 7),
            number("u32", "RegisterAction", "WWAN_REGISTER_ACTION"),
            number("u32", "WwanDataClass", "WWAN_DATA_CLASS"),
        )
    ),
    struct("WWAN_SET_REGISTER_STATE_EX", "wwan.h")(
        layout("L1", 44, "1507-co")(
            text("ProviderId", 7),
            number("u32", "RegisterAction", "WWAN_REGISTER_ACTION"),
            number("u32", "WwanDataClass", "WWAN_DATA_CLASS"),
            number("u32", "WwanVoiceClass", "WWAN_REGISTRATION_VOICE_CLASS"),
            number("u32", "WwanVoiceDomain", "WWAN_REGISTRATION_VOICE_DOMAIN_PREFERENCE"),
            number("u32", "WwanCdmaRoamMode", "WWAN_REGISTRATION_CDMA_ROAM_MODE"),
            nested("AcquisitionOrderListHeader", "WWAN_LIST_HEADER"),
        )
    ),
    struct("WWAN_SET_SAR_CONFIG", "wwan.h")(
        layout("L1", 16, "1703-co")(
            number("u32", "SarMode", "WWAN_SAR_CONTROL_MODE"),
            number("u32", "SarBackoffStatus", "WWAN_SAR_BACKOFF_STATE"),
            nested("SarConfigIndexListHeader", "WWAN_LIST_HEADER"),
        )
    ),
    struct("WWAN_SET_SAR_TRANSMISSION_STATUS", "wwan.h")(
        layout("L1", 8, "1703-co")(
            number("u32", "ChannelNotification", "WWAN_SAR_TRANSMISSION_STATUS_NOTIFICATION_STATE"),
            number("u32", "HysteresisTimer"),
        )
    ),
    struct("WWAN_SET_SIGNAL_INDICATION", "wwan.h")(
        layout("L1", 8, "win7-co")(
            number("u32", "RssiInterval"), number("u32", "RssiThreshold", within=RSSI_THRESHOLD)
        )
    ),
    struct("WWAN_SET_SIGNAL_INDICATION_EX", "wwan.h")(
        layout("L1", 16, "1507-co")(
            number("u32", "RssiInterval"),
            number("u32", "RssiThreshold"),
            number("u32", "ErrorRateThreshold"),
            number("u32", "SnrThreshold"),
        )
    ),
    struct("WWAN_SET_SMS_CONFIGURATION", "wwan.h")(
        layout("L1", 20, "win7-mn")(
            chars("ScAddress", 16, personal="peer"), number("u32", "SmsFormat", "WWAN_SMS_FORMAT")
        ),
        layout("L2", 28, "fe-co", extends="L1")(chars("ScAddress", 21, personal="peer")),
    ),
    struct("WWAN_SET_UICC_APDU", "wwan.h")(
        layout("L1", 20, "1607-fe")(
            number("u32", "Channel"),
            number("u32", "SecureMessaging", "WWAN_UICC_SECURE_MESSAGING"),
            number("u32", "Type", "WWAN_UICC_CLASS_BYTE_TYPE"),
            number("u32", "CommandLength"),
            octets("Command", 1, personal="content"),
        ),
        layout("L2", 24, "co")(
            number("u32", "Channel"),
            number("u32", "SecureMessaging", "WWAN_UICC_SECURE_MESSAGING"),
            number("u32", "Type", "WWAN_UICC_CLASS_BYTE_TYPE"),
            number("u32", "CommandLength"),
            number("u32", "SlotId"),
            octets("Command", 1, personal="content"),
        ),
    ),
    struct(
        "WWAN_SET_UICC_CLOSE_CHANNEL",
        "wwan.h",
        note="Older kits have SelectP2Arg where Windows 11 has SlotId.",
    )(
        layout("L1", 12, "1607 1709 1809")(
            number("u32", "Channel"), number("u32", "ChannelGroup"), number("u32", "SelectP2Arg")
        ),
        layout("L2", 8, "1607-fe")(number("u32", "Channel"), number("u32", "ChannelGroup")),
        layout("L3", 12, "co", extends="L2")(number("u32", "SlotId")),
    ),
    struct("WWAN_SET_UICC_OPEN_CHANNEL", "wwan.h")(
        layout("L1", 44, "1607-fe")(
            number("u32", "AppIdLength"),
            octets("AppId", 32),
            number("u32", "SelectP2Arg"),
            number("u32", "ChannelGroup"),
        ),
        layout("L2", 48, "co", extends="L1")(number("u32", "SlotId")),
    ),
    struct("WWAN_SET_UICC_RESET", "wwan.h")(
        layout("L1", 4, "1709-fe")(
            number("u32", "PassThroughAction", "WWAN_UICC_PASSTHROUGH_ACTION")
        ),
        layout("L2", 8, "co", extends="L1")(number("u32", "SlotId")),
    ),
    struct("WWAN_SET_UICC_TERMINAL_CAPABILITY", "wwan.h")(
        layout("L1", 8, "1607-fe")(nested("CapabilityListHeader", "WWAN_LIST_HEADER")),
        layout("L2", 12, "co")(
            number("u32", "SlotId"), nested("CapabilityListHeader", "WWAN_LIST_HEADER")
        ),
    ),
    struct("WWAN_SIGNAL_STATE", "wwan.h")(
        layout("L1", 16, "win7-1809")(
            number("u32", "Rssi", origin="environment", within=RSSI, live="free"),
            number("u32", "ErrorRate", origin="environment", within=ERROR_RATE, live="free"),
            number("u32", "RssiInterval", origin="model"),
            number("u32", "RssiThreshold", origin="model", within=RSSI_THRESHOLD),
        ),
        layout("L2", 24, "1903-co", extends="L1")(
            nested("SignalStateListHeader", "WWAN_LIST_HEADER", origin="model", comparison="never")
        ),
    ),
    struct("WWAN_SIGNAL_STATE_EX", "wwan.h")(
        layout("L1", 32, "1507-co")(
            number("u32", "Rssi"),
            number("u32", "ErrorRate"),
            number("u32", "RssiInterval"),
            number("u32", "RssiThreshold"),
            number("u32", "ErrorRateThreshold"),
            number("u32", "Snr"),
            number("u32", "SnrThreshold"),
            number("u32", "DataClass", "WWAN_DATA_CLASS"),
        )
    ),
    struct("WWAN_SIGNAL_STATE_EXT", "wwan.h")(
        layout("L1", 20, "win7-co")(
            number("u32", "RSRP", origin="environment"),
            number("u32", "RSRPThreshold", origin="model"),
            number("u32", "SNR", origin="environment"),
            number("u32", "SNRThreshold", origin="model"),
            number("u32", "DataClass", "WWAN_DATA_CLASS", origin="environment"),
        )
    ),
    struct("WWAN_SIGNAL_STATE_INFOS", "wwan.h")(
        layout("L1", 8, "1507-co")(nested("SignalStateListHeader", "WWAN_LIST_HEADER"))
    ),
    struct("WWAN_SINGLE_NSSAI", "wwan.h")(
        layout("L1", 16, "2004-co")(
            number("u32", "Bitmasks", origin="environment"),
            number("u16", "SliceServiceType", origin="environment"),
            number("u16", "MappedSliceServiceType", origin="environment"),
            number("u32", "SliceDifferentiator", origin="environment"),
            number("u32", "MappedSliceDifferentiator", origin="environment"),
        )
    ),
    struct("WWAN_SINGLE_TAI", "wwan.h")(
        layout("L1", 8, "win7-co")(
            number("u16", "Mcc", personal="place", origin="environment"),
            number("u16", "Mnc", personal="place", origin="environment"),
            number("u32", "Tac", personal="place", origin="environment"),
        )
    ),
    struct("WWAN_SLOT_INFO", "wwan.h")(
        layout("L1", 8, "1507-co")(
            number("u32", "SlotIndex"), number("u32", "State", "WWAN_UICCSLOT_STATE")
        )
    ),
    struct("WWAN_SMS_CDMA_RECORD", "wwan.h")(
        layout("L1", 252, "win7-co")(
            number("u32", "MessageIndex"),
            number("u32", "MsgStatus", "WWAN_MSG_STATUS"),
            chars("Address", 50, personal="peer"),
            chars("ScTimeStamp", 20, personal="content"),
            number("u32", "EncodingId", "WWAN_SMS_CDMA_ENCODING"),
            number("u32", "LanguageId", "WWAN_SMS_CDMA_LANG"),
            number("u16", "SizeInBytes"),
            number("u8", "SizeInCharacters"),
            octets("EncodedMsg", 160, personal="content"),
        )
    ),
    struct("WWAN_SMS_CONFIGURATION", "wwan.h")(
        layout("L1", 24, "win7-mn")(
            chars("ScAddress", 16, personal="peer"),
            number("u32", "SmsFormat", "WWAN_SMS_FORMAT"),
            number("u32", "ulMaxMessageIndex"),
        ),
        layout("L2", 32, "fe-co", extends="L1")(chars("ScAddress", 21, personal="peer")),
    ),
    struct("WWAN_SMS_FILTER", "wwan.h")(
        layout("L1", 8, "win7-co")(
            number("u32", "Flag", "WWAN_SMS_FLAG"), number("u32", "MessageIndex")
        )
    ),
    struct("WWAN_SMS_PDU_RECORD", "wwan.h")(
        layout("L1", 376, "win7-co")(
            number("u32", "MessageIndex"),
            number("u32", "MsgStatus", "WWAN_MSG_STATUS"),
            number("u8", "Size"),
            chars("PduData", 366, personal="content"),
        )
    ),
    struct("WWAN_SMS_READ", "wwan.h")(
        layout("L1", 12, "win7-co")(
            number("u32", "SmsFormat", "WWAN_SMS_FORMAT"), nested("ReadFilter", "WWAN_SMS_FILTER")
        )
    ),
    struct("WWAN_SMS_SEND", "wwan.h")(
        layout("L1", 372, "win7-co")(
            number("u32", "SmsFormat", "WWAN_SMS_FORMAT"),
            union(
                "u",
                "SmsFormat",
                ("WwanSmsFormatPdu", nested("Pdu", "WWAN_SMS_SEND_PDU")),
                ("WwanSmsFormatCdma", nested("Cdma", "WWAN_SMS_SEND_CDMA")),
            ),
        )
    ),
    struct("WWAN_SMS_SEND_CDMA", "wwan.h")(
        layout("L1", 224, "win7-co")(
            number("u32", "EncodingId", "WWAN_SMS_CDMA_ENCODING"),
            number("u32", "LanguageId", "WWAN_SMS_CDMA_LANG"),
            chars("Address", 50, personal="peer"),
            number("u16", "SizeInBytes"),
            number("u8", "SizeInCharacters"),
            octets("EncodedMsg", 160, personal="content"),
        )
    ),
    struct("WWAN_SMS_SEND_PDU", "wwan.h")(
        layout("L1", 367, "win7-co")(
            number("u8", "Size"), chars("PduData", 366, personal="content")
        )
    ),
    struct("WWAN_SMS_STATUS", "wwan.h")(
        layout("L1", 8, "win7-co")(number("u32", "uFlag"), number("u32", "MessageIndex"))
    ),
    struct("WWAN_SNSSAI_LIST", "wwan.h")(
        layout("L1", 20, "co")(
            number("u32", "ElementCount"), nested("Snssais", "WWAN_SINGLE_NSSAI", count=1)
        )
    ),
    struct("WWAN_SUPPORTED_DEVICE_SERVICES", "wwan.h")(
        layout("L1", 20, "win8-co")(
            number("u32", "uMaxCommandDataSize", origin="model"),
            number("u32", "uMaxSessionDataSize", origin="model"),
            number("u32", "uMaxSessionCount", origin="model"),
            nested("ListHeader", "WWAN_LIST_HEADER", origin="model"),
        )
    ),
    struct(
        "WWAN_SYS_CAPS_INFO",
        "wwan.h",
        note="The 8-byte ModemID of later kits moves the structure to 8-byte alignment.",
    )(
        layout("L1", 12, "1507-1607")(
            number("u32", "NumberOfExecutors"),
            number("u32", "NumberOfSlots"),
            number("u32", "Concurrency"),
        ),
        layout("L2", 24, "1507-co", extends="L1")(number("u64", "ModemID", personal="device")),
    ),
    struct("WWAN_TAI_LIST", "wwan.h")(
        layout("L1", 8, "co")(
            number("u32", "TaiListType", "WWAN_STRUCT_TYPE"),
            octets("DataBuffer", 1, personal="place"),
        )
    ),
    struct("WWAN_TAI_LIST_MULTI_PLMN", "wwan.h")(
        layout("L1", 12, "co")(
            number("u32", "ElementCount"), nested("Tais", "WWAN_SINGLE_TAI", count=1)
        )
    ),
    struct("WWAN_TAI_LIST_SINGLE_PLMN", "wwan.h")(
        layout("L1", 12, "co")(
            nested("Plmn", "WWAN_PLMN"),
            number("u32", "ElementCount"),
            number("u32", "Tacs", count=1, personal="place"),
        )
    ),
    struct("WWAN_TDSCDMA_MRL", "wwan.h")(
        layout("L1", 8, "1709-co")(
            number("u32", "ElementCount"), octets("TDSCDMAMrl", 1, personal="place")
        )
    ),
    struct("WWAN_TDSCDMA_MRL_INFO", "wwan.h")(
        layout("L1", 40, "1709-co")(
            number("u32", "ProviderIdOffset"),
            number("u32", "ProviderIdSize"),
            number("u32", "LocationAreaCode", personal="place"),
            number("u32", "CellId", personal="place"),
            number("u32", "UARFCN", personal="place"),
            number("u32", "CellParameterId", personal="place"),
            number("u32", "TimingAdvance", personal="place"),
            number("u32", "RSCP"),
            number("u32", "PathLoss"),
            octets("Data", 1, personal="place"),
        )
    ),
    struct("WWAN_TDSCDMA_SERVING_CELL_INFO", "wwan.h")(
        layout("L1", 40, "1709-co")(
            number("u32", "ProviderIdOffset"),
            number("u32", "ProviderIdSize"),
            number("u32", "LocationAreaCode", personal="place"),
            number("u32", "CellId", personal="place"),
            number("u32", "UARFCN", personal="place"),
            number("u32", "CellParameterId", personal="place"),
            number("u32", "TimingAdvance", personal="place"),
            number("u32", "RSCP"),
            number("u32", "PathLoss"),
            octets("Data", 1, personal="place"),
        )
    ),
    struct("WWAN_TLV_IE", "wwan.h")(
        layout("L1", 8, "2004-co")(
            number("u16", "Type", "WWAN_TLV_TYPE"),
            number("u8", "Reserved"),
            number("u8", "PaddingLength"),
            number("u32", "DataLength"),
        )
    ),
    struct("WWAN_UE_POLICY_INFO", "wwan.h")(
        layout("L1", 8, "co")(nested("RawTdOnlyData", "WWAN_OFFSET_SIZE_ELEMENT"))
    ),
    struct("WWAN_UICC_ACCESS_BINARY", "wwan.h")(
        layout("L1", 68, "1507")(
            nested("UiccFilePath", "WWAN_UICC_FILE_PATH"),
            number("u32", "Offset"),
            number("u32", "NumberOfBytes"),
            number("u8", "LocalPinLength"),
            octets("LocalPin", 17, personal="secret"),
            number("u16", "CommandDataLength"),
            octets("CommandData", 1, personal="content"),
        ),
        layout("L2", 84, "1607 1709 1809", extends="L1")(
            nested("UiccFilePath", "WWAN_UICC_FILE_PATH", "L2")
        ),
        layout("L3", 116, "1903-co")(
            number("u32", "Version"),
            octets("AppId", 32),
            nested("UiccFilePath", "WWAN_UICC_FILE_PATH", "L3"),
            number("u32", "FileOffset"),
            number("u32", "NumberOfBytes"),
            number("u8", "LocalPinSize"),
            octets("LocalPin", 17, personal="secret"),
            number("u16", "BinaryDataSize"),
            octets("BinaryData", 1, personal="content"),
        ),
    ),
    struct("WWAN_UICC_ACCESS_RECORD", "wwan.h")(
        layout("L1", 320, "1507")(
            nested("UiccFilePath", "WWAN_UICC_FILE_PATH"),
            number("u32", "RecordNumber"),
            number("u32", "NumberOfBytes"),
            number("u8", "LocalPinLength"),
            octets("LocalPin", 17, personal="secret"),
            number("u8", "CommandDataLength"),
            octets("CommandData", 256, personal="content"),
        ),
        layout("L2", 336, "1607 1709 1809", extends="L1")(
            nested("UiccFilePath", "WWAN_UICC_FILE_PATH", "L2")
        ),
        layout("L3", 364, "1903-co")(
            number("u32", "Version"),
            octets("AppId", 32),
            nested("UiccFilePath", "WWAN_UICC_FILE_PATH", "L3"),
            number("u32", "RecordNumber"),
            number("u8", "LocalPinSize"),
            octets("LocalPin", 17, personal="secret"),
            number("u8", "RecordDataSize"),
            octets("RecordData", 256, personal="content"),
        ),
    ),
    struct("WWAN_UICC_APDU_INFO", "wwan.h")(
        layout("L1", 12, "1607")(
            number("u32", "Status"),
            number("u32", "ResponseLength"),
            octets("Response", 1, personal="content"),
        ),
        layout("L2", 12, "1607-co", extends="L1")(octets("Status", 2)),
    ),
    struct("WWAN_UICC_APP_INFO", "wwan.h")(
        layout("L1", 312, "1903-co")(
            number("u32", "AppType", "WWAN_UICC_APP_TYPE"),
            number("u32", "AppIdSize"),
            octets("AppId", 32),
            number("u32", "AppNameLength"),
            octets("AppName", 256),
            number("u32", "NumPins"),
            octets("PinRef", 8),
        )
    ),
    struct("WWAN_UICC_APP_LIST", "wwan.h")(
        layout("L1", 20, "1903-co")(
            number("u32", "Version"),
            number("u32", "AppCount"),
            number("u32", "ActiveAppIndex"),
            number("u32", "AppListSize"),
            octets("Response", 1, personal="content"),
        )
    ),
    struct("WWAN_UICC_CLOSE_CHANNEL_INFO", "wwan.h")(
        layout("L1", 4, "1607")(number("u32", "Status")),
        layout("L2", 2, "1607-co")(octets("Status", 2)),
    ),
    struct("WWAN_UICC_FILE_PATH", "wwan.h")(
        layout("L1", 34, "1507")(
            number("u8", "AppIdLength"),
            octets("AppId", 16),
            number("u8", "FilePathLength"),
            number("u16", "FilePath", count=8),
        ),
        layout("L2", 50, "1607 1709 1809", extends="L1")(octets("AppId", 32)),
        layout("L3", 48, "1903-co")(
            number("u32", "Version"),
            number("u8", "AppIdLength"),
            octets("AppId", 32),
            number("u8", "FilePathLength"),
            octets("FilePath", 8),
        ),
    ),
    struct("WWAN_UICC_FILE_STATUS", "wwan.h")(
        layout("L1", 44, "1507-1607 1709 1809")(
            number("u32", "StatusWord1"),
            number("u32", "StatusWord2"),
            number("u32", "FileAccessibility", "WWAN_UICC_FILE_ACCESSIBILITY"),
            number("u32", "FileType", "WWAN_UICC_FILE_TYPE"),
            number("u32", "FileStructure", "WWAN_UICC_FILE_STRUCTURE"),
            number("u32", "ItemCount"),
            number("u32", "Size"),
            number("u32", "FileLockStatus", "WWAN_PIN_TYPE", count=4),
        ),
        layout("L2", 48, "1903-co")(
            number("u32", "Version"),
            number("u32", "StatusWord1"),
            number("u32", "StatusWord2"),
            number("u32", "FileAccessibility", "WWAN_UICC_FILE_ACCESSIBILITY"),
            number("u32", "FileType", "WWAN_UICC_FILE_TYPE"),
            number("u32", "FileStructure", "WWAN_UICC_FILE_STRUCTURE"),
            number("u32", "ItemCount"),
            number("u32", "ItemSize"),
            number("u32", "FileLockStatus", "WWAN_PIN_TYPE", count=4),
        ),
    ),
    struct("WWAN_UICC_OPEN_CHANNEL_INFO", "wwan.h")(
        layout("L1", 16, "1607")(
            number("u32", "Status"),
            number("u32", "Channel"),
            number("u32", "ResponseLength"),
            octets("Response", 1, personal="content"),
        ),
        layout("L2", 16, "1607-co", extends="L1")(octets("Status", 2)),
    ),
    struct("WWAN_UICC_RESET_INFO", "wwan.h")(
        layout("L1", 4, "1709-co")(
            number("u32", "PassThroughStatus", "WWAN_UICC_PASSTHROUGH_STATUS")
        )
    ),
    struct("WWAN_UICC_RESPONSE", "wwan.h")(
        layout("L1", 12, "1507-1607 1709 1809")(
            number("u32", "StatusWord1"),
            number("u32", "StatusWord2"),
            number("u16", "ResponseDataLength"),
            octets("ResponseData", 1, personal="content"),
        ),
        layout("L2", 16, "1903-co")(
            number("u32", "Version"),
            number("u32", "StatusWord1"),
            number("u32", "StatusWord2"),
            number("u16", "ResponseDataSize"),
            octets("ResponseData", 1, personal="content"),
        ),
    ),
    struct("WWAN_UICC_TERMINAL_CAPABILITY_INFO", "wwan.h")(
        layout("L1", 8, "1607-co")(nested("CapabilityListHeader", "WWAN_LIST_HEADER"))
    ),
    struct("WWAN_UICC_TERMINAL_CAPABILITY_TLV", "wwan.h")(
        layout("L1", 3, "1607-co")(octets("Data", 3))
    ),
    struct("WWAN_UMTS_MRL", "wwan.h")(
        layout("L1", 8, "1709-co")(
            number("u32", "ElementCount"), octets("UMTSMrl", 1, personal="place")
        )
    ),
    struct("WWAN_UMTS_MRL_INFO", "wwan.h")(
        layout("L1", 40, "1709-co")(
            number("u32", "ProviderIdOffset"),
            number("u32", "ProviderIdSize"),
            number("u32", "LocationAreaCode", personal="place"),
            number("u32", "CellId", personal="place"),
            number("u32", "UARFCN", personal="place"),
            number("u32", "PrimaryScramblingCode", personal="place"),
            number("u32", "RSCP"),
            number("u32", "ECNO"),
            number("u32", "PathLoss"),
            octets("Data", 1, personal="place"),
        )
    ),
    struct("WWAN_UMTS_SERVING_CELL_INFO", "wwan.h")(
        layout("L1", 52, "1709-co")(
            number("u32", "ProviderIdOffset"),
            number("u32", "ProviderIdSize"),
            number("u32", "LocationAreaCode", personal="place"),
            number("u32", "CellId", personal="place"),
            number("u32", "FrequencyInfoUL", personal="place"),
            number("u32", "FrequencyInfoDL", personal="place"),
            number("u32", "FrequencyInfoNT", personal="place"),
            number("u32", "UARFCN", personal="place"),
            number("u32", "PrimaryScramblingCode", personal="place"),
            number("u32", "RSCP"),
            number("u32", "ECNO"),
            number("u32", "PathLoss"),
            octets("Data", 1, personal="place"),
        )
    ),
    struct("WWAN_USSD_EVENT", "wwan.h")(
        layout("L1", 172, "win8-co")(
            number("u32", "EventType", "WWAN_USSD_EVENT_TYPE"),
            number("u32", "SessionState", "WWAN_USSD_SESSION_STATE"),
            nested("UssdString", "WWAN_USSD_STRING"),
        )
    ),
    struct("WWAN_USSD_REQUEST", "wwan.h")(
        layout("L1", 168, "win8-co")(
            number("u32", "RequestType", "WWAN_USSD_REQUEST_TYPE"),
            nested("UssdString", "WWAN_USSD_STRING"),
        )
    ),
    struct("WWAN_USSD_STRING", "wwan.h")(
        layout("L1", 162, "win8-co")(
            number("u8", "DataCodingScheme"),
            number("u8", "StringLength"),
            octets("String", 160, personal="content"),
        )
    ),
    struct("WWAN_VENDOR_SPECIFIC", "wwan.h")(
        layout("L1", 4, "win7-co")(number("u32", "uVendorSpecificBufferSize"))
    ),
)
