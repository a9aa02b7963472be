"""Rules of what follows a context: its notification with other changes, and the link's state."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.contexts import (
    ACTIVATED,
    ACTIVATION,
    DEACTIVATED,
    STATE,
    Contexts,
    contexts,
    is_answer,
)
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.registry import Judgement, rule
from wwanreplay.analysis.check.session import SECOND, Item, Session

LINK = number.NDIS_STATUS_LINK_STATE
PACKET = number.NDIS_STATUS_WWAN_PACKET_SERVICE
REGISTER = number.NDIS_STATUS_WWAN_REGISTER_STATE
_SPEED_UNKNOWN = 0xFFFFFFFFFFFFFFFF
_LINK_SPEED_CHANGE = 0x40010013
# Events of one change come within this time.
_SOON_NS = 10 * SECOND

_OLD_CODES = {
    number.NDIS_STATUS_MEDIA_CONNECT: "NDIS_STATUS_MEDIA_CONNECT",
    number.NDIS_STATUS_MEDIA_DISCONNECT: "NDIS_STATUS_MEDIA_DISCONNECT",
    _LINK_SPEED_CHANGE: "NDIS_STATUS_LINK_SPEED_CHANGE",
}
_LOST = {
    (PACKET, "PacketService.PacketServiceState"): (number.WwanPacketServiceStateDetached,),
    (REGISTER, "RegistrationState.RegisterState"): (
        number.WwanRegisterStateDeregistered,
        number.WwanRegisterStateDenied,
    ),
}


def _is_query(item: Item) -> bool:
    return item.transaction is not None and item.transaction.is_query


def _reported_deactivated(session: Session, port: int, since_ns: int, until_ns: int) -> bool:
    """Whether a completion or event reported a deactivation on a port in a span of time."""
    return any(
        item[ACTIVATION] == DEACTIVATED and item.u_status == 0 and not _is_query(item)
        for item in session.reports_between(STATE, since_ns, until_ns, port=port)
    )


@rule("connect.notify-network-deactivation")
def notify_network_deactivation(session: Session) -> Iterator[Judgement]:
    """The end of a context without a set is reported by an event.

    The end is seen in a link that goes down for good, in a query, or in a recorded action of the
    network.
    """
    view = contexts(session)
    yield from _links_down(session, view)
    for port in view.ports:
        for item in view.reports(port):
            before = view.last(port, item.at)
            if before is None or not view.active(port, item.at) or item[ACTIVATION] != DEACTIVATED:
                continue
            if item.is_event:
                yield item, ""
            elif _is_query(item) and not session.interrupted(before.at, item.at):
                yield item, "a query shows a deactivation that no event reported"
    for stimulus in session.stimuli_of("NETWORK_DEACTIVATE"):
        port, start = stimulus.port, stimulus.time_ns
        if stimulus["ConnectionId"] not in view.active(port, stimulus.at):
            continue
        if session.end_ns - start < _SOON_NS or session.interrupted(stimulus.at, 1 << 62):
            continue
        reported = _reported_deactivated(session, port, start, start + _SOON_NS)
        yield stimulus, "" if reported else "no event tells that the network ended the context"


def _links_down(session: Session, view: Contexts) -> Iterator[Judgement]:
    for item in session.judged_reports(LINK):
        port, time_ns = item.port, item.time_ns
        if item["MediaConnectState"] != number.MediaConnectStateDisconnected:
            continue
        before = _first_at(session, item)
        if not view.active(port, before) or session.interrupted(before, item.at):
            continue
        following = view.next(port, before - 1)
        if following is not None:
            lost = _is_query(following) and following[ACTIVATION] == DEACTIVATED
            yield item, "the link went down for good, and no event reported why" if lost else ""
        elif session.end_ns - time_ns >= _SOON_NS and not _link_reported(
            session, port, item, number.MediaConnectStateConnected
        ):
            yield item, "the link went down for good, and no event reported why"


def _first_at(session: Session, item: Item) -> int:
    """The first position with the time of an event: all events of one cause have one time."""
    at = item.at
    while at and session.items[at - 1].event.time_ns == item.time_ns:
        at -= 1
    return at


@rule("connect.notify-with-other-changes")
def notify_with_other_changes(session: Session) -> Iterator[Judgement]:
    """A detach or deregistration does not replace the event of the context that it ends."""
    view = contexts(session)
    for (code, path), states in _LOST.items():
        for item in session.reports(code):
            if item.u_status or item[path] not in states or _is_query(item):
                continue
            start = _first_at(session, item)
            for port in view.ports:
                if not view.active(port, start):
                    continue
                following = view.next(port, start - 1)
                if following is None or session.interrupted(start, following.at):
                    continue
                if following[ACTIVATION] == DEACTIVATED:
                    wrong = _is_query(following)
                    yield (
                        following,
                        "deactivated by another change, but not reported" if wrong else "",
                    )


def _transitions(view: Contexts, port: int) -> Iterator[Item]:
    """The reports (no answers of queries) that changed whether the port has an active context."""
    for item in view.reports(port):
        before, after = view.active(port, item.at), view.active(port, item.at + 1)
        if bool(before) != bool(after) and not is_answer(view.session, item):
            yield item


@rule("connect.link-state", ndis_only=True)
def link_state(session: Session) -> Iterator[Judgement]:
    """Activation and deactivation show as NDIS_STATUS_LINK_STATE, not in the older codes."""
    for code, name in _OLD_CODES.items():
        for item in session.judged_reports(code):
            yield item, f"{name} instead of NDIS_STATUS_LINK_STATE"
    view = contexts(session)
    for port in view.ports:
        for item in _transitions(view, port):
            active = item[ACTIVATION] == ACTIVATED
            state = (
                number.MediaConnectStateConnected
                if active
                else number.MediaConnectStateDisconnected
            )
            if (
                _link_reported(session, port, item, state)
                or _is_down(session, port, item, active)
                or _is_up(session, port, item, active)
            ):
                yield item, ""
            elif active and _link_is_late(session, view, item):
                continue  # timing.link-state
            elif session.end_ns - item.time_ns >= _SOON_NS and not (
                session.interrupted(item.at, len(session.items))
            ):
                word = "activated" if active else "deactivated"
                yield item, f"a context was {word} without a link state"


def _is_down(session: Session, port: int, item: Item, active: bool) -> bool:
    """Whether a context ended whose link is down already, as during a call."""
    before = session.last_report(LINK, item.at, port=port)
    down = number.MediaConnectStateDisconnected
    return not active and before is not None and bool(before["MediaConnectState"] == down)


def _is_up(session: Session, port: int, item: Item, active: bool) -> bool:
    """Whether the link came up while the set that the context became active by was under way."""
    before = session.last_report(LINK, item.at, port=port)
    if not active or before is None or item.transaction is None:
        return False
    is_of_the_set = before.at > item.transaction.request.at
    return is_of_the_set and bool(before["MediaConnectState"] == number.MediaConnectStateConnected)


def _link_is_late(session: Session, view: Contexts, item: Item) -> bool:
    """Whether the link of a context that became active came up, before the context ended."""
    up = session.next_report(
        LINK,
        item.at,
        lambda each: bool(each["MediaConnectState"] == number.MediaConnectStateConnected),
        port=item.port,
    )
    return up is not None and bool(view.active(item.port, up.at))


def _link_reported(session: Session, port: int, item: Item, state: int) -> bool:
    """Whether the link's state was reported with a change: at its time, or soon after it."""
    time_ns = item.time_ns
    return any(
        report["MediaConnectState"] == state
        for report in session.reports_between(LINK, time_ns, time_ns + _SOON_NS, port=port)
    )


def _speed_came_first(session: Session, port: int, item: Item, previous: Item) -> bool:
    """Whether a link got another speed shortly before the report of its data class."""
    latest = session.last_report(LINK, item.at, port=port)
    if latest is None or latest.at < previous.at or item.time_ns - latest.time_ns > _SOON_NS:
        return False
    before = session.last_report(LINK, latest.at, port=port)
    connected = number.MediaConnectStateConnected
    return (
        before is not None
        and latest["MediaConnectState"] == before["MediaConnectState"] == connected
        and any(latest[path] != before[path] for path in ("XmitLinkSpeed", "RcvLinkSpeed"))
    )


@rule("connect.link-speed-known", ndis_only=True)
def link_speed_known(session: Session) -> Iterator[Judgement]:
    """A connected link has known speeds."""
    answers = [
        transaction.first_answer
        for transaction in session.of(number.OID_GEN_LINK_STATE, "query")
        if transaction.first_answer is not None
    ]
    for item in [*session.reports(LINK), *answers]:
        if item["MediaConnectState"] != number.MediaConnectStateConnected:
            continue
        speeds = (item["XmitLinkSpeed"], item["RcvLinkSpeed"])
        yield item, "connected with an unknown link speed" if _SPEED_UNKNOWN in speeds else ""


@rule("connect.link-on-dataclass", ndis_only=True)
def link_on_data_class(session: Session) -> Iterator[Judgement]:
    """A change of the data class while connected brings a link state."""
    view = contexts(session)
    before: Item | None = None
    for item in session.reports(PACKET):
        if item.u_status:
            continue
        previous, before = before, item
        if previous is None or session.interrupted(previous.at, item.at):
            continue
        classes = [
            report["PacketService.CurrentDataClass"]
            for report in (previous, item)
            if report["PacketService.PacketServiceState"] == number.WwanPacketServiceStateAttached
        ]
        if len(classes) < 2 or classes[0] == classes[1]:
            continue
        for port in view.ports:
            if not (view.active(port, item.at) and view.active(port, item.at + 1)):
                continue
            reported = _link_reported(
                session, port, item, number.MediaConnectStateConnected
            ) or _speed_came_first(session, port, item, previous)
            if reported or session.end_ns - item.time_ns >= _SOON_NS:
                yield (
                    item,
                    "" if reported else f"no link state on port {port} for the new data class",
                )
