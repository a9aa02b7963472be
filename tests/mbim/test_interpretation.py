"""The members of a session's messages: versions, statuses, what one message needs of another."""

from typing import Any

import pytest
from class_driver_host import (
    BASIC,
    CONNECTED_3,
    OPEN,
    command,
    done,
    from_device,
    from_host,
    indicate,
    only,
    values,
)

from wwanreplay.mbim import codec
from wwanreplay.mbim.class_driver import ClassDriver
from wwanreplay.mbim.commands import ties_by_command
from wwanreplay.mbim.interpretation import PROBLEMS_MAX, Interpretation
from wwanreplay.mbim.known import known_of
from wwanreplay.mbim.messages import STATUS
from wwanreplay.protocol import PROTOCOL


def test_a_status_without_a_namesake_is_a_failure_and_reported() -> None:
    driver = ClassDriver()
    from_host(driver, command(2, BASIC, 3))
    event = only(from_device(driver, done(2, BASIC, 3, status=0x80000123)))
    assert values(event)["uStatus"] == PROTOCOL.status("WWAN_STATUS_FAILURE").number
    assert driver.problems == ["status 0x80000123 has no WWAN_STATUS: taken as a failure"]


def test_a_layout_of_another_version_is_read_and_reported() -> None:
    driver = ClassDriver()
    from_host(driver, OPEN)
    event = only(from_device(driver, indicate(BASIC, 12, CONNECTED_3)))
    assert values(event)["ContextState.ActivationState"] == 1
    assert "ContextState.ConnectionMedia" not in known_of(event)
    assert driver.problems == [
        "MBIM_CID_CONNECT notification: has the layout of MBIMEx 3.0, 1.0 is in force"
    ]
    assert driver.mbimex == 0x0100


def test_a_session_begun_before_the_log_takes_the_version_of_its_buffers() -> None:
    driver = ClassDriver()
    from_device(driver, indicate(BASIC, 12, CONNECTED_3))
    assert driver.mbimex == 0x0300
    event = only(from_device(driver, indicate(BASIC, 12, CONNECTED_3)))
    assert driver.problems == []
    assert values(event)["ContextState.AccessString"] == "internet"


def test_what_one_message_says_stands_in_the_structure_of_another() -> None:
    driver = ClassDriver()
    registered = codec.encode(
        BASIC, 9, "notification", {"RegisterState": 3, "AvailableDataClasses": 0xA0}
    )
    from_device(driver, indicate(BASIC, 9, registered))
    attached = codec.encode(BASIC, 10, "notification", {"PacketServiceState": 2})
    event = only(from_device(driver, indicate(BASIC, 10, attached)))
    assert values(event)["PacketService.AvailableDataClass"] == 0x60
    assert "PacketService.AvailableDataClass" not in known_of(event)
    from_device(driver, indicate(BASIC, 22, b"\1\0\0\0"))
    ready = codec.encode(BASIC, 2, "notification", {"ReadyState": 1})
    event = only(from_device(driver, indicate(BASIC, 2, ready)))
    assert values(event)["ReadyInfo.EmergencyMode"] == 1
    assert "ReadyInfo.EmergencyMode" not in known_of(event)


def test_text_that_no_field_holds_is_cut_and_reported() -> None:
    members = {"ProviderId": "0010199999", "RegisterState": 3}
    driver = ClassDriver()
    event = only(
        from_device(driver, indicate(BASIC, 9, codec.encode(BASIC, 9, "notification", members)))
    )
    assert values(event)["RegistrationState.ProviderId"] == "001019"
    assert driver.problems == [
        "NDIS_WWAN_REGISTRATION_STATE.RegistrationState.ProviderId: text of 20 bytes is cut to 12"
    ]


def session(mbimex: int = 0x0100, *, sure: bool = True) -> Interpretation:
    return Interpretation(2, mbimex, version_sure=sure)


def test_problems_are_kept_up_to_a_limit_and_all_counted() -> None:
    made = session()
    for number in range(PROBLEMS_MAX + 3):
        made.problem(f"{number}")
    made.problem("")
    assert made.problems == [f"{number}" for number in range(PROBLEMS_MAX)]
    assert made.problem_count == PROBLEMS_MAX + 4


def test_a_buffer_of_a_newer_version_moves_a_version_that_is_not_sure() -> None:
    for sure in (True, False):
        made = session(sure=sure)
        values = made.members((BASIC, 12), "notification", CONNECTED_3, None)
        assert values is not None
        assert values["AccessString"] == "internet"
        assert made.mbimex == (0x0100 if sure else 0x0300)
        assert len(made.problems) == 1


def test_a_buffer_that_fits_no_layout_is_one_problem_and_no_values() -> None:
    made = session()
    assert made.members((BASIC, 3), "response", b"\1\2\3", None) is None
    assert made.members((BASIC, 999), "response", b"", None) is None
    assert made.problem_count == 2
    assert not any("\n" in problem for problem in made.problems)


def test_members_that_a_log_prints_need_no_bytes() -> None:
    made = session()
    fields = [("Fields.HwRadioState", "on")]
    assert made.members((BASIC, 3), "response", b"\1\2\3", fields) == {"HwRadioState": 1}
    assert made.problem_count == 0


def test_a_value_that_goes_into_no_structure_is_a_problem_that_names_it() -> None:
    made = session()
    answer = ties_by_command()[BASIC, 3].answer
    assert answer is not None
    assert made.built(answer, {"RadioState.HwRadioState": "on"}) is None
    assert made.problems[0].startswith(f"{answer.structure}: ")
    assert "HwRadioState" in made.problems[0]


@pytest.mark.parametrize("key", [(BASIC, 10), (BASIC, 2)])
def test_what_no_message_gave_is_not_made_up(key: tuple[int, int]) -> None:
    answer = ties_by_command()[key].answer
    assert answer is not None
    tree: dict[str, Any] = {}
    session().supplement(key, answer, tree, {}, None)
    assert not any(tree.values())


def test_a_status_is_that_of_ndis_of_the_same_name() -> None:
    made = session()
    busy = PROTOCOL.status("WWAN_STATUS_BUSY").number
    assert made.status(STATUS["MBIM_STATUS_BUSY"]) == busy
    assert made.problem_count == 0


@pytest.mark.parametrize(
    ("values", "port"),
    [
        ({"SessionId": 1}, 1),
        ({"PcoValue": {"SessionId": 1}}, 1),
        ({"SessionId": 2}, 0),  # there are two ports
        ({"SessionId": -1}, 0),
        ({"SessionId": "###"}, 0),
        ({}, 0),
    ],
)
def test_the_port_is_that_of_the_session_where_there_is_one(
    values: dict[str, Any], port: int
) -> None:
    assert session().port(values) == port
