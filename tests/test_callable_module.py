"""Modules that are called as the function that they are named for."""

import inspect
import sys

from checkout import TRACES

import wwanreplay
from wwanreplay.record import record
from wwanreplay.replay import replay

DEMO = TRACES / "demo.wwtrace"


def test_recording_and_replaying_are_calls_and_modules():
    assert wwanreplay.replay(DEMO).equal
    assert wwanreplay.replay.replay is replay
    assert wwanreplay.record.record is record
    assert inspect.signature(wwanreplay.replay) == inspect.signature(replay)
    assert sys.modules["wwanreplay.replay"] is wwanreplay.replay
