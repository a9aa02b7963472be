"""Buffers of sessions whose MBIMEx version is uncertain; the version in force is in test_header."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mbim_samples import sample_values

from wwanreplay.mbim import codec
from wwanreplay.mbim.tables import BASIC_CONNECT, MBIMEX_1_0, MBIMEX_NEWEST, find_cid
from wwanreplay.mbim.versions import VERSION, agreed, understand, version_in, version_text

PACKET_SERVICE = (BASIC_CONNECT, 10, "response")
LAYOUTS = find_cid(BASIC_CONNECT, 10).response


def buffer_of(layout):
    return codec.encode_layout("sample", layout, sample_values(layout))


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: version_text(layout.mbimex))
def test_the_version_in_force_is_understood_without_a_word(layout):
    found = understand(*PACKET_SERVICE, buffer_of(layout), layout.mbimex)
    assert (found.mbimex, found.problem, found.other_version) == (layout.mbimex, "", False)


def test_a_layout_of_another_version_is_understood_and_named():
    first, last = LAYOUTS[0], LAYOUTS[-1]
    found = understand(*PACKET_SERVICE, buffer_of(last), first.mbimex)
    assert (found.mbimex, found.other_version) == (last.mbimex, True)
    assert f"MBIMEx {version_text(last.mbimex)}" in found.problem
    assert f"{version_text(first.mbimex)} is in force" in found.problem


def test_what_is_not_in_the_tables_is_reported():
    assert "not in the tables" in understand(BASIC_CONNECT, 999, "response", b"", MBIMEX_1_0)


@given(st.binary(max_size=64), st.sampled_from([layout.mbimex for layout in LAYOUTS]))
def test_any_bytes_are_understood_or_refused_in_one_line(data: bytes, mbimex: int):
    found = understand(*PACKET_SERVICE, data, mbimex)
    text = found if isinstance(found, str) else found.problem
    assert "\n" not in text
    assert not isinstance(found, str) or found


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
def test_the_lower_version_is_agreed_and_none_below_1(wanted: int, answered: int):
    assert agreed(wanted, answered) == agreed(answered, wanted)
    assert agreed(wanted, answered) in (wanted, answered, MBIMEX_1_0)
    assert agreed(wanted, answered) >= MBIMEX_1_0


def test_versions_are_written_as_people_do():
    assert [version_text(mbimex) for mbimex in (0x100, 0x200, 0x310)] == ["1.0", "2.0", "3.10"]


@pytest.mark.parametrize("operation", ["query", "response"])
@given(version=st.integers(0, 0xFFFF))
def test_a_version_is_read_of_both_directions_and_not_of_a_part(operation: str, version: int):
    values = {"MbimVersion": 0x0100, "MbimExtendedVersion": version}
    buffer = codec.encode(*VERSION, operation, values, mbimex=MBIMEX_NEWEST)
    assert version_in(operation, buffer) == version
    assert version_in(operation, buffer[:-1]) is None
