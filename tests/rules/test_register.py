"""Rules of registration, each on a sound device and on one that deviates."""

import pytest

from wwanreplay.analysis.check.fields import number

from .faults import alter, change
from .scenarios import Host, shows

STATE = "NDIS_STATUS_WWAN_REGISTER_STATE"


def automatic_and_manual(host: Host) -> None:
    host.wait(3)
    host.query("OID_WWAN_REGISTER_STATE")
    host.register("Manual", "26201", wait_s=5)
    host.register("Automatic", wait_s=5)


@pytest.mark.rule("register.async")
def test_set_and_query_are_closed_by_the_register_state() -> None:
    shows(
        "register.async",
        automatic_and_manual,
        change("OID_WWAN_REGISTER_STATE", 2, record={"status": number.NDIS_STATUS_SUCCESS}),
        change(STATE, unsolicited=False, record={"code": number.NDIS_STATUS_WWAN_PIN_INFO}),
        change(STATE, 2, unsolicited=False, record={"payload": bytes(12)}),
        times=3,
    )


@pytest.mark.rule("register.no-transient-on-set")
def test_set_is_never_closed_with_searching() -> None:
    shows(
        "register.no-transient-on-set",
        automatic_and_manual,
        alter(
            STATE,
            2,
            unsolicited=False,
            fields={"RegistrationState.RegisterState": number.WwanRegisterStateSearching},
        ),
        times=2,
    )
