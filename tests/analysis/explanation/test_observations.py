"""What stands out, with its places, and nothing else."""

import pytest
from explained_sessions import ATTACHED, CONNECTED, NO_TIMES, OPENED, READY, session_bytes
from qmi_messages import qmi, result

from wwanreplay.analysis.explanation.observations import observations, unanswered, unasked
from wwanreplay.analysis.explanation.reading import read_story
from wwanreplay.mbim.rows.qmi import DMS

QUERY = "> query RADIO_STATE\n"


def found(text, clock=None):
    story = read_story(session_bytes(text, clock))
    return [(each.kind, each.text, len(each.places)) for each in observations(story)]


@pytest.mark.parametrize("text", [READY, ATTACHED, CONNECTED])
def test_in_a_session_in_which_all_went_well_nothing_stands_out(text):
    assert found(text) == []


def test_identical_failures_are_one_observation_with_all_places():
    text = OPENED + "> query PIN\n< PIN status=14\n" * 2
    expected = "query PIN was answered NOT_INITIALIZED (14): not ready yet"
    assert found(text) == [("failed", expected, 2)]


def test_a_refusal_inside_qmi_stands_out_though_mbim_succeeded():
    refused = qmi(DMS, 0x555F, result(1, 26), flags=2)
    text = f'> set QMI_MSG QmiMsg="{qmi(DMS, 0x555F)!r}"\n< QMI_MSG QMUX="{refused!r}"\n'
    expected = "QMI DMS Set FCC Authentication was answered NO_EFFECT (26)"
    assert found(OPENED + text) == [("failed", expected, 1)]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        (ATTACHED + "! CONNECT ActivationState=3 NwError=38\n", "network", "38, network failure"),
        (OPENED + "! RADIO_STATE HwRadioState=0 SwRadioState=1\n", "radio", "off by hardware"),
        (OPENED + "! RADIO_STATE HwRadioState=1 SwRadioState=0\n", "radio", "off by software"),
        (OPENED + "! SIGNAL_STATE Rssi=99 ErrorRate=99\n", "signal", "no signal is measured"),
        (OPENED + "! SIGNAL_STATE Rssi=1 ErrorRate=99\n", "signal", "lower end (Rssi 1 of 31)"),
        (OPENED + "! SUBSCRIBER_READY_STATUS ReadyState=3\n", "sim", "bad SIM"),
        ("> open 4096\n< error 8\n", "error", "MAX_TRANSFER (8)"),
        ("> open 4096\n< opened status=2\n", "failed", "OPEN was answered FAILURE (2)"),
        ("> open 4096\n> open 512\n< opened\n", "open", "different sizes: 512, 4096"),
        ("> open 4096\n> open 4096\n< opened\n", "open", "sent again before it was answered"),
        (OPENED + QUERY + "25 < RADIO_STATE HwRadioState=1 SwRadioState=1\n", "slow", "after 25 s"),
        (OPENED + QUERY + "< other PIN tid=2 PinType=2\n", "malformed", "another command"),
        (OPENED + "> set PIN PinType=2\n< PIN status=2\n" * 3, "repeated", "sent 3 times"),
    ],
)
def test_an_observation_says_what_is_there(text, kind, words):
    assert any(each[0] == kind and words in each[1] for each in found(text)), found(text)


def test_a_pin_that_is_wanted_stands_out_with_its_attempts():
    text = OPENED + "> query PIN\n< PIN PinType=2 PinState=1 RemainingAttempts=3\n"
    assert found(text) == [("pin", "PIN1 is wanted, 3 attempts left", 1)]


def lost(text, clock=None):
    return [step.name for step in unanswered(read_story(session_bytes(text, clock)))]


def test_the_last_message_of_a_log_may_be_answered_behind_its_end():
    assert lost(OPENED + QUERY) == []
    assert lost(OPENED + QUERY + "@ 60\n! RADIO_STATE HwRadioState=1 SwRadioState=1\n") == [
        "RADIO_STATE"
    ]
    assert lost(OPENED + QUERY + "> query PIN\n< PIN PinType=2\n") == ["RADIO_STATE"]


def test_without_times_the_last_message_is_never_called_unanswered():
    text = OPENED + QUERY + "@ 60\n! RADIO_STATE HwRadioState=1 SwRadioState=1\n"
    assert lost(text, NO_TIMES) == []
    assert "slow" not in [each[0] for each in found(text, NO_TIMES)]


def test_an_answer_before_the_first_message_of_the_host_is_not_unrequested():
    answer = "< other RADIO_STATE tid=9 HwRadioState=1 SwRadioState=1\n"
    assert unasked(read_story(session_bytes(answer + QUERY))) == []
    assert len(unasked(read_story(session_bytes(QUERY + answer)))) == 1


def test_a_second_answer_stands_out():
    answer = "< other RADIO_STATE tid=2 HwRadioState=1 SwRadioState=1\n"
    text = OPENED + QUERY + "< RADIO_STATE HwRadioState=1 SwRadioState=1\n" + answer
    assert [each[0] for each in found(text)] == ["doubled"]


def test_a_registration_that_is_denied_without_a_cause_stands_out():
    (seen,) = found(OPENED + "! REGISTER_STATE RegisterState=6\n")
    assert seen[:2] == ("network", "the network denies the registration, and no cause is named")


def test_a_detach_that_the_host_did_not_order_stands_out():
    detach = "! PACKET_SERVICE PacketServiceState=4\n"
    assert ("detached", 1) in [(each[0], each[2]) for each in found(CONNECTED + detach)]
    ordered = "> set PACKET_SERVICE PacketServiceAction=1\n" + detach
    assert "detached" not in [each[0] for each in found(CONNECTED + ordered)]
    assert "detached" not in [each[0] for each in found(OPENED + detach)]


def test_a_refused_pin_reports_the_attempts_left_and_the_puk():
    set_pin = "> set PIN PinType=2\n< PIN status=2 PinState=1 "
    text = OPENED + "".join(
        set_pin + rest + "\n"
        for rest in ("PinType=2 RemainingAttempts=1", "PinType=11 RemainingAttempts=10")
    )
    wanted = [words for kind, words, *_ in found(text) if kind == "pin"]
    assert wanted == ["PIN1 is wanted, 1 attempt left", "PUK1 is wanted, 10 attempts left"]


def test_registration_is_no_part_of_what_is_seen_where_no_report_names_it():
    silent = "! SIGNAL_STATE Rssi=99 ErrorRate=99\n"
    searching = "! REGISTER_STATE RegisterState=2\n"
    [(_, words, *_)] = [each for each in found(OPENED + silent) if each[0] == "signal"]
    assert words == "no signal is measured (Rssi 99)"
    [(_, words, *_)] = [each for each in found(OPENED + searching + silent) if each[0] == "signal"]
    assert words == "no signal is measured (Rssi 99) while not registered"
