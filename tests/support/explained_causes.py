"""For each row of causes a session that shows it, and one that nearly does.

`marks` are what the text of the log shows beside messages. Lines are those of explained_sessions.
"""

from dataclasses import dataclass, field

from explained_sessions import ATTACHED, CONNECTED, OPENED, QMI_UUID, READY, REGISTERED


@dataclass
class Case:
    """Two sessions of one row."""

    shows: str
    nearly: str
    marks: frozenset = field(default_factory=frozenset)
    nearly_marks: frozenset = field(default_factory=frozenset)


def refused(members, request="AccessString=internet.example IpType=3"):
    """A CONNECT that is answered so."""
    return f"""
    > set CONNECT ActivationCommand=1 {request}
    < CONNECT {members}
    """


def reported(state, cause, answer="RegisterState"):
    return (
        READY
        + f"""
    > query REGISTER_STATE
    < REGISTER_STATE RegisterState={state} NwError={cause}
    """
    )


QUERY = """
> query RADIO_STATE
"""
SILENT = QUERY * 9
NO_SIM = """
> query SUBSCRIBER_READY_STATUS
< SUBSCRIBER_READY_STATUS ReadyState=2
"""
LOCKED_RADIO = """
> set RADIO_STATE RadioState=1
< RADIO_STATE status=28 HwRadioState=1
"""
RADIO_ON = """
> set RADIO_STATE RadioState=1
< RADIO_STATE HwRadioState=1 SwRadioState=1
"""
QMI_LISTED = f"""
> query DEVICE_SERVICES
< DEVICE_SERVICES 'DeviceServices=[{{"DeviceServiceId":"{QMI_UUID}"}}]'
"""
ADDRESS = """
> query IP_CONFIGURATION
< IP_CONFIGURATION IPv4ConfigurationAvailable=15 IPv4Mtu=1500
"""
FM350 = """
> query DEVICE_CAPS
< DEVICE_CAPS DeviceType=1 HardwareInfo=FM350-GL FirmwareInfo=81600
"""
LOADED = """
> set RADIO_STATE RadioState=1
# hangup of the port
"""

CASES = {
    "open-size": Case("> open 4096\n< error 8\n", OPENED + QUERY + "< error 8\n"),
    "open-silent": Case(
        "> open 4096\n@ 5\n> open 4096\n@ 5\n> open 4096\n@ 20\n# closing device...",
        "> open 4096\n@ 5\n> open 4096\n< opened\n",
    ),
    "open-other-protocol": Case(
        "> open 4096\n@ 30\n# closing device...",
        "> open 4096\n@ 30\n# closing device...",
        marks=frozenset({"qmi answers"}),
    ),
    "second-client": Case(
        READY
        + "< other RADIO_STATE tid=70 HwRadioState=1 SwRadioState=1\n"
        + "< other RADIO_STATE tid=71 HwRadioState=1 SwRadioState=1\n"
        + QUERY
        + "< RADIO_STATE HwRadioState=1 SwRadioState=1\n",
        READY + "< other RADIO_STATE tid=70 HwRadioState=1 SwRadioState=1\n",
    ),
    "closed-by-modem": Case(READY + QUERY + "< error 5\n", QUERY + "< error 5\n"),
    "stale-session": Case(
        "> open 4096\n< other RADIO_STATE tid=9 HwRadioState=1\n< opened tid=1\n",
        READY + "< other RADIO_STATE tid=90 HwRadioState=1\n",
    ),
    "slept": Case(
        READY + "@ 3600\n" + QUERY + "< error 5\n",
        READY + "@ 3600\n" + QUERY + "< RADIO_STATE HwRadioState=1 SwRadioState=1\n",
    ),
    "supply": Case(READY + LOADED, READY + LOADED.replace("# ", "> close\n# ")),
    "given-up": Case(
        READY + SILENT + QUERY + "@ 60\n# closing device...\n",
        READY + SILENT + "@ 60\n# closing device...\n",
    ),
    "firmware-silent": Case(
        READY + QUERY * 4 + "@ 60\n",
        READY + QUERY * 4 + "@ 60\n< RADIO_STATE HwRadioState=1 SwRadioState=1\n",
    ),
    "sim-starting": Case(
        OPENED + "> query PIN\n< PIN status=14\n> query PIN\n< PIN PinType=2\n",
        OPENED + "> query PIN\n< PIN status=9\n",
    ),
    "sim-absent": Case(
        OPENED + NO_SIM, OPENED + NO_SIM + "! SUBSCRIBER_READY_STATUS ReadyState=1\n"
    ),
    "sim-hidden": Case(OPENED + NO_SIM + LOCKED_RADIO, OPENED + NO_SIM),
    "sim-bad": Case(
        OPENED + "! SUBSCRIBER_READY_STATUS ReadyState=3\n",
        OPENED + "! SUBSCRIBER_READY_STATUS ReadyState=4\n",
    ),
    "sim-subscription": Case(
        ATTACHED + refused("status=17 ActivationState=3"),
        OPENED + "! SUBSCRIBER_READY_STATUS ReadyState=3\n",
    ),
    "sim-pin": Case(
        OPENED
        + "! SUBSCRIBER_READY_STATUS ReadyState=6\n> query PIN\n"
        + "< PIN PinType=2 PinState=1 RemainingAttempts=3\n",
        READY + "> query PIN\n< PIN PinType=3 PinState=1 RemainingAttempts=3\n",
    ),
    "sim-pin-wrong": Case(
        OPENED + "> set PIN PinType=2\n< PIN status=2 PinType=2 PinState=1 RemainingAttempts=2\n",
        OPENED + "> set PIN PinType=2\n< PIN status=14 PinType=2 PinState=1 RemainingAttempts=3\n",
    ),
    "sim-puk": Case(
        OPENED + "> set PIN PinType=2\n< PIN status=2 PinType=11 PinState=1 RemainingAttempts=10\n",
        OPENED + "> set PIN PinType=2\n< PIN PinType=11 PinState=0\n",
    ),
    "sim-operator-lock": Case(
        READY + "> query PIN\n< PIN PinType=6 PinState=1 RemainingAttempts=10\n",
        READY + "> query PIN\n< PIN PinType=6 PinState=0\n",
    ),
    "esim-empty": Case(
        OPENED + "! SUBSCRIBER_READY_STATUS ReadyState=7\n",
        OPENED + "! MS_SLOT_INFO_STATUS SlotIndex=1 State=5\n",
    ),
    "radio-locked": Case(
        OPENED + LOCKED_RADIO,
        OPENED + "> set RADIO_STATE RadioState=0\n< RADIO_STATE status=28 HwRadioState=1\n",
    ),
    "radio-locked-sierra": Case(OPENED + QMI_LISTED + LOCKED_RADIO, OPENED + LOCKED_RADIO),
    "radio-switch": Case(
        OPENED + QUERY + "< RADIO_STATE HwRadioState=0 SwRadioState=1\n",
        OPENED
        + QUERY
        + "< RADIO_STATE HwRadioState=0 SwRadioState=1\n"
        + "! RADIO_STATE HwRadioState=1 SwRadioState=1\n",
    ),
    "radio-not-set": Case(
        OPENED + QUERY + "< RADIO_STATE HwRadioState=1\n! REGISTER_STATE RegisterState=1\n",
        OPENED
        + QUERY
        + "< RADIO_STATE HwRadioState=1\n> set RADIO_STATE RadioState=1\n< RADIO_STATE status=1\n",
    ),
    "subscriber-unknown": Case(reported(6, 2), reported(3, 2)),
    "not-permitted": Case(reported(6, 6), reported(6, 7)),
    "device-not-listed": Case(reported(6, 5), reported(6, 3)),
    "no-data-service": Case(reported(6, 7), reported(6, 11)),
    "network-not-allowed": Case(reported(6, 13), reported(4, 13)),
    "network-busy": Case(reported(6, 22), reported(6, 20)),
    "authentication": Case(reported(6, 20), reported(6, 22)),
    "not-in-this-cell": Case(reported(6, 25), reported(6, 22)),
    "no-standalone-5g": Case(reported(6, 27), reported(6, 28)),
    "option-not-subscribed": Case(reported(6, 33), reported(6, 34)),
    "detached-by-network": Case(reported(6, 9), reported(6, 8)),
    "no-signal": Case(
        reported(2, 0) + "> query SIGNAL_STATE\n< SIGNAL_STATE Rssi=99 ErrorRate=99\n",
        reported(2, 0) + "> query SIGNAL_STATE\n< SIGNAL_STATE Rssi=20 ErrorRate=99\n",
    ),
    "attach-apn": Case(
        reported(6, 0) + "> query MS_LTE_ATTACH_STATUS\n< MS_LTE_ATTACH_STATUS LteAttachState=0\n",
        reported(6, 0)
        + "> query MS_LTE_ATTACH_STATUS\n"
        + "< MS_LTE_ATTACH_STATUS LteAttachState=0 AccessString=internet.example\n",
    ),
    "roaming-refused": Case(
        READY + RADIO_ON + reported(4, 0).removeprefix(READY) + "> close\n",
        reported(4, 0) + "> close\n",
    ),
    "connect-too-early": Case(
        REGISTERED
        + "> query PACKET_SERVICE\n< PACKET_SERVICE PacketServiceState=1\n"
        + refused("status=12 ActivationState=3"),
        ATTACHED + refused("status=12 ActivationState=3"),
    ),
    "apn": Case(
        ATTACHED + refused("status=2 ActivationState=3 NwError=27"),
        ATTACHED + refused("status=2 ActivationState=3 NwError=26"),
    ),
    "ip-type": Case(
        ATTACHED + refused("status=2 ActivationState=3 NwError=50"),
        ATTACHED + refused("ActivationState=1 IpType=1 NwError=50"),
    ),
    "ip-type-6": Case(
        ATTACHED + refused("status=2 ActivationState=3 NwError=51"),
        ATTACHED + refused("ActivationState=1 IpType=2 NwError=51"),
    ),
    "login": Case(
        ATTACHED + refused("status=2 ActivationState=3 NwError=29"),
        ATTACHED + refused("status=2 ActivationState=3 NwError=31"),
    ),
    "not-subscribed": Case(
        ATTACHED + refused("status=2 ActivationState=3 NwError=33"), reported(6, 33)
    ),
    "ended-by-network": Case(
        CONNECTED + "! CONNECT ActivationState=3 NwError=36\n",
        CONNECTED
        + "> set CONNECT ActivationCommand=0 AccessString=internet.example\n"
        + "! CONNECT ActivationState=3 NwError=36\n",
    ),
    "apn-in-use": Case(
        ATTACHED + refused("status=2 ActivationState=3 NwError=55"),
        ATTACHED + refused("status=2 ActivationState=3 NwError=50"),
    ),
    "barred": Case(
        ATTACHED + refused("status=2 ActivationState=3 NwError=8"),
        ATTACHED + refused("status=2 ActivationState=3 NwError=26"),
    ),
    "network-short": Case(
        ATTACHED + refused("status=2 ActivationState=3 NwError=26"),
        ATTACHED + refused("status=2 ActivationState=3 NwError=8"),
    ),
    "network-trouble": Case(
        ATTACHED + refused("status=2 ActivationState=3 NwError=38"),
        ATTACHED + refused("status=2 ActivationState=3 NwError=36"),
    ),
    "gateway-refused": Case(
        ATTACHED + refused("status=2 ActivationState=3 NwError=30"),
        ATTACHED + refused("status=2 ActivationState=3 NwError=29"),
    ),
    "option-unsupported": Case(
        ATTACHED + refused("status=2 ActivationState=3 NwError=32"),
        ATTACHED + refused("status=2 ActivationState=3 NwError=33"),
    ),
    "ip-type-single": Case(
        ATTACHED + refused("status=2 ActivationState=3 NwError=52"),
        ATTACHED + refused("status=2 ActivationState=3 NwError=51"),
    ),
    "ip-type-both": Case(
        ATTACHED + refused("status=2 ActivationState=3 NwError=57"),
        ATTACHED + refused("status=2 ActivationState=3 NwError=50"),
    ),
    "apn-elsewhere": Case(
        ATTACHED + refused("status=2 ActivationState=3 NwError=66"),
        ATTACHED + refused("status=2 ActivationState=3 NwError=65"),
    ),
    "apn-restricted": Case(
        ATTACHED + refused("status=2 ActivationState=3 NwError=112"),
        ATTACHED + refused("status=2 ActivationState=3 NwError=65"),
    ),
    "quality-refused": Case(
        ATTACHED + refused("status=2 ActivationState=3 NwError=37"),
        ATTACHED + refused("status=2 ActivationState=3 NwError=36"),
    ),
    "message-refused": Case(
        ATTACHED + refused("status=2 ActivationState=3 NwError=96"),
        ATTACHED + refused("status=2 ActivationState=3 NwError=38"),
    ),
    "last-connection": Case(
        ATTACHED + refused("status=2 ActivationState=3 NwError=49"),
        ATTACHED + refused("status=2 ActivationState=3 NwError=50"),
    ),
    "contexts-in-use": Case(
        CONNECTED + refused("status=2 ActivationState=1"), ATTACHED + refused("status=2")
    ),
    "throttled": Case(
        ATTACHED
        + refused("status=2 ActivationState=3 NwError=27").replace("<", "8 <")
        + refused("status=2 ActivationState=3").replace("<", "0.1 <") * 2,
        ATTACHED
        + refused("status=2 ActivationState=3 NwError=27").replace("<", "8 <")
        + refused("status=2 ActivationState=3").replace("<", "8 <") * 2,
    ),
    "at-error": Case(
        FM350.join([OPENED, refused("status=2 ActivationState=3 NwError=127")]),
        ATTACHED + refused("status=2 ActivationState=3 NwError=127"),
    ),
    "status-is-cause": Case(
        ATTACHED + refused("status=18 ActivationState=3"),
        ATTACHED + refused("status=21 ActivationState=3"),
    ),
    "detached-for-good": Case(
        CONNECTED
        + "! PACKET_SERVICE PacketServiceState=4\n! PACKET_SERVICE PacketServiceState=2\n",
        CONNECTED
        + "! PACKET_SERVICE PacketServiceState=4\n! PACKET_SERVICE PacketServiceState=2\n"
        + refused("ActivationState=1"),
    ),
    "no-address": Case(
        CONNECTED + ADDRESS.replace("=15", "=0"), CONNECTED + ADDRESS.replace("=15", "=1")
    ),
    "no-dhcp": Case(
        CONNECTED + ADDRESS, CONNECTED + ADDRESS, marks=frozenset({"dhcp without offer"})
    ),
    "mtu": Case(
        CONNECTED + ADDRESS.replace("1500", "1358"),
        CONNECTED + ADDRESS.replace("1500", "1358"),
        marks=frozenset({"interface mtu 1500"}),
    ),
    "pin2": Case(
        READY + "> query PIN\n< PIN PinType=3 PinState=1 RemainingAttempts=3\n",
        READY + "> query PIN\n< PIN PinType=2 PinState=1 RemainingAttempts=3\n",
    ),
    "optional": Case(
        OPENED + "> query MS_LTE_ATTACH_STATUS\n< MS_LTE_ATTACH_STATUS status=9\n" + READY,
        ATTACHED + "> query PIN\n< PIN status=9\n",
    ),
}
