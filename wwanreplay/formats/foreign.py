"""Logs that are not ours to read: known by kind, so that one knows what to ask for.

Each row says what a text shows, what that is, and how its reporter gets a log that is read here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_MODEMMANAGER = (
    "let ModemManager print its messages (mmcli -G DEBUG, or ModemManager --debug) and take them"
    " from the journal"
)
_MBIMCLI = "run the failing action with mbimcli --verbose-full"
_WINDOWS = (
    "record with netsh trace start wwan_dbg, and convert the .etl to pcapng with Wireshark's"
    " etwdump"
)


@dataclass(frozen=True, slots=True)
class Foreign:
    """One kind of log: `mark` is searched in its text; `what` it is, `instead` what helps."""

    mark: re.Pattern[bytes]
    what: str
    instead: str


FOREIGN: Final = (
    Foreign(
        re.compile(rb"<{6} QMUX:|>{6} QMUX:|\bQMUX:\s|\bQMI:\s.{0,200}?message\s*=", re.S),
        "a log of QMI messages (qmicli or ModemManager)",
        "this modem is driven over QMI, which is not read; where it has an MBIM mode, switch to"
        f" that and {_MBIMCLI}",
    ),
    Foreign(
        re.compile(
            rb"\buqmi\b|\"pin1_status\":|\"plmn_mcc\": \d|\"pdh-data-handle\"|^\s*\"rsrp\": -\d",
            re.M,
        ),
        "output of uqmi",
        f"this modem is driven over QMI, which is not read; where it has an MBIM mode, {_MBIMCLI}",
    ),
    Foreign(
        re.compile(
            rb"\bqmicli\b|\bSuccessfully got signal (?:strength|info)\b|\bQMI protocol error\b"
            rb"|\bQmiDevice\b|\bPacket data handle:|^\[/dev/[^\]\s]{1,80}\] Device (?:IDs|list"
            rb"|revision|manufacturer|model|MSISDN)s? ",
            re.M,
        ),
        "output of qmicli",
        f"this modem is driven over QMI, which is not read; where it has an MBIM mode, {_MBIMCLI}",
    ),
    Foreign(
        re.compile(rb"\bnetifd: [^\n]{1,80}\bmbim\["),
        "a log of OpenWrt (netifd), which shows states and no messages",
        "stop the interface (ifdown) and run the failing step by hand with umbim -v",
    ),
    Foreign(
        re.compile(
            rb"\bumbim\b|^  (?:devicetype|cellularclass|subscriber state|registerstate|nwerror"
            rb"|activationstate|packetservicestate|pin state):? [^\n]{1,80}\n  [a-z_ ]{2,24}:",
            re.M,
        ),
        "output of umbim without messages",
        "run it again with -v",
    ),
    Foreign(
        re.compile(rb"\blte,(?:info|debug|async|error|account)\b"),
        "a log of RouterOS without packets",
        "log the topic lte whole, packets too (/system logging add topics=lte)",
    ),
    Foreign(
        re.compile(rb"(?i)\bWindows_Quectel_Connect_Manager|QConnectManager|\bquectel-CM\b"),
        "output of quectel-CM without messages",
        f"capture USB with usbmon while it runs, or {_MBIMCLI}",
    ),
    Foreign(
        re.compile(
            rb"\bModemManager\b.{0,80}(?:<(?:info|warn|err|msg|wrn|inf)>|\[modem\d)"
            rb"|<(?:info|warn|err|msg|wrn|inf)>\s{1,4}\[(?:modem\d|device )"
        ),
        "output of ModemManager without debug messages",
        _MODEMMANAGER,
    ),
    Foreign(
        re.compile(rb"\bNetworkManager\[\d+\]:"),
        "output of NetworkManager, which shows states and no messages",
        _MODEMMANAGER,
    ),
    Foreign(
        re.compile(
            rb"^Bus \d{3} Device \d{3}: ID |^\s{1,8}bDescriptorType\s"
            rb"|^T:\s{1,4}Bus=\d+ Lev=",
            re.M,
        ),
        "a list of USB devices (lsusb, usb/devices)",
        f"it holds no messages; {_MBIMCLI}",
    ),
    Foreign(
        re.compile(
            rb"^\s*(?:-{3,}\s*)?(?:General\s+\|\s+(?:dbus path|path):|Status\s+\|\s"
            rb"|modem\.(?:dbus-path|generic\.)\S{0,40}\s+:)",
            re.M,
        ),
        "output of mmcli, which shows states and no messages",
        _MODEMMANAGER,
    ),
    Foreign(
        re.compile(
            rb"^\[?/dev/[^\]\s]{1,80}\]? (?:Successfully|Device|Registration|Connection)\b"
            rb"|^\[/dev/[^\]\s]{1,80}\] [A-Z][a-z]+ |^error: (?:operation failed|couldn't open):? ",
            re.M,
        ),
        "output of mbimcli without messages",
        "run it again with --verbose-full",
    ),
    Foreign(
        re.compile(
            rb"^(?:[^\n]{0,80}[>\s])?(?:AT[+^$&%#*!][A-Z]{2,12}|at[+^$&%#*!][a-z]{2,12})", re.M
        ),
        "a log of AT commands",
        f"these are not read; {_MBIMCLI}",
    ),
    Foreign(
        re.compile(
            rb"^[^\n]{0,60}(?:\[\s*\d+\.\d{1,6}\]|\bkernel:)\s"
            rb"(?:usb |cdc_|option |qmi_|wwan|mhi|mtk_t7xx|iosm)",
            re.M,
        ),
        "a kernel log (dmesg) without the transfers",
        f"it holds no MBIM messages; {_MBIMCLI}",
    ),
    Foreign(
        re.compile(
            rb"^0000000(?: [0-7]{6}){2,8}\s*$|^0000000(?: {1,3}(?:[0-7]{3}|\\\S|\S)){8,16}\s*$",
            re.M,
        ),
        "an octal dump (od)",
        "make it again with xxd, or od -A x -t x1",
    ),
    Foreign(
        re.compile(
            rb"(?i)\bnetsh mbn\b|^\s*(?:There is 1 interface on the system:|Interface name|"
            rb"Es ist 1 Schnittstelle auf dem System vorhanden:|"
            rb"Mobile Broadband)[^\n]{0,80}$",
            re.M,
        ),
        "output of netsh mbn, which shows states and no messages",
        _WINDOWS,
    ),
    Foreign(
        re.compile(rb"\bMicrosoft-Windows-WWAN-SVC-Events\b"),
        "text of the Windows event log, which shows states and no messages",
        _WINDOWS,
    ),
    Foreign(
        re.compile(rb"^(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7] [A-Z][^\n]{2,80}: ", re.M),
        "a list of PCI devices (lspci)",
        f"it holds no messages; {_MBIMCLI}",
    ),
    Foreign(
        re.compile(rb"\b(?:pppd|chat)\[\d+\]: "),
        "a log of pppd, which drives a modem by AT commands",
        f"AT commands are not read; {_MBIMCLI}",
    ),
)


def recognised(text: bytes) -> str:
    """What the beginning of a log shows that is none of ours, and what to do; else empty."""
    for kind in FOREIGN:
        if kind.mark.search(text):
            return f"is {kind.what}; {kind.instead}"
    return ""
