"""The words of a pace."""

from fractions import Fraction

import pytest

from wwanreplay.devices.pace import Pace, parse_pace
from wwanreplay.errors import UsageError


@pytest.mark.parametrize(
    ("text", "pace", "second"),
    [
        ("recorded", Pace(), 10**9),
        ("full", Pace(None), 0),
        ("step", Pace(None, is_step=True), 0),
        ("4", Pace(Fraction(4)), 250_000_000),
        ("0.5", Pace(Fraction(1, 2)), 2 * 10**9),
    ],
)
def test_a_pace_scales_what_is_waited(text: str, pace: Pace, second: int) -> None:
    assert parse_pace(text) == pace
    assert pace.scaled_ns(10**9) == second


@pytest.mark.parametrize("text", ["", "0", "-1", "fast", "1e3", "1/2", "١"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="recorded, full, step, or a number"):
        parse_pace(text)
