"""What the text of a log shows beside its messages, where a cause needs it.

A mark is looked for in the beginning of the log only, as the recognizers of other logs do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Mark:
    """`shows` is searched; where `unless` is found too, the mark is not set."""

    name: str
    shows: re.Pattern[bytes]
    unless: re.Pattern[bytes] | None = None


#: A modem's network interface as ip, ifconfig and the kernel print it, up to the number.
_INTERFACE: Final = (
    rb"(?i)\b(?:wwan|wwp|wwx|rmnet|mhi)[a-z0-9_.]{0,16}\b[^\n]{0,200}?\bmtu[ :=]{1,2}"
)

MARKS: Final = (
    Mark(
        "qmi answers",
        re.compile(rb">{6} QMUX:|\bQMUX:\s|\bqmicli\b.{0,200}?Device .{0,80}retrieved", re.S),
    ),
    Mark(
        "dhcp without offer",
        re.compile(rb"(?i)udhcpc: sending discover|\bDHCPDISCOVER\b|broadcasting discover"),
        re.compile(rb"(?i)lease of \S+ obtained|\bDHCPACK\b|\bDHCPOFFER\b|leased \S+ for"),
    ),
    Mark(
        "interface mtu 1500",
        re.compile(_INTERFACE + rb"1500\b"),
        re.compile(_INTERFACE + rb"(?!1500\b)[0-9]"),
    ),
)
NAMES: Final = frozenset(mark.name for mark in MARKS)


def marks_in(texts: Iterable[bytes]) -> frozenset[str]:
    """The names of the marks that the beginnings of the logs show."""
    whole = list(texts)
    return frozenset(
        mark.name
        for mark in MARKS
        if any(mark.shows.search(text) for text in whole)
        and not (mark.unless is not None and any(mark.unless.search(text) for text in whole))
    )
