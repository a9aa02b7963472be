"""The ways of `wwanreplay serve` to hosts: which one its options choose, and what opens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from wwanreplay.cli.plugged import PluggedWay, further_ways
from wwanreplay.cli.usb import UsbWay, usb_way

if TYPE_CHECKING:
    from wwanreplay.serve.transports.base import Transport


@dataclass(frozen=True, slots=True)
class Way:
    """One way to hosts: the option that chooses it, and its name in output.

    `transport` opens it, None for a pty, which the server opens; `usb` is it if it is of USB.
    """

    option: str
    kind: str
    transport: Callable[[], Transport] | None = None
    usb: UsbWay | None = None


def chosen_way(
    *,
    link: str | None = None,
    mbim_proxy: str | None = None,
    plugged: PluggedWay | None = None,
    usb_redir: str | None = None,
    usbip: str | None = None,
    usbip_remote: bool = False,
    max_control_message: int | None = None,
) -> Way:
    """The one way that the options choose; UsageError for none, several or wrong ones."""
    given = {
        "--pty": link,
        "--mbim-proxy": mbim_proxy,
        "--usb-redir": usb_redir,
        "--usbip": usbip,
    }
    options = [name for name, value in given.items() if value is not None]
    options += [] if plugged is None else [plugged.option]
    if not options:
        raise click.UsageError(
            "say how to serve: --pty, or --pty LINK for a symlink to it, --mbim-proxy, "
            f"--usb-redir SOCKET, --usbip HOST:PORT{further_ways()}"
        )
    if len(options) > 1:
        raise click.UsageError(f"{' and '.join(options)}: one at a time")
    usb = usb_way(usb_redir, usbip, remote=usbip_remote, control_message_max=max_control_message)
    if usb is not None:
        return Way(options[0], usb.kind, usb.transport, usb)
    if plugged is not None:
        return Way(options[0], plugged.name, plugged.transport)
    if mbim_proxy is not None:
        return Way(options[0], "mbim_proxy", _proxy_transport(mbim_proxy))
    return Way(options[0], "pty")


def _proxy_transport(address: str) -> Callable[[], Transport]:
    def opened() -> Transport:
        from wwanreplay.serve.transports.mbim_proxy import MbimProxyTransport

        return MbimProxyTransport(address)

    return opened
