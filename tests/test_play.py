"""The steps of a script in a session: when each comes, and what is wrong names its step."""

import io

import pytest

from wwanreplay._core import Kind
from wwanreplay.errors import UsageError
from wwanreplay.record import Session
from wwanreplay.script import parse_script
from wwanreplay.trace import TraceReader


def played(text, **options):
    session = Session(**options)
    session.play(parse_script(text, "own"))
    return session


def inputs_of(session):
    return [
        event
        for event in TraceReader(io.BytesIO(session.trace()))
        if event.kind <= Kind.KIND_CANCEL or event.kind in (Kind.KIND_STIMULUS, Kind.KIND_LIFECYCLE)
    ]


def test_times_are_kept():
    session = played(
        """
        linger = 0
        step = [
            { at = "3s", query = "OID_WWAN_SIGNAL_STATE" },
            { after = "250us", query = "OID_WWAN_SIGNAL_STATE" },
            { after = 0, stimulus = "signal" },
            { wait = "1s" },
            { after = "1s", stimulus = "signal" },
        ]
        """
    )
    times = [event.time_ns for event in inputs_of(session)]
    assert times == [3_000_000_000, 3_000_250_000, 3_000_250_000, 5_000_250_000]


def test_a_step_without_a_time_waits_for_the_answer():
    session = played(
        'pace = "7ms"\nstep = [{ query = "OID_WWAN_PIN_LIST" }, { query = "OID_WWAN_PIN_LIST" }]'
    )
    first, second = inputs_of(session)
    closing = [event for event in session.events if event.request_id == 1][-1]
    assert second.time_ns == closing.time_ns + 7_000_000
    assert first.time_ns == 7_000_000


def test_until_idle_and_after_count_from_the_answer():
    session = played(
        'step = [{ query = "OID_WWAN_PIN_LIST" },'
        ' { until_idle = true, after = "1ms", query = "OID_WWAN_PIN_LIST" }]'
    )
    second = inputs_of(session)[1]
    closing = [event for event in session.events if event.request_id == 1][-1]
    assert second.time_ns == closing.time_ns + 1_000_000


def test_a_session_that_is_late_goes_on_at_once():
    session = played(
        "linger = 0\npace = 0\n"
        "step = [{ query = 'OID_WWAN_VISIBLE_PROVIDERS' }, { wait = 'idle' },"
        " { at = '10ms', stimulus = 'signal' }]"
    )
    requested, late = inputs_of(session)
    closing = [event for event in session.events if event.request_id == requested.request_id][-1]
    assert late.time_ns == closing.time_ns > 10_000_000


def test_what_a_session_refuses_names_the_step():
    script = "step = [{ note = 'a' }, { query = 'OID_WWAN_DEVICE_SERVICES' }]"
    with pytest.raises(UsageError, match=r"^own\.toml: step 2.*by name only"):
        played(script)


def test_behind_the_steps_nothing_is_named_any_more():
    assert played("step = [{ note = 'a' }]").place == ""
