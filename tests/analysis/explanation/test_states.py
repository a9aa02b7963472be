"""What happened: one line a change, what failed among them."""

from explained_sessions import CONNECTED, OPENED, READY, session_bytes
from qmi_messages import qmi, result

from wwanreplay.analysis.explanation.reading import read_story
from wwanreplay.analysis.explanation.states import changes
from wwanreplay.mbim.rows.qmi import DMS, NAS


def lines(text):
    found = changes(read_story(session_bytes(text)))
    return [(change.lane, change.text, change.count) for change in found]


def test_a_session_is_its_changes_of_state():
    assert lines(CONNECTED) == [
        ("session", "open", 1),
        ("SIM", "ready", 1),
        ("radio", "on", 1),
        ("registration", "registered at home (Testnet 00101)", 1),
        ("packet service", "attached", 1),
        ("context 0", "active, IPv4", 1),
    ]


def test_the_same_state_again_is_no_change_and_the_same_failure_is_counted():
    query = "> query SUBSCRIBER_READY_STATUS\n< SUBSCRIBER_READY_STATUS ReadyState=1\n"
    refused = "> query PIN\n< PIN status=14\n"
    found = lines(READY + query + refused * 3)
    assert [each for each in found if each[0] == "SIM"] == [("SIM", "ready", 1)]
    assert found[-1] == ("failed", "query PIN: NOT_INITIALIZED (14)", 3)


def test_what_each_run_of_a_program_opens_is_one_line():
    closed = "> close\n< closed\n"
    found = lines((OPENED + closed) * 3)
    assert found == [
        ("session", "open", 1),
        ("session", "closed, and open again", 2),
        ("session", "closed", 1),
    ]


def test_a_radio_that_is_off_says_by_what():
    def radio(hardware, software):
        text = f"! RADIO_STATE HwRadioState={hardware} SwRadioState={software}\n"
        return lines(OPENED + text)[-1][1]

    assert radio(1, 0) == "off, by software"
    assert radio(0, 1) == "off, by hardware"
    assert radio(0, 0) == "off, by hardware and by software"


def test_causes_and_attempts_stand_with_the_state():
    found = lines(
        OPENED
        + "! REGISTER_STATE RegisterState=6 NwError=11\n"
        + "> query PIN\n< PIN PinType=2 PinState=1 RemainingAttempts=2\n"
    )
    assert found[-2][1] == "denied, network cause 11, network (PLMN) not allowed"
    assert found[-1][1] == "PIN1 is wanted, 2 attempts left"


def test_a_log_without_a_state_lists_what_was_sent():
    assert lines("> query PIN\n") == [("sent", "query PIN (transaction 1)", 1)]


def carried(asked, answered):
    """A QMI message and its answer inside MBIM."""
    return f'> set QMI_MSG QmiMsg="{asked!r}"\n< QMI_MSG QMUX="{answered!r}"\n'


def test_what_qmi_inside_mbim_changed_refused_and_reports_is_named():
    unlock = qmi(DMS, 0x555F)
    text = OPENED + carried(unlock, qmi(DMS, 0x555F, result(1, 26), flags=2))
    assert lines(text)[-1] == ("failed", "QMI DMS Set FCC Authentication: NO_EFFECT (26)", 1)
    text = OPENED + carried(unlock, qmi(DMS, 0x555F, result(0, 0), flags=2))
    assert lines(text)[-1] == ("QMI", "DMS Set FCC Authentication succeeded", 1)
    mode = carried(qmi(DMS, 0x2D), qmi(DMS, 0x2D, result(0, 0), (1, b"\1"), flags=2))
    assert lines(OPENED + mode * 2)[1:] == [("radio (QMI)", "low power", 1)]
    asked = qmi(NAS, 0x24)
    denied = qmi(NAS, 0x24, result(0, 0), (1, b"\3\2\2\2\1\x08"), flags=2)
    assert lines(OPENED + carried(asked, denied))[-1] == (
        "registration (QMI)",
        "registration denied",
        1,
    )


def test_a_request_of_qmi_alone_is_named():
    text = f'> set QMI_MSG QmiMsg="{qmi(DMS, 0x555F)!r}"\n'
    assert lines(text) == [("sent", "QMI DMS Set FCC Authentication (transaction 1)", 1)]
