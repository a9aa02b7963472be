"""The devices of a lab: one modem and no other device, which is pulled out and put in."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_host import bare_lab, needs_machine

from wwanreplay.errors import UsageError
from wwanreplay.formats.export_usb import CONFIGURATION_DESCRIPTOR, DEVICE_DESCRIPTOR
from wwanreplay.lab import Lab, LabError
from wwanreplay.lab.machine import CONTROL_DEVICE, NETWORK_DEVICE, PORTS, descriptors_for, run
from wwanreplay.mbim.fragments import CONTROL_MESSAGE_MAX


@pytest.mark.long
@needs_machine
def test_a_command_sees_one_modem_its_own_folder_and_no_other_device(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("here")
    script = "pwd; cat mine; ls /sys/class/net /sys/class/usbmisc /dev/pts; ip -br link; ls /dev"
    done = bare_lab("--", "sh", "-c", script, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.split()
    assert lines[0] == str(tmp_path)
    assert lines[1].startswith("here")
    assert "cdc-wdm0" in lines
    assert "wwan0" in lines
    assert not {"sda", "vda", "mem", "kmsg", "eth0"} & set(lines)


@pytest.mark.long
@needs_machine
def test_a_modem_is_pulled_out_and_put_in() -> None:
    with Lab(modem_manager=False) as lab:
        listing = ["ls", "/sys/class/net", "/sys/class/usbmisc", "/dev"]
        before = lab.output(*listing)
        for _ in range(3):
            lab.stimulate("surprise_removal")
            gone = lab.output(*listing)
            assert "wwan0" not in gone + lab.output("ip", "-br", "link")
            assert "cdc-wdm0" not in gone
            lab.stimulate("arrival")
            assert lab.output(*listing) == before
            assert "wwan0" in lab.output("ip", "-br", "link")
        with pytest.raises(UsageError, match="near: arrival"):
            lab.stimulate("arrivel")


def test_the_ports_are_those_of_the_two_devices() -> None:
    assert {name for _, name in PORTS} == {CONTROL_DEVICE.name, NETWORK_DEVICE}


def test_without_a_size_there_are_no_descriptors() -> None:
    assert descriptors_for(0) == b""


@given(st.integers(64, 0xFFFF))
def test_descriptors_differ_in_the_size_of_control_messages_alone(size: int) -> None:
    made, usual = descriptors_for(size), DEVICE_DESCRIPTOR + CONFIGURATION_DESCRIPTOR
    assert descriptors_for(CONTROL_MESSAGE_MAX) == usual
    assert len(made) == len(usual)
    at = made.index(b"\x0c\x24\x1b") + 5  # wMaxControlMessage of the MBIM functional descriptor
    assert made[at : at + 2] == size.to_bytes(2, "little")
    assert made[:at] + made[at + 2 :] == usual[:at] + usual[at + 2 :]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["sh", "-c", "echo not; echo mounted >&2; echo here >&2; exit 3"], ": mounted here$"),
        (["sh", "-c", "exit 3"], "^sh -c exit 3: exit code 3$"),
        (["/no/such/mount"], "^/no/such/mount: No such file or directory$"),
    ],
)
def test_a_command_of_the_system_that_fails_is_one_line(command: list[str], reason: str) -> None:
    with pytest.raises(LabError, match=reason) as raised:
        run(*command)
    assert "\n" not in str(raised.value)
