"""What other packages bring: formats of logs, devices, transports and rules, by entry points.

A package declares an entry point in a group of GROUPS (docs/plugins.md). The names are read from
the packages' metadata; code is imported when a name is used that is none of ours, or when all of a
kind are tried. What is wrong with a plugin is a PluginError that names its package, and nothing
else stops working.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final, TypeVar

from wwanreplay.errors import PluginError, WwanReplayError

FORMATS: Final = "wwanreplay.formats"
DEVICES: Final = "wwanreplay.devices"
TRANSPORTS: Final = "wwanreplay.transports"
RULES: Final = "wwanreplay.rules"
GROUPS: Final = (FORMATS, DEVICES, TRANSPORTS, RULES)

#: A name that can be typed as an option and in front of a colon.
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_Given = TypeVar("_Given")

#: What was left out, a line each, in the order in which it was met.
left_out: Final[dict[str, None]] = {}


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry point: the name that a user types, and the package that has it."""

    name: str
    group: str
    package: str
    entry: EntryPoint

    def __str__(self) -> str:
        return f"the plugin {self.name!r} ({self.group}) of the package {self.package}"

    def load(self) -> Any:
        """Import it. PluginError for whatever goes wrong."""
        with self.blamed("cannot be loaded"):
            return self.entry.load()

    def error(self, reason: str) -> PluginError:
        """What is wrong with it, as an error that names the package."""
        return PluginError(f"{self}: {reason}")

    @contextmanager
    def blamed(self, what: str) -> Iterator[None]:
        """Turn what the plugin's code raises into a PluginError; errors of ours pass."""
        try:
            yield
        except (WwanReplayError, OSError, MemoryError):
            raise
        except (Exception, SystemExit) as error:  # whatever other people's code raises
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            raise self.error(f"{what}: {reason}") from error

    def guarded(self, function: Callable[..., _Given], what: str) -> Callable[..., _Given]:
        """A function of the plugin whose errors are the plugin's."""

        def called(*arguments: Any, **options: Any) -> _Given:
            with self.blamed(what):
                return function(*arguments, **options)

        return called


class Guarded:
    """An object that a plugin made: what its members raise is the plugin's."""

    def __init__(self, plugin: Plugin, made: Any, what: str) -> None:
        self._plugin, self._made, self._what = plugin, made, what

    def __getattr__(self, name: str) -> Any:
        what = f"{self._what} failed in {name}"
        try:
            value = getattr(self._made, name)
        except AttributeError:
            raise
        except Exception:  # of a property
            with self._plugin.blamed(what):
                raise
        return self._plugin.guarded(value, what) if callable(value) else value


def _forwarding(name: str) -> Callable[..., Any]:
    def method(self: Guarded, *arguments: Any, **options: Any) -> Any:
        return self.__getattr__(name)(*arguments, **options)

    return method


def made_by(plugin: Plugin, opener: Any, form: type, *arguments: Any, **options: Any) -> Any:
    """What the function of a plugin opens, held to the members of a Protocol."""
    if not callable(opener):
        raise plugin.error("is no function")
    what = f"{form.__name__.lower()} {plugin.name}"
    with plugin.blamed(f"{what} cannot be opened"):
        made = opener(*arguments, **options)
    names = (*form.__annotations__, *vars(form))
    missing = [name for name in names if not name.startswith("_") and not hasattr(made, name)]
    if missing:
        raise plugin.error(f"{what} lacks {', '.join(missing)}")
    # `isinstance` with a Protocol looks for methods in the class, so each is put there.
    public = [name for name in dir(type(made)) if not name.startswith("_")]
    methods = {name: _forwarding(name) for name in public if callable(getattr(type(made), name))}
    return type("Guarded", (Guarded,), methods)(plugin, made, what)


@cache
def plugins(group: str) -> dict[str, Plugin]:
    """The plugins of a group by name; none of them is imported.

    One whose name cannot be typed, or is that of another package's, is left out.
    """
    found: dict[str, Plugin] = {}
    rows = [
        Plugin(entry.name, group, entry.dist.name if entry.dist is not None else "?", entry)
        for entry in entry_points(group=group)
    ]
    for plugin in sorted(rows, key=lambda row: (row.package, row.name)):
        other = found.get(plugin.name)
        if not _NAME.fullmatch(plugin.name):
            leave_out(plugin.error("its name is not of small letters, digits and hyphens"))
        elif other is None:
            found[plugin.name] = plugin
        elif other.package != plugin.package:  # one package may stand twice on the path
            leave_out(plugin.error(f"the package {other.package} has that name already"))
    return found


def leave_out(error: PluginError) -> None:
    """Go on without a plugin; the command line warns of it at the end."""
    left_out[str(error)] = None
