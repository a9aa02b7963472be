"""What this is."""

from explained_sessions import ATTACHED, NO_TIMES, OPENED, session_bytes

from wwanreplay.analysis.explanation import explain_files
from wwanreplay.analysis.explanation.facts import facts
from wwanreplay.analysis.explanation.reading import read_story


def of(text, clock=None):
    return dict(facts(read_story(session_bytes(text, clock))))


def test_log_device_sim_version_time_and_completeness():
    found = of(ATTACHED)
    assert found == {
        "log": "bug.log (libmbim)",
        "device": "/dev/cdc-wdm0: a USB modem (cdc_mbim and cdc-wdm on Linux)",
        "SIM": "ready, ICCID *** (19 characters), IMSI *** (15 characters)",
        "MBIM": "version 1.0: the log shows no agreement on MBIMEx, MaxControlTransfer 4096",
        "time": "9.000 s from 2023-11-14 22:13:20",
        "complete": "10 messages, all whole",
    }


def test_the_modem_is_named_and_its_identity_is_masked():
    members = "HardwareInfo=X1 FirmwareInfo=F2 DeviceId=490154203237518"
    caps = f"> query DEVICE_CAPS\n< DEVICE_CAPS {members}\n"
    assert of(OPENED + caps)["modem"] == "X1, firmware F2, IMEI *** (15 characters)"


def test_a_version_that_was_agreed_on_is_named():
    text = "> query VERSION MbimExtendedVersion=0x300\n< VERSION MbimExtendedVersion=0x200\n"
    assert of(OPENED + text)["MBIM"].startswith("MBIMEx 2.0 agreed on")


def test_a_log_that_begins_late_or_has_no_times_says_so():
    late = of(ATTACHED.replace(OPENED, ""))
    assert late["complete"].endswith("it begins behind the OPEN")
    assert late["MBIM"] == "the log shows no agreement on a version"
    assert "no times" in of(OPENED, NO_TIMES)["time"]


def test_a_dump_is_not_said_to_have_no_times(tmp_path):
    log = tmp_path / "bug.txt"
    log.write_text("[04-15_10:00:00:301] > 01 00 00 00 10 00 00 00 01 00 00 00 00 10 00 00\n")
    (found,) = explain_files([str(log)])
    assert dict(found.facts)["time"].startswith("no times are read of a dump; ")
