"""The state of an emulated device as text and as plain values, personal texts masked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import mask_value

# Numbers of the state that are members of an enumeration.
STATE_ENUMS: Final = {
    "power_state": "NDIS_DEVICE_POWER_STATE",
    "ready_state": "WWAN_READY_STATE",
    "pin_required": "WWAN_PIN_TYPE",
    "hardware_radio": "WWAN_RADIO",
    "software_radio": "WWAN_RADIO",
    "register_state": "WWAN_REGISTER_STATE",
    "register_mode": "WWAN_REGISTER_MODE",
    "packet_service_state": "WWAN_PACKET_SERVICE_STATE",
    "current_data_class": "WWAN_DATA_CLASS",
    "activation_state": "WWAN_ACTIVATION_STATE",
    "ip_type": "WWAN_IP_TYPE",
    "voice_call_state": "WWAN_VOICE_CALL_STATE",
}
# Texts of the state that are personal: subscription or place.
STATE_PERSONAL: Final = frozenset({"provider", "access_string"})


_DEVICE: Final = ("miniport", "power_state")
_SIM: Final = ("sim", "ready_state", "pin_required")
_RADIO: Final = ("hardware_radio", "software_radio")
_REGISTRATION: Final = ("register_state", "register_mode", "registering", "provider")
_PACKETS: Final = ("packet_service_state", "current_data_class")
#: What matters of the state where an output differs, by words in the name of the output.
SUBJECTS: Final = (
    (("CONTEXT", "CONNECT", "LINK_STATE"), (*_REGISTRATION[:1], *_PACKETS, "ports")),
    (("PACKET_SERVICE", "ATTACH"), (*_RADIO, *_REGISTRATION[:1], *_PACKETS)),
    (("REGISTER", "PROVIDER"), (*_SIM[1:2], *_RADIO, *_REGISTRATION)),
    (("SIGNAL",), (*_RADIO, *_REGISTRATION[:1], "rssi")),
    (("READY", "PIN", "SUBSCRIBER", "ICCID"), _SIM),
    (("RADIO",), (*_SIM[1:2], *_RADIO)),
    (("CAPS", "SERVICES"), _DEVICE),
)
#: What is worth a word only where it is not so.
_USUAL: Final = {"miniport": "running", "power_state": "NdisDeviceStateD0"}


def state_words(
    state: Mapping[str, Any], *, show_personal: bool = False, about: str = ""
) -> list[str]:
    """The device's state, a text each: what is zero or empty is left out.

    `about` names an output: what matters where that one differs, and what is out of the ordinary.
    """
    wanted = next((names for parts, names in SUBJECTS if any(x in about for x in parts)), None)
    words = []
    for name, value in plain_state(state, show_personal=show_personal).items():
        is_usual = name not in _USUAL or value == _USUAL[name]
        if wanted is not None and name not in wanted and is_usual:
            continue
        if name == "ports":
            for number, port in enumerate(value):
                text = _port_text(port)
                if text:
                    words.append(f"port {number}: {text}")
        elif _says_something(value) and name != "time_ns":
            words.append(f"{name} {value}")
    return words


def _says_something(value: Any) -> bool:
    if isinstance(value, str) and value.lower().endswith("none"):
        return False
    return value not in (0, "", None, [], False)


def _port_text(port: Mapping[str, Any]) -> str:
    words = [
        " ".join([f"context {context['connection_id']}", str(context["activation_state"])])
        for context in port.get("contexts", ())
    ]
    words += [
        f"{name} {value}"
        for name, value in port.items()
        if name != "contexts" and _says_something(value)
    ]
    return ", ".join(words)


def plain_state(value: Any, name: str = "", *, show_personal: bool = False) -> Any:
    """The state with names instead of numbers, personal texts masked."""
    if isinstance(value, Mapping):
        return {
            key: plain_state(inner, key, show_personal=show_personal)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [plain_state(inner, name, show_personal=show_personal) for inner in value]
    if name in STATE_ENUMS and STATE_ENUMS[name] in PROTOCOL.enum_by_name:
        return PROTOCOL.text_of(STATE_ENUMS[name], value)
    if name in STATE_PERSONAL and not show_personal and value:
        return mask_value(value)
    return value
