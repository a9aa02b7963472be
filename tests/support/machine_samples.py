"""A machine with modems, as sysfs and the list of sockets show it."""

from pathlib import Path

from wwanreplay.formats.export_usb import CONFIGURATION_DESCRIPTOR


def machine_in(folder: Path) -> dict[str, str]:
    """A machine with a USB modem that speaks MBIM, one that speaks QMI, and a WWAN port."""
    sysfs = folder / "sys"

    def usb(place: str, node: str, driver: str, ids: dict[str, str]) -> None:
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
        nodes = sysfs / "class/usbmisc"
        nodes.mkdir(parents=True, exist_ok=True)
        (nodes / node).symlink_to(port)

    ids = {"idVendor": "1199", "idProduct": "9071", "manufacturer": "Maker", "product": "Modem"}
    usb("1-1", "cdc-wdm1", "cdc_mbim", ids)
    usb("1-2", "cdc-wdm0", "qmi_wwan", {"idVendor": "05c6", "idProduct": "9025"})
    for name, kind in (("wwan0mbim0", "MBIM"), ("wwan0at0", "AT")):
        port = sysfs / "class/wwan" / name
        port.mkdir(parents=True)
        (port / "dev").write_text("244:1\n")
        (port / "type").write_text(f"{kind}\n")
    (sysfs / "class/wwan/wwan0").mkdir()  # the device of the ports, no port itself
    sockets = folder / "unix"
    sockets.write_text("Num Path\n0: 2 0 10000 1 1 7 @mbim-proxy-other\n")
    return {"sysfs": str(sysfs), "dev": str(folder / "dev"), "unix_sockets": str(sockets)}
