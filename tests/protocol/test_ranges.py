"""The documented ranges: each member of an enumeration is in its range; signals have theirs."""

from groups import together

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.ranges import ERROR_RATE, RSSI, RSSI_THRESHOLD, members
from wwanreplay.protocol.schema import FlagSet

ENUMS = [row for row in PROTOCOL.tables.enums if row.members]


@together(ENUMS, lambda row: row.name)
def test_every_member_is_in_its_range(row):
    found = members(row)
    for member in row.members:
        if member.bound and not isinstance(row, FlagSet):
            continue  # one behind the last, which is no value
        inside = found.lowest <= member.number <= found.highest
        assert inside or member.number in found.besides, member.name


def test_the_bound_of_an_enumeration_is_no_member():
    bounds = 0
    for row in ENUMS:
        if isinstance(row, FlagSet):
            continue
        found = members(row)
        numbers = {member.number for member in row.members if not member.bound}
        for member in row.members:
            if member.bound and member.number not in numbers:
                bounds += 1
                assert not found.lowest <= member.number <= found.highest
                assert member.number not in found.besides
    assert bounds > 5


def test_a_signal_is_from_0_to_31_or_unknown():
    assert (RSSI.lowest, RSSI.highest, RSSI.besides) == (0, 31, (99,))
    assert (ERROR_RATE.lowest, ERROR_RATE.highest, ERROR_RATE.besides) == (0, 7, (99,))
    assert RSSI_THRESHOLD.highest == RSSI.highest
