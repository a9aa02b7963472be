"""Register states are read of successful reports only."""

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer import states
from wwanreplay.analysis.infer.readings import Reading
from wwanreplay.protocol import PROTOCOL


def reading(state, status=0):
    values = {"uStatus": status, "RegistrationState": {"RegisterState": state}}
    return Reading(Event(Kind.KIND_INDICATION, 1), 0, "", "", values)


@pytest.mark.parametrize("state", range(states.DEREGISTERED, states.DENIED + 1))
def test_each_state_of_the_tables_is_one(state):
    assert PROTOCOL.text_of("WWAN_REGISTER_STATE", state).startswith("WwanRegisterState")
    assert states.register_state_of(reading(state)) == state


@pytest.mark.parametrize("state", [0, states.DENIED + 1, 2**32, None])
def test_what_is_no_state_is_none(state):
    assert states.register_state_of(reading(state)) == 0


def test_a_failure_shows_no_state():
    assert states.register_state_of(reading(states.HOME, states.FAILURE)) == 0


def test_statuses_are_found_by_their_names():
    assert states.wwan_status("SUCCESS") == 0
    assert 0 < states.ndis_status("FAILURE") < 2**32
