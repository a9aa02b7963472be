"""Device strings: what names a device and what does not."""

import pytest

from wwanreplay.devices.base import is_real, kind_and_name
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.opening import open_device
from wwanreplay.errors import UsageError


def test_a_profile_names_an_emulated_device(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('extends = "5g"')
    for text in ("5g", "5G", "emulated:5g", "EMULATED:5G", f"Emulated:{own}"):
        device = open_device(text, seed=3)
        assert isinstance(device, EmulatedDevice)
        assert device.engine.seed == 3
        assert device.structures == 3


def test_the_kind_of_a_device_is_taken_in_any_case():
    assert kind_and_name("MBIM_Proxy:/dev/A_b") == ("mbim-proxy", "/dev/A_b")
    assert kind_and_name("LTE_home") == ("", "LTE_home")
    assert is_real("MBIM:/dev/cdc-wdm0")
    assert not is_real("mbimx:/dev/cdc-wdm0")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("emulated:lte", "there is no profile 'lte'"),
        ("mbim:", "mbim: names no path"),
        (
            "usb:1",
            "usb:1: no device; use emulated:PROFILE, trace:FILE, mbim:PATH or mbim-proxy:PATH",
        ),
    ],
)
def test_other_strings_are_refused_in_one_line(text, message):
    with pytest.raises(UsageError) as caught:
        open_device(text)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
