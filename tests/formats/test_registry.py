"""The formats by name, as their files declare them."""

from dataclasses import replace

import pytest
from log_samples import LOGS, connect, ready

from wwanreplay.errors import UsageError
from wwanreplay.formats import readers, registry
from wwanreplay.formats.registry import (
    FORMATS,
    format_of,
    known_but_unread,
    names,
    sniff,
    sniff_part,
)

SAMPLE = (ready("262011234567890", "89490200001234567895", "1"), connect("a.example", "u", "p"))


def test_formats_come_in_the_order_they_are_tried():
    rows = list(FORMATS.values())
    assert rows == sorted(rows, key=lambda row: (row.order, row.name))
    assert names() == [row.name for row in rows]
    assert all(format_of(row.name) is row for row in rows)


def test_a_name_that_is_none_is_refused_with_those_that_are():
    with pytest.raises(UsageError, match="no log format 'syslog'") as caught:
        format_of("syslog")
    assert all(name in str(caught.value) for name in names())


def test_a_name_declared_twice_is_refused(monkeypatch):
    module = readers.usbmon
    monkeypatch.setattr(module, "FORMATS", (*module.FORMATS, replace(module.FORMATS[0])))
    with pytest.raises(ValueError, match="declared twice: usbmon"):
        registry.discover()


@pytest.mark.parametrize("head", [b"", b"\0" * 100, b"words of nobody\n" * 50])
def test_what_no_format_knows_is_none(head: bytes):
    assert sniff(head) is None
    assert sniff_part(head) is None
    assert known_but_unread(head) == ""


@pytest.mark.parametrize("name", ["libmbim", "umbim", "routeros", "usbmon", "windows-etw"])
def test_a_text_log_is_found_at_its_beginning_and_behind_anything_else(name: str):
    log = LOGS[name](*SAMPLE)
    assert sniff(log).name == name
    assert sniff_part(b"words of nobody\n" * 50 + log).name == name


def test_what_is_known_and_not_read_says_what_to_do():
    assert "expand -F:*" in known_but_unread(b"MSCF" + bytes(100))
    head = bytearray(200)
    head[:4] = (65536).to_bytes(4, "little")
    head[48:52] = (1000).to_bytes(4, "little")
    head[74:76] = b"\x02\xc0"
    assert "etwdump" in known_but_unread(bytes(head))
    head[:4] = (65535).to_bytes(4, "little")
    assert known_but_unread(bytes(head)) == ""
