"""`wwanreplay devices`: what a device string can name here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from wwanreplay.cli.terminal import echo

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
    for modem in found.modems:
        echo(f"{modem.name:<32} {_about(modem)}")
    if not found.modems:
        echo("no modem has a control device here")
    for proxy in found.proxies:
        echo(f"{'mbim-proxy:PATH':<32} {proxy} runs; PATH is that of a modem")
    for kind, package in found.plugins.items():
        echo(f"{f'{kind}:NAME':<32} a device of the package {package}")
    for name, text in found.profiles.items():
        echo(f"{f'emulated:{name}':<32} {text}")


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
