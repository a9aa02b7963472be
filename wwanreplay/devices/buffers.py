"""Buffers of requests and stimuli from named fields, in the form of one Windows release.

Fields are named by their path in the structure or by the end of it: `ConnectionId` stands for
`SetContextState.ConnectionId` where no other field ends so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from wwanreplay.devices.toml import ValuePlace, as_address, as_duration
from wwanreplay.errors import UsageError, shown
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.protocol.plan import plan_of
from wwanreplay.protocol.ranges import members
from wwanreplay.protocol.releases import DEFAULT, release_of_number
from wwanreplay.protocol.schema import Field, Oid, Range
from wwanreplay.protocol.tables import NEAR_SIZE_MAX, near

DEFAULT_STRUCTURES = DEFAULT.number

# Fields of a stimulus that a script may leave out, with their values.
STIMULUS_DEFAULTS: dict[str, dict[str, Any]] = {
    "coverage": {"ProviderIndex": 0xFFFFFFFF},
    "outcome": {"Count": 1},
    "latency": {"Count": 1, "CompletionDelayNs": -1},
}

Form = tuple[str, str, int]  # structure, layout id, revision


@cache
def newest_form(names: tuple[str, ...], structures: int) -> Form | None:
    """The newest of these structures that a release knows, or None."""
    release = release_of_number(structures)
    forms = [(name, PROTOCOL.structure(name).form(release)) for name in names]
    known = [(name, *form) for name, form in forms if form is not None]
    return known[-1] if known else None


def input_form(oid: Oid, operation: str, structures: int) -> Form | None:
    """The newest input of a query or set that hosts of a release know; None when it has none."""
    names = oid.query_input if operation == "query" else oid.set_input
    return newest_form(names, structures)


def encode_structure(name: str, structures: int, values: Mapping[str, Any]) -> bytes:
    """A structure in the newest form of a release, or in its newest of all if it has none."""
    form = newest_form((name,), structures)
    row = PROTOCOL.structure(name)
    layout = form[1] if form else row.layouts[-1].id
    return encode(
        name,
        dict(resolve_names(values, _paths_of(name, layout), name)),
        layout=layout if form else None,
        revision=form[2] if form and row.revisions else None,
    )


def encode_request(
    oid: Oid,
    operation: str,
    structures: int,
    values: Mapping[str, Any] | None,
    *,
    structure: str | None = None,
    layout: str | None = None,
    revision: int | None = None,
) -> bytes:
    """The InformationBuffer of a request; what `values` does not name is zero.

    The structure is the OID's own in the form of the release, without the members that this form
    lacks, unless structure, layout or revision say otherwise. A request without an input gives an
    empty buffer. UsageError with structure and field.
    """
    form = input_form(oid, operation, structures)
    if structure is None and form is None:
        names = oid.query_input if operation == "query" else oid.set_input
        if not names:
            if values:
                raise UsageError(f"a {operation} of {oid.name} takes no fields")
            return b""
        if values is None and layout is None and revision is None:
            return b""
        structure = names[-1]
    if structure is None and form is not None:
        structure = form[0]
        if layout is None and revision is None:
            layout, revision = form[1], form[2]
    assert structure is not None
    row = PROTOCOL.structure(structure)
    layout_id = layout or row.layouts[-1].id
    paths = _paths_of(structure, layout_id)
    if form is not None and (layout, revision) == form[1:]:
        # A host of an earlier release leaves out what its form of the structure lacks.
        every = tuple(
            dict.fromkeys(p for each in row.layouts for p in _paths_of(structure, each.id))
        )
        given = dict(resolve_names(values or {}, every, structure))
        values = {path: given[path] for path in given if path in paths or path not in every}
    return encode(
        structure,
        dict(resolve_names(values or {}, paths, structure)),
        layout=layout,
        revision=revision if row.revisions else None,
    )


def encode_stimulus(name: str, values: Mapping[str, Any] | None, place: ValuePlace) -> bytes:
    """The payload of a stimulus; durations, addresses as text and defaults are understood."""
    stimulus = PROTOCOL.stimulus(name)
    layout = PROTOCOL.structure(stimulus.struct).layouts[-1]
    paths = _paths_of(stimulus.struct, layout.id)
    if values is not None and not isinstance(values, Mapping):
        raise place.error(f"values name fields, not {shown(values)}")
    given = dict(resolve_names(values or {}, paths, name))
    kinds = {field.name: field for field in layout.fields}
    for path, value in given.items():
        field = kinds.get(path)
        if isinstance(value, str) and field is not None:
            if path.endswith("Ns"):
                given[path] = as_duration(value, place.inside(path))
            elif field.kind == "u8" and field.count in (4, 16) and set(value) & {".", ":"}:
                given[path] = as_address(value, place.inside(path), 4 if field.count == 4 else 6)
    payload = encode(stimulus.struct, {**STIMULUS_DEFAULTS.get(name, {}), **given})
    _check_ranges(stimulus.struct, layout.id, payload, given, place)
    return payload


def _check_ranges(
    structure: str, layout_id: str, payload: bytes, given: Mapping[str, Any], place: ValuePlace
) -> None:
    """UsageError for a value beyond the documented range of its field.

    An environment cannot cause such a value; a script can still send one as raw bytes.
    """
    compiled = plan_of(structure, layout_id).compiled
    for index, leaf in enumerate(PROTOCOL.flat(structure, layout_id).leaves):
        within = range_of(leaf.field)
        if within is not None and leaf.path in given:
            value = compiled.load(payload, 0, index)
            if value not in within:
                raise place.inside(leaf.path).error(
                    f"{value} is not {within.text}; raw bytes may hold any value"
                )


def range_of(field: Field) -> Range | None:
    """The range of a number: its own, or that of its enumeration."""
    if field.within is not None or field.count or field.values not in PROTOCOL.enum_by_name:
        return field.within
    return members(PROTOCOL.enum(field.values))


@cache
def _paths_of(structure: str, layout_id: str) -> tuple[str, ...]:
    return tuple(leaf.path for leaf in PROTOCOL.flat(structure, layout_id).leaves)


def resolve_names(
    values: Mapping[str, Any], paths: Iterable[str], what: str
) -> Iterator[tuple[str, Any]]:
    """(path, value) of nested or dotted names, shortened ones completed.

    Names that no path ends with are passed on: they may name the variable part, and the encoder
    refuses them otherwise. UsageError when a short name could be several fields.
    """
    known = tuple(paths)
    for name, value in flat_names(values):
        if isinstance(value, Mapping):  # an empty one names nothing but itself
            if not any(f".{name}." in f".{path}." for path in known):
                raise UsageError(f"{what}: no field {name}{near(name, known)}")
            continue
        if name in known:
            yield name, value
            continue
        ends = [path for path in known if path.endswith(f".{name}")]
        if len(ends) > 1:
            raise UsageError(f"{what}: {name} could be {' or '.join(ends)}")
        if not ends:
            _refuse_misspelt(name, known, what)
        yield (ends[0] if ends else name), value


def _refuse_misspelt(name: str, paths: Iterable[str], what: str) -> None:
    """UsageError that names the field meant, when the end of a path is nearly this name."""
    if len(name) > NEAR_SIZE_MAX:
        return
    ends = {path.rpartition(".")[2].lower(): path for path in paths}
    alike = get_close_matches(name.rpartition(".")[2].lower(), ends, 1, 0.8)
    if alike:
        raise UsageError(f"{what}: no field {name}; near: {ends[alike[0]]}")


def complete_path(name: str, paths: Iterable[str], what: str) -> str:
    """The one path that is `name` or ends with it; UsageError when there is none or several."""
    known = tuple(paths)
    ((path, _),) = resolve_names({name: None}, known, what)
    if path not in known:
        raise UsageError(f"{what}: no field {name}{near(name, known)}")
    return path


def flat_names(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(dotted name, value) of nested mappings; one that is empty is a value."""
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from flat_names(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
