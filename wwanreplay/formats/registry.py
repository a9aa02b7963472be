"""The formats by name, as the files in `readers/` declare them, and which one a log is."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from wwanreplay.errors import UsageError
from wwanreplay.formats import readers
from wwanreplay.formats.declaration import Format
from wwanreplay.formats.plugged import formats_of, plugin_formats
from wwanreplay.formats.sources import HEAD_SIZE
from wwanreplay.plugins import FORMATS as PLUGINS
from wwanreplay.plugins import leave_out, plugins


def discover() -> dict[str, Format]:
    """The formats that the files in `readers/` declare, by name, in the order of trying them."""
    modules = [
        import_module(f"{readers.__name__}.{each.name}") for each in iter_modules(readers.__path__)
    ]
    rows: list[Format] = [row for module in modules for row in module.FORMATS]
    rows.sort(key=lambda row: (row.order, row.name))
    found = {row.name: row for row in rows}
    if len(found) != len(rows):
        twice = sorted({row.name for row in rows if found[row.name] is not row})
        raise ValueError(f"formats/readers: declared twice: {', '.join(twice)}")
    return found


#: How sure a format is of its own words, 0 to 100; of what is less sure there must be nothing else.
SURE: Final = 60

#: Ours, and those of plugins as soon as they are asked for.
FORMATS: Final = discover()


def all_formats() -> dict[str, Format]:
    """Ours and those of plugins, which are imported; one that cannot be is left out."""
    rows = dict(plugin_formats())
    for name in rows.keys() & FORMATS.keys():
        row = rows.pop(name)
        if row is not FORMATS[name] and row.plugin is not None:
            leave_out(row.plugin.error(f"the format {name} is one of wwanreplay's own"))
    if rows:
        found = sorted([*FORMATS.values(), *rows.values()], key=lambda row: (row.order, row.name))
        FORMATS.clear()
        FORMATS.update({row.name: row for row in found})
    return FORMATS


def names() -> list[str]:
    """The names of all formats."""
    return list(all_formats())


def format_of(name: str) -> Format:
    """A format by its name; plugins are asked for one that is not ours.

    UsageError for one that does not exist, PluginError for one whose plugin cannot be used.
    """
    wanted = name.lower()
    if wanted not in FORMATS and wanted not in all_formats():
        if (plugin := plugins(PLUGINS).get(wanted)) is not None:
            formats_of(plugin)  # says why it cannot be used
        raise UsageError(f"no log format {name!r}; there are {', '.join(FORMATS)}")
    return FORMATS[wanted]


def sniff(head: bytes) -> Format | None:
    """The format that the beginning of a log has, or None where nothing is known yet."""
    all_formats()
    sure = {name: row.sniff(head) for name, row in FORMATS.items()}
    best = max(sure, key=lambda name: sure[name])
    return FORMATS[best] if sure[best] > 0 else None


def known_but_unread(head: bytes) -> str:
    """Return what to do with a log that is known and not read here; empty for any other."""
    if len(head) < 80:
        return ""
    size, filled = (int.from_bytes(head[at : at + 4], "little") for at in (0, 48))
    # A buffer header of 72 bytes, then the first event, whose header is a system header.
    buffer = size % 1024 == 0 and 1024 <= size <= 1 << 24 and 72 < filled <= size
    if buffer and head[74] in (1, 2) and head[75] == 0xC0:
        return (
            "is a Windows .etl trace; convert it first: open it in Wireshark (etwdump) and save"
            " pcapng, or use tracefmt or netsh trace convert for text"
        )
    if head.startswith(b"MSCF"):
        return "is a Windows cabinet; take the trace out of it first (expand -F:* FILE FOLDER)"
    return ""


def sniff_part(part: bytes) -> Format | None:
    """The text format that a later part of a log has, or None.

    Only formats are tried whose marks are in it, so that most of a log is passed at the speed of a
    search.
    """
    for row in all_formats().values():
        if row.seek is not None and row.seek.search(part) is None:
            continue
        found = [at for mark in row.marks if (at := part.find(mark)) >= 0]
        if found:
            start = part.rfind(b"\n", 0, min(found)) + 1
            sure = row.sniff(part[start : start + HEAD_SIZE])
            if sure >= SURE or (row.is_bare and sure):
                return row
    return None
