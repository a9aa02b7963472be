"""The commands of clients at one function, by name; which of them are more than a number.

`wwanreplay._relay` has the table of what the function has, and the quick way of ordinary commands.
"""

from __future__ import annotations

import uuid
from typing import Final

from wwanreplay._relay import Transactions
from wwanreplay.mbim.commands import PROXY_CONFIGURATION, SUBSCRIBE_LIST
from wwanreplay.mbim.header import FRAGMENT_HEADER_SIZE
from wwanreplay.mbim.tables import SERVICES
from wwanreplay.mbim.versions import VERSION

_COMMAND_END: Final = FRAGMENT_HEADER_SIZE + 20
#: Commands of one client that may wait for the function; more are answered BUSY.
OUTSTANDING_MAX: Final = 256


def _named(service: int, cid: int) -> bytes:
    return uuid.UUID(SERVICES[service].uuid).bytes + cid.to_bytes(4, "little")


#: Commands, as the 20 bytes of service and CID, that are more to the multiplexer than a number.
CONFIGURATION: Final = _named(*PROXY_CONFIGURATION)
SUBSCRIPTION: Final = _named(*SUBSCRIBE_LIST)
AGREEMENT: Final = _named(*VERSION)


def command_name(message: bytes) -> bytes:
    """The service and CID of a command or its answer, 20 bytes."""
    return message[FRAGMENT_HEADER_SIZE:_COMMAND_END]


def no_transactions() -> Transactions:
    """The table of a function that has nothing yet."""
    return Transactions((CONFIGURATION, SUBSCRIPTION), (AGREEMENT,), OUTSTANDING_MAX)
