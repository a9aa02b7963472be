"""Real devices by their strings: which way leads to one, and where it was."""

import os

import pytest
from mbim_host import served

from wwanreplay.devices.mbim.channel import StreamChannel
from wwanreplay.devices.mbim.opening import channel_opener, measure, names_of, open_real
from wwanreplay.errors import DeviceError, UsageError


@pytest.mark.parametrize("kind", ["mbim", "mbim-proxy"])
def test_a_string_without_a_path_is_refused_with_an_example(kind):
    with pytest.raises(UsageError) as caught:
        channel_opener(kind, "")
    assert str(caught.value) == f"{kind}: names no path; use {kind}:/dev/cdc-wdm0 or the like"


def test_an_opener_opens_nothing_until_it_is_called_and_then_anew_each_time():
    master, slave = os.openpty()
    try:
        opener = channel_opener("mbim", os.ttyname(slave))
        channels = [opener(), opener()]
        assert all(isinstance(channel, StreamChannel) for channel in channels)
        assert len({channel.descriptor for channel in channels}) == 2
        for channel in channels:
            channel.close()
    finally:
        os.close(master)
        os.close(slave)
    missing = channel_opener("mbim", "/dev/none-such")
    with pytest.raises(DeviceError, match="/dev/none-such: cannot be opened: No such file"):
        missing()


def test_a_device_has_its_path_and_the_way_to_it():
    assert names_of("mbim", "/dev/none-such") == {"names": ["/dev/none-such"], "way": "mbim"}
    assert names_of("mbim-proxy", "x")["way"] == "mbim-proxy"


def test_a_device_is_opened_and_sent_nothing():
    with served() as modem:
        device = open_real("mbim", modem.path)
        assert device.is_real
        assert device.describe()["device"]["names"] == [modem.path]
        device.close()
        assert modem.server.function.transfers == 0


@pytest.mark.parametrize("text", ["emulated:lte-home", "lte-home", "trace:x", "usb:1", ""])
def test_only_a_real_device_is_measured(text):
    with pytest.raises(UsageError, match="only a real device is measured"):
        measure(text)


def test_a_wrong_command_is_named_before_the_device_is_opened():
    with pytest.raises(UsageError, match="rain: there is no such command"):
        measure("mbim:/dev/none-such", commands=["rain"])


def test_a_measured_device_is_opened_and_closed():
    with served() as modem:
        found = measure(f"mbim:{modem.path}", commands=["radio-state"], count=3, concurrency=2)
        assert found.is_clean
        assert found.exchanges == 3
        assert modem.server.function.transfers == 5  # with OPEN and CLOSE
