"""A fault has at least one side."""

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.replay.fault import DivergenceKind, Fault

RECORDED, EXPECTED = Event(Kind.KIND_INDICATION, 1), Event(Kind.KIND_INDICATION, 2)


def test_its_event_is_the_recorded_one_where_there_is_one():
    assert Fault(DivergenceKind.CHANGED, 0, RECORDED, EXPECTED).event is RECORDED
    assert Fault(DivergenceKind.MISSING, 0, None, EXPECTED).event is EXPECTED


def test_without_a_side_it_has_no_event():
    with pytest.raises(ValueError, match="one side"):
        _ = Fault(DivergenceKind.EXTRA, 0, None, None).event
