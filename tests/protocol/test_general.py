"""General NDIS rows: answered at once, with payloads that have no structure of their own."""

import pytest

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode, encode
from wwanreplay.protocol.general import INDICATION_ROWS, OID_ROWS, STRUCT_ROWS
from wwanreplay.protocol.schema import Field

NAMES = {row.name for row in OID_ROWS}


def test_a_general_oid_is_answered_at_once_and_by_no_indication():
    for row in OID_ROWS:
        assert {row.query, row.set, row.method} <= {"", "sync"}
        assert row.query or row.set
        assert row.completions == ()
        assert row.unsolicited is False
        assert not row.name.startswith("OID_WWAN_")


def test_the_modelled_ones_have_places_one_after_another():
    places = sorted(row.modelled.place for row in OID_ROWS if row.modelled is not None)
    assert places == list(range(len(places)))


def test_what_can_be_set_and_queried_has_one_structure_for_both():
    both = [row for row in OID_ROWS if row.query and row.set]
    assert both
    assert all(row.set_input == row.query_output for row in both)


def test_a_general_indication_answers_no_request():
    for row in INDICATION_ROWS:
        assert (row.unsolicited, row.solicited_by) == ("only", ())


@pytest.mark.parametrize(
    "name", [row.name for row in STRUCT_ROWS if row.name.startswith("PLAIN_") and row.tail is None]
)
def test_a_plain_payload_is_one_number_without_a_header(name):
    struct = PROTOCOL.structure(name)
    (field,) = struct.layouts[0].fields
    assert isinstance(field, Field)
    assert not struct.has_header
    assert encode(name, {field.name: 0x01020304}) == b"\x04\x03\x02\x01"
    assert decode(name, b"\x04\x03\x02\x01")[field.name] == 0x01020304


@pytest.mark.parametrize("data", [b"", b"a", b"Vendor\0"])
def test_plain_bytes_are_the_whole_buffer(data):
    assert encode("PLAIN_BYTES", {"Data": data}) == data
    assert decode("PLAIN_BYTES", data).Data == data


def test_the_counters_of_the_statistics_are_64_bits_behind_the_header():
    flat = PROTOCOL.flat("NDIS_STATISTICS_INFO", "L1")
    counters = [leaf for leaf in flat.leaves if leaf.path.startswith("if")]
    assert [leaf.offset for leaf in counters] == list(range(8, flat.size, 8))
    assert {leaf.field.origin for leaf in counters} == {"environment"}
