"""Releases: which introduced what, and how profiles name them."""

import pytest

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.releases import (
    DEFAULT,
    MODEL_1,
    ROWS,
    STRUCTURES,
    place_of,
    release_introducing,
    release_of_mapping,
    release_of_number,
)


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("Windows 7 (set from Windows 8)", "win7"),
        ("Windows 8", "win8"),
        ("Windows 8.1", "win81"),
        ("Windows 10", "1507"),
        ("Windows 10, version 1511", "1607"),
        ("Windows 10, version 1607 (header gate)", "1607"),
        ("Windows 10, version 1709", "1709"),
        ("Windows 11, version 21H2", "co"),
        ("Windows 11 / Server 2022 (NDIS 6.84)", "co"),
    ],
)
def test_what_a_document_says_of_a_version_names_a_release(text, release):
    assert release_introducing(text).id == release


def test_every_oid_of_the_documents_names_one_or_nothing():
    for oid in PROTOCOL.tables.oids:
        if oid.name.startswith("OID_WWAN_") and oid.introduced:
            assert release_introducing(oid.introduced) is not None, oid.name
    assert release_introducing("") is None


def test_numbers_and_places_are_those_of_the_rows():
    assert len({row.number for row in ROWS if row.number}) == len(STRUCTURES) - 1
    for place, row in enumerate(ROWS):
        assert place_of(row.id) == place
        if row.profile:
            assert release_of_number(STRUCTURES[row.profile]) is row
    assert release_of_number("anything") is release_of_number(99) is DEFAULT
    assert release_of_mapping({"driver_major_version": 1, "structures": 3}) is MODEL_1


def test_a_structure_has_the_newest_form_of_the_release():
    struct = PROTOCOL.structure("NDIS_WWAN_SET_CONTEXT_STATE")
    forms = [struct.form(row) for row in ROWS]
    assert forms[0] == ("L1", 1)
    assert forms[place_of("1809")] == ("L3", 3)
    assert forms[place_of("2004")] == ("L3", 4)
    assert forms[-1] == ("L4", 4)
    assert PROTOCOL.structure("NDIS_WWAN_PCO_STATUS").form(MODEL_1) is None
    second = PROTOCOL.structure("NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2")
    assert second.form(ROWS[place_of("1903")]) == ("L1", 2), "as before, where no kit was read"
