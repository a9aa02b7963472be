"""Provider lists: where their rules hold, and where they cannot be decided."""

import pytest
from rule_sessions import keeps, leaves_open, passes_over

KEPT = (
    (
        "home.state-flag",
        "query HOME_PROVIDER =",
    ),
    (
        "preferred.ota-event",
        (
            "query PREFERRED_PROVIDERS =\n"
            "event PREFERRED_PROVIDERS {ProviderId=26201 ProviderState=preferred}\n"
            "query PREFERRED_PROVIDERS = {ProviderId=26201 ProviderState=preferred}"
        ),
    ),
    (
        "visible.state-flags",
        (
            "event REGISTER_STATE\n"
            "query VISIBLE_PROVIDERS Action=all = {ProviderId=26201 ProviderState=home|registered}"
        ),
    ),
    (
        "visible.scan-while-registered",
        (
            "event REGISTER_STATE\n"
            "query CONNECT = ConnectionId=0 ActivationState=deactivated\n"
            "query VISIBLE_PROVIDERS Action=all = {ProviderId=26201}"
        ),
    ),
    (
        "visible.busy-when-connected",
        ("event REGISTER_STATE\nset CONNECT =\nquery VISIBLE_PROVIDERS Action=all = uStatus=busy"),
    ),
    (
        "home.set-no-unlock",
        ("set HOME_PROVIDER ProviderId=26201 ~\nends HOME_PROVIDER as=NDIS_WWAN_HOME_PROVIDER2"),
    ),
)
OPEN = (
    (
        "home.set-no-unlock",
        "set HOME_PROVIDER ProviderId=26201 =",
        True,
    ),
    (
        "multicarrier.settable",
        "set HOME_PROVIDER ProviderId=26201 =",
        True,
    ),
    (
        "visible.scan-while-registered",
        ("event REGISTER_STATE\nquery VISIBLE_PROVIDERS Action=all = uStatus=busy"),
        True,
    ),
    (
        "home.no-id-read-failure",
        "query HOME_PROVIDER = ProviderId=",
        True,
    ),
)
NOT_MEANT = (
    (
        "preferred.ota-event",
        (
            "query PREFERRED_PROVIDERS =\n"
            "set PREFERRED_PROVIDERS {ProviderId=26201 ProviderState=preferred} =\n"
            "query PREFERRED_PROVIDERS = {ProviderId=26201 ProviderState=preferred}"
        ),
    ),
    (
        "visible.cdma-home-only",
        ("query VISIBLE_PROVIDERS Action=all = {ProviderId=26201} {ProviderId=20801}"),
    ),
)


@pytest.mark.parametrize(("rule_id", "text"), KEPT)
def test_a_sound_session_keeps_the_rule(rule_id: str, text: str) -> None:
    keeps(rule_id, text)


@pytest.mark.parametrize(("rule_id", "text", "is_whole"), OPEN)
def test_what_a_session_does_not_show_is_left_open(rule_id: str, text: str, is_whole: bool) -> None:
    leaves_open(rule_id, text, is_whole=is_whole)


@pytest.mark.parametrize(("rule_id", "text"), NOT_MEANT)
def test_what_the_rule_is_not_about_is_passed_over(rule_id: str, text: str) -> None:
    passes_over(rule_id, text)
