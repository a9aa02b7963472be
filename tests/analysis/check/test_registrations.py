"""The registration at each moment of a session, as requests and reports show it."""

from rule_registering import ALL_PROVIDERS, CLOSED, NOBODY, WINDOWS_11
from rule_scenarios import HOME, LTE, ROAMING, Host, pack, run

from wwanreplay._core import Lifecycle
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.registrations import (
    AUTOMATIC,
    MANUAL,
    SEARCHING,
    STATE,
    device_class,
    forbidden,
    home_provider,
    last_scan,
    listed,
    registrations,
    requested_mode,
    state_name,
)
from wwanreplay.analysis.check.registrations import HOME as AT_HOME
from wwanreplay.analysis.check.session import Session


def scan(host: Host) -> None:
    payload = pack("NDIS_WWAN_GET_VISIBLE_PROVIDERS", VisibleProviders__Action=0)
    host.query("OID_WWAN_VISIBLE_PROVIDERS", payload, wait_s=30)


def day(host: Host) -> None:
    """Registration at the start, by hand, again automatically, and lost coverage."""
    host.wait(3)
    host.query("OID_WWAN_DEVICE_CAPS")
    host.query("OID_WWAN_HOME_PROVIDER")
    host.register("Manual", ROAMING["provider_id"], wait_s=5)
    host.query("OID_WWAN_REGISTER_STATE")
    host.register(wait_s=5)
    host.stimulus("coverage", Available=0, ProviderIndex=ALL_PROVIDERS, wait_s=10)
    host.query("OID_WWAN_REGISTER_STATE")


SESSION = Session(run(day))
VIEW = registrations(SESSION)


def test_the_last_report_before_a_position_is_the_registration_there():
    assert VIEW.last(0) is VIEW.state(0) is None
    assert not VIEW.registered(0)
    for before, item in zip(VIEW.reported, VIEW.reported[1:], strict=False):
        assert VIEW.last(item.at) is before
        assert VIEW.state(item.at) == before[STATE]
    assert list(VIEW.since(-1)) == VIEW.reported
    assert list(VIEW.since(VIEW.reported[-1].at)) == []


def test_coverage_that_is_lost_is_a_change_and_the_end_of_a_set_is_none():
    changes = list(VIEW.changes())
    ends = {closing.at for _, closing in VIEW.sets}
    assert changes
    assert ends.isdisjoint(item.at for _, item in changes)
    assert VIEW.registered(changes[-1][0].at + 1)
    assert not VIEW.registered(len(SESSION.items))


def test_sets_have_their_mode_their_end_and_the_next_request():
    (manual, first_end, following), (automatic, last_end, nothing) = VIEW.set_pairs()
    assert (requested_mode(manual), requested_mode(automatic)) == (MANUAL, AUTOMATIC)
    assert manual.request.at < first_end.at < following == automatic.request.at
    assert (last_end.u_status, nothing) == (0, 1 << 62)
    assert VIEW.set_open(manual.request.at, manual.request.at)
    assert not VIEW.set_open(first_end.at + 1, following - 1)


def test_between_two_positions_both_are_left_out():
    first, *_, last = VIEW.reports
    inner = VIEW.between(first.at, last.at)
    assert first not in inner
    assert last not in inner
    assert len(inner) == len(VIEW.reports) - 2


def test_a_report_in_manual_mode_can_have_the_network_that_was_chosen():
    query = next(iter(SESSION.of(number.OID_WWAN_REGISTER_STATE, "query")))
    assert VIEW.manual_choices(query.closing) == {ROAMING["provider_id"]}
    assert VIEW.manual_choices(VIEW.reported[0]) == set()


def test_the_home_provider_and_the_class_are_those_of_the_device():
    end = len(SESSION.items)
    expected = (HOME["provider_id"], HOME["provider_name"])
    assert home_provider(SESSION, end) == home_provider(SESSION, 0) == expected
    assert device_class(SESSION) == VIEW.cellular_class(end) == number.WwanCellularClassGsm
    assert device_class(Session([])) is home_provider(Session([]), 0) is None


def test_a_scan_is_in_force_from_its_report_also_one_that_found_nothing():
    for mapping, found in ((LTE, 3), (NOBODY, 0), (WINDOWS_11, 3)):
        session = Session(run(lambda host: (host.wait(3), scan(host)), mapping))
        (report,) = session.reports(number.NDIS_STATUS_WWAN_VISIBLE_PROVIDERS)
        assert last_scan(session, report.at) is None
        assert last_scan(session, report.at + 1) is report
        assert len(listed(report)) == found


def test_a_network_that_a_list_marks_is_forbidden_from_then_on():
    session = Session(run(lambda host: (host.wait(3), scan(host)), CLOSED))
    (report,) = session.reports(number.NDIS_STATUS_WWAN_VISIBLE_PROVIDERS)
    assert forbidden(session, report.at) == set()
    assert forbidden(session, report.at + 1) == {"20899"}


def test_what_happens_meanwhile_disturbs():
    (coverage,) = SESSION.stimuli_of("COVERAGE")
    assert not VIEW.undisturbed(coverage.at - 1, coverage.at + 1, "COVERAGE")
    assert VIEW.undisturbed(coverage.at - 1, coverage.at + 1, "SIM")
    halted = Session(run(lambda host: (host.wait(3), host.lifecycle(Lifecycle.LIFECYCLE_HALT))))
    view = registrations(halted)
    assert not view.undisturbed(0, len(halted.items))


def test_states_are_named_also_unknown_ones():
    assert (state_name(AT_HOME), state_name(SEARCHING)) == ("home", "searching")
    assert (state_name(None), state_name(99)) == ("state None", "state 99")
