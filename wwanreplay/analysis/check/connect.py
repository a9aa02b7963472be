"""Rules of contexts: OID_WWAN_CONNECT and NDIS_STATUS_WWAN_CONTEXT_STATE; the link is in link.py.

Voice calls, which the same indication reports, are in voice.py.
"""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.contexts import (
    ACTIVATED,
    ACTIVATION,
    CAUSE,
    CONNECTION,
    DEACTIVATED,
    OID,
    REGISTERED,
    STATE,
    TRANSIENT,
    UNSEEN_CONTEXTS,
    contexts,
    contexts_max,
    has_command,
    multiple_ports,
)
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.judgements import closed_by, with_status
from wwanreplay.analysis.check.orders import Orders
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import Item, Session, Transaction

_ALIVE = (number.WwanActivationStateActivated, number.WwanActivationStateActivating)

# Documented for failed sets only.
_SET_ONLY = {
    getattr(number, f"WWAN_STATUS_{name}"): name
    for name in (
        "RADIO_POWER_OFF",
        "SERVICE_NOT_ACTIVATED",
        "PROVIDER_NOT_VISIBLE",
        "MAX_ACTIVATED_CONTEXTS",
        "INVALID_ACCESS_STRING",
        "INVALID_USER_NAME_PWD",
        "PACKET_SVC_DETACHED",
        "NOT_REGISTERED",
        "VOICE_CALL_IN_PROGRESS",
        "CONTEXT_NOT_ACTIVATED",
    )
}
# Errors of the SIM or the network.
_SIM_OR_NETWORK = tuple(
    getattr(number, f"WWAN_STATUS_{name}")
    for name in (
        "SIM_NOT_INSERTED",
        "BAD_SIM",
        "PIN_REQUIRED",
        "RADIO_POWER_OFF",
        "NOT_REGISTERED",
        "PACKET_SVC_DETACHED",
        "PROVIDER_NOT_VISIBLE",
        "SERVICE_NOT_ACTIVATED",
    )
)
_WITH_CAUSE = (
    number.WWAN_STATUS_FAILURE,
    number.WWAN_STATUS_INVALID_ACCESS_STRING,
    number.WWAN_STATUS_INVALID_USER_NAME_PWD,
)
_STRING_ERRORS = (
    number.WWAN_STATUS_INVALID_ACCESS_STRING,
    number.WWAN_STATUS_INVALID_USER_NAME_PWD,
)
_DATA_REFUSALS = (
    number.NDIS_STATUS_INVALID_DATA,
    number.NDIS_STATUS_INVALID_PARAMETER,
    number.NDIS_STATUS_FAILURE,
)


def _closings(session: Session, kind: str, command: str = "") -> Iterator[tuple[Transaction, Item]]:
    """Accepted requests of the judged part with the context state that closed them."""
    for transaction in session.judged_requests(OID, kind):
        closing = transaction.closing
        if closing is None or closing.code != STATE or not transaction.accepted:
            continue
        if not command or has_command(transaction, command):
            yield transaction, closing


def _radio_off_during(session: Session, transaction: Transaction, closing: Item) -> bool:
    """Whether the radio was known to be off from the request to its end."""
    return bool(session.radio_off(transaction.request.at) and session.radio_off(closing.at))


@rule("connect.async", ndis_only=True)
def asynchronous(session: Session) -> Iterator[Judgement]:
    """Answered provisionally, closed by NDIS_WWAN_CONTEXT_STATE."""
    yield from closed_by(session, OID, STATE, "NDIS_WWAN_CONTEXT_STATE")


def _queried(item: Item) -> bool:
    return item.transaction is not None and item.transaction.is_query


@rule("connect.event-on-change")
def event_on_change(session: Session) -> Iterator[Judgement]:
    """A change of the activation state is reported when it happens, not found by a query."""
    view = contexts(session)
    for port in view.ports:
        for item in view.judged_reports(port):
            before = view.last(port, item.at)
            if before is None or item[ACTIVATION] in TRANSIENT:
                continue
            if before[ACTIVATION] == item[ACTIVATION] or session.interrupted(before.at, item.at):
                continue
            if before[ACTIVATION] in TRANSIENT and view.set_failed(before, item):
                continue
            yield item, "a query shows a change that nothing reported" if _queried(item) else ""


@rule("connect.set-needs-network")
def set_needs_network(session: Session) -> Iterator[Judgement]:
    """A query works without SIM and network; an activation needs the network."""
    absent = (number.WwanReadyStateSimNotInserted, number.WwanReadyStateBadSim)
    for transaction, closing in _closings(session, "query"):
        at = transaction.request.at
        if session.ready_state(at) in absent or session.radio_off(at):
            wrong = closing.u_status in _SIM_OR_NETWORK
            yield closing, f"a query failed with {closing.u_status:#010x}" if wrong else ""
    for transaction, closing in _closings(session, "set", "Activate"):
        states = [
            session.value_before(
                at, number.NDIS_STATUS_WWAN_REGISTER_STATE, "RegistrationState.RegisterState"
            )
            for at in (transaction.request.at, closing.at)
        ]
        if session.any_open(number.OID_WWAN_REGISTER_STATE, transaction.request.at, closing.at):
            # While a set of registration is open, a query answers with what the set asks for,
            # although the device still has its network.
            continue
        if None not in states and not any(state in REGISTERED for state in states):
            wrong = closing.u_status == 0
            yield closing, "a context was activated without a network" if wrong else ""


@rule("connect.no-autonomous-activation")
def no_autonomous_activation(session: Session) -> Iterator[Judgement]:
    """No context becomes active, or begins to, without an order of the service."""
    view = contexts(session)
    for port in view.ports:
        for item in view.judged_reports(port):
            ordered = item.transaction is not None and has_command(item.transaction, "Activate")
            if item.transaction is None and not item.is_event and not session.is_whole:
                continue  # it answers what was ordered before the log
            if ordered or view.activating(port, item.at) or not view.known(port, item.at):
                continue
            new = item[ACTIVATION] in _ALIVE and item[CONNECTION] not in view.active(port, item.at)
            yield item, "a context was activated that nobody ordered" if new else ""


@rule("connect.no-network-initiated-activation")
def no_network_initiated_activation(session: Session) -> Iterator[Judgement]:
    """No event turns a context activated while no activation is ordered."""
    view = contexts(session)
    for port in view.ports:
        for item in view.judged_reports(port):
            if not item.is_event or view.activating(port, item.at):
                continue
            new = item[ACTIVATION] == ACTIVATED and (
                item[CONNECTION] not in view.active(port, item.at)
            )
            if new and not session.is_whole and not view.known(port, item.at):
                yield item, UNSEEN_CONTEXTS
                continue
            yield item, "an event turned a context activated" if new else ""


def _blank_activations(session: Session) -> Iterator[Transaction]:
    for transaction in session.of(OID, "set"):
        if (
            has_command(transaction, "Activate")
            and transaction["SetContextState.AccessString"] == ""
        ):
            yield transaction


@rule("connect.no-default-access-string")
def no_default_access_string(session: Session) -> Iterator[Judgement]:
    """A blank access string is passed on: neither refused nor replaced by one that the host gave.

    What the network assigns to a blank string is its own affair. A string that only the host has
    named before, where the network assigned another one to a blank string, is the driver's choice;
    the network's may be the one that the host named, too.
    """
    named: set[str] = set()
    assigned: set[str] = set()
    for transaction in session.of(OID, "set"):
        given = transaction["SetContextState.AccessString"]
        if given:
            named.add(given)
        answer, closing = transaction.first_answer, transaction.closing
        if given != "" or answer is None or not has_command(transaction, "Activate"):
            continue
        if answer.status in _DATA_REFUSALS:
            yield answer, "an activation was refused for its blank access string"
        elif closing is not None and transaction.accepted:
            refused = closing.u_status == number.WWAN_STATUS_INVALID_ACCESS_STRING
            reported = closing["ContextState.AccessString"] or ""
            if refused and not closing[CAUSE]:
                yield closing, "a blank access string was refused by the driver"
            elif closing.u_status or reported not in named or reported in assigned:
                yield closing, ""
            elif assigned:
                yield closing, f"the access string {reported!r} was put in for a blank one"
            else:
                yield closing, Undecided("the network may assign the string that the host named")
            if reported and not closing.u_status and reported not in named:
                assigned.add(reported)


@rule("connect.blank-access-string-proceeds")
def blank_access_string_proceeds(session: Session) -> Iterator[Judgement]:
    """Activation with a blank access string is tried: a refusal has the network's cause."""
    for transaction in _blank_activations(session):
        closing = transaction.closing
        if closing is None or not transaction.accepted:
            continue
        untried = closing.u_status == number.WWAN_STATUS_INVALID_ACCESS_STRING and (
            not closing[CAUSE]
        )
        yield closing, "refused without trying the network" if untried else ""


@rule("connect.deactivate-allowed-on-loss")
def deactivate_allowed_on_loss(session: Session) -> Iterator[Judgement]:
    """A context that the driver deactivates by itself is reported so, not found so."""
    view = contexts(session)
    for port in view.ports:
        for item in view.judged_reports(port):
            active = view.active(port, item.at)
            before = view.last(port, item.at)
            if not active or before is None or session.interrupted(before.at, item.at):
                continue
            gone = _queried(item) and item[ACTIVATION] == DEACTIVATED
            yield item, "a context was found deactivated without an indication" if gone else ""


@rule("connect.service-not-activated")
def service_not_activated(session: Session) -> Iterator[Judgement]:
    """Activation without an activated service fails with the code for that."""
    for transaction, closing in _closings(session, "set", "Activate"):
        states = {session.ready_state(at) for at in (transaction.request.at, closing.at)}
        if states != {number.WwanReadyStateNotActivated} or session.radio_off(closing.at):
            continue
        off = closing.u_status == number.WWAN_STATUS_RADIO_POWER_OFF
        if off and not session.is_whole and session.radio_off(closing.at) is None:
            yield closing, Undecided("the radio state was not reported before")
        elif closing.u_status:
            yield with_status(closing, "WWAN_STATUS_SERVICE_NOT_ACTIVATED")


@rule("connect.second-context")
def second_context(session: Session) -> Iterator[Judgement]:
    """Activation beside another active context fails where only one may be active."""
    view = contexts(session)
    for transaction, closing in _closings(session, "set", "Activate"):
        port = transaction.request.port
        own = {transaction["SetContextState.ConnectionId"]}
        others = view.active(port, transaction.request.at) & view.active(port, closing.at)
        if others - own and contexts_max(session, closing.at) == 1:
            yield with_status(closing, "WWAN_STATUS_MAX_ACTIVATED_CONTEXTS")


@rule("connect.deactivate-inactive")
def deactivate_inactive(session: Session) -> Iterator[Judgement]:
    """Deactivation of a context that is not active fails with the code for that."""
    view = contexts(session)
    for transaction, closing in _closings(session, "set", "Deactivate"):
        port, at = transaction.request.port, transaction.request.at
        if not view.known(port, at) or view.activating(port, at) or session.radio_off(at):
            continue
        if session.interrupted(at, closing.at) or view.activating(port, closing.at):
            continue
        seen = view.active(port, at) | view.active(port, closing.at)
        if transaction["SetContextState.ConnectionId"] not in seen:
            yield with_status(closing, "WWAN_STATUS_CONTEXT_NOT_ACTIVATED")


@rule("connect.deactivate-ignores-credentials")
def deactivate_ignores_credentials(session: Session) -> Iterator[Judgement]:
    """Deactivation is never refused because of its strings."""
    paths = ("AccessString", "UserName", "Password")
    for transaction in session.judged_requests(OID, "set"):
        answer, closing = transaction.first_answer, transaction.closing
        if answer is None or not has_command(transaction, "Deactivate"):
            continue
        if not any(transaction[f"SetContextState.{path}"] for path in paths):
            continue
        if answer.status in _DATA_REFUSALS:
            yield answer, "a deactivation was refused for its strings"
        elif closing is not None:
            wrong = closing.u_status in _STRING_ERRORS
            yield closing, "a deactivation failed for its strings" if wrong else ""


@rule("connect.query-reports-state")
def query_reports_state(session: Session) -> Iterator[Judgement]:
    """A query returns the state that was reported last."""
    view = contexts(session)
    for transaction, closing in _closings(session, "query"):
        port = transaction.request.port
        before = view.last(port, closing.at)
        if closing.u_status or before is None or session.interrupted(before.at, closing.at):
            continue
        active = view.active(port, closing.at)
        if closing[ACTIVATION] in TRANSIENT or session.open_at(closing.at, OID, "set"):
            continue
        if (closing[ACTIVATION] == ACTIVATED) != bool(active):
            yield closing, "the query contradicts the last report"
        elif active and closing[CONNECTION] not in active:
            yield closing, f"ConnectionId {closing[CONNECTION]} is of no active context"
        else:
            yield closing, ""


@rule("connect.query-radio-off")
def query_radio_off(session: Session) -> Iterator[Judgement]:
    """With the radio off a query succeeds, and reports deactivated."""
    for transaction, closing in _closings(session, "query"):
        if not _radio_off_during(session, transaction, closing):
            continue
        if closing.u_status:
            yield closing, f"a query failed with {closing.u_status:#010x} while the radio is off"
        elif closing[ACTIVATION] != DEACTIVATED:
            yield closing, "a context is reported active while the radio is off"
        else:
            yield closing, ""


@rule("connect.set-radio-off")
def set_radio_off(session: Session) -> Iterator[Judgement]:
    """With the radio off an activation fails with WWAN_STATUS_RADIO_POWER_OFF."""
    for transaction, closing in _closings(session, "set", "Activate"):
        if _radio_off_during(session, transaction, closing):
            yield with_status(closing, "WWAN_STATUS_RADIO_POWER_OFF")


@rule("connect.set-only-errors")
def set_only_errors(session: Session) -> Iterator[Judgement]:
    """A query is not closed with a code that is for failed activations."""
    for _, closing in _closings(session, "query"):
        name = _SET_ONLY.get(closing.u_status)
        yield closing, f"a query was closed with WWAN_STATUS_{name}" if name else ""


@rule("connect.connection-id-echo")
def connection_id_echo(session: Session) -> Iterator[Judgement]:
    """The service's ConnectionId comes back in the completion and in every event of the context."""
    view = contexts(session)
    for transaction, closing in _closings(session, "set"):
        wanted = transaction["SetContextState.ConnectionId"]
        given = closing[CONNECTION]
        yield closing, "" if given == wanted else f"ConnectionId {given} instead of {wanted}"
    for port in view.ports:
        for item in view.judged_reports(port):
            active = view.active(port, item.at)
            if not item.is_event or not active or view.activating(port, item.at):
                continue
            known = item[CONNECTION] in active
            yield item, "" if known else f"ConnectionId {item[CONNECTION]} is of no active context"


@rule("connect.nwerror-zero-default")
def nw_error_zero_default(session: Session) -> Iterator[Judgement]:
    """uNwError of a set that succeeded is 0."""
    for _, closing in _closings(session, "set"):
        if closing.u_status == 0:
            cause = closing[CAUSE]
            yield closing, f"success with uNwError {cause}" if cause else ""


@rule("connect.nwerror-on-failed-set")
def nw_error_on_failed_set(session: Session) -> Iterator[Judgement]:
    """A set that the network failed has a failure code, and the cause in uNwError."""
    ordered = dict(_ordered_causes(session))
    for _, closing in _closings(session, "set"):
        cause, known = closing[CAUSE], ordered.get(closing.at, 0)
        if closing.u_status == 0 and cause:
            yield closing, f"success with uNwError {cause}"
        elif cause and closing.u_status not in _WITH_CAUSE:
            yield closing, f"uNwError {cause} with uStatus {closing.u_status:#010x}"
        elif known and closing.u_status in _WITH_CAUSE and cause != known:
            yield closing, f"uNwError {cause}, but the network's cause is {known}"
        elif cause or known:
            yield closing, ""


def _may_fail_by_itself(session: Session, closing: Item) -> bool:
    """Whether a device fails a set without the network: of an active context, or its SIM failed."""
    if session.ready_state(closing.at) == number.WwanReadyStateFailure:
        return True
    return closing[CONNECTION] in contexts(session).active(closing.port, closing.at)


def _ordered_causes(session: Session) -> Iterator[tuple[int, int]]:
    """(position of a set's end, cause that the recorded environment gave it)."""
    orders = Orders(session, OID)
    closings = [
        closing
        for transaction, closing in _closings(session, "set")
        if not session.interrupted(transaction.request.at, closing.at)
    ]
    for closing in sorted(closings, key=lambda item: item.at):
        order = orders.spent_on(closing)
        if order is not None and not _may_fail_by_itself(session, closing):
            yield closing.at, order["NwError"] or 0


@rule("connect.nwerror-on-network-deactivation")
def nw_error_on_network_deactivation(session: Session) -> Iterator[Judgement]:
    """An event of deactivation has uStatus success, and the network's cause in uNwError."""
    causes = {
        (stimulus.port, stimulus["ConnectionId"], stimulus.time_ns): stimulus
        for stimulus in session.stimuli_of("NETWORK_DEACTIVATE")
    }
    for item in session.reports(STATE):
        if not item.is_event or item[ACTIVATION] != DEACTIVATED:
            continue
        stimulus = causes.get((item.port, item[CONNECTION], item.time_ns))
        cause = stimulus["NwError"] if stimulus is not None and stimulus.at < item.at else None
        if item.u_status:
            yield item, f"a deactivation event with uStatus {item.u_status:#010x}"
        elif cause is not None and item[CAUSE] != cause:
            yield item, f"uNwError {item[CAUSE]}, but the network's cause is {cause}"
        else:
            yield item, ""


@rule("connect.max-contexts-one", ndis_only=True)
def max_contexts_one(session: Session) -> Iterator[Judgement]:
    """Without further ports MaxActivatedContexts is 1."""
    if multiple_ports(session):
        return
    for item in session.judged_reports(number.NDIS_STATUS_WWAN_DEVICE_CAPS):
        value = item["DeviceCaps.MaxActivatedContexts"]
        if item.u_status == 0 and value is not None:
            yield item, f"MaxActivatedContexts is {value}" if value != 1 else ""


@rule("connect.single-activation")
def single_activation(session: Session) -> Iterator[Judgement]:
    """No second context of a port becomes active."""
    view = contexts(session)
    for port in view.ports:
        for item in view.judged_reports(port):
            if item[ACTIVATION] != ACTIVATED:
                continue
            others = view.active(port, item.at) - {item[CONNECTION]}
            yield item, f"context {sorted(others)} is active already" if others else ""
