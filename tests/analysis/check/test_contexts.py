"""Contexts at each moment of a session, as the reports show them."""

from rule_contexts import VOICE_PHONE, network_ends_it, on_and_off
from rule_scenarios import LTE, Host, profile, run

from wwanreplay._core import Lifecycle
from wwanreplay.analysis.check.contexts import (
    ACTIVATION,
    STATE,
    contexts,
    contexts_max,
    has_command,
    multiple_ports,
    voice_class,
)
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.session import Session
from wwanreplay.protocol.kinds import OUTPUTS


def sets(session):
    return list(session.of(number.OID_WWAN_CONNECT, "set"))


def test_a_context_is_active_from_the_report_of_its_activation_to_that_of_its_end():
    session = Session(run(on_and_off))
    view = contexts(session)
    activate, deactivate = sets(session)
    assert view.ports == [0]
    assert view.active(0, activate.closing.at) == frozenset()
    assert view.active(0, activate.closing.at + 1) == {1}
    assert view.active(0, deactivate.closing.at) == {1}
    assert view.active(0, len(session.items)) == frozenset()
    assert view.active(7, len(session.items)) == frozenset()


def test_a_set_that_activates_is_open_until_its_answer_and_one_that_ends_is_none():
    session = Session(run(on_and_off))
    view = contexts(session)
    activate, deactivate = sets(session)
    assert (has_command(activate, "Activate"), has_command(activate, "Deactivate")) == (True, False)
    assert has_command(deactivate, "Deactivate")
    assert not view.activating(0, activate.request.at)
    assert view.activating(0, activate.closing.at)
    assert not view.activating(0, activate.closing.at + 1)
    assert not view.activating(0, deactivate.closing.at)
    assert not view.activating(1, activate.closing.at)


def test_the_network_ends_a_context_as_the_host_does():
    session = Session(run(network_ends_it))
    view = contexts(session)
    (ended,) = (item for item in session.reports(STATE) if item.is_event)
    assert view.active(0, ended.at) == {1}
    assert view.active(0, ended.at + 1) == frozenset()
    assert view.last(0, ended.at)[ACTIVATION] != ended[ACTIVATION]
    assert view.next(0, ended.at - 1) is ended


def test_only_what_turned_a_context_active_is_an_activation():
    session = Session(run(on_and_off))
    (activation,) = contexts(session).activations(0)
    assert activation is sets(session)[0].closing


def test_behind_a_halt_nothing_is_known_until_it_is_reported():
    def halted(host: Host) -> None:
        host.wait(3)
        host.connect(1, wait_s=5)
        host.lifecycle(Lifecycle.LIFECYCLE_HALT)
        host.lifecycle(Lifecycle.LIFECYCLE_INITIALIZE, wait_s=5)
        host.query("OID_WWAN_CONNECT")

    session = Session(run(halted))
    view = contexts(session)
    (halt,) = session.interruptions
    assert view.known(0, halt - 1)
    assert view.active(0, halt - 1) == {1}
    assert not view.known(0, halt + 1)
    assert view.active(0, halt + 1) == frozenset()
    again = view.next(0, halt)
    assert view.known(0, again.at + 1)


def test_positions_before_and_behind_all_reports_have_none():
    session = Session(run(on_and_off))
    view = contexts(session)
    assert view.last(0, 0) is None
    assert view.next(0, len(session.items)) is None
    assert view.reports(5) == []
    assert not view.known(0, 0)


def test_the_view_of_a_session_is_made_once():
    session = Session(run(on_and_off))
    assert contexts(session) is contexts(session)


def test_capabilities_count_from_when_they_were_reported():
    def caps(host: Host) -> None:
        host.wait(3)
        host.query("OID_WWAN_DEVICE_CAPS")

    session = Session(run(caps, VOICE_PHONE))
    (report,) = session.reports(number.NDIS_STATUS_WWAN_DEVICE_CAPS)
    assert contexts_max(session, report.at) is None
    assert contexts_max(session, report.at + 1) == 1
    assert voice_class(session) == number.WwanVoiceClassSeparateVoiceData
    assert voice_class(Session([])) is None


def test_ports_are_multiple_when_an_output_came_on_another_one():
    def on_port(host: Host) -> None:
        host.wait(3)
        host.query("OID_WWAN_CONNECT", port=1)

    events = run(on_port, profile(LTE, port_count=2))
    assert multiple_ports(Session(events))
    requests_only = [event for event in events if event.kind not in OUTPUTS]
    assert not multiple_ports(Session(requests_only))
