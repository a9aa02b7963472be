"""What a device string can name here, read from a tree like that of sysfs."""

import pytest
from machine_samples import machine_in

from wwanreplay.devices.listing import list_devices
from wwanreplay.devices.profile import shipped_profiles


@pytest.fixture
def machine(tmp_path):
    return machine_in(tmp_path)


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
