"""Rows of the protocol tables check themselves, by name."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.row_forms import bit, number, union
from wwanreplay.protocol.schema import (
    Enum,
    Field,
    Indication,
    Layout,
    Member,
    Oid,
    Range,
    Revision,
    RowError,
    Status,
    Stimulus,
    Struct,
    marked,
)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Field("Bad", "u7"),
        lambda: Field("", "u8"),
        lambda: Field("Bad", "u8", -1),
        lambda: Field("Bad", "struct"),
        lambda: Field("Bad", "u8", personal="gossip"),
        lambda: Field("Bad", "u8", origin="rumour"),
        lambda: Field("Bad", "u16", bits=(0, 1)),
        lambda: bit("Bad", 30, 5),
        lambda: union("Bad", "Other"),
        lambda: Struct("Bad", ()),
        lambda: Struct("Bad", (Layout("L1", 0, ()), Layout("L1", 0, ()))),
        lambda: Struct("Bad", (Layout("L1", 0, ()),), (Revision(1, "Bad_REVISION_1", ("L2",)),)),
        lambda: Revision(0, "Bad", ("L1",)),
        lambda: Revision(1, "Bad", ()),
        lambda: Member("Bad", 1 << 32),
        lambda: Enum("Bad", (Member("A", 1), Member("A", 2))),
        lambda: Status("Bad", -1, ""),
        lambda: Oid("Bad", 1, query="maybe"),
        lambda: Indication("Bad", 1, unsolicited="perhaps"),
        lambda: Stimulus("Bad", 0, "X", ""),
    ],
)
def test_row_that_contradicts_itself_is_refused_by_name(make):
    with pytest.raises(RowError, match=r"Bad|unnamed|''"):
        make()


@pytest.mark.parametrize(
    "change",
    [{"id": "Bad"}, {"level": "might"}, {"basis": "hearsay"}, {"actor": "somebody"}],
)
def test_rule_with_an_unknown_word_is_refused(change):
    row = PROTOCOL.rule("pco.no-noise")
    with pytest.raises(RowError, match=r"Bad|pco\.no-noise"):
        dataclasses.replace(row, **change)


def test_layout_with_two_equal_names_is_refused():
    with pytest.raises(RowError, match="L1"):
        Layout("L1", 8, (number("u32", "Same"), number("u32", "Same")))
    with pytest.raises(RowError, match="first"):
        Layout("first", 0, ())


@given(
    lowest=st.integers(-9, 9),
    width=st.integers(0, 9),
    besides=st.lists(st.integers(-30, 30), max_size=3),
    value=st.integers(-40, 40),
)
def test_a_number_is_in_a_range_when_it_is_in_one_of_its_spans(lowest, width, besides, value):
    made = Range(lowest, lowest + width, tuple(besides))
    inside = any(low <= value <= high for low, high in made.spans)
    assert (value in made) is inside


def test_a_range_is_written_as_errors_and_documents_have_it():
    assert Range(0, 31, (99,)).text == "from 0 to 31 or 99"
    assert Range(0, 2, values="WWAN_RADIO").text == "a number of WWAN_RADIO, from 0 to 2"
    with pytest.raises(RowError, match="the lowest is above the highest"):
        Range(1, 0)


def test_a_mark_inside_wins_over_that_of_a_person_outside_and_not_over_an_origin():
    inner = Field("A", "u32", personal="place", origin="model")
    assert marked(inner, "") is inner
    found = marked(inner, "subscriber", "echo", "never")
    assert (found.personal, found.origin, found.comparison) == ("place", "echo", "never")
    assert marked(Field("A", "u32"), "subscriber").personal == "subscriber"


def test_only_an_indication_with_events_owes_them():
    assert Indication("Good", 1, unsolicited="yes", comparison="owed").comparison == "owed"
    with pytest.raises(RowError, match="Bad: owes events, and none is unsolicited"):
        Indication("Bad", 1, unsolicited="no", comparison="owed")


def test_a_structure_with_the_object_header_in_front_has_a_header():
    header = Field("Header", "struct", of="NDIS_OBJECT_HEADER", layout="L1")
    first = Layout("L1", 4, (header,))
    assert Struct("A", (first,)).has_header
    assert not Struct("A", (Layout("L1", 4, (number("u32", "Value"),)),)).has_header
    assert not Struct("A", (Layout("L1", 0, ()),)).has_header
    assert Struct("A", (first,)).layout("L1") is first
    with pytest.raises(RowError, match="A: no layout L2"):
        Struct("A", (first,)).layout("L2")
