"""The USB transports of `wwanreplay serve`, and what their function is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from wwanreplay.serve.transports.base import Transport
    from wwanreplay.serve.usb.function import UsbFunction

_F = TypeVar("_F", bound=Callable[..., Any])


def usb_options(command: _F) -> _F:
    """Add the options of the USB transports."""
    options = (
        click.option(
            "--usb-redir",
            metavar="SOCKET",
            help="Serve a USB device to a virtual machine that connects to this Unix socket.",
        ),
        click.option(
            "--usbip",
            metavar="HOST[:PORT]",
            help="Serve a USB device to `usbip attach`; HOST is of this machine only.",
        ),
        click.option(
            "--usbip-remote",
            is_flag=True,
            help="Let --usbip be an address that others reach: whoever does has the device.",
        ),
        click.option(
            "--max-control-message",
            type=click.IntRange(64, 0xFFFF),
            metavar="BYTES",
            help="wMaxControlMessage of the USB device.  [default: 4096]",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True)
class UsbWay:
    """A USB transport to open, and the function behind it. `kind` is its name in output."""

    kind: str
    transport: Callable[[], Transport]
    function: UsbFunction


def usb_way(
    usb_redir: str | None, usbip: str | None, *, remote: bool, control_message_max: int | None
) -> UsbWay | None:
    """The USB transport that the options choose, None without one; UsageError for wrong ones."""
    if usb_redir is None and usbip is None:
        if remote or control_message_max is not None:
            name = "--usbip-remote" if remote else "--max-control-message"
            raise click.UsageError(f"{name} is for {'--usbip' if remote else 'a USB transport'}")
        return None
    if remote and usbip is None:
        raise click.UsageError("--usbip-remote is for --usbip")
    from wwanreplay.mbim.usb.descriptors import Descriptors
    from wwanreplay.serve.transports.usbip import UsbIpTransport, address_of
    from wwanreplay.serve.transports.usbredir import UsbRedirTransport
    from wwanreplay.serve.usb.function import UsbFunction

    described = Descriptors()
    if control_message_max is not None:
        described = Descriptors(control_message_max)
    function = UsbFunction(described)
    if usb_redir is not None:
        return UsbWay("usb_redir", partial(UsbRedirTransport, usb_redir, function), function)
    assert usbip is not None
    host, port = address_of(usbip, is_remote_allowed=remote)
    return UsbWay("usbip", partial(UsbIpTransport, host, port, function), function)
