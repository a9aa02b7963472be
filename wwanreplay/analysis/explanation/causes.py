"""Likely causes: one row each, from an observation to what helped.

`when` names a predicate (predicates.py, network_predicates.py) with its parameters: without its
evidence a row says nothing. `confidence` is how it is known: documented (documents and sources of
hosts alone), once (one report), several (several reports, or one and a document). A row is passed
over where one of `unless` fits, which says the same better. Rows of the transport go before those
of content, and harmless ones stand at the end.

The tests have a session that shows each row, and one that nearly does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from wwanreplay.analysis.explanation.network_predicates import ALL_PREDICATES
from wwanreplay.analysis.explanation.predicates import Evidence
from wwanreplay.analysis.explanation.steps import Story


class Confidence(StrEnum):
    """How a cause is known."""

    DOCUMENTED = "documented"
    ONCE = "once"
    SEVERAL = "several"


class Subject(StrEnum):
    """What a cause is about, in the order in which they are judged."""

    TRANSPORT = "transport"
    SIM = "SIM"
    RADIO = "radio"
    NETWORK = "network"
    CONTEXT = "context"
    DATA = "data"
    OPTIONAL = "harmless"


@dataclass(frozen=True, slots=True)
class When:
    """A predicate by name, and its parameters."""

    predicate: str
    parameters: tuple[tuple[str, Any], ...] = ()

    def find(self, story: Story) -> Iterator[Evidence]:
        """The evidence in a session."""
        return ALL_PREDICATES[self.predicate](story, **dict(self.parameters))


@dataclass(frozen=True, slots=True)
class Cause:
    """One row; texts are sentences without their full stop, `source` is where it is known from."""

    id: str
    subject: Subject
    when: When
    cause: str
    confirm: str
    helped: str
    source: str
    confidence: Confidence
    unless: tuple[str, ...] = ()


def when(predicate: str, **parameters: Any) -> When:
    """The test of a row."""
    return When(predicate, tuple(parameters.items()))


_DOCUMENTED, _ONCE, _SEVERAL = Confidence.DOCUMENTED, Confidence.ONCE, Confidence.SEVERAL

CAUSES: Final = (
    # ------------------------------------------------------------------ transport
    Cause(
        "open-size",
        Subject.TRANSPORT,
        when("error_of_modem", code=8, to="open"),
        "the host asks for a larger control transfer than the modem offers (wMaxControlMessage)",
        "compare wMaxControlMessage of the MBIM descriptor (lsusb -v) with the size in OPEN",
        "a host that takes the size from the kernel (IOCTL_WDM_MAX_COMMAND) or the descriptor",
        "openwrt-devel, msg39434",
        _ONCE,
    ),
    Cause(
        "open-silent",
        Subject.TRANSPORT,
        when("opens_unanswered", at_least=2),
        "the firmware is still starting, hangs, or its control endpoint is dead",
        "try again after a minute; look for endpoint errors in the kernel's log",
        "waiting until the modem has started; a USB reset or power cycle; ModemManager from 1.16.10"
        " waits longer for the first answer",
        "openwrt/packages#16432; NixOS/nixpkgs#133349",
        _SEVERAL,
        unless=("open-other-protocol",),
    ),
    Cause(
        "open-other-protocol",
        Subject.TRANSPORT,
        when("opens_unanswered", at_least=1, mark="qmi answers"),
        "the modem is in a composition that speaks QMI and not MBIM",
        "lsusb -t shows the driver: qmi_wwan or cdc_mbim",
        "setting the composition for good (Sierra: AT!USBCOMP, or qmicli"
        " --dms-swi-set-usb-composition; others by an AT command of theirs)",
        "libqmi-devel 2015-October/001349; Ysurac/openmptcprouter#3993",
        _SEVERAL,
    ),
    Cause(
        "second-client",
        Subject.TRANSPORT,
        when("answers_of_others", at_least=2),
        "a second program reads the same port and each takes answers of the other",
        "fuser -v on the port; the list of processes",
        "stopping the other program, or both through mbim-proxy (mbimcli -p)",
        "commaai/openpilot#34924; xmm7360/xmm7360-usb-modeswitch#7",
        _SEVERAL,
    ),
    Cause(
        "closed-by-modem",
        Subject.TRANSPORT,
        when("error_of_modem", code=5, to="command"),
        "the modem restarted or closed the session by itself: a crash, a loss of power, a resume,"
        " or the CLOSE of another client",
        "does SUBSCRIBER_READY_STATUS begin again with not initialised after a new OPEN;"
        " kernel's log",
        "CLOSE, then OPEN again (mbim-proxy does so by itself)",
        "source of libmbim (mbim-proxy)",
        _DOCUMENTED,
        unless=("slept",),
    ),
    Cause(
        "stale-session",
        Subject.TRANSPORT,
        when("answers_of_before"),
        "an earlier session was left open after an error, and its answers come now",
        "look in the run before for an OPEN without its CLOSE",
        "a CLOSE in every way out of the host program; CLOSE before OPEN",
        "openwrt/openwrt#4845; source of libmbim",
        _SEVERAL,
    ),
    Cause(
        "slept",
        Subject.TRANSPORT,
        when("silence_then_trouble", minutes=2),
        "the machine slept, and the modem lost its power or its session meanwhile",
        "compare the times with the system's log of suspend and resume",
        "restarting ModemManager after the resume; ModemManager's quick suspend and resume",
        "lenovo/lenovo-wwan-unlock#74; NixOS/nixpkgs#22533",
        _SEVERAL,
    ),
    Cause(
        "supply",
        Subject.TRANSPORT,
        when("gone_at_load", within_s=10),
        "the supply drops when the modem begins to transmit, or cable or adapter are poor",
        "errors -71 or -110 and a new enumeration in the kernel's log; another cable, a powered"
        " hub",
        "a stronger supply or a better cable",
        "modemmanager-devel 2016-July/003190; raspberrypi/linux#5116",
        _SEVERAL,
    ),
    Cause(
        "given-up",
        Subject.TRANSPORT,
        when("given_up", in_a_row=10),
        "ModemManager gives a modem up after ten time-outs in a row; what matters is the first one",
        "look at what stands before the first message that was not answered",
        "curing the first time-out, then restarting ModemManager",
        "openwrt/packages#19984; openwrt/openwrt#18928",
        _SEVERAL,
    ),
    Cause(
        "firmware-silent",
        Subject.TRANSPORT,
        when("silent_from", at_least=3, below=10),
        "the firmware went silent, or crashed, after what it answered last",
        "the kernel's log for a crash, endpoint errors or a new enumeration at that time",
        "a power cycle; newer firmware",
        "fwupd/firmware-lenovo#415; fwupd/firmware-lenovo#427",
        _SEVERAL,
    ),
    # ------------------------------------------------------------------ SIM
    Cause(
        "sim-starting",
        Subject.SIM,
        when("sim_starting"),
        "the SIM is still starting: the host was too early",
        "the same query some seconds later; the event with ReadyState 1",
        "waiting for ReadyState 1, then repeating",
        "openwrt-devel, msg32191; documents of ndiswwan",
        _SEVERAL,
    ),
    Cause(
        "sim-absent",
        Subject.SIM,
        when("ready_state", states=(2,), statuses=(3,), lasting=True),
        "no SIM, the wrong way in, or another slot is the active one",
        "mmcli -m any lists the SIM slots; MS_SLOT_INFO_STATUS (3 is empty, 5 active)",
        "reseating the SIM; choosing the slot",
        "xmm7360/xmm7360-pci#225; lenovo/lenovo-wwan-unlock#28",
        _SEVERAL,
        unless=("sim-hidden",),
    ),
    Cause(
        "sim-hidden",
        Subject.SIM,
        when("sim_hidden"),
        "a lock of a laptop's card (FCC lock) hides the SIM too",
        "mbimcli -p --quectel-query-radio-state; is it a card of a laptop maker",
        "the unlock, as for a radio that cannot be set on",
        "xmm7360/xmm7360-pci#31; lenovo/lenovo-wwan-unlock#28",
        _SEVERAL,
    ),
    Cause(
        "sim-bad",
        Subject.SIM,
        when("ready_state", states=(3,), statuses=(4,)),
        "the card cannot be used, or its PUK tries are used up",
        "another SIM; PIN query, RemainingAttempts 0",
        "a new SIM",
        "documents of the mobile broadband API; source of ModemManager",
        _DOCUMENTED,
    ),
    Cause(
        "sim-subscription",
        Subject.SIM,
        when("ready_state", states=(4, 5), statuses=(17,)),
        "the subscription is not active or has ended (5 and SERVICE_NOT_ACTIVATED), or the SIM"
        " failed (4)",
        "the SIM in a phone",
        "the operator",
        "documents of WWAN_READY_STATE; source of ModemManager",
        _DOCUMENTED,
    ),
    Cause(
        "sim-pin",
        Subject.SIM,
        when("sim_locked"),
        "the SIM wants its PIN",
        "PIN query: type, state, attempts left",
        "entering the PIN, attempts left looked at first; with several modems the PIN of this SIM",
        "documents of WWAN_READY_STATE; openwrt/packages#25116",
        _SEVERAL,
        unless=("sim-pin-wrong",),
    ),
    Cause(
        "sim-pin-wrong",
        Subject.SIM,
        when("pin_refused"),
        "the PIN that the host entered is not the one of this SIM",
        "the PIN in the host's settings against the SIM's; attempts left go down with each try",
        "stopping the host before it tries again, then the right PIN: behind the last attempt the"
        " PUK is wanted",
        "documents of WWAN_PIN_ACTION and MBIM_CID_PIN",
        _DOCUMENTED,
        unless=("sim-puk",),
    ),
    Cause(
        "sim-puk",
        Subject.SIM,
        when("sim_blocked"),
        "the attempts at the PIN are used up: the SIM wants its PUK",
        "PIN query: type PUK1, attempts left",
        "the PUK of the operator with a new PIN; no further PIN, and no guesses: the last attempt"
        " ends the SIM",
        "documents of WWAN_PIN_TYPE; 3GPP TS 31.101",
        _DOCUMENTED,
    ),
    Cause(
        "sim-operator-lock",
        Subject.SIM,
        when("pin_wanted", types=(4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16, 17)),
        "the device is locked to another operator's SIM",
        "PIN query: types 4 to 10 are the lock, 13 to 17 its unblocking code",
        "the unlock code of the seller",
        "documents of WWAN_READY_STATE",
        _DOCUMENTED,
    ),
    Cause(
        "esim-empty",
        Subject.SIM,
        when("esim_empty"),
        "the eSIM is chosen and holds no profile",
        "MS_SLOT_INFO_STATUS; lpac profile list",
        "loading a profile over another connection, or choosing the other slot",
        "linux-surface/linux-surface#2272; estkme-group/lpac#184",
        _SEVERAL,
    ),
    # ------------------------------------------------------------------ radio
    Cause(
        "radio-locked",
        Subject.RADIO,
        when("radio_refused"),
        "the FCC lock of a laptop maker's card keeps the radio off",
        "mbimcli -p --quectel-query-radio-state says fcc-locked; ModemManager logs an invalid"
        " transition",
        "enabling the matching script in ModemManager's fcc-unlock.d (none is since 1.18.4);"
        " --quectel-set-radio-state=on; the maker's unlock service. The lock is back after a"
        " loss of power",
        "modemmanager.org, FCC unlock; lenovo/lenovo-wwan-unlock#72",
        _SEVERAL,
        unless=("radio-locked-sierra",),
    ),
    Cause(
        "radio-locked-sierra",
        Subject.RADIO,
        when("radio_refused", service="QMI"),
        "low power with the FCC authentication pending, or a voter such as the BIOS, as on"
        " Sierra's cards",
        "AT!PCINFO? names the voter; qmicli --device-open-mbim --dms-get-operating-mode",
        "qmicli --device-open-mbim --dms-set-fcc-authentication; where that has no effect, the"
        " operator's image does not fit",
        "libmbim-devel 2015-July/000616; modemmanager-devel 2016-August/003345",
        _SEVERAL,
    ),
    Cause(
        "radio-switch",
        Subject.RADIO,
        when("hardware_off"),
        "a switch, a flight-mode key, or the W_DISABLE pin of the slot or adapter keeps the"
        " radio off",
        "rfkill list; the key; on Sierra AT!PCOFFEN?",
        "the switch; on Sierra AT!PCOFFEN=2, which ignores the pin",
        "danielewood/sierra-wireless-modems#20; documents of WWAN_RADIO_STATE",
        _SEVERAL,
    ),
    Cause(
        "radio-not-set",
        Subject.RADIO,
        when("radio_never_set"),
        "the host never switches the radio on, and the modem starts in flight mode",
        "look for a set of RADIO_STATE in the log",
        "umbim radio on, mbimcli --set-radio-state=on; clearing the flight mode by default",
        "openwrt-devel, msg39434",
        _SEVERAL,
    ),
    # ------------------------------------------------------------------ network
    Cause(
        "subscriber-unknown",
        Subject.NETWORK,
        when("denied", causes=(2, 4)),
        "the subscriber is unknown: the SIM is not active yet or no more, or it is the wrong"
        " network",
        "the same SIM in a phone; the operator's page of activation",
        "the operator",
        "3GPP TS 24.008, TS 24.301",
        _DOCUMENTED,
    ),
    Cause(
        "not-permitted",
        Subject.NETWORK,
        when("denied", causes=(3, 6)),
        "the network does not permit the SIM (3) or the device (6); until power-off or a change of"
        " the SIM the modem holds the SIM for invalid",
        "a power cycle; another SIM",
        "clearing it with the operator, then a power cycle: waiting does not help",
        "3GPP TS 24.301, 5.5.1",
        _DOCUMENTED,
    ),
    Cause(
        "device-not-listed",
        Subject.NETWORK,
        when("denied", causes=(5,)),
        "the device's identity is not on the operator's list",
        "the operator's check of devices",
        "the operator adds the device; another operator",
        "3GPP TS 24.301; botletics/SIM7000-LTE-Shield#163 (by AT)",
        _SEVERAL,
    ),
    Cause(
        "no-data-service",
        Subject.NETWORK,
        when("denied", causes=(7, 8, 14)),
        "the subscription has no data service (7, 8), or none in this network (14)",
        "the tariff; is it roaming",
        "the operator; another network",
        "3GPP TS 24.008, TS 24.301",
        _DOCUMENTED,
    ),
    Cause(
        "network-not-allowed",
        Subject.NETWORK,
        when("denied", causes=(11, 12, 13, 15)),
        "this network (11), area (12), roaming here (13) or every cell here (15) is not allowed",
        "mbimcli --query-visible-providers: is it the home network or a foreign one",
        "roaming in the tariff; another network; for 15 waiting or another technology",
        "3GPP TS 24.301, 5.5.1",
        _DOCUMENTED,
    ),
    Cause(
        "network-busy",
        Subject.NETWORK,
        when("denied", causes=(16, 17, 22, 34, 39, 42, 67, 69)),
        "the network is short of resources or in trouble itself, not the modem; it passes",
        "the same again after some minutes; another device in the same cell",
        "waiting as long as the network asks, which modems do by themselves",
        "3GPP TS 24.008, 10.5.5.14; TS 24.301, 9.9.3.9; TS 24.501, 9.11.3.2",
        _DOCUMENTED,
    ),
    Cause(
        "authentication",
        Subject.NETWORK,
        when("denied", causes=(20, 21, 23, 24, 26)),
        "the authentication between SIM and network fails: a SIM of another network or with"
        " other keys (20), counters out of step (21), or algorithms that one side lacks (23,"
        " 24, 26)",
        "the same SIM in a phone; AKA_AUTH or SIM_AUTH where a program uses the SIM beside"
        " the modem",
        "another SIM from the operator; 21 cures itself at the next attempt",
        "3GPP TS 24.008, 10.5.5.14; TS 24.301, 9.9.3.9",
        _DOCUMENTED,
    ),
    Cause(
        "not-in-this-cell",
        Subject.NETWORK,
        when("denied", causes=(25, 72, 73, 74, 75, 76, 77)),
        "the subscription is not authorised here: a closed group of cells, a private network,"
        " or this kind of access",
        "is the cell one of a company or campus; mbimcli --query-visible-providers",
        "the network's operator adds the subscription; another network",
        "3GPP TS 24.008, 10.5.5.14; TS 24.301, 9.9.3.9; TS 24.501, 9.11.3.2",
        _DOCUMENTED,
    ),
    Cause(
        "no-standalone-5g",
        Subject.NETWORK,
        when("denied", causes=(27,)),
        "the subscription may not use 5G stand-alone (N1 mode); the modem goes on over LTE",
        "does REGISTER_STATE become registered with LTE or 5G non-stand-alone afterwards",
        "allowing LTE in the modem's modes; the tariff",
        "3GPP TS 24.501, 9.11.3.2",
        _DOCUMENTED,
    ),
    Cause(
        "option-not-subscribed",
        Subject.NETWORK,
        when("denied", causes=(32, 33, 35)),
        "the network or the subscription lacks the service that the modem asks for with its"
        " registration",
        "the tariff; voice and SMS over the modem, which ask for services of their own",
        "the operator",
        "3GPP TS 24.008, 10.5.5.14; TS 24.301, 9.9.3.9",
        _DOCUMENTED,
    ),
    Cause(
        "detached-by-network",
        Subject.NETWORK,
        when("denied", causes=(9, 10, 40)),
        "the network has forgotten the modem, after long silence or a move; the modem"
        " attaches anew by itself",
        "is it registered and attached again some seconds later",
        "nothing, or PACKET_SERVICE attach where the host detached",
        "3GPP TS 24.008, 10.5.5.14; TS 24.301, 9.9.3.9",
        _DOCUMENTED,
    ),
    Cause(
        "no-signal",
        Subject.NETWORK,
        when("searching_without_signal"),
        "no usable signal: no antenna, the wrong socket, or a band or technology that is not"
        " allowed",
        "mmcli --signal-get; the antenna; the allowed bands",
        "antennas; allowing other bands or modes before registering",
        "modemmanager-devel 2020-May/007884; geerlingguy/pi-router#1",
        _SEVERAL,
    ),
    Cause(
        "attach-apn",
        Subject.NETWORK,
        when("attach_profile"),
        "the APN of the LTE attach (initial EPS bearer) is missing or wrong, or lacks user and"
        " password",
        "mbimcli -p --ms-query-lte-attach-info and --ms-query-lte-attach-configuration; compare"
        " with the operator's",
        'mmcli -m any --3gpp-set-initial-eps-bearer-settings="apn=…", then registering anew',
        "lf-edge/eve#4401; documents of MB LTE attach",
        _SEVERAL,
    ),
    Cause(
        "roaming-refused",
        Subject.NETWORK,
        when("roaming_unused"),
        "the host refuses to use a foreign network",
        "the host's setting for roaming",
        "allow_roaming or allow_partner in OpenWrt; netsh mbn set dataroamcontrol",
        "openwrt/openwrt#8369; openwrt/openwrt#10456",
        _SEVERAL,
    ),
    Cause(
        "connect-too-early",
        Subject.NETWORK,
        when("connect_before_attach", statuses=(12, 7, 2)),
        "the host was too early: it connects before the packet service is attached",
        "the order of REGISTER_STATE, PACKET_SERVICE and CONNECT",
        "waiting for attached (ModemManager does from 1.20)",
        "openwrt/packages#19984; openwrt/packages#23590",
        _SEVERAL,
    ),
    # ------------------------------------------------------------------ contexts
    Cause(
        "apn",
        Subject.CONTEXT,
        when("connect_refused", causes=(27, 43)),
        "the APN is missing, or is none of this subscription",
        "AccessString of the request; the operator's list; PROVISIONED_CONTEXTS",
        "the right APN: with MBIM the host has to name one",
        "MicrosoftDocs/windows-driver-docs#3776; FUjr/QModem#129",
        _SEVERAL,
    ),
    Cause(
        "ip-type",
        Subject.CONTEXT,
        when("connect_refused", causes=(28, 50)),
        "the network grants one address family only, or does not know the type that was requested",
        "the same again with IP type IPv4",
        "the single type (umbim iptype, mbim-network IP_TYPE, mmcli ip-type=ipv4)",
        "openwrt/openwrt#2145; openwrt/openwrt#4405; source of ModemManager",
        _SEVERAL,
    ),
    Cause(
        "ip-type-6",
        Subject.CONTEXT,
        when("connect_refused", causes=(51,)),
        "the network grants IPv6 only on this APN",
        "the same again with IP type IPv6",
        "the single type (umbim iptype, mbim-network IP_TYPE, mmcli ip-type=ipv6)",
        "3GPP TS 24.301, cause 51; source of ModemManager",
        _DOCUMENTED,
    ),
    Cause(
        "login",
        Subject.CONTEXT,
        when("connect_refused", causes=(29,), statuses=(19,)),
        "user, password or method of authentication is wrong",
        "AuthProtocol and user of the request",
        "the other method: PAP for CHAP, or none without a user",
        "Ysurac/openmptcprouter#3923; xmm7360/xmm7360-pci#53",
        _SEVERAL,
    ),
    Cause(
        "not-subscribed",
        Subject.CONTEXT,
        when("connect_refused", causes=(33,)),
        "the subscription has no such service for this APN or IP type",
        "another APN or IP type; the tariff",
        "a single IP type, or the right APN",
        "openwrt/openwrt#4405",
        _SEVERAL,
    ),
    Cause(
        "ended-by-network",
        Subject.CONTEXT,
        when("network_ended", causes=(36, 38, 39)),
        "the network ended the context: 36 is an orderly end, 38 a fault, 39 asks for a new one",
        "who sent the last CONNECT: no one means the network",
        "connecting again: for 39 at once, for 38 after a pause",
        "3GPP TS 24.008, TS 24.301",
        _DOCUMENTED,
    ),
    Cause(
        "apn-in-use",
        Subject.CONTEXT,
        when("connect_refused", causes=(54, 55)),
        "the APN is up already, often as that of the attach or of a second autoconnect (55), or the"
        " connection does not exist any more (54)",
        "is the APN of MS_LTE_ATTACH_STATUS that of the request; is there a second session",
        "stopping the second, or using the bearer that is there (not shown to have helped)",
        "LongQT-sea/OpenStick-Builder#4; 3GPP TS 24.301",
        _ONCE,
    ),
    Cause(
        "barred",
        Subject.CONTEXT,
        when("connect_refused", causes=(8,)),
        "the operator bars data for this subscription: unpaid, suspended or used up",
        "the operator's page of the account; the same SIM in a phone",
        "the operator lifts the bar",
        "3GPP TS 24.008, 10.5.6.6; TS 24.301, 9.9.4.4; TS 24.501, 9.11.4.2",
        _DOCUMENTED,
    ),
    Cause(
        "network-short",
        Subject.CONTEXT,
        when("connect_refused", causes=(26, 67, 69)),
        "the network is short of resources, or its timer between attempts has not run out",
        "the same again after some minutes; in another cell, or with another APN",
        "waiting longer between attempts: the network may answer quick ones with the same",
        "3GPP TS 24.008, 10.5.6.6; TS 24.301, 9.9.4.4; TS 24.501, 9.11.4.2",
        _DOCUMENTED,
    ),
    Cause(
        "network-trouble",
        Subject.CONTEXT,
        when("connect_refused", causes=(25, 34, 38, 56)),
        "the network or the radio link has trouble of its own, and it passes",
        "the same again after a minute; SIGNAL_STATE around the refusal",
        "trying again",
        "3GPP TS 24.008, 10.5.6.6; TS 24.301, 9.9.4.4; TS 24.501, 9.11.4.2",
        _DOCUMENTED,
    ),
    Cause(
        "gateway-refused",
        Subject.CONTEXT,
        when("connect_refused", causes=(30, 31)),
        "the gateway refuses without a reason: mostly APN, login, or a SIM that is bound to"
        " an address or device",
        "APN, user, password and authentication of the request; the operator's log",
        "the operator's settings",
        "3GPP TS 24.008, 10.5.6.6; TS 24.301, 9.9.4.4; TS 24.501, 9.11.4.2",
        _DOCUMENTED,
    ),
    Cause(
        "option-unsupported",
        Subject.CONTEXT,
        when("connect_refused", causes=(32, 40)),
        "the network lacks what the request asks for: the IP type, the kind of APN, or"
        " roaming for it",
        "the same with IP type IPv4 and the operator's plain APN; is it roaming",
        "a plain request",
        "3GPP TS 24.008, 10.5.6.6; TS 24.301, 9.9.4.4; TS 24.501, 9.11.4.2",
        _DOCUMENTED,
    ),
    Cause(
        "ip-type-single",
        Subject.CONTEXT,
        when("connect_refused", causes=(52,)),
        "the network grants one address family for each context",
        "the same again with IP type IPv4, or a second context for IPv6",
        "IP type IPv4",
        "3GPP TS 24.008, 10.5.6.6; TS 24.301, 9.9.4.4",
        _DOCUMENTED,
    ),
    Cause(
        "ip-type-both",
        Subject.CONTEXT,
        when("connect_refused", causes=(57, 58, 61)),
        "the APN takes one type of context alone: IPv4v6 (57), none of IP (58) or Ethernet (61)",
        "the same again with IP type IPv4v6; is the APN one for machines (NB-IoT)",
        "the type that the APN wants, or another APN",
        "3GPP TS 24.008, 10.5.6.6; TS 24.301, 9.9.4.4; TS 24.501, 9.11.4.2",
        _DOCUMENTED,
    ),
    Cause(
        "apn-elsewhere",
        Subject.CONTEXT,
        when("connect_refused", causes=(66, 70)),
        "the APN is none of this technology and network (66), or of this slice (70)",
        "the same in another technology or network; AvailableDataClasses of REGISTER_STATE",
        "another technology, or the APN of this network",
        "3GPP TS 24.008, 10.5.6.6; TS 24.301, 9.9.4.4; TS 24.501, 9.11.4.2",
        _DOCUMENTED,
    ),
    Cause(
        "apn-restricted",
        Subject.CONTEXT,
        when("connect_refused", causes=(112, 113)),
        "the APN may not be up beside another context that is active",
        "CONNECT queries of all sessions",
        "ending the other context first",
        "3GPP TS 24.008, 10.5.6.6; TS 24.301, 9.9.4.4",
        _DOCUMENTED,
    ),
    Cause(
        "quality-refused",
        Subject.CONTEXT,
        when("connect_refused", causes=(37, 59, 60, 68, 82)),
        "the network does not grant the quality or handling that the modem's profile asks for",
        "the context's profile in the modem (AT+CGEQREQ, AT+CGEQOS, by vendor)",
        "a profile without wishes",
        "3GPP TS 24.008, 10.5.6.6; TS 24.301, 9.9.4.4; TS 24.501, 9.11.4.2",
        _DOCUMENTED,
    ),
    Cause(
        "message-refused",
        Subject.CONTEXT,
        when(
            "connect_refused",
            causes=(
                35,
                41,
                42,
                44,
                45,
                46,
                47,
                53,
                81,
                83,
                84,
                85,
                95,
                96,
                97,
                98,
                99,
                100,
                101,
                111,
            ),
        ),
        "the network finds an error in what the modem sent: its firmware, or a context that"
        " both see differently",
        "the same after the radio was off and on; another firmware",
        "turning the radio off and on; newer firmware",
        "3GPP TS 24.008, 10.5.6.6; TS 24.301, 9.9.4.4; TS 24.501, 9.11.4.2",
        _DOCUMENTED,
    ),
    Cause(
        "last-connection",
        Subject.CONTEXT,
        when("connect_refused", causes=(49,)),
        "the last connection of an LTE modem stays up, as the network wants one",
        "is it the context of the attach (MS_LTE_ATTACH_STATUS)",
        "detaching in place of ending it",
        "3GPP TS 24.301, 9.9.4.4",
        _DOCUMENTED,
    ),
    Cause(
        "contexts-in-use",
        Subject.CONTEXT,
        when("contexts_used_up"),
        "a context is active still from an earlier run, or all are in use",
        "CONNECT query of each SessionId",
        "deactivating first",
        "documents of OID_WWAN_CONNECT; source of ModemManager",
        _DOCUMENTED,
    ),
    Cause(
        "throttled",
        Subject.CONTEXT,
        when("throttled", at_least=1),
        "the modem holds the request back and does not ask the network any more",
        "the time from request to answer is far below that of the first",
        "correcting the settings, then a reset or waiting",
        "MicrosoftDocs/windows-driver-docs#3776",
        _ONCE,
    ),
    Cause(
        "at-error",
        Subject.CONTEXT,
        when("at_error_as_cause", vendor="fm350|mediatek|t700"),
        "the modem puts the error of its AT interface into NwError: 100 more than the network's"
        " cause",
        "vendor and model in DEVICE_CAPS",
        "judging by the number less 100",
        "source of ModemManager (mtk-fibocom)",
        _DOCUMENTED,
    ),
    Cause(
        "status-is-cause",
        Subject.CONTEXT,
        when("connect_status", statuses=(18, 19, 15, 20, 12, 7, 38)),
        "the status itself names what is in the way",
        "a query right before CONNECT: PACKET_SERVICE (12), REGISTER_STATE (7), RADIO_STATE (20);"
        " of the request its APN (18), user and password (19), type of context (38); a call (15)",
        "attaching (12), registering (7) or the radio (20) first; the right APN (18), login (19) or"
        " the type internet (38); the end of the call (15)",
        "documents of NDIS_STATUS_WWAN_CONTEXT_STATE",
        _DOCUMENTED,
        unless=("login", "connect-too-early"),
    ),
    Cause(
        "detached-for-good",
        Subject.CONTEXT,
        when("detached_not_connected_again"),
        "network or modem detached for a while, and the host did not connect again",
        "the order of the events of CONNECT, REGISTER_STATE and PACKET_SERVICE",
        "a host that connects again (netifd, or a script on the event)",
        "openwrt/packages#23590; openwrt/packages#24184",
        _SEVERAL,
    ),
    # ------------------------------------------------------------------ data
    Cause(
        "no-address",
        Subject.DATA,
        when("no_address"),
        "IPv4 was not activated, or the modem expects DHCP on the link",
        "IpType in the answer of CONNECT; a DHCP client on the interface",
        "DHCP for that family",
        "openwrt/openwrt#2145; source of ModemManager",
        _SEVERAL,
    ),
    Cause(
        "no-dhcp",
        Subject.DATA,
        when("dhcp_unanswered", mark="dhcp without offer"),
        "the modem has no DHCP: the address of IP_CONFIGURATION is to be used",
        "a DHCP discover without an offer on the interface",
        "a static configuration from IP_CONFIGURATION",
        "libmbim-devel 2016-April/000720; openwrt/openwrt#4845",
        _SEVERAL,
    ),
    Cause(
        "mtu",
        Subject.DATA,
        when("small_mtu", below=1500, mark="interface mtu 1500"),
        "where small packets pass and large ones stall, the host does not use this MTU",
        "compare the interface's MTU with it",
        "setting it",
        "openwrt/packages#11383; lf-edge/eve#2740",
        _SEVERAL,
    ),
    # ------------------------------------------------------------------ harmless
    Cause(
        "pin2",
        Subject.OPTIONAL,
        when("pin_wanted", types=(3,), ready=True),
        "harmless: PIN2 guards fixed dialling only, and some firmware names it after PIN1",
        "ReadyState 1",
        "nothing is needed: a host looks at PIN1 and PUK1",
        "openwrt/openwrt#2145; linux-mobile-broadband/ModemManager#7",
        _SEVERAL,
    ),
    Cause(
        "optional",
        Subject.OPTIONAL,
        when("optional_missing"),
        "harmless: hosts ask for what not every modem has",
        "is the command in DEVICE_SERVICES; does the session go on",
        "nothing is needed",
        "estkme-group/lpac#416",
        _SEVERAL,
    ),
)
BY_ID: Final = {row.id: row for row in CAUSES}
