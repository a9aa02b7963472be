"""What a host sends: where its rules hold, and where they cannot be decided."""

from rule_sessions import open_sessions, other_sessions, sound_sessions

READY = "event READY_INFO"
LIST = "query VISIBLE_PROVIDERS = {ProviderId=26201 ProviderName=Home ProviderState=home|visible}"
KEPT = (
    ("async.request-id-unique", "query READY_INFO id=5 = / query READY_INFO id=5 ="),
    ("async.no-method-requests", "query READY_INFO ="),
    ("async.reorder-allowed", "set PACKET_SERVICE PacketServiceAction=attach = / set CONNECT ="),
    ("async.reorder-allowed", "set PACKET_SERVICE PacketServiceAction=detach ~ / set CONNECT ~"),
    ("connect.set-struct", "set CONNECT ="),
    ("connect.only-when-registered", "event REGISTER_STATE / set CONNECT ="),
    ("connect.only-when-attached", "event PACKET_SERVICE / set CONNECT ="),
    ("packet.service-waits-attach", "event PACKET_SERVICE / set CONNECT ="),
    ("connect.access-string-length", "set CONNECT ="),
    (
        "connect.cdma-compression-auth",
        "event REGISTER_STATE CurrentCellularClass=cdma / set CONNECT =",
    ),
    ("register.manual-after-ready", f"{READY} / set REGISTER_STATE RegisterAction=manual ="),
    ("ready.service-waits", f"{READY} / set PACKET_SERVICE PacketServiceAction=attach ="),
    (
        "register.manual-providerid-visible",
        f"{LIST} / set REGISTER_STATE RegisterAction=manual ProviderId=26201 =",
    ),
    ("home.set-only-known", f"{LIST} / set HOME_PROVIDER ProviderId=26201 ="),
    (
        "pin.no-registration-before-unlock",
        "query PIN_EX = / set REGISTER_STATE RegisterAction=automatic =",
    ),
    (
        # The device reported that it is initialized, whoever entered the PIN.
        "pin.no-registration-before-unlock",
        (
            f"query PIN_EX = PinType=pin1 PinState=enter AttemptsRemaining=3 / {READY} / "
            "set REGISTER_STATE RegisterAction=automatic ="
        ),
    ),
    (
        "dss-write.size",
        (
            "query ENUMERATE_DEVICE_SERVICES = uMaxSessionDataSize=9 / "
            "set DEVICE_SERVICE_SESSION_WRITE uSessionID=1 Data=hello ="
        ),
    ),
    ("dss-write.data-present", "set DEVICE_SERVICE_SESSION_WRITE uSessionID=1 Data=hello ="),
    (
        "provctx.query-first",
        (
            "query OID_GEN_SUPPORTED_LIST : Elements=0x0e01010d / query PROVISIONED_CONTEXTS = / "
            "set CONNECT ="
        ),
    ),
    ("sms.pdu-size", "set SMS_SEND SmsFormat=pdu Pdu.Size=171 ="),
    ("sms.pdu-size", "set SMS_SEND SmsFormat=cdma SizeInBytes=160 ="),
    (
        "ussd.one-at-a-time",
        "set USSD id=1 RequestType=initiate StringLength=4 ~ / set USSD id=2 RequestType=cancel ~ "
        "/ ends USSD id=1 / ends USSD id=2 / set USSD RequestType=initiate StringLength=4 ~",
    ),
    ("ussd.string-present", "set USSD RequestType=initiate StringLength=160 ~"),
    (
        "drvcaps.first",
        "lifecycle initialize / query DRIVER_CAPS : ulMajorVersion=2 / query DEVICE_CAPS =",
    ),
    ("drvcaps.init-error", "query DRIVER_CAPS ! NOT_SUPPORTED / query OID_GEN_LINK_STATE :"),
    (
        # Taken out and put in again, the driver begins anew.
        "drvcaps.init-error",
        "query DRIVER_CAPS ! NOT_SUPPORTED / lifecycle surprise_removal / lifecycle arrival / "
        "query DEVICE_CAPS =",
    ),
    ("uicc.path-first-id", "query UICC_FILE_STATUS FilePathLength=2 FilePath=7fff ~"),
    ("preshutdown.physical-port", "set PRESHUTDOWN ="),
    (
        "modemlog.before-session",
        "set MODEM_LOGGING_CONFIG ~ / set DEVICE_SERVICE_SESSION "
        "DeviceServiceGuid=0EBB1CEB-AF2D-484D-8DF3-53BC51FD162C State=1 uSessionID=1 ~",
    ),
    (
        "signal.no-polling",
        "event REGISTER_STATE / event SIGNAL_STATE / query SIGNAL_STATE = / wait 25 / "
        "query SIGNAL_STATE = / wait 45 / query SIGNAL_STATE =",
    ),
)
OPEN = (
    ("connect.only-when-registered", "set CONNECT =", True),
    ("connect.only-when-attached", "event PACKET_SERVICE / lifecycle halt / set CONNECT ~", True),
    ("connect.cdma-compression-auth", "set CONNECT AuthType=chap =", True),
    ("register.manual-after-ready", "set REGISTER_STATE RegisterAction=manual =", True),
    ("ready.service-waits", "set CONNECT =", True),
    ("register.manual-providerid-visible", "set REGISTER_STATE RegisterAction=manual =", True),
    (
        "register.manual-providerid-visible",
        f"{LIST} / set REGISTER_STATE RegisterAction=manual ProviderId=26299 =",
        False,
    ),
    ("home.set-only-known", "set HOME_PROVIDER ProviderId=26299 =", True),
    ("dss-write.size", "set DEVICE_SERVICE_SESSION_WRITE uSessionID=1 Data=hello =", True),
    ("provctx.query-first", "set CONNECT =", True),
    ("provctx.query-first", "set CONNECT =", False),
    (
        "modemlog.before-session",
        "set DEVICE_SERVICE_SESSION "
        "DeviceServiceGuid=0EBB1CEB-AF2D-484D-8DF3-53BC51FD162C State=1 uSessionID=1 ~",
        False,
    ),
)
NOT_MEANT = (
    ("connect.cdma-compression-auth", "event REGISTER_STATE / set CONNECT AuthType=chap ="),
    ("provctx.query-first", "query OID_GEN_SUPPORTED_LIST : Elements=0x0e01010c / set CONNECT ="),
    ("drvcaps.first", "query DEVICE_CAPS ="),
    ("ready.service-waits", "set PACKET_SERVICE PacketServiceAction=detach ="),
    ("pin.no-registration-before-unlock", "set REGISTER_STATE RegisterAction=automatic ="),
    (
        # Without events a host has to ask.
        "signal.no-polling",
        "event REGISTER_STATE / query SIGNAL_STATE = / query SIGNAL_STATE = / query SIGNAL_STATE =",
    ),
)


test_a_sound_session_keeps_the_rule = sound_sessions(KEPT)
test_what_a_session_does_not_show_is_left_open = open_sessions(OPEN)
test_what_the_rule_is_not_about_is_passed_over = other_sessions(NOT_MEANT)
