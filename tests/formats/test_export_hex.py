"""Hexadecimal lines: a transfer each, with its direction and its exact time."""

import pytest
from export_samples import SHOWN, exported, wire_of, wire_trace

from wwanreplay.errors import UsageError


def test_hexadecimal_holds_the_messages():
    lines = exported(wire_trace(), "hex", SHOWN)[0].decode().splitlines()
    assert lines[0].startswith("# ")
    found = []
    for line in lines[1:]:
        seconds, arrow, octets = line.split(" ", 2)
        whole, rest = seconds.split(".")
        time_ns = int(whole) * 10**9 + int(rest)
        found.append(({">": 1, "<": 2}[arrow], time_ns, bytes.fromhex(octets)))
    assert found == wire_of(wire_trace())


def test_hexadecimal_needs_consent():
    with pytest.raises(UsageError, match="hex carries the messages as they are"):
        exported(wire_trace(), "hex")
