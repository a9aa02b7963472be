"""What a session is of: log, modem, SIM, driver, version, time, and how complete it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from wwanreplay.analysis.explanation import words
from wwanreplay.analysis.explanation.steps import SECOND_NS, StepKind, Story
from wwanreplay.mbim.versions import version_text

#: A device's name in the log, and what drives it.
_DRIVERS: Final = (
    (re.compile(r"cdc-wdm\d|^usb:"), "a USB modem (cdc_mbim and cdc-wdm on Linux)"),
    (re.compile(r"wwan\d+mbim\d|mhi|iosm|t7xx"), "a WWAN port of Linux: mostly a PCIe modem"),
    (re.compile(r"^lte\d"), "RouterOS"),
    (re.compile(r"^instance |^\{"), "Windows"),
)


def facts(story: Story) -> list[tuple[str, str]]:
    """(name, text) in the order of the page; what the log does not show is left out."""
    return [fact for fact in _facts(story) if fact[1]]


def _facts(story: Story) -> Iterator[tuple[str, str]]:
    yield "log", _log(story)
    yield "device", _device(story)
    yield "modem", _modem(story)
    yield "SIM", _sim(story)
    yield "MBIM", _version(story)
    yield "time", _time(story)
    yield "complete", _complete(story)


def _log(story: Story) -> str:
    files = story.header.source.get("files")
    if not isinstance(files, list) or not files:
        interface = story.header.interface
        return f"recorded by wwanreplay{f' ({interface})' if interface else ''}"
    names = [
        f"{file.get('name')} ({file.get('format')})" for file in files if isinstance(file, dict)
    ]
    return ", ".join(names)


def _names(story: Story) -> list[str]:
    names = story.header.device.get("names")
    return [str(name) for name in names] if isinstance(names, list) else []


def _device(story: Story) -> str:
    names = _names(story)
    if not names:
        return ""
    kind = driver_of(names)
    return ", ".join(names) + (f": {kind}" if kind else "")


def driver_of(names: list[str]) -> str:
    """What drives a device of these names in a log, in words; empty where they do not say it."""
    kinds = [text for pattern, text in _DRIVERS if any(pattern.search(name) for name in names)]
    return kinds[0] if kinds else ""


def _modem(story: Story) -> str:
    found: dict[str, str] = {}
    for step in story.of(StepKind.ANSWER, StepKind.EVENT):
        if not step.name.endswith("DEVICE_CAPS"):
            continue
        for member, what in (
            ("HardwareInfo", ""),
            ("FirmwareInfo", "firmware "),
            ("DeviceId", "IMEI "),
        ):
            text = words.masked(step, member)
            if text and isinstance(step.values.get(member), str):
                found[member] = what + text
    return ", ".join(found.values())


def _sim(story: Story) -> str:
    parts = []
    ready = story.last("SUBSCRIBER_READY_STATUS", "ReadyState")
    if ready is not None:
        parts.append(words.named(words.READY, ready.values["ReadyState"]))
        for member, what in (("SimIccId", "ICCID"), ("SubscriberId", "IMSI")):
            if isinstance(ready.values.get(member), str) and ready.values[member]:
                parts.append(f"{what} {words.masked(ready, member)}")
    for step in story.of(StepKind.ANSWER, name="HOME_PROVIDER"):
        provider = step.values.get("Provider")
        if not step.has_failed and isinstance(provider, dict) and provider.get("ProviderId"):
            parts.append(f"home network {provider['ProviderId']}")
            break
    return ", ".join(parts)


def _version(story: Story) -> str:
    if not story.has_wire:
        return ""
    opens = [step.value for step in story.of(StepKind.OPEN) if step.value is not None]
    size = f", MaxControlTransfer {opens[-1]}" if opens else ""
    if story.mbimex > 0x0100:
        return f"MBIMEx {version_text(story.mbimex)} agreed on{size}"
    if any(story.of(StepKind.OPEN)) and not story.incomplete:
        return f"version 1.0: the log shows no agreement on MBIMEx{size}"
    return f"the log shows no agreement on a version{size}"


def _time(story: Story) -> str:
    if not story.steps:
        return ""
    if not story.has_times:
        files = story.header.source.get("files") or ()
        is_dump = any(isinstance(each, dict) and each.get("format") == "hexdump" for each in files)
        what = "no times are read of a dump" if is_dump else "the log has no times"
        return f"{what}; only the order of the messages is known"
    span_ns = story.steps[-1].time_ns - story.steps[0].time_ns
    text = f"{span_ns / SECOND_NS:.3f} s"
    start_ns = story.header.clock.get("start_ns")
    if story.header.clock.get("kind") == "local" and isinstance(start_ns, int):
        began = datetime.fromtimestamp(start_ns // SECOND_NS, UTC)
        text += f" from {began:%Y-%m-%d %H:%M:%S}"
    step_ns = story.header.clock.get("step_ns")
    if isinstance(step_ns, int) and step_ns >= SECOND_NS:
        text += f", in steps of {step_ns // SECOND_NS} s"
    return text


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _complete(story: Story) -> str:
    if story.has_wire:
        text = _counted(story.messages, "message")
        text += f", of {story.incomplete} only a part" if story.incomplete else ", all whole"
    else:
        text = f"{_counted(story.messages, 'event')} without their messages"
    opened = any(step.kind is StepKind.OPEN for step in story.steps)
    if story.has_wire and not opened:
        text += "; it begins behind the OPEN"
    return text + (f"; {story.cut}" if story.cut else "")
