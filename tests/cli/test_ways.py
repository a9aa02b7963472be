"""The one way to hosts that the options of `serve` choose."""

import click
import pytest

from wwanreplay.cli.ways import chosen_way


@pytest.mark.parametrize(
    ("given", "option", "kind"),
    [
        ({"link": ""}, "--pty", "pty"),
        ({"mbim_proxy": "@a"}, "--mbim-proxy", "mbim_proxy"),
        ({"usb_redir": "socket"}, "--usb-redir", "usb_redir"),
        ({"usbip": "127.0.0.1:0"}, "--usbip", "usbip"),
    ],
)
def test_an_option_chooses_its_way_and_opens_nothing_yet(given, option, kind):
    way = chosen_way(**given)
    assert (way.option, way.kind) == (option, kind)
    assert (way.transport is None) == (kind == "pty")
    assert (way.usb is None) == (not kind.startswith("usb"))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "say how to serve: --pty"),
        ({"link": "", "usbip": "127.0.0.1:0"}, "--pty and --usbip: one at a time"),
        ({"link": "", "usbip_remote": True}, "--usbip-remote is for --usbip"),
    ],
)
def test_none_several_and_options_of_another_way_are_wrong_usage(given, text):
    with pytest.raises(click.UsageError, match=text):
        chosen_way(**given)
