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
from typing import Any

from wwanreplay import _core
from wwanreplay.devices.profile_rows import (
    ARRAYS,
    NESTED_TABLES,
    PIN,
    PLAIN_TABLES,
    PROVIDER,
    TIMING,
    TOP,
    latency_row,
    read_table,
    rows_schema,
    word_row,
)
from wwanreplay.devices.toml import (
    ValuePlace,
    as_list,
    as_oid,
    as_table,
    as_text,
    check_keys,
    find_text,
    parse,
    shipped_names,
)
from wwanreplay.devices.values import (
    OID,
    TEXT,
    Schema,
    list_schema,
    spelled,
    table_schema,
)
from wwanreplay.errors import UsageError
from wwanreplay.protocol.engine_table import model_oids
from wwanreplay.protocol.releases import STRUCTURES, release_of_mapping

PACKAGE = "wwanreplay.profiles"
EXTENDS_DEPTH_MAX = 8


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
    yield "structures", word_row("structures", STRUCTURES).text
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
        "additionalProperties": latency_row("latencies_ns").schema,
    }
    shipped = {"pattern": f"^({spelled(shipped_names(PACKAGE))})$"}
    extends = {"type": "string", "anyOf": [shipped, {"pattern": r"\.toml$"}]}
    tables: dict[str, Schema] = {
        "description": TEXT.schema,
        "extends": extends,
        "structures": word_row("structures", STRUCTURES).schema,
        "timing": rows_schema(TIMING, operations=delays, queries=delays),
        **{name: rows_schema(rows) for name, rows in PLAIN_TABLES.items()},
        **{name: rows_schema(rows) for name, (_, rows) in NESTED_TABLES.items()},
        **{
            name: list_schema(rows_schema(rows), limit) for name, (_, rows, limit) in ARRAYS.items()
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
        row = word_row("structures", STRUCTURES)
        mapping[row.into] = row.read(tables["structures"], place.inside("structures"))
    for name, rows in PLAIN_TABLES.items():
        mapping.update(read_table(tables.get(name, {}), rows, place.inside(f"[{name}]")))
    for name, (into, rows) in NESTED_TABLES.items():
        if name in tables:
            mapping[into] = read_table(tables[name], rows, place.inside(f"[{name}]"))
    for name, (into, rows, limit) in ARRAYS.items():
        if name in tables:
            where = place.inside(f"[[{name}]]")
            mapping[into] = [
                read_table(entry, rows, where.inside(str(number)))
                for number, entry in enumerate(as_list(tables[name], where, limit), 1)
            ]
    mapping.update(_read_timing(tables.get("timing", {}), place.inside("[timing]")))
    return mapping


def _read_timing(value: Any, place: ValuePlace) -> dict[str, Any]:
    table = dict(as_table(value, place))
    mapping: dict[str, Any] = {}
    for key, into in (("operations", "latencies_ns"), ("queries", "query_latencies_ns")):
        where = place.inside(key)
        delays = latency_row(into)
        latencies = {}
        for name, latency in as_table(table.pop(key, {}), where).items():
            inside = where.inside(name)
            oid = as_oid(name, where)
            if oid not in model_oids():
                raise inside.error("the emulated device has no such OID")
            latencies[oid] = delays.read(latency, inside)
        if latencies:
            mapping[into] = latencies
    return read_table(table, TIMING, place, extra=("operations", "queries")) | mapping
