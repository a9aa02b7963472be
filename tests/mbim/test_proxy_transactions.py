"""Names of commands, and the table of transactions."""

from __future__ import annotations

from wwanreplay._relay import Transaction
from wwanreplay.mbim import messages
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.proxy_transactions import (
    OUTSTANDING_MAX,
    command_name,
    no_transactions,
)

OTHER = bytes(range(16)) + (7).to_bytes(4, "little")


def test_a_name_is_service_and_number() -> None:
    message = Message(messages.MBIM_COMMAND_MSG, 9, 0, OTHER[:16], 7, b"abcd").to_bytes()
    assert command_name(message) == OTHER
    assert Transaction(None, 9, command_name(message), 0).cid == 7


def test_a_table_begins_empty() -> None:
    table = no_transactions()
    assert (len(table), table.oldest, table.client_max) == (0, None, OUTSTANDING_MAX)
