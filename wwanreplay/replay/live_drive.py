"""Drives a present device through a recording: what is sent, when, and what it gives.

A request goes out at its time, by the pace, and not before the device has answered what the
recorded one had answered before it: a host knows those answers. At full speed it also waits for the
events that the recording has before it, no longer than the recording did.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from wwanreplay._core import Event, Kind
from wwanreplay.devices.base import Device
from wwanreplay.devices.mbim.device import MbimDevice
from wwanreplay.devices.mbim.plan import is_for_operator, planned_event, shorthand_of
from wwanreplay.devices.mbim.session import What
from wwanreplay.devices.pace import Pace
from wwanreplay.mbim.guards import guard_of
from wwanreplay.mbim.host import answer_s_of, command_of
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.comparison import NETWORK_SEARCHES, queries_of
from wwanreplay.protocol.kinds import OUTPUTS
from wwanreplay.record import Session
from wwanreplay.replay.answer_times import SECOND_NS, is_local
from wwanreplay.replay.live_records import Exchange, Given, Recorded, Report
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
_UNASKED: Final = (What.TIMEOUT, What.LATE, What.UNASKED)


@dataclass(slots=True)
class Turn:
    """What came of one turn: both sides, what was not done, and from where on that matters.

    `left_out` are inputs that were not given to the device, a line each with how often. `softened`
    is the index behind which the recorded device's environment was another one.
    """

    recorded: Recorded
    given: Given = field(default_factory=Given)
    left_out: dict[str, int] = field(default_factory=dict)
    softened: int | None = None
    is_interrupted: bool = False


class Watch:
    """Sees every record of the session as it is written, and sorts it into the present turn."""

    def __init__(self) -> None:
        self.turn: Turn | None = None
        self.device_notes = False
        self._asked: dict[int, Exchange] = {}  # by RequestId of the session
        self._generation = 0
        self._place = 0
        self._last_wire: Event | None = None

    def begin(self, turn: Turn, index: int) -> None:
        """Sort what comes into another turn; `index` is that of the next record."""
        self.turn = turn
        turn.given.begin = index
        self._asked.clear()
        self._place = 0

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
            for exchange in self._asked.values():
                exchange.is_lost |= not exchange.is_answered

    def _output(self, turn: Turn, event: Event) -> None:
        exchange = self._asked.get(event.request_id) if event.request_id else None
        if exchange is not None:
            made = exchange.take(event)
            turn.given.reports.append(Report(made, self._place, exchange, self._generation))
        elif not event.request_id and event.kind == Kind.KIND_INDICATION:
            turn.given.reports.append(Report(event, self._place, None, self._generation))

    def problem(self, what: What, text: str) -> None:
        """Take what is wrong with what just arrived, unless it shows otherwise."""
        if self.turn is not None and what not in _UNASKED and self._last_wire is not None:
            self.turn.given.problems.append((self._place, self._last_wire, text))


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
        self._known: dict[tuple[int, int], Event] = {}  # the last report by code and port
        self._seen = 0

    @property
    def _device(self) -> Device:
        return self._session.device

    @property
    def _now_ns(self) -> int:
        return self._session.now_ns

    def turn(self, recorded: Recorded) -> Turn:
        """Go through the recording once; DeviceError when the device stays away."""
        turn = Turn(recorded)
        self._seen = 0
        self._watch.begin(turn, self._session.writer.next_index)
        begin_ns = self._now_ns
        waited: list[Exchange] = []  # that the recording has answers of before the next step
        events: list[Event] = []
        last_ns = recorded.begin_ns or 0
        for step in recorded.steps:
            event = step.request if isinstance(step, Exchange) else step
            if event.kind == Kind.KIND_INDICATION:
                events.append(event)
                continue
            if event.kind == Kind.KIND_STIMULUS and not is_for_operator(event):
                self._soften(turn, event)
                continue
            self._let_answer(turn, waited, event.index or 0)
            self._reach(begin_ns, event, recorded, events, last_ns)
            last_ns, events = max(last_ns, event.time_ns), []
            self._watch.at(event.index or 0)
            if not self._goes_on(event):
                turn.is_interrupted = True
                break
            if isinstance(step, Exchange):
                if self._send(turn, step):
                    waited.append(step)
            elif event.kind == Kind.KIND_CANCEL:
                self._cancel(recorded, event)
            else:
                self._leave_out(turn, event)
        self._end(turn, waited, events, last_ns)
        return turn

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
            if self._device.is_away:
                exchange.is_lost = True
                return
            if self._now_ns >= deadline_ns:
                return
            self._session.wait(deadline_ns)

    def _limit_ns(self, exchange: Exchange) -> int:
        """How long an answer is waited for: a little longer than it may take."""
        message = command_of(exchange.request, 1, exchange.request.port, served_only=False)
        limit_ns = (0 if message is None else answer_s_of(message)) * SECOND_NS
        if is_local(exchange.request):
            limit_ns = min(limit_ns, 2 * self._policy.answer_ns)
        return limit_ns

    def _reach(
        self, begin_ns: int, event: Event, recorded: Recorded, events: list[Event], last_ns: int
    ) -> None:
        """Let the time of a step come, and the device be there."""
        due_ns = begin_ns + self._pace.scaled_ns(event.time_ns - (recorded.begin_ns or 0))
        while self._now_ns < due_ns:
            self._session.run(due_ns - self._now_ns)
        if self._pace.times is None:
            self._await_events(events, event.time_ns - last_ns + EVENT_SLACK_NS)
        while self._device.is_away:
            self._session.wait(self._now_ns + AWAY_PIECE_NS)

    def _await_events(self, events: list[Event], limit_ns: int) -> None:
        """Wait until the device is where events of the recording have it, so long at most."""
        deadline_ns = self._now_ns + limit_ns
        waited = [event for event in events if self._policy.is_owed(event.code)]
        while waited and self._now_ns < deadline_ns and not self._device.is_away:
            self._look(self._watch.turn)
            waited = [event for event in waited if not self._is_known(event)]
            if waited:
                self._session.wait(deadline_ns)

    def _is_known(self, event: Event) -> bool:
        """Whether the device has reported what an event of the recording does."""
        known = self._known.get((event.code, event.port))
        if known is None:
            return False
        values = observed(known)
        marks = ("steady", "ordered")
        return all(
            same_value(values.get(path), value)
            for path, value in observed(event).items()
            if self._policy.mark(event.code, path) in marks and path in values
        )

    def _look(self, turn: Turn | None) -> None:
        """Take note of what the device has reported."""
        if turn is None:
            return
        reports = turn.given.reports
        for report in reports[self._seen :]:
            if report.event.kind == Kind.KIND_INDICATION:
                self._known[report.event.code, report.event.port] = report.event
        self._seen = len(reports)

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
        reason = self._device.refusal(sent)
        if reason:
            self._count_left_out(turn, f"{what}: {reason}")
            if _is_power(request):
                self._soften(turn, request)
            self._session.send(sent, what)
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
        self._count_left_out(turn, f"{planned.what}: {planned.reason}")
        self._soften(turn, event)

    def _count_left_out(self, turn: Turn, line: str) -> None:
        turn.left_out[line] = turn.left_out.get(line, 0) + 1

    def _soften(self, turn: Turn, event: Event) -> None:
        if event.kind == Kind.KIND_STIMULUS and event.code in HARMLESS:
            return
        if turn.softened is None:
            turn.softened = event.index

    # ----------------------------------------------------------------------------------- end

    def _end(self, turn: Turn, waited: list[Exchange], events: list[Event], last_ns: int) -> None:
        """Wait for the last answers and events, then ask what the device is like."""
        recorded = turn.recorded
        for exchange in waited:
            if exchange.recorded or not exchange.is_open:
                self._await(exchange)
        self._watch.at(recorded.end)
        left_ns = min(recorded.end_ns - last_ns, self._policy.event_ns)
        if self._pace.times is None:
            self._await_events(events, left_ns + EVENT_SLACK_NS)
        else:
            self._session.run(max(self._pace.scaled_ns(left_ns), 0))
        is_silent = any(each.sent and not each.is_answered for each in recorded.exchanges[-1:])
        if self._asks_back and not (is_silent or turn.is_interrupted or self._device.is_away):
            for request in asked_back(recorded, turn.given):
                exchange = Exchange(request, is_asked_back=True, place=recorded.end)
                if self._send(turn, exchange):
                    self._await(exchange)
                if not exchange.is_answered:
                    break
        self._look(turn)


def asked_back(recorded: Recorded, given: Given | None = None) -> list[Event]:
    """The queries that show the state of which the recording or the device reports.

    Each OID and port once, none that lets it search for networks, none that is guarded.
    """
    found: dict[tuple[int, int], Event] = {}
    reports = [] if given is None else given.reports
    for event in [
        *(each.event for each in recorded.events),
        *(each for exchange in recorded.exchanges for each in exchange.recorded),
        *(each.event for each in reports),
    ]:
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


def _is_power(event: Event) -> bool:
    return event.kind == Kind.KIND_SET and event.code == PROTOCOL.oid("OID_PNP_SET_POWER").number


def watch_device(device: Device, watch: Watch) -> None:
    """Let what is wrong with a real device's messages be known."""
    if isinstance(device, MbimDevice):
        device.on_problem = watch.problem
