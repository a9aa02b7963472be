"""What is known of contexts at each moment of a session, from the reports alone."""

from __future__ import annotations

from bisect import bisect_left

from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.registry import Undecided
from wwanreplay.analysis.check.session import Item, Session, Transaction

OID = number.OID_WWAN_CONNECT
STATE = number.NDIS_STATUS_WWAN_CONTEXT_STATE
ACTIVATION = "ContextState.ActivationState"
COMMAND = "SetContextState.ActivationCommand"
CONNECTION = "ContextState.ConnectionId"
VOICE = "ContextState.VoiceCallState"
CAUSE = "ContextState.uNwError"
ACTIVATED = number.WwanActivationStateActivated
ACTIVATING = number.WwanActivationStateActivating
DEACTIVATED = number.WwanActivationStateDeactivated
#: What a query reports while a set is under way.
TRANSIENT = (ACTIVATING, number.WwanActivationStateDeactivating)
REGISTERED = (
    number.WwanRegisterStateHome,
    number.WwanRegisterStatePartner,
    number.WwanRegisterStateRoaming,
)

UNSEEN_CONTEXTS = Undecided("the port's contexts were not reported before")


_COMMANDS: dict[str, int] = {
    name: getattr(number, f"WwanActivationCommand{name}") for name in ("Activate", "Deactivate")
}


def has_command(transaction: Transaction, command: str) -> bool:
    """Whether a set of OID_WWAN_CONNECT has this command: Activate or Deactivate."""
    return transaction.is_set and transaction[COMMAND] == _COMMANDS[command]


def is_answer(session: Session, item: Item) -> bool:
    """Whether a report answers a query, or a request before the recording, which may be one."""
    if item.transaction is None:
        return not item.is_event and session.may_answer_unseen(item)
    return bool(item.transaction.is_query)


class Contexts:
    """Successful context reports by port, and which contexts were active after each of them.

    What a halt, removal or sleep did to the contexts is not known until they are reported again.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._reports: dict[int, list[Item]] = {}
        self._positions: dict[int, list[int]] = {}
        self._active: dict[int, list[frozenset[int]]] = {}
        self._activations: dict[int, list[Item]] = {}
        self._is_interrupted = bool(session.interruptions)
        for item in session.reports(STATE):
            if item.u_status == 0 and item[ACTIVATION] is not None:
                self._add(item)

    def _add(self, item: Item) -> None:
        port = item.port
        states = self._active.setdefault(port, [])
        active = self.active(port, item.at)
        connection = item[CONNECTION]
        if item[ACTIVATION] == ACTIVATED:
            active |= {connection}
        elif item[ACTIVATION] == DEACTIVATED:
            # A query without an active context names none.
            is_query = is_answer(self.session, item)
            active = frozenset() if is_query else active - {connection}
        states.append(active)
        self._reports.setdefault(port, []).append(item)
        self._positions.setdefault(port, []).append(item.at)

    @property
    def ports(self) -> list[int]:
        """The ports that have reports."""
        return sorted(self._reports)

    def reports(self, port: int) -> list[Item]:
        """The successful reports of a port."""
        return self._reports.get(port, [])

    def judged_reports(self, port: int) -> list[Item]:
        """Those of them in the judged part."""
        positions, judged = self._positions.get(port, []), self.session.judged
        low, high = bisect_left(positions, judged.start), bisect_left(positions, judged.stop)
        return self.reports(port)[low:high]

    def known(self, port: int, before: int) -> bool:
        """Whether a report of the port before a position still gives its state."""
        place = bisect_left(self._positions.get(port, []), before)
        return place > 0 and not self.session.interrupted(self._positions[port][place - 1], before)

    def active(self, port: int, before: int) -> frozenset[int]:
        """ConnectionIds of the contexts active on a port, by the reports before a position."""
        positions = self._positions.get(port, ())
        place = bisect_left(positions, before)
        if not place or (
            self._is_interrupted and self.session.interrupted(positions[place - 1], before)
        ):
            return frozenset()
        return self._active[port][place - 1]

    def are_over(self, port: int, start: int, end: int) -> bool:
        """Whether a port was seen to have no context, nor to get one, between two positions."""
        last = self.last(port, start)
        if last is None or not self.known(port, end) or self.active(port, start):
            return False
        is_busy = self.activating(port, start) or self.session.any_open(OID, start, end)
        return last[ACTIVATION] == DEACTIVATED and last is self.last(port, end) and not is_busy

    def last(self, port: int, before: int) -> Item | None:
        """The last report of a port before a position."""
        place = bisect_left(self._positions.get(port, []), before)
        return self._reports[port][place - 1] if place else None

    def next(self, port: int, after: int) -> Item | None:
        """The first report of a port behind a position."""
        place = bisect_left(self._positions.get(port, []), after + 1)
        found = self._reports.get(port, [])
        return found[place] if place < len(found) else None

    def set_failed(self, before: Item, after: Item) -> bool:
        """Whether a set that failed ended between two reports of a port."""
        return any(
            item.u_status and item.transaction is not None and item.transaction.is_set
            for item in self.session.reports_inside(STATE, before.at, after.at, port=after.port)
        )

    def activations(self, port: int) -> list[Item]:
        """The reports that turned a context of the port active, and were not queries."""
        if port not in self._activations:
            self._activations[port] = [
                item
                for item in self.reports(port)
                if item[ACTIVATION] == ACTIVATED
                and not is_answer(self.session, item)
                and item[CONNECTION] not in self.active(port, item.at)
            ]
        return self._activations[port]

    def activating(self, port: int, at: int) -> bool:
        """Whether a set that activates a context of a port, as far as it is seen, was under way.

        One that was answered with activating goes on until the next report.
        """
        last = self.last(port, at)
        if (
            last is not None
            and last[ACTIVATION] == ACTIVATING
            and not last.is_event
            # The order of an answer without its request stands before the log.
            and (last.transaction is None or has_command(last.transaction, "Activate"))
            and not self.session.interrupted(last.at, at)
        ):
            return True
        return any(
            transaction.request.port == port
            and (has_command(transaction, "Activate") or transaction[COMMAND] is None)
            for transaction in self.session.open_at(at, OID, "set")
        )


def contexts(session: Session) -> Contexts:
    """The contexts of a session, found once."""
    return session.derived("contexts", Contexts)


def multiple_ports(session: Session) -> bool:
    """Whether the miniport has more NDIS ports than the default one, by the session."""
    return any(item.port for item in session.outputs)


def contexts_max(session: Session, at: int) -> int | None:
    """MaxActivatedContexts by the last capabilities before a position; None when none came."""
    for code in (number.NDIS_STATUS_WWAN_DEVICE_CAPS, number.NDIS_STATUS_WWAN_DEVICE_CAPS_EX):
        value = session.value_before(at, code, "DeviceCaps.MaxActivatedContexts")
        if value is not None:
            return int(value)
    return None


def voice_class(session: Session) -> int | None:
    """WwanVoiceClass by the capabilities of the session; None when none came."""
    for code in (number.NDIS_STATUS_WWAN_DEVICE_CAPS, number.NDIS_STATUS_WWAN_DEVICE_CAPS_EX):
        value = session.value_before(len(session.items), code, "DeviceCaps.WwanVoiceClass")
        if value is not None:
            return int(value)
    return None
