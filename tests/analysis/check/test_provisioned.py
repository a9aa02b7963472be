"""Stored contexts: where their rules hold, and where they do not apply."""

import pytest
from rule_sessions import keeps, leaves_open, passes_over

KEPT = (
    (
        "provctx.set-then-query",
        (
            "set PROVISIONED_CONTEXTS revision=1 AccessString=internet = revision=1\n"
            "query PROVISIONED_CONTEXTS = revision=1 ElementType=context {AccessString=internet}"
        ),
    ),
    (
        "provctx.persist",
        (
            "set PROVISIONED_CONTEXTS revision=1 AccessString=internet = revision=1\n"
            "lifecycle halt\n"
            "lifecycle initialize\n"
            "query PROVISIONED_CONTEXTS = revision=1 ElementType=context {AccessString=internet}"
        ),
    ),
    (
        "provctx.not-from-connect",
        (
            "query PROVISIONED_CONTEXTS = revision=1\n"
            "set CONNECT =\n"
            "query PROVISIONED_CONTEXTS = revision=1"
        ),
    ),
    (
        "provctx.append-index",
        (
            "set PROVISIONED_CONTEXTS revision=1 ContextId=0xffffffff AccessString=internet "
            "= revision=1"
        ),
    ),
    (
        "lte-config.reject-not-three",
        (
            "set LTE_ATTACH_CONFIG SetContextArray[0].Roaming=1 SetContextArray[1].Roaming=1 "
            "= uStatus=invalid_parameters"
        ),
    ),
    (
        "lte-status.event",
        (
            "query LTE_ATTACH_STATUS = LteAttachState=detached\n"
            "event LTE_ATTACH_STATUS LteAttachState=attached"
        ),
    ),
)
NOT_MEANT = (
    (
        "lte-config.reject-not-three",
        ("set LTE_ATTACH_CONFIG SetContextArray[0].Operation=restorefactory = ElementCount=3"),
    ),
    (
        "provctx.set-then-query",
        (
            "set PROVISIONED_CONTEXTS revision=1 AccessString=internet = revision=1\n"
            "event PROVISIONED_CONTEXTS revision=1\n"
            "query PROVISIONED_CONTEXTS = revision=1"
        ),
    ),
    (
        "provctx.ota-event",
        (
            "query PROVISIONED_CONTEXTS = revision=1\n"
            "stimulus sim State=removed\n"
            "query PROVISIONED_CONTEXTS = revision=1 ElementType=context {AccessString=internet}"
        ),
    ),
)


@pytest.mark.parametrize(("rule_id", "text"), KEPT)
def test_a_sound_session_keeps_the_rule(rule_id: str, text: str) -> None:
    keeps(rule_id, text)


@pytest.mark.parametrize(("rule_id", "text"), NOT_MEANT)
def test_what_the_rule_is_not_about_is_passed_over(rule_id: str, text: str) -> None:
    passes_over(rule_id, text)


def test_a_set_that_the_environment_ordered_to_fail_is_left_open() -> None:
    stored = "set PROVISIONED_CONTEXTS revision=1 AccessString=internet ContextId"
    session = (
        f"{stored}=2 = revision=1 / "
        "stimulus outcome Operation=0x0E01010D uStatus=invalid_parameters Count=1 / "
        f"{stored}=0xffffffff = uStatus=invalid_parameters"
    )
    leaves_open("provctx.append-index", session)
