"""Profiles: TOML that says what an emulated device is made of, as the engine's plain mapping.

docs/profiles.md shows every table by example. A row below is one key of a table: how its value is
read and the name it has in the mapping that `wwanreplay._core.Profile` takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
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
    find_text,
    parse,
    shipped_names,
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
    spelled,
    table_schema,
    text_schema,
)
from wwanreplay.errors import UsageError, shown
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.engine_table import model_oids, modelled
from wwanreplay.protocol.profile_ranges import PROFILE_NUMBERS, PROFILE_SIZES
from wwanreplay.protocol.releases import STRUCTURES, release_of_mapping
from wwanreplay.protocol.schema import FlagSet, Range
from wwanreplay.protocol.tables import near

PACKAGE = "wwanreplay.profiles"
EXTENDS_DEPTH_MAX = 8


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


def _word(into: str, words: Mapping[str, int]) -> Row:
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


def _latency(into: str) -> Row:
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


def _rows_schema(rows: Mapping[str, Row], **more: Schema) -> Schema:
    """A table of rows in JSON Schema, with further keys."""
    return table_schema({**{key: row.schema for key, row in rows.items()}, **more})


def _pins(value: Any, place: ValuePlace) -> list[dict[str, int]]:
    table = as_table(value, place)
    check_keys(table, PIN_DESCRIPTIONS, place)
    return [_read_table(table.get(name, {}), PIN, place.inside(name)) for name in PIN_DESCRIPTIONS]


def _pins_schema() -> Schema:
    return table_schema(dict.fromkeys(PIN_DESCRIPTIONS, _rows_schema(PIN)))


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
    "kind": _word("kind", PROVIDER_KINDS),
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
    "completion": _latency("completion_latency_ns"),
    "registration": _latency("registration_latency_ns"),
    "ready": _latency("ready_latency_ns"),
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


@dataclass(frozen=True)
class DeviceProfile:
    """A profile that was read: its name, its description, and the engine's plain mapping.

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
        """The release that the miniport was made for, by its number in the mapping."""
        return release_of_mapping(self.mapping).number


def value_rows() -> Iterator[tuple[str, str]]:
    """(key with its table, its possible values in words) of every key of a profile, in order."""
    yield "structures", _word("structures", STRUCTURES).text
    for name, rows in PLAIN_TABLES.items():
        yield from ((f"[{name}] {key}", row.text) for key, row in rows.items() if row.text)
        if name == "sim":
            yield from ((f"[sim.pins] NAME.{key}", row.text) for key, row in PIN.items())
    yield from ((f"[home] {key}", row.text) for key, row in PROVIDER.items())
    for name, (_, rows, limit) in ARRAYS.items():
        yield f"[[{name}]]", f"at most {limit}"
        if rows is not PROVIDER:
            yield from ((f"[[{name}]] {key}", row.text) for key, row in rows.items())
    yield from ((f"[timing] {key}", row.text) for key, row in TIMING.items())


def profile_schema() -> Schema:
    """JSON Schema of a profile."""
    delays = {
        "type": "object",
        "propertyNames": OID.schema,
        "additionalProperties": _latency("latencies_ns").schema,
    }
    shipped = {"pattern": f"^({spelled(shipped_names(PACKAGE))})$"}
    extends = {"type": "string", "anyOf": [shipped, {"pattern": r"\.toml$"}]}
    tables: dict[str, Schema] = {
        "description": TEXT.schema,
        "extends": extends,
        "structures": _word("structures", STRUCTURES).schema,
        "timing": _rows_schema(TIMING, operations=delays, queries=delays),
        **{name: _rows_schema(rows) for name, rows in PLAIN_TABLES.items()},
        **{name: _rows_schema(rows) for name, (_, rows) in NESTED_TABLES.items()},
        **{
            name: list_schema(_rows_schema(rows), limit)
            for name, (_, rows, limit) in ARRAYS.items()
        },
    }
    return table_schema({name: tables[name] for name in TOP})


@cache
def shipped_profiles() -> Mapping[str, str]:
    """The shipped profiles by name, with their descriptions."""
    profiles = {name: load_profile(name).description for name in shipped_names(PACKAGE)}
    return MappingProxyType(profiles)


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
    tables = _resolved(parse(text, file), ValuePlace(file), beside, [file])
    place = ValuePlace(file)
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
    tables: dict[str, Any], place: ValuePlace, beside: Path | None, seen: list[str]
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
    return _laid_over(_resolved(parse(text, file), ValuePlace(file), folder, [*seen, file]), tables)


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Tables key by key; arrays and values of `above` replace those below as a whole."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        both = isinstance(value, dict) and isinstance(old, dict)
        merged[key] = _laid_over(old, value) if both and isinstance(old, dict) else value
    return merged


def read_mapping(tables: Mapping[str, Any], place: ValuePlace) -> dict[str, Any]:
    """The engine's mapping of resolved tables."""
    mapping: dict[str, Any] = {}
    if "structures" in tables:
        row = _word("structures", STRUCTURES)
        mapping[row.into] = row.read(tables["structures"], place.inside("structures"))
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


def _read_timing(value: Any, place: ValuePlace) -> dict[str, Any]:
    table = dict(as_table(value, place))
    mapping: dict[str, Any] = {}
    for key, into in (("operations", "latencies_ns"), ("queries", "query_latencies_ns")):
        where = place.inside(key)
        delays = _latency(into)
        latencies = {}
        for name, latency in as_table(table.pop(key, {}), where).items():
            inside = where.inside(name)
            oid = as_oid(name, where)
            if oid not in model_oids():
                raise inside.error("the emulated device has no such OID")
            latencies[oid] = delays.read(latency, inside)
        if latencies:
            mapping[into] = latencies
    return _read_table(table, TIMING, place, extra=("operations", "queries")) | mapping


def _read_table(
    value: Any, rows: Mapping[str, Row], place: ValuePlace, extra: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The keys of a table by the names of the mapping."""
    table = as_table(value, place)
    check_keys(table, (*rows, *extra), place)
    return {
        rows[key].into: rows[key].read(entry, place.inside(key)) for key, entry in table.items()
    }
