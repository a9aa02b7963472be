"""What in a line of a report has a colour on a terminal, and which: a colour says something.

Red is a fault, yellow what is doubtful or missing, green what is well, cyan what the environment
did, dim what is hidden. Only the places of a line count where the reports write these words; what
a trace holds stands elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wwanreplay.verdict import Verdict

GOOD, BAD, DOUBTFUL, AROUND, HIDDEN = "green", "bold red", "yellow", "cyan", "dim"

_VERDICTS: Final = {
    Verdict.EQUAL: GOOD,
    Verdict.NO_FAULT: GOOD,
    Verdict.DIVERGED: BAD,
    Verdict.BROKEN: BAD,
    Verdict.UNREADABLE: BAD,
    Verdict.NOTHING_COMPARED: DOUBTFUL,
    Verdict.NOTHING_JUDGED: DOUBTFUL,
}
_FIRST_WORDS: Final = re.compile(
    rf"(?:\A|(?<=: )|(?<=; ))({'|'.join(map(re.escape, _VERDICTS))})(?=\Z|[:,;])"
)
#: Weights and ranks of what a report lists.
_RANKS: Final = {
    "fault": BAD,
    "root cause": BAD,
    "must": BAD,
    "error": BAD,
    "loss": BAD,
    "disagreement": BAD,
    "consequence": DOUBTFUL,
    "warning": DOUBTFUL,
    "not decidable": DOUBTFUL,
    "incomplete": DOUBTFUL,
}
_RANK: Final = re.compile(
    rf"\A(?:wwanreplay: | *(?:[0-9]+\. )?)({'|'.join(_RANKS)})(?=:| \(| at |   )"
)
#: The beginning of an event's line: record, time.
_EVENT: Final = r"\A *+(?:[0-9]++ ++)?+(?:~?-?[0-9]++\.[0-9]{9} ++)?+"
_SUCCESSES: Final = "SUCCESS|INDICATION_REQUIRED|PENDING"
_REFUSED: Final = re.compile(
    rf"{_EVENT}← completion .*? (?:request|transaction) [0-9]++ "
    rf"(?:port [0-9]++ )?+(?:client \S++ )?+"
    rf"(?!NDIS_STATUS_(?:{_SUCCESSES})(?![A-Z_]))(\S+)"
)
_AROUND: Final = re.compile(rf"{_EVENT}(~ .*)")
_LOST: Final = re.compile(rf"{_EVENT}(! .*)")
_FAULTY: Final = re.compile(rf"{_EVENT}# (fault\b[^:]*):")
_MARKED: Final = re.compile(rf"{_EVENT}.*  (\[(?:incomplete|inferred|, )+\])")
_UNPAIRED: Final = re.compile(r"(\(answers no request here\))\Z")
#: The fields of an event.
_MALFORMED: Final = re.compile(r"\A +(malformed) = ")
_FAILED: Final = re.compile(r"\A +uStatus = (?!WWAN_STATUS_(?:SUCCESS|(?:SMS_)?MORE_DATA)\Z)(\S+)")
_MASKED: Final = re.compile(r"\A +\S+ = (\*\*\*.*)")
#: The health of a trace.
_WHOLE: Final = re.compile(r": (whole)\Z")
_DAMAGED: Final = re.compile(r": (DAMAGED)(?=; )")
_DISAGREES: Final = re.compile(r": (its footer disagrees with its records)\Z")

_STYLED: Final = (
    (_REFUSED, BAD),
    (_AROUND, AROUND),
    (_LOST, DOUBTFUL),
    (_FAULTY, BAD),
    (_MARKED, DOUBTFUL),
    (_UNPAIRED, DOUBTFUL),
    (_MALFORMED, BAD),
    (_FAILED, BAD),
    (_MASKED, HIDDEN),
    (_WHOLE, GOOD),
    (_DAMAGED, BAD),
    (_DISAGREES, BAD),
)


def marks(line: str) -> Iterator[tuple[str, int, int]]:
    """(style, start, stop) of what has a colour in a line."""
    if (found := _FIRST_WORDS.search(line)) is not None:
        yield _VERDICTS[Verdict(found[1])], *found.span(1)
    if (found := _RANK.match(line)) is not None:
        yield _RANKS[found[1]], *found.span(1)
    for pattern, style in _STYLED:
        if (found := pattern.search(line)) is not None:
            yield style, *found.span(1)
