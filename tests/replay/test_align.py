"""Alignment of one window: which recorded output is which of the device's."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind
from wwanreplay.replay.align import DivergenceKind, align, exact_key

KIND = DivergenceKind


def indication(time_ns, *, code=1, request_id=0, payload=b"a", index=None, port=0):
    return Event(
        Kind.KIND_INDICATION,
        time_ns,
        code=code,
        request_id=request_id,
        payload=payload,
        port=port,
        index=index,
    )


def numbered(events, first=10):
    return [event.replace(index=first + place) for place, event in enumerate(events)]


def reported(recorded, expected):
    end = 10 + len(recorded)
    found = align(numbered(recorded), expected, end)
    return [(entry.kind, entry.position) for entry in found]


A, B, C, D = (indication(time_ns, code=time_ns) for time_ns in (1, 2, 3, 4))


def test_equal_windows_have_no_difference():
    assert reported([A, B, C], [A, B, C]) == []
    assert reported([], []) == []


def test_a_missing_output_stands_before_the_next_recorded_one():
    assert reported([A, C], [A, B, C]) == [(KIND.MISSING, 11)]


def test_an_output_missing_at_the_end_stands_at_the_record_behind_the_window():
    assert reported([A, B], [A, B, C]) == [(KIND.MISSING, 12)]
    assert reported([], [A]) == [(KIND.MISSING, 10)]


def test_an_extra_output_is_reported_at_its_record():
    assert reported([A, D, B], [A, B]) == [(KIND.EXTRA, 11)]


def test_a_repetition_is_extra():
    assert reported([A, A, B], [A, B]) == [(KIND.EXTRA, 11)]


def test_of_two_that_changed_places_the_early_one_has_moved():
    assert reported([B, A], [A, B]) == [(KIND.MOVED, 10)]


def test_an_output_behind_many_others_has_moved_and_not_the_others():
    assert reported([B, C, D, A], [A, B, C, D]) == [(KIND.MOVED, 13)]


def test_an_output_before_many_others_has_moved_and_not_the_others():
    assert reported([D, A, B, C], [A, B, C, D]) == [(KIND.MOVED, 10)]


def test_other_content_is_a_change():
    other = A.replace(payload=b"b")
    assert reported([other, B], [A, B]) == [(KIND.CHANGED, 10)]


def test_a_change_beside_a_missing_output_finds_its_own_partner():
    changed = C.replace(payload=b"x")
    assert reported([changed, D], [A, B, C, D]) == [
        (KIND.MISSING, 10),
        (KIND.MISSING, 10),
        (KIND.CHANGED, 10),
    ]


def test_another_time_alone_is_reported_as_time():
    assert reported([A.replace(time_ns=9)], [A]) == [(KIND.TIME, 10)]


def test_transactions_are_distinguished_by_request_id():
    one, other = (indication(5, code=7, request_id=number) for number in (1, 2))
    changed = other.replace(payload=b"z")
    found = align(numbered([changed, one]), [one, other], 12)
    assert [(entry.kind, entry.expected.request_id) for entry in found] == [(KIND.CHANGED, 2)]


@pytest.mark.parametrize("change", [{"request_id": 5}, {"port": 3}])
def test_another_request_id_or_port_is_a_change_and_not_a_pair_of_strangers(change):
    assert reported([A.replace(**change)], [A]) == [(KIND.CHANGED, 10)]


def test_events_of_one_code_keep_their_order():
    first, second, third = (indication(n, code=7, payload=bytes([n])) for n in (1, 2, 3))
    found = align(numbered([first, third]), [first, second, third], 12)
    assert [(entry.kind, entry.expected.payload) for entry in found] == [(KIND.MISSING, b"\2")]


def test_a_fault_knows_whether_both_agreed_since_the_one_before():
    found = align(numbered([A, C]), [A, B, C, D], 12)
    assert [entry.agreed_before for entry in found] == [True, True]
    found = align([], [A, B], 10)
    assert [entry.agreed_before for entry in found] == [False, False]


OUTPUTS = st.lists(
    st.builds(
        indication,
        st.integers(0, 3),
        code=st.integers(1, 3),
        request_id=st.integers(0, 2),
        payload=st.sampled_from([b"", b"a", b"b"]),
    ),
    max_size=12,
)


@given(OUTPUTS, OUTPUTS)
def test_every_output_is_matched_or_reported_once(recorded, expected):
    recorded = numbered(recorded)
    found = align(recorded, expected, 10 + len(recorded))
    left = [entry.recorded.index for entry in found if entry.recorded is not None]
    assert len(left) == len(set(left))
    right = [entry for entry in found if entry.expected is not None]
    assert len(recorded) - len(left) == len(expected) - len(right)
    for entry in found:
        if entry.kind is KIND.MOVED:
            assert exact_key(entry.recorded) == exact_key(entry.expected)
        elif entry.recorded is not None and entry.expected is not None:
            assert exact_key(entry.recorded) != exact_key(entry.expected)
    assert (found == []) == ([*map(exact_key, recorded)] == [*map(exact_key, expected)])


@pytest.mark.long
def test_long_windows_are_aligned_in_linear_time():
    events = [indication(n, code=n % 7, payload=n.to_bytes(4, "big")) for n in range(20_000)]
    shuffled = list(events)
    random.Random(1).shuffle(shuffled)
    del shuffled[::50]
    found = align(numbered(shuffled), events, 10 + len(shuffled))
    assert sum(entry.kind is KIND.MISSING for entry in found) == 400
