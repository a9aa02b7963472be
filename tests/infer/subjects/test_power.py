"""The life of the miniport: what wakes or ends it shows how it was."""

import pytest
from infer_samples import (
    state_before,
)

from wwanreplay._core import Event, Kind, Lifecycle
from wwanreplay.protocol import PROTOCOL


def lifecycle(code: int) -> Event:
    return Event(Kind.KIND_LIFECYCLE, 5, code=code)


def set_power(state: int) -> Event:
    code = PROTOCOL.oid("OID_PNP_SET_POWER").number or 0
    return Event(Kind.KIND_SET, 5, request_id=1, code=code, payload=state.to_bytes(4, "little"))


def completion(name: str) -> Event:
    number = PROTOCOL.ndis_status_by_name[f"NDIS_STATUS_{name}"].number
    code = PROTOCOL.oid("OID_WWAN_READY_INFO").number or 0
    return Event(Kind.KIND_COMPLETION, 4, request_id=9, code=code, status=number)


@pytest.mark.parametrize(
    ("first", "state"),
    [
        (set_power(1), {"power_state": 4}),
        (completion("LOW_POWER_STATE"), {"power_state": 4}),
        (completion("ADAPTER_NOT_READY"), {"miniport": "halted"}),
        (lifecycle(Lifecycle.LIFECYCLE_INITIALIZE), {"miniport": "halted"}),
        (lifecycle(Lifecycle.LIFECYCLE_ARRIVAL), {"miniport": "removed"}),
    ],
)
def test_what_comes_first_shows_how_the_miniport_was(first: Event, state: dict) -> None:
    found = state_before(first)
    assert {key: found[key] for key in state} == state


def test_a_miniport_that_answers_was_awake() -> None:
    code = PROTOCOL.oid("OID_WWAN_READY_INFO").number or 0
    answer = Event(Kind.KIND_COMPLETION, 4, request_id=9, code=code)
    assert state_before(answer, set_power(1))["power_state"] == 1
