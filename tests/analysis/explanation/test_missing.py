"""What a log lacks, and the command that yields it."""

from explained_sessions import CONNECTED, NO_TIMES, OPENED, session_bytes

from wwanreplay.analysis.explanation.missing import GAPS, GAPS_MAX, gaps
from wwanreplay.analysis.explanation.reading import read_story

CAPS = "> query DEVICE_CAPS\n< DEVICE_CAPS DeviceType=1 HardwareInfo=X\n"


def commands(text, clock=None):
    return [gap.command for gap in gaps(read_story(session_bytes(text, clock)))]


def test_a_session_that_shows_all_lacks_nothing():
    assert commands(CONNECTED + CAPS) == []


def test_what_was_never_queried_is_a_command_with_the_port_of_the_log():
    found = commands(OPENED)
    assert len(found) == GAPS_MAX
    assert found[0] == "mbimcli -p -d /dev/cdc-wdm0 --query-device-caps"


def test_a_log_that_begins_late_or_has_no_times_says_so():
    late = CONNECTED.replace(OPENED, "")
    assert "start the log before" in commands(late + CAPS)[0]
    assert any("usbmon" in command for command in commands(CONNECTED + CAPS, NO_TIMES))


def test_the_attach_is_wanted_where_connecting_fails_only():
    refused = "> set CONNECT ActivationCommand=1\n< CONNECT status=2 NwError=33\n"
    assert commands(CONNECTED + CAPS + refused) == [
        "mbimcli -p -d /dev/cdc-wdm0 --ms-query-lte-attach-info"
    ]


def test_every_query_has_its_command_on_windows_or_none():
    queries = [gap for gap in GAPS if "-d DEV" in gap.command]
    assert len(queries) >= 6
    assert {gap.windows.startswith("netsh mbn show ") for gap in queries if gap.windows} == {True}
