"""Field traces against the emulated device: what may differ in a log, and what may not."""

from dataclasses import replace

import field_sessions as sessions
import pytest
from field_matrix import Replayed, replayed
from field_sessions import STATUS, Player, Transfer, as_capture, change, connect, order, query, wait
from hypothesis import given, settings
from hypothesis import strategies as st

from wwanreplay._core import Engine, Event, Kind, WireDirection
from wwanreplay.devices.profile import load_profile
from wwanreplay.mbim import messages
from wwanreplay.mbim.messages import Message
from wwanreplay.protocol import PROTOCOL
from wwanreplay.replay.contexts import CONNECT
from wwanreplay.replay.fault import DivergenceKind
from wwanreplay.replay.field_records import choose
from wwanreplay.replay.field_replay import replay_field
from wwanreplay.replay.matchers import field_search
from wwanreplay.replay.recording import transaction_of
from wwanreplay.replay.result import Options

SECOND_NS = 10**9
CONTEXT_QUERY = sessions.UP[1]
OPEN = ("open",)


def played(*steps: sessions.Step, profile: str = "lte-home") -> list[Transfer]:
    return Player(profile).play(steps)


def roots(found: Replayed) -> list[tuple[str, str]]:
    """(kind, indication) of each root."""
    names = PROTOCOL.indication_by_number
    return [
        (str(each.kind), names[each.event.code].name.removeprefix("NDIS_STATUS_WWAN_"))
        for each in found.result.divergences
        if each.root and each.event is not None
    ]


def of_kind(transfers: list[Transfer], kind: int) -> list[int]:
    return [at for at, each in enumerate(transfers) if each.data[:4] == kind.to_bytes(4, "little")]


def answers(transfers: list[Transfer]) -> list[int]:
    return of_kind(transfers, messages.MBIM_COMMAND_DONE)


def through(transfers: list[Transfer]) -> Replayed:
    ordered = sorted(transfers, key=lambda each: each.time_ns)
    return replayed(as_capture(ordered))


def moved(transfers: list[Transfer], at: int, seconds: float) -> list[Transfer]:
    made = list(transfers)
    made[at] = sessions.later(made[at], int(seconds * SECOND_NS))
    return made


# ------------------------------------------------------------------------------- what may differ


def test_a_query_that_takes_its_time_is_as_good_as_another():
    transfers = played(OPEN, *STATUS, wait(60), *STATUS)
    assert roots(through(moved(transfers, answers(transfers)[2], 8))) == []


def test_a_query_that_takes_too_long_is_a_divergence_of_time():
    transfers = played(OPEN, *STATUS, wait(60), *STATUS)
    late = through(moved(transfers, answers(transfers)[2], 12))
    assert roots(late) == [("time", "REGISTER_STATE")]


def test_events_may_come_before_the_answer_that_causes_them():
    transfers = played(OPEN, *STATUS, order(3, RadioState=0), wait(20), *STATUS)
    answer = answers(transfers)[len(STATUS)]
    assert roots(through(moved(transfers, answer, 5))) == []


def test_events_of_one_cause_may_come_in_another_order():
    transfers = played(OPEN, *STATUS, wait(5), change("sim", State=0), wait(20), *STATUS)
    events = of_kind(transfers, messages.MBIM_INDICATE_STATUS_MSG)
    assert len(events) >= 2
    assert roots(through(moved(transfers, events[0], 0.4))) == []


def test_an_answer_may_be_older_than_the_event_that_follows_it():
    # The modem registers by itself, and tells it seconds later.
    transfers = played(("at", 0.2), OPEN, *STATUS, wait(0.5), *STATUS, wait(20), *STATUS)
    assert roots(through(transfers)) == []


@pytest.mark.parametrize("pace", ["quick", "slow"])
def test_an_answer_while_an_order_is_under_way_may_tell_its_end(pace: str):
    transfers = Player("lte-home", pace=pace).play(
        [OPEN, *STATUS, ("burst", (connect(), CONTEXT_QUERY, query(10))), wait(20), CONTEXT_QUERY]
    )
    assert roots(through(transfers)) == []


def test_the_signal_is_reported_as_often_as_the_modem_likes():
    polling = [step for _ in range(5) for step in (wait(30), query(11))]
    transfers = played(OPEN, *STATUS, *polling)
    signal = messages.parse_message(transfers[answers(transfers)[4]].data).buffer
    event = Message(
        messages.MBIM_INDICATE_STATUS_MSG,
        0,
        0,
        messages.parse_message(transfers[answers(transfers)[4]].data).service,
        11,
        signal,
    ).to_bytes()
    again = [Transfer(each.time_ns + SECOND_NS, False, event) for each in transfers[12::2]]
    found = through(transfers + again)
    assert roots(found) == []
    assert found.inferred.stimuli == []


# ------------------------------------------------------------------------------------ contexts


def test_a_query_is_answered_for_the_context_that_it_asks_for():
    one = query(12, SessionId=1, ContextType="00000000-0000-0000-0000-000000000000")
    transfers = played(OPEN, *STATUS, connect(), CONTEXT_QUERY, one, wait(5), one, CONTEXT_QUERY)
    assert roots(through(transfers)) == []


def test_open_and_close_end_the_contexts():
    ends = (("close",), OPEN)
    transfers = played(OPEN, *STATUS, connect(), CONTEXT_QUERY, *ends, CONTEXT_QUERY, connect())
    assert roots(through(transfers)) == []


def test_an_open_ends_each_context_by_an_order_of_its_own():
    transfers = played(OPEN, *STATUS, connect(), OPEN, CONTEXT_QUERY)
    found = through(transfers)
    engine = Engine(load_profile("lte-home").compile(), 0)
    chosen = choose(found.events, engine)
    records = list(chosen.records)
    made = [each for each in records if transaction_of(each) in chosen.resets]
    assert [(each.kind, each.code) for each in made] == [(Kind.KIND_SET, CONNECT)]
    sent = {transaction_of(each) for each in found.events}
    assert not sent & chosen.resets.keys()


def test_a_context_that_stays_over_an_open_is_a_root():
    transfers = played(OPEN, *STATUS, connect(), CONTEXT_QUERY, OPEN, CONTEXT_QUERY)
    active, ended = answers(transfers)[-2:]
    data = transfers[active].data
    number = transfers[ended].data[8:12]
    transfers[ended] = replace(transfers[ended], data=data[:8] + number + data[12:])
    assert roots(through(transfers)) == [("changed", "CONTEXT_STATE")]


# ------------------------------------------------------------------------------------- missing


def test_a_query_that_is_never_answered_is_missing_at_its_place():
    transfers = played(OPEN, *STATUS, wait(60), *STATUS)
    lost = answers(transfers)[1]
    found = through(transfers[:lost] + transfers[lost + 1 :])
    assert roots(found) == [("missing", "RADIO_STATE")]
    (divergence,) = found.result.divergences
    assert found.events[divergence.index].time_ns - transfers[lost - 1].time_ns < SECOND_NS


def test_a_query_that_later_ones_overtake_is_missing_without_any_clock():
    transfers = played(OPEN, *STATUS, *STATUS)
    lost = answers(transfers)[1]
    found = replayed(sessions.as_umbim(transfers[:lost] + transfers[lost + 1 :]))
    assert roots(found) == [("missing", "RADIO_STATE")]


def test_what_is_in_flight_when_the_log_ends_is_not_missed():
    transfers = played(OPEN, *STATUS)
    assert roots(through(transfers[:-1])) == []


def test_requests_before_an_open_are_not_missed():
    transfers = played(OPEN, *STATUS, OPEN, *STATUS, wait(60), *STATUS)
    lost = answers(transfers)[len(STATUS) - 1]
    assert roots(through(transfers[:lost] + transfers[lost + 1 :])) == []


def test_what_is_answered_with_an_error_of_the_function_is_not_missed():
    transfers = played(OPEN, *STATUS, wait(60), *STATUS)
    at = answers(transfers)[1]
    number = int.from_bytes(transfers[at].data[8:12], "little")
    error = Message(messages.MBIM_FUNCTION_ERROR_MSG, number, 4).to_bytes()
    transfers[at] = replace(transfers[at], data=error)
    (divergence,) = through(transfers).result.divergences
    assert divergence.kind is DivergenceKind.WIRE  # and nothing is missing besides
    assert "answered by FUNCTION_ERROR DUPLICATED_TID" in divergence.note


def test_a_failure_with_an_empty_buffer_is_a_root_with_its_status():
    transfers = played(OPEN, *STATUS, wait(60), *STATUS)
    at = answers(transfers)[1]
    message = messages.parse_message(transfers[at].data)
    failed = replace(message, value=1, buffer=b"").to_bytes()
    transfers[at] = replace(transfers[at], data=failed)
    found = through(transfers)
    assert roots(found) == [("changed", "RADIO_STATE")]
    (divergence,) = found.result.divergences
    assert [each.path for each in divergence.fields()] == ["uStatus"]


# ------------------------------------------------------------------------------------- hostile

CODES = st.sampled_from(
    [
        *PROTOCOL.oid_by_number,
        *PROTOCOL.indication_by_number,
        0,
        3,
    ]
)
KINDS = st.sampled_from(
    [Kind.KIND_QUERY, Kind.KIND_SET, Kind.KIND_COMPLETION, Kind.KIND_INDICATION, Kind.KIND_WIRE]
)


@st.composite
def events_of_anything(draw: st.DrawFn) -> list[Event]:
    time_ns, made = 0, []
    for index in range(draw(st.integers(0, 25))):
        time_ns += draw(st.sampled_from([0, 1, 10**6, 10**9, 40 * 10**9]))
        kind = draw(KINDS)
        wire = kind == Kind.KIND_WIRE
        made.append(
            Event(
                kind,
                time_ns,
                code=draw(st.sampled_from([1, 2])) if wire else draw(CODES),
                request_id=0 if wire else draw(st.integers(0, 5)),
                payload=draw(st.binary(max_size=64)),
                cause=draw(st.none() | st.integers(0, index)) if index else None,
                flags=draw(st.sampled_from([0, 1, 2])),
                index=index,
            )
        )
    return made


@pytest.mark.long
@settings(max_examples=60, deadline=None)
@given(events_of_anything())
def test_any_events_are_replayed(events: list[Event]):
    engine = Engine(load_profile("lte-home").compile(), 0)
    result = replay_field(lambda: events, engine, Options())
    assert result.counts["records"] == len(events)
    assert result.root_count <= result.divergence_count


def test_a_search_follows_what_is_driven():
    transfers = played(OPEN, *STATUS)
    found = through(transfers)
    engine = Engine(load_profile("lte-home").compile(), 0)
    kinds = set()
    search = field_search(choose(found.events, engine), engine)
    search.run(lambda _, record: kinds.add(record.kind))
    assert kinds <= {
        Kind.KIND_QUERY,
        Kind.KIND_COMPLETION,
        Kind.KIND_INDICATION,
        Kind.KIND_CLOCK,
    }
    assert WireDirection.WIRE_HOST_TO_DEVICE == 1
