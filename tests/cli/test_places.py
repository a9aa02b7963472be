"""Places in a trace: a whole number is a record, with a unit it is a time."""

import pytest

from wwanreplay.cli.places import RECORD_MAX, place
from wwanreplay.errors import UsageError


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, (None, None)),
        ("0", (0, None)),
        ("0017", (17, None)),
        (str(RECORD_MAX), (RECORD_MAX, None)),
        ("2s", (None, 2_000_000_000)),
        ("250ms", (None, 250_000_000)),
    ],
)
def test_a_place_is_a_record_or_a_time(text: str | None, found: tuple[int | None, int | None]):
    assert place(text, "--start") == found


@pytest.mark.parametrize("text", ["", "-1", "x", "2 parsecs", str(RECORD_MAX + 1), "9" * 5000, "٣"])
def test_a_wrong_place_is_one_line_that_names_the_option(text: str):
    with pytest.raises(UsageError, match="--start") as caught:
        place(text, "--start")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300
