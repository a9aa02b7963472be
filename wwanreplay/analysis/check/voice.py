"""Rules of voice calls in context reports of devices that separate voice and data."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.contexts import (
    ACTIVATION,
    CONNECTION,
    REGISTERED,
    STATE,
    TRANSIENT,
    UNSEEN_CONTEXTS,
    VOICE,
    contexts,
    voice_class,
)
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import SECOND, Item, Session

NONE = number.WwanVoiceCallStateNone
IN_PROGRESS = number.WwanVoiceCallStateInProgress
HANG_UP = number.WwanVoiceCallStateHangUp
_SOON_NS = 10 * SECOND


def _separate(session: Session) -> bool:
    return bool(voice_class(session) == number.WwanVoiceClassSeparateVoiceData)


def _voice_reports(session: Session) -> dict[int, list[Item]]:
    found: dict[int, list[Item]] = {}
    for item in session.reports(STATE):
        if item.u_status == 0 and item[VOICE] is not None:
            found.setdefault(item.port, []).append(item)
    return found


@rule("connect.voice-init-none")
def voice_init_none(session: Session) -> Iterator[Judgement]:
    """The first report of a session has no call, unless an event of one came."""
    if not _separate(session):
        return
    for reports in _voice_reports(session).values():
        first = reports[0]
        if first.is_event and first[VOICE] == IN_PROGRESS:
            continue
        if first[VOICE] and not session.is_whole:
            yield first, Undecided("a call may have begun before the recording")
            continue
        yield first, f"VoiceCallState is {first[VOICE]} before any call" if first[VOICE] else ""


@rule("connect.voice-start")
def voice_start(session: Session) -> Iterator[Judgement]:
    """The start of a call is reported by an event, with the context's other members as they are.
    The start is seen in a later report, or in the recorded environment.
    """
    if not _separate(session):
        return
    reports = _voice_reports(session)
    for items in reports.values():
        reported = False
        for item in items:
            if item.is_event and item[VOICE] == IN_PROGRESS:
                if not reported:
                    yield item, _other_members(session, item)
                reported = True
            elif item is items[0] and item[VOICE] == IN_PROGRESS and not session.is_whole:
                yield item, Undecided("a call may have begun before the recording")
            elif item[VOICE] == IN_PROGRESS and not reported:
                yield item, "a call is in progress that no event reported"
            elif item[VOICE] != IN_PROGRESS:
                reported = False
    for stimulus in session.stimuli_of("VOICE_CALL"):
        start = stimulus.time_ns
        if stimulus["State"] != IN_PROGRESS or session.end_ns - start < _SOON_NS:
            continue
        if not _can_call(session, stimulus.at):
            continue
        port = stimulus.port
        if session.value_before(stimulus.at, STATE, VOICE, port) == IN_PROGRESS:
            continue
        reported = any(
            item.is_event and item[VOICE] == IN_PROGRESS
            for item in session.reports_between(STATE, start, start + _SOON_NS, port=port)
        )
        yield stimulus, "" if reported else "no event tells that a call began"


def _can_call(session: Session, at: int) -> bool:
    """Whether the device was registered, as far as the reports show: else no call is possible."""
    report = session.last_report(number.NDIS_STATUS_WWAN_REGISTER_STATE, at)
    return (
        report is not None
        and report["RegistrationState.RegisterState"] in REGISTERED
        and not session.interrupted(report.at, at)
    )


def _other_members(session: Session, item: Item) -> str:
    """What is wrong with the context in a voice event; empty when it is as reported last."""
    view = contexts(session)
    before = view.last(item.port, item.at)
    if before is None or session.interrupted(before.at, item.at):
        return ""
    was, now = before[ACTIVATION], item[ACTIVATION]
    if was == now or (was in TRANSIENT and view.set_failed(before, item)):
        return ""
    return f"a voice event changes ActivationState from {was} to {now}"


@rule("connect.voice-end")
def voice_end(session: Session) -> Iterator[Judgement]:
    """The end of a call is reported by one event with hang-up; afterwards there is none."""
    for items in _voice_reports(session).values():
        state: int | None = None
        for item in items:
            value = item[VOICE]
            if value == HANG_UP and item.is_event:
                if state is not None:
                    again = state != IN_PROGRESS
                    yield item, "hang-up of a call that is not in progress" if again else ""
                state = HANG_UP
            elif value == HANG_UP:
                yield item, "hang-up in an answer: it is for the event only"
            elif value == NONE:
                if state == IN_PROGRESS:
                    yield item, "a call ended without an event"
                elif state == HANG_UP:
                    yield item, ""
                state = NONE
            else:
                state = IN_PROGRESS


@rule("connect.voice-connection-id-zero")
def voice_connection_id_zero(session: Session) -> Iterator[Judgement]:
    """A voice event without an active context has ConnectionId 0."""
    view = contexts(session)
    for port, items in _voice_reports(session).items():
        before = NONE
        for item in items:
            value = item[VOICE]
            is_voice = item.is_event and value != before and value in (IN_PROGRESS, HANG_UP)
            before = value
            if is_voice and not view.active(port, item.at):
                connection = item[CONNECTION]
                if connection and not session.is_whole and not view.known(port, item.at):
                    yield item, UNSEEN_CONTEXTS
                    continue
                yield item, f"ConnectionId {connection} without a context" if connection else ""
