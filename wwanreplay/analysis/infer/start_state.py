"""The state that a trace begins in: what the first witnesses come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer.profile_networks import (
    ATTACHED,
    ATTACHING,
    AUTOMATIC,
    DENIED,
    DEREGISTERED,
    DETACHED,
    DETACHING,
    HOME,
    MANUAL,
    PARTNER,
    REGISTERED,
    ROAMING,
    RSSI_MAX,
    SEARCHING,
    UNKNOWN,
)
from wwanreplay.analysis.infer.profile_sessions import (
    ACTIVATE,
    ACTIVATED,
    DEACTIVATE,
    DEACTIVATED,
    DEACTIVATING,
)
from wwanreplay.analysis.infer.profile_subscriber import (
    ATTEMPTS_UNKNOWN,
    PIN_TYPE_PIN1,
    PIN_TYPE_PUK1,
    READY_DEVICE_LOCKED,
    READY_INITIALIZED,
    READY_NOT_ACTIVATED,
    READY_OFF,
)
from wwanreplay.analysis.infer.readings import Reading
from wwanreplay.analysis.infer.start_firsts import FAILURE, NOT_ACTIVE, Firsts

OFF, ON = 0, 1
VOICE_NONE, VOICE_IN_PROGRESS = 0, 1
KIND_HOME, KIND_PARTNER = 1, 2


@dataclass
class Context:
    """An active context."""

    port: int
    connection_id: int
    ip_type: int = 0
    media: int = 0
    access_string: str = ""


@dataclass
class Registration:
    """What the registration is at the start."""

    state: int = DEREGISTERED
    mode: int = AUTOMATIC
    provider_id: str = ""
    provider_name: str = ""
    roaming_text: str = ""
    cause: int = 0
    cellular_class: int = 0
    preferred_data_classes: int = 0


@dataclass
class State:
    """How the device is at the start. Numbers are those of the protocol."""

    life: str = ""  # asleep, halted, removed, paused; empty for running
    ready: int = READY_INITIALIZED
    emergency: int = 0
    hardware_radio: int = ON
    software_radio: int = ON
    pin_type: int = 0  # the PIN that is waited for
    pin_attempts: int = ATTEMPTS_UNKNOWN
    registration: Registration = field(default_factory=Registration)
    hidden: bool = False  # no network is in reach until something brings one
    packet: int = DETACHED
    available_data_class: int = 0
    current_data_class: int = 0
    contexts: list[Context] = field(default_factory=list)
    last_contexts: dict[int, int] = field(default_factory=dict)  # by port, none of them active
    links: dict[int, bool] = field(default_factory=dict)
    voice: dict[int, int] = field(default_factory=dict)
    rssi: int | None = None  # None: as the profile says
    error_rate: int = UNKNOWN
    rssi_interval: int | None = None
    rssi_threshold: int | None = None
    pco: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    subscribed: list[str] = field(default_factory=list)
    statistics: dict[int, Event] = field(default_factory=dict)

    @property
    def can_register(self) -> bool:
        """Whether radio and SIM let the device be in a network."""
        return (
            self.ready == READY_INITIALIZED
            and self.hardware_radio == ON
            and self.software_radio == ON
        )


class StateFinder(Firsts):
    """Says what the first witnesses come to."""

    def state(self) -> State:
        """The state at the start."""
        state = State(life=self.life or "")
        self._conclude_pin(state)
        self._conclude_ready(state)
        self._conclude_radio(state)
        contexts = self._contexts_told()
        self._conclude_registration(state, bool(contexts))
        self._conclude_packet(state, bool(contexts))
        if state.packet == ATTACHED:
            state.contexts = contexts
        self._conclude_ports(state)
        self._conclude_signal(state)
        state.subscribed = list(self.subscribed)
        return state

    def _before(self, key: Any, position: int | None) -> bool:
        """Whether something was seen before the first witness of a variable."""
        return position is not None and position < self.order.get(key, self.position + 1)

    def _conclude_pin(self, state: State) -> None:
        first = self.firsts.get("pin")
        if first is None:
            return
        pin_type = first.number("PinInfo.PinType") or 0
        attempts = first.number("PinInfo.AttemptsRemaining")
        attempts = ATTEMPTS_UNKNOWN if attempts is None else attempts
        order = first.request if first.answers_set else None
        if order is None:
            if pin_type in (PIN_TYPE_PIN1, PIN_TYPE_PUK1):
                state.pin_type, state.pin_attempts = pin_type, attempts
            return
        asked = order.number("PinAction.PinType")
        entered = order.number("PinAction.PinOperation") == 0
        if not entered or asked not in (PIN_TYPE_PIN1, PIN_TYPE_PUK1):
            return
        if first.status != 0 and first.status != FAILURE:
            return
        if first.status == FAILURE and pin_type not in (PIN_TYPE_PIN1, PIN_TYPE_PUK1):
            self._conclude_untold_pin(state, asked)
            return
        state.pin_type = asked
        if first.status == FAILURE:
            # Another PIN that is asked for next: the last attempt was spent.
            known = pin_type == asked and attempts != ATTEMPTS_UNKNOWN
            state.pin_attempts = attempts + 1 if known else 1

    def _conclude_untold_pin(self, state: State, asked: int) -> None:
        """Wrong PINs were answered without a word of what is left; what follows tells it."""
        follows = self.pin_asked
        if follows is None:
            return
        pin_type = follows.number("PinInfo.PinType") or 0
        if follows.answers_query and pin_type not in (PIN_TYPE_PIN1, PIN_TYPE_PUK1):
            return
        state.pin_type = asked
        attempts = follows.number("PinInfo.AttemptsRemaining")
        if follows.answers_query and pin_type != asked:
            state.pin_attempts = self.pin_failures
        elif follows.answers_query and attempts not in (None, ATTEMPTS_UNKNOWN):
            state.pin_attempts = (attempts or 0) + self.pin_failures

    def _conclude_ready(self, state: State) -> None:
        first = self.firsts.get("ready")
        state.emergency = int(self.mapping.get("emergency_mode", 0))
        if first is None:
            state.ready = self._ready_before(state, None)
            return
        told = first.number("ReadyInfo.ReadyState") or 0
        state.emergency = 1 if first.number("ReadyInfo.EmergencyMode") else 0
        state.ready = self._ready_before(state, told) if first.is_unsolicited else told

    def _ready_before(self, state: State, told: int | None) -> int:
        """The ready state before it became what is told, None when nothing tells it."""
        refused = self.refused_ready
        if refused is not None and self._before("ready", refused[0]):  # noqa: SIM102
            if self.ready_at is None or refused[0] < self.ready_at:
                return READY_DEVICE_LOCKED if state.pin_type else refused[1]
        if told == READY_OFF or self._before("ready", self.ready_at):
            return READY_INITIALIZED
        if told not in (None, READY_INITIALIZED) and self._lost():
            return READY_INITIALIZED
        if state.pin_type and self._before("ready", self.order["pin"]):
            return READY_DEVICE_LOCKED
        if self._before("ready", self.readable_at):
            return READY_NOT_ACTIVATED if told == READY_INITIALIZED else READY_INITIALIZED
        return READY_INITIALIZED if told is None else READY_OFF

    def _lost(self) -> bool:
        """Whether the first that is heard of the network is that it is gone."""
        register, packet = self.firsts.get("register"), self.firsts.get("packet")
        if register is not None and register.is_unsolicited:
            return register.number("RegistrationState.RegisterState") == DEREGISTERED
        if packet is not None and packet.is_unsolicited:
            return packet.number("PacketService.PacketServiceState") == DETACHED
        return False

    def _conclude_radio(self, state: State) -> None:
        first = self.firsts.get("radio")
        if first is None:
            return
        software = first.number("RadioState.SwRadioState")
        hardware = first.number("RadioState.HwRadioState")
        state.software_radio = OFF if software == OFF else ON
        state.hardware_radio = OFF if hardware == OFF else ON
        if first.answers_set:
            # An order to be off was worth giving; one to be on often is routine.
            state.software_radio = ON
            if software == ON and not self._before("radio", self.registered_at):
                follows = self.after_radio
                if follows is not None and follows.is_unsolicited:
                    state.software_radio = OFF
        elif first.is_unsolicited:
            state.hardware_radio = 1 - state.hardware_radio

    def _conclude_registration(self, state: State, contexts: bool) -> None:
        first = self.firsts.get("register")
        state.registration.mode = self._mode()
        if self.scanned is not None:
            self._assume_registration(state, True)
        elif first is None:
            self._assume_registration(state, contexts)
        else:
            state.registration = self._registration_of(first)
            told = state.registration.state
            if first.is_unsolicited or first.answers_set:
                self._registration_before(state, first, told, contexts)
        registration = state.registration
        if not state.can_register and registration.state != DEREGISTERED:
            registration.state = DEREGISTERED
        if registration.state in (DEREGISTERED, SEARCHING) and registration.mode != MANUAL:
            registration.provider_id = registration.provider_name = ""
        if registration.state == DEREGISTERED and self.under_way and state.can_register:
            registration.state = SEARCHING
        state.hidden = bool(
            self.hidden
            and registration.state == DEREGISTERED
            and state.can_register
            and state.life in ("", "paused")
        )

    def _registration_of(self, reading: Reading) -> Registration:
        """What a report tells."""
        part = "RegistrationState."
        mode = reading.number(f"{part}RegisterMode")
        return Registration(
            reading.number(f"{part}RegisterState") or DEREGISTERED,
            mode if mode in (AUTOMATIC, MANUAL) else self._mode(),
            reading.text(f"{part}ProviderId") or "",
            reading.text(f"{part}ProviderName") or "",
            reading.text(f"{part}RoamingText") or "",
            reading.number(f"{part}uNwError") or 0,
            reading.number(f"{part}CurrentCellularClass") or 0,
            reading.number(f"{part}PreferredDataClasses") or 0,
        )

    def _mode(self) -> int:
        mode = self.mapping.get("register_mode", AUTOMATIC)
        return MANUAL if mode == MANUAL else AUTOMATIC

    def _registration_before(self, state: State, first: Reading, told: int, contexts: bool) -> None:
        """How the registration was before it changed to what the first witness tells."""
        served = self._before("register", self.registered_at) or contexts
        registration = state.registration
        if not served and self._packet_denies() and self._before("register", self.order["packet"]):
            registration.state = DEREGISTERED
            return
        if first.answers_set:
            registration.mode = AUTOMATIC
            packet = self.firsts.get("packet")
            follows = packet is not None and packet.is_unsolicited
            follows = follows and not self._before("packet", self.context_at)
            if told in REGISTERED and (served or not follows):
                return
            if told not in REGISTERED and told != DENIED and served:
                self._assume_registration(state, contexts)
                return
            registration.state = DEREGISTERED
        elif told in (DEREGISTERED, DENIED) or (told == SEARCHING and served):
            self._assume_registration(state, contexts)
        elif not served:
            registration.state = DEREGISTERED

    def _assume_registration(self, state: State, contexts: bool) -> None:
        """Registered with the network that comes first, unless packet service denies it."""
        registration = Registration(mode=state.registration.mode)
        registration.cellular_class = state.registration.cellular_class
        registration.preferred_data_classes = state.registration.preferred_data_classes
        state.registration = registration
        if self._packet_denies() and not contexts:
            return
        for provider in self._providers_by_rank():
            if self.scanned is not None and provider.get("provider_id") != self.scanned[1]:
                continue
            kind = provider.get("kind", KIND_HOME)
            registration.state = HOME
            if provider.get("provider_id") != self.mapping.get("home", {}).get("provider_id"):
                registration.state = PARTNER if kind == KIND_PARTNER else ROAMING
            registration.provider_id = str(provider.get("provider_id", ""))
            registration.provider_name = str(provider.get("provider_name", ""))
            registration.roaming_text = str(provider.get("roaming_text", ""))
            return

    def _packet_denies(self) -> bool:
        """Whether packet service, asked first, knows of no network."""
        packet = self.firsts.get("packet")
        if packet is None or not packet.answers_query or packet.status != 0:
            return False
        attached = packet.number("PacketService.PacketServiceState") == ATTACHED
        return not attached and packet.number("PacketService.AvailableDataClass") == 0

    def _providers_by_rank(self) -> list[Mapping[str, Any]]:
        """The networks in reach that accept the subscriber, home first."""
        home = self.mapping.get("home", {}).get("provider_id")
        usable = [
            provider
            for provider in self.mapping.get("providers", [])
            if provider.get("visible", 1)
            and not provider.get("reject_cause")
            and not provider.get("emergency_only")
            and not provider.get("provider_state", 0) & 2
        ]
        return sorted(
            usable, key=lambda one: (one.get("provider_id") != home, one.get("kind", KIND_HOME))
        )

    def _conclude_packet(self, state: State, contexts: bool) -> None:
        first = self.firsts.get("packet")
        registered = state.registration.state in REGISTERED
        state.packet = ATTACHED if registered else DETACHED
        if first is None or not registered:
            return
        part = "PacketService."
        told = first.number(f"{part}PacketServiceState") or 0
        available = first.number(f"{part}AvailableDataClass") or 0
        current = first.number(f"{part}CurrentDataClass") or 0
        if first.status != 0:
            attach = first.request is not None and (
                first.request.number("PacketServiceAction") == 0
            )
            state.packet = DETACHED if attach and not contexts else ATTACHED
            return
        # What is attached anew after a change of network was attached before it.
        contexts = contexts or self._before("packet", self.context_at)
        if self._before("packet", self.changed_at) and self._before("packet", self.registered_at):
            contexts = contexts or self.registered_at != self.changed_at
        changes = first.is_unsolicited and not contexts
        if told in (ATTACHING, DETACHED) or (told == ATTACHED and changes):
            state.packet = DETACHED
        if (told == DETACHED and not first.answers_query) or told == DETACHING or contexts:
            state.packet = ATTACHED
        if not first.is_unsolicited or contexts:
            state.available_data_class = available
            if first.is_unsolicited and told == ATTACHED:
                # The class changed to this one: it was another that the device has.
                state.available_data_class = available | int(self.mapping.get("data_class", 0))
            if state.packet == ATTACHED and told == ATTACHED and not first.is_unsolicited:
                state.current_data_class = current
        elif state.packet == DETACHED:
            state.available_data_class = available

    def _contexts_told(self) -> list[Context]:
        """The contexts that are active at the start, by port."""
        found = []
        for key, first in self.firsts.items():
            if key[0] != "context" or not self._active_before(first):
                continue
            context = Context(key[1], key[2])
            if first.number("ContextState.ActivationState") == ACTIVATED:
                context.ip_type = first.number("ContextState.IPType") or 0
                context.media = first.number("ContextState.ConnectionMedia") or 0
                context.access_string = first.text("ContextState.AccessString") or ""
            found.append(context)
        return sorted(found, key=lambda context: (context.port, context.connection_id))

    def _active_before(self, first: Reading) -> bool:
        told = first.number("ContextState.ActivationState")
        if first.answers_set and first.request is not None:
            command = first.request.number("SetContextState.ActivationCommand")
            if command == DEACTIVATE:
                return first.status != NOT_ACTIVE
            return told == ACTIVATED and (command != ACTIVATE or first.status != 0)
        if first.is_unsolicited:
            if first.number("ContextState.VoiceCallState"):
                return told == ACTIVATED
            return told in (DEACTIVATED, DEACTIVATING)
        return told == ACTIVATED

    def _conclude_ports(self, state: State) -> None:
        for key, first in self.firsts.items():
            if not isinstance(key, tuple) or key[1] >= self.mapping.get("port_count", 1):
                continue
            port = key[1]
            if key[0] == "voice":
                told = first.number("ContextState.VoiceCallState") or 0
                if first.is_unsolicited and told:
                    told = VOICE_NONE if told == VOICE_IN_PROGRESS else VOICE_IN_PROGRESS
                if told == VOICE_IN_PROGRESS:
                    state.voice[port] = told
            elif key[0] == "context" and first.answers_query:
                if first.number("ContextState.ActivationState") == DEACTIVATED and key[2]:
                    state.last_contexts[port] = key[2]
            elif key[0] == "link" and first.kind == Kind.KIND_COMPLETION:
                state.links[port] = first.number("MediaConnectState") == 1
            elif key[0] == "statistics":
                state.statistics[port] = first.event
            elif key[0] == "pco" and first.answers_query:
                octets = first.get("PcoValue.PcoData")
                size = first.number("PcoValue.Size") or 0
                if isinstance(octets, bytes) and size:
                    state.pco[port] = (first.number("PcoValue.Type") or 0, octets[:size])
        for context in state.contexts:
            state.links.setdefault(context.port, not state.voice.get(context.port))

    def _conclude_signal(self, state: State) -> None:
        first = self.firsts.get("signal")
        if first is None:
            return
        rssi = first.number("SignalState.Rssi")
        error_rate = first.number("SignalState.ErrorRate")
        if not first.answers_set:
            state.rssi_interval = first.number("SignalState.RssiInterval")
            state.rssi_threshold = first.number("SignalState.RssiThreshold")
        if first.is_unsolicited:
            state.rssi = UNKNOWN
        elif rssi is not None and rssi <= RSSI_MAX:
            state.rssi = rssi
            state.error_rate = UNKNOWN if error_rate is None else error_rate
        elif state.registration.state in REGISTERED:
            state.rssi = UNKNOWN
