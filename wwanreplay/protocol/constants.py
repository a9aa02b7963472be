"""Write the numbers and offsets that the compiled engine switches on.

The build calls `write_constants`; nothing it writes is committed, so rows and engine cannot differ.
Imports no compiled code.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from wwanreplay.protocol import enums, general, indications, oids, statuses, stimuli
from wwanreplay.protocol.engine_table import engine_parts
from wwanreplay.protocol.layouts import Flattener
from wwanreplay.protocol.profile_ranges import PROFILE_NUMBERS, PROFILE_SIZES
from wwanreplay.protocol.ranges import ENGINE_LIMITS
from wwanreplay.protocol.schema import ListTail, RowError, TablesTail
from wwanreplay.protocol.structs import STRUCTS


def numbers() -> Iterator[tuple[str, int]]:
    """(name, value) of every number that has a name of its own; names may repeat."""
    for oid in (*oids.ROWS, *general.OID_ROWS):
        if oid.number is not None:
            yield oid.name, oid.number
    for indication in (*indications.ROWS, *general.INDICATION_ROWS):
        yield indication.name, indication.number
    for status in (*statuses.WWAN_ROWS, *statuses.NDIS_ROWS):
        yield status.name, status.number
    for enum in (*enums.ROWS, *general.ENUM_ROWS, *stimuli.ENUM_ROWS):
        for member in enum.members:
            yield member.name, member.number
    for table in (
        enums.LENGTHS,
        enums.NUMBERS,
        enums.MODEL_VERSIONS,
        enums.STRUCT_SIZES,
        general.NUMBERS,
        stimuli.NUMBERS,
    ):
        yield from table.items()
    for stimulus in stimuli.ROWS:
        yield f"STIMULUS_{stimulus.name.upper()}", stimulus.number
    for struct in STRUCTS.values():
        for revision in struct.revisions:
            yield revision.constant, revision.number


def engine_structs() -> list[str]:
    """Names of the structures whose offsets the engine needs: buffers, list elements, stimuli."""
    wanted = {name for name in STRUCTS if name.startswith(("NDIS_", "PLAIN_", "WWANREPLAY_"))}
    for struct in STRUCTS.values():
        if isinstance(struct.tail, ListTail):
            fields = [field for _, choices in struct.tail.elements for field in choices]
            wanted.update(field.of for field in fields if field.of)
        elif isinstance(struct.tail, TablesTail):
            wanted.add(struct.tail.item.of)
    return [name for name in STRUCTS if name in wanted]


def offsets() -> Iterator[tuple[str, int]]:
    """(name, value) of sizes and offsets: STRUCT_L1_SIZE and STRUCT_L1_Path_to_field.

    Of an array only the start is named; of an array of structures the fields of the first one.
    Bit fields share the offset of their number.
    """
    flattener = Flattener(STRUCTS)
    for name in engine_structs():
        for layout in STRUCTS[name].layouts:
            flat = flattener.flat(name, layout.id)
            prefix = f"{name}_{layout.id}_"
            yield prefix + "SIZE", flat.size
            places = {path: offset for path, (offset, _) in flat.groups.items()}
            places.update((leaf.path, leaf.offset) for leaf in flat.leaves)
            for path, offset in sorted(places.items(), key=lambda item: (item[1], item[0])):
                if "[" in path and re.search(r"\[[1-9]\d*\]", path):
                    continue
                yield prefix + path.replace("[0]", "").replace(".", "_"), offset


def constants() -> dict[str, int]:
    """Every constant once; RowError when two rows give one name different values."""
    found: dict[str, int] = {}
    for name, value in (*numbers(), *offsets(), *ENGINE_LIMITS.items()):
        if found.setdefault(name, value) != value:
            raise RowError(f"protocol row {name}: is {found[name]:#x} and {value:#x}")
    return found


def write_constants(folder: Path) -> None:
    """Write the constants and the engine's tables into the folder; unchanged files stay."""
    origin = "the protocol's rows by wwanreplay/protocol/constants.py"
    write_parts(folder, "protocol_constants", origin, constants().items())
    for file_name, content in {**engine_parts(), "engine_ranges.pxi": _ranges_part()}.items():
        _write_changed(folder / file_name, content)


def _ranges_part() -> str:
    """The ranges of a profile's numbers, the sizes of its lists and the tables' hash, for doors."""
    lines = ["# Generated from the protocol's rows by wwanreplay/protocol/constants.py."]
    lines += ["# name: (lowest and highest of every part, what it must be)"]
    lines += ["cdef dict PROFILE_NUMBERS = {"]
    lines += [f"    {k!r}: {(v.spans, v.text)!r}," for k, v in PROFILE_NUMBERS.items()]
    lines += ["}", f"cdef dict PROFILE_SIZES = {PROFILE_SIZES!r}"]
    lines += [f"cdef str TABLE_HASH = {table_hash()!r}"]
    return "\n".join(lines) + "\n"


def write_parts(folder: Path, name: str, origin: str, named: Iterable[tuple[str, int]]) -> None:
    """Write NAME.h, which defines the numbers, and NAME.pxi, which declares them to Cython."""
    found = dict(named)
    header = [f"/* Generated from {origin}. */"]
    header += [f"#define {key} {value:#x}u" for key, value in found.items()]
    part = [f"# Generated from {origin}.", f'cdef extern from "{name}.h" nogil:']
    part += [f"    const uint32_t {key}" for key in found]
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, lines in ((".h", header), (".pxi", part)):
        _write_changed(folder / f"{name}{suffix}", "\n".join(lines) + "\n")


def _write_changed(path: Path, content: str) -> None:
    if not path.exists() or path.read_text(encoding="ascii") != content:
        path.write_text(content, encoding="ascii")


@cache
def table_hash() -> str:
    """A hash of every number and offset of the tables, by which a trace says which ones made it.

    The build puts it into the engine; `wwanreplay._core.table_hash` needs no rows.
    """
    lines = (f"{name}={number}\n" for name, number in (*numbers(), *offsets()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:16]
