"""Rules that bind the device: where they hold, and where they cannot be decided."""

from rule_sessions import open_sessions, other_sessions, sound_sessions

KEPT = (
    (
        "connect.lte-keep-bearer",
        (
            "event REGISTER_STATE\n"
            "event PACKET_SERVICE\n"
            "set CONNECT =\n"
            "set CONNECT ActivationCommand=deactivate = ActivationState=deactivated"
        ),
    ),
    (
        "provctx.v2-delete",
        (
            "set PROVISIONED_CONTEXTS Operation=delete ContextType=internet = revision=2\n"
            "query PROVISIONED_CONTEXTS = revision=2"
        ),
    ),
    (
        "provctx.v2-disabled-fails",
        (
            "query PROVISIONED_CONTEXTS = revision=2 ElementType=contextv2 "
            "{AccessString=internet Enable=contextdisabled}\n"
            "set CONNECT = uStatus=failure ConnectionId=1"
        ),
    ),
    (
        "sar.keep-others",
        (
            "query SAR_CONFIG = {SarAntennaIndex=0 SarBackoffIndex=1} {SarAntennaIndex=1 "
            "SarBackoffIndex=1}\n"
            "set SAR_CONFIG {SarAntennaIndex=0 SarBackoffIndex=2} = {SarAntennaIndex=0 "
            "SarBackoffIndex=2} {SarAntennaIndex=1 SarBackoffIndex=1}"
        ),
    ),
)
OPEN = (
    (
        "sar.invalid-parameters",
        "set SAR_CONFIG {SarAntennaIndex=7} =",
        True,
    ),
    (
        "connect.lte-keep-bearer",
        (
            "event REGISTER_STATE\n"
            "event PACKET_SERVICE\n"
            "set CONNECT =\n"
            "set CONNECT ActivationCommand=deactivate = ActivationState=deactivated\n"
            "event REGISTER_STATE RegisterState=deregistered ProviderId="
        ),
        False,
    ),
)
NOT_MEANT = (
    (
        "connect.lte-reuse-bearer",
        (
            "event PACKET_SERVICE\n"
            "event LTE_ATTACH_STATUS LteAttachState=attached AccessString=ims\n"
            "set CONNECT = uStatus=max_activated_contexts ConnectionId=1"
        ),
    ),
)


test_a_sound_session_keeps_the_rule = sound_sessions(KEPT)
test_what_a_session_does_not_show_is_left_open = open_sessions(OPEN)
test_what_the_rule_is_not_about_is_passed_over = other_sessions(NOT_MEANT)
