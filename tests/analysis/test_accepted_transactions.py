"""An accepted fault of a message is of one transaction, that of an earlier version of any."""

from datetime import date

import pytest

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.analysis.accepting import finding_of
from wwanreplay.analysis.waivers import parse_waivers
from wwanreplay.mbim.messages import MBIM_COMMAND_DONE, MBIM_COMMAND_MSG, Message
from wwanreplay.replay.function_check import check_function

TODAY = date(2027, 1, 1)
ENTRY = """
[[accept]]
layer = "wire"
kind = "wire"
code = "MBIM_COMMAND_DONE CID 3"
field = "a second answer to transaction N; the function answers a command once"
count = 1
reason = "known"
expires = 2027-11-30
"""


def answered_twice(number):
    """The finding of a command that is answered twice."""
    types = (MBIM_COMMAND_MSG, MBIM_COMMAND_DONE, MBIM_COMMAND_DONE)
    events = [
        Event(
            Kind.KIND_WIRE,
            index,
            code=WireDirection.WIRE_DEVICE_TO_HOST if index else WireDirection.WIRE_HOST_TO_DEVICE,
            payload=Message(kind, number, 0, bytes(range(16)), 3, bytes(8)).to_bytes(),
            index=index,
        )
        for index, kind in enumerate(types)
    ]
    (divergence,) = check_function(events)
    return finding_of(divergence, "")


def test_a_message_is_identified_by_the_transaction_of_the_log():
    assert answered_twice(2).transaction == "2"
    assert answered_twice(2) != answered_twice(3)


@pytest.mark.parametrize(("number", "is_accepted"), [(2, True), (3, False)])
def test_an_entry_accepts_its_own_transaction_alone(number, is_accepted):
    text = ENTRY.replace("count", 'transaction = "2"\ncount')
    accepted = parse_waivers(text, "x", TODAY).accepting(answered_twice(number))
    assert (accepted is not None) is is_accepted


def test_an_entry_without_a_transaction_accepts_any():
    assert parse_waivers(ENTRY, "x", TODAY).accepting(answered_twice(3)) is not None
