"""Enumerations and flags of MBIM, with their counterparts on the NDIS side."""

from wwanreplay.mbim.row_forms import enum

ENUMS = (
    enum("Mbim3gppReleaseVersion", unverified=True)(
        ("Pre15", 0), ("Release15", 15), ("Release16", 16), ("Unknown", 0xFFFFFFFF)
    ),
    enum(
        "MbimAccessMediaType",
        wwan="WWAN_CONNECTION_MEDIA",
        same_numbers=False,
        differences=(
            ("3GPP_PREFERRED 2", "WwanConnectionMediaCellularPreferred 3", "number differs (inferred from names)"),
        ),
    )(
        ("MBIM_ACCESS_MEDIA_TYPE_UNKNOWN", 0),
        ("MBIM_ACCESS_MEDIA_TYPE_3GPP", 1),
        ("MBIM_ACCESS_MEDIA_TYPE_3GPP_PREFERRED", 2),
    ),
    enum(
        "MbimActivationCommand",
        wwan="WWAN_ACTIVATION_COMMAND",
        same_numbers=False,
        differences=(("no member", "WwanActivationCommandCancel 2", "WWAN only"),),
    )(("MBIM_ACTIVATION_COMMAND_DEACTIVATE", 0), ("MBIM_ACTIVATION_COMMAND_ACTIVATE", 1)),
    enum("MbimActivationOption", wwan="WWAN_ACTIVATION_OPTION")(
        ("Default", 0), ("PerNonDefaultURSPRules", 1), ("PerDefaultURSPRule", 2), ("PerURSPRules", 3)
    ),
    enum("MbimActivationState", wwan="WWAN_ACTIVATION_STATE")(
        ("MBIM_ACTIVATION_STATE_UNKNOWN", 0),
        ("MBIM_ACTIVATION_STATE_ACTIVATED", 1),
        ("MBIM_ACTIVATION_STATE_ACTIVATING", 2),
        ("MBIM_ACTIVATION_STATE_DEACTIVATED", 3),
        ("MBIM_ACTIVATION_STATE_DEACTIVATING", 4),
    ),
    enum("MbimAtdsProviderPlmnMode")(
        ("MBIM_ATDS_PROVIDER_PLMN_MODE_GSM", 0),
        ("MBIM_ATDS_PROVIDER_PLMN_MODE_UTRAN", 6),
        ("MBIM_ATDS_PROVIDER_PLMN_MODE_LTE", 7),
    ),
    enum("MbimAtdsRatMode")(
        ("MBIM_ATDS_RAT_MODE_AUTOMATIC", 0),
        ("MBIM_ATDS_RAT_MODE_2G_ONLY", 1),
        ("MBIM_ATDS_RAT_MODE_3G_ONLY", 2),
        ("MBIM_ATDS_RAT_MODE_4G_ONLY", 3),
    ),
    enum(
        "MbimAuthProtocol",
        wwan="WWAN_AUTH_PROTOCOL",
        same_numbers=False,
        differences=(("no member", "WwanAuthProtocolAuto 4", "WWAN only"),),
    )(
        ("MBIM_AUTH_PROTOCOL_NONE", 0),
        ("MBIM_AUTH_PROTOCOL_PAP", 1),
        ("MBIM_AUTH_PROTOCOL_CHAP", 2),
        ("MBIM_AUTH_PROTOCOL_MSCHAPV2", 3),
    ),
    enum("MbimCarrierLockCause")(
        ("MBIM_CARRIER_LOCK_CAUSE_NOT_APPLICABLE", 0),
        ("MBIM_CARRIER_LOCK_CAUSE_SIM_LOCK_POLICY_MISMATCH", 1),
        ("MBIM_CARRIER_LOCK_CAUSE_SIM_LOCK_POLICY_MATCHED", 2),
    ),
    enum("MbimCarrierLockModemState")(
        ("MBIM_CARRIER_LOCK_MODEM_STATE_DEREGISTERED", 0),
        ("MBIM_CARRIER_LOCK_MODEM_STATE_DEREGISTRATION_IN_PROGRESS", 1),
        ("MBIM_CARRIER_LOCK_MODEM_STATE_REGISTRATION_IN_PROGRESS", 2),
        ("MBIM_CARRIER_LOCK_MODEM_STATE_REGISTERED", 3),
    ),
    enum("MbimCarrierLockStatus")(("MBIM_CARRIER_LOCK_STATUS_NOT_APPLIED", 0), ("MBIM_CARRIER_LOCK_STATUS_APPLIED", 1)),
    enum(
        "MbimCellularClass",
        flags=True,
        wwan="WWAN_CELLULAR_CLASS",
        same_numbers=False,
        differences=(
            (
                "(3, both bits)",
                "no member",
                (
                    "bit mask in MBIM, plain enumeration in WWAN; a multi-mode device sets "
                    "WWAN_CTRL_CAPS_MULTI_MODE and lists classes (inferred)"
                ),
            ),
        ),
    )(("MBIM_CELLULAR_CLASS_NONE", 0), ("MBIM_CELLULAR_CLASS_GSM", 1), ("MBIM_CELLULAR_CLASS_CDMA", 2)),
    enum("MbimCompression", wwan="WWAN_COMPRESSION")(("MBIM_COMPRESSION_NONE", 0), ("MBIM_COMPRESSION_ENABLE", 1)),
    enum(
        "MbimContextIpType",
        wwan="WWAN_IP_TYPE",
        same_numbers=False,
        differences=(
            ("IPV4_AND_IPV6 4", "WwanIPTypeXlat 4", "same number, another meaning"),
            ("no member", "WwanSessionTypeEthernet 5, WwanSessionTypeUnstructured 6", "WWAN only"),
        ),
    )(
        ("MBIM_CONTEXT_IP_TYPE_DEFAULT", 0),
        ("MBIM_CONTEXT_IP_TYPE_IPV4", 1),
        ("MBIM_CONTEXT_IP_TYPE_IPV6", 2),
        ("MBIM_CONTEXT_IP_TYPE_IPV4V6", 3),
        ("MBIM_CONTEXT_IP_TYPE_IPV4_AND_IPV6", 4),
    ),
    enum("MbimContextMediaType", wwan="WWAN_CONTEXT_MEDIA_TYPE")(
        ("MBIM_CONTEXT_MEDIA_TYPE_CELLULAR_ONLY", 0),
        ("MBIM_CONTEXT_MEDIA_TYPE_WIFI_ONLY", 1),
        ("MBIM_CONTEXT_MEDIA_TYPE_ALL", 2),
    ),
    enum("MbimContextOperation", wwan="WWAN_CONTEXT_OPERATIONS")(
        ("MBIM_CONTEXT_OPERATION_DEFAULT", 0),
        ("MBIM_CONTEXT_OPERATION_DELETE", 1),
        ("MBIM_CONTEXT_OPERATION_RESTORE_FACTORY", 2),
    ),
    enum("MbimContextRoamingControl", wwan="WWAN_CONTEXT_ROAMING_CONTROL")(
        ("MBIM_CONTEXT_ROAMING_CONTROL_HOME_ONLY", 0),
        ("MBIM_CONTEXT_ROAMING_CONTROL_PARTNER_ONLY", 1),
        ("MBIM_CONTEXT_ROAMING_CONTROL_NON_PARTNER_ONLY", 2),
        ("MBIM_CONTEXT_ROAMING_CONTROL_HOME_AND_PARTNER", 3),
        ("MBIM_CONTEXT_ROAMING_CONTROL_HOME_AND_NON_PARTNER", 4),
        ("MBIM_CONTEXT_ROAMING_CONTROL_PARTNER_AND_NON_PARTNER", 5),
        ("MBIM_CONTEXT_ROAMING_CONTROL_ALLOW_ALL", 6),
    ),
    enum(
        "MbimContextSource",
        wwan="WWAN_CONFIGURATION_SOURCE",
        same_numbers=False,
        differences=(
            ("ADMIN 0", "WwanAdminProvisioned 1", "swapped"),
            ("USER 1", "WwanUserProvisioned 0", "swapped"),
            ("MODEM 3", "WwanModemProvisioned 4", "swapped"),
            ("DEVICE 4", "WwanDeviceProvisioned 3", "swapped"),
            ("no member", "WwanModemOperatorProvisioned 5", "WWAN only"),
        ),
    )(
        ("MBIM_CONTEXT_SOURCE_ADMIN", 0),
        ("MBIM_CONTEXT_SOURCE_USER", 1),
        ("MBIM_CONTEXT_SOURCE_OPERATOR", 2),
        ("MBIM_CONTEXT_SOURCE_MODEM", 3),
        ("MBIM_CONTEXT_SOURCE_DEVICE", 4),
    ),
    enum("MbimContextState", wwan="WWAN_CONTEXT_ENABLE")(
        ("MBIM_CONTEXT_STATE_DISABLED", 0), ("MBIM_CONTEXT_STATE_ENABLED", 1)
    ),
    enum(
        "MbimCtrlCaps",
        flags=True,
        wwan="WWAN_CTRL_CAPS",
        same_numbers=False,
        differences=(
            (
                "MULTI_CARRIER 0x10",
                "WWAN_CTRL_CAPS_MODEL_MULTI_CARRIER 0x20",
                "bit moves; WWAN 0x10 is PROTECT_UNIQUEID",
            ),
            ("ESIM 0x20", "WWAN_CTRL_CAPS_ESIM 0x100", "bit moves"),
            ("UE_POLICY_ROUTE_SELECTION 0x40", "WWAN_CTRL_CAPS_UE_POLICY_RSD 0x200", "bit moves; WWAN 0x40 is USSD"),
            (
                "SIM_HOT_SWAP_CAPABLE 0x80",
                "WWAN_CTRL_CAPS_SIM_HOTSWAP_CAPABLE 0x400",
                "bit moves; WWAN 0x80 is MULTI_MODE",
            ),
            ("UseUrspRuleOnEpcCapable 0x100", "WWAN_CTRL_CAPS_USE_URSP_RULE_ON_EPC 0x4000", "bit moves"),
        ),
    )(
        ("MBIM_CTRL_CAPS_NONE", 0),
        ("MBIM_CTRL_CAPS_REG_MANUAL", 1),
        ("MBIM_CTRL_CAPS_HW_RADIO_SWITCH", 2),
        ("MBIM_CTRL_CAPS_CDMA_MOBILE_IP", 4),
        ("MBIM_CTRL_CAPS_CDMA_SIMPLE_IP", 8),
        ("MBIM_CTRL_CAPS_MULTI_CARRIER", 0x10),
        ("MBIM_CTRL_CAPS_ESIM", 0x20),
        ("MBIM_CTRL_CAPS_UE_POLICY_ROUTE_SELECTION", 0x40),
        ("MBIM_CTRL_CAPS_SIM_HOT_SWAP_CAPABLE", 0x80),
        ("UseUrspRuleOnEpcCapable", 0x100),
    ),
    enum(
        "MbimDataClass",
        flags=True,
        wwan="WWAN_DATA_CLASS",
        same_numbers=False,
        differences=(
            (
                "5G_NSA 0x40",
                "WWAN_DATA_CLASS_5G 0x40",
                "WWAN has one 5G bit in the newest header; the sub class tells NSA from SA",
            ),
            ("5G_SA 0x80", "WWAN_DATA_CLASS_UNUSED 0x80", "translate 0x80 to 0x40 plus sub class 5G_NR (inferred)"),
            ("no member", "WWAN_DATA_CLASS_TDSCDMA 0x1000", "WWAN only"),
        ),
        note=("5G bits are valid with MBIMEx 2.0; from 3.0 on MbimDataClassV3 applies to the same fields"),
    )(
        ("MBIM_DATA_CLASS_NONE", 0),
        ("MBIM_DATA_CLASS_GPRS", 1),
        ("MBIM_DATA_CLASS_EDGE", 2),
        ("MBIM_DATA_CLASS_UMTS", 4),
        ("MBIM_DATA_CLASS_HSDPA", 8),
        ("MBIM_DATA_CLASS_HSUPA", 0x10),
        ("MBIM_DATA_CLASS_LTE", 0x20),
        ("MBIM_DATA_CLASS_5G_NSA", 0x40),
        ("MBIM_DATA_CLASS_5G_SA", 0x80),
        ("MBIM_DATA_CLASS_1XRTT", 0x00010000),
        ("MBIM_DATA_CLASS_1XEVDO", 0x00020000),
        ("MBIM_DATA_CLASS_1XEVDO_REVA", 0x00040000),
        ("MBIM_DATA_CLASS_1XEVDV", 0x00080000),
        ("MBIM_DATA_CLASS_3XRTT", 0x00100000),
        ("MBIM_DATA_CLASS_1XEVDO_REVB", 0x00200000),
        ("MBIM_DATA_CLASS_UMB", 0x00400000),
        ("MBIM_DATA_CLASS_CUSTOM", 0x80000000),
    ),
    enum(
        "MbimDataClassV3",
        flags=True,
        wwan="WWAN_DATA_CLASS",
        same_numbers=False,
        differences=(("no member", "WWAN_DATA_CLASS_TDSCDMA 0x1000", "WWAN only"),),
    )(
        ("MBIM_DATA_CLASS_V3_NONE", 0),
        ("MBIM_DATA_CLASS_V3_GPRS", 1),
        ("MBIM_DATA_CLASS_V3_EDGE", 2),
        ("MBIM_DATA_CLASS_V3_UMTS", 4),
        ("MBIM_DATA_CLASS_V3_HSDPA", 8),
        ("MBIM_DATA_CLASS_V3_HSUPA", 0x10),
        ("MBIM_DATA_CLASS_V3_LTE", 0x20),
        ("MBIM_DATA_CLASS_V3_5G", 0x40),
        ("MBIM_DATA_CLASS_V3_1XRTT", 0x00010000),
        ("MBIM_DATA_CLASS_V3_1XEVDO", 0x00020000),
        ("MBIM_DATA_CLASS_V3_1XEVDO_REVA", 0x00040000),
        ("MBIM_DATA_CLASS_V3_1XEVDV", 0x00080000),
        ("MBIM_DATA_CLASS_V3_3XRTT", 0x00100000),
        ("MBIM_DATA_CLASS_V3_1XEVDO_REVB", 0x00200000),
        ("MBIM_DATA_CLASS_V3_UMB", 0x00400000),
        ("MBIM_DATA_CLASS_V3_CUSTOM", 0x80000000),
    ),
    enum("MbimDataSubclass", flags=True, wwan="WWAN_DATA_SUBCLASS")(
        ("MBIM_DATA_SUBCLASS_NONE", 0),
        ("MBIM_DATA_SUBCLASS_5G_ENDC", 1),
        ("MBIM_DATA_SUBCLASS_5G_NR", 2),
        ("MBIM_DATA_SUBCLASS_5G_NEDC", 4),
        ("MBIM_DATA_SUBCLASS_5G_ELTE", 8),
        ("MBIM_DATA_SUBCLASS_5G_NGENDC", 0x10),
    ),
    enum("MbimDefaultPduActivationHint", wwan="WWAN_DEFAULT_PDU_SESSION_HINT")(
        ("MBIM_DEFAULT_PDU_ACTIVATION_HINT_UNLIKELY", 0), ("MBIM_DEFAULT_PDU_ACTIVATION_HINT_LIKELY", 1)
    ),
    enum("MbimDeviceType", wwan="WWAN_DEVICE_TYPE")(
        ("MBIM_DEVICE_TYPE_UNKNOWN", 0),
        ("MBIM_DEVICE_TYPE_EMBEDDED", 1),
        ("MBIM_DEVICE_TYPE_REMOVABLE", 2),
        ("MBIM_DEVICE_TYPE_REMOTE", 3),
    ),
    enum("MbimDrxCycle", wwan="WWAN_DRX_PARAMS")(
        ("MBIM_DRX_CYCLE_NOT_SPECIFIED", 0),
        ("MBIM_DRX_CYCLE_NOT_SUPPORTED", 1),
        ("MBIM_DRX_CYCLE_32", 2),
        ("MBIM_DRX_CYCLE_64", 3),
        ("MBIM_DRX_CYCLE_128", 4),
        ("MBIM_DRX_CYCLE_256", 5),
    ),
    enum(
        "MbimDssLinkState",
        wwan="WWAN_DEVICE_SERVICE_SESSION_STATE",
        same_numbers=False,
        differences=(
            ("DEACTIVATE 0", "WwanDeviceServiceSessionClosed 2", "number differs"),
            ("ACTIVATE 1", "WwanDeviceServiceSessionOpen 1", "same"),
        ),
    )(("MBIM_DSS_LINK_STATE_DEACTIVATE", 0), ("MBIM_DSS_LINK_STATE_ACTIVATE", 1)),
    enum("MbimDssPayload", flags=True, unverified=True, note="bit positions from the order of the dissector fields")(
        ("HostToDevice", 1), ("DeviceToHost", 2)
    ),
    enum("MbimEmergencyModeState", wwan="WWAN_EMERGENCY_MODE")(
        ("MBIM_EMERGENCY_MODE_STATE_OFF", 0), ("MBIM_EMERGENCY_MODE_STATE_ON", 1)
    ),
    enum("MbimFrequencyRange", flags=True, wwan="WWAN_5G_FREQUENCY_RANGE")(
        ("MBIM_FREQUENCY_RANGE_UNKNOWN", 0), ("MBIM_FREQUENCY_RANGE_1", 1), ("MBIM_FREQUENCY_RANGE_2", 2)
    ),
    enum("MbimIPConfigurationAvailableFlag", flags=True)(
        ("MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_NONE", 0),
        ("MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_ADDRESS", 1),
        ("MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_GATEWAY", 2),
        ("MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_DNS", 4),
        ("MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_MTU", 8),
    ),
    enum("MbimIntelBootMode")(
        ("MBIM_INTEL_BOOT_MODE_NORMAL_MODE", 0),
        ("MBIM_INTEL_BOOT_MODE_DOWNLOAD_MODE", 1),
        ("MBIM_INTEL_BOOT_MODE_POWER_OFF_DEVICE", 2),
        ("MBIM_INTEL_BOOT_MODE_NON_RESETABLE_REGISTER", 3),
        ("MBIM_INTEL_BOOT_MODE_WITHOUT_REBOOT_POWER_OFF", 4),
        ("MBIM_INTEL_BOOT_MODE_FAST_DOWNLOAD_MODE", 5),
    ),
    enum("MbimIntelServingCellInfo")(
        ("MBIM_INTEL_SERVING_CELL_INFO_PCELL", 0),
        ("MBIM_INTEL_SERVING_CELL_INFO_SCELL", 1),
        ("MBIM_INTEL_SERVING_CELL_INFO_PSCELL", 2),
        ("MBIM_INTEL_SERVING_CELL_INFO_SSCELL", 3),
        ("MBIM_INTEL_SERVING_CELL_INFO_RADIO_OFF", 0xFFFFFFFF),
    ),
    enum("MbimLadnInfo", wwan="WWAN_LADN_IND_REQUEST")(
        ("MBIM_LADN_INFO_NOT_NEEDED", 0), ("MBIM_LADN_INFO_REQUESTED", 1)
    ),
    enum("MbimLoggingLevelConfig", wwan="WWAN_MODEM_LOGGING_LEVEL_CONFIG")(
        ("Prod", 0), ("LabVerbose", 1), ("LabMedium", 2), ("LabLow", 3), ("Oem", 4)
    ),
    enum(
        "MbimLteAttachContextOperation",
        wwan="WWAN_CONTEXT_OPERATIONS",
        same_numbers=False,
        differences=(
            (
                "RESTORE_FACTORY 1",
                "WwanContextOperationRestoreFactory 2",
                ("number differs; Wireshark shows 2 for MBIM also; the MBIM page and libmbim show 1"),
            ),
        ),
    )(("MBIM_LTE_ATTACH_CONTEXT_OPERATION_DEFAULT", 0), ("MBIM_LTE_ATTACH_CONTEXT_OPERATION_RESTORE_FACTORY", 1)),
    enum("MbimLteAttachContextRoamingControl", wwan="WWAN_CONTEXT_LTE_ATTACH_ROAMING_CONTROL")(
        ("MBIM_LTE_ATTACH_CONTEXT_ROAMING_CONTROL_HOME", 0),
        ("MBIM_LTE_ATTACH_CONTEXT_ROAMING_CONTROL_PARTNER", 1),
        ("MBIM_LTE_ATTACH_CONTEXT_ROAMING_CONTROL_NON_PARTNER", 2),
    ),
    enum("MbimLteAttachState", wwan="WWAN_CONTEXT_LTE_ATTACH_STATE")(
        ("MBIM_LTE_ATTACH_STATE_DETACHED", 0), ("MBIM_LTE_ATTACH_STATE_ATTACHED", 1)
    ),
    enum("MbimMicoIndication", wwan="WWAN_MICO_IND")(
        ("RegistrationAreaNotAllocated", 0), ("RegistrationAreaAllocated", 1), ("NotAvailable", 0xFFFFFFFF)
    ),
    enum("MbimMicoMode", wwan="WWAN_MICO_MODE")(
        ("MBIM_MICO_MODE_DISABLED", 0),
        ("MBIM_MICO_MODE_ENABLED", 1),
        ("MBIM_MICO_MODE_UNSUPPORTED", 2),
        ("MBIM_MICO_MODE_DEFAULT", 3),
    ),
    enum("MbimModemConfigurationStatus", wwan="WWAN_MODEM_CONFIG_STATE")(
        ("MBIM_MODEM_CONFIGURATION_STATUS_UNKNOWN", 0),
        ("MBIM_MODEM_CONFIGURATION_STATUS_STARTED", 1),
        ("MBIM_MODEM_CONFIGURATION_STATUS_COMPLETED", 2),
    ),
    enum("MbimMulticarrierFlags", flags=True)(("None", 0), ("StaticScan", 1), ("FwRequiresReboot", 2)),
    enum(
        "MbimNetworkBlacklistState",
        flags=True,
        wwan="WWAN_NETWORK_BLACKLIST_STATE",
        same_numbers=False,
        differences=(
            ("bit mask", "plain enumeration", "the page calls the MBIM value a mask; 3 has no WWAN member of its own"),
        ),
    )(("NotActuated", 0), ("SIMProviderActuated", 1), ("NetworkProviderActuated", 2)),
    enum("MbimNetworkBlacklistType", wwan="WWAN_NETWORK_BLACKLIST_TYPE")(("SIM", 0), ("Network", 1)),
    enum("MbimNetworkIdleHintState")(
        ("MBIM_NETWORK_IDLE_HINT_STATE_DISABLED", 0), ("MBIM_NETWORK_IDLE_HINT_STATE_ENABLED", 1)
    ),
    enum("MbimNssaiAccessType")(("Unknown", 0), ("3GPP", 1), ("Non3GPP", 2)),
    enum("MbimNwError")(
        ("MBIM_NW_ERROR_NONE", 0),
        ("MBIM_NW_ERROR_IMSI_UNKNOWN_IN_HLR", 2),
        ("MBIM_NW_ERROR_ILLEGAL_MS", 3),
        ("MBIM_NW_ERROR_IMSI_UNKNOWN_IN_VLR", 4),
        ("MBIM_NW_ERROR_IMEI_NOT_ACCEPTED", 5),
        ("MBIM_NW_ERROR_ILLEGAL_ME", 6),
        ("MBIM_NW_ERROR_GPRS_NOT_ALLOWED", 7),
        ("MBIM_NW_ERROR_GPRS_AND_NON_GPRS_NOT_ALLOWED", 8),
        ("MBIM_NW_ERROR_MS_IDENTITY_NOT_DERIVED_BY_NETWORK", 9),
        ("MBIM_NW_ERROR_IMPLICITLY_DETACHED", 10),
        ("MBIM_NW_ERROR_PLMN_NOT_ALLOWED", 11),
        ("MBIM_NW_ERROR_LOCATION_AREA_NOT_ALLOWED", 12),
        ("MBIM_NW_ERROR_ROAMING_NOT_ALLOWED_IN_LOCATION_AREA", 13),
        ("MBIM_NW_ERROR_GPRS_NOT_ALLOWED_IN_PLMN", 14),
        ("MBIM_NW_ERROR_NO_CELLS_IN_LOCATION_AREA", 15),
        ("MBIM_NW_ERROR_MSC_TEMPORARILY_NOT_REACHABLE", 16),
        ("MBIM_NW_ERROR_NETWORK_FAILURE", 17),
        ("MBIM_NW_ERROR_MAC_FAILURE", 20),
        ("MBIM_NW_ERROR_SYNCH_FAILURE", 21),
        ("MBIM_NW_ERROR_CONGESTION", 22),
        ("MBIM_NW_ERROR_GSM_AUTHENTICATION_UNACCEPTABLE", 23),
        ("MBIM_NW_ERROR_NOT_AUTHORIZED_FOR_CSG", 25),
        ("MBIM_NW_ERROR_INSUFFICIENT_RESOURCES", 26),
        ("MBIM_NW_ERROR_MISSING_OR_UNKNOWN_APN", 27),
        ("MBIM_NW_ERROR_UNKNOWN_PDP_ADDRESS_OR_TYPE", 28),
        ("MBIM_NW_ERROR_USER_AUTHENTICATION_FAILED", 29),
        ("MBIM_NW_ERROR_ACTIVATION_REJECTED_BY_GGSN_OR_GW", 30),
        ("MBIM_NW_ERROR_ACTIVATION_REJECTED_UNSPECIFIED", 31),
        ("MBIM_NW_ERROR_SERVICE_OPTION_NOT_SUPPORTED", 32),
        ("MBIM_NW_ERROR_REQUESTED_SERVICE_OPTION_NOT_SUBSCRIBED", 33),
        ("MBIM_NW_ERROR_SERVICE_OPTION_TEMPORARILY_OUT_OF_ORDER", 34),
        ("MBIM_NW_ERROR_NO_PDP_CONTEXT_ACTIVATED", 40),
        ("MBIM_NW_ERROR_SEMANTIC_ERROR_IN_THE_TFT_OPERATION", 41),
        ("MBIM_NW_ERROR_SYNTACTICAL_ERROR_IN_THE_TFT_OPERATION", 42),
        ("MBIM_NW_ERROR_UNKNOWN_PDP_CONTEXT", 43),
        ("MBIM_NW_ERROR_SEMANTIC_ERRORS_IN_PACKET_FILTER", 44),
        ("MBIM_NW_ERROR_SYNTACTICAL_ERRORS_IN_PACKET_FILTER", 45),
        ("MBIM_NW_ERROR_PDP_CONTEXT_WITHOUT_TFT_ALREADY_ACTIVATED", 46),
        ("MBIM_NW_ERROR_REQUEST_REJECTED_OR_BEARER_CONTROL_MODE_VIOLATION", 48),
        ("MBIM_NW_ERROR_LAST_PDN_DISCONNECTION_NOT_ALLOWED", 49),
        ("MBIM_NW_ERROR_PDP_TYPE_IPV4_ONLY_ALLOWED", 50),
        ("MBIM_NW_ERROR_PDP_TYPE_IPV6_ONLY_ALLOWED", 51),
        ("MBIM_NW_ERROR_NO_NETWORK_SLICES_AVAILABLE", 62),
        ("MBIM_NW_ERROR_MAXIMUM_NUMBER_OF_PDP_CONTEXTS_REACHED", 65),
        ("MBIM_NW_ERROR_REQUESTED_APN_NOT_SUPPORTED_IN_CURRENT_RAT_AND_PLMN", 66),
        ("MBIM_NW_ERROR_INSUFFICIENT_RESOURCES_FOR_SPECIFIC_SLICE_AND_DNN", 67),
        ("MBIM_NW_ERROR_INSUFFICIENT_RESOURCES_FOR_SPECIFIC_SLICE", 69),
        ("MBIM_NW_ERROR_NGKSI_ALREADY_IN_USE", 71),
        ("MBIM_NW_ERROR_NON_3GPP_ACCESS_TO_5GCN_NOT_ALLOWED", 72),
        ("MBIM_NW_ERROR_SERVING_NETWORK_NOT_AUTHORIZED", 73),
        ("MBIM_NW_ERROR_TEMPORARILY_NOT_AUTHORIZED_FOR_THIS_SNPN", 74),
        ("MBIM_NW_ERROR_PERMANENTLY_NOT_AUTHORIZED_FOR_THIS_SNPN", 75),
        ("MBIM_NW_ERROR_NOT_AUTHORIZED_FOR_THIS_CAG_OR_AUTHORIZED_FOR_CAG_CELLS_ONLY", 76),
        ("MBIM_NW_ERROR_WIRELINE_ACCESS_AREA_NOT_ALLOWED", 77),
        ("MBIM_NW_ERROR_PAYLOAD_WAS_NOT_FORWARDED", 90),
        ("MBIM_NW_ERROR_DNN_NOT_SUPPORTED_OR_NOT_SUBSCRIBED_IN_THE_SLICE", 91),
        ("MBIM_NW_ERROR_INSUFFICIENT_USER_PLANE_RESOURCES_FOR_THE_PDU_SESSION", 92),
        ("MBIM_NW_ERROR_SEMANTICALLY_INCORRECT_MESSAGE", 95),
        ("MBIM_NW_ERROR_INVALID_MANDATORY_INFORMATION", 96),
        ("MBIM_NW_ERROR_MESSAGE_TYPE_NON_EXISTENT_OR_NOT_IMPLEMENTED", 97),
        ("MBIM_NW_ERROR_MESSAGE_TYPE_NOT_COMPATIBLE_WITH_PROTOCOL_STATE", 98),
        ("MBIM_NW_ERROR_INFORMATION_ELEMENT_NON_EXISTENT_OR_NOT_IMPLEMENTED", 99),
        ("MBIM_NW_ERROR_CONDITIONAL_IE_ERROR", 100),
        ("MBIM_NW_ERROR_MESSAGE_NOT_COMPATIBLE_WITH_PROTOCOL_STATE", 101),
        ("MBIM_NW_ERROR_PROTOCOL_ERROR_UNSPECIFIED", 111),
        ("MBIM_NW_ERROR_APN_RESTRICTION_VALUE_INCOMPATIBLE_WITH_ACTIVE_PDP_CONTEXT", 112),
        ("MBIM_NW_ERROR_MULTIPLE_ACCESSES_TO_A_PDN_CONNECTION_NOT_ALLOWED", 113),
    ),
    enum("MbimPacketServiceAction", wwan="WWAN_PACKET_SERVICE_ACTION")(
        ("MBIM_PACKET_SERVICE_ACTION_ATTACH", 0), ("MBIM_PACKET_SERVICE_ACTION_DETACH", 1)
    ),
    enum("MbimPacketServiceState", wwan="WWAN_PACKET_SERVICE_STATE")(
        ("MBIM_PACKET_SERVICE_STATE_UNKNOWN", 0),
        ("MBIM_PACKET_SERVICE_STATE_ATTACHING", 1),
        ("MBIM_PACKET_SERVICE_STATE_ATTACHED", 2),
        ("MBIM_PACKET_SERVICE_STATE_DETACHING", 3),
        ("MBIM_PACKET_SERVICE_STATE_DETACHED", 4),
    ),
    enum("MbimPcoType", wwan="WWAN_PCO_TYPE")(("MBIM_PCO_TYPE_COMPLETE", 0), ("MBIM_PCO_TYPE_PARTIAL", 1)),
    enum("MbimPhonebookFlag")(("MBIM_PHONEBOOK_FLAG_ALL", 0), ("MBIM_PHONEBOOK_FLAG_INDEX", 1)),
    enum("MbimPhonebookState")(("MBIM_PHONEBOOK_STATE_NOT_INITIALIZED", 0), ("MBIM_PHONEBOOK_STATE_INITIALIZED", 1)),
    enum("MbimPhonebookWriteFlag")(
        ("MBIM_PHONEBOOK_WRITE_FLAG_SAVE_UNUSED", 0), ("MBIM_PHONEBOOK_WRITE_FLAG_SAVE_INDEX", 1)
    ),
    enum("MbimPinFormat", wwan="WWAN_PIN_FORMAT")(
        ("MBIM_PIN_FORMAT_UNKNOWN", 0), ("MBIM_PIN_FORMAT_NUMERIC", 1), ("MBIM_PIN_FORMAT_ALPHANUMERIC", 2)
    ),
    enum("MbimPinMode", wwan="WWAN_PIN_MODE")(
        ("MBIM_PIN_MODE_NOT_SUPPORTED", 0), ("MBIM_PIN_MODE_ENABLED", 1), ("MBIM_PIN_MODE_DISABLED", 2)
    ),
    enum("MbimPinOperation", wwan="WWAN_PIN_OPERATION")(
        ("MBIM_PIN_OPERATION_ENTER", 0),
        ("MBIM_PIN_OPERATION_ENABLE", 1),
        ("MBIM_PIN_OPERATION_DISABLE", 2),
        ("MBIM_PIN_OPERATION_CHANGE", 3),
    ),
    enum(
        "MbimPinState",
        wwan="WWAN_PIN_STATE",
        note=(
            "members called PIN state none/enter in WWAN: value 1 means a code is wanted,"
            " not that the PIN function is on"
        ),
    )(("MBIM_PIN_STATE_UNLOCKED", 0), ("MBIM_PIN_STATE_LOCKED", 1)),
    enum("MbimPinType", wwan="WWAN_PIN_TYPE")(
        ("MBIM_PIN_TYPE_UNKNOWN", 0),
        ("MBIM_PIN_TYPE_CUSTOM", 1),
        ("MBIM_PIN_TYPE_PIN1", 2),
        ("MBIM_PIN_TYPE_PIN2", 3),
        ("MBIM_PIN_TYPE_DEVICE_SIM_PIN", 4),
        ("MBIM_PIN_TYPE_DEVICE_FIRST_SIM_PIN", 5),
        ("MBIM_PIN_TYPE_NETWORK_PIN", 6),
        ("MBIM_PIN_TYPE_NETWORK_SUBSET_PIN", 7),
        ("MBIM_PIN_TYPE_SERVICE_PROVIDER_PIN", 8),
        ("MBIM_PIN_TYPE_CORPORATE_PIN", 9),
        ("MBIM_PIN_TYPE_SUBSIDY_PIN", 10),
        ("MBIM_PIN_TYPE_PUK1", 11),
        ("MBIM_PIN_TYPE_PUK2", 12),
        ("MBIM_PIN_TYPE_DEVICE_FIRST_SIM_PUK", 13),
        ("MBIM_PIN_TYPE_NETWORK_PUK", 14),
        ("MBIM_PIN_TYPE_NETWORK_SUBSET_PUK", 15),
        ("MBIM_PIN_TYPE_SERVICE_PROVIDER_PUK", 16),
        ("MBIM_PIN_TYPE_CORPORATE_PUK", 17),
        ("MBIM_PIN_TYPE_NEV", 18),
        ("MBIM_PIN_TYPE_ADM", 19),
    ),
    enum("MbimProviderState", flags=True, wwan="WWAN_PROVIDER_STATE")(
        ("MBIM_PROVIDER_STATE_UNKNOWN", 0),
        ("MBIM_PROVIDER_STATE_HOME", 1),
        ("MBIM_PROVIDER_STATE_FORBIDDEN", 2),
        ("MBIM_PROVIDER_STATE_PREFERRED", 4),
        ("MBIM_PROVIDER_STATE_VISIBLE", 8),
        ("MBIM_PROVIDER_STATE_REGISTERED", 0x10),
        ("MBIM_PROVIDER_STATE_PREFERRED_MULTICARRIER", 0x20),
    ),
    enum("MbimQduFileType")(("MBIM_QDU_FILE_TYPE_LITTLE_ENDIAN_PACKAGE", 0)),
    enum("MbimQduQuectelRebootType")(("MBIM_QDU_QUECTEL_REBOOT_TYPE_EDL", 17)),
    enum("MbimQduQuectelVersionType")(("MBIM_QDU_QUECTEL_VERSION_TYPE_FW_BUILD_ID", 256)),
    enum("MbimQduSessionAction")(("MBIM_QDU_SESSION_ACTION_START", 0), ("MBIM_QDU_SESSION_ACTION_STOP", 1)),
    enum("MbimQduSessionResult")(("MBIM_QDU_SESSION_RESULT_SUCCESS", 0), ("MBIM_QDU_SESSION_RESULT_FAILURE", 1)),
    enum("MbimQduSessionStatus")(
        ("MBIM_QDU_SESSION_STATUS_INACTIVE", 0),
        ("MBIM_QDU_SESSION_STATUS_FILE_TRANSFER", 1),
        ("MBIM_QDU_SESSION_STATUS_APPLY_UPDATE", 2),
    ),
    enum("MbimQduSessionType")(("MBIM_QDU_SESSION_TYPE_NONE", 0), ("MBIM_QDU_SESSION_TYPE_LE", 1)),
    enum("MbimQuectelCommandResponseStatus")(
        ("MBIM_QUECTEL_COMMAND_RESPONSE_STATUS_OK", 0), ("MBIM_QUECTEL_COMMAND_RESPONSE_STATUS_FAIL", 1)
    ),
    enum("MbimQuectelCommandType")(("MBIM_QUECTEL_COMMAND_TYPE_AT", 0), ("MBIM_QUECTEL_COMMAND_TYPE_SYSTEM", 1)),
    enum("MbimQuectelRadioSwitchState")(
        ("MBIM_QUECTEL_RADIO_SWITCH_STATE_OFF", 0),
        ("MBIM_QUECTEL_RADIO_SWITCH_STATE_ON", 1),
        ("MBIM_QUECTEL_RADIO_SWITCH_STATE_FCC_LOCKED", 4),
    ),
    enum("MbimRadioSwitchState", wwan="WWAN_RADIO")(
        ("MBIM_RADIO_SWITCH_STATE_OFF", 0), ("MBIM_RADIO_SWITCH_STATE_ON", 1)
    ),
    enum(
        "MbimReadyInfoFlag",
        flags=True,
        same_numbers=False,
        differences=(
            (
                "PROTECT_UNIQUE_ID 1",
                "WWAN_CTRL_CAPS_PROTECT_UNIQUEID 0x10",
                ("in MBIM part of the ready information, in WWAN of the control capabilities (by name)"),
            ),
        ),
    )(("MBIM_READY_INFO_FLAG_NONE", 0), ("MBIM_READY_INFO_FLAG_PROTECT_UNIQUE_ID", 1)),
    enum("MbimRegisterAction", wwan="WWAN_REGISTER_ACTION")(
        ("MBIM_REGISTER_ACTION_AUTOMATIC", 0), ("MBIM_REGISTER_ACTION_MANUAL", 1)
    ),
    enum("MbimRegisterMode", wwan="WWAN_REGISTER_MODE")(
        ("MBIM_REGISTER_MODE_UNKNOWN", 0), ("MBIM_REGISTER_MODE_AUTOMATIC", 1), ("MBIM_REGISTER_MODE_MANUAL", 2)
    ),
    enum("MbimRegisterState", wwan="WWAN_REGISTER_STATE")(
        ("MBIM_REGISTER_STATE_UNKNOWN", 0),
        ("MBIM_REGISTER_STATE_DEREGISTERED", 1),
        ("MBIM_REGISTER_STATE_SEARCHING", 2),
        ("MBIM_REGISTER_STATE_HOME", 3),
        ("MBIM_REGISTER_STATE_ROAMING", 4),
        ("MBIM_REGISTER_STATE_PARTNER", 5),
        ("MBIM_REGISTER_STATE_DENIED", 6),
    ),
    enum("MbimRegistrationFlag", flags=True, wwan="WWAN_REG_FLAGS")(
        ("MBIM_REGISTRATION_FLAG_NONE", 0),
        ("MBIM_REGISTRATION_FLAG_MANUAL_SELECTION_NOT_AVAILABLE", 1),
        ("MBIM_REGISTRATION_FLAG_PACKET_SERVICE_AUTOMATIC_ATTACH", 2),
    ),
    enum("MbimRejectedNssaiCause", unverified=True)(("NotAvailableInPlmn", 0), ("NotAvailableInRegistrationArea", 1)),
    enum(
        "MbimRouteSelectionSource",
        wwan="WWAN_CONFIGURATION_SOURCE",
        same_numbers=False,
        differences=(("not compared", "not compared", "contents of one TLV only"),),
        unverified=True,
    )(
        ("Default", 0),
        ("User", 1),
        ("Admin", 2),
        ("Operator", 3),
        ("Device", 4),
        ("ModemOperator", 5),
        ("ModemLocal", 6),
    ),
    enum("MbimSarBackoffState", wwan="WWAN_SAR_BACKOFF_STATE")(
        ("MBIM_SAR_BACKOFF_STATE_DISABLED", 0), ("MBIM_SAR_BACKOFF_STATE_ENABLED", 1)
    ),
    enum("MbimSarControlMode", wwan="WWAN_SAR_CONTROL_MODE")(
        ("MBIM_SAR_CONTROL_MODE_DEVICE", 0), ("MBIM_SAR_CONTROL_MODE_OS", 1)
    ),
    enum(
        "MbimSarWifiHardwareState",
        wwan="WWAN_SAR_WIFI_HARDWARE_INTEGRATION",
        same_numbers=False,
        differences=(
            (
                "INTEGRATED 0",
                "WwanSarWifiHardwareIntegrated 1",
                ("inverted; Wireshark labels the wire values the WWAN way, the MBIM page and libmbim the other way"),
            ),
            ("NOT_INTEGRATED 1", "WwanSarWifiHardwareNotIntegrated 0", "inverted"),
        ),
    )(("MBIM_SAR_WIFI_HARDWARE_STATE_INTEGRATED", 0), ("MBIM_SAR_WIFI_HARDWARE_STATE_NOT_INTEGRATED", 1)),
    enum(
        "MbimSimClass",
        flags=True,
        wwan="WWAN_SIM_CLASS",
        same_numbers=False,
        differences=(
            (
                "(3, both bits)",
                "3 = WwanSimClassSimRemote",
                ("bit mask in MBIM, plain enumeration in WWAN: value 3 means two different things"),
            ),
        ),
    )(("MBIM_SIM_CLASS_NONE", 0), ("MBIM_SIM_CLASS_LOGICAL", 1), ("MBIM_SIM_CLASS_REMOVABLE", 2)),
    enum("MbimSmsCaps", flags=True, wwan="WWAN_SMS_CAPS")(
        ("MBIM_SMS_CAPS_NONE", 0),
        ("MBIM_SMS_CAPS_PDU_RECEIVE", 1),
        ("MBIM_SMS_CAPS_PDU_SEND", 2),
        ("MBIM_SMS_CAPS_TEXT_RECEIVE", 4),
        ("MBIM_SMS_CAPS_TEXT_SEND", 8),
    ),
    enum("MbimSmsCdmaEncoding", wwan="WWAN_SMS_CDMA_ENCODING")(
        ("MBIM_SMS_CDMA_ENCODING_OCTET", 0),
        ("MBIM_SMS_CDMA_ENCODING_EPM", 1),
        ("MBIM_SMS_CDMA_ENCODING_7BIT_ASCII", 2),
        ("MBIM_SMS_CDMA_ENCODING_LA5", 3),
        ("MBIM_SMS_CDMA_ENCODING_UNICODE", 4),
        ("MBIM_SMS_CDMA_ENCODING_SHIFT_JIS", 5),
        ("MBIM_SMS_CDMA_ENCODING_KOREAN", 6),
        ("MBIM_SMS_CDMA_ENCODING_LATIN_HEBREW", 7),
        ("MBIM_SMS_CDMA_ENCODING_LATIN", 8),
        ("MBIM_SMS_CDMA_ENCODING_GSM_7BIT", 9),
    ),
    enum("MbimSmsCdmaLang", wwan="WWAN_SMS_CDMA_LANG")(
        ("MBIM_SMS_CDMA_LANG_UNKNOWN", 0),
        ("MBIM_SMS_CDMA_LANG_ENGLISH", 1),
        ("MBIM_SMS_CDMA_LANG_FRENCH", 2),
        ("MBIM_SMS_CDMA_LANG_SPANISH", 3),
        ("MBIM_SMS_CDMA_LANG_JAPANESE", 4),
        ("MBIM_SMS_CDMA_LANG_KOREAN", 5),
        ("MBIM_SMS_CDMA_LANG_CHINESE", 6),
        ("MBIM_SMS_CDMA_LANG_HEBREW", 7),
    ),
    enum("MbimSmsFlag", wwan="WWAN_SMS_FLAG")(
        ("MBIM_SMS_FLAG_ALL", 0),
        ("MBIM_SMS_FLAG_INDEX", 1),
        ("MBIM_SMS_FLAG_NEW", 2),
        ("MBIM_SMS_FLAG_OLD", 3),
        ("MBIM_SMS_FLAG_SENT", 4),
        ("MBIM_SMS_FLAG_DRAFT", 5),
    ),
    enum(
        "MbimSmsFormat",
        wwan="WWAN_SMS_FORMAT",
        same_numbers=False,
        differences=(("CDMA 1", "WwanSmsFormatCdma 4", "number differs"),),
    )(("MBIM_SMS_FORMAT_PDU", 0), ("MBIM_SMS_FORMAT_CDMA", 1)),
    enum("MbimSmsStatus", wwan="WWAN_MSG_STATUS")(
        ("MBIM_SMS_STATUS_NEW", 0),
        ("MBIM_SMS_STATUS_OLD", 1),
        ("MBIM_SMS_STATUS_DRAFT", 2),
        ("MBIM_SMS_STATUS_SENT", 3),
    ),
    enum("MbimSmsStatusFlag", flags=True, wwan="WWAN_SMS_FLAG")(
        ("MBIM_SMS_STATUS_FLAG_NONE", 0),
        ("MBIM_SMS_STATUS_FLAG_MESSAGE_STORE_FULL", 1),
        ("MBIM_SMS_STATUS_FLAG_NEW_MESSAGE", 2),
    ),
    enum("MbimSmsStorageState")(
        ("MBIM_SMS_STORAGE_STATE_NOT_INITIALIZED", 0), ("MBIM_SMS_STORAGE_STATE_INITIALIZED", 1)
    ),
    enum("MbimStkPacProfile")(
        ("MBIM_STK_PAC_PROFILE_NOT_HANDLED_BY_FUNCTION_HANDLED_BY_HOST", 0),
        ("MBIM_STK_PAC_PROFILE_NOT_HANDLED_BY_FUNCTION_MAY_BE_HANDLED_BY_HOST", 1),
        ("MBIM_STK_PAC_PROFILE_HANDLED_BY_FUNCTION_ONLY_TRANSPARENT_TO_HOST", 2),
        ("MBIM_STK_PAC_PROFILE_HANDLED_BY_FUNCTION_NOTIFICATION_TO_HOST_POSSIBLE", 3),
        ("MBIM_STK_PAC_PROFILE_HANDLED_BY_FUNCTION_NOTIFICATIONS_TO_HOST_ENABLED", 4),
        ("MBIM_STK_PAC_PROFILE_HANDLED_BY_FUNCTION_CAN_BE_OVERRIDEN_BY_HOST", 5),
        ("MBIM_STK_PAC_PROFILE_HANDLED_BY_HOST_FUNCTION_NOT_ABLE_TO_HANDLE", 6),
        ("MBIM_STK_PAC_PROFILE_HANDLED_BY_HOST_FUNCTION_ABLE_TO_HANDLE", 7),
    ),
    enum("MbimStkPacType")(("MBIM_STK_PAC_TYPE_PROACTIVE_COMMAND", 0), ("MBIM_STK_PAC_TYPE_NOTIFICATION", 1)),
    enum("MbimSubscriberReadyState", wwan="WWAN_READY_STATE")(
        ("MBIM_SUBSCRIBER_READY_STATE_NOT_INITIALIZED", 0),
        ("MBIM_SUBSCRIBER_READY_STATE_INITIALIZED", 1),
        ("MBIM_SUBSCRIBER_READY_STATE_SIM_NOT_INSERTED", 2),
        ("MBIM_SUBSCRIBER_READY_STATE_BAD_SIM", 3),
        ("MBIM_SUBSCRIBER_READY_STATE_FAILURE", 4),
        ("MBIM_SUBSCRIBER_READY_STATE_NOT_ACTIVATED", 5),
        ("MBIM_SUBSCRIBER_READY_STATE_DEVICE_LOCKED", 6),
        ("MBIM_SUBSCRIBER_READY_STATE_NO_ESIM_PROFILE", 7),
    ),
    enum(
        "MbimSubscriberReadyStatusFlag",
        flags=True,
        wwan="WWAN_READY_STATUS_MASK",
        same_numbers=False,
        differences=(
            (
                "no member",
                "WWAN_READY_STATUS_MASK_MASKS_IS_VALID 0x80000000",
                "the driver sets it where the flags come from a v3 device (inferred)",
            ),
        ),
    )(
        ("MBIM_SUBSCRIBER_READY_STATUS_FLAG_NONE", 0),
        ("MBIM_SUBSCRIBER_READY_STATUS_FLAG_ESIM", 1),
        ("MBIM_SUBSCRIBER_READY_STATUS_FLAG_SIM_REMOVABILITY_KNOWN", 2),
        ("MBIM_SUBSCRIBER_READY_STATUS_FLAG_SIM_REMOVABLE", 4),
        ("SimSlotActive", 8),
    ),
    enum("MbimTaiListType")(("NonConsecutiveTac", 0), ("ConsecutiveTac", 1), ("MultiPlmn", 2)),
    enum("MbimTraceCommand")(
        ("MBIM_TRACE_COMMAND_MODE", 0),
        ("MBIM_TRACE_COMMAND_LEVEL", 1),
        ("MBIM_TRACE_COMMAND_LOCATION", 2),
        ("MBIM_TRACE_COMMAND_FLASH_INTERVAL", 3),
    ),
    enum("MbimTransmissionNotificationStatus", wwan="WWAN_SAR_TRANSMISSION_STATUS_NOTIFICATION_STATE")(
        ("MBIM_TRANSMISSION_NOTIFICATION_STATUS_DISABLED", 0), ("MBIM_TRANSMISSION_NOTIFICATION_STATUS_ENABLED", 1)
    ),
    enum("MbimTransmissionState", wwan="WWAN_SAR_TRANSMISSION_STATUS")(
        ("MBIM_TRANSMISSION_STATE_INACTIVE", 0), ("MBIM_TRANSMISSION_STATE_ACTIVE", 1)
    ),
    enum("MbimUiccApplicationType", wwan="WWAN_UICC_APP_TYPE")(
        ("MBIM_UICC_APPLICATION_TYPE_UNKNOWN", 0),
        ("MBIM_UICC_APPLICATION_TYPE_MF", 1),
        ("MBIM_UICC_APPLICATION_TYPE_MF_SIM", 2),
        ("MBIM_UICC_APPLICATION_TYPE_MF_RUIM", 3),
        ("MBIM_UICC_APPLICATION_TYPE_USIM", 4),
        ("MBIM_UICC_APPLICATION_TYPE_CSIM", 5),
        ("MBIM_UICC_APPLICATION_TYPE_ISIM", 6),
    ),
    enum("MbimUiccClassByteType", wwan="WWAN_UICC_CLASS_BYTE_TYPE")(
        ("MBIM_UICC_CLASS_BYTE_TYPE_INTER_INDUSTRY", 0), ("MBIM_UICC_CLASS_BYTE_TYPE_EXTENDED", 1)
    ),
    enum("MbimUiccFileAccessibility", wwan="WWAN_UICC_FILE_ACCESSIBILITY")(
        ("MBIM_UICC_FILE_ACCESSIBILITY_UNKNOWN", 0),
        ("MBIM_UICC_FILE_ACCESSIBILITY_NOT_SHAREABLE", 1),
        ("MBIM_UICC_FILE_ACCESSIBILITY_SHAREABLE", 2),
    ),
    enum("MbimUiccFileStructure", wwan="WWAN_UICC_FILE_STRUCTURE")(
        ("MBIM_UICC_FILE_STRUCTURE_UNKNOWN", 0),
        ("MBIM_UICC_FILE_STRUCTURE_TRANSPARENT", 1),
        ("MBIM_UICC_FILE_STRUCTURE_CYCLIC", 2),
        ("MBIM_UICC_FILE_STRUCTURE_LINEAR", 3),
        ("MBIM_UICC_FILE_STRUCTURE_BER_TLV", 4),
    ),
    enum("MbimUiccFileType", wwan="WWAN_UICC_FILE_TYPE")(
        ("MBIM_UICC_FILE_TYPE_UNKNOWN", 0),
        ("MBIM_UICC_FILE_TYPE_WORKING_EF", 1),
        ("MBIM_UICC_FILE_TYPE_INTERNAL_EF", 2),
        ("MBIM_UICC_FILE_TYPE_DF_OR_ADF", 3),
    ),
    enum("MbimUiccPassThroughAction", wwan="WWAN_UICC_PASSTHROUGH_ACTION")(
        ("MBIM_UICC_PASS_THROUGH_ACTION_DISABLE", 0), ("MBIM_UICC_PASS_THROUGH_ACTION_ENABLE", 1)
    ),
    enum("MbimUiccPassThroughStatus", wwan="WWAN_UICC_PASSTHROUGH_STATUS")(
        ("MBIM_UICC_PASS_THROUGH_STATUS_DISABLED", 0), ("MBIM_UICC_PASS_THROUGH_STATUS_ENABLED", 1)
    ),
    enum("MbimUiccSecureMessaging", wwan="WWAN_UICC_SECURE_MESSAGING")(
        ("MBIM_UICC_SECURE_MESSAGING_NONE", 0), ("MBIM_UICC_SECURE_MESSAGING_NO_HDR_AUTH", 1)
    ),
    enum("MbimUiccSlotState", wwan="WWAN_UICCSLOT_STATE")(
        ("MBIM_UICC_SLOT_STATE_UNKNOWN", 0),
        ("MBIM_UICC_SLOT_SATE_OFF_EMPTY", 1),
        ("MBIM_UICC_SLOT_STATE_OFF", 2),
        ("MBIM_UICC_SLOT_STATE_EMPTY", 3),
        ("MBIM_UICC_SLOT_STATE_NOT_READY", 4),
        ("MBIM_UICC_SLOT_STATE_ACTIVE", 5),
        ("MBIM_UICC_SLOT_STATE_ERROR", 6),
        ("MBIM_UICC_SLOT_STATE_ACTIVE_ESIM", 7),
        ("MBIM_UICC_SLOT_STATE_ACTIVE_ESIM_NO_PROFILES", 8),
    ),
    enum("MbimUssdAction", wwan="WWAN_USSD_REQUEST_TYPE")(
        ("MBIM_USSD_ACTION_INITIATE", 0), ("MBIM_USSD_ACTION_CONTINUE", 1), ("MBIM_USSD_ACTION_CANCEL", 2)
    ),
    enum("MbimUssdResponse", wwan="WWAN_USSD_EVENT_TYPE")(
        ("MBIM_USSD_RESPONSE_NO_ACTION_REQUIRED", 0),
        ("MBIM_USSD_RESPONSE_ACTION_REQUIRED", 1),
        ("MBIM_USSD_RESPONSE_TERMINATED_BY_NETWORK", 2),
        ("MBIM_USSD_RESPONSE_OTHER_LOCAL_CLIENT", 3),
        ("MBIM_USSD_RESPONSE_OPERATION_NOT_SUPPORTED", 4),
        ("MBIM_USSD_RESPONSE_NETWORK_TIMEOUT", 5),
    ),
    enum("MbimUssdSessionState", wwan="WWAN_USSD_SESSION_STATE")(
        ("MBIM_USSD_SESSION_STATE_NEW_SESSION", 0), ("MBIM_USSD_SESSION_STATE_EXISTING_SESSION", 1)
    ),
    enum(
        "MbimVisibleProvidersAction",
        wwan="WWAN_GET_VISIBLE_PROVIDERS",
        same_numbers=False,
        differences=(
            ("RESTRICTED_SCAN 1", "WWAN_GET_VISIBLE_PROVIDERS_MULTICARRIER 1", "same number, by name another wording"),
        ),
    )(("MBIM_VISIBLE_PROVIDERS_ACTION_FULL_SCAN", 0), ("MBIM_VISIBLE_PROVIDERS_ACTION_RESTRICTED_SCAN", 1)),
    enum("MbimVoiceCallState", wwan="WWAN_VOICE_CALL_STATE")(
        ("MBIM_VOICE_CALL_STATE_NONE", 0),
        ("MBIM_VOICE_CALL_STATE_IN_PROGRESS", 1),
        ("MBIM_VOICE_CALL_STATE_HANG_UP", 2),
    ),
    enum("MbimVoiceClass", wwan="WWAN_VOICE_CLASS")(
        ("MBIM_VOICE_CLASS_UNKNOWN", 0),
        ("MBIM_VOICE_CLASS_NO_VOICE", 1),
        ("MBIM_VOICE_CLASS_SEPARATED_VOICE_DATA", 2),
        ("MBIM_VOICE_CLASS_SIMULTANEOUS_VOICE_DATA", 3),
    ),
    enum("MbimWakeType")(
        ("MBIM_WAKE_TYPE_CID_RESPONSE", 0), ("MBIM_WAKE_TYPE_CID_INDICATION", 1), ("MBIM_WAKE_TYPE_PACKET", 2)
    ),
    enum("bool", note="32-bit truth value")(("FALSE", 0), ("TRUE", 1)),
)
