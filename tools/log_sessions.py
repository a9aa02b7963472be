"""The sessions of the sample logs: which program, which modem, which steps.

A step is the arguments of one run of mbimcli or mmcli, or `wait SECONDS`. `!` in front marks a run
that must fail: the modem refuses, or does not answer.
"""

from dataclasses import dataclass
from enum import StrEnum


class Program(StrEnum):
    """Who talks to the modem, and over what."""

    MBIMCLI = "mbimcli"  # on the pty itself
    MBIMCLI_PROXY = "mbimcli-proxy"  # through libmbim's mbim-proxy
    MODEM_MANAGER = "modem-manager"  # through mbim-proxy, controlled with mmcli


@dataclass(frozen=True)
class LogSession:
    """One session: a served modem, the program whose output is the log, and its commands.

    `options` are the program's own. `descriptors` lets the programs find USB descriptors that
    allow control messages of so many bytes. `faults` is the text of a fault file for the modem.
    `proxy_log` keeps the output of mbim-proxy too, as NAME-proxy.
    """

    name: str
    profile: str
    program: Program
    options: tuple[str, ...]
    steps: tuple[str, ...]
    descriptors: int = 0
    faults: str = ""
    proxy_log: bool = False
    packing: str = "gz"

    @property
    def is_private(self) -> bool:
        """Whether it needs namespaces of its own, and so root."""
        return self.program is not Program.MBIMCLI or self.descriptors > 0


QUERIES = (
    "--query-device-caps",
    "--query-subscriber-ready-status",
    "--query-radio-state",
    "--query-device-services",
    "--query-pin-state",
    "--query-pin-list",
    "--query-home-provider",
    "--query-preferred-providers",
    "--query-visible-providers",
    "--query-registration-state",
    "--query-signal-state",
    "--query-packet-service-state",
    "--query-connection-state",
    "! --query-ip-configuration",
    "--query-packet-statistics",
    "--query-provisioned-contexts",
    "--query-emergency-mode",
    "! --ms-query-pco",
    "--ms-query-device-caps",
    "--ms-query-provisioned-contexts",
)

CONNECT = (
    "--query-registration-state",
    "--register-automatic",
    "--attach-packet-service",
    "--set-provisioned-contexts=context-id=3,context-type=internet,auth=chap,compression=none,"
    "username=user,password=secret,access-string=x.example,provider-id=00101",
    "--query-provisioned-contexts",
    # CLOSE ends the contexts, so the session stays open over several runs.
    "--connect=session-id=0,access-string=internet.example,ip-type=ipv4v6 --no-close",
    "--query-connection-state=0 --no-open=20 --no-close",
    "--query-ip-configuration=0 --no-open=30 --no-close",
    "--ms-query-pco=0 --no-open=40 --no-close",
    "--query-packet-statistics --no-open=50 --no-close",
    "--disconnect=0 --no-open=60",
    "--detach-packet-service",
    "--set-radio-state=off",
    "--query-registration-state",
    "--set-radio-state=on",
    "--query-radio-state",
)

NO_SIM = (
    "--query-subscriber-ready-status",
    "! --query-pin-state",
    "! --query-home-provider",
    "! --query-visible-providers",
    "--query-registration-state",
    "! --attach-packet-service",
    "! --connect=session-id=0,access-string=internet.example,ip-type=ipv4v6",
)

UNSUPPORTED = (
    "! --set-emergency-mode=on",
    "! --ms-query-base-stations-info",
    "! --ms-query-wake-reason",
    "! --ms-query-registration-parameters",
    "! --ms-query-lte-attach-info",
    "! --ms-query-sys-caps",
    "! --ms-query-firmware-id",
    "! --ms-query-sar-config",
    "! --ms-query-nitz",
    "! --ms-query-uicc-application-list",
    "! --phonebook-query-configuration",
    "! --atds-query-signal",
    "! --quectel-query-radio-state",
    "! --intel-query-rfim",
    # Not open at all.
    "! --query-radio-state --no-open=3 --no-close",
)

PIN = (
    "--query-subscriber-ready-status",
    "--query-pin-state",
    "! --enter-pin=0000",
    "--enter-pin=1234",
    "--change-pin=1234,8765",
    "--disable-pin=8765",
    "--enable-pin=8765",
    "--query-subscriber-ready-status",
    "--query-registration-state",
)

PUK = (
    "! --enter-pin=0000",
    "! --enter-pin=0000",
    "! --enter-pin=0000",
    "--query-pin-state",
    "--enter-puk=12345678,5678",
    "--query-pin-state",
)

SERVICES = (
    "--query-device-services",
    # After the stream mbimcli asks for the addresses of its session, and fails without any.
    "! --dss-connect=3d3b5f0a-9c41-4f4e-8f0e-2f1a57a3c002,7 --no-close",
    "--dss-disconnect=3d3b5f0a-9c41-4f4e-8f0e-2f1a57a3c002,7 --no-open=20",
    "--set-signal-state=signal-strength-interval=7,rssi-threshold=3,error-rate-threshold=2",
    "--query-signal-state",
)

MODEM_MANAGER = (
    "-m any",
    "-m any --enable",
    "-m any --simple-connect=apn=internet.example,ip-type=ipv4v6",
    "-b 0",
    "-m any --simple-disconnect",
    "-m any --disable",
)

WRONG_REGISTRATION = """\
description = "Registered abroad, says a modem that is at home"

[[fault]]
when = { operation = "OID_WWAN_REGISTER_STATE", kind = "indication", nth = 1 }
alter = { RegisterState = "WwanRegisterStateRoaming", ProviderId = "00102" }
"""

BUSY_CONTEXTS = """\
description = "The provisioned contexts cannot be read"

[[fault]]
when = { operation = "OID_WWAN_PROVISIONED_CONTEXTS", kind = "indication" }
status = "WWAN_STATUS_BUSY"
"""

LATE_PIN_LIST = """\
description = "The first answer about PINs comes after the host has given up"

[[fault]]
when = { operation = "OID_WWAN_PIN_LIST", kind = "indication", nth = 1 }
delay = "11s"
"""

LOST_CONTEXT = """\
description = "The context is up, and two seconds later the network takes it away"

[[fault]]
when = { operation = "OID_WWAN_CONNECT", kind = "indication", nth = 2 }
insert = { code = "NDIS_STATUS_WWAN_CONTEXT_STATE", request_id = 0, after = "2s", values = { \
ActivationState = "WwanActivationStateDeactivated" } }
"""

FULL = ("--verbose-full",)
SHORT = ("--verbose",)
DEBUG = ("--debug",)
PERSONAL = ("--debug", "--log-personal-info")

SESSIONS = (
    LogSession("mbimcli-queries", "lte-home", Program.MBIMCLI, FULL, QUERIES),
    LogSession("mbimcli-queries-short", "lte-home", Program.MBIMCLI, SHORT, QUERIES),
    LogSession("mbimcli-connect", "lte-home", Program.MBIMCLI, FULL, CONNECT),
    LogSession("mbimcli-connect-short", "lte-home", Program.MBIMCLI, SHORT, CONNECT),
    LogSession("mbimcli-unsupported", "lte-home", Program.MBIMCLI, FULL, UNSUPPORTED),
    LogSession("mbimcli-pin", "pin-locked", Program.MBIMCLI, FULL, PIN),
    LogSession("mbimcli-puk", "pin-locked", Program.MBIMCLI, SHORT, PUK),
    LogSession("mbimcli-no-sim", "no-sim", Program.MBIMCLI, FULL, NO_SIM),
    LogSession("mbimcli-roaming", "lte-roaming", Program.MBIMCLI, FULL, QUERIES[6:12]),
    LogSession("mbimcli-5g", "5g", Program.MBIMCLI, FULL, QUERIES),
    LogSession("mbimcli-services", "lte-home", Program.MBIMCLI, FULL, SERVICES),
    LogSession(
        "mbimcli-fragments",
        "lte-home",
        Program.MBIMCLI,
        FULL,
        (*QUERIES[:9], f"--set-service-activation={'5a' * 100}"),
        descriptors=64,
        packing="xz",
    ),
    LogSession(
        "mbimcli-fragments-short",
        "5g",
        Program.MBIMCLI,
        SHORT,
        QUERIES[:9],
        descriptors=64,
    ),
    LogSession(
        "mbimcli-proxy", "lte-home", Program.MBIMCLI_PROXY, FULL, QUERIES[:12], proxy_log=True
    ),
    LogSession(
        "mbimcli-fault-registration",
        "lte-home",
        Program.MBIMCLI,
        FULL,
        ("--query-registration-state", "--query-home-provider", "--query-registration-state"),
        faults=WRONG_REGISTRATION,
        packing="",
    ),
    LogSession(
        "mbimcli-fault-contexts",
        "lte-home",
        Program.MBIMCLI,
        SHORT,
        ("--query-device-caps", "! --query-provisioned-contexts", "--query-radio-state"),
        faults=BUSY_CONTEXTS,
        packing="",
    ),
    LogSession(
        "mbimcli-fault-late",
        "lte-home",
        Program.MBIMCLI,
        FULL,
        (
            "! --query-pin-list --no-close",
            # A scan takes long enough for the late answer to come meanwhile.
            "--query-visible-providers --no-open=20 --no-close",
            "--query-pin-list --no-open=30 --no-close",
            "--query-signal-state --no-open=40",
        ),
        faults=LATE_PIN_LIST,
        packing="",
    ),
    LogSession(
        "modem-manager",
        "lte-home",
        Program.MODEM_MANAGER,
        DEBUG,
        MODEM_MANAGER,
        proxy_log=True,
        packing="xz",
    ),
    LogSession(
        "modem-manager-personal",
        "lte-home",
        Program.MODEM_MANAGER,
        PERSONAL,
        MODEM_MANAGER,
        descriptors=4096,
        proxy_log=True,
        packing="xz",
    ),
    LogSession(
        "modem-manager-pin",
        "pin-locked",
        Program.MODEM_MANAGER,
        PERSONAL,
        ("-m any", "! -i any --pin=0000", "-i any --pin=1234", "wait 3", *MODEM_MANAGER[1:]),
        proxy_log=True,
        packing="xz",
    ),
    LogSession(
        "modem-manager-no-sim",
        "no-sim",
        Program.MODEM_MANAGER,
        DEBUG,
        ("-m any", "! -m any --enable"),
        proxy_log=True,
        packing="xz",
    ),
    LogSession(
        "modem-manager-roaming",
        "lte-roaming",
        Program.MODEM_MANAGER,
        (*DEBUG, "--log-relative-timestamps"),
        MODEM_MANAGER,
        proxy_log=True,
        packing="xz",
    ),
    LogSession(
        "modem-manager-5g-fragments",
        "5g",
        Program.MODEM_MANAGER,
        PERSONAL,
        MODEM_MANAGER,
        descriptors=64,
        proxy_log=True,
        packing="xz",
    ),
    LogSession(
        "modem-manager-fault-context",
        "lte-home",
        Program.MODEM_MANAGER,
        PERSONAL,
        (*MODEM_MANAGER[:3], "wait 4", "-m any", "-m any --disable"),
        faults=LOST_CONTEXT,
        proxy_log=True,
        packing="xz",
    ),
)

#: Captures of recordings: name, session whose recording is exported, `wwanreplay export --link`.
CAPTURES = (
    ("mbimcli-connect-usb", "mbimcli-connect", "usbmon"),
    ("mbimcli-connect-user", "mbimcli-connect", "user"),
    ("mbimcli-fragments-usb", "mbimcli-fragments", "usbmon"),
    ("modem-manager-usb", "modem-manager", "usbmon"),
    ("modem-manager-user", "modem-manager", "user"),
)
