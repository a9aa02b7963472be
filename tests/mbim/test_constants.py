"""The MBIM numbers that the engine is built with: those of the rows and of the real bytes."""

from pathlib import Path

import pytest

from wwanreplay.mbim import codec
from wwanreplay.mbim.constants import ANSWERED, numbers, write_constants
from wwanreplay.mbim.rows.framing import STATUS_CODES
from wwanreplay.mbim.rows.services_usb_if import BASIC_CONNECT
from wwanreplay.mbim.schema import Format

COMMANDS = {row.name: row for row in BASIC_CONNECT.cids if row.name in ANSWERED}


def test_no_name_has_two_numbers() -> None:
    names = [name for name, _ in numbers()]
    assert len(set(names)) == len(names) > len(STATUS_CODES)


def test_every_answered_command_is_one_of_basic_connect() -> None:
    assert set(COMMANDS) == set(ANSWERED)
    for name, row in COMMANDS.items():
        assert dict(numbers())[name] == row.cid
        members = {field.name for layout in row.query for field in layout.fields}
        assert not ANSWERED[name] or ANSWERED[name] in members


@pytest.mark.parametrize("name", ANSWERED)
def test_an_offset_is_where_the_codec_writes_the_field(name: str) -> None:
    row, found = COMMANDS[name], dict(numbers())
    prefix = name.replace("_CID_", "_")
    (service, tried) = (BASIC_CONNECT.number, 0)
    empty = codec.encode(service, row.cid, "response", {})
    assert len(empty) == found[f"{prefix}_SIZE"]
    counts = {field.count_field for field in row.response[0].fields}
    for field in row.response[0].fields:
        if field.format in (Format.U32, Format.U64) and field.name not in counts:
            data = codec.encode(service, row.cid, "response", {field.name: 0xA5})
            assert data.index(0xA5) == found[f"{prefix}_{field.name}"]
            tried += 1
    assert tried


def test_header_and_declaration_name_the_same_numbers(tmp_path: Path) -> None:
    write_constants(tmp_path / "new" / "folder")
    header = (tmp_path / "new/folder/mbim_constants.h").read_text()
    defined = [line.split() for line in header.splitlines() if line.startswith("#define")]
    assert {name: int(value.removesuffix("u"), 16) for _, name, value in defined} == dict(numbers())
    declared = (tmp_path / "new/folder/mbim_constants.pxi").read_text().splitlines()
    assert declared[1] == 'cdef extern from "mbim_constants.h" nogil:'
    assert [line.split()[-1] for line in declared[2:]] == [name for _, name, _ in defined]


def test_only_what_changed_is_written_again(tmp_path: Path) -> None:
    write_constants(tmp_path)
    header, part = sorted(tmp_path.iterdir())
    content, before = header.read_text(), part.stat().st_mtime_ns
    header.write_text("another version's")
    write_constants(tmp_path)
    assert header.read_text() == content
    assert part.stat().st_mtime_ns == before
