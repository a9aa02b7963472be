"""Drives a present device through a recording: what is sent, when, and what it gives.

A request goes out at its time, by the pace, and not before the device has answered what the
recorded one had answered before it: a host knows those answers. At full speed it also waits for the
events that the recording has before it, no longer than the recording did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from wwanreplay._core import Event, Kind, Recent
from wwanreplay.devices.base import Device
from wwanreplay.devices.mbim.device import MbimDevice
from wwanreplay.devices.mbim.plan import OWN, is_for_operator, planned_event, shorthand_of
from wwanreplay.devices.mbim.session import What
from wwanreplay.devices.pace import Pace
from wwanreplay.errors import DeviceError
from wwanreplay.mbim.function import is_removal
from wwanreplay.mbim.guards import guard_of
from wwanreplay.mbim.header import look
from wwanreplay.mbim.host import answer_s_of, command_of
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.comparison import NETWORK_SEARCHES, queries_of
from wwanreplay.protocol.kinds import OUTPUTS
from wwanreplay.protocol.timing import SECOND_NS
from wwanreplay.record import Session
from wwanreplay.replay.answer_times import is_local
from wwanreplay.replay.live_records import Exchange, Given, Recorded, Report
from wwanreplay.replay.live_states import JUDGED, RecordedStates, channel_of
from wwanreplay.replay.observed import observed, same_value
from wwanreplay.replay.policy import Policy

#: A device that is away is waited for in pieces of so much time.
AWAY_PIECE_NS: Final = SECOND_NS
#: How much longer than the recording an event is waited for at full speed.
EVENT_SLACK_NS: Final = SECOND_NS
#: Queries that are sent at the end to see what the device is like.
ASKED_BACK_MAX: Final = 64
#: Stimuli that change neither state nor outcome of a request.
HARMLESS: Final = frozenset(PROTOCOL.stimulus(name).number for name in ("latency", "signal"))
#: Requests without an answer that are known from one part to the next, and reports that were asked
#: back.
WAITING_MAX: Final = 4096
_UNASKED: Final = (What.TIMEOUT, What.LATE, What.UNASKED)


@dataclass(slots=True)
class Turn:
    """What came of one turn, or of a part of it: both sides, what was not done, and from where on
    that matters.

    `left_out` are inputs that were not given to the device: by reason, what and how often.
    `softened` is the index behind which the recorded device's environment was another one.
    """

    recorded: Recorded
    given: Given = field(default_factory=Given)
    left_out: dict[str, dict[str, int]] = field(default_factory=dict)
    softened: int | None = None
    is_interrupted: bool = False


class Watch:
    """Sees every record of the session as it is written, and sorts it into the present turn."""

    def __init__(self) -> None:
        self.turn: Turn | None = None
        self._asked: dict[int, Exchange] = {}  # by RequestId of the session
        self._generation = 0
        self._place = 0
        self._last_wire: Event | None = None

    def begin(self, turn: Turn) -> None:
        """Sort what comes into another turn."""
        self.turn = turn
        self._asked.clear()
        self._place = 0

    def go_on(self, turn: Turn) -> None:
        """Sort what comes into the next part of the turn."""
        self.turn = turn
        # An answer may still come to those that have none.
        waiting = [item for item in self._asked.items() if not item[1].is_answered]
        self._asked = dict(waiting[-WAITING_MAX:])

    def at(self, place: int) -> None:
        """What comes by itself from here on stands before this record of the trace."""
        self._place = place

    def ask(self, request_id: int, exchange: Exchange) -> None:
        """Know whose answers have this RequestId."""
        self._asked[request_id] = exchange

    def record(self, event: Event) -> None:
        """Take a record."""
        turn = self.turn
        if turn is None:
            return
        if event.kind == Kind.KIND_WIRE:
            self._last_wire = event
            turn.given.wires.append(event)
        elif event.kind in OUTPUTS:
            self._output(turn, event)
        elif event.kind == Kind.KIND_LIFECYCLE:
            self._generation += 1
            if is_removal(event):
                place = self._place_of_removal()
                turn.given.removals.append((place, event))
                # A device that comes back is in another state than the recorded one.
                turn.softened = place if turn.softened is None else turn.softened
            for exchange in self._asked.values():
                exchange.is_lost |= not exchange.is_answered

    def _place_of_removal(self) -> int:
        """Where the device is taken away now: where the answer stands that did not come."""
        last = next(reversed(self._asked.values()), None)
        return self._place if last is None or last.is_answered else last.place

    def _output(self, turn: Turn, event: Event) -> None:
        exchange = self._asked.get(event.request_id) if event.request_id else None
        if exchange is not None:
            made = exchange.take(event)
            turn.given.reports.append(Report(made, self._place, exchange, self._generation))
        elif not event.request_id and event.kind == Kind.KIND_INDICATION:
            turn.given.reports.append(Report(event, self._place, None, self._generation))

    def problem(self, what: What, text: str) -> None:
        """Take what is wrong with what just arrived, unless it shows otherwise."""
        if self.turn is None or what in _UNASKED or self._last_wire is None:
            return
        exchange = self._asked.get(look(self._last_wire.payload).transaction_id or 0)
        if exchange is not None and what is What.REFUSAL:
            exchange.is_lost = True
        place = self._place if exchange is None else exchange.place
        self.turn.given.problems.append((place, self._last_wire, text))


@dataclass(slots=True)
class _Run:
    """Where a turn stands: requests that are waited for, events of the recording since the last
    step, and its time."""

    begin_ns: int
    last_ns: int = 0
    waited: list[Exchange] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


class LiveDrive:
    """Sends the requests of a recording on a session, turn by turn.

    `on_step` is called before each step at the pace `step`, with its text; what it returns says
    whether to go on.
    """

    def __init__(
        self,
        session: Session,
        watch: Watch,
        policy: Policy,
        pace: Pace,
        *,
        on_step: Callable[[str], bool] | None = None,
        asks_back: bool = True,
    ) -> None:
        self._session = session
        self._watch = watch
        self._policy = policy
        self._pace = pace
        self._on_step = on_step
        self._asks_back = asks_back
        self._next_id = 1
        self._known: dict[tuple[int, ...], Event] = {}  # the last report by channel
        self._seen = 0
        self._is_silent = False
        self._asked_back: Recent[tuple[object, ...], None] = Recent(WAITING_MAX)
        self._reported = ReportedOnce()
        self._place_of_next = 0
        self._asked_ns = 0  # when the last request of the recording was sent
        self._recorded_states = RecordedStates(Recorded())

    @property
    def device(self) -> Device:
        """The device that is driven."""
        return self._session.device

    @property
    def _now_ns(self) -> int:
        return self._session.now_ns

    def turn(self, parts: Iterable[Recorded]) -> Iterator[Turn]:
        """Go through the recording once, part by part; DeviceError when the device stays away.

        What came of a part may be looked at when it is given; the next one goes on from there. Of
        the part in which the device goes for good there is what came until then, before the error.
        """
        self._asked_back.clear()
        self._reported = ReportedOnce()
        self._recorded_states = RecordedStates(Recorded())
        self._asked_ns = self._now_ns
        run = _Run(self._now_ns)
        softened: int | None = None
        for number, recorded in enumerate(parts):
            turn = Turn(recorded, softened=softened)
            self._seen = 0
            if number:
                self._watch.go_on(turn)
            else:
                self._watch.begin(turn)
                run.last_ns = recorded.begin_ns or 0
            self._recorded_states.add(recorded)
            try:
                self._part(turn, run)
            except DeviceError:
                turn.is_interrupted = True
                recorded.cut(self._place_of_next)
                yield turn
                raise
            softened = turn.softened
            self._reported.take(turn)
            yield turn
            if turn.is_interrupted:
                return

    def _part(self, turn: Turn, run: _Run) -> None:
        """Go through a part, and end it."""
        self._steps(turn, run)
        if turn.recorded.is_last or turn.is_interrupted:
            self._end(turn, run)
        else:
            self._settle(turn, run)

    def _steps(self, turn: Turn, run: _Run) -> None:
        """Go through the steps of a part, or until nobody wants more."""
        recorded = turn.recorded
        for step in recorded.steps:
            event = step.request if isinstance(step, Exchange) else step
            if event.kind == Kind.KIND_INDICATION:
                run.events.append(event)
                continue
            if event.kind == Kind.KIND_STIMULUS and not is_for_operator(event):
                self._soften(turn, event)
                continue
            self._let_answer(turn, run.waited, event.index or 0)
            self._reach(run, event, recorded)
            run.last_ns, run.events = max(run.last_ns, event.time_ns), []
            self._watch.at(event.index or 0)
            if not self._goes_on(event):
                turn.is_interrupted = True
                recorded.cut(event.index or 0)
                break
            if isinstance(step, Exchange):
                self._asked_ns = self._now_ns
                if self._send(turn, step):
                    run.waited.append(step)
            elif event.kind == Kind.KIND_CANCEL:
                self._cancel(recorded, event)
            else:
                self._leave_out(turn, event)

    def _settle(self, turn: Turn, run: _Run) -> None:
        """Let a part end that another one follows: its answers are waited for, and its events."""
        recorded = turn.recorded
        self._let_answer(turn, run.waited, recorded.end)
        run.waited.clear()
        self._place_of_next = recorded.end
        self._watch.at(recorded.end)
        self._await_events(run.events, EVENT_SLACK_NS)
        run.events = []
        self._look(turn)
        self._recorded_states.before(recorded.end)  # so that only states are kept

    # ---------------------------------------------------------------------------------- time

    def _let_answer(self, turn: Turn, waited: list[Exchange], index: int) -> None:
        """Wait for the answers that the recording has before a record."""
        for exchange in list(waited):
            ends = [each.index or 0 for each in exchange.recorded]
            if ends and max(ends) < index:
                self._await(exchange)
            elif ends:
                continue
            waited.remove(exchange)
        self._look(turn)

    def _await(self, exchange: Exchange) -> None:
        """Wait for an answer, or until the time for it is over."""
        if exchange.sent is None:
            return
        deadline_ns = exchange.sent.time_ns + self._limit_ns(exchange)
        while not (exchange.is_answered or exchange.is_lost):
            if self.device.is_away:
                exchange.is_lost = True
            elif self._now_ns >= deadline_ns:
                self._is_silent = True
                return
            else:
                self._session.wait(deadline_ns)
        self._is_silent &= not exchange.is_answered

    def _limit_ns(self, exchange: Exchange) -> int:
        """How long an answer is waited for: longer than it may take.

        Of a device that has not answered the last time a shorter while: an answer that comes later
        is still its answer.
        """
        answer_ns = self._policy.answer_ns
        if self._is_silent:
            return answer_ns // 4
        if is_local(exchange.request):
            return answer_ns + answer_ns // 4
        if self._policy.order_ns is not None:
            return self._policy.order_ns
        message = command_of(exchange.request, 1, exchange.request.port, served_only=False)
        return (0 if message is None else answer_s_of(message)) * SECOND_NS

    def _reach(self, run: _Run, event: Event, recorded: Recorded) -> None:
        """Let the time of a step come, and the device be there."""
        due_ns = run.begin_ns + self._pace.scaled_ns(event.time_ns - (recorded.begin_ns or 0))
        while self._now_ns < due_ns:
            self._session.run(due_ns - self._now_ns)
        slack_ns = event.time_ns - run.last_ns + EVENT_SLACK_NS if self._pace.times is None else 0
        self._place_of_next = event.index or 0
        self._await_events(run.events, slack_ns)
        while self.device.is_away:
            self._session.wait(self._now_ns + AWAY_PIECE_NS)

    def _await_events(self, events: list[Event], limit_ns: int) -> None:
        """Wait until the device is where events of the recording have it, so long at most.

        Not for one that was there when the recorded one was not yet. What does not come is asked.
        """
        turn = self._watch.turn
        waited = {channel_of(event): event for event in events if self._policy.is_owed(event.code)}
        if turn is None or turn.softened is not None or not waited:
            return  # what another environment brought about will not come
        self._look(turn)
        before = self._recorded_states.before(events[0].index or 0)
        for key, event in list(waited.items()):
            known, recorded = self._known.get(key), before.get(key)
            is_ahead = recorded is None or not self._shows(event, recorded)
            if known is not None and self._shows(known, event) and is_ahead:
                del waited[key]
        deadline_ns = self._now_ns + limit_ns
        seen = self._first_report(turn, self._asked_ns)
        while waited and self._now_ns < deadline_ns and not self.device.is_away:
            for report in turn.given.reports[seen:]:
                awaited = waited.get(channel_of(report.event))
                if awaited is not None and self._shows(report.event, awaited):
                    del waited[channel_of(report.event)]
            seen = len(turn.given.reports)
            if waited:
                self._session.wait(deadline_ns)
            self._look(turn)
        for event in waited.values():  # it did not come: is the state another one all the same?
            self._query_back(turn, event, self._place_of_next)

    def _first_report(self, turn: Turn, time_ns: int) -> int:
        """Where the reports begin that came since a time."""
        reports = turn.given.reports
        at = len(reports)
        while at and reports[at - 1].event.time_ns >= time_ns:
            at -= 1
        return at

    def _look(self, turn: Turn) -> None:
        """Take note of what the device has reported; ask back where that is not the recorded."""
        reports = turn.given.reports
        while self._seen < len(reports):
            report = reports[self._seen]
            self._seen += 1
            event = report.event
            if event.kind != Kind.KIND_INDICATION:
                continue
            self._known[channel_of(event)] = event
            exchange = report.exchange
            if exchange is not None and exchange.is_asked_back:
                continue
            if not self._is_expected(turn, report):
                self._ask_back(turn, event, report.place if exchange is None else exchange.place)

    def _is_expected(self, turn: Turn, report: Report) -> bool:
        """Whether a report is one of the recording, as far as states go."""
        event, exchange = report.event, report.exchange
        if exchange is not None:
            recorded = [each for each in exchange.recorded if each.kind == event.kind]
        elif self._policy.is_owed(event.code):
            recorded = [each.event for each in turn.recorded.events]
        else:
            return True
        key = channel_of(event)
        fitting = [each for each in recorded if channel_of(each) == key]
        return any(self._shows(event, each) for each in fitting)

    def _shows(self, given: Event, recorded: Event) -> bool:
        """Whether a report shows the state that a recorded one does."""
        values = observed(given)
        if values.get("uStatus", 0):
            return True  # a failure says nothing of the state
        return all(
            same_value(values[path], value)
            for path, value in observed(recorded).items()
            if path in values and self._policy.mark(given.code, path) in JUDGED
        )

    def _ask_back(self, turn: Turn, event: Event, place: int) -> None:
        """Query a state that is not the recorded one: a device that lied once takes it back.

        Once for each report of the same.
        """
        key = (*channel_of(event), event.payload)
        if key in self._asked_back:
            return
        self._asked_back[key] = None
        self._query_back(turn, event, place)

    def _query_back(self, turn: Turn, event: Event, place: int) -> None:
        """Query what a report is about."""
        if not self._asks_back or self.device.is_away or self._is_silent:
            return
        for request in back_queries([event]):
            exchange = Exchange(request, is_asked_back=True, place=place)
            if self._send(turn, exchange):
                self._await(exchange)

    # --------------------------------------------------------------------------------- steps

    def _goes_on(self, event: Event) -> bool:
        if not self._pace.is_step or self._on_step is None:
            return True
        planned = planned_event(event)
        return self._on_step(f"{planned.place}: {planned.what}")

    def _send(self, turn: Turn, exchange: Exchange) -> bool:
        """Send a request; whether it went out."""
        request = exchange.request
        request_id, self._next_id = self._next_id, self._next_id + 1
        what = planned_event(request).what if request.index is not None else "asked back"
        self._watch.ask(request_id, exchange)
        sent = request.replace(
            request_id=request_id, cause=None, source=None, client=None, fields=None, flags=0
        )
        reason = self.device.refusal(request)
        if reason == OWN:
            return False
        if reason:
            _count_left_out(turn, reason, what)
            if request.kind == Kind.KIND_SET:
                self._soften(turn, request)
            self._session.note(f"{what}: {reason}")
            return False
        exchange.sent = sent.replace(time_ns=self._now_ns)
        index = self._session.send(sent, what)
        exchange.sent = exchange.sent.replace(index=index)
        return True

    def _cancel(self, recorded: Recorded, event: Event) -> None:
        """Cancel a request that is not answered yet, as the recording does."""
        for exchange in reversed(recorded.exchanges):
            request, sent = exchange.request, exchange.sent
            if (request.request_id, request.port) != (event.request_id, event.port):
                continue
            if sent is None or (request.index or 0) > (event.index or 0):
                continue
            if not exchange.is_answered:
                self._session.cancel(sent.request_id, port=request.port)
                exchange.is_lost = True
            return

    def _leave_out(self, turn: Turn, event: Event) -> None:
        """Leave an input to the operator, who may be waited for."""
        planned = planned_event(event)
        shorthand = shorthand_of(event) if event.kind == Kind.KIND_STIMULUS else None
        self._session.note(f"{planned.what}: {planned.reason}")
        if shorthand is not None and self._session.wait_for(shorthand):
            return
        _count_left_out(turn, planned.reason, planned.what)
        self._soften(turn, event)

    def _soften(self, turn: Turn, event: Event) -> None:
        if event.kind == Kind.KIND_STIMULUS and event.code in HARMLESS:
            return
        if turn.softened is None:
            turn.softened = event.index

    # ----------------------------------------------------------------------------------- end

    def _end(self, turn: Turn, run: _Run) -> None:
        """Wait for the last answers and events, then ask what the device is like."""
        recorded = turn.recorded
        for exchange in run.waited:
            if exchange.recorded or not exchange.is_open:
                self._await(exchange)
        self._watch.at(recorded.end)
        self._place_of_next = recorded.end
        left_ns = min(recorded.end_ns - run.last_ns, self._policy.event_ns)
        if self._pace.times is not None:
            self._session.run(max(self._pace.scaled_ns(left_ns), 0))
        self._await_events(run.events, left_ns + EVENT_SLACK_NS)
        is_gone = self._is_silent or self.device.is_away
        if self._asks_back and not (is_gone or turn.is_interrupted):
            self._reported.take(turn)
            for request in self._reported.queries():
                exchange = Exchange(request, is_asked_back=True, place=recorded.end)
                if self._send(turn, exchange):
                    self._await(exchange)
                if not exchange.is_answered:
                    break
        self._look(turn)


class ReportedOnce:
    """One report of each state that the recording or the device reports: for queries of them."""

    def __init__(self) -> None:
        # The recording's events, its answers, and what the device gave: asked about in this order.
        self._events: dict[tuple[int, ...], Event] = {}
        self._answers: dict[tuple[int, ...], Event] = {}
        self._given: dict[tuple[int, ...], Event] = {}

    def take_recorded(self, recorded: Recorded) -> None:
        """Take the reports of a part of the recording."""
        _keep_first(self._events, (each.event for each in recorded.events))
        answers = (each for exchange in recorded.exchanges for each in exchange.recorded)
        _keep_first(self._answers, answers)

    def take(self, turn: Turn) -> None:
        """Take what both sides report in a part of a turn."""
        self.take_recorded(turn.recorded)
        _keep_first(self._given, (each.event for each in turn.given.reports))

    def queries(self) -> list[Event]:
        """The queries that show those states."""
        tables = self._events, self._answers, self._given
        return back_queries(event for table in tables for event in table.values())


def _keep_first(known: dict[tuple[int, ...], Event], events: Iterable[Event]) -> None:
    for event in events:
        if event.kind == Kind.KIND_INDICATION:
            known.setdefault((event.namespace, event.code, event.port), event)


def asked_back(parts: Iterable[Recorded]) -> list[Event]:
    """The queries that show the states of which a recording reports."""
    reported = ReportedOnce()
    for recorded in parts:
        reported.take_recorded(recorded)
    return reported.queries()


def back_queries(reports: Iterable[Event]) -> list[Event]:
    """The queries that the reports of a device answer: each OID and port once.

    None that lets it search for networks, none that is guarded.
    """
    found: dict[tuple[int, int], Event] = {}
    for event in reports:
        if event.kind != Kind.KIND_INDICATION:
            continue
        for oid in queries_of(event.code)[:1]:
            key = (oid, event.port)
            if key in found or oid in NETWORK_SEARCHES or len(found) == ASKED_BACK_MAX:
                continue
            request = Event(Kind.KIND_QUERY, 0, port=event.port, code=oid, capacity=4096)
            message = command_of(request, 1, event.port, served_only=False)
            if message is not None and guard_of(message) is None:
                found[key] = request
    return list(found.values())


def _count_left_out(turn: Turn, reason: str, what: str) -> None:
    names = turn.left_out.setdefault(reason, {})
    names[what] = names.get(what, 0) + 1


def watch_device(device: Device, watch: Watch) -> None:
    """Let what is wrong with a real device's messages be known."""
    if isinstance(device, MbimDevice):
        device.on_problem = watch.problem
