"""Rules of what registration reports tell, each on a sound device and on one that deviates."""

import pytest
from rule_faults import alter, drop
from rule_registering import (
    AS_PARTNER,
    AS_ROAMER,
    AT_HOME,
    AWAY,
    CDMA,
    CELLULAR_CLASS,
    DENIED,
    DEREGISTERED,
    EMERGENCY_ONLY,
    MANUAL,
    MANUAL_AT_START,
    MULTI_MODE,
    NW_ERROR,
    PROVIDER_ID,
    PROVIDER_NAME,
    READY,
    REJECTED,
    ROAMING_ONLY,
    ROAMING_TEXT,
    SEARCHING,
    STATE,
    abroad,
    at_home,
    carrier,
    coverage_lost_and_found,
    emergency,
    network_orders,
    power_cycles,
    proves,
    radio_off_and_on,
    rejection,
    slow_set,
    technologies,
)
from rule_scenarios import LTE
from rule_sessions import open_sessions, other_sessions, sound_sessions

from wwanreplay.analysis.check.fields import number

FAILURE = {"uStatus": number.WWAN_STATUS_FAILURE}
OTHER_NAME = {PROVIDER_NAME: "Some Net"}
NO_NAME = {PROVIDER_NAME: ""}
TEXT = {ROAMING_TEXT: "Welcome"}


@pytest.mark.rule("register.notify-change")
def test_changes_are_reported_by_events() -> None:
    proves(
        "register.notify-change",
        coverage_lost_and_found,
        drop(STATE, 2, values=DEREGISTERED, seen_at=STATE, unsolicited=True),
        drop(STATE, 2, values=AT_HOME, seen_at=STATE, unsolicited=True),
        times=4,
    )
    proves(
        "register.notify-change",
        network_orders,
        drop(STATE, values=DENIED, seen_at=STATE, unsolicited=True),
        times=4,
    )
    proves(
        "register.notify-change",
        radio_off_and_on,
        drop(STATE, 3, values=AT_HOME, seen_at=STATE, unsolicited=True),
        times=4,
    )


@pytest.mark.rule("register.cdma-device-initiated")
def test_cdma_device_reports_its_carrier() -> None:
    proves(
        "register.cdma-device-initiated",
        carrier,
        drop(STATE, 1, values=DEREGISTERED, seen_at=STATE, unsolicited=True),
        drop(STATE, 2, values=AT_HOME, seen_at=STATE, unsolicited=True),
        mapping=CDMA,
        times=4,
    )


@pytest.mark.rule("register.power-up-notify")
def test_registration_after_power_up_is_reported() -> None:
    for mapping in (LTE, MANUAL_AT_START):
        proves(
            "register.power-up-notify",
            power_cycles,
            drop(STATE, 1, values=AT_HOME, seen_at=STATE, unsolicited=True),
            drop(STATE, 2, values=AT_HOME, seen_at=STATE, unsolicited=True),
            drop(STATE, 3, values=AT_HOME, seen_at=STATE, unsolicited=True),
            mapping=mapping,
            times=4,
        )


@pytest.mark.rule("register.carrier-available")
def test_found_carrier_is_reported() -> None:
    for mapping, state in ((LTE, AT_HOME), (ROAMING_ONLY, AS_ROAMER)):
        proves(
            "register.carrier-available",
            coverage_lost_and_found,
            drop(STATE, 1, values=state, seen_at=STATE, unsolicited=True),
            drop(STATE, 2, values=state, seen_at="STIMULUS_COVERAGE", unsolicited=True),
            drop(STATE, 2, values=state, seen_at=STATE, unsolicited=True),
            mapping=mapping,
            times=3,
        )
    drop_carrier = drop(STATE, 2, values=AT_HOME, seen_at=STATE, unsolicited=True)
    proves("register.carrier-available", carrier, drop_carrier, mapping=CDMA, times=3)


@pytest.mark.rule("register.carrier-lost")
def test_lost_carrier_is_reported() -> None:
    for scenario, mapping in ((coverage_lost_and_found, LTE), (carrier, CDMA)):
        proves(
            "register.carrier-lost",
            scenario,
            drop(STATE, 1, values=DEREGISTERED, seen_at="STIMULUS_COVERAGE", unsolicited=True),
            drop(STATE, 1, values=DEREGISTERED, seen_at=STATE, unsolicited=True),
            alter(STATE, 1, values=DEREGISTERED, fields=DENIED, unsolicited=True),
            mapping=mapping,
            times=2,
        )


@pytest.mark.rule("register.multimode-class")
def test_changed_cellular_class_is_reported() -> None:
    cdma = {CELLULAR_CLASS: number.WwanCellularClassCdma}
    proves(
        "register.multimode-class",
        technologies,
        drop(STATE, 0, values=cdma, seen_at=STATE, unsolicited=True),
        mapping=MULTI_MODE,
        times=2,
    )


@pytest.mark.rule("register.cdma-automatic")
def test_cdma_device_is_in_automatic_mode() -> None:
    for scenario, mapping in ((carrier, CDMA), (technologies, MULTI_MODE)):
        cdma = {CELLULAR_CLASS: number.WwanCellularClassCdma}
        proves(
            "register.cdma-automatic",
            scenario,
            alter(STATE, 1, values=cdma, fields=MANUAL, unsolicited=True),
            alter(STATE, 1, values=cdma, fields=MANUAL, unsolicited=False),
            mapping=mapping,
            times=5,
        )


@pytest.mark.rule("register.manual-cap")
def test_gsm_device_has_manual_registration() -> None:
    without = {"DeviceCaps.WwanControlCaps": number.WWAN_CTRL_CAPS_HW_RADIO_SWITCH}
    proves(
        "register.manual-cap",
        at_home,
        alter("NDIS_STATUS_WWAN_DEVICE_CAPS", fields=without),
    )


@pytest.mark.rule("register.denied-success")
def test_emergency_registration_is_a_success() -> None:
    proves(
        "register.denied-success",
        emergency,
        alter(STATE, 1, values=DENIED, fields=FAILURE, unsolicited=True),
        alter(STATE, 1, values=DENIED, fields=FAILURE, unsolicited=False),
        alter(STATE, 2, values=DENIED, fields=FAILURE, unsolicited=False),
        mapping=EMERGENCY_ONLY,
        times=5,
    )


@pytest.mark.rule("register.denied-emergency-event")
def test_denied_device_reports_its_emergency_mode() -> None:
    is_on = {"ReadyInfo.EmergencyMode": number.WwanEmergencyModeOn}
    is_off = {"ReadyInfo.EmergencyMode": number.WwanEmergencyModeOff}
    for scenario, mapping in ((emergency, EMERGENCY_ONLY), (network_orders, LTE)):
        proves(
            "register.denied-emergency-event",
            scenario,
            drop(READY, 1, values=is_on, seen_at=STATE, unsolicited=True),
            alter(READY, 1, values=is_on, fields=is_off, seen_at=STATE, unsolicited=True),
            mapping=mapping,
            times=2,
        )


@pytest.mark.rule("register.deregistered-uses")
def test_radio_off_network_and_coverage_lead_to_deregistered() -> None:
    for scenario in (radio_off_and_on, network_orders, coverage_lost_and_found):
        proves(
            "register.deregistered-uses",
            scenario,
            alter(STATE, 1, values=DEREGISTERED, fields=DENIED, unsolicited=True),
            alter(STATE, 1, values=DEREGISTERED, fields=AT_HOME, unsolicited=True),
        )
    proves(
        "register.deregistered-uses",
        radio_off_and_on,
        alter(STATE, 1, fields=SEARCHING, unsolicited=False),
        times=5,
    )


@pytest.mark.rule("register.unsolicited-nwerror")
def test_events_of_the_network_have_its_cause() -> None:
    proves(
        "register.unsolicited-nwerror",
        network_orders,
        alter(STATE, 1, values=DEREGISTERED, fields={NW_ERROR: 0}, unsolicited=True),
        alter(STATE, 1, values=DENIED, fields={NW_ERROR: 0}, unsolicited=True),
        alter(STATE, 1, values=DENIED, fields=FAILURE, unsolicited=True),
        times=4,
    )
    proves(
        "register.unsolicited-nwerror",
        rejection,
        alter(STATE, 1, values=DEREGISTERED, fields=FAILURE, unsolicited=True),
        mapping=REJECTED,
    )


@pytest.mark.rule("register.query-searching")
def test_query_answers_searching_while_the_device_looks() -> None:
    proves(
        "register.query-searching",
        radio_off_and_on,
        alter(STATE, 4, fields=DEREGISTERED, unsolicited=False),
        alter(STATE, 4, fields=AT_HOME, unsolicited=False),
    )
    proves(
        "register.query-searching",
        slow_set,
        alter(STATE, values=SEARCHING, fields=DEREGISTERED, unsolicited=False),
    )


@pytest.mark.rule("register.query-not-registered")
def test_query_answers_deregistered_without_a_network() -> None:
    proves(
        "register.query-not-registered",
        radio_off_and_on,
        alter(STATE, 1, fields=AT_HOME, unsolicited=False),
        times=3,
    )
    proves(
        "register.query-not-registered",
        coverage_lost_and_found,
        alter(STATE, 2, fields=AT_HOME, unsolicited=False),
        alter(STATE, 2, fields=SEARCHING, unsolicited=False),
        times=2,
    )


@pytest.mark.rule("register.searching-strings-null")
def test_searching_has_no_texts() -> None:
    proves(
        "register.searching-strings-null",
        radio_off_and_on,
        alter(STATE, 1, values=SEARCHING, fields=OTHER_NAME),
        alter(STATE, 2, values=SEARCHING, fields=TEXT),
        times=3,
    )


@pytest.mark.rule("register.dereg-strings-null")
def test_deregistered_has_no_texts() -> None:
    proves(
        "register.dereg-strings-null",
        radio_off_and_on,
        alter(STATE, 1, values=DEREGISTERED, fields=OTHER_NAME, unsolicited=True),
        alter(STATE, 1, values=DEREGISTERED, fields=TEXT, unsolicited=False),
        times=5,
    )


@pytest.mark.rule("register.searching-manual-providerid")
def test_searching_names_the_network_chosen() -> None:
    manual = {**SEARCHING, **MANUAL}
    for scenario in (radio_off_and_on, power_cycles):
        proves(
            "register.searching-manual-providerid",
            scenario,
            alter(STATE, 1, values=manual, fields={PROVIDER_ID: ""}),
            alter(STATE, 2, values=manual, fields={PROVIDER_ID: "20801"}),
            times=2,
        )
    proves(
        "register.searching-manual-providerid",
        slow_set,
        alter(STATE, 1, values=manual, fields={PROVIDER_ID: ""}, unsolicited=False),
    )


@pytest.mark.rule("register.dereg-manual-providerid")
def test_deregistered_names_the_network_chosen() -> None:
    manual = {**DEREGISTERED, **MANUAL}
    for scenario in (radio_off_and_on, coverage_lost_and_found):
        proves(
            "register.dereg-manual-providerid",
            scenario,
            alter(STATE, 1, values=manual, fields={PROVIDER_ID: ""}),
            alter(STATE, 2, values=manual, fields={PROVIDER_ID: "20801"}),
            times=2,
        )


@pytest.mark.rule("register.searching-is-transient")
def test_searching_ends_in_a_stable_state() -> None:
    proves(
        "register.searching-is-transient",
        at_home,
        [
            drop(STATE, 0, values=AT_HOME, seen_at=STATE, unsolicited=True),
            drop(STATE, 0, values=AT_HOME, unsolicited=False),
        ],
        [
            alter(STATE, 0, values=AT_HOME, fields=SEARCHING, unsolicited=True),
            drop(STATE, 0, values=AT_HOME, unsolicited=False),
        ],
    )


@pytest.mark.rule("register.home-state")
def test_home_is_the_state_with_the_home_provider() -> None:
    proves(
        "register.home-state",
        at_home,
        alter(STATE, 1, values=AT_HOME, fields=AS_ROAMER, unsolicited=True),
        alter(STATE, 2, values=AT_HOME, fields=AS_PARTNER, unsolicited=False),
        alter(STATE, 2, values=AT_HOME, fields={PROVIDER_ID: "20801"}, unsolicited=False),
        times=5,
    )


@pytest.mark.rule("register.home-name")
def test_home_has_the_name_of_the_home_network() -> None:
    proves(
        "register.home-name",
        at_home,
        alter(STATE, 1, values=AT_HOME, fields=NO_NAME, unsolicited=True),
        alter(STATE, 3, values=AT_HOME, fields=OTHER_NAME, unsolicited=False),
        times=5,
    )


@pytest.mark.rule("register.home-no-roamtext")
def test_home_has_no_roaming_text() -> None:
    proves(
        "register.home-no-roamtext",
        at_home,
        alter(STATE, 1, values=AT_HOME, fields=TEXT, unsolicited=True),
        alter(STATE, 1, values=AT_HOME, fields=TEXT, unsolicited=False),
        times=5,
    )


@pytest.mark.rule("register.roaming-kind")
def test_foreign_network_is_partner_or_roaming() -> None:
    proves(
        "register.roaming-kind",
        abroad,
        alter(STATE, 1, values=AS_PARTNER, fields=AT_HOME),
        alter(STATE, 1, values=AS_ROAMER, fields=AT_HOME),
        mapping=AWAY,
        times=5,
    )


PREFERS = "set PREFERRED_PROVIDERS {ProviderId=22801 ProviderState=preferred} ="
LISTS = (
    "query PREFERRED_PROVIDERS = ElementType=provider {ProviderId=22801 ProviderState=preferred}"
)
PARTNER = "event REGISTER_STATE RegisterState=partner ProviderId=22801"
ROAMS = "event REGISTER_STATE RegisterState=roaming ProviderId=22801"
ELSEWHERE = "event REGISTER_STATE RegisterState=partner ProviderId=26202"

test_a_partner_is_who_the_list_prefers = sound_sessions(
    [
        ("register.roaming-kind", f"{PREFERS} / {PARTNER}"),
        ("register.roaming-kind", f"{LISTS} / {PARTNER}"),
        (
            "register.roaming-kind",
            f"{LISTS} / query VISIBLE_PROVIDERS = {{ProviderId=26202 ProviderState=preferred}} /"
            f" {ELSEWHERE}",
        ),
    ]
)
test_what_no_list_shows_is_left_open = open_sessions(
    [("register.roaming-kind", f"{LISTS} / {ROAMS}", True)]
)
test_a_list_that_is_not_shown_or_no_longer_in_force_is_no_evidence = other_sessions(
    [
        ("register.roaming-kind", ELSEWHERE),
        ("register.roaming-kind", f"{LISTS} / {ELSEWHERE}"),
        (
            "register.roaming-kind",
            "set PREFERRED_PROVIDERS {ProviderId=22801 ProviderState=preferred}"
            f" {{ProviderId=22801 ProviderState=forbidden}} = / {PARTNER}",
        ),
        (
            "register.roaming-kind",
            f"{PREFERS} / stimulus provider_change ProviderId=26202 / {LISTS} / {ELSEWHERE}",
        ),
        ("register.roaming-kind", f"{PREFERS} / stimulus sim State=inserted / {ELSEWHERE}"),
        (
            "register.roaming-kind",
            f"{PREFERS} / query REGISTER_STATE = RegisterState=partner ProviderId=26202",
        ),
        (
            "register.roaming-kind",
            f"set PREFERRED_PROVIDERS {{ProviderId=22801 ProviderState=preferred}} ~ / {ROAMS}",
        ),
    ]
)


@pytest.mark.rule("register.roaming-id-name")
def test_foreign_network_has_id_and_name() -> None:
    proves(
        "register.roaming-id-name",
        abroad,
        alter(STATE, 1, values=AS_PARTNER, fields={PROVIDER_ID: ""}),
        alter(STATE, 1, values=AS_ROAMER, fields=NO_NAME),
        mapping=AWAY,
        times=5,
    )
