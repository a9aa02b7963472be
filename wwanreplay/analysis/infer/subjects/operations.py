"""Operations: how they end, and how long they take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer.evidence import Evidence, Proposal, oid, proposal
from wwanreplay.analysis.infer.states import FAILURE
from wwanreplay.analysis.infer.subject import ANY_ANSWER, ProfilePart, Subject, Variable
from wwanreplay.analysis.infer.subjects.networks import REGISTER_STATE
from wwanreplay.analysis.infer.subjects.registration import PACKET_STATE
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.engine_table import model_oids
from wwanreplay.protocol.kinds import INDICATION_REQUIRED
from wwanreplay.replay.observed import observed
from wwanreplay.replay.proposer import ASSIGNMENT_COST

#: Of every operation, in a profile: what those of a trace took is for stimuli.
LATENCY: Final = "10ms"
ABORTED: Final = PROTOCOL.status("NDIS_STATUS_REQUEST_ABORTED").number
#: Latency of an operation that does not end by itself.
UNFINISHED_NS: Final = 3_600_000_000_000
_SCAN: Final = "OID_WWAN_VISIBLE_PROVIDERS"
#: Operations that the network may refuse, by the report of an attempt of the device's own.
_NETWORK_ENDS: Final = {
    "OID_WWAN_CONNECT": "",
    "OID_WWAN_PACKET_SERVICE": PACKET_STATE,
    "OID_WWAN_REGISTER_STATE": REGISTER_STATE,
    "OID_WWAN_SERVICE_ACTIVATION": "",
    _SCAN: "",
}
#: Operations that the network, the card or the radio takes part in: their latency is theirs.
_SHARED: Final = frozenset(
    {*_NETWORK_ENDS, "OID_WWAN_PIN", "OID_WWAN_PIN_EX", "OID_WWAN_RADIO_STATE"}
)
#: The number by which a stimulus means all operations to come.
_ALL: Final = 0xFFFFFFFF
#: Records in which the answer of a request is looked for.
_ANSWER_MAX: Final = 2000


class OperationsProfilePart(ProfilePart):
    """Latencies: nothing is drawn, requests complete at once."""

    def complete(self) -> None:
        """Fix every latency."""
        timing = self.draft.tables.setdefault("timing", {})
        observed = timing.pop("operations", {})
        timing["completion"] = 0
        timing.setdefault("registration", "1s")
        timing["ready"] = 0
        names = [PROTOCOL.oid_by_number[number].name for number in model_oids()]
        timing["operations"] = {name: observed.get(name, LATENCY) for name in names}
        timing["queries"] = dict.fromkeys(observed, LATENCY)


def _outcome(evidence: Evidence) -> Iterator[Proposal]:
    """An operation that the network ended otherwise."""
    request = evidence.request
    if evidence.witness.kind != Kind.KIND_INDICATION:
        return
    if request is not None:
        row = PROTOCOL.oid_by_number.get(request.code)
        if row is None or row.name not in _NETWORK_ENDS or not evidence.get("uStatus"):
            return
        if request.kind == Kind.KIND_QUERY and row.name != _SCAN:
            return
        operation, status = request.code, evidence.get("uStatus")
    else:
        # An attempt of the device's own that was refused.
        reported = [name for name, report in _NETWORK_ENDS.items() if report]
        own = [name for name in reported if evidence.is_a(_NETWORK_ENDS[name])]
        if not own:
            return
        operation, status = oid(own[0]), FAILURE
    causes = (value for path, value in evidence.values.items() if path.endswith("uNwError"))
    cause = next(causes, 0)
    if request is not None and status == FAILURE and not cause and _was_refused(evidence):
        return  # the modem does not ask the network again: its own doing
    found = proposal(
        "outcome",
        ("before", "request"),
        Operation=operation,
        uStatus=status,
        NwError=cause,
        Count=1,
    )
    # A network that refuses with a reason does so each time; without one it may be the modem.
    is_of_network = cause and request is not None
    yield replace(found, cost=ASSIGNMENT_COST) if is_of_network else found


def _was_refused(evidence: Evidence) -> bool:
    """Whether the network refused the last request of the same kind before, with a reason."""
    witness = evidence.witness
    for event in reversed(evidence.behind()):
        if event.kind == Kind.KIND_INDICATION and event.code == witness.code and event.request_id:
            values = observed(event)
            if event.request_id == witness.request_id:
                continue
            causes = (value for path, value in values.items() if path.endswith("uNwError"))
            return bool(values.get("uStatus")) and bool(next(causes, 0))
    return False


def _latency(evidence: Evidence) -> Iterator[Proposal]:
    """An operation that took another time; all operations, if the device answers by itself."""
    request, witness = evidence.request, evidence.witness
    if request is None or witness.status not in (0, INDICATION_REQUIRED, ABORTED):
        return
    expected = evidence.expected
    if expected is None or expected.kind != Kind.KIND_COMPLETION:
        return  # whatever is slow is so from the beginning
    provisional, answer = _transaction(evidence, request)
    if provisional is None:
        return
    waited_ns = provisional.time_ns - request.time_ns
    if provisional.status == ABORTED:
        # It was cancelled before its completion, which was to come later.
        yield proposal(
            "latency",
            ("request",),
            Operation=request.code,
            Count=1,
            DelayNs=UNFINISHED_NS,
            CompletionDelayNs=waited_ns + 1_000_000,
        )
        return
    row = PROTOCOL.oid_by_number.get(request.code)
    name = "" if row is None else row.name
    is_set = request.kind != Kind.KIND_QUERY
    is_one = (name in _SHARED and is_set) or name == _SCAN
    # An operation that something else ended, or whose end is not in the recording, took longer.
    delays_ns = [UNFINISHED_NS]
    if answer is not None:
        delays_ns.insert(0, answer.time_ns - provisional.time_ns)
    for delay_ns in delays_ns:
        yield proposal(
            "latency",
            ("request",) if is_one else ("request", "burst"),
            Operation=request.code if is_one else 0,
            Count=1 if is_one else _ALL,
            DelayNs=delay_ns,
            CompletionDelayNs=waited_ns,
        )


def _transaction(evidence: Evidence, request: Event) -> tuple[Event | None, Event | None]:
    """The provisional completion and the answer of a request, where recorded."""
    provisional: Event | None = None
    behind = evidence.behind()
    for event in (*behind, *evidence.ahead(_ANSWER_MAX - len(behind))):
        if event.request_id != request.request_id or event.port != request.port:
            continue
        if event.time_ns < request.time_ns:
            continue
        if event.kind == Kind.KIND_COMPLETION and provisional is None:
            if event.status not in (INDICATION_REQUIRED, ABORTED):
                return None, None
            provisional = event
        elif event.kind == Kind.KIND_INDICATION:
            return provisional, event
    return provisional, None


SUBJECT: Final = Subject(
    "operations",
    180,
    profile=OperationsProfilePart,
    variables=(
        Variable("reject cause", "outcome", (ANY_ANSWER,), _outcome),
        Variable("latency", "latency", (ANY_ANSWER,), _latency),
    ),
    tables=("timing",),
)
