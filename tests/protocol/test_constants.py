"""The numbers and offsets that the engine is built with."""

import re
import sys

import pytest

import wwanreplay._core
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.protocol.constants import (
    constants,
    engine_structs,
    offsets,
    table_hash,
    write_constants,
)
from wwanreplay.protocol.schema import RowError


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OID_WWAN_CONNECT", 0x0E01010C),
        ("OID_GEN_SUPPORTED_LIST", 0x00010101),
        ("OID_PNP_SET_POWER", 0xFD010101),
        ("NDIS_STATUS_INDICATION_REQUIRED", 0x40230001),
        ("NDIS_STATUS_INVALID_LENGTH", 0xC0010014),
        ("NDIS_STATUS_WWAN_VENDOR_SPECIFIC", 0x40043000),
        ("NDIS_STATUS_REQUEST_ABORTED", 0xC001000C),
        ("WWAN_STATUS_RADIO_POWER_OFF", 0xC0040015),
        ("WWAN_DATA_CLASS_5G", 0x40),
        ("WwanRegisterStateHome", 3),
        ("WwanActivationCommandMax", 3),
        ("STIMULUS_ROAMING_TEXT", 22),
        ("NDIS_WWAN_CONTEXT_STATE_L3_SIZE", 32),
        ("NDIS_WWAN_CONTEXT_STATE_L3_ContextState_ConnectionId", 12),
        ("NDIS_WWAN_SET_CONTEXT_STATE_L3_SIZE", 1260),
        ("NDIS_WWAN_READY_INFO_L1_ReadyInfo_TNListHeader", 88),
        ("WWAN_PROVIDER2_L1_SIZE", 80),
        ("WWANREPLAY_STIMULUS_LATENCY_L1_DelayNs", 8),
        ("NDIS_STATISTICS_INFO_L1_ifHCOutBroadcastOctets", 144),
    ],
)
def test_constant_has_the_number_of_the_standard(name, value):
    assert constants()[name] == value


def test_constants_are_written_once_and_left_alone_when_equal(tmp_path):
    write_constants(tmp_path)
    parts = ["engine_oids.pxi", "engine_ranges.pxi", "engine_releases.pxi", "engine_table.pxi"]
    parts += ["protocol_constants.h", "protocol_constants.pxi"]
    assert sorted(path.name for path in tmp_path.iterdir()) == parts
    files = [tmp_path / name for name in parts[4:]]
    text_of_header = files[0].read_text()
    assert "#define OID_WWAN_CONNECT 0xe01010cu\n" in text_of_header
    assert "    const uint32_t OID_WWAN_CONNECT\n" in files[1].read_text()
    names = re.findall(r"^#define (\w+)", text_of_header, re.MULTILINE)
    assert len(names) == len(set(names)) > 3000
    before = [path.stat().st_mtime_ns for path in files]
    write_constants(tmp_path)
    assert [path.stat().st_mtime_ns for path in files] == before
    files[0].write_text("old")
    write_constants(tmp_path)
    assert files[0].read_text() == text_of_header


def test_constant_with_two_values_is_an_error_that_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules["wwanreplay.protocol.general"].NUMBERS, "OID_WWAN_PCO", 1)
    with pytest.raises(RowError, match="OID_WWAN_PCO"):
        constants()


def test_an_offset_is_where_the_codec_writes_the_field():
    found = constants()
    for name in ("NDIS_WWAN_CONTEXT_STATE", "NDIS_WWAN_SET_CONTEXT_STATE", "NDIS_LINK_STATE"):
        struct = PROTOCOL.structure(name)
        for layout in struct.layouts:
            prefix = f"{name}_{layout.id}_"
            empty = encode(struct, layout=layout.id)
            assert len(empty) >= found[f"{prefix}SIZE"] == layout.size
            for leaf in PROTOCOL.flat(name, layout.id).leaves:
                if leaf.field.kind == "u32" and not leaf.path.startswith("Header."):
                    data = encode(struct, {leaf.path: 0x5A5A5A5A}, layout=layout.id)
                    at = found[prefix + leaf.path.replace(".", "_")]
                    assert data[at : at + 4] == b"ZZZZ", leaf.path


def test_offsets_of_what_the_engine_needs_are_there_and_no_index_is():
    names = {name for name, _ in offsets()}
    for struct in engine_structs():
        assert any(name.startswith(f"{struct}_L1_") for name in names)
    assert all(re.fullmatch(r"\w+", name) for name in names)


def test_the_engine_has_the_hash_of_these_tables():
    assert wwanreplay._core.table_hash() == table_hash()


def test_the_hash_changes_with_a_number(monkeypatch):
    assert re.fullmatch(r"[0-9a-f]{16}", table_hash())
    general = sys.modules["wwanreplay.protocol.general"]
    monkeypatch.setitem(general.NUMBERS, "A_NEW_NUMBER", 1)
    assert table_hash.__wrapped__() != table_hash()
    monkeypatch.undo()
    assert table_hash.__wrapped__() == table_hash()
