"""The transports of other packages, as options of `wwanreplay serve`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from wwanreplay.plugins import TRANSPORTS, Plugin, leave_out, made_by, plugins

if TYPE_CHECKING:
    from wwanreplay.serve.transports.base import Transport


@dataclass(frozen=True, slots=True)
class PluggedWay:
    """The transport of a plugin, and the address that was given for it."""

    plugin: Plugin
    address: str

    @property
    def name(self) -> str:
        """What it is called."""
        return self.plugin.name

    @property
    def option(self) -> str:
        """The option that chooses it."""
        return f"--{self.name}"

    def transport(self) -> Transport:
        """Open it. PluginError when it cannot be used."""
        from wwanreplay.serve.transports.base import Transport

        opened: Transport = made_by(self.plugin, self.plugin.load(), Transport, self.address)
        return opened


def plugged_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each transport of a plugin; the command is given the one as `plugged`.

    Only names are read: a plugin is imported when its option is given.
    """
    taken = {name for option in getattr(command, "__click_params__", ()) for name in option.opts}
    ways = {}
    for name, plugin in plugins(TRANSPORTS).items():
        if f"--{name}" in taken:
            leave_out(plugin.error(f"serve has an option --{name}"))
        else:
            ways[f"plugged_{name.replace('-', '_')}"] = plugin

    @wraps(command)
    def wrapped(*arguments: Any, **options: Any) -> Any:
        given = {each: options.pop(each) for each in ways}
        chosen = [
            PluggedWay(ways[each], address)
            for each, address in given.items()
            if address is not None
        ]
        if len(chosen) > 1:
            names = " and ".join(way.option for way in chosen)
            raise click.UsageError(f"{names}: one at a time")
        return command(*arguments, plugged=chosen[0] if chosen else None, **options)

    for parameter, plugin in ways.items():
        wrapped = click.option(
            f"--{plugin.name}",
            parameter,
            is_flag=False,
            flag_value="",
            metavar="[ADDRESS]",
            help=f"Serve by the transport of the package {plugin.package}.",
        )(wrapped)
    return wrapped


def further_ways() -> str:
    """The options of plugins, for an error that lists the ways to serve."""
    return "".join(f", --{name} ADDRESS" for name in plugins(TRANSPORTS))
