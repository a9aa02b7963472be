"""What the bridge remembers of earlier messages and indications, because later messages need it."""

from dataclasses import dataclass, field
from typing import Any

from wwanreplay.mbim.values import ACTIVATED, ACTIVATING, DEACTIVATED
from wwanreplay.protocol.codec import Decoded

#: The members in `Memory.facts`; converters read no others.
FACTS = (
    "available_data_class",
    "cellular_class",
    "unique_id_protected",
    "error_rate_threshold",
    "link_speeds",
    "contexts",
)
LINK_SPEED_UNKNOWN = 0xFFFFFFFFFFFFFFFF
UNIQUE_ID_PROTECTED = 0x10  # of WWAN_CTRL_CAPS
CLASS_GSM = 1  # of WWAN_CELLULAR_CLASS


@dataclass(slots=True)
class Memory:
    """Values of earlier messages. Facts of the device stay; what the host chose (`reset`) ends with
    OPEN and CLOSE.
    """

    available_data_class: int = 0
    cellular_class: int = CLASS_GSM
    unique_id_protected: bool = False
    emergency_mode: int | None = None
    emergency_changed: bool = False
    link_speeds: dict[int, tuple[int, int]] = field(default_factory=dict)
    error_rate_threshold: int = 0
    contexts: dict[int, tuple[str, int]] = field(default_factory=dict)
    active: dict[int, int] = field(default_factory=dict)
    open_streams: dict[int, str] = field(default_factory=dict)
    packet_filters: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    subscribed: dict[str, frozenset[int]] | None = None
    vendor_events: bool = False

    @property
    def facts(self) -> tuple[Any, ...]:
        """What a message may be made of besides its structure: where equal, so are messages."""
        return (
            self.available_data_class,
            self.cellular_class,
            self.unique_id_protected,
            self.error_rate_threshold,
            *self.link_speeds.items(),
            *self.contexts.items(),
        )

    def reset(self) -> None:
        """Forget what the host chose."""
        self.error_rate_threshold = 0
        self.contexts.clear()
        self.active.clear()
        self.open_streams.clear()
        self.packet_filters.clear()
        self.subscribed = None
        self.vendor_events = False

    def learn(self, indication: str, decoded: Decoded, port: int) -> None:
        """Remember the values of an indication, by the name of its status code."""
        self.emergency_changed = False
        if indication == "NDIS_STATUS_WWAN_PACKET_SERVICE":
            available = decoded["PacketService.AvailableDataClass"]
            # None means a device without registration, which the state shows already.
            self.available_data_class = available or self.available_data_class
        elif indication == "NDIS_STATUS_WWAN_REGISTER_STATE":
            current = decoded.get("RegistrationState.CurrentCellularClass", 0)
            self.cellular_class = current or self.cellular_class
        elif indication in ("NDIS_STATUS_WWAN_DEVICE_CAPS", "NDIS_STATUS_WWAN_DEVICE_CAPS_EX"):
            caps = decoded["DeviceCaps.WwanControlCaps"]
            self.unique_id_protected = bool(caps & UNIQUE_ID_PROTECTED)
            self.cellular_class = decoded["DeviceCaps.WwanCellularClass"]
        elif indication == "NDIS_STATUS_WWAN_READY_INFO":
            mode = decoded["ReadyInfo.EmergencyMode"]
            self.emergency_changed = self.emergency_mode not in (None, mode)
            self.emergency_mode = mode
        elif indication == "NDIS_STATUS_WWAN_CONTEXT_STATE":
            session = decoded["ContextState.ConnectionId"]
            if decoded["ContextState.ActivationState"] in (ACTIVATED, ACTIVATING):
                self.active[session] = port
            elif decoded["ContextState.ActivationState"] == DEACTIVATED:
                self.active.pop(session, None)
        elif indication == "NDIS_STATUS_LINK_STATE":
            speeds = (decoded["XmitLinkSpeed"], decoded["RcvLinkSpeed"])
            self.link_speeds[port] = (
                0 if speeds[0] == LINK_SPEED_UNKNOWN else speeds[0],
                0 if speeds[1] == LINK_SPEED_UNKNOWN else speeds[1],
            )
