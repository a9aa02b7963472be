"""Replaces in a log what is private or differs each day: paths, process ids, the clock."""

import getpass
import re
import socket
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

#: When every sample log begins.
BEGIN = datetime(2026, 3, 2, 9, 0, 0, tzinfo=UTC)
PROCESS_ID = 612
_MBIMCLI_TIME = "%d %b %Y, %H:%M:%S"
_STAMP = re.compile(
    r"\[(?P<text>\d\d \w{3} \d{4}, \d\d:\d\d:\d\d)\]"
    r"|(?<=> )\[(?P<epoch>\d{10})(?P<micro>\.\d{6})\]"
    r"|(?<= )\[(?P<epoch2>\d{10})(?P<micro2>\.\d{6})\]"
    r"|(?<=\*\*: )(?P<day>\d\d:\d\d:\d\d)(?P<milli>\.\d{3})(?=: )"
)
_PROCESS = re.compile(r"\b(ModemManager|mbimcli|mbim-proxy|process)([\[:])\d+(?=[\])])")


def _second(match: re.Match[str]) -> datetime | None:
    """The time that a stamp states; None for a time of day."""
    if match["text"]:
        return datetime.strptime(match["text"], _MBIMCLI_TIME).replace(tzinfo=UTC)
    epoch = match["epoch"] or match["epoch2"]
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else None


def first_second(text: str) -> datetime | None:
    """The first time of a log, in whole seconds."""
    return next((second for match in _STAMP.finditer(text) if (second := _second(match))), None)


def moved(text: str, by: timedelta) -> str:
    """The log with all its times moved by whole seconds."""

    def move(match: re.Match[str]) -> str:
        second = _second(match)
        if second is None:
            time = datetime.strptime(match["day"], "%H:%M:%S").replace(year=2000) + by
            return time.strftime("%H:%M:%S") + match["milli"]
        if match["text"]:
            return f"[{(second + by).strftime(_MBIMCLI_TIME)}]"
        micro = match["micro"] or match["micro2"]
        return f"[{int((second + by).timestamp())}{micro}]"

    return _STAMP.sub(move, text)


def cleaned(text: str, replaced: Iterable[tuple[str, str]] = ()) -> str:
    """The log as it is kept: paths replaced, one process id, times from BEGIN on."""
    for old, new in replaced:
        text = text.replace(old, new)
    text = _PROCESS.sub(rf"\g<1>\g<2>{PROCESS_ID}", text)
    first = first_second(text)
    return text if first is None else moved(text, BEGIN - first)


def telling(text: str, folders: Iterable[Path]) -> list[str]:
    """What in a log still identifies the machine that it was made on."""
    host, user = socket.gethostname(), getpass.getuser()
    # The names that say nothing are also words of the programs.
    names = {host, host.split(".")[0], user} - {"root", "localhost", "localdomain", ""}
    found = [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)]
    found += [str(folder) for folder in folders if str(folder) in text]
    found += re.findall(r"/(?:home|tmp|root|work|var/tmp)/[\w./-]+", text)
    return sorted(set(found))
