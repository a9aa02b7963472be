"""`wwanreplay devices`: what a device string can name here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from wwanreplay.cli.terminal import echo
from wwanreplay.tabular import Table

if TYPE_CHECKING:
    from wwanreplay.devices.listing import Modem


@click.command("devices")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """List the devices that can be named: modems, running proxies, emulated profiles.

    A modem is a control device of this machine, with its driver, its USB ids and its network
    devices. What speaks another protocol than MBIM is listed as such.
    """
    from wwanreplay.devices.listing import list_devices

    found = list_devices()
    if as_json:
        click.echo(json.dumps(found.as_json(), indent=2))
        return
    rows = [(modem.name, _about(modem)) for modem in found.modems]
    if rows:
        echo(_table(rows))
    else:
        echo("no modem has a control device here")
    rows = [("mbim-proxy:PATH", f"{name} runs; PATH is that of a modem") for name in found.proxies]
    rows += [
        (f"{kind}:NAME", f"a device of the package {package}")
        for kind, package in found.plugins.items()
    ]
    rows += [(f"emulated:{name}", text) for name, text in found.profiles.items()]
    echo(_table(rows))


def _table(rows: Sequence[tuple[str, str]]) -> Table:
    return Table(rows, has_head=False, widths=(32,), gap=" ")


def _about(modem: Modem) -> str:
    words = []
    if modem.usb:
        ids = ":".join(modem.usb.get(key, "????") for key in ("vendor_id", "product_id"))
        words.append(" ".join([ids, *filter(None, [modem.usb.get("manufacturer")])]))
        words += filter(None, [modem.usb.get("product")])
    words += [f"driver {modem.driver}"] if modem.driver else []
    words += [f"network {', '.join(modem.network)}"] if modem.network else []
    if modem.control_message_max:
        words.append(f"messages up to {modem.control_message_max} bytes")
    if modem.speaks_mbim is False:
        words.append("does not speak MBIM")
    if not modem.is_readable:
        words.append("not yours to open")
    return ", ".join(words)
