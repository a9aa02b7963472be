"""Logs that are not ours are known by kind, and the message says what to ask for."""

import pytest
from field_samples import OPEN, old_libmbim, read

from wwanreplay.errors import InputError
from wwanreplay.formats.foreign import FOREIGN, recognised

QMI = """[24 Jul 2026, 18:33:31] [Debug] [/dev/cdc-wdm0] Sent message...
<<<<<< RAW:
<<<<<<   length = 16
<<<<<<   data   = 01:0F:00:00:00:00:00:01:22:00:04:00:01:01:00:02

<<<<<< QMUX:
<<<<<<   length  = 15
"""
LOGS = {
    "libqmi": QMI,
    "uqmi": "root@OpenWrt:~# uqmi -d /dev/cdc-wdm0 --get-serving-system\n{}\n",
    "qmicli": "$ qmicli -d /dev/cdc-wdm0 --dms-get-operating-mode\n[/dev/cdc-wdm0] Mode\n",
    "umbim": "root@OpenWrt:~# umbim -d /dev/cdc-wdm0 caps\n  devicetype: 0003 - remote\n",
    "RouterOS": "15:23:26 lte,debug lte2: dhcp renew\n",
    "NetworkManager": "Nov 30 10:00:02 host NetworkManager[9]: <warn> modem[cdc-wdm0]: failed\n",
    "lsusb": "Bus 001 Device 002: ID 2c7c:0122 Quectel RM551E-GL\n",
    "quectel-CM": "[04-15_10:00:00:141] QConnectManager_Linux_V1.6.0.24\n",
    "ModemManager": "Mon May 26 19:15:42 2026 daemon.err [3263]: <err> [modem1] port timed out\n",
    "ModemManager of systemd": "Nov 26 10:00:00 host ModemManager[12]: <info>  [modem0] state\n",
    "mmcli": "  -----------------------------\n  General  |              path: /org/x\n",
    "mbimcli": "[/dev/cdc-wdm0] Device capabilities retrieved:\n\tDevice type: 'embedded'\n",
    "AT": 'AT+CGDCONT?\n+CGDCONT: 1,"IP","internet"\nOK\n',
    "dmesg": "[   12.345678] cdc_mbim 1-2:1.12: cdc-wdm0: USB WDM device\n",
    "netifd": "daemon.notice netifd: wwan (2112): mbim[2112] Failed to read modem caps\n",
    "event log": "Log Name: Microsoft-Windows-WWAN-SVC-Events/Operational\nEvent ID: 11002\n",
    "lspci": "08:00.0 Wireless controller [0d40]: Foxconn International, Inc. Device\n",
    "pppd": "Nov 26 10:00:00 box chat[101]: send (ATDT*99#^M)\n",
    "od": "0000000 000001 000000 000020 000000 000001 000000 010000 000000\n0000020\n",
    "netsh": "netsh mbn show interfaces\n\nThere is 1 interface on the system:\n",
}


def test_each_row_has_a_log() -> None:
    kinds = {recognised(log.encode()) for log in LOGS.values()}
    assert "" not in kinds
    assert len(kinds) == len(FOREIGN)


@pytest.mark.parametrize("log", LOGS)
def test_reading_says_what_it_is_and_what_to_ask_for(log: str) -> None:
    text = LOGS[log]
    if log == "libqmi":
        assert read(text) == []  # it has the form of a log that is read
        return
    with pytest.raises(InputError) as caught:
        read(text)
    assert recognised(text.encode()) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("0000000 001  \\0  \\0  \\0 020  \\0  \\0  \\0 001  \\0\n0000012\n", "od"),
        ('{\n\t"pin1_status": "disabled",\n}\n', "uqmi"),
        ("Nov 26 10:00:01 box kernel: mtk_t7xx 0000:05:00.0: Invalid status 0x1\n", "dmesg"),
        ('{\n\t"registration": "registered",\n\t"plmn_mcc": 262,\n\t"plmn_mnc": 1\n}\n', "uqmi"),
        ("[/dev/cdc-wdm0] Successfully got signal strength\nCurrent:\n", "qmicli"),
        ("[/dev/cdc-wdm0] Device revision retrieved:\n", "qmicli"),
        ("  devicetype: 0001 - remote\n  cellularclass: 0001\n", "umbim"),
        ("[    5.1] cdc_mbim 1-2:1.0: setting rx_max = 16384\n", "dmesg"),
        ("error: operation failed: NoDeviceSupport\n", "mbimcli"),
        ("[/dev/cdc-wdm0] Device capabilities retrieved:\n", "mbimcli"),
        ("modem.generic.state : failed\n", "mmcli"),
        ("\nEs ist 1 Schnittstelle auf dem System vorhanden:\n", "netsh"),
        ("at!status\n\nat!gstatus?\n!GSTATUS: \nOK\n", "AT"),
        ("T:  Bus=01 Lev=02 Prnt=02 Port=01 Cnt=01 Dev#=  5 Spd=480  MxCh= 0\n", "lsusb"),
    ],
)
def test_another_form_of_a_kind_is_of_that_kind(text: str, kind: str) -> None:
    assert recognised(text.encode()) == recognised(LOGS[kind].encode()) != ""


def test_a_log_of_ours_is_none_of_them() -> None:
    assert recognised(old_libmbim(OPEN).encode()) == ""
    assert recognised(b"Once upon a time\n") == ""
