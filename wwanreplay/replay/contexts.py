"""The contexts of an MBIM host: which one a query is for, and which end with OPEN and CLOSE.

MBIM 1.0 queries a context by its SessionId (10.5.12), OID_WWAN_CONNECT only by its port; and a
function that is opened or closed ends its contexts (9.3.1, 9.3.2), for which there is no OID.
"""

from __future__ import annotations

from typing import Any, Final

from wwanreplay._core import Engine, Event, Kind
from wwanreplay.mbim.header import look
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.replay.observed import leaves

CONNECT: Final = PROTOCOL.oid("OID_WWAN_CONNECT").number or 0
_CONTEXT_STATE: Final = PROTOCOL.indication("NDIS_STATUS_WWAN_CONTEXT_STATE").number
_NOT_ACTIVATED: Final = PROTOCOL.status("WWAN_STATUS_CONTEXT_NOT_ACTIVATED").number
#: The key of the context that a query is for, among the fields of its record.
SESSION: Final = "mbim.SessionId"
#: RequestIds from here on are free: no host has so large ones.
_FREE_ID: Final = 1 << 62
#: Contexts that are remembered: MBIM has no more.
CONTEXTS_MAX: Final = 256
_SESSION_SIZE: Final = 4  # of SessionId, with which the buffer of CONNECT begins
ACTIVATED: Final = PROTOCOL.number_of("WWAN_ACTIVATION_STATE", "WwanActivationStateActivated")
DEACTIVATED: Final = PROTOCOL.number_of("WWAN_ACTIVATION_STATE", "WwanActivationStateDeactivated")


class HostContexts:
    """The contexts that a host has activated since it opened the function."""

    def __init__(self) -> None:
        self._active: dict[tuple[int, int], None] = {}
        self._count = 0
        self.is_known = False  # whether the host has named one

    def note(self, request: Event) -> None:
        """Take a request of the host."""
        if request.code != CONNECT:
            return
        self.is_known = True
        if request.kind != Kind.KIND_SET:
            return
        values = _values_of(request)
        if not values or len(self._active) == CONTEXTS_MAX:
            return
        key = (values.get("SetContextState.ConnectionId", 0), request.port)
        if values.get("SetContextState.ActivationCommand", 0):
            self._active[key] = None
        else:
            self._active.pop(key, None)

    def ended(self, wire: Event) -> list[Event]:
        """The orders that end them, at an OPEN or CLOSE."""
        orders = []
        for connection_id, port in self._active:
            state = {"ConnectionId": connection_id, "ActivationCommand": 0}
            payload = encode("NDIS_WWAN_SET_CONTEXT_STATE", {"SetContextState": state}, revision=2)
            orders.append(
                Event(
                    Kind.KIND_SET,
                    wire.time_ns,
                    port=port,
                    code=CONNECT,
                    request_id=_FREE_ID + self._count,
                    payload=payload,
                    index=wire.index,
                )
            )
            self._count += 1
        self._active.clear()
        return orders


def session_of(query: Event, wire: Event | None) -> int | None:
    """The context of a query, by its members or the message that it was made of; None without."""
    connection_id = (query.fields or {}).get("ContextState.ConnectionId")
    if isinstance(connection_id, int):
        return connection_id
    if wire is None:
        return None
    buffer = wire.payload[look(wire.payload).buffer_at :]
    if len(buffer) < _SESSION_SIZE:
        return None
    return int.from_bytes(buffer[:_SESSION_SIZE], "little")


def _values_of(event: Event) -> dict[str, Any]:
    """The members of an event by path; empty when they cannot be read."""
    return {path: leaf.value for path, leaf in leaves(event).items()}


def of_session(answer: Event, engine: Engine, session: int | None, recorded: Event) -> Event:
    """The answer of a device that answers for its port, for one context of it.

    A context that there is not is deactivated, or refused as not activated: as the recorded device
    has it.
    """
    if session is None or answer.code != _CONTEXT_STATE:
        return answer
    values = _values_of(answer)
    if not values or values.get("uStatus") or values.get("ContextState.ConnectionId", 0) == session:
        return answer
    ports = engine.state()["ports"]
    contexts: list[dict[str, int]] = (
        ports[answer.port]["contexts"] if answer.port < len(ports) else []
    )
    found = next((each for each in contexts if each["connection_id"] == session), {})
    if not found and _values_of(recorded).get("uStatus") == _NOT_ACTIVATED:
        return answer.replace(payload=recorded.payload)
    state = {
        "ConnectionId": session,
        "ActivationState": found.get("activation_state", DEACTIVATED),
    }
    if "ContextState.IPType" in values:
        state["IPType"] = found.get("ip_type", 0)
    revision = answer.payload[1]  # of the object header
    payload = encode("NDIS_WWAN_CONTEXT_STATE", {"ContextState": state}, revision=revision)
    return answer.replace(payload=payload)
