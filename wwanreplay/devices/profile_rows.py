"""The keys of profiles: a row each, with its reader and its name in the engine's plain mapping.

docs/profiles.md shows every table by example.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from wwanreplay import _core
from wwanreplay.devices.toml import (
    ValuePlace,
    as_address,
    as_duration,
    as_guid,
    as_list,
    as_member,
    as_octets,
    as_oid,
    as_table,
    as_text,
    as_truth,
    as_within,
    check_keys,
)
from wwanreplay.devices.values import (
    ADDRESS_PATTERNS,
    DURATION,
    OCTETS,
    OID,
    TEXT,
    TRUTH,
    Reader,
    Schema,
    list_schema,
    range_schema,
    ref,
    table_schema,
    text_schema,
)
from wwanreplay.errors import shown
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.engine_table import modelled
from wwanreplay.protocol.profile_ranges import PROFILE_NUMBERS, PROFILE_SIZES
from wwanreplay.protocol.schema import FlagSet, Range
from wwanreplay.protocol.tables import near


class Row(NamedTuple):
    """One key of a table: its name in the mapping, its reader, and its possible values in words.

    `schema` says the same in JSON Schema. `values` is the enumeration that names its numbers, empty
    where none does.
    """

    into: str
    read: Reader
    text: str
    schema: Schema
    values: str = ""


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


def _text(into: str) -> Row:
    limit = PROFILE_SIZES[into]

    def read(value: Any, place: ValuePlace) -> str:
        text = as_text(value, place, limit)
        if "\0" in text:
            raise place.error(f"{shown(text)} holds a NUL, which ends a text")
        if any("\ud800" <= unit <= "\udfff" for unit in text):
            raise place.error(f"{shown(text)} holds half a character")
        return text

    return Row(into, read, f"text of at most {limit} characters", text_schema(limit))


def _number(into: str, within: Range | None = None) -> Row:
    """A number of its documented range, or of the engine's own limit."""
    chosen = within or PROFILE_NUMBERS[into]
    return Row(
        into,
        lambda value, place: as_within(value, place, chosen),
        chosen.text,
        range_schema(chosen),
    )


def _member(into: str) -> Row:
    within = PROFILE_NUMBERS[into]
    row = PROTOCOL.enum(within.values)

    def read(value: Any, place: ValuePlace) -> int:
        return as_within(as_member(row.name, value, place), place, within)

    kind = "flags" if isinstance(row, FlagSet) else "a member"
    return Row(into, read, f"{kind} of {row.name}", ref(row.name), row.name)


def _list(row: Row, limit: int | None = None) -> Row:
    """An array of values that are each like a row's."""
    most = PROFILE_SIZES[row.into] if limit is None else limit

    def read(value: Any, place: ValuePlace) -> list[Any]:
        entries = as_list(value, place, most)
        return [row.read(entry, place.inside(f"entry {n}")) for n, entry in enumerate(entries, 1)]

    words = f"at most {most} entries, each {row.text}"
    return Row(row.into, read, words, list_schema(row.schema, most))


def _octets(into: str) -> Row:
    limit = PROFILE_SIZES[into]
    return Row(
        into,
        lambda value, place: as_octets(value, place, None, limit),
        f"at most {limit} bytes in hexadecimal",
        OCTETS.schema,
    )


def _ip(into: str, version: int) -> Row:
    return Row(
        into,
        lambda value, place: as_address(value, place, version),
        f"an IPv{version} address",
        {"type": "string", "pattern": ADDRESS_PATTERNS[version]},
    )


def word_row(into: str, words: Mapping[str, int]) -> Row:
    """One of a few words, each for its number."""
    listed = ", ".join(words)

    def read(value: Any, place: ValuePlace) -> int:
        text = as_text(value, place)
        if text not in words:
            raise place.error(f"{shown(text)} is none of {listed}{near(text, words)}")
        return words[text]

    return Row(into, read, f"one of {listed}", {"enum": list(words)})


def _truth(into: str) -> Row:
    return Row(
        into, lambda value, place: int(as_truth(value, place)), "true or false", TRUTH.schema
    )


def _oids(into: str) -> Row:
    return _list(Row(into, as_oid, "an OID by name or number", OID.schema))


def _named_oids(into: str) -> Row:
    """OIDs that a device has only when its profile names them."""
    named = {row.number: row.name for row, model in modelled() if model.named}
    listed = ", ".join(named.values())

    def read(value: Any, place: ValuePlace) -> int:
        number = as_oid(value, place)
        if number not in named:
            raise place.error(f"{shown(value)} need not be named; these do: {listed}")
        return number

    return _list(Row(into, read, f"one of {listed}", OID.schema))


def latency_row(into: str) -> Row:
    """A duration, or the base and a jitter that is drawn anew each time."""
    within = PROFILE_NUMBERS["latency_ns"]

    def read(value: Any, place: ValuePlace) -> list[int]:
        parts = value if isinstance(value, list) else [value, 0]
        if len(parts) != 2:
            raise place.error(
                f"must be a duration or a pair of base and jitter, not {shown(value)}"
            )
        times_ns = [as_duration(part, place) for part in parts]
        for part, time_ns in zip(parts, times_ns, strict=True):
            if time_ns not in within:
                raise place.error(f"{shown(part)} is longer than {within.highest} ns")
        return times_ns

    words = f"a duration or base and jitter, each at most {within.highest} ns"
    pair = {**list_schema(DURATION.schema, 2), "minItems": 2}
    return Row(into, read, words, {"anyOf": [DURATION.schema, pair]})


def _bits(into: str, values: str) -> Row:
    """Members of an enumeration as bits: member N is bit N."""

    def read(value: Any, place: ValuePlace) -> int:
        total = 0
        for number, entry in enumerate(as_list(value, place), 1):
            total |= 1 << as_member(values, entry, place.inside(f"entry {number}"))
        return as_within(total, place, PROFILE_NUMBERS[into])

    words = f"members of {values} in an array"
    return Row(into, read, words, list_schema(ref(values)), values)


DEVICE: dict[str, Row] = {
    "type": _member("device_type"),
    "cellular_class": _member("cellular_class"),
    "cellular_classes": _bits("cellular_class_list", "WWAN_CELLULAR_CLASS"),
    "voice_class": _member("voice_class"),
    "sim_class": _member("sim_class"),
    "sim_classes": _member("sim_class_mask"),
    "data_class": _member("data_class"),
    "data_subclass": _member("data_subclass"),
    "gsm_band_class": _member("gsm_band_class"),
    "cdma_band_class": _member("cdma_band_class"),
    "wcdma_band_class": _member("wcdma_band_class"),
    "lte_bands": _list(_number("lte_bands")),
    "nr_bands": _list(_number("nr_bands")),
    "sms_caps": _member("sms_caps"),
    "control_caps": _member("control_caps"),
    "optional_service_caps": _member("optional_service_caps"),
    "auth_algo_caps": _member("auth_algo_caps"),
    "contexts_active_max": _number("contexts_active_max"),
    "executor_index": _number("executor_index"),
    "custom_data_class": _text("custom_data_class"),
    "custom_band_class": _text("custom_band_class"),
    "device_id": _text("device_id"),
    "manufacturer": _text("manufacturer"),
    "model": _text("model"),
    "firmware": _text("firmware"),
    "hardware_radio": _member("hardware_radio"),
    "software_radio": _member("software_radio"),
    "unsupported": _oids("unsupported"),
    "supported": _named_oids("supported"),
    "port_count": _number("port_count", Range(1, _core.PORT_COUNT_MAX)),
}

DRIVER: dict[str, Row] = {
    "major_version": _number("driver_major_version"),
    "minor_version": _number("driver_minor_version"),
    "caps": _member("driver_caps"),
}

PIN: dict[str, Row] = {
    "mode": _member("mode"),
    "format": _member("pin_format"),
    "length_min": _number("length_min"),
    "length_max": _number("length_max"),
}


def rows_schema(rows: Mapping[str, Row], **more: Schema) -> Schema:
    """A table of rows in JSON Schema, with further keys."""
    return table_schema({**{key: row.schema for key, row in rows.items()}, **more})


def read_table(
    value: Any, rows: Mapping[str, Row], place: ValuePlace, extra: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The keys of a table by the names of the mapping."""
    table = as_table(value, place)
    check_keys(table, (*rows, *extra), place)
    return {
        rows[key].into: rows[key].read(entry, place.inside(key)) for key, entry in table.items()
    }


def _pins(value: Any, place: ValuePlace) -> list[dict[str, int]]:
    table = as_table(value, place)
    check_keys(table, PIN_DESCRIPTIONS, place)
    return [read_table(table.get(name, {}), PIN, place.inside(name)) for name in PIN_DESCRIPTIONS]


def _pins_schema() -> Schema:
    return table_schema(dict.fromkeys(PIN_DESCRIPTIONS, rows_schema(PIN)))


SIM: dict[str, Row] = {
    "state": _member("sim_state"),
    "service_activated": _truth("service_activated"),
    "emergency_mode": _member("emergency_mode"),
    "subscriber_id": _text("subscriber_id"),
    "iccid": _text("sim_iccid"),
    "telephone_numbers": _list(_text("telephone_numbers"), _core.TELEPHONE_NUMBER_COUNT_MAX),
    "pin1": _text("pin1"),
    "puk1": _text("puk1"),
    "pin2": _text("pin2"),
    "pin1_attempts": _number("pin1_attempts"),
    "puk1_attempts": _number("puk1_attempts"),
    "pin1_enabled": _truth("pin1_enabled"),
    "pins": Row("pins", _pins, "a table of WWAN_PIN_LIST", _pins_schema()),
}

NETWORK: dict[str, Row] = {
    "register_mode": _member("register_mode"),
    "registration_flags": _member("registration_flags"),
    "auto_attach": _truth("auto_attach"),
    "names_partners": _truth("names_partners"),
    "rssi": _number("rssi"),
    "error_rate": _number("error_rate"),
    "rssi_interval_s": _number("rssi_interval_s"),
    "rssi_threshold": _number("rssi_threshold"),
    "link_speed_up_bit_s": _number("link_speed_up"),
    "link_speed_down_bit_s": _number("link_speed_down"),
    "frequency_range": _member("frequency_range"),
    "tracking_area_code": _number("tracking_area_code"),
    "mcc": _number("mcc"),
    "mnc": _number("mnc"),
}

PROVIDER: dict[str, Row] = {
    "id": _text("provider_id"),
    "name": _text("provider_name"),
    "roaming_text": _text("roaming_text"),
    "state": _member("provider_state"),
    "data_class": _member("data_class"),
    "cellular_class": _member("cellular_class"),
    "rssi": _number("rssi"),
    "error_rate": _number("error_rate"),
    "kind": word_row("kind", PROVIDER_KINDS),
    "visible": _truth("visible"),
    "reject_cause": _number("reject_cause"),
    "emergency_only": _truth("emergency_only"),
}

CONTEXT: dict[str, Row] = {
    "id": _number("context_id"),
    "type": _member("context_type"),
    "access_string": _text("access_string"),
    "user_name": _text("user_name"),
    "password": _text("password"),
    "compression": _member("compression"),
    "auth_type": _member("auth_type"),
    "ip_type": _member("ip_type"),
    "disabled": _truth("disabled"),
    "roaming": _member("roaming"),
    "media_type": _member("media_type"),
    "source": _member("source"),
}

ACCESS: dict[str, Row] = {
    "accepted": _list(_text("accepted_access_strings"), _core.PROVISIONED_COUNT_MAX),
    "default": _text("default_access_string"),
    "unknown_cause": _number("unknown_access_cause"),
    "credentials_required": _truth("credentials_required"),
    "user_name": _text("user_name"),
    "password": _text("password"),
}

ADDRESS: dict[str, Row] = {
    "ipv4_address": _ip("ipv4_address", 4),
    "ipv4_gateway": _ip("ipv4_gateway", 4),
    "ipv4_dns": _ip("ipv4_dns", 4),
    "ipv4_prefix_length": _number("ipv4_prefix_length"),
    "ipv6_address": _ip("ipv6_address", 6),
    "ipv6_gateway": _ip("ipv6_gateway", 6),
    "ipv6_dns": _ip("ipv6_dns", 6),
    "ipv6_prefix_length": _number("ipv6_prefix_length"),
    "mtu": _number("mtu"),
}

PCO: dict[str, Row] = {
    "type": _member("pco_type"),
    "octets": _octets("octets"),
}

SERVICE: dict[str, Row] = {
    "guid": Row("guid", as_guid, "a GUID", TEXT.schema),
    "session_capability": _member("session_capability"),
    "session_instances_max": _number("session_instances_max"),
    "events": _truth("events"),
    "commands": _list(_number("commands"), _core.SERVICE_COMMAND_COUNT_MAX),
}

SERVICES: dict[str, Row] = {
    "command_data_size_max": _number(
        "command_data_size_max", Range(0, _core.SERVICE_DATA_SIZE_MAX)
    ),
    "session_data_size_max": _number(
        "session_data_size_max", Range(0, _core.SERVICE_DATA_SIZE_MAX)
    ),
    "session_count_max": _number("session_count_max", Range(0, _core.SESSION_COUNT_MAX)),
}

TIMING: dict[str, Row] = {
    "completion": latency_row("completion_latency_ns"),
    "registration": latency_row("registration_latency_ns"),
    "ready": latency_row("ready_latency_ns"),
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

#: The keys of every table that has a list of them, by the table's name.
TABLES: dict[str, dict[str, Row]] = {
    **PLAIN_TABLES,
    **{name: rows for name, (_, rows) in NESTED_TABLES.items()},
    **{name: rows for name, (_, rows, _) in ARRAYS.items()},
    "sim.pins": PIN,
}

TOP = ("description", "extends", "structures", "timing", *PLAIN_TABLES, *NESTED_TABLES, *ARRAYS)
