"""Rules of what a voice call does to the packet connection."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.contexts import STATE, VOICE, contexts, voice_class
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.registry import Judgement, rule
from wwanreplay.analysis.check.session import Item, Session
from wwanreplay.analysis.check.states import SOON_NS, first_at

LINK = number.NDIS_STATUS_LINK_STATE
LINK_STATE = "MediaConnectState"
UP = number.MediaConnectStateConnected
DOWN = number.MediaConnectStateDisconnected
IN_PROGRESS = number.WwanVoiceCallStateInProgress
HANG_UP = number.WwanVoiceCallStateHangUp


def _voice_events(session: Session, wanted: int, state: int) -> Iterator[Item]:
    """Events that begin or end a call, in a session of such a device, with an active context."""
    if voice_class(session) != wanted:
        return
    view = contexts(session)
    for item in session.reports(STATE):
        if item.is_event and item.u_status == 0 and item[VOICE] == state:
            port = item.port
            if view.active(port, item.at) and view.active(port, item.at + 1):
                yield item


@rule("voice.data-suspend", ndis_only=True)
def data_suspend(session: Session) -> Iterator[Judgement]:
    """A call takes the link down before it is reported; its end brings the link up after that."""
    separate = number.WwanVoiceClassSeparateVoiceData
    for item in _voice_events(session, separate, IN_PROGRESS):
        port = item.port
        before = session.last_report(LINK, item.at, port=port)
        if before is not None and not session.interrupted(before.at, item.at):
            down = before[LINK_STATE] == DOWN
            yield item, "" if down else "a call is reported before the link went down"
    for item in _voice_events(session, separate, HANG_UP):
        port, time_ns = item.port, item.time_ns
        start = first_at(session, item)
        early = [
            each
            for each in session.reports_inside(LINK, start - 1, item.at, port=port)
            if each[LINK_STATE] == UP
        ]
        late = [
            each
            for each in session.reports_between(LINK, time_ns, time_ns + SOON_NS, port=port)
            if each.at > item.at and each[LINK_STATE] == UP
        ]
        if early:
            yield item, "the link went up before the end of the call was reported"
        elif late:
            yield item, ""
        elif (
            session.end_ns >= time_ns + SOON_NS
            and not session.interrupted(item.at, 1 << 62)
            and not session.reports_between(STATE, time_ns + 1, time_ns + SOON_NS, port=port)
        ):
            yield item, "the link stayed down after a call"


@rule("voice.simultaneous", ndis_only=True)
def simultaneous(session: Session) -> Iterator[Judgement]:
    """A call leaves the link alone where voice and data go together."""
    together = number.WwanVoiceClassSimultaneousVoiceData
    for item in _voice_events(session, together, IN_PROGRESS):
        port, time_ns = item.port, item.time_ns
        links = session.reports_inside(LINK, first_at(session, item) - 1, 1 << 62, port=port)
        down = [
            each
            for each in links[:8]
            if each[LINK_STATE] == DOWN and each.time_ns - time_ns < SOON_NS // 10
        ]
        ended = down and not contexts(session).active(port, down[0].at + 3)
        yield item, "a call took the link down" if down and not ended else ""
