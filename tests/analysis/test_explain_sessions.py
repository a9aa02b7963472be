"""Divergences of replayed sessions in words: what, where it belongs, and the rule it breaks."""

import pytest
from replay_samples import sample_events

from wwanreplay._core import Kind
from wwanreplay.analysis.explain import explain, rule_of, thing, transaction_of
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import REQUESTS
from wwanreplay.replay import Divergence, DivergenceKind, replay_events

EVENTS, _ = sample_events()
QUERY = next(event for event in EVENTS if event.kind in REQUESTS)
CLOSING = next(event for event in EVENTS if event.kind == Kind.KIND_INDICATION and event.request_id)
EVENT = next(
    event for event in EVENTS if event.kind == Kind.KIND_INDICATION and not event.request_id
)


def diverging(edit):
    events, new_engine = sample_events()
    edited = list(events)
    edit(edited)
    return replay_events(edited, new_engine())


def divergence(kind, recorded=None, expected=None, **more):
    event = recorded or expected
    index = event.index if event else 0
    return Divergence(kind, True, index, event.time_ns if event else 0, recorded, expected, **more)


@pytest.mark.parametrize(
    ("edit", "words", "rule"),
    [
        (lambda events: events.pop(17), "which the recording lacks", "async.provisional-first"),
        (lambda events: events.pop(19), "which the recording lacks", "async.indication-follows"),
        (
            lambda events: events.insert(19, events[19]),
            "the recording repeats",
            "async.one-closing-indication",
        ),
        (
            lambda events: events.__setitem__(19, events[19].replace(handle=1)),
            "differs in handle",
            "async.destination-handle",
        ),
        (
            lambda events: events.__setitem__(19, events[19].replace(request_id=0)),
            "differs in request_id",
            "async.request-id-nonzero",
        ),
        (
            lambda events: events.__setitem__(2, events[2].replace(request_id=77)),
            "differs in request_id",
            "async.event-request-id-zero",
        ),
        (
            lambda events: events.__setitem__(2, events[2].replace(time_ns=2_685_309_113)),
            "0.000000001 s later than the device",
            None,
        ),
    ],
)
def test_an_explanation_says_what_and_names_the_rule(edit, words, rule):
    result = diverging(edit)
    found = result.divergences[0]
    assert words.lower() in explain(found).lower()
    assert rule_of(found) == rule
    assert rule is None or rule in PROTOCOL.rule_by_id


@pytest.mark.parametrize("kind", DivergenceKind)
def test_every_kind_of_divergence_is_a_sentence(kind):
    moved = CLOSING.replace(time_ns=CLOSING.time_ns + 5)
    words = explain(divergence(kind, moved, CLOSING, note="a message differs"))
    assert words[0].isupper()
    assert words.split(" Rule ")[0].endswith(".")
    assert "\n" not in words


def test_a_consequence_names_its_root():
    words = explain(divergence(DivergenceKind.EXTRA, EVENT, root_index=12))
    assert "It follows from the divergence at record 12." in words


@pytest.mark.parametrize(("by_ns", "how"), [(7, "later"), (-7, "earlier")])
def test_another_time_says_which_way(by_ns, how):
    recorded = EVENT.replace(time_ns=EVENT.time_ns + by_ns)
    words = explain(divergence(DivergenceKind.TIME, recorded, EVENT))
    assert f"0.000000007 s {how} than the device" in words


def test_the_same_time_is_another_place():
    words = explain(divergence(DivergenceKind.TIME, EVENT, EVENT))
    assert "at another place among the inputs" in words


def test_an_output_is_named_by_what_it_answers_and_where():
    name = PROTOCOL.indication_by_number[CLOSING.code].name
    assert thing(CLOSING) == f"{name} closing request {CLOSING.request_id}"
    assert thing(CLOSING.replace(port=3)).endswith(" on port 3")
    assert thing(EVENT).startswith("the event NDIS_STATUS_")


def test_outside_of_wwan_no_rule_of_wwan_is_broken():
    link = EVENT.replace(code=PROTOCOL.indication("NDIS_STATUS_LINK_STATE").number, request_id=5)
    assert rule_of(divergence(DivergenceKind.EXTRA, link)) is None
    assert rule_of(divergence(DivergenceKind.EXTRA, CLOSING)) == "async.one-closing-indication"


def test_the_request_of_a_divergence_is_found_by_its_id_and_port():
    before = (QUERY, EVENT)
    answer = CLOSING.replace(request_id=QUERY.request_id)
    found = transaction_of(divergence(DivergenceKind.MISSING, None, answer, before=before))
    assert found.endswith(f"at record {QUERY.index}")
    elsewhere = answer.replace(port=QUERY.port + 1)
    for other in (elsewhere, EVENT, answer.replace(request_id=9999)):
        assert transaction_of(divergence(DivergenceKind.EXTRA, other, before=before)) == ""
