"""The options of the USB transports: what goes together, and which device they describe."""

import click
import pytest
from verbs import run as verb

from wwanreplay.cli.usb import usb_way
from wwanreplay.errors import UsageError
from wwanreplay.mbim.usb.descriptors import Descriptors


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--usb-redir", "a", "--usbip", "127.0.0.1:0"], "--usb-redir and --usbip: one at a time"),
        (["--pty", "--usb-redir", "a"], "--pty and --usb-redir: one at a time"),
        (["--pty", "--usbip-remote"], "--usbip-remote is for --usbip"),
        (["--usb-redir", "a", "--usbip-remote"], "--usbip-remote is for --usbip"),
        (["--pty", "--max-control-message", "64"], "--max-control-message is for a USB transport"),
        (["--usb-redir", "a", "--max-control-message", "63"], "63 is not in the range"),
        (["--usb-redir", "a", "--net", "wwan0"], "--net is for transports without a data path"),
        (["--usbip", "192.0.2.1:3240"], "others reach that address"),
        (["--usbip", "0.0.0.0"], "others reach that address"),
        (["--usbip", "localhost:99999"], "give HOST:PORT"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(options: list[str], text: str) -> None:
    done = verb("serve", *options)
    assert done.exit_code == 2
    assert text in done.output


def test_without_a_usb_transport_there_is_none_and_nothing_of_it() -> None:
    assert usb_way(None, None, remote=False, control_message_max=None) is None
    for remote, size, name in (
        (True, None, "--usbip-remote"),
        (False, 64, "--max-control-message"),
    ):
        with pytest.raises(click.UsageError, match=f"^{name} is for "):
            usb_way(None, None, remote=remote, control_message_max=size)


@pytest.mark.parametrize("size", [None, 64, 0xFFFF])
def test_the_device_has_the_size_of_control_messages_that_is_chosen(size: int | None) -> None:
    expected = Descriptors() if size is None else Descriptors(size)
    for path, address, kind in (("socket", None, "usb_redir"), (None, "127.0.0.1:0", "usbip")):
        way = usb_way(path, address, remote=False, control_message_max=size)
        assert way is not None
        assert way.kind == kind
        assert way.function.descriptors.configuration == expected.configuration


def test_nothing_is_opened_before_it_is_requested(tmp_path) -> None:
    path = tmp_path / "socket"
    way = usb_way(str(path), None, remote=False, control_message_max=None)
    assert way is not None
    assert not path.exists()
    transport = way.transport()
    assert path.exists()
    transport.close()


def test_an_address_that_others_reach_must_be_allowed() -> None:
    with pytest.raises(UsageError, match="others reach that address"):
        usb_way(None, "0.0.0.0:0", remote=False, control_message_max=None)
    assert usb_way(None, "0.0.0.0:0", remote=True, control_message_max=None) is not None
