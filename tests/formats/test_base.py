"""What readers yield and count: times that fit, messages counted once, the first places kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.formats.base import (
    PLACES_MAX,
    TIME_NS_MAX,
    Clock,
    Counts,
    LogMessage,
    LogPlace,
    MessageKind,
    Stamp,
    Trouble,
    Unit,
)


def place(number: int = 1, source: str = "a.log") -> LogPlace:
    return LogPlace(source, Unit.LINE, number)


def message(kind: MessageKind, number: int = 1, *, incomplete: bool = False) -> LogMessage:
    return LogMessage(kind, place(number), incomplete=incomplete, reason="cut" * incomplete)


def test_a_place_names_the_log_the_unit_and_the_number():
    assert str(LogPlace("a.pcap", Unit.PACKET, 7)) == "a.pcap:packet 7"


@given(time_ns=st.integers(-(1 << 65), 1 << 65))
def test_a_time_is_taken_exactly_when_64_bits_hold_it(time_ns: int):
    stamped = message(MessageKind.MBIM).at(Stamp(time_ns, Clock.UTC, 1000))
    if -TIME_NS_MAX <= time_ns <= TIME_NS_MAX:
        assert (stamped.time_ns, stamped.clock, stamped.step_ns) == (time_ns, Clock.UTC, 1000)
    else:
        assert stamped == message(MessageKind.MBIM)


def test_a_message_of_a_log_without_times_stays_as_it_is():
    assert message(MessageKind.NOTE).at(None) == message(MessageKind.NOTE)


@pytest.mark.parametrize("kind", MessageKind)
@pytest.mark.parametrize("incomplete", [False, True])
def test_only_a_whole_mbim_message_is_complete(kind: MessageKind, incomplete: bool):
    whole = kind is MessageKind.MBIM and not incomplete
    assert message(kind, incomplete=incomplete).complete is whole


def test_the_first_places_are_kept_and_all_cases_are_counted():
    trouble = Trouble()
    for number in range(PLACES_MAX + 3):
        trouble.add(place(number), "torn", 2)
    assert trouble.count == 2 * (PLACES_MAX + 3)
    assert trouble.first == [(place(number), "torn") for number in range(PLACES_MAX)]


@given(kinds=st.lists(st.tuples(st.sampled_from(MessageKind), st.booleans()), max_size=30))
def test_every_message_on_its_way_out_is_in_one_count(kinds: list[tuple[MessageKind, bool]]):
    counts = Counts()
    for number, (kind, incomplete) in enumerate(kinds):
        given_out = message(kind, number, incomplete=incomplete)
        assert counts.note(given_out) is given_out
    parts = (counts.complete, counts.incomplete.count, counts.events, counts.notes)
    # A transfer is a part of a message that is counted when it is whole.
    assert sum(parts) == sum(kind is not MessageKind.TRANSFER for kind, _ in kinds)
    assert counts.messages == counts.complete + counts.incomplete.count


def test_counts_of_several_logs_add_up_and_the_first_logs_keep_their_places():
    total = Counts(records=5)
    total.unreadable.add(place(1, "one"), "torn")
    for log in ("two", "three"):
        other = Counts(records=10)
        for number in range(PLACES_MAX - 1):
            other.unreadable.add(place(number, log), "torn")
        other.note(message(MessageKind.EVENT))
        total.add(other)
    assert (total.records, total.events) == (25, 2)
    assert total.unreadable.count == 2 * PLACES_MAX - 1
    sources = [each.source for each, _ in total.unreadable.first]
    assert sources == ["one"] + ["two"] * (PLACES_MAX - 1)
