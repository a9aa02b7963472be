"""The ledger of divergences: counts all, lists the first, joins both ends of a late output."""

from wwanreplay._core import Event, Kind
from wwanreplay.replay.divergence import Divergence, Ledger, divergence_of, nearest_event
from wwanreplay.replay.fault import DivergenceKind, Fault

KIND = DivergenceKind


def output(time_ns, *, code=1, request_id=0, payload=b"ab", index=None):
    return Event(
        Kind.KIND_INDICATION,
        time_ns,
        code=code,
        request_id=request_id,
        payload=payload,
        index=index,
    )


def taken(ledger: Ledger, *faults: Fault) -> Ledger:
    for fault in faults:
        ledger.take(fault, lambda _: None)
    return ledger


def test_all_are_counted_and_the_first_are_listed():
    faults = [Fault(KIND.EXTRA, place, output(place, code=place), None) for place in range(1, 6)]
    ledger = taken(Ledger(2), *faults)
    assert (ledger.count, ledger.root_count, len(ledger.listed)) == (5, 5, 2)
    assert ledger.is_full


def test_roots_stand_first():
    ledger = Ledger(9)
    root = Fault(KIND.MISSING, 8, None, output(8, request_id=1))
    taken(ledger, root, Fault(KIND.EXTRA, 9, output(9, code=2, request_id=1), None))
    ledger.take_judged(divergence_of(Fault(KIND.EXTRA, 3, output(3), None), 3, None))
    assert [(found.root, found.index, found.root_index) for found in ledger.in_order()] == [
        (True, 3, None),
        (True, 8, None),
        (False, 9, 8),
    ]


def test_an_output_that_was_missing_and_comes_is_one_divergence_of_time():
    recorded, expected = output(9, request_id=1, index=30), output(1, request_id=1)
    lacking = Fault(KIND.MISSING, 10, None, expected)
    ledger = taken(Ledger(9), lacking, Fault(KIND.EXTRA, 30, recorded, None))
    (found,) = ledger.listed
    assert (found.kind, found.index, found.time_ns, ledger.count) == (KIND.TIME, 30, 9, 1)
    assert [field.path for field in found.fields()] == ["time"]


def test_one_that_comes_otherwise_has_changed():
    recorded, expected = output(9, request_id=1, payload=b"zz"), output(1, request_id=1)
    lacking = Fault(KIND.MISSING, 10, None, expected)
    (found,) = taken(Ledger(9), lacking, Fault(KIND.EXTRA, 30, recorded, None)).listed
    assert found.kind is KIND.CHANGED


def test_both_ends_are_one_even_when_the_first_is_not_listed():
    ledger = Ledger(1)
    taken(ledger, Fault(KIND.EXTRA, 1, output(1, code=9), None))
    taken(ledger, Fault(KIND.MISSING, 10, None, output(5, request_id=1)))
    taken(ledger, Fault(KIND.EXTRA, 30, output(9, request_id=1), None))
    assert ledger.count == 2


def test_a_divergence_with_one_side_has_no_fields():
    found = divergence_of(Fault(KIND.MISSING, 10, None, output(1)), 10, None)
    assert (found.fields(), found.event) == ([], output(1))
    assert Divergence(KIND.WIRE, True, 1, 1, None, None).event is None


def test_the_nearest_event_agrees_most():
    target = output(5, request_id=2)
    other, same, later = output(5), output(4, request_id=2), output(9, request_id=2)
    assert nearest_event(target, [other, same, later]) is same
    assert nearest_event(target, [output(5, code=7)]) is None
