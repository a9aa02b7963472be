"""The notes of a live replay: one line for each kind, with the first places."""

from wwanreplay._core import Event, Kind
from wwanreplay.protocol import PROTOCOL
from wwanreplay.replay.fields import FieldDifference
from wwanreplay.replay.live_notes import NAMED_MAX, Notes

RADIO = PROTOCOL.indication("NDIS_STATUS_WWAN_RADIO_STATE").number


def report(index: int) -> Event:
    return Event(Kind.KIND_INDICATION, 0, code=RADIO, index=index)


def test_what_is_alike_is_counted_in_one_line_with_its_places():
    notes = Notes()
    for index in (4, 9):
        notes.count("events did not come", report(index))
    assert notes.lines() == [
        "2 events did not come: NDIS_STATUS_WWAN_RADIO_STATE (records 4, 9)",
    ]


def test_of_many_places_the_first_are_named():
    notes = Notes()
    for index in range(50):
        notes.count("events came", report(0), index)
    (line,) = notes.lines()
    assert line.startswith("50 events came: ")
    assert line.endswith(f"(records {', '.join(map(str, range(NAMED_MAX)))})")


def test_members_are_named_with_their_report():
    notes = Notes()
    notes.add("another SIM")
    notes.differ("why", report(7), [FieldDifference("A.B", 1, 2, "1", "2")])
    assert notes.lines() == [
        "another SIM",
        "1 members differ, why: NDIS_STATUS_WWAN_RADIO_STATE A.B (record 7)",
    ]
