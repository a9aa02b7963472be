"""The whole checker on what ships: every script on every profile, and every sample trace."""

from pathlib import Path

import pytest
from checkout import TRACES

from wwanreplay.analysis.check import check
from wwanreplay.devices.profile import shipped_profiles
from wwanreplay.record import Session
from wwanreplay.script import shipped_scripts
from wwanreplay.trace import TraceReader

SAMPLES = sorted(TRACES.glob("**/*.wwtrace"))
SCRIPTS = shipped_scripts()
BEST = ["timing.best", "timing.follows-best"]
# They order delays, or let one request wait for another.
DELAYED = ("contexts", "failures")


@pytest.mark.parametrize("name", SCRIPTS)
def test_shipped_script_breaks_no_rule(name: str, tmp_path: Path) -> None:
    script = SCRIPTS[name]
    path = tmp_path / "session.wwtrace"
    with Session(script.profile, seed=script.seed, target=path) as session:
        session.play(script)
    with TraceReader(path) as trace:
        assert check(trace) == []
    if name not in DELAYED:
        with TraceReader(path) as trace:
            assert check(trace, BEST) == []


def test_sample_traces_break_no_rule() -> None:
    for path in SAMPLES:
        with TraceReader(path) as trace:
            assert check(trace) == [], path.name


def test_profiles_are_shipped() -> None:
    assert shipped_profiles()
