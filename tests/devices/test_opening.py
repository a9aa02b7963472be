"""Device strings: what names a device and what does not."""

import pytest

from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.opening import open_device
from wwanreplay.errors import UsageError


def test_a_profile_names_an_emulated_device(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('extends = "5g"')
    for text in ("5g", "emulated:5g", f"emulated:{own}"):
        device = open_device(text, seed=3)
        assert isinstance(device, EmulatedDevice)
        assert device.engine.seed == 3
        assert device.structures == 3


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
