"""The lines of statistics: bars as long as their counts, tables that say their units."""

import pytest
from tables import plain_lines

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.stats import stats_of
from wwanreplay.analysis.statstext import BAR_WIDTH, stats_lines
from wwanreplay.protocol import PROTOCOL

CONNECT = PROTOCOL.oid("OID_WWAN_CONNECT").number
MS = 1_000_000


def plain_stats(*stats, **options):
    return plain_lines(stats_lines(*stats, **options))


def answered(*took_ms):
    """A session of requests that took so long."""
    events = []
    for number, each in enumerate(took_ms, 1):
        at_ns = 100 * number * MS
        more = {"request_id": number, "code": CONNECT}
        events.append(Event(Kind.KIND_SET, at_ns, **more))
        events.append(Event(Kind.KIND_COMPLETION, at_ns + int(each * MS), **more))
    return stats_of(events)


@pytest.mark.parametrize(("blocks", "mark"), [(True, "█"), (False, "#")])
def test_bars_are_of_the_length_of_their_counts(blocks, mark):
    lines = list(plain_stats(answered(1, 1, 1, 1, 30, 30), histogram=True, blocks=blocks))
    most, least = (next(line for line in lines if f"{low} ms to" in line) for low in (" 1", "20"))
    assert most.count(mark) == 2 * least.count(mark) == BAR_WIDTH
    assert all(line.isascii() for line in lines) != blocks


def test_a_single_one_among_many_has_some_bar():
    lines = list(plain_stats(answered(*[1] * 999, 90), histogram=True, blocks=True))
    assert any("50 ms to 100 ms  ▍ 1" in line or "▏ 1" in line for line in lines)


def test_the_table_has_milliseconds_and_states_its_error():
    lines = list(plain_stats(answered(1.5, 2.5, 40)))
    row = next(line for line in lines if "OID_WWAN_CONNECT" in line)
    assert row.split()[-5:] == ["3", "1.500", "2.507", "40.000", "40.000"]
    assert any("latency, ms" in line for line in lines)
    assert any("within 0.8%" in line for line in lines)
    assert all(line == line.rstrip() for line in lines)


def test_nothing_has_no_lines():
    assert list(plain_stats(stats_of([]), histogram=True)) == []
