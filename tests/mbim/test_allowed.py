"""Numbers that the rows of MBIM do not name are refused before they are mapped."""

import pytest

from wwanreplay.mbim import statuses
from wwanreplay.mbim.allowed import refuse_unnamed
from wwanreplay.mbim.tables import BASIC_CONNECT, DSS
from wwanreplay.mbim.transactions import Refusal

IDLE_HINT = (BASIC_CONNECT, 21)


def test_numbers_that_are_named_pass() -> None:
    for state in (0, 1):
        refuse_unnamed(IDLE_HINT, "set", {"State": state}, 0x0100)


def test_a_number_that_is_not_named_is_an_invalid_parameter() -> None:
    with pytest.raises(Refusal) as refusal:
        refuse_unnamed(IDLE_HINT, "set", {"State": 2}, 0x0100)
    assert refusal.value.status == statuses.INVALID_PARAMETERS


def test_a_state_that_no_stream_has_is_not_supported() -> None:
    with pytest.raises(Refusal) as refusal:
        refuse_unnamed((DSS, 1), "set", {"DssLinkState": 2}, 0x0100)
    assert refusal.value.status == statuses.NO_DEVICE_SUPPORT


def test_a_command_without_a_row_is_left_to_others() -> None:
    refuse_unnamed((BASIC_CONNECT, 0xFFFF), "set", {"State": 2}, 0x0100)
