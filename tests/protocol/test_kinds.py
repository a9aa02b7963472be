"""Sets of record kinds: each kind that a device takes or gives is in its set, and in no other."""

from wwanreplay._core import Kind
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import (
    GONE,
    HOST_INPUTS,
    INDICATION_REQUIRED,
    INPUTS,
    OUTPUTS,
    REQUESTS,
    TEXTS,
)


def test_the_sets_are_apart_and_leave_the_records_that_are_neither():
    assert INPUTS & OUTPUTS == INPUTS & TEXTS == OUTPUTS & TEXTS == set()
    assert REQUESTS < HOST_INPUTS < INPUTS
    left = {kind.name for kind in Kind} - {kind.name for kind in INPUTS | OUTPUTS | TEXTS}
    assert left == {"KIND_WIRE", "KIND_CLOCK"}


def test_a_provisional_completion_is_no_error_and_no_end():
    row = PROTOCOL.ndis_status_by_number[INDICATION_REQUIRED]
    assert row.name == "NDIS_STATUS_INDICATION_REQUIRED"
    assert INDICATION_REQUIRED not in GONE
    assert INDICATION_REQUIRED >> 30 == 1  # informational


def test_a_device_that_is_gone_answers_with_errors():
    assert len(GONE) == 3
    assert {number >> 30 for number in GONE} == {3}
