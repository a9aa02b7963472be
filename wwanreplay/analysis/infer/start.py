"""Where a session begins: what leads the emulated device to the state that a trace begins in.

The first witness of a variable tells it. One that was asked for is how things were; one that the
device told by itself, or that ended an order, is how they became: before that they were otherwise.
What nothing tells is as it follows from the rest, and such that the device stays quiet.
docs/inference.md has the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from wwanreplay._core import Event, Kind, Lifecycle, RecordWriter
from wwanreplay.analysis.infer.profile_networks import (
    ATTACHED,
    DENIED,
    REGISTERED,
    UNKNOWN,
)
from wwanreplay.analysis.infer.profile_sessions import ACTIVATED, DEACTIVATED
from wwanreplay.analysis.infer.profile_subscriber import READY_OFF, READY_SIM_NOT_INSERTED
from wwanreplay.analysis.infer.readings import Carried, readings
from wwanreplay.analysis.infer.start_state import Context, State, StateFinder
from wwanreplay.devices.buffers import encode_stimulus, encode_structure, newest_form
from wwanreplay.devices.toml import ValuePlace
from wwanreplay.protocol import PROTOCOL

# A RequestId, so that no report counts as an event of the device's own.
REQUEST_ID = 1
RSSI_INTERVAL_DEFAULT_S, RSSI_THRESHOLD_DEFAULT = 5, 3
_POWER_D3 = 4
_LIVES = {
    "halted": Lifecycle.LIFECYCLE_HALT,
    "removed": Lifecycle.LIFECYCLE_SURPRISE_REMOVAL,
    "paused": Lifecycle.LIFECYCLE_PAUSE,
}


def start_of(
    events: Iterable[Event],
    mapping: Mapping[str, Any],
    seed: int = 0,  # noqa: ARG001 - part of the interface: nothing depends on it
    *,
    carried: Carried | None = None,
) -> bytes:
    """The records that lead a device of this profile to where the events begin.

    They are for `TraceHeader.start`; `wwanreplay.replay.start.apply_start` gives them to an
    engine. They stand at time 0 and leave nothing to be done, but for a registration under way.
    Nothing in them is drawn, so that they hold for every `seed`. `carried` is that of `profile_of`.
    """
    writer = RecordWriter()
    for event in prelude(state_of(events, mapping, carried=carried), mapping):
        writer.append(event)
    taken = writer.take()
    return b"" if taken is None else taken[0]


def state_of(
    events: Iterable[Event], mapping: Mapping[str, Any], *, carried: Carried | None = None
) -> State:
    """The state that the events begin in, as far as they tell it."""
    finder = StateFinder(mapping)

    def passed() -> Iterator[Event]:
        for event in events:
            finder.take_event(event)
            yield event

    for reading in readings(passed(), carried):
        finder.take(reading)
    return finder.state()


def prelude(state: State, mapping: Mapping[str, Any]) -> Iterator[Event]:
    """The inputs and reports that lead a device to a state."""
    maker = _Maker(mapping)
    yield from maker.subscriber(state)
    if state.hidden:
        yield maker.stimulus("coverage", {"Available": 0})
    yield from maker.network(state)
    yield from maker.ports(state)
    for guid in state.subscribed:
        yield maker.report(
            "NDIS_STATUS_WWAN_DEVICE_SERVICE_EVENT", {"Event.DeviceServiceGuid": guid}
        )
    if state.life == "asleep":
        yield Event(
            Kind.KIND_SET,
            0,
            request_id=REQUEST_ID,
            code=PROTOCOL.oid("OID_PNP_SET_POWER").number or 0,
            payload=_POWER_D3.to_bytes(4, "little"),
            capacity=4,
        )
    elif state.life in _LIVES:
        yield Event(Kind.KIND_LIFECYCLE, 0, code=_LIVES[state.life])


@cache
def _paths(structure: str, structures: int) -> frozenset[str]:
    """The members of a structure in the form of a generation."""
    form = newest_form((structure,), structures)
    layout = form[1] if form else PROTOCOL.structure(structure).layouts[-1].id
    return frozenset(leaf.path for leaf in PROTOCOL.flat(structure, layout).leaves)


class _Maker:
    """Makes events in the structures of a profile."""

    def __init__(self, mapping: Mapping[str, Any]) -> None:
        self.mapping = mapping
        self.structures = int(mapping.get("structures", 2))

    def report(self, name: str, values: Mapping[str, Any], port: int = 0) -> Event:
        """An indication with these members."""
        indication = PROTOCOL.indication(name)
        structure = indication.structs[-1]
        known = _paths(structure, self.structures)
        return Event(
            Kind.KIND_INDICATION,
            0,
            port=port,
            request_id=REQUEST_ID,
            code=indication.number or 0,
            payload=encode_structure(
                structure,
                self.structures,
                {path: value for path, value in values.items() if path in known},
            ),
        )

    def stimulus(self, name: str, values: Mapping[str, Any], port: int = 0) -> Event:
        """A change of the environment."""
        return Event(
            Kind.KIND_STIMULUS,
            0,
            port=port,
            code=PROTOCOL.stimulus(name).number,
            payload=encode_stimulus(name, values, ValuePlace(name)),
        )

    def _ready(self, ready: int, emergency: int) -> Event:
        return self.report(
            "NDIS_STATUS_WWAN_READY_INFO",
            {"ReadyInfo.ReadyState": ready, "ReadyInfo.EmergencyMode": emergency},
        )

    def subscriber(self, state: State) -> Iterator[Event]:
        """SIM, PIN and radio."""
        denied = state.registration.state == DENIED
        emergency = 0 if denied else state.emergency
        if state.pin_type:
            yield self.report(
                "NDIS_STATUS_WWAN_PIN_INFO",
                {
                    "PinInfo.PinType": state.pin_type,
                    "PinInfo.PinState": 1,
                    "PinInfo.AttemptsRemaining": state.pin_attempts & 0xFFFFFFFF,
                },
            )
        if state.ready == READY_OFF:
            # Nothing is being read: the slot is empty until a stimulus puts the card in.
            yield self._ready(READY_SIM_NOT_INSERTED, emergency)
        yield self._ready(state.ready, emergency)
        yield self.report(
            "NDIS_STATUS_WWAN_RADIO_STATE",
            {
                "RadioState.HwRadioState": state.hardware_radio,
                "RadioState.SwRadioState": state.software_radio,
            },
        )

    def network(self, state: State) -> Iterator[Event]:
        """Registration, packet service and signal."""
        registration = state.registration
        part = "RegistrationState."
        values = {
            f"{part}RegisterState": registration.state,
            f"{part}RegisterMode": registration.mode,
            f"{part}ProviderId": registration.provider_id[:6],
            f"{part}ProviderName": registration.provider_name[:20],
            f"{part}RoamingText": registration.roaming_text[:63],
            f"{part}uNwError": registration.cause & 0xFFFFFFFF,
            f"{part}CurrentCellularClass": registration.cellular_class & 0xFFFFFFFF,
        }
        if self.structures > 2:
            classes = registration.preferred_data_classes or self.mapping.get("data_class", 0)
            values[f"{part}PreferredDataClasses"] = classes & 0xFFFFFFFF
        served = registration.state in REGISTERED
        if not served and state.rssi is not None:
            yield self.stimulus("signal", {"Rssi": state.rssi, "ErrorRate": state.error_rate})
        yield self.report("NDIS_STATUS_WWAN_REGISTER_STATE", values)
        if registration.state == DENIED:
            yield self._ready(state.ready, 1)
        if served:
            yield from self._packet_service(state)
        yield self._signal(state, served)

    def _packet_service(self, state: State) -> Iterator[Event]:
        current = state.current_data_class if state.packet == ATTACHED else 0
        available = state.available_data_class or self._available(state.registration.provider_id)
        part = "PacketService."
        yield self.report(
            "NDIS_STATUS_WWAN_PACKET_SERVICE",
            {
                f"{part}PacketServiceState": state.packet,
                f"{part}AvailableDataClass": available & 0xFFFFFFFF,
                f"{part}CurrentDataClass": current & 0xFFFFFFFF,
            },
        )
        if state.packet == ATTACHED and not current:
            # The device chooses among what is on offer.
            yield self.stimulus("data_class", {"AvailableDataClass": available & 0xFFFFFFFF})

    def _available(self, provider_id: str) -> int:
        """The data classes that a network offers this device."""
        device = int(self.mapping.get("data_class", 0))
        for provider in self.mapping.get("providers", []):
            if provider.get("provider_id") == provider_id:
                return int(provider.get("data_class", 0)) & device or device
        return device

    def _signal(self, state: State, served: bool) -> Event:
        rssi = int(self.mapping.get("rssi", UNKNOWN)) if state.rssi is None else state.rssi
        error_rate = state.error_rate
        if state.rssi is None:
            error_rate = int(self.mapping.get("error_rate", UNKNOWN))
        interval = self.mapping.get("rssi_interval_s") or RSSI_INTERVAL_DEFAULT_S
        threshold = self.mapping.get("rssi_threshold") or RSSI_THRESHOLD_DEFAULT
        if state.rssi_interval is not None:
            interval = state.rssi_interval
        if state.rssi_threshold is not None:
            threshold = state.rssi_threshold
        return self.report(
            "NDIS_STATUS_WWAN_SIGNAL_STATE",
            {
                "SignalState.Rssi": rssi if served else UNKNOWN,
                "SignalState.ErrorRate": error_rate if served else UNKNOWN,
                "SignalState.RssiInterval": interval & 0xFFFFFFFF,
                "SignalState.RssiThreshold": threshold & 0xFFFFFFFF,
            },
        )

    def ports(self, state: State) -> Iterator[Event]:
        """Contexts, links, calls, options and counters."""
        told = {context.port for context in state.contexts}
        for port, connection_id in state.last_contexts.items():
            if port not in told:
                # A query without an active context tells the one that was active last.
                yield self._context(Context(port, connection_id), 0)
                yield self._context(Context(port, connection_id), 0, active=False)
        for context in state.contexts:
            yield self._context(context, state.voice.get(context.port, 0))
        for port in state.voice:
            if port not in told:
                yield self._context(Context(port, 0), state.voice[port], active=False)
        for port, connected in state.links.items():
            state_number = 1 if connected else 2
            yield self.report("NDIS_STATUS_LINK_STATE", {"MediaConnectState": state_number}, port)
        for port, (kind, octets) in state.pco.items():
            yield self.report(
                "NDIS_STATUS_WWAN_PCO_STATUS",
                {
                    "PcoValue.Size": len(octets),
                    "PcoValue.Type": kind,
                    "PcoValue.PcoData": octets.ljust(256, b"\0"),
                },
                port,
            )
        for port, event in state.statistics.items():
            yield Event(
                Kind.KIND_COMPLETION,
                0,
                port=port,
                request_id=REQUEST_ID,
                code=event.code,
                payload=event.payload,
            )

    def _context(self, context: Context, voice: int, *, active: bool = True) -> Event:
        part = "ContextState."
        return self.report(
            "NDIS_STATUS_WWAN_CONTEXT_STATE",
            {
                f"{part}ConnectionId": context.connection_id & 0xFFFFFFFF,
                f"{part}ActivationState": ACTIVATED if active else DEACTIVATED,
                f"{part}VoiceCallState": voice,
                f"{part}IPType": context.ip_type & 0xFFFFFFFF,
                f"{part}ConnectionMedia": context.media & 0xFFFFFFFF,
                f"{part}AccessString": context.access_string[:100],
            },
            context.port,
        )
