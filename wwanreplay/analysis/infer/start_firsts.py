"""The first witness of each variable of a device's state, and what else tells of its start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from wwanreplay._core import Event, Kind, Lifecycle, Namespace
from wwanreplay.analysis.infer.profile_networks import (
    ATTACHED,
    ATTACHING,
    DENIED,
    DEREGISTERED,
    DETACHED,
    REGISTERED,
    SEARCHING,
)
from wwanreplay.analysis.infer.profile_sessions import (
    ACTIVATED,
)
from wwanreplay.analysis.infer.profile_subscriber import (
    READY_BAD_SIM,
    READY_DEVICE_LOCKED,
    READY_FAILURE,
    READY_NOT_ACTIVATED,
    READY_OFF,
    READY_SIM_NOT_INSERTED,
)
from wwanreplay.analysis.infer.readings import Reading, as_number, value_at
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import REQUESTS

OFF, ON = 0, 1
VOICE_NONE, VOICE_IN_PROGRESS = 0, 1
KIND_HOME, KIND_PARTNER = 1, 2


def _wwan(name: str) -> int:
    return PROTOCOL.wwan_status_by_name[f"WWAN_STATUS_{name}"].number


def _ndis(name: str) -> int:
    return PROTOCOL.ndis_status_by_name[f"NDIS_STATUS_{name}"].number & 0xFFFFFFFF


FAILURE = _wwan("FAILURE")
NOT_ACTIVE = _wwan("CONTEXT_NOT_ACTIVATED")
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


class Firsts:
    """Gathers the first witness of each variable, and in which order things were seen."""

    def __init__(self, mapping: Mapping[str, Any]) -> None:
        self.mapping = mapping
        self.firsts: dict[Any, Reading] = {}
        self.life: str | None = None
        self.answered = False  # a request was answered, so that the device is awake
        self.order: dict[Any, int] = {}
        self.position = 0
        self.registered_at: int | None = None  # first evidence of a network that serves
        self.changed_at: int | None = None  # first change of registration after its witness
        self.pin_asked: Reading | None = None  # what is told after wrong PINs, if any
        self.pin_failures = 0  # wrong PINs before
        self.readable_at: int | None = None  # first evidence of a SIM that can be read
        self.ready_at: int | None = None  # first evidence of a SIM that is ready
        self.context_at: int | None = None  # first context that is active
        self.after_radio: Reading | None = None  # what registration told after the radio's witness
        self.refused_ready: tuple[int, int] | None = None  # (position, ready state)
        self.brought = False  # host or SIM did what makes a device look for a network
        self.hidden: bool | None = None
        self.under_way = False  # registered without a word of searching
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

    def _take_pin_list(self, reading: Reading) -> None:
        if reading.status == 0:
            self._readable()

    def _readable(self) -> None:
        if self.readable_at is None:
            self.readable_at = self.position

    def _take_pin_info(self, reading: Reading) -> None:
        if reading.answers_query and reading.status == 0:
            self._readable()
        elif reading.answers_query and reading.status == FAILURE and self.refused_ready is None:
            self.refused_ready = (self.position, READY_FAILURE)
        pin_type = reading.number("PinInfo.PinType")
        if pin_type is None:
            return
        self._first("pin", reading)
        if self.pin_asked is not None:
            return
        if reading.answers_query:
            self.pin_asked = reading
        elif reading.answers_set and reading.request is not None:
            entered = reading.request.number("PinAction.PinOperation") == 0
            if entered and reading.status == 0:
                self.pin_asked = reading
            self.pin_failures += entered and reading.status == FAILURE

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
                self.under_way = self.hidden and state != SEARCHING
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
        if guid and open_before and guid not in self.subscribed and _is_guid(guid):
            self.subscribed.append(guid)

    def _proves_ready(self) -> None:
        if self.ready_at is None:
            self.ready_at = self.position

    def _serves(self) -> None:
        self._proves_ready()
        if self.registered_at is None:
            self.registered_at = self.position


def _is_guid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
