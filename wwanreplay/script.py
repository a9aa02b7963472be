"""Scripts: TOML with the requests to a device, the changes of its environment, and their times.

A script is a list of steps. docs/scripts.md shows every kind by example. Steps are checked when the
script is read, buffers included, so that a session never ends in the middle because of a misspelt
field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from wwanreplay._core import Lifecycle
from wwanreplay.devices.buffers import encode_request, encode_stimulus
from wwanreplay.devices.field_schemas import field_definitions, requests_schema, stimuli_schema
from wwanreplay.devices.profile import load_profile
from wwanreplay.devices.stimuli import find_stimulus
from wwanreplay.devices.toml import (
    ValuePlace,
    as_duration,
    as_list,
    as_member,
    as_number,
    as_table,
    as_text,
    as_truth,
    check_keys,
    find_text,
    parse,
    shipped_names,
)
from wwanreplay.devices.values import (
    DURATION,
    OCTETS,
    OID,
    TABLE,
    TEXT,
    TRUTH,
    WIDE,
    Schema,
    Value,
    list_schema,
    ref,
    table_schema,
    whole_number,
)
from wwanreplay.errors import LimitError, UsageError, shown
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.tables import near

PACKAGE = "wwanreplay.scripts"
STEP_COUNT_MAX = 100_000
REPEAT_DEPTH_MAX = 8
PACE_NS = 10_000_000
LINGER_NS = 1_000_000_000

REQUESTS = ("query", "set", "method")
ACTIONS = (*REQUESTS, "cancel", "stimulus", "lifecycle", "power", "wait", "note")
TIME_KEYS = ("at", "after", "until_idle")
TOP = ("description", "profile", "seed", "pace", "linger", "step")

LIFECYCLES = {member.name.removeprefix("LIFECYCLE_").lower(): int(member) for member in Lifecycle}

# How each key is read, by its name; `power` and `lifecycle` take names of their own.
_BYTE = whole_number(255)
OPTION_VALUES: dict[str, Value] = {
    "values": TABLE,
    "payload_hex": OCTETS,
    "structure": TEXT,
    "layout": TEXT,
    "revision": _BYTE,
    "request_id": WIDE,
    "handle": WIDE,
    "port": whole_number(),
    "client": whole_number(),
    "capacity": whole_number(),
    "label": TEXT,
}
TIME_VALUES: dict[str, Value] = {"at": DURATION, "after": DURATION, "until_idle": TRUTH}
# Keys that do not go together.
_APART = (("at", "after"), ("values", "payload_hex"))
TOP_VALUES: dict[str, Value] = {
    "description": TEXT,
    "profile": TEXT,
    "seed": WIDE,
    "pace": DURATION,
    "linger": DURATION,
}


def _lifecycle(value: Any, place: ValuePlace) -> int:
    text = as_text(value, place)
    if text not in LIFECYCLES:
        raise place.error(
            f"{shown(text)} is none of {', '.join(LIFECYCLES)}{near(text, LIFECYCLES)}"
        )
    return LIFECYCLES[text]


# What an action is done to, as the recorder takes it.
SUBJECTS: dict[str, Value] = {
    **dict.fromkeys(REQUESTS, OID),
    "cancel": Value(
        lambda value, place: value if isinstance(value, str) else WIDE.read(value, place),
        {"anyOf": [TEXT.schema, WIDE.schema]},
    ),
    "stimulus": Value(
        lambda value, place: find_stimulus(as_text(value, place), {}, place)[0], ref("stimulus")
    ),
    "lifecycle": Value(_lifecycle, {"enum": list(LIFECYCLES)}),
    "power": Value(
        lambda value, place: as_member("NDIS_DEVICE_POWER_STATE", value, place),
        ref("NDIS_DEVICE_POWER_STATE"),
    ),
    "wait": Value(
        lambda value, place: "idle" if value == "idle" else as_duration(value, place),
        {"anyOf": [{"const": "idle"}, DURATION.schema]},
    ),
    "note": TEXT,
}

# The keys that an action takes besides its own name and the time.
OPTIONS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        REQUESTS,
        (
            "values",
            "payload_hex",
            "structure",
            "layout",
            "revision",
            "request_id",
            "handle",
            "port",
            "client",
            "capacity",
            "label",
        ),
    ),
    "cancel": ("port",),
    "stimulus": ("values", "payload_hex", "port"),
    "lifecycle": (),
    "power": ("port",),
    "wait": (),
    "note": (),
}


@dataclass(frozen=True)
class Step:
    """One step: what is done, to what, when, and where in the file it stands.

    `at_ns` counts from the start of the session; a session that is late does the step at once.
    `after_ns` counts from the step before or, with `until_idle`, from the moment when every request
    has been answered.
    """

    action: str
    subject: Any
    place: ValuePlace
    at_ns: int | None = None
    after_ns: int | None = None
    until_idle: bool = False
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Script:
    """A script that was read."""

    name: str
    steps: tuple[Step, ...]
    profile: str = "lte-home"
    description: str = ""
    seed: int = 0
    pace_ns: int = PACE_NS
    linger_ns: int = LINGER_NS


@cache
def shipped_scripts() -> Mapping[str, Script]:
    """The shipped scripts by name."""
    return MappingProxyType({name: load_script(name) for name in shipped_names(PACKAGE)})


def load_script(name: str) -> Script:
    """The shipped script of that name, or the one in a file, whose name ends in `.toml`."""
    text, file = find_text(name, PACKAGE, "script")
    return parse_script(text, Path(name).name.removesuffix(".toml"), file=file)


def parse_script(text: str, name: str, *, file: str | None = None) -> Script:
    """The script of a TOML text; UsageError with file, step and field for anything wrong."""
    place = ValuePlace(file or f"{name}.toml")
    tables = parse(text, place.file)
    check_keys(tables, TOP, place)
    top = {
        key: value.read(tables[key], place.inside(key))
        for key, value in TOP_VALUES.items()
        if key in tables
    }
    profile = top.get("profile", "lte-home")
    steps = list(_steps(tables.get("step", []), place, "step", 0))
    if not steps:
        raise place.error("has no [[step]]")
    script = Script(
        name,
        tuple(steps),
        profile,
        top.get("description", ""),
        top.get("seed", 0),
        top.get("pace", PACE_NS),
        top.get("linger", LINGER_NS),
    )
    try:
        structures = load_profile(profile).structures
    except UsageError as error:
        raise place.inside("profile").error(str(error)) from None
    check_times(script)
    check_buffers(script, structures)
    return script


def check_times(script: Script) -> None:
    """UsageError for the first step whose `at` lies before that of a step above it."""
    latest_ns = 0
    for step in script.steps:
        if step.at_ns is not None:
            if step.at_ns < latest_ns:
                raise step.place.error(
                    f"at {step.at_ns} ns lies before a step above, at {latest_ns} ns"
                )
            latest_ns = step.at_ns


def check_buffers(script: Script, structures: int) -> None:
    """Encode every buffer once, in the form of a generation; UsageError for the first wrong one."""
    labels: set[str] = set()
    for step in script.steps:
        if step.action in (*REQUESTS, "stimulus", "power"):
            step_payload(step, structures)
        label = step.options.get("label")
        if label is not None:
            labels.add(label)
        if step.action == "cancel" and isinstance(step.subject, str) and step.subject not in labels:
            raise step.place.error(f"no step before is labelled {step.subject!r}")


def step_payload(step: Step, structures: int) -> bytes:
    """The buffer of a request, power request or stimulus."""
    options = step.options
    if "payload_hex" in options:
        octets: bytes = options["payload_hex"]
        return octets
    if step.action == "power":
        return int(step.subject).to_bytes(4, "little")
    values = options.get("values")
    try:
        if step.action == "stimulus":
            return encode_stimulus(step.subject, values, step.place)
        oid = PROTOCOL.oid_by_number.get(step.subject)
        if oid is None:
            if values:
                raise step.place.error("an unknown OID takes no fields, give payload_hex")
            return b""
        return encode_request(
            oid,
            step.action,
            structures,
            values,
            structure=options.get("structure"),
            layout=options.get("layout"),
            revision=options.get("revision"),
        )
    except UsageError as error:
        text = str(error)
        raise (error if text.startswith(step.place.file) else step.place.error(text)) from None


def _steps(value: Any, place: ValuePlace, name: str, depth: int) -> Iterator[Step]:
    """The steps of an array, repetitions spread out."""
    if depth > REPEAT_DEPTH_MAX:
        raise LimitError(f"{place.file}: {place.where}: repeats inside repeats", depth, 8)
    count = 0
    for number, entry in enumerate(as_list(value, place.inside(name)), 1):
        where = f"{name} {number}"
        inside = ValuePlace(place.file, f"{place.where}.{number}" if depth else where)
        table = as_table(entry, inside)
        for step in _entry(table, inside, depth):
            count += 1
            if count > STEP_COUNT_MAX:
                raise LimitError(f"{place.file}: steps", count, STEP_COUNT_MAX)
            yield step


def _entry(table: dict[str, Any], place: ValuePlace, depth: int) -> Iterator[Step]:
    if "repeat" in table:
        check_keys(table, ("repeat", "steps"), place)
        times = as_number(table["repeat"], place.inside("repeat"), STEP_COUNT_MAX)
        inner = list(_steps(table.get("steps", []), place, "steps", depth + 1))
        if not inner:
            raise place.error("repeats no steps")
        for _ in range(times):
            yield from inner
        return
    yield read_step(table, place)


def read_step(table: dict[str, Any], place: ValuePlace) -> Step:
    """The step of one table, which repeats nothing; UsageError for anything wrong."""
    actions = [action for action in ACTIONS if action in table]
    if len(actions) != 1:
        for key in table:
            if key not in (*ACTIONS, *TIME_KEYS) and not any(key in o for o in OPTIONS.values()):
                raise place.error(f"no key {key!r} here{near(key, (*ACTIONS, 'repeat'))}")
        found = " and ".join(actions) if actions else "none"
        raise place.error(f"needs one of {', '.join((*ACTIONS, 'repeat'))}; has {found}")
    action = actions[0]
    check_keys(table, (action, *TIME_KEYS, *OPTIONS[action]), place)
    at, after = table.get("at"), table.get("after")
    if at is not None and after is not None:
        raise place.error("has both at and after")
    return Step(
        action,
        SUBJECTS[action].read(table[action], place.inside(action)),
        place,
        None if at is None else as_duration(at, place.inside("at")),
        None if after is None else as_duration(after, place.inside("after")),
        as_truth(table.get("until_idle", False), place.inside("until_idle")),
        _options(table, action, place),
    )


def _options(table: dict[str, Any], action: str, place: ValuePlace) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if action == "stimulus":
        implied = find_stimulus(table[action], {}, place)[1]
        if implied and "payload_hex" not in table:
            table = {**table, "values": {**implied, **as_table(table.get("values", {}), place)}}
    for key in OPTIONS[action]:
        if key in table:
            options[key] = OPTION_VALUES[key].read(table[key], place.inside(key))
    if "values" in options and "payload_hex" in options:
        raise place.error("has both values and payload_hex")
    return options


def script_schema() -> Schema:
    """JSON Schema of a script."""
    steps = list_schema(ref("step"))
    times = {key: value.schema for key, value in TIME_VALUES.items()}
    actions = [
        {
            **table_schema(
                {
                    action: SUBJECTS[action].schema,
                    **times,
                    **{key: OPTION_VALUES[key].schema for key in OPTIONS[action]},
                },
                [action],
            ),
            "not": {"anyOf": [{"required": list(pair)} for pair in _APART]},
            **_fields_schema(action),
        }
        for action in ACTIONS
    ]
    repeat = {"repeat": whole_number(STEP_COUNT_MAX).schema, "steps": {**steps, "minItems": 1}}
    repetition = table_schema(repeat, repeat)
    tables = {key: value.schema for key, value in TOP_VALUES.items()}
    tables["step"] = {**steps, "minItems": 1}
    schema = table_schema({name: tables[name] for name in TOP}, ["step"])
    defined = {"step": {"anyOf": [*actions, repetition]}, **field_definitions()}
    return {**schema, "$defs": defined}


def _fields_schema(action: str) -> Schema:
    """Which fields the values of an action may name."""
    if action in REQUESTS:
        return {"allOf": requests_schema(action)}
    return {"allOf": stimuli_schema()} if action == "stimulus" else {}
