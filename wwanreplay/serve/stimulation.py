"""What somebody does to a served modem: stimuli, lifecycle events and power, from words or scripts.

The names are those of scripts: of the stimulus rows and their shorthands, of lifecycle events, and
`power` with the field `State`. `-` and `_` are the same in names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from wwanreplay._core import Event, Kind
from wwanreplay.devices.stimuli import field_paths, fields_text, find_stimulus, stimulus_names
from wwanreplay.devices.toml import ValuePlace
from wwanreplay.errors import UsageError, shown
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.tables import near
from wwanreplay.script import LIFECYCLES, Script, Step, check_buffers, read_step, step_payload
from wwanreplay.words import meant

POWER: Final = "power"
_POWER_STATES: Final = "NDIS_DEVICE_POWER_STATE"
_SHORT_STATES: Final = ("D0", "D1", "D2", "D3")
#: What of a script somebody beside the host can do.
_ACTIONS: Final = ("stimulus", "lifecycle", "power", "wait")
_HOST_ACTIONS: Final = ("query", "set", "method", "cancel")


def names() -> tuple[str, ...]:
    """Every name that `step_of` knows."""
    return (*stimulus_names(), *LIFECYCLES, POWER)


def description_of(name: str) -> str:
    """What a name stands for: its fields, the stimulus of a shorthand, a lifecycle event."""
    if name in LIFECYCLES:
        return "a lifecycle event"
    if name == POWER:
        return f"State ({' | '.join(_states())}), or short D0 to D3"
    stimulus, values = find_stimulus(name, {}, ValuePlace("stimulate"))
    if stimulus == name:
        return fields_text(name)
    return " ".join((stimulus, *(f"{field}={value}" for field, value in values.items())))


def _find(name: str, place: ValuePlace) -> str:
    found = meant(name, names())
    if found is None:
        raise place.error(f"nothing is called {shown(name)}{near(name, names())}")
    return found


def step_of(name: str, fields: Mapping[str, Any], structures: int, *, port: int = 0) -> Step:
    """The step that a name with fields stands for, checked.

    UsageError in one line: the names most like a wrong one, or what a field may be.
    """
    place = ValuePlace("stimulate")
    found = _find(name, place)
    inside = place.inside(found)
    if found in LIFECYCLES:
        _no_fields(fields, (), inside)
        return read_step({"lifecycle": found}, inside)
    if found == POWER:
        fields = _as_listed(fields, ("State",))
        _no_fields(fields, ("State",), inside)
        if "State" not in fields:
            raise inside.error(f"needs State, one of {', '.join(_states())}")
        state = _power_state(fields["State"])
        if isinstance(state, str) and state not in _states():
            raise inside.error(f"State: {shown(state)} is no state; one of {', '.join(_states())}")
        return read_step({"power": state}, inside)
    stimulus = find_stimulus(found, {}, place)[0]
    fields = _as_listed(fields, field_paths(stimulus))
    step = read_step({"stimulus": found, "values": fields, "port": port}, inside)
    try:
        step_payload(step, structures)
    except UsageError as error:
        raise inside.error(f"{_reason(error, stimulus)}; has {fields_text(stimulus)}") from None
    return step


def _reason(error: UsageError, stimulus: str) -> str:
    """What is wrong with a field, without what the place of the error says already."""
    text = re.sub(r"^stimulate: \S+ ", "", str(error))
    struct = PROTOCOL.stimulus(stimulus).struct
    text = re.sub(rf"^{struct}( L\d+: |\.)", "", text)
    return text.removeprefix(f"{stimulus}: ").partition("; raw bytes")[0]


def _as_listed(fields: Mapping[str, Any], known: Iterable[str]) -> dict[str, Any]:
    """The fields by the names that are known, where they are meant."""
    names = list(known)
    return {meant(name, names) or name: value for name, value in fields.items()}


def _no_fields(fields: Mapping[str, Any], known: Iterable[str], place: ValuePlace) -> None:
    for name in fields:
        if name not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            raise place.error(f"no field {shown(name)}; {has}")


def _states() -> list[str]:
    return [member.name for member in PROTOCOL.enum(_POWER_STATES).members]


def power_states() -> list[str]:
    """What `State` of `power` may be, in short."""
    return list(_SHORT_STATES)


def _power_state(text: Any) -> Any:
    """A member's name; `D3` is short for it."""
    return f"NdisDeviceState{text.upper()}" if str(text).upper() in _SHORT_STATES else text


def fields_of(words: Iterable[str]) -> dict[str, str]:
    """The fields of `field=value` words; UsageError for a word that is none."""
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise UsageError(f"stimulate: {shown(word)} is no field=value")
        if name in found:
            raise UsageError(f"stimulate: {name} is given twice")
        found[name] = value
    return found


def event_of(step: Step, structures: int) -> Event:
    """The input of a device that a step is; its time is to be set."""
    if step.action == "lifecycle":
        return Event(Kind.KIND_LIFECYCLE, 0, code=step.subject)
    port, payload = step.options.get("port", 0), step_payload(step, structures)
    if step.action == "power":
        code = PROTOCOL.oid("OID_PNP_SET_POWER").number or 0
        size = len(payload)
        return Event(Kind.KIND_SET, 0, port=port, code=code, payload=payload, capacity=size)
    code = PROTOCOL.stimulus(step.subject).number
    return Event(Kind.KIND_STIMULUS, 0, port=port, code=code, payload=payload)


def timed_events(script: Script, structures: int) -> list[tuple[int, Event]]:
    """(time from the beginning in ns, input) of the steps of a script, in order.

    UsageError for steps that a host does, and for waits for answers: the host is somebody else.
    """
    check_buffers(script, structures)
    return [(time_ns, event_of(step, structures)) for time_ns, step in timed_steps(script)]


def timed_steps(script: Script) -> list[tuple[int, Step]]:
    """(time from the beginning in ns, step) of what a script does; see `timed_events`."""
    now_ns, found = 0, []
    for step in script.steps:
        if step.action in _HOST_ACTIONS or step.until_idle or step.subject == "idle":
            what = step.action if step.action in _HOST_ACTIONS else "waiting for answers"
            raise step.place.error(
                f"{what} is the host's; stimuli to a served modem are {', '.join(_ACTIONS)}"
            )
        if step.at_ns is not None:
            now_ns = max(now_ns, step.at_ns)
        else:
            now_ns += step.after_ns or 0
        if step.action == "wait":
            now_ns += step.subject
        elif step.action != "note":
            found.append((now_ns, step))
    return found


def named(step: Step) -> tuple[str, dict[str, Any]]:
    """The name and the fields with which `step_of` makes a step again."""
    if step.action == "lifecycle":
        return next(name for name, number in LIFECYCLES.items() if number == step.subject), {}
    if step.action == "power":
        return POWER, {"State": step.subject}
    if "payload_hex" in step.options:
        raise step.place.error("bytes of a stimulus cannot be given by name; name its fields")
    return step.subject, step.options.get("values", {})
