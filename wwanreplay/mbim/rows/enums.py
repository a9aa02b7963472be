"""Enumerations and flags of MBIM, with their counterparts on the NDIS side."""

from wwanreplay.mbim.schema import Enum

ENUMS = (
    Enum(
        "Mbim3gppReleaseVersion",
        (
            ("Pre15", 0),
            ("Release15", 15),
            ("Release16", 16),
            ("Unknown", 4294967295),
        ),
        unverified=True,
    ),
    Enum(
        "MbimAccessMediaType",
        (
            ("MBIM_ACCESS_MEDIA_TYPE_UNKNOWN", 0),
            ("MBIM_ACCESS_MEDIA_TYPE_3GPP", 1),
            ("MBIM_ACCESS_MEDIA_TYPE_3GPP_PREFERRED", 2),
        ),
        wwan="WWAN_CONNECTION_MEDIA",
        same_numbers=False,
        differences=(
            (
                "3GPP_PREFERRED 2",
                "WwanConnectionMediaCellularPreferred 3",
                "number differs (inferred from names)",
            ),
        ),
    ),
    Enum(
        "MbimActivationCommand",
        (
            ("MBIM_ACTIVATION_COMMAND_DEACTIVATE", 0),
            ("MBIM_ACTIVATION_COMMAND_ACTIVATE", 1),
        ),
        wwan="WWAN_ACTIVATION_COMMAND",
        same_numbers=False,
        differences=(("no member", "WwanActivationCommandCancel 2", "WWAN only"),),
    ),
    Enum(
        "MbimActivationOption",
        (
            ("Default", 0),
            ("PerNonDefaultURSPRules", 1),
            ("PerDefaultURSPRule", 2),
            ("PerURSPRules", 3),
        ),
        wwan="WWAN_ACTIVATION_OPTION",
    ),
    Enum(
        "MbimActivationState",
        (
            ("MBIM_ACTIVATION_STATE_UNKNOWN", 0),
            ("MBIM_ACTIVATION_STATE_ACTIVATED", 1),
            ("MBIM_ACTIVATION_STATE_ACTIVATING", 2),
            ("MBIM_ACTIVATION_STATE_DEACTIVATED", 3),
            ("MBIM_ACTIVATION_STATE_DEACTIVATING", 4),
        ),
        wwan="WWAN_ACTIVATION_STATE",
    ),
    Enum(
        "MbimAtdsProviderPlmnMode",
        (
            ("MBIM_ATDS_PROVIDER_PLMN_MODE_GSM", 0),
            ("MBIM_ATDS_PROVIDER_PLMN_MODE_UTRAN", 6),
            ("MBIM_ATDS_PROVIDER_PLMN_MODE_LTE", 7),
        ),
    ),
    Enum(
        "MbimAtdsRatMode",
        (
            ("MBIM_ATDS_RAT_MODE_AUTOMATIC", 0),
            ("MBIM_ATDS_RAT_MODE_2G_ONLY", 1),
            ("MBIM_ATDS_RAT_MODE_3G_ONLY", 2),
            ("MBIM_ATDS_RAT_MODE_4G_ONLY", 3),
        ),
    ),
    Enum(
        "MbimAuthProtocol",
        (
            ("MBIM_AUTH_PROTOCOL_NONE", 0),
            ("MBIM_AUTH_PROTOCOL_PAP", 1),
            ("MBIM_AUTH_PROTOCOL_CHAP", 2),
            ("MBIM_AUTH_PROTOCOL_MSCHAPV2", 3),
        ),
        wwan="WWAN_AUTH_PROTOCOL",
        same_numbers=False,
        differences=(("no member", "WwanAuthProtocolAuto 4", "WWAN only"),),
    ),
    Enum(
        "MbimCarrierLockCause",
        (
            ("MBIM_CARRIER_LOCK_CAUSE_NOT_APPLICABLE", 0),
            ("MBIM_CARRIER_LOCK_CAUSE_SIM_LOCK_POLICY_MISMATCH", 1),
            ("MBIM_CARRIER_LOCK_CAUSE_SIM_LOCK_POLICY_MATCHED", 2),
        ),
    ),
    Enum(
        "MbimCarrierLockModemState",
        (
            ("MBIM_CARRIER_LOCK_MODEM_STATE_DEREGISTERED", 0),
            ("MBIM_CARRIER_LOCK_MODEM_STATE_DEREGISTRATION_IN_PROGRESS", 1),
            ("MBIM_CARRIER_LOCK_MODEM_STATE_REGISTRATION_IN_PROGRESS", 2),
            ("MBIM_CARRIER_LOCK_MODEM_STATE_REGISTERED", 3),
        ),
    ),
    Enum(
        "MbimCarrierLockStatus",
        (
            ("MBIM_CARRIER_LOCK_STATUS_NOT_APPLIED", 0),
            ("MBIM_CARRIER_LOCK_STATUS_APPLIED", 1),
        ),
    ),
    Enum(
        "MbimCellularClass",
        (
            ("MBIM_CELLULAR_CLASS_NONE", 0x0),
            ("MBIM_CELLULAR_CLASS_GSM", 0x1),
            ("MBIM_CELLULAR_CLASS_CDMA", 0x2),
        ),
        flags=True,
        wwan="WWAN_CELLULAR_CLASS",
        same_numbers=False,
        differences=(
            (
                "(3, both bits)",
                "no member",
                (
                    "bit mask in MBIM, plain enumeration in WWAN; a "
                    "multi-mode device sets WWAN_CTRL_CAPS_MULTI_MODE and "
                    "lists classes (inferred)"
                ),
            ),
        ),
    ),
    Enum(
        "MbimCompression",
        (
            ("MBIM_COMPRESSION_NONE", 0),
            ("MBIM_COMPRESSION_ENABLE", 1),
        ),
        wwan="WWAN_COMPRESSION",
    ),
    Enum(
        "MbimContextIpType",
        (
            ("MBIM_CONTEXT_IP_TYPE_DEFAULT", 0),
            ("MBIM_CONTEXT_IP_TYPE_IPV4", 1),
            ("MBIM_CONTEXT_IP_TYPE_IPV6", 2),
            ("MBIM_CONTEXT_IP_TYPE_IPV4V6", 3),
            ("MBIM_CONTEXT_IP_TYPE_IPV4_AND_IPV6", 4),
        ),
        wwan="WWAN_IP_TYPE",
        same_numbers=False,
        differences=(
            ("IPV4_AND_IPV6 4", "WwanIPTypeXlat 4", "same number, another meaning"),
            ("no member", "WwanSessionTypeEthernet 5, WwanSessionTypeUnstructured 6", "WWAN only"),
        ),
    ),
    Enum(
        "MbimContextMediaType",
        (
            ("MBIM_CONTEXT_MEDIA_TYPE_CELLULAR_ONLY", 0),
            ("MBIM_CONTEXT_MEDIA_TYPE_WIFI_ONLY", 1),
            ("MBIM_CONTEXT_MEDIA_TYPE_ALL", 2),
        ),
        wwan="WWAN_CONTEXT_MEDIA_TYPE",
    ),
    Enum(
        "MbimContextOperation",
        (
            ("MBIM_CONTEXT_OPERATION_DEFAULT", 0),
            ("MBIM_CONTEXT_OPERATION_DELETE", 1),
            ("MBIM_CONTEXT_OPERATION_RESTORE_FACTORY", 2),
        ),
        wwan="WWAN_CONTEXT_OPERATIONS",
    ),
    Enum(
        "MbimContextRoamingControl",
        (
            ("MBIM_CONTEXT_ROAMING_CONTROL_HOME_ONLY", 0),
            ("MBIM_CONTEXT_ROAMING_CONTROL_PARTNER_ONLY", 1),
            ("MBIM_CONTEXT_ROAMING_CONTROL_NON_PARTNER_ONLY", 2),
            ("MBIM_CONTEXT_ROAMING_CONTROL_HOME_AND_PARTNER", 3),
            ("MBIM_CONTEXT_ROAMING_CONTROL_HOME_AND_NON_PARTNER", 4),
            ("MBIM_CONTEXT_ROAMING_CONTROL_PARTNER_AND_NON_PARTNER", 5),
            ("MBIM_CONTEXT_ROAMING_CONTROL_ALLOW_ALL", 6),
        ),
        wwan="WWAN_CONTEXT_ROAMING_CONTROL",
    ),
    Enum(
        "MbimContextSource",
        (
            ("MBIM_CONTEXT_SOURCE_ADMIN", 0),
            ("MBIM_CONTEXT_SOURCE_USER", 1),
            ("MBIM_CONTEXT_SOURCE_OPERATOR", 2),
            ("MBIM_CONTEXT_SOURCE_MODEM", 3),
            ("MBIM_CONTEXT_SOURCE_DEVICE", 4),
        ),
        wwan="WWAN_CONFIGURATION_SOURCE",
        same_numbers=False,
        differences=(
            ("ADMIN 0", "WwanAdminProvisioned 1", "swapped"),
            ("USER 1", "WwanUserProvisioned 0", "swapped"),
            ("MODEM 3", "WwanModemProvisioned 4", "swapped"),
            ("DEVICE 4", "WwanDeviceProvisioned 3", "swapped"),
            ("no member", "WwanModemOperatorProvisioned 5", "WWAN only"),
        ),
    ),
    Enum(
        "MbimContextState",
        (
            ("MBIM_CONTEXT_STATE_DISABLED", 0),
            ("MBIM_CONTEXT_STATE_ENABLED", 1),
        ),
        wwan="WWAN_CONTEXT_ENABLE",
    ),
    Enum(
        "MbimCtrlCaps",
        (
            ("MBIM_CTRL_CAPS_NONE", 0x0),
            ("MBIM_CTRL_CAPS_REG_MANUAL", 0x1),
            ("MBIM_CTRL_CAPS_HW_RADIO_SWITCH", 0x2),
            ("MBIM_CTRL_CAPS_CDMA_MOBILE_IP", 0x4),
            ("MBIM_CTRL_CAPS_CDMA_SIMPLE_IP", 0x8),
            ("MBIM_CTRL_CAPS_MULTI_CARRIER", 0x10),
            ("MBIM_CTRL_CAPS_ESIM", 0x20),
            ("MBIM_CTRL_CAPS_UE_POLICY_ROUTE_SELECTION", 0x40),
            ("MBIM_CTRL_CAPS_SIM_HOT_SWAP_CAPABLE", 0x80),
            ("UseUrspRuleOnEpcCapable", 0x100),
        ),
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
            (
                "UE_POLICY_ROUTE_SELECTION 0x40",
                "WWAN_CTRL_CAPS_UE_POLICY_RSD 0x200",
                "bit moves; WWAN 0x40 is USSD",
            ),
            (
                "SIM_HOT_SWAP_CAPABLE 0x80",
                "WWAN_CTRL_CAPS_SIM_HOTSWAP_CAPABLE 0x400",
                "bit moves; WWAN 0x80 is MULTI_MODE",
            ),
            (
                "UseUrspRuleOnEpcCapable 0x100",
                "WWAN_CTRL_CAPS_USE_URSP_RULE_ON_EPC 0x4000",
                "bit moves",
            ),
        ),
    ),
    Enum(
        "MbimDataClass",
        (
            ("MBIM_DATA_CLASS_NONE", 0x0),
            ("MBIM_DATA_CLASS_GPRS", 0x1),
            ("MBIM_DATA_CLASS_EDGE", 0x2),
            ("MBIM_DATA_CLASS_UMTS", 0x4),
            ("MBIM_DATA_CLASS_HSDPA", 0x8),
            ("MBIM_DATA_CLASS_HSUPA", 0x10),
            ("MBIM_DATA_CLASS_LTE", 0x20),
            ("MBIM_DATA_CLASS_5G_NSA", 0x40),
            ("MBIM_DATA_CLASS_5G_SA", 0x80),
            ("MBIM_DATA_CLASS_1XRTT", 0x10000),
            ("MBIM_DATA_CLASS_1XEVDO", 0x20000),
            ("MBIM_DATA_CLASS_1XEVDO_REVA", 0x40000),
            ("MBIM_DATA_CLASS_1XEVDV", 0x80000),
            ("MBIM_DATA_CLASS_3XRTT", 0x100000),
            ("MBIM_DATA_CLASS_1XEVDO_REVB", 0x200000),
            ("MBIM_DATA_CLASS_UMB", 0x400000),
            ("MBIM_DATA_CLASS_CUSTOM", 0x80000000),
        ),
        flags=True,
        wwan="WWAN_DATA_CLASS",
        same_numbers=False,
        differences=(
            (
                "5G_NSA 0x40",
                "WWAN_DATA_CLASS_5G 0x40",
                ("WWAN has one 5G bit in the newest header; the sub class tells NSA from SA"),
            ),
            (
                "5G_SA 0x80",
                "WWAN_DATA_CLASS_UNUSED 0x80",
                "translate 0x80 to 0x40 plus sub class 5G_NR (inferred)",
            ),
            ("no member", "WWAN_DATA_CLASS_TDSCDMA 0x1000", "WWAN only"),
        ),
        note=(
            "5G bits are valid with MBIMEx 2.0; from 3.0 on "
            "MbimDataClassV3 applies to the same fields"
        ),
    ),
    Enum(
        "MbimDataClassV3",
        (
            ("MBIM_DATA_CLASS_V3_NONE", 0x0),
            ("MBIM_DATA_CLASS_V3_GPRS", 0x1),
            ("MBIM_DATA_CLASS_V3_EDGE", 0x2),
            ("MBIM_DATA_CLASS_V3_UMTS", 0x4),
            ("MBIM_DATA_CLASS_V3_HSDPA", 0x8),
            ("MBIM_DATA_CLASS_V3_HSUPA", 0x10),
            ("MBIM_DATA_CLASS_V3_LTE", 0x20),
            ("MBIM_DATA_CLASS_V3_5G", 0x40),
            ("MBIM_DATA_CLASS_V3_1XRTT", 0x10000),
            ("MBIM_DATA_CLASS_V3_1XEVDO", 0x20000),
            ("MBIM_DATA_CLASS_V3_1XEVDO_REVA", 0x40000),
            ("MBIM_DATA_CLASS_V3_1XEVDV", 0x80000),
            ("MBIM_DATA_CLASS_V3_3XRTT", 0x100000),
            ("MBIM_DATA_CLASS_V3_1XEVDO_REVB", 0x200000),
            ("MBIM_DATA_CLASS_V3_UMB", 0x400000),
            ("MBIM_DATA_CLASS_V3_CUSTOM", 0x80000000),
        ),
        flags=True,
        wwan="WWAN_DATA_CLASS",
        same_numbers=False,
        differences=(("no member", "WWAN_DATA_CLASS_TDSCDMA 0x1000", "WWAN only"),),
    ),
    Enum(
        "MbimDataSubclass",
        (
            ("MBIM_DATA_SUBCLASS_NONE", 0x0),
            ("MBIM_DATA_SUBCLASS_5G_ENDC", 0x1),
            ("MBIM_DATA_SUBCLASS_5G_NR", 0x2),
            ("MBIM_DATA_SUBCLASS_5G_NEDC", 0x4),
            ("MBIM_DATA_SUBCLASS_5G_ELTE", 0x8),
            ("MBIM_DATA_SUBCLASS_5G_NGENDC", 0x10),
        ),
        flags=True,
        wwan="WWAN_DATA_SUBCLASS",
    ),
    Enum(
        "MbimDefaultPduActivationHint",
        (
            ("MBIM_DEFAULT_PDU_ACTIVATION_HINT_UNLIKELY", 0),
            ("MBIM_DEFAULT_PDU_ACTIVATION_HINT_LIKELY", 1),
        ),
        wwan="WWAN_DEFAULT_PDU_SESSION_HINT",
    ),
    Enum(
        "MbimDeviceType",
        (
            ("MBIM_DEVICE_TYPE_UNKNOWN", 0),
            ("MBIM_DEVICE_TYPE_EMBEDDED", 1),
            ("MBIM_DEVICE_TYPE_REMOVABLE", 2),
            ("MBIM_DEVICE_TYPE_REMOTE", 3),
        ),
        wwan="WWAN_DEVICE_TYPE",
    ),
    Enum(
        "MbimDrxCycle",
        (
            ("MBIM_DRX_CYCLE_NOT_SPECIFIED", 0),
            ("MBIM_DRX_CYCLE_NOT_SUPPORTED", 1),
            ("MBIM_DRX_CYCLE_32", 2),
            ("MBIM_DRX_CYCLE_64", 3),
            ("MBIM_DRX_CYCLE_128", 4),
            ("MBIM_DRX_CYCLE_256", 5),
        ),
        wwan="WWAN_DRX_PARAMS",
    ),
    Enum(
        "MbimDssLinkState",
        (
            ("MBIM_DSS_LINK_STATE_DEACTIVATE", 0),
            ("MBIM_DSS_LINK_STATE_ACTIVATE", 1),
        ),
        wwan="WWAN_DEVICE_SERVICE_SESSION_STATE",
        same_numbers=False,
        differences=(
            ("DEACTIVATE 0", "WwanDeviceServiceSessionClosed 2", "number differs"),
            ("ACTIVATE 1", "WwanDeviceServiceSessionOpen 1", "same"),
        ),
    ),
    Enum(
        "MbimDssPayload",
        (
            ("HostToDevice", 0x1),
            ("DeviceToHost", 0x2),
        ),
        flags=True,
        unverified=True,
        note="bit positions from the order of the dissector fields",
    ),
    Enum(
        "MbimEmergencyModeState",
        (
            ("MBIM_EMERGENCY_MODE_STATE_OFF", 0),
            ("MBIM_EMERGENCY_MODE_STATE_ON", 1),
        ),
        wwan="WWAN_EMERGENCY_MODE",
    ),
    Enum(
        "MbimFrequencyRange",
        (
            ("MBIM_FREQUENCY_RANGE_UNKNOWN", 0x0),
            ("MBIM_FREQUENCY_RANGE_1", 0x1),
            ("MBIM_FREQUENCY_RANGE_2", 0x2),
        ),
        flags=True,
        wwan="WWAN_5G_FREQUENCY_RANGE",
    ),
    Enum(
        "MbimIPConfigurationAvailableFlag",
        (
            ("MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_NONE", 0x0),
            ("MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_ADDRESS", 0x1),
            ("MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_GATEWAY", 0x2),
            ("MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_DNS", 0x4),
            ("MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_MTU", 0x8),
        ),
        flags=True,
    ),
    Enum(
        "MbimIntelBootMode",
        (
            ("MBIM_INTEL_BOOT_MODE_NORMAL_MODE", 0),
            ("MBIM_INTEL_BOOT_MODE_DOWNLOAD_MODE", 1),
            ("MBIM_INTEL_BOOT_MODE_POWER_OFF_DEVICE", 2),
            ("MBIM_INTEL_BOOT_MODE_NON_RESETABLE_REGISTER", 3),
            ("MBIM_INTEL_BOOT_MODE_WITHOUT_REBOOT_POWER_OFF", 4),
            ("MBIM_INTEL_BOOT_MODE_FAST_DOWNLOAD_MODE", 5),
        ),
    ),
    Enum(
        "MbimIntelServingCellInfo",
        (
            ("MBIM_INTEL_SERVING_CELL_INFO_PCELL", 0),
            ("MBIM_INTEL_SERVING_CELL_INFO_SCELL", 1),
            ("MBIM_INTEL_SERVING_CELL_INFO_PSCELL", 2),
            ("MBIM_INTEL_SERVING_CELL_INFO_SSCELL", 3),
            ("MBIM_INTEL_SERVING_CELL_INFO_RADIO_OFF", 4294967295),
        ),
    ),
    Enum(
        "MbimLadnInfo",
        (
            ("MBIM_LADN_INFO_NOT_NEEDED", 0),
            ("MBIM_LADN_INFO_REQUESTED", 1),
        ),
        wwan="WWAN_LADN_IND_REQUEST",
    ),
    Enum(
        "MbimLoggingLevelConfig",
        (
            ("Prod", 0),
            ("LabVerbose", 1),
            ("LabMedium", 2),
            ("LabLow", 3),
            ("Oem", 4),
        ),
        wwan="WWAN_MODEM_LOGGING_LEVEL_CONFIG",
    ),
    Enum(
        "MbimLteAttachContextOperation",
        (
            ("MBIM_LTE_ATTACH_CONTEXT_OPERATION_DEFAULT", 0),
            ("MBIM_LTE_ATTACH_CONTEXT_OPERATION_RESTORE_FACTORY", 1),
        ),
        wwan="WWAN_CONTEXT_OPERATIONS",
        same_numbers=False,
        differences=(
            (
                "RESTORE_FACTORY 1",
                "WwanContextOperationRestoreFactory 2",
                (
                    "number differs; Wireshark shows 2 for MBIM also; the "
                    "MBIM page and libmbim show 1"
                ),
            ),
        ),
    ),
    Enum(
        "MbimLteAttachContextRoamingControl",
        (
            ("MBIM_LTE_ATTACH_CONTEXT_ROAMING_CONTROL_HOME", 0),
            ("MBIM_LTE_ATTACH_CONTEXT_ROAMING_CONTROL_PARTNER", 1),
            ("MBIM_LTE_ATTACH_CONTEXT_ROAMING_CONTROL_NON_PARTNER", 2),
        ),
        wwan="WWAN_CONTEXT_LTE_ATTACH_ROAMING_CONTROL",
    ),
    Enum(
        "MbimLteAttachState",
        (
            ("MBIM_LTE_ATTACH_STATE_DETACHED", 0),
            ("MBIM_LTE_ATTACH_STATE_ATTACHED", 1),
        ),
        wwan="WWAN_CONTEXT_LTE_ATTACH_STATE",
    ),
    Enum(
        "MbimMicoIndication",
        (
            ("RegistrationAreaNotAllocated", 0),
            ("RegistrationAreaAllocated", 1),
            ("NotAvailable", 4294967295),
        ),
        wwan="WWAN_MICO_IND",
    ),
    Enum(
        "MbimMicoMode",
        (
            ("MBIM_MICO_MODE_DISABLED", 0),
            ("MBIM_MICO_MODE_ENABLED", 1),
            ("MBIM_MICO_MODE_UNSUPPORTED", 2),
            ("MBIM_MICO_MODE_DEFAULT", 3),
        ),
        wwan="WWAN_MICO_MODE",
    ),
    Enum(
        "MbimModemConfigurationStatus",
        (
            ("MBIM_MODEM_CONFIGURATION_STATUS_UNKNOWN", 0),
            ("MBIM_MODEM_CONFIGURATION_STATUS_STARTED", 1),
            ("MBIM_MODEM_CONFIGURATION_STATUS_COMPLETED", 2),
        ),
        wwan="WWAN_MODEM_CONFIG_STATE",
    ),
    Enum(
        "MbimMulticarrierFlags",
        (
            ("None", 0x0),
            ("StaticScan", 0x1),
            ("FwRequiresReboot", 0x2),
        ),
        flags=True,
    ),
    Enum(
        "MbimNetworkBlacklistState",
        (
            ("NotActuated", 0x0),
            ("SIMProviderActuated", 0x1),
            ("NetworkProviderActuated", 0x2),
        ),
        flags=True,
        wwan="WWAN_NETWORK_BLACKLIST_STATE",
        same_numbers=False,
        differences=(
            (
                "bit mask",
                "plain enumeration",
                ("the page calls the MBIM value a mask; 3 has no WWAN member of its own"),
            ),
        ),
    ),
    Enum(
        "MbimNetworkBlacklistType",
        (
            ("SIM", 0),
            ("Network", 1),
        ),
        wwan="WWAN_NETWORK_BLACKLIST_TYPE",
    ),
    Enum(
        "MbimNetworkIdleHintState",
        (
            ("MBIM_NETWORK_IDLE_HINT_STATE_DISABLED", 0),
            ("MBIM_NETWORK_IDLE_HINT_STATE_ENABLED", 1),
        ),
    ),
    Enum(
        "MbimNssaiAccessType",
        (
            ("Unknown", 0),
            ("3GPP", 1),
            ("Non3GPP", 2),
        ),
    ),
    Enum(
        "MbimNwError",
        (
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
            (("MBIM_NW_ERROR_REQUEST_REJECTED_OR_BEARER_CONTROL_MODE_VIOLATION"), 48),
            ("MBIM_NW_ERROR_LAST_PDN_DISCONNECTION_NOT_ALLOWED", 49),
            ("MBIM_NW_ERROR_PDP_TYPE_IPV4_ONLY_ALLOWED", 50),
            ("MBIM_NW_ERROR_PDP_TYPE_IPV6_ONLY_ALLOWED", 51),
            ("MBIM_NW_ERROR_NO_NETWORK_SLICES_AVAILABLE", 62),
            ("MBIM_NW_ERROR_MAXIMUM_NUMBER_OF_PDP_CONTEXTS_REACHED", 65),
            (("MBIM_NW_ERROR_REQUESTED_APN_NOT_SUPPORTED_IN_CURRENT_RAT_AND_PLMN"), 66),
            (("MBIM_NW_ERROR_INSUFFICIENT_RESOURCES_FOR_SPECIFIC_SLICE_AND_DNN"), 67),
            ("MBIM_NW_ERROR_INSUFFICIENT_RESOURCES_FOR_SPECIFIC_SLICE", 69),
            ("MBIM_NW_ERROR_NGKSI_ALREADY_IN_USE", 71),
            ("MBIM_NW_ERROR_NON_3GPP_ACCESS_TO_5GCN_NOT_ALLOWED", 72),
            ("MBIM_NW_ERROR_SERVING_NETWORK_NOT_AUTHORIZED", 73),
            ("MBIM_NW_ERROR_TEMPORARILY_NOT_AUTHORIZED_FOR_THIS_SNPN", 74),
            ("MBIM_NW_ERROR_PERMANENTLY_NOT_AUTHORIZED_FOR_THIS_SNPN", 75),
            (("MBIM_NW_ERROR_NOT_AUTHORIZED_FOR_THIS_CAG_OR_AUTHORIZED_FOR_CAG_CELLS_ONLY"), 76),
            ("MBIM_NW_ERROR_WIRELINE_ACCESS_AREA_NOT_ALLOWED", 77),
            ("MBIM_NW_ERROR_PAYLOAD_WAS_NOT_FORWARDED", 90),
            (("MBIM_NW_ERROR_DNN_NOT_SUPPORTED_OR_NOT_SUBSCRIBED_IN_THE_SLICE"), 91),
            (("MBIM_NW_ERROR_INSUFFICIENT_USER_PLANE_RESOURCES_FOR_THE_PDU_SESSION"), 92),
            ("MBIM_NW_ERROR_SEMANTICALLY_INCORRECT_MESSAGE", 95),
            ("MBIM_NW_ERROR_INVALID_MANDATORY_INFORMATION", 96),
            (("MBIM_NW_ERROR_MESSAGE_TYPE_NON_EXISTENT_OR_NOT_IMPLEMENTED"), 97),
            (("MBIM_NW_ERROR_MESSAGE_TYPE_NOT_COMPATIBLE_WITH_PROTOCOL_STATE"), 98),
            (("MBIM_NW_ERROR_INFORMATION_ELEMENT_NON_EXISTENT_OR_NOT_IMPLEMENTED"), 99),
            ("MBIM_NW_ERROR_CONDITIONAL_IE_ERROR", 100),
            ("MBIM_NW_ERROR_MESSAGE_NOT_COMPATIBLE_WITH_PROTOCOL_STATE", 101),
            ("MBIM_NW_ERROR_PROTOCOL_ERROR_UNSPECIFIED", 111),
            (("MBIM_NW_ERROR_APN_RESTRICTION_VALUE_INCOMPATIBLE_WITH_ACTIVE_PDP_CONTEXT"), 112),
            (("MBIM_NW_ERROR_MULTIPLE_ACCESSES_TO_A_PDN_CONNECTION_NOT_ALLOWED"), 113),
        ),
    ),
    Enum(
        "MbimPacketServiceAction",
        (
            ("MBIM_PACKET_SERVICE_ACTION_ATTACH", 0),
            ("MBIM_PACKET_SERVICE_ACTION_DETACH", 1),
        ),
        wwan="WWAN_PACKET_SERVICE_ACTION",
    ),
    Enum(
        "MbimPacketServiceState",
        (
            ("MBIM_PACKET_SERVICE_STATE_UNKNOWN", 0),
            ("MBIM_PACKET_SERVICE_STATE_ATTACHING", 1),
            ("MBIM_PACKET_SERVICE_STATE_ATTACHED", 2),
            ("MBIM_PACKET_SERVICE_STATE_DETACHING", 3),
            ("MBIM_PACKET_SERVICE_STATE_DETACHED", 4),
        ),
        wwan="WWAN_PACKET_SERVICE_STATE",
    ),
    Enum(
        "MbimPcoType",
        (
            ("MBIM_PCO_TYPE_COMPLETE", 0),
            ("MBIM_PCO_TYPE_PARTIAL", 1),
        ),
        wwan="WWAN_PCO_TYPE",
    ),
    Enum(
        "MbimPhonebookFlag",
        (
            ("MBIM_PHONEBOOK_FLAG_ALL", 0),
            ("MBIM_PHONEBOOK_FLAG_INDEX", 1),
        ),
    ),
    Enum(
        "MbimPhonebookState",
        (
            ("MBIM_PHONEBOOK_STATE_NOT_INITIALIZED", 0),
            ("MBIM_PHONEBOOK_STATE_INITIALIZED", 1),
        ),
    ),
    Enum(
        "MbimPhonebookWriteFlag",
        (
            ("MBIM_PHONEBOOK_WRITE_FLAG_SAVE_UNUSED", 0),
            ("MBIM_PHONEBOOK_WRITE_FLAG_SAVE_INDEX", 1),
        ),
    ),
    Enum(
        "MbimPinFormat",
        (
            ("MBIM_PIN_FORMAT_UNKNOWN", 0),
            ("MBIM_PIN_FORMAT_NUMERIC", 1),
            ("MBIM_PIN_FORMAT_ALPHANUMERIC", 2),
        ),
        wwan="WWAN_PIN_FORMAT",
    ),
    Enum(
        "MbimPinMode",
        (
            ("MBIM_PIN_MODE_NOT_SUPPORTED", 0),
            ("MBIM_PIN_MODE_ENABLED", 1),
            ("MBIM_PIN_MODE_DISABLED", 2),
        ),
        wwan="WWAN_PIN_MODE",
    ),
    Enum(
        "MbimPinOperation",
        (
            ("MBIM_PIN_OPERATION_ENTER", 0),
            ("MBIM_PIN_OPERATION_ENABLE", 1),
            ("MBIM_PIN_OPERATION_DISABLE", 2),
            ("MBIM_PIN_OPERATION_CHANGE", 3),
        ),
        wwan="WWAN_PIN_OPERATION",
    ),
    Enum(
        "MbimPinState",
        (
            ("MBIM_PIN_STATE_UNLOCKED", 0),
            ("MBIM_PIN_STATE_LOCKED", 1),
        ),
        wwan="WWAN_PIN_STATE",
        note=(
            "members called PIN state none/enter in WWAN: value 1 "
            "means a code is wanted, not that the PIN function is on"
        ),
    ),
    Enum(
        "MbimPinType",
        (
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
        wwan="WWAN_PIN_TYPE",
    ),
    Enum(
        "MbimProviderState",
        (
            ("MBIM_PROVIDER_STATE_UNKNOWN", 0x0),
            ("MBIM_PROVIDER_STATE_HOME", 0x1),
            ("MBIM_PROVIDER_STATE_FORBIDDEN", 0x2),
            ("MBIM_PROVIDER_STATE_PREFERRED", 0x4),
            ("MBIM_PROVIDER_STATE_VISIBLE", 0x8),
            ("MBIM_PROVIDER_STATE_REGISTERED", 0x10),
            ("MBIM_PROVIDER_STATE_PREFERRED_MULTICARRIER", 0x20),
        ),
        flags=True,
        wwan="WWAN_PROVIDER_STATE",
    ),
    Enum("MbimQduFileType", (("MBIM_QDU_FILE_TYPE_LITTLE_ENDIAN_PACKAGE", 0),)),
    Enum("MbimQduQuectelRebootType", (("MBIM_QDU_QUECTEL_REBOOT_TYPE_EDL", 17),)),
    Enum("MbimQduQuectelVersionType", (("MBIM_QDU_QUECTEL_VERSION_TYPE_FW_BUILD_ID", 256),)),
    Enum(
        "MbimQduSessionAction",
        (
            ("MBIM_QDU_SESSION_ACTION_START", 0),
            ("MBIM_QDU_SESSION_ACTION_STOP", 1),
        ),
    ),
    Enum(
        "MbimQduSessionResult",
        (
            ("MBIM_QDU_SESSION_RESULT_SUCCESS", 0),
            ("MBIM_QDU_SESSION_RESULT_FAILURE", 1),
        ),
    ),
    Enum(
        "MbimQduSessionStatus",
        (
            ("MBIM_QDU_SESSION_STATUS_INACTIVE", 0),
            ("MBIM_QDU_SESSION_STATUS_FILE_TRANSFER", 1),
            ("MBIM_QDU_SESSION_STATUS_APPLY_UPDATE", 2),
        ),
    ),
    Enum(
        "MbimQduSessionType",
        (
            ("MBIM_QDU_SESSION_TYPE_NONE", 0),
            ("MBIM_QDU_SESSION_TYPE_LE", 1),
        ),
    ),
    Enum(
        "MbimQuectelCommandResponseStatus",
        (
            ("MBIM_QUECTEL_COMMAND_RESPONSE_STATUS_OK", 0),
            ("MBIM_QUECTEL_COMMAND_RESPONSE_STATUS_FAIL", 1),
        ),
    ),
    Enum(
        "MbimQuectelCommandType",
        (
            ("MBIM_QUECTEL_COMMAND_TYPE_AT", 0),
            ("MBIM_QUECTEL_COMMAND_TYPE_SYSTEM", 1),
        ),
    ),
    Enum(
        "MbimQuectelRadioSwitchState",
        (
            ("MBIM_QUECTEL_RADIO_SWITCH_STATE_OFF", 0),
            ("MBIM_QUECTEL_RADIO_SWITCH_STATE_ON", 1),
            ("MBIM_QUECTEL_RADIO_SWITCH_STATE_FCC_LOCKED", 4),
        ),
    ),
    Enum(
        "MbimRadioSwitchState",
        (
            ("MBIM_RADIO_SWITCH_STATE_OFF", 0),
            ("MBIM_RADIO_SWITCH_STATE_ON", 1),
        ),
        wwan="WWAN_RADIO",
    ),
    Enum(
        "MbimReadyInfoFlag",
        (
            ("MBIM_READY_INFO_FLAG_NONE", 0x0),
            ("MBIM_READY_INFO_FLAG_PROTECT_UNIQUE_ID", 0x1),
        ),
        flags=True,
        same_numbers=False,
        differences=(
            (
                "PROTECT_UNIQUE_ID 1",
                "WWAN_CTRL_CAPS_PROTECT_UNIQUEID 0x10",
                (
                    "in MBIM part of the ready information, in WWAN of the "
                    "control capabilities (by name)"
                ),
            ),
        ),
    ),
    Enum(
        "MbimRegisterAction",
        (
            ("MBIM_REGISTER_ACTION_AUTOMATIC", 0),
            ("MBIM_REGISTER_ACTION_MANUAL", 1),
        ),
        wwan="WWAN_REGISTER_ACTION",
    ),
    Enum(
        "MbimRegisterMode",
        (
            ("MBIM_REGISTER_MODE_UNKNOWN", 0),
            ("MBIM_REGISTER_MODE_AUTOMATIC", 1),
            ("MBIM_REGISTER_MODE_MANUAL", 2),
        ),
        wwan="WWAN_REGISTER_MODE",
    ),
    Enum(
        "MbimRegisterState",
        (
            ("MBIM_REGISTER_STATE_UNKNOWN", 0),
            ("MBIM_REGISTER_STATE_DEREGISTERED", 1),
            ("MBIM_REGISTER_STATE_SEARCHING", 2),
            ("MBIM_REGISTER_STATE_HOME", 3),
            ("MBIM_REGISTER_STATE_ROAMING", 4),
            ("MBIM_REGISTER_STATE_PARTNER", 5),
            ("MBIM_REGISTER_STATE_DENIED", 6),
        ),
        wwan="WWAN_REGISTER_STATE",
    ),
    Enum(
        "MbimRegistrationFlag",
        (
            ("MBIM_REGISTRATION_FLAG_NONE", 0x0),
            ("MBIM_REGISTRATION_FLAG_MANUAL_SELECTION_NOT_AVAILABLE", 0x1),
            ("MBIM_REGISTRATION_FLAG_PACKET_SERVICE_AUTOMATIC_ATTACH", 0x2),
        ),
        flags=True,
        wwan="WWAN_REG_FLAGS",
    ),
    Enum(
        "MbimRejectedNssaiCause",
        (
            ("NotAvailableInPlmn", 0),
            ("NotAvailableInRegistrationArea", 1),
        ),
        unverified=True,
    ),
    Enum(
        "MbimRouteSelectionSource",
        (
            ("Default", 0),
            ("User", 1),
            ("Admin", 2),
            ("Operator", 3),
            ("Device", 4),
            ("ModemOperator", 5),
            ("ModemLocal", 6),
        ),
        wwan="WWAN_CONFIGURATION_SOURCE",
        same_numbers=False,
        differences=(("not compared", "not compared", "contents of one TLV only"),),
        unverified=True,
    ),
    Enum(
        "MbimSarBackoffState",
        (
            ("MBIM_SAR_BACKOFF_STATE_DISABLED", 0),
            ("MBIM_SAR_BACKOFF_STATE_ENABLED", 1),
        ),
        wwan="WWAN_SAR_BACKOFF_STATE",
    ),
    Enum(
        "MbimSarControlMode",
        (
            ("MBIM_SAR_CONTROL_MODE_DEVICE", 0),
            ("MBIM_SAR_CONTROL_MODE_OS", 1),
        ),
        wwan="WWAN_SAR_CONTROL_MODE",
    ),
    Enum(
        "MbimSarWifiHardwareState",
        (
            ("MBIM_SAR_WIFI_HARDWARE_STATE_INTEGRATED", 0),
            ("MBIM_SAR_WIFI_HARDWARE_STATE_NOT_INTEGRATED", 1),
        ),
        wwan="WWAN_SAR_WIFI_HARDWARE_INTEGRATION",
        same_numbers=False,
        differences=(
            (
                "INTEGRATED 0",
                "WwanSarWifiHardwareIntegrated 1",
                (
                    "inverted; Wireshark labels the wire values the WWAN way,"
                    " the MBIM page and libmbim the other way"
                ),
            ),
            ("NOT_INTEGRATED 1", "WwanSarWifiHardwareNotIntegrated 0", "inverted"),
        ),
    ),
    Enum(
        "MbimSimClass",
        (
            ("MBIM_SIM_CLASS_NONE", 0x0),
            ("MBIM_SIM_CLASS_LOGICAL", 0x1),
            ("MBIM_SIM_CLASS_REMOVABLE", 0x2),
        ),
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
    ),
    Enum(
        "MbimSmsCaps",
        (
            ("MBIM_SMS_CAPS_NONE", 0x0),
            ("MBIM_SMS_CAPS_PDU_RECEIVE", 0x1),
            ("MBIM_SMS_CAPS_PDU_SEND", 0x2),
            ("MBIM_SMS_CAPS_TEXT_RECEIVE", 0x4),
            ("MBIM_SMS_CAPS_TEXT_SEND", 0x8),
        ),
        flags=True,
        wwan="WWAN_SMS_CAPS",
    ),
    Enum(
        "MbimSmsCdmaEncoding",
        (
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
        wwan="WWAN_SMS_CDMA_ENCODING",
    ),
    Enum(
        "MbimSmsCdmaLang",
        (
            ("MBIM_SMS_CDMA_LANG_UNKNOWN", 0),
            ("MBIM_SMS_CDMA_LANG_ENGLISH", 1),
            ("MBIM_SMS_CDMA_LANG_FRENCH", 2),
            ("MBIM_SMS_CDMA_LANG_SPANISH", 3),
            ("MBIM_SMS_CDMA_LANG_JAPANESE", 4),
            ("MBIM_SMS_CDMA_LANG_KOREAN", 5),
            ("MBIM_SMS_CDMA_LANG_CHINESE", 6),
            ("MBIM_SMS_CDMA_LANG_HEBREW", 7),
        ),
        wwan="WWAN_SMS_CDMA_LANG",
    ),
    Enum(
        "MbimSmsFlag",
        (
            ("MBIM_SMS_FLAG_ALL", 0),
            ("MBIM_SMS_FLAG_INDEX", 1),
            ("MBIM_SMS_FLAG_NEW", 2),
            ("MBIM_SMS_FLAG_OLD", 3),
            ("MBIM_SMS_FLAG_SENT", 4),
            ("MBIM_SMS_FLAG_DRAFT", 5),
        ),
        wwan="WWAN_SMS_FLAG",
    ),
    Enum(
        "MbimSmsFormat",
        (
            ("MBIM_SMS_FORMAT_PDU", 0),
            ("MBIM_SMS_FORMAT_CDMA", 1),
        ),
        wwan="WWAN_SMS_FORMAT",
        same_numbers=False,
        differences=(("CDMA 1", "WwanSmsFormatCdma 4", "number differs"),),
    ),
    Enum(
        "MbimSmsStatus",
        (
            ("MBIM_SMS_STATUS_NEW", 0),
            ("MBIM_SMS_STATUS_OLD", 1),
            ("MBIM_SMS_STATUS_DRAFT", 2),
            ("MBIM_SMS_STATUS_SENT", 3),
        ),
        wwan="WWAN_MSG_STATUS",
    ),
    Enum(
        "MbimSmsStatusFlag",
        (
            ("MBIM_SMS_STATUS_FLAG_NONE", 0x0),
            ("MBIM_SMS_STATUS_FLAG_MESSAGE_STORE_FULL", 0x1),
            ("MBIM_SMS_STATUS_FLAG_NEW_MESSAGE", 0x2),
        ),
        flags=True,
        wwan="WWAN_SMS_FLAG",
    ),
    Enum(
        "MbimSmsStorageState",
        (
            ("MBIM_SMS_STORAGE_STATE_NOT_INITIALIZED", 0),
            ("MBIM_SMS_STORAGE_STATE_INITIALIZED", 1),
        ),
    ),
    Enum(
        "MbimStkPacProfile",
        (
            (("MBIM_STK_PAC_PROFILE_NOT_HANDLED_BY_FUNCTION_HANDLED_BY_HOST"), 0),
            (("MBIM_STK_PAC_PROFILE_NOT_HANDLED_BY_FUNCTION_MAY_BE_HANDLED_BY_HOST"), 1),
            (("MBIM_STK_PAC_PROFILE_HANDLED_BY_FUNCTION_ONLY_TRANSPARENT_TO_HOST"), 2),
            (("MBIM_STK_PAC_PROFILE_HANDLED_BY_FUNCTION_NOTIFICATION_TO_HOST_POSSIBLE"), 3),
            (("MBIM_STK_PAC_PROFILE_HANDLED_BY_FUNCTION_NOTIFICATIONS_TO_HOST_ENABLED"), 4),
            (("MBIM_STK_PAC_PROFILE_HANDLED_BY_FUNCTION_CAN_BE_OVERRIDEN_BY_HOST"), 5),
            (("MBIM_STK_PAC_PROFILE_HANDLED_BY_HOST_FUNCTION_NOT_ABLE_TO_HANDLE"), 6),
            (("MBIM_STK_PAC_PROFILE_HANDLED_BY_HOST_FUNCTION_ABLE_TO_HANDLE"), 7),
        ),
    ),
    Enum(
        "MbimStkPacType",
        (
            ("MBIM_STK_PAC_TYPE_PROACTIVE_COMMAND", 0),
            ("MBIM_STK_PAC_TYPE_NOTIFICATION", 1),
        ),
    ),
    Enum(
        "MbimSubscriberReadyState",
        (
            ("MBIM_SUBSCRIBER_READY_STATE_NOT_INITIALIZED", 0),
            ("MBIM_SUBSCRIBER_READY_STATE_INITIALIZED", 1),
            ("MBIM_SUBSCRIBER_READY_STATE_SIM_NOT_INSERTED", 2),
            ("MBIM_SUBSCRIBER_READY_STATE_BAD_SIM", 3),
            ("MBIM_SUBSCRIBER_READY_STATE_FAILURE", 4),
            ("MBIM_SUBSCRIBER_READY_STATE_NOT_ACTIVATED", 5),
            ("MBIM_SUBSCRIBER_READY_STATE_DEVICE_LOCKED", 6),
            ("MBIM_SUBSCRIBER_READY_STATE_NO_ESIM_PROFILE", 7),
        ),
        wwan="WWAN_READY_STATE",
    ),
    Enum(
        "MbimSubscriberReadyStatusFlag",
        (
            ("MBIM_SUBSCRIBER_READY_STATUS_FLAG_NONE", 0x0),
            ("MBIM_SUBSCRIBER_READY_STATUS_FLAG_ESIM", 0x1),
            ("MBIM_SUBSCRIBER_READY_STATUS_FLAG_SIM_REMOVABILITY_KNOWN", 0x2),
            ("MBIM_SUBSCRIBER_READY_STATUS_FLAG_SIM_REMOVABLE", 0x4),
            ("SimSlotActive", 0x8),
        ),
        flags=True,
        wwan="WWAN_READY_STATUS_MASK",
        same_numbers=False,
        differences=(
            (
                "no member",
                "WWAN_READY_STATUS_MASK_MASKS_IS_VALID 0x80000000",
                ("the driver sets it where the flags come from a v3 device (inferred)"),
            ),
        ),
    ),
    Enum(
        "MbimTaiListType",
        (
            ("NonConsecutiveTac", 0),
            ("ConsecutiveTac", 1),
            ("MultiPlmn", 2),
        ),
    ),
    Enum(
        "MbimTraceCommand",
        (
            ("MBIM_TRACE_COMMAND_MODE", 0),
            ("MBIM_TRACE_COMMAND_LEVEL", 1),
            ("MBIM_TRACE_COMMAND_LOCATION", 2),
            ("MBIM_TRACE_COMMAND_FLASH_INTERVAL", 3),
        ),
    ),
    Enum(
        "MbimTransmissionNotificationStatus",
        (
            ("MBIM_TRANSMISSION_NOTIFICATION_STATUS_DISABLED", 0),
            ("MBIM_TRANSMISSION_NOTIFICATION_STATUS_ENABLED", 1),
        ),
        wwan="WWAN_SAR_TRANSMISSION_STATUS_NOTIFICATION_STATE",
    ),
    Enum(
        "MbimTransmissionState",
        (
            ("MBIM_TRANSMISSION_STATE_INACTIVE", 0),
            ("MBIM_TRANSMISSION_STATE_ACTIVE", 1),
        ),
        wwan="WWAN_SAR_TRANSMISSION_STATUS",
    ),
    Enum(
        "MbimUiccApplicationType",
        (
            ("MBIM_UICC_APPLICATION_TYPE_UNKNOWN", 0),
            ("MBIM_UICC_APPLICATION_TYPE_MF", 1),
            ("MBIM_UICC_APPLICATION_TYPE_MF_SIM", 2),
            ("MBIM_UICC_APPLICATION_TYPE_MF_RUIM", 3),
            ("MBIM_UICC_APPLICATION_TYPE_USIM", 4),
            ("MBIM_UICC_APPLICATION_TYPE_CSIM", 5),
            ("MBIM_UICC_APPLICATION_TYPE_ISIM", 6),
        ),
        wwan="WWAN_UICC_APP_TYPE",
    ),
    Enum(
        "MbimUiccClassByteType",
        (
            ("MBIM_UICC_CLASS_BYTE_TYPE_INTER_INDUSTRY", 0),
            ("MBIM_UICC_CLASS_BYTE_TYPE_EXTENDED", 1),
        ),
        wwan="WWAN_UICC_CLASS_BYTE_TYPE",
    ),
    Enum(
        "MbimUiccFileAccessibility",
        (
            ("MBIM_UICC_FILE_ACCESSIBILITY_UNKNOWN", 0),
            ("MBIM_UICC_FILE_ACCESSIBILITY_NOT_SHAREABLE", 1),
            ("MBIM_UICC_FILE_ACCESSIBILITY_SHAREABLE", 2),
        ),
        wwan="WWAN_UICC_FILE_ACCESSIBILITY",
    ),
    Enum(
        "MbimUiccFileStructure",
        (
            ("MBIM_UICC_FILE_STRUCTURE_UNKNOWN", 0),
            ("MBIM_UICC_FILE_STRUCTURE_TRANSPARENT", 1),
            ("MBIM_UICC_FILE_STRUCTURE_CYCLIC", 2),
            ("MBIM_UICC_FILE_STRUCTURE_LINEAR", 3),
            ("MBIM_UICC_FILE_STRUCTURE_BER_TLV", 4),
        ),
        wwan="WWAN_UICC_FILE_STRUCTURE",
    ),
    Enum(
        "MbimUiccFileType",
        (
            ("MBIM_UICC_FILE_TYPE_UNKNOWN", 0),
            ("MBIM_UICC_FILE_TYPE_WORKING_EF", 1),
            ("MBIM_UICC_FILE_TYPE_INTERNAL_EF", 2),
            ("MBIM_UICC_FILE_TYPE_DF_OR_ADF", 3),
        ),
        wwan="WWAN_UICC_FILE_TYPE",
    ),
    Enum(
        "MbimUiccPassThroughAction",
        (
            ("MBIM_UICC_PASS_THROUGH_ACTION_DISABLE", 0),
            ("MBIM_UICC_PASS_THROUGH_ACTION_ENABLE", 1),
        ),
        wwan="WWAN_UICC_PASSTHROUGH_ACTION",
    ),
    Enum(
        "MbimUiccPassThroughStatus",
        (
            ("MBIM_UICC_PASS_THROUGH_STATUS_DISABLED", 0),
            ("MBIM_UICC_PASS_THROUGH_STATUS_ENABLED", 1),
        ),
        wwan="WWAN_UICC_PASSTHROUGH_STATUS",
    ),
    Enum(
        "MbimUiccSecureMessaging",
        (
            ("MBIM_UICC_SECURE_MESSAGING_NONE", 0),
            ("MBIM_UICC_SECURE_MESSAGING_NO_HDR_AUTH", 1),
        ),
        wwan="WWAN_UICC_SECURE_MESSAGING",
    ),
    Enum(
        "MbimUiccSlotState",
        (
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
        wwan="WWAN_UICCSLOT_STATE",
    ),
    Enum(
        "MbimUssdAction",
        (
            ("MBIM_USSD_ACTION_INITIATE", 0),
            ("MBIM_USSD_ACTION_CONTINUE", 1),
            ("MBIM_USSD_ACTION_CANCEL", 2),
        ),
        wwan="WWAN_USSD_REQUEST_TYPE",
    ),
    Enum(
        "MbimUssdResponse",
        (
            ("MBIM_USSD_RESPONSE_NO_ACTION_REQUIRED", 0),
            ("MBIM_USSD_RESPONSE_ACTION_REQUIRED", 1),
            ("MBIM_USSD_RESPONSE_TERMINATED_BY_NETWORK", 2),
            ("MBIM_USSD_RESPONSE_OTHER_LOCAL_CLIENT", 3),
            ("MBIM_USSD_RESPONSE_OPERATION_NOT_SUPPORTED", 4),
            ("MBIM_USSD_RESPONSE_NETWORK_TIMEOUT", 5),
        ),
        wwan="WWAN_USSD_EVENT_TYPE",
    ),
    Enum(
        "MbimUssdSessionState",
        (
            ("MBIM_USSD_SESSION_STATE_NEW_SESSION", 0),
            ("MBIM_USSD_SESSION_STATE_EXISTING_SESSION", 1),
        ),
        wwan="WWAN_USSD_SESSION_STATE",
    ),
    Enum(
        "MbimVisibleProvidersAction",
        (
            ("MBIM_VISIBLE_PROVIDERS_ACTION_FULL_SCAN", 0),
            ("MBIM_VISIBLE_PROVIDERS_ACTION_RESTRICTED_SCAN", 1),
        ),
        wwan="WWAN_GET_VISIBLE_PROVIDERS",
        same_numbers=False,
        differences=(
            (
                "RESTRICTED_SCAN 1",
                "WWAN_GET_VISIBLE_PROVIDERS_MULTICARRIER 1",
                "same number, by name another wording",
            ),
        ),
    ),
    Enum(
        "MbimVoiceCallState",
        (
            ("MBIM_VOICE_CALL_STATE_NONE", 0),
            ("MBIM_VOICE_CALL_STATE_IN_PROGRESS", 1),
            ("MBIM_VOICE_CALL_STATE_HANG_UP", 2),
        ),
        wwan="WWAN_VOICE_CALL_STATE",
    ),
    Enum(
        "MbimVoiceClass",
        (
            ("MBIM_VOICE_CLASS_UNKNOWN", 0),
            ("MBIM_VOICE_CLASS_NO_VOICE", 1),
            ("MBIM_VOICE_CLASS_SEPARATED_VOICE_DATA", 2),
            ("MBIM_VOICE_CLASS_SIMULTANEOUS_VOICE_DATA", 3),
        ),
        wwan="WWAN_VOICE_CLASS",
    ),
    Enum(
        "MbimWakeType",
        (
            ("MBIM_WAKE_TYPE_CID_RESPONSE", 0),
            ("MBIM_WAKE_TYPE_CID_INDICATION", 1),
            ("MBIM_WAKE_TYPE_PACKET", 2),
        ),
    ),
    Enum(
        "bool",
        (
            ("FALSE", 0),
            ("TRUE", 1),
        ),
        note="32-bit truth value",
    ),
)
