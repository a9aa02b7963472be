"""How long things may take: the one table that rules, the judgement of logs and reports read.

The limits are those of mb-miniport-driver-performance-requirements.md: best is what a device should
reach, worst what it must. The habits behind them are tolerances of our own for logs of real modems,
where documents set no limit or a modem's ordinary ways would break one.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final

SECOND_NS: Final = 1_000_000_000
SOURCE: Final = "mb-miniport-driver-performance-requirements.md"


@dataclass(frozen=True, slots=True)
class Limit:
    """How long an operation may take, in seconds.

    `oids` are the names of its OIDs, none for every other one; `operation` is query, set or empty
    for both; `field` and `value` narrow a set to those that hold this member of an enumeration.
    """

    name: str
    best_s: int
    worst_s: int
    oids: tuple[str, ...] = ()
    operation: str = ""
    field: str = ""
    value: str = ""
    #: The time that a device should reach, and the one that it must.
    best_ns: int = dataclasses.field(init=False)
    worst_ns: int = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        """Fill in what follows; it is asked for each operation of a session."""
        object.__setattr__(self, "best_ns", self.best_s * SECOND_NS)
        object.__setattr__(self, "worst_ns", self.worst_s * SECOND_NS)


_COMMAND: Final = "SetContextState.ActivationCommand"

#: Operations, from a request to its end; the first that fits counts.
OPERATIONS: Final = (
    Limit("ready information", 1, 5, ("OID_WWAN_READY_INFO",)),
    Limit("registration", 0, 50, ("OID_WWAN_REGISTER_STATE",)),
    Limit("scan", 2, 200, ("OID_WWAN_VISIBLE_PROVIDERS",)),
    Limit("attach and detach", 1, 5, ("OID_WWAN_PACKET_SERVICE",)),
    Limit(
        "deactivation",
        1,
        10,
        ("OID_WWAN_CONNECT",),
        "set",
        _COMMAND,
        "WwanActivationCommandDeactivate",
    ),
    Limit("activation", 2, 10, ("OID_WWAN_CONNECT",)),
    Limit(
        "PIN", 1, 4, ("OID_WWAN_PIN", "OID_WWAN_PIN_EX", "OID_WWAN_PIN_EX2", "OID_WWAN_PIN_LIST")
    ),
    Limit("any other OID", 1, 15),
)
#: The table leaves it out: a tolerance of our own, as long as anything may be open.
VENDOR: Final = Limit("a vendor's operation", 0, 120, ("OID_WWAN_VENDOR_SPECIFIC",))
#: What follows something else.
READY: Final = Limit("ready after insertion", 1, 5)
SMS_READY: Final = Limit("SMS ready after the SIM", 1, 60)
LINK_STATE: Final = Limit("link state after activation", 2, 10)

# Habits of real modems and hosts.

#: A request that is not answered for so long is not answered, whatever it is.
GIVEN_UP_NS: Final = VENDOR.worst_ns
#: Of a log: a request without an answer for this long never gets one.
UNANSWERED_NS: Final = 60 * SECOND_NS
#: Of a log: a modem answers a query for what it knows by itself within this time.
LOCAL_ANSWER_NS: Final = 10 * SECOND_NS
#: Of a log: how long before the model an event may come while an operation is under way.
EARLY_NS: Final = 15 * SECOND_NS


def limits_of(oid: str) -> tuple[Limit, ...]:
    """The limits of an OID's operations, by its name."""
    found = tuple(limit for limit in (*OPERATIONS, VENDOR) if oid in limit.oids)
    return found or (OPERATIONS[-1],)
