"""Random sessions of every device break no rule of the whole checker, and one that does is found.

The seed is fixed; `make walk SEED= OPERATIONS=` walks any other way, and further.
"""

import subprocess
import sys

import pytest
from checkout import ROOT
from judged_walk import MAPPINGS, PART_OPERATIONS, Findings, Part, parts

from wwanreplay._core import Kind
from wwanreplay.analysis.check import check

SEED = 20


@pytest.mark.parametrize("number", range(len(MAPPINGS)), ids=list(MAPPINGS))
def test_a_random_session_of_each_device_breaks_no_rule(number: int) -> None:
    part = Part(SEED, number, PART_OPERATIONS)
    print(part)
    assert part.violations() == []


@pytest.mark.long
def test_longer_walks_break_no_rule() -> None:
    findings = Findings()
    for part in parts(SEED + 1, 100_000):
        findings.take(part, part.violations())
    assert findings.lines() == []


def test_a_part_is_the_same_session_each_time_and_of_each_length() -> None:
    one, again, shorter = (Part(SEED, 3, count).events() for count in (60, 60, 30))
    assert one == again
    assert len(shorter) < len(one)
    assert sum(part.operations for part in parts(SEED, 1001)) == 1001


def test_a_session_that_lacks_an_answer_is_found() -> None:
    """The walk can fail: without the first transactional indication a rule is broken."""
    part = Part(SEED, 0, PART_OPERATIONS)
    events = part.events()
    first = next(each for each in events if each.kind == Kind.KIND_INDICATION and each.request_id)
    violations = check([event for event in events if event is not first])
    findings = Findings()
    findings.take(part, violations)
    assert findings.lines()


@pytest.mark.long
def test_the_tool_ends_with_0_and_shows_a_part() -> None:
    command = [sys.executable, str(ROOT / "tools" / "walk_rules.py"), "--seed", str(SEED)]
    run = subprocess.run(
        [*command, "--operations", "500"], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == f"500 operations of seed {SEED}: 0 rules broken\n"
    run = subprocess.run([*command, "--part", "1"], capture_output=True, text=True, check=True)
    assert "OID_WWAN_" in run.stdout
