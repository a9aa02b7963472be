"""The predicates about the network, on small sessions that nearly show their evidence."""

from checkout import TRACES
from explained_causes import reported
from explained_sessions import ATTACHED, CONNECTED, READY, session_bytes

from wwanreplay.analysis.explanation import network_predicates
from wwanreplay.analysis.explanation.joining import likely_causes
from wwanreplay.analysis.explanation.reading import read_story

ROAMING = reported(4, 0).removeprefix(READY)
CLOSE = "> close\n"


def evidence(name, text, clock=None, **parameters):
    story = read_story(session_bytes(text, clock))
    return [each.text for each in network_predicates.ALL_PREDICATES[name](story, **parameters)]


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


def test_a_session_that_went_well_names_its_mtu_as_no_cause():
    story = read_story(str(TRACES / "mbimcli-connect.wwtrace"))
    assert story.last("IP_CONFIGURATION", "IPv4Mtu").values["IPv4Mtu"] < 1500
    assert likely_causes(story) == []
