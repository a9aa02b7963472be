"""What an exact replay reports: each fault once, at its place, with its consequences."""

import random
from functools import partial

import pytest
from alterations import assert_all_reported, drops, duplicates, headers, octets, swaps
from groups import every, sampled
from hypothesis import given
from hypothesis import strategies as st
from replay_samples import (
    PROFILES,
    activate,
    changed_octet,
    drive,
    events_of,
    new_session,
    sample_events,
    sample_trace,
)

from wwanreplay._core import (
    Kind,
)
from wwanreplay.devices.faults import parse_faults
from wwanreplay.protocol import PROTOCOL
from wwanreplay.replay import DivergenceKind, replay, replay_events
from wwanreplay.trace.edit import rewrite

OUTPUTS = (Kind.KIND_COMPLETION, Kind.KIND_INDICATION)


def reported(result):
    return [(str(found.kind), found.root, found.index) for found in result.divergences]


def roots(result):
    return [found for found in result.divergences if found.root]


def places(events, name):
    number = PROTOCOL.indication(name).number
    return [n for n, event in enumerate(events) if event.code == number]


def hidden_stimulus(name, values):
    """A recording of a device to which something happened that the recording does not tell."""
    with new_session() as session:
        session.run("12s")
        activate(session)
        session.until_idle()
        session.run("1s")
        session.stimulus(name, values)
        session.run("5s")
        for oid in ("RADIO_STATE", "REGISTER_STATE", "PACKET_SERVICE", "READY_INFO", "CONNECT"):
            session.query(f"OID_WWAN_{oid}")
            session.until_idle()
        session.query("OID_GEN_LINK_STATE")
        session.run("20s")
        session.query("OID_WWAN_REGISTER_STATE")
        session.until_idle()
        events, new_engine = events_of(session.trace())
    place = next(n for n, event in enumerate(events) if event.kind == Kind.KIND_STIMULUS)
    del events[place]
    return events, new_engine, place


def faulty(text):
    with new_session(faults=parse_faults(text, "faults.toml")) as session:
        drive(session)
        return session.trace()


@pytest.mark.parametrize("profile", sampled(PROFILES, 2))
@pytest.mark.parametrize(
    "sort", [drops, duplicates, swaps, headers], ids=lambda sort: sort.__name__
)
def test_a_dropped_repeated_swapped_or_changed_output_is_reported_at_that_event(profile, sort):
    assert assert_all_reported(*sample_events(profile), sort) >= 25


@pytest.mark.parametrize("profile", sampled(PROFILES, ["pin-locked"]))
def test_every_altered_payload_byte_is_reported_at_that_event(profile):
    step = 1 if profile == "pin-locked" else every(5)
    assert assert_all_reported(*sample_events(profile), partial(octets, step=step)) > 1000 // step


@pytest.mark.parametrize("chunk_size", [1, 300, 2000])
def test_faults_are_reported_alike_in_chunks_of_any_size(chunk_size):
    events, new_engine = sample_events()
    for place in (4, 12, 19, 33):
        edited = [
            changed_octet(event, 2) if n == place and event.payload else event
            for n, event in enumerate(events)
        ]
        del edited[place + 20]
        whole = replay_events(edited, new_engine())
        result = replay_events(edited, new_engine(), chunk_size=chunk_size)
        assert reported(result) == reported(whole)
        assert result.digest == whole.digest


def test_independent_faults_are_each_reported_once():
    events, new_engine = sample_events()
    states = places(events, "NDIS_STATUS_WWAN_REGISTER_STATE")
    signals = places(events, "NDIS_STATUS_WWAN_SIGNAL_STATE")
    context = places(events, "NDIS_STATUS_WWAN_CONTEXT_STATE")[0]
    edited = list(events)
    edited[signals[0]] = changed_octet(events[signals[0]], 8)
    edited[states[-1]] = changed_octet(events[states[-1]], 24)
    edited.insert(states[3], events[states[3]])  # a repetition
    assert signals[0] < states[3] < context < states[-1]
    del edited[context + 1]
    result = replay_events(edited, new_engine())
    assert reported(result) == [
        ("changed", True, signals[0]),
        ("extra", True, states[3] + 1),
        ("missing", True, context + 1),
        ("changed", True, states[-1]),
    ]


@pytest.mark.long
@given(st.data())
def test_random_faults_never_break_a_replay(data):
    events, new_engine = sample_events()
    edited = list(events)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(edited) - 1))
        event = edited[place]
        action = data.draw(st.sampled_from(["drop", "repeat", "time", "swap", "octet"]))
        if action == "drop":
            del edited[place]
        elif action == "repeat":
            edited.insert(place, event)
        elif action == "time":
            shift_ns = data.draw(st.integers(-(10**10), 10**10))
            edited[place] = event.replace(time_ns=event.time_ns + shift_ns)
        elif action == "swap":
            other = data.draw(st.integers(0, len(edited) - 1))
            edited[place], edited[other] = edited[other], edited[place]
        elif event.payload:
            edited[place] = changed_octet(event, data.draw(st.integers(0, len(event.payload) - 1)))
    result = replay_events(edited, new_engine(), chunk_size=data.draw(st.sampled_from([1, 900])))
    again = replay_events(edited, new_engine())
    assert reported(result) == reported(again)
    indexes = [found.index for found in result.divergences]
    assert all(0 <= index <= len(edited) for index in indexes)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("hardware_radio", {"State": "WwanRadioOff"}),
        ("network_deactivate", {"ConnectionId": 1, "NwError": 36}),
        ("coverage", {"Available": 0, "ProviderIndex": 0xFFFFFFFF}),
        ("signal", {"Rssi": 3, "ErrorRate": 99}),
        ("sim", {"State": 0}),
    ],
)
def test_what_follows_from_a_change_that_the_model_does_not_know_is_no_root(name, values):
    events, new_engine, place = hidden_stimulus(name, values)
    result = replay_events(events, new_engine())
    assert result.root_count == 1
    (root,) = roots(result)
    assert root.kind is DivergenceKind.EXTRA
    assert root.index == place
    assert result.divergence_count <= 5


@pytest.mark.parametrize(
    ("action", "kind", "consequences"),
    [
        ("silence = true", DivergenceKind.MISSING, True),
        ("removal = true", DivergenceKind.MISSING, True),
        ("drop = true", DivergenceKind.MISSING, False),
        ("duplicate = true", DivergenceKind.EXTRA, False),
        ('delay = "5ms"', DivergenceKind.TIME, False),
        ('delay = "3s"', DivergenceKind.TIME, False),
    ],
)
def test_a_faulty_device_has_one_root(action, kind, consequences):
    trace = faulty(f"[[fault]]\n{action}\nwhen.event = 18\n")
    result = replay(trace)
    assert [found.kind for found in roots(result)] == [kind]
    assert (result.divergence_count > 1) == consequences


def test_a_late_output_is_one_divergence_of_time_at_its_record():
    events, new_engine = sample_events()
    late = events[24].replace(time_ns=events[37].time_ns)
    edited = [*events[:24], *events[25:38], late, *events[38:]]
    result = replay_events(edited, new_engine())
    assert reported(result) == [("time", True, 37)]
    (found,) = result.divergences
    assert found.recorded.time_ns - found.expected.time_ns == late.time_ns - events[24].time_ns


def test_a_slow_transaction_has_its_end_as_a_consequence():
    events, new_engine = sample_events()
    completion = next(n for n, event in enumerate(events) if event.request_id == 11 and n > 38 - 1)
    request_id = events[completion].request_id
    edited = [
        event.replace(time_ns=event.time_ns + 1000)
        if event.kind in OUTPUTS and event.request_id == request_id
        else event
        for event in events
    ]
    result = replay_events(edited, new_engine())
    assert [found.root for found in result.divergences] == [True, False]
    assert {found.kind for found in result.divergences} == {DivergenceKind.TIME}


def test_the_same_wrong_value_again_is_no_further_root():
    events, new_engine = sample_events()
    edited = list(events)
    states = places(events, "NDIS_STATUS_WWAN_REGISTER_STATE")
    for place in states[1:4]:
        edited[place] = changed_octet(events[place], 20)
    result = replay_events(edited, new_engine())
    assert [found.index for found in roots(result)] == [states[1]]
    assert {found.root_index for found in result.divergences if not found.root} <= {states[1]}


def test_an_output_missing_at_the_very_end_is_found():
    events, new_engine = sample_events()
    last = max(n for n, event in enumerate(events) if event.kind in OUTPUTS)
    result = replay_events([*events[:last], *events[last + 1 :]], new_engine())
    assert reported(result) == [("missing", True, last)]


def test_an_output_missing_from_the_answer_to_the_last_input_is_found():
    events, new_engine = sample_events()
    asked = next(n for n, event in enumerate(events) if event.code == 0x0E010100)
    assert events[asked + 1].kind == Kind.KIND_COMPLETION
    assert reported(replay_events(events[: asked + 1], new_engine())) == [
        ("missing", True, asked + 1)
    ]


def test_a_divergence_tells_both_sides_the_state_and_what_was_before():
    events, new_engine = sample_events()
    edited = list(events)
    edited[19] = changed_octet(events[19], 16, 2)
    (found,) = replay_events(edited, new_engine()).divergences
    assert found.recorded == edited[19]
    assert found.expected == events[19].replace(index=None)
    assert [field.path for field in found.fields()] == ["RegistrationState.RegisterMode"]
    assert [event.index for event in found.before] == [14, 15, 16, 17, 18]
    assert found.state["register_state"] == 3
    assert found.state["time_ns"] == events[19].time_ns


def test_the_nearest_candidate_of_a_repetition_is_what_it_repeats():
    events, new_engine = sample_events()
    edited = [*events[:20], events[19], *events[20:]]
    (found,) = replay_events(edited, new_engine()).divergences
    assert (found.index, found.nearest.index) == (20, 19)


def test_only_so_many_divergences_are_listed_and_all_are_counted():
    events, new_engine = sample_events()
    edited = [
        changed_octet(event, at % len(event.payload), 1 + at)
        if event.kind in OUTPUTS and event.payload
        else event
        for at, event in enumerate(events)
    ]
    everything = replay_events(edited, new_engine())
    few = replay_events(edited, new_engine(), divergences_max=3)
    assert len(few.divergences) == 3
    assert few.divergence_count == everything.divergence_count > 10


@pytest.mark.long
def test_a_recording_with_very_many_divergences_ends():
    events, new_engine = sample_events()
    noise = random.Random(1)
    edited = []
    for event in events * 40:
        changed = event.kind in OUTPUTS and event.payload
        place = noise.randrange(len(event.payload)) if changed else 0
        edited.append(changed_octet(event, place) if changed else event)
    result = replay_events(edited, new_engine(), chunk_size=4096, divergences_max=5)
    assert result.divergence_count > 500


def test_divergences_before_the_start_are_counted_but_not_reported():
    events, _ = sample_events()
    first, second, third = places(events, "NDIS_STATUS_WWAN_REGISTER_STATE")[1:6:2]
    trace = rewrite(
        sample_trace(),
        lambda found: [
            changed_octet(event, 24, 1 + n) if n in (first, second, third) else event
            for n, event in enumerate(found)
        ],
    )

    def at(*indexes):
        return [("changed", True, index) for index in indexes]

    assert reported(replay(trace)) == at(first, second, third)
    result = replay(trace, start_record=second + 1)
    assert reported(result) == at(third)
    assert result.before_start_count == 2
    assert reported(replay(trace, start_time_ns=events[second].time_ns)) == at(second, third)
    assert reported(replay(trace, stop_record=third)) == at(first, second)
    result = replay(trace, stop_time_ns=events[second].time_ns - 1)
    assert reported(result) == at(first)
    assert result.recorded_digest is None
    assert reported(replay(trace, fail_fast=True)) == at(first)
