"""Write the engine's table of OIDs and stimuli from the rows that say what is modelled.

Three parts of Cython: `engine_oids.pxi` numbers the OIDs of the model, `engine_releases.pxi` the
Windows releases, with the form that each structure has in each; `engine_table.pxi` fills in
how each OID is answered, its structures, and the functions of its subject. The build calls
`engine_parts`; nothing it makes is committed. Imports no compiled code.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from wwanreplay.protocol import general, indications, oids, releases, stimuli
from wwanreplay.protocol.releases import place_of, release_introducing
from wwanreplay.protocol.schema import ListTail, Modelled, Oid, RowError
from wwanreplay.protocol.structs import STRUCTS

WWAN_FIRST = 0x0E010100  # WWAN OIDs are numbered by their distance from the first one
WWAN_COUNT = 0x60  # and general ones behind them by their place
OPERATIONS = ("query", "set")
_ORIGIN = "# Generated from the protocol's rows by wwanreplay/protocol/engine_table.py."


def modelled() -> list[tuple[Oid, Modelled]]:
    """The OIDs that the emulated device has, with how."""
    return [
        (row, row.modelled)
        for row in (*oids.ROWS, *general.OID_ROWS)
        if row.modelled is not None and row.number is not None
    ]


@cache
def model_oids() -> tuple[int, ...]:
    """The numbers of the OIDs that some emulated device has, in the engine's order."""
    places = [(row in general.OID_ROWS, model.place, row.number or 0) for row, model in modelled()]
    return tuple(number for _, _, number in sorted(places))


def mode(row: Oid, model: Modelled, operation: str) -> str:
    """sync, async, or empty where the device does not answer the operation."""
    if model.operations and operation not in model.operations:
        return ""
    found = row.query if operation == "query" else row.set
    if found not in ("", "sync", "async"):
        raise RowError(f"protocol row {row.name}: {operation} is modelled and its mode {found}")
    return found


def introduced(row: Oid) -> int:
    """The place of the release that introduced an OID; 0 for general ones."""
    if row in general.OID_ROWS:
        return 0
    release = release_introducing(row.introduced)
    if release is None:
        raise RowError(f"protocol row {row.name}: is modelled, and introduced names no release")
    return place_of(release.id)


class Input(NamedTuple):
    """A structure that an operation may carry: revision, bytes, and place of its first release."""

    revision: int
    size: int
    since: int


def inputs(row: Oid, model: Modelled, operation: str) -> list[Input]:
    """Every structure that the operation may carry."""
    if not mode(row, model, operation) or operation in model.unread:
        return []
    names = row.query_input if operation == "query" else row.set_input
    found = [
        Input(
            revision.number,
            STRUCTS[name].layout(layout_id).size,
            STRUCTS[name].since(layout_id, revision),
        )
        for name in names
        for revision in STRUCTS[name].revisions
        for layout_id in revision.layouts
    ]
    return found + [
        Input(revision, STRUCTS[name].layout(layout_id).size, STRUCTS[name].since(layout_id))
        for also, name, layout_id, revision in model.also
        if also == operation
    ]


def reports() -> list[str]:
    """Names of the structures that the emulated device sends, with the elements of their lists."""
    named = [
        name
        for row, _ in modelled()
        for name in (*row.query_output, *(n for each in row.completions for n in each.structs))
    ]
    named += [name for row in indications.ROWS if row.unsolicited == "only" for name in row.structs]
    for name in tuple(named):
        tail = STRUCTS[name].tail
        if isinstance(tail, ListTail):
            named += [field.of for _, choices in tail.elements for field in choices if field.of]
    return [name for name in dict.fromkeys(named) if name.startswith(("NDIS_WWAN_", "WWAN_"))]


def engine_parts() -> dict[str, str]:
    """The text of each part by file name."""
    parts = {
        "engine_oids.pxi": _oid_numbers(),
        "engine_releases.pxi": _releases(),
        "engine_table.pxi": _table(),
    }
    return {name: "\n".join([_ORIGIN, *lines]) + "\n" for name, lines in parts.items()}


def _releases() -> Iterator[str]:
    yield "cdef enum:"
    for place, release in enumerate(releases.ROWS):
        yield f"    RELEASE_{release.id.upper()} = {place}"
    yield f"    RELEASE_COUNT = {len(releases.ROWS)}"
    names = reports()
    yield "cdef enum:"
    for place, name in enumerate(names):
        yield f"    FORM_{name} = {place}"
    yield f"    FORM_COUNT = {len(names)}"
    yield "cdef inline uint32_t release_of_structures(uint32_t structures) noexcept nogil:"
    yield '    """The place of the release that a profile names by this number."""'
    for place, release in enumerate(releases.ROWS):
        if release.number and release is not releases.DEFAULT:
            yield f"    if structures == {release.number}:"
            yield f"        return {place}"
    yield f"    return {place_of(releases.DEFAULT.id)}"
    yield "cdef void fill_forms() noexcept nogil:"
    for name in names:
        for place, release in enumerate(releases.ROWS):
            form = STRUCTS[name].form(release)
            if form is not None:
                layout_id, revision = form
                size = STRUCTS[name].layout(layout_id).size
                yield f"    form_fill(FORM_{name}, {place}, {revision}, {size})"


def _oid_numbers() -> Iterator[str]:
    places = {model.place: row.name for row, model in modelled() if row in general.OID_ROWS}
    if sorted(places) != list(range(sum(row in general.OID_ROWS for row, _ in modelled()))):
        raise RowError("protocol rows: general OIDs of the model are not numbered 0, 1, 2 …")
    yield "cdef inline int oid_index(uint32_t oid) noexcept nogil:"
    yield '    """A small number for an OID that may be modelled; -1 for any other."""'
    yield f"    if oid >= {WWAN_FIRST:#x}u and oid < {WWAN_FIRST + WWAN_COUNT:#x}u:"
    yield f"        return <int>(oid - {WWAN_FIRST:#x}u)"
    for place, name in sorted(places.items()):
        yield f"    if oid == {name}:"
        yield f"        return {WWAN_COUNT + place}"
    yield "    return -1"


def _table() -> Iterator[str]:
    yield "cdef void take_oid_rows() noexcept nogil:"
    yield "    cdef oid_row_t* row"
    for row, model in modelled():
        yield from _oid_lines(row, model)
    yield "cdef void take_stimulus_rows() noexcept nogil:"
    for stimulus in stimuli.ROWS:
        name = stimulus.name
        yield (
            f"    stimulus_row(STIMULUS_{name.upper()}, {stimulus.struct}_L1_SIZE, stimulus_{name})"
        )


def _oid_lines(row: Oid, model: Modelled) -> Iterator[str]:
    modes = {operation: mode(row, model, operation) for operation in OPERATIONS}
    yield f"    row = &OID_ROWS[oid_index({row.name})]"
    yield f"    row.oid = {row.name}"
    yield f"    row.introduced = {introduced(row)}"
    yield f"    row.set_order = ORDER_{model.set_order.upper()}"
    yield f"    row.aborted = {model.aborted}"
    yield f"    row.caps = {model.caps or 0}"
    yield f"    row.named = {int(model.named)}"
    for operation in OPERATIONS:
        use = f"row.{operation}"
        yield f"    {use}.mode = MODE_{modes[operation].upper() or 'NONE'}"
        yield f"    {use}.input_optional = {int(operation in model.optional)}"
        yield f"    {use}.outcome_applies = {int(operation in model.outcomes)}"
        for revision, size, since in inputs(row, model, operation):
            yield f"    oid_take_input(&{use}, {revision}, {size}, {since})"
        if operation in model.offered:
            yield f"    {use}.offered = offered_{model.subject}"
        if operation in model.start:
            yield f"    {use}.start = start_{model.subject}"
        if modes[operation] == "sync":
            yield f"    {use}.answer = answer_{model.subject}"
        elif modes[operation] == "async":
            yield f"    {use}.finish = finish_{model.subject}"
    if model.abandon:
        yield f"    row.set.abandon = abandon_{model.subject}"
