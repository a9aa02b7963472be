"""Device services: where their rules hold, and where they cannot be decided."""

from rule_sessions import open_sessions, other_sessions, sound_sessions

KEPT = (
    (
        "devsvc.response-echo",
        (
            "query DEVICE_SERVICE_COMMAND "
            "DeviceServiceGuid=00000000-0000-0000-0000-000000000001 CommandID=1 = "
            "DeviceServiceGuid=00000000-0000-0000-0000-000000000001 ResponseID=1"
        ),
    ),
    (
        "devsvc.only-subscribed",
        (
            "set SUBSCRIBE_DEVICE_SERVICE_EVENTS Elements=00000000-0000-0000-0000-000000000001 =\n"
            "event DEVICE_SERVICE_EVENT DeviceServiceGuid=00000000-0000-0000-0000-000000000001"
        ),
    ),
    (
        "svcact.ready-after",
        (
            "event READY_INFO ReadyState=notactivated\n"
            "set SERVICE_ACTIVATION =\n"
            "event READY_INFO\n"
            "wait 20"
        ),
    ),
    (
        "vendor.not-supported",
        ("query OID_GEN_SUPPORTED_LIST : raw=0101010e\nset VENDOR_SPECIFIC ! NOT_SUPPORTED"),
    ),
)
OPEN = (
    (
        "devsvc.only-subscribed",
        ("event DEVICE_SERVICE_EVENT DeviceServiceGuid=00000000-0000-0000-0000-000000000001"),
        False,
    ),
    (
        "devsvc.data-size",
        (
            "event DEVICE_SERVICE_EVENT "
            "DeviceServiceGuid=00000000-0000-0000-0000-000000000001 Data=abc"
        ),
        True,
    ),
    (
        "devsvc.command-unsupported",
        (
            "query DEVICE_SERVICE_COMMAND "
            "DeviceServiceGuid=00000000-0000-0000-0000-000000000001 CommandID=1 ~"
        ),
        True,
    ),
)
NOT_MEANT = (
    (
        "svcact.not-supported",
        ("query OID_GEN_SUPPORTED_LIST : raw=0e01010e\nset SERVICE_ACTIVATION ! FAILURE"),
    ),
)


test_a_sound_session_keeps_the_rule = sound_sessions(KEPT)
test_what_a_session_does_not_show_is_left_open = open_sessions(OPEN)
test_what_the_rule_is_not_about_is_passed_over = other_sessions(NOT_MEANT)
