"""The profile of the device in a trace, inferred from what its events witness.

docs/inference.md has the table: which witness gives what. What no event tells has a neutral value
and is listed in `assumed`. The first witness of a variable says how the device was at the start;
later changes are the environment's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from wwanreplay._core import Event
from wwanreplay.analysis.infer.draft import Draft, Witness
from wwanreplay.analysis.infer.profile_device import DevicePart, model_oids
from wwanreplay.analysis.infer.profile_networks import UNKNOWN, NetworksPart
from wwanreplay.analysis.infer.profile_sessions import ContextsPart, ServicesPart
from wwanreplay.analysis.infer.profile_subscriber import SubscriberPart
from wwanreplay.analysis.infer.profile_text import profile_text
from wwanreplay.analysis.infer.readings import Carried, readings
from wwanreplay.devices.profile import parse_profile
from wwanreplay.protocol import PROTOCOL

NAME = "inferred"
LATENCY = "10ms"  # of every operation: what a trace's requests really took is for stimuli to say

_ORDER = (
    "description",
    "structures",
    "driver",
    "device",
    "sim",
    "network",
    "home",
    "provider",
    "preferred",
    "context",
    "access",
    "address",
    "pco",
    "service",
    "services",
    "timing",
)

# What holds for keys that no event tells: names as in the TOML of a profile.
_NEUTRAL: dict[str, dict[str, Any]] = {
    "driver": {"major_version": 2, "minor_version": 0},
    "device": {
        "type": "WwanDeviceTypeEmbedded",
        "cellular_class": "WwanCellularClassGsm",
        "voice_class": "WwanVoiceClassNoVoice",
        "sim_class": "WwanSimClassSimRemovable",
        "data_class": "|".join(
            f"WWAN_DATA_CLASS_{name}" for name in ("GPRS", "EDGE", "UMTS", "HSDPA", "HSUPA", "LTE")
        ),
        "control_caps": "WWAN_CTRL_CAPS_REG_MANUAL|WWAN_CTRL_CAPS_HW_RADIO_SWITCH",
        "optional_service_caps": (
            "WWAN_OPTIONAL_SERVICE_CAPS_PROVISIONED_CONTEXT_MGMT|WWAN_OPTIONAL_SERVICE_CAPS_PCO"
        ),
        "hardware_radio": "WwanRadioOn",
        "software_radio": "WwanRadioOn",
    },
    "sim": {
        "state": "SimInserted",
        "service_activated": True,
        "emergency_mode": "WwanEmergencyModeOff",
        "subscriber_id": "001010123456789",
        "iccid": "89001010000000000117",
        "pin1_enabled": False,
    },
    "network": {
        "register_mode": "WwanRegisterModeAutomatic",
        "registration_flags": "WWAN_REG_FLAGS_PS_AUTO_ATTACH",
        "auto_attach": True,
        "rssi": UNKNOWN,
        "error_rate": UNKNOWN,
        "rssi_interval_s": 30,
        "rssi_threshold": 3,
        "link_speed_up_bit_s": 50_000_000,
        "link_speed_down_bit_s": 150_000_000,
    },
}
_ENUMERATIONS = {
    ("device", "type"): "WWAN_DEVICE_TYPE",
    ("device", "cellular_class"): "WWAN_CELLULAR_CLASS",
    ("device", "voice_class"): "WWAN_VOICE_CLASS",
    ("device", "sim_class"): "WWAN_SIM_CLASS",
    ("device", "data_class"): "WWAN_DATA_CLASS",
    ("device", "control_caps"): "WWAN_CTRL_CAPS",
    ("device", "optional_service_caps"): "WWAN_OPTIONAL_SERVICE_CAPS",
    ("device", "hardware_radio"): "WWAN_RADIO",
    ("device", "software_radio"): "WWAN_RADIO",
    ("sim", "state"): "WWANREPLAY_SIM_STATE",
    ("sim", "emergency_mode"): "WWAN_EMERGENCY_MODE",
    ("network", "register_mode"): "WWAN_REGISTER_MODE",
    ("network", "registration_flags"): "WWAN_REG_FLAGS",
}
_PINS = {
    name: {
        "mode": "WwanPinModeDisabled",
        "format": "WwanPinFormatNumeric",
        "length_min": 4,
        "length_max": 8,
    }
    for name in ("WwanPinDescPin1", "WwanPinDescPin2")
}


@dataclass(frozen=True)
class InferredProfile:
    """A profile with the events that tell it.

    `mapping` is what `wwanreplay._core.Profile` takes, `text` the TOML that gives the same one.
    `witnesses` are (key, record of the event, what it is); `assumed` says what no event told, and
    what an event told that the emulated device has no room for.
    """

    name: str
    mapping: dict[str, Any]
    text: str
    witnesses: list[Witness] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)


def profile_of(events: Iterable[Event], *, carried: Carried | None = None) -> InferredProfile:
    """The profile of the device that said these events.

    `carried` says which members of an event made of an MBIM message are real (see `readings`).
    Events that cannot be read tell nothing; none raises.
    """
    draft = Draft()
    subscriber, networks = SubscriberPart(draft), NetworksPart(draft)
    device, contexts, services = DevicePart(draft), ContextsPart(draft), ServicesPart(draft)
    for reading in readings(events, carried):
        device.take(reading)
        subscriber.take(reading)
        networks.take(reading)
        contexts.take(reading)
        services.take(reading)
    device.finish()
    subscriber.finish()
    _assume_neutral(draft)
    networks.finish()
    contexts.finish()
    services.finish()
    _finish_timing(draft)
    draft.tables["description"] = "Inferred from a trace"
    text = profile_text(
        {name: draft.tables[name] for name in _ORDER if name in draft.tables}, _comments(draft)
    )
    mapping = parse_profile(text, NAME).mapping
    return InferredProfile(NAME, mapping, text, draft.witnesses, draft.assumed)


def _assume_neutral(draft: Draft) -> None:
    """Give every key that no event told its neutral value."""
    for table, values in _NEUTRAL.items():
        for key, value in values.items():
            if draft.value(table, key) is not None:
                continue
            enumeration = _ENUMERATIONS.get((table, key))
            number = PROTOCOL.number_of(enumeration, value) if enumeration else value
            draft.assume(table, key, number, str(value))
    if not draft.told("sim.pins"):
        draft.assume("sim", "pins", _pin_numbers(), "PIN1 and PIN2 are supported")


def _pin_numbers() -> dict[str, Any]:
    """The PINs as numbers, which the text gives their names."""
    return {
        name: {
            "mode": PROTOCOL.number_of("WWAN_PIN_MODE", str(entry["mode"])),
            "format": PROTOCOL.number_of("WWAN_PIN_FORMAT", str(entry["format"])),
            "length_min": entry["length_min"],
            "length_max": entry["length_max"],
        }
        for name, entry in _PINS.items()
    }


def _finish_timing(draft: Draft) -> None:
    """Nothing is drawn: every latency is fixed, requests complete at once."""
    timing = draft.tables.setdefault("timing", {})
    told = timing.pop("operations", {})
    timing["completion"] = 0
    timing.setdefault("registration", "1s")
    timing["ready"] = 0
    names = (PROTOCOL.oid_by_number[oid].name for oid in model_oids())
    timing["operations"] = {name: told.get(name, LATENCY) for name in names}
    timing["queries"] = dict.fromkeys(told, LATENCY)


def _comments(draft: Draft) -> dict[str, str]:
    """Behind each key the event that tells it."""
    comments = {key: f"event {index}" for key, index, _ in draft.witnesses if key.count(".") == 1}
    comments[""] = (
        "What the events of a trace tell of the device; the number behind a value is that of the\n"
        "event that tells it. Without a number it is assumed."
    )
    return comments
