"""Long sessions of every kind of device: the whole checker finds nothing wrong with them.

The walks put requests and changes of the environment in an order nobody thought of, drawn from a
printed seed; the fixed scenarios of the rules' tests are judged by all rules as well.
"""

from itertools import product

import pytest
import rule_contexts
from rule_scenarios import LTE, Host, Scenario, pack, run
from rule_walks import DEVICES, walked, walked_widely

from wwanreplay.analysis.check import check, coverage, rules

from . import test_asynchronous, test_connect, test_pco, test_services


@pytest.mark.parametrize("name", DEVICES)
def test_a_walk_breaks_no_rule(name: str) -> None:
    mapping = DEVICES[name]
    for seed in range(3):
        print(f"device {name}, seed {seed}")
        events = walked(mapping, seed)
        assert check(events) == []


@pytest.mark.parametrize("name", DEVICES)
def test_a_wide_walk_breaks_no_rule(name: str) -> None:
    for seed in range(2):
        print(f"device {name}, seed {seed}")
        assert check(walked_widely(DEVICES[name], seed)) == []


# Each once, though several files may use it.
SCENARIOS = list(
    dict.fromkeys(
        value
        for module in (test_asynchronous, test_connect, rule_contexts, test_pco, test_services)
        for value in vars(module).values()
        if getattr(value, "__annotations__", {}) == {"host": Host, "return": None}
    )
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[each.__name__ for each in SCENARIOS])
def test_a_scenario_breaks_no_rule_at_all(scenario: Scenario) -> None:
    for mapping in (LTE, DEVICES["two-ports"], DEVICES["windows-11"]):
        assert check(run(scenario, mapping)) == []


@pytest.mark.long
def test_walks_give_most_rules_something_to_judge() -> None:
    judged: set[str] = set()
    for seed, mapping in product((0, 1, 2), DEVICES.values()):
        found = coverage(walked_widely(mapping, seed))
        judged |= {rule_id for rule_id, count in found.items() if count}
    print(sorted(set(rules()) - judged))
    # The others are about OIDs that no device models.
    assert len(judged) > 0.45 * len(rules())


def test_pack_writes_the_header() -> None:
    assert pack("NDIS_WWAN_SET_RADIO_STATE", RadioAction=1) == b"\x80\x01\x08\x00\x01\0\0\0"
