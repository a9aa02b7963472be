"""The tables of the WWAN model: all rows, and none needs the compiled engine."""

import dataclasses
import subprocess
import sys

import pytest

import wwanreplay.protocol as package
from wwanreplay.protocol import PROTOCOL, standard_tables
from wwanreplay.protocol.schema import RowError
from wwanreplay.protocol.tables import Protocol


def test_all_rows_are_there():
    tables = standard_tables()
    assert len([row for row in tables.oids if row.name.startswith("OID_WWAN_")]) == 73
    assert len([row for row in tables.indications if "_WWAN_" in row.name]) == 75
    assert len([name for name in tables.structs if "WWAN_" in name and "REPLAY" not in name]) == 299
    assert len(tables.rules()) == 472 + 21
    assert len(tables.wwan_statuses) == 59


def test_rows_need_no_compiled_engine():
    program = (
        "import sys; sys.modules['wwanreplay._core'] = None\n"
        "import wwanreplay.protocol.constants as made; assert made.constants()\n"
        "from wwanreplay.protocol import PROTOCOL; PROTOCOL.check()"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_checked_tables_are_made_once():
    assert package.PROTOCOL is package.PROTOCOL is PROTOCOL
    assert PROTOCOL.tables.structs is standard_tables().structs


def test_the_package_has_nothing_else_of_its_own():
    with pytest.raises(
        AttributeError, match=r"'wwanreplay\.protocol' has no attribute 'PROTOCOLS'"
    ):
        _ = package.PROTOCOLS


def test_a_set_of_rows_is_checked_only_when_it_is_wanted():
    oid = dataclasses.replace(PROTOCOL.oid("OID_WWAN_PCO"), query_input=("NDIS_NOWHERE",))
    oids = [oid if row.name == oid.name else row for row in standard_tables().oids]
    made = Protocol(dataclasses.replace(standard_tables(), oids=oids))
    assert made.oid("OID_WWAN_PCO") is oid
    with pytest.raises(RowError, match="OID_WWAN_PCO: no structure NDIS_NOWHERE"):
        made.check()
