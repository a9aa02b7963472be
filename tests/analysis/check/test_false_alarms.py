"""Sessions that break no rule although they look as if: each was found by a random walk."""

import pytest
from rule_contexts import VOICE_PHONE
from rule_registering import CDMA, coverage_of, scan, thrown_out
from rule_scenarios import LTE, Host, Scenario, profile, run

from wwanreplay._core import Lifecycle
from wwanreplay.analysis.check import check
from wwanreplay.analysis.check.fields import number

_MULTICARRIER = number.WWAN_PROVIDER_STATE_PREFERRED_MULTICARRIER
_CDMA_HOME = {**CDMA["home"], "provider_state": CDMA["home"]["provider_state"] | _MULTICARRIER}
_CDMA_PARTNER = {**CDMA["home"], "provider_id": "00332", "kind": 2, "provider_state": 0}
CDMA_ABROAD = profile(CDMA, home=_CDMA_HOME, providers=[_CDMA_HOME, _CDMA_PARTNER])

REFUSING_PHONE = profile(VOICE_PHONE, accepted_access_strings=["internet"])


def sleeps(host: Host) -> None:
    """Let the device sleep."""
    host.set("OID_PNP_SET_POWER", int(number.NdisDeviceStateD3).to_bytes(4, "little"))


def a_write_to_a_device_asleep(host: Host) -> None:
    host.query("OID_WWAN_ENUMERATE_DEVICE_SERVICES")
    sleeps(host)
    host.session_write(1)
    host.session(1, guid=bytes(16))


def a_value_query_that_a_removal_cuts_short(host: Host) -> None:
    host.connect(1)
    host.query("OID_WWAN_PCO", wait_s=0.0021)
    host.lifecycle(Lifecycle.LIFECYCLE_SURPRISE_REMOVAL)


def power_for_a_device_that_is_awake(host: Host) -> None:
    host.wait(10)
    host.set("OID_PNP_SET_POWER", int(number.NdisDeviceStateD0).to_bytes(4, "little"))
    host.stimulus("emergency_mode", EmergencyMode=1)
    host.query("OID_WWAN_REGISTER_STATE")


def a_change_of_mode_whose_sim_fails(host: Host) -> None:
    host.wait(10)
    host.register("Manual", "20801", wait_s=0.01)
    host.stimulus("sim", State=5, wait_s=10)


def a_query_that_names_the_set_under_way(host: Host) -> None:
    host.wait(10)
    host.radio(on=False)
    host.register("Manual", "20801", wait_s=10)
    register = int(number.OID_WWAN_REGISTER_STATE)
    delay = {"DelayNs": 2_000_000_000, "CompletionDelayNs": 1_000_000}
    host.stimulus("latency", Operation=register, Count=1, wait_s=0, **delay)
    host.register("Manual", "22801", wait_s=0.01)
    host.query("OID_WWAN_REGISTER_STATE", wait_s=10)


def a_network_back_before_all_networks_are(host: Host) -> None:
    host.wait(10)
    coverage_of(host, False, wait_s=60)
    coverage_of(host, True, 0, wait_s=60)
    coverage_of(host, True, wait_s=60)


def a_cdma_scan_away_from_home(host: Host) -> None:
    host.wait(10)
    coverage_of(host, False, 0, wait_s=60)
    coverage_of(host, True, 0, wait_s=0)
    scan(host)


def a_call_behind_an_activation_that_failed(host: Host) -> None:
    host.query("OID_WWAN_DEVICE_CAPS", wait_s=10)
    connect = int(number.OID_WWAN_CONNECT)
    host.stimulus("latency", Operation=connect, Count=1, DelayNs=2_000_000_000, wait_s=0)
    host.connect(1, access_string="nowhere", wait_s=0.01)
    host.query("OID_WWAN_CONNECT", wait_s=10)
    host.stimulus("voice_call", State=number.WwanVoiceCallStateInProgress)


def a_connection_while_another_network_is_looked_for(host: Host) -> None:
    host.wait(10)
    register = int(number.OID_WWAN_REGISTER_STATE)
    delay = {"DelayNs": 2_000_000_000, "CompletionDelayNs": 1_000_000}
    host.stimulus("latency", Operation=register, Count=1, wait_s=0, **delay)
    connect = int(number.OID_WWAN_CONNECT)
    host.stimulus("latency", Operation=connect, Count=1, CompletionDelayNs=1_000_000, wait_s=0)
    host.register("Manual", "99999", wait_s=0.01)
    host.query("OID_WWAN_REGISTER_STATE", wait_s=0.1)
    host.connect(1, wait_s=10)


def a_choice_behind_a_registration_under_way(host: Host) -> None:
    host.wait(10)
    thrown_out(host, 11)
    register = int(number.OID_WWAN_REGISTER_STATE)
    delay = {"DelayNs": 2_000_000_000, "CompletionDelayNs": 1_000_000}
    host.stimulus("latency", Operation=register, Count=1, wait_s=0, **delay)
    host.register("Automatic", wait_s=0.01)
    host.query("OID_WWAN_REGISTER_STATE", wait_s=0.002)
    host.register("Manual", "77777", wait_s=10)


SCENARIOS = (
    a_write_to_a_device_asleep,
    a_value_query_that_a_removal_cuts_short,
    power_for_a_device_that_is_awake,
    a_change_of_mode_whose_sim_fails,
    a_query_that_names_the_set_under_way,
    a_network_back_before_all_networks_are,
    a_cdma_scan_away_from_home,
    a_call_behind_an_activation_that_failed,
    a_connection_while_another_network_is_looked_for,
    a_choice_behind_a_registration_under_way,
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[each.__name__ for each in SCENARIOS])
def test_no_rule_is_broken(scenario: Scenario) -> None:
    slow = profile(latencies_ns={number.OID_WWAN_REGISTER_STATE: (2_000_000_000, 0)})
    for mapping in (LTE, slow, CDMA_ABROAD, REFUSING_PHONE):
        assert check(run(scenario, mapping)) == []
