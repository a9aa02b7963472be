"""Values whose numbers differ between MBIM and NDIS: what both sides name comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.mbim import values
from wwanreplay.mbim.rows.framing import CONTEXT_TYPES
from wwanreplay.mbim.tables import ENUMS, MBIMEX_1_0, MBIMEX_2_0
from wwanreplay.mbim.values import CONTEXT_TYPE, CONTEXT_TYPE_NONE, ValueMap, text_to_ndis
from wwanreplay.protocol import PROTOCOL, constants

#: A map, its enumeration in MBIM, the members of each side that come back as another: those that
#: the other side lacks. The rest comes back as it was.
MAPS: dict[str, tuple[ValueMap, str, dict[int, int], dict[int, int]]] = {
    "data class": (values.DATA_CLASS, "MbimDataClass", {0x80: 0x40}, {0x80: 0, 0x1000: 0}),
    "data class in use": (
        values.DATA_CLASS_IN_USE,
        "MbimDataClass",
        {0x80: 0x40},
        {0x80: 0, 0x1000: 0},
    ),
    "data class 3.0": (values.DATA_CLASS, "MbimDataClassV3", {}, {0x80: 0, 0x1000: 0}),
    "control caps": (
        values.CTRL_CAPS,
        "MbimCtrlCaps",
        {},
        dict.fromkeys((0x10, 0x40, 0x80, 0x800, 0x1000, 0x2000), 0),
    ),
    "SIM class": (values.SIM_CLASS, "MbimSimClass", {3: 2}, {3: 0}),
    "IP type": (values.IP_TYPE, "MbimContextIpType", {4: 3}, {4: 2, 5: 0, 6: 0}),
    "media": (values.MEDIA, "MbimAccessMediaType", {}, {2: 0, 4: 0}),
    "SMS format": (values.SMS_FORMAT, "MbimSmsFormat", {}, {1: 0, 2: 0, 3: 0}),
    "SAR and Wi-Fi": (values.SAR_WIFI, "MbimSarWifiHardwareState", {}, {}),
    "cellular class": (values.CELLULAR_CLASS, "MbimCellularClass", {3: 1}, {}),
    "authentication": (values.AUTH_PROTOCOL, "MbimAuthProtocol", {}, {4: 0}),
    "context source": (values.CONTEXT_SOURCE, "MbimContextSource", {}, {5: 2}),
    "attach": (values.ATTACH_OPERATION, "MbimLteAttachContextOperation", {}, {}),
    "DSS link state": (values.DSS_LINK_STATE, "MbimDssLinkState", {}, {}),
}
every_map = pytest.mark.parametrize(
    ("kind", "enum", "mbim_only", "wwan_only"), MAPS.values(), ids=MAPS
)


def wwan_numbers(enum: str) -> set[int]:
    """The numbers of the counterpart on the NDIS side, without the count at its end."""
    row = PROTOCOL.enum_by_name[ENUMS[enum].wwan or ""]
    return {member.number for member in row.members if not member.bound}


def test_every_map_is_tried_here() -> None:
    there = [each for each in vars(values).values() if isinstance(each, ValueMap)]
    assert {each.name for each in there} == {row[0].name for row in MAPS.values()} | {
        CONTEXT_TYPE.name,
        values.SIGNAL_LIMIT.name,
    }


def test_default_and_off_of_signal_reports_are_exchanged() -> None:
    """MBIM 0 is the default, WWAN_RSSI_DEFAULT all ones; what does not matter is the other way."""
    numbers = dict(constants.numbers())
    default, off = numbers["WWAN_RSSI_DEFAULT"], numbers["WWAN_RSSI_DISABLE"]
    assert [values.SIGNAL_LIMIT.to_wwan(each) for each in (0, 0xFFFFFFFF)] == [default, off]
    assert [values.SIGNAL_LIMIT.to_mbim(each) for each in (default, off)] == [0, 0xFFFFFFFF]
    assert values.SIGNAL_LIMIT.to_wwan(5) == values.SIGNAL_LIMIT.to_mbim(5) == 5


@given(st.integers(0, 0xFFFFFFFF))
def test_5g_is_there_from_mbimex_2_0_on_alone(classes: int) -> None:
    for kind in (values.DATA_CLASS, values.DATA_CLASS_IN_USE):
        assert not kind.in_version(classes, MBIMEX_1_0) & 0xC0
        assert kind.in_version(classes, MBIMEX_2_0) == kind.to_mbim(classes)
    assert values.DATA_CLASS_IN_USE.in_version(0x40, MBIMEX_1_0) == 0x20, "LTE anchors it"


@every_map
def test_a_member_of_mbim_comes_back(
    kind: ValueMap, enum: str, mbim_only: dict[int, int], wwan_only: dict[int, int]
) -> None:
    known = wwan_numbers(enum)
    for number in {number for _, number in ENUMS[enum].members} | set(mbim_only):
        there = kind.to_wwan(number)
        assert there in known, number
        assert kind.to_mbim(there) == mbim_only.get(number, number), number


@every_map
def test_a_member_of_ndis_comes_back(
    kind: ValueMap, enum: str, mbim_only: dict[int, int], wwan_only: dict[int, int]
) -> None:
    known = {number for _, number in ENUMS[enum].members}
    for number in wwan_numbers(enum):
        there = kind.to_mbim(number)
        # MBIM cannot delete contexts: a device refuses the number, and nothing else is done.
        assert there in known or (kind is values.ATTACH_OPERATION and number == 1), number
        assert kind.to_wwan(there) == wwan_only.get(number, number), number


@pytest.mark.parametrize("kind", [values.DATA_CLASS, values.CTRL_CAPS], ids=lambda kind: kind.name)
@given(one=st.integers(0, 0xFFFFFFFF), other=st.integers(0, 0xFFFFFFFF))
def test_flags_are_translated_one_by_one(kind: ValueMap, one: int, other: int) -> None:
    assert kind.to_wwan(one | other) == kind.to_wwan(one) | kind.to_wwan(other)
    assert kind.to_mbim(one | other) == kind.to_mbim(one) | kind.to_mbim(other)


def test_every_type_of_context_that_both_sides_name_comes_back() -> None:
    both = [identifier for identifier, member in CONTEXT_TYPES.values() if member]
    assert len({CONTEXT_TYPE.to_wwan(each) for each in both}) == len(both) > 10
    for identifier in both:
        assert CONTEXT_TYPE.to_mbim(CONTEXT_TYPE.to_wwan(identifier)) == identifier


def test_a_type_of_context_without_a_counterpart_is_none() -> None:
    (local, _) = CONTEXT_TYPES["MBIM_CONTEXT_TYPE_LOCAL"]
    none = CONTEXT_TYPE.to_wwan(CONTEXT_TYPE_NONE)
    assert CONTEXT_TYPE.to_wwan(local) == CONTEXT_TYPE.to_wwan("no type at all") == none
    assert CONTEXT_TYPE.to_mbim(0xFFFF) == CONTEXT_TYPE_NONE


@given(text=st.text(max_size=8), count=st.integers(0, 3))
def test_text_loses_the_terminators_at_its_end_and_nothing_else(text: str, count: int) -> None:
    assert text_to_ndis(f"{text}x" + "\0" * count) == f"{text}x"
