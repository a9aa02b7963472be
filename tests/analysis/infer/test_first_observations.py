"""What a trace shows first, and before what."""

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer.first_observations import (
    RADIO,
    READY,
    REGISTRATION,
    Fact,
    FirstObservations,
)
from wwanreplay.analysis.infer.readings import Reading


def reading(index):
    return Reading(Event(Kind.KIND_INDICATION, index), index, "", "", {})


def test_of_a_variable_the_first_reading_counts():
    first = FirstObservations()
    assert first.note(READY, reading(3))
    assert not first.note(READY, reading(4))
    assert first.get(READY).index == 3
    assert first.get(RADIO) is None


def test_variables_of_a_name_come_in_the_order_of_the_trace():
    first = FirstObservations()
    for number in (2, 0, 1):
        first.note(("context", 0, number), reading(number))
    assert [variable[2] for variable, _ in first.each("context")] == [2, 0, 1]


def test_a_fact_counts_where_it_is_first_shown():
    first = FirstObservations()
    assert first.shown_at(Fact.NETWORK_SERVES) is None
    first.position = 4
    first.show(Fact.NETWORK_SERVES)
    first.position = 6
    first.show(Fact.NETWORK_SERVES, Fact.CARD_IS_READY)
    assert (first.shown_at(Fact.NETWORK_SERVES), first.shown_at(Fact.CARD_IS_READY)) == (4, 6)


def test_a_fact_is_shown_before_a_variable_that_comes_later_or_not_yet():
    first = FirstObservations()
    first.position = 2
    first.show(Fact.CARD_IS_READY)
    assert first.is_shown_before(Fact.CARD_IS_READY, REGISTRATION)
    first.note(RADIO, reading(2))
    assert not first.is_shown_before(Fact.CARD_IS_READY, RADIO)
    first.position = 3
    first.note(REGISTRATION, reading(3))
    assert first.is_shown_before(Fact.CARD_IS_READY, REGISTRATION)
    assert not first.is_shown_before(Fact.NETWORK_SERVES, REGISTRATION)
