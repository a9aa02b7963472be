"""Registration with a network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from wwanreplay._core import Event
from wwanreplay.analysis.infer.draft import Draft
from wwanreplay.analysis.infer.evidence import (
    ANYWHERE,
    AT_OR_BEFORE,
    STIMULUS_COST,
    Evidence,
    Proposal,
    member,
    proposal,
    stimulus,
)
from wwanreplay.analysis.infer.first_observations import (
    PACKET_SERVICE,
    REGISTRATION,
    Fact,
    FirstObservations,
)
from wwanreplay.analysis.infer.readings import Reading
from wwanreplay.analysis.infer.start_records import StartRecords
from wwanreplay.analysis.infer.states import (
    ATTACHED,
    AUTOMATIC,
    DENIED,
    DEREGISTERED,
    HOME,
    LATENCY_NS_MAX,
    MANUAL,
    PARTNER,
    READY_INITIALIZED,
    REGISTERED,
    ROAMING,
    SEARCHING,
    SECOND_NS,
    register_state_of,
)
from wwanreplay.analysis.infer.subject import (
    EVERYTHING,
    Parts,
    ProfilePart,
    StartPart,
    Subject,
    Variable,
    observes,
    reports,
    successes,
)
from wwanreplay.analysis.infer.subjects.networks import (
    ALL_PROVIDERS,
    REGISTER_STATE,
    NetworksProfilePart,
    NetworksStartPart,
    next_scan_of,
    present_provider,
    provider_change,
)
from wwanreplay.analysis.infer.subjects.power import PowerStartPart
from wwanreplay.analysis.infer.subjects.radio import RADIO_STATE, RadioStartPart
from wwanreplay.analysis.infer.subjects.signal import SignalStartPart
from wwanreplay.analysis.infer.subjects.subscriber import (
    READY_INFO,
    SubscriberStartPart,
    ready_record,
)
from wwanreplay.devices.profile_rows import PROVIDER_KINDS
from wwanreplay.protocol import PROTOCOL

PACKET_STATE: Final = "NDIS_STATUS_WWAN_PACKET_SERVICE"
_PART: Final = "RegistrationState."
_PREFERRED: Final = PROTOCOL.number_of("WWAN_PROVIDER_STATE", "WWAN_PROVIDER_STATE_PREFERRED")
_KINDS: Final = {HOME: "home", PARTNER: "partner", ROAMING: "roaming", DENIED: "roaming"}


class RegistrationProfilePart(ProfilePart):
    """Mode and flags of registration, the networks that it shows, and how long it takes."""

    neutral: Mapping[str, Mapping[str, Any]] = {
        "network": {
            "register_mode": "WwanRegisterModeAutomatic",
            "registration_flags": "WWAN_REG_FLAGS_PS_AUTO_ATTACH",
        },
    }

    def __init__(self, draft: Draft, parts: Parts[ProfilePart]) -> None:
        super().__init__(draft, parts)
        self.networks = parts.of(NetworksProfilePart)
        self.state = 0  # as last reported
        self.provider_id = ""  # of the network that the device is registered with
        self.registered_ns: int | None = None  # when it registered by itself
        self.unsolicited_count = 0  # registrations that no set ordered
        self._is_reported = False
        self._has_network = False  # whether a network was registered with, or denied it
        self._is_under_way = False  # an attempt that began before the trace
        self._caused_ns = 0  # when card or radio let the device look for a network
        self._searching_ns: int | None = None
        self._last_ns = 0  # of the last event
        self._abroad: dict[str, tuple[int, Reading]] = {}  # the first state with each network

    @observes(EVERYTHING)
    def _observe_time(self, reading: Reading) -> None:
        self._last_ns = max(self._last_ns, reading.event.time_ns)

    @observes(READY_INFO, RADIO_STATE)
    def _observe_cause(self, reading: Reading) -> None:
        if not reading.answers_query and not self.state:
            self._caused_ns = reading.event.time_ns

    @observes(REGISTER_STATE, of=successes)
    def _observe(self, reading: Reading) -> None:
        draft = self.draft
        state = reading.number(f"{_PART}RegisterState") or 0
        mode = reading.number(f"{_PART}RegisterMode")
        if mode in (AUTOMATIC, MANUAL) and not self._is_reported:
            before = AUTOMATIC if reading.answers_set else mode
            draft.observe("network", "register_mode", before, reading)
        self._is_reported = True
        flags = reading.number(f"{_PART}WwanRegFlags")
        draft.observe("network", "registration_flags", flags, reading)
        self._observe_latency(reading, state)
        if state in REGISTERED or state == DENIED:
            self._observe_network(reading, state)
        elif state in (DEREGISTERED, SEARCHING):
            self.provider_id = ""
        if state:
            self.state = state

    def _observe_latency(self, reading: Reading, state: int) -> None:
        """How long the device's own attempts take."""
        now_ns = reading.event.time_ns
        if state in REGISTERED and not self.state and reading.is_unsolicited:
            # Even if nothing reported that, the device looked for it.
            self.observe_time("registration", now_ns - self._caused_ns, reading)
        is_change = reading.answers_set or reading.is_unsolicited
        if state == SEARCHING and not self.state and not is_change:
            self._is_under_way = True
        elif self._is_under_way and state not in (0, SEARCHING):
            self._is_under_way = False
            # One that a set ends must last longer than that set, or it would end it first.
            self.observe_time("registration", now_ns + reading.answers_set * SECOND_NS, reading)
        if not reading.is_unsolicited:
            if reading.answers_set or state != SEARCHING:
                self._searching_ns = None
        elif state == SEARCHING:
            if self._searching_ns is None:
                self._searching_ns = now_ns
        else:
            if state in REGISTERED:
                self._observe_own_registration(reading)
            self._searching_ns = None

    def _observe_own_registration(self, reading: Reading) -> None:
        if self.state not in REGISTERED:
            self.unsolicited_count += 1
        self.registered_ns = reading.event.time_ns
        if self._searching_ns is not None:
            delay_ns = self.registered_ns - self._searching_ns
            self.observe_time("registration", delay_ns, reading)

    def observe_time(self, key: str, delay_ns: int, reading: Reading) -> None:
        """Set a latency of [timing]; the first counts."""
        draft = self.draft
        if 0 <= delay_ns <= LATENCY_NS_MAX and not draft.is_observed(f"timing.{key}"):
            draft.tables.setdefault("timing", {})[key] = f"{delay_ns}ns" if delay_ns else 0
            draft.note(f"timing.{key}", reading)

    def _observe_network(self, reading: Reading, state: int) -> None:
        values = {
            "id": reading.text(f"{_PART}ProviderId"),
            "name": reading.text(f"{_PART}ProviderName"),
            "roaming_text": reading.text(f"{_PART}RoamingText"),
            "cellular_class": reading.number(f"{_PART}CurrentCellularClass"),
        }
        values = {key: value for key, value in values.items() if value is not None}
        provider = self.draft.fitting("provider", values, f"event {reading.index}")
        networks = self.networks
        if state == HOME:
            networks.observe_at_home(provider)
            provider.pop("roaming_text", None)
        if not provider.get("id"):
            return
        known = networks.known(provider["id"])
        if known is not None and known.get("name") != provider.get("name"):
            known["name"] = provider.get("name", "")  # reported more often than in scans
        is_first = not self._has_network
        is_reached = is_first or reading.answers_set  # a set found it, so that it was there
        added = networks.add(provider | {"visible": is_reached})
        if is_reached:
            added["visible"] = True
        if state in (PARTNER, ROAMING):
            self._abroad.setdefault(provider["id"], (state, reading))
        if provider["id"] not in networks.registered_ids:
            networks.registered_ids.add(provider["id"])
            added["kind"] = _KINDS[state]
        if state == DENIED and is_first:
            added["emergency_only"] = True
        elif state != DENIED:
            added.pop("emergency_only", None)
        if provider.get("roaming_text"):
            added["roaming_text"] = added.get("roaming_text") or provider["roaming_text"]
        self.draft.note(f"provider {provider['id']}", reading)
        self._has_network = True
        self.provider_id = provider["id"]

    def complete(self) -> None:
        """Let an attempt that does not end take longer than the trace."""
        if self._is_under_way:
            delay_ns = min(max(self._last_ns, 0) + SECOND_NS, LATENCY_NS_MAX)
            self.draft.tables.setdefault("timing", {})["registration"] = f"{delay_ns}ns"
        self._complete_partners()

    def _complete_partners(self) -> None:
        """A driver that says roaming of a preferred network, and partner of none, names none."""
        if any(state == PARTNER for state, _ in self._abroad.values()):
            return
        for identity, (_, reading) in self._abroad.items():
            known = self.networks.known(identity) or {}
            if known.get("state", 0) & _PREFERRED:
                self.draft.observe("network", "names_partners", False, reading)


@dataclass
class Registration:
    """How the registration is at the start."""

    state: int = DEREGISTERED
    mode: int = AUTOMATIC
    provider_id: str = ""
    provider_name: str = ""
    roaming_text: str = ""
    cause: int = 0
    cellular_class: int = 0
    preferred_data_classes: int = 0


class RegistrationStartPart(StartPart):
    """How the registration is when the trace begins."""

    def __init__(self, first: FirstObservations, parts: Parts[StartPart]) -> None:
        super().__init__(first, parts)
        self.networks = parts.of(NetworksStartPart)
        self._comes_unsolicited: bool | None = None  # a network comes, and nothing caused that
        self._is_under_way = False  # registered without a report of searching

    @observes(REGISTER_STATE, of=reports)
    def _observe(self, reading: Reading) -> None:
        state = register_state_of(reading)
        if state:
            self._observe_state(reading, state)
        if reading.answers_set:
            self.first.show(Fact.SEARCH_WAS_CAUSED)

    def _observe_state(self, reading: Reading, state: int) -> None:
        first = self.first
        if not first.note(REGISTRATION, reading) and not reading.answers_query:
            first.show(Fact.REGISTRATION_CHANGED)
        if state in REGISTERED:
            first.show(Fact.CARD_IS_READY, Fact.NETWORK_SERVES)
        elif state in (SEARCHING, DENIED):
            first.show(Fact.CARD_IS_READY)
        if state in (SEARCHING, *REGISTERED) and self._comes_unsolicited is None:
            caused = self.networks.is_seen or first.is_shown(Fact.SEARCH_WAS_CAUSED)
            self._comes_unsolicited = reading.is_unsolicited and not caused
            self._is_under_way = self._comes_unsolicited and state != SEARCHING

    @property
    def is_registered(self) -> bool:
        """Whether the device is registered with a network."""
        return self.registration.state in REGISTERED

    @cached_property
    def _can_register(self) -> bool:
        """Whether card and radio let the device be in a network."""
        ready = self.parts.of(SubscriberStartPart).ready
        return ready == READY_INITIALIZED and self.parts.of(RadioStartPart).is_on

    @cached_property
    def _mode(self) -> int:
        return MANUAL if self.profile.get("register_mode", AUTOMATIC) == MANUAL else AUTOMATIC

    @cached_property
    def registration(self) -> Registration:
        """The registration."""
        found = self._observed()
        if not self._can_register:
            found.state = DEREGISTERED
        if found.state in (DEREGISTERED, SEARCHING) and found.mode != MANUAL:
            found.provider_id = found.provider_name = ""
        if found.state == DEREGISTERED and self._is_under_way and self._can_register:
            found.state = SEARCHING
        return found

    @property
    def is_out_of_reach(self) -> bool:
        """Whether no network is in reach until something brings one."""
        return (
            bool(self._comes_unsolicited)
            and self.registration.state == DEREGISTERED
            and self._can_register
            and self.parts.of(PowerStartPart).life in ("", "paused")
        )

    def _observed(self) -> Registration:
        """The registration as the first evidence of it shows it."""
        first = self.first.get(REGISTRATION)
        if first is None or self.networks.registered_in_scan is not None:
            return self._assumed(Registration(mode=self._mode))
        mode = first.number(f"{_PART}RegisterMode")
        found = Registration(
            first.number(f"{_PART}RegisterState") or DEREGISTERED,
            mode if mode in (AUTOMATIC, MANUAL) else self._mode,
            first.text(f"{_PART}ProviderId") or "",
            first.text(f"{_PART}ProviderName") or "",
            first.text(f"{_PART}RoamingText") or "",
            first.number(f"{_PART}uNwError") or 0,
            first.number(f"{_PART}CurrentCellularClass") or 0,
            first.number(f"{_PART}PreferredDataClasses") or 0,
        )
        if first.is_unsolicited or first.answers_set:
            return self._before(first, found)
        return found

    def _before(self, first: Reading, found: Registration) -> Registration:
        """The registration before it changed to what the first report has."""
        state = found.state
        was_active = self.first.is_shown(Fact.CONTEXT_WAS_ACTIVE)
        served = was_active or self.first.is_shown_before(Fact.NETWORK_SERVES, REGISTRATION)
        packet_at = self.first.position_of(PACKET_SERVICE)
        denied_first = self._packet_denies and self.first.comes_before(packet_at, REGISTRATION)
        if not served and denied_first:
            found.state = DEREGISTERED
            return found
        if first.answers_set:
            found.mode = AUTOMATIC
            if state in REGISTERED and (served or not self._attaches_next):
                return found
            if state not in REGISTERED and state != DENIED and served:
                return self._assumed(found)
            found.state = DEREGISTERED
        elif state in (DEREGISTERED, DENIED) or (state == SEARCHING and served):
            return self._assumed(found)
        elif not served:
            found.state = DEREGISTERED
        return found

    @property
    def _attaches_next(self) -> bool:
        """Whether packet service reports by itself first, and before a context is active."""
        packet = self.first.get(PACKET_SERVICE)
        return (
            packet is not None
            and packet.is_unsolicited
            and not self.first.is_shown_before(Fact.CONTEXT_IS_ACTIVE, PACKET_SERVICE)
        )

    def _assumed(self, known: Registration) -> Registration:
        """Registered with the network that comes first, unless packet service has none."""
        found = Registration(
            mode=known.mode,
            cellular_class=known.cellular_class,
            preferred_data_classes=known.preferred_data_classes,
        )
        wanted = self.networks.registered_in_scan
        served = wanted is not None or self.first.is_shown(Fact.CONTEXT_WAS_ACTIVE)
        if self._packet_denies and not served:
            return found
        for provider in self.networks.usable:
            provider_id = provider.get("provider_id")
            if wanted is not None and provider_id != wanted:
                continue
            found.state = HOME
            if provider_id != self.networks.home_id:
                is_partner = provider.get("kind") == PROVIDER_KINDS["partner"]
                found.state = PARTNER if is_partner else ROAMING
            found.provider_id = str(provider.get("provider_id", ""))
            found.provider_name = str(provider.get("provider_name", ""))
            found.roaming_text = str(provider.get("roaming_text", ""))
            break
        return found

    @cached_property
    def _packet_denies(self) -> bool:
        """Whether the first answer of packet service has no network."""
        packet = self.first.get(PACKET_SERVICE)
        if packet is None or not packet.answers_query or packet.status != 0:
            return False
        attached = packet.number("PacketService.PacketServiceState") == ATTACHED
        return not attached and packet.number("PacketService.AvailableDataClass") == 0

    def conclude(self) -> None:
        """Let the signal be that of a network; leave emergency mode to a denial."""
        self.parts.of(SignalStartPart).is_served = self.is_registered
        if self.registration.state == DENIED:
            self.parts.of(SubscriberStartPart).emergency = 0

    def records(self, make: StartRecords) -> Iterator[Event]:
        """Report the registration, in surroundings that let it be."""
        found = self.registration
        if self.is_out_of_reach:
            yield make.stimulus("coverage", {"Available": 0})
        values = {
            f"{_PART}RegisterState": found.state,
            f"{_PART}RegisterMode": found.mode,
            f"{_PART}ProviderId": found.provider_id[:6],
            f"{_PART}ProviderName": found.provider_name[:20],
            f"{_PART}RoamingText": found.roaming_text[:63],
            f"{_PART}uNwError": found.cause & 0xFFFFFFFF,
            f"{_PART}CurrentCellularClass": found.cellular_class & 0xFFFFFFFF,
        }
        classes = found.preferred_data_classes or self.profile.get("data_class", 0)
        values[f"{_PART}PreferredDataClasses"] = classes & 0xFFFFFFFF
        if not self.is_registered:
            yield from self.parts.of(SignalStartPart).unserved_records(make)
        yield make.report(REGISTER_STATE, values)
        if found.state == DENIED:
            yield ready_record(make, self.parts.of(SubscriberStartPart).ready, 1)


# Stimuli


def _deregistration(evidence: Evidence) -> Iterator[Proposal]:
    """The network ended the registration."""
    state = member("WWAN_REGISTER_STATE", evidence.get(f"{_PART}RegisterState"))
    if state not in ("WwanRegisterStateDeregistered", "WwanRegisterStateDenied"):
        return
    if evidence.is_partial and evidence.is_unsolicited:
        # A modem may report this before it reports the cause.
        yield proposal("sim", State="SimRemoved")
        yield proposal("hardware_radio", State="WwanRadioOff")
    cause = evidence.get(f"{_PART}uNwError")
    denied = int(state == "WwanRegisterStateDenied")
    for retry in (0, 1):
        made = stimulus("network_deregister", NwError=cause, Denied=denied, Retry=retry)
        # A network that ends a registration gives a cause.
        yield Proposal((made,), ("witness",), STIMULUS_COST + (not cause))


def _networks(evidence: Evidence) -> Iterator[Proposal]:
    """A network that nobody knew appeared, or one that was used went."""
    state = member("WWAN_REGISTER_STATE", evidence.get(f"{_PART}RegisterState"))
    present = present_provider(evidence)
    if present:
        yield Proposal((provider_change(ProviderId=present),), ("witness",))
    searching = state == "WwanRegisterStateSearching"
    values = _next_registration(evidence) if searching else dict(evidence.values)
    name = values.get(f"{_PART}ProviderId", "")
    if not name:
        return
    known = next_scan_of(evidence, name)
    if not known:
        is_preferred = values.get(f"{_PART}RegisterState") == PARTNER
        states = ("WWAN_PROVIDER_STATE_VISIBLE", "WWAN_PROVIDER_STATE_PREFERRED")
        known = {
            "ProviderId": name,
            "ProviderName": values.get(f"{_PART}ProviderName", ""),
            "ProviderState": "|".join(states[: 1 + is_preferred]),
            "WwanDataClass": _next_available_data_class(evidence),
            "WwanCellularClass": values.get(f"{_PART}CurrentCellularClass") or 1,
            "Rssi": 20,
        }
    yield Proposal((provider_change(**known),), ANYWHERE)


def _next_registration(evidence: Evidence) -> dict[str, Any]:
    """The fields of the next report of a registration."""
    for decoded in evidence.reports_ahead(REGISTER_STATE, 24):
        if decoded.get(f"{_PART}ProviderId", ""):
            return {leaf.path: leaf.value for leaf in decoded.leaves()}
    return {}


def _next_available_data_class(evidence: Evidence) -> int:
    """The data classes that the next report of packet service offers; LTE if none does."""
    for decoded in evidence.reports_ahead(PACKET_STATE, 24):
        found = decoded.get("PacketService.AvailableDataClass", 0)
        if found:
            return int(found)
    return 0x20


def _roaming_text(evidence: Evidence) -> Iterator[Proposal]:
    """The text for roaming subscribers changed."""
    text = evidence.get(f"{_PART}RoamingText", "")
    state = member("WWAN_REGISTER_STATE", evidence.get(f"{_PART}RegisterState"))
    if text or state in ("WwanRegisterStateRoaming", "WwanRegisterStatePartner"):
        yield proposal("roaming_text", AT_OR_BEFORE, RoamingText=text)


def _technology(evidence: Evidence) -> Iterator[Proposal]:
    """A device of two technologies changed over."""
    value = evidence.get(f"{_PART}CurrentCellularClass")
    for each in (value,) if value else (1, 2):
        yield proposal("cellular_class", AT_OR_BEFORE, CurrentCellularClass=each)


def _prevent_report() -> Iterator[Proposal]:
    """No network, or no radio."""
    places = ("before", "earlier")
    yield proposal("coverage", places, Available=0, ProviderIndex=ALL_PROVIDERS)
    yield proposal("hardware_radio", places, State="WwanRadioOff")


SUBJECT: Final = Subject(
    "registration",
    60,
    profile=RegistrationProfilePart,
    start=RegistrationStartPart,
    variables=(
        Variable("registration", "network_deregister", (REGISTER_STATE,), _deregistration),
        Variable("networks", "provider_change", (REGISTER_STATE,), _networks),
        Variable("roaming text", "roaming_text", (REGISTER_STATE,), _roaming_text),
        Variable("technology", "cellular_class", (REGISTER_STATE,), _technology),
    ),
    preventions={REGISTER_STATE: _prevent_report},
)
