"""`devices`: what a device string can name here."""

import json
from pathlib import Path

import pytest
from machine_samples import machine_in
from verbs import run

from wwanreplay.devices.profile import shipped_profiles


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """The machine that the verb finds."""
    found = machine_in(tmp_path)
    monkeypatch.setattr("wwanreplay.devices.listing.list_devices.__kwdefaults__", found)
    return found


@pytest.mark.usefixtures("machine")
def test_the_verb_prints_them():
    text = run("devices").output
    assert "1199:9071 Maker, Modem, driver cdc_mbim, network wwan-1-1" in text
    assert "does not speak MBIM" in text
    assert "emulated:lte-home" in text
    printed = json.loads(run("devices", "--json").output)
    assert [each["usb"].get("vendor_id") for each in printed["modems"]] == [
        "05c6",
        "1199",
        None,
        None,
    ]
    assert printed["profiles"]["5g"]["device"] == "emulated:5g"


def test_a_device_that_is_not_ours_to_open_says_so(machine):
    """None of the nodes exists yet: nobody can open them."""
    lines = [line for line in run("devices").output.splitlines() if line.startswith("mbim:/")]
    assert len(lines) == 4
    assert all(line.endswith("not yours to open") for line in lines)
    node = Path(machine["dev"]) / "cdc-wdm1"
    node.parent.mkdir()
    node.touch()
    (ours,) = [line for line in run("devices").output.splitlines() if "cdc-wdm1" in line]
    assert "not yours" not in ours
    assert ours.endswith("messages up to 4096 bytes")


def test_a_proxy_that_runs_is_named_with_how_to_use_it(machine):
    assert "mbim-proxy" not in run("devices").output
    Path(machine["unix_sockets"]).write_text("0: 2 0 10000 1 1 7 @mbim-proxy\n")
    lines = run("devices").output.splitlines()
    (line,) = [each for each in lines if each.startswith("mbim-proxy:PATH")]
    assert line.endswith("mbim-proxy runs; PATH is that of a modem")


def test_without_a_modem_that_is_stated_and_every_profile_is_listed(tmp_path, monkeypatch):
    nowhere = str(tmp_path / "nothing")
    monkeypatch.setattr(
        "wwanreplay.devices.listing.list_devices.__kwdefaults__",
        {"sysfs": nowhere, "dev": nowhere, "unix_sockets": nowhere},
    )
    done = run("devices")
    assert done.exit_code == 0
    first, *others = done.output.splitlines()
    assert first == "no modem has a control device here"
    names = [line.split()[0] for line in others]
    assert names == [f"emulated:{name}" for name in shipped_profiles()]
