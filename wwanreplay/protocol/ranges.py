"""Ranges of numbers, as documented, which rows of structures, stimuli and profiles name.

Imports no compiled code: the build reads it.
"""

from __future__ import annotations

from functools import cache

from wwanreplay.protocol.enums import LENGTHS
from wwanreplay.protocol.enums import NUMBERS as KNOWN
from wwanreplay.protocol.schema import Enum, FlagSet, Range

U16 = Range(0, 0xFFFF)
U32 = Range(0, 0xFFFFFFFF)
U64 = Range(0, 2**64 - 1)
TRUTH = Range(0, 1)

# In steps of 2 dB, and of the bit error rate.
RSSI = Range(
    KNOWN["WWAN_RSSI_VALID_MIN"], LENGTHS["WWAN_RSSI_VALID_MAX"], (KNOWN["WWAN_RSSI_UNKNOWN"],)
)
ERROR_RATE = Range(0, 7, (KNOWN["WWAN_ERROR_RATE_UNKNOWN"],))
RSSI_THRESHOLD = Range(0, RSSI.highest, (KNOWN["WWAN_RSSI_DEFAULT"],))
PIN_LENGTH = Range(0, LENGTHS["WWAN_PIN_LEN"] - 1, (LENGTHS["WWAN_PIN_LENGTH_UNKNOWN"],))
CONTEXT_ID = Range(0, KNOWN["WWAN_CONTEXT_ID_APPEND"] - 1)
IPV4_PREFIX_LENGTH = Range(0, 32)
IPV6_PREFIX_LENGTH = Range(0, 128)
MTU = U16

# Delays of an emulated device: eleven days are longer than any session.
LATENCY_NS = Range(0, 10**15)

# The ranges that the engine compares with, by their names there.
ENGINE_LIMITS: dict[str, int] = {"RSSI_MAX": RSSI.highest, "ERROR_RATE_MAX": ERROR_RATE.highest}


@cache
def members(row: Enum) -> Range:
    """The range of an enumeration's members; of flags any sum, as later kits add some."""
    if isinstance(row, FlagSet):
        return Range(0, 0xFFFFFFFF, values=row.name)
    found = sorted({member.number for member in row.members if not member.bound})
    highest = found[0]
    while highest + 1 in found:
        highest += 1
    besides = tuple(number for number in found if number > highest)
    return Range(found[0], highest, besides, row.name)
