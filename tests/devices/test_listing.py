"""What a device string can name here, read from a tree like that of sysfs."""

import json

import pytest
from click.testing import CliRunner

from wwanreplay.cli import root
from wwanreplay.devices.listing import list_devices
from wwanreplay.devices.profile import shipped_profiles
from wwanreplay.formats.export_usb import CONFIGURATION_DESCRIPTOR


@pytest.fixture
def machine(tmp_path):
    """A machine with a USB modem that speaks MBIM, one that speaks QMI, and a WWAN port."""
    sysfs = tmp_path / "sys"

    def usb(place, node, driver, ids):
        device = sysfs / "devices" / place
        interface = device / f"{place}:1.0"
        port = interface / "usbmisc" / node
        port.mkdir(parents=True)
        (port / "dev").write_text("180:0\n")
        (port / "device").symlink_to(interface)
        (interface / "net" / f"wwan-{place}").mkdir(parents=True)
        (interface / "driver").symlink_to(f"../../../bus/usb/drivers/{driver}")
        for name, text in ids.items():
            (device / name).write_text(f"{text}\n")
        (device / "descriptors").write_bytes(CONFIGURATION_DESCRIPTOR)
        folder = sysfs / "class/usbmisc"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / node).symlink_to(port)

    ids = {"idVendor": "1199", "idProduct": "9071", "manufacturer": "Maker", "product": "Modem"}
    usb("1-1", "cdc-wdm1", "cdc_mbim", ids)
    usb("1-2", "cdc-wdm0", "qmi_wwan", {"idVendor": "05c6", "idProduct": "9025"})
    for name, kind in (("wwan0mbim0", "MBIM"), ("wwan0at0", "AT")):
        port = sysfs / "class/wwan" / name
        port.mkdir(parents=True)
        (port / "dev").write_text("244:1\n")
        (port / "type").write_text(f"{kind}\n")
    (sysfs / "class/wwan/wwan0").mkdir()  # the device of the ports, no port itself
    sockets = tmp_path / "unix"
    sockets.write_text("Num Path\n0: 2 0 10000 1 1 7 @mbim-proxy-other\n")
    return {"sysfs": str(sysfs), "dev": str(tmp_path / "dev"), "unix_sockets": str(sockets)}


def test_control_devices_have_their_driver_ids_and_networks(machine):
    modems = {modem.path.rpartition("/")[2]: modem for modem in list_devices(**machine).modems}
    assert list(modems) == ["cdc-wdm0", "cdc-wdm1", "wwan0at0", "wwan0mbim0"]
    mbim = modems["cdc-wdm1"]
    assert (mbim.driver, mbim.speaks_mbim, mbim.network) == ("cdc_mbim", True, ["wwan-1-1"])
    assert mbim.usb == {
        "vendor_id": "1199",
        "product_id": "9071",
        "manufacturer": "Maker",
        "product": "Modem",
    }
    assert mbim.control_message_max == 4096
    assert modems["cdc-wdm0"].speaks_mbim is False


def test_wwan_ports_say_what_they_speak(machine):
    found = {modem.path[-5:]: modem.speaks_mbim for modem in list_devices(**machine).modems}
    assert (found["mbim0"], found["n0at0"]) == (True, False)


def test_a_proxy_is_listed_by_its_own_name_only(machine, tmp_path):
    assert list_devices(**machine).proxies == []
    (tmp_path / "unix").write_text("0: 2 0 10000 1 1 7 @mbim-proxy\n")
    assert list_devices(**machine).proxies == ["mbim-proxy"]


def test_a_machine_without_any_of_it_has_the_profiles(tmp_path):
    nowhere = str(tmp_path / "nothing")
    found = list_devices(sysfs=nowhere, dev=nowhere, unix_sockets=nowhere)
    assert (found.modems, found.proxies) == ([], [])
    assert found.profiles == shipped_profiles()


def test_the_verb_prints_them(monkeypatch, machine):
    monkeypatch.setattr(
        "wwanreplay.devices.listing.list_devices.__kwdefaults__", machine, raising=True
    )
    text = CliRunner().invoke(root, ["devices"]).output
    assert "1199:9071 Maker, Modem, driver cdc_mbim, network wwan-1-1" in text
    assert "does not speak MBIM" in text
    assert "emulated:lte-home" in text
    printed = json.loads(CliRunner().invoke(root, ["devices", "--json"]).output)
    assert [each["usb"].get("vendor_id") for each in printed["modems"]] == [
        "05c6",
        "1199",
        None,
        None,
    ]
    assert printed["profiles"]["5g"]["device"] == "emulated:5g"
