"""Rules of what registration sets come to, each on a sound device and on one that deviates."""

import pytest
from rule_faults import alter, change, drop
from rule_registering import (
    AT_HOME,
    AUTOMATIC,
    AWAY,
    CDMA,
    CLOSED,
    CURRENT_CLASS,
    MANUAL,
    MANUAL_AT_START,
    MULTI_MODE,
    NOBODY,
    NW_ERROR,
    PACKET,
    PREFERRED_CLASSES,
    PROVIDER_ID,
    RADIO,
    SEARCHING,
    STATE,
    WINDOWS_11,
    abroad,
    at_home,
    busy,
    carrier,
    data_classes,
    failed_choices,
    nothing_in_reach,
    power_cycles,
    proves,
    radio_off_and_on,
    technologies,
)
from rule_sessions import leaves_open, passes_over, tally

from wwanreplay.analysis.check.fields import number

OID = "OID_WWAN_REGISTER_STATE"
FAILURE = {"uStatus": number.WWAN_STATUS_FAILURE}
SUCCESS = {"uStatus": number.WWAN_STATUS_SUCCESS}
NOT_VISIBLE = {"uStatus": number.WWAN_STATUS_PROVIDER_NOT_VISIBLE}
REFUSED = {"uStatus": number.WWAN_STATUS_INVALID_PARAMETERS}
BUSY = {"uStatus": number.WWAN_STATUS_BUSY}
UNSUPPORTED = {"uStatus": number.WWAN_STATUS_NO_DEVICE_SUPPORT}
RADIO_OFF = {"uStatus": number.WWAN_STATUS_RADIO_POWER_OFF}


@pytest.mark.rule("register.async")
def test_set_and_query_are_closed_by_the_register_state() -> None:
    proves(
        "register.async",
        at_home,
        change(OID, 2, record={"status": number.NDIS_STATUS_SUCCESS}),
        change(STATE, unsolicited=False, record={"code": number.NDIS_STATUS_WWAN_PIN_INFO}),
        change(STATE, 3, unsolicited=False, record={"payload": bytes(12)}),
        times=6,
    )


@pytest.mark.rule("register.no-transient-on-set")
def test_set_is_never_closed_with_searching() -> None:
    proves(
        "register.no-transient-on-set",
        at_home,
        alter(STATE, 3, unsolicited=False, fields=SEARCHING),
        alter(STATE, 5, unsolicited=False, fields=SEARCHING),
        times=2,
    )


@pytest.mark.rule("register.cdma-manual-refused")
def test_cdma_device_refuses_manual_registration() -> None:
    for scenario, mapping in ((carrier, CDMA), (technologies, MULTI_MODE)):
        proves(
            "register.cdma-manual-refused",
            scenario,
            alter(STATE, values=UNSUPPORTED, fields=SUCCESS),
            alter(STATE, values=UNSUPPORTED, fields=NOT_VISIBLE),
            mapping=mapping,
        )


@pytest.mark.rule("register.manual-not-visible")
def test_manual_set_for_an_absent_network_fails_with_its_code() -> None:
    proves(
        "register.manual-not-visible",
        failed_choices,
        alter(STATE, values=NOT_VISIBLE, fields=SUCCESS),
        alter(STATE, values=NOT_VISIBLE, fields=FAILURE),
        mapping=CLOSED,
    )


@pytest.mark.rule("register.manual-not-visible-state")
def test_failed_choice_of_an_absent_network_is_deregistered() -> None:
    proves(
        "register.manual-not-visible-state",
        failed_choices,
        alter(STATE, values=NOT_VISIBLE, fields=AT_HOME),
        alter(STATE, values=NOT_VISIBLE, fields=SEARCHING),
        mapping=CLOSED,
    )


@pytest.mark.rule("register.manual-fail-no-auto")
def test_failed_manual_set_leaves_no_automatic_mode() -> None:
    proves(
        "register.manual-fail-no-auto",
        failed_choices,
        alter(STATE, 3, unsolicited=False, fields=AUTOMATIC),
        mapping=CLOSED,
        times=2,
    )


@pytest.mark.rule("register.manual-replaces-manual")
def test_manual_set_replaces_the_earlier_one() -> None:
    proves(
        "register.manual-replaces-manual",
        abroad,
        alter(STATE, 4, unsolicited=False, fields={PROVIDER_ID: "20801"}),
        alter(STATE, 5, unsolicited=False, fields={PROVIDER_ID: "20801"}),
        mapping=AWAY,
        times=3,
    )


@pytest.mark.rule("register.manual-same-network")
def test_manual_set_for_the_present_network_succeeds() -> None:
    proves(
        "register.manual-same-network",
        abroad,
        alter(STATE, 6, unsolicited=False, fields=FAILURE),
        alter(STATE, 6, unsolicited=False, fields=BUSY),
        mapping=AWAY,
    )
    proves(
        "register.manual-same-network",
        busy,
        alter(STATE, 5, unsolicited=False, fields=FAILURE),
    )


@pytest.mark.rule("register.forbidden-manual")
def test_manual_set_for_a_forbidden_network_is_refused() -> None:
    proves(
        "register.forbidden-manual",
        failed_choices,
        alter(STATE, 1, values=REFUSED, fields=SUCCESS),
        alter(STATE, 1, values=REFUSED, fields=NOT_VISIBLE),
        alter(STATE, 2, values=REFUSED, fields=FAILURE),
        mapping=CLOSED,
        times=2,
    )


# The second transactional report of this session ends the manual set, the sixth the automatic one.


def test_a_provider_that_the_environment_changed_may_be_forbidden() -> None:
    session = """
        event REGISTER_STATE
        stimulus provider_change Action=1 ProviderId=26201 ProviderState=forbidden
        set REGISTER_STATE RegisterAction=manual ProviderId=26201 = uStatus=invalid_parameters
    """
    passes_over("register.manual-same-network", session)


def test_a_list_that_names_a_provider_twice_forbids_it_with_either_mark() -> None:
    session = """
        event REGISTER_STATE
        set PREFERRED_PROVIDERS ElementType=provider {ProviderId=26201 ProviderState=forbidden} \
            {ProviderId=26201 ProviderState=preferred} =
        set REGISTER_STATE RegisterAction=manual ProviderId=26201 = uStatus=invalid_parameters
    """
    passes_over("register.manual-same-network", session)


def test_a_device_whose_class_is_unknown_may_be_unable_to_register_manually() -> None:
    session = """
        event RADIO_STATE SwRadioState=off
        set REGISTER_STATE RegisterAction=manual = revision=1 uStatus=no_device_support
    """
    leaves_open("register.manual-radio-off", session)


def test_a_network_out_of_reach_may_be_a_forbidden_one() -> None:
    session = """
        query REGISTER_STATE
        query VISIBLE_PROVIDERS =
        set REGISTER_STATE RegisterAction=manual = uStatus=invalid_parameters
    """
    leaves_open("register.manual-not-visible", session)


@pytest.mark.parametrize(
    ("rule_id", "before"),
    [
        ("register.manual-same-network", "event REGISTER_STATE revision=1 ProviderId=20801"),
        ("register.manual-not-visible", "query VISIBLE_PROVIDERS ="),
        (
            "register.forbidden-manual",
            "set PREFERRED_PROVIDERS {ProviderId=20801 ProviderState=forbidden} =",
        ),
    ],
)
def test_who_refuses_manual_registration_may_be_cdma(rule_id: str, before: str) -> None:
    session = "set REGISTER_STATE ProviderId=20801 RegisterAction=manual = revision=1 {}"
    leaves_open(rule_id, f"{before}\n{session.format('uStatus=no_device_support')}")


@pytest.mark.rule("register.manual-radio-off")
def test_manual_set_with_the_radio_off_is_completed() -> None:
    fault = alter(STATE, 2, unsolicited=False, fields=RADIO_OFF)
    proves("register.manual-radio-off", radio_off_and_on, fault)
    fault = alter(STATE, 1, unsolicited=False, fields=NOT_VISIBLE)
    proves("register.manual-radio-off", nothing_in_reach, fault, mapping=NOBODY)


@pytest.mark.rule("register.auto-radio-off")
def test_automatic_set_with_the_radio_off_is_completed() -> None:
    fault = alter(STATE, 6, unsolicited=False, fields=RADIO_OFF)
    proves("register.auto-radio-off", radio_off_and_on, fault)
    fault = alter(STATE, 3, unsolicited=False, fields=FAILURE)
    proves("register.auto-radio-off", nothing_in_reach, fault, mapping=NOBODY)


@pytest.mark.rule("register.manual-radio-off-state")
def test_manual_set_with_the_radio_off_is_deregistered() -> None:
    fault = alter(STATE, 2, unsolicited=False, fields=AT_HOME)
    proves("register.manual-radio-off-state", radio_off_and_on, fault)


@pytest.mark.rule("register.auto-radio-off-state")
def test_automatic_set_with_the_radio_off_is_deregistered() -> None:
    fault = alter(STATE, 6, unsolicited=False, fields=AT_HOME)
    proves("register.auto-radio-off-state", radio_off_and_on, fault)


@pytest.mark.rule("register.manual-radio-on-attempt")
def test_stored_manual_registration_is_tried_when_the_radio_comes_on() -> None:
    proves(
        "register.manual-radio-on-attempt",
        radio_off_and_on,
        alter(STATE, 2, unsolicited=True, values=SEARCHING, fields=AUTOMATIC),
        drop(STATE, 0, unsolicited=True, seen_at=RADIO),
    )
    proves(
        "register.manual-radio-on-attempt",
        nothing_in_reach,
        drop(STATE, 0, unsolicited=True, seen_at=RADIO),
        mapping=NOBODY,
    )


@pytest.mark.rule("register.auto-radio-on-attempt")
def test_stored_automatic_registration_is_tried_when_the_radio_comes_on() -> None:
    proves(
        "register.auto-radio-on-attempt",
        radio_off_and_on,
        alter(STATE, 3, unsolicited=True, values=SEARCHING, fields=MANUAL),
        drop(STATE, 0, unsolicited=True, seen_at=RADIO),
    )
    proves(
        "register.auto-radio-on-attempt",
        nothing_in_reach,
        drop(STATE, 0, unsolicited=True, seen_at=RADIO),
        mapping=NOBODY,
    )


@pytest.mark.rule("register.auto-ignore-providerid")
def test_automatic_set_ignores_the_provider_id() -> None:
    proves(
        "register.auto-ignore-providerid",
        at_home,
        change(OID, 5, record={"status": number.NDIS_STATUS_INVALID_DATA}),
        alter(STATE, 5, unsolicited=False, fields=NOT_VISIBLE),
        alter(STATE, 5, unsolicited=False, fields=MANUAL),
    )


@pytest.mark.rule("register.mode-persists")
def test_mode_lasts_over_radio_and_power() -> None:
    lasting = {**AT_HOME, **MANUAL}
    for mapping in (MANUAL_AT_START, WINDOWS_11):
        proves(
            "register.mode-persists",
            power_cycles,
            *(
                alter(STATE, nth, unsolicited=True, values=lasting, fields=AUTOMATIC)
                for nth in (2, 3, 4)
            ),
            alter(STATE, 3, unsolicited=False, fields=AUTOMATIC),
            mapping=mapping,
            times=20,
        )
    proves(
        "register.mode-persists",
        radio_off_and_on,
        alter(STATE, 3, unsolicited=False, fields=AUTOMATIC),
        alter(STATE, 8, unsolicited=False, fields=MANUAL),
    )
    proves("register.mode-persists", busy, alter(STATE, 4, unsolicited=False, fields=MANUAL))


@pytest.mark.rule("register.switch-mode-registered")
def test_mode_can_be_changed_while_registered() -> None:
    proves(
        "register.switch-mode-registered",
        at_home,
        alter(STATE, 3, unsolicited=False, fields=BUSY),
        alter(STATE, 5, unsolicited=False, fields=FAILURE),
        times=2,
    )


@pytest.mark.rule("register.nwerror-only-failure")
def test_cause_comes_only_with_failure() -> None:
    cause = {NW_ERROR: 11}
    proves(
        "register.nwerror-only-failure",
        failed_choices,
        alter(STATE, values=NOT_VISIBLE, fields=cause),
        alter(STATE, values=REFUSED, fields=cause),
        mapping=CLOSED,
        times=3,
    )
    proves("register.nwerror-only-failure", busy, alter(STATE, values=BUSY, fields=cause))


# In this session the transactional reports 2, 5, 6 and 8 end sets with a data class.


@pytest.mark.rule("register.data-class-try")
def test_device_tries_the_data_class_requested() -> None:
    on_umts = {CURRENT_CLASS: number.WWAN_DATA_CLASS_UMTS}
    on_lte = {CURRENT_CLASS: number.WWAN_DATA_CLASS_LTE}
    proves(
        "register.data-class-try",
        data_classes,
        alter(PACKET, values=on_umts, fields=on_lte),
        times=3,
    )


@pytest.mark.rule("register.data-class-fallback")
def test_set_does_not_fail_for_its_data_class() -> None:
    not_available = {"uStatus": number.WWAN_STATUS_DATA_CLASS_NOT_AVAILABLE}
    proves(
        "register.data-class-fallback",
        data_classes,
        alter(STATE, 6, unsolicited=False, fields=not_available),
        alter(STATE, 2, unsolicited=False, fields=UNSUPPORTED),
        times=4,
    )


@pytest.mark.rule("register.data-class-packet-event")
def test_changed_data_class_is_reported_by_packet_service() -> None:
    on_umts = {CURRENT_CLASS: number.WWAN_DATA_CLASS_UMTS}
    proves(
        "register.data-class-packet-event",
        data_classes,
        drop(PACKET, unsolicited=True, values=on_umts, seen_at=PACKET),
        times=3,
    )


@pytest.mark.rule("register.data-class-none")
def test_set_without_a_data_class_keeps_the_preference() -> None:
    other = {PREFERRED_CLASSES: number.WWAN_DATA_CLASS_GPRS}
    proves(
        "register.data-class-none",
        data_classes,
        alter(STATE, 3, unsolicited=False, fields=other),
        alter(STATE, 4, unsolicited=False, fields=other),
        mapping=WINDOWS_11,
        times=2,
    )


@pytest.mark.rule("register.preferred-classes-report")
def test_preferred_classes_are_those_of_the_set() -> None:
    other = {PREFERRED_CLASSES: number.WWAN_DATA_CLASS_GPRS}
    proves(
        "register.preferred-classes-report",
        data_classes,
        alter(STATE, 2, unsolicited=False, fields=other),
        alter(STATE, 9, unsolicited=False, fields=other),
        mapping=WINDOWS_11,
        times=8,
    )


BUSY_WITH_A_CHOICE = (
    "set REGISTER_STATE RegisterAction=manual ProviderId=20801"
    " = uStatus=busy RegisterMode=automatic / wait 5"
)


@pytest.mark.parametrize(
    "before",
    [
        "query VISIBLE_PROVIDERS ~",
        "set RADIO_STATE RadioAction=on ~",
        "set PACKET_SERVICE PacketServiceAction=attach ~",
    ],
)
def test_a_device_with_something_to_do_may_be_busy(before: str) -> None:
    passes_over(
        "register.switch-mode-registered",
        f"event REGISTER_STATE / {before} / {BUSY_WITH_A_CHOICE}",
    )


def test_a_device_with_nothing_to_do_is_not_busy() -> None:
    found = tally("register.switch-mode-registered", f"event REGISTER_STATE / {BUSY_WITH_A_CHOICE}")
    assert found.broken_count == 1
