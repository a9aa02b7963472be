"""Provider lists: where their rules hold, and where they cannot be decided."""

from rule_sessions import open_sessions, other_sessions, sound_sessions

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


test_a_sound_session_keeps_the_rule = sound_sessions(KEPT)
test_what_a_session_does_not_show_is_left_open = open_sessions(OPEN)
test_what_the_rule_is_not_about_is_passed_over = other_sessions(NOT_MEANT)
