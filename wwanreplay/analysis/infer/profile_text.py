"""A profile's tables as TOML that a person can read and `load_profile` takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL

# (table, key) → the enumeration whose names its numbers are written as.
_ENUMERATIONS = {
    ("device", "type"): "WWAN_DEVICE_TYPE",
    ("device", "cellular_class"): "WWAN_CELLULAR_CLASS",
    ("device", "cellular_classes"): "WWAN_CELLULAR_CLASS",
    ("device", "voice_class"): "WWAN_VOICE_CLASS",
    ("device", "sim_class"): "WWAN_SIM_CLASS",
    ("device", "sim_classes"): "WWAN_SIM_CLASS_MASK",
    ("device", "data_class"): "WWAN_DATA_CLASS",
    ("device", "data_subclass"): "WWAN_DATA_SUBCLASS",
    ("device", "gsm_band_class"): "WWAN_BAND_CLASS",
    ("device", "cdma_band_class"): "WWAN_BAND_CLASS",
    ("device", "wcdma_band_class"): "WWAN_BAND_CLASS",
    ("device", "sms_caps"): "WWAN_SMS_CAPS",
    ("device", "control_caps"): "WWAN_CTRL_CAPS",
    ("device", "optional_service_caps"): "WWAN_OPTIONAL_SERVICE_CAPS",
    ("device", "auth_algo_caps"): "WWAN_AUTH_ALGO_CAPS",
    ("device", "hardware_radio"): "WWAN_RADIO",
    ("device", "software_radio"): "WWAN_RADIO",
    ("driver", "caps"): "WWAN_DRIVER_CAPS_FLAGS",
    ("sim", "state"): "WWANREPLAY_SIM_STATE",
    ("sim", "emergency_mode"): "WWAN_EMERGENCY_MODE",
    ("sim", "mode"): "WWAN_PIN_MODE",
    ("sim", "format"): "WWAN_PIN_FORMAT",
    ("network", "register_mode"): "WWAN_REGISTER_MODE",
    ("network", "registration_flags"): "WWAN_REG_FLAGS",
    ("network", "frequency_range"): "WWAN_5G_FREQUENCY_RANGE",
    ("provider", "state"): "WWAN_PROVIDER_STATE",
    ("provider", "data_class"): "WWAN_DATA_CLASS",
    ("provider", "cellular_class"): "WWAN_CELLULAR_CLASS",
    ("context", "type"): "WWAN_CONTEXT_TYPE",
    ("context", "compression"): "WWAN_COMPRESSION",
    ("context", "auth_type"): "WWAN_AUTH_PROTOCOL",
    ("context", "ip_type"): "WWAN_IP_TYPE",
    ("context", "roaming"): "WWAN_CONTEXT_ROAMING_CONTROL",
    ("context", "media_type"): "WWAN_CONTEXT_MEDIA_TYPE",
    ("context", "source"): "WWAN_CONFIGURATION_SOURCE",
    ("pco", "type"): "WWAN_PCO_TYPE",
    ("service", "session_capability"): "WWAN_DEVICE_SERVICE_SESSION_CAPABILITY",
}
# Tables with the keys of another one.
_AS = {"home": "provider", "preferred": "provider"}

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def profile_text(tables: Mapping[str, Any], comments: Mapping[str, str]) -> str:
    """The TOML of a profile's tables.

    `comments` are put behind keys by their dotted name ("device.model"), one line each; the one
    with the empty name stands at the top.
    """
    lines = [f"# {line}" for line in comments.get("", "").splitlines()]
    for key, value in tables.items():
        if not isinstance(value, dict | list):
            lines.append(_line("", key, value, comments))
    for table, value in tables.items():
        for part in _parts(value):
            if lines:
                lines.append("")
            lines.extend(_table_lines(table, part, isinstance(value, list), comments))
    return "\n".join(lines) + "\n"


def _parts(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, dict):
        return [value]
    return list(value) if isinstance(value, list) else []


def _table_lines(
    table: str, values: Mapping[str, Any], of_array: bool, comments: Mapping[str, str]
) -> Iterator[str]:
    yield f"[[{table}]]" if of_array else f"[{table}]"
    for key, value in values.items():
        if not isinstance(value, dict):
            yield _line(table, key, value, comments)
    for key, value in values.items():
        if isinstance(value, dict):
            yield ""
            yield f"[{table}.{key}]"
            for name, below in value.items():
                yield f"{name} = {_value(table, name, below)}"


def _line(table: str, key: str, value: Any, comments: Mapping[str, str]) -> str:
    name = f"{table}.{key}" if table else key
    comment = f"  # {comments[name]}" if name in comments else ""
    return f"{key} = {_value(table, key, value)}{comment}"


def _value(table: str, key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _number(table, key, value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        inside = ", ".join(f"{name} = {_value(table, name, part)}" for name, part in value.items())
        return "{ " + inside + " }"
    return "[" + ", ".join(_value(table, key, part) for part in value) + "]"


def _number(table: str, key: str, value: int) -> str:
    enumeration = _ENUMERATIONS.get((_AS.get(table, table), key))
    if enumeration is None:
        return str(value)
    name = PROTOCOL.text_of(enumeration, value)
    try:
        exact = PROTOCOL.number_of(enumeration, name) == value
    except UsageError:
        exact = False
    if not exact:
        return str(value)
    names = [quoted(part) for part in name.split("|")]
    return names[0] if len(names) == 1 else "[" + ", ".join(names) + "]"


def quoted(text: str) -> str:
    """A TOML basic string."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if ord(character) < 0x20 or ord(character) == 0x7F:
        return f"\\u{ord(character):04X}"
    return character
