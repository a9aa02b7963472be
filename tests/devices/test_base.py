"""What every device offers: all of it, of each kind, under the same names."""

import inspect
from pathlib import Path

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.devices.base import (
    DEVICE_FORMS,
    REAL_KINDS,
    Device,
    DeviceNote,
    VirtualDevice,
    is_real,
)
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.fault_plan import parse_faults
from wwanreplay.devices.faults import FaultyDevice
from wwanreplay.devices.mbim.device import MbimDevice
from wwanreplay.devices.opening import open_device
from wwanreplay.devices.profile import load_profile
from wwanreplay.devices.recorded import RecordedDevice
from wwanreplay.record import record

MEMBERS = [name for name in vars(Device) if not name.startswith("_")]


def emulated(_: Path) -> Device:
    return EmulatedDevice(load_profile("lte-home"))


def faulty(_: Path) -> Device:
    return FaultyDevice(emulated(_), parse_faults("[[fault]]\ndrop = true", "own.toml"))


def recorded(folder: Path) -> Device:
    record("lte-home", "demo", folder / "demo.wwtrace")
    return open_device(f"trace:{folder / 'demo.wwtrace'}")


@pytest.mark.parametrize("make", [emulated, faulty, recorded])
def test_a_device_in_virtual_time_offers_everything_and_is_never_real(make, tmp_path):
    device = make(tmp_path)
    assert [name for name in MEMBERS if not hasattr(device, name)] == []
    device.start()
    assert (device.is_real, device.is_away) == (False, False)
    request = Event(Kind.KIND_QUERY, 0, code=1, request_id=1)
    assert device.refusal(request) == ""
    assert device.before(request) == []
    start_ns = device.now_ns
    device.wait(start_ns + 10**9)
    assert start_ns < device.now_ns <= start_ns + 10**9
    device.close()


@pytest.mark.parametrize("kind", [EmulatedDevice, FaultyDevice, RecordedDevice, MbimDevice])
def test_methods_take_the_same_arguments_of_every_device(kind):
    for name in MEMBERS:
        own, common = getattr(kind, name, None), getattr(Device, name)
        if own is None or not inspect.isfunction(own):
            continue  # a property, or made for each device
        assert list(inspect.signature(own).parameters) == list(
            inspect.signature(common).parameters
        ), name


def test_a_wait_in_virtual_time_is_the_passing_of_it():
    reached = []

    class Clocked(VirtualDevice):
        advance = staticmethod(reached.append)

    Clocked().wait(7)
    assert reached == [7]


@pytest.mark.parametrize(
    ("text", "real"),
    [
        ("mbim:/dev/cdc-wdm0", True),
        ("mbim-proxy:/dev/cdc-wdm0", True),
        ("mbim:", True),
        ("mbim", True),
        ("emulated:mbim", False),
        ("trace:mbim:x", False),
        ("lte-home", False),
        ("MBIM:/dev/cdc-wdm0", True),
        ("", False),
    ],
)
def test_a_device_string_is_real_by_its_kind_alone(text, real):
    assert is_real(text) is real


def test_the_forms_name_every_real_kind():
    forms = DEVICE_FORMS.replace(" or ", ", ").split(", ")
    assert [form.partition(":")[0] for form in forms if is_real(form)] == list(REAL_KINDS)


def test_a_note_is_about_an_output_unless_it_says_when_and_of_which_request():
    assert DeviceNote(3, "dropped") == DeviceNote(3, "dropped", cause=None, time_ns=0)
    assert DeviceNote(None, "dropped", 5, 7).time_ns == 7
