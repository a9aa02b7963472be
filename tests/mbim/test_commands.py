"""Ties by command and by OID, and what the emulated function serves."""

import pytest

from wwanreplay.mbim.commands import (
    COMMANDS_OF_OIDS,
    IP_PACKET_FILTERS,
    PASSED_THROUGH,
    SERVED,
    TIES,
    ties_by_command,
    ties_of_oid,
)
from wwanreplay.mbim.tables import find_cid


def test_the_pin_oid_goes_by_the_driver_model() -> None:
    assert ties_by_command(1)[1, 4].oid.name == "OID_WWAN_PIN"
    assert ties_by_command(2)[1, 4].oid.name == "OID_WWAN_PIN_EX"


@pytest.mark.parametrize("model", [1, 2])
def test_a_command_has_one_tie_in_a_driver_model(model: int) -> None:
    found = ties_by_command(model)
    assert set(found) <= COMMANDS_OF_OIDS
    for key, tie in found.items():
        assert tie.key == key
        assert tie.driver_model in (None, model)
    # Only the ties that have nothing to say in either direction are left out.
    left = [tie for tie in TIES if tie.key not in found and tie.driver_model in (None, model)]
    assert all(tie.answer is None and tie.set is None for tie in left)


def test_a_model_that_is_not_known_has_the_ties_of_the_nearest() -> None:
    assert ties_by_command(0) == ties_by_command(1) != ties_by_command(2) == ties_by_command(9)


def test_ties_of_an_oid_are_all_of_its_commands() -> None:
    assert {tie.key for tie in TIES if tie.oid_name == "OID_WWAN_PIN_EX"} == {
        tie.key for tie in ties_of_oid("OID_WWAN_PIN_EX")
    }
    assert sum(len(ties_of_oid(name)) for name in {tie.oid_name for tie in TIES}) == len(TIES)
    assert ties_of_oid("OID_WWAN_NO_SUCH") == ()


def test_what_is_served_is_listed_once_and_in_order() -> None:
    for service, cids in SERVED.items():
        assert list(cids) == sorted(set(cids)), service
        for cid in cids:
            assert find_cid(service, cid) is not None
    served = {(service, cid) for service, cids in SERVED.items() for cid in cids}
    assert {tie.key for tie in TIES if tie.served} | {*PASSED_THROUGH, IP_PACKET_FILTERS} == served


def test_what_passes_through_can_be_queried_and_names_a_member_of_its_answer() -> None:
    for key, session in PASSED_THROUGH.items():
        row = find_cid(*key)
        assert row is not None
        assert "q" in row.operations
        assert not session or session in {field.name for field in row.response[0].fields}
