"""Rules of voice calls, each on a sound device and on one that deviates."""

import pytest
from rule_contexts import (
    CONNECTION,
    CONTEXT,
    HANG_UP,
    IN_PROGRESS,
    INACTIVE,
    NO_CALL,
    VOICE_PHONE,
    phone_calls,
)
from rule_faults import alter, drop, duplicate
from rule_scenarios import shows


@pytest.mark.rule("connect.voice-init-none")
def test_no_call_at_the_start() -> None:
    shows(
        "connect.voice-init-none",
        phone_calls,
        alter(CONTEXT, 1, fields=IN_PROGRESS),
        alter(CONTEXT, 1, fields=HANG_UP),
        mapping=VOICE_PHONE,
    )


@pytest.mark.rule("connect.voice-start")
def test_start_of_a_call_is_reported() -> None:
    shows(
        "connect.voice-start",
        phone_calls,
        drop(CONTEXT, values=IN_PROGRESS, unsolicited=True, seen_at=CONTEXT),
        drop(CONTEXT, 2, values=IN_PROGRESS, unsolicited=True, seen_at="STIMULUS_VOICE_CALL"),
        alter(CONTEXT, 2, values=IN_PROGRESS, unsolicited=True, fields=INACTIVE),
        mapping=VOICE_PHONE,
        times=4,
    )


@pytest.mark.rule("connect.voice-end")
def test_end_of_a_call_is_reported_once() -> None:
    shows(
        "connect.voice-end",
        phone_calls,
        drop(CONTEXT, values=HANG_UP, seen_at=CONTEXT),
        duplicate(CONTEXT, values=HANG_UP),
        alter(CONTEXT, values=HANG_UP, fields=NO_CALL),
        mapping=VOICE_PHONE,
        times=4,
    )


@pytest.mark.rule("connect.voice-connection-id-zero")
def test_voice_event_without_a_context_names_none() -> None:
    shows(
        "connect.voice-connection-id-zero",
        phone_calls,
        alter(CONTEXT, 1, values=IN_PROGRESS, unsolicited=True, fields={CONNECTION: 1}),
        alter(CONTEXT, 1, values=HANG_UP, fields={CONNECTION: 5}),
        mapping=VOICE_PHONE,
        times=2,
    )
