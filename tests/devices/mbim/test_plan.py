"""What a script or a recording would send to a real device, and what is refused before that."""

import pytest

from wwanreplay._core import Event, Kind, Namespace, RecordFlag
from wwanreplay.devices.mbim.plan import (
    NAMED_MAX,
    NO_COMMAND,
    OPERATOR,
    OWN,
    check_plan,
    check_words,
    is_for_operator,
    plan_events,
    plan_script,
)
from wwanreplay.errors import UsageError
from wwanreplay.mbim.rows.guards import MEANINGS
from wwanreplay.mbim.tables import command_code
from wwanreplay.mbim.versions import VERSION
from wwanreplay.protocol.kinds import OUTPUTS, REQUESTS
from wwanreplay.record import Session
from wwanreplay.script import Script, shipped_scripts
from wwanreplay.trace import TraceReader

SCRIPTS = shipped_scripts()
STRUCTURES = 2


def events_of(script: Script) -> list[Event]:
    session = Session(f"emulated:{script.profile}", seed=script.seed)
    session.play(script)
    session.close()
    with TraceReader(session.trace()) as reader:
        return list(reader)


def test_each_step_of_a_shipped_script_is_sent_or_has_a_reason() -> None:
    for script in SCRIPTS.values():
        for step in plan_script(script, STRUCTURES):
            assert (step.message is None) == bool(step.reason), step.place
            assert step.reason in ("", OPERATOR, NO_COMMAND)


def test_the_stimuli_of_a_script_are_left_to_the_operator() -> None:
    plan = [step for script in SCRIPTS.values() for step in plan_script(script, STRUCTURES)]
    stimuli = [step for step in plan if step.what.startswith("stimulus ")]
    assert stimuli
    assert {step.reason for step in stimuli} == {OPERATOR}
    assert any(step.shorthand for step in stimuli)


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_requests_of_a_recording_are_those_of_its_script(name: str) -> None:
    script = SCRIPTS[name]
    events = events_of(script)
    plan = list(plan_events(events))
    requests = [step for step in plan if step.reason != OPERATOR]
    assert len(requests) == sum(event.kind in REQUESTS for event in events)
    for_operator = [event for event in events if is_for_operator(event)]
    assert len(plan) - len(requests) == len(for_operator)
    sent = [step.command for step in plan if step.message is not None]
    wanted = [step.command for step in plan_script(script, STRUCTURES) if step.message is not None]
    assert sent == wanted
    assert all(step.place.startswith("record ") for step in plan)


def test_a_guarded_command_is_named_with_its_place_and_its_word() -> None:
    plan = plan_script(SCRIPTS["pin"], STRUCTURES)
    with pytest.raises(UsageError, match=r"--allow-send pin .*: .*MBIM_CID_PIN") as error:
        check_plan(plan, ())
    assert "\n" not in str(error.value)
    check_plan(plan, MEANINGS)


def test_of_many_guarded_commands_the_first_are_named_and_the_rest_counted() -> None:
    guarded = [step for step in plan_script(SCRIPTS["pin"], STRUCTURES) if step.guard]
    with pytest.raises(UsageError, match=rf"and {3 * NAMED_MAX - NAMED_MAX} more$"):
        check_plan((guarded * 3 * NAMED_MAX)[: 3 * NAMED_MAX], ())


def test_a_word_that_allows_nothing_is_refused_with_those_that_do() -> None:
    check_words(MEANINGS)
    with pytest.raises(UsageError, match=r"--allow-send pins: .*\bpin, "):
        check_words(["pins"])


def test_personal_values_are_masked_in_what_would_be_sent() -> None:
    plan = plan_script(SCRIPTS["pin"], STRUCTURES)
    pins = {dict(step.fields).get("Pin") for step in plan} - {None}
    assert pins
    assert all(pin.startswith("*** (") and pin.endswith(" characters)") for pin in pins)


def test_outputs_are_not_planned() -> None:
    events = [event for event in events_of(SCRIPTS["power"]) if event.kind in OUTPUTS]
    assert events
    assert list(plan_events(events)) == []


def test_a_stimulus_of_a_recording_is_known_by_its_shorthand_and_an_inferred_one_is_none() -> None:
    events = [event for event in events_of(SCRIPTS["demo"]) if event.kind == Kind.KIND_STIMULUS]
    plan = list(plan_events(events))
    assert {"coverage-lost", "coverage-back"} <= {step.shorthand for step in plan}
    inferred = [event.replace(flags=RecordFlag.FLAG_INFERRED) for event in events]
    assert list(plan_events(inferred)) == []


def test_the_version_is_agreed_on_by_each_session_itself() -> None:
    code = command_code(*VERSION)
    event = Event(Kind.KIND_QUERY, 0, code=code, namespace=Namespace.NAMESPACE_MBIM, index=3)
    (step,) = list(plan_events([event]))
    assert (step.place, step.what) == ("record 3", "query MBIM_CID_VERSION")
    assert (step.message, step.reason) == (None, OWN)
