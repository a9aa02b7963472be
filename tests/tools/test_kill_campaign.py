"""Recorders that are killed: what they leave replays equal, and so does its recovery."""

import subprocess
import sys
from pathlib import Path

import kill_campaign
import pytest
from groups import every
from kill_campaign import Tally, judge

TOOL = Path(kill_campaign.__file__)
TRACES = TOOL.parent.parent / "traces"


@pytest.mark.skipif(sys.platform != "linux", reason="the modem is served on a Linux pty")
@pytest.mark.parametrize("kills", [3, pytest.param(120 // every(3), marks=pytest.mark.long)])
def test_nothing_that_a_killed_recorder_leaves_is_called_a_fault(kills):
    command = [sys.executable, str(TOOL), "--kills", str(kills), "--jobs", "6"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    counts = {}
    for line in done.stdout.splitlines():
        number, name = line.split(maxsplit=1)
        counts[name] = int(number)
    assert counts["kills of serve"] >= kills // 2 - 1
    assert counts["kills of serve"] + counts["kills of record"] <= kills
    assert counts["equal"] > kills // 4
    assert counts["of them from torn chunks"] > 0
    assert "DIVERGED" not in counts


def test_a_campaign_would_see_a_fault():
    data = bytearray((TRACES / "demo.wwtrace").read_bytes())
    tally = Tally()
    assert judge("whole", bytes(data[:-60]), tally)
    # A payload byte of the last outputs; the chunk's CRC is cut off, so nothing else tells it.
    from wwanreplay._core import Kind
    from wwanreplay.trace import TraceReader

    reader = TraceReader(bytes(data))
    last = [event for event in reader if event.kind == Kind.KIND_INDICATION and event.payload][-1]
    place = bytes(data).rindex(last.payload) + len(last.payload) - 1
    (chunk,) = reader.chunks()
    data[place] ^= 1
    torn = bytes(data[: chunk.offset + chunk.size - 6])
    assert not judge("altered", torn, tally)
    assert tally.counts["DIVERGED"] == 1
    assert tally.troubles[0].startswith("altered: 1/1")
