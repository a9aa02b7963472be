"""The first process of a lab: what it makes of the line that it is given."""

import sys

import pytest

from wwanreplay.cli.played import TraceOptions
from wwanreplay.devices.pace import Pace, parse_pace
from wwanreplay.devices.playback import Match, Matching, Order, Policy
from wwanreplay.errors import UsageError
from wwanreplay.lab.config import LabConfig
from wwanreplay.lab.inside import played_keywords, tap_line
from wwanreplay.lab.machine import CONTROL_DEVICE
from wwanreplay.lab.network import LabNetwork


@pytest.mark.parametrize("match", list(Match))
@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("policy", list(Policy))
def test_the_options_of_a_recorded_device_are_the_same_in_the_lab(match, order, policy) -> None:
    options = TraceOptions("t", match, order, ("A", "B"), policy, True, parse_pace("2.5"), False)
    config = LabConfig(played=options.texts())
    there = LabConfig.from_line(config.to_line())
    assert played_keywords(there.played) == options.keywords()


def test_without_options_a_recorded_device_is_exact_and_in_its_time() -> None:
    expected = {"matching": Matching(), "policy": Policy.FAIL, "pace": Pace()}
    assert played_keywords({}) == expected


def test_a_pace_that_is_none_is_one_line() -> None:
    with pytest.raises(UsageError, match=r"^--speed 'soon': no pace"):
        played_keywords({"speed": "soon"})


def test_a_tap_records_the_control_device_into_its_file() -> None:
    assert tap_line(LabConfig()) == []
    line = tap_line(LabConfig(tap="-x y.wwtrace"))
    assert line[:3] == [sys.executable, "-m", "wwanreplay"]
    assert line[3:] == ["record", "--tap", str(CONTROL_DEVICE), "-o", "-x y.wwtrace"]
    assert tap_line(LabConfig(tap="t", force=True))[-1] == "--force"


def test_a_network_that_is_not_plugged_in_has_nothing_to_wait_for() -> None:
    network = LabNetwork()
    assert network.descriptors == ()
    network.exchange()
    network.unplug()
    assert network.descriptors == ()
