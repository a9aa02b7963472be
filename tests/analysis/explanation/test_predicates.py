"""Borders of predicates that no row's pair of sessions stands on (those are in test_causes)."""

import pytest
from checkout import TRACES
from explained_causes import ADDRESS, LOADED, RADIO_ON, refused, reported
from explained_sessions import ATTACHED, CONNECTED, NO_TIMES, OPENED, READY, session_bytes

from wwanreplay.analysis.explanation import predicates
from wwanreplay.analysis.explanation.joining import likely_causes
from wwanreplay.analysis.explanation.reading import read_story

ROAMING = reported(4, 0).removeprefix(READY)
CLOSE = "> close\n"


def evidence(name, text, clock=None, **parameters):
    story = read_story(session_bytes(text, clock))
    return [each.text for each in predicates.PREDICATES[name](story, **parameters)]


def test_an_error_that_answers_nothing_shows_that_a_session_was_open():
    found = evidence("error_of_modem", "< error 5\n", code=5, to="command")
    assert found == ["the modem sent NOT_OPENED (5) unasked"]
    asked = "> query PIN\n< error 5\n"
    assert evidence("error_of_modem", asked, code=5, to="command") == []


@pytest.mark.parametrize(("count", "found"), [(9, 0), (10, 1)])
def test_a_host_gives_up_after_ten(count, found):
    text = OPENED + f"# number of consecutive timeouts: {count}\n"
    assert len(evidence("given_up", text, in_a_row=10)) == found


def test_a_slow_answer_is_no_sleep():
    text = READY + "> query PIN\n@ 3600\n< PIN PinType=2\n"
    assert evidence("silence_then_trouble", text, minutes=2) == []


def test_a_gap_is_not_seen_without_times():
    text = READY + "@ 3600\n> query PIN\n< error 5\n"
    assert evidence("silence_then_trouble", text, minutes=2)
    assert evidence("silence_then_trouble", text, NO_TIMES, minutes=2) == []


def test_radio_set_on_that_succeeds_and_stays_off_is_refused_too():
    def answer(hardware, software):
        return (
            OPENED
            + "> set RADIO_STATE RadioState=1\n"
            + f"< RADIO_STATE HwRadioState={hardware} SwRadioState={software}\n"
        )

    assert evidence("radio_refused", answer(1, 0))
    assert evidence("radio_refused", answer(1, 1)) == []
    assert evidence("radio_refused", answer(0, 0)) == []  # a switch, not a lock


def test_a_refusal_of_the_attach_counts_as_one_of_the_registration():
    text = READY + "! PACKET_SERVICE PacketServiceState=4 NwError=7\n"
    assert evidence("denied", text, causes=(7,))
    assert evidence("denied", text.replace("State=4", "State=2"), causes=(7,)) == []


def test_a_deactivation_that_fails_is_no_refused_activation():
    text = CONNECTED + "> set CONNECT ActivationCommand=0\n< CONNECT status=2 NwError=27\n"
    assert evidence("connect_refused", text, causes=(27,)) == []


def test_a_cause_in_a_failure_of_another_status_does_not_count():
    text = ATTACHED + "> set CONNECT ActivationCommand=1\n< CONNECT status=12 NwError=27\n"
    assert evidence("connect_refused", text, causes=(27,)) == []


def test_evidence_of_a_refused_connect_names_the_request_and_masks_its_apn():
    text = (
        ATTACHED
        + "> set CONNECT ActivationCommand=1 AccessString=employer.example IpType=3\n"
        + "< CONNECT status=2 ActivationState=3 NwError=27\n"
    )
    (found,) = evidence("connect_refused", text, causes=(27,))
    assert "employer" not in found
    assert "APN *** (16 characters), IP type IPv4v6" in found


@pytest.mark.parametrize(
    ("text", "marks", "row"),
    [
        # Between load and departure something else: a query, or more time than a drop takes.
        (READY + "> query RADIO_STATE\n# hangup of the port\n", (), "supply"),
        (READY + LOADED.replace("# ", "@ 60\n# "), (), "supply"),
        (READY + LOADED.replace("hangup of the port", "disconnecting"), (), "supply"),
        # Roaming and connected, asked for alone, or the last that the log has.
        (READY + RADIO_ON + ROAMING + refused("ActivationState=1") + CLOSE, (), "roaming-refused"),
        (READY + ROAMING + CLOSE, (), "roaming-refused"),
        (READY + RADIO_ON + ROAMING, (), "roaming-refused"),
        # A small MTU alone, and the usual one.
        (CONNECTED + ADDRESS.replace("1500", "1358"), (), "mtu"),
        (CONNECTED + ADDRESS, ("interface mtu 1500",), "mtu"),
    ],
)
def test_what_is_usual_is_no_evidence(text, marks, row):
    story = read_story(session_bytes(text), frozenset(marks))
    assert row not in {each.cause.id for each in likely_causes(story)}


def test_a_scripted_removal_is_no_evidence_of_a_weak_supply():
    story = read_story(str(TRACES / "power.wwtrace"))
    assert any(step.text == "surprise_removal" for step in story.steps)
    assert "supply" not in {each.cause.id for each in likely_causes(story)}


def test_a_session_that_went_well_names_its_mtu_as_no_cause():
    story = read_story(str(TRACES / "mbimcli-connect.wwtrace"))
    assert story.last("IP_CONFIGURATION", "IPv4Mtu").values["IPv4Mtu"] < 1500
    assert likely_causes(story) == []
