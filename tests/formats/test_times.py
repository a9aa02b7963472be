"""Times in every way that logs print them."""

import datetime

import pytest

from wwanreplay.formats.base import Clock
from wwanreplay.formats.times import DAY_NS, HOUR_NS, SECOND_NS, Unwrapper, WallClock, parse_time

MILLISECOND = 1_000_000


def wall(*parts: int) -> int:
    moment = datetime.datetime(*parts, tzinfo=datetime.UTC)  # type: ignore[arg-type, misc]
    return int(moment.timestamp()) * SECOND_NS


@pytest.mark.parametrize(
    ("text", "clock", "time_ns", "step_ns"),
    [
        ("[26  Jul 2022, 05:24:07] [Debug]", Clock.LOCAL, wall(2022, 7, 26, 5, 24, 7), SECOND_NS),
        ("[15 Apr 2024, 04:45:24] [Debug]", Clock.LOCAL, wall(2024, 4, 15, 4, 45, 24), SECOND_NS),
        (
            "Sat Apr  3 16:13:16 2021 daemon.debug",
            Clock.LOCAL,
            wall(2021, 4, 3, 16, 13, 16),
            SECOND_NS,
        ),
        ("Apr  3 16:13:16 host mm[1]:", Clock.YEAR, 93 * DAY_NS + 58396 * SECOND_NS, SECOND_NS),
        ("2025-04-11 04:31:13 lte,packet", Clock.LOCAL, wall(2025, 4, 11, 4, 31, 13), SECOND_NS),
        ("apr/11/2025 04:31:13 lte", Clock.LOCAL, wall(2025, 4, 11, 4, 31, 13), SECOND_NS),
        ("04:31:13 lte,packet", Clock.DAY, 16273 * SECOND_NS, SECOND_NS),
        (
            "2024-06-26T16:34:32.692546+02:00 host",
            Clock.UTC,
            wall(2024, 6, 26, 14, 34, 32) + 692_546_000,
            1000,
        ),
        ("2024-06-26T16:34:32Z host", Clock.UTC, wall(2024, 6, 26, 16, 34, 32), SECOND_NS),
        ("<dbg> [1719412472.692546] [/dev", Clock.UTC, 1_719_412_472_692_546_000, 1000),
        ("1719412472.692546 host mm", Clock.UTC, 1_719_412_472_692_546_000, 1000),
        ("[  123.456789] host mm", Clock.RELATIVE, 123_456_789_000, 1000),
        ("ModemManager[61]: <debug> [000001.524428] [", Clock.RELATIVE, 1_524_428_000, 1000),
        ("ModemManager[61]: <info>  [000001.524428] [", Clock.RELATIVE, 1_524_428_000, 1000),
        (
            "01/09/2020-10:57:17.118",
            Clock.LOCAL,
            wall(2020, 1, 9, 10, 57, 17) + 118 * MILLISECOND,
            MILLISECOND,
        ),
        (
            "2020-03-06 01:16:13.118424000",
            Clock.LOCAL,
            wall(2020, 3, 6, 1, 16, 13) + 118_424_000,
            1,
        ),
        (
            "2020/05/02-09:18:09.178460200",
            Clock.LOCAL,
            wall(2020, 5, 2, 9, 18, 9) + 178_460_200,
            1,
        ),
        ("04-01 12:39:12.815", Clock.YEAR, 91 * DAY_NS + 45_552_815 * MILLISECOND, MILLISECOND),
    ],
)
def test_times_are_read_as_exactly_as_they_are_printed(
    text: str, clock: Clock, time_ns: int, step_ns: int
):
    stamp = parse_time(text)
    assert stamp is not None
    assert (stamp.clock, stamp.time_ns, stamp.step_ns) == (clock, time_ns, step_ns)


@pytest.mark.parametrize("text", ["", "no time", "31:99:12", "[31 Feb 2024, 01:02:03]", "a1:b2:c3"])
def test_what_is_no_time_is_none_or_a_time_of_day(text: str):
    stamp = parse_time(text)
    assert stamp is None or stamp.clock is Clock.DAY


def test_a_clock_that_starts_again_goes_on():
    turn = Unwrapper(HOUR_NS)
    assert [turn(time) for time in (10, HOUR_NS - 5, 3, 2, 7)] == [
        10,
        HOUR_NS - 5,
        HOUR_NS + 3,
        HOUR_NS + 2,
        HOUR_NS + 7,
    ]


def test_days_go_on_over_midnight():
    clock = WallClock()
    first, second = clock("23:59:59 x"), clock("00:00:01 x")
    assert first is not None
    assert second is not None
    assert second.time_ns - first.time_ns == 2 * SECOND_NS
