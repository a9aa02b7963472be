"""Colours of lines: each says something, and only where the reports write these words."""

import pytest

from wwanreplay.cli.colours import AROUND, BAD, DOUBTFUL, GOOD, HIDDEN, marks

ROOM = " " * 29
LINES = [
    ("a.wwtrace: equal, 69 outputs compared", [(GOOD, "equal")]),
    ("a.wwtrace: diverged: 1 root cause", [(BAD, "diverged")]),
    ("a.wwtrace: nothing compared", [(DOUBTFUL, "nothing compared")]),
    ("a.wwtrace: whole", [(GOOD, "whole")]),
    ("a.wwtrace: DAMAGED; `wwanreplay recover` rewrites it", [(BAD, "DAMAGED")]),
    ("  1. root cause: changed at record 32", [(BAD, "root cause")]),
    ("  12. consequence: changed at record 32", [(DOUBTFUL, "consequence")]),
    ("  1. warning: async.solicited-vs-event (should)", [(DOUBTFUL, "warning")]),
    ("  2. fault: async.provisional-first (must)", [(BAD, "fault")]),
    ("  fault (on the wire), record 19: no answer", [(BAD, "fault")]),
    ("wwanreplay: warning: x: cut off", [(DOUBTFUL, "warning")]),
    ("wwanreplay: error: x: no trace", [(BAD, "error")]),
    ("  loss           chunk at 12", [(BAD, "loss")]),
    (
        "      4       0.020429279  ← completion OID_WWAN_PIN request 2 NDIS_STATUS_FAILURE",
        [(BAD, "NDIS_STATUS_FAILURE")],
    ),
    ("      4       0.020429279  ← completion OID_WWAN_PIN request 2 NDIS_STATUS_SUCCESS", []),
    (
        "      4                    ← completion OID_WWAN_PIN request 2 port 1 client 3"
        " NDIS_STATUS_INDICATION_REQUIRED 16 bytes",
        [],
    ),
    (
        "      4       0.020429279  ← completion OID 0x0e0101ff request 2 0xc0000bad",
        [(BAD, "0xc0000bad")],
    ),
    ("      5       0.020000000  ~ stimulus SIM_REMOVED", [(AROUND, "~ stimulus SIM_REMOVED")]),
    (
        "      5                    ! gap: 3 records lost: x",
        [(DOUBTFUL, "! gap: 3 records lost: x")],
    ),
    ("      5       0.020000000  # fault at record 3: altered", [(BAD, "fault at record 3")]),
    (
        "      5      ~0.000004000  → query OID_WWAN_PIN request 2  [incomplete, inferred]",
        [(DOUBTFUL, "[incomplete, inferred]")],
    ),
    (f"{ROOM}uStatus = WWAN_STATUS_BUSY", [(BAD, "WWAN_STATUS_BUSY")]),
    (f"{ROOM}uStatus = WWAN_STATUS_SUCCESS", []),
    (f"{ROOM}malformed = too short", [(BAD, "malformed")]),
    (f"{ROOM}DeviceCaps.DeviceId = *** (15 characters)", [(HIDDEN, "*** (15 characters)")]),
    # What a trace holds stands behind what the reports write.
    ("      0       0.000000000  # note: diverged 1. fault: error", []),
    (f"{ROOM}DeviceCaps.Model = fault: whole thing", []),
    ("", []),
]


@pytest.mark.parametrize(("line", "found"), LINES)
def test_what_says_something_has_its_colour(line, found):
    assert [(style, line[start:stop]) for style, start, stop in marks(line)] == found


def test_a_line_of_spaces_takes_no_time():
    """Patterns that try each way to read it would not end."""
    assert list(marks(" " * 200_000)) == []
