"""What nobody could resolve is in no table, and says why."""

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.unresolved import ROWS


def test_each_name_is_listed_once_with_a_reason():
    assert len({row.name for row in ROWS}) == len(ROWS)
    assert all(row.reason for row in ROWS)


def test_a_name_without_number_or_structure_is_in_no_table():
    known = {*PROTOCOL.wwan_status_by_name, *PROTOCOL.ndis_status_by_name}
    known |= {row.name for row in PROTOCOL.tables.oids if row.number is not None}
    known |= {row.name for row in PROTOCOL.tables.indications if row.structs}
    assert [row.name for row in ROWS if row.name in known] == []


def test_unresolved_names_have_no_invented_row():
    for row in ROWS:
        if row.name.startswith("NDIS_STATUS_") and row.name in PROTOCOL.indication_by_name:
            assert not PROTOCOL.indication(row.name).structs
    assert PROTOCOL.oid("OID_WWAN_DEVICE_SERVICES").number is None
    assert "NDIS_WWAN_DEVICE_SERVICES" not in PROTOCOL.structs
