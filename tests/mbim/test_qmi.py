"""QMI inside MBIM is named: service, message, result and error; a few members are decoded."""

import struct
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qmi_messages import qmi, result

from wwanreplay.mbim import messages
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.presentation import describe
from wwanreplay.mbim.qmi import look_qmi, qmi_lines
from wwanreplay.mbim.rows.qmi import CTL, DMS, ERRORS, MEMBERS, MESSAGES, NAS, SERVICES

SERVICE = uuid.UUID("d1a30bc2-f97a-6e43-bf65-c7e24fb0f0d3").bytes


def command(data, kind=messages.MBIM_COMMAND_MSG, value=1):
    return Message(kind, 3, value, SERVICE, 1, data).to_bytes()


def titled(data, kind=messages.MBIM_COMMAND_DONE, value=0):
    return describe(command(data, kind, value))


def test_the_fcc_lock_is_named_with_its_error():
    asked = qmi(DMS, 0x555F)
    assert describe(command(asked))[0] == (
        "MBIM_COMMAND_MSG 3 set MBIM_CID_QMI_MSG (QMI DMS Set FCC Authentication request 7)"
    )
    refused = qmi(DMS, 0x555F, result(1, 26), flags=2)
    assert titled(refused)[0].endswith(
        "(QMI DMS Set FCC Authentication response 7 failed: NO_EFFECT)"
    )
    done = qmi(DMS, 0x555F, result(0, 0), flags=2)
    assert titled(done)[0].endswith("(QMI DMS Set FCC Authentication response 7 succeeded)")


def test_operating_mode_is_decoded_in_requests_and_responses():
    lines = dict(qmi_lines(qmi(DMS, 0x2E, (1, b"\1"))))
    assert lines["Qmi.OperatingMode"] == "low power"
    answer = qmi(DMS, 0x2D, result(0, 0), (1, b"\0"), (0x11, b"\1"), flags=2)
    lines = dict(qmi_lines(answer))
    assert (lines["Qmi.OperatingMode"], lines["Qmi.HardwareRestricted"]) == ("online", "yes")


def test_registration_and_signal_are_decoded():
    serving = qmi(NAS, 0x24, (1, b"\3\2\2\2\1\x08"), (0x10, b"\1"), flags=4)
    lines = qmi_lines(serving)
    assert lines == [
        ("Qmi", "QMI NAS Get Serving System indication 7"),
        ("Qmi.RegistrationState", "registration denied"),
        ("Qmi.CsAttachState", "detached"),
        ("Qmi.PsAttachState", "detached"),
        ("Qmi.SelectedNetwork", "3GPP"),
        ("Qmi.Roaming", "home"),
    ]
    signal = qmi(NAS, 0x4F, result(0, 0), (0x14, struct.pack("<bbhh", -70, -11, -101, 85)), flags=2)
    lines = dict(qmi_lines(signal))
    assert lines["Qmi.LteRssi"] == "-70 dBm"
    assert lines["Qmi.LteRsrp"] == "-101 dBm"
    assert lines["Qmi.LteSnr"] == "8.5 dB"


def test_members_stand_in_the_line_of_the_message():
    title, _ = describe(command(qmi(DMS, 0x2E, (1, b"\1"))))
    assert title.endswith("(QMI DMS Set Operating Mode request 7; OperatingMode low power)")
    cut = qmi(DMS, 0x2E, (1, b"\1"))[:-1]
    assert "Members not whole" in describe(command(cut))[0]


def test_what_has_no_row_is_shown_by_its_number_and_masked():
    title, lines = titled(qmi(0x42, 0x1234, (1, b"secret"), flags=2))
    assert title.endswith("(QMI service 0x42 message 0x1234 response 7)")
    assert "secret" not in str(lines)
    assert titled(qmi(DMS, 0x20, result(1, 999), flags=2))[0].endswith("failed: error 0x03e7)")


def test_the_control_service_has_a_shorter_header():
    found = look_qmi(qmi(CTL, 0x22, result(0, 0), flags=1, transaction=9))
    assert found is not None
    assert found.title == "QMI CTL Allocate CID response 9 succeeded"


def test_identities_stay_masked():
    title, lines = titled(qmi(DMS, 0x25, result(0, 0), (0x11, b"490154203237518"), flags=2))
    assert "Get IDs" in title
    assert "490154203237518" not in str(lines)


@given(st.binary(max_size=60))
def test_no_bytes_are_too_odd(data):
    for each in (data, b"\1" + data, qmi(NAS, 0x4F, flags=2)[:20] + data):
        found = look_qmi(each)
        assert (found is None) == (qmi_lines(each) == [])
        describe(command(each))


@pytest.mark.parametrize("size", range(30))
def test_what_is_cut_off_is_known_as_far_as_it_goes(size):
    data = qmi(NAS, 0x4F, result(0, 0), (0x12, b"\xba"), flags=2)[:size]
    found = look_qmi(data)
    assert found is None or found.message == 0x4F


def test_rows_fit_together():
    assert {service for service, _ in MESSAGES} <= SERVICES.keys()
    assert MEMBERS.keys() <= MESSAGES.keys()
    assert len(set(ERRORS.values())) == len(ERRORS)
