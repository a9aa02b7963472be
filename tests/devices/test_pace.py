"""Paces: the words of --speed, and how long a duration takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.devices.pace import Pace, parse_pace
from wwanreplay.errors import UsageError


def test_the_words_are_paces():
    assert parse_pace("recorded") == Pace()
    assert parse_pace("full") == Pace(None)
    assert parse_pace("step") == Pace(None, is_step=True)


@given(st.integers(1, 999_999), st.integers(0, 10**18))
def test_a_number_is_how_many_times_as_fast(times, duration_ns):
    assert parse_pace(str(times)).scaled_ns(duration_ns) == duration_ns // times
    assert parse_pace("recorded").scaled_ns(duration_ns) == duration_ns
    assert parse_pace("full").scaled_ns(duration_ns) == 0


@pytest.mark.parametrize("word", ["recorded", "full", "step"])
def test_words_are_taken_in_any_case(word):
    assert parse_pace(word.upper()) == parse_pace(word)


def test_a_fraction_is_slower():
    assert parse_pace("0.5").scaled_ns(3) == 6


@pytest.mark.parametrize(
    "text", ["", "0", "0.0", "-1", "fast", "1e3", "1/2", "nan", "inf", "٣", "2x", " 2", "1" * 9]
)
def test_what_is_no_pace_is_refused_with_those_that_are(text):
    with pytest.raises(UsageError, match="no pace; use recorded, full, step") as error:
        parse_pace(text)
    assert "\n" not in str(error.value)
