"""Contexts: their activation, and the access strings that the network lets in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from wwanreplay import _core
from wwanreplay._core import Event
from wwanreplay.analysis.infer.draft import Draft, plain_text
from wwanreplay.analysis.infer.evidence import Evidence, Proposal, proposal
from wwanreplay.analysis.infer.first_observations import Fact
from wwanreplay.analysis.infer.readings import Reading
from wwanreplay.analysis.infer.start_records import StartRecords
from wwanreplay.analysis.infer.states import (
    ACTIVATED,
    DEACTIVATED,
    DEACTIVATING,
    wwan_status,
)
from wwanreplay.analysis.infer.subject import (
    Parts,
    ProfilePart,
    StartPart,
    Subject,
    Variable,
    observes,
    reports,
)
from wwanreplay.analysis.infer.subjects.packet_service import (
    CONTEXT_STATE,
    PacketServiceStartPart,
)
from wwanreplay.protocol import PROTOCOL

_PART: Final = "ContextState."
# Names of first observations: of a context with its port and ConnectionId, of a call with its port.
_CONTEXT: Final = "context"
_VOICE: Final = "voice call"
ACTIVATE: Final = PROTOCOL.number_of("WWAN_ACTIVATION_COMMAND", "WwanActivationCommandActivate")
DEACTIVATE: Final = PROTOCOL.number_of("WWAN_ACTIVATION_COMMAND", "WwanActivationCommandDeactivate")
_NO_CALL: Final = PROTOCOL.number_of("WWAN_VOICE_CALL_STATE", "WwanVoiceCallStateNone")
_CALL: Final = PROTOCOL.number_of("WWAN_VOICE_CALL_STATE", "WwanVoiceCallStateInProgress")
_NOT_ACTIVATED: Final = wwan_status("CONTEXT_NOT_ACTIVATED")
_UNKNOWN_ACCESS: Final = wwan_status("INVALID_ACCESS_STRING")
#: The only access string that is let in, where every known one is refused.
_ACCESS_ASSUMED: Final = "internet.example"


class ContextsProfilePart(ProfilePart):
    """How many contexts a port can have, and which access strings the network knows."""

    def __init__(self, draft: Draft, parts: Parts[ProfilePart]) -> None:
        super().__init__(draft, parts)
        self._active: dict[int, set[int]] = {}
        self._active_max: tuple[int, Reading | None] = (0, None)
        self._accepted: dict[str, Reading] = {}
        self._refused: dict[str, Reading] = {}

    @observes(CONTEXT_STATE, of=reports)
    def _observe(self, reading: Reading) -> None:
        connection_id = reading.number(f"{_PART}ConnectionId") or 0
        state = reading.number(f"{_PART}ActivationState")
        request = reading.request if reading.answers_set else None
        command = None if request is None else request.number("SetContextState.ActivationCommand")
        if request is not None and command == ACTIVATE:
            self._observe_activation(request, reading, state)
        if reading.status != 0:
            return
        active = self._active.setdefault(reading.event.port, set())
        if state == ACTIVATED:
            active.add(connection_id)
            if len(active) > self._active_max[0]:
                self._active_max = (len(active), reading)
        elif state == DEACTIVATED:
            active.discard(connection_id)

    def _observe_activation(self, request: Reading, reading: Reading, state: int | None) -> None:
        draft = self.draft
        access = plain_text(request.text("SetContextState.AccessString") or "")
        if reading.status == 0 and state == ACTIVATED:
            if access:
                self._accepted.setdefault(access.lower(), request)
            else:
                default = reading.text(f"{_PART}AccessString") or None
                draft.observe("access", "default", default, reading)
        elif reading.status == _UNKNOWN_ACCESS and access:
            self._refused.setdefault(access.lower(), request)
            draft.observe("access", "unknown_cause", reading.number(f"{_PART}uNwError"), reading)

    def complete(self) -> None:
        """Set the number of contexts, and the access strings."""
        draft = self.draft
        count, reading = self._active_max
        limit = draft.value("device", "contexts_active_max")
        if reading is not None and count > (limit or 1):
            draft.assumed.append(
                f"device.contexts_active_max: {count} contexts of a port are active at once"
            )
            draft.tables.setdefault("device", {})["contexts_active_max"] = count
        self._complete_access()

    def _complete_access(self) -> None:
        draft = self.draft
        refused = [access for access in self._refused if access not in self._accepted]
        if not refused:
            draft.assumed.append("access.accepted: every access string is let in")
            return
        accepted = list(self._accepted)
        if not accepted:
            contexts = draft.tables.get("context", [])
            stored = [str(context.get("access_string", "")).lower() for context in contexts]
            accepted = [access for access in stored if access and access not in refused]
        accepted = accepted or [_ACCESS_ASSUMED]
        if len(accepted) > _core.PROVISIONED_COUNT_MAX:
            draft.assumed.append(
                f"access.accepted: {len(accepted)} are reported, the device has room for"
                f" {_core.PROVISIONED_COUNT_MAX}; every access string is let in"
            )
            return
        first = self._refused[refused[0]]
        draft.observe("access", "accepted", accepted, first, "an unknown access string")


@dataclass
class Context:
    """A context of a port."""

    port: int
    connection_id: int
    ip_type: int = 0
    media: int = 0
    access_string: str = ""


class ContextsStartPart(StartPart):
    """The contexts, and the voice calls of their ports, when the trace begins."""

    @observes(CONTEXT_STATE, of=reports)
    def _observe(self, reading: Reading) -> None:
        first, port = self.first, reading.event.port
        connection_id = reading.number(f"{_PART}ConnectionId")
        state = reading.number(f"{_PART}ActivationState")
        if connection_id is None or state is None:
            return
        if reading.status == 0 or reading.answers_set:
            is_new = first.note((_CONTEXT, port, connection_id), reading)
            if is_new and _was_active_before(reading):
                first.show(Fact.CONTEXT_WAS_ACTIVE)
        if reading.status != 0:
            return
        if state == ACTIVATED:
            first.show(Fact.CARD_IS_READY, Fact.NETWORK_SERVES, Fact.CONTEXT_IS_ACTIVE)
        if reading.number(f"{_PART}VoiceCallState") is not None:
            first.note((_VOICE, port), reading)

    @cached_property
    def active(self) -> list[Context]:
        """The active contexts by port; none without an attachment."""
        if not self.parts.of(PacketServiceStartPart).is_attached:
            return []
        found = []
        for variable, first in self.first.each(_CONTEXT):
            if not _was_active_before(first):
                continue
            context = Context(int(variable[1]), int(variable[2]))
            if first.number(f"{_PART}ActivationState") == ACTIVATED:
                context.ip_type = first.number(f"{_PART}IPType") or 0
                context.media = first.number(f"{_PART}ConnectionMedia") or 0
                context.access_string = first.text(f"{_PART}AccessString") or ""
            found.append(context)
        return sorted(found, key=lambda context: (context.port, context.connection_id))

    @cached_property
    def calls(self) -> dict[int, int]:
        """The state of the voice calls by port, where there is one."""
        found = {}
        for (_, port), first in self.first.each(_VOICE):
            state = first.number(f"{_PART}VoiceCallState") or 0
            if first.is_unsolicited and state:
                state = _NO_CALL if state == _CALL else _CALL
            if state == _CALL and int(port) < self.port_count:
                found[int(port)] = state
        return found

    @cached_property
    def _last(self) -> dict[int, int]:
        """The ConnectionIds of queried contexts that were active before the trace, by port."""
        found = {}
        for (_, port, connection_id), first in self.first.each(_CONTEXT):
            is_gone = first.number(f"{_PART}ActivationState") == DEACTIVATED
            if first.answers_query and is_gone and connection_id and int(port) < self.port_count:
                found[int(port)] = int(connection_id)
        return found

    def records(self, make: StartRecords) -> Iterator[Event]:
        """Report contexts, and calls on ports without one."""
        ports = {context.port for context in self.active}
        for port, connection_id in self._last.items():
            if port not in ports:
                # A query without an active context answers with the one that was active last.
                yield _record(make, Context(port, connection_id), _NO_CALL)
                yield _record(make, Context(port, connection_id), _NO_CALL, is_active=False)
        for context in self.active:
            yield _record(make, context, self.calls.get(context.port, _NO_CALL))
        for port, call in self.calls.items():
            if port not in ports:
                yield _record(make, Context(port, 0), call, is_active=False)


def _was_active_before(first: Reading) -> bool:
    """Whether the first report of a context shows that it was active before."""
    state = first.number(f"{_PART}ActivationState")
    if first.answers_set and first.request is not None:
        command = first.request.number("SetContextState.ActivationCommand")
        if command == DEACTIVATE:
            return first.status != _NOT_ACTIVATED
        return state == ACTIVATED and (command != ACTIVATE or first.status != 0)
    if first.is_unsolicited:
        if first.number(f"{_PART}VoiceCallState"):
            return state == ACTIVATED
        return state in (DEACTIVATED, DEACTIVATING)
    return state == ACTIVATED


def _record(make: StartRecords, context: Context, call: int, *, is_active: bool = True) -> Event:
    """Report a context."""
    return make.report(
        CONTEXT_STATE,
        {
            f"{_PART}ConnectionId": context.connection_id & 0xFFFFFFFF,
            f"{_PART}ActivationState": ACTIVATED if is_active else DEACTIVATED,
            f"{_PART}VoiceCallState": call,
            f"{_PART}IPType": context.ip_type & 0xFFFFFFFF,
            f"{_PART}ConnectionMedia": context.media & 0xFFFFFFFF,
            f"{_PART}AccessString": context.access_string[:100],
        },
        context.port,
    )


def _deactivation(evidence: Evidence) -> Iterator[Proposal]:
    """The network ended the context."""
    if evidence.is_unsolicited:
        yield proposal(
            "network_deactivate",
            port=evidence.port,
            ConnectionId=evidence.get(f"{_PART}ConnectionId"),
            NwError=evidence.get(f"{_PART}uNwError"),
        )


SUBJECT: Final = Subject(
    "contexts",
    100,
    profile=ContextsProfilePart,
    start=ContextsStartPart,
    variables=(Variable("contexts", "network_deactivate", (CONTEXT_STATE,), _deactivation),),
    tables=("access",),
)
