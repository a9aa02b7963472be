"""Strategies for users: what they draw can be sent, and what was recorded replays."""

import subprocess
import sys

import pytest
from groups import sampled
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

import wwanreplay
from wwanreplay import strategies
from wwanreplay.devices.buffers import DEFAULT_STRUCTURES, encode_request, encode_stimulus
from wwanreplay.devices.profile import shipped_profiles
from wwanreplay.devices.toml import ValuePlace
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.record import Session
from wwanreplay.trace import TraceReader

quick = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
PHASES = (Phase.generate, Phase.shrink)
MODELLED = [row.name for row in PROTOCOL.tables.oids if row.modelled is not None]


@pytest.mark.parametrize("oid", sampled(MODELLED, 12))
def test_every_request_of_an_oid_can_be_sent(oid):
    drawn = set()

    @settings(quick, max_examples=12)
    @given(strategies.requests([oid]))
    def check(request):
        row = PROTOCOL.oid(request.oid)
        encode_request(row, request.operation, DEFAULT_STRUCTURES, request.values)
        assert getattr(row, request.operation)
        drawn.add(request.oid)

    check()
    assert drawn == {oid}


@pytest.mark.parametrize("name", PROTOCOL.stimulus_by_name)
def test_every_stimulus_can_happen(name):
    @settings(quick, max_examples=12)
    @given(strategies.stimuli([name]))
    def check(stimulus):
        assert stimulus.name == name
        encode_stimulus(name, stimulus.values, ValuePlace(name))

    check()


@settings(quick)
@given(strategies.sessions(steps_max=6))
def test_a_session_replays_as_equal(trace):
    result = wwanreplay.replay(trace)
    assert result.equal, result


@settings(quick, max_examples=10)
@given(strategies.steps(steps_max=4), st.sampled_from(sorted(shipped_profiles())))
def test_steps_go_with_every_profile(steps, profile):
    assert TraceReader(strategies.recorded(steps, profile)).verify().sound


def test_the_same_steps_give_the_same_trace():
    steps = [strategies.Request("query", "OID_WWAN_READY_INFO"), strategies.Wait(5)]
    first, second = (
        wwanreplay.open_trace(strategies.recorded(steps, seed=3)).verify().digest for _ in range(2)
    )
    assert first == second


def test_the_smallest_example_is_small_and_can_be_typed_again():
    few = settings(quick, max_examples=20, database=None, phases=PHASES)
    request = find(strategies.requests(["OID_WWAN_CONNECT"], ["set"]), lambda _: True, settings=few)
    assert request == strategies.Request("set", "OID_WWAN_CONNECT", {}, 0)
    stimulus = find(strategies.stimuli(["coverage"]), lambda _: True, settings=few)
    again = eval(repr([request, stimulus, strategies.Wait(1)]), vars(strategies))
    assert again[:2] == [request, stimulus]


def test_members_of_a_variable_part_are_left_to_the_encoder():
    seen = set()

    @settings(quick, max_examples=60)
    @given(strategies.requests(["OID_WWAN_CONNECT"], ["set"]))
    def check(request):
        seen.update(request.values)

    check()
    assert {"SetContextState.ConnectionId", "SetContextState.ActivationCommand"} <= seen
    assert [name for name in seen if "TrafficParameters" in name] == []


def test_a_step_acts_on_a_session():
    session = Session("lte-home")
    strategies.Wait(5 * 10**9).apply(session)
    assert session.now_ns == 5 * 10**9
    assert strategies.Request("query", "OID_WWAN_READY_INFO").apply(session) == 1
    strategies.Stimulus("coverage", {"Available": 0}).apply(session)
    session.run("60s")
    assert session.state()["register_state"] != 3


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: strategies.requests(["OID_WWAN_CONECT"]), "OID_WWAN_CONNECT"),
        (lambda: strategies.requests(operations=["read"]), "'read' is none of query, set, method"),
        (lambda: strategies.requests(["OID_WWAN_CONNECT"], ["method"]), "has a method"),
        (lambda: strategies.stimuli(["no-such"]), "no-such"),
        (lambda: strategies.stimuli([]), "no stimulus is named"),
    ],
)
def test_a_name_that_is_not_known_is_refused_at_once(make, words):
    with pytest.raises(UsageError, match=words):
        make()


def test_without_hypothesis_one_line_says_what_is_missing():
    code = "import sys; sys.modules['hypothesis'] = None; import wwanreplay.strategies"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "wwanreplay.strategies needs hypothesis: pip install" in done.stderr.splitlines()[-1]
