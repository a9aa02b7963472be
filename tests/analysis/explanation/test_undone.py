"""What is undone later in a session says so, and what lasts does not."""

import pytest
from explained_sessions import ATTACHED, OPENED, REGISTERED, session_bytes

from wwanreplay.analysis.explanation import explained, page_lines
from wwanreplay.analysis.explanation.observations import STATES, observations
from wwanreplay.analysis.explanation.page_json import page_json
from wwanreplay.analysis.explanation.reading import read_story

OFF = "! RADIO_STATE HwRadioState=1 SwRadioState=0\n"
CASES = {
    "radio": (OFF, "! RADIO_STATE HwRadioState=1 SwRadioState=1\n", "the radio is on"),
    "hardware": (
        "! RADIO_STATE HwRadioState=0 SwRadioState=1\n",
        "! RADIO_STATE HwRadioState=1 SwRadioState=1\n",
        "the radio is on",
    ),
    "sim": (
        "! SUBSCRIBER_READY_STATUS ReadyState=0\n",
        "! SUBSCRIBER_READY_STATUS ReadyState=1\n",
        "the SIM is ready",
    ),
    "pin": (
        "> query PIN\n< PIN PinType=2 PinState=1 RemainingAttempts=3\n",
        "> query PIN\n< PIN PinType=0 PinState=0 RemainingAttempts=3\n",
        "PIN1 is not wanted",
    ),
    "pin by sim": (
        "> query PIN\n< PIN PinType=2 PinState=1 RemainingAttempts=3\n",
        "! SUBSCRIBER_READY_STATUS ReadyState=1\n",
        "the SIM is ready",
    ),
    "registration": (
        "! REGISTER_STATE RegisterState=6 NwError=13\n",
        "! REGISTER_STATE RegisterState=4 ProviderId=00102\n",
        "registered, roaming",
    ),
    "attach": (
        "! PACKET_SERVICE PacketServiceState=4 NwError=17\n",
        "! PACKET_SERVICE PacketServiceState=2\n",
        "attached",
    ),
    "context": (
        "> set CONNECT ActivationCommand=1 AccessString=a\n"
        "< CONNECT status=2 ActivationState=3 NwError=27\n",
        "> set CONNECT ActivationCommand=1 AccessString=b\n< CONNECT ActivationState=1\n",
        "context 0 is active",
    ),
    "signal": (
        "! SIGNAL_STATE Rssi=1 ErrorRate=99\n",
        "! SIGNAL_STATE Rssi=14 ErrorRate=99\n",
        "Rssi 14",
    ),
    "command": (
        "> query PACKET_STATISTICS\n< PACKET_STATISTICS status=1\n",
        "> query PACKET_STATISTICS\n< PACKET_STATISTICS InPackets=1\n",
        "it succeeds",
    ),
    "open": (
        "> close\n< closed\n> open 4096\n< error 8\n",
        "> open 512\n< opened\n",
        "OPEN succeeds",
    ),
}


def stories(text):
    return observations(read_story(session_bytes(text)))


@pytest.mark.parametrize("name", CASES)
def test_what_is_undone_later_says_so_and_what_lasts_does_not(name):
    bad, good, words = CASES[name]
    (before,) = [each for each in stories(OPENED + bad) if each.kind in STATES]
    assert before.undone is None
    after = next(each for each in stories(OPENED + bad + good) if each.text == before.text)
    assert after.undone is not None
    assert words in after.undone[0]
    assert after.undone[1].number > after.places[-1].number
    again = next(each for each in stories(OPENED + bad + good + bad) if each.text == before.text)
    assert again.undone is None
    earlier = next(each for each in stories(OPENED + good + bad) if each.text == before.text)
    assert earlier.undone is None


def test_another_context_undoes_nothing():
    bad = CASES["context"][0]
    good = "> set CONNECT SessionId=1 ActivationCommand=1 AccessString=b\n"
    good += "< CONNECT SessionId=1 ActivationState=1\n"
    (found,) = [each for each in stories(ATTACHED + bad + good) if each.kind == "failed"]
    assert found.undone is None or found.undone[0] == "it succeeds"


def test_page_and_json_name_what_undid_it(tmp_path):
    text = REGISTERED + OFF + "! RADIO_STATE HwRadioState=1 SwRadioState=1\n"
    trace = tmp_path / "a.wwtrace"
    trace.write_bytes(session_bytes(text))
    page = explained("a.wwtrace", str(trace))
    lines = " ".join(" ".join(page_lines(page)).split())
    assert "off by software (SwRadioState) (line 9); later the radio is on (line 10)" in lines
    (radio,) = [each for each in page_json(page)["observations"] if each["kind"] == "radio"]
    assert radio["undone"]["place"]["number"] == 10


def test_the_evidence_of_a_cause_says_what_became_of_it(tmp_path):
    text = OPENED + "> set RADIO_STATE RadioState=1\n< RADIO_STATE status=28\n"
    text += "! RADIO_STATE HwRadioState=1 SwRadioState=1\n"
    trace = tmp_path / "a.wwtrace"
    trace.write_bytes(session_bytes(text))
    lines = " ".join(" ".join(page_lines(explained("a.wwtrace", str(trace)))).split())
    causes = lines.partition("Likely causes")[2].partition("Faults,")[0]
    assert "OPERATION_NOT_ALLOWED (28) (line 4); later the radio is on (line 5)" in causes
