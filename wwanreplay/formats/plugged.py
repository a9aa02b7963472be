"""Formats of logs that other packages bring, held to what ours are.

An entry point is a module with a tuple FORMATS as the files in `readers/` have it, or one Format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import cache

from wwanreplay.errors import PluginError
from wwanreplay.formats.base import Counts, LogMessage, Reader
from wwanreplay.formats.declaration import Format
from wwanreplay.formats.sources import LogSource
from wwanreplay.plugins import FORMATS, Plugin, leave_out, plugins


@dataclass(frozen=True, slots=True)
class PluggedFormat(Format):
    """A format of another package."""

    plugin: Plugin | None = None

    @property
    def package(self) -> str:
        """The name of the package."""
        return "" if self.plugin is None else self.plugin.package


@cache
def plugin_formats() -> dict[str, PluggedFormat]:
    """The formats of all plugins by name; a plugin that cannot be used is left out."""
    found: dict[str, PluggedFormat] = {}
    for plugin in plugins(FORMATS).values():
        try:
            rows = formats_of(plugin)
        except PluginError as error:
            leave_out(error)
            continue
        for row in rows:
            if row.name in found:
                leave_out(plugin.error(f"the format {row.name} is there already"))
                continue
            found[row.name] = row
    return found


def formats_of(plugin: Plugin) -> list[PluggedFormat]:
    """What one plugin declares. PluginError when that is no format."""
    loaded = plugin.load()
    rows = (loaded,) if isinstance(loaded, Format) else getattr(loaded, "FORMATS", None)
    if not isinstance(rows, tuple) or not all(isinstance(row, Format) for row in rows):
        raise plugin.error("is neither a Format nor a module with a tuple FORMATS of them")
    return [_plugged(plugin, row) for row in rows]


def _plugged(plugin: Plugin, row: Format) -> PluggedFormat:
    """The same, whose errors are the plugin's."""
    values = {each.name: getattr(row, each.name) for each in fields(Format)}
    values["sniff"] = _sniffing(plugin, row)
    values["reader"] = lambda source: _Guarded(plugin, row, source)
    if row.kept_bytes is not None:
        values["kept_bytes"] = plugin.guarded(row.kept_bytes, f"{row.name} cannot be scrubbed")
    return PluggedFormat(**values, plugin=plugin)


def _sniffing(plugin: Plugin, row: Format) -> Callable[[bytes], int]:
    """Its sniff; where that fails the log is none of its own."""

    def sniff(head: bytes) -> int:
        try:
            with plugin.blamed(f"{row.name} cannot look at the beginning of a log"):
                return int(row.sniff(head))
        except PluginError as error:
            leave_out(error)
            return 0

    return sniff


class _Guarded:
    """A reader of a plugin."""

    def __init__(self, plugin: Plugin, row: Format, source: LogSource) -> None:
        self._plugin, self._what = plugin, f"{source.name} cannot be read as {row.name}"
        with plugin.blamed(self._what):
            self._reader: Reader = row.reader(source)
            self.counts: Counts = self._reader.counts

    def __iter__(self) -> Iterator[LogMessage]:
        with self._plugin.blamed(self._what):
            for message in self._reader:
                if not isinstance(message, LogMessage):
                    raise TypeError(f"a reader gave {type(message).__name__}, no LogMessage")
                yield message
