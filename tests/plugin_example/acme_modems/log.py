"""Acme's logs: `acme 10:00:00.250 seq=12 tx 01000000...`, a message a line."""

import re

from wwanreplay.formats.base import Counts, Direction, LogMessage, MessageKind
from wwanreplay.formats.declaration import Format, HexStyle
from wwanreplay.formats.lines import Lines, text_of
from wwanreplay.formats.times import WallClock

LINE = re.compile(r"\bacme \S+ seq=\d+ (tx|rx) ((?:[0-9a-f]{2})*+)\s*+$")
MARKS = (b" tx ", b" rx ")


def sniff(head):
    """How sure it is that this is a log of Acme's, 0 to 100."""
    return 90 if re.search(rb"\bacme \S+ seq=\d+ [tr]x ", head) else 0


class AcmeReader:
    """Reads such a log."""

    def __init__(self, source):
        self.counts = Counts()
        self._lines = Lines(source, MARKS, self.counts)
        self._clock = WallClock()

    def __iter__(self):
        for number, raw in self._lines:
            text, place = text_of(raw), self._lines.place(number)
            line = LINE.search(text)
            if line is None:
                self.counts.unreadable.add(place, "no bytes behind tx or rx")
                continue
            data = bytes.fromhex(line[2])
            to_device = line[1] == "tx"
            yield LogMessage(
                MessageKind.MBIM,
                place,
                Direction.HOST_TO_DEVICE if to_device else Direction.DEVICE_TO_HOST,
                device="acme",
                data=data,
                length=len(data),
            ).at(self._clock(text))


FORMATS = (
    Format(
        "acmelog",
        "logs of Acme's modems",
        AcmeReader,
        sniff,
        marks=MARKS,
        hex_style=HexStyle(begins=re.compile(r"\b[tr]x ")),
        kept_text=(r"\bseq=\d+",),
    ),
)
