"""The sample logs of real programs, imported: the transfers are those that the modem recorded."""

from collections import Counter
from pathlib import Path

import pytest
from groups import sampled
from sample_logs import CAPTURES, DIRECT, LOGS, PROXY_LOGS, text_of, wire_of

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.formats.import_summary import ImportSummary
from wwanreplay.formats.importer import import_logs
from wwanreplay.trace import TraceReader

WHOLE = [
    name
    for name in (*DIRECT, *PROXY_LOGS)
    if "..." not in text_of(name).split("data   =", 1)[1].splitlines()[0]
]
#: (log, capture) of one session, or of two that are alike
PAIRS = [
    ("mbimcli-connect", "mbimcli-connect-usb"),
    ("mbimcli-connect-short", "mbimcli-connect-usb"),
    ("mbimcli-fragments", "mbimcli-fragments-usb"),
    ("modem-manager-proxy", "modem-manager-usb"),
]


def imported(out: Path, *logs: Path) -> tuple[list[Event], ImportSummary]:
    summary = import_logs(logs, out)
    with TraceReader(out) as reader:
        return list(reader.events()), summary


def transfers(events: list[Event] | tuple[Event, ...]) -> list[tuple[int, bytes]]:
    return [(event.code, event.payload) for event in events if event.kind == Kind.KIND_WIRE]


@pytest.mark.parametrize("name", sampled(WHOLE, 8))
def test_a_log_with_all_bytes_gives_the_recorded_transfers(tmp_path: Path, name: str):
    events, summary = imported(tmp_path / "out", LOGS[name])
    recorded = transfers(wire_of(PROXY_LOGS.get(name, name)))
    # What libmbim read together it prints later than what it sent meanwhile.
    assert Counter(transfers(events)) == Counter(recorded)
    assert summary.total.incomplete.count == summary.total.duplicates == 0
    assert summary.total.unreadable.count == summary.total.dropped.count == 0
    check_links(events)


def check_links(events: list[Event]) -> None:
    """Every event has its cause before it, and a place in the log; times never go back."""
    for index, event in enumerate(events[:-1]):
        assert event.source is not None
        assert event.time_ns <= events[index + 1].time_ns
        if event.kind == Kind.KIND_COMPLETION:
            assert event.cause is not None
            request = events[event.cause]
            assert request.kind in (Kind.KIND_QUERY, Kind.KIND_SET)
            assert (request.request_id, request.code) == (event.request_id, event.code)
        elif event.kind not in (Kind.KIND_WIRE, Kind.KIND_NOTE):
            assert event.cause is not None
            assert event.cause < index
            assert events[event.cause].kind == Kind.KIND_WIRE


@pytest.mark.parametrize("name", CAPTURES)
def test_a_capture_gives_the_recorded_transfers_at_their_times(tmp_path: Path, name: str):
    events, summary = imported(tmp_path / "out", CAPTURES[name])
    session = name.rsplit("-", 1)[0]
    recorded = wire_of(session)
    assert transfers(events) == transfers(recorded)
    found = [event for event in events if event.kind == Kind.KIND_WIRE]
    start_ns = recorded[0].time_ns - found[0].time_ns
    for wire, original in zip(found, recorded, strict=True):
        if not wire.flags & RecordFlag.FLAG_TIME_INEXACT:
            # The capture's clock has microseconds.
            assert abs(wire.time_ns + start_ns - original.time_ns) <= 1_000
    assert summary.total.complete == summary.total.messages


@pytest.mark.parametrize(("log", "capture"), PAIRS)
def test_a_log_and_a_capture_of_one_session_are_one_session(tmp_path: Path, log: str, capture: str):
    events, summary = imported(tmp_path / "out", LOGS[log], CAPTURES[capture])
    alone, of_capture = imported(tmp_path / "alone", CAPTURES[capture])
    assert Counter(transfers(events)) == Counter(transfers(alone))
    total = summary.total
    assert total.messages == total.complete == total.duplicates == of_capture.total.messages
    assert total.requests == of_capture.total.requests
    assert len(summary.sessions) == 1
    check_links(events)
