"""The links of the ports: their speed, and whether a voice call interrupts them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer.evidence import AT_OR_BEFORE, Evidence, Proposal, proposal
from wwanreplay.analysis.infer.readings import Reading
from wwanreplay.analysis.infer.start_records import StartRecords
from wwanreplay.analysis.infer.subject import (
    ProfilePart,
    StartPart,
    Subject,
    Variable,
    observes,
)
from wwanreplay.analysis.infer.subjects.contexts import ContextsStartPart
from wwanreplay.analysis.infer.subjects.packet_service import CONTEXT_STATE

LINK_STATE: Final = "NDIS_STATUS_LINK_STATE"
_OID: Final = "OID_GEN_LINK_STATE"
_LINK: Final = "link"  # with a port a variable of the start
_CONNECTED, _DISCONNECTED = 1, 2  # of NET_IF_MEDIA_CONNECT_STATE
_SPEED_MAX: Final = 2**63 - 1
_SPEEDS: Final = {
    "link_speed_up_bit_s": "XmitLinkSpeed",
    "link_speed_down_bit_s": "RcvLinkSpeed",
}


class LinkProfilePart(ProfilePart):
    """The fastest link, which is that of the best data class."""

    neutral: Mapping[str, Mapping[str, Any]] = {
        "network": {
            "link_speed_up_bit_s": 50_000_000,
            "link_speed_down_bit_s": 150_000_000,
        },
    }

    @observes(LINK_STATE, _OID)
    def _observe(self, reading: Reading) -> None:
        if reading.is_request or reading.status != 0:
            return
        if reading.number("MediaConnectState") != _CONNECTED:
            return
        for key, member in _SPEEDS.items():
            speed = reading.number(member)
            if speed is None or not 0 < speed <= _SPEED_MAX:
                continue
            if not self.draft.observe("network", key, speed, reading):
                table = self.draft.tables["network"]
                table[key] = max(table.get(key, 0), speed)


class LinkStartPart(StartPart):
    """Which links are up when the trace begins."""

    @observes(LINK_STATE, _OID)
    def _observe(self, reading: Reading) -> None:
        if reading.is_indication or (reading.is_completed and reading.values):
            self.first.note((_LINK, reading.event.port), reading)

    def records(self, make: StartRecords) -> Iterator[Event]:
        """Report the links; one is up where a context is active, but for a call."""
        links: dict[int, bool] = {}
        for (_, port), first in self.first.each(_LINK):
            if first.kind == Kind.KIND_COMPLETION and int(port) < self.port_count:
                links[int(port)] = first.number("MediaConnectState") == _CONNECTED
        contexts = self.parts.of(ContextsStartPart)
        for context in contexts.active:
            links.setdefault(context.port, not contexts.calls.get(context.port))
        for port, is_up in links.items():
            state = _CONNECTED if is_up else _DISCONNECTED
            yield make.report(LINK_STATE, {"MediaConnectState": state}, port)


def _voice_call(evidence: Evidence) -> Iterator[Proposal]:
    """A call began or ended."""
    for state in ("WwanVoiceCallStateInProgress", "WwanVoiceCallStateHangUp"):
        yield proposal("voice_call", AT_OR_BEFORE, evidence.port, State=state)


SUBJECT: Final = Subject(
    "link",
    110,
    profile=LinkProfilePart,
    start=LinkStartPart,
    variables=(Variable("voice call", "voice_call", (LINK_STATE, CONTEXT_STATE), _voice_call),),
)
