"""Durations as users write them, everywhere alike: `15ms`, `1.5 s`, `2min`, short `2m`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

_UNITS_NS: Final = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,  # the micro sign, and the Greek letter
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "min": 60 * 10**9,
    "h": 3600 * 10**9,
}
#: A duration as text.
DURATION_PATTERN: Final = rf"\s*([0-9]+(?:\.[0-9]+)?)\s*({'|'.join(_UNITS_NS)})\s*"
_DURATION: Final = re.compile(rf"{DURATION_PATTERN}\Z")
DURATION_NS_MAX: Final = 10**18
_FORM: Final = 'must be a duration such as "15ms", "1.5s" or "2min"'


def is_duration(text: str) -> bool:
    """Whether a text has the form of a duration: a number and a unit."""
    return _DURATION.match(text) is not None


def duration_ns(text: str) -> int:
    """A duration in ns; ValueError with what is wrong."""
    found = _DURATION.match(text)
    if found is None:
        raise ValueError(_FORM)
    exact = Decimal(found[1]) * _UNITS_NS[found[2]]
    if exact != exact.to_integral_value():
        raise ValueError("is not a whole number of nanoseconds")
    if exact > DURATION_NS_MAX:
        raise ValueError(f"is longer than {DURATION_NS_MAX} ns")
    return int(exact)
