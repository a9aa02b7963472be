"""Which OID a command corresponds to, and which members carry the same meaning.

Members are paths in the last layout of the NDIS structure; of the MBIM message the newest layout is
compared. Basis: d a public page says so, n names agree, i own reading.
"""

from wwanreplay.mbim.schema import MessageTie, Pair, Tie

TIES = (
    Tie(
        "Basic Connect",
        1,
        "OID_WWAN_DEVICE_CAPS",
        "n",
        indications=("NDIS_STATUS_WWAN_DEVICE_CAPS",),
        messages=(
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_DEVICE_CAPS",
                (
                    Pair(
                        "DeviceType",
                        ("DeviceCaps.WwanDeviceType",),
                        "n",
                        enums=("MbimDeviceType", "WWAN_DEVICE_TYPE"),
                    ),
                    Pair(
                        "CellularClass",
                        ("DeviceCaps.WwanCellularClass",),
                        "n",
                        enums=("MbimCellularClass", "WWAN_CELLULAR_CLASS"),
                        translate=True,
                    ),
                    Pair(
                        "VoiceClass",
                        ("DeviceCaps.WwanVoiceClass",),
                        "n",
                        enums=("MbimVoiceClass", "WWAN_VOICE_CLASS"),
                    ),
                    Pair(
                        "SimClass",
                        ("DeviceCaps.WwanSimClass",),
                        "n",
                        enums=("MbimSimClass", "WWAN_SIM_CLASS"),
                        translate=True,
                    ),
                    Pair(
                        "DataClass",
                        ("DeviceCaps.WwanDataClass",),
                        "n",
                        enums=("MbimDataClass", "WWAN_DATA_CLASS"),
                        translate=True,
                    ),
                    Pair(
                        "SmsCaps",
                        ("DeviceCaps.WwanSmsCaps",),
                        "n",
                        enums=("MbimSmsCaps", "WWAN_SMS_CAPS"),
                    ),
                    Pair(
                        "ControlCaps",
                        ("DeviceCaps.WwanControlCaps",),
                        "n",
                        enums=("MbimCtrlCaps", "WWAN_CTRL_CAPS"),
                        translate=True,
                    ),
                    Pair("MaxSessions", ("DeviceCaps.MaxActivatedContexts",), "i"),
                    Pair("CustomDataClass", ("DeviceCaps.CustomDataClass",), "n"),
                    Pair("DeviceId", ("DeviceCaps.DeviceId",), "n"),
                    Pair("FirmwareInfo", ("DeviceCaps.FirmwareInfo",), "n"),
                    Pair("HardwareInfo", ("DeviceCaps.Model",), "i"),
                ),
                ndis_only=(
                    "DeviceCaps.WwanGsmBandClass",
                    "DeviceCaps.WwanCdmaBandClass",
                    "DeviceCaps.CustomBandClass",
                    "DeviceCaps.Manufacturer",
                    "DeviceCaps.WwanAuthAlgoCaps",
                    "DeviceCaps.CellularClassListHeader.ElementCount",
                ),
            ),
        ),
    ),
    Tie(
        "Basic Connect",
        2,
        "OID_WWAN_READY_INFO",
        "n",
        indications=("NDIS_STATUS_WWAN_READY_INFO",),
        unsolicited=("NDIS_STATUS_WWAN_READY_INFO",),
        messages=(
            MessageTie(
                "query",
                0x0400,
                "NDIS_WWAN_QUERY_READY_INFO",
                (Pair("SlotId", ("QueryReadyInfo.SlotId",), "n"),),
            ),
            MessageTie(
                "response",
                0x0400,
                "NDIS_WWAN_READY_INFO",
                (
                    Pair(
                        "ReadyState",
                        ("ReadyInfo.ReadyState",),
                        "n",
                        enums=("MbimSubscriberReadyState", "WWAN_READY_STATE"),
                    ),
                    Pair(
                        "Flags",
                        ("ReadyInfo.StatusFlags",),
                        "i",
                        enums=("MbimSubscriberReadyStatusFlag", "WWAN_READY_STATUS_MASK"),
                        translate=True,
                    ),
                    Pair("SubscriberId", ("ReadyInfo.SubscriberId",), "n"),
                    Pair("SimIccId", ("ReadyInfo.SimIccId",), "n"),
                    Pair(
                        "ReadyInfo",
                        (
                            "ReadyInfo.ReadyState",
                            "ReadyInfo.EmergencyMode",
                            "ReadyInfo.SubscriberId",
                            "ReadyInfo.SimIccId",
                            "ReadyInfo.CdmaShortMsgSize",
                            "ReadyInfo.StatusFlags",
                            "ReadyInfo.SlotId",
                            "ReadyInfo.TNListHeader.ElementType",
                            "ReadyInfo.TNListHeader.ElementCount",
                        ),
                        "n",
                    ),
                    Pair("TelephoneNumbersCount", ("ReadyInfo.TNListHeader.ElementCount",), "i"),
                    Pair("SlotId", ("ReadyInfo.SlotId",), "n"),
                    Pair(
                        "TelephoneNumbers",
                        (("list elements after the structure: WCHAR arrays with terminator"),),
                        "i",
                    ),
                ),
            ),
        ),
    ),
    Tie(
        "Basic Connect",
        3,
        "OID_WWAN_RADIO_STATE",
        "d",
        indications=("NDIS_STATUS_WWAN_RADIO_STATE",),
        unsolicited=("NDIS_STATUS_WWAN_RADIO_STATE",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_RADIO_STATE",
                (
                    Pair(
                        "RadioState",
                        ("RadioAction",),
                        "i",
                        enums=("MbimRadioSwitchState", "WWAN_RADIO"),
                    ),
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_RADIO_STATE",
                (
                    Pair(
                        "HwRadioState",
                        ("RadioState.HwRadioState",),
                        "n",
                        enums=("MbimRadioSwitchState", "WWAN_RADIO"),
                    ),
                    Pair(
                        "SwRadioState",
                        ("RadioState.SwRadioState",),
                        "n",
                        enums=("MbimRadioSwitchState", "WWAN_RADIO"),
                    ),
                ),
            ),
        ),
    ),
    Tie(
        "Basic Connect",
        4,
        "OID_WWAN_PIN",
        "n",
        indications=("NDIS_STATUS_WWAN_PIN_INFO",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_PIN",
                (
                    Pair(
                        "PinType",
                        ("PinAction.PinType",),
                        "n",
                        enums=("MbimPinType", "WWAN_PIN_TYPE"),
                    ),
                    Pair(
                        "PinOperation",
                        ("PinAction.PinOperation",),
                        "n",
                        enums=("MbimPinOperation", "WWAN_PIN_OPERATION"),
                    ),
                    Pair("Pin", ("PinAction.Pin",), "n"),
                    Pair("NewPin", ("PinAction.NewPin",), "n"),
                ),
                ndis_only=("PinAction.RequestPinOperationPrompt",),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_PIN_INFO",
                (
                    Pair(
                        "PinType", ("PinInfo.PinType",), "n", enums=("MbimPinType", "WWAN_PIN_TYPE")
                    ),
                    Pair(
                        "PinState",
                        ("PinInfo.PinState",),
                        "n",
                        enums=("MbimPinState", "WWAN_PIN_STATE"),
                    ),
                    Pair("RemainingAttempts", ("PinInfo.AttemptsRemaining",), "i"),
                ),
            ),
        ),
    ),
    Tie(
        "Basic Connect",
        5,
        "OID_WWAN_PIN_LIST",
        "d",
        indications=("NDIS_STATUS_WWAN_PIN_LIST",),
        messages=(
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_PIN_LIST",
                (
                    Pair(
                        "PinDescPin1",
                        (
                            "PinList.WwanPinDescPin1.PinMode",
                            "PinList.WwanPinDescPin1.PinFormat",
                            "PinList.WwanPinDescPin1.PinLengthMin",
                            "PinList.WwanPinDescPin1.PinLengthMax",
                        ),
                        "n",
                    ),
                    Pair(
                        "PinDescPin2",
                        (
                            "PinList.WwanPinDescPin2.PinMode",
                            "PinList.WwanPinDescPin2.PinFormat",
                            "PinList.WwanPinDescPin2.PinLengthMin",
                            "PinList.WwanPinDescPin2.PinLengthMax",
                        ),
                        "n",
                    ),
                    Pair(
                        "PinDescDeviceSimPin",
                        (
                            "PinList.WwanPinDescDeviceSimPin.PinMode",
                            "PinList.WwanPinDescDeviceSimPin.PinFormat",
                            "PinList.WwanPinDescDeviceSimPin.PinLengthMin",
                            "PinList.WwanPinDescDeviceSimPin.PinLengthMax",
                        ),
                        "n",
                    ),
                    Pair(
                        "PinDescDeviceFirstSimPin",
                        (
                            "PinList.WwanPinDescDeviceFirstSimPin.PinMode",
                            "PinList.WwanPinDescDeviceFirstSimPin.PinFormat",
                            "PinList.WwanPinDescDeviceFirstSimPin.PinLengthMin",
                            "PinList.WwanPinDescDeviceFirstSimPin.PinLengthMax",
                        ),
                        "n",
                    ),
                    Pair(
                        "PinDescNetworkPin",
                        (
                            "PinList.WwanPinDescNetworkPin.PinMode",
                            "PinList.WwanPinDescNetworkPin.PinFormat",
                            "PinList.WwanPinDescNetworkPin.PinLengthMin",
                            "PinList.WwanPinDescNetworkPin.PinLengthMax",
                        ),
                        "n",
                    ),
                    Pair(
                        "PinDescNetworkSubsetPin",
                        (
                            "PinList.WwanPinDescNetworkSubsetPin.PinMode",
                            "PinList.WwanPinDescNetworkSubsetPin.PinFormat",
                            "PinList.WwanPinDescNetworkSubsetPin.PinLengthMin",
                            "PinList.WwanPinDescNetworkSubsetPin.PinLengthMax",
                        ),
                        "n",
                    ),
                    Pair(
                        "PinDescServiceProviderPin",
                        (
                            "PinList.WwanPinDescSvcProviderPin.PinMode",
                            "PinList.WwanPinDescSvcProviderPin.PinFormat",
                            "PinList.WwanPinDescSvcProviderPin.PinLengthMin",
                            "PinList.WwanPinDescSvcProviderPin.PinLengthMax",
                        ),
                        "n",
                    ),
                    Pair(
                        "PinDescCorporatePin",
                        (
                            "PinList.WwanPinDescCorporatePin.PinMode",
                            "PinList.WwanPinDescCorporatePin.PinFormat",
                            "PinList.WwanPinDescCorporatePin.PinLengthMin",
                            "PinList.WwanPinDescCorporatePin.PinLengthMax",
                        ),
                        "n",
                    ),
                    Pair(
                        "PinDescSubsidyLock",
                        (
                            "PinList.WwanPinDescSubsidyLock.PinMode",
                            "PinList.WwanPinDescSubsidyLock.PinFormat",
                            "PinList.WwanPinDescSubsidyLock.PinLengthMin",
                            "PinList.WwanPinDescSubsidyLock.PinLengthMax",
                        ),
                        "n",
                    ),
                    Pair(
                        "PinDescCustom",
                        (
                            "PinList.WwanPinDescCustom.PinMode",
                            "PinList.WwanPinDescCustom.PinFormat",
                            "PinList.WwanPinDescCustom.PinLengthMin",
                            "PinList.WwanPinDescCustom.PinLengthMax",
                        ),
                        "n",
                    ),
                ),
            ),
        ),
    ),
    Tie(
        "Basic Connect",
        6,
        "OID_WWAN_HOME_PROVIDER",
        "n",
        indications=(
            "NDIS_STATUS_WWAN_HOME_PROVIDER",
            "NDIS_STATUS_WWAN_SET_HOME_PROVIDER_COMPLETE",
        ),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_HOME_PROVIDER",
                (
                    Pair(
                        "Provider",
                        (
                            "HomeProvider.Provider.ProviderId",
                            "HomeProvider.Provider.ProviderState",
                            "HomeProvider.Provider.ProviderName",
                            "HomeProvider.Provider.WwanDataClass",
                        ),
                        "n",
                    ),
                ),
                ndis_only=(
                    "HomeProvider.WwanCellularClass",
                    "HomeProvider.Rssi",
                    "HomeProvider.ErrorRate",
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_HOME_PROVIDER",
                (
                    Pair(
                        "Provider",
                        (
                            "Provider.ProviderId",
                            "Provider.ProviderState",
                            "Provider.ProviderName",
                            "Provider.WwanDataClass",
                        ),
                        "n",
                    ),
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_HOME_PROVIDER2",
                (
                    Pair(
                        "Provider",
                        (
                            "Provider.Provider.ProviderId",
                            "Provider.Provider.ProviderState",
                            "Provider.Provider.ProviderName",
                            "Provider.Provider.WwanDataClass",
                            "Provider.WwanCellularClass",
                            "Provider.Rssi",
                            "Provider.ErrorRate",
                        ),
                        "n",
                    ),
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_SET_HOME_PROVIDER",
                (
                    Pair(
                        "Provider",
                        (
                            "HomeProvider.Provider.ProviderId",
                            "HomeProvider.Provider.ProviderState",
                            "HomeProvider.Provider.ProviderName",
                            "HomeProvider.Provider.WwanDataClass",
                        ),
                        "n",
                    ),
                ),
                ndis_only=(
                    "HomeProvider.WwanCellularClass",
                    "HomeProvider.Rssi",
                    "HomeProvider.ErrorRate",
                ),
            ),
        ),
    ),
    Tie(
        "Basic Connect",
        7,
        "OID_WWAN_PREFERRED_PROVIDERS",
        "n",
        indications=("NDIS_STATUS_WWAN_PREFERRED_PROVIDERS",),
        unsolicited=("NDIS_STATUS_WWAN_PREFERRED_PROVIDERS",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_PREFERRED_PROVIDERS",
                (
                    Pair("ProvidersCount", ("PreferredListHeader.ElementCount",), "i"),
                    Pair(
                        "Providers",
                        ("list elements of NDIS_WWAN_SET_PREFERRED_PROVIDERS",),
                        "i",
                        element=("MbimProvider", "WWAN_PROVIDER"),
                        elements=(
                            Pair("ProviderId", ("ProviderId",), "n"),
                            Pair(
                                "ProviderState",
                                ("ProviderState",),
                                "n",
                                enums=("MbimProviderState", "WWAN_PROVIDER_STATE"),
                            ),
                            Pair("ProviderName", ("ProviderName",), "n"),
                        ),
                        mbim_only=(
                            "CellularClass",
                            "Rssi",
                            "ErrorRate",
                        ),
                    ),
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_PREFERRED_PROVIDERS",
                (
                    Pair("ProvidersCount", ("PreferredListHeader.ElementCount",), "i"),
                    Pair(
                        "Providers",
                        ("list elements of NDIS_WWAN_PREFERRED_PROVIDERS",),
                        "i",
                        element=("MbimProvider", "WWAN_PROVIDER"),
                        elements=(
                            Pair("ProviderId", ("ProviderId",), "n"),
                            Pair(
                                "ProviderState",
                                ("ProviderState",),
                                "n",
                                enums=("MbimProviderState", "WWAN_PROVIDER_STATE"),
                            ),
                            Pair("ProviderName", ("ProviderName",), "n"),
                        ),
                        mbim_only=(
                            "CellularClass",
                            "Rssi",
                            "ErrorRate",
                        ),
                    ),
                ),
            ),
        ),
    ),
    Tie(
        "Basic Connect",
        8,
        "OID_WWAN_VISIBLE_PROVIDERS",
        "n",
        indications=("NDIS_STATUS_WWAN_VISIBLE_PROVIDERS",),
        messages=(
            MessageTie(
                "query",
                0x0100,
                "NDIS_WWAN_GET_VISIBLE_PROVIDERS",
                (
                    Pair(
                        "Action",
                        ("VisibleProviders.Action",),
                        "n",
                        enums=("MbimVisibleProvidersAction", "WWAN_GET_VISIBLE_PROVIDERS"),
                        translate=True,
                    ),
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_VISIBLE_PROVIDERS",
                (
                    Pair("ProvidersCount", ("VisibleListHeader.ElementCount",), "i"),
                    Pair(
                        "Providers",
                        ("list elements of NDIS_WWAN_VISIBLE_PROVIDERS",),
                        "i",
                        element=("MbimProvider", "WWAN_PROVIDER"),
                        elements=(
                            Pair("ProviderId", ("ProviderId",), "n"),
                            Pair(
                                "ProviderState",
                                ("ProviderState",),
                                "n",
                                enums=("MbimProviderState", "WWAN_PROVIDER_STATE"),
                            ),
                            Pair("ProviderName", ("ProviderName",), "n"),
                        ),
                        mbim_only=(
                            "CellularClass",
                            "Rssi",
                            "ErrorRate",
                        ),
                    ),
                ),
            ),
        ),
    ),
    Tie(
        "Basic Connect",
        9,
        "OID_WWAN_REGISTER_STATE",
        "d",
        indications=("NDIS_STATUS_WWAN_REGISTER_STATE",),
        unsolicited=("NDIS_STATUS_WWAN_REGISTER_STATE",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_REGISTER_STATE",
                (
                    Pair("ProviderId", ("SetRegisterState.ProviderId",), "n"),
                    Pair(
                        "RegisterAction",
                        ("SetRegisterState.RegisterAction",),
                        "n",
                        enums=("MbimRegisterAction", "WWAN_REGISTER_ACTION"),
                    ),
                    Pair(
                        "DataClass",
                        ("SetRegisterState.WwanDataClass",),
                        "n",
                        enums=("MbimDataClass", "WWAN_DATA_CLASS"),
                        translate=True,
                    ),
                ),
            ),
            MessageTie(
                "response",
                0x0200,
                "NDIS_WWAN_REGISTRATION_STATE",
                (
                    Pair("NwError", ("RegistrationState.uNwError",), "n"),
                    Pair(
                        "RegisterState",
                        ("RegistrationState.RegisterState",),
                        "n",
                        enums=("MbimRegisterState", "WWAN_REGISTER_STATE"),
                    ),
                    Pair(
                        "RegisterMode",
                        ("RegistrationState.RegisterMode",),
                        "n",
                        enums=("MbimRegisterMode", "WWAN_REGISTER_MODE"),
                    ),
                    Pair(
                        "AvailableDataClasses",
                        (),
                        "i",
                        note=(
                            "no member; goes to PacketService.AvailableDataClass of "
                            "NDIS_WWAN_PACKET_SERVICE_STATE"
                        ),
                    ),
                    Pair(
                        "CurrentCellularClass",
                        ("RegistrationState.CurrentCellularClass",),
                        "n",
                        enums=("MbimCellularClass", "WWAN_CELLULAR_CLASS"),
                        translate=True,
                    ),
                    Pair("ProviderId", ("RegistrationState.ProviderId",), "n"),
                    Pair("ProviderName", ("RegistrationState.ProviderName",), "n"),
                    Pair("RoamingText", ("RegistrationState.RoamingText",), "n"),
                    Pair(
                        "RegistrationFlag",
                        ("RegistrationState.WwanRegFlags",),
                        "i",
                        enums=("MbimRegistrationFlag", "WWAN_REG_FLAGS"),
                    ),
                    Pair(
                        "PreferredDataClasses",
                        ("RegistrationState.PreferredDataClasses",),
                        "n",
                        enums=("MbimDataClass", "WWAN_DATA_CLASS"),
                        translate=True,
                    ),
                ),
            ),
        ),
    ),
    Tie(
        "Basic Connect",
        10,
        "OID_WWAN_PACKET_SERVICE",
        "d",
        indications=("NDIS_STATUS_WWAN_PACKET_SERVICE",),
        unsolicited=("NDIS_STATUS_WWAN_PACKET_SERVICE",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_PACKET_SERVICE",
                (
                    Pair(
                        "PacketServiceAction",
                        ("PacketServiceAction",),
                        "n",
                        enums=("MbimPacketServiceAction", "WWAN_PACKET_SERVICE_ACTION"),
                    ),
                ),
            ),
            MessageTie(
                "response",
                0x0400,
                "NDIS_WWAN_PACKET_SERVICE_STATE",
                (
                    Pair("NwError", ("PacketService.uNwError",), "n"),
                    Pair(
                        "PacketServiceState",
                        ("PacketService.PacketServiceState",),
                        "n",
                        enums=("MbimPacketServiceState", "WWAN_PACKET_SERVICE_STATE"),
                    ),
                    Pair(
                        "HighestAvailableDataClass",
                        ("PacketService.CurrentDataClass",),
                        "d",
                        enums=("MbimDataClassV3", "WWAN_DATA_CLASS"),
                        translate=True,
                        note=(
                            "the MBIMEx 2.0 page renames HighestAvailableDataClass to"
                            " CurrentDataClass; with MBIM 1.0 it may mean the best "
                            "class available (inferred)"
                        ),
                    ),
                    Pair(
                        "FrequencyRange",
                        ("PacketService.FrequencyRange",),
                        "n",
                        enums=("MbimFrequencyRange", "WWAN_5G_FREQUENCY_RANGE"),
                    ),
                    Pair(
                        "DataSubclass",
                        ("PacketService.CurrentDataSubClass",),
                        "i",
                        enums=("MbimDataSubclass", "WWAN_DATA_SUBCLASS"),
                    ),
                    Pair(
                        "Tai",
                        (
                            "PacketService.CurrentTai.Mcc",
                            "PacketService.CurrentTai.Mnc",
                            "PacketService.CurrentTai.Tac",
                        ),
                        "n",
                    ),
                    Pair(
                        "UnnamedIes",
                        ("PacketService.Rel3GppVer",),
                        "i",
                        note="element 3GPP_REL_VERSION",
                    ),
                ),
                mbim_only=(
                    "UplinkSpeed",
                    "DownlinkSpeed",
                ),
                ndis_only=("PacketService.AvailableDataClass",),
            ),
        ),
    ),
    Tie(
        "Basic Connect",
        11,
        "OID_WWAN_SIGNAL_STATE",
        "d",
        indications=("NDIS_STATUS_WWAN_SIGNAL_STATE",),
        unsolicited=("NDIS_STATUS_WWAN_SIGNAL_STATE",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_SIGNAL_INDICATION",
                (
                    Pair("SignalStrengthInterval", ("SignalIndication.RssiInterval",), "i"),
                    Pair("RssiThreshold", ("SignalIndication.RssiThreshold",), "n"),
                    Pair("ErrorRateThreshold", (), "i", note="no member"),
                ),
            ),
            MessageTie(
                "response",
                0x0200,
                "NDIS_WWAN_SIGNAL_STATE",
                (
                    Pair("Rssi", ("SignalState.Rssi",), "n"),
                    Pair("ErrorRate", ("SignalState.ErrorRate",), "n"),
                    Pair("SignalStrengthInterval", ("SignalState.RssiInterval",), "i"),
                    Pair("RssiThreshold", ("SignalState.RssiThreshold",), "n"),
                    Pair("ErrorRateThreshold", (), "i", note="no member"),
                    Pair(
                        "RsrpSnr",
                        ("list elements of NDIS_WWAN_SIGNAL_STATE",),
                        "i",
                        element=("MbimRsrpSnrInfo", "WWAN_SIGNAL_STATE_EXT"),
                        elements=(
                            Pair("Rsrp", ("RSRP",), "n"),
                            Pair("Snr", ("SNR",), "n"),
                            Pair("RsrpThreshold", ("RSRPThreshold",), "n"),
                            Pair("SnrThreshold", ("SNRThreshold",), "n"),
                        ),
                        mbim_only=("SystemType",),
                    ),
                ),
                ndis_only=("SignalState.SignalStateListHeader.ElementCount",),
            ),
        ),
    ),
    Tie(
        "Basic Connect",
        12,
        "OID_WWAN_CONNECT",
        "d",
        indications=("NDIS_STATUS_WWAN_CONTEXT_STATE",),
        unsolicited=("NDIS_STATUS_WWAN_CONTEXT_STATE",),
        messages=(
            MessageTie(
                "set",
                0x0400,
                "NDIS_WWAN_SET_CONTEXT_STATE",
                (
                    Pair("SessionId", ("SetContextState.ConnectionId",), "i"),
                    Pair(
                        "ActivationCommand",
                        ("SetContextState.ActivationCommand",),
                        "n",
                        enums=("MbimActivationCommand", "WWAN_ACTIVATION_COMMAND"),
                        translate=True,
                    ),
                    Pair(
                        "ActivationOption",
                        ("SetContextState.ActivationOption",),
                        "n",
                        enums=("MbimActivationOption", "WWAN_ACTIVATION_OPTION"),
                    ),
                    Pair(
                        "Compression",
                        ("SetContextState.Compression",),
                        "n",
                        enums=("MbimCompression", "WWAN_COMPRESSION"),
                    ),
                    Pair(
                        "AuthProtocol",
                        ("SetContextState.AuthType",),
                        "i",
                        enums=("MbimAuthProtocol", "WWAN_AUTH_PROTOCOL"),
                        translate=True,
                    ),
                    Pair(
                        "IpType",
                        ("SetContextState.IPType",),
                        "n",
                        enums=("MbimContextIpType", "WWAN_IP_TYPE"),
                        translate=True,
                    ),
                    Pair(
                        "ContextType", (), "i", note="no member; the host picks the profile itself"
                    ),
                    Pair(
                        "MediaPreference",
                        ("SetContextState.MediaPreference",),
                        "n",
                        enums=("MbimAccessMediaType", "WWAN_CONNECTION_MEDIA"),
                        translate=True,
                    ),
                    Pair("AccessString", ("SetContextState.AccessString",), "n"),
                    Pair("UserName", ("SetContextState.UserName",), "n"),
                    Pair("Password", ("SetContextState.Password",), "n"),
                    Pair(
                        "SNssai",
                        (
                            "SetContextState.Snssai.Bitmasks",
                            "SetContextState.Snssai.SliceServiceType",
                            "SetContextState.Snssai.MappedSliceServiceType",
                            "SetContextState.Snssai.SliceDifferentiator",
                            "SetContextState.Snssai.MappedSliceDifferentiator",
                        ),
                        "n",
                    ),
                ),
                mbim_only=("UnnamedIes",),
                ndis_only=(
                    "SetContextState.ConnectionMediaSource",
                    "SetContextState.TrafficParameters.Offset",
                    "SetContextState.TrafficParameters.Size",
                ),
            ),
            MessageTie(
                "response",
                0x0400,
                "NDIS_WWAN_CONTEXT_STATE",
                (
                    Pair("SessionId", ("ContextState.ConnectionId",), "i"),
                    Pair(
                        "ActivationState",
                        ("ContextState.ActivationState",),
                        "n",
                        enums=("MbimActivationState", "WWAN_ACTIVATION_STATE"),
                    ),
                    Pair(
                        "VoiceCallState",
                        ("ContextState.VoiceCallState",),
                        "n",
                        enums=("MbimVoiceCallState", "WWAN_VOICE_CALL_STATE"),
                    ),
                    Pair(
                        "IpType",
                        ("ContextState.IPType",),
                        "n",
                        enums=("MbimContextIpType", "WWAN_IP_TYPE"),
                        translate=True,
                    ),
                    Pair("ContextType", (), "i", note="no member"),
                    Pair("NwError", ("ContextState.uNwError",), "n"),
                    Pair(
                        "MediaPreference",
                        ("ContextState.ConnectionMedia",),
                        "i",
                        enums=("MbimAccessMediaType", "WWAN_CONNECTION_MEDIA"),
                        translate=True,
                    ),
                    Pair("AccessString", ("ContextState.AccessString",), "n"),
                    Pair(
                        "SNssai",
                        (
                            "ContextState.Snssai.Bitmasks",
                            "ContextState.Snssai.SliceServiceType",
                            "ContextState.Snssai.MappedSliceServiceType",
                            "ContextState.Snssai.SliceDifferentiator",
                            "ContextState.Snssai.MappedSliceDifferentiator",
                        ),
                        "n",
                    ),
                ),
                mbim_only=("UnnamedIes",),
                ndis_only=(
                    "ContextState.FoundMatchingConnectionId",
                    "ContextState.TrafficParameters.Offset",
                    "ContextState.TrafficParameters.Size",
                ),
            ),
        ),
    ),
    Tie(
        "Basic Connect",
        13,
        "OID_WWAN_PROVISIONED_CONTEXTS",
        "n",
        indications=("NDIS_STATUS_WWAN_PROVISIONED_CONTEXTS",),
        unsolicited=("NDIS_STATUS_WWAN_PROVISIONED_CONTEXTS",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_PROVISIONED_CONTEXT",
                (
                    Pair("ContextId", ("ProvisionedContext.ContextId",), "n"),
                    Pair("ContextType", ("ProvisionedContext.ContextType",), "n", translate=True),
                    Pair("AccessString", ("ProvisionedContext.AccessString",), "n"),
                    Pair("UserName", ("ProvisionedContext.UserName",), "n"),
                    Pair("Password", ("ProvisionedContext.Password",), "n"),
                    Pair(
                        "Compression",
                        ("ProvisionedContext.Compression",),
                        "n",
                        enums=("MbimCompression", "WWAN_COMPRESSION"),
                    ),
                    Pair(
                        "AuthProtocol",
                        ("ProvisionedContext.AuthType",),
                        "i",
                        enums=("MbimAuthProtocol", "WWAN_AUTH_PROTOCOL"),
                        translate=True,
                    ),
                    Pair("ProviderId", ("ProvisionedContext.ProviderId",), "n"),
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_PROVISIONED_CONTEXTS",
                (
                    Pair("ProvisionedContextsCount", ("ContextListHeader.ElementCount",), "i"),
                    Pair(
                        "ProvisionedContexts",
                        ("list elements of NDIS_WWAN_PROVISIONED_CONTEXTS",),
                        "i",
                        element=("MbimProvisionedContextElement", "WWAN_CONTEXT"),
                        elements=(
                            Pair("ContextId", ("ContextId",), "n"),
                            Pair("ContextType", ("ContextType",), "n", translate=True),
                            Pair("AccessString", ("AccessString",), "n"),
                            Pair("UserName", ("UserName",), "n"),
                            Pair("Password", ("Password",), "n"),
                            Pair(
                                "Compression",
                                ("Compression",),
                                "n",
                                enums=("MbimCompression", "WWAN_COMPRESSION"),
                            ),
                            Pair(
                                "AuthProtocol",
                                ("AuthType",),
                                "i",
                                enums=("MbimAuthProtocol", "WWAN_AUTH_PROTOCOL"),
                                translate=True,
                            ),
                        ),
                    ),
                ),
            ),
        ),
    ),
    Tie(
        "MS Basic Connect Extensions",
        1,
        "OID_WWAN_PROVISIONED_CONTEXTS",
        "d",
        indications=("NDIS_STATUS_WWAN_PROVISIONED_CONTEXTS",),
        unsolicited=("NDIS_STATUS_WWAN_PROVISIONED_CONTEXTS",),
        messages=(
            MessageTie(
                "set",
                0x0400,
                "NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2",
                (
                    Pair(
                        "Operation",
                        ("ProvisionedContext.Operation",),
                        "n",
                        enums=("MbimContextOperation", "WWAN_CONTEXT_OPERATIONS"),
                    ),
                    Pair(
                        "ContextType",
                        ("ProvisionedContext.basicInfo.ContextType",),
                        "n",
                        translate=True,
                    ),
                    Pair(
                        "IpType",
                        ("ProvisionedContext.IPType",),
                        "n",
                        enums=("MbimContextIpType", "WWAN_IP_TYPE"),
                        translate=True,
                    ),
                    Pair(
                        "State",
                        ("ProvisionedContext.Enable",),
                        "i",
                        enums=("MbimContextState", "WWAN_CONTEXT_ENABLE"),
                    ),
                    Pair(
                        "Roaming",
                        ("ProvisionedContext.Roaming",),
                        "n",
                        enums=("MbimContextRoamingControl", "WWAN_CONTEXT_ROAMING_CONTROL"),
                    ),
                    Pair(
                        "MediaType",
                        ("ProvisionedContext.MediaType",),
                        "n",
                        enums=("MbimContextMediaType", "WWAN_CONTEXT_MEDIA_TYPE"),
                    ),
                    Pair(
                        "Source",
                        ("ProvisionedContext.Source",),
                        "n",
                        enums=("MbimContextSource", "WWAN_CONFIGURATION_SOURCE"),
                        translate=True,
                    ),
                    Pair("AccessString", ("ProvisionedContext.basicInfo.AccessString",), "n"),
                    Pair("UserName", ("ProvisionedContext.basicInfo.UserName",), "n"),
                    Pair("Password", ("ProvisionedContext.basicInfo.Password",), "n"),
                    Pair(
                        "Compression",
                        ("ProvisionedContext.basicInfo.Compression",),
                        "n",
                        enums=("MbimCompression", "WWAN_COMPRESSION"),
                    ),
                    Pair(
                        "AuthProtocol",
                        ("ProvisionedContext.basicInfo.AuthType",),
                        "i",
                        enums=("MbimAuthProtocol", "WWAN_AUTH_PROTOCOL"),
                        translate=True,
                    ),
                    Pair(
                        "SNssai",
                        (
                            "ProvisionedContext.Snssai.Bitmasks",
                            "ProvisionedContext.Snssai.SliceServiceType",
                            "ProvisionedContext.Snssai.MappedSliceServiceType",
                            "ProvisionedContext.Snssai.SliceDifferentiator",
                            "ProvisionedContext.Snssai.MappedSliceDifferentiator",
                        ),
                        "n",
                    ),
                ),
                ndis_only=(
                    "ProvisionedContext.basicInfo.ContextId",
                    "ProvisionedContext.basicInfo.ProviderId",
                ),
            ),
            MessageTie(
                "response",
                0x0400,
                "NDIS_WWAN_PROVISIONED_CONTEXTS",
                (
                    Pair("ProvisionedContextsCount", ("ContextListHeader.ElementCount",), "i"),
                    Pair(
                        "ProvisionedContexts",
                        ("list elements of NDIS_WWAN_PROVISIONED_CONTEXTS",),
                        "i",
                        element=("MbimProvisionedContextElementV4", "WWAN_CONTEXT"),
                        elements=(
                            Pair("ContextId", ("ContextId",), "n"),
                            Pair("ContextType", ("ContextType",), "n", translate=True),
                            Pair("AccessString", ("AccessString",), "n"),
                            Pair("UserName", ("UserName",), "n"),
                            Pair("Password", ("Password",), "n"),
                            Pair(
                                "Compression",
                                ("Compression",),
                                "n",
                                enums=("MbimCompression", "WWAN_COMPRESSION"),
                            ),
                            Pair(
                                "AuthProtocol",
                                ("AuthType",),
                                "i",
                                enums=("MbimAuthProtocol", "WWAN_AUTH_PROTOCOL"),
                                translate=True,
                            ),
                        ),
                        mbim_only=(
                            "IpType",
                            "State",
                            "Roaming",
                            "MediaType",
                            "Source",
                            "SNssai",
                        ),
                    ),
                ),
            ),
        ),
    ),
    Tie(
        "Basic Connect",
        14,
        "OID_WWAN_SERVICE_ACTIVATION",
        "n",
        indications=("NDIS_STATUS_WWAN_SERVICE_ACTIVATION",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SERVICE_ACTIVATION",
                (
                    Pair(
                        "Buffer",
                        (("bytes after the structure, uVendorSpecificBufferSize of them"),),
                        "i",
                    ),
                ),
                ndis_only=("ServiceActivation.uVendorSpecificBufferSize",),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_SERVICE_ACTIVATION_STATUS",
                (
                    Pair("NwError", ("ServiceActivationStatus.uNwError",), "n"),
                    Pair(
                        "Buffer",
                        (("bytes after the structure, uVendorSpecificBufferSize of them"),),
                        "i",
                    ),
                ),
                ndis_only=("ServiceActivationStatus.uVendorSpecificBufferSize",),
            ),
        ),
    ),
    Tie(
        "SMS",
        1,
        "OID_WWAN_SMS_CONFIGURATION",
        "n",
        indications=("NDIS_STATUS_WWAN_SMS_CONFIGURATION",),
        unsolicited=("NDIS_STATUS_WWAN_SMS_CONFIGURATION",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_SMS_CONFIGURATION",
                (
                    Pair(
                        "Format",
                        ("SetSmsConfiguration.SmsFormat",),
                        "i",
                        enums=("MbimSmsFormat", "WWAN_SMS_FORMAT"),
                        translate=True,
                    ),
                    Pair("ScAddress", ("SetSmsConfiguration.ScAddress",), "n"),
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_SMS_CONFIGURATION",
                (
                    Pair(
                        "SmsStorageState",
                        (),
                        "i",
                        note="no member; a store not initialised is told by uStatus",
                    ),
                    Pair(
                        "Format",
                        ("SmsConfiguration.SmsFormat",),
                        "i",
                        enums=("MbimSmsFormat", "WWAN_SMS_FORMAT"),
                        translate=True,
                    ),
                    Pair("MaxMessages", ("SmsConfiguration.ulMaxMessageIndex",), "i"),
                    Pair(
                        "CdmaShortMessageSize",
                        (),
                        "n",
                        note="ReadyInfo.CdmaShortMsgSize of NDIS_WWAN_READY_INFO",
                    ),
                    Pair("ScAddress", ("SmsConfiguration.ScAddress",), "n"),
                ),
            ),
        ),
    ),
    Tie(
        "SMS",
        2,
        "OID_WWAN_SMS_READ",
        "n",
        indications=("NDIS_STATUS_WWAN_SMS_RECEIVE",),
        unsolicited=("NDIS_STATUS_WWAN_SMS_RECEIVE",),
        messages=(
            MessageTie(
                "query",
                0x0100,
                "NDIS_WWAN_SMS_READ",
                (
                    Pair(
                        "Format",
                        ("SmsRead.SmsFormat",),
                        "i",
                        enums=("MbimSmsFormat", "WWAN_SMS_FORMAT"),
                        translate=True,
                    ),
                    Pair(
                        "Flag",
                        ("SmsRead.ReadFilter.Flag",),
                        "n",
                        enums=("MbimSmsFlag", "WWAN_SMS_FLAG"),
                    ),
                    Pair("MessageIndex", ("SmsRead.ReadFilter.MessageIndex",), "n"),
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_SMS_RECEIVE",
                (
                    Pair(
                        "Format",
                        ("SmsListHeader.ElementType",),
                        "i",
                        enums=("MbimSmsFormat", "WWAN_SMS_FORMAT"),
                        translate=True,
                        note="PDU 3 or CDMA 7 of WWAN_STRUCT_TYPE, not WWAN_SMS_FORMAT",
                    ),
                    Pair("MessagesCount", ("SmsListHeader.ElementCount",), "i"),
                    Pair(
                        "PduMessages",
                        ("list elements of NDIS_WWAN_SMS_RECEIVE",),
                        "i",
                        element=("MbimSmsPduReadRecord", "WWAN_SMS_PDU_RECORD"),
                        elements=(
                            Pair("MessageIndex", ("MessageIndex",), "n"),
                            Pair(
                                "MessageStatus",
                                ("MsgStatus",),
                                "i",
                                enums=("MbimSmsStatus", "WWAN_MSG_STATUS"),
                            ),
                            Pair("PduData", ("PduData",), "n"),
                        ),
                    ),
                    Pair(
                        "CdmaMessages",
                        ("list elements of NDIS_WWAN_SMS_RECEIVE",),
                        "i",
                        element=("MbimSmsCdmaReadRecord", "WWAN_SMS_CDMA_RECORD"),
                        elements=(
                            Pair("MessageIndex", ("MessageIndex",), "n"),
                            Pair(
                                "MessageStatus",
                                ("MsgStatus",),
                                "i",
                                enums=("MbimSmsStatus", "WWAN_MSG_STATUS"),
                            ),
                            Pair("Address", ("Address",), "n"),
                            Pair("Timestamp", ("ScTimeStamp",), "i"),
                        ),
                        mbim_only=(
                            "Encoding",
                            "Language",
                            "EncodedMessage",
                            "EncodedMessageSizeInCharacters",
                        ),
                    ),
                ),
            ),
        ),
    ),
    Tie(
        "SMS",
        3,
        "OID_WWAN_SMS_SEND",
        "n",
        indications=("NDIS_STATUS_WWAN_SMS_SEND",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SMS_SEND",
                (
                    Pair(
                        "Format",
                        ("SmsSend.SmsFormat",),
                        "i",
                        enums=("MbimSmsFormat", "WWAN_SMS_FORMAT"),
                        translate=True,
                    ),
                    Pair(
                        "PduMessage",
                        (),
                        "i",
                        elements=(Pair("PduData", ("SmsSend.u.Pdu.PduData",), "n"),),
                    ),
                    Pair(
                        "CdmaMessage",
                        (),
                        "i",
                        elements=(Pair("Address", ("SmsSend.u.Cdma.Address",), "n"),),
                    ),
                ),
                ndis_only=(
                    "SmsSend.u.Pdu.Size",
                    "SmsSend.u.Pdu.PduData",
                    "SmsSend.u.Cdma.EncodingId",
                    "SmsSend.u.Cdma.LanguageId",
                    "SmsSend.u.Cdma.Address",
                    "SmsSend.u.Cdma.SizeInBytes",
                    "SmsSend.u.Cdma.SizeInCharacters",
                    "SmsSend.u.Cdma.EncodedMsg",
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_SMS_SEND_STATUS",
                (Pair("MessageReference", ("MessageReference",), "n"),),
            ),
        ),
    ),
    Tie(
        "SMS",
        4,
        "OID_WWAN_SMS_DELETE",
        "n",
        indications=("NDIS_STATUS_WWAN_SMS_DELETE",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SMS_DELETE",
                (
                    Pair("Flag", ("SmsFilter.Flag",), "n", enums=("MbimSmsFlag", "WWAN_SMS_FLAG")),
                    Pair("MessageIndex", ("SmsFilter.MessageIndex",), "n"),
                ),
            ),
            MessageTie("response", 0x0100, "NDIS_WWAN_SMS_DELETE_STATUS", ()),
        ),
    ),
    Tie(
        "SMS",
        5,
        "OID_WWAN_SMS_STATUS",
        "n",
        indications=("NDIS_STATUS_WWAN_SMS_STATUS",),
        unsolicited=("NDIS_STATUS_WWAN_SMS_STATUS",),
        messages=(
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_SMS_STATUS",
                (
                    Pair(
                        "Flag",
                        ("SmsStatus.uFlag",),
                        "n",
                        enums=("MbimSmsStatusFlag", "WWAN_SMS_FLAG"),
                    ),
                    Pair("MessageIndex", ("SmsStatus.MessageIndex",), "n"),
                ),
            ),
        ),
    ),
    Tie(
        "Auth",
        1,
        "OID_WWAN_AUTH_CHALLENGE",
        "n",
        indications=("NDIS_STATUS_WWAN_AUTH_RESPONSE",),
        unsolicited=("NDIS_STATUS_WWAN_AUTH_RESPONSE",),
        messages=(
            MessageTie(
                "query",
                0x0100,
                "NDIS_WWAN_AUTH_CHALLENGE",
                (
                    Pair("Rand", ("AuthChallenge.u.AuthAka.Rand",), "n"),
                    Pair("Autn", ("AuthChallenge.u.AuthAka.Autn",), "n"),
                ),
                ndis_only=("AuthChallenge.AuthMethod",),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_AUTH_RESPONSE",
                (
                    Pair("Res", ("AuthResponse.u.AuthAka.Res",), "n"),
                    Pair("ResLen", ("AuthResponse.u.AuthAka.ResLength",), "i"),
                    Pair("IntegratingKey", ("AuthResponse.u.AuthAka.IK",), "i"),
                    Pair("CipheringKey", ("AuthResponse.u.AuthAka.CK",), "i"),
                    Pair("Auts", ("AuthResponse.u.AuthAka.Auts",), "n"),
                ),
                ndis_only=("AuthResponse.AuthMethod",),
            ),
        ),
        note=(
            "for WwanAuthAka; the MBIM_CID name is not confirmed by a"
            " source read, the number and the libmbim name are"
        ),
    ),
    Tie(
        "Auth",
        2,
        "OID_WWAN_AUTH_CHALLENGE",
        "n",
        indications=("NDIS_STATUS_WWAN_AUTH_RESPONSE",),
        unsolicited=("NDIS_STATUS_WWAN_AUTH_RESPONSE",),
        messages=(
            MessageTie(
                "query",
                0x0100,
                "NDIS_WWAN_AUTH_CHALLENGE",
                (
                    Pair("Rand", ("AuthChallenge.u.AuthAkap.Rand",), "n"),
                    Pair("Autn", ("AuthChallenge.u.AuthAkap.Autn",), "n"),
                    Pair("NetworkName", ("AuthChallenge.u.AuthAkap.NetworkName",), "n"),
                ),
                ndis_only=(
                    "AuthChallenge.AuthMethod",
                    "AuthChallenge.u.AuthAkap.NetworkNameLength",
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_AUTH_RESPONSE",
                (
                    Pair("Res", ("AuthResponse.u.AuthAkap.Res",), "n"),
                    Pair("ResLen", ("AuthResponse.u.AuthAkap.ResLength",), "i"),
                    Pair("IntegratingKey", ("AuthResponse.u.AuthAkap.IKP",), "i"),
                    Pair("CipheringKey", ("AuthResponse.u.AuthAkap.CKP",), "i"),
                    Pair("Auts", ("AuthResponse.u.AuthAkap.Auts",), "n"),
                ),
                ndis_only=("AuthResponse.AuthMethod",),
            ),
        ),
        note=(
            "for WwanAuthAkaPrime; the MBIM_CID name is not confirmed"
            " by a source read, the number and the libmbim name are"
        ),
    ),
    Tie(
        "Auth",
        3,
        "OID_WWAN_AUTH_CHALLENGE",
        "n",
        indications=("NDIS_STATUS_WWAN_AUTH_RESPONSE",),
        unsolicited=("NDIS_STATUS_WWAN_AUTH_RESPONSE",),
        messages=(
            MessageTie(
                "query",
                0x0100,
                "NDIS_WWAN_AUTH_CHALLENGE",
                (
                    Pair("Rand1", ("AuthChallenge.u.AuthSim.Rand1",), "n"),
                    Pair("Rand2", ("AuthChallenge.u.AuthSim.Rand2",), "n"),
                    Pair("Rand3", ("AuthChallenge.u.AuthSim.Rand3",), "n"),
                    Pair("N", ("AuthChallenge.u.AuthSim.n",), "n"),
                ),
                ndis_only=("AuthChallenge.AuthMethod",),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_AUTH_RESPONSE",
                (
                    Pair("Sres1", ("AuthResponse.u.AuthSim.Sres1",), "n"),
                    Pair("Kc1", ("AuthResponse.u.AuthSim.Kc1",), "n"),
                    Pair("Sres2", ("AuthResponse.u.AuthSim.Sres2",), "n"),
                    Pair("Kc2", ("AuthResponse.u.AuthSim.Kc2",), "n"),
                    Pair("Sres3", ("AuthResponse.u.AuthSim.Sres3",), "n"),
                    Pair("Kc3", ("AuthResponse.u.AuthSim.Kc3",), "n"),
                    Pair("N", ("AuthResponse.u.AuthSim.n",), "n"),
                ),
                ndis_only=("AuthResponse.AuthMethod",),
            ),
        ),
        note=(
            "for WwanAuthSim; the MBIM_CID name is not confirmed by a"
            " source read, the number and the libmbim name are"
        ),
    ),
    Tie(
        "Basic Connect",
        16,
        "OID_WWAN_ENUMERATE_DEVICE_SERVICES",
        "n",
        indications=("NDIS_STATUS_WWAN_SUPPORTED_DEVICE_SERVICES",),
        messages=(
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_SUPPORTED_DEVICE_SERVICES",
                (
                    Pair("DeviceServicesCount", ("DeviceServices.ListHeader.ElementCount",), "i"),
                    Pair("MaxDssSessions", ("DeviceServices.uMaxSessionCount",), "i"),
                    Pair("DeviceServices", ("list elements: WWAN_DEVICE_SERVICE_ENTRY",), "i"),
                ),
                ndis_only=(
                    "DeviceServices.uMaxCommandDataSize",
                    "DeviceServices.uMaxSessionDataSize",
                ),
            ),
        ),
    ),
    Tie(
        "Basic Connect",
        19,
        "OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS",
        "n",
        indications=("NDIS_STATUS_WWAN_DEVICE_SERVICE_SUBSCRIPTION",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS",
                (
                    Pair("EventsCount", ("DeviceServiceListHeader.ElementCount",), "i"),
                    Pair(
                        "Events",
                        ("list elements: GUID",),
                        "i",
                        note="MBIM subscribes per CID, WWAN per service only",
                    ),
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_DEVICE_SERVICE_SUBSCRIPTION",
                (
                    Pair("EventsCount", ("DeviceServiceListHeader.ElementCount",), "i"),
                    Pair(
                        "Events",
                        ("list elements: GUID",),
                        "i",
                        note="MBIM subscribes per CID, WWAN per service only",
                    ),
                ),
            ),
        ),
    ),
    Tie(
        "USSD",
        1,
        "OID_WWAN_USSD",
        "n",
        indications=("NDIS_STATUS_WWAN_USSD",),
        unsolicited=("NDIS_STATUS_WWAN_USSD",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_USSD_REQUEST",
                (
                    Pair(
                        "Action",
                        ("UssdRequest.RequestType",),
                        "i",
                        enums=("MbimUssdAction", "WWAN_USSD_REQUEST_TYPE"),
                    ),
                    Pair("DataCodingScheme", ("UssdRequest.UssdString.DataCodingScheme",), "n"),
                    Pair("Payload", ("UssdRequest.UssdString.String",), "i"),
                ),
                ndis_only=("UssdRequest.UssdString.StringLength",),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_USSD_EVENT",
                (
                    Pair(
                        "Response",
                        ("UssdEvent.EventType",),
                        "i",
                        enums=("MbimUssdResponse", "WWAN_USSD_EVENT_TYPE"),
                    ),
                    Pair(
                        "SessionState",
                        ("UssdEvent.SessionState",),
                        "n",
                        enums=("MbimUssdSessionState", "WWAN_USSD_SESSION_STATE"),
                    ),
                    Pair("DataCodingScheme", ("UssdEvent.UssdString.DataCodingScheme",), "n"),
                    Pair("Payload", ("UssdEvent.UssdString.String",), "i"),
                ),
                ndis_only=("UssdEvent.UssdString.StringLength",),
            ),
        ),
    ),
    Tie(
        "Basic Connect",
        4,
        "OID_WWAN_PIN_EX",
        "n",
        indications=("NDIS_STATUS_WWAN_PIN_INFO",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_PIN_EX",
                (
                    Pair(
                        "PinType",
                        ("PinAction.PinType",),
                        "n",
                        enums=("MbimPinType", "WWAN_PIN_TYPE"),
                    ),
                    Pair(
                        "PinOperation",
                        ("PinAction.PinOperation",),
                        "n",
                        enums=("MbimPinOperation", "WWAN_PIN_OPERATION"),
                    ),
                    Pair("Pin", ("PinAction.Pin",), "n"),
                    Pair("NewPin", ("PinAction.NewPin",), "n"),
                ),
                ndis_only=("PinAction.RequestPinOperationPrompt",),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_PIN_INFO",
                (
                    Pair(
                        "PinType", ("PinInfo.PinType",), "n", enums=("MbimPinType", "WWAN_PIN_TYPE")
                    ),
                    Pair(
                        "PinState",
                        ("PinInfo.PinState",),
                        "n",
                        enums=("MbimPinState", "WWAN_PIN_STATE"),
                    ),
                    Pair("RemainingAttempts", ("PinInfo.AttemptsRemaining",), "i"),
                ),
            ),
        ),
    ),
    Tie(
        "DSS",
        1,
        "OID_WWAN_DEVICE_SERVICE_SESSION",
        "n",
        indications=("NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_DEVICE_SERVICE_SESSION",
                (
                    Pair(
                        "DeviceServiceId",
                        ("Session.DeviceServiceGuid",),
                        "n",
                        note=(
                            "GUID byte order: first three fields are little endian in"
                            " Windows, printed order on the MBIM wire"
                        ),
                    ),
                    Pair("DssSessionId", ("Session.uSessionID",), "i"),
                    Pair(
                        "DssLinkState",
                        ("Session.State",),
                        "i",
                        enums=("MbimDssLinkState", "WWAN_DEVICE_SERVICE_SESSION_STATE"),
                        translate=True,
                    ),
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO",
                (),
                ndis_only=(
                    "Session.DeviceServiceGuid",
                    "Session.State",
                    "Session.uSessionID",
                ),
            ),
        ),
    ),
    Tie(
        "Basic Connect",
        24,
        "OID_WWAN_PREFERRED_MULTICARRIER_PROVIDERS",
        "n",
        indications=("NDIS_STATUS_WWAN_PREFERRED_MULTICARRIER_PROVIDERS",),
        unsolicited=("NDIS_STATUS_WWAN_PREFERRED_MULTICARRIER_PROVIDERS",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_PREFERRED_MULTICARRIER_PROVIDERS",
                (
                    Pair("ProvidersCount", ("PreferredListHeader.ElementCount",), "i"),
                    Pair(
                        "Providers",
                        (("list elements of NDIS_WWAN_SET_PREFERRED_MULTICARRIER_PROVIDERS"),),
                        "i",
                        element=("MbimProvider", "WWAN_PROVIDER2"),
                        elements=(
                            Pair(
                                "CellularClass",
                                ("WwanCellularClass",),
                                "n",
                                enums=("MbimCellularClass", "WWAN_CELLULAR_CLASS"),
                                translate=True,
                            ),
                            Pair("Rssi", ("Rssi",), "n"),
                            Pair("ErrorRate", ("ErrorRate",), "n"),
                        ),
                        mbim_only=(
                            "ProviderId",
                            "ProviderState",
                            "ProviderName",
                        ),
                    ),
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_PREFERRED_MULTICARRIER_PROVIDERS",
                (
                    Pair("ProvidersCount", ("PreferredListHeader.ElementCount",), "i"),
                    Pair(
                        "Providers",
                        (("list elements of NDIS_WWAN_PREFERRED_MULTICARRIER_PROVIDERS"),),
                        "i",
                        element=("MbimProvider", "WWAN_PROVIDER2"),
                        elements=(
                            Pair(
                                "CellularClass",
                                ("WwanCellularClass",),
                                "n",
                                enums=("MbimCellularClass", "WWAN_CELLULAR_CLASS"),
                                translate=True,
                            ),
                            Pair("Rssi", ("Rssi",), "n"),
                            Pair("ErrorRate", ("ErrorRate",), "n"),
                        ),
                        mbim_only=(
                            "ProviderId",
                            "ProviderState",
                            "ProviderName",
                        ),
                    ),
                ),
            ),
        ),
    ),
    Tie(
        "MS UICC Low Level Access",
        8,
        "OID_WWAN_UICC_FILE_STATUS",
        "d",
        indications=("NDIS_STATUS_WWAN_UICC_FILE_STATUS",),
        messages=(
            MessageTie(
                "query",
                0x0100,
                "NDIS_WWAN_UICC_FILE_PATH",
                (
                    Pair("Version", ("UiccFilePath.Version",), "n"),
                    Pair("ApplicationId", ("UiccFilePath.AppId",), "i"),
                    Pair("FilePath", ("UiccFilePath.FilePath",), "n"),
                ),
                ndis_only=(
                    "UiccFilePath.AppIdLength",
                    "UiccFilePath.FilePathLength",
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_UICC_FILE_STATUS",
                (
                    Pair("Version", ("UiccFileStatus.Version",), "n"),
                    Pair("StatusWord1", ("UiccFileStatus.StatusWord1",), "n"),
                    Pair("StatusWord2", ("UiccFileStatus.StatusWord2",), "n"),
                    Pair(
                        "FileAccessibility",
                        ("UiccFileStatus.FileAccessibility",),
                        "n",
                        enums=("MbimUiccFileAccessibility", "WWAN_UICC_FILE_ACCESSIBILITY"),
                    ),
                    Pair(
                        "FileType",
                        ("UiccFileStatus.FileType",),
                        "n",
                        enums=("MbimUiccFileType", "WWAN_UICC_FILE_TYPE"),
                    ),
                    Pair(
                        "FileStructure",
                        ("UiccFileStatus.FileStructure",),
                        "n",
                        enums=("MbimUiccFileStructure", "WWAN_UICC_FILE_STRUCTURE"),
                    ),
                    Pair("FileItemCount", ("UiccFileStatus.ItemCount",), "n"),
                    Pair("FileItemSize", ("UiccFileStatus.ItemSize",), "n"),
                ),
                mbim_only=(
                    "AccessConditionRead",
                    "AccessConditionUpdate",
                    "AccessConditionActivate",
                    "AccessConditionDeactivate",
                ),
                ndis_only=("UiccFileStatus.FileLockStatus",),
            ),
        ),
    ),
    Tie(
        "MS UICC Low Level Access",
        9,
        "OID_WWAN_UICC_ACCESS_BINARY",
        "d",
        indications=("NDIS_STATUS_WWAN_UICC_BINARY_RESPONSE",),
        messages=(
            MessageTie(
                "query",
                0x0100,
                "NDIS_WWAN_UICC_ACCESS_BINARY",
                (
                    Pair("Version", ("UiccAccessBinary.Version",), "n"),
                    Pair("ApplicationId", ("UiccAccessBinary.AppId",), "i"),
                    Pair("FilePath", ("UiccAccessBinary.UiccFilePath.FilePath",), "n"),
                    Pair("ReadOffset", ("UiccAccessBinary.FileOffset",), "n"),
                    Pair("ReadSize", ("UiccAccessBinary.NumberOfBytes",), "n"),
                    Pair("LocalPin", ("UiccAccessBinary.LocalPin",), "n"),
                    Pair("Data", ("UiccAccessBinary.BinaryData",), "n"),
                ),
                ndis_only=(
                    "UiccAccessBinary.UiccFilePath.Version",
                    "UiccAccessBinary.UiccFilePath.AppIdLength",
                    "UiccAccessBinary.UiccFilePath.AppId",
                    "UiccAccessBinary.UiccFilePath.FilePathLength",
                    "UiccAccessBinary.LocalPinSize",
                    "UiccAccessBinary.BinaryDataSize",
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_UICC_RESPONSE",
                (
                    Pair("Version", ("UiccResponse.Version",), "n"),
                    Pair("StatusWord1", ("UiccResponse.StatusWord1",), "n"),
                    Pair("StatusWord2", ("UiccResponse.StatusWord2",), "n"),
                    Pair("Data", ("UiccResponse.ResponseData",), "n"),
                ),
                ndis_only=("UiccResponse.ResponseDataSize",),
            ),
        ),
    ),
    Tie(
        "MS UICC Low Level Access",
        10,
        "OID_WWAN_UICC_ACCESS_RECORD",
        "d",
        indications=("NDIS_STATUS_WWAN_UICC_RECORD_RESPONSE",),
        messages=(
            MessageTie(
                "query",
                0x0100,
                "NDIS_WWAN_UICC_ACCESS_RECORD",
                (
                    Pair("Version", ("UiccAccessRecord.Version",), "n"),
                    Pair("ApplicationId", ("UiccAccessRecord.AppId",), "i"),
                    Pair("FilePath", ("UiccAccessRecord.UiccFilePath.FilePath",), "n"),
                    Pair("RecordNumber", ("UiccAccessRecord.RecordNumber",), "n"),
                    Pair("LocalPin", ("UiccAccessRecord.LocalPin",), "n"),
                    Pair("Data", ("UiccAccessRecord.RecordData",), "n"),
                ),
                ndis_only=(
                    "UiccAccessRecord.UiccFilePath.Version",
                    "UiccAccessRecord.UiccFilePath.AppIdLength",
                    "UiccAccessRecord.UiccFilePath.AppId",
                    "UiccAccessRecord.UiccFilePath.FilePathLength",
                    "UiccAccessRecord.LocalPinSize",
                    "UiccAccessRecord.RecordDataSize",
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_UICC_RESPONSE",
                (
                    Pair("Version", ("UiccResponse.Version",), "n"),
                    Pair("StatusWord1", ("UiccResponse.StatusWord1",), "n"),
                    Pair("StatusWord2", ("UiccResponse.StatusWord2",), "n"),
                    Pair("Data", ("UiccResponse.ResponseData",), "n"),
                ),
                ndis_only=("UiccResponse.ResponseDataSize",),
            ),
        ),
    ),
    Tie(
        "MS Basic Connect Extensions",
        14,
        "OID_WWAN_PIN_EX2",
        "d",
        indications=("NDIS_STATUS_WWAN_PIN_INFO",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_PIN_EX2",
                (
                    Pair(
                        "PinType",
                        ("PinAction.PinType",),
                        "n",
                        enums=("MbimPinType", "WWAN_PIN_TYPE"),
                    ),
                    Pair(
                        "PinOperation",
                        ("PinAction.PinOperation",),
                        "n",
                        enums=("MbimPinOperation", "WWAN_PIN_OPERATION"),
                    ),
                    Pair("Pin", ("PinAction.Pin",), "n"),
                    Pair("NewPin", ("PinAction.NewPin",), "n"),
                    Pair("AppId", ("PinAction.AppId",), "n"),
                ),
                ndis_only=("PinAction.AppIdLength",),
            ),
            MessageTie(
                "query",
                0x0100,
                "NDIS_WWAN_PIN_APP",
                (
                    Pair("Version", ("PinApp.Version",), "n"),
                    Pair("AppId", ("PinApp.AppId",), "n"),
                ),
                ndis_only=("PinApp.AppIdLength",),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_PIN_INFO",
                (
                    Pair(
                        "PinType", ("PinInfo.PinType",), "n", enums=("MbimPinType", "WWAN_PIN_TYPE")
                    ),
                    Pair(
                        "PinState",
                        ("PinInfo.PinState",),
                        "n",
                        enums=("MbimPinState", "WWAN_PIN_STATE"),
                    ),
                    Pair("RemainingAttempts", ("PinInfo.AttemptsRemaining",), "i"),
                ),
            ),
        ),
    ),
    Tie("MS Basic Connect Extensions", 15, "OID_WWAN_MBIM_VERSION", "n", messages=()),
    Tie(
        "MS Basic Connect Extensions",
        5,
        "OID_WWAN_SYS_CAPS",
        "d",
        indications=("NDIS_STATUS_WWAN_SYS_CAPS_INFO",),
        messages=(
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_SYS_CAPS_INFO",
                (
                    Pair("NumberOfExecutors", ("SysCapsInfo.NumberOfExecutors",), "n"),
                    Pair("NumberOfSlots", ("SysCapsInfo.NumberOfSlots",), "n"),
                    Pair("Concurrency", ("SysCapsInfo.Concurrency",), "n"),
                    Pair("ModemId", ("SysCapsInfo.ModemID",), "n"),
                ),
            ),
        ),
    ),
    Tie(
        "MS Basic Connect Extensions",
        6,
        "OID_WWAN_DEVICE_CAPS_EX",
        "d",
        indications=("NDIS_STATUS_WWAN_DEVICE_CAPS_EX",),
        messages=(
            MessageTie(
                "response",
                0x0300,
                "NDIS_WWAN_DEVICE_CAPS_EX",
                (
                    Pair(
                        "DeviceType",
                        ("DeviceCaps.WwanDeviceType",),
                        "n",
                        enums=("MbimDeviceType", "WWAN_DEVICE_TYPE"),
                    ),
                    Pair(
                        "CellularClass",
                        ("DeviceCaps.WwanCellularClass",),
                        "n",
                        enums=("MbimCellularClass", "WWAN_CELLULAR_CLASS"),
                        translate=True,
                    ),
                    Pair(
                        "VoiceClass",
                        ("DeviceCaps.WwanVoiceClass",),
                        "n",
                        enums=("MbimVoiceClass", "WWAN_VOICE_CLASS"),
                    ),
                    Pair(
                        "SimClass",
                        ("DeviceCaps.WwanSimClass",),
                        "n",
                        enums=("MbimSimClass", "WWAN_SIM_CLASS"),
                        translate=True,
                    ),
                    Pair(
                        "DataClass",
                        ("DeviceCaps.WwanDataClass",),
                        "n",
                        enums=("MbimDataClassV3", "WWAN_DATA_CLASS"),
                        translate=True,
                    ),
                    Pair(
                        "SmsCaps",
                        ("DeviceCaps.WwanSmsCaps",),
                        "n",
                        enums=("MbimSmsCaps", "WWAN_SMS_CAPS"),
                    ),
                    Pair(
                        "ControlCaps",
                        ("DeviceCaps.WwanControlCaps",),
                        "n",
                        enums=("MbimCtrlCaps", "WWAN_CTRL_CAPS"),
                        translate=True,
                    ),
                    Pair(
                        "DataSubclass",
                        ("DeviceCaps.WwanDataSubClass",),
                        "n",
                        enums=("MbimDataSubclass", "WWAN_DATA_SUBCLASS"),
                    ),
                    Pair("MaxSessions", ("DeviceCaps.MaxActivatedContexts",), "i"),
                    Pair("ExecutorIndex", ("DeviceCaps.ExecutorIndex",), "n"),
                    Pair("WcdmaBandClass", ("DeviceCaps.WwanWCDMABandClass",), "n"),
                    Pair("LteBandClass", ("DeviceCaps.WwanLTEBandClass",), "n"),
                    Pair("NrBandClass", ("DeviceCaps.WwanNRBandClass",), "n"),
                    Pair("CustomDataClass", ("DeviceCaps.CustomDataClass",), "n"),
                    Pair("DeviceId", ("DeviceCaps.DeviceId",), "n"),
                    Pair("FirmwareInfo", ("DeviceCaps.FirmwareInfo",), "n"),
                    Pair("HardwareInfo", ("DeviceCaps.Model",), "i"),
                ),
                ndis_only=(
                    "DeviceCaps.WwanGsmBandClass",
                    "DeviceCaps.WwanCdmaBandClass",
                    "DeviceCaps.CustomBandClass",
                    "DeviceCaps.Manufacturer",
                    "DeviceCaps.WwanAuthAlgoCaps",
                    "DeviceCaps.WwanOptionalServiceCaps",
                    "DeviceCaps.WwanSimClassBitMasks",
                    "DeviceCaps.CellularClassListHeader.ElementCount",
                ),
            ),
        ),
    ),
    Tie(
        "MS Basic Connect Extensions",
        7,
        "OID_WWAN_SYS_SLOTMAPPINGS",
        "d",
        indications=("NDIS_STATUS_WWAN_DEVICE_SLOT_MAPPING_INFO",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_DEVICE_SLOT_MAPPING_INFO",
                (
                    Pair(
                        "MapCount",
                        ("SetDeviceSlotMappingInfo.SlotMapListHeader.ElementCount",),
                        "i",
                    ),
                    Pair("SlotMap", ("list elements: ULONG slot index",), "i"),
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_DEVICE_SLOT_MAPPING_INFO",
                (
                    Pair(
                        "MapCount", ("DeviceSlotMappingInfo.SlotMapListHeader.ElementCount",), "i"
                    ),
                    Pair("SlotMap", ("list elements: ULONG slot index",), "i"),
                ),
            ),
        ),
    ),
    Tie(
        "MS Basic Connect Extensions",
        8,
        "OID_WWAN_SLOT_INFO_STATUS",
        "d",
        indications=("NDIS_STATUS_WWAN_SLOT_INFO",),
        unsolicited=("NDIS_STATUS_WWAN_SLOT_INFO",),
        messages=(
            MessageTie(
                "query",
                0x0100,
                "NDIS_WWAN_GET_SLOT_INFO",
                (Pair("SlotIndex", ("GetSlotInfo.SlotIndex",), "n"),),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_SLOT_INFO",
                (
                    Pair("SlotIndex", ("SlotInfo.SlotIndex",), "n"),
                    Pair(
                        "State",
                        ("SlotInfo.State",),
                        "n",
                        enums=("MbimUiccSlotState", "WWAN_UICCSLOT_STATE"),
                    ),
                ),
            ),
        ),
    ),
    Tie(
        "MS Basic Connect Extensions",
        12,
        "OID_WWAN_LOCATION_STATE",
        "n",
        indications=("NDIS_STATUS_WWAN_LOCATION_STATE_INFO",),
        messages=(
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_LOCATION_STATE_INFO",
                (
                    Pair(
                        "LocationAreaCode",
                        ("LocationStateInfo.AreaCode",),
                        "i",
                        note="which of the two codes depends on the data class",
                    ),
                    Pair(
                        "TrackingAreaCode",
                        ("LocationStateInfo.AreaCode",),
                        "i",
                        note="which of the two codes depends on the data class",
                    ),
                    Pair("CellID", ("LocationStateInfo.CellId",), "n"),
                ),
                ndis_only=(
                    "LocationStateInfo.Trigger",
                    "LocationStateInfo.DataClass",
                ),
            ),
        ),
    ),
    Tie(
        "MS Voice Extensions",
        10,
        "OID_WWAN_NITZ",
        "d",
        indications=("NDIS_STATUS_WWAN_NITZ_INFO",),
        unsolicited=("NDIS_STATUS_WWAN_NITZ_INFO",),
        messages=(
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_NITZ_INFO",
                (
                    Pair("Year", ("NitzInfo.Year",), "n"),
                    Pair("Month", ("NitzInfo.Month",), "n"),
                    Pair("Day", ("NitzInfo.Day",), "n"),
                    Pair("Hour", ("NitzInfo.Hour",), "n"),
                    Pair("Minute", ("NitzInfo.Minute",), "n"),
                    Pair("Second", ("NitzInfo.Second",), "n"),
                    Pair("TimeZoneOffsetMinutes", ("NitzInfo.TimeZoneOffsetMinutes",), "n"),
                    Pair(
                        "DaylightSavingTimeOffsetMinutes",
                        ("NitzInfo.DaylightSavingTimeOffsetMinutes",),
                        "n",
                    ),
                    Pair(
                        "DataClass",
                        ("NitzInfo.DataClasses",),
                        "n",
                        enums=("MbimDataClass", "WWAN_DATA_CLASS"),
                        translate=True,
                    ),
                ),
            ),
        ),
    ),
    Tie(
        "Basic Connect",
        21,
        "OID_WWAN_NETWORK_IDLE_HINT",
        "n",
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_NETWORK_IDLE_HINT",
                (Pair("State", ("IdleHint.IsEnabled",), "i"),),
                ndis_only=("IdleHint.IsEnabled",),
            ),
        ),
    ),
    Tie(
        "MS Host Shutdown",
        1,
        "OID_WWAN_PRESHUTDOWN",
        "n",
        indications=("NDIS_STATUS_WWAN_PRESHUTDOWN_STATE",),
        messages=(MessageTie("set", 0x0100, "NDIS_WWAN_SET_PRESHUTDOWN_STATE", ()),),
        note=("oids.json ties it to 1 by name; 2 (pre-shutdown) fits the name better"),
    ),
    Tie(
        "MS Host Shutdown",
        2,
        "OID_WWAN_PRESHUTDOWN",
        "i",
        indications=("NDIS_STATUS_WWAN_PRESHUTDOWN_STATE",),
        messages=(
            MessageTie("set", 0x0100, "NDIS_WWAN_SET_PRESHUTDOWN_STATE", ()),
            MessageTie("response", 0x0100, "NDIS_WWAN_PRESHUTDOWN_STATE", ()),
        ),
        note="number from Wireshark or wwan-go, see the CID",
    ),
    Tie(
        "MS UICC Low Level Access",
        1,
        "OID_WWAN_UICC_ATR",
        "d",
        indications=("NDIS_STATUS_WWAN_ATR_INFO",),
        messages=(
            MessageTie(
                "query",
                0x0400,
                "NDIS_WWAN_QUERY_ATR_INFO",
                (Pair("SlotId", ("QueryAtrInfo.SlotId",), "n"),),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_ATR_INFO",
                (Pair("atr", ("AtrInfo.Atr",), "n"),),
                ndis_only=("AtrInfo.AtrLength",),
            ),
        ),
    ),
    Tie(
        "MS UICC Low Level Access",
        2,
        "OID_WWAN_UICC_OPEN_CHANNEL",
        "d",
        indications=("NDIS_STATUS_WWAN_UICC_OPEN_CHANNEL_INFO",),
        messages=(
            MessageTie(
                "set",
                0x0400,
                "NDIS_WWAN_SET_UICC_OPEN_CHANNEL",
                (
                    Pair("AppId", ("SetUiccOpenChannel.AppId",), "n"),
                    Pair("SelectP2Arg", ("SetUiccOpenChannel.SelectP2Arg",), "n"),
                    Pair("ChannelGroup", ("SetUiccOpenChannel.ChannelGroup",), "n"),
                    Pair("SlotId", ("SetUiccOpenChannel.SlotId",), "n"),
                ),
                ndis_only=("SetUiccOpenChannel.AppIdLength",),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_UICC_OPEN_CHANNEL_INFO",
                (
                    Pair("Status", ("UiccOpenChannelInfo.Status",), "n"),
                    Pair("Channel", ("UiccOpenChannelInfo.Channel",), "n"),
                    Pair("Response", ("UiccOpenChannelInfo.Response",), "n"),
                ),
                ndis_only=(
                    "UiccOpenChannelInfo.Status",
                    "UiccOpenChannelInfo.ResponseLength",
                ),
            ),
        ),
    ),
    Tie(
        "MS UICC Low Level Access",
        3,
        "OID_WWAN_UICC_CLOSE_CHANNEL",
        "d",
        indications=("NDIS_STATUS_WWAN_UICC_CLOSE_CHANNEL_INFO",),
        messages=(
            MessageTie(
                "set",
                0x0400,
                "NDIS_WWAN_SET_UICC_CLOSE_CHANNEL",
                (
                    Pair("Channel", ("SetUiccCloseChannel.Channel",), "n"),
                    Pair("ChannelGroup", ("SetUiccCloseChannel.ChannelGroup",), "n"),
                    Pair("SlotId", ("SetUiccCloseChannel.SlotId",), "n"),
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_UICC_CLOSE_CHANNEL_INFO",
                (Pair("Status", ("UiccCloseChannelInfo.Status",), "n"),),
                ndis_only=("UiccCloseChannelInfo.Status",),
            ),
        ),
    ),
    Tie(
        "MS UICC Low Level Access",
        4,
        "OID_WWAN_UICC_APDU",
        "d",
        indications=("NDIS_STATUS_WWAN_UICC_APDU_INFO",),
        messages=(
            MessageTie(
                "set",
                0x0400,
                "NDIS_WWAN_SET_UICC_APDU",
                (
                    Pair("Channel", ("SetUiccApdu.Channel",), "n"),
                    Pair(
                        "SecureMessaging",
                        ("SetUiccApdu.SecureMessaging",),
                        "n",
                        enums=("MbimUiccSecureMessaging", "WWAN_UICC_SECURE_MESSAGING"),
                    ),
                    Pair(
                        "ClassByteType",
                        ("SetUiccApdu.Type",),
                        "n",
                        enums=("MbimUiccClassByteType", "WWAN_UICC_CLASS_BYTE_TYPE"),
                    ),
                    Pair("Command", ("SetUiccApdu.Command",), "n"),
                    Pair("SlotId", ("SetUiccApdu.SlotId",), "n"),
                ),
                ndis_only=(
                    "SetUiccApdu.Type",
                    "SetUiccApdu.CommandLength",
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_UICC_APDU_INFO",
                (
                    Pair("Status", ("UiccApduInfo.Status",), "n"),
                    Pair("Response", ("UiccApduInfo.Response",), "n"),
                ),
                ndis_only=(
                    "UiccApduInfo.Status",
                    "UiccApduInfo.ResponseLength",
                ),
            ),
        ),
    ),
    Tie(
        "MS UICC Low Level Access",
        5,
        "OID_WWAN_UICC_TERMINAL_CAPABILITY",
        "d",
        indications=("NDIS_STATUS_WWAN_UICC_TERMINAL_CAPABILITY_INFO",),
        messages=(
            MessageTie(
                "set",
                0x0400,
                "NDIS_WWAN_SET_UICC_TERMINAL_CAPABILITY",
                (
                    Pair("SlotId", ("SetUiccTerminalCapability.SlotId",), "n"),
                    Pair("TerminalCapabilityCount", ("ElementCount of the list header",), "i"),
                    Pair("TerminalCapability", ("list elements",), "i"),
                ),
                ndis_only=(("SetUiccTerminalCapability.CapabilityListHeader.ElementCount"),),
            ),
            MessageTie(
                "query",
                0x0400,
                "NDIS_WWAN_QUERY_UICC_TERMINAL_CAPABILITY",
                (Pair("SlotId", ("QueryUiccTerminalCapability.SlotId",), "n"),),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_UICC_TERMINAL_CAPABILITY_INFO",
                (
                    Pair("TerminalCapabilityCount", ("ElementCount of the list header",), "i"),
                    Pair("TerminalCapability", ("list elements",), "i"),
                ),
                ndis_only=("UiccCapabilityInfo.CapabilityListHeader.ElementCount",),
            ),
        ),
    ),
    Tie(
        "MS SAR",
        1,
        "OID_WWAN_SAR_CONFIG",
        "d",
        indications=("NDIS_STATUS_WWAN_SAR_CONFIG",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_SAR_CONFIG",
                (
                    Pair(
                        "Mode",
                        ("SetSarConfig.SarMode",),
                        "n",
                        enums=("MbimSarControlMode", "WWAN_SAR_CONTROL_MODE"),
                    ),
                    Pair(
                        "BackoffState",
                        ("SetSarConfig.SarBackoffStatus",),
                        "i",
                        enums=("MbimSarBackoffState", "WWAN_SAR_BACKOFF_STATE"),
                    ),
                    Pair(
                        "ConfigStatesCount",
                        ("SetSarConfig.SarConfigIndexListHeader.ElementCount",),
                        "i",
                    ),
                    Pair(
                        "ConfigStates",
                        ("list elements of NDIS_WWAN_SET_SAR_CONFIG",),
                        "i",
                        element=("MbimSarConfigState", "WWAN_SAR_CONFIG_INDICES"),
                        elements=(
                            Pair("AntennaIndex", ("SarAntennaIndex",), "i"),
                            Pair("BackoffIndex", ("SarBackoffIndex",), "i"),
                        ),
                    ),
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_SAR_CONFIG_INFO",
                (
                    Pair(
                        "Mode",
                        ("SarConfig.SarMode",),
                        "n",
                        enums=("MbimSarControlMode", "WWAN_SAR_CONTROL_MODE"),
                    ),
                    Pair(
                        "BackoffState",
                        ("SarConfig.SarBackoffStatus",),
                        "i",
                        enums=("MbimSarBackoffState", "WWAN_SAR_BACKOFF_STATE"),
                    ),
                    Pair(
                        "WifiIntegration",
                        ("SarConfig.SarWifiIntegration",),
                        "i",
                        enums=("MbimSarWifiHardwareState", "WWAN_SAR_WIFI_HARDWARE_INTEGRATION"),
                        translate=True,
                    ),
                    Pair(
                        "ConfigStatesCount",
                        ("SarConfig.SarConfigIndexListHeader.ElementCount",),
                        "i",
                    ),
                    Pair(
                        "ConfigStates",
                        ("list elements of NDIS_WWAN_SAR_CONFIG_INFO",),
                        "i",
                        element=("MbimSarConfigState", "WWAN_SAR_CONFIG_INDICES"),
                        elements=(
                            Pair("AntennaIndex", ("SarAntennaIndex",), "i"),
                            Pair("BackoffIndex", ("SarBackoffIndex",), "i"),
                        ),
                    ),
                ),
            ),
        ),
    ),
    Tie(
        "MS SAR",
        2,
        "OID_WWAN_SAR_TRANSMISSION_STATUS",
        "d",
        indications=("NDIS_STATUS_WWAN_SAR_TRANSMISSION_STATUS",),
        unsolicited=("NDIS_STATUS_WWAN_SAR_TRANSMISSION_STATUS",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_SAR_TRANSMISSION_STATUS",
                (
                    Pair(
                        "ChannelNotification",
                        ("SetTransmissionStatus.ChannelNotification",),
                        "n",
                        enums=(
                            "MbimTransmissionNotificationStatus",
                            "WWAN_SAR_TRANSMISSION_STATUS_NOTIFICATION_STATE",
                        ),
                    ),
                    Pair("HysteresisTimer", ("SetTransmissionStatus.HysteresisTimer",), "n"),
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_SAR_TRANSMISSION_STATUS_INFO",
                (
                    Pair(
                        "ChannelNotification",
                        ("TransmissionStatus.ChannelNotification",),
                        "n",
                        enums=(
                            "MbimTransmissionNotificationStatus",
                            "WWAN_SAR_TRANSMISSION_STATUS_NOTIFICATION_STATE",
                        ),
                    ),
                    Pair(
                        "TransmissionStatus",
                        ("TransmissionStatus.TransmissionStatus",),
                        "n",
                        enums=("MbimTransmissionState", "WWAN_SAR_TRANSMISSION_STATUS"),
                    ),
                    Pair("HysteresisTimer", ("TransmissionStatus.HysteresisTimer",), "n"),
                ),
            ),
        ),
    ),
    Tie(
        "MS Basic Connect Extensions",
        2,
        "OID_WWAN_NETWORK_BLACKLIST",
        "d",
        indications=("NDIS_STATUS_WWAN_NETWORK_BLACKLIST",),
        unsolicited=("NDIS_STATUS_WWAN_NETWORK_BLACKLIST",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_NETWORK_BLACKLIST",
                (
                    Pair(
                        "BlacklistState",
                        ("SetNetworkBlacklist.BlacklistState",),
                        "n",
                        enums=("MbimNetworkBlacklistState", "WWAN_NETWORK_BLACKLIST_STATE"),
                        translate=True,
                    ),
                    Pair(
                        "ElementCount",
                        ("SetNetworkBlacklist.BlacklistProviderList.ElementCount",),
                        "n",
                    ),
                    Pair(
                        "BlacklistProviders",
                        ("list elements of NDIS_WWAN_SET_NETWORK_BLACKLIST",),
                        "i",
                        element=("MbimNetworkBlacklistProvider", "WWAN_NETWORK_BLACKLIST_PROVIDER"),
                        elements=(
                            Pair("MCC", ("MCC",), "n"),
                            Pair("MNC", ("MNC",), "n"),
                            Pair(
                                "NetworkBlacklistType",
                                ("NetworkBlacklistType",),
                                "n",
                                enums=("MbimNetworkBlacklistType", "WWAN_NETWORK_BLACKLIST_TYPE"),
                            ),
                        ),
                    ),
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_NETWORK_BLACKLIST",
                (
                    Pair(
                        "BlacklistState",
                        ("NetworkBlacklistInfo.BlacklistState",),
                        "n",
                        enums=("MbimNetworkBlacklistState", "WWAN_NETWORK_BLACKLIST_STATE"),
                        translate=True,
                    ),
                    Pair(
                        "ElementCount",
                        ("NetworkBlacklistInfo.BlacklistProviderList.ElementCount",),
                        "n",
                    ),
                    Pair(
                        "BlacklistProviders",
                        ("list elements of NDIS_WWAN_NETWORK_BLACKLIST",),
                        "i",
                        element=("MbimNetworkBlacklistProvider", "WWAN_NETWORK_BLACKLIST_PROVIDER"),
                        elements=(
                            Pair("MCC", ("MCC",), "n"),
                            Pair("MNC", ("MNC",), "n"),
                            Pair(
                                "NetworkBlacklistType",
                                ("NetworkBlacklistType",),
                                "n",
                                enums=("MbimNetworkBlacklistType", "WWAN_NETWORK_BLACKLIST_TYPE"),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    ),
    Tie(
        "MS Basic Connect Extensions",
        3,
        "OID_WWAN_LTE_ATTACH_CONFIG",
        "d",
        indications=("NDIS_STATUS_WWAN_LTE_ATTACH_CONFIG",),
        unsolicited=("NDIS_STATUS_WWAN_LTE_ATTACH_CONFIG",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_LTE_ATTACH_CONTEXT",
                (
                    Pair(
                        "Configurations",
                        ("SetContextArray",),
                        "i",
                        note="three elements, home partner non-partner",
                    ),
                ),
                mbim_only=(
                    "Operation",
                    "ConfigurationCount",
                ),
                ndis_only=("SetLteAttachContext.SetContextArray",),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_LTE_ATTACH_CONTEXTS",
                (
                    Pair("ConfigurationCount", ("LteAttachContext.ElementCount",), "i"),
                    Pair(
                        "Configurations",
                        ("LteAttachContext.LteContextArray",),
                        "i",
                        note="three elements",
                    ),
                ),
            ),
        ),
    ),
    Tie(
        "MS Basic Connect Extensions",
        4,
        "OID_WWAN_LTE_ATTACH_STATUS",
        "d",
        indications=("NDIS_STATUS_WWAN_LTE_ATTACH_STATUS",),
        unsolicited=("NDIS_STATUS_WWAN_LTE_ATTACH_STATUS",),
        messages=(
            MessageTie(
                "response",
                0x0300,
                "NDIS_WWAN_LTE_ATTACH_STATUS",
                (
                    Pair(
                        "LteAttachState",
                        ("LteAttachStatus.LteAttachState",),
                        "n",
                        enums=("MbimLteAttachState", "WWAN_CONTEXT_LTE_ATTACH_STATE"),
                    ),
                    Pair("NwError", ("LteAttachStatus.NetworkError",), "i"),
                    Pair(
                        "IpType",
                        ("LteAttachStatus.IPType",),
                        "n",
                        enums=("MbimContextIpType", "WWAN_IP_TYPE"),
                        translate=True,
                    ),
                    Pair("AccessString", ("LteAttachStatus.basicInfo.AccessString",), "n"),
                    Pair("UserName", ("LteAttachStatus.basicInfo.UserName",), "n"),
                    Pair("Password", ("LteAttachStatus.basicInfo.Password",), "n"),
                    Pair(
                        "Compression",
                        ("LteAttachStatus.basicInfo.Compression",),
                        "n",
                        enums=("MbimCompression", "WWAN_COMPRESSION"),
                    ),
                    Pair(
                        "AuthProtocol",
                        ("LteAttachStatus.basicInfo.AuthType",),
                        "i",
                        enums=("MbimAuthProtocol", "WWAN_AUTH_PROTOCOL"),
                        translate=True,
                    ),
                ),
                ndis_only=(
                    "LteAttachStatus.basicInfo.ContextId",
                    "LteAttachStatus.basicInfo.ContextType",
                ),
            ),
        ),
    ),
    Tie(
        "MS Basic Connect Extensions",
        16,
        "OID_WWAN_MODEM_CONFIG_INFO",
        "n",
        indications=("NDIS_STATUS_WWAN_MODEM_CONFIG_INFO",),
        unsolicited=("NDIS_STATUS_WWAN_MODEM_CONFIG_INFO",),
        messages=(
            MessageTie(
                "response",
                0x0300,
                "NDIS_WWAN_MODEM_CONFIG_INFO",
                (
                    Pair(
                        "ConfigurationStatus",
                        ("ModemConfigInfo.ConfigState",),
                        "i",
                        enums=("MbimModemConfigurationStatus", "WWAN_MODEM_CONFIG_STATE"),
                    ),
                    Pair("ConfigurationName", ("ModemConfigInfo.ConfigName",), "i"),
                ),
                mbim_only=("UnnamedIes",),
                ndis_only=(
                    "ModemConfigInfo.ConfigMode",
                    "ModemConfigInfo.ConfigReason",
                    "ModemConfigInfo.PreviousConfigID.ConfigIdLen",
                    "ModemConfigInfo.PreviousConfigID.ConfigId",
                    "ModemConfigInfo.CurrentConfigID.ConfigIdLen",
                    "ModemConfigInfo.CurrentConfigID.ConfigId",
                    "ModemConfigInfo.IsCurrentConfigDefault",
                    "ModemConfigInfo.NSSAIListHeader.ElementCount",
                ),
            ),
        ),
        note="MBIM_CID name not confirmed; number from libmbim",
    ),
    Tie(
        "MS Basic Connect Extensions",
        9,
        "OID_WWAN_PCO",
        "d",
        indications=("NDIS_STATUS_WWAN_PCO_STATUS",),
        unsolicited=("NDIS_STATUS_WWAN_PCO_STATUS",),
        messages=(
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_PCO_STATUS",
                (
                    Pair(
                        "PcoValue",
                        (
                            "PcoValue.Size",
                            "PcoValue.Type",
                            "PcoValue.PcoData",
                        ),
                        "n",
                    ),
                ),
            ),
        ),
    ),
    Tie(
        "MS UICC Low Level Access",
        6,
        "OID_WWAN_UICC_RESET",
        "d",
        indications=("NDIS_STATUS_WWAN_UICC_RESET_INFO",),
        messages=(
            MessageTie(
                "set",
                0x0400,
                "NDIS_WWAN_SET_UICC_RESET",
                (
                    Pair(
                        "PassThroughAction",
                        ("SetUiccReset.PassThroughAction",),
                        "n",
                        enums=("MbimUiccPassThroughAction", "WWAN_UICC_PASSTHROUGH_ACTION"),
                    ),
                    Pair("SlotId", ("SetUiccReset.SlotId",), "n"),
                ),
            ),
            MessageTie(
                "query",
                0x0400,
                "NDIS_WWAN_QUERY_UICC_RESET",
                (Pair("SlotId", ("QueryUiccReset.SlotId",), "n"),),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_UICC_RESET_INFO",
                (
                    Pair(
                        "PassThroughStatus",
                        ("UiccResetInfo.PassThroughStatus",),
                        "n",
                        enums=("MbimUiccPassThroughStatus", "WWAN_UICC_PASSTHROUGH_STATUS"),
                    ),
                ),
            ),
        ),
    ),
    Tie(
        "MS Basic Connect Extensions",
        10,
        "OID_WWAN_DEVICE_RESET",
        "d",
        indications=("NDIS_STATUS_WWAN_DEVICE_RESET_STATUS",),
        messages=(
            MessageTie("set", 0x0100, "NDIS_WWAN_SET_DEVICE_RESET", ()),
            MessageTie("response", 0x0100, "NDIS_WWAN_DEVICE_RESET_STATUS", ()),
        ),
    ),
    Tie(
        "MS Basic Connect Extensions",
        11,
        "OID_WWAN_BASE_STATIONS_INFO",
        "d",
        indications=("NDIS_STATUS_WWAN_BASE_STATIONS_INFO",),
        messages=(
            MessageTie(
                "query",
                0x0300,
                "NDIS_WWAN_BASE_STATIONS_INFO_REQ",
                (
                    Pair("MaxGsmCount", ("BaseStationsInfoRequest.MaxGSMCount",), "n"),
                    Pair("MaxUmtsCount", ("BaseStationsInfoRequest.MaxUMTSCount",), "n"),
                    Pair("MaxTdscdmaCount", ("BaseStationsInfoRequest.MaxTDSCDMACount",), "n"),
                    Pair("MaxLteCount", ("BaseStationsInfoRequest.MaxLTECount",), "n"),
                    Pair("MaxCdmaCount", ("BaseStationsInfoRequest.MaxCDMACount",), "n"),
                    Pair("MaxNrCount", ("BaseStationsInfoRequest.MaxNRCount",), "n"),
                ),
            ),
            MessageTie(
                "response",
                0x0300,
                "NDIS_WWAN_BASE_STATIONS_INFO",
                (
                    Pair(
                        "SystemType",
                        ("BaseStationsInfo.SystemType",),
                        "n",
                        enums=("MbimDataClassV3", "WWAN_DATA_CLASS"),
                        translate=True,
                    ),
                    Pair(
                        "SystemSubType",
                        ("BaseStationsInfo.SystemSubType",),
                        "n",
                        enums=("MbimDataSubclass", "WWAN_DATA_SUBCLASS"),
                    ),
                    Pair(
                        "GsmServingCell",
                        (
                            "BaseStationsInfo.GSMServingCellOffset",
                            "BaseStationsInfo.GSMServingCellSize",
                        ),
                        "n",
                        note=("offsets count in the NDIS structure, not in the information buffer"),
                    ),
                    Pair(
                        "UmtsServingCell",
                        (
                            "BaseStationsInfo.UMTSServingCellOffset",
                            "BaseStationsInfo.UMTSServingCellSize",
                        ),
                        "n",
                        note=("offsets count in the NDIS structure, not in the information buffer"),
                    ),
                    Pair(
                        "TdscdmaServingCell",
                        (
                            "BaseStationsInfo.TDSCDMAServingCellOffset",
                            "BaseStationsInfo.TDSCDMAServingCellSize",
                        ),
                        "n",
                        note=("offsets count in the NDIS structure, not in the information buffer"),
                    ),
                    Pair(
                        "LteServingCell",
                        (
                            "BaseStationsInfo.LTEServingCellOffset",
                            "BaseStationsInfo.LTEServingCellSize",
                        ),
                        "n",
                        note=("offsets count in the NDIS structure, not in the information buffer"),
                    ),
                    Pair(
                        "GsmNeighboringCells",
                        (
                            "BaseStationsInfo.GSMNmrOffset",
                            "BaseStationsInfo.GSMNmrSize",
                        ),
                        "n",
                        note=("offsets count in the NDIS structure, not in the information buffer"),
                    ),
                    Pair(
                        "UmtsNeighboringCells",
                        (
                            "BaseStationsInfo.UMTSMrlOffset",
                            "BaseStationsInfo.UMTSMrlSize",
                        ),
                        "n",
                        note=("offsets count in the NDIS structure, not in the information buffer"),
                    ),
                    Pair(
                        "TdscdmaNeighboringCells",
                        (
                            "BaseStationsInfo.TDSCDMAMrlOffset",
                            "BaseStationsInfo.TDSCDMAMrlSize",
                        ),
                        "n",
                        note=("offsets count in the NDIS structure, not in the information buffer"),
                    ),
                    Pair(
                        "LteNeighboringCells",
                        (
                            "BaseStationsInfo.LTEMrlOffset",
                            "BaseStationsInfo.LTEMrlSize",
                        ),
                        "n",
                        note=("offsets count in the NDIS structure, not in the information buffer"),
                    ),
                    Pair(
                        "CdmaCells",
                        (
                            "BaseStationsInfo.CDMAMrlOffset",
                            "BaseStationsInfo.CDMAMrlSize",
                        ),
                        "n",
                        note=("offsets count in the NDIS structure, not in the information buffer"),
                    ),
                    Pair(
                        "NrServingCells",
                        (
                            "BaseStationsInfo.NRServingCellsOffset",
                            "BaseStationsInfo.NRServingCellsSize",
                        ),
                        "n",
                        note=("offsets count in the NDIS structure, not in the information buffer"),
                    ),
                    Pair(
                        "NrNeighborCells",
                        (
                            "BaseStationsInfo.NRNeighborCellsOffset",
                            "BaseStationsInfo.NRNeighborCellsSize",
                        ),
                        "n",
                        note=("offsets count in the NDIS structure, not in the information buffer"),
                    ),
                ),
                ndis_only=("BaseStationsInfo.BaseStationsData",),
            ),
        ),
    ),
    Tie(
        "MS UICC Low Level Access",
        7,
        "OID_WWAN_UICC_APP_LIST",
        "d",
        indications=("NDIS_STATUS_WWAN_UICC_APP_LIST",),
        messages=(
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_UICC_APP_LIST",
                (
                    Pair("Version", ("UiccAppList.Version",), "n"),
                    Pair("ApplicationCount", ("UiccAppList.AppCount",), "n"),
                    Pair("ActiveApplicationIndex", ("UiccAppList.ActiveAppIndex",), "n"),
                    Pair("ApplicationListSizeBytes", ("UiccAppList.AppListSize",), "n"),
                    Pair(
                        "Applications",
                        ("list elements of NDIS_WWAN_UICC_APP_LIST",),
                        "i",
                        element=("MbimUiccApplication", "WWAN_UICC_APP_INFO"),
                        elements=(Pair("ApplicationId", ("AppId",), "i"),),
                        mbim_only=(
                            "ApplicationType",
                            "ApplicationName",
                            "PinKeyReferenceCount",
                            "PinKeyReferences",
                        ),
                    ),
                ),
                ndis_only=(
                    "UiccAppList.AppCount",
                    "UiccAppList.ActiveAppIndex",
                    "UiccAppList.AppListSize",
                    "UiccAppList.Response",
                ),
            ),
        ),
    ),
    Tie(
        "MS Basic Connect Extensions",
        13,
        "OID_WWAN_MODEM_LOGGING_CONFIG",
        "d",
        indications=("NDIS_STATUS_WWAN_MODEM_LOGGING_CONFIG",),
        unsolicited=("NDIS_STATUS_WWAN_MODEM_LOGGING_CONFIG",),
        messages=(
            MessageTie(
                "set",
                0x0100,
                "NDIS_WWAN_SET_MODEM_LOGGING_CONFIG",
                (
                    Pair("Version", ("ModemLoggingConfig.Version",), "n"),
                    Pair("MaxSegmentSize", ("ModemLoggingConfig.MaxSegmentSize",), "n"),
                    Pair("MaxFlushTime", ("ModemLoggingConfig.MaxFlushTime",), "n"),
                    Pair(
                        "LevelConfig",
                        ("ModemLoggingConfig.LevelConfig",),
                        "n",
                        enums=("MbimLoggingLevelConfig", "WWAN_MODEM_LOGGING_LEVEL_CONFIG"),
                    ),
                ),
            ),
            MessageTie(
                "response",
                0x0100,
                "NDIS_WWAN_MODEM_LOGGING_CONFIG",
                (
                    Pair("Version", ("ModemLoggingConfig.Version",), "n"),
                    Pair("MaxSegmentSize", ("ModemLoggingConfig.MaxSegmentSize",), "n"),
                    Pair("MaxFlushTime", ("ModemLoggingConfig.MaxFlushTime",), "n"),
                    Pair(
                        "LevelConfig",
                        ("ModemLoggingConfig.LevelConfig",),
                        "n",
                        enums=("MbimLoggingLevelConfig", "WWAN_MODEM_LOGGING_LEVEL_CONFIG"),
                    ),
                ),
            ),
        ),
        note="number from Wireshark or wwan-go, see the CID",
    ),
    Tie(
        "MS Basic Connect Extensions",
        17,
        "OID_WWAN_REGISTER_PARAMS",
        "d",
        indications=("NDIS_STATUS_WWAN_REGISTER_PARAMS_STATE",),
        messages=(
            MessageTie(
                "set",
                0x0300,
                "NDIS_WWAN_SET_REGISTER_PARAMS",
                (
                    Pair(
                        "MicoMode",
                        ("SetRegisterParams.MicoMode",),
                        "n",
                        enums=("MbimMicoMode", "WWAN_MICO_MODE"),
                    ),
                    Pair(
                        "DrxCycle",
                        ("SetRegisterParams.DRXParam",),
                        "n",
                        enums=("MbimDrxCycle", "WWAN_DRX_PARAMS"),
                    ),
                    Pair(
                        "LadnInfo",
                        ("SetRegisterParams.LADNInfo",),
                        "n",
                        enums=("MbimLadnInfo", "WWAN_LADN_IND_REQUEST"),
                    ),
                    Pair(
                        "DefaultPduActivationHint",
                        ("SetRegisterParams.DefaultPDUSessionHint",),
                        "i",
                        enums=("MbimDefaultPduActivationHint", "WWAN_DEFAULT_PDU_SESSION_HINT"),
                    ),
                    Pair("ReRegisterIfNedeed", ("SetRegisterParams.ReRegisterIfNeeded",), "n"),
                ),
                mbim_only=("UnnamedIes",),
                ndis_only=(
                    "SetRegisterParams.OSId",
                    ("SetRegisterParams.PreConfiguredNSSAIListHeader.ElementCount"),
                ),
            ),
            MessageTie(
                "response",
                0x0300,
                "NDIS_WWAN_REGISTER_PARAMS_INFO",
                (
                    Pair(
                        "MicoMode",
                        ("RegisterParamsInfo.MicoMode",),
                        "n",
                        enums=("MbimMicoMode", "WWAN_MICO_MODE"),
                    ),
                    Pair(
                        "DrxCycle",
                        ("RegisterParamsInfo.DRXParam",),
                        "n",
                        enums=("MbimDrxCycle", "WWAN_DRX_PARAMS"),
                    ),
                    Pair(
                        "LadnInfo",
                        ("RegisterParamsInfo.LADNInfo",),
                        "n",
                        enums=("MbimLadnInfo", "WWAN_LADN_IND_REQUEST"),
                    ),
                    Pair(
                        "DefaultPduActivationHint",
                        ("RegisterParamsInfo.DefaultPDUSessionHint",),
                        "i",
                        enums=("MbimDefaultPduActivationHint", "WWAN_DEFAULT_PDU_SESSION_HINT"),
                    ),
                    Pair("ReRegisterIfNedeed", ("RegisterParamsInfo.ReRegisterIfNeeded",), "n"),
                ),
                mbim_only=("UnnamedIes",),
                ndis_only=(
                    "RegisterParamsInfo.OSId",
                    ("RegisterParamsInfo.PreConfiguredNSSAIListHeader.ElementCount"),
                ),
            ),
        ),
    ),
    Tie(
        "MS Basic Connect Extensions",
        18,
        "OID_WWAN_NETWORK_PARAMS",
        "i",
        indications=("NDIS_STATUS_WWAN_NETWORK_PARAMS_STATE",),
        messages=(
            MessageTie(
                "response",
                0x0300,
                "NDIS_WWAN_NETWORK_PARAMS_INFO",
                (
                    Pair(
                        "MicoIndication",
                        ("NetworkParamsInfo.CurrentMicoIndication",),
                        "i",
                        enums=("MbimMicoIndication", "WWAN_MICO_IND"),
                    ),
                    Pair(
                        "DrxParameters",
                        ("NetworkParamsInfo.CurrentDRXParams",),
                        "n",
                        enums=("MbimDrxCycle", "WWAN_DRX_PARAMS"),
                    ),
                ),
                mbim_only=("UnnamedIes",),
                ndis_only=(
                    "NetworkParamsInfo.TaiList.Offset",
                    "NetworkParamsInfo.TaiList.Size",
                    "NetworkParamsInfo.AllowedNssaiList.Offset",
                    "NetworkParamsInfo.AllowedNssaiList.Size",
                    "NetworkParamsInfo.ConfiguredNssaiList.Offset",
                    "NetworkParamsInfo.ConfiguredNssaiList.Size",
                    "NetworkParamsInfo.RejectedNssaiList.Offset",
                    "NetworkParamsInfo.RejectedNssaiList.Size",
                    "NetworkParamsInfo.DefaultConfiguredNssaiList.Offset",
                    "NetworkParamsInfo.DefaultConfiguredNssaiList.Size",
                    "NetworkParamsInfo.LadnList.Offset",
                    "NetworkParamsInfo.LadnList.Size",
                    "NetworkParamsInfo.DataBuffer",
                ),
            ),
        ),
        note="number from Wireshark or wwan-go, see the CID",
    ),
    Tie(
        "MS Basic Connect Extensions",
        20,
        "OID_WWAN_UE_POLICY",
        "i",
        indications=("NDIS_STATUS_WWAN_UE_POLICY_STATE",),
        unsolicited=("NDIS_STATUS_WWAN_UE_POLICY_STATE",),
        messages=(
            MessageTie(
                "response",
                0x0400,
                "NDIS_WWAN_UE_POLICY_INFO",
                (),
                mbim_only=("UnnamedIes",),
                ndis_only=(
                    "UePolicyInfo.RawTdOnlyData.Offset",
                    "UePolicyInfo.RawTdOnlyData.Size",
                ),
            ),
        ),
        note="number from Wireshark or wwan-go, see the CID",
    ),
)

#: OIDs that no command corresponds to.
OIDS_WITHOUT_CID = (
    "OID_WWAN_DRIVER_CAPS",
    "OID_WWAN_VENDOR_SPECIFIC",
    "OID_WWAN_DEVICE_SERVICE_COMMAND",
    "OID_WWAN_ENUMERATE_DEVICE_SERVICE_COMMANDS",
    "OID_WWAN_DEVICE_SERVICE_SESSION_WRITE",
    "OID_WWAN_CREATE_MAC",
    "OID_WWAN_DELETE_MAC",
    "OID_WWAN_DEVICE_BINDINGS",
    "OID_WWAN_REGISTER_STATE_EX",
    "OID_WWAN_IMS_VOICE_STATE",
    "OID_WWAN_SIGNAL_STATE_EX",
    "OID_WWAN_PS_MEDIA_CONFIG",
    "OID_WWAN_MPDP",
    "OID_WWAN_DEVICE_SERVICES",
)

#: Commands that no OID corresponds to: (service, CID).
CIDS_WITHOUT_OID = (
    ("Basic Connect", 15),
    ("Basic Connect", 20),
    ("Basic Connect", 22),
    ("Basic Connect", 23),
    ("MS Basic Connect Extensions", 19),
    ("MS Firmware ID", 1),
    ("Multicarrier", 1),
    ("Multicarrier", 2),
    ("Multicarrier", 3),
    ("Phonebook", 1),
    ("Phonebook", 2),
    ("Phonebook", 3),
    ("Phonebook", 4),
    ("STK", 1),
    ("STK", 2),
    ("STK", 3),
)
