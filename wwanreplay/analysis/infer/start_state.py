"""The state that a trace begins in: the first witness of each variable, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wwanreplay._core import Event, Kind, Lifecycle, Namespace
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
    READY_BAD_SIM,
    READY_DEVICE_LOCKED,
    READY_INITIALIZED,
    READY_NOT_ACTIVATED,
    READY_OFF,
    READY_SIM_NOT_INSERTED,
)
from wwanreplay.analysis.infer.readings import REQUESTS, Reading, as_number, value_at
from wwanreplay.protocol import PROTOCOL

OFF, ON = 0, 1
VOICE_NONE, VOICE_IN_PROGRESS = 0, 1
KIND_HOME, KIND_PARTNER = 1, 2


def _wwan(name: str) -> int:
    return PROTOCOL.wwan_status_by_name[f"WWAN_STATUS_{name}"].number


def _ndis(name: str) -> int:
    return PROTOCOL.ndis_status_by_name[f"NDIS_STATUS_{name}"].number & 0xFFFFFFFF


_FAILURE = _wwan("FAILURE")
_NOT_ACTIVE = _wwan("CONTEXT_NOT_ACTIVATED")
# A uStatus → the ready state that refuses so.
_READY_OF_STATUS = {
    _wwan("SIM_NOT_INSERTED"): READY_SIM_NOT_INSERTED,
    _wwan("BAD_SIM"): READY_BAD_SIM,
    _wwan("PIN_REQUIRED"): READY_DEVICE_LOCKED,
    _wwan("SERVICE_NOT_ACTIVATED"): READY_NOT_ACTIVATED,
    _wwan("NOT_INITIALIZED"): READY_OFF,
}
# The status of a completion → how the miniport is; what a lifecycle event finds.
_LIFE_OF_STATUS = {
    _ndis("LOW_POWER_STATE"): "asleep",
    _ndis("ADAPTER_NOT_READY"): "halted",
    _ndis("ADAPTER_REMOVED"): "removed",
}
_LIFE_BEFORE: dict[int, str] = {
    Lifecycle.LIFECYCLE_INITIALIZE: "halted",
    Lifecycle.LIFECYCLE_ARRIVAL: "removed",
    Lifecycle.LIFECYCLE_RESTART: "paused",
}
# Lists that the SIM has to be ready for.
_NEEDS_SIM = ("HOME_PROVIDER", "VISIBLE_PROVIDERS", "PREFERRED_PROVIDERS", "PROVISIONED_CONTEXTS")
_STATE_HOME = PROTOCOL.number_of("WWAN_PROVIDER_STATE", "WWAN_PROVIDER_STATE_HOME")
_STATE_REGISTERED = PROTOCOL.number_of("WWAN_PROVIDER_STATE", "WWAN_PROVIDER_STATE_REGISTERED")
_SET_POWER = PROTOCOL.oid("OID_PNP_SET_POWER").number
_POWER_D0 = (1).to_bytes(4, "little")


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


class StateFinder:
    """Gathers the first witnesses, and says what they come to."""

    def __init__(self, mapping: Mapping[str, Any]) -> None:
        self.mapping = mapping
        self.firsts: dict[Any, Reading] = {}
        self.life: str | None = None
        self.answered = False  # a request was answered, so that the device is awake
        self.order: dict[Any, int] = {}
        self.position = 0
        self.registered_at: int | None = None  # first evidence of a network that serves
        self.changed_at: int | None = None  # first change of registration after its witness
        self.ready_at: int | None = None  # first evidence of a SIM that is ready
        self.context_at: int | None = None  # first context that is active
        self.after_radio: Reading | None = None  # what registration told after the radio's witness
        self.refused_ready: tuple[int, int] | None = None  # (position, ready state)
        self.brought = False  # host or SIM did what makes a device look for a network
        self.hidden: bool | None = None
        self.scanned: tuple[bool, str] | None = None  # registered: at home, with this network
        self.subscribed: list[str] = []
        self.subscriptions_open = True

    # Gathering

    def take_event(self, event: Event) -> None:
        """Take what the life of the miniport shows in; any event."""
        if event.kind == Kind.KIND_LIFECYCLE:
            self.brought = True
            found = _LIFE_BEFORE.get(event.code, "")
            if self.life is None and (found == "paused" or not self.answered):
                self.life = found
            self.life = self.life or ""
        elif self.life is not None or event.namespace == Namespace.NAMESPACE_MBIM:
            return
        elif event.kind == Kind.KIND_SET and event.code == _SET_POWER:
            wakes = event.payload[:4] == _POWER_D0
            self.life = "asleep" if wakes and not self.answered else ""
        elif event.kind == Kind.KIND_COMPLETION:
            found = _LIFE_OF_STATUS.get(event.status & 0xFFFFFFFF, "")
            if found and not self.answered:
                self.life = found
            self.answered = True

    def take(self, reading: Reading) -> None:
        """Take one event."""
        self.position += 1
        name = reading.name.removeprefix("NDIS_STATUS_").removeprefix("WWAN_")
        if reading.kind in REQUESTS:
            return
        if reading.kind == Kind.KIND_COMPLETION:
            self._take_completion(reading)
            return
        if not reading.is_indication:
            return
        if reading.status in _READY_OF_STATUS and self.refused_ready is None:
            self.refused_ready = (self.position, _READY_OF_STATUS[reading.status])
        if name in _NEEDS_SIM and reading.status == 0:
            self._proves_ready()
        taker = getattr(self, f"_take_{name.lower()}", None)
        if taker is not None:
            taker(reading)

    def _first(self, key: Any, reading: Reading) -> None:
        if key not in self.firsts:
            self.firsts[key] = reading
            self.order[key] = self.position

    def _take_completion(self, reading: Reading) -> None:
        if reading.event.status != 0 or reading.event.namespace == Namespace.NAMESPACE_MBIM:
            return
        if reading.name == "OID_GEN_STATISTICS" and reading.values:
            self._first(("statistics", reading.event.port), reading)
        elif reading.name == "OID_GEN_LINK_STATE" and reading.values:
            self._first(("link", reading.event.port), reading)
        elif reading.name == "OID_PNP_SET_POWER":
            self.brought = True

    def _take_ready_info(self, reading: Reading) -> None:
        state = reading.number("ReadyInfo.ReadyState")
        if state is None or state > READY_DEVICE_LOCKED:
            return
        self._first("ready", reading)
        if reading.is_unsolicited:
            self.brought = True

    def _take_radio_state(self, reading: Reading) -> None:
        if reading.status == 0 and reading.number("RadioState.SwRadioState") in (OFF, ON):
            self._first("radio", reading)
            if not reading.answers_query:
                self.brought = True

    def _take_pin_info(self, reading: Reading) -> None:
        if reading.number("PinInfo.PinType") is not None:
            self._first("pin", reading)

    def _take_register_state(self, reading: Reading) -> None:
        state = reading.number("RegistrationState.RegisterState")
        if reading.status == 0 and state in range(DEREGISTERED, DENIED + 1):
            if "register" in self.firsts and not reading.answers_query:
                self.changed_at = self.position if self.changed_at is None else self.changed_at
            self._first("register", reading)
            if "radio" in self.firsts and self.after_radio is None:
                self.after_radio = reading
            if state in REGISTERED:
                self._serves()
            elif state in (SEARCHING, DENIED):
                self._proves_ready()
            if state in (SEARCHING, *REGISTERED) and self.hidden is None:
                self.hidden = reading.is_unsolicited and not self.brought
        if reading.answers_set:
            self.brought = True

    def _take_visible_providers(self, reading: Reading) -> None:
        if reading.status == 0 and reading.elements and self.hidden is None:
            self.hidden = False
        for element in reading.elements if reading.status == 0 else []:
            tree = value_at(element, "Provider")
            tree = element if tree is None else tree
            flags = as_number(value_at(tree, "ProviderState")) or 0
            if flags & _STATE_REGISTERED:
                self._serves()
                if "register" not in self.firsts and self.scanned is None:
                    self.scanned = (flags & _STATE_HOME != 0, str(value_at(tree, "ProviderId")))

    def _take_packet_service(self, reading: Reading) -> None:
        state = reading.number("PacketService.PacketServiceState")
        if reading.status == 0 and state in range(ATTACHING, DETACHED + 1):
            self._first("packet", reading)
            if state == ATTACHED:
                self._serves()
        elif reading.answers_set and reading.status != 0:
            self._first("packet", reading)

    def _take_context_state(self, reading: Reading) -> None:
        port = reading.event.port
        connection = reading.number("ContextState.ConnectionId")
        state = reading.number("ContextState.ActivationState")
        if connection is None or state is None:
            return
        if reading.status == 0 or reading.answers_set:
            self._first(("context", port, connection), reading)
        if reading.status == 0 and state == ACTIVATED:
            self._serves()
            self.context_at = self.position if self.context_at is None else self.context_at
        if reading.status == 0 and reading.number("ContextState.VoiceCallState") is not None:
            self._first(("voice", port), reading)

    def _take_service_activation(self, reading: Reading) -> None:
        """Nobody activates what is active already, where it makes the SIM ready."""
        if reading.answers_set and self.refused_ready is None:
            self.refused_ready = (self.position, READY_NOT_ACTIVATED)

    def _take_link_state(self, reading: Reading) -> None:
        self._first(("link", reading.event.port), reading)

    def _take_signal_state(self, reading: Reading) -> None:
        if reading.status == 0 and reading.number("SignalState.Rssi") is not None:
            self._first("signal", reading)

    def _take_pco_status(self, reading: Reading) -> None:
        if reading.status == 0:
            self._first(("pco", reading.event.port), reading)

    def _take_device_service_subscription(self, reading: Reading) -> None:
        self.subscriptions_open = self.subscriptions_open and not reading.answers_set

    def _take_device_service_event(self, reading: Reading) -> None:
        guid = reading.text("Event.DeviceServiceGuid")
        open_before = self.subscriptions_open and reading.is_unsolicited
        if guid and open_before and guid not in self.subscribed:
            self.subscribed.append(guid)

    def _proves_ready(self) -> None:
        if self.ready_at is None:
            self.ready_at = self.position

    def _serves(self) -> None:
        self._proves_ready()
        if self.registered_at is None:
            self.registered_at = self.position

    # Concluding

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
        wrong = first.status == _FAILURE and pin_type in (PIN_TYPE_PIN1, PIN_TYPE_PUK1)
        if first.status == 0 or wrong:
            state.pin_type = asked
            if wrong and pin_type == asked and attempts != ATTEMPTS_UNKNOWN:
                state.pin_attempts = attempts + 1
            elif wrong and pin_type != asked:
                state.pin_attempts = 1  # the last one was spent

    def _conclude_ready(self, state: State) -> None:
        first = self.firsts.get("ready")
        if first is not None:
            told = first.number("ReadyInfo.ReadyState") or 0
            state.emergency = 1 if first.number("ReadyInfo.EmergencyMode") else 0
            if not first.is_unsolicited:
                state.ready = told
                return
            state.ready = READY_OFF
            if (
                told == READY_OFF
                or self._before("ready", self.registered_at)
                or (told != READY_INITIALIZED and self._lost())
            ):
                state.ready = READY_INITIALIZED
            elif state.pin_type and self._before("ready", self.order["pin"]):
                state.ready = READY_DEVICE_LOCKED
            elif self.refused_ready is not None and self._before("ready", self.refused_ready[0]):
                state.ready = self.refused_ready[1]
            return
        state.emergency = int(self.mapping.get("emergency_mode", 0))
        if self.registered_at is not None and not self._refused_first():
            state.ready = READY_INITIALIZED
        elif state.pin_type:
            state.ready = READY_DEVICE_LOCKED
        elif self.refused_ready is not None:
            state.ready = self.refused_ready[1]

    def _lost(self) -> bool:
        """Whether the first that is heard of the network is that it is gone."""
        register, packet = self.firsts.get("register"), self.firsts.get("packet")
        if register is not None and register.is_unsolicited:
            return register.number("RegistrationState.RegisterState") == DEREGISTERED
        if packet is not None and packet.is_unsolicited:
            return packet.number("PacketService.PacketServiceState") == DETACHED
        return False

    def _refused_first(self) -> bool:
        """Whether the SIM refused something before any network served."""
        return (
            self.refused_ready is not None
            and self.registered_at is not None
            and self.refused_ready[0] < self.registered_at
        )

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
        packet = self.firsts.get("packet")
        registration = Registration(mode=state.registration.mode)
        registration.cellular_class = state.registration.cellular_class
        registration.preferred_data_classes = state.registration.preferred_data_classes
        state.registration = registration
        if packet is not None and packet.answers_query and not contexts:
            attached = packet.number("PacketService.PacketServiceState") == ATTACHED
            if not attached and not packet.number("PacketService.AvailableDataClass"):
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
                return first.status != _NOT_ACTIVE
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
