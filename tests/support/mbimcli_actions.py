"""Every action that mbimcli 1.28 has, and what comes of it on the served LTE modem, in this order.

What succeeds is OK; otherwise the status that mbimcli names. As a program it runs them all on
`--mbim-proxy`, in a network namespace where that name is free.
"""

from typing import Final

from mbim_host import served

from wwanreplay._core import Profile, WireDirection
from wwanreplay.devices.profile import load_profile
from wwanreplay.mbim.messages import MBIM_COMMAND_MSG, parse_header

OK: Final = ""
NONE: Final = "NoDeviceSupport"
STREAM: Final = "3d3b5f0a-9c41-4f4e-8f0e-2f1a57a3c002,7"
CONTEXT: Final = (
    "context-id=3,context-type=internet,auth=chap,compression=none,"
    "username=user,password=secret,access-string=x.example,provider-id=00101"
)
REGISTRATION: Final = (
    "mico-mode=disabled,drx-cycle=not-specified,ladn-info=not-needed,"
    "default-pdu-activation-hint=likely,re-register-if-needed=yes"
)
APPLICATION: Final = "application-id=A0000000871002FF33FFFF8900000100"

APDU: Final = "channel=1,secure-message=none,classbyte-type=inter-industry,command=00A4"

#: Actions, the argument if they take one, the outcome.
ACTIONS: Final = (
    ("query-device-caps", None, OK),
    ("query-subscriber-ready-status", None, OK),
    ("query-radio-state", None, OK),
    ("query-device-services", None, OK),
    ("query-pin-state", None, OK),
    ("query-pin-list", None, OK),
    ("query-home-provider", None, OK),
    ("query-preferred-providers", None, OK),
    ("query-visible-providers", None, OK),
    ("query-registration-state", None, OK),
    ("query-signal-state", None, OK),
    ("query-packet-service-state", None, OK),
    ("query-connection-state", None, OK),
    ("query-ip-configuration", None, "ContextNotActivated"),
    ("query-packet-statistics", None, OK),
    ("query-ip-packet-filters", None, OK),
    ("query-provisioned-contexts", None, OK),
    ("query-network-idle-hint", None, OK),
    ("query-emergency-mode", None, OK),
    ("register-automatic", None, OK),
    ("attach-packet-service", None, OK),
    ("connect", "session-id=0,access-string=internet.example,ip-type=ipv4v6", OK),
    ("disconnect", None, OK),
    ("detach-packet-service", None, OK),
    ("set-service-activation", "00112233", OK),
    ("set-radio-state", "off", OK),
    ("set-signal-state", "signal-strength-interval=7,rssi-threshold=3", OK),
    ("set-provisioned-contexts", CONTEXT, OK),
    ("set-network-idle-hint", "enabled", OK),
    ("set-emergency-mode", "on", NONE),
    ("set-ip-packet-filters", "session-id=0,packet-filter=01,packet-mask=ff", OK),
    ("enable-pin", "1234", OK),
    ("change-pin", "1234,8765", OK),
    ("disable-pin", "8765", OK),
    ("enter-pin", "8765", "Failure"),  # none is asked for
    ("enter-puk", "12345678,5678", "Failure"),
    # After the stream mbimcli asks for the addresses of its session, and fails without any.
    ("dss-connect", STREAM, "ContextNotActivated"),
    ("dss-disconnect", STREAM, OK),
    ("phonebook-query-configuration", None, NONE),
    ("phonebook-read", "1", NONE),
    ("phonebook-read-all", None, NONE),
    ("phonebook-write", "Name,123", NONE),
    ("phonebook-delete", "1", NONE),
    ("phonebook-delete-all", None, NONE),
    ("ms-query-firmware-id", None, NONE),
    ("ms-notify-host-shutdown", None, NONE),
    ("ms-set-sar-config", "os,enabled", NONE),
    ("ms-query-sar-config", None, NONE),
    ("ms-set-transmission-status", "enabled,3", NONE),
    ("ms-query-transmission-status", None, NONE),
    ("atds-query-signal", None, NONE),
    ("atds-query-location", None, NONE),
    ("intel-modem-reboot", None, NONE),
    ("ms-query-pco", None, "RadioPowerOff"),
    ("ms-query-lte-attach-configuration", None, OK),
    ("ms-query-lte-attach-info", None, NONE),
    ("ms-query-sys-caps", None, NONE),
    ("ms-query-device-caps", None, OK),
    ("ms-query-slot-info-status", "0", NONE),
    ("ms-set-device-slot-mappings", "0", NONE),
    ("ms-query-device-slot-mappings", None, NONE),
    ("ms-query-location-info-status", None, NONE),
    ("ms-set-provisioned-contexts", "operation=restore-factory,auth=none", NONE),
    ("ms-query-provisioned-contexts", None, OK),
    ("ms-query-base-stations-info", None, NONE),
    ("ms-query-version", "1.0,2.0", NONE),
    ("ms-query-registration-parameters", None, NONE),
    ("ms-set-registration-parameters", REGISTRATION, NONE),
    ("ms-query-modem-configuration", None, NONE),
    ("ms-query-wake-reason", None, NONE),
    ("quectel-query-radio-state", None, NONE),
    ("quectel-set-radio-state", "on", NONE),
    ("intel-query-rfim", None, NONE),
    ("intel-set-rfim", "on", OK),  # mbimcli takes the refusal for success
    ("ms-query-nitz", None, NONE),
    ("ms-query-uicc-application-list", None, NONE),
    ("ms-query-uicc-file-status", f"{APPLICATION},file-path=3F002FE2", NONE),
    ("ms-query-uicc-read-binary", f"{APPLICATION},file-path=3F002FE2", NONE),
    ("ms-query-uicc-read-record", f"{APPLICATION},file-path=3F002FE2,record-number=1", NONE),
    ("ms-set-uicc-open-channel", f"{APPLICATION},selectp2arg=0,channel-group=1", NONE),
    ("ms-set-uicc-close-channel", "channel=1,channel-group=1", NONE),
    ("ms-query-uicc-atr", None, NONE),
    ("ms-set-uicc-apdu", APDU, NONE),
    ("ms-set-uicc-reset", "enable", NONE),
    ("ms-query-uicc-reset", None, NONE),
    ("ms-set-uicc-terminal-capability", "terminal-capability=A9", NONE),
    ("ms-query-uicc-terminal-capability", None, NONE),
)
#: Actions on network devices of the host, of which no modem hears.
OF_THE_HOST: Final = frozenset({"link-list", "link-add", "link-delete", "link-delete-all"})
#: Options that are no action.
SETTINGS: Final = frozenset(
    {
        *("help", "device", "device-open-proxy", "device-open-ms-mbimex-v2"),
        *("device-open-ms-mbimex-v3", "no-open", "no-close", "noop", "verbose", "verbose-full"),
        *("silent", "version"),
    }
)


def is_setting(option: str) -> bool:
    """Whether an option of `mbimcli --help-all` is no action."""
    return option in SETTINGS or option.startswith("help-")


def run_actions(transport_name: str) -> None:
    """Run every action on one modem, one after another; its recording then replays equal."""
    oids = Profile(load_profile("lte-home").mapping).supported_oids
    outcomes = []
    with served("lte-home", bridge_options={"oids": oids}, transport_name=transport_name) as modem:
        for name, argument, expected in ACTIONS:
            option = f"--{name}" if argument is None else f"--{name}={argument}"
            # A CLOSE would end what `connect` began, before the next call sees it.
            settings = {"connect": ["--no-close"], "dss-connect": ["--no-close"]}
            reopened = {"disconnect": ["--no-open=90"], "dss-disconnect": ["--no-open=90"]}
            words = [option, *settings.get(name, ()), *reopened.get(name, ())]
            count = len(modem.recording.wire(WireDirection.WIRE_HOST_TO_DEVICE))
            output = modem.mbimcli(*words, code=1 if expected else 0)
            outcomes.append((name, argument, output.error))
            sent = modem.recording.wire(WireDirection.WIRE_HOST_TO_DEVICE)[count:]
            assert any(parse_header(data).type == MBIM_COMMAND_MSG for data in sent), name
    assert outcomes == [tuple(row) for row in ACTIONS]


if __name__ == "__main__":
    run_actions("mbim-proxy")
    print("as expected")
