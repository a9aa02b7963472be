"""Profiles: TOML that says what an emulated device is made of, as the engine's plain mapping.

docs/profiles.md shows every table by example. A row below is one key of a table: how its value is
read and the name it has in the mapping that `wwanreplay._core.Profile` takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wwanreplay import _core
from wwanreplay.devices.toml import (
    Place,
    as_address,
    as_duration,
    as_guid,
    as_list,
    as_member,
    as_number,
    as_octets,
    as_oid,
    as_table,
    as_text,
    as_truth,
    check_keys,
    find_text,
    parse,
    shipped_names,
)
from wwanreplay.errors import UsageError
from wwanreplay.protocol.tables import near

PACKAGE = "wwanreplay.profiles"
EXTENDS_DEPTH_MAX = 8

Reader = Callable[[Any, Place], Any]
Row = tuple[str, Reader]  # name in the mapping, reader of the value

STRUCTURES = {"windows-8": 1, "windows-10": 2, "windows-11": 3}
PROVIDER_KINDS = {"home": 1, "partner": 2, "roaming": 3}

# The descriptions of WWAN_PIN_LIST in its order.
PIN_DESCRIPTIONS = (
    "WwanPinDescPin1",
    "WwanPinDescPin2",
    "WwanPinDescDeviceSimPin",
    "WwanPinDescDeviceFirstSimPin",
    "WwanPinDescNetworkPin",
    "WwanPinDescNetworkSubsetPin",
    "WwanPinDescSvcProviderPin",
    "WwanPinDescCorporatePin",
    "WwanPinDescSubsidyLock",
    "WwanPinDescCustom",
)


def _text(limit: int) -> Reader:
    return lambda value, place: as_text(value, place, limit)


def _number(limit: int = 0xFFFFFFFF, lowest: int = 0) -> Reader:
    return lambda value, place: as_number(value, place, limit, lowest)


def _member(values: str) -> Reader:
    return lambda value, place: as_member(values, value, place)


def _list(reader: Reader, limit: int) -> Reader:
    def read(value: Any, place: Place) -> list[Any]:
        entries = as_list(value, place, limit)
        return [reader(entry, place.inside(f"entry {n}")) for n, entry in enumerate(entries, 1)]

    return read


def _octets(*, size: int | None = None, limit: int | None = None) -> Reader:
    return lambda value, place: as_octets(value, place, size, limit)


def _ip(version: int) -> Reader:
    return lambda value, place: as_address(value, place, version)


def _word(words: Mapping[str, int]) -> Reader:
    def read(value: Any, place: Place) -> int:
        text = as_text(value, place)
        if text not in words:
            raise place.error(f"{text!r} is none of {', '.join(words)}{near(text, words)}")
        return words[text]

    return read


def _truth(value: Any, place: Place) -> int:
    return int(as_truth(value, place))


def _latency(value: Any, place: Place) -> list[int]:
    """A duration, or the base and a jitter that is drawn anew each time."""
    parts = value if isinstance(value, list) else [value, 0]
    if len(parts) != 2:
        raise place.error(f"must be a duration or a pair of base and jitter, not {value!r}")
    return [as_duration(part, place) for part in parts]


def _bits(values: str) -> Reader:
    """Members of an enumeration as bits: member N is bit N."""

    def read(value: Any, place: Place) -> int:
        total = 0
        for entry in as_list(value, place):
            total |= 1 << as_member(values, entry, place)
        return total

    return read


DEVICE: dict[str, Row] = {
    "type": ("device_type", _member("WWAN_DEVICE_TYPE")),
    "cellular_class": ("cellular_class", _member("WWAN_CELLULAR_CLASS")),
    "cellular_classes": ("cellular_class_list", _bits("WWAN_CELLULAR_CLASS")),
    "voice_class": ("voice_class", _member("WWAN_VOICE_CLASS")),
    "sim_class": ("sim_class", _member("WWAN_SIM_CLASS")),
    "sim_classes": ("sim_class_mask", _member("WWAN_SIM_CLASS_MASK")),
    "data_class": ("data_class", _member("WWAN_DATA_CLASS")),
    "data_subclass": ("data_subclass", _member("WWAN_DATA_SUBCLASS")),
    "gsm_band_class": ("gsm_band_class", _member("WWAN_BAND_CLASS")),
    "cdma_band_class": ("cdma_band_class", _member("WWAN_BAND_CLASS")),
    "wcdma_band_class": ("wcdma_band_class", _member("WWAN_BAND_CLASS")),
    "lte_bands": ("lte_bands", _list(_number(0xFFFF), 20)),
    "nr_bands": ("nr_bands", _list(_number(0xFFFF), 20)),
    "sms_caps": ("sms_caps", _member("WWAN_SMS_CAPS")),
    "control_caps": ("control_caps", _member("WWAN_CTRL_CAPS")),
    "optional_service_caps": ("optional_service_caps", _member("WWAN_OPTIONAL_SERVICE_CAPS")),
    "auth_algo_caps": ("auth_algo_caps", _member("WWAN_AUTH_ALGO_CAPS")),
    "contexts_active_max": ("contexts_active_max", _number()),
    "executor_index": ("executor_index", _number()),
    "custom_data_class": ("custom_data_class", _text(11)),
    "custom_band_class": ("custom_band_class", _text(19)),
    "device_id": ("device_id", _text(17)),
    "manufacturer": ("manufacturer", _text(31)),
    "model": ("model", _text(31)),
    "firmware": ("firmware", _text(31)),
    "hardware_radio": ("hardware_radio", _member("WWAN_RADIO")),
    "software_radio": ("software_radio", _member("WWAN_RADIO")),
    "unsupported": ("unsupported", _list(as_oid, 128)),
    "port_count": ("port_count", _number(_core.PORT_COUNT_MAX, 1)),
}

DRIVER: dict[str, Row] = {
    "major_version": ("driver_major_version", _number(2)),
    "minor_version": ("driver_minor_version", _number(0xFFFF)),
    "caps": ("driver_caps", _member("WWAN_DRIVER_CAPS_FLAGS")),
}

PIN: dict[str, Row] = {
    "mode": ("mode", _member("WWAN_PIN_MODE")),
    "format": ("pin_format", _member("WWAN_PIN_FORMAT")),
    "length_min": ("length_min", _number()),
    "length_max": ("length_max", _number()),
}


def _pins(value: Any, place: Place) -> list[dict[str, int]]:
    table = as_table(value, place)
    check_keys(table, PIN_DESCRIPTIONS, place)
    return [_read_table(table.get(name, {}), PIN, place.inside(name)) for name in PIN_DESCRIPTIONS]


SIM: dict[str, Row] = {
    "state": ("sim_state", _member("WWANREPLAY_SIM_STATE")),
    "service_activated": ("service_activated", _truth),
    "emergency_mode": ("emergency_mode", _member("WWAN_EMERGENCY_MODE")),
    "subscriber_id": ("subscriber_id", _text(15)),
    "iccid": ("sim_iccid", _text(20)),
    "telephone_numbers": (
        "telephone_numbers",
        _list(_text(22), _core.TELEPHONE_NUMBER_COUNT_MAX),
    ),
    "pin1": ("pin1", _text(16)),
    "puk1": ("puk1", _text(16)),
    "pin2": ("pin2", _text(16)),
    "pin1_attempts": ("pin1_attempts", _number(99)),
    "puk1_attempts": ("puk1_attempts", _number(99)),
    "pin1_enabled": ("pin1_enabled", _truth),
    "pins": ("pins", _pins),
}

NETWORK: dict[str, Row] = {
    "register_mode": ("register_mode", _member("WWAN_REGISTER_MODE")),
    "registration_flags": ("registration_flags", _member("WWAN_REG_FLAGS")),
    "auto_attach": ("auto_attach", _truth),
    "rssi": ("rssi", _number()),
    "error_rate": ("error_rate", _number()),
    "rssi_interval_s": ("rssi_interval_s", _number()),
    "rssi_threshold": ("rssi_threshold", _number()),
    "link_speed_up_bit_s": ("link_speed_up", _number(2**63 - 1)),
    "link_speed_down_bit_s": ("link_speed_down", _number(2**63 - 1)),
    "frequency_range": ("frequency_range", _member("WWAN_5G_FREQUENCY_RANGE")),
    "tracking_area_code": ("tracking_area_code", _number()),
    "mcc": ("mcc", _number(999)),
    "mnc": ("mnc", _number(999)),
}

PROVIDER: dict[str, Row] = {
    "id": ("provider_id", _text(6)),
    "name": ("provider_name", _text(20)),
    "roaming_text": ("roaming_text", _text(63)),
    "state": ("provider_state", _member("WWAN_PROVIDER_STATE")),
    "data_class": ("data_class", _member("WWAN_DATA_CLASS")),
    "cellular_class": ("cellular_class", _member("WWAN_CELLULAR_CLASS")),
    "rssi": ("rssi", _number()),
    "error_rate": ("error_rate", _number()),
    "kind": ("kind", _word(PROVIDER_KINDS)),
    "visible": ("visible", _truth),
    "reject_cause": ("reject_cause", _number()),
    "emergency_only": ("emergency_only", _truth),
}

CONTEXT: dict[str, Row] = {
    "id": ("context_id", _number()),
    "type": ("context_type", _member("WWAN_CONTEXT_TYPE")),
    "access_string": ("access_string", _text(100)),
    "user_name": ("user_name", _text(255)),
    "password": ("password", _text(255)),
    "compression": ("compression", _member("WWAN_COMPRESSION")),
    "auth_type": ("auth_type", _member("WWAN_AUTH_PROTOCOL")),
    "ip_type": ("ip_type", _member("WWAN_IP_TYPE")),
    "disabled": ("disabled", _truth),
    "roaming": ("roaming", _member("WWAN_CONTEXT_ROAMING_CONTROL")),
    "media_type": ("media_type", _member("WWAN_CONTEXT_MEDIA_TYPE")),
    "source": ("source", _member("WWAN_CONFIGURATION_SOURCE")),
}

ACCESS: dict[str, Row] = {
    "accepted": (
        "accepted_access_strings",
        _list(_text(100), _core.PROVISIONED_COUNT_MAX),
    ),
    "default": ("default_access_string", _text(100)),
    "unknown_cause": ("unknown_access_cause", _number()),
    "credentials_required": ("credentials_required", _truth),
    "user_name": ("user_name", _text(255)),
    "password": ("password", _text(255)),
}

ADDRESS: dict[str, Row] = {
    "ipv4_address": ("ipv4_address", _ip(4)),
    "ipv4_gateway": ("ipv4_gateway", _ip(4)),
    "ipv4_dns": ("ipv4_dns", _ip(4)),
    "ipv4_prefix_length": ("ipv4_prefix_length", _number(32)),
    "ipv6_address": ("ipv6_address", _ip(6)),
    "ipv6_gateway": ("ipv6_gateway", _ip(6)),
    "ipv6_dns": ("ipv6_dns", _ip(6)),
    "ipv6_prefix_length": ("ipv6_prefix_length", _number(128)),
    "mtu": ("mtu", _number(65535)),
}

PCO: dict[str, Row] = {
    "type": ("pco_type", _member("WWAN_PCO_TYPE")),
    "octets": ("octets", _octets(limit=256)),
}

SERVICE: dict[str, Row] = {
    "guid": ("guid", as_guid),
    "session_capability": (
        "session_capability",
        _member("WWAN_DEVICE_SERVICE_SESSION_CAPABILITY"),
    ),
    "session_instances_max": ("session_instances_max", _number(64)),
    "events": ("events", _truth),
    "commands": ("commands", _list(_number(), _core.SERVICE_COMMAND_COUNT_MAX)),
}

SERVICES: dict[str, Row] = {
    "command_data_size_max": ("command_data_size_max", _number(_core.SERVICE_DATA_SIZE_MAX)),
    "session_data_size_max": ("session_data_size_max", _number(_core.SERVICE_DATA_SIZE_MAX)),
    "session_count_max": ("session_count_max", _number(_core.SESSION_COUNT_MAX)),
}

TIMING: dict[str, Row] = {
    "completion": ("completion_latency_ns", _latency),
    "registration": ("registration_latency_ns", _latency),
    "ready": ("ready_latency_ns", _latency),
}

# Tables whose keys go straight into the mapping.
PLAIN_TABLES = {
    "device": DEVICE,
    "driver": DRIVER,
    "sim": SIM,
    "network": NETWORK,
    "access": ACCESS,
    "services": SERVICES,
}

# Tables and arrays of tables that stay mappings: their name, its place in the mapping, keys, limit.
NESTED_TABLES = {"home": ("home", PROVIDER)}
ARRAYS = {
    "provider": ("providers", PROVIDER, _core.PROVIDER_COUNT_MAX),
    "preferred": ("preferred", PROVIDER, _core.PREFERRED_COUNT_MAX),
    "context": ("provisioned", CONTEXT, _core.PROVISIONED_COUNT_MAX),
    "address": ("addresses", ADDRESS, _core.PORT_COUNT_MAX),
    "pco": ("pco", PCO, _core.PORT_COUNT_MAX),
    "service": ("services", SERVICE, _core.SERVICE_COUNT_MAX),
}

TOP = ("description", "extends", "structures", "timing", *PLAIN_TABLES, *NESTED_TABLES, *ARRAYS)


@dataclass(frozen=True)
class DeviceProfile:
    """A profile that was read: its name, what it says of itself, and the engine's plain mapping.

    `text` is the TOML as it was read, without what it extends; empty for one made of a mapping.
    """

    name: str
    mapping: dict[str, Any]
    description: str = ""
    text: str = ""
    file: str = field(default="", compare=False)

    def compile(self) -> _core.Profile:
        """The profile as the engine takes it."""
        try:
            return _core.Profile(self.mapping)
        except UsageError as error:
            raise UsageError(f"{self.file or self.name}: {error}") from None

    @property
    def structures(self) -> int:
        """Which Windows generation's structures the miniport speaks: 1, 2 or 3 (8, 10, 11)."""
        return int(self.mapping.get("structures", STRUCTURES["windows-10"]))


def shipped_profiles() -> dict[str, str]:
    """The shipped profiles by name, with their descriptions."""
    return {name: load_profile(name).description for name in shipped_names(PACKAGE)}


def load_profile(name: str) -> DeviceProfile:
    """The shipped profile of that name, or the one in a file, whose name ends in `.toml`."""
    text, file = find_text(name, PACKAGE, "profile")
    beside = Path(name).parent if name.endswith(".toml") else None
    return parse_profile(text, Path(name).name.removesuffix(".toml"), file=file, beside=beside)


def parse_profile(
    text: str, name: str, *, file: str | None = None, beside: Path | None = None
) -> DeviceProfile:
    """The profile of a TOML text. `beside` is the folder that `extends = "other.toml"` starts at.

    UsageError with file, table and key for anything that is not right.
    """
    file = file or f"{name}.toml"
    tables = _resolved(parse(text, file), Place(file), beside, [file])
    place = Place(file)
    profile = DeviceProfile(
        name,
        read_mapping(tables, place),
        as_text(tables.get("description", ""), place.inside("description")),
        text,
        file,
    )
    profile.compile()
    return profile


def _resolved(
    tables: dict[str, Any], place: Place, beside: Path | None, seen: list[str]
) -> dict[str, Any]:
    """The tables laid over those of the profile that they extend."""
    check_keys(tables, TOP, place)
    base = tables.pop("extends", None)
    if base is None:
        return tables
    inside = place.inside("extends")
    try:
        text, file = find_text(as_text(base, inside), PACKAGE, "profile", beside)
    except UsageError as error:
        raise inside.error(str(error)) from None
    if file in seen or len(seen) > EXTENDS_DEPTH_MAX:
        raise inside.error(f"{' extends '.join([*seen, file])}: this never ends")
    folder = (beside or Path()) / Path(base).parent if base.endswith(".toml") else None
    return _laid_over(_resolved(parse(text, file), Place(file), folder, [*seen, file]), tables)


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Tables key by key; arrays and values of `above` replace those below as a whole."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        both = isinstance(value, dict) and isinstance(old, dict)
        merged[key] = _laid_over(old, value) if both and isinstance(old, dict) else value
    return merged


def read_mapping(tables: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The engine's mapping of resolved tables."""
    mapping: dict[str, Any] = {}
    if "structures" in tables:
        reader = _word(STRUCTURES)
        mapping["structures"] = reader(tables["structures"], place.inside("structures"))
    for name, rows in PLAIN_TABLES.items():
        mapping.update(_read_table(tables.get(name, {}), rows, place.inside(f"[{name}]")))
    for name, (into, rows) in NESTED_TABLES.items():
        if name in tables:
            mapping[into] = _read_table(tables[name], rows, place.inside(f"[{name}]"))
    for name, (into, rows, limit) in ARRAYS.items():
        if name in tables:
            where = place.inside(f"[[{name}]]")
            mapping[into] = [
                _read_table(entry, rows, where.inside(str(number)))
                for number, entry in enumerate(as_list(tables[name], where, limit), 1)
            ]
    mapping.update(_read_timing(tables.get("timing", {}), place.inside("[timing]")))
    return mapping


def _read_timing(value: Any, place: Place) -> dict[str, Any]:
    table = dict(as_table(value, place))
    mapping: dict[str, Any] = {}
    for key, into in (("operations", "latencies_ns"), ("queries", "query_latencies_ns")):
        where = place.inside(key)
        latencies = {
            as_oid(name, where): _latency(latency, place.inside(name))
            for name, latency in as_table(table.pop(key, {}), where).items()
        }
        if latencies:
            mapping[into] = latencies
    return _read_table(table, TIMING, place, extra=("operations", "queries")) | mapping


def _read_table(
    value: Any, rows: Mapping[str, Row], place: Place, extra: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The keys of a table by the names of the mapping."""
    table = as_table(value, place)
    check_keys(table, (*rows, *extra), place)
    return {rows[key][0]: rows[key][1](entry, place.inside(key)) for key, entry in table.items()}
