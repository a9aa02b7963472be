"""Sizes on the command line."""

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.cli.sizes import UNITS, as_size


@given(st.integers(1, 10**6), st.sampled_from(sorted(UNITS)), st.sampled_from(["", "B", "iB"]))
def test_a_size_is_its_number_times_a_power_of_1024(number: int, unit: str, ending: str):
    for text in (f"{number}{unit}{ending}", f" {number}{unit.lower()}{ending.lower()} "):
        assert as_size(text) == number * 1024 ** ("", "K", "M", "G", "T").index(unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0G",
        "-1",
        "1.5G",
        "1 G",
        "G",
        "5X",
        "1GG",
        "0x10",
        "٣",
        "9" * 19,
        "9" * 18 + "T",
    ],
)
def test_what_is_no_size_above_0_is_refused_by_name(text: str):
    with pytest.raises(click.BadParameter, match="is no size") as caught:
        as_size(text)
    assert repr(text) in str(caught.value)
