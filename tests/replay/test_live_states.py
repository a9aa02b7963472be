"""A device held against itself: lies, missing events, and what is neither."""

from __future__ import annotations

from wwanreplay._core import Event, Kind
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.replay.live_records import Exchange, Report
from wwanreplay.replay.live_states import States
from wwanreplay.replay.policy import Policy

CODE = PROTOCOL.indication("NDIS_STATUS_WWAN_REGISTER_STATE").number
HOME_PROVIDER = PROTOCOL.indication("NDIS_STATUS_WWAN_HOME_PROVIDER").number
PATH = "RegistrationState.RegisterState"
SEARCHING, HOME, ROAMING = (
    PROTOCOL.number_of("WWAN_REGISTER_STATE", f"WwanRegisterState{name}")
    for name in ("Searching", "Home", "Roaming")
)
SECOND_NS = 1_000_000_000


def state(value: int, request_id: int = 0, time_ns: int = 0) -> Event:
    payload = encode("NDIS_WWAN_REGISTRATION_STATE", {PATH: value})
    return Event(
        Kind.KIND_INDICATION, time_ns, code=CODE, request_id=request_id, payload=payload, index=7
    )


class Device:
    """Reports of one state: `says` what, and what the recording has in that place."""

    def __init__(self, *, has_events: bool = True) -> None:
        self.states = States(Policy(), {state(HOME).code} if has_events else set())
        self.count = 0

    def says(
        self,
        value: int,
        recorded: int | None,
        *,
        by_itself: bool = False,
        ordered: bool = False,
        time_ns: int = 0,
    ) -> None:
        kind = Kind.KIND_SET if ordered else Kind.KIND_QUERY
        exchange = None if by_itself else Exchange(Event(kind, 0, code=1))
        request_id = 0 if by_itself else 1
        partner = None if recorded is None else state(recorded, request_id)
        report = Report(state(value, request_id, time_ns), 0, exchange)
        self.states.add(self.count, report, partner, is_extra=by_itself and recorded is None)
        self.count += 1

    def lies(self) -> list[int]:
        return [seen.at for seen in self.states.lies()]

    def silent(self) -> list[int]:
        self.lies()
        return [behind.at for behind, _, _ in self.states.silent_changes()]


def test_an_answer_that_the_next_one_takes_back_is_a_lie():
    device = Device()
    device.says(HOME, HOME)
    device.says(ROAMING, HOME)
    device.says(HOME, HOME)
    assert device.lies() == [1]


def test_a_change_with_its_event_is_none():
    device = Device()
    device.says(SEARCHING, HOME)
    device.says(HOME, None, by_itself=True)
    device.says(HOME, HOME)
    assert device.lies() == []
    assert device.silent() == []


def test_an_event_may_come_behind_the_answer_that_shows_its_change():
    device = Device()
    device.says(SEARCHING, SEARCHING)
    device.says(HOME, HOME)
    device.says(HOME, HOME, by_itself=True, time_ns=SECOND_NS)
    assert device.silent() == []


def test_but_not_much_later():
    device = Device()
    device.says(SEARCHING, SEARCHING)
    device.says(HOME, HOME)
    device.says(HOME, HOME, by_itself=True, time_ns=3600 * SECOND_NS)
    assert device.silent() == [1]


def test_a_state_that_is_another_one_all_along_is_no_lie():
    device = Device()
    for _ in range(3):
        device.says(ROAMING, HOME)
    assert device.lies() == []
    assert len(list(device.states.lasting_differences())) == 3


def test_an_event_that_the_next_answer_does_not_bear_out_is_a_lie():
    device = Device()
    device.says(HOME, HOME)
    device.says(ROAMING, None, by_itself=True)
    device.says(HOME, HOME)
    assert device.lies() == [1]
    assert device.silent() == []


def test_an_answer_to_an_order_may_show_another_state():
    device = Device()
    device.says(HOME, HOME)
    device.says(SEARCHING, SEARCHING, ordered=True)
    assert device.lies() == device.silent() == []


def test_where_nobody_says_changes_only_what_comes_back_is_a_lie():
    device = Device(has_events=False)
    device.says(SEARCHING, HOME)
    device.says(HOME, HOME)
    assert device.lies() == [0]
    device = Device(has_events=False)
    device.says(SEARCHING, SEARCHING)
    device.says(HOME, HOME)
    assert device.lies() == device.silent() == []
