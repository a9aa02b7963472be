"""One grammar of durations: options, files and expressions read them alike."""

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind
from wwanreplay.cli.options import Seconds, duration, place
from wwanreplay.devices.toml import ValuePlace, as_duration
from wwanreplay.durations import DURATION_NS_MAX, duration_ns, is_duration
from wwanreplay.errors import UsageError
from wwanreplay.protocol.expressions import parse_expression

UNITS = ("ns", "us", "µs", "μs", "ms", "s", "m", "min", "h")


@pytest.mark.parametrize(
    ("text", "time_ns"),
    [
        ("15ms", 15_000_000),
        (" 1.5 s ", 1_500_000_000),
        ("2m", 120_000_000_000),
        ("2min", 120_000_000_000),
        ("1h", 3_600_000_000_000),
        ("7µs", 7_000),
    ],
)
def test_a_duration_is_a_number_with_its_unit(text, time_ns):
    assert duration_ns(text) == time_ns


@pytest.mark.parametrize("text", ["", "3", "ms", "3 q", "-1s", "1e3s", "٣s", "1,5s", "0x1s"])
def test_what_is_none_has_not_its_form(text):
    assert not is_duration(text)
    with pytest.raises(ValueError, match="must be a duration such as"):
        duration_ns(text)


def test_what_cannot_be_held_is_refused():
    assert duration_ns(f"{DURATION_NS_MAX}ns") == DURATION_NS_MAX
    with pytest.raises(ValueError, match="is longer than"):
        duration_ns(f"{DURATION_NS_MAX + 1}ns")
    with pytest.raises(ValueError, match="not a whole number"):
        duration_ns("0.5ns")


def in_expression(text):
    """The time that an expression reads: the one event that is there then."""
    keep = parse_expression(f"time == '{text}'")
    return lambda time_ns: keep(Event(Kind.KIND_CLOCK, time_ns))


@given(
    st.integers(1, 10**6),
    st.integers(0, 999),
    st.sampled_from(UNITS),
    st.sampled_from(("", " ")),
)
def test_options_files_and_expressions_read_a_duration_alike(whole, part, unit, between):
    text = f"{whole}{f'.{part:03}' if part and unit != 'ns' else ''}{between}{unit}"
    time_ns = duration_ns(text)
    assert as_duration(text, ValuePlace("file")) == time_ns
    assert duration(text, "--keep") == time_ns
    assert place(text, "--start") == (None, time_ns)
    assert in_expression(text)(time_ns)
    assert not in_expression(text)(time_ns + 1)
    if 10**6 <= time_ns <= 86400 * 10**9:
        assert Seconds().convert(text, None, None) == time_ns / 10**9


@pytest.mark.parametrize("text", ["3 q", "0.5ns", "1000000001s"])
def test_options_files_and_expressions_refuse_alike(text):
    for read in (
        lambda: as_duration(text, ValuePlace("file")),
        lambda: duration(text, "--keep"),
        lambda: in_expression(text),
        lambda: Seconds().convert(text, None, None),
    ):
        with pytest.raises((UsageError, click.UsageError)) as caught:
            read()
        assert "\n" not in str(caught.value)
