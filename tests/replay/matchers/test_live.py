"""A device that is present: what of it is a fault, for all sessions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import altered, decode_event, encode
from wwanreplay.protocol.comparison import Live
from wwanreplay.protocol.kinds import GONE, OUTPUTS
from wwanreplay.record import Session
from wwanreplay.replay.fault import DivergenceKind
from wwanreplay.replay.live_records import (
    Exchange,
    Given,
    Recorded,
    Report,
    is_provisional,
    read_recorded,
)
from wwanreplay.replay.matchers.live import Compared, LiveMatcher
from wwanreplay.replay.observed import observed
from wwanreplay.replay.policy import Policy
from wwanreplay.script import load_script
from wwanreplay.trace import TraceReader

SCRIPTS = ("demo", "registration", "queries", "contexts")
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def events_of(name: str) -> tuple[Event, ...]:
    script = load_script(name)
    session = Session(f"emulated:{script.profile}", seed=script.seed)
    session.play(script)
    session.close()
    with TraceReader(session.trace()) as reader:
        return tuple(event.replace(index=place) for place, event in enumerate(reader))


class Sides:
    """A recording, and a device that gives what the recording has, until something is altered."""

    def __init__(self, name: str) -> None:
        self._take(events_of(name))

    @classmethod
    def of(cls, events: Sequence[Event]) -> Sides:
        """The sides of a session that is given."""
        made = cls.__new__(cls)
        made._take(events)
        return made

    def _take(self, events: Sequence[Event]) -> None:
        self.recorded: Recorded = read_recorded(events)
        self.given = Given()
        self.policy = Policy()
        exchanges = {
            event.index: exchange
            for exchange in self.recorded.exchanges
            for event in exchange.recorded
        }
        for exchange in self.recorded.exchanges:
            exchange.sent = exchange.request
        for event in events:
            exchange = exchanges.get(event.index)
            if event.kind in OUTPUTS and (exchange is not None or not event.request_id):
                made = event if exchange is None else exchange.take(event)
                self.given.reports.append(Report(made, event.index or 0, exchange))

    @property
    def answers(self) -> list[tuple[Exchange, int]]:
        """The answers that can be altered: exchange, and place among its outputs."""
        return [
            (exchange, place)
            for exchange in self.recorded.exchanges
            for place, event in enumerate(exchange.given)
            if not is_provisional(event) and not exchange.is_open
        ]

    def replace(self, exchange: Exchange, place: int, *made: Event) -> Event:
        """Have other outputs in the place of one of an exchange; the recorded one."""
        old = exchange.given[place]
        exchange.given[place : place + 1] = made
        at = next(at for at, each in enumerate(self.given.reports) if each.event is old)
        report = self.given.reports[at]
        self.given.reports[at : at + 1] = [Report(each, report.place, exchange) for each in made]
        return exchange.recorded[place]

    def compare(self, **options: Any) -> Compared:
        return LiveMatcher(self.recorded, self.given, self.policy, **options).run()


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_gives_all_that_was_recorded_is_without_fault(name):
    found = Sides(name).compare()
    assert found.faults == []
    assert found.compared == found.outputs > 10
    assert not [note for note in found.notes if "asleep" not in note]


@pytest.mark.long
@few
@given(st.sampled_from(SCRIPTS), st.randoms(use_true_random=False))
def test_events_of_the_device_may_stand_anywhere(name, random):
    sides = Sides(name)
    reports = sides.given.reports
    answers = [report for report in reports if report.exchange is not None]
    events = [report for report in reports if report.exchange is None]
    # Any place among the answers, in their order.
    places = sorted(random.randint(0, len(answers)) for _ in events)
    for event, place in reversed(list(zip(events, places, strict=True))):
        answers.insert(place, event)
    sides.given.reports = answers
    assert sides.compare().faults == []


@pytest.mark.long
@few
@given(st.sampled_from(SCRIPTS), st.data())
def test_a_dropped_answer_is_missing_at_its_place_and_nothing_else_is(name, data):
    sides = Sides(name)
    exchange, place = data.draw(st.sampled_from(sides.answers))
    wanted = sides.replace(exchange, place)
    faults = sides.compare().faults
    assume(not _is_gone(wanted))
    (fault,) = faults
    assert (fault.kind, fault.index) == (DivergenceKind.MISSING, wanted.index)


@pytest.mark.long
@few
@given(st.sampled_from(SCRIPTS), st.data())
def test_a_second_answer_is_extra_at_its_place_and_nothing_else_is(name, data):
    sides = Sides(name)
    exchange, place = data.draw(st.sampled_from(sides.answers))
    event = exchange.given[place]
    wanted = sides.replace(exchange, place, event, event.replace(time_ns=event.time_ns + 1))
    assume(not _is_gone(wanted))
    (fault,) = sides.compare().faults
    assert (fault.kind, fault.index) == (DivergenceKind.EXTRA, wanted.index)


@pytest.mark.long
@few
@given(st.sampled_from(SCRIPTS), st.data())
def test_a_changed_bound_member_of_an_answer_is_a_fault_at_its_place(name, data):
    sides = Sides(name)
    exchange, place = data.draw(st.sampled_from(sides.answers))
    event = exchange.given[place]
    assume(event.kind == Kind.KIND_INDICATION and not observed(event).get("uStatus", 0))
    sides.policy.learn(event)
    decoded = decode_event(event)
    assume(decoded is not None and decoded.raw is None)
    assert decoded is not None
    held = observed(event)
    bound = [
        leaf
        for leaf in decoded.leaves()
        if leaf.path in held and _is_bound(sides.policy, event, leaf.path, exchange)
        if isinstance(leaf.value, int) and leaf.path.partition("[")[0] == leaf.path
    ]
    assume(bound)
    leaf = data.draw(st.sampled_from(bound))
    value = leaf.value ^ data.draw(st.sampled_from([1, 2, 4, 0x40]))
    made = event.replace(payload=altered(decoded, {leaf.path: value}))
    wanted = sides.replace(exchange, place, made)
    faults = sides.compare().faults
    (fault,) = [fault for fault in faults if fault.index == wanted.index]
    assert fault.kind is DivergenceKind.CHANGED
    paths = [each.path for each in fault.differences]
    assert leaf.path in paths or paths == ["payload"]  # a count may make it unreadable
    assert faults == [fault]


def test_two_events_of_one_state_in_another_order_are_one_fault():
    home, searching = (
        encode("NDIS_WWAN_REGISTRATION_STATE", {"RegistrationState.RegisterState": value})
        for value in (3, 2)
    )
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_REGISTER_STATE").number
    oid = PROTOCOL.oid("OID_WWAN_REGISTER_STATE").number

    def session(*states: tuple[int, bytes]) -> list[Event]:
        events = []
        for request_id, payload in states:
            if request_id:
                events.append(Event(Kind.KIND_QUERY, 0, code=oid, request_id=request_id))
            kind = Kind.KIND_INDICATION
            events.append(Event(kind, 0, code=code, request_id=request_id, payload=payload))
        return [event.replace(index=place) for place, event in enumerate(events)]

    recorded = session((1, home), (0, searching), (2, searching), (0, home), (3, home))
    given_ = session((1, home), (2, searching), (0, home), (0, searching), (3, home))
    sides = Sides.of(recorded)
    sides.given.reports = []
    for event in given_:
        exchange = next(
            (
                each
                for each in sides.recorded.exchanges
                if event.request_id == each.request.request_id
            ),
            None,
        )
        if event.kind in OUTPUTS:
            made = event if exchange is None else event.replace(cause=None)
            if exchange is not None:
                exchange.given = [made]
            sides.given.reports.append(Report(made, event.index or 0, exchange))
    (fault,) = sides.compare().faults
    assert fault.index in (2, 5)  # either of them is where it should not be


def _is_bound(policy: Policy, event: Event, path: str, exchange: Exchange) -> bool:
    mark = policy.mark(event.code, path)
    if mark is Live.ORDERED:
        return exchange.is_set
    return mark in (Live.BOUND, Live.PROPERTY) and path != "uStatus"


def _is_gone(event: Event) -> bool:
    """Whether the recorded device was asleep or away; that answer is not compared."""
    return event.kind == Kind.KIND_COMPLETION and event.status in GONE
