"""Packet service: the attachment to the network, and the data classes on offer and in use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from wwanreplay._core import Event
from wwanreplay.analysis.infer.draft import Draft
from wwanreplay.analysis.infer.evidence import AT_OR_BEFORE, Evidence, Proposal, proposal
from wwanreplay.analysis.infer.first_observations import PACKET_SERVICE, Fact
from wwanreplay.analysis.infer.readings import Reading
from wwanreplay.analysis.infer.start_records import StartRecords
from wwanreplay.analysis.infer.states import (
    ATTACHED,
    ATTACHING,
    DETACHED,
    DETACHING,
    REGISTERED,
)
from wwanreplay.analysis.infer.subject import (
    Parts,
    ProfilePart,
    StartPart,
    Subject,
    Variable,
    observes,
    reports,
    successes,
)
from wwanreplay.analysis.infer.subjects.networks import NetworksProfilePart, NetworksStartPart
from wwanreplay.analysis.infer.subjects.registration import (
    PACKET_STATE,
    RegistrationProfilePart,
    RegistrationStartPart,
)
from wwanreplay.protocol import PROTOCOL

CONTEXT_STATE: Final = "NDIS_STATUS_WWAN_CONTEXT_STATE"
_PART: Final = "PacketService."
_ATTACH: Final = PROTOCOL.number_of("WWAN_PACKET_SERVICE_ACTION", "WwanPacketServiceActionAttach")
_MASK: Final = 0xFFFFFFFF
# Key of [network] → member of a report.
_CELL: Final = {
    "mcc": "CurrentTai.Mcc",
    "mnc": "CurrentTai.Mnc",
    "tracking_area_code": "CurrentTai.Tac",
    "frequency_range": "FrequencyRange",
}


class PacketServiceProfilePart(ProfilePart):
    """Whether the device attaches by itself, how long it takes, and where the cell is."""

    neutral: Mapping[str, Mapping[str, Any]] = {"network": {"auto_attach": True}}

    def __init__(self, draft: Draft, parts: Parts[ProfilePart]) -> None:
        super().__init__(draft, parts)
        self._registration = parts.of(RegistrationProfilePart)
        self._networks = parts.of(NetworksProfilePart)
        self._is_unsolicited = False  # whether the device reported by itself
        self._auto_attach: tuple[bool, Reading] | None = None

    @observes(PACKET_STATE, of=successes)
    def _observe(self, reading: Reading) -> None:
        provider_id = self._registration.provider_id
        known = self._networks.known(provider_id) if provider_id else None
        available = reading.number(f"{_PART}AvailableDataClass") or 0
        if known is not None and available and not known.get("data_class"):
            known["data_class"] = available & _MASK
        for key, path in _CELL.items():
            value = reading.number(f"{_PART}{path}") or None
            self.draft.observe("network", key, value, reading)
        self._observe_attachment(reading, reading.number(f"{_PART}PacketServiceState") or 0)

    def _observe_attachment(self, reading: Reading, state: int) -> None:
        """Whether the device attaches by itself."""
        registration = self._registration
        if reading.is_unsolicited:
            self._is_unsolicited = True
            if self._auto_attach is None and state in (ATTACHING, ATTACHED):
                self._auto_attach = (True, reading)
            if state == ATTACHED and registration.registered_ns is not None:
                delay_ns = reading.event.time_ns - registration.registered_ns
                registration.observe_time("attach", delay_ns, reading)
                registration.registered_ns = None
        elif state == DETACHED and reading.answers_query and registration.state in REGISTERED:
            self._auto_attach = self._auto_attach or (False, reading)

    def complete(self) -> None:
        """Set the latency of the attachment, and whether the device attaches by itself."""
        draft = self.draft
        attach = draft.tables.get("timing", {}).pop("attach", None)
        if attach is not None:
            draft.tables["timing"]["operations"] = {"OID_WWAN_PACKET_SERVICE": attach}
        if self._auto_attach is not None:
            draft.observe("network", "auto_attach", *self._auto_attach)
        elif self._registration.unsolicited_count and not self._is_unsolicited:
            why = "nothing tells that the device attaches by itself"
            draft.assume("network", "auto_attach", False, why)


@dataclass
class PacketService:
    """How packet service is at the start."""

    state: int = DETACHED
    available_data_class: int = 0
    current_data_class: int = 0


class PacketServiceStartPart(StartPart):
    """Packet service when the trace begins."""

    @observes(PACKET_STATE, of=reports)
    def _observe(self, reading: Reading) -> None:
        state = reading.number(f"{_PART}PacketServiceState") or 0
        if reading.status == 0 and ATTACHING <= state <= DETACHED:
            self.first.note(PACKET_SERVICE, reading)
            if state == ATTACHED:
                self.first.show(Fact.CARD_IS_READY, Fact.NETWORK_SERVES)
        elif reading.answers_set and reading.status != 0:
            self.first.note(PACKET_SERVICE, reading)

    @property
    def is_attached(self) -> bool:
        """Whether the device is attached."""
        return self.packet_service.state == ATTACHED

    @cached_property
    def packet_service(self) -> PacketService:
        """The packet service."""
        if not self.parts.of(RegistrationStartPart).is_registered:
            return PacketService()
        first = self.first.get(PACKET_SERVICE)
        if first is None:
            return PacketService(ATTACHED)
        was_active = self.first.is_shown(Fact.CONTEXT_WAS_ACTIVE)
        if first.status != 0:
            attaches = first.request is not None and (
                first.request.number("PacketServiceAction") == _ATTACH
            )
            return PacketService(DETACHED if attaches and not was_active else ATTACHED)
        was_active = was_active or self._was_attached_before
        return self._observed(first, was_active)

    @property
    def _was_attached_before(self) -> bool:
        """Whether a context, or a change of network, shows an attachment before the first one."""
        facts = self.first
        if facts.is_shown_before(Fact.CONTEXT_IS_ACTIVE, PACKET_SERVICE):
            return True
        # What attaches anew after a change of network was attached before it.
        changed = facts.is_shown_before(Fact.REGISTRATION_CHANGED, PACKET_SERVICE)
        served = facts.is_shown_before(Fact.NETWORK_SERVES, PACKET_SERVICE)
        if not (changed and served):
            return False
        return facts.shown_at(Fact.NETWORK_SERVES) != facts.shown_at(Fact.REGISTRATION_CHANGED)

    def _observed(self, first: Reading, was_attached: bool) -> PacketService:
        """Packet service as its first report shows it."""
        state = first.number(f"{_PART}PacketServiceState") or 0
        available = first.number(f"{_PART}AvailableDataClass") or 0
        unsolicited = first.is_unsolicited
        found = PacketService(ATTACHED)
        changes = unsolicited and not was_attached
        if state in (ATTACHING, DETACHED) or (state == ATTACHED and changes):
            found.state = DETACHED
        was_left = state == DETACHED and not first.answers_query
        if was_left or state == DETACHING or was_attached:
            found.state = ATTACHED
        if not unsolicited or was_attached:
            found.available_data_class = available
            if unsolicited and state == ATTACHED:
                # The class changed to this one: it was another that the device has.
                found.available_data_class |= int(self.profile.get("data_class", 0))
            if found.state == ATTACHED and state == ATTACHED and not unsolicited:
                found.current_data_class = first.number(f"{_PART}CurrentDataClass") or 0
        elif found.state == DETACHED:
            found.available_data_class = available
        return found

    def records(self, make: StartRecords) -> Iterator[Event]:
        """Report packet service, if there is a network."""
        registration = self.parts.of(RegistrationStartPart)
        if not registration.is_registered:
            return
        found = self.packet_service
        current = found.current_data_class if self.is_attached else 0
        available = found.available_data_class
        if not available:
            networks = self.parts.of(NetworksStartPart)
            available = networks.available_data_class(registration.registration.provider_id)
        yield make.report(
            PACKET_STATE,
            {
                f"{_PART}PacketServiceState": found.state,
                f"{_PART}AvailableDataClass": available & _MASK,
                f"{_PART}CurrentDataClass": current & _MASK,
            },
        )
        if self.is_attached and not current:
            # The device chooses among what is on offer.
            yield make.stimulus("data_class", {"AvailableDataClass": available & _MASK})


def _data_class(evidence: Evidence) -> Iterator[Proposal]:
    """Data classes on offer or in use changed."""
    available = evidence.get(f"{_PART}AvailableDataClass")
    current = evidence.get(f"{_PART}CurrentDataClass")
    # A log of MBIM messages does not have what is on offer. A device that is not attached reports
    # only that; what it uses comes later.
    for each in dict.fromkeys((current, current or _next_current_data_class(evidence))):
        offer = available or each
        if offer:
            values = {"AvailableDataClass": offer, "CurrentDataClass": each}
            yield proposal("data_class", AT_OR_BEFORE, **values)


def _next_current_data_class(evidence: Evidence) -> int:
    """The data classes that the next report of packet service has in use."""
    for decoded in evidence.reports_ahead(PACKET_STATE, 24):
        found = decoded.get(f"{_PART}CurrentDataClass", 0)
        if found:
            return int(found)
    return 0


def _detachment(evidence: Evidence) -> Iterator[Proposal]:
    """The network detached the device, which ends its contexts."""
    cause = evidence.get(f"{_PART}uNwError") or evidence.get("ContextState.uNwError")
    yield proposal("network_detach", NwError=cause)


SUBJECT: Final = Subject(
    "packet service",
    70,
    profile=PacketServiceProfilePart,
    start=PacketServiceStartPart,
    variables=(
        Variable("data class", "data_class", (PACKET_STATE,), _data_class),
        Variable("attach", "network_detach", (PACKET_STATE, CONTEXT_STATE), _detachment),
    ),
)
