"""The subscriber: the card and its identities, the subscription, and emergency calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from wwanreplay import _core
from wwanreplay._core import Event
from wwanreplay.analysis.infer.draft import Draft, plain_text
from wwanreplay.analysis.infer.evidence import (
    ANYWHERE,
    AT_OR_BEFORE,
    Evidence,
    Proposal,
    member,
    proposal,
)
from wwanreplay.analysis.infer.first_observations import (
    PACKET_SERVICE,
    PIN,
    READY,
    REGISTRATION,
    Fact,
)
from wwanreplay.analysis.infer.readings import Reading
from wwanreplay.analysis.infer.start_records import StartRecords
from wwanreplay.analysis.infer.states import (
    DEREGISTERED,
    DETACHED,
    FAILURE,
    READY_BAD_SIM,
    READY_DEVICE_LOCKED,
    READY_FAILURE,
    READY_INITIALIZED,
    READY_NOT_ACTIVATED,
    READY_OFF,
    READY_SIM_NOT_INSERTED,
    wwan_status,
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
)
from wwanreplay.analysis.infer.subjects.pin import PIN_INFO, PinStartPart
from wwanreplay.protocol import PROTOCOL

READY_INFO: Final = "NDIS_STATUS_WWAN_READY_INFO"
SERVICE_ACTIVATION: Final = "NDIS_STATUS_WWAN_SERVICE_ACTIVATION"

# The state of the card behind a ready state; in any other the card is in and sound.
_SIM_STATES: Final = {
    READY_SIM_NOT_INSERTED: "SimRemoved",
    READY_BAD_SIM: "SimBad",
    READY_FAILURE: "SimFailure",
}
_IDENTITIES: Final = {"subscriber_id": "SubscriberId", "iccid": "SimIccId"}
# Status of a refusal → the ready state in which a device refuses so.
_READY_OF_STATUS: Final = {
    wwan_status("SIM_NOT_INSERTED"): READY_SIM_NOT_INSERTED,
    wwan_status("BAD_SIM"): READY_BAD_SIM,
    wwan_status("PIN_REQUIRED"): READY_DEVICE_LOCKED,
    wwan_status("SERVICE_NOT_ACTIVATED"): READY_NOT_ACTIVATED,
    wwan_status("NOT_INITIALIZED"): READY_OFF,
}
# Lists that the card has to be ready for.
_NEED_A_READY_CARD: Final = tuple(
    f"NDIS_STATUS_WWAN_{name}"
    for name in (
        "HOME_PROVIDER",
        "VISIBLE_PROVIDERS",
        "PREFERRED_PROVIDERS",
        "PROVISIONED_CONTEXTS",
    )
)


class SubscriberProfilePart(ProfilePart):
    """The card and the subscription."""

    neutral: Mapping[str, Mapping[str, Any]] = {
        "sim": {
            "state": "SimInserted",
            "service_activated": True,
            "emergency_mode": "WwanEmergencyModeOff",
            "subscriber_id": "001010123456789",
            "iccid": "89001010000000000117",
        },
    }

    def __init__(self, draft: Draft, parts: Parts[ProfilePart]) -> None:
        super().__init__(draft, parts)
        self._state_is_shown = False
        self._emergency_is_shown = False
        self._is_cdma = False
        self._blank: dict[str, Reading] = {}  # identities that a card that is ready leaves blank

    @observes(READY_INFO, of=reports)
    def _observe(self, reading: Reading) -> None:
        draft = self.draft
        state = reading.number("ReadyInfo.ReadyState")
        self._observe_identities(reading, state)
        if state == READY_DEVICE_LOCKED:
            draft.observe("sim", "pin1_enabled", True, reading)
        if state in (READY_INITIALIZED, READY_NOT_ACTIVATED):
            draft.observe("sim", "service_activated", state == READY_INITIALIZED, reading)
        if state is not None and not self._state_is_shown:
            self._state_is_shown = True
            # What the device reports by itself is a change: the card was in before.
            changed = reading.is_unsolicited
            name = "SimInserted" if changed else _SIM_STATES.get(state, "SimInserted")
            number = PROTOCOL.number_of("WWANREPLAY_SIM_STATE", name)
            draft.observe("sim", "state", number, reading)
        if reading.number("ReadyInfo.CdmaShortMsgSize"):
            self._is_cdma = True
        mode = reading.number("ReadyInfo.EmergencyMode")
        if mode in (0, 1) and not self._emergency_is_shown:
            self._emergency_is_shown = True
            draft.observe("sim", "emergency_mode", mode, reading)

    def _observe_identities(self, reading: Reading, state: int | None) -> None:
        draft = self.draft
        readable = (READY_INITIALIZED, READY_NOT_ACTIVATED)
        for key, name in _IDENTITIES.items():
            text = reading.text(f"ReadyInfo.{name}")
            draft.observe("sim", key, text or None, reading)
            if text == "" and (state in readable or (state, key) == (READY_DEVICE_LOCKED, "iccid")):
                self._blank.setdefault(key, reading)
        numbers = [plain_text(item) for item in reading.elements if isinstance(item, str)]
        fitting = [
            number
            for number in numbers
            if draft.fitting("sim", {"telephone_numbers": [number]}, "a number")
        ]
        if numbers:
            kept = fitting[: _core.TELEPHONE_NUMBER_COUNT_MAX]
            draft.observe("sim", "telephone_numbers", kept, reading)

    def conclude(self) -> None:
        """Set identities that are blank, and the technology that the card belongs to."""
        if self._is_cdma:
            number = PROTOCOL.number_of("WWAN_CELLULAR_CLASS", "WwanCellularClassCdma")
            self.draft.assume("device", "cellular_class", number, "CDMA messages have a size")
        for key, reading in self._blank.items():
            self.draft.observe("sim", key, "", reading)


class SubscriberStartPart(StartPart):
    """Whether the card is ready when the trace begins."""

    emergency = 0  # the emergency mode
    _refusal: tuple[int, int] | None = None  # position, and the ready state it shows

    def _refuse(self, ready: int) -> None:
        if self._refusal is None:
            self._refusal = (self.first.position, ready)

    @observes(EVERYTHING)
    def _observe_status(self, reading: Reading) -> None:
        if reading.is_indication and reading.status in _READY_OF_STATUS:
            self._refuse(_READY_OF_STATUS[reading.status])

    @observes(*_NEED_A_READY_CARD)
    def _observe_list(self, reading: Reading) -> None:
        if reading.succeeded:
            self.first.show(Fact.CARD_IS_READY)

    @observes(READY_INFO, of=reports)
    def _observe(self, reading: Reading) -> None:
        state = reading.number("ReadyInfo.ReadyState")
        if state is None or state > READY_DEVICE_LOCKED:
            return
        self.first.note(READY, reading)
        if reading.is_unsolicited:
            self.first.show(Fact.SEARCH_WAS_CAUSED)

    @observes(PIN_INFO)
    def _observe_pin(self, reading: Reading) -> None:
        if reading.is_indication and reading.answers_query and reading.status == FAILURE:
            self._refuse(READY_FAILURE)

    @observes(SERVICE_ACTIVATION)
    def _observe_activation(self, reading: Reading) -> None:
        """Nobody activates what is active already."""
        if reading.is_indication and reading.answers_set:
            self._refuse(READY_NOT_ACTIVATED)

    def conclude(self) -> None:
        """Set the emergency mode."""
        first = self.first.get(READY)
        if first is None:
            self.emergency = int(self.profile.get("emergency_mode", 0))
        else:
            self.emergency = 1 if first.number("ReadyInfo.EmergencyMode") else 0

    @cached_property
    def ready(self) -> int:
        """The ready state."""
        first = self.first.get(READY)
        if first is None:
            return self._ready_before(None)
        state = first.number("ReadyInfo.ReadyState") or 0
        return self._ready_before(state) if first.is_unsolicited else state

    def _ready_before(self, state: int | None) -> int:
        """The ready state before it became this one, None when nothing reports it."""
        first = self.first
        awaits_pin = bool(self.parts.of(PinStartPart).awaited)
        ready_at = first.shown_at(Fact.CARD_IS_READY)
        if self._refusal is not None:
            position, refused = self._refusal
            if first.comes_before(position, READY) and (ready_at is None or position < ready_at):
                return READY_DEVICE_LOCKED if awaits_pin else refused
        if state == READY_OFF or first.comes_before(ready_at, READY):
            return READY_INITIALIZED
        if state not in (None, READY_INITIALIZED) and self._network_is_lost_first():
            return READY_INITIALIZED
        if awaits_pin and first.comes_before(first.position_of(PIN), READY):
            return READY_DEVICE_LOCKED
        if first.is_shown_before(Fact.CARD_IS_READABLE, READY):
            return READY_NOT_ACTIVATED if state == READY_INITIALIZED else READY_INITIALIZED
        return READY_INITIALIZED if state is None else READY_OFF

    def _network_is_lost_first(self) -> bool:
        """Whether the first report of the network is that it is gone."""
        registration, packet = self.first.get(REGISTRATION), self.first.get(PACKET_SERVICE)
        if registration is not None and registration.is_unsolicited:
            return registration.number("RegistrationState.RegisterState") == DEREGISTERED
        if packet is not None and packet.is_unsolicited:
            return packet.number("PacketService.PacketServiceState") == DETACHED
        return False

    def records(self, make: StartRecords) -> Iterator[Event]:
        """Report the card, and before it the PIN that it waits for."""
        yield from self.parts.of(PinStartPart).awaited_records(make)
        if self.ready == READY_OFF:
            # Nothing is being read: the slot is empty until a stimulus puts the card in.
            yield ready_record(make, READY_SIM_NOT_INSERTED, self.emergency)
        yield ready_record(make, self.ready, self.emergency)


def ready_record(make: StartRecords, ready: int, emergency: int) -> Event:
    """Report a ready state."""
    values = {"ReadyInfo.ReadyState": ready, "ReadyInfo.EmergencyMode": emergency}
    return make.report(READY_INFO, values)


_STATES_OF_READY: Final = {
    "WwanReadyStateSimNotInserted": ("SimRemoved",),
    "WwanReadyStateInitialized": ("SimInserted",),
    "WwanReadyStateNotActivated": ("SimInserted",),
    "WwanReadyStateDeviceLocked": ("SimLocked", "SimInserted", "SimBlocked"),
    "WwanReadyStateBadSim": ("SimBad",),
    "WwanReadyStateFailure": ("SimFailure",),
    "WwanReadyStateOff": ("SimRemoved", "SimInserted"),
}


def _ready_name(evidence: Evidence) -> str:
    return member("WWAN_READY_STATE", evidence.get("ReadyInfo.ReadyState"))


def _card(evidence: Evidence) -> Iterator[Proposal]:
    """The card came, went, or changed."""
    for state in _STATES_OF_READY.get(_ready_name(evidence), ()):
        yield proposal("sim", ANYWHERE, State=state)


def _subscription(evidence: Evidence) -> Iterator[Proposal]:
    """The subscription was activated or ended."""
    if evidence.is_a(READY_INFO):
        name = _ready_name(evidence)
        if name in ("WwanReadyStateInitialized", "WwanReadyStateNotActivated"):
            activated = int(name == "WwanReadyStateInitialized")
            yield proposal("service_activation", ANYWHERE, Activated=activated)
        return
    cause = evidence.get("ServiceActivationStatus.uNwError")
    for activated in (1, 0):
        places = ("before", "request")
        yield proposal("service_activation", places, Activated=activated, NwError=cause)


def _emergency_mode(evidence: Evidence) -> Iterator[Proposal]:
    """Emergency calls alone became possible, or no longer."""
    mode = evidence.get("ReadyInfo.EmergencyMode", None)
    if mode is not None:
        yield proposal("emergency_mode", AT_OR_BEFORE, EmergencyMode=mode)


def _prevent_ready_info() -> Iterator[Proposal]:
    """No card, or a new one."""
    for state in ("SimRemoved", "SimInserted"):
        yield proposal("sim", ("before", "earlier"), State=state)


SUBJECT: Final = Subject(
    "subscriber",
    20,
    profile=SubscriberProfilePart,
    start=SubscriberStartPart,
    variables=(
        Variable("SIM", "sim", (READY_INFO,), _card),
        Variable(
            "subscription", "service_activation", (READY_INFO, SERVICE_ACTIVATION), _subscription
        ),
        Variable("emergency calls", "emergency_mode", (READY_INFO,), _emergency_mode),
    ),
    preventions={READY_INFO: _prevent_ready_info},
    tables=("sim",),
)
