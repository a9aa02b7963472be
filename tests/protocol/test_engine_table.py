"""The engine's table of OIDs says what the rows say, and the engine does what the table says."""

import dataclasses
from pathlib import Path

import pytest
from groups import sampled

from wwanreplay._core import Engine, Event, Kind
from wwanreplay.devices.profile import load_profile
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.engine_table import engine_parts, inputs, mode, modelled
from wwanreplay.protocol.releases import DEFAULT, place_of
from wwanreplay.protocol.schema import SET_ORDERS, Modelled, RowError

STATUS = {name: row.number for name, row in PROTOCOL.ndis_status_by_name.items()}
REQUIRED = STATUS["NDIS_STATUS_INDICATION_REQUIRED"]


def submitted(row, operation, payload):
    """The first completion of a request by a device that has been up for a minute."""
    engine = Engine(load_profile("lte-home").compile(), 0)
    engine.advance(60 * 10**9)
    engine.drain()
    kind = Kind.KIND_QUERY if operation == "query" else Kind.KIND_SET
    engine.submit(
        Event(kind, 60 * 10**9, request_id=7, code=row.number, payload=payload, capacity=4096)
    )
    engine.advance(120 * 10**9)
    return next(event for event in engine.drain() if event.kind == Kind.KIND_COMPLETION)


CASES = [
    pytest.param(row, model, operation, id=f"{row.name}-{operation}")
    for row, model in modelled()
    for operation in ("query", "set")
]


@pytest.mark.parametrize(("row", "model", "operation"), sampled(CASES, 20))
def test_an_operation_without_a_mode_is_refused(row, model, operation):
    status = submitted(row, operation, b"").status
    refused = status == STATUS["NDIS_STATUS_NOT_SUPPORTED"]
    # A profile may lack an OID; that the device has an operation shows where it is not refused.
    if not mode(row, model, operation):
        assert refused


@pytest.mark.parametrize(("row", "model", "operation"), sampled(CASES, 20))
def test_only_the_revisions_of_the_row_are_taken(row, model, operation):
    place = place_of(DEFAULT.id)
    taken = [each[:2] for each in inputs(row, model, operation) if each.since <= place]
    if not taken or submitted(row, operation, b"").status == STATUS["NDIS_STATUS_NOT_SUPPORTED"]:
        return
    unsupported = STATUS["NDIS_STATUS_UNSUPPORTED_REVISION"]
    revisions = {revision for revision, _ in taken}
    for revision in range(1, 8):
        size = max([size for known, size in taken if known == revision], default=64)
        payload = bytes([0x80, revision]) + size.to_bytes(2, "little") + bytes(size - 4)
        status = submitted(row, operation, payload).status
        assert (status == unsupported) == (revision not in revisions), revision


def test_every_modelled_oid_is_in_the_table_with_its_modes():
    table = engine_parts()["engine_table.pxi"]
    for row, model in modelled():
        part = table.split(f"row.oid = {row.name}\n")[1].split("row = &OID_ROWS")[0]
        assert f"row.query.mode = MODE_{mode(row, model, 'query').upper() or 'NONE'}\n" in part
        assert f"row.set.mode = MODE_{mode(row, model, 'set').upper() or 'NONE'}\n" in part


def test_every_stimulus_is_in_the_table():
    table = engine_parts()["engine_table.pxi"]
    for stimulus in PROTOCOL.tables.stimuli:
        assert f"{stimulus.struct}_L1_SIZE, stimulus_{stimulus.name})\n" in table


def test_an_operation_of_unknown_mode_cannot_be_modelled():
    row = dataclasses.replace(PROTOCOL.oid("OID_WWAN_PCO"), set="unknown")
    with pytest.raises(RowError, match="OID_WWAN_PCO: set is modelled"):
        mode(row, Modelled("pco"), "set")


def test_the_page_of_the_model_says_which_sets_a_set_does_not_overtake():
    page = (Path(__file__).parents[2] / "docs" / "device-model.md").read_text(encoding="utf-8")
    used = {model.set_order for row, model in modelled() if mode(row, model, "set") == "async"}
    assert used == SET_ORDERS.keys()
    for text in SET_ORDERS.values():
        assert text in page
