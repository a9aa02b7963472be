"""What the log lacks to say more, and the command that yields it: rows, each with its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from wwanreplay.analysis.explanation.steps import StepKind, Story

#: Gaps that are named; the first are those that hide most.
GAPS_MAX: Final = 5


@dataclass(frozen=True, slots=True)
class Gap:
    """`what` the log lacks, `command` that yields it, on `windows` another; `lacks` tests it."""

    what: str
    command: str
    lacks: Callable[[Story], bool]
    windows: str = ""


def _has(name: str, member: str) -> Callable[[Story], bool]:
    return lambda story: next(story.reports(name, member), None) is None


def _is_cut(story: Story) -> bool:
    return story.incomplete > 0 and not _is_of_usbmon(story)


def _is_cut_by_usbmon(story: Story) -> bool:
    return story.incomplete > 0 and _is_of_usbmon(story)


def _is_of_usbmon(story: Story) -> bool:
    files = story.header.source.get("files")
    formats = [each.get("format") for each in files or () if isinstance(each, dict)]
    return "usbmon" in formats


def _begins_late(story: Story) -> bool:
    is_known = story.has_wire and story.header.comparison == "field"
    return is_known and next(story.of(StepKind.OPEN), None) is None


def _is_timeless(story: Story) -> bool:
    return not story.has_times


def _is_one_sided(story: Story) -> bool:
    """Messages of the modem only: what was requested is not there."""
    has_answers = next(story.of(StepKind.ANSWER), None) is not None
    return has_answers and not any(step.is_command_of_host for step in story.steps)


def _connect_failed(story: Story) -> bool:
    return next(story.failed(name="CONNECT"), None) is not None


def _is_unregistered(story: Story) -> bool:
    last = story.last("REGISTER_STATE", "RegisterState")
    return last is not None and last.values["RegisterState"] in (0, 1, 2, 6)


GAPS: Final = (
    Gap(
        "messages are in the log in part only: their values are not known",
        "mbimcli --verbose-full (--verbose cuts them); mmcli -G DEBUG and ModemManager's journal",
        _is_cut,
    ),
    Gap(
        "the text of usbmon has 32 bytes of each message: their values are not known",
        "capture whole messages: tcpdump -i usbmonN -w bug.pcapng, or Wireshark",
        _is_cut_by_usbmon,
    ),
    Gap(
        "the requests: only what the modem sent is in the log",
        "mbimcli --verbose-full prints both directions",
        _is_one_sided,
    ),
    Gap(
        "the beginning: how the session was opened, and the version that was agreed on",
        "start the log before the program that opens the modem (ModemManager --debug)",
        _begins_late,
    ),
    Gap(
        "times: delays and time-outs cannot be judged",
        "mbimcli --verbose-full prints them; umbim -v does not: capture with usbmon",
        _is_timeless,
    ),
    Gap(
        "the modem and its firmware",
        "mbimcli -p -d DEV --query-device-caps",
        _has("DEVICE_CAPS", "DeviceType"),
        "netsh mbn show capability interface=*",
    ),
    Gap(
        "the state of the SIM",
        "mbimcli -p -d DEV --query-subscriber-ready-status",
        _has("SUBSCRIBER_READY_STATUS", "ReadyState"),
        "netsh mbn show readyinfo interface=*",
    ),
    Gap(
        "the radio switch",
        "mbimcli -p -d DEV --query-radio-state",
        _has("RADIO_STATE", "HwRadioState"),
        "netsh mbn show radio interface=*",
    ),
    Gap(
        "the registration",
        "mbimcli -p -d DEV --query-registration-state",
        _has("REGISTER_STATE", "RegisterState"),
        "netsh mbn show connection interface=*",
    ),
    Gap(
        "the signal, where registering fails",
        "mbimcli -p -d DEV --query-signal-state",
        lambda story: _is_unregistered(story) and _has("SIGNAL_STATE", "Rssi")(story),
        "netsh mbn show signal interface=*",
    ),
    Gap(
        "the packet service",
        "mbimcli -p -d DEV --query-packet-service-state",
        _has("PACKET_SERVICE", "PacketServiceState"),
        "netsh mbn show connection interface=*",
    ),
    Gap(
        "the APN of the LTE attach, where connecting fails",
        "mbimcli -p -d DEV --ms-query-lte-attach-info",
        lambda story: (
            _connect_failed(story) and _has("MS_LTE_ATTACH_STATUS", "LteAttachState")(story)
        ),
    ),
)


def gaps(story: Story) -> list[Gap]:
    """The first gaps of a session."""
    return list(_gaps(story))[:GAPS_MAX]


def _gaps(story: Story) -> Iterator[Gap]:
    device, is_field = _device(story), story.header.comparison == "field"
    is_windows = "windows" in str(story.header.source.get("files", ""))
    for gap in GAPS:
        is_query = "-d DEV" in gap.command
        if not gap.lacks(story) or (is_query and not is_field):
            continue
        command = gap.windows if is_windows and is_query else gap.command
        if command:
            yield replace(gap, command=command.replace("-d DEV", f"-d {device}"))


def _device(story: Story) -> str:
    """The port as the log names it, where a command can have it."""
    names = story.header.device.get("names")
    for name in names if isinstance(names, list) else ():
        if isinstance(name, str) and name.startswith("/dev/") and name.isprintable():
            return name
    return "DEV"
