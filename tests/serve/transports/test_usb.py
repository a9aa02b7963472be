"""What holds of each USB transport while it has no host."""

from pathlib import Path

import pytest

from wwanreplay.serve.transports.usb import UsbTransport
from wwanreplay.serve.transports.usbip import UsbIpTransport
from wwanreplay.serve.transports.usbredir import UsbRedirTransport
from wwanreplay.serve.usb.function import UsbFunction


@pytest.fixture(params=["usbip", "usbredir"])
def transport(request, tmp_path: Path):
    function = UsbFunction()
    if request.param == "usbip":
        made = UsbIpTransport("127.0.0.1", 0, function)
    else:
        made = UsbRedirTransport(str(tmp_path / "usb"), function)
    yield made
    made.close()


def test_without_a_host_nothing_is_sent_or_waited_for(transport: UsbTransport) -> None:
    assert transport.refusal(1) == "no client"
    assert transport.hang_up() is None
    assert transport.is_read()
    assert transport.next_due_ns is None
    assert transport.overdue(10**18) == b""
    assert len(transport.descriptors) == 1
    transport.flush()
