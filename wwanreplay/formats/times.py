"""Times as logs print them, and clocks that start again.

A wall clock without a zone is kept as if it were universal time (`Clock.LOCAL`); what a log leaves
out (the year, the date, the hour) is left out here too, as its `Clock` shows.
"""

from __future__ import annotations

import calendar
import datetime
import re
from functools import lru_cache
from typing import Final

from wwanreplay.formats.base import Clock, Stamp

SECOND_NS: Final = 1_000_000_000
MINUTE_NS: Final = 60 * SECOND_NS
HOUR_NS: Final = 60 * MINUTE_NS
DAY_NS: Final = 24 * HOUR_NS
#: How far into a line a time is looked for.
PREFIX_SIZE_MAX: Final = 256
#: Beginnings of lines whose times are remembered: many lines are of one second.
TIMES_MAX: Final = 64
_EPOCH_DAY: Final = datetime.date(1970, 1, 1).toordinal()
# A year without a number is counted in one that has every day.
_LEAP_YEAR: Final = 2000
_MONTHS: Final = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTHS_LONG: Final = {
    name.lower(): number for number, name in enumerate(calendar.month_name) if name
}

_CLOCK = r"(?P<h>[0-2]\d):(?P<m>[0-5]\d):(?P<s>[0-6]\d)(?:[.,](?P<f>\d{1,9}))?"
_PATTERNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        # mbimcli: [26  Jul 2022, 05:24:07]
        rf"\[\s*(?P<d>\d{{1,2}})\s+(?P<name>[^\W\d_]{{3,12}})\.?\s+(?P<y>\d{{4}}),?\s+{_CLOCK}\]",
        # ISO 8601, with a zone or without: syslog, journalctl, RouterOS
        rf"\b(?P<y>\d{{4}})[-/](?P<n>\d\d)[-/](?P<d>\d\d)[T \-]{_CLOCK}(?P<z>Z|[+-]\d\d:?\d\d)?",
        # 01/09/2020-10:57:17.118
        rf"\b(?P<n>\d\d)/(?P<d>\d\d)/(?P<y>\d{{4}})[- ]{_CLOCK}",
        # Sat Apr  3 16:13:16 2021 and Apr  3 16:13:16
        rf"\b(?P<name>[A-Z][a-z]{{2}})\s+(?P<d>\d{{1,2}})\s+{_CLOCK}(?:\s+(?P<y>\d{{4}})\b)?",
        # RouterOS before version 7: apr/11/2025 04:31:13 and apr/11 04:31:13
        rf"\b(?P<name>[a-z]{{3}})/(?P<d>\d\d)(?:/(?P<y>\d{{4}}))? {_CLOCK}",
        # TraceView: 04-01 12:39:12.815
        rf"\b(?P<n>\d\d)-(?P<d>\d\d) {_CLOCK}",
        rf"(?<![\d:]){_CLOCK}(?![\d:])",
    )
)
# ModemManager: <debug> [1448315918.355566]
_UNIX = re.compile(r"(?:^|\[)(?P<s>1\d{9})\.(?P<f>\d{3,9})(?:\]|\s)")
# The kernel's clock, [  123.456789], and seconds of our own hex text; ModemManager with
# --log-relative-timestamps: <debug> [000001.524428]
_MONOTONIC = re.compile(
    r"(?:^(?:\[\s*)?|<\w{3,5}>\s{1,2}\[)(?P<s>\d{1,9})\.(?P<f>\d{3,9})(?:\]|\s)"
)

#: The same forms for scrub, which keeps times even where they resemble personal values.
KEPT_TEXT: Final = (
    r"\d{4}[-/]\d\d[-/]\d\d[T -]\d\d:\d\d:\d\d(?:[.,:]\d+)?",
    r"\d\d[-/]\d\d(?:[-/]\d{4})?[ -]\d\d:\d\d:\d\d(?:[.,:]\d+)?",
    r"(?<![:.\w])\d\d?:\d\d(?::\d\d)?(?:[.,]\d{1,9})?\b(?![:.]\w)",
    r"\[ *\d{1,7}\.\d{3,6}\]",
    r"\b\d{1,2} +[A-Z][a-z]{2} +\d{4},",
    r"\b[A-Z][a-z]{2} [ \d]\d \d{4}\b",
)


def _fraction(digits: str | None) -> tuple[int, int]:
    """Nanoseconds and their step for the digits behind the point."""
    if not digits:
        return 0, SECOND_NS
    scale: int = 10 ** (9 - len(digits))
    return int(digits) * scale, scale


@lru_cache(maxsize=TIMES_MAX)
def parse_time(text: str) -> Stamp | None:
    """Find the time in the beginning of a line, the most telling form first."""
    match = _UNIX.search(text)
    if match:
        ns, step = _fraction(match["f"])
        return Stamp(int(match["s"]) * SECOND_NS + ns, Clock.UTC, step)
    for pattern in _PATTERNS:
        match = pattern.search(text)
        if match:
            stamp = _stamp(match.groupdict())
            if stamp is not None:
                return stamp
    match = _MONOTONIC.search(text)
    if match:
        ns, step = _fraction(match["f"])
        return Stamp(int(match["s"]) * SECOND_NS + ns, Clock.RELATIVE, step)
    return None


def _stamp(parts: dict[str, str | None]) -> Stamp | None:
    hour, minute, second = (int(parts[key] or 0) for key in "hms")
    ns, step = _fraction(parts.get("f"))
    if hour > 23:
        return None
    of_day = hour * HOUR_NS + minute * MINUTE_NS + second * SECOND_NS + ns
    month = _month(parts)
    day = parts.get("d")
    if day is None or month is None:
        return Stamp(of_day, Clock.DAY, step)
    year = int(text) if (text := parts.get("y")) else None
    if year is not None and not 1970 <= year <= 2200:
        return None
    try:
        date = datetime.date(year or _LEAP_YEAR, month, int(day)).toordinal()
    except ValueError:
        return None
    if year is None:
        first = datetime.date(_LEAP_YEAR, 1, 1).toordinal()
        return Stamp((date - first) * DAY_NS + of_day, Clock.YEAR, step)
    time_ns = (date - _EPOCH_DAY) * DAY_NS + of_day
    zone = parts.get("z")
    if zone is None:
        return Stamp(time_ns, Clock.LOCAL, step)
    return Stamp(time_ns - _zone_ns(zone), Clock.UTC, step)


def _month(parts: dict[str, str | None]) -> int | None:
    if parts.get("n") is not None:
        return int(parts["n"] or 0)
    name = (parts.get("name") or "").lower()
    return _MONTHS.get(name[:3]) if name in _MONTHS_LONG or len(name) == 3 else None


def _zone_ns(zone: str) -> int:
    if zone == "Z":
        return 0
    digits = zone[1:].replace(":", "")
    ns = int(digits[:2]) * HOUR_NS + int(digits[2:]) * MINUTE_NS
    return -ns if zone[0] == "-" else ns


class Unwrapper:
    """Lets a clock that starts again go on: midnight, the full hour, 4,096 s of usbmon."""

    def __init__(self, period_ns: int) -> None:
        self.period_ns = period_ns
        self._turns = 0
        self._last: int | None = None

    def __call__(self, time_ns: int) -> int:
        """The time since the first start of the clock."""
        if self._last is not None and time_ns < self._last - self.period_ns // 2:
            self._turns += 1
        self._last = time_ns
        return time_ns + self._turns * self.period_ns


class WallClock:
    """`parse_time` for the lines of one log: lets the day and the year go on."""

    def __init__(self) -> None:
        self._turns = {Clock.DAY: Unwrapper(DAY_NS), Clock.YEAR: Unwrapper(366 * DAY_NS)}

    def __call__(self, text: str) -> Stamp | None:
        """The time of a line, or None."""
        return self.carried_on(parse_time(text[:PREFIX_SIZE_MAX]))

    def carried_on(self, stamp: Stamp | None) -> Stamp | None:
        """A time with the turns of its clock added."""
        turns = self._turns.get(stamp.clock) if stamp is not None else None
        if stamp is None or turns is None:
            return stamp
        return Stamp(turns(stamp.time_ns), stamp.clock, stamp.step_ns)
