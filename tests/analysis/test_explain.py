"""A divergence in words, its transaction, and the rule that it touches."""

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.explain import explain, rule_of, thing, transaction_of
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import INDICATION_REQUIRED
from wwanreplay.replay import Divergence, DivergenceKind

KIND = DivergenceKind
OID = PROTOCOL.oid("OID_WWAN_RADIO_STATE").number
RADIO_STATE = PROTOCOL.indication("NDIS_STATUS_WWAN_RADIO_STATE").number


def completion(status=0, number=3):
    return Event(Kind.KIND_COMPLETION, 10**9, code=OID, request_id=number, status=status)


def indication(time_ns=10**9, number=3, **fields):
    return Event(Kind.KIND_INDICATION, time_ns, code=RADIO_STATE, request_id=number, **fields)


def divergence(kind, recorded=None, expected=None, **fields):
    event = recorded or expected
    return Divergence(kind, True, 7, event.time_ns, recorded, expected, **fields)


def test_outputs_are_named_by_what_they_answer():
    assert thing(completion()) == "the completion of OID_WWAN_RADIO_STATE, request 3"
    assert thing(indication()) == "NDIS_STATUS_WWAN_RADIO_STATE closing request 3"
    assert thing(indication(number=0)) == "the event NDIS_STATUS_WWAN_RADIO_STATE"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (divergence(KIND.MISSING, None, completion()), "which the recording lacks"),
        (divergence(KIND.EXTRA, indication()), "which the device does not give"),
        (divergence(KIND.CHANGED, completion(1), completion()), "differs in status"),
        (divergence(KIND.MOVED, indication(), indication()), "in another order"),
        (divergence(KIND.TIME, indication(2 * 10**9), indication()), "later than the device"),
        (divergence(KIND.TIME, indication(), indication(2 * 10**9)), "earlier than the device"),
        (divergence(KIND.TIME, indication(), indication()), "another place among the inputs"),
    ],
)
def test_each_kind_has_its_sentence(found, words):
    assert words in explain(found)


def test_a_repetition_names_what_it_repeats():
    found = divergence(KIND.EXTRA, indication(), nearest=indication(index=5))
    assert "repeats" in explain(found)
    assert "of record 5" in explain(found)


def test_a_consequence_names_its_root():
    found = divergence(KIND.EXTRA, indication(), root_index=4)
    assert "It follows from the divergence at record 4." in explain(found)


@pytest.mark.parametrize(
    ("found", "rule"),
    [
        (
            divergence(KIND.MISSING, None, completion(INDICATION_REQUIRED)),
            "async.provisional-first",
        ),
        (divergence(KIND.MISSING, None, completion()), None),
        (divergence(KIND.MISSING, None, indication()), "async.indication-follows"),
        (divergence(KIND.MISSING, None, indication(number=0)), None),
        (divergence(KIND.EXTRA, indication()), "async.one-closing-indication"),
        (divergence(KIND.EXTRA, completion()), None),
        (divergence(KIND.CHANGED, indication(number=0), indication()), "async.request-id-nonzero"),
        (
            divergence(KIND.CHANGED, indication(), indication(number=0)),
            "async.event-request-id-zero",
        ),
        (
            divergence(KIND.CHANGED, indication(handle=1), indication(handle=2)),
            "async.destination-handle",
        ),
        (divergence(KIND.MOVED, indication(), indication()), None),
    ],
)
def test_the_rule_that_is_broken_is_named_where_one_is_plain(found, rule):
    assert rule_of(found) == rule


def test_the_request_of_a_divergence_is_found_among_the_records_before():
    request = Event(Kind.KIND_QUERY, 1, code=OID, request_id=3, index=2)
    other = Event(Kind.KIND_QUERY, 1, code=OID, request_id=4, index=3)
    found = divergence(KIND.EXTRA, indication(), before=(request, other))
    assert transaction_of(found) == "query OID_WWAN_RADIO_STATE at record 2"
    assert transaction_of(divergence(KIND.EXTRA, indication(number=0))) == ""
