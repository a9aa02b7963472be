"""The sample logs, and what the real programs print in other dresses that logs come in."""

import gzip
import io
import json
import lzma
import re
import zipfile
from collections import defaultdict
from functools import cache
from pathlib import Path

from checkout import LOGS

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.formats.base import Counts, Direction, LogMessage, MessageKind
from wwanreplay.formats.reading import LogReading
from wwanreplay.formats.transfers import Head, between_host_programs, head_of
from wwanreplay.trace import TraceReader

FOLDER = LOGS
#: What OpenWrt's logd keeps of one entry.
OPENWRT_MAX = 1041
SENT, RECEIVED = Direction.HOST_TO_DEVICE, Direction.DEVICE_TO_HOST
DIRECTIONS = {
    WireDirection.WIRE_HOST_TO_DEVICE: SENT,
    WireDirection.WIRE_DEVICE_TO_HOST: RECEIVED,
}


def stem(path: Path) -> str:
    """The name of a log without its suffixes."""
    return path.name.split(".")[0]


LOGS = {stem(path): path for path in sorted(FOLDER.glob("*.log*"))}
RECORDINGS = {stem(path): path for path in sorted(FOLDER.glob("*.wwtrace.xz"))}
CAPTURES = {stem(path): path for path in sorted(FOLDER.glob("*.pcapng.gz"))}
#: Logs of mbim-proxy: name of the log → name of the session, which may end alike.
PROXY_LOGS = {name: name.removesuffix("-proxy") for name in LOGS if name not in RECORDINGS}
#: Logs of programs behind mbim-proxy, which gives its own transaction ids.
BEHIND_PROXY = tuple(sorted(PROXY_LOGS.values()))
#: Logs of programs at the modem itself.
DIRECT = tuple(sorted({*RECORDINGS} - {*BEHIND_PROXY}))


@cache
def text_of(name: str) -> str:
    """The text of a log, unpacked by Python's own modules."""
    path = LOGS[name]
    unpack = {".gz": gzip.decompress, ".xz": lzma.decompress}.get(path.suffix, bytes)
    return unpack(path.read_bytes()).decode()


@cache
def trace_of(name: str) -> bytes:
    """The recording of a session."""
    return lzma.decompress(RECORDINGS[name].read_bytes())


@cache
def wire_of(name: str) -> tuple[Event, ...]:
    """The transfers that a session's modem recorded."""
    with TraceReader(trace_of(name)) as reader:
        return tuple(event for event in reader.events() if event.kind == Kind.KIND_WIRE)


def read_log(log: bytes | str | Path, label: str = "sample.log") -> tuple[list[LogMessage], Counts]:
    """The MBIM messages between program and modem, and the counts of all."""
    source: Path | io.BytesIO
    if isinstance(log, Path):
        source = log
    else:
        source = io.BytesIO(log.encode() if isinstance(log, str) else log)
        source.name = label  # type: ignore[misc]
    reading = LogReading([source])
    found = [message for message in reading if message.kind is MessageKind.MBIM]
    return [message for message in found if not between_host_programs(message)], reading.counts


@cache
def messages_of(name: str) -> tuple[tuple[LogMessage, ...], Counts]:
    messages, counts = read_log(LOGS[name])
    return tuple(messages), counts


def transfers(messages) -> dict[Direction, list[bytes]]:
    """What went over the wire in each direction; what crosses on the way has no common order."""
    found = defaultdict(list)
    for message in messages:
        found[message.direction] += message.fragments or (message.data,)
    return dict(found)


def recorded_transfers(name: str) -> dict[Direction, list[bytes]]:
    found = defaultdict(list)
    for event in wire_of(name):
        found[DIRECTIONS[event.code]].append(event.payload)
    return dict(found)


def heads(messages, direction: Direction) -> list[Head]:
    """What is known of each message's header."""
    return [head_of(message) for message in messages if message.direction is direction]


# ------------------------------------------------------------------ other dresses


def entries(text: str) -> list[list[str]]:
    """The lines of each output of the program; blank lines end one."""
    found: list[list[str]] = []
    for line in text.splitlines():
        if not line:
            continue
        if line.startswith(("<<<<<<", ">>>>>>")):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def rsyslog(text: str) -> str:
    head = "Mar  2 09:00:07 router mbimcli[612]: "
    return "".join(f"{head}{'#012'.join(lines)}\n" for lines in entries(text))


def openwrt(text: str) -> str:
    head = "Mon Mar  2 09:00:07 2026 daemon.debug [612]: "
    return "".join(f"{(head + ' '.join(lines))[:OPENWRT_MAX]}\n" for lines in entries(text))


def journal_json(text: str) -> str:
    return "".join(
        json.dumps(
            {
                "__REALTIME_TIMESTAMP": str(1_772_442_000_000_000 + 1000 * number),
                "SYSLOG_IDENTIFIER": "ModemManager",
                "PRIORITY": "7",
                "MESSAGE": "\n".join(lines),
            }
        )
        + "\n"
        for number, lines in enumerate(entries(text))
    )


def journal_text(text: str) -> str:
    head = "Mar 02 09:00:07 laptop mbimcli[612]: "
    return "".join(head + f"\n{' ' * len(head)}".join(lines) + "\n" for lines in entries(text))


def windows_ends(text: str) -> str:
    return text.replace("\n", "\r\n")


def older(text: str) -> str:
    """As libmbim to about 1.26 wrote it: other capitals, all bytes, nothing translated."""
    kept = []
    for lines in entries(text):
        if "(translated)" in lines[0]:
            continue
        first = re.sub(r"\b(sent|received) message\.\.\.", lambda m: m[0].capitalize(), lines[0])
        kept += [first, *lines[1:], ""] if len(lines) > 1 else [first]
    return "\n".join(kept) + "\n"


def zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bug/modem.log", data)
    return out.getvalue()
