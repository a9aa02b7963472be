"""The OID_WWAN object identifiers.

A mode of `async` means: first answered NDIS_STATUS_INDICATION_REQUIRED, then ended by an indication
with the same RequestId. Source: ntddndis.h for the numbers, the oid-wwan pages for the rest.
"""

from wwanreplay.protocol.schema import Completion, Modelled, Oid

ROWS: tuple[Oid, ...] = (
    Oid(
        "OID_WWAN_DRIVER_CAPS",
        0x0E010100,
        query="sync",
        query_output=("NDIS_WWAN_DRIVER_CAPS",),
        modelled=Modelled("driver_caps"),
        needs=(("sim", "must not be needed"), ("network", "must not be needed")),
        technologies=("GSM", "CDMA"),
        introduced="Windows 7",
        document="oid-wwan-driver-caps.md",
        note=(
            "The only synchronous WWAN OID: NDIS_WWAN_DRIVER_CAPS comes back in the query"
            " buffer, with no indication."
        ),
    ),
    Oid(
        "OID_WWAN_DEVICE_CAPS",
        0x0E010101,
        query="async",
        completions=(
            Completion(("query",), "NDIS_STATUS_WWAN_DEVICE_CAPS", ("NDIS_WWAN_DEVICE_CAPS",)),
        ),
        unsolicited=False,
        modelled=Modelled("device_caps"),
        needs=(("sim", "not accessed"), ("network", "not accessed")),
        technologies=("GSM", "CDMA"),
        introduced="Windows 7",
        document="oid-wwan-device-caps.md",
    ),
    Oid(
        "OID_WWAN_READY_INFO",
        0x0E010102,
        query="async",
        query_input=("NDIS_WWAN_QUERY_READY_INFO",),
        completions=(
            Completion(("query",), "NDIS_STATUS_WWAN_READY_INFO", ("NDIS_WWAN_READY_INFO",)),
        ),
        unsolicited=True,
        modelled=Modelled("ready_info", unread=("query",)),
        needs=(("sim", "may be accessed"), ("network", "not accessed")),
        technologies=("GSM", "CDMA"),
        introduced="Windows 7",
        document="oid-wwan-ready-info.md",
        note=(
            "Must never fail. The structure has no uStatus member. Time limits are for "
            "reaching the initialized state after insertion."
        ),
    ),
    Oid(
        "OID_WWAN_RADIO_STATE",
        0x0E010103,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_RADIO_STATE",),
        completions=(
            Completion(
                ("set", "query"), "NDIS_STATUS_WWAN_RADIO_STATE", ("NDIS_WWAN_RADIO_STATE",)
            ),
        ),
        unsolicited=True,
        modelled=Modelled("radio", start=("set",), set_order="device"),
        needs=(("sim", "not accessed"), ("network", "not accessed")),
        technologies=("GSM", "CDMA"),
        introduced="Windows 7",
        document="oid-wwan-radio-state.md",
    ),
    Oid(
        "OID_WWAN_PIN",
        0x0E010104,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_PIN",),
        completions=(
            Completion(("set", "query"), "NDIS_STATUS_WWAN_PIN_INFO", ("NDIS_WWAN_PIN_INFO",)),
        ),
        unsolicited=False,
        modelled=Modelled(
            "pin",
            start=("set",),
            also=(("set", "NDIS_WWAN_SET_PIN", "L2", 1), ("set", "NDIS_WWAN_SET_PIN", "L3", 1)),
            set_order="device",
        ),
        needs=(("sim", "may be accessed"), ("network", "not accessed")),
        technologies=("GSM", "CDMA"),
        introduced="Windows 7",
        document="oid-wwan-pin.md",
        note="Windows 7 drivers only; Windows 8 and later drivers use OID_WWAN_PIN_EX.",
    ),
    Oid(
        "OID_WWAN_PIN_LIST",
        0x0E010105,
        query="async",
        completions=(Completion(("query",), "NDIS_STATUS_WWAN_PIN_LIST", ("NDIS_WWAN_PIN_LIST",)),),
        unsolicited=False,
        modelled=Modelled("pin_list"),
        needs=(("sim", "may be accessed"), ("network", "not accessed")),
        technologies=("GSM", "CDMA"),
        introduced="Windows 7",
        document="oid-wwan-pin-list.md",
    ),
    Oid(
        "OID_WWAN_HOME_PROVIDER",
        0x0E010106,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_HOME_PROVIDER",),
        completions=(
            Completion(
                ("query",),
                "NDIS_STATUS_WWAN_HOME_PROVIDER",
                ("NDIS_WWAN_HOME_PROVIDER", "NDIS_WWAN_HOME_PROVIDER2"),
            ),
            Completion(
                ("set",),
                "NDIS_STATUS_WWAN_SET_HOME_PROVIDER_COMPLETE",
                ("NDIS_WWAN_SET_HOME_PROVIDER",),
            ),
        ),
        unsolicited=False,
        modelled=Modelled(
            "home_provider",
            offered=("set",),
            start=("set",),
            set_order="device",
            aborted="WWAN_STATUS_READ_FAILURE",
        ),
        needs=(("sim", "may be accessed"), ("network", "not accessed")),
        technologies=("GSM", "CDMA"),
        introduced="Windows 7 (set from Windows 8)",
        document="oid-wwan-home-provider.md",
        note=(
            "Set only required of multi-carrier devices. Windows 7: query only. The "
            "completion structure of the set differs between pages "
            "(NDIS_WWAN_HOME_PROVIDER on the OID page, NDIS_WWAN_SET_HOME_PROVIDER on the"
            " indication page)."
        ),
    ),
    Oid(
        "OID_WWAN_PREFERRED_PROVIDERS",
        0x0E010107,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_PREFERRED_PROVIDERS",),
        completions=(
            Completion(
                ("set", "query"),
                "NDIS_STATUS_WWAN_PREFERRED_PROVIDERS",
                ("NDIS_WWAN_PREFERRED_PROVIDERS",),
            ),
        ),
        unsolicited=True,
        modelled=Modelled(
            "preferred_providers",
            start=("set",),
            set_order="device",
            aborted="WWAN_STATUS_READ_FAILURE",
        ),
        needs=(
            ("query", "sim may be accessed, network not accessed"),
            ("set", "sim may be accessed, network may be accessed"),
        ),
        technologies=("GSM",),
        optional=True,
        introduced="Windows 7",
        document="oid-wwan-preferred-providers.md",
    ),
    Oid(
        "OID_WWAN_VISIBLE_PROVIDERS",
        0x0E010108,
        query="async",
        query_input=("NDIS_WWAN_GET_VISIBLE_PROVIDERS",),
        completions=(
            Completion(
                ("query",), "NDIS_STATUS_WWAN_VISIBLE_PROVIDERS", ("NDIS_WWAN_VISIBLE_PROVIDERS",)
            ),
        ),
        unsolicited=False,
        modelled=Modelled("visible_providers", start=("query",), optional=("query",)),
        needs=(("sim", "may be accessed"), ("network", "not accessed")),
        searches=True,
        technologies=("GSM", "CDMA"),
        introduced="Windows 7",
        document="oid-wwan-visible-providers.md",
        note="The data-model page marks it GSM; the OID page speaks of both kinds.",
    ),
    Oid(
        "OID_WWAN_REGISTER_STATE",
        0x0E010109,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_REGISTER_STATE",),
        completions=(
            Completion(
                ("set", "query"),
                "NDIS_STATUS_WWAN_REGISTER_STATE",
                ("NDIS_WWAN_REGISTRATION_STATE",),
            ),
        ),
        unsolicited=True,
        modelled=Modelled(
            "registration",
            start=("set",),
            abandon=True,
            also=(("set", "NDIS_WWAN_SET_REGISTER_STATE_EX", "L1", 2),),
            set_order="device",
            outcomes=("set",),
        ),
        needs=(
            ("sim", "not accessed"),
            ("network", "may be accessed"),
            (
                "set",
                (
                    "WwanReadyStateInitialized before manual registration; radio may be off (mode"
                    " is stored)"
                ),
            ),
        ),
        technologies=("GSM", "CDMA"),
        introduced="Windows 7",
        document="oid-wwan-register-state.md",
        note=(
            "Manual registration is GSM only. Data-model page marks the OID CDMA, clearly a slip."
        ),
    ),
    Oid(
        "OID_WWAN_PACKET_SERVICE",
        0x0E01010A,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_PACKET_SERVICE",),
        completions=(
            Completion(
                ("set", "query"),
                "NDIS_STATUS_WWAN_PACKET_SERVICE",
                ("NDIS_WWAN_PACKET_SERVICE_STATE",),
            ),
        ),
        unsolicited=True,
        modelled=Modelled(
            "packet_service", start=("set",), abandon=True, set_order="device", outcomes=("set",)
        ),
        needs=(
            ("sim", "not accessed"),
            ("network", "may be accessed"),
            ("radio", "attach needs radio on"),
        ),
        technologies=("GSM", "CDMA"),
        introduced="Windows 7",
        document="oid-wwan-packet-service.md",
    ),
    Oid(
        "OID_WWAN_SIGNAL_STATE",
        0x0E01010B,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_SIGNAL_INDICATION",),
        completions=(
            Completion(
                ("set", "query"), "NDIS_STATUS_WWAN_SIGNAL_STATE", ("NDIS_WWAN_SIGNAL_STATE",)
            ),
        ),
        unsolicited=True,
        modelled=Modelled(
            "signal",
            start=("set",),
            also=(("set", "NDIS_WWAN_SET_SIGNAL_INDICATION_EX", "L1", 2),),
            set_order="device",
        ),
        needs=(
            ("sim", "not accessed"),
            ("network", "not accessed"),
            ("radio", "set succeeds with radio off (values cached)"),
        ),
        technologies=("GSM", "CDMA"),
        introduced="Windows 7",
        document="oid-wwan-signal-state.md",
        note=(
            "mb-signal-strength-operations.md says network access is required, the OID "
            "page says it should not be accessed."
        ),
    ),
    Oid(
        "OID_WWAN_CONNECT",
        0x0E01010C,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_CONTEXT_STATE",),
        completions=(
            Completion(
                ("set", "query"), "NDIS_STATUS_WWAN_CONTEXT_STATE", ("NDIS_WWAN_CONTEXT_STATE",)
            ),
        ),
        unsolicited=True,
        modelled=Modelled("connect", start=("set",), outcomes=("set",), set_order="context"),
        needs=(
            ("set", "sim not needed, network required, radio on"),
            ("query", "sim not needed, network not needed"),
        ),
        technologies=("GSM", "CDMA"),
        introduced="Windows 7",
        document="oid-wwan-connect.md",
        note=(
            "Deactivation best case 1 s. Sent only when registered (home, partner or "
            "roaming) and, where packet service is active, attached."
        ),
    ),
    Oid(
        "OID_WWAN_PROVISIONED_CONTEXTS",
        0x0E01010D,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_PROVISIONED_CONTEXT", "NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2"),
        completions=(
            Completion(
                ("set", "query"),
                "NDIS_STATUS_WWAN_PROVISIONED_CONTEXTS",
                ("NDIS_WWAN_PROVISIONED_CONTEXTS",),
            ),
        ),
        unsolicited=True,
        modelled=Modelled("provisioned_contexts", start=("set",)),
        needs=(("sim", "required, or device memory"), ("network", "not needed")),
        technologies=("GSM", "CDMA"),
        optional=True,
        introduced="Windows 7",
        document="oid-wwan-provisioned-contexts.md",
        note="CDMA: query only, optional, for Simple IP devices.",
    ),
    Oid(
        "OID_WWAN_SERVICE_ACTIVATION",
        0x0E01010E,
        set="async",
        set_input=("NDIS_WWAN_SERVICE_ACTIVATION",),
        completions=(
            Completion(
                ("set",),
                "NDIS_STATUS_WWAN_SERVICE_ACTIVATION",
                ("NDIS_WWAN_SERVICE_ACTIVATION_STATUS",),
            ),
        ),
        unsolicited=False,
        modelled=Modelled("service_activation", start=("set",), set_order="device"),
        needs=(("sim", "may be accessed"), ("network", "may be accessed")),
        technologies=("GSM", "CDMA"),
        optional=True,
        introduced="Windows 7",
        document="oid-wwan-service-activation.md",
        note=(
            "The OID page names NDIS_WWAN_SERVICE_ACTIVATION as completion structure; the"
            " indication page and header say NDIS_WWAN_SERVICE_ACTIVATION_STATUS."
        ),
    ),
    Oid(
        "OID_WWAN_SMS_CONFIGURATION",
        0x0E01010F,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_SMS_CONFIGURATION",),
        completions=(
            Completion(
                ("set", "query"),
                "NDIS_STATUS_WWAN_SMS_CONFIGURATION",
                ("NDIS_WWAN_SMS_CONFIGURATION",),
            ),
        ),
        unsolicited=True,
        needs=(("sim", "may be accessed"), ("network", "not accessed")),
        technologies=("GSM", "CDMA"),
        introduced="Windows 7",
        document="oid-wwan-sms-configuration.md",
        note="CDMA: query only. SMS subsystem ready indication: best 1 s, worst 60 s.",
    ),
    Oid(
        "OID_WWAN_SMS_READ",
        0x0E010110,
        query="async",
        query_input=("NDIS_WWAN_SMS_READ",),
        completions=(
            Completion(("query",), "NDIS_STATUS_WWAN_SMS_RECEIVE", ("NDIS_WWAN_SMS_RECEIVE",)),
        ),
        unsolicited=True,
        needs=(("sim", "may be accessed"), ("network", "not accessed")),
        technologies=("GSM", "CDMA"),
        introduced="Windows 7",
        document="oid-wwan-sms-read.md",
        note=(
            "May complete with several indications (uStatus WWAN_STATUS_SMS_MORE_DATA "
            "until the last). The OID page and the data-model table disagree: the table "
            "lists a set operation for Windows 8."
        ),
    ),
    Oid(
        "OID_WWAN_SMS_SEND",
        0x0E010111,
        set="async",
        set_input=("NDIS_WWAN_SMS_SEND",),
        completions=(
            Completion(("set",), "NDIS_STATUS_WWAN_SMS_SEND", ("NDIS_WWAN_SMS_SEND_STATUS",)),
        ),
        unsolicited=False,
        needs=(("sim", "not accessed"), ("network", "may be accessed")),
        technologies=("GSM", "CDMA"),
        introduced="Windows 7",
        document="oid-wwan-sms-send.md",
    ),
    Oid(
        "OID_WWAN_SMS_DELETE",
        0x0E010112,
        set="async",
        set_input=("NDIS_WWAN_SMS_DELETE",),
        completions=(
            Completion(("set",), "NDIS_STATUS_WWAN_SMS_DELETE", ("NDIS_WWAN_SMS_DELETE_STATUS",)),
        ),
        unsolicited=False,
        needs=(("sim", "may be accessed"), ("network", "not accessed")),
        technologies=("GSM", "CDMA"),
        introduced="Windows 7",
        document="oid-wwan-sms-delete.md",
    ),
    Oid(
        "OID_WWAN_SMS_STATUS",
        0x0E010113,
        query="async",
        completions=(
            Completion(("query",), "NDIS_STATUS_WWAN_SMS_STATUS", ("NDIS_WWAN_SMS_STATUS",)),
        ),
        unsolicited=True,
        needs=(("sim", "may be accessed"), ("network", "not accessed")),
        technologies=("GSM", "CDMA"),
        introduced="Windows 7",
        document="oid-wwan-sms-status.md",
    ),
    Oid(
        "OID_WWAN_VENDOR_SPECIFIC",
        0x0E010114,
        set="async",
        set_input=("NDIS_WWAN_VENDOR_SPECIFIC",),
        completions=(
            Completion(
                ("set",), "NDIS_STATUS_WWAN_VENDOR_SPECIFIC", ("NDIS_WWAN_VENDOR_SPECIFIC",)
            ),
        ),
        unsolicited=True,
        technologies=("GSM", "CDMA"),
        optional=True,
        introduced="Windows 7",
        document="oid-wwan-vendor-specific.md",
    ),
    Oid(
        "OID_WWAN_AUTH_CHALLENGE",
        0x0E010115,
        query="async",
        query_input=("NDIS_WWAN_AUTH_CHALLENGE",),
        completions=(
            Completion(("query",), "NDIS_STATUS_WWAN_AUTH_RESPONSE", ("NDIS_WWAN_AUTH_RESPONSE",)),
        ),
        needs=(
            ("sim", "may be accessed"),
            ("network", "not accessed"),
            ("radio", "must work with radio off or airplane mode"),
        ),
        technologies=("GSM", "CDMA"),
        optional=True,
        introduced="Windows 8",
        document="oid-wwan-auth-challenge.md",
        note=(
            "The OID page calls the indication NDIS_STATUS_WWAN_AUTHENTICATION_RESPONSE; "
            "no header has that name."
        ),
    ),
    Oid(
        "OID_WWAN_ENUMERATE_DEVICE_SERVICES",
        0x0E010116,
        query="async",
        completions=(
            Completion(
                ("query",),
                "NDIS_STATUS_WWAN_SUPPORTED_DEVICE_SERVICES",
                ("NDIS_WWAN_SUPPORTED_DEVICE_SERVICES",),
            ),
        ),
        unsolicited=False,
        modelled=Modelled("enumerate_services"),
        technologies=("GSM", "CDMA"),
        introduced="Windows 8",
        document="oid-wwan-enumerate-device-services.md",
        note=(
            "The OID page names the wrong indication "
            "(NDIS_STATUS_WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS); the indication page "
            "ties NDIS_STATUS_WWAN_SUPPORTED_DEVICE_SERVICES to this OID."
        ),
    ),
    Oid(
        "OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS",
        0x0E010117,
        set="async",
        set_input=("NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS",),
        completions=(
            Completion(
                ("set",),
                "NDIS_STATUS_WWAN_DEVICE_SERVICE_SUBSCRIPTION",
                ("NDIS_WWAN_DEVICE_SERVICE_SUBSCRIPTION",),
            ),
        ),
        unsolicited=False,
        modelled=Modelled("subscribe", start=("set",)),
        technologies=("GSM", "CDMA"),
        introduced="Windows 8",
        document="oid-wwan-subscribe-device-service-events.md",
    ),
    Oid(
        "OID_WWAN_DEVICE_SERVICE_COMMAND",
        0x0E010118,
        query="async",
        set="async",
        query_input=("NDIS_WWAN_DEVICE_SERVICE_COMMAND",),
        set_input=("NDIS_WWAN_DEVICE_SERVICE_COMMAND",),
        completions=(
            Completion(
                ("set", "query"),
                "NDIS_STATUS_WWAN_DEVICE_SERVICE_RESPONSE",
                ("NDIS_WWAN_DEVICE_SERVICE_RESPONSE",),
            ),
        ),
        unsolicited=False,
        modelled=Modelled("service_command", start=("query", "set")),
        technologies=("GSM", "CDMA"),
        introduced="Windows 8",
        document="oid-wwan-device-service-command.md",
        note=(
            "Carries any MBIM service and CID. The OID page names "
            "NDIS_WWAN_DEVICE_SERVICE_COMMAND as completion structure; the indication "
            "page and header say NDIS_WWAN_DEVICE_SERVICE_RESPONSE."
        ),
    ),
    Oid(
        "OID_WWAN_USSD",
        0x0E010119,
        set="async",
        set_input=("NDIS_WWAN_USSD_REQUEST",),
        completions=(Completion(("set",), "NDIS_STATUS_WWAN_USSD", ("NDIS_WWAN_USSD_EVENT",)),),
        unsolicited=True,
        technologies=("GSM",),
        optional=True,
        introduced="Windows 8",
        document="oid-wwan-ussd.md",
        note=(
            "The indication page says the completion carries NDIS_WWAN_USSD_REQUEST, "
            "unsolicited events NDIS_WWAN_USSD_EVENT; the operations page and the "
            "structure (uStatus + event) speak for NDIS_WWAN_USSD_EVENT in both."
        ),
    ),
    Oid(
        "OID_WWAN_PIN_EX",
        0x0E010121,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_PIN_EX",),
        completions=(
            Completion(("set", "query"), "NDIS_STATUS_WWAN_PIN_INFO", ("NDIS_WWAN_PIN_INFO",)),
        ),
        unsolicited=False,
        modelled=Modelled("pin", start=("set",), set_order="device"),
        technologies=("GSM", "CDMA"),
        introduced="Windows 8",
        document="oid-wwan-pin-ex.md",
        note="Access notes and PIN rules are on the OID_WWAN_PIN page.",
    ),
    Oid(
        "OID_WWAN_ENUMERATE_DEVICE_SERVICE_COMMANDS",
        0x0E010122,
        query="async",
        query_input=("NDIS_WWAN_ENUMERATE_DEVICE_SERVICE_COMMANDS",),
        completions=(
            Completion(
                ("query",),
                "NDIS_STATUS_WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS",
                ("NDIS_WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS",),
            ),
        ),
        unsolicited=False,
        modelled=Modelled("enumerate_commands", start=("query",)),
        technologies=("GSM", "CDMA"),
        introduced="Windows 8",
        document="oid-wwan-enumerate-device-service-commands.md",
        note="The OID page names the request structure as the completion structure.",
    ),
    Oid(
        "OID_WWAN_DEVICE_SERVICE_SESSION",
        0x0E010123,
        set="async",
        set_input=("NDIS_WWAN_SET_DEVICE_SERVICE_SESSION",),
        completions=(
            Completion(
                ("set",),
                "NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION",
                ("NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO",),
            ),
        ),
        unsolicited=False,
        modelled=Modelled("session", start=("set",)),
        technologies=("GSM", "CDMA"),
        introduced="Windows 8",
        document="oid-wwan-device-service-session.md",
        note=(
            "The OID page names NDIS_WWAN_SET_DEVICE_SERVICE_SESSION as completion "
            "structure; the indication page and header give "
            "NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO, which adds uStatus."
        ),
    ),
    Oid(
        "OID_WWAN_DEVICE_SERVICE_SESSION_WRITE",
        0x0E010124,
        set="async",
        set_input=("NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE",),
        completions=(
            Completion(
                ("set",),
                "NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION_WRITE_COMPLETE",
                ("NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE_COMPLETE",),
            ),
        ),
        unsolicited=False,
        modelled=Modelled("session_write", start=("set",)),
        technologies=("GSM", "CDMA"),
        introduced="Windows 8",
        document="oid-wwan-device-service-session-write.md",
        note="Session data travels outside MBIM control messages.",
    ),
    Oid(
        "OID_WWAN_PREFERRED_MULTICARRIER_PROVIDERS",
        0x0E010125,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_PREFERRED_MULTICARRIER_PROVIDERS",),
        completions=(
            Completion(
                ("set", "query"),
                "NDIS_STATUS_WWAN_PREFERRED_MULTICARRIER_PROVIDERS",
                ("NDIS_WWAN_PREFERRED_MULTICARRIER_PROVIDERS",),
            ),
        ),
        unsolicited=True,
        technologies=("GSM", "CDMA"),
        optional=True,
        introduced="Windows 8",
        document="oid-wwan-preferred-multicarrier-providers.md",
        note="Multi-carrier drivers only.",
    ),
    Oid(
        "OID_WWAN_CREATE_MAC",
        0x0E010126,
        set="async",
        set_input=("NDIS_WWAN_MAC_PARAMETERS",),
        unsolicited=False,
        introduced="Windows 8.1",
        document="oid-wwan-create-mac.md",
        unverified=True,
        note=(
            "Completes the OID request itself with NDIS_WWAN_MAC_INFO; no status "
            "indication is named. The page says the first answer is "
            "NDIS_STATUS_INDICATION_REQUIRED, its sister page OID_WWAN_DELETE_MAC says "
            "NDIS_STATUS_PENDING."
        ),
    ),
    Oid(
        "OID_WWAN_DELETE_MAC",
        0x0E010127,
        set="async",
        set_input=("NDIS_WWAN_MAC_INFO",),
        unsolicited=False,
        introduced="Windows 8.1",
        document="oid-wwan-delete-mac.md",
        note=(
            "NDIS_STATUS_PENDING first, then the request completes with "
            "NDIS_STATUS_SUCCESS; no status indication. NDIS_STATUS_INVALID_PORT for the "
            "default port."
        ),
    ),
    Oid(
        "OID_WWAN_UICC_FILE_STATUS",
        0x0E010128,
        query="async",
        query_input=("NDIS_WWAN_UICC_FILE_PATH",),
        completions=(
            Completion(
                ("query",), "NDIS_STATUS_WWAN_UICC_FILE_STATUS", ("NDIS_WWAN_UICC_FILE_STATUS",)
            ),
        ),
        unsolicited=False,
        introduced="Windows 10, version 1903",
        document="oid-wwan-uicc-file-status.md",
        note=("Number reserved since the Windows 10 1507 kit with an earlier structure layout."),
    ),
    Oid(
        "OID_WWAN_UICC_ACCESS_BINARY",
        0x0E010129,
        query="async",
        set="unknown",
        query_input=("NDIS_WWAN_UICC_ACCESS_BINARY",),
        completions=(
            Completion(
                ("query",), "NDIS_STATUS_WWAN_UICC_BINARY_RESPONSE", ("NDIS_WWAN_UICC_RESPONSE",)
            ),
        ),
        unsolicited=False,
        introduced="Windows 10, version 1903",
        document="oid-wwan-uicc-access-binary.md",
        unverified=True,
        note=(
            "The OID page describes query only; the indication page mentions query or "
            "set; the MBIM table lists a set."
        ),
    ),
    Oid(
        "OID_WWAN_UICC_ACCESS_RECORD",
        0x0E01012A,
        query="async",
        set="unknown",
        query_input=("NDIS_WWAN_UICC_ACCESS_RECORD",),
        completions=(
            Completion(
                ("query",), "NDIS_STATUS_WWAN_UICC_RECORD_RESPONSE", ("NDIS_WWAN_UICC_RESPONSE",)
            ),
        ),
        unsolicited=False,
        introduced="Windows 10, version 1903",
        document="oid-wwan-uicc-access-record.md",
        unverified=True,
        note="Same remark as OID_WWAN_UICC_ACCESS_BINARY.",
    ),
    Oid(
        "OID_WWAN_PIN_EX2",
        0x0E01012B,
        query="async",
        set="async",
        query_input=("NDIS_WWAN_PIN_APP",),
        set_input=("NDIS_WWAN_SET_PIN_EX2",),
        completions=(
            Completion(("set", "query"), "NDIS_STATUS_WWAN_PIN_INFO", ("NDIS_WWAN_PIN_INFO",)),
        ),
        unsolicited=False,
        introduced="Windows 10, version 1903",
        document="oid-wwan-pin-ex2.md",
    ),
    Oid(
        "OID_WWAN_MBIM_VERSION",
        0x0E01012C,
        query="unknown",
        set="unknown",
        unverified=True,
        note=(
            "In headers only (structure NDIS_WWAN_MBIM_VERSION); no page, no indication. "
            "Operations and the tie to MBIM_CID_VERSION are guesses."
        ),
    ),
    Oid(
        "OID_WWAN_SYS_CAPS",
        0x0E01012D,
        query="async",
        completions=(
            Completion(("query",), "NDIS_STATUS_WWAN_SYS_CAPS_INFO", ("NDIS_WWAN_SYS_CAPS_INFO",)),
        ),
        unsolicited=False,
        introduced="Windows 10, version 1703",
        document="oid-wwan-sys-caps.md",
        document_name="OID_WWAN_SYS_CAPS_INFO",
    ),
    Oid(
        "OID_WWAN_DEVICE_CAPS_EX",
        0x0E01012E,
        query="async",
        completions=(
            Completion(
                ("query",), "NDIS_STATUS_WWAN_DEVICE_CAPS_EX", ("NDIS_WWAN_DEVICE_CAPS_EX",)
            ),
        ),
        unsolicited=False,
        modelled=Modelled("device_caps_ex"),
        technologies=("GSM", "CDMA"),
        introduced="Windows 10, version 1703",
        document="oid-wwan-device-caps-ex.md",
    ),
    Oid(
        "OID_WWAN_SYS_SLOTMAPPINGS",
        0x0E01012F,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_DEVICE_SLOT_MAPPING_INFO",),
        completions=(
            Completion(
                ("set", "query"),
                "NDIS_STATUS_WWAN_DEVICE_SLOT_MAPPING_INFO",
                ("NDIS_WWAN_DEVICE_SLOT_MAPPING_INFO",),
            ),
        ),
        unsolicited=False,
        introduced="Windows 10, version 1703",
        document="oid-wwan-device-slot-mappings.md",
        document_name="OID_WWAN_DEVICE_SLOT_MAPPING_INFO",
    ),
    Oid(
        "OID_WWAN_SLOT_INFO_STATUS",
        0x0E010130,
        query="async",
        query_input=("NDIS_WWAN_GET_SLOT_INFO",),
        completions=(
            Completion(("query",), "NDIS_STATUS_WWAN_SLOT_INFO", ("NDIS_WWAN_SLOT_INFO",)),
        ),
        unsolicited=True,
        introduced="Windows 10, version 1703",
        document="oid-wwan-slot-info-status.md",
        document_name="OID_WWAN_SLOT_INFO",
    ),
    Oid(
        "OID_WWAN_DEVICE_BINDINGS",
        0x0E010131,
        query="unknown",
        set="unknown",
        set_input=("NDIS_WWAN_SET_DEVICE_BINDINGS_INFO",),
        completions=(
            Completion(
                (), "NDIS_STATUS_WWAN_DEVICE_BINDINGS_INFO", ("NDIS_WWAN_DEVICE_BINDINGS_INFO",)
            ),
        ),
        unverified=True,
        note="In headers only; no page describes it.",
    ),
    Oid(
        "OID_WWAN_REGISTER_STATE_EX",
        0x0E010132,
        query="unknown",
        set="unknown",
        set_input=("NDIS_WWAN_SET_REGISTER_STATE_EX",),
        unverified=True,
        note=(
            "In headers only; no page describes it. Likely answered with "
            "NDIS_WWAN_REGISTRATION_STATE_INFOS_EX; no indication of its own exists."
        ),
    ),
    Oid(
        "OID_WWAN_IMS_VOICE_STATE",
        0x0E010133,
        query="unknown",
        set="unknown",
        set_input=("NDIS_WWAN_SET_IMS_VOICE_STATE",),
        completions=(
            Completion((), "NDIS_STATUS_WWAN_IMS_VOICE_STATE", ("NDIS_WWAN_IMS_VOICE_STATE",)),
        ),
        unverified=True,
        note="In headers only; no page describes it.",
    ),
    Oid(
        "OID_WWAN_SIGNAL_STATE_EX",
        0x0E010134,
        query="unknown",
        set="unknown",
        set_input=("NDIS_WWAN_SET_SIGNAL_INDICATION_EX",),
        unverified=True,
        note="In headers only; no page describes it.",
    ),
    Oid(
        "OID_WWAN_LOCATION_STATE",
        0x0E010135,
        query="unknown",
        set="unknown",
        set_input=("NDIS_WWAN_LOCATION_TRIGGER_MODE",),
        completions=(
            Completion(
                (), "NDIS_STATUS_WWAN_LOCATION_STATE_INFO", ("NDIS_WWAN_LOCATION_STATE_INFO",)
            ),
        ),
        unverified=True,
        note=(
            "In headers only; no page describes it. The tie to the MBIM command is by name only."
        ),
    ),
    Oid(
        "OID_WWAN_NITZ",
        0x0E010136,
        query="async",
        completions=(
            Completion(("query",), "NDIS_STATUS_WWAN_NITZ_INFO", ("NDIS_WWAN_NITZ_INFO",)),
        ),
        unsolicited=True,
        introduced="Windows 10, version 1903",
        document="oid-wwan-nitz.md",
    ),
    Oid(
        "OID_WWAN_NETWORK_IDLE_HINT",
        0x0E010137,
        set="async",
        set_input=("NDIS_WWAN_NETWORK_IDLE_HINT",),
        unsolicited=False,
        modelled=Modelled("idle_hint", start=("set",), outcomes=(), named=True),
        introduced="Windows 10",
        document="oid-wwan-network-idle-hint.md",
        unverified=True,
        note=(
            "The page says the request is later completed with "
            "NDIS_WWAN_NETWORK_IDLE_HINT and names no indication."
        ),
    ),
    Oid(
        "OID_WWAN_PRESHUTDOWN",
        0x0E010138,
        set="async",
        set_input=("NDIS_WWAN_SET_PRESHUTDOWN_STATE",),
        completions=(
            Completion(
                ("set",), "NDIS_STATUS_WWAN_PRESHUTDOWN_STATE", ("NDIS_WWAN_PRESHUTDOWN_STATE",)
            ),
        ),
        introduced="Windows 10, version 1511",
        document="oid-wwan-preshutdown.md",
        note="Sent only to the port of the physical adapter.",
    ),
    Oid(
        "OID_WWAN_UICC_ATR",
        0x0E010139,
        query="async",
        query_input=("NDIS_WWAN_QUERY_ATR_INFO",),
        completions=(Completion(("query",), "NDIS_STATUS_WWAN_ATR_INFO", ("NDIS_WWAN_ATR_INFO",)),),
        unsolicited=False,
        introduced="Windows 10, version 1607",
        document="oid-wwan-uicc-atr.md",
    ),
    Oid(
        "OID_WWAN_UICC_OPEN_CHANNEL",
        0x0E01013A,
        set="async",
        set_input=("NDIS_WWAN_SET_UICC_OPEN_CHANNEL",),
        completions=(
            Completion(
                ("set",),
                "NDIS_STATUS_WWAN_UICC_OPEN_CHANNEL_INFO",
                ("NDIS_WWAN_UICC_OPEN_CHANNEL_INFO",),
            ),
        ),
        unsolicited=False,
        introduced="Windows 10, version 1607",
        document="mb-low-level-uicc-access.md (MBIM side only)",
        unverified=True,
        note=(
            "No OID page; operations taken from the MBIM table (set only) and from the "
            "request and indication structure names."
        ),
    ),
    Oid(
        "OID_WWAN_UICC_CLOSE_CHANNEL",
        0x0E01013B,
        set="async",
        set_input=("NDIS_WWAN_SET_UICC_CLOSE_CHANNEL",),
        completions=(
            Completion(
                ("set",),
                "NDIS_STATUS_WWAN_UICC_CLOSE_CHANNEL_INFO",
                ("NDIS_WWAN_UICC_CLOSE_CHANNEL_INFO",),
            ),
        ),
        unsolicited=False,
        introduced="Windows 10, version 1607",
        document="mb-low-level-uicc-access.md (MBIM side only)",
        unverified=True,
        note=(
            "No OID page; operations taken from the MBIM table (set only) and from the "
            "request and indication structure names."
        ),
    ),
    Oid(
        "OID_WWAN_UICC_APDU",
        0x0E01013C,
        set="async",
        set_input=("NDIS_WWAN_SET_UICC_APDU",),
        completions=(
            Completion(("set",), "NDIS_STATUS_WWAN_UICC_APDU_INFO", ("NDIS_WWAN_UICC_APDU_INFO",)),
        ),
        unsolicited=False,
        introduced="Windows 10, version 1607",
        document="mb-low-level-uicc-access.md (MBIM side only)",
        unverified=True,
        note=(
            "No OID page; operations taken from the MBIM table (set only) and from the "
            "request and indication structure names."
        ),
    ),
    Oid(
        "OID_WWAN_UICC_TERMINAL_CAPABILITY",
        0x0E01013D,
        query="async",
        set="async",
        query_input=("NDIS_WWAN_QUERY_UICC_TERMINAL_CAPABILITY",),
        set_input=("NDIS_WWAN_SET_UICC_TERMINAL_CAPABILITY",),
        completions=(
            Completion(
                ("set", "query"),
                "NDIS_STATUS_WWAN_UICC_TERMINAL_CAPABILITY_INFO",
                ("NDIS_WWAN_UICC_TERMINAL_CAPABILITY_INFO",),
            ),
        ),
        unsolicited=False,
        introduced="Windows 10, version 1607",
        document="oid-wwan-uicc-terminal-capability.md",
    ),
    Oid(
        "OID_WWAN_PS_MEDIA_CONFIG",
        0x0E01013E,
        query="async",
        set="async",
        query_input=("NDIS_WWAN_QUERY_PS_MEDIA_CONFIG",),
        set_input=("NDIS_WWAN_SET_PS_MEDIA_CONFIG",),
        completions=(
            Completion(
                ("set", "query"),
                "NDIS_STATUS_WWAN_PS_MEDIA_CONFIG_STATE",
                ("NDIS_WWAN_PS_MEDIA_CONFIG_STATE",),
            ),
        ),
        introduced="Windows 10, version 1607 (header gate)",
        unverified=True,
        note=(
            "In headers only; no page describes it. Operations from the get/set members "
            "of WWAN_ASYNC_GETSET_TYPE."
        ),
    ),
    Oid(
        "OID_WWAN_SAR_CONFIG",
        0x0E01013F,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_SAR_CONFIG",),
        completions=(
            Completion(
                ("set", "query"), "NDIS_STATUS_WWAN_SAR_CONFIG", ("NDIS_WWAN_SAR_CONFIG_INFO",)
            ),
        ),
        unsolicited=False,
        introduced="Windows 10, version 1703",
        document="oid-wwan-sar-config.md",
    ),
    Oid(
        "OID_WWAN_SAR_TRANSMISSION_STATUS",
        0x0E010140,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_SAR_TRANSMISSION_STATUS",),
        completions=(
            Completion(
                ("set", "query"),
                "NDIS_STATUS_WWAN_SAR_TRANSMISSION_STATUS",
                ("NDIS_WWAN_SAR_TRANSMISSION_STATUS_INFO",),
            ),
        ),
        unsolicited=True,
        introduced="Windows 10, version 1703",
        document="oid-wwan-sar-transmission-status.md",
    ),
    Oid(
        "OID_WWAN_NETWORK_BLACKLIST",
        0x0E010141,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_NETWORK_BLACKLIST",),
        completions=(
            Completion(
                ("set", "query"),
                "NDIS_STATUS_WWAN_NETWORK_BLACKLIST",
                ("NDIS_WWAN_NETWORK_BLACKLIST",),
            ),
        ),
        unsolicited=True,
        introduced="Windows 10, version 1703",
        document="oid-wwan-network-blacklist.md",
    ),
    Oid(
        "OID_WWAN_LTE_ATTACH_CONFIG",
        0x0E010142,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_LTE_ATTACH_CONTEXT",),
        completions=(
            Completion(
                ("set", "query"),
                "NDIS_STATUS_WWAN_LTE_ATTACH_CONFIG",
                ("NDIS_WWAN_LTE_ATTACH_CONTEXTS",),
            ),
        ),
        unsolicited=True,
        modelled=Modelled(
            "lte_attach",
            start=("set",),
            set_order="device",
            caps="WWAN_OPTIONAL_SERVICE_CAPS_LTE_ATTACH",
        ),
        introduced="Windows 10, version 1703",
        document="oid-wwan-lte-attach-config.md",
    ),
    Oid(
        "OID_WWAN_LTE_ATTACH_STATUS",
        0x0E010143,
        query="async",
        completions=(
            Completion(
                ("query",), "NDIS_STATUS_WWAN_LTE_ATTACH_STATUS", ("NDIS_WWAN_LTE_ATTACH_STATUS",)
            ),
        ),
        unsolicited=True,
        introduced="Windows 10, version 1703",
        document="oid-wwan-lte-attach-status.md",
        note=(
            "WWAN_ASYNC_GETSET_TYPE also has a set member for it; the page says set is "
            "not applicable."
        ),
    ),
    Oid(
        "OID_WWAN_MODEM_CONFIG_INFO",
        0x0E010144,
        query="async",
        completions=(
            Completion(
                ("query",), "NDIS_STATUS_WWAN_MODEM_CONFIG_INFO", ("NDIS_WWAN_MODEM_CONFIG_INFO",)
            ),
        ),
        unsolicited=True,
        introduced=(
            'Windows 10, version 1709 per the indication page; "next major update" on the OID page'
        ),
        document="oid-wwan-modem-config-info.md",
    ),
    Oid(
        "OID_WWAN_PCO",
        0x0E010145,
        query="async",
        completions=(
            Completion(("query",), "NDIS_STATUS_WWAN_PCO_STATUS", ("NDIS_WWAN_PCO_STATUS",)),
        ),
        unsolicited=True,
        modelled=Modelled("pco", caps="WWAN_OPTIONAL_SERVICE_CAPS_PCO"),
        introduced="Windows 10, version 1709",
        document="oid-wwan-pco.md",
        note=("The PDN is chosen by the NDIS port number of the request; no query structure."),
    ),
    Oid(
        "OID_WWAN_UICC_RESET",
        0x0E010146,
        query="async",
        set="async",
        query_input=("NDIS_WWAN_QUERY_UICC_RESET",),
        set_input=("NDIS_WWAN_SET_UICC_RESET",),
        completions=(
            Completion(
                ("set", "query"), "NDIS_STATUS_WWAN_UICC_RESET_INFO", ("NDIS_WWAN_UICC_RESET_INFO",)
            ),
        ),
        unsolicited=False,
        introduced="Windows 10, version 1709",
        document="oid-wwan-uicc-reset.md",
    ),
    Oid(
        "OID_WWAN_DEVICE_RESET",
        0x0E010147,
        set="async",
        set_input=("NDIS_WWAN_SET_DEVICE_RESET",),
        completions=(
            Completion(
                ("set",), "NDIS_STATUS_WWAN_DEVICE_RESET_STATUS", ("NDIS_WWAN_DEVICE_RESET_STATUS",)
            ),
        ),
        unsolicited=False,
        introduced="Windows 10, version 1709",
        document="oid-wwan-device-reset.md",
    ),
    Oid(
        "OID_WWAN_BASE_STATIONS_INFO",
        0x0E010148,
        query="async",
        query_input=("NDIS_WWAN_BASE_STATIONS_INFO_REQ",),
        completions=(
            Completion(
                ("query",), "NDIS_STATUS_WWAN_BASE_STATIONS_INFO", ("NDIS_WWAN_BASE_STATIONS_INFO",)
            ),
        ),
        unsolicited=False,
        introduced="Windows 10, version 1709",
        document="oid-wwan-base-stations-info.md",
    ),
    Oid(
        "OID_WWAN_MPDP",
        0x0E010149,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_MPDP_STATE",),
        completions=(
            Completion(("query",), "NDIS_STATUS_WWAN_MPDP_LIST", ("NDIS_WWAN_MPDP_LIST",)),
            Completion(("set",), "NDIS_STATUS_WWAN_MPDP_STATE", ("NDIS_WWAN_MPDP_STATE",)),
        ),
        unsolicited=False,
        introduced="Windows 10, version 1809",
        document="oid-wwan-mpdp.md",
        note=("Header gate is Windows 10 1803. Handled by the class extension for its clients."),
    ),
    Oid(
        "OID_WWAN_UICC_APP_LIST",
        0x0E01014A,
        query="async",
        completions=(
            Completion(("query",), "NDIS_STATUS_WWAN_UICC_APP_LIST", ("NDIS_WWAN_UICC_APP_LIST",)),
        ),
        unsolicited=False,
        introduced="Windows 10, version 1903",
        document="oid-wwan-uicc-app-list.md",
        note=(
            "The OID page calls the indication NDIS_STATUS_WWAN_UICC_UICC_APP_LIST; no "
            "header has that name."
        ),
    ),
    Oid(
        "OID_WWAN_MODEM_LOGGING_CONFIG",
        0x0E01014B,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_MODEM_LOGGING_CONFIG",),
        completions=(
            Completion(
                ("set", "query"),
                "NDIS_STATUS_WWAN_MODEM_LOGGING_CONFIG",
                ("NDIS_WWAN_MODEM_LOGGING_CONFIG",),
            ),
        ),
        optional=True,
        introduced="Windows 10, version 1903",
        document="oid-wwan-modem-logging-config.md",
    ),
    Oid(
        "OID_WWAN_REGISTER_PARAMS",
        0x0E01014C,
        query="async",
        set="async",
        set_input=("NDIS_WWAN_SET_REGISTER_PARAMS",),
        completions=(
            Completion(
                ("set", "query"),
                "NDIS_STATUS_WWAN_REGISTER_PARAMS_STATE",
                ("NDIS_WWAN_REGISTER_PARAMS_INFO",),
            ),
        ),
        introduced="Windows 11 / Server 2022 (NDIS 6.84)",
        document="oid-wwan-register-params.md",
    ),
    Oid(
        "OID_WWAN_NETWORK_PARAMS",
        0x0E01014D,
        query="async",
        completions=(
            Completion(
                ("query",),
                "NDIS_STATUS_WWAN_NETWORK_PARAMS_STATE",
                ("NDIS_WWAN_NETWORK_PARAMS_INFO",),
            ),
        ),
        introduced="Windows 11 / Server 2022 (NDIS 6.84)",
        document="oid-wwan-network-params.md",
    ),
    Oid(
        "OID_WWAN_UE_POLICY",
        0x0E01014E,
        query="async",
        completions=(
            Completion(
                ("query",), "NDIS_STATUS_WWAN_UE_POLICY_STATE", ("NDIS_WWAN_UE_POLICY_INFO",)
            ),
        ),
        unsolicited=True,
        introduced="Windows 11, version 21H2",
        document="oid-wwan-ue-policy.md",
    ),
    Oid(
        "OID_WWAN_DEVICE_SERVICES",
        None,
        query="async",
        unsolicited=False,
        technologies=("GSM", "CDMA"),
        introduced="Windows 8 (document)",
        document="oid-wwan-device-services.md",
        unverified=True,
        note=(
            "Document-only name: no header defines the OID, its indication or its "
            "structure. OID_WWAN_ENUMERATE_DEVICE_SERVICES is what the headers have."
        ),
    ),
)
